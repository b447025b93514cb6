/* Periods: their ids, labels, order, days, and how they lie in each other. */
#include "../test.h"

#include <stdio.h>

#include "domain/period.h"

static struct arena arena;

static struct period P(const char *id) {
    struct period p = {0};
    if (!period_parse(str_of(id), &p, NULL))
        fail_msg("not read: %s", id);
    return p;
}

static struct str
id(struct period p)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 100);
    period_put(&b, p);
    return sbuf_view(&b);
}

static struct str ids(const struct period *p, size_t n)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 4000);
    for (size_t i = 0; i < n; i++) {
        sbuf_z(&b, i ? " " : "");
        period_put(&b, p[i]);
    }
    return n ? sbuf_view(&b) : STR("");
}

static struct str label(enum lang lang, enum period_style style, const char *of)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 200);
    period_put_label(&b, lang, style, P(of));
    return sbuf_view(&b);
}

static void test_every_id_is_read_and_written_back(void **state)
{
    (void)state;
    static const char *const list[] = {"2024-W12", "2024-03", "2024-Q1", "2024-H1", "2024-H2",
        "2024-9M", "2026-11M", "2024", "2020..2025", "2020-W53", "2024-01", "2024-12", "2024-2M"};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        assert_true(period_valid(P(list[i])));
        assert_str(id(P(list[i])), list[i]);
    }
}

static void test_one_window_has_one_name(void **state)
{
    (void)state;
    assert_str(id(P("2024-1M")), "2024-01");
    assert_str(id(P("2024-3M")), "2024-Q1");
    assert_str(id(P("2024-6M")), "2024-H1");
    assert_str(id(P("2024-06M")), "2024-H1");
    assert_str(id(P("2024-12M")), "2024");
    assert_str(id(P(" 2024-03 ")), "2024-03");
}

static void test_what_is_no_period_is_refused_with_examples(void **state)
{
    (void)state;
    static const char *const list[] = {"", "2024-", "2024-W00", "2024-W53", "2024-W1", "2024-00",
        "2024-13", "2024-3", "2024-Q0", "2024-Q5", "2024-H3", "2024-0M", "2024-13M", "2024-Q1x",
        "24", "20244", "2025..2020", "2020..2020", "2020..2041", "2020..202", "1899", "2200",
        "2024 -03", "2024-q1", "2024/03", "202403", "2024Q1", "2024-111M", "\u0662024"};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct period p = {9, 9, 9, 9};
        struct err e = ERR_INIT;
        if (period_parse(str_of(list[i]), &p, &e))
            fail_msg("accepted: %s", list[i]);
        assert_int_equal(e.key, MSG_err_period_syntax);
        assert_int_equal(p.kind, 9);
    }
    assert_false(period_valid((struct period){0}));
    assert_false(period_valid((struct period){PERIOD_MONTHS, 6, 2024, 0}));
    assert_false(period_valid((struct period){200, 1, 2024, 0}));
}

static void dialect(const char *own, const char *dhis2, const char *sdmx)
{
    struct sbuf b;
    struct period p;
    sbuf_init(&b, &arena, 100);
    assert_int_equal(period_put_dhis2(&b, P(own)), dhis2 != NULL);
    assert_str(sbuf_view(&b), dhis2 ? dhis2 : "");
    assert_true(!dhis2 || (period_parse_dhis2(str_of(dhis2), &p, NULL) && period_eq(p, P(own))));
    sbuf_reset(&b);
    assert_int_equal(period_put_sdmx(&b, P(own)), sdmx != NULL);
    assert_str(sbuf_view(&b), sdmx ? sdmx : "");
    assert_true(!sdmx || (period_parse_sdmx(str_of(sdmx), &p, NULL) && period_eq(p, P(own))));
}

