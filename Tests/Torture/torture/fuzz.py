"""Files, command lines and environments that nobody would write: an exit code and a sentence, never a trap."""
import os
import random
import resource

from .files import pairs, picture, read, tar, write
from .small import Small, checkpoint
from .world import crash

NUMBERS = [
    "-1", "0", "1", "-0", "+5", " 3 ", "1.5", "1e3", "1e999", "NaN", "-inf", "0x10", "007", "", "²", "１", "3,", "3k",
    "null", "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808",
]
# None leads out of the directory that the command is started in.
PATHS = [
    "", ".", "./", "a", "a/", "./a/../b", "a//b", "x" * 255, "x" * 256, "d/" * 2500 + "x",
    b"\xff\xfe".decode("utf-8", "surrogateescape"), "with space", "new\nline", "-", "--", "-x",
    "~nobody-of-this-name/x", "{", "{0..3}.tar", "{a,b", "*", "[", "a::b", "::", "http://example.invalid/x", "pipe:cat",
    "é", "e\u0301", "%s%n", "$HOME", "a\\b", "'", '"', "run.yaml", "run.yaml/x", "train.tar@3", "reference@",
    "reference@x", "reference@6", "reference", "@", "loop", "gone",
]
LIMITS = [(resource.RLIMIT_AS, 8 << 30), (resource.RLIMIT_CPU, 60)]


def run(world, chosen, table):
    small = Small(world, "fuzz", steps=6, every=3)
    small.make_reference()
    prepare(world, small)
    chance = random.Random(chosen.seed)
    kinds = [files, files, words, words, environments]
    for number in range(chosen.cases):
        kind = kinds[number % len(kinds)]
        what, problem = kind(world, small, random.Random(chance.random()))
        table.add("fuzz", what, problem and f"case {number}: {problem}")


