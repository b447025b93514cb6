/* What pages say under each reading, and that their drawings, tables and files say the same: the
 * handlers themselves, over the demonstration, without a socket. */
#include "../app/demo.h"

#include <stdio.h>

#include "app/accounts.h"
#include "app/figure_path.h"
#include "app/import.h"
#include "app/indicator_page.h"
#include "app/settings.h"
#include "web/handlers.h"
#include "web/how.h"
#include "web/show.h"
#include "web/site.h"

static struct site *site;
static int64_t first_ms; /* when the figures of this test were entered */

/* ---- asking for a page ---- */

static const struct route *route_of(route_handler *handle)
{
    for (size_t i = 0; i < web_routes_n; i++)
        if (web_routes[i].handle == handle)
            return &web_routes[i];
    fail_msg("no such route");
    return NULL;
}

/* The answer's body, NULL-terminated; NULL with demo->err where the handler refuses. */
static const char *ask(const char *login, route_handler *handle, const char *param,
    const char *value, const char *query)
{
    struct visitor *who = arena_zalloc(&demo->a, sizeof *who);
    struct request *rq = arena_zalloc(&demo->a, sizeof *rq);
    struct response *rs = arena_zalloc(&demo->a, sizeof *rs);
    struct fields f = {0};

    demo->err = ERR_INIT;
    who->account = demo_actor(login).account;
    *rq = (struct request){.arena = &demo->a,
        .ctx = site,
        .route = route_of(handle),
        .lang = LANG_VI,
        .peer = STR("127.0.0.1"),
        .who = who,
        .params = {.name = {str_of(param)}, .value = {str_of(value)}, .n = 1}};
    *rs = (struct response){.rq = rq, .fd = -1};
    OK(fields_parse(&demo->a, str_of(query), &f, &demo->err));
    OK(fields_type(&demo->a, rq->route->intake->inputs, &f, false, &rq->values, &demo->err));
    assert_int_equal(rq->values.bad, 0);
    if (!handle(rq, rs, &demo->err))
        return NULL;
    assert_false(rq->fault);
    assert_false(rs->body.failed);
    struct str body = sbuf_view(&rs->body);
    const char *whole =
        arena_printf(&demo->a, "%.*s%.*s%.*s", STR_ARG(str_slice(body, 0, rs->insert_at)),
            STR_ARG(rs->insert), STR_ARG(str_slice(body, rs->insert_at, body.n)));
    for (int i = 0; i < 2; i++)
        if (rs->held[i])
            rs->release(rs->held[i]);
    return whole;
}

static const char *uid_of(const char *code, const char *period)
{
    int unit = demo_unit(code, period);

    demo_look();
    const char *uid = str_dupz(&demo->a, str_of(demo->v.catalog->units.p[unit].uid.z));
    demo_done();
    return uid;
}

static const char *query_of(const char *unit, const char *rest)
{
    return arena_printf(&demo->a, "unit=%s%s", unit, rest);
}

static const char *indicator(const char *login, const char *code, const char *query)
{
    return ask(login, page_indicator, "indicator", code, query);
}

static void has(const char *page, const char *text)
{
    assert_non_null(page);
    if (!strstr(page, text))
        fail_msg("the page does not say: %s", text);
}

static void lacks(const char *page, const char *text)
{
    assert_non_null(page);
    if (strstr(page, text))
        fail_msg("the page says: %s", text);
}

static size_t times(const char *page, const char *text)
{
    size_t n = 0;

    for (const char *p = page; (p = strstr(p, text)); p++)
        n++;
    return n;
}

/* ---- figures of three communes that became one ward ---- */

static void enter(const char *rows)
{
    struct import_result r;
    struct actor system = {{0}, STR("test")};
    struct import_file f = {.name = STR("figures.csv"), .text = str_of(rows)};

    demo->err = ERR_INIT;
    OK(import_figures(demo->app, system, &f, false, &r, &demo->err));
}

#define HEAD "indicator,unit,period,value\n"

