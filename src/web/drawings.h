/* drawings: what the use cases found, as charts of a page.
 *
 * Layer web; between app's structs and chart.h. Rounds once (to the indicator's decimals), puts
 * values into the reader's words, and draws each chart twice, wide and narrow. A drawing shows
 * nothing that its table does not: the page has the table beside it. A value that is not there, or
 * is known only within bounds, is a gap. Where there is nothing to draw, `wide` is empty.
 */
#ifndef GB_WEB_DRAWINGS_H
#define GB_WEB_DRAWINGS_H

#include "app/indicator_page.h"
#include "app/trend.h"
#include "app/unit_page.h"
#include "web/request.h"
#include "web/views.h"

#define DRAWN_BARS_MAX 60  /* of a longer league table the first are drawn */
#define DRAWN_LIVES_MAX 14 /* the rest stand in the list beside it */

/* Periods of an indicator, with plan and last year, and the forecasts of the rest of the year. */
bool drawing_trend(struct request *rq, const struct catalog *c, const struct indicator_page *p,
    struct drawing_view *ret, struct err *err);
/* Its league table as bars; `day` gives units their names. */
bool drawing_league(struct request *rq, const struct view *v, const struct indicator_page *p,
    struct day day, struct drawing_view *ret, struct err *err);
/* Its units as a strip: who has reached the threshold of a target that counts units. */
bool drawing_reached(struct request *rq, const struct catalog *c, const struct indicator_page *p,
    const struct target_version *version, struct day day, struct drawing_view *ret,
    struct err *err);
/* A line the size of a word; `plan` where it is one level (NULL: none). */
bool drawing_spark(struct request *rq, const struct indicator *x, const struct short_trend *t,
    const struct rat *plan, struct html *ret, struct err *err);
/* Where a unit comes from and what became of it. *ret_left_out: units that only the list has. */
bool drawing_descent(struct request *rq, const struct view *v, const struct unit_page *p,
    struct drawing_view *ret, int *ret_left_out, struct err *err);

#endif
