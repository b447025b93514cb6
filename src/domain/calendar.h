/* calendar: which days a nominal period covers, which days are worked, when a report is due.
 *
 * Layer domain, pure: everything here comes from rule packs, tables of dated rows (rules/README.md
 * has the columns), read from text by calendar_add(). Packs are added one after the other, the
 * program's own first, then those of the installation; a later row wins over an earlier one of the
 * same meaning. After the last calendar_add() a calendar does not change and may be read from many
 * threads.
 *
 * A row holds between its first and last day; a period takes the row that holds on its last civil
 * day.
 */
#ifndef GB_DOMAIN_CALENDAR_H
#define GB_DOMAIN_CALENDAR_H

#include "base/day.h"
#include "base/err.h"
#include "base/vec.h"
#include "domain/period.h"

#define CALENDAR_ROWS_MAX 5000 /* of one kind, over all packs */

/* Where a row comes from; shown with every day that it decides. */
struct rule_origin {
    struct day from, to; /* [from, to) */
    struct str source, note;
    char confidence; /* 'A' read in the rule, 'B' second-hand, 'C' expected or not confirmed */
};

/* Which periods a row speaks of. */
struct rule_scope {
    int kind;  /* enum period_kind, -1: any but weeks */
    int index; /* 0: each */
};

struct window_rule {
    struct str family;
    struct rule_scope scope;
    int from_month, from_day, to_month, to_day;
    struct rule_origin origin;
};

struct week_rule {
    bool off[8]; /* by day_weekday(), 1 to 7 */
    struct rule_origin origin;
};

struct holiday_rule {
    int month, day; /* 0: the days are announced each year */
    int days;       /* working days paid */
    struct str name_vi, name_en;
    struct rule_origin origin;
};

enum day_kind {
    DAY_ORDINARY,
    DAY_WEEKLY_OFF,
    DAY_HOLIDAY,
    DAY_TET,
    DAY_SUBSTITUTE, /* off, because a holiday fell on a weekly day off */
    DAY_SWAP_OFF,   /* off, exchanged for another day */
    DAY_SWAP_WORK,  /* worked, though a weekly day off */
};

struct day_rule {
    enum day_kind kind;
    struct str name_vi, name_en;
    struct rule_origin origin; /* its days are origin.from to origin.to */
};

enum due_roll { ROLL_NEXT, ROLL_PREVIOUS };

struct due_rule {
    struct str level, family;
    struct rule_scope scope;
    bool by_date;       /* by month and day, else by working days */
    int working_days;   /* after the window's last day */
    int month, day;     /* months from the period's last month, day 1-31 of that month */
    enum due_roll roll; /* where that day is not worked */
    struct rule_origin origin;
};

struct calendar {
    struct arena *arena;
    VEC(struct window_rule) windows;
    VEC(struct week_rule) weeks;
    VEC(struct holiday_rule) holidays;
    VEC(struct day_rule) days;
    VEC(struct due_rule) dues;
};

enum calendar_pack { PACK_WINDOWS, PACK_WEEKS, PACK_HOLIDAYS, PACK_DAYS, PACK_DUE };
#define CALENDAR_PACKS (PACK_DUE + 1)
/* "calendar_windows.csv", ...: the pack's file in rules/. */
const char *calendar_pack_file(enum calendar_pack pack);

/* An empty calendar; all that it holds lives in the arena. */
void calendar_init(struct calendar *c, struct arena *a);
/* Adds the rows of a pack. `text` is CSV and is copied; `file` names it in messages. Where it
 * fails, the calendar is as before. Errors: err.csv.*, err.calendar.word, err.calendar.number,
 * err.calendar.range, err.calendar.too_many, err.day.syntax; with file, line and column. */
bool calendar_add(
    struct calendar *c, enum calendar_pack pack, struct str file, struct str text, struct err *err);

struct window {
    struct day first, last;           /* both included */
    const struct rule_origin *origin; /* NULL for a plain ISO week */
};
/* The days that `p` covers in a family. Errors: err.calendar.family (no such family),
 * err.calendar.no_rule (none that holds then). */
bool calendar_window(const struct calendar *c, struct str family, struct period p,
    struct window *ret, struct err *err);
bool calendar_has_family(const struct calendar *c, struct str family);
/* "15/12/2023 - 14/03/2024". */
void window_put(struct sbuf *out, struct window w);

struct day_info {
    enum day_kind kind;
    bool working;
    struct str name_vi, name_en;      /* empty for ordinary days and weekends */
    const struct rule_origin *origin; /* NULL where no row speaks of the day */
};
struct day_info calendar_day(const struct calendar *c, struct day d);
bool calendar_is_working(const struct calendar *c, struct day d);
/* Are the moving days of that year announced (or expected)? Else only fixed holidays are known. */
bool calendar_year_known(const struct calendar *c, int year);
/* Paid holidays of the law in force on a day, in working days: 12 from 1 July 2026. */
int calendar_paid_days(const struct calendar *c, struct day d);

/* Working days in [from, to). */
int calendar_working_days(const struct calendar *c, struct day from, struct day to);
/* The n-th working day after `d` (before it where n < 0); n is 0: `d` itself or the next worked
 * one. False where ten years hold too few. */
bool calendar_add_working(const struct calendar *c, struct day d, int n, struct day *ret);

/* The due day of a level's report. Errors: as calendar_window(), err.calendar.no_due. */
bool calendar_due(const struct calendar *c, struct str level, struct str family, struct period p,
    struct day *ret, struct err *err);
/* The same by a rule at hand (a form's own). */
bool calendar_due_by(const struct calendar *c, const struct due_rule *rule, struct period p,
    struct window w, struct day *ret, struct err *err);

#endif
