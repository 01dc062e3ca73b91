#!/usr/bin/env python3
"""Two keepers and a publisher on one node: a crash, auctions that clear, books that are right.

keepers_test.py PROGRAM [BUILD]
"""

import os
import sys
import time
import unittest
from decimal import Decimal

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "tools"))
from dev_node import ACCOUNTS, FIRST_ACCOUNT, DevNode, Refused  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ""
KEEPERS = ["alice", "bob"]
CAPITAL = 1_000_000
FROM, TO = "2020-03-12T10:00:00Z", "2020-03-12T12:30:00Z"  # ETH falls from 168 to 125.
RATIOS = ["1.55", "1.6", "1.65", "1.7", "1.75", "1.8"]
DEBT = 50_000
PATIENCE = 120


def account(name):
    return FIRST_ACCOUNT + ACCOUNTS.index(name)


class Keepers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(SOURCE, "markets", "black-thursday.toml"), encoding="utf-8") as file:
            cls.node = DevNode(PROGRAM, file.read(), os.path.join(SOURCE, "scenarios"))
        cls.addClassCleanup(cls.node.close)

    def keeper(self, name, *terms):
        return self.node.start(name, "keeper", "--json", "--node", self.node.url, "--account", str(account(name)),
                               "--dev-key", name, "--expiry", "20m", *terms)

    def publisher(self, name, *arguments):
        return self.node.start(name, "publisher", "--json", "--node", self.node.url, "--dev-key", "publisher",
                               "--home", self.node.home, *arguments)

    def wait(self, process):
        deadline = time.monotonic() + PATIENCE
        while process.running() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertFalse(process.running(), process.text()[-2000:])
        self.assertEqual(process.stop(), 0, process.text()[-2000:])
        return process.lines()[-1]

    def wait_for_line(self, process, kind):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.running():
            if any(line["kind"] == kind for line in process.lines()):
                return
            time.sleep(0.05)
        self.fail(f"no {kind} of {process.name}:\n{process.text()[-2000:]}")

    def balance(self, name, asset):
        return Decimal(self.node.data("account.get", account=account(name))["balances"].get(asset, "0"))

    def taken(self, name):
        """What the account has paid and been paid in auctions, as the node's events say."""
        paid, rewards, place = Decimal(0), Decimal(0), (1, 0)
        while True:
            rows, after = self.node.events(*place)
            for row in rows:
                event = row["event"]
                if event.get("keeper") == account(name):
                    if event["name"] == "auction_taken":
                        paid += Decimal(event["paid"])
                    if event["name"] == "keeper_rewarded":
                        rewards += Decimal(event["amount"])
            if after == place or not rows:
                return paid, rewards
            place = after

    def open_population(self):
        for feed, price in [("ETH/USD", "168"), ("BTC/USD", "7400")]:
            self.node.admin("admin.price", feed=feed, price=price)
        for name in KEEPERS:
            self.node.open_vaults(name, [{"type": "ETH-A", "asset": "ETH", "amount": "100000", "debt": str(CAPITAL)}])
        self.node.open_vaults("carol", [{"type": "ETH-A", "asset": "ETH", "debt": str(DEBT),
                                         "amount": f"{DEBT * Decimal(ratio) / 168:.6f}"} for ratio in RATIOS])

    def check_books(self, name, last):
        with self.subTest(keeper=name):
            self.assertEqual(last["pending"], 0, last)
            self.assertEqual(last["won"] + last["lost"] + last["expired"], last["submitted"], last)
            self.assertEqual(sum(last["reasons"].values()), last["lost"])
            self.assertEqual(last["differences"], [])
            paid, rewards = self.taken(name)
            self.assertEqual(self.balance(name, "DAI"), CAPITAL - paid + rewards)
            told = last["standings"][0] if last["standings"] else {"paid": "0", "reward": "0"}
            self.assertEqual(Decimal(told["paid"]), paid)
            self.assertEqual(Decimal(told["reward"]), rewards)

    def test_0_exchange_answers_become_prices(self):
        path = os.path.join(self.node.folder, "ETH-USD.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"error":[],"result":{"XETHZUSD":{"a":["168.10000","1","1"],"b":["167.90000","1","1"],'
                       '"c":["168.2","1"]}}}')
        process = self.publisher("tickers", "--tickers", self.node.folder)
        self.wait_for_line(process, "price")
        deadline = time.monotonic() + PATIENCE
        while Decimal(self.node.data("feed.get", feed="ETH/USD")["mark"]) != 168 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(process.stop(), 0, process.text()[-2000:])
        last = process.lines()[-1]
        self.assertEqual((last["seen"], last["sent"], last["bad"]), (1, 1, 0), process.text()[-2000:])
        self.assertEqual(last["nodes"][0]["taken"], 1)
        source = self.node.data("feed.get", feed="ETH/USD")["sources"][0]
        self.assertEqual((Decimal(source["price"]), Decimal(source["confidence"])), (168, Decimal("0.1")))

    def test_1_a_crash_clears_and_the_books_are_right(self):
        self.open_population()
        keepers = {name: self.keeper(name, "--min-profit", "1%") for name in KEEPERS}
        for process in keepers.values():
            self.wait_for_line(process, "start")
        prices = self.wait(self.publisher("publisher", "2020-03", "--from", FROM, "--to", TO, "--step", "60",
                                          "--speed", "900", "--warp"))
        self.assertGreater(prices["sent"], 200)
        self.assertEqual(prices["nodes"][0]["refused"], 0, prices)
        for process in keepers.values():
            self.assertTrue(process.running(), process.text()[-2000:])
            self.assertEqual(process.stop(), 0, process.text()[-2000:])
        lasts = {name: process.lines()[-1] for name, process in keepers.items()}
        auctions = self.node.data("auction.list", closed=True)["items"]
        self.assertEqual(len(auctions), len(RATIOS))
        self.assertEqual([one for one in auctions if one["open"]], [])
        self.assertGreaterEqual(sum(last["won"] for last in lasts.values()), len(RATIOS))
        self.assertEqual(Decimal(self.node.data("treasury.get")["synthetics"][0]["bad_debt"]), 0)
        for name, last in lasts.items():
            self.check_books(name, last)
        print(", ".join(f"{name}: {last['won']} won, {last['lost']} lost, {last['skipped']} skipped"
                        for name, last in lasts.items()))

    def test_2_a_keeper_goes_on_from_the_chain(self):
        """What it did before stands in the chain; its next start begins with that."""
        process = self.keeper("alice")
        self.wait_for_line(process, "start")
        self.assertEqual(process.stop(), 0)
        start, last = process.lines()[0], process.lines()[-1]
        self.assertEqual(Decimal(start["balances"]["DAI"]), self.balance("alice", "DAI"))
        self.assertEqual((last["submitted"], last["differences"]), (0, []))

    def test_3_wrong_keys_and_accounts_are_refused_with_words(self):
        wrong = self.node.start("wrong", "publisher", "2020-03", "--node", self.node.url, "--dev-key", "alice")
        self.assertNotEqual(self.wait_code(wrong), 0)
        self.assertIn("the market has the key", wrong.text())
        nobody = self.node.start("nobody", "keeper", "--node", self.node.url, "--account", "999", "--dev-key", "alice")
        self.assertNotEqual(self.wait_code(nobody), 0)
        self.assertIn("account", nobody.text())
        with self.assertRaises(Refused):
            self.node.data("account.get", account=999)

    def wait_code(self, process):
        deadline = time.monotonic() + PATIENCE
        while process.running() and time.monotonic() < deadline:
            time.sleep(0.05)
        return process.stop()


