#!/bin/sh
# 20-site.sh - goal: the demo site works as a visitor means it: what is one's
# own is there, what is sent twice counts once, what another site sends counts
# never, and nothing that was written is lost.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
server_start

# ---- Drafts ---------------------------------------------------------------------

login ann
submit ann 'drafts?new=1' act=save id= version= \
    'title=Tea <b>& "cake"' 'text=</textarea><script>x</script>'
same "saved" "$status $(header Location)" "303 /cgi-bin/drafts?done=save"
ask ann drafts
holds "the list" "$body" 'Tea &lt;b&gt;&amp; &quot;cake&quot;'
lacks "the list" "$body" 'Tea <b>'
ask ann 'drafts?id=1'
holds "the editor" "$body" '&lt;/textarea&gt;&lt;script&gt;x&lt;/script&gt;'
lacks "the editor" "$body" '<script>x'
verdict s15_drafts_are_shown_escaped

login bob bob builder-2049
submit bob 'drafts?new=1' act=save id= version= "title=Bob's own" text=mortar
ask ann drafts
lacks "the list of alice" "$body" "Bob&#39;s own"
lacks "the list of alice" "$body" "Bob's own"
ask bob drafts
lacks "the list of bob" "$body" Tea
for page in 'drafts?id=1' 'drafts?delete=1'; do
	ask bob "$page"
	same "$page of another" "$status" 404
	lacks "$page of another" "$body" Tea
done
submit bob 'drafts?new=1' act=save id=1 version=1 title=stolen text=stolen
same "saving another's" "$status" 404
submit bob 'drafts?new=1' act=delete id=1
same "deleting another's" "$status" 404
same "the draft" "$(sql 'SELECT user, version FROM draft WHERE id = 1' "$demo")" \
    "alice|1"
verdict s14_drafts_are_found_by_the_user_in_the_session

ask cat 'login?next=drafts'
ask cat login -L --data-urlencode "csrf=$(token)" -d next=drafts \
    -d user=alice -d password=wonderland-1865
holds "the answers" "$head" "Set-Cookie: sid="
holds "the answers" "$head" "HTTP/1.1 200"
holds "the page" "$body" Tea
verdict s16_the_drafts_come_along_with_a_session_id

ask ann 'drafts?new=1'
form=$(token)
for i in 1 2 3 4 5 6 7 8 9 10; do
	send ann drafts "csrf=$form" act=save id= version= title=once text=x
	same "answer $i" "$status" 303
done
same "drafts" "$(sql "SELECT count(*) FROM draft WHERE title = 'once'" \
    "$demo")" 1
verdict r35_a_draft_sent_ten_times_is_one_draft

# ---- A draft that comes too late ----------------------------------------------------

ask ann 'drafts?id=1'
form=$(token)
old=$(cookie ann)
echo +1860 > "$clock"
send ann drafts "csrf=$form" act=save id=1 version=1 title=Tea \
    'text=written for half an hour, and a minute more'
same "too late" "$status $(header Location)" \
    "303 /cgi-bin/login?next=drafts%3Fsaved%3D1"
bring "sid=$old" drafts
same "the old cookie" "$status" 303
ask ann "login?next=drafts%3Fsaved%3D1"
send ann login "csrf=$(token)" user=alice password=wonderland-1865 \
    'next=drafts?saved=1'
same "logged in" "$status $(header Location)" "303 /cgi-bin/drafts?saved=1"
ask ann 'drafts?saved=1'
holds "the editor" "$body" 'written for half an hour, and a minute more'
same "not saved before it is sent again" \
    "$(sql 'SELECT version FROM draft WHERE id = 1' "$demo")" 1
send ann drafts "csrf=$(token)" act=save id=1 version=1 stashed=1 title=Tea \
    'text=written for half an hour, and a minute more'
same "saved" "$status" 303
same "the draft" "$(sql 'SELECT version, text FROM draft WHERE id = 1' \
    "$demo")" '2|written for half an hour, and a minute more'
ask ann drafts
lacks "nothing waits any more" "$body" 'saved=1'
verdict s63_a_draft_posted_after_the_session_expired_comes_back

