#!/bin/sh
# 65-sql.sh - goal: SQL is fixed text.  No source makes any of it with a
# format, and nothing that a visitor sends is ever taken for it.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"

# ---- In the sources -----------------------------------------------------------

cd "$top_srcdir" || bail "no sources"
users() {
	grep -lE "sqlite3_(exec|prepare|mprintf|vmprintf|snprintf|str_)" \
	    "$@" | tr '\n' ' '
}
same "SQLite among the library" "$(users libsess/*.c)" "libsess/db.c "
same "SQLite among the pages" "$(users cgi-bin/*.c)" "cgi-bin/ask.c "
same "SQLite elsewhere" "$(grep -l 'sqlite3\.h' libsess/*.[ch] \
    cgi-bin/*.[ch] | sort | tr '\n' ' ')" "cgi-bin/ask.c libsess/db.c "
verdict r43_sqlite_is_met_in_one_file_of_the_library_and_one_of_the_pages

# Statement by statement: a format or a copy next to words of SQL.  Comments
# are taken out first, because they talk.
formatted() {
	sed -e 's:/\*.*\*/::' "$@" |
	awk 'BEGIN { RS = ";" }
	/(printf|addf|strcat|strcpy|strncat|memcpy|sess_append|buf_add)[a-z]* *\(/ &&
	/"[^"]*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|ATTACH|PRAGMA|VALUES|WHERE|FROM|BEGIN|COMMIT|ROLLBACK) [^"]*"/ {
		print
	}
	/"[^"]*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|WHERE)[^"]*%[-0-9.*]*[a-zA-Z][^"]*"/ {
		print
	}'
}
same "formats in SQL" "$(formatted libsess/*.c cgi-bin/*.c)" ""
same "functions that make SQL" "$(grep -nE \
    'sqlite3_(v?mprintf|v?snprintf|str_)' libsess/*.c cgi-bin/*.c)" ""
printf '%s\n' 'x(b, "SELECT 1"); snprintf(b, 9, "SELECT %s", s);' \
    'buf_addf(b, "DELETE FROM t "' '    "WHERE a = %d", n);' > "$T/run/bad.c"
formatted "$T/run/bad.c" > "$T/run/found"
holds "what would be found" "$T/run/found" 'SELECT %s'
holds "what would be found" "$T/run/found" 'DELETE FROM'
lacks "what would not be" "$T/run/found" 'SELECT 1'
verdict r43_no_format_makes_sql

# Whatever is prepared or run is a constant or an entry of a constant table.
texts() {
	cat libsess/db.c cgi-bin/ask.c | tr '\n' ' ' | tr -s ' \t' ' ' |
	grep -oE '(sqlite3_(exec|prepare_v[23])| exec)\([^;{]*' |
	sed -E 's/^[^,]*, *//; s/(,| \? |\)).*//' | sort -u
}
same "texts" "$(texts | grep -vE '^"[^"%]*"$|^durable$' | tr '\n' ' ')" \
    "const char *sql queries[q] sql sql_text[sql] sql_upgrades[n - 1] upgrades[have] "
for file in sql/*.sql; do
	same "$file" "$(sed 's/--.*//' "$file" | grep -n '%')" ""
done
verdict r43_only_fixed_texts_are_prepared

# ---- From outside --------------------------------------------------------------

server_start LIBSESS_LOGIN_TRIES=1000 LIBSESS_ADDRESS_TRIES=1000
login ann
submit ann 'drafts?new=1' act=save id= version= title=mine text=mine
login bob bob builder-2049
tables() {
	sql "SELECT count(*) FROM sqlite_schema"
	sql "SELECT count(*), sum(user = 'alice'), sum(user = 'bob')
	    FROM session"
	sql "SELECT count(*) FROM sqlite_schema" "$demo"
	sql "SELECT count(*), min(hash <> '') FROM user" "$demo"
	sql "SELECT * FROM draft WHERE title = 'mine'" "$demo"
}
tables > "$T/run/before"

while read -r evil; do
	bring "sid=$evil" 'probe?op=get+k'
	holds "the id $evil" "$body" '"new":true'
	submit eve login "user=$evil" "password=$evil"
	same "the user $evil" "$status" 401
	submit eve login "user=alice" "password=$evil"
	same "the password $evil" "$status" 401
	for page in 'drafts?id=' 'drafts?delete=' 'billing?order='; do
		url=$(printf %s "$evil" | xxd -p -c 256 | sed 's/../%&/g')
		ask bob "$page$url"
		same "$page$evil" "$status" 404
	done
	submit bob 'drafts?new=1' act=delete "id=$evil"
	same "deleting $evil" "$status" 400
	submit bob 'drafts?new=1' act=save "id=1$evil" version=1 title=x text=x
	same "saving $evil" "$status" 400
	ask bob shop
	send bob cart "csrf=$(token)" act=add "item=$evil" n=1
	same "the item $evil" "$status" 400
	submit bob prefs "lang=$evil" theme=dark
	same "the language $evil" "$status" 400

	# as texts of a person they are as good as any
	submit bob 'drafts?new=1' act=save id= version= "title=$evil" \
	    "text=$evil"
	same "the title $evil" "$status" 303
	same "the draft $evil" "$(sql "SELECT title = text, hex(title)
	    FROM draft WHERE user = 'bob' ORDER BY id DESC LIMIT 1" "$demo")" \
	    "1|$(printf %s "$evil" | xxd -p -u -c 256)"
	ask eve "probe" --data-urlencode "op=set k $evil" \
	    --data-urlencode "op=get k" --data-urlencode "op=del k" \
	    --data-urlencode "op=get $evil"
	json=$(printf %s "$evil" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g')
	holds "the value $evil" "$body" "[true,\"$json\",true,null]"
	rm -f "$T/run/jar.eve"
done << 'END'
' OR 1=1 --
' OR '1'='1
'; DROP TABLE session; --
'); DROP TABLE draft; --
" OR ""="
alice' --
alice'/*
x' UNION SELECT hash FROM user --
1; DELETE FROM token
%s%n%d
?1
\' OR 1=1 --
END
tables > "$T/run/after"
cmp "$T/run/before" "$T/run/after" > "$T/run/cmp" 2>&1 ||
    differ "the tables" "$(cat "$T/run/after")" "$(cat "$T/run/before")"
same "the store" "$(sql 'PRAGMA integrity_check')" ok
same "the database" "$(sql 'PRAGMA integrity_check' "$demo")" ok
verdict r43_injected_sql_does_nothing

finish
