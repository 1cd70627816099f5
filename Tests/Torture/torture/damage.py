"""Every file of a run, damaged in every way: refused in a sentence, or harmless; nothing of somebody else's goes."""
import hashlib
import os
import random
import re
import shutil

from .files import read, write
from .small import Small, metrics
from .world import crash, last

KINDS = ("truncated", "a bit flipped", "emptied", "deleted", "a directory", "unreadable", "a line lost", "filled up")


def run(world, chosen, table):
    small = Small(world, "damage", steps=6, every=2)
    small.make_reference()
    base = small.at("base")
    shutil.copytree(small.at("reference"), base)
    shutil.rmtree(os.path.join(base, "checkpoints/step-00000006"))
    of_files(world, small, base, table, chosen)
    of_state(world, small, base, table, chosen)


def of_files(world, small, base, table, chosen):
    names = []
    for folder, _, found in os.walk(base):
        names += [os.path.relpath(os.path.join(folder, name), base) for name in found]
    names = sorted(name for name in names if "step-00000002" not in name)
    cases = [(name, kind) for name in names for kind in KINDS]
    if chosen.small:
        # Each kind and each file, though not each with each.
        cases = [case for number, case in enumerate(cases) if number % 3 == chosen.seed % 3]
    for number, (name, kind) in enumerate(cases):
        out = copy(small, base)
        foreign = spoil(os.path.join(out, name), kind, random.Random(number))
        table.add("damage", kind, resumed(world, small, out, name, foreign, f"{name}, {kind}"))


def copy(small, base):
    out = small.at("out")
    small.world.remove(out)
    shutil.copytree(base, out)
    return out


def spoil(path, kind, chance):
    """Damages a file; returns the path of what nobody may remove, where it put something there."""
    contents = read(path)
    if kind == "truncated":
        write(path, contents[:len(contents) // 2])
    elif kind == "a bit flipped" and contents:
        at = chance.randrange(len(contents))
        write(path, contents[:at] + bytes([contents[at] ^ 1 << chance.randrange(8)]) + contents[at + 1:])
    elif kind == "emptied":
        write(path, b"")
    elif kind == "deleted":
        os.remove(path)
    elif kind == "a directory":
        os.remove(path)
        os.mkdir(path)
        write(os.path.join(path, "mine"), b"kept")
        return os.path.join(path, "mine")
    elif kind == "unreadable":
        os.chmod(path, 0)
    elif kind == "a line lost":
        write(path, b"".join(contents.splitlines(True)[1:]))
    elif kind == "filled up":
        write(path, contents + bytes(1000))
    return None


def resumed(world, small, out, name, foreign, what):
    """What is wrong with how a run goes on from there."""
    result = world.run(small.words(out))
    problem = crash(result, (0, 1, 2))
    if not problem and result.code == 0:
        problem = small.differences(out, rows=name != "metrics.jsonl")
        if not problem and name == "metrics.jsonl" and [row["step"] for row in metrics(out)][-2:] != [5, 6]:
            problem = "metrics.jsonl lacks the steps that were made"
    if not problem and foreign and not kept(out):
        problem = f"{os.path.relpath(foreign, out)}, which isn't the program's, is gone"
    return problem and f"{what}: {problem} ({last(result.err)})"


def kept(out):
    """Whether the file that was put there is still somewhere, under whatever name its folder has now."""
    return any("mine" in names for _, _, names in os.walk(out))


def of_state(world, small, base, table, chosen):
    """Digits and bits of state.json: damaged they are refused; sealed anew, refused or without effect."""
    name = "checkpoints/step-00000004/state.json"
    text = read(os.path.join(base, name))
    digits = [match.start() for match in re.finditer(rb"[0-9]", text)]
    chance = random.Random(chosen.seed)
    bits = [(byte, bit) for byte in range(len(text)) for bit in range(8)]
    if chosen.bits < len(bits):
        bits = chance.sample(bits, chosen.bits)
    if chosen.small:
        digits = chance.sample(digits, min(len(digits), 12))
    changes = [("a digit of state.json", at, next_digit(text[at])) for at in digits]
    changes += [("a bit of state.json", byte, text[byte] ^ 1 << bit) for byte, bit in bits]
    out = copy(small, base)
    for what, at, new in changes:
        write(os.path.join(out, name), text[:at] + bytes([new]) + text[at + 1:])
        result = world.run([world.diagonal, "checkpoints", out, "--verify"])
        problem = crash(result, (1,)) and f"byte {at} → {new}: {crash(result, (1,))} ({last(result.out)})"
        table.add("damage", what, problem)
    for at in digits[:6] if chosen.small else digits:
        out = copy(small, base)
        changed = text[:at] + bytes([next_digit(text[at])]) + text[at + 1:]
        write(os.path.join(out, name), changed)
        seal(os.path.join(out, os.path.dirname(name)), changed)
        problem = resumed(world, small, out, name, None, f"byte {at} of {text[max(0, at - 20):at + 1]!r}")
        table.add("damage", "a digit, sealed anew", problem)


def next_digit(byte):
    return ord("0") + (byte - ord("0") + 1) % 10


def seal(directory, state):
    path = os.path.join(directory, "SHA256SUMS")
    digest = hashlib.sha256(state).hexdigest().encode()
    write(path, re.sub(rb"[0-9a-f]{64}(?=  state\.json)", digest, read(path)))
