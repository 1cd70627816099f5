"""What `diagonal embed` wrote, shard after shard."""
from pathlib import Path

import numpy as np


def rows(directory, part):
    """The rows of "images" or "texts", [rows, width]."""
    return np.concatenate([np.load(path) for path in sorted(Path(directory).glob(f"{part}-*.npy"))])


def lines(directory, kind):
    """The "keys" or "captions", one a row."""
    files = sorted(Path(directory).glob(f"{kind}-*.txt"))
    return [line for path in files for line in path.read_text().split("\n")[:-1]]
