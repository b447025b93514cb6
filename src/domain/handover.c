/* handover: see handover.h. */
#include "domain/handover.h"

void handover_of_unit(
    const struct handover *list, size_t n, int unit, size_t *ret_from, size_t *ret_to)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = (low + high) / 2;
        if (list[mid].unit < unit)
            low = mid + 1;
        else
            high = mid;
    }
    *ret_from = low;
    while (low < n && list[low].unit == unit)
        low++;
    *ret_to = low;
}

bool handover_holds(const struct handover *h, const struct units *us)
{
    return unit_end(us, h->unit).v == h->end.v;
}

const struct handover *handover_find(const struct handover *list, size_t n, const struct units *us,
    int unit, struct str form_code, struct period p)
{
    size_t from, to;

    handover_of_unit(list, n, unit, &from, &to);
    for (size_t i = from; i < to; i++)
        if (handover_holds(&list[i], us) && period_eq(list[i].period, p) &&
            str_eq(list[i].form_code, form_code))
            return &list[i];
    return NULL;
}

struct day unit_last_in(const struct units *us, int unit, struct period p)
{
    struct day from, to;

    return unit_closes_in(us, unit, p, &from, &to) ? to : period_last_day(p);
}

bool unit_closes_in(
    const struct units *us, int unit, struct period p, struct day *ret_from, struct day *ret_to)
{
    struct day first = period_first_day(p), begin = unit_first(us, unit), end = unit_end(us, unit);

    if (end.v <= first.v || end.v > period_last_day(p).v)
        return false;
    *ret_from = begin.v > first.v ? begin : first;
    *ret_to = day_add(end, -1);
    return true;
}

bool unit_begins_in(
    const struct units *us, int unit, struct period p, struct day *ret_from, struct day *ret_to)
{
    struct day last = period_last_day(p), begin = unit_first(us, unit);

    if (begin.v <= period_first_day(p).v || begin.v > last.v)
        return false;
    *ret_from = begin;
    *ret_to = unit_last_in(us, unit, p);
    return true;
}
