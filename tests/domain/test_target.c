/* The assessment of targets: the published cases, and the whole table of basis x comparator. */
#include "../test.h"

#include <stdio.h>

#include "domain/target.h"
#include "fixture.h"
#include "rule_files.h"
#include "target_cases.h"

static struct arena arena;
static const struct target_thresholds limits = {90, 60};

static struct rat rat_from(const char *z)
{
    struct rat r;

    if (!rat_parse(str_of(z), &r, NULL))
        fail_msg("not a number: %s", z);
    return r;
}

static void read_values(const struct given *g, struct target_facts *f)
{
    struct period_value *v = arena_array(&arena, 64, sizeof *v);
    struct str rest = str_of(g->facts), item;
    bool level = g->basis == TARGET_LEVEL || g->basis == TARGET_ZERO_STOCK;

    while (!str_empty(rest) && str_cut(&rest, ' ', &item)) {
        size_t eq = (size_t)str_find_char(item, '=', 0);
        char *value = str_dupz(&arena, str_slice(item, eq + 1, item.n));
        struct period_value *x = &v[f->values++];
        x->period = fixture_period(str_dupz(&arena, str_slice(item, 0, eq)));
        x->has = strcmp(value, "-") != 0;
        if (!x->has)
            continue;
        x->value = rat_from(value);
        f->has_latest = level;
        f->latest = x->value;
        f->latest_period = x->period;
    }
    f->value = v;
    if (level)
        f->values = 0;
}

static void read_count(const struct given *g, struct target_facts *f)
{
    int k, n, counted;
    int got = sscanf(g->facts, "%d/%d %d", &k, &n, &counted);

    assert_true(got >= 2);
    f->k = k;
    f->n = n;
    f->counted = got == 3 ? counted : n;
}

static void read_schedule(const struct given *g, struct target *t)
{
    struct target_step *steps = arena_array(&arena, 16, sizeof *steps);
    struct str rest = str_of(g->schedule), item;

    while (g->schedule && !str_empty(rest) && str_cut(&rest, ' ', &item)) {
        size_t eq = (size_t)str_find_char(item, '=', 0);
        struct target_step *s = &steps[t->steps++];
        s->period = fixture_period(str_dupz(&arena, str_slice(item, 0, eq)));
        assert_true(dec_parse(str_slice(item, eq + 1, item.n), &s->value, NULL));
    }
    t->schedule = steps;
}

static struct assessment assess(const struct given *g)
{
    struct target t = {.basis = g->basis,
        .start = fixture_day(g->start),
        .deadline = fixture_day(g->deadline),
        .compensating = g->compensating,
        .has_baseline = g->baseline != NULL};
    struct target_version v = {.decided = true};
    struct target_facts f = {.today = fixture_day(g->today)};
    struct assessment x;
    struct err e = ERR_INIT;

    if (!comparator_parse(str_of(g->comparator), &t.comparator))
        fail_msg("%s: comparator", g->name);
    if (!target_value_parse(str_of(g->value), str_of(g->value_to ? g->value_to : ""), t.comparator,
            t.basis, &v, &e))
        fail_msg("%s: %s", g->name, msg_name(e.key).p);
    if (g->baseline)
        assert_true(dec_parse(str_of(g->baseline), &t.baseline, NULL));
    if (g->done)
        t.done_day = fixture_day(g->done);
    read_schedule(g, &t);
    if (g->basis == TARGET_COUNT)
        read_count(g, &f);
    else
        read_values(g, &f);
    if (!target_assess(&t, &v, &f, limits, g->direction, g->decimals, &x, &e))
        fail_msg("%s: %s", g->name, msg_name(e.key).p);
    return x;
}

static struct str sentence(const struct assessment *x, enum lang lang, const char *unit)
{
    struct sbuf b;

    sbuf_init(&b, &arena, 1000);
    assessment_put_sentence(&b, lang, x, str_of(unit ? unit : ""));
    assert_false(b.failed);
    return sbuf_view(&b);
}

