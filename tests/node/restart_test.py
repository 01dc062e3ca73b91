#!/usr/bin/env python3
"""A node that is killed at any moment loses nothing that it acknowledged.

    restart_test.py PROGRAM BUILD [--kills N] [--seed N]

Starts the program, loads it from several connections, kills it with SIGKILL at a random moment, opens its home (which
executes the log again and compares every root) and looks for every acknowledged transaction.  Then what else can happen
to a home: a torn end, damage, a full disk, a second process, a signal, the height at which to halt.
"""

import argparse
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 30


def fail(text):
    print("FAILED:", text)
    sys.exit(1)


class Node:
    """One run of the program over a home."""

    def __init__(self, program, home, *words, **popen):
        command = [program, "start", "--dev", "--home", str(home), "--set", "api.port=0",
                   "--set", "api.requests_per_second=1000000", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **popen)
        self.port, self.said = None, ""
        self.listening = threading.Event()
        self.readers = [threading.Thread(target=self._out, daemon=True),
                        threading.Thread(target=self._err, daemon=True)]
        for reader in self.readers:
            reader.start()

    def _out(self):
        for line in self.process.stdout:
            found = re.match(r"listening on http://[^:]*:(\d+)", line)
            if found:
                self.port = int(found[1])
                self.listening.set()
        self.listening.set()

    def _err(self):
        for line in self.process.stderr:
            self.said = (self.said + line)[-20000:]

    def wait_until_ready(self):
        self.listening.wait(START_SECONDS)
        if self.port is None:
            self.process.kill()
            fail("the node does not start: " + self.said)
        return self

    def end(self, how):
        self.process.send_signal(how)
        code = self.process.wait(STOP_SECONDS)
        for reader in self.readers:
            reader.join(5)
        return code


class Bench:
    """A home, the programs, and what was acknowledged."""

    def __init__(self, program, loader, home):
        self.program, self.loader, self.home = program, loader, home
        self.file = home.parent / (home.name + ".acknowledged")
        self.file.touch()

    def start(self, *words, **popen):
        return Node(self.program, self.home, *words, **popen).wait_until_ready()

    def load(self, node, threads=3):
        return subprocess.Popen([self.loader, "load", str(node.port), str(self.home), str(self.file), str(threads)],
                                stderr=subprocess.DEVNULL)

    def acknowledged(self):
        return self.file.read_bytes().count(b"\n")

    def run_for(self, node, seconds):
        loading = self.load(node)
        time.sleep(seconds)
        node.end(signal.SIGKILL)
        loading.wait(STOP_SECONDS)

    def fill(self, least):
        """Loads until so many are acknowledged, and ends the node in an orderly way."""
        node = self.start()
        before, loading = self.acknowledged(), self.load(node)
        for _ in range(600):
            if self.acknowledged() - before >= least:
                break
            time.sleep(0.1)
        else:
            fail(f"only {self.acknowledged() - before} transactions in a minute: " + node.said)
        code = node.end(signal.SIGTERM)
        loading.wait(STOP_SECONDS)
        if code != 0:
            fail(f"SIGTERM ends with {code}: " + node.said)

    def check(self):
        """Every root and every acknowledged transaction; returns the height."""
        done = subprocess.run([self.loader, "check", str(self.home), str(self.file)], capture_output=True, text=True)
        if done.returncode != 0:
            fail(done.stderr)
        return int(done.stdout.split()[0])

    def refused(self, *expected, **popen):
        """The node must not start, and say why."""
        node = Node(self.program, self.home, **popen)
        code = node.process.wait(START_SECONDS)
        for reader in node.readers:
            reader.join(5)
        for word in expected:
            if code == 0 or word not in node.said:
                fail(f"expected a refusal with '{word}', got {code}: {node.said}")

    def logs(self):
        """Those that are not yet in tables, the one that is written to last."""
        return sorted(self.home.joinpath("data").glob("*.log"))


def kills(bench, count, seed):
    random_ = random.Random(seed)
    for kill in range(count):
        bench.run_for(bench.start(), random_.uniform(0.02, 0.35))
        if kill % 5 == 4 or kill == count - 1:
            height = bench.check()
    if bench.acknowledged() < count:
        fail(f"only {bench.acknowledged()} transactions were acknowledged in {count} lives")
    print(f"{count} kills (seed {seed}): {bench.acknowledged()} acknowledged, all there at height {height}")


def torn_tail(bench):
    bench.fill(200)
    node = bench.start()
    bench.run_for(node, 0.5)
    path = bench.logs()[-1]
    with path.open("ab") as file:
        file.write(b"\x12\x34\x56\x78\x00\x70\x01" + b"half a record")
    bench.check()
    print("a torn end is cut off")


def damage(bench):
    node = bench.start()
    bench.run_for(node, 1.0)
    path = max(bench.logs(), key=lambda log: log.stat().st_size)
    whole = path.read_bytes()
    for place in (len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1:])
        bench.refused("is damaged", "behind height", path.name)
    path.write_bytes(whole)
    bench.check()
    print("damage in the middle and at the end is refused with file, byte and height")


def second_process(bench):
    node = bench.start()
    bench.refused(f"in use by process {node.process.pid}")
    node.end(signal.SIGTERM)
    print("a second process is refused")


def full_disk(bench):
    """No file may grow beyond a limit: the node stops with words, and what it had acknowledged is there."""
    limit = max(log.stat().st_size for log in bench.logs()) + 200_000
    node = bench.start(preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                           resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))))
    loading = bench.load(node)
    try:
        code = node.process.wait(120)
    except subprocess.TimeoutExpired:
        node.end(signal.SIGKILL)
        fail("the node goes on though its files cannot grow")
    loading.wait(STOP_SECONDS)
    for reader in node.readers:
        reader.join(5)
    if code != 1 or "a write failed" not in node.said:
        fail(f"a full disk ends with {code}: {node.said}")
    bench.check()
    bench.fill(50)
    bench.check()
    print("a full disk stops the node with words, and it goes on when there is room")


def halt(bench):
    height = bench.check()
    node = bench.start("--halt-height", str(height + 3))
    loading = bench.load(node)
    code = node.process.wait(60)
    loading.wait(STOP_SECONDS)
    if code != 0 or bench.check() != height + 3:
        fail(f"--halt-height ends with {code}: {node.said}")
    again = Node(bench.program, bench.home, "--halt-height", str(height + 3))
    if again.process.wait(START_SECONDS) != 0 or bench.check() != height + 3:
        fail(f"--halt-height at that height does not end well: {again.said}")
    print("the node halts where it is told")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("build")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    loader = Path(given.build) / "tests" / "node" / "loader"
    folder = Path(tempfile.mkdtemp(prefix="ballast-restart-"))
    try:
        bench = Bench(given.program, str(loader), folder / "home")
        kills(bench, given.kills, given.seed)
        for test in (torn_tail, damage, second_process, full_disk, halt):
            test(bench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
