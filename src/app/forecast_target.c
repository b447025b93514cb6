/* forecast_target: the question that a target asks of a forecast; see forecasts.h. */
#include "app/forecasts.h"

/* ---- rights ---- */

/* All of the history: who may read it today may read it on any day; who may only because the unit
 * was theirs is asked for each year. */
static bool may_read_history(const struct view *v, struct actor who, const struct indicator *x,
    int unit, const struct forecast_found *f)
{
    if (must_read_indicator(v, who, x, unit, v->today, NULL))
        return true;
    if (f->f.first < 0)
        return true;
    struct day to = period_last_day(f->last);
    for (struct day d = period_last_day(f->first); d.v < to.v; d = day_add(d, 90))
        if (!must_read_indicator(v, who, x, unit, d, NULL))
            return false;
    return must_read_indicator(v, who, x, unit, to, NULL);
}

/* ---- periods ---- */

static bool base_before(enum frequency f, struct day last, struct period *ret)
{
    return period_of_day(f, last, ret) &&
           (period_last_day(*ret).v <= last.v || period_previous(*ret, ret));
}

static bool base_after(enum frequency f, struct day first, struct period *ret)
{
    return period_of_day(f, first, ret) &&
           (period_first_day(*ret).v >= first.v || period_next(*ret, ret));
}

/* Base periods of a longer one. */
static bool ends_of(enum frequency f, struct period whole, struct forecast_ask *q)
{
    return base_after(f, period_first_day(whole), &q->from) &&
           base_before(f, period_last_day(whole), &q->to);
}

/* ---- the question ---- */

struct asking {
    const struct target *t;
    const struct target_version *version;
    const struct indicator *x;
    struct forecast_ask q;
    struct target_forecast *ret;
    bool asks;          /* q is open */
    struct period next; /* of `every`: where this one is in, the next one is asked about */
    bool has_next;
};

static bool over_span(struct asking *k)
{
    k->q.sum = true;
    return base_after(k->x->frequency, k->t->start, &k->q.from) &&
           base_before(k->x->frequency, k->t->deadline, &k->q.to) &&
           period_first_day(k->q.from).v <= period_last_day(k->q.to).v;
}

static bool at_deadline(struct asking *k)
{
    bool ok = base_before(k->x->frequency, k->t->deadline, &k->q.to);

    k->q.from = k->q.to;
    return ok;
}

/* A period in which it must hold. */
static bool in_period(struct asking *k, struct period p)
{
    k->q.sum = target_every_frequency(k->t, k->x->frequency, k->x->over_time) != k->x->frequency;
    k->q.from = k->q.to = p;
    return period_last_day(p).v <= k->t->deadline.v &&
           (!k->q.sum || ends_of(k->x->frequency, p, &k->q));
}

/* The period in which it must hold next: the one that holds the board's last day, or the one after
 * it where that is in. */
static bool next_period(struct asking *k)
{
    struct period p;

    if (!period_of_day(target_every_frequency(k->t, k->x->frequency, k->x->over_time),
            period_last_day(k->q.until), &p))
        return false;
    k->has_next = period_next(p, &k->next);
    return in_period(k, p);
}

static void choose(struct asking *k)
{
    k->ret->found.f.answer = FORECAST_NOTHING;
    switch (k->t->basis) {
    case TARGET_EVERY:
        k->asks = k->t->compensating ? over_span(k) : next_period(k);
        break;
    case TARGET_CUMULATIVE:
    case TARGET_ZERO_FLOW:
        k->asks = over_span(k);
        break;
    case TARGET_LEVEL:
    case TARGET_ZERO_STOCK:
    case TARGET_COUNT:
        k->asks = at_deadline(k);
        break;
    case TARGET_DONE:
        break;
    }
}

/* The questions that are open, together; those of periods that are in go on to the next. */
static bool ask_all(struct app *app, const struct view *v, struct asking *k, size_t n,
    struct forecast_trial *trials, struct arena *a, struct err *err)
{
    struct forecast_ask *q = arena_array(a, n + 1, sizeof *q);
    struct forecast_found *found = arena_array(a, n + 1, sizeof *found);

