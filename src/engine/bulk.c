/* bulk: tables of many totals at once; see engine.h, "many at once".
 *
 * Upper units are read off the tiers, where each row is ready to be copied. Other units are read
 * off the columns: they are mapped to inner numbers once per roster, and the columns of a row are
 * fetched ahead. Everything else takes the general way. */
#include "engine/bulk.h"

/* Where the units of a table stand in a roster: inner number, or rank of a unit that reports. */
struct places {
    const struct roster *roster;
    int *inner, *rank, *count;
    bool all_inner, in_a_row; /* inner units all; with numbers one after the other */
};

/* Where the units of a table stand in the tiers of one line: a tier for each period. */
struct upper {
    enum line line;
    const struct etree *tree; /* of the slots below */
    int *slot;
    bool all; /* every unit is an upper one */
    bool in_a_row;
    struct tier **tier; /* by period; NULL: none */
    const struct roster *roster;
    int32_t *count; /* of the roster: units that report */
};

static bool upper_init(struct eval *v, struct upper *u, size_t units, size_t periods)
{
    *u = (struct upper){.line = LINE_COUNT};
    u->slot = arena_alloc(&v->arena, units * sizeof *u->slot);
    u->tier = arena_alloc(&v->arena, periods * sizeof *u->tier);
    u->count = arena_alloc(&v->arena, units * sizeof *u->count);
    return (u->slot && u->tier && u->count) || err_memory(v->err);
}

static void upper_line(
    struct eval *v, struct upper *u, enum line line, const struct period *period, size_t periods)
{
    if (u->line == line)
        return;
    u->line = line;
    for (size_t p = 0; p < periods; p++)
        u->tier[p] = tiers_find(&v->e->tiers, period_code(period[p]), line);
}

static void upper_find(struct upper *u, const struct etree *tree, const int *unit, size_t units)
{
    if (u->tree == tree)
        return;
    u->tree = tree;
    u->all = u->in_a_row = true;
    for (size_t i = 0; i < units; i++) {
        int pos = tree->t.pos[unit[i]];
        u->slot[i] = pos < 0 ? -1 : tree->slot[pos];
        u->all &= u->slot[i] >= 0;
        u->in_a_row &= !i || u->slot[i] == u->slot[i - 1] + 1;
    }
}

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

const struct column *bulk_column(
    struct eval *v, const struct brief *x, struct period p, bool simple, bool *ret_ok)
{
    *ret_ok = true;
    if (!(simple ? x->simple : x->direct) || !is_base(x, p))
        return NULL;
    struct column_key key = {x->series, period_code(p)};
    const struct column *col = table_find(&v->e->table, key);
    if (!col && !vec_push(&v->need, &v->arena, key))
        *ret_ok = err_memory(v->err);
    return simple && col && column_closes(col) ? NULL : col;
}

/* ---- pivot ---- */

