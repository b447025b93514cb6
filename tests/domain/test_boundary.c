/* Boundaries: degrees to the last microdegree, what is an area, and neighbours that stay neighbours
 * when they are simplified. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>

#include "domain/boundary.h"

static struct arena arena;
static struct err err;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena, 64 << 20);
    err = ERR_INIT;
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void degrees_are_read_exactly(void **state)
{
    static const struct {
        const char *text;
        int32_t v;
    } good[] = {{"107.592961", 107592961}, {"16", 16000000}, {"-0.0000005", -1}, {"0.0000004", 0},
        {"180", 180000000}, {"1.0759e2", 107590000}, {"5e-7", 1},
        {"107.59296100000000001", 107592961}, {"8.5656499999999", 8565650}, {"-16.5", -16500000}};
    static const char *const bad[] = {
        "", "-", "1,5", "181", "-180.1", "583000.5", "1e9", "1.2.3", "x", "99999999999999999999"};
    int32_t v;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!geo_degrees(str_of(good[i].text), 180, &v) || v != good[i].v)
            fail_msg("%s: %d", good[i].text, (int)v);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (geo_degrees(str_of(bad[i]), 180, &v))
            fail_msg("%s", bad[i]);
}

static struct geo_ring ring(const int (*p)[2], size_t n, bool hole)
{
    struct geo_ring r = {arena_array(&arena, n, sizeof *r.p), n, hole};

    for (size_t i = 0; i < n; i++)
        r.p[i] = (struct geo_point){p[i][0], p[i][1]};
    return r;
}

static void an_area_encloses_something(void **state)
{
    static const int square[][2] = {{0, 0}, {10, 0}, {10, 10}, {0, 10}};
    static const int doubled[][2] = {{0, 0}, {0, 0}, {10, 0}, {10, 10}, {10, 10}, {0, 0}};
    static const int flat[][2] = {{0, 0}, {10, 10}, {20, 20}};
    static const int two[][2] = {{0, 0}, {10, 10}, {0, 0}};
    static const int inside[][2] = {{2, 2}, {4, 2}, {4, 4}},
                     outside[][2] = {{20, 2}, {24, 2}, {24, 4}};
    struct geo_ring r[2] = {ring(square, 4, false), ring(inside, 3, true)};
    struct geo_shape s = {r, 2};

    (void)state;
    assert_true(geo_check(&s, &err));
    assert_int_equal((int)geo_area2(&r[0]), 200);
    r[0] = ring(doubled, 6, false);
    s.rings = 1;
    assert_true(geo_check(&s, &err));
    assert_int_equal(r[0].n, 3);
    r[0] = ring(flat, 3, false);
    assert_false(geo_check(&s, &err));
    assert_int_equal(err.key, MSG_err_boundary_ring_flat);
    r[0] = ring(two, 3, false);
    assert_false(geo_check(&s, &err));
    assert_int_equal(err.key, MSG_err_boundary_ring_short);
    r[0] = ring(square, 4, false);
    r[1] = ring(outside, 3, true);
    s.rings = 2;
    assert_false(geo_check(&s, &err));
    assert_int_equal(err.key, MSG_err_boundary_hole);
}

static void packing_gives_back_the_same(void **state)
{
    static const int a[][2] = {
        {107592960, 16489050}, {-180000000, -90000000}, {180000000, 90000000}};
    static const int b[][2] = {{0, 0}, {1, 0}, {0, 1}};
    static const char *const bad[] = {
        "", "p 1", "1 2", "p 1 x", "p 999999999 1", "q 1 2", "p 1 2 3"};
    struct geo_ring r[2] = {ring(a, 3, false), ring(b, 3, true)};
    struct geo_shape s = {r, 2}, got;
    struct str text;

    (void)state;
    assert_true(geo_pack(&arena, &s, &text, &err));
    assert_true(geo_unpack(&arena, text, &got, &err));
    assert_int_equal(got.rings, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(got.ring[i].n, 3);
        assert_int_equal(got.ring[i].hole, i == 1);
        assert_memory_equal(got.ring[i].p, r[i].p, 3 * sizeof *r[i].p);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (geo_unpack(&arena, str_of(bad[i]), &got, &err))
            fail_msg("%s", bad[i]);
}

/* ---- simplifying ---- */

/* A sheet of COLS x ROWS units whose common borders wander; each border is one list of points that
 * both sides walk, in opposite directions. */
enum { COLS = 5, ROWS = 4, STEPS = 40, CELL = 100000 };
static int32_t wander(int i)
{
    return (int32_t)((uint32_t)i * 2654435761u % 4001) - 2000;
}

/* Point k of the border that begins at a corner, to the right or upwards. */
static struct geo_point border(int col, int row, bool up, int k)
{
    int salt = ((col * 31 + row) * 2 + up) * 97 + k;
    struct geo_point p = {col * CELL, row * CELL};

    *(up ? &p.lat : &p.lon) += k * (CELL / STEPS);
    if (k % STEPS)
        *(up ? &p.lon : &p.lat) += wander(salt);
    return p;
}

static struct geo_shape cell(int col, int row)
{
    struct geo_ring *r = arena_zalloc(&arena, sizeof *r);

