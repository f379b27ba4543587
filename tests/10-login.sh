#!/bin/sh
# 10-login.sh - goal: a person logs in once, is known on every page from then
# on, and is nobody again after the logout; and nobody else gets in.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
server_start

# ---- Before the login ---------------------------------------------------------

ask ann drafts
same "drafts of a stranger" "$status $(header Location)" \
    "303 /cgi-bin/login?next=drafts"
ask ann billing
same "billing of a stranger" "$status" 303
ask ann login
same "cookies of a stranger who looks" "$(cookie ann)" ""
same "the store" "$(ls "$state/sess" 2>/dev/null)" ""
verdict s30_who_only_looks_gets_no_session

# Both wrong, or one of them: the answers differ in what was typed alone.
answer() {
	submit ann login "user=$1" "password=$2"
	sed -e "s/value=\"$1\"/value=\"TYPED\"/" \
	    -e 's/name="csrf" value="[^"]*"/name="csrf"/' "$body"
	grep -av '^Date:' "$head"
}
answer alice wrong-password > "$T/run/wrong"
answer mabel wrong-password > "$T/run/unknown"
answer alice '' > "$T/run/empty"
holds "a wrong password" "$T/run/wrong" "HTTP/1.1 401"
holds "a wrong password" "$T/run/wrong" "User name or password is wrong"
for other in unknown empty; do
	cmp "$T/run/wrong" "$T/run/$other" > "$T/run/cmp" 2>&1 ||
	    differ "$other" "$(cat "$T/run/cmp")" "the same bytes"
done
verdict s38_a_failed_login_does_not_say_why

same "the cookie" "$(cookie ann)" ""
same "sessions" "$(sql 'SELECT count(*) FROM session')" 0
ask ann drafts
same "drafts" "$status" 303
verdict s39_a_failed_login_makes_no_session

# ---- The login -------------------------------------------------------------------

ask ann 'probe?op=set+cup+tea'
before=$(cookie ann)
login ann
after=$(cookie ann)
same "where to" "$(header Location)" /cgi-bin/drafts
same "a new id" "$([ "$before" != "$after" ] && echo yes)" yes
same "its length" "${#after}" 32
same "sessions" "$(sql 'SELECT count(*), user FROM session')" "1|alice"
verdict s39_only_a_login_makes_the_new_id

ask ann 'probe?op=get+cup'
same "who" "$(cat "$body")" '{"new":false,"results":["tea"],"user":"alice"}'
verdict s07_login_stores_the_user_in_the_session

bring "sid=$before" 'probe?op=get+cup'
same "the old id" "$(cat "$body")" '{"new":true,"results":[null],"user":null}'
verdict s67_an_id_from_before_the_login_is_worth_nothing

for page in visits drafts shop cart billing prefs login; do
	ask ann "$page"
	same "$page" "$status" 200
	holds "$page" "$body" '<b>alice</b>'
	[ "$page" = login ] || lacks "$page" "$body" 'type="password"'
done
verdict s08_no_page_asks_for_the_password_again
for round in 1 2 3; do
	for page in visits cart drafts; do
		ask ann "$page"
		holds "$page, round $round" "$body" '<b>alice</b>'
	done
done
same "the id" "$(cookie ann)" "$after"
verdict s68_the_login_is_known_on_all_pages

# ---- The cookie jar -----------------------------------------------------------------

# A browser of its own: no cookie is written by hand here.
ask bea visits
first=$(cookie bea)
ask bea visits
holds "the second visit" "$body" '<b>2</b>'
ask bea visits
holds "the third visit" "$body" '<b>3</b>'
same "the id" "$(cookie bea)" "$first"
same "the jar" "$(grep -c '^#HttpOnly_127' "$T/run/jar.bea")" 1
verdict s18_a_cookie_jar_keeps_the_session

ask ann drafts -H 'User-Agent: another' -H 'Accept-Language: de'
same "the drafts" "$status" 200
holds "still alice" "$body" '<b>alice</b>'
verdict s17_more_data_without_asking_again

# ---- A second browser ------------------------------------------------------------------

ask bea 'probe?op=get+cup'
same "of another" "$(cat "$body")" '{"new":false,"results":[null],"user":null}'
login bea bob builder-2049
ask bea visits
lacks "of bob" "$body" '<b>alice</b>'
holds "of bob" "$body" '<b>bob</b>'
ask ann visits
holds "of alice" "$body" '<b>alice</b>'
verdict s02_another_browser_sees_nothing_of_the_first

# ---- The logout --------------------------------------------------------------------------

ask ann logout
same "a logout by link" "$status" 405
ask ann drafts
same "then" "$status" 200
verdict r40_a_link_does_not_log_out

old=$(cookie ann)
ask ann drafts
send ann logout "csrf=$(token)"
same "where to" "$status $(header Location)" "303 /cgi-bin/login?bye=1"
holds "the cookie goes" "$head" "Set-Cookie: sid=; Path=/; Max-Age=0"
same "the jar" "$(cookie ann)" ""
same "sessions of alice" \
    "$(sql "SELECT count(*) FROM session WHERE user = 'alice'")" 0
bring "sid=$old" drafts
same "the old cookie" "$status" 303
bring "sid=$old" 'probe?op=get+cup'
holds "the old cookie" "$body" '"new":true'
verdict s35_a_logout_kills_the_old_cookie
ask bea visits
holds "bob stays" "$body" '<b>bob</b>'
verdict s35_a_logout_ends_no_other_session

# ---- By hand ---------------------------------------------------------------------------------

# The tutorial's port, if nobody has it.
server_stop
port=3000
server_start LIBSESS_COOKIE_NAME=session
by_hand="http://localhost:$port/cgi-bin/probe?op=get+k"
rows=$(sql 'SELECT count(*) FROM session')
curl -4sS -m 20 -i -H 'Cookie: session = 12345' "$by_hand" > "$body"
holds "12345" "$body" '{"new":true,"results":[null],"user":null}'
lacks "12345" "$body" Set-Cookie
lacks "12345" "$body" 12345
same "sessions" "$(sql 'SELECT count(*) FROM session')" "$rows"
id=$(curl -4sS -m 20 -i "http://localhost:$port/cgi-bin/probe?op=set+k+v" |
    sed -n 's/^Set-Cookie: session=\([^;]*\).*/\1/p')
same "the length of an id" "${#id}" 32
echo "$id" >> "$T/secrets"
curl -4sS -m 20 -H "Cookie: session = $id" "$by_hand" > "$body"
same "an id of ours" "$(cat "$body")" '{"new":false,"results":["v"],"user":null}'
verdict "s57_curl_with_spaces_around_the_equals_sign (port $port)"

finish
