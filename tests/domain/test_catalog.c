/* The catalogue: names found, formulas compiled, references that hold. */
#include "../test.h"

#include "domain/formula.h"
#include "fixture.h"

static struct arena arena;
static struct catalog c;

static const char my_hao[] = "@units\n"
                             "id,name,kind,parent,from,to\n"
                             "33,Hưng Yên,province,,,\n"
                             "328,Mỹ Hào,town,33,,2025-07-01\n"
                             "12103,Bần Yên Nhân,ward,328,,2025-07-01\n"
                             "12109,Cẩm Xá,commune,328,,2025-07-01\n"
                             "12127,Minh Đức,commune,328,,2020-01-01\n"
                             "12127,Minh Đức,ward,328,2020-01-01,2025-07-01\n"
                             "new,Mỹ Hào,ward,33,2025-07-01,\n"
                             "@forms\n"
                             "code,asked_of,asked_by\n"
                             "DU-Q,commune,328\n"
                             "@indicators\n"
                             "code,over_time,formula,reported_by,form,aliases,weight\n"
                             "MT03,ratio,100*MT02/MT01,,,thu gom rác thải,\n"
                             "MT01,last,,commune,DU-Q,,\n"
                             "MT02,last,,commune,DU-Q,số hộ thu gom|MT01,\n"
                             "TC03,sum,,commune,DU-Q,kết nạp đảng viên mới,MT01\n"
                             "TC02,last,,,,,\n"
                             "TC02S,last,\"sum(TC02:truong_hoc, TC02:\"\"to dan pho\"\")\",,,,\n"
                             "X,last,MT03 + 1,,,,\n"
                             "@parts\n"
                             "indicator,key,label\n"
                             "TC02,truong_hoc,Trường học\n"
                             "TC02,to dan pho,Tổ dân phố\n"
                             "@not_applicable\n"
                             "indicator,unit,from,to\n"
                             "MT01,12109,2024-01-01,2024-07-01\n"
                             "MT01,12109,2025-01-01,\n"
                             "@sections\n"
                             "form,key\n"
                             "DU-Q,I\n"
                             "DU-Q,IV\n"
                             "@lines\n"
                             "form,number,indicator,section,owner,part_of\n"
                             "DU-Q,44,TC03,IV,BXDĐ,\n"
                             "DU-Q,14,MT01,I,UBND,\n"
                             "DU-Q,15,MT02,I,UBND,14\n"
                             "@rules\n"
                             "form,level,text,message,line\n"
                             "DU-Q,error,MT02 <= MT01,Trong đó lớn hơn tổng số,\n"
                             "DU-Q,warning,TC03 >= 0,,14\n"
                             "@sets\n"
                             "code,unit,start,end\n"
                             "NQ,328,2020-07-01,2025-07-01\n"
                             "KH2024,328,2024-01-01,2025-01-01\n"
                             "@targets\n"
                             "set,code,indicator,comparator,value,basis,start,deadline\n"
                             "NQ,7,TC03,>=,3,every,2021-01-01,2025-12-31\n"
                             "NQ,1,MT03,>=,3@>=95,count,,\n"
                             "KH2024,1,TC03,>=,20,cumulative,,\n"
                             "KH2024,2,MT01,>=,10,level,,\n"
                             "@versions\n"
                             "target,in_force,value,decided\n"
                             "KH2024/1,2024-07-01,24,yes\n"
                             "KH2024/1,2024-05-01,99,no\n"
                             "@expectations\n"
                             "target,day,expectation\n"
                             "NQ/7,2023-03-27,will_meet\n"
                             "NQ/7,2022-01-01,hard_to_meet\n"
                             "@accounts\n"
                             "login,unit\n"
                             "lan,12103\n"
                             "minh,328\n"
                             "@grants\n"
                             "login,role,unit,forms\n"
                             "minh,approver,328,DU-Q | X\n"
                             "lan,reporter,12103,\n"
                             "minh,compiler,328,\n"
                             "@events\n"
                             "id,day\n"
                             "1109/NQ,2025-07-01\n"
                             "@edges\n"
                             "event,from,to,people\n"
                             "1109/NQ,12103,new,3/20\n";

static int ind(const char *code)
{
    return fixture_indicator(&c, code);
}

