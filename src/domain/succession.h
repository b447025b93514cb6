/* succession: what became of a unit.
 *
 * Layer domain, pure. model.md, "Units, places and lines". An event has a day, a kind, a decision
 * and edges from predecessors to successors; shares are exact fractions per basis, of one
 * predecessor adding up to 1, or unknown. An edge from a unit to itself is legal.
 */
#ifndef GB_DOMAIN_SUCCESSION_H
#define GB_DOMAIN_SUCCESSION_H

#include "base/arena.h"
#include "base/day.h"
#include "base/dec.h"
#include "domain/id.h"
#include "domain/indicator.h"

enum event_kind {
    EVENT_FOUND,
    EVENT_MERGE,
    EVENT_SPLIT,
    EVENT_TRANSFER,
    EVENT_RENAME,
    EVENT_CHANGE_KIND,
    EVENT_DISSOLVE,
};
const char *event_kind_name(
    enum event_kind k); /* found merge split transfer rename change-kind dissolve */
bool event_kind_parse(struct str s, enum event_kind *ret);
enum msg_key event_kind_label(enum event_kind k);

struct edge {
    int event;
    int from, to; /* unit indexes; from -1: founded, to -1: dissolved */
    struct rat share[BASIS_COUNT];
    bool known[BASIS_COUNT];
};
struct event {
    int64_t id;
    struct day day;
    enum event_kind kind;
    struct str decision, note;
    int first_edge, edges;
};

/* Events of one catalogue, ordered by day, with their edges found by unit. Built once, then read
 * by any number of threads. */
struct lineage {
    const struct event *event;
    size_t events;
    const struct edge *edge;
    int *from_first, *from_edge; /* unit -> edges that leave it, by event */
    int *to_first, *to_edge;     /* unit -> edges that reach it, by event */
};
bool lineage_build(struct arena *a, const struct event *event, size_t events,
    const struct edge *edge, size_t edges, size_t units, struct lineage *ret, struct err *err);
/* How many events there are up to and including the day. */
size_t succession_until(const struct event *event, size_t events, struct day day);

/* Where a figure of one unit belongs on another day. Each part is an exact share of the whole that
 * lies somewhere among its units: in its one unit, or, where shares are unknown (or the way is back
 * to an older day and several became one), in any of several; -1 stands for "nowhere" (dissolved;
 * back: founded). Shares of all parts add up to 1. */
struct descent_part {
    struct rat share;
    int *unit;
    int units;
};
struct descent {
    struct descent_part *part;
    int parts;
    bool moved; /* some event touched it */
};
/* The descent of a unit that exists on day `from`, read on day `to` (before or after it): events
 * after the earlier and up to the later day, day after day, those of one day at once (predecessors
 * are as of the day before, successors as of the day). A lone successor takes all, known
 * or not; of several without a share one takes the rest, two or more share it unknown; units that
 * become one again hold exactly what they held together. Errors: err.number.overflow,
 * err.succession.long (more than 4,096 steps), err.memory. */
bool descent_of(struct arena *a, const struct lineage *s, int unit, enum share_basis basis,
    struct day from, struct day to, struct descent *ret, struct err *err);
/* Cuts a whole number into the parts' amounts, which add up to it: each the floor of its share,
 * what is left one by one by largest remainder, ties by the least unit id of the part (`id` of a
 * unit index; nowhere last); of a negative number the amounts of its absolute value,
 * negated. Errors: err.number.overflow. */
bool descent_split(const struct descent *d, __int128 whole,
    int64_t (*id)(const void *ctx, int unit), const void *ctx, __int128 *ret, struct err *err);

#endif
