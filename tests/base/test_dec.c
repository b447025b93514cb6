/* Exact numbers: what is typed, stored, divided and printed. */
#include "../test.h"

#include "base/dec.h"

static struct arena arena;

static struct str people(struct dec d)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 100);
    dec_put_people(&b, LANG_VI, d);
    return sbuf_view(&b);
}

static void typed(const char *text, int64_t m, int scale)
{
    struct dec d;
    struct err e = ERR_INIT;
    if (!dec_parse_typed(str_of(text), &d, &e))
        fail_msg("refused: %s", text);
    assert_true(dec_eq(d, (struct dec){m, (uint8_t)scale}));
}

static void refused(const char *text, enum msg_key key)
{
    struct dec d;
    struct err e = ERR_INIT;
    if (dec_parse_typed(str_of(text), &d, &e))
        fail_msg("accepted: %s", text);
    assert_int_equal(e.key, key);
}

static void test_numbers_as_vietnamese_people_type_them(void **state)
{
    (void)state;
    typed("1234", 1234, 0);
    typed("1.234", 1234, 0);
    typed("2.556,9", 25569, 1);
    typed("12.345.678", 12345678, 0);
    typed("1 234", 1234, 0);
    typed("1\u00a0234,50", 12345, 1);
    typed("0,02", 2, 2);
    typed("-0,02", -2, 2);
    typed("\u22120,02", -2, 2);
    typed(" 007 ", 7, 0);
    refused("1.5", MSG_err_number_ambiguous);
    refused("1.23", MSG_err_number_ambiguous);
    refused("1234.567", MSG_err_number_ambiguous);
    refused("1.2345", MSG_err_number_ambiguous);
    refused("", MSG_err_number_syntax);
    refused("-", MSG_err_number_syntax);
    refused("1,", MSG_err_number_syntax);
    refused("1,2,3", MSG_err_number_syntax);
    refused("mười", MSG_err_number_syntax);
    refused("1,2345678", MSG_err_number_decimals);
    refused("99999999999999999999", MSG_err_number_range);
}

static void test_an_ambiguous_number_names_both_readings(void **state)
{
    (void)state;
    struct dec d;
    struct err e = ERR_INIT;
    assert_false(dec_parse_typed(STR("1.5"), &d, &e));
    assert_string_equal(e.arg[1], "1,5");
    assert_string_equal(e.arg[2], "15");
    assert_false(dec_parse_typed(STR("\u22121 234\u00a056"), &d, &e));
    assert_string_equal(e.arg[1], "-1234,56");
    assert_string_equal(e.arg[2], "-123456");
}

static void test_a_long_row_of_dots_is_just_no_number(void **state)
{
    (void)state;
    char dots[400];
    memset(dots, '.', sizeof dots);
    dots[0] = '1';
    dots[sizeof dots - 1] = '\0';
    refused(dots, MSG_err_number_syntax);
    for (size_t i = 1; i < sizeof dots - 1; i += 2)
        dots[i] = '5'; /* 15.5.5.5... */
    refused(dots, MSG_err_number_syntax);
    refused("1..234", MSG_err_number_syntax);
    refused("1.", MSG_err_number_syntax);
}

static void test_blanks_pasted_around_a_number_do_not_matter(void **state)
{
    (void)state;
    typed("\u00a01.234\u00a0", 1234, 0);
    typed(" \u202f12,5 \u00a0\u202f ", 125, 1);
    refused("\u00a0", MSG_err_number_syntax);
}

static void test_figures_are_printed_as_in_papers(void **state)
{
    (void)state;
    assert_str(people((struct dec){25569, 1}), "2.556,9");
    assert_str(people((struct dec){8020, 0}), "8.020");
    assert_str(people((struct dec){-2, 2}), "\u22120,02");
    assert_str(people((struct dec){INT64_MIN + 1, 0}), "\u22129.223.372.036.854.775.807");
    assert_str(people((struct dec){999, 0}), "999");
}

static void test_rounding_is_half_away_from_zero(void **state)
{
    (void)state;
    struct rat r;
    struct dec d;
    assert_true(rat_make(1, 8, &r) && rat_round(r, 2, &d));
    assert_int_equal(d.m, 13);
    assert_true(rat_make(-1, 8, &r) && rat_round(r, 2, &d));
    assert_int_equal(d.m, -13);
    assert_true(rat_make(2051 * 100, 3420, &r));
    assert_true(rat_round(r, 1, &d));
    assert_int_equal(d.m, 600);                  /* prints 60,0 ... */
    assert_true(rat_cmp(r, rat_of_i64(60)) < 0); /* ... and is still below 60 */
}

static void test_fractions_are_exact_and_overflow_is_told(void **state)
{
    (void)state;
    struct rat a, b, c;
    assert_true(rat_make(1, 3, &a) && rat_make(1, 6, &b) && rat_add(a, b, &c));
    assert_true(c.num == 1 && c.den == 2);
    i128 big = ((i128)1 << 126);
    assert_true(rat_make(big, 1, &a) && rat_make(big, 1, &b));
    assert_false(rat_add(a, b, &c));
    assert_false(rat_mul(a, b, &c));
    assert_true(rat_make(big, big - 1, &a) && rat_make(big - 1, big - 2, &b));
    assert_true(rat_cmp(a, b) < 0);
    struct dec d;
    assert_true(rat_make(big - 2, big - 1, &a) && rat_round(a, 6, &d));
    assert_int_equal(d.m, 1000000);
    assert_false(rat_div(a, rat_of_i64(0), &c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_as_vietnamese_people_type_them),
        cmocka_unit_test(test_an_ambiguous_number_names_both_readings),
        cmocka_unit_test(test_a_long_row_of_dots_is_just_no_number),
        cmocka_unit_test(test_blanks_pasted_around_a_number_do_not_matter),
        cmocka_unit_test(test_figures_are_printed_as_in_papers),
        cmocka_unit_test(test_rounding_is_half_away_from_zero),
        cmocka_unit_test(test_fractions_are_exact_and_overflow_is_told),
    };
    arena_init(&arena, 1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
