#!/bin/sh
# 66-tools.sh - goal: whatever another program deletes from the store's
# database or writes into it, with any pragma, no id leads to another session
# than before, and no session finds what was another's.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need /usr/bin/python3 sha256sum

server_start LIBSESS_MAX_SESSIONS=1000

# tool NAME SQL - as somebody at the keyboard does it.
tool() {
	case $1 in
	sqlite3)
		printf '%s\n' "$pragmas" "$2" |
		    $as_user sqlite3 -batch -cmd '.timeout 10000' "$store"
		;;
	python3)
		$as_user /usr/bin/python3 -c '
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], timeout=10)
c.executescript(sys.argv[2])
c.commit()' "$store" "$pragmas $2"
		;;
	esac > "$T/run/tool" 2>&1
}

# A page, without the server between: it is asked a hundred times.
direct() {
	cgi "$T/release/probe" "QUERY_STRING=$1" LIBSESS_MAX_SESSIONS=1000 \
	    < /dev/null > "$body"
	secrets_note
}

# key ID - what the store has of an id, as a literal of SQL.
key() {
	printf "x'%s'" "$(printf 'libsess-sid-1\0%s' "$1" | sha256sum |
	    cut -d ' ' -f 1)"
}

# Alice is logged in, and has something.
alice() {
	rm -f "$T/run/jar.ann"
	ask ann 'probe?op=login+alice&op=set+k+hers'
	same "alice comes" "$status" 200
	old=$(cookie ann)
	at=$(sql "SELECT max(pk) FROM session WHERE user = 'alice'")
}

# stranger WHAT - to the id of alice nothing answers.
stranger() {
	bring "sid=$old" 'probe?op=get+k'
	same "$1" "$(cat "$body")" \
	    '{"new":true,"results":[null],"user":null}'
}

# Every id has its own session, and each session only what is its own.
sound() {
	same "$1: the database" "$(sql 'PRAGMA integrity_check')" ok
	same "$1: ids of bob" "$(sql "SELECT count(*) FROM token t
	    JOIN session s ON s.pk = t.session WHERE s.user = 'bob'")" "$2"
	for table in field once progress; do
		same "$1: $table of bob" "$(sql "SELECT count(*) FROM $table f
		    JOIN session s ON s.pk = f.session
		    WHERE s.user = 'bob'")" 0
	done
}

# The schema's own answer must not hang on what a tool has switched on.
all_pragmas='PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = OFF;
PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = ON;
PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = OFF;
PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;'

for_each() {
	for name in sqlite3 python3; do
		printf '%s\n' "$all_pragmas" > "$T/run/pragmas"
		while read -r pragmas; do
			"$@" < /dev/null
		done < "$T/run/pragmas"
	done
}

# ---- Deleted -------------------------------------------------------------------

deleted() {
	what="$name, $pragmas"
	alice
	tool "$name" "DELETE FROM session;"
	same "$what says" "$(cat "$T/run/tool")" ""
	stranger "$what"
	n=0
	while [ "$n" -lt "$logins" ]; do
		direct 'op=login+bob'
		n=$((n + 1))
	done
	same "$what: keys" "$(sql "SELECT min(pk) > $at FROM session")" 1
	stranger "$what, later"
	sound "$what" "$logins"
	logins=2
}
logins=100
for_each deleted
verdict r82_a_deleted_sessions_id_and_fields_are_nobodys

# ---- Replaced ------------------------------------------------------------------

replaced() {
	what="$name, $pragmas"
	tool "$name" "DELETE FROM session;"
	alice
	tool "$name" "INSERT OR REPLACE INTO session (pk, user, created, seen,
	    auth, idle, ends, secret, turned) SELECT pk, 'bob', created, seen,
	    auth, idle, ends, secret, turned FROM session WHERE pk = $at;"
	same "$what says" "$(cat "$T/run/tool")" ""
	same "$what: whose it is" "$(sql "SELECT user FROM session
	    WHERE pk = $at")" bob
	stranger "$what"
	sound "$what" 0
}
for_each replaced
verdict r82_a_replaced_session_has_neither_ids_nor_fields

# ---- There before it ------------------------------------------------------------

# Of many numbers: one of them is that of the session to come.
planted() {
	what="$name, $pragmas"
	tool "$name" "DELETE FROM session; DELETE FROM field;
	DELETE FROM once; DELETE FROM progress;"
	alice
	planted=$(printf '%.32s' "$(od -An -N 16 -tx1 /dev/urandom |
	    tr -d ' \n')")
	tool "$name" "
	WITH RECURSIVE i (n) AS (SELECT $at + 1 UNION ALL SELECT n + 1 FROM i
	    WHERE n < $at + 9) INSERT INTO field SELECT n, 'k', 'x' FROM i;
	INSERT INTO once SELECT session, zeroblob(16), 0 FROM field
	    WHERE session > $at;
	INSERT INTO progress SELECT session, 'up', 1, 2, 0 FROM field
	    WHERE session > $at;
	INSERT INTO token (key, session, serial, made)
	    VALUES ($(key "$planted"), $at + 1, 1, 0);"
	same "$what says" "$(cat "$T/run/tool")" ""
	direct 'op=login+bob&op=get+k'
	holds "$what: bob" "$body" '"results":[true,null],"user":"bob"'
	direct 'op=login+bob'
	old=$planted
	stranger "$what"
	sound "$what" 2
}
for_each planted
verdict r82_what_is_there_before_a_session_is_not_its_own

# ---- Given another number ----------------------------------------------------------

# Bob gets the number of alice, whose id would lead to him.
renumbered() {
	what="$name, $pragmas"
	tool "$name" "DELETE FROM session;"
	alice
	direct 'op=login+bob'
	for column in pk rowid oid _rowid_; do
		tool "$name" "
		UPDATE session SET $column = $at + 100 WHERE user = 'alice';
		UPDATE session SET $column = $at WHERE user = 'bob';"
		[ -s "$T/run/tool" ] ||
		    differ "$what, $column" "nothing was said" "an error"
		bring "sid=$old" 'probe?op=get+k'
		same "$what, $column" "$(cat "$body")" \
		    '{"new":false,"results":["hers"],"user":"alice"}'
	done
	sound "$what" 1
}
for_each renumbered
verdict r82_a_session_keeps_its_number

finish
