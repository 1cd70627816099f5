"""Writes tokenizer.json and tokenizer-merges.txt.gz: captions in many scripts with the ids OpenCLIP's SimpleTokenizer gives.

    pip install open_clip_torch && python Tests/Golden/tokenizer.py

The merges are learned here, from these captions, by the plainest byte-pair learning: they check `Tokenizer.train` too.
`--full N FILE` instead writes N generated captions with the ids of OpenAI's own vocabulary, for a comparison by hand.
"""
import collections
import gzip
import json
import pathlib
import random
import sys

from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode

HERE = pathlib.Path(__file__).parent
MERGES = HERE / "tokenizer-merges.txt.gz"
MERGE_COUNT = 700

SENTENCES = """
A photo of a red apple on a wooden table.
two dogs running on the beach at sunset, 4K HDR!!
The woman's hat isn't hers; they've said we'll see, I'd guess you're right, I'm sure.
DON'T SHOUT: IT'S 100% FREE*
Price: $1,234.56 (incl. 7.5% VAT) — call +49 30 1234567
un garçon mange une pêche près de la forêt, à Noël
ein Mädchen fährt mit dem Fahrrad über die Straße
el niño pequeño juega al fútbol ¿verdad? ¡sí!
uma maçã vermelha não é uma romã
un gatto è seduto sul divano perché piove
een kleine kat zit op de ĳsbaan
en räksmörgås på bordet, blåbärssoppa och en älg
pieni poika syö jäätelöä kesällä
köpek bahçede koşuyor, İstanbul'da ılık bir gün
zażółć gęślą jaźń, chłopiec je jabłko
příliš žluťoučký kůň úpěl ďábelské ódy
egy kisfiú almát eszik a fűben
o fetiță mănâncă un măr în grădină
con mèo đang ngủ trên ghế sô pha
červené jablko na stole
девочка ест красное яблоко на улице
дівчинка їсть червоне яблуко
момиче яде ябълка
η κοπέλα τρώει ένα μήλο, ΣΟΦΟΣ ΟΔΥΣΣΕΥΣ
ילדה אוכלת תפוח אדום
فتاة تأكل تفاحة حمراء في الشارع
دختری در خیابان سیب می‌خورد
لڑکی سیب کھا رہی ہے
एक लड़की लाल सेब खा रही है
একটি মেয়ে লাল আপেল খাচ্ছে
ஒரு பெண் ஆப்பிள் சாப்பிடுகிறாள்
ఒక అమ్మాయి ఆపిల్ తింటోంది
ಒಂದು ಹುಡುಗಿ ಸೇಬು ತಿನ್ನುತ್ತಿದೆ
ഒരു പെൺകുട്ടി ആപ്പിൾ കഴിക്കുന്നു
ਇੱਕ ਕੁੜੀ ਸੇਬ ਖਾ ਰਹੀ ਹੈ
એક છોકરી સફરજન ખાય છે
ගැහැණු ළමයෙක් ඇපල් කනවා
เด็กผู้หญิงกินแอปเปิ้ลสีแดง
ເດັກຍິງກິນໝາກແອັບເປິ້ນ
မိန်းကလေးက ပန်းသီးစားနေတယ်
ក្មេងស្រីញ៉ាំផ្លែប៉ោម
一个女孩在街上吃红苹果
一個女孩在街上吃紅蘋果。
女の子が道で赤いリンゴを食べている
소녀가 길에서 빨간 사과를 먹는다
გოგონა ვაშლს ჭამს
աղջիկը խնձոր է ուտում
ሴት ልጅ ፖም ትበላለች
охин алим идэж байна ᠮᠣᠩᠭᠣᠯ
ཕྲུ་གུ་མོ་ཀུ་ཤུ་ཟ
ᎠᎨᏳᏣ ᎠᎩᎠ ᏒᎦᏔ
""".strip().split("\n")

