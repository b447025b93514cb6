/* Eight people save and send different reports at once, while others read totals, look into the
 * past and change definitions: whoever was answered finds his figure in the totals, no reader sees
 * a total that is not the sum of its parts, and afterwards everything agrees.
 *
 * Run it under the thread sanitizer too (meson setup build-tsan -Db_sanitize=thread
 * -Db_lundef=false). GIAOBAN_STEPS makes longer runs. */
#include "world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/import_details.h"

enum { WRITERS = 8, READERS = 3 };
enum { A = 0, Y = 3 }; /* a series of each form that adds up over units */

static int rounds;
static _Atomic bool over;
static _Atomic int64_t wrong, reads, past_reads, swaps;
static int64_t last[FORMS][QUARTERS][UNITS]; /* each cell by one thread */

static void say(const char *what, const struct err *e)
{
    if (atomic_fetch_add(&wrong, 1) < 10)
        fprintf(stderr, "%s%s%s\n", what, e ? ": " : "", e ? err_code_name(e->code) : "");
}

/* Series of a form; year to date: of the first quarter, that is. */
static int series_of(int form)
{
    return form == 0 ? A : Y;
}

static bool totals(struct act_no known, int series, int period, enum total_state state,
    const int *unit, size_t n, struct total *ret)
{
    struct err e = ERR_INIT;
    struct view v;
    struct engine_query q[3];

    if (!app_read(world->app, known, &v, &e)) {
        say("reading", &e);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        q[i] = (struct engine_query){.catalog = v.catalog,
            .indicator = catalog_indicator(v.catalog, str_of(world_indicator[series]), NULL),
            .series = -1,
            .unit = units_find_id(&v.catalog->units, world->unit[unit[i]]),
            .period = world->period[period],
            .state = state,
            .line = -1};
    bool ok = engine_totals(v.engine, q, n, ret, &e);
    if (!ok)
        say("totals", &e);
    app_read_end(world->app, &v);
    return ok;
}

static bool is(const struct total *t, int64_t value)
{
    return t->has && rat_cmp(t->value, rat_of_i64(value)) == 0;
}

static bool step(struct report_key key, enum report_step step)
{
    struct step_request q = {.key = key, .step = step, .reason = STR("lại")};
    struct err e = ERR_INIT;
    bool ok = reporting_step(world->app, world->who[WHO_SYSTEM], &q, NULL, &e);

    if (!ok)
        say(report_step_name(step), &e);
    return ok;
}

static bool type(struct report_key key, int series, int64_t value, struct arena *a)
{
    char text[24];
    struct save_result ret;
    struct err e = ERR_INIT;

    snprintf(text, sizeof text, "%lld", (long long)value);
    struct typed_cell cell = {world->series[series], str_of(text), 0, STR(""), -1};
    bool ok = reporting_save(world->app, world->who[WHO_SYSTEM], key, &cell, 1, a, &ret, &e) &&
              !ret.stale;
    if (!ok)
        say("saving", &e);
    return ok;
}

static bool send(struct report_key key, int form)
{
    return (form == 1 || (step(key, STEP_CHECK) && step(key, STEP_TO_SIGN))) &&
           step(key, STEP_SUBMIT);
}

/* One round: typed, sent, seen; every third time approved and seen, then reopened. */
static bool round_of(int form, int period, int unit, int64_t value, struct arena *a)
{
    struct report_key key = {world->form[form], world->unit[unit], world->period[period]};
    struct total t;

    if (!type(key, series_of(form), value, a) || !send(key, form))
        return false;
    last[form][period][unit] = value;
    if (!totals(ACT_MAX, series_of(form), period, TOTAL_PROVISIONAL, &unit, 1, &t))
        return false;
    if (!is(&t, value))
        say("a figure that was sent is not in the provisional total", NULL);
    if (value % 3)
        return step(key, STEP_RETURN);
    if (!step(key, STEP_APPROVE) ||
        !totals(ACT_MAX, series_of(form), period, TOTAL_APPROVED, &unit, 1, &t))
        return false;
    if (!is(&t, value))
        say("a figure that was approved is not in the approved total", NULL);
    return step(key, STEP_REOPEN);
}

static void *write_reports(void *arg)
{
    int me = *(int *)arg, form = me / 4, unit = FIRST_COMMUNE + me % 4;
    struct arena a;

    arena_init(&a, 1 << 20);
    for (int i = 1; i <= rounds; i++) {
        arena_reset(&a);
        /* year to date: only the first quarter's total is the figure itself */
        if (!round_of(form, form == 0 ? 1 + i % 3 : 1, unit, (int64_t)i * 10 + me, &a))
            break;
    }
    arena_free(&a);
    return NULL;
}

/* Readers look often, and leave the machine to those who write. */
static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static void *read_totals(void *arg)
{
    static const int unit[3] = {0, 1, 2};

    for (int i = *(int *)arg; !over; i++) {
        struct total t[3];
        enum total_state state = i % 2 ? TOTAL_APPROVED : TOTAL_PROVISIONAL;
        if (!totals(ACT_MAX, A, 1 + i % 3, state, unit, 3, t))
            break;
        struct rat sum = rat_of_i64(0);
        for (int k = 1; k < 3; k++)
            if (t[k].has && !rat_add(sum, t[k].value, &sum))
                say("overflow", NULL);
        if (rat_cmp(sum, t[0].has ? t[0].value : rat_of_i64(0)) != 0)
            say("a total is not the sum of its parts", NULL);
        reads++;
        rest();
    }
    return NULL;
}

/* The past stays as it was: the same act read twice says the same. */
static void *read_past(void *arg)
{
    struct act_no known = *(struct act_no *)arg;
    struct total before, now;
    int province = 0;

    while (!over) {
        struct err e = ERR_INIT;
        unsigned char hash[32];
        if (!world->store->ops->head(world->store, &known, hash, &e))
            say("head", &e);
        if (!totals(known, A, 1, TOTAL_PROVISIONAL, &province, 1, &before) ||
            !totals(known, A, 1, TOTAL_PROVISIONAL, &province, 1, &now))
            break;
        if (before.has != now.has || (now.has && rat_cmp(before.value, now.value) != 0))
            say("the past has changed", NULL);
        past_reads++;
        rest();
    }
    return NULL;
}

/* What is not applicable changes all the time, of an indicator that nobody else looks at. */
static void *change_definitions(void *arg)
{
    const struct import_kind *kind = import_kinds;

    (void)arg;
    while (strcmp(kind->name, "not-applicable") != 0)
        kind++;
    while (!over) {
        struct import_file f = {
            .name = STR("na.csv"), .text = STR("indicator,unit,from\nX,C1,2025-01-01\n")};
        struct err e = ERR_INIT;
        struct import_result r;
        struct actor who = world->who[WHO_SYSTEM];
        if (!kind->run(world->app, who, &f, &r, &e) ||
            !import_undo(world->app, who, r.act, false, &r, &e)) {
            say("definitions", &e);
            break;
        }
        swaps++;
        rest();
    }
    return NULL;
}

static void people_at_once_lose_nothing_and_readers_see_whole_totals(void **state)
{
    pthread_t writer[WRITERS], reader[READERS], past, definer;
    const char *n = getenv("GIAOBAN_STEPS");
    struct act_no known = world_head();
    struct verify_report r;
    int64_t checked;
    int me[WRITERS];

    (void)state;
    rounds = n ? atoi(n) : 40;
    for (int i = 0; i < WRITERS; i++) {
        me[i] = i;
        assert_int_equal(pthread_create(&writer[i], NULL, write_reports, &me[i]), 0);
    }
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&reader[i], NULL, read_totals, &me[i]), 0);
    assert_int_equal(pthread_create(&past, NULL, read_past, &known), 0);
    assert_int_equal(pthread_create(&definer, NULL, change_definitions, NULL), 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(writer[i], NULL);
    over = true;
    for (int i = 0; i < READERS; i++)
        pthread_join(reader[i], NULL);
    pthread_join(past, NULL);
    pthread_join(definer, NULL);
    print_message("  %d rounds by %d people, %lld reads, %lld of the past, %lld catalogues\n",
        rounds, WRITERS, (long long)reads, (long long)past_reads, (long long)swaps);
    assert_int_equal(wrong, 0);
    assert_true(reads > 0 && past_reads > 0 && swaps > 0);
    OK(world->store->ops->verify(world->store, &r, &world->err));
    OK(app_verify_totals(world->app, &checked, &world->err));
    assert_true(checked > 0);
}

static void what_was_sent_last_stands_after_opening_again(void **state)
{
    (void)state;
    world_reopen();
    for (int f = 0; f < FORMS; f++)
        for (int p = 0; p < QUARTERS; p++)
            for (int u = 0; u < UNITS; u++) {
                struct total t;
                if (!last[f][p][u])
                    continue;
                assert_true(totals(ACT_MAX, series_of(f), p, TOTAL_PROVISIONAL, &u, 1, &t));
                assert_true(is(&t, last[f][p][u]));
            }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_at_once_lose_nothing_and_readers_see_whole_totals),
        cmocka_unit_test(what_was_sent_last_stands_after_opening_again),
    };

    return cmocka_run_group_tests_name("app: many at once", tests, world_open, world_close);
}
