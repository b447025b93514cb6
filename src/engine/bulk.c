/* bulk: tables of many totals at once; see engine.h, "many at once".
 *
 * The common case reads running sums off the columns; units are mapped to inner numbers once per
 * roster, and the columns of a row are fetched ahead. Everything else takes the general way. */
#include <stdlib.h>

#include "engine/settle.h"

/* Where the units of a table stand in a roster: inner number, or rank of a unit that reports. */
struct places {
    const struct roster *roster;
    int *inner, *rank, *count;
    bool all_inner, in_a_row; /* inner units all; with numbers one after the other */
};

static bool places_init(struct eval *v, struct places *p, size_t units)
{
    int *room = arena_alloc(&v->arena, 3 * units * sizeof *room);

    if (!room)
        return err_memory(v->err);
    *p = (struct places){NULL, room, room + units, room + 2 * units, false, false};
    return true;
}

static void places_find(struct places *p, const struct roster *r, const int *unit, size_t units)
{
    if (p->roster == r)
        return;
    p->roster = r;
    p->all_inner = true;
    p->in_a_row = false;
    for (size_t u = 0; u < units; u++) {
        int pos = r->tree->t.pos[unit[u]];
        p->inner[u] = pos < 0 ? -1 : r->inner[pos];
        p->rank[u] = roster_rank(r, unit[u]);
        p->count[u] = pos < 0 ? 0 : r->count[pos];
        p->all_inner &= p->inner[u] >= 0;
        p->in_a_row = p->all_inner && (!u || (p->in_a_row && p->inner[u] == p->inner[u - 1] + 1));
    }
}

static bool check(const struct eval *v, const struct catalog *catalog, const int *indicator,
    size_t indicators, const int *unit, size_t units)
{
    if (catalog && catalog != v->c)
        return err_set(v->err, ERR_CONFLICT, MSG_err_engine_catalog);
    for (size_t i = 0; i < indicators; i++)
        if (indicator[i] < 0 || (size_t)indicator[i] >= v->c->indicators)
            return err_set(v->err, ERR_INTERNAL, MSG_err_engine_query);
    for (size_t u = 0; u < units; u++)
        if (unit[u] < 0 || (size_t)unit[u] >= v->c->units.n)
            return err_set(v->err, ERR_INTERNAL, MSG_err_engine_query);
    return true;
}

static bool is_base(const struct brief *x, struct period p)
{
    enum frequency f;

    return period_frequency(p, &f) && (uint8_t)f == x->frequency;
}

/* The column from which a base period's figures (`simple`: also their sums) can be read; NULL with
 * *ret_ok where there is none, or where it has to come in first. */
static const struct column *read_column(
    struct eval *v, const struct brief *x, struct period p, bool simple, bool *ret_ok)
{
    *ret_ok = true;
    if (!(simple ? x->simple : x->direct) || !is_base(x, p))
        return NULL;
    struct column_key key = {x->series, period_code(p)};
    const struct column *col = table_find(&v->e->table, key);
    if (!col && !vec_push(&v->need, &v->arena, key))
        *ret_ok = err_memory(v->err);
    return col;
}

/* ---- pivot ---- */

static bool slow_cell(struct eval *v, int indicator, int unit, struct period p,
    enum total_state state, int64_t *ret_m, int32_t *ret_reported)
{
    const struct indicator *x = &v->c->indicator[indicator];
    struct total t;
    struct dec d;

    if (!eval_total(v,
            (struct ask){.indicator = indicator, .series = -1, .line = x->line, .state = state},
            unit, p, &t))
        return false;
    *ret_m = ENGINE_MISSING;
    *ret_reported = (int32_t)t.reported;
    if (!t.has)
        return true;
    if (!rat_round(t.value, x->decimals, &d))
        return eval_overflow(v);
    *ret_m = d.m;
    return true;
}

/* Nothing but running sums. */
static void sums_row(const struct plane *p, const struct places *at, size_t units, int64_t *ret_m,
    int32_t *ret_reported)
{
    if (at->in_a_row) {
        bool gap = false;
        memcpy(ret_m, p->sum + at->inner[0], units * sizeof *ret_m);
        memcpy(ret_reported, p->reported + at->inner[0], units * sizeof *ret_reported);
        for (size_t u = 0; u < units; u++)
            gap |= !ret_reported[u];
        for (size_t u = 0; gap && u < units; u++)
            ret_m[u] = ret_reported[u] ? ret_m[u] : ENGINE_MISSING;
        return;
    }
    for (size_t u = 0; u < units; u++) {
        int32_t n = p->reported[at->inner[u]];
        ret_m[u] = n ? p->sum[at->inner[u]] : ENGINE_MISSING;
        ret_reported[u] = n;
    }
}

