/* drawings: see drawings.h. */
#include "web/drawings.h"

#include <stdlib.h>

#include "app/forecasts.h"
#include "app/headline.h"
#include "chart/chart.h"
#include "web/show.h"

enum { WIDE = 640, NARROW = 328, FULL = 1080, TREND_H = 220, TREND_LOW = 190 };

/* ---- values ---- */

/* Whole units at the indicator's decimals. */
static struct chart_value mantissa(bool has, struct rat r, int decimals)
{
    struct dec d;

    if (!has || !rat_round(r, decimals, &d))
        return (struct chart_value){0};
    return (struct chart_value){true, d.m};
}

static struct chart_value value_of(const struct shown *x, int decimals)
{
    return mantissa(x->has, x->value, decimals);
}

static struct chart_value plan_of(bool has, struct dec plan, int decimals)
{
    return mantissa(has, rat_of_dec(plan), decimals);
}

static int64_t ten_to(int n)
{
    int64_t ten = 1;

    while (n-- > 0)
        ten *= 10;
    return ten;
}

/* Labels of an axis at as few decimals as all of them need. */
static void tick_texts(struct request *rq, struct chart_tick *t, size_t n, int decimals)
{
    int drop = decimals;

    for (size_t i = 0; i < n; i++)
        while (drop > 0 && t[i].v % ten_to(drop) != 0)
            drop--;
    for (size_t i = 0; i < n; i++) {
        struct dec d = {t[i].v / ten_to(drop), (uint8_t)(decimals - drop)};
        t[i].text = show_plain(rq, show_dec(rq, d, decimals - drop));
    }
}

/* ---- an indicator over periods ---- */

static struct str words_of(struct request *rq, const struct indicator *x, const struct shown *s)
{
    if (!s->has && s->bounded)
        return show_value(rq, s, x->decimals).full;
    return headline_value(s, x->decimals, x->unit_of_measure, rq->lang, rq->arena);
}

static struct str point_tip(
    struct request *rq, const struct indicator *x, const struct trend_point *t)
{
    struct str period = show_period(rq, PERIOD_LABEL, t->period), now = words_of(rq, x, &t->value);
    struct str plan =
                   show_plain(rq, t->has_plan ? show_dec(rq, t->plan, x->decimals) : show_dash()),
               then = show_plain(rq, show_value(rq, &t->last_year, x->decimals));

    if (t->has_plan && t->last_year.has)
        return show_msg(rq, MSG_drawing_point_both, period, now, plan, then);
    if (t->has_plan)
        return show_msg(rq, MSG_drawing_point_plan, period, now, plan);
    if (t->last_year.has)
        return show_msg(rq, MSG_drawing_point_then, period, now, then);
    return show_msg(rq, MSG_drawing_point, period, now);
}

static void widen(struct chart_value v, bool *any, int64_t *from, int64_t *to)
{
    if (!v.has)
        return;
    *from = !*any || v.v < *from ? v.v : *from;
    *to = !*any || v.v > *to ? v.v : *to;
    *any = true;
}

/* From zero, unless all lies far from it. */
static void settle(int64_t *from, int64_t *to)
{
    int64_t span = *to - *from;

    if (*from > 0 && *from / 2 < span)
        *from = 0;
    if (*to < 0 && -(*to / 2) < span)
        *to = 0;
    if (*from == *to) {
        *from = *from > 0 ? 0 : *from;
        *to = *to < 0 ? 0 : *to;
    }
}

static struct str forecast_tip(
    struct request *rq, const struct indicator *x, const struct series_point *s)
{
    const struct forecast *f = &s->found.f;
    struct str low = show_plain(rq, show_rat(rq, f->low, x->decimals, false));
    struct str high = show_plain(rq, show_rat(rq, f->high, x->decimals, false));
    struct str range = show_msg(rq, MSG_forecast_range, low, high);

    return show_msg(rq, MSG_forecast_point_tip, show_period(rq, PERIOD_LABEL, s->period),
        show_plain(rq, show_rat(rq, f->value, x->decimals, false)), show_count(rq, f->level),
        range);
}