def prepare(world, small):
    """What there is to mutate and to name."""
    write(small.at("pair.png"), picture(1))
    write(small.at("list.csv"), 'filepath,caption\npair.png,"a, b"\npair.png,c d\n')
    write(small.at("list.jsonl"), '{"filepath": "pair.png", "caption": "a"}\n{"filepath": "pair.png", "text": "b"}\n')
    write(small.at("classes.json"), '["number 1", "number 2"]')
    write(small.at("labelled.tar"), tar([
        *pairs(8), *[(f"p{number:04}.cls", str(number % 2).encode()) for number in range(8)]]))
    write(small.at("vocab.txt"), "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "number"]))
    os.symlink("loop", small.at("loop"))
    model = small.at("reference/checkpoints/step-00000006")
    result = world.run(
        [world.diagonal, "embed", "--model", model, "--data", small.at("train.tar"), "--out", small.at("stored")])
    assert result.code == 0, result.err


def targets(world, small):
    """What reads a file: how to call the case, the file, and the command."""
    model, name = "model", small.at("reference/checkpoints/step-00000006")
    d = world.diagonal
    return [
        ("run file", small.at("run.yaml"), [d, "plan", "FILE", "--workers", "2"]),
        ("run file", small.at("run.yaml"), [d, "train", "FILE", "--print-config"]),
        ("model JSON", small.at("model.json"), [d, "inspect", "FILE"]),
        ("tar", small.at("train.tar"), [d, "data", "check", "FILE", "--threads", "1"]),
        ("table", small.at("list.csv"), [d, "data", "check", "FILE", "--threads", "1"]),
        ("table", small.at("list.jsonl"), [d, "data", "check", "FILE", "--threads", "1"]),
        ("picture", small.at("pair.png"), [d, "classify", "--model", name, "--labels", "a,b", "FILE"]),
        ("golden picture", None, [d, "classify", "--model", name, "--labels", "a,b", "FILE"]),
        ("tokenizer", small.at("merges.txt"), [d, "tokenizer", "encode", "--tokenizer", "FILE", "a b"]),
        ("tokenizer", small.at("vocab.txt"), [d, "tokenizer", "encode", "--tokenizer", "FILE", "a b"]),
        ("safetensors", os.path.join(name, "open_clip_model.safetensors"), [d, "inspect", "FILE"]),
        (model, os.path.join(name, "open_clip_config.json"), [d, "convert", "MODEL", "converted"]),
        (model, os.path.join(name, "open_clip_model.safetensors"), [d, "convert", "MODEL", "converted"]),
        ("classes", small.at("classes.json"), [
            d, "eval", "zero-shot", "--model", name, "--data", small.at("labelled.tar"), "--classes", "FILE"]),
        ("embeddings", small.at("stored/images-00000.npy"), [d, "search", "--in", "STORED", "--key", "p0001"]),
        ("embeddings", small.at("stored/embeddings.json"), [d, "search", "--in", "STORED", "--key", "p0001"]),
        ("metrics", small.at("reference/metrics.jsonl"), [d, "watch", "--once", "RUN"]),
        ("metrics", small.at("reference/metrics.jsonl"), [d, "report", "RUN", "--pairs", "0", "--out", "report.html"]),
        ("run.yaml", small.at("reference/run.yaml"), [d, "report", "RUN", "--pairs", "0", "--out", "report.html"]),
    ]


def files(world, small, chance):
    what, path, command = chance.choice([t for t in targets(world, small) if t[1] is None or os.path.exists(t[1])])
    room = world.fresh("fuzz/room")
    if path is None:
        name = chance.choice(sorted(world.golden))
        write(os.path.join(room, name), mutated(world.golden[name], chance))
        place = {"FILE": os.path.join(room, name)}
    elif "FILE" in command:
        ending = os.path.splitext(path)[1]
        write(os.path.join(room, "pair.png"), picture(1))
        write(os.path.join(room, "mutated" + ending), mutated(read(path), chance))
        place = {"FILE": os.path.join(room, "mutated" + ending)}
    else:
        # A directory whose one file is another.
        place = {}
        for word in ("MODEL", "STORED", "RUN"):
            if word in command:
                place[word] = os.path.join(room, word.lower())
                link_all(os.path.dirname(path), place[word])
                target = os.path.join(place[word], os.path.basename(path))
                contents = mutated(read(path), chance)
                os.remove(target)
                write(target, contents)
    command = [place.get(word, word) for word in command]
    result = world.run(command, cwd=room, limits=LIMITS, timeout=90)
    problem = crash(result)
    if problem:
        kept = world.fresh(f"fuzz/kept-{chance.randrange(1 << 30)}")
        os.rename(room, os.path.join(kept, "room"))
        problem = f"{problem}; {' '.join(command[1:])}; kept in {kept} with --keep"
    return "files: " + what, problem


def link_all(source, target):
    os.mkdir(target)
    for name in os.listdir(source):
        path = os.path.join(source, name)
        if os.path.isfile(path):
            os.link(path, os.path.join(target, name))
        else:
            os.symlink(path, os.path.join(target, name))


def mutated(contents, chance):
    contents = bytearray(contents)
    for _ in range(chance.choice([1, 1, 1, 2, 4, 16])):
        # Headers lie in front.
        at = chance.randrange((len(contents) if chance.random() < 0.5 else min(len(contents), 600)) + 1)
        way = chance.randrange(9)
        if way == 0:
            del contents[at:]
        elif way == 1 and at < len(contents):
            contents[at] ^= 1 << chance.randrange(8)
        elif way == 2:
            contents[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 20)))
        elif way == 3:
            del contents[at:at + chance.randrange(1, 100)]
        elif way == 4:
            contents[at:at] = contents[at:at + chance.randrange(1, 600)]
        elif way == 5:
            contents[at:at + 8] = chance.choice([b"\xff" * 8, bytes(8), b"\x80" + bytes(7), b"\x7f" + b"\xff" * 7])
        elif way == 6:
            digits = [place for place, byte in enumerate(contents[:4000]) if 48 <= byte < 58]
            if digits:
                place = chance.choice(digits)
                contents[place:place + 1] = chance.choice(NUMBERS).encode()
        elif way == 7:
            contents[at:at] = chance.choice(
                [b"{", b"[", b'"', b"\n", b",", b":", b"- ", b"&a ", b"*a ", b"!!", b"\0", b"}"])
        else:
            contents[at:at + 1] = chance.choice(["é", "\u2028", "😀", "\ufeff", "\u202e"]).encode()
    return bytes(contents)


