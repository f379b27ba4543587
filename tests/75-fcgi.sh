#!/bin/sh
# 75-fcgi.sh - goal: a program that stays answers each request as if it were
# the only one, whatever others send, and whenever its processes end.
# shellcheck disable=SC1091,SC2034,SC2046,SC2086,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need comm mkfifo nginx prlimit python3 seq spawn-fcgi systemd-socket-activate \
    timeout valgrind

door=$T/door            # where sockets are
mkdir "$door"
[ -z "$as_user" ] || chown 4242:4242 "$door"
program_copy tests/fcgi/probe release/probe.fcgi
program_copy tests/probe_fcgi release
program_copy tests/fcgi_client run/client
program_copy tests/hold_gate run/hold_gate
client="$as_user $T/run/client"
probe=$T/release/probe.fcgi
chmod 755 "$T/run" "$T"/release/*fcgi "$T/run/client" "$T/run/hold_gate"

# begin NAME ARGUMENT... - the program at $door/NAME; sets $program.  What
# stands in $extra are settings.
extra=
begin() {
	name=$1
	shift
	$as_user env -i PATH="$PATH" $(settings $extra) $before \
	    "${use-$probe}" -l "$door/$name" "$@" 2>> "$T/log/fcgi.log" &
	program=$!
	servers="$servers $program"
	wait_until "$name to listen" test -S "$door/$name"
}
before=

# wait_until WHAT COMMAND... - 20 s at most, and then it is a failure.
wait_until() {
	what=$1
	shift
	for try in $(seq 1000); do
		! "$@" || return 0
		sleep 0.02
	done
	differ "waiting for $what" "nothing" "it"
	return 1
}

# sleeping N - are so many threads in nanosleep(2)?
sleeping() {
	[ "$(cat /proc/$program/task/*/syscall | grep -c "$nanosleep")" = "$1" ]
}
nanosleep='^\(230\|115\|35\|101\) ' # of x86-64 and arm64

gone() {
	! kill -0 "$1" 2> /dev/null
}

# end SIGNAL - the program; sets $ended, its status.
end() {
	kill -"$1" "$program"
	wait_until "the end" gone "$program"
	wait "$program"
	ended=$?
	servers=$(echo " $servers " | sed "s/ $program / /")
}

memory() {
	awk '/^VmRSS/ { print $2 }' "/proc/$1/status"
}

# ---- nginx ---------------------------------------------------------------------

# web NAME DIRECTIVE... - sets $base, where nginx asks $door/NAME; what the
# directives say holds in its location.
web() {
	name=$1
	shift
	for attempt in 1 2 3 4 5; do
		port=$((10000 + $(random 20000)))
		cat > "$T/run/nginx.conf" <<-EOF
		worker_processes 1;
		daemon off;
		pid $door/nginx.pid;
		error_log $T/log/nginx-$name.log notice;
		events { worker_connections 256; }
		http {
		access_log off;
		client_body_temp_path $door/ngx1;
		fastcgi_temp_path $door/ngx2;
		proxy_temp_path $door/ngx3;
		uwsgi_temp_path $door/ngx4;
		scgi_temp_path $door/ngx5;
		upstream app { server ${at-unix:$door/$name}; ${keep-} }
		fastcgi_param GATEWAY_INTERFACE CGI/1.1;
		fastcgi_param REQUEST_METHOD \$request_method;
		fastcgi_param QUERY_STRING \$query_string;
		fastcgi_param CONTENT_TYPE \$content_type;
		fastcgi_param CONTENT_LENGTH \$content_length;
		fastcgi_param SERVER_PROTOCOL \$server_protocol;
		fastcgi_param SERVER_NAME localhost;
		fastcgi_param SERVER_PORT \$server_port;
		fastcgi_param REMOTE_ADDR \$remote_addr;
		server {
		listen 127.0.0.1:$port;
		location /cgi-bin/probe {
			include $T/run/params;
			${place-}
			fastcgi_pass app;
			$*
		}
		location /other/probe {
			include $T/run/params;
			fastcgi_param LIBSESS_STORE sqlite:$state/sess/other.db;
			fastcgi_pass app;
			$*
		}
		}
		}
		EOF
		sed -n '/fastcgi_param/p' "$T/run/nginx.conf" | grep -v STORE \
		    > "$T/run/params"
		echo 'fastcgi_param SCRIPT_NAME $uri;' >> "$T/run/params"
		$as_user nginx -p "$door" -c "$T/run/nginx.conf" \
		    -e "$T/log/nginx-$name.log" &
		nginx=$!
		for try in $(seq 200); do
			gone "$nginx" && break
			base=http://127.0.0.1:$port
			curl -s -m 5 -o /dev/null "$base/" && break 2
			sleep 0.02
		done
	done
	servers="$servers $nginx"
}