static void test_indicators_are_found_by_code_and_by_wording(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(catalog_indicator(&c, STR("thu gom rác thải"), &e), ind("MT03"));
    assert_int_equal(catalog_indicator(&c, STR("số hộ thu gom"), &e), ind("MT02"));
    assert_str(c.indicator[ind("MT01")].code, "MT01"); /* an alias never takes a code away */
    assert_int_equal(catalog_indicator(&c, STR("MT99"), &e), -1);
    assert_int_equal(e.key, MSG_err_indicator_unknown);
    assert_int_equal(c.indicator[ind("TC03")].weight, ind("MT01"));
    assert_int_equal(c.indicator[ind("TC03")].form, catalog_form(&c, STR("DU-Q"), &e));
    assert_int_equal(c.indicator[ind("MT03")].form, -1);
}

static void test_series_and_parts(void **state)
{
    struct err e = ERR_INIT;
    int own = catalog_series(&c, STR("TC02"), &e);
    int part = catalog_series(&c, STR("TC02:to dan pho"), &e);

    (void)state;
    assert_true(own >= 0 && part >= 0);
    assert_str(c.series[part].label, "Tổ dân phố");
    assert_int_equal(c.series[part].indicator, ind("TC02"));
    assert_int_equal(c.indicator[ind("TC02")].parts, 2);
    assert_int_equal(catalog_series_id(&c, c.series[part].id), part);
    assert_int_equal(catalog_series(&c, STR("TC02:khac"), &e), -1);
    assert_int_equal(e.key, MSG_err_indicator_unknown_part);
    assert_int_equal(catalog_series(&c, STR("MT03"), &e), -1);
    assert_int_equal(e.key, MSG_err_indicator_computed);
}

static void test_formulas_are_compiled_in_order(void **state)
{
    int at[16] = {0};
    const struct formula *f = c.indicator[ind("MT03")].formula;
    int indicator, series;

    (void)state;
    assert_int_equal(c.formulas, 3);
    for (size_t i = 0; i < c.formulas; i++)
        at[c.formula_order[i]] = (int)i + 1;
    assert_true(at[ind("MT03")] && at[ind("MT03")] < at[ind("X")]);
    for (int i = 0; i < f->nodes; i++)
        if (f->node[i].op == F_NAME)
            assert_true(f->node[i].operand == ind("MT01") || f->node[i].operand == ind("MT02"));
    f = c.indicator[ind("TC02S")].formula;
    catalog_operand(&c, f->node[1].operand, &indicator, &series);
    assert_int_equal(indicator, ind("TC02"));
    assert_str(c.series[series].key, "to dan pho");
}

static void test_who_is_expected_to_report(void **state)
{
    struct tree t;
    struct err e = ERR_INIT;
    struct day day = fixture_day("2024-03-31"), later = fixture_day("2024-09-30");

    (void)state;
    assert_true(tree_build(&arena, &c.units, LINE_STATE, day, &t, &e));
    /* commune stands for wards too, but not for the town */
    assert_true(catalog_expected(&c, ind("MT01"), fixture_unit(&c, "12103"), &t, day));
    assert_false(catalog_expected(&c, ind("MT01"), fixture_unit(&c, "328"), &t, day));
    assert_false(catalog_expected(&c, ind("MT01"), fixture_unit(&c, "new"), &t, day));
    /* not applicable in the first half of 2024 and from 2025 */
    assert_false(catalog_expected(&c, ind("MT01"), fixture_unit(&c, "12109"), &t, day));
    assert_true(catalog_expected(&c, ind("MT01"), fixture_unit(&c, "12109"), &t, later));
    assert_true(catalog_expected(&c, ind("MT02"), fixture_unit(&c, "12109"), &t, day));
    assert_false(
        catalog_applicable(&c, ind("MT01"), fixture_unit(&c, "12109"), fixture_day("2025-03-01")));
    /* no kinds named: the leaves */
    assert_true(catalog_expected(&c, ind("TC02"), fixture_unit(&c, "12103"), &t, day));
    assert_false(catalog_expected(&c, ind("TC02"), fixture_unit(&c, "328"), &t, day));
}

static void test_a_form_knows_its_lines_and_checks(void **state)
{
    const struct form *f = &c.form[catalog_form(&c, STR("DU-Q"), NULL)];
    const struct form_line *l = &c.form_line[f->first_line];

    (void)state;
    assert_int_equal(f->lines, 3);
    assert_int_equal(l[0].number, 14);
    assert_int_equal(l[1].parent_line, f->first_line);
    assert_int_equal(l[2].indicator, ind("TC03"));
    assert_str(c.form_section[l[2].section].key, "IV");
    assert_int_equal(f->rules, 2);
    const struct form_rule *r = &c.form_rule[f->first_rule];
    assert_int_equal(r[0].line, f->first_line + 1); /* MT02 is named first */
    assert_int_equal(r[1].line, f->first_line);
    assert_true(r[0].formula->is_truth);
    assert_int_equal(f->askers, 1);
    assert_int_equal(f->asked_by[0], fixture_unit(&c, "328"));
}

