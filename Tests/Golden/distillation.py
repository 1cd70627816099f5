"""Writes distillation.safetensors: cosine distillation of pictures' features, alone and in a step of the tiny model.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/distillation.py        (5 s)

    rows.x, rows.teacher             [7, 20]             rows.loss = 0.7/7 sum(1 - cos), rows.dx its gradient
    step.loss, step.gradient.<name>                      OpenCLIP's loss + 0.7 mean(1 - cos) of tiny_clip's batch 0

The step's teacher is the student's own parameters with QuickGELU. All arithmetic is float64.
"""

import json
from pathlib import Path

import open_clip
import torch
import torch.nn.functional as F
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from safetensors.torch import load_file

from golden import Golden, normal

WEIGHT = 0.7
HERE = Path(__file__).parent
TINY = load_file(HERE / "tiny_clip.safetensors")
KEPT = ["logit_scale", "visual.proj", "visual.class_embedding", "visual.transformer.resblocks.0.ln_1.weight",
        "visual.transformer.resblocks.1.mlp.c_fc.bias", "text_projection"]


def distance(x, teacher):
    return WEIGHT * (1 - F.cosine_similarity(x, teacher, dim=-1)).mean()


def model(quick_gelu):
    clip = open_clip.CLIP(**json.loads((HERE / "tiny_clip.json").read_text()), quick_gelu=quick_gelu).double()
    clip.load_state_dict({n[8:]: v.double() for n, v in TINY.items() if n.startswith("initial.")}, strict=False)
    return clip


golden = Golden()
x, teacher = normal(7, 20, seed=1, scale=3).requires_grad_(), normal(7, 20, seed=2)
loss = distance(x, teacher)
golden.keep("rows", x=x, teacher=teacher, loss=loss, dx=torch.autograd.grad(loss, x)[0])

mean, std = (torch.tensor(values, dtype=torch.float64) for values in (OPENAI_DATASET_MEAN, OPENAI_DATASET_STD))
pixels = ((TINY["batch0.pixels"].double() / 255 - mean) / std).permute(0, 3, 1, 2)
student = model(False)
images, texts, scale = student(pixels, TINY["batch0.tokens"])
with torch.no_grad():
    target = model(True).encode_image(pixels)
loss = open_clip.ClipLoss()(images, texts, scale) + distance(images, target)
parameters = dict(student.named_parameters())
gradients = torch.autograd.grad(loss, [parameters[name] for name in KEPT])
golden.keep("step", loss=loss)
golden.keep("step.gradient", **dict(zip(KEPT, gradients)))
golden.save(__file__)
