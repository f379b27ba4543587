# shellcheck shell=sh disable=SC2034,SC2154
# servers.sh - how the programs come to run behind each web server: with the
# files of fcgi/servers, in which only paths, port and settings are others.
# It is sourced after scenario.sh and servers-main.sh.
#
#	servers_fill			# once: the programs, a certificate
#	place apache-cgi		# a folder of its own
#	deploy [NAME=value...]		# sets $base
#	retire
# SPDX-License-Identifier: ISC

site=$T                 # what all of them share: cgi-bin, fcgi

# What all of them need.
servers_fill() {
	mkdir "$T/fcgi"
	program_copy tests/fcgi/demo fcgi
	chmod -R u+w,a+rX "$T/fcgi"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -days 2 -subj /CN=127.0.0.1 \
	    -addext subjectAltName=IP:127.0.0.1,DNS:shop.test \
	    -keyout "$T/key.pem" -out "$T/cert.pem" 2> "$T/log/openssl.log" ||
	    bail "no certificate"
	chmod 644 "$T/key.pem"  # a new one each time: nobody else uses it
}

# place NAME - from now on all is about this deployment.
place() {
	name=$1
	T=$site/$name
	servers=
	failures=0
	mkdir "$T"
	folder_fill
	mkdir "$T/own"          # the server's sockets, pid, temporary files
	[ -z "$as_user" ] || chown 4242:4242 "$T/own"
	cp -R "$site/www" "$T/www"
	mount=/demo
}

# ---- The files ----------------------------------------------------------------

# fill FILE - one of fcgi/servers as it is to be used here.  The line that
# names the store is there once for each setting, written as it is.
fill() {
	awk -v list="$T/run/settings" '
	/LIBSESS_STORE/ && !/^[ \t]*#/ {
		store = "sqlite:/var/lib/libsess/sess.db"
		while ((getline setting < list) > 0) {
			line = $0
			is = index(setting, "=")
			sub("LIBSESS_STORE", substr(setting, 1, is - 1), line)
			at = index(line, store)
			print substr(line, 1, at - 1) substr(setting, is + 1) \
			    substr(line, at + length(store))
		}
		next
	}
	/DEMO_DB/ { next }
	{ print }' "$top_srcdir/fcgi/servers/$1" |
	sed -e "s|/usr/libexec/libsess/|$site/|g" \
	    -e "s|/usr/share/libsess/www|$T/www|g" \
	    -e "s|/run/libsess/|$T/own/|g" -e "s|/run/lighttpd/|$T/own/|g" \
	    -e "s|/run/fcgiwrap.socket|$T/own/fcgiwrap.sock|g" \
	    -e "s|^<VirtualHost \*:80>|<VirtualHost 127.0.0.1:$port>|" \
	    -e "s|listen 80;|listen 127.0.0.1:$port${ssl:+ ssl};|" \
	    -e "s|^:80 |http${ssl:+s}://127.0.0.1:$port |" > "$T/run/$1"
}

# ---- Processes ----------------------------------------------------------------

# program COMMAND... - the same with the programs' settings; until the socket
# is there.
program() {
	# shellcheck disable=SC2046
	begin $(cat "$T/run/settings") "$@"
	tries=0
	until [ -S "$T/own/demo.sock" ] || [ -S "$T/own/fcgiwrap.sock" ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || return 1
		sleep 0.05
	done
}

# ---- One of each --------------------------------------------------------------

start() {
	case $name in
	apache-cgi)
		fill apache-cgi.conf
		apache apache-cgi.conf cgid
		;;
	apache-fcgid)
		fill apache-fcgid.conf
		apache apache-fcgid.conf fcgid
		;;
	apache-proxy-fcgi)
		fill apache-proxy-fcgi.conf
		program "$site/fcgi/demo" -l "$T/own/demo.sock" -p 2 -t 2
		apache apache-proxy-fcgi.conf proxy proxy_fcgi
		;;
	lighttpd-cgi | lighttpd-fastcgi)
		fill "$name.conf"
		lighttpd_run "$name.conf"
		;;
	nginx-spawn-fcgi | nginx-cache)
		fill nginx-fastcgi.conf
		[ "$name" = nginx-spawn-fcgi ] || start_caches
		program spawn-fcgi -n -s "$T/own/demo.sock" -M 0600 -- \
		    "$site/fcgi/demo"
		nginx_run nginx-fastcgi.conf
		;;
	nginx-fcgiwrap)
		fill nginx-fcgiwrap.conf
		program spawn-fcgi -n -s "$T/own/fcgiwrap.sock" -M 0600 -- \
		    "$(command -v fcgiwrap)" -f
		nginx_run nginx-fcgiwrap.conf
		;;
	nginx-systemd)
		fill nginx-fastcgi.conf
		start_units
		nginx_run nginx-fastcgi.conf
		;;
	caddy)
		fill Caddyfile
		program "$site/fcgi/demo" -l "$T/own/demo.sock" -t 4
		start_caddy
		;;
	esac
}

# What systemd would do with the two units: it has not been started here.
start_units() {
	fill systemd/libsess.socket
	fill systemd/libsess.service
	sed -n 's/^Environment="\(.*\)"/\1/p' \
	    "$T/run/systemd/libsess.service" > "$T/run/settings"
	command=$(sed -n 's/^ExecStart=//p' "$T/run/systemd/libsess.service")
	at=$(sed -n 's/^ListenStream=//p' "$T/run/systemd/libsess.socket")
	set --
	while read -r setting; do
		set -- "$@" -E "$setting"
	done < "$T/run/settings"
	# shellcheck disable=SC2086
	program systemd-socket-activate -l "$at" "$@" $command
}

start_caddy() {
	sed '1,/^{$/ s|^{$|&\n\tadmin off\n\tauto_https off|' \
	    "$T/run/Caddyfile" > "$T/run/caddy.conf"
	[ -z "$ssl" ] || sed -i \
	    "s|^https://.*|&\ntls $site/cert.pem $site/key.pem|" \
	    "$T/run/caddy.conf"
	begin caddy run --adapter caddyfile --config "$T/run/caddy.conf"
}

# Is it this server, and not another one that has our port?
ready() {
	tries=0
	while [ "$tries" -lt 200 ]; do
		[ "$(curl -sk -m 5 "$base/ready.txt")" != "$name $port" ] ||
		    return 0
		for pid in $servers; do
			kill -0 "$pid" 2>/dev/null || return 1
		done
		tries=$((tries + 1))
		sleep 0.05
	done
	return 1
}

# deploy [NAME=value...]
deploy() {
	mkdir -p "$T/run/systemd"
	attempts=0
	while [ "$attempts" -lt 5 ]; do
		attempts=$((attempts + 1))
		port=$((10000 + $(random 20000)))
		base=http${ssl:+s}://127.0.0.1:$port
		echo "$name $port" > "$T/www/ready.txt"
		settings "LIBSESS_ROTATE=10m" "LIBSESS_MAX_QUERY_BYTES=4k" \
		    "LIBSESS_MAX_COOKIE_BYTES=4k" \
		    "LIBSESS_UPLOAD_DIR=$T/uploads" "$@" > "$T/run/settings"
		start && ready && return
		retire
	done
	sed 's/^/# /' "$T"/log/*
	bail "$name does not start"
}

retire() {
	for pid in $servers; do
		kill "$pid" 2>/dev/null
	done
	for pid in $servers; do
		wait "$pid"
	done
	servers=
	rm -f "$T"/own/*.sock*
}
