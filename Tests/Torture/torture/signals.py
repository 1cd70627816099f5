"""Requests to stop at random moments: exit 75, and the same command ends in the uninterrupted run's bytes."""
import random
import signal
import tempfile
import time

from .kill import gone
from .small import Small, launched
from .world import alive, descendants, end, name_of

# A signal to mpirun itself other than USR1 and USR2 is mpirun's, as the README says.
TARGETS = (
    ("launcher", signal.SIGTERM), ("rank", signal.SIGUSR1), ("mpirun", signal.SIGUSR1), ("launcher", signal.SIGINT),
    ("rank", signal.SIGTERM), ("launcher", signal.SIGUSR1), ("mpirun", signal.SIGUSR2), ("rank", signal.SIGINT),
)


def run(world, chosen, table):
    stop(world, chosen, table, Small(world, "signals", steps=60, every=20, layers=2, width=64), "signals")


def stop(world, chosen, table, small, kind):
    small.make_reference()
    span = small.seconds(2)
    for number in range(chosen.seed, chosen.seed + chosen.moments):
        target, which = TARGETS[number % len(TARGETS)]
        what = f"{which.name[3:]} to {target}"
        problem, note = case(world, small, span, number, target, which)
        table.add(kind, what, problem and f"moment {number}: {problem}", note)


def case(world, small, span, number, target, which):
    chance = random.Random(number)
    out = small.at(f"out-{number}")
    with tempfile.TemporaryFile(dir=world.at("tmp")) as said:
        child = world.start(small.words(out, 2), err=said)
        # One in five comes while it starts.
        until = time.monotonic() + (chance.uniform(0.1, 1) if chance.random() < 0.2 else 60)
        while not launched(out) and time.monotonic() < until:
            time.sleep(0.005)
        if launched(out):
            time.sleep(chance.uniform(0, 0.9 * span))
        family = descendants(child.pid)
        ranks = [process for process in family if name_of(process) == "diagonal"]
        starters = [process for process in family if name_of(process) in ("mpirun", "orterun", "prterun")]
        chosen = {"launcher": [child.pid], "rank": ranks[:], "mpirun": starters}[target]
        sent = bool(chosen) and alive(child.pid)
        begun = launched(out)
        if sent:
            end(chance.choice(chosen), which)
        # Where nothing could be sent it runs to its end.
        problem = gone(child, family, seconds=40 + 10 * span)
        said.seek(0)
        words = said.read().decode(errors="replace")
    if problem:
        return problem, None
    code = child.returncode
    note = None
    if not sent or not begun:
        note = "some came before the run began, or after it ended"
    elif code not in (0, 75):
        return f"exit {code}, not 75: {words[-600:]}", None
    return small.finished(out, chance.choice(small.resumed_on)), note
