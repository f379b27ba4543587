#!/bin/sh
# 22-account.sh - goal: a person makes an account, sees where it is used and
# what happened to it, and ends what is not theirs; and a guesser waits.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need openssl
server_start LIBSESS_ADDRESS_TRIES=1000

# The time stands still, but for this.
now=1795000000
later() {
	now=$((now + $1))
	echo "$now" > "$clock"
}
later 0

# What a browser forgets when it is closed: the cookies without an end.
close_browser() {
	awk -F '\t' '$5 != 0' "$T/run/jar.$1" > "$T/run/jar"
	mv "$T/run/jar" "$T/run/jar.$1"
}

# remembered BROWSER USER PASSWORD
remembered() {
	submit "$1" login "user=$2" "password=$3" remember=1
	same "a login of $2" "$status" 303
}

# is BROWSER USER; is_nobody BROWSER
is() {
	ask "$1" visits
	holds "who $1 is" "$body" "<b>$2</b>"
}
is_nobody() {
	ask "$1" drafts
	same "drafts for $1" "$status $(header Location)" \
	    "303 /cgi-bin/login?next=drafts"
}

# act BROWSER PAGE FIELD=value... - with the token of the page as it is.
act() {
	submit "$@"
	same "$*" "$status" 303
}

# ---- Signing up ---------------------------------------------------------------

printf '%s\n' 'correct horse' 'battery staple' 'four old words' \
    >> "$T/secrets"

# refused STATUS SENTENCE USER PASSWORD
refused() {
	submit sue signup "user=$3" "password=$4"
	same "$3" "$status" "$1"
	holds "$3" "$body" "$2"
	holds "$3" "$body" "name=\"user\" value=\"$3\""
	[ -z "$4" ] || lacks "$3" "$body" "$4"
}
refused 400 'A user name has 1 to 64 characters' '' 'correct horse'
refused 400 'A user name has 1 to 64 characters' ' sue' 'correct horse'
refused 400 'at least 8 characters' sue 'horse'
refused 400 'at most 1024 characters' sue "$(printf '%01025d' 7)"
refused 400 'one of the first that others would try' sue Password1
refused 409 'has this user name already' ALICE 'correct horse'
same "cookies of a refused visitor" "$(cookie sue)" ""
same "accounts" "$(sql 'SELECT name FROM account')" alice
verdict a_signup_says_why_it_is_refused

submit sue 'signup?next=cart' user=sue 'password=correct horse' next=cart
same "signed up" "$status $(header Location)" "303 /cgi-bin/cart"
is sue sue
submit sue 'drafts?new=1' act=save id= version= title=Mine text=x
same "a draft" "$status" 303
ask sue drafts
holds "the drafts" "$body" Mine
ask sue account
holds "what happened" "$body" '<b>Account created</b>'
submit sal signup user=Sue 'password=battery staple'
same "taken by now" "$status" 409
is_nobody sal
verdict who_signs_up_is_logged_in_and_can_write

ask sal 'signup?next=cart'
holds "to the login" "$body" 'href="login?next=cart"'
ask sal 'login?next=drafts%3Fid%3D1'
holds "and back" "$body" 'href="signup?next=drafts%3Fid%3D1"'
verdict login_and_signup_lead_to_each_other

for i in 9 10; do
	refused 409 'has this user name already' sue 'battery staple'
done
refused 429 'Please wait 60 minutes.' sid 'battery staple'
same "Retry-After" "$(header Retry-After)" 3600
later 3600
for form in login signup; do
	submit sid "$form"
	at_least "$form without fields" "$status" 400
	[ "$status" -lt 500 ] || differ "$form without fields" "$status" 4xx
done
submit sid signup user=sid 'password=battery staple'
same "an hour later" "$status" 303
verdict signups_of_one_address_are_counted

# ---- Users of the time before accounts ----------------------------------------------

hash=$(echo 'four old words' | openssl passwd -6 -salt saltsalt -stdin)
$as_user sqlite3 "$demo" "INSERT INTO user VALUES ('carol', '$hash')"
submit cat signup user=Carol 'password=battery staple'
same "her name" "$status" 409
login cat Carol 'four old words'
is cat carol
case $(sql "SELECT hash FROM account WHERE name = 'carol'") in
\$argon2id\$*) ;;
*) differ "her hash" another 'argon2id' ;;
esac
same "in the old table" "$(sql "SELECT hash FROM user WHERE id = 'carol'" \
    "$demo")" "$hash"
login ann
login cat bob builder-2049
verdict old_users_move_into_accounts_at_their_next_login

