/* Thousands of random steps of people: after each, every total of the engine is the model's.
 *
 * GIAOBAN_SEED and GIAOBAN_STEPS make other and longer runs; the seed of every run is printed. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"
#include "world.h"

static bool load(void *ctx, struct series_id series, int64_t period,
    bool (*sink)(void *sink_ctx, const struct engine_cell *cell), void *sink_ctx, struct err *err)
{
    struct world *w = ctx;

    (void)err;
    return model_each(&w->model, series, period, sink, sink_ctx);
}

static bool same_rat(struct rat a, struct rat b)
{
    return rat_cmp(a, b) == 0;
}

static void explain(const struct world *w, const struct engine_query *q, const struct total *a,
    const struct total *b, int step)
{
    struct arena arena;
    struct sbuf s;

    arena_init(&arena, 1 << 16);
    sbuf_init(&s, &arena, 8192);
    sbuf_printf(&s, "step %d: %.*s series %d unit %lld ", step,
        STR_ARG(w->c->indicator[q->indicator].code), q->series,
        (long long)w->c->units.p[q->unit].id.v);
    period_put(&s, q->period);
    sbuf_printf(&s, " state %d line %d reading %d ", (int)q->state, q->line, (int)q->reading.kind);
    if (q->reading.kind)
        day_put(&s, q->reading.day);
    for (int i = 0; i < 2; i++) {
        const struct total *t = i ? b : a;
        sbuf_z(&s, i ? "\n model  " : "\n engine ");
        if (t->has)
            rat_put(&s, t->value);
        else
            sbuf_z(&s, "nothing");
        if (t->has_bounds) {
            sbuf_char(&s, ' ');
            rat_put(&s, t->low);
            sbuf_z(&s, " to ");
            rat_put(&s, t->high);
        }
        sbuf_printf(&s, " (%lld of %lld, k %lld n %lld, marks %x)", (long long)t->reported,
            (long long)t->expected, (long long)t->k, (long long)t->n, t->marks);
        if (t->has_stated) {
            sbuf_z(&s, " stated ");
            rat_put(&s, t->stated);
        }
    }
    fail_msg("%s", sbuf_cstr(&s));
}

/* What the run has met, so that a world without mergers cannot pass unnoticed. */
static struct {
    long totals, restated, estimated, bounded, carried, stated, partial, moved, constant;
} met;

static void meet(const struct total *t)
{
    met.totals++;
    met.restated += (t->marks & MARK_RESTATED) != 0;
    met.estimated += (t->marks & MARK_ESTIMATED) != 0;
    met.bounded += t->has_bounds;
    met.carried += (t->marks & MARK_CARRIED) != 0;
    met.stated += t->has_stated;
    met.partial += (t->marks & MARK_PARTIAL) != 0;
}

static bool same_total(const struct total *a, const struct total *b)
{
    return a->has == b->has && (!a->has || same_rat(a->value, b->value)) &&
           a->reported == b->reported && a->expected == b->expected && a->k == b->k &&
           a->n == b->n && a->marks == b->marks && a->has_bounds == b->has_bounds &&
           a->has_stated == b->has_stated &&
           (!a->has_bounds || (same_rat(a->low, b->low) && same_rat(a->high, b->high))) &&
           (!a->has_stated || same_rat(a->stated, b->stated));
}

static void compare(struct engine *e, struct world *w, const struct engine_query *q, int step)
{
    struct total a, b;
    struct err err = ERR_INIT;

    if (!engine_total(e, q, &a, &err))
        fail_msg("step %d: engine: %s", step, err_code_name(err.code));
    assert_true(model_total(&w->model, q, &b));
    if (!same_total(&a, &b))
        explain(w, q, &a, &b, step);
    meet(&a);
}

