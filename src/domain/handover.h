/* handover: what was decided about reports of units that end.
 *
 * Layer domain, pure. A unit that ends within a period owes a report for the part of it that it
 * lived, and may have others on their way. Each stays the old unit's; decided is who finishes it.
 * A decision holds while its unit ends on the day it was made for, and says something from that day
 * on: before, the unit writes for itself. It is data of an act (a setting `open.report ...`), known
 * from that act on and undone with it.
 *
 *   key    open.report FORM UNIT PERIOD END   ids, period_code(), the first day without the unit
 *   value  keep | carry UNIT | needless REASON   UNIT: uid of the unit whose people finish it
 */
#ifndef GB_DOMAIN_HANDOVER_H
#define GB_DOMAIN_HANDOVER_H

#include "base/day.h"
#include "base/str.h"
#include "domain/period.h"
#include "domain/unit.h"

enum handover_kind {
    HANDOVER_KEPT, /* the old unit finishes it before its end; after that only a compiler above */
    HANDOVER_CARRIED,  /* the people of another unit enter, check and sign it */
    HANDOVER_NEEDLESS, /* it is not asked for; the reason is told */
};

struct handover {
    int unit, form; /* indexes */
    struct str form_code;
    struct period period;
    struct day end;
    enum handover_kind kind;
    int to; /* index; -1 */
    struct str reason;
};

/* A body that sat at a place that ended went on at another. Key `open.body UNIT PLACE END`, value
 * `carry UNIT`. */
struct removal {
    int body, place, to;
    struct day end;
};

/* The decision on the report that holds; NULL: none. The list is by unit. */
const struct handover *handover_find(const struct handover *list, size_t n, const struct units *us,
    int unit, struct str form_code, struct period p);
/* The part of the list that is about the unit. */
void handover_of_unit(
    const struct handover *list, size_t n, int unit, size_t *ret_from, size_t *ret_to);
/* Does it hold: does the unit end on the day it was made for? */
bool handover_holds(const struct handover *h, const struct units *us);

/* The last day of the period on which the unit lived, else the period's last: the day on which its
 * report stands. */
struct day unit_last_in(const struct units *us, int unit, struct period p);
/* Does the unit end inside the period, after its first day and before its last is over? *ret_from,
 * *ret_to: the days that its closing report covers. */
bool unit_closes_in(
    const struct units *us, int unit, struct period p, struct day *ret_from, struct day *ret_to);
/* Does it begin inside the period? The days that its first report covers. */
bool unit_begins_in(
    const struct units *us, int unit, struct period p, struct day *ret_from, struct day *ret_to);

#endif
