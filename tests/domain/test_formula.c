/* Formulas: what an indicator, a check or a condition may say, and what is said about a wrong one.
 */
#include "../test.h"

#include <stdlib.h>

#include "domain/formula.h"

static struct arena arena;

/* The indicators of these tests and their values in this quarter, the one before and last year's.
 */
struct known {
    const char *code, *now, *prev, *last_year, *cumulative, *plan;
};
static const struct known known[] = {
    {"KT01", "2556.9", NULL, NULL, NULL, "2700"},
    {"KT03", "103.2", NULL, "100", NULL, NULL},
    {"NS01", "30", NULL, NULL, "60", "80"},
    {"DA01", "200", NULL, NULL, NULL, NULL},
    {"DA02", "10", NULL, NULL, "50", NULL},
    {"MT01", "3420", NULL, NULL, NULL, NULL},
    {"MT02", "3370", NULL, NULL, NULL, NULL},
    {"MT04", "2051", NULL, NULL, NULL, NULL},
    {"XD01", "46", NULL, NULL, NULL, NULL},
    {"XD02", "44", NULL, NULL, NULL, NULL},
    {"XD04", "0", NULL, NULL, NULL, NULL},
    {"XD05", "0", NULL, NULL, NULL, NULL},
    {"CS01", NULL, NULL, NULL, NULL, NULL},
    {"CS02", "7", NULL, NULL, NULL, NULL},
    {"CS04", "3", NULL, NULL, NULL, NULL},
    {"CS05", "2", NULL, NULL, NULL, NULL},
    {"AS01", "15", NULL, NULL, NULL, NULL},
    {"AS05", "1000", "1000", NULL, NULL, NULL},
    {"AS06", "950", NULL, NULL, NULL, NULL},
    {"TC01", "103", "100", NULL, NULL, NULL},
    {"TC03", "3", NULL, NULL, NULL, NULL},
    {"TC04", "2", NULL, NULL, NULL, NULL},
    {"TC05", "1", NULL, NULL, NULL, NULL},
    {"QP01", "100", NULL, NULL, NULL, NULL},
    {"TC02:trường học", "4", NULL, NULL, NULL, NULL},
    {"TC02:to_dan_pho", "8", NULL, NULL, NULL, NULL},
    {"A-1 b", "5", NULL, NULL, NULL, NULL},
    {"Giá", "6", NULL, NULL, NULL, NULL},
    {"BIG", "9223372036854775807", NULL, NULL, NULL, NULL},
};
enum { KNOWN = sizeof known / sizeof *known };

static int look_up(void *ctx, struct str name)
{
    (void)ctx;
    for (int i = 0; i < KNOWN; i++)
        if (str_is(name, known[i].code))
            return i;
    return -1;
}

static bool operand(void *ctx, int i, enum formula_op how, struct str set,
    struct formula_value *ret, struct err *err)
{
    const struct known *k = &known[i];
    const char *z = how == F_PREV         ? k->prev
                    : how == F_LAST_YEAR  ? k->last_year
                    : how == F_CUMULATIVE ? k->cumulative
                    : how == F_PLAN       ? k->plan
                                          : k->now;

    (void)ctx;
    *ret = (struct formula_value){.has = z != NULL};
    if (how == F_PLAN && str_is(set, "HDND"))
        z = "90";
    return !z || rat_parse(str_of(z), &ret->number, err);
}

/* Seven of thirteen communes: the condition must be found again at the node that is named. */
static bool share(
    void *ctx, const struct formula *f, int node, struct formula_value *ret, struct err *err)
{
    (void)ctx;
    (void)err;
    if (!f->node[node].is_truth)
        return false;
    *ret = (struct formula_value){.has = true, .k = 7, .n = 13};
    return rat_make(700, 13, &ret->number);
}

static const struct formula_source source = {NULL, operand, share};

static struct formula parsed(const char *text)
{
    struct formula f;
    struct err e = ERR_INIT;

    if (!formula_parse(&arena, str_of(text), &f, &e) || !formula_resolve(&f, look_up, NULL, &e))
        fail_msg("%s: refused with %s", text, msg_name(e.key).p);
    return f;
}