static void compare_count(struct engine *e, struct world *w, int step)
{
    struct engine_query q = world_query(w);
    int kind = world_random(w, 3) ? -1 : (int)world_random(w, (uint32_t)w->c->units.kinds.n);
    enum comparator cmp = (enum comparator)world_random(w, 3);
    struct rat threshold = rat_of_i64((int64_t)world_random(w, 300));
    int64_t a[3], b[3];

    assert_true(engine_count(e, &q, kind, cmp, threshold, &a[0], &a[1], &a[2], NULL));
    model_count(&w->model, &q, kind, cmp, threshold, &b[0], &b[1], &b[2]);
    for (int i = 0; i < 3; i++)
        if (a[i] != b[i])
            fail_msg("step %d: %.*s: k %lld n %lld counted %lld, model %lld %lld %lld", step,
                STR_ARG(w->c->indicator[q.indicator].code), (long long)a[0], (long long)a[1],
                (long long)a[2], (long long)b[0], (long long)b[1], (long long)b[2]);
}

static struct total ask(struct engine *e, const struct engine_query *q)
{
    struct total t;

    assert_true(engine_total(e, q, &t, NULL));
    return t;
}

/* The tables give what single questions give. */
static void compare_pivot(struct engine *e, struct world *w)
{
    int indicator[3], unit[4];
    struct period period[3];
    struct engine_grid g;
    struct engine_query q = world_query(w);
    ARENA_AUTO arena;

    for (int i = 0; i < 3; i++) {
        indicator[i] = (int)world_random(w, (uint32_t)w->c->indicators);
        period[i] = world_period(w, w->c->indicator[indicator[0]].frequency, 7);
    }
    for (int u = 0; u < 4; u++)
        unit[u] = (int)world_random(w, (uint32_t)w->c->units.n);
    struct engine_block b = {w->c, indicator, 3, period, 3, unit, 4, q.state};
    arena_init(&arena, 1 << 20);
    if (!engine_pivot(e, &b, &arena, &g, NULL))
        return; /* a value beyond 64 bits */
    assert_int_equal(g.rows, 9);
    for (int k = 0; k < 36; k++) {
        int64_t m = engine_grid_value(&g, (size_t)k / 4, (size_t)k % 4);
        int32_t reported = engine_grid_count(&g, (size_t)k / 4, (size_t)k % 4);
        struct dec d = {0, 0};
        q = (struct engine_query){.indicator = indicator[k / 12],
            .series = -1,
            .unit = unit[k % 4],
            .period = period[k / 4 % 3],
            .state = b.state,
            .line = -1};
        struct total t = ask(e, &q);
        assert_int_equal(reported, t.reported);
        assert_int_equal(m != ENGINE_MISSING, t.has);
        if (t.has) {
            assert_true(rat_round(t.value, w->c->indicator[q.indicator].decimals, &d));
            assert_int_equal(m, d.m);
        }
    }
}

static void compare_board(struct engine *e, struct world *w, int step)
{
    static const char *const few[] = {"2024-03", "2024-04", "2024-Q1", "2024"};
    struct engine_board board;
    struct engine_query q = world_query(w);

    /* few enough that rows are asked for again after changes */
    q.unit = (int)world_random(w, 5);
    q.period = fixture_period(few[world_random(w, 4)]);
    assert_true(engine_board(e, w->c, q.unit, q.period, q.state, &board, NULL));
    const struct engine_figure *f = board.figure;
    for (size_t i = 0; i < w->c->indicators; i++) {
        q.indicator = (int)i;
        q.series = q.line = -1;
        q.reading.kind = READ_AS_WAS;
        struct total t = ask(e, &q);
        struct rat v = {f[i].num, f[i].den};
        if ((f[i].den != 0) != t.has || (f[i].den > 0 && !same_rat(v, t.value)) ||
            f[i].reported != t.reported || f[i].expected != t.expected || f[i].marks != t.marks)
            fail_msg("step %d: board: %.*s", step, STR_ARG(w->c->indicator[i].code));
    }
    engine_board_end(&board);
}

