#!/bin/sh
# 78-proxies.sh - goal: behind a proxy the pages know who asks, over what and
# under which name: HAProxy, Varnish with hitch, Apache and nginx in front, with
# the files of fcgi/servers, in front of nginx and of lighttpd.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/servers-main.sh"
need apache2 gcc haproxy hitch lighttpd nginx openssl spawn-fcgi varnishd
. "$top_srcdir/tests/servers.sh"
servers_fill
cat "$site/cert.pem" "$site/key.pem" > "$site/site.pem"

# ---- A proxy in front ---------------------------------------------------------

# fill_front FILE - one of fcgi/servers; only ports and paths are others.
fill_front() {
	sed -e "s|bind :::80 v4v6|bind 127.0.0.1:$plain|" \
	    -e "s|bind :::443 v4v6 \(.*\)|bind 127.0.0.1:$secure \1\n\tbind [::1]:$secure \1|" \
	    -e "s|listen 80;|listen 127.0.0.1:$plain;|" \
	    -e "s|listen 443 |listen 127.0.0.1:$secure |" \
	    -e "s|listen \[::\]:80;|listen [::1]:$plain;|" \
	    -e "s|listen \[::\]:443 |listen [::1]:$secure |" \
	    -e "s|<VirtualHost \*:80>|<VirtualHost 127.0.0.1:$plain>|" \
	    -e "s|<VirtualHost \*:443>|<VirtualHost *:$secure>|" \
	    -e "s|\"\[\*\]:443\"|\"[127.0.0.1]:$secure\"|" \
	    -e "s|6086|$inner|" -e "s|8080|$to|" \
	    -e "s|/etc/[a-z0-9]*/site.pem|$site/site.pem|g" \
	    "$top_srcdir/fcgi/servers/$1" > "$T/run/$1"
}

# As Debian has it, and as small as it can be.
front_haproxy() {
	fill_front haproxy.cfg
	cat > "$T/run/main.cfg" <<-CONF
	defaults
		mode http
		timeout connect 5000
		timeout client 50000
		timeout server 50000
	CONF
	begin haproxy -db -f "$T/run/main.cfg" -f "$T/run/haproxy.cfg"
}

front_varnish() {
	fill_front varnish.vcl
	fill_front hitch.conf
	begin varnishd -F -j none -n "$T/own/varnish" -s malloc,16m \
	    -a "127.0.0.1:$plain" -a "127.0.0.1:$inner,PROXY" \
	    -f "$T/run/varnish.vcl"
	begin hitch --config "$T/run/hitch.conf" --quiet
}

front_apache() {
	fill_front apache-front.conf
	printf 'Listen %s\n' "127.0.0.1:$plain" "[::1]:$secure" \
	    >> "$T/run/apache-front.conf"
	apache apache-front.conf ssl socache_shmcb headers rewrite proxy \
	    proxy_http
}

front_nginx() {
	fill_front nginx-front.conf
	nginx_run nginx-front.conf
}

# Not that of the files, as it writes Forwarded.
front_forwarded() {
	fill_front nginx-front.conf
	sed -i -e '/X-Forwarded-Proto/d' -e '/X-Forwarded-For/d' \
	    -e 's|Forwarded "";|Forwarded "for=$remote_addr;proto=$scheme";|' \
	    "$T/run/nginx-front.conf"
	nginx_run nginx-front.conf
}

# The web server takes the PROXY protocol itself: it knows the address, and has
# to say that it is https.
front_realip() {
	fill_front hitch.conf
	cat > "$T/run/realip.conf" <<-CONF
	server {
		listen 127.0.0.1:$inner proxy_protocol;
		set_real_ip_from 127.0.0.1;
		real_ip_header proxy_protocol;
		root $inside/www;
		location /demo/ {
			fastcgi_split_path_info ^(/demo)(/.*)\$;
			include /etc/nginx/fastcgi_params;
			fastcgi_param PATH_INFO \$fastcgi_path_info;
			fastcgi_param HTTPS on;
			fastcgi_pass unix:$inside/own/demo.sock;
		}
	}
	CONF
	nginx_run realip.conf
	begin hitch --config "$T/run/hitch.conf" --quiet
}

