/* bulk: what the tables of many totals share.
 *
 * Layer engine, inside the room.
 */
#ifndef GB_ENGINE_BULK_H
#define GB_ENGINE_BULK_H

#include "engine/settle.h"

/* The column from which a base period's figures (`simple`: also their sums) can be read; NULL with
 * *ret_ok where there is none, or where it has to come in first. */
const struct column *bulk_column(
    struct eval *v, const struct brief *x, struct period p, bool simple, bool *ret_ok);
/* One cell the general way: mantissa (ENGINE_MISSING: none) and how many reported. */
bool bulk_cell(struct eval *v, int indicator, int unit, struct period p, enum total_state state,
    int64_t *ret_m, int32_t *ret_reported);

#endif
