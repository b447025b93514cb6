/* JSON is read strictly, piece by piece, and an error says where. */
#include "../test.h"

#include <stdio.h>

#include "base/json_read.h"

struct reading {
    struct arena a;
    struct err err;
    struct json_reader r;
};

static void begin(struct reading *x, const char *text)
{
    arena_init(&x->a, 1 << 20);
    x->err = ERR_INIT;
    json_read_init(&x->r, &x->a, str_of(text), STR("f.json"), 40, &x->err);
}

/* Pieces as letters: { } [ ] k t n T F 0, then ! for an error or . for the end. */
static const char *pieces(const char *text, struct err *ret_err)
{
    static const char letter[] = {[JSON_ERROR] = '!',
        [JSON_OBJECT] = '{',
        [JSON_OBJECT_END] = '}',
        [JSON_ARRAY] = '[',
        [JSON_ARRAY_END] = ']',
        [JSON_KEY] = 'k',
        [JSON_TEXT] = 't',
        [JSON_NUMBER] = 'n',
        [JSON_TRUE] = 'T',
        [JSON_FALSE] = 'F',
        [JSON_NULL] = '0',
        [JSON_END] = '.'};
    static char out[200];
    struct reading x;
    enum json_piece p;
    size_t n = 0;

    begin(&x, text);
    do {
        p = json_read(&x.r);
        out[n++] = letter[p];
    } while (p != JSON_ERROR && p != JSON_END && n < sizeof out - 1);
    out[n] = '\0';
    *ret_err = x.err;
    arena_free(&x.a);
    return out;
}

static void whole_values_come_piece_by_piece(void **state)
{
    struct err e;

    (void)state;
    assert_string_equal(pieces("{}", &e), "{}.");
    assert_string_equal(pieces(" [ ] ", &e), "[].");
    assert_string_equal(pieces("\xef\xbb\xbf"
                               "12",
                            &e),
        "n.");
    assert_string_equal(
        pieces("{\"a\":[1,-2.5e3,true,false,null,\"x\"],\"b\":{}}", &e), "{k[nnTF0t]k{}}.");
    assert_string_equal(pieces("[[[]],[[0]]]", &e), "[[[]][[n]]].");
}

static void what_is_no_json_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text;
        int line, column;
    } bad[] = {{"", 1, 1}, {"[1,]", 1, 4}, {"[1 2]", 1, 4}, {"{\"a\" 1}", 1, 2}, {"{1:2}", 1, 2},
        {"[01]", 1, 2}, {"[1.]", 1, 2}, {"[.5]", 1, 2}, {"[+1]", 1, 2}, {"[1]]", 1, 4},
        {"[\n \"á\",\n tru]", 3, 2}, {"[\"a\nb\"]", 1, 2}, {"[\"\\x\"]", 1, 2},
        {"[\"\\ud800\"]", 1, 2}, {"[\"\\u0000\"]", 1, 2}, {"[\"\xff\"]", 1, 2},
        {"{\"a\":1,}", 1, 8}, {"[1", 1, 3}, {"{\"a\":", 1, 6}, {"[}", 1, 2}, {"[NaN]", 1, 2},
        {"[1]x", 1, 4}};
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *got = pieces(bad[i].text, &e);
        if (!strchr(got, '!') || e.line != bad[i].line || e.column != bad[i].column)
            fail_msg("%s: %s at %d:%d", bad[i].text, got, e.line, e.column);
        assert_string_equal(e.place, "f.json");
    }
}

static void depth_and_length_have_limits(void **state)
{
    char deep[100], longest[100];
    struct err e;

    (void)state;
    memset(deep, '[', sizeof deep);
    deep[JSON_DEPTH + 1] = '\0';
    assert_non_null(strchr(pieces(deep, &e), '!'));
    assert_int_equal(e.key, MSG_err_json_depth);
    snprintf(longest, sizeof longest, "[\"%050d\"]", 7);
    assert_non_null(strchr(pieces(longest, &e), '!'));
    assert_int_equal(e.key, MSG_err_json_text);
}

static void escapes_become_letters(void **state)
{
    struct reading x;

    (void)state;
    begin(&x, "[\"a\\n\\u0111\\u1eaft\\ud83d\\ude00\\/\"]");
    assert_true(json_read_is(&x.r, JSON_ARRAY));
    assert_true(json_read_is(&x.r, JSON_TEXT));
    assert_true(str_is(x.r.text, "a\nđắt\xf0\x9f\x98\x80/"));
    assert_true(json_read_is(&x.r, JSON_ARRAY_END));
    assert_true(json_read_is(&x.r, JSON_END));
    arena_free(&x.a);
}

static void a_value_is_passed_over_whole(void **state)
{
    struct reading x;

    (void)state;
    begin(&x, "{\"a\":[1,{\"b\":[2,3]},4],\"c\":5}");
    assert_true(json_read_is(&x.r, JSON_OBJECT));
    assert_true(json_read_is(&x.r, JSON_KEY));
    assert_true(json_skip(&x.r, json_read(&x.r)));
    assert_true(json_read_is(&x.r, JSON_KEY));
    assert_true(str_is(x.r.text, "c"));
    assert_true(json_skip(&x.r, json_read(&x.r)));
    assert_true(json_read_is(&x.r, JSON_OBJECT_END));
    assert_false(json_read_is(&x.r, JSON_OBJECT));
    assert_int_equal(x.err.key, MSG_err_json_unexpected);
    arena_free(&x.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_values_come_piece_by_piece),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(depth_and_length_have_limits),
        cmocka_unit_test(escapes_become_letters),
        cmocka_unit_test(a_value_is_passed_over_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
