# shellcheck shell=sh disable=SC2154
# scenario.sh - what the scenarios share: a folder, a web server, browsers
# made of curl, comparisons.  It is sourced, and never run.
#
#	. "$top_srcdir/tests/scenario.sh"
#	server_start
#	ask ann visits                  # as the browser of ann
#	same "the status" "$status" 200
#	holds "the page" "$body" "Hello"
#	verdict s29_visiting_is_enough  # ok, if all since the last one held
#	finish
#
# A server or a tool that is missing is a failure, never a skip.
# SPDX-License-Identifier: ISC

set -u
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL

tests=0         # told so far
failures=0
wrong=0         # comparisons since the last verdict that did not hold
servers=        # process ids
T=

bail() {
	echo "Bail out! $*"
	exit 1
}

# need TOOL...
need() {
	for tool; do
		command -v "$tool" >/dev/null 2>&1 || bail "there is no $tool"
	done
}

# ---- A folder, and who may write to it ---------------------------------------

# A server that is started by root would be let into everything: give that up.
as_user=
[ "$(id -u)" != 0 ] ||
	as_user='setpriv --reuid=4242 --regid=4242 --clear-groups'

folder_make() {
	T=$(mktemp -d) || bail "no folder to work in"
	trap folder_remove EXIT
	trap 'exit 1' HUP INT TERM
	folder_fill
}

folder_fill() {
	state=$T/state
	store=$state/sess/sess.db
	demo=$state/demo/demo.db
	clock=$T/clock
	body=$T/body
	head=$T/head
	mkdir "$T/log" "$T/report" "$T/run" "$T/uploads" "$state" \
	    "$state/demo"
	echo +0 > "$clock"
	# what must never be written down; browsers add what they are given
	printf '%s\n' wonderland-1865 builder-2049 > "$T/secrets"
	if [ -n "$as_user" ]; then
		chown 4242:4242 "$T/log" "$T/report" "$T/uploads" "$state" \
		    "$state/demo"
		chmod 755 "$T"
	fi
}

folder_remove() {
	for pid in $servers; do
		kill "$pid" 2>/dev/null && wait "$pid"
	done
	if [ -n "${KEEP-}" ]; then
		echo "# kept: $T"
	else
		rm -rf "$T"
	fi
}

# program_copy PROGRAM FOLDER
program_copy() {
	cp "$top_builddir/$1" "$T/$2" || bail "$1 has not been built"
}

site_copy() {
	cp -R "$top_srcdir/www" "$T/www"
	mkdir "$T/cgi-bin" "$T/release"
	for page in visits login logout drafts shop cart billing prefs echo \
	    signup account password devices health; do
		program_copy "tests/pages/$page" cgi-bin
		program_copy "cgi-bin/$page" release
	done
	program_copy tests/pages/probe cgi-bin
	program_copy tests/probe release
	chmod -R u+w,a+rX "$T/www" "$T/cgi-bin" "$T/release"
}

# ---- Settings, programs, servers -----------------------------------------------

# settings [NAME=value...] - those of every program, one a line; a later one
# takes the place of an earlier one, and an empty one takes it away.
settings() {
	printf '%s\n' "LIBSESS_STORE=sqlite:$store" "DEMO_DB=$demo" \
	    LIBSESS_CONF=/dev/null LIBSESS_INSECURE_DEV=1 \
	    "LIBSESS_TEST_CLOCK=$clock" \
	    "ASAN_OPTIONS=log_path=$T/report/asan:detect_leaks=1" \
	    "UBSAN_OPTIONS=log_path=$T/report/ubsan:print_stacktrace=1" "$@" |
	awk '{
		name = substr($0, 1, index($0, "=") - 1)
		value[name] = substr($0, index($0, "=") + 1)
	}
	END {
		for (name in value)
			if (value[name] != "")
				print name "=" value[name]
	}'
}

