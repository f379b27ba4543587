#!/bin/sh
# 25-files.sh - goal: a draft carries pictures and files; they come back byte
# for byte to whom they belong and to nobody else, whatever they are called
# and whatever is in them; and no text is lost because a file was too large.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
server_start
folder=$demo-files
F=$T/run/files
mkdir "$F"

# ---- Files to send -----------------------------------------------------------

# A picture of one pixel, as each kind of file begins.
printf '\211PNG\r\n\032\n%s' "and the rest of a picture" > "$F/tea.png"
printf '\377\330\377\340%s' "and the rest" > "$F/tea.jpg"
printf 'GIF89a%s' "and the rest" > "$F/tea.gif"
printf 'RIFF\001\002\003\004WEBPVP8 %s' "and the rest" > "$F/tea.webp"
printf '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' \
    > "$F/evil.svg"
head -c 300000 /dev/urandom > "$F/bytes.bin"
: > "$F/empty"
# size FILE BYTES
size() {
	head -c "$2" /dev/zero > "$F/$1"
}
size large 5000001
size just 5000000

# attach BROWSER CURL-ARGUMENT... - send the form of the page that was asked
# for last: -F for what may be a file, --form-string for what is text.
attach() {
	who=$1
	shift
	ask "$who" drafts --form-string "csrf=$(token)" --form-string act=save \
	    "$@"
}

# new BROWSER CURL-ARGUMENT... - the same in a new draft.
new() {
	ask "$1" 'drafts?new=1'
	attach "$@" --form-string id= --form-string version= \
	    --form-string text=x
}

# change BROWSER DRAFT CURL-ARGUMENT... - the same in one that is there.
change() {
	ask "$1" "drafts?id=$2"
	version=$(sql "SELECT version FROM draft WHERE id = $2" "$demo")
	draft=$2
	who=$1
	shift 2
	attach "$who" --form-string "id=$draft" \
	    --form-string "version=$version" --form-string text=x "$@"
}

# back BROWSER FILE - what is in the file of this number
back() {
	ask "$1" "drafts?file=$2"
}

in_folder() {
	$as_user ls "$folder" 2>/dev/null | sort -n | tr '\n' ' '
}

# ---- Up and down -------------------------------------------------------------

login ann
login bob bob builder-2049
new ann --form-string title=Tea -F "files=@$F/tea.png" \
    -F "files=@$F/bytes.bin;type=image/png"
same "saved" "$status $(header Location)" "303 /cgi-bin/drafts?done=save"
ask ann drafts
holds "the list" "$body" '<img src="drafts?file=1"'
holds "the list" "$body" '<bdi>bytes.bin</bdi> <small>300'
lacks "the list" "$body" '<img src="drafts?file=2"'
ask ann 'drafts?id=1'
holds "the editor" "$body" '<img src="drafts?file=1"'
holds "the editor" "$body" 'enctype="multipart/form-data"'
back ann 1
same "the picture" "$status $(header Content-Type)" "200 image/png"
same "the bytes" "$(cksum < "$body")" "$(cksum < "$F/tea.png")"
back ann 2
same "the file" "$status $(header Content-Type) $(header Content-Length)" \
    "200 application/octet-stream 300000"
same "the bytes" "$(cksum < "$body")" "$(cksum < "$F/bytes.bin")"
same "its name" "$(header Content-Disposition)" \
    "attachment; filename=\"bytes.bin\"; filename*=UTF-8''bytes.bin"
same "its policy" "$(header Content-Security-Policy)" \
    "default-src 'none'; frame-ancestors 'none'; sandbox"
same "no guessing" "$(header X-Content-Type-Options)" nosniff
same "the folder" "$($as_user stat -c %a "$folder") $(in_folder)" "700 1 2 "
ask ann 'drafts?file=2' -I
same "asked by HEAD" "$status $(header Content-Length)" "200 300000"
verdict r71_a_picture_and_a_file_come_back_byte_for_byte

# As one that never was: the answers differ in nothing.
back bob 1
same "another's" "$status" 404
lacks "another's" "$body" PNG
without_tokens() {
	sed 's/name="csrf" value="[^"]*"//' "$body"
}
without_tokens > "$F/anothers"
back bob 999
same "one that never was" "$status" 404
same "the pages" "$(without_tokens)" "$(cat "$F/anothers")"
for number in 0 -1 01 1x 99999999999999999999 ../1; do
	back bob "$number"
	same "$number" "$status" 404
