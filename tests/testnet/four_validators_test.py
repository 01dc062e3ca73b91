#!/usr/bin/env python3
"""Four validators on this machine, and what can happen to them: four_validators_test.py PROGRAM HELPER TREE."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import net

PROGRAM, HELPER, TREE = (os.path.abspath(path) for path in sys.argv[1:4])
COMET = net.cometbft(TREE)
TRANSFERS = 20


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


class Network(unittest.TestCase):
    """One network, to which everything happens in turn; each step is named in its output."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ballast-net-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.wire = net.Wire()
        self.addCleanup(self.wire.remove)
        self.nodes = []
        self.addCleanup(self.stop_all)
        apart = self.wire.lay()
        print("a partition is made by", "network namespaces" if apart else "SIGSTOP", flush=True)
        hosts = [net.Wire.HERE, net.Wire.THERE] if apart else ["127.0.0.1"]
        made = json.loads(run(PROGRAM, "testnet", "--home", os.path.join(self.folder, "net"), "--json",
                              "--validators", "4", "--observers", "1", "--commit-milliseconds", "200",
                              "--base-port", str(net.free_ports(50)),
                              "--propose-milliseconds", "1000", "--hosts", ",".join(hosts), "--set",
                              "snapshots.every_blocks=10"))
        for told in made["nodes"]:
            inside = self.wire.name if apart and len(self.nodes) == 1 else None
            self.nodes.append(net.Node(told, PROGRAM, COMET, inside))
            if inside:
                self.nodes[-1].listens_at(net.Wire.THERE)

    def stop_all(self):
        for node in self.nodes:
            node.stop()

    def step(self, what):
        print(f"{time.monotonic() - self.begun:6.1f} s  {what}", flush=True)

    def test_what_can_happen_to_a_network(self):
        self.begun = time.monotonic()
        steps = [self.start, self.order_transactions, self.agree_on_prices, self.kill_one, self.cut_one_off,
                 self.join_by_state_sync, self.outvote_bad_proposals, self.compare_hashes, self.halt_together]
        try:
            for step in steps:
                self.step(step.__doc__)
                step()
        except BaseException:
            for node in self.nodes:
                if os.path.exists(os.path.join(node.home, "node.log")):
                    print(f"--- {node.home}\n{node.log()[-3000:]}", flush=True)
            raise
        self.step("done")

    def tell_prices(self):
        for node in self.nodes[:3]:
            node.says({"ETH/USD": "2000", "USDC/USD": "1"})
        self.nodes[3].says({"ETH/USD": "9000", "USDC/USD": "5"})

    def start(self):
        """four validators start; the fourth lies about prices"""
        self.tell_prices()
        for node in self.nodes[:4]:
            node.start()
        for node in self.nodes[:4]:
            node.reaches(3)

    def order_transactions(self):
        """transactions are ordered, the same everywhere"""
        bytes_ = run(HELPER, "transfers", self.nodes[0].home, "0", str(TRANSFERS + 1)).split()
        for i, transaction in enumerate(bytes_[:TRANSFERS]):
            answer = net.ask(self.nodes[i % 4].rpc, "broadcast_tx_sync", {"tx": transaction})
            self.assertEqual(answer["code"], 0, answer)
        through_api = net.ask(self.nodes[2].api, "transaction.submit",
                              {"transaction": base64.b64decode(bytes_[TRANSFERS]).hex()}, patience=30)
        self.assertTrue(through_api["data"]["receipt"]["accepted"], through_api)
        refused = net.ask(self.nodes[1].rpc, "broadcast_tx_sync", {"tx": base64.b64encode(b"rubbish").decode()})
        self.assertNotEqual(refused["code"], 0)

        def order(node):
            found = []
            for height in range(1, node.height() + 1):
                block = net.ask(node.rpc, "block", {"height": str(height)})["block"]
                found += block["data"]["txs"][0 if height < 2 else 1:]
            return found

        for node in self.nodes[:4]:
            net.until("all transactions in blocks", lambda node=node: len(order(node)) == len(bytes_), 30)
        orders = [order(node) for node in self.nodes[:4]]
        self.assertEqual(sorted(orders[0]), sorted(bytes_))
        for other in orders[1:]:
            self.assertEqual(other, orders[0])

    def agree_on_prices(self):
        """the price is the median of the stake, whatever one says"""
        for node in self.nodes[:3]:
            feed = net.until("a price", lambda node=node: self.live_feed(node), 30)
            self.assertEqual(float(feed["mark"]), 2000, feed)
        self.assertIn("9000", json.dumps(feed), "what the liar said is known")

    @staticmethod
    def live_feed(node):
        feed = net.ask(node.api, "feed.get", {"feed": "ETH/USD"})["data"]
        return feed if feed["status"] != "halted" and "9000" in json.dumps(feed) else None

    def kill_one(self):
        """one is killed, the others go on, and it comes back"""
        killed = self.nodes[2]
        killed.kill()
        height = self.nodes[0].height()
        self.nodes[0].reaches(height + 3)
        killed.start()
        killed.reaches(self.nodes[0].height())

    def cut_one_off(self):
        """one is cut off, the others go on, and it catches up"""
        lonely = self.nodes[1]
        if lonely.inside:
            self.wire.set("down")
        else:
            os.killpg(lonely.process.pid, signal.SIGSTOP)
        height = self.nodes[0].height()
        self.nodes[0].reaches(height + 4)
        if lonely.inside:
            self.wire.set("up")
        else:
            os.killpg(lonely.process.pid, signal.SIGCONT)
        lonely.reaches(height + 4)

    def join_by_state_sync(self):
        """one joins by a snapshot"""
        joining = self.nodes[4]
        trusted = net.ask(self.nodes[0].rpc, "commit", {"height": "5"})["signed_header"]["commit"]
        with open(os.path.join(joining.home, "cometbft/config/config.toml"), "a", encoding="ascii") as config:
            config.write(f'\n[statesync]\nenable = true\nrpc_servers = "{self.nodes[0].rpc},{self.nodes[2].rpc}"\n'
                         f'trust_height = 5\ntrust_hash = "{trusted["block_id"]["hash"]}"\ntrust_period = "168h"\n'
                         'discovery_time = "5s"\nchunk_request_timeout = "10s"\n')
        joining.start()
        height = self.nodes[0].height()
        joining.reaches(height, 90)
        self.assertGreater(int(joining.comet_status()["earliest_block_height"]), 5, "it has not played all blocks")

    def outvote_bad_proposals(self):
        """one proposes bad blocks, the others refuse them and go on"""
        bad = self.nodes[3]
        self.assertEqual(bad.stop(), 0)
        bad.start([HELPER, "faulty", bad.home, COMET])

        def reasons():
            return set(re.findall(r"proposal at height \d+ rejected: (?:entry \d+ )?([a-z ]+)", self.nodes[0].log()))

        net.until("three kinds of bad proposals refused", lambda: len(reasons()) >= 3, 90)
        print("         refused:", "; ".join(sorted(reasons())), flush=True)
        height = self.nodes[0].height()
        self.nodes[0].reaches(height + 3)
        rounds = [net.ask(self.nodes[0].rpc, "commit", {"height": str(at)})["signed_header"]["commit"]["round"]
                  for at in range(1, height + 1)]
        self.assertGreater(max(rounds), 0)

    def compare_hashes(self):
        """app hashes are equal on all at every height, and those of an embedded chain"""
        end = self.end = self.nodes[0].height()
        for node in self.nodes:
            node.reaches(end)
        hashes = [node.app_hashes() for node in self.nodes]
        for other in hashes[1:]:
            common = hashes[0].keys() & other.keys()
            self.assertGreater(len(common), 5)
            self.assertEqual({at: other[at] for at in common}, {at: hashes[0][at] for at in common})
        self.assertGreaterEqual(len(hashes[0]), end)
        for node in self.nodes:
            self.assertEqual(node.stop(), 0, node.log()[-2000:])
        roots = dict(line.split() for line in run(HELPER, "replay", self.nodes[0].home).splitlines())
        for height, app_hash in hashes[0].items():
            self.assertEqual(app_hash, roots[str(height - 1)], f"app hash of block {height}")
        print(f"         {len(hashes[0])} heights compared on {len(hashes)} nodes and an embedded chain", flush=True)

    def halt_together(self):
        """all halt at one height, stay there while told so, and go on when not, in a folder that was moved"""
        halt = self.end + 60
        moved = os.path.join(self.folder, "moved")
        os.rename(os.path.join(self.folder, "net"), moved)
        voters = self.nodes[:4]
        for node in voters:
            node.home = os.path.join(moved, os.path.basename(node.home))
        for what in ("halts", "stays"):
            for node in voters:
                node.start([PROGRAM, "start", "--home", node.home, "--cometbft", COMET, "--halt-height", str(halt)])
            for node in voters:
                self.assertEqual(node.process.wait(timeout=90), 0, node.log()[-2000:])
                node.process = None
                above = subprocess.run([PROGRAM, "hash", node.home, "--height", str(halt + 1)], capture_output=True,
                                       text=True, timeout=60, check=False)
                self.assertNotEqual(above.returncode, 0, f"it {what} with a block above {halt}: {above.stdout}")
            self.assertEqual(len({run(PROGRAM, "hash", node.home, "--height", str(halt)) for node in voters}), 1)
        early = subprocess.run([PROGRAM, "start", "--home", voters[0].home, "--cometbft", COMET, "--halt-height", "1"],
                               capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(early.returncode, 1)
        self.assertIn(f"--halt-height 1: the home is at height {halt} already", early.stderr)
        for node in voters:
            node.start()
        for node in voters:
            node.reaches(halt + 2)
            self.assertEqual(node.stop(), 0, node.log()[-2000:])


if __name__ == "__main__":
    if COMET is None:
        print("*** THE TESTS OF THE REPLICATED NODE DO NOT RUN: there is no cometbft, neither in build/tools/bin nor\n"
              "*** named by BALLAST_COMETBFT.", flush=True)
        sys.exit(77)
    net.stand_apart([os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    unittest.main(argv=sys.argv[:1])