/* Forecasts of periods that are drawn, and those behind them; gives how many points there are. */
static size_t add_forecasts(struct request *rq, const struct indicator *x,
    const struct indicator_page *p, struct chart_point *point)
{
    size_t n = p->trends;

    for (size_t i = 0; i < p->aheads; i++) {
        const struct series_point *s = &p->ahead[i];
        const struct forecast *f = &s->found.f;
        struct chart_point *at = NULL;
        for (size_t k = 0; k < p->trends; k++)
            at = period_eq(p->trend[k].period, s->period) ? &point[k] : at;
        if (!at) {
            at = &point[n++];
            *at = (struct chart_point){.label = show_period(rq, PERIOD_SHORT, s->period)};
        }
        at->fore = mantissa(true, f->value, x->decimals);
        at->low = mantissa(at->fore.has, f->low, x->decimals);
        at->high = mantissa(at->low.has, f->high, x->decimals);
        at->fore.has = at->high.has;
        at->tip = forecast_tip(rq, x, s);
    }
    return n;
}

bool drawing_trend(struct request *rq, const struct catalog *c, const struct indicator_page *p,
    struct drawing_view *ret, struct err *err)
{
    const struct indicator *x = &c->indicator[p->indicator];
    struct chart_point *point = arena_array(rq->arena, p->trends + p->aheads + 1, sizeof *point);
    struct chart_tick tick[CHART_TICKS];
    int64_t from = 0, to = 0;
    bool any = false;

    *ret = (struct drawing_view){0};
    if (!point)
        return err_memory(err);
    for (size_t i = 0; i < p->trends; i++) {
        const struct trend_point *t = &p->trend[i];
        point[i] = (struct chart_point){value_of(&t->value, x->decimals),
            plan_of(t->has_plan, t->plan, x->decimals), value_of(&t->last_year, x->decimals),
            show_period(rq, PERIOD_SHORT, t->period), point_tip(rq, x, t)};
        widen(point[i].now, &any, &from, &to);
        widen(point[i].then, &any, &from, &to);
    }
    if (!any)
        return true;
    size_t points = add_forecasts(rq, x, p, point);
    for (size_t i = 0; i < points; i++) {
        widen(point[i].plan, &any, &from, &to);
        widen(point[i].low, &any, &from, &to);
        widen(point[i].high, &any, &from, &to);
    }
    settle(&from, &to);
    struct line_chart l = {.w = WIDE,
        .h = TREND_H,
        .says = show_msg(rq, MSG_drawing_trend, p->name, words_of(rq, x, &p->value),
            show_period(rq, PERIOD_TEXT, p->period), show_count(rq, (int64_t)p->trends)),
        .point = point,
        .points = points,
        .tick = tick,
        .ticks = chart_ticks(from, to, 4, tick)};
    tick_texts(rq, tick, l.ticks, x->decimals);
    if (!chart_line(&l, rq->arena, &ret->wide, err))
        return false;
    l.w = NARROW;
    l.h = TREND_LOW;
    return chart_line(&l, rq->arena, &ret->narrow, err);
}

bool drawing_spark(struct request *rq, const struct indicator *x, const struct short_trend *t,
    const struct rat *plan, struct html *ret, struct err *err)
{
    struct chart_value v[TREND_SHORT];
    struct sbuf says;

    *ret = HTML_NULL;
    if (!t->any)
        return true;
    sbuf_init(&says, rq->arena, 1000);
    for (int i = 0; i < t->n; i++) {
        v[i] = value_of(&t->value[i], x->decimals);
        sbuf_z(&says, i ? "; " : "");
        sbuf_str(&says, show_period(rq, PERIOD_SHORT, t->period[i]));
        sbuf_z(&says, ": ");
        sbuf_str(&says, show_plain(rq, show_value(rq, &t->value[i], x->decimals)));
    }
    struct spark_chart s = {.says = sbuf_view(&says),
        .v = v,
        .n = (size_t)t->n,
        .plan = plan ? mantissa(true, *plan, x->decimals) : (struct chart_value){0},
        .then = t->then};
    return chart_spark(&s, rq->arena, ret, err);
}

/* ---- a league table ---- */

static struct chart_bar bar_of(struct request *rq, const struct view *v,
    const struct indicator_page *p, const struct league_row *r, struct day day)
{
    const struct indicator *x = &v->catalog->indicator[p->indicator];
    struct chart_bar b = {.name = show_loose(rq, show_unit_first(rq, v->catalog, r->unit, day)),
        .text = show_plain(rq, show_value(rq, &r->value, x->decimals)),
        .v = value_of(&r->value, x->decimals),
        .plan = plan_of(r->has_plan, r->plan, x->decimals)};
    b.tip = r->has_plan ? show_msg(rq, MSG_drawing_point_plan, b.name, words_of(rq, x, &r->value),
                              show_plain(rq, show_dec(rq, r->plan, x->decimals)))
                        : show_msg(rq, MSG_drawing_point, b.name, words_of(rq, x, &r->value));
    return b;
}

