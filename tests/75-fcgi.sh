#!/bin/sh
# 75-fcgi.sh - goal: a program that stays answers each request as if it were
# the only one, whatever others send, and whenever its processes end.
# shellcheck disable=SC1091,SC2086,SC2119,SC2154
. "$top_srcdir/tests/scenario.sh"
need nginx pgrep seq spawn-fcgi strace systemd-socket-activate valgrind

door=$T/door            # where sockets are
mkdir "$door"
[ -z "$as_user" ] || chown 4242:4242 "$door"
program_copy tests/fcgi/probe release/probe.fcgi
program_copy fcgi/demo release/demo.fcgi
program_copy tests/fcgi_client run/client
program_copy tests/hold_gate run/hold_gate
client="$as_user $T/run/client"
probe=$T/release/probe.fcgi
chmod 755 "$T/run" "$T"/release/*.fcgi "$T/run/client" "$T/run/hold_gate"

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
		error_log $T/log/nginx.log notice;
		events { worker_connections 256; }
		http {
		access_log off;
		client_body_temp_path $door/ngx1;
		fastcgi_temp_path $door/ngx2;
		proxy_temp_path $door/ngx3;
		uwsgi_temp_path $door/ngx4;
		scgi_temp_path $door/ngx5;
		upstream app { server unix:$door/$name; ${keep-} }
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
		    -e "$T/log/nginx.log" &
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
	curl -sS -Z --parallel-max 8 -m 60 -o /dev/null \
	    -w '%{http_code}\n' -H "Cookie: sid=$id" \
	    "$base/${2-cgi-bin/probe}?op=add+n+1&i=[1-$1]" \
	    >> "$T/run/load" 2>> "$T/run/load.err"
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
first=$(memory "$program")
for i in 1 2 3; do
	$client "$door/abused" > /dev/null
done
at_least "memory before, and a quarter more" $((first * 5 / 4)) \
    "$(memory "$program")"
verdict r32_abuse_does_not_grow_it

# The longest lengths, where so much memory cannot be had.
end TERM
same "the status of the abused" "$ended" 0
use=$T/release/demo.fcgi
before='prlimit --as=300000000'
begin small
$client "$door/small" lengths_7fffffff > "$body"
$client "$door/small" name_of_7ffffff0 >> "$body"
$client "$door/small" params_without_end >> "$body"
lacks "what is wrong" "$body" "wrong: Status"
same "is it alive" "$(kill -0 "$program" && echo yes)" yes
end TERM
same "its status" "$ended" 0
verdict r32_lengths_without_memory

before='valgrind -q --error-exitcode=9 --leak-check=full'
begin checked
$client "$door/checked" > /dev/null
end TERM
same "the status under valgrind" "$ended" 0
verdict r32_valgrind_has_nothing_to_say
before=
unset use

# ---- The end -------------------------------------------------------------------------

for signal in TERM USR1 INT; do
	begin idle
	end $signal
	same "the status of who was idle, at $signal" "$ended" 0
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
	wait_until "a request in hand" sh -c \
	    "grep -q '^State:.*S' /proc/$program/status && ls /proc/$program/fd -l | grep -c socket | grep -qv '^1$'"
	end $signal
	wait $asked
	holds "the answer, at $signal" "$body" '"user":null'
	same "the status, at $signal" "$ended" 0
	begin drained -t 2
done
verdict r59_the_request_in_hand_is_answered
end TERM
web_end

finish
