/* The page of a report, over the demonstration. */
#include "demo.h"

#include <stdio.h>

#include "app/report_page.h"

static struct report_page page;

/* Makes the page as that person sees it; the view stays open until the next look. */
static bool look_at(const char *login, const char *unit, const char *period)
{
    struct report_key key = demo_key("DU-Q", unit, period);
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = report_page_make(demo->app, &demo->v, who, key, LANG_VI, &demo->a, &page, &demo->err);
    demo_done();
    return ok;
}

static const struct report_row *row_of(const char *code, const char *part)
{
    struct str name = str_of(code), label = str_of(part);
    struct view v;
    const struct report_row *found = NULL;

    OK(app_read(demo->app, ACT_MAX, &v, &demo->err));
    for (size_t i = 0; i < page.rows && !found; i++) {
        const struct report_row *r = &page.row[i];
        struct str key = r->item ? v.catalog->series[r->series].key : STR("");
        if (str_eq(v.catalog->indicator[r->indicator].code, name) && str_eq(key, label))
            found = r;
    }
    app_read_end(demo->app, &v);
    assert_non_null(found);
    return found;
}

static int findings_at(const struct report_row *row, enum report_finding_level level)
{
    int n = 0;

    for (size_t i = 0; i < page.findings; i++)
        n += page.finding[i].level == level && page.finding[i].row >= 0 &&
             &page.row[page.finding[i].row] == row;
    return n;
}

static bool offers(enum report_step step)
{
    for (size_t i = 0; i < page.actions; i++)
        if (page.action[i].step == step)
            return true;
    return false;
}

static void the_form_stands_as_printed(void **state)
{
    (void)state;
    OK(look_at("bxd.mh003", "MH003", "2026-Q3"));
    assert_int_equal(page.sections, 6);
    assert_int_equal(page.rows, 64 + 8 + 5);
    assert_int_equal(page.row[0].number, 1);
    assert_int_equal(row_of("TC04", "")->depth, 1);
    assert_int_equal(row_of("TC03", "")->depth, 0);
    assert_true(row_of("TC02", "school")->item);
    assert_int_equal(row_of("TC02", "school")->depth, 1);
    assert_str(row_of("MT01", "")->owner, "UBND");
    assert_int_equal(row_of("MT03", "")->kind, ROW_COMPUTED);
    int in_sections = 0;
    for (size_t i = 0; i < page.sections; i++)
        in_sections += page.section[i].rows;
    assert_int_equal(in_sections, page.rows);
}

static void each_body_types_its_own_lines(void **state)
{
    (void)state;
    OK(look_at("bxd.mh003", "MH003", "2026-Q3"));
    assert_true(row_of("TC03", "")->may_type);
    assert_true(row_of("TC02", "school")->may_type);
    assert_false(row_of("MT01", "")->may_type);
    assert_false(row_of("MT03", "")->may_type);
    OK(look_at("ubnd.mh003", "MH003", "2026-Q3"));
    assert_false(row_of("TC03", "")->may_type);
    assert_true(row_of("MT01", "")->may_type);
    OK(look_at("duyet.mh", "MH003", "2026-Q3"));
    assert_false(row_of("MT01", "")->may_type);
    /* approved: only what is an estimate may be typed */
    OK(look_at("ubnd.mh001", "MH001", "2026-Q3"));
    assert_true(row_of("KT03", "")->may_type);
    assert_false(row_of("MT01", "")->may_type);
    assert_int_equal(page.estimates, 3);
}

static void strangers_see_nothing(void **state)
{
    (void)state;
    REFUSED(look_at("nhap.12106", "MH003", "2026-Q3"), "err.denied_unit");
    REFUSED(look_at("bxd.mh001", "MH003", "2026-Q3"), "err.denied_unit");
    REFUSED(look_at("duyet.mh", "12103", "2024-Q1"), "err.denied_unit");
}

