/* day: see day.h. Conversion by eras of 400 years, counted from March, as calendars allow. */
#include "base/day.h"

struct day day_make(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return (struct day){era * 146097 + day_of_era - 719468};
}

struct ymd day_ymd(struct day d)
{
    int64_t z = (int64_t)d.v + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = (int)(z - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int m = (5 * day_of_year + 2) / 153;
    int month = m < 10 ? m + 3 : m - 9;

    return (struct ymd){
        (int)(year_of_era + era * 400) + (month <= 2), month, day_of_year - (153 * m + 2) / 5 + 1};
}

int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

bool ymd_valid(int year, int month, int day)
{
    return year >= 1000 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in_month(year, month);
}

int day_weekday(struct day d)
{
    int r = (int)(((int64_t)d.v + 3) % 7); /* 1970-01-01 was a Thursday */

    return (r < 0 ? r + 7 : r) + 1;
}

struct day day_of_ms(int64_t utc_ms)
{
    int64_t local = utc_ms + VIETNAM_MS;
    int64_t d = local / DAY_MS - (local % DAY_MS < 0);

    return (struct day){(int32_t)d};
}

int64_t day_start_ms(struct day d)
{
    return (int64_t)d.v * DAY_MS - VIETNAM_MS;
}

static bool number(struct str s, size_t min, size_t max, int *ret)
{
    if (s.n < min || s.n > max)
        return false;
    int v = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *ret = v;
    return true;
}

bool day_parse(struct str s, struct day *ret, struct err *err)
{
    struct str rest = str_trim(s), a, b, c;
    char sep = str_find_char(rest, '/', 0) >= 0 ? '/' : '-';
    int year, month, day;

    bool three =
        str_cut(&rest, sep, &a) && str_cut(&rest, sep, &b) && str_cut(&rest, sep, &c) && !rest.p;
    if (three && sep == '/')
        three = number(a, 1, 2, &day) && number(b, 1, 2, &month) && number(c, 4, 4, &year);
    else if (three)
        three = number(a, 4, 4, &year) && number(b, 2, 2, &month) && number(c, 2, 2, &day);
    if (!three || !ymd_valid(year, month, day))
        return err_set(err, ERR_INVALID, MSG_err_day_syntax, s);
    *ret = day_make(year, month, day);
    return true;
}

void day_put(struct sbuf *out, struct day d)
{
    struct ymd c = day_ymd(d);

    sbuf_printf(out, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void day_put_people(struct sbuf *out, struct day d)
{
    struct ymd c = day_ymd(d);

    sbuf_printf(out, "%02d/%02d/%04d", c.day, c.month, c.year);
}

void ms_put(struct sbuf *out, int64_t utc_ms)
{
    struct day d = day_of_ms(utc_ms);
    int64_t ms = utc_ms - day_start_ms(d);

    day_put(out, d);
    sbuf_printf(out, "T%02d:%02d:%02d.%03d+07:00", (int)(ms / 3600000), (int)(ms / 60000 % 60),
        (int)(ms / 1000 % 60), (int)(ms % 1000));
}

void ms_put_people(struct sbuf *out, int64_t utc_ms)
{
    struct day d = day_of_ms(utc_ms);
    int64_t ms = utc_ms - day_start_ms(d);

    sbuf_printf(out, "%02d:%02d ", (int)(ms / 3600000), (int)(ms / 60000 % 60));
    day_put_people(out, d);
}
