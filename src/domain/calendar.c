/* calendar: see calendar.h. Answers; the packs are read in calendar_read.c. */
#include "domain/calendar.h"

void calendar_init(struct calendar *c, struct arena *a)
{
    *c = (struct calendar){.arena = a};
}

static bool holds(const struct rule_origin *o, struct day d)
{
    return day_in(d, o->from, o->to);
}

/* How closely a scope fits a period: 0 not at all, then any, its kind, its kind and index. */
static int fit(struct rule_scope s, struct period p)
{
    if (s.kind < 0)
        return p.kind != PERIOD_WEEK;
    if (s.kind != p.kind)
        return 0;
    if (s.index == 0)
        return 2;
    return s.index == p.index ? 3 : 0;
}

bool calendar_has_family(const struct calendar *c, struct str family)
{
    for (size_t i = 0; i < c->windows.n; i++)
        if (str_eq(c->windows.p[i].family, family))
            return true;
    return false;
}

/* Refuses, naming something and the period. */
static bool refuse(enum msg_key key, struct str what, struct period p, struct err *err)
{
    char bytes[32];
    struct sbuf id;

    sbuf_init_fixed(&id, bytes, sizeof bytes);
    period_put(&id, p);
    return err_set(err, ERR_NOT_FOUND, key, what, sbuf_view(&id));
}

/* The day `day` of the month that lies `months` after the month of `d`; a day that the month lacks
 * is its last. */
static struct day day_of_month(struct day d, int months, int day)
{
    struct ymd c = day_ymd(d);
    int m = c.year * 12 + c.month - 1 + months;
    int year = m / 12, month = m % 12 + 1, last = days_in_month(year, month);

    return day_make(year, month, day < last ? day : last);
}

bool calendar_window(const struct calendar *c, struct str family, struct period p,
    struct window *ret, struct err *err)
{
    struct day first = period_first_day(p), last = period_last_day(p);
    const struct window_rule *best = NULL;
    int best_fit = 1;

    for (size_t i = 0; i < c->windows.n; i++) {
        const struct window_rule *r = &c->windows.p[i];
        int f = str_eq(r->family, family) && holds(&r->origin, last) ? fit(r->scope, p) : 0;
        if (f >= best_fit) {
            best = r;
            best_fit = f;
        }
    }
    if (!best && !calendar_has_family(c, family))
        return err_set(err, ERR_NOT_FOUND, MSG_err_calendar_family, family);
    if (!best && p.kind != PERIOD_WEEK)
        return refuse(MSG_err_calendar_no_rule, family, p, err);
    if (!best)
        *ret = (struct window){first, last, NULL};
    else if (p.kind == PERIOD_WEEK)
        *ret = (struct window){
            day_add(first, best->from_day), day_add(last, best->to_day), &best->origin};
    else
        *ret = (struct window){day_of_month(first, best->from_month, best->from_day),
            day_of_month(last, best->to_month, best->to_day), &best->origin};
    return true;
}

void window_put(struct sbuf *out, struct window w)
{
    day_put_people(out, w.first);
    sbuf_z(out, " - ");
    day_put_people(out, w.last);
}

static bool is_weekly_off(const struct calendar *c, struct day d, const struct rule_origin **ret)
{
    for (size_t i = c->weeks.n; i-- > 0;)
        if (holds(&c->weeks.p[i].origin, d)) {
            *ret = &c->weeks.p[i].origin;
            return c->weeks.p[i].off[day_weekday(d)];
        }
    return false;
}

static const struct holiday_rule *fixed_holiday(const struct calendar *c, struct day d)
{
    struct ymd x = day_ymd(d);

    for (size_t i = c->holidays.n; i-- > 0;) {
        const struct holiday_rule *h = &c->holidays.p[i];
        if (h->month == x.month && h->day == x.day && holds(&h->origin, d))
            return h->days > 0 ? h : NULL; /* 0 days: an installation took it back */
    }
    return NULL;
}

