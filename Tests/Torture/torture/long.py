"""Requests to stop amid long steps: ViT-B-32 on two workers, ten seconds a step and more on two cores."""
import os
import time

from . import signals
from .files import read
from .small import Small

SETTINGS = ("model.config=ViT-B-32", "batch.size=96", "batch.chunk=12", "ema.decay=null", "log.every=1")
# Of which a run takes many, on a busy machine.
MOST_SECONDS = 1800


def run(world, chosen, table):
    signals.stop(world, chosen, table, Long(world), "long")


class Long(Small):
    """Compared by the sums of its files, which are of gigabytes."""
    resumed_on = (1, 2)

    def __init__(self, world):
        super().__init__(world, "long", steps=3, every=100, count=128, settings=SETTINGS)

    def make_reference(self):
        begun = time.monotonic()
        result = self.world.run(self.words(self.at("reference"), 2), timeout=MOST_SECONDS)
        if result.code != 0:
            raise SystemExit(f"torture: the run itself fails: exit {result.code}, {result.err}")
        self.span = time.monotonic() - begun
        self.reference = self.sums(self.at("reference"))
        self.world.remove(self.at("reference"))
        print(f"long: {self.span / self.steps:.0f} s a step, start and end included", flush=True)

    def seconds(self, workers):
        return self.span

    def finished(self, out, workers):
        return super().finished(out, workers, timeout=MOST_SECONDS)

    def sums(self, out):
        return read(os.path.join(out, "checkpoints", f"step-{self.steps:08}", "SHA256SUMS"))

    def differences(self, out, rows=True):
        return None if self.sums(out) == self.reference else "other bytes"