static void check(const struct given *g)
{
    struct assessment x = assess(g);
    bool met =
        g->status == TARGET_MET || g->status == TARGET_EXCEEDED || g->status == TARGET_MET_SO_FAR;

    if (x.status != g->status)
        fail_msg("%s: %s, expected %s", g->name, target_status_name(x.status),
            target_status_name(g->status));
    if (x.counts_as_met != met)
        fail_msg("%s: counted as met or not", g->name);
    if ((x.has_percent || x.has_way) != (g->percent != NULL))
        fail_msg("%s: has %s per cent", g->name, g->percent ? "no" : "a");
    if (g->percent && rat_cmp(x.has_way ? x.way : x.percent_of_plan, rat_from(g->percent)) != 0)
        fail_msg("%s: not %s per cent", g->name, g->percent);
    struct str said = sentence(&x, LANG_VI, g->unit);
    if (g->sentence && !str_is(said, g->sentence))
        fail_msg("%s: \"%.*s\"", g->name, STR_ARG(said));
    if (str_find_char(said, '{', 0) >= 0 || str_find(said, STR("  "), 0) >= 0)
        fail_msg("%s: \"%.*s\"", g->name, STR_ARG(said));
    if (str_empty(sentence(&x, LANG_EN, g->unit)))
        fail_msg("%s: no English", g->name);
}

#define CHECK_ALL(cases)                                                                           \
    do {                                                                                           \
        for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                               \
            check(&(cases)[i]);                                                                    \
    } while (0)

static void test_the_published_cases(void **state)
{
    (void)state;
    CHECK_ALL(published);
}

static void test_levels(void **state)
{
    (void)state;
    CHECK_ALL(levels);
}

static void test_sums_over_the_span(void **state)
{
    (void)state;
    CHECK_ALL(sums);
}

static void test_every_count_and_done(void **state)
{
    (void)state;
    CHECK_ALL(others);
}

static void test_what_is_expected_by_now(void **state)
{
    (void)state;
    struct given g = {.name = "due",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=5 2024-Q2=4",
        .status = TARGET_ON_COURSE};
    struct assessment x = assess(&g);

    assert_true(x.has_due); /* 182 of 366 days */
    assert_int_equal(rat_cmp(x.due, rat_from("3640/366")), 0);
    assert_int_equal(rat_cmp(x.actual, rat_from("9")), 0);
    assert_int_equal(rat_cmp(x.plan, rat_from("20")), 0);
    g.schedule = "2024-Q1=4 2024-Q2=5 2024-Q3=6";
    x = assess(&g);
    assert_int_equal(rat_cmp(x.due, rat_from("9")), 0);
}

static void test_plan_years_of_a_span(void **state)
{
    static const struct {
        const char *start, *deadline;
        int years;
    } spans[] = {{"2021-01-01", "2025-12-31", 5}, {"2020-07-15", "2025-07-14", 5},
        {"2020-01-01", "2025-12-31", 5}, {"2021-01-01", "2025-06-30", 5},
        {"2024-01-01", "2024-12-31", 1}, {"2024-03-01", "2024-12-31", 1},
        {"2022-01-01", "2023-12-31", 2}, {"2019-01-01", "2024-12-31", 6}};
    struct target t = {.basis = TARGET_EVERY};

    (void)state;
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        t.start = fixture_day(spans[i].start);
        t.deadline = fixture_day(spans[i].deadline);
        if (target_plan_years(&t) != spans[i].years)
            fail_msg("%s to %s: %d", spans[i].start, spans[i].deadline, target_plan_years(&t));
    }
    t.start = fixture_day("2021-01-01");
    t.deadline = fixture_day("2025-12-31");
    assert_int_equal(target_every_frequency(&t, FREQUENCY_QUARTER, TIME_SUM), FREQUENCY_YEAR);
    assert_int_equal(target_every_frequency(&t, FREQUENCY_QUARTER, TIME_RATIO), FREQUENCY_QUARTER);
    t.start = fixture_day("2025-01-01");
    assert_int_equal(target_every_frequency(&t, FREQUENCY_QUARTER, TIME_SUM), FREQUENCY_QUARTER);
}

static void agrees(const char *value, const char *bound, int decimals, int expected)
{
    assert_int_equal(decimals_that_agree(rat_from(value), rat_from(bound), decimals), expected);
}

static void test_printed_values_do_not_contradict_the_judgement(void **state)
{
    (void)state;
    agrees("205100/3420", "60", 1, 2); /* 59.97, never 60.0 */
    agrees("59.96", "60", 1, 2);
    agrees("59.94", "60", 1, 1);
    agrees("60", "60", 1, 1);
    agrees("59.99999", "60", 0, 5);
    agrees("59.9999999", "60", 0, 6); /* as far as decimals go */
    agrees("1/3", "33", 0, 0);
    agrees("100.04", "100", 1, 2);
}

static void test_without_a_version_in_force_nothing_is_judged(void **state)
{
    struct target t = {.basis = TARGET_LEVEL};
    struct target_facts f = {.today = fixture_day("2024-07-01")};
    struct assessment x;

    (void)state;
    t.deadline = fixture_day("2024-12-31");
    assert_true(target_assess(&t, NULL, &f, limits, DIRECTION_MORE, 0, &x, NULL));
    assert_int_equal(x.status, TARGET_NOT_YET);
    assert_int_equal(x.sentence, MSG_target_sentence_no_version);
}

