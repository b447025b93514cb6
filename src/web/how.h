/* how: how the figures of a page are read, as a part of its address.
 *
 * Layer web. model.md, "Units" and "Time": approved or provisional totals; on the units of the time
 * (as it was, the default), on those of today (as it is) or of a day; and what was known on a day.
 * The same three parameters mean the same on every page, table, drawing and file:
 *
 *     state=approved|provisional   reading=as-was|as-is|DAY   known=DAY
 *
 * `forecast=on|off` goes along with them: whether forecasts stand beside the figures.
 *
 * Links between pages carry them along (how_url); what is not the default is said in the head of
 * the page with the way back (how_note), on paper too. A bad day is an error that says which, where
 * and what to write instead; nothing falls back silently to another reading.
 *
 * Reading on a past day happens under the rights of today: see app.h, may().
 */
#ifndef GB_WEB_HOW_H
#define GB_WEB_HOW_H

#include "app/app.h"
#include "web/request.h"
#include "web/views.h"

/* Are forecasts shown (web/forecast_view.h)? `forecast=on|off`; left out: as the setting says. */
enum how_forecast { HOW_FORECAST_AS_SET, HOW_FORECAST_ON, HOW_FORECAST_OFF };

struct how {
    enum total_state state;
    struct reading_of reading; /* day: set by how_open for READ_AS_IS, given for READ_AS_OF */
    bool has_known;
    struct day known_day;
    enum how_forecast forecast;
};

/* The rows of an intake: put them among its inputs. */
#define HOW_INPUTS                                                                                 \
    {.name = "state", .type = INPUT_CHOICE, .words = "approved|provisional"},                      \
        {.name = "reading", .type = INPUT_LINE, .max = 40},                                        \
        {.name = "forecast", .type = INPUT_CHOICE, .words = "on|off"},                             \
    {                                                                                              \
        .name = "known", .type = INPUT_LINE, .max = 40                                             \
    }

/* Reads the parameters and takes the view that they name (release with app_read_end). Errors:
 * err.how.reading, err.how.known, err.how.future, err.how.before; as app_read. */
bool how_open(struct request *rq, struct how *ret, struct view *ret_view, struct err *err);
/* Answers under that view, which is given back whatever comes of it. */
typedef bool how_answering(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err);
bool how_answer(struct request *rq, struct response *rs, how_answering *answering, struct err *err);
/* The index of a unit by its uid; err.how.unit where only the catalogue of today knows it, else
 * err.web.not_found. -1 then. */
int how_unit(
    struct request *rq, const struct view *v, const struct how *h, struct str uid, struct err *err);
/* The day on which units have their names and neighbours: the period's last day, or the reading's.
 */
struct day how_day(const struct how *h, struct period p);
bool how_is_default(const struct how *h);

/* `url` with what differs from the default behind it. */
struct str how_url(struct request *rq, struct str url, const struct how *h);

/* This page under another reading; ctx is the caller's. */
typedef struct str how_address(void *ctx, const struct how *h);
/* The three choices of the line under the headline, the last with its full stop. */
bool how_choices(struct request *rq, const struct how *h, how_address *address, void *ctx,
    struct choice_list *ret, struct err *err);
/* The last alone, for pages without figures. */
bool how_choose_known(struct request *rq, const struct how *h, how_address *address, void *ctx,
    struct choice_list *ret, struct err *err);
/* What the head says where it is not the default. */
struct how_note_view how_note(
    struct request *rq, const struct how *h, how_address *address, void *ctx);
/* The line at the foot of a sheet: when it was printed, and up to which act it knows. */
struct str how_paper(struct request *rq, const struct view *v, const struct how *h);
/* Adds to it where the unit did not exist on the reading's day: that its figures lie with its
 * relatives of that day, and links to their pages. */
bool how_note_unit(struct request *rq, const struct view *v, const struct how *h, int unit,
    struct how_note_view *note, struct err *err);

#endif
