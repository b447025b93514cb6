/* Legacy encodings: what clerks' old files hold, and what must be left alone. */
#include "../test.h"

#include <stdlib.h>

#include "base/text.h"
#include "reading/encoding.h"
#include "reading/syllable.h"

static struct arena arena;

/* Sentences as reports have them; between them all letters and tones of Vietnamese in small. */
static const char sentences[] =
    "Tổng thu ngân sách 6 tháng ước đạt 25,5 tỷ đồng, bằng 48% dự toán huyện giao.\n"
    "Kết nạp 42 đảng viên mới; chuyển sinh hoạt cho 7 đồng chí ở các chi bộ thôn, ấp.\n"
    "Tỷ lệ hộ nghèo giảm còn 1,35%; vẫn còn những hộ khó khăn, thiếu đất sản xuất.\n"
    "Đã sửa chữa 3 tuyến kênh mương, nạo vét cống rãnh, khơi thông dòng chảy, trữ nước ngọt.\n"
    "Cử tri kiến nghị xử lý dứt điểm ô nhiễm ở chợ, bãi rác; hỗ trợ giống lúa, phân bón, cỏ ngựa.\n"
    "Ẵm bồng trẻ nhỏ, quý vị hãy giữ gìn vệ sinh; uống nước chín, ngủ màn, rửa tay sạch sẽ.\n"
    "Mỗi ngõ một nghề, kỹ thuật nuôi gà ở quỹ đất bỏ trống, ruộng lầy lội, gò đồi khô cằn.\n";

static struct str written(struct str text, enum encoding e)
{
    struct sbuf out;

    sbuf_init(&out, &arena, 1 << 20);
    assert_true(encoding_write(text, e, &out));
    return sbuf_view(&out);
}

static struct str seen_in_latin1(struct str bytes)
{
    struct sbuf out;

    sbuf_init(&out, &arena, 1 << 20);
    for (size_t i = 0; i < bytes.n; i++)
        utf8_put(&out, (unsigned char)bytes.p[i]);
    return sbuf_view(&out);
}

static struct str decoded(struct str bytes, enum encoding expected)
{
    struct err e = ERR_INIT;
    enum encoding got;
    struct str text;

    if (!encoding_read(&arena, bytes, 1 << 20, &text, &got, &e))
        fail_msg("refused, key %d", (int)e.key);
    if (got != expected)
        fail_msg("taken for %s, not %s: %.*s", encoding_name(got), encoding_name(expected),
            STR_ARG(text));
    return text;
}

static void test_each_encoding_is_recognised_and_read_back(void **state)
{
    (void)state;
    for (enum encoding e = ENC_TCVN3; e < ENC_COUNT; e++) {
        struct str text = str_of(sentences);
        if (e == ENC_TCVN3) /* it has no Ẵ: people wrote ẵ */
            text = str_of(arena_printf(&arena, "%s", sentences));
        struct str got = decoded(written(text, e), e);
        if (e != ENC_TCVN3)
            assert_str(got, sentences);
        else
            assert_int_equal(str_find(got, STR("ẵm bồng trẻ nhỏ, quý vị"), 0) > 0, true);
    }
}

static void test_every_single_sentence_is_recognised(void **state)
{
    (void)state;
    struct str rest = str_of(sentences), line;
    while (str_cut(&rest, '\n', &line))
        for (enum encoding e = ENC_TCVN3; line.n && e < ENC_COUNT; e++) {
            struct str got = decoded(written(line, e), e);
            if (e != ENC_TCVN3)
                assert_str(got, arena_printf(&arena, "%.*s", STR_ARG(line)));
        }
}

static void test_legacy_text_pasted_as_latin1_is_recognised(void **state)
{
    (void)state;
    struct str rest = str_of(sentences), line;
    while (str_cut(&rest, '\n', &line))
        for (enum encoding e = ENC_TCVN3; line.n && e <= ENC_VNI; e++)
            decoded(seen_in_latin1(written(line, e)), e);
    assert_str(decoded(STR("Céng hoµ x· héi chñ nghÜa ViÖt Nam"), ENC_TCVN3),
        "Cộng hoà xã hội chủ nghĩa Việt Nam");
    assert_str(decoded(STR("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"), ENC_VNI),
        "Cộng hòa xã hội chủ nghĩa Việt Nam");
}

