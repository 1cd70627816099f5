"""Writes what OpenCLIP computes with a full-size model of random weights, for FullSizeTests to compare with.

    python Tests/Interop/training.py FOLDER --model ViT-B-32 [--batch 8] [--steps 10] [--exact]
    DIAGONAL_FULL_SIZE=FOLDER swift test -c release --filter FullSizeTests

MODEL is a name among OpenCLIP's configurations, a .json, or one made up here: SigLIP-small, BERT-small, BERT-base. FOLDER
becomes an OpenCLIP model directory, with expected.safetensors beside its files:

    pixels.<k> U8 [batch, side, side, 3], tokens.<k> I64 [batch, context], k = 0, 1, 2
    image_features, text_features      of batch 0, in evaluation
    gradient.<name>                    of batch 0 in training, with the initial parameters
    losses, learning_rates [steps]     step k takes batch k mod 3
    after.<name>                       parameters and running averages after the last step

Parameters that OpenCLIP begins with zeros or ones are made random too. All in float32; with --exact in float64, and the
script prints how far PyTorch's own float32 strays from it: what another float32 program may.

Environment: a virtual environment with torch 2.13.0 (CPU), open_clip_torch 3.3.0; the BERTs ask for transformers 5.
"""

import argparse
import json
import math
from pathlib import Path

import open_clip
import torch
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from open_clip.loss import SigLipLoss
from open_clip_train.scheduler import cosine_lr
from safetensors.torch import save_file

