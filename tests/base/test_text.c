/* Vietnamese text: what is let in, what is found, what counts as the same name. */
#include "../test.h"

#include "base/text.h"

static struct arena arena;

static struct str clean(const char *z)
{
    struct str s = STR_NULL;
    struct err e = ERR_INIT;
    if (!text_clean(&arena, str_of(z), 1000, &s, &e))
        fail_msg("refused: %s", z);
    return s;
}

static void refused(struct str s, size_t max, enum msg_key key)
{
    struct str out = STR("untouched");
    struct err e = ERR_INIT;
    assert_false(text_clean(&arena, s, max, &out, &e));
    assert_int_equal(e.key, key);
    assert_str(out, "untouched");
}

static void test_decomposed_text_from_a_mac_comes_in_composed(void **state)
{
    (void)state;
    assert_str(clean("Hu\u031bo\u031bng Toa\u0300n"), "Hương Toàn");
    assert_str(
        clean("Ti\u00ea\u0301n, a\u0323\u0302, a\u0302\u0323, A\u0306\u0301"), "Tiến, ậ, ậ, Ắ");
    assert_str(clean("h\u00e0\u0323"), "h\u1ea1\u0300"); /* two tones: kept, in canonical order */
}

static void test_text_in_order_is_not_copied(void **state)
{
    (void)state;
    struct str s = STR("Thị xã Mỹ Hào, “quý I/2024” – 94,7%\r\n\tkhông phát sinh…"), out;
    size_t used = arena.used;
    assert_true(text_clean(&arena, s, 100, &out, NULL));
    assert_ptr_equal(out.p, s.p);
    s = STR("Ea H\u2019leo, \u65e5\u672c, \U0001f600");
    assert_true(text_clean(&arena, s, 100, &out, NULL));
    assert_ptr_equal(out.p, s.p);
    assert_int_equal(arena.used, used);
    assert_true(text_clean(&arena, STR(""), 0, &out, NULL));
    assert_int_equal(out.n, 0);
}

static void test_broken_or_forbidden_text_is_refused(void **state)
{
    (void)state;
    refused(STR("a\xff"), 100, MSG_err_text_utf8);
    refused(STR("a\xc3"), 100, MSG_err_text_utf8);
    refused(STR("\xc0\xaf"), 100, MSG_err_text_utf8);         /* overlong */
    refused(STR("\xed\xa0\x80"), 100, MSG_err_text_utf8);     /* surrogate */
    refused(STR("\xf4\x90\x80\x80"), 100, MSG_err_text_utf8); /* above U+10FFFF */
    refused(STR("a\0b"), 100, MSG_err_text_utf8);
    refused(STR("a\x1b[31m"), 100, MSG_err_text_control);
    refused(STR("a\x7f"), 100, MSG_err_text_control);
    refused(STR("a\xc2\x85"), 100, MSG_err_text_control);
    struct err e = ERR_INIT;
    struct str out;
    assert_false(text_clean(&arena,
        STR("Mỹ H\x01"
            "ào"),
        100, &out, &e));
    assert_string_equal(e.arg[0], "U+0001");
    assert_string_equal(e.arg[1], "5");
}

static void test_length_counts_characters_as_people_see_them(void **state)
{
    (void)state;
    struct str out;
    assert_true(text_clean(&arena, STR("Đảng"), 4, &out, NULL));
    assert_true(text_clean(&arena, STR("e\u0302\u0301e\u0302\u0301"), 2, &out, NULL));
    refused(STR("Đảng "), 4, MSG_err_text_too_long);
    refused(STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 2, MSG_err_text_too_long);
}

