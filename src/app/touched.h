/* touched: of which units something may have changed.
 *
 * Layer app, inside the room. Units are put into groups: a unit, its body's place, and all that it
 * came from or went into by an event, over all steps. A change of one unit's figures touches its
 * group and every group that was ever above it on any line: whatever rests on the figures of a unit
 * and of those under it, on any day's tree and under any reading, has a number that moves with
 * them. It may move without need, never the other way.
 *
 * Numbers are read by anybody who holds a view; they move on the writer's thread, after the engine
 * has the change and before its caller is answered. So: read the number, work out, keep both; what
 * was worked out holds for as long as the number stands.
 */
#ifndef GB_APP_TOUCHED_H
#define GB_APP_TOUCHED_H

#include "base/arena.h"
#include "domain/catalog.h"

struct touched {
    struct arena arena;
    size_t units, groups;
    int *group;        /* unit -> group */
    int *first, *up;   /* group -> the groups just above it: up[first[g]] to up[first[g + 1] - 1] */
    uint64_t *version; /* group -> its number; atomic */
    /* Of the writer: the groups of one round. */
    uint32_t *seen, round;
    int *queue;
};

/* For one catalogue; NULL with err.memory. */
struct touched *touched_new(const struct catalog *c, struct err *err);
void touched_free(struct touched *t);
uint64_t touched_version(const struct touched *t, int unit);
/* A group of changes: begin, every unit, and nothing more to end it. */
void touched_begin(struct touched *t);
void touched_unit(struct touched *t, int unit);

#endif
