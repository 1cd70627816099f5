"""Writes model_configs.tsv: OpenCLIP's model configurations, with the parameters that each has, or the field we lack.

Environment: a virtual environment with torch 2.13.0 (CPU), open_clip_torch 3.3.0 and transformers 5. No network.
Run:         python Tests/Golden/model_configs.py        (1 min)

A line: name, parameters that OpenCLIP counts or "-", field that Diagonal refuses or "-", the configuration.
Nothing is allocated: models are built on the meta device.
"""

import json
from pathlib import Path

import open_clip
import torch
import transformers
from open_clip import hf_model

# What `AutoConfig` would download.
ROBERTA = {
    "vocab_size": 50265, "max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5, "pad_token_id": 1,
}
LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096}
HF = {
    "roberta-base": {"model_type": "roberta"} | ROBERTA,
    "xlm-roberta-base": {"model_type": "xlm-roberta"} | ROBERTA | {"vocab_size": 250002},
    "xlm-roberta-large": {"model_type": "xlm-roberta"} | ROBERTA | {"vocab_size": 250002} | LARGE,
}


def refused(fields):
    vision, text = fields["vision_cfg"], fields["text_cfg"]
    if "siglip" not in (vision.get("timm_model_name") or "siglip"):
        return "vision_cfg.timm_model_name"
    if text.get("hf_model_name", "roberta-base") not in HF:
        return "text_cfg.hf_model_name"
    return "-"


def count(fields):
    fields = {key: dict(value) if isinstance(value, dict) else value for key, value in fields.items()}
    # CoCa's two encoders alone.
    fields.pop("multimodal_cfg", None)
    custom = fields.pop("custom_text", False) or "hf_model_name" in fields["text_cfg"]
    if name := fields["text_cfg"].get("hf_model_name"):
        hf_model.AutoConfig.from_pretrained = lambda _: transformers.AutoConfig.for_model(**HF[name])
        fields["text_cfg"]["hf_model_pretrained"] = False
    with torch.device("meta"):
        clip = (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**fields)
    return sum(parameter.numel() for parameter in clip.parameters())


lines = []
for path in sorted((Path(open_clip.__file__).parent / "model_configs").glob("*.json")):
    fields = json.loads(path.read_text())
    field = refused(fields)
    parameters = "-" if field != "-" else count(fields)
    lines.append(f"{path.stem}\t{parameters}\t{field}\t{json.dumps(fields, separators=(',', ':'))}\n")
    print(lines[-1][:100])
Path(__file__).with_suffix(".tsv").write_text("".join(lines))
