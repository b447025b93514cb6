/* day: civil days and instants.
 *
 * Layer base. A `struct day` counts days from 1970-01-01 in the proleptic Gregorian calendar; an
 * instant is milliseconds of UTC since 1970. Vietnam keeps +07:00 all year, so the civil day of an
 * instant is a division. Ranges are [from, to): a page shows the last day inclusive. No clock here.
 */
#ifndef GB_BASE_DAY_H
#define GB_BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct day {
    int32_t v;
};

#define DAY_MIN ((struct day){INT32_MIN}) /* "since ever", the open beginning of a range */
#define DAY_MAX ((struct day){INT32_MAX}) /* "for ever", the open end of a range */
#define VIETNAM_MS (7 * 3600 * 1000LL)
#define DAY_MS 86400000LL

struct ymd {
    int year, month, day; /* month 1-12, day 1-31 */
};

struct day day_make(int year, int month, int day);
struct ymd day_ymd(struct day d);
bool ymd_valid(int year, int month, int day);
int days_in_month(int year, int month);
/* 1 Monday ... 7 Sunday (ISO 8601). */
int day_weekday(struct day d);
static inline struct day day_add(struct day d, int n)
{
    return (struct day){d.v + n};
}
static inline bool day_before(struct day a, struct day b)
{
    return a.v < b.v;
}
static inline bool day_in(struct day d, struct day from, struct day to)
{
    return d.v >= from.v && d.v < to.v;
}
/* The civil day (+07:00) of an instant, and the instant at which a civil day begins. */
struct day day_of_ms(int64_t utc_ms);
int64_t day_start_ms(struct day d);
/* "2024-03-31", or "31/03/2024" and "31/3/2024" as people write it. Years 1000 to 9999. */
bool day_parse(struct str s, struct day *ret, struct err *err);
/* "2024-03-31". */
void day_put(struct sbuf *out, struct day d);
/* "31/03/2024" in both languages, as Vietnamese offices write it on the screen. */
void day_put_people(struct sbuf *out, struct day d);
/* "2024-03-31T16:20:05.123+07:00", and "16:20 31/03/2024" for people. */
void ms_put(struct sbuf *out, int64_t utc_ms);
void ms_put_people(struct sbuf *out, int64_t utc_ms);

#endif
