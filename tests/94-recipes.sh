#!/bin/sh
# 94-recipes.sh - goal: what fcgi/servers says of a payment's return, of scripts
# and of threads is true as it is written: its programs are taken from the pages,
# built as the pages say against what is installed, and do what is said of them.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need cc chromium make openssl pkg-config timeout

# ---- The programs ------------------------------------------------------------------

make -s -C "$top_builddir" install DESTDIR="$T/root" MAKEFLAGS= \
    > "$T/log/install.log" 2>&1 || bail "make install failed"
library=$(find "$T/root" -name libsess.so)
library=${library%/*}
export PKG_CONFIG_PATH="$library/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$T/root"

# files PAGE LANGUAGE - each block into the file that its first line names.
files() {
	awk -v folder="$T/run/" -v begin="\`\`\`$2" '
		/^```/ { file = ""; code = ($0 == begin); next }
		code && file == "" { file = folder $2 }
		code { print > file }' "$top_srcdir/$1"
}

# build PAGE - by the page's own commands.
build() {
	files "$1" c
	files "$1" js
	awk '/^```/ { show = ($0 == "```sh"); next } show' "$top_srcdir/$1" |
	    sed 's/^cc /cc -Wall -Wextra -Werror /' > "$T/run/build"
	(cd "$T/run" && sh -e build) > "$T/log/cc.log" 2>&1
	ended=$?
	same "the programs of $1: $(head -n 20 "$T/log/cc.log")" "$ended" 0
}

files README.md c
for page in payment-return javascript threads; do
	build "fcgi/servers/$page.md"
done
cp "$T/run/payback" "$T/run/thanks" "$T/run/counter" "$T/run/api" \
    "$T/run/list" "$T/cgi-bin/"
verdict recipes_build_as_their_pages_say

sqlite3 "$state/demo/list.db" 'CREATE TABLE list(name);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 200)
    INSERT INTO list SELECT printf("name %03d", i) FROM n;'
chmod 644 "$state/demo/list.db"
front="
server.modules += ( \"mod_fastcgi\" )
fastcgi.server = ( \"/list\" => (( \"bin-path\" => \"$T/cgi-bin/list\",
	\"socket\" => \"$T/uploads/list.sock\", \"check-local\" => \"disable\",
	\"max-procs\" => 1, \"bin-environment\" => (
		\"LD_LIBRARY_PATH\" => \"$library\",
		\"LIBSESS_CONF\" => \"/dev/null\",
		\"LIBSESS_STORE\" => \"sqlite:$store\",
		\"LIST_DB\" => \"$state/demo/list.db\" ) )) )"
server_start "LD_LIBRARY_PATH=$library" PAY_KEY=of-the-provider

# ---- The return from a payment provider ------------------------------------------------

# come_back ORDER STATE KEY - as the provider's form makes the browser do it.
come_back() {
	signature=$(printf '%s' "$1|$2" | openssl dgst -sha256 -hmac "$3" -r)
	rm -f "$T/run/jar.nobody"
	ask nobody payback -H 'Origin: https://pay.example' \
	    -H 'Sec-Fetch-Site: cross-site' --data-urlencode "order=$1" \
	    --data-urlencode "state=$2" -d "signature=${signature%% *}"
}

ask ann 'probe?op=login+ann'
same "ann's login" "$status" 200
come_back 17 paid of-the-provider
same "the return" "$status $(header Location)" "303 /cgi-bin/thanks?order=17"
same "a cookie" "$(header Set-Cookie)" ""
ask ann 'thanks?order=17' -H 'Sec-Fetch-Site: cross-site'
holds "the next page" "$body" "ann, this was order 17"
verdict a_payment_returns_by_post_and_the_visitor_is_still_there

come_back 17 paid of-somebody-else
same "another's signature" "$status" 400
come_back '17/../x' paid of-the-provider
same "an order that is a path" "$status" 400
ask nobody payback -d order=17 -d state=paid -d signature=
same "no signature" "$status" 400
ask nobody payback
same "GET" "$status" 405
holds "what the log says" "$T/log/$log" "see PAY_KEY"
verdict a_payment_without_the_provider_s_signature_is_refused

# ---- A page with JavaScript ------------------------------------------------------------

# What a person does is done by a few lines behind the page's own.
cat "$T/run/counter.js" - > "$T/www/counter.js" <<'EOF'
const shown = () => document.querySelector('output').value;
const of_the_store = async () => (await (await fetch('counter')).text())
	.match(/<output>(\d+)/)[1];
(async () => {
	const told = {};
	told.sent = await send('counter', {});
	await document.querySelector('button').onclick();
	told.clicked = shown();
	const bad = await fetch('counter', { method: 'POST',
		headers: { 'X-CSRF-Token': 'x' }, body: new URLSearchParams() });
	told.refused = [bad.status, (await bad.json()).error];
	const json = await fetch('counter', { method: 'POST', body: '{}',
		headers: { 'X-CSRF-Token': token, 'Content-Type': 'application/json' } });
	told.json = json.status;
	told.redirected = (await fetch('drafts')).redirected;
	dispatchEvent(new Event('pagehide'));
	while (await of_the_store() !== '3')
		await new Promise((done) => setTimeout(done, 50));
	told.beacon = 3;
	document.title = JSON.stringify(told);
})().catch((error) => { document.title = error; });
EOF
chmod 644 "$T/www/counter.js"
timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic \
    --no-first-run --disable-background-networking --disable-sync \
    --disable-component-update --user-data-dir="$T/run/chromium" \
    --virtual-time-budget=20000 --dump-dom "$base/cgi-bin/counter" \
    > "$T/run/dom" 2> "$T/run/chromium.log"
sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' "$T/run/dom" > "$T/run/title"
for what in '"sent":{"n":1}' '"clicked":"2"' '"refused":[403,"E_CSRF"]' \
    '"json":415' '"redirected":true' '"beacon":3'; do
	holds "what the browser did" "$T/run/title" "$what"
done
verdict a_script_sends_forms_and_reads_refusals_in_a_browser

# cross METHOD [CURL-ARGUMENT...] - as a script of another origin.
cross() {
	rm -f "$T/run/jar.script"
	ask script api -X "$@" -H 'Origin: https://app.example' \
	    -H 'Sec-Fetch-Site: cross-site'
}

cross OPTIONS
same "the browser's question" \
    "$status $(header Access-Control-Allow-Origin)" "204 https://app.example"
cross GET
id=$(header X-Session-Token)
same "the first answer" "$status $(cat "$body")" '200 {"n":0}'
echo "$id" >> "$T/secrets"
cross POST -d "" -H "Authorization: Bearer $id"
same "a form with the id" "$status $(cat "$body")" '200 {"n":1}'
cross GET -H "Authorization: Bearer $id"
same "and then" "$status $(cat "$body")" '200 {"n":1}'
cross POST -d ""
same "a form without an id" "$status" 403
same "cookies" "$(header Set-Cookie)" ""
verdict a_script_of_another_origin_comes_with_a_bearer_id

# ---- Threads ---------------------------------------------------------------------------

curl -sS -m 100 --parallel --parallel-max 16 -o "$T/run/list.#1" \
    "$base/list?[1-400]"
same "all lists are the same" \
    "$(cat "$T"/run/list.[0-9]* | sort | uniq -c | awk '{ print $1 }' |
    sort -u)" 400
same "names" "$(grep -c 'name [0-9]' "$T/run/list.400")" 200
same "processes" "$(pgrep -f "^$T/cgi-bin/list" | wc -l)" 3
ask nobody list
same "as CGI, without its database" "$status" 503
verdict threads_with_a_statement_each_answer_right

finish
