/* Calendars: windows of periods, working days, due days; and the packs that the program carries. */
#include "../test.h"

#include "domain/calendar.h"
#include "rule_files.h"

static struct arena arena;
static struct calendar cal;

static struct period P(const char *id) {
    struct period p = {0};
    assert_true(period_parse(str_of(id), &p, NULL));
    return p;
}

static struct day
D(const char *text) {
    struct day d = {0};
    assert_true(day_parse(str_of(text), &d, NULL));
    return d;
}

static struct str
shown(struct day d)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 20);
    day_put(&b, d);
    return sbuf_view(&b);
}

static struct str window(const char *family, const char *id)
{
    struct window w;
    struct err e = ERR_INIT;
    struct sbuf b;
    if (!calendar_window(&cal, str_of(family), P(id), &w, &e))
        return msg_name(e.key);
    sbuf_init(&b, &arena, 40);
    window_put(&b, w);
    return sbuf_view(&b);
}

static void test_windows_of_decree_09(void **state)
{
    (void)state;
    assert_str(window("report", "2024-03"), "15/02/2024 - 14/03/2024");
    assert_str(window("report", "2024-01"), "15/12/2023 - 14/01/2024");
    assert_str(window("report", "2024-Q1"), "15/12/2023 - 14/03/2024");
    assert_str(window("report", "2024-Q2"), "15/03/2024 - 14/06/2024");
    assert_str(window("report", "2024-H1"), "15/12/2023 - 14/06/2024");
    assert_str(window("report", "2024-H2"), "15/06/2024 - 14/12/2024");
    assert_str(window("report", "2024-9M"), "15/12/2023 - 14/09/2024");
    assert_str(window("report", "2024"), "15/12/2023 - 14/12/2024");
    assert_str(window("report", "2018-Q4"), "01/10/2018 - 31/12/2018"); /* before the decree */
    assert_str(window("report", "2026-W47"), "16/11/2026 - 22/11/2026");
}

static void test_windows_of_the_other_families(void **state)
{
    (void)state;
    assert_str(window("calendar", "2024-02"), "01/02/2024 - 29/02/2024");
    assert_str(window("calendar", "2024-Q1"), "01/01/2024 - 31/03/2024");
    assert_str(window("calendar", "2020..2025"), "01/01/2021 - 31/12/2025");
    assert_str(window("party", "2024-Q1"), "01/01/2024 - 31/03/2024");
    assert_str(window("school", "2024"), "05/09/2024 - 31/05/2025");
    assert_str(window("school", "2024-H1"), "05/09/2024 - 18/01/2025");
    assert_str(window("school", "2024-H2"), "19/01/2025 - 31/05/2025");
    assert_str(window("school", "2024-03"), "01/03/2024 - 31/03/2024");
    assert_str(window("season", "2024-H1"), "01/11/2023 - 30/06/2024");
    assert_str(window("season", "2024-H2"), "01/07/2024 - 31/10/2024");
    assert_str(window("lunar", "2024-H2"), "err.calendar.family");
    assert_false(calendar_has_family(&cal, STR("lunar")));
    assert_true(calendar_has_family(&cal, STR("season")));
}

static void test_months_of_a_family_follow_each_other_without_gap(void **state)
{
    (void)state;
    static const char *const families[] = {"calendar", "report", "party"};
    for (size_t f = 0; f < 3; f++) {
        struct period p = P("2019-05");
        struct window before = {0}, w;
        while (p.year < 2028) {
            assert_true(calendar_window(&cal, str_of(families[f]), p, &w, NULL));
            if (before.last.v)
                assert_int_equal(before.last.v + 1, w.first.v);
            before = w;
            assert_true(period_next(p, &p));
        }
    }
}

static void test_the_law_pays_eleven_and_then_twelve_days(void **state)
{
    (void)state;
    assert_int_equal(calendar_paid_days(&cal, D("2020-12-31")), 10);
    assert_int_equal(calendar_paid_days(&cal, D("2021-01-01")), 11);
    assert_int_equal(calendar_paid_days(&cal, D("2026-06-30")), 11);
    assert_int_equal(calendar_paid_days(&cal, D("2026-07-01")), 12);
}

/* Every paid day costs exactly one day from Monday to Friday, that day or its substitute, and what
 * is exchanged is worked on a Saturday: so the announced days of a year can be checked by counting.
 */
