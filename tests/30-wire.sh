#!/bin/sh
# 30-wire.sh - goal: what a web server hands over is believed only where it
# makes sense: the length of the body, the query as arguments, odd paths.
# Programs are run directly here, because servers refuse most of this.
# shellcheck disable=SC1091,SC2016,SC2034,SC2046,SC2086,SC2119,SC2154,SC2317
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need haproxy nginx

probe=$T/cgi-bin/probe

# post BODY [NAME=value...] - a form, with this in the environment.
post() {
	text=$1
	shift
	printf %s "$text" | cgi "$probe" REQUEST_METHOD=POST \
	    CONTENT_TYPE=application/x-www-form-urlencoded \
	    "HTTP_COOKIE=sid=$id" "$@" > "$body"
	status=$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$body")
}

count() {
	cgi "$probe" QUERY_STRING=op=get+n "HTTP_COOKIE=sid=$id" < /dev/null |
	    sed -n 's/.*"results":\[\([^]]*\)\].*/\1/p'
}

# adds WHAT STATUS NUMBER - what the last form did.
adds() {
	same "$1: status" "$status" "$2"
	now=$(count)
	same "$1: effect" "$((now - n))" "$3"
	n=$now
}

id=$(cgi "$probe" QUERY_STRING=op=set+n+x\&op=del+n\&op=add+n+1 < /dev/null |
    sed -n 's/^Set-Cookie: sid=\([^;]*\).*/\1/p')
echo "$id" >> "$T/secrets"
n=$(count)
same "to begin with" "$n" 1

# ---- The length of the body -------------------------------------------------------

form=op=add+n+1         # ten bytes
post $form CONTENT_LENGTH=10
adds exact 200 1
post $form CONTENT_LENGTH=0000000010
adds "leading zeros" 200 1
post $form
adds "no CONTENT_LENGTH" 200 1
post $form CONTENT_LENGTH=
adds "an empty one" 200 1
post '' CONTENT_LENGTH=0
adds "no body" 200 0
post ''
adds "no CONTENT_LENGTH and no body" 200 0
verdict r29_a_length_that_is_right_or_not_there_is_taken

for length in -1 +5 +10 ' 5' '10 ' ' ' 0x10 1e3 10.0 1,0 '10, 10' 10x x \
    "$(printf '10\t')" "$(printf '10\n.')"; do
	post $form "CONTENT_LENGTH=$length"
	adds "CONTENT_LENGTH=$length" 400 0
done
verdict r29_a_length_that_is_no_number_is_400

for length in 1048577 2147483648 4294967306 9223372036854775808 \
    18446744073709551621 340282366920938463463374607431768211466; do
	post $form "CONTENT_LENGTH=$length"
	adds "CONTENT_LENGTH=$length" 413 0
done
verdict r29_a_length_that_is_too_much_or_overflows_is_413

# Nobody sends that body, and nobody needs to: the answer comes all the same.
mkfifo "$T/run/quiet"
sleep 60 > "$T/run/quiet" &
writer=$!
cgi "$probe" REQUEST_METHOD=POST CONTENT_LENGTH=2000000 \
    CONTENT_TYPE=application/x-www-form-urlencoded \
    "HTTP_COOKIE=sid=$id" < "$T/run/quiet" > "$body"
holds "the answer" "$body" "Status: 413"
same "the one who did not send" "$(kill -0 $writer && echo waits)" waits
kill $writer
wait $writer 2>/dev/null
verdict r29_413_comes_before_the_body_is_read

post $form CONTENT_LENGTH=11
adds "one byte missing" 400 0
post $form CONTENT_LENGTH=1048576
adds "most of it missing" 400 0
post '' CONTENT_LENGTH=10
adds "all of it missing" 400 0
lacks "nothing was run" "$body" results
verdict r29_a_body_that_is_short_is_400_and_nothing_is_run

post "$form&op=add+n+100" CONTENT_LENGTH=10
adds "a length in the middle" 200 1
post "$form" CONTENT_LENGTH=0
adds "a length of 0" 200 0
verdict r29_nothing_is_read_past_the_length

head -c 1100000 /dev/zero | tr '\0' a > "$T/run/long"
cgi "$probe" REQUEST_METHOD=POST \
    CONTENT_TYPE=application/x-www-form-urlencoded "HTTP_COOKIE=sid=$id" \
    < "$T/run/long" > "$body"
holds "the answer" "$body" "Status: 413"
verdict r29_a_body_without_length_has_an_end

# ---- Bodies that come slowly -------------------------------------------------------

