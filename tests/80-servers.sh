#!/bin/sh
# 80-servers.sh - goal: behind every web server a visitor sees the same: each
# scenario is run against each of the deployments of fcgi/servers, and in the
# end a table says what held where.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/servers-main.sh"
need apache2 caddy cut fcgiwrap lighttpd nginx openssl spawn-fcgi \
    systemd-analyze systemd-socket-activate truncate

. "$top_srcdir/tests/servers.sh"
servers_fill
. "$top_srcdir/tests/servers-scenarios.sh"

# ---- All of it -------------------------------------------------------------------------

# cell SCENARIO - run it here, and write down how it went.
cell() {
	before=$failures
	"$1"
	told=$(head -n 1 "$T/run/why" 2>/dev/null | cut -c 1-60)
	verdict "$2 $name"
	[ "$failures" != "$before" ] || told=ok
	printf '%s\t%s\t%s\n' "$2" "$name" "$told" >> "$T/cells"
}

ends_well() {
	for report in "$T"/report/*; do
		[ ! -e "$report" ] ||
		    differ "${report##*/}" "$(cat "$report")" "no report"
	done
}

no_secret_written() {
	for file in "$T"/log/* "$state"/*/*; do
		[ -f "$file" ] || continue
		sort -u "$T/secrets" | grep . > "$T/run/secrets"
		# nginx writes the first line of the request next to what a
		# program has to say: what is in there the visitor wrote
		sed 's/ request: "[^"]*"//' "$file" |
		    grep -aoF -f "$T/run/secrets" > "$T/run/told"
		[ ! -s "$T/run/told" ] ||
		    differ "$file" "$(cat "$T/run/told")" "no secret"
	done
}

# What a program has to say reaches some log, for each request once.  Two
# servers ask it before they see that a body is over their own limit.
log_arrives() {
	case $name in
	apache-proxy-fcgi | caddy) too_long=5 ;;
	*) too_long=4 ;;
	esac
	cat "$T"/log/* > "$T/run/all"
	same "bodies that are too long, in the log" \
	    "$(grep -ac 'event=refuse err=E_BODY' "$T/run/all")" "$too_long"
}

# deployment NAME
deployment() {
	trap retire EXIT
	trap 'exit 1' HUP INT TERM
	place "$1"
	deploy
	cell login_and_logout s07_s35_login_and_logout
	cell shop_cart_billing s08_shop_cart_billing
	cell parallel_carts r34_parallel_carts
	cell rotation r07_rotation
	cell only_by_cookie r05_only_by_cookie
	cell limits r29_limits
	cell uploads r28_uploads
	cell content_types r30_content_types
	cell paths r31_queries_and_paths
	cell forwarded r19_forged_forwarders
	cell no_secret_in_addresses r22_no_secret_in_addresses
	cell front_page the_front_page_lists_all_pages
	cell every_page_says r23_every_page_says
	answers
	retire
	deploy LIBSESS_CARRY=query
	cell by_query r05_by_query
	retire
	deploy LIBSESS_CARRY=field
	cell by_field r05_by_field
	retire
	deploy LIBSESS_CARRY=bearer LIBSESS_PROXIES=127.0.0.1
	cell by_bearer r05_by_bearer
	cell proxies r19_proxies
	retire
	ssl=1
	deploy LIBSESS_INSECURE_DEV=
	cell over_https r19_over_https
	retire
	cell ends_well r63_no_sanitizer_report
	cell no_secret_written r44_no_secret_written
	cell log_arrives r69_log_arrives
	: > "$T/ended"
}

cached() {
	trap retire EXIT
	trap 'exit 1' HUP INT TERM
	place nginx-cache
	deploy
	cell caches r21_caches
	retire
	cell ends_well r63_no_sanitizer_report
	cell no_secret_written r44_no_secret_written
	: > "$T/ended"
}

# A lane is a list of them, one after the other.
lane() {
	for name; do
		case $name in
		nginx-cache) (cached) ;;
		*) (deployment "$name") ;;
		esac > "$T/told.$name" 2>&1 &
		one=$!
		trap 'kill $one; wait $one; exit 1' HUP INT TERM
		wait "$one"
	done
}

first="apache-cgi lighttpd-fastcgi nginx-fcgiwrap caddy nginx-cache"
second="apache-fcgid lighttpd-cgi apache-proxy-fcgi nginx-spawn-fcgi
    nginx-systemd"
# shellcheck disable=SC2086
lane $first &
servers=$!
# shellcheck disable=SC2086
lane $second &
servers="$servers $!"
for pid in $servers; do
	wait "$pid"
done
servers=

# ---- What came of it --------------------------------------------------------------------

# A half that ended early has not told all.
for name in $first $second; do
	sed 's/^Bail/# &/; /^ok\|^not ok\|^#/!s/^/# /' "$T/told.$name"
	tests=$((tests + $(grep -c '^ok\|^not ok' "$T/told.$name")))
	failures=$((failures + $(grep -c '^not ok' "$T/told.$name")))
	same "$name" "$([ -e "$T/$name/ended" ] && echo ended)" ended
	verdict "all_scenarios_were_run $name"
done

for name in $first $second; do
	[ "$name" != nginx-cache ] || continue
	told=ok
	if ! cmp "$T/apache-cgi/answers" "$T/$name/answers" \
	    > "$T/run/cmp" 2>&1; then
		told=other
		differ "the answers" "$(diff "$T/apache-cgi/answers" \
		    "$T/$name/answers" 2>&1)" "those of apache-cgi"
	fi
	verdict "answers_agree $name"
	printf '%s\t%s\t%s\n' answers_agree "$name" "$told" >> \
	    "$T/$name/cells"
done

# fcgi/servers/systemd is what systemd takes.
systemd-analyze verify --man=no "$T/nginx-systemd/run/systemd/"libsess.* \
    > "$T/run/verify" 2>&1
same "systemd-analyze" "$? $(grep libsess "$T/run/verify")" "0 "
verdict units_are_valid

# The table: a row is a scenario, a column a deployment.
# shellcheck disable=SC2086
cat "$T"/*/cells |
awk -F '\t' -v names="$(printf '%s\n' $first $second | sort | tr '\n' ' ')" '
{
	if (!($1 in row)) {
		row[$1] = ++rows
		title[rows] = $1
	}
	cell[$1, $2] = $3
}
END {
	n = split(names, name, " ")
	printf "# %-29s", ""
	for (i = 1; i <= n; i++)
		printf " %-17s", name[i]
	for (r = 1; r <= rows; r++) {
		printf "\n# %-29s", title[r]
		for (i = 1; i <= n; i++) {
			text = cell[title[r], name[i]]
			printf " %-17.17s", text == "" ? "-" : text
		}
	}
	print ""
}'
finish
