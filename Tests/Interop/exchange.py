"""Proves both directions of exchange through OpenCLIP and transformers themselves, on models of random weights.

    python Tests/Interop/exchange.py DIAGONAL [--model ViT-B-32 …] [--tolerance 1e-5]

DIAGONAL is the built command. For each model (a name among OpenCLIP's configurations, or a .json):

    1  OpenCLIP draws it and saves it            → diagonal embed       against encode_image, encode_text
    2  … → diagonal convert → hugging-face       → transformers         against OpenCLIP's embeddings, and tensor by tensor
    3  transformers saves it, in shards          → diagonal embed       against OpenCLIP's embeddings
    4  … → diagonal convert → openclip           → OpenCLIP loads it    against the first weights, bit for bit
    5  diagonal convert --storage f16 and bf16   → OpenCLIP loads it    against torch's own rounding, bit for bit
    6  OpenCLIP's training saves it, epoch_1.pt  → diagonal convert     against the first weights, bit for bit

A model that transformers' CLIPModel can't be, RN50 for one, is refused in 2, and goes from OpenCLIP's format to itself
in 4. SigLIP-small, BERT-small and BERT-base are those of training.py; ViT-B-16-SigLIP and its like go through transformers' SiglipModel,
with a vocabulary that sentencepiece trains here, and in 7 through OpenCLIP's get_tokenizer. Of coca_ViT-B-32 and its like the
two encoders are compared: they come back as a model without a decoder, whose embeddings OpenCLIP computes in 8. Prints the largest difference of an embedding's element, relative to the largest element; exits with 1 above the
tolerance.

Environment: a virtual environment with torch 2.13.0 (CPU), open_clip_torch 3.3.0, transformers 5.23.0; for SigLIP also
sentencepiece 0.2.3 and protobuf.
"""

import argparse
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from training import build, configuration
from training import model as random_model
from transformers import BertTokenizer, CLIPModel, CLIPTokenizer, SiglipModel

import stored

CAPTIONS = ["a red apple", "two dogs running on the beach!", "a photo of a cat, 4K", "it's raining", "女の子がリンゴを食べている",
            "девочка ест яблоко", "a " * 100, "un garçon naïf", "a!§ b", "a dog " * 37 + "!"]
SIGLIP_PICTURES = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"}
TINY = {
    "embed_dim": 64, "vision_cfg": {"image_size": 64, "layers": 3, "width": 128, "patch_size": 16},
    "text_cfg": {"context_length": 32, "vocab_size": 49408, "width": 128, "heads": 4, "layers": 3},
}


