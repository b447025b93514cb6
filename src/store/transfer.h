/* transfer: filling the tables of a store from any source of rows.
 *
 * Room store.
 */
#ifndef GB_STORE_TRANSFER_H
#define GB_STORE_TRANSFER_H

#include "store/room.h"
#include "store/store_move.h"

/* Is it one of the tables that go along? */
static inline bool goes_along(enum sql_table_id table)
{
    return sql_each_fill[table] >= 0;
}
/* Rows go into the table, in transactions of limited size. `next` as for copy_in; what it gives is
 * borrowed until it is called again. */
bool fill_table(struct store_sql *s, enum sql_table_id table, db_next_row *next, void *ctx,
    int64_t *ret_rows, struct err *err);
/* Says in `meta` what it is being filled from, in a transaction. */
bool filling_begin(struct store_sql *s, struct str from, struct err *err);
/* The head, last of all; then verification, which must give `want`; then it is whole. */
bool filling_end(struct store_sql *s, const struct head *head, struct err *err);

#endif
