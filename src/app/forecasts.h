/* forecasts: what a series of a unit is likely to come to, found from the engine's figures and
 * kept.
 *
 * Layer app, reading use case; the method is domain/forecast.h. app_forecast() is the one way to a
 * forecast: it takes the figures of the series' base periods, newest first and no further back than
 * there are any, and keeps the answer for as long as nothing that it depends on has changed: the
 * catalogue, the figures of the indicator and its operands, the question. Asking again costs a look
 * into a table, so that a page may ask for every row.
 *
 *  - Figures are read as the page reads them (approved or provisional; as known at the view's act).
 *    As it was: earlier periods on the units of the last one, as everywhere where periods are
 *    compared; as it is and as of a day: on those units. What can only be bounded is a gap.
 *  - A total in which too many units are missing (`complete` in rules/forecast.csv) is a gap; of a
 *    sum it is the least that comes.
 *  - Estimates are figures like others; how many there are is told.
 *  - Rights are the caller's: scoreboard_forecast() and series_forecast() look at them, since the
 *    history of a unit may reach further back than an account may read.
 *
 * Thread-safe.
 */
#ifndef GB_APP_FORECASTS_H
#define GB_APP_FORECASTS_H

#include "app/scoreboard.h"
#include "domain/forecast.h"

struct forecasts;
/* The table of one app; NULL where there is no memory. */
struct forecasts *forecasts_new(void);
void forecasts_free(struct forecasts *f);
/* Lets go of all; where the engine was made anew. */
void forecasts_clear(struct forecasts *f);

struct forecast_ask {
    int indicator, series, unit; /* indexes; series -1: the indicator's own */
    struct period until;         /* no period that ends after it is used */
    bool sum;
    struct period from,
        to;     /* base periods: the figure of `to`, or the sum of both and all between */
    bool count; /* how many units reach the threshold */
    enum comparator cmp;
    struct dec threshold;
    enum total_state state;
    struct reading_of reading;
};
struct forecast_found {
    struct forecast f;
    struct period first, last; /* of the history used; none: kind 0 of year 0 */
    struct period from, to;    /* what is forecast */
    enum frequency frequency;  /* of the history */
    struct period origin;      /* of place `n` - 1: the last that may be used */
    int n;                     /* places of the history */
    bool sum;
    int decimals; /* at which figures were taken */
    int estimates;
    uint32_t marks; /* of the figures used, as in struct total */
};
/* Where no rule holds: FORECAST_TOO_LITTLE with need 0. `trials` (may be NULL) has room for
 * FORECAST_TESTS_MAX; with it nothing is taken from the table. Errors: as the engine's. */
bool app_forecast(struct app *app, const struct view *v, const struct forecast_ask *q,
    struct forecast_found *ret, struct forecast_trial *trials, struct err *err);

/* Many questions, whose histories are asked for together; one after the other of the same series
 * have theirs in common. */
bool app_forecast_many(struct app *app, const struct view *v, const struct forecast_ask *q,
    size_t n, struct forecast_found *ret, struct err *err);

/* The period of a place of the series, for the trials of an answer. */
struct period forecast_period(const struct forecast_found *f, int place);

/* ---- of a target ---- */

enum forecast_shown {
    FORECAST_NOT_ASKED, /* nobody asked for it */
    FORECAST_NOT_OF_IT, /* done by a day, yes or no: no series to go by */
    FORECAST_WITHHELD,  /* the account may not read all of the history */
    FORECAST_SETTLED,   /* nothing lies ahead */
    FORECAST_LITTLE,    /* found.f: have, need */
    FORECAST_SHOWN,
};
const char *forecast_shown_name(
    enum forecast_shown s); /* "" none withheld settled too_little given */
struct target_forecast {
    enum forecast_shown shown;
    struct forecast_found found;
    enum forecast_stand stand; /* where shown */
    struct rat low, high;      /* what it is held against: high of `between` */
};
/* The forecast of the value that the target will be judged by: at the deadline (level), over the
 * span (cumulative, no occurrence), of the next period or plan year that is not in (every), of the
 * number of units (count). `st` has been made by scoreboard_make(). */
bool target_forecast(struct app *app, const struct view *v, struct actor who,
    const struct scoreboard_request *q, const struct scoreboard_target *st,
    struct target_forecast *ret, struct forecast_trial *trials, struct err *err);
/* Of every row of a scoreboard: sets s->forecast. */
bool scoreboard_forecast(struct app *app, const struct view *v, struct actor who,
    const struct scoreboard_request *q, struct scoreboard *s, struct arena *a, struct err *err);

/* Enough decimals that what is printed does not contradict how it stands to what is asked. */
int forecast_decimals(const struct target_forecast *f, int decimals);
/* The member "forecast" of a target; see docs/contract.md. */
void forecast_json(struct json *j, const struct target_forecast *f, int decimals);

/* ---- of the running year of a series ---- */

/* The periods after the last figure up to the end of `until`'s year, each with the figure it is
 * likely to have; of `until`'s own kind, which is the indicator's base period or the year. None
 * where it is neither, or too little. */
#define SERIES_FORECAST_MAX 53
struct series_point {
    struct period period;
    struct forecast_found found;
};
/* The member "forecast" of an indicator's page. */
void series_forecast_json(struct json *j, const struct series_point *p, size_t n, int decimals);
bool series_forecast(struct app *app, const struct view *v, struct actor who, int indicator,
    int series, int unit, struct period until, enum total_state state, struct reading_of reading,
    struct arena *a, struct series_point **ret, size_t *ret_n, struct err *err);

#endif
