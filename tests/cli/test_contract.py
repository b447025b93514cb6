"""The contract for programs: what issue by issue other programs rely on."""
import json
import os
import unittest

from support import INDICATORS, PROVINCE, POSTGRES, Case, new_place, Postgres, postgres_is_here


class Imports(Case):
    def province(self):
        self.load("units", PROVINCE)
        self.load("indicators", INDICATORS)

    def test_totals_add_up_over_the_tree_and_say_n_of_m(self):
        self.province()
        self.load("figures", """
indicator,unit,period,value
HO,10101,2024-Q1,1000
HO,10102,2024-Q1,500
NGHEO,10101,2024-Q1,10
NGHEO,10102,2024-Q1,20
""")
        row = self.one("--indicator", "HO", "--unit", "01", "--period", "2024-Q1")
        self.assertEqual((row["value"], row["reported"], row["expected"], row["state"]), ("1500", "2", "3", "approved"))
        self.assertEqual(len(row["unit_uid"]), 11)
        rate = self.one("--indicator", "TYLE", "--unit", "101", "--period", "2024-Q1")
        self.assertEqual(rate["value"], "2.00")  # 30 of 1,500, not the mean of 1 % and 4 %

    def test_an_import_is_all_or_nothing(self):
        self.province()
        bad = self.file("f.csv", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\nTHU,10101,2024-Q2,x\n")
        r = self.refused("import", "figures", bad, says=['"x" is not a number', "f.csv:3:"])
        self.assertRegex(r.stderr, r"f\.csv:3:19")
        row = self.one("--indicator", "THU", "--unit", "10101", "--period", "2024-Q1")
        self.assertEqual(row["value"], "")

    def test_unknown_columns_are_refused_and_missing_ones_named(self):
        self.refused("import", "units", self.file("u.csv", "code,name,kind,parent_code,colour\n"),
                     says=["colour", "u.csv:1:28"])
        self.refused("import", "units", self.file("v.csv", "code,name\n"), says="kind")
        self.refused("import", "nothing", self.file("w.csv", "a\n"), says="units, figures")
        self.refused("import", "units", "missing.csv", says="missing.csv")

    def test_errors_speak_the_readers_language(self):
        r = self.refused("import", "units", "khong-co.csv", lang="vi", says="Không tìm thấy khong-co.csv")
        self.assertEqual(r.stdout, "")

    def test_equal_values_change_nothing(self):
        self.province()
        text = "indicator,unit,period,value\nTHU,10101,2024-Q1,5.5\n"
        first = self.load("figures", text)
        again = self.load("figures", text)
        self.assertEqual((first["added"], again["added"], again["changed"], again["act"]), (1, 0, 0, 0))
        self.assertEqual(self.load("units", PROVINCE)["act"], 0)
        self.assertEqual(self.load("indicators", INDICATORS)["act"], 0)
        files = {"forms": "form,name_vi,frequency,asked_of\nB,Biểu,quarter,commune\n",
                 "form-sections": "form,section,title_vi\nB,I,Mục I\n",
                 "form-lines": "form,section,line,indicator\nB,I,1,THU\n",
                 "accounts": "account,name,unit\nai,Ai đó,10101\n",
                 "grants": "account,role,unit,from\nai,reporter,10101,2024-01-01\n",
                 "settings": "key,value\nreport.return_days,3\n"}
        for kind, text in files.items():
            self.assertGreater(self.load(kind, text)["act"], 0, kind)
        for kind, text in files.items():
            again = self.load(kind, text)
            self.assertEqual((again["act"], again["added"], again["changed"], again["unchanged"]), (0, 0, 0, 1), kind)
        changed = self.load("grants", files["grants"].replace("reporter", "checker"))
        self.assertEqual((changed["added"], changed["act"] > 0), (1, True))

    def test_dry_run_writes_nothing(self):
        self.province()
        path = self.file("f.csv", "indicator,unit,period,value\nTHU,10101,2024-Q1,5.5\n")
        self.ok("import", "figures", path, "--dry-run")
        self.assertEqual(self.one("--indicator", "THU", "--unit", "10101", "--period", "2024-Q1")["value"], "")
        self.refused("import", "figures", self.file("g.csv", "indicator,unit,period,value\nXX,10101,2024-Q1,1\n"),
                     "--dry-run", says="XX")

    def test_an_import_is_undone_by_its_act(self):
        self.province()
        self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\n")
        act = self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,7\nTHU,10102,2024-Q1,1\n")["act"]
        total = ("--indicator", "THU", "--unit", "101", "--period", "2024-Q1")
        self.assertEqual(self.one(*total)["value"], "8.0")
        self.ok("import", "--undo", act)
        row = self.one(*total)
        self.assertEqual((row["value"], row["reported"]), ("5.0", "1"))
        self.ok("verify")

    def test_units_are_undone_too(self):
        act = self.load("units", PROVINCE)["act"]
        self.ok("import", "--undo", act)
        self.assertEqual(self.load("units", PROVINCE)["added"], 5)

    def test_an_import_that_others_built_on_is_not_undone(self):
        self.province()
        act = self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\n")["act"]
        self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,6\n")
        self.refused("import", "--undo", act, says="was changed after this import")

    def test_adjoining_rows_of_one_code_name_and_kind_are_one_unit(self):
        self.load("units", """
code,name,kind,parent_code,valid_from,valid_to
01,Tỉnh Cũ,Tỉnh,,,2025-07-01
01,Tỉnh Mới,Tỉnh,,2025-07-01,
00001,Xã An,Xã,01,,2025-07-01
00001,Xã An,Xã,01,2025-07-01,
00002,Xã Bình,Xã,01,,2025-07-01
00002,Phường Bình,Phường,01,2025-07-01,
""")
        self.load("indicators", "code,name,decimals,frequency,over_units,over_time\nX,x,0,month,sum,sum\n")
        uid = lambda code, period: self.one("--indicator", "X", "--unit", code, "--period", period)["unit_uid"]
        self.assertEqual(uid("00001", "2025-06"), uid("00001", "2025-07"))
        self.assertNotEqual(uid("00002", "2025-06"), uid("00002", "2025-07"))
        self.assertNotEqual(uid("01", "2025-06"), uid("01", "2025-07"))

    def test_the_country_before_and_after_is_read_with_from_and_to(self):
        old = "code,name,type,parent_code\n01,Tỉnh Một,Tỉnh,\n101,Huyện A,Huyện,01\n00001,Xã An,Xã,101\n"
        new = "code,name,type,parent_code\n01,Tỉnh Một,Tỉnh,\n00001,Xã An,Xã,01\n"
        self.load("units", old, "--to", "2025-07-01")
        self.load("units", new, "--from", "2025-07-01")
        self.load("indicators", "code,name,decimals,frequency,over_units,over_time\nX,x,0,month,sum,sum\n")
        self.load("figures", "indicator,unit,period,value\nX,00001,2025-06,3\nX,00001,2025-07,4\n")
        row = self.one("--indicator", "X", "--unit", "01", "--period", "2025")
        self.assertEqual(row["value"], "7")
        self.refused("table", "--indicator", "X", "--unit", "101", "--period", "2025-08", says="101")

    def test_parents_may_stand_later_in_the_file(self):
        self.load("units", "code,name,kind,parent_code\n00001,Xã An,commune,01\n01,Tỉnh,province,\n")

    def test_a_missing_parent_is_named_with_its_place(self):
        self.refused("import", "units", self.file("u.csv", "code,name,kind,parent_code\n00001,Xã An,commune,99\n"),
                     says=["99", "u.csv:2:21"])

    def test_two_units_of_one_sort_may_not_share_a_code(self):
        self.refused("import", "units",
                     self.file("u.csv", "code,name,kind,parent_code\n1,Xã An,commune,\n1,Xã Bình,commune,\n"),
                     says=["Xã An", "Xã Bình"])

    def test_formulas_are_checked_before_anything_is_stored(self):
        self.load("units", PROVINCE)
        head = "code,name,decimals,frequency,over_units,over_time,formula\n"
        self.refused("import", "indicators", self.file("i.csv", head + "A,a,0,month,ratio,ratio,1+\n"), says="i.csv:2:")
        self.refused("import", "indicators", self.file("j.csv", head + "A,a,0,month,ratio,ratio,B\nB,b,0,month,ratio,ratio,A\n"), says="A")
        self.refused("import", "indicators", self.file("k.csv", head + "A,a,0,month,ratio,ratio,NIX+1\n"), says=["k.csv:2:", "NIX"])
        self.refused("table", "--indicator", "A", "--unit", "01", "--period", "2024-01", says="A")

    def test_decimals_are_frozen_after_the_first_figure(self):
        self.province()
        self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5.5\n")
        self.refused("import", "indicators", self.file("i.csv", INDICATORS.replace("triệu đồng,1", "triệu đồng,2").strip() + "\n"),
                     says=["THU", "decimals"])

    def test_provisional_figures_count_only_as_provisional(self):
        self.province()
        self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\n", "--provisional")
        q = ("--indicator", "THU", "--unit", "01", "--period", "2024-Q1", "--state")
        self.assertEqual(self.one(*q, "approved")["value"], "")
        self.assertEqual(self.one(*q, "provisional")["value"], "5.0")
        self.assertEqual(self.one(*q, "official")["value"], "")

    def test_children_and_descendants(self):
        self.province()
        q = ("--indicator", "HO", "--unit", "01", "--period", "2024-Q1,2024-Q2")
        self.assertEqual([r["unit"] for r in self.table(*q, "--children")], ["101", "101"])
        self.assertEqual({r["unit"] for r in self.table(*q, "--descendants", "commune")}, {"10101", "10102", "10103"})
        self.assertEqual({r["unit"] for r in self.table(*q, "--descendants", "ward")}, {"10103"})

    def test_json_has_figures_as_strings_and_null_for_missing(self):
        self.province()
        self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\n")
        rows = json.loads(self.ok("table", "--format", "json", "--indicator", "THU", "--unit", "101",
                                  "--period", "2024-Q1,2024-Q2"))
        self.assertEqual([r["value"] for r in rows], ["5.0", None])
        self.assertEqual(rows[0]["reported"], 1)

    def test_an_export_is_an_import_of_another_folder(self):
        self.province()
        self.load("figures", 'indicator,unit,period,value,status,approx,note\nTHU,10101,2024-Q1,5.5,estimate,khoảng,"[minh họa] một, hai"\n')
        out = {k: self.ok("export", k) for k in ("units", "indicators", "figures")}
        other = new_place(self.folder, "other")
        self.ok("init", other)
        for kind, text in out.items():
            self.ok("import", kind, self.file("x-" + kind, text), "--data", other)
        for kind, text in out.items():
            self.assertEqual(self.ok("export", kind, "--data", other), text)

    def test_party_line_is_a_tree_of_its_own(self):
        self.province()
        self.load("units", "code,name,kind,parent_code,line\n01,Tỉnh Minh Họa,province,,party\n10101,Xã An,commune,01,party\n10103,Phường Châu,ward,01,party\n")
        self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\nTHU,10102,2024-Q1,50\n")
        q = ("--indicator", "THU", "--unit", "01", "--period", "2024-Q1")
        self.assertEqual(self.one(*q)["value"], "55.0")
        row = self.one(*q, "--line", "party")
        self.assertEqual((row["value"], row["reported"], row["expected"]), ("5.0", "1", "2"))


class Targets(Case):
    def test_a_set_of_targets_is_assessed(self):
        self.load("units", PROVINCE)
        self.load("indicators", INDICATORS)
        self.load("sets", "set,name,unit,giver,start,end\nKH24,Kế hoạch 2024,101,UBND tỉnh,2024-01-01,2024-12-31\n")
        self.load("targets", """
set,code,indicator,unit,comparator,value,basis,start,deadline
KH24,1,THU,101,>=,100,cumulative,2024-01-01,2024-12-31
KH24,2,TYLE,101,<=,3,level,2024-01-01,2024-12-31
KH24,3,THU,101,,2@>=30,count,2024-01-01,2024-12-31
""")
        self.load("figures", """
indicator,unit,period,value
THU,10101,2024-Q1,30
THU,10101,2024-Q4,35
THU,10102,2024-Q2,40
HO,10101,2024-Q4,1000
NGHEO,10101,2024-Q4,40
""")
        board = self.scoreboard("--unit", "101", "--period", "2024")
        s = board["sets"][0]
        self.assertEqual((s["set"], s["met"], s["total"]), ("KH24", 2, 3))
        t = {x["code"]: x for x in s["targets"]}
        self.assertEqual((t["1"]["actual"], t["1"]["status"], t["1"]["percent_of_plan"]), ("105.0", "exceeded", "105.0"))
        self.assertEqual((t["2"]["actual"], t["2"]["status"]), ("4.00", "missed"))
        self.assertEqual((t["3"]["k"], t["3"]["n"]), (2, 3))

    def test_a_value_never_contradicts_its_judgement(self):
        self.load("units", PROVINCE)
        self.load("indicators", INDICATORS.replace("%,2", "%,1"))
        self.load("sets", "set,name,unit,giver,start,end\nK,K,10101,,2024-01-01,2024-12-31\n")
        self.load("targets", "set,code,indicator,unit,comparator,value,basis,start,deadline\nK,1,TYLE,10101,>=,60,level,2024-01-01,2024-12-31\n")
        self.load("figures", "indicator,unit,period,value\nHO,10101,2024-Q4,3420\nNGHEO,10101,2024-Q4,2051\n")
        t = self.scoreboard("--unit", "10101", "--period", "2024")["sets"][0]["targets"][0]
        self.assertEqual((t["status"], t["actual"]), ("missed", "59.97"))


class CommandLine(Case):
    def test_help_is_there_for_every_command_in_both_languages(self):
        names = [l.split()[0] for l in self.ok("--help").splitlines() if l.startswith("  ")]
        self.assertGreater(len(names), 12)
        for name in names:
            for lang in ("vi", "en"):
                self.assertIn("--help", self.ok(name, "--help", lang=lang))

    def test_wrong_calls_exit_with_2_and_say_what_is_right(self):
        for words, says in ((["tabel"], "tabel"), (["table", "--colour", "x"], "--colour"), (["table"], "--indicator"),
                            (["table", "--indicator"], "--indicator")):
            r = self.refused(*words, says=says)
            self.assertEqual(r.returncode, 2, words)

    def test_a_missing_folder_is_named(self):
        r = self.refused("table", "--data", "nowhere", "--indicator", "X", "--unit", "1", "--period", "2024", says="nowhere")
        self.assertEqual(r.stdout, "")

    def test_init_does_not_overwrite(self):
        self.refused("init", self.data, says="exists already" if POSTGRES else self.data)

    def test_backup_restores_to_the_same(self):
        self.load("units", PROVINCE)
        self.load("indicators", INDICATORS)
        self.load("figures", "indicator,unit,period,value\nTHU,10101,2024-Q1,5\n")
        copy = os.path.join(self.folder, "copy.backup")
        self.ok("backup", copy)
        other = new_place(self.folder, "restored")
        self.ok("restore", copy, other)
        self.assertEqual(self.ok("verify", "--data", other), self.ok("verify"))
        self.refused("backup", copy, says="exists")
        with open(copy, "r+b") as f:
            f.seek(5000)
            f.write(b"\xff" * 60000)
        self.refused("restore", copy, new_place(self.folder, "third"), says="")

    @unittest.skipUnless(postgres_is_here(), "skipped: PostgreSQL is not here")
    def test_a_store_moves_to_postgresql_and_back_unchanged(self):
        Postgres.one = Postgres.one or Postgres()
        self.data = os.path.join(self.folder, "demonstration")
        self.ok("init", self.data, "--demo")
        url, back = Postgres.one.database(), os.path.join(self.folder, "back")
        self.ok("move", "--from", self.data, "--to", url)
        self.ok("move", "--from", url, "--to", back)
        page = ("scoreboard", "--unit", "328", "--period", "2024-Q1", "--format", "json")
        there = [(self.ok("verify", "--data", d), self.ok(*page, "--data", d)) for d in (self.data, url, back)]
        self.assertEqual(there[0], there[1])
        self.assertEqual(there[0], there[2])

    def test_accounts_are_added_with_a_password_shown_once(self):
        self.load("units", PROVINCE)
        out = self.ok("user", "add", "lan", "--name", "Người lập báo cáo", "--role", "reporter", "--unit", "10101", stdin="")
        self.assertRegex(out, r"[a-z2-9]{4}(-[a-z2-9]{4}){3}")
        self.assertIn("reporter@10101", self.ok("user", "list"))
        self.refused("user", "add", "lan", stdin="", says="lan")
        self.refused("user", "add", "x y", stdin="", says="x y")
        self.refused("user", "password", "lan", stdin="short", says="14")

    def test_doctor_rebuild_verify_version(self):
        self.assertIn("schema", self.ok("doctor"))
        self.assertIn("intact", self.ok("verify"))
        self.ok("rebuild")
        self.assertTrue(self.ok("version").startswith("giaoban "))


if __name__ == "__main__":
    unittest.main(verbosity=2)
