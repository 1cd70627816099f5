"""Writes encoders.safetensors and encoders.json: features and gradients of OpenCLIP's towers in their variants, tiny.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors, open_clip_torch 3.3.0 and transformers 5.
Run:         python Tests/Golden/encoders.py        (20 s)

encoders.json holds each variant's configuration, as OpenCLIP reads it but for three fields of ours: vision_cfg's
`distillation_token` and `timm_model_config`, and text_cfg's `hf_model_config`. The safetensors file holds

    pixels        U8  [4, 16, 16, 3]
    tokens        I64 [4, 8]            start 62, end 63, then zeros
    tokens_full   I64 [4, 8]            for class tokens: one text fills its row, one has a zero inside
    <variant>.features   F32 [4, 12]    of the variant's own tower, of length one
    <variant>.dy         F32 [4, 12]
    <variant>.gradient.<parameter>      of sum(dy * features); of large ones every n-th number, n = count // 256

Parameters aren't stored: `filled` makes them from their names, here and in EncoderGoldenTests. All arithmetic is float64.
"""

import json
import math
from pathlib import Path

import open_clip
import torch
import torch.nn.functional as F
import transformers
from open_clip import hf_model, timm_model
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from timm.models.vision_transformer import VisionTransformer
from torch import nn

from golden import Golden, normal

VISION = {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 2}
TEXT = {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 2, "layers": 2, "mlp_ratio": 2}
BERT = {
    "model_type": "bert", "vocab_size": 64, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
    "intermediate_size": 32, "max_position_embeddings": 10, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
    "pad_token_id": 0,
}
ROBERTA = BERT | {
    "model_type": "roberta", "max_position_embeddings": 12, "type_vocab_size": 1, "layer_norm_eps": 1e-5,
    "pad_token_id": 1,
}


def vision(top=None, **fields):
    return {"embed_dim": 12, "vision_cfg": VISION | fields, "text_cfg": TEXT} | (top or {})


def text(top=None, **fields):
    return {"embed_dim": 12, "vision_cfg": VISION, "text_cfg": TEXT | fields} | (top or {})


def siglip(**sizes):
    fields = {
        "image_size": 16, "timm_model_name": "tiny", "timm_pool": "map", "timm_proj": "none",
        "timm_model_config": {"patch_size": 8, "embed_dim": 12, "depth": 2, "num_heads": 2} | sizes,
    }
    return {"embed_dim": 12, "init_logit_bias": -10, "custom_text": True, "vision_cfg": fields, "text_cfg": TEXT}


def hf(config, pooler, projection, width=12):
    fields = {
        "hf_model_name": "tiny", "hf_model_config": config, "hf_pooler_type": pooler, "hf_proj_type": projection,
        "context_length": 8,
    }
    return {"embed_dim": width, "vision_cfg": VISION, "text_cfg": fields}


VARIANTS = {
    "visual.plain": vision(),
    "visual.quick_layer_scale": vision({"quick_gelu": True}, ls_init_value=0.1),
    "visual.average": vision(
        pool_type="avg", no_ln_pre=True, norm_kwargs={"eps": 1e-3}, act_kwargs={"approximate": "tanh"},
        mlp_ratio=3.7362),
    "visual.average_first": vision(pool_type="avg", final_ln_after_pool=True, pos_embed_type="sin_cos_2d"),
    "visual.distilled": vision(distillation_token=True),
    "text.plain": text(),
    "text.siglip": text(
        {"custom_text": True, "init_logit_bias": -10}, no_causal_mask=True, pool_type="last", proj_bias=True,
        norm_kwargs={"eps": 1e-6}, act_kwargs={"approximate": "tanh"}),
    "text.end": text({"quick_gelu": True}, pool_type="eos", eos_id=63, ls_init_value=0.1),
    "text.first": text({"custom_text": True}, no_causal_mask=True, pool_type="first", proj_type="none", width=12),
    "text.bert_mean": hf(BERT, "mean_pooler", "linear"),
    "text.bert_pooled": hf(BERT, "cls_pooler", "mlp"),
    "text.bert_first": hf(BERT, "cls_last_hidden_state_pooler", None, width=16),
    "text.roberta": hf(ROBERTA, "mean_pooler", "mlp"),
    "visual.siglip": siglip(),
    # Whose patches leave out a pixel at the right and below.
    "visual.siglip_cut": siglip(patch_size=5, mlp_ratio=3.7362, act_layer="gelu_tanh"),
    # CoCa's: queries of another width than states, and of the same; a class token behind a text.
    "visual.attentional": vision(
        {"custom_text": True}, attentional_pool=True, attn_pooler_queries=3, attn_pooler_heads=2, norm_kwargs={"eps": 1e-3}),
    "visual.attentional_square": vision(
        {"embed_dim": 16, "custom_text": True}, attentional_pool=True, attn_pooler_queries=2, attn_pooler_heads=2),
    "text.class_token": text({"custom_text": True}, embed_cls=True),
    "text.class_token_all": text(
        {"custom_text": True}, embed_cls=True, pad_id=3, no_causal_mask=True, proj_bias=True, ls_init_value=0.1),
}
# What pads texts, where it isn't 0.
PADDING = {"text.roberta": 1, "text.class_token_all": 3}


