"""Compares `diagonal eval retrieval` with OpenCLIP's figures for the same embeddings.

    diagonal embed --model MODEL --data SHARDS --out EMBEDDINGS
    diagonal eval retrieval --model MODEL --data SHARDS --json > retrieval.json
    python Tests/Interop/metrics.py EMBEDDINGS retrieval.json

OpenCLIP's `get_clip_metrics` takes each pair's caption for right and all others for wrong, so the data's first captions have to
be different: take those of one style of the emoji. A pair whose partner ties with another (equal pictures) has a rank by chance there, and
is missed here; so figures lie between those with every tie won and every tie lost. Exits with 1 where one doesn't.

Environment: a virtual environment with torch 2.13.0 (CPU) and open_clip_torch 3.3.0.
"""

import json
import sys
from pathlib import Path

import torch
from open_clip_train.train import get_clip_metrics

import stored


def main():
    directory, answer = sys.argv[1:]
    ours = json.loads(Path(answer).read_text())
    images, texts = (torch.from_numpy(stored.rows(directory, name)) for name in ["images", "texts"])
    captions = stored.lines(directory, "captions")
    assert len(set(captions)) == len(captions) == ours["pairs"], "captions repeat, or pairs differ"
    theirs = get_clip_metrics(images, texts, torch.tensor(100.0))
    names = {"R@1": "recall_at_1", "R@5": "recall_at_5", "R@10": "recall_at_10", "mean_rank": "mean_rank"}
    cosines = images.double() @ texts.double().T
    wrong = 0
    for way, rows in [("image_to_text", cosines), ("text_to_image", cosines.T)]:
        own = rows.diagonal()[:, None]
        # What computes in f32 takes for equal.
        won, lost = ((rows > own + 1e-6).sum(1) + 1, (rows > own - 1e-6).sum(1))
        for name, key in names.items():
            def figure(ranks):
                return (ranks <= int(name[2:])).double().mean() if name.startswith("R@") else ranks.double().mean()

            found, expected = ours[way][key], float(theirs[f"{way}_{name}"])
            low, high = sorted([float(figure(won)), float(figure(lost))])
            print(f"{way} {name}: ours {found:.6f}, OpenCLIP's {expected:.6f}, ties won and lost {low:.6f} to {high:.6f}")
            wrong += not (low - 1e-9 <= found <= high + 1e-9 and low - 1e-9 <= expected <= high + 1e-9)
    print(f"{wrong} figures outside what ties allow")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
