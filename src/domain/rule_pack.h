/* rule_pack: dated rules of rules/, one row each, read the same way everywhere.
 *
 * Layer domain, pure. The first two columns of a pack are `valid_from` and `valid_to` (the last day
 * on which a rule holds); an empty cell has no limit. Days of a rule are [from, to).
 */
#ifndef GB_DOMAIN_RULE_PACK_H
#define GB_DOMAIN_RULE_PACK_H

#include "base/csv.h"
#include "base/day.h"

/* One row; on an error *ret_column is the column that is wrong. */
struct rule_row {
    const struct csv_header *header;
    const struct csv_record *record;
    struct day from, to;
};
typedef bool rule_reader(
    void *ctx, const struct rule_row *row, size_t *ret_column, struct err *err);

/* Gives every row of the pack to `read`. Errors bear file, line and column. */
bool rule_pack_read(struct arena *a, struct str csv, struct str name,
    const struct csv_column *columns, size_t n, rule_reader *read, void *ctx, struct err *err);

#endif
