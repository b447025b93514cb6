/* verify: every kept figure and total against a plain scan of the source.
 *
 * On purpose it knows nothing of rosters, ranks and running sums: it asks the catalogue who reports
 * and walks from each figure up its parents. */
#include "engine/internal.h"

#include <stdio.h>
#include <stdlib.h>

struct scan {
    const struct catalog *c;
    const struct column *col;
    const struct etree *e;
    struct day day;
    struct arena arena;
    bool *reports; /* by unit */
    i128 *sum[2];  /* by unit and state */
    int64_t *count[2];
    int64_t *met[2]; /* by unit, then threshold */
    struct cell *cell[2];
    const struct watches *watches;
    const struct tier *tier;
    bool failed;
};

static bool differs(const struct scan *s, int unit, struct err *err)
{
    char series[32];
    struct sbuf period;
    struct arena a;

    arena_init(&a, 4096);
    sbuf_init(&period, &a, 64);
    period_put(&period, s->col->period);
    int n = snprintf(series, sizeof series, "%lld", (long long)s->col->series.v);
    const struct unit_version *v = unit_name_on(&s->c->units, unit, s->day);
    err_set(err, ERR_CORRUPT, MSG_err_engine_differs, str_make(series, (size_t)n),
        sbuf_view(&period), v ? v->name : STR_NULL);
    arena_free(&a);
    return false;
}

static bool scan_init(struct scan *s)
{
    size_t n = s->c->units.n;

    s->reports = arena_array(&s->arena, n, sizeof *s->reports);
    for (int i = 0; i < 2; i++) {
        s->sum[i] = arena_array(&s->arena, n, sizeof **s->sum);
        s->count[i] = arena_array(&s->arena, n, sizeof **s->count);
        s->cell[i] = arena_array(&s->arena, n, sizeof **s->cell);
        s->met[i] = arena_array(&s->arena, n * (s->watches->n + 1), sizeof **s->met);
        if (!s->sum[i] || !s->count[i] || !s->cell[i] || !s->met[i])
            return false;
    }
    return s->reports != NULL;
}

/* A unit reports that the catalogue expects to, with none such under it. */
static void find_reporters(struct scan *s)
{
    const struct tree *t = &s->e->t;

    for (size_t p = 0; p < t->n; p++)
        s->reports[t->unit[p]] = catalog_expected(s->c, s->col->indicator, t->unit[p], t, s->day);
    for (size_t p = 0; p < t->n; p++)
        if (s->reports[t->unit[p]])
            for (int up = t->parent[p]; up >= 0; up = t->parent[up])
                s->reports[t->unit[up]] = false;
}

static void add_met(struct scan *s, int state, int unit, int64_t value)
{
    for (size_t k = 0; k < s->watches->n; k++) {
        const struct watch *w = &s->watches->p[k];
        s->met[state][(size_t)unit * s->watches->n + k] += value >= w->low && value <= w->high;
    }
}

static bool take(void *ctx, const struct engine_cell *in)
{
    struct scan *s = ctx;
    int unit = units_find_id(&s->c->units, in->unit);
    struct cell cell[2] = {cell_of_value(in->approved), cell_of_value(in->provisional)};

    for (int i = 0; unit >= 0 && i < 2; i++) {
        if (!cell[i].has)
            continue;
        s->cell[i][unit] = cell[i];
        if (!s->reports[unit])
            continue;
        int up = unit;
        while ((up = unit_parent_on(&s->c->units, up, s->e->t.line, s->day)) >= 0) {
            s->sum[i][up] += cell[i].value;
            s->count[i][up]++;
            add_met(s, i, up, cell[i].value);
        }
    }
    return true;
}

static bool same_counters(const struct scan *s, const struct plane *p, int state, size_t u)
{
    const struct roster *r = s->col->roster;
    int pos = r->tree->t.pos[u];

    for (size_t k = 0; k < s->watches->n; k++) {
        if (plane_met(p, s->col, k, pos) != s->met[state][u * s->watches->n + k])
            return false;
    }
    return true;
}

