#!/usr/bin/env python3
"""Runs a chain through 12 March 2020: a node, a publisher, two keepers.  demo_node.py PROGRAM [SECONDS]

A development node gets a market of Maker's vaults and 56 vaults at ratios from 135 % to 320 %.  A publisher replays
the prices of that day, and the node's clock goes with them; two keepers bid for what is seized.  What happens is
printed as it happens, in the time of that day.
"""

import datetime
import os
import sys
import time
from decimal import Decimal

from dev_node import ACCOUNTS, FIRST_ACCOUNT, DevNode

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCENARIO = "2020-03"
FROM = "2020-03-12T00:00:00Z"
TO = "2020-03-13T06:00:00Z"
HOURS = 30
SECONDS = 60  # That those hours take.
STEP = 60
START = {"ETH/USD": "193.9", "BTC/USD": "7935"}
KEEPERS = {"alice": ["--cost", "5", "--min-profit", "1%", "--depth", "ETH=3000:0.2%,20000:1.5%"],
           "bob": ["--cost", "20", "--min-profit", "1%", "--slippage", "0.4%"]}
KEEPER_DEBT = 6_000_000
VAULTS_EACH = 7


def vaults_of(owner):
    """The vaults of one owner, spread over types, ratios and sizes."""
    vaults = []
    for i in range(VAULTS_EACH):
        number = owner * VAULTS_EACH + i
        kind, asset = [("ETH-A", "ETH"), ("ETH-B", "ETH"), ("ETH-A", "ETH"), ("BTC-A", "BTC")][number % 4]
        least = 135 if kind == "ETH-B" else 155
        ratio = Decimal(least + (number * 37) % (320 - least)) / 100
        debt = 20_000 + (number * 7919) % 280_000
        price = Decimal(START[asset + "/USD"])
        vaults.append({"type": kind, "asset": asset, "debt": str(debt),
                       "amount": f"{debt * ratio / price:.6f}"})
    return vaults


def number(text, places=0):
    return f"{Decimal(text):,.{places}f}"


class Story:
    """Tells events as lines, and sums them up."""

    def __init__(self, node, first_time):
        self.node = node
        self.first = first_time
        self.began = datetime.datetime.fromisoformat(FROM.replace("Z", "+00:00"))
        self.lots = {}
        self.sums = {"started": 0, "takes": 0, "cleared": 0, "restarted": 0, "paid": Decimal(0)}
        self.by_keeper = {name: [0, Decimal(0)] for name in KEEPERS}
        self.uncovered = Decimal(0)

    def clock(self, block_time):
        return (self.began + datetime.timedelta(seconds=block_time - self.first)).strftime("%d %H:%M")

    def line(self, row, auction, word, rest):
        kind = self.lots.get(auction, ("", ""))[0]
        print(f"  {self.clock(row['time'])}  #{auction:<4} {kind:<6} {word:<10} {rest}", flush=True)

    def tell(self, row):
        event = row["event"]
        name = event["name"]
        if not name.startswith("auction_"):
            return
        auction = event["auction"]
        if name == "auction_started":
            seen = self.node.data("auction.get", auction=auction)
            lot = seen["lot"] or {}
            asset = next(iter(lot), "ETH" if (seen["type"] or "").startswith("ETH") else "BTC")
            self.lots[auction] = (seen["type"] or "", asset)
            self.sums["started"] += 1
            top = number(event["top_price"], 2)
            self.line(row, auction, "started", f"{number(event['tab']):>11} DAI to collect, from {top} a piece down")
        elif name == "auction_taken":
            keeper = ACCOUNTS[event["keeper"] - FIRST_ACCOUNT]
            self.sums["takes"] += 1
            self.sums["paid"] += Decimal(event["paid"])
            self.by_keeper[keeper][0] += 1
            self.by_keeper[keeper][1] += Decimal(event["paid"])
            price = Decimal(event["paid"]) / Decimal(event["units"])
            bought = f"{number(event['units'], 2):>9} {self.lots[auction][1]} at {number(price, 2)}"
            self.line(row, auction, "taken", f"{number(event['paid']):>11} DAI by {keeper:<5} for {bought}")
        elif name == "auction_restarted":
            self.sums["restarted"] += 1
            self.line(row, auction, "restarted", f"{number(event['tab']):>11} DAI left to collect")
        elif name == "auction_ended":
            self.sums["cleared"] += 1
            self.uncovered += Decimal(event["uncovered"])
            left = f"{number(event['units'], 2):>11} {self.lots[auction][1]}"
            self.line(row, auction, "cleared", f"{left} back to the owner")


