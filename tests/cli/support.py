"""What the tests of the command line share: a data folder, the program, a server."""
import atexit
import csv
import glob
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BINARY = os.path.abspath(os.environ.get("GIAOBAN", "build/giaoban"))
WAIT = 20


POSTGRES = os.environ.get("GIAOBAN_TEST_ENGINE") == "postgres"


def postgres_is_here():
    """Is PostgreSQL installed, and does the program know it?"""
    r = subprocess.run([BINARY, "verify", "--database", "postgresql:///x?host=/nonexistent"], capture_output=True,
                       text=True, env=dict(os.environ, GIAOBAN_LANG="en"))
    return bool(glob.glob("/usr/lib/postgresql/*/bin")) and "without PostgreSQL" not in r.stderr


class Postgres:
    """A PostgreSQL of the tests' own: private folder, socket only, ended by its own number.

    `options` are settings ("name=value"); `base` is a base backup to start from instead of an empty one."""
    one = None

    def __init__(self, options=(), base=None):
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.folder = tempfile.mkdtemp(prefix="giaoban-pg-")
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.data = base or self.folder + "/d"
        if not base:
            self.command("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
        self.options = options
        self.count = 0
        self.start()
        atexit.register(self.end)

    def start(self):
        settings = [w for o in self.options for w in ("-c", o)]
        self.process = subprocess.Popen(
            self.words("postgres", "-D", self.data, "-k", self.folder, "-h", "", "-F", *settings),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        self.wait()

    def wait(self):
        """Until it answers."""
        for _ in range(200):
            if os.path.exists(self.folder + "/.s.PGSQL.5432") and not self.psql("select 1", check=False):
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL does not start")

    def stop(self, how=signal.SIGINT):
        """At once, breaking every connection."""
        self.process.send_signal(how)
        self.process.wait(WAIT)

    def ask(self, sql, database="postgres"):
        """The rows of a query, one text each."""
        r = subprocess.run(self.words("psql", "-h", self.folder, "-U", "postgres", "-d", database, "-Atqc", sql),
                           check=True, capture_output=True, text=True, cwd="/")
        return r.stdout.split("\n")[:-1]

    def words(self, name, *words):
        run = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        return [*run, os.path.join(self.bin, name), *words]

    def command(self, name, *words):
        subprocess.run(self.words(name, *words), check=True, stdout=subprocess.DEVNULL, cwd="/")

    def psql(self, sql, check=True):
        return subprocess.run(self.words("psql", "-h", self.folder, "-U", "postgres", "-qc", sql), check=check,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/").returncode

    def database(self):
        self.count += 1
        name = f"t{os.getpid()}_{self.count}"
        self.psql(f"create database {name}")
        return f"postgresql:///{name}?host={self.folder}&user=postgres"

    def end(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def new_place(folder, name):
    """A place for a store: a folder, or a database of the tests' PostgreSQL."""
    if not POSTGRES:
        return os.path.join(folder, name)
    if not Postgres.one:
        Postgres.one = Postgres()
    return Postgres.one.database()


class Case(unittest.TestCase):
    """A fresh, empty data folder per test; database of the engine under test."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="giaoban-test-")
        self.data = new_place(self.folder, "data")
        self.servers = []
        self.ok("init", self.data)

    def tearDown(self):
        for server in self.servers:
            stop(server)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run_(self, *words, stdin=None, lang="en"):
        env = dict(os.environ, GIAOBAN_LANG=lang, GIAOBAN_DATA=self.data)
        return subprocess.run([BINARY, *map(str, words)], input=stdin, capture_output=True,
                              text=True, env=env, timeout=120, cwd=self.folder)

    def ok(self, *words, **more):
        r = self.run_(*words, **more)
        self.assertEqual(r.returncode, 0, f"{words}: {r.stdout}{r.stderr}")
        self.assertEqual(r.stderr, "", f"{words}")
        return r.stdout

    def refused(self, *words, says, **more):
        """Exit status not 0, nothing on standard output, and a message that holds every text of `says`."""
        r = self.run_(*words, **more)
        self.assertNotEqual(r.returncode, 0, f"{words} was accepted: {r.stdout}")
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, r.stderr)
        return r

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def load(self, kind, text, *options):
        path = self.file(kind + ".csv", text.strip() + "\n")
        return json.loads(self.ok("import", kind, path, "--format", "json", *options))

    def table(self, *words):
        return list(csv.DictReader(io.StringIO(self.ok("table", "--format", "csv", *words))))

    def one(self, *words):
        rows = self.table(*words)
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    def scoreboard(self, *words):
        return json.loads(self.ok("scoreboard", "--format", "json", *words))

    def serve(self, *words):
        env = dict(os.environ, GIAOBAN_LANG="en")
        p = subprocess.Popen([BINARY, "serve", "--data", self.data, "--port", "0", *words], env=env,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = p.stdout.readline()
        m = re.search(r"(https?)://([\d.]+):(\d+)", line)
        if not m:
            p.kill()
            self.fail(f"server did not start: {line}{p.stderr.read()}")
        p.address, p.port = m[2], int(m[3])
        self.servers.append(p)
        return p


def stop(p, how=signal.SIGTERM):
    """Ends a server that a test started, by its own id."""
    if p.poll() is None:
        p.send_signal(how)
        try:
            p.wait(WAIT)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait(WAIT)
    for pipe in (p.stdout, p.stderr):
        if pipe and not pipe.closed:
            pipe.close()
    return p.returncode


def get(port, path, address="127.0.0.1"):
    with socket.create_connection((address, port), timeout=WAIT) as s:
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}:{port}\r\nConnection: close\r\n\r\n".encode())
        data = b""
        while chunk := s.recv(65536):
            data += chunk
    return data.decode("utf-8", "replace")


PROVINCE = """
code,name,kind,parent_code
01,Tỉnh Minh Họa,province,
101,Huyện Một,district,01
10101,Xã An,commune,101
10102,Xã Bình,commune,101
10103,Phường Châu,ward,101
"""

INDICATORS = """
code,name,unit_of_measure,decimals,direction,frequency,over_units,over_time,formula
HO,Số hộ,hộ,0,neither,quarter,sum,last,
NGHEO,Số hộ nghèo,hộ,0,less,quarter,sum,last,
TYLE,Tỷ lệ hộ nghèo,%,2,less,quarter,ratio,ratio,100*NGHEO/HO
THU,Thu ngân sách,triệu đồng,1,more,quarter,sum,sum,
"""