static void test_announced_days_of_each_year_add_up_to_the_law(void **state)
{
    (void)state;
    for (int year = 2020; year <= 2027; year++) {
        int lost = 0;
        assert_true(calendar_year_known(&cal, year));
        for (struct day d = day_make(year, 1, 1); day_ymd(d).year == year; d = day_add(d, 1)) {
            bool weekday = day_weekday(d) <= 5, works = calendar_is_working(&cal, d);
            lost += weekday && !works;
            lost -= !weekday && works;
        }
        if (lost != calendar_paid_days(&cal, day_make(year, 12, 31)))
            fail_msg("%d: %d days", year, lost);
    }
}

static void kind(const char *day, enum day_kind expected, bool working)
{
    struct day_info i = calendar_day(&cal, D(day));
    if (i.kind != expected || i.working != working)
        fail_msg("%s: kind %d, working %d", day, (int)i.kind, i.working);
}

static void test_single_days(void **state)
{
    (void)state;
    kind("2024-03-13", DAY_ORDINARY, true);
    kind("2024-03-16", DAY_WEEKLY_OFF, false);
    kind("2024-02-09", DAY_TET, false);
    kind("2024-04-29", DAY_SWAP_OFF, false);
    kind("2024-05-04", DAY_SWAP_WORK, true); /* a Saturday */
    kind("2024-09-02", DAY_HOLIDAY, false);
    kind("2023-05-03", DAY_SUBSTITUTE, false);
    kind("2025-11-24", DAY_ORDINARY, true);
    kind("2026-11-24", DAY_HOLIDAY, false);
    kind("2028-04-30", DAY_HOLIDAY, false); /* fixed holidays are known also of years to come */
    kind("1999-09-25", DAY_ORDINARY, true); /* a Saturday of the six-day week */
    kind("1999-09-26", DAY_WEEKLY_OFF, false);
    kind("1999-10-02", DAY_WEEKLY_OFF, false);
    assert_false(calendar_year_known(&cal, 2028));
    struct day_info tet = calendar_day(&cal, D("2027-02-08"));
    assert_str(tet.name_vi, "Tết Đinh Mùi");
    assert_int_equal(tet.origin->confidence, 'C'); /* not announced: the page says so */
    assert_int_equal(calendar_day(&cal, D("2020-01-27")).origin->confidence, 'B');
}

static struct str after(const char *day, int n)
{
    struct day d;
    return calendar_add_working(&cal, D(day), n, &d) ? shown(d) : STR("none");
}

static void test_working_days_are_counted_over_tet_and_weekends(void **state)
{
    (void)state;
    assert_str(after("2024-03-14", 1), "2024-03-15");
    assert_str(after("2024-03-14", 2), "2024-03-18");
    assert_str(after("2024-02-07", 1), "2024-02-15"); /* over Tết */
    assert_str(after("2024-02-15", -1), "2024-02-07");
    assert_str(after("2024-03-16", 0), "2024-03-18");
    assert_str(after("2024-03-15", 0), "2024-03-15");
    assert_str(after("2024-05-03", 1), "2024-05-04"); /* a Saturday worked */
    assert_int_equal(calendar_working_days(&cal, D("2024-03-01"), D("2024-04-01")), 21);
    assert_int_equal(calendar_working_days(&cal, D("2024-02-08"), D("2024-02-15")), 0);
    assert_int_equal(calendar_working_days(&cal, D("2024-02-15"), D("2024-02-08")), 0);
    /* 102 days from Monday to Friday, less 1 and 2 September and 24 November; 31 August is made up
     */
    assert_int_equal(calendar_working_days(&cal, D("2026-07-10"), D("2026-12-01")), 99);
}

static struct str due(const char *level, const char *family, const char *id)
{
    struct day d;
    struct err e = ERR_INIT;
    return calendar_due(&cal, str_of(level), str_of(family), P(id), &d, &e) ? shown(d)
                                                                            : msg_name(e.key);
}

static void test_due_days_are_rules_over_working_days(void **state)
{
    (void)state;
    assert_str(
        due("commune", "report", "2024-Q1"), "2024-03-18"); /* 2 working days after 14 March */
    assert_str(due("province", "report", "2024-Q1"), "2024-03-25");
    assert_str(due("province", "report", "2024-05"), "2024-05-27");  /* the 25th is a Saturday */
    assert_str(due("commune", "report", "2024-09"), "2024-09-17");   /* the 14th is a Saturday */
    assert_str(due("commune", "calendar", "2024-01"), "2024-02-05"); /* before Tết */
    assert_str(due("commune", "party", "2024-01"), "2024-01-19");    /* the 20th is a Saturday */
    assert_str(due("district", "report", "2025-Q2"), "2025-06-19");
    assert_str(due("district", "report", "2025-Q3"), "err.calendar.no_due"); /* no districts then */
    assert_str(due("commune", "report", "2018-Q1"), "err.calendar.no_due");
    assert_str(due("commune", "lunar", "2024-Q1"), "err.calendar.family");
}

