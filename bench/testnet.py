#!/usr/bin/env python3
"""Blocks per second of four validators on this machine, with Ballast and with CometBFT's own application that does
nothing, one after the other: testnet.py PROGRAM [SECONDS]."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

TREE = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.join(TREE, "tests/testnet"))
import net  # noqa: E402

VALIDATORS = 4
PAUSE_MILLISECONDS = 1  # Between two blocks, so that it is the machine that limits.


def measure(nodes, seconds):
    """Blocks per second, from when all are there."""
    for node in nodes:
        node.reaches(3)
    begun, first = time.monotonic(), nodes[0].height()
    time.sleep(seconds)
    return (nodes[0].height() - first) / (time.monotonic() - begun)


def run(program, comet, seconds, empty):
    """Makes a network, runs it, and measures it."""
    folder = tempfile.mkdtemp(prefix="ballast-bench-")
    nodes = []
    try:
        made = subprocess.run([program, "testnet", "--home", os.path.join(folder, "net"), "--json", "--validators",
                               str(VALIDATORS), "--commit-milliseconds", str(PAUSE_MILLISECONDS), "--base-port",
                               str(net.free_ports(10 * VALIDATORS))],
                              capture_output=True, text=True, check=True)
        nodes = [net.Node(told, program, comet) for told in json.loads(made.stdout)["nodes"]]
        for node in nodes:
            node.says({"ETH/USD": "2000", "USDC/USD": "1"})
            node.start([comet, "start", "--home", os.path.join(node.home, "cometbft"), "--proxy_app", "noop"]
                       if empty else None)
        return measure(nodes, seconds)
    finally:
        for node in nodes:
            node.stop()
        shutil.rmtree(folder, True)


def main():
    program = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 15
    comet = net.cometbft(TREE)
    if comet is None:
        print("NOT MEASURED: there is no cometbft, neither in build/tools/bin nor named by BALLAST_COMETBFT")
        return
    ballast = run(program, comet, seconds, False)
    noop = run(program, comet, seconds, True)
    print(f"{'four validators, blocks per second':<44}{ballast:>10.2f}")
    print(f"{'the same with an empty application':<44}{noop:>10.2f}")
    print(f"{'Ballast of it':<44}{100 * ballast / noop:>9.0f}%")


if __name__ == "__main__":
    net.stand_apart([os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    main()
