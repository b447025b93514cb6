/* What is kept is given again, and never once it is stale: not to whoever was answered, not to one
 * with other rights, not from another day; and it takes no more than its setting says.
 *
 * Run it under the thread sanitizer too, as test_threads.c. GIAOBAN_STEPS makes longer runs. */
#include "world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/import_details.h"
#include "app/kept.h"
#include "app/settings.h"
#include "app/touched.h"

enum { A = 0, Y = 3, PROVINCE = 0 };

static int unit_index(const struct view *v, int unit)
{
    return units_find_id(&v->catalog->units, world->unit[unit]);
}

static void look(struct view *v)
{
    OK(app_read(world->app, ACT_MAX, v, &world->err));
}

static void keep(int unit, const char *key, const char *text)
{
    struct view v;

    look(&v);
    struct kept_moment m = kept_moment(world->app, &v, unit_index(&v, unit));
    kept_end(kept_put(world->app, &m, str_of(key), STR("title"), str_of(text)));
    app_read_end(world->app, &v);
}

/* What is kept of the unit under the key now; NULL: nothing. */
static const struct kept *found(int unit, const char *key)
{
    struct view v;

    look(&v);
    struct kept_moment m = kept_moment(world->app, &v, unit_index(&v, unit));
    const struct kept *k = kept_find(world->app, &m, str_of(key));
    app_read_end(world->app, &v);
    return k;
}

static bool is_kept(int unit, const char *key)
{
    const struct kept *k = found(unit, key);

    kept_end(k);
    return k != NULL;
}

static bool take(struct report_key key, enum report_step step, struct err *e)
{
    struct step_request q = {.key = key, .step = step, .reason = STR("lại")};

    return reporting_step(world->app, world->who[WHO_SYSTEM], &q, NULL, e);
}

/* Form 1 has neither check nor signature: typed and sent. */
static bool send(int unit, int period, int64_t value, struct arena *a, struct err *e)
{
    struct report_key key = {world->form[1], world->unit[unit], world->period[period]};
    char text[24];
    struct save_result r;

    snprintf(text, sizeof text, "%lld", (long long)value);
    struct typed_cell cell = {world->series[Y], str_of(text), 0, STR(""), -1};
    return reporting_save(world->app, world->who[WHO_SYSTEM], key, &cell, 1, a, &r, e) &&
           take(key, STEP_SUBMIT, e);
}

static void a_figure_below_ends_what_was_kept_above_and_leaves_the_rest(void **state)
{
    int sender = FIRST_COMMUNE, other = FIRST_COMMUNE + 4;
    struct report_key key = {world->form[1], world->unit[sender], world->period[1]};

    (void)state;
    keep(PROVINCE, "page", "of the province");
    keep(sender, "page", "of the commune");
    keep(other, "page", "of another");
    const struct kept *k = found(PROVINCE, "page");
    assert_non_null(k);
    assert_str(kept_text(k), "of the province");
    assert_str(kept_head(k), "title");
    OK(send(sender, 1, 7, &world->a, &world->err));
    assert_false(is_kept(PROVINCE, "page"));
    assert_false(is_kept(sender, "page"));
    assert_true(is_kept(other, "page"));
    assert_str(kept_text(k), "of the province"); /* whoever has it may finish reading it */
    kept_end(k);
    keep(PROVINCE, "page", "of the province");
    OK(take(key, STEP_APPROVE, &world->err));
    assert_false(is_kept(PROVINCE, "page"));
    assert_true(is_kept(other, "page"));
}