bool drawing_league(struct request *rq, const struct view *v, const struct indicator_page *p,
    struct day day, struct drawing_view *ret, struct err *err)
{
    size_t n = p->leagues < DRAWN_BARS_MAX ? p->leagues : DRAWN_BARS_MAX;
    struct chart_bar *bar = arena_array(rq->arena, n + 1, sizeof *bar);
    bool any = false;

    *ret = (struct drawing_view){0};
    if (!bar)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        bar[i] = bar_of(rq, v, p, &p->league[i], day);
        any = any || bar[i].v.has;
    }
    if (!any || n < 2)
        return true;
    struct bar_chart b = {.w = WIDE,
        .says = show_msg(rq, MSG_drawing_league, p->name, show_period(rq, PERIOD_TEXT, p->period),
            show_count(rq, (int64_t)p->leagues), bar[0].name, bar[0].text),
        .bar = bar,
        .bars = n};
    if (!chart_bars(&b, rq->arena, &ret->wide, err))
        return false;
    b.w = NARROW;
    return chart_bars(&b, rq->arena, &ret->narrow, err);
}

static bool reaches(enum comparator cmp, struct rat v, struct rat threshold)
{
    int order = rat_cmp(v, threshold);

    return cmp == CMP_GE ? order >= 0 : cmp == CMP_LE ? order <= 0 : order == 0;
}

bool drawing_reached(struct request *rq, const struct catalog *c, const struct indicator_page *p,
    const struct target_version *version, struct day day, struct drawing_view *ret, struct err *err)
{
    const struct indicator *x = &c->indicator[p->indicator];
    struct strip_unit *u = arena_array(rq->arena, p->leagues + 1, sizeof *u);
    struct rat threshold = rat_of_dec(version->threshold);
    int64_t reached = 0;

    *ret = (struct drawing_view){0};
    if (!u)
        return err_memory(err);
    if (p->leagues < 2)
        return true;
    for (size_t i = 0; i < p->leagues; i++) {
        const struct league_row *r = &p->league[i];
        bool yes = r->value.has && reaches(version->threshold_cmp, r->value.value, threshold);
        reached += yes;
        u[i].status = !r->value.has ? CHART_NO_DATA : yes ? CHART_MET : CHART_NOT_YET;
        u[i].tip = show_msg(rq, MSG_drawing_point, show_unit_first(rq, c, r->unit, day),
            words_of(rq, x, &r->value));
    }
    struct strip_chart s = {.w = WIDE,
        .says = show_msg(rq, MSG_drawing_reached, show_count(rq, reached),
            show_count(rq, (int64_t)p->leagues), show_comparator(version->threshold_cmp),
            show_plain(rq, show_dec(rq, version->threshold, x->decimals))),
        .unit = u,
        .units = p->leagues};
    if (!chart_strip(&s, rq->arena, &ret->wide, err))
        return false;
    s.w = NARROW;
    return chart_strip(&s, rq->arena, &ret->narrow, err);
}

/* ---- where a unit comes from ---- */

struct lives {
    struct request *rq;
    const struct view *v;
    const struct unit_page *p;
    int unit[DRAWN_LIVES_MAX];
    int n, left_out;
    struct day from, to;
};

static int life_at(const struct lives *l, int unit)
{
    for (int i = 0; i < l->n; i++)
        if (l->unit[i] == unit)
            return i;
    return -1;
}

static void take(struct lives *l, int unit)
{
    if (unit < 0 || life_at(l, unit) >= 0)
        return;
    if (l->n < DRAWN_LIVES_MAX)
        l->unit[l->n++] = unit;
    else
        l->left_out++;
}

/* The unit itself, then its nearest relatives. */
static void take_lives(struct lives *l)
{
    const struct catalog *c = l->v->catalog;

    take(l, l->p->unit);
    for (int steps = 0; steps < 64; steps++)
        for (size_t i = 0; i < l->p->descents; i++) {
            const struct unit_edge *e = &l->p->descent[i];
            if (abs(e->distance) != steps)
                continue;
            take(l, c->edge[e->edge].from);
            take(l, c->edge[e->edge].to);
        }
}

