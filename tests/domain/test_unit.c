/* Units through time: look-ups by code and day, parents per line, trees in preorder. */
#include "../test.h"

#include "domain/unit.h"

#define S(z)                                                                                       \
    {                                                                                              \
        z, sizeof(z) - 1                                                                           \
    }
#define D(y, m, d) day_make(y, m, d)

static const char kinds_csv[] = "key,level,word_vi,word_en,group,is_body\n"
                                "country,1,Cả nước,country,,\n"
                                "province,2,Tỉnh,province,,\n"
                                "commune,4,Xã,commune,,\n"
                                "ward,4,Phường,ward,commune,\n"
                                "committee,4,Đảng ủy,committee,,yes\n";

enum { PROVINCE = 10, A, B, CENTRE, DU_A, DU_PROVINCE };

/* A province with communes A and B until 2025-07-01, from then on only the ward "Centre" that took
 * over A's code; two Party committees on the Party line. */
static struct unit_row unit_rows[] = {{{PROVINCE}, {"p0000000001"}, {0}},
    {{A}, {"a0000000001"}, {0}}, {{B}, {"b0000000001"}, {0}}, {{CENTRE}, {"c0000000001"}, {0}},
    {{DU_PROVINCE}, {"d0000000001"}, {PROVINCE}}, {{DU_A}, {"d0000000002"}, {A}}};
static struct unit_at_row at_rows[] = {
    {{PROVINCE}, {INT32_MIN}, {INT32_MAX}, S("Tỉnh X"), S("01"), S("province")},
    {{B}, {INT32_MIN}, {20270}, S("Xã B"), S("00020"), S("commune")},
    {{A}, {18000}, {20270}, S("Phường A"), S("00010"), S("ward")},
    {{A}, {INT32_MIN}, {18000}, S("Xã A"), S("00010"), S("commune")},
    {{CENTRE}, {20270}, {INT32_MAX}, S("Phường Trung Tâm"), S("00010"), S("ward")},
    {{DU_PROVINCE}, {INT32_MIN}, {INT32_MAX}, S("Tỉnh ủy X"), S("01"), S("committee")},
    {{DU_A}, {INT32_MIN}, {20270}, S("Đảng ủy A"), S(""), S("committee")},
};
static struct parent_at_row parent_rows[] = {
    {{A}, {PROVINCE}, LINE_STATE, {INT32_MIN}, {INT32_MAX}},
    {{B}, {PROVINCE}, LINE_STATE, {INT32_MIN}, {INT32_MAX}},
    {{CENTRE}, {PROVINCE}, LINE_STATE, {20270}, {INT32_MAX}},
    {{DU_PROVINCE}, {0}, LINE_PARTY, {INT32_MIN}, {INT32_MAX}},
    {{DU_A}, {DU_PROVINCE}, LINE_PARTY, {INT32_MIN}, {INT32_MAX}},
};

static struct arena arena;
static struct kinds kinds;
static struct units units;

static struct unit_rows sample(void)
{
    return (struct unit_rows){unit_rows, 6, at_rows, 7, parent_rows, 5};
}

