# behind_http.py - an application that speaks HTTP, for 86-gate.sh.
# A request header is read by its exact name, whatever the server let through.
# SPDX-License-Identifier: ISC
import http.server
import sys
import urllib.parse

import behind_front


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        user = urllib.parse.unquote(self.headers.get("X-Sess-User", ""))
        page = behind_front.page("HTTP", self.path, user)
        self.send_response(200)
        self.send_header("Content-Length", str(len(page.encode())))
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(
    ("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
