/* What random operations found, and what an import promises, each as a story of its own. */
#include "world.h"

#include "app/import_details.h"

static struct report_key key;

static bool step(int who, enum report_step step, int64_t seen)
{
    struct step_request q = {.key = key, .step = step, .reason = STR("vì số liệu"), .seen = {seen}};

    return reporting_step(world->app, world->who[who], &q, NULL, &world->err);
}

static void type(int series, const char *typed, const char *note)
{
    struct typed_cell cell = {world->series[series], str_of(typed), 0, str_of(note), -1};
    struct save_result ret;

    OK(reporting_save(
        world->app, world->who[WHO_SYSTEM], key, &cell, 1, &world->a, &ret, &world->err));
}

static struct import_result import(const char *text)
{
    struct import_file f = {.name = STR("f.csv"), .text = str_of(text)};
    struct import_result r;

    OK(import_figures(world->app, world->who[WHO_SYSTEM], &f, false, &r, &world->err));
    return r;
}

/* The province's total of a series; -1: none. */
static int total(int series, int period, enum total_state state)
{
    struct view v;
    struct total t;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct engine_query q = {
        .indicator = catalog_indicator(v.catalog, str_of(world_indicator[series]), NULL),
        .series = -1,
        .unit = units_find_id(&v.catalog->units, world->unit[0]),
        .period = world->period[period],
        .state = state,
        .line = -1};
    OK(engine_total(v.engine, &q, &t, &world->err));
    app_read_end(world->app, &v);
    return t.has ? (int)(t.value.num / t.value.den) : -1;
}

static void an_import_taken_back_leaves_what_counted_before(void **state)
{
    (void)state;
    key = (struct report_key){world->form[1], world->unit[FIRST_COMMUNE + 2], world->period[1]};
    type(3, "70", "");
    OK(step(WHO_SYSTEM, STEP_SUBMIT, 0));
    OK(step(WHO_SYSTEM, STEP_APPROVE, 0));
    OK(step(WHO_SYSTEM, STEP_REOPEN, 0));
    type(3, "75", "");
    OK(step(WHO_SYSTEM, STEP_SUBMIT, 0));
    assert_int_equal(total(3, 1, TOTAL_APPROVED), 70);
    assert_int_equal(total(3, 1, TOTAL_PROVISIONAL), 75);

    struct import_result r = import("indicator,unit,period,value\nY,C3,2025-Q1,99\n");
    assert_int_equal(total(3, 1, TOTAL_APPROVED), 99);
    assert_int_equal(total(3, 1, TOTAL_PROVISIONAL), 99);
    OK(import_undo(world->app, world->who[WHO_SYSTEM], r.act, false, &r, &world->err));
    assert_int_equal(total(3, 1, TOTAL_APPROVED), 70);
    assert_int_equal(total(3, 1, TOTAL_PROVISIONAL), 75);

    OK(step(WHO_SYSTEM, STEP_APPROVE, 0));
    assert_int_equal(total(3, 1, TOTAL_APPROVED), 75);
}

static void a_note_put_right_is_kept_though_the_number_is_the_same(void **state)
{
    struct figure_key cell = {world->series[2], world->code[1], world->unit[FIRST_COMMUNE]};
    struct figure_record *r;
    size_t n;

    (void)state;
    key = (struct report_key){world->form[1], world->unit[FIRST_COMMUNE], world->period[1]};
    type(2, "5,5", "lý do cũ");
    OK(step(WHO_SYSTEM, STEP_SUBMIT, 0));
    OK(step(WHO_SYSTEM, STEP_RETURN, 0));
    type(2, "5,5", "lý do mới");
    OK(step(WHO_SYSTEM, STEP_SUBMIT, 0));
    OK(world->store->ops->cell_history(
        world->store, cell, ACT_MAX, &world->a, &r, &n, &world->err));
    assert_int_equal(n, 2);
    assert_str(r[1].note, "lý do mới");

    import("indicator,unit,period,value,note\nX,C1,2025-Q1,4,một\n");
    assert_int_equal(import("indicator,unit,period,value,note\nX,C1,2025-Q1,4,hai\n").changed, 1);
    assert_int_equal(import("indicator,unit,period,value\nX,C1,2025-Q1,4\n").unchanged, 1);
}

static void sealed_figures_that_are_equal_change_nothing(void **state)
{
    (void)state;
    assert_int_equal(import("indicator,unit,period,value\nX,C2,2025-Q1,4\n").added, 1);
    struct import_result r = import("indicator,unit,period,value\nX,C2,2025-Q1,4\n");
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(r.act.v, 0);
}

static void what_is_not_applicable_already_changes_nothing(void **state)
{
    struct import_file f = {
        .name = STR("na.csv"), .text = STR("indicator,unit,from\nM,C2,2025-01-01\n")};
    const struct import_kind *kind = import_kinds;
    struct import_result r;

    (void)state;
    while (strcmp(kind->name, "not-applicable") != 0)
        kind++;
    OK(kind->run(world->app, world->who[WHO_SYSTEM], &f, &r, &world->err));
    assert_int_equal(r.added, 1);
    OK(kind->run(world->app, world->who[WHO_SYSTEM], &f, &r, &world->err));
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(r.act.v, 0);
}

/* Else what is sent later would be approved unseen. */
static void nobody_has_seen_what_is_still_to_come(void **state)
{
    (void)state;
    key = (struct report_key){world->form[1], world->unit[FIRST_COMMUNE + 1], world->period[1]};
    type(3, "10", "");
    OK(step(WHO_SYSTEM, STEP_SUBMIT, 0));
    OK(step(WHO_SYSTEM, STEP_APPROVE, world_head().v + 1000));
    OK(step(WHO_SYSTEM, STEP_REOPEN, 0));
    int before = total(3, 1, TOTAL_APPROVED);
    assert_int_equal(before, 85);
    type(3, "20", "");
    OK(step(WHO_SYSTEM, STEP_SUBMIT, 0));
    assert_int_equal(total(3, 1, TOTAL_APPROVED), before);
}

static void an_undoing_of_figures_is_not_taken_back(void **state)
{
    struct import_result r = import("indicator,unit,period,value\nA,C1,2024-Q4,91\n"), undone;

    (void)state;
    OK(import_undo(world->app, world->who[WHO_SYSTEM], r.act, false, &undone, &world->err));
    assert_false(
        import_undo(world->app, world->who[WHO_SYSTEM], undone.act, false, &r, &world->err));
    assert_int_equal(world->err.key, MSG_err_undo_figures_again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_import_taken_back_leaves_what_counted_before),
        cmocka_unit_test(a_note_put_right_is_kept_though_the_number_is_the_same),
        cmocka_unit_test(sealed_figures_that_are_equal_change_nothing),
        cmocka_unit_test(what_is_not_applicable_already_changes_nothing),
        cmocka_unit_test(nobody_has_seen_what_is_still_to_come),
        cmocka_unit_test(an_undoing_of_figures_is_not_taken_back),
    };

    return cmocka_run_group_tests_name("app: imports taken back", tests, world_open, world_close);
}
