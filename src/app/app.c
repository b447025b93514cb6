/* app: see app.h. Opening, views of now and of the past, swapping the catalogue. */
#include "app/app_private.h"
#include "app/settings.h"

#include <stdlib.h>

#include "app/forecasts.h"
#include "app/settings.h"
#include "app/trees.h"

struct sink {
    bool (*to)(void *ctx, const struct engine_cell *cell);
    void *ctx;
};

static bool pass_cell(
    void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional)
{
    struct sink *s = ctx;
    struct engine_cell cell = {unit, approved, provisional};

    return s->to(s->ctx, &cell);
}

static bool load_column(void *ctx, struct series_id series, int64_t period,
    bool (*sink)(void *sink_ctx, const struct engine_cell *cell), void *sink_ctx, struct err *err)
{
    struct app_snapshot *s = ctx;
    struct store *store = s->app->config.store;
    struct sink pass = {sink, sink_ctx};

    return store->ops->load_column(store, series, period, s->known, pass_cell, &pass, err);
}

struct app_snapshot *snapshot_load_catalog(struct app *a, struct act_no known, struct err *err)
{
    struct app_snapshot *s = calloc(1, sizeof *s);
    struct catalog_rows rows = {0};

    if (!s) {
        err_memory(err);
        return NULL;
    }
    s->app = a;
    s->known = known;
    arena_init(&s->arena, APP_ARENA_MAX);
    s->catalog = arena_zalloc(&s->arena, sizeof *s->catalog);
    if (!s->catalog) {
        err_memory(err);
        snapshot_free(s);
        return NULL;
    }
    if (!a->config.store->ops->load_catalog(a->config.store, known, &s->arena, &rows, err) ||
        !catalog_build(&s->arena, a->kinds, &rows, s->catalog, err)) {
        snapshot_free(s);
        return NULL;
    }
    return s;
}

static void bound_memory(struct app *a, struct engine *e)
{
    int64_t mb = setting_number(a->config.store, SETTING_engine_memory_mb);

    engine_limit(e, (size_t)mb << 20); /* 0: none */
}

struct app_snapshot *snapshot_load(struct app *a, struct act_no known, struct err *err)
{
    struct app_snapshot *s = snapshot_load_catalog(a, known, err);

    if (!s)
        return NULL;
    s->engine = engine_new(s->catalog, (struct engine_source){s, load_column}, err);
    if (!s->engine) {
        snapshot_free(s);
        return NULL;
    }
    bound_memory(a, s->engine);
    if (known.v != INT64_MAX) /* a->now stays as it is and only trades its catalogue */
        s->catalog->rights = (const struct catalog *const *)&a->now->catalog;
    return s;
}

void snapshot_free(struct app_snapshot *s)
{
    if (!s)
        return;
    if (s->engine)
        engine_free(s->engine);
    arena_free(&s->arena);
    free(s);
}

bool app_importing(struct app *a, struct app_importing *ret)
{
    ret->rows = __atomic_load_n(&a->importing_rows, __ATOMIC_RELAXED);
    ret->done = __atomic_load_n(&a->importing_done, __ATOMIC_RELAXED);
    return ret->rows > 0;
}

struct app *app_open(const struct app_config *config, struct err *err)
{
    struct app *a = calloc(1, sizeof *a);
    pthread_rwlockattr_t prefer_writer;

    if (!a) {
        err_memory(err);
        return NULL;
    }
    a->config = *config;
    arena_init(&a->arena, 64u << 20);
    pthread_rwlockattr_init(&prefer_writer);
    pthread_rwlockattr_setkind_np(&prefer_writer, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&a->lock, &prefer_writer);
    pthread_rwlockattr_destroy(&prefer_writer);
    pthread_mutex_init(&a->past_lock, NULL);
    a->forecasts = forecasts_new();
    a->keeping = keeping_new();
    a->sessions = session_table_new();
    a->setting = settings_new();
    bool room = (a->forecasts && a->keeping && a->sessions && a->setting) || err_memory(err);
    if (!room || !kinds_parse(&a->arena, config->kinds_csv, &a->kinds, err) ||
        !(a->now = snapshot_load(a, ACT_MAX, err)) ||
        !(a->trees = trees_new(&a->now->catalog->units, err)) ||
        !(a->touched = touched_new(a->now->catalog, err)) || !app_read_head(a, err) ||
        !(a->writer = writer_start(a, err))) {
        a->config.store = NULL; /* the caller keeps it */
        app_close(a);
        return NULL;
    }
    return a;
}

void app_close(struct app *a)
{
    if (!a)
        return;
    warm_stop(a);
    if (a->writer)
        writer_stop(a->writer);
    for (int i = 0; i < PAST_SNAPSHOTS; i++)
        snapshot_free(a->past[i]);
    snapshot_free(a->now);
    forecasts_free(a->forecasts);
    trees_free(a->trees);
    touched_free(a->touched);
    keeping_free(a->keeping);
    session_table_free(a->sessions);
    free(a->setting);
    if (a->config.store)
        a->config.store->ops->close(a->config.store);
    pthread_rwlock_destroy(&a->lock);
    pthread_mutex_destroy(&a->past_lock);
    arena_free(&a->arena);
    free(a);
}

