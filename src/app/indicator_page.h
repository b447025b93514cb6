/* indicator_page: what an indicator means, how it went, who stands where, and where a figure comes
 * from.
 *
 * Layer app, reading use cases. Every figure on every page is a door to figure_origin: from a total
 * to the units below, the periods within, the operands of its formula, down to the cell, its report
 * and the person who entered it. All need the right to read the indicator on the unit; the history
 * of a cell needs RIGHT_READ_HISTORY besides. Units that the account may not read are left out.
 */
#ifndef GB_APP_INDICATOR_PAGE_H
#define GB_APP_INDICATOR_PAGE_H

#include "app/shown.h"

#define TREND_MAX 60
#define LEAGUE_MAX 5000
#define VERSIONS_MAX 40

struct indicator_request {
    struct str indicator; /* code, alias, or CODE:part */
    struct str unit;
    struct period period; /* the latest of the trend, and that of the league table */
    int periods;          /* of the trend, 1 to TREND_MAX; 0: eight */
    enum total_state state;
    struct reading_of reading;
    struct str kind; /* of the league's units; empty: those that report, else the children */
};

struct trend_point {
    struct period period;
    struct shown value, last_year;
    bool has_plan;
    struct dec plan;
};
struct league_row {
    int unit;
    struct shown value, last_year;
    int rank;  /* from 1; equal values share one; 0: no value, or no direction */
    bool tied; /* another unit has the same rank */
    bool has_plan, has_percent;
    struct dec plan;
    struct rat percent; /* of plan */
};

struct series_point; /* forecasts.h */
struct indicator_page {
    int indicator, series; /* indexes; series -1: the indicator's own */
    int unit;
    struct period period;
    struct str name;       /* of the item where one was asked for */
    int form, line;        /* the owning form and its line; -1: none */
    struct str owner_name; /* of the body that enters it */
    struct shown value, last_year;
    bool has_change, has_growth;
    struct rat change, growth; /* against last year; growth in per cent, never of rates */
    bool has_plan, has_percent;
    struct dec plan;
    struct rat percent;
    struct trend_point *trend; /* oldest first */
    size_t trends;
    struct league_row *league; /* by rank, those without a value last */
    size_t leagues;
    int withheld;               /* units left out, because the account may not read them */
    struct series_point *ahead; /* what the running year is likely to bring, where it was asked for
                                   with series_forecast() */
    size_t aheads;
    bool made_up;
};
bool indicator_page_make(const struct view *v, struct actor who, const struct indicator_request *q,
    enum lang lang, struct arena *a, struct indicator_page *ret, struct err *err);

void indicator_page_json(const struct view *v, const struct indicator_page *p, struct json *j);

/* Definitions through time: what an act changed of the indicator. */
enum {
    INDICATOR_NAME = 1 << 0,
    INDICATOR_UNIT = 1 << 1,
    INDICATOR_DEFINITION = 1 << 2,
    INDICATOR_FORMULA = 1 << 3,
    INDICATOR_RULES = 1 << 4, /* how it adds up, who reports it, how often */
    INDICATOR_OTHER = 1 << 5,
};
struct indicator_version {
    struct act_no act;
    int64_t at_ms;
    int by;           /* account, -1: system */
    uint32_t changed; /* 0: the first version */
    struct str name, unit_of_measure, definition, formula;
};
/* Newest first. Reads the catalogues of past acts: for a page of its own. */
bool indicator_versions(struct app *app, const struct view *v, int indicator, struct arena *a,
    struct indicator_version **ret, size_t *ret_n, struct err *err);

/* ---- where a figure comes from ---- */

struct origin_request {
    struct str indicator, unit;
    struct period period;
    enum total_state state;
    struct reading_of reading;
};
struct origin_part {
    int unit;
    struct shown value;
};
struct origin_period {
    struct period period;
    struct shown value;
};
struct origin_operand {
    int indicator, series; /* series -1: its own */
    struct shown value;
};
struct figure_origin {
    int indicator, series, unit;
    struct period period;
    struct shown value; /* what is shown above */

    bool has_own; /* the unit has a figure of its own here: */
    struct shown own;
    bool own_counts; /* it is the total; else it is stated beside it, */
    bool differs;    /* and another number, by `difference` (stated less computed) */
    struct rat difference;
    struct figure_record record; /* act, note, origin, through what, why */
    int by;                      /* who typed it: account, -1: system, */
    int64_t by_ms;               /* and when */
    int sent_by;                 /* who sent the report that brought it; -1: nobody did */
    struct str basis;            /* entered for another: on what that rests; empty: not said */
    int versions;                /* of the cell */
    bool has_report;
    int form;
    struct report report;
    bool may_history;

    struct origin_part *part; /* units just below that report it or hold some that do */
    size_t parts;
    struct origin_period *within; /* shorter periods it is made of */
    size_t withins;
    struct origin_operand *operand; /* of its formula */
    size_t operands;
};
bool figure_origin(struct app *app, const struct view *v, struct actor who,
    const struct origin_request *q, struct arena *a, struct figure_origin *ret, struct err *err);

/* All versions of a cell, newest first. */
struct cell_version {
    struct figure_record record;
    struct shown value;         /* nothing: emptied */
    int by;                     /* who typed it; -1: system */
    bool approved, provisional; /* the one that counts in that state */
};
bool cell_versions(struct app *app, const struct view *v, struct actor who,
    const struct origin_request *q, struct arena *a, struct cell_version **ret, size_t *ret_n,
    struct err *err);

#endif