# ---- Where a login leads to ----------------------------------------------------------

# The server itself takes no control character in an address.
for next in //evil.test http://evil.test/ https:evil.test /%5Cevil.test \
    %5C%5Cevil.test /%09/evil.test javascript:evil%281%29 evil%0d%0aX:%20y \
    "/evil$(printf '%01000d' 7)"; do
	rm -f "$T/run/jar.eve"
	ask eve "login?next=$next"
	lacks "the form of $next" "$body" evil
	ask eve login
	ask eve login --data-urlencode "csrf=$(token)" -d user=bob \
	    -d password=builder-2049 -d "next=$next"
	same "$next" "$status $(header Location)" "303 /cgi-bin/drafts"
	ask eve "login?next=$next"
	same "where $next leads to" "$(header Location)" ""
done
verdict r41_a_login_leads_to_no_other_site

ask eve 'login?next=cart'
same "on the way" "$status $(header Location)" "303 /cgi-bin/cart"
verdict who_is_logged_in_goes_on_at_once

# ---- Remembered -------------------------------------------------------------------------

login ann
close_browser ann
is_nobody ann
remembered ann alice wonderland-1865
holds "the cookie" "$head" "Set-Cookie: remember="
holds "the cookie" "$head" "Max-Age=2592000"
first=$(cookie ann)
close_browser ann
same "of the session" "$(cookie ann)" ""
is ann alice
same "another id" "$([ "$(cookie ann)" != "$first" ] && echo yes)" yes
close_browser ann
ask ann 'login?next=billing'
same "on the way" "$status $(header Location)" "303 /cgi-bin/billing"
verdict who_is_remembered_is_logged_in_again

close_browser ann
ask ann visits
holds "the greeting" "$body" '<h1>Hello, alice</h1>'
holds "what the page explains" "$body" 'by which this site remembers you'
ask ann visits
holds "the next visit" "$body" "sent the session’s id"
ask nobody visits
holds "a stranger" "$body" '<h1>Hello, stranger</h1>'
holds "what the page explains" "$body" 'noted visit 1 in it'
verdict the_visits_page_knows_who_is_logged_in_and_how

# ---- Once more, before the money ------------------------------------------------------------

# wants BROWSER - something in the cart.
wants() {
	ask "$1" shop
	send "$1" cart "csrf=$(token)" act=add item=pen n=1
	same "into the cart" "$status" 303
}
# pay BROWSER
pay() {
	submit "$1" billing act=pay 'name=Alice L.' 'street=Rabbit Hole 1' \
	    city=Oxford
}
wants ann
ask ann billing
same "the form" "$status" 200
pay ann
same "remembered is not fresh" "$status $(header Location)" \
    "303 /cgi-bin/login?again=1&next=billing"
same "orders" "$(sql 'SELECT count(*) FROM purchase' "$demo")" 0
ask ann 'login?again=1&next=billing'
same "the question" "$status" 200
holds "who" "$body" 'value="alice"'
lacks "the question" "$body" 'name="user"'
send ann login "csrf=$(token)" again=1 next=billing password=guess-work
same "another password" "$status" 403
holds "another password" "$body" 'This is not your password.'
send ann login "csrf=$(token)" again=1 next=billing password=wonderland-1865
same "back" "$status $(header Location)" "303 /cgi-bin/billing"
ask ann billing
for typed in 'name="name" value="Alice L."' \
    'name="street" value="Rabbit Hole 1"' 'name="city" value="Oxford"'; do
	holds "the form" "$body" "$typed"
done
pay ann
same "paid" "$status $(header Location)" "303 /cgi-bin/billing?order=1"
same "what was typed" "$(sql "SELECT count(*) FROM field WHERE value LIKE
    '%Rabbit%'")" 0
verdict r09_an_order_asks_once_more_and_the_form_is_still_filled

wants ann
later 901
pay ann
same "a quarter of an hour later" "$status" 303
holds "where to" "$head" 'login?again=1'
verdict r09_a_login_is_fresh_for_a_quarter_of_an_hour

# ---- Another password --------------------------------------------------------------------------