/* Other units than those of the tree of today: what a unit came from and where it was before. */
static void a_figure_touches_every_unit_that_was_ever_above_it(void **state)
{
    struct view v;

    (void)state;
    look(&v);
    struct touched *t = touched_new(v.catalog, &world->err);
    assert_non_null(t);
    uint64_t before[UNITS];
    for (int u = 0; u < UNITS; u++) {
        for (int k = 0; k < UNITS; k++)
            before[k] = touched_version(t, unit_index(&v, k));
        touched_begin(t);
        touched_unit(t, unit_index(&v, u));
        for (int k = 0; k < UNITS; k++) {
            bool above = false, moved = touched_version(t, unit_index(&v, k)) != before[k];
            for (int year = 2020; year <= 2027; year++)
                for (int line = 0; line < LINE_COUNT; line++)
                    above = above || unit_under(&v.catalog->units, unit_index(&v, u),
                                         unit_index(&v, k), (enum line)line, day_make(year, 9, 1));
            if (above && !moved)
                fail_msg("a figure of %s leaves %s as it was", world_unit[u], world_unit[k]);
        }
    }
    for (size_t i = 0; i < v.catalog->edges; i++) {
        const struct edge *e = &v.catalog->edge[i];
        if (e->from >= 0 && e->to >= 0)
            assert_int_equal(t->group[e->from], t->group[e->to]);
    }
    touched_free(t);
    app_read_end(world->app, &v);
}

static void import(const char *kind, const char *text)
{
    const struct import_kind *k = import_kinds;
    struct import_file f = {.name = STR("test.csv"), .text = str_of(text)};
    struct import_result r;

    while (strcmp(k->name, kind) != 0)
        k++;
    OK(k->run(world->app, world->who[WHO_SYSTEM], &f, &r, &world->err));
}

static void a_definition_ends_everything(void **state)
{
    (void)state;
    keep(PROVINCE, "page", "x");
    keep(FIRST_COMMUNE + 4, "page", "y");
    import("settings", "key,value\nreport.soon_days,4\n");
    assert_false(is_kept(PROVINCE, "page"));
    assert_false(is_kept(FIRST_COMMUNE + 4, "page"));
}

static void what_was_worked_out_before_a_change_is_not_kept_after_it(void **state)
{
    struct view v;

    (void)state;
    look(&v);
    struct kept_moment m = kept_moment(world->app, &v, unit_index(&v, PROVINCE));
    app_read_end(world->app, &v);
    OK(send(FIRST_COMMUNE, 2, 11, &world->a, &world->err));
    kept_end(kept_put(world->app, &m, STR("late"), STR(""), STR("old")));
    assert_false(is_kept(PROVINCE, "late"));
}

static void the_past_is_not_kept(void **state)
{
    struct view v;

    (void)state;
    OK(app_read(world->app, world_head(), &v, &world->err));
    struct kept_moment m = kept_moment(world->app, &v, unit_index(&v, PROVINCE));
    kept_end(kept_put(world->app, &m, STR("past"), STR(""), STR("x")));
    assert_null(kept_find(world->app, &m, STR("past")));
    app_read_end(world->app, &v);
}

static struct str rights_of(int who)
{
    struct view v;
    struct sbuf b;

    sbuf_init(&b, &world->a, 1000);
    look(&v);
    assert_true(kept_rights(&v, world->who[who], &b));
    app_read_end(world->app, &v);
    return sbuf_view(&b);
}

static void the_key_tells_rights_apart_and_nobody_is_nobody(void **state)
{
    struct view v;
    struct sbuf b;

    (void)state;
    assert_false(str_eq(rights_of(WHO_ONE), rights_of(WHO_CLERK)));
    assert_true(str_eq(rights_of(WHO_ONE), rights_of(WHO_TWO))); /* the same grants */
    sbuf_init(&b, &world->a, 1000);
    look(&v);
    assert_false(kept_rights(&v, (struct actor){{-1}, STR("web")}, &b));
    app_read_end(world->app, &v);
}

static void it_takes_what_its_setting_says_and_lets_go_of_what_nobody_asks_for(void **state)
{
    static char large[40000];
    struct kept_use use;
    char key[24];

    (void)state;
    memset(large, 'x', sizeof large - 1);
    import("settings", "key,value\npages.keep_mb,1\n");
    for (int i = 0; i < 500; i++) {
        snprintf(key, sizeof key, "page %d", i);
        keep(PROVINCE, key, large);
        kept_use(world->app, &use);
        assert_true(use.bytes <= 1 << 20);
    }
    assert_true(use.texts > 1 && use.texts < 27);
    assert_true(is_kept(PROVINCE, "page 499"));
    assert_false(is_kept(PROVINCE, "page 0"));
    import("settings", "key,value\npages.keep_mb,0\n");
    keep(PROVINCE, "none", "x");
    assert_false(is_kept(PROVINCE, "none"));
    import("settings", "key,value\npages.keep_mb,32\n");
}

