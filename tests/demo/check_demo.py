#!/usr/bin/env python3
"""Checks the demonstration: the files in themselves, then what the program makes of them.

    check_demo.py                 the files: columns, codes on their days, totals, published figures
    check_demo.py --binary PATH   also: `giaoban init DIR --demo`, then every row of published.csv by the
                                  contract of `table` and `scoreboard`

published.csv: `record,how,where,field,expected,note`. record: number of the published figure; how: `file`
(a cell of a file of demo/), `table`, `rows` (number of units in a table), `set`, `target`, `indicator`
(in the scoreboard); where: names and values parted by blanks; field `x<` asks for less. expected: a number
(compared as a number), a text, `null`, `true`, `false`, or `*` for anything that is not empty.
"""
import argparse
import collections
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import demo_files as files  # noqa: E402
from demo_files import day, period_days  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDS = (
    [f"0-{i}" for i in range(1, 7)]
    + [f"1-{i}" for i in range(1, 11)]
    + [f"2-{i}" for i in range(1, 10)]
    + [f"3-{i}" for i in range(1, 10)]
    + [f"4-{i}" for i in range(1, 20)]
)
EVENTS = "found merge split transfer rename change-kind dissolve".split()
STEPS = "edit check to_sign push_back submit receive return approve revoke lock reopen final".split()
ROLES = (
    "viewer reporter checker signer approver compiler leader inspector registrar publisher administrator"
).split()
problems = []


def wrong(where, what):
    problems.append(f"{where}: {what}")


def check(ok, where, what):
    if not ok:
        wrong(where, what)
    return ok


def one_of(row, column, words):
    check(row[column] in words, row["@"], f"{column} is {row[column]!r}, wanted one of {' '.join(words)}")


def half_up(x, decimals):
    return x.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


# ---- the files


def check_manifest(d):
    """Every file is imported once, in the order of the steps."""
    listed = [s["file"] for s in d.manifest]
    present = [
        os.path.relpath(os.path.join(folder, name), files.DEMO)
        for folder, _, names in os.walk(files.DEMO)
        for name in names
        if name.endswith(".csv") and name != "manifest.csv"
    ]
    check(sorted(listed) == sorted(present), "demo/manifest.csv", f"differs: {set(listed) ^ set(present)}")
    check([s["step"] for s in d.manifest] == [str(i + 1) for i in range(len(listed))], "demo/manifest.csv", "steps")
    with open(os.path.join(files.ROOT, "docs", "demo-files.md"), encoding="utf-8") as f:
        page = f.read()
    for kind, columns in files.COLUMNS.items():
        check(f"`{columns}`" in page, "docs/demo-files.md", f"columns of {kind} are not described")
    for rows in d.rows.values():
        for row in rows:
            text = "".join(row.values())
            check(unicodedata.is_normalized("NFC", text), row["@"], "not NFC")


def check_kinds(d):
    words = collections.Counter(k["word_vi"].casefold() for k in d.kinds.values())
    check(max(words.values()) == 1, "rules/kinds.csv", "two kinds with one Vietnamese word")
    for k in d.kinds.values():
        check(not k["group"] or k["group"] in d.kinds, k["@"], f"unknown group {k['group']}")
    for kind in ("ward", "township", "special_zone"):
        check(d.answers(kind, "commune"), "rules/kinds.csv", f"asking for commune does not find {kind}")