struct store *app_store(struct app *a)
{
    return a->config.store;
}

const struct sys *app_sys(struct app *a)
{
    return &a->config.sys;
}

/* Of the thread's clock against the system's. */
static _Thread_local int64_t clock_shift_ms;

int64_t app_now(struct app *a)
{
    return a->config.sys.now_ms(a->config.sys.ctx) + clock_shift_ms;
}

void app_live_on(struct app *a, struct day day)
{
    struct day real = day_of_ms(a->config.sys.now_ms(a->config.sys.ctx));

    clock_shift_ms = day_start_ms(day) - day_start_ms(real);
}

void app_live_now(void)
{
    clock_shift_ms = 0;
}

bool app_lives_elsewhere(void)
{
    return clock_shift_ms != 0;
}

int64_t app_clock_shift(void)
{
    return clock_shift_ms;
}

struct target_thresholds app_thresholds(struct app *a, struct day day)
{
    struct target_thresholds t = {
        100, 100}; /* without a rule: only what is on its way is on course */

    if (a->config.assessment)
        assessment_rules_on(a->config.assessment, day, &t);
    return t;
}

bool app_forecast_limits(
    struct app *a, struct day day, enum frequency f, struct forecast_limits *ret)
{
    return a->config.forecasts && forecast_rules_on(a->config.forecasts, day, f, ret);
}

struct forecasts *app_forecasts(struct app *a)
{
    return a->forecasts;
}

const struct map_places *app_map_places(struct app *a)
{
    return a->config.map_places;
}

struct finding_limits app_finding_limits(struct app *a, struct day day)
{
    return a->config.findings ? finding_limits_on(a->config.findings, day)
                              : (struct finding_limits){0};
}

/* The past snapshot for an act, loaded where it is not kept; the one longest unused makes room. */
static struct app_snapshot *past_snapshot(struct app *a, struct act_no known, struct err *err)
{
    int slot = -1;

    for (int i = 0; i < PAST_SNAPSHOTS; i++) {
        struct app_snapshot *s = a->past[i];
        if (s && s->known.v == known.v) {
            s->users++;
            s->stamp = ++a->stamp;
            return s;
        }
        bool free_slot = !s || s->users == 0;
        if (free_slot && (slot < 0 || !s || (a->past[slot] && s->stamp < a->past[slot]->stamp)))
            slot = i;
    }
    if (slot < 0) {
        err_set(err, ERR_BUSY, MSG_err_past_views_busy);
        return NULL;
    }
    struct app_snapshot *s = snapshot_load(a, known, err);
    if (!s)
        return NULL;
    snapshot_free(a->past[slot]);
    a->past[slot] = s;
    s->users = 1;
    s->stamp = ++a->stamp;
    return s;
}

/* With the lock held. */
static struct view view_of_now(struct app *a)
{
    int64_t now = app_now(a);

    return (struct view){
        a->now->catalog, a->now->engine, ACT_MAX, day_of_ms(now), now, a->epoch, a->trees};
}

bool app_read_at_once(struct app *a, struct view *ret)
{
    if (pthread_rwlock_tryrdlock(&a->lock) != 0)
        return false;
    *ret = view_of_now(a);
    return true;
}

bool app_read(struct app *a, struct act_no known, struct view *ret, struct err *err)
{
    if (known.v == INT64_MAX) {
        pthread_rwlock_rdlock(&a->lock);
        *ret = view_of_now(a);
        return true;
    }
    int64_t now = app_now(a);
    pthread_mutex_lock(&a->past_lock);
    struct app_snapshot *s = past_snapshot(a, known, err);
    pthread_mutex_unlock(&a->past_lock);
    if (!s)
        return false;
    pthread_rwlock_rdlock(&a->lock); /* for the rights, which are those of now */
    *ret = (struct view){s->catalog, s->engine, known, day_of_ms(now), now, 0, NULL};
    return true;
}

void app_read_end(struct app *a, struct view *v)
{
    if (!v->catalog)
        return;
    pthread_rwlock_unlock(&a->lock);
    if (v->known.v != INT64_MAX) {
        pthread_mutex_lock(&a->past_lock);
        for (int i = 0; i < PAST_SNAPSHOTS; i++)
            if (a->past[i] && a->past[i]->catalog == v->catalog)
                a->past[i]->users--;
        pthread_mutex_unlock(&a->past_lock);
    }
    v->catalog = NULL;
}

struct act_no app_head(struct app *a)
{
    return (struct act_no){__atomic_load_n(&a->head, __ATOMIC_ACQUIRE)};
}

bool app_read_head(struct app *a, struct err *err)
{
    struct act_no head;
    unsigned char hash[32];

    if (!a->config.store->ops->head(a->config.store, &head, hash, err))
        return false;
    __atomic_store_n(&a->head, head.v, __ATOMIC_RELEASE);
    return true;
}

