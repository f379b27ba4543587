#!/usr/bin/python3
# fcgi_flood.py - connections whose bytes never stop coming.
# SPDX-License-Identifier: ISC
#
#	fcgi_flood.py SOCKET others	records of a request that never began
#	fcgi_flood.py SOCKET ahead	requests, before the last is answered
#
# Six connections, until the program hangs up; says that they are there, and
# then how many it hung up on.
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


def flood(s):
    threading.Thread(target=drop_answers, args=(s,), daemon=True).start()
    some = (record(5, b'x', 99) if sys.argv[2] == 'others' else request()) * 50
    try:
        while True:
            s.sendall(some)
    except OSError:
        hung_up.append(s)


hung_up = []
sockets = [socket.socket(socket.AF_UNIX) for _ in range(6)]
floods = [threading.Thread(target=flood, args=(s,), daemon=True)
          for s in sockets]
for s in sockets:
    s.connect(sys.argv[1])
for each in floods:
    each.start()
print('begun', flush=True)
for each in floods:
    each.join(60)
print(len(hung_up))
