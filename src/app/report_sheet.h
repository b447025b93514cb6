/* report_sheet: the cells of one report as they stand, and what follows from them.
 *
 * Layer app, inside the room. The draft over the stored figures of one unit, form and period;
 * computed lines, rules and sums since January are evaluated on it. It reads the store alone and
 * never the roll-up, so that it may be used inside a writing job; a unit whose figures lie below it
 * has them in the roll-up only, and they are missing here. Values of other periods are the newest
 * version stored.
 */
#ifndef GB_APP_REPORT_SHEET_H
#define GB_APP_REPORT_SHEET_H

#include "app/report_page.h"
#include "domain/finding.h"

struct sheet_cell {
    int series;                         /* index */
    int line;                           /* index into catalog.form_line */
    const struct draft_cell *draft;     /* NULL: not typed */
    const struct figure_record *figure; /* the newest version stored, NULL: none */
    struct shown now;                   /* draft, else figure */
    const struct err *wrong;            /* the draft's text cannot be read */
};
struct sheet_finding {
    enum report_finding_level level;
    int line;                /* index into catalog.form_line; -1: the whole report */
    int series;              /* of the cell, -1: the line's own */
    const struct finding *f; /* NULL: */
    enum msg_key key;        /* what else it is, */
    const struct err *wrong; /* or why the text cannot be read */
    bool explained;
};

struct sheet {
    struct store *store;
    const struct catalog *c;
    struct act_no known;
    struct arena *a;
    int form, unit;
    struct period period;
    struct day last;

    struct draft_cell *draft;
    size_t drafts;
    struct draft_mark *mark;
    size_t marks;
    struct sheet_cell *cell; /* by line, then its own series and its items */
    size_t cells;
    struct map by_series; /* index of series -> index of cell */
    struct map history;   /* series and period -> its records, newest last */
};

/* `report`: id 0 where none is stored. */
bool sheet_load(struct sheet *s, struct store *store, const struct catalog *c, struct act_no known,
    int form, int unit, struct period period, struct report_id report, struct arena *a,
    struct err *err);
/* All versions of a cell of this unit, oldest first; kept for the next question. */
struct sheet_records {
    const struct figure_record *p;
    size_t n;
};
bool sheet_records(struct sheet *s, int series, struct period p, const struct sheet_records **ret,
    struct err *err);
/* Value of an indicator (series -1: its own) in a period, computed where it is so; `to_date`: since
 * January. */
bool sheet_value(struct sheet *s, int indicator, int series, struct period p, bool to_date,
    struct shown *ret, struct err *err);
/* Errors, missing cells and warnings of the form, by line. */
bool sheet_findings(struct sheet *s, struct finding_limits limits, struct sheet_finding **ret,
    size_t *ret_n, struct err *err);
/* Does it stop the report from being sent? */
bool sheet_stops(const struct sheet_finding *f);
const struct sheet_cell *sheet_cell_of(const struct sheet *s, int series);
/* Is the line typed in this form by that unit? */
enum report_row_kind sheet_row_kind(const struct sheet *s, const struct form_line *l);

#endif
