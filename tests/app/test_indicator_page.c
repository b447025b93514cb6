/* The page of an indicator and the way down from a figure, over the demonstration. */
#include "demo.h"

#include "app/indicator_page.h"

static struct indicator_page page;
static struct figure_origin origin;

static bool look_at(const char *login, const char *code, const char *unit, const char *period)
{
    struct indicator_request q = {.indicator = str_of(code),
        .unit = str_of(unit),
        .period = demo_period(period),
        .state = TOTAL_APPROVED};
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = indicator_page_make(&demo->v, who, &q, LANG_VI, &demo->a, &page, &demo->err);
    demo_done();
    return ok;
}

static bool trace(const char *login, const char *code, const char *unit, const char *period)
{
    struct origin_request q = {.indicator = str_of(code),
        .unit = str_of(unit),
        .period = demo_period(period),
        .state = TOTAL_APPROVED};
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = figure_origin(demo->app, &demo->v, who, &q, &demo->a, &origin, &demo->err);
    demo_done();
    return ok;
}

static const struct league_row *row_of(const char *unit, const char *period)
{
    int u = demo_unit(unit, period);

    for (size_t i = 0; i < page.leagues; i++)
        if (page.league[i].unit == u)
            return &page.league[i];
    fail_msg("%s is not in the league", unit);
    return NULL;
}

static void equal_units_share_a_rank(void **state)
{
    (void)state;
    OK(look_at("lanhdao.328", "TC03", "328", "2024-Q1"));
    assert_int_equal(page.leagues, 13);
    assert_string_equal(demo_text(&page.value, 0), "14");
    assert_int_equal(row_of("12103", "2024-Q1")->rank, 1);
    assert_int_equal(row_of("12121", "2024-Q1")->rank, 1);
    assert_true(row_of("12121", "2024-Q1")->tied);
    assert_int_equal(row_of("12118", "2024-Q1")->rank, 3);
    assert_int_equal(row_of("12112", "2024-Q1")->rank, 6);
    assert_int_equal(row_of("12139", "2024-Q1")->rank, 8);
}

static void fewer_is_better_where_the_indicator_says_so(void **state)
{
    (void)state;
    OK(look_at("lanhdao.mh", "AS01", "MH", "2026-Q2"));
    assert_int_equal(page.leagues, 3);
    for (size_t i = 1; i < page.leagues; i++)
        assert_true(rat_cmp(page.league[i - 1].value.value, page.league[i].value.value) <= 0);
    assert_int_equal(page.league[0].rank, 1);
}

static void the_trend_runs_to_the_period(void **state)
{
    (void)state;
    OK(look_at("lanhdao.mh", "TC03", "MH", "2026-Q2"));
    assert_int_equal(page.trends, 8);
    assert_true(period_eq(page.trend[7].period, demo_period("2026-Q2")));
    assert_true(period_eq(page.trend[0].period, demo_period("2024-Q3")));
    assert_true(page.trend[7].value.has);
    assert_false(page.trend[0].value.has); /* nothing is kept of it */
    assert_true(page.made_up);
}

static void plan_and_form_stand_beside(void **state)
{
    (void)state;
    OK(look_at("lanhdao.328", "KT01", "328", "2024-Q1"));
    assert_true(page.has_plan);
    assert_string_equal(demo_text(&page.value, 1), "2556.9");
    struct shown percent = {.has = page.has_percent, .value = page.percent};
    assert_string_equal(demo_text(&percent, 1), "94.7");
    assert_true(page.form >= 0);
    assert_true(page.line >= 0);
    assert_true(page.owner_name.n > 0);
}

static void a_quarter_is_not_held_against_the_plan_of_five_years(void **state)
{
    (void)state;
    OK(look_at("lanhdao.mh", "KT03", "MH", "2026-Q3"));
    assert_false(page.has_plan);
    assert_false(page.has_percent);
    for (size_t i = 0; i < page.trends; i++)
        assert_false(page.trend[i].has_plan);
    assert_true(page.value.has);
}

static void a_total_leads_to_its_units(void **state)
{
    (void)state;
    OK(trace("lanhdao.328", "TC03", "328", "2024-Q1"));
    assert_int_equal(origin.parts, 13);
    assert_true(origin.has_own); /* the town said 14 too */
    assert_false(origin.own_counts);
    assert_false(origin.differs);
    struct rat sum = rat_of_i64(0);
    for (size_t i = 0; i < origin.parts; i++)
        assert_true(rat_add(sum, origin.part[i].value.value, &sum));
    assert_int_equal(rat_cmp(sum, origin.value.value), 0);
}

