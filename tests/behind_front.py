#!/usr/bin/python3
# behind_front.py - a front controller that routes by the raw URI, for
# 86-gate.sh; as a CGI program, and for behind_http.py.  It has one router for
# each way in which Python programs read a path, and says what they found.
# SPDX-License-Identifier: ISC
import html
import os
import posixpath
import urllib.parse

# The first prefix wins, as in most routers.
ROUTES = (("/private/open", "OPEN"), ("/private", "SECRET"),
          ("/admin.php", "SECRET"), ("/a b", "SECRET"))


def readings(uri):
    unquote = urllib.parse.unquote
    raw = uri.split("?")[0]
    parsed = urllib.parse.urlsplit(uri).path
    yield from (raw, parsed, unquote(raw), unquote(parsed))
    yield urllib.parse.unquote_plus(raw)
    yield unquote(uri).split("?")[0]
    yield posixpath.normpath(unquote(raw))
    yield "/".join(part.rstrip(". ") for part in unquote(raw).split("/"))


def route(path):
    for prefix, word in ROUTES:
        if path == prefix or path.startswith(prefix + "/"):
            return word
    return "HOME"


def page(kind, uri, user):
    text = "<title>Behind the gate</title>\n<p>%s: <b>%s</b>\n" % (
        kind, html.escape(user or "nobody"))
    for path in readings(uri):
        text += "<p>%s for [%s], the path was [%s]\n" % (
            route(path), html.escape(user), html.escape(path))
    return text


if __name__ == "__main__":
    print("Content-Type: text/html; charset=utf-8\r\n\r\n", end="")
    print(page("Python", os.environ["REQUEST_URI"], urllib.parse.unquote(
        os.environ.get("SESS_USER", ""))))
