/* period: see period.h. Most questions are answered on a span of months counted from year 0; weeks
 * go by days. Ids and labels are in period_text.c. */
#include "domain/period.h"

static const char *const frequency_names[] = {"week", "month", "quarter", "half", "year"};
#define FREQUENCIES (sizeof frequency_names / sizeof *frequency_names)

const char *frequency_name(enum frequency f)
{
    return frequency_names[f];
}

bool frequency_parse(struct str s, enum frequency *ret)
{
    for (size_t i = 0; i < FREQUENCIES; i++)
        if (str_is(s, frequency_names[i])) {
            *ret = (enum frequency)i;
            return true;
        }
    return false;
}

/* Monday of ISO week 1: the week that holds 4 January. */
static struct day week_one(int year)
{
    struct day d = day_make(year, 1, 4);

    return day_add(d, 1 - day_weekday(d));
}

static int weeks_in(int year)
{
    return (week_one(year + 1).v - week_one(year).v) / 7;
}

static bool year_ok(int year)
{
    return year >= PERIOD_YEAR_MIN && year <= PERIOD_YEAR_MAX;
}

bool period_make(enum period_kind kind, int index, int year, int year_to, struct period *ret)
{
    static const int last_index[] = {53, 12, 4, 2, 12, 0, 0};
    int k = (int)kind;

    if (!year_ok(year) || k < PERIOD_WEEK || k > PERIOD_TERM)
        return false;
    if (kind == PERIOD_YEAR || kind == PERIOD_TERM) {
        if (index != 0)
            return false;
    } else if (index < 1 || index > last_index[k]) {
        return false;
    }
    if (kind == PERIOD_WEEK && index > weeks_in(year))
        return false;
    if (kind != PERIOD_TERM)
        year_to = 0;
    else if (!year_ok(year_to) || year_to <= year || year_to - year > PERIOD_TERM_MAX)
        return false;
    if (kind == PERIOD_MONTHS && (index == 1 || index == 3)) {
        k = index == 1 ? PERIOD_MONTH : PERIOD_QUARTER;
        index = 1;
    } else if (kind == PERIOD_MONTHS && (index == 6 || index == 12)) {
        k = index == 6 ? PERIOD_HALF : PERIOD_YEAR;
        index = index == 6;
    }
    *ret = (struct period){(uint8_t)k, (uint8_t)index, (int16_t)year, (int16_t)year_to};
    return true;
}

bool period_valid(struct period p)
{
    struct period same;

    return period_make((enum period_kind)p.kind, p.index, p.year, p.year_to, &same) &&
           period_eq(p, same);
}

bool period_eq(struct period a, struct period b)
{
    return a.kind == b.kind && a.index == b.index && a.year == b.year && a.year_to == b.year_to;
}

/* A period whose parts are known to be right. */
static struct period make(enum period_kind kind, int index, int year)
{
    return (struct period){(uint8_t)kind, (uint8_t)index, (int16_t)year, 0};
}

/* Months since January of year 0, [from, to); not for weeks. */
struct span {
    int from, to;
};

static struct span months_of(struct period p)
{
    static const int length[] = {0, 1, 3, 6, 0, 12, 0};
    int january = p.year * 12;

    if (p.kind == PERIOD_TERM)
        return (struct span){january + 12, p.year_to * 12 + 12};
    if (p.kind == PERIOD_MONTHS)
        return (struct span){january, january + p.index};
    int n = length[p.kind], from = january + (p.index ? (p.index - 1) * n : 0);
    return (struct span){from, from + n};
}

/* First civil day of a month counted so. */
static struct day month_start(int month)
{
    return day_make(month / 12, month % 12 + 1, 1);
}

struct day period_first_day(struct period p)
{
    if (p.kind == PERIOD_WEEK)
        return day_add(week_one(p.year), (p.index - 1) * 7);
    return month_start(months_of(p).from);
}

struct day period_last_day(struct period p)
{
    if (p.kind == PERIOD_WEEK)
        return day_add(period_first_day(p), 6);
    return day_add(month_start(months_of(p).to), -1);
}

/* The storage code's slot in its year: 10 for each month, and in a month the places below; terms
 * come behind December by their length. */
enum slot { SLOT_WEEK = 0, SLOT_MONTH = 5, SLOT_QUARTER, SLOT_LONGER, SLOT_YEAR, SLOT_TERM = 130 };

/* Month of the week's last day and the week's place among those of that month; a last week that
 * ends in the next January counts for December. */
static int week_slot(int year, int week)
{
    struct ymd c = day_ymd(day_add(week_one(year), week * 7 - 1));

    if (c.year == year)
        return c.month * 10 + (c.day - 1) / 7;
    return 120 + (day_ymd(day_add(week_one(year), week * 7 - 8)).day - 1) / 7 + 1;
}