static void a_return_names_its_cells(void **state)
{
    (void)state;
    OK(look_at("bxd.mh003", "MH003", "2026-Q3"));
    assert_int_equal(page.report.state, REPORT_RETURNED);
    assert_true(row_of("TC03", "")->returned);
    assert_true(row_of("XD05", "")->returned);
    assert_false(row_of("TC04", "")->returned);
    assert_true(row_of("TC03", "")->returned_reason.n > 0);
    assert_int_equal(page.histories, 5);
    assert_int_equal(page.history[4].event.step, STEP_RETURN);
    assert_true(page.history[4].by >= 0);
}

static void what_was_sent_stands_in_the_cells(void **state)
{
    (void)state;
    OK(look_at("ubnd.mh003", "MH003", "2026-Q3"));
    const struct report_row *r = row_of("MT01", "");
    assert_false(r->drafted);
    assert_string_equal(demo_text(&r->now, 0), "3071");
    assert_true(r->now.made_up);
    r = row_of("MT03", "");
    assert_string_equal(demo_text(&r->now, 3), "94.595"); /* 2905 of 3071 */
}

static void computed_lines_follow_the_draft(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");

    (void)state;
    demo_type("ubnd.mh003", key, "MT02", "3.000", 0, "");
    OK(look_at("ubnd.mh003", "MH003", "2026-Q3"));
    const struct report_row *r = row_of("MT02", "");
    assert_true(r->drafted);
    assert_str(r->typed, "3.000");
    assert_true(r->seq > 0);
    assert_string_equal(demo_text(&r->now, 0), "3000");
    assert_string_equal(demo_text(&r->figure, 0), "2905");
    assert_string_equal(demo_text(&row_of("MT03", "")->now, 3), "97.688");
    demo_type("ubnd.mh003", key, "MT02", "2905", 0, "");
}

static void a_part_above_its_whole_is_an_error(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");

    (void)state;
    demo_type("bxd.mh003", key, "TC04", "5", 0, "");
    OK(look_at("bxd.mh003", "MH003", "2026-Q3"));
    assert_true(page.errors > 0);
    assert_true(findings_at(row_of("TC04", ""), REPORT_FINDING_ERROR) > 0);
    demo_type("bxd.mh003", key, "TC04", "1", 0, "");
    OK(look_at("bxd.mh003", "MH003", "2026-Q3"));
    assert_int_equal(findings_at(row_of("TC04", ""), REPORT_FINDING_ERROR), 0);
}

static void a_number_that_reads_two_ways_is_asked(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");

    (void)state;
    demo_type("ubnd.mh003", key, "KT01", "398.6", 0, "");
    OK(look_at("ubnd.mh003", "MH003", "2026-Q3"));
    const struct report_row *r = row_of("KT01", "");
    assert_non_null(r->wrong);
    assert_str(msg_name(r->wrong->key), "err.number.ambiguous");
    assert_false(r->now.has);
    assert_int_equal(findings_at(r, REPORT_FINDING_ERROR), 1);
    assert_int_equal(findings_at(r, REPORT_FINDING_MISSING), 0);
    demo_type("ubnd.mh003", key, "KT01", "398,6", 0, "");
}

static void sums_since_january_take_the_draft(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");

    (void)state;
    OK(look_at("bxd.mh003", "MH003", "2026-Q3"));
    struct rat before = row_of("TC07", "")->cumulative.value;
    demo_type("bxd.mh003", key, "TC07", "6", 0, ""); /* 4 were sent */
    OK(look_at("bxd.mh003", "MH003", "2026-Q3"));
    struct rat more;
    assert_true(rat_sub(row_of("TC07", "")->cumulative.value, before, &more));
    assert_int_equal(rat_cmp(more, rat_of_i64(2)), 0);
    demo_type("bxd.mh003", key, "TC07", "4", 0, "");
}