def check_units(d):
    """No code twice on a day, parents over all days of a row, one parent per line and day."""
    by_code = collections.defaultdict(list)
    for u in d.units:
        check(u.kind in d.kinds, u.code, f"unknown kind {u.kind}")
        by_code[u.code].append(u)
        lines = collections.defaultdict(list)
        for first, last, line, parent, where in u.rows:
            check(first <= last, where, "ends before it begins")
            lines[line].append((first, last))
            if parent:
                above = [p for p in d.units if p.code == parent and p.alive(first) and p.alive(last)]
                check(len(above) == 1, where, f"parent {parent} is not one unit from {first} to {last}")
        for spans in lines.values():
            spans.sort()
            for (_, a), (b, _) in zip(spans, spans[1:]):
                check(b == a + datetime.timedelta(days=1), u.code, "rows of one unit must adjoin")
        sits = [p for p in d.rows["places"] if p["unit"] == u.code]
        check(bool(sits) == bool(d.kinds[u.kind]["is_body"]), u.code, "a body sits in a place, a place does not")
        for p in sits:
            check(u.alive(day(p["day"])), p["@"], "the body does not exist on the day")
            place = d.unit(p["place"], day(p["day"]))
            check(place and not d.kinds[place.kind]["is_body"], p["@"], f"{p['place']} is no place then")
    for code, same in by_code.items():
        spans = sorted((min(r[0] for r in u.rows), max(r[1] for r in u.rows)) for u in same)
        for (_, a), (b, _) in zip(spans, spans[1:]):
            check(a < b, code, "two units bear the code on one day")
    changes = {r[0] for u in d.units for r in u.rows}
    for on in changes:
        for u in d.units:
            seen, top = set(), u
            while top is not None and top.alive(on):
                if not check(top.code not in seen, u.code, f"its own ancestor on {on}"):
                    break
                seen.add(top.code)
                parent = top.parent("state", on)
                top = d.unit(parent, on) if parent else None


def check_succession(d):
    """Codes resolve before and on the day, shares add up, every unit that ends in the tree is accounted for."""
    shares = collections.defaultdict(list)
    ends = set()
    for e in d.rows["succession"]:
        one_of(e, "event", EVENTS)
        on = day(e["day"])
        before = on - datetime.timedelta(days=1)
        check(e["from_code"] or e["to_code"], e["@"], "neither from nor to")
        if e["from_code"]:
            check(d.unit(e["from_code"], before), e["@"], f"{e['from_code']} is no unit on {before}")
            ends.add((e["from_code"], on))
        if e["to_code"]:
            check(d.unit(e["to_code"], on), e["@"], f"{e['to_code']} is no unit on {on}")
            shares[e["day"], e["from_code"], e["basis"]].append(e["share"])
        check(e["event"] != "dissolve" or not e["to_code"], e["@"], "a dissolved unit goes nowhere")
        check(e["event"] != "transfer" or e["from_code"] == e["to_code"], e["@"], "a transfer keeps the unit")
    for key, parts in shares.items():
        known = [Fraction(p) for p in parts if p]
        check(not known or sum(known) == 1, str(key), f"shares add up to {sum(known)}")
    for u in d.units:
        last = max(r[1] for r in u.rows)
        place = not d.kinds[u.kind]["is_body"]
        if place and last == datetime.date(2024, 12, 31) or u.code in ("20035", "20038"):
            if last < files.LAST_DAY:
                check((u.code, last + datetime.timedelta(days=1)) in ends, u.code, f"no event ends it after {last}")


def check_history(d):
    """16 (2011), 15 (2020), 9 (July 2021), none since July 2025; Mỹ Hào 13; both become three."""
    for code, on, want in (
        ("480", "2011-11-15", 16),
        ("480", "2019-12-31", 16),
        ("480", "2020-01-01", 15),
        ("480", "2021-06-30", 15),
        ("480", "2021-07-01", 9),
        ("480", "2025-06-30", 9),
        ("46", "2025-07-01", 3),
        ("328", "2024-03-31", 13),
        ("33", "2025-07-01", 3),
        ("22", "2025-07-01", 1),
    ):
        found = [u for u in d.under(code, day(on)) if d.answers(u.kind, "commune")]
        check(len(found) == want, code, f"{len(found)} communes and wards on {on}, wanted {want}")
    kinds = collections.Counter(u.kind for u in d.under("480", day("2023-12-31")))
    check(kinds == {"ward": 5, "commune": 4}, "480", f"5 wards and 4 communes in 2023: {kinds}")
    cells = collections.Counter(u.kind for u in d.under("DU-20017", day("2022-12-31"), "party"))
    want = {"residential": 8, "school": 4, "cooperative": 2, "police": 1, "military": 1, "health": 1}
    check(cells == {f"cell_{k}": n for k, n in want.items()}, "DU-20017", f"17 cells by kind: {cells}")
    becomes = collections.Counter(
        e["to_code"] for e in d.rows["succession"] if e["day"] == "2025-07-01" and e["to_code"]
    )
    check(
        becomes
        == {
            "19996": 3,
            "20017": 3,
            "20035": 3,
            "12103": 4,
            "12127": 4,
            "12133": 5,
            "06676": 3,
            "MH001": 2,
            "MH002": 1,
            "MH003": 1,
        },
        "succession",
        f"predecessors of the units of 1 July 2025: {becomes}",
    )


