/* compare: an earlier period's total, to be held against a later one's.
 *
 * Layer engine, inside the room. Both have to speak of the same places: read as it was, the earlier
 * one is read on the units of the later one's last day; other readings have their day for both.
 * MARK_BOUNDARY says that the unit had other boundaries at the earlier period than at the later one
 * (also that it was not there yet): not where events only moved figures about inside it.
 */
#ifndef GB_ENGINE_COMPARE_H
#define GB_ENGINE_COMPARE_H

#include "engine/internal.h"

/* What the comparisons of one question share; NULL: no memory. */
struct comparisons;
struct comparisons *comparisons_new(struct eval *v);
/* `k` may be NULL: nothing is shared. */
bool eval_compared(struct eval *v, struct comparisons *k, struct ask q, int unit,
    struct period earlier, struct period later, struct total *ret);

#endif
