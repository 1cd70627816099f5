"""Writes captions.json: what 20,000 captions in 20 scripts are made of, and a hash of the ids that OpenCLIP's
`SimpleTokenizer` gives each; captions.repairs.txt: those in which ftfy's search for wrong encodings finds something.

The captions themselves aren't stored: `caption(i)` here and in `CaptionAgreementTests.swift` draw them alike from words,
emoji, marks, controls and entities. Hashes are FNV-1a, 32 bits, of the ids as little-endian int32: `small` under
tokenizer-merges.txt.gz, `openai` under OpenAI's own vocabulary, which isn't in this repository.

    python Tests/Golden/captions.py            writes the files (1 min) and prints SimpleTokenizer's speed
    python Tests/Golden/captions.py --list     prints the captions, one a line as JSON

Environment: a virtual environment with open_clip_torch 3.3.0, ftfy 6.3.1, regex.
"""

import base64
import json
import random
import struct
import sys
import time
import unicodedata
from pathlib import Path

import ftfy
import open_clip.tokenizer
from open_clip.tokenizer import SimpleTokenizer

HERE = Path(__file__).parent
COUNT = 20_000

SENTENCES = {
    "Latin": "A photo of a red apple on the table, isn't it? I'll say they've seen; garçon naïve Straße Ångström İstanbul "
    "zażółć gęślą jaźń příliš žluťoučký árvíztűrő con mèo đang ngủ trên ghế ŉ ĳsbaan façade",
    "Greek": "η κοπέλα τρώει ένα κόκκινο μήλο στον δρόμο ΣΟΦΟΣ ΟΔΥΣΣΕΥΣ Ἀθῆναι ᾳ ΐ",
    "Cyrillic": "девочка ест красное яблоко на улице дівчинка їсть ЩУКА Ёлка момиче ябълка ћирилица",
    "Armenian": "աղջիկը կարմիր խնձոր է ուտում փողոցում Երևան և",
    "Hebrew": "ילדה אוכלת תפוח אדום ברחוב שָׁלוֹם בְּרֵאשִׁית",
    "Arabic": "فتاة تأكل تفاحة حمراء في الشارع اَلْعَرَبِيَّةُ لڑکی سیب کھا رہی ہے می‌خورد ۱۲۳ ٤٥",
    "Devanagari": "एक लड़की सड़क पर लाल सेब खा रही है क्षत्रिय किताब १२३",
    "Bengali": "একটি মেয়ে রাস্তায় লাল আপেল খাচ্ছে বাংলাদেশ ৪৫",
    "Gurmukhi": "ਇੱਕ ਕੁੜੀ ਲਾਲ ਸੇਬ ਖਾ ਰਹੀ ਹੈ ਪੰਜਾਬੀ",
    "Gujarati": "એક છોકરી લાલ સફરજન ખાય છે ગુજરાતી",
    "Tamil": "ஒரு பெண் சிவப்பு ஆப்பிள் சாப்பிடுகிறாள் தமிழ்",
    "Telugu": "ఒక అమ్మాయి ఎర్ర ఆపిల్ తింటోంది తెలుగు",
    "Malayalam": "ഒരു പെൺകുട്ടി ചുവന്ന ആപ്പിൾ കഴിക്കുന്നു മലയാളം",
    "Thai": "เด็กผู้หญิงกินแอปเปิ้ลสีแดงบนถนน ภาษาไทย น้ำ ๑๒๓",
    "Georgian": "გოგონა წითელ ვაშლს ჭამს ქუჩაში ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ",
    "Ethiopic": "ሴት ልጅ ቀይ ፖም ትበላለች በመንገድ ላይ አማርኛ ፩፪",
    "Khmer": "ក្មេងស្រីញ៉ាំផ្លែប៉ោមក្រហម ភាសាខ្មែរ ១២",
    "Hangul": "소녀가 길에서 빨간 사과를 먹는다 한국어 ㅎㅏㄴ 하\u11ab ﾡ",
    "Kana": "おんなのこが みちで あかい リンゴを たべている ｶﾀｶﾅ ﾊﾟﾋﾟ か\u3099",
    "Han": "一个女孩在街上吃红苹果 一個女孩在街上吃紅蘋果。 漢字 豈 𠮷野家 １２３",
}
EMOJI = (
    "🍎 👩‍🚒 👨‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪🇫🇷 ☃ ✈️ 🧑🏿‍🦰 ©️ 〰️ 🀄 ⌚️ 🫶"
).split()
MARKS = ["e\u0301", "q\u0301\u0323", "a\u0338", "o\u0302\u0301", "\u0301", "n\u0303o", "x\u20dd", "\u1e69", "s\u0323\u0307", "ᄀ\u1161"]
CONTROLS = ["\x00", "\x07bell", "\x1b[31mred\x1b[0m", "\x7f", "\u200b", "\u200e", "\ufeff", "\u2028", "\x85", "\xad", "\t", "\r\n",
            "\u3000", "\xa0", "\u2060", "\u202e", "\ufffc", "\x1c", "\u180e", "\x0b"]