static void a_rate_leads_to_its_operands(void **state)
{
    (void)state;
    OK(trace("lanhdao.328", "MT03", "328", "2024-Q1"));
    assert_int_equal(origin.operands, 2);
    assert_int_equal(origin.parts, 13);
    OK(trace("lanhdao.328", "KT02", "328", "2024-Q1"));
    assert_string_equal(demo_text(&origin.value, 1), "94.7");
    assert_true(origin.has_own); /* what the report of the town states */
    /* 94.7 is said of 94.7 exactly: 2556.9 of 2700 */
    assert_false(origin.differs);
}

static void a_cell_leads_to_its_report(void **state)
{
    (void)state;
    OK(trace("lanhdao.328", "TC03", "12109", "2024-Q1"));
    assert_true(origin.has_own);
    assert_true(origin.own_counts);
    assert_true(origin.has_report);
    assert_int_equal(origin.report.state, REPORT_APPROVED);
    assert_true(origin.report.sent_by.v > 0);
    assert_true(origin.record.note.n > 0);
    assert_int_equal(origin.parts, 0);
}

static void a_year_leads_to_its_quarters(void **state)
{
    (void)state;
    OK(trace("lanhdao.mh", "TC03", "MH001", "2026"));
    assert_true(origin.withins >= 2);
}

static void others_units_stay_closed(void **state)
{
    (void)state;
    REFUSED(look_at("lanhdao.mh", "TC03", "328", "2024-Q1"), "err.denied_unit");
    REFUSED(trace("nhap.12106", "TC03", "12103", "2024-Q1"), "err.denied_unit");
    REFUSED(look_at("lanhdao.328", "NO_SUCH", "328", "2024-Q1"), "err.indicator.unknown");
}

static bool versions_of(const char *login, struct cell_version **ret, size_t *n)
{
    struct origin_request q = {
        .indicator = STR("NS01"), .unit = STR("MH001"), .period = demo_period("2026-Q3")};
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = cell_versions(demo->app, &demo->v, who, &q, &demo->a, ret, n, &demo->err);
    demo_done();
    return ok;
}

static void every_version_has_a_name_and_a_time(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH001", "2026-Q3");
    struct cell_version *c;
    size_t n;

    (void)state;
    OK(versions_of("lanhdao.mh", &c, &n));
    assert_int_equal(n, 1);
    assert_true(c[0].approved);
    assert_int_equal(c[0].value.status, STATUS_ESTIMATE);
    demo_type("ubnd.mh001", key, "NS01", "16.800", 0, "số chính thức của kho bạc");
    OK(demo_step("ky.mh001", key, STEP_FINAL, ""));
    OK(versions_of("lanhdao.mh", &c, &n));
    assert_int_equal(n, 2);
    assert_string_equal(demo_text(&c[0].value, 0), "16800");
    assert_true(c[0].approved);
    assert_false(c[1].approved);
    assert_true(c[0].by >= 0);
    assert_str(c[0].record.note, "số chính thức của kho bạc");
    assert_int_equal(c[0].record.act_kind, ACT_REPORT_STEP);
    REFUSED(versions_of("xem.mh", &c, &n), "err.denied_unit");
}

static void a_definition_has_its_versions(void **state)
{
    struct indicator_version *iv;
    size_t n;
    int i = demo_indicator("KT02");

    (void)state;
    demo_look();
    OK(indicator_versions(demo->app, &demo->v, i, &demo->a, &iv, &n, &demo->err));
    assert_true(n >= 1);
    assert_int_equal(iv[n - 1].changed, 0); /* the first */
    assert_str(iv[0].formula, "100*KT01/plan(KT01)");
    demo_done();
}

static void programs_read_it_as_json(void **state)
{
    struct sbuf b;
    struct json j;

    (void)state;
    OK(look_at("lanhdao.328", "KT02", "328", "2024-Q1"));
    sbuf_init(&b, &demo->a, 1 << 20);
    json_init(&j, &b, 0);
    demo_look();
    indicator_page_json(&demo->v, &page, &j);
    demo_done();
    assert_false(b.failed);
    struct str s = sbuf_view(&b);
    assert_true(str_find(s, STR("\"value\":{\"value\":\"94.7\""), 0) > 0);
    assert_true(str_find(s, STR("\"unit\":\"12118\""), 0) > 0);
    assert_true(str_starts(s, STR("{\"indicator\":\"KT02\"")) && str_ends(s, STR("}")));
}

