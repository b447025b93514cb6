/* board: who has sent which report, and who has not.
 *
 * Layer app. The page of a form's reports: the units under one unit against the last periods, what
 * each report's state is and the day it came; for the latest period the list of those to call with
 * a text to copy, what was returned, what waits, and who is often late. Only units that the account
 * may read are in it, and counts are of these. People stand for posts.
 */
#ifndef GB_APP_BOARD_H
#define GB_APP_BOARD_H

#include "app/reporting.h"
#include "app/shown.h"
#include "base/json.h"

#define BOARD_PERIODS_MAX 24
#define BOARD_UNITS_MAX 5000

struct board_request {
    struct str form;
    struct str unit;  /* code; the board shows what answers below it (or the unit itself) */
    struct period to; /* the latest period shown */
    int periods;      /* 1 to BOARD_PERIODS_MAX; 0: eight */
    struct str kind;  /* only units of this kind; empty: all */
    struct str under; /* only units under this one (code); empty: all */
};

struct board_cell {
    bool asked;  /* the form is asked of that unit in that period */
    bool closes; /* for the part of the period that the unit lived: `from` to `to` */
    bool begins;
    struct day from, to;
    const struct handover *handover; /* what was decided about a closed unit's report; NULL */
    bool stored;                     /* a report exists: */
    struct report report;
    enum report_state state; /* REPORT_NOT_STARTED where nothing is stored */
    enum timeliness timely;
    int days;                                             /* late, or overdue */
    struct day came;                                      /* first sending; v 0: not yet */
    int estimates;                                        /* figures still estimates */
    bool may_approve, may_return, may_receive, may_final; /* now, by this account */
};
struct board_unit {
    int unit;
    struct board_cell *cell;         /* one per period */
    int asked, sent, on_time, amiss; /* over the periods; amiss: late or missing */
};
struct board_period {
    struct period period;
    int64_t due_ms; /* -1: none */
    int asked, sent, on_time, late, missing, waiting, returned, reopened, approved, estimates;
};

struct board_call {
    int unit; /* index */
    enum report_state state;
    int filled, to_fill; /* cells of the draft, and of the form */
    int writer;          /* the unit whose people write it; -1: none */
    const int *account;  /* those who enter, check and sign there */
    size_t accounts;
};
struct board_return {
    int unit;
    int by; /* account, -1 */
    int64_t at_ms, due_ms;
    struct str reason;
    const struct draft_mark *cell; /* those marked */
    size_t cells;
};
struct board_often {
    int unit, amiss, asked;
};

struct reports_board {
    int form, unit;
    struct board_period *period; /* oldest first; the last one is the one asked about */
    size_t periods;
    struct board_unit *row;
    size_t rows;
    /* of the latest period: */
    struct board_call *call; /* not sent, in the order of the rows */
    size_t calls;
    struct board_return *back;
    size_t backs;
    struct board_often *often; /* at most five, worst first; over the periods before the latest */
    size_t oftens;
    struct str remind; /* text to copy: what, until when, who is missing; empty: nobody */
    int may_approve;   /* reports that this account may approve now */
};
bool board_make(struct app *app, const struct view *v, struct actor who,
    const struct board_request *q, enum lang lang, struct arena *a, struct reports_board *ret,
    struct err *err);
void board_json(const struct view *v, const struct reports_board *b, struct json *j);

/* One step for many reports of a form and period: each on its own, each with its outcome. */
struct board_pick {
    struct unit_id unit;
    struct act_no seen; /* the report's act that the page showed */
};
struct board_outcome {
    struct unit_id unit;
    bool ok;
    struct err err; /* where not */
};
#define BOARD_PICKS_MAX 500
/* `step`: STEP_APPROVE, STEP_RECEIVE or STEP_LOCK. False only where nothing was tried. */
bool board_step_many(struct app *app, struct actor who, struct form_id form, struct period period,
    enum report_step step, const struct board_pick *pick, size_t n, struct arena *a,
    struct board_outcome **ret, int *ret_ok, struct err *err);

#endif
