/* bulk: tables of many totals at once; see engine.h, "many at once".
 *
 * Upper units are read off the tiers, where each row is ready to be copied. Other units are read
 * off the columns: they are mapped to inner numbers once per roster, and the columns of a row are
 * fetched ahead. Everything else takes the general way.
 *
 * What a table costs is mostly the writing of the answer: rows of the tiers are handed on in the
 * widths they have. */
#include "engine/bulk.h"

#include <limits.h>

/* ---- the answer ---- */

#define WASTE 64 /* bytes of a tier's row that are copied because they lie between others */

struct paper {
    struct engine_grid *g;
    size_t at;      /* first free byte */
    int64_t *value; /* one row on its way */
    int32_t *count;
};

static bool paper_init(struct arena *a, size_t rows, size_t units, struct engine_grid *g,
    struct paper *ret, struct err *err)
{
    size_t cells, bytes;

    if (__builtin_mul_overflow(rows, units, &cells) || cells > UINT32_MAX / 32)
        return err_memory(err);
    bytes = cells * (sizeof(int64_t) + sizeof(int32_t)) + rows * (16 + WASTE) + TIER_SLACK;
    *g = (struct engine_grid){
        rows, units, arena_alloc(a, rows * sizeof *g->row + 1), arena_alloc(a, bytes + 1)};
    *ret = (struct paper){.g = g,
        .value = arena_alloc(a, units * sizeof *ret->value + 1),
        .count = arena_alloc(a, units * sizeof *ret->count + 1)};
    return (g->row && g->room && ret->value && ret->count) || err_memory(err);
}

/* Copies `n` bytes, and some more: both sides have TIER_SLACK behind them. */
static inline void copy(void *to, const void *from, size_t n)
{
    for (size_t i = 0; i < n; i += TIER_SLACK)
        memcpy((char *)to + i, (const char *)from + i, TIER_SLACK);
}

/* Room for a row of numbers of so many bytes; keeps to words. */
static void *paper_room(struct paper *w, size_t bytes, uint32_t *ret_at)
{
    void *p = w->g->room + w->at;

    *ret_at = (uint32_t)w->at;
    w->at += (w->g->units * bytes + 7) & ~(size_t)7;
    return p;
}

static void *value_room(struct paper *w, size_t row, uint8_t bytes)
{
    w->g->row[row].value_bytes = bytes;
    return paper_room(w, bytes, &w->g->row[row].value);
}

static void *count_room(struct paper *w, size_t row, uint8_t bytes)
{
    w->g->row[row].count_bytes = bytes;
    return paper_room(w, bytes, &w->g->row[row].count);
}

/* The row on its way, in 64 and 32 bits. */
static void paper_put(struct paper *w, size_t row)
{
    size_t n = w->g->units;

    memcpy(value_room(w, row, 8), w->value, n * sizeof *w->value);
    memcpy(count_room(w, row, 4), w->count, n * sizeof *w->count);
}

/* Where the units of a table stand in a roster: inner number, or rank of a unit that reports. */
struct places {
    const struct roster *roster;
    int *inner, *rank, *count;
    bool all_inner, in_a_row; /* inner units all; with numbers one after the other */
};

/* Where the units of a table stand among the upper units of one tree. */
struct seats {
    const struct etree *tree;
    int *slot;
    bool all; /* every unit is an upper one */
    bool in_a_row;
    int least; /* slot */
};
/* And in the tiers of one line: a tier for each period. */
struct upper {
    enum line line;
    struct seats now, other; /* those of the tree before: a year may have two */
    struct tier **tier;      /* by period; NULL: none */
    const struct roster *roster;
    size_t counted; /* row of the answer that has the counts of that roster */
};

