/* What became of a unit, and figures cut by shares. */
#include "../test.h"

#include "domain/succession.h"
#include "fixture.h"

static struct arena arena;

static const char text[] = "@units\n"
                           "id,from,to\n"
                           "A,,2024-07-01\nB,,2024-07-01\nC,,\nD,2024-07-01,\nE,2025-07-01,\n"
                           "F,2025-07-01,\nG,,2025-01-01\nH,2026-01-01,\nK,,\nL,,\nN,,\n"
                           "@events\nid,day,kind\n"
                           "m,2024-07-01,merge\nt,2024-10-01,transfer\ng,2025-01-01,dissolve\n"
                           "s,2025-07-01,split\nu,2026-01-01,merge\n"
                           "x,2026-03-01,split\ny,2026-03-01,split\n"
                           "@edges\nevent,from,to,people,area\n"
                           "m,A,D,,\nm,B,D,,\n"
                           "t,C,C,17/20,\nt,C,D,3/20,\n"
                           "g,G,,,\n"
                           "s,D,E,1/3,\ns,D,F,2/3,\n"
                           "u,E,H,,\nu,F,H,,\n"
                           "x,K,K,1/2,\nx,K,L,1/2,\n"
                           "y,L,L,2/3,\ny,L,N,1/3,\n";

static struct catalog c;
static struct lineage lineage;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 24);
    c = fixture(&arena, text);
    assert_true(
        lineage_build(&arena, c.event, c.events, c.edge, c.edges, c.units.n, &lineage, NULL));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct descent from_to(
    const char *unit, enum share_basis basis, const char *from, const char *to)
{
    struct descent d;

    assert_true(descent_of(&arena, &lineage, fixture_unit(&c, unit), basis, fixture_day(from),
        fixture_day(to), &d, NULL));
    return d;
}

static int64_t id_of(const void *ctx, int unit)
{
    return ((const struct catalog *)ctx)->units.p[unit].id.v;
}

static void assert_part(const struct descent *d, int i, const char *unit, int64_t num, int64_t den)
{
    assert_int_equal(d->part[i].units, 1);
    assert_int_equal(d->part[i].unit[0], fixture_unit(&c, unit));
    assert_int_equal(d->part[i].share.num, num);
    assert_int_equal(d->part[i].share.den, den);
}

static void a_merged_unit_is_wholly_in_its_successor(void **state)
{
    struct descent d = from_to("A", BASIS_PEOPLE, "2024-06-30", "2024-07-01");

    (void)state;
    assert_int_equal(d.parts, 1);
    assert_part(&d, 0, "D", 1, 1);
    assert_true(d.moved);
    assert_false(from_to("A", BASIS_PEOPLE, "2024-05-31", "2024-06-30").moved);
}

static void shares_are_composed_along_the_way(void **state)
{
    struct descent d = from_to("C", BASIS_PEOPLE, "2024-06-30", "2025-12-31");

    (void)state;
    assert_int_equal(d.parts, 3);
    assert_part(&d, 0, "C", 17, 20);
    assert_part(&d, 1, "E", 1, 20);
    assert_part(&d, 2, "F", 1, 10);
}

static void what_happens_on_one_day_happens_at_once(void **state)
{
    struct descent d = from_to("K", BASIS_PEOPLE, "2026-02-28", "2026-03-01");

    (void)state; /* what L gives away is what L had the day before, nothing of K's */
    assert_int_equal(d.parts, 2);
    assert_part(&d, 0, "K", 1, 2);
    assert_part(&d, 1, "L", 1, 2);
    d = from_to("L", BASIS_PEOPLE, "2026-02-28", "2026-03-01");
    assert_int_equal(d.parts, 2);
    assert_part(&d, 0, "L", 2, 3);
    assert_part(&d, 1, "N", 1, 3);
    d = from_to("N", BASIS_PEOPLE, "2026-03-01", "2026-02-28"); /* back */
    assert_int_equal(d.parts, 1);
    assert_int_equal(d.part[0].units, 1);
    assert_int_equal(d.part[0].unit[0], fixture_unit(&c, "L"));
}

