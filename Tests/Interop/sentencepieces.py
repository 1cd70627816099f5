"""Proves that sentencepiece's vocabularies give the ids that Hugging Face's and sentencepiece's own code give, on a vocabulary
as SigLIP's is: Unigram, NFKC, as large as the text makes it.

    python Tests/Interop/sentencepieces.py DIAGONAL [--vocabulary 32000]

DIAGONAL is the built command. Trains on this Python's own source and on the captions of Tests/Golden/captions.py, of which
it compares 20,000 (those without a zero byte): 20 scripts, emoji, marks, controls, entities. Prints how many differ; exits with 1
where any does of which Hugging Face rewrites the characters as sentencepiece does. Its library goes by grapheme, and by
character where one has six bytes or more, sentencepiece by the longest match: of “ﾊﾞ” the one makes two characters, the other one.

1  spiece.model against OpenCLIP's HFTokenizer of transformers' T5Tokenizer
2  tokenizer.json against the same
3  spiece.model against sentencepiece on cleaned captions, as SiglipTokenizer has it

Environment: a virtual environment with open_clip_torch 3.3.0, transformers 5.24.0, sentencepiece 0.2.3, ftfy, protobuf.
"""

import argparse
import json
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import ftfy
import sentencepiece
from open_clip.tokenizer import HFTokenizer, get_clean_fn
from transformers import T5Tokenizer

sys.path.insert(0, str(Path(__file__).parent.parent / "Golden"))
from captions import COUNT, caption, pools  # noqa: E402

# Guesses at wrong encodings aren't made here, see Tests/Golden/captions.repairs.txt.
fix = ftfy.fix_text
ftfy.fix_text = lambda text: fix(text, fix_encoding=False)
clean = get_clean_fn("whitespace")


def train(folder, size, texts):
    sources = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")) + sorted(
        Path(sysconfig.get_paths()["stdlib"]).glob("[a-m]*/*.py"))
    lines = [line for path in sources for line in path.read_text(errors="ignore").splitlines() if 20 < len(line) < 300]
    lines += [clean(text) for text in texts[::4]]
    with open(folder / "spiece.model", "wb") as model:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, vocab_size=size, model_type="unigram", pad_id=0, eos_id=1,
            unk_id=2, bos_id=-1, hard_vocab_limit=False, minloglevel=2)


def encoded(diagonal, tokenizer, texts):
    rows = []
    for at in range(0, len(texts), 200):
        part = texts[at : at + 200]
        answer = subprocess.run(
            [diagonal, "tokenizer", "encode", "--json", "--tokenizer", tokenizer, "--", *part], capture_output=True, check=True)
        rows += [text["ids"] for text in json.loads(answer.stdout)["texts"]]
    return rows


def rewritten_alike(text, fast, plain):
    normalized = fast.backend_tokenizer.normalizer.normalize_str(text), plain.normalize(text)
    theirs, own = ("".join(text.replace("▁", " ").split()) for text in normalized)
    return theirs == own


def compare(what, texts, found, wanted, alike=None):
    differing = [i for i in range(len(texts)) if found[i] != wanted[i]]
    print(f"{what}: {len(differing)} of {len(texts)} captions differ", flush=True)
    if alike is not None:
        differing = [i for i in differing if alike[i]]
        print(f"    {len(differing)} of the {sum(alike)} whose characters both rewrite alike", flush=True)
    for i in differing[:5]:
        print("   ", repr(texts[i])[:150], found[i][:30], wanted[i][:30])
    return len(differing)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("diagonal")
    parser.add_argument("--vocabulary", type=int, default=32000)
    options = parser.parse_args()
    parts = pools()
    texts = [text for i in range(COUNT) if "\0" not in (text := caption(i, parts))]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        train(folder, options.vocabulary, texts)
        fast = T5Tokenizer.from_pretrained(folder, extra_ids=0, pad_token="</s>")
        fast.save_pretrained(folder / "whole")
        print(f"{len(fast)} ids")
        theirs = HFTokenizer(str(folder / "whole"))
        wanted = [row[:-1] for row in theirs.tokenizer([theirs.clean_fn(text) for text in texts]).input_ids]
        ours = encoded(options.diagonal, folder / "spiece.model", texts)
        plain = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
        alike = [rewritten_alike(theirs.clean_fn(text), fast, plain) for text in texts]
        wrong = compare("1 spiece.model, Hugging Face", texts, ours, wanted, alike)
        wrong += compare("2 tokenizer.json, Hugging Face",
                         texts, encoded(options.diagonal, folder / "whole" / "tokenizer.json", texts), wanted, alike)
        wrong += compare("3 spiece.model, sentencepiece", texts, ours, [plain.encode(clean(text)) for text in texts])
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
