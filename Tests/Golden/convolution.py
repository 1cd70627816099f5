"""Writes convolution.safetensors: what PyTorch makes of the ops of networks with convolutions, channels last.

Environment and run: as ops.py.
"""

import torch
import torch.nn.functional as F
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD

from golden import Golden, normal

golden = Golden()


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


def convolution(prefix, shape, out, side, stride, padding, bias, seed):
    batch, height, width, channels = shape
    inputs = dict(
        x=normal(*shape, seed=seed),
        weight=normal(out, channels, side, side, seed=seed + 1, scale=(channels * side * side) ** -0.5))
    if bias:
        inputs["bias"] = normal(out, seed=seed + 2)
    golden.op(
        prefix,
        lambda x, weight, bias=None: last(F.conv2d(first(x), weight, bias, stride=stride, padding=padding)), **inputs)


def batch_norm(prefix, training, residual, rectified, seed, shape=(2, 3, 3, 70)):
    width = shape[-1]
    mean, variance = normal(width, seed=seed), 0.5 + normal(width, seed=seed + 1).abs()
    golden.keep(prefix, mean=mean, variance=variance)
    moved = (mean.clone(), variance.clone())
    inputs = dict(
        x=normal(*shape, seed=seed + 2) * 2 + 3 * normal(width, seed=seed + 3),
        weight=1 + normal(width, seed=seed + 4, scale=0.3), bias=normal(width, seed=seed + 5))
    if residual:
        inputs["residual"] = normal(*shape, seed=seed + 6)

    def norm(x, weight, bias, residual=None):
        y = last(F.batch_norm(first(x), *moved, weight, bias, training, 0.1, 1e-5))
        y = y if residual is None else y + residual
        return F.relu(y) if rectified else y

    golden.op(prefix, norm, **inputs)
    golden.keep(prefix, moved_mean=moved[0], moved_variance=moved[1])


convolution("point", (2, 5, 6, 20), 24, 1, 1, 0, False, 100)
convolution("point_strided", (2, 6, 6, 16), 32, 1, 2, 0, False, 103)
convolution("three", (2, 7, 6, 16), 20, 3, 1, 1, False, 106)
convolution("three_strided", (2, 8, 8, 3), 16, 3, 2, 1, False, 109)
convolution("three_biased", (2, 4, 4, 5), 6, 3, 1, 1, True, 112)
convolution("three_odd", (1, 1, 1, 7), 33, 3, 1, 1, False, 115)
convolution("seven", (2, 12, 14, 3), 16, 7, 2, 3, False, 118)
batch_norm("norm", True, False, False, 130)
batch_norm("norm_rectified", True, False, True, 140)
batch_norm("norm_residual", True, True, True, 150)
batch_norm("norm_running", False, False, True, 160)
batch_norm("norm_running_residual", False, True, True, 170)
batch_norm("norm_long", True, False, False, 180, shape=(2, 15, 10, 8))
golden.op("average", lambda x: last(F.avg_pool2d(first(x), 2)), x=normal(2, 6, 8, 70, seed=200))
golden.op("average_odd", lambda x: last(F.avg_pool2d(first(x), 2)), x=normal(2, 5, 7, 5, seed=201))
golden.op("average_whole", lambda x: last(F.adaptive_avg_pool2d(first(x), 1)), x=normal(3, 4, 4, 6, seed=202))
golden.op("max", lambda x: last(F.max_pool2d(first(x), 3, 2, 1)), x=normal(2, 7, 8, 20, seed=203))
golden.op("max_plain", lambda x: last(F.max_pool2d(first(x), 2, 2)), x=normal(2, 6, 5, 5, seed=204))
# Equals in a window: the first counts.
golden.op("max_equal", lambda x: last(F.max_pool2d(first(x), 3, 2, 1)), x=torch.zeros(1, 6, 6, 4))
golden.op(
    "mean_token",
    lambda x, positions: torch.cat([x.mean(dim=1, keepdim=True), x], dim=1) + positions,
    x=normal(2, 9, 24, seed=205), positions=normal(10, 24, seed=206))
golden.op("joined", lambda a, b: torch.cat([a, b], dim=-1), a=normal(5, 7, seed=207), b=normal(5, 7, seed=208))
pixels = torch.randint(0, 256, (2, 6, 6, 3), generator=torch.Generator().manual_seed(209), dtype=torch.uint8)
mean, std = torch.tensor(OPENAI_DATASET_MEAN).double(), torch.tensor(OPENAI_DATASET_STD).double()
golden.keep("pictures", pixels=pixels, mean=mean, std=std, y=(pixels.double() / 255 - mean) / std)
golden.save(__file__)