def check_indicators(d):
    codes = [i["code"] for i in d.rows["indicators"]]
    check(len(codes) == len(set(codes)), "indicators", "a code stands twice")
    parts = {f"{b['indicator']}:{b['part']}" for b in d.rows["breakdowns"]}
    for i in d.rows["indicators"]:
        one_of(i, "direction", ("more", "less", "neither"))
        one_of(i, "frequency", ("week", "month", "quarter", "half", "year"))
        one_of(i, "over_units", ("sum", "mean", "ratio", "min", "max", "none"))
        one_of(i, "over_time", ("sum", "last", "mean", "ratio", "min", "max", "none"))
        one_of(i, "line", ("state", "party", "front", "council"))
        one_of(i, "basis", ("people", "area", "households"))
        one_of(i, "class", ("public", "internal", "personal", "sealed"))
        check(0 <= int(i["decimals"]) <= 6, i["@"], "decimals")
        for kind in i["reported_by"].split("|"):
            check(kind in d.kinds, i["@"], f"unknown kind {kind}")
        for name in files.names_in(i["formula"]):
            check(name in d.indicators, i["@"], f"formula names {name}")
        check(i["over_units"] != "ratio" or i["formula"], i["@"], "a ratio without a formula")
    todo = {c: set(files.names_in(i["formula"])) for c, i in d.indicators.items()}
    while todo:
        ready = [c for c, names in todo.items() if not names & set(todo)]
        if not check(ready, "indicators", f"a cycle among {sorted(todo)}"):
            break
        for c in ready:
            del todo[c]
    for kind in ("aliases", "indicator-details", "breakdowns"):
        for row in d.rows[kind]:
            check(row["indicator"] in d.indicators, row["@"], f"unknown indicator {row['indicator']}")
    aliases = collections.Counter(a["alias"].casefold() for a in d.rows["aliases"])
    check(max(aliases.values()) == 1, "aliases", "an alias stands twice")
    return parts


def check_form(d, parts):
    """64 lines, 52 entered, 12 computed; rules and owners resolve."""
    lines = [x for x in d.rows["form-lines"] if x["form"] == "DU-Q"]
    sections = {s["section"] for s in d.rows["form-sections"]}
    owners = {o["owner"] for o in d.rows["owners"]}
    check([x["line"] for x in lines] == [str(i) for i in range(1, 65)], "DU-Q", "lines 1 to 64")
    entered = [x for x in lines if not d.indicators[x["indicator"]]["formula"]]
    check(len(entered) == 52, "DU-Q", f"{len(entered)} lines to enter, wanted 52")
    for x in lines:
        check(x["section"] in sections, x["@"], f"unknown section {x['section']}")
        check((x["owner"] in owners) == (x in entered), x["@"], "each entered line has an owner, no other")
        check(not x["part_of"] or x["part_of"] in d.indicators, x["@"], f"part of {x['part_of']}")
        one_of(x, "required", ("yes", ""))
    for r in d.rows["form-rules"]:
        one_of(r, "level", ("error", "warning"))
        for name in files.names_in(r["rule"]):
            check(name in d.indicators or name in parts, r["@"], f"rule names {name}")
    for f in d.rows["forms"]:
        for code in f["asked_by"].split("|"):
            check(any(u.code == code for u in d.units), f["@"], f"unknown unit {code}")


