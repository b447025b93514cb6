/* Thousands of random steps of people: after each, every total of the engine is the model's.
 *
 * GIAOBAN_SEED and GIAOBAN_STEPS make other and longer runs; the seed of every run is printed. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>

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
    sbuf_printf(&s, " state %d line %d", (int)q->state, q->line);
    for (int i = 0; i < 2; i++) {
        const struct total *t = i ? b : a;
        sbuf_z(&s, i ? "\n model  " : "\n engine ");
        if (t->has)
            rat_put(&s, t->value);
        else
            sbuf_z(&s, "nothing");
        sbuf_printf(&s, " (%lld of %lld, k %lld n %lld, marks %x)", (long long)t->reported,
            (long long)t->expected, (long long)t->k, (long long)t->n, t->marks);
        if (t->has_stated) {
            sbuf_z(&s, " stated ");
            rat_put(&s, t->stated);
        }
    }
    fail_msg("%s", sbuf_cstr(&s));
}

static void compare(struct engine *e, struct world *w, const struct engine_query *q, int step)
{
    struct total a, b;
    struct err err = ERR_INIT;

    if (!engine_total(e, q, &a, &err))
        fail_msg("step %d: engine: %s", step, err_code_name(err.code));
    assert_true(model_total(&w->model, q, &b));
    if (a.has != b.has || (a.has && !same_rat(a.value, b.value)) || a.reported != b.reported ||
        a.expected != b.expected || a.k != b.k || a.n != b.n || a.marks != b.marks ||
        a.has_stated != b.has_stated || (a.has_stated && !same_rat(a.stated, b.stated)))
        explain(w, q, &a, &b, step);
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

static void run(uint64_t seed, int steps)
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
        if (step % 500 == 499 && !engine_verify(e, &checked, &err))
            fail_msg("step %d: verify: series %s, period %s, unit %s", step, err.arg[0], err.arg[1],
                err.arg[2]);
    }
    if (!engine_verify(e, &checked, &err))
        fail_msg("verify: series %s, period %s, unit %s", err.arg[0], err.arg[1], err.arg[2]);
    assert_true(checked > 0);
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
    int steps = from_environment("GIAOBAN_STEPS", 100);
    int seed = from_environment("GIAOBAN_SEED", 0);

    (void)state;
    if (seed) {
        run((uint64_t)seed, steps);
        return;
    }
    for (uint64_t s = 1; s <= 3; s++)
        run(s, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_total_is_the_models_after_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
