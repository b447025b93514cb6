/* The way of a report: which step leads where, who takes it, what counts after it, and when it is
 * late. */
#include "../test.h"

#include "domain/report.h"

/* Every legal step; what is not here must be refused. Form: n neither, c check, s sign, b both, *
 * any of them. */
static const struct {
    enum report_state from;
    enum report_step step;
    char form;
    enum report_state to;
    enum right right;
} ways[] = {
    {REPORT_NOT_STARTED, STEP_EDIT, '*', REPORT_DRAFT, RIGHT_ENTER},
    {REPORT_DRAFT, STEP_EDIT, '*', REPORT_DRAFT, RIGHT_ENTER},
    {REPORT_RETURNED, STEP_EDIT, '*', REPORT_RETURNED, RIGHT_ENTER},
    {REPORT_REOPENED, STEP_EDIT, '*', REPORT_REOPENED, RIGHT_ENTER},
    {REPORT_DRAFT, STEP_CHECK, 'c', REPORT_CHECKING, RIGHT_ENTER},
    {REPORT_DRAFT, STEP_CHECK, 'b', REPORT_CHECKING, RIGHT_ENTER},
    {REPORT_RETURNED, STEP_CHECK, 'c', REPORT_CHECKING, RIGHT_ENTER},
    {REPORT_RETURNED, STEP_CHECK, 'b', REPORT_CHECKING, RIGHT_ENTER},
    {REPORT_REOPENED, STEP_CHECK, 'c', REPORT_CHECKING, RIGHT_ENTER},
    {REPORT_REOPENED, STEP_CHECK, 'b', REPORT_CHECKING, RIGHT_ENTER},
    {REPORT_DRAFT, STEP_TO_SIGN, 's', REPORT_TO_SIGN, RIGHT_ENTER},
    {REPORT_RETURNED, STEP_TO_SIGN, 's', REPORT_TO_SIGN, RIGHT_ENTER},
    {REPORT_REOPENED, STEP_TO_SIGN, 's', REPORT_TO_SIGN, RIGHT_ENTER},
    {REPORT_CHECKING, STEP_TO_SIGN, 's', REPORT_TO_SIGN, RIGHT_CHECK},
    {REPORT_CHECKING, STEP_TO_SIGN, 'b', REPORT_TO_SIGN, RIGHT_CHECK},
    {REPORT_CHECKING, STEP_PUSH_BACK, '*', REPORT_DRAFT, RIGHT_CHECK},
    {REPORT_TO_SIGN, STEP_PUSH_BACK, '*', REPORT_DRAFT, RIGHT_CHECK},
    {REPORT_DRAFT, STEP_SUBMIT, 'n', REPORT_SUBMITTED, RIGHT_ENTER},
    {REPORT_RETURNED, STEP_SUBMIT, 'n', REPORT_SUBMITTED, RIGHT_ENTER},
    {REPORT_REOPENED, STEP_SUBMIT, 'n', REPORT_SUBMITTED, RIGHT_ENTER},
    {REPORT_CHECKING, STEP_SUBMIT, 'c', REPORT_SUBMITTED, RIGHT_CHECK},
    {REPORT_TO_SIGN, STEP_SUBMIT, '*', REPORT_SUBMITTED, RIGHT_SIGN},
    {REPORT_SUBMITTED, STEP_RECEIVE, '*', REPORT_RECEIVED, RIGHT_APPROVE},
    {REPORT_SUBMITTED, STEP_RETURN, '*', REPORT_RETURNED, RIGHT_APPROVE},
    {REPORT_RECEIVED, STEP_RETURN, '*', REPORT_RETURNED, RIGHT_APPROVE},
    {REPORT_SUBMITTED, STEP_APPROVE, '*', REPORT_APPROVED, RIGHT_APPROVE},
    {REPORT_RECEIVED, STEP_APPROVE, '*', REPORT_APPROVED, RIGHT_APPROVE},
    {REPORT_APPROVED, STEP_REVOKE, '*', REPORT_RECEIVED, RIGHT_APPROVE},
    {REPORT_APPROVED, STEP_LOCK, '*', REPORT_LOCKED, RIGHT_APPROVE},
    {REPORT_APPROVED, STEP_REOPEN, '*', REPORT_REOPENED, RIGHT_REOPEN},
    {REPORT_LOCKED, STEP_REOPEN, '*', REPORT_REOPENED, RIGHT_REOPEN},
    {REPORT_APPROVED, STEP_FINAL, '*', REPORT_APPROVED, RIGHT_SIGN},
    {REPORT_LOCKED, STEP_FINAL, '*', REPORT_LOCKED, RIGHT_SIGN},
};

static const char forms[] = "ncsb";

static int find_way(enum report_state from, enum report_step step, char form)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i].from == from && ways[i].step == step &&
            (ways[i].form == '*' || ways[i].form == form))
            return (int)i;
    return -1;
}

