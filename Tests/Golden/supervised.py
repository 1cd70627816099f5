"""Writes supervised.safetensors: cross-entropy of a linear head, alone and in a step of the tiny model.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/supervised.py        (5 s)

    rows.z [9, 21], rows.own [9]          rows.loss = 1/9 sum of F.cross_entropy(scale z, own), rows.scale; its gradients
                                          rows.dz, rows.dscale
    step.head [5, width], step.own [8]    step.loss, step.gradient.<name>: OpenCLIP's image encoder of tiny_clip's batch 0,
                                          its unit embeddings times head.weight and exp(logit_scale)

All arithmetic is float64.
"""

import json
from pathlib import Path

import open_clip
import torch
import torch.nn.functional as F
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from safetensors.torch import load_file

from golden import Golden, normal

HERE = Path(__file__).parent
TINY = load_file(HERE / "tiny_clip.safetensors")
KEPT = ["logit_scale", "visual.proj", "visual.class_embedding", "visual.transformer.resblocks.0.ln_1.weight",
        "visual.transformer.resblocks.1.mlp.c_fc.bias"]

golden = Golden()
z, own = normal(9, 21, seed=1).requires_grad_(), torch.tensor([0, 20, 3, 3, 7, 11, 19, 1, 5])
scale = torch.tensor(7.0, dtype=torch.float64, requires_grad=True)
loss = F.cross_entropy(scale * z, own)
dz, dscale = torch.autograd.grad(loss, [z, scale])
golden.keep("rows", z=z, own=own, scale=scale, loss=loss, dz=dz, dscale=dscale)

clip = open_clip.CLIP(**json.loads((HERE / "tiny_clip.json").read_text())).double()
clip.load_state_dict({n[8:]: v.double() for n, v in TINY.items() if n.startswith("initial.")}, strict=False)
mean, std = (torch.tensor(values, dtype=torch.float64) for values in (OPENAI_DATASET_MEAN, OPENAI_DATASET_STD))
pixels = ((TINY["batch0.pixels"].double() / 255 - mean) / std).permute(0, 3, 1, 2)
images = clip.encode_image(pixels, normalize=True)
head, own = normal(5, images.shape[1], seed=3).requires_grad_(), torch.tensor([0, 1, 2, 3, 4, 2, 1, 2])
loss = F.cross_entropy(clip.logit_scale.exp() * images @ head.T, own)
parameters = dict(clip.named_parameters())
gradients = torch.autograd.grad(loss, [head, *(parameters[name] for name in KEPT)])
golden.keep("step", head=head, own=own, loss=loss)
golden.keep("step.gradient", **dict(zip(["head.weight", *KEPT], gradients)))
golden.save(__file__)
