"""Writes hard_distillation.safetensors: DeiT's loss with a teacher's hard labels, in a step of the tiny model.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/hard_distillation.py        (5 s)

    step.own [8], step.head [5, width], step.teacher_head [5, width]
    step.taught [8]                          the classes that the teacher takes tiny_clip's batch 0 for
    step.loss, step.gradient.<name>          1/2 cross-entropy of the class token's head with step.own, 1/2 of the
                                             distillation token's with step.taught
    step.logits [8, 5]                       the mean of both heads' logits, what the student predicts by

The student is `TokenStudent` of distillation.py whose two projections have half of the columns each; a head's logits are
exp(logit_scale) sqrt(2) times the products of unit features with its half of step.head. The teacher is tiny_clip with
QuickGELU, one projection and step.teacher_head. All arithmetic is float64.
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
KEPT = ["logit_scale", "visual.class_embedding", "visual.transformer.resblocks.0.ln_1.weight",
        "visual.transformer.resblocks.1.mlp.c_fc.bias"]


def model(quick_gelu):
    clip = open_clip.CLIP(**json.loads((HERE / "tiny_clip.json").read_text()), quick_gelu=quick_gelu).double()
    clip.load_state_dict({n[8:]: v.double() for n, v in TINY.items() if n.startswith("initial.")}, strict=False)
    return clip


class Student(torch.nn.Module):
    """DeiT's two tokens and two heads on OpenCLIP's picture tower."""

    def __init__(self, head):
        super().__init__()
        self.clip = model(False)
        self.tower = self.clip.visual
        positions, proj = self.tower.positional_embedding.detach(), self.tower.proj.detach()
        half = proj.shape[1] // 2
        self.tower.positional_embedding = torch.nn.Parameter(torch.cat([positions[:1], positions.roll(1, 1)[:1], positions[1:]]))
        self.dist_token = torch.nn.Parameter(self.tower.class_embedding.detach().roll(1))
        self.tower.proj = None
        self.proj = torch.nn.Parameter(proj[:, :half].clone())
        self.proj_dist = torch.nn.Parameter(proj.roll(1, 0)[:, half:].clone())
        self.head = torch.nn.Parameter(head[:, :half].clone())
        self.head_dist = torch.nn.Parameter(head[:, half:].clone())

    def forward(self, pixels):
        """The logits of both heads."""
        t = self.tower
        x = t.conv1(pixels).flatten(2).transpose(1, 2)
        tokens = torch.stack([t.class_embedding, self.dist_token]).expand(len(x), -1, -1)
        x = t.ln_post(t.transformer(t.ln_pre(torch.cat([tokens, x], 1) + t.positional_embedding)))
        scale = 2 ** 0.5 * self.clip.logit_scale.exp()
        own, taught = F.normalize(x[:, 0] @ self.proj, dim=-1), F.normalize(x[:, 1] @ self.proj_dist, dim=-1)
        return scale * own @ self.head.T, scale * taught @ self.head_dist.T

    def named(self):
        return dict(self.clip.named_parameters()) | {
            "visual.dist_token": self.dist_token, "visual.proj": self.proj, "visual.proj_dist": self.proj_dist}


golden = Golden()
mean, std = (torch.tensor(values, dtype=torch.float64) for values in (OPENAI_DATASET_MEAN, OPENAI_DATASET_STD))
pixels = ((TINY["batch0.pixels"].double() / 255 - mean) / std).permute(0, 3, 1, 2)
own = torch.tensor([0, 1, 2, 3, 4, 2, 1, 2])
width = TINY["initial.visual.proj"].shape[1]
head = normal(5, width, seed=3)

with torch.no_grad():
    seen = model(True).encode_image(pixels, normalize=True)
    # An untrained tower's features lie so close together that a random head would take all pictures for one class.
    teacher_head = (normal(5, width, seed=4) + 3 * F.normalize((seen - seen.mean(0))[:5], dim=-1)).float().double()
    logits = seen @ teacher_head.T
    best, second = logits.topk(2).values.T
    assert (best - second).min() > 0.01, "f32 may choose another class"
    taught = logits.argmax(1)

student = Student(head)
first, second = student(pixels)
loss = F.cross_entropy(first, own) / 2 + F.cross_entropy(second, taught) / 2
parameters = student.named()
kept = [*KEPT, "visual.dist_token", "visual.proj", "visual.proj_dist", "visual.positional_embedding"]
gradients = torch.autograd.grad(loss, [student.head, student.head_dist, *(parameters[name] for name in kept)])
golden.keep("step", own=own, head=head, teacher_head=teacher_head, taught=taught, loss=loss,
            logits=(first + second) / 2)
golden.keep("step.gradient", **{"head.weight": torch.cat(gradients[:2], 1)}, **dict(zip(kept, gradients[2:])))
golden.save(__file__)