class Proof:
    def __init__(self, diagonal, tolerance, folder):
        self.diagonal, self.tolerance, self.folder, self.failed = diagonal, tolerance, folder, False
        self.shard = folder / "pairs.tar"
        self.vocabulary = Path(open_clip.tokenizer.default_bpe())

    def start(self, *arguments):
        return subprocess.run([self.diagonal, *map(str, arguments)], capture_output=True, text=True)

    def run(self, *arguments):
        result = self.start(*arguments)
        if result.returncode:
            sys.exit(f"diagonal {' '.join(map(str, arguments))}: {result.stderr}")
        return result.stdout

    def say(self, what, figure, good):
        self.failed |= not good
        print(f"  {what:58} {figure}{'' if good else '   WRONG'}", flush=True)

    def close(self, what, found, wanted):
        difference = float(np.abs(found - wanted).max() / np.abs(wanted).max())
        self.say(what, f"{difference:.1e}", difference <= self.tolerance)

    def same(self, what, found, wanted):
        differing = [name for name in found.keys() | wanted.keys()
                     if name not in found or name not in wanted or not torch.equal(
                         found[name].reshape(wanted[name].shape).contiguous(), wanted[name].contiguous())]
        self.say(what, f"{len(wanted) - len(differing)} of {len(wanted)} tensors the same", not differing)

    def make_pairs(self):
        random = np.random.default_rng(1)
        with tarfile.open(self.shard, "w") as tar:
            for i, caption in enumerate(CAPTIONS):
                small = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))
                file = io.BytesIO()
                small.resize((300, 240), Image.BICUBIC).save(file, "PNG")
                for ending, data in (("png", file.getvalue()), ("txt", caption.encode())):
                    member = tarfile.TarInfo(f"{i:04}.{ending}")
                    member.size = len(data)
                    tar.addfile(member, io.BytesIO(data))

    def pictures(self, preprocess):
        with tarfile.open(self.shard) as tar:
            return torch.stack([
                preprocess(Image.open(io.BytesIO(tar.extractfile(f"{i:04}.png").read())).convert("RGB"))
                for i in range(len(CAPTIONS))])

    def embedded(self, model):
        out = self.folder / "embedded"
        shutil.rmtree(out, ignore_errors=True)
        self.run("embed", "--model", model, "--data", self.shard, "--out", out, "--tokenizer", self.tokenizer)
        return stored.rows(out, "images"), stored.rows(out, "texts")

    def prove(self, name, config):
        print(name, flush=True)
        folder = self.folder / name
        folder.mkdir()
        config["vision_cfg"].setdefault("image_size", 224)
        model = random_model(config).eval()
        weights = {key: value.contiguous() for key, value in model.state_dict().items()}

        ours = folder / "open-clip"
        ours.mkdir()
        siglip = "timm_model_name" in config["vision_cfg"]
        preprocessing = SIGLIP_PICTURES if siglip else {}
        (ours / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": preprocessing}))
        save_file(weights, ours / "open_clip_model.safetensors")
        preprocess = open_clip.image_transform(config["vision_cfg"]["image_size"], is_train=False, **preprocessing)
        pixels = self.pictures(preprocess)
        tokens = self.tokens(folder, config["text_cfg"])
        with torch.no_grad():
            images = model.encode_image(pixels, normalize=True).numpy()
            texts = model.encode_text(tokens, normalize=True).numpy()
        whole, weights = weights, {key: value for key, value in weights.items() if not key.startswith("text_decoder.")}
        found = self.embedded(ours)
        self.close("1 OpenCLIP's weights in diagonal: pictures", found[0], images)
        self.close("1 OpenCLIP's weights in diagonal: texts", found[1], texts)

        others = isinstance(config["vision_cfg"].get("layers"), list), "custom_text" in config, "hf_model_name" in config["text_cfg"]
        if siglip:
            self.prove_siglip(folder, weights, pixels, tokens, images, texts)
        elif any(others):
            self.prove_without_hugging_face(folder, config, weights)
            if len(whole) > len(weights):
                self.prove_encoders(folder, pixels, tokens, images, texts)
        else:
            self.prove_with_hugging_face(folder, model, weights, pixels, tokens, images, texts)

        for storage, dtype in (("f16", torch.float16), ("bf16", torch.bfloat16)):
            half = folder / storage
            self.run("convert", ours, half, "--format", "openclip", "--storage", storage, "--tokenizer", self.tokenizer)
            self.same(f"5 as {storage}", load_file(half / "open_clip_model.safetensors"),
                      {key: value.to(dtype) if value.is_floating_point() else value for key, value in weights.items()})
        self.prove_checkpoint(folder, whole, weights)
        shutil.rmtree(folder)

    def prove_encoders(self, folder, pixels, tokens, images, texts):
        directory = f"local-dir:{folder / 'back'}"
        clip, _, _ = open_clip.create_model_and_transforms(directory)
        with torch.no_grad():
            self.close("8 without a decoder in OpenCLIP: pictures", clip.eval().encode_image(pixels, normalize=True).numpy(), images)
            self.close("8 without a decoder in OpenCLIP: texts", clip.encode_text(tokens, normalize=True).numpy(), texts)
        rows = open_clip.get_tokenizer(directory)(CAPTIONS)
        self.say("8 OpenCLIP's get_tokenizer", "same ids", torch.equal(rows, tokens))

    def prove_checkpoint(self, folder, whole, weights):
        """What OpenCLIP's main.py writes of a model in DistributedDataParallel."""
        path, out = folder / "epoch_1.pt", folder / "from-checkpoint"
        optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.ones(3))])
        torch.save({"epoch": 1, "name": "a run", "optimizer": optimizer.state_dict(),
                    "state_dict": {"module." + name: value for name, value in whole.items()}}, path)
        config = folder / "config.json"
        config.write_text(json.dumps(json.loads((folder / "open-clip" / "open_clip_config.json").read_text())["model_cfg"]))
        self.run("convert", path, out, "--config", config, "--tokenizer", self.tokenizer)
        self.same("6 from PyTorch's checkpoint", load_file(out / "open_clip_model.safetensors"), weights)

    def tokens(self, folder, text):
        """Ids of the captions; sets the file that diagonal reads its tokenizer from."""
        length = text["context_length"]
        self.tokenizer = self.vocabulary
        if text.get("tokenizer_kwargs") == {"clean": "canonicalize"}:
            return self.pieces(folder, length)
        if "hf_model_name" not in text:
            return open_clip.SimpleTokenizer(context_length=length)(CAPTIONS)
        words = sorted({word for caption in CAPTIONS for word in caption.lower().replace("!", " ! ").replace(",", " , ").split()})
        letters = [mark + chr(letter) for letter in [*range(97, 123), *range(1072, 1104)] for mark in ("", "##")]
        pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(word for word in words if len(word) > 1)]
        pieces += [f"##made-up{i}" for i in range(text["hf_model_config"]["vocab_size"] - len(pieces))]
        self.tokenizer = folder / "vocab.txt"
        self.tokenizer.write_text("".join(piece + "\n" for piece in pieces))
        bert = BertTokenizer(vocab={piece: i for i, piece in enumerate(pieces)})
        return bert(CAPTIONS, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids

    def pieces(self, folder, length):
        import sentencepiece
        from transformers import T5Tokenizer

        made = folder / "pieces"
        made.mkdir()
        with open(made / "spiece.model", "wb") as model:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(CAPTIONS[:8] * 20), model_writer=model, vocab_size=150, model_type="unigram", pad_id=0,
                eos_id=1, unk_id=2, bos_id=-1, hard_vocab_limit=False, minloglevel=2)
        T5Tokenizer.from_pretrained(made, extra_ids=0, pad_token="</s>").save_pretrained(made / "whole")
        self.tokenizer = made / "spiece.model"
        return open_clip.tokenizer.HFTokenizer(str(made / "whole"), context_length=length, clean="canonicalize")(CAPTIONS)

    def prove_siglip(self, folder, weights, pixels, tokens, images, texts):
        ours, theirs = folder / "open-clip", folder / "hugging-face"
        self.run("convert", ours, theirs, "--format", "hugging-face", "--tokenizer", self.tokenizer)
        siglip, report = SiglipModel.from_pretrained(theirs, output_loading_info=True)
        self.say("2 missing and unexpected tensors in transformers",
                 f"{len(report['missing_keys'])}, {len(report['unexpected_keys'])}",
                 not report["missing_keys"] and not report["unexpected_keys"])
        with torch.no_grad():
            out = siglip.eval()(input_ids=tokens, pixel_values=pixels)
        self.close("2 converted, in transformers: pictures", out.image_embeds.numpy(), images)
        self.close("2 converted, in transformers: texts", out.text_embeds.numpy(), texts)

        saved = folder / "transformers"
        size = sum(value.numel() for value in weights.values()) * 4 // 3
        siglip.save_pretrained(saved, max_shard_size=f"{size // 1000 + 1}KB")
        shutil.copy(theirs / "preprocessor_config.json", saved)
        shards = len(list(saved.glob("*.safetensors")))
        found = self.embedded(saved)
        self.close(f"3 transformers' own {shards} shards in diagonal: pictures", found[0], images)
        self.close(f"3 transformers' own {shards} shards in diagonal: texts", found[1], texts)

        back = folder / "back"
        self.run("convert", saved, back, "--tokenizer", self.tokenizer)
        self.same("4 back in OpenCLIP's format", load_file(back / "open_clip_model.safetensors"), weights)
        again, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{back}")
        self.same("4 as OpenCLIP loads it", again.state_dict(), weights)
        self.say("4 its preprocessing there", "same pixels", torch.equal(self.pictures(preprocess), pixels))
        for form in ("spiece.model", "tokenizer.json"):
            if form == "tokenizer.json":
                directory = folder / "whole"
                self.run("convert", saved, directory, "--tokenizer", self.tokenizer.parent / "whole" / form)
            else:
                directory = back
            rows = open_clip.get_tokenizer(f"local-dir:{directory}")(CAPTIONS)
            self.say(f"7 OpenCLIP's get_tokenizer, {form}", "same ids", torch.equal(rows, tokens))

    def prove_without_hugging_face(self, folder, config, weights):
        result = self.start("convert", folder / "open-clip", folder / "none", "--format", "hugging-face",
                            "--tokenizer", self.tokenizer)
        self.say("2 refused for Hugging Face", result.stderr.strip()[:110], result.returncode == 1)
        back = folder / "back"
        self.run("convert", folder / "open-clip", back, "--format", "openclip", "--tokenizer", self.tokenizer)
        self.same("4 back in OpenCLIP's format", load_file(back / "open_clip_model.safetensors"), weights)
        if "hf_model_config" in config["text_cfg"]:  # a field of ours
            again = build(config)
            again.load_state_dict(load_file(back / "open_clip_model.safetensors"), strict=True)
        else:
            again, _, _ = open_clip.create_model_and_transforms(f"local-dir:{back}")
        self.same("4 as OpenCLIP loads it", again.state_dict(), weights)

    def prove_with_hugging_face(self, folder, model, weights, pixels, tokens, images, texts):
        ours, theirs = folder / "open-clip", folder / "hugging-face"
        self.run("convert", ours, theirs, "--format", "hugging-face", "--tokenizer", self.vocabulary)
        clip, report = CLIPModel.from_pretrained(theirs, output_loading_info=True)
        clip.eval()
        self.say("2 missing and unexpected tensors in transformers",
                 f"{len(report['missing_keys'])}, {len(report['unexpected_keys'])}",
                 not report["missing_keys"] and not report["unexpected_keys"])
        with torch.no_grad():
            out = clip(input_ids=tokens, pixel_values=pixels)
        self.close("2 converted, in transformers: pictures", out.image_embeds.numpy(), images)
        self.close("2 converted, in transformers: texts", out.text_embeds.numpy(), texts)
        tokenizer = CLIPTokenizer.from_pretrained(theirs)
        rows = tokenizer(CAPTIONS[:4], max_length=tokens.shape[1], truncation=True).input_ids
        agree = all(row == tokens[i, : len(row)].tolist() for i, row in enumerate(rows))
        self.say("2 its tokenizer in transformers, plain English captions", "same ids" if agree else "other ids", agree)

        saved = folder / "transformers"
        size = sum(value.numel() for value in weights.values()) * 4 // 3
        clip.save_pretrained(saved, max_shard_size=f"{size // 1000 + 1}KB")
        for file in ("preprocessor_config.json", "vocab.json", "merges.txt"):
            shutil.copy(theirs / file, saved)
        shards = len(list(saved.glob("*.safetensors")))
        found = self.embedded(saved)
        self.close(f"3 transformers' own {shards} shards in diagonal: pictures", found[0], images)
        self.close(f"3 transformers' own {shards} shards in diagonal: texts", found[1], texts)

        back = folder / "back"
        self.run("convert", saved, back)
        self.same("4 back in OpenCLIP's format", load_file(back / "open_clip_model.safetensors"), weights)
        again, _, _ = open_clip.create_model_and_transforms(f"local-dir:{back}")
        self.same("4 as OpenCLIP loads it", again.state_dict(), weights)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("diagonal")
    parser.add_argument("--model", nargs="+", default=[])
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        proof = Proof(options.diagonal, options.tolerance, Path(folder))
        proof.make_pairs()
        proof.prove("tiny", TINY)
        proof.prove("tiny-quickgelu", {**TINY, "quick_gelu": True})
        for name in options.model:
            proof.prove(Path(name).stem, configuration(name))
    sys.exit(1 if proof.failed else 0)


if __name__ == "__main__":
    main()
