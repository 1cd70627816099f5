#!/usr/bin/env python3
"""Stops `diagonal serve` gracefully under load, some times over: nothing that was read may be lost.

    Tests/Server/stop.py [--rounds N] [--clients N] [--executable FILE] -- --model DIR […]

A client keeps one connection and asks again and again. A request counts as lost where its answer was cut off, or never came
though the server had counted it; one that met a connection which closed before it was read is the client's to send again,
as HTTP has it (RFC 9112, 9.3.1).
"""
import http.client
import json
import threading
import time

from served import Served, arguments, parse


def client(server, outcomes, number):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    body = json.dumps({"input": [f"no. {number}", "another"]})
    while True:
        try:
            connection.request("POST", "/v1/embeddings", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected, OSError):
            return outcomes.append("unread")
        try:
            found = json.loads(answer.read())
            outcomes.append("answered" if answer.status == 200 and len(found["data"]) == 2 else f"{answer.status}")
        except Exception as error:  # noqa: BLE001
            return outcomes.append(f"cut off: {error}")


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=32)
    options, words = parse(parser)
    lost = 0
    for number in range(options.rounds):
        server, outcomes = Served(options.executable, words), []
        threads = [threading.Thread(target=client, args=(server, outcomes, n)) for n in range(options.clients)]
        for thread in threads:
            thread.start()
        time.sleep(1 + 0.137 * number)
        start = time.time()
        code = server.stop()
        for thread in threads:
            thread.join()
        kinds = {kind: outcomes.count(kind) for kind in sorted(set(outcomes))}
        lost += sum(count for kind, count in kinds.items() if kind not in ("answered", "unread"))
        # What the server has read, clients have got: nothing ended between the two.
        lost += code != 0 or server.said[-1].strip() != "stopped; {0} requests read, {0} answered".format(kinds.get("answered", 0))
        print(f"round {number}: exit {code} {time.time() - start:.2f} s after TERM: {kinds}; {server.said[-1].strip()}", flush=True)
    print(f"{options.rounds} stops, {lost} lost")
    raise SystemExit(1 if lost else 0)


if __name__ == "__main__":
    main()
