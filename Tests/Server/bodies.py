#!/usr/bin/env python3
"""Sends `diagonal serve` bodies that no client of good will sends: slow, oversized, cut off, no pictures, pictures that claim
to be large. Each must get a 4xx or cost its own connection, none a 5xx, and the server must answer as before at the end.

    Tests/Server/bodies.py [--executable FILE] -- --model DIR […]
"""
import base64
import os
import random
import socket
import struct
import time
import zlib

from served import Served, arguments, base64_png, parse, png

HEAD = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def raw(server, data, pause=0.0, pieces=1, wait=8.0):
    """Sends bytes, in pieces with pauses between them; gives the status, 0 for a closed connection, −1 for neither."""
    with socket.create_connection((server.host, server.port), timeout=wait) as link:
        size = max(1, len(data) // pieces)
        try:
            for start in range(0, len(data), size):
                link.sendall(data[start:start + size])
                time.sleep(pause)
            answer = link.recv(4096)
        except socket.timeout:
            return -1
        except OSError:
            return 0
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def large_png(width, height):
    """A picture of a few bytes that says it is so large."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))


def pictures(random):
    """What is sent in a picture's place, by name."""
    whole = png()
    yield "nothing", b""
    yield "text", b"hello, I am no picture"
    yield "svg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
    yield "pdf", b"%PDF-1.4\n1 0 obj\n"
    yield "mvg", b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://localhost/)'\npop graphic-context"
    yield "65535 x 65535", large_png(65535, 65535)
    yield "2^31 x 2^31", large_png(1 << 31, 1 << 31)
    yield "0 x 0", large_png(0, 0)
    for count in (8, 20, 60, len(whole) // 2, len(whole) - 20):
        yield f"{count} bytes of a png", whole[:count]
    for head in (b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"BM", b"\0\0\0\x1cftypavif"):
        yield f"{head[:4]!r} and noise", head + random.randbytes(400)
    for number in range(40):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        yield f"damaged png {number}", bytes(damaged)


def main():
    parser = arguments(__doc__)
    options, words = parse(parser)
    chance, bad, count = random.Random(7), [], 0
    with Served(options.executable, [*words, "--timeout", "2", "--body", "1"]) as server:
        before = server.ask("/v1/embeddings", {"input": ["a text", {"image": base64_png()}]})
        assert before[0] == 200, before

        def see(name, status, fine):
            nonlocal count
            count += 1
            if status not in fine:
                bad.append(f"{name}: {status}")
            print(f"{status:4}  {name}")

        refused = range(400, 500)
        for name, file in pictures(chance):
            picture = base64.b64encode(file).decode()
            status = server.ask("/v1/embeddings", {"input": {"image": picture}})[0]
            # Damage that its decoder passes over is no damage.
            see(f"picture: {name}", status, [*refused, 200] if name.startswith("damaged") else refused)
        for path in (b"/v1/embeddings", b"/classify", b"/search"):
            head = HEAD % path
            see(f"{path.decode()}: nothing of 100 bytes", raw(server, head + b"Content-Length: 100\r\n\r\n"), (0, 408))
            see(f"{path.decode()}: 9 of 100 bytes", raw(server, head + b'Content-Length: 100\r\n\r\n{"input":'), (0, 408))
            see(f"{path.decode()}: a byte a tenth second", raw(
                server, head + b"Content-Length: 100\r\n\r\n" + b" " * 100, pause=0.1, pieces=200), (0, 408))
            see(f"{path.decode()}: says 100 GB", raw(server, head + b"Content-Length: 100000000000\r\n\r\n"), (413,))
            see(f"{path.decode()}: sends 3 MB of 3 MB", raw(
                server, head + b"Content-Length: 3000000\r\n\r\n" + b" " * 3_000_000), (0, 413))
            see(f"{path.decode()}: chunks without end", raw(
                server, head + b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b" " * 65536 + b"\r\n", wait=8), (0, 408))
            see(f"{path.decode()}: 2 MB of chunks", raw(
                server, head + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 32), (0, 413))
            see(f"{path.decode()}: two lengths", raw(server, head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}"), (0, 400))
            see(f"{path.decode()}: a length below zero", raw(server, head + b"Content-Length: -1\r\n\r\n"), (0, 400))
            see(f"{path.decode()}: 500 kB of [", server.ask(path.decode(), b"[" * 500_000)[0], refused)
            see(f"{path.decode()}: not UTF-8", server.ask(path.decode(), b'{"input": "\xff\xfe"}')[0], refused)
            see(f"{path.decode()}: noise", server.ask(path.decode(), chance.randbytes(10_000))[0], refused)
        see("header of 200 kB", raw(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n"), (0, 400, 431))
        see("no HTTP", raw(server, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(200)), (0, 400))
        for number in range(200):
            status = raw(server, chance.randbytes(chance.randrange(1, 400)) + b"\r\n\r\n", wait=0.5)
            if status not in (-1, 0, *refused):
                bad.append(f"noise {number}: {status}")
        count += 200
        idle = [socket.create_connection((server.host, server.port)) for _ in range(300)]
        see("while 300 connections say nothing", server.ask("/health")[0], (200,))
        for link in idle:
            link.close()
        after = server.ask("/v1/embeddings", {"input": ["a text", {"image": base64_png()}]})
        see("as before", after[0], (200,))
        if after[2] != before[2]:
            bad.append("other bits than before")
        metrics = server.ask("/metrics")[2].decode()
        bad += [line for line in metrics.split("\n") if "requests_total" in line and 'status="5' in line]
    print("\n".join(["", *bad, f"{count} bodies, {len(bad)} bad"]))
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
