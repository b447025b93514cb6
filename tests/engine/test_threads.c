/* Readers beside a writer: nobody sees half a group, nobody a value from before an acknowledged
 * one.
 *
 * Run it under the thread sanitizer too. Every group moves an amount from one unit to another and
 * counts its number up in a third, so that the province's sum of A never changes. */
#include "../test.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "fixture.h"
#include "engine/engine.h"

enum { UNITS = 12, MONTHS = 6, GROUPS = 6000, READERS = 3 };
enum { START = 1000 };

static struct arena arena;
static struct catalog catalog[2];
static struct engine *engine;

/* What the store would hold; the source reads it as a store would, under its own lock. */
static pthread_mutex_t store_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t store[UNITS][MONTHS];
static _Atomic int64_t acknowledged; /* groups that were applied */
static _Atomic bool over;
static _Atomic int64_t reads;

static bool load(void *ctx, struct series_id series, int64_t code,
    bool (*sink)(void *sink_ctx, const struct engine_cell *cell), void *sink_ctx, struct err *err)
{
    struct period p;
    bool ok = true;

    (void)ctx;
    (void)err;
    if (series.v != 1 || !period_from_code(code, &p) || p.kind != PERIOD_MONTH || p.index > MONTHS)
        return true;
    pthread_mutex_lock(&store_lock);
    for (int u = 0; ok && u < UNITS; u++) {
        struct engine_cell cell = {.unit = {u + 2}};
        cell.approved = cell.provisional = (struct cell_value){true, store[u][p.index - 1], 0};
        ok = sink(sink_ctx, &cell);
    }
    pthread_mutex_unlock(&store_lock);
    return ok;
}

static struct period month(int m)
{
    struct period p = {0};

    assert_true(period_make(PERIOD_MONTH, m + 1, 2024, 0, &p));
    return p;
}

static int64_t total(int unit, struct period p)
{
    struct total t = {.value = {0, 1}};
    struct engine_query q = {.indicator = 0, .series = -1, .unit = unit, .period = p, .line = -1};

    if (!engine_total(engine, &q, &t, NULL) || !t.has)
        return -1;
    return (int64_t)t.value.num;
}

static void *read_totals(void *ctx)
{
    struct engine_board b;
    int64_t wrong = 0;
    uint64_t x = (uint64_t)(uintptr_t)ctx;

    while (!over) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        int m = (int)(x >> 40) % (MONTHS - 1);
        wrong += total(0, month(m)) != START * UNITS;
        int64_t before = acknowledged;
        wrong += total(1, month(MONTHS - 1)) < START + before;
        if (!engine_board(engine, NULL, 0, month(m), TOTAL_APPROVED, &b, NULL)) {
            wrong++;
            continue;
        }
        wrong += total(0, month(m)) != START * UNITS; /* a row stays what it is meanwhile */
        const struct engine_figure *f = b.figure;
        wrong += f[0].num != START * UNITS * f[0].den || f[1].num * 2 != f[0].num * f[1].den * 4;
        engine_board_end(&b);
        reads++;
    }
    return (void *)(intptr_t)wrong;
}

static struct engine_change change(int unit, int m)
{
    struct cell_value v = {true, store[unit][m], 0};

    return (struct engine_change){{1}, period_code(month(m)), {{unit + 2}, v, v}};
}

static void readers_see_whole_groups_and_nothing_old(void **state)
{
    pthread_t reader[READERS];
    uint64_t x = 7;

    (void)state;
    for (int u = 0; u < UNITS; u++)
        for (int m = 0; m < MONTHS; m++)
            store[u][m] = START;
    engine = engine_new(&catalog[0], (struct engine_source){NULL, load}, NULL);
    assert_non_null(engine);
    for (intptr_t i = 0; i < READERS; i++)
        pthread_create(&reader[i], NULL, read_totals, (void *)(i + 1));
    for (int g = 0; g < GROUPS; g++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        int from = (int)(x >> 33) % UNITS, to = (int)(x >> 43) % UNITS;
        int m = (int)(x >> 53) % (MONTHS - 1);
        pthread_mutex_lock(&store_lock);
        store[from][m] -= 5;
        store[to][m] += 5;
        store[0][MONTHS - 1]++;
        struct engine_change ch[3] = {change(from, m), change(to, m), change(0, MONTHS - 1)};
        pthread_mutex_unlock(&store_lock);
        assert_true(engine_apply(engine, ch, 3, NULL));
        acknowledged++;
        if (g % 16 == 0) /* columns are let go under the readers, and come in again */
            engine_limit(engine, g % 64 < 48 ? 1 + (size_t)(x >> 60) * 300 : 0);
        if (g % 40 == 20)
            assert_true(engine_set_catalog(engine, &catalog[g / 40 % 2], NULL));
        while (g % 100 == 99 && reads < g / 50)
            sched_yield();
    }
    over = true;
    for (int i = 0; i < READERS; i++) {
        void *wrong;
        pthread_join(reader[i], &wrong);
        assert_int_equal((intptr_t)wrong, 0);
    }
    int64_t checked;
    assert_true(engine_verify(engine, &checked, NULL));
    struct engine_stats stats;
    engine_stats(engine, &stats);
    assert_true(stats.evicted > 0);
    engine_free(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_see_whole_groups_and_nothing_old),
    };
    struct sbuf b;

    arena_init(&arena, 1 << 24);
    sbuf_init(&b, &arena, 1 << 16);
    sbuf_z(&b, "@units\nid,kind,parent\nP,province,\n");
    for (int u = 0; u < UNITS; u++)
        sbuf_printf(&b, "U%d,commune,P\n", u);
    sbuf_z(&b, "@indicators\ncode,frequency,over_units,over_time,formula\nA,month,,,\n"
               "R,month,ratio,ratio,2*A\n");
    for (int i = 0; i < 2; i++)
        catalog[i] = fixture(&arena, sbuf_cstr(&b));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