done
rm -f "$T/run/jar.nobody"
back nobody 1
same "nobody" "$status $(header Location)" \
    "303 /cgi-bin/login?next=drafts%3Ffile%3D1"
change ann 1 --form-string remove=1 --form-string title=Tea
same "mine" "$(sql 'SELECT group_concat(id) FROM file' "$demo")" 2
new bob --form-string title=Mortar --form-string remove=2
same "not mine" "$status $(sql 'SELECT group_concat(id) FROM file' "$demo")" \
    "303 2"
verdict r72_a_file_is_its_owners_alone

new ann --form-string title=kinds -F "files=@$F/tea.png;filename=a.txt" \
    -F "files=@$F/tea.jpg" -F "files=@$F/tea.gif" -F "files=@$F/tea.webp" \
    -F "files=@$F/evil.svg;type=image/svg+xml" \
    -F "files=@$F/evil.svg;filename=page.html;type=text/html" \
    -F "files=@$F/evil.svg;filename=x.png;type=image/png" \
    -F "files=@$F/empty"
same "saved" "$status" 303
same "types" "$(sql "SELECT group_concat(type) FROM file WHERE id > 2" \
    "$demo")" "image/png,image/jpeg,image/gif,image/webp,,,,"
for number in 7 8 9; do
	back ann "$number"
	same "a script" "$(header Content-Type)" application/octet-stream
	same "is not shown" "$(header Content-Disposition | cut -c 1-11)" \
	    "attachment;"
done
back ann 10
same "empty" "$status $(header Content-Length)" "200 0"
verdict r73_first_bytes_and_nothing_else_make_a_picture

# ---- Names -------------------------------------------------------------------

long=$(printf '%0255d' 0)
euros=$(printf '\342\202\254%.0s' $(seq 100))
rtl=$(printf 'a\342\200\256gpj.exe')
tea=$(printf '\360\237\215\265 th\303\251.txt')
number=10
: > "$F/names"
# called NAME AS-KEPT AS-IN-THE-HEADER
called() {
	number=$((number + 1))
	# curl writes a quote in a name as %22, as browsers do
	new ann --form-string title=names -F "files=@$F/tea.png;filename=\"$1\""
	same "$1: saved" "$status" 303
	same "$1: kept" "$(sql "SELECT name FROM file WHERE id = $number" \
	    "$demo")" "$2"
	back ann "$number"
	same "$1: back" "$(header Content-Disposition)" \
	    "attachment; filename=\"$3"
	same "$1: the bytes" "$(cksum < "$body")" "$(cksum < "$F/tea.png")"
}
called ../x ../x "_._x\"; filename*=UTF-8''_._x"
called "$long" "$long" "$long\"; filename*=UTF-8''$long"
called "$rtl" "$rtl" "a_gpj.exe\"; filename*=UTF-8''a_gpj.exe"
called "$tea" "$tea" "_ th_.txt\"; filename*=UTF-8''%F0%9F%8D%B5%20th%C3%A9.txt"
called '<b>bold<img src=x>' '<b>bold<img src=x>' \
    "_b_bold_img src=x_\"; filename*=UTF-8''_b_bold_img%20src%3Dx_"
ask ann drafts
lacks "the list" "$body" '<b>bold'
lacks "the list" "$body" '<img src=x>'
number=$((number + 1))
new ann --form-string title=names -F "files=@$F/tea.png;filename=\"$euros\""
same "cut" "$status $(sql "SELECT length(name) FROM file WHERE id = $number" \
    "$demo")" "303 85"
back ann "$number"
same "cut: the bytes" "$(cksum < "$body")" "$(cksum < "$F/tea.png")"
number=$((number + 1))
new ann --form-string title=names -F "files=@$F/tea.png;filename=\"a\\\"; filename=evil\""
same "quote" "$status" 303
back ann "$number"
same "quote: back" "$(header Content-Disposition)" \
    "attachment; filename=\"a_; filename=evil\"; filename*=UTF-8''a_%3B%20filename%3Devil"
verdict r74_names_are_text_and_no_path_and_no_header

# ---- Sent twice --------------------------------------------------------------

ask ann 'drafts?new=1'
form=$(token)
for file in tea.png tea.png tea.gif; do
	ask ann drafts -F "csrf=$form" -F act=save -F id= -F version= \
	    -F title=once -F text=x -F "files=@$F/$file"
	echo "$status"
done > "$F/twice"
same "answers" "$(tr '\n' ' ' < "$F/twice")" "303 303 409 "
same "files" "$(sql "SELECT count(*) FROM file f JOIN draft d ON d.id = draft
    WHERE title = 'once'" "$demo")" 1