static void test_one_working_day_lies_between_cut_off_and_due_day(void **state)
{
    (void)state;
    static const char *const levels[] = {"commune", "province", "hamlet"};
    for (struct period p = P("2020-01"); p.year < 2028; assert_true(period_next(p, &p)))
        for (int i = 0; i < 3; i++) {
            struct window w;
            struct day d;
            assert_true(calendar_window(&cal, STR("report"), p, &w, NULL));
            assert_true(calendar_due(&cal, str_of(levels[i]), STR("report"), p, &d, NULL));
            assert_true(calendar_is_working(&cal, d));
            assert_true(calendar_working_days(&cal, day_add(w.last, 1), day_add(d, 1)) >= 1);
        }
}

static bool add(struct calendar *c, enum calendar_pack pack, const char *text, struct err *e)
{
    return calendar_add(c, pack, STR("own.csv"), str_of(text), e);
}

static void test_an_installation_corrects_a_day_or_a_window(void **state)
{
    (void)state;
    struct calendar own = cal;
    struct day d;
    struct window w;
    assert_true(add(&own, PACK_DAYS,
        "valid_from,valid_to,kind,name_vi,name_en,note\n"
        "2027-02-04,2027-02-04,ordinary,,,announced otherwise\n"
        "2027-02-11,2027-02-11,tet,Tết Đinh Mùi,Tết,\n",
        NULL));
    assert_true(calendar_is_working(&own, D("2027-02-04")));
    assert_false(calendar_is_working(&own, D("2027-02-11")));
    assert_true(calendar_is_working(&cal, D("2027-02-11"))); /* the first calendar is as it was */
    assert_true(add(&own, PACK_WINDOWS,
        "family,kind,index,from_month,from_day,to_month,to_day,valid_from,valid_to\n"
        "party,any,,-1,21,0,20,2024-01-01,\n"
        "party,week,,,-3,,-3,,\n",
        NULL));
    assert_true(calendar_window(&own, STR("party"), P("2024-Q1"), &w, NULL));
    assert_str(shown(w.first), "2023-12-21");
    assert_str(shown(w.last), "2024-03-20");
    assert_true(calendar_window(&own, STR("party"), P("2023-Q1"), &w, NULL));
    assert_str(shown(w.last), "2023-03-31");
    assert_true(calendar_window(&own, STR("party"), P("2026-W47"), &w, NULL));
    assert_str(shown(w.first), "2026-11-13"); /* Friday to Thursday */
    assert_str(shown(w.last), "2026-11-19");
    struct due_rule form = {.by_date = true, .month = 0, .day = 16, .roll = ROLL_NEXT};
    assert_true(calendar_due_by(&own, &form, P("2024-Q1"), w, &d, NULL));
    assert_str(shown(d), "2024-03-18"); /* the 16th is a Saturday */
}

static void refused(
    enum calendar_pack pack, const char *text, enum msg_key key, int line, int column)
{
    struct calendar own = cal;
    struct err e = ERR_INIT;
    size_t n = own.days.n + own.windows.n + own.dues.n + own.weeks.n + own.holidays.n;
    assert_false(add(&own, pack, text, &e));
    if (e.key != key || e.line != line || e.column != column)
        fail_msg("%s at %d:%d", msg_name(e.key).p, e.line, e.column);
    assert_string_equal(e.place, "own.csv");
    assert_int_equal(own.days.n + own.windows.n + own.dues.n + own.weeks.n + own.holidays.n, n);
}

#define DAYS "valid_from,valid_to,kind,name_vi,name_en\n"

