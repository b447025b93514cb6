/* Every page where memory ends in the middle: an error, never a crash or half a page. */
#include "demo.h"

#include "app/headline.h"
#include "app/search.h"

static struct actor clerk, leader;
static struct report_key key;

static bool report(struct arena *a, struct err *err)
{
    struct report_page p;
    struct paste paste;

    return report_page_make(demo->app, &demo->v, clerk, key, LANG_VI, a, &p, err) &&
           reporting_preview_paste(&demo->v, &p, 0, -1, STR("1\t2,5\nba\t\"x\"\n"), a, &paste, err);
}

static bool board(struct arena *a, struct err *err)
{
    struct reports_board b;
    struct board_request q = {
        .form = STR("DU-Q"), .unit = STR("MH"), .to = demo_period("2026-Q4"), .periods = 5};

    return board_make(demo->app, &demo->v, leader, &q, LANG_VI, a, &b, err);
}

static bool indicator(struct arena *a, struct err *err)
{
    struct indicator_page p;
    struct figure_origin o;
    struct cell_version *c;
    size_t n;
    struct indicator_request q = {
        .indicator = STR("MT03"), .unit = STR("MH"), .period = demo_period("2026-Q2")};
    struct origin_request oq = {
        .indicator = STR("MT03"), .unit = STR("MH"), .period = demo_period("2026-Q2")};

    return indicator_page_make(&demo->v, leader, &q, LANG_VI, a, &p, err) &&
           figure_origin(demo->app, &demo->v, leader, &oq, a, &o, err) &&
           cell_versions(demo->app, &demo->v, leader, &oq, a, &c, &n, err);
}

static bool unit(struct arena *a, struct err *err)
{
    struct unit_page p;
    struct unit_request q = {.unit = STR("MH003")};

    return unit_page_make(demo->app, &demo->v, leader, &q, LANG_VI, a, &p, err);
}

static bool start(struct arena *a, struct err *err)
{
    struct start_page p;

    return start_page_make(demo->app, &demo->v, clerk, LANG_VI, a, &p, err);
}

static bool brief(struct arena *a, struct err *err)
{
    struct brief b;
    struct brief_request q = {.unit = STR("MH"), .period = demo_period("2026-Q3")};

    return brief_make(demo->app, &demo->v, leader, &q, LANG_VI, a, &b, err);
}

static bool search(struct arena *a, struct err *err)
{
    struct search_result r;

    return search_find(&demo->v, leader, STR("minh"), a, &r, err);
}

/* The n-th allocation fails, for growing n, until the page is made whole. */
static void starve(bool (*page)(struct arena *a, struct err *err))
{
    struct arena a;
    int failed = 0, whole = 0;

    arena_init(&a, 256u << 20);
    OK(page(&a, &demo->err)); /* columns are there from now on */
    for (uint64_t n = 1; n < 1u << 20; n += 1 + n / 24) {
        struct err e = ERR_INIT;
        arena_reset(&a);
        arena_fail_after(n);
        bool ok = page(&a, &e);
        arena_fail_after(0);
        failed += !ok;
        assert_true(ok || e.code == ERR_MEMORY || e.code == ERR_LIMIT);
        whole = ok ? whole + 1 : 0; /* one lost allocation may do no harm */
        if (whole == 4)
            break;
    }
    arena_free(&a);
    assert_true(failed > 5);
}

static void pages_say_that_memory_ended(void **state)
{
    (void)state;
    clerk = demo_actor("bxd.mh003");
    leader = demo_actor("lanhdao.mh");
    key = demo_key("DU-Q", "MH003", "2026-Q3");
    demo_look();
    starve(report);
    starve(board);
    starve(indicator);
    starve(unit);
    starve(start);
    starve(brief);
    starve(search);
    demo_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pages_say_that_memory_ended)};

    return cmocka_run_group_tests_name("memory", tests, demo_open, demo_close);
}
