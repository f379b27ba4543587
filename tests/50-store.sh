#!/bin/sh
# 50-store.sh - goal: when the store is down, locked or in the wrong place, a
# visitor with a cookie is told so, is never taken for a stranger, and finds
# all as it was when the store is back.  Its files are for its owner alone.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need cp flock head mv stat

server_start LIBSESS_WAIT=1
folder=$state/sess

login ann
ask ann 'probe?op=add+n+1'
id=$(cookie ann)
same "to begin with" "$(cat "$body")" \
    '{"new":false,"results":[1],"user":"alice"}'

# ---- Down ---------------------------------------------------------------------

# down WHAT PAGE [CURL-ARGUMENT...] - it says that it cannot, and no more.  When
# to come again stands in $again: nothing, where a person must mend it.
again=
down() {
	what=$1
	page=$2
	shift 2
	bring "sid=$id" "$page" "$@"
	same "$what: $page" "$status" 503
	same "$what: $page, Retry-After" "$(header Retry-After)" "$again"
	lacks "$what: $page" "$head" Set-Cookie
	lacks "$what: $page" "$head" Location
	lacks "$what: $page" "$body" '"new":true'
	lacks "$what: $page" "$body" 'type="password"'
	lacks "$what: $page" "$body" "$T"
	at_least "$what: $page, bytes to spare" "$((2000 - $(wc -c < "$body")))" 0
}

all_down() {
	down "$1" drafts
	down "$1" billing
	down "$1" visits
	down "$1" cart -d act=add -d item=pen -d n=1
	down "$1" logout -d csrf=x
	down "$1" 'probe?op=get+n'
	down "$1" 'probe?op=add+n+1'
	ask ann 'probe?op=add+n+1'
	same "$1: a jar" "$status" 503
}

# Nothing was lost, nothing was done, nobody was logged out.
up() {
	ask ann 'probe?op=get+n'
	same "after $1" "$(cat "$body")" \
	    '{"new":false,"results":[1],"user":"alice"}'
	same "the id after $1" "$(cookie ann)" "$id"
	ask ann drafts
	same "drafts after $1" "$status" 200
}

# Take the store away, and put back every byte and mode of it.
keep() {
	cp -a "$folder" "$T/run/kept"
}
give_back() {
	chmod -R u+rwx "$folder"
	rm -rf "$folder"
	mv "$T/run/kept" "$folder"
}

keep
rm -rf "$folder"
chmod 555 "$state"
all_down "the folder gone"
chmod 755 "$state"
echo > "$folder"
all_down "a file in its place"
give_back
up "the folder was gone"
verdict r45_store_without_its_folder_is_503

keep
chmod 000 "$folder"
all_down "the folder is closed"
chmod 700 "$folder"
chmod 000 "$store"
all_down "the file is closed"
give_back
up "the file was closed"
verdict r45_store_that_cannot_be_opened_is_503

keep
rm -f "$store-wal" "$store-shm"
head -c 40960 /dev/urandom > "$store"
all_down "garbage"
printf 'SQLite format 3' > "$store"
all_down "a torn file"
rm -f "$store"
mkdir "$store"
all_down "a folder"
give_back
up "garbage"
verdict r45_store_of_garbage_is_503