# cgi PROGRAM [NAME=value...] - run one as a server does, without a server.
# No setting has a blank in it, or is a pattern; the caller's values may.
# Words in $arguments are what a server might make of a query (RFC 3875, 4.4).
arguments=
cgi() {
	program=$1
	shift
	# shellcheck disable=SC2046,SC2086
	$as_user env -i $(settings) GATEWAY_INTERFACE=CGI/1.1 \
	    REQUEST_METHOD=GET "SCRIPT_NAME=/cgi-bin/${program##*/}" \
	    SERVER_PROTOCOL=HTTP/1.1 SERVER_NAME=localhost SERVER_PORT=80 \
	    HTTP_HOST=localhost REMOTE_ADDR=127.0.0.1 "$@" "$program" $arguments \
	    2>> "$T/log/direct.log"
}

# A number below $1.
random() {
	od -An -N4 -tu4 /dev/urandom | awk -v most="$1" '{ print $1 % most }'
}

# Start at this port; false, if that is not free.  What stands in $front is
# more of lighttpd's configuration.
front=
server_try() {
	log=server-$1.log
	sed -e "s|@PORT@|$1|" -e "s|@T@|$T|g" -e "s|@LOG@|access-$1.log|" \
	    -e "s|@SETTINGS@|$2|" "$top_srcdir/tests/lighttpd.conf.in" \
	    > "$T/run/lighttpd-$1.conf"
	echo "$front" >> "$T/run/lighttpd-$1.conf"
	echo "$$ $1" > "$T/www/ready.txt"
	$as_user lighttpd -D -f "$T/run/lighttpd-$1.conf" \
	    >> "$T/log/$log" 2>&1 &
	server=$!
	tries=0
	while kill -0 "$server" 2>/dev/null && [ "$tries" -lt 300 ]; do
		[ "$(curl -s -m 5 "http://127.0.0.1:$1/ready.txt")" != \
		    "$$ $1" ] || return 0
		tries=$((tries + 1))
		sleep 0.05
	done
	kill "$server" 2>/dev/null
	wait "$server"
	return 1
}

# server_start [NAME=value...] - sets $server, a process id, and $base, where
# it is.  $port, if set, is tried first.
server_start() {
	list=$(settings "$@" | sed 's/\([^=]*\)=\(.*\)/"\1" => "\2",/' |
	    tr '\n' ' ')
	for attempt in 1 2 3 4 5 6 7 8 9 10; do
		if [ "$attempt" -gt 1 ] || [ -z "${port-}" ]; then
			port=$((10000 + $(random 20000)))
		fi
		if server_try "$port" "$list"; then
			servers="$servers $server"
			base=http://127.0.0.1:$port
			return
		fi
	done
	sed 's/^/# /' "$T/log/$log"
	bail "lighttpd does not start"
}

# server_stop [PID] - when it has answered what it was asked.
server_stop() {
	set -- "${1-$server}"
	kill -INT "$1"
	wait "$1"
	servers=$(echo " $servers " | sed "s/ $1 / /")
	unset port
}

# ---- Browsers --------------------------------------------------------------------

# What an answer gave away, for r44.
secrets_note() {
	sed -n 's/^[Ss]et-[Cc]ookie: [^=]*=\([^;]\{8,\}\).*/\1/p' "$head" \
	    >> "$T/secrets"
	sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$body" \
	    >> "$T/secrets"
}

# Where the pages are on the server.
mount=/cgi-bin

# ask BROWSER PAGE [CURL-ARGUMENT...] - sets $status, and fills the files
# $head and $body.
ask() {
	jar=$T/run/jar.$1
	url=$base$mount/$2
	shift 2
	[ -e "$jar" ] || : > "$jar"
	: > "$head"
	: > "$body"
	status=$(curl -sS -m 60 -b "$jar" -c "$jar" -D "$head" -o "$body" \
	    -w '%{http_code}' "$@" "$url")
	secrets_note
}

# bring COOKIE PAGE [CURL-ARGUMENT...] - as somebody who has this and no more.
bring() {
	rm -f "$T/run/jar.nobody"
	cookies=$1
	shift
	ask nobody "$@" -H "Cookie: $cookies"
}

# send BROWSER PAGE FIELD=value... - a form, by POST.
send() {
	who=$1
	where=$2
	shift 2
	for field; do
		set -- "$@" --data-urlencode "$field"
		shift
	done
	ask "$who" "$where" "$@"
}

