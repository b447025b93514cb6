/* A target given on to the units below: what is left, and proposals that add up. */
#include "../test.h"

#include "domain/allocation.h"

static struct arena arena;

/* Weights (or fixed values "=18") in a row; "-" is a unit without weight. */
static size_t parts_of(const char *text, struct allocation_part *parts)
{
    struct str rest = str_of(text), item;
    size_t n = 0;

    while (!str_empty(rest) && str_cut(&rest, ' ', &item)) {
        struct allocation_part *p = &parts[n++];
        *p = (struct allocation_part){.unit = {(int64_t)n}};
        if (str_starts(item, STR("="))) {
            p->has = p->fixed = true;
            assert_true(dec_parse(str_slice(item, 1, item.n), &p->value, NULL));
        } else if (!str_is(item, "-")) {
            p->has_weight = true;
            assert_true(rat_parse(item, &p->weight, NULL));
        }
    }
    return n;
}

static struct str shown(const struct allocation_part *parts, size_t n)
{
    struct sbuf b;

    sbuf_init(&b, &arena, 10000);
    for (size_t i = 0; i < n; i++) {
        sbuf_z(&b, i ? " " : "");
        if (parts[i].has)
            dec_put(&b, parts[i].value);
        else
            sbuf_char(&b, '-');
    }
    return sbuf_view(&b);
}

static void proposes(const char *whole, int decimals, enum allocation_by by, const char *weights,
    const char *expected, int64_t left_out)
{
    struct allocation_part parts[32];
    struct dec w;
    struct err e = ERR_INIT;
    size_t n = parts_of(weights, parts);
    int64_t out = -1;

    assert_true(dec_parse(str_of(whole), &w, NULL));
    if (!allocation_propose(&arena, w, decimals, by, parts, n, &out, &e))
        fail_msg("%s over %s: %s", whole, weights, msg_name(e.key).p);
    assert_str(shown(parts, n), expected);
    assert_int_equal(out, left_out);
}

static void refused(
    const char *whole, int decimals, enum allocation_by by, const char *weights, enum msg_key key)
{
    struct allocation_part parts[32], before[32];
    struct dec w;
    struct err e = ERR_INIT;
    size_t n = parts_of(weights, parts);
    int64_t out;

    assert_true(dec_parse(str_of(whole), &w, NULL));
    memcpy(before, parts, sizeof parts[0] * n);
    if (allocation_propose(&arena, w, decimals, by, parts, n, &out, &e))
        fail_msg("accepted: %s over %s", whole, weights);
    assert_int_equal(e.key, key);
    assert_int_equal(memcmp(before, parts, sizeof parts[0] * n), 0);
}

static void test_even(void **state)
{
    (void)state;
    proposes("12", 0, ALLOCATE_EVEN, "- - -", "4 4 4", 0);
    proposes("14", 0, ALLOCATE_EVEN, "- - -", "5 5 4", 0); /* ties by the unit's id */
    proposes("10", 1, ALLOCATE_EVEN, "- - -", "3.4 3.3 3.3", 0);
    proposes("2", 0, ALLOCATE_EVEN, "- - -", "1 1 0", 0);
    proposes("0", 0, ALLOCATE_EVEN, "- -", "0 0", 0);
}

static void test_by_last_year_or_population(void **state)
{
    (void)state;
    proposes("93000", 0, ALLOCATE_BY_WEIGHT, "124 37 25", "62000 18500 12500", 0);
    proposes("15", 0, ALLOCATE_BY_WEIGHT, "4210 3050 2480", "6 5 4", 0);
    proposes("100", 0, ALLOCATE_BY_WEIGHT, "1/3 1/3 1/3", "34 33 33", 0);
    proposes("7", 0, ALLOCATE_BY_WEIGHT, "3 0 1", "5 0 2", 0);
    /* a unit without last year's figure is left out, not taken as zero by itself */
    proposes("10", 0, ALLOCATE_BY_WEIGHT, "1 - 1", "5 - 5", 1);
}

static void test_the_largest_remainder_gets_what_is_left(void **state)
{
    (void)state;
    /* 10 x (6, 5, 4) / 15 = 4.0, 3.33, 2.67 */
    proposes("10", 0, ALLOCATE_BY_WEIGHT, "6 5 4", "4 3 3", 0);
    /* equal remainders: the smaller id */
    proposes("3", 0, ALLOCATE_BY_WEIGHT, "1 1", "2 1", 0);
}

