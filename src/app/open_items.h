/* open_items: what is not finished on units that end, and who takes it up.
 *
 * Layer app. Reports that are owed or on their way, targets whose deadline lies behind the end,
 * grants in force, bodies that sit there. Nothing of it disappears by itself, and nothing moves by
 * itself: a person decides for each, when the event is entered or later from the list of what is
 * undecided.
 *
 *  - A report stays the old unit's, also the closing one for the part of a period that it lived.
 * Carried: the successor's people enter, check and sign it, under the old unit's name. Kept: the
 * old unit finishes it before its end; after that only a compiler above can. Needless, with a
 * reason: it is not asked for any more. Undecided: the people of the sole successor may write it,
 * where there is one (domain/access.h).
 *  - A target kept ends with its unit and is assessed as far as it came; carried: the successor
 * gets one of the same value from the day on, in the same set.
 *  - A grant kept reads what it read; carried: it ends with the unit, and the account has the same
 * on the successor from the day on.
 *  - A body carried sits at the successor from the day on; ended, it ends with its place (only with
 * the event itself); kept, it stays as it is, at a place that is no more.
 *
 * A decision is a setting `open.<key>` under the act; domain/handover.h has those about reports and
 * bodies.
 */
#ifndef GB_APP_OPEN_ITEMS_H
#define GB_APP_OPEN_ITEMS_H

#include "app/app.h"

#define OPEN_ITEMS_MAX 2000

enum open_sort { OPEN_REPORT, OPEN_TARGET, OPEN_GRANT, OPEN_BODY };
enum open_choice { OPEN_LATER, OPEN_KEEP, OPEN_CARRY, OPEN_NEEDLESS, OPEN_END };

struct open_item {
    enum open_sort sort;
    struct str key;          /* "report 3 12 55 20270", "target 5", "body 8 12 20270" */
    int unit;                /* that ends */
    struct day end;          /* the first day on which it is no more */
    int form, target, grant; /* indexes into the catalogue; -1 */
    int body;                /* index of a unit; -1 */
    struct period period;    /* of a report */
    enum report_state state;
    bool closes; /* it covers the part of the period that the unit lived: */
    struct day from, to;
    enum open_choice proposal;
};
/* Of one unit that ends, or has ended, on the day. Decided ones are left out. Appends. */
bool open_items_of(struct app *app, const struct catalog *c, int unit, struct day end,
    struct arena *a, struct open_item **list, size_t *n, size_t *cap, struct err *err);
/* Of all units that have ended by today by an event and that the account may administer or compile,
 * oldest end first; at most OPEN_ITEMS_MAX, *ret_more tells of more. */
bool open_items_all(struct app *app, const struct view *v, struct actor who, struct arena *a,
    struct open_item **ret, size_t *ret_n, bool *ret_more, struct err *err);

/* Writes what was decided, under the open act of `w`. `to`: the unit that takes it up; `reason`:
 * why a report is needless. Ending a body (OPEN_END) is the event's business. */
bool open_item_decide(struct write *w, const struct open_item *item, enum open_choice choice,
    const struct unit_row *to, struct str reason, struct err *err);
/* May it be decided so? A report alone is needless, a body alone ends. */
bool open_choice_fits(enum open_sort sort, enum open_choice choice);
/* One decision from the list, an act of its own. Errors: err.open.gone where it is no longer open,
 * err.open.choice where it cannot be decided so, err.open.reason, err.open.successor,
 * err.denied.unit.
 */
bool open_item_choose(struct app *app, struct actor who, struct str key, enum open_choice choice,
    struct str to, struct str reason, struct act_no *ret_act, struct err *err);
/* The living units into which a closed one went (domain/access.h); gives how many, at most `max`.
 */
size_t living_successors(const struct catalog *c, struct day today, int unit, int *ret, size_t max);

#endif
