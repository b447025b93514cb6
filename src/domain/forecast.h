/* forecast: where a series of figures is likely to stand, and how far such a forecast was off.
 *
 * Layer domain, pure. model.md, "Targets": beside the unit's own expectation, from the series' own
 * history by a published robust method, with interval and measured coverage; "too little data" is
 * an answer. Nothing here is a plan, a judgement or a promise.
 *
 * The method, all of it medians:
 *  - Slope: the median of all changes per year between two figures of the same season (the same
 *    month, quarter ...). This is the seasonal Kendall slope of Hirsch, Slack and Smith (1982), for
 *    yearly figures that of Theil (1950) and Sen (1968).
 *  - Season: the median of what a season's figures are beside the slope.
 *  - Level: the median of how far the last few figures (`recent`) lie off that line, so that a
 *    change of level is followed and one wild figure is not.
 *  - Interval: the same forecast is made as it would have been made at each earlier period, as many
 *    periods ahead as now (rolling origin). The interval is the forecast plus and minus the
 * smallest error that at least `level` per cent of future errors stay within, were they like the
 * past ones: the ceil((n + 1) x level / 100)-th of n, as in split conformal prediction. Errors are
 * compared as millionths of the series' size at the time (the median of a year's figures), rounded
 * up, so that a series that has grown has wider intervals; one without a size (nothing occurring, a
 * balance around 0), as they are.
 *  - Coverage: at each earlier period the interval is made from those errors alone that were known
 *    by then; counted is how often the figure that came lay in it. An interval that fits the errors
 *    it was made from proves nothing.
 *
 * What goes in
 *  - One value per period, in order, at one scale. A gap (has false) is left out, never a zero. A
 *    sum over a part of the units only (`partial`) is a gap too, but the least that the period can
 *    come to, where no figure of the series is negative.
 *  - Where no figure is negative, no forecast is; where none is above `top`, none is either (100 of
 *    per cents, the number of units). Both narrow the forecast and its interval.
 *  - A sum (year plan, term) is what is known of the span plus what is forecast of the rest; the
 *    known part has no error. Gaps within the span are forecast as well, and the tests go as many
 *    periods further ahead.
 *  - The figures are those known now, also in the tests of earlier periods.
 *
 * Everything is exact: values are multiplied by 8 x lcm(1 ... years), after which slopes, medians
 * of even counts and all sums are whole 128-bit numbers; with the bounds below they cannot
 * overflow. Equal input gives equal output; cost is at most `most_tests` + 1 fits of a window of
 * `window_years`.
 */
#ifndef GB_DOMAIN_FORECAST_H
#define GB_DOMAIN_FORECAST_H

#include "base/arena.h"
#include "base/day.h"
#include "base/dec.h"
#include "domain/target.h"

#define FORECAST_YEARS_MAX 24     /* of a window */
#define FORECAST_TESTS_MAX 60     /* earlier periods at which it is tried */
#define FORECAST_AHEAD_MAX 1300   /* periods: weeks of a term of 25 years */
#define FORECAST_HISTORY_MAX 3000 /* periods handed in */

/* One row of rules/forecast.csv. */
struct forecast_limits {
    int level;                  /* of the interval, in per cent */
    int least_values;           /* figures before the first forecast that counts */
    int least_tests;            /* errors that make an interval */
    int least_trials;           /* intervals tried before one is shown */
    int window_years;           /* of which the line is made: older figures only try it */
    int most_years, most_tests; /* of history, and earlier periods at which it is tried */
    int recent;                 /* figures whose median sets the level */
    int complete; /* per cent of the units that must be in a total; else it is a gap */
};
struct forecast_rules {
    struct forecast_rule {
        struct day from, to; /* to exclusive */
        enum frequency frequency;
        struct forecast_limits limits;
    } * p;
    size_t n;
};
/* The rule pack: `valid_from,valid_to,frequency,level,least_values,least_tests,least_trials,
 * window_years,most_years,most_tests,recent,complete[,source,confidence,note]`. Errors: err.rules.*
 * with the place. */
bool forecast_rules_parse(
    struct arena *a, struct str csv, struct forecast_rules *ret, struct err *err);
/* The last row that holds on a day; false where none does: no forecast then. */
bool forecast_rules_on(
    const struct forecast_rules *r, struct day day, enum frequency f, struct forecast_limits *ret);

struct forecast_value {
    bool has;     /* a figure of all that should be in it */
    bool partial; /* has is false, but so much is there */
    int64_t m;    /* mantissa at the series' decimals */
};
struct forecast_series {
    int seasons; /* periods of a year: 1, 2, 4, 12 or 52 */
    int first;   /* of value[0]: year x seasons + season */
    const struct forecast_value *value;
    int n; /* at most FORECAST_HISTORY_MAX */
    int decimals;
    bool has_top;
    int64_t top;
};
/* What is asked, as places in the series (n and beyond lie ahead): the figure at `to`, or the sum
 * of `from` to `to`. */
struct forecast_question {
    bool sum;
    int from, to;
};

enum forecast_answer {
    FORECAST_GIVEN,
    FORECAST_TOO_LITTLE, /* `have` figures of at least `need` */
    FORECAST_NOTHING,    /* nothing lies ahead: the last figure asked for is in */
};
/* A forecast as it would have been made at an earlier period. */
struct forecast_trial {
    int at, from, to; /* places: made when `at` was the last figure, of `from` to `to` */
    struct rat value, low, high, came;
    bool hit;
};
struct forecast {
    enum forecast_answer answer;
    struct rat value, low, high;
    struct rat known; /* the part of a sum that is in; 0 of a level */
    int ahead;        /* periods forecast: from the last figure, and gaps of a sum */
    int first, last;  /* places of the oldest and the newest figure used */
    int have, need;   /* figures in the window, and how many it takes without a gap */
    int gaps;         /* periods without a figure between them */
    int tests;        /* errors that the interval is made from */
    int trials, hits; /* measured coverage: hits of trials */
    int level;
};
/* Makes it. Scratch memory is taken from `a` and given back. `ret_trials` (may be NULL) has room
 * for FORECAST_TESTS_MAX and is filled with ret->trials, oldest first. Errors: err.memory,
 * err.number.overflow where a result leaves the range of figures; err.forecast.range where the
 * question leaves the limits above. */
bool forecast_make(const struct forecast_series *s, const struct forecast_question *q,
    const struct forecast_limits *limits, struct arena *a, struct forecast *ret,
    struct forecast_trial *ret_trials, struct err *err);

/* How a forecast stands to what is asked; never a status of the target. */
enum forecast_stand {
    FORECAST_ALL_MEETS, /* the whole interval */
    FORECAST_LEANS_MET, /* the forecast itself, not all of the interval */
    FORECAST_LEANS_NOT,
    FORECAST_ALL_MISSES,
};
const char *forecast_stand_name(
    enum forecast_stand s); /* all_meets leans_met leans_not all_misses */
/* `=` is read as at least or at most where the indicator has a direction. */
enum forecast_stand forecast_against(const struct forecast *f, enum comparator cmp, struct rat low,
    struct rat high, enum direction direction);

#endif
