#!/usr/bin/env python3
"""Runs the program `ballast` as a user would: cli_test.py PROGRAM SOURCE_TREE."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv[1])
SOURCE = os.path.abspath(sys.argv[2])
SHORT = ["--to", "2020-03-11T14:00", "--population", "20"]


def ballast(*arguments, cwd="/", **environment):
    """Runs the program; its exit code, output and error output."""
    result = subprocess.run([PROGRAM, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120,
                            env={**os.environ, **environment}, check=False)
    return result.returncode, result.stdout, result.stderr


class Case(unittest.TestCase):
    """What every group of tests needs."""

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def path(self, name, content=None):
        path = os.path.join(self.directory.name, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def expect(self, code, *arguments, says=(), **environment):
        returned, out, error = ballast(*arguments, **environment)
        self.assertEqual(returned, code, f"{arguments}\n{out}\n{error}")
        for part in says:
            self.assertIn(part, out + error)
        return out


class Help(Case):
    COMMANDS = [["replay"], ["compare"], ["audit"], ["margin"], ["market"], ["market", "check"], ["market", "show"],
                ["scenarios"], ["presets"], ["export"], ["hash"], ["bisect"], ["snapshot"], ["snapshot", "create"],
                ["snapshot", "list"], ["snapshot", "verify"], ["snapshot", "export"], ["snapshot", "import"],
                ["snapshot", "restore"], ["doctor"], ["status"], ["completion"], ["reference"], ["init"], ["start"],
                ["testnet"], ["keys"], ["keys", "new"], ["keys", "list"], ["keys", "show"], ["keys", "import"],
                ["keys", "export"], ["keys", "sign"], ["query"], ["tx"], ["keeper"], ["publisher"], ["version"]]

    def test_every_command_has_help_with_an_example(self):
        self.expect(0, "--help", says=["Exit codes", "ballast replay 2020-03"])
        for command in self.COMMANDS:
            with self.subTest(command=command):
                self.expect(0, *command, "--help", says=["Usage:", "Examples:"])

    def test_what_is_generated_comes_as_json_too(self):
        self.assertEqual(json.loads(self.expect(0, "reference", "--json")), {"page": self.expect(0, "reference")})
        self.assertEqual(json.loads(self.expect(0, "completion", "fish", "--json")),
                         {"shell": "fish", "script": self.expect(0, "completion", "fish")})

    def test_every_listed_command_is_tested(self):
        listed = {line.split()[0] for line in ballast("--help")[1].split("Subcommands:")[1].splitlines()
                  if line.startswith("  ") and not line.strip().startswith("ballast")}
        self.assertEqual(listed, {command[0] for command in self.COMMANDS})

    def test_version(self):
        self.expect(0, "--version", says=["ballast 0."])
        answer = json.loads(self.expect(0, "version", "--json"))
        self.assertEqual(sorted(answer), ["commit", "home", "version"])


class WrongCommandLine(Case):
    CASES = [
        ([], ["Usage:"]),
        (["replya"], ["'replya' is no command; did you mean 'replay'?"]),
        (["replay"], ["name a scenario, or price files", "2020-03"]),
        (["replay", "2020-04"], ["'2020-04' is no scenario; did you mean '2020-03'?", "2025-10"]),
        (["replay", "2020-03", "--market", "makr"], ["did you mean 'maker'? there are: aave-v2"]),
        (["replay", "2020-03", "--set", "nonsense"], ["--set nonsense: expected key=value"]),
        (["replay", "2020-03", "--set", "keepers.capitol=5"], ["did you mean 'keepers.capital'?"]),
        (["replay", "2020-03", "--from", "yesterday"], ["--from yesterday: is no time"]),
        (["replay", "2020-03", "--every", "0"], ["--every"]),
        (["replay", "2020-03", "--bogus"], ["--bogus", "see ballast replay --help"]),
        (["compare", "2020-03", "--variant", "mker"], ["did you mean 'maker'?"]),
        (["market"], ["see ballast market --help"]),
        (["audit"], ["log is required"]),
        (["bisect", "a.log"], ["name a second log, or another build"]),
        (["snapshot"], ["see ballast snapshot --help"]),
        (["completion", "tcsh"], ["bash"]),
    ]

    def test_is_answered_with_what_there_is(self):
        for arguments, says in self.CASES:
            with self.subTest(arguments=arguments):
                self.expect(2, *arguments, says=says)

    def test_without_a_home(self):
        self.expect(2, "replay", "2020-03", says=["set BALLAST_HOME"], BALLAST_HOME="/nowhere")
        self.expect(1, "presets", says=["set BALLAST_HOME"], BALLAST_HOME="/nowhere")
        self.expect(0, "presets", says=["maker"], BALLAST_HOME=SOURCE)


class Margin(Case):
    BOOK = "markets/books/hedged-options.toml"
    MODELS = ["ballast", "deribit-pm", "derive-pmrm1", "derive-pmrm2", "derive-standard", "drift", "dydx-v4",
              "paradex-scan", "span-16"]

    def test_every_model_answers_and_never_asks_less_initially(self):
        for model in self.MODELS:
            with self.subTest(model=model):
                answer = json.loads(self.expect(0, "margin", os.path.join(SOURCE, self.BOOK), "--model", model,
                                                "--json"))
                self.assertEqual(answer["model"], model)
                self.assertLessEqual(float(answer["initial"]), float(answer["maintenance"]))
                self.assertLess(float(answer["maintenance"]), float(answer["equity"]))

    def test_the_matrix_names_the_worst(self):
        out = self.expect(0, "margin", os.path.join(SOURCE, self.BOOK), "--matrix",
                          says=["volatility up", "the smile tilts", "by expiry", "worst: spot"])
        self.assertIn("*", out)

    def test_bad_input(self):
        self.expect(4, "margin", "/does/not/exist.toml", says=["/does/not/exist.toml"])
        self.expect(4, "margin", os.path.join(SOURCE, self.BOOK), "--model", "balast", says=["did you mean 'ballast'?"])
        torn = self.path("torn.toml", "name = \"x\"\n[[instrument]]\nname = ")
        self.expect(4, "margin", torn, says=["torn.toml:3"])

    def test_a_book_goes_through_a_crash(self):
        arguments = ["replay", "2020-03", "--book", "levered-longs", "--to", "2020-03-11T14:00"]
        answer = json.loads(self.expect(0, *arguments, "--json"))
        self.assertEqual(answer["accounts"], 40)
        self.assertEqual(self.expect(0, *arguments), self.expect(0, *arguments))
        self.expect(4, "replay", "2020-03", "--book", "nope", says=["there are: levered-longs"])

    def test_models_are_compared_on_one_book(self):
        self.expect(0, "compare", "2020-03", "--book", "hedged", "--models", "ballast,derive-standard", "--to",
                    "2020-03-11T14:00", says=["derive-standard", "> IM 1 h"])


class BadInput(Case):
    def test_prices(self):
        cases = {
            "empty.csv": "",
            "header.csv": "ts,open,high,low,close\n",
            "columns.csv": "a,b\n1,2\n",
            "negative.csv": "ts,open,high,low,close\n0,1,1,-1,1\n3600,1,1,1,1\n",
            "nan.csv": "ts,open,high,low,close\n0,1,nan,1,1\n3600,1,1,1,1\n",
            "unsorted.csv": "ts,open,high,low,close\n3600,1,1,1,1\n0,1,1,1,1\n",
            "torn.csv": "ts,open,high,low,close\n0,1,1,1,1\n3600,1,1",
            "bytes.csv": bytes(range(256)),
        }
        for name, content in cases.items():
            with self.subTest(name=name):
                out_directory = self.path("run")
                self.expect(4, "replay", "--prices", "ETH=" + self.path(name, content), "--out", out_directory,
                            says=[name])
                self.assertFalse(os.path.exists(out_directory))
        self.expect(4, "replay", "--prices", "/does/not/exist.csv", says=["/does/not/exist.csv"])

    def test_settings(self):
        self.expect(4, "replay", "2020-03", "--set", "vault_tipe.x=5", says=["did you mean 'vault_type'?"])
        self.expect(4, "replay", "2020-03", "--set", "vault_type.*.minimum_ratio=1 %",
                    says=["--set vault_type.*.minimum_ratio=1 %", "must be at least"])
        self.expect(4, "replay", "2020-03", "--block-time", "soon", says=["path.block_time: 'soon'"])

    def test_markets(self):
        self.expect(4, "market", "check", self.path("torn.toml", "name = "), says=["torn.toml:1: is not TOML"])
        self.expect(4, "market", "check", self.path("key.toml", 'name = "x"\ncolour = 1\n'),
                    says=["lacks the key time"])
        self.expect(4, "market", "check", self.path("bytes.toml", bytes(range(256))), says=["is not TOML"])
        self.expect(4, "market", "show", "/does/not/exist.toml", says=["neither a file nor a preset"])

    def test_logs(self):
        cases = {"empty.log": b"", "bytes.log": bytes(range(256)), "magic.log": b"BALLASTL"}
        for name, content in cases.items():
            with self.subTest(name=name):
                self.expect(4, "audit", self.path(name, content))
        self.expect(4, "audit", "/does/not/exist.log", says=["/does/not/exist.log"])

    def test_programs_are_told_in_json(self):
        out = self.expect(4, "market", "check", self.path("bytes.toml", b"name = '\xff\xfe'"), "--json")
        answer = json.loads(out)
        self.assertEqual(answer["exit"], 4)
        self.assertIn("bytes.toml", answer["error"])
        self.assertEqual(json.loads(self.expect(2, "replay", "--bogus", "--json"))["exit"], 2)


class Markets(Case):
    def test_check_gives_a_table(self):
        self.expect(0, "market", "check", SOURCE + "/markets/example.toml",
                    says=["ETH-A", "MIX-A", "ETH+BTC+wstETH"])
        self.expect(0, "market", "check", SOURCE + "/markets/node.toml", says=["node: 2 assets", "ETH-A"])

    def test_what_show_prints_is_the_same_market(self):
        presets = json.loads(self.expect(0, "presets", "--json"))
        self.assertEqual([preset["name"] for preset in presets],
                         ["aave-v2", "ballast", "euler", "liquity-v1", "maker", "maker-gauntlet"])
        for market in [preset["name"] for preset in presets] + [SOURCE + "/markets/example.toml"]:
            with self.subTest(market=market):
                first = json.loads(self.expect(0, "market", "check", market, "--json"))
                copy = self.path("copy.toml", self.expect(0, "market", "show", market))
                again = json.loads(self.expect(0, "market", "check", copy, "--json"))
                self.assertEqual(again["digest"], first["digest"])

    def test_assets_fill_a_template(self):
        answer = json.loads(self.expect(0, "market", "check", "ballast", "--asset", "ETH", "--asset", "STETH/ETH",
                                        "--json"))
        self.assertEqual([kind["name"] for kind in answer["vault_types"]], ["ETH-A", "STETH-A"])


class Studies(Case):
    def test_replay_is_the_same_twice_and_leaves_a_run_directory(self):
        run = self.path("run")
        first = json.loads(self.expect(0, "replay", "2020-03", *SHORT, "--out", run, "--json"))
        again = json.loads(self.expect(0, "replay", "2020-03", *SHORT, "--json"))
        self.assertEqual(first, again)
        self.assertLessEqual({"manifest.json", "market.toml", "blocks.csv", "auctions.csv"},
                             set(os.listdir(run)))
        self.expect(0, "market", "check", os.path.join(run, "market.toml"))
        self.expect(1, "replay", "2020-03", *SHORT, "--out", run, says=["exist"])

    def test_settings_reach_replay_and_market(self):
        plain = self.expect(0, "replay", "2020-03", *SHORT)
        self.assertIn("VERDICT", plain)
        for setting in ["population.seed=other", "vault_type.*.opening_fee=1 %",
                        "vault_type.ETH-A.stability_fee=50 %"]:
            with self.subTest(setting=setting):
                self.assertNotEqual(self.expect(0, "replay", "2020-03", *SHORT, "--set", setting), plain)
        self.assertIn("keepers.capital", self.expect(0, "replay", "--settings"))

    def test_require_backed(self):
        ruin = ["--market", "aave-v2", "--set", "keepers.count=0", "--set", "owners.attentive=0"]
        out = self.expect(1, "replay", "2020-03", *ruin, "--require-backed")
        self.assertIn("VERDICT", out)
        self.expect(0, "replay", "2020-03", *ruin)

    def test_compare(self):
        run = self.path("run")
        out = self.expect(0, "compare", "2020-03", *SHORT, "--variant", "maker", "ballast", "--out", run)
        self.assertIn("maker", out)
        self.assertNotIn("euler", out)
        self.assertLessEqual({"comparison.json", "maker.blocks.csv", "ballast.manifest.json"},
                             set(os.listdir(run)))
        for preset in ["aave-v2", "ballast", "euler", "liquity-v1", "maker", "maker-gauntlet"]:
            self.assertIn(preset, self.expect(0, "compare", "2020-03", *SHORT, "--json"))

    def test_every_scenario_is_listed(self):
        names = [entry["name"] for entry in json.loads(self.expect(0, "scenarios", "--json"))]
        self.assertEqual(names, ["2020-03", "2021-05", "2022-06", "2022-11", "2025-10"])

    def test_own_prices_of_two_venues(self):
        rows = "".join(f"{1600000000 + 3600 * hour},{200 - hour},{201 - hour},{198 - hour},{199 - hour}\n"
                       for hour in range(6))
        prices = self.path("eth.csv", "ts,open,high,low,close\n" + rows)
        self.expect(0, "replay", "--prices", f"ETH@one={prices}", f"ETH@two={prices}",
                    "--population", "10", says=["VERDICT"])


class Keys(Case):
    SECRET = "c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"
    ADDRESS = "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"

    def keys(self, code, *arguments, says=(), **environment):
        return self.expect(code, "keys", *arguments, "--home", self.directory.name, says=says, **environment)

    def test_a_key_is_made_shown_and_kept_from_others(self):
        made = json.loads(self.keys(0, "new", "alice", "--json"))
        self.assertEqual((made["name"], made["encrypted"]), ("alice", False))
        self.assertRegex(made["key"], "^ed25519:[0-9a-f]{64}$")
        self.assertEqual(json.loads(self.keys(0, "show", "alice", "--json")), made)
        self.assertEqual(json.loads(self.keys(0, "list", "--json")), [made])
        self.assertEqual(os.stat(self.path("keys/alice.json")).st_mode & 0o777, 0o600)
        self.keys(4, "new", "alice", says=["alice.json: File exists"])
        self.keys(4, "show", "alise", says=["did you mean 'alice'?"])

    def test_a_wallets_key_comes_in_encrypted_and_goes_out(self):
        self.path("secret", self.SECRET + "\n")
        self.keys(4, "import", "cow", self.path("secret"), says=["others may read it; chmod 600"])
        os.chmod(self.path("secret"), 0o600)
        out = self.keys(0, "import", "cow", self.path("secret"), "--scheme", "ethereum", says=[self.ADDRESS],
                        BALLAST_PASSPHRASE="moo")
        self.assertIn("encrypted", out)
        with open(self.path("keys/cow.json"), encoding="utf-8") as file:
            self.assertNotIn(self.SECRET, file.read())
        self.keys(4, "export", "cow", self.path("again"), says=["is encrypted; say the passphrase"])
        self.keys(4, "export", "cow", self.path("again"), says=["the passphrase is wrong"], BALLAST_PASSPHRASE="mow")
        self.path("pass", "moo\n")
        out = self.keys(0, "export", "cow", self.path("again"), "--passphrase-file", self.path("pass"))
        self.assertNotIn(self.SECRET, out)
        with open(self.path("again"), encoding="utf-8") as file:
            self.assertEqual(file.read(), self.SECRET + "\n")

    def test_signing_needs_a_home(self):
        self.keys(0, "new", "alice")
        self.path("transaction.json", "{}")
        self.keys(4, "sign", "alice", self.path("transaction.json"), says=["genesis.bin"])


class Terminal(Case):
    def test_a_reader_that_goes_away_is_no_crash(self):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as closed:
            done = subprocess.run([PROGRAM, "market", "show", "maker"], stdout=closed, stderr=subprocess.PIPE,
                                  check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_full_disk_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "market", "show", "maker"], stdout=full, stderr=subprocess.PIPE,
                                  check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot write", done.stderr)

    def test_progress_only_where_somebody_watches(self):
        self.assertEqual(ballast("replay", "2020-03", *SHORT)[2], "")
        self.assertIn("blocks", ballast("replay", "2020-03", *SHORT, "--progress")[2])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
