/* CSV as it comes from Excel and by hand: cells, places of errors, the header, and the way out. */
#include "../test.h"

#include "base/csv.h"
#include "base/text.h"

static struct arena arena;

/* All records of a text: cells joined by "|", records by "/"; or the key of the error and its
 * place. */
static struct str read(struct str text)
{
    struct csv c;
    struct csv_record r;
    struct err e = ERR_INIT;
    struct sbuf b;
    bool end = false;
    sbuf_init(&b, &arena, 1 << 20);
    csv_open(&c, text, STR("f.csv"));
    for (int n = 0; csv_next(&c, &arena, &r, &end, &e); n++) {
        sbuf_z(&b, n ? "/" : "");
        for (size_t i = 0; i < r.n; i++) {
            sbuf_z(&b, i ? "|" : "");
            sbuf_str(&b, r.cell[i]);
        }
    }
    if (!end) {
        sbuf_reset(&b);
        sbuf_str(&b, msg_name(e.key));
        sbuf_printf(&b, " %s:%d:%d", e.place, e.line, e.column);
    }
    return b.n ? sbuf_view(&b) : STR("");
}

static void test_cells_lines_and_quotes(void **state)
{
    (void)state;
    assert_str(read(STR("a,b\nc,d\n")), "a|b/c|d");
    assert_str(read(STR("a,b\r\nc,d")), "a|b/c|d");
    assert_str(read(STR("a,b\rc,d\r")), "a|b/c|d");
    assert_str(read(STR("\xef\xbb\xbf"
                        "a,b\n")),
        "a|b");
    assert_str(read(STR("\"a,b\",\"c\"\"d\"\n")), "a,b|c\"d");
    assert_str(read(STR("\"a\nb\",c\n")), "a\nb|c");
    assert_str(read(STR("\"\",\"\"\"\"\n")), "|\"");
    assert_str(read(STR("a,,\n,\n")), "a||/|");
    assert_str(read(STR("\n\na\n\r\n\nb\n\n")), "a/b");
    assert_str(read(STR("a \"b\" c\n")), "a \"b\" c");
    assert_str(read(STR("")), "");
    assert_str(read(STR("\n\n")), "");
    assert_str(read(STR("\"a\"")), "a");
}

static void test_errors_name_line_and_column(void **state)
{
    (void)state;
    assert_str(read(STR("a,b\nc,\"d\ne\n")), "err.csv.quote f.csv:2:3");
    assert_str(read(STR("a,\"\"\"\n")), "err.csv.quote f.csv:1:3");
    assert_str(read(STR("ủy,\"b\"x\n")), "err.csv.after_quote f.csv:1:7");
    assert_str(read(STR("\"a\nbc\"x\n")), "err.csv.after_quote f.csv:2:4");
    assert_str(read(STR("a\nb,\xff,c\n")), "err.text.utf8 f.csv:2:3");
    assert_str(read(STR("a,b\0c\n")), "err.text.utf8 f.csv:1:3");
    assert_str(read(STR("a\r\nb\r\n\"c\r\nd\",\xff")), "err.text.utf8 f.csv:4:4");
}

static void test_a_cell_has_a_limit_with_and_without_quotes(void **state)
{
    (void)state;
    char *p = arena_alloc(&arena, CSV_CELL_MAX + 10);
    memset(p, 'x', CSV_CELL_MAX + 10);
    assert_str(read(str_make(p, CSV_CELL_MAX + 1)), "err.csv.cell_too_long f.csv:1:1");
    p[0] = p[CSV_CELL_MAX + 2] = '"';
    assert_str(read(str_make(p, CSV_CELL_MAX + 3)), "err.csv.cell_too_long f.csv:1:1");
    struct csv c;
    struct csv_record r;
    bool end;
    p[CSV_CELL_MAX + 1] = '"';
    csv_open(&c, str_make(p, CSV_CELL_MAX + 2), STR(""));
    assert_true(csv_next(&c, &arena, &r, &end, NULL));
    assert_int_equal(r.cell[0].n, CSV_CELL_MAX);
}

