"""A node for development, as the demo and the tests use it: started, asked, and stopped by its process id."""

import hashlib
import http.client
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

FIRST_ACCOUNT = 16
ACCOUNTS = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy"]
BATCH_MAX = 60
START_SECONDS = 30


# --- ed25519 (RFC 8032), for keys that everybody knows --------------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P


def _add(a, b):
    """Adds two points in extended coordinates."""
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    u, v = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _base():
    y = 4 * pow(5, -1, _P) % _P
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    x = _P - x if x & 1 else x
    return x, y, 1, x * y % _P


_BASE = _base()


def _encode(point):
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


class DevKey:
    """The key that the name has on every development chain."""

    def __init__(self, name):
        digest = hashlib.sha512(hashlib.sha256(b"ballast development key 1\0" + name.encode()).digest()).digest()
        self._scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
        self._prefix = digest[32:]
        self._public = _encode(_multiply(self._scalar, _BASE))

    def __str__(self):
        return "ed25519:" + self._public.hex()

    def sign(self, message):
        """The authorisation's 65 bytes over the message, in hexadecimal."""
        nonce = _number(self._prefix, message) % _L
        point = _encode(_multiply(nonce, _BASE))
        proof = (nonce + _number(point, self._public, message) * self._scalar) % _L
        return (point + proof.to_bytes(32, "little")).hex() + "00"


# --- the node --------------------------------------------------------------------------------------------------------


class Refused(Exception):
    """The node answered with an error."""

    def __init__(self, method, error):
        super().__init__(f"{method}: {error.get('message')}")
        self.error = error


class Process:
    """A program that runs beside this one; its output goes to a file."""

    def __init__(self, name, folder, *command, **environment):
        self.name = name
        self.log = os.path.join(folder, name + ".log")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                            env={**os.environ, **environment})

    def running(self):
        return self.process.poll() is None

    def text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def lines(self):
        """The JSON objects of its output, those that are whole."""
        objects = []
        for line in self.text().splitlines():
            if line.startswith("{") and line.endswith("}"):
                try:
                    objects.append(json.loads(line))
                except ValueError:
                    continue
        return objects

    def stop(self, patience=30):
        """Asks it to end, and then makes it; its exit code."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(patience)


class DevNode:
    """`ballast start --dev` with a market of one's own, in a folder that is gone afterwards."""

    def __init__(self, program, market, scenarios):
        self.program = os.path.abspath(program)
        self._folder = tempfile.TemporaryDirectory(prefix="ballast-node-")
        self.folder = self._folder.name
        os.mkdir(os.path.join(self.folder, "markets"))
        with open(os.path.join(self.folder, "markets", "dev.toml"), "w", encoding="utf-8") as file:
            file.write(market)
        os.symlink(os.path.abspath(scenarios), os.path.join(self.folder, "scenarios"))
        self.home = os.path.join(self.folder, "home")
        self.processes = []
        self._ids = itertools.count(1)
        self._keys = {}
        self._connection = None
        self.node = self.start("node", "start", "--dev", "--home", self.home, "--set", "api.port=0")
        self.address = self._wait_for_address()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in reversed(self.processes):
            process.stop()
        self._folder.cleanup()

    @property
    def url(self):
        return "http://" + self.address

    def start(self, name, *arguments):
        """Starts another command of the program beside the node."""
        process = Process(name, self.folder, self.program, *arguments, BALLAST_HOME=self.folder)
        self.processes.append(process)
        return process

    def _wait_for_address(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.node.running():
            found = re.search(r"listening on http://(\S+)", self.node.text())
            if found:
                return found.group(1)
            time.sleep(0.05)
        text = self.node.text()
        self.close()
        raise RuntimeError(f"the node does not start:\n{text}")

    def ask(self, method, **params):
        """The whole result of a call; Refused where it is an error."""
        body = json.dumps({"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params})
        for attempt in range(2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self.address, timeout=60)
            try:
                self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
                answer = json.loads(self._connection.getresponse().read())
                break
            except (http.client.HTTPException, OSError):
                self._connection = None
                if attempt or method == "transaction.submit":
                    raise
        if "error" in answer:
            raise Refused(method, answer["error"])
        return answer["result"]

    def data(self, method, **params):
        return self.ask(method, **params)["data"]

    def key(self, name):
        if name not in self._keys:
            self._keys[name] = DevKey(name)
        return self._keys[name]

    def send(self, name, actions):
        """Signs the actions as the dev account of that name and waits until they are in a block; all or none."""
        sender = FIRST_ACCOUNT + ACCOUNTS.index(name)
        made = self.data("transaction.prepare", sender=sender, actions=actions, batch=len(actions) != 1)
        transaction = dict(made["json"])
        transaction["authorisation"] = {"key": str(self.key(name)),
                                        "signature": self.key(name).sign(bytes.fromhex(made["signed_bytes"]))}
        done = self.data("transaction.submit", transaction=transaction)
        if not done["receipt"]["accepted"]:
            raise Refused("transaction.submit", {"message": json.dumps(done["receipt"])})
        return done

    def open_vaults(self, name, vaults):
        """Opens vaults, each {"type", "asset", "amount", "debt"}; the next free numbers are theirs."""
        number = self._vault_count()
        for start in range(0, len(vaults), BATCH_MAX // 3):
            actions = []
            for vault in vaults[start:start + BATCH_MAX // 3]:
                actions += [{"action": "open_vault", "type": vault["type"]},
                            {"action": "deposit", "vault": number, "asset": vault["asset"], "amount": vault["amount"]},
                            {"action": "mint", "vault": number, "amount": vault["debt"]}]
                number += 1
            self.send(name, actions)

    def _vault_count(self):
        count, after = 0, 0
        while after is not None:
            page = self.data("vault.list", after=after, limit=1000)
            count += len(page["items"])
            after = page["next"]
        return count

    def events(self, height, position=0):
        """Events from a place on, as rows, and the place behind them."""
        last = self.ask("node.info")["height"]
        if height > last:
            return [], (height, position)
        page = self.data("event.list", **{"from": height, "to": last, "position": position, "limit": 1000})
        after = page["next"]
        return page["items"], ((after["from"], after["position"]) if after else (last + 1, 0))

    def admin(self, method, **params):
        """A method of the operator's, on the local socket."""
        connection = http.client.HTTPConnection("localhost", timeout=60)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(60)
        try:
            connection.sock.connect(os.path.join(self.home, "node.sock"))
            body = json.dumps({"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params})
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if "error" in answer:
            raise Refused(method, answer["error"])
        return answer["result"]