BATCHES, WARMUP, RATE = 3, 3, 5e-4
NEVER_DECAYED = {"positional_embedding", "visual.positional_embedding", "text.positional_embedding"}
BERT = {
    "model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 6,
    "intermediate_size": 1536, "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
    "pad_token_id": 0,
}
SMALL = {"image_size": 224, "layers": 12, "width": 384, "patch_size": 32}
MADE_UP = {
    "SigLIP-small": {
        "embed_dim": 384, "custom_text": True, "init_logit_scale": math.log(10), "init_logit_bias": -10,
        "vision_cfg": SMALL | {
            "pool_type": "avg", "no_ln_pre": True, "norm_kwargs": {"eps": 1e-6}, "act_kwargs": {"approximate": "tanh"}},
        "text_cfg": {
            "context_length": 64, "vocab_size": 49408, "width": 384, "heads": 6, "layers": 12, "no_causal_mask": True,
            "pool_type": "last", "proj_bias": True, "norm_kwargs": {"eps": 1e-6},
            "act_kwargs": {"approximate": "tanh"}}},
    "BERT-small": {
        "embed_dim": 384, "vision_cfg": SMALL,
        "text_cfg": {
            "hf_model_name": "small", "hf_model_config": BERT, "hf_pooler_type": "mean_pooler", "hf_proj_type": "mlp",
            "context_length": 77}},
    # Of bert-base-uncased's sizes.
    "BERT-base": {
        "embed_dim": 512, "vision_cfg": {"image_size": 224, "layers": 12, "width": 768, "patch_size": 32},
        "text_cfg": {
            "hf_model_name": "base", "hf_pooler_type": "mean_pooler", "hf_proj_type": "mlp", "context_length": 77,
            "hf_model_config": BERT | {
                "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}}},
}


def configuration(name):
    if name.endswith(".json"):
        return json.loads(Path(name).read_text())
    return MADE_UP.get(name) or open_clip.get_model_config(name)


def build(config):
    fields = {key: dict(value) if isinstance(value, dict) else value for key, value in config.items()}
    custom = fields.pop("custom_text", False)
    if sizes := fields["text_cfg"].pop("hf_model_config", None):
        import transformers
        from open_clip import hf_model

        # OpenCLIP trains with Hugging Face's dropout; Diagonal's towers have none.
        sizes = sizes | {"hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}
        hf_model.AutoConfig.from_pretrained = lambda _: transformers.AutoConfig.for_model(**sizes)
        fields["text_cfg"]["hf_model_pretrained"] = False
        custom = True
    if "multimodal_cfg" in fields:
        clip = open_clip.CoCa(**fields)
        torch.nn.init.normal_(clip.text_decoder.text_projection, std=0.02)  # which it leaves as memory was
        return clip
    return (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**fields)


def model(config):
    """The same parameters each time, none of them zero or one."""
    torch.manual_seed(0)
    clip = build(config)
    with torch.no_grad():
        for name, parameter in clip.named_parameters():
            if parameter.dim() == 1:
                parameter += 0.1 * torch.randn(parameter.shape)
        for name, buffer in clip.named_buffers():
            if name.endswith("running_mean"):
                buffer += 0.1 * torch.randn(buffer.shape)
            if name.endswith("running_var"):
                buffer *= 0.5 + torch.rand(buffer.shape)
    return clip


def batch(config, pairs, seed):
    generator = torch.Generator().manual_seed(100 + seed)
    side, text = config["vision_cfg"]["image_size"], config["text_cfg"]
    vocabulary = text.get("hf_model_config", text)["vocab_size"]
    # Smooth pictures, each of its own mean: pure noise has features that are all but equal.
    coarse = torch.rand(pairs, 3, 7, 7, generator=generator) * 255
    smooth = torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic").clamp(0, 255)
    pixels = smooth.permute(0, 2, 3, 1).round().to(torch.uint8)
    tokens = torch.zeros(pairs, text["context_length"], dtype=torch.int64)
    for row in range(pairs):
        words = int(torch.randint(3, text["context_length"] - 2, (1,), generator=generator))
        ids = torch.randint(1, vocabulary - 2, (words,), generator=generator).tolist()
        tokens[row, : words + 2] = torch.tensor([vocabulary - 2, *ids, vocabulary - 1])
    return pixels.contiguous(), tokens


def normalized(pixels, dtype):
    mean, std = (torch.tensor(values, dtype=dtype) for values in (OPENAI_DATASET_MEAN, OPENAI_DATASET_STD))
    return ((pixels.to(dtype) / 255 - mean) / std).permute(0, 3, 1, 2)


def loss(clip, pixels, tokens):
    images = clip.encode_image(normalized(pixels, clip.logit_scale.dtype), normalize=True)
    texts = clip.encode_text(tokens, normalize=True)
    if getattr(clip, "logit_bias", None) is not None:
        return SigLipLoss()(images, texts, clip.logit_scale.exp(), clip.logit_bias)
    return open_clip.ClipLoss()(images, texts, clip.logit_scale.exp())


def train(clip, batches, steps):
    """As OpenCLIP's main branch trains."""
    named = dict(clip.named_parameters())
    kept = [p for name, p in named.items() if p.ndim <= 1 or name in NEVER_DECAYED]
    decayed = [p for name, p in named.items() if not (p.ndim <= 1 or name in NEVER_DECAYED)]
    optimizer = torch.optim.AdamW(
        [{"params": kept, "weight_decay": 0.0}, {"params": decayed, "weight_decay": 0.2}],
        lr=RATE, betas=(0.9, 0.98), eps=1e-6)
    schedule = cosine_lr(optimizer, RATE, WARMUP, steps)
    losses, rates = [], []
    for step in range(steps):
        rates.append(schedule(step))
        optimizer.zero_grad()
        found = loss(clip, *batches[step % BATCHES])
        found.backward()
        optimizer.step()
        with torch.no_grad():
            clip.logit_scale.clamp_(0, math.log(100))
        losses.append(found.item())
        print(f"step {step}: loss {losses[-1]:.6f}", flush=True)
    return losses, rates


def results(config, batches, steps, dtype):
    clip = model(config).to(dtype).eval()
    pixels, tokens = batches[0]
    with torch.no_grad():
        found = {
            "image_features": clip.encode_image(normalized(pixels, dtype), normalize=True),
            "text_features": clip.encode_text(tokens, normalize=True)}
    clip.train()
    buffers = {name: value.clone() for name, value in clip.named_buffers()}
    parameters = dict(clip.named_parameters())
    slopes = torch.autograd.grad(loss(clip, pixels, tokens), list(parameters.values()), allow_unused=True)
    for name, value in clip.named_buffers():
        value.copy_(buffers[name])
    found |= {
        f"gradient.{name}": torch.zeros_like(parameters[name]) if slope is None else slope
        for name, slope in zip(parameters, slopes)}
    losses, rates = train(clip, batches, steps)
    found |= {"losses": torch.tensor(losses).double(), "learning_rates": torch.tensor(rates).double()}
    found |= {f"after.{name}": value.detach() for name, value in clip.state_dict().items()}
    return {name: value.float().contiguous().clone() for name, value in found.items()}


def report(exact, rounded):
    """The same measures as FullSizeTests'."""
    def largest(name):
        return ((rounded[name] - exact[name]).abs().max() / exact[name].abs().max()).item()

    def norm(name):
        return ((rounded[name] - exact[name]).norm() / exact[name].norm()).item()

    for what in ["image_features", "text_features", "losses"]:
        print(f"float32 strays: {what} {largest(what):.1e}")
    top = max(value.abs().max().item() for name, value in exact.items() if name.startswith("gradient."))
    for kind in ["gradient.", "after."]:
        names = [
            name for name in exact if name.startswith(kind) and exact[name].abs().max() > (1e-6 * top if kind == "gradient." else 0)]
        for measure, of in (("largest", largest), ("norm", norm)):
            worst = max(names, key=of)
            print(f"float32 strays: {kind} {of(worst):.1e} by {measure}, of {worst}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--exact", action="store_true")
    options = parser.parse_args()
    config = configuration(options.model)
    config["vision_cfg"].setdefault("image_size", 224)
    options.folder.mkdir(parents=True, exist_ok=True)

    weights = {name: value.contiguous() for name, value in model(config).state_dict().items()}
    save_file(weights, options.folder / "open_clip_model.safetensors")
    (options.folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": {}}))
    batches = [batch(config, options.batch, seed) for seed in range(BATCHES)]
    found = results(config, batches, options.steps, torch.float32)
    if options.exact:
        exact = results(config, batches, options.steps, torch.float64)
        report(exact, found)
        found = exact
    for number, (pixels, tokens) in enumerate(batches):
        found |= {f"pixels.{number}": pixels, f"tokens.{number}": tokens}
    save_file(found, options.folder / "expected.safetensors")


if __name__ == "__main__":
    main()