static void test_places_count_characters_also_behind_cells_of_several_lines(void **state)
{
    (void)state;
    struct csv c;
    struct csv_record r;
    bool end;
    csv_open(&c, STR("\"Mỹ\nHào\",ủy,x\ny\n"), STR("f"));
    assert_true(csv_next(&c, &arena, &r, &end, NULL));
    assert_int_equal(r.line, 1);
    assert_int_equal(r.place[0].line, 1);
    assert_int_equal(r.place[0].column, 1);
    assert_int_equal(r.place[1].line, 2);
    assert_int_equal(r.place[1].column, 6);
    assert_int_equal(r.place[2].column, 9);
    assert_true(csv_next(&c, &arena, &r, &end, NULL));
    assert_int_equal(r.line, 3);
}

static const struct csv_column columns[] = {{"code", true, "Mã"}, {"name", true}, {"note", false}};

static struct str header(const char *text)
{
    struct csv c;
    struct csv_header h;
    struct err e = ERR_INIT;
    struct sbuf b;
    sbuf_init(&b, &arena, 1000);
    csv_open(&c, str_of(text), STR("f.csv"));
    if (csv_read_header(&c, &arena, columns, 3, &h, &e))
        sbuf_printf(&b, "%d %d %d", h.at[0], h.at[1], h.at[2]);
    else
        sbuf_printf(
            &b, "%s %d:%d %s", msg_name(e.key).p, e.line, e.column, e.nargs ? e.arg[0] : "");
    return sbuf_view(&b);
}

static void test_the_header_decides_which_cell_is_which(void **state)
{
    (void)state;
    assert_str(header("code,name,note\n"), "0 1 2");
    assert_str(header(" name , Mã\n"), "1 0 -1");
    assert_str(header("code,name,color\n"), "err.csv.unknown_column 1:11 color");
    assert_str(header("code,name,code\n"), "err.csv.duplicate_column 1:11 code");
    assert_str(header("code,Mã,name\n"), "err.csv.duplicate_column 1:6 Mã");
    assert_str(header("code,note\n"), "err.csv.missing_column 1:0 name");
    assert_str(header("\n\ncode\n"), "err.csv.missing_column 3:0 name");
    assert_str(header(""), "err.csv.empty 1:0 ");
}

static void test_an_unknown_column_names_the_known_ones(void **state)
{
    (void)state;
    struct csv c;
    struct csv_header h;
    struct err e = ERR_INIT;
    csv_open(&c, STR("x\n"), STR("f.csv"));
    assert_false(csv_read_header(&c, &arena, columns, 3, &h, &e));
    assert_string_equal(e.arg[1], "code, name, note");
}

static void test_short_lines_read_as_empty_long_ones_are_refused(void **state)
{
    (void)state;
    struct csv c;
    struct csv_header h;
    struct csv_record r;
    struct err e = ERR_INIT;
    bool end;
    csv_open(&c, STR("code,name\n01\n02, b ,c\n"), STR("f.csv"));
    assert_true(csv_read_header(&c, &arena, columns, 3, &h, NULL));
    assert_true(csv_next(&c, &arena, &r, &end, NULL) && csv_check(&c, &h, &r, NULL));
    assert_str(csv_get(&h, &r, 0), "01");
    assert_str(csv_get(&h, &r, 1), "");
    assert_str(csv_get(&h, &r, 2), "");
    assert_true(csv_next(&c, &arena, &r, &end, NULL));
    assert_str(csv_get(&h, &r, 1), "b");
    assert_false(csv_check(&c, &h, &r, &e));
    assert_int_equal(e.key, MSG_err_csv_too_many_cells);
    assert_int_equal(e.line, 3);
    assert_int_equal(e.column, 8);
    err_set(&e, ERR_INVALID, MSG_err_day_syntax, STR("x"));
    assert_false(csv_err(&c, &h, &r, 1, &e));
    assert_int_equal(e.column, 4);
    csv_err(&c, &h, &r, 2, &e); /* a column that is not there: the line is known */
    assert_int_equal(e.line, 3);
    assert_int_equal(e.column, 0);
}

