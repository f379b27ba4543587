#!/bin/sh
# browser.sh - goal: the demo site in a real browser: see browser/*.js.
# SCREENSHOTS=FOLDER keeps pictures of all pages.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/browser-start.sh"

# Another site, and another port of this one: each has an evil page; a third
# port shows what happens inside.  All who log in here have one address.
server_start LIBSESS_ADDRESS_TRIES=1000 LIBSESS_TEACH=yes
teach=$base
port=
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

# seen FILE NAME=value... - one of the parts of this site.
seen() {
	part "$@" BASE="$site" ACROSS="http://localhost:$port" \
	    BESIDE="$base" TEACH="$teach"
}

seen click
seen click SCRIPT=off
seen panel
seen panel SCRIPT=off
seen account
seen account SCRIPT=off
seen upload
seen upload SCRIPT=off
seen hostile
seen crash "CLOCK=$clock"       # from here on the server is ahead
echo +7200 > "$clock"           # one may sign up again
seen axe

finish
