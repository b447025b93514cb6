/* forecasts: see forecasts.h. Which question a target asks is in forecast_target.c. */
#include "app/forecasts.h"

#include <stdlib.h>
#include <string.h>

/* ---- the table of what was found ---- */

#define SLOTS 8192 /* a power of two */
#define LOCKS 16
#define SCRATCH_MAX ((size_t)256 << 20)

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

/* The history of a series, which several questions may be about. */
struct history {
    struct app *app;
    const struct view *v;
    const struct forecast_ask *q;
    const struct indicator *x;
    struct forecast_limits limits;
    enum frequency frequency;
    int decimals;
    struct arena *a;
    struct period *period; /* newest first, until all are there; then oldest first */
    struct forecast_value *value;
    uint32_t *marks;
    int n, most;
    int64_t units;        /* of a count: those of the newest period */
    struct period origin; /* the newest */
    struct period next;   /* to be asked for next */
    bool is, open;        /* there is one at all; more of it is to be asked for */
    int to;               /* places [n, to) are being asked for, */
    size_t first;         /* from this place of the question on */
};

static struct engine_query query(const struct history *g, struct period p)
{
    const struct forecast_ask *q = g->q;
    struct engine_query e = {
        g->v->catalog, q->indicator, q->series, q->unit, p, q->state, q->reading, -1};

    /* what is compared is read on the units of the last one */
    if (q->reading.kind == READ_AS_WAS && !period_eq(p, q->until))
        e.reading = (struct reading_of){READ_AS_OF, period_last_day(q->until)};
    return e;
}

static bool enough(const struct history *g, int64_t reported, int64_t expected)
{
    return reported * 100 >= expected * g->limits.complete;
}

static struct forecast_value value_of(const struct history *g, const struct total *t)
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

