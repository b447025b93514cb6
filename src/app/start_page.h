/* start_page: what is due from this account, what is new, how its targets stand.
 *
 * Layer app, reading use case. Due work is found from the account's grants: reports to enter (whose
 * lines are not declared done yet), to mend, to check, to sign, estimates to make final, and for a
 * superior reports to approve and units to remind. By due time, overdue first.
 */
#ifndef GB_APP_START_PAGE_H
#define GB_APP_START_PAGE_H

#include "app/reporting.h"
#include "app/scoreboard.h"
#include "app/shown.h"

#define START_DUE_MAX 200
#define START_NEWS_MAX 12
#define START_TARGETS_MAX 6

enum due_kind {
    DUE_MEND, /* returned */
    DUE_ENTER,
    DUE_CHECK,
    DUE_SIGN,
    DUE_FINAL,   /* estimates of an approved report */
    DUE_APPROVE, /* `count` reports of one form and period below `unit` wait */
    DUE_REMIND,  /* `count` units below `unit` have not sent, and it is late */
};
struct due_item {
    enum due_kind kind;
    int form, unit;
    struct period period;
    struct report report; /* id 0: nothing stored; of the first for APPROVE and REMIND */
    int64_t due_ms;       /* -1: none */
    enum timeliness timely;
    int days;            /* late or overdue */
    int filled, to_fill; /* MEND, ENTER: cells of the bodies that this account types */
    int estimates;       /* FINAL */
    int count, of;       /* APPROVE, REMIND: of how many asked */
    struct str reason;   /* MEND: of the return */
    int returned_cells;  /* MEND */
    int64_t saved_ms;    /* last save of a cell, 0: none */
};
struct news_item {
    int form, unit;
    struct period period;
    enum report_step step;
    int64_t at_ms;
    int by; /* account, -1 */
    struct str reason;
};
struct start_page {
    int account;
    int unit; /* where the person sits; -1 */
    struct due_item *due;
    size_t dues;
    int overdue, today, later; /* items by their time */
    struct news_item *news;    /* newest first; not by this account */
    size_t newses;
    struct period period; /* of the targets */
    int met, total;       /* over all sets of the unit */
    struct scoreboard board;
    const struct scoreboard_target **target; /* the worst first */
    size_t targets;
};
bool start_page_make(struct app *app, const struct view *v, struct actor who, enum lang lang,
    struct arena *a, struct start_page *ret, struct err *err);

/* How bad a status is, for putting the worst first: 0 missed to 8 exceeded. */
int target_badness(enum target_status s);

#endif