int64_t period_code(struct period p)
{
    static const int place[] = {
        0, SLOT_MONTH, SLOT_QUARTER, SLOT_LONGER, SLOT_LONGER, SLOT_YEAR, 0};

    if (p.kind == PERIOD_WEEK)
        return PERIOD_CODE_YEAR(p.year) + week_slot(p.year, p.index);
    if (p.kind == PERIOD_TERM)
        return PERIOD_CODE_YEAR(p.year_to) + SLOT_TERM + p.year_to - p.year;
    int last_month = months_of(p).to - p.year * 12;
    return PERIOD_CODE_YEAR(p.year) + last_month * 10 + place[p.kind];
}

static bool from_slot(int year, int slot, struct period *ret)
{
    int month = slot / 10, place = slot % 10;

    if (slot > SLOT_TERM)
        return period_make(PERIOD_TERM, 0, year - (slot - SLOT_TERM), year, ret);
    switch (place) {
    case SLOT_MONTH:
        return period_make(PERIOD_MONTH, month, year, 0, ret);
    case SLOT_QUARTER:
        return month % 3 == 0 && period_make(PERIOD_QUARTER, month / 3, year, 0, ret);
    case SLOT_LONGER:
        if (month == 12)
            return period_make(PERIOD_HALF, 2, year, 0, ret);
        return month != 1 && month != 3 && period_make(PERIOD_MONTHS, month, year, 0, ret);
    case SLOT_YEAR:
        return month == 12 && period_make(PERIOD_YEAR, 0, year, 0, ret);
    default:
        break;
    }
    for (int w = 1; place < SLOT_MONTH && w <= weeks_in(year); w++)
        if (week_slot(year, w) == slot)
            return period_make(PERIOD_WEEK, w, year, 0, ret);
    return false;
}

bool period_from_code(int64_t code, struct period *ret)
{
    if (code < PERIOD_CODE_YEAR(PERIOD_YEAR_MIN) || code >= PERIOD_CODE_YEAR(PERIOD_YEAR_MAX + 1))
        return false;
    return from_slot((int)(code / 1000), (int)(code % 1000), ret);
}

int period_cmp(struct period a, struct period b)
{
    int64_t x = period_code(a), y = period_code(b);

    return x < y ? -1 : x > y;
}

static bool shift(struct period p, int by, struct period *ret)
{
    static const int in_year[] = {0, 12, 4, 2, 0, 0, 0};

    if (p.kind == PERIOD_TERM) {
        by *= p.year_to - p.year;
        return period_make(PERIOD_TERM, 0, p.year + by, p.year_to + by, ret);
    }
    if (p.kind == PERIOD_WEEK)
        return period_of_day(FREQUENCY_WEEK, day_add(period_first_day(p), by * 7), ret);
    int n = in_year[p.kind];
    if (n == 0)
        return period_make((enum period_kind)p.kind, p.index, p.year + by, 0, ret);
    int i = p.year * n + p.index - 1 + by;
    return period_make((enum period_kind)p.kind, i % n + 1, i / n, 0, ret);
}

bool period_previous(struct period p, struct period *ret)
{
    return shift(p, -1, ret);
}

bool period_next(struct period p, struct period *ret)
{
    return shift(p, 1, ret);
}

bool period_last_year(struct period p, struct period *ret)
{
    return p.kind != PERIOD_TERM &&
           period_make((enum period_kind)p.kind, p.index, p.year - 1, 0, ret);
}

bool period_of_day(enum frequency f, struct day d, struct period *ret)
{
    struct ymd c = day_ymd(d);

    if (!year_ok(c.year))
        return false;
    switch (f) {
    case FREQUENCY_WEEK:
        /* the ISO year of a week is the year of its Thursday */
        c = day_ymd(day_add(d, 4 - day_weekday(d)));
        return year_ok(c.year) &&
               period_make(PERIOD_WEEK, (d.v - week_one(c.year).v) / 7 + 1, c.year, 0, ret);
    case FREQUENCY_MONTH:
        return period_make(PERIOD_MONTH, c.month, c.year, 0, ret);
    case FREQUENCY_QUARTER:
        return period_make(PERIOD_QUARTER, (c.month + 2) / 3, c.year, 0, ret);
    case FREQUENCY_HALF:
        return period_make(PERIOD_HALF, (c.month + 5) / 6, c.year, 0, ret);
    case FREQUENCY_YEAR:
        return period_make(PERIOD_YEAR, 0, c.year, 0, ret);
    }
    return false;
}

