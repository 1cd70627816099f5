"""Proves that what Diagonal saves is used by OpenCLIP's three lines and by transformers' pipeline, tokenizer included.

    python Tests/Interop/saved.py DIAGONAL [--tolerance 1e-5]

DIAGONAL is the built command. For a vocabulary of byte pairs, one far smaller than the model's, one of word pieces, and a SigLIP
with one that sentencepiece trains here:

    1  diagonal train                                 writes a checkpoint
    2  open_clip.get_tokenizer("local-dir:…")         against diagonal's own ids, padding included
    3  open_clip.create_model_and_transforms(…)       its embeddings against diagonal embed
    4  diagonal convert --format hugging-face         transformers' pipeline against diagonal classify, byte pairs and SigLIP:
                                                      with its image processor of Pillow, and with the one it takes
                                                      where nothing is said, torchvision's, whose resized bytes are up
                                                      to one level off Pillow's

Prints what was compared; exits with 1 where something differs.

Environment: a virtual environment with torch 2.13.0 (CPU), open_clip_torch 3.3.0, transformers 5.24.0; for SigLIP also
sentencepiece 0.2.3 and protobuf.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import open_clip
import sentencepiece
import torch
from open_clip.tokenizer import get_clean_fn
from PIL import Image
from transformers import AutoImageProcessor, pipeline

import stored

CAPTIONS = ["a red apple", "two dogs running on the beach!", "!!! wow !", "a photo of a cat, 4K", "it's raining; they'll",
            "女の子がリンゴを食べている", "девочка ест яблоко", "a " * 100, "un garçon naïf", "A  CAT\n&amp; a DOG", "don'ſ 3.14 £5",
            "", "<end_of_text> a cat", "Größe ÀÉ İstanbul ΣΑΣ", "🍎🍌 emoji", "_under_score_ [SEP] [MASK]"]
LABELS = ["an apple", "two dogs!", "Rain at night"]
VISION = {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16}
TEXT = {"context_length": 24, "width": 64, "heads": 2, "layers": 2}
# timm has no smaller one.
SIGLIP = {"image_size": 256, "timm_model_name": "vit_base_patch32_siglip_256", "timm_pool": "map", "timm_proj": "none"}


class Proof:
    def __init__(self, diagonal, tolerance, folder):
        self.diagonal, self.tolerance, self.folder, self.failed = diagonal, tolerance, folder, False

    def run(self, *arguments):
        result = subprocess.run([self.diagonal, *map(str, arguments)], capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"diagonal {' '.join(map(str, arguments))}: {result.stderr}")
        return result.stdout

    def say(self, what, figure, good):
        self.failed |= not good
        print(f"  {what:62} {figure}{'' if good else '   WRONG'}", flush=True)

    def close(self, what, found, wanted, tolerance=None):
        difference = float(np.abs(np.asarray(found) - np.asarray(wanted)).max() / np.abs(wanted).max())
        self.say(what, f"{difference:.1e}", difference <= (tolerance or self.tolerance))

    def make_pairs(self):
        self.shard, random = self.folder / "pairs.tar", np.random.default_rng(1)
        self.pictures = []
        with tarfile.open(self.shard, "w") as tar:
            for i, caption in enumerate(CAPTIONS):
                small = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))
                self.pictures.append(self.folder / f"{i:02}.png")
                small.resize((64, 48), Image.BICUBIC).save(self.pictures[-1])
                # A pair needs a caption.
                for ending, data in (("png", self.pictures[-1].read_bytes()), ("txt", (caption or "none").encode())):
                    member = tarfile.TarInfo(f"{i:02}.{ending}")
                    member.size = len(data)
                    tar.addfile(member, io.BytesIO(data))

    def train(self, name, model, tokenizer):
        (self.folder / f"{name}.json").write_text(json.dumps(model))
        run = self.folder / f"{name}.yaml"
        run.write_text(json.dumps({
            "model": {"config": str(self.folder / f"{name}.json")},
            "data": {"train": str(self.shard), "tokenizer": str(tokenizer)},
            "batch": {"size": 8, "chunk": 4}, "schedule": {"steps": 2},
        }))
        self.run("train", run, "--out", self.folder / name)
        return self.folder / name / "checkpoints" / "step-00000002"

    def ids(self, tokenizer, text, start, end, padding):
        """Rows as Diagonal makes them; no start is None."""
        length, cleaning = text["context_length"], text.get("tokenizer_kwargs", {}).get("clean")
        captions = [get_clean_fn(cleaning)(caption) for caption in CAPTIONS] if cleaning else CAPTIONS
        texts = json.loads(self.run("tokenizer", "encode", "--tokenizer", tokenizer, "--json", "--", *captions))["texts"]
        frame = [] if start is None else [start]
        rows = [[*frame, *text["ids"][: length - 1 - len(frame)], end] for text in texts]
        return np.array([row + [padding] * (length - len(row)) for row in rows])

    def prove(self, name, model, tokenizer, start, end, padding):
        print(name, flush=True)
        checkpoint = self.train(name, model, tokenizer)
        clip, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{checkpoint}")
        tokenize = open_clip.get_tokenizer(f"local-dir:{checkpoint}")
        clip.eval()
        wanted = self.ids(tokenizer, model["text_cfg"], start, end, padding)
        rows = tokenize(CAPTIONS).numpy()
        differing = [CAPTIONS[i] for i in range(len(CAPTIONS)) if not np.array_equal(rows[i], wanted[i])]
        for text in differing:
            i = CAPTIONS.index(text)
            print("   ", repr(text), rows[i].tolist(), wanted[i].tolist())
        self.say("2 get_tokenizer", f"{len(CAPTIONS) - len(differing)} of {len(CAPTIONS)} captions the same ids", not differing)
        out = self.folder / (name + "-embedded")
        self.run("embed", "--model", checkpoint, "--data", self.shard, "--out", out)
        with torch.no_grad():
            pixels = torch.stack([preprocess(Image.open(path)) for path in self.pictures])
            images = clip.encode_image(pixels, normalize=True).numpy()
            texts = clip.encode_text(tokenize([caption or "none" for caption in CAPTIONS]), normalize=True).numpy()
        self.close("3 pictures in OpenCLIP", images, stored.rows(out, "images"))
        self.close("3 texts in OpenCLIP", texts, stored.rows(out, "texts"))
        return checkpoint

    def prove_pipeline(self, name, checkpoint):
        theirs = self.folder / (name + "-hugging-face")
        self.run("convert", checkpoint, theirs, "--format", "hugging-face")
        answer = json.loads(self.run("classify", "--model", checkpoint, "--labels", ",".join(LABELS), "--template",
                                     "a photo of {}", "--json", *self.pictures[:4]))["images"]
        wanted = [{label["label"]: label["probability"] for label in picture["labels"]} for picture in answer]
        wanted = [[picture[label] for label in LABELS] for picture in wanted]
        # One level is 1/255 of a picture's range; what that makes of a probability depends on the model.
        for backend, tolerance in ("pil", self.tolerance), ("torchvision", 2e-3):
            processor = AutoImageProcessor.from_pretrained(theirs, backend=backend)
            classify = pipeline("zero-shot-image-classification", model=str(theirs), image_processor=processor, device="cpu")
            self.close(f"4 transformers' pipeline, {backend}: probabilities of labels",
                       [self.probabilities(classify, path) for path in self.pictures[:4]], wanted, tolerance)

    def probabilities(self, classify, path):
        labels = classify(Image.open(path), candidate_labels=LABELS, hypothesis_template="a photo of {}")
        scores = {label["label"]: label["score"] for label in labels}
        return [scores[label] for label in LABELS]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("diagonal")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        proof = Proof(options.diagonal, options.tolerance, folder)
        proof.make_pairs()
        merges = folder / "merges.txt.gz"
        proof.run("tokenizer", "train", "--data", proof.shard, "--vocab", 600, "--out", merges)
        vocabulary = json.loads(proof.run("tokenizer", "encode", "--tokenizer", merges, "--json", "a"))["vocabulary"]
        start, end = vocabulary - 2, vocabulary - 1
        pairs = {"embed_dim": 32, "vision_cfg": VISION, "text_cfg": {**TEXT, "vocab_size": vocabulary}}
        checkpoint = proof.prove("byte pairs", pairs, merges, start, end, 0)
        proof.prove_pipeline("byte pairs", checkpoint)
        wide = {**pairs, "text_cfg": {**TEXT, "vocab_size": 49408, "no_causal_mask": True}}
        proof.prove("byte pairs in a model of 49,408 ids that sees its padding", wide, merges, start, end, 0)

        letters = [mark + chr(letter) for letter in [*range(97, 123), *range(1072, 1104)] for mark in ("", "##")]
        pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, "red", "apple", "dogs", "!", ",", "'", "[", "]", "mask"]
        words = folder / "vocab.txt"
        words.write_text("".join(piece + "\n" for piece in pieces))
        own = {"embed_dim": 32, "vision_cfg": VISION,
               "text_cfg": {**TEXT, "vocab_size": len(pieces), "pool_type": "eos", "eos_id": 3}}
        proof.prove("word pieces", own, words, 2, 3, 0)

        spiece = folder / "spiece.model"
        with open(spiece, "wb") as file:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(CAPTIONS[:2] * 20 + LABELS * 9 + ["a photo of a cat"] * 9), model_writer=file,
                vocab_size=120, model_type="unigram", pad_id=0, eos_id=1, unk_id=2, bos_id=-1, hard_vocab_limit=False,
                minloglevel=2)
        size = sentencepiece.SentencePieceProcessor(model_file=str(spiece)).get_piece_size()
        # The pipeline pads to 64 whatever the model says.
        text = {**TEXT, "context_length": 64, "vocab_size": size, "no_causal_mask": True, "pool_type": "last",
                "proj_bias": True, "norm_kwargs": {"eps": 1e-6}, "act_kwargs": {"approximate": "tanh"},
                "tokenizer_kwargs": {"clean": "canonicalize"}}
        siglip = {"embed_dim": 768, "custom_text": True, "init_logit_bias": -10, "vision_cfg": SIGLIP, "text_cfg": text}
        proof.prove_pipeline("SigLIP", proof.prove("SigLIP", siglip, spiece, None, 1, 1))
    sys.exit(1 if proof.failed else 0)


if __name__ == "__main__":
    main()
