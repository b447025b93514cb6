/* headline: the sentence that opens a page, made by rule from its figures.
 *
 * Layer app. First the count, then the worst, by name; when all is well it says so. One function
 * per page; the words are keys headline.* of ui/i18n. Names of more than three things are not
 * listed ("… và 4 đơn vị khác").
 */
#ifndef GB_APP_HEADLINE_H
#define GB_APP_HEADLINE_H

#include "app/board.h"
#include "app/brief.h"
#include "app/indicator_page.h"
#include "app/report_page.h"
#include "app/scoreboard.h"
#include "app/start_page.h"
#include "app/unit_page.h"

/* All give an empty text only where the arena is exhausted. */
struct str headline_scoreboard(
    const struct view *v, const struct scoreboard *s, enum lang lang, struct arena *a);
struct str headline_board(
    const struct view *v, const struct reports_board *b, enum lang lang, struct arena *a);
struct str headline_report(
    const struct view *v, const struct report_page *p, enum lang lang, struct arena *a);
struct str headline_indicator(
    const struct view *v, const struct indicator_page *p, enum lang lang, struct arena *a);
struct str headline_unit(
    const struct view *v, const struct unit_page *p, enum lang lang, struct arena *a);
struct str headline_start(
    const struct view *v, const struct start_page *p, enum lang lang, struct arena *a);
struct str headline_brief(
    const struct view *v, const struct brief *b, enum lang lang, struct arena *a);

/* "14", "94,7%", "2.556,9 ha": a value for a sentence, with its unit of measure; "…" for none. */
struct str headline_value(const struct shown *x, int decimals, struct str unit_of_measure,
    enum lang lang, struct arena *a);

#endif
