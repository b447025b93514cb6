/* Units, the start page, the brief, search and headlines, over the demonstration. */
#include "demo.h"

#include <stdio.h>

#include "app/accounts.h"
#include "app/headline.h"
#include "app/search.h"

/* ---- units ---- */

static struct unit_page unit;
static struct str line;

static bool look_at_unit(const char *login, const char *code, struct day day)
{
    struct unit_request q = {.unit = str_of(code), .day = day, .line = LINE_STATE};
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = unit_page_make(demo->app, &demo->v, who, &q, LANG_VI, &demo->a, &unit, &demo->err);
    if (ok)
        line = headline_unit(&demo->v, &unit, LANG_VI, &demo->a);
    demo_done();
    return ok;
}

static void a_town_and_what_became_of_it(void **state)
{
    (void)state;
    OK(look_at_unit("quantri", "480", day_make(2022, 6, 30)));
    assert_true(unit.alive);
    assert_int_equal(unit.children, 9); /* six had gone to the city of Huế */
    assert_true(unit.ways >= 1);
    assert_true(unit.descents > 0);
    assert_int_equal(unit.end.v, day_make(2025, 7, 1).v);
    assert_true(str_find(line, STR("30/06/2025"), 0) > 0);
    OK(look_at_unit("quantri", "480", day_make(2020, 6, 30)));
    assert_int_equal(unit.children, 15);
    REFUSED(look_at_unit("quantri", "480", day_make(2026, 1, 1)), "err.unit.no_code");
}

static void a_ward_that_was_merged_names_its_heir(void **state)
{
    bool before = false;

    (void)state;
    OK(look_at_unit("quantri", "20017", day_make(2022, 12, 31)));
    assert_int_equal(unit.successors, 1);
    assert_true(unit.bodies > 0);
    assert_true(str_find(line, STR("phường Kim Trà"), 0) > 0);
    int old = unit.unit;
    OK(look_at_unit("quantri", "20017", day_make(2026, 1, 1)));
    assert_true(unit.unit != old); /* the same code, another unit */
    for (size_t i = 0; i < unit.descents; i++)
        before = before || unit.descent[i].distance == 0;
    assert_true(before);
}

static void a_unit_shows_targets_reports_and_posts(void **state)
{
    (void)state;
    OK(look_at_unit("lanhdao.mh", "MH003", (struct day){0}));
    assert_true(unit.board.sets > 0);
    assert_int_equal(unit.reports, 5); /* since the third quarter of 2025 */
    assert_int_equal(unit.report[0].report.state, REPORT_RETURNED);
    assert_true(unit.posts >= 10);
    assert_true(unit.post[0].post.n > 0);
    REFUSED(look_at_unit("lanhdao.mh", "12103", (struct day){0}), "err.denied_unit");
    REFUSED(look_at_unit("bxd.mh001", "MH003", (struct day){0}), "err.denied_unit");
}

static void the_tree_shows_only_the_way_to_ones_own(void **state)
{
    struct unit_child *c;
    size_t n;
    struct actor clerk = demo_actor("bxd.mh001"), leader = demo_actor("lanhdao.mh");
    int top = demo_unit("MH", "2026-Q3");

    (void)state;
    demo_look();
    OK(unit_floor(&demo->v, clerk, top, LINE_STATE, demo->v.today, &demo->a, &c, &n, &demo->err));
    assert_int_equal(n, 1);
    OK(unit_floor(&demo->v, leader, top, LINE_STATE, demo->v.today, &demo->a, &c, &n, &demo->err));
    assert_int_equal(n, 3);
    OK(unit_floor(&demo->v, leader, -1, LINE_STATE, demo->v.today, &demo->a, &c, &n, &demo->err));
    assert_int_equal(n, 1);
    demo_done();
}

/* ---- start ---- */

static struct start_page start;

static bool look_at_start(const char *login)
{
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = start_page_make(demo->app, &demo->v, who, LANG_VI, &demo->a, &start, &demo->err);
    if (ok)
        line = headline_start(&demo->v, &start, LANG_VI, &demo->a);
    demo_done();
    return ok;
}

