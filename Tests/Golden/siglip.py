"""Writes siglip/: a tiny `SiglipModel` of random weights as transformers saves it; and siglip.safetensors: pictures and
tokens with the embeddings that it computes in float64.

Environment: a virtual environment with torch 2.13.0 (CPU), transformers 5.24.0.
Run:         python Tests/Golden/siglip.py        (5 s)
"""

import shutil
from pathlib import Path

import torch
import torch.nn.functional as F
from golden import Golden
from transformers import SiglipConfig, SiglipImageProcessor, SiglipModel

HERE = Path(__file__).parent / "siglip"
MEAN, STD = [0.5, 0.4, 0.3], [0.25, 0.3, 0.35]


def model():
    torch.manual_seed(0)
    sizes = dict(hidden_size=24, intermediate_size=44, num_hidden_layers=2, num_attention_heads=3)
    siglip = SiglipModel(SiglipConfig(
        text_config=sizes | dict(vocab_size=300, max_position_embeddings=8, layer_norm_eps=1e-5, projection_size=24),
        vision_config=sizes | dict(image_size=16, patch_size=5)))
    with torch.no_grad():
        for name, parameter in siglip.named_parameters():
            if "norm" in name or name.endswith("bias"):
                parameter += 0.1 * torch.randn(parameter.shape)  # so that ignoring them shows
            elif parameter.dim() > 1:
                parameter.copy_(0.3 * torch.randn(parameter.shape))
            parameter.copy_(parameter.bfloat16().float())
    return siglip.eval()


def features(siglip):
    generator = torch.Generator().manual_seed(3)
    pixels = torch.randint(0, 256, (3, 16, 16, 3), generator=generator, dtype=torch.uint8)
    tokens = torch.ones(3, 8, dtype=torch.int64)
    for row, words in enumerate([4, 7, 0]):
        tokens[row, :words] = torch.randint(3, 300, (words,), generator=generator)
    normalized = (pixels.double() / 255 - torch.tensor(MEAN).double()) / torch.tensor(STD).double()
    with torch.no_grad():
        out = siglip.double()(input_ids=tokens, pixel_values=normalized.permute(0, 3, 1, 2))
    unit = [F.normalize(rows, dim=-1) for rows in (out.image_embeds, out.text_embeds)]
    probabilities = torch.sigmoid(out.logits_per_image)
    return dict(pixels=pixels, tokens=tokens, images=unit[0], texts=unit[1], probabilities=probabilities)


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    siglip = model()
    siglip.bfloat16().save_pretrained(HERE)
    SiglipImageProcessor(image_mean=MEAN, image_std=STD, size={"height": 16, "width": 16}).save_pretrained(HERE)
    golden = Golden()
    golden.keep("siglip", **features(siglip))
    golden.save(__file__)
    for path in sorted(HERE.iterdir()):
        path.chmod(0o644)
        print(path.name, path.stat().st_size)


main()
