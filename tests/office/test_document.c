/* Files of every kind: told by content, read or refused with a cure. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "make.h"
#include "office/document.h"
#include "sys/child.h"

static struct arena arena;

static bool read_bytes(struct str bytes, struct document *d, struct err *e)
{
    struct child c = sys_child();

    *e = ERR_INIT;
    return document_text(&arena, bytes, &c, d, e);
}

static struct document read_ok(struct str bytes, enum document_source expected)
{
    struct document d;
    struct err e;

    if (!read_bytes(bytes, &d, &e)) {
        struct sbuf b;
        sbuf_init(&b, &arena, 4096);
        err_text(&e, LANG_EN, &b);
        fail_msg("refused: %s", sbuf_cstr(&b));
    }
    assert_int_equal(d.source, expected);
    return d;
}

static void refused(struct str bytes, enum msg_key key)
{
    struct document d;
    struct err e;

    assert_false(read_bytes(bytes, &d, &e));
    if (e.key != key)
        fail_msg("refused with %.*s", STR_ARG(msg_name(e.key)));
}

static void test_plain_text_keeps_its_offsets(void **state)
{
    (void)state;
    struct document d =
        read_ok(STR("Thu ngân sách\r\nđạt 25 tỷ.\r\n\r\n  Chi\t4\n"), DOCUMENT_TEXT);
    assert_str(d.text, "Thu ngân sách\nđạt 25 tỷ.\n\n  Chi\t4\n");
    assert_str(d.flow, "Thu ngân sách đạt 25 tỷ.\n\n  Chi\t4\n");
    assert_int_equal(d.n, 2);
    assert_str(d.paragraphs[0].text, "Thu ngân sách đạt 25 tỷ.");
    assert_int_equal(d.paragraphs[1].kind, PARAGRAPH_ROW);
    d = read_ok(STR("Tæng thu ng©n s¸ch ®¹t 25 tû ®ång, vµ chi"), DOCUMENT_TEXT);
    assert_str(d.text, "Tổng thu ngân sách đạt 25 tỷ đồng, và chi");
    assert_int_equal(d.encoding, ENC_TCVN3);
}

static void test_kinds_are_told_by_content(void **state)
{
    (void)state;
    const struct part book[] = {{"xl/workbook.xml", STR("<w/>")}};
    const struct part slides[] = {{"ppt/presentation.xml", STR("<w/>")}};
    const struct part other[] = {{"anh.jpg", STR("x")}};
    refused(make_zip(&arena, book, 1), MSG_err_document_workbook);
    refused(make_zip(&arena, slides, 1), MSG_err_document_slides);
    refused(make_zip(&arena, other, 1), MSG_err_document_archive);
    refused(STR("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0mimetypeapplication/"
                "vnd.oasis.opendocument.text"),
        MSG_err_document_opendocument);
    refused(STR("\xff\xd8\xff\xe0\0\x10JFIF"), MSG_err_document_image);
    refused(STR("\x89PNG\r\n"), MSG_err_document_image);
    refused(STR("  <!DOCTYPE html><p>Thu"), MSG_err_document_web);
    refused(STR("\xef\xbb\xbf<?xml version='1.0'?><w:wordDocument/>"), MSG_err_document_web);
    refused(STR("Rar!\x1a\x07"), MSG_err_document_archive);
    refused(STR("\x7f"
                "ELF\x02\x01\0\0"),
        MSG_err_document_binary);
    refused(STR(""), MSG_err_document_empty);
    refused(STR(" \n\t\n"), MSG_err_document_no_text);
    refused(STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
                "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
        MSG_err_document_encrypted);
    refused(
        STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0b\0o\0o\0k\0"), MSG_err_document_workbook);
    refused(STR("\x80\x81\x82\x83 \xff"), MSG_err_text_encoding);
}

/* PDF */

