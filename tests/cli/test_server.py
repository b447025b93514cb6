"""One writer: a server and the commands beside it; and what a crash leaves."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from support import BINARY, INDICATORS, PROVINCE, Case, get, stop
from web import Browser

ROUNDS = int(os.environ.get("GIAOBAN_KILL_ROUNDS", "12"))


class Server(Case):
    def test_a_second_server_on_the_folder_is_refused(self):
        self.serve()
        self.refused("serve", "--port", "0", says=self.data)

    def test_commands_that_write_reach_the_running_server(self):
        self.load("units", PROVINCE)
        self.load("indicators", INDICATORS)
        server = self.serve()
        self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\n")
        self.assertEqual(self.one("--indicator", "THU", "--unit", "01", "--period", "2024-Q1")["value"], "5.0")
        self.refused("import", "figures", "relative-missing.csv", says="relative-missing.csv")
        self.assertEqual(stop(server), 0)
        self.assertEqual(self.one("--indicator", "THU", "--unit", "01", "--period", "2024-Q1")["value"], "5.0")

    def test_healthz_and_sign_in_answer(self):
        server = self.serve()
        self.assertIn("200 OK", get(server.port, "/healthz"))
        self.assertIn("/sign-in", get(server.port, "/"))
        page = get(server.port, "/sign-in")
        self.assertIn("content-security-policy", page.lower())
        self.assertIn("password", page)

    def test_the_demonstration_is_served_on_loopback_only(self):
        shutil.rmtree(self.data)
        self.ok("init", self.data, "--demo")
        self.refused("serve", "--port", "0", "--listen", "0.0.0.0", says="0.0.0.0")

    def test_the_demonstration_tells_who_can_sign_in_and_on_which_day(self):
        shutil.rmtree(self.data)
        self.ok("init", self.data, "--demo")
        server = self.serve("--today", "2026-09-25")
        page = get(server.port, "/demonstration")
        for says in ("25/03/2024", "25/09/2026", "nhap.12103", "lanhdao.mh"):
            self.assertIn(says, page)
        self.assertIn("/demonstration", get(server.port, "/sign-in"))

    def test_coming_in_and_being_refused_are_in_the_log_without_names(self):
        shutil.rmtree(self.data)
        password = re.findall(r"(?:\w{4}-){3}\w{4}", self.ok("init", self.data, "--demo"))[-1]
        server = self.serve()
        Browser(server.port).sign_in("nhap.12103", "không phải mật khẩu này")
        browser = Browser(server.port)
        browser.sign_in("nhap.12103", password)
        browser.send("/me", "/me/sign-out-everywhere")
        server.send_signal(signal.SIGTERM)
        log = server.stderr.read()
        self.assertRegex(log, r"warn sign_in_refused id=\w+ account=0\n")
        self.assertRegex(log, r"info sign_in id=\w+ account=[1-9]\d*\n")
        self.assertRegex(log, r"info sessions_ended id=\w+ account=[1-9]\d*\n")
        self.assertNotIn("12103", log)

    def test_real_data_is_always_at_the_real_day(self):
        self.refused("serve", "--port", "0", "--today", "2024-03-25", says="--today")
        self.assertIn("404", get(self.serve().port, "/demonstration"))


class Crash(Case):
    """kill -9 at any moment of entry loses nothing acknowledged."""

    def enter(self, ended, start, acknowledged):
        """Commands one after the other: to the server while it lives, alone once it is dead."""
        for n in range(start, start + 1000):
            if ended.is_set():
                return
            path = os.path.join(self.folder, f"one-{n % 7}.csv")
            year, quarter = 2000 + n // 4 % 150, n % 4 + 1
            with open(path, "w") as f:
                f.write(f"indicator,unit,period,value\nTHU,1010{n % 3 + 1},{year}-Q{quarter},{n}\n")
            self.attempted.setdefault((f"1010{n % 3 + 1}", f"{year}-Q{quarter}"), set()).add(n)
            r = subprocess.run([BINARY, "import", "figures", path, "--data", self.data], capture_output=True)
            if r.returncode != 0:
                continue
            acknowledged[(f"1010{n % 3 + 1}", f"{year}-Q{quarter}")] = n
            self.answers += 1

    def test_nothing_acknowledged_is_lost(self):
        self.load("units", PROVINCE)
        self.load("indicators", INDICATORS)
        self.attempted, self.answers, acknowledged, chance = {}, 0, {}, random.Random(7)
        for round_ in range(ROUNDS):
            server, ended = self.serve(), threading.Event()
            writer = threading.Thread(target=self.enter, args=(ended, round_ * 1000, acknowledged))
            writer.start()
            time.sleep(chance.uniform(0.02, 0.5))
            stop(server, signal.SIGKILL)
            ended.set()
            writer.join()
            self.ok("verify")
            rows = json.loads(self.ok("table", "--format", "json", "--indicator", "THU", "--unit", "101",
                                      "--descendants", "commune", "--period",
                                      ",".join(sorted({p for _, p in acknowledged}) or ["2024-Q1"])))
            have = {(r["unit"], r["period"]): r["value"] for r in rows}
            for key, value in acknowledged.items():
                # what came later without an answer may have arrived, but nothing answered is gone
                self.assertIn(int(float(have[key] or 0)), {n for n in self.attempted[key] if n >= value}, f"round {round_}")
        self.assertGreater(self.answers, ROUNDS // 2)


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("mount"), "needs root for a small file system")
class FullDisk(Case):
    def test_a_full_disk_is_told_and_loses_nothing(self):
        small = tempfile.mkdtemp(prefix="giaoban-small-")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small], capture_output=True).returncode:
            os.rmdir(small)
            self.skipTest("tmpfs cannot be mounted here")
        try:
            data = os.path.join(small, "d")
            self.ok("init", data)
            self.data = data
            self.load("units", PROVINCE)
            self.load("indicators", INDICATORS)
            self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\n")
            with open(os.path.join(small, "filler"), "wb") as f:
                try:
                    while True:
                        f.write(b"x" * 65536)
                        f.flush()
                except OSError:
                    pass
            note = "dài " * 400
            big = "indicator,unit,period,value,note\n" + "".join(
                f"THU,1010{u},{y}-Q{q},{y},{note}\n" for u in (1, 2, 3) for y in range(1950, 2050) for q in (1, 2, 3, 4))
            self.refused("import", "figures", self.file("big.csv", big), says="disk is full")
            os.unlink(os.path.join(small, "filler"))
            self.ok("verify")
            self.assertEqual(self.one("--indicator", "THU", "--unit", "01", "--period", "2024-Q1")["value"], "5.0")
            self.assertEqual(self.one("--indicator", "THU", "--unit", "01", "--period", "1950-Q1")["value"], "")
        finally:
            subprocess.run(["umount", small])
            os.rmdir(small)


if __name__ == "__main__":
    unittest.main(verbosity=2)