# pieces N TEXT PAUSE - until nobody reads any more.
pieces() {
	i=0
	while [ "$i" -lt "$1" ] && printf %s "$2"; do
		i=$((i + 1))
		sleep "$3"
	done
}

# slowly HASTE - a form of 500,000 bytes, to a program that lives so much
# faster.
slowly() {
	cgi "$probe" REQUEST_METHOD=POST CONTENT_LENGTH=500000 \
	    CONTENT_TYPE=application/x-www-form-urlencoded \
	    "HTTP_COOKIE=sid=$id" "LIBSESS_TEST_HASTE=$1" > "$body"
}

# slow_adds WHAT STATUS NUMBER - what that did; it ran in a shell of its own.
slow_adds() {
	status=$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$body")
	adds "$@"
}

told=$(grep -ac err=E_TIMEOUT "$T/log/direct.log")
pieces 100 a 0.1 2>/dev/null | slowly 100
slow_adds "a byte now and then" 408 0
sleep 60 > "$T/run/quiet" &
writer=$!
slowly 100 < "$T/run/quiet"
kill $writer
wait $writer 2>/dev/null
slow_adds "not one byte" 408 0
same "lines in the log" \
    "$(($(grep -ac err=E_TIMEOUT "$T/log/direct.log") - told))" 2
holds "the log" "$T/log/direct.log" "body too slow"
verdict r71_cgi_a_body_that_trickles_ends_in_408

# Twice as long as a body without a byte may take, at eight times the rate.
piece=$(head -c 8189 /dev/zero | tr '\0' a)
{
	printf %s "$form&x="
	pieces 60 "$piece&x=" 0.1
	printf '%0*d' $((500000 - 13 - 60 * 8192)) 0
} | slowly 10
slow_adds "a slow line" 200 1
verdict r71_cgi_a_slow_line_brings_all_of_it

# ---- The same through a server --------------------------------------------------------

server_start
ask ann 'probe?op=set+k+v'
# through CURL-ARGUMENT... - send a form so; $total is what has been added.
through() {
	curl -s -m 3 -o "$body" -w '%{http_code}' -b "sid=$(cookie ann)" "$@" \
	    -d 'op=add n 1' "$base/cgi-bin/probe" > "$T/run/status"
	ask ann 'probe?op=get+n'
	total=$(sed -n 's/.*"results":\[\([^]]*\)\].*/\1/p' "$body")
}
through
same "whole: status" "$(cat "$T/run/status")" 200
same "whole: effect" "$total" 1
through -H 'Transfer-Encoding: chunked'
same "chunked: status" "$(cat "$T/run/status")" 200
same "chunked: effect" "$total" 2
for length in -1 +5 0x10 1e3 9223372036854775808 18446744073709551621; do
	through -H "Content-Length: $length"
	case $(cat "$T/run/status") in
	400 | 413) ;;
	*) differ "$length: status" "$(cat "$T/run/status")" "400 or 413" ;;
	esac
	same "$length: effect" "$total" 2
done
through -H 'Content-Length: 11'
same "short: status" "$(cat "$T/run/status")" 000
same "short: effect" "$total" 2
verdict r29_through_a_server

# ---- Files --------------------------------------------------------------------------------

head -c 300000 /dev/urandom > "$T/run/large"
: > "$T/run/empty"
# upload [CURL-ARGUMENT...] - the same form with files, sent so.
upload() {
	ask ann echo "$@" -F 'note=two "words"' \
	    -F "f=@$T/run/large;type=text/x;filename=C:\\a.txt" \
	    -F "f=@$T/run/empty;filename=../\"e" -F note=2
}
for how in Expect: 'Transfer-Encoding: chunked'; do
	upload -H "$how"
	same "$how: status" "$status" 200
	holds "$how: fields" "$body" \
	    '"post":[["note","two \"words\""],["note","2"]]'
	holds "$how: files" "$body" '"files":[{"name":"f","filename":"C:\\a.txt","type":"text/x","size":300000},{"name":"f","filename":"../\"e","type":"application/octet-stream","size":0}]}'
done
verdict r28_curl_sends_files_through_a_server

set --
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	set -- "$@" -F "f=@$T/run/empty"
done
ask ann echo "$@"
same "20 files" "$status" 200
ask ann echo "$@" -F "f=@$T/run/empty"
same "21 files" "$status $(cat "$body")" '413 {"ok":false,"err":"E_BODY"}'
ask ann probe -F "f=@$T/run/empty"
same "to a page that takes none" "$status" 413
cgi "$T/cgi-bin/echo" REQUEST_METHOD=POST CONTENT_LENGTH=16777217 \
    'CONTENT_TYPE=multipart/form-data; boundary=x' < /dev/null > "$body"
