#!/bin/sh
# 67-operator.sh - goal: each fault of a store or of the settings is one line in
# the log, and that line alone says what to do.  A visitor is told to come again
# only where that helps.
#
# OPERATOR_LINES=FILE adds all these lines to the file: "fault<TAB>line".
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need chown dd flock install mount sed sqlite3 umount

folder=$state/sess
full=$state/full
unknown=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
[ "$(id -u)" = 0 ] || bail "only root can make files of other users"
trap 'umount "$full" 2>/dev/null; folder_remove' EXIT

# A store in a folder of its own, with a session in it.
fresh() {
	rm -rf "$folder"
	ask new 'probe?op=set+k+v'
	same "a new store" "$status" 200
}

# lines_of COMMAND... - what it adds to the log.
lines_of() {
	before=$(wc -c < "$T/log/$log")
	"$@"
	tail -c "+$((before + 1))" "$T/log/$log" | grep '^libsess ' |
	    sed 's/^libsess time=[^ ]* //' > "$T/run/lines"
}

# fault NAME RETRY-AFTER WORDS... - a page is 503, and there is one line, with
# all these words in it, of a stranger's request and of one with an id.
fault() {
	name=$1
	retry=$2
	shift 2
	for cookie in none=1 "sid=$unknown"; do
		lines_of bring "$cookie" 'probe?op=set+k+v'
		same "$name, $cookie" "$status" 503
		same "$name, $cookie: Retry-After" "$(header Retry-After)" \
		    "$retry"
		[ -n "$retry" ] || lacks "$name: the page" "$body" "moment"
		lacks "$name: the page" "$body" "$T"
		same "$name, $cookie: lines" "$(wc -l < "$T/run/lines")" 1
		for words; do
			holds "$name, $cookie" "$T/run/lines" "$words"
		done
	done
	line_keep "$name"
}

# line_keep NAME - for somebody who reads nothing else.
line_keep() {
	[ -z "${OPERATOR_LINES-}" ] ||
	    sed "s|$state|/var/lib/site|g; s|$T|/srv/site|g; s|^|$1	|" \
	    "$T/run/lines" >> "$OPERATOR_LINES"
}

# ---- The folder, and whose files --------------------------------------------

server_start LIBSESS_WAIT=1
fresh
for row in 777=everybody '770=its group'; do
	chmod "${row%%=*}" "$folder"
	fault "folder-${row%%=*}" "" \
	    "the folder $folder is writable for ${row#*=} (mode 0${row%%=*})" \
	    "chmod go-w $folder"
done
chmod 700 "$folder"
verdict r98_a_folder_of_others_is_told_with_its_chmod

chown 0:0 "$folder"
fault folder-of-root "" "$store cannot be opened: Permission denied" \
    "belongs to root (mode 0700)" "the program runs as user 4242" \
    "chown 4242 $folder"
rm -rf "$folder"
mkdir -m 755 "$folder"
fault new-in-folder-of-root "" "$store cannot be made: Permission denied" \
    "belongs to root (mode 0755)" "chown 4242 $folder"
verdict r98_a_folder_of_root_is_told_with_its_chown

rm -rf "$folder"
chown 0:0 "$state"
fault no-folder "" "the folder $folder is not there and cannot be made" \
    "as root: install -d -o 4242 -m 700 $folder"
install -d -o 4242 -m 700 "$folder"
chown 4242 "$state"
ask new 'probe?op=set+k+v'
same "after that command" "$status" 200
verdict r98_a_folder_that_is_missing_is_told_with_the_command_that_helps

chmod 644 "$store"
fault file-644 "" "$store is open to more than its owner (mode 0644)" \
    "chmod 600 $store"
chmod 600 "$store"
chown 0:0 "$store" "$store-wal"
fault file-of-root "" "$store belongs to root" \
    "the program runs as user 4242" "chown 4242 $store\""
chown 4242 "$store"
fault log-of-root "" "$store-wal belongs to root" "chown 4242 $store-wal\""
chown 4242 "$store-wal"
ask new 'probe?op=set+k+v'
same "after that command" "$status" 200
verdict r98_files_of_root_are_told_with_their_chown

# ---- What is in the file ----------------------------------------------------

