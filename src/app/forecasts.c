/* forecasts: see forecasts.h. Which question a target asks is in forecast_target.c. */
#include "app/forecasts.h"

#include <stdlib.h>
#include <string.h>

/* ---- the table of what was found ---- */

#define SLOTS 8192 /* a power of two */
#define LOCKS 16

/* All that an answer depends on but the figures; padding is zero, so that bytes can be compared. */
struct key {
    uint64_t epoch;
    int64_t known, until, from, to, threshold;
    int indicator, series, unit, day;
    uint8_t sum, count, cmp, scale, state, reading, used, rest;
};
struct slot {
    struct key key;
    uint64_t stamp; /* of the figures */
    struct forecast_found found;
};
struct forecasts {
    pthread_mutex_t lock[LOCKS];
    struct slot slot[SLOTS];
};

struct forecasts *forecasts_new(void)
{
    struct forecasts *f = calloc(1, sizeof *f);

    for (int i = 0; f && i < LOCKS; i++)
        pthread_mutex_init(&f->lock[i], NULL);
    return f;
}

void forecasts_free(struct forecasts *f)
{
    for (int i = 0; f && i < LOCKS; i++)
        pthread_mutex_destroy(&f->lock[i]);
    free(f);
}

void forecasts_clear(struct forecasts *f)
{
    for (size_t i = 0; i < SLOTS; i++) {
        pthread_mutex_lock(&f->lock[i % LOCKS]);
        f->slot[i].key.used = 0;
        pthread_mutex_unlock(&f->lock[i % LOCKS]);
    }
}

static struct key key_of(const struct view *v, const struct forecast_ask *q)
{
    struct key k;

    memset(&k, 0, sizeof k);
    k.epoch = v->epoch;
    k.known = v->known.v;
    k.until = period_code(q->until);
    k.from = q->sum ? period_code(q->from) : 0;
    k.to = period_code(q->to);
    k.indicator = q->indicator;
    k.series = q->series;
    k.unit = q->unit;
    k.day = q->reading.kind == READ_AS_WAS ? 0 : q->reading.day.v;
    k.sum = q->sum;
    k.count = q->count;
    k.cmp = q->count ? (uint8_t)q->cmp : 0;
    k.threshold = q->count ? q->threshold.m : 0;
    k.scale = q->count ? q->threshold.scale : 0;
    k.state = (uint8_t)q->state;
    k.reading = (uint8_t)q->reading.kind;
    k.used = 1;
    return k;
}

static size_t slot_of(const struct key *k)
{
    uint64_t h = (uint64_t)k->indicator * 0x9e3779b97f4a7c15u;

    h = (h ^ (uint64_t)k->unit) * 0xd6e8feb86659fd93u;
    h = (h ^ (uint64_t)k->until ^ (uint64_t)k->from << 20) * 0x9e3779b97f4a7c15u;
    h = (h ^ (uint64_t)k->to ^ (uint64_t)k->day << 32) * 0xd6e8feb86659fd93u;
    h ^= (uint64_t)k->threshold ^ (uint64_t)k->series << 8 ^ (uint64_t)k->known ^ k->epoch << 16 ^
         (uint64_t)k->state << 4 ^ k->reading;
    h *= 0x9e3779b97f4a7c15u;
    return (size_t)(h >> 40) & (SLOTS - 1);
}

static bool kept(
    struct forecasts *f, const struct key *k, uint64_t stamp, struct forecast_found *ret)
{
    size_t i = slot_of(k);

    pthread_mutex_lock(&f->lock[i % LOCKS]);
    bool found = f->slot[i].stamp == stamp && memcmp(&f->slot[i].key, k, sizeof *k) == 0;
    if (found)
        *ret = f->slot[i].found;
    pthread_mutex_unlock(&f->lock[i % LOCKS]);
    return found;
}

static void keep(
    struct forecasts *f, const struct key *k, uint64_t stamp, const struct forecast_found *found)
{
    size_t i = slot_of(k);

    pthread_mutex_lock(&f->lock[i % LOCKS]);
    f->slot[i] = (struct slot){*k, stamp, *found};
    pthread_mutex_unlock(&f->lock[i % LOCKS]);
}

/* ---- periods as numbers ---- */

static int seasons_of(enum frequency f)
{
    static const int seasons[] = {[FREQUENCY_WEEK] = 52,
        [FREQUENCY_MONTH] = 12,
        [FREQUENCY_QUARTER] = 4,
        [FREQUENCY_HALF] = 2,
        [FREQUENCY_YEAR] = 1};

    return seasons[f];
}