static void test_a_wrong_row_is_refused_with_its_place(void **state)
{
    (void)state;
    refused(PACK_DAYS, DAYS "2024-01-01,2024-01-01,feast,,\n", MSG_err_calendar_word, 2, 23);
    refused(PACK_DAYS, DAYS "2024-01-01,2024-01-01,tet,,\n2024-02-30,2024-03-01,tet,,\n",
        MSG_err_day_syntax, 3, 1);
    refused(PACK_DAYS, DAYS "2024-01-02,2024-01-01,tet,,\n", MSG_err_calendar_range, 2, 12);
    refused(PACK_DAYS, DAYS ",2024-01-01,tet,,\n", MSG_err_day_syntax, 2, 1);
    refused(PACK_DAYS, "valid_from,valid_to,kind\n", MSG_err_csv_missing_column, 1, 0);
    refused(PACK_WEEKS, "valid_from,valid_to,days_off\n,,6 8\n", MSG_err_calendar_number, 2, 3);
    refused(PACK_HOLIDAYS, "valid_from,valid_to,rule,days,name_vi,name_en\n,,02-30,1,x,x\n",
        MSG_err_calendar_word, 2, 3);
    refused(PACK_WINDOWS,
        "valid_from,valid_to,family,kind,index,from_month,from_day,to_month,to_day\n,,x,half,3,0,1,"
        "0,31\n",
        MSG_err_calendar_number, 2, 10);
    refused(PACK_DUE,
        "valid_from,valid_to,level,family,kind,index,working_days,month,day,roll\n,,c,x,any,,,0,25,"
        "back\n",
        MSG_err_calendar_word, 2, 18);
}

static void test_a_calendar_without_working_days_gives_up(void **state)
{
    (void)state;
    struct calendar own;
    struct day d = {7};
    struct err e = ERR_INIT;
    calendar_init(&own, &arena);
    assert_true(add(&own, PACK_WEEKS, "valid_from,valid_to,days_off\n,,1 2 3 4 5 6 7\n", NULL));
    assert_false(calendar_add_working(&own, D("2024-01-01"), 1, &d));
    assert_int_equal(d.v, 7);
    struct window w = {D("2024-01-01"), D("2024-01-31"), NULL};
    struct due_rule form = {.working_days = 2, .level = STR("commune")};
    assert_false(calendar_due_by(&own, &form, P("2024-01"), w, &d, &e));
    assert_int_equal(e.key, MSG_err_calendar_no_days);
}

static void test_rows_are_limited(void **state)
{
    (void)state;
    struct calendar own;
    struct err e = ERR_INIT;
    struct sbuf b;
    calendar_init(&own, &arena);
    sbuf_init(&b, &arena, 1 << 20);
    sbuf_z(&b, DAYS);
    for (int i = 0; i <= CALENDAR_ROWS_MAX; i++)
        sbuf_z(&b, "2024-01-01,2024-01-01,tet,,\n");
    assert_false(calendar_add(&own, PACK_DAYS, STR("own.csv"), sbuf_view(&b), &e));
    assert_int_equal(e.key, MSG_err_calendar_too_many);
    assert_int_equal(own.days.n, 0);
}

static int load(void **state)
{
    (void)state;
    calendar_init(&cal, &arena);
    for (int p = 0; p < CALENDAR_PACKS; p++) {
        struct str name = str_of(calendar_pack_file((enum calendar_pack)p));
        const struct embedded *file = embedded_find(rule_files, name);
        struct err e = ERR_INIT;
        if (!file || !calendar_add(&cal, (enum calendar_pack)p, name, embedded_text(file), &e)) {
            print_error("%s:%d:%d %s %s\n", name.p, e.line, e.column, msg_name(e.key).p, e.arg[0]);
            return 1;
        }
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows_of_decree_09),
        cmocka_unit_test(test_windows_of_the_other_families),
        cmocka_unit_test(test_months_of_a_family_follow_each_other_without_gap),
        cmocka_unit_test(test_the_law_pays_eleven_and_then_twelve_days),
        cmocka_unit_test(test_announced_days_of_each_year_add_up_to_the_law),
        cmocka_unit_test(test_single_days),
        cmocka_unit_test(test_working_days_are_counted_over_tet_and_weekends),
        cmocka_unit_test(test_due_days_are_rules_over_working_days),
        cmocka_unit_test(test_one_working_day_lies_between_cut_off_and_due_day),
        cmocka_unit_test(test_an_installation_corrects_a_day_or_a_window),
        cmocka_unit_test(test_a_wrong_row_is_refused_with_its_place),
        cmocka_unit_test(test_a_calendar_without_working_days_gives_up),
        cmocka_unit_test(test_rows_are_limited),
    };
    arena_init(&arena, 64u << 20);
    int failed = cmocka_run_group_tests(tests, load, NULL);
    arena_free(&arena);
    return failed;
}
