/* Files too large to be taken row by row, and what people see who write meanwhile. */
#include "world.h"

#include <semaphore.h>
#include <stdio.h>
#include <time.h>

#include "app/import_details.h"
#include "app/settings.h"
#include "app/warm.h"

enum { FROM_YEAR = 2026, YEARS = 165, OPEN_UNITS = CLOSED };

static struct sbuf file;
static int rows, shift;

static int value_of(int series, int unit, int quarter)
{
    return (series * 131 + unit * 31 + quarter * 7 + shift) % 100;
}

/* Room for a file's rows: 1 makes batches of 6,553. */
static void give_memory(const char *mb)
{
    char text[64];
    struct import_result r;
    struct import_file f = {.name = STR("settings.csv")};

    snprintf(text, sizeof text, "key,value\nimport.memory_mb,%s\n", mb);
    f.text = str_of(text);
    OK(import_settings(world->app, world->who[WHO_SYSTEM], &f, &r, &world->err));
}

static void check_store(void)
{
    struct verify_report v;

    OK(world->store->ops->verify(world->store, &v, &world->err));
}

static void put_row(int series, int unit, int quarter)
{
    sbuf_printf(&file, "%s,%s,%d-Q%d,%d\n", world_indicator[series], world_unit[unit],
        FROM_YEAR + quarter / 4, quarter % 4 + 1, value_of(series, unit, quarter));
    rows++;
}

/* A step that has no factor in common with the number of rows visits each once, in no order. */
static void put_all(struct arena *a, int step)
{
    int n = SERIES * OPEN_UNITS * YEARS * 4;

    sbuf_init(&file, a, 16u << 20);
    sbuf_z(&file, "indicator,unit,period,value\n");
    rows = 0;
    for (int i = 0; i < n; i++) {
        int k = (int)((int64_t)i * step % n);
        put_row(k % SERIES, k / SERIES % OPEN_UNITS, k / SERIES / OPEN_UNITS);
    }
}

static bool import(struct import_result *r)
{
    struct import_file f = {.name = STR("f.csv"), .text = sbuf_view(&file)};

    return import_figures(world->app, world->who[WHO_SYSTEM], &f, false, r, &world->err);
}

static int64_t sum_at(int series, int unit, int quarter)
{
    struct view v;
    struct total t;
    struct period p = {0};

    assert_true(period_make(PERIOD_QUARTER, quarter % 4 + 1, FROM_YEAR + quarter / 4, 0, &p));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct engine_query q = {
        .indicator = catalog_indicator(v.catalog, str_of(world_indicator[series]), NULL),
        .series = -1,
        .unit = units_find_id(&v.catalog->units, world->unit[unit]),
        .period = p,
        .line = -1};
    OK(engine_total(v.engine, &q, &t, &world->err));
    app_read_end(world->app, &v);
    return t.has ? (int64_t)(t.value.num / t.value.den) : -1;
}

/* Communes' own figures, asked of the engine. */
static void check_cells(int step)
{
    int n = YEARS * 4 * 3 * (CLOSED - FIRST_COMMUNE);

    for (int k = 0; k < n; k += step) {
        int series = k % 3, unit = FIRST_COMMUNE + k / 3 % (CLOSED - FIRST_COMMUNE),
            quarter = k / 3 / (CLOSED - FIRST_COMMUNE);
        assert_int_equal(sum_at(series, unit, quarter), value_of(series, unit, quarter));
    }
}

static void a_large_file_in_any_order_is_one_act_and_counts_at_once(void **state)
{
    struct import_result r;
    struct arena a;

    (void)state;
    arena_init(&a, 32u << 20);
    assert_int_equal(sum_at(0, FIRST_COMMUNE, 0), -1); /* the column is there before the file */
    put_all(&a, 7919);
    assert_true(rows > 20000);
    OK(import(&r));
    assert_int_equal(r.rows, rows);
    assert_int_equal(r.added, rows);
    assert_int_equal(r.act.v, world_head().v);
    check_cells(11);
    /* the same once more changes nothing */
    put_all(&a, 10007);
    OK(import(&r));
    assert_int_equal(r.added, 0);
    assert_int_equal(r.unchanged, rows);
    assert_int_equal(r.act.v, 0);
    arena_free(&a);
}