static int open_all(void **state)
{
    if (demo_open(state) != 0)
        return -1;
    site = site_new(demo->app, "test", &demo->err);
    first_ms = demo->now_ms;
    enter(HEAD "TC03,20017,2022-Q4,5\nTC03,20020,2022-Q4,7\nTC03,20005,2022-Q4,8\n");
    demo->now_ms += 10 * DAY_MS;
    enter(HEAD "TC03,20005,2022-Q4,9\n");
    return 0;
}

static int close_all(void **state)
{
    site_free(site);
    return demo_close(state);
}

static void a_ward_has_the_figures_of_what_it_was_made_of(void **state)
{
    const char *ward = uid_of("20017", "2026-Q1"), *old = uid_of("20017", "2022-Q4");

    (void)state;
    assert_string_not_equal(ward, old);
    /* as it was: the ward had none in 2022 */
    has(indicator("quantri", "TC03", query_of(ward, "&period=2022-Q4")), "chưa có số liệu</h1>");
    has(indicator("quantri", "TC03", query_of(old, "&period=2022-Q4")), ": 5\u00a0");
    /* as it is: 5 + 7 + 9, and of what */
    const char *page =
        indicator("quantri", "TC03", query_of(ward, "&period=2022-Q4&reading=as-is"));
    has(page, ": 21\u00a0");
    has(page, "Đã quy đổi theo đơn vị hiện nay.");
    has(page, "toàn bộ");
    assert_int_equal(times(page, "<td class=\"num\">toàn bộ</td>"), 3);
    /* a day before the merger: the old unit again */
    has(indicator("quantri", "TC03", query_of(old, "&period=2022-Q4&reading=2025-06-30")),
        ": 5\u00a0");
    has(indicator("quantri", "TC03", query_of(ward, "&period=2022-Q4&reading=01/07/2025")),
        ": 21\u00a0");
    /* today the old one is gone, and the page says where to */
    page = indicator("quantri", "TC03", query_of(old, "&period=2022-Q4&reading=as-is"));
    has(page, "số liệu đọc ở các đơn vị");
    has(page, ward);
}

static void what_was_known_on_a_day_stays(void **state)
{
    const char *ward = uid_of("20017", "2026-Q1");
    struct sbuf b;
    struct day then = day_of_ms(first_ms);

    (void)state;
    sbuf_init(&b, &demo->a, 200);
    sbuf_z(&b, "&period=2022-Q4&reading=as-is&known=");
    day_put(&b, then);
    const char *page = indicator("quantri", "TC03", query_of(ward, sbuf_cstr(&b)));
    has(page, ": 20\u00a0"); /* 8, which was corrected to 9 later */
    has(page, "Theo số liệu có đến hết ngày 25/09/2026");
    lacks(page, ": 21\u00a0");
}

static void every_link_to_a_figure_carries_the_reading(void **state)
{
    const char *ward = uid_of("20017", "2026-Q1");
    const char *page = indicator("quantri", "TC03",
        query_of(ward, "&period=2022-Q4&reading=as-is&state=provisional&known=2026-09-25"));
    size_t trend = 0;

    (void)state;
    assert_non_null(page);
    for (const char *p = page; (p = strstr(p, "<th scope=\"row\"><a href=\"/indicators/")); p++) {
        const char *begin = strstr(p, "href=\"") + 6;
        char link[400];
        snprintf(link, sizeof link, "%.*s", (int)strcspn(begin, "\""), begin);
        if (strstr(link, "period=2022-Q4&amp;") && !strstr(link, "reading="))
            continue; /* the path leads to figures as they were */
        has(link, "state=provisional");
        has(link, "reading=as-is");
        has(link, "known=2026-09-25");
        trend++;
    }
    assert_true(trend >= 7);
    has(page, "figures.csv?unit=");
    has(page, "Trở về cách đọc thường lệ");
}