$as_user sqlite3 "$store" 'PRAGMA user_version = 99'
fault newer "" "$store has schema 99" "knows those up to " \
    "install that libsess and restart the program"
verdict r98_a_newer_store_is_told_with_its_schema

rm -f "$store"*
$as_user sqlite3 "$store" 'CREATE TABLE invoice (a)'
chmod 600 "$store"
fault foreign "" "$store is the database of another program" \
    "set store = sqlite:/PATH/sess.db (variable LIBSESS_STORE)"
same "what is in it" "$(sql 'SELECT count(*) FROM sqlite_schema')" 1
fresh
$as_user sqlite3 "$store" 'DROP TABLE session'
fault half-made "" "$store" "not all of its tables" "no such table: session" \
    "restore a backup"
verdict r98_a_database_that_is_not_the_store_is_told

rm -f "$store"*
$as_user dd if=/dev/urandom of="$store" bs=4096 count=10 2> /dev/null
chmod 600 "$store"
fault no-database "" "$store: it is no SQLite database" "SQLite 26" \
    "restore a backup" "a new one with no sessions and no accounts"
fresh
$as_user sqlite3 "$store" 'PRAGMA wal_checkpoint(TRUNCATE)' > "$T/run/ignored"
$as_user dd if=/dev/urandom of="$store" bs=4096 seek=1 count=14 \
    conv=notrunc 2> /dev/null
fault damaged "" "$store: it is damaged" "SQLite 11" \
    "restore a backup" ".recover"
verdict r98_a_damaged_store_is_told

# ---- Locked ---------------------------------------------------------------------

fresh
mkfifo "$T/run/orders"
$as_user sqlite3 -batch "$store" < "$T/run/orders" > "$T/run/locked" &
locker=$!
exec 9> "$T/run/orders"
echo "PRAGMA busy_timeout = 60000; BEGIN IMMEDIATE; SELECT 'locked';" >&9
for try in $(seq 100); do
	! grep -q locked "$T/run/locked" || break
	sleep 0.05
done
fault locked 5 "$store was locked for longer than 1 s: " \
    "process $locker had the lock (ps -fp $locker shows it)" \
    "kill $locker" "raise wait = 1s (variable LIBSESS_WAIT)"
exec 9>&-
wait "$locker"
verdict r98_a_lock_is_told_with_who_has_it

$as_user flock -x "$store-lock" cat < "$T/run/orders" &
locker=$!
exec 9> "$T/run/orders"
while $as_user flock -n -x "$store-lock" true; do
	sleep 0.05
done
fault lock-file-held 5 "$store-lock is locked by a program that is not of libsess" \
    "lslocks | grep sess.db-lock"
exec 9>&-
wait "$locker"
verdict r98_a_lock_file_that_is_held_is_told
server_stop

# ---- The disk -----------------------------------------------------------------

install -d -o 4242 -m 700 "$full"
mount -t tmpfs -o size=400k,uid=4242,gid=4242,mode=700 none "$full" ||
    bail "no file system of its own"
server_start "LIBSESS_STORE=sqlite:$full/sess.db"
ask new 'probe?op=set+k+v'
same "with room" "$status" 200
dd if=/dev/zero of="$full/fill" bs=1k 2> /dev/null
fault disk-full 5 "$full/sess.db: its disk is full" "SQLite 13" \
    "free some space; it then goes on by itself"
rm -f "$full/fill"
ask new 'probe?op=set+k+v'
same "with room again" "$status" 200
rm -f "$full"/sess.db*
dd if=/dev/zero of="$full/fill" bs=1k 2> /dev/null
fault disk-full-new 5 "$full/sess.db-lock cannot be used: No space left" \
    "free some space on its disk; it then goes on by itself"
rm -f "$full/fill"
ask new 'probe?op=set+k+v'
same "a new store, with room" "$status" 200
verdict r98_a_full_disk_is_told_and_goes_on_by_itself

mount -o remount,ro "$full"
fault read-only "" "$full/sess.db-lock cannot be opened: Read-only file system" \
    "mount it writable" \
    "set store = sqlite:/PATH/sess.db (variable LIBSESS_STORE) on another disk"
