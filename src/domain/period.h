/* period: nominal periods, the time axis of every figure.
 *
 * Layer domain, pure. A period is a name (week 12 of 2024, March, the first nine months); which
 * days it covers is the business of a calendar family (calendar.h), except that the civil days of
 * the calendar itself are known here. A window has one name: `2024-1M 2024-3M 2024-6M 2024-12M` are
 * read, and are `2024-01 2024-Q1 2024-H1 2024` from then on, so that a figure is never stored
 * twice. Weeks are those of ISO 8601 and belong to the longer period in which their last day
 * (Sunday) falls. A term 2020..2025 (a congress term, from one congress year to the next) has the
 * plan years 2021 to 2025 and, nominally, their days; the days of the congresses are facts of its
 * documents. Years 1900 to 2199.
 *
 * A zeroed struct is no period. Functions that take a period expect a valid one, as the parsers,
 * period_make() and period_from_code() give it.
 */
#ifndef GB_DOMAIN_PERIOD_H
#define GB_DOMAIN_PERIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/day.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/str.h"

#define PERIOD_YEAR_MIN 1900
#define PERIOD_YEAR_MAX 2199
#define PERIOD_TERM_MAX 20 /* plan years of a term */

enum period_kind {
    PERIOD_WEEK,    /* index: ISO week 1-53 of ISO year `year` */
    PERIOD_MONTH,   /* 1-12 */
    PERIOD_QUARTER, /* 1-4 */
    PERIOD_HALF,    /* 1-2 */
    PERIOD_MONTHS,  /* n months from January: 2, 4, 5, 7-11 */
    PERIOD_YEAR,    /* 0 */
    PERIOD_TERM,    /* 0; year is the first congress year, year_to the next */
};

struct period {
    uint8_t kind; /* enum period_kind */
    uint8_t index;
    int16_t year;
    int16_t year_to; /* terms only, else 0 */
};

/* How often something is entered: the kinds that divide time without overlap. */
enum frequency {
    FREQUENCY_WEEK,
    FREQUENCY_MONTH,
    FREQUENCY_QUARTER,
    FREQUENCY_HALF,
    FREQUENCY_YEAR,
};

/* "week month quarter half year" both ways. */
const char *frequency_name(enum frequency f);
bool frequency_parse(struct str s, enum frequency *ret);

/* The period of that kind, under its one name (MONTHS 9, 2024; but MONTHS 3 gives QUARTER 1); false
 * where there is none. `year_to` counts for terms. */
bool period_make(enum period_kind kind, int index, int year, int year_to, struct period *ret);
bool period_valid(struct period p);
bool period_eq(struct period a, struct period b);

/* `2024-W12 2024-03 2024-Q1 2024-H1 2024-9M 2024 2020..2025`. Errors: err.period.syntax. */
bool period_parse(struct str s, struct period *ret, struct err *err);
void period_put(struct sbuf *out, struct period p);
/* DHIS2: `2024W12 202403 2024Q1 2024S1 2024`. It has no n-month periods and no terms: putting
 * one gives false and writes nothing. */
bool period_parse_dhis2(struct str s, struct period *ret, struct err *err);
bool period_put_dhis2(struct sbuf *out, struct period p);
/* SDMX: `2024-W12 2024-03 2024-Q1 2024-S1 2024`; also read: `2024-M03 2024-A1`. The same holds. */
bool period_parse_sdmx(struct str s, struct period *ret, struct err *err);
bool period_put_sdmx(struct sbuf *out, struct period p);

/* How a label is written. */
enum period_style {
    PERIOD_LABEL, /* on the screen: "Quý I/2024", "6 tháng đầu năm 2026", "Tuần 47/2026 (16/11 -
                     22/11)" */
    PERIOD_TEXT,  /* inside a sentence: "quý I/2024" */
    PERIOD_TITLE, /* inside the title of a paper: "quý I năm 2024" */
    PERIOD_SHORT, /* head of a column: "I/2024", "T3/2024", "9T/2024" */
};
void period_put_label(struct sbuf *out, enum lang lang, enum period_style style, struct period p);

/* The storage code, stable for ever: YYYY times 1000 plus a slot within the year, 7 digits. Codes
 * sort by the month in which a period ends (a term: its last year), in a month by length: weeks,
 * month, quarter, half or n months, year, term. The codes of a year are PERIOD_CODE_YEAR(y) up to,
 * not including, PERIOD_CODE_YEAR(y + 1); a term stands with its last year. 0 is no code. */
#define PERIOD_CODE_YEAR(y) ((int64_t)(y)*1000)
int64_t period_code(struct period p);
bool period_from_code(int64_t code, struct period *ret);
/* -1, 0, 1 in the order of the codes. */
int period_cmp(struct period a, struct period b);

/* First and last civil day, both inclusive. */
struct day period_first_day(struct period p);
struct day period_last_day(struct period p);

/* The one before and after of the same kind; n months: of the year before and after; a term: as
 * many years. False where it leaves the years above. */
bool period_previous(struct period p, struct period *ret);
bool period_next(struct period p, struct period *ret);
/* The same period a year earlier; false for week 53 where last year has none, and for terms. */
bool period_last_year(struct period p, struct period *ret);
/* The period of that frequency that holds a civil day. */
bool period_of_day(enum frequency f, struct day d, struct period *ret);

/* Does `inner` lie in `outer` (every period in itself)? A week lies where its last day falls. */
bool period_contains(struct period outer, struct period inner);
/* False for n months and terms, which are nobody's base period. */
bool period_frequency(struct period p, enum frequency *ret);

/* The canonical split: the parts one step finer from which a longer period is added up, in order,
 * for figures entered at `base`: term -> plan years -> halves -> quarters -> months; n months ->
 * quarters, then months; and for weeks at once the weeks whose last day falls in it. Steps that
 * `base` does not allow are left out (a year of quarters -> halves; nine months of half-years ->
 * nothing). Gives the number of parts, at most PERIOD_SPLIT_MAX; 0 where the period is no longer
 * than `base` or cannot be built. */
#define PERIOD_SPLIT_MAX 53
size_t period_split(struct period p, enum frequency base, struct period ret[PERIOD_SPLIT_MAX]);
/* All base periods of `f` inside `p`, in order (`p` itself where it is one). Writes at most `max`;
 * gives how many there are. They cover `p` only where its length is a multiple of theirs; see
 * period_covered(). */
size_t period_bases(struct period p, enum frequency f, struct period *ret, size_t max);
/* Do periods of `f` fill it exactly? Weeks are said to fill any longer period. */
bool period_covered(struct period p, enum frequency f);
/* From January to the end of the period: March -> first quarter, Q2 -> first half, Q3 -> nine
 * months; a period that begins in January is its own. False for weeks and terms. */
bool period_to_date(struct period p, struct period *ret);

/* Plan years of a term: 2020..2025 has five, the first 2021. */
int period_plan_years(struct period term);
struct period period_plan_year(struct period term, int i);

#endif
