# shellcheck shell=sh disable=SC2154
# Goal: a monitor learns that the store is broken and leaves nothing in it; what
# fcgi/servers/monitors.md says is true as it is written; a wrong path is 404;
# echo shows no id.
# SPDX-License-Identifier: ISC

. "$top_srcdir/tests/scenario.sh"
need haproxy python3
page=$top_srcdir/fcgi/servers/monitors.md

rows() {
	sql 'SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM token)'
}

server_start LIBSESS_WAIT=1 LIBSESS_MAX_NEW=3

# ---- HEAD ---------------------------------------------------------------------

ask ann visits
same "a visit" "$status $(rows)" "200 2"
for try in 1 2 3 4 5 6 7 8; do
	rm -f "$T/run/jar.monitor"
	ask monitor visits -I
	same "HEAD $try" "$status $(header Set-Cookie)" "200 "
	ask monitor login -I
	same "HEAD $try of a form" "$status $(header Set-Cookie)" "200 "
done
same "rows" "$(rows)" 2
ask bob visits
same "the next visitor" "$status $(rows)" "200 4"
verdict r101_head_makes_no_row_no_cookie_and_does_not_count

ask ann visits -I
ask ann visits
holds "the third visit" "$body" 3
same "rows" "$(rows)" 4
verdict r101_head_of_who_has_a_session_is_as_get

# ---- The health page ------------------------------------------------------------

well() {
	ask monitor health
	same "$1" "$status $(cat "$body") $(header Set-Cookie)" "200 ok "
}
broken() {
	ask monitor health
	same "$1" "$status $(cat "$body") $(header Set-Cookie)" "503 broken "
	ask monitor health -I
	same "$1, by HEAD" "$status" 503
}

for try in 1 2 3 4 5 6 7 8; do
	well "try $try"
done
same "rows" "$(rows)" 4
verdict r101_the_health_page_leaves_no_session

folder=${store%/*}
chmod 0777 "$folder"
broken "a folder that is everybody's"
chmod 0700 "$folder"
mv "$store" "$store.away"
head -c 20000 /dev/urandom > "$store"
[ -z "$as_user" ] || chown 4242:4242 "$store"
chmod 600 "$store"
broken "no database"
ask nobody login
same "a public page" "$status" 200
mv "$store.away" "$store"
well "and again"
verdict r101_the_health_page_sees_a_broken_store

# ---- What the page for operators says ------------------------------------------------

# block LANGUAGE - of the page, for the server of this test.
block() {
	awk -v lang="\`\`\`$1" '/^```/ { show = 0 } show; $0 == lang { show = 1 }' \
	    "$page" | sed -e "s|https://example.org|$base|" -e "s|/demo/|$mount/|" \
	    -e "s|127.0.0.1:8080|${base#http://}|" -e 's|inter 10s|inter 100ms|'
}

sh -c "$(block sh)" 2>/dev/null || differ "curl, a good store" "$?" 0
chmod 0777 "$folder"
! sh -c "$(block sh)" 2>/dev/null || differ "curl, a broken store" 0 "an error"
chmod 0700 "$folder"
verdict r101_the_line_for_a_monitor_works

# shellcheck source=tests/servers-main.sh
. "$top_srcdir/tests/servers-main.sh"
mkdir "$T/own"
[ -z "$as_user" ] || chown 4242:4242 "$T/own"
front=$((10000 + $(random 20000)))
{
	printf 'defaults\n\tmode http\n\ttimeout connect 9s\n'
	printf '\ttimeout client 9s\n\ttimeout server 9s\n'
	printf 'frontend all\n\tbind 127.0.0.1:%s\n' "$front"
	printf '\tdefault_backend pages\n'
	block haproxy
} > "$T/run/haproxy.conf"
begin haproxy -db -f "$T/run/haproxy.conf"
balancer=$begun
# becomes STATUS - what the login page is through HAProxy, in time.
becomes() {
	for try in $(seq 300); do
		[ "$(curl -s -m 9 -o /dev/null -w '%{http_code}' \
		    "http://127.0.0.1:$front$mount/login")" != "$1" ] || return 0
		sleep 0.1
	done
	differ "through HAProxy" "something else" "$1"
}
becomes 200
chmod 0777 "$folder"
becomes 503
chmod 0700 "$folder"
becomes 200
kill "$balancer"
wait "$balancer" 2>/dev/null
servers=$(echo " $servers " | sed "s/ $balancer / /")
verdict r101_haproxy_takes_out_a_server_whose_store_is_broken

block robots > "$T/www/robots.txt"
curl -s "$base/robots.txt" > "$body"
same "who may read what" "$(python3 -c '
import sys, urllib.robotparser
robots = urllib.robotparser.RobotFileParser()
robots.parse(open(sys.argv[1]).read().splitlines())
for path in "/", sys.argv[2] + "/visits":
    print(robots.can_fetch("Bot", path))' "$body" "$mount" | tr '\n' ' ')" \
    "True False "
verdict r101_robots_txt_keeps_crawlers_from_the_pages

# ---- Paths that go on, and what echo shows ---------------------------------------------

: > "$T/log/$log"
for path in visits/ visits/foo/bar login/x logout/ health/x; do
	ask ann "$path"
	same "$path" "$status" 404
done
same "lines" "$(grep -c 'err=E_PATH.*path_info' "$T/log/$log")" 5
ask ann "probe/x?op=get+visits"
same "a program that has a use for it" "$status" 200
verdict r102_a_path_that_goes_on_is_404

ask ann echo
same "echo" "$status" 200
lacks "the id" "$body" "$(cookie ann)"
holds "that there is one" "$body" '["sid","'"$(cookie ann | cut -c 1-4)"'..."]'
verdict r102_echo_masks_the_id

finish