/* Those that ended first stand above. */
static int by_end(const void *a, const void *b, void *ctx)
{
    const struct units *us = ctx;
    int x = *(const int *)a, y = *(const int *)b;
    struct day p = unit_end(us, x), q = unit_end(us, y);

    if (p.v != q.v)
        return p.v < q.v ? -1 : 1;
    p = unit_first(us, x);
    q = unit_first(us, y);
    return p.v != q.v ? (p.v < q.v ? -1 : 1) : x - y;
}

static void span(struct lives *l)
{
    const struct catalog *c = l->v->catalog;
    int first = day_ymd(l->v->today).year, last = first;

    for (size_t i = 0; i < l->p->descents; i++) {
        int year = day_ymd(c->event[l->p->descent[i].event].day).year;
        first = year < first ? year : first;
        last = year > last ? year : last;
    }
    l->from = day_make(first - 2, 1, 1);
    l->to = day_make(last + 1, 1, 1);
}

static struct descent_life life_of(const struct lives *l, int unit)
{
    const struct units *us = &l->v->catalog->units;
    struct day end = unit_end(us, unit), first = unit_first(us, unit);
    struct day named = end.v > l->v->today.v ? l->v->today : day_add(end, -1);
    const struct unit_version *v = unit_name_on(us, unit, named);
    struct descent_life d = {.name = unit_name_of(l->v->catalog, unit, named),
        .from = first.v < l->from.v ? l->from : first,
        .to = end.v > l->to.v ? DAY_MAX : end,
        .me = unit == l->p->unit};

    if (v && v->code.n)
        d.note = show_msg(l->rq, MSG_drawing_code, v->code);
    return d;
}

static size_t edges_of(const struct lives *l, struct descent_edge *edge)
{
    const struct catalog *c = l->v->catalog;
    struct request *rq = l->rq;
    size_t n = 0;

    for (size_t i = 0; i < l->p->descents; i++) {
        const struct edge *e = &c->edge[l->p->descent[i].edge];
        const struct event *ev = &c->event[l->p->descent[i].event];
        int from = e->from < 0 ? -1 : life_at(l, e->from), to = e->to < 0 ? -1 : life_at(l, e->to);
        if (from < 0 || to < 0)
            continue;
        edge[n++] = (struct descent_edge){from, to, ev->day,
            show_msg(rq, MSG_drawing_edge, show_day(rq, ev->day),
                msg_text(rq->lang, event_kind_label(ev->kind)),
                show_unit(rq, c, e->from, day_add(ev->day, -1)), show_unit(rq, c, e->to, ev->day))};
    }
    return n;
}

static size_t years(const struct lives *l, struct descent_tick *tick, size_t max)
{
    int first = day_ymd(l->from).year, last = day_ymd(l->to).year;
    int step = last - first > 24 ? 5 : last - first > 12 ? 2 : 1;
    size_t n = 0;

    for (int y = first; y <= last && n < max; y++) {
        if (y % step)
            continue;
        char *text = arena_printf(l->rq->arena, "%d", y);
        tick[n++] = (struct descent_tick){day_make(y, 1, 1), text ? str_of(text) : STR("")};
    }
    return n;
}

bool drawing_descent(struct request *rq, const struct view *v, const struct unit_page *p,
    struct drawing_view *ret, int *ret_left_out, struct err *err)
{
    struct lives l = {.rq = rq, .v = v, .p = p};
    struct descent_life life[DRAWN_LIVES_MAX];
    struct descent_edge *edge = arena_array(rq->arena, p->descents + 1, sizeof *edge);
    struct descent_tick tick[60];
    struct descent_chart d = {.w = FULL, .life = life, .edge = edge, .tick = tick};

    *ret = (struct drawing_view){0};
    if (!edge)
        return err_memory(err);
    take_lives(&l);
    *ret_left_out = l.left_out;
    qsort_r(l.unit, (size_t)l.n, sizeof l.unit[0], by_end, (void *)(uintptr_t)&v->catalog->units);
    span(&l);
    d.edges = edges_of(&l, edge);
    if (!d.edges)
        return true;
    for (int i = 0; i < l.n; i++)
        life[i] = life_of(&l, l.unit[i]);
    d.lives = (size_t)l.n;
    d.from = l.from;
    d.to = l.to;
    d.ticks = years(&l, tick, sizeof tick / sizeof *tick);
    d.says = show_msg(rq, MSG_drawing_descent, show_unit(rq, v->catalog, p->unit, p->day),
        show_count(rq, (int64_t)d.edges));
    if (!chart_descent(&d, rq->arena, &ret->wide, err))
        return false;
    d.w = NARROW;
    return chart_descent(&d, rq->arena, &ret->narrow, err);
}
