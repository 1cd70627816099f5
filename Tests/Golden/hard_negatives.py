"""Writes hard_negatives.safetensors: the softmax losses whose pictures see wrong captions too, alone and in a step.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/hard_negatives.py        (5 s)

    loss.<kind>.<duplicates>.*      of 24 pairs with 3 places each for wrong captions, of which the first loss.given [24]
                                    hold some. Captions and pictures that are the same are those of losses.py; wrong
                                    caption k reads as caption loss.reads[k] of the batch, -1: as none. Where duplicates
                                    aren't negatives no pair with that caption's picture sees it: 8 has 5's.
    step.*                          of tiny_clip's batch 0 with 2 places each: step.wrong [16, length], step.given [8]

The plain loss is NegCLIP's (github.com/mertyg/vision-language-models-are-bows, train.py): cross-entropy of pictures over
the texts and the wrong captions, of texts over the pictures, halved. All arithmetic is float64.
"""

import json
import math
from pathlib import Path

import open_clip
import torch
import torch.nn.functional as F
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from safetensors.torch import load_file

from golden import Golden, normal

HERE = Path(__file__).parent
TINY = load_file(HERE / "tiny_clip.safetensors")
BATCH, DIM, EACH = 24, 12, 3
KEPT = ["logit_scale", "visual.proj", "visual.class_embedding", "token_embedding.weight", "text_projection",
        "transformer.resblocks.0.ln_1.weight", "transformer.resblocks.1.mlp.c_fc.bias"]
golden = Golden()

captions = torch.arange(BATCH)
captions[17], captions[9], captions[22] = 3, 5, 5
pictures = torch.arange(BATCH) + 100
pictures[11], pictures[8] = 104, 105
same = (captions[:, None] == captions) | (pictures[:, None] == pictures)
eye = torch.eye(BATCH, dtype=torch.bool)
given = torch.tensor([3, 3, 2, 0, 1, 3] * 4)
reads = torch.full((BATCH * EACH,), -1)
reads[4], reads[20], reads[36], reads[50] = 3, 5, 5, 20
there = torch.arange(EACH).repeat(BATCH) < given.repeat_interleave(EACH)


def loss(images, texts, wrong, logit_scale, kind, duplicates):
    positives = same if duplicates == "positive" else eye
    seen = ~same | eye if duplicates == "ignore" else torch.ones_like(same)
    if kind == "decoupled":
        seen = seen & ~eye
    sees_wrong = there.expand(BATCH, -1)
    if duplicates != "negative":
        alike = pictures[:, None] == pictures
        sees_wrong = sees_wrong & ~(alike.double() @ (captions[:, None] == reads).double() > 0)
    scale = logit_scale.exp()
    logits, others = scale * images @ texts.T, scale * images @ wrong.T
    masked = lambda x, mask: x.masked_fill(~mask, -math.inf)
    targets = positives.double() / positives.sum(1, keepdim=True)
    by_row = torch.cat([masked(logits, seen), masked(others, sees_wrong)], 1).logsumexp(1) - (targets * logits).sum(1)
    by_column = masked(logits, seen).logsumexp(0) - (targets.T * logits).sum(0)
    return (by_row.mean() + by_column.mean()) / 2


def negclip(images, texts, wrong, scale):
    """As train.py has it, where every place holds a caption."""
    own = torch.arange(len(images))
    by_row = F.cross_entropy(scale * images @ torch.cat([texts, wrong]).T, own)
    return (by_row + F.cross_entropy(scale * texts @ images.T, own)) / 2


unit = lambda rows, seed: F.normalize(normal(rows, DIM, seed=seed), dim=-1).float().double()
inputs = dict(
    images=unit(BATCH, 40), texts=unit(BATCH, 41), wrong=unit(BATCH * EACH, 44),
    logit_scale=torch.tensor(math.log(14.3)).float().double())
golden.keep("loss", **inputs, given=given, reads=reads, captions=captions, pictures=pictures)
for kind, duplicates in [("softmax", "negative"), ("softmax", "ignore"), ("softmax", "positive"), ("decoupled", "negative")]:
    leaves = {name: value.clone().requires_grad_() for name, value in inputs.items()}
    y = loss(**leaves, kind=kind, duplicates=duplicates)
    gradients = torch.autograd.grad(y, list(leaves.values()))
    golden.keep(f"loss.{kind}.{duplicates}", y=y, **{f"d{name}": g for name, g in zip(leaves, gradients)})
full, given[:], there[:] = given.clone(), EACH, True
assert torch.allclose(
    loss(**inputs, kind="softmax", duplicates="negative"),
    negclip(inputs["images"], inputs["texts"], inputs["wrong"], inputs["logit_scale"].exp()), rtol=1e-12)
golden.tensors["loss.given"] = full

clip = open_clip.CLIP(**json.loads((HERE / "tiny_clip.json").read_text())).double()
clip.load_state_dict({n[8:]: v.double() for n, v in TINY.items() if n.startswith("initial.")}, strict=False)
mean, std = (torch.tensor(values, dtype=torch.float64) for values in (OPENAI_DATASET_MEAN, OPENAI_DATASET_STD))
pixels = ((TINY["batch0.pixels"].double() / 255 - mean) / std).permute(0, 3, 1, 2)
wrong = torch.cat([TINY["batch1.tokens"], TINY["batch2.tokens"]]).reshape(2, 8, -1).transpose(0, 1).reshape(16, -1)
given = torch.tensor([2, 1, 2, 0, 2, 2, 1, 2])
there = torch.arange(2).repeat(8) < given.repeat_interleave(2)
images = clip.encode_image(pixels, normalize=True)
texts, others = (clip.encode_text(tokens.long(), normalize=True) for tokens in (TINY["batch0.tokens"], wrong))
value = negclip(images, texts, others[there], clip.logit_scale.exp())
parameters = dict(clip.named_parameters())
golden.keep("step", wrong=wrong, given=given, loss=value)
golden.keep("step.gradient", **dict(zip(KEPT, torch.autograd.grad(value, [parameters[name] for name in KEPT]))))
golden.save(__file__)
