/* trend: the last periods of many indicators of one unit, for lines the size of a word.
 *
 * Layer app, reading use case. One question to the engine for all of them. Periods are of the kind
 * asked for, or of the indicator's own frequency where that is longer (a yearly indicator has no
 * quarters). What the account may not read, and what is not there, is missing; `withheld` is not
 * told apart here, since the page that the line leads to says it.
 */
#ifndef GB_APP_TREND_H
#define GB_APP_TREND_H

#include "app/shown.h"

#define TREND_SHORT 8

struct short_trend {
    struct period period[TREND_SHORT]; /* oldest first */
    struct shown value[TREND_SHORT];
    int n;    /* of them */
    int then; /* which is the same period of the year before the last; -1: none */
    bool any; /* is there a value at all */
};
/* ret[i] answers indicator[i] (an index). Errors: as the engine's. */
bool trend_make(const struct view *v, struct actor who, const int *indicator, size_t n, int unit,
    struct period last, enum total_state state, struct reading_of reading, struct arena *a,
    struct short_trend **ret, struct err *err);

#endif
