#!/bin/sh
# 77-slow.sh - goal: bodies that come slowly stop nobody: pages are answered
# meanwhile, behind each web server with the files of fcgi/servers and by a
# program that no server protects; and what is slow and honest arrives whole.
#
# All of it mostly waits, and so all of it runs at once.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/servers-main.sh"
need apache2 caddy lighttpd nginx python3 systemd-socket-activate

mkdir "$T/fcgi"
program_copy tests/fcgi/demo fcgi
chmod -R u+w,a+rX "$T/fcgi"
. "$top_srcdir/tests/servers.sh"

# slow ARGUMENT... - as slow_bodies.py takes them; to be waited for.
slow() {
	python3 "$top_srcdir/tests/slow_bodies.py" "$@" &
	servers="$! $servers"
}

# ---- What is tried ---------------------------------------------------------------

# alone NAME ARGUMENT... - a program that is asked directly, at $T/own/demo.sock.
alone() {
	trap retire EXIT
	trap 'exit 1' HUP INT TERM
	place "$1"
	shift
	settings "LIBSESS_UPLOAD_DIR=$T/uploads" > "$T/run/settings"
	program "$site/fcgi/demo" -l "$T/own/demo.sock" "$@"
}

# behind SERVER - 8 bodies and a slow upload beside them, and then 200.
behind() {
	trap retire EXIT
	trap 'exit 1' HUP INT TERM
	place "$1"
	deploy
	slow upload "127.0.0.1:$port" 65536 4096 > "$T/upload"
	uploads=$!
	slow trickle "127.0.0.1:$port" 8 30 > "$T/8"
	wait $!
	slow trickle "127.0.0.1:$port" 200 30 > "$T/200"
	wait $! $uploads
}

# directly N - so many, for longer than they may take.  The upload beside them
# takes longer than they may, too, and has a second more for each KiB.
directly() {
	alone "alone-$1" -p 2 -t 4
	slow upload "$T/own/demo.sock" 65536 1800 > "$T/upload"
	uploads=$!
	slow trickle "$T/own/demo.sock" "$1" 45 > "$T/$1"
	wait $! $uploads
}

# ends NAME ARGUMENT... - SIGTERM, while bodies of which much is there go on
# for minutes.
ends() {
	alone "$@"
	slow hold "$T/own/demo.sock" 8 50 200000 > "$T/8"
	holder=$!
	while kill -0 "$holder" && ! grep -q held "$T/8"; do
		sleep 0.1
	done
	sleep 2
	kill "$begun"
	wait "$holder"
	for try in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 "$begun" || break
		sleep 0.2
	done 2> /dev/null
	kill -9 "$begun" 2> /dev/null || echo "$try" > "$T/ended"
}

web="nginx-systemd lighttpd-fastcgi apache-proxy-fcgi caddy"
tried=
for name in $web; do
	(behind "$name") &
	tried="$tried $!"
done
for n in 8 200; do
	(directly $n) &
	tried="$tried $!"
done
# as many threads as bodies: each is read, and then waited for
(ends ends-single -t 8) &
tried="$tried $!"
(ends ends-crew -p 2 -t 4) &
servers="$tried $!"
for pid in $servers; do
	wait "$pid"
done
servers=

# ---- What came of it ---------------------------------------------------------------

# pages N SECONDS FROM - each page that was asked for since then.
pages() {
	same "bodies begun" "$(grep held "$site/$name/$1")" "held $1"
	same "pages" "$(grep -c asked "$site/$name/$1")" "$2"
	same "pages not answered" "$(awk -v from="$3" '
	    $1 == "asked" && $2 >= from && $3 != 200' "$site/$name/$1")" ""
}

arrived() {
	same "the upload" "$(cat "$site/$name/upload")" "upload 200 65536"
	verdict "r71_a_slow_upload_arrives_whole $name"
}

# answers N - the statuses of the slow ones.
answers() {
	sed -n 's/^answered //p' "$site/$name/$1" | sort | uniq -c | tr -s ' '
}

for name in $web; do
	for n in 8 200; do
		from=0
		[ "$name $n" != "apache-proxy-fcgi 200" ] || from=11
		pages $n 30 $from
		verdict "r71_${n}_slow_bodies_stop_no_page $name"
	done
	arrived
done
# It would tell of a form that broke off when its sender went.
for name in nginx-systemd lighttpd-fastcgi caddy; do
	cat "$site/$name"/log/* > "$T/run/logs"
	holds "the logs" "$T/run/logs" event=create
	lacks "the logs" "$T/run/logs" event=refuse
	verdict "r71_no_slow_body_reaches_the_program $name"
done
name=apache-proxy-fcgi
same "of 8" "$(answers 8)" " 8 408"
verdict "r71_apache_ends_slow_bodies_itself"

for n in 8 200; do
	name=alone-$n
	pages $n 45 0
	verdict "r71_${n}_slow_bodies_stop_no_page $name"
	arrived
done
name=alone-8
same "of 8" "$(answers 8)" " 8 408"
# of many, some may be refused at once
name=alone-200
same "of 200" "$(answers 200 | grep -v ' 408$\| 503$')" ""
same "answered, of 200" "$(grep -c answered "$site/$name/200")" 200
verdict r71_slow_bodies_end_at_their_deadline

for name in ends-single ends-crew; do
	same "bodies begun" "$(grep held "$site/$name/8")" "held 8"
	same "bodies that ended" "$(grep -c answered "$site/$name/8")" 8
	same "the program" "$([ -e "$site/$name/ended" ] && echo ended)" ended
	verdict "r71_sigterm_ends_it_while_bodies_come $name"
done

for report in "$site"/*/report/*; do
	[ ! -e "$report" ] || differ "$report" "$(cat "$report")" "no report"
done
finish
