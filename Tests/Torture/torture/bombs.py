"""Small inputs that grow, in little memory and time: a sentence, not the end of the machine."""
import io
import json
import resource
import struct
import tarfile
import zlib

from .files import picture, png, tar, write
from .small import Small
from .world import crash, last

LIMITS = [(resource.RLIMIT_AS, 4 << 30), (resource.RLIMIT_CPU, 20)]


def run(world, chosen, table):
    small = Small(world, "bombs", steps=4, every=4)
    result = world.run(small.words(small.at("plain")), limits=LIMITS)
    table.add("bombs", "none: the run itself", crash(result, (0,)))
    for what, command in bombs(world, small, chosen.small):
        result = world.run(command, limits=LIMITS, timeout=300)
        problem = crash(result)
        table.add("bombs", what, problem and f"{problem} ({last(result.err)})")


def bombs(world, small, is_small):
    large = 1 << 27 if is_small else 1 << 30  # bytes that something grows to
    d, model = world.diagonal, small.at("plain/checkpoints/step-00000004")

    def file(name, contents):
        write(small.at(name), contents)
        return small.at(name)

    def train(name, text):
        return [d, "train", file(name, text), "--out", small.at("out"), "--print-config"]

    def check(name, contents):
        return [d, "data", "check", file(name, contents), "--threads", "1"]

    def classify(name, contents):
        return [d, "classify", "--model", model, "--labels", "a,b", file(name, contents)]

    def shard(name, members):
        return check(name, tar(members))

    laughs = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    yield "YAML: aliases of aliases", train("laughs.yaml", laughs)
    yield "YAML: deep", train("deep.yaml", "a: " + "[" * 100_000)
    yield "YAML: deep blocks", train("blocks.yaml", "".join(" " * n + f"a{n}:\n" for n in range(3000)))
    yield "YAML: deep mappings", train("maps.yaml", "{a: " * 50_000 + "}" * 50_000)
    yield "YAML: --set, deep", [
        d, "train", small.at("run.yaml"), "--print-config", "--set", "model.config=" + "[" * 60_000]
    yield "braces: {0..0} × 20,000", [d, "data", "check", "{0..0}" * 20_000]
    yield "braces: {0..9} × 40", [d, "data", "check", "{0..9}" * 40]
    yield "braces: nested", [d, "data", "check", "{a," * 20_000 + "}" * 20_000]
    yield "JSON: deep model", [d, "inspect", file("deep.json", '{"vision_cfg": ' * 100_000)]
    yield "JSON: deep list", [d, "inspect", file("list.json", "[" * 1_000_000)]
    yield "JSON: deep caption", shard("deep.tar", [("a.png", picture(1)), ("a.json", b'{"caption": ' + b"[" * 200_000)])
    yield "JSON: deep captions, closed", shard("closed.tar", [
        ("a.png", picture(1)), ("a.json", b'{"caption": ' + b"[" * 500 + b"]" * 500 + b"}")])
    yield "JSON: number of 5 MB", shard("number.tar", [
        ("a.png", picture(1)), ("a.json", b'{"caption": ' + b"9" * 5_000_000 + b"}")])
    yield "a caption of 50 MB", shard("caption.tar", [("a.png", picture(1)), ("a.txt", b"a " * 25_000_000)])
    yield "gzip: tokenizer of zeros", [d, "tokenizer", "encode", "--tokenizer", file("merges.gz", zeros(large)), "a"]
    yield "gzip: table of zeros", check("table.csv.gz", zeros(large))
    yield "gzip: shard of zeros", check("shard.tar.gz", zeros(3 * large))
    yield "gzip: member of zeros", check("member.tar.gz", gzipped_member(2 * large))
    yield "tar: a size of 2^60", check("size.tar", sized(1 << 60))
    yield "tar: a sparse member of 2^40", check("sparse.tar", sparse())
    yield "tar: links in a ring", check("ring.tar", ring(2000))
    yield "picture: 60,000 × 60,000", classify("large.png", png(60_000, 60_000, b""))
    side = 2_999 if is_small else 9_999
    yield "picture: as many pixels as there may be", classify("big.png", png(side, side, bytes(side * (1 + side * 3))))
    yield "picture: 2^31 − 1 squared", classify("huge.png", png(2**31 - 1, 2**31 - 1, b""))
    yield "picture: 1 × 90,000,000", classify("tall.png", png(1, 90_000_000, bytes(1000)))
    yield "picture: text of zeros", classify("text.png", with_text(large // 2))
    yield "picture: JPEG of 5,000 scans", classify("scans.jpg", scans(8192, 5000))
    yield "picture: GIF of 65,535²", classify("huge.gif", b"GIF89a" + struct.pack("<HH", 65535, 65535) + bytes(900))
    yield "picture: BMP of 2^30", classify("huge.bmp", bmp(1 << 30, 1 << 30))
    yield "picture: PPM of 10^9", classify("huge.ppm", b"P6\n999999999 999999999\n255\n" + bytes(900))
    yield "picture: TIFF, a ring of pages", classify("ring.tif", b"II*\0\x08\0\0\0\0\0\x08\0\0\0" + bytes(100))
    header = b'{"a": {"dtype": "F32", "shape": [' + b"1," * 3_000_000 + b'1], "data_offsets": [0, 4]}}'
    yield "safetensors: 2^63 of header", [d, "inspect", file("a.safetensors", struct.pack("<Q", 1 << 63) + b"{}")]
    yield "safetensors: a shape of 3 million", [d, "inspect", file(
        "b.safetensors", struct.pack("<Q", len(header)) + header + bytes(4))]
    huge = model_of(1 << 20, width=1 << 20, layers=1 << 20)
    yield "a model of 10^18 parameters", [d, "inspect", file("huge.json", huge)]
    wide = file("large.json", model_of(32, width=4096, layers=24))
    yield "a model of 20 GB, trained", [
        d, "train", small.at("run.yaml"), "--out", small.at("large"), "--set", "model.config=" + wide]
    yield "a batch of 2^40", [
        d, "train", small.at("run.yaml"), "--out", small.at("batch"), "--set", f"batch.size={1 << 40}"]
    yield "CSV: a long line", check("line.csv", b"filepath,caption\n" + b"x" * (large // 5))
    columns = large >> 12
    yield "CSV: many columns", check(
        "columns.csv", b",".join(b"c%d" % n for n in range(columns)) + b"\n" + b"," * (columns - 1))
    yield "word pieces: a word of 5 MB", [d, "data", "check", small.at("train.tar"), "--tokenizer", file(
        "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n" + "a" * 5_000_000)]
    yield "HTML: & × 10^6", shard("html.tar", [("a.png", picture(1)), ("a.txt", b"&amp;" * 200_000)])


def model_of(side, width, layers):
    return json.dumps({
        "embed_dim": width,
        "vision_cfg": {"image_size": side, "layers": layers, "width": width, "head_width": 64, "patch_size": 8},
        "text_cfg": {"context_length": 16, "vocab_size": 514, "width": width, "heads": width // 64, "layers": layers},
    })


def zeros(count):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(1 << 20)
    return b"".join(packer.compress(piece) for _ in range(count >> 20)) + packer.flush()


def gzipped_member(size):
    member = tarfile.TarInfo("a.png")
    member.size = size
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(member.tobuf(tarfile.GNU_FORMAT))]
    parts += [packer.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return b"".join(parts) + packer.compress(bytes(1024)) + packer.flush()


def sized(size):
    member = tarfile.TarInfo("a.png")
    member.size = size
    return member.tobuf(tarfile.GNU_FORMAT) + bytes(2048)


def sparse():
    member = tarfile.TarInfo("a.png")
    member.pax_headers = {
        "GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.size": str(1 << 40), "GNU.sparse.map": "0,0",
        "GNU.sparse.name": "a.png"}
    return member.tobuf(tarfile.PAX_FORMAT) + bytes(2048)


def ring(count):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as file:
        for number in range(count):
            member = tarfile.TarInfo(f"{number}.png")
            member.type, member.linkname = tarfile.SYMTYPE, f"{(number + 1) % count}.png"
            file.addfile(member)
    return packed.getvalue()


def with_text(size):
    plain = picture(1)
    text = b"a\0\0" + zlib.compress(bytes(size), 9)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return plain[:33] + chunk + plain[33:]


def scans(side, count):
    """A grey progressive JPEG, all of one colour: a scan of DC, then empty ones of AC, of the longest runs."""
    def segment(marker, contents):
        return bytes([0xFF, marker]) + struct.pack(">H", len(contents) + 2) + contents

    def coded(bits):
        bits += "1" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")

    blocks = (side // 8) ** 2
    one = bytes([1] + [0] * 15)  # a table of a single code of one bit
    head = segment(0xDB, b"\0" + bytes([1] * 64)) + segment(0xC2, struct.pack(">BHHB", 8, side, side, 1) + b"\1\x11\0")
    tables = segment(0xC4, b"\0" + one + b"\0") + segment(0xC4, b"\x10" + one + b"\xe0")
    first = segment(0xDA, b"\1\1\0\0\0\0") + coded("0" * blocks)
    other = segment(0xDA, b"\1\1\0\x01\x3f\0") + coded(("0" + "1" * 14) * (blocks // 32767 + 1))
    return b"\xff\xd8" + head + tables + first + other * count + b"\xff\xd9"


def bmp(width, height):
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 54) + header