# HAProxy as it is, and behind it one that appends to both lists.
front_chain() {
	cat > "$T/run/second.conf" <<-CONF
	server {
		listen 127.0.0.1:$inner;
		location / {
			proxy_set_header Host \$http_host;
			proxy_set_header X-Forwarded-For \
			    \$proxy_add_x_forwarded_for;
			proxy_set_header X-Forwarded-Proto \
			    "\$http_x_forwarded_proto, \$scheme";
			proxy_bind 127.0.0.2;
			proxy_pass http://127.0.0.1:$back;
		}
	}
	CONF
	nginx_run second.conf
	to=$inner
	front_haproxy
}

is_there() {
	tries=0
	while [ "$tries" -lt 300 ]; do
		[ "$(curl -sk -m 5 "https://127.0.0.1:$secure/ready.txt")" != \
		    "$name $back" ] || return 0
		for pid in $servers; do
			kill -0 "$pid" 2>/dev/null || return 1
		done
		tries=$((tries + 1))
		sleep 0.05
	done
	return 1
}

# behind FRONT - start it; from now on the site is at https://shop.test.
behind() {
	front=$1
	inside=$T
	backs=$servers
	back=$port
	rm -f "$site/.curlrc"
	for attempt in 1 2 3 4 5; do
		plain=$((10000 + $(random 20000)))
		secure=$((plain + 1))
		inner=$((plain + 2))
		T=$inside/$1-$secure
		mkdir "$T" "$T/run" "$T/log" "$T/own"
		[ -z "$as_user" ] || chown 4242:4242 "$T/log" "$T/own"
		servers=
		to=$back
		port=$secure
		"front_$1"
		port=$back
		! is_there || break
		retire_front
		[ "$attempt" -lt 5 ] || {
			sed 's/^/# /' "$T"/log/*
			bail "$1 does not start in front"
		}
	done
	fronts=$servers
	servers="$fronts $backs"
	log=$T/log
	T=$inside
	base=https://shop.test
	from 127.0.0.5
}

retire_front() {
	for pid in $servers; do
		kill "$pid" 2>/dev/null
		wait "$pid"
	done
}

alone() {
	servers=$fronts
	retire_front
	servers=$backs
}

# from ADDRESS - visitors come from there.
from() {
	cat > "$site/.curlrc" <<-CONF
	insecure
	interface = "$1"
	connect-to = "shop.test:443:127.0.0.1:$secure"
	connect-to = "shop.test:8443:127.0.0.1:$secure"
	connect-to = "[::1]:443:[::1]:$secure"
	CONF
}

# enter BROWSER CURL-ARGUMENT... - log in, with a jar that is empty.
enter() {
	rm -f "$T/run/jar.$1"
	who=$1
	shift
	ask "$who" login
	ask "$who" login --data-urlencode "csrf=$(token)" \
	    --data-urlencode user=alice \
	    --data-urlencode password=wonderland-1865 "$@"
}

# ---- What has to hold -----------------------------------------------------------

# told - what the pages know of a client that writes every field itself.
told() {
	ask liar echo -H 'X-Forwarded-For: 6.6.6.6' \
	    -H 'Forwarded: for=6.6.6.6;proto=http' \
	    -H 'X-Forwarded-Proto: http'
	sed 's/.*"https":\([a-z]*\),.*"ip":"\([^"]*\)".*/\1 \2/' "$body"
}

r100_https_and_the_address_are_the_clients() {
	same "https, address" "$(told)" "true 127.0.0.5"
	same "the same again" "$(told)" "true 127.0.0.5"
}

r100_browsers_of_today_and_old_ones_log_in() {
	enter today -H "Origin: $base" -H 'Sec-Fetch-Site: same-origin'
	same "a browser of today" "$status" 303
	enter old -H "Origin: $base"
	same "one that sends Origin alone" "$status" 303
	enter other -H 'Origin: https://evil.example'
	same "from another site" "$status" 403
	enter back -H "Origin: https://shop.test:$back"
	same "from the server behind, with its port" "$status" 403
}

r100_the_log_has_the_address() {
	cat "$T"/log/* "$log"/* > "$T/all"
	before=$(grep -ac "$failed" "$T/all")
	ask mallory login
	ask mallory login --data-urlencode "csrf=$(token)" \
	    --data-urlencode user=bob --data-urlencode password=wrong
	same "the status" "$status" 401
	cat "$T"/log/* "$log"/* > "$T/all"
	same "lines about it" "$(grep -ac "$failed" "$T/all")" $((before + 1))
	lacks "the log" "$T/all" event=proxy
}
failed='event=login_failed.*address=127\.0\.0\.5\([^0-9]\|$\)'


r100_no_page_is_kept() {
	for page in visits login drafts echo shop; do
		ask ann "$page"
		same "Cache-Control of $page" "$(header '[Cc]ache-[Cc]ontrol')" \
		    no-store
		rm -f "$T/run/jar.one" "$T/run/jar.two"
		ask one "$page"
		kept=$(cat "$T/run/jar.one")
		ask two "$page"
		same "Age of $page" "$(header '[Aa]ge' | tr -d 0)" ""
		[ "$page" != visits ] ||
		    lacks "the other's id" "$T/run/jar.two" \
		    "$(echo "$kept" | awk '/sid/ { print $7 }')"
	done
}

r100_plain_http_is_sent_to_https() {
	same "the answer" "$(curl -s -o /dev/null -w \
	    '%{http_code} %{redirect_url}' -H 'Host: shop.test' \
	    "http://127.0.0.1:$plain/demo/visits")" \
	    "301 https://shop.test/demo/visits"
}

all_of_it() {
	r100_https_and_the_address_are_the_clients
	verdict "r100_https_and_the_address_are_the_clients $front $name"
	r100_browsers_of_today_and_old_ones_log_in
	verdict "r100_browsers_of_today_and_old_ones_log_in $front $name"
	r100_the_log_has_the_address
	verdict "r100_the_log_has_the_address $front $name"
	r100_no_page_is_kept
	verdict "r100_no_page_is_kept $front $name"
}

over_ipv6() {
	from ::1
	base='https://[::1]'
	same "https, address" "$(told)" "true ::1"
	enter old -H "Origin: $base"
	same "one that sends Origin alone" "$status" 303
	verdict "r100_ipv6_in_front $front $name"
}

# The public port is not 443, and what is behind passes it on, or does not.
another_port() {
	base=https://shop.test:8443
	enter old -H "Origin: $base"
	same "one that sends Origin alone" "$status" "$1"
	verdict "r100_another_port_in_front $front $name $1"
}

# ---- All of it --------------------------------------------------------------------

ends() {
	servers=$fronts\ $backs
	T=$site
	folder_remove
}
fronts=
backs=
CURL_HOME=$site
export CURL_HOME

# site_start NAME SETTING... - the server with the pages.
site_start() {
	rm -f "$site/.curlrc"
	T=$site
	place "$1-$2"
	name=$1
	shift 2
	deploy LIBSESS_INSECURE_DEV= "$@"
}
trap ends EXIT

# nginx passes the host without its port, so the public one must be told.
site_start nginx-spawn-fcgi files LIBSESS_PROXIES=127.0.0.1
for front in haproxy varnish apache nginx; do
	behind "$front"
	all_of_it
	r100_plain_http_is_sent_to_https
	verdict "r100_plain_http_is_sent_to_https $front"
	[ "$front" = varnish ] || over_ipv6
	alone
done
behind realip
all_of_it
alone
behind haproxy
another_port 403
alone
retire
site_start nginx-spawn-fcgi origin LIBSESS_PROXIES=127.0.0.1 \
    LIBSESS_ORIGIN=https://shop.test:8443
behind haproxy
another_port 303
alone
retire
site_start nginx-spawn-fcgi chain LIBSESS_PROXIES=127.0.0.0/30
behind chain
all_of_it
alone
retire
site_start nginx-spawn-fcgi forwarded LIBSESS_PROXIES=::1,127.0.0.1 \
    LIBSESS_PROXY_HEADER=forwarded
behind forwarded
all_of_it
alone
retire

# lighttpd passes it on as it came.
site_start lighttpd-cgi files LIBSESS_PROXIES=127.0.0.1
for front in haproxy varnish apache nginx; do
	behind "$front"
	all_of_it
	another_port 303
	alone
done
retire

# A proxy that is not named is not believed, and what came is not lost.
site_start lighttpd-cgi unnamed
behind haproxy
same "https, address" "$(told)" "false 127.0.0.1"
verdict r100_a_proxy_that_is_not_named_is_a_client_like_others
alone
retire

for T in "$site"/*/report; do
	T=${T%/report}
	no_sanitizer_report
done
T=$site
finish
