/* Checks of a report while it is typed and before it is sent: the quarterly form's own cases. */
#include "../test.h"

#include "domain/finding.h"
#include "fixture.h"
#include "rule_files.h"

static struct arena arena;
static struct catalog c;

static const char form[] =
    "@units\n"
    "id,name,kind\n"
    "12103,Bần Yên Nhân,ward\n"
    "12109,Cẩm Xá,commune\n"
    "@forms\n"
    "code\n"
    "DU-Q\n"
    "KHAC\n"
    "@indicators\n"
    "code,name,over_time,decimals,formula,form\n"
    "XD01,Nhà ở riêng lẻ khởi công,sum,0,,DU-Q\n"
    "XD02,Trong đó: đã được cấp phép,sum,0,,DU-Q\n"
    "XD03,Tỷ lệ nhà ở được cấp phép,ratio,1,100*XD02/XD01,\n"
    "MT01,Số hộ trên địa bàn,last,0,,DU-Q\n"
    "MT06,Điểm đổ rác phát sinh,sum,0,,DU-Q\n"
    "TC01,Tổng số đảng viên,last,0,,DU-Q\n"
    "TC02,Chi bộ trực thuộc,last,0,,DU-Q\n"
    "TC03,Đảng viên mới kết nạp,sum,0,,DU-Q\n"
    "TC04,Trong đó: ở chi bộ thôn,sum,0,,DU-Q\n"
    "TC06,Chi bộ thôn kết nạp được,none,0,,DU-Q\n"
    "DA01,Vốn được giao,last,0,,DU-Q\n"
    "DA02,Vốn đã giải ngân,sum,0,,DU-Q\n"
    "KT01,Diện tích gieo cấy vụ Xuân,last,1,,DU-Q\n"
    "AS05,Dân số,last,0,,KHAC\n"
    "@parts\n"
    "indicator,key\n"
    "TC02,school\n"
    "TC02,office\n"
    "@not_applicable\n"
    "indicator,unit\n"
    "KT01,12103\n"
    "@lines\n"
    "form,number,indicator,part_of,confirm_nil,required\n"
    "DU-Q,1,KT01,,,yes\n"
    "DU-Q,7,DA01,,,\n"
    "DU-Q,8,DA02,,,\n"
    "DU-Q,14,MT01,,,yes\n"
    "DU-Q,19,MT06,,yes,yes\n"
    "DU-Q,20,XD01,,,yes\n"
    "DU-Q,21,XD02,20,,yes\n"
    "DU-Q,22,XD03,,,yes\n"
    "DU-Q,42,TC01,,,\n"
    "DU-Q,43,TC02,,,\n"
    "DU-Q,44,TC03,,,yes\n"
    "DU-Q,45,TC04,44,,\n"
    "DU-Q,47,TC06,,,\n"
    "DU-Q,59,AS05,,,yes\n"
    "@rules\n"
    "form,level,text,message,line\n"
    "DU-Q,error,XD02 <= XD01,Trong đó lớn hơn tổng số.,21\n"
    "DU-Q,error,(TC06 = 0) = (TC04 = 0),Số chi bộ không khớp số đảng viên kết nạp.,47\n"
    "DU-Q,warning,TC01 - prev(TC01) >= TC03,Nêu số chuyển đi.,42\n"
    "DU-Q,warning,cumulative(DA02) <= DA01,Vượt vốn được giao.,8\n"
    "DU-Q,warning,KT01 <= 1.1*plan(KT01),Vượt 110% kế hoạch.,1\n"
    "DU-Q,error,MT01 <= AS05,Số hộ lớn hơn dân số.,14\n"
    "DU-Q,error,XD03 >= 50,Tỷ lệ quá thấp.,22\n";

/* What is known besides the cells: "CODE=value" by how it is asked for. */
struct besides {
    const char *now, *prev, *before, *plan;
};

static bool look(const char *list, struct str code, struct formula_value *ret)
{
    struct str rest = str_of(list ? list : ""), item;

    while (!str_empty(rest) && str_cut(&rest, ' ', &item)) {
        size_t eq = (size_t)str_find_char(item, '=', 0);
        if (!str_eq(str_slice(item, 0, eq), code))
            continue;
        ret->has = true;
        return rat_parse(str_slice(item, eq + 1, item.n), &ret->number, NULL);
    }
    return true;
}

