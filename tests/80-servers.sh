#!/bin/sh
# 80-servers.sh - goal: behind every web server a visitor sees the same: each
# scenario is run against each of the deployments of fcgi/servers, and in the
# end a table says what held where.
# shellcheck disable=SC1091,SC2119,SC2154
. "$top_srcdir/tests/scenario.sh"
need apache2 caddy cut fcgiwrap lighttpd nginx openssl paste spawn-fcgi \
    systemd-analyze systemd-socket-activate
mkdir "$T/fcgi"
program_copy tests/fcgi/demo fcgi
chmod -R u+w,a+rX "$T/fcgi"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$T/key.pem" -out "$T/cert.pem" 2> "$T/log/openssl.log" ||
    bail "no certificate"
chmod 644 "$T/key.pem"  # of no worth: it is made anew each time
. "$top_srcdir/tests/servers.sh"

# ---- What visitors do -------------------------------------------------------------

login_and_logout() {
	ask ann drafts
	same "drafts of a stranger" "$status $(header Location)" \
	    "303 /demo/login?next=drafts"
	submit ann login user=alice password=wrong-password
	same "a wrong password" "$status" 401
	holds "a wrong password" "$body" "do not belong together"
	ask ann drafts
	same "after a wrong password" "$status" 303
	login ann
	same "where to" "$(header Location)" /demo/drafts
	submit ann 'drafts?new=1' act=save id= version= \
	    'title=Tea <b>& "cake"' 'text=two
lines, and ü'
	same "saved" "$status $(header Location)" "303 /demo/drafts?done=save"
	ask ann drafts
	holds "the list" "$body" 'Tea &lt;b&gt;&amp; &quot;cake&quot;'
	ask ann 'drafts?id=1'
	holds "the draft" "$body" 'lines, and ü'
	ask ann drafts
	old=$(cookie ann)
	send ann logout "csrf=$(token)"
	same "logout" "$status $(header Location)" "303 /demo/login?bye=1"
	same "the jar" "$(cookie ann)" ""
	same "what the browser clears" "$(header Clear-Site-Data)" '"cache"'
	bring "sid=$old" drafts
	same "the old cookie" "$status" 303
}

shop_cart_billing() {
	login sue bob builder-2049
	submit sue shop act=add item=pen n=2
	same "added" "$status" 303
	ask sue cart
	holds "the cart" "$body" 'id="n-pen" name="n" type="number" value="2"'
	submit sue billing act=pay name=Bob 'street=Brick Lane 1' city=York
	same "paid" "$status $(header Location)" "303 /demo/billing?order=1"
	ask sue 'billing?order=1'
	holds "the receipt" "$body" 'Brick Lane 1'
	ask sue cart
	lacks "the cart is empty" "$body" 'id="n-pen"'
}

parallel_carts() {
	ask dan visits
	: > "$T/run/forms"
	for i in 1 2; do
		ask dan shop
		sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$body" \
		    >> "$T/run/forms"
	done
	while read -r form; do
		echo "url = \"$base/demo/cart\""
		echo "data-urlencode = \"csrf=$form\""
		echo "data = \"act=add&item=pen&n=2\""
		echo "cookie = \"sid=$(cookie dan)\""
		echo "output = /dev/null"
		echo "write-out = \"%{http_code}\\n\""
		echo next
	done < "$T/run/forms" | sed '$d' > "$T/run/adds"
	curl -sS -m 60 -Z --parallel-immediate -K "$T/run/adds" \
	    > "$T/run/added"
	same "answers" "$(sort "$T/run/added" | uniq -c | tr -s ' ')" \
	    " 16 303"
	ask dan cart
	holds "the cart" "$body" 'id="n-pen" name="n" type="number" value="32"'
}

# later SECONDS - the clock of the programs.
since=0
later() {
	since=$((since + $1))
	echo "+$since" > "$clock"
}

ids() {
	sed -n 's/^Set-Cookie: sid=\([^;]*\).*/\1/p' "$@" | sort -u
}