class MarginAccounts(unittest.TestCase):
    """A keeper with a margin account, and one without, when two margin accounts are unhealthy."""

    @classmethod
    def setUpClass(cls):
        markets = os.path.join(SOURCE, "markets")
        with open(os.path.join(markets, "derivatives.toml"), encoding="utf-8") as file:
            market = file.read().replace('file = "margin/', f'file = "{markets}/margin/')
        cls.node = DevNode(PROGRAM, market, os.path.join(SOURCE, "scenarios"))
        cls.addClassCleanup(cls.node.close)

    def block_at(self, ether):
        """A few blocks with these prices of everything."""
        for feed, price in [("ETH/USD", ether), ("BTC/USD", 30_000), ("ETH-IV", "0.65"), ("BTC-IV", "0.65")]:
            self.node.admin("admin.price", feed=feed, price=str(price))
        self.node.admin("admin.mine", blocks=1, seconds=5)

    def borrow(self, name, number, ether, dollars):
        self.node.send(name, [{"action": "open_margin", "compartment": "cross", "key": "00" * 32}])
        self.node.send(name, [{"action": "margin_deposit", "account": number, "asset": "ETH", "amount": str(ether)}])
        self.node.send(name, [{"action": "margin_withdraw", "account": number, "asset": "USDB",
                               "amount": str(dollars)}])

    def keeper(self, name, *more):
        return self.node.start(name, "keeper", "--json", "--node", self.node.url, "--account", str(account(name)),
                               "--dev-key", name, "--expiry", "20m", *more)

    def test_portfolios_and_collateral_are_bid_for(self):
        self.block_at(2_000)
        self.borrow("bob", 0, 1_000, 300_000)
        self.borrow("carol", 1, 100, 106_000)  # Worth hardly more than it owes at 1 120: at auction.
        self.borrow("dave", 2, 100, 94_000)  # Sells some of its ether.
        keepers = [self.keeper("bob", "--margin-account", "0"), self.keeper("alice")]
        bob, alice = keepers

        def told(process, kind, of):
            return any(line["kind"] == kind and line.get("of") == of for line in process.lines())

        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not (told(bob, "won", "account") and told(bob, "won", "portfolio") and
                                                   told(alice, "skipped", "portfolio")):
            self.block_at(1_120)
            time.sleep(0.05)
        for process in keepers:
            self.assertEqual(process.stop(), 0, process.text()[-2000:])
        last = bob.lines()[-1]
        self.assertTrue(told(bob, "won", "account"), bob.text()[-2000:])
        self.assertTrue(told(bob, "won", "portfolio"), bob.text()[-2000:])
        self.assertEqual(last["differences"], [])
        self.assertTrue(self.node.data("margin.get", margin_account=2)["healthy"])
        taken = Decimal(self.node.data("margin.get", margin_account=0)["collateral"]["ETH"]) - 1_000
        left = Decimal(self.node.data("margin.get", margin_account=1)["collateral"].get("ETH", "0"))
        self.assertGreater(taken, 0)
        self.assertEqual(taken + left, 100)
        self.assertEqual({line["reason"] for line in alice.lines() if line["kind"] == "skipped"},
                         {"there is no margin account to take it into"})
        self.assertEqual(alice.lines()[-1]["submitted"], 0)


if __name__ == "__main__":
    if not os.access(PROGRAM, os.X_OK):
        print(f"skipped: there is no program {PROGRAM!r}")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=2)