static bool take_counts(struct history *g, struct err *err)
{
    const struct forecast_ask *q = g->q;

    for (int i = g->n; i < g->to; i++) {
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

typedef VEC(struct engine_query) query_vec;

/* The next two years (of years: four). */
static bool want_figures(struct history *g, query_vec *out, struct arena *a, struct err *err)
{
    int step = seasons_of(g->frequency) == 1 ? 4 : 2 * seasons_of(g->frequency);
    bool more = true;

    g->first = out->n;
    for (g->to = g->n; more && g->to < g->most && g->to < g->n + step; g->to++) {
        g->period[g->to] = g->next;
        more = period_previous(g->next, &g->next);
    }
    for (int i = g->n; i < g->to && !g->q->count; i++)
        if (!vec_push(out, a, query(g, g->period[i])))
            return err_memory(err);
    return true;
}

/* Further back only where something was found. */
static bool take_figures(struct history *g, const struct total *t, struct err *err)
{
    bool any = false;

    if (g->q->count && !take_counts(g, err))
        return false;
    for (int i = g->n; i < g->to; i++) {
        if (!g->q->count) {
            g->value[i] = value_of(g, &t[i - g->n]);
            g->marks[i] = t[i - g->n].marks;
        }
        any = any || g->value[i].has;
    }
    g->n = g->to;
    g->open = any && g->n < g->most;
    return true;
}

/* The last base period that may be used. */
static bool newest(const struct history *g, struct period *ret)
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

/* No history: where no rule holds, or before all years. */
static bool begin(struct history *g, struct err *err)
{
    if (!app_forecast_limits(g->app, period_last_day(g->q->until), g->frequency, &g->limits) ||
        !newest(g, &g->origin))
        return true;
    int most = g->limits.most_years * seasons_of(g->frequency);
    g->most = most < FORECAST_HISTORY_MAX ? most : FORECAST_HISTORY_MAX;
    /* fractions are taken somewhat finer than they are shown */
    bool whole = g->x->source != SOURCE_FORMULA && g->x->over_units == UNITS_SUM;
    g->decimals = g->q->count ? 0 : whole ? g->x->decimals : g->x->decimals + 2;
    g->decimals = g->decimals > DEC_SCALE_MAX ? DEC_SCALE_MAX : g->decimals;
    g->period = arena_array(g->a, (size_t)g->most, sizeof *g->period);
    g->value = arena_array(g->a, (size_t)g->most, sizeof *g->value);
    g->marks = arena_array(g->a, (size_t)g->most, sizeof *g->marks);
    g->next = g->origin;
    g->is = true;
    g->open = g->most > 0;
    return (g->period && g->value && g->marks) || err_memory(err);
}

/* Oldest first, as the method wants them. */
static void turn_round(struct history *g)
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

/* All of them together, as far back as each goes. */
static bool gather(const struct view *v, struct history *g, size_t n, struct err *err)
{
    ARENA_AUTO arena;
    bool open = true;

    arena_init(&arena, SCRATCH_MAX);
    for (size_t i = 0; i < n; i++)
        if (!begin(&g[i], err))
            return false;
    while (open) {
        query_vec q = {0};
        open = false;
        for (size_t i = 0; i < n; i++)
            if (g[i].open && !want_figures(&g[i], &q, &arena, err))
                return false;
        struct total *t = arena_array(&arena, q.n + 1, sizeof *t);
        if (!t)
            return err_memory(err);
        if (!engine_totals(v->engine, q.p, q.n, t, err))
            return false;
        for (size_t i = 0; i < n; i++) {
            if (g[i].open && !take_figures(&g[i], t + g[i].first, err))
                return false;
            open = open || g[i].open;
        }
        arena_reset(&arena);
    }
    for (size_t i = 0; i < n; i++)
        turn_round(&g[i]);
    return true;
}

static struct forecast_series series_of(const struct history *g)
{
    struct forecast_series s = {.seasons = seasons_of(g->frequency),
        .first = season_place(g->frequency, g->origin) - (g->n - 1),
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

static void note_history(const struct history *g, struct forecast_found *ret)
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

static bool find(const struct history *g, const struct forecast_ask *q, struct forecast_found *ret,
    struct forecast_trial *trials, struct err *err)
{
    *ret = (struct forecast_found){.f.answer = FORECAST_TOO_LITTLE,
        .sum = q->sum,
        .from = q->from,
        .to = q->to,
        .frequency = g->frequency};
    if (!g->is)
        return true;
    struct forecast_series s = series_of(g);
    int here = place_of(g->frequency, g->origin), n = g->n - 1;
    struct forecast_question ask = {.sum = q->sum,
        .from = n + place_of(g->frequency, q->sum ? q->from : q->to) - here,
        .to = n + place_of(g->frequency, q->to) - here};
    ret->origin = g->origin;
    ret->n = g->n;
    ret->decimals = g->decimals;
    if (ask.from < 0 || ask.to >= g->n + FORECAST_AHEAD_MAX)
        return true; /* a span that began before the history: too little */
    if (!forecast_make(&s, &ask, &g->limits, g->a, &ret->f, trials, err))
        return false;
    note_history(g, ret);
    return true;
}

/* ---- asking ---- */

/* A question whose answer is not kept. */
struct wanted {
    size_t ask, history;
    struct key key;
    uint64_t stamp;
};

static bool same_history(const struct forecast_ask *x, const struct forecast_ask *y)
{
    return x->indicator == y->indicator && x->series == y->series && x->unit == y->unit &&
           period_eq(x->until, y->until) && x->state == y->state &&
           x->reading.kind == y->reading.kind && x->reading.day.v == y->reading.day.v &&
           !x->count && !y->count;
}

/* What is kept is answered; of the others, which histories they need. */
static void sort_out(struct app *app, const struct view *v, const struct forecast_ask *q, size_t n,
    bool anew, struct arena *a, struct forecast_found *ret, struct wanted *w, size_t *ret_wanted,
    struct history *g, size_t *ret_histories)
{
    size_t wanted = 0, histories = 0;

    for (size_t i = 0; i < n; i++) {
        struct wanted x = {i, histories, key_of(v, &q[i]), engine_stamp(v->engine, q[i].indicator)};
        if (!anew && kept(app_forecasts(app), &x.key, x.stamp, &ret[i]))
            continue;
        if (histories && same_history(g[histories - 1].q, &q[i])) {
            x.history--;
        } else {
            const struct indicator *of = &v->catalog->indicator[q[i].indicator];
            g[histories++] = (struct history){
                .app = app, .v = v, .q = &q[i], .x = of, .frequency = of->frequency, .a = a};
        }
        w[wanted++] = x;
    }
    *ret_wanted = wanted;
    *ret_histories = histories;
}

static bool find_all(struct app *app, const struct view *v, const struct forecast_ask *q, size_t n,
    struct forecast_found *ret, struct forecast_trial *trials, struct err *err)
{
    ARENA_AUTO arena;
    size_t wanted, histories;

    arena_init(&arena, SCRATCH_MAX);
    struct wanted *w = arena_array(&arena, n + 1, sizeof *w);
    struct history *g = arena_array(&arena, n + 1, sizeof *g);
    if (!w || !g)
        return err_memory(err);
    sort_out(app, v, q, n, trials != NULL, &arena, ret, w, &wanted, g, &histories);
    if (wanted && !gather(v, g, histories, err))
        return false;
    for (size_t i = 0; i < wanted; i++) {
        struct forecast_found *found = &ret[w[i].ask];
        if (!find(&g[w[i].history], &q[w[i].ask], found, trials, err))
            return false;
        keep(app_forecasts(app), &w[i].key, w[i].stamp, found);
    }
    return true;
}

bool app_forecast(struct app *app, const struct view *v, const struct forecast_ask *q,
    struct forecast_found *ret, struct forecast_trial *trials, struct err *err)
{
    return find_all(app, v, q, 1, ret, trials, err);
}

bool app_forecast_many(struct app *app, const struct view *v, const struct forecast_ask *q,
    size_t n, struct forecast_found *ret, struct err *err)
{
    return find_all(app, v, q, n, ret, NULL, err);
}