rotation() {
	ask rob visits
	old=$(cookie rob)
	later 700
	curl -sS -m 60 -i -Z --parallel-immediate --parallel-max 50 \
	    -b "sid=$old" -o "$T/run/turn.#1" "$base/demo/visits?i=[1-50]"
	ids "$T"/run/turn.* > "$T/run/successors"
	cat "$T/run/successors" >> "$T/secrets"
	same "answers" "$(cat "$T"/run/turn.* | grep -a '^HTTP/' | tr -d '\r' |
	    sort | uniq -c | tr -s ' ')" " 50 HTTP/1.1 200 OK"
	same "successors" "$(wc -l < "$T/run/successors")" 1
	bring "sid=$old" visits
	holds "the old id" "$body" '<b>52</b>'
	new=$(cat "$T/run/successors")
	bring "sid=$new" visits
	holds "the new id" "$body" '<b>53</b>'
	later 20
	bring "sid=$old" visits
	holds "the old id, late" "$body" '<b>1</b>'
	# an answer that never arrives
	later 700
	curl -sS -m 60 -D "$head" -o "$body" -b "sid=$new" "$base/demo/visits"
	secrets_note
	same "the answer that is lost" "$(ids "$head" | wc -l)" 1
	bring "sid=$new" visits
	holds "the one after it" "$body" '<b>55</b>'
	later 20
	bring "sid=$new" visits
	holds "another one" "$body" '<b>56</b>'
	newer=$(ids "$head")
	same "brings an id" "${#newer}" 32
	bring "sid=$newer" visits
	holds "with it" "$body" '<b>57</b>'
}

# ---- How ids travel --------------------------------------------------------------

only_by_cookie() {
	ask cat visits
	login cat
	ask cat prefs
	form=$(token)
	id=$(cookie cat)
	ask nobody "visits?sid=$id"
	holds "in the query" "$body" '<b>1</b>'
	ask eve "visits?__Host-sid=$id"
	holds "in the query, by the cookie's name" "$body" '<b>1</b>'
	rm -f "$T/run/jar.nobody"
	send nobody prefs "csrf=$form" "sid=$id" lang=de theme=dark
	same "in a field" "$status" 403
	for way in "Authorization: Bearer $id" "Authorization: $id" \
	    "X-Session-Token: $id" "Cookie2: sid=$id" \
	    "Cookie: SID=$id" "Cookie: x=1, sid=$id" "Cookie: x=sid=$id"; do
		rm -f "$T/run/jar.nobody"
		ask nobody visits -H "$way"
		holds "$way" "$body" '<b>1</b>'
	done
	rm -f "$T/run/jar.nobody"
	ask nobody "visits/$id"
	holds "in the path" "$body" '<b>1</b>'
	rm -f "$T/run/jar.nobody"
	ask nobody visits -H "Cookie: sid=$id" -H "Cookie: sid=$(cookie eve)"
	holds "two of one name" "$body" '<b>1</b>'
	bring "x=1; sid=$id" visits
	holds "as a cookie" "$body" '<b>2</b>'
}

id_of_page() {
	sed -n "s/.*$1\\([A-Za-z0-9_-]\\{32\\}\\).*/\\1/p" "$body" |
	    head -n 1 | tee -a "$T/secrets"
}

by_query() {
	ask que visits
	lacks "an answer" "$head" Set-Cookie
	id=$(id_of_page 'href="drafts?sid=')
	ask que "visits?sid=$id"
	holds "in the query" "$body" '<b>2</b>'
	same "nothing to take along" "$(header Referrer-Policy)" no-referrer
	bring "sid=$id" visits -H "Authorization: Bearer $id"
	holds "as a cookie, and bearer" "$body" '<b>1</b>'
}

by_field() {
	ask fay shop
	id=$(id_of_page 'name="sid" value="')
	form=$(token)
	send fay cart "csrf=$form" "sid=$id" act=add item=pen n=1
	same "in a field" "$status" 303
	ask fay "cart?sid=$id" --data-urlencode "csrf=$form" \
	    -d act=add -d item=pen -d n=1 -H "Cookie: sid=$id"
	same "in query and cookie" "$status" 403
}

by_bearer() {
	ask bea visits
	id=$(header X-Session-Token)
	echo "$id" >> "$T/secrets"
	ask bea visits -H "Authorization: Bearer $id"
	holds "as a bearer" "$body" '<b>2</b>'
	bring "sid=$id" "visits?sid=$id"
	holds "as a cookie, and in the query" "$body" '<b>1</b>'
}

# ---- What is too much, or odd ----------------------------------------------------