static void check_step(enum report_state from, enum report_step step, char form)
{
    int way = find_way(from, step, form);
    enum report_state to;
    struct err e = ERR_INIT;
    bool ok =
        report_next(from, step, form == 'c' || form == 'b', form == 's' || form == 'b', &to, &e);

    if (ok != (way >= 0))
        fail_msg("%s from %s, form %c: %s", report_step_name(step), report_state_name(from), form,
            ok ? "taken" : "refused");
    if (ok && to != ways[way].to)
        fail_msg("%s from %s: %s", report_step_name(step), report_state_name(from),
            report_state_name(to));
    if (ok && report_step_right(from, step) != ways[way].right)
        fail_msg("%s from %s: right %d", report_step_name(step), report_state_name(from),
            (int)report_step_right(from, step));
    if (!ok)
        assert_int_equal(e.code, ERR_CONFLICT);
}

static void test_every_step_from_every_state(void **state)
{
    (void)state;
    for (int from = 0; from < REPORT_STATES; from++)
        for (int step = 0; step < REPORT_STEPS; step++)
            for (int form = 0; form < 4; form++)
                check_step((enum report_state)from, (enum report_step)step, forms[form]);
}

static void test_a_refusal_says_what_can_be_done(void **state)
{
    enum report_state to;
    struct err e = ERR_INIT;

    (void)state;
    assert_false(report_next(REPORT_LOCKED, STEP_APPROVE, true, true, &to, &e));
    assert_int_equal(e.key, MSG_err_report_step_locked);
    assert_false(report_next(REPORT_DRAFT, STEP_APPROVE, true, true, &to, &e));
    assert_int_equal(e.key, MSG_err_report_step_draft);
}

static void test_cells_are_typed_in_four_states(void **state)
{
    (void)state;
    for (int s = 0; s < REPORT_STATES; s++)
        assert_int_equal(report_editable((enum report_state)s),
            s == REPORT_NOT_STARTED || s == REPORT_DRAFT || s == REPORT_RETURNED ||
                s == REPORT_REOPENED);
}

static void test_who_hands_back_says_why(void **state)
{
    (void)state;
    for (int s = 0; s < REPORT_STEPS; s++)
        assert_int_equal(report_step_needs_reason((enum report_step)s),
            s == STEP_PUSH_BACK || s == STEP_RETURN || s == STEP_REVOKE || s == STEP_REOPEN);
}

/* ---- what counts ---- */

static struct report_marks marks(int64_t submitted, int64_t approved)
{
    return (struct report_marks){{submitted}, {approved}};
}

static int64_t counts(const struct figure_version *v)
{
    return v ? v->value : -1;
}

/* Two versions of a cell: 19 of act 10, 78 of act 20. */
static const struct figure_version cell[] = {{19, 0, {10}}, {78, 0, {20}}};

static void test_approval_counts_what_the_approver_saw(void **state)
{
    (void)state;
    struct report_marks m =
        report_marks_after(marks(0, 0), STEP_SUBMIT, (struct act_no){10}, (struct act_no){10});
    assert_int_equal(counts(figure_provisional(cell, 2, m)), 19);
    assert_int_equal(counts(figure_approved(cell, 2, m)), -1);
    /* a correction of act 20 came between what was seen (15) and the approval (25) */
    m = report_marks_after(m, STEP_APPROVE, (struct act_no){25}, (struct act_no){15});
    assert_int_equal(counts(figure_approved(cell, 2, m)), 19);
}

static void test_reopening_keeps_the_approved_values(void **state)
{
    (void)state;
    struct report_marks m = marks(10, 12);
    m = report_marks_after(m, STEP_REOPEN, (struct act_no){15}, (struct act_no){15});
    assert_int_equal(counts(figure_approved(cell, 2, m)), 19);
    m = report_marks_after(m, STEP_SUBMIT, (struct act_no){20}, (struct act_no){20});
    assert_int_equal(counts(figure_approved(cell, 2, m)), 19);
    assert_int_equal(counts(figure_provisional(cell, 2, m)), 78);
    m = report_marks_after(m, STEP_APPROVE, (struct act_no){22}, (struct act_no){21});
    assert_int_equal(counts(figure_approved(cell, 2, m)), 78);
}

static void test_revoking_takes_the_approval_back_only(void **state)
{
    (void)state;
    struct report_marks m = marks(10, 21); /* a correction of act 20 was approved with it */
    m = report_marks_after(m, STEP_REVOKE, (struct act_no){30}, (struct act_no){30});
    assert_int_equal(counts(figure_approved(cell, 2, m)), -1);
    assert_int_equal(counts(figure_provisional(cell, 2, m)), 78);
}

static void test_final_figures_are_approved_with_their_act(void **state)
{
    (void)state;
    struct report_marks m =
        report_marks_after(marks(10, 12), STEP_FINAL, (struct act_no){20}, (struct act_no){18});
    assert_int_equal(counts(figure_approved(cell, 2, m)), 78);
}

