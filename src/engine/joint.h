/* joint: sums over the units in which several indicators are all present.
 *
 * Layer engine, inside the room. What a ratio is made of, where its parts are plain sums of one
 * roster: read off the columns as they stand, without laying out periods and asking each part by
 * itself. Where anything is out of the ordinary (marks, figures outside the roster, columns that
 * are not there) it says so, and computed.c goes the general way; both give the same.
 */
#ifndef GB_ENGINE_JOINT_H
#define GB_ENGINE_JOINT_H

#include "engine/rolled.h"

#define JOINT_PLANES 200 /* at most; a formula has no more names */

/* Sums of each plane over the ranks at or under a place where every plane has a figure, and how
 * many these are. No plane is `wide`. */
void joint_sums(const struct plane *const *plane, int n, const struct roster *r, int pos, i128 *sum,
    int64_t *ret_n);

/* The parts' sums for the indicator's own formula; false: ask the general way. ret[k] is of
 * g->joint[q.indicator].part[k]. */
bool joint_read(
    const struct eval *v, struct ask q, int unit, struct period p, struct part ret[JOINT_PARTS]);

#endif
