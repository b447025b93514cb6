/* What a drawing must say and must not say. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "chart/chart.h"
#include "chart/draw.h"

static struct arena a;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, 64u << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static int count(struct html h, const char *needle)
{
    int n = 0;

    for (ptrdiff_t at = 0; (at = str_find(h.s, str_of(needle), (size_t)at)) >= 0; at++)
        n++;
    return n;
}

#define SAYS(h, needle) assert_true(count(h, needle) > 0)

static struct chart_value is(int64_t v)
{
    return (struct chart_value){true, v};
}

static void lengths_are_whole_tenths_of_a_pixel(void **state)
{
    struct drawing d;
    struct html h;

    (void)state;
    draw_init(&d, &a, PX(10), 105, "chart", STR("a \"b\" <c>"));
    draw_rect(&d, "g-bar", -5, 0, 12, PX(3), STR("x & y"));
    draw_path(&d, "g-line", STR_NULL);
    draw_to(&d, 'M', 0, 1);
    draw_to(&d, 'L', -11, 20);
    draw_to(&d, 'Z', 0, 0);
    assert_true(draw_svg(&d, &h, &err));
    assert_str(h.s,
        "<svg class=\"chart\" width=\"10\" height=\"10.5\" viewBox=\"0 0 10 10.5\" role=\"img\" "
        "aria-label=\"a &quot;b&quot; &lt;c&gt;\"><rect class=\"g-bar\" x=\"-0.5\" y=\"0\" "
        "width=\"1.2\" height=\"3\"><title>x &amp; y</title></rect>"
        "<path class=\"g-line\" d=\"M0 0.1L-1.1 2Z\"></path></svg>");
}

static void a_long_text_is_cut_between_letters_and_kept_as_a_tip(void **state)
{
    struct drawing d;
    struct html h;

    (void)state;
    draw_init(&d, &a, PX(100), PX(20), "chart", STR(""));
    draw_text_in(&d, "g-text", 0, 0, PX(40), STR("Thị xã Mỹ Hào"));
    assert_true(draw_svg(&d, &h, &err));
    SAYS(h, "<title>Thị xã Mỹ Hào</title>Thị x…</text>");
}

static void no_memory_is_an_error_not_half_a_drawing(void **state)
{
    struct arena small;
    struct drawing d;
    struct html h = HTML_NULL;
    struct err e = ERR_INIT;

    (void)state;
    arena_init(&small, 4096);
    draw_init(&d, &small, PX(10), PX(10), "chart", STR(""));
    for (int i = 0; i < 1000; i++)
        draw_circle(&d, "g-end", i, i, 1, STR_NULL);
    assert_false(draw_svg(&d, &h, &e));
    assert_null(h.s.p);
    arena_free(&small);
}

static void ticks_are_round_and_hold_everything(void **state)
{
    static const int64_t ends[][2] = {{0, 0}, {0, 100}, {390, 640}, {-35, 1042}, {-9, -1}, {7, 8},
        {INT64_MIN, INT64_MAX}, {INT64_MAX - 1, INT64_MAX}, {1, 1000000007}};
    struct chart_tick t[CHART_TICKS];

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (int want = 2; want <= 6; want++) {
            size_t n = chart_ticks(ends[i][0], ends[i][1], want, t);
            assert_true(n >= 2 && n <= CHART_TICKS && (int)n <= want + 2);
            for (size_t k = 1; k < n; k++)
                assert_true(t[k].v > t[k - 1].v);
            assert_true(t[0].v <= ends[i][0] && t[n - 1].v >= ends[i][1]);
            if (ends[i][0] < -1000000 || ends[i][1] > INT64_MAX - 10)
                continue; /* the ends of the range of numbers are not round */
            int64_t step = t[1].v - t[0].v;
            assert_int_equal(t[0].v % step, 0);
        }
    size_t n = chart_ticks(0, 100, 5, t);
    assert_int_equal(n, 6);
    assert_int_equal(t[1].v, 20);
}

