# shellcheck shell=sh disable=SC2016,SC2034,SC2154
# servers-scenarios.sh - what is tried behind each web server, and what is to
# come of it.  $name says where we are, $base is its address.  It is sourced
# after servers.sh; 80-servers.sh says what is run in which deployment.
# SPDX-License-Identifier: ISC

# ---- What visitors do -------------------------------------------------------------

login_and_logout() {
	ask ann drafts
	same "drafts of a stranger" "$status $(header Location)" \
	    "303 /demo/login?next=drafts"
	submit ann login user=alice password=wrong-password
	same "a wrong password" "$status" 401
	holds "a wrong password" "$body" "User name or password is wrong"
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
	ask sue shop
	send sue cart "csrf=$(token)" act=add item=pen n=2
	same "added" "$status $(header Location)" "303 /demo/cart"
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
	curl -sS -m 60 --no-progress-meter -Z --parallel-immediate -K "$T/run/adds" \
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
	curl -sS -m 60 -i --no-progress-meter -Z --parallel-immediate \
	    --parallel-max 50 \
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
	same "in the path" "$status" 404
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
	ask lea echo --data-binary "@$T/run/long"
	same "3 MB, if they are welcome" "$status $(cat "$body")" \
	    '413 {"ok":false,"err":"E_BODY"}'
	# the server's own limit
	truncate -s 22000000 "$T/run/long"
	ask lea echo -H Expect: --data-binary "@$T/run/long"
	case $name in
	apache-fcgid) same "22 MB" "$status" 500 ;;
	*) same "22 MB" "$status" 413 ;;
	esac
	rm "$T/run/long"
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

# file FORM-ARGUMENT... - as the file that $T/run/file is
file() {
	ask uma echo -F 'title=Tea & "cake"' "$@"
}

uploads() {
	head -c 200000 /dev/urandom > "$T/run/file"
	file -F "doc=@$T/run/file;filename=../../ü;type=text/html"
	same "200 kB" "$status" 200
	holds "200 kB" "$body" '"post":[["title","Tea & \"cake\""]]'
	holds "200 kB" "$body" '"files":[{"name":"doc","filename":"../../ü","type":"text/html","size":200000}]'
	file -H 'Transfer-Encoding: chunked' -F "doc=@$T/run/file"
	same "200 kB in chunks" "$status" 200
	holds "200 kB in chunks" "$body" '"size":200000'
	truncate -s 15000000 "$T/run/file"
	file -F "a=@$T/run/file" -F 'b=;filename='
	same "15 MB" "$status" 200
	holds "15 MB" "$body" '"size":15000000'
	truncate -s 17000000 "$T/run/file"
	file -F "a=@$T/run/file"
	same "17 MB" "$status $(cat "$body")" '413 {"ok":false,"err":"E_BODY"}'
	rm "$T/run/file"
	same "what is left of them" "$(find "$T/uploads" -type f)" ""
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
		200 | 301 | 302 | 303 | 400 | 403 | 404) ;;
		*) differ "$path" "$status" "200, 30x, 400, 403 or 404" ;;
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
	# browsers send each cookie in a field of its own over HTTP/2 (RFC 9113,
	# 8.2.3), which the server is to join
	id=$(cookie ida __Host-sid)
	bring "x=1" visits --cacert "$site/cert.pem" \
	    -H "Cookie: __Host-sid=$id"
	! grep -q '^HTTP/2' "$head" ||
	    holds "two cookies over HTTP/2" "$body" '<b>3</b>'
	ask ida prefs --cacert "$site/cert.pem"
	ask ida prefs --cacert "$site/cert.pem" -H "Origin: $base" \
	    --data-urlencode "csrf=$(token)" -d lang=de -d theme=dark
	same "a form" "$status" 303
}

# However the server is told to lead there.
front_page() {
	same "the front page" "$(curl -sS -m 60 -o "$body" -L -w \
	    '%{http_code} %{num_redirects} %{url_effective}' "$base/")" \
	    "200 1 $base/demo/index"
	holds "the front page" "$body" 'href="visits"'
}

# ---- What every page says ---------------------------------------------------------

pages="index visits login drafts drafts?new=1 shop cart billing prefs signup account
devices password login?again=1"

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
	ask pia shop
	send pia cart "csrf=$(token)" act=add item=pen n=2
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
		    -e 's/\(name="handle" value="\)[^"]*/\1N/' \
		    -e 's/20[0-9-]*[T ][0-9][0-9]:[0-9:]*/TIME/g' \
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
	recite echo -d ''
	ask joe prefs
	send joe logout "csrf=$(token)"
	note logout
}

# ---- nginx, with caches -------------------------------------------------------------

# Both caches keep what they may for a minute, no matter for which visitor.
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
	# a page that is kept although it says no: to see that there is a cache
	sed -i "s|location /demo/ {|include $T/run/kept.conf; &|" \
	    "$T/run/nginx-fastcgi.conf"
	cat > "$T/run/kept.conf" <<-CONF
	location = /demo/echo {
		include /etc/nginx/fastcgi_params;
		fastcgi_pass unix:$T/own/demo.sock;
		fastcgi_cache f;
		fastcgi_ignore_headers Cache-Control;
		add_header X-Cache \$upstream_cache_status always;
	}
	CONF
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
	ask eve echo
	ask eve echo
	same "what fastcgi_cache may keep" "$(header X-Cache)" HIT
	mount=
	# shellcheck disable=SC2086
	for i in 1 2; do
		ask eve style.css $front
	done
	mount=/demo
	same "what proxy_cache may keep" "$(header X-Cache)" HIT
}
