/* Word documents: what of them is text, and what is refused. */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include "make.h"
#include "office/document.h"
#include "sys/child.h"

#define P(text) "<w:p><w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r></w:p>"
#define R(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"

static struct arena arena;

static bool read_bytes(struct str bytes, struct document *d, struct err *e)
{
    struct child c = sys_child();

    *e = ERR_INIT;
    return document_text(&arena, bytes, &c, d, e);
}

static struct document read_docx(struct str bytes)
{
    struct document d;
    struct err e;

    if (!read_bytes(bytes, &d, &e)) {
        struct sbuf b;
        sbuf_init(&b, &arena, 4096);
        err_text(&e, LANG_EN, &b);
        fail_msg("refused: %s", sbuf_cstr(&b));
    }
    assert_int_equal(d.source, DOCUMENT_DOCX);
    return d;
}

static void body(const char *xml, const char *expected)
{
    assert_str(read_docx(make_docx(&arena, xml, NULL, NULL, NULL)).text, expected);
}

static void refused(struct str bytes, enum msg_key key)
{
    struct document d;
    struct err e;

    assert_false(read_bytes(bytes, &d, &e));
    if (e.key != key)
        fail_msg("refused with %.*s", STR_ARG(msg_name(e.key)));
}

static void test_paragraphs_are_lines(void **state)
{
    (void)state;
    body(P("Thu ngân sách đạt 25,5 tỷ đồng.") "<w:p/>" P("  Kết nạp 42 đảng viên.  "),
        "Thu ngân sách đạt 25,5 tỷ đồng.\nKết nạp 42 đảng viên.\n");
    body("<w:p>" R("Thu ") R("ngân") "<w:hyperlink>" R(" sách") "</w:hyperlink></w:p>",
        "Thu ngân sách\n");
    body(P("a &lt; b &amp; c\u00a0d"), "a < b & c\u00a0d\n");
    body(P("xa\u0303 Ho\u0301a"), "xã Hóa\n");
}

static void test_tracked_changes_are_taken_as_accepted(void **state)
{
    (void)state;
    body("<w:p>" R("đạt ") "<w:ins w:id=\"1\">" R(
             "25") "</w:ins><w:del w:id=\"2\"><w:r><w:delText>24"
                   "</w:delText></w:r></w:del>" R(" tỷ") "</w:p>",
        "đạt 25 tỷ\n");
    body("<w:p><w:moveFrom>" R("cũ") "</w:moveFrom><w:moveTo>" R("mới") "</w:moveTo></w:p>",
        "mới\n");
    body("<w:p><w:pPr><w:rPr><w:del w:id=\"1\"/></w:rPr></w:pPr>" R("Thu đạt ") "</w:p>" P("25 tỷ"),
        "Thu đạt 25 tỷ\n");
    body("<w:tbl><w:tr><w:trPr><w:del w:id=\"1\"/></w:trPr><w:tc>" P(
             "bỏ") "</w:tc></w:tr>"
                   "<w:tr><w:trPr><w:ins w:id=\"2\"/></w:trPr><w:tc>" P(
                       "giữ") "</w:tc></w:tr></w:tbl>",
        "giữ\n");
}

static void test_hidden_text_and_field_instructions_are_left_out(void **state)
{
    (void)state;
    body("<w:p>" R("thấy") "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>"
                           "<w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t> rõ</w:t></w:r></w:p>",
        "thấy rõ\n");
    body(
        "<w:p>" R(
            "ngày ") "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
                     "<w:r><w:instrText> DATE </w:instrText></w:r><w:r><w:fldChar "
                     "w:fldCharType=\"separate\"/></w:r>" R(
                         "12/3/2024") "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>" R(".") "</"
                                                                                             "w:p>",
        "ngày 12/3/2024.\n");
    body("<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>" R(
             "IF 1") "<w:r><w:fldChar "
                     "w:fldCharType=\"begin\"/></w:r><w:r><w:fldChar "
                     "w:fldCharType=\"end\"/></w:r>" R("x") "<w:r><w:fldChar "
                                                            "w:fldCharType=\"separate\"/></w:r>" R(
                                                                "kết quả") "<w:r><w:fldChar "
                                                                           "w:fldCharType=\"end\"/"
                                                                           "></w:r></w:p>" P("sau"),
        "kết quả\nsau\n");
    body("<w:p><w:fldSimple w:instr=\" PAGE \">" R("7") "</w:fldSimple></w:p>", "7\n");
    body("<w:p>" R("kinh\u00ad tế") "<w:r><w:softHyphen/></w:r>" R(
             " xã") "<w:r><w:noBreakHyphen/></w:r>" R("hội") "</w:p>",
        "kinh tế xã-hội\n");
}

