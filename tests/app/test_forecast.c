/* The forecast beside the targets of the invented province: what it is made of, what it follows,
 * and that keeping it never shows an old one. */
#include "demo.h"

#include "app/forecasts.h"
#include "app/import.h"

static struct scoreboard board;
static struct scoreboard_request asked;

static void make_board(const char *unit, const char *period)
{
    asked = (struct scoreboard_request){.unit = str_of(unit), .period = demo_period(period)};
    OK(scoreboard_make(
        demo->app, &demo->v, demo_actor("quantri"), &asked, LANG_VI, &demo->a, &board, &demo->err));
}

static const struct scoreboard_target *row_of(const char *code)
{
    for (size_t i = 0; i < board.sets; i++)
        for (size_t k = 0; k < board.set[i].targets; k++)
            if (str_is(demo->v.catalog->target[board.set[i].target[k].target].code, code))
                return &board.set[i].target[k];
    fail_msg("no target %s", code);
    return NULL;
}

static struct forecast_trial trial[FORECAST_TESTS_MAX];

/* As the page asks for it, and worked out anew: the two are the same. */
static struct target_forecast forecast_of(const char *code)
{
    struct target_forecast f, fresh;
    struct actor who = demo_actor("quantri");

    OK(target_forecast(demo->app, &demo->v, who, &asked, row_of(code), &f, NULL, &demo->err));
    OK(target_forecast(demo->app, &demo->v, who, &asked, row_of(code), &fresh, trial, &demo->err));
    assert_int_equal(f.shown, fresh.shown);
    assert_int_equal(f.stand, fresh.stand);
    assert_int_equal(f.found.f.hits, fresh.found.f.hits);
    if (f.shown == FORECAST_SHOWN)
        assert_int_equal(rat_cmp(f.found.f.value, fresh.found.f.value), 0);
    return f;
}

static struct target_forecast forecast(const char *unit, const char *period, const char *code)
{
    demo_look();
    make_board(unit, period);
    struct target_forecast f = forecast_of(code);
    demo_done();
    return f;
}

static void is_period(struct period p, const char *id)
{
    assert_true(period_eq(p, demo_period(id)));
}

static void a_year_plan_is_forecast_from_what_came_before_the_merger(void **state)
{
    (void)state;
    struct target_forecast f = forecast("MH001", "2026-Q3", "NS01-MH001");

    assert_int_equal(f.shown, FORECAST_SHOWN);
    is_period(f.found.first, "2021-Q1"); /* the ward exists since 1/7/2025 */
    is_period(f.found.last, "2026-Q3");
    is_period(f.found.from, "2026-Q1");
    is_period(f.found.to, "2026-Q4");
    assert_true(f.found.marks & MARK_RESTATED);
    assert_int_equal(f.found.f.have, 23);
    assert_int_equal(f.found.estimates, 1); /* the third quarter is "ước" */
    assert_int_equal(f.found.f.ahead, 1);
    assert_int_equal(rat_cmp(f.found.f.known, rat_of_i64(15120 + 15890 + 16740)), 0);
    assert_true(rat_cmp(f.found.f.low, f.found.f.known) > 0);
    assert_int_equal(rat_cmp(f.low, rat_of_i64(62000)), 0);
}

static void a_quarter_with_a_commune_missing_is_not_taken_for_whole(void **state)
{
    (void)state;
    struct target_forecast f = forecast("MH", "2026-Q3", "NS01-MH");

    assert_int_equal(f.shown, FORECAST_SHOWN);
    is_period(f.found.last, "2026-Q2");
    assert_int_equal(f.found.f.ahead, 2);
    /* not below what two of three communes have reported since */
    assert_true(rat_cmp(f.found.f.low, rat_of_i64(67620)) > 0);
}

static void too_little_is_an_answer(void **state)
{
    (void)state;
    struct target_forecast f = forecast("MH", "2026-Q3", "08");

    assert_int_equal(f.shown, FORECAST_LITTLE);
    assert_int_equal(f.found.f.have, 5);
    assert_int_equal(f.found.f.need, 16);
    assert_int_equal(forecast("MH", "2026-Q3", "01").shown, FORECAST_LITTLE);    /* to 2030 */
    assert_int_equal(forecast("MH", "2026-Q3", "10").shown, FORECAST_NOT_OF_IT); /* done by a day */
}

