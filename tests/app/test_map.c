/* Maps: which units stand on one, which boundary holds on its day, and what they show. */
#include "world.h"

#include <stdio.h>

#include "app/import_boundaries.h"
#include "app/map_page.h"
#include "app/unit_event.h"

static struct map_page page;

/* A square of a tenth of a degree for each code, side by side from `west` on. */
static void bring(const char *const *codes, double west, const char *day)
{
    struct sbuf b;
    struct boundaries_result r;

    sbuf_init(&b, &world->a, 1 << 16);
    sbuf_z(&b, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (int i = 0; codes[i]; i++, west += 0.1)
        sbuf_printf(&b,
            "%s{\"type\":\"Feature\",\"geometry\":{\"coordinates\":[[[%.1f,20],[%.1f,20],[%.1f,20."
            "1],"
            "[%.1f,20.1],[%.1f,20]]],\"type\":\"Polygon\"},\"properties\":{\"code\":\"%s\"}}",
            i ? "," : "", west, west + 0.1, west + 0.1, west, west, codes[i]);
    sbuf_z(&b, "]}");
    struct import_file f = {.name = STR("m.geojson"), .text = sbuf_view(&b)};
    struct day from;
    OK(day_parse(str_of(day), &from, &world->err));
    OK(import_boundaries(world->app, world->who[WHO_SYSTEM], &f, from, &r, &world->err));
}

static bool make(const char *unit, const char *period, struct reading_of reading, const char *kind)
{
    struct view v;
    struct period p;

    OK(period_parse(str_of(period), &p, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct map_request q = {
        .unit = units_find(&v.catalog->units, str_of(unit), period_last_day(p), NULL),
        .indicator = catalog_indicator(v.catalog, STR("A"), NULL),
        .period = p,
        .reading = reading,
        .kind = kind ? kinds_find(&v.catalog->units.kinds, &world->a, str_of(kind)) : -1};
    bool ok = map_page_make(
        world->app, &v, world->who[WHO_SYSTEM], &q, LANG_EN, &world->a, &page, &world->err);
    app_read_end(world->app, &v);
    return ok;
}

/* The codes on the map, those with a boundary marked by *; by code. */
static const char *codes_of(const char *period)
{
    static char out[200];
    char one[20][20];
    size_t n = 0;
    struct view v;
    struct period p;

    (void)period;
    OK(period_parse(str_of(period), &p, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    for (size_t i = 0; i < page.units; i++) {
        const struct unit_version *x = unit_name_on(&v.catalog->units, page.unit[i].unit, page.day);
        snprintf(
            one[n++], sizeof *one, "%.*s%s", STR_ARG(x->code), page.unit[i].shape.rings ? "*" : "");
    }
    app_read_end(world->app, &v);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (strcmp(one[k], one[i]) < 0) {
                char t[20];
                memcpy(t, one[i], sizeof t);
                memcpy(one[i], one[k], sizeof t);
                memcpy(one[k], t, sizeof t);
            }
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", i ? " " : "", one[i]);
    return out;
}

static const struct reading_of as_was = {READ_AS_WAS, {0}};

static void without_boundaries_the_units_stand_in_the_table(void **state)
{
    (void)state;
    OK(make("D1", "2025-Q2", as_was, NULL));
    assert_string_equal(codes_of("2025-Q2"), "C1 C2 C3");
    assert_int_equal(page.drawn, 0);
}

static void the_tree_is_that_of_the_day(void **state)
{
    static const char *const codes[] = {"C1", "C2", "C3", "C4", "C5", NULL};
    struct reading_of then = {READ_AS_OF, day_make(2025, 6, 30)};

    (void)state;
    bring(codes, 105.0, "2025-07-01");
    OK(make("D1", "2025-Q4", as_was, NULL)); /* C5 has moved there */
    assert_string_equal(codes_of("2025-Q4"), "C1* C2* C3* C5*");
    OK(make("D2", "2025-Q4", then, NULL));
    assert_string_equal(codes_of("2025-Q4"), "C4* C5* C6");
    assert_int_equal(page.drawn, 2);
    /* what came in for July holds before it too, since nothing happened to these units */
    OK(make("D2", "2025-Q1", as_was, NULL));
    assert_string_equal(codes_of("2025-Q1"), "C4* C5* C6");
    /* a unit without anything below stands among its neighbours */
    OK(make("C1", "2025-Q4", as_was, NULL));
    assert_string_equal(codes_of("2025-Q4"), "C1* C2* C3* C5*");
}

static void units_above_are_drawn_by_those_below(void **state)
{
    (void)state;
    OK(make("P", "2025-Q4", as_was, NULL));
    assert_string_equal(codes_of("2025-Q4"), "D1* D2*");
    assert_true(page.unit[0].composed && page.unit[1].composed);
    assert_int_equal(page.unit[0].shape.rings + page.unit[1].shape.rings, 5);
    OK(make("P", "2025-Q1", as_was, NULL)); /* C6 has none: D2 would be drawn wrong */
    assert_string_equal(codes_of("2025-Q1"), "D1* D2");
    OK(make("P", "2025-Q4", as_was, "commune"));
    assert_string_equal(codes_of("2025-Q4"), "C1* C2* C3* C4* C5*");
}

static void a_boundary_does_not_reach_back_over_an_event(void **state)
{
    static const char *const newer[] = {"C1", NULL};
    struct str old[] = {STR("C1")};
    struct event_new fresh[] = {{.unit = STR("C1")}, {.unit = STR("C2")}};
    struct event_request q = {.kind = EVENT_SPLIT,
        .day = day_make(2025, 12, 1),
        .old = old,
        .olds = 1,
        .fresh = fresh,
        .freshes = 2};
    struct act_no act;
    int64_t event;

    (void)state;
    OK(event_save(world->app, world->who[WHO_SYSTEM], &q, &act, &event, &world->err));
    bring(newer, 107.0, "2025-12-01");
    struct reading_of before = {READ_AS_OF, day_make(2025, 11, 30)},
                      after = {READ_AS_OF, day_make(2025, 12, 1)},
                      long_ago = {READ_AS_OF, day_make(2025, 1, 1)};
    OK(make("D1", "2025-Q4", before, NULL));
    struct geo_box box;
    for (size_t i = 0; i < page.units; i++)
        assert_true(geo_box_of(&page.unit[i].shape, &box) && box.west < 106000000);
    OK(make("D1", "2025-Q4", after, NULL));
    int moved = 0;
    for (size_t i = 0; i < page.units; i++)
        moved += geo_box_of(&page.unit[i].shape, &box) && box.west == 107000000;
    assert_int_equal(moved, 1);
    OK(make("D1", "2025-Q4", long_ago, NULL)); /* the first boundary, from July, reaches back */
    assert_int_equal(page.drawn, 3);
}

static void values_stand_by_size_and_what_is_missing_last(void **state)
{
    struct import_file f = {.name = STR("f.csv"),
        .text =
            STR("indicator,unit,period,value\nA,C2,2025-Q3,7\nA,C3,2025-Q3,40\nA,C5,2025-Q3,9\n")};
    struct import_result r;
    int64_t want[] = {40, 9, 7};

    (void)state;
    OK(import_figures(world->app, world->who[WHO_SYSTEM], &f, false, &r, &world->err));
    OK(make("D1", "2025-Q3", as_was, NULL));
    assert_int_equal(page.with_value, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(page.unit[i].value.value.num, want[i]);
    assert_false(page.unit[3].value.has);
}

static void who_may_not_read_gets_no_map(void **state)
{
    struct view v;

    (void)state;
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct map_request q = {.unit = 0, .indicator = -1, .period = world->period[0], .kind = -1};
    struct actor nobody = {{-1}, STR("test")};
    assert_false(map_page_make(world->app, &v, nobody, &q, LANG_EN, &world->a, &page, &world->err));
    assert_int_equal(world->err.code, ERR_DENIED);
    app_read_end(world->app, &v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_boundaries_the_units_stand_in_the_table),
        cmocka_unit_test(the_tree_is_that_of_the_day),
        cmocka_unit_test(units_above_are_drawn_by_those_below),
        cmocka_unit_test(a_boundary_does_not_reach_back_over_an_event),
        cmocka_unit_test(values_stand_by_size_and_what_is_missing_last),
        cmocka_unit_test(who_may_not_read_gets_no_map),
    };

    return cmocka_run_group_tests_name("app: maps", tests, world_open, world_close);
}