static struct formula_value value(const char *text)
{
    struct formula f = parsed(text);
    struct formula_value v;
    struct err e = ERR_INIT;

    if (!formula_eval(&f, &source, &v, &e))
        fail_msg("%s: %s", text, msg_name(e.key).p);
    return v;
}

static void gives(const char *text, const char *expected)
{
    struct formula_value v = value(text);
    struct rat want;

    if (!v.has)
        fail_msg("%s: missing", text);
    assert_true(rat_parse(str_of(expected), &want, NULL));
    if (rat_cmp(v.number, want) != 0)
        fail_msg("%s: not %s", text, expected);
}

static void is_missing(const char *text)
{
    if (value(text).has)
        fail_msg("%s: has a value", text);
}

/* Refused with `key`, pointing at that character (0: at the whole). */
static void refused(const char *text, enum msg_key key, int column)
{
    struct formula f;
    struct err e = ERR_INIT;

    if (formula_parse(&arena, str_of(text), &f, &e) && formula_resolve(&f, look_up, NULL, &e))
        fail_msg("accepted: %s", text);
    if (e.key != key)
        fail_msg("%s: %s", text, msg_name(e.key).p);
    if (e.column != column)
        fail_msg("%s: points at character %d, not %d", text, e.column, column);
    if (column)
        assert_int_equal(atoi(e.arg[0]), column);
}

static void test_the_computed_lines_of_the_quarterly_form(void **state)
{
    (void)state;
    gives("100*KT01/plan(KT01)", "94.7");
    gives("100*(KT03/same_period_last_year(KT03)-1)", "3.2");
    gives("100*cumulative(NS01)/plan(NS01)", "75");
    gives("100*cumulative(DA02)/DA01", "25");
    gives("100*MT02/MT01", "337000/3420");
    gives("100*MT04/MT01", "205100/3420");
    gives("100*XD02/XD01", "4400/46");
    is_missing("100*XD05/XD04"); /* 0 of 0: nothing to divide */
    is_missing("100*CS02/CS01");
    gives("100*CS05/CS04", "200/3");
    gives("100*AS01/MT01", "1500/3420");
    gives("100*AS06/AS05", "95");
}

static void test_the_lines_of_the_superior_count_units(void **state)
{
    (void)state;
    static const char *const lines[] = {"share_of_units(TC03 > 0)", "share_of_units(TC05 > 0)",
        "share_of_units(100*MT02/MT01 >= 95)", "share_of_units(XD02 = XD01 and XD05 = XD04)",
        "share_of_units(QP01 >= 100)"};

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct formula_value v = value(lines[i]);
        assert_true(v.has);
        assert_int_equal(v.k, 7);
        assert_int_equal(v.n, 13);
        assert_true(parsed(lines[i]).has_share);
    }
    assert_false(parsed("100*MT02/MT01").has_share);
}

static void test_a_condition_is_judged_at_its_own_node(void **state)
{
    (void)state;
    struct formula f = parsed("share_of_units(XD02 = XD01 and XD05 = XD04)");
    struct formula_value v;

    assert_true(formula_eval_node(&f, f.node[f.nodes - 1].arg[0], &source, &v, NULL));
    assert_true(v.has);
    assert_true(rat_is_zero(v.number)); /* 44 of 46 houses */
    f = parsed("share_of_units(XD05 = XD04)");
    assert_true(formula_eval_node(&f, f.node[f.nodes - 1].arg[0], &source, &v, NULL));
    assert_false(rat_is_zero(v.number)); /* 0 of 0 violations counts as met */
}

static void test_the_checks_of_the_form(void **state)
{
    (void)state;
    gives("TC04 <= TC03", "1");
    gives("(TC03 = 0) = (TC04 = 0)", "1");
    gives("TC04 + TC05 > TC03", "0");
    gives("TC01 <= 1.03*prev(TC01)", "1");
    gives("TC01 < 1.03*prev(TC01)", "0");
    gives("KT01 <= 1.1 * plan(KT01)", "1");
    gives("plan(NS01, HDND)", "90");
    gives("plan(NS01, \"HDND\")", "90");
    is_missing("prev(MT01)");
    gives("sum(TC02:\"trường học\", TC02:to_dan_pho)", "12");
    gives("\"TC02:trường học\"", "4");
    gives("\"A-1 b\" + Giá", "11");
}

