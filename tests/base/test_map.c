/* Hash maps against a plain list. */
#include "../test.h"

#include "base/map.h"

static struct arena arena;

static void test_every_key_is_found_with_its_last_value(void **state)
{
    (void)state;
    struct map m;
    uint64_t v = 99;
    map_init(&m, &arena);
    assert_false(map_get(&m, 5, &v));
    assert_false(map_has(&m, 5));
    assert_int_equal(v, 99);
    for (uint64_t i = 0; i < 20000; i++)
        assert_true(map_put(&m, i * 4096, i));
    for (uint64_t i = 0; i < 20000; i += 2)
        assert_true(map_put(&m, i * 4096, i + 1));
    assert_int_equal(m.n, 20000);
    for (uint64_t i = 0; i < 20000; i++) {
        assert_true(map_get(&m, i * 4096, &v));
        assert_int_equal(v, i % 2 ? i : i + 1);
        assert_false(map_has(&m, i * 4096 + 1));
    }
    assert_true(map_put(&m, 0, 0) && map_get(&m, 0, &v) && v == 0);
    assert_true(map_put(&m, UINT64_MAX, 7) && map_get(&m, UINT64_MAX, &v) && v == 7);
}

static void test_every_text_is_found_with_its_last_value(void **state)
{
    (void)state;
    struct smap m;
    uint64_t v = 99;
    smap_init(&m, &arena);
    assert_false(smap_get(&m, STR("a"), &v));
    for (uint64_t i = 0; i < 5000; i++)
        assert_true(
            smap_put(&m, str_of(arena_printf(&arena, "xã %llu", (unsigned long long)i)), i));
    for (uint64_t i = 0; i < 5000; i++) {
        struct str key = str_of(arena_printf(&arena, "xã %llu", (unsigned long long)i));
        assert_true(smap_get(&m, key, &v) && v == i);
        assert_true(smap_put(&m, key, i * 2) && smap_get(&m, key, &v) && v == i * 2);
    }
    assert_int_equal(m.n, 5000);
    assert_false(smap_has(&m, STR("xã 5000")));
    assert_false(smap_has(&m, STR("xã")));
    assert_false(smap_has(&m, STR("")));
    assert_true(smap_put(&m, STR_NULL, 3)); /* the empty text is a key like others */
    assert_true(smap_get(&m, STR(""), &v) && v == 3);
}

static void test_a_full_arena_leaves_the_map_whole(void **state)
{
    (void)state;
    struct arena small;
    struct map m;
    struct smap s;
    uint64_t n = 0, v;
    arena_init(&small, 2000);
    map_init(&m, &small);
    while (map_put(&m, n, n * n))
        n++;
    assert_true(n >= 12 && m.n == n);
    for (uint64_t i = 0; i < n; i++)
        assert_true(map_get(&m, i, &v) && v == i * i);
    assert_false(map_has(&m, n));
    smap_init(&s, &small);
    assert_true(!smap_put(&s, STR("a"), 1) || smap_has(&s, STR("a")));
    arena_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_is_found_with_its_last_value),
        cmocka_unit_test(test_every_text_is_found_with_its_last_value),
        cmocka_unit_test(test_a_full_arena_leaves_the_map_whole),
    };
    arena_init(&arena, 16u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