def check_targets(d):
    sets = {s["set"]: s for s in d.rows["sets"]}
    check(len(sets) == len(d.rows["sets"]), "sets", "a code stands twice")
    for s in sets.values():
        check(d.unit(s["unit"], day(s["start"])), s["@"], f"{s['unit']} is no unit on {s['start']}")
    seen = set()
    for t in d.rows["targets"]:
        key = t["set"], t["code"]
        check(key not in seen, t["@"], "code twice in its set")
        seen.add(key)
        check(t["set"] in sets, t["@"], f"unknown set {t['set']}")
        one_of(t, "comparator", (">=", "<=", "=", "between"))
        one_of(t, "basis", "level every cumulative zero-stock zero-flow count done".split())
        check(d.unit(t["unit"], day(t["start"])), t["@"], f"{t['unit']} is no unit on {t['start']}")
        check(day(t["start"]) <= day(t["deadline"]), t["@"], "deadline before start")
        check(t["indicator"] in d.indicators or t["basis"] == "done", t["@"], f"unknown indicator {t['indicator']}")
        check((t["comparator"] == "between") == bool(t["value_to"]), t["@"], "value_to belongs to between")
        check((t["basis"] == "count") == ("@" in t["value"]), t["@"], "k@ belongs to count")
    for kind in ("target-details", "target-versions", "schedules", "expectations", "done"):
        for row in d.rows[kind]:
            check((row["set"], row["target"]) in seen, row["@"], f"unknown target {row['set']} {row['target']}")
    for e in d.rows["expectations"]:
        one_of(e, "expectation", ("will_meet", "hard_to_meet", "will_not_meet"))
    for kind in ("not-applicable",):
        for row in d.rows[kind]:
            check(d.unit(row["unit"], day(row["from"])), row["@"], f"{row['unit']} is no unit on {row['from']}")
            check(row["indicator"] in d.indicators, row["@"], f"unknown indicator {row['indicator']}")


def check_figures(d, parts):
    """Codes resolve on the period's last day, decimals fit, each cell once, sources are named."""
    seen = set()
    away = {(n["indicator"], n["unit"]) for n in d.rows["not-applicable"]}
    for f in d.rows["figures"]:
        code = f["indicator"].partition(":")[0]
        if not check(code in d.indicators, f["@"], f"unknown indicator {code}"):
            continue
        i = d.indicators[code]
        check(":" not in f["indicator"] or f["indicator"] in parts, f["@"], f"unknown part {f['indicator']}")
        key = f["indicator"], f["unit"], f["period"]
        check(key not in seen, f["@"], "the cell stands twice")
        seen.add(key)
        check(files.frequency_of(f["period"]) == i["frequency"], f["@"], f"{f['period']} is no {i['frequency']}")
        unit = d.unit(f["unit"], period_days(f["period"])[1])
        if not check(unit, f["@"], f"{f['unit']} is no unit in {f['period']}"):
            continue
        value = Decimal(f["value"])
        check(value == value.quantize(Decimal(1).scaleb(-int(i["decimals"]))), f["@"], "more decimals than the indicator")
        check(bool(i["formula"]) == f["file"].endswith("stated.csv"), f["@"], "results of formulas are only stated")
        if not d.reports(unit, code):
            below = d.under(f["unit"], period_days(f["period"])[1], i["line"])
            check(any(d.reports(u, code) for u in below), f["@"], "neither it nor a unit below reports it")
        check((code, f["unit"]) not in away, f["@"], "not applicable here")
        one_of(f, "status", ("final", "preliminary", "estimate"))
        check(f["note"], f["@"], "no source in the note")


