"""One record in twenty damaged: each is counted and named, and the run ends as it should."""
import json
import os
import random

from .files import pairs, read, tar, write
from .small import Small
from .world import crash, last

COUNT = 200


def run(world, chosen, table):
    for seed in range(chosen.seed, chosen.seed + (1 if chosen.small else 10)):
        for workers in (1, 2):
            small = Small(world, "data", steps=30, every=30, count=COUNT)
            damaged = spoil(small.at("train.tar"), random.Random(seed))
            result = world.run(small.words(small.at("out"), workers))
            table.add("data", f"5 % damaged, {workers} workers", judged(small, result, damaged))
    small = Small(world, "data", steps=30, every=30, count=COUNT, settings=["data.skip_limit=0.02"])
    spoil(small.at("train.tar"), random.Random(chosen.seed))
    result = world.run(small.words(small.at("out")))
    problem = crash(result, (1, 2)) or (None if "skip_limit" in result.err else f"no word on it: {last(result.err)}")
    table.add("data", "more than data.skip_limit", problem)


def spoil(path, chance):
    """Damages one pair in twenty, each in another way; returns their keys."""
    members = pairs(COUNT)
    damaged = set()
    for number, at in enumerate(chance.sample(range(COUNT), COUNT // 20)):
        (name, picture), (other, caption) = members[2 * at], members[2 * at + 1]
        damaged.add(name[:-4])
        ways = [
            (picture[:len(picture) // 2], caption), (b"", caption), (b"no picture" * 9, caption), (picture, b"  "),
            (picture, b"\xff\xfe\xff"), (picture[:60] + bytes(40) + picture[100:], caption), (bytes(500), caption),
            (picture, b"a\0b"),
        ]
        members[2 * at:2 * at + 2] = list(zip((name, other), ways[number % len(ways)]))
    write(path, tar(members))
    return damaged


def judged(small, result, damaged):
    problem = crash(result, (0,))
    if problem:
        return problem
    rows = [json.loads(line) for line in read(os.path.join(small.at("out"), "skipped.jsonl")).splitlines()]
    # 30 steps of 16 see every pair twice and more.
    named = {row["record"] for row in rows}
    if named != damaged:
        return f"skipped.jsonl names {sorted(named ^ damaged)} otherwise than they are"
    return None if "skipped in all" in result.err else f"they aren't counted in the end: {last(result.err)}"
