#!/bin/sh
# 45-attack.sh - goal: guesses that come at the same time are all counted
# before any is looked at, and the owner gets in while they go on.
# shellcheck disable=SC1091,SC2119,SC2154
. "$top_srcdir/tests/scenario.sh"

# attack MOUNT NAME+PASSWORD - 50 at once guess 10 times each; a "#" is the
# number of the guess.  What they get is in $T/run/codes and answers.
attack() {
	rm -f "$T"/run/codes.* "$T"/run/answers.*
	workers=
	for i in $(seq 50); do
		guess=$(echo "$2" | sed "s/#/$i-[1-10]/")
		curl -sS -m 300 -o "$T/run/answers.$i.#1" \
		    -w '%{http_code}\n' "$base/$1/probe?op=enter+$guess" \
		    > "$T/run/codes.$i" &
		workers="$workers $!"
	done
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

# Whoever finds all cores hashing for a second is told so, and what he tried
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
for try in $(seq 100); do
	! cat "$T"/run/codes.* | grep -q 429 || break
	sleep 0.05
done
send owner probe 'op=enter alice wonderland-1865'
still=$(for pid in $workers; do kill -0 "$pid" 2>/dev/null && echo on; done |
    head -n 1)
same "the owner" "$status" 200
holds "the owner" "$body" '"user":"alice"'
same "the attack, when he was in" "$still" on
send stranger probe 'op=enter alice wonderland-1865'
same "who is not known" "$status" 429
attack_end
verdict r36_the_owner_gets_in_during_an_attack

busy_or_not
same "guesses that were looked at" "$(answers 401)" 5
same "the account, the address, and all" "$(sql "$buckets")" '5|5|3'
same "events" "$(sql "SELECT count(*) FROM event
    WHERE user = 'alice' AND kind = 'login_failed'")" 5
holds "the owner" "$T/run/jar.owner" device
verdict r36_five_hundred_guesses_at_once_are_counted_exactly

# ---- One account, as time goes by -------------------------------------------------------

# The programs that are installed: their clock cannot be set.
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
at_least "guesses that were looked at" "$(answers 401)" 5
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
same "guesses that were looked at" "$(answers 401)" 20
same "names, the address, and all" "$(sql "$buckets")" '1|20|22'
send stranger probe 'op=enter alice wonderland-1865'
same "another at this address" "$status" 429
same "when to come again" "$(header Retry-After)" 600
send owner probe 'op=enter alice wonderland-1865'
same "the owner, at this address" "$status" 200
verdict r36_one_address_guesses_for_all_accounts_twenty_times

finish