def follow(node, story, place):
    """Tells every event from a place on; the place behind them."""
    while True:
        rows, after = node.events(*place)
        for row in rows:
            story.tell(row)
        if after == place or not rows:
            return after
        place = after


def prepare(node):
    """Prices, the keepers' capital, and a population."""
    for feed, price in START.items():
        node.admin("admin.price", feed=feed, price=price)
    for name in KEEPERS:
        node.open_vaults(name, [{"type": "ETH-A", "asset": "ETH", "amount": "300000", "debt": str(KEEPER_DEBT)}])
    owners = [name for name in ACCOUNTS if name not in KEEPERS]
    for i, name in enumerate(owners):
        node.open_vaults(name, vaults_of(i))
    return VAULTS_EACH * len(owners)


def start_keeper(node, name, terms):
    account = str(FIRST_ACCOUNT + ACCOUNTS.index(name))
    return node.start(name, "keeper", "--json", "--node", node.url, "--account", account, "--dev-key", name,
                      "--expiry", "20m", *terms)


def summary(node, story, keepers, publisher):
    treasury = node.data("treasury.get")["synthetics"][0]
    info = node.ask("node.info")
    prices = publisher.lines()[-1] if publisher.lines() else {}
    sums = story.sums
    print(f"""
  auctions    {sums['started']} started, {sums['takes']} takes, {sums['cleared']} cleared, {sums['restarted']} restarts
  collected   {number(sums['paid'])} DAI, debt left uncovered {number(story.uncovered)} DAI
  treasury    bad debt {number(treasury['bad_debt'])} DAI, surplus {number(treasury['surplus'])} DAI
  prices      {prices.get('sent', 0)} signed, {sum(one['taken'] for one in prices.get('nodes', []))} taken""")
    for name, process in keepers.items():
        last = process.lines()[-1]
        profit = sum(Decimal(one["profit"]) for one in last["standings"])
        lost = ", ".join(f"{count} {reason}" for reason, count in last["reasons"].items())
        books = "books right" if not last["differences"] else "; ".join(last["differences"])
        print(f"  {name:<10}  {last['won']} won, {last['lost']} lost{f' ({lost})' if lost else ''}, "
              f"{last['expired']} expired, profit {number(profit)} dollars; {books}")
    print(f"  root        {info['root']} at height {info['height']}")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    seconds = int(sys.argv[2]) if len(sys.argv) == 3 else SECONDS
    with open(os.path.join(SOURCE, "markets", "black-thursday.toml"), encoding="utf-8") as file:
        market = file.read()
    with DevNode(sys.argv[1], market, os.path.join(SOURCE, "scenarios")) as node:
        print(f"a node at {node.url}, market black-thursday", flush=True)
        vaults = prepare(node)
        print(f"{vaults} vaults of {len(ACCOUNTS) - len(KEEPERS)} owners; keepers {' and '.join(KEEPERS)}, "
              f"{number(KEEPER_DEBT)} DAI each; a publisher tells {HOURS} hours in {seconds} seconds\n", flush=True)
        begun = node.ask("node.info")
        keepers = {name: start_keeper(node, name, terms) for name, terms in KEEPERS.items()}
        publisher = node.start("publisher", "publisher", SCENARIO, "--json", "--node", node.url,
                               "--dev-key", "publisher", "--from", FROM, "--to", TO, "--step", str(STEP),
                               "--speed", str(HOURS * 3600 // seconds), "--warp", "--home", node.home)
        story = Story(node, begun["time"])
        place = (begun["height"] + 1, 0)
        deadline = time.monotonic() + 4 * seconds + 30
        while publisher.running() and time.monotonic() < deadline:
            place = follow(node, story, place)
            time.sleep(0.2)
        codes = [publisher.stop()] + [process.stop() for process in keepers.values()]
        follow(node, story, place)
        if any(codes) or not story.sums["started"]:
            for process in [publisher, *keepers.values()]:
                print(f"--- {process.name}\n{process.text()[-2000:]}", file=sys.stderr)
            sys.exit(f"exit codes {codes}, {story.sums['started']} auctions")
        summary(node, story, keepers, publisher)


if __name__ == "__main__":
    main()
