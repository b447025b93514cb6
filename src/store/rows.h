/* rows: definitions between their structs and their tables, by one description of each.
 *
 * Room store. A struct row_type lists the fields of a struct in the order of the table's columns
 * (without act and until_act). Everything else follows from it and from the statements that
 * src/store/sql/definitions.sql makes for every table.
 */
#ifndef GB_STORE_ROWS_H
#define GB_STORE_ROWS_H

#include "domain/id.h"
#include "store/db.h"
#include "store/trail.h"
#include "store/words.h"

enum field_kind {
    FIELD_I64,
    FIELD_INT, /* int, day */
    FIELD_BOOL,
    FIELD_STR,
    FIELD_UID,
    FIELD_WORD, /* an enum, stored as a word */
};
struct field {
    enum field_kind kind;
    unsigned short offset;
    const struct words *words;
};
struct row_type {
    enum sql_table_id table;
    size_t size;
    int n;
    const struct field *field;
};
#define FIELDS_MAX 40

/* Fills v[0 .. n-1] from the struct. */
void row_values(const struct row_type *t, const void *row, struct db_value *v);
/* Fills the struct from the columns. Errors: err.store.word, err.memory. */
bool row_read(
    const struct row_type *t, struct db_stmt *q, struct arena *a, void *row, struct err *err);
/* Writes the row as of the act, closing the one with the same identity. */
bool row_put(struct db *d, struct trail *trail, const struct row_type *t, const void *row,
    struct act_no act, struct err *err);
/* Closes the row of this identity (values of the key's columns but act). */
bool row_close(struct db *d, struct trail *trail, enum sql_table_id table,
    const struct db_value *ident, size_t n, struct act_no act, struct err *err);
/* Closes all rows whose first column of the key has the value. */
bool row_close_all(struct db *d, struct trail *trail, enum sql_table_id table, int64_t first,
    struct act_no act, struct err *err);
/* All rows known at the act, as an array of structs. */
bool rows_load(struct db *d, const struct row_type *t, struct act_no known, struct arena *a,
    void **ret, size_t *ret_n, struct err *err);

#endif
