/* The order of names: ours against the collation of ICU, and against a dictionary's. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unicode/ucol.h>
#include <unicode/ustring.h>

#include "base/csv.h"
#include "base/text.h"
#include "base/vec.h"

static struct arena arena;
static UCollator *icu;

struct name {
    struct str text, key;
    UChar wide[300];
    int32_t n;
};
typedef VEC(struct name) names_t;

static void add(names_t *names, struct str text)
{
    struct name one = {.text = text, .key = text_sort_key(&arena, text)};
    UErrorCode e = U_ZERO_ERROR;
    assert_non_null(one.key.p);
    u_strFromUTF8(one.wide, 300, &one.n, text.p, (int32_t)text.n, &e);
    assert_true(U_SUCCESS(e));
    assert_true(vec_push(names, &arena, one));
}

static int by_icu(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    return (int)ucol_strcoll(icu, x->wide, x->n, y->wide, y->n);
}

static int sign(int v)
{
    return v < 0 ? -1 : v > 0;
}

static void compare(const struct name *x, const struct name *y)
{
    int theirs = by_icu(x, y), ours = sign(str_cmp(x->key, y->key));
    if (theirs != ours)
        fail_msg("\"%.*s\" and \"%.*s\": ICU says %d, we say %d", STR_ARG(x->text),
            STR_ARG(y->text), theirs, ours);
}

/* Neighbours in ICU's order, and pairs far apart. */
static void check_order(names_t *names)
{
    assert_true(names->n > 1);
    qsort(names->p, names->n, sizeof *names->p, by_icu);
    for (size_t i = 1; i < names->n; i++)
        compare(&names->p[i - 1], &names->p[i]);
    uint64_t dice = 1;
    for (int i = 0; i < 20000; i++) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        compare(&names->p[(dice >> 33) % names->n], &names->p[(dice >> 13) % names->n]);
    }
}

static const char *const list[] = {"a", "A", "à", "ả", "ã", "á", "ạ", "À", "ă", "ằ", "ẳ", "ẵ", "ắ",
    "ặ", "â", "ầ", "ẩ", "ẫ", "ấ", "ậ", "Ậ", "b", "c", "d", "đ", "Đ", "e", "ẹ", "ê", "ề", "ệ", "f",
    "g", "h", "i", "ị", "o", "ọ", "ô", "ộ", "ơ", "ợ", "u", "ụ", "ư", "ự", "ữ", "y", "ỵ", "z", "w",
    "", "An", "an", "An Bình", "An Bình A", "Ân", "Ấn", "An-Bình", "An – Bình", "Ba", "Bà", "Bá",
    "Ba Đình", "Bà Rịa", "Bà Rịa - Vũng Tàu", "Bắc Cạn", "Bắc Kạn", "Bạc Liêu", "Cần Thơ", "Cẩn",
    "Đà Nẵng", "Đắk Lắk", "Đắk Nông", "Dak Lak", "Đồng Nai", "Đông Nai", "Dương", "Đường", "Hà Nội",
    "Hạ Nội", "Hà nội", "HÀ NỘI", "ha noi", "Hòa", "Hoà", "Hoa", "Hóa", "Thành phố Hồ Chí Minh",
    "TP. Hồ Chí Minh", "TP Hồ Chí Minh", "Thừa Thiên Huế", "Thừa Thiên - Huế", "Thừa Thiên–Huế",
    "Phường 1", "Phường 2", "Phường 10", "Phường 01", "Phường 1A", "Phường I", "1", "10", "9", "0",
    "00", "2.1", "2.10", "Thôn 3", "Thôn 12", "Khu 3 (cũ)", "Khu 3", "Khu \"3\"", "Cư M'gar",
    "Cư M\u2019gar", "Cư Mgar", "Ea H'leo", "Ea Súp", "12/QĐ-UBND", "05-NQ/ĐU", "05-NQ/TU",
    "Tỷ lệ (%)", "Tỷ lệ %", "m2", "m3", "ban", "bàn", "bán", "bạn", "bản", "bãn", "Bạn", "bân",
    "băn", "ngà", "nga", "nghĩa", "nghìa", "ước", "uớc", "ưóc", "năm_1", "a b", "a\u00a0b", "a  b",
    "ab", "café", "cafe", "Zürich", "naïve", "50 ₫", "50 €", "50 $", "±1", "≥ 9", "≤ 9"};

