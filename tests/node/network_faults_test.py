#!/usr/bin/env python3
"""Between users and a node stands a network that does everything a network may do; no transaction happens twice for it.

    network_faults_test.py PROGRAM BUILD [--seed N] [--acknowledged N]

The loader talks to the node through a proxy that, by its seed, delays, cuts in the middle of requests and answers,
leaves connections half open, sends requests twice at once over several connections, and sends old ones again later in
another order.  Then every block is read: each transaction stands in at most one of them as accepted, each that was
acknowledged stands where it was said, and answers to repeated ones said nothing else.
"""

import argparse
import collections
import http.client
import json
import os
import random
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

SECONDS = 60
THREADS = 4
LOAD_SECONDS = 60  # At most.
KEPT = 400
REPEATED = 50  # At least.


def fail(text):
    print("FAILED:", text)
    sys.exit(1)


class Node:
    def __init__(self, program, home):
        self.process = subprocess.Popen(
            [program, "start", "--dev", "--home", str(home), "--set", "api.port=0",
             "--set", "api.requests_per_second=1000000"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.port, self.said = None, ""
        listening = threading.Event()

        def listen():
            for line in self.process.stdout:
                self.said = (self.said + line)[-20000:]
                found = re.match(r"listening on http://[^:]*:(\d+)", line)
                if found:
                    self.port = int(found[1])
                    listening.set()
            listening.set()

        threading.Thread(target=listen, daemon=True).start()
        listening.wait(SECONDS)
        if self.port is None:
            self.process.kill()
            fail("the node does not start: " + self.said)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(SECONDS) != 0:
            fail("the node did not end well: " + self.said)

    def call(self, method, **params):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        connection.request("POST", "/", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}),
                           {"content-type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if "error" in answer:
            fail(f"{method}: {answer['error']}")
        return answer["result"]


class Network:
    """Forwards connections to the node, and does to each what its own seed says."""

    def __init__(self, port, seed):
        self.port, self.seed = port, seed
        self.counts = collections.Counter()
        self.lock = threading.Lock()
        self.requests = []  # Bodies that were seen whole, to be sent again.
        self.replies = []   # What the node answered to those.
        self.stopped = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.listener.settimeout(0.2)
        self.workers = [threading.Thread(target=self._accept), threading.Thread(target=self._replay)]
        for worker in self.workers:
            worker.start()

    def address(self):
        return self.listener.getsockname()[1]

    def stop(self):
        self.stopped.set()
        for worker in list(self.workers):
            worker.join(SECONDS)
        self.listener.close()

    def _count(self, what):
        with self.lock:
            self.counts[what] += 1

    def _accept(self):
        number = 0
        while not self.stopped.is_set():
            try:
                client, _ = self.listener.accept()
            except TimeoutError:
                continue
            number += 1
            worker = threading.Thread(target=self._carry, args=(client, random.Random(f"{self.seed} {number}")))
            self.workers.append(worker)
            worker.start()

    def _carry(self, client, draw):
        fate = draw.choice(["delay", "cut request", "cut answer", "half open", "twice"])
        self._count(fate)
        budget = draw.randrange(2_000, 120_000) if fate != "delay" else draw.randrange(200_000, 400_000)
        try:
            with client, socket.create_connection(("127.0.0.1", self.port), SECONDS) as node:
                self._pump(client, node, fate, budget, draw)
        except OSError:
            self._count("connections that broke")

    def _pump(self, client, node, fate, budget, draw):
        """Carries bytes both ways until the connection's budget is used up, and then does what its fate is."""
        counted = {"cut request": client, "cut answer": node}.get(fate)
        seen, passed = bytearray(), 0
        while not self.stopped.is_set():
            ready, _, _ = select.select([client, node], [], [], 0.2)
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                if source is client:
                    seen += data
                    self._remember(seen, twice=fate == "twice")
                if draw.random() < 0.2:
                    time.sleep(draw.random() * 0.02)
                if counted in (None, source):
                    passed += len(data)
                if passed > budget:
                    if fate == "half open":
                        self.stopped.wait(draw.random() * 2)
                    elif counted is not None:
                        (node if source is client else client).sendall(data[:len(data) // 2])
                    return
                (node if source is client else client).sendall(data)

    def _remember(self, seen, twice):
        """Takes whole requests out of what a client sent."""
        while True:
            head = seen.find(b"\r\n\r\n")
            if head < 0:
                return
            length = int(re.search(rb"content-length: *(\d+)", seen[:head].lower())[1])
            if len(seen) < head + 4 + length:
                return
            body = bytes(seen[head + 4:head + 4 + length])
            del seen[:head + 4 + length]
            if b"transaction.submit" not in body:
                continue
            with self.lock:
                if len(self.requests) >= KEPT:
                    self.requests[random.Random(f"{self.seed} {self.counts['kept']}").randrange(KEPT)] = body
                else:
                    self.requests.append(body)
                self.counts["kept"] += 1
            if twice:
                worker = threading.Thread(target=self._send, args=(body, "sent twice at once"))
                self.workers.append(worker)
                worker.start()

    def _send(self, body, what):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
            connection.request("POST", "/", body, {"content-type": "application/json"})
            answers = json.loads(connection.getresponse().read())
            connection.close()
        except (OSError, ValueError, http.client.HTTPException):
            return
        self._count(what)
        with self.lock:
            self.replies += answers if isinstance(answers, list) else [answers]

    def _replay(self):
        draw = random.Random(f"{self.seed} replay")
        while not self.stopped.wait(0.05):
            with self.lock:
                old = draw.choice(self.requests) if self.requests else None
            if old is not None:
                self._send(old, "sent again later")


def load(program, build, home, seed, wanted):
    """Loads the node through the network until so much is acknowledged; the node, the network and what was told."""
    node = Node(program, home)
    network = Network(node.port, seed)
    file = home.parent / "acknowledged"
    file.touch()
    end = time.monotonic() + LOAD_SECONDS
    lives = 0
    while time.monotonic() < end and (len(file.read_bytes().splitlines()) < wanted or
                                      network.counts["sent again later"] < REPEATED):
        loader = subprocess.Popen([str(build / "tests" / "node" / "loader"), "load", str(network.address()), str(home),
                                   str(file), str(THREADS)], stderr=subprocess.DEVNULL)
        lives += 1
        while loader.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        if loader.poll() is None:
            loader.terminate()
        loader.wait(SECONDS)
    network.stop()
    acknowledged = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return node, network, [(int(height), name) for height, name in acknowledged], lives


def accepted_in(node):
    """Every accepted transaction of every block: name -> heights."""
    where = collections.defaultdict(list)
    for height in range(1, node.call("node.info")["height"] + 1):
        for row in node.call("block.get", height=height)["data"].get("transactions", []):
            if row["receipt"]["accepted"]:
                where[row["id"]].append(height)
    return where


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("build", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acknowledged", type=int, default=2000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ballast-network-") as folder:
        home = Path(folder) / "home"
        node, network, acknowledged, lives = load(os.path.abspath(given.program), given.build, home, given.seed,
                                                  given.acknowledged)
        where = accepted_in(node)
        node.stop()
    twice = [name for name, heights in where.items() if len(heights) > 1]
    lost = [row for row in acknowledged if row[0] not in where[row[1]]]
    told = [reply["result"]["data"] for reply in network.replies if "result" in reply]
    wrong = [row for row in told if row.get("height") and row["receipt"]["accepted"]
             and row["height"] not in where[row["id"]]]
    names = len({name for _, name in acknowledged})
    print(f"seed {given.seed}: {lives} clients, {dict(network.counts)}")
    print(f"{sum(map(len, where.values()))} accepted, {len(acknowledged)} acknowledgements of {names} transactions, "
          f"{len(network.replies)} answers to repeated ones")
    if twice or lost or wrong:
        fail(f"{len(twice)} happened twice, {len(lost)} are lost, {len(wrong)} repeated ones were told otherwise")
    if names < min(200, given.acknowledged) or network.counts["sent again later"] < REPEATED:
        fail("too little happened to say anything: " + node.said)


if __name__ == "__main__":
    main()
