#!/usr/bin/env python3
"""Asks `diagonal serve` as OpenAI's own client does (PyPI openai), and compares with what `diagonal embed` stored: the same bits.

    Tests/Server/clients.py -- --model DIR --in DIR […]

The store has to be of all pictures and texts of --pictures, if that is given.
"""
import json
import os
import sys

import numpy as np
from openai import OpenAI

from served import ROOT, Served, arguments, parse

sys.path.insert(0, f"{ROOT}/Tests/Interop")
from stored import lines, rows  # noqa: E402


def main():
    options, words = parse(arguments(__doc__))
    stored = words[words.index("--in") + 1]
    captions, expected = lines(stored, "captions"), rows(stored, "texts")
    with Served(options.executable, words) as server:
        client = OpenAI(base_url=f"{server.url}/v1", api_key=os.environ.get("TOKEN", "none"))
        model = client.models.list().data[0].id
        wrong = 0
        for first in range(0, len(captions), 100):
            some = captions[first:first + 100]
            # The client asks for base64, and decodes it.
            found = client.embeddings.create(model=model, input=some)
            got = np.array([item.embedding for item in found.data], dtype=np.float32)
            plain = json.loads(server.ask("/v1/embeddings", {"input": some})[2])
            got_plain = np.array([item["embedding"] for item in plain["data"]], dtype=np.float32)
            for other in (got, got_plain):
                wrong += int((other.view(np.uint32) != expected[first:first + 100].view(np.uint32)).any(axis=1).sum())
        print(f"{model}: {len(captions)} texts by base64 and by numbers, {wrong} rows of other bits than the store's")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