limits() {
	head -c 3000000 /dev/zero | tr '\0' a > "$T/run/long"
	ask lea echo -H Expect: --data-binary "@$T/run/long"
	same "3 MB" "$status $(cat "$body")" '413 {"ok":false,"err":"E_BODY"}'
	ask lea echo -H Expect: -H 'Transfer-Encoding: chunked' \
	    --data-binary "@$T/run/long"
	same "3 MB in chunks" "$status $(cat "$body")" \
	    '413 {"ok":false,"err":"E_BODY"}'
	ask lea echo -H 'Transfer-Encoding: chunked' -d a=b
	same "chunks" "$status" 200
	holds "chunks" "$body" '"post":[["a","b"]]'
	much=$(head -c 5000 /dev/zero | tr '\0' a)
	ask lea "echo?$much"
	same "a query of 5 kB" "$status $(cat "$body")" \
	    '414 {"ok":false,"err":"E_URI"}'
	bring "a=$much" echo
	same "cookies of 5 kB" "$status $(cat "$body")" \
	    '431 {"ok":false,"err":"E_HEADER"}'
	much=$much$much$much$much
	ask lea "echo?$much"
	case $status in
	400 | 414 | 431) ;;
	*) differ "a query of 20 kB" "$status" "400, 414 or 431" ;;
	esac
	bring "a=$much" echo
	case $status in
	400 | 431) ;;
	*) differ "cookies of 20 kB" "$status" "400 or 431" ;;
	esac
	for length in -1 +5 0x10 1e3 9223372036854775808 \
	    18446744073709551621; do
		ask lea echo -m 3 -H "Content-Length: $length" -d a=b
		case $status in
		400 | 413) ;;
		*) differ "Content-Length: $length" "$status" "400 or 413" ;;
		esac
	done
	ask lea visits
	same "afterwards" "$status" 200
}

# 200: taken as a form.
content_types() {
	while read -r want type; do
		ask lea echo -H "Content-Type: $type" -d a=b
		same "Content-Type: $type" "$status" "$want"
	done <<-END
	200 application/x-www-form-urlencoded
	200 APPLICATION/X-WWW-FORM-URLENCODED
	200 application/x-www-form-urlencoded; charset=utf-8
	200 application/x-www-form-urlencoded;charset="UTF-8"
	415 application/x-www-form-urlencoded; charset=latin1
	415 application/x-www-form-urlencoded, text/html
	415 application/x-www-form-urlencodedx
	415 application /x-www-form-urlencoded
	415 application/json
	415 text/plain
	415 text
	415 /
	415 ;
	415 ../../etc/passwd
	415 () { :; }; echo evil
	415 %s%n%s%n
	END
}

paths() {
	for query in -s --help -h -d+allow_url_include%3d1 -- -%s%n; do
		ask pat "echo?$query"
		same "?$query" "$status" 200
		holds "?$query" "$body" '"ok":true'
		lacks "?$query" "$body" usage
		ask pat "visits?$query"
		same "?$query" "$status" 200
	done
	for path in visits/a%0ab visits/a%0d%0aX-Evil:1 visits/.. \
	    visits/../../etc/passwd visits/ visits// visits/%00 \
	    visits/a%2fb visits/%2e%2e%2flogin 'visits/;id' \
	    'visits/$(id)' visits%0a %0avisits %00 nosuch ../demo/visits \
	    .. ../../etc/passwd %2e%2e/%2e%2e/etc/passwd; do
		ask pat "$path" --path-as-is
		case $status in
		200 | 301 | 303 | 400 | 403 | 404) ;;
		*) differ "$path" "$status" "200, 303, 400, 403 or 404" ;;
		esac
		lacks "$path" "$head" X-Evil
		lacks "$path" "$body" root:
	done
	ask pat nosuch
	case $status in
	403 | 404) ;;
	*) differ "no such page" "$status" 404 ;;
	esac
}

# ---- Who says what ---------------------------------------------------------------

forged() {
	ask moe echo -H 'X-Forwarded-Proto: https' \
	    -H 'X-Forwarded-For: 192.0.2.9' -H 'X-Forwarded-Host: evil.test' \
	    -H 'Forwarded: for=192.0.2.9;proto=https;host=evil.test' \
	    -H 'Proxy: http://evil.test/' -H 'X-Real-Ip: 192.0.2.9' \
	    -H 'HTTPS: on' -H 'Remote-Addr: 192.0.2.9' \
	    -H 'X-Forwarded-Ssl: on' -H 'Front-End-Https: on'
}