holds "more than 16 MiB" "$body" "Status: 413"
cgi "$T/cgi-bin/echo" REQUEST_METHOD=POST CONTENT_LENGTH=16777216 \
    'CONTENT_TYPE=multipart/form-data; boundary=x' < /dev/null > "$body"
holds "16 MiB that do not come" "$body" "Status: 400"
verdict r28_too_many_files_and_too_many_bytes_are_413

# ---- Fields that came twice ---------------------------------------------------------------

# What the client writes beside the proxy's word is not believed, whatever the
# servers between make of two fields: lighttpd joins them, but makes another
# variable of X_Forwarded_For; nginx makes two variables; HAProxy appends a
# field of its own.

# seen CURL-ARGUMENT... - the address and https that the page is told of.
seen() {
	curl -s -m 20 "$@" "$at" |
	    sed -n 's/.*"https":\([a-z]*\),.*"ip":"\([^"]*\)".*/\2 \1/p'
}
x=X-Forwarded-For

unset port
server_start LIBSESS_PROXIES=127.0.0.1
at=$base/cgi-bin/echo
behind=$port
same "one field" "$(seen -H "$x: 203.0.113.9")" "203.0.113.9 false"
same "a list" "$(seen -H "$x: 6.6.6.6, 203.0.113.9")" "203.0.113.9 false"
same "two fields" "$(seen -H "$x: 6.6.6.6" -H "$x: 203.0.113.9")" \
    "203.0.113.9 false"
same "one more with another name" \
    "$(seen -H 'X_Forwarded_For: 6.6.6.6' -H "$x: 203.0.113.9")" \
    "127.0.0.1 false"
same "... behind it" \
    "$(seen -H "$x: 203.0.113.9" -H 'X_Forwarded_For: 6.6.6.6')" \
    "127.0.0.1 false"
same "another scheme" "$(seen -H 'X_Forwarded_Proto: https' \
    -H 'X-Forwarded-Proto: http')" "127.0.0.1 false"
verdict r73_a_field_twice_through_lighttpd

# shellcheck source=tests/servers-main.sh
. "$top_srcdir/tests/servers-main.sh"
mkdir "$T/own"
[ -z "$as_user" ] || chown 4242:4242 "$T/own"
program_copy tests/fcgi/demo release/demo
chmod 755 "$T/release/demo"
begin $(settings LIBSESS_PROXIES=127.0.0.1) "$T/release/demo" \
    -l "$T/own/demo"

nginx_start() {
	cat > "$T/run/front.conf" <<-EOF
	server {
	listen 127.0.0.1:$1;
	location /demo/ {
		fastcgi_split_path_info ^(/demo)((?s)/.*)\$;
		include /etc/nginx/fastcgi_params;
		fastcgi_param PATH_INFO \$fastcgi_path_info;
		fastcgi_pass unix:$T/own/demo;
	}
	}
	EOF
	nginx_run front.conf
}
haproxy_start() {
	cat > "$T/run/haproxy.conf" <<-EOF
	defaults
		mode http
		timeout connect 20s
		timeout client 20s
		timeout server 20s
		option forwardfor
	frontend all
		bind 127.0.0.1:$1
		default_backend lighttpd
		use_backend nginx if { path_beg /demo/ }
	backend lighttpd
		server one 127.0.0.1:$behind
	backend nginx
		server one 127.0.0.1:$nginx
	EOF
	begin haproxy -db -f "$T/run/haproxy.conf"
}
# answers PORT - does a server, before its process is gone?
answers() {
	tries=0
	until curl -s -m 5 -o /dev/null "http://127.0.0.1:$1/"; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] && kill -0 "$begun" 2>/dev/null ||
			return 1
		sleep 0.05
	done
}
# end PID - haproxy has no ear for SIGINT.
end() {
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	servers=$(echo " $servers " | sed "s/ $1 / /")
}
# somewhere NAME - NAME_start at a port that is free; $there is it.
somewhere() {
	for attempt in 1 2 3 4 5 6 7 8 9 10; do
		there=$((10000 + $(random 20000)))
		"$1_start" "$there"
		! answers "$there" || return 0
		end "$begun"
	done
	bail "$1 does not start: $(cat "$T/log/out.log")"
}

somewhere nginx
nginx=$there
at=http://127.0.0.1:$nginx/demo/echo
same "one field" "$(seen -H "$x: 203.0.113.9")" "203.0.113.9 false"
same "a list" "$(seen -H "$x: 6.6.6.6, 203.0.113.9")" "203.0.113.9 false"
same "two fields" "$(seen -H "$x: 6.6.6.6" -H "$x: 203.0.113.9")" \
    "127.0.0.1 false"