static void test_operators_bind_as_in_arithmetic(void **state)
{
    (void)state;
    gives("1+2*3", "7");
    gives("(1+2)*3", "9");
    gives("10-4-3", "3");
    gives("100/10/2", "5");
    gives("-2*-3", "6");
    gives("2--3", "5");
    gives("1/3+1/3+1/3", "1");
    gives("0.1+0.2", "0.3");
    gives("1 < 2 and not 2 < 1 or 1 = 2", "1");
    gives("not 1 = 2", "1");
    gives("1 = 1 or 1 = 2 and 1 = 3", "1");
    gives("2 <> 3", "1");
    gives("3 >= 3", "1");
    gives("if(1 < 2, 5, 6)", "5");
    gives("IF(NOT 1 < 2, 5, 6)", "6");
    gives("avg(1, 2, 6)", "3");
    gives("min(3, -1, 2)", "-1");
    gives("MAX(3, 7, 2)", "7");
    gives("sum(4)", "4");
}

static void test_missing_operands(void **state)
{
    (void)state;
    is_missing("CS01 + 1");
    is_missing("-CS01");
    is_missing("CS01 > 0");
    is_missing("not CS01 > 0");
    is_missing("5/0");
    is_missing("0/0");
    is_missing("if(CS01 > 0, 1, 2)");
    gives("if(1 < 2, 3, CS01)", "3");
    gives("sum(CS01, 2, 3)", "5");
    gives("avg(CS01, 2, 4)", "3");
    gives("min(CS01, 4)", "4");
    is_missing("sum(CS01)");
    is_missing("avg(CS01, prev(MT01))");
    gives("CS01 > 0 and 1 = 2", "0");
    gives("1 = 2 and CS01 > 0", "0");
    gives("CS01 > 0 or 1 = 1", "1");
    is_missing("CS01 > 0 and 1 = 1");
    is_missing("CS01 > 0 or 1 = 2");
}

static void test_leaving_the_range_is_an_error(void **state)
{
    (void)state;
    struct formula f = parsed("BIG*BIG*BIG*BIG");
    struct formula_value v;
    struct err e = ERR_INIT;

    assert_false(formula_eval(&f, &source, &v, &e));
    assert_int_equal(e.key, MSG_err_number_overflow);
    gives("BIG*BIG/BIG - BIG", "0");
}

static void test_errors_point_at_the_character(void **state)
{
    (void)state;
    refused("", MSG_err_formula_empty, 0);
    refused("  ", MSG_err_formula_empty, 0);
    refused("100*MT02%MT01", MSG_err_formula_character, 9);
    refused("100×MT02", MSG_err_formula_character, 4);
    refused("Giá ≥ 5", MSG_err_formula_character, 5);
    refused("100*MT02/", MSG_err_formula_operand_end, 10);
    refused("100*/MT01", MSG_err_formula_operand, 5);
    refused("*2", MSG_err_formula_operand, 1);
    refused("and 1 = 1", MSG_err_formula_operand, 1);
    refused("(MT02/MT01", MSG_err_formula_bracket, 1);
    refused("2*sum(MT02, MT01", MSG_err_formula_bracket, 6);
    refused("MT02/MT01)", MSG_err_formula_extra_bracket, 10);
    refused("MT02 MT01", MSG_err_formula_operator, 6);
    refused("(MT02 MT01)", MSG_err_formula_operator, 7);
    refused("sum(1 2)", MSG_err_formula_operator, 7);
    refused("if(1 < 2, 3, 4) 5", MSG_err_formula_operator, 17);
    refused("\"MT01", MSG_err_formula_quote, 1);
    refused("1 + \" \"", MSG_err_formula_empty_name, 5);
    refused("TC02:+1", MSG_err_formula_part, 6);
    refused("1.", MSG_err_formula_number, 1);
    refused("1 + 2a", MSG_err_formula_number, 5);
    refused("1.2.3", MSG_err_formula_number, 1);
}

