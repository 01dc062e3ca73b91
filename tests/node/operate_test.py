#!/usr/bin/env python3
"""The pages of docs/operate are true: what they tell to type exists, and most of it is typed here.

    operate_test.py PROGRAM BUILD

Every `$ ballast` line of the pages is parsed against the program's own help. Then one node goes through its life: made,
examined, started, asked, looked into while it runs, stopped, moved by a snapshot, audited, compared and damaged.
"""

import json
import os
import re
import shlex
import signal
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from decimal import Decimal
from pathlib import Path

from operate_kit import LocalConnection, Proxy, SECONDS, alter_root, altered_log, commands_of

PROGRAM = os.path.abspath(sys.argv[1])
SOURCE = Path(__file__).resolve().parent.parent.parent
PAGES = SOURCE / "docs" / "operate"
START_SECONDS = 40


def ballast(*words, **environment):
    """Runs the program; its exit code, output and error output."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=SECONDS, check=False,
                          cwd="/", env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


class Node:
    """A node over a home, for development if it is not said otherwise."""

    def __init__(self, home, *words, dev=True):
        self.home = Path(home)
        self.process = subprocess.Popen(
            [PROGRAM, "start", *["--dev"] * dev, "--home", str(home), "--set", "api.port=0", *words],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
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
            self.assertEqual(json.loads(ballast("completion", shell, "--json")[1]), {"shell": shell, "script": script})

    def test_the_first_tab_of_a_zsh_completes(self):
        script = ballast("completion", "zsh")[1]
        self.assertIn('_ballast "$@"', script)
        if shutil.which("zsh") is None:
            return
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "_ballast").write_text(script)
            program = f"fpath=({folder} $fpath); autoload -U _ballast; _files() {{ : }}; compdef() {{ : }}\n" \
                      "_describe() { print -l -- ${(P)2} }; words=(ballast ''); CURRENT=2; _ballast\n"
            done = subprocess.run(["zsh", "-fc", program], capture_output=True, text=True, timeout=SECONDS, check=True)
        self.assertIn("\nbisect:", done.stdout)


class Begin(unittest.TestCase):
    """The way from nothing to a working chain, typed as the page has it."""

    def lines(self):
        page = (PAGES / "README.md").read_text(encoding="utf-8")
        section = page.split("## From a market to a working chain")[1].split("\n## ")[0]
        return [line[2:] for line in section.splitlines() if line.startswith("$ ")]

    def type(self, line, folder, **environment):
        (folder / "bin").mkdir(exist_ok=True)
        if not (folder / "bin" / "ballast").exists():
            (folder / "bin" / "ballast").symlink_to(PROGRAM)
        environment = {**os.environ, "HOME": str(folder), "PATH": f"{folder}/bin:{os.environ['PATH']}",
                       "BALLAST_API_PORT": "0", **environment}
        line = line.replace("/srv/ballast", str(folder / "node"))
        line = line.replace("markets/node.toml my-market.toml", f"{SOURCE}/markets/node.toml my-market.toml")
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=SECONDS, check=False,
                              cwd=folder, env=environment)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def put_keys(self, market, listed):
        """Puts the public keys where the file says YOUR KEY, by the names that stand before them."""
        keys = dict(line.split()[:2] for line in listed.splitlines())
        text = market.read_text(encoding="utf-8")
        name, lines = None, []
        for line in text.splitlines():
            named = re.match(r'name = "(\w+)"', line)
            name = named[1] if named else name
            if "YOUR KEY" in line:
                key = keys.pop(name)
                line = f'key = "{key.removeprefix("ed25519:") if "without" in line else key}"'
            lines.append(line)
        self.assertEqual(keys, {})
        market.write_text("\n".join(lines), encoding="utf-8")

    def test_the_page_leads_to_a_chain_that_works(self):
        with tempfile.TemporaryDirectory(prefix="ballast-begin-") as name:
            folder, out = Path(name), ""
            lines = self.lines()
            start = next(i for i, line in enumerate(lines) if line.startswith("ballast start"))
            for line in lines[:start]:
                out = self.type(line, folder)
                if line == "ballast keys list":
                    self.put_keys(folder / "my-market.toml", out)
            with Node(folder / "node", dev=False) as node:
                said = {}
                for line in lines[start + 1:]:
                    keeps_on = line.startswith("ballast keeper")
                    said[line.split("ballast ")[1].split()[0]] = self.type(
                        f"timeout --preserve-status -s INT 2 {line}" if keeps_on else line, folder,
                        BALLAST_NODE=f"http://127.0.0.1:{node.port}")
            self.assertIn("taken 1", said["publisher"])
            self.assertIn("5000", said["query"])
            self.assertIn("the balances are what the bids explain", said["keeper"])


class Life(unittest.TestCase):
    """A node and everything that its operator may do to it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="ballast-operate-")
        cls.home = Path(cls.folder.name) / "home"
        cls.state = cls.home.parent / "state.ballast"
        cls.log = cls.home.parent / "blocks.log"
        proxy = cls.home.parent / "proxy"
        proxy.mkdir()
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
                "busy": ["snapshot", "restore", cls.state, "--home", cls.home],
                "amount": ["tx", "transfer", "to=17", "asset=ETH", "amount=much", "--from", "16", "--dev-key", "alice",
                           "--node", f"http://127.0.0.1:{node.port}"],
                "key": ["tx", "open_vault", "type=ETH-A", "--from", "16", "--key", "nobody", "--home", cls.home,
                        "--node", f"http://127.0.0.1:{node.port}"],
                "number": ["query", "account.get", "account=x", "--node", f"http://127.0.0.1:{node.port}"],
                "absent": ["query", "account.get", "account=9999999", "--node", f"http://127.0.0.1:{node.port}"],
                }.items()}
            taken = json.loads(cls.beside["snapshot"][1])["height"]
            with Proxy(proxy / "node.sock", node.home / "node.sock", f'"snapshot":{taken}', f'"snapshot":{taken - 1}'):
                cls.other_snapshot = ballast("snapshot", "create", "--home", proxy, "--json")
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

    def test_a_snapshot_is_told_by_its_own_height(self):
        """Not by that of the chain, which may have grown since; here the node says another one."""
        taken = json.loads(self.beside["snapshot"][1])["height"]
        self.assertEqual(json.loads(self.other_snapshot[1]), {"height": taken - 1}, self.other_snapshot)

    def test_what_is_asked_wrongly_is_bad_input(self):
        for name, code in (("amount", 4), ("key", 4), ("number", 4), ("absent", 1)):
            with self.subTest(name=name):
                self.assertEqual(self.beside[name][0], code, self.beside[name])

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
        out = self.path("state.json")
        told = json.loads(self.expect(0, "export", self.home, "--out", out, "--json"))
        self.assertEqual(told, {"file": str(out), "bytes": len(first)})
        self.assertEqual(out.read_text(), first)

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
        self.expect(4, "hash", self.log, "--from", 9, "--to", 5, says=["--from 9 --to 5"])

    def test_another_root_than_the_recorded_one_is_exit_code_3(self):
        log = self.path("altered.log")
        log.write_bytes(altered_log(self.log.read_bytes(), 7, lambda body: body[:-1] + bytes([body[-1] ^ 1])))
        for words in (["audit", log], ["hash", log], ["export", log], ["bisect", log, self.log]):
            self.expect(3, *words)
        home = self.path("altered")
        with Node(home) as node:
            node.call("admin.mine", blocks=3, seconds=5)
            root = node.call("node.info")["root"]
        alter_root(home, root)
        for words in (["start", "--dev"], ["snapshot", "create"]):
            self.expect(3, *words, "--home", home, says=["block 3 gives the root"])

    def test_builds_that_stop_at_one_block_are_not_called_the_same(self):
        log = self.path("early.log")
        # The time of block 9 is that of no block behind it.
        log.write_bytes(altered_log(self.log.read_bytes(), 9, lambda body: body[:8] + bytes(8) + body[16:]))
        found = json.loads(self.expect(3, "bisect", log, "--with", PROGRAM, "--json"))
        self.assertFalse(found["differ"])
        self.assertEqual(found["compared"], {"from": 1, "to": 8})
        self.expect(3, "bisect", log, "--with", PROGRAM, says=["agree from 1 to 8 and stop there"])

    def test_a_keeper_tells_what_a_channel_says_wrongly(self):
        home = self.path("watched")
        door = home / "proxy.sock"
        with Node(home) as node:
            with Proxy(door, home / "node.sock", '"removed"', '"xemoved"'):
                keeper = subprocess.Popen(
                    [PROGRAM, "keeper", "--account", "16", "--dev-key", "alice", "--json", "--node", f"unix:{door}"],
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                stop = threading.Timer(10, keeper.send_signal, [signal.SIGINT])
                stop.start()
                told = []
                for line in keeper.stdout:
                    told.append(line)
                    if '"kind":"fault"' in line:
                        keeper.send_signal(signal.SIGINT)
                keeper.wait(SECONDS)
                keeper.stdout.close()
                stop.cancel()
        faults = [json.loads(line) for line in told if '"kind":"fault"' in line]
        self.assertTrue(faults, told)
        self.assertIn("removed", faults[0]["fault"])

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
            base = node.call("node.info")["height"]
            node.call("admin.mine", blocks=3, seconds=5)
        self.assertIn(root, self.expect(0, "hash", new, "--height", base))
        for words in (["--height", base - 1], ["--from", 1, "--to", base + 1], ["--to", base - 1]):
            self.expect(4, "hash", new, *words, says=[f"and {base} is the first"])
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
        found = json.loads(ballast("doctor", "--home", home, "--json", BALLAST_COMETBFT="/nowhere")[1])
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

    def test_a_node_without_a_home_reads_no_configuration_of_the_folder(self):
        folder = self.path("somewhere")
        folder.mkdir()
        (folder / "config.toml").write_text("[api]\nthreads = 0\n")
        done = subprocess.run([PROGRAM, "start", "--dev", "--market", "nothing"], capture_output=True, text=True,
                              timeout=SECONDS, check=False, cwd=folder)
        self.assertIn("neither a file nor a preset", done.stderr)

    def test_nobody_answers_where_no_node_is(self):
        self.expect(1, "status", "--home", self.home, says=["node.sock"])
        self.expect(1, "status", "--node", "http://127.0.0.1:1")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