static void test_unicode_text_stays_as_it_is(void **state)
{
    (void)state;
    static const char *const left_alone[] = {sentences, "", "abc", "Rà soát 25 m² ở « Hà Lam »",
        "Un élève français a été reçu à l'École; garçon, forêt, hôtel, Noël, cœur.",
        "© 2024 ® § 5 ¶ 7 · 8", "®", "x· hoµ", "Đắk Lắk, Krông Pắc, Ea H'leo, Đắk R'lấp, M'Drắk"};
    for (size_t i = 0; i < sizeof left_alone / sizeof *left_alone; i++)
        assert_str(decoded(str_of(left_alone[i]), ENC_UTF8), left_alone[i]);
}

static void test_capitals_of_the_old_fonts_are_found(void **state)
{
    (void)state;
    /* caps lock with a small-letter font: only the letters of tone are small */
    assert_str(decoded(STR("§¶NG Bé TØNH, C¤NG TY, HéI §åNG NH¢N D¢N X·\n"), ENC_TCVN3),
        "ĐẢNG BỘ TỈNH, CÔNG TY, HỘI ĐỒNG NHÂN DÂN XÃ\n");
    assert_str(decoded(STR("B¸o c¸o cña ban Tæ chøc vÒ Bé m¸y, UBND ë x·, huyÖn\n"), ENC_TCVN3),
        "Báo cáo của ban Tổ chức về Bộ máy, UBND ở xã, huyện\n");
}

static void test_fonts_tell_their_encoding(void **state)
{
    (void)state;
    enum encoding e;
    bool capitals;
    assert_true(encoding_of_font(STR(".VnTime"), &e, &capitals));
    assert_true(e == ENC_TCVN3 && !capitals);
    assert_true(encoding_of_font(STR(".VnTimeH"), &e, &capitals));
    assert_true(e == ENC_TCVN3 && capitals);
    assert_true(encoding_of_font(STR(".vnArial NarrowH"), &e, &capitals));
    assert_true(capitals);
    assert_true(encoding_of_font(STR("VNI-Times"), &e, &capitals));
    assert_true(e == ENC_VNI && !capitals);
    assert_false(encoding_of_font(STR("Times New Roman"), &e, &capitals));
    assert_false(encoding_of_font(STR("Vnu Sans"), &e, &capitals));
    assert_false(encoding_of_font(STR(""), &e, &capitals));
}

static struct str converted(const char *text, enum encoding e, bool capitals)
{
    struct sbuf out;
    struct str nfc;

    sbuf_init(&out, &arena, 4096);
    encoding_convert(str_of(text), e, capitals, &out);
    assert_true(text_clean(&arena, sbuf_view(&out), 4096, &nfc, NULL));
    return nfc;
}

static void test_a_run_is_converted_by_its_font(void **state)
{
    (void)state;
    assert_str(converted("®¶ng bé tØnh", ENC_TCVN3, true), "ĐẢNG BỘ TỈNH");
    assert_str(
        converted("th\u00adëng", ENC_TCVN3, false), "thưởng"); /* ư is the soft hyphen's code */
    assert_str(converted("ÑAÛNG UÛY", ENC_VNI, false), "ĐẢNG ỦY");
    assert_str(converted("khoaûng 5 – 7 xaõ “ñieåm”", ENC_VNI, false), "khoảng 5 – 7 xã “điểm”");
    assert_str(converted("\uf0ae\uf0b6ng", ENC_TCVN3, false), "đảng"); /* Word's private area */
    assert_str(converted("Đã ở Unicode ữ", ENC_UTF8, false), "Đã ở Unicode ữ");
    assert_str(converted("1.234,5 ha", ENC_TCVN3, true), "1.234,5 HA");
}

static void test_single_legacy_lines_in_a_unicode_text_are_converted(void **state)
{
    (void)state;
    struct str text = str_of(
        arena_printf(&arena, "%sTæng thu ng©n s¸ch ®¹t 25 tû ®ång, vµ\n%s", sentences, sentences));
    struct str got = decoded(text, ENC_UTF8);
    assert_str(got,
        arena_printf(&arena, "%sTổng thu ngân sách đạt 25 tỷ đồng, và\n%s", sentences, sentences));
}

static void test_utf16_and_byte_order_marks(void **state)
{
    (void)state;
    assert_str(decoded(STR("\xff\xfe\x10\x01\xa3\x1e\x0d\x00\x0a\x00"), ENC_UTF16), "Đả\n");
    assert_str(decoded(STR("\xfe\xff\x01\x10\x1e\xa3\xd8\x3d\xde\x00"), ENC_UTF16), "Đả😀");
    assert_str(decoded(STR("\xef\xbb\xbfxã"), ENC_UTF8), "xã");
    struct err e = ERR_INIT;
    struct str text;
    assert_false(encoding_read(&arena, STR("\xff\xfe\x10"), 100, &text, NULL, &e));
    assert_int_equal(e.key, MSG_err_text_encoding);
    assert_false(encoding_read(&arena, STR("\xff\xfe\x3d\xd8\x41\x00"), 100, &text, NULL, &e));
}