forwarded() {
	forged
	same "status" "$status" 200
	holds "not over https" "$body" '"https":false'
	holds "from here" "$body" '"ip":"127.0.0.1"'
	holds "to here" "$body" '"host":"127.0.0.1'
	lacks "the answer" "$body" evil
	lacks "the answer" "$body" 192.0.2.9
}

# Caddy believes no forwarder either, and writes these fields itself.
proxies() {
	forged
	if [ "$name" = caddy ]; then
		holds "not over https" "$body" '"https":false'
		holds "from here" "$body" '"ip":"127.0.0.1"'
		return
	fi
	holds "over https" "$body" '"https":true'
	holds "from there" "$body" '"ip":"192.0.2.9"'
	lacks "the answer" "$body" evil
}

over_https() {
	ask ida echo --cacert "$site/cert.pem"
	holds "https" "$body" '"https":true'
	ask ida visits --cacert "$site/cert.pem" --http1.1
	line=$(header Set-Cookie)
	same "the cookie" "${line%%=*};${line#*;}" \
	    "__Host-sid; Path=/; Secure; HttpOnly; SameSite=Lax"
	same "from now on" "$(header Strict-Transport-Security)" \
	    max-age=31536000
	ask ida visits --cacert "$site/cert.pem"
	holds "the second visit" "$body" '<b>2</b>'
	ask ida prefs --cacert "$site/cert.pem"
	ask ida prefs --cacert "$site/cert.pem" -H "Origin: $base" \
	    --data-urlencode "csrf=$(token)" -d lang=de -d theme=dark
	same "a form" "$status" 303
}

# ---- What every page says ---------------------------------------------------------

pages="visits login drafts drafts?new=1 shop cart billing prefs"

addresses() {
	grep -ao '\(href\|src\|action\)="[^"]*"' "$body" > "$T/run/addresses"
	at_least "addresses of $page" "$(wc -l < "$T/run/addresses")" 5
	sort -u "$T/secrets" | grep . | grep -aoF -f - "$T/run/addresses" \
	    > "$T/run/told"
	[ ! -s "$T/run/told" ] ||
	    differ "the addresses of $page" "$(cat "$T/run/told")" "no secret"
	lacks "$page" "$T/run/addresses" sid=
	lacks "$page" "$T/run/addresses" csrf=
}

no_secret_in_addresses() {
	login pia
	submit pia shop act=add item=pen n=2
	for page in $pages; do
		ask pia "$page"
		same "$page" "$status" 200
		addresses
		same "$page" "$(header Referrer-Policy)" same-origin
	done
}

every_page_says() {
	login pia
	for page in $pages echo; do
		ask pia "$page"
		same "$page" "$(header X-Content-Type-Options)" nosniff
		same "$page" "$(header Cache-Control)" no-store
		same "$page" "$(header Referrer-Policy)" same-origin
		holds "$page" "$head" "frame-ancestors 'none'"
		case $page in
		echo) same "$page" "$(header Content-Type)" \
		    application/json ;;
		*) same "$page" "$(header Content-Type)" \
		    "text/html; charset=utf-8" ;;
		esac
		lacks "$page" "$head" Strict-Transport-Security
	done
}

# ---- The same answers ---------------------------------------------------------------

# What libsess wrote: without what is different each time, and without the
# fields of the server (Date, Server, Connection, Keep-Alive, Accept-Ranges,
# Vary, Transfer-Encoding) or of both (Content-Length: it is the server's
# choice to send in chunks), in any order.
note() {
	{
		echo "--- $* -> $status"
		tr -d '\r' < "$head" | grep -aiE '^(allow|cache-control|clear-|content-(language|security|type)|location|referrer|retry|set-cookie|strict-|x-)' |
		    sed -e 's/^\(Set-Cookie: [^=]*\)=[^;]\{8,\};/\1=ID;/' |
		    sort
		echo
		sed -e 's/\(name="csrf" value="\)[^"]*/\1TOKEN/' \
		    -e 's/20[0-9-]* [0-9:]* UTC/TIME/g' \
		    -e "s/127.0.0.1:$port/HOST/g" \
		    -e 's/"host":"127.0.0.1"/"host":"HOST"/' \
		    -e 's/draft=[0-9]*/draft=N/' "$body"
	} >> "$T/answers"
}

# No page of echo has a session: that browser keeps no cookie.
recite() {
	case $1 in
	echo*) ask nil "$@" ;;
	*) ask joe "$@" ;;
	esac
	note "$@"
}

