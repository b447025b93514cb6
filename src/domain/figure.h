/* figure: one value of one series for one period and unit.
 *
 * Layer domain, pure. The current version of a cell is one row; superseded versions stand beside it
 * with the act that replaced them. Which version counts follows from marks on reports, never from a
 * state of the figure (model.md, "Reporting"): approved     the newest version that was born
 * approved or whose act is not after the mark of approval on the report of the owning form (unit,
 * period); provisional  the newest version that was born approved or born provisional, or whose act
 * is not after the later of that report's marks of sending and approval. A version may be
 * `cleared`: the cell was emptied; it counts as missing. A version that undoes an import takes back
 * the one right before it: neither counts, and what counted before both counts again.
 */
#ifndef GB_DOMAIN_FIGURE_H
#define GB_DOMAIN_FIGURE_H

#include "base/dec.h"
#include "domain/id.h"

enum figure_status { STATUS_FINAL, STATUS_PRELIMINARY, STATUS_ESTIMATE };

/* Bits of a figure's flags, as stored. */
enum {
    FIGURE_STATUS = 3,                /* enum figure_status in the low bits */
    FIGURE_APPROX = 1 << 2,           /* "khoảng": the word stands in the note */
    FIGURE_MADE_UP = 1 << 3,          /* illustration, marked wherever it shows */
    FIGURE_CLEARED = 1 << 4,          /* emptied: counts as missing */
    FIGURE_BORN_APPROVED = 1 << 5,    /* an administrator's import, a register's count */
    FIGURE_BORN_PROVISIONAL = 1 << 6, /* an import as provisional, without a report */
    FIGURE_ON_BEHALF = 1 << 7,        /* entered for another */
    FIGURE_NIL = 1 << 8,              /* zero said as "không phát sinh" */
    FIGURE_UNDOES = 1 << 12,          /* takes back the version right before it */
    /* Set by the store, whatever the caller gives: */
    FIGURE_HAS_NOTE = 1 << 9, /* a row of figure_note exists for this act */
    FIGURE_SEALED = 1 << 10,  /* personal or sealed: the chain has a salted hash of the value */
    FIGURE_ERASED = 1 << 11,  /* value and salt were erased; the value reads as 0 */
    FIGURE_STORE = FIGURE_HAS_NOTE | FIGURE_SEALED | FIGURE_ERASED,
};

const char *figure_status_name(enum figure_status s); /* final preliminary estimate */
bool figure_status_parse(struct str s, enum figure_status *ret);

struct figure_key {
    struct series_id series;
    int64_t period; /* period_code() */
    struct unit_id unit;
};

/* By series, then period, then unit. */
static inline int figure_key_cmp(struct figure_key a, struct figure_key b)
{
    if (a.series.v != b.series.v)
        return a.series.v < b.series.v ? -1 : 1;
    if (a.period != b.period)
        return a.period < b.period ? -1 : 1;
    return (a.unit.v > b.unit.v) - (a.unit.v < b.unit.v);
}

struct figure_version {
    int64_t value; /* mantissa at the series' decimals */
    uint32_t flags;
    struct act_no act;
};

/* Marks of the report that owns the cell; 0 where there is none. */
struct report_marks {
    struct act_no submitted, approved;
};

/* The version that counts, or NULL. `versions` are oldest first. */
const struct figure_version *figure_approved(
    const struct figure_version *versions, size_t n, struct report_marks marks);
const struct figure_version *figure_provisional(
    const struct figure_version *versions, size_t n, struct report_marks marks);

/* What counts of a cell in one state of approval; has = false: missing. */
struct cell_value {
    bool has;
    int64_t value;
    uint32_t flags;
};
struct cell_value cell_of_version(const struct figure_version *v);

#endif
