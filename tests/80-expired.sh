#!/bin/sh
# 80-expired.sh - goal: sessions that are over cost the living next to nothing,
# and go away by and by.
#
# Two stores, one with a heap of dead sessions and one without, are asked in
# turn, request by request, so that what else the machine does hits both.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need sort

dead=200000
rounds=9
requests=250    # of a round, to each store

server_start LIBSESS_MAX_NEW=1m
clean=$base
ask ann 'probe?op=set+k+v'
heap=$state/heap/sess.db
unset port
server_start "LIBSESS_STORE=sqlite:$heap" LIBSESS_MAX_ANONYMOUS=2m \
    LIBSESS_MAX_NEW=1m
full=$base
ask bea 'probe?op=set+k+v'

$as_user sqlite3 -batch "$heap" "
    BEGIN;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
        WHERE i < $dead)
    INSERT INTO session (user, created, seen, turned, idle, ends, secret)
    SELECT iif(i % 3 = 0, 'user' || i, NULL), 1000, 1000, 1000, 1800, 90000,
        randomblob(32) FROM n;
    INSERT INTO token (key, session, serial, made)
    SELECT randomblob(32), pk, 1, 1000 FROM session WHERE created = 1000;
    INSERT INTO field SELECT pk, 'k', 'v' FROM session WHERE created = 1000;
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE);" > /dev/null
left() {
	sql 'SELECT count(*) FROM session WHERE created = 1000' "$heap"
}
same "dead sessions" "$(left)" "$dead"

# Each request makes a session, and every now and then sweeps.
for i in $(seq "$requests"); do
	for where in "$clean" "$full"; do
		echo "url = $where/release/probe?op=set+k+$i"
		echo "output = /dev/null"
	done
done > "$T/run/requests"

# the value that 99 of 100 are below
p99() {
	sort -n | awk '{ t[NR] = $1 } END { print t[int(NR * 0.99)] }'
}
for round in $(seq "$rounds"); do
	curl -sS -m 300 -K "$T/run/requests" \
	    -w '%{url} %{http_code} %{time_total}\n' > "$T/run/times"
	same "answers of round $round" \
	    "$(cut -d ' ' -f 2 "$T/run/times" | sort | uniq -c | tr -s ' ')" \
	    " $((2 * requests)) 200"
	without=$(grep "^$clean/" "$T/run/times" | cut -d ' ' -f 3 | p99)
	with=$(grep "^$full/" "$T/run/times" | cut -d ' ' -f 3 | p99)
	echo "$with $without" | awk '{ print $1 / $2, $1, $2 }'
done > "$T/run/ratios"
sed 's/^/# with : without, s: /' "$T/run/ratios"
median=$(sort -n "$T/run/ratios" | awk '{ r[NR] = $1 }
    END { print r[int((NR + 1) / 2)] }')
echo "# $(left) of $dead dead sessions are left"
same "the median of the ratios, $median, is below 2" \
    "$(awk -v m="$median" 'BEGIN { print (m > 0 && m < 2) ? "yes" : "no" }')" \
    yes
verdict r52_dead_sessions_do_not_slow_down_the_living

# A quarter of what was looked at could have gone; sweeping goes on from there.
at_least "the dead that are gone" "$((dead - $(left)))" "$((requests * rounds))"
same "the living of the heap" \
    "$(sql 'SELECT count(*) FROM session WHERE created > 1000' "$heap")" \
    "$((requests * rounds + 1))"
same "their ids" "$(sql 'SELECT count(*) FROM token WHERE made > 1000' \
    "$heap")" "$((requests * rounds + 1))"
same "what hangs on the dead" "$(sql 'SELECT count(*) FROM token
    WHERE made = 1000' "$heap")" "$(left)"
ask bea 'probe?op=get+k'
holds "one of the living" "$body" '["v"]'
verdict r52_the_dead_go_away_and_the_living_stay

finish
