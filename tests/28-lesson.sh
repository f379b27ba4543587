#!/bin/sh
# 28-lesson.sh - goal: the lesson shows what really happens, on every one of
# its pages; it says so where the library is broken; and it changes nothing.
# SCREENSHOTS=FOLDER keeps pictures of all steps.
# shellcheck disable=SC1091,SC2034,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/browser-start.sh"
need cmp prlimit python3 sha256sum sort strace

program_copy tests/pages/lesson cgi-bin
program_copy cgi-bin/lesson release
mkdir "$T/broken" "$T/pages"
for broken in no_same_site same_id clear_id; do
	program_copy tests/broken/$broken broken
done
chmod -R a+rX "$T/cgi-bin" "$T/release" "$T/broken"
server_start LIBSESS_TEACH=yes

# The demo has a session, a user and a draft; what it keeps is one line a file.
login ann
submit ann 'drafts?new=1' act=save id= version= title=Tea text=time
kept() {
	find "$state" -type f -exec sha256sum {} + | sort
}
kept > "$T/run/before"
at_least "files of the demo" "$(wc -l < "$T/run/before")" 2

# walk WHAT... - as the programs of one who may see the lesson.
walk() {
	# shellcheck disable=SC2046,SC2086
	python3 "$top_srcdir/tests/lesson_walk.py" "$top_srcdir" "$@" \
	    $as_user env -i $(settings LIBSESS_TEACH=yes) 2>&1
}

# ---- Every place, as each language has it ------------------------------------

walk walk "$T/pages" "$T/release/lesson" "$T/cgi-bin/lesson" > "$T/run/walk"
grep '^#' "$T/run/walk"
at_least "figures" "$(grep -c '^#' "$T/run/walk")" 3

# no WORD... - there is no such fault.
no() {
	for word; do
		same "$word" "$(grep "^$word	" "$T/run/walk")" ""
	done
}
no status log steps
verdict each_place_of_the_lesson_is_shown
no claims
verdict each_claim_holds_where_the_reader_changes_nothing
no question right
verdict the_question_comes_first_and_the_capture_answers_it
no switch
verdict each_switch_and_each_clock_changes_what_is_claimed_or_right
no words lit
verdict each_arrow_is_a_link_and_stands_in_words_too
no twice
verdict a_step_comes_out_byte_for_byte_the_same_twice
no html gap
verdict the_pages_are_whole_html_without_a_gap
no lang german french
verdict the_lesson_is_german_in_german_and_else_english_and_says_so
no size memory
verdict no_page_is_large_and_no_program_takes_much_memory
no cookie
verdict the_lesson_sets_no_cookie

# ---- Where the library is broken ---------------------------------------------

walk claims "$T/cgi-bin/lesson" > "$T/run/whole"
lacks "what fails in the library as it is" "$T/run/whole" " fails "

# broken NAME SOURCE - shows what comes out otherwise than in the whole library.
broken() {
	! cmp -s "$top_builddir/tests/broken/$1.c" "$top_srcdir/libsess/$2.c" ||
	    differ "$2.c of $1" "the same" "a change"
	walk claims "$T/broken/$1" | sort > "$T/run/$1"
	sort "$T/run/whole" | comm -13 - "$T/run/$1" > "$T/run/otherwise"
}
broken no_same_site cookie
same "what differs" "$(cat "$T/run/otherwise")" "attributes fails samesite
forms fails stays
forms right 1"
verdict a_build_without_same_site_is_noticed
broken same_id commit
same "what differs" "$(cat "$T/run/otherwise")" "cart fails kept
login fails dead
login fails new-id
login fails user
login right 2"
verdict a_build_without_a_new_id_at_login_is_noticed
broken clear_id token
same "what differs" "$(cat "$T/run/otherwise")" "create fails hash
create right 1
login fails hash
return fails hashed"
verdict a_build_that_stores_ids_in_clear_is_noticed

# ---- Bad input ---------------------------------------------------------------

# told WHAT STATUS SENTENCE
told() {
	same "$1" "$status" "$2"
	holds "$1" "$body" "$3"
	lacks "the cookies of $1" "$head" Set-Cookie
}
nowhere='The lesson has no such place. Nothing was changed.'
last=$(find "$T/pages" -type f | wc -l)
for query in step=0 "step=$((last + 1))" step=-1 step=abc step= step=1e0 \
    step=01 step=1.0 'step=18446744073709551617' \
    'step=1&step=1' 'step=1&say=0&say=1' 'step=1&say=99' 'step=1&say=-1' \
    'step=1&say=0&with=8' 'step=1&say=0&with=-1' 'say=1' \
    'step=1&say=0&minutes=86401' 'step=1&say=0&minutes=-1' \
    'step=1&say=0&minutes=1e9' 'step=1&say=0&at=9999' 'step=1&say=0&at=0' \
    'file=../../etc/passwd' 'file=/etc/passwd' 'file=' \
    'file=lesson/pages.c&file=lesson/pages.c'; do
	ask nobody "lesson?$query"
	told "$query" 404 "$nowhere"
done
ask nobody 'lesson?step=1&say=0&at=200'
told "an arrow past the last one" 200 'class="arrow lit"'

# direct NAME=value... - ask the program without a server, which refuses more.
direct() {
	cgi "$T/cgi-bin/lesson" "$@" > "$body"
	cp "$body" "$head"
	status=$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$body")
}
on=LIBSESS_TEACH=yes
for query in step=1%00 file=lesson/pages.c%00; do
	direct $on "QUERY_STRING=$query"
	told "$query" 404 "$nowhere"
