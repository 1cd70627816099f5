"""Compares `diagonal eval probe` and `knn` with scikit-learn's on the same embeddings.

    diagonal embed --model MODEL --data FIT --out A --tower image
    diagonal embed --model MODEL --data TEST --out B --tower image
    diagonal eval probe --model MODEL --data TEST --fit FIT --label FIELD --json > probe.json
    diagonal eval knn --model MODEL --data TEST --fit FIT --label FIELD --json > knn.json
    python Tests/Interop/probe.py A B --fit FIT.tar --test TEST.tar --label FIELD --probe probe.json --knn knn.json

Fits LogisticRegression (to its optimum, by Newton) at C = 1/λ of probe.json, and again with a C of its own: the best of 8 a decade on the same
fifth of the pairs, looking at all of them. Exits with 1 where a share of right answers differs by more than 0.2 points, or
where kNN's guesses, voting with exp(cosine / 0.07), differ by more than that.

Environment: scikit-learn 1.9.1, NumPy; run with one in a virtual environment.
"""

import argparse
import json
import sys
import tarfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

import stored


def labels(shard, field):
    """The label of each key: the field of its .json, or its .cls."""
    found = {}
    with tarfile.open(shard) as archive:
        for member in archive:
            key, _, ending = member.name.rpartition("/")[2].partition(".")
            if ending == "json":
                value = json.load(archive.extractfile(member)).get(field)
                if isinstance(value, (str, int)):
                    found[key] = str(value)
            elif ending == "cls":
                found.setdefault(key, archive.extractfile(member).read().decode().strip())
    return found


def rows(directory, shard, field, classes=None):
    of_key = labels(shard, field)
    keys = stored.lines(directory, "keys")
    known = set(of_key.values()) if classes is None else classes
    used = [i for i, key in enumerate(keys) if of_key.get(key) in known]
    return stored.rows(directory, "images")[used], np.array([of_key[keys[i]] for i in used])


def fitted(x, y, c):
    # L-BFGS stops early at its usual 1e-4: 0.4 points off its own optimum on emoji.
    return LogisticRegression(C=c, max_iter=1000, tol=1e-8, solver="newton-cg").fit(x.astype(np.float64), y)


def fifth(y):
    """Every fifth row of each class."""
    seen, chosen = {}, np.zeros(len(y), bool)
    for i, label in enumerate(y):
        seen[label] = seen.get(label, 0) + 1
        chosen[i] = seen[label] % 5 == 0
    return chosen


def best_c(x, y):
    tried = fifth(y)
    shares = {}
    for place in range(97):
        penalty = 10 ** (place / 8 - 6)
        shares[penalty] = fitted(x[~tried], y[~tried], 1 / penalty).score(x[tried], y[tried])
    best = max(shares, key=lambda penalty: (shares[penalty], penalty))
    return 1 / best, shares[best]


def nearest(x, y, z, k):
    classes = sorted(set(y))
    number = {label: i for i, label in enumerate(classes)}
    cosines = z @ x.T
    guesses = []
    for row in cosines:
        votes = np.zeros(len(classes))
        for i in np.argsort(-row, kind="stable")[:k]:
            votes[number[y[i]]] += np.exp((float(row[i]) - 1) / 0.07)
        guesses.append(classes[int(votes.argmax())])
    return np.array(guesses)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("fit_embeddings")
    parser.add_argument("test_embeddings")
    for name in ["--fit", "--test", "--label", "--probe"]:
        parser.add_argument(name, required=True)
    parser.add_argument("--knn")
    parser.add_argument("--sweep", action="store_true", help="also choose C by looking at all 97")
    arguments = parser.parse_args()
    x, y = rows(arguments.fit_embeddings, arguments.fit, arguments.label)
    z, w = rows(arguments.test_embeddings, arguments.test, arguments.label, set(y))
    probe = json.loads(Path(arguments.probe).read_text())
    assert probe["pairs"] == len(w) and probe["learned"] == len(y), (probe["pairs"], len(w), probe["learned"], len(y))
    pairs = [("probe, same penalty", probe["top1"], fitted(x, y, 1 / probe["settings"]["lambda"]).score(z, w))]
    if arguments.sweep:
        c, share = best_c(x, y)
        print(f"scikit-learn's own C {c:.4g} (1/C {1 / c:.4g}, {100 * share:.1f} % on the fifth)")
        pairs.append(("probe, own penalty", probe["top1"], fitted(x, y, c).score(z, w)))
    if arguments.knn:
        knn = json.loads(Path(arguments.knn).read_text())
        guesses = nearest(x, y, z, int(knn["settings"]["neighbours"]))
        pairs.append(("knn", knn["top1"], float(np.mean(guesses == w))))
    worst = 0
    for name, ours, theirs in pairs:
        print(f"{name}: ours {100 * ours:.2f} %, scikit-learn's {100 * theirs:.2f} %")
        worst = max(worst, abs(100 * (ours - theirs)))
    print(f"largest difference {worst:.2f} points")
    sys.exit(worst > 0.2)


if __name__ == "__main__":
    main()