static void test_too_many_decimals_are_refused_where_they_stand(void **state)
{
    (void)state;
    struct formula f;
    struct err e = ERR_INIT;

    assert_false(formula_parse(&arena, STR("1 + 0.1234567"), &f, &e));
    assert_int_equal(e.key, MSG_err_number_decimals);
    assert_int_equal(e.column, 5);
}

static void test_errors_of_functions(void **state)
{
    (void)state;
    refused("1 + tong(MT01)", MSG_err_formula_unknown_function, 5);
    refused("if(1 < 2, 3)", MSG_err_formula_arguments, 1);
    refused("1 + sum()", MSG_err_formula_arguments, 5);
    refused("prev(MT01, MT02)", MSG_err_formula_arguments, 1);
    refused("plan(MT01, A, B)", MSG_err_formula_arguments, 1);
    refused("sum(1,)", MSG_err_formula_operand, 7);
    refused("prev(MT01+1)", MSG_err_formula_name_only, 6);
    refused("cumulative(5)", MSG_err_formula_name_only, 12);
    refused("plan(MT01, 2026)", MSG_err_formula_name_only, 12);
    refused("share_of_units(share_of_units(TC03 > 0) > 1)", MSG_err_formula_nested_share, 16);
}

static void test_numbers_and_truths_are_told_apart(void **state)
{
    (void)state;
    refused("1 + (TC03 > 0)", MSG_err_formula_need_number, 6);
    refused("TC03 and TC04 > 0", MSG_err_formula_need_truth, 1);
    refused("TC03 > 0 or 2*TC04", MSG_err_formula_need_truth, 13);
    refused("not MT01", MSG_err_formula_need_truth, 5);
    refused("-(1 < 2)", MSG_err_formula_need_number, 3);
    refused("1 < 2 < 3", MSG_err_formula_need_number, 1);
    refused("1 = 2 = 3", MSG_err_formula_need_truth, 9);
    refused("if(TC03, 1, 2)", MSG_err_formula_need_truth, 4);
    refused("if(TC03 > 0, 1, TC04 > 0)", MSG_err_formula_need_number, 17);
    refused("share_of_units(TC03)", MSG_err_formula_need_truth, 16);
    refused("sum(1, TC03 > 0)", MSG_err_formula_need_number, 8);
    assert_true(parsed("TC03 > 0").is_truth);
    assert_true(parsed("if(1 < 2, 1 = 1, 1 = 2)").is_truth);
    assert_false(parsed("TC03").is_truth);
}

static void test_an_unknown_name_is_named(void **state)
{
    (void)state;
    struct formula f;
    struct err e = ERR_INIT;

    refused("MT02/MTO1", MSG_err_formula_unknown_name, 6);
    assert_true(formula_parse(&arena, STR("Giá + TC02:khac"), &f, &e));
    assert_false(formula_resolve(&f, look_up, NULL, &e));
    assert_string_equal(e.arg[1], "TC02:khac");
    assert_int_equal(e.column, 7);
}

static void repeat(struct sbuf *b, const char *z, int n)
{
    for (int i = 0; i < n; i++)
        sbuf_z(b, z);
}

static void test_limits(void **state)
{
    (void)state;
    struct sbuf b;

    sbuf_init(&b, &arena, 10000);
    repeat(&b, "1+", 999);
    sbuf_z(&b, "100");
    refused(sbuf_cstr(&b), MSG_err_formula_too_long, 0);
    sbuf_reset(&b);
    repeat(&b, "1+", 100);
    sbuf_z(&b, "1");
    refused(sbuf_cstr(&b), MSG_err_formula_too_many, 0);
    sbuf_reset(&b);
    repeat(&b, "1+", 99);
    sbuf_z(&b, "1");
    gives(sbuf_cstr(&b), "100");
    static const char *const deep[] = {"(", "-", "sum(", "not "};
    for (int i = 0; i < 4; i++) {
        sbuf_reset(&b);
        repeat(&b, deep[i], 33);
        refused(sbuf_cstr(&b), MSG_err_formula_too_deep, 0);
    }
    sbuf_reset(&b);
    repeat(&b, "(", 31);
    sbuf_z(&b, "7");
    repeat(&b, ")", 31);
    gives(sbuf_cstr(&b), "7");
}