# The token of the first form of the page.
token() {
	sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$body" | head -n 1
}

# submit BROWSER PAGE FIELD=value... - load the page, then send its form.
submit() {
	ask "$1" "$2"
	where=$2
	who=$1
	shift 2
	send "$who" "${where%%\?*}" "csrf=$(token)" "$@"
}

# login BROWSER [USER PASSWORD]
login() {
	submit "$1" login "user=${2-alice}" "password=${3-wonderland-1865}"
	[ "$status" = 303 ] || differ "a login of ${2-alice}" "$status" 303
}

# header NAME - its value in the last answer.
header() {
	sed -n "s/^$1: *\\(.*\\)/\\1/p" "$head" | tr -d '\r'
}

# cookie BROWSER [NAME] - the value that this browser keeps.
cookie() {
	awk -v name="${2-sid}" '$6 == name { print $7 }' "$T/run/jar.$1"
}

# sql QUERY [DATABASE] - ask, and change nothing.
sql() {
	$as_user sqlite3 -batch -readonly -cmd '.timeout 10000' \
	    "${2-$store}" "$1"
}

# ---- Comparisons --------------------------------------------------------------------

# differ WHAT GOT WANTED
differ() {
	wrong=$((wrong + 1))
	printf '%s: got\n%s\nand not\n%s\n' "$1" "$2" "$3" | cut -c 1-400 |
	    head -n 40 >> "$T/run/why"
}

# same WHAT GOT WANTED
same() {
	[ "$2" = "$3" ] || differ "$@"
}

# at_least WHAT GOT LEAST
at_least() {
	[ "$2" -ge "$3" ] || differ "$1" "$2" "at least $3"
}

# holds WHAT FILE TEXT
holds() {
	grep -aqF -e "$3" "$2" || differ "$1" "$(cat "$2")" "... $3 ..."
}

# lacks WHAT FILE TEXT
lacks() {
	! grep -aqF -e "$3" "$2" ||
	    differ "$1" "$(grep -aF -e "$3" "$2")" "anything but $3"
}

# verdict NAME - have all comparisons since the last verdict held?
verdict() {
	tests=$((tests + 1))
	if [ "$wrong" = 0 ]; then
		echo "ok - $1"
		return
	fi
	echo "not ok - $1"
	sed 's/^/# /' "$T/run/why"
	: > "$T/run/why"
	wrong=0
	failures=$((failures + 1))
}

# ---- The end ---------------------------------------------------------------------------

no_secret_told() {
	for file in "$T"/log/* "$state"/*/*; do
		[ -f "$file" ] || continue
		sort -u "$T/secrets" | grep . |
		    $as_user grep -aoF -f - -- "$file" > "$T/run/told"
		[ ! -s "$T/run/told" ] ||
		    differ "$file" "$(cat "$T/run/told")" "no secret"
	done
	verdict r44_nothing_secret_is_written_down
}

no_sanitizer_report() {
	for report in "$T"/report/*; do
		[ ! -e "$report" ] ||
		    differ "${report##*/}" "$(cat "$report")" "no report"
	done
	verdict no_sanitizer_report
}

# A process that is ending may take its time, but not for ever.
nothing_left_behind() {
	for try in $(seq 100); do
		{
			pgrep -P $$
			for pid in /proc/[0-9]*; do
				grep -qaF "$T/" "$pid/cmdline" && echo "$pid"
			done
		} > "$T/run/left" 2>/dev/null
		[ -s "$T/run/left" ] || break
		sleep 0.1
	done
	same "what still runs, after $try looks" "$(cat "$T/run/left")" ""
	verdict nothing_left_behind
}

finish() {
	for pid in $servers; do
		server_stop "$pid"
	done
	no_sanitizer_report
	no_secret_told
	nothing_left_behind
	echo "1..$tests"
	[ "$failures" = 0 ]
	exit
}

need awk chmod curl grep lighttpd mktemp od pgrep sed sqlite3 \
    ${as_user:+setpriv}
folder_make
site_copy
