/* What is sealed stays sealed on every page. */
#include "demo.h"

#include "app/headline.h"
#include "app/import_details.h"
#include "app/search.h"
#include "app/shown.h"

static void import(const char *kind, const char *text)
{
    struct actor system = {{0}, STR("test")};
    struct import_file f = {.name = str_of(kind), .text = str_of(text)};
    struct import_result r;

    if (str_is(str_of(kind), "figures")) {
        OK(import_figures(demo->app, system, &f, false, &r, &demo->err));
        return;
    }
    for (size_t i = 0; i < import_kind_count; i++)
        if (str_is(str_of(kind), import_kinds[i].name)) {
            OK(import_kinds[i].run(demo->app, system, &f, &r, &demo->err));
            return;
        }
    fail_msg("no import of %s", kind);
}

/* A form with a sealed line, a public one, and a rate of the two. */
static int open_with_a_sealed_form(void **state)
{
    demo_open(state);
    import("indicators",
        "code,name,unit_of_measure,decimals,direction,frequency,over_units,over_time,formula,"
        "reported_by,class\n"
        "KIN01,Vụ việc niêm phong,vụ,0,less,quarter,sum,sum,,commune,sealed\n"
        "KIN02,Vụ việc chung,vụ,0,less,quarter,sum,sum,,commune,public\n"
        "KIN03,Tỷ lệ vụ việc niêm phong,%,1,less,quarter,ratio,ratio,100*KIN01/KIN02,commune,"
        "sealed\n");
    import("forms",
        "form,name_vi,name_en,frequency,line,asked_of,asked_by,cutoff_day,due_day,close_day,"
        "valid_from\n"
        "KIN,Biểu niêm phong,Sealed form,quarter,state,commune,MH,15,20,25,2025-07-01\n");
    import("form-sections", "form,section,title_vi,title_en,axis\nKIN,1,Chung,General,1\n");
    import("form-lines",
        "form,section,line,indicator,owner,part_of,confirm_nil,required\n"
        "KIN,1,1,KIN02,CA,,,yes\nKIN,1,2,KIN01,CA,KIN02,,yes\nKIN,1,3,KIN03,,,,\n");
    import("figures", "indicator,unit,period,value\n"
                      "KIN01,MH001,2026-Q3,7\nKIN02,MH001,2026-Q3,5\n");
    return 0;
}

static struct report_page page;

static bool look_at(const char *login)
{
    struct report_key key = demo_key("KIN", "MH001", "2026-Q3");
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = report_page_make(demo->app, &demo->v, who, key, LANG_VI, &demo->a, &page, &demo->err);
    demo_done();
    return ok;
}

static void a_sealed_line_is_empty_for_those_who_may_not_read_it(void **state)
{
    (void)state;
    OK(look_at("lanhdao.mh"));
    assert_int_equal(page.rows, 3);
    assert_true(page.row[1].hidden);
    assert_false(page.row[1].now.has || page.row[1].figure.has || page.row[1].cumulative.has);
    assert_false(page.row[0].hidden);
    assert_string_equal(demo_text(&page.row[0].now, 0), "5");
    assert_true(page.row[2].hidden);
    OK(look_at("so.mh"));
    assert_false(page.row[1].hidden);
    assert_string_equal(demo_text(&page.row[1].now, 0), "7");
}

static void a_finding_does_not_tell_a_sealed_number(void **state)
{
    (void)state;
    OK(look_at("lanhdao.mh")); /* 7 "of which" is more than 5 in all */
    assert_int_equal(page.errors, 1);
    assert_true(str_find(page.finding[0].message, STR("7"), 0) < 0);
    OK(look_at("so.mh"));
    assert_true(str_find(page.finding[0].message, STR("7"), 0) >= 0);
}

static bool may_see_indicator(const char *login, const char *code)
{
    struct indicator_request q = {
        .indicator = str_of(code), .unit = STR("MH"), .period = demo_period("2026-Q3")};
    struct indicator_page p;
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = indicator_page_make(&demo->v, who, &q, LANG_VI, &demo->a, &p, &demo->err);
    demo_done();
    return ok;
}

static bool trace(const char *login, const char *code, struct figure_origin *ret)
{
    struct origin_request q = {
        .indicator = str_of(code), .unit = STR("MH001"), .period = demo_period("2026-Q3")};
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = figure_origin(demo->app, &demo->v, who, &q, &demo->a, ret, &demo->err);
    demo_done();
    return ok;
}

static void its_page_and_its_origin_are_closed(void **state)
{
    struct figure_origin o;

    (void)state;
    REFUSED(may_see_indicator("lanhdao.mh", "KIN01"), "err.denied_unit");
    REFUSED(may_see_indicator("quantri", "KIN01"), "err.denied_unit");
    OK(may_see_indicator("so.mh", "KIN01"));
    OK(may_see_indicator("lanhdao.mh", "KIN02"));
    REFUSED(trace("lanhdao.mh", "KIN01", &o), "err.denied_unit");
    OK(trace("so.mh", "KIN03", &o));
    assert_int_equal(o.operands, 2);
}

static int hits(const char *login, const char *text)
{
    struct search_result r;
    struct actor who = demo_actor(login);

    demo_look();
    OK(search_find(&demo->v, who, str_of(text), &demo->a, &r, &demo->err));
    demo_done();
    return (int)r.hits;
}

static void search_does_not_find_it(void **state)
{
    (void)state;
    assert_int_equal(hits("lanhdao.mh", "vu viec niem phong"), 0);
    assert_int_equal(hits("so.mh", "vu viec niem phong"), 2);
    assert_int_equal(hits("lanhdao.mh", "vu viec chung"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_line_is_empty_for_those_who_may_not_read_it),
        cmocka_unit_test(a_finding_does_not_tell_a_sealed_number),
        cmocka_unit_test(its_page_and_its_origin_are_closed),
        cmocka_unit_test(search_does_not_find_it),
    };

    return cmocka_run_group_tests_name("sealed", tests, open_with_a_sealed_form, demo_close);
}
