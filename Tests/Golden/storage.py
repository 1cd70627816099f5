"""Writes storage.safetensors: floats, and the bits that PyTorch gives them in f16 and bf16.

Environment: a virtual environment with torch 2.13.0 (CPU) and safetensors.
Run:         python Tests/Golden/storage.py        (1 s)
"""

import math
import struct

import torch
from golden import Golden


def bits(pattern):
    return struct.unpack("<f", struct.pack("<I", pattern))[0]


def halves():
    """Numbers halfway between two neighbours, and next to halfway, around every exponent of f16 and of bf16."""
    for exponent in range(0, 256, 3):
        for low in [0x0000, 0x1000, 0x2000, 0x3000, 0x0FFF, 0x1001, 0x7FFF, 0x8000, 0x8001, 0x18000, 0x17FFF, 0x7FFFFF]:
            yield bits(exponent << 23 | low)


edges = [
    0.0, -0.0, 65504, 65519.996, 65520, 65536, -65520, 6.1035156e-05, 6.0975552e-05, 5.9604645e-08, 2.9802322e-08,
    2.980233e-08, 1.4012985e-45, 3.3895314e38, 3.3961776e38, 3.4028235e38, math.inf, -math.inf, math.nan,
    bits(0x7F800001), bits(0xFFFFFFFF),
]
values = torch.tensor(edges + list(halves()) + torch.randn(2000, generator=torch.Generator().manual_seed(1)).tolist())
golden = Golden()
golden.keep(
    "storage", values=values, f16=values.half().view(torch.int16).long(),
    bf16=values.bfloat16().view(torch.int16).long())
golden.save(__file__)
