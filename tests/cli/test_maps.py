"""Boundaries of units: what a file must be, what is kept, and that it is taken back as a whole."""
import json
import os
import unittest

from support import PROVINCE, Case, new_place

SHARED = os.path.abspath(os.environ.get("GIAOBAN_SHARED", os.path.join(os.path.dirname(__file__), "../../../shared/data")))


def square(code, west, south, size=0.1, **properties):
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Feature", "properties": {"code": code, **properties},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


class Boundaries(Case):
    def bring(self, text, *options):
        path = self.file("map.geojson", text)
        return json.loads(self.ok("import", "boundaries", path, "--format", "json", *options))

    def bad(self, text, *says, options=()):
        self.refused("import", "boundaries", self.file("bad.geojson", text), *options, says=["bad.geojson:1:", *says])

    def test_a_file_is_taken_whole_once_and_given_back(self):
        self.load("units", PROVINCE)
        text = collection(square("10101", 105, 20), square("10102", 105.1, 20))
        dry = self.bring(text, "--dry-run")
        self.assertEqual((dry["added"], dry["act"]), (2, 0))
        first = self.bring(text)
        self.assertEqual((first["rows"], first["added"]), (2, 2))
        again = self.bring(text)
        self.assertEqual((again["unchanged"], again["act"]), (2, 0))
        moved = self.bring(collection(square("10101", 105, 20.5)))
        self.assertEqual((moved["changed"], moved["added"]), (1, 0))
        later = self.bring(collection(square("10101", 105, 20.7)), "--from", "2030-01-01")
        self.assertEqual((later["changed"], later["added"]), (0, 1))
        self.refused("import", "--undo", first["act"], says="")
        self.ok("import", "--undo", later["act"])
        self.ok("import", "--undo", moved["act"])
        self.assertEqual(self.bring(text)["unchanged"], 2)
        self.ok("verify")

    def test_an_import_taken_back_leaves_nothing(self):
        self.load("units", PROVINCE)
        text = collection(square("10101", 105, 20), square("10102", 105.1, 20))
        self.ok("import", "--undo", self.bring(text)["act"])
        self.assertEqual(self.bring(text)["added"], 2)
        self.ok("verify")

    def test_boundaries_go_along_into_copies_and_to_other_databases(self):
        self.load("units", PROVINCE)
        text = collection(square("10101", 105, 20))
        self.bring(text)
        copy, self_data = os.path.join(self.folder, "copy.giaoban"), self.data
        self.ok("backup", copy)
        self.data = new_place(self.folder, "restored")
        self.ok("restore", copy, *(["--database", self.data] if self.data.startswith("postgres") else ["--data", self.data]))
        self.assertEqual(self.bring(text)["unchanged"], 1)
        self.ok("verify")
        self.data = self_data
        elsewhere = new_place(self.folder, "moved")
        self.ok("move", "--from", self.data, "--to", elsewhere)
        self.data = elsewhere
        self.assertEqual(self.bring(text)["unchanged"], 1)

    def test_properties_are_named_by_the_options(self):
        self.load("units", PROVINCE)
        feature = square("", 105, 20, MA_XA=10101, TEN="Xã An", NGAY="2024-01-01")
        r = self.bring(collection(feature), "--columns", "code=MA_XA,name=TEN,day=NGAY")
        self.assertEqual(r["added"], 1)
        feature["properties"]["TEN"] = "Xã Khác"
        r = self.run_("import", "boundaries", self.file("m.geojson", collection(feature)), "--columns",
                      "code=MA_XA,name=TEN,day=NGAY")
        self.assertEqual(r.returncode, 0)
        self.assertIn('"Xã Khác" in the file, "Xã An" here', r.stderr)

    def test_what_is_wrong_is_said_with_its_place(self):
        self.load("units", PROVINCE)
        good = square("10101", 105, 20)
        self.bad(collection(good, square("99999", 105, 20)), "99999")
        self.bad(collection(good, good), "10101")
        self.bad(collection(square("10101", 20, 105)), "longitude first")
        self.bad(collection(square("10101", 583000, 2200000)), "WGS 84")
        self.bad(collection(good, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3405"}}), "3405")
        self.bad(collection(square("", 105, 20)), '"code"')
        open_ring = square("10101", 105, 20)
        open_ring["geometry"]["coordinates"][0].pop()
        self.bad(collection(open_ring), "not closed")
        flat = square("10101", 105, 20)
        flat["geometry"]["coordinates"] = [[[105, 20], [106, 20], [107, 20], [105, 20]]]
        self.bad(collection(flat), "no area")
        self.bad(collection({**good, "geometry": {"type": "Point", "coordinates": [105, 20]}}), "Point")
        self.bad(collection({**good, "geometry": {"type": "MultiPolygon", "coordinates": good["geometry"]["coordinates"]}}))
        self.bad(collection({**good, "geometry": None}), "geometry")
        self.bad(json.dumps({"type": "Topology"}), "features")
        self.bad(collection(good)[:-4])
        self.bad("[" * 60)
        self.refused("import", "boundaries", self.file("e.geojson", ""), says="e.geojson:1:1")
        # nothing of all that was written
        self.assertEqual(self.bring(collection(good), "--dry-run")["added"], 1)

    def test_a_country_without_its_islands_is_told(self):
        self.load("units", "code,name,kind,parent_code\nVN,Việt Nam,country,\n48,Thành phố Đà Nẵng,province,VN\n")
        mainland = square("48", 108, 16)
        r = self.run_("import", "boundaries", self.file("m.geojson", collection(mainland)))
        self.assertEqual(r.returncode, 0)
        self.assertIn("Hoàng Sa archipelago", r.stderr)
        self.assertNotIn("Trường Sa archipelago", r.stderr)
        islands = square("48", 112, 16)["geometry"]["coordinates"]
        both = {**mainland, "geometry": {"type": "MultiPolygon", "coordinates": [mainland["geometry"]["coordinates"], islands]}}
        self.bring(collection(both))
        r = self.run_("import", "boundaries", self.file("m.geojson", collection(square("VN", 105, 20))), lang="vi")
        self.assertIn("Quần đảo Hoàng Sa", r.stderr)
        self.assertIn("Quần đảo Trường Sa", r.stderr)

    @unittest.skipUnless(os.path.isdir(SHARED), "skipped: the shared maps are not here")
    def test_real_maps_of_provinces_and_communes(self):
        self.load("units", "code,name,kind,parent_code\nVN,Việt Nam,country,\n")
        self.ok("import", "units", os.path.join(SHARED, "admin/units_2025.csv"), "--from", "2025-07-01", "--root", "VN")
        for name, rows in (("communes_2025_hue", 40), ("provinces_2025_bando", 34)):
            path = os.path.join(SHARED, "maps", name + ".geojson")
            r = json.loads(self.ok("import", "boundaries", path, "--from", "2025-07-01", "--format", "json"))
            self.assertEqual((r["rows"], r["added"]), (rows, rows))
        path = os.path.join(SHARED, "maps/provinces_2025_ne.geojson")
        r = self.run_("import", "boundaries", path, "--from", "2025-07-01")
        self.assertIn("Hoàng Sa", r.stderr)
        self.assertIn("Trường Sa", r.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
