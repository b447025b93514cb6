/* Views of text and builders with a ceiling. */
#include "../test.h"

static struct arena arena;

static void test_pieces_of_a_list(void **state)
{
    (void)state;
    struct str rest = STR("a,,b,"), piece;
    assert_true(str_cut(&rest, ',', &piece));
    assert_str(piece, "a");
    assert_true(str_cut(&rest, ',', &piece));
    assert_str(piece, "");
    assert_true(str_cut(&rest, ',', &piece));
    assert_str(piece, "b");
    assert_true(str_cut(&rest, ',', &piece));
    assert_str(piece, "");
    assert_false(str_cut(&rest, ',', &piece));
    rest = STR("");
    assert_true(str_cut(&rest, ',', &piece) && !str_cut(&rest, ',', &piece));
    rest = STR_NULL;
    assert_false(str_cut(&rest, ',', &piece));
}

static void test_slices_stay_inside_the_text(void **state)
{
    (void)state;
    struct str s = STR("abcdef");
    assert_str(str_slice(s, 2, 4), "cd");
    assert_str(str_slice(s, 4, 100), "ef");
    assert_str(str_slice(s, 5, 2), "");
    assert_str(str_slice(s, 100, 200), "");
    assert_str(str_slice(STR_NULL, 0, 5), "");
    assert_str(str_trim(STR(" \t a b \r\n")), "a b");
    assert_str(str_trim(STR("  ")), "");
    assert_str(str_trim(STR_NULL), "");
}

static void test_finding(void **state)
{
    (void)state;
    struct str s = STR("mẫu báo cáo");
    assert_int_equal(str_find(s, STR("b"), 0), 6);
    assert_int_equal(str_find(s, STR("o"), 0), 9);
    assert_int_equal(str_find(s, STR("o"), 10), 14);
    assert_int_equal(str_find(s, STR("x"), 0), -1);
    assert_int_equal(str_find(s, STR(""), 3), 3);
    assert_int_equal(str_find(s, STR("m"), 100), -1);
    assert_int_equal(str_find(STR_NULL, STR("m"), 0), -1);
    assert_int_equal(str_find_char(s, 'b', 7), -1);
    assert_true(str_starts(s, STR("mẫu")) && str_ends(s, STR("cáo")) && !str_starts(STR("m"), s));
    assert_true(str_starts(STR_NULL, STR("")) && str_ends(STR_NULL, STR_NULL));
}

static void test_order_of_bytes(void **state)
{
    (void)state;
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("\x80"), STR("a")) > 0);
    assert_int_equal(str_cmp(STR_NULL, STR("")), 0);
    assert_true(str_eq(STR_NULL, STR("")) && !str_eq(STR("a"), STR("b")));
    assert_true(str_hash(STR("ab")) == str_hash(str_slice(STR("cab"), 1, 3)));
    assert_true(str_hash(STR("ab")) != str_hash(STR("ba")));
}

static void integer(const char *text, bool ok, int64_t expected)
{
    int64_t v = -77;
    assert_int_equal(str_to_i64(str_of(text), &v), ok);
    assert_int_equal(v, ok ? expected : -77);
}

static void test_integers_are_read_in_their_whole_range_only(void **state)
{
    (void)state;
    integer("0", true, 0);
    integer("-0", true, 0);
    integer("+12", true, 12);
    integer("9223372036854775807", true, INT64_MAX);
    integer("-9223372036854775808", true, INT64_MIN);
    integer("9223372036854775808", false, 0);
    integer("-9223372036854775809", false, 0);
    integer("99999999999999999999999", false, 0);
    integer("", false, 0);
    integer("-", false, 0);
    integer(" 1", false, 0);
    integer("1x", false, 0);
    integer("1.0", false, 0);
}

static void test_integers_are_written_in_their_whole_range(void **state)
{
    (void)state;
    static const int64_t list[] = {0, 1, -1, 9, 10, INT64_MAX, INT64_MIN, 1000000};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct sbuf b;
        int64_t back;
        sbuf_init(&b, &arena, 30);
        sbuf_i64(&b, list[i]);
        assert_true(str_to_i64(sbuf_view(&b), &back) && back == list[i]);
    }
}