static void test_what_an_undone_import_hid_counts_again(void **state)
{
    (void)state;
    /* sent in act 10, imported over it in act 20, taken back in act 30; 12 was approved before */
    const struct figure_version undone[] = {
        {12, 0, {5}}, {19, 0, {10}}, {78, FIGURE_BORN_APPROVED, {20}}, {19, FIGURE_UNDOES, {30}}};
    assert_int_equal(counts(figure_approved(undone, 3, marks(10, 6))), 78);
    assert_int_equal(counts(figure_approved(undone, 4, marks(10, 6))), 12);
    assert_int_equal(counts(figure_provisional(undone, 4, marks(10, 6))), 19);
    assert_int_equal(counts(figure_approved(undone, 4, marks(10, 40))), 19);
    const struct figure_version first[] = {{78, FIGURE_BORN_APPROVED, {20}},
        {78, FIGURE_BORN_APPROVED | FIGURE_CLEARED | FIGURE_UNDOES, {30}}};
    assert_null(figure_provisional(first, 2, marks(40, 40)));
}

static void test_other_steps_move_no_mark(void **state)
{
    static const enum report_step steps[] = {STEP_EDIT, STEP_CHECK, STEP_TO_SIGN, STEP_PUSH_BACK,
        STEP_RECEIVE, STEP_RETURN, STEP_LOCK, STEP_REOPEN};

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct report_marks m =
            report_marks_after(marks(10, 12), steps[i], (struct act_no){20}, (struct act_no){19});
        assert_int_equal(m.submitted.v, 10);
        assert_int_equal(m.approved.v, 12);
    }
}

/* ---- in time ---- */

static int64_t at(int month, int day, int hour)
{
    return day_start_ms(day_make(2024, month, day)) + hour * 3600000LL;
}

static void timely(int64_t due, int64_t sent, int64_t now, enum timeliness expected, int days)
{
    struct report r = {.due_ms = due, .first_sent_ms = sent, .sent_ms = sent};
    int got;

    assert_int_equal(report_timeliness(&r, now, 3, &got), expected);
    assert_int_equal(got, days);
}

static void test_on_time_or_late(void **state)
{
    (void)state;
    int64_t due = at(3, 20, 17);

    timely(due, 0, at(3, 10, 9), TIMELY_NOT_DUE, 0);
    timely(due, 0, at(3, 17, 16), TIMELY_NOT_DUE, 0);
    timely(due, 0, at(3, 17, 17), TIMELY_DUE_SOON, 0);
    timely(due, 0, due, TIMELY_DUE_SOON, 0);
    timely(due, 0, due + 1, TIMELY_MISSING, 1);
    timely(due, 0, at(3, 22, 18), TIMELY_MISSING, 3);
    timely(due, due, at(5, 1, 0), TIMELY_ON_TIME, 0);
    timely(due, at(3, 20, 18), at(5, 1, 0), TIMELY_LATE, 1);
    timely(due, at(3, 21, 17), at(5, 1, 0), TIMELY_LATE, 1);
    timely(due, at(3, 23, 9), at(5, 1, 0), TIMELY_LATE, 3);
    timely(0, 0, at(5, 1, 0), TIMELY_NOT_DUE, 0);
    timely(0, at(3, 23, 9), at(5, 1, 0), TIMELY_ON_TIME, 0);
}

static void test_words_of_states_and_steps(void **state)
{
    enum report_state s;
    enum report_step t;

    (void)state;
    for (int i = 0; i < REPORT_STATES; i++)
        assert_true(
            report_state_parse(str_of(report_state_name((enum report_state)i)), &s) && (int)s == i);
    for (int i = 0; i < REPORT_STEPS; i++)
        assert_true(
            report_step_parse(str_of(report_step_name((enum report_step)i)), &t) && (int)t == i);
    assert_false(report_state_parse(STR("lost"), &s));
    assert_false(report_step_parse(STR(""), &t));
    assert_str(msg_text(LANG_VI, report_state_label(REPORT_REOPENED)), "Mở lại để sửa");
    assert_str(msg_text(LANG_VI, timeliness_label(TIMELY_LATE)), "Gửi muộn {0} ngày");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_step_from_every_state),
        cmocka_unit_test(test_a_refusal_says_what_can_be_done),
        cmocka_unit_test(test_cells_are_typed_in_four_states),
        cmocka_unit_test(test_who_hands_back_says_why),
        cmocka_unit_test(test_approval_counts_what_the_approver_saw),
        cmocka_unit_test(test_reopening_keeps_the_approved_values),
        cmocka_unit_test(test_revoking_takes_the_approval_back_only),
        cmocka_unit_test(test_final_figures_are_approved_with_their_act),
        cmocka_unit_test(test_what_an_undone_import_hid_counts_again),
        cmocka_unit_test(test_other_steps_move_no_mark),
        cmocka_unit_test(test_on_time_or_late),
        cmocka_unit_test(test_words_of_states_and_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
