#!/usr/bin/env python3
"""The pages of docs/operate are true: what they tell to type exists, and most of it is typed here.

    operate_test.py PROGRAM BUILD

Every `$ ballast` line of the pages is parsed against the program's own help. Then one node goes through its life: made,
examined, started, asked, looked into while it runs, stopped, moved by a snapshot, audited, compared and damaged.
"""

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from decimal import Decimal
from pathlib import Path

PROGRAM = os.path.abspath(sys.argv[1])
SOURCE = Path(__file__).resolve().parent.parent.parent
PAGES = SOURCE / "docs" / "operate"
SECONDS = 60
START_SECONDS = 40


def ballast(*words, **environment):
    """Runs the program; its exit code, output and error output."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=SECONDS, check=False,
                          cwd="/", env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


class LocalConnection(http.client.HTTPConnection):
    """HTTP over a local socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=SECONDS)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self.path)


class Node:
    """A development node over a home."""

    def __init__(self, home, *words):
        self.home = Path(home)
        self.process = subprocess.Popen(
            [PROGRAM, "start", "--dev", "--home", str(home), "--set", "api.port=0", *words], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        self.said, self.port = "", None
        listening = threading.Event()

        def listen():
            for line in self.process.stdout:
                self.said = (self.said + line)[-20000:]
                found = re.match(r"listening on http://[^:]*:(\d+)", line)
                if found:
                    self.port = int(found[1])
                    listening.set()
            listening.set()

        self.reader = threading.Thread(target=listen, daemon=True)
        self.reader.start()
        listening.wait(START_SECONDS)
        if self.port is None:
            self.process.kill()
            raise AssertionError("the node does not start: " + self.said)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.reader.join(5)
        self.process.stdout.close()

    def call(self, method, **params):
        connection = LocalConnection(self.home / "node.sock")
        connection.request("POST", "/", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}),
                           {"content-type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]


def commands_of(text):
    """The words of every ballast command in the `$` lines of the fenced blocks of a page."""
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            if not line.startswith("$ "):
                continue
            for part in re.split(r"&&|\||>", line[2:]):
                words = shlex.split(part)
                if words and words[0] == "ballast":
                    yield words[1:]


class Pages(unittest.TestCase):
    helps = {}

    def help_of(self, words):
        """The path of the command that these words begin with, and its help."""
        path = []
        for word in words:
            if word.startswith("-"):
                break
            known = self.help(tuple(path))
            listed = known.split("Subcommands:")[1] if "Subcommands:" in known else ""
            if not re.search(rf"^  {re.escape(word)}\b", listed, re.MULTILINE):
                break
            path.append(word)
        return path, self.help(tuple(path))

    def help(self, path):
        if path not in self.helps:
            code, out, error = ballast(*path, "--help")
            self.assertEqual(code, 0, error)
            self.helps[path] = out
        return self.helps[path]

    def test_every_command_and_flag_exists(self):
        seen = 0
        for page in sorted(PAGES.glob("*.md")):
            for words in commands_of(page.read_text(encoding="utf-8")):
                seen += 1
                with self.subTest(page=page.name, words=words):
                    path, known = self.help_of(words)
                    self.assertTrue(path, "is no command")
                    for flag in (word.split("=")[0] for word in words if word.startswith("--")):
                        self.assertRegex(known, rf"(?m)(^|[ ,]){re.escape(flag)}\b", "is no flag of it")
                    if "<positional>" in known or "Positionals:" in known or "Subcommands:" not in known:
                        continue
                    self.fail("lacks the word for what to do")
        self.assertGreater(seen, 40)

    def test_the_reference_is_current(self):
        code, out, error = ballast("reference", HOME="/home/operator", BALLAST_NODE_HOME="")
        self.assertEqual(code, 0, error)
        page = (PAGES / "commands.md").read_text(encoding="utf-8")
        self.assertEqual(page, out, "write it anew: HOME=/home/operator ballast reference > docs/operate/commands.md")

    def test_every_setting_is_told(self):
        settings = [line for line in self.help(("init",)).splitlines()
                    if re.match(r"\s+\w+\.\w+ +\S", line) and "(" in line]
        self.assertGreater(len(settings), 20)
        page = (PAGES / "configuration.md").read_text(encoding="utf-8")
        told = [line.split() for line in page.splitlines()]
        for line in settings:
            self.assertIn(line.split(), told)

    def test_a_shell_completes(self):
        code, script, error = ballast("completion", "bash")
        self.assertEqual(code, 0, error)

        def offers(*words):
            line = " ".join(map(shlex.quote, words))
            program = f'{script}\nCOMP_WORDS=({line})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}}-1))\n_ballast\n' \
                      'printf "%s\\n" "${COMPREPLY[@]}"\n'
            done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, timeout=SECONDS, check=True,
                                  cwd="/")
            return done.stdout.split()

        self.assertEqual(offers("ballast", "bis"), ["bisect"])
        self.assertEqual(offers("ballast", "snapshot", "res"), ["restore"])
        self.assertEqual(offers("ballast", "snapshot", "restore", "--ro"), ["--root"])
        self.assertEqual(offers("ballast", "snapshot", "restore", "--root", "--ro"), [])
        self.assertIn("usr", offers("ballast", "audit", "us"))
        for shell in ("zsh", "fish"):
            code, script, error = ballast("completion", shell)
            self.assertEqual(code, 0, error)
            self.assertIn("restore", script)


