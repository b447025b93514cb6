"""The whole country before and after July 2025, from real lists; skipped where they are not there."""
import csv
import os
import unittest

from support import Case

SHARED = os.path.abspath(os.environ.get("GIAOBAN_SHARED", os.path.join(os.path.dirname(__file__), "../../../shared/data")))
ADMIN = os.path.join(SHARED, "admin")
SUCCESSION = ("--columns", "event=kind,from_code=old_code,to_code=new_code,share_people=share,share_area=area_share,decision=act",
              "--ignore", "scope,level,clause", "--default", "day=2025-07-01",
              "--words", "event:merged=merge,event:split=split,event:unchanged=,event:renamed=rename,event:converted=change-kind")


def rows(name):
    with open(os.path.join(ADMIN, name), encoding="utf-8") as f:
        return list(csv.DictReader(f))


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
        self.assertEqual(edges["added"], sum(r["kind"] != "unchanged" for r in rows("succession_2025.csv")))
        # a code names two units, a day tells which
        before = self.one("--indicator", "X", "--unit", "12103", "--period", "2025-06")["unit_uid"]
        after = self.one("--indicator", "X", "--unit", "12103", "--period", "2025-07")["unit_uid"]
        self.assertNotEqual(before, after)
        # and back by undo
        self.ok("import", "--undo", edges["act"])
        self.ok("import", "--undo", new["act"])
        self.assertEqual(self.expected("VN", "2025-06"), 10035)
        self.refused("table", "--indicator", "X", "--unit", "33", "--period", "2025-07", says="33")
        self.ok("verify")


if __name__ == "__main__":
    unittest.main(verbosity=2)
