/* allocation: a target given on to the units below.
 *
 * Layer domain, pure. Parts against the whole, with the difference shown; and helpers that propose
 * parts: even, or by a weight (last year's result, population). A proposal adds up to the whole to
 * the last digit: each unit gets its exact share rounded down, and what is left goes, one last
 * digit each, to the largest remainders, ties by the unit's id. A person changes and decides; parts
 * that are fixed already keep their value and the others share the rest. Only targets of indicators
 * that are added over units have parts that add up (allocation_adds_up); a rate is given to all
 * alike.
 */
#ifndef GB_DOMAIN_ALLOCATION_H
#define GB_DOMAIN_ALLOCATION_H

#include "base/arena.h"
#include "base/dec.h"
#include "domain/id.h"
#include "domain/indicator.h"

enum { ALLOCATION_PARTS_MAX = 20000 };

struct allocation_part {
    struct unit_id unit;
    bool has; /* has a value */
    struct dec value;
    bool fixed;      /* its value stays (with has) */
    bool has_weight; /* last year's result, population ...; not negative */
    struct rat weight;
};

static inline bool allocation_adds_up(enum over_units over)
{
    return over == UNITS_SUM;
}

struct allocation_sum {
    struct rat sum;        /* of the parts that have a value */
    struct rat difference; /* whole less sum: positive where something is left to be given */
    int64_t given, parts;  /* parts with a value, of all */
};
/* Errors: err.number.overflow. */
bool allocation_compare(struct dec whole, const struct allocation_part *parts, size_t n,
    struct allocation_sum *ret, struct err *err);

enum allocation_by { ALLOCATE_EVEN, ALLOCATE_BY_WEIGHT };
/* Gives every part that is not fixed a value at `decimals`; by weight, a part without one gets none
 * and `*ret_left_out` counts it. The parts change only on success. Errors: err.allocation.decimals
 * (the whole has more), .fixed (fixed parts exceed the whole), .weights (nothing to go by),
 * .negative (a weight, or a whole below 0), .parts (too many), err.number.*, err.memory. */
bool allocation_propose(struct arena *scratch, struct dec whole, int decimals,
    enum allocation_by by, struct allocation_part *parts, size_t n, int64_t *ret_left_out,
    struct err *err);

#endif