verdict r35_a_file_sent_twice_is_one_file

# ---- Limits ------------------------------------------------------------------

# kept CALL... - whatever was refused: the text is in the form, and in no table
before=$(sql 'SELECT count(*), (SELECT count(*) FROM file) FROM draft' "$demo")
kept() {
	same "$1: status" "$status" 413
	holds "$1: the page" "$body" "my long thoughts</textarea>"
	holds "$1: the page" "$body" 'id="files"'
	same "$1: nothing else" "$(sql 'SELECT count(*),
	    (SELECT count(*) FROM file) FROM draft' "$demo")" "$before"
	same "$1: files" "$(in_folder | wc -w)" \
	    "$(sql 'SELECT count(*) FROM file' "$demo")"
}
ask ann 'drafts?new=1'
attach ann -F id= -F version= -F title=t -F "text=my long thoughts" \
    -F "files=@$F/tea.png" -F "files=@$F/large"
kept "a file of 5 MB and a byte"
lacks "a note" "$body" 'id="too-large" role="alert">'
holds "a note" "$body" 'Please choose them once more'
ask ann 'drafts?new=1'
set --
for i in 1 2 3 4 5 6 7 8 9; do
	set -- "$@" -F "files=@$F/tea.png;filename=$i"
done
attach ann -F id= -F version= -F title=t -F "text=my long thoughts" "$@"
kept "nine files"
# 2 is alice's too: 300 kB, and then three of 5 MB
new ann -F title=big -F "files=@$F/just" -F "files=@$F/just" \
    -F "files=@$F/just"
same "15 MB" "$status" 303
before=$(sql 'SELECT count(*), (SELECT count(*) FROM file) FROM draft' "$demo")
ask ann 'drafts?new=1'
attach ann -F id= -F version= -F title=t -F "text=my long thoughts" \
    -F "files=@$F/just"
kept "over the quota"
new bob -F title=big -F "files=@$F/just"
same "the quota is each one's own" "$status" 303
ask ann 'drafts?new=1'
attach ann -F id= -F version= -F title=t -F "text=my long thoughts" \
    -F "files=@$F/just" -F "files=@$F/just" -F "files=@$F/just" \
    -F "files=@$F/just"
same "a body over max_upload_bytes" "$status" 413
holds "the page says so kindly" "$body" 'what you typed should still be'
verdict r75_no_text_is_lost_because_a_file_was_too_large

# ---- Gone --------------------------------------------------------------------

big=$(sql "SELECT id FROM draft WHERE title = 'big' AND user = 'alice'" "$demo")
gone=$(sql "SELECT min(id) FROM file WHERE draft = $big" "$demo")
change ann "$big" -F title=big -F "remove=$gone" -F "files=@$F/tea.gif"
same "one goes and one comes" "$status $(sql "SELECT group_concat(size)
    FROM file WHERE draft = $big" "$demo")" "303 5000000,5000000,18"
back ann "$gone"
same "it" "$status" 404
submit ann "drafts?delete=$big" act=delete "id=$big"
same "deleted" "$status" 303
same "rows and files" "$(in_folder)" \
    "$(sql 'SELECT id FROM file ORDER BY id' "$demo" | tr '\n' ' ')"
same "nothing waits" "$(sql 'SELECT count(*) FROM file_gone' "$demo")" 0
verdict r76_files_go_with_their_drafts

# As if somebody had died: before the commit, and before the bytes were gone.
next=$(($(sql "SELECT seq FROM sqlite_sequence WHERE name = 'file'" "$demo") + 1))
echo leftover > "$F/leftover"
$as_user sh -c "cat > $folder/$next" < "$F/leftover"
$as_user sh -c "cat > $folder/900" < "$F/leftover"
$as_user sqlite3 "$demo" 'INSERT INTO file_gone VALUES (900), (901)'
new ann -F title=after -F "files=@$F/tea.gif"
same "saved" "$status" 303
back ann "$next"
same "the bytes" "$(cksum < "$body")" "$(cksum < "$F/tea.gif")"
same "rows and files" "$(in_folder)" \
    "$(sql 'SELECT id FROM file ORDER BY id' "$demo" | tr '\n' ' ')"
same "nothing waits" "$(sql 'SELECT count(*) FROM file_gone' "$demo")" 0
verdict r77_what_a_crash_left_is_cleared_away

# ---- Too late ----------------------------------------------------------------

