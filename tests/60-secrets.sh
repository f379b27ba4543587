#!/bin/sh
# 60-secrets.sh - goal: nothing that is written down, neither the store nor a
# log, gives away an id, a token or a password; and nobody writes lines of his
# own into a log.
# shellcheck disable=SC1091,SC2034,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need awk base64 python3 seq strings tr xxd
server_start

# ---- A day of a site -------------------------------------------------------------

login ann
ask ann visits
submit ann 'drafts?new=1' act=save id= version= title=Tea text=cake
ask ann shop
send ann cart "csrf=$(token)" act=add item=pen n=1
submit ann billing act=pay name=A street=B city=C
submit ann prefs lang=de theme=dark
ask ann 'probe?op=rotate'
ask ann visits
submit bob login user=alice password=wonderland-1865x
submit bob login user=mabel password=builder-2049
submit bob login user=bob password=builder-2049
ask bob 'probe?op=set+k+v'
send bob logout "csrf=x$(token)"
ask bob visits
send bob logout "csrf=$(token)"
bring 'sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' visits
ask eve 'probe?op=set+a+b&op=status+500'
login cat
old=$(cookie cat)
ask cat 'probe?op=rotate'
ask cat visits
bring "sid=$(cookie ann); sid=$(cookie cat)" visits
echo +30 > "$clock"
bring "sid=$old" visits
echo +0 > "$clock"
login ann
id=$(cookie ann)
ids=$(awk 'length($0) == 32' "$T/secrets" | sort -u)
at_least "ids that were given out" "$(echo "$ids" | wc -l)" 5
at_least "tokens that were given out" \
    "$(awk 'length($0) > 32' "$T/secrets" | sort -u | wc -l)" 20

# ---- In the store ------------------------------------------------------------------

# Each id as it travels, as its 24 bytes, and what others make of both.
echo "$ids" | while read -r one; do
	printf '%s\n' "$one"
	printf '%s' "$one" | xxd -p -c 64
	printf '%s' "$one" | xxd -p -u -c 64
	printf '%s' "$one" | base64
	printf '%s' "$one" | tr -- -_ +/
	echo
	printf '%s' "$one" | tr -- -_ +/ | base64 -d > "$T/run/raw"
	xxd -p -c 64 "$T/run/raw"
	xxd -p -u -c 64 "$T/run/raw"
