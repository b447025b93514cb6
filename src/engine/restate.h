/* restate: figures read on the units of another day.
 *
 * Layer engine, inside the room. For the units that report in a base period it keeps where each
 * figure belongs on the day asked for (domain/succession.h), and for every place of that day's tree
 * which of them touch it. Each base figure is cut once, so that what lies under a common ancestor
 * adds up to the same last digit whatever the reading.
 */
#ifndef GB_ENGINE_RESTATE_H
#define GB_ENGINE_RESTATE_H

#include "engine/closing.h"

/* A figure that does not lie whole in one unit of the day asked for. */
struct open {
    int rank;
    int first_part; /* its parts stand from there on in what restate_cut() writes */
    /* Its shares over a common denominator, and the least unit id of each part; den 0: they do not
     * fit, or are none that could be cut. */
    int64_t den, *num, *least;
};

/* Is a unit made of the same units on both days? Found when first asked. */
enum restate_made { MADE_UNKNOWN, MADE_ALIKE, MADE_OTHERWISE };

/* Kept per pair of who reported and the tree of the other day, as long as the catalogue. Nearly all
 * figures lie whole in one unit: those under a place are one run of `whole`. The others stand in
 * the lists of every place that they touch, each once. */
struct restate {
    const struct roster *from; /* who reported */
    struct day first;          /* of the period, where units closed in it (closing.h); else 0 */
    const int *closer;         /* who they are; their ranks follow those of the roster */
    size_t closers;
    const struct etree *to; /* the tree of the day asked for */
    size_t low, high;       /* events between, as numbers up to each day */
    bool back;
    enum share_basis basis;
    struct descent *of; /* by rank, those that closed last */
    int *whole;         /* ranks by place */
    bool *moved;        /* beside them: some event touched the figure */
    int *steps;         /* beside them: how many so far do not follow the rank before */
    int *whole_first;   /* place -> the first of `whole` at or behind it; one more */
    struct open *open;  /* by rank */
    int opens, parts;
    /* By rank of the roster: the lowest of the other day's upper units under which all of the
     * figure lies, and REST_MOVED where some event touched it. */
    uint16_t *upper;
    uint8_t *made;    /* by unit: enum restate_made; atomic */
    int *touch;       /* numbers of open figures by place */
    int *touch_first; /* place -> its first; one more */
};

#define REST_MOVED 0x8000u
#define REST_OPEN 0xffffu    /* an open figure that may lie under several */
#define REST_NOWHERE 0x7fffu /* under no upper unit */

/* The runs of whole and of open figures that touch a place. */
struct under {
    const int *whole, *touch;
    const bool *moved;
    int n, opens, from; /* `from`: number of the first whole one */
    int closed;         /* of the open ones, at the end: of units that closed */
};

const struct restate *restate_of(struct eval *v, const struct bases *s, size_t b);
static inline int restate_unit(const struct restate *r, int rank)
{
    return rank < r->from->n ? r->from->unit[rank] : r->closer[rank - r->from->n];
}
/* Ranks whose figures touch the unit or what lies under it, each once, in order. */
bool restate_touching(struct eval *v, const struct restate *r, int unit, int **ret, size_t *ret_n);
/* How many of the ranks, which are in order, are on the roster. */
size_t restate_on_roster(const struct restate *r, const int *rank, size_t n);
/* One base period's total on the units of the day asked for. */
bool restated_part(struct eval *v, const struct bases *s, size_t b, int unit, struct part *ret);
/* The same of operands that are added up together; part[i * stride] is operand i. */
bool restated_group(struct eval *v, const struct bases *s, size_t n, size_t b, int unit,
    struct part *part, size_t stride);

struct under restate_under(const struct restate *r, int unit);
/* Rank of the i-th figure under a place: the whole ones, then the open ones. */
static inline int restate_rank(const struct restate *r, const struct under *n, int i)
{
    return i < n->n ? n->whole[i] : r->open[n->touch[i - n->n]].rank;
}
/* The place of a part's unit, -1 where it is nowhere. */
static inline int restate_pos(const struct restate *r, const struct descent_part *p, int u)
{
    return p->unit[u] < 0 ? -1 : r->to->t.pos[p->unit[u]];
}

/* The lowest upper unit at or above a place of a tree, -1: none. */
int restate_upper(const struct etree *t, int pos);

/* Columns read on the units of another day, kept for the questions of one call: each figure is cut
 * once, and a total is one pass over the figures under its unit. */
struct regroups;
/* NULL: no memory. */
struct regroups *regroups_new(struct eval *v);
/* A sum of figures in a base period. *ret_took false: the general way has to answer. */
bool regroups_total(struct eval *v, struct regroups *k, struct ask q, int unit, struct period p,
    struct total *ret, bool *ret_took);

/* restate_of, looked up once for all columns that lie alike. */
const struct restate *regroups_lie(
    struct eval *v, struct regroups *k, const struct bases *s, size_t b);

#endif