def check_people(d):
    """Accounts, grants, steps: what they name exists, and the one who approves is not the one who sends."""
    accounts = {a["account"] for a in d.rows["accounts"]}
    check(len(accounts) == len(d.rows["accounts"]), "accounts", "an account stands twice")
    owners = {o["owner"] for o in d.rows["owners"]} | {""}
    roles = collections.defaultdict(set)
    for g in d.rows["grants"]:
        check(g["account"] in accounts, g["@"], f"unknown account {g['account']}")
        one_of(g, "role", ROLES)
        check(g["owner"] in owners, g["@"], f"unknown owner {g['owner']}")
        check(g["unit"] == "*" or d.unit(g["unit"], day(g["from"])), g["@"], f"{g['unit']} is no unit on {g['from']}")
        roles[g["account"]].add(g["role"])
    wants = {"submit": "signer", "approve": "approver", "return": "approver", "lock": "approver", "reopen": "approver"}
    wants.update(edit="reporter", check="reporter")
    moves = {  # step -> (states before, state after)
        "edit": (("not_started", "reopened"), "draft"),
        "check": (("draft", "returned"), "checking"),
        "to_sign": (("checking",), "to_sign"),
        "submit": (("to_sign",), "submitted"),
        "return": (("submitted",), "returned"),
        "approve": (("submitted",), "approved"),
        "lock": (("approved",), "locked"),
        "reopen": (("approved",), "reopened"),
    }
    state = collections.defaultdict(lambda: "not_started")
    sent = {}
    last = {}
    for r in d.rows["reports"]:
        one_of(r, "step", STEPS)
        key = r["form"], r["unit"], r["period"]
        check(r["account"] in accounts, r["@"], f"unknown account {r['account']}")
        check(wants.get(r["step"], "") in roles[r["account"]] or r["step"] == "to_sign", r["@"], "not the role for it")
        check(d.unit(r["unit"], period_days(r["period"])[1]), r["@"], f"{r['unit']} is no unit")
        before, after = moves[r["step"]]
        check(state[key] in before, r["@"], f"{r['step']} of a report that is {state[key]}")
        state[key] = after
        check(last.get(r["file"], "") <= r["at"], r["@"], "steps must stand in order of time")
        last[r["file"]] = r["at"]
        check(r["step"] != "return" or r["reason"], r["@"], "a return needs a reason")
        for code in filter(None, r["cells"].split("|")):
            check(code in d.indicators, r["@"], f"unknown indicator {code}")
        if r["step"] == "submit":
            sent[key] = r["account"]
        check(r["step"] != "approve" or sent.get(key) != r["account"], r["@"], "approved by the sender")
    items = {n["item"] for n in d.rows["narrative-items"]}
    for n in d.rows["narratives"]:
        check(n["item"] in items, n["@"], f"unknown item {n['item']}")
    first = collections.Counter(s for k, s in state.items() if k[2] == "2024-Q1")
    wanted = {"approved": 10, "submitted": 2, "reopened": 1}
    check(first == wanted, "my-hao/reports.csv", f"first quarter of 2024: {dict(first)}")
    third = {k[1]: s for k, s in state.items() if k[2] == "2026-Q3"}
    check(
        third == {"MH001": "approved", "MH002": "approved", "MH003": "returned"},
        "minh-hoa/reports.csv",
        f"third quarter of 2026: {third}",
    )


def check_rules_hold(d):
    """The error rules of the form hold for every report of the demonstration."""
    cells = {(f["indicator"], f["unit"], f["period"]): Decimal(f["value"]) for f in d.rows["figures"]}
    lines = {x["indicator"]: x for x in d.rows["form-lines"]}
    reports = {(r["unit"], r["period"]) for r in d.rows["reports"]}
    checked = 0
    for unit, period in sorted(reports):
        for r in d.rows["form-rules"]:
            if r["level"] != "error":
                continue
            ok = files.holds(r["rule"], lambda name: cells.get((name, unit, period)))
            checked += ok is not None
            check(ok is not False, f"{unit} {period}", f"breaks {r['rule']}")
        for code, x in lines.items():
            if x["required"]:
                check((code, unit, period) in cells, f"{unit} {period}", f"required line {code} is empty")
    check(checked > 300, "form-rules", f"only {checked} rules could be tried")