static void test_search_ignores_diacritics_case_and_blanks(void **state)
{
    (void)state;
    assert_str(text_fold(&arena, STR("Đảng bộ  XÃ Hòa Phong")), "dang bo xa hoa phong");
    assert_str(text_fold(&arena, STR(" \u00a0Ủy ban\tnhân dân\u202f\n")), "uy ban nhan dan");
    assert_str(text_fold(&arena, STR("ÐĐđð")), "dddd"); /* eth from old code tables */
    assert_str(
        text_fold(&arena, STR("kinh tế – xã hội, km², “nước”")), "kinh te - xa hoi, km2, \"nuoc\"");
    assert_str(text_fold(&arena, STR("Cư M\u2019gar")), "cu m'gar");
    assert_str(text_fold(&arena, STR("a\u00adb\u200bc")), "abc");
    assert_str(text_fold(&arena, STR("")), "");
    assert_non_null(text_fold(&arena, STR("")).p);
    assert_true(text_contains(&arena, STR("Phường Mỹ Hào"), STR("my hao")));
    assert_true(text_contains(&arena, STR("xã Dương Quang"), STR("DUONG")));
    assert_true(text_contains(&arena, STR("xã Dương Quang"), STR("")));
    assert_false(text_contains(&arena, STR("xã Dương Quang"), STR("dưong x")));
}

static void test_searching_leaves_the_arena_as_it_was(void **state)
{
    (void)state;
    size_t used = arena.used;
    text_contains(&arena, STR("Phường Mỹ Hào"), STR("my hao"));
    assert_int_equal(arena.used, used);
}

static void same(const char *a, const char *b, bool expected)
{
    struct str x = text_same(&arena, str_of(a)), y = text_same(&arena, str_of(b));
    if (str_eq(x, y) != expected)
        fail_msg("%s and %s: \"%.*s\" \"%.*s\"", a, b, STR_ARG(x), STR_ARG(y));
}

static void test_one_name_in_two_spellings_is_the_same_name(void **state)
{
    (void)state;
    same("xã Hoà Phong", "Xã  Hòa Phong ", true);
    same("Hoá", "HÓA", true);
    same("Hoa", "Hòa", false);
    same("thuỷ", "Thủy", true);
    same("LỆ THUỶ", "Lệ Thủy", true);
    same("Khoẻ", "khỏe", true);
    same("UỶ BAN", "Ủy ban", true);
    same("Qúy", "Quý", true);
    same("Qúi", "Quí", true);
    same("gìa", "già", true);
    same("đòan", "đoàn", true);
    same("Tân Hòa", "Tân Hoá", false);
    same("kỉ luật", "kỷ luật", false);
    same("Đại", "Dại", false);
    same("Ðại", "Đại", true);
    same("Sơn Tây", "Son Tay", false);
    same("Cư M\u2019gar", "Cư M'gar", true);
    same("Đồng\u00a0Nai", "Đồng Nai", true);
    same("kinh tế – xã hội", "Kinh tế - xã hội", true);
    assert_str(text_same(&arena, STR("")), "");
}

/* Rhymes of Vietnamese; the apostrophe stands behind the vowel that bears the tone in careful
 * spelling. */
static const char *const rhymes[] = {"a'", "a'c", "a'ch", "a'i", "a'm", "a'n", "a'ng", "a'nh",
    "a'o", "a'p", "a't", "a'u", "a'y", "ă'c", "ă'm", "ă'n", "ă'ng", "ă'p", "ă't", "â'c", "â'm",
    "â'n", "â'ng", "â'p", "â't", "â'u", "â'y", "e'", "e'c", "e'm", "e'n", "e'ng", "e'o", "e'p",
    "e't", "ê'", "ê'ch", "ê'm", "ê'n", "ê'nh", "ê'p", "ê't", "ê'u", "i'", "i'a", "i'ch", "iê'c",
    "iê'm", "iê'n", "iê'ng", "iê'p", "iê't", "iê'u", "i'm", "i'n", "i'nh", "i'p", "i't", "i'u",
    "o'", "o'a", "oa'c", "oa'ch", "oa'i", "oa'm", "oa'n", "oa'ng", "oa'nh", "oa'o", "oa'p", "oa't",
    "oa'y", "oă'c", "oă'm", "oă'n", "oă'ng", "oă't", "o'c", "o'e", "oe'n", "oe'o", "oe't", "o'i",
    "o'm", "o'n", "o'ng", "oo'c", "oo'ng", "o'p", "o't", "ô'", "ô'c", "ô'i", "ô'm", "ô'n", "ô'ng",
    "ô'p", "ô't", "ơ'", "ơ'i", "ơ'm", "ơ'n", "ơ'p", "ơ't", "u'", "u'a", "uâ'n", "uâ'ng", "uâ't",
    "uâ'y", "u'c", "uê'", "uê'ch", "uê'nh", "u'i", "u'm", "u'n", "u'ng", "uô'c", "uô'i", "uô'm",
    "uô'n", "uô'ng", "uô't", "uơ'", "u'p", "u't", "u'y", "uy'a", "uy'ch", "uyê'n", "uyê't", "uy'nh",
    "uy'p", "uy't", "uy'u", "ư'", "ư'a", "ư'c", "ư'i", "ư'm", "ư'n", "ư'ng", "ươ'c", "ươ'i", "ươ'm",
    "ươ'n", "ươ'ng", "ươ'p", "ươ't", "ươ'u", "ư't", "ư'u", "y'", "yê'm", "yê'n", "yê'ng", "yê't",
    "yê'u"};