/* ---- many at once ---- */

static _Atomic bool over;
static _Atomic int64_t wrong, given_again;

/* The commune's provisional total as a text: what is kept, else worked out and kept. */
static bool total_text(int unit, char *ret, size_t n)
{
    struct err e = ERR_INIT;
    struct view v;
    struct total t;
    struct dec d;

    if (!app_read(world->app, ACT_MAX, &v, &e))
        return false;
    struct kept_moment m = kept_moment(world->app, &v, unit_index(&v, unit));
    const struct kept *k = kept_find(world->app, &m, STR("total"));
    if (k) {
        given_again++;
        snprintf(ret, n, "%.*s", STR_ARG(kept_text(k)));
        kept_end(k);
        app_read_end(world->app, &v);
        return true;
    }
    struct engine_query q = {.catalog = v.catalog,
        .indicator = catalog_indicator(v.catalog, str_of(world_indicator[Y]), NULL),
        .series = -1,
        .unit = unit_index(&v, unit),
        .period = world->period[1],
        .state = TOTAL_PROVISIONAL,
        .line = -1};
    bool ok = engine_total(v.engine, &q, &t, &e);
    snprintf(ret, n, "-");
    if (ok && t.has && rat_round(t.value, 0, &d))
        snprintf(ret, n, "%lld", (long long)d.m);
    if (ok)
        kept_end(kept_put(world->app, &m, STR("total"), STR(""), str_of(ret)));
    app_read_end(world->app, &v);
    return ok;
}

static void *read_kept(void *arg)
{
    char text[40];

    for (int i = *(int *)arg; !over; i++)
        if (!total_text(i % 3 ? FIRST_COMMUNE + i % 4 : PROVINCE, text, sizeof text))
            wrong++;
    return NULL;
}

static int rounds;

static void *write_and_read(void *arg)
{
    int unit = FIRST_COMMUNE + *(int *)arg;
    struct report_key key = {world->form[1], world->unit[unit], world->period[1]};
    struct arena a;
    char text[40], want[40];

    arena_init(&a, 1 << 20);
    for (int i = 1; i <= rounds; i++) {
        struct err e = ERR_INIT;
        arena_reset(&a);
        snprintf(want, sizeof want, "%d", i * 10 + unit);
        if (!send(unit, 1, i * 10 + unit, &a, &e) || !total_text(unit, text, sizeof text)) {
            wrong++;
            break;
        }
        if (strcmp(text, want) != 0) {
            fprintf(stderr, "sent %s, kept %s\n", want, text);
            wrong++;
        }
        if (!take(key, STEP_RETURN, &e))
            wrong++;
    }
    arena_free(&a);
    return NULL;
}

static void whoever_was_answered_is_never_given_what_was_kept_before(void **state)
{
    pthread_t writer[3], reader[3];
    const char *n = getenv("GIAOBAN_STEPS");
    int me[3] = {1, 2, 3};

    (void)state;
    rounds = n ? atoi(n) : 60;
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&reader[i], NULL, read_kept, &me[i]), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&writer[i], NULL, write_and_read, &me[i]), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(writer[i], NULL);
    over = true;
    for (int i = 0; i < 3; i++)
        pthread_join(reader[i], NULL);
    print_message("  %lld times given again\n", (long long)given_again);
    assert_int_equal(wrong, 0);
    assert_true(given_again > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_figure_below_ends_what_was_kept_above_and_leaves_the_rest),
        cmocka_unit_test(a_figure_touches_every_unit_that_was_ever_above_it),
        cmocka_unit_test(a_definition_ends_everything),
        cmocka_unit_test(what_was_worked_out_before_a_change_is_not_kept_after_it),
        cmocka_unit_test(the_past_is_not_kept),
        cmocka_unit_test(the_key_tells_rights_apart_and_nobody_is_nobody),
        cmocka_unit_test(it_takes_what_its_setting_says_and_lets_go_of_what_nobody_asks_for),
        cmocka_unit_test(whoever_was_answered_is_never_given_what_was_kept_before),
    };

    return cmocka_run_group_tests_name("app: kept", tests, world_open, world_close);
}