bool app_known_on(struct app *a, struct day day, struct act_no *ret, struct err *err)
{
    return a->config.store->ops->act_before(
        a->config.store, day_start_ms(day_add(day, 1)), ret, err);
}

bool app_swap(struct app *a, struct app_snapshot *next, struct err *err)
{
    struct touched *touched = touched_new(next->catalog, err);
    struct trees *trees = touched ? trees_new(&next->catalog->units, err) : NULL;

    pthread_rwlock_wrlock(&a->lock);
    bool ok = trees && engine_set_catalog(a->now->engine, next->catalog, err);
    if (ok) {
        /* The engine's source points at the current snapshot, which therefore stays and only trades
         * its catalogue. */
        struct arena arena = a->now->arena;
        struct catalog *catalog = a->now->catalog;
        a->now->arena = next->arena;
        a->now->catalog = next->catalog;
        next->arena = arena;
        next->catalog = catalog;
        struct touched *before = a->touched;
        a->touched = touched;
        touched = before;
        struct trees *grown = a->trees;
        a->trees = trees;
        trees = grown;
        __atomic_add_fetch(&a->epoch, 1, __ATOMIC_RELEASE);
    }
    pthread_rwlock_unlock(&a->lock);
    trees_free(trees);
    touched_free(touched);
    snapshot_free(next);
    return ok;
}

bool app_drop_columns(struct app *a, struct err *err)
{
    pthread_rwlock_wrlock(&a->lock);
    struct engine *fresh =
        engine_new(a->now->catalog, (struct engine_source){a->now, load_column}, err);
    if (fresh) {
        bound_memory(a, fresh);
        engine_free(a->now->engine);
        a->now->engine = fresh;
        forecasts_clear(a->forecasts);
    }
    __atomic_add_fetch(&a->columns_changed, 1, __ATOMIC_RELEASE);
    pthread_rwlock_unlock(&a->lock);
    return fresh != NULL;
}

static const struct catalog *rights_of(const struct catalog *c)
{
    return c->rights ? *c->rights : c;
}

const struct account *actor_account(const struct catalog *c, struct actor actor)
{
    const struct catalog *now = rights_of(c);
    int i = actor.account.v ? catalog_account_id(now, actor.account) : -1;

    return i < 0 ? NULL : &now->account[i];
}

/* The rights of today, for an actor and a unit of a catalogue that may be of an earlier day. */
static struct access access_of(const struct catalog *c, struct day today, int *unit)
{
    const struct catalog *now = rights_of(c);

    if (now != c && *unit >= 0)
        *unit = units_find_id(&now->units, c->units.p[*unit].id);
    return (struct access){
        &now->units, today, catalog_successors, now, now->handover, now->handovers};
}

bool may(const struct catalog *c, struct day today, struct actor actor, enum right right, int unit,
    struct day period_end, struct str form, struct str owner)
{
    if (actor.account.v == 0)
        return true;
    const struct account *who = actor_account(c, actor);
    struct access x = access_of(c, today, &unit);
    return who && !who->disabled && access_may(&x, who, right, unit, period_end, form, owner);
}

int writer_of(
    const struct catalog *c, struct day today, int unit, struct day period_end, struct str form)
{
    struct access x = access_of(c, today, &unit);
    int writer = unit < 0 ? -1 : access_writer(&x, unit, period_end, form);

    /* back to an index of `c`, which may be of an earlier day */
    return writer < 0 ? -1 : units_find_id(&c->units, x.units->p[writer].id);
}

bool for_another(const struct catalog *c, struct day today, struct actor actor, int unit,
    struct day period_end, struct str form, struct str owner)
{
    const struct account *who = actor.account.v ? actor_account(c, actor) : NULL;
    struct access x = access_of(c, today, &unit);

    return who && access_for_another(&x, who, unit, period_end, form, owner);
}

bool must(const struct catalog *c, struct day today, struct actor actor, enum right right, int unit,
    struct day period_end, struct str form, struct str owner, struct err *err)
{
    if (may(c, today, actor, right, unit, period_end, form, owner))
        return true;
    if (unit < 0)
        return err_set(err, ERR_DENIED, MSG_err_denied_system);
    const struct unit_version *v = unit_name_on(&c->units, unit, today);
    return err_set(err, ERR_DENIED, MSG_err_denied_unit, v ? v->name : STR("?"));
}

bool app_rebuild(struct app *a, struct err *err)
{
    return app_drop_columns(a, err);
}

static bool verify_job(struct write *w, void *ctx, struct err *err)
{
    return engine_verify(w->app->now->engine, ctx, err);
}

bool app_verify_totals(struct app *a, int64_t *ret_checked, struct err *err)
{
    struct actor system = {{0}, STR("verify")};

    return app_write(a, system, (struct write_options){0}, verify_job, ret_checked, NULL, err);
}
