"""SIGKILL at random moments; what is resumed must end in the uninterrupted run's bytes."""
import random
import subprocess
import time

from .small import Small
from .world import alive, descendants, end, name_of

MODES = ("rank", "mpirun", "launcher", "all", "alone")


def run(world, chosen, table):
    small = Small(world, "kill", steps=60, every=4, layers=2, width=64)
    small.make_reference()
    spans = {workers: small.seconds(workers) for workers in (1, 2)}
    for seed in range(chosen.seed, chosen.seed + chosen.seeds):
        mode = MODES[seed % len(MODES)]
        problem, kills = case(world, small, spans, seed, mode)
        note = None if kills else "some ended before a kill"
        table.add("kill", mode, problem and f"seed {seed}: {problem}", note)


def case(world, small, spans, seed, mode):
    chance = random.Random(seed)
    out = small.at(f"out-{seed}")
    kills = 0
    for _ in range(chance.randint(1, 3)):
        workers = 1 if mode == "alone" else 2
        child = world.start(small.words(out, workers))
        time.sleep(chance.uniform(0.1, 0.5 * workers + spans[workers]))
        family = descendants(child.pid)
        for process in victims(chance, mode, child, family):
            kills += alive(process)
            end(process)
        problem = gone(child, family, seconds=40 + 10 * spans[workers])
        if problem:
            return f"{mode}: {problem}", kills
        if child.returncode == 0:
            break
    return small.finished(out, chance.choice([1, 2, -4])), kills


def victims(chance, mode, child, family):
    ranks = [process for process in family if name_of(process) == "diagonal"]
    starters = [process for process in family if name_of(process) in ("mpirun", "orterun", "prterun")]
    return {
        "rank": chance.sample(ranks, 1) if ranks else [], "mpirun": starters, "launcher": [child.pid],
        "all": [child.pid, *family], "alone": [child.pid],
    }[mode]


def gone(child, family, seconds):
    """Waits for what was started to end; says what doesn't, and ends it."""
    until = time.monotonic() + seconds
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        for process in [child.pid, *descendants(child.pid)]:
            end(process)
        child.wait()
        return f"what was started still runs after {seconds} s"
    while any(map(alive, family)) and time.monotonic() < until:
        time.sleep(0.05)
    left = [process for process in family if alive(process)]
    names = [name_of(process) for process in left]
    for process in left:
        end(process)
    return f"left behind: {', '.join(names)}" if left else None