# ---- The cart -----------------------------------------------------------------------------

# A stranger fills it, and parallel additions are all counted.
ask dan visits
id=$(cookie dan)
: > "$T/run/forms"
for i in 1 2 3 4; do
	ask dan shop
	sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$body" \
	    >> "$T/run/forms"
done
adds=
while read -r form; do
	curl -sS -m 60 -o /dev/null -w '%{http_code}\n' -b "sid=$id" \
	    --data-urlencode "csrf=$form" -d act=add -d item=pen -d n=2 \
	    "$base/cgi-bin/cart" >> "$T/run/added" &
	adds="$adds $!"
done < "$T/run/forms"
for pid in $adds; do
	wait "$pid"
done
same "forms" "$(sort -u "$T/run/forms" | wc -l)" 32
same "answers" "$(sort -u "$T/run/added")" 303
ask dan cart
holds "the cart" "$body" 'id="n-pen" name="n" type="number" value="64"'
verdict r34_parallel_additions_to_the_cart_lose_nothing

ask dan shop
form=$(token)
adds=
for i in 1 2 3 4 5 6 7 8 9 10; do
	curl -sS -m 60 -o /dev/null -b "sid=$id" \
	    --data-urlencode "csrf=$form" -d act=add -d item=key -d n=1 \
	    "$base/cgi-bin/cart" &
	adds="$adds $!"
done
for pid in $adds; do
	wait "$pid"
done
ask dan cart
holds "the cart" "$body" 'id="n-key" name="n" type="number" value="1"'
verdict r35_an_addition_sent_ten_times_counts_once

send dan cart "csrf=$form" act=add item=key n=1
same "the same" "$status $(header Location)" "303 /cgi-bin/cart?before=1"
ask dan 'cart?before=1'
holds "the cart" "$body" 'id="n-key" name="n" type="number" value="1"'
holds "the cart" "$body" 'You had added that already'
verdict r93_a_second_click_is_told_that_it_added_nothing

send dan cart "csrf=$form" act=add item=key n=2
same "other values" "$status $(header Location)" "303 /cgi-bin/cart"
ask dan cart
holds "the cart" "$body" 'id="n-key" name="n" type="number" value="3"'
send dan cart "csrf=$form" act=set item=key n=1
verdict r93_the_same_form_with_another_number_is_added

login dan
same "another id" "$([ "$(cookie dan)" != "$id" ] && echo yes)" yes
ask dan cart
holds "the cart" "$body" 'id="n-pen" name="n" type="number" value="64"'
holds "the cart" "$body" 'id="n-key" name="n" type="number" value="1"'
verdict s69_the_cart_of_a_stranger_is_there_after_the_login

# ---- Billing ---------------------------------------------------------------------------------

ask dan billing
holds "the sum" "$body" '2514.50'
form=$(token)
adds=
for i in 1 2 3 4 5; do
	curl -sS -m 60 -o /dev/null -w '%{http_code} %{redirect_url}\n' \
	    -b "$T/run/jar.dan" --data-urlencode "csrf=$form" -d act=pay \
	    -d name=Alice -d 'street=Rabbit Hole 1' -d city=Oxford \
	    "$base/cgi-bin/billing" >> "$T/run/paid" &
	adds="$adds $!"
done
for pid in $adds; do
	wait "$pid"
done
for i in 6 7 8 9 10; do
	send dan billing "csrf=$form" act=pay name=Alice \
	    'street=Rabbit Hole 1' city=Oxford
	echo "$status $base$(header Location)" >> "$T/run/paid"
done
same "answers" "$(sort -u "$T/run/paid")" \
    "303 $base/cgi-bin/billing?order=1"
same "orders" "$(sql 'SELECT count(*) FROM purchase' "$demo")" 1
same "lines" "$(sql 'SELECT item, n FROM purchase_line' "$demo")" "key|1
pen|64"
verdict r35_an_order_sent_ten_times_is_one_order