static bool value(void *ctx, int indicator, int series, enum formula_op how, struct str set,
    struct formula_value *ret, struct err *err)
{
    const struct besides *b = ctx;
    const char *list = how == F_PREV         ? b->prev
                       : how == F_CUMULATIVE ? b->before
                       : how == F_PLAN       ? b->plan
                       : how == F_NAME       ? b->now
                                             : NULL;

    (void)series;
    (void)set;
    (void)err;
    return look(list, c.indicator[indicator].code, ret);
}

/* Cells as "CODE=value", a zero said as nothing "CODE=nil", a note "CODE=value!" . */
static size_t read_cells(const char *text, struct checked_cell *cells)
{
    struct str rest = str_of(text), item;
    size_t n = 0;

    while (!str_empty(rest) && str_cut(&rest, ' ', &item)) {
        size_t eq = (size_t)str_find_char(item, '=', 0);
        struct str v = str_slice(item, eq + 1, item.n);
        struct checked_cell *x = &cells[n++];
        *x = (struct checked_cell){.has = true};
        x->series = catalog_series(&c, str_slice(item, 0, eq), NULL);
        assert_true(x->series >= 0);
        if (str_ends(v, STR("!"))) {
            x->note = STR("có lý do");
            v.n--;
        }
        if (str_is(v, "nil"))
            x->flags = FIGURE_NIL;
        else
            assert_true(str_to_i64(v, &x->value));
    }
    return n;
}

struct outcome {
    struct finding *f;
    size_t n;
};

static struct outcome check_of(
    const char *unit, const char *cells, struct besides b, bool before_sending)
{
    struct checked_cell *typed = arena_array(&arena, 64, sizeof *typed);
    struct form_check q = {.c = &c,
        .form = catalog_form(&c, STR("DU-Q"), NULL),
        .unit = fixture_unit(&c, unit),
        .period = fixture_period("2024-Q1"),
        .cell = typed,
        .cells = read_cells(cells, typed),
        .value = value,
        .ctx = &b,
        .limits = {.has_up = true,
            .has_down = true,
            .has_copied = true,
            .up_percent = 100,
            .down_percent = 50,
            .copied_percent = 80,
            .up_least = {10, 0},
            .down_least = {10, 0},
            .copied_least = 3},
        .before_sending = before_sending};
    struct outcome o;
    struct err e = ERR_INIT;

    if (!findings_of(&arena, &q, &o.f, &o.n, &e))
        fail_msg("%s: %s", cells, msg_name(e.key).p);
    return o;
}

static struct outcome check(const char *cells, struct besides b)
{
    return check_of("12103", cells, b, false);
}

#define NOTHING_ELSE ((struct besides){0})

static struct str said(const struct finding *f, enum lang lang)
{
    struct sbuf b;

    sbuf_init(&b, &arena, 2000);
    finding_put(&b, lang, &c, f);
    return sbuf_view(&b);
}

static void one(struct outcome o, enum finding_kind kind, enum rule_level level, const char *text)
{
    if (o.n != 1)
        fail_msg("%zu findings, not one (%s)", o.n, text);
    if (o.f->kind != kind)
        fail_msg("%s: %s", finding_kind_name(o.f->kind), said(o.f, LANG_VI).p);
    assert_int_equal(o.f->level, level);
    assert_str(said(o.f, LANG_VI), text);
    assert_false(str_empty(said(o.f, LANG_EN)));
}

static int number_of(int line)
{
    return c.form_line[line].number;
}

static void none(struct outcome o)
{
    if (o.n)
        fail_msg("found: %s", said(o.f, LANG_VI).p);
}

