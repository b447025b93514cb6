/* tier: the totals of the upper units in one period, one row for each indicator.
 *
 * Layer engine, inside the room. A column keeps the totals of all its inner units; a table of many
 * indicators would visit as many columns for a few numbers each. A tier keeps beside them, for one
 * period and line, the same totals of the tree's upper units (whole levels, breadth first, at most
 * TIER_UNITS, or one unit in 64 where the tree is large), so that a pivot, a scoreboard and k of n
 * read a few dense rows.
 *
 * A row is there exactly when the column of the indicator's own series is in memory, is of a base
 * period, and its sums have not left 64 bits; then it equals the column in every number. It is
 * written under the engine's write lock together with the column (tiers_put or tiers_touch after
 * every change of it) and never computed when read. Where there is no memory for a row, there is
 * none, and the column answers. Guarded by the engine's lock.
 *
 * Rows are narrow and begin on a cache line: sums of 32 bits, then how many reported, in 16 bits
 * where the tree has no more units than that. A sum that needs 64 bits stands in a second, wide
 * row; the narrow one says TIER_WIDE there. Counters are rows of counts.
 */
#ifndef GB_ENGINE_TIER_H
#define GB_ENGINE_TIER_H

#include "engine/column.h"

#define TIER_SLACK 32             /* bytes that may be read behind any row */
#define TIER_MISSING INT32_MIN    /* nothing is reported */
#define TIER_WIDE (INT32_MIN + 1) /* see the wide row */

struct tier_row {
    const struct roster *roster; /* NULL: no row */
    int at;                      /* number of the row of sums and counts */
    int wide;                    /* number of the wide row, -1: none so far */
    int met;                     /* number of the row of its first counter */
    uint16_t wide_to[2];         /* by state: no slot from this one on needs the wide row */
    uint8_t watches;
    uint8_t used;  /* read of late; atomic */
    bool differs;  /* provisional totals stand in side[1] */
    bool plain[2]; /* by state: no marks, no figures outside the roster */
    bool whole[2]; /* by state: every number is the unit's total (not so where a unit without
                      reporting units may have a figure of its own) */
};

struct tier_side {
    unsigned char *total; /* rows of `stride` bytes */
    int64_t *wide;        /* rows of a sum for each slot */
    unsigned char *met;   /* rows of a count for each slot */
};

struct tier {
    int64_t code;
    enum line line;
    const struct etree *tree;
    struct tier_row *row; /* by indicator */
    int rows, row_cap, wides, wide_cap, mets, met_cap;
    uint8_t count_bytes;      /* of a count: 2 or 4 */
    uint32_t stride;          /* bytes of a narrow row */
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
/* The column is about to go; a tier without rows goes too. */
void tiers_drop(struct tiers *t, const struct ground *g, const struct column *c);
/* Was the column's row read since this was asked last? */
bool tiers_was_read(struct tiers *t, const struct ground *g, const struct column *c);

static inline const struct tier_side *tier_side(
    const struct tier *t, const struct tier_row *r, enum total_state s)
{
    return &t->side[s == TOTAL_PROVISIONAL && r->differs];
}

static inline int32_t *tier_narrow(
    const struct tier *t, const struct tier_row *r, const struct tier_side *s)
{
    return (int32_t *)(void *)(s->total + (size_t)r->at * t->stride);
}
static inline const int64_t *tier_wide(
    const struct tier *t, const struct tier_row *r, const struct tier_side *s)
{
    return s->wide + (size_t)r->wide * (size_t)t->tree->slots;
}
/* The counts behind the sums of a narrow row; the row of the k-th counter. */
static inline unsigned char *tier_reported(const struct tier *t, int32_t *narrow)
{
    return (unsigned char *)(narrow + t->tree->slots);
}
static inline unsigned char *tier_met(
    const struct tier *t, const struct tier_row *r, const struct tier_side *s, size_t k)
{
    return s->met + ((size_t)r->met + k) * (size_t)t->tree->slots * t->count_bytes;
}
static inline int32_t tier_count(const struct tier *t, const unsigned char *counts, int slot)
{
    return t->count_bytes == 2 ? ((const uint16_t *)(const void *)counts)[slot]
                               : ((const int32_t *)(const void *)counts)[slot];
}
/* One slot's sum (ENGINE_MISSING: nothing reported). */
static inline int64_t tier_sum(
    const struct tier *t, const struct tier_row *r, const struct tier_side *s, int slot)
{
    int32_t v = tier_narrow(t, r, s)[slot];

    return v == TIER_MISSING ? ENGINE_MISSING : v == TIER_WIDE ? tier_wide(t, r, s)[slot] : v;
}

#endif
