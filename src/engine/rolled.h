/* rolled: figures laid out over the base periods of a longer one.
 *
 * Layer engine, inside the room. A `struct bases` is what one series gives in one period: its base
 * periods with their columns, the entries for longer periods inside it, and for figures entered
 * year to date the columns that hold the sum at each end. leaf_of() says what one unit gives in one
 * base period; everything else adds leaves up.
 */
#ifndef GB_ENGINE_ROLLED_H
#define GB_ENGINE_ROLLED_H

#include "engine/internal.h"

/* What one unit gives in one base period. `covered`: the base period counts as reported, also where
 * its part is inside a figure placed elsewhere. */
struct leaf {
    bool has, covered;
    bool is_rat; /* the value is in `r`, else it is m at the series' decimals */
    uint32_t marks;
    i128 m;
    struct rat r;
};

struct longer {
    struct period p;
    size_t from, to; /* base periods [from, to) */
    const struct column *col;
};
/* Columns that hold a year-to-date sum at one end, the longest period first. */
struct ends {
    const struct column *col[5];
    int n;
};

struct bases {
    const struct indicator *x;
    struct ask q;
    bool computed; /* evaluated per unit */
    bool ytd;
    bool single; /* the period itself stands as its only base period */
    struct period *p;
    size_t n;
    const struct column **col; /* per base period, NULL for computed ones */
    struct longer *longer;     /* those with figures, the longest first */
    size_t longers;
    struct ends *end;    /* ytd: per base period */
    struct ends *anchor; /* ytd: before each base period that opens a run within a year */
    bool *opens;         /* ytd: opens such a run */
    bool *january;       /* ytd: is the first base period of its year */
};

/* One base period's or period's total on the way. */
struct part {
    bool has;
    struct rat value;
    int64_t reported, expected;
    uint32_t marks;
    bool bounded; /* no value, but it lies between low and high */
    struct rat low, high;
};

/* Sums leaves over units by the indicator's rule. */
struct adder {
    enum over_units rule;
    bool weighted, is_rat;
    int64_t n;
    i128 m, least, most;
    struct rat r, low, high, weight;
    uint32_t marks;
};

bool bases_lay(struct eval *v, struct ask q, struct period p, struct bases *ret);
bool leaf_of(struct eval *v, const struct bases *s, size_t b, int unit, struct leaf *ret);
const struct roster *bases_roster(struct eval *v, const struct bases *s, size_t b);

/* Fractions that are added up, over units or over time, and weights count at 12 decimals, half away
 * from zero: exact sums of many denominators leave any range (decision 0040). */
#define FRACTION_DECIMALS 12
#define FRACTION_UNIT 1000000000000
bool eval_settle(struct eval *v, struct rat *r);

void adder_init(struct adder *a, const struct indicator *x);
/* `weight`: where the rule is a weighted mean. */
bool adder_add(struct eval *v, struct adder *a, const struct bases *s, const struct leaf *l,
    struct rat weight);
/* What the unit gives in one base period, and its weight; nothing where a weight is missing. */
bool leaf_weighed(struct eval *v, const struct adder *a, const struct bases *s, size_t b, int unit,
    struct leaf *ret, struct rat *ret_weight);
/* Adds that; *covered grows by one where it reports. */
bool adder_take(
    struct eval *v, struct adder *a, const struct bases *s, size_t b, int unit, int64_t *covered);
bool adder_part(struct eval *v, const struct adder *a, const struct bases *s, struct part *ret);

/* Joins the parts of base periods by the rule over time. */
bool join_parts(
    struct eval *v, enum over_time rule, const struct part *part, size_t n, struct part *ret);
/* May sums be read from the columns as they stand? */
bool bases_plain(const struct bases *s);
/* The leaf's value as a fraction. */
bool leaf_rat(struct eval *v, const struct bases *s, const struct leaf *l, struct rat *ret);

/* Value of a formula at one unit and period (computed.c). */
bool eval_formula(struct eval *v, struct ask q, int unit, struct period p, struct total *ret);
bool eval_formula_leaf(struct eval *v, struct ask q, int unit, struct period p, struct leaf *ret);

#endif
