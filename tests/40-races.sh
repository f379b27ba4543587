#!/bin/sh
# 40-races.sh - goal: requests that run at the same time lose nothing of each
# other, and none of them brings back what another one ended.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
server_start

# ---- A slow request and a logout --------------------------------------------------

# slow OPERATIONS - a request of ann that takes its time; returns when it has
# begun, which is seen from a field that it sets at once.
slow() {
	ask ann "probe?op=login+alice&op=del+begun"
	old=$(cookie ann)
	curl -sS -m 60 -i -o "$T/run/slow" -b "sid=$old" \
	    "$base/cgi-bin/probe?op=cas+begun+-+yes&op=sleep+$sleep&$1" &
	pid=$!
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		bring "sid=$old" 'probe?op=get+begun'
		! grep -q yes "$body" || return
		sleep 0.05
	done
	differ "the slow request, try $try" "$(cat "$body")" "a beginning"
}

# during OPERATIONS OPERATION - the latter while the former run: repeated,
# with more time, if they were over too soon on a machine that is busy.
during() {
	for sleep in 1500 4000 16000; do
		slow "$1"
		ask ann "probe?$2"
		! kill -0 "$pid" 2>/dev/null || break
		wait "$pid"
	done
	wait "$pid"
}

during op=set+x+late op=logout
holds "the slow request" "$T/run/slow" "HTTP/1.1 503"
holds "the slow request" "$T/run/slow" E_GONE
lacks "the slow request" "$T/run/slow" Set-Cookie
same "sessions" "$(sql 'SELECT count(*) FROM session')" 0
same "fields" "$(sql 'SELECT count(*) FROM field')" 0
bring "sid=$old" 'probe?op=get+x'
same "the old cookie" "$(cat "$body")" \
    '{"new":true,"results":[null],"user":null}'
verdict r10_a_slow_request_does_not_undo_a_logout

during op=get+begun op=logout
same "sessions" "$(sql 'SELECT count(*) FROM session')" 0
lacks "the slow request" "$T/run/slow" Set-Cookie
bring "sid=$old" 'probe?op=get+x'
holds "the old cookie" "$body" '"new":true'
verdict r10_nor_does_one_that_only_looks

during op=set+x+late op=login+alice
holds "the slow request" "$T/run/slow" "HTTP/1.1 503"
holds "the slow request" "$T/run/slow" E_GONE
lacks "the slow request" "$T/run/slow" Set-Cookie
ask ann 'probe?op=get+x'
same "the session" "$(cat "$body")" \
    '{"new":false,"results":[null],"user":"alice"}'
verdict r06_a_slow_request_on_the_id_before_a_login_changes_nothing

# ---- Sixteen at once ---------------------------------------------------------------

ask bea 'probe?op=set+k+v'
started=$(date +%s)
workers=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	curl -sS -m 300 -o /dev/null -w '%{http_code}\n' \
	    -b "sid=$(cookie bea)" \
	    "$base/release/probe?op=add+n+1&op=add+w$i+1&i=[1-1000]" \
	    > "$T/run/codes.$i" &
	workers="$workers $!"
done
for pid in $workers; do
	wait "$pid"
done
echo "# 16,000 requests in $(($(date +%s) - started)) s"
same "answers" "$(sort "$T"/run/codes.* | uniq -c | tr -s ' ')" " 16000 200"
ask bea 'probe?op=get+n'
same "the sum" "$(cat "$body")" '{"new":false,"results":[16000],"user":null}'
same "the parts" "$(sql "SELECT count(*), min(value), max(value) FROM field
    WHERE name LIKE 'w%'")" "16|1000|1000"
verdict r34_sixteen_thousand_parallel_additions_are_all_counted

# One of all those that ask at once gets it.
ask bea 'probe?op=set+flash+saved'
workers=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 \
    17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32; do
	curl -sS -m 60 -b "sid=$(cookie bea)" \
	    "$base/cgi-bin/probe?op=take+flash" > "$T/run/taken.$i" &
	workers="$workers $!"
done
for pid in $workers; do
	wait "$pid"
done
same "answers" "$(cat "$T"/run/taken.* | sort | uniq -c | tr -s ' ')" \
' 1 {"new":false,"results":["saved"],"user":null}
 31 {"new":false,"results":[null],"user":null}'
verdict r35_one_of_32_parallel_readers_gets_the_flash

finish
