/* tier: see tier.h. */
#include "engine/tier.h"

#include <stdlib.h>

void tiers_init(struct tiers *t, size_t indicators)
{
    *t = (struct tiers){.indicators = indicators};
}

static void side_free(struct tier_side *s)
{
    free(s->total);
    free(s->wide);
    free(s->met);
    *s = (struct tier_side){0};
}

static void tier_free(struct tier *t)
{
    if (!t)
        return;
    side_free(&t->side[0]);
    side_free(&t->side[1]);
    free(t->row);
    free(t);
}

void tiers_release(struct tiers *t)
{
    for (size_t i = 0; i < t->cap; i++)
        tier_free(t->slot[i]);
    free(t->slot);
    *t = (struct tiers){.indicators = t->indicators};
}

static size_t slot_of(struct tier *const *slot, size_t cap, int64_t code, enum line line)
{
    size_t i = (size_t)(((uint64_t)code * 0x9e3779b97f4a7c15u) >> 20) + (size_t)line;

    for (i &= cap - 1; slot[i] && (slot[i]->code != code || slot[i]->line != line);)
        i = (i + 1) & (cap - 1);
    return i;
}

struct tier *tiers_find(const struct tiers *t, int64_t code, enum line line)
{
    return t->cap ? t->slot[slot_of(t->slot, t->cap, code, line)] : NULL;
}

static bool room_for_one(struct tiers *t)
{
    size_t cap = t->cap ? t->cap * 2 : 64;

    if ((t->n + 1) * 2 <= t->cap)
        return true;
    struct tier **slot = calloc(cap, sizeof *slot);
    if (!slot)
        return false;
    for (size_t i = 0; i < t->cap; i++)
        if (t->slot[i])
            slot[slot_of(slot, cap, t->slot[i]->code, t->slot[i]->line)] = t->slot[i];
    free(t->slot);
    t->slot = slot;
    t->cap = cap;
    return true;
}

static struct tier *add_tier(struct tiers *ts, const struct column *c, enum line line)
{
    struct tier *t = room_for_one(ts) ? calloc(1, sizeof *t) : NULL;

    if (!t)
        return NULL;
    t->code = c->code;
    t->line = line;
    t->tree = c->roster->tree;
    t->count_bytes = t->tree->t.n > UINT16_MAX ? 4 : 2;
    t->stride = ((uint32_t)t->tree->slots * (4u + t->count_bytes) + 63) & ~63u;
    t->row = calloc(ts->indicators ? ts->indicators : 1, sizeof *t->row);
    if (!t->row) {
        tier_free(t);
        return NULL;
    }
    for (size_t i = 0; i < ts->indicators; i++)
        t->row[i].at = t->row[i].wide = -1;
    ts->slot[slot_of(ts->slot, ts->cap, c->code, line)] = t;
    ts->n++;
    ts->bytes += sizeof *t + ts->indicators * sizeof *t->row;
    return t;
}

/* A larger block, beginning on a cache line, with what the old one held. */
static bool grow(void *at, size_t old, size_t size)
{
    void *p, *had = *(void **)at;

    if (size <= old)
        return true;
    p = aligned_alloc(64, (size + TIER_SLACK + 63) & ~(size_t)63);
    if (!p)
        return false;
    if (had)
        memcpy(p, had, old);
    free(had);
    *(void **)at = p;
    return true;
}

static size_t total_bytes(const struct tier *t)
{
    return (size_t)t->row_cap * t->stride;
}

static size_t wide_bytes(const struct tier *t)
{
    return (size_t)t->wide_cap * (size_t)t->tree->slots * sizeof(int64_t);
}

static size_t met_bytes(const struct tier *t)
{
    return (size_t)t->met_cap * (size_t)t->tree->slots * t->count_bytes;
}

static size_t side_bytes(const struct tier *t)
{
    return total_bytes(t) + wide_bytes(t) + met_bytes(t);
}

/* Room in a side for as many rows as the tier has; the old rows stay. */
static bool side_room(const struct tier *t, const struct tier *was, struct tier_side *s)
{
    return grow(&s->total, total_bytes(was), total_bytes(t)) &&
           grow(&s->wide, wide_bytes(was), wide_bytes(t)) &&
           grow(&s->met, met_bytes(was), met_bytes(t));
}

static void more(int *cap, int n)
{
    while (*cap < n)
        *cap = *cap ? *cap * 2 : 16;
}

static bool widen(struct tiers *ts, struct tier *t, int rows, int wides, int mets)
{
    bool second = t->side[1].total != NULL;
    struct tier was = *t;

    if (rows <= t->row_cap && wides <= t->wide_cap && mets <= t->met_cap)
        return true;
    more(&t->row_cap, rows);
    more(&t->wide_cap, wides);
    more(&t->met_cap, mets);
    if (!side_room(t, &was, &t->side[0]) || (second && !side_room(t, &was, &t->side[1]))) {
        t->row_cap = was.row_cap;
        t->wide_cap = was.wide_cap;
        t->met_cap = was.met_cap;
        return false;
    }
    ts->bytes += (side_bytes(t) - side_bytes(&was)) * (second ? 2 : 1);
    return true;
}