static const struct due_item *due_of(enum due_kind kind)
{
    for (size_t i = 0; i < start.dues; i++)
        if (start.due[i].kind == kind)
            return &start.due[i];
    return NULL;
}

static void a_clerk_finds_what_came_back(void **state)
{
    (void)state;
    OK(look_at_start("bxd.mh003"));
    assert_int_equal(start.dues, 1);
    assert_int_equal(start.due[0].kind, DUE_MEND);
    assert_int_equal(start.due[0].returned_cells, 2);
    assert_int_equal(start.due[0].to_fill, 10); /* the Party board's lines of the form */
    assert_int_equal(start.due[0].filled, start.due[0].to_fill);
    assert_true(start.due[0].reason.n > 0);
    assert_true(str_find(line, STR("1 báo cáo bị trả lại"), 0) > 0);
    assert_true(start.newses > 0);
    for (size_t i = 1; i < start.newses; i++)
        assert_true(start.news[i - 1].at_ms >= start.news[i].at_ms);
    assert_true(start.targets > 0);
}

static void a_body_that_is_done_has_nothing_due(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");

    (void)state;
    OK(reporting_done(demo->app, demo_actor("bxd.mh003"), key, STR("BXDD"), true, &demo->err));
    OK(look_at_start("bxd.mh003"));
    assert_int_equal(start.dues, 0);
    assert_str(line, "Không có việc nào đến hạn");
    OK(look_at_start("ubnd.mh003"));
    assert_non_null(due_of(DUE_MEND));
    OK(reporting_done(demo->app, demo_actor("bxd.mh003"), key, STR("BXDD"), false, &demo->err));
}

static void each_finds_the_step_that_is_his(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH003", "2026-Q3");

    (void)state;
    OK(look_at_start("kiemtra.mh003"));
    assert_null(due_of(DUE_CHECK));
    OK(demo_step("vpdu.mh003", key, STEP_CHECK, ""));
    OK(look_at_start("kiemtra.mh003"));
    assert_non_null(due_of(DUE_CHECK));
    OK(look_at_start("bxd.mh003"));
    assert_int_equal(start.dues, 0);
    OK(demo_step("kiemtra.mh003", key, STEP_TO_SIGN, ""));
    OK(look_at_start("ky.mh003"));
    assert_non_null(due_of(DUE_SIGN));
    OK(look_at_start("duyet.mh"));
    assert_null(due_of(DUE_APPROVE));
    struct step_request q = {.key = key, .step = STEP_SUBMIT, .unchecked = true};
    OK(reporting_step(demo->app, demo_actor("ky.mh003"), &q, NULL, &demo->err));
    OK(look_at_start("duyet.mh"));
    const struct due_item *d = due_of(DUE_APPROVE);
    assert_non_null(d);
    assert_int_equal(d->count, 1);
    assert_int_equal(d->of, 3);
    OK(demo_step("duyet.mh", key, STEP_RETURN, "thử"));
}

static void estimates_wait_for_their_final_figures(void **state)
{
    (void)state;
    OK(look_at_start("ky.mh001"));
    const struct due_item *d = due_of(DUE_FINAL);
    assert_non_null(d);
    assert_int_equal(d->estimates, 3);
    /* ten working days after the quarter's last day, Wednesday, at the end of office hours */
    assert_int_equal(d->due_ms, day_start_ms(day_make(2026, 10, 14)) + 17 * 3600000LL);
    assert_int_equal(d->timely, TIMELY_NOT_DUE);
    OK(look_at_start("bxd.mh001")); /* none of them is a line of this body */
    assert_null(due_of(DUE_FINAL));
}

