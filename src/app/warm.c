/* warm: see warm.h. */
#include "app/warm.h"

#include <stdlib.h>

#include "app/app_private.h"
#include "app/settings.h"
#include "base/log.h"

#define COLUMNS_MAX ((size_t)4 << 20)

struct warm {
    pthread_t thread;
    struct app *app;
    bool stop, running; /* atomic */
    int64_t done, of;   /* atomic */
    struct warm_column {
        struct engine_column column;
        int32_t last_day;
    } * column;
    size_t n, cap;
};

static bool stopped(const struct warm *w)
{
    return __atomic_load_n(&w->stop, __ATOMIC_RELAXED);
}

static bool add(struct warm *w, struct series_id series, int64_t code)
{
    struct period p;

    if (w->n == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 1024;
        struct warm_column *more =
            cap <= COLUMNS_MAX ? realloc(w->column, cap * sizeof *more) : NULL;
        if (!more)
            return false;
        w->column = more;
        w->cap = cap;
    }
    w->column[w->n++] = (struct warm_column){
        {series, code}, period_from_code(code, &p) ? (int32_t)period_last_day(p).v : INT32_MIN};
    return true;
}

/* Series `i` of the catalogue now in force; false past the last. */
static bool series_at(struct app *a, size_t i, struct series_id *ret)
{
    struct view v;
    struct err err = ERR_INIT;

    if (!app_read(a, ACT_MAX, &v, &err))
        return false;
    bool there = i < v.catalog->serieses;
    if (there)
        *ret = v.catalog->series[i].id;
    app_read_end(a, &v);
    return there;
}

/* Every column that the store has, without looking at its figures. */
static bool list_columns(struct warm *w)
{
    struct store *s = w->app->config.store;
    struct series_id series;
    struct err err = ERR_INIT;

    for (size_t i = 0; !stopped(w) && series_at(w->app, i, &series); i++) {
        int64_t code = INT64_MAX;
        bool found = true;
        while (!stopped(w)) {
            if (!s->ops->column_before(s, series, code, &found, &code, &err))
                return false;
            if (!found)
                break;
            if (!add(w, series, code))
                return false;
        }
    }
    return true;
}

static int newest_first(const void *x, const void *y)
{
    const struct warm_column *a = x, *b = y;

    return (a->last_day < b->last_day) - (a->last_day > b->last_day);
}

/* False where there is no more room, or the column could not be read. */
static bool bring_in(struct warm *w, struct engine_column column, int64_t bytes_max)
{
    struct view v;
    struct engine_stats stats = {0};
    struct err err = ERR_INIT;

    if (!app_read(w->app, ACT_MAX, &v, &err))
        return false;
    if (w->done % 256 == 0)
        engine_stats(v.engine, &stats);
    bool ok = stats.bytes < bytes_max && (catalog_series_id(v.catalog, column.series) < 0 ||
                                             engine_warm(v.engine, column, &err));
    app_read_end(w->app, &v);
    return ok;
}

static void *warm_main(void *arg)
{
    struct warm *w = arg;
    int64_t bytes_max = setting_number(w->app->config.store, SETTING_engine_warm_mb) << 20;
    int64_t bound = setting_number(w->app->config.store, SETTING_engine_memory_mb) << 20;
    int64_t began = w->app->config.sys.now_ms(w->app->config.sys.ctx);
    if (bound > 0 && bytes_max > bound / 8 * 7) /* more would push out what has just come in */
        bytes_max = bound / 8 * 7;
    bool ok = bytes_max > 0 && list_columns(w);

    if (ok && w->n)
        qsort(w->column, w->n, sizeof *w->column, newest_first);
    __atomic_store_n(&w->of, (int64_t)w->n, __ATOMIC_RELAXED);
    for (size_t i = 0; ok && i < w->n && !stopped(w); i++) {
        ok = bring_in(w, w->column[i].column, bytes_max);
        __atomic_store_n(&w->done, w->done + ok, __ATOMIC_RELAXED);
    }
    int64_t took = w->app->config.sys.now_ms(w->app->config.sys.ctx) - began;
    log_line(LOG_INFO, "warm.end", "columns=%lld of=%lld ms=%lld", (long long)w->done,
        (long long)w->n, (long long)took);
    free(w->column);
    w->column = NULL;
    __atomic_store_n(&w->running, false, __ATOMIC_RELAXED);
    return NULL;
}

void app_warm(struct app *a)
{
    struct warm *w = a->warm ? NULL : calloc(1, sizeof *w);

    if (!w)
        return;
    w->app = a;
    w->running = true;
    if (pthread_create(&w->thread, NULL, warm_main, w) != 0) {
        free(w);
        return;
    }
    __atomic_store_n(&a->warm, w, __ATOMIC_RELEASE);
}

void warm_stop(struct app *a)
{
    if (!a->warm)
        return;
    __atomic_store_n(&a->warm->stop, true, __ATOMIC_RELAXED);
    pthread_join(a->warm->thread, NULL);
    free(a->warm);
    a->warm = NULL;
}

void app_warmth(struct app *a, struct app_warmth *ret)
{
    const struct warm *w = __atomic_load_n(&a->warm, __ATOMIC_ACQUIRE);

    *ret = (struct app_warmth){0};
    if (!w)
        return;
    ret->running = __atomic_load_n(&w->running, __ATOMIC_RELAXED);
    ret->done = __atomic_load_n(&w->done, __ATOMIC_RELAXED);
    ret->of = __atomic_load_n(&w->of, __ATOMIC_RELAXED);
}
