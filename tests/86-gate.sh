#!/bin/sh
# 86-gate.sh - goal: an application in any language, behind each web server,
# with the file of fcgi/servers that a person copies, is reached by users who
# have logged in and by nobody else, whatever they try; it is told their names.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/servers-main.sh"
need apache2 nginx lighttpd php-cgi spawn-fcgi python3
site=$T

# ---- The programs -----------------------------------------------------------

# Each has the settings of this test, however a server may start it.
# wrap NAME - the program as $T/fcgi/NAME.
wrap() {
	{
		echo '#!/bin/sh'
		settings LIBSESS_ROTATE=5m | sed 's/.*/export "&"/'
		echo "exec $T/bin/$1 \"\$@\""
	} > "$T/fcgi/$1"
	chmod 755 "$T/fcgi/$1"
}

# place NAME - a folder of its own for this deployment.
place() {
	name=$1
	T=$site/$name
	mkdir "$T"
	state=$T/state
	store=$state/sess/sess.db
	demo=$state/demo/demo.db
	clock=$T/clock
	body=$T/body
	head=$T/head
	mkdir "$T/log" "$T/report" "$T/run" "$T/own" "$T/uploads" "$T/fcgi" "$T/bin" \
	    "$T/app" "$state" "$state/demo"
	echo +0 > "$clock"
	cp "$site/secrets" "$T/secrets"
	cp "$top_builddir/tests/fcgi/gate" "$top_builddir/tests/fcgi/demo" \
	    "$T/bin/" || bail "the programs have not been built"
	wrap gate
	wrap demo
	cp "$top_srcdir/fcgi/gate.rules" "$top_srcdir"/tests/behind_*.py "$T/"
	cp "$top_srcdir"/tests/behind_front.* "$T/app/"
	for folder in public private admin billing; do
		mkdir "$T/app/$folder"
		cp "$top_srcdir"/fcgi/behind/behind.* "$T/app/$folder/"
		echo "a file of $folder" > "$T/app/$folder/file.txt"
	done
	cp "$top_srcdir/fcgi/behind/behind.php" "$T/app/"
	chmod -R a+rX "$T/app" "$T/bin"
	chmod a+x "$T"/app/*.py "$T"/app/*/*.py "$T"/app/*/*.sh
	[ -z "$as_user" ] || chown -R 4242:4242 "$T/log" "$T/report" "$T/own" "$T/uploads" \
	    "$state"
	chmod 755 "$T"
}

# fill FILE - one of fcgi/servers, in which only paths and ports are others.
fill() {
	sed -e "s|/usr/libexec/libsess/|$T/|g" -e "s|/srv/app|$T/app|g" \
	    -e "s|/etc/libsess/gate.rules|$T/gate.rules|g" \
	    -e "s|/run/libsess/|$T/own/|g" -e "s|/run/lighttpd/|$T/own/|g" \
	    -e "s|/run/php/php-fpm.sock|$T/own/php.sock|g" \
	    -e "s|127.0.0.1:9010|127.0.0.1:$((port + 1))|g" \
	    -e "s|127.0.0.1:8081|127.0.0.1:$((port + 2))|g" \
	    -e "s|^<VirtualHost \*:80>|<VirtualHost 127.0.0.1:$port>|" \
	    -e "s|listen 80;|listen 127.0.0.1:$port;|" \
	    "$top_srcdir/fcgi/servers/$1.conf" > "$T/run/$1.conf"
	[ -z "$front" ] || fill_front "$T/run/$1.conf"
}

# One program for all paths, in the way of each server; it reads REQUEST_URI.
front=
fill_front() {
	sed -i -e "s|app/behind.php|app/behind_front.php|" \
	    -e "s|AddHandler cgi-script .*|&\nFallbackResource /behind_front.py|" "$1"
	[ "$name" != lighttpd-gate ] || cat >> "$1" <<-CONF
	server.modules += ( "mod_rewrite" )
	url.rewrite-once = ( "^(?!/demo(?:/|$))" => "/behind_front.php" )
	CONF
}

# waits_for TEST... - till that holds.
waits_for() {
	tries=0
	until "$@" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || return 1
		sleep 0.05
	done
}

answers() {
	curl -s -m 5 -o /dev/null "http://127.0.0.1:$1/"
}

# ---- The servers -------------------------------------------------------------

# The application that speaks HTTP.
http_run() {
	begin python3 "$T/behind_http.py" $((port + 2))
}

nginx_gate() {
	fill nginx-gate
	begin "$T/fcgi/demo" -l "$T/own/demo.sock"
	begin "$T/fcgi/gate" -l "$T/own/gate.sock" -t 2
	gate=$begun
	begin spawn-fcgi -n -s "$T/own/php.sock" -M 0600 -- /usr/bin/php-cgi
	http_run
	waits_for test -S "$T/own/demo.sock" && waits_for test -S \
	    "$T/own/gate.sock" && waits_for test -S "$T/own/php.sock" &&
	    waits_for answers $((port + 2)) || return 1
	nginx_run nginx-gate.conf
}

# apache_gate MODULE... - beside those of the main configuration.
apache_gate() {
	fill "$name"
	apache "$name.conf" authn_core authz_user cgid "$@"
}

start() {
	case $name in
	nginx-gate)
		nginx_gate
		;;
	lighttpd-gate)
		fill lighttpd-gate
		lighttpd_run lighttpd-gate.conf
		;;
	apache-gate)
		begin "GATE_RULES=$T/gate.rules" "$T/fcgi/gate" \
		    -l "127.0.0.1:$((port + 1))"
		gate=$begun
		http_run
		waits_for answers $((port + 2)) || return 1
		apache_gate authnz_fcgi headers proxy proxy_http
		;;
	apache-fcgid-gate)
		apache_gate fcgid headers
		;;
	esac
}

stop() {
	for pid in $servers; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	servers=
	rm -f "$T"/own/*.sock
}

deploy() {
	for attempt in 1 2 3 4 5; do
		port=$((10000 + $(random 20000)))
		base=http://127.0.0.1:$port
		if start && waits_for answers "$port"; then
			return
		fi
		stop
	done
	tail -n 20 "$T"/log/* | sed 's/^/# /'
	bail "$name does not start"
}

# ---- Visitors ----------------------------------------------------------------

# visit BROWSER PATH [CURL-ARGUMENT...] - exactly this path.
visit() {
	jar=$T/run/jar.$1
	url=$base$2
	shift 2
	[ -e "$jar" ] || : > "$jar"
	: > "$head"
	: > "$body"
	status=$(curl -sS -m 60 --path-as-is -b "$jar" -c "$jar" -D "$head" \
	    -o "$body" -w '%{http_code}' "$@" "$url")
	secrets_note
}

# enter BROWSER USER PASSWORD NEXT - by the login page, and back.
enter() {
	visit "$1" "/demo/login?next=$4"
	visit "$1" /demo/login --data-urlencode "csrf=$(token)" -d "user=$2" \
	    -d "password=$3" --data-urlencode \
	    "next=$(sed -n 's/.*name="next" value="\([^"]*\)".*/\1/p' "$body" |
	    sed 's/&amp;/\&/g')"
}

