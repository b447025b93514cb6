"""A code names different units at different times: every import, search and table reads it on a day,
and says so where that does not settle it.

Code 100 is Xã Cũ until 30/06/2025 and Xã Mới, which it went into, from 01/07/2025; 200 is Xã Hai until
then and nobody's after; 300 is a commune and a Party committee at once; 400 goes to one that has
nothing to do with its bearer before."""
import json
import re
import unittest
import urllib.parse

from support import Case
from web import Browser

UNITS = """code,name,kind,parent_code,valid_from,valid_to
01,Tỉnh Minh Họa,province,,,
100,Xã Cũ,commune,01,,2025-07-01
200,Xã Hai,commune,01,,2025-07-01
100,Xã Mới,commune,01,2025-07-01,
300,Xã Ba,commune,01,,
300,Đảng ủy xã Ba,party_committee,,,
400,Xã Bốn,commune,01,,2025-07-01
400,Xã Lạ,commune,01,2025-07-01,
"""
GONE = ["200", "Xã Hai", "30/06/2025"]
SEVERAL = ["commune:300", "party_committee:300"]


class Codes(Case):
    def setUp(self):
        super().setUp()
        self.load("units", UNITS)
        self.load("succession", "day,event,from_code,to_code,share\n2025-07-01,merge,100,100,1\n"
                  "2025-07-01,merge,200,100,1\n")
        self.load("indicators", "code,name,decimals,frequency,over_units,over_time,reported_by\n"
                  "A,Thu,0,year,sum,sum,commune\n")
        self.load("forms", "form,name_vi,frequency,asked_of,asked_by,valid_from\nF,Biểu,year,commune,01,2024-01-01\n")
        self.load("form-sections", "form,section,title_vi\nF,1,Phần\n")
        self.load("form-lines", "form,section,line,indicator\nF,1,1,A\n")

    def no(self, kind, text, says):
        self.refused("import", kind, self.file("no.csv", text.strip() + "\n"), says=says)

    def uids(self):
        out = self.ok("export", "units")
        rows = [l.split(",") for l in out.strip().split("\n")]
        head = rows[0]
        return [dict(zip(head, r)) for r in rows[1:]]

    def figure(self, unit, year):
        return self.one("--indicator", "A", "--unit", unit, "--period", year)["value"]

    def test_figures(self):
        self.load("figures", "indicator,unit,period,value\nA,100,2024,1\nA,200,2024,2\nA,100,2026,30\n"
                  "A,200,2025,5\nA,100,2025,40\nA,100@2025-06-30,2025,4\n")
        self.assertEqual(self.figure("01", 2024), "3")
        self.assertEqual(self.figure("100@2025-06-30", 2024), "1")
        # of 2025 the two that ended have their parts beside the rest of the year
        self.assertEqual(self.figure("01", 2025), "49")
        self.assertEqual(self.one("--indicator", "A", "--unit", "01", "--period", "2025", "--reading", "2026-01-01")["value"], "49")
        self.assertIn("partial", self.one("--indicator", "A", "--unit", "200", "--period", "2025")["mark"])
        self.no("figures", "indicator,unit,period,value\nA,200,2026,1\n", GONE)
        self.no("figures", "indicator,unit,period,value\nA,300,2026,1\n", SEVERAL)
        self.no("figures", "indicator,unit,period,value\nA,100@2025-06-30,2026,1\n", ["Xã Cũ", "2026"])
        self.no("figures", "indicator,unit,period,value\nA,999,2026,1\n", "999")
        self.load("figures", "indicator,unit,period,value\nA,commune:300,2026,7\n")

    def test_targets_and_sets(self):
        self.load("sets", "set,name,unit,start,end\nS24,Cũ,100,2024-01-01,2024-12-31\nS26,Mới,100,2026-01-01,2026-12-31\n")
        self.load("targets", "set,code,indicator,unit,comparator,value,basis,start,deadline\n"
                  "S24,1,A,100,>=,5,level,2024-01-01,2024-12-31\nS26,1,A,100,>=,6,level,2026-01-01,2026-12-31\n")
        old = self.scoreboard("--unit", "100@2024-12-31", "--period", "2024")
        new = self.scoreboard("--unit", "100", "--period", "2026")
        self.assertEqual(old["sets"][0]["set"], "S24")
        self.assertEqual(new["sets"][0]["set"], "S26")
        self.no("sets", "set,name,unit,start,end\nX,X,200,2026-01-01,2026-12-31\n", GONE)
        self.no("targets", "set,code,indicator,unit,comparator,value,basis,start,deadline\n"
                "S26,2,A,300,>=,5,level,2026-01-01,2026-12-31\n", SEVERAL)
        self.load("targets", "set,code,indicator,unit,comparator,value,basis,start,deadline\n"
                  "S26,3,A,200@2025-06-30,>=,5,level,2026-01-01,2026-12-31\n")

    def test_forms(self):
        head = "form,name_vi,frequency,asked_of,asked_by,valid_from\n"
        self.load("forms", head + "G,Biểu G,year,commune,100,2024-01-01\n")
        self.no("forms", head + "H,Biểu H,year,commune,200,2026-01-01\n", GONE)
        self.no("forms", head + "H,Biểu H,year,commune,300,2026-01-01\n", SEVERAL)

    def test_accounts_and_grants(self):
        self.load("accounts", "account,name,post,unit\nlan,Lan,Chức danh,200\nnam,Nam,Chức danh,100\n")
        self.no("accounts", "account,name,post,unit\nba,Ba,Chức danh,300\n", SEVERAL)
        head = "account,role,unit,line,from\n"
        self.load("grants", head + "lan,reporter,200,state,2024-01-01\nnam,reporter,100,state,2026-01-01\n")
        self.no("grants", head + "lan,reporter,200,state,2026-01-01\n", GONE)
        self.no("grants", head + "lan,reporter,300,state,2026-01-01\n", SEVERAL)

    def test_not_applicable(self):
        head = "indicator,unit,from,to\n"
        self.load("not-applicable", head + "A,100,2024-01-01,2024-12-31\nA,100,2026-01-01,\n")
        self.no("not-applicable", head + "A,200,2026-01-01,\n", GONE)
        self.no("not-applicable", head + "A,300,2026-01-01,\n", SEVERAL)

    def test_succession_and_places(self):
        self.no("succession", "day,event,from_code,to_code,share\n2026-01-01,merge,200,100,1\n", GONE)
        self.no("succession", "day,event,from_code,to_code,share\n2026-01-01,merge,300,100,1\n", SEVERAL)
        self.load("places", "unit,place,day\nparty_committee:300,commune:300,2026-01-01\n")
        self.no("places", "unit,place,day\nparty_committee:300,200,2026-01-01\n", GONE)

    def test_units(self):
        head = "code,name,kind,parent_code,valid_from\n"
        self.load("units", head + "T1,Thôn Một,hamlet,100,2024-01-01\n")
        self.load("units", head + "T2,Thôn Hai,hamlet,100,2026-01-01\n")
        self.no("units", head + "T3,Thôn Ba,hamlet,200,2026-01-01\n", GONE)
        rows = self.table("--indicator", "A", "--unit", "01", "--period", "2026", "--descendants", "hamlet")
        self.assertEqual(sorted(r["unit"] for r in rows), ["T1", "T2"])  # T1 stood under each in turn
        rows = self.table("--indicator", "A", "--unit", "100@2025-06-30", "--period", "2024", "--descendants", "hamlet")
        self.assertEqual([r["unit"] for r in rows], ["T1"])

    def test_boundaries(self):
        def shape(code, day):
            ring = [[107.0, 16.0], [107.1, 16.0], [107.1, 16.1], [107.0, 16.0]]
            return json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties":
                {"code": code, "day": day}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]})
        for code, day in (("100", "2024-01-01"), ("100", "2026-01-01")):
            self.ok("import", "boundaries", self.file("a.geojson", shape(code, day)))
        self.refused("import", "boundaries", self.file("a.geojson", shape("200", "2026-01-01")), says=GONE)
        self.refused("import", "boundaries", self.file("a.geojson", shape("300", "2026-01-01")), says=SEVERAL)

    def test_reports(self):
        head = "form,unit,period,step,at\n"
        self.load("reports", head + "F,100,2024,submit,2025-01-10T09:00\n")
        self.no("reports", head + "F,200,2026,submit,2026-01-10T09:00\n", GONE)
        self.no("reports", head + "F,300,2026,submit,2026-01-10T09:00\n", SEVERAL)

    def test_a_table_over_both_days_follows_what_became_of_a_unit_and_nothing_else(self):
        self.load("figures", "indicator,unit,period,value\nA,100,2024,1\nA,100,2026,30\nA,400,2024,2\nA,400,2026,3\n")
        words = ("table", "--indicator", "A", "--period", "2024,2026")
        rows = self.table(*words[1:], "--unit", "100")
        values = {(r["period"], r["value"]) for r in rows if r["value"]}
        self.assertEqual(values, {("2024", "1"), ("2026", "30")})
        self.assertEqual(len({r["unit_uid"] for r in rows if r["value"]}), 2)
        self.refused(*words, "--unit", "400", says=["400@2024-12-31", "Xã Bốn", "400@2026-12-31", "Xã Lạ"])
        self.assertEqual([r["value"] for r in self.table(*words[1:], "--unit", "400@2026-12-31") if r["value"]], ["3"])
        rows = self.table(*words[1:], "--unit", "100@2026-12-31", "--reading", "as-is")
        self.assertEqual([r["value"] for r in rows], ["1", "30"])

    def test_search_and_addresses(self):
        self.ok("user", "add", "hai", "--name", "Hai", "--role", "viewer", "--unit", "01", stdin="mot-mat-khau-dai-1\n")
        server = self.serve()
        b = Browser(server.port)
        b.sign_in("hai", "mot-mat-khau-dai-1")
        status, page = b.get("/search?q=100")
        self.assertEqual(status, 200)
        self.assertIn("Xã Mới", page)
        self.assertRegex(page, r"Xã Cũ</a> <span[^>]*>[^<]*30/06/2025[^<]*xã\sMới")
        new = re.search(r'href="(/units/\w+)[^"]*">Xã Mới', page)[1]
        self.assertRegex(page, rf'href="{new}[^"]*">Xã Cũ')  # the old name leads to the new unit
        status, page = b.get("/search?q=" + urllib.parse.quote("Xã Hai"))
        self.assertIn(new, page)
        status, page = b.get("/search?q=" + urllib.parse.quote("100@2025-06-30"))
        self.assertIn("Xã Cũ", page)
        # pages are addressed by identity, which no other unit ever has
        self.assertEqual(b.get("/units/100")[0], 404)
        self.assertEqual(b.get(new)[0], 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