static void test_dhis2_and_sdmx_have_their_own_ids(void **state)
{
    (void)state;
    struct period p;
    dialect("2024-03", "202403", "2024-03");
    dialect("2024-Q1", "2024Q1", "2024-Q1");
    dialect("2024-H1", "2024S1", "2024-S1");
    dialect("2024-W12", "2024W12", "2024-W12");
    dialect("2024-W05", "2024W5", "2024-W05");
    dialect("2024", "2024", "2024");
    dialect("2024-9M", NULL, NULL);
    dialect("2020..2025", NULL, NULL);
    assert_true(period_parse_dhis2(STR("2024W05"), &p, NULL) && period_eq(p, P("2024-W05")));
    assert_true(period_parse_sdmx(STR("2024-M03"), &p, NULL) && period_eq(p, P("2024-03")));
    assert_true(period_parse_sdmx(STR("2024-A1"), &p, NULL) && period_eq(p, P("2024")));
    assert_false(period_parse_dhis2(STR("2024-03"), &p, NULL));
    assert_false(period_parse_sdmx(STR("2024-H1"), &p, NULL));
}

static void test_labels_as_vietnamese_offices_write_them(void **state)
{
    (void)state;
    assert_str(label(LANG_VI, PERIOD_LABEL, "2024-Q1"), "Quý I/2024");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2024-Q4"), "Quý IV/2024");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2026-11"), "Tháng 11/2026");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2024-03"), "Tháng 3/2024");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2026-H1"), "6 tháng đầu năm 2026");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2026-H2"), "6 tháng cuối năm 2026");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2026-9M"), "9 tháng năm 2026");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2026-11M"), "11 tháng năm 2026");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2026-W47"), "Tuần 47/2026 (16/11 - 22/11)");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2020..2025"), "Nhiệm kỳ 2020 - 2025");
    assert_str(label(LANG_VI, PERIOD_LABEL, "2026"), "Năm 2026");
    assert_str(label(LANG_VI, PERIOD_TITLE, "2024-Q1"), "quý I năm 2024");
    assert_str(label(LANG_VI, PERIOD_TITLE, "2024-11"), "tháng 11 năm 2024");
    assert_str(label(LANG_VI, PERIOD_TEXT, "2024-Q1"), "quý I/2024");
    assert_str(label(LANG_VI, PERIOD_SHORT, "2024-Q1"), "I/2024");
    assert_str(label(LANG_VI, PERIOD_SHORT, "2024-03"), "T3/2024");
    assert_str(label(LANG_VI, PERIOD_SHORT, "2024-9M"), "9T/2024");
    assert_str(label(LANG_VI, PERIOD_SHORT, "2020..2025"), "2020-2025");
    assert_str(label(LANG_VI, PERIOD_SHORT, "2024-W12"), "Tuần 12/2024");
    assert_str(label(LANG_EN, PERIOD_LABEL, "2024-Q1"), "Q1 2024");
    assert_str(label(LANG_EN, PERIOD_LABEL, "2024-03"), "March 2024");
    assert_str(label(LANG_EN, PERIOD_SHORT, "2024-03"), "3/2024");
    assert_str(label(LANG_EN, PERIOD_TEXT, "2026-H2"), "the second half of 2026");
    assert_str(label(LANG_EN, PERIOD_LABEL, "2026-W01"), "Week 1/2026 (29/12 - 04/01)");
}

static void test_no_two_periods_of_a_year_share_a_label(void **state)
{
    (void)state;
    static const char *const list[] = {"2024-W01", "2024-W02", "2024-W09", "2024-W10", "2024-01",
        "2024-02", "2024-10", "2024-Q1", "2024-Q2", "2024-H1", "2024-H2", "2024-2M", "2024-10M",
        "2024", "2023..2024"};
    for (int style = PERIOD_LABEL; style <= PERIOD_SHORT; style++)
        for (int lang = LANG_VI; lang <= LANG_EN; lang++)
            for (size_t i = 0; i < sizeof list / sizeof *list; i++)
                for (size_t k = 0; k < i; k++)
                    assert_false(str_eq(label((enum lang)lang, (enum period_style)style, list[i]),
                        label((enum lang)lang, (enum period_style)style, list[k])));
}

/* Every period there is between two years. */
static size_t all(int from, int to, struct period *out, size_t max)
{
    size_t n = 0;
    for (int y = from; y <= to; y++)
        for (int kind = PERIOD_WEEK; kind <= PERIOD_TERM; kind++)
            for (int i = 0; i <= 53; i++) {
                struct period p;
                for (int t = 1; t <= (kind == PERIOD_TERM ? PERIOD_TERM_MAX : 1); t++)
                    if (period_make((enum period_kind)kind, i, y, y + t, &p) && p.kind == kind) {
                        assert_true(n < max);
                        out[n++] = p;
                    }
            }
    return n;
}

