"""SIGKILL at random moments while embeddings are stored; what goes on must end in the uninterrupted bytes."""
import os
import random
import time

from .files import pairs, read, tar, write
from .kill import gone
from .small import Small
from .world import alive, descendants, end, name_of

WORKERS = (1, 2, 4)


def run(world, chosen, table):
    small = Small(world, "embed", steps=2, every=2, layers=3, width=128)
    small.make_reference()
    shards = 3
    for number in range(shards):
        write(small.at(f"shard-{number}.tar"), tar(pairs(300)))
    words = ["embed", "--model", small.at("reference"), "--data", small.at("shard-{0..%d}.tar" % (shards - 1)),
             "--shard-pairs", "70", "--threads", "1", "--out"]
    reference = small.at("whole")
    begun = time.monotonic()
    result = world.run([world.diagonal, *words, reference])
    if result.code != 0:
        raise SystemExit(f"torture: embedding itself fails: exit {result.code}, {result.err}")
    seconds = time.monotonic() - begun
    for seed in range(chosen.seed, chosen.seed + chosen.kills):
        workers = WORKERS[seed % len(WORKERS)]
        problem, kills = case(world, small, words, reference, seconds, seed, workers)
        note = None if kills else "some ended before a kill"
        table.add("embed", f"{workers} workers", problem and f"seed {seed}: {problem}", note)


def case(world, small, words, reference, seconds, seed, workers):
    chance = random.Random(seed)
    out = small.at(f"out-{seed}")
    start = [] if workers == 1 else [world.at("launch/local"), str(workers)]
    kills = 0
    for _ in range(chance.randint(1, 3)):
        child = world.start([*start, world.diagonal, *words, out])
        time.sleep(chance.uniform(0.05, 0.4 * (workers > 1) + seconds))
        family = descendants(child.pid)
        ranks = [process for process in family if name_of(process) == "diagonal"]
        for process in chance.choice([[child.pid, *family], ranks[:1] or [child.pid], ranks[-1:] or [child.pid]]):
            kills += alive(process)
            end(process)
        problem = gone(child, family, seconds=60)
        if problem:
            return problem, kills
        if child.returncode == 0:
            break
    # Another number of workers goes on.
    goes_on = chance.choice(WORKERS)
    start = [] if goes_on == 1 else [world.at("launch/local"), str(goes_on)]
    result = world.run([*start, world.diagonal, *words, out], timeout=300)
    if result.code != 0:
        return f"on {goes_on} workers: exit {result.code}: {result.err[-600:]}", kills
    expected, found = contents(reference), contents(out)
    names = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    world.remove(out)
    return (f"other bytes in {', '.join(names)}" if names else None), kills


def contents(path):
    return {name: read(os.path.join(path, name)) for name in sorted(os.listdir(path))}
