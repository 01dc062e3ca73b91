"""Runs nodes of a network on this machine, and asks them."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

MARK = "BALLAST_TESTNET_APART"


def cometbft(tree):
    """The program cometbft, or None."""
    for path in (os.environ.get("BALLAST_COMETBFT"), os.path.join(tree, "build/tools/bin/cometbft"),
                 shutil.which("cometbft")):
        if path and os.access(path, os.X_OK):
            return os.path.abspath(path)
    return None


def stand_apart(argv):
    """Goes on in a network namespace of its own, where that is allowed; there, every port is free."""
    if os.environ.get(MARK) or os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        return
    if subprocess.run(["unshare", "-n", "ip", "link", "set", "lo", "up"], capture_output=True, check=False).returncode:
        return
    os.environ[MARK] = "1"
    os.execvp("unshare", ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec python3 "$@"', "sh", *argv])


class Wire:
    """A cable to a namespace in which one node lives, that can be cut; None where that is not allowed."""

    HERE, THERE = "10.213.77.1", "10.213.77.2"

    def __init__(self):
        self.name = f"ballast-{os.getpid()}"
        self.made = False

    def lay(self):
        """True where it is there."""
        if not os.environ.get(MARK):
            return False
        commands = [f"ip netns add {self.name}", f"ip link add near type veth peer name far netns {self.name}",
                    f"ip addr add {self.HERE}/24 dev near", "ip link set near up",
                    f"ip -n {self.name} addr add {self.THERE}/24 dev far",
                    f"ip -n {self.name} link set lo up", f"ip -n {self.name} link set far up"]
        self.made = all(subprocess.run(line.split(), capture_output=True, check=False).returncode == 0
                        for line in commands)
        return self.made

    def set(self, state):
        subprocess.run(["ip", "link", "set", "near", state], check=True)

    def remove(self):
        if os.environ.get(MARK):
            subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)


def free_ports(count):
    """The first of so many ports in a row that nobody listens on."""
    while True:
        first = random.randrange(20_000, 32_000 - count)  # Below those that connections are given.
        sockets = []
        try:
            for port in range(first, first + count):
                sockets.append(socket.create_server(("127.0.0.1", port)))
            return first
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()


def ask(url, method, params=None, patience=5):
    """The result of a JSON-RPC method."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=patience) as answer:
        found = json.load(answer)
    if "error" in found:
        raise RuntimeError(f"{method}: {found['error']}")
    return found["result"]


def until(what, condition, patience=60):
    """Waits until the condition holds; its value."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            value = condition()
        except (OSError, RuntimeError, KeyError, ValueError):
            value = None
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {patience} s: {what}")


class Node:
    """One node: its home, where it answers, and its process while it runs."""

    def __init__(self, told, program, comet, inside=None):
        self.home, self.api, self.rpc, self.p2p = (told[key] for key in ("home", "api", "rpc", "p2p"))
        self.program, self.comet, self.inside = program, comet, inside
        self.process = None

    def start(self, command=None):
        command = command or [self.program, "start", "--home", self.home, "--consensus", "cometbft", "--cometbft",
                              self.comet]
        if self.inside:
            command = ["ip", "netns", "exec", self.inside, *command]
        with open(os.path.join(self.home, "node.log"), "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def listens_at(self, host):
        """Has its CometBFT be asked at this address, which is otherwise loopback."""
        path = os.path.join(self.home, "cometbft/config/config.toml")
        with open(path, encoding="ascii") as file:
            text = file.read()
        place = self.rpc.removeprefix("http://")
        elsewhere = host + place[place.rindex(":"):]
        with open(path, "w", encoding="ascii") as file:
            file.write(text.replace(f"tcp://{place}", f"tcp://{elsewhere}"))
        self.rpc = f"http://{elsewhere}"

    def kill(self):
        """kill -9 of the node and of its CometBFT, at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self):
        """Its exit status."""
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            status = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            status = "does not stop"
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process = None
        return status

    def comet_status(self):
        return ask(self.rpc, "status")["sync_info"]

    def height(self):
        return int(self.comet_status()["latest_block_height"])

    def reaches(self, height, patience=60):
        return until(f"{self.home} at height {height}", lambda: self.height() >= height, patience)

    def app_hashes(self):
        """By height of the block whose header has it."""
        status = self.comet_status()
        first, last = int(status["earliest_block_height"]), int(status["latest_block_height"])
        hashes = {}
        while last >= first:
            low = max(first, last - 19)
            for meta in ask(self.rpc, "blockchain", {"minHeight": str(low), "maxHeight": str(last)})["block_metas"]:
                hashes[int(meta["header"]["height"])] = meta["header"]["app_hash"].lower()
            last = low - 1
        return hashes

    def says(self, prices):
        """Writes the validator's price file."""
        path = os.path.join(self.home, "prices.json")
        with open(path + ".new", "w", encoding="ascii") as file:
            json.dump(prices, file)
        os.replace(path + ".new", path)

    def log(self):
        with open(os.path.join(self.home, "node.log"), encoding="utf-8", errors="replace") as file:
            return file.read()