done
verdict a_place_that_is_none_is_told

long=$(awk 'BEGIN { while (n++ < 1024) printf "0123456789abcdef" }')
direct $on "QUERY_STRING=step=1&say=0&x=$long"
told "a query of more than 16 KiB" 414 'role="alert"'
for method in POST PUT DELETE PATCH; do
	ask nobody 'lesson?step=1&say=0' -X $method -d step=2
	told "$method" 405 'This page cannot do that.'
	same "$method" "$(header Allow)" "GET, HEAD"
done
ask nobody 'lesson?step=1&say=0' -I
same "HEAD" "$status" 200
lacks "HEAD" "$body" "<html"
verdict a_request_that_cannot_be_is_refused

# Less and less memory, until the step finds none and the page still does.
memory=$((64 << 20))
status=200
while [ "$status" = 200 ]; do
	memory=$((memory - (256 << 10)))
	cgi "$T/release/lesson" $on 'QUERY_STRING=step=12&say=0' prlimit \
	    "--as=$memory" > "$body" || :
	status=$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$body")
done
cp "$body" "$head"
told "no memory" 503 'Nothing was changed; please try again soon.'
lacks "no memory" "$body" '<aside class="panel"'
verdict a_step_that_finds_no_memory_is_refused_whole

# away WHAT SENTENCE NAME=value... - with these settings and variables.
away() {
	what=$1
	sentence=$2
	shift 2
	direct 'QUERY_STRING=step=1&say=0' "$@"
	told "$what" 403 "$sentence"
	holds "$what, what to set" "$body" LIBSESS_TEACH=yes
	holds "$what, what to set" "$body" LIBSESS_INSECURE_DEV=yes
	lacks "$what" "$body" 'class="arrow'
}
here='The lesson is shown only in a browser on the machine where it runs.'
away "from elsewhere" "$here" $on REMOTE_ADDR=192.0.2.1
away "from nowhere" "$here" $on REMOTE_ADDR=
away "another host" "$here" $on HTTP_HOST=example.org
away "a host that begins like ours" "$here" $on HTTP_HOST=localhost.example.org
away "by a proxy" "$here" $on HTTP_X_FORWARDED_FOR=127.0.0.1
away "by a proxy, as RFC 7239 has it" "$here" $on HTTP_FORWARDED=for=127.0.0.1
away "by a proxy that only says so" "$here" $on 'HTTP_VIA=1.1 proxy'
away "not switched on" 'The lesson is switched off here.'
away "switched off" 'The lesson is switched off here.' LIBSESS_TEACH=no
away "on a real site" 'only on a machine that is for trying things out.' $on \
    LIBSESS_INSECURE_DEV=no
verdict who_is_not_at_the_machine_is_told_why_and_what_to_set

# ---- It changes nothing ------------------------------------------------------

kept > "$T/run/after"
cmp "$T/run/before" "$T/run/after" > "$T/run/cmp" ||
    differ "the demo's files" "$(cat "$T/run/after")" "$(cat "$T/run/before")"
verdict the_demo_is_untouched_by_all_that

# Each step under strace: no file but /dev/null is opened to be written to, and
# no name is made, moved or removed; the demo's are not even looked at.
step=0
: > "$T/run/files"
while [ $((step += 1)) -le "$last" ]; do
	# shellcheck disable=SC2046,SC2086
	strace -f -qq -e trace=%file,ftruncate,fchmod,fchown,socket \
	    -o "$T/run/strace" $as_user env -i \
	    $(settings LIBSESS_TEACH=yes) REQUEST_METHOD=GET \
	    SCRIPT_NAME=/cgi-bin/lesson SERVER_PROTOCOL=HTTP/1.1 \
	    HTTP_HOST=localhost REMOTE_ADDR=127.0.0.1 SERVER_NAME=localhost \
	    SERVER_PORT=80 "QUERY_STRING=step=$step&say=0" \
	    "$T/release/lesson" > "$body" 2>> "$T/log/direct.log"
	holds "step $step under strace" "$body" 'class="arrow'
	awk -v step="$step" 'started { sub(/^[0-9]* */, ""); print step ": " $0 }
	    /execve\(.*release\/lesson/ { started = 1 }' \
	    "$T/run/strace" >> "$T/run/files"
done
at_least "what was traced" "$(wc -l < "$T/run/files")" "$last"
same "files that are written to" "$(grep -E 'O_(WRONLY|RDWR|CREAT|TRUNC)' \
    "$T/run/files" | grep -v '"/dev/null"')" ""
changes='creat|mk|rename|unlink|link|symlink|rmdir|utime|socket'
changes="$changes|f?chmod|f?chown|f?truncate"
same "names that are changed" "$(grep -E ": ($changes)" "$T/run/files")" ""
same "what it knows of the demo" "$(grep -F "$state" "$T/run/files")" ""
verdict the_lesson_writes_no_file_and_cannot_reach_the_demo

# ---- In a browser ------------------------------------------------------------

part lesson BROWSER=chromium SECURE="$base" STEPS="$last"

# All who log in here have one address, and each step of each request is told.
port=
server_start LIBSESS_TRACE_FORMAT=text LIBSESS_ADDRESS_TRIES=1000
mkdir "$T/run/statements"
part statements BROWSER=chromium SECURE="$base" TRACE="$T/log/$log" \
    PROFILES="$T/run/statements"

finish
