"""Writes encoder_ops.safetensors: what PyTorch makes of the ops that variants of the encoders need, as ops.py does.

Environment: a virtual environment with torch 2.13.0 (CPU) and safetensors.
Run:         python Tests/Golden/encoder_ops.py        (2 s)
"""

import torch
import torch.nn.functional as F

from golden import Golden, normal

golden = Golden()
x = torch.linspace(-6, 6, 97)
golden.op("tanh", torch.tanh, x=x)
golden.op("tanh_gelu", lambda x: F.gelu(x, approximate="tanh"), x=x)
golden.op(
    "layer_norm_epsilon", lambda x, weight, bias: F.layer_norm(x, [24], weight, bias, eps=0.1),
    x=normal(5, 24, seed=1, scale=0.5), weight=1 + normal(24, seed=2, scale=0.3), bias=normal(24, seed=3))
golden.op(
    "layer_scale", lambda x, gamma, residual: residual + x * gamma,
    x=normal(7, 40, seed=4), gamma=normal(40, seed=5), residual=normal(7, 40, seed=6))


def mean_rows(x):
    return torch.stack([x[0, 1:5].mean(0), x[1, 0:1].mean(0), x[2, 2:4].mean(0)])


golden.op("mean_rows", mean_rows, x=normal(3, 5, 70, seed=7))


def attention(q, k, v):
    """Two heads of 8; sequences see 5, 1 and 3 rows."""

    def heads(t):
        return t.view(3, 5, 2, 8).transpose(1, 2)

    seen = torch.arange(5)[None] < torch.tensor([5, 1, 3])[:, None]
    y = F.scaled_dot_product_attention(heads(q), heads(k), heads(v), attn_mask=seen[:, None, None])
    return y.transpose(1, 2).reshape(3, 5, 16)


golden.op("seen_attention", attention, **{n: normal(3, 5, 16, seed=8 + i) for i, n in enumerate("qkv")})
golden.op(
    "tokens", lambda x, first, second, positions: torch.cat(
        [torch.stack([first, second]).expand(3, -1, -1), x], 1) + positions,
    x=normal(3, 4, 16, seed=11), first=normal(16, seed=12), second=normal(16, seed=13), positions=normal(6, 16, seed=14))
golden.op("plus_row", lambda x, row: x + row, x=normal(9, 24, seed=15), row=normal(24, seed=16))
golden.save(__file__)