    r->p = arena_array(&arena, 4 * STEPS, sizeof *r->p);
    for (int k = 0; k < STEPS; k++)
        r->p[r->n++] = border(col, row, false, k);
    for (int k = 0; k < STEPS; k++)
        r->p[r->n++] = border(col + 1, row, true, k);
    for (int k = STEPS; k > 0; k--)
        r->p[r->n++] = border(col, row + 1, false, k);
    for (int k = STEPS; k > 0; k--)
        r->p[r->n++] = border(col, row, true, k);
    return (struct geo_shape){r, 1};
}

static bool has_point(const struct geo_shape *s, struct geo_point p)
{
    for (size_t i = 0; i < s->ring[0].n; i++)
        if (s->ring[0].p[i].lon == p.lon && s->ring[0].p[i].lat == p.lat)
            return true;
    return false;
}

static void neighbours_keep_their_common_line(void **state)
{
    struct geo_shape whole[COLS * ROWS], drawn[COLS * ROWS];
    __int128 sum = 0;
    size_t before = 0, after = 0;

    (void)state;
    for (int i = 0; i < COLS * ROWS; i++)
        whole[i] = cell(i % COLS, i / COLS);
    assert_true(boundary_simplify(&arena, whole, COLS * ROWS, 1500, drawn, &err));
    for (int row = 0; row < ROWS; row++)
        for (int col = 0; col + 1 < COLS; col++) /* the border between left and right */
            for (int k = 0; k <= STEPS; k++) {
                struct geo_point p = border(col + 1, row, true, k);
                assert_int_equal(has_point(&drawn[row * COLS + col], p),
                    has_point(&drawn[row * COLS + col + 1], p));
            }
    for (int i = 0; i < COLS * ROWS; i++) {
        before += geo_points(&whole[i]);
        after += geo_points(&drawn[i]);
        for (int k = 0; k < 4; k++) /* where four meet nothing moves; corners of the sheet may */
            if (i % COLS && i / COLS)
                assert_true(
                    has_point(&drawn[i], (struct geo_point){i % COLS * CELL, i / COLS * CELL}));
        sum += geo_area2(&drawn[i].ring[0]);
    }
    assert_true(after * 2 < before);
    /* no gap and no overlap: the areas add up to that of the outline */
    struct geo_ring outline = {arena_array(&arena, after, sizeof *outline.p), 0, false};
    for (int side = 0; side < 4; side++)
        for (int i = 0; i < (side % 2 ? ROWS : COLS); i++)
            for (int k = 0; k < STEPS; k++) {
                int col = side == 0 ? i : side == 1 ? COLS : side == 2 ? COLS - 1 - i : 0;
                int row = side == 1 ? i : side == 2 ? ROWS : side == 3 ? ROWS - 1 - i : 0;
                int at = (row == ROWS ? row - 1 : row) * COLS + (col == COLS ? col - 1 : col);
                struct geo_point p = border(col, row, side % 2, side < 2 ? k : STEPS - k);
                if (has_point(&drawn[at], p))
                    outline.p[outline.n++] = p;
            }
    assert_true(geo_area2(&outline) == sum);
}

static void a_straight_line_needs_its_ends_only(void **state)
{
    static const int p[][2] = {
        {0, 0}, {5, 0}, {10, 0}, {10, 5}, {10, 10}, {3, 10}, {0, 10}, {0, 4}};
    struct geo_ring r = ring(p, 8, false);
    struct geo_shape s = {&r, 1}, d;

    (void)state;
    assert_true(boundary_simplify(&arena, &s, 1, 1, &d, &err));
    assert_int_equal(d.ring[0].n, 4);
    assert_int_equal((int)geo_area2(&d.ring[0]), 200);
}

static void the_smallest_island_stays_an_area(void **state)
{
    static const int p[][2] = {{0, 0}, {9, 1}, {10, 9}, {2, 8}, {1, 4}};
    struct geo_ring r = ring(p, 5, false);
    struct geo_shape s = {&r, 1}, d;

    (void)state;
    assert_true(boundary_simplify(&arena, &s, 1, 1000000, &d, &err));
    assert_int_equal(d.ring[0].n, 3);
    assert_true(geo_area2(&d.ring[0]) != 0);
}

static void places_to_be_drawn_are_dated(void **state)
{
    struct map_places m;

    (void)state;
    assert_true(map_places_parse(&arena,
        STR("valid_from,valid_to,place,unit_code,west,south,east,north,name_vi,name_en\n"
            ",2025-06-30,a,498,111,15.4,113.2,17.3,A,A\n2025-07-01,,a,20333,111,15.4,113.2,17.3,A,"
            "A\n"),
        &m, &err));
    assert_int_equal(m.n, 2);
    assert_int_equal(m.p[0].to.v, m.p[1].from.v);
    assert_int_equal(m.p[0].box.south, 15400000);
    assert_false(map_places_parse(&arena,
        STR("valid_from,valid_to,place,unit_code,west,south,east,north,name_vi,name_en\n"
            ",,a,498,east,15.4,113.2,17.3,A,A\n"),
        &m, &err));
    assert_int_equal(err.line, 2);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(degrees_are_read_exactly),
        TEST(an_area_encloses_something),
        TEST(packing_gives_back_the_same),
        TEST(neighbours_keep_their_common_line),
        TEST(a_straight_line_needs_its_ends_only),
        TEST(the_smallest_island_stays_an_area),
        TEST(places_to_be_drawn_are_dated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
