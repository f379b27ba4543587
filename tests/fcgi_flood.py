#!/usr/bin/python3
# fcgi_flood.py - connections whose bytes never stop coming.
# SPDX-License-Identifier: ISC
#
#	fcgi_flood.py SOCKET others	records of a request that never began
#	fcgi_flood.py SOCKET ahead	requests, before the last is answered
#
# Six connections, until the program hangs up; says how many it hung up on.
import socket
import struct
import sys
import threading


def record(kind, content=b'', number=1):
    return struct.pack('>BBHHBB', 1, kind, number, len(content), 0, 0) + content


def request():
    pairs = b''
    for name, value in (('REQUEST_METHOD', 'GET'), ('SCRIPT_NAME', '/probe')):
        pairs += bytes([len(name), len(value)]) + (name + value).encode()
    return (record(1, b'\0\1\1\0\0\0\0\0') + record(4, pairs) + record(4) +
            record(5))


def drop_answers(s):
    try:
        while s.recv(65536):
            pass
    except OSError:
        pass


def flood():
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    threading.Thread(target=drop_answers, args=(s,), daemon=True).start()
    some = (record(5, b'x', 99) if sys.argv[2] == 'others' else request()) * 50
    try:
        while True:
            s.sendall(some)
    except OSError:
        hung_up.append(s)


hung_up = []
floods = [threading.Thread(target=flood, daemon=True) for _ in range(6)]
for each in floods:
    each.start()
for each in floods:
    each.join(60)
print(len(hung_up))
