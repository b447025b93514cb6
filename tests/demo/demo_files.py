"""Reads the files of demo/ and answers questions about them without the program.

What stands here mirrors docs/demo-files.md: the columns of each kind of file, which unit a code names
on a day, what an indicator and a period are. It must not know any figure.
"""
import csv
import datetime
import os
import re
from decimal import Decimal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEMO = os.path.join(ROOT, "demo")
MARK = "[minh họa]"
FIRST_DAY, LAST_DAY = datetime.date(1, 1, 1), datetime.date(9999, 12, 31)

COLUMNS = {
    "manifest": "step,command,file,options,note",
    "settings": "key,value",
    "kinds": "key,level,word_vi,word_en,group,is_body",
    "units": "code,name,kind,parent_code,valid_from,valid_to,line",
    "places": "unit,place,day",
    "succession": "day,event,from_code,to_code,share,basis,decision",
    "owners": "owner,name_vi,name_en,kind",
    "indicators": "code,name,unit_of_measure,decimals,direction,frequency,over_units,over_time,"
    "formula,weight,value_type,entered,reported_by,line,family,basis,class",
    "breakdowns": "indicator,part,name,position",
    "aliases": "indicator,alias",
    "indicator-details": "indicator,followed,definition,note",
    "forms": "form,name_vi,name_en,frequency,line,asked_of,asked_by,cutoff_day,due_day,close_day,"
    "valid_from,valid_to,needs_check,needs_sign",
    "form-sections": "form,section,title_vi,title_en,axis",
    "form-lines": "form,section,line,indicator,owner,part_of,confirm_nil,required",
    "form-rules": "form,level,line,rule,message_vi,message_en",
    "narrative-items": "form,item,name_vi,name_en",
    "not-applicable": "indicator,unit,from,to,reason",
    "sets": "set,name,unit,giver,start,end",
    "targets": "set,code,indicator,unit,comparator,value,basis,start,deadline,value_to,baseline,"
    "compensating,weight",
    "target-details": "set,target,name,source_line,responsible,person,axis,made_up",
    "target-versions": "set,target,in_force,state,value,value_to,decision",
    "schedules": "set,target,period,value",
    "expectations": "set,target,day,expectation,reason",
    "done": "set,target,day,evidence",
    "figures": "indicator,unit,period,value,status,approx,note",
    "accounts": "account,name,post,unit,lang",
    "grants": "account,role,unit,line,owner,forms,from,to,decision",
    "reports": "form,unit,period,step,at,account,reason,cells,number,signed_day,signer",
    "narratives": "form,unit,period,section,item,field,addressee,text",
}


def read(path, kind):
    """Rows of one file as dicts, each with its place under '@'; the header must be exact."""
    with open(path, encoding="utf-8", newline="") as f:
        text = f.read()
    name = os.path.relpath(path, ROOT)
    if "\r" in text or "\n\n" in text or not text.endswith("\n") or text.startswith("\ufeff"):
        raise ValueError(f"{name}: LF, no empty line, no byte order mark, an end of line at the end")
    rows = list(csv.reader(text.splitlines()))
    if ",".join(rows[0]) != COLUMNS[kind]:
        raise ValueError(f"{name}: columns are {','.join(rows[0])}, wanted {COLUMNS[kind]}")
    out = []
    for number, cells in enumerate(rows[1:], 2):
        if len(cells) != len(rows[0]):
            raise ValueError(f"{name}:{number}: {len(cells)} cells, wanted {len(rows[0])}")
        out.append(dict(zip(rows[0], cells), **{"@": f"{name}:{number}"}))
    return out


def day(text, default=None):
    return datetime.date.fromisoformat(text) if text else default


