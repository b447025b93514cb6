/* A country whose lowest units report now and then: columns fill up, empty, are let go for want of
 * room and come in again; whatever happens, every total is the model's. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"
#include "model.h"

enum { PROVINCES = 3, COMMUNES = 12, CELLS = 300, FIRST = 1 + PROVINCES + COMMUNES, MONTHS = 3 };

static struct arena arena;
static struct catalog catalog;
static struct model model;
static uint64_t state_now;

static uint32_t random_below(uint32_t n)
{
    state_now = state_now * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state_now >> 33) % n;
}

static bool load(void *ctx, struct series_id series, int64_t period,
    bool (*sink)(void *sink_ctx, const struct engine_cell *cell), void *sink_ctx, struct err *err)
{
    (void)ctx;
    (void)err;
    return model_each(&model, series, period, sink, sink_ctx);
}

static struct period month(int m)
{
    struct period p = {0};

    assert_true(period_make(PERIOD_MONTH, m + 1, 2024, 0, &p));
    return p;
}

/* A figure of a reporting unit; sometimes only provisional, sometimes marked, sometimes large. */
static struct engine_change a_figure(int series, int m, int cell, bool has)
{
    struct engine_change ch = {catalog.series[series].id, period_code(month(m)),
        {.unit = catalog.units.p[FIRST + cell].id}};
    int64_t v = (int64_t)random_below(200) - 20;

    if (random_below(40) == 0)
        v *= 40000000000;
    ch.cell.provisional = (struct cell_value){has, v, random_below(30) ? 0 : FIGURE_APPROX};
    ch.cell.approved = ch.cell.provisional;
    if (random_below(12) == 0)
        ch.cell.approved = (struct cell_value){false, 0, 0};
    return ch;
}

/* A group of changes after which about `of_ten` tenths of the cells of a column have figures. */
static void change_column(struct engine *e, int series, int m, uint32_t of_ten, int cells)
{
    struct engine_change ch[40];

    for (int done = 0; done < cells;) {
        size_t n = 0;
        for (; n < 40 && done < cells; done++) {
            int cell = (int)random_below(CELLS);
            ch[n] = a_figure(series, m, cell, random_below(10) < of_ten);
            model_set(&model, &ch[n++]);
        }
        assert_true(engine_apply(e, ch, n, NULL));
    }
}

static void compare_total(struct engine *e, const struct engine_query *q)
{
    struct total a, b;

    assert_true(engine_total(e, q, &a, NULL));
    assert_true(model_total(&model, q, &b));
    assert_int_equal(a.has, b.has);
    assert_int_equal(a.reported, b.reported);
    assert_int_equal(a.expected, b.expected);
    assert_int_equal(a.marks, b.marks);
    assert_true(!a.has || rat_cmp(a.value, b.value) == 0);
}

static struct engine_query a_query(void)
{
    static const int upper = FIRST;
    int unit = (int)random_below(3) ? (int)random_below(upper) : (int)random_below(FIRST + CELLS);

    return (struct engine_query){.catalog = &catalog,
        .indicator = (int)random_below((uint32_t)catalog.indicators),
        .series = -1,
        .unit = unit,
        .period = month((int)random_below(MONTHS)),
        .state = random_below(2) ? TOTAL_PROVISIONAL : TOTAL_APPROVED,
        .line = -1};
}