bool period_contains(struct period outer, struct period inner)
{
    if (period_eq(outer, inner))
        return true;
    if (outer.kind == PERIOD_WEEK)
        return false;
    struct span o = months_of(outer);
    if (inner.kind == PERIOD_WEEK)
        return day_in(period_last_day(inner), month_start(o.from), month_start(o.to));
    struct span i = months_of(inner);
    return i.from >= o.from && i.to <= o.to;
}

bool period_frequency(struct period p, enum frequency *ret)
{
    static const int of_kind[] = {
        FREQUENCY_WEEK, FREQUENCY_MONTH, FREQUENCY_QUARTER, FREQUENCY_HALF, -1, FREQUENCY_YEAR, -1};

    if (of_kind[p.kind] < 0)
        return false;
    *ret = (enum frequency)of_kind[p.kind];
    return true;
}

static const enum period_kind kind_of[] = {
    PERIOD_WEEK, PERIOD_MONTH, PERIOD_QUARTER, PERIOD_HALF, PERIOD_YEAR};

/* Months of a base period; 0 for weeks. */
static int months_each(enum frequency f)
{
    static const int n[] = {0, 1, 3, 6, 12};

    return n[f];
}

bool period_covered(struct period p, enum frequency f)
{
    if (p.kind == PERIOD_WEEK || f == FREQUENCY_WEEK)
        return f == FREQUENCY_WEEK;
    struct span s = months_of(p);
    return s.from % months_each(f) == 0 && s.to % months_each(f) == 0;
}

/* The periods of `n` months each inside [s.from, s.to). */
static size_t step(struct span s, enum frequency f, struct period *ret, size_t max)
{
    int n = months_each(f);
    size_t count = 0;

    for (int m = (s.from + n - 1) / n * n; m + n <= s.to; m += n, count++)
        if (count < max)
            ret[count] = make(kind_of[f], f == FREQUENCY_YEAR ? 0 : m % 12 / n + 1, m / 12);
    return count;
}

static size_t weeks_inside(struct period p, struct period *ret, size_t max)
{
    struct span s = months_of(p);
    struct day first = month_start(s.from), end = month_start(s.to);
    size_t count = 0;
    struct period w;

    first = day_add(first, 7 - day_weekday(first)); /* its first Sunday */
    for (struct day sunday = first; day_before(sunday, end); sunday = day_add(sunday, 7)) {
        if (!period_of_day(FREQUENCY_WEEK, sunday, &w))
            continue;
        if (count < max)
            ret[count] = w;
        count++;
    }
    return count;
}

size_t period_bases(struct period p, enum frequency f, struct period *ret, size_t max)
{
    if (p.kind == PERIOD_WEEK) {
        if (f == FREQUENCY_WEEK && max > 0)
            ret[0] = p;
        return f == FREQUENCY_WEEK;
    }
    return f == FREQUENCY_WEEK ? weeks_inside(p, ret, max) : step(months_of(p), f, ret, max);
}

/* n months from January: its quarters, then what months are left. */
static size_t split_months(struct period p, struct period *ret)
{
    struct span s = months_of(p);
    size_t n = step(s, FREQUENCY_QUARTER, ret, PERIOD_SPLIT_MAX);

    s.from += (int)n * 3;
    return n + step(s, FREQUENCY_MONTH, ret + n, PERIOD_SPLIT_MAX - n);
}

size_t period_split(struct period p, enum frequency base, struct period ret[PERIOD_SPLIT_MAX])
{
    enum frequency own = FREQUENCY_YEAR;

    if (p.kind == PERIOD_TERM)
        return step(months_of(p), FREQUENCY_YEAR, ret, PERIOD_SPLIT_MAX);
    if (p.kind == PERIOD_WEEK || !period_covered(p, base) ||
        (period_frequency(p, &own) && own <= base))
        return 0;
    if (base == FREQUENCY_WEEK)
        return weeks_inside(p, ret, PERIOD_SPLIT_MAX);
    if (p.kind == PERIOD_MONTHS)
        return split_months(p, ret);
    return step(months_of(p), (enum frequency)(own - 1), ret, PERIOD_SPLIT_MAX);
}

bool period_to_date(struct period p, struct period *ret)
{
    if (p.kind == PERIOD_WEEK || p.kind == PERIOD_TERM)
        return false;
    return period_make(PERIOD_MONTHS, months_of(p).to - p.year * 12, p.year, 0, ret);
}

int period_plan_years(struct period term)
{
    return term.year_to - term.year;
}

struct period period_plan_year(struct period term, int i)
{
    return make(PERIOD_YEAR, 0, term.year + 1 + i);
}
