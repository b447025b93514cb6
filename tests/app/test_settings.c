/* Settings: what an administrator may set, and the day on which a demonstration lives. */
#include "world.h"

#include "app/settings.h"

static bool load(const char *text, struct import_result *ret)
{
    struct import_file f = {.name = STR("settings.csv"), .text = str_of(text)};

    return import_settings(world->app, world->who[WHO_SYSTEM], &f, ret, &world->err);
}

static void what_is_not_set_is_the_default(void **state)
{
    struct day day;

    (void)state;
    assert_int_equal(setting_number(world->store, SETTING_report_return_days), 2);
    assert_false(setting_day(world->store, SETTING_demonstration_day, &day));
}

static void what_was_set_holds_and_equal_values_change_nothing(void **state)
{
    struct import_result r;

    (void)state;
    OK(load("key,value\nreport.return_days,5\n", &r));
    assert_int_equal(r.added, 1);
    assert_int_equal(setting_number(world->store, SETTING_report_return_days), 5);
    OK(load("key,value\nreport.return_days,5\n", &r));
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(r.act.v, 0);
    OK(load("key,value\nreport.return_days,0\n", &r));
    assert_int_equal(setting_number(world->store, SETTING_report_return_days), 0);
}

static void refused(const char *text, const char *says)
{
    struct import_result r;
    struct sbuf b;

    world->err = (struct err)ERR_INIT;
    assert_false(load(text, &r));
    sbuf_init(&b, &world->a, 4000);
    err_text(&world->err, LANG_EN, &b);
    assert_non_null(strstr(sbuf_cstr(&b), says));
    world->err = (struct err)ERR_INIT;
}

static void an_unknown_key_or_a_wild_value_is_refused_with_what_may_stand(void **state)
{
    (void)state;
    refused("key,value\nreport.colour,5\n", "report.return_days");
    refused("key,value\nlogin.failures,0\n", "1-1000");
    refused("key,value\nlogin.failures,many\n", "1-1000");
    refused("key,value\ndemonstration.day,31/02/2024\n", "settings.csv");
    refused("key,value\nreport.soon_days,4\nlogin.failures,-1\n", "1-1000");
    assert_int_equal(
        setting_number(world->store, SETTING_report_soon_days), 3); /* all or nothing */
}

static void on_another_day_what_is_written_counts_as_of_that_day(void **state)
{
    struct act_no before, after;
    struct import_result r;
    struct view v;

    (void)state;
    app_live_on(world->app, day_make(2031, 3, 25));
    assert_true(app_lives_elsewhere());
    OK(load("key,value\nsession.hours,10\n", &r));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    assert_int_equal(v.today.v, day_make(2031, 3, 25).v);
    app_read_end(world->app, &v);
    app_live_now();
    assert_false(app_lives_elsewhere());
    OK(app_known_on(world->app, day_make(2031, 3, 24), &before, &world->err));
    OK(app_known_on(world->app, day_make(2031, 3, 25), &after, &world->err));
    assert_true(before.v < r.act.v && r.act.v == after.v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_set_is_the_default),
        cmocka_unit_test(what_was_set_holds_and_equal_values_change_nothing),
        cmocka_unit_test(an_unknown_key_or_a_wild_value_is_refused_with_what_may_stand),
        cmocka_unit_test(on_another_day_what_is_written_counts_as_of_that_day),
    };

    return cmocka_run_group_tests_name("app: settings", tests, world_open, world_close);
}