def check_published(d):
    """What was published follows from the parts: the totals of Mỹ Hào, k of n, 16/18, 3/12, 21/15."""
    q, town = "2024-Q1", [u.code for u in d.under("328", day("2024-03-31"))]
    stated = {f["indicator"]: Decimal(f["value"]) for f in d.rows["figures"] if f["unit"] == "328"}
    v = {c: d.figures(c, q, town) for c in d.indicators}
    for code in ("TC03", "TC04", "TC06", "TC07", "DV01", "DV02", "DV03", "MT06", "KG05"):
        check(len(v[code]) == 13, code, f"{len(v[code])} communes of Mỹ Hào have it")
        check(sum(v[code].values()) == stated[code], code, f"the communes add up to {sum(v[code].values())}")
    plan = {t["unit"]: Decimal(t["value"]) for t in d.rows["targets"] if t["set"] == "MYHAO-VX-2024"}
    check(sum(plan[c] for c in town) == plan["328"], "MYHAO-VX-2024", "the plans do not add up")
    total = {c: sum(x.values()) for c, x in v.items()}
    share = half_up(100 * total["KT01"] / plan["328"], 1)
    check(share == stated["KT02"] == Decimal("94.7"), "KT02", f"{share} % of the plan")
    rate = {c: 100 * v["MT04"][c] / v["MT01"][c] for c in town}
    houses = [c for c in town if v["XD02"][c] == v["XD01"][c] and v["XD05"][c] == v["XD04"][c]]
    for code, k in (
        ("SL01", sum(x > 0 for x in v["TC03"].values())),
        ("SL02", sum(x > 0 for x in v["TC05"].values())),
        ("SL03", sum(100 * v["MT02"][c] / v["MT01"][c] >= 95 for c in town)),
        ("SL04", sum(x >= 60 for x in rate.values())),
        ("SL05", len(houses)),
        ("SL06", sum(x >= 100 for x in v["QP01"].values())),
    ):
        check(half_up(Decimal(100 * k) / 13, 1) == stated[code], code, f"{k} of 13, stated {stated[code]} %")
    check(half_up(rate["12118"], 1) == 60 and rate["12118"] < 60, "12118", "59.97 % is the trap")
    check("12127" in houses and v["XD04"]["12127"] == 0, "12127", "meets with nothing found")
    met = total_of = 0
    for t in d.rows["targets"]:
        if t["set"] == "HT-2020":
            total_of += 1
            met += d.figures(t["indicator"], "2020")["480"] >= Decimal(t["value"])
    check((met, total_of) == (16, 18), "HT-2020", f"{met}/{total_of} met")
    members = sum(Decimal(f["value"]) for f in d.rows["figures"] if f["indicator"] == "HA02")
    check(members == 21, "HA02", f"{members} new members, wanted 21 (of 15)")
    growth = d.figures("HT01", "2020")["480"] / d.figures("HT01", "2019")["480"]
    check(half_up(100 * (growth - 1), 1) == Decimal("3.2"), "HT02", f"growth {growth}")
    now = {f["indicator"]: Decimal(f["value"]) for f in d.rows["figures"] if f["period"] == "2023-Q1"}
    met = 0
    for t in d.rows["targets"]:
        if t["set"] == "HA-NQ-2020-2025":
            x = members if t["indicator"] == "HA02" else now[t["indicator"]]
            want = Decimal(15) if t["indicator"] == "HA02" else Decimal(t["value"])
            met += x >= want if t["comparator"] == ">=" else x <= want
    check(met == 3, "HA-NQ-2020-2025", f"{met} targets met on 27/3/2023")
    hopes = [e for e in d.rows["expectations"] if e["set"] == "HA-NQ-2020-2025" and e["expectation"] == "will_meet"]
    check(len(hopes) == 12, "HA-NQ-2020-2025", f"{len(hopes)} expected")


def check_marks(d):
    """Figures that split a published total say that they are made up; those that name a report do not."""
    for f in d.rows["figures"]:
        made_up = f["note"].startswith(files.MARK)
        if f["file"].startswith("minh-hoa/"):
            check(made_up, f["@"], "an invented place's figure without the mark")
        elif f["file"] == "my-hao/figures.csv":
            check(made_up == (f["indicator"] not in ("MT06", "KG05", "QP01")), f["@"], "mark")
    details = {(t["set"], t["target"]): t for t in d.rows["target-details"]}
    for t in d.rows["targets"]:
        about = details.get((t["set"], t["code"]), {"made_up": "", "source_line": ""})
        check(about["made_up"] or about["source_line"], t["@"], "neither a source nor made up")