static void test_codes_are_stable_unique_and_come_back(void **state)
{
    (void)state;
    static struct period list[40000];
    size_t n = all(PERIOD_YEAR_MIN, PERIOD_YEAR_MAX, list, 40000);
    assert_true(n > 25000);
    for (size_t i = 0; i < n; i++) {
        struct period back;
        int64_t code = period_code(list[i]);
        int year = list[i].kind == PERIOD_TERM ? list[i].year_to : list[i].year;
        assert_true(code >= PERIOD_CODE_YEAR(year) && code < PERIOD_CODE_YEAR(year + 1));
        assert_true(period_from_code(code, &back));
        assert_true(period_eq(back, list[i]));
        assert_true(period_parse(id(list[i]), &back, NULL) && period_eq(back, list[i]));
    }
    size_t found = 0;
    for (int64_t code = 0; code < PERIOD_CODE_YEAR(2300); code++) {
        struct period p;
        if (period_from_code(code, &p)) {
            assert_int_equal(period_code(p), code);
            found++;
        }
    }
    assert_int_equal(found, n);
    /* written in stores: these never change */
    assert_int_equal(period_code(P("2024-03")), 2024035);
    assert_int_equal(period_code(P("2024-Q1")), 2024036);
    assert_int_equal(period_code(P("2024-H1")), 2024067);
    assert_int_equal(period_code(P("2024-9M")), 2024097);
    assert_int_equal(period_code(P("2024")), 2024128);
    assert_int_equal(period_code(P("2024-W12")), 2024033);
    assert_int_equal(period_code(P("2026-W53")), 2026124);
    assert_int_equal(period_code(P("2020..2025")), 2025135);
    assert_false(period_from_code(INT64_MIN, &list[0]) || period_from_code(INT64_MAX, &list[0]));
}

static void test_codes_sort_by_time_then_length(void **state)
{
    (void)state;
    static const char *const order[] = {"2023-W52", "2023-12", "2023", "2024-W01", "2024-01",
        "2024-W06", "2024-02", "2024-2M", "2024-W12", "2024-W13", "2024-03", "2024-Q1", "2024-W14",
        "2024-04", "2024-4M", "2024-06", "2024-Q2", "2024-H1", "2024-07", "2024-9M", "2024-10",
        "2024-W52", "2024-12", "2024-Q4", "2024-H2", "2024", "2023..2024", "2020..2024", "2025-W01",
        "2025-01"};
    for (size_t i = 1; i < sizeof order / sizeof *order; i++)
        if (period_cmp(P(order[i - 1]), P(order[i])) >= 0)
            fail_msg("%s should stand before %s", order[i - 1], order[i]);
    assert_int_equal(period_cmp(P("2024-3M"), P("2024-Q1")), 0);
    for (int w = 2; w <= 53; w++) {
        struct period a, b;
        assert_true(period_make(PERIOD_WEEK, w - 1, 2026, 0, &a));
        assert_true(period_make(PERIOD_WEEK, w, 2026, 0, &b));
        assert_true(period_cmp(a, b) < 0);
    }
}

static void days(const char *of, const char *first, const char *last)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 100);
    day_put(&b, period_first_day(P(of)));
    sbuf_char(&b, ' ');
    day_put(&b, period_last_day(P(of)));
    char want[64];
    snprintf(want, sizeof want, "%s %s", first, last);
    assert_str(sbuf_view(&b), want);
}

static void test_civil_days_of_a_period(void **state)
{
    (void)state;
    days("2024-02", "2024-02-01", "2024-02-29");
    days("2023-02", "2023-02-01", "2023-02-28");
    days("2024-Q1", "2024-01-01", "2024-03-31");
    days("2024-Q4", "2024-10-01", "2024-12-31");
    days("2024-H2", "2024-07-01", "2024-12-31");
    days("2024-9M", "2024-01-01", "2024-09-30");
    days("2024", "2024-01-01", "2024-12-31");
    days("2020..2025", "2021-01-01", "2025-12-31");
    days("2026-W47", "2026-11-16", "2026-11-22");
    days("2026-W01", "2025-12-29", "2026-01-04");
    days("2020-W53", "2020-12-28", "2021-01-03");
    days("2021-W01", "2021-01-04", "2021-01-10");
}