web_end() {
	kill -QUIT "$nginx"
	wait "$nginx"
	servers=$(echo " $servers " | sed "s/ $nginx / /")
}

# load N [PATH] - N additions to the session of $id, eight at a time; the
# statuses go to the file $T/run/load.
load() {
	curl -s -Z --parallel-immediate --parallel-max 8 -m 60 -o /dev/null \
	    -w '%{http_code}\n' -H "Cookie: sid=$id" \
	    "$base/${2-cgi-bin/probe}?op=add+n+1&i=[1-$1]" \
	    >> "$T/run/load" 2> /dev/null
}

# A new session: its $id.
session() {
	rm -f "$T/run/jar.$1"
	ask "$1" "probe?op=set+who+$1"
	id=$(cookie "$1")
	same "the length of an id" "${#id}" 32
}

sum() {
	bring "sid=$id" "probe?op=get+n"
	sed -n 's/.*"results":\[\([0-9]*\).*/\1/p' "$body"
}

# ---- What others send ------------------------------------------------------------

# abuse PREFIX - each act of the client's is a verdict.
abuse() {
	$client "$door/$name" > "$T/run/acts" 2>&1
	at_least "acts" "$(wc -l < "$T/run/acts")" 41
	while read -r act why; do
		same "$act" "$why" ""
		verdict "$1_$act"
	done < "$T/run/acts"
}

begin abused -t 2
[ -n "$program" ] && abuse r32
end TERM
same "the status of the abused" "$ended" 0
verdict r32_it_ends_as_if_nothing_had_been

# Sanitizers keep what was freed: memory is measured without them.
use=$T/release/probe_fcgi
begin small
for i in 1 2 3 4 5; do
	$client "$door/small" > /dev/null
done
first=$(memory "$program")
for i in $(seq 20); do
	$client "$door/small" > /dev/null
done
last=$(memory "$program")
echo "# $first KB after 5 times all acts, $last after 25"
at_least "memory before, and a tenth more" $((first * 11 / 10)) "$last"
verdict r32_abuse_does_not_grow_it
end TERM

# The longest lengths, where so much memory cannot be had.
before='prlimit --as=300000000'
begin small
$client "$door/small" lengths_7fffffff > "$body"
$client "$door/small" name_of_7ffffff0 >> "$body"
$client "$door/small" params_without_end >> "$body"
same "what was answered" "$(cat "$body")" "lengths_7fffffff
name_of_7ffffff0
params_without_end"
end TERM
same "its status" "$ended" 0
verdict r32_lengths_without_memory

before='valgrind -q --error-exitcode=9 --leak-check=full'
begin checked
$client "$door/checked" > "$body"
same "what was answered under valgrind" "$(grep ' ' "$body")" ""
end TERM
same "the status under valgrind" "$ended" 0
verdict r32_valgrind_has_nothing_to_say
before=
unset use

# ---- The end -------------------------------------------------------------------------

for signal in TERM USR1 INT; do
	begin idle
	end $signal
	same "the status of one that was idle, at $signal" "$ended" 0
done
same "the socket" "$(ls "$door")" ""
verdict r59_an_idle_one_ends_at_once

begin drained -t 2
web drained
session ann
for signal in TERM USR1; do
	curl -sS -m 60 -H "Cookie: sid=$id" "$base/cgi-bin/probe?op=add+n+1&op=sleep+700" \
	    > "$body" &
	asked=$!
	wait_until "a request in hand" sleeping 1
	end $signal
	wait $asked
	holds "the answer, at $signal" "$body" '"user":null'
	same "the status, at $signal" "$ended" 0
	begin drained -t 2
done
verdict r59_the_request_in_hand_is_answered
end TERM

# A client that says nothing, or stops in the middle.
begin silent
for bytes in 0 5 16 24 500; do
	$client "$door/silent" stop $bytes &
	waits=$!
	sleep 0.2
	end TERM
	same "the status of one that waited for the rest" "$ended" 0
	wait $waits
	begin silent
done
end TERM
verdict r59_who_stops_in_the_middle_holds_nobody
web_end