EDGES = [
    "", " ", "   \t\n ", "!", "a", "é", "🍎", "'s", "''s's", "x's'S'll'LL", "'tis 'twas", "don’t “quote” ‘this’ ‛that‟",
    "a\u00a0b\u2003c\u3000d\u2028e\u0085f", "tab\tnew\nline\r\nreturn\rform\fvertical\vend",
    "Fish &amp; chips &amp;amp; peas &lt;b&gt; &quot;hi&quot; &copy; &eacute; &EACUTE; &nbsp;x &#233; &#xE9; &#8217;s",
    "no semicolon &ampx &copy2020 &notit; &notin; &NOTIN; &foo; & &; &# &#; &#x; &#xZZ; &#0; &#x80; &#150; &#xD800; &#1114112;",
    "&#99999999999999999999; &#1; &#x1F34E; &CounterClockwiseContourIntegral; &amp;lt;tag&amp;gt;", "<b>bold &amp; &lt;i&gt;</b>",
    "first &amp; line\nsecond < &eacute; line", "AT&T R&D a&b", "<start_of_text> hello <end_of_text> there<end_of_text>",
    "<START_OF_TEXT>", "!<end_of_text>", "&lt;end_of_text&gt;", "<|endoftext|>", "e\u0301 vs é, A\u030a vs Å vs \u212b",
    "ｆｕｌｌ　ｗｉｄｔｈ １２３ ｶﾀｶﾅ ﾊﾟﾋﾟ ￥", "ﬁne ﬂuﬃest ﬆ Ǆ ŉ ĳ", "\x00nul\x07bell\x1b[31mred\x1b[0m \x1b[ \x7fdel\ufeffbom\ufffc",
    "c1: \x80\x93\x94\x99", "10²³ ½ Ⅳ ٣ ४ ７ ①②", "ΑΣ Σ ΑΣΑ ΑΣ. ΑΣ\u0301 Σ'Σ", "İI ǅ ẞ ß ſ 'ſ K", "👩‍🚒 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽 1️⃣ ❤️",
    "zero\u200bwidth\u200djoiner\u200c\u2060", "a_b-c.d/e\\f|g", "...!!!???", "((())) [x] {y} ~`@#$%^*+=", "https://example.com/a?b=c&d=e&amp;f=g#h",
    "x" * 300, "ab" * 200, "lorem ipsum " * 40, "漢" * 120, "🍎" * 60, "1234567890" * 12, "\ud7ff\ue000\U0010ffff\U0001f9ff",
    "ﬁ&#64257;&amp;#64257;", "&amp;amp;amp;amp;amp;amp;lt;", "naïve café Ångström coöperate", "ㅎㅏㄴ 하\u11ab", "क्षत्रिय किताब",
    "ⓐⒷ ℃ ™ № ㎏", "ᾳ Ἀθῆναι ῾Ελλάς", "𝒥ohn 𝔸𝔹ℂ", "اَلْعَرَبِيَّةُ", "שָׁלוֹם", "a\u0338b\u0338", "“”‘’«»„‚", "–—−‐‑", "\u2066rtl\u2069\u202e",
]


def captions(count, seed=1):
    """The sentences and edges, then mixtures of their words."""
    draw = random.Random(seed)
    found = SENTENCES + EDGES
    words = [w for s in SENTENCES for w in s.split()] + [w for e in EDGES for w in e.split(" ") if w and len(w) < 40]
    while len(found) < count:
        found.append(draw.choice([" ", " ", " ", "", "  ", ", "]).join(draw.choices(words, k=draw.randint(1, 12))))
    return found


def learn(texts, count, tokenizer):
    """Byte-pair learning, counting every pair anew each time. Ties go to the pair whose symbols have the lower ids."""
    stand_in = bytes_to_unicode()
    words = collections.Counter()
    for text in texts:
        for word in tokenizer.pat.findall(tokenizer.clean_fn(text)):
            if word not in ("<start_of_text>", "<end_of_text>"):
                symbols = [stand_in[b] for b in word.encode()]
                words[tuple(symbols[:-1] + [symbols[-1] + "</w>"])] += 1
    order = {s: i for i, s in enumerate(list(stand_in.values()) + [v + "</w>" for v in stand_in.values()])}
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, times in words.items():
            for pair in zip(word, word[1:]):
                if pair[0] + pair[1] not in order:
                    pairs[pair] += times
        best = min(pairs, key=lambda p: (-pairs[p], order[p[0]], order[p[1]]))
        if pairs[best] < 2:
            break
        merges.append(best)
        order[best[0] + best[1]] = 512 + len(merges) - 1
        merged = collections.Counter()
        for word, times in words.items():
            new, i = [], 0
            while i < len(word):
                joins = word[i:i + 2] == best
                new.append(word[i] + word[i + 1] if joins else word[i])
                i += 2 if joins else 1
            merged[tuple(new)] += times
        words = merged
    return merges


def main():
    if sys.argv[1:2] == ["--full"]:
        tokenizer, texts = SimpleTokenizer(), captions(int(sys.argv[2]), seed=2)
        cases = [{"text": t, "ids": tokenizer.encode(t)} for t in texts]
        pathlib.Path(sys.argv[3]).write_text(json.dumps({"cases": cases}))
        return
    texts = captions(400)
    merges = learn(texts, MERGE_COUNT, SimpleTokenizer())
    text = "\n".join(["#version: 0.2"] + [" ".join(m) for m in merges])
    with gzip.GzipFile(MERGES, "wb", mtime=0) as file:
        file.write(text.encode())
    tokenizer = SimpleTokenizer(bpe_path=str(MERGES))
    cases = [
        {"text": t, "ids": tokenizer.encode(t), "decoded": tokenizer.decode(tokenizer.encode(t)),
         "tokens": tokenizer(t, context_length=16)[0].tolist()} for t in texts
    ]
    golden = {"vocabulary": tokenizer.vocab_size, "cases": cases}
    (HERE / "tokenizer.json").write_text(json.dumps(golden, indent=0, separators=(",", ":")).replace(",\n", ","))


if __name__ == "__main__":
    main()
