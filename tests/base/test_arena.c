/* Memory by lifetime: limits, marks, growing, and allocations that are made to fail. */
#include "../test.h"

#include "base/vec.h"

static struct arena arena;

static void test_an_arena_never_holds_more_than_its_limit(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1000);
    assert_non_null(arena_alloc(&a, 400));
    assert_non_null(arena_alloc(&a, 500));
    assert_null(arena_alloc(&a, 200));
    assert_non_null(arena_alloc(&a, 80)); /* what fits still does */
    assert_true(a.used <= a.max);
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 20));
    arena_free(&a);
    arena_init(&a, SIZE_MAX);
    assert_null(arena_alloc(&a, SIZE_MAX - 40)); /* no wrap around with the block's head */
    assert_null(arena_array(&a, SIZE_MAX / 4, 8));
    arena_free(&a);
}

static void test_memory_is_aligned_and_zeroed_where_promised(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    memset(arena_alloc(&a, 3000), 0xff, 3000);
    arena_reset(&a);
    for (size_t n = 0; n < 100; n++) {
        unsigned char *p = arena_zalloc(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
    }
    arena_free(&a);
}

static void test_a_mark_gives_back_what_came_after_it(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 4 << 20);
    struct arena_mark empty = arena_mark(&a);
    char *kept = arena_printf(&a, "%s %d", "kept", 7);
    struct arena_mark mark = arena_mark(&a);
    size_t used = a.used;
    for (int i = 0; i < 50; i++)
        assert_non_null(arena_alloc(&a, 50000)); /* several blocks */
    arena_release(&a, mark);
    assert_int_equal(a.used, used);
    assert_string_equal(kept, "kept 7");
    assert_non_null(arena_alloc(&a, 3 << 20)); /* the room is there again */
    arena_release(&a, empty);
    assert_int_equal(a.used, 0);
    assert_null(a.head);
}

static void test_a_reset_arena_can_be_filled_again_and_again(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 100000);
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 9; i++)
            assert_non_null(arena_alloc(&a, 10000));
        arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
    arena_free(&a);
    arena_free(&a); /* twice does no harm */
}

static void test_the_last_block_grows_in_place_others_are_copied(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    char *p = arena_grow(&a, NULL, 0, 10);
    memcpy(p, "0123456789", 10);
    assert_ptr_equal(arena_grow(&a, p, 10, 600), p);
    assert_non_null(arena_alloc(&a, 1));
    char *q = arena_grow(&a, p, 10, 700);
    assert_ptr_not_equal(q, p);
    assert_memory_equal(q, "0123456789", 10);
    char *small = arena_grow(&a, p, 10, 4); /* asking for less does not write past it */
    assert_memory_equal(small, "0123", 4);
    arena_free(&a);
    arena_init(&a, 64);
    p = arena_alloc(&a, 32);
    assert_null(arena_grow(&a, p, 32, 128));
    arena_free(&a);
}

static void test_the_nth_allocation_fails_when_a_test_says_so(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    arena_fail_after(2);
    char *p = arena_alloc(&a, 8);
    assert_non_null(p);
    assert_null(arena_alloc(&a, 8));
    assert_non_null(arena_alloc(&a, 8)); /* once */
    p = arena_alloc(&a, 8);
    arena_fail_after(1);
    assert_null(arena_grow(&a, p, 8, 64)); /* growing in place counts too */
    arena_fail_after(0);
    assert_ptr_equal(arena_grow(&a, p, 8, 64), p);
    arena_free(&a);
}

static void test_a_vec_keeps_its_elements_when_it_cannot_grow(void **state)
{
    (void)state;
    struct arena a;
    VEC(int) v = {0};
    arena_init(&a, 300);
    int n = 0;
    while (vec_push(&v, &a, n))
        n++;
    assert_true(n >= 8 && n < 75);
    assert_int_equal(v.n, n);
    for (int i = 0; i < n; i++)
        assert_int_equal(v.p[i], i);
    arena_free(&a);
}

static void test_a_vec_grows_to_many_elements(void **state)
{
    (void)state;
    struct pair {
        int64_t a;
        char b;
    };
    VEC(struct pair) v = {0};
    for (int i = 0; i < 100000; i++)
        assert_true(vec_push(&v, &arena, (struct pair){i, (char)(i % 7)}));
    assert_int_equal(v.n, 100000);
    for (int i = 0; i < 100000; i++)
        assert_true(v.p[i].a == i && v.p[i].b == i % 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_arena_never_holds_more_than_its_limit),
        cmocka_unit_test(test_memory_is_aligned_and_zeroed_where_promised),
        cmocka_unit_test(test_a_mark_gives_back_what_came_after_it),
        cmocka_unit_test(test_a_reset_arena_can_be_filled_again_and_again),
        cmocka_unit_test(test_the_last_block_grows_in_place_others_are_copied),
        cmocka_unit_test(test_the_nth_allocation_fails_when_a_test_says_so),
        cmocka_unit_test(test_a_vec_keeps_its_elements_when_it_cannot_grow),
        cmocka_unit_test(test_a_vec_grows_to_many_elements),
    };
    arena_init(&arena, 16u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