static void test_a_list_of_difficult_names_stands_as_icu_orders_it(void **state)
{
    (void)state;
    names_t names = {0};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        add(&names, str_of(list[i]));
    check_order(&names);
    for (size_t i = 0; i < names.n; i++)
        for (size_t k = 0; k < names.n; k++)
            compare(&names.p[i], &names.p[k]);
}

static struct str file_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return STR_NULL;
    size_t cap = 4 << 20;
    char *p = arena_alloc(&arena, cap);
    assert_non_null(p);
    size_t n = fread(p, 1, cap, f);
    fclose(f);
    return str_make(p, n);
}

static void test_all_real_units_stand_as_icu_orders_them(void **state)
{
    (void)state;
    static const char *const files[] = {"units_2023.csv", "units_2025.csv"};
    const struct csv_column columns[] = {{"code"}, {"name", true}, {"type"}, {"parent_code"}};
    const char *top = getenv("GIAOBAN_SHARED");
    names_t names = {0};
    for (size_t f = 0; f < 2; f++) {
        char *path = arena_printf(&arena, "%s/admin/%s", top ? top : SHARED, files[f]);
        struct str text = file_text(path);
        struct csv csv;
        struct csv_header h;
        struct csv_record r;
        struct err e = ERR_INIT;
        bool end = false;
        if (!text.p) {
            print_message("skipped: %s is not here\n", path);
            skip();
        }
        csv_open(&csv, text, STR("units"));
        assert_true(csv_read_header(&csv, &arena, columns, 4, &h, &e));
        while (csv_next(&csv, &arena, &r, &end, &e))
            add(&names, csv_get(&h, &r, 1));
        assert_true(end);
    }
    print_message("%zu names\n", names.n);
    assert_true(names.n > 10000);
    check_order(&names);
}

static void sorted(const char *low, const char *high)
{
    struct str a = text_sort_key(&arena, str_of(low)), b = text_sort_key(&arena, str_of(high));
    if (str_cmp(a, b) >= 0)
        fail_msg("%s should stand before %s", low, high);
}

static void test_the_dictionary_orders_letters_then_tones_then_case(void **state)
{
    (void)state;
    sorted("ma", "mà");
    sorted("mà", "mả");
    sorted("mả", "mã");
    sorted("mã", "má");
    sorted("má", "mạ");
    sorted("mạ", "mă");
    sorted("mạng", "mắm");
    sorted("dư", "đa");
    sorted("nước mắm", "nước mắt");
    sorted("hà đông", "Hà Đông");
    sorted("hạ an", "hà bắc"); /* a tone counts only where all letters agree */
    sorted("Phường 2", "Phường 10");
    sorted("Tổ 9", "Tổ dân phố 1");
}

static void test_a_key_holds_no_byte_that_ends_a_text(void **state)
{
    (void)state;
    struct str k = text_sort_key(&arena, STR("Phường 0 \t\u65e5 \U0001f600 ŋ x\u0330 000123"));
    for (size_t i = 0; i < k.n; i++)
        assert_int_not_equal(k.p[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_of_difficult_names_stands_as_icu_orders_it),
        cmocka_unit_test(test_all_real_units_stand_as_icu_orders_them),
        cmocka_unit_test(test_the_dictionary_orders_letters_then_tones_then_case),
        cmocka_unit_test(test_a_key_holds_no_byte_that_ends_a_text),
    };
    UErrorCode e = U_ZERO_ERROR;
    icu = ucol_open("vi@colNumeric=yes", &e);
    if (U_FAILURE(e) || ucol_getAttribute(icu, UCOL_NUMERIC_COLLATION, &e) != UCOL_ON)
        return 77;
    arena_init(&arena, 64u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    ucol_close(icu);
    return failed;
}