static void test_a_part_larger_than_the_whole(void **state)
{
    (void)state;
    struct outcome o = check("XD01=46 XD02=48", NOTHING_ELSE);

    /* once, though a rule of the form says the same */
    one(o, FINDING_PART, RULE_ERROR,
        "Dòng 21 «Trong đó: đã được cấp phép»: 48 lớn hơn tổng số 46. Sửa một trong hai ô.");
    assert_int_equal(o.f->relateds, 1);
    assert_int_equal(number_of(o.f->related[0]), 20);
    none(check("XD01=46 XD02=46", NOTHING_ELSE));
    none(check("XD02=48", NOTHING_ELSE)); /* the whole is not typed yet */
}

static void test_a_rule_of_the_form_speaks_its_own_words(void **state)
{
    (void)state;
    struct outcome o = check("TC03=3 TC04=2 TC06=0", NOTHING_ELSE);

    one(o, FINDING_RULE, RULE_ERROR,
        "Dòng 47 «Chi bộ thôn kết nạp được»: Số chi bộ không khớp số đảng viên kết nạp.");
    assert_int_equal(o.f->relateds, 1);
    assert_int_equal(number_of(o.f->related[0]), 45);
    none(check("TC04=0 TC06=0", NOTHING_ELSE));
    none(check("TC06=0", NOTHING_ELSE));
}

static void test_rules_over_time_and_plans(void **state)
{
    (void)state;
    one(check("DA01=100 DA02=40", (struct besides){.before = "DA02=70"}), FINDING_RULE,
        RULE_WARNING, "Dòng 8 «Vốn đã giải ngân»: Vượt vốn được giao. (110 so với 100)");
    none(check("DA01=100 DA02=40", (struct besides){.before = "DA02=60"}));
    none(check("DA01=100 DA02=40", NOTHING_ELSE));
    one(check("KT01=1200", (struct besides){.plan = "KT01=105"}), FINDING_RULE, RULE_WARNING,
        "Dòng 1 «Diện tích gieo cấy vụ Xuân»: Vượt 110% kế hoạch. (120,0 so với 115,5)");
    none(check("KT01=1200", NOTHING_ELSE));
    one(check("TC01=101 TC03=3", (struct besides){.prev = "TC01=100"}), FINDING_RULE, RULE_WARNING,
        "Dòng 42 «Tổng số đảng viên»: Nêu số chuyển đi. (1 so với 3)");
}

static void test_a_rule_may_use_computed_lines_and_other_forms(void **state)
{
    (void)state;
    one(check("XD01=46 XD02=22", NOTHING_ELSE), FINDING_RULE, RULE_ERROR,
        "Dòng 22 «Tỷ lệ nhà ở được cấp phép»: Tỷ lệ quá thấp. (47,8 so với 50,0)");
    one(check("MT01=5000", (struct besides){.now = "AS05=4000"}), FINDING_RULE, RULE_ERROR,
        "Dòng 14 «Số hộ trên địa bàn»: Số hộ lớn hơn dân số. (5.000 so với 4.000)");
    none(check("MT01=5000", NOTHING_ELSE));
    none(check("XD01=0 XD02=0", NOTHING_ELSE)); /* 0/0 is no data */
}

static void test_numbers_beside_a_rule_do_not_contradict_it(void **state)
{
    (void)state;
    one(check("XD01=3001 XD02=1500", NOTHING_ELSE), FINDING_RULE, RULE_ERROR,
        "Dòng 22 «Tỷ lệ nhà ở được cấp phép»: Tỷ lệ quá thấp. (49,98 so với 50,0)");
}

static void test_a_warning_with_a_reason_is_explained(void **state)
{
    (void)state;
    struct besides b = {.prev = "TC01=100"};
    struct outcome o = check("TC01=101! TC03=3", b);

    assert_int_equal(o.n, 1);
    assert_true(o.f->explained);
    assert_false(check("TC01=101 TC03=3", b).f->explained);
    assert_false(check("XD01=46 XD02=48!", NOTHING_ELSE).f->explained); /* an error is not */
}