static bool upper_init(struct eval *v, struct upper *u, size_t units, size_t periods)
{
    *u = (struct upper){.line = LINE_COUNT};
    u->now.slot = arena_alloc(&v->arena, 2 * units * sizeof *u->now.slot);
    u->tier = arena_alloc(&v->arena, periods * sizeof *u->tier);
    if (!u->now.slot || !u->tier)
        return err_memory(v->err);
    u->other.slot = u->now.slot + units;
    return true;
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

static void upper_turn(struct upper *u, const struct etree *tree, const int *unit, size_t units)
{
    if (u->now.tree) {
        struct seats before = u->now;
        u->now = u->other;
        u->other = before;
    }
    if (u->now.tree == tree)
        return;
    u->now.tree = tree;
    u->now.all = u->now.in_a_row = true;
    u->now.least = INT_MAX;
    for (size_t i = 0; i < units; i++) {
        int pos = tree->t.pos[unit[i]];
        u->now.slot[i] = pos < 0 ? -1 : tree->slot[pos];
        u->now.all &= u->now.slot[i] >= 0;
        u->now.least = u->now.slot[i] < u->now.least ? u->now.slot[i] : u->now.least;
        u->now.in_a_row &= !i || u->now.slot[i] == u->now.slot[i - 1] + 1;
    }
}

static inline void upper_find(
    struct upper *u, const struct etree *tree, const int *unit, size_t units)
{
    if (u->now.tree != tree)
        upper_turn(u, tree, unit, units);
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
    if (col)
        note_use(&col->used);
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
    if (at->all_inner && p->width && !p->wide && !p->sparse) {
        sums_row(p, at, b->units, ret_m, ret_reported);
        return true;
    }
    for (size_t u = 0; u < b->units; u++) {
        int pos = col->roster->tree->t.pos[b->unit[u]];
        i128 sum;
        int64_t n;
        if (at->count[u]) {
            plane_total(p, col->roster, pos, &sum, &n);
            ret_reported[u] = (int32_t)n;
            ret_m[u] = n ? (int64_t)sum : ENGINE_MISSING;
            if (n && (sum != (int64_t)sum || sum == ENGINE_MISSING))
                return eval_overflow(v);
        } else if (!bulk_cell(v, col->indicator, b->unit[u], col->period, b->state, &ret_m[u],
                       &ret_reported[u])) {
            return false;
        }
    }
    return true;
}

struct pivot {
    const struct engine_block *b;
    struct paper out;
};

/* Numbers of the slots asked for, out of a row of all of them. */
static void gather(const struct upper *u, const void *from, uint8_t bytes, size_t units, void *to)
{
    if (u->now.in_a_row) {
        copy(to, (const char *)from + (size_t)u->now.slot[0] * bytes, units * bytes);
        return;
    }
    for (size_t i = 0; bytes == 2 && i < units; i++)
        ((uint16_t *)to)[i] = ((const uint16_t *)from)[u->now.slot[i]];
    for (size_t i = 0; bytes == 4 && i < units; i++)
        ((int32_t *)to)[i] = ((const int32_t *)from)[u->now.slot[i]];
}

/* A row of a tier that has what is asked for. */
struct found {
    const struct tier *t;
    const struct tier_row *r; /* NULL: the tier does not have it */
    int32_t *narrow;
};

/* One row of a tier: the sums and counts of the units asked for. */
static void upper_row(const struct upper *u, const struct found *f, enum total_state state,
    struct paper *out, size_t row)
{
    const struct tier *t = f->t;
    size_t n = out->g->units, slots = (size_t)t->tree->slots, cb = t->count_bytes;
    size_t from = (size_t)u->now.slot[0];
    bool wide = u->now.least < f->r->wide_to[state];

    if (!wide && u->now.in_a_row && slots - n <= WASTE / 8) { /* both in one go */
        size_t bytes = (slots - from) * 4 + (from + n) * cb;
        out->g->row[row] = (struct engine_grid_row){(uint32_t)out->at,
            (uint32_t)(out->at + (slots - from) * 4 + from * cb), 4, t->count_bytes};
        copy(out->g->room + out->at, f->narrow + from, bytes);
        out->at += (bytes + 7) & ~(size_t)7;
        return;
    }
    if (wide) {
        const struct tier_side *s = tier_side(t, f->r, state);
        int64_t *to = value_room(out, row, 8);
        for (size_t i = 0; i < n; i++)
            to[i] = tier_sum(t, f->r, s, u->now.slot[i]);
    } else {
        gather(u, f->narrow, 4, n, value_room(out, row, 4));
    }
    gather(u, tier_reported(t, f->narrow), t->count_bytes, n, count_room(out, row, t->count_bytes));
}

/* Numbers of the slots asked for, on their way from memory; all of a row where they lie scattered.
 */
static inline void fetch_slots(const struct upper *u, size_t units, const void *row, size_t bytes)
{
    const char *from = (const char *)row + (u->now.in_a_row ? (size_t)u->now.slot[0] * bytes : 0);
    const char *to = from + (u->now.in_a_row ? units : (size_t)u->now.tree->slots) * bytes;

    for (from -= (uintptr_t)from % 64; from < to; from += 64)
        __builtin_prefetch(from);
}

/* The indicator's rows in the tiers, on their way from memory. */
static void upper_look(
    struct eval *v, struct upper *u, const struct engine_block *b, size_t i, struct found *ret)
{
    if (i >= b->indicators)
        return;
    const struct brief *x = &v->g->brief[b->indicator[i]];
    upper_line(v, u, (enum line)x->line, b->period, b->periods);
    for (size_t p = 0; p < b->periods; p++) {
        const struct tier *t = u->tier[p];
        const struct tier_row *r = t && x->simple ? &t->row[x->indicator] : NULL;
        ret[p].r = NULL;
        if (!r || !r->roster || !r->whole[b->state])
            continue;
        upper_find(u, t->tree, b->unit, b->units);
        if (!u->now.all)
            continue;
        note_use(&r->used);
        ret[p] = (struct found){t, r, tier_narrow(t, r, tier_side(t, r, b->state))};
        fetch_slots(u, b->units, ret[p].narrow, sizeof(int32_t));
        fetch_slots(u, b->units, tier_reported(t, ret[p].narrow), t->count_bytes);
    }
}

/* Takes the periods that the tiers have; true where some are left (their `r` is NULL). */
static bool pivot_upper(struct pivot *w, struct upper *u, size_t i, struct found *f)
{
    const struct engine_block *b = w->b;
    bool open = false;

    for (size_t p = 0; p < b->periods; p++) {
        if (f[p].r)
            upper_find(u, f[p].t->tree, b->unit, b->units);
        if (f[p].r)
            upper_row(u, &f[p], b->state, &w->out, i * b->periods + p);
        open |= !f[p].r;
    }
    return open;
}

/* The periods not done yet, off the columns. */
static bool pivot_columns(
    struct eval *v, struct pivot *w, struct places *at, size_t i, const struct found *done)
{
    const struct engine_block *b = w->b;
    const struct brief *x = &v->g->brief[b->indicator[i]];
    const struct column **col = arena_array(&v->arena, b->periods, sizeof *col);

    if (!col)
        return err_memory(v->err);
    for (size_t p = 0; p < b->periods; p++) {
        bool ok = true;
        if (!done[p].r)
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
        if (done[p].r)
            continue;
        if (col[p] && !simple_row(v, col[p], at, b, w->out.value, w->out.count))
            return false;
        for (size_t u = 0; !col[p] && u < b->units; u++)
            if (!bulk_cell(v, b->indicator[i], b->unit[u], b->period[p], b->state, &w->out.value[u],
                    &w->out.count[u]))
                return false;
        paper_put(&w->out, i * b->periods + p);
    }
    return true;
}

static bool run_pivot(struct eval *v, void *ctx)
{
    struct pivot *w = ctx;
    const struct engine_block *b = w->b;
    struct places at;
    struct upper u;
    struct found *now = arena_alloc(&v->arena, b->periods * sizeof *now);
    struct found *next = arena_alloc(&v->arena, b->periods * sizeof *next);

    w->out.at = 0;
    if (!now || !next)
        return err_memory(v->err);
    if (!check(v, b->catalog, b->indicator, b->indicators, b->unit, b->units) ||
        !places_init(v, &at, b->units) || !upper_init(v, &u, b->units, b->periods))
        return false;
    upper_look(v, &u, b, 0, now);
    for (size_t i = 0; b->units && i < b->indicators; i++) {
        upper_look(v, &u, b, i + 1, next);
        if (pivot_upper(w, &u, i, now) && !pivot_columns(v, w, &at, i, now))
            return false;
        struct found *taken = now;
        now = next;
        next = taken;
    }
    return true;
}

bool engine_pivot(struct engine *e, const struct engine_block *b, struct arena *a,
    struct engine_grid *ret, struct err *err)
{
    struct engine_grid g;
    struct pivot w = {.b = b};

    if (!paper_init(a, b->indicators * b->periods, b->units, &g, &w.out, err) ||
        !engine_settle(e, run_pivot, &w, err))
        return false;
    *ret = g;
    return true;
}

/* ---- counters ---- */

struct counts {
    const struct engine_tally *q;
    struct paper out;
};

static bool same_threshold(const struct watch *w, const struct engine_threshold *t)
{
    return w->cmp == t->cmp && w->threshold.num == t->threshold.num &&
           w->threshold.den == t->threshold.den;
}

/* Number of the counter that the column keeps for the threshold, -1: none. */
static int counter(const struct column *col, const struct engine_threshold *t)
{
    for (size_t i = 0; i < col->watches->n; i++)
        if (same_threshold(&col->watches->p[i], t))
            return (int)i;
    return -1;
}

/* How many units report, for the row; shared with the row before where the roster is the same. */
static void expected_row(
    struct counts *w, struct upper *u, const struct tier *t, const struct roster *o, size_t i)
{
    struct engine_grid *g = w->out.g;

    if (u->roster == o) {
        g->row[i].count = g->row[u->counted].count;
        g->row[i].count_bytes = g->row[u->counted].count_bytes;
        return;
    }
    void *to = count_room(&w->out, i, t->count_bytes);
    for (size_t x = 0; x < g->units; x++) {
        int n = o->count[t->tree->slot_pos[u->now.slot[x]]];
        if (t->count_bytes == 2)
            ((uint16_t *)to)[x] = (uint16_t)n;
        else
            ((int32_t *)to)[x] = n;
    }
    u->roster = o;
    u->counted = i;
}

/* Off the tier, where it keeps a counter for the threshold. */
static bool count_upper(const struct eval *v, struct counts *w, struct upper *u,
    const struct engine_threshold *t, size_t i)
{
    const struct tier *tier = u->tier[0];
    const struct tier_row *r = &tier->row[t->indicator];
    const struct watches *ws = &v->g->watch[t->indicator];
    size_t at = 0;

    if (!r->roster)
        return false;
    note_use(&r->used);
    while (at < r->watches && !same_threshold(&ws->p[at], t))
        at++;
    if (at == r->watches)
        return false;
    upper_find(u, tier->tree, w->q->unit, w->q->units);
    if (!u->now.all)
        return false;
    expected_row(w, u, tier, r->roster, i);
    gather(u, tier_met(tier, r, tier_side(tier, r, w->q->state), at), tier->count_bytes,
        w->q->units, value_room(&w->out, i, tier->count_bytes));
    return true;
}

/* Without a counter: the figures themselves. */
static void scan_row(const struct counts *w, const struct column *col, const struct plane *p,
    const struct engine_threshold *t, int decimals, int64_t *ret_k)
{
    struct watch bounds = {.cmp = t->cmp, .threshold = t->threshold};
    const struct roster *r = col->roster;
    struct plane_end last = {-1, 0};

    watch_bounds(&bounds, decimals);
    for (size_t u = 0; u < w->q->units; u++) {
        int pos = r->tree->t.pos[w->q->unit[u]];
        ret_k[u] =
            pos < 0 ? 0
                    : plane_count(p, r->first[pos], r->count[pos], bounds.low, bounds.high, &last);
    }
}

static bool count_each(struct eval *v, struct counts *w, size_t i)
{
    const struct engine_threshold *t = &w->q->threshold[i];
    struct ask q = {.indicator = t->indicator,
        .series = -1,
        .line = v->c->indicator[t->indicator].line,
        .state = w->q->state};

    for (size_t u = 0; u < w->q->units; u++) {
        int64_t n, counted;
        if (!eval_count(v, q, w->q->unit[u], w->q->period, -1, t->cmp, t->threshold,
                &w->out.value[u], &n, &counted))
            return false;
        w->out.count[u] = (int32_t)n;
    }
    return true;
}

static bool count_row(struct eval *v, struct counts *w, size_t i, struct places *at)
{
    const struct engine_threshold *t = &w->q->threshold[i];
    bool ok;
    const struct column *col = bulk_column(v, &v->g->brief[t->indicator], w->q->period, false, &ok);

    if (!col)
        return ok && count_each(v, w, i);
    const struct plane *p = column_plane(col, w->q->state);
    int k = counter(col, t);

    places_find(at, col->roster, w->q->unit, w->q->units);
    if (k < 0)
        scan_row(w, col, p, t, v->c->indicator[t->indicator].decimals, w->out.value);
    for (size_t u = 0; u < w->q->units; u++) {
        int pos = col->roster->tree->t.pos[w->q->unit[u]];
        w->out.count[u] = at->count[u];
        if (k >= 0)
            w->out.value[u] = pos < 0 ? 0 : plane_met(p, col, (size_t)k, pos);
    }
    return true;
}

/* The columns of the next rows on their way from memory. */
static void fetch_ahead(const struct eval *v, const struct counts *w, size_t i)
{
    const struct column *col[8];
    size_t n = 0;

    for (size_t k = i; k < i + 8 && k < w->q->thresholds; k++) {
        int x = w->q->threshold[k].indicator;
        if (x < 0 || (size_t)x >= v->c->indicators || !v->g->brief[x].series)
            continue;
        struct column_key key = {v->g->brief[x].series, period_code(w->q->period)};
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
    struct counts *w = ctx;
    const struct engine_tally *q = w->q;
    struct places at;
    struct upper u;
    size_t fetched = 0;

    w->out.at = 0;
    if (!check(v, q->catalog, NULL, 0, q->unit, q->units) || !places_init(v, &at, q->units) ||
        !upper_init(v, &u, q->units, 1))
        return false;
    for (size_t i = 0; q->units && i < q->thresholds; i++) {
        int x = q->threshold[i].indicator;
        if (x < 0 || (size_t)x >= v->c->indicators)
            return err_set(v->err, ERR_INTERNAL, MSG_err_engine_query);
        if (v->g->brief[x].line != u.line) {
            upper_line(v, &u, (enum line)v->g->brief[x].line, &q->period, 1);
            u.roster = NULL;
        }
        if (u.tier[0] && count_upper(v, w, &u, &q->threshold[i], i))
            continue;
        if (i >= fetched) {
            fetch_ahead(v, w, i);
            fetched = i + 8;
        }
        if (!count_row(v, w, i, &at))
            return false;
        paper_put(&w->out, i);
    }
    return true;
}

bool engine_counts(struct engine *e, const struct engine_tally *q, struct arena *a,
    struct engine_grid *ret, struct err *err)
{
    struct engine_grid g;
    struct counts w = {.q = q};

    if (!paper_init(a, q->thresholds, q->units, &g, &w.out, err) ||
        !engine_settle(e, run_counts, &w, err))
        return false;
    *ret = g;
    return true;
}
