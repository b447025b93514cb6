"""Does every room know only the rooms below it?

    layers.py includes SRC ROOM[=BELOW,BELOW...]...
    layers.py symbols NM ROOM BELOW,BELOW... ROOM=LIBRARY...

`includes` reads the #include lines of every file under SRC. `symbols` reads the symbol tables of the static
libraries: what a room leaves undefined must not be defined in a room that it may not know (such a call would fail
to link with the rooms below alone), and must not be one of the doors to the world that the room does without.
The table of rooms is in meson.build here.
"""
import os
import re
import subprocess
import sys

# Headers that the build makes, by the room they belong to. Others without a folder lie beside the file.
GENERATED = {"msg_keys.h": "base", "templates.h": "web", "asset_ids.h": "web", "sql_ids.h": "store",
             "rule_files.h": "main", "demo_files.h": "main"}

# Nothing below main ends the process; the pure rooms have no files, clock, threads or heap of their own.
ENDS = {"exit", "_exit", "_Exit", "quick_exit", "abort"}
WORLD = {
    "open", "open64", "fopen", "fopen64", "read", "write", "unlink", "rename", "opendir", "getenv", "setenv",
    "socket", "connect", "fork", "execve", "system", "popen", "time", "clock", "clock_gettime",
    "gettimeofday", "localtime", "localtime_r", "gmtime", "strftime", "setlocale", "rand", "random",
    "getrandom", "malloc", "calloc", "realloc", "free", "printf", "puts", "putchar", "fprintf", "fwrite",
    "fputs", "stdout", "stderr", "syslog",
}
THREADS = re.compile(r"^(pthread_|thrd_|mtx_)")
# The child process of sys ends itself after fork, by design.
FORBIDDEN = {
    "base": ENDS | {"setlocale", "system", "popen", "getenv", "rand", "random"},
    "domain": ENDS | WORLD, "reading": ENDS | WORLD, "chart": ENDS | WORLD,
    "engine": ENDS | (WORLD - {"malloc", "calloc", "realloc", "free"}),
    "app": ENDS | {"open", "fopen", "time", "clock_gettime", "getenv", "setlocale", "localtime"},
    "store": ENDS, "office": ENDS, "web": ENDS, "exchange": ENDS, "cli": ENDS,
}
THREADLESS = {"domain", "reading", "chart"}
EXACT = {"domain", "engine"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)


def files_of(src, room):
    for folder, _, names in os.walk(os.path.join(src, room)):
        for name in sorted(names):
            if name.endswith((".c", ".h")):
                yield os.path.join(folder, name)


def check_include(path, room, allowed, target):
    if "/" not in target:
        owner = GENERATED.get(target)
        if owner is None and not os.path.exists(os.path.join(os.path.dirname(path), target)):
            return "nobody knows this header; write room/name.h"
    else:
        owner = target.split("/")[0]
    if owner is not None and owner != room and owner not in allowed:
        return f"{room} may not know {owner}"
    return None


def check_file(path, room, allowed):
    errors = []
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        wrong = check_include(path, room, allowed, found.group(1)) if found else None
        if wrong:
            errors.append(f"{path}:{number}: {line.strip()}: {wrong}")
    code = COMMENT.sub(lambda m: "\n" * m.group(0).count("\n"), text)
    for number, line in enumerate(code.splitlines(), 1):
        if room in EXACT and re.search(r"\b(double|float)\b", line):
            errors.append(f"{path}:{number}: {room} has no binary fractions")
    return errors


def includes(src, table):
    rooms = {name: set(filter(None, below.split(","))) for name, _, below in
             (row.partition("=") for row in table)}
    errors = []
    for room in sorted(os.listdir(src)):
        if not os.path.isdir(os.path.join(src, room)):
            continue
        if room not in rooms:
            errors.append(f"{src}/{room}: this room is not in the table of tests/layers/meson.build")
            continue
        for path in files_of(src, room):
            errors += check_file(path, room, rooms[room])
    return errors


def symbols_of(nm, library, *flags):
    out = subprocess.run([nm, "-P", *flags, library], capture_output=True, text=True, check=True).stdout
    return {line.split()[0].split("@")[0] for line in out.splitlines()
            if len(line.split()) > 1 and not line.endswith(":")}


def symbols(nm, room, below, libraries):
    paths = dict(entry.split("=", 1) for entry in libraries)
    allowed = set(filter(None, below.split(","))) | {room}
    wanted = symbols_of(nm, paths[room], "-u")
    have = set()
    for name in allowed & paths.keys():
        have |= symbols_of(nm, paths[name], "--defined-only", "-g")
    errors = []
    for other in sorted(paths.keys() - allowed):
        for symbol in sorted((wanted - have) & symbols_of(nm, paths[other], "--defined-only", "-g")):
            errors.append(f"{room} uses {symbol} of {other}, which it may not know")
    for symbol in sorted(wanted - have):
        if symbol in FORBIDDEN.get(room, ()) or (room in THREADLESS and THREADS.match(symbol)):
            errors.append(f"{room} uses {symbol}, which this room does without")
    if not wanted:
        errors.append(f"{paths[room]}: no symbols were read")
    return errors


def main(args):
    if args[0] == "includes":
        errors = includes(args[1], args[2:])
    else:
        errors = symbols(args[1], args[2], args[3], args[4:])
    for line in errors:
        print(line)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