static int setup(void **state)
{
    struct err err = ERR_INIT;
    struct unit_rows rows = sample();

    (void)state;
    arena_init(&arena, 1 << 24);
    assert_true(kinds_parse(&arena, str_of(kinds_csv), &kinds, &err));
    assert_true(units_build(&arena, kinds, &rows, &units, &err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static int idx(int64_t id)
{
    return units_find_id(&units, (struct unit_id){id});
}

#define MERGER ((struct day){20270})
#define EVE ((struct day){20269})

static void a_code_names_another_unit_after_the_merger(void **state)
{
    (void)state;
    assert_int_equal(units_find_code(&units, STR("00010"), EVE, NULL), idx(A));
    assert_int_equal(units_find_code(&units, STR("00010"), MERGER, NULL), idx(CENTRE));
}

static void a_code_of_another_day_says_when_it_was_in_use(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(units_find_code(&units, STR("00020"), MERGER, &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_int_equal(err.key, MSG_err_unit_no_code);
    assert_string_equal(err.arg[0], "00020");
    assert_string_equal(err.arg[2], "Xã B –30/06/2025");
    assert_int_equal(units_find_code(&units, STR("99999"), MERGER, &err), -1);
    assert_int_equal(err.key, MSG_err_unit_unknown);
    assert_int_equal(units_find_code(&units, STR(""), MERGER, &err), -1);
    assert_int_equal(err.key, MSG_err_unit_unknown);
}

static void a_code_of_a_place_and_a_body_asks_which(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(units_find_code(&units, STR("01"), EVE, &err), -1);
    assert_int_equal(err.key, MSG_err_unit_code_ambiguous);
    assert_non_null(strstr(err.arg[2], "committee:01 (Tỉnh ủy X)"));
    assert_int_equal(units_find(&units, STR("committee:01"), EVE, &err), idx(DU_PROVINCE));
    assert_int_equal(units_find(&units, STR("tỉnh:01"), EVE, &err), idx(PROVINCE));
}

static void a_unit_is_found_by_uid_and_by_group_of_kinds(void **state)
{
    (void)state;
    assert_int_equal(units_find(&units, STR("b0000000001"), MERGER, NULL), idx(B));
    assert_int_equal(units_find(&units, STR("commune:00010"), MERGER, NULL), idx(CENTRE));
    assert_int_equal(units_find_uid(&units, STR("b0000000002")), -1);
}

static void a_name_is_shown_for_any_day(void **state)
{
    (void)state;
    assert_str(unit_name_on(&units, idx(A), (struct day){17999})->name, "Xã A");
    assert_str(unit_name_on(&units, idx(A), (struct day){18000})->name, "Phường A");
    assert_str(unit_name_on(&units, idx(A), D(2030, 1, 1))->name, "Phường A");
    assert_str(unit_name_on(&units, idx(CENTRE), D(2000, 1, 1))->name, "Phường Trung Tâm");
    assert_null(unit_on(&units, idx(A), MERGER));
    assert_int_equal(unit_end(&units, idx(A)).v, MERGER.v);
    assert_int_equal(unit_first(&units, idx(CENTRE)).v, MERGER.v);
}

static void lines_are_apart(void **state)
{
    (void)state;
    assert_true(unit_on_line(&units, idx(PROVINCE), LINE_STATE, EVE));
    assert_false(unit_on_line(&units, idx(DU_A), LINE_STATE, EVE));
    assert_true(unit_on_line(&units, idx(DU_A), LINE_PARTY, EVE));
    assert_false(unit_on_line(&units, idx(DU_A), LINE_PARTY, MERGER));
    assert_int_equal(unit_parent_on(&units, idx(DU_A), LINE_PARTY, EVE), idx(DU_PROVINCE));
    assert_int_equal(unit_parent_on(&units, idx(DU_A), LINE_STATE, EVE), -1);
    assert_true(unit_under(&units, idx(A), idx(PROVINCE), LINE_STATE, EVE));
    assert_false(unit_under(&units, idx(A), idx(PROVINCE), LINE_STATE, MERGER));
    assert_false(unit_under(&units, idx(PROVINCE), idx(A), LINE_STATE, EVE));
}

static void the_tree_of_a_day_stands_in_preorder_by_code(void **state)
{
    struct tree t;

    (void)state;
    assert_true(tree_build(&arena, &units, LINE_STATE, EVE, &t, NULL));
    assert_int_equal(t.n, 3);
    assert_int_equal(t.unit[0], idx(PROVINCE));
    assert_int_equal(t.unit[1], idx(A));
    assert_int_equal(t.unit[2], idx(B));
    assert_int_equal(t.size[0], 3);
    assert_int_equal(t.parent[2], 0);
    assert_int_equal(t.depth[2], 1);
    assert_true(tree_is_leaf(&t, 1));
    assert_int_equal(t.pos[idx(CENTRE)], -1);
    assert_int_equal(t.from.v, 18000);
    assert_int_equal(t.to.v, MERGER.v);
    assert_true(tree_build(&arena, &units, LINE_STATE, MERGER, &t, NULL));
    assert_int_equal(t.n, 2);
    assert_int_equal(t.to.v, DAY_MAX.v);
    assert_true(tree_build(&arena, &units, LINE_PARTY, EVE, &t, NULL));
    assert_int_equal(t.n, 2);
    assert_int_equal(t.unit[0], idx(DU_PROVINCE));
    assert_true(tree_build(&arena, &units, LINE_FRONT, EVE, &t, NULL));
    assert_int_equal(t.n, 0);
}

static void a_ring_of_parents_is_refused(void **state)
{
    struct unit_rows rows = sample();
    struct parent_at_row ring[] = {{{A}, {B}, LINE_STATE, {INT32_MIN}, {INT32_MAX}},
        {{B}, {A}, LINE_STATE, {INT32_MIN}, {INT32_MAX}}};
    struct units us;
    struct tree t;
    struct err err = ERR_INIT;

    (void)state;
    rows.parent = ring;
    rows.parents = 2;
    assert_true(units_build(&arena, kinds, &rows, &us, &err));
    assert_false(tree_build(&arena, &us, LINE_STATE, EVE, &t, &err));
    assert_int_equal(err.key, MSG_err_unit_cycle);
    assert_false(unit_under(&us, idx(A), idx(PROVINCE), LINE_STATE, EVE));
}

static void damaged_rows_are_named(void **state)
{
    struct unit_rows rows = sample();
    struct unit_at_row at[2] = {at_rows[2], at_rows[2]};
    struct parent_at_row lost = {{A}, {999}, LINE_STATE, {0}, {1}};
    struct parent_at_row two[2] = {parent_rows[0], parent_rows[0]};
    struct units us;
    struct err err = ERR_INIT;

    (void)state;
    rows.at = at;
    rows.ats = 2;
    assert_false(units_build(&arena, kinds, &rows, &us, &err));
    assert_int_equal(err.key, MSG_err_unit_overlap);
    rows.ats = 1;
    at[0].kind = STR("kingdom");
    assert_false(units_build(&arena, kinds, &rows, &us, &err));
    assert_int_equal(err.key, MSG_err_unit_kind);
    assert_string_equal(err.arg[1], "kingdom");
    rows = sample();
    rows.parent = &lost;
    rows.parents = 1;
    assert_false(units_build(&arena, kinds, &rows, &us, &err));
    assert_int_equal(err.key, MSG_err_unit_parent);
    rows.parent = two;
    rows.parents = 2;
    assert_false(units_build(&arena, kinds, &rows, &us, &err));
    assert_int_equal(err.key, MSG_err_unit_two_parents);
}

static void kinds_are_found_by_key_and_by_word(void **state)
{
    int commune = kinds_find(&kinds, &arena, STR("commune"));
    int ward = kinds_find(&kinds, &arena, STR("PHƯỜNG"));
    int committee = kinds_find(&kinds, &arena, STR("đảng uỷ"));

    (void)state;
    assert_str(kinds.p[ward].key, "ward");
    assert_str(kinds.p[committee].key, "committee");
    assert_true(kinds.p[committee].is_body);
    assert_true(kind_answers(&kinds, ward, commune));
    assert_false(kind_answers(&kinds, commune, ward));
    assert_int_equal(kinds_find(&kinds, &arena, STR("phuong")), -1);
}

static void a_wrong_list_of_kinds_names_line_and_cell(void **state)
{
    struct kinds ks;
    struct err err = ERR_INIT;

    (void)state;
    assert_false(
        kinds_parse(&arena, STR("key,level,word_vi,word_en\na,1,A,a\nb,x,B,b\n"), &ks, &err));
    assert_int_equal(err.key, MSG_err_unit_kind_level);
    assert_int_equal(err.line, 3);
    assert_false(
        kinds_parse(&arena, STR("key,level,word_vi,word_en\na,1,A,a\na,2,B,b\n"), &ks, &err));
    assert_int_equal(err.key, MSG_err_unit_kind_twice);
}

/* Every allocation made to fail in turn: an error each time, never a crash. */
static void running_out_of_memory_is_an_error(void **state)
{
    bool done = false;

    (void)state;
    for (uint64_t n = 1; !done && n < 1000; n++) {
        ARENA_AUTO a;
        struct unit_rows rows = sample();
        struct units us;
        struct tree t;
        struct err err = ERR_INIT;
        arena_init(&a, 1 << 24);
        arena_fail_after(n);
        done = units_build(&a, kinds, &rows, &us, &err) &&
               tree_build(&a, &us, LINE_STATE, EVE, &t, &err);
        arena_fail_after(0);
        assert_true(done || err.code == ERR_MEMORY);
    }
    assert_true(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_names_another_unit_after_the_merger),
        cmocka_unit_test(a_code_of_another_day_says_when_it_was_in_use),
        cmocka_unit_test(a_code_of_a_place_and_a_body_asks_which),
        cmocka_unit_test(a_unit_is_found_by_uid_and_by_group_of_kinds),
        cmocka_unit_test(a_name_is_shown_for_any_day),
        cmocka_unit_test(lines_are_apart),
        cmocka_unit_test(the_tree_of_a_day_stands_in_preorder_by_code),
        cmocka_unit_test(a_ring_of_parents_is_refused),
        cmocka_unit_test(damaged_rows_are_named),
        cmocka_unit_test(kinds_are_found_by_key_and_by_word),
        cmocka_unit_test(a_wrong_list_of_kinds_names_line_and_cell),
        cmocka_unit_test(running_out_of_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