# Nor do clients that never stop: others are answered, and the end comes.
for kind in others ahead; do
	begin flooded -t 2
	python3 "$top_srcdir/tests/fcgi_flood.py" "$door/flooded" \
	    $kind > "$T/run/flood" &
	flood=$!
	wait_until "the flood" grep -q begun "$T/run/flood"
	for i in 1 2 3 4 5; do
		same "a page beside $kind" \
		    "$($client "$door/flooded" plain_request)" plain_request
	done
	end TERM
	same "the status beside $kind" "$ended" 0
	wait $flood
	same "connections that were closed" "$(tail -n 1 "$T/run/flood")" 6
done
verdict r71_clients_that_never_stop_hold_no_thread

# ---- Rolling restarts ---------------------------------------------------------------------

# Each process has another number than the one before it, so those that there
# have been can be counted.
begin rolled -p 4
web rolled
session rolf
crew() {
	pgrep -P "$program" | sort
}
: > "$T/run/load"
{
	while [ -e "$door/rolled" ] && [ ! -e "$T/run/enough" ]; do
		load 200
	done
} &
loader=$!
renewed=0
hups=0
crew > "$T/run/crew"
while [ "$renewed" -lt 1000 ] && [ "$hups" -lt 400 ]; do
	kill -HUP "$program"
	hups=$((hups + 1))
	for try in $(seq 500); do
		crew > "$T/run/crew.now"
		[ "$(wc -l < "$T/run/crew.now")" = 4 ] &&
		    [ -z "$(comm -12 "$T/run/crew" "$T/run/crew.now")" ] && break
		sleep 0.005
	done
	renewed=$((renewed + $(comm -13 "$T/run/crew" "$T/run/crew.now" |
	    wc -l)))
	mv "$T/run/crew.now" "$T/run/crew"
done
touch "$T/run/enough"
wait $loader
answers=$(wc -l < "$T/run/load")
echo "# $renewed processes ended, during $answers requests"
at_least "ended and replaced" "$renewed" 1000
at_least "requests" "$answers" 1000
same "statuses" "$(sort -u "$T/run/load")" 200
same "the sum" "$(sum)" "$answers"
verdict r59_a_thousand_restarts_lose_nothing

# ---- A process that fails -----------------------------------------------------------------

same "reports so far" "$(ls "$T/report")" ""    # the next ones are of SIGSEGV
for signal in SEGV KILL; do
	crew > "$T/run/crew"
	kill -$signal "$(head -n 1 "$T/run/crew")"
	: > "$T/run/load"
	load 40
	same "statuses, after $signal" "$(sort -u "$T/run/load")" 200
	wait_until "another one" sh -c \
	    "[ \"\$(pgrep -P $program | wc -l)\" = 4 ]"
done
verdict r60_a_process_that_fails_is_replaced

