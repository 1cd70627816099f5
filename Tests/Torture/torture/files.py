"""Small files to torture: pictures, pairs, tars."""
import io
import random
import struct
import tarfile
import zlib


def png(width, height, rows, depth=8, color=2):
    """A PNG of raw rows, each with its filter's byte in front."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def picture(number, side=40):
    chance = random.Random(number)
    colours = [bytes(chance.randrange(256) for _ in range(3)) for _ in range(4)]
    rows = b"".join(b"\0" + b"".join(colours[(x // 8 + y // 8 * 3) % 4] for x in range(side)) for y in range(side))
    return png(side, side, rows)


def pairs(count):
    """Members of a shard: name and bytes, a picture and its caption in turn."""
    members = []
    for number in range(count):
        members += [(f"p{number:04}.png", picture(number)), (f"p{number:04}.txt", f"picture number {number}".encode())]
    return members


def tar(members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for name, contents in members:
            member = tarfile.TarInfo(name)
            member.size = len(contents)
            file.addfile(member, io.BytesIO(contents))
    return packed.getvalue()


def write(path, contents):
    with open(path, "wb") as file:
        file.write(contents if isinstance(contents, bytes) else contents.encode())


def read(path):
    with open(path, "rb") as file:
        return file.read()