static bool simple_row(struct eval *v, const struct column *col, struct places *at,
    const struct engine_block *b, int64_t *ret_m, int32_t *ret_reported)
{
    const struct plane *p = column_plane(col, b->state);

    places_find(at, col->roster, b->unit, b->units);
    if (at->all_inner && p->width && !p->wide) {
        sums_row(p, at, b->units, ret_m, ret_reported);
        return true;
    }
    for (size_t u = 0; u < b->units; u++) {
        int inner = at->inner[u];
        if (inner >= 0 && p->width && !p->wide) {
            ret_reported[u] = p->reported[inner];
            ret_m[u] = p->reported[inner] ? p->sum[inner] : ENGINE_MISSING;
        } else if (inner >= 0 && !p->width) {
            ret_reported[u] = 0;
            ret_m[u] = ENGINE_MISSING;
        } else if (at->rank[u] >= 0) {
            struct cell c = plane_at(p, at->rank[u]);
            ret_reported[u] = c.has;
            ret_m[u] = c.has ? c.value : ENGINE_MISSING;
        } else if (!slow_cell(v, col->indicator, b->unit[u], col->period, b->state, &ret_m[u],
                       &ret_reported[u])) {
            return false;
        }
    }
    return true;
}

struct pivot {
    const struct engine_block *b;
    int64_t *m;
    int32_t *reported;
};

static bool pivot_indicator(struct eval *v, const struct pivot *w, struct places *at, size_t i)
{
    const struct engine_block *b = w->b;
    const struct brief *x = &v->g->brief[b->indicator[i]];
    const struct column **col = arena_array(&v->arena, b->periods, sizeof *col);

    if (!col)
        return err_memory(v->err);
    for (size_t p = 0; p < b->periods; p++) {
        bool ok;
        col[p] = read_column(v, x, b->period[p], true, &ok);
        if (!ok)
            return false;
        if (col[p])
            __builtin_prefetch(col[p]);
    }
    for (size_t p = 0; p < b->periods; p++)
        if (col[p])
            for (size_t line = 0; line < 12; line++)
                __builtin_prefetch((const char *)col[p] + 192 + 64 * line);
    for (size_t p = 0; p < b->periods; p++) {
        size_t to = (i * b->periods + p) * b->units;
        if (col[p]) {
            if (!simple_row(v, col[p], at, b, w->m + to, w->reported + to))
                return false;
            continue;
        }
        for (size_t u = 0; u < b->units; u++)
            if (!slow_cell(v, b->indicator[i], b->unit[u], b->period[p], b->state, &w->m[to + u],
                    &w->reported[to + u]))
                return false;
    }
    return true;
}

static bool run_pivot(struct eval *v, void *ctx)
{
    const struct pivot *w = ctx;
    const struct engine_block *b = w->b;
    struct places at;

    if (!check(v, b->catalog, b->indicator, b->indicators, b->unit, b->units) ||
        !places_init(v, &at, b->units))
        return false;
    for (size_t i = 0; i < b->indicators; i++)
        if (!pivot_indicator(v, w, &at, i))
            return false;
    return true;
}

bool engine_pivot(struct engine *e, const struct engine_block *b, int64_t *ret_m,
    int32_t *ret_reported, struct err *err)
{
    struct pivot w = {b, ret_m, ret_reported};

    return engine_settle(e, run_pivot, &w, err);
}

