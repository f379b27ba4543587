#!/bin/sh
# 70-kill.sh - goal: a program may be killed at any instant.  What it said it
# had saved is saved, what it did not say is saved whole or not at all, and
# the store goes on working.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"

kills=300       # at least
writers=4
probe=$T/release/probe

id=$(cgi "$probe" QUERY_STRING=op=set+k+v < /dev/null |
    sed -n 's/^Set-Cookie: sid=\([^;]*\).*/\1/p')
same "the length of an id" "${#id}" 32
echo "$id" >> "$T/secrets"

# What each writer is started with, once and for all: a program is a child of
# the shell that kills it, and nothing in between.
# shellcheck disable=SC2046,SC2086
set -- $as_user env -i $(settings) REQUEST_METHOD=GET \
    SCRIPT_NAME=/cgi-bin/probe "QUERY_STRING=op=add+n+1&op=append+log+x" \
    LIBSESS_MAX_VALUE_BYTES=60k "HTTP_COOKIE=sid=$id" "$probe"

# How long one takes here, in ns: it may be killed within twice that.
started=$(date +%s%N)
for i in 1 2 3 4 5 6 7 8 9 10; do
	"$@" > "$body" < /dev/null
done
took=$((($(date +%s%N) - started) / 10))
before=$(sql "SELECT value FROM field WHERE name = 'n'")
same "ten to begin with" "$before" 10

# Each is killed by the one who started it and who has not waited for it: the
# number is its own.  One in seven is left alone.
writer() {
	awk -v seed="$(random 1000000)" -v took="$took" 'BEGIN {
		srand(seed)
		for (i = 0; i < 3000; i++)
			if (rand() < 1 / 7)
				print "never"
			else
				printf "%.5f\n", rand() * 2 * took / 1e9
	}' > "$T/run/pauses.$1"
	number=$1
	shift
	said=0
	unsaid=0
	killed=0
	while [ "$killed" -lt $((kills / writers)) ] && read -r pause; do
		: > "$T/run/said.$number"
		"$@" >> "$T/run/said.$number" 2>> "$T/log/direct.log" &
		[ "$pause" = never ] || {
			sleep "$pause"
			kill -9 $!
		}
		wait $!
		[ $? != 137 ] || killed=$((killed + 1))
		if grep -q '"results":\[[0-9]*,true\]' "$T/run/said.$number"
		then
			said=$((said + 1))
		else
			unsaid=$((unsaid + 1))
		fi
	done < "$T/run/pauses.$number" 2> /dev/null
	echo "$said $unsaid $killed" > "$T/run/writer.$number"
}

pids=
for i in $(seq $writers); do
	writer "$i" "$@" &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid"
done
cat "$T"/run/writer.* | awk '{ s += $1; u += $2; k += $3 }
    END { print s, u, k }' > "$T/run/sums"
read -r said unsaid killed < "$T/run/sums"
echo "# $said said that they had saved, $unsaid did not; $killed were killed"
at_least "killed" "$killed" "$kills"
at_least "of those who finished" "$said" $((kills / 10))
verdict r53_many_writers_are_killed

cgi "$probe" "HTTP_COOKIE=sid=$id" QUERY_STRING=op=get+n < /dev/null > "$body"
n=$(sed -n 's/.*"results":\[\([0-9]*\)\].*/\1/p' "$body")
echo "# $((n - before - said)) had saved, and could not say so"
at_least "the sum" "${n:-0}" "$((before + said))"
at_least "the sum, and those who may have added" \
    "$((before + said + unsaid))" "${n:-0}"
verdict r53_all_that_was_acknowledged_is_saved

# Each request made two edits: both of them count, or none.
same "the two fields" "$(sql "SELECT value = (SELECT length(value) FROM field
    WHERE name = 'log') FROM field WHERE name = 'n'")" 1
verdict r53_a_request_is_saved_whole_or_not_at_all

same "the database" "$(sql 'PRAGMA integrity_check')" ok
same "the keys" "$(sql "SELECT count(*) FROM (SELECT session FROM token
    UNION ALL SELECT session FROM field) WHERE session NOT IN (
    SELECT pk FROM session)")" 0
same "sessions" "$(sql 'SELECT count(*) FROM session')" 1
"$@" > "$body" < /dev/null
holds "one more" "$body" "[$((n + 1)),true]"
$as_user rm -f "$store-shm"
"$@" > "$body" < /dev/null
holds "one more, after a restart" "$body" "[$((n + 2)),true]"
verdict r53_the_store_goes_on_working

finish