printf '%s\n' 'looking glass 1871' >> "$T/secrets"
# tried STATUS SENTENCE CURRENT NEW
tried() {
	submit ann password "current=$3" "new=$4"
	same "$4" "$status" "$1"
	holds "$4" "$body" "$2"
	lacks "$4" "$body" "$4"
}
remembered bea alice wonderland-1865
tried 403 'This is not your password.' guess-work 'looking glass 1871'
tried 400 'at least 8 characters' wonderland-1865 mirrors
submit ann password
same "nothing" "$status" 403
submit ann password current=wonderland-1865
same "nothing new" "$status" 400
tried 400 'one of the first that others would try' wonderland-1865 Password1
is bea alice
submit ann password current=wonderland-1865 'new=looking glass 1871'
same "changed" "$status $(header Location)" "303 /cgi-bin/account"
ask ann account
holds "the note" "$body" 'all your other sessions have ended'
ask ann account
lacks "the note, once more" "$body" 'all your other sessions have ended'
is_nobody bea
ask bea login
holds "the login after the session was ended" "$body" 'Your session is over'
close_browser bea
is_nobody bea
submit bea login user=alice password=wonderland-1865
same "the old password" "$status" 401
login bea alice 'looking glass 1871'
verdict r11_another_password_ends_all_other_sessions

# ---- Where one is logged in -----------------------------------------------------------------------

firefox='Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
evil='<script>alert("1")</script>&<b>'
# handle BROWSER TEXT - of the first session of the list that has this.
handle() {
	ask "$1" devices
	awk -v text="$2" '/<li class="card">/ { found = 0 }
		index($0, text) { found = 1 }
		found && /name="handle"/ { split($0, part, "\"")
			print part[6]
			exit }' "$body"
}
ask ann visits -A "$firefox"
later 120
ask bea visits -A "$evil"
ask ann devices -A "$firefox"
same "sessions" "$(grep -c '<li class="card">' "$body")" 2
holds "of ann" "$body" 'Firefox on Linux'
holds "of bea" "$body" \
    '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&lt;b&gt;'
lacks "of bea" "$body" "<script>alert"
same "here" "$(grep -c 'This browser' "$body")" 1
same "addresses" "$(grep -c '<dd>127.0.0.1</dd>' "$body")" 2
ask ann account -A "$firefox"
holds "what happened" "$body" 'Logged in'
holds "what happened" "$body" 'The password was changed'
verdict r12_sessions_are_listed_as_people_know_them

for page in devices account; do
	ask ann "$page"
	sql "SELECT lower(hex(key)) FROM token UNION SELECT hash FROM account
	    UNION SELECT lower(hex(secret)) FROM session
	    UNION SELECT lower(hex(key)) FROM family" > "$T/run/keys"
	{ cookie ann; cookie bea; cookie ann device; } >> "$T/run/keys"
	at_least "what is hidden" "$(wc -l < "$T/run/keys")" 8
	same "told by $page" "$(grep -aicF -f "$T/run/keys" "$body")" 0
done
verdict r12_no_page_shows_an_id_or_a_hash

of_bea=$(handle ann '&lt;script')
act ann devices act=end "handle=$of_bea"
ask ann devices
holds "the note" "$body" 'That session has ended.'
same "sessions" "$(grep -c '<li class="card">' "$body")" 1
is_nobody bea
is ann alice
act ann devices act=end "handle=$of_bea"
ask ann devices
holds "once more" "$body" 'That session was over already.'
for nonsense in 0 -1 x 99999999999999999999; do
	submit ann devices act=end "handle=$nonsense"
	same "$nonsense" "$status" 400
done
ask cat devices
of_cat=$(handle cat 'This browser')
act ann devices act=end "handle=$of_cat"
is cat bob
verdict r12_one_session_is_ended_from_another

login bea alice 'looking glass 1871'
remembered dan alice 'looking glass 1871'
act ann devices act=others
is_nobody bea
is_nobody dan
is ann alice
act ann devices act=end "handle=$(handle ann 'This browser')"
same "where to" "$(header Location)" "/cgi-bin/login?bye=1"
is_nobody ann
verdict r12_all_others_are_ended_and_at_last_oneself

login ann alice 'looking glass 1871'
login bea alice 'looking glass 1871'
later 901
submit ann devices act=others
same "stale" "$status $(header Location)" \
    "303 /cgi-bin/login?again=1&next=devices"
is bea alice
verdict r12_a_stale_session_ends_no_other

# ---- What happened ------------------------------------------------------------------------------------

rm -f "$T/run/jar.eve"
submit eve login user=alice password=guess-work
same "a guess" "$status" 401
bring "sid=$(cookie bea)" drafts -A 'a thief'
same "who has the id of bea" "$status" 200
ask ann shop
holds "the notice, where one is logged in" "$body" 'may not have been you'
ask ann account
holds "the guess" "$body" '<b>Wrong password</b>'
grep -a -A 3 '<li class="alarm">' "$body" > "$T/run/alarms"
holds "marked" "$T/run/alarms" '<bdi>a thief</bdi>'
lacks "the notice, where it leads" "$body" 'may not have been you'
ask ann shop
lacks "the notice, then" "$body" 'may not have been you'
ask bea shop
holds "the notice, elsewhere" "$body" 'may not have been you'
login ann alice 'looking glass 1871'
ask ann shop
lacks "the notice, the same session" "$body" 'may not have been you'
rm -f "$T/run/jar.ann"
login ann alice 'looking glass 1871'
ask ann shop
holds "the notice, in a new session" "$body" 'may not have been you'
verdict r74_an_alarm_is_shown_in_every_session_until_it_is_acknowledged_there