/* ---- order ---- */

enum { MANY = 6 };
static const char *const codes[MANY] = {"A", "B", "C", "D", "E", "F"};

static int code_index(void *ctx, struct str name)
{
    (void)ctx;
    for (int i = 0; i < MANY; i++)
        if (str_is(name, codes[i]))
            return i;
    return -1;
}

static struct str code_name(void *ctx, int i)
{
    (void)ctx;
    return str_of(codes[i]);
}

static bool ordered(const char *const text[MANY], int **order, size_t *n, struct err *e)
{
    static struct formula f[MANY];
    const struct formula *all[MANY] = {0};

    for (int i = 0; i < MANY; i++)
        if (text[i]) {
            assert_true(formula_parse(&arena, str_of(text[i]), &f[i], e));
            assert_true(formula_resolve(&f[i], code_index, NULL, e));
            all[i] = &f[i];
        }
    return formula_order(&arena, all, MANY, code_name, NULL, order, n, e);
}

static void test_operands_come_first(void **state)
{
    (void)state;
    int *order;
    size_t n;
    struct err e = ERR_INIT;
    const char *const text[MANY] = {"B + C", "C * 2", NULL, "A / prev(E)", "F", NULL};

    assert_true(ordered(text, &order, &n, &e));
    assert_int_equal(n, 4);
    int at[MANY] = {0};
    for (size_t i = 0; i < n; i++)
        at[order[i]] = (int)i + 1;
    assert_true(at[1] < at[0] && at[0] < at[3] && at[4] < at[3]);
    assert_int_equal(at[2], 0);
}

static void test_a_cycle_is_refused_with_the_way_round(void **state)
{
    (void)state;
    int *order;
    size_t n;
    struct err e = ERR_INIT;
    const char *const text[MANY] = {"B", "C + 1", "D", "100*B/F", "A", NULL};

    assert_false(ordered(text, &order, &n, &e));
    assert_int_equal(e.key, MSG_err_formula_cycle);
    assert_string_equal(e.arg[1], "B \u2192 C \u2192 D \u2192 B");
    const char *const itself[MANY] = {NULL, "prev(B) + 1"};
    assert_false(ordered(itself, &order, &n, &e));
    assert_string_equal(e.arg[1], "B \u2192 B");
}

static void test_the_plan_of_a_line_is_not_the_line(void **state)
{
    (void)state;
    int *order;
    size_t n;
    struct err e = ERR_INIT;
    const char *const text[MANY] = {"100*B/plan(A)"};

    assert_true(ordered(text, &order, &n, &e));
    assert_int_equal(n, 1);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 16u << 20);
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
        cmocka_unit_test(test_the_computed_lines_of_the_quarterly_form),
        cmocka_unit_test(test_the_lines_of_the_superior_count_units),
        cmocka_unit_test(test_a_condition_is_judged_at_its_own_node),
        cmocka_unit_test(test_the_checks_of_the_form),
        cmocka_unit_test(test_operators_bind_as_in_arithmetic),
        cmocka_unit_test(test_missing_operands),
        cmocka_unit_test(test_leaving_the_range_is_an_error),
        cmocka_unit_test(test_errors_point_at_the_character),
        cmocka_unit_test(test_too_many_decimals_are_refused_where_they_stand),
        cmocka_unit_test(test_errors_of_functions),
        cmocka_unit_test(test_numbers_and_truths_are_told_apart),
        cmocka_unit_test(test_an_unknown_name_is_named),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_operands_come_first),
        cmocka_unit_test(test_a_cycle_is_refused_with_the_way_round),
        cmocka_unit_test(test_the_plan_of_a_line_is_not_the_line),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
