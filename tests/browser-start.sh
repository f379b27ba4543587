# shellcheck shell=sh disable=SC2034,SC2154
# browser-start.sh - what the scenarios with real browsers share.  It is
# sourced after scenario.sh, and never run.
#
# The browsers are the system's.  What drives them is fetched once into the
# build tree, at the versions and with the hashes of package-lock.json:
# playwright-core drives Chromium, puppeteer-core drives Firefox, too.
# SPDX-License-Identifier: ISC
need chromium firefox-esr flock node npm openssl

modules=$top_builddir/tests/browser-modules

# Scenarios run in parallel: the first one fetches, the others wait.
modules_fetch() {
	! cmp -s "$top_srcdir/tests/browser/package-lock.json" \
	    "$modules/package-lock.json" || return 0
	rm -rf "$modules"
	mkdir -p "$modules"
	cp "$top_srcdir/tests/browser/package.json" "$modules"
	cp "$top_srcdir/tests/browser/package-lock.json" "$modules/lock"
	mv "$modules/lock" "$modules/package-lock.json"
	(cd "$modules" && npm ci --no-audit --no-fund --ignore-scripts \
	    --cache "$T/run/npm") > "$T/run/npm.log" 2>&1 || {
		rm -rf "$modules"
		sed 's/^/# /' "$T/run/npm.log"
		bail "what drives the browsers cannot be fetched"
	}
}
exec 9> "$modules.lock"
flock 9
modules_fetch
exec 9>&-

# https_start [NAME=value...] - like server_start, and over https as well:
# $secure is where.  The cookies are those of a real site.
https_start() {
	secure_port=$((10000 + $(random 20000)))
	pem=$state/site.pem
	[ -e "$pem" ] || {
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
		    -subj /CN=localhost \
		    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
		    -keyout "$pem" -out "$T/run/cert.pem" 2> "$T/run/openssl" ||
		    bail "openssl makes no certificate"
		cat "$T/run/cert.pem" >> "$pem"
		[ -z "$as_user" ] || chown 4242:4242 "$pem"
	}
	front="server.modules += ( \"mod_openssl\" )
\$SERVER[\"socket\"] == \"127.0.0.1:$secure_port\" {
	ssl.engine = \"enable\"
	ssl.pemfile = \"$pem\"
}"
	server_start LIBSESS_INSECURE_DEV= LIBSESS_ADDRESS_TRIES=1000 "$@"
	front=
	secure=https://127.0.0.1:$secure_port
}

# part FILE NAME=value... - its TAP becomes ours.
part() {
	file=$1
	shift
	env HOME="$T/run" XDG_CONFIG_HOME="$T/run" XDG_CACHE_HOME="$T/run" \
	    TMPDIR="$T/run" NODE_PATH="$modules/node_modules" \
	    CHROMIUM="$(command -v chromium)" \
	    FIREFOX="$(command -v firefox-esr)" PROFILES="$T/run" \
	    CLOCK="$clock" "$@" \
	    node "$top_srcdir/tests/browser/$file.js" > "$T/run/tap" \
	    2> "$T/run/node"
	grep -v 'unexpected operator' "$T/run/node" | sed 's/^/# /'
	cat "$T/run/tap"
	tests=$((tests + $(grep -c '^ok \|^not ok ' "$T/run/tap")))
	failures=$((failures + $(grep -c '^not ok ' "$T/run/tap")))
	grep -q '^# all done' "$T/run/tap" || bail "$file.js broke off"
}
