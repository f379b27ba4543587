#!/bin/sh
# 24-remember.sh - goal: two programs on one host remember their visitors
# beside each other, and nobody who is remembered has to type his password
# because his session was over, or his browser crashed.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need curl sqlite3

server_start
one=$base
unset port
server_start "LIBSESS_STORE=sqlite:$state/two/sess.db" LIBSESS_COOKIE_NAME=two
two=$base

# again BROWSER PAGE [CURL-ARGUMENT...] - closed and opened again.
again() {
	ask "$@" -j
}

# drafts WHAT - the page of a user who is logged in, and of nobody else.
drafts() {
	same "$1" "$status" 200
	holds "$1" "$body" 'class="who"'
}

# ---- r94: two programs, two stores, one host, one jar ------------------------

base=$one
submit ann login user=alice password=wonderland-1865 remember=1
same "one remembers" "$(cookie ann remember | wc -c)" 55
device=$(cookie ann device)
base=$two
again ann visits
same "two does not know her" "$status" 200
lacks "nor takes her cookie" "$head" "remember="
base=$one
again ann drafts
drafts "one still knows her"
verdict r94_another_program_on_the_host_takes_no_remember_me_cookie

base=$two
submit ann login user=bob password=builder-2049 remember=1
same "two remembers, too" "$(cookie ann two-remember | wc -c)" 55
same "her browser is known to one" "$(cookie ann device)" "$device"
base=$one
again ann drafts
holds "alice in one" "$body" alice
base=$two
again ann drafts
holds "bob in two" "$body" bob
send ann logout "csrf=$(token)"
same "a logout of two" "$status" 303
holds "its cookie goes" "$head" "two-remember=; Path=/; Max-Age=0"
lacks "and no other" "$head" " remember="
base=$one
again ann drafts
drafts "alice stays in one"
verdict r94_a_login_at_the_other_program_leaves_both_remembered

# ---- r95: the session was over as the form came --------------------------------

base=$one
ask ann 'drafts?new=1'
same "a form" "$status" 200
form=$(token)
echo +1801 > "$clock"
send ann drafts "csrf=$form" act=save id= version= 'title=Once upon' \
    'text=a time'
same "his session is over" "$status" 303
same "to log in" "$(header Location | grep -c /login)" 1
ask ann "$(header Location | sed 's|.*/cgi-bin/||')"
same "he is logged in without a password" "$status" 303
ask ann 'drafts?saved=1'
drafts "and at his drafts"
holds "what he wrote is there" "$body" 'Once upon'
verdict r95_a_form_that_came_too_late_is_followed_by_no_password
echo +0 > "$clock"

finish
