/* Civil days and instants. */
#include "../test.h"

#include <time.h>

#include "base/day.h"

static struct arena arena;

static struct str put(void (*how)(struct sbuf *, struct day), struct day d)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 100);
    how(&b, d);
    return sbuf_view(&b);
}

static void test_days_agree_with_the_c_library_over_six_centuries(void **state)
{
    (void)state;
    for (int v = -70 * 366; v < 500 * 366; v++) {
        time_t t = (time_t)v * 86400;
        struct tm tm;
        struct ymd c = day_ymd((struct day){v});
        assert_non_null(gmtime_r(&t, &tm));
        assert_true(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 && c.day == tm.tm_mday);
        assert_int_equal(day_make(c.year, c.month, c.day).v, v);
        assert_int_equal(day_weekday((struct day){v}) % 7, tm.tm_wday);
        assert_true(ymd_valid(c.year, c.month, c.day));
    }
}

static void test_far_days_come_back(void **state)
{
    (void)state;
    static const int list[] = {1000, 1582, 1599, 1600, 1900, 2000, 2100, 9999};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        for (int month = 1; month <= 12; month++) {
            struct ymd c = day_ymd(day_make(list[i], month, days_in_month(list[i], month)));
            assert_true(
                c.year == list[i] && c.month == month && c.day == days_in_month(list[i], month));
        }
    assert_int_equal(days_in_month(1900, 2), 28);
    assert_int_equal(days_in_month(2000, 2), 29);
    assert_int_equal(days_in_month(2023, 2), 28);
}

static void parsed(const char *text, const char *expected)
{
    struct day d = {7};
    struct err e = ERR_INIT;
    if (day_parse(str_of(text), &d, &e)) {
        assert_str(put(day_put, d), expected);
        return;
    }
    if (expected)
        fail_msg("refused: %s", text);
    assert_int_equal(e.key, MSG_err_day_syntax);
    assert_int_equal(d.v, 7);
}

static void test_days_as_files_and_as_people_write_them(void **state)
{
    (void)state;
    parsed("2024-03-31", "2024-03-31");
    parsed("31/03/2024", "2024-03-31");
    parsed("31/3/2024", "2024-03-31");
    parsed(" 1/1/2024 ", "2024-01-01");
    parsed("29/02/2024", "2024-02-29");
    parsed("29/02/2023", NULL);
    parsed("31/04/2024", NULL);
    parsed("2024-3-31", NULL);
    parsed("2024-00-01", NULL);
    parsed("2024-13-01", NULL);
    parsed("0999-01-01", NULL);
    parsed("03/31/2024", NULL);
    parsed("31/03/24", NULL);
    parsed("31/03/2024/1", NULL);
    parsed("31-03-2024", NULL);
    parsed("31/03", NULL);
    parsed("2024-03-31x", NULL);
    parsed("", NULL);
    parsed("//", NULL);
    parsed("+1/03/2024", NULL);
    assert_str(put(day_put_people, day_make(2024, 4, 2)), "02/04/2024");
}

static struct str ms(void (*how)(struct sbuf *, int64_t), int64_t v)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 100);
    how(&b, v);
    return sbuf_view(&b);
}

static void test_the_civil_day_turns_at_midnight_in_vietnam(void **state)
{
    (void)state;
    int64_t midnight = day_start_ms(day_make(2024, 3, 31)); /* 17:00 UTC the day before */
    assert_int_equal(midnight, 1711818000000);
    assert_int_equal(day_of_ms(midnight).v, day_make(2024, 3, 31).v);
    assert_int_equal(day_of_ms(midnight - 1).v, day_make(2024, 3, 30).v);
    assert_str(ms(ms_put, midnight + 58805123), "2024-03-31T16:20:05.123+07:00");
    assert_str(ms(ms_put_people, midnight - 1), "23:59 30/03/2024");
    assert_int_equal(day_of_ms(-1 - VIETNAM_MS).v, -1); /* before 1970 */
    assert_int_equal(day_of_ms(-VIETNAM_MS).v, 0);
    assert_str(ms(ms_put, -VIETNAM_MS - 1), "1969-12-31T23:59:59.999+07:00");
}

static void test_ranges_hold_their_first_day_and_not_their_last(void **state)
{
    (void)state;
    struct day a = day_make(2024, 1, 1), b = day_make(2024, 2, 1);
    assert_true(day_in(a, a, b) && !day_in(b, a, b) && day_in(day_add(b, -1), a, b));
    assert_true(day_in(a, DAY_MIN, DAY_MAX));
    assert_true(day_before(a, b) && !day_before(a, a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_agree_with_the_c_library_over_six_centuries),
        cmocka_unit_test(test_far_days_come_back),
        cmocka_unit_test(test_days_as_files_and_as_people_write_them),
        cmocka_unit_test(test_the_civil_day_turns_at_midnight_in_vietnam),
        cmocka_unit_test(test_ranges_hold_their_first_day_and_not_their_last),
    };
    arena_init(&arena, 16u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
