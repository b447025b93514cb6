/* unit_page: what a unit is on a day, what became of it, and what it has to do.
 *
 * Layer app, reading use case. Profile, names and codes through time, superiors on each line,
 * units below, descent over all steps, targets by set, reports of the last periods, posts. Needs
 * RIGHT_READ on the unit. Relatives that the account may not read are named (names of units are
 * public), but nothing of theirs is shown. Accounts appear as posts, never as names of people.
 */
#ifndef GB_APP_UNIT_PAGE_H
#define GB_APP_UNIT_PAGE_H

#include "app/scoreboard.h"
#include "app/shown.h"

#define UNIT_DESCENT_MAX 200 /* edges */
#define UNIT_REPORTS_MAX 6   /* periods of each form */

struct unit_request {
    struct str unit;        /* code on the day, or uid */
    struct day day;         /* v 0: today */
    enum line line;         /* of the children and of the way up */
    enum total_state state; /* of the targets */
    struct reading_of reading;
};

struct unit_line {
    enum line line;
    int parent; /* -1: a root there */
    struct day from, to;
};
struct unit_child {
    int unit, kind;
    int below; /* units in its subtree without itself */
};
struct unit_edge {
    int event;    /* index into catalog.event */
    int edge;     /* index into catalog.edge */
    int distance; /* steps from this unit: negative before it, 0 its own, positive after */
};
struct unit_report {
    int form;
    struct period period;
    bool stored;
    struct report report;
    enum timeliness timely;
    int days;
};
struct unit_post {
    int account;
    enum role role;         /* the first of its grants there */
    struct str post, owner; /* owner: the body whose lines it enters, empty for all */
};

struct unit_page {
    int unit;
    struct day day;
    bool alive;                         /* on that day */
    const struct unit_version *version; /* name, code, kind on the day, or nearest to it */
    struct day first, end;              /* days of its existence [first, end) */
    int place;                          /* of a body; -1 */
    int *way;                           /* from the root down to the superior, on the line */
    size_t ways;
    struct unit_line *line; /* all stretches, by line and day */
    size_t lines;
    struct unit_child *child; /* on the line and day */
    size_t children;
    int *body; /* bodies that sit here on the day */
    size_t bodies;
    struct unit_edge *descent; /* by day, then event */
    size_t descents;
    int *successor; /* where it ended: what it went into, directly */
    size_t successors;
    struct period period;       /* of the targets below: the latest that has begun by the day */
    struct scoreboard board;    /* sets with counts and targets */
    struct unit_report *report; /* newest first within a form */
    size_t reports;
    struct unit_post *post;
    size_t posts;
};
bool unit_page_make(struct app *app, const struct view *v, struct actor who,
    const struct unit_request *q, enum lang lang, struct arena *a, struct unit_page *ret,
    struct err *err);

/* One floor of the tree, for walking it: what lies under `unit` (-1: the roots) on a line and day.
 * Only units that the account may read, and those that lead to them. */
bool unit_floor(const struct view *v, struct actor who, int unit, enum line line, struct day day,
    struct arena *a, struct unit_child **ret, size_t *ret_n, struct err *err);

#endif