static void what_came_later_than_the_page_is_not_used(void **state)
{
    (void)state;
    struct target_forecast f = forecast("MH001", "2026-Q1", "NS01-MH001");

    is_period(f.found.last, "2026-Q1");
    assert_int_equal(f.found.f.ahead, 3);
    assert_int_equal(rat_cmp(f.found.f.known, rat_of_i64(15120)), 0);
}

static void every_quarter_is_asked_for_the_next_one(void **state)
{
    (void)state;
    struct target_forecast f = forecast("MH001", "2026-Q3", "03");

    assert_int_equal(f.shown, FORECAST_SHOWN);
    assert_false(f.found.sum);
    is_period(f.found.to, "2026-Q4");
    f = forecast("MH001", "2026-Q4", "03");
    is_period(f.found.to, "2026-Q4"); /* not in yet */
}

static void its_coverage_is_that_of_its_trials(void **state)
{
    (void)state;
    struct target_forecast f = forecast("MH001", "2026-Q3", "NS01-MH001");
    int hits = 0;

    for (int i = 0; i < f.found.f.trials; i++) {
        bool within =
            rat_cmp(trial[i].low, trial[i].came) <= 0 && rat_cmp(trial[i].came, trial[i].high) <= 0;
        assert_int_equal(within, trial[i].hit);
        hits += within;
    }
    assert_int_equal(hits, f.found.f.hits);
    /* the last trial was made in the second quarter, of the third */
    const struct forecast_trial *last = &trial[f.found.f.trials - 1];
    is_period(forecast_period(&f.found, last->at), "2026-Q2");
    is_period(forecast_period(&f.found, last->to), "2026-Q3");
    assert_int_equal(rat_cmp(last->came, rat_of_i64(16740)), 0);
}

/* ---- what is kept ---- */

static void put_figure(const char *text)
{
    struct import_file f = {.name = STR("x.csv"), .text = str_of(text)};
    struct import_result r;

    OK(import_figures(demo->app, (struct actor){{0}, STR("test")}, &f, false, &r, &demo->err));
}

static void a_new_figure_is_seen_at_once(void **state)
{
    (void)state;
    struct target_forecast before = forecast("MH001", "2026-Q3", "KT01-MH001");

    put_figure("indicator,unit,period,value\nKT01,MHC01,2025-Q1,90\nKT01,MHC01,2025-Q2,90\n");
    struct target_forecast after = forecast("MH001", "2026-Q3", "KT01-MH001");
    assert_int_not_equal(rat_cmp(before.found.f.value, after.found.f.value), 0);
    /* and another indicator's stays what it was */
    struct target_forecast other = forecast("MH001", "2026-Q3", "NS01-MH001");
    assert_int_equal(other.shown, FORECAST_SHOWN);
}

static void what_was_known_on_a_day_is_forecast_from_that(void **state)
{
    (void)state;
    struct act_no act;
    struct target_forecast now = forecast("MH001", "2026-Q3", "KT01-MH001");
    struct store *store = app_store(demo->app);
    struct act_filter last = {.kind = -1, .newest_first = true, .limit = 1};
    struct act *acts;
    size_t n;

    OK(store->ops->acts(store, &last, &demo->a, &acts, &n, &demo->err));
    act = (struct act_no){acts[0].no.v - 1};
    OK(app_read(demo->app, act, &demo->v, &demo->err));
    make_board("MH001", "2026-Q3");
    struct target_forecast then = forecast_of("KT01-MH001");
    app_read_end(demo->app, &demo->v);
    assert_int_not_equal(rat_cmp(now.found.f.value, then.found.f.value), 0);
}

static void provisional_figures_make_another_forecast(void **state)
{
    (void)state;
    demo_look();
    make_board("MH", "2026-Q3");
    struct target_forecast approved = forecast_of("NS01-MH");
    asked.state = TOTAL_PROVISIONAL;
    struct target_forecast provisional = forecast_of("NS01-MH");
    demo_done();
    is_period(approved.found.last, "2026-Q2");
    is_period(provisional.found.last, "2026-Q3"); /* the returned report counts there */
}