static struct str moved(bool (*how)(struct period, struct period *), const char *from)
{
    struct period p;
    return how(P(from), &p) ? id(p) : STR("none");
}

static void test_the_period_before_after_and_a_year_ago(void **state)
{
    (void)state;
    assert_str(moved(period_previous, "2024-01"), "2023-12");
    assert_str(moved(period_next, "2024-12"), "2025-01");
    assert_str(moved(period_previous, "2024-Q1"), "2023-Q4");
    assert_str(moved(period_next, "2024-Q4"), "2025-Q1");
    assert_str(moved(period_previous, "2024-H2"), "2024-H1");
    assert_str(moved(period_previous, "2024-9M"), "2023-9M");
    assert_str(moved(period_next, "2024"), "2025");
    assert_str(moved(period_previous, "2021-W01"), "2020-W53");
    assert_str(moved(period_next, "2020-W53"), "2021-W01");
    assert_str(moved(period_next, "2020..2025"), "2025..2030");
    assert_str(moved(period_previous, "2020..2025"), "2015..2020");
    assert_str(moved(period_last_year, "2024-Q1"), "2023-Q1");
    assert_str(moved(period_last_year, "2024-9M"), "2023-9M");
    assert_str(moved(period_last_year, "2020-W53"), "none");
    assert_str(moved(period_last_year, "2021-W52"), "2020-W52");
    assert_str(moved(period_last_year, "2020..2025"), "none");
    assert_str(moved(period_previous, "1900-01"), "none");
    assert_str(moved(period_next, "2199-Q4"), "none");
    assert_str(moved(period_next, "2199-W52"), "none");
    assert_str(moved(period_next, "2195..2199"), "none");
}

static void test_a_day_lies_in_one_period_of_each_frequency(void **state)
{
    (void)state;
    for (int f = FREQUENCY_WEEK; f <= FREQUENCY_YEAR; f++) {
        struct period p, before = {0};
        for (struct day d = day_make(1999, 12, 20); day_before(d, day_make(2032, 1, 10));
             d = day_add(d, 1)) {
            enum frequency own;
            assert_true(period_of_day((enum frequency)f, d, &p));
            assert_true(period_frequency(p, &own) && own == (enum frequency)f);
            assert_true(day_in(d, period_first_day(p), day_add(period_last_day(p), 1)));
            struct period next;
            if (before.year && !period_eq(p, before))
                assert_true(period_next(before, &next) && period_eq(next, p));
            before = p;
        }
    }
    struct period p;
    assert_false(period_of_day(FREQUENCY_WEEK, DAY_MAX, &p));
    assert_false(period_of_day(FREQUENCY_MONTH, DAY_MIN, &p));
    assert_false(period_of_day(FREQUENCY_WEEK, day_make(1899, 12, 31), &p));
}

static void lies(const char *inner, const char *outer, bool expected)
{
    if (period_contains(P(outer), P(inner)) != expected)
        fail_msg("%s in %s", inner, outer);
}

static void test_what_lies_in_what(void **state)
{
    (void)state;
    lies("2024-03", "2024-Q1", true);
    lies("2024-04", "2024-Q1", false);
    lies("2024-Q3", "2024-9M", true);
    lies("2024-Q4", "2024-9M", false);
    lies("2024-H1", "2024-9M", true);
    lies("2024-8M", "2024-9M", true);
    lies("2024-9M", "2024", true);
    lies("2024", "2024-9M", false);
    lies("2024", "2024", true);
    lies("2021", "2020..2025", true);
    lies("2020", "2020..2025", false);
    lies("2025-12", "2020..2025", true);
    lies("2026-W01", "2026-01", true); /* 29/12 - 04/01 */
    lies("2020-W53", "2021-01", true); /* 28/12 - 03/01: its Sunday is in January */
    lies("2020-W53", "2020", false);
    lies("2024-03", "2024-W12", false);
    lies("2024-W12", "2024-W12", true);
}

static struct str split(const char *of, enum frequency base)
{
    struct period parts[PERIOD_SPLIT_MAX];
    return ids(parts, period_split(P(of), base, parts));
}