static void an_undone_split_gives_back_the_whole(void **state)
{
    struct descent people = from_to("B", BASIS_PEOPLE, "2024-06-30", "2026-06-30");
    struct descent area = from_to("B", BASIS_AREA, "2024-06-30", "2026-06-30");

    (void)state;
    assert_int_equal(people.parts, 1);
    assert_part(&people, 0, "H", 1, 1);
    assert_int_equal(area.parts, 1); /* unknown in between, known again */
    assert_part(&area, 0, "H", 1, 1);
}

static void an_unknown_share_lies_among_the_successors(void **state)
{
    struct descent d = from_to("A", BASIS_AREA, "2024-06-30", "2025-12-31");

    (void)state;
    assert_int_equal(d.parts, 1);
    assert_int_equal(d.part[0].units, 2);
}

static void the_way_back_knows_whole_groups_only(void **state)
{
    struct descent merged = from_to("D", BASIS_PEOPLE, "2024-08-31", "2024-06-30");
    struct descent split = from_to("E", BASIS_PEOPLE, "2025-12-31", "2024-12-31");

    (void)state;
    assert_int_equal(merged.parts, 1);
    assert_int_equal(merged.part[0].units, 2);
    assert_part(&split, 0, "D", 1, 1);
}

static void a_dissolved_unit_is_nowhere(void **state)
{
    struct descent d = from_to("G", BASIS_PEOPLE, "2024-12-31", "2025-01-01");

    (void)state;
    assert_int_equal(d.parts, 1);
    assert_int_equal(d.part[0].unit[0], -1);
}

static void a_figure_is_cut_by_largest_remainder(void **state)
{
    struct descent thirds = from_to("D", BASIS_PEOPLE, "2025-06-30", "2025-12-31");
    int a[] = {3}, b[] = {1}, other[] = {2};
    struct descent_part part[] = {{{1, 4}, a, 1}, {{1, 4}, b, 1}, {{1, 2}, other, 1}};
    struct descent tie = {part, 3, true};
    i128 amount[3];

    (void)state;
    assert_true(descent_split(&thirds, 100, id_of, &c, amount, NULL));
    assert_int_equal((int64_t)amount[0], 33);
    assert_int_equal((int64_t)amount[1], 67);
    assert_true(descent_split(&thirds, -100, id_of, &c, amount, NULL));
    assert_int_equal((int64_t)amount[0], -33);
    assert_int_equal((int64_t)amount[1], -67);
    /* 5 by 1/4, 1/4, 1/2 leaves quarters and a half: the half wins; 7 leaves 3/4 twice */
    assert_true(descent_split(&tie, 5, id_of, &c, amount, NULL));
    assert_int_equal((int64_t)amount[0], 1);
    assert_int_equal((int64_t)amount[1], 1);
    assert_int_equal((int64_t)amount[2], 3);
    /* 2 by the same leaves 1/2 and 1/2: the one left goes to the lesser id */
    assert_true(descent_split(&tie, 2, id_of, &c, amount, NULL));
    assert_int_equal((int64_t)amount[0], 0);
    assert_int_equal((int64_t)amount[1], 1);
    assert_int_equal((int64_t)amount[2], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_merged_unit_is_wholly_in_its_successor),
        cmocka_unit_test(shares_are_composed_along_the_way),
        cmocka_unit_test(what_happens_on_one_day_happens_at_once),
        cmocka_unit_test(an_undone_split_gives_back_the_whole),
        cmocka_unit_test(an_unknown_share_lies_among_the_successors),
        cmocka_unit_test(the_way_back_knows_whole_groups_only),
        cmocka_unit_test(a_dissolved_unit_is_nowhere),
        cmocka_unit_test(a_figure_is_cut_by_largest_remainder),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
