"""Writes wordpiece.json: two small vocabularies of word pieces, and BERT's ids of tokenizer.json's captions under them.

`plain` is `BertTokenizer` of the caption as it is, `cleaned` of what OpenCLIP's `HFTokenizer` makes of it first, without
ftfy's guesses at encodings; `rows` are rows of 12 of the latter.

Environment: a virtual environment with transformers 5.23.0, open_clip_torch 3.3.0.
Run:         python Tests/Golden/wordpiece.py        (5 s)
"""

import collections
import json
from pathlib import Path

import ftfy
import open_clip.tokenizer
from transformers import BertTokenizer

HERE = Path(__file__).parent
SPECIALS = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
EXTRA = [
    "[SEP] in a [MASK] text [CLS][PAD] [sep] [UNKNOWN]", "x" * 100, "x" * 101, "é" * 100 + " " + "é" * 101,
    "co-operate_now", "don't", "naïve Ångström ﬁne", "漢字かな交じり文", "한국어 하\u11ab", "a\u0301b\u0323", "İstanbul ẞ",
    "\ufffd\u0000\u00adsoft\u200bzero\ue000private", "a\u2028b\u0085c\u000bd", "¿qué? «sí» „na“ 、。 ៕ ꙳",
]


def vocabulary(texts, lower):
    """Every character, whole and inside of words, and the commonest words, beginnings and endings."""
    words = collections.Counter()
    cutter = BertTokenizer(vocab={token: i for i, token in enumerate(SPECIALS)}, do_lower_case=lower).backend_tokenizer
    for text in texts:
        for word, _ in cutter.pre_tokenizer.pre_tokenize_str(cutter.normalizer.normalize_str(text)):
            words[word] += 1
    letters, pieces = collections.Counter(), collections.Counter()
    for word, times in words.items():
        for at, letter in enumerate(word):
            letters[("##" if at else "") + letter] += times
        pieces[word] += times if len(word) > 1 else 0
        for size in (2, 3, 4):
            if len(word) > size:
                pieces[word[:size]] += times
                pieces["##" + word[-size:]] += times
    # Rare letters are left out, so that some words are unknown.
    return SPECIALS + sorted(token for token, times in letters.items() if times > 8) + sorted(
        token for token, _ in sorted(pieces.items(), key=lambda item: (-item[1], item[0]))[:900])


def clean(text):
    import html
    text = ftfy.fix_text(text, fix_encoding=False)
    return open_clip.tokenizer.whitespace_clean(html.unescape(html.unescape(text)).strip())


def main():
    texts = [case["text"] for case in json.loads((HERE / "tokenizer.json").read_text())["cases"]] + EXTRA
    golden = {"extra": EXTRA}
    for name, lower in (("uncased", True), ("cased", False)):
        vocab = vocabulary(texts, lower)
        assert len(set(vocab)) == len(vocab)
        tokenizer = BertTokenizer(vocab={token: i for i, token in enumerate(vocab)}, do_lower_case=lower)
        cleaned = [clean(text) for text in texts]
        rows = tokenizer(cleaned, max_length=12, padding="max_length", truncation=True).input_ids
        golden[name] = {
            "vocabulary": vocab,
            "plain": [tokenizer(text, add_special_tokens=False).input_ids for text in texts],
            "cleaned": [tokenizer(text, add_special_tokens=False).input_ids for text in cleaned], "rows": rows,
        }
        ids = [i for row in golden[name]["cleaned"] for i in row]
        print(name, len(vocab), "pieces;", len(ids), "ids,", sum(i == 2 for i in ids), "unknown")
    (HERE / "wordpiece.json").write_text(json.dumps(golden, separators=(",", ":")))


main()
