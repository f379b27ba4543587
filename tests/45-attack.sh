#!/bin/sh
# 45-attack.sh - goal: guesses that come at the same time are all counted
# before any is looked at, and the owner gets in while they go on.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"

# attack MOUNT NAME+PASSWORD [BROWSERS] - 50 at once guess 10 times each; a "#"
# is the number of the guess.  What they get is in $T/run/codes and answers.
# They have the cookies of so many browsers thief0, thief1, ...
attack() {
	rm -f "$T"/run/codes.* "$T"/run/answers.*
	workers=
	for i in $(seq 50); do
		guess=$(echo "$2" | sed "s/#/$i-[1-10]/")
		jar=${3:+"$T/run/jar.thief$((i % $3))"}
		curl -sS -m 300 ${jar:+-b "$jar"} -o "$T/run/answers.$i.#1" \
		    -w '%{http_code}\n' "$base/$1/probe?op=enter+$guess" \
		    > "$T/run/codes.$i" &
		workers="$workers $!"
	done
}

going_on() {
	for pid in $workers; do
		! kill -0 "$pid" 2>/dev/null || return 0
	done
	return 1
}

attack_end() {
	for pid in $workers; do
		wait "$pid"
	done
	cat "$T"/run/codes.* > "$T/run/codes"
	echo "# answers:$(sort "$T/run/codes" | uniq -c | tr -s ' \n' ' ')"
}

# answers STATUS - how many?
answers() {
	grep -c "^$1\$" "$T/run/codes"
}

# rest NAME+PASSWORD [BROWSER] - what was given back goes to later guesses: one
# after the other until one is refused.  $looked: all guesses that were looked at.
rest() {
	looked=$(answers 401)
	while
		ask "${2-stranger}" "probe?op=enter+$(echo "$1" | sed "s/#/$looked/")"
		[ "$status" = 401 ] && [ "$looked" -lt 500 ]
	do
		looked=$((looked + 1))
	done
	same "the last one" "$status" 429
}

# A guesser who finds all cores hashing for a second is told so, and the try
# does not count.  There is nothing else that fails.
busy_or_not() {
	same "all answers" "$(($(answers 401) + $(answers 429) +
	    $(answers 503)))" 500
	same "busy" "$(cat "$T"/run/answers.* | grep -c E_BUSY)" \
	    "$(answers 503)"
}

buckets='SELECT min(n), max(n), count(*) FROM bucket'

# ---- One account, for a moment -------------------------------------------------------

server_start LIBSESS_ADDRESS_TRIES=100000
date +%s > "$clock"
send admin probe 'op=signup alice wonderland-1865'
holds "the account" "$body" '"OK"'
send owner probe 'op=enter alice wonderland-1865'
same "the owner" "$status" 200
ask owner 'probe?op=logout'

attack cgi-bin alice+guess#
entered=0
while going_on; do
	send owner probe 'op=enter alice wonderland-1865'
	same "the owner" "$status" 200
	holds "the owner" "$body" '"user":"alice"'
	entered=$((entered + 1))
done
at_least "logins of the owner" "$entered" 2
send stranger probe 'op=enter alice wonderland-1865'
same "who is not known" "$status" 429
attack_end
verdict r36_the_owner_gets_in_during_an_attack

busy_or_not
rest alice+guess
same "guesses that were looked at" "$looked" 5
same "the account, the address, and all" "$(sql "$buckets")" '5|5|3'
same "events" "$(sql "SELECT count(*) FROM event
    WHERE user = 'alice' AND kind = 'login_failed'")" 5
holds "the owner" "$T/run/jar.owner" device
verdict r36_five_hundred_guesses_at_once_are_counted_exactly

# ---- Known browsers, together ----------------------------------------------------------

$as_user sqlite3 "$store" 'DELETE FROM bucket'
for i in $(seq 0 11); do
	send "thief$i" probe 'op=enter alice wonderland-1865'
	same "a login of thief$i" "$status" 200
	ask "thief$i" 'probe?op=logout'
done
attack cgi-bin alice+guess# 12
attack_end
busy_or_not
rest alice+guess# thief0
same "guesses that were looked at" "$looked" 10
ask owner 'probe?op=enter+alice+guess'
same "the owner's browser is one of them" "$status" 429
send newcomer probe 'op=enter alice wonderland-1865'
same "a stranger is not" "$status" 200
verdict r72_guesses_at_once_of_twelve_known_browsers_are_ten_together

# ---- One account, as time goes by -------------------------------------------------------

# The programs that are installed: their clock cannot be set, and goes in whole
# seconds.
$as_user sqlite3 "$store" 'DELETE FROM bucket'
started=$(date +%s)
attack release alice+guess#
attack_end
took=$(($(date +%s) - started + 1))
busy_or_not
allowed=5
for wait in 1 3 7 15 31 63 127 255 511; do
	[ "$took" -lt "$wait" ] || allowed=$((allowed + 1))
done
echo "# $took s: at most $allowed"
at_least "what may be" "$allowed" "$(answers 401)"
same "the account, the address, and all" "$(sql "$buckets")" \
    "$(answers 401)|$(answers 401)|3"
verdict r36_no_more_are_looked_at_than_time_allows

# ---- Any account, one address --------------------------------------------------------------

server_stop
server_start
date +%s > "$clock"
$as_user sqlite3 "$store" 'DELETE FROM bucket'
attack cgi-bin name#+guess
attack_end
busy_or_not
rest rest#+guess
same "guesses that were looked at" "$looked" 20
same "names, the address, and all" "$(sql "$buckets")" '1|20|22'
send stranger probe 'op=enter alice wonderland-1865'
same "another at this address" "$status" 429
same "when to come again" "$(header Retry-After)" 600
send owner probe 'op=enter alice wonderland-1865'
same "the owner, at this address" "$status" 200
verdict r36_one_address_guesses_for_all_accounts_twenty_times

finish
