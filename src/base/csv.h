/* csv: RFC 4180 both ways.
 *
 * Layer base. The reader takes a whole text (UTF-8, an optional byte order mark, lines ending in
 * LF, CRLF or CR) and gives one record after the other as cells; it knows the place of every cell.
 * Cells are borrowed from the text, those with doubled quotes are in the arena. Separator is a
 * comma. Empty lines are skipped. A cell that is not valid UTF-8, has a NUL or is longer than
 * CSV_CELL_MAX is refused. The header is matched against the columns that the caller declares:
 * unknown and doubled columns are refused, missing ones only when required.
 */
#ifndef GB_BASE_CSV_H
#define GB_BASE_CSV_H

#include "base/err.h"
#include "base/str.h"

#define CSV_CELL_MAX (1u << 20)
#define CSV_COLUMNS_MAX 64

struct csv {
    struct str text;
    size_t at;
    int line, column; /* of the next byte, from 1; columns in code points */
    struct str file;  /* for messages */
};

struct csv_place {
    int line, column;
};

struct csv_record {
    struct str *cell;
    size_t n;
    int line;                /* where it begins */
    struct csv_place *place; /* of each cell; a cell in quotes may hold line ends */
};

struct csv_column {
    const char *name;
    bool required;     /* the column must stand in the header */
    const char *alias; /* a second accepted name, or NULL */
};

/* Which cell of a record holds which declared column. */
struct csv_header {
    const struct csv_column *columns;
    size_t n;
    int at[CSV_COLUMNS_MAX]; /* index of the cell, -1 where the column is absent */
    size_t cells;            /* in the header line */
};

void csv_open(struct csv *c, struct str text, struct str file);
/* The next record; false at the end (*ret_end true) or on an error. Errors: err.csv.quote,
 * err.csv.after_quote, err.csv.cell_too_long, err.text.utf8. */
bool csv_next(
    struct csv *c, struct arena *a, struct csv_record *ret, bool *ret_end, struct err *err);
/* Reads the first record as the header. */
bool csv_read_header(struct csv *c, struct arena *a, const struct csv_column *columns, size_t n,
    struct csv_header *ret, struct err *err);
/* Checks that the record has no more cells than the header; missing ones read as empty. */
bool csv_check(
    const struct csv *c, const struct csv_header *h, const struct csv_record *r, struct err *err);
/* The cell of declared column `i`, trimmed; empty when the column or the cell is absent. */
struct str csv_get(const struct csv_header *h, const struct csv_record *r, size_t i);
/* Sets the place of `err` to that cell; gives false. */
bool csv_err(const struct csv *c, const struct csv_header *h, const struct csv_record *r, size_t i,
    struct err *err);

/* Writes one cell, with quotes where needed; `first` tells whether a comma goes before it. With
 * `guard`, text that a spreadsheet would run as a formula (= + - @ tab CR first) gets an
 * apostrophe; numbers are left alone. */
void csv_put(struct sbuf *out, struct str cell, bool first, bool guard);
void csv_end(struct sbuf *out);

#endif
