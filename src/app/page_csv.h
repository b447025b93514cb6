/* page_csv: the tables of pages as files for spreadsheets and programs.
 *
 * Layer app. Each takes what the page's own use case found, so that file and page never differ:
 * same reading, same act, same rights. Columns are in English, as in the contract
 * (docs/contract.md), figures with a point and at the indicator's decimals, texts guarded against
 * being run as formulas. Estimates, bounds and restated figures carry their mark.
 */
#ifndef GB_APP_PAGE_CSV_H
#define GB_APP_PAGE_CSV_H

#include "app/board.h"
#include "app/indicator_page.h"
#include "app/scoreboard.h"

/* One row per target, then per followed indicator (set and code empty); the columns of the forecast
 * where scoreboard_forecast() was asked for it. */
void scoreboard_csv(
    const struct view *v, const struct scoreboard *s, struct arena *a, struct sbuf *out);
/* The rows of `table`: the unit over the trend's periods, then the league's units in the page's
 * period. Errors: as the engine's. */
bool indicator_csv(const struct view *v, const struct indicator_request *q,
    const struct indicator_page *p, struct arena *a, struct sbuf *out, struct err *err);
/* One row per unit and period in which the form is asked. */
void board_csv(
    const struct view *v, const struct reports_board *b, struct arena *a, struct sbuf *out);

#endif