static void test_longer_periods_are_added_up_from_the_next_finer_ones(void **state)
{
    (void)state;
    assert_str(split("2024", FREQUENCY_MONTH), "2024-H1 2024-H2");
    assert_str(split("2024", FREQUENCY_QUARTER), "2024-H1 2024-H2");
    assert_str(split("2024", FREQUENCY_YEAR), "");
    assert_str(split("2024-H2", FREQUENCY_MONTH), "2024-Q3 2024-Q4");
    assert_str(split("2024-H2", FREQUENCY_QUARTER), "2024-Q3 2024-Q4");
    assert_str(split("2024-H2", FREQUENCY_HALF), "");
    assert_str(split("2024-Q4", FREQUENCY_MONTH), "2024-10 2024-11 2024-12");
    assert_str(split("2024-Q4", FREQUENCY_QUARTER), "");
    assert_str(split("2024-Q4", FREQUENCY_HALF), "");
    assert_str(split("2024-03", FREQUENCY_MONTH), "");
    assert_str(split("2024-9M", FREQUENCY_MONTH), "2024-Q1 2024-Q2 2024-Q3");
    assert_str(split("2024-9M", FREQUENCY_QUARTER), "2024-Q1 2024-Q2 2024-Q3");
    assert_str(split("2024-9M", FREQUENCY_HALF), "");
    assert_str(split("2026-11M", FREQUENCY_MONTH), "2026-Q1 2026-Q2 2026-Q3 2026-10 2026-11");
    assert_str(split("2026-11M", FREQUENCY_QUARTER), "");
    assert_str(split("2026-2M", FREQUENCY_MONTH), "2026-01 2026-02");
    assert_str(split("2020..2025", FREQUENCY_QUARTER), "2021 2022 2023 2024 2025");
    assert_str(split("2020..2025", FREQUENCY_YEAR), "2021 2022 2023 2024 2025");
    assert_str(split("2021-01", FREQUENCY_WEEK), "2020-W53 2021-W01 2021-W02 2021-W03 2021-W04");
    assert_str(split("2024-W12", FREQUENCY_WEEK), "");
}

/* Splits to the bottom and counts how often each base period comes. */
static size_t leaves(struct period p, enum frequency base, struct period *out)
{
    struct period parts[PERIOD_SPLIT_MAX];
    size_t n = period_split(p, base, parts), found = 0;
    if (n == 0) {
        out[0] = p;
        return 1;
    }
    for (size_t i = 0; i < n; i++)
        found += leaves(parts[i], base, out + found);
    return found;
}

static void test_splitting_to_the_bottom_gives_each_base_period_once(void **state)
{
    (void)state;
    static struct period list[2000], bottom[2000], bases[2000];
    size_t n = all(2019, 2026, list, 2000);
    struct arena_mark mark = arena_mark(&arena);
    for (size_t i = 0; i < n; i++)
        for (int f = FREQUENCY_WEEK; f <= FREQUENCY_YEAR; f++) {
            struct period again;
            if (!period_covered(list[i], (enum frequency)f) || list[i].kind == PERIOD_WEEK)
                continue;
            size_t k = leaves(list[i], (enum frequency)f, bottom);
            size_t b = period_bases(list[i], (enum frequency)f, bases, 2000);
            if (!str_eq(ids(bottom, k), ids(bases, b)))
                fail_msg("%.*s", STR_ARG(id(list[i])));
            for (size_t x = 0; x < b; x++)
                assert_true(period_contains(list[i], bases[x]) && period_valid(bases[x]));
            if (f != FREQUENCY_WEEK) {
                assert_int_equal(period_first_day(bases[0]).v, period_first_day(list[i]).v);
                assert_int_equal(period_last_day(bases[b - 1]).v, period_last_day(list[i]).v);
            }
            assert_true(b < 2 || (period_next(bases[0], &again) && period_eq(again, bases[1])));
            arena_release(&arena, mark);
        }
}

