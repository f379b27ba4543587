#!/bin/sh
# 21-browsers.sh - goal: the demo site in Chromium and in Firefox, as a person
# with either of them meets it: see browser/walk.js; and what these browsers
# keep, see browser/measure.js.
# SCREENSHOTS=FOLDER keeps pictures.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/browser-start.sh"

program_copy tests/pages/api cgi-bin
https_start
for browser in chromium firefox; do
	part walk BROWSER=$browser SECURE="$secure" \
	    PLAIN="http://shop.test:$port"
	part measure BROWSER=$browser PEM="$pem"
done

finish
