/* closing: figures of units that ended inside a base period.
 *
 * Layer engine, inside the room. A unit that ends inside a base period (after its first day, by its
 * last) closes with a figure for the part of it that it lived. Such a unit is on no roster of the
 * period: its figure stands outside the column's sums. Where the indicator is a sum over units and
 * over time, the parts of a period add up, and the figure belongs to the totals of those it stood
 * under on its own last day; a stock on the period's last day, a mean or an extreme is that of the
 * units alive then. Closing figures are never counted in `reported` and `expected` of a living
 * unit, which speak of the units alive on the last day; a unit that ended itself has those under it
 * that ended with it.
 */
#ifndef GB_ENGINE_CLOSING_H
#define GB_ENGINE_CLOSING_H

#include "engine/rolled.h"

/* Are parts of a period parts of the sum? */
static inline bool closing_adds(const struct indicator *x)
{
    return x->over_units == UNITS_SUM && x->over_time == TIME_SUM;
}
/* Does the unit report the indicator on its last day, and is that day in base period `b` but not
 * the period's own last? */
bool closes(struct eval *v, const struct bases *s, size_t b, int unit, bool *ret);
/* The units that close in base period `b` and may have a figure there, of those that stood under
 * `top` on their last day (-1: all), by last day. */
bool closing_under(
    struct eval *v, const struct bases *s, size_t b, int top, int **ret, size_t *ret_n);
/* The total of a unit that ended inside the base period. *ret_inner: others than itself closed
 * under it. */
bool closed_part(struct eval *v, const struct bases *s, size_t b, int unit, const int *closer,
    size_t closers, struct part *ret, bool *ret_inner);
/* Adds closing figures to a living unit's total. */
bool closing_add(struct eval *v, const struct bases *s, size_t b, const int *closer, size_t closers,
    struct part *ret);

#endif