class Life(unittest.TestCase):
    """A node and everything that its operator may do to it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="ballast-operate-")
        cls.home = Path(cls.folder.name) / "home"
        cls.state = cls.home.parent / "state.ballast"
        cls.log = cls.home.parent / "blocks.log"
        with Node(cls.home) as node:
            node.call("admin.price", feed="ETH/USD", price="2000")
            node.call("admin.mine", blocks=20, seconds=5)
            cls.beside = {name: ballast(*words) for name, words in {
                "status": ["status", "--home", cls.home],
                "tx": ["tx", "transfer", "to=17", "asset=ETH", "amount=1.5", "--from", "16", "--dev-key", "alice",
                       "--node", f"http://127.0.0.1:{node.port}"],
                "query": ["query", "account.get", "account=17", "--json", "--node", f"http://127.0.0.1:{node.port}"],
                "snapshot": ["snapshot", "create", "--home", cls.home, "--json"],
                "audit": ["audit", cls.home, "--json"],
                "doctor": ["doctor", "--home", cls.home, "--json"],
                "list": ["snapshot", "list", "--home", cls.home, "--json"],
                "busy": ["snapshot", "restore", cls.state, "--home", cls.home]}.items()}
            node.call("admin.mine", blocks=10, seconds=5)
            cls.info = node.call("node.info")
        for words in (["snapshot", "export", cls.state, "--home", cls.home],
                      ["export", cls.home, "--log", "--out", cls.log]):
            code, out, error = ballast(*words)
            if code != 0:
                raise AssertionError(f"{words}: {out}{error}")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def expect(self, code, *words, says=()):
        returned, out, error = ballast(*words)
        self.assertEqual(returned, code, f"{words}\n{out}\n{error}")
        for part in says:
            self.assertIn(part, out + error)
        return out

    def path(self, name):
        return self.home.parent / name

    def test_a_running_node_is_asked_and_looked_into(self):
        code, out, error = self.beside["status"]
        self.assertEqual(code, 0, out + error)
        self.assertIn("ready", out)
        for words in ("tx", "query"):
            self.assertEqual(self.beside[words][0], 0, self.beside[words])
        self.assertEqual(json.loads(self.beside["query"][1])["data"]["balances"]["ETH"], "1000001.5")
        code, out, error = self.beside["audit"]
        self.assertEqual(code, 0, out + error)
        report = json.loads(out)
        self.assertTrue(report["clean"])
        self.assertEqual(report["from"], 0)
        self.assertGreater(report["blocks"], 20)
        code, out, error = self.beside["doctor"]
        levels = {row["check"]: row["level"] for row in json.loads(out)}
        self.assertEqual({name for name, level in levels.items() if level == "FAIL"}, set(), out)
        self.assertEqual(code, 0)
        code, out, error = self.beside["snapshot"]
        self.assertEqual(code, 0, out + error)
        self.assertEqual([row["height"] for row in json.loads(self.beside["list"][1])], [json.loads(out)["height"]])
        self.assertNotEqual(self.beside["busy"][0], 0)

    def test_state_is_exported_the_same_from_home_and_log(self):
        first = self.expect(0, "export", self.home)
        self.assertEqual(first, self.expect(0, "export", self.log))
        state = json.loads(first)
        self.assertEqual(state["root"], self.info["root"])
        self.assertEqual(state["height"], self.info["height"])
        ether = [row for row in state["feeds"] if row["name"] == "ETH/USD"][0]
        self.assertEqual(ether["price"], "2000")
        supply = {asset["name"]: asset["supply"] for asset in state["assets"]}
        held = sum(Decimal(row["balances"].get("ETH", "0")) for row in state["accounts"] if row["id"] != 0)
        self.assertEqual(held, Decimal(supply["ETH"]))
        early = json.loads(self.expect(0, "export", self.home, "--height", 3))
        self.assertEqual(early["height"], 3)
        self.expect(4, "export", self.home, "--height", 100000, says=["is the last"])
        self.expect(2, "export", self.home, "--log", says=["--out"])

    def test_logs_are_audited_hashed_and_compared(self):
        self.expect(0, "audit", self.log, says=["CLEAN"])
        hashed = json.loads(self.expect(0, "hash", self.log, "--height", 5, "--json"))
        self.assertEqual(hashed["heights"][0]["root"], hashed["heights"][0]["recorded"])
        self.assertIn("vaults.vaults", hashed["heights"][0]["tables"])
        self.expect(0, "bisect", self.home, self.log, says=["the same"])
        self.expect(0, "bisect", self.log, "--with", PROGRAM, says=["both builds agree"])
        self.expect(2, "bisect", self.log, says=["--with"])
        other = self.path("other-build")
        other.write_text(f"#!/bin/sh\n{PROGRAM} \"$@\" | sed 's/\"height\": 7,/\"height\": 7,/; "
                         "/\"height\": 7,/{n;s/\"root\": \"../\"root\": \"ff/}'\n")
        other.chmod(0o755)
        found = json.loads(self.expect(3, "bisect", self.log, "--with", other, "--json"))
        self.assertEqual(found["height"], 7)

    def test_two_nodes_that_part_are_told_apart(self):
        homes = [self.path("left"), self.path("right")]
        for home, price in zip(homes, ("1500", "1501")):
            self.expect(0, "snapshot", "restore", self.state, "--home", home)
            with Node(home) as node:
                node.call("admin.price", feed="ETH/USD", price=price)
        found = json.loads(self.expect(3, "bisect", *homes, "--json"))
        self.assertTrue(found["differ"])
        self.assertGreater(found["height"], json.loads(self.beside["snapshot"][1])["height"])
        # The blocks of two nodes differ in their times already, or else in the price.
        self.assertRegex(" ".join(found["content"]), "time: [0-9]+ and [0-9]+|price 1500, and publisher 0")
        self.assertIn("oracle.feeds", {table["table"] for table in found["tables"]})
        self.assertIn("oracle", {table["room"] for table in found["tables"]})

    def test_a_snapshot_is_checked_and_restored(self):
        self.expect(0, "snapshot", "verify", "--home", self.home, says=["good, as the log says"])
        root = json.loads(self.expect(0, "snapshot", "verify", self.state, "--json"))[0]["root"]
        self.expect(3, "snapshot", "verify", self.state, "--root", "00" * 32, says=["the expected one"])
        self.expect(2, "snapshot", "verify", self.state, "--root", "00", says=["2 characters"])
        new = self.path("new")
        self.expect(3, "snapshot", "restore", self.state, "--home", new, "--root", "00" * 32)
        self.assertFalse(new.exists())
        self.expect(0, "snapshot", "restore", self.state, "--home", new, "--root", root)
        self.expect(4, "snapshot", "restore", self.state, "--home", new, says=["only an empty one"])
        with Node(new) as node:
            self.assertEqual(node.call("node.info")["root"], root)
            node.call("admin.mine", blocks=3, seconds=5)
        self.expect(0, "audit", new, says=["audited from the snapshot of height"])
        self.expect(0, "snapshot", "import", self.state, "--home", self.home)
        damaged = bytearray(self.state.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        self.path("damaged.ballast").write_bytes(damaged)
        self.expect(4, "snapshot", "verify", self.path("damaged.ballast"), says=["checksum"])

    def test_a_doctor_sees_what_is_wrong(self):
        home = self.path("ill")
        self.expect(1, "doctor", "--home", home, says=["holds no chain"])
        self.expect(0, "snapshot", "restore", self.state, "--home", home)
        (home / "config.toml").write_text("[api]\nthreads = 0\n")
        self.expect(1, "doctor", "--home", home, says=["threads", "1 to 64"])
        (home / "config.toml").write_text("[consensus]\nkind = \"cometbft\"\n")
        found = json.loads(ballast("doctor", "--home", home, "--json", PATH="/nowhere")[1])
        self.assertIn("FAIL", [row["level"] for row in found if row["check"] == "consensus"])
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            (home / "config.toml").write_text(f"[api]\nport = {taken.getsockname()[1]}\n")
            self.expect(1, "doctor", "--home", home, says=["Address already in use"])
        (home / "keys").mkdir(exist_ok=True)
        secret = home / "keys" / "open.key"
        secret.write_text("secret")
        secret.chmod(0o644)
        self.expect(1, "doctor", "--home", home, says=["can be read by others"])

    def test_a_development_node_has_the_market_that_is_named(self):
        market, home = SOURCE / "markets" / "black-thursday.toml", self.path("named")
        with Node(home, "--market", str(market)) as node:
            info = node.call("chain.info")["data"]
            self.assertEqual(info["name"], "black-thursday")
            self.assertEqual(node.call("account.get", account=16)["data"]["balances"]["BTC"], "1000000")
        with Node(home) as node:
            self.assertEqual(node.call("chain.info")["data"]["digest"], info["digest"])
        self.expect(1, "start", "--dev", "--home", home, "--market", market, says=["holds a chain already"])
        self.expect(4, "start", "--market", market, says=["need --dev"])
        self.expect(4, "start", "--dev", "--market", "nothing", says=["neither a file nor a preset"])

    def test_nobody_answers_where_no_node_is(self):
        self.expect(1, "status", "--home", self.home, says=["node.sock"])
        self.expect(1, "status", "--node", "http://127.0.0.1:1")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