static void test_leaving_the_range_is_an_error(void **state)
{
    struct period_value v[2] = {
        {.period = fixture_period("2024-Q1"), .has = true},
        {.period = fixture_period("2024-Q2"), .has = true},
    };
    struct target t = {.basis = TARGET_CUMULATIVE, .start = fixture_day("2024-01-01")};
    struct target_version version = {.decided = true, .value = {7, 0}};
    struct target_facts f = {.today = fixture_day("2024-07-01"), .value = v, .values = 2};
    struct assessment x;
    struct err e = ERR_INIT;
    i128 big = (i128)1 << 120;

    (void)state;
    t.deadline = fixture_day("2024-12-31");
    assert_true(rat_make(big + 1, 3, &v[0].value));
    assert_true(rat_make(big + 1, 1000003, &v[1].value));
    assert_false(target_assess(&t, &version, &f, limits, DIRECTION_MORE, 0, &x, &e));
    assert_int_equal(e.key, MSG_err_number_overflow);
}

static void test_words_of_files(void **state)
{
    enum target_basis b;
    enum comparator c;
    enum expectation x;

    (void)state;
    assert_true(target_basis_parse(STR("zero"), TIME_LAST, &b) && b == TARGET_ZERO_STOCK);
    assert_true(target_basis_parse(STR("zero"), TIME_SUM, &b) && b == TARGET_ZERO_FLOW);
    assert_false(target_basis_parse(STR("once"), TIME_SUM, &b));
    for (int i = 0; i <= TARGET_DONE; i++)
        assert_true(
            target_basis_parse(str_of(target_basis_name((enum target_basis)i)), TIME_SUM, &b) &&
            (int)b == i);
    assert_true(comparator_parse(STR("between"), &c) && c == CMP_BETWEEN);
    assert_false(comparator_parse(STR(">"), &c));
    assert_true(expectation_parse(STR("hard_to_meet"), &x) && x == EXPECT_HARD);
    assert_true(expectation_parse(STR(""), &x) && x == EXPECT_NONE);
    assert_string_equal(target_status_name(TARGET_MET_SO_FAR), "met_so_far");
    assert_str(msg_text(LANG_VI, target_status_label(TARGET_AT_RISK)), "Có nguy cơ không đạt");
}

static void test_thresholds_are_dated_data(void **state)
{
    const struct embedded *file = embedded_find(rule_files, STR("assessment.csv"));
    struct assessment_rules r;
    struct target_thresholds got;
    struct err e = ERR_INIT;

    (void)state;
    assert_non_null(file);
    assert_true(assessment_rules_parse(&arena, embedded_text(file), &r, &e));
    assert_true(assessment_rules_on(&r, fixture_day("2024-04-02"), &got));
    assert_true(got.on_course == 90 && got.at_risk == 60);
    assert_true(assessment_rules_parse(&arena,
        STR("valid_from,valid_to,on_course,at_risk\n2024-01-01,2024-12-31,80,50\n2025-01-01,,95,"
            "70\n"),
        &r, &e));
    assert_true(assessment_rules_on(&r, fixture_day("2024-12-31"), &got) && got.on_course == 80);
    assert_true(assessment_rules_on(&r, fixture_day("2025-01-01"), &got) && got.on_course == 95);
    assert_false(assessment_rules_on(&r, fixture_day("2023-12-31"), &got));
    assert_false(assessment_rules_parse(
        &arena, STR("valid_from,valid_to,on_course,at_risk\n,,60,90\n"), &r, &e));
    assert_int_equal(e.key, MSG_err_rules_order);
    assert_int_equal(e.line, 2);
    assert_false(assessment_rules_parse(
        &arena, STR("valid_from,valid_to,on_course,at_risk\n,,101,90\n"), &r, &e));
    assert_int_equal(e.key, MSG_err_rules_percent);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64u << 20);
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
        cmocka_unit_test(test_the_published_cases),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_sums_over_the_span),
        cmocka_unit_test(test_every_count_and_done),
        cmocka_unit_test(test_what_is_expected_by_now),
        cmocka_unit_test(test_plan_years_of_a_span),
        cmocka_unit_test(test_printed_values_do_not_contradict_the_judgement),
        cmocka_unit_test(test_without_a_version_in_force_nothing_is_judged),
        cmocka_unit_test(test_leaving_the_range_is_an_error),
        cmocka_unit_test(test_words_of_files),
        cmocka_unit_test(test_thresholds_are_dated_data),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
