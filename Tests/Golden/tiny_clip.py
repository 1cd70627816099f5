"""Writes tiny_clip.safetensors: OpenCLIP's features, loss, gradients and ten training steps of a small model.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/tiny_clip.py        (10 s)

The model is tiny_clip.json; text has mlp_ratio 2, vision OpenCLIP's default of 4. The file holds

    batch0.pixels … batch2.pixels    U8  [8, 32, 32, 3]
    batch0.tokens … batch2.tokens    I64 [8, 12]         start 598, end 599, then zeros
    initial.<name>                   BF32                the parameters are exact in it, which halves the file
    image_features, text_features    [8, 32], loss, gradient.<name>         of batch 0 with the initial parameters
    quick.image_features, quick.text_features                               the same with quick_gelu
    losses [10], learning_rates [10], logit_scales [10] (after each step)   step k takes batch k mod 3
    change.<name>                    F32                 final minus initial parameters

All arithmetic is float64. The script also prints how far float32 strays from it, which is what a test may allow.
"""

import json
import math
from pathlib import Path

import open_clip
import torch
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from open_clip_train.scheduler import cosine_lr

from golden import Golden

PAIRS, BATCHES, STEPS, WARMUP, RATE, START, END = 8, 3, 10, 3, 1e-3, 598, 599
CONFIG = json.loads(Path(__file__).with_suffix(".json").read_text())
NEVER_DECAYED = {"positional_embedding", "visual.positional_embedding", "visual.class_embedding"}


def model(dtype, quick_gelu=False):
    """The same parameters each time: OpenCLIP's initial ones, rounded to bfloat16, none of them zero or one."""
    torch.manual_seed(0)
    clip = open_clip.CLIP(**CONFIG, quick_gelu=quick_gelu)
    with torch.no_grad():
        for name, parameter in clip.named_parameters():
            if name.endswith("bias") or ".ln_" in name or name.startswith("ln_"):
                parameter += 0.1 * torch.randn(parameter.shape)  # so that ignoring them shows
            parameter.copy_(parameter.bfloat16().float())
    return clip.to(dtype)


def batch(seed):
    generator = torch.Generator().manual_seed(100 + seed)
    pixels = torch.randint(0, 256, (PAIRS, 32, 32, 3), generator=generator, dtype=torch.uint8)
    tokens = torch.zeros(PAIRS, 12, dtype=torch.int64)
    for row, words in enumerate([3, 10, 1, 5, 0, 7, 10, 2]):  # 10 fill the context, 0 leave it empty
        ids = torch.randint(0, START, (words,), generator=generator).tolist()
        tokens[row, : words + 2] = torch.tensor([START, *ids, END])
    return pixels, tokens


def normalized(pixels, dtype):
    mean, std = (torch.tensor(values, dtype=dtype) for values in (OPENAI_DATASET_MEAN, OPENAI_DATASET_STD))
    return ((pixels.to(dtype) / 255 - mean) / std).permute(0, 3, 1, 2)


def forward(clip, pixels, tokens):
    images, texts, scale = clip(normalized(pixels, clip.logit_scale.dtype), tokens)
    return images, texts, open_clip.ClipLoss()(images, texts, scale)


def gradients(clip, pixels, tokens):
    parameters = dict(clip.named_parameters())
    found = torch.autograd.grad(forward(clip, pixels, tokens)[2], list(parameters.values()))
    return dict(zip(parameters, found))


def train(clip, batches):
    """As OpenCLIP's main branch trains; returns the losses, the rates and the logit scales."""
    kept = [p for n, p in clip.named_parameters() if p.ndim <= 1 or n in NEVER_DECAYED]
    decayed = [p for n, p in clip.named_parameters() if not (p.ndim <= 1 or n in NEVER_DECAYED)]
    optimizer = torch.optim.AdamW(
        [{"params": kept, "weight_decay": 0.0}, {"params": decayed, "weight_decay": 0.2}],
        lr=RATE, betas=(0.9, 0.98), eps=1e-6)
    schedule = cosine_lr(optimizer, RATE, WARMUP, STEPS)
    losses, rates, scales = [], [], []
    for step in range(STEPS):
        rates.append(schedule(step))
        optimizer.zero_grad()
        loss = forward(clip, *batches[step % BATCHES])[2]
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            clip.logit_scale.clamp_(0, math.log(100))
        losses.append(loss.item())
        scales.append(clip.logit_scale.item())
    return losses, rates, scales


def changes(clip, initial):
    return {name: parameter.detach().double() - initial[name] for name, parameter in clip.named_parameters()}


def report(what, exact, rounded):
    def distance(name):
        return ((rounded[name] - exact[name]).abs().max() / exact[name].abs().max()).item()

    worst = max(exact, key=distance)
    print(f"float32's {what} is off by up to {distance(worst):.1e} of the largest of {worst}")


def main():
    golden = Golden()
    batches = [batch(seed) for seed in range(BATCHES)]
    for number, (pixels, tokens) in enumerate(batches):
        golden.keep(f"batch{number}", pixels=pixels, tokens=tokens)

    exact, rounded = model(torch.float64), model(torch.float32)
    initial = {name: parameter.detach().clone() for name, parameter in exact.named_parameters()}
    golden.tensors |= {f"initial.{name}": value.bfloat16() for name, value in initial.items()}

    images, texts, loss = forward(exact, *batches[0])
    quick_images, quick_texts, _ = forward(model(torch.float64, quick_gelu=True), *batches[0])
    golden.tensors |= {
        "image_features": images, "text_features": texts, "loss": loss,
        "quick.image_features": quick_images, "quick.text_features": quick_texts,
    }
    slopes = gradients(exact, *batches[0])
    golden.keep("gradient", **slopes)
    report("gradient", slopes, gradients(rounded, *batches[0]))

    losses, rates, scales = train(exact, batches)
    golden.tensors |= {
        name: torch.tensor(values, dtype=torch.float64)
        for name, values in [("losses", losses), ("learning_rates", rates), ("logit_scales", scales)]
    }
    change = changes(exact, initial)
    golden.tensors |= {f"change.{name}": value for name, value in change.items()}
    rounded_losses, _, _ = train(rounded, batches)
    print("losses:", " ".join(f"{value:.4f}" for value in losses))
    print("float32's losses are off by up to", max(abs(a - b) for a, b in zip(losses, rounded_losses)))
    report("change", change, changes(rounded, initial))
    golden.save(__file__)


main()