/* A place for the indicator's numbers, the same for ever. */
static bool give_place(struct tiers *ts, struct tier *t, struct tier_row *r, int watches)
{
    if (r->at >= 0)
        return true;
    if (!widen(ts, t, t->rows + 1, t->wides, t->mets + watches))
        return false;
    r->at = t->rows++;
    r->met = t->mets;
    r->watches = (uint8_t)watches;
    t->mets += watches;
    return true;
}

static bool give_wide(struct tiers *ts, struct tier *t, struct tier_row *r)
{
    if (r->wide >= 0)
        return true;
    if (!widen(ts, t, t->rows, t->wides + 1, t->mets))
        return false;
    r->wide = t->wides++;
    return true;
}

static void put_count(const struct tier *t, unsigned char *counts, int slot, int32_t n)
{
    if (t->count_bytes == 2)
        ((uint16_t *)(void *)counts)[slot] = (uint16_t)n;
    else
        ((int32_t *)(void *)counts)[slot] = n;
}

/* False: no memory for a wide row. */
static bool put_sum(struct tiers *ts, struct tier *t, struct tier_row *r, enum total_state state,
    int slot, int64_t sum, int32_t n)
{
    bool fits = !n || (sum > TIER_WIDE && sum <= INT32_MAX);

    if (!fits && !give_wide(ts, t, r))
        return false;
    if (!fits) {
        t->side[state].wide[(size_t)r->wide * (size_t)t->tree->slots + (size_t)slot] = sum;
        if (r->wide_to[state] <= slot)
            r->wide_to[state] = (uint16_t)(slot + 1);
    }
    int32_t *narrow = tier_narrow(t, r, &t->side[state]);
    narrow[slot] = !n ? TIER_MISSING : fits ? (int32_t)sum : TIER_WIDE;
    put_count(t, tier_reported(t, narrow), slot, n);
    return true;
}

static void write_met(const struct tier *t, const struct tier_row *r, const struct column *c,
    const struct plane *p, int slot, int inner, struct cell cell, const struct tier_side *side)
{
    for (size_t k = 0; k < r->watches; k++) {
        const struct watch *w = &c->watches->p[k];
        int32_t n = cell.has && cell.value >= w->low && cell.value <= w->high;
        if (inner >= 0)
            n = (int32_t)plane_met(p, c, k, t->tree->slot_pos[slot]);
        put_count(t, tier_met(t, r, side, k), slot, n);
    }
}

/* *ret_whole turns false where the number need not be the unit's total. */
static bool write_slot(struct tiers *ts, struct tier *t, struct tier_row *r, const struct column *c,
    enum total_state state, int slot, bool *ret_whole)
{
    const struct roster *o = c->roster;
    const struct plane *p = &c->plane[state];
    int pos = t->tree->slot_pos[slot], inner = o->inner[pos];
    struct cell cell = {0};
    int32_t n;

    if (inner >= 0) {
        i128 sum;
        int64_t reported;
        plane_total(p, o, pos, &sum, &reported);
        cell.value = (int64_t)sum;
        n = (int32_t)reported;
    } else {
        if (o->count[pos])
            cell = plane_at(p, o->first[pos]);
        n = cell.has;
    }
    write_met(t, r, c, p, slot, inner, cell, &t->side[state]);
    *ret_whole &= inner >= 0 || o->count[pos] || !p->extras;
    return put_sum(ts, t, r, state, slot, cell.value, n);
}

static bool write_side(struct tiers *ts, struct tier *t, struct tier_row *r, const struct column *c,
    enum total_state state)
{
    r->plain[state] = !c->plane[state].marks && !c->plane[state].extras;
    r->whole[state] = true;
    r->wide_to[state] = 0;
    for (int i = 0; i < t->tree->slots; i++)
        if (!write_slot(ts, t, r, c, state, i, &r->whole[state]))
            return false;
    return true;
}

static bool second_side(struct tiers *ts, struct tier *t)
{
    if (t->side[1].total)
        return true;
    struct tier nothing = {.tree = t->tree, .count_bytes = t->count_bytes, .stride = t->stride};
    if (!side_room(t, &nothing, &t->side[1])) {
        side_free(&t->side[1]);
        return false;
    }
    ts->bytes += side_bytes(t);
    return true;
}

/* Do the totals of the column's units in its period stand in the column as they are? */
static bool belongs(const struct ground *g, const struct column *c)
{
    const struct brief *x = &g->brief[c->indicator];
    enum frequency f;

    return x->direct && x->series == c->series.v && c->roster->tree->slots > 0 &&
           period_frequency(c->period, &f) && (uint8_t)f == x->frequency;
}