static void compare_league(struct engine *e, struct world *w)
{
    struct engine_rank row[64];
    struct engine_query q = world_query(w);
    struct rat threshold = rat_of_i64((int64_t)world_random(w, 100));
    bool low_first = world_random(w, 2);
    size_t n;

    q.series = q.line = -1;
    q.reading.kind = READ_AS_WAS;
    if (!engine_league(e, &q, low_first, CMP_GE, threshold, row, 64, &n, NULL))
        return;
    int64_t k, of, counted, with = 0;
    assert_true(engine_count(e, &q, -1, CMP_GE, threshold, &k, &of, &counted, NULL));
    assert_int_equal(n, of);
    for (size_t i = 0; i < n; i++) {
        struct engine_query one = q;
        struct dec d = {0, 0};
        one.unit = row[i].unit;
        struct total t = ask(e, &one);
        assert_int_equal(row[i].has, t.has);
        with += t.has;
        if (!t.has)
            continue;
        assert_true(rat_round(t.value, w->c->indicator[q.indicator].decimals, &d));
        assert_int_equal(row[i].m, d.m);
        assert_true(i == 0 || row[i - 1].has);
        int64_t better = 0;
        for (size_t o = 0; o < n; o++)
            better += row[o].has && (low_first ? row[o].m < row[i].m : row[o].m > row[i].m);
        assert_int_equal(row[i].rank, better + 1);
    }
    assert_int_equal(with, counted);
}

static void compare_counts(struct engine *e, struct world *w)
{
    static const char *const code[] = {"A", "S", "D", "A", "HI", "MU", "R"};
    static const int at[][2] = {{50, 1}, {60, 1}, {5, 1}, {1, 2}, {7, 1}, {3, 1}, {90, 1}};
    struct engine_threshold t[7];
    int unit[5];
    struct engine_grid g;
    struct engine_query q = world_query(w);
    ARENA_AUTO arena;

    for (int i = 0; i < 7; i++) {
        t[i] = (struct engine_threshold){
            fixture_indicator(w->c, code[i]), CMP_GE, {at[i][0], at[i][1]}};
    }
    for (int u = 0; u < 5; u++)
        unit[u] = u < 3 ? u : (int)world_random(w, (uint32_t)w->c->units.n);
    struct engine_tally tally = {w->c, t, 7, unit, 5, q.period, q.state};
    arena_init(&arena, 1 << 20);
    assert_true(engine_counts(e, &tally, &arena, &g, NULL));
    for (int i = 0; i < 35; i++) {
        int64_t k1, n1, counted;
        q.indicator = t[i / 5].indicator;
        q.unit = unit[i % 5];
        q.series = q.line = -1;
        q.reading.kind = READ_AS_WAS;
        model_count(&w->model, &q, -1, CMP_GE, t[i / 5].threshold, &k1, &n1, &counted);
        assert_int_equal(engine_grid_value(&g, (size_t)i / 5, (size_t)i % 5), k1);
        assert_int_equal(engine_grid_count(&g, (size_t)i / 5, (size_t)i % 5), n1);
    }
}

/* Every unit at once on the units of another day, in two periods, is what each is alone. */
static void compare_regrouped(struct engine *e, struct world *w, int step)
{
    static const char *const code[] = {"A", "S", "D", "Z"};
    static struct engine_query q[2 * WORLD_UNITS + 8];
    static struct total t[2 * WORLD_UNITS + 8];
    struct engine_query one = world_query(w);
    struct err err = ERR_INIT;
    size_t n = 0;

    if (one.reading.kind == READ_AS_WAS || !w->events)
        return;
    one.indicator = fixture_indicator(w->c, code[world_random(w, 4)]);
    one.series = one.line = -1;
    for (int p = 0; p < 2; p++) {
        one.period = world_period(w, w->c->indicator[one.indicator].frequency, 10);
        for (size_t u = 0; u < w->c->units.n; u++) {
            one.unit = (int)u;
            q[n++] = one;
        }
    }
    assert_true(n <= sizeof q / sizeof *q);
    assert_true(engine_totals(e, q, n, t, &err));
    for (size_t i = 0; i < n; i++) {
        struct total b;
        assert_true(model_total(&w->model, &q[i], &b));
        if (!same_total(&t[i], &b))
            explain(w, &q[i], &t[i], &b, step);
        meet(&t[i]);
    }
}

