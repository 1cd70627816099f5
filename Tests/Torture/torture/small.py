"""A small run, its uninterrupted result, and how another compares with it."""
import json
import os
import time

from .files import pairs, read, tar, write

MODEL = """{"embed_dim": 32,
 "vision_cfg": {"image_size": 32, "layers": %d, "width": %d, "head_width": 32, "patch_size": 8},
 "text_cfg": {"context_length": 16, "vocab_size": 514, "width": %d, "heads": 2, "layers": %d}}
"""
# Of a row of metrics, what is the same on any number of workers.
SETTLED = ("step", "samples", "loss", "logit_scale", "learning_rate", "gradient_norm")


class Small:
    # Numbers of workers that a stopped run goes on with, chosen by chance; below 0 threads.
    resumed_on = (1, 2, -4)

    def __init__(self, world, name, steps, every, layers=1, width=32, count=64, settings=()):
        self.world, self.steps, self.every = world, steps, every
        self.path = world.fresh(name)
        write(self.at("train.tar"), tar(pairs(count)))
        write(self.at("model.json"), MODEL % (layers, width, width, layers))
        write(self.at("merges.txt"), "#version: 0.2")
        write(self.at("run.yaml"), f"""
model: {{config: {self.at("model.json")}}}
data: {{train: {self.at("train.tar")}, tokenizer: {self.at("merges.txt")}}}
batch: {{size: 16, chunk: 2}}
schedule: {{steps: {steps}}}
checkpoint: {{every: {every}, keep: null}}
ema: {{decay: 0.9}}
precision: f32
log: {{every: 2}}
""")
        self.settings = [word for text in settings for word in ("--set", text)]

    def at(self, *names):
        return os.path.join(self.path, *names)

    def words(self, out, workers=1):
        """The command that trains into `out`: on one worker, on N processes, or on N threads (-N)."""
        words = [self.world.diagonal, "train", self.at("run.yaml"), "--out", out, *self.settings]
        if workers < 0:
            return words + ["--simulate", str(-workers)]
        return words if workers == 1 else [*self.world.launcher(workers), *words]

    def make_reference(self):
        """Trains without interruption."""
        # Beside a build, at nice 19, it takes minutes.
        result = self.world.run(self.words(self.at("reference")), timeout=600)
        if result.code != 0:
            raise SystemExit(f"torture: the run itself fails: exit {result.code}, {result.err}")
        self.reference = checkpoint(self.at("reference"), self.steps)
        self.rows = metrics(self.at("reference"))

    def seconds(self, workers):
        """How long it takes on so many workers here and now, from its launch being written down to its end."""
        out = self.at(f"timed-{workers}")
        child = self.world.start(self.words(out, workers))
        while child.poll() is None and not launched(out):
            time.sleep(0.01)
        begun = time.monotonic()
        child.wait(600)
        return time.monotonic() - begun

    def finished(self, out, workers, timeout=300):
        """Goes on with a run to its end, and says what is wrong with that or with what came of it."""
        result = self.world.run(self.words(out, workers), timeout=timeout)
        if result.code != 0:
            return f"resumed: exit {result.code}: {result.err[-600:]}"
        problem = self.differences(out)
        self.world.remove(out)
        return problem

    def differences(self, out, rows=True):
        """What is otherwise than where nothing happened; None where nothing is."""
        try:
            found = checkpoint(out, self.steps)
        except FileNotFoundError as error:
            return f"the last checkpoint is missing: {error}"
        names = sorted(name for name in {*found, *self.reference} if found.get(name) != self.reference.get(name))
        if names:
            return f"other bytes in {', '.join(names)}"
        if rows and metrics(out) != self.rows:
            return f"metrics.jsonl has other rows: steps {[row['step'] for row in metrics(out)]}"
        return None


def launched(out):
    """Whether a run has written its launch down, and so hears signals."""
    path = os.path.join(out, "history.jsonl")
    return os.path.exists(path) and read(path).endswith(b"\n")


def checkpoint(out, step):
    """The bytes of every file of a checkpoint, by name."""
    top = os.path.join(out, "checkpoints", f"step-{step:08}")
    found = {}
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, top)] = read(path)
    if not found:
        raise FileNotFoundError(top)
    return found


def metrics(out):
    rows = []
    for line in read(os.path.join(out, "metrics.jsonl")).splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            rows.append({name: row.get(name) for name in SETTLED})
    return rows