# busy - sets $busy, the process that is in nanosleep(2).
busy() {
	busy=$(cd /proc && grep -l "$nanosleep" \
	    $(crew | sed 's|$|/task/*/syscall|') 2> /dev/null)
	busy=${busy%%/*}
	[ -n "$busy" ]
}
idle() {
	! busy
}
wait_until "who was replaced for dying young to wait no more" idle
curl -s -m 60 -o /dev/null -w '%{http_code}\n' \
    "$base/cgi-bin/probe?op=sleep+60000" > "$T/run/own" &
asked=$!
wait_until "a request in hand" busy
: > "$T/run/load"
load 40 & others=$!
kill -KILL "$busy"
wait $asked $others
same "the status of its own request" "$(cat "$T/run/own")" 502
same "statuses of the others" "$(sort "$T/run/load" | uniq -c | tr -s ' ')" \
    " 40 200"
verdict r60_a_process_that_fails_takes_one_request_with_it
end TERM
web_end
rm -f "$T"/report/*     # of the SIGSEGV

extra=LIBSESS_WAIT=1s
begin held -p 4
web held
session hal
for signal in 11 19; do
	mkfifo "$T/run/held.$signal"
	$as_user "$T/run/hold_gate" "$store-lock" $signal \
	    > "$T/run/held.$signal" 2>> "$T/log/held.log" &
	holder=$!
	read -r _ < "$T/run/held.$signal"
	: > "$T/run/load"
	if [ $signal = 19 ]; then
		wait_until "it to stop" grep -q '^State:.T' \
		    "/proc/$holder/status"
		load 8
		same "writes, while it is held" "$(sort -u "$T/run/load")" 503
		bring "sid=$id" "probe?op=get+who"
		same "a read, while it is held" "$status" 200
		holds "what is read" "$body" '["hal"]'
		kill -9 $holder
		: > "$T/run/load"
	fi
	wait $holder
	load 8
	same "writes, after $signal" "$(sort -u "$T/run/load")" 200
	verdict "r60_signal_${signal}_of_who_holds_the_gate"
done
end TERM
web_end
extra=

# ---- Whose settings count -----------------------------------------------------------------

begin decided
web decided
session una
curl -s -m 60 -H "Cookie: sid=$id" "$base/other/probe?op=get+who" > "$T/run/other"
same "what the store of the program has" "$(cat "$T/run/other")" \
    '{"new":false,"results":["una"],"user":null}'
curl -s -m 60 -o /dev/null "$base/other/probe?op=set+who+x"
same "the store that the request names" "$(test -e "$state/sess/other.db" && echo there)" ""
verdict r75_the_process_s_own_settings_win
end TERM
web_end

# Over TCP anybody on the machine can send requests, and no settings.
for attempt in 1 2 3 4 5; do
	at=127.0.0.1:$((10000 + $(random 20000)))
	$as_user env -i PATH="$PATH" $(settings LIBSESS_STORE=) "$probe" \
	    -l "$at" 2> "$T/log/tcp.log" &
	program=$!
	listens() {
		gone "$program" || curl -s -m 5 "$at" -o /dev/null || [ $? = 52 ]
	}
	wait_until "it to listen" listens
	gone "$program" || break
done
servers="$servers $program"
web tcp
curl -s -m 60 "$base/other/probe?op=get+who" > "$body"
holds "an answer without a store" "$body" '"results":[null]'
curl -s -m 60 -o /dev/null -w '%{http_code}\n' "$base/other/probe?op=set+who+x" > "$body"
same "the status with no store" "$(cat "$body")" 503
same "the store that the request names" "$(test -e "$state/sess/other.db" && echo there)" ""
same "lines about it" "$(grep -c 'over TCP and is ignored' "$T/log/tcp.log")" 1
verdict r75_no_setting_comes_over_tcp
end TERM
same "its status" "$ended" 0
web_end
unset at

# ---- Bodies that are kept -----------------------------------------------------------------

# Over 64 KiB they need a file; without a folder for it nobody is told that a
# form was sent wrong.
{ printf op=get+k; head -c 200000 /dev/zero | tr '\0' '&'; } > "$T/run/form"
for folder in "$T/uploads" /nowhere; do
	extra=LIBSESS_UPLOAD_DIR=$folder
	begin keeps
	web keeps
	curl -s -m 60 -o "$body" -w '%{http_code}\n' --data-binary \
	    "@$T/run/form" "$base/cgi-bin/probe" >> "$T/run/kept"
	end TERM
	web_end
done
extra=
same "the statuses" "$(tr '\n' ' ' < "$T/run/kept")" "200 503 "
holds "the log" "$T/log/fcgi.log" "upload_dir: no room there to keep a body"
verdict r71_a_body_that_cannot_be_kept_is_503

# ---- Threads ------------------------------------------------------------------------------

# It has no store of its own: the server names one for each place.
keep='keepalive 16;'
extra=LIBSESS_STORE=
begin kept -t 8
extra=
place="fastcgi_param LIBSESS_STORE sqlite:$store;"
web kept 'fastcgi_keep_conn on;'
place=
session tom
: > "$T/run/load"
load 4000
same "statuses" "$(sort "$T/run/load" | uniq -c | tr -s ' ')" " 4000 200"
same "the sum of 8 threads" "$(sum)" 4000
verdict r62_eight_threads_add_4000

curl -s -Z --parallel-immediate --parallel-max 8 -m 60 -o /dev/null -w '%{http_code}\n' \
    "$base/cgi-bin/probe?op=sleep+3000&i=[1-8]" > "$T/run/load" 2> /dev/null &
asked=$!
wait_until "8 in their handlers at the same time" sleeping 8
wait $asked
same "statuses" "$(sort -u "$T/run/load")" 200
verdict r62_eight_kept_connections_work_at_once

# What belongs to one of them is never in the other's answer.
session eve
eve=$id
session dan
dan=$id
for who in eve dan; do
	eval "mine=\$$who"
	curl -s -Z --parallel-immediate --parallel-max 2 -m 60 -w '%{http_code}\n' \
	    -H "Cookie: sid=$mine" -H "X-Who: $who" --data "op=get+who" \
	    "$base/cgi-bin/probe?op=get+$who-[1-500]" > "$T/run/$who" 2> /dev/null &
	pids="${pids-} $!"
done
wait $pids
for who in eve dan; do
	same "what $who got" "$(sort "$T/run/$who" | uniq -c | tr -s ' ')" \
	    " 500 200
 500 {\"new\":false,\"results\":[null,\"$who\"],\"user\":null}"
done
verdict r62_nothing_of_one_is_in_the_next

# Two stores in turn: neither knows the other's sessions.
: > "$T/run/load"
id=$eve
load 100 & other=$!
curl -s -Z --parallel-immediate --parallel-max 4 -m 60 -H "Cookie: sid=$eve" \
    "$base/other/probe?op=get+who&i=[1-100]" > "$T/run/other" 2> /dev/null
wait $other
same "of the other store" "$(sort "$T/run/other" | uniq -c | tr -s ' ')" \
    ' 100 {"new":true,"results":[null],"user":null}'
same "of this store" "$(sum)" 100
verdict r62_settings_of_two_places_never_mix
end TERM
same "the status with connections kept" "$ended" 0
verdict r59_a_kept_connection_does_not_hold_it
web_end

# One thread, two connections that the server keeps.
begin alone
web alone 'fastcgi_keep_conn on;'
session una
: > "$T/run/load"
for i in 1 2; do
	curl -sS -m 60 -o /dev/null -w '%{http_code}\n' \
	    -H "Cookie: sid=$id" --data op=add+n+1 \
	    "$base/cgi-bin/probe?i=[1-2000]" > "$T/run/load.$i" 2>&1 &
	eval "load$i=$!"
done
wait $load1 $load2
same "statuses" "$(cat "$T"/run/load.[12] | sort | uniq -c | tr -s ' ')" \
    " 4000 200"
same "the sum" "$(sum)" 4000
lacks "nginx's log" "$T/log/nginx-alone.log" "upstream prematurely"
verdict r62_one_thread_is_held_by_no_connection
end TERM
web_end
keep=

# ---- Memory ---------------------------------------------------------------------------------

use=$T/release/probe_fcgi
begin long
web long
session mel
for part in 1 2; do
	load 10000
	eval "size$part=$(memory "$program")"
done
echo "# $size1 KB after 10000 requests, $size2 after 20000"
at_least "memory before, and a fiftieth more" $((size1 * 51 / 50)) "$size2"
verdict r62_memory_is_flat
end TERM
web_end
unset use

# ---- Sockets --------------------------------------------------------------------------------

ask_at() {
	$client "$1" plain_request > "$body"
	same "the request" "$(cat "$body")" plain_request
}

begin mode
same "the mode" "$(stat -c %a "$door/mode")" 660
$as_user env -i $(settings) "$probe" -l "$door/mode" 2> "$body"
same "a second one" "$?" 1
holds "what it says" "$body" "cannot be made"
ask_at "$door/mode"
end KILL
same "what a crash leaves" "$(ls "$door/mode")" "$door/mode"
$as_user env -i $(settings) "$probe" -l "$door/mode" 2>> "$T/log/fcgi.log" &
program=$!
servers="$servers $program"
wait_until "it to be replaced" sh -c "$client $door/mode plain_request |
    grep -qx plain_request"
end TERM
same "the socket at the end" "$(test -e "$door/mode" && echo there)" ""
echo kept > "$door/file"
$as_user env -i $(settings) "$probe" -l "$door/file" 2> /dev/null
same "a file that is no socket" "$(cat "$door/file")" kept
rm "$door/file"
verdict r50_a_socket_of_its_own

$as_user env -i PATH="$PATH" $(settings) spawn-fcgi -n -s "$door/spawned" \
    -M 660 -- "$probe" 2>> "$T/log/fcgi.log" &
program=$!
servers="$servers $program"
wait_until "spawn-fcgi" test -S "$door/spawned"
ask_at "$door/spawned"

# Of one request, lines that together have no room in one of libfcgi's records.
web spawned
ask leo 'probe?op=set+k+v'
ids=
for i in 1 2 3 4; do
	ids="$ids; sid=$(cookie leo)"
	ask leo 'probe?op=rotate'
	ask leo probe
done
echo +30 > "$clock"
bring "${ids#; }" "probe/$(printf '%0120d' 0)"
echo +0 > "$clock"
whole='stderr: "libsess time=[^ ]* app=0{120} event=replay address=[^ ]* session=[0-9]* why="[^"]*"" while'
same "lines that are whole" "$(grep -acE "$whole" "$T/log/nginx-spawned.log")" 4
verdict r69_a_line_reaches_the_server_s_log_whole
web_end
end TERM
same "its status" "$ended" 0
verdict r59_started_by_spawn_fcgi

# A line about a request that is still coming is for its own connection.
$as_user env -i PATH="$PATH" $(settings LIBSESS_STORE=sqlite:/nowhere/x.db) \
    spawn-fcgi -n -s "$door/lines" -M 660 -- "$probe" 2>> "$T/log/fcgi.log" &
program=$!
servers="$servers $program"
wait_until "spawn-fcgi" test -S "$door/lines"
python3 "$top_srcdir/tests/fcgi_lines.py" "$door/lines" > "$body" 2>&1
same "what came where" "$(cat "$body")" "page 3 6
upload 7"
verdict r62_a_line_about_one_request_is_not_in_the_next
end TERM

$as_user env -i PATH="$PATH" systemd-socket-activate -l "$door/activated" \
    $(settings | sed 's/^/-E /') "$probe" 2>> "$T/log/fcgi.log" &
program=$!
servers="$servers $program"
wait_until "systemd" test -S "$door/activated"
ask_at "$door/activated"
end TERM
same "its status" "$ended" 0
verdict r59_started_by_systemd

for where in 0.0.0.0:9 '[::]:9' 192.0.2.1:9 nonsense 65537 99999999 '[::1' 0 ''; do
	$as_user timeout 10 env -i $(settings) "$probe" -l "$where" 2> "$body" < /dev/null
	same "the status for $where" "$?" 1
	at_least "what it says of $where" "$(wc -c < "$body")" 10
done
verdict r50_tcp_is_this_machine_only

# As root it says what it saw, what it expected and what to do, and ends.
mkdir -m 700 "$T/root"
extra="LIBSESS_STORE=sqlite:$T/root/sess.db DEMO_DB=$T/root/demo.db"

# refused WHAT COMMAND... - it would be asked for nothing else.
refused() {
	what=$1
	shift
	timeout 10 env -i PATH="$PATH" $(settings $extra) "$@" 2> "$body" \
	    < /dev/null
	same "the status of $what" "$?" 1
	same "lines of $what" "$(wc -l < "$body")" 1
	for word in 'root (uid 0)' 'a user of its own' allow_root; do
		holds "what $what says" "$body" "$word"
	done
}
same "who runs this" "$(id -u)" 0
refused "one with a socket of its own" "$probe" -l "$door/root"
refused "the parent of several" "$probe" -l "$door/root" -p 2 -t 2
refused "one that could be root again" setpriv --euid 4242 \
    "$T/release/probe_fcgi" -l "$door/root"
same "the socket" "$(test -e "$door/root" && echo there)" ""
refused "one that was given a socket" spawn-fcgi -n -s "$door/root" -- \
    "$T/release/probe_fcgi"
rm -f "$door/root"
same "what they made" "$(ls "$T/root")" ""
verdict r77_a_program_that_stays_refuses_to_be_root

user=$as_user
as_user=
begin root -r
"$T/run/client" "$door/root" plain_request > "$body"
same "the request" "$(cat "$body")" plain_request
end TERM
cgi "$probe" $extra QUERY_STRING=op=set+k+v < /dev/null > "$body"
holds "as a CGI program" "$body" "Status: 200"
as_user=$user
extra=
verdict r77_root_by_name_and_a_page_by_hand_are_served

for words in '-p 0' '-p -1' '-p 1x' '-t 99999999999' '-t x' '-p 257' '-t 1025' \
    '-z' 'word' '-p'; do
	$as_user timeout 10 env -i $(settings) "$probe" $words 2> "$body" < /dev/null
	same "the status for $words" "$?" 1
	at_least "what it says of $words" "$(wc -c < "$body")" 10
done
$as_user timeout 10 env -i $(settings) "$probe" 2> "$body" < /dev/null
same "with no socket" "$?" 1
arguments='-l /nowhere -t 0'
cgi "$probe" QUERY_STRING=-l+/nowhere < /dev/null > "$body"
holds "as a CGI program" "$body" "Status: 200"
arguments=
verdict r50_words_of_the_command_line

finish