static void test_line_breaks_part_unless_the_sentence_goes_on(void **state)
{
    (void)state;
    body("<w:p>" R("Thu ngân sách") "<w:r><w:br/></w:r>" R("đạt 5 tỷ.") "<w:r><w:br/></w:r>" R(
             "Chi 4 tỷ.") "<w:r><w:br w:type=\"page\"/></w:r>" R("Hết") "</w:p>",
        "Thu ngân sách đạt 5 tỷ.\nChi 4 tỷ. Hết\n");
    body("<w:p>" R("1.") "<w:r><w:tab/></w:r>" R("Thu ngân sách đạt 5 tỷ") "</w:p>",
        "1. Thu ngân sách đạt 5 tỷ\n");
}

#define TC(text) "<w:tc>" P(text) "</w:tc>"

static void test_tables_are_rows_of_cells(void **state)
{
    (void)state;
    struct document d = read_docx(make_docx(&arena,
        P("Bảng 1") "<w:tbl><w:tblPr/><w:tblGrid/><w:tr>" TC("TT") TC("Chỉ tiêu")
            TC("Thực hiện") "</w:tr><w:tr>" TC("1") "<w:tc>" P("Thu") P("ngân sách") "</w:tc>" TC(
                "25,5") "</w:tr>"
                        "<w:tr><w:tc><w:p/></w:tc>" TC(
                            "Chi") "<w:tc><w:p/></w:tc></w:tr></w:tbl>" P("Hết"),
        NULL, NULL, NULL));
    assert_str(d.text, "Bảng 1\nTT\tChỉ tiêu\tThực hiện\n1\tThu ngân sách\t25,5\nChi\nHết\n");
    assert_int_equal(d.n, 5);
    assert_int_equal(d.paragraphs[1].kind, PARAGRAPH_ROW);
    assert_int_equal(d.paragraphs[4].kind, PARAGRAPH_BODY);
    assert_str(d.paragraphs[2].text, "1\tThu ngân sách\t25,5");
}

static void test_merged_cells_keep_the_columns(void **state)
{
    (void)state;
    body("<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>" P(
             "Xã") "</w:tc>"
                   "<w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>" P("Năm 2024") "</w:tc>" TC(
                       "Ghi chú") "</w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></"
                                  "w:tcPr>" P("bị che") "</w:tc>" TC("Kế "
                                                                     "hoạc"
                                                                     "h") TC("Thực hiện")
                                      TC("x") "</w:tr></w:tbl>",
        "Xã\tNăm 2024\t\tGhi chú\n\tKế hoạch\tThực hiện\tx\n");
    body("<w:tbl><w:tr><w:trPr><w:gridBefore w:val=\"2\"/></w:trPr>" TC("a")
             TC("b") "</w:tr></w:tbl>",
        "\t\ta\tb\n");
}

static void test_nested_tables_and_layout_tables(void **state)
{
    (void)state;
    body("<w:tbl><w:tr>" TC("A") "<w:tc><w:tbl><w:tr>" TC("b")
             TC("c") "</w:tr></w:tbl><w:p/></w:tc>"
                     "</w:tr></w:tbl>",
        "A\tb c\n");
    body("<w:tbl><w:tr><w:tc>" P("Một.") P("Hai.") P("Ba.")
             P("Bốn.") "</w:tc>" TC("Bên") "</w:tr></w:tbl>",
        "Một.\nHai.\nBa.\nBốn.\nBên\n");
}

static void test_text_boxes_follow_their_paragraph_once(void **state)
{
    (void)state;
    struct document d = read_docx(make_docx(&arena,
        "<w:p>" R(
            "Trước ") "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><wps:txbx>"
                      "<w:txbxContent>" P(
                          "Trong khung 5 tỷ") "</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback>"
                                              "<w:pict><v:textbox><w:txbxContent>" P(
                                                  "Trong khung 5 tỷ") "</w:txbxContent></v:textbox>"
                                                                      "</w:pict></mc:Fallback></"
                                                                      "mc:AlternateContent></"
                                                                      "w:r>" R("sau.") "</w:p>" P(
                                                                          "Hết"),
        NULL, NULL, NULL));
    assert_str(d.text, "Trước sau.\nTrong khung 5 tỷ\nHết\n");
    assert_int_equal(d.paragraphs[1].kind, PARAGRAPH_BOX);
}