static void a_bad_day_is_an_error_that_says_what_to_write(void **state)
{
    const char *ward = uid_of("20017", "2026-Q1");

    (void)state;
    REFUSED(indicator("quantri", "TC03", query_of(ward, "&period=2022-Q4&reading=31/02/2024")),
        "err.how.reading");
    REFUSED(indicator("quantri", "TC03", query_of(ward, "&period=2022-Q4&known=yesterday")),
        "err.how.known");
    REFUSED(indicator("quantri", "TC03", query_of(ward, "&period=2022-Q4&known=2030-01-01")),
        "err.how.future");
    REFUSED(indicator("quantri", "TC03", query_of(ward, "&period=2022-Q4&known=2001-01-01")),
        "err.how.before");
    REFUSED(ask("quantri", page_scoreboard, "unit", ward, "period=2022-Q4&known=2001-01-01"),
        "err.how.before");
}

/* ---- the past under the rights of today ---- */

static void the_past_is_read_under_the_rights_of_today(void **state)
{
    const char *town = uid_of("MH", "2026-Q1");
    struct actor system = {{0}, STR("test")};
    struct account_request add = {
        .login = STR("moi"), .name = STR("Mới"), .password = STR("mat-khau-moi-1")};
    struct grant_request grant = {.login = STR("moi"), .role = ROLE_VIEWER, .unit = STR("MH")};
    const char *past = "period=2026-Q1&known=2026-09-25";

    (void)state;
    demo->now_ms += 5 * DAY_MS;
    demo->err = ERR_INIT;
    OK(account_add(demo->app, system, &add, &demo->err));
    REFUSED(ask("moi", page_scoreboard, "unit", town, past), "err.denied_unit");
    OK(account_grant(demo->app, system, &grant, &demo->err));
    has(ask("moi", page_scoreboard, "unit", town, past), "Theo số liệu có đến hết ngày 25/09/2026");
    OK(account_revoke(demo->app, system, STR("moi"), &demo->err));
    REFUSED(ask("moi", page_scoreboard, "unit", town, past), "err.denied_unit");
    OK(account_revoke(demo->app, system, STR("lanhdao.mh"), &demo->err));
    REFUSED(ask("lanhdao.mh", page_scoreboard, "unit", town, past), "err.denied_unit");
}

/* ---- a drawing, its table and its file say the same ---- */

static void a_chart_says_what_its_table_says(void **state)
{
    const char *town = uid_of("328", "2024-Q1");
    const char *page = indicator("quantri", "MT04", query_of(town, "&period=2024-Q1"));
    struct request rq = {.arena = &demo->a, .lang = LANG_VI};
    struct indicator_page p;
    struct indicator_request q = {
        .indicator = STR("MT04"), .unit = str_of(town), .period = demo_period("2024-Q1")};
    struct actor who = demo_actor("quantri");
    char title[300], cell[300];

    (void)state;
    demo_look();
    OK(indicator_page_make(&demo->v, who, &q, LANG_VI, &demo->a, &p, &demo->err));
    assert_int_equal(p.leagues, 13);
    for (size_t i = 0; i < p.leagues; i++) {
        struct str value = show_plain(&rq, show_value(&rq, &p.league[i].value, 0));
        struct str name = show_loose(
            &rq, show_unit_first(&rq, demo->v.catalog, p.league[i].unit, day_make(2024, 3, 31)));
        snprintf(title, sizeof title, "<title>%.*s: %.*s", STR_ARG(name), STR_ARG(value));
        snprintf(cell, sizeof cell, ">%.*s<span class=\"frac\"></span>", STR_ARG(value));
        assert_int_equal(times(page, title), 2); /* wide and narrow */
        assert_true(times(page, cell) >= 1);
    }
    demo_done();
    assert_int_equal(times(page, "class=\"chart chart-line\""), 2);
    assert_int_equal(times(page, "class=\"chart chart-bars\""), 2);
    has(page, "<title>Quý\u00a0I/2024: 17.380");
    has(page, "17.380<span class=\"frac\">");
}

