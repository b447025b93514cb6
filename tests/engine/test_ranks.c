/* A list of ranks: whatever is put in and taken off, each is found where a plain array has it. */
#include "../test.h"

#include <stdlib.h>

#include "engine/ranks.h"

static uint64_t state_now = 7;

static uint32_t random_below(uint32_t n)
{
    state_now = state_now * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state_now >> 33) % n;
}

static void same_as_array(const struct ranks *r, const bool *listed, uint32_t most)
{
    struct ranks_at walk = ranks_seek(r, 0);
    uint32_t n = 0, rank, here;

    for (uint32_t i = 0; i < most; i++) {
        struct ranks_at at = ranks_seek(r, i);
        assert_int_equal(at.at, n);
        assert_int_equal(ranks_here(r, at, &here) && here == i, listed[i]);
        if (!listed[i])
            continue;
        assert_true(ranks_settle(r, &walk, &rank));
        assert_int_equal(rank, i);
        assert_int_equal(walk.at, n++);
        ranks_step(&walk);
    }
    assert_false(ranks_settle(r, &walk, &rank));
    assert_int_equal(ranks_seek(r, most).at, n);
    assert_int_equal(r->n, n);
}

/* Changes after which about `of_ten` tenths of the ranks from `from` on are listed. */
static void change(struct ranks **r, bool *listed, uint32_t from, uint32_t n, uint32_t of_ten)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t rank = from + random_below(n);
        bool want = random_below(10) < of_ten;
        if (want == listed[rank])
            continue;
        if (want) {
            assert_true(ranks_reserve(r, (*r)->n + 1 + (*r)->n / 8));
            ranks_put(*r, ranks_seek(*r, rank), rank);
        } else {
            ranks_take(*r, ranks_seek(*r, rank));
        }
        listed[rank] = want;
    }
}

static void each_rank_is_found(void **state)
{
    static const uint32_t sizes[] = {1, 15, 16, 17, 511, 512, 3000, 65536, 140001};

    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        uint32_t most = sizes[s];
        bool *listed = calloc(most, sizeof *listed);
        struct ranks *r = ranks_new(most, 0);
        assert_true(listed && r);
        same_as_array(r, listed, most);
        for (uint32_t step = 0; step < 6; step++) {
            change(&r, listed, 0, most, step * 2); /* fills up */
            same_as_array(r, listed, most);
        }
        change(&r, listed, most / 2, most - most / 2, 0); /* half of it empties */
        same_as_array(r, listed, most);
        struct ranks *copy = ranks_copy(r);
        change(&r, listed, 0, most, 1);
        same_as_array(r, listed, most);
        free(r);
        r = copy;
        assert_true(ranks_bytes(r) < 4 * (size_t)most + 200);
        free(r);
        free(listed);
    }
}

static void one_in_thirty_takes_nine_bits(void **state)
{
    enum { MOST = 100000 };
    struct ranks *r = ranks_new(MOST, MOST / 30 + 1);

    (void)state;
    for (uint32_t rank = 0; rank < MOST; rank += 30)
        ranks_put(r, ranks_seek(r, rank), rank);
    assert_true(ranks_bytes(r) * 8 < (size_t)r->n * 9);
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rank_is_found),
        cmocka_unit_test(one_in_thirty_takes_nine_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