    if (!q || !found)
        return err_memory(err);
    for (int round = 0; round < 2; round++) {
        size_t asked = 0;
        for (size_t i = 0; i < n; i++)
            if (k[i].asks)
                q[asked++] = k[i].q;
        if (!(trials && asked ? app_forecast(app, v, q, found, trials, err)
                              : app_forecast_many(app, v, q, asked, found, err)))
            return false;
        asked = 0;
        for (size_t i = 0; i < n; i++) {
            if (!k[i].asks)
                continue;
            k[i].ret->found = found[asked++];
            k[i].asks = k[i].has_next && k[i].ret->found.f.answer == FORECAST_NOTHING &&
                        in_period(&k[i], k[i].next);
            k[i].has_next = false;
        }
    }
    return true;
}

/* What it is held against; as in the assessment. */
static bool bounds(const struct target *t, const struct target_version *version,
    struct target_forecast *ret, struct err *err)
{
    bool zero = t->basis == TARGET_ZERO_FLOW || t->basis == TARGET_ZERO_STOCK;
    struct rat years =
        rat_of_i64(t->basis == TARGET_EVERY && t->compensating ? target_plan_years(t) : 1);

    if (zero) {
        ret->low = ret->high = rat_of_i64(0);
        return true;
    }
    bool two = t->comparator == CMP_BETWEEN && t->basis != TARGET_COUNT;
    return (rat_mul(rat_of_dec(version->value), years, &ret->low) &&
               rat_mul(rat_of_dec(two ? version->value_to : version->value), years, &ret->high)) ||
           err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
}

static enum comparator comparator_of(const struct target *t)
{
    if (t->basis == TARGET_ZERO_FLOW || t->basis == TARGET_ZERO_STOCK)
        return CMP_LE;
    return t->basis == TARGET_COUNT ? CMP_GE : t->comparator;
}

const char *forecast_shown_name(enum forecast_shown s)
{
    static const char *const names[] = {"", "none", "withheld", "settled", "too_little", "given"};

    return names[s];
}

int forecast_decimals(const struct target_forecast *f, int decimals)
{
    const struct rat shown[] = {f->found.f.value, f->found.f.low, f->found.f.high};
    const struct rat bound[] = {f->low, f->high};
    int most = decimals;

    for (size_t i = 0; f->shown == FORECAST_SHOWN && i < 6; i++) {
        int n = decimals_that_agree(shown[i / 2], bound[i % 2], decimals);
        most = n > most ? n : most;
    }
    return most;
}

/* What is to be asked about the target; nothing where no series goes with it. */
static struct asking begin(const struct view *v, const struct scoreboard_request *q,
    const struct scoreboard_target *st, struct target_forecast *ret)
{
    const struct target *t = &v->catalog->target[st->target];
    struct asking k = {.t = t, .version = st->version, .ret = ret};

    *ret = (struct target_forecast){.shown = FORECAST_NOT_OF_IT};
    if (t->indicator < 0 || t->basis == TARGET_DONE || !st->version)
        return k;
    const struct indicator *x = &v->catalog->indicator[t->indicator];
    if (x->value_type == VALUE_YES_NO && t->basis != TARGET_COUNT)
        return k;
    k.x = x;
    k.q = (struct forecast_ask){.indicator = t->indicator,
        .series = -1,
        .unit = t->unit,
        .until = q->period,
        .state = q->state,
        .reading = q->reading,
        .count = t->basis == TARGET_COUNT,
        .cmp = st->version->threshold_cmp,
        .threshold = st->version->threshold};
    choose(&k);
    return k;
}

static bool finish(const struct view *v, struct actor who, const struct asking *k, struct err *err)
{
    struct target_forecast *ret = k->ret;

    if (!k->x)
        return true;
    if (!bounds(k->t, k->version, ret, err))
        return false;
    if (!may_read_history(v, who, k->x, k->t->unit, &ret->found)) {
        *ret = (struct target_forecast){.shown = FORECAST_WITHHELD};
        return true;
    }
    ret->shown = ret->found.f.answer == FORECAST_GIVEN     ? FORECAST_SHOWN
                 : ret->found.f.answer == FORECAST_NOTHING ? FORECAST_SETTLED
                                                           : FORECAST_LITTLE;
    if (ret->shown == FORECAST_SHOWN)
        ret->stand = forecast_against(
            &ret->found.f, comparator_of(k->t), ret->low, ret->high, k->x->direction);
    return true;
}

