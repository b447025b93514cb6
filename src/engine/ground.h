/* ground: the trees of one catalogue and who reports on them.
 *
 * Layer engine, inside the room. A ground belongs to one catalogue and grows as days and lines are
 * asked for; what it gave stays valid until ground_free(). Safe from several threads.
 *
 * A roster is the order in which a column keeps its figures: the units that report an indicator on
 * one tree, in preorder, so that those under any unit are one run of ranks. Where a unit of a
 * reporting kind has reporting units under it, these report and it is an inner unit (computed wins
 * over stated). Units that are not applicable are left out.
 */
#ifndef GB_ENGINE_GROUND_H
#define GB_ENGINE_GROUND_H

#include <pthread.h>

#include "base/map.h"
#include "base/vec.h"
#include "domain/catalog.h"
#include "domain/period.h"

struct restate; /* restate.h */

struct etree {
    struct tree t;
    int *kind; /* position -> kind */
    int no;    /* number of the tree within the ground, from 0 */
    /* The upper units: whole levels from the top, breadth first, at most TIER_UNITS of them, or one
     * unit in 64 where the tree is large. */
    int slots, most;
    int *slot_pos; /* slot -> position */
    int *slot;     /* position -> slot, -1 */
};
#define TIER_UNITS 96
#define TIER_UNITS_MAX 4096

struct roster {
    const struct etree *tree;
    int n;             /* units that report */
    int *unit;         /* rank -> unit index */
    int *pos;          /* rank -> position */
    int *above;        /* rank -> inner number of the nearest inner unit, -1 */
    int *first;        /* position -> rank of the first that reports at or under it */
    int *count;        /* position -> how many do */
    int inners;        /* units with reporting units under them */
    int *inner;        /* position -> inner number, -1 */
    int *inner_pos;    /* inner number -> position */
    int *inner_parent; /* inner number -> that of the parent, -1 */
};

/* A threshold that some target counts units against: met where low <= mantissa <= high. */
struct watch {
    enum comparator cmp;
    struct rat threshold;
    int64_t low, high;
};
#define WATCHES_MAX 8 /* of one indicator; further thresholds are counted when asked for */
struct watches {
    struct watch *p;
    size_t n, cap;
};

struct ground_span {
    struct day from, to;
    struct etree *tree;
};
struct ground_class {
    bool *answers; /* per kind; NULL: the leaves report */
    const struct indicator *sample;
};

/* What tables ask of an indicator, in half a cache line instead of eight. */
struct brief {
    int64_t series; /* id of its own series, 0 none */
    int indicator;
    uint8_t frequency;
    uint8_t line;
    uint8_t decimals;
    bool direct; /* a reporting unit's own total in a base period is its figure */
    bool simple; /* and the total of those above is the sum */
};

/* The parts of a ratio that are plain sums of one roster (joint.h); 0: it has others too. */
#define JOINT_PARTS 4
struct joint {
    int parts, part[JOINT_PARTS]; /* indicators */
};

struct ground {
    const struct catalog *c;
    struct brief *brief; /* by indicator */
    struct joint *joint; /* likewise */
    pthread_mutex_t mutex;
    struct arena arena;
    VEC(struct ground_span) span[LINE_COUNT];
    VEC(struct etree *) tree;
    VEC(struct ground_class) class;
    struct watches *watch; /* indicator -> thresholds */
    int *class_of;         /* indicator -> class */
    /* What moves with a figure: dep[dep_first[i] ... dep_first[i + 1]) are the indicators that use
     * i, itself among them. local: a total in a base period depends on that period alone. */
    int *dep, *dep_first;
    bool *local;
    int *ended; /* units that have ended, by the day */
    struct day *ended_on;
    size_t endeds;
    size_t *na_first;       /* indicator -> its first row of catalog.not_applicable, and the end */
    struct lineage lineage; /* built when first needed */
    VEC(const struct restate *) restate;
    struct map roster; /* class, tree, not applicable -> struct roster * */
};

/* Fills dep, dep_first and local (users.c). */
bool ground_find_users(struct ground *g);
/* Fills joint (joint.c). */
bool ground_find_joints(struct ground *g);
struct ground *ground_new(const struct catalog *c, struct err *err);
void ground_free(struct ground *g);
const struct etree *ground_tree(struct ground *g, enum line line, struct day day, struct err *err);
/* Who reports the indicator on that line and day. */
const struct roster *ground_roster(
    struct ground *g, int indicator, enum line line, struct day day, struct err *err);
/* The thresholds of both are the same. */
bool watches_same(const struct watches *a, const struct watches *b);
/* Whole mantissas that compare so with the threshold at `decimals`. */
void watch_bounds(struct watch *w, int decimals);
/* The places in `ended` of the units that ended inside the period: after its first day, by its
 * last.
 */
void ground_ended(const struct ground *g, struct period p, size_t *ret_from, size_t *ret_to);
/* Do the two indicators name the same kinds of reporting units? */
bool ground_same_class(const struct ground *g, int a, int b);

/* Rank of a unit; -1 where it does not report. */
static inline int roster_rank(const struct roster *r, int unit)
{
    int pos = r->tree->t.pos[unit];

    if (pos < 0 || r->count[pos] != 1)
        return -1;
    int rank = r->first[pos];
    return r->pos[rank] == pos ? rank : -1;
}
/* Do both have the same units at the same ranks under the same inner units? */
bool roster_same(const struct roster *a, const struct roster *b);

#endif
