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

/* Collects the units with their values; those without stand behind *ret_with, in tree order. */
static bool collect(struct eval *v, const struct league *w, const struct roster *r, int first,
    size_t n, struct entry *e, size_t *ret_with)
{
    size_t with = 0, without = n;
    bool ok;
    const struct column *col =
        bulk_column(v, &v->g->brief[w->q->indicator], w->q->period, false, &ok);
    const struct plane *p = col ? column_plane(col, w->q->state) : NULL;
    struct plane_walk walk = p ? plane_walk(p, first) : (struct plane_walk){0};
    for (size_t i = 0; ok && i < n; i++) {
        int rank = first + (int)i;
        int64_t m = ENGINE_MISSING;
        int32_t reported;
        if (p) {
            struct cell c = plane_walk_to(&walk, rank);
            m = c.has ? c.value : ENGINE_MISSING;
        } else {
            ok = bulk_cell(
                v, w->q->indicator, r->unit[rank], w->q->period, w->q->state, &m, &reported);
        }
        if (m == ENGINE_MISSING)
            e[--without] = (struct entry){0, rank};
        else
            e[with++] = (struct entry){w->low_first ? m : -m, rank};
    }
    *ret_with = with;
    return ok;
}

static void hand_out(struct league *w, const struct indicator *x, const struct roster *r,
    const struct entry *e, size_t with, size_t n)
{
    struct watch bounds = {.cmp = w->cmp, .threshold = w->threshold};
    int rank = 0;

    watch_bounds(&bounds, x->decimals);
    for (size_t i = 0; i < n && i < w->max; i++) {
        bool has = i < with;
        size_t at = has ? i : n - 1 - (i - with);
        int64_t m = w->low_first ? e[at].m : -e[at].m;
        if (!i || e[i].m != e[i - 1].m)
            rank = (int)i + 1;
        w->ret[i] = (struct engine_rank){.unit = r->unit[e[at].rank],
            .rank = has ? rank : 0,
            .m = has ? m : 0,
            .has = has,
            .reaches = has && m >= bounds.low && m <= bounds.high};
    }
}

static bool run_league(struct eval *v, void *ctx)
{
    struct league *w = ctx;
    struct ask q;

    if (!ask_of(v, w->q, &q))
        return false;
    const struct indicator *x = &v->c->indicator[q.indicator];
    const struct roster *r =
        ground_roster(v->g, q.indicator, q.line, period_last_day(w->q->period), v->err);
    if (!r)
        return false;
    int pos = r->tree->t.pos[w->q->unit];
    size_t n = pos < 0 ? 0 : (size_t)r->count[pos], with;
    struct entry *e = arena_alloc(&v->arena, (2 * n + 1) * sizeof *e);
    if (!e)
        return err_memory(v->err);
    if (!collect(v, w, r, pos < 0 ? 0 : r->first[pos], n, e, &with))
        return false;
    sort(e, e + n, with);
    hand_out(w, x, r, e, with, n);
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
