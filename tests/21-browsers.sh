#!/bin/sh
# 21-browsers.sh - goal: the demo site in Chromium and in Firefox, as a person
# with either of them meets it: see browser/walk.js.
# SCREENSHOTS=FOLDER keeps pictures.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/browser-start.sh"

https_start
for browser in chromium firefox; do
	part walk BROWSER=$browser SECURE="$secure"
done

finish
