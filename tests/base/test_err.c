/* Errors and messages: every one renders in both languages, with its place. */
#include "../test.h"

#include <errno.h>

#include "base/err.h"
#include "base/text.h"

static struct arena arena;

static struct str text(const struct err *e, enum lang lang)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 10000);
    err_text(e, lang, &b);
    return sbuf_view(&b);
}

static void test_every_message_renders_in_both_languages(void **state)
{
    (void)state;
    const struct str args[] = {STR("<a>"), STR("<b>"), STR("<c>"), STR("<d>"), STR("<e>"),
        STR("<f>"), STR("<g>"), STR("<h>"), STR("<i>"), STR("<j>")};
    for (int key = 0; key < MSG_COUNT; key++)
        for (int lang = LANG_VI; lang <= LANG_EN; lang++) {
            struct sbuf b;
            sbuf_init(&b, &arena, 10000);
            msg_format(&b, (enum lang)lang, (enum msg_key)key, args, 10);
            struct str s = sbuf_view(&b), name = msg_name((enum msg_key)key), clean;
            if (b.failed || str_empty(s))
                fail_msg("%.*s is empty", STR_ARG(name));
            if (!text_clean(&arena, s, 10000, &clean, NULL) || !str_eq(clean, s))
                fail_msg("%.*s is not composed text", STR_ARG(name));
            for (size_t i = 0; i + 2 < s.n; i++)
                if (s.p[i] == '{' && s.p[i + 1] >= '0' && s.p[i + 1] <= '9' && s.p[i + 2] == '}')
                    fail_msg("%.*s: a placeholder is left", STR_ARG(name));
            arena_reset(&arena);
        }
}

static void test_an_error_uses_no_more_arguments_than_it_can_carry(void **state)
{
    (void)state;
    for (int key = 0; key < MSG_COUNT; key++) {
        struct str t = msg_text(LANG_VI, (enum msg_key)key), name = msg_name((enum msg_key)key);
        for (size_t i = 0; str_starts(name, STR("err.")) && i + 2 < t.n; i++)
            if (t.p[i] == '{' && t.p[i + 2] == '}' && t.p[i + 1] >= '0' + ERR_ARGS &&
                t.p[i + 1] <= '9')
                fail_msg("%.*s", STR_ARG(name));
    }
}

static void test_keys_are_found_by_name(void **state)
{
    (void)state;
    for (int key = 0; key < MSG_COUNT; key++) {
        enum msg_key found;
        assert_true(msg_find(msg_name((enum msg_key)key), &found));
        assert_int_equal(found, key);
    }
    enum msg_key found;
    assert_false(msg_find(STR("err.nothing_of_the_kind"), &found));
    assert_false(msg_find(STR(""), &found));
    assert_false(msg_find(STR("zzz"), &found));
}

static void test_the_sentence_names_place_and_argument(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_false(err_set(&e, ERR_INVALID, MSG_err_day_syntax, STR("31/02")));
    assert_str(text(&e, LANG_EN), "\"31/02\" is not a date. Write 2024-03-31 or 31/03/2024.");
    assert_false(err_at(&e, STR("a.csv"), 3, 12));
    assert_true(str_starts(text(&e, LANG_VI), STR("a.csv:3:12: «31/02» ")));
    err_at(&e, STR("a.csv"), 3, 0);
    assert_true(str_starts(text(&e, LANG_VI), STR("a.csv:3: «31/02» ")));
    err_at(&e, STR(""), 3, 4);
    assert_true(str_starts(text(&e, LANG_VI), STR("3:4: «31/02» ")));
    err_at(&e, STR("field"), 0, 0);
    assert_true(str_starts(text(&e, LANG_VI), STR("field: «31/02» ")));
}

static void test_a_long_argument_is_cut_between_characters(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    for (size_t shift = 0; shift < 6; shift++) {
        struct sbuf b;
        sbuf_init(&b, &arena, 2000);
        sbuf_fill(&b, 'x', shift);
        for (int i = 0; i < 200; i++)
            sbuf_z(&b, i % 2 ? "ậ" : "đ");
        err_set(&e, ERR_INVALID, MSG_err_day_syntax, sbuf_view(&b));
        err_at(&e, sbuf_view(&b), 1, 1);
        assert_true(utf8_valid(str_of(e.arg[0])) && utf8_valid(str_of(e.place)));
        assert_true(strlen(e.arg[0]) >= ERR_ARG_MAX - 4 && strlen(e.arg[0]) < ERR_ARG_MAX);
    }
    err_set(&e, ERR_INVALID, MSG_err_day_syntax,
        str_slice(str_of(e.arg[0]), 1, 3)); /* its own argument */
    assert_true(strlen(e.arg[0]) <= 2);
}

static void test_errors_of_the_system(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    err_errno(&e, ENOSPC, STR("store.db"));
    assert_int_equal(e.code, ERR_FULL);
    err_errno(&e, ENOENT, STR("store.db"));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    err_errno(&e, ENOMEM, STR("store.db"));
    assert_int_equal(e.code, ERR_MEMORY);
    err_errno(&e, EACCES, STR("store.db"));
    assert_int_equal(e.code, ERR_IO);
    assert_string_equal(e.arg[0], "store.db");
    err_errno(&e, 99999, STR("store.db")); /* a number nobody knows */
    assert_int_equal(e.code, ERR_IO);
    assert_true(text(&e, LANG_VI).n > 0);
}

static void test_who_does_not_want_to_know_passes_null(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_INVALID, MSG_err_memory));
    assert_false(err_at(NULL, STR("x"), 1, 1));
    assert_false(err_memory(NULL));
    assert_false(err_errno(NULL, EIO, STR("x")));
}

static void test_codes_have_words_for_programs(void **state)
{
    (void)state;
    assert_string_equal(err_code_name(ERR_INVALID), "invalid");
    assert_string_equal(err_code_name(ERR_INTERNAL), "internal");
    assert_string_equal(err_code_name((enum err_code)999), "internal");
}

static void test_languages_by_their_tags(void **state)
{
    (void)state;
    enum lang l;
    assert_true(lang_parse(STR("vi"), &l) && l == LANG_VI);
    assert_true(lang_parse(STR("en-GB"), &l) && l == LANG_EN);
    assert_true(lang_parse(STR("vi_VN"), &l) && l == LANG_VI);
    assert_false(lang_parse(STR("english"), &l));
    assert_false(lang_parse(STR("fr"), &l));
    assert_false(lang_parse(STR(""), &l));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_message_renders_in_both_languages),
        cmocka_unit_test(test_an_error_uses_no_more_arguments_than_it_can_carry),
        cmocka_unit_test(test_keys_are_found_by_name),
        cmocka_unit_test(test_the_sentence_names_place_and_argument),
        cmocka_unit_test(test_a_long_argument_is_cut_between_characters),
        cmocka_unit_test(test_errors_of_the_system),
        cmocka_unit_test(test_who_does_not_want_to_know_passes_null),
        cmocka_unit_test(test_codes_have_words_for_programs),
        cmocka_unit_test(test_languages_by_their_tags),
    };
    arena_init(&arena, 16u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
