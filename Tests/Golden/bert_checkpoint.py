"""Writes bert_checkpoint.safetensors and, as PyTorch saves it, bert_checkpoint.bin: a tiny BertForMaskedLM as Hugging Face saves it, but for one thing: the second
layer's norms have the names that files from TensorFlow have, gamma and beta.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and transformers 5.
Run:         python Tests/Golden/bert_checkpoint.py        (10 s)

Sizes are those of encoders.json's text.bert_mean.
"""

import json
import re
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file

here = Path(__file__)
fields = json.loads((here.parent / "encoders.json").read_text())["text.bert_mean"]["text_cfg"]["hf_model_config"]
torch.manual_seed(3)
model = transformers.BertForMaskedLM(transformers.AutoConfig.for_model(**fields))
with tempfile.TemporaryDirectory() as directory:
    model.save_pretrained(directory)
    tensors = load_file(f"{directory}/model.safetensors")


def old(name):
    if "layer.1." not in name:
        return name
    return re.sub(r"LayerNorm\.(weight|bias)", lambda m: "LayerNorm." + {"weight": "gamma", "bias": "beta"}[m[1]], name)


tensors = {old(name): tensor for name, tensor in tensors.items()}
for path, save in ((here.with_suffix(".safetensors"), save_file), (here.with_suffix(".bin"), torch.save)):
    save(tensors, path)
    path.chmod(0o644)
    print(f"{path.name}: {len(tensors)} tensors, {path.stat().st_size:,} bytes")