static void a_new_quarter_is_announced_and_then_missing(void **state)
{
    int64_t now = demo->now_ms;

    (void)state;
    demo->now_ms = day_start_ms(day_make(2026, 10, 5)) + 9 * 3600000LL;
    OK(look_at_start("bxd.mh001"));
    const struct due_item *d = due_of(DUE_ENTER);
    assert_non_null(d);
    assert_int_equal(d->timely, TIMELY_NOT_DUE);
    assert_true(str_find(line, STR("quý IV/2026"), 0) > 0);
    demo->now_ms = day_start_ms(day_make(2026, 12, 29)) + 9 * 3600000LL;
    OK(look_at_start("bxd.mh001"));
    assert_int_equal(due_of(DUE_ENTER)->timely, TIMELY_MISSING);
    assert_int_equal(start.overdue, 1);
    OK(look_at_start("tonghop.mh"));
    int missing = 0;
    for (size_t i = 0; i < start.dues; i++)
        if (start.due[i].kind == DUE_REMIND &&
            period_eq(start.due[i].period, demo_period("2026-Q4")))
            missing = start.due[i].count;
    assert_int_equal(missing, 3);
    demo->now_ms = now;
}

static void an_old_report_that_was_reopened_is_due(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH002", "2025-Q3");
    bool seen = false;

    (void)state;
    OK(demo_step("duyet.mh", key, STEP_REOPEN, "thử"));
    OK(look_at_start("bxd.mh002"));
    for (size_t i = 0; i < start.dues; i++)
        seen = seen || (start.due[i].kind == DUE_ENTER &&
                           period_eq(start.due[i].period, demo_period("2025-Q3")));
    assert_true(seen);
}

/* ---- brief ---- */

static struct brief brief;

static bool look_at_brief(const char *login, const char *code, const char *period)
{
    struct brief_request q = {
        .unit = str_of(code), .period = demo_period(period), .state = TOTAL_APPROVED};
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = brief_make(demo->app, &demo->v, who, &q, LANG_VI, &demo->a, &brief, &demo->err);
    if (ok)
        line = headline_brief(&demo->v, &brief, LANG_VI, &demo->a);
    demo_done();
    return ok;
}

static void a_leader_reads_one_page(void **state)
{
    (void)state;
    OK(look_at_brief("lanhdao.mh", "MH", "2026-Q3"));
    assert_true(brief.sets > 0);
    assert_true(brief.total > 0);
    assert_true(brief.slowests > 0 && brief.slowests <= BRIEF_SLOWEST_MAX);
    assert_true(brief.troubled >= (int)brief.slowests);
    for (size_t i = 1; i < brief.slowests; i++)
        assert_true(target_badness(brief.slowest[i - 1].target.assessment.status) <=
                    target_badness(brief.slowest[i].target.assessment.status));
    assert_int_equal(brief.forms, 1);
    assert_int_equal(brief.form[0].board.period[0].asked, 3);
    for (size_t i = 0; i < brief.changes; i++)
        assert_true(brief.change[i].before != brief.change[i].target.assessment.status);
    assert_true(line.n > 0);
    REFUSED(look_at_brief("lanhdao.mh", "328", "2024-Q1"), "err.denied_unit");
}

/* ---- headlines ---- */

static void the_scoreboard_opens_with_its_count(void **state)
{
    struct scoreboard s;
    struct scoreboard_request q = {
        .unit = STR("328"), .period = demo_period("2024-Q1"), .state = TOTAL_APPROVED};
    struct actor who = demo_actor("lanhdao.328");

    (void)state;
    demo_look();
    OK(scoreboard_make(demo->app, &demo->v, who, &q, LANG_VI, &demo->a, &s, &demo->err));
    struct str vi = headline_scoreboard(&demo->v, &s, LANG_VI, &demo->a);
    struct str en = headline_scoreboard(&demo->v, &s, LANG_EN, &demo->a);
    demo_done();
    print_message("%.*s\n", STR_ARG(vi));
    assert_true(str_starts(vi, STR("Đạt và vượt ")));
    assert_true(str_find(en, STR(" targets met or exceeded"), 0) > 0);
}

static struct str board_line(const char *login, const char *code, const char *period)
{
    struct reports_board b;
    struct board_request q = {
        .form = STR("DU-Q"), .unit = str_of(code), .to = demo_period(period), .periods = 1};
    struct actor who = demo_actor(login);

    demo_look();
    OK(board_make(demo->app, &demo->v, who, &q, LANG_VI, &demo->a, &b, &demo->err));
    struct str s = headline_board(&demo->v, &b, LANG_VI, &demo->a);
    demo_done();
    return s;
}