def period_days(text):
    """First and last civil day of 2024, 2024-H1, 2024-Q1, 2024-03."""
    m = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])))?", text)
    if not m:
        raise ValueError(f"no period: {text}")
    year = int(m[1])
    if m[2]:
        first, last = 3 * int(m[2]) - 2, 3 * int(m[2])
    elif m[3]:
        first, last = 6 * int(m[3]) - 5, 6 * int(m[3])
    elif m[4]:
        first = last = int(m[4])
    else:
        first, last = 1, 12
    end = datetime.date(year + last // 12, last % 12 + 1, 1) - datetime.timedelta(days=1)
    return datetime.date(year, first, 1), end


def frequency_of(period):
    return {None: "year", "Q": "quarter", "H": "half"}.get(
        period[5] if len(period) > 4 else None, "month"
    )


class Unit:
    """One unit: rows of the same code, name and kind whose days adjoin or that stand on several lines."""

    def __init__(self, code, name, kind):
        self.code, self.name, self.kind, self.rows = code, name, kind, []

    def alive(self, on):
        return any(first <= on <= last for first, last, _, _, _ in self.rows)

    def parent(self, line, on):
        for first, last, row_line, parent, _ in self.rows:
            if row_line == line and first <= on <= last:
                return parent
        return None


class Demo:
    def __init__(self):
        self.manifest = read(os.path.join(DEMO, "manifest.csv"), "manifest")
        self.kinds = {k["key"]: k for k in read(os.path.join(ROOT, "rules", "kinds.csv"), "kinds")}
        self.rows = {}
        for step in self.manifest:
            rows = read(os.path.join(DEMO, step["file"]), step["command"])
            for row in rows:
                row["file"] = step["file"]
            self.rows.setdefault(step["command"], []).extend(rows)
        self.indicators = {i["code"]: i for i in self.rows["indicators"]}
        self.build_units()

    def build_units(self):
        """Rows of one code, name and kind are one unit while their days adjoin or overlap; the name may
        come back after a gap, as another unit."""
        self.units = []
        latest = {}
        for row in sorted(self.rows["units"], key=lambda r: r["valid_from"]):
            key = row["code"], row["name"], row["kind"]
            first = day(row["valid_from"], FIRST_DAY)
            last = day(row["valid_to"]) - datetime.timedelta(days=1) if row["valid_to"] else LAST_DAY
            unit = latest.get(key)
            if unit is None or max(r[1] for r in unit.rows) < first - datetime.timedelta(days=1):
                unit = latest[key] = Unit(*key)
                self.units.append(unit)
            unit.rows.append((first, last, row["line"] or "state", row["parent_code"], row["@"]))

    def unit(self, code, on):
        """The unit that bears the code on the day, or None; two are an error."""
        found = [u for u in self.units if u.code == code and u.alive(on)]
        if len(found) > 1:
            raise ValueError(f"{code} names {len(found)} units on {on}")
        return found[0] if found else None

    def answers(self, kind, asked):
        return kind == asked or self.kinds[kind]["group"] == asked

    def reports(self, unit, indicator):
        """Is the unit of a kind that reports the indicator?"""
        return any(self.answers(unit.kind, k) for k in self.indicators[indicator]["reported_by"].split("|"))

    def under(self, code, on, line="state"):
        """Units under the code on the day, itself left out."""
        out, todo = [], [code]
        while todo:
            top = todo.pop()
            for u in self.units:
                if u.alive(on) and u.parent(line, on) == top:
                    out.append(u)
                    todo.append(u.code)
        return out

    def figures(self, indicator, period, codes=None):
        """{unit code: value} of the entered figures (stated results of computed indicators left out)."""
        return {
            f["unit"]: Decimal(f["value"])
            for f in self.rows["figures"]
            if f["indicator"] == indicator
            and f["period"] == period
            and (codes is None or f["unit"] in codes)
            and not f["file"].endswith("stated.csv")
        }


NAME = re.compile(r"[A-Z]{2,4}\d{2}(?::[a-z_]+)?")


def names_in(formula):
    return NAME.findall(formula)


def holds(rule, value):
    """Does a rule of plain arithmetic hold? None where an operand is missing."""
    missing = []

    def put(match):
        v = value(match[0])
        if v is None:
            missing.append(match[0])
        return f"Decimal('{v or 0}')"

    if "sum(" in rule:
        inside = re.search(r"sum\(([^)]*)\)", rule)
        parts = [value(n) for n in names_in(inside[1])]
        if all(p is None for p in parts):
            return None
        rule = rule.replace(inside[0], f"Decimal('{sum(p for p in parts if p is not None)}')")
    text = NAME.sub(put, rule)
    text = re.sub(r"(?<![<>])=", "==", text)
    if missing:
        return None
    return bool(eval(text, {"__builtins__": {}}, {"Decimal": Decimal}))