#define NUM(id, level)                                                                             \
    "<w:pPr><w:numPr><w:ilvl w:val=\"" #level "\"/><w:numId w:val=\"" #id "\"/></w:numPr></w:pPr>"
#define LVL(i, fmt, text)                                                                          \
    "<w:lvl w:ilvl=\"" #i "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" fmt                        \
    "\"/><w:lvlText w:val=\"" text "\"/></w:lvl>"

static void test_list_numbers_are_written_out(void **state)
{
    (void)state;
    static const char numbering[] = "<w:abstractNum w:abstractNumId=\"0\">" LVL(0, "upperRoman",
        "%1.") LVL(1, "decimal", "%2.") LVL(2, "lowerLetter", "%3)") LVL(3, "decimal",
        "%2.%4.") "</w:abstractNum>"
                  "<w:abstractNum w:abstractNumId=\"1\">" LVL(0, "bullet", "-") LVL(1, "bullet",
                      "\uf0b7") "</w:abstractNum><w:num w:numId=\"5\"><w:abstractNumId "
                                "w:val=\"0\"/></w:num>"
                                "<w:num w:numId=\"6\"><w:abstractNumId w:val=\"1\"/></w:num>"
                                "<w:num w:numId=\"7\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride "
                                "w:ilvl=\"0\">"
                                "<w:startOverride w:val=\"4\"/></w:lvlOverride></w:num>";
#define L(id, level, text) "<w:p>" NUM(id, level) R(text) "</w:p>"
    assert_str(read_docx(make_docx(&arena,
                             L(5, 0, "Kinh tế") L(5, 1, "Thu") L(5, 2, "thuế") L(5, 2, "phí")
                                 L(5, 1, "Chi") L(5, 3, "nhỏ") L(5, 0, "Xã hội") L(5, 1, "Y tế")
                                     L(6, 0, "gạch") L(6, 1, "chấm") L(7, 0, "tiếp")
                                         L(9, 0, "không") L(0, 0, "thường"),
                             NULL, numbering, NULL))
                   .text,
        "I. Kinh tế\n1. Thu\na) thuế\nb) phí\n2. Chi\n2.1. nhỏ\nII. Xã hội\n1. Y tế\n- gạch\n• "
        "chấm\n"
        "IV. tiếp\nkhông\nthường\n");
}

static void test_styles_give_lists_fonts_and_hiding(void **state)
{
    (void)state;
    static const char styles[] =
        "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times "
        "New "
        "Roman\"/></w:rPr></w:rPrDefault></w:docDefaults>"
        "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
        "w:val=\"Normal\"/>"
        "<w:rPr><w:rFonts w:ascii=\".VnTime\" w:hAnsi=\".VnTime\"/></w:rPr></w:style>"
        "<w:style w:type=\"paragraph\" w:styleId=\"H\"><w:basedOn "
        "w:val=\"Normal\"/><w:pPr><w:numPr>"
        "<w:numId w:val=\"1\"/></w:numPr></w:pPr><w:rPr><w:rFonts "
        "w:hAnsi=\".VnTimeH\"/></w:rPr></w:style>"
        "<w:style w:type=\"paragraph\" w:styleId=\"T\"><w:name w:val=\"toc 1\"/></w:style>"
        "<w:style w:type=\"character\" w:styleId=\"X\"><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:type=\"paragraph\" w:styleId=\"Loop\"><w:basedOn w:val=\"Loop\"/></w:style>";
    static const char numbering[] = "<w:abstractNum w:abstractNumId=\"0\">" LVL(0, "decimal",
        "%1.") "<w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"lowerLetter\"/><w:lvlText w:val=\"%2)\"/>"
               "<w:pStyle w:val=\"H\"/></w:lvl></w:abstractNum>"
               "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>";
#define S(id, text) "<w:p><w:pPr><w:pStyle w:val=\"" id "\"/></w:pPr>" R(text) "</w:p>"
    assert_str(read_docx(make_docx(&arena,
                             P("Thu ng©n s¸ch ®¹t 25 tû ®ång") S("H", "§¶ng bé") S("T", "Môc lôc 3")
                                 S("Loop", "vßng") "<w:p>" R(
                                     "hiÖn") "<w:r><w:rPr><w:rStyle "
                                             "w:val=\"X\"/></w:rPr><w:t>Èn</w:t></w:r></w:p>",
                             styles, numbering, NULL))
                   .text,
        "Thu ngân sách đạt 25 tỷ đồng\na) ĐẢNG BỘ\nvßng\nhiện\n");
}