static void the_final_stands_beside_the_estimate(void **state)
{
    struct report_key q3 = demo_key("DU-Q", "MH001", "2026-Q3");

    (void)state;
    OK(look_at("ubnd.mh001", "MH001", "2026-Q4"));
    const struct report_row *r = row_of("KT03", "");
    assert_string_equal(demo_text(&r->previous, 1), "318.9");
    assert_int_equal(r->previous.status, STATUS_ESTIMATE);
    assert_false(r->previous_estimate.has);
    demo_type("ubnd.mh001", q3, "KT03", "321,4", 0, "");
    OK(demo_step("ky.mh001", q3, STEP_FINAL, ""));
    OK(look_at("ubnd.mh001", "MH001", "2026-Q4"));
    r = row_of("KT03", "");
    assert_string_equal(demo_text(&r->previous, 1), "321.4");
    assert_int_equal(r->previous.status, STATUS_FINAL);
    assert_string_equal(demo_text(&r->previous_estimate, 1), "318.9");
}

static void an_unfinished_report_is_not_sent(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH002", "2026-Q4");

    (void)state;
    demo_type("bxd.mh002", key, "TC03", "2", 0, "");
    OK(look_at("vpdu.mh002", "MH002", "2026-Q4"));
    assert_int_equal(page.filled, 1);
    assert_true(page.missing > 10);
    assert_true(offers(STEP_CHECK));
    assert_false(offers(STEP_SUBMIT));
    OK(demo_step("vpdu.mh002", key, STEP_CHECK, ""));
    OK(demo_step("kiemtra.mh002", key, STEP_TO_SIGN, ""));
    OK(look_at("ky.mh002", "MH002", "2026-Q4"));
    assert_true(offers(STEP_SUBMIT));
    for (size_t i = 0; i < page.actions; i++)
        if (page.action[i].step == STEP_SUBMIT)
            assert_false(page.action[i].ready);
    REFUSED(demo_step("ky.mh002", key, STEP_SUBMIT, ""), "err.report.incomplete");
    assert_string_equal(demo->err.arg[0], "Xã Mẫu Đông");
}

static void bodies_say_when_they_are_done(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");
    bool seen = false;

    (void)state;
    OK(reporting_done(demo->app, demo_actor("bxd.mh003"), key, STR("BXDD"), true, &demo->err));
    OK(look_at("vpdu.mh003", "MH003", "2026-Q3"));
    for (size_t i = 0; i < page.owners; i++) {
        const struct report_owner *o = &page.owner[i];
        bool party = str_is(o->key, "BXDD");
        seen = seen || party;
        assert_int_equal(o->done, party);
        assert_true(!o->done || o->done_by >= 0);
    }
    assert_true(seen);
}

static void in_its_own_quarter_the_clerk_of_a_ward_may_type(void **state)
{
    int64_t now = demo->now_ms;

    (void)state;
    demo->now_ms = day_start_ms(day_make(2024, 3, 18)) + 9 * 3600000LL;
    OK(look_at("bxd.12103", "12103", "2024-Q1"));
    assert_true(row_of("TC03", "")->may_type);
    assert_true(offers(STEP_CHECK));
    assert_true(row_of("KT01", "")->has_plan);
    demo->now_ms = day_start_ms(day_make(2026, 9, 25)) + 9 * 3600000LL;
    OK(look_at("bxd.12103", "12103", "2024-Q1")); /* the ward has ended: its clerk may read */
    assert_false(row_of("TC03", "")->may_type);
    demo->now_ms = now;
}

static void nothing_is_asked_where_the_form_does_not_apply(void **state)
{
    (void)state;
    REFUSED(look_at("duyet.mh", "MH", "2026-Q3"), "err.report.not_asked");
}

/* ---- pasting ---- */

static struct paste paste;

static bool preview(const char *login, const char *code, const char *block)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");
    struct actor who = demo_actor(login);
    bool ok;

    demo->err = ERR_INIT;
    demo_look();
    ok = report_page_make(demo->app, &demo->v, who, key, LANG_VI, &demo->a, &page, &demo->err);
    int start = 0;
    for (size_t i = 0; i < page.rows; i++)
        if (!page.row[i].item &&
            str_is(demo->v.catalog->indicator[page.row[i].indicator].code, code))
            start = (int)i;
    ok = ok && reporting_preview_paste(
                   &demo->v, &page, start, -1, str_of(block), &demo->a, &paste, &demo->err);
    demo_done();
    return ok;
}