/* Tables and boards say the same as single questions. */
static void compare_tables(struct engine *e)
{
    struct engine_query q = a_query();
    struct engine_board board;
    struct engine_rank row[CELLS];
    struct engine_grid g;
    struct total t;
    int unit[FIRST];
    size_t n;
    ARENA_AUTO a;

    arena_init(&a, 1 << 20);
    for (int u = 0; u < FIRST; u++)
        unit[u] = u;
    struct engine_block b = {&catalog, &q.indicator, 1, &q.period, 1, unit, FIRST, q.state};
    bool pivot = engine_pivot(e, &b, &a, &g, NULL);
    for (int u = 0; u < FIRST; u++) {
        struct dec d;
        q.unit = u;
        assert_true(engine_total(e, &q, &t, NULL));
        if (!pivot)
            continue;
        assert_int_equal(engine_grid_count(&g, 0, (size_t)u), t.reported);
        assert_int_equal(engine_grid_value(&g, 0, (size_t)u) != ENGINE_MISSING, t.has);
        if (t.has && rat_round(t.value, 0, &d))
            assert_int_equal(engine_grid_value(&g, 0, (size_t)u), d.m);
    }
    q.unit = (int)random_below(FIRST);
    assert_true(engine_board(e, &catalog, q.unit, q.period, q.state, &board, NULL));
    const struct engine_figure *f = board.figure;
    for (size_t i = 0; i < catalog.indicators; i++) {
        q.indicator = (int)i;
        assert_true(engine_total(e, &q, &t, NULL));
        assert_int_equal(f[i].den != 0, t.has);
        assert_int_equal(f[i].reported, t.reported);
        if (f[i].den > 0)
            assert_true(rat_cmp((struct rat){f[i].num, f[i].den}, t.value) == 0);
    }
    engine_board_end(&board);
    q.indicator = 0;
    int64_t k, of, counted;
    assert_true(engine_count(e, &q, -1, CMP_GE, rat_of_i64(50), &k, &of, &counted, NULL));
    struct engine_threshold threshold = {0, CMP_GE, rat_of_i64(50)};
    struct engine_tally tally = {&catalog, &threshold, 1, &q.unit, 1, q.period, q.state};
    assert_true(engine_counts(e, &tally, &a, &g, NULL));
    assert_int_equal(engine_grid_value(&g, 0, 0), k);
    assert_int_equal(engine_grid_count(&g, 0, 0), of);
    assert_true(engine_league(e, &q, false, CMP_GE, rat_of_i64(50), row, CELLS, &n, NULL));
    assert_int_equal(n, of);
    int64_t reached = 0;
    for (size_t i = 0; i < n; i++)
        reached += row[i].reaches;
    assert_int_equal(reached, k);
}

static void run(uint64_t seed, bool tight)
{
    static const uint32_t tenths[] = {0, 1, 2, 9, 10, 5, 1, 0};
    struct engine_stats s;
    int64_t checked, listed = 0, full = 0;
    struct err err = ERR_INIT;

    state_now = seed;
    model_init(&model, NULL);
    model_catalog(&model, &catalog);
    struct engine *e = engine_new(&catalog, (struct engine_source){NULL, load}, NULL);
    assert_non_null(e);
    for (int step = 0; step < 80; step++) {
        if (tight && step % 5 == 0)
            engine_limit(e, 1 + random_below(12) * 1000);
        change_column(e, (int)random_below(2), (int)random_below(MONTHS), tenths[step / 10],
            step % 10 ? 30 : 500);
        for (int i = 0; i < 6; i++) {
            struct engine_query q = a_query();
            compare_total(e, &q);
        }
        if (step % 4 == 0)
            compare_tables(e);
        if (step % 8 == 0 && !engine_verify(e, &checked, &err))
            fail_msg("step %d: verify: series %s, period %s, unit %s", step, err.arg[0], err.arg[1],
                err.arg[2]);
        engine_stats(e, &s);
        listed += s.sparse;
        full += s.columns - s.sparse;
    }
    assert_true(listed > 0 && full > 0);
    assert_int_equal(s.evicted > 0, tight);
    engine_free(e);
    model_free(&model);
}

static void columns_fill_up_and_empty(void **state)
{
    (void)state;
    run(1, false);
}

static void columns_are_let_go_and_come_in_again(void **state)
{
    (void)state;
    run(3, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_fill_up_and_empty),
        cmocka_unit_test(columns_are_let_go_and_come_in_again),
    };
    struct sbuf b;

    arena_init(&arena, 1 << 24);
    sbuf_init(&b, &arena, 1 << 16);
    sbuf_z(&b, "@units\nid,kind,parent,line\nC,country,,state\n");
    for (int i = 0; i < PROVINCES; i++)
        sbuf_printf(&b, "P%d,province,C,state\n", i);
    for (int i = 0; i < COMMUNES; i++)
        sbuf_printf(&b, "K%d,commune,P%d,state\n", i, i % PROVINCES);
    for (int i = 0; i < CELLS; i++)
        sbuf_printf(&b, "U%d,cell,K%d,state\n", i, i * 7 % COMMUNES);
    sbuf_z(&b, "@indicators\ncode,frequency,over_units,over_time,formula,line\n"
               "A,month,,,,state\nB,month,,,,state\nR,month,ratio,ratio,100*A/B,state\n"
               "@sets\ncode,unit,start,end\nT,C,2024-01-01,2025-01-01\n"
               "@targets\nset,code,indicator,unit,value,start,deadline,basis\n"
               "T,1,A,C,3@>=50,,,count\n");
    catalog = fixture(&arena, sbuf_cstr(&b));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
