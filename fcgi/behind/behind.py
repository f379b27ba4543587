#!/usr/bin/python3
# behind.py - a page that lives behind the gate, as a CGI program.
# SPDX-License-Identifier: ISC
import html
import os
import sys
import urllib.parse

# What was sent is read, wanted or not: some servers insist.
sys.stdin.buffer.read(int(os.environ.get("CONTENT_LENGTH") or 0))

# Percent-encoded by the gate; empty or missing: nobody has logged in.
user = urllib.parse.unquote(os.environ.get("SESS_USER", ""))
theme = urllib.parse.unquote(os.environ.get("SESS_THEME", ""))

print("Content-Type: text/html; charset=utf-8\r\n\r\n", end="")
print("<!doctype html>\n<title>Behind the gate</title>")
print("<p>Python: <b>%s</b>" % html.escape(user or "nobody"))
print("<p>Theme: <i>%s</i>" % html.escape(theme or "none"))