static void a_file_in_many_batches_is_one_act_too(void **state)
{
    struct import_result r;
    struct arena a;
    struct act_no before;

    (void)state;
    arena_init(&a, 32u << 20);
    give_memory("1");
    before = world_head();
    shift = 1;
    put_all(&a, 7919);
    OK(import(&r));
    assert_int_equal(r.rows, rows);
    assert_int_equal(r.added, rows);
    assert_int_equal(r.act.v, before.v + 1);
    assert_int_equal(world_head().v, before.v + 1);
    check_cells(11);
    check_store();
    put_all(&a, 1);
    OK(import(&r));
    assert_int_equal(r.unchanged, rows);
    assert_int_equal(r.act.v, 0);
    /* half of it anew, the other half as it was */
    put_all(&a, 10007);
    int all = rows;
    shift = 2;
    sbuf_init(&file, &a, 16u << 20);
    sbuf_z(&file, "indicator,unit,period,value\n");
    for (int i = rows = 0; i < all; i++) {
        shift = 1 + (i % 2);
        put_row(i % SERIES, i / SERIES % OPEN_UNITS, i / SERIES / OPEN_UNITS);
    }
    OK(import(&r));
    assert_int_equal(r.added, all / 2);
    assert_int_equal(r.unchanged, all - all / 2);
    check_store();
    shift = 1;
    give_memory("16");
    put_all(&a, 7919); /* back again, in one batch */
    OK(import(&r));
    assert_int_equal(r.added, all / 2);
    check_cells(11);
    check_store();
    arena_free(&a);
}

static void an_error_far_down_leaves_nothing_of_the_file(void **state)
{
    struct import_result r;
    struct arena a;
    struct act_no before;

    (void)state;
    arena_init(&a, 32u << 20);
    give_memory("1");
    before = world_head();
    shift = 3;
    put_all(&a, 7919);
    sbuf_printf(&file, "%s,nowhere,2026-Q1,1\n", world_indicator[0]);
    assert_false(import(&r));
    assert_int_equal(world->err.line, rows + 2);
    assert_int_equal(world->err.column, (int)strlen(world_indicator[0]) + 2);
    world->err = (struct err)ERR_INIT;
    assert_int_equal(world_head().v, before.v);
    shift = 1;
    check_cells(11);
    check_store();
    arena_free(&a);
}

static void a_cell_twice_in_a_large_file_is_named_with_both_lines(void **state)
{
    struct import_result r;
    struct arena a;
    struct act_no before = world_head();

    (void)state;
    arena_init(&a, 32u << 20);
    put_all(&a, 7919);
    int series = 7919 % SERIES, unit = 7919 / SERIES % OPEN_UNITS;
    put_row(series, unit, 7919 / SERIES / OPEN_UNITS); /* as line 3 */
    assert_false(import(&r));
    assert_int_equal(world->err.line, rows + 1);
    assert_string_equal(world->err.arg[0], "3");
    assert_int_equal(world_head().v, before.v);
    world->err = ERR_INIT;
    arena_free(&a);
}

/* ---- meanwhile ---- */

static sem_t began, go_on;

static bool large_job(struct write *w, void *ctx, struct err *err)
{
    (void)ctx;
    (void)err;
    write_progress(w, 500000, 2000000);
    sem_post(&began);
    sem_wait(&go_on);
    return true;
}

static bool small_job(struct write *w, void *ctx, struct err *err)
{
    (void)w;
    (void)err;
    *(bool *)ctx = true;
    return true;
}

struct writing {
    struct actor actor;
    write_job *job;
    bool ran, ok;
    struct err err;
    pthread_t thread;
};

static void *write_it(void *ctx)
{
    struct writing *x = ctx;

    x->ok =
        app_write(world->app, x->actor, (struct write_options){0}, x->job, &x->ran, NULL, &x->err);
    return NULL;
}

static void start(struct writing *x, const char *via, write_job *job)
{
    *x = (struct writing){.actor = {{0}, str_of(via)}, .job = job};
    assert_int_equal(pthread_create(&x->thread, NULL, write_it, x), 0);
}

