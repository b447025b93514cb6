/* resolve: names that people and files write, to indexes, on the right day.
 *
 * Layer app. A code names different units at different times: it is read on the last day of the
 * period in question; where the unit ended within the period, on its last day in it.
 */
#ifndef GB_APP_RESOLVE_H
#define GB_APP_RESOLVE_H

#include "domain/catalog.h"
#include "domain/period.h"
#include "engine/engine.h"

/* The unit a code, uid or `kind:code` means for a period. Errors as units_find. */
int resolve_unit(const struct catalog *c, struct str s, struct period p, struct err *err);
/* The unit a code means on the last of the days. On others it may mean what that unit came from or
 * went into, as codes are handed on; where it means one that has nothing to do with it, -1 with
 * err.unit.code_over_days, which names both with their days. */
int resolve_unit_over(const struct catalog *c, struct str s, const struct period *p, size_t n,
    struct err *err);
/* The same under a reading: today's or that day's unit for restated ones. */
int resolve_unit_reading(const struct catalog *c, struct str s, struct period p,
    struct reading_of reading, struct err *err);
/* Words of a list parted by commas. */
bool resolve_periods(
    struct arena *a, struct str list, struct period **ret, size_t *ret_n, struct err *err);
bool resolve_indicators(const struct catalog *c, struct arena *a, struct str list, int **ret,
    size_t *ret_n, struct err *err);

#endif
