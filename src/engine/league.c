/* league: the units that report an indicator, best first; see engine_league() in engine.h. */
#include "engine/bulk.h"

struct entry {
    int64_t m;
    int rank; /* in the roster */
};

struct league {
    const struct engine_query *q;
    bool low_first;
    enum comparator cmp;
    struct rat threshold;
    struct engine_rank *ret;
    size_t max, n;
};

/* Merge sort by value; units of one value keep the order of the tree. */
static void sort(struct entry *a, struct entry *b, size_t n)
{
    enum { RUN = 8 };

    for (size_t at = 0; at < n; at += RUN)
        for (size_t i = at + 1; i < n && i < at + RUN; i++) {
            struct entry x = a[i];
            size_t k = i;
            for (; k > at && a[k - 1].m > x.m; k--)
                a[k] = a[k - 1];
            a[k] = x;
        }
    struct entry *from = a, *to = b;
    for (size_t run = RUN; run < n; run *= 2) {
        for (size_t at = 0; at < n; at += 2 * run) {
            size_t i = at, mid = at + run < n ? at + run : n, k = mid;
            size_t end = at + 2 * run < n ? at + 2 * run : n;
            for (size_t o = at; o < end; o++) {
                bool left = k == end || (i < mid && from[i].m <= from[k].m);
                to[o] = left ? from[i++] : from[k++];
            }
        }
        struct entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != a)
        memcpy(a, from, n * sizeof *a);
}

/* The ranks asked for: those with a value, and in order those without, as far as they do not stand
 * in the table already. */
struct ranked {
    struct entry *with;
    int *none;
    size_t withs, nones;
};

/* The units of a run of ranks without a value, from place `at` of the table on. */
static void put_none(struct league *w, const struct roster *r, int from, int to, size_t at)
{
    size_t n = (size_t)(to - from), room = at < w->max ? w->max - at : 0;
    struct engine_rank *row = w->ret + at;
    const int *unit = r->unit + from;

    n = n < room ? n : room;
    for (size_t i = 0; i < n; i++)
        row[i] = (struct engine_rank){.unit = unit[i]};
}

/* Off a column that lists its figures: what lies between two of them has none. */
static void collect_listed(struct league *w, const struct roster *r, const struct plane *p,
    int first, int n, struct ranked *to)
{
    struct plane_walk walk = plane_walk(p, first);
    size_t nones = plane_seek(p, first + n) - walk.at.at;
    struct cell c;
    int rank;

    for (int next = first; next < first + n; next = rank + 1) {
        if (plane_next(&walk, first + n, &rank, &c))
            to->with[to->withs++] = (struct entry){w->low_first ? c.value : -c.value, rank};
        else
            rank = first + n;
        put_none(w, r, next, rank, nones);
        nones += (size_t)(rank - next);
    }
}

static bool collect(struct eval *v, const struct league *w, const struct roster *r,
    const struct plane *p, int first, int n, struct ranked *to)
{
    bool ok = true;

    for (int rank = first; ok && rank < first + n; rank++) {
        int64_t m = ENGINE_MISSING;
        int32_t reported;
        if (p) {
            struct cell c = plane_at(p, rank);
            m = c.has ? c.value : ENGINE_MISSING;
        } else {
            ok = bulk_cell(
                v, w->q->indicator, r->unit[rank], w->q->period, w->q->state, &m, &reported);
        }
        if (m == ENGINE_MISSING)
            to->none[to->nones++] = rank;
        else
            to->with[to->withs++] = (struct entry){w->low_first ? m : -m, rank};
    }
    return ok;
}

static void hand_out(
    struct league *w, const struct indicator *x, const struct roster *r, const struct ranked *all)
{
    struct watch bounds = {.cmp = w->cmp, .threshold = w->threshold};
    const struct entry *e = all->with;
    size_t n = all->withs < w->max ? all->withs : w->max;
    int rank = 0;

    watch_bounds(&bounds, x->decimals);
    for (size_t i = 0; i < n; i++) {
        int64_t m = w->low_first ? e[i].m : -e[i].m;
        if (!i || e[i].m != e[i - 1].m)
            rank = (int)i + 1;
        w->ret[i] = (struct engine_rank){.unit = r->unit[e[i].rank],
            .rank = (uint32_t)rank & ((1u << 30) - 1),
            .m = m,
            .has = true,
            .reaches = m >= bounds.low && m <= bounds.high};
    }
    for (size_t i = 0; i < all->nones && n < w->max; i++)
        w->ret[n++] = (struct engine_rank){.unit = r->unit[all->none[i]]};
}

static bool run_league(struct eval *v, void *ctx)
{
    struct league *w = ctx;
    struct ask q;
    bool ok;

    if (!ask_of(v, w->q, &q))
        return false;
    const struct indicator *x = &v->c->indicator[q.indicator];
    const struct roster *r =
        ground_roster(v->g, q.indicator, q.line, period_last_day(w->q->period), v->err);
    const struct column *col = bulk_column(v, &v->g->brief[q.indicator], w->q->period, false, &ok);
    if (!r || !ok)
        return false;
    const struct plane *p = col ? column_plane(col, w->q->state) : NULL;
    int pos = r->tree->t.pos[w->q->unit], first = pos < 0 ? 0 : r->first[pos];
    size_t n = pos < 0 ? 0 : (size_t)r->count[pos];
    size_t most = p && p->sparse && p->cells < n ? p->cells : n;
    struct ranked all = {arena_alloc(&v->arena, (2 * most + 1) * sizeof *all.with),
        arena_alloc(&v->arena, (most + 1) * sizeof *all.none), 0, 0};
    if (!all.with || !all.none)
        return err_memory(v->err);
    if (p && p->sparse)
        collect_listed(w, r, p, first, (int)n, &all);
    else if (!collect(v, w, r, p, first, (int)n, &all))
        return false;
    sort(all.with, all.with + most, all.withs);
    hand_out(w, x, r, &all);
    w->n = n;
    return true;
}

bool engine_league(struct engine *e, const struct engine_query *q, bool low_first,
    enum comparator cmp, struct rat threshold, struct engine_rank *ret, size_t max, size_t *ret_n,
    struct err *err)
{
    struct league w = {q, low_first, cmp, threshold, ret, max, 0};

    if (!engine_settle(e, run_league, &w, err))
        return false;
    *ret_n = w.n;
    return true;
}