static void test_fixed_parts_stay(void **state)
{
    (void)state;
    proposes("20", 0, ALLOCATE_EVEN, "=8 - -", "8 6 6", 0);
    proposes("20", 0, ALLOCATE_BY_WEIGHT, "1 =8 2", "4 8 8", 0);
    proposes("8", 0, ALLOCATE_EVEN, "=8 -", "8 0", 0);
    proposes("8", 0, ALLOCATE_EVEN, "=8", "8", 0);
}

static void test_what_cannot_be_shared_out(void **state)
{
    (void)state;
    refused("10.5", 0, ALLOCATE_EVEN, "- -", MSG_err_allocation_decimals);
    refused("10", 0, ALLOCATE_EVEN, "=8 =3 -", MSG_err_allocation_fixed);
    refused("10", 0, ALLOCATE_EVEN, "=8", MSG_err_allocation_weights);
    refused("10", 0, ALLOCATE_BY_WEIGHT, "0 0", MSG_err_allocation_weights);
    refused("10", 0, ALLOCATE_BY_WEIGHT, "- -", MSG_err_allocation_weights);
    refused("10", 0, ALLOCATE_BY_WEIGHT, "3 -1", MSG_err_allocation_negative);
    refused("-10", 0, ALLOCATE_EVEN, "- -", MSG_err_allocation_negative);
    refused("10", 0, ALLOCATE_EVEN, "=0.5 -", MSG_err_allocation_decimals);
    struct err e = ERR_INIT;
    int64_t out;
    assert_false(allocation_propose(
        &arena, (struct dec){1, 0}, 0, ALLOCATE_EVEN, NULL, ALLOCATION_PARTS_MAX + 1, &out, &e));
    assert_int_equal(e.key, MSG_err_allocation_parts);
}

static uint64_t seed = 88172645463325252u;

static int64_t draw(int64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)below);
}

/* Against the definition: the sum is the whole, and nobody is a last digit off its exact share. */
static void test_any_proposal_adds_up(void **state)
{
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct allocation_part parts[40] = {0};
        size_t n = (size_t)draw(40) + 1;
        struct dec whole = {draw(1000000), (uint8_t)draw(3)};
        struct allocation_sum sum;
        i128 weights = 0;
        int64_t out;

        for (size_t i = 0; i < n; i++) {
            int64_t w = draw(1000);
            weights += w;
            parts[i] = (struct allocation_part){
                .unit = {(int64_t)i}, .has_weight = true, .weight = rat_of_i64(w)};
        }
        if (!weights)
            continue;
        assert_true(allocation_propose(
            &arena, whole, whole.scale, ALLOCATE_BY_WEIGHT, parts, n, &out, NULL));
        assert_true(allocation_compare(whole, parts, n, &sum, NULL));
        assert_true(rat_is_zero(sum.difference));
        for (size_t i = 0; i < n; i++) {
            i128 off = (i128)parts[i].value.m * weights - (i128)whole.m * parts[i].weight.num;
            assert_true(off < weights && -off < weights);
        }
        arena_reset(&arena);
    }
}

static void test_parts_against_the_whole(void **state)
{
    struct allocation_part parts[4];
    struct allocation_sum s;
    size_t n = parts_of("=62000 =18500 - =12000", parts);

    (void)state;
    assert_true(allocation_compare((struct dec){93000, 0}, parts, n, &s, NULL));
    assert_int_equal(rat_cmp(s.sum, rat_of_i64(92500)), 0);
    assert_int_equal(rat_cmp(s.difference, rat_of_i64(500)), 0);
    assert_int_equal(s.given, 3);
    assert_int_equal(s.parts, 4);
    assert_true(allocation_adds_up(UNITS_SUM));
    assert_false(allocation_adds_up(UNITS_RATIO));
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
        cmocka_unit_test(test_even),
        cmocka_unit_test(test_by_last_year_or_population),
        cmocka_unit_test(test_the_largest_remainder_gets_what_is_left),
        cmocka_unit_test(test_fixed_parts_stay),
        cmocka_unit_test(test_what_cannot_be_shared_out),
        cmocka_unit_test(test_any_proposal_adds_up),
        cmocka_unit_test(test_parts_against_the_whole),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