static bool plan(const char *code, const char *period, const char *set, int64_t expected)
{
    struct dec d;

    return catalog_plan(
               &c, ind(code), fixture_unit(&c, "328"), fixture_period(period), str_of(set), &d) &&
           dec_eq(d, (struct dec){expected, 0});
}

static void test_the_plan_of_a_period(void **state)
{
    struct dec d;

    (void)state;
    assert_true(plan("TC03", "2024-Q1", "", 20)); /* the year's plan before the term's */
    assert_true(plan("TC03", "2024-Q2", "", 20));
    assert_true(plan("TC03", "2024-Q4", "", 24)); /* adjusted in July; 99 was only proposed */
    assert_true(plan("TC03", "2024", "", 24));
    assert_true(plan("TC03", "2024", "NQ", 3));
    assert_true(plan("TC03", "2023-Q2", "", 3));
    assert_true(plan("TC03", "2020..2025", "", 15)); /* 3 a year, five plan years */
    assert_false(plan("TC03", "2026", "", 3));
    assert_false(plan("TC03", "2023", "KH2024", 20));
    assert_false(catalog_plan(&c, ind("MT03"), fixture_unit(&c, "328"), fixture_period("2024"),
        STR(""), &d)); /* 3@>=95 is no value of the indicator */
}

static void test_targets_with_versions_and_expectations(void **state)
{
    const struct target *t = &c.target[fixture_target(&c, "KH2024/1")];

    (void)state;
    assert_int_equal(t->versions, 3);
    assert_int_equal(target_version_on(t, fixture_day("2024-06-30"), false)->value.m, 20);
    assert_int_equal(target_version_on(t, fixture_day("2024-07-01"), false)->value.m, 24);
    assert_int_equal(target_version_on(t, fixture_day("2024-12-31"), true)->value.m, 20);
    assert_null(target_version_on(t, fixture_day("2023-12-31"), false));
    assert_str(c.set[t->set].code, "KH2024");
    t = &c.target[fixture_target(&c, "NQ/7")];
    assert_int_equal(target_expectation_on(t, fixture_day("2023-03-27"))->expectation, EXPECT_MET);
    assert_int_equal(target_expectation_on(t, fixture_day("2023-03-26"))->expectation, EXPECT_HARD);
    assert_null(target_expectation_on(t, fixture_day("2021-12-31")));
    t = &c.target[fixture_target(&c, "NQ/1")];
    assert_int_equal(t->version->value.m, 3);
    assert_int_equal(t->version->threshold.m, 95);
    assert_int_equal(t->version->threshold_cmp, CMP_GE);
}

static void test_accounts_have_their_grants(void **state)
{
    int minh = catalog_account(&c, STR("minh"));
    const struct account *x = &c.account[minh];

    (void)state;
    assert_int_equal(catalog_account_id(&c, x->id), minh);
    assert_int_equal(x->grants, 2);
    assert_int_equal(x->grant[0].role, ROLE_APPROVER);
    assert_int_equal(x->grant[0].forms, 2);
    assert_str(x->grant[0].form[1], "X");
    assert_int_equal(x->grant[0].unit, fixture_unit(&c, "328"));
    assert_int_equal(catalog_account(&c, STR("ai")), -1);
}

static void test_what_became_of_units(void **state)
{
    struct rat share;

    (void)state;
    assert_int_equal(c.events, 1);
    assert_int_equal(c.event[0].edges, 1);
    const struct edge *e = &c.edge[c.event[0].first_edge];
    assert_int_equal(e->to, fixture_unit(&c, "new"));
    assert_true(e->known[BASIS_PEOPLE] && !e->known[BASIS_AREA]);
    assert_true(rat_make(3, 20, &share));
    assert_int_equal(rat_cmp(e->share[BASIS_PEOPLE], share), 0);
}

/* What is said about a wrong catalogue, and the object that is named. */
static void refused(const char *text, enum msg_key key, const char *named)
{
    struct catalog got;
    struct err e = ERR_INIT;
    struct sbuf b;

    if (fixture_try(&arena, text, &got, &e))
        fail_msg("accepted: %s", text);
    if (e.key != key)
        fail_msg("%s: %s", text, msg_name(e.key).p);
    sbuf_init(&b, &arena, 4096);
    err_text(&e, LANG_VI, &b);
    if (!strstr(sbuf_cstr(&b), named))
        fail_msg("\"%s\" does not name %s", sbuf_cstr(&b), named);
}