static struct html line(const struct chart_point *p, size_t n)
{
    struct chart_tick t[CHART_TICKS];
    struct html h = HTML_NULL;
    size_t ticks = chart_ticks(0, 100, 4, t);

    for (size_t i = 0; i < ticks; i++)
        t[i].text = STR("9");
    struct line_chart c = {300, 200, STR("nói"), p, n, t, ticks};
    assert_true(chart_line(&c, &a, &h, &err));
    return h;
}

static void a_missing_value_is_a_gap_and_a_lonely_one_a_dot(void **state)
{
    struct chart_point p[6] = {0};

    (void)state;
    p[0].now = is(10);
    p[1].now = is(20);
    p[3].now = is(30); /* alone */
    struct html h = line(p, 6);
    const char *me = strstr(str_dupz(&a, h.s), "g-line-me\" d=\"");
    assert_non_null(me);
    char path[200];
    snprintf(path, sizeof path, "%.*s", (int)strcspn(me + 14, "\""), me + 14);
    int moves = 0, lines = 0;
    for (const char *c = path; *c; c++) {
        moves += *c == 'M';
        lines += *c == 'L';
    }
    assert_int_equal(moves, 2);
    assert_int_equal(lines, 1);
    assert_int_equal(count(h, "g-dot-me"), 2); /* the lonely one, and the last */
}

static void plan_is_dotted_and_last_year_hollow(void **state)
{
    struct chart_point p[3] = {{is(1), is(50), is(20), STR("Q1"), STR("tip")},
        {is(2), is(50), {0}, STR("Q2"), STR("")}, {{0}, is(50), {0}, STR("Q3"), STR("")}};
    struct html h = line(p, 3);

    (void)state;
    assert_int_equal(count(h, "g-plan"), 1);
    assert_int_equal(count(h, "g-then"), 1);
    assert_int_equal(count(h, "g-hit"), 1);
    SAYS(h, "<title>tip</title>");
    SAYS(h, "aria-label=\"nói\"");
    line(p, 0); /* nothing at all draws the axis alone */
    line(p, 1);
}

static void a_forecast_opens_from_the_last_figure(void **state)
{
    struct chart_point p[4] = {{.now = is(10)}, {.now = is(20)},
        {.fore = is(25), .low = is(20), .high = is(30)},
        {.fore = is(28), .low = is(18), .high = is(40)}};
    struct html h = line(p, 4);

    (void)state;
    assert_int_equal(count(h, "g-fan-area"), 1);
    assert_int_equal(count(h, "g-fan-line"), 1);
    assert_int_equal(count(h, "g-fan-dot"), 2);
    const char *fan = strstr(str_dupz(&a, h.s), "g-fan-area\" d=\"");
    assert_non_null(fan);
    int corners = 0;
    for (const char *c = fan + 15; *c != '"'; c++)
        corners += *c == 'M' || *c == 'L';
    assert_int_equal(corners, 5); /* the figure, two highs, two lows */
    /* a year of which a part is in: a column around the dot, no line to it */
    struct chart_point year = {.now = is(10), .fore = is(50), .low = is(40), .high = is(60)};
    h = line(&year, 1);
    assert_int_equal(count(h, "g-fan-line"), 0);
    assert_int_equal(count(h, "g-fan-area"), 1);
    assert_int_equal(count(h, "g-fan-dot"), 1);
}