static void test_breakdowns_add_up(void **state)
{
    (void)state;
    none(check("TC02=17 TC02:school=4 TC02:office=13", NOTHING_ELSE));
    none(check("TC02=17 TC02:school=4", NOTHING_ELSE)); /* the other part is not typed yet */
    none(check("TC02:school=4 TC02:office=14", NOTHING_ELSE));
    one(check("TC02=17 TC02:school=4 TC02:office=12", NOTHING_ELSE), FINDING_PARTS, RULE_ERROR,
        "Dòng 43 «Chi bộ trực thuộc»: các phần cộng lại là 16, tổng số là 17. Sửa phần hoặc sửa "
        "tổng số.");
    one(check("TC02=17 TC02:school=18", NOTHING_ELSE), FINDING_PARTS, RULE_ERROR,
        "Dòng 43 «Chi bộ trực thuộc»: các phần cộng lại là 18, tổng số là 17. Sửa phần hoặc sửa "
        "tổng số.");
}

static void test_jumps_against_the_last_period(void **state)
{
    (void)state;
    one(check("TC03=78", (struct besides){.prev = "TC03=19"}), FINDING_JUMP, RULE_WARNING,
        "Dòng 44 «Đảng viên mới kết nạp»: tăng 311% so với quý trước (19 lên 78). Kiểm tra lại "
        "hoặc ghi lý do.");
    one(check("MT01=1000", (struct besides){.prev = "MT01=2390"}), FINDING_JUMP, RULE_WARNING,
        "Dòng 14 «Số hộ trên địa bàn»: giảm 58% so với quý trước (2.390 xuống 1.000). Kiểm tra "
        "lại hoặc ghi lý do.");
    none(check("TC03=38", (struct besides){.prev = "TC03=20"}));
    one(check("TC03=40", (struct besides){.prev = "TC03=20"}), FINDING_JUMP, RULE_WARNING,
        "Dòng 44 «Đảng viên mới kết nạp»: tăng 100% so với quý trước (20 lên 40). Kiểm tra lại "
        "hoặc ghi lý do.");
    none(check("TC03=9", (struct besides){.prev = "TC03=1"})); /* too few to matter */
    none(check("TC03=50", (struct besides){.prev = "TC03=0"}));
    none(check("TC03=50", NOTHING_ELSE));
}

static void test_a_copy_of_the_last_period(void **state)
{
    (void)state;
    struct besides b = {.prev = "XD01=46 XD02=44 TC03=3 TC04=2 DA02=5 MT06=0"};
    struct outcome o = check("XD01=46 XD02=44 TC03=3 TC04=2 DA02=6 MT06=nil", b);

    /* four of five flows; the zero is not counted, stocks are not flows */
    one(o, FINDING_COPIED, RULE_WARNING,
        "4/5 dòng giống hệt kỳ trước: dòng 20, 21, 44, 45. Kiểm tra lại hoặc ghi lý do.");
    assert_int_equal(o.f->line, -1);
    none(check("XD01=46 XD02=44 TC03=3 TC04=1 DA02=6", b));
    none(check("XD01=46 XD02=44", b)); /* too few to compare */
    none(check(
        "MT01=5 TC01=5 TC02=5 XD01=46", (struct besides){.prev = "MT01=5 TC01=5 TC02=5 XD01=46"}));
}

static void test_a_zero_must_be_said(void **state)
{
    (void)state;
    one(check("MT06=0", NOTHING_ELSE), FINDING_NIL, RULE_ERROR,
        "Dòng 19 «Điểm đổ rác phát sinh»: số 0 chưa được xác nhận. Nếu không có phát sinh, chọn "
        "«Không phát sinh».");
    none(check("MT06=nil", NOTHING_ELSE));
    none(check("MT06=2", NOTHING_ELSE));
    none(check("XD01=0", NOTHING_ELSE));
}

static void test_what_is_missing_before_sending(void **state)
{
    (void)state;
    /* KT01 is not applicable to this ward; XD03 is computed; AS05 belongs to another form */
    one(check_of("12103", "MT01=100 XD01=5 XD02=5", NOTHING_ELSE, true), FINDING_MISSING,
        RULE_ERROR,
        "Còn 2 ô chưa nhập: dòng 19, 44. Nếu không có phát sinh, chọn «Không phát sinh».");
    one(check_of("12109", "MT01=100 XD01=5 XD02=5 TC03=1", NOTHING_ELSE, true), FINDING_MISSING,
        RULE_ERROR,
        "Còn 2 ô chưa nhập: dòng 1, 19. Nếu không có phát sinh, chọn «Không phát sinh».");
    none(check_of("12103", "MT01=100 MT06=nil XD01=5 XD02=5 TC03=0", NOTHING_ELSE, true));
}

