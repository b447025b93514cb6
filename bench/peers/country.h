/* country: a made-up country, the same for every program that is compared.
 *
 * Three levels: a top, `mids` units below it, `leaves` reporting units below those. On the first
 * day of month `event` every twentieth leaf comes into being out of two older ones (a merger), and
 * every fiftieth moves to another middle unit. Months count from January 2015. Figures follow from
 * the seed alone: one cell in twelve is a gap, one indicator in eight is reported by two units in
 * three, one cell in two hundred was entered wrongly and corrected. Values are mantissas at the
 * indicator's decimals. Every indicator is a monthly sum with a target that counts leaves.
 *
 * Leaf numbers: 0 ... leaves - 1 are today's; from `leaves` the two predecessors of each merger.
 */
#ifndef GB_BENCH_COUNTRY_H
#define GB_BENCH_COUNTRY_H

#include <stdbool.h>
#include <stdint.h>

struct country {
    const char *name;
    int mids, leaves, indicators, months, event; /* event: the first month on the new units */
    uint64_t seed;
};
/* town, province, country, country-120. */
bool country_of(const char *name, uint64_t seed, struct country *ret);
int country_units(const struct country *c); /* leaves of both days */
int country_tree(const struct country *c, int month);
bool country_alive(const struct country *c, int tree, int leaf);
/* Number of the middle unit; of tree 1 also for closed leaves (where their successor lies). */
int country_mid(const struct country *c, int tree, int leaf);
/* The leaf that a closed one went into; itself otherwise. */
int country_successor(const struct country *c, int leaf);
bool country_moves(const struct country *c, int leaf);
bool country_value(const struct country *c, int indicator, int month, int leaf, int64_t *ret);
/* Was the cell entered wrongly first? */
bool country_corrected(
    const struct country *c, int indicator, int month, int leaf, int64_t *ret_first);
int country_decimals(int indicator);
int64_t country_threshold(int indicator); /* a mantissa; a leaf meets it from there on */
/* Figures of all months before `months`. */
int64_t country_figures(const struct country *c);
uint64_t country_mix(uint64_t x);

#endif