# Back to the form that a browser has kept, and another address.
send dan billing "csrf=$form" act=pay name=Alice 'street=Rabbit Hole 2' \
    city=Oxford
same "the answer" "$status" 409
holds "the page" "$body" 'You have placed this order already'
same "orders" "$(sql 'SELECT count(*), street FROM purchase' "$demo")" \
    "1|Rabbit Hole 1"
verdict r93_another_address_for_an_order_that_is_made_is_not_dropped_silently

ask dan 'billing?order=1'
holds "the receipt" "$body" '2514.50'
holds "the receipt" "$body" 'Rabbit Hole 1'
ask dan cart
lacks "the cart" "$body" 'n-pen'
login bob bob builder-2049
ask bob 'billing?order=1'
same "another's receipt" "$status" 404
lacks "another's receipt" "$body" 'Rabbit Hole'
verdict s59_the_shop_from_cart_to_receipt

# ---- Preferences ---------------------------------------------------------------------------------

submit fay prefs lang=de theme=dark
same "set" "$status" 303
for page in visits login shop cart prefs; do
	ask fay "$page"
	holds "$page" "$body" '<html lang="de" data-theme="dark">'
	same "language of $page" "$(header Content-Language)" de
done
login fay
for page in visits drafts billing; do
	ask fay "$page"
	holds "$page" "$body" '<html lang="de" data-theme="dark">'
	holds "$page" "$body" '<b>alice</b>'
done
ask ann visits
holds "of another" "$body" '<html lang="en" data-theme="">'
verdict s70_language_and_theme_on_every_page

submit fay prefs lang=xx theme=dark
same "no such language" "$status" 400
submit fay prefs lang=de 'theme="><script>'
same "no such theme" "$status" 400
ask fay visits
holds "unchanged" "$body" '<html lang="de" data-theme="dark">'
verdict s70_senseless_preferences_are_refused

# ---- Forms of another site ----------------------------------------------------------------------------

# with CURL-ARGUMENT... - a good form, but for these.
with() {
	ask ann prefs
	ask ann prefs --data-urlencode "csrf=$(token)" -d lang=fr \
	    -d theme=light "$@"
}
send ann prefs lang=fr theme=light
same "no token" "$status" 403
send ann login user=alice password=wonderland-1865
same "no token at the login" "$status" 403
send eve login user=alice password=wonderland-1865
same "no token, nor a session" "$status" 403
ask fay prefs
send ann prefs "csrf=$(token)" lang=fr theme=light
same "the token of another session" "$status" 403
ask ann prefs
send ann prefs "csrf=$(token | cut -c 1-40)" lang=fr theme=light
same "half a token" "$status" 403
with -H 'Origin: http://evil.example'
same "Origin of another site" "$status" 403
with -H 'Origin: null'
same "Origin of nobody" "$status" 403
with -H "Origin: http://localhost:$port"
same "Origin of another name of this host" "$status" 403
with -H 'Sec-Fetch-Site: cross-site'
same "Sec-Fetch-Site: cross-site" "$status" 403
with -H 'Sec-Fetch-Site: same-site'
same "Sec-Fetch-Site: same-site" "$status" 403
with -H 'Sec-Fetch-Site: cross-site' -H "Origin: $base"
same "cross-site with our Origin" "$status" 403
ask ann prefs
holds "nothing has changed" "$body" '<html lang="en" data-theme="">'
verdict r40_forms_of_other_sites_are_refused

with -H "Origin: $base" -H 'Sec-Fetch-Site: same-origin'
same "our own" "$status" 303
with -H "Origin: $base"
same "of an older browser" "$status" 303
with
same "of no browser" "$status" 303
ask ann prefs
holds "changed" "$body" '<html lang="fr" data-theme="light">'
verdict r40_forms_of_this_site_are_taken

ask ann prefs
form=$(token)
send ann logout "csrf=$form"
send ann prefs "csrf=$form" lang=de theme=dark
same "after the logout" "$status" 403
login ann
send ann prefs "csrf=$form" lang=de theme=dark
same "after the next login" "$status" 403
verdict r40_a_token_dies_with_its_session

finish
