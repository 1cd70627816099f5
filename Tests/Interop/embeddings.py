"""Compares what `diagonal embed` wrote with what OpenCLIP computes from the same model, pictures and captions.

    diagonal embed --model MODEL --data SHARDS --out EMBEDDINGS
    python Tests/Interop/embeddings.py MODEL EMBEDDINGS SHARD... [--tokenizer FILE] [--tolerance 1e-4]

Loads MODEL as `local-dir:MODEL`, uses the preprocessing that OpenCLIP derives from it, prints the largest difference of
an element for pictures and for texts, and exits with 1 when one is above the tolerance. The text of a pair is its .txt,
else the first of its .json's "captions", else that one's "caption".

Environment: a virtual environment with torch 2.13.0 (CPU) and open_clip_torch 3.3.0.
"""

import argparse
import gzip
import io
import json
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image

import stored

PICTURES = {"jpg", "jpeg", "png", "webp"}


def samples(shards):
    """(key, {extension: bytes}) of each sample that has a picture, in the order of the shards."""
    for shard in shards:
        found = {}
        with tarfile.open(shard) as archive:
            for member in archive:
                if member.isfile():
                    key, _, extension = member.name.partition(".")
                    found.setdefault(key, {})[extension.lower()] = archive.extractfile(member).read()
        yield from ((key, parts) for key, parts in found.items() if PICTURES & parts.keys())


def picture(parts):
    extension = next(e for e in parts if e in PICTURES)
    return Image.open(io.BytesIO(parts[extension])).convert("RGB")


def text(parts):
    if "txt" in parts:
        return parts["txt"].decode().strip()
    description = json.loads(parts["json"])
    return description["captions"][0] if "captions" in description else description["caption"]


def tokenizer(path, model):
    """OpenCLIP reads merges from gzip only, and counts an empty last line as a merge."""
    arguments = {"context_length": model.context_length}
    if path:
        content = Path(path).read_bytes()
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        with tempfile.NamedTemporaryFile(suffix=".txt.gz") as copy:
            Path(copy.name).write_bytes(gzip.compress(content.rstrip(b"\n")))
            arguments["bpe_path"] = copy.name
            found = open_clip.tokenizer.SimpleTokenizer(**arguments)
    else:
        found = open_clip.tokenizer.SimpleTokenizer(**arguments)
    if found.vocab_size != model.vocab_size:
        sys.exit(f"the tokenizer has {found.vocab_size} tokens, the model {model.vocab_size}: pass its --tokenizer")
    return found


def expected(model, preprocess, tokenize, pairs, batch=64):
    """Embeddings of length 1 as OpenCLIP computes them: pictures, texts."""
    images, texts = [], []
    for start in range(0, len(pairs), batch):
        chunk = [parts for _, parts in pairs[start : start + batch]]
        with torch.no_grad():
            pixels = torch.stack([preprocess(picture(parts)) for parts in chunk])
            images.append(model.encode_image(pixels, normalize=True))
            texts.append(model.encode_text(tokenize([text(parts) for parts in chunk]), normalize=True))
    return torch.cat(images).numpy(), torch.cat(texts).numpy()


def differs(what, keys, found, wanted, tolerance):
    if found.shape != wanted.shape or found.dtype != np.float32:
        print(f"{what}: {found.dtype} {found.shape}, expected float32 {wanted.shape}")
        return True
    difference = np.abs(found - wanted).max(axis=1)
    worst = int(np.nan_to_num(difference, nan=np.inf).argmax())
    print(f"{what}: max |difference| {difference[worst]:.2e} at {keys[worst]}, of {len(keys)}")
    return not difference[worst] <= tolerance


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("embeddings", type=Path)
    parser.add_argument("shards", nargs="+")
    parser.add_argument("--tokenizer", help="the model's merges; OpenCLIP's own without")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    options = parser.parse_args()

    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{options.model}")
    model.eval()
    pairs = list(samples(options.shards))
    keys = [key for key, _ in pairs]
    listed = stored.lines(options.embeddings, "keys")
    if listed != keys:
        at = next((i for i, (a, b) in enumerate(zip(listed, keys)) if a != b), min(len(listed), len(keys)))
        sys.exit(f"{options.embeddings} lists {len(listed)} keys, the shards hold {len(keys)}; they part at number {at}")

    images, texts = expected(model, preprocess, tokenizer(options.tokenizer, model), pairs)
    wrong = [
        differs(what, keys, stored.rows(options.embeddings, what), wanted, options.tolerance)
        for what, wanted in [("images", images), ("texts", texts)]
    ]
    sys.exit(1 if any(wrong) else 0)


if __name__ == "__main__":
    main()