static void who_saves_during_a_large_import_is_told_and_nothing_is_lost(void **state)
{
    struct writing large, person, command;
    struct app_importing running;

    (void)state;
    sem_init(&began, 0, 0);
    sem_init(&go_on, 0, 0);
    assert_false(app_importing(world->app, &running));
    start(&large, "cli root", large_job);
    sem_wait(&began);
    assert_true(app_importing(world->app, &running));
    assert_int_equal(running.rows, 2000000);
    assert_int_equal(running.done, 500000);
    start(&command, "cli root", small_job);
    start(&person, "web 127.0.0.1", small_job);
    pthread_join(person.thread, NULL);
    assert_false(person.ok);
    assert_false(person.ran);
    assert_int_equal(person.err.code, ERR_BUSY);
    assert_string_equal(person.err.arg[1], "2000000");
    sem_post(&go_on);
    pthread_join(large.thread, NULL);
    pthread_join(command.thread, NULL);
    assert_true(large.ok && command.ok && command.ran);
    assert_false(app_importing(world->app, &running));
    start(&person, "web 127.0.0.1", small_job);
    pthread_join(person.thread, NULL);
    assert_true(person.ok && person.ran);
    sem_destroy(&began);
    sem_destroy(&go_on);
}

/* ---- definitions that change while a file waits ---- */

static bool waiting_job(struct write *w, void *ctx, struct err *err)
{
    (void)w;
    (void)ctx;
    (void)err;
    sem_post(&began);
    sem_wait(&go_on);
    return true;
}

/* A change of definitions that closes no unit and no indicator. */
static bool defining_job(struct write *w, void *ctx, struct err *err)
{
    *(bool *)ctx = true;
    return write_act(w, ACT_SETTING, STR("setting"), STR(""), err) &&
           w->ops->setting_put(w->store, STR("report.soon_days"), STR("4"), w->act.no, err);
}

static void *define_it(void *ctx)
{
    struct writing *x = ctx;

    x->ok = app_write(world->app, x->actor, (struct write_options){.changes_definitions = true},
        defining_job, &x->ran, NULL, &x->err);
    return NULL;
}

static void *import_it(void *ctx)
{
    struct import_result *r = ctx;

    OK(import(r));
    return NULL;
}

static void a_file_is_checked_against_the_definitions_in_force_when_it_is_written(void **state)
{
    struct writing before, defining = {.actor = world->who[WHO_SYSTEM]};
    const struct timespec moment = {.tv_nsec = 100000000};
    struct import_result r;
    struct arena a;
    pthread_t importing;

    (void)state;
    arena_init(&a, 32u << 20);
    give_memory("1");
    shift = 5;
    put_all(&a, 7919);
    sem_init(&began, 0, 0);
    sem_init(&go_on, 0, 0);
    start(&before, "cli root", waiting_job);
    sem_wait(&began);
    assert_int_equal(pthread_create(&defining.thread, NULL, define_it, &defining), 0);
    nanosleep(&moment, NULL);
    /* its first rows are checked, and it queues up behind the change */
    assert_int_equal(pthread_create(&importing, NULL, import_it, &r), 0);
    nanosleep(&moment, NULL);
    sem_post(&go_on);
    pthread_join(before.thread, NULL);
    pthread_join(defining.thread, NULL);
    pthread_join(importing, NULL);
    assert_true(defining.ok && defining.ran);
    assert_int_equal(r.rows, rows);
    assert_int_equal(r.added, rows);
    assert_int_equal(r.act.v, world_head().v);
    check_cells(11);
    check_store();
    sem_destroy(&began);
    sem_destroy(&go_on);
    arena_free(&a);
}

static void columns_come_in_behind_and_progress_is_told(void **state)
{
    struct app_warmth warm;
    struct engine_stats stats;
    struct view v;

    (void)state;
    world_reopen();
    app_warmth(world->app, &warm);
    assert_false(warm.running);
    app_warm(world->app);
    do {
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        app_warmth(world->app, &warm);
    } while (warm.running);
    assert_int_equal(warm.of, SERIES * YEARS * 4);
    assert_int_equal(warm.done, warm.of);
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    engine_stats(v.engine, &stats);
    app_read_end(world->app, &v);
    assert_int_equal(stats.columns, warm.of);
    assert_int_equal(stats.cells, warm.of * OPEN_UNITS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_file_in_any_order_is_one_act_and_counts_at_once),
        cmocka_unit_test(a_file_in_many_batches_is_one_act_too),
        cmocka_unit_test(an_error_far_down_leaves_nothing_of_the_file),
        cmocka_unit_test(a_cell_twice_in_a_large_file_is_named_with_both_lines),
        cmocka_unit_test(who_saves_during_a_large_import_is_told_and_nothing_is_lost),
        cmocka_unit_test(a_file_is_checked_against_the_definitions_in_force_when_it_is_written),
        cmocka_unit_test(columns_come_in_behind_and_progress_is_told),
    };

    return cmocka_run_group_tests(tests, world_open, world_close);
}
