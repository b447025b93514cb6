"""A ward's series from 2019 to 2026 of the demonstration, across two mergers, in all three readings.

Bình Điền and Hồng Tiến became Bình Tiến in 2020; that became Bình Điền again, with two others, in
July 2025. Eight more communes became two wards then. The figures are the test's own."""
import unittest

from support import Case

YEARS = range(2019, 2027)
BEFORE = ["19996", "20008", "20011", "20005", "20017", "20020", "20026", "20035", "20041"]
NOW = {"19996": ["19996", "20008", "20011"], "20017": ["20005", "20017", "20020"], "20035": ["20026", "20035", "20041"]}
READINGS = ["as-was", "as-is", "2019-12-31", "2021-01-01", "2024-12-31", "2026-01-01"]


def units(year):
    """Codes that report the year, on its last day."""
    return list(NOW) if year >= 2025 else BEFORE + ["20038"] * (year < 2020)


def people(year, code):
    return (int(code) * 37 + year * 101) % 7001 + 1000


class Series(Case):
    @classmethod
    def setUpClass(cls):
        cls.total = {y: sum(people(y, u) for u in units(y)) for y in YEARS}

    def setUp(self):
        super().setUp()
        self.data = self.folder + "/demo"
        self.ok("init", self.data, "--demo")
        self.load("indicators", "code,name,decimals,frequency,over_units,over_time,reported_by\n"
                  "DAN,Dân số,0,year,sum,last,commune\nTHU,Thu,0,year,sum,sum,commune\n")
        rows = [f"{i},{u},{y},{people(y, u)}" for i in ("DAN", "THU") for y in YEARS for u in units(y)]
        self.load("figures", "indicator,unit,period,value\n" + "\n".join(rows))

    def read(self, unit, year, reading, *more):
        return self.one("--indicator", "DAN", "--unit", unit, "--period", year, "--reading", reading, *more)

    def children(self, unit, year, reading, *more):
        return self.table("--indicator", "DAN", "--unit", unit, "--period", year, "--reading", reading,
                          "--descendants", "commune", *more)

    def test_every_common_ancestor_has_the_same_total_in_every_reading(self):
        for year in YEARS:
            for reading in READINGS:
                row = self.read("46", year, reading)
                self.assertEqual(row["value"], str(self.total[year]), (year, reading))
        for year in range(2019, 2025):  # the town, while it was, on any day on which it was
            for reading in ("2019-12-31", "2021-01-01", "2024-12-31"):
                self.assertEqual(self.read("480", year, reading)["value"], str(self.total[year]), (year, reading))

    def test_the_wards_of_today_from_2019_on(self):
        for year in range(2019, 2025):
            for ward, old in NOW.items():
                parts = sum(people(year, u) for u in old) + (people(year, "20038") if ward == "20035" and year < 2020 else 0)
                row = self.read(ward, year, "as-is")
                self.assertEqual(row["value"], str(parts), (ward, year))
                self.assertNotIn("bounded", row["mark"])
        for year in (2025, 2026):
            for ward in NOW:
                self.assertEqual(self.read(ward, year, "as-is")["value"], str(people(year, ward)))

    def test_as_it_was_each_year_has_its_own_units(self):
        for year in YEARS:
            rows = [r for r in self.children("46", year, "as-was") if r["value"]]
            self.assertEqual(sorted(int(r["value"]) for r in rows), sorted(people(year, u) for u in units(year)), year)

    def test_on_the_units_of_a_day_between_the_mergers(self):
        for year in (2020, 2021, 2024):
            for u in BEFORE:
                self.assertEqual(self.read(u, year, "2021-01-01")["value"], str(people(year, u)))
        # two that became one are read together, never apart
        self.assertEqual(self.read("20035", 2019, "2021-01-01")["value"],
                         str(people(2019, "20035") + people(2019, "20038")))
        # three of 2026 are known together only: each lies between nothing and the whole
        for ward, old in NOW.items():
            for u in old:
                row = self.read(u, 2026, "2021-01-01")
                self.assertEqual(row["value"], "", (u, row))
                self.assertIn(f"bounded:0..{people(2026, ward)}", row["mark"])

    def test_a_known_share_cuts_exactly_and_adds_up_again(self):
        self.load("units", "code,name,kind,parent_code,valid_from\n29990,Phường Thử Nghiệm,ward,46,2026-03-01\n")
        self.load("succession", "day,event,from_code,to_code,share,basis\n"
                  "2026-03-01,split,20017,20017,2/3,people\n2026-03-01,split,20017,29990,1/3,people\n")
        for year in YEARS:
            if year == 2026:
                continue  # its figures are those of the year's last day
            parts = [int(self.read(u, year, "as-is")["value"]) for u in ("20017", "29990")]
            whole = sum(people(year, u) for u in (NOW["20017"] if year < 2025 else ["20017"]))
            self.assertEqual(sum(parts), whole, year)
            self.assertLessEqual(abs(parts[0] * 3 - whole * 2), 9, year)
            self.assertEqual(self.read("46", year, "as-is")["value"], str(self.total[year]))
        self.assertIn("estimated", self.read("29990", 2020, "as-is")["mark"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