static void the_rest_of_the_year_is_forecast_period_by_period(void **state)
{
    (void)state;
    struct series_point *p;
    size_t n;

    demo_look();
    OK(series_forecast(demo->app, &demo->v, demo_actor("quantri"), demo_indicator("NS01"), -1,
        demo_unit("MH001", "2026-Q2"), demo_period("2026-Q2"), TOTAL_APPROVED,
        (struct reading_of){0}, &demo->a, &p, &n, &demo->err));
    assert_int_equal(n, 2);
    is_period(p[0].period, "2026-Q3");
    is_period(p[1].period, "2026-Q4");
    OK(series_forecast(demo->app, &demo->v, demo_actor("quantri"), demo_indicator("NS01"), -1,
        demo_unit("MH001", "2026-Q2"), demo_period("2026"), TOTAL_APPROVED, (struct reading_of){0},
        &demo->a, &p, &n, &demo->err));
    assert_int_equal(n, 1);
    assert_true(p[0].found.sum);
    demo_done();
}

static bool same_forecast(const struct target_forecast *x, const struct target_forecast *y)
{
    const struct forecast_found *a = &x->found, *b = &y->found;

    return x->shown == y->shown && x->stand == y->stand && a->f.answer == b->f.answer &&
           a->f.have == b->f.have && a->f.hits == b->f.hits && a->n == b->n &&
           a->marks == b->marks && a->estimates == b->estimates && period_eq(a->from, b->from) &&
           period_eq(a->to, b->to) &&
           (x->shown != FORECAST_SHOWN ||
               (rat_cmp(a->f.value, b->f.value) == 0 && rat_cmp(a->f.low, b->f.low) == 0 &&
                   rat_cmp(a->f.high, b->f.high) == 0));
}

/* Of each row of a board, asked for together and one by one, each time worked out anew. */
static int board_as_one_by_one(int unit, const char *period, struct actor who)
{
    struct target_forecast one;
    struct scoreboard s;
    int rows = 0;

    struct scoreboard_request q = {
        .unit = str_of(demo->v.catalog->units.p[unit].uid.z), .period = demo_period(period)};
    if (!scoreboard_make(demo->app, &demo->v, who, &q, LANG_VI, &demo->a, &s, &demo->err)) {
        demo->err = (struct err)ERR_INIT; /* not theirs, or not there yet */
        return 0;
    }
    forecasts_clear(app_forecasts(demo->app));
    OK(scoreboard_forecast(demo->app, &demo->v, who, &q, &s, &demo->a, &demo->err));
    for (size_t i = 0; i < s.sets; i++)
        for (size_t k = 0; k < s.set[i].targets; k++, rows++) {
            OK(target_forecast(
                demo->app, &demo->v, who, &q, &s.set[i].target[k], &one, trial, &demo->err));
            assert_true(same_forecast(&one, &s.forecast[i][k]));
        }
    return rows;
}

static void a_board_s_forecasts_are_those_of_its_rows(void **state)
{
    static const char *const period[] = {"2024-Q1", "2025-Q3", "2026-Q2", "2026-Q3", "2026"};
    int rows = 0;

    (void)state;
    demo_look();
    for (size_t i = 0; i < sizeof period / sizeof *period; i++)
        for (int u = 0; u < (int)demo->v.catalog->units.n; u++)
            rows += board_as_one_by_one(u, period[i], demo_actor("quantri")) +
                    board_as_one_by_one(u, period[i], demo_actor("lanhdao.mh001"));
    demo_done();
    assert_true(rows > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_plan_is_forecast_from_what_came_before_the_merger),
        cmocka_unit_test(a_quarter_with_a_commune_missing_is_not_taken_for_whole),
        cmocka_unit_test(too_little_is_an_answer),
        cmocka_unit_test(what_came_later_than_the_page_is_not_used),
        cmocka_unit_test(every_quarter_is_asked_for_the_next_one),
        cmocka_unit_test(its_coverage_is_that_of_its_trials),
        cmocka_unit_test(a_new_figure_is_seen_at_once),
        cmocka_unit_test(what_was_known_on_a_day_is_forecast_from_that),
        cmocka_unit_test(provisional_figures_make_another_forecast),
        cmocka_unit_test(the_rest_of_the_year_is_forecast_period_by_period),
        cmocka_unit_test(a_board_s_forecasts_are_those_of_its_rows),
    };

    return cmocka_run_group_tests(tests, demo_open, demo_close);
}
