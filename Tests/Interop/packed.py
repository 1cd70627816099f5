"""Reads what `diagonal data pack` wrote by OpenCLIP's own loader of shards, and compares it with what the tars hold.

    diagonal data pack SOURCE --out DIR
    python Tests/Interop/packed.py DIR

Every pair must come out of OpenCLIP's pipeline with its picture and the caption of its .txt, and `tar tf` must list each
shard. Exits with 1 where one doesn't.

Environment: launch/peers/setup.sh (open_clip_torch 3.3.0, webdataset 0.2.86, braceexpand, pandas).
"""

import argparse
import io
import logging
import subprocess
import sys
import tarfile
import types
from pathlib import Path

import numpy as np
from PIL import Image


def stored(shards):
    """(pixels, caption) of each pair that a tar holds."""
    for shard in shards:
        pairs = {}
        with tarfile.open(shard) as archive:
            for member in archive:
                key, _, ending = member.name.partition(".")
                pairs.setdefault(key, {})[ending] = archive.extractfile(member).read()
        for parts in pairs.values():
            picture = next(data for ending, data in parts.items() if ending not in ("txt", "json", "cls"))
            yield picture_bytes(Image.open(io.BytesIO(picture)).convert("RGB")), parts["txt"].decode()


def picture_bytes(picture):
    pixels = np.asarray(picture)
    return pixels.shape, pixels.tobytes()


def loaded(shards, count):
    from open_clip_train.data import get_wds_dataset

    captions = []

    def tokenizer(text):
        captions.append(text)
        return [len(captions) - 1]

    arguments = types.SimpleNamespace(
        val_data="::".join(map(str, shards)), val_num_samples=count, train_data_upsampling_factors=None,
        dataset_resampled=False, seed=0, batch_size=1, workers=0, world_size=1, distributed=False)
    dataset = get_wds_dataset(arguments, lambda picture: picture_bytes(picture.convert("RGB")), False, tokenizer=tokenizer)
    for pictures, numbers in dataset.dataloader:
        for (shape, pixels), number in zip(pictures, numbers):
            yield (tuple(shape), pixels), captions[number]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    shards = sorted(parser.parse_args().directory.glob("shard-*.tar"))
    if not shards:
        sys.exit("no shards there")
    logging.disable(logging.INFO)
    listed = sum(len(subprocess.check_output(["tar", "tf", shard]).splitlines()) for shard in shards)
    expected = list(stored(shards))
    found = list(loaded(shards, len(expected)))
    wrong = sum(a != b for a, b in zip(expected, found))
    print(f"{len(shards)} shards, {listed} members: {len(expected)} pairs stored, {len(found)} read by OpenCLIP, {wrong} of them differ")
    sys.exit(0 if len(found) == len(expected) and wrong == 0 and expected else 1)


if __name__ == "__main__":
    main()
