"""A town on PostgreSQL: one writer, a database that goes away, going back in time, moving with kill -9."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
import unittest

os.environ["GIAOBAN_TEST_ENGINE"] = "postgres"
from support import BINARY, INDICATORS, PROVINCE, Case, Postgres, new_place, postgres_is_here, stop
from web import Browser

ROUNDS = int(os.environ.get("GIAOBAN_RESTART_ROUNDS", "4"))
HAVE = postgres_is_here()


class Town(Case):
    def setUp(self):
        super().setUp()
        self.load("units", PROVINCE)
        self.load("indicators", INDICATORS)

    def enter(self, unit, period, value, data=None):
        path = self.file("one.csv", f"indicator,unit,period,value\nTHU,{unit},{period},{value}\n")
        return self.run_("import", "figures", path, *(["--data", data] if data else []))

    def value(self, unit, period, *words):
        return self.one("--indicator", "THU", "--unit", unit, "--period", period, *words)["value"]


@unittest.skipUnless(HAVE, "skipped: PostgreSQL is not here")
class OneWriter(Town):
    def away_from_the_server(self):
        """As if on another machine: the socket of the server is not found."""
        os.environ["XDG_RUNTIME_DIR"] = self.folder
        self.addCleanup(os.environ.pop, "XDG_RUNTIME_DIR")

    def test_a_second_server_is_refused_and_told_who_has_the_database(self):
        first = self.serve()
        holder = f"giaoban {first.pid}@{os.uname().nodename}"
        self.refused("serve", "--port", "0", says=["being written to", holder, "stop that program"])
        self.refused("serve", "--port", "0", lang="vi", says=["đang do một chương trình khác ghi", holder, "dừng chương trình đó"])
        stop(first, signal.SIGKILL)  # its right ends with it
        stop(self.serve())

    def test_what_only_reads_works_beside_a_server_elsewhere(self):
        self.assertEqual(self.enter("10101", "2024-Q1", 5).returncode, 0)
        self.serve()
        self.away_from_the_server()
        self.assertEqual(self.value("01", "2024-Q1"), "5.0")
        self.assertIn("intact", self.ok("verify"))
        self.assertIn("schema", self.ok("doctor"))
        self.assertIn("THU", self.ok("export", "figures"))
        self.ok("backup", os.path.join(self.folder, "copy"))
        self.assertIn("being written to", self.enter("10101", "2024-Q2", 6).stderr)
        self.assertEqual(self.value("01", "2024-Q2"), "")

    def test_nothing_is_moved_out_of_a_database_that_is_written_to(self):
        self.serve()
        self.away_from_the_server()
        self.refused("move", "--from", self.data, "--to", os.path.join(self.folder, "x"), says="being written to")


@unittest.skipUnless(HAVE, "skipped: PostgreSQL is not here")
class Outage(Town):
    """The database goes away under a running server; the server stays, and nothing answered is lost."""

    def enter_on(self, ended, answered, said):
        for n in range(1, 100000):
            if ended.is_set():
                return
            year, quarter = 2000 + n // 4 % 150, n % 4 + 1
            key = (f"1010{n % 3 + 1}", f"{year}-Q{quarter}")
            self.tried.setdefault(key, set()).add(n)
            r = self.enter(*key, n)
            if r.returncode == 0:
                answered[key] = n
                self.answers += 1
            else:
                said.add(r.stderr)

    def break_it(self, how):
        pg = Postgres.one
        if how == "restart":
            pg.stop()
            time.sleep(0.3)
            pg.start()
        elif how == "crash":  # the database ends all of its sessions and recovers
            for _ in range(100):
                pid = pg.ask("select pid from pg_stat_activity where application_name like 'giaoban %' limit 1")
                if pid:
                    break
                time.sleep(0.1)
            os.kill(int(pid[0]), signal.SIGKILL)
            time.sleep(0.3)
            pg.wait()
        else:
            pg.ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'giaoban %'")

    def test_entry_goes_on_through_restarts_and_crashes(self):
        server, ended, answered, said = self.serve(), threading.Event(), {}, set()
        self.tried, self.answers, chance = {}, 0, random.Random(5)
        clerk = threading.Thread(target=self.enter_on, args=(ended, answered, said))
        clerk.start()
        for i in range(ROUNDS):
            time.sleep(chance.uniform(0.2, 0.6))
            self.break_it(("restart", "crash", "terminate")[i % 3])
        before = self.answers
        for _ in range(200):
            time.sleep(0.1)
            if self.answers > before + 2:
                break
        ended.set()
        clerk.join()
        self.assertGreater(self.answers, before + 2, "the server did not recover by itself")
        self.assertIsNone(server.poll())
        for text in said:
            self.assertRegex(text, "does not answer for the moment|is not known whether this was saved")
        rows = json.loads(self.ok("table", "--format", "json", "--indicator", "THU", "--unit", "101", "--descendants",
                                  "commune", "--period", ",".join(sorted({p for _, p in answered}))))
        have = {(r["unit"], r["period"]): int(float(r["value"] or 0)) for r in rows}
        for key, n in answered.items():
            self.assertIn(have[key], {m for m in self.tried[key] if m >= n})
        self.ok("verify")  # also every total the server keeps in memory
        log = self.end(server)
        self.assertIn("store.renewed", log)
        self.assertRegex(log, r"store\.(postgresql code=57P0\d|away) says=")

    def end(self, server):
        server.send_signal(signal.SIGTERM)
        _, log = server.communicate(timeout=30)
        self.assertEqual(server.returncode, 0, log)
        return log

    def test_people_are_told_in_their_words_and_the_log_in_the_databases(self):
        self.assertEqual(self.enter("10101", "2024-Q1", 5).returncode, 0)
        server = self.serve()
        browser = Browser(server.port)
        Postgres.one.stop()
        browser.opener.addheaders = [("Cookie", "gb_session=" + "A" * 43)]
        status, text = browser.get("/")
        Postgres.one.start()
        self.assertEqual(status, 503, text)
        self.assertIn("Cơ sở dữ liệu tạm thời không trả lời", text)
        for word in ("PostgreSQL", "socket", "connection", "57P"):
            self.assertNotIn(word, text)
        self.assertEqual(browser.get("/")[0], 200)
        self.assertEqual(self.value("01", "2024-Q1"), "5.0")
        self.assertEqual(self.enter("10102", "2024-Q1", 6).returncode, 0)
        self.assertEqual(self.value("01", "2024-Q1"), "11.0")
        log = self.end(server)
        self.assertRegex(log, r'store\.away says="connection to server on socket')
        self.assertIn("store.back", log)

    def test_a_server_that_lost_the_right_follows_who_has_it(self):
        server = self.serve()
        self.assertEqual(self.enter("10101", "2024-Q1", 5).returncode, 0)
        self.assertEqual(self.value("01", "2024-Q1"), "5.0")
        # the sessions end, and before the server looks again somebody else has taken the right
        os.kill(server.pid, signal.SIGSTOP)
        self.break_it("terminate")
        runtime = os.path.join(self.folder, "elsewhere")
        os.mkdir(runtime)
        env = dict(os.environ, XDG_RUNTIME_DIR=runtime, GIAOBAN_LANG="en")
        other = subprocess.Popen([BINARY, "serve", "--data", self.data, "--port", "0"], env=env, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        self.servers.append(other)
        self.assertIn("http://", other.stdout.readline())
        os.kill(server.pid, signal.SIGCONT)
        path = self.file("two.csv", "indicator,unit,period,value\nTHU,10102,2024-Q1,6\n")
        subprocess.run([BINARY, "import", "figures", path, "--data", self.data], env=env, check=True, capture_output=True)
        self.assertIn("being written to", self.enter("10103", "2024-Q1", 7).stderr)
        for _ in range(50):
            time.sleep(0.2)
            if self.value("01", "2024-Q1") == "11.0":
                break
        self.assertEqual(self.value("01", "2024-Q1"), "11.0")
        stop(other)
        self.assertEqual(self.enter("10103", "2024-Q1", 7).returncode, 0)
        self.assertEqual(self.value("01", "2024-Q1"), "18.0")
        self.ok("verify")


@unittest.skipUnless(HAVE, "skipped: PostgreSQL is not here")
class Rights(Case):
    """The roles of docs/postgresql.md: one that owns its schema and nothing else, one that only reads."""

    def sql(self, text):
        Postgres.one.command("psql", "-h", Postgres.one.folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-qd", self.name,
                             "-c", text)

    def remove_roles(self):
        for role in ("giaoban_reader", "giaoban"):
            if Postgres.one.ask(f"select 1 from pg_roles where rolname = '{role}'"):
                self.sql(f"drop owned by {role} cascade")
                self.sql(f"drop role {role}")

    def url(self, role):
        return f"postgresql:///{self.name}?host={Postgres.one.folder}&user={role}"

    def setUp(self):
        super().setUp()
        with open(os.path.join(os.path.dirname(__file__), "../../docs/postgresql.md"), encoding="utf-8") as f:
            page = f.read()
        self.name = Postgres.one.database().split("/")[3].split("?")[0]
        blocks = re.findall(r"```sql\n(.*?)```", page, re.S)
        self.assertEqual(len(blocks), 2)
        pw = lambda s: s.replace("town", self.name)
        for statement in pw(blocks[0]).split(";"):
            if statement.strip() and "CREATE DATABASE" not in statement:
                self.sql(statement)
        self.reading = pw(blocks[1])

    def tearDown(self):
        super().tearDown()
        self.remove_roles()

    def test_least_rights_are_enough(self):
        self.data = self.url("giaoban")
        self.ok("init", self.data)
        self.load("units", PROVINCE)
        self.load("indicators", INDICATORS)
        rows = "".join(f"THU,1010{u},{y}-Q{q},{y}\n" for u in (1, 2, 3) for y in range(1960, 2040) for q in (1, 2, 3, 4))
        self.load("figures", "indicator,unit,period,value\n" + rows)  # enough to come by COPY
        self.sql(self.reading)
        server = self.serve()
        os.environ["XDG_RUNTIME_DIR"] = self.folder
        self.addCleanup(os.environ.pop, "XDG_RUNTIME_DIR")
        self.data = self.url("giaoban_reader")
        self.assertEqual(self.one("--indicator", "THU", "--unit", "01", "--period", "2024-Q1")["value"], "6072.0")
        self.assertIn("THU", self.ok("export", "figures"))
        self.assertIn("intact", self.ok("verify"))
        self.ok("backup", os.path.join(self.folder, "copy"))
        self.refused("import", "units", self.file("u.csv", PROVINCE.strip() + "\n"), says="")
        stop(server)

    def test_two_towns_share_a_database_in_schemas_of_their_own(self):
        self.data = self.url("giaoban")
        self.ok("init", self.data)
        self.sql("create schema other authorization giaoban")
        other = self.url("giaoban") + "&options=-csearch_path%3Dother"
        self.ok("init", other)
        self.serve()
        self.data = other
        self.load("units", PROVINCE)
        self.serve()


@unittest.skipUnless(HAVE, "skipped: PostgreSQL is not here")
class BackInTime(Town):
    def test_a_base_backup_is_rolled_forward_to_a_moment_between_two_acts(self):
        folder = Postgres.one.folder + "/pitr"
        wal, base = folder + "/wal", folder + "/base"
        for d in (folder, wal):
            os.mkdir(d)
            if os.geteuid() == 0:
                shutil.chown(d, "postgres")
        pg = Postgres(["wal_level=replica", "archive_mode=on", f"archive_command=cp %p {wal}/%f"])
        pg.psql("create database town")
        url = "postgresql:///town?user=postgres&host="
        self.ok("move", "--from", self.data, "--to", url + pg.folder)
        self.data = url + pg.folder
        self.assertEqual(self.enter("10101", "2024-Q1", 5).returncode, 0)
        pg.command("pg_basebackup", "-h", pg.folder, "-U", "postgres", "-D", base, "-X", "none", "-c", "fast", "--no-sync")
        self.assertEqual(self.enter("10102", "2024-Q1", 6).returncode, 0)
        then = json.loads(self.ok("verify", "--format", "json"))
        moment = pg.ask("select now()")[0]
        time.sleep(0.2)
        self.assertEqual(self.enter("10103", "2024-Q1", 7).returncode, 0)
        self.assertEqual(self.value("01", "2024-Q1"), "18.0")
        last = pg.ask("select pg_walfile_name(pg_switch_wal())")[0]
        for _ in range(100):
            if os.path.exists(os.path.join(wal, last)):
                break
            time.sleep(0.1)
        pg.end()

        open(base + "/recovery.signal", "w").close()
        if os.geteuid() == 0:
            shutil.chown(base + "/recovery.signal", "postgres")
        again = Postgres([f"restore_command=cp {wal}/%f %p", f"recovery_target_time={moment}",
                          "recovery_target_action=promote"], base=base)
        for _ in range(100):
            if again.ask("select pg_is_in_recovery()") == ["f"]:
                break
            time.sleep(0.1)
        self.data = url + again.folder
        self.assertEqual(json.loads(self.ok("verify", "--format", "json")), then)
        self.assertEqual(self.value("01", "2024-Q1"), "11.0")
        self.assertEqual(self.value("10103", "2024-Q1"), "")
        self.assertEqual(self.enter("10103", "2024-Q1", 8).returncode, 0)  # and life goes on from there
        self.assertEqual(json.loads(self.ok("verify", "--format", "json"))["head"], then["head"] + 1)
        again.end()


@unittest.skipUnless(HAVE, "skipped: PostgreSQL is not here")
class Moving(Case):
    def setUp(self):
        super().setUp()
        self.data = os.path.join(self.folder, "demonstration")
        says = self.ok("init", self.data, "--demo", lang="vi")
        self.password = says.split("minh họa: ")[1].split()[0]

    def move_with_kills(self, source, to):
        """Killed after longer and longer times until it is through; gives how often it was."""
        words = [BINARY, "move", "--from", source, "--to", to]
        for kills in range(200):
            p = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                _, text = p.communicate(timeout=0.02 + kills * 0.03)
                self.assertEqual(p.returncode, 0, text)
                return kills
            except subprocess.TimeoutExpired:
                p.kill()
                p.communicate()
        self.fail("the move never ended")

    def pages(self, data):
        server, all_pages = self.serve_on(data), {}
        for login in ("lanhdao.328", "tonghop.328", "nhap.12103", "quantri"):
            browser = Browser(server.port)
            status, _ = browser.sign_in(login, self.password)
            self.assertEqual(status, 200)
            for path, page in browser.crawl("/", 25).items():
                all_pages[login, path] = page
        stop(server)
        return all_pages

    def serve_on(self, data):
        was, self.data = self.data, data
        server = self.serve()
        self.data = was
        return server

    def test_a_town_moves_there_and_back_through_kill_9_and_shows_the_same_pages(self):
        url, back = new_place(self.folder, "there"), os.path.join(self.folder, "back")
        kills = self.move_with_kills(self.data, url), self.move_with_kills(url, back)
        self.assertGreater(min(kills), 2)
        verified = [self.ok("verify", "--data", d) for d in (self.data, url, back)]
        self.assertEqual(len(set(verified)), 1, verified)
        first, there, again = self.pages(self.data), self.pages(url), self.pages(back)
        self.assertGreater(len(first), 60)
        for where, pages in (("PostgreSQL", there), ("back", again)):
            self.assertEqual(sorted(first), sorted(pages), where)
            for key, page in first.items():
                self.assertEqual(page, pages[key], f"{where}: {key}")
        self.assertEqual({s for s, _ in first.values()}, {200})


if __name__ == "__main__":
    unittest.main(verbosity=2)