NUMBER, PATH = object(), object()


def templates(world, small):
    d, train, name = world.diagonal, small.at("train.tar"), small.at("reference")
    return [
        [d, "train", small.at("run.yaml"), "--out", PATH],
        [d, "train", PATH, "--out", "out"],
        [d, "train", small.at("run.yaml"), "--out", "out", "--resume", PATH],
        [d, "train", small.at("run.yaml"), "--out", "out", "--simulate", NUMBER],
        *[[d, "plan", small.at("run.yaml"), "--set", (key + "=", NUMBER)] for key in (
            "schedule.steps", "schedule.epochs", "batch.size", "batch.chunk", "parallel.lanes", "parallel.threads",
            "seed", "schedule.warmup", "data.loader_threads", "data.picture_pixels", "batch.memory_budget",
            "optimizer.learning_rate", "parallel.timeout_seconds", "checkpoint.every", "log.every", "ema.decay",
            "data.skip_limit")],
        [d, "train", small.at("run.yaml"), "--out", "out", "--set", ("data.train=", PATH)],
        [d, "train", small.at("run.yaml"), "--out", "out", "--set", ("data.tokenizer=", PATH)],
        [d, "train", small.at("run.yaml"), "--out", "out", "--set", ("model.config=", PATH)],
        [d, "train", small.at("run.yaml"), "--out", "out", "--set", ("model.from=", PATH)],
        [d, "plan", PATH], [d, "plan", small.at("run.yaml"), "--workers", NUMBER],
        [d, "plan", small.at("run.yaml"), "--up-to", NUMBER, "--caption-tokens", NUMBER],
        [d, "plan", small.at("run.yaml"), "--machine", PATH],
        [d, "inspect", PATH], [d, "inspect", small.at("model.json"), "--caption-tokens", NUMBER],
        [d, "classify", "--model", name, "--labels", PATH, PATH],
        [d, "classify", "--model", PATH, "--labels", "a,b", small.at("pair.png")],
        [d, "classify", "--model", name, "--labels", "a", "--template", PATH, "--threads", NUMBER, PATH],
        [d, "eval", "retrieval", "--model", PATH, "--data", train],
        [d, "eval", "retrieval", "--model", name, "--data", PATH],
        [d, "eval", "zero-shot", "--model", name, "--data", train, "--classes", PATH],
        [d, "embed", "--model", name, "--data", train, "--out", PATH],
        [d, "embed", "--model", name, "--data", PATH, "--out", "out", "--threads", NUMBER],
        [d, "search", "--in", PATH, "--key", PATH],
        [d, "search", "--in", small.at("stored"), "--key", "p0001", "--top", NUMBER],
        [d, "search", "--in", small.at("stored"), "--model", name, "--image", PATH],
        [d, "search", "--in", small.at("stored"), "--model", name, "--text", PATH, "--less", PATH],
        [d, "convert", PATH, "out"], [d, "convert", name, PATH],
        [d, "convert", name, "out", "--image-size", NUMBER], [d, "convert", name, "out", "--context-length", NUMBER],
        [d, "checkpoints", PATH], [d, "checkpoints", name, "--prune", "--keep", NUMBER],
        [d, "report", PATH, "--out", "report.html"], [d, "report", name, "--out", PATH, "--pairs", NUMBER],
        [d, "watch", "--once", PATH], [d, "watch", "--once", name, "--field", PATH, "--every", NUMBER],
        [d, "data", "check", PATH], [d, "data", "check", train, "--context", NUMBER, "--examples", NUMBER],
        [d, "data", "check", train, "--threads", NUMBER, "--most-flawed", NUMBER],
        [d, "data", "pack", train, "--out", PATH], [d, "data", "pack", PATH, "--out", "out"],
        [d, "data", "pack", train, "--out", "out", "--shorter-side", NUMBER, "--shard-bytes", NUMBER],
        [d, "tokenizer", "train", "--data", train, "--vocab", NUMBER, "--out", PATH],
        [d, "tokenizer", "encode", "--tokenizer", PATH, PATH],
        [d, "bench", "loss", "--batch", "8", "--dim", "8", "--threads", NUMBER, "--negatives", NUMBER],
        [d, "check", "--simulate", NUMBER], [d, PATH], [d, PATH, PATH],
    ]