# What each application writes, and nobody else.
told="<title>Behind the gate</title>"

closed() {
	[ "$status" -ge 300 ] || differ "$1: the status" "$status" "refused"
	lacks "$1" "$body" "$told"
	lacks "$1" "$body" "a file of"
}

opened() {
	same "$1: the status" "$status" 200
	holds "$1" "$body" "<b>$2</b>"
}

# wanted PATH STATUS - who is not logged in asks, and is sent to the login.
to_login() {
	closed "$1"
	same "$1: where to" "$status $(header Location)" "303 /demo/login$2"
}

# ---- What each of them must do -----------------------------------------------

# With an application that takes the path from the URI as it came: what is
# public to the gate must be so to whatever that application finds.
suite_front() {
	for path in /private/.. /private/%2e%2e /private/.%2E /private/a/../.. \
	    /private/%2e%2e/ "/private/..?x" /private/../ "/private/..%20" \
	    /private/./open/x /private/%2e/open/x /private/x/../open \
	    /private/x/%2e%2e/open/x /private/open/.. /private/open/../x \
	    /private/open/%2e%2e/x "/private/open/..%20/x" /private/open/..+/x \
	    /private//open/x /private///open /private/%6fpen/x /%70rivate/x \
	    /private/http/admin/../../../ \
	    /private/http/admin/%2e%2e/%2e%2e/open/ \
	    /admin.php%3F /admin.php%3fx=1 "/admin.php%23" "/admin.php%00" \
	    /admin%2ephp /admin.php/x /./admin.php /x/../admin.php \
	    //h/private/x //private/x ///h/private/x "//h/%70rivate/x" \
	    /public/../private/x /public/%2e%2e/private/x \
	    "/public/..%2fprivate/x" "/public/..%5cprivate/x" \
	    "/private;x/y" "/private%3Bx" "/private%5cx" "/%2fprivate/x" \
	    /private./x "/private%20/x" "/%20private/x" "/private+/x" \
	    /a+b "/a+b/x" "/a%2Bb" "/a%20b/x" "/a%2520b" "/%61+b/x" \
	    /private /private/x /admin.php; do
		visit eve "$path"
		closed "$path"
		lacks "$path" "$body" SECRET
		[ "$status" -lt 500 ] || differ "$path" "$status" "a refusal"
	done
	verdict "$name: r70_no_path_leads_out_of_what_is_private"

	visit ann /private/x
	holds "alice's page" "$body" "SECRET for [alice]"
	visit ann /admin.php
	holds "alice's other page" "$body" "SECRET for [alice]"
	visit ann /private//x
	holds "two slashes" "$body" "SECRET for [alice]"
	for path in /private/open/x /public//x /caf%C3%A9 "/public/a%2Cb" \
	    "/public/v1.2/Inc./x?y=/../z" /.well-known/x; do
		visit eve "$path"
		opened "$path" nobody
		lacks "$path" "$body" SECRET
	done
	verdict "$name: r70_what_browsers_send_comes_through"
}