/* Follows one on another; the 53rd week of a year takes the season of the 52nd, once. */
static int place_of(enum frequency f, struct period p)
{
    int seasons = seasons_of(f);

    if (f == FREQUENCY_WEEK)
        return (period_first_day(p).v - day_make(PERIOD_YEAR_MIN, 1, 1).v) / 7;
    return p.year * seasons + (seasons > 1 ? p.index - 1 : 0);
}

static int season_place(enum frequency f, struct period p)
{
    if (f != FREQUENCY_WEEK)
        return place_of(f, p);
    return p.year * 52 + (p.index > 52 ? 52 : p.index) - 1;
}

struct period forecast_period(const struct forecast_found *f, int place)
{
    struct period p = f->origin;
    bool ok = true;

    for (int i = f->n - 1; ok && i < place; i++)
        ok = period_next(p, &p);
    for (int i = f->n - 1; ok && i > place; i--)
        ok = period_previous(p, &p);
    return p;
}

/* ---- the figures ---- */

struct gather {
    struct app *app;
    const struct view *v;
    const struct forecast_ask *q;
    const struct indicator *x;
    struct forecast_limits limits;
    enum frequency frequency;
    int decimals;
    struct arena *a;
    struct period *period; /* newest first */
    struct forecast_value *value;
    uint32_t *marks;
    int n, most;
    int64_t units; /* of a count: those of the newest period */
};

static struct engine_query query(const struct gather *g, struct period p)
{
    const struct forecast_ask *q = g->q;
    struct engine_query e = {
        g->v->catalog, q->indicator, q->series, q->unit, p, q->state, q->reading, -1};

    /* what is compared is read on the units of the last one */
    if (q->reading.kind == READ_AS_WAS && !period_eq(p, q->until))
        e.reading = (struct reading_of){READ_AS_OF, period_last_day(q->until)};
    return e;
}

static bool enough(const struct gather *g, int64_t reported, int64_t expected)
{
    return reported * 100 >= expected * g->limits.complete;
}

static struct forecast_value value_of(const struct gather *g, const struct total *t)
{
    struct forecast_value v = {0};
    struct dec d;

    if (!t->has || !rat_round(t->value, g->decimals, &d))
        return v;
    v.m = d.m;
    v.has = enough(g, t->reported, t->expected);
    v.partial = !v.has && g->x->over_units == UNITS_SUM;
    return v;
}

static bool take_counts(struct gather *g, int from, int to, struct err *err)
{
    const struct forecast_ask *q = g->q;

    for (int i = from; i < to; i++) {
        struct period p = g->period[i];
        int64_t k, n, counted;
        if (g->x->over_time == TIME_SUM)
            period_to_date(p, &p);
        struct engine_query e = query(g, p);
        if (!engine_count(
                g->v->engine, &e, -1, q->cmp, rat_of_dec(q->threshold), &k, &n, &counted, err))
            return false;
        bool has = counted > 0 && enough(g, counted, n);
        g->value[i] = (struct forecast_value){has, counted > 0 && !has, k};
        g->units = i == 0 ? n : g->units;
    }
    return true;
}

