"""OpenCLIP's SimpleTokenizer over captions, one thread, every caption once: tokenizer.py CAPTIONS.jsonl [IDS.jsonl]
Captions to measure with: tokenizer.py --write english|languages|scripts CAPTIONS.jsonl

CAPTIONS.jsonl has a JSON string a line. `english` and `languages` are drawn from the names of emoji in Debian's unicode-cldr-core:
words as frequent as in running text (the nth in proportion to 1/n), every twentieth one that hardly comes again (a number, a code, an
invented name), capitals and punctuation as people write them. `scripts` are those of Tests/Golden/captions.py: 20 scripts, emoji,
marks, controls, entities.
"""
import glob, html, importlib.util, itertools, json, os, random, re, sys, time

ANNOTATIONS = "/usr/share/unicode/cldr/common/annotations"
COUNT = 20_000


def words(language):
    """The words of CLDR's names and keywords, the most frequent first, and how much more likely than the last each is."""
    text = open(f"{ANNOTATIONS}/{language}.xml", encoding="utf-8").read()
    counts = {}
    for names in re.findall(r">([^<]+)</annotation>", text):
        for word in re.split(r"[\s|]+", html.unescape(names)):
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted((word for word in counts if word and word != "↑↑↑"), key=lambda word: (-counts[word], word))
    return ranked, list(itertools.accumulate(1 / (n + 1) for n in range(len(ranked))))


def rare(draw):
    kind = draw.randrange(3)
    if kind == 0:
        return str(draw.choice([draw.randrange(100), 1900 + draw.randrange(130), draw.randrange(10**6)]))
    letters = "".join(draw.choice("bcdfgklmnprstvz") + draw.choice("aeiou") for _ in range(draw.randint(2, 4)))
    return letters.capitalize() if kind == 1 else f"{letters[:2].upper()}-{draw.randrange(10**4)}"


def caption(draw, pool):
    ranked, weights = pool
    picked = draw.choices(ranked, cum_weights=weights, k=draw.randint(4, 18))
    picked = [rare(draw) if draw.randrange(20) == 0 else word for word in picked]
    text = "".join(word + draw.choices([" ", ", ", "'s ", " & ", " – "], [90, 6, 2, 1, 1])[0] for word in picked).strip()
    return draw.choice([text, text[:1].upper() + text[1:], text.title()]) + draw.choice(["", "", ".", "!"])


def captions(kind):
    if kind == "scripts":
        path = os.path.join(os.path.dirname(__file__), "../../Tests/Golden/captions.py")
        golden = importlib.util.module_from_spec(spec := importlib.util.spec_from_file_location("captions", path))
        spec.loader.exec_module(golden)
        parts = golden.pools()
        return [golden.caption(i, parts) for i in range(COUNT)]
    names = [os.path.basename(path)[:-4] for path in sorted(glob.glob(f"{ANNOTATIONS}/*.xml"))]
    languages = {"english": ["en"], "languages": [name for name in names if "_" not in name and name != "root"]}[kind]
    draw, pools = random.Random(7), [pool for pool in map(words, languages) if pool[0]]
    return [caption(draw, draw.choice(pools)) for _ in range(COUNT)]


def main():
    if sys.argv[1] == "--write":
        kind, path = sys.argv[2:]
        with open(path, "w") as file:
            file.writelines(json.dumps(text) + "\n" for text in captions(kind))
        return
    from open_clip.tokenizer import SimpleTokenizer
    texts = [json.loads(line) for line in open(sys.argv[1])]
    tokenizer = SimpleTokenizer()
    start = time.perf_counter()
    ids = [tokenizer.encode(text) for text in texts]
    seconds = time.perf_counter() - start
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w") as file:
            file.writelines(f"{row}\n" for row in ids)
    print(json.dumps(dict(captions=len(texts), ids=sum(map(len, ids)), seconds=seconds,
                          captions_per_second=len(texts) / seconds)))


if __name__ == "__main__":
    main()
