/* query: questions from outside: evaluate under the read lock, bring in what was missing, repeat.
 */
#include "engine/compare.h"
#include "engine/restate.h"
#include "engine/settle.h"

#define ROUNDS_MAX 24
#define ROUNDS_SHARED 4 /* then nothing is let go until the question is answered */
#define SCRATCH_MAX ((size_t)1 << 30)

bool ask_of(const struct eval *v, const struct engine_query *q, struct ask *ret)
{
    const struct catalog *c = v->c;

    if (q->catalog && q->catalog != c)
        return err_set(v->err, ERR_CONFLICT, MSG_err_engine_catalog);
    if (q->indicator < 0 || (size_t)q->indicator >= c->indicators || q->unit < 0 ||
        (size_t)q->unit >= c->units.n || q->series >= (int)c->serieses || q->line >= LINE_COUNT ||
        !period_valid(q->period))
        return err_set(v->err, ERR_INTERNAL, MSG_err_engine_query);
    const struct indicator *x = &c->indicator[q->indicator];
    *ret = (struct ask){.indicator = q->indicator,
        .series = x->formula && q->series == x->series ? -1 : q->series,
        .line = q->line < 0 ? x->line : (enum line)q->line,
        .state = q->state,
        .restated = q->reading.kind != READ_AS_WAS,
        .on = q->reading.day};
    return true;
}

bool engine_settle(struct engine *e, evaluation *f, void *ctx, struct err *err)
{
    struct asker asker;
    bool waits = false, answered = false, ok = true;

    for (int round = 0; ok && !answered && round < ROUNDS_MAX; round++) {
        struct eval v = {.e = e, .err = err};
        arena_init(&v.arena, SCRATCH_MAX);
        pthread_rwlock_rdlock(&e->lock);
        v.g = e->ground;
        v.c = v.g->c;
        ok = f(&v, ctx);
        pthread_rwlock_unlock(&e->lock);
        answered = ok && !v.need.n;
        if (ok && !answered) {
            if (!waits)
                engine_ask(e, &asker);
            waits = true;
            if (round == ROUNDS_SHARED)
                engine_hold_all(e, &asker);
            ok = engine_fault(e, v.need.p, v.need.n, err);
        }
        arena_free(&v.arena);
    }
    if (waits)
        engine_asked(e, &asker);
    return answered || (ok && err_set(err, ERR_BUSY, MSG_err_engine_catalog));
}

struct many {
    const struct engine_query *q;
    size_t n;
    struct total *ret;
};

static bool total_many(struct eval *v, void *ctx)
{
    const struct many *m = ctx;
    struct regroups *kept = NULL;

    for (size_t i = 0; i < m->n; i++) {
        struct ask q;
        bool took = false;
        if (!ask_of(v, &m->q[i], &q))
            return false;
        if (q.restated && !kept && !(kept = regroups_new(v)))
            return err_memory(v->err);
        if (q.restated &&
            !regroups_total(v, kept, q, m->q[i].unit, m->q[i].period, &m->ret[i], &took))
            return false;
        if (!took && !eval_total(v, q, m->q[i].unit, m->q[i].period, &m->ret[i]))
            return false;
    }
    return true;
}

bool engine_totals(
    struct engine *e, const struct engine_query *q, size_t n, struct total *ret, struct err *err)
{
    struct many m = {q, n, ret};

    return engine_settle(e, total_many, &m, err);
}

bool engine_total(
    struct engine *e, const struct engine_query *q, struct total *ret, struct err *err)
{
    struct total t;

    if (!engine_totals(e, q, 1, &t, err))
        return false;
    *ret = t;
    return true;
}

struct compared {
    const struct engine_query *q;
    const struct period *later;
    size_t n;
    struct total *ret;
};

static bool compare_many(struct eval *v, void *ctx)
{
    const struct compared *m = ctx;
    struct comparisons *k = comparisons_new(v);

    if (!k)
        return err_memory(v->err);
    for (size_t i = 0; i < m->n; i++) {
        struct ask q;
        if (!ask_of(v, &m->q[i], &q) ||
            !eval_compared(v, k, q, m->q[i].unit, m->q[i].period, m->later[i], &m->ret[i]))
            return false;
    }
    return true;
}

bool engine_compared(struct engine *e, const struct engine_query *q, const struct period *later,
    size_t n, struct total *ret, struct err *err)
{
    struct compared m = {q, later, n, ret};

    return engine_settle(e, compare_many, &m, err);
}

struct count {
    const struct engine_query *q;
    int kind;
    enum comparator cmp;
    struct rat threshold;
    int64_t k, n, counted;
};

static bool count_units(struct eval *v, void *ctx)
{
    struct count *c = ctx;
    struct ask q;

    return ask_of(v, c->q, &q) && eval_count(v, q, c->q->unit, c->q->period, c->kind, c->cmp,
                                      c->threshold, &c->k, &c->n, &c->counted);
}

bool engine_count(struct engine *e, const struct engine_query *q, int kind, enum comparator cmp,
    struct rat threshold, int64_t *ret_k, int64_t *ret_n, int64_t *ret_counted, struct err *err)
{
    struct count c = {q, kind, cmp, threshold, 0, 0, 0};

    if (!engine_settle(e, count_units, &c, err))
        return false;
    *ret_k = c.k;
    *ret_n = c.n;
    *ret_counted = c.counted;
    return true;
}
