"""Disks that fill up: a sentence, and what is saved is whole."""
import os
import resource
import shutil
import signal

from .small import Small, checkpoint
from .world import crash, last


def run(world, chosen, table):
    small = Small(world, "disk", steps=6, every=2)
    small.make_reference()
    whole = sum(len(contents) for step in (2, 4, 6) for contents in checkpoint(small.at("reference"), step).values())
    sizes = [int(whole * (number + 0.5) / chosen.sizes) for number in range(chosen.sizes)]
    inodes = [4 + 44 * number // chosen.sizes for number in range(chosen.sizes)]
    mount = world.fresh("disk/mount")
    if world.run(in_namespace(mount, "size=1m", ["true"])).code == 0:
        for size in sizes:
            table.add("disk", "tmpfs, bytes", mounted(world, small, mount, f"size={size}"))
        for count in inodes:
            table.add("disk", "tmpfs, inodes", mounted(world, small, mount, f"nr_inodes={count}"))
    else:
        table.skip("disk", "tmpfs: this user may mount none (unshare -rm); files' sizes are limited instead")
    for size in sizes:
        table.add("disk", "largest file (RLIMIT_FSIZE)", limited(world, small, size // 3))


def in_namespace(mount, options, words):
    """A command that sees a small tmpfs at `mount`, which goes with it; its files are left beside."""
    script = """
      mount -t tmpfs -o "$1" small "$2" || exit 99
      shift 2; "$@"; status=$?
      cp -a "$0/." "$0.left/" 2>/dev/null; exit $status
    """
    return ["unshare", "-rm", "bash", "-c", script, mount, options, mount, *words]


def mounted(world, small, mount, options):
    world.fresh("disk/mount.left")
    result = world.run(in_namespace(mount, options, small.words(os.path.join(mount, "run"))))
    return judged(world, small, result, os.path.join(mount + ".left", "run"), options)


def limited(world, small, size):
    out = small.at("limited")
    world.remove(out)
    result = world.run(small.words(out), limits=[(resource.RLIMIT_FSIZE, size)], ignores=[signal.SIGXFSZ])
    return judged(world, small, result, out, f"{size} bytes")


def judged(world, small, result, out, what):
    problem = crash(result, (0, 1))
    if not problem and os.path.isdir(out):
        # What lies there is gone on from where there is room.
        again = small.at("again")
        world.remove(again)
        shutil.copytree(out, again)
        resumed = world.run(small.words(again))
        if resumed.code != 0:
            problem = f"then, with room: exit {resumed.code}: {last(resumed.err)}"
        elif "passed over" in resumed.err:
            problem = f"left a checkpoint that isn't whole: {last(resumed.err, 9)}"
        else:
            problem = small.differences(again, rows=False)
    return problem and f"{what}: {problem} ({last(result.err)})"