struct day_info calendar_day(const struct calendar *c, struct day d)
{
    const struct rule_origin *week = NULL;

    for (size_t i = c->days.n; i-- > 0;) {
        const struct day_rule *r = &c->days.p[i];
        if (holds(&r->origin, d)) {
            bool works = r->kind == DAY_SWAP_WORK || r->kind == DAY_ORDINARY;
            return (struct day_info){r->kind, works, r->name_vi, r->name_en, &r->origin};
        }
    }
    const struct holiday_rule *h = fixed_holiday(c, d);
    if (h)
        return (struct day_info){DAY_HOLIDAY, false, h->name_vi, h->name_en, &h->origin};
    bool off = is_weekly_off(c, d, &week);
    return (struct day_info){
        off ? DAY_WEEKLY_OFF : DAY_ORDINARY, !off, STR(""), STR(""), off ? week : NULL};
}

bool calendar_is_working(const struct calendar *c, struct day d)
{
    return calendar_day(c, d).working;
}

bool calendar_year_known(const struct calendar *c, int year)
{
    struct day from = day_make(year, 1, 1), to = day_make(year + 1, 1, 1);

    for (size_t i = 0; i < c->days.n; i++)
        if (c->days.p[i].kind == DAY_TET && day_in(c->days.p[i].origin.from, from, to))
            return true;
    return false;
}

int calendar_paid_days(const struct calendar *c, struct day d)
{
    int days = 0;

    for (size_t i = 0; i < c->holidays.n; i++)
        if (holds(&c->holidays.p[i].origin, d))
            days += c->holidays.p[i].days;
    return days;
}

int calendar_working_days(const struct calendar *c, struct day from, struct day to)
{
    int n = 0;

    for (; day_before(from, to); from = day_add(from, 1))
        n += calendar_is_working(c, from);
    return n;
}

#define SEARCH_DAYS 3660

bool calendar_add_working(const struct calendar *c, struct day d, int n, struct day *ret)
{
    int step = n < 0 ? -1 : 1, left = n < 0 ? -n : n;

    if (n == 0) {
        d = day_add(d, -1);
        left = 1;
    }
    for (int i = 0; i < SEARCH_DAYS; i++) {
        d = day_add(d, step);
        if (calendar_is_working(c, d) && --left == 0) {
            *ret = d;
            return true;
        }
    }
    return false;
}

/* The worked day at or beside `d`, in the direction of the roll. */
static bool roll(const struct calendar *c, struct day d, enum due_roll how, struct day *ret)
{
    if (how == ROLL_NEXT)
        return calendar_add_working(c, d, 0, ret);
    return calendar_add_working(c, day_add(d, 1), -1, ret);
}

bool calendar_due_by(const struct calendar *c, const struct due_rule *rule, struct period p,
    struct window w, struct day *ret, struct err *err)
{
    struct day end = period_last_day(p);
    bool found = rule->by_date ? roll(c, day_of_month(end, rule->month, rule->day), rule->roll, ret)
                               : calendar_add_working(c, w.last, rule->working_days, ret);

    return found || refuse(MSG_err_calendar_no_days, rule->level, p, err);
}

bool calendar_due(const struct calendar *c, struct str level, struct str family, struct period p,
    struct day *ret, struct err *err)
{
    const struct due_rule *best = NULL;
    struct window w;
    int best_fit = 1;

    if (!calendar_window(c, family, p, &w, err))
        return false;
    for (size_t i = 0; i < c->dues.n; i++) {
        const struct due_rule *r = &c->dues.p[i];
        bool meant = str_eq(r->level, level) && str_eq(r->family, family);
        int f = meant && holds(&r->origin, w.last) ? fit(r->scope, p) : 0;
        if (f >= best_fit) {
            best = r;
            best_fit = f;
        }
    }
    if (!best)
        return refuse(MSG_err_calendar_no_due, level, p, err);
    return calendar_due_by(c, best, p, w, ret, err);
}
