#!/usr/bin/python3
# fcgi_lines.py - to whom does a line for the server's log go?
# SPDX-License-Identifier: ISC
#
#	fcgi_lines.py SOCKET
#
# One connection sends a part of an upload, about which the program, whose
# store cannot be opened, has something to say; another one asks for a page.
# Says what came on each: the types of its records (6: answer, 7: log).
import socket
import struct
import sys
import time


def record(kind, content=b''):
    return struct.pack('>BBHHBB', 1, kind, 1, len(content), 0, 0) + content


def request(**variables):
    pairs = b''
    for name, value in variables.items():
        pairs += bytes([len(name), len(value)]) + (name + value).encode()
    return (record(1, b'\0\1\0\0\0\0\0\0') + record(4, pairs) + record(4))


def begin(sent):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    s.sendall(sent)
    return s


def kinds(s):
    s.settimeout(20)
    seen = b''
    while len(seen) < 65536:
        try:
            more = s.recv(65536)
        except TimeoutError:
            break
        if not more:
            break
        seen += more
        if s is upload:
            break
    found = set()
    while len(seen) >= 8:
        found.add(str(seen[1]))
        seen = seen[8 + struct.unpack('>H', seen[4:6])[0] + seen[6]:]
    return ' '.join(sorted(found))


upload = begin(request(
    REQUEST_METHOD='POST', SCRIPT_NAME='/probe', QUERY_STRING='upload=mine',
    CONTENT_TYPE='multipart/form-data; boundary=b', CONTENT_LENGTH='9999',
    HTTP_COOKIE='sid=' + 'A' * 32) + record(5, b'--b\r\n'))
time.sleep(1)
page = begin(request(REQUEST_METHOD='GET', SCRIPT_NAME='/probe') + record(5))
print('page', kinds(page))
print('upload', kinds(upload))
