#!/usr/bin/env python3
"""Loads `diagonal serve` by hey (Debian's package) and prints requests a second and latencies as a table of Markdown: single
(--batch 1) against batched, at full saturation and at half of it; then memory over many requests.

    Tests/Server/load.py [--seconds N] [--soak N] [--clients N] [--executable FILE] -- --model DIR […]
"""
import csv
import io
import json
import subprocess
import tempfile

from served import Served, arguments, base64_png, parse


def hey(server, body, *how):
    """Requests a second, and p50 and p99 in milliseconds; what wasn't 200, by status."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(body, file)
        file.flush()
        found = subprocess.run(
            ["hey", "-o", "csv", "-m", "POST", "-T", "application/json", "-D", file.name, *how,
             f"{server.url}/v1/embeddings"], capture_output=True, text=True, check=True).stdout
    rows = list(csv.DictReader(io.StringIO(found)))
    times = sorted(float(row["response-time"]) for row in rows)
    end = max(float(row["offset"]) + float(row["response-time"]) for row in rows)
    bad = [row["status-code"] for row in rows if row["status-code"] != "200"]
    part = lambda share: 1000 * times[min(len(times) - 1, int(share * len(times)))]
    return len(rows) / end, part(0.5), part(0.99), bad


def main():
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--soak", type=int, default=0, help="how many requests memory is watched over")
    options, words = parse(parser)
    # One of each kind of request; hey sends the same again and again.
    bodies = {"a text": {"input": "a red fruit"}, "a picture of 256 x 256": {"input": {"image": base64_png(256)}}}
    print("| request | encoded together | load | requests/s | p50, ms | p99, ms | not 200 |\n" + "| --- " * 7 + "|", flush=True)
    for name, body in bodies.items():
        for kind, how in (("one", ["--batch", "1"]), ("up to 32", [])):
            with Served(options.executable, [*words, *how]) as server:
                hey(server, body, "-z", "2s", "-c", str(options.clients))
                full = hey(server, body, "-z", f"{options.seconds}s", "-c", str(options.clients))
                half = hey(server, body, "-z", f"{options.seconds}s", "-c", str(options.clients), "-q",
                           f"{full[0] / 2 / options.clients:.3f}")
            for load, (rate, middle, high, bad) in (("full", full), ("half", half)):
                print(f"| {name} | {kind} | {load} | {rate:.0f} | {middle:.1f} | {high:.1f} | {len(bad)} |", flush=True)
    if options.soak:
        soak(options, words, bodies)


def soak(options, words, bodies):
    """Memory over many requests, a tenth of them of pictures."""
    print("\n| requests | resident, MB |\n| --- | --- |", flush=True)
    with Served(options.executable, words) as server:
        done, step = 0, max(1, options.soak // 20 // options.clients) * options.clients
        while done < options.soak:
            body = list(bodies.values())[done // step % 10 // 9]
            bad = hey(server, body, "-n", str(step), "-c", str(options.clients))[3]
            done += step
            print(f"| {done:,} | {server.memory() / 1e6:.1f} |" + (f" {len(bad)} not 200" if bad else ""), flush=True)


if __name__ == "__main__":
    main()