#define ONE_UNIT "@units\nid,kind\nA,commune\n"
#define ONE_FORM ONE_UNIT "@indicators\ncode\nX\n@forms\ncode\nF\n"

static void test_a_wrong_catalogue_is_refused_by_name(void **state)
{
    (void)state;
    refused("@indicators\ncode\nA\nA\n", MSG_err_catalog_code_twice, "A");
    refused("@indicators\ncode,formula\nA,1+\n", MSG_err_formula_operand_end, "A:");
    refused("@indicators\ncode,formula\nA,2*B\n", MSG_err_formula_unknown_name, "B");
    refused("@indicators\ncode,formula\nA,B\nB,A\n", MSG_err_formula_cycle, "A → B → A");
    refused("@indicators\ncode,formula\nA,1 < 2\n", MSG_err_catalog_truth, "A");
    refused("@indicators\ncode,weight\nA,W\n", MSG_err_catalog_weight, "W");
    refused("@indicators\ncode,reported_by\nA,xa\n", MSG_err_catalog_unknown_kind, "xa");
    refused("@indicators\ncode,decimals\nA,7\n", MSG_err_catalog_decimals, "A");
    refused("@parts\nindicator,key\n,x\n", MSG_err_catalog_dangling, "indicator 0");
    refused("@forms\ncode\nF\nF\n", MSG_err_catalog_code_twice, "F");
    refused(ONE_FORM "@lines\nform,number,indicator,section\nF,1,X,II\n", MSG_err_catalog_section,
        "II");
    refused(ONE_FORM "@lines\nform,number,indicator,part_of\nF,1,X,9\n", MSG_err_catalog_line, "9");
    refused(ONE_FORM "@lines\nform,number,indicator\nF,1,X\n@rules\nform,text\nF,X+1\n",
        MSG_err_catalog_rule, "X+1");
    refused(ONE_FORM "@rules\nform,text\nF,share_of_units(X > 0) > 5\n", MSG_err_catalog_rule, "F");
    refused(ONE_FORM "@rules\nform,text,line\nF,X > 0,3\n", MSG_err_catalog_line, "3");
    refused(ONE_FORM "@sets\ncode,unit,start,end\nS,A,2024-01-01,2025-01-01\n"
                     "@targets\nset,code,indicator,value,basis\nS,7,X,3>60,count\n",
        MSG_err_target_count, "7: «3>60»");
    refused(ONE_FORM "@sets\ncode,unit,start,end\nS,A,2024-01-01,2025-01-01\n"
                     "@targets\nset,code,indicator,value,value_to,comparator\nS,7,X,5,3,between\n",
        MSG_err_target_turned, "5");
    refused(ONE_FORM "@sets\ncode,unit,start,end\nS,A,2024-01-01,2025-01-01\n"
                     "@targets\nset,code,indicator,value\nS,7,X,\n",
        MSG_err_target_no_value, "7");
    refused("@accounts\nlogin\nlan\nlan\n", MSG_err_catalog_code_twice, "lan");
}

static void test_each_unit_has_its_targets_in_their_order(void **state)
{
    size_t listed = 0;

    (void)state;
    for (int u = 0; u < (int)c.units.n; u++) {
        size_t n, at = 0;
        const int *of = catalog_targets_of(&c, u, &n);
        for (size_t i = 0; i < c.targets; i++)
            if (c.target[i].unit == u) {
                assert_true(at < n);
                assert_int_equal(of[at++], i);
            }
        assert_int_equal(at, n);
        listed += n;
    }
    assert_int_equal(listed, c.targets);
    assert_true(listed > 2);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64u << 20);
    return 0;
}

static int build(void **state)
{
    (void)state;
    c = fixture(&arena, my_hao);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_indicators_are_found_by_code_and_by_wording, build),
        cmocka_unit_test_setup(test_series_and_parts, build),
        cmocka_unit_test_setup(test_formulas_are_compiled_in_order, build),
        cmocka_unit_test_setup(test_who_is_expected_to_report, build),
        cmocka_unit_test_setup(test_a_form_knows_its_lines_and_checks, build),
        cmocka_unit_test_setup(test_the_plan_of_a_period, build),
        cmocka_unit_test_setup(test_targets_with_versions_and_expectations, build),
        cmocka_unit_test_setup(test_accounts_have_their_grants, build),
        cmocka_unit_test_setup(test_what_became_of_units, build),
        cmocka_unit_test_setup(test_each_unit_has_its_targets_in_their_order, build),
        cmocka_unit_test(test_a_wrong_catalogue_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