done > "$T/run/forms"
for file in "$store" "$store-wal" "$store-shm" "$store-lock" "$demo" \
    "$T"/log/*; do
	[ -e "$file" ] || differ "the file" "$file" "to be there"
	same "$file" "$(grep -aoF -f "$T/run/forms" "$file")" ""
	same "strings of $file" \
	    "$(strings -n 4 "$file" | grep -F -f "$T/run/forms")" ""
	xxd -p "$file" | tr -d '\n' > "$T/run/hex"
	echo "$ids" | tr -- -_ +/ | while read -r one; do
		echo "$one" | base64 -d | xxd -p -c 64
	done > "$T/run/raw"
	same "bytes of $file" "$(grep -oF -f "$T/run/raw" "$T/run/hex")" ""
done
sql .dump > "$T/run/dump"
same "the dump" "$(grep -F -f "$T/run/forms" "$T/run/dump")" ""
verdict r02_no_id_in_the_store_or_a_log

# That would have been found, had it been there.
cp "$store" "$T/run/leak"
$as_user sqlite3 -batch "$store" "SELECT 'x', '$id', x'00'" > "$T/run/leak"
same "an id" "$(grep -aoF -f "$T/run/forms" "$T/run/leak")" "$id"
verdict r02_an_id_that_is_there_is_found

# A reader of the store has nothing to send.
hex=$(sql 'SELECT hex(key) FROM token JOIN session ON session = pk
    WHERE user IS NOT NULL ORDER BY made DESC LIMIT 1')
same "a key" "${#hex}" 64
lower=$(echo "$hex" | tr A-F a-f)
url=$(echo "$hex" | xxd -r -p | base64 -w 0 | tr -- +/ -_ | tr -d =)
first=$(echo "$hex" | cut -c 1-48 | xxd -r -p | base64 -w 0 | tr -- +/ -_)
last=$(echo "$hex" | cut -c 17-64 | xxd -r -p | base64 -w 0 | tr -- +/ -_)
for key in "$hex" "$lower" "$url" "$first" "$last" \
    "$(echo "$lower" | cut -c 1-32)" "$(echo "$url" | cut -c 1-32)"; do
	bring "sid=$key" 'probe?op=get+visits'
	same "$key" "$(cat "$body")" \
	    '{"new":true,"results":[null],"user":null}'
	lacks "$key" "$head" Set-Cookie
done
ask ann 'probe?op=get+none'
holds "the id itself" "$body" '"user":"alice"'
verdict r02_the_key_in_the_store_is_no_id

# ---- In the logs --------------------------------------------------------------------

log=$T/log/server-$port.log
utc='[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'
who='\( user="[^"]*"\)\?\( address=[0-9a-f.:]*\)\?\( session=[0-9]*\)\?'
rest='\( err=E_[A-Z]*\)\?\( why="[^"]*"\)\?'
at_least "events" "$(grep -c ' event=' "$log")" 3
same "lines of other shape" "$(grep -av \
    "^libsess time=$utc app=[a-z]* event=[a-z_]*$who$rest\$" "$log" |
    grep -av '(server.c')" ""
verdict r44_the_log_is_lines_of_one_shape

# A name is what anybody types.
before=$(wc -l < "$log")
evil=$(printf 'eve\r\nlibsess app=forged event=login\033[2J\033]0;x\007')
submit eve login "user=$evil" 'password=wonderland-1865'
same "the login" "$status" 401
submit eve login "user=$(printf 'alice\r\nSet-Cookie: a=b')" password=x
same "the login" "$status" 401
ask eve "probe?op=login+$(printf 'eve\r\nlibsess app=forged' |
    xxd -p | sed 's/../%&/g')"
ask eve "probe?op=set+$(printf 'k\nlibsess app=forged' |
    xxd -p | sed 's/../%&/g')+v"
ask eve 'visits?name=%0d%0alibsess%20app=forged%1b%5b2J'
bring "$(printf 'sid=a\033[2Jlibsess app=forged; sid=b')" visits
for name in "$(printf '/cgi-bin/a\r\nlibsess app=forged')" \
    "$(printf '/cgi-bin/\033[2Jx')" '/cgi-bin/x" err="forged'; do
	cgi "$T/cgi-bin/probe" "SCRIPT_NAME=$name" REQUEST_METHOD=BREW \
	    < /dev/null > "$body"
	holds "a request that is refused" "$body" "Status: 405"
done
for file in "$T"/log/*; do
	same "$file" "$(grep -a '^libsess app=forged' "$file")" ""
	same "$file" "$(grep -a 'err="' "$file")" ""
	same "control characters in $file" \
	    "$(tr -d '\n' < "$file" | tr -cd '\000-\037\177' | xxd -p)" ""
done
at_least "$log" "$(wc -l < "$log")" "$before"
same "refused" "$(grep -c 'E_METHOD' "$T/log/direct.log")" 3
verdict r44_nobody_writes_lines_of_his_own

same "passwords" "$(grep -aF -e wonderland -e builder-2049 "$T"/log/* \
    "$store" "$store-wal" "$demo")" ""
verdict r44_no_password_is_written_down

# ---- In the memory of a program that stays --------------------------------------------

# What is in a process's memory: for each line of the file, how often, and in
# which mappings.
cat > "$T/run/memory" <<'END'
import collections, sys
pid, needles = sys.argv[1], open(sys.argv[2], "rb").read().split()
found = collections.Counter()

def mapping(memory, first, last):
    memory.seek(first)
    bytes = b""
    while len(bytes) < last - first:
        try:
            piece = memory.read(last - first - len(bytes))
        except OSError:
            break           # a page of a file that has been cut
        if not piece:
            break
        bytes += piece
    return bytes

with open(f"/proc/{pid}/maps") as maps, \
        open(f"/proc/{pid}/mem", "rb", 0) as memory:
    for line in maps:
        first, last = (int(n, 16) for n in line.split()[0].split("-"))
        name = (line.split(maxsplit=5)[5:] or ["anonymous"])[0].strip()
        if "r" not in line.split()[1] or name in ("[vvar]", "[vsyscall]"):
            continue
        bytes = mapping(memory, first, last)
        for needle in needles:
            found[needle, name] += bytes.count(needle)
for (needle, name), n in sorted(found.items()):
    if n > 0:
        print(needle.decode(), n, name)
END
in_memory() {
	printf '%s\n' "$@" > "$T/run/needles"
	python3 "$T/run/memory" "$demo_pid" "$T/run/needles" 2>&1
}

program_copy fcgi/demo release/demo
chmod 755 "$T/release/demo"
mkdir "$T/door"
[ -z "$as_user" ] || chown 4242:4242 "$T/door"
# shellcheck disable=SC2046,SC2086
$as_user env -i $(settings) "$T/release/demo" -l "$T/door/demo" -t 2 \
    2>> "$T/log/demo.log" &
demo_pid=$!
servers="$servers $demo_pid"
tries=0
until [ -S "$T/door/demo" ] || [ "$tries" = 400 ]; do
	tries=$((tries + 1))
	sleep 0.05
done

front="server.modules += ( \"mod_fastcgi\" )
fastcgi.server = ( \"/demo\" => (( \"socket\" => \"$T/door/demo\",
    \"check-local\" => \"disable\" )) )"
unset port
server_start
mount=/demo

# Two visitors that the program has never heard of before.  A long field in
# front: its place is not soon needed by another form.
long=$(printf '%40000s' '' | tr ' ' x)
right=quartz-otter-5521 wrong_one=granite-heron-7743
printf '%s\n' "$right" "$wrong_one" >> "$T/secrets"
submit gil signup "pad=$long" user=gil "password=$right"
same "a signup" "$status" 303
submit hal login "pad=$long" user=gil "password=$wrong_one"
same "a wrong password" "$status" 401
submit hal login "pad=$long" user=gil "password=$right"
same "a right password" "$status" 303
hal=$(cookie hal)
ask hal prefs
form=$(token)
submit hal prefs "pad=$long" lang=de theme=dark
for n in $(seq 50); do
	ask ivy visits
	ask ivy login
done
same "100 other requests" "$status" 200
same "the parts that were found of a token" \
    "$([ "${#form}" -gt 40 ] && [ "${#hal}" = 32 ] && echo whole)" whole
in_memory "$right" "$wrong_one" > "$T/run/found"
same "the passwords" "$(cat "$T/run/found")" ""
verdict r80_no_password_is_left_in_memory
in_memory "$hal" "$form" > "$T/run/found"
same "the id and the form's token" "$(cat "$T/run/found")" ""
verdict r80_no_id_or_form_token_is_left_in_memory

# What is there is found: on the stack, on a thread's heap, in a file.
in_memory "$store" "LIBSESS_STORE=sqlite:$store" libsess-sid-1 \
    > "$T/run/found"
holds "the store's path" "$T/run/found" "$store "
for where in "\\[stack\\]" anonymous release/demo; do
	at_least "what is found in $where" \
	    "$(grep -c "$where\$" "$T/run/found")" 1
done
awk '/^Max core file size/ { print $5, $6 }' "/proc/$demo_pid/limits" \
    > "$T/run/found"
same "a core file" "$(cat "$T/run/found")" "0 0"
verdict r80_what_is_in_memory_is_found_and_there_is_no_core

# ---- The same as JSON ----------------------------------------------------------------

# What a parser makes of each line: its program, event and error.
cat > "$T/run/parse" <<'END'
import datetime, json, sys
for line in sys.stdin.buffer.read().splitlines():
    entry = json.loads(line)
    assert all(isinstance(value, str) for value in entry.values())
    datetime.datetime.strptime(entry["time"], "%Y-%m-%dT%H:%M:%SZ")
    print(ascii(entry["app"]), entry["event"], entry.get("err"))
END

front=
mount=/cgi-bin
unset port
server_start LIBSESS_LOG_FORMAT=json
ask fay 'probe?op=set+a+b'
old=$(cookie fay)
ask fay 'probe?op=rotate'
ask fay visits
send fay cart 'csrf=x"}' act=add item=pen n=1
bring "sid=$(cookie fay); sid=$(cookie ann)" visits
echo +30 > "$clock"
bring "sid=$old" visits
echo +0 > "$clock"
grep -av '(server.c' "$T/log/server-$port.log" |
    python3 "$T/run/parse" > "$T/run/parsed" 2>&1
same "what is no JSON" "$(grep -v "^'[a-z]*' [a-z]* [A-Z]" "$T/run/parsed")" ""
for event in "'cart' refuse E_CSRF" "'visits' ambiguous None" \
    "'visits' replay None"; do
	holds "the events" "$T/run/parsed" "$event"
done
before=$(wc -l < "$T/log/direct.log")
for name in 'a"b\c' "$(printf 'a\r\n{"app":"forged"}')" \
    "$(printf 'a\302\233\342\200\256\377\033')" "$(printf '\303\274')"; do
	cgi "$T/cgi-bin/probe" "SCRIPT_NAME=/cgi-bin/$name" \
	    LIBSESS_LOG_FORMAT=json REQUEST_METHOD=BREW < /dev/null > "$body"
	holds "a request that is refused" "$body" "Status: 405"
done
tail -n "+$((before + 1))" "$T/log/direct.log" |
    python3 "$T/run/parse" > "$T/run/parsed" 2>&1
same "the programs" "$(cat "$T/run/parsed")" "'a\"b\\\\c' refuse E_METHOD
'a\\r\\n{\"app\":\"forged\"}' refuse E_METHOD
'a\\x9b\\u202e\\ufffd\\x1b' refuse E_METHOD
'\\xfc' refuse E_METHOD"
verdict r69_each_line_of_the_log_is_json_where_that_is_set

# The check at the end of each scenario is able to fail.
(
	echo "x $id x" > "$T/log/leak.log"
	no_secret_told > "$T/run/leak"
)
rm "$T/log/leak.log"
: > "$T/run/why"
holds "what was told" "$T/run/leak" "not ok"
verdict r44_a_secret_in_a_log_is_found

finish