static void the_board_names_who_is_missing(void **state)
{
    (void)state;
    assert_str(board_line("tonghop.328", "328", "2024-Q1"),
        "Cả 13 đơn vị đã gửi báo cáo quý I/2024; 2 chờ duyệt; 1 mở lại để sửa");
    assert_str(board_line("tonghop.mh", "MH", "2026-Q4"),
        "Còn 3 đơn vị chưa gửi báo cáo quý IV/2026: phường Minh Họa, xã Mẫu Đông, xã Mẫu Tây");
    assert_str(board_line("tonghop.mh", "MH", "2026-Q3"),
        "Đã nhận 2/3 báo cáo quý III/2026; trả lại 1: xã Mẫu Tây; 1 gửi muộn");
}

static void a_report_says_what_stops_it(void **state)
{
    struct report_page p;
    struct report_key key = demo_key("DU-Q", "MH002", "2026-Q4");
    struct actor who = demo_actor("bxd.mh002");

    (void)state;
    demo_look();
    OK(report_page_make(demo->app, &demo->v, who, key, LANG_VI, &demo->a, &p, &demo->err));
    struct str s = headline_report(&demo->v, &p, LANG_VI, &demo->a);
    demo_done();
    char want[200];
    snprintf(want, sizeof want, "Chưa nhập ô nào trong %d ô; trước khi gửi còn %d ô phải nhập",
        p.to_fill, p.missing);
    assert_str(s, want);
}

static void an_indicator_opens_with_its_value(void **state)
{
    struct indicator_page p;
    struct indicator_request q = {
        .indicator = STR("TC03"), .unit = STR("328"), .period = demo_period("2024-Q1")};
    struct actor who = demo_actor("lanhdao.328");

    (void)state;
    demo_look();
    OK(indicator_page_make(&demo->v, who, &q, LANG_VI, &demo->a, &p, &demo->err));
    struct str s = headline_indicator(&demo->v, &p, LANG_VI, &demo->a);
    demo_done();
    assert_str(s, "Đảng viên mới kết nạp, quý I/2024: 14\xc2\xa0đảng viên; cao nhất là phường Bần "
                  "Yên Nhân, phường Dị Sử (3\xc2\xa0đảng viên)");
}

/* ---- search ---- */

static struct search_result found;

static void look_for(const char *login, const char *text)
{
    struct actor who = demo_actor(login);

    demo_look();
    OK(search_find(&demo->v, who, str_of(text), &demo->a, &found, &demo->err));
    demo_done();
}

static int hits_of(enum search_sort sort)
{
    int n = 0;

    for (size_t i = 0; i < found.hits; i++)
        n += found.hit[i].sort == sort;
    return n;
}

static void diacritics_need_not_be_typed(void **state)
{
    (void)state;
    look_for("quantri", "huong tra");
    assert_true(hits_of(SEARCH_UNIT) >= 2);
    look_for("quantri", "HƯƠNG TRÀ");
    assert_true(hits_of(SEARCH_UNIT) >= 2);
    look_for("lanhdao.mh", "dang vien moi");
    assert_true(hits_of(SEARCH_INDICATOR) >= 1);
    look_for("lanhdao.mh", "DU-Q");
    assert_int_equal(hits_of(SEARCH_FORM), 1);
    assert_int_equal(found.hit[0].rank, 0);
    look_for("lanhdao.mh", "   ");
    assert_int_equal(found.hits, 0);
}

static void only_ones_own_units_are_found(void **state)
{
    (void)state;
    look_for("lanhdao.mh", "ban yen nhan");
    assert_int_equal(hits_of(SEARCH_UNIT), 0);
    look_for("lanhdao.328", "ban yen nhan");
    assert_int_equal(hits_of(SEARCH_UNIT), 1);
    look_for("bxd.mh001", "mau tay");
    assert_int_equal(hits_of(SEARCH_UNIT), 0);
}

static void accounts_are_found_by_post_and_by_login_for_administrators(void **state)
{
    (void)state;
    look_for("lanhdao.mh", "pho chanh van phong tinh uy");
    assert_int_equal(hits_of(SEARCH_ACCOUNT), 1);
    look_for("lanhdao.mh", "duyet.mh");
    assert_int_equal(hits_of(SEARCH_ACCOUNT), 0);
    look_for("quantri", "duyet.mh");
    assert_int_equal(hits_of(SEARCH_ACCOUNT), 1);
}