#define F(font, text)                                                                              \
    "<w:r><w:rPr><w:rFonts w:ascii=\"" font "\" w:hAnsi=\"" font                                   \
    "\"/></w:rPr><w:t xml:space=\"preserve\">" text "</w:t></w:r>"

static void test_runs_in_legacy_fonts_become_unicode(void **state)
{
    (void)state;
    body("<w:p>" F(".VnTimeH", "§¶ng bé tØnh ") F("Times New Roman", "có ")
             F(".VnTime", "42 ®¶ng viªn") F("VNI-Times", " vaø 7 ñoàn") "</w:p>",
        "ĐẢNG BỘ TỈNH có 42 đảng viên và 7 đồn\n");
    /* the letter ư of .VnTime has the code of the soft hyphen; a VNI mark may stand in the next run
     */
    body("<w:p>" F(".VnTime", "th\u00adëng") "</w:p><w:p>" F("VNI-Times", "khoa")
             F("VNI-Times", "ûng") "</w:p>",
        "thưởng\nkhoảng\n");
    /* a left-over font name over Unicode text */
    body("<w:p>" F(".VnTime", "Tổng thu: 5 tỷ, là số ước") "</w:p>", "Tổng thu: 5 tỷ, là số ước\n");
}

static void test_legacy_letters_without_their_font_are_recognised(void **state)
{
    (void)state;
    body(P("Tæng thu ng©n s¸ch ®¹t 25 tû ®ång, vµ chi 20 tû ®ång"),
        "Tổng thu ngân sách đạt 25 tỷ đồng, và chi 20 tỷ đồng\n");
}

static void test_footnotes_stand_at_the_end(void **state)
{
    (void)state;
    struct document d = read_docx(make_docx(&arena,
        "<w:p>" R("Đạt 94,7%") "<w:r><w:footnoteReference w:id=\"1\"/></w:r>" R(
            " kế hoạch.") "</w:p>" P("Hết"),
        NULL, NULL,
        "<w:footnote w:type=\"separator\" w:id=\"-1\">" P(
            "----") "</w:footnote><w:footnote w:id=\"1\">"
                    "<w:p><w:r><w:footnoteRef/></w:r>" R(
                        " Theo báo cáo số 12.") "</w:p></w:footnote>"));
    assert_str(d.text, "Đạt 94,7% kế hoạch.\nHết\nTheo báo cáo số 12.\n");
    assert_int_equal(d.paragraphs[2].kind, PARAGRAPH_NOTE);
}

static void test_strict_documents_and_other_prefixes_are_read(void **state)
{
    (void)state;
    const struct part parts[] = {
        {"_rels/.rels",
            STR("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"
                "relationships\"><Relationship Id=\"a\" Type=\"http://purl.oclc.org/ooxml/"
                "officeDocument/relationships/officeDocument\" Target=\"/main.xml\"/>"
                "</Relationships>")},
        {"[Content_Types].xml", STR("<Types/>")},
        {"main.xml",
            STR("<d xmlns=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"><body><p><r><t>"
                "Nghiêm</t></r></p></body></d>")},
    };
    assert_str(read_docx(make_zip(&arena, parts, 3)).text, "Nghiêm\n");
}

/* Hostile and broken files. */

static struct str with_document(struct str xml)
{
    const struct part parts[] = {
        {"[Content_Types].xml", STR("<Types/>")},
        {"_rels/.rels", STR("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"
                            "relationships\"><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                            "Target=\"word/document.xml\"/></Relationships>")},
        {"word/document.xml", xml},
    };

    return make_zip(&arena, parts, 3);
}

static void test_entities_are_refused(void **state)
{
    (void)state;
    refused(with_document(
                STR("<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>"
                    "<d>&b;</d>")),
        MSG_err_document_hostile);
    refused(
        with_document(STR("<!DOCTYPE d [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><d>&a;</d>")),
        MSG_err_document_hostile);
}

static void test_archives_that_unpack_too_far_are_refused(void **state)
{
    (void)state;
    size_t n = 80u << 20;
    char *blanks = malloc(n);
    assert_non_null(blanks);
    memset(blanks, ' ', n);
    struct str bomb = with_document(str_make(blanks, n));
    free(blanks);
    assert_true(bomb.n < 200000);
    refused(bomb, MSG_err_document_hostile);
}