static void a_column_is_read_downwards(void **state)
{
    (void)state;
    OK(preview("ubnd.mh003", "MT01", "3.071\r\n3.001\r\n97,7\r\nkhông phát sinh\r\n"));
    assert_int_equal(paste.cells, 4);
    assert_int_equal(paste.cell[0].reading, PASTE_NUMBER);
    assert_false(paste.cell[0].changes);
    assert_true(paste.cell[1].changes);
    assert_int_equal(paste.cell[1].value.m, 3001);
    assert_int_equal(paste.cell[2].reading, PASTE_READ_ONLY); /* MT03 is computed */
    assert_int_equal(paste.cell[3].reading, PASTE_NIL);
    assert_int_equal(paste.numbers, 3);
}

static void what_cannot_be_read_is_said(void **state)
{
    (void)state;
    OK(preview("ubnd.mh003", "KT01", "1.5\nmột trăm\n"));
    assert_int_equal(paste.cell[0].reading, PASTE_AMBIGUOUS);
    assert_non_null(paste.cell[0].error);
    assert_int_equal(paste.questions, 1);
    assert_int_equal(paste.cell[1].reading, PASTE_READ_ONLY);
    OK(preview("ubnd.mh003", "MT01", "một trăm"));
    assert_int_equal(paste.cell[0].reading, PASTE_WRONG);
    OK(preview("ubnd.mh003", "KT01", "398,6 ha"));
    assert_int_equal(paste.cell[0].reading, PASTE_NUMBER);
    assert_int_equal(paste.cell[0].value.m, 3986);
}

static void names_beside_the_values_decide(void **state)
{
    (void)state;
    OK(preview("ubnd.mh003", "KT01",
        "STT\tmã\tsố\n1\tMT02\t2.950\n2\tMT01\t3.100\n3\t\"Số hộ nghèo\"\t70"));
    assert_int_equal(paste.columns, 3);
    assert_int_equal(paste.column, 2);
    assert_int_equal(paste.cells, 4);
    assert_true(paste.cell[1].by_name);
    assert_ptr_equal(&page.row[paste.cell[1].row], row_of("MT02", ""));
    assert_int_equal(paste.cell[1].value.m, 2950);
    assert_ptr_equal(&page.row[paste.cell[2].row], row_of("MT01", ""));
    assert_ptr_equal(&page.row[paste.cell[3].row], row_of("AS01", ""));
}

static void other_bodies_lines_are_not_pasted_over(void **state)
{
    (void)state;
    OK(preview("bxd.mh003", "MT01", "1\n2\n"));
    assert_int_equal(paste.cell[0].reading, PASTE_READ_ONLY);
    assert_int_equal(paste.numbers, 0);
    OK(preview("congan.mh003", "AN02", "0\n5\n"));
    assert_int_equal(paste.cell[1].reading, PASTE_OUTSIDE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_stands_as_printed),
        cmocka_unit_test(each_body_types_its_own_lines),
        cmocka_unit_test(strangers_see_nothing),
        cmocka_unit_test(a_return_names_its_cells),
        cmocka_unit_test(what_was_sent_stands_in_the_cells),
        cmocka_unit_test(computed_lines_follow_the_draft),
        cmocka_unit_test(a_part_above_its_whole_is_an_error),
        cmocka_unit_test(a_number_that_reads_two_ways_is_asked),
        cmocka_unit_test(sums_since_january_take_the_draft),
        cmocka_unit_test(the_final_stands_beside_the_estimate),
        cmocka_unit_test(an_unfinished_report_is_not_sent),
        cmocka_unit_test(bodies_say_when_they_are_done),
        cmocka_unit_test(in_its_own_quarter_the_clerk_of_a_ward_may_type),
        cmocka_unit_test(nothing_is_asked_where_the_form_does_not_apply),
        cmocka_unit_test(a_column_is_read_downwards),
        cmocka_unit_test(what_cannot_be_read_is_said),
        cmocka_unit_test(names_beside_the_values_decide),
        cmocka_unit_test(other_bodies_lines_are_not_pasted_over),
    };

    return cmocka_run_group_tests_name("report page", tests, demo_open, demo_close);
}