static bool take_totals(struct gather *g, int from, int to, struct err *err)
{
    size_t n = (size_t)(to - from);
    struct engine_query *e = arena_array(g->a, n, sizeof *e);
    struct total *t = arena_array(g->a, n, sizeof *t);

    if (!e || !t)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        e[i] = query(g, g->period[from + (int)i]);
    if (!engine_totals(g->v->engine, e, n, t, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        g->value[from + (int)i] = value_of(g, &t[i]);
        g->marks[from + (int)i] = t[i].marks;
    }
    return true;
}

/* Two years at a time (of years: four), until there is nothing in so many. */
static bool take_figures(struct gather *g, struct err *err)
{
    int step = seasons_of(g->frequency) == 1 ? 4 : 2 * seasons_of(g->frequency);
    struct period p = g->period[0];
    bool any = true;

    for (g->n = 0; any && g->n < g->most;) {
        int to = g->n;
        for (bool more = true; more && to < g->most && to < g->n + step; to++) {
            g->period[to] = p;
            more = period_previous(p, &p);
        }
        if (!(g->q->count ? take_counts(g, g->n, to, err) : take_totals(g, g->n, to, err)))
            return false;
        any = false;
        for (int i = g->n; i < to; i++)
            any = any || g->value[i].has;
        g->n = to;
    }
    return true;
}

/* The last base period that may be used. */
static bool newest(const struct gather *g, struct period *ret)
{
    struct day last = period_last_day(g->q->until);
    struct period p;

    if (!period_of_day(g->frequency, last, &p))
        return false;
    if (period_last_day(p).v > last.v && !period_previous(p, &p))
        return false;
    *ret = p;
    return true;
}

static bool begin(struct gather *g, struct err *err)
{
    int most = g->limits.most_years * seasons_of(g->frequency);

    g->most = most < FORECAST_HISTORY_MAX ? most : FORECAST_HISTORY_MAX;
    /* fractions are taken somewhat finer than they are shown */
    bool whole = g->x->source != SOURCE_FORMULA && g->x->over_units == UNITS_SUM;
    g->decimals = g->q->count ? 0 : whole ? g->x->decimals : g->x->decimals + 2;
    g->decimals = g->decimals > DEC_SCALE_MAX ? DEC_SCALE_MAX : g->decimals;
    g->period = arena_array(g->a, (size_t)g->most, sizeof *g->period);
    g->value = arena_array(g->a, (size_t)g->most, sizeof *g->value);
    g->marks = arena_array(g->a, (size_t)g->most, sizeof *g->marks);
    return (g->period && g->value && g->marks) || err_memory(err);
}

/* Oldest first, as the method wants them. */
static void turn_round(struct gather *g)
{
    for (int i = 0; i < g->n / 2; i++) {
        struct forecast_value v = g->value[i];
        uint32_t m = g->marks[i];
        g->value[i] = g->value[g->n - 1 - i];
        g->marks[i] = g->marks[g->n - 1 - i];
        g->value[g->n - 1 - i] = v;
        g->marks[g->n - 1 - i] = m;
    }
}

static struct forecast_series series_of(const struct gather *g)
{
    struct forecast_series s = {.seasons = seasons_of(g->frequency),
        .first = season_place(g->frequency, g->period[0]) - (g->n - 1),
        .value = g->value,
        .n = g->n,
        .decimals = g->decimals};

    if (g->q->count) {
        s.has_top = true;
        s.top = g->units;
    } else if (str_starts(g->x->unit_of_measure, STR("%"))) {
        s.has_top = true;
        s.top = 100 * pow10_i64(g->decimals);
    }
    return s;
}

static void note_history(const struct gather *g, struct forecast_found *ret)
{
    for (int i = ret->f.first; i >= 0 && i <= ret->f.last; i++) {
        if (!g->value[i].has)
            continue;
        ret->marks |= g->marks[i];
        ret->estimates += (g->marks[i] & MARK_ESTIMATE) != 0;
    }
    if (ret->f.first >= 0) {
        ret->first = forecast_period(ret, ret->f.first);
        ret->last = forecast_period(ret, ret->f.last);
    }
}

static bool find(
    struct gather *g, struct forecast_found *ret, struct forecast_trial *trials, struct err *err)
{
    const struct forecast_ask *q = g->q;

    *ret = (struct forecast_found){.f.answer = FORECAST_TOO_LITTLE,
        .sum = q->sum,
        .from = q->from,
        .to = q->to,
        .frequency = g->frequency};
    if (!app_forecast_limits(g->app, period_last_day(q->until), g->frequency, &g->limits))
        return true;
    if (!begin(g, err))
        return false;
    if (!newest(g, &g->period[0]))
        return true; /* before all years */
    if (!take_figures(g, err))
        return false;
    struct period origin = g->period[0];
    struct forecast_series s = series_of(g);
    int here = place_of(g->frequency, origin), n = g->n - 1;
    struct forecast_question ask = {.sum = q->sum,
        .from = n + place_of(g->frequency, q->sum ? q->from : q->to) - here,
        .to = n + place_of(g->frequency, q->to) - here};
    turn_round(g);
    ret->origin = origin;
    ret->n = g->n;
    ret->decimals = g->decimals;
    if (ask.from < 0 || ask.to >= g->n + FORECAST_AHEAD_MAX)
        return true; /* a span that began before the history: too little */
    if (!forecast_make(&s, &ask, &g->limits, g->a, &ret->f, trials, err))
        return false;
    note_history(g, ret);
    return true;
}

bool app_forecast(struct app *app, const struct view *v, const struct forecast_ask *q,
    struct forecast_found *ret, struct forecast_trial *trials, struct err *err)
{
    struct key key = key_of(v, q);
    uint64_t stamp = engine_stamp(v->engine, q->indicator);
    ARENA_AUTO arena;

    arena_init(&arena, 64u << 20);
    if (!trials && kept(app_forecasts(app), &key, stamp, ret))
        return true;
    struct gather g = {.app = app,
        .v = v,
        .q = q,
        .x = &v->catalog->indicator[q->indicator],
        .frequency = v->catalog->indicator[q->indicator].frequency,
        .a = &arena};
    if (!find(&g, ret, trials, err))
        return false;
    keep(app_forecasts(app), &key, stamp, ret);
    return true;
}