static void a_session_lasts_when_the_demonstration_moves_to_another_day(void **state)
{
    struct sign_in in = {STR("bxd.mh001"), STR("mật khẩu dài để thử"), STR("127.0.0.1"), STR("x")};
    struct account_id who;
    struct str secret;
    bool lasts;

    (void)state;
    OK(account_password(demo->app, (struct actor){0}, in.login, in.password, &demo->err));
    OK(session_begin(demo->app, &in, &demo->a, &secret, &who, &demo->err));
    app_live_on(demo->app, day_make(2031, 3, 25));
    OK(session_check(demo->app, secret, &who, &lasts, &demo->err));
    app_live_now();
    assert_true(lasts);
}

static void a_person_changes_the_own_password_and_nobody_elses(void **state)
{
    struct sign_in in = {STR("bxd.mh002"), STR("mật khẩu dài để thử"), STR("127.0.0.1"), STR("x")};
    struct sign_in wrong = {in.login, STR("mật khẩu không đúng"), in.address, in.agent};
    struct account_id who;
    struct str secret;
    bool lasts;

    (void)state;
    OK(account_password(demo->app, (struct actor){0}, in.login, in.password, &demo->err));
    OK(session_begin(demo->app, &in, &demo->a, &secret, &who, &demo->err));
    struct str next = STR("một câu khác cũng dài");
    REFUSED(
        account_own_password(demo->app, demo_actor("bxd.mh002"), &in, STR("ngắn quá"), &demo->err),
        "err.accounts.password");
    REFUSED(account_own_password(demo->app, demo_actor("bxd.mh002"), &wrong, next, &demo->err),
        "err.login.wrong");
    REFUSED(account_own_password(demo->app, demo_actor("bxd.mh003"), &in, next, &demo->err),
        "err.denied_system");
    OK(session_check(demo->app, secret, &who, &lasts, &demo->err));
    assert_true(lasts);
    OK(account_own_password(demo->app, demo_actor("bxd.mh002"), &in, next, &demo->err));
    OK(session_check(demo->app, secret, &who, &lasts, &demo->err));
    assert_false(lasts);
    REFUSED(session_begin(demo->app, &in, &demo->a, &secret, &who, &demo->err), "err.login.wrong");
    in.password = next;
    OK(session_begin(demo->app, &in, &demo->a, &secret, &who, &demo->err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_town_and_what_became_of_it),
        cmocka_unit_test(a_ward_that_was_merged_names_its_heir),
        cmocka_unit_test(a_unit_shows_targets_reports_and_posts),
        cmocka_unit_test(the_tree_shows_only_the_way_to_ones_own),
        cmocka_unit_test(the_scoreboard_opens_with_its_count),
        cmocka_unit_test(the_board_names_who_is_missing),
        cmocka_unit_test(a_report_says_what_stops_it),
        cmocka_unit_test(an_indicator_opens_with_its_value),
        cmocka_unit_test(a_leader_reads_one_page),
        cmocka_unit_test(a_clerk_finds_what_came_back),
        cmocka_unit_test(a_body_that_is_done_has_nothing_due),
        cmocka_unit_test(estimates_wait_for_their_final_figures),
        cmocka_unit_test(each_finds_the_step_that_is_his),
        cmocka_unit_test(a_new_quarter_is_announced_and_then_missing),
        cmocka_unit_test(an_old_report_that_was_reopened_is_due),
        cmocka_unit_test(diacritics_need_not_be_typed),
        cmocka_unit_test(only_ones_own_units_are_found),
        cmocka_unit_test(accounts_are_found_by_post_and_by_login_for_administrators),
        cmocka_unit_test(a_session_lasts_when_the_demonstration_moves_to_another_day),
        cmocka_unit_test(a_person_changes_the_own_password_and_nobody_elses),
    };

    return cmocka_run_group_tests_name("pages", tests, demo_open, demo_close);
}
