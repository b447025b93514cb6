/* `giaoban read`: what it prints, and what it says of files that cannot be read. The frame of the
 * command line is played by this test: files come from memory, output is kept. */
#include "../test.h"

#include <stdlib.h>

#include "../office/make.h"
#include "base/text.h"
#include "cli/cmd_read.h"
#include "office/document.h"
#include "sys/child.h"

static struct arena arena, of_command;
static struct sbuf out, complaints;
static struct {
    const char *name;
    struct str bytes;
} files[8];
static const char *format;
static bool contradictions;

bool option_given(const struct command *c, const char *name)
{
    (void)c;
    return contradictions && strcmp(name, "contradictions") == 0;
}

bool option_word(
    const struct command *c, const char *name, const char *words, int *ret, struct err *err)
{
    struct str rest = str_of(words), one;

    (void)c, (void)err;
    *ret = 0;
    for (int i = 0; strcmp(name, "format") == 0 && str_cut(&rest, ' ', &one); i++)
        if (str_is(one, format))
            *ret = i;
    return true;
}

bool word_needed(const struct command *c, int i, const char *what, struct str *ret, struct err *err)
{
    if (i >= c->words)
        return err_set(err, ERR_INVALID, MSG_err_file_missing, str_of(what));
    *ret = c->word[i];
    return true;
}

bool command_read(struct command *c, struct str path, size_t max, struct str *ret, struct err *err)
{
    (void)c, (void)max;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i].name && str_is(path, files[i].name)) {
            *ret = files[i].bytes;
            return true;
        }
    return err_set(err, ERR_NOT_FOUND, MSG_err_file_missing, path);
}

bool command_print(struct command *c, struct str text, struct err *err)
{
    (void)c, (void)err;
    sbuf_str(&out, text);
    return true;
}

void command_warn(struct command *c, enum msg_key key, const struct str *args, int nargs)
{
    msg_format(&complaints, c->lang, key, args, nargs);
    sbuf_char(&complaints, '\n');
}

static void file(int i, const char *name, struct str bytes)
{
    files[i].name = name;
    files[i].bytes = bytes;
}

static bool run(const char *how, const char *words, struct err *err)
{
    static struct child child;
    struct command c = {.arena = &of_command, .lang = LANG_VI};
    struct str rest = str_of(words), word;

    child = sys_child();
    struct documents documents = document_port(&child);
    format = how;
    sbuf_init(&out, &arena, 1 << 20);
    sbuf_init(&complaints, &arena, 1 << 20);
    while (*words && str_cut(&rest, ' ', &word))
        c.word[c.words++] = word;
    *err = ERR_INIT;
    return cmd_read(&c, &documents, err);
}

static void has(const struct sbuf *b, const char *what)
{
    if (str_find(sbuf_view(b), str_of(what), 0) < 0)
        fail_msg("no \"%s\" in:\n%.*s", what, STR_ARG(sbuf_view(b)));
}

static void has_not(const struct sbuf *b, const char *what)
{
    if (b->n && str_find(sbuf_view(b), str_of(what), 0) >= 0)
        fail_msg("\"%s\" in:\n%.*s", what, STR_ARG(sbuf_view(b)));
}

static int lines_in(const struct sbuf *b)
{
    int n = 0;

    for (size_t i = 0; i < b->n; i++)
        n += b->p[i] == '\n';
    return n;
}

static void test_a_figure_is_one_object_with_the_keys_of_the_guide(void **state)
{
    (void)state;
    struct err e;
    file(0, "bao-cao/thang-3.txt",
        STR("Trong tháng 3 năm 2024, Đảng bộ xã kết nạp 42 đảng viên.\n"));
    assert_true(run("jsonl", "bao-cao/thang-3.txt", &e));
    assert_int_equal(lines_in(&out), 1);
    static const char *const keys[] = {"\"doc\": \"thang-3.txt\"", "\"sentence\": \"Trong tháng 3",
        "\"quote\": \"", "\"start\": ", "\"indicator_phrase\": ", "\"value\": 42,",
        "\"unit\": \"đảng viên\"", "\"kind\": \"count\"", "\"comparator\": \"\"",
        "\"period\": \"2024-03\"", "\"subject_unit\": ", "\"role\": \"actual\"",
        "\"approx\": \"\""};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        has(&out, keys[i]);
    assert_int_equal(complaints.n, 0);
}