# What can be read may be read; nothing is ever answered as to a stranger.
keep
for file in "$folder"/*; do
	chmod 400 "$file"
done
chmod 500 "$folder"
down "read-only" 'probe?op=add+n+1'
down "read-only" visits
bring "sid=$id" 'probe?op=get+n'
[ "$status" = 503 ] || same "read-only" "$(cat "$body")" \
    '{"new":false,"results":[1],"user":"alice"}'
bring "sid=$id" drafts
[ "$status" = 503 ] || same "read-only" "$status" 200
give_back
up "read-only"
verdict r45_store_that_is_read_only_saves_nothing_and_says_so

# ---- Locked --------------------------------------------------------------------

mkfifo "$T/run/orders"
$as_user sqlite3 -batch "$store" < "$T/run/orders" > "$T/run/locked" &
locker=$!
exec 9> "$T/run/orders"
echo "PRAGMA busy_timeout = 60000; BEGIN IMMEDIATE; SELECT 'locked';" >&9
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	! grep -q locked "$T/run/locked" || break
	sleep 0.05
done
holds "the lock, try $try" "$T/run/locked" locked
again=5
down "locked" 'probe?op=add+n+1'
down "locked" visits
submit ann prefs lang=de theme=dark
same "a form" "$status" 503
ask ann drafts
same "who only reads" "$status" 200
holds "who only reads" "$body" '<b>alice</b>'
exec 9>&-
wait $locker
up "the lock"
verdict r45_store_locked_past_the_deadline_is_503

# A program that holds the gate's file for good stops everybody, but in time.
$as_user flock -x "$store-lock" cat < "$T/run/orders" &
locker=$!
exec 9> "$T/run/orders"
while $as_user flock -n -x "$store-lock" true; do
	sleep 0.05
done
down "the gate is held" 'probe?op=add+n+1'
down "the gate is held" drafts
exec 9>&-
wait $locker
up "the gate"
verdict r45_store_with_its_gate_held_is_503

ask ann 'probe?op=add+n+1'
same "the sum" "$(cat "$body")" '{"new":false,"results":[2],"user":"alice"}'
same "sessions" "$(sql 'SELECT count(*) FROM session')" 1
same "the database" "$(sql 'PRAGMA integrity_check')" ok
verdict r45_store_works_again_afterwards

# The database of the pages is not that of the sessions.
cp -a "$demo" "$T/run/demo"
head -c 40960 /dev/urandom > "$demo"
for page in drafts 'drafts?id=1' 'billing?order=1'; do
	ask ann "$page"
	same "$page" "$status" 503
	lacks "$page" "$body" "$T"
done
submit ann login user=alice password=wonderland-1865
same "login" "$status" 503
cp -a "$T/run/demo" "$demo"
ask ann drafts
same "drafts" "$status" 200
verdict r45_pages_without_their_database_are_503
server_stop

# ---- Whose files ------------------------------------------------------------------

rm -rf "$folder" "$demo"
umask 000
server_start
umask 022
login ann
modes() {
	same "mode of $1" "$(stat -c %a "$1")" 700
	for file in "$1"/*; do
		same "mode of $file" "$(stat -c %a "$file")" 600
	done
	same "files" "$(cd "$1" && echo ./*)" \
	    './sess.db ./sess.db-lock ./sess.db-shm ./sess.db-wal'
}
modes "$folder"
same "mode of the pages' database" "$(stat -c %a "$demo")" 600
rm -rf "$folder"
(
	umask 000
	cgi "$T/release/probe" QUERY_STRING=op=set+k+v < /dev/null > "$body"
)
holds "a new store" "$body" "Status: 200"
secrets_note
modes "$folder"
verdict r48_files_are_for_the_owner_alone_whatever_the_umask

for path in sess.db sess/sess.db state/sess/sess.db ../state/sess/sess.db \
    ..%2fstate%2fsess%2fsess.db cgi-bin/../../state/sess/sess.db \
    "cgi-bin/..%2f..%2fstate/sess/sess.db" "$store"; do
	code=$(curl -sS -m 20 -o "$body" -w '%{http_code}' --path-as-is \
	    "$base/${path#/}")
	same "$path" "$code" 404
done
verdict r48_no_path_of_the_server_leads_to_the_store
server_stop

# misplaced WHAT STORE - it is refused, and nothing is written there.
misplaced() {
	server_start "LIBSESS_STORE=sqlite:$2"
	ask gus '../inside/probe?op=set+k+v'
	same "$1" "$status" 503
	lacks "$1" "$head" Set-Cookie
	lacks "$1" "$body" "$T"
	server_stop
}
mkdir "$T/www/inside"
cp "$T/cgi-bin/probe" "$T/www/inside"
[ -z "$as_user" ] || chown -R 4242:4242 "$T/www"
misplaced "in the document root" "$T/www/sess.db"
misplaced "below it" "$T/www/goods/sess.db"
misplaced "below it, in a folder to be made" "$T/www/sess/sess.db"
misplaced "the same by another way" "$T/www/../www/goods/sess.db"
$as_user ln -s "$T/www/goods" "$state/way"
misplaced "by a link to there" "$state/way/sess.db"
same "what is there" "$(find "$T/www" -name '*sess.db*')" ""
verdict r48_a_store_below_the_document_root_is_refused

$as_user mkdir -m 700 "$state/linked" "$state/aim"
$as_user ln -s "$state/aim/aim" "$state/linked/sess.db"
misplaced "a link to nothing" "$state/linked/sess.db"
same "what is there" "$(ls "$state/aim")" ""
echo precious > "$state/aim/aim"
chmod 666 "$state/aim/aim"
misplaced "a link to something" "$state/linked/sess.db"
rm "$state/linked/sess.db"
$as_user ln -s "$state/aim/aim" "$state/linked/sess.db-lock"
misplaced "its lock is a link" "$state/linked/sess.db"
same "what is there" "$(cat "$state/aim/aim")" precious
verdict r48_a_store_that_is_a_link_is_refused

$as_user ln -s "$state/aim" "$state/alias"
rm "$state/aim/aim"
misplaced "its folder is a link" "$state/alias/sess.db"
same "what is there" "$(ls "$state/aim")" ""
verdict r77_a_store_whose_folder_is_a_link_is_refused

# Root is let into everything, and so asks whose it is.  The folder of a
# user, with an empty file that waits for the secrets of its first program.
by_root() {
	user=$as_user
	as_user=
	cgi "$T/release/probe" "LIBSESS_STORE=sqlite:$1" QUERY_STRING=op=set+k+v \
	    < /dev/null > "$body"
	as_user=$user
}
same "who runs this" "$(id -u)" 0
$as_user mkdir -m 700 "$state/theirs"
$as_user touch "$state/theirs/sess.db"
chmod 600 "$state/theirs/sess.db"
by_root "$state/theirs/sess.db"
holds "the store of a user, by root" "$body" "Status: 503"
same "what they find in it" "$(find "$state/theirs" -type f -size +0)" ""
holds "the log" "$T/log/direct.log" "belongs to user 4242, and the program runs as root"
mkdir -m 755 "$T/roots"
by_root "$T/roots/sess.db"
holds "a store of root's, by root" "$body" "Status: 200"
secrets_note
misplaced "the store of root, by a user" "$T/roots/sess.db"
verdict r77_a_store_of_another_user_is_refused

$as_user mkdir -m 777 "$state/shared"
$as_user mkdir -m 770 "$state/group"
misplaced "a folder of everybody" "$state/shared/sess.db"
misplaced "a folder of the group" "$state/group/sess.db"
same "what is there" "$(find "$state/shared" "$state/group" -type f)" ""
$as_user mkdir -m 700 "$state/open"
$as_user cp "$store" "$state/open/sess.db"
chmod 644 "$state/open/sess.db"
misplaced "a file that all can read" "$state/open/sess.db"
verdict r48_a_store_that_others_can_reach_is_refused

finish