/* An earlier period held against a later one, in every reading. */
static void compare_earlier(struct engine *e, struct world *w, int step)
{
    struct engine_query q = world_query(w);
    struct total t, m;
    struct period later;
    int back = 1 + (int)world_random(w, 14);

    later = q.period;
    for (int i = 0; i < back; i++)
        if (!period_previous(q.period, &q.period))
            return;
    if (!period_valid(q.period) || period_first_day(q.period).v < day_make(2022, 1, 1).v)
        return;
    assert_true(engine_compared(e, &q, &later, 1, &t, NULL));
    assert_true(model_compared(&w->model, &q, later, &m));
    if (!same_total(&t, &m))
        explain(w, &q, &t, &m, step);
    met.moved += (t.marks & MARK_BOUNDARY) != 0;
    met.constant += (t.marks & (MARK_RESTATED | MARK_BOUNDARY)) == MARK_RESTATED;
}

/* `tight`: columns are let go all the time. */
static void run(uint64_t seed, int steps, bool tight)
{
    static struct world w;
    struct engine_change change[64];
    struct err err = ERR_INIT;
    int64_t checked;

    printf("seed %llu, %d steps\n", (unsigned long long)seed, steps);
    world_init(&w, seed);
    struct engine *e = engine_new(w.c, (struct engine_source){&w, load}, &err);
    assert_non_null(e);
    for (int step = 0; step < steps; step++) {
        if (tight && step % 7 == 0)
            engine_limit(e, 1 + world_random(&w, 30) * 2000);
        if (step % 50 == 25) {
            world_change_units(&w);
            assert_true(engine_set_catalog(e, w.c, &err));
        }
        size_t n = world_step(&w, change, 64);
        assert_true(engine_apply(e, change, n, &err));
        for (int i = 0; i < 12; i++) {
            struct engine_query q = world_query(&w);
            compare(e, &w, &q, step);
        }
        if (step % 10 == 0)
            compare_count(e, &w, step);
        if (step % 5 == 0) {
            compare_pivot(e, &w);
            compare_league(e, &w);
        }
        for (int i = 0; i < 4; i++)
            compare_earlier(e, &w, step);
        if (step % 2 == 0)
            compare_board(e, &w, step);
        if (step % 4 == 0)
            compare_regrouped(e, &w, step);
        if (step % 20 == 0)
            compare_counts(e, &w);
        if (step % 40 == 39 && !engine_verify(e, &checked, &err))
            fail_msg("step %d: verify: series %s, period %s, unit %s", step, err.arg[0], err.arg[1],
                err.arg[2]);
    }
    if (!engine_verify(e, &checked, &err))
        fail_msg("verify: series %s, period %s, unit %s", err.arg[0], err.arg[1], err.arg[2]);
    assert_true(checked > 0);
    printf("%ld totals: %ld restated, %ld by shares, %ld between bounds, %ld carried, %ld stated, "
           "%ld of a part; compared: %ld across boundaries, %ld inside; %ld closed\n",
        met.totals, met.restated, met.estimated, met.bounded, met.carried, met.stated, met.partial,
        met.moved, met.constant, model_closed);
    struct engine_stats s;
    engine_stats(e, &s);
    assert_int_equal(s.evicted > 0, tight);
    engine_free(e);
    world_free(&w);
}

static int from_environment(const char *name, int otherwise)
{
    const char *z = getenv(name);

    return z ? atoi(z) : otherwise;
}

static void every_total_is_the_models_after_every_step(void **state)
{
    int steps = from_environment("GIAOBAN_STEPS", 120);
    int seed = from_environment("GIAOBAN_SEED", 0);

    (void)state;
    if (seed) {
        run((uint64_t)seed, steps, false);
        run((uint64_t)seed, steps, true);
        return;
    }
    for (uint64_t s = 1; s <= 3; s++)
        run(s, steps, false);
    for (uint64_t s = 4; s <= 5; s++)
        run(s, steps, true);
    assert_true(met.restated && met.estimated && met.bounded && met.carried && met.stated &&
                met.partial && met.moved && met.constant && model_closed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_total_is_the_models_after_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