static void test_composition_line_ends_and_blanks(void **state)
{
    (void)state;
    assert_str(decoded(STR("xa\u0303 Hoa\u0300\r\ndong\u00a02\r\fba\x01"), ENC_UTF8),
        "xã Hoà\ndong\u00a02\n\nba ");
    assert_str(decoded(STR("ệ ê\u0323 e\u0323\u0302"), ENC_UTF8), "ệ ệ ệ");
}

static void test_bytes_that_read_well_in_no_encoding_are_refused(void **state)
{
    (void)state;
    static const struct str bad[] = {STR("\xff\xd8\xff\xe0\x10JFIF"), STR("abc\xff\xff\xfexyz"),
        STR("a\0b\xc3"), STR("\x80\x81\x82\x83\x84\x85")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = ERR_INIT;
        struct str text;
        assert_false(encoding_read(&arena, bad[i], 1000, &text, NULL, &e));
        assert_int_equal(e.key, MSG_err_text_encoding);
    }
}

static void test_limits_hold(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct str text;
    assert_false(encoding_read(&arena, str_of(sentences), 10, &text, NULL, &e));
    assert_int_equal(e.key, MSG_err_text_too_long);
    ARENA_AUTO small;
    arena_init(&small, 300);
    assert_false(
        encoding_read(&small, written(str_of(sentences), ENC_VNI), 10000, &text, NULL, &e));
    assert_int_equal(e.code, ERR_MEMORY);
}

static bool valid(const char *word)
{
    int32_t c[32];
    size_t n = 0, at = 0;

    for (int32_t one; (one = utf8_next(str_of(word), &at)) >= 0;)
        c[n++] = one;
    return syllable_valid(c, n);
}

static void test_syllables_of_the_spelling(void **state)
{
    (void)state;
    static const char *const yes[] = {"nghiêng", "quỳnh", "gì", "giếng", "khuỷu", "NGUYỄN", "ở",
        "quốc", "hoà", "hòa", "thủy", "uỷ", "yếu", "xoong", "khuếch", "tỷ", "ươm", "oẹ"};
    static const char *const no[] = {"nghiêngg", "các̀", "cạc̀", "hoac", "cac", "pạj", "ngôò", "zà",
        "áá", "toàch", "đh", "", "bcd", "quôcs", "một̉"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (!valid(yes[i]))
            fail_msg("refused: %s", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (valid(no[i]))
            fail_msg("accepted: %s", no[i]);
}

static void test_each_vowel_is_found_by_its_letter(void **state)
{
    (void)state;
    for (int v = 0; v < VOWEL_COUNT; v++)
        for (int t = 0; t < TONE_COUNT; t++) {
            int vowel = -1;
            enum tone tone = TONE_COUNT;
            assert_true(vi_vowel(vowel_with_tone[v][t], &vowel, &tone));
            assert_int_equal(vowel, v);
            assert_int_equal(tone, t);
        }
    int vowel;
    enum tone tone;
    assert_false(vi_vowel('b', &vowel, &tone) || vi_vowel(0xf1, &vowel, &tone) ||
                 vi_vowel(0x1efa, &vowel, &tone) || vi_vowel(-1, &vowel, &tone));
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64u << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_encoding_is_recognised_and_read_back),
        cmocka_unit_test(test_every_single_sentence_is_recognised),
        cmocka_unit_test(test_legacy_text_pasted_as_latin1_is_recognised),
        cmocka_unit_test(test_unicode_text_stays_as_it_is),
        cmocka_unit_test(test_capitals_of_the_old_fonts_are_found),
        cmocka_unit_test(test_fonts_tell_their_encoding),
        cmocka_unit_test(test_a_run_is_converted_by_its_font),
        cmocka_unit_test(test_single_legacy_lines_in_a_unicode_text_are_converted),
        cmocka_unit_test(test_utf16_and_byte_order_marks),
        cmocka_unit_test(test_composition_line_ends_and_blanks),
        cmocka_unit_test(test_bytes_that_read_well_in_no_encoding_are_refused),
        cmocka_unit_test(test_limits_hold),
        cmocka_unit_test(test_syllables_of_the_spelling),
        cmocka_unit_test(test_each_vowel_is_found_by_its_letter),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
