"""What the scripts beside this one share: `diagonal serve` started and stopped, and pictures to ask it by.

Each takes, after --, what `serve` is told:

    Tests/Server/bodies.py -- --model runs/emoji --in embeddings/noto --pictures data/emoji/noto.tar
"""
import argparse
import base64
import http.client
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def arguments(description):
    """A parser of what a script is told itself; `parse` gives that and what follows --."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executable", default=f"{ROOT}/.build/release/diagonal")
    return parser


def parse(parser):
    words = sys.argv[1:]
    if "--" not in words:
        parser.error("expected -- and what `diagonal serve` is told, such as --model DIR")
    at = words.index("--")
    return parser.parse_args(words[:at]), words[at + 1:]


class Served:
    """A server on a port of its own; `with` stops it gracefully and requires that it ended well."""

    def __init__(self, executable, words):
        self.process = subprocess.Popen(
            [executable, "serve", *words, "--port", "0"], stderr=subprocess.PIPE, text=True, bufsize=1)
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if line.startswith("http://"):
                break
        else:
            sys.exit(f"the server didn't start: {''.join(self.said)}")
        self.url = self.said[-1].split()[0].rstrip("/")
        self.host, self.port = "127.0.0.1", int(self.url.rsplit(":", 1)[1])
        self.drain = threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True)
        self.drain.start()

    def ask(self, path, value=None, method=None, headers=None, timeout=60):
        """Status, headers and body of an answer."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        body = None if value is None else value if isinstance(value, bytes) else json.dumps(value).encode()
        connection.request(method or ("POST" if body is not None else "GET"), path, body,
                           {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return found

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=120)
        self.drain.join(timeout=5)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is not None:
            sys.exit(f"the server ended with {self.process.returncode}: {''.join(self.said[-20:])}")
        code = self.stop()
        if code != 0:
            sys.exit(f"the server ended with {code}: {''.join(self.said[-20:])}")


def png(side=64, number=0):
    """A picture file of stripes."""
    row = lambda y: b"\0" + bytes((x * (number + 3) + y * 7 + c * 80) % 256 for x in range(side) for c in range(3))
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"".join(row(y) for y in range(side)))) + chunk(b"IEND", b""))


def base64_png(side=64, number=0):
    return base64.b64encode(png(side, number)).decode()