static void a_file_says_what_its_page_says(void **state)
{
    const char *ward = uid_of("20017", "2026-Q1");
    const char *query = query_of(ward, "&period=2022-Q4&reading=as-is");
    const char *csv = ask("quantri", file_indicator_csv, "indicator", "TC03", query);
    const char *json = ask("quantri", file_indicator_json, "indicator", "TC03", query);
    const char *was =
        ask("quantri", file_indicator_csv, "indicator", "TC03", query_of(ward, "&period=2022-Q4"));

    (void)state;
    has(csv, ",2022-Q4,21,3,3,approved,exact");
    has(json, "\"value\":\"21\"");
    has(json, "\"restated\":true");
    lacks(was, ",2022-Q4,21,");
}

static void the_scoreboards_file_has_its_targets_and_who_answers(void **state)
{
    const char *province = uid_of("MH", "2026-Q3");
    const char *page = ask("quantri", page_scoreboard, "unit", province, "period=2026-Q3");
    const char *csv = ask("quantri", file_scoreboard_csv, "unit", province, "period=2026-Q3");

    (void)state;
    has(page, "Chủ tịch UBND tỉnh");
    has(csv, "Chủ tịch UBND tỉnh");
    assert_true(times(page, "class=\"spark\" ") >= 10);
    has(page, "scoreboard.csv?period=2026-Q3");
}

/* ---- what is not exact says so ---- */

static void a_value_between_bounds_is_shown_as_both(void **state)
{
    struct request rq = {.arena = &demo->a, .lang = LANG_VI};
    struct shown x = {.bounded = true,
        .restated = true,
        .low = rat_of_i64(3),
        .high = rat_of_i64(17),
        .value = rat_of_i64(0)};
    struct figure_view f = show_value(&rq, &x, 0);

    (void)state;
    assert_str(f.whole, "3\u00a0-\u00a017");
    assert_str(f.full, "Trong khoảng từ 3 đến 17");
    assert_str(show_marks(&rq, &x), "chỉ biết trong khoảng");
    x = (struct shown){.has = true, .value = rat_of_i64(5), .restated = true, .estimated = true};
    assert_str(show_value(&rq, &x, 1).whole, "5");
    assert_str(show_value(&rq, &x, 1).frac, ",0");
    assert_str(show_marks(&rq, &x), "quy đổi ước tính");
    x = (struct shown){.has = true, .value = rat_of_i64(5), .status = STATUS_FINAL};
    assert_str(show_marks(&rq, &x), "");
}

/* ---- where a unit comes from ---- */

static void a_units_page_draws_its_descent(void **state)
{
    const char *page = ask("quantri", page_unit, "unit", uid_of("20017", "2026-Q1"), "");

    (void)state;
    assert_int_equal(times(page, "class=\"chart chart-descent\""), 2);
    has(page, "<title>01/07/2025, Sáp nhập: ");
    assert_int_equal(times(page, "<title>01/07/2025, Sáp nhập: xã\u00a0Hương\u00a0Toàn"), 4);
}

/* ---- forecasts ---- */

static const char *scoreboard(const char *unit, const char *query)
{
    return ask("quantri", page_scoreboard, "unit", uid_of(unit, "2026-Q3"), query);
}

static void a_forecast_stands_beside_what_the_unit_expects(void **state)
{
    (void)state;
    const char *page = scoreboard("MH", "period=2026-Q3");

    has(page, "Dự báo để tham khảo");
    has(page, "class=\"fan\"");
    has(page, "nghiêng về không đạt");
    has(page, "ít số liệu");
    has(page, "#forecast");
    has(page, "Đơn vị tự đánh giá: Khó đạt (Vướng mặt bằng hai công trình)");
    has(page, "đơn vị tự đánh giá sẽ đạt");
}

static void where_no_target_has_a_forecast_no_column_is_given_away(void **state)
{
    (void)state;
    const char *page = ask(
        "quantri", page_scoreboard, "unit", uid_of("328", "2024-Q1"), "period=2024-Q1&forecast=on");

    lacks(page, "class=\"fore-head\"");
    has(page, "Dự báo để tham khảo: chưa đủ số liệu cho chỉ tiêu nào");
}