void tiers_put(struct tiers *ts, const struct ground *g, const struct column *c)
{
    if (!belongs(g, c))
        return;
    enum line line = (enum line)g->brief[c->indicator].line;
    struct tier *t = tiers_find(ts, c->code, line);
    if (!t)
        t = add_tier(ts, c, line);
    if (!t)
        return;
    struct tier_row *r = &t->row[c->indicator];
    r->roster = NULL;
    if (column_closes(c) || c->plane[0].wide || (c->has_plane1 && c->plane[1].wide) ||
        t->tree != c->roster->tree || !give_place(ts, t, r, (int)c->watches->n) ||
        (c->has_plane1 && !second_side(ts, t)))
        return;
    r->differs = c->has_plane1;
    bool ok = write_side(ts, t, r, c, TOTAL_APPROVED);
    r->plain[1] = r->plain[0];
    r->whole[1] = r->whole[0];
    r->wide_to[1] = r->wide_to[0];
    ok = ok && (!c->has_plane1 || write_side(ts, t, r, c, TOTAL_PROVISIONAL));
    r->roster = ok ? c->roster : NULL;
}

/* Only the numbers of the units above have changed, not what sort of row it is. */
static bool same_sort(const struct tier_row *r, const struct column *c)
{
    const struct plane *a = &c->plane[0], *b = &c->plane[1];

    return r->roster && r->whole[0] && r->whole[1] && !a->wide && !b->wide && !a->extras &&
           !b->extras;
}

/* The provisional state begins as a copy of the approved one, as the column's does. */
static bool begin_second(struct tiers *ts, struct tier *t, struct tier_row *r)
{
    size_t slots = (size_t)t->tree->slots, counters = slots * t->count_bytes;

    if (!second_side(ts, t))
        return false;
    memcpy(tier_narrow(t, r, &t->side[1]), tier_narrow(t, r, &t->side[0]), t->stride);
    if (r->wide >= 0)
        memcpy(t->side[1].wide + (size_t)r->wide * slots, tier_wide(t, r, &t->side[0]),
            slots * sizeof(int64_t));
    if (r->watches)
        memcpy(
            tier_met(t, r, &t->side[1], 0), tier_met(t, r, &t->side[0], 0), r->watches * counters);
    r->wide_to[1] = r->wide_to[0];
    return true;
}

/* The numbers of the units above `unit` in one state. */
static bool rewrite(struct tiers *ts, struct tier *t, struct tier_row *r, const struct column *c,
    enum total_state state, int unit)
{
    bool whole = true;

    r->plain[state] = !c->plane[state].marks;
    for (int pos = t->tree->t.pos[unit]; pos >= 0; pos = t->tree->t.parent[pos])
        if (t->tree->slot[pos] >= 0 && !write_slot(ts, t, r, c, state, t->tree->slot[pos], &whole))
            return false;
    return true;
}

void tiers_touch(struct tiers *ts, const struct ground *g, const struct column *c, int unit)
{
    struct tier *t =
        belongs(g, c) ? tiers_find(ts, c->code, (enum line)g->brief[c->indicator].line) : NULL;
    struct tier_row *r = t ? &t->row[c->indicator] : NULL;

    if (!r || !same_sort(r, c) || (c->has_plane1 && !r->differs && !begin_second(ts, t, r))) {
        tiers_put(ts, g, c);
        return;
    }
    r->differs = c->has_plane1;
    if (!rewrite(ts, t, r, c, TOTAL_APPROVED, unit) ||
        (c->has_plane1 && !rewrite(ts, t, r, c, TOTAL_PROVISIONAL, unit))) {
        r->roster = NULL;
        return;
    }
    if (!c->has_plane1) {
        r->plain[1] = r->plain[0];
        r->wide_to[1] = r->wide_to[0];
    }
}

static struct tier_row *row_of(
    const struct tiers *ts, const struct ground *g, const struct column *c, struct tier **ret)
{
    *ret = tiers_find(ts, c->code, (enum line)g->brief[c->indicator].line);
    return *ret && g->brief[c->indicator].series == c->series.v ? &(*ret)->row[c->indicator] : NULL;
}

bool tiers_was_read(struct tiers *ts, const struct ground *g, const struct column *c)
{
    struct tier *t;
    struct tier_row *r = row_of(ts, g, c, &t);

    return r && __atomic_exchange_n(&r->used, 0, __ATOMIC_RELAXED);
}

/* Takes the tier out of the table; the ones behind it in its run move up. */
static void remove_tier(struct tiers *ts, struct tier *t)
{
    size_t i = slot_of(ts->slot, ts->cap, t->code, t->line);

    ts->slot[i] = NULL;
    ts->n--;
    for (i = (i + 1) & (ts->cap - 1); ts->slot[i]; i = (i + 1) & (ts->cap - 1)) {
        struct tier *moved = ts->slot[i];
        ts->slot[i] = NULL;
        ts->slot[slot_of(ts->slot, ts->cap, moved->code, moved->line)] = moved;
    }
    ts->bytes -=
        sizeof *t + ts->indicators * sizeof *t->row + side_bytes(t) * (t->side[1].total ? 2 : 1);
    tier_free(t);
}

void tiers_drop(struct tiers *ts, const struct ground *g, const struct column *c)
{
    struct tier *t;
    struct tier_row *r = row_of(ts, g, c, &t);

    if (!r || !r->roster)
        return;
    r->roster = NULL;
    for (size_t i = 0; i < ts->indicators; i++)
        if (t->row[i].roster)
            return;
    remove_tier(ts, t);
}