static void test_a_builder_stops_at_its_ceiling_and_stays_failed(void **state)
{
    (void)state;
    struct sbuf b;
    sbuf_init(&b, &arena, 5);
    sbuf_z(&b, "abc");
    sbuf_z(&b, "de");
    assert_str(sbuf_view(&b), "abcde");
    sbuf_char(&b, 'f');
    assert_true(b.failed);
    sbuf_char(&b, 'g');
    assert_str(sbuf_view(&b), "");
    assert_null(sbuf_view(&b).p);
    assert_string_equal(sbuf_cstr(&b), "");
    sbuf_reset(&b);
    sbuf_printf(&b, "%d-%s", 12, "xy");
    assert_string_equal(sbuf_cstr(&b), "12-xy");
    sbuf_printf(&b, "%s", "z");
    assert_true(b.failed);
}

static void test_a_builder_fails_when_the_arena_is_full(void **state)
{
    (void)state;
    struct arena small;
    struct sbuf b;
    arena_init(&small, 200);
    sbuf_init(&b, &small, 10000);
    sbuf_fill(&b, 'x', 100);
    assert_false(b.failed);
    sbuf_fill(&b, 'x', 150);
    assert_true(b.failed);
    arena_free(&small);
    arena_init(&small, SIZE_MAX);
    sbuf_init(&b, &small, SIZE_MAX);
    sbuf_put(&b, "x", SIZE_MAX - 8); /* refused before a byte is read */
    assert_true(b.failed);
    arena_free(&small);
}

static void test_a_builder_in_fixed_memory_never_allocates(void **state)
{
    (void)state;
    char bytes[8];
    struct sbuf b;
    sbuf_init_fixed(&b, bytes, sizeof bytes);
    sbuf_z(&b, "1234567");
    assert_str(sbuf_view(&b), "1234567");
    assert_string_equal(sbuf_cstr(&b), "1234567");
    sbuf_char(&b, '8');
    assert_true(b.failed);
    sbuf_init_fixed(&b, bytes, 1);
    assert_string_equal(sbuf_cstr(&b), "");
    sbuf_char(&b, 'x');
    assert_true(b.failed);
}

static void test_copies_end_in_nul(void **state)
{
    (void)state;
    struct str s = str_dup(&arena, str_slice(STR("abcdef"), 1, 3));
    assert_str(s, "bc");
    assert_int_equal(s.p[2], 0);
    assert_string_equal(str_dupz(&arena, STR_NULL), "");
    struct arena none;
    arena_init(&none, 4);
    assert_null(str_dup(&none, STR("a")).p);
}

static void test_an_address_is_shown_without_secrets(void **state)
{
    static const char *const pairs[][2] = {{"/srv/giaoban", "/srv/giaoban"},
        {"data?x@y", "data?x@y"},
        {"postgresql://lan:mat@khau@db.vn:5432/town?sslmode=require&password=x",
            "postgresql://db.vn:5432/town"},
        {"postgresql:///town?host=/run&user=a", "postgresql:///town"},
        {"postgresql://db/town@home", "postgresql://db/town@home"},
        {"postgresql://", "postgresql://"}, {"postgresql://u:p@", "postgresql://"}};

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char room[100];
        struct sbuf b;
        sbuf_init_fixed(&b, room, sizeof room);
        sbuf_address(&b, str_of(pairs[i][0]));
        assert_str(sbuf_view(&b), pairs[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_of_a_list),
        cmocka_unit_test(test_slices_stay_inside_the_text),
        cmocka_unit_test(test_finding),
        cmocka_unit_test(test_order_of_bytes),
        cmocka_unit_test(test_integers_are_read_in_their_whole_range_only),
        cmocka_unit_test(test_integers_are_written_in_their_whole_range),
        cmocka_unit_test(test_a_builder_stops_at_its_ceiling_and_stays_failed),
        cmocka_unit_test(test_a_builder_fails_when_the_arena_is_full),
        cmocka_unit_test(test_a_builder_in_fixed_memory_never_allocates),
        cmocka_unit_test(test_copies_end_in_nul),
        cmocka_unit_test(test_an_address_is_shown_without_secrets),
    };
    arena_init(&arena, 16u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
