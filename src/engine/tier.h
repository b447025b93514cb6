/* tier: the totals of the upper units in one period, one row for each indicator.
 *
 * Layer engine, inside the room. A column keeps the totals of all its inner units; a table of many
 * indicators would visit as many columns for a few numbers each. A tier keeps beside them, for one
 * period and line, the same totals of the tree's upper units (whole levels, breadth first, at most
 * TIER_UNITS), so that a pivot, a scoreboard and k of n read a few dense rows.
 *
 * A row is there exactly when the column of the indicator's own series is in memory, is of a base
 * period, and its sums have not left 64 bits; then it equals the column in every number. It is
 * written under the engine's write lock together with the column (tiers_put or tiers_touch after
 * every change of it) and never computed when read. Where there is no memory for a row, there is
 * none, and the column answers. Guarded by the engine's lock.
 */
#ifndef GB_ENGINE_TIER_H
#define GB_ENGINE_TIER_H

#include "engine/column.h"

struct tier_row {
    const struct roster *roster; /* NULL: no row */
    int at;                      /* number of the row of sums */
    int met;                     /* number of the row of its first counter */
    uint8_t watches;
    bool differs;  /* provisional totals stand in side[1] */
    bool plain[2]; /* by state: no marks, no figures outside the roster */
    bool whole[2]; /* by state: every number is the unit's total (not so where a unit without
                      reporting units may have a figure of its own) */
};

/* A row of totals is the sums of all slots (ENGINE_MISSING where nothing is reported), then how
 * many reported; tier_sum() and tier_reported() find it. Row r of the counters begins at r * slots.
 */
struct tier_side {
    int64_t *total;
    int32_t *met;
};

struct tier {
    int64_t code;
    enum line line;
    const struct etree *tree;
    struct tier_row *row; /* by indicator */
    int rows, row_cap, mets, met_cap;
    struct tier_side side[2]; /* by enum total_state; [1] where something differs */
};

struct tiers {
    struct tier **slot; /* open addressing by period and line */
    size_t cap, n, bytes, indicators;
};

void tiers_init(struct tiers *t, size_t indicators);
void tiers_release(struct tiers *t);
/* NULL: none. */
struct tier *tiers_find(const struct tiers *t, int64_t code, enum line line);
/* The column is new or has changed; of a unit alone. */
void tiers_put(struct tiers *t, const struct ground *g, const struct column *c);
void tiers_touch(struct tiers *t, const struct ground *g, const struct column *c, int unit);
/* The column is about to go. */
void tiers_drop(struct tiers *t, const struct ground *g, const struct column *c);

static inline const struct tier_side *tier_side(
    const struct tier *t, const struct tier_row *r, enum total_state s)
{
    return &t->side[s == TOTAL_PROVISIONAL && r->differs];
}

/* Words of a row of totals. */
static inline size_t tier_stride(const struct tier *t)
{
    return (size_t)t->tree->slots + ((size_t)t->tree->slots + 1) / 2;
}

static inline int64_t *tier_sum(
    const struct tier *t, const struct tier_row *r, const struct tier_side *s)
{
    return s->total + (size_t)r->at * tier_stride(t);
}

static inline int32_t *tier_reported(const struct tier *t, int64_t *sum)
{
    return (int32_t *)(sum + t->tree->slots);
}

#endif