static void forecasts_are_off_where_the_address_or_the_setting_says_so(void **state)
{
    struct import_file f = {
        .name = STR("settings.csv"), .text = STR("key,value\nforecast.shown,0\n")};
    struct import_result r;

    (void)state;
    const char *off = scoreboard("MH", "period=2026-Q3&forecast=off");
    lacks(off, "class=\"fan\"");
    lacks(off, "Dự báo để tham khảo");
    has(off, "forecast=on"); /* the way back; links carry it along */
    has(off, "forecast=off");
    has(off, "Khó đạt (Vướng mặt bằng hai công trình)"); /* the unit's own word stays */
    OK(import_settings(demo->app, (struct actor){{0}, STR("test")}, &f, &r, &demo->err));
    lacks(scoreboard("MH", "period=2026-Q3"), "class=\"fan\"");
    has(scoreboard("MH", "period=2026-Q3&forecast=on"), "class=\"fan\"");
    f.text = STR("key,value\nforecast.shown,1\n");
    OK(import_settings(demo->app, (struct actor){{0}, STR("test")}, &f, &r, &demo->err));
    has(scoreboard("MH", "period=2026-Q3"), "class=\"fan\"");
}

static void the_indicators_page_says_how_a_forecast_was_found(void **state)
{
    (void)state;
    const char *unit = uid_of("MH001", "2026-Q3");
    const char *page = indicator("lanhdao.mh001", "NS01", query_of(unit, "&period=2026-Q3"));

    has(page, "id=\"forecast\"");
    has(page, "Cả năm");
    has(page, "Kendall");
    has(page, "23 số liệu, từ quý I/2021 đến quý III/2026");
    has(page, "đã chứa số thật");
    has(page, "g-fan-line");      /* the drawing, */
    has(page, "class=\"ahead\""); /* and its table */
    assert_int_equal(times(page, "trong khoảng") + times(page, "ngoài khoảng"), 11);
    lacks(indicator("lanhdao.mh001", "NS01", query_of(unit, "&period=2026-Q3&forecast=off")),
        "g-fan");
}

static void files_have_the_forecast_in_columns_of_its_own(void **state)
{
    (void)state;
    const char *uid = uid_of("MH001", "2026-Q3");
    const char *csv = ask("lanhdao.mh001", file_scoreboard_csv, "unit", uid, "period=2026-Q3");

    has(csv, "mark,forecast_answer,forecast,forecast_low,forecast_high,forecast_level");
    has(csv, ",too_little,,,,,,,");
    lacks(ask("lanhdao.mh001", file_scoreboard_csv, "unit", uid, "period=2026-Q3&forecast=off"),
        "forecast");
    has(ask("lanhdao.mh001", file_scoreboard_json, "unit", uid, "period=2026-Q3"),
        "\"forecast\":{\"answer\":\"given\"");
    has(ask("lanhdao.mh001", file_indicator_json, "indicator", "NS01",
            query_of(uid, "&period=2026-Q3")),
        "\"forecast\":[{\"period\":\"2026-Q4\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ward_has_the_figures_of_what_it_was_made_of),
        cmocka_unit_test(what_was_known_on_a_day_stays),
        cmocka_unit_test(every_link_to_a_figure_carries_the_reading),
        cmocka_unit_test(a_bad_day_is_an_error_that_says_what_to_write),
        cmocka_unit_test(a_chart_says_what_its_table_says),
        cmocka_unit_test(a_file_says_what_its_page_says),
        cmocka_unit_test(the_scoreboards_file_has_its_targets_and_who_answers),
        cmocka_unit_test(a_value_between_bounds_is_shown_as_both),
        cmocka_unit_test(a_units_page_draws_its_descent),
        cmocka_unit_test(the_past_is_read_under_the_rights_of_today),
        cmocka_unit_test(a_forecast_stands_beside_what_the_unit_expects),
        cmocka_unit_test(where_no_target_has_a_forecast_no_column_is_given_away),
        cmocka_unit_test(forecasts_are_off_where_the_address_or_the_setting_says_so),
        cmocka_unit_test(the_indicators_page_says_how_a_forecast_was_found),
        cmocka_unit_test(files_have_the_forecast_in_columns_of_its_own),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