static struct str put(struct str cell, bool guard)
{
    struct sbuf b;
    sbuf_init(&b, &arena, 1000);
    csv_put(&b, cell, true, guard);
    return b.n ? sbuf_view(&b) : STR("");
}

static void test_what_a_spreadsheet_would_run_is_guarded(void **state)
{
    (void)state;
    assert_str(put(STR("=1+1"), true), "\"'=1+1\"");
    assert_str(put(STR("=1+1"), false), "=1+1");
    assert_str(put(STR("@SUM(A1)"), true), "\"'@SUM(A1)\"");
    assert_str(put(STR("+cmd|' /C calc'!A0"), true), "\"'+cmd|' /C calc'!A0\"");
    assert_str(put(STR("-2+3"), true), "\"'-2+3\"");
    assert_str(put(STR("\t=1"), true), "\"'\t=1\"");
    assert_str(put(STR("\n=1"), true), "\"'\n=1\"");
    assert_str(put(STR("＝1+1"), true), "\"'＝1+1\"");
    assert_str(put(STR("-12.5"), true), "-12.5");
    assert_str(put(STR("+3"), true), "+3");
    assert_str(put(STR("- giảm"), true), "\"'- giảm\"");
    assert_str(put(STR("xã = phường"), true), "xã = phường");
    assert_str(put(STR(""), true), "");
}

static void test_what_is_written_reads_back(void **state)
{
    (void)state;
    static const char *const list[] = {
        "", "a", "a,b", "\"", "a\"b", "dòng 1\ndòng 2", "\r\n", " a ", "\"\"", ",", "=1", "Ủy ban"};
    size_t n = sizeof list / sizeof *list;
    struct sbuf b;
    struct csv c;
    struct csv_record r;
    bool end;
    sbuf_init(&b, &arena, 10000);
    for (size_t i = 0; i < n; i++)
        csv_put(&b, str_of(list[i]), i == 0, false);
    csv_end(&b);
    csv_open(&c, sbuf_view(&b), STR(""));
    assert_true(csv_next(&c, &arena, &r, &end, NULL));
    assert_int_equal(r.n, n);
    for (size_t i = 0; i < n; i++)
        assert_str(r.cell[i], list[i]);
    assert_false(csv_next(&c, &arena, &r, &end, NULL));
    assert_true(end);
}

static void test_a_line_of_very_many_cells_is_read_in_linear_time(void **state)
{
    (void)state;
    size_t n = 200000;
    char *p = arena_alloc(&arena, n);
    memset(p, ',', n);
    struct arena big;
    struct csv c;
    struct csv_record r;
    bool end;
    arena_init(&big, 64u << 20);
    csv_open(&c, str_make(p, n), STR(""));
    assert_true(csv_next(&c, &big, &r, &end, NULL));
    assert_int_equal(r.n, n + 1);
    assert_int_equal(r.place[n].column, n + 1);
    arena_free(&big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_lines_and_quotes),
        cmocka_unit_test(test_errors_name_line_and_column),
        cmocka_unit_test(test_a_cell_has_a_limit_with_and_without_quotes),
        cmocka_unit_test(test_places_count_characters_also_behind_cells_of_several_lines),
        cmocka_unit_test(test_the_header_decides_which_cell_is_which),
        cmocka_unit_test(test_an_unknown_column_names_the_known_ones),
        cmocka_unit_test(test_short_lines_read_as_empty_long_ones_are_refused),
        cmocka_unit_test(test_what_a_spreadsheet_would_run_is_guarded),
        cmocka_unit_test(test_what_is_written_reads_back),
        cmocka_unit_test(test_a_line_of_very_many_cells_is_read_in_linear_time),
    };
    arena_init(&arena, 16u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
