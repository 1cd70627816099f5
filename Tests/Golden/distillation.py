"""Writes distillation.safetensors: cosine distillation of pictures' features, alone and in a step of the tiny model.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/distillation.py        (5 s)

    rows.x, rows.teacher             [7, 20]             rows.loss = 0.7/7 sum(1 - cos), rows.dx its gradient
    step.loss, step.gradient.<name>                      OpenCLIP's loss + 0.7 mean(1 - cos) of tiny_clip's batch 0
    token.loss, token.gradient.<name>                    the same of DeiT's student: the contrast reads the mean of both
                                                         tokens' projections, the teacher draws on the distillation token's

The step's teacher is the student's own parameters with QuickGELU. The second token's parameters are the first's in another
order (`TokenStudent`). All arithmetic is float64.
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


class TokenStudent(torch.nn.Module):
    """DeiT's second token in OpenCLIP's picture tower."""

    def __init__(self, quick_gelu):
        super().__init__()
        self.clip = model(quick_gelu)
        self.tower = self.clip.visual
        positions = self.tower.positional_embedding.detach()
        self.tower.positional_embedding = torch.nn.Parameter(torch.cat([positions[:1], positions.roll(1, 1)[:1], positions[1:]]))
        self.dist_token = torch.nn.Parameter(self.tower.class_embedding.detach().roll(1))
        self.proj_dist = torch.nn.Parameter(self.tower.proj.detach().roll(1, 0))

    def encode_image(self, pixels):
        """The mean's features, the distillation token's."""
        t = self.tower
        x = t.conv1(pixels).flatten(2).transpose(1, 2)
        tokens = torch.stack([t.class_embedding, self.dist_token]).expand(len(x), -1, -1)
        x = t.ln_post(t.transformer(t.ln_pre(torch.cat([tokens, x], 1) + t.positional_embedding)))
        own, distilled = x[:, 0] @ t.proj, x[:, 1] @ self.proj_dist
        return F.normalize((own + distilled) / 2, dim=-1), distilled

    def named(self):
        return dict(self.clip.named_parameters()) | {
            "visual.dist_token": self.dist_token, "visual.proj_dist": self.proj_dist}


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

student, teacher = TokenStudent(False), TokenStudent(True)
images, distilled = student.encode_image(pixels)
texts = F.normalize(student.clip.encode_text(TINY["batch0.tokens"]), dim=-1)
with torch.no_grad():
    target, _ = teacher.encode_image(pixels)
loss = open_clip.ClipLoss()(images, texts, student.clip.logit_scale.exp()) + distance(distilled, target)
parameters = student.named()
kept = [*KEPT, "visual.dist_token", "visual.proj_dist", "visual.positional_embedding"]
gradients = torch.autograd.grad(loss, [parameters[name] for name in kept])
golden.keep("token", loss=loss)
golden.keep("token.gradient", **dict(zip(kept, gradients)))
golden.save(__file__)