server_stop
umount "$full"
verdict r98_a_read_only_file_system_is_told

# ---- Settings ----------------------------------------------------------------------

# setting NAME NAME=VALUE WORDS...
setting() {
	name=$1
	server_start "$2"
	shift 2
	fault "$name" "" "$@"
	server_stop
}

rm -rf "$folder"
install -d -o 4242 -m 700 "$T/cgi-bin/sess"
setting below-document-root "LIBSESS_STORE=sqlite:$T/cgi-bin/sess/sess.db" \
    "$T/cgi-bin/sess lies below the document root $T/cgi-bin" \
    "install -d -o 4242 -m 700 /var/lib/libsess" \
    "set store = sqlite:/var/lib/libsess/sess.db (variable LIBSESS_STORE)"
setting default-store LIBSESS_STORE= "the folder /" "/lib/libsess" \
    "as root: install -d -o 4242 -m 700 /"
setting shared-folder LIBSESS_STORE=sqlite:/tmp/sess.db \
    "the folder /tmp is everybody's" \
    "install -d -o 4242 -m 700 /var/lib/libsess" \
    "set store = sqlite:/var/lib/libsess/sess.db (variable LIBSESS_STORE)"
setting typo LIBSESS_STROE=x "LIBSESS_STROE: no such setting" \
    "did you mean LIBSESS_STORE?"
setting time LIBSESS_IDLE=30min "LIBSESS_IDLE = 30min: not valid" \
    "it takes 90, 90s, 30m, 8h, 2d"
setting word LIBSESS_POLICY=eager "LIBSESS_POLICY = eager: not valid" \
    "it takes lazy (the default), always, login-only"
setting store LIBSESS_STORE=/srv/sess.db "LIBSESS_STORE = /srv/sess.db: not valid" \
    "it takes sqlite:/PATH/sess.db"
setting proxies LIBSESS_PROXIES=proxy.example \
    "LIBSESS_PROXIES = proxy.example: not valid" \
    "it takes addresses and networks such as"
verdict r98_a_setting_is_told_with_its_value_and_what_it_takes

conf=$T/libsess.conf
printf 'idle = 30m\nstroe = hunter2\n' > "$conf"
setting file-typo "LIBSESS_CONF=$conf" "$conf:2: no such setting" \
    "did you mean store?"
lacks "what stands in the file" "$T/run/lines" hunter2
printf 'idle 30m\n' > "$conf"
setting file-no-equals "LIBSESS_CONF=$conf" "$conf:1: a line without =" \
    "a line is name = value, or begins with #"
chmod 600 "$conf"
setting file-unreadable "LIBSESS_CONF=$conf" \
    "LIBSESS_CONF = $conf: cannot be opened: Permission denied" \
    "user 4242 must be able to read it" "chgrp 4242 $conf && chmod g+r $conf"
chgrp 4242 "$conf" && chmod g+r "$conf"
setting file-readable "LIBSESS_CONF=$conf" "$conf:1: a line without ="
rm "$conf"
setting file-missing "LIBSESS_CONF=$conf" \
    "LIBSESS_CONF = $conf: cannot be opened: No such file or directory" \
    "make it, or remove LIBSESS_CONF; without it /"
verdict r98_a_line_of_a_file_is_told_and_not_what_stands_in_it

# ---- Two programs -------------------------------------------------------------

server_start
ask ann 'probe?op=set+k+v'
same "one program" "$status" 200
id=$(cookie ann)
server_stop
server_start LIBSESS_COOKIE_NAME=shop-sid
lines_of bring "sid=$id" 'probe?op=set+k+w'
same "the other one" "$status" 200
grep event=cookie "$T/run/lines" > "$T/run/line"
mv "$T/run/line" "$T/run/lines"
same "lines" "$(wc -l < "$T/run/lines")" 1
for words in "this program reads the cookie shop-sid" \
    "a session of its store came in the cookie sid" \
    "set cookie_name, cookie_path and insecure_dev alike in both" \
    "set store = sqlite:/PATH/sess.db (variable LIBSESS_STORE) in one"; do
	holds "two programs" "$T/run/lines" "$words"
done
line_keep two-programs
verdict r98_two_programs_that_forget_each_other_s_visitors_are_told

finish