same "three" "$(seen -H "$x: 6.6.6.6" -H "$x: 6.6.6.6" -H "$x: 6.6.6.6")" \
    "127.0.0.1 false"
same "https" "$(seen -H 'X-Forwarded-Proto: https')" "127.0.0.1 true"
same "https, then http" "$(seen -H 'X-Forwarded-Proto: https' \
    -H 'X-Forwarded-Proto: http')" "127.0.0.1 false"
base=http://127.0.0.1:$nginx
mount=/demo
own="Origin: $base"
ask joe login
send_to_login() {
	ask joe login "$@" --data-urlencode "csrf=$csrf" -d user=x -d password=y
}
csrf=$(token)
send_to_login -H "$own"
same "one origin" "$status" 401
send_to_login -H "$own" -H "$own"
same "two origins" "$status" 403
send_to_login -H "$own" -H 'Origin: https://evil.example'
same "two origins" "$status" 403
send_to_login -H 'Sec-Fetch-Site: same-origin' -H 'Sec-Fetch-Site: cross-site'
same "two sites" "$status" 403
mount=/cgi-bin
verdict r73_a_field_twice_through_nginx

# A client elsewhere: HAProxy appends 127.0.0.2.
somewhere haproxy
at=http://127.0.0.1:$there/cgi-bin/echo
far='--interface 127.0.0.2'
same "its word alone" "$(seen $far)" "127.0.0.2 false"
same "behind the client's" "$(seen $far -H "$x: 6.6.6.6")" "127.0.0.2 false"
same "one more with another name" \
    "$(seen $far -H 'X_Forwarded_For: 6.6.6.6')" "127.0.0.1 false"
at=http://127.0.0.1:$there/demo/echo
same "its word alone" "$(seen $far)" "127.0.0.2 false"
same "behind the client's" "$(seen $far -H "$x: 6.6.6.6")" "127.0.0.1 false"
verdict r73_a_field_twice_through_haproxy
end "$begun"

# The others go on behind lighttpd.
base=http://127.0.0.1:$behind

# ---- Queries that look like options, odd paths -------------------------------------------

ask ann probe
cp "$body" "$T/run/plain"
for query in -s --help -h -d+allow_url_include%3d1 --version -- -%s%n; do
	ask ann "probe?$query"
	same "?$query" "$status $(cat "$body")" "200 $(cat "$T/run/plain")"
	cgi "$probe" "QUERY_STRING=$query" "HTTP_COOKIE=sid=$id" \
	    < /dev/null > "$T/run/without"
	arguments=$query
	cgi "$probe" "QUERY_STRING=$query" "HTTP_COOKIE=sid=$id" \
	    < /dev/null > "$T/run/with"
	arguments=
	same "argument $query" "$(cat "$T/run/with")" "$(cat "$T/run/without")"
	holds "argument $query" "$T/run/with" "Status: 200"
done
verdict r31_a_query_is_no_option

for path in /a%0ab /a%0d%0aX-Evil:1 /.. /../../etc/passwd / // /%00 /a%2Fb \
    '/;id' '/$(id)'; do
	ask ann "probe$path" --path-as-is
	case $status in
	200) same "$path" "$(cat "$body")" "$(cat "$T/run/plain")" ;;
	400 | 403 | 404) ;;
	*) differ "$path" "$status" "200, 400, 403 or 404" ;;
	esac
	lacks "$path" "$head" X-Evil
done
for path in '' /.. "$(printf '/a\r\nX-Evil: 1')" "$(printf '/\033[2J')"; do
	cgi "$probe" "PATH_INFO=$path" "HTTP_COOKIE=sid=$id" < /dev/null \
	    > "$body"
	holds "PATH_INFO=$path" "$body" "Status: 200"
	lacks "PATH_INFO=$path" "$body" X-Evil
done
verdict r31_odd_paths_do_nothing

# A redirect is made from SCRIPT_NAME: it must not carry what that brings.
for name in "$(printf '/a\r\nX-Evil: 1/drafts')" //evil.example/drafts \
    "$(printf '/\t/evil.example/drafts')" '\\evil.example/drafts' \
    http://evil.example/drafts; do
	cgi "$T/cgi-bin/drafts" "SCRIPT_NAME=$name" < /dev/null > "$body"
	same "SCRIPT_NAME=$name" \
	    "$(grep -ac '^X-Evil\|^Location:.*evil' "$body")" 0
done
verdict r31_a_redirect_does_not_trust_script_name

finish