bool target_forecast(struct app *app, const struct view *v, struct actor who,
    const struct scoreboard_request *q, const struct scoreboard_target *st,
    struct target_forecast *ret, struct forecast_trial *trials, struct err *err)
{
    struct asking k = begin(v, q, st, ret);
    ARENA_AUTO arena;

    arena_init(&arena, 1u << 20);
    return ask_all(app, v, &k, 1, trials, &arena, err) && finish(v, who, &k, err);
}

bool scoreboard_forecast(struct app *app, const struct view *v, struct actor who,
    const struct scoreboard_request *q, struct scoreboard *s, struct arena *a, struct err *err)
{
    struct target_forecast **of = arena_array(a, s->sets + 1, sizeof *of);
    size_t n = 0, at = 0;

    for (size_t i = 0; i < s->sets; i++)
        n += s->set[i].targets;
    struct target_forecast *all = arena_array(a, n + 1, sizeof *all);
    struct asking *k = arena_array(a, n + 1, sizeof *k);
    if (!of || !all || !k)
        return err_memory(err);
    for (size_t i = 0; i < s->sets; i++) {
        of[i] = &all[at];
        for (size_t t = 0; t < s->set[i].targets; t++, at++)
            k[at] = begin(v, q, &s->set[i].target[t], &all[at]);
    }
    if (!ask_all(app, v, k, n, NULL, a, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!finish(v, who, &k[i], err))
            return false;
    s->forecast = of;
    return true;
}

/* ---- of the running year of a series ---- */

struct running {
    struct app *app;
    const struct view *v;
    struct forecast_ask q;
    struct arena *a;
    VEC(struct series_point) point;
};

/* Each of the periods, where it is likely to have a figure. */
static bool add_points(struct running *r, const struct period *p, const struct forecast_ask *q,
    size_t n, struct err *err)
{
    struct forecast_found *found = arena_array(r->a, n + 1, sizeof *found);

    if (!found)
        return err_memory(err);
    if (!app_forecast_many(r->app, r->v, q, n, found, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (found[i].f.answer == FORECAST_GIVEN &&
            !vec_push(&r->point, r->a, (struct series_point){p[i], found[i]}))
            return err_memory(err);
    return true;
}

static bool add_rest_of_year(struct running *r, struct err *err)
{
    struct forecast_ask q[SERIES_FORECAST_MAX];
    struct period p[SERIES_FORECAST_MAX], at = r->q.until;
    size_t n = 0;

    for (bool more = true; more && at.year == r->q.until.year && n < SERIES_FORECAST_MAX; n++) {
        p[n] = at;
        q[n] = r->q;
        q[n].from = q[n].to = at;
        more = period_next(at, &at);
    }
    return add_points(r, p, q, n, err);
}

bool series_forecast(struct app *app, const struct view *v, struct actor who, int indicator,
    int series, int unit, struct period until, enum total_state state, struct reading_of reading,
    struct arena *a, struct series_point **ret, size_t *ret_n, struct err *err)
{
    const struct indicator *x = &v->catalog->indicator[indicator];
    struct running r = {.app = app, .v = v, .a = a};
    enum frequency f;
    bool ok = true;

    *ret = NULL;
    *ret_n = 0;
    r.q = (struct forecast_ask){.indicator = indicator,
        .series = series,
        .unit = unit,
        .until = until,
        .state = state,
        .reading = reading};
    if (x->value_type == VALUE_YES_NO || !period_frequency(until, &f))
        return true;
    if (f == x->frequency) {
        ok = add_rest_of_year(&r, err);
    } else if (f == FREQUENCY_YEAR && x->over_time == TIME_SUM) {
        r.q.sum = true;
        ok = ends_of(x->frequency, until, &r.q) && add_points(&r, &until, &r.q, 1, err);
    }
    if (!ok)
        return false;
    for (size_t i = 0; i < r.point.n; i++)
        if (!may_read_history(v, who, x, unit, &r.point.p[i].found))
            r.point.n = 0;
    *ret = r.point.p;
    *ret_n = r.point.n;
    return true;
}