# The page shows 20 events: a flood of them must not hide what it is for.
$as_user sqlite3 -batch -cmd '.timeout 10000' "$store" "
	WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i
	    WHERE n < 50) INSERT INTO event (at, kind, user, session, told)
	SELECT at, 'login_failed', user, 0, 1 FROM i JOIN event ON id = (
	    SELECT max(id) FROM event WHERE kind = 'moved' AND user = 'alice')"
ask ann account
same "guesses" "$(grep -ac '<b>Wrong password</b>' "$body")" 20
grep -a -A 3 '<li class="alarm">' "$body" > "$T/run/alarms"
holds "the alarm" "$T/run/alarms" '<bdi>a thief</bdi>'
verdict r74_the_page_shows_every_alarm_that_it_acknowledges

# ---- Guessing ---------------------------------------------------------------------------------------------

for i in 1 2 3 4 5; do
	rm -f "$T/run/jar.eve"
	submit eve login user=carol password=guess-work
	same "guess $i" "$status" 401
done
submit eve login user=carol password=guess-work
same "guess 6" "$status" 429
holds "the sentence" "$body" 'Too many attempts. Please wait 1 second.'
holds "the name stays" "$body" 'value="carol"'
same "Retry-After" "$(header Retry-After)" 1
later 1
login eve carol 'four old words'
verdict r36_who_guesses_waits

# ---- No more ----------------------------------------------------------------------------------------------

later 901
submit ann account act=disable
same "stale" "$status $(header Location)" \
    "303 /cgi-bin/login?again=1&next=account"
remembered bea alice 'looking glass 1871'
submit ann login again=1 next=account 'password=looking glass 1871'
submit ann account act=disable
same "disabled" "$status $(header Location)" "303 /cgi-bin/login?bye=1"
is_nobody ann
is_nobody bea
close_browser bea
is_nobody bea
submit bea login user=alice 'password=looking glass 1871'
same "a login" "$status" 401
submit bea login user=alice password=wonderland-1865
same "with the password of the old table" "$status" 401
same "her drafts and orders" "$(sql "SELECT count(*) FROM purchase
    WHERE user = 'alice'" "$demo")" 1
verdict r11_a_disabled_account_ends_everything

# ---- To walk away ------------------------------------------------------------------------------

# The page was open for long: its session is over, and so is its form's token.
remembered pat sue 'correct horse'
ask pat prefs
stale=$(token)
later 1801
cp "$T/run/jar.pat" "$T/run/jar.copy"
# tries HEADER... - to log pat out with the stale form, and these.
tries() {
	ask pat logout --data-urlencode "csrf=$stale" "$@"
}
for other in 'Origin: http://evil.test' 'Origin: null' \
    'Sec-Fetch-Site: cross-site' 'Sec-Fetch-Site: same-site'; do
	tries -H "$other"
	same "$other" "$status" 403
done
tries -H "Origin: $base" -H 'Sec-Fetch-Site: cross-site'
same "another site that knows our Origin" "$status" 403
tries
same "no word of where it comes from" "$status" 403
same "families of sue" "$(sql "SELECT count(*) FROM family
    WHERE user = 'sue'")" 1
tries -H "Origin: $base" -H 'Sec-Fetch-Site: same-origin'
same "our own page" "$status $(header Location)" "303 /cgi-bin/login?bye=1"
holds "the id is taken back" "$head" 'Set-Cookie: sid=; Path=/; Max-Age=0;'
holds "the token is taken back" "$head" \
    'Set-Cookie: remember=; Path=/; Max-Age=0;'
same "families of sue, then" "$(sql "SELECT count(*) FROM family
    WHERE user = 'sue'")" 0
is_nobody pat
is_nobody copy
verdict r76_a_stale_logout_form_logs_out_who_walks_away

# A user who is logged in is logged out by their own form alone.
login pat sue 'correct horse'
tries -H "Origin: $base"
same "a live session" "$status" 403
is pat sue
verdict r76_a_stale_logout_form_ends_no_live_session

finish