recite_form() {
	submit joe "$@"
	note "$@"
}

# Of a program the same, whatever lies between.
answers() {
	for page in visits visits login drafts shop cart billing prefs; do
		recite "$page"
	done
	recite_form login user=bob password=wrong
	recite_form login user=bob password=builder-2049
	recite_form prefs lang=de theme=dark
	for page in $pages 'drafts?id=999' 'drafts?done=save' 'shop?x=%zz' \
	    'login?next=//evil.test'; do
		recite "$page"
	done
	recite_form prefs lang=xx theme=dark
	recite_form prefs lang=en theme=
	recite visits -X PUT
	recite visits -X OPTIONS
	ask joe visits -I
	: > "$body"
	note visits -I
	recite login -d user=bob
	recite logout -d csrf=AAAA
	recite logout
	recite echo -d 'a=1&b=%zz&a=2&c=%00&=x&d' -b 'k=v; k="w"; =x; y'
	recite 'echo?a=1&a=2&%41=%c3%28&+=%2B'
	recite 'echo?a=b%26c=d;e'
	recite echo -H 'Content-Type: text/plain' -d x
	recite echo -H 'Content-Type:' -d x
	recite echo -d ''
	ask joe prefs
	send joe logout "csrf=$(token)"
	note logout
}

# ---- nginx, with caches -------------------------------------------------------------

# Both caches keep what they may for a minute, whoever asked for it.
start_caches() {
	cat > "$T/run/caches.conf" <<-CONF
	fastcgi_cache_path $T/own/f keys_zone=f:1m;
	proxy_cache_path $T/own/p keys_zone=p:1m;
	fastcgi_cache_key \$request_uri;
	proxy_cache_key \$request_uri;
	fastcgi_cache_valid any 1m;
	proxy_cache_valid any 1m;
	CONF
	sed -i 's|fastcgi_pass .*|& fastcgi_cache f;|' \
	    "$T/run/nginx-fastcgi.conf"
	cat >> "$T/run/nginx-fastcgi.conf" <<-CONF
	server {
		listen unix:$T/own/front.sock;
		location / {
			proxy_pass $base;
			proxy_cache p;
			add_header X-Cache \$upstream_cache_status always;
		}
	}
	CONF
	sed -i "1i include $T/run/caches.conf;" "$T/run/nginx-fastcgi.conf"
}

caches() {
	for front in "" "--unix-socket $T/own/front.sock"; do
		# shellcheck disable=SC2086
		for who in ann bob; do
			ask $who visits $front
			holds "the first visit of $who" "$body" '<b>1</b>'
			ask $who visits $front
			holds "the second visit of $who" "$body" '<b>2</b>'
			ask $who login $front
			token >> "$T/run/tokens"
		done
		same "an id for each" \
		    "$([ "$(cookie ann)" != "$(cookie bob)" ] && echo yes)" \
		    yes
		rm -f "$T/run/jar."*
	done
	same "a token for each" "$(sort -u "$T/run/tokens" | wc -l)" 4
	mount=
	for i in 1 2; do
		# shellcheck disable=SC2086
		ask eve style.css -H 'Cache-Control: x' $front
	done
	mount=/demo
	same "that is a cache" "$(header X-Cache)" HIT
}

# ---- All of it -------------------------------------------------------------------------

# cell SCENARIO - run it here, and write down how it went.
cell() {
	before=$failures
	"$1"
	told=$(head -n 1 "$T/run/why" 2>/dev/null | cut -c 1-60)
	verdict "$2 $name"
	[ "$failures" != "$before" ] || told=ok
	printf '%s\t%s\t%s\n' "$2" "$name" "$told" >> "$T/cells"
}

ends_well() {
	for report in "$T"/report/*; do
		[ ! -e "$report" ] ||
		    differ "${report##*/}" "$(cat "$report")" "no report"
	done
}

no_secret_written() {
	for file in "$T"/log/* "$state"/*/*; do
		[ -f "$file" ] || continue
		sort -u "$T/secrets" | grep . |
		    $as_user grep -aoF -f - -- "$file" > "$T/run/told"
		[ ! -s "$T/run/told" ] ||
		    differ "$file" "$(cat "$T/run/told")" "no secret"
	done
}

