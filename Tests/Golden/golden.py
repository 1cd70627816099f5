"""What the scripts beside this one share: inputs in float32, arithmetic in float64, results stored as float32."""

from pathlib import Path

import torch
from safetensors.torch import save_file


def normal(*shape, seed, scale=1.0):
    """Normal numbers that are exact in float32, held as float64."""
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(*shape, generator=generator) * scale).double()


def narrowed(tensor):
    return tensor.detach().float() if tensor.dtype == torch.float64 else tensor.detach()


class Golden:
    def __init__(self):
        self.tensors = {}

    def keep(self, prefix, **tensors):
        for name, tensor in tensors.items():
            self.tensors[f"{prefix}.{name}"] = torch.as_tensor(tensor)

    def op(self, prefix, function, constants=None, **inputs):
        """Keeps y = function(**inputs, **constants), a random dy, and the gradient of sum(dy * y) for each input."""
        constants = constants or {}
        leaves = {name: value.float().double().requires_grad_() for name, value in inputs.items()}
        y = function(**leaves, **constants)
        dy = torch.ones(()).double() if y.dim() == 0 else normal(*y.shape, seed=len(self.tensors))
        gradients = torch.autograd.grad(y, list(leaves.values()), dy)
        self.keep(prefix, **inputs, **constants, y=y, dy=dy)
        self.keep(prefix, **{f"d{name}": gradient for name, gradient in zip(leaves, gradients)})

    def save(self, script):
        path = Path(script).with_suffix(".safetensors")
        tensors = {name: narrowed(tensor).contiguous().clone() for name, tensor in self.tensors.items()}
        save_file(tensors, path)
        path.chmod(0o644)  # safetensors writes 0600
        print(f"{path.name}: {len(tensors)} tensors, {path.stat().st_size:,} bytes")
