"""Compares `diagonal eval retrieval` with OpenCLIP's figures for the same embeddings.

    diagonal embed --model MODEL --data SHARDS --out EMBEDDINGS
    diagonal eval retrieval --model MODEL --data SHARDS --json > retrieval.json
    python Tests/Interop/metrics.py EMBEDDINGS retrieval.json

OpenCLIP's `get_clip_metrics` takes each pair's caption for right and all others for wrong, so the data's first captions have to
be different: take those of one style of the emoji. Exits with 1 where a figure differs by more than one pair's part in it.

Environment: a virtual environment with torch 2.13.0 (CPU) and open_clip_torch 3.3.0.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from open_clip_train.train import get_clip_metrics


def main():
    directory, answer = sys.argv[1:]
    ours = json.loads(Path(answer).read_text())
    images, texts = (torch.from_numpy(np.load(Path(directory, f"{name}.npy"))) for name in ["images", "texts"])
    captions = Path(directory, "captions.txt").read_text().splitlines()
    assert len(set(captions)) == len(captions) == ours["pairs"], "captions repeat, or pairs differ"
    theirs = get_clip_metrics(images, texts, torch.tensor(100.0))
    names = {"R@1": "recall_at_1", "R@5": "recall_at_5", "R@10": "recall_at_10", "mean_rank": "mean_rank"}
    worst = 0
    for way in ["image_to_text", "text_to_image"]:
        for name, own in names.items():
            found, expected = ours[way][own], float(theirs[f"{way}_{name}"])
            print(f"{way} {name}: ours {found:.6f}, OpenCLIP's {expected:.6f}")
            allowed = 1 / len(captions) if name.startswith("R@") else 0.01 * expected
            worst = max(worst, abs(found - expected) / allowed)
    print(f"largest difference: {worst:.2f} of what is allowed")
    sys.exit(worst > 1)


if __name__ == "__main__":
    main()