static void test_findings_stand_in_the_order_of_lines(void **state)
{
    (void)state;
    struct outcome o =
        check_of("12103", "TC04=9 TC03=3 TC06=0 XD02=48 XD01=46 MT06=0", NOTHING_ELSE, true);
    static const int lines[] = {19, 21, 45, 47};

    assert_int_equal(o.n, 5);
    for (int i = 0; i < 4; i++)
        assert_int_equal(number_of(o.f[i].line), lines[i]);
    assert_int_equal(o.f[4].kind, FINDING_MISSING);
}

static void test_computed_lines_beside_the_typed_ones(void **state)
{
    (void)state;
    struct checked_cell cells[4];
    struct form_check q = {.c = &c, .form = 0, .period = fixture_period("2024-Q1"), .cell = cells};
    struct formula_value v;
    struct rat want;

    q.cells = read_cells("XD01=46 XD02=44", cells);
    assert_true(finding_compute(&q, fixture_indicator(&c, "XD03"), &arena, &v, NULL));
    assert_true(v.has && rat_make(4400, 46, &want) && rat_cmp(v.number, want) == 0);
    q.cells = 1;
    assert_true(finding_compute(&q, fixture_indicator(&c, "XD03"), &arena, &v, NULL));
    assert_false(v.has);
}

static void test_limits_are_dated_data(void **state)
{
    const struct embedded *file = embedded_find(rule_files, STR("findings.csv"));
    struct finding_rules r;
    struct finding_limits lim;
    struct err e = ERR_INIT;

    (void)state;
    assert_non_null(file);
    assert_true(finding_rules_parse(&arena, embedded_text(file), &r, &e));
    lim = finding_limits_on(&r, fixture_day("2024-03-31"));
    assert_true(lim.has_up && lim.has_down && lim.has_copied && lim.up_percent == 100);
    assert_true(finding_rules_parse(&arena,
        STR("valid_from,valid_to,kind,percent,least\n2025-01-01,2025-12-31,jump_up,50,2.5\n"), &r,
        &e));
    assert_false(finding_limits_on(&r, fixture_day("2026-01-01")).has_up);
    assert_true(finding_limits_on(&r, fixture_day("2025-12-31")).has_up);
    static const char *const wrong[] = {",,leap,50,1", ",,jump_up,0,1", ",,jump_up,50,-1",
        ",,copied,50,1.5", "x,,copied,50,1", ",,jump_up,50,"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *text =
            arena_printf(&arena, "valid_from,valid_to,kind,percent,least\n%s\n", wrong[i]);
        if (finding_rules_parse(&arena, str_of(text), &r, &e))
            fail_msg("accepted: %s", wrong[i]);
        assert_int_equal(e.line, 2);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64u << 20);
    c = fixture(&arena, form);
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
        cmocka_unit_test(test_a_part_larger_than_the_whole),
        cmocka_unit_test(test_a_rule_of_the_form_speaks_its_own_words),
        cmocka_unit_test(test_rules_over_time_and_plans),
        cmocka_unit_test(test_a_rule_may_use_computed_lines_and_other_forms),
        cmocka_unit_test(test_numbers_beside_a_rule_do_not_contradict_it),
        cmocka_unit_test(test_a_warning_with_a_reason_is_explained),
        cmocka_unit_test(test_breakdowns_add_up),
        cmocka_unit_test(test_jumps_against_the_last_period),
        cmocka_unit_test(test_a_copy_of_the_last_period),
        cmocka_unit_test(test_a_zero_must_be_said),
        cmocka_unit_test(test_what_is_missing_before_sending),
        cmocka_unit_test(test_findings_stand_in_the_order_of_lines),
        cmocka_unit_test(test_computed_lines_beside_the_typed_ones),
        cmocka_unit_test(test_limits_are_dated_data),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