bool bulk_cell(struct eval *v, int indicator, int unit, struct period p, enum total_state state,
    int64_t *ret_m, int32_t *ret_reported)
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
        } else if (!bulk_cell(v, col->indicator, b->unit[u], col->period, b->state, &ret_m[u],
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

/* One row of a tier: the sums and counts of the units asked for. */
static void upper_row(const struct upper *u, const struct tier *t, int64_t *sum, size_t units,
    int64_t *ret_m, int32_t *ret_reported)
{
    const int32_t *reported = tier_reported(t, sum);

    if (u->in_a_row) {
        memcpy(ret_m, sum + u->slot[0], units * sizeof *ret_m);
        memcpy(ret_reported, reported + u->slot[0], units * sizeof *ret_reported);
        return;
    }
    for (size_t i = 0; i < units; i++) {
        ret_m[i] = sum[u->slot[i]];
        ret_reported[i] = reported[u->slot[i]];
    }
}

/* The indicator's rows in the tiers on their way from memory. */
static void upper_ahead(
    const struct eval *v, const struct upper *u, const struct pivot *w, size_t i)
{
    const struct engine_block *b = w->b;

    if (i >= b->indicators || v->g->brief[b->indicator[i]].line != u->line)
        return;
    for (size_t p = 0; p < b->periods; p++) {
        const struct tier *t = u->tier[p];
        const struct tier_row *r = t ? &t->row[b->indicator[i]] : NULL;
        if (!r || !r->roster)
            continue;
        const int64_t *from = tier_sum(t, r, tier_side(t, r, b->state)),
                      *to = from + tier_stride(t);
        for (; from < to; from += 8)
            __builtin_prefetch(from);
    }
}

/* Takes the periods that the tiers have. Sets *ret_open where some are left. */
static void pivot_upper(
    struct eval *v, const struct pivot *w, struct upper *u, size_t i, bool *done, bool *ret_open)
{
    const struct engine_block *b = w->b;
    const struct brief *x = &v->g->brief[b->indicator[i]];

    *ret_open = false;
    upper_line(v, u, (enum line)x->line, b->period, b->periods);
    for (size_t p = 0; p < b->periods; p++) {
        const struct tier *t = u->tier[p];
        const struct tier_row *r = t && x->simple ? &t->row[x->indicator] : NULL;
        done[p] = r && r->roster && r->whole[b->state];
        if (done[p]) {
            upper_find(u, t->tree, b->unit, b->units);
            done[p] = u->all;
        }
        if (done[p]) {
            size_t to = (i * b->periods + p) * b->units;
            upper_row(u, t, tier_sum(t, r, tier_side(t, r, b->state)), b->units, w->m + to,
                w->reported + to);
        }
        *ret_open |= !done[p];
    }
}

/* The periods not done yet, off the columns. */
static bool pivot_columns(
    struct eval *v, const struct pivot *w, struct places *at, size_t i, const bool *done)
{
    const struct engine_block *b = w->b;
    const struct brief *x = &v->g->brief[b->indicator[i]];
    const struct column **col = arena_array(&v->arena, b->periods, sizeof *col);

    if (!col)
        return err_memory(v->err);
    for (size_t p = 0; p < b->periods; p++) {
        bool ok = true;
        if (!done[p])
            col[p] = bulk_column(v, x, b->period[p], true, &ok);
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
        if (done[p])
            continue;
        if (col[p]) {
            if (!simple_row(v, col[p], at, b, w->m + to, w->reported + to))
                return false;
            continue;
        }
        for (size_t u = 0; u < b->units; u++)
            if (!bulk_cell(v, b->indicator[i], b->unit[u], b->period[p], b->state, &w->m[to + u],
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
    struct upper u;
    bool *done = arena_alloc(&v->arena, b->periods ? b->periods : 1), open;

    if (!done)
        return err_memory(v->err);
    if (!check(v, b->catalog, b->indicator, b->indicators, b->unit, b->units) ||
        !places_init(v, &at, b->units) || !upper_init(v, &u, b->units, b->periods))
        return false;
    for (size_t i = 0; b->units && i < b->indicators; i++) {
        pivot_upper(v, w, &u, i, done, &open);
        upper_ahead(v, &u, w, i + 1);
        if (open && !pivot_columns(v, w, &at, i, done))
            return false;
    }
    return true;
}

bool engine_pivot(struct engine *e, const struct engine_block *b, int64_t *ret_m,
    int32_t *ret_reported, struct err *err)
{
    struct pivot w = {b, ret_m, ret_reported};

    return engine_settle(e, run_pivot, &w, err);
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

static bool same_threshold(const struct watch *w, const struct engine_threshold *t)
{
    return w->cmp == t->cmp && w->threshold.num == t->threshold.num &&
           w->threshold.den == t->threshold.den;
}

static const int32_t *counter(
    const struct column *col, const struct plane *p, const struct engine_threshold *t)
{
    for (size_t i = 0; i < col->watches->n; i++)
        if (p->width && same_threshold(&col->watches->p[i], t))
            return p->met + i * (size_t)col->roster->inners;
    return NULL;
}

/* Off the tier, where it keeps a counter for the threshold. */
static bool count_upper(const struct eval *v, const struct counts *w, struct upper *u,
    const struct engine_threshold *t, size_t i)
{
    const struct tier *tier = u->tier[0];
    const struct tier_row *r = &tier->row[t->indicator];
    const struct watches *ws = &v->g->watch[t->indicator];
    int32_t *k = w->k + i * w->units, *n = w->n + i * w->units;
    size_t at = 0;

    if (!r->roster)
        return false;
    while (at < r->watches && !same_threshold(&ws->p[at], t))
        at++;
    if (at == r->watches)
        return false;
    if (u->roster != r->roster) {
        upper_find(u, tier->tree, w->unit, w->units);
        u->roster = r->roster;
        for (size_t x = 0; u->all && x < w->units; x++)
            u->count[x] = r->roster->count[tier->tree->slot_pos[u->slot[x]]];
    }
    if (!u->all)
        return false;
    const int32_t *met =
        tier_side(tier, r, w->state)->met + ((size_t)r->met + at) * (size_t)tier->tree->slots;
    memcpy(n, u->count, w->units * sizeof *n);
    if (u->in_a_row) {
        memcpy(k, met + u->slot[0], w->units * sizeof *k);
        return true;
    }
    for (size_t x = 0; x < w->units; x++)
        k[x] = met[u->slot[x]];
    return true;
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
    const struct column *col = bulk_column(v, &v->g->brief[t->indicator], w->period, false, &ok);

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
    struct upper u;
    size_t fetched = 0;

    if (!check(v, w->catalog, NULL, 0, w->unit, w->units) || !places_init(v, &at, w->units) ||
        !upper_init(v, &u, w->units, 1))
        return false;
    for (size_t i = 0; w->units && i < w->thresholds; i++) {
        int x = w->t[i].indicator;
        if (x < 0 || (size_t)x >= v->c->indicators)
            return err_set(v->err, ERR_INTERNAL, MSG_err_engine_query);
        if (v->g->brief[x].line != u.line)
            upper_line(v, &u, (enum line)v->g->brief[x].line, &w->period, 1);
        if (u.tier[0] && count_upper(v, w, &u, &w->t[i], i))
            continue;
        if (i >= fetched) {
            fetch_ahead(v, w, i);
            fetched = i + 8;
        }
        if (!count_row(v, w, i, &at))
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