static void test_a_broken_line_is_read_through_and_quoted_as_it_stands(void **state)
{
    (void)state;
    struct err e;
    file(0, "a.txt", STR("Tổng thu ngân sách xã\r\nđạt 25,5\r\ntỷ đồng.\r\n"));
    assert_true(run("jsonl", "a.txt", &e));
    has(&out, "\"sentence\": \"Tổng thu ngân sách xã\\nđạt 25,5\\ntỷ đồng.\"");
    has(&out, "\"quote\": \"25,5\\ntỷ đồng\"");
    has(&out, "\"start\": 26,"); /* counted with \n for each line end */
    has(&out, "\"value\": 25.5,");
}

static void test_a_word_document_and_an_old_encoding_are_read(void **state)
{
    (void)state;
    struct err e;
    file(0, "a.docx",
        make_docx(
            &arena, "<w:p><w:r><w:t>Kết nạp 42 đảng viên.</w:t></w:r></w:p>", NULL, NULL, NULL));
    file(1, "-", STR("Tæng thu ng©n s¸ch cña x· ®¹t 25,5 tû ®ång."));
    assert_true(run("jsonl", "a.docx -", &e));
    assert_int_equal(lines_in(&out), 2);
    has(&out, "\"doc\": \"a.docx\"");
    has(&out, "\"doc\": \"-\"");
    has(&out, "\"unit\": \"tỷ đồng\"");
}

static void test_people_see_the_sentence_and_its_figures(void **state)
{
    (void)state;
    struct err e;
    file(0, "a.txt",
        STR("Kết nạp 42 đảng viên, chuyển 7 đảng viên.\nTổng thu đạt 1.234,5 tỷ đồng.\n"));
    assert_true(run("text", "a.txt", &e));
    has(&out, "a.txt: 3 số liệu (text, utf-8)\n");
    has(&out, "\n  Kết nạp 42 đảng viên, chuyển 7 đảng viên.\n    42 đảng viên");
    has(&out, "\n    1.234,5 tỷ đồng");
    has(&out, "thực hiện\n");
}

static void test_contradictions_are_printed_where_asked_for(void **state)
{
    (void)state;
    struct err e;
    file(0, "a.txt",
        STR("Toàn Đảng bộ có 12/18 chi bộ, đạt 50% chi bộ, hoàn thành tốt nhiệm vụ.\n"
            "Xã có 17 chi bộ, gồm 4 chi bộ trường học, 8 chi bộ thôn và 6 chi bộ cơ quan.\n"));
    assert_true(run("jsonl", "a.txt", &e));
    has_not(&out, "\"contradiction\"");
    contradictions = true;
    assert_true(run("jsonl", "a.txt", &e));
    has(&out, "\"contradiction\": \"parts\"");
    assert_true(run("text", "a.txt", &e));
    has(&out, "Không khớp: tổng ghi 17 chi bộ, các phần cộng lại là 18.");
    has(&out, "dòng 2: ");
    contradictions = false;
}

static void test_a_file_that_fails_is_told_and_the_others_are_read(void **state)
{
    (void)state;
    struct err e;
    file(0, "a.txt", STR("Kết nạp 42 đảng viên.\n"));
    file(1, "anh.pdf", STR("\xff\xd8\xff\xe0"));
    assert_false(run("jsonl", "anh.pdf a.txt thieu.docx", &e));
    assert_int_equal(e.key, MSG_err_read_some);
    assert_string_equal(e.arg[0], "2");
    assert_string_equal(e.arg[1], "3");
    assert_int_equal(lines_in(&out), 1);
    has(&complaints, "giaoban: anh.pdf: Đây là tệp ảnh");
    has(&complaints, "thieu.docx");
    assert_false(run("jsonl", "anh.pdf", &e));
    assert_int_equal(e.key, MSG_err_document_image);
    assert_string_equal(e.place, "anh.pdf");
    assert_int_equal(complaints.n, 0);
    assert_false(run("jsonl", "", &e));
}

static void test_a_text_without_figures_prints_nothing(void **state)
{
    (void)state;
    struct err e;
    file(0, "a.txt", STR("Tình hình ổn định.\n"));
    assert_true(run("jsonl", "a.txt", &e));
    assert_int_equal(out.n, 0);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)1 << 30);
    arena_init(&of_command, (size_t)1 << 30);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    arena_free(&of_command);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_figure_is_one_object_with_the_keys_of_the_guide),
        cmocka_unit_test(test_a_broken_line_is_read_through_and_quoted_as_it_stands),
        cmocka_unit_test(test_a_word_document_and_an_old_encoding_are_read),
        cmocka_unit_test(test_people_see_the_sentence_and_its_figures),
        cmocka_unit_test(test_contradictions_are_printed_where_asked_for),
        cmocka_unit_test(test_a_file_that_fails_is_told_and_the_others_are_read),
        cmocka_unit_test(test_a_text_without_figures_prints_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
