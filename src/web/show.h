/* show: values as texts of a page, in the reader's language.
 *
 * Layer web. Between what the use cases give (exact numbers, days, periods, indexes) and what the
 * templates take (texts, figure_view): rounding happens here, once, at the edge. Nothing here
 * decides what may be seen. All texts are in the request's arena; where that is exhausted they are
 * empty, and the page, which needs the same arena, fails as a whole.
 */
#ifndef GB_WEB_SHOW_H
#define GB_WEB_SHOW_H

#include "app/shown.h"
#include "domain/period.h"
#include "web/request.h"
#include "web/views.h"

/* A message with its arguments (struct str each). */
struct str show_msg_(struct request *rq, enum msg_key key, int n, const struct str *args);
#define show_msg(rq, key, ...)                                                                     \
    show_msg_((rq), (key),                                                                         \
        (int)(sizeof((struct str[]){STR_NULL, ##__VA_ARGS__}) / sizeof(struct str)) - 1,           \
        (const struct str[]){STR_NULL, ##__VA_ARGS__} + 1)
/* A count, grouped as people write it. */
struct str show_count(struct request *rq, int64_t n);
struct str show_err(struct request *rq, const struct err *err);
struct str show_day(struct request *rq, struct day d);
struct str show_time(struct request *rq, int64_t ms); /* "16:20 31/03/2024" */
/* The hour alone where it was today: "16:20". */
struct str show_clock(struct request *rq, int64_t ms, struct day today);
struct str show_period(struct request *rq, enum period_style style, struct period p);
struct str show_period_id(struct request *rq, struct period p);
struct str show_uid(struct request *rq, struct uid uid);

/* The unit's name of the day, its syllables joined; inside a sentence a place's kind has a small
 * initial: "phường Bần Yên Nhân". */
struct str show_unit(struct request *rq, const struct catalog *c, int unit, struct day day);
struct str show_unit_first(struct request *rq, const struct catalog *c, int unit, struct day day);
/* Syllables joined by no-break spaces. */
struct str show_joined(struct request *rq, struct str s);
/* The other way, for names in narrow columns, which wrap. */
struct str show_loose(struct request *rq, struct str s);

/* A number at that many decimals; `plus`: a rise carries its sign. */
struct figure_view show_rat(struct request *rq, struct rat r, int decimals, bool plus);
struct figure_view show_dec(struct request *rq, struct dec d, int decimals);
/* A value; "3 - 17" where it is known only to lie between; "…" where there is none. */
struct figure_view show_value(struct request *rq, const struct shown *x, int decimals);
/* "-": it cannot be said, or does not apply; "…": no figure yet. */
struct figure_view show_dash(void);
struct figure_view show_dots(void);
/* What a person wrote, to stand inside a sentence: without its own full stop. */
struct str show_clause(struct str s);
/* What has to be said beside a value: ước, quy đổi ước tính, một phần kỳ, minh họa ...; empty:
 * nothing.
 */
struct str show_marks(struct request *rq, const struct shown *x);
/* "≥", "≤", "=". */
struct str show_comparator(enum comparator c);
/* Whole and fraction in one text, for sentences. */
struct str show_plain(struct request *rq, struct figure_view f);

/* Builds an address: show_url(rq, "/units/%/scoreboard", a) replaces each % by an escaped piece. */
struct str show_url_(struct request *rq, const char *pattern, int n, const struct str *args);
#define show_url(rq, pattern, ...)                                                                 \
    show_url_((rq), (pattern),                                                                     \
        (int)(sizeof((struct str[]){STR_NULL, ##__VA_ARGS__}) / sizeof(struct str)) - 1,           \
        (const struct str[]){STR_NULL, ##__VA_ARGS__} + 1)

/* The door of a figure: its indicator for that unit, period and state. */
struct str show_indicator_url(struct request *rq, const struct catalog *c, int indicator, int unit,
    struct period p, enum total_state state);
struct str show_report_url(
    struct request *rq, const struct catalog *c, int form, int unit, struct period p);

#endif
