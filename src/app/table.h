/* table: totals of indicators, units and periods as rows.
 *
 * Layer app. The reading use case behind `giaoban table`, exports and the pages that list units.
 * Codes are read on each period's last day (as it was) or on the reading's day (restated).
 */
#ifndef GB_APP_TABLE_H
#define GB_APP_TABLE_H

#include "app/app.h"

enum table_scope { TABLE_SELF, TABLE_CHILDREN, TABLE_DESCENDANTS };

struct table_request {
    struct str indicators; /* codes parted by commas; CODE:part for a breakdown's series */
    struct str unit;
    enum table_scope scope;
    struct str kind;    /* of the descendants */
    struct str periods; /* ids parted by commas */
    enum total_state state;
    struct reading_of reading;
    int line; /* enum line, -1: each indicator's own */
};

struct table_row {
    int series, unit;
    struct period period;
    struct total total;
};

#define TABLE_ROWS_MAX 2000000

/* Rows by indicator, then unit in the order of the tree, then period. Errors: unknown names, and
 * err.denied.unit for a unit the actor may not read. */
bool table_make(const struct view *v, struct actor who, const struct table_request *q,
    struct arena *a, struct table_row **ret, size_t *ret_n, struct err *err);

/* One total as the cells of files: indicator, unit, unit_uid, period, value, reported, expected,
 * state, mark. Texts are in the arena. */
#define TABLE_COLUMNS 9
extern const char *const table_heads[TABLE_COLUMNS];
void table_cells(const struct view *v, const struct engine_query *q, const struct total *t,
    struct arena *a, struct str ret[TABLE_COLUMNS]);
void table_csv(struct sbuf *out, const struct str *cells, size_t rows);

/* "exact", or "estimated", "bounded:3..17", "partial", "stated", "made-up", "approx", "estimate",
 * "preliminary", "boundary-changed", "carried" parted by '|'. */
struct str total_mark(struct arena *a, const struct total *t, int decimals);
/* The value at the indicator's decimals as files have it; empty where there is none. */
struct str total_text(struct arena *a, const struct total *t, int decimals);
/* Code of the unit on the period's last day, or its name where it has none. */
struct str unit_label(const struct catalog *c, int unit, struct day day);

#endif