def words(world, small, chance):
    def filled(word):
        if word is NUMBER:
            return chance.choice(NUMBERS)
        if word is PATH:
            return chance.choice(PATHS)
        return word[0] + filled(word[1]) if isinstance(word, tuple) else word

    command = [filled(word) for word in chance.choice(templates(world, small))]
    room = world.fresh("fuzz/room/inner")
    write(os.path.join(room, "run.yaml"), read(small.at("run.yaml")))
    result = world.run(command, cwd=room, limits=LIMITS, timeout=90)
    problem = crash(result)
    if not problem and checkpoint(small.at("reference"), 6) != small.reference and "--prune" not in command:
        problem = "the reference's checkpoint isn't what it was"
    what = command[1] if command[1].isalpha() and command[1].isascii() and len(command[1]) < 12 else "others"
    return "command lines: " + what, problem and f"{problem}; {command[1:]!r}"


ENVIRONMENTS = {
    "OMP_DYNAMIC": ["true", "x"],
    "OMP_THREAD_LIMIT": ["1", "0", "-1", "x"],
    "OMP_NUM_THREADS": ["1", "0", "abc", "100000", "2,2"],
    "OMP_SCHEDULE": ["dynamic"],
    "OMP_STACKSIZE": ["1k", "x"],
    "OMP_PROC_BIND": ["true", "spread"],
    "OMP_WAIT_POLICY": ["active"],
    "DIAGONAL_MAX_ISA": ["x", "", "avx2", "baseline", "avx512_bf16"],
    "LANG": ["", "x", "de_DE.UTF-8", "C"],
    "LC_ALL": ["tr_TR.UTF-8"],
    "TMPDIR": ["gone", ""],
    "HOME": [None, "", "gone"],
    "PATH": ["", None],
    "XDG_CACHE_HOME": ["gone", "run.yaml", ""],
    "TZ": ["x", ":/x", "UTC"],
    "MALLOC_PERTURB_": ["170"],
    "COLUMNS": ["-1", "0", "x"],
    "TERM": ["", "dumb"],
    "OMPI_COMM_WORLD_RANK": ["1", "x"],
    "OMPI_COMM_WORLD_SIZE": ["2", "x"],
    "SLURM_NTASKS": ["2"],
    "PMI_SIZE": ["2"],
    "PMIX_RANK": ["0"],
    "DNNL_VERBOSE": ["2"],
    "DNNL_MAX_CPU_ISA": ["AVX2", "x"],
    "VIPS_CONCURRENCY": ["x", "9"],
    "VIPS_DISC_THRESHOLD": ["1"],
    "G_SLICE": ["always-malloc"],
    "SWIFT_BACKTRACE": ["enable=no"],
    "PWD": ["gone"],
}


def environments(world, small, chance):
    """Odd environments: the same bytes, or a sentence."""
    names = chance.sample(sorted(ENVIRONMENTS), chance.choice([1, 1, 2, 3]))
    changes = {name: chance.choice(ENVIRONMENTS[name]) for name in names}
    out = small.at("out")
    world.remove(out)
    result = world.run(small.words(out), changes=changes, limits=LIMITS, timeout=90)
    problem = crash(result)
    held = "DIAGONAL_MAX_ISA" in changes or "DNNL_MAX_CPU_ISA" in changes  # which has other bits
    if not problem and result.code == 0 and not held:
        problem = small.differences(out)
    return "environments", problem and f"{problem}; {changes}"
