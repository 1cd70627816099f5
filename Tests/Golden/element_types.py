"""Writes element_types.safetensors: a small tensor of each element type, as PyTorch writes it.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/element_types.py        (0.1 s)
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

values = torch.tensor([0, 1, -2.5, 0.333251953125, 65504])  # the last two are exact in f16
save_file(
    {
        "f64": values.double(),
        "f32": values,
        "f16": values.half(),
        "bf16": values.bfloat16(),
        "i64": torch.tensor([-3, 0, 1 << 24]),
        "u8": torch.tensor([0, 127, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "scalar": torch.tensor(2.5),
    },
    Path(__file__).with_suffix(".safetensors"),
    metadata={"format": "pt"},
)