def published_rows():
    with open(os.path.join(HERE, "published.csv"), encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    for number, row in enumerate(rows, 2):
        row["@"] = f"published.csv:{number}"
        words = row["where"].split()
        row["file"] = words.pop(0) if row["how"] == "file" else ""
        row["args"] = dict(w.split("=", 1) for w in words)
    return rows


def equals(actual, field, expected):
    """Compares as published.csv says."""
    if expected == "*":
        return actual not in (None, "", False)
    if expected in ("null", "true", "false"):
        return actual == {"null": None, "true": True, "false": False}[expected]
    try:
        got, want = Decimal(str(actual)), Decimal(expected)
    except InvalidOperation:
        return str(actual) == expected
    return got < want if field.endswith("<") else got == want


def check_file_rows(d):
    """Every one of the 53 published figures has a row, and every `file` row is in the files."""
    rows = published_rows()
    have = {r["record"] for r in rows}
    check(set(RECORDS) <= have, "published.csv", f"records without a row: {sorted(set(RECORDS) - have)}")
    for r in rows:
        if r["how"] != "file":
            continue
        kind = {"figures": "figures", "town-figures": "figures", "stated": "figures", "targets": "targets"}
        name = os.path.basename(r["file"])[:-4]
        found = [
            x
            for x in d.rows[kind[name]]
            if x["file"] == r["file"] and all(x[k] == v for k, v in r["args"].items())
        ]
        if check(len(found) == 1, r["@"], f"{len(found)} rows for {r['where']}"):
            actual = found[0][r["field"]]
            check(equals(actual, r["field"], r["expected"]), r["@"], f"{r['field']} is {actual}, wanted {r['expected']}")


def check_files():
    d = files.Demo()
    check_manifest(d)
    check_kinds(d)
    check_units(d)
    check_succession(d)
    check_history(d)
    parts = check_indicators(d)
    check_form(d, parts)
    check_targets(d)
    check_figures(d, parts)
    check_people(d)
    if problems:  # the rest reads what these have found to be whole
        return
    check_rules_hold(d)
    check_published(d)
    check_marks(d)
    check_file_rows(d)


# ---- the program


class Program:
    """Runs `giaoban` on a folder of its own and keeps answers."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.kept = binary, folder, {}

    def run(self, *args):
        if args not in self.kept:
            done = subprocess.run(
                [self.binary, *args], capture_output=True, text=True, encoding="utf-8", timeout=600
            )
            if done.returncode:
                raise RuntimeError(f"giaoban {' '.join(args)}: status {done.returncode}: {done.stderr.strip()}")
            self.kept[args] = done.stdout
        return self.kept[args]

    def table(self, a):
        args = ["table", "--data", self.folder, "--indicator", a["indicator"], "--unit", a["unit"]]
        if "descendants" in a:
            args += ["--descendants", a["descendants"]]
        args += ["--period", a["period"], "--state", a.get("state", "approved"), "--format", "csv"]
        rows = list(csv.DictReader(self.run(*args).splitlines()))
        want = "indicator unit unit_uid period value reported expected state mark".split()
        if rows and list(rows[0]) != want:
            raise RuntimeError(f"table gives the columns {','.join(rows[0])}")
        return rows

    def scoreboard(self, a):
        args = ["scoreboard", "--data", self.folder, "--unit", a["unit"], "--period", a["period"]]
        if "set" in a:
            args += ["--set", a["set"]]
        return json.loads(self.run(*args, "--format", "json"), parse_float=str)


def one(rows, what):
    rows = list(rows)
    if len(rows) != 1:
        raise RuntimeError(f"{len(rows)} answers for {what}")
    return rows[0]


def answer(program, row):
    a, field = row["args"], row["field"].rstrip("<")
    if row["how"] == "rows":
        return len({r["unit_uid"] for r in program.table(a) if r["unit"] != a["unit"]})
    if row["how"] == "table":
        return one((r for r in program.table(a) if r["unit"] == a["unit"]), row["where"])[field]
    board = program.scoreboard(a)
    if row["how"] == "indicator":
        return one((i for i in board["indicators"] if i["indicator"] == a["indicator"]), row["where"])[field]
    found = one((s for s in board["sets"] if s["set"] == a["set"]), row["where"])
    if row["how"] == "target":
        found = one((t for t in found["targets"] if t["code"] == a["target"]), row["where"])
    return found[field]


def check_program(binary):
    with tempfile.TemporaryDirectory() as top:
        program = Program(os.path.abspath(binary), os.path.join(top, "data"))
        program.run("init", program.folder, "--demo")
        for row in published_rows():
            if row["how"] == "file":
                continue
            try:
                actual = answer(program, row)
            except (RuntimeError, KeyError) as e:
                wrong(row["@"], f"{row['record']}: {e}")
                continue
            ok = equals(actual, row["field"], row["expected"])
            check(ok, row["@"], f"{row['record']} {row['where']} {row['field']}: {actual!r}, wanted {row['expected']}")
        print(program.run("verify", "--data", program.folder).strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", help="path of giaoban: also checks what the program makes of the files")
    args = parser.parse_args()
    check_files()
    if args.binary and not problems:
        check_program(args.binary)
    for p in problems:
        print(p, file=sys.stderr)
    print(f"{len(problems)} problems" if problems else "the demonstration is right")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
