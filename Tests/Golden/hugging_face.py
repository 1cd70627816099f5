"""Writes hugging-face/: a tiny `CLIPModel` of random weights, as transformers saves it, in two shards, with its tokenizer;
and hugging_face.safetensors: pictures and tokens with the embeddings that it computes in float64.

Environment: a virtual environment with torch 2.13.0 (CPU), transformers 5.23.0, open_clip_torch 3.3.0.
Run:         python Tests/Golden/hugging_face.py        (5 s)
"""

import json
import shutil
from pathlib import Path

import torch
from golden import Golden
from open_clip.tokenizer import bytes_to_unicode
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

HERE = Path(__file__).parent / "hugging-face"
MERGES = ["a p", "r e", "re d</w>", "ap p"]
MEAN, STD = [0.5, 0.4, 0.3], [0.25, 0.3, 0.35]


def tokenizer():
    symbols = list(bytes_to_unicode().values())
    symbols += [symbol + "</w>" for symbol in symbols]
    symbols += [merge.replace(" ", "") for merge in MERGES] + ["<|startoftext|>", "<|endoftext|>"]
    (HERE / "vocab.json").write_text(json.dumps({symbol: i for i, symbol in enumerate(symbols)}))
    (HERE / "merges.txt").write_text("#version: 0.2\n" + "\n".join(MERGES) + "\n")
    return len(symbols)


def model(vocabulary):
    torch.manual_seed(0)
    config = CLIPConfig(
        projection_dim=24,
        text_config=dict(
            hidden_size=32, intermediate_size=80, num_hidden_layers=2, num_attention_heads=2, vocab_size=vocabulary,
            max_position_embeddings=10, eos_token_id=2, bos_token_id=0),
        vision_config=dict(
            hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=3, image_size=16,
            patch_size=8))
    clip = CLIPModel(config)
    with torch.no_grad():
        for name, parameter in clip.named_parameters():
            if "norm" in name or "layrnorm" in name or name.endswith("bias"):
                parameter += 0.1 * torch.randn(parameter.shape)  # so that ignoring them shows
            elif parameter.dim() > 1:
                parameter.copy_(0.1 * torch.randn(parameter.shape))
            parameter.copy_(parameter.bfloat16().float())
    return clip.eval()


def features(clip, vocabulary):
    generator = torch.Generator().manual_seed(3)
    pixels = torch.randint(0, 256, (3, 16, 16, 3), generator=generator, dtype=torch.uint8)
    tokens = torch.zeros(3, 10, dtype=torch.int64)
    for row, words in enumerate([4, 8, 0]):
        ids = torch.randint(0, vocabulary - 2, (words,), generator=generator).tolist()
        tokens[row, : words + 2] = torch.tensor([vocabulary - 2, *ids, vocabulary - 1])
    normalized = (pixels.double() / 255 - torch.tensor(MEAN).double()) / torch.tensor(STD).double()
    with torch.no_grad():
        out = clip.double()(input_ids=tokens, pixel_values=normalized.permute(0, 3, 1, 2))
    return dict(pixels=pixels, tokens=tokens, images=out.image_embeds, texts=out.text_embeds)


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    vocabulary = tokenizer()
    clip = model(vocabulary)
    clip.bfloat16().save_pretrained(HERE, max_shard_size="90KB")
    CLIPImageProcessor(image_mean=MEAN, image_std=STD, size={"shortest_edge": 16}, crop_size=16).save_pretrained(HERE)
    golden = Golden()
    golden.keep("clip", **features(clip, vocabulary))
    golden.save(__file__)
    for path in sorted(HERE.iterdir()):
        path.chmod(0o644)
        print(path.name, path.stat().st_size)


main()
