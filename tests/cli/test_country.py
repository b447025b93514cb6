"""The whole country before and after July 2025, from real lists; skipped where they are not there."""
import csv
import os
import unittest

from support import Case

SHARED = os.path.abspath(os.environ.get("GIAOBAN_SHARED", os.path.join(os.path.dirname(__file__), "../../../shared/data")))
ADMIN = os.path.join(SHARED, "admin")
SUCCESSION = ("--columns", "event=kind,from_code=old_code,to_code=new_code,share_people=share,share_area=area_share,decision=act",
              "--ignore", "scope,level,clause", "--default", "day=2025-07-01",
              "--words", "event:merged=merge,event:split=split,event:renamed=rename,event:converted=change-kind")


def rows(name):
    with open(os.path.join(ADMIN, name), encoding="utf-8") as f:
        return list(csv.DictReader(f))


def value(code):
    """Another for each commune, so that a lost one cannot hide behind one counted twice."""
    return int(code) * 7919 % 1000003 + 1


@unittest.skipUnless(os.path.isdir(ADMIN), "skipped: the shared lists are not here")
class Country(Case):
    def act(self, *words):
        import json
        return json.loads(self.ok("import", *words, "--format", "json"))

    def expected(self, unit, period, *more):
        return int(self.one("--indicator", "X", "--unit", unit, "--period", period, *more)["expected"])

    def test_the_country_goes_through_its_merger_and_back(self):
        self.load("units", "code,name,kind,parent_code\nVN,Việt Nam,country,\n")
        self.load("indicators", "code,name,decimals,frequency,over_units,over_time,reported_by\nX,x,0,month,sum,sum,commune\nP,p,0,month,sum,sum,province\n")
        self.act("units", os.path.join(ADMIN, "units_2024.csv"), "--to", "2025-07-01", "--root", "VN")
        new = self.act("units", os.path.join(ADMIN, "units_2025.csv"), "--from", "2025-07-01", "--root", "VN")
        edges = self.act("succession", os.path.join(ADMIN, "succession_2025.csv"), *SUCCESSION)
        # the official counts
        self.assertEqual(self.expected("VN", "2025-06"), 10035)
        self.assertEqual(self.expected("VN", "2025-07"), 3321)
        provinces = lambda p: len(self.table("--indicator", "P", "--unit", "VN", "--period", p, "--children"))
        self.assertEqual((provinces("2025-06"), provinces("2025-07")), (63, 34))
        # every old commune is accounted for: it goes on under its name, or an edge leads away from it
        old = {r["code"] for r in rows("units_2024.csv") if len(r["code"]) == 5}
        gone = {r["old_code"] for r in rows("succession_2025.csv")}
        self.assertEqual(old - gone, set())
        # also those that the two lists spell so differently that they are two units
        names = [{r["code"]: r["name"] for r in rows(f"units_{y}.csv")} for y in (2024, 2025)]
        said = [r for r in rows("succession_2025.csv") if r["kind"] != "unchanged"]
        spelt = [r for r in rows("succession_2025.csv")
                 if r["kind"] == "unchanged" and names[0][r["old_code"]] != names[1][r["new_code"]]]
        self.assertTrue(len(said) < edges["added"] <= len(said) + len(spelt), edges)
        self.every_figure_is_found_again()
        # a code names two units, a day tells which
        before = self.one("--indicator", "X", "--unit", "12103", "--period", "2025-06")["unit_uid"]
        after = self.one("--indicator", "X", "--unit", "12103", "--period", "2025-07")["unit_uid"]
        self.assertNotEqual(before, after)
        # and back by undo
        for act in (edges["act"], new["act"]):
            self.last = self.act("--undo", act)["act"]
        self.assertEqual(self.expected("VN", "2025-06"), 10035)
        self.refused("table", "--indicator", "X", "--unit", "33", "--period", "2025-07", says="33")
        # each old commune has its own figure again, also for somebody who asks about the day after
        again = self.table("--indicator", "X", "--unit", "VN", "--period", "2025-06", "--descendants", "commune",
                           "--reading", "2025-06-30")
        self.assertEqual({r["unit"]: int(r["value"]) for r in again}, {u: value(u) for u in old})
        # an undoing is taken back as well: the merger stands again
        self.ok("import", "--undo", self.last)
        self.ok("import", "--undo", self.last - 1)
        self.assertEqual(self.expected("VN", "2025-07"), 3321)
        self.every_figure_is_found_again(load=False)
        self.ok("verify")

    def every_figure_is_found_again(self, load=True):
        """Each of the 10,035 communes has a figure of June 2025; on the units of July each figure is in the one
        unit that took the commune whole, or between bounds in those that share it; none is lost, none is twice."""
        where = {}
        for r in rows("succession_2025.csv"):
            if len(r["old_code"]) == 5 and r["share"] != "0":  # 0: land without people
                where.setdefault(r["old_code"], set()).add(r["new_code"])
        old = [r["code"] for r in rows("units_2024.csv") if len(r["code"]) == 5]
        self.assertEqual(len(old), 10035)
        if load:
            self.load("figures", "indicator,unit,period,value\n" + "\n".join(f"X,{u},2025-06,{value(u)}" for u in old))
        total = sum(map(value, old))
        least, most, open_ = {}, {}, 0
        for u in old:
            to = where[u]
            for new in to:
                alone = len(to) == 1
                least[new] = least.get(new, 0) + (value(u) if alone else 0)
                most[new] = most.get(new, 0) + value(u)
            open_ += len(to) > 1
        self.assertGreater(open_, 300)
        now = self.table("--indicator", "X", "--unit", "VN", "--period", "2025-06", "--descendants", "commune",
                         "--reading", "2025-07-01")
        self.assertEqual(len(now), 3321)
        founded = {r["unit"] for r in now} - set(most)
        for r in now:
            u = r["unit"]
            if u not in most:  # island districts without communes, which became special zones
                self.assertEqual((r["value"], len(founded)), ("", 5), r)
            elif least[u] == most[u]:
                self.assertEqual((r["value"], "bounded" in r["mark"]), (str(least[u]), False), r)
            else:
                self.assertIn(f"bounded:{least[u]}..{most[u]}", r["mark"])
        for reading in ("as-was", "2025-07-01", "2026-06-01"):
            row = self.one("--indicator", "X", "--unit", "VN", "--period", "2025-06", "--reading", reading)
            self.assertEqual((row["value"], row["mark"]), (str(total), "exact"), reading)


if __name__ == "__main__":
    unittest.main(verbosity=2)
