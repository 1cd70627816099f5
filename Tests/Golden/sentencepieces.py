"""Writes sentencepieces/: a small Unigram vocabulary as sentencepiece trains it, spiece.model, and as Hugging Face writes
it, tokenizer.json; and sentencepieces.json: captions with the ids that OpenCLIP's `HFTokenizer` gives them.

Environment: a virtual environment with open_clip_torch 3.3.0, transformers 5.24.0, sentencepiece 0.2.3, ftfy, protobuf.
Run:         python Tests/Golden/sentencepieces.py        (10 s)

The vocabulary is trained as T5's: pad 0, end 1, unknown 2, no start. Its rules for characters are few, so that the files
stay small; NFKC's, which SigLIP's vocabularies have, are proved by Tests/Interop/sentencepieces.py.
"""

import io
import json
import shutil
import tempfile
from pathlib import Path

import sentencepiece
from open_clip.tokenizer import HFTokenizer
from transformers import T5Tokenizer

HERE = Path(__file__).parent / "sentencepieces"
TEXT = """
a red apple on a wooden table, a photo of a small dog running on the beach; two cats sleep on an old chair by the window
the quick brown fox jumps over the lazy dog while a man in a blue coat walks along the street in the rain at night
children play football in the park; a woman reads a newspaper on the train, the mountain is covered with white snow
a yellow taxi stands before the station, an old bicycle leans against the wall of a house with a green door and windows
this is a picture of flowers in a vase on the kitchen table, painted in oil; the ship sails on the sea under a grey sky
un garçon mange une pomme rouge dans la rue, das Mädchen liest ein Buch im Garten, девочка ест красное яблоко на улице
"""
CAPTIONS = [
    "a red apple", "A photo of a Small dog, running!", "two cats", "", " ", "an old_bicycle; it's raining", "x", "zzzzqqq",
    "a  red\tapple\n", "&lt;b&gt; bold &amp; red", "</s> the end <unk>", "девочка ест", "女の子", "a女b 🍎🍎", "ﬁne ﬁsh", "CAFÉ № 5",
    "the the the " * 30, "…wait", "1234567890", "▁under▁bar", "un garçon mange", "\u00a0a\u3000b",
]
# ligatures, the ellipsis and a number sign, then what case and width are rewritten to
RULES = {"ﬁ": "fi", "ﬂ": "fl", "…": "...", "№": "No", "Ａ": "A", "\u3000": " ", "\u00a0": " ", "é": "e"}


def train(folder):
    text, rules = folder / "text.txt", folder / "rules.tsv"
    text.write_text(TEXT * 4)
    rules.write_text("".join(
        " ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n"
        for source, target in sorted(RULES.items())))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_writer=model, vocab_size=300, model_type="unigram", pad_id=0, eos_id=1, unk_id=2, bos_id=-1,
        normalization_rule_tsv=str(rules), character_coverage=0.995, hard_vocab_limit=False, num_threads=1)
    return model.getvalue()


def ids(directory, clean, length):
    return HFTokenizer(str(directory), context_length=length, clean=clean)(CAPTIONS).tolist()


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        model = train(Path(folder))
        (HERE / "spiece.model").write_bytes(model)
        fast = T5Tokenizer.from_pretrained(HERE, extra_ids=0, pad_token="</s>")
        saved = Path(folder) / "saved"
        fast.save_pretrained(saved)
        (HERE / "tokenizer.json").write_text(json.dumps(json.loads((saved / "tokenizer.json").read_text()), ensure_ascii=False))
        result = {"captions": CAPTIONS, "vocabulary": len(fast)}
        for clean in ("canonicalize", "whitespace"):
            result[clean] = ids(saved, clean, 16)
        plain = sentencepiece.SentencePieceProcessor(model_proto=model)
        result["pieces"] = [plain.encode(caption) for caption in CAPTIONS]
    (HERE.parent / "sentencepieces.json").write_text(json.dumps(result, ensure_ascii=False) + "\n")
    for path in sorted(HERE.iterdir()):
        print(path.name, path.stat().st_size)


main()
