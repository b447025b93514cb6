/* The board of reports, over the demonstration. */
#include "demo.h"

#include "app/board.h"

static struct reports_board b;

static bool look_at(const char *login, const char *unit, const char *to, const char *kind)
{
    struct board_request q = {.form = STR("DU-Q"),
        .unit = str_of(unit),
        .to = demo_period(to),
        .periods = 5,
        .kind = str_of(kind)};
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = board_make(demo->app, &demo->v, who, &q, LANG_VI, &demo->a, &b, &demo->err);
    demo_done();
    return ok;
}

static const struct board_cell *cell_of(const char *unit, const char *period)
{
    int u = demo_unit(unit, period);
    struct period p = demo_period(period);

    for (size_t i = 0; i < b.rows; i++)
        for (size_t k = 0; k < b.periods; k++)
            if (b.row[i].unit == u && period_eq(b.period[k].period, p))
                return &b.row[i].cell[k];
    fail_msg("no cell of %s in %s", unit, period);
    return NULL;
}

static void thirteen_of_thirteen(void **state)
{
    (void)state;
    OK(look_at("tonghop.328", "328", "2024-Q1", ""));
    assert_int_equal(b.rows, 13);
    assert_int_equal(b.periods, 1); /* the form began in 2024 */
    assert_int_equal(b.period[0].asked, 13);
    assert_int_equal(b.period[0].sent, 13);
    assert_int_equal(b.calls, 0);
    assert_int_equal(b.remind.n, 0);
}

static void wards_alone(void **state)
{
    (void)state;
    OK(look_at("tonghop.328", "328", "2024-Q1", "ward"));
    assert_int_equal(b.rows, 7);
    REFUSED(look_at("tonghop.328", "328", "2024-Q1", "planet"), "err.units.kind");
}

static void late_returned_and_estimated(void **state)
{
    (void)state;
    OK(look_at("duyet.mh", "MH", "2026-Q3", ""));
    assert_int_equal(b.rows, 3);
    assert_int_equal(b.periods, 5);
    const struct board_cell *c = cell_of("MH001", "2026-Q3");
    assert_int_equal(c->state, REPORT_APPROVED);
    assert_int_equal(c->timely, TIMELY_ON_TIME);
    assert_int_equal(c->estimates, 3);
    assert_int_equal(c->came.v, day_make(2026, 9, 17).v);
    assert_false(c->may_approve);
    c = cell_of("MH002", "2026-Q3");
    assert_int_equal(c->timely, TIMELY_LATE);
    assert_true(c->days >= 2);
    c = cell_of("MH003", "2026-Q3");
    assert_int_equal(c->state, REPORT_RETURNED);
    const struct board_period *p = &b.period[4];
    assert_int_equal(p->asked, 3);
    assert_int_equal(p->approved, 2);
    assert_int_equal(p->returned, 1);
    assert_int_equal(b.backs, 1);
    assert_int_equal(b.back[0].cells, 2);
    assert_true(b.back[0].by >= 0);
    assert_true(b.back[0].reason.n > 0);
}

static void who_has_not_sent_is_called(void **state)
{
    (void)state;
    demo_type("bxd.mh001", demo_key("DU-Q", "MH001", "2026-Q4"), "TC03", "2", 0, "");
    OK(look_at("tonghop.mh", "MH", "2026-Q4", ""));
    assert_int_equal(b.calls, 3);
    assert_int_equal(b.call[0].state, REPORT_DRAFT);
    assert_int_equal(b.call[0].filled, 1);
    assert_true(b.call[0].to_fill > 40);
    assert_int_equal(b.call[1].state, REPORT_NOT_STARTED);
    assert_true(b.call[0].accounts > 1);
    assert_true(str_find(b.remind, STR("3/3"), 0) > 0);
    assert_true(str_find(b.remind, STR("phường Minh Họa (đang nhập, 1/"), 0) > 0);
    assert_true(str_find(b.remind, STR("Quý"), 0) < 0); /* "quý IV/2026" inside a sentence */
}

static void each_sees_what_is_under_him(void **state)
{
    (void)state;
    REFUSED(look_at("tonghop.mh", "328", "2024-Q1", ""), "err.denied_unit");
    REFUSED(look_at("bxd.mh001", "MH", "2026-Q3", ""), "err.denied_unit");
    OK(look_at("bxd.mh001", "MH001", "2026-Q3", ""));
    assert_int_equal(b.rows, 1);
    assert_false(cell_of("MH001", "2026-Q3")->may_return);
}

static void many_are_approved_each_on_its_own(void **state)
{
    struct report_key bad = demo_key("DU-Q", "MH003", "2026-Q3"),
                      sent = demo_key("DU-Q", "MH002", "2025-Q4");
    struct board_outcome *o;
    int ok;

    (void)state;
    /* reopened, sent again unfinished by the door of imports, so that it waits for approval */
    OK(demo_step("duyet.mh", sent, STEP_REOPEN, "thử"));
    struct step_request again[] = {{.key = sent, .step = STEP_CHECK},
        {.key = sent, .step = STEP_TO_SIGN}, {.key = sent, .step = STEP_SUBMIT, .unchecked = true}};
    for (size_t i = 0; i < 3; i++) {
        struct actor system = {{0}, STR("test")};
        OK(reporting_step(demo->app, system, &again[i], NULL, &demo->err));
    }
    OK(look_at("duyet.mh", "MH", "2025-Q4", ""));
    assert_true(cell_of("MH002", "2025-Q4")->may_approve);
    assert_int_equal(b.may_approve, 1);
    struct board_pick pick[] = {{bad.unit, {0}}, {sent.unit, {0}}};
    OK(board_step_many(demo->app, demo_actor("duyet.mh"), sent.form, sent.period, STEP_APPROVE,
        pick, 2, &demo->a, &o, &ok, &demo->err));
    assert_int_equal(ok, 1);
    assert_false(o[0].ok); /* MH003 of that quarter is locked */
    assert_true(o[0].err.code != ERR_NONE);
    assert_true(o[1].ok);
    OK(look_at("duyet.mh", "MH", "2025-Q4", ""));
    assert_int_equal(cell_of("MH002", "2025-Q4")->state, REPORT_APPROVED);
    REFUSED(board_step_many(demo->app, demo_actor("duyet.mh"), sent.form, sent.period, STEP_RETURN,
                pick, 2, &demo->a, &o, &ok, &demo->err),
        "err.board.step");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thirteen_of_thirteen),
        cmocka_unit_test(wards_alone),
        cmocka_unit_test(late_returned_and_estimated),
        cmocka_unit_test(who_has_not_sent_is_called),
        cmocka_unit_test(each_sees_what_is_under_him),
        cmocka_unit_test(many_are_approved_each_on_its_own),
    };

    return cmocka_run_group_tests_name("board", tests, demo_open, demo_close);
}