static void too_many_parts_are_refused_with_a_cure(void **state)
{
    struct line_chart c = {300, 200, STR(""), NULL, CHART_MAX + 1, NULL, 0};
    struct html h;
    struct err e = ERR_INIT;

    (void)state;
    assert_false(chart_line(&c, &a, &h, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_int_equal(e.key, MSG_err_chart_too_large);
}

/* Attribute of the n-th element of a class. */
static double attribute(struct html h, const char *css, int n, const char *name)
{
    const char *at = str_dupz(&a, h.s);
    char class[40], attr[20];

    snprintf(class, sizeof class, "class=\"%s\"", css);
    snprintf(attr, sizeof attr, " %s=\"", name);
    for (int i = 0; i <= n; i++) {
        at = strstr(at, class);
        assert_non_null(at);
        at++;
    }
    at = strstr(at, attr);
    assert_non_null(at);
    double v;
    assert_int_equal(sscanf(at + strlen(attr), "%lf", &v), 1);
    return v;
}

static void bars_stand_on_zero_and_negative_ones_go_the_other_way(void **state)
{
    struct chart_bar b[3] = {{.name = STR("A"), .text = STR("100"), .v = is(100), .plan = is(80)},
        {.name = STR("B"), .text = STR("-50"), .v = is(-50)},
        {.name = STR("C"), .text = STR("chưa có")}};
    struct bar_chart c = {400, STR(""), b, 3};
    struct html h;

    (void)state;
    assert_true(chart_bars(&c, &a, &h, &err));
    assert_int_equal(count(h, "class=\"g-bar\""), 2); /* none for what is missing */
    double zero = attribute(h, "g-bar", 0, "x");
    double up = attribute(h, "g-bar", 0, "width"), down = attribute(h, "g-bar", 1, "width");
    assert_true(attribute(h, "g-bar", 1, "x") + down - zero < 0.15 &&
                attribute(h, "g-bar", 1, "x") + down - zero > -0.15);
    assert_true(up / down > 1.98 && up / down < 2.02);
    assert_int_equal(count(h, "g-tick"), 1);
}

static void every_status_has_a_silhouette_of_its_own(void **state)
{
    struct str drawn[CHART_STATUSES];

    (void)state;
    for (int i = 0; i < CHART_STATUSES; i++) {
        struct strip_unit u = {(enum chart_status)i, STR("")};
        struct strip_chart c = {40, STR(""), &u, 1};
        struct html h;
        assert_true(chart_strip(&c, &a, &h, &err));
        /* without the classes, so that colour does not count */
        struct sbuf b;
        sbuf_init(&b, &a, 4000);
        for (size_t k = 0; k < h.s.n; k++)
            if (str_starts(str_slice(h.s, k, h.s.n), STR("class=\"")))
                k = (size_t)str_find_char(h.s, '"', k + 7);
            else
                sbuf_char(&b, h.s.p[k]);
        drawn[i] = sbuf_view(&b);
        for (int k = 0; k < i; k++)
            assert_false(str_eq(drawn[k], drawn[i]));
    }
}

static void grades_are_fifths_and_equal_values_are_equal(void **state)
{
    struct chart_value v[11] = {
        is(5), is(1), is(2), is(2), is(9), is(8), is(7), is(6), is(3), is(4)};
    int g[11];

    (void)state;
    assert_true(chart_grades(v, 11, &a, g, &err));
    assert_int_equal(g[10], -1);
    assert_int_equal(g[1], 0);
    assert_int_equal(g[2], g[3]);
    assert_int_equal(g[4], 4);
    struct chart_value same[3] = {is(7), is(7), is(7)};
    assert_true(chart_grades(same, 3, &a, g, &err));
    assert_int_equal(g[0], 0);
    assert_int_equal(g[2], 0);
}

static void north_is_up_and_a_degree_of_longitude_is_shorter(void **state)
{
    /* one degree by one degree at 60° north: half as wide as high */
    struct map_point p[4] = {
        {10000000, 59500000}, {11000000, 59500000}, {11000000, 60500000}, {10000000, 60500000}};
    struct map_ring ring = {p, 4};
    struct map_area area = {.ring = &ring, .rings = 1, .grade = 2, .tip = STR("ô")};
    struct map_chart c = {.w = 400, .h = 208, .says = STR("bản đồ"), .area = &area, .areas = 1};
    struct html h;
    double x[4], y[4];

    (void)state;
    assert_true(chart_map(&c, &a, &h, &err));
    const char *path = strstr(str_dupz(&a, h.s), "m-2\" d=\"");
    assert_non_null(path);
    assert_int_equal(sscanf(path + 8, "M%lf %lfL%lf %lfL%lf %lfL%lf %lfZ", &x[0], &y[0], &x[1],
                         &y[1], &x[2], &y[2], &x[3], &y[3]),
        8);
    assert_true(y[0] > y[3]);
    assert_true(y[0] - y[3] > 199 && y[0] - y[3] <= 200);
    assert_true(x[1] - x[0] > 99 && x[1] - x[0] < 101);
}

static void areas_without_value_are_drawn_and_those_outside_are_not(void **state)
{
    struct map_point in[3] = {{0, 0}, {1000000, 0}, {0, 1000000}};
    struct map_point out[3] = {{50000000, 0}, {51000000, 0}, {50000000, 1000000}};
    struct map_ring ring[2] = {{in, 3}, {out, 3}};
    struct map_area area[3] = {{.ring = &ring[0], .rings = 1, .grade = -1, .name = STR("trong")},
        {.ring = &ring[1], .rings = 1, .grade = 1, .name = STR("ngoài")}, {.grade = 3}};
    struct map_chart c = {.w = 200,
        .h = 200,
        .area = area,
        .areas = 3,
        .clip = {-100000, -100000, 1100000, 1100000},
        .names = true};
    struct html h;

    (void)state;
    assert_true(chart_map(&c, &a, &h, &err));
    assert_int_equal(count(h, "m-none"), 1);
    assert_int_equal(count(h, "m-1"), 0);
    SAYS(h, "trong");
}

static void a_descent_that_names_no_life_is_refused(void **state)
{
    struct descent_life life[2] = {
        {STR("A"), STR("xã"), day_make(2000, 1, 1), day_make(2020, 1, 1), false},
        {STR("B"), STR(""), day_make(2020, 1, 1), DAY_MAX, true}};
    struct descent_edge edge = {0, 1, day_make(2020, 1, 1), STR("nhập")};
    struct descent_chart c = {600, STR("A thành B"), day_make(2000, 1, 1), day_make(2026, 1, 1),
        life, 2, &edge, 1, NULL, 0};
    struct html h;

    (void)state;
    assert_true(chart_descent(&c, &a, &h, &err));
    assert_int_equal(count(h, "<title>nhập</title>"), 2);
    edge.to = 2;
    assert_false(chart_descent(&c, &a, &h, &err));
}

static void a_spark_of_nothing_draws_nothing_and_does_not_fall(void **state)
{
    struct chart_value v[8] = {{0}};
    struct spark_chart c = {STR("chưa có"), v, 8, {0}, 3};
    struct html h;

    (void)state;
    assert_true(chart_spark(&c, &a, &h, &err));
    assert_int_equal(count(h, "<circle"), 0);
    v[2] = is(INT64_MIN);
    v[5] = is(INT64_MAX);
    v[3] = is(0);
    assert_true(chart_spark(&c, &a, &h, &err));
    assert_int_equal(count(h, "<circle"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_whole_tenths_of_a_pixel),
        cmocka_unit_test(a_long_text_is_cut_between_letters_and_kept_as_a_tip),
        cmocka_unit_test(no_memory_is_an_error_not_half_a_drawing),
        cmocka_unit_test(ticks_are_round_and_hold_everything),
        cmocka_unit_test(a_missing_value_is_a_gap_and_a_lonely_one_a_dot),
        cmocka_unit_test(plan_is_dotted_and_last_year_hollow),
        cmocka_unit_test(a_forecast_opens_from_the_last_figure),
        cmocka_unit_test(too_many_parts_are_refused_with_a_cure),
        cmocka_unit_test(bars_stand_on_zero_and_negative_ones_go_the_other_way),
        cmocka_unit_test(every_status_has_a_silhouette_of_its_own),
        cmocka_unit_test(grades_are_fifths_and_equal_values_are_equal),
        cmocka_unit_test(north_is_up_and_a_degree_of_longitude_is_shorter),
        cmocka_unit_test(areas_without_value_are_drawn_and_those_outside_are_not),
        cmocka_unit_test(a_descent_that_names_no_life_is_refused),
        cmocka_unit_test(a_spark_of_nothing_draws_nothing_and_does_not_fall),
    };

    return cmocka_run_group_tests_name("chart", tests, set_up, tear_down);
}