ask ann 'drafts?new=1'
form=$(token)
echo +1860 > "$clock"
ask ann drafts -F "csrf=$form" -F act=save -F id= -F version= -F title=late \
    -F "text=written for half an hour" -F "files=@$F/tea.png"
same "too late" "$status $(header Location)" \
    "303 /cgi-bin/login?next=drafts%3Fsaved%3D1"
ask ann "login?next=drafts%3Fsaved%3D1"
send ann login "csrf=$(token)" user=alice password=wonderland-1865 \
    'next=drafts?saved=1'
ask ann 'drafts?saved=1'
holds "the editor" "$body" 'written for half an hour'
holds "the editor" "$body" 'Please choose them once more'
attach ann -F id= -F version= -F stashed=1 -F title=late \
    -F "text=written for half an hour" -F "files=@$F/tea.png"
same "saved" "$status" 303
ask ann 'drafts?new=1'
lacks "the next editor" "$body" 'Please choose them once more'
verdict s63_a_text_that_came_too_late_is_kept_and_its_files_are_named

# ---- Progress ----------------------------------------------------------------

login bob bob builder-2049
ask bob 'drafts?new=1'
form=$(token)
ask bob 'drafts?progress=none'
same "nothing" "$status $(header Content-Type) $(cat "$body")" \
    "200 application/json null"
# Half of the body, and the rest when the first half is known of.
boundary=xyz
{
	for field in "csrf $form" 'act save' 'id ' 'version ' 'title slow' 'text x'
	do
		printf -- '--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' \
		    "$boundary" "${field%% *}" "${field#* }"
	done
	printf -- '--%s\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n' \
	    "$boundary"
	base64 "$F/bytes.bin"
	printf '\r\n--%s--\r\n' "$boundary"
} > "$F/body"
all=$(wc -c < "$F/body")
far() {
	ask bob 'drafts?progress=slow'
	sed -n 's/.*"got":\([0-9]*\),"total":'"$all"'.*/\1/p' "$body"
}
# until FILE HAS - wait for a text in a file
until_there() {
	tries=0
	while ! grep -qs "$2" "$1" && [ "$tries" -lt 600 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
mkfifo "$F/pipe"
(
	printf 'POST /cgi-bin/drafts?upload=slow HTTP/1.1\r\nHost: localhost\r\n'
	printf 'Cookie: sid=%s\r\nContent-Length: %s\r\n' "$(cookie bob)" "$all"
	printf 'Content-Type: multipart/form-data; boundary=%s\r\n' "$boundary"
	printf 'Connection: close\r\n\r\n'
	head -c 100000 "$F/body"
	sleep 0.5               # less is too little to tell of
	head -c 150000 "$F/body" | tail -c 50000
	until_there "$F/seen" half
	tail -c +150001 "$F/body"
	until_there "$F/slow" HTTP
) > "$F/pipe" &
writer=$!
# what it sends is text, and so telnet changes nothing
curl -sS -m 120 "telnet://127.0.0.1:$port" < "$F/pipe" > "$F/slow" &
curl=$!
tries=0
got=
while [ "${got:-0}" -lt 100000 ] && [ "$tries" -lt 300 ]; do
	got=$(far)
	tries=$((tries + 1))
	sleep 0.1
done
at_least "half of it" "${got:-0}" 100000
[ "${got:-0}" -le 150000 ] || differ "half of it" "$got" "at most 150000"
echo half > "$F/seen"
wait "$writer" "$curl"
same "saved" "$(head -n 1 "$F/slow" | cut -c 1-12)" "HTTP/1.1 303"
same "all of it" "$(far)" "$all"
ask ann 'drafts?progress=slow'
same "of another" "$(cat "$body")" null
verdict r78_an_upload_tells_how_far_it_is

# ---- From the version before -------------------------------------------------

server_stop
rm -rf "$demo" "$folder"
$as_user sqlite3 "$demo" < "$top_srcdir/sql/demo.sql"
$as_user sqlite3 "$demo" "INSERT INTO draft (user, title, text, changed, made_by)
    VALUES ('alice', 'old', 'from the version before', 1, 'f')"
server_start
login ann
ask ann 'drafts?id=1'
holds "the editor" "$body" 'from the version before'
change ann 1 -F title=old -F "files=@$F/tea.png"
same "saved" "$status" 303
back ann 1
same "the bytes" "$(cksum < "$body")" "$(cksum < "$F/tea.png")"
same "schema" "$(sql 'PRAGMA user_version' "$demo")" 2
verdict r79_the_database_of_the_version_before_is_upgraded

finish
