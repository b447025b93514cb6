/* forecast_view: forecasts in words and small drawings; see app/forecasts.h for what they are.
 *
 * Layer web. Shown to people who have signed in, never on a public page and in no paper but where
 * the briefing book speaks of targets in danger. Whether they are shown stands in the address
 * (`forecast=on|off`, web/how.h), else the setting forecast.shown says it; what is projected is
 * without them unless the address says on. A forecast never looks like a status: no symbol, no
 * colour of its own, and the unit's own expectation keeps its own words.
 */
#ifndef GB_WEB_FORECAST_VIEW_H
#define GB_WEB_FORECAST_VIEW_H

#include "app/forecasts.h"
#include "web/how.h"
#include "web/views.h"

/* Are they shown on this page? */
bool forecast_is_on(struct request *rq, const struct how *h);

/* In a row of the scoreboard. The drawing is 144 wide; the plan's ticks, the side that meets, the
 * interval and the forecast lie on it. */
struct forecast_cell_view {
    bool on, given;           /* on: there is a column */
    struct figure_view value; /* given */
    struct str range, stand;
    struct str word; /* not given: too little, settled; empty: it does not apply */
    struct str tip;  /* what was found of how much, for who points at it */
    int good, good_width, low, width, at, tick, tick_to;
    bool has_good, has_tick_to;
};
struct forecast_cell_view forecast_cell(struct request *rq, const struct target *t,
    const struct target_forecast *f, int decimals, struct str url);

/* "Đơn vị tự đánh giá: Khó đạt (vướng mặt bằng)"; empty where it has said nothing. */
struct str forecast_own_words(struct request *rq, const struct own_expectation *own);
/* Is it worth its line in a row: trouble foreseen by the unit, or another view than the forecast's?
 */
bool forecast_own_differs(const struct own_expectation *own, const struct target_forecast *f);

/* How it was found, on the page of the indicator. */
struct forecast_trial_view {
    struct str at, of, range, word;
    struct figure_view value, came;
    bool hit;
};
struct forecast_view {
    struct str name;             /* of the target */
    struct str says, stand, own; /* stand empty: no forecast */
    struct str method, history, interval, coverage;
    VEC(struct forecast_trial_view) trials; /* newest first */
};
bool forecast_explain(struct request *rq, const struct indicator *x, const struct target *t,
    const struct target_forecast *f, const struct forecast_trial *trials, int decimals,
    const struct own_expectation *own, struct forecast_view *ret, struct err *err);

#endif