def hashed(name):
    """FNV-1a, 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def filled(name, shape):
    """Numbers in [-1, 1) from the name and the place, scaled as the shape asks."""
    count = math.prod(shape)
    x = (torch.arange(count, dtype=torch.int64) * 2654435761 + hashed(name)) & 0xFFFFFFFF
    x ^= x >> 15
    x = x * 2246822519 & 0xFFFFFFFF
    x ^= x >> 13
    u = (x >> 8).double() * 2.0**-23 - 1
    if len(shape) > 1:
        values = u * math.sqrt(3 / math.prod(shape[1:]))
    elif name.endswith(("weight", "gamma")):
        values = 1 + 0.3 * u
    else:
        values = 0.3 * u
    return values.float().double().reshape(shape)


class Distilled(nn.Module):
    """OpenCLIP's VisionTransformer with DeiT's second token: its projection and the class token's, averaged."""

    def __init__(self, tower):
        super().__init__()
        width, embedding = tower.proj.shape
        self.tower = tower
        self.dist_token = nn.Parameter(torch.empty(width))
        self.proj_dist = nn.Parameter(torch.empty(width, embedding))
        tower.positional_embedding = nn.Parameter(torch.empty(tower.positional_embedding.shape[0] + 1, width))

    def named(self):
        return {name.removeprefix("tower."): parameter for name, parameter in self.named_parameters()}

    def forward(self, images):
        t = self.tower
        x = t.conv1(images).flatten(2).transpose(1, 2)
        tokens = torch.stack([t.class_embedding, self.dist_token]).expand(len(x), -1, -1)
        x = t.ln_pre(torch.cat([tokens, x], 1) + t.positional_embedding)
        x = t.ln_post(t.transformer(x))
        return (x[:, 0] @ t.proj + x[:, 1] @ self.proj_dist) / 2


def hf_tower(fields, width):
    config = dict(fields["hf_model_config"])
    config = transformers.AutoConfig.for_model(**config)
    config.attn_implementation = config._attn_implementation = "eager"
    pooled = fields["hf_pooler_type"] == "cls_pooler"

    # HFTextEncoder wants a name or makes a pooler that nothing uses.
    hf_model.AutoConfig.from_pretrained = lambda name: config
    tower = hf_model.HFTextEncoder(
        "tiny", output_dim=width, pooler_type=fields["hf_pooler_type"], proj_type=fields["hf_proj_type"],
        pretrained=False)
    assert (tower.transformer.pooler is not None) == pooled
    return tower.eval()


def build(name, configuration):
    """The variant's tower and its parameters under the names that they have in the whole model."""
    fields = {key: dict(value) if isinstance(value, dict) else value for key, value in configuration.items()}
    custom = fields.pop("custom_text", False)
    distilled = fields["vision_cfg"].pop("distillation_token", False)
    if name.startswith("text") and "hf_model_name" in fields["text_cfg"]:
        tower = hf_tower(fields["text_cfg"], fields["embed_dim"])
        return tower, {"text." + key: value for key, value in tower.named_parameters()}
    if sizes := fields["vision_cfg"].pop("timm_model_config", None):
        timm_model.timm.create_model = lambda name, pretrained, **settings: VisionTransformer(
            img_size=16, class_token=False, **sizes, **settings)
    clip = (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**fields)
    if name.startswith("visual"):
        tower = Distilled(clip.visual) if distilled else clip.visual
        named = tower.named() if distilled else dict(tower.named_parameters())
        return tower, {"visual." + key: value for key, value in named.items()}
    parameters = {key: value for key, value in clip.named_parameters() if not key.startswith(("visual.", "logit"))}
    clip.forward = clip.encode_text
    return clip, parameters


def main():
    generator = torch.Generator().manual_seed(7)
    pixels = torch.randint(0, 256, (4, 16, 16, 3), generator=generator, dtype=torch.uint8)
    tokens = torch.zeros(4, 8, dtype=torch.int64)
    for row, words in enumerate([2, 5, 0, 4]):
        ids = torch.randint(2, 62, (words,), generator=generator).tolist()
        tokens[row, : words + 2] = torch.tensor([62, *ids, 63])
    mean, std = (torch.tensor(values).double() for values in (OPENAI_DATASET_MEAN, OPENAI_DATASET_STD))
    images = ((pixels.double() / 255 - mean) / std).permute(0, 3, 1, 2)

    golden = Golden()
    full = tokens.clone()
    full[1, 7], full[3, 2] = 9, 0
    golden.tensors |= {"pixels": pixels, "tokens": tokens, "tokens_full": full}
    for seed, (name, configuration) in enumerate(VARIANTS.items()):
        tower, parameters = build(name, configuration)
        tower.double()
        learned = {key: value for key, value in parameters.items() if value.requires_grad}
        with torch.no_grad():
            for key, value in learned.items():
                value.copy_(filled(key, value.shape))
        padded = full if "class_token" in name else tokens
        padded = torch.where(padded == 0, PADDING.get(name, 0), padded)
        features = F.normalize(tower(images if name.startswith("visual") else padded), dim=-1)
        dy = normal(*features.shape, seed=seed)
        gradients = torch.autograd.grad(features, list(learned.values()), dy, allow_unused=True)
        golden.keep(name, features=features, dy=dy)
        for key, value, gradient in zip(learned, learned.values(), gradients):
            gradient = torch.zeros_like(value) if gradient is None else gradient
            golden.keep(f"{name}.gradient", **{key: gradient.flatten()[:: max(1, value.numel() // 256)]})
    golden.save(__file__)
    Path(__file__).with_suffix(".json").write_text(json.dumps(VARIANTS, indent=1) + "\n")


main()
