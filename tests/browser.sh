#!/bin/sh
# browser.sh - goal: the demo site in a real browser: see browser/*.js.
#
# Chromium is the system's; playwright-core, which drives it, and axe-core,
# which judges the pages, are fetched once into the build tree, at the version
# and with the hash of package-lock.json.
# SCREENSHOTS=FOLDER keeps pictures of all pages.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need chromium node npm

modules=$top_builddir/tests/browser-modules
if ! cmp -s "$top_srcdir/tests/browser/package-lock.json" \
    "$modules/package-lock.json"; then
	rm -rf "$modules"
	mkdir -p "$modules"
	cp "$top_srcdir/tests/browser/package.json" \
	    "$top_srcdir/tests/browser/package-lock.json" "$modules"
	(cd "$modules" && npm ci --no-audit --no-fund --ignore-scripts \
	    --cache "$T/run/npm") > "$T/run/npm.log" 2>&1 || {
		rm -rf "$modules"
		sed 's/^/# /' "$T/run/npm.log"
		bail "playwright-core and axe-core cannot be fetched"
	}
fi

# Another site, and another port of this one: each has an evil page.  All who
# log in here have one address.
server_start LIBSESS_ADDRESS_TRIES=1000
site=$base
port=
server_start
{
	echo '<!doctype html><title>Win a prize</title>'
	evil() {
		echo "<form method=post action=$site/cgi-bin/$1>$2" \
		    "<button id=$1>$1</button></form>"
	}
	field() {
		echo "<input type=hidden name=$1 value='$2'>"
	}
	evil prefs "$(field lang fr; field theme dark)"
	evil cart "$(field act add; field item pen; field n 1)"
	evil drafts "$(field act save; field id ''; field version ''
	    field title evil; field text evil)"
	evil logout ''
	evil login "$(field user bob; field password builder-2049)"
	echo "<a id=link href=$site/cgi-bin/visits>a link</a>"
} > "$T/www/evil.html"
{
	echo '<!doctype html><title>Win a picture</title>'
	for page in logout 'prefs?lang=fr&theme=dark' \
	    'cart?act=add&item=pen&n=1' 'drafts?act=save&title=evil&text=x'; do
		echo "<img alt='' src='$site/cgi-bin/$page'>"
	done
} > "$T/www/pictures.html"

# part FILE NAME=value... - its TAP becomes ours.
part() {
	file=$1
	shift
	env HOME="$T/run" XDG_CONFIG_HOME="$T/run" XDG_CACHE_HOME="$T/run" \
	    TMPDIR="$T/run" NODE_PATH="$modules/node_modules" \
	    CHROMIUM="$(command -v chromium)" BASE="$site" \
	    ACROSS="http://localhost:$port" BESIDE="$base" "$@" \
	    node "$top_srcdir/tests/browser/$file.js" > "$T/run/tap" \
	    2> "$T/run/node"
	grep -v 'unexpected operator' "$T/run/node" | sed 's/^/# /'
	cat "$T/run/tap"
	tests=$((tests + $(grep -c '^ok \|^not ok ' "$T/run/tap")))
	failures=$((failures + $(grep -c '^not ok ' "$T/run/tap")))
	grep -q '^# all done' "$T/run/tap" || bail "$file.js broke off"
}

part click
part click SCRIPT=off
part account
part account SCRIPT=off
part upload
part upload SCRIPT=off
part hostile
part axe

finish