# deployment NAME
deployment() {
	trap retire EXIT
	trap 'exit 1' HUP INT TERM
	place "$1"
	deploy
	cell login_and_logout s07_s35_login_and_logout
	cell shop_cart_billing s08_shop_cart_billing
	cell parallel_carts r34_parallel_carts
	cell rotation r07_rotation
	cell only_by_cookie r05_only_by_cookie
	cell limits r29_limits
	cell content_types r30_content_types
	cell paths r31_queries_and_paths
	cell forwarded r19_forged_forwarders
	cell no_secret_in_addresses r22_no_secret_in_addresses
	cell every_page_says r23_every_page_says
	# upload: here
	answers
	retire
	deploy LIBSESS_CARRY=query
	cell by_query r05_by_query
	retire
	deploy LIBSESS_CARRY=field
	cell by_field r05_by_field
	retire
	deploy LIBSESS_CARRY=bearer LIBSESS_PROXIES=127.0.0.1
	cell by_bearer r05_by_bearer
	cell proxies r19_proxies
	retire
	ssl=1
	deploy LIBSESS_INSECURE_DEV=
	cell over_https r19_over_https
	retire
	cell ends_well r63_no_sanitizer_report
	cell no_secret_written r44_no_secret_written
	: > "$T/ended"
}

cached() {
	trap retire EXIT
	trap 'exit 1' HUP INT TERM
	place nginx-cache
	deploy
	cell caches r21_caches
	retire
	cell ends_well r63_no_sanitizer_report
	cell no_secret_written r44_no_secret_written
	: > "$T/ended"
}

# A lane is a list of them, one after the other.
lane() {
	for name; do
		case $name in
		nginx-cache) (cached) ;;
		*) (deployment "$name") ;;
		esac > "$T/told.$name" 2>&1 &
		one=$!
		trap 'kill $one; wait $one; exit 1' HUP INT TERM
		wait "$one"
	done
}

first="apache-cgi lighttpd-fastcgi nginx-fcgiwrap caddy nginx-cache"
second="apache-fcgid lighttpd-cgi apache-proxy-fcgi nginx-spawn-fcgi
    nginx-systemd"
# shellcheck disable=SC2086
lane $first &
servers=$!
# shellcheck disable=SC2086
lane $second &
servers="$servers $!"
for pid in $servers; do
	wait "$pid"
done
servers=

# ---- What came of it --------------------------------------------------------------------

# Who ended early has not told all.
for name in $first $second; do
	sed 's/^Bail/# &/; /^ok\|^not ok\|^#/!s/^/# /' "$T/told.$name"
	ok=$(grep -c '^ok' "$T/told.$name")
	tests=$((tests + $(grep -c '^ok\|^not ok' "$T/told.$name")))
	failures=$((failures + $(grep -c '^not ok' "$T/told.$name")))
	at_least "scenarios that held" "$ok" 3
	[ -e "$T/$name/ended" ] || differ "$name" "$ok" "all scenarios"
	verdict "all_scenarios_were_run $name"
done

for name in $first $second; do
	[ "$name" != nginx-cache ] || continue
	told=ok
	if ! cmp "$T/apache-cgi/answers" "$T/$name/answers" \
	    > "$T/run/cmp" 2>&1; then
		told=other
		differ "the answers" "$(diff "$T/apache-cgi/answers" \
		    "$T/$name/answers" 2>&1)" "those of apache-cgi"
	fi
	verdict "answers_agree $name"
	printf '%s\t%s\t%s\n' answers_agree "$name" "$told" >> \
	    "$T/$name/cells"
done

# fcgi/servers/systemd is what systemd takes.
systemd-analyze verify --man=no "$T/nginx-systemd/run/systemd/"libsess.* \
    > "$T/run/verify" 2>&1
same "systemd-analyze" "$? $(grep libsess "$T/run/verify")" "0 "
verdict units_are_valid

# The table: a row is a scenario, a column a deployment.
cat "$T"/*/cells | awk -F '\t' -v names="$(echo $first $second)" '
{
	if (!($1 in row)) {
		row[$1] = ++rows
		title[rows] = $1
	}
	cell[$1, $2] = $3
}
END {
	n = split(names, name, " ")
	printf "# %-29s", ""
	for (i = 1; i <= n; i++)
		printf " %-17s", name[i]
	for (r = 1; r <= rows; r++) {
		printf "\n# %-29s", title[r]
		for (i = 1; i <= n; i++) {
			text = cell[title[r], name[i]]
			printf " %-17.17s", text == "" ? "-" : text
		}
	}
	print ""
}'
finish
