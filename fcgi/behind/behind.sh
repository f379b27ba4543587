#!/bin/sh
# behind.sh - a page that lives behind the gate, as a CGI program.
# SPDX-License-Identifier: ISC

# What was sent is read, wanted or not: some servers insist.
head -c "${CONTENT_LENGTH:-0}" >/dev/null

# The gate percent-encodes all but letters, digits and "-._~", so what it
# handed on is safe in HTML as it is.  Empty or missing: nobody has logged in.
user=${SESS_USER:-nobody}
theme=${SESS_THEME:-none}
case $user$theme in
*[!A-Za-z0-9._~%-]*)
	user=nobody
	theme=none
	;;
esac

printf 'Content-Type: text/html; charset=utf-8\r\n\r\n'
printf '<!doctype html>\n<title>Behind the gate</title>\n'
printf '<p>Shell: <b>%s</b>\n<p>Theme: <i>%s</i>\n' "$user" "$theme"
