#!/usr/bin/python3
# slow_bodies.py - clients whose bodies come slowly, and one who looks at a page
# meanwhile.
#
#	slow_bodies.py trickle TARGET N SECONDS
#		N requests whose body has a byte every two seconds.  Each
#		second a page is asked for as well.
#	slow_bodies.py hold TARGET N SECONDS FIRST
#		the same without pages, with so many bytes at once to begin
#		with; over when nobody listens to any of them any more
#	slow_bodies.py upload TARGET BYTES RATE
#		a file of so many bytes, at so many bytes a second
#
# TARGET is 127.0.0.1:PORT for HTTP, or the path of a FastCGI socket.  Lines:
#
#	held N			so many requests are begun
#	asked SECOND STATUS	a page, asked for in this second
#	answered STATUS		one of the N; "none" where that was no answer
#	upload STATUS SIZE	how many bytes the program got
# SPDX-License-Identifier: ISC

import os
import re
import selectors
import socket
import struct
import sys
import threading
import time

PATIENCE = 20           # seconds for a page, generous: the machine is busy
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "slow"
PART = (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="doc"; '
        'filename="a"\r\n\r\n').encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()


class Http:
    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), PATIENCE)

    def head(self, method, page, length=0, kind=FORM):
        lines = [f"{method} /demo/{page} HTTP/1.1", "Host: 127.0.0.1",
                 "Connection: close"]
        if method == "POST":
            lines += [f"Content-Length: {length}", f"Content-Type: {kind}"]
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())

    def body(self, data):
        self.socket.sendall(data)

    def end(self):
        pass

    @staticmethod
    def text(data):
        return data

    @staticmethod
    def status(data):
        found = re.match(rb"HTTP/1\.\d (\d+)", data)
        return found.group(1).decode() if found else "none"


class Fcgi:
    BEGIN, PARAMS, STDIN, STDOUT = 1, 4, 5, 6

    def __init__(self, target):
        until = time.monotonic() + PATIENCE
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(PATIENCE)
            try:
                self.socket.connect(target)
                return
            except BlockingIOError:     # more wait than the kernel keeps
                self.socket.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    @staticmethod
    def record(kind, content):
        return struct.pack("!BBHHBB", 1, kind, 1, len(content), 0, 0) + content

    def head(self, method, page, length=0, kind=FORM):
        params = {"REQUEST_METHOD": method, "SCRIPT_NAME": "/demo",
                  "PATH_INFO": "/" + page, "SERVER_NAME": "127.0.0.1",
                  "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_PORT": "80",
                  "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"}
        if method == "POST":
            params |= {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind}
        pairs = b"".join(bytes([len(name), len(value)]) + (name + value).encode()
                         for name, value in params.items())
        self.socket.sendall(self.record(self.BEGIN, bytes([0, 1, 0, 0, 0, 0, 0, 0])) +
                            self.record(self.PARAMS, pairs) +
                            self.record(self.PARAMS, b"") +
                            (b"" if method == "POST" else self.record(self.STDIN, b"")))

    def body(self, data):
        for at in range(0, len(data), 32768):
            self.socket.sendall(self.record(self.STDIN, data[at:at + 32768]))

    def end(self):
        self.socket.sendall(self.record(self.STDIN, b""))

    @staticmethod
    def text(data):
        text = b""
        while len(data) >= 8:
            _, kind, _, length, padding, _ = struct.unpack("!BBHHBB", data[:8])
            if kind == Fcgi.STDOUT:
                text += data[8:8 + length]
            data = data[8 + length + padding:]
        return text

    @staticmethod
    def status(data):
        found = re.match(rb"Status: (\d+)", Fcgi.text(data))
        return found.group(1).decode() if found else "none"


def connection(target):
    return (Fcgi if target.startswith("/") else Http)(target)


def say(*words):
    """A line of its own, whichever thread says it."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def rest(conn):
    """All that comes until the other end hangs up."""
    data = b""
    while some := conn.socket.recv(65536):
        data += some
    return data


def look(target, second):
    try:
        conn = connection(target)
        conn.head("GET", "visits")
        say("asked", second, conn.status(rest(conn)))
    except OSError as why:
        say("asked", second, type(why).__name__)


class Trickle:
    """Requests that are held open; those that end are told of, and left."""

    def __init__(self, target, n, first):
        self.selector = selectors.DefaultSelector()
        self.held = {}
        for _ in range(n):
            conn = connection(target)
            conn.head("POST", "login", 1000000)
            conn.body(b"a" * first)
            self.held[conn] = b""
            self.selector.register(conn.socket, selectors.EVENT_READ, conn)
        say("held", len(self.held))

    def listen(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _ in self.selector.select(left):
                self.hear(key.data)

    def hear(self, conn):
        try:
            data = conn.socket.recv(65536)
        except OSError:
            data = b""
        self.held[conn] += data
        if not data:
            self.leave(conn)

    def leave(self, conn):
        say("answered", conn.status(self.held.pop(conn)))
        self.selector.unregister(conn.socket)
        conn.socket.close()

    def say_a_byte(self):
        for conn in list(self.held):
            try:
                conn.body(b"a")
            except OSError:
                pass                    # its answer may be there to be read


def trickle(target, n, seconds):
    slow = Trickle(target, n, 1)
    lookers = []
    for second in range(seconds):
        if second % 2 == 1:
            slow.say_a_byte()
        lookers.append(threading.Thread(target=look, args=(target, second)))
        lookers[-1].start()
        slow.listen(1)
    for looker in lookers:
        looker.join()


def hold(target, n, seconds, first):
    slow = Trickle(target, n, first)
    for _ in range(0, seconds, 2):
        slow.listen(2)
        slow.say_a_byte()
        if not slow.held:
            break


def send_slowly(conn, size, rate):
    conn.head("POST", "echo", len(PART) + size + len(END),
              f"multipart/form-data; boundary={BOUNDARY}")
    conn.body(PART)
    while size > 0:
        piece = min(size, rate // 4)
        conn.body(b"a" * piece)
        size -= piece
        time.sleep(piece / rate)
    conn.body(END)
    conn.end()
    return rest(conn)


def upload(target, size, rate):
    conn = connection(target)
    try:
        data = send_slowly(conn, size, rate)
    except OSError as why:
        say("upload", type(why).__name__)
        return
    got = re.search(rb'"size":(\d+)', conn.text(data))
    say("upload", conn.status(data), got.group(1).decode() if got else "none")


if __name__ == "__main__":
    {"trickle": trickle, "hold": hold, "upload": upload}[sys.argv[1]](
        sys.argv[2], *map(int, sys.argv[3:]))