/* The copies that tables read: the scan's totals of inner units, and a reporting unit's own. */
static bool compare_tier(const struct scan *s, int64_t *checked, struct err *err)
{
    const struct tier_row *r = s->tier ? &s->tier->row[s->col->indicator] : NULL;

    if (!r || r->roster != s->col->roster)
        return true;
    for (int i = 0; i < 2; i++)
        for (int slot = 0; slot < s->tier->tree->slots; slot++) {
            const struct tier_side *side = tier_side(s->tier, r, (enum total_state)i);
            int pos = s->tier->tree->slot_pos[slot], u = s->tier->tree->t.unit[pos];
            bool inner = r->roster->inner[pos] >= 0, own = !inner && r->roster->count[pos];
            int64_t n = inner ? s->count[i][u] : own ? s->cell[i][u].has : 0;
            i128 sum = !n ? ENGINE_MISSING : inner ? s->sum[i][u] : s->cell[i][u].value;
            const unsigned char *counts = tier_reported(s->tier, tier_narrow(s->tier, r, side));
            if (tier_sum(s->tier, r, side, slot) != sum || tier_count(s->tier, counts, slot) != n)
                return differs(s, u, err);
            for (size_t k = 0; inner && k < r->watches; k++)
                if (tier_count(s->tier, tier_met(s->tier, r, side, k), slot) !=
                    s->met[i][(size_t)u * s->watches->n + k])
                    return differs(s, u, err);
            ++*checked;
        }
    return true;
}

static bool compare(const struct scan *s, int64_t *checked, struct err *err)
{
    const struct roster *r = s->col->roster;

    for (int i = 0; i < 2; i++) {
        const struct plane *p = column_plane(s->col, (enum total_state)i);
        for (size_t u = 0; u < s->c->units.n; u++) {
            struct cell kept = plane_get(p, r, (int)u), want = s->cell[i][u];
            int pos = r->tree->t.pos[u];
            if (kept.has != want.has || kept.value != want.value || kept.marks != want.marks ||
                (roster_rank(r, (int)u) >= 0) != s->reports[u])
                return differs(s, (int)u, err);
            *checked += want.has;
            if (pos < 0 || r->inner[pos] < 0)
                continue;
            i128 sum;
            int64_t count;
            plane_total(p, r, pos, &sum, &count);
            if (sum != s->sum[i][u] || count != s->count[i][u] || !same_counters(s, p, i, u))
                return differs(s, (int)u, err);
            ++*checked;
        }
    }
    return true;
}

static bool verify_column(
    struct engine *e, const struct column *col, int64_t *checked, struct err *err)
{
    const struct catalog *c = e->ground->c;
    struct scan s = {.c = c,
        .col = col,
        .day = period_last_day(col->period),
        .watches = col->watches,
        .tier = e->ground->brief[col->indicator].series == col->series.v
                    ? tiers_find(&e->tiers, col->code, c->indicator[col->indicator].line)
                    : NULL};
    bool ok = false;

    s.e = ground_tree(e->ground, c->indicator[col->indicator].line, s.day, err);
    arena_init(&s.arena, SIZE_MAX / 2);
    if (!s.e)
        ok = false;
    else if (!scan_init(&s))
        err_memory(err);
    else {
        find_reporters(&s);
        ok = e->source.load(e->source.ctx, col->series, col->code, take, &s, err) &&
             compare(&s, checked, err) && compare_tier(&s, checked, err);
    }
    arena_free(&s.arena);
    return ok;
}

bool engine_verify(struct engine *e, int64_t *ret_checked, struct err *err)
{
    int64_t checked = 0;
    bool ok = true;

    pthread_mutex_lock(&e->writer); /* the columns stay what they are; readers go on */
    for (size_t i = 0; ok && i < e->table.cap; i++)
        if (e->table.slot[i].column)
            ok = verify_column(e, e->table.slot[i].column, &checked, err);
    pthread_mutex_unlock(&e->writer);
    if (ok)
        *ret_checked = checked;
    return ok;
}