static void test_base_periods_inside_a_longer_one(void **state)
{
    (void)state;
    struct period p[100];
    assert_str(ids(p, period_bases(P("2024-8M"), FREQUENCY_QUARTER, p, 100)), "2024-Q1 2024-Q2");
    assert_false(period_covered(P("2024-8M"), FREQUENCY_QUARTER));
    assert_true(period_covered(P("2024-9M"), FREQUENCY_QUARTER));
    assert_false(period_covered(P("2024-9M"), FREQUENCY_HALF));
    assert_false(period_covered(P("2024-03"), FREQUENCY_QUARTER));
    assert_false(period_covered(P("2024-W12"), FREQUENCY_MONTH));
    assert_str(ids(p, period_bases(P("2024-03"), FREQUENCY_MONTH, p, 100)), "2024-03");
    assert_int_equal(period_bases(P("2024-03"), FREQUENCY_QUARTER, p, 100), 0);
    assert_int_equal(period_bases(P("2020"), FREQUENCY_WEEK, p, 100), 52);
    assert_int_equal(period_bases(P("2020..2025"), FREQUENCY_MONTH, p, 3), 60);
    assert_str(ids(p, 3), "2021-01 2021-02 2021-03");
}

static struct str to_date(const char *of)
{
    struct period p;
    return period_to_date(P(of), &p) ? id(p) : STR("none");
}

static void test_year_to_date(void **state)
{
    (void)state;
    assert_str(to_date("2024-01"), "2024-01");
    assert_str(to_date("2024-02"), "2024-2M");
    assert_str(to_date("2024-03"), "2024-Q1");
    assert_str(to_date("2024-06"), "2024-H1");
    assert_str(to_date("2024-09"), "2024-9M");
    assert_str(to_date("2024-12"), "2024");
    assert_str(to_date("2024-Q1"), "2024-Q1");
    assert_str(to_date("2024-Q2"), "2024-H1");
    assert_str(to_date("2024-Q3"), "2024-9M");
    assert_str(to_date("2024-Q4"), "2024");
    assert_str(to_date("2024-H2"), "2024");
    assert_str(to_date("2024-9M"), "2024-9M");
    assert_str(to_date("2024"), "2024");
    assert_str(to_date("2024-W12"), "none");
    assert_str(to_date("2020..2025"), "none");
}

static void test_a_term_has_its_plan_years(void **state)
{
    (void)state;
    assert_int_equal(period_plan_years(P("2020..2025")), 5);
    assert_str(id(period_plan_year(P("2020..2025"), 0)), "2021");
    assert_str(id(period_plan_year(P("2020..2025"), 4)), "2025");
}

static void test_frequencies_have_names(void **state)
{
    (void)state;
    for (int f = FREQUENCY_WEEK; f <= FREQUENCY_YEAR; f++) {
        enum frequency back;
        assert_true(frequency_parse(str_of(frequency_name((enum frequency)f)), &back));
        assert_int_equal(back, f);
    }
    enum frequency f;
    assert_true(frequency_parse(STR("quarter"), &f) && f == FREQUENCY_QUARTER);
    assert_false(frequency_parse(STR("daily"), &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_id_is_read_and_written_back),
        cmocka_unit_test(test_one_window_has_one_name),
        cmocka_unit_test(test_what_is_no_period_is_refused_with_examples),
        cmocka_unit_test(test_dhis2_and_sdmx_have_their_own_ids),
        cmocka_unit_test(test_labels_as_vietnamese_offices_write_them),
        cmocka_unit_test(test_no_two_periods_of_a_year_share_a_label),
        cmocka_unit_test(test_codes_are_stable_unique_and_come_back),
        cmocka_unit_test(test_codes_sort_by_time_then_length),
        cmocka_unit_test(test_civil_days_of_a_period),
        cmocka_unit_test(test_the_period_before_after_and_a_year_ago),
        cmocka_unit_test(test_a_day_lies_in_one_period_of_each_frequency),
        cmocka_unit_test(test_what_lies_in_what),
        cmocka_unit_test(test_longer_periods_are_added_up_from_the_next_finer_ones),
        cmocka_unit_test(test_splitting_to_the_bottom_gives_each_base_period_once),
        cmocka_unit_test(test_base_periods_inside_a_longer_one),
        cmocka_unit_test(test_year_to_date),
        cmocka_unit_test(test_a_term_has_its_plan_years),
        cmocka_unit_test(test_frequencies_have_names),
    };
    arena_init(&arena, 64u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