suite() {
	deploy
	visit eve "/private/$page?x=1&y=%2Fa"
	to_login "nobody" "?next=%2Fprivate%2F$page%3Fx%3D1%26y%3D%252Fa"
	visit eve "/private/$page?x=1" -d sent=1
	to_login "a form of nobody" "?next=%2Fprivate%2F$page"
	visit eve "/public/$page"
	opened "the public page" nobody
	verdict "$name: without_a_login_only_what_is_public"

	for path in "//private/$page" "/private/../private/$page" \
	    "/%70rivate/$page" "/public/../private/$page" \
	    "/public/%2e%2e/private/$page" "/./private//$page" \
	    "/public/..%2fprivate/$page" "/private%2f$page" \
	    "/public%2f..%2fprivate/$page" "/public//../private/$page" \
	    "/private/x/../$page" "/%2570rivate/$page" \
	    "/public/..;/private/$page" "/private;x/$page" \
	    "/public\\..\\private/$page" "/private/$page%00" \
	    "/private/$page/../../public/../private/$page" \
	    "/demo/../private/$page" "/demo/%2e%2e/private/$page" \
	    "/demo/..%2fprivate/$page" "/demo//../private/$page" \
	    "/../private/$page" "/private/$page/" "/private/$page/public" \
	    "/private/file.txt" "//private/file.txt" "/_gate"; do
		visit eve "$path"
		case $path:$status in
		/demo*:404) ;;
		*) closed "$path" ;;
		esac
	done
	visit eve / --request-target "http://127.0.0.1:$port/private/$page"
	closed "the whole address"
	visit eve / --request-target "http://evil.example/public/../private/$page"
	closed "the whole address of another"
	for method in POST PUT DELETE OPTIONS HEAD PATCH BREW; do
		if [ "$method" = HEAD ]; then
			visit eve "/private/$page" -I
		else
			visit eve "/private/$page" -X "$method"
		fi
		closed "$method"
	done
	verdict "$name: no_trick_reaches_what_is_private"

	for claim in "SESS_USER: alice" "Sess-User: alice" \
	    "X-Sess-User: alice" "X_Sess_User: alice" \
	    "Variable-SESS_USER: alice" "REMOTE_USER: alice" \
	    "Authorization: Basic YWxpY2U6YWxpY2U=" "Authorization: Bearer x" \
	    "Cookie: sid=alice" "Cookie: sid=" \
	    "X-Original-URL: /public/$page" "X-Rewrite-URL: /public/$page" \
	    "GATE: login" "FCGI-Role: AUTHORIZER" "Request-Uri: /public/x"; do
		visit eve "/private/$page" -H "$claim"
		closed "$claim"
		visit eve "/public/$page" -H "$claim"
		opened "$claim" nobody
	done
	verdict "$name: what_the_client_claims_counts_nothing"

	enter bob bob builder-2049 "%2Fprivate%2F$page%3Fx%3D1%26y%3D%252Fa"
	same "the way back" "$status $(header Location)" \
	    "303 /private/$page?x=1&y=%2Fa"
	visit bob "$(header Location)"
	opened "after the login" bob
	visit bob "/public/$page"
	opened "a public page" bob
	visit bob "/private/$page" -H "X-Sess-User: alice" \
	    -H "SESS_USER: alice" -H "Variable-SESS_USER: alice"
	opened "who claims to be another" bob
	lacks "what the client is told" "$head" "SESS_USER"
	lacks "what the client is told" "$head" "Sess-User"
	visit bob "/private/$page" -d sent=1 -H Expect:
	opened "a form" bob
	head -c 300000 /dev/zero | tr '\0' a > "$T/run/long"
	visit bob "/private/$page" --data-binary "@$T/run/long" \
	    -H 'Content-Type: text/plain' -H Expect:
	opened "what is no form" bob
	for kind in $pages; do
		visit bob "/private/$kind"
		opened "$kind" bob
		visit bob "/private/$kind" -H "X-Sess-User: alice" \
		    -H "SESS_USER: alice"
		opened "$kind, as another" bob
	done
	if [ "$name" != nginx-gate ]; then
		visit bob /private/file.txt
		same "a file" "$status $(cat "$body")" "200 a file of private"
	fi
	verdict "$name: who_has_logged_in_is_known_to_the_application"

	enter ann alice wonderland-1865 "%2Fadmin%2F$page"
	visit ann "/admin/$page"
	opened "admin" alice
	visit bob "/admin/$page"
	closed "not for bob"
	same "not for bob" "$status" "${forbidden-403}"
	visit bob "/administrator/x"
	[ "$status" != 403 ] || differ "a longer name" 403 "anything else"
	verdict "$name: a_page_of_others_is_refused"

	visit ann /demo/prefs
	visit ann /demo/prefs --data-urlencode "csrf=$(token)" -d lang=en \
	    -d theme=dark
	visit ann "/private/$page"
	holds "a field" "$body" "<i>dark</i>"
	verdict "$name: a_field_is_handed_on"

	visit ann "/billing/$page"
	opened "billing" alice
	echo +901 > "$clock"
	visit ann "/private/$page"
	opened "later" alice
	visit ann "/billing/$page?n=1"
	to_login "billing, later" "?again=1&next=%2Fbilling%2F$page%3Fn%3D1"
	visit ann "$(header Location)"
	lacks "the question" "$body" 'name="user"'
	visit ann /demo/login --data-urlencode "csrf=$(token)" -d again=1 \
	    -d password=wonderland-1865 -d "next=%2Fbilling%2F$page%3Fn%3D1"
	visit ann "$(header Location)"
	opened "after another login" alice
	verdict "$name: a_stale_login_is_asked_for_again"

	id=$(cookie bob)
	echo +1500 > "$clock"
	for i in $(seq 100); do
		visit bob "/private/$page"
		opened "request $i" bob
		lacks "request $i" "$head" "et-Cookie:"
	done
	same "the id" "$(cookie bob)" "$id"
	same "ids" "$(sql "SELECT count(*) FROM token JOIN session
	    ON session.pk = token.session WHERE user = 'bob'")" 1
	visit bob /demo/visits
	same "the next page" "$status" 200
	[ "$(cookie bob)" != "$id" ] || differ "the id, by a page" "$id" new
	visit bob "/private/$page"
	opened "with the new id" bob
	verdict "$name: the_gate_changes_no_id"

	visit bob /demo/drafts
	visit bob /demo/logout --data-urlencode "csrf=$(token)"
	same "the logout" "$status" 303
	visit bob "/private/$page"
	to_login "after the logout" "?next=%2Fprivate%2F$page"
	verdict "$name: a_logout_counts_at_once"

	cp "$T/gate.rules" "$T/run/rules"
	{
		cat "$T/run/rules"
		echo "/private/x signed-in"
	} > "$T/run/wrong"
	mv "$T/run/wrong" "$T/gate.rules"
	for path in /private /public; do
		visit ann "$path/$page"
		closed "wrong rules: $path"
		same "wrong rules: $path" "$status" "$no_rules"
	done
	mv "$T/run/rules" "$T/gate.rules"
	visit ann "/private/$page"
	opened "the rules again" alice
	verdict "$name: wrong_rules_let_nobody_in"

	stop
	front=yes
	printf '%s\n' '/private/open: public' '/admin.php: users alice' \
	    '/a%20b: users alice' >> "$T/gate.rules"
	deploy
	suite_front
	front=

	stop
	for file in "$store" "$store-wal"; do
		echo "this is no database, but longer than its header, or so" \
		    "it seems to be; a hundred bytes are enough" > "$file"
	done
	rm -f "$store-shm"
	deploy
	visit ann "/private/$page"
	closed "no store"
	same "no store" "$status" "$no_rules"
	verdict "$name: a_store_that_is_down_is_closed"

	stop
	rm -rf "$state/sess"
	deploy
	enter ann alice wonderland-1865 "%2Fprivate%2F$page"
	visit ann "/private/$page"
	opened "a new store" alice
	if [ -n "${gate-}" ]; then
		kill "$gate"
		wait "$gate" 2>/dev/null
	else
		stop
		# at once, and lighttpd does not start
		printf '#!/bin/sh\nsleep 1\nexit 1\n' > "$T/fcgi/gate"
		deploy
	fi
	for path in /private /public; do
		visit ann "$path/$page"
		closed "no gate: $path"
		echo "$no_gate" | grep -qw "$status" ||
		    differ "no gate: $path" "$status" "$no_gate"
	done
	verdict "$name: a_gate_that_is_down_is_closed"
	stop
	gate=
	no_sanitizer_report
	no_secret_told
}

for name in ${only:-nginx-gate lighttpd-gate apache-gate apache-fcgid-gate}; do
	place "$name"
	forbidden=403
	no_rules=503    # nor a store: as GATE.md says
	no_gate=500
	case $name in
	nginx-gate)
		page=behind.php
		no_rules=500
		pages="any/thing http/x"
		;;
	lighttpd-gate)
		page=behind.py
		pages="behind.php behind.sh behind.py"
		no_gate="500 or 503"
		;;
	apache-gate)
		page=behind.sh
		pages="behind.py behind.sh http/x"
		;;
	apache-fcgid-gate)
		page=behind.py
		pages="behind.py behind.sh"
		forbidden=303
		;;
	esac
	suite
done
T=$site
state=$T/state
nothing_left_behind
echo "1..$tests"
[ "$failures" = 0 ]