static const char *const onsets[] = {"", "b", "c", "ch", "d", "đ", "g", "gh", "h", "kh", "l", "m",
    "n", "ng", "nh", "ph", "r", "s", "t", "th", "tr", "v", "x"};
static const char *const qu_gi[] = {"qua'", "qua'n", "quă'ng", "quâ'n", "que'", "que'o", "quê'",
    "quê'n", "qui'", "quy'", "quy'nh", "quy't", "quyê'n", "quô'c", "quơ'", "qua'i", "qua'y", "gi'",
    "gi'n", "gia'", "gia'n", "gia'o", "gie'o", "giê'ng", "gio'", "gio'i", "giô'ng", "giơ'", "giu'",
    "giu'p", "giư'", "giư'a", "giươ'ng"};
static const char *const tones[] = {"\u0300", "\u0309", "\u0303", "\u0301", "\u0323"};

/* The syllable with its tone behind character `place` of it. */
static struct str with_tone(struct str syllable, size_t place, const char *tone, bool upper)
{
    struct sbuf b;
    size_t at = 0;
    sbuf_init(&b, &arena, 100);
    for (size_t i = 0; at < syllable.n; i++) {
        int32_t c = utf8_next(syllable, &at);
        if (c != '\'')
            utf8_put(&b, c);
        if (i == place)
            sbuf_z(&b, tone);
    }
    struct str s = clean(sbuf_cstr(&b));
    return upper ? text_upper(&arena, s) : s;
}

static void check_syllable(const char *onset, const char *rhyme, const char *tone)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 100);
    sbuf_printf(&b, "%s%s", onset, rhyme);
    struct str marked = sbuf_view(&b);
    size_t n = utf8_count(marked), place = 0, at = 0;
    while (utf8_next(marked, &at) != '\'')
        place++;
    struct str right = with_tone(marked, place - 1, tone, false);
    if (!str_eq(text_same(&arena, right), right))
        fail_msg("%.*s became %.*s", STR_ARG(right), STR_ARG(text_same(&arena, right)));
    at = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t c = utf8_next(marked, &at);
        if (c == '\'' || !strchr("aeiouy\xc4\xc3\xc6", marked.p[at - (c < 0x80 ? 1 : 2)]) ||
            c == 0x111)
            continue;
        for (int upper = 0; upper < 2; upper++) {
            struct str other = with_tone(marked, i, tone, upper);
            if (!str_eq(text_same(&arena, other), right))
                fail_msg("%.*s and %.*s differ", STR_ARG(other), STR_ARG(right));
        }
    }
}

static void test_a_tone_may_stand_on_any_vowel_of_any_syllable(void **state)
{
    (void)state;
    struct arena_mark mark = arena_mark(&arena);
    for (size_t t = 0; t < sizeof tones / sizeof *tones; t++) {
        for (size_t r = 0; r < sizeof rhymes / sizeof *rhymes; r++)
            for (size_t o = 0; o < sizeof onsets / sizeof *onsets; o++) {
                if (strcmp(onsets[o], "g") == 0 && rhymes[r][0] == 'i')
                    continue; /* gi is a consonant of its own, below */
                check_syllable(onsets[o], rhymes[r], tones[t]);
                arena_release(&arena, mark);
            }
        for (size_t q = 0; q < sizeof qu_gi / sizeof *qu_gi; q++)
            check_syllable("", qu_gi[q], tones[t]);
    }
}