static void test_deep_nesting_is_refused(void **state)
{
    (void)state;
    struct sbuf b;
    sbuf_init(&b, &arena, 8u << 20);
    for (int i = 0; i < 100000; i++)
        sbuf_z(&b, "<a>");
    refused(with_document(sbuf_view(&b)), MSG_err_document_hostile);
}

static void test_huge_tables_and_texts_are_refused(void **state)
{
    (void)state;
    struct sbuf b;
    sbuf_init(&b, &arena, 48u << 20);
    sbuf_z(&b,
        "<w:d xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:tbl>");
    for (int i = 0; i < 210000; i++)
        sbuf_z(&b, "<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>");
    sbuf_z(&b, "</w:tbl></w:d>");
    refused(with_document(sbuf_view(&b)), MSG_err_document_too_long);
    sbuf_reset(&b);
    sbuf_z(&b,
        "<w:d "
        "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:r><w:t>");
    sbuf_fill(&b, 'a', 9u << 20);
    sbuf_z(&b, "</w:t></w:r></w:p></w:d>");
    refused(with_document(sbuf_view(&b)), MSG_err_document_too_long);
}

static void test_paths_out_of_the_archive_lead_nowhere(void **state)
{
    (void)state;
    const struct part parts[] = {
        {"[Content_Types].xml", STR("<Types/>")},
        {"_rels/.rels", STR("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"
                            "relationships\"><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                            "Target=\"../../../../etc/passwd\"/></Relationships>")},
        {"../../etc/other", STR("x")},
    };
    refused(make_zip(&arena, parts, 3), MSG_err_document_damaged);
}

static void test_truncated_files_are_refused_at_any_length(void **state)
{
    (void)state;
    struct str whole = make_docx(&arena, P("Thu ngân sách"), NULL, NULL, NULL);
    struct document d;
    struct err e;
    for (size_t n = 4; n < whole.n; n += 37)
        if (read_bytes(str_slice(whole, 0, n), &d, &e))
            fail_msg("accepted %zu of %zu bytes", n, whole.n);
    refused(with_document(STR("<w:p><w:r>")), MSG_err_document_damaged);
    refused(with_document(STR("")), MSG_err_document_damaged);
    refused(make_docx(&arena, "<w:p/>", NULL, NULL, NULL), MSG_err_document_no_text);
}

static void test_every_failing_allocation_is_reported(void **state)
{
    (void)state;
    struct str whole =
        make_docx(&arena, P("Thu ngân sách") "<w:tbl><w:tr>" TC("a") TC("b") "</w:tr></w:tbl>",
            "<w:style w:styleId=\"a\"/>", NULL, NULL);
    struct document d;
    struct err e;
    int failures = 0;
    for (uint64_t n = 1; n < 300; n++) {
        arena_fail_after(n);
        bool ok = read_bytes(whole, &d, &e);
        arena_fail_after(0);
        if (!ok) {
            failures++;
            assert_true(e.code == ERR_MEMORY || e.code == ERR_LIMIT);
        }
    }
    assert_true(failures > 10);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)1 << 30);
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
        cmocka_unit_test(test_paragraphs_are_lines),
        cmocka_unit_test(test_tracked_changes_are_taken_as_accepted),
        cmocka_unit_test(test_hidden_text_and_field_instructions_are_left_out),
        cmocka_unit_test(test_line_breaks_part_unless_the_sentence_goes_on),
        cmocka_unit_test(test_tables_are_rows_of_cells),
        cmocka_unit_test(test_merged_cells_keep_the_columns),
        cmocka_unit_test(test_nested_tables_and_layout_tables),
        cmocka_unit_test(test_text_boxes_follow_their_paragraph_once),
        cmocka_unit_test(test_list_numbers_are_written_out),
        cmocka_unit_test(test_styles_give_lists_fonts_and_hiding),
        cmocka_unit_test(test_runs_in_legacy_fonts_become_unicode),
        cmocka_unit_test(test_legacy_letters_without_their_font_are_recognised),
        cmocka_unit_test(test_footnotes_stand_at_the_end),
        cmocka_unit_test(test_strict_documents_and_other_prefixes_are_read),
        cmocka_unit_test(test_entities_are_refused),
        cmocka_unit_test(test_archives_that_unpack_too_far_are_refused),
        cmocka_unit_test(test_deep_nesting_is_refused),
        cmocka_unit_test(test_huge_tables_and_texts_are_refused),
        cmocka_unit_test(test_paths_out_of_the_archive_lead_nowhere),
        cmocka_unit_test(test_truncated_files_are_refused_at_any_length),
        cmocka_unit_test(test_every_failing_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