static void test_pdf_sentences_and_tables(void **state)
{
    (void)state;
    const struct page_line lines[] = {
        {1, 85, 80, "UBND XÃ A"},
        {1, 300, 80, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"},
        {1, 113, 140, "Trong 6 tháng đầu năm, tổng thu ngân sách trên địa bàn xã đạt"},
        {1, 85, 160, "25,5 tỷ đồng, bằng 48% dự toán, trong đó thu từ đất đai do phòng"},
        {1, 85, 180, "Tài nguyên báo cáo là 12 tỷ đồng."},
        {1, 113, 200, "Kết nạp 42 đảng viên."},
        {1, 85, 240, "TT"},
        {1, 130, 240, "Chỉ tiêu"},
        {1, 300, 240, "Thực hiện"},
        {1, 85, 260, "1"},
        {1, 130, 260, "Thu ngân sách"},
        {1, 300, 260, "25,5"},
        {1, 113, 700, "Các chi bộ đã làm việc với từng hộ dân trong thôn để vận động"},
        {1, 297, 800, "1"},
        {2, 297, 50, "2"},
        {2, 85, 80, "hiến đất, nâng tổng diện tích hiến đất từ đầu năm lên 5 ha."},
    };
    struct document d =
        read_ok(make_pdf(&arena, lines, sizeof lines / sizeof *lines), DOCUMENT_PDF);
    assert_str(d.text,
        "UBND XÃ A\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA\n"
        "Trong 6 tháng đầu năm, tổng thu ngân sách trên địa bàn xã đạt 25,5 tỷ đồng, bằng 48% dự "
        "toán, trong đó thu từ đất đai do phòng Tài nguyên báo cáo là 12 tỷ đồng.\n"
        "Kết nạp 42 đảng viên.\n"
        "TT\tChỉ tiêu\tThực hiện\n"
        "1\tThu ngân sách\t25,5\n"
        "Các chi bộ đã làm việc với từng hộ dân trong thôn để vận động hiến đất, nâng tổng diện "
        "tích hiến đất từ đầu năm lên 5 ha.\n");
    assert_int_equal(d.paragraphs[4].kind, PARAGRAPH_ROW);
    if (!(d.confined & CHILD_FILTERED))
        print_message("no seccomp here\n");
}

static void test_pdf_with_wide_line_spacing(void **state)
{
    (void)state;
    const struct page_line lines[] = {
        {1, 113, 100, "Trong 6 tháng đầu năm, tổng thu ngân sách trên địa bàn xã đạt"},
        {1, 85, 132, "25,5 tỷ đồng, bằng 48% dự toán, trong đó thu từ đất đai do phòng"},
        {1, 85, 164, "Tài nguyên báo cáo là 12 tỷ đồng."},
    };
    assert_str(read_ok(make_pdf(&arena, lines, 3), DOCUMENT_PDF).text,
        "Trong 6 tháng đầu năm, tổng thu ngân sách trên địa bàn xã đạt 25,5 tỷ đồng, bằng 48% dự "
        "toán, trong đó thu từ đất đai do phòng Tài nguyên báo cáo là 12 tỷ đồng.\n");
}

static void test_pdf_set_in_a_legacy_font(void **state)
{
    (void)state;
    const struct page_line lines[] = {
        {1, 85, 100, "Trong 6 th¸ng ®Çu n¨m, tæng thu ng©n s¸ch cña x· ®¹t"},
        {1, 85, 120, "25,5 tû ®ång, b»ng 48% dù to¸n."},
    };
    struct document d = read_ok(make_pdf(&arena, lines, 2), DOCUMENT_PDF);
    assert_str(d.text,
        "Trong 6 tháng đầu năm, tổng thu ngân sách của xã đạt 25,5 tỷ đồng, bằng 48% dự toán.\n");
    assert_int_equal(d.encoding, ENC_TCVN3);
}

static void test_pdf_without_text_broken_or_locked(void **state)
{
    (void)state;
    refused(make_pdf(&arena, NULL, 0), MSG_err_document_scan);
    refused(STR("%PDF-1.5\nnothing of the sort\n"), MSG_err_document_damaged);
    const struct page_line line = {1, 85, 100, "Thu ngân sách"};
    struct str whole = make_pdf(&arena, &line, 1);
    refused(str_slice(whole, 0, whole.n / 3), MSG_err_document_damaged);
}

/* Old DOC */

static void test_old_word_files(void **state)
{
    (void)state;
    if (access("/usr/bin/catdoc", X_OK) != 0 && access("/usr/bin/antiword", X_OK) != 0) {
        print_message("skipped: neither catdoc nor antiword here\n");
        skip();
    }
    struct sbuf b;
    sbuf_init(&b, &arena, 4096);
    assert_true(encoding_write(STR("Tổng thu ngân sách của xã đạt 25,5 tỷ đồng, bằng 48% dự "
                                   "toán.\rKết nạp 42 đảng viên.\r"),
        ENC_TCVN3, &b));
    struct document d = read_ok(make_doc(&arena, sbuf_view(&b)), DOCUMENT_DOC);
    assert_str(d.text,
        "Tổng thu ngân sách của xã đạt 25,5 tỷ đồng, bằng 48% dự toán.\nKết nạp 42 đảng viên.\n");
    assert_int_equal(d.encoding, ENC_TCVN3);
}

/* A machine on which only antiword is there. */
static bool run_only_antiword(void *ctx, struct arena *a, const struct child_job *job,
    struct child_result *ret, struct err *err)
{
    (void)ctx, (void)a, (void)err;
    *ret = (struct child_result){.end = CHILD_MISSING};
    if (job->argv && strstr(job->argv[0], "antiword"))
        *ret = (struct child_result){.end = CHILD_DONE, .output = STR("\nThu ngân sách\n\nHết\n")};
    return true;
}

static void test_old_word_files_by_antiword_where_catdoc_is_missing(void **state)
{
    (void)state;
    struct child c = {NULL, run_only_antiword};
    struct document d;
    struct err e = ERR_INIT;
    assert_true(document_text(&arena, make_doc(&arena, STR("x")), &c, &d, &e));
    assert_str(d.text, "Thu ngân sách\nHết\n");
}

/* RTF */

static void rtf(const char *text, const char *expected)
{
    assert_str(read_ok(str_of(text), DOCUMENT_RTF).text, expected);
}

static void test_rtf_text_in_unicode_and_code_pages(void **state)
{
    (void)state;
    rtf("{\\rtf1\\ansi\\ansicpg1252\\uc1{\\fonttbl{\\f0\\froman\\fcharset0 Times;}{\\f1 Arial;}}"
        "{\\info{\\title An}}\\pard\\f0 Thu ng\\'e2n s\\'e1ch \\u273?\\u7841 ?t "
        "25\\~t\\u7927\\'3f.\\par "
        "\\'93Chi\\'94 4\\line t\\u7927 ?\\par}",
        "Thu ngân sách đạt 25\u00a0tỷ.\n“Chi” 4 tỷ\n");
    rtf("{\\rtf1\\ansi\\ansicpg1258{\\fonttbl{\\f0\\fcharset163 Times New Roman;}}\\f0 "
        "\\'d0a\\'d2ng b\\'f4\\'f2 x\\'e3\\'de\\par}",
        "Đảng bộ xẵ\n");
    rtf("{\\rtf1{\\fonttbl{\\f0 .VnTime;}{\\f1 .VnTimeH;}{\\f2 VNI-Times;}}{\\f1 \\'a7\\'b6ng "
        "b\\'e9} "
        "{\\f0 42 \\'ae\\'b6ng vi\\'aan} {\\f2 va\\'f8 7 xa\\'f5}\\par}",
        "ĐẢNG BỘ 42 đảng viên và 7 xã\n");
}

static void test_rtf_leaves_out_what_is_not_text(void **state)
{
    (void)state;
    rtf("{\\rtf1{\\stylesheet{\\s0 Normal;}}{\\*\\generator X;}{\\header Trang 1}{\\v an}th\\v "
        "x\\v0 ay"
        "{\\deleted bo}{\\pict\\bin5 }}}{{ 00}{\\field{\\*\\fldinst DATE}{\\fldrslt 12/3}}"
        "{\\footnote Theo so 5}\\par{\\listtext 1.\\tab}Muc\\par}",
        "thay12/3\n1. Muc\nTheo so 5\n");
    rtf("{\\rtf1\\trowd\\intbl TT\\cell Thu\\par ngan sach\\cell\\row\\pard Het\\par}",
        "TT\tThu ngan sach\nHet\n");
}

static void test_rtf_broken_or_hostile(void **state)
{
    (void)state;
    refused(STR("{\\rtf1 Thu"), MSG_err_document_damaged);
    refused(STR("{\\rtf1 \\'zz}"), MSG_err_document_damaged);
    struct sbuf b;
    sbuf_init(&b, &arena, 1 << 20);
    sbuf_z(&b, "{\\rtf1 ");
    sbuf_fill(&b, '{', 100000);
    refused(sbuf_view(&b), MSG_err_document_hostile);
}

static void test_a_missing_file_is_named(void **state)
{
    (void)state;
    struct child c = sys_child();
    struct document d;
    struct err e = ERR_INIT;
    assert_false(document_file(&arena, "/nonexistent/bao-cao.docx", &c, &d, &e));
    assert_int_equal(e.key, MSG_err_file_missing);
    assert_string_equal(e.arg[0], "/nonexistent/bao-cao.docx");
    char path[] = "/tmp/giaoban-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "\xff\xd8\xff", 3) == 3);
    close(fd);
    assert_false(document_file(&arena, path, &c, &d, &e));
    unlink(path);
    assert_string_equal(e.place, path);
    assert_int_equal(e.key, MSG_err_document_image);
}

/* A child that answers as the test wants. */
static struct child_result scripted;

static bool run_scripted(void *ctx, struct arena *a, const struct child_job *job,
    struct child_result *ret, struct err *err)
{
    (void)ctx, (void)a, (void)job, (void)err;
    *ret = scripted;
    return true;
}

static void scripted_refusal(struct child_result r, const char *bytes, enum msg_key key)
{
    struct child c = {NULL, run_scripted};
    struct document d;
    struct err e = ERR_INIT;

    scripted = r;
    assert_false(document_text(&arena, str_of(bytes), &c, &d, &e));
    if (e.key != key)
        fail_msg("refused with %.*s", STR_ARG(msg_name(e.key)));
}

static void test_a_reader_that_fails_is_told_from_a_bad_file(void **state)
{
    (void)state;
    static const char pdf[] = "%PDF-1.4", rich[] = "{\\rtf1}";
    scripted_refusal((struct child_result){.end = CHILD_TIME}, pdf, MSG_err_document_reader_time);
    scripted_refusal(
        (struct child_result){.end = CHILD_MISSING}, pdf, MSG_err_document_tool_missing);
    scripted_refusal((struct child_result){.end = CHILD_OUTPUT}, rich, MSG_err_document_too_long);
    scripted_refusal((struct child_result){.end = CHILD_CRASHED, .status = 11}, rich,
        MSG_err_document_reader_failed);
    scripted_refusal(
        (struct child_result){.status = 1, .note = "Command Line Error: Incorrect password"}, pdf,
        MSG_err_document_encrypted);
}

static void test_nothing_that_a_child_says_is_believed(void **state)
{
    (void)state;
    static const char rich[] = "{\\rtf1}";
    static const struct str lies[] = {STR(""), STR("X"), STR("D\x09\x01\0\0\0a"),
        STR("D\0\xff\xff\xff\xff"), STR("D\0\x02\0\0\0\xc3("), STR("D\0\x01\0"), STR("E"),
        STR("Eabc")};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        scripted_refusal((struct child_result){.output = lies[i]}, rich, MSG_err_document_damaged);
    char wire[1 + sizeof(struct err)];
    memset(wire, 0xff, sizeof wire);
    wire[0] = 'E';
    scripted_refusal((struct child_result){.output = str_make(wire, sizeof wire)}, rich,
        MSG_err_document_damaged);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)512 << 20);
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
        cmocka_unit_test(test_plain_text_keeps_its_offsets),
        cmocka_unit_test(test_kinds_are_told_by_content),
        cmocka_unit_test(test_pdf_sentences_and_tables),
        cmocka_unit_test(test_pdf_with_wide_line_spacing),
        cmocka_unit_test(test_pdf_set_in_a_legacy_font),
        cmocka_unit_test(test_pdf_without_text_broken_or_locked),
        cmocka_unit_test(test_old_word_files),
        cmocka_unit_test(test_old_word_files_by_antiword_where_catdoc_is_missing),
        cmocka_unit_test(test_rtf_text_in_unicode_and_code_pages),
        cmocka_unit_test(test_rtf_leaves_out_what_is_not_text),
        cmocka_unit_test(test_rtf_broken_or_hostile),
        cmocka_unit_test(test_a_missing_file_is_named),
        cmocka_unit_test(test_a_reader_that_fails_is_told_from_a_bad_file),
        cmocka_unit_test(test_nothing_that_a_child_says_is_believed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