static void test_foreign_names_are_left_alone(void **state)
{
    (void)state;
    assert_str(text_same(&arena, STR("Détériorée")), "détériorée");
    assert_str(text_same(&arena, STR("Ea H'leo, Krông Nô")), "ea h'leo, krông nô");
    assert_str(text_same(&arena, STR("Ooúyeaí")), "ooúyeaí");
    assert_str(text_place_tones(&arena, STR("café Đồngoà"), TONE_OLD), "café Đồngoà");
}

static void test_papers_follow_the_spelling_of_the_office(void **state)
{
    (void)state;
    struct str old =
        STR("Ủy ban, HÒA, Khóa XIV, khỏe, lũy kế, Thủy; quý, hoàn thành, huỳnh, của, già, khuỷu");
    struct str new =
        STR("Uỷ ban, HOÀ, Khoá XIV, khoẻ, luỹ kế, Thuỷ; quý, hoàn thành, huỳnh, của, già, khuỷu");
    assert_true(str_eq(text_place_tones(&arena, old, TONE_NEW), new));
    assert_true(str_eq(text_place_tones(&arena, new, TONE_OLD), old));
    assert_true(str_eq(text_place_tones(&arena, old, TONE_OLD), old));
    assert_true(str_eq(text_place_tones(&arena, new, TONE_NEW), new));
    assert_str(text_place_tones(&arena, STR("Qúy gìa mía"), TONE_OLD),
        "Qúy gìa mía"); /* not ours to mend */
    assert_str(text_place_tones(&arena, STR(""), TONE_NEW), "");
}

static void test_case_of_vietnamese_letters(void **state)
{
    (void)state;
    assert_str(text_upper(&arena, STR("thị ủy đặc biệt ngưỡng 1a")), "THỊ ỦY ĐẶC BIỆT NGƯỠNG 1A");
    assert_str(text_lower(&arena, STR("THỊ ỦY ĐẶC BIỆT NGƯỠNG 1A")), "thị ủy đặc biệt ngưỡng 1a");
    assert_str(text_upper(&arena, STR("")), "");
}

static void test_an_exhausted_arena_is_told_apart_from_an_empty_text(void **state)
{
    (void)state;
    struct arena small;
    struct str out;
    struct err e = ERR_INIT;
    arena_init(&small, 8);
    assert_null(text_fold(&small, STR("Hòa")).p);
    assert_null(text_same(&small, STR("Hòa")).p);
    assert_null(text_lower(&small, STR("Hòa")).p);
    assert_null(text_sort_key(&small, STR("Hòa")).p);
    assert_null(text_place_tones(&small, STR("Hòa"), TONE_NEW).p);
    assert_false(text_clean(&small, STR("Ho\u0300a"), 10, &out, &e));
    assert_int_equal(e.code, ERR_MEMORY);
    arena_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decomposed_text_from_a_mac_comes_in_composed),
        cmocka_unit_test(test_text_in_order_is_not_copied),
        cmocka_unit_test(test_broken_or_forbidden_text_is_refused),
        cmocka_unit_test(test_length_counts_characters_as_people_see_them),
        cmocka_unit_test(test_search_ignores_diacritics_case_and_blanks),
        cmocka_unit_test(test_searching_leaves_the_arena_as_it_was),
        cmocka_unit_test(test_one_name_in_two_spellings_is_the_same_name),
        cmocka_unit_test(test_a_tone_may_stand_on_any_vowel_of_any_syllable),
        cmocka_unit_test(test_foreign_names_are_left_alone),
        cmocka_unit_test(test_papers_follow_the_spelling_of_the_office),
        cmocka_unit_test(test_case_of_vietnamese_letters),
        cmocka_unit_test(test_an_exhausted_arena_is_told_apart_from_an_empty_text),
    };
    arena_init(&arena, 1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