static void send(struct report_key key)
{
    struct step_request q = {.key = key, .step = STEP_SUBMIT, .unchecked = true};

    OK(demo_step("vpdu.mh003", key, STEP_CHECK, ""));
    OK(demo_step("kiemtra.mh003", key, STEP_TO_SIGN, ""));
    OK(reporting_step(demo->app, demo_actor("ky.mh003"), &q, NULL, &demo->err));
}

static bool trace_provisional(const char *code)
{
    struct origin_request q = {.indicator = str_of(code),
        .unit = STR("MH003"),
        .period = demo_period("2026-Q3"),
        .state = TOTAL_PROVISIONAL};

    demo_look();
    bool ok = figure_origin(
        demo->app, &demo->v, demo_actor("lanhdao.mh"), &q, &demo->a, &origin, &demo->err);
    demo_done();
    return ok;
}

static void assert_person(int account, const char *login)
{
    demo_look();
    assert_true(account >= 0);
    assert_str(demo->v.catalog->account[account].login, login);
    demo_done();
}

static void a_figure_leads_to_who_typed_it_not_only_to_who_sent_it(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");
    struct actor compiler = demo_actor("tonghop.mh");

    (void)state;
    demo_type("bxd.mh003", key, "TC03", "3", 0, "");
    demo_type("tonghop.mh", key, "MT01", "3.119", 0, "");
    OK(reporting_basis(
        demo->app, compiler, key, STR(" theo điện thoại ngày 24/9/2026 "), &demo->err));
    REFUSED(reporting_basis(demo->app, compiler, key, STR("  "), &demo->err), "err.report.basis");
    REFUSED(reporting_basis(demo->app, demo_actor("bxd.mh003"), key, STR("x"), &demo->err),
        "err.report.own_unit");
    send(key);
    OK(trace_provisional("TC03"));
    assert_person(origin.by, "bxd.mh003");
    assert_person(origin.sent_by, "ky.mh003");
    assert_false(origin.own.behalf);
    assert_int_equal(origin.basis.n, 0);
    OK(trace_provisional("MT01"));
    assert_string_equal(demo_text(&origin.own, 0), "3119");
    assert_person(origin.by, "tonghop.mh");
    assert_person(origin.sent_by, "ky.mh003");
    assert_true(origin.own.behalf);
    assert_str(origin.basis, "theo điện thoại ngày 24/9/2026");
}

static void the_units_own_word_is_no_longer_on_its_behalf(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");

    (void)state;
    OK(demo_step("duyet.mh", key, STEP_RETURN, "xem lại"));
    demo_type("ubnd.mh003", key, "MT01", "3.119", FIGURE_ON_BEHALF, "");
    send(key);
    OK(trace_provisional("MT01"));
    assert_person(origin.by, "ubnd.mh003");
    assert_false(origin.own.behalf); /* the clerk has confirmed it, whatever his page claimed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_units_share_a_rank),
        cmocka_unit_test(fewer_is_better_where_the_indicator_says_so),
        cmocka_unit_test(the_trend_runs_to_the_period),
        cmocka_unit_test(plan_and_form_stand_beside),
        cmocka_unit_test(a_quarter_is_not_held_against_the_plan_of_five_years),
        cmocka_unit_test(a_total_leads_to_its_units),
        cmocka_unit_test(a_rate_leads_to_its_operands),
        cmocka_unit_test(a_cell_leads_to_its_report),
        cmocka_unit_test(a_year_leads_to_its_quarters),
        cmocka_unit_test(others_units_stay_closed),
        cmocka_unit_test(every_version_has_a_name_and_a_time),
        cmocka_unit_test(a_definition_has_its_versions),
        cmocka_unit_test(programs_read_it_as_json),
        cmocka_unit_test(a_figure_leads_to_who_typed_it_not_only_to_who_sent_it),
        cmocka_unit_test(the_units_own_word_is_no_longer_on_its_behalf),
    };

    return cmocka_run_group_tests_name("indicator page", tests, demo_open, demo_close);
}