ENTITIES = ["&amp;", "&lt;b&gt;", "&eacute;", "&EACUTE;", "&#8217;", "&#x1F34E;", "&amp;amp;lt;", "&copy2020", "&notin;", "&NOTIN;",
            "&#150;", "&#0;", "&foo;", "&", "&#xD800;", "<i>", "AT&T", "&ampx", "&nbsp;", "&frac12;"]
SIGNS = ["'s", "don’t", "“quote”", "3.14", "10²³", "½", "Ⅳ", "①", "#tag", "@you", "https://a.b/c?d=e&amp;f=g", "...!!!", "((x))", "a_b-c",
         "€5", "ﬁne", "ｗｉｄｅ", "<start_of_text>", "<end_of_text>", "<|endoftext|>", "Σ'Σ", "𝒥ohn", "™", "…", "—"]
# What ftfy takes for UTF-8 read as something else.
WRONG = ["sÃ³", "â€œhiâ€\x9d", "Ã©tÃ©", "Â©", "dâ€™or", "ÐŸÑ€Ð¸Ð²ÐµÑ‚"]


def letters(words, draw):
    """Words of the script's own letters put together at random, beside those that people write."""
    pool = sorted({c for word in words for c in word if unicodedata.category(c)[0] in "LM"})
    return ["".join(draw.choices(pool, k=draw.randint(1, 7))) for _ in range(40)]


def pools():
    draw = random.Random(5)
    scripts = [text.split(" ") + letters(text.split(" "), draw) for text in SENTENCES.values()]
    others = {"emoji": EMOJI, "marks": MARKS, "controls": CONTROLS, "entities": ENTITIES, "signs": SIGNS, "wrong": WRONG}
    return {"scripts": scripts, "others": list(others.values()), "gaps": [" ", " ", " ", " ", "  ", ", ", "", "\n"]}


class Draws:
    """SplitMix64."""

    def __init__(self, seed):
        self.state = seed

    def below(self, count):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) >> 11) % count


def caption(i, parts):
    """Script i mod 20; of 20 words three are something else; one caption of 50 is long, one of 500 wrongly encoded."""
    draws = Draws(i)
    script = parts["scripts"][i % len(parts["scripts"])]
    count = 60 + draws.below(60) if draws.below(50) == 0 else 1 + draws.below(14)
    text = ""
    for _ in range(count):
        pool = script
        if draws.below(20) < 3:
            pool = parts["others"][draws.below(5)]
        text += pool[draws.below(len(pool))] + parts["gaps"][draws.below(len(parts["gaps"]))]
    if draws.below(500) == 0:
        text += " " + parts["others"][5][draws.below(len(parts["others"][5]))]
    return text


def fnv(ids):
    value = 0x811C9DC5
    for byte in struct.pack(f"<{len(ids)}i", *ids):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def hashes(tokenizer, texts):
    start = time.perf_counter()
    ids = [tokenizer.encode(text) for text in texts]
    seconds = time.perf_counter() - start
    print(f"SimpleTokenizer: {len(texts) / seconds:,.0f} captions/s, {sum(map(len, ids))} ids")
    return ids, base64.b64encode(b"".join(struct.pack("<I", fnv(row)) for row in ids)).decode()


def main():
    parts = pools()
    texts = [caption(i, parts) for i in range(COUNT)]
    if sys.argv[1:] == ["--list"]:
        print("\n".join(map(json.dumps, texts)))
        return
    openai, small = SimpleTokenizer(), SimpleTokenizer(bpe_path=str(HERE / "tokenizer-merges.txt.gz"))
    (ids, of_openai), (_, of_small) = hashes(openai, texts), hashes(small, texts)

    # The same without the guesses at encodings.
    real = ftfy.fix_text
    ftfy.fix_text = lambda text: real(text, fix_encoding=False)
    plain = SimpleTokenizer()
    repaired = [i for i in range(COUNT) if plain.encode(texts[i]) != ids[i]]
    ftfy.fix_text = real
    print(f"{len(repaired)} of {COUNT} have ids that ftfy's search for encodings changes")
    lines = [f"{i}\t{json.dumps(texts[i])}\n\t{json.dumps(ftfy.fix_text(texts[i]))}\n" for i in repaired]
    (HERE / "captions.repairs.txt").write_text("".join(lines))
    golden = {"count": COUNT, **parts, "repaired": repaired, "openai": of_openai, "small": of_small}
    (HERE / "captions.json").write_text(json.dumps(golden))
    print(f"captions.json: {(HERE / 'captions.json').stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