/* ---- league ---- */

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
        read_column(v, &v->g->brief[w->q->indicator], w->q->period, false, &ok);
    const struct plane *p = col ? column_plane(col, w->q->state) : NULL;
    for (size_t i = 0; ok && i < n; i++) {
        int rank = first + (int)i;
        int64_t m = ENGINE_MISSING;
        int32_t reported;
        if (p) {
            struct cell c = plane_at(p, rank);
            m = c.has ? c.value : ENGINE_MISSING;
        } else {
            ok = slow_cell(
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

/* ---- counters ---- */

struct counts {
    const struct catalog *catalog;
    const struct engine_threshold *t;
    size_t thresholds;
    const int *unit;
    size_t units;
    struct period period;
    enum total_state state;
    int32_t *k, *n;
};

static const int32_t *counter(
    const struct column *col, const struct plane *p, const struct engine_threshold *t)
{
    for (size_t i = 0; i < col->watches->n; i++)
        if (col->watches->p[i].cmp == t->cmp && p->width &&
            col->watches->p[i].threshold.num == t->threshold.num &&
            col->watches->p[i].threshold.den == t->threshold.den)
            return p->met + i * (size_t)col->roster->inners;
    return NULL;
}

/* Without a counter: the figures themselves. */
static void scan_row(const struct counts *w, const struct column *col, const struct plane *p,
    const struct engine_threshold *t, int decimals, int32_t *ret_k)
{
    struct watch bounds = {.cmp = t->cmp, .threshold = t->threshold};
    const struct roster *r = col->roster;

    watch_bounds(&bounds, decimals);
    for (size_t u = 0; u < w->units; u++) {
        int pos = r->tree->t.pos[w->unit[u]];
        ret_k[u] = pos < 0 ? 0
                           : (int32_t)plane_count(
                                 p, r->first[pos], r->count[pos], bounds.low, bounds.high);
    }
}

static bool count_row(struct eval *v, const struct counts *w, size_t i, struct places *at)
{
    const struct engine_threshold *t = &w->t[i];
    int32_t *k = w->k + i * w->units, *n = w->n + i * w->units;
    bool ok;
    const struct column *col = read_column(v, &v->g->brief[t->indicator], w->period, false, &ok);

    for (size_t u = 0; ok && !col && u < w->units; u++) {
        int64_t k64, n64, counted;
        ok = eval_count(v,
            (struct ask){.indicator = t->indicator,
                .series = -1,
                .line = v->c->indicator[t->indicator].line,
                .state = w->state},
            w->unit[u], w->period, -1, t->cmp, t->threshold, &k64, &n64, &counted);
        if (ok) {
            k[u] = (int32_t)k64;
            n[u] = (int32_t)n64;
        }
    }
    if (!col)
        return ok;
    const struct plane *p = column_plane(col, w->state);
    const int32_t *met = counter(col, p, t);
    const struct roster *r = col->roster;
    bool scan = !met;

    places_find(at, r, w->unit, w->units);
    if (met && at->in_a_row) {
        memcpy(n, at->count, w->units * sizeof *n);
        memcpy(k, met + at->inner[0], w->units * sizeof *k);
        return true;
    }
    if (met && at->all_inner) {
        for (size_t u = 0; u < w->units; u++) {
            n[u] = at->count[u];
            k[u] = met[at->inner[u]];
        }
        return true;
    }
    for (size_t u = 0; u < w->units; u++) {
        n[u] = at->count[u];
        k[u] = met && at->inner[u] >= 0 ? met[at->inner[u]] : 0;
        scan |= at->rank[u] >= 0;
    }
    if (scan)
        scan_row(w, col, p, t, v->c->indicator[t->indicator].decimals, k);
    return true;
}

/* The columns of the next rows on their way from memory. */
static void fetch_ahead(const struct eval *v, const struct counts *w, size_t i)
{
    const struct column *col[8];
    size_t n = 0;

    for (size_t k = i; k < i + 8 && k < w->thresholds; k++) {
        int x = w->t[k].indicator;
        if (x < 0 || (size_t)x >= v->c->indicators || !v->g->brief[x].series)
            continue;
        struct column_key key = {v->g->brief[x].series, period_code(w->period)};
        col[n] = table_find(&v->e->table, key);
        if (col[n])
            __builtin_prefetch(col[n++]);
    }
    for (size_t k = 0; k < n; k++)
        for (size_t line = 0; line < 12; line++)
            __builtin_prefetch((const char *)col[k] + 64 * (line + 3));
}

static bool run_counts(struct eval *v, void *ctx)
{
    const struct counts *w = ctx;
    struct places at;

    if (!check(v, w->catalog, NULL, 0, w->unit, w->units) || !places_init(v, &at, w->units))
        return false;
    for (size_t i = 0; i < w->thresholds; i++) {
        if (i % 8 == 0)
            fetch_ahead(v, w, i);
        if (!check(v, w->catalog, &w->t[i].indicator, 1, NULL, 0) || !count_row(v, w, i, &at))
            return false;
    }
    return true;
}

bool engine_counts(struct engine *e, const struct catalog *catalog,
    const struct engine_threshold *t, size_t thresholds, const int *unit, size_t units,
    struct period period, enum total_state state, int32_t *ret_k, int32_t *ret_n, struct err *err)
{
    struct counts w = {catalog, t, thresholds, unit, units, period, state, ret_k, ret_n};

    return engine_settle(e, run_counts, &w, err);
}
