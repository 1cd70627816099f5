"""Writes convolutional_encoders.safetensors: features and gradients of picture encoders with convolutions, in float64.

Environment and run: as ops.py, with torchvision 0.28.0.

Parameters are too many to keep, so both sides make them, and the pixels, up from a hash (`made_up`), and of a gradient 12
numbers spread over it and its norm are kept.
"""

import math

import numpy as np
import torch
import torchvision
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from open_clip.modified_resnet import ModifiedResNet
from torch import nn

from golden import Golden, normal

golden = Golden()


def fnv(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def made_up(name, count):
    """Numbers in [-1, 1), exact in float32."""
    x = (np.arange(count, dtype=np.uint64) * 2654435761 + fnv(name) % 2**32) % 2**32
    for shift, factor in [(16, 0x85EBCA6B), (13, 0xC2B2AE35)]:
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor) % 2**32
    x ^= x >> np.uint64(16)
    return (x >> np.uint64(8)).astype(np.float64) / 2**23 - 1


def fill(encoder):
    for name, value in encoder.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        numbers = torch.from_numpy(made_up("visual." + name, value.numel())).reshape(value.shape)
        if name.endswith("running_var"):
            numbers = 1 + numbers / 2
        elif name.endswith(("running_mean", "bias")) or "layer" in name and name.endswith("bn3.weight"):
            numbers = numbers / 4
        elif value.dim() == 1:
            numbers = 1 + numbers / 4
        else:
            inputs = value.shape[0] if name == "proj" else value[0].numel()
            numbers = numbers * 2.0 ** -math.floor(math.log2(inputs) / 2)
        value.copy_(numbers)


class Plain(nn.Module):
    """A torchvision network up to its feature map, whose mean is projected."""

    def __init__(self, arch, width):
        super().__init__()
        network = getattr(torchvision.models, arch)()
        for name, child in network.named_children():
            if name not in ("avgpool", "fc", "classifier"):
                self.add_module(name, child)
        self.proj = nn.Parameter(torch.zeros(512 if arch != "resnet50" else 2048, width))

    def forward(self, x):
        for child in self.children():
            x = child(x)
        return x.mean(dim=(2, 3)) @ self.proj


def spread(count, samples=12):
    return list(range(count)) if count <= samples else [i * (count - 1) // (samples - 1) for i in range(samples)]


def encoder(prefix, network, side, count, seed=None):
    network = network.double()
    with torch.no_grad():
        fill(network)
    for mode in ["evaluation", "training"]:
        bytes_ = np.floor((made_up(seed if seed and mode == "training" else prefix, count * side * side * 3) + 1) * 128)
        pixels = torch.from_numpy(bytes_).reshape(count, side, side, 3)
        mean, std = torch.tensor(OPENAI_DATASET_MEAN).double(), torch.tensor(OPENAI_DATASET_STD).double()
        x = ((pixels / 255 - mean) / std).permute(0, 3, 1, 2)
        network.train(mode == "training")
        network.zero_grad()
        y = nn.functional.normalize(network(x), dim=-1)
        dy = normal(*y.shape, seed=7)
        y.backward(dy)
        golden.keep(f"{prefix}.{mode}", features=y, dy=dy)
        for name, parameter in network.named_parameters():
            gradient = parameter.grad.flatten()
            kept = torch.cat([gradient[spread(len(gradient))], gradient.norm()[None]])
            golden.tensors[f"{prefix}.{mode}.visual.{name}"] = kept
    for name, value in network.state_dict().items():
        if "running" in name:
            golden.tensors[f"{prefix}.moved.visual.{name}"] = value.flatten()[spread(value.numel())]


torch.set_num_threads(2)
encoder("modified", ModifiedResNet([1, 2, 1, 1], output_dim=24, heads=4, image_size=64, width=8), 64, 4)
encoder("resnet18", Plain("resnet18", 16), 64, 4)
encoder("resnet50", Plain("resnet50", 16), 64, 4)
# With these pixels in training PyTorch's own f32 has every rectifier and maximum as f64 has it; a flip moves a gradient by 1e-2.
encoder("vgg11_bn", Plain("vgg11_bn", 16), 64, 4, seed="vgg11_bn1")
golden.save(__file__)
