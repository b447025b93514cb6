/* Figures packed in an act's trail come out as they went in, and damage is told. */
#include "../test.h"

#include <stdlib.h>

#include "domain/act.h"

static void unpack(struct arena *a, struct str packed, const struct figure_change *want, size_t n)
{
    struct figure_change *got;
    struct err err = ERR_INIT;
    size_t got_n;

    assert_true(act_figures_unpack(a, packed, &got, &got_n, &err));
    assert_int_equal(got_n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(figure_key_cmp(got[i].key, want[i].key), 0);
        assert_int_equal(got[i].value, want[i].value);
        assert_int_equal(got[i].flags, want[i].flags);
    }
}

static void figures_come_out_as_they_went_in(void **state)
{
    static const int64_t odd[] = {0, 1, -1, 63, 64, -64, -65, INT32_MAX, INT64_MAX, INT64_MIN};
    struct figure_change c[100];
    struct str packed;
    size_t n = 0;
    ARENA_AUTO a;

    (void)state;
    arena_init(&a, 1u << 20);
    for (size_t i = 0; i < 10; i++)
        for (size_t j = 0; j < 10; j++)
            c[n++] = (struct figure_change){
                {{odd[i]}, odd[j], {odd[(i + j) % 10]}}, odd[(i * j) % 10], (uint32_t)odd[i]};
    assert_true(act_figures_pack(&a, c, n, &packed));
    unpack(&a, packed, c, n);
    assert_true(act_figures_pack(&a, c, 0, &packed));
    unpack(&a, packed, c, 0);
}

static void neighbours_in_a_column_take_few_bytes(void **state)
{
    struct figure_change c[1000];
    struct str packed;
    ARENA_AUTO a;

    (void)state;
    arena_init(&a, 1u << 20);
    for (int i = 0; i < 1000; i++)
        c[i] = (struct figure_change){{{7}, 2024036, {1000 + i}}, i, 32};
    assert_true(act_figures_pack(&a, c, 1000, &packed));
    assert_true(packed.n < 7000);
    unpack(&a, packed, c, 1000);
}

static void every_cut_or_endless_packing_is_refused(void **state)
{
    struct figure_change c = {{{300}, 2024036, {500}}, 1000000, 32}, *got;
    struct str packed;
    size_t n;
    ARENA_AUTO a;

    (void)state;
    arena_init(&a, 1u << 20);
    assert_true(act_figures_pack(&a, &c, 1, &packed));
    for (size_t cut = 1; cut < packed.n; cut++) {
        struct err err = ERR_INIT;
        assert_false(act_figures_unpack(&a, str_slice(packed, 0, cut), &got, &n, &err));
        assert_int_equal(err.key, MSG_err_act_packed);
    }
    struct err err = ERR_INIT;
    assert_false(act_figures_unpack(
        &a, STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), &got, &n, &err));
    assert_false(
        act_figures_unpack(&a, STR("\x02\x02\x02\x02\xff\xff\xff\xff\x7f"), &got, &n, &err));
}

static void any_bytes_are_read_without_harm(void **state)
{
    unsigned seed = 1;
    ARENA_AUTO a;

    (void)state;
    arena_init(&a, 1u << 24);
    for (int round = 0; round < 20000; round++) {
        char bytes[40];
        struct figure_change *got;
        size_t n, len = (size_t)rand_r(&seed) % sizeof bytes;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)rand_r(&seed);
        arena_reset(&a);
        if (act_figures_unpack(&a, str_make(bytes, len), &got, &n, NULL))
            assert_true(n <= len / 5);
    }
}

static void kinds_have_one_word_each(void **state)
{
    enum act_kind k;

    (void)state;
    for (int i = 0; i < ACT_KINDS; i++) {
        assert_true(act_kind_parse(str_of(act_kind_name((enum act_kind)i)), &k));
        assert_int_equal(k, i);
    }
    assert_false(act_kind_parse(STR("magic"), &k));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_come_out_as_they_went_in),
        cmocka_unit_test(neighbours_in_a_column_take_few_bytes),
        cmocka_unit_test(every_cut_or_endless_packing_is_refused),
        cmocka_unit_test(any_bytes_are_read_without_harm),
        cmocka_unit_test(kinds_have_one_word_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
