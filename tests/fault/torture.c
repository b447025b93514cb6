/* torture: every allocation fails in turn.
 *
 * A case is a piece of work in a fresh arena. It is done once undisturbed; then its first
 * allocation fails, then its second, and so on until none is left to fail. Each time the work must
 * end with err.memory (or, where a function has no error, with its word for failure), never with a
 * half-made answer, and never with a crash; run under AddressSanitizer it also shows that nothing
 * half-made is touched. What the work was given must be as it was: the undisturbed run is repeated
 * at the end and must give the same answer.
 */
#include "../test.h"

#include "base/csv.h"
#include "base/json.h"
#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"
#include "domain/calendar.h"
#include "domain/catalog_rows.h"
#include "domain/formula.h"
#include "fixture.h"
#include "rule_files.h"

/* Does the work; gives an answer of any kind as text in the arena. False: `err` says why. */
typedef bool work(struct arena *a, struct str *ret_answer, struct err *err);

static struct arena given; /* what the cases start from; never made to fail */

#define RUNS_MAX 200000

static void torture(work *w)
{
    struct arena a, kept;
    struct str answer = STR_NULL, again = STR_NULL;
    struct err e = ERR_INIT;
    uint64_t n = 1;

    arena_init(&a, 256u << 20);
    arena_init(&kept, 64u << 20);
    if (!w(&a, &answer, &e))
        fail_msg("undisturbed: %s", msg_name(e.key).p);
    answer = str_dup(&kept, answer);
    assert_non_null(answer.p);
    for (; n < RUNS_MAX; n++) {
        arena_free(&a); /* also its first block, so that use after release is found */
        arena_init(&a, 256u << 20);
        e = ERR_INIT;
        again = STR_NULL;
        arena_fail_after(n);
        bool ok = w(&a, &again, &e);
        bool fired = arena_fail_left() == 0;
        arena_fail_after(0);
        if (!fired) {
            assert_true(ok);
            break;
        }
        if (ok)
            fail_msg("allocation %llu failed and nobody said so", (unsigned long long)n);
        if (e.code != ERR_MEMORY)
            fail_msg("allocation %llu: %s", (unsigned long long)n, msg_name(e.key).p);
    }
    assert_true(n > 1 && n < RUNS_MAX);
    assert_true(str_eq(again, answer));
    print_message("%llu allocations failed in turn\n", (unsigned long long)(n - 1));
    arena_free(&a);
    arena_free(&kept);
}

/* For functions whose only failure is memory and which say so with NULL. */
static bool made(struct str s, struct str *ret, struct err *err)
{
    if (!s.p)
        return err_memory(err);
    *ret = s;
    return true;
}

static struct str sentence(void)
{
    return STR(
        "Đảng bộ xã Hoà Phong, thị xã Mỹ Hào – quý I/2024: kết nạp 21/15 đảng viên “vượt” 40%");
}

static bool clean(struct arena *a, struct str *ret, struct err *err)
{
    return text_clean(a, STR("Hu\u031bo\u031bng Toa\u0300n, Ti\u00ea\u0301n"), 100, ret, err);
}

static bool fold(struct arena *a, struct str *ret, struct err *err)
{
    return made(text_fold(a, sentence()), ret, err);
}

static bool same(struct arena *a, struct str *ret, struct err *err)
{
    return made(text_same(a, sentence()), ret, err);
}

static bool sort_key(struct arena *a, struct str *ret, struct err *err)
{
    return made(text_sort_key(a, sentence()), ret, err);
}

static bool letters(struct arena *a, struct str *ret, struct err *err)
{
    struct str s = text_upper(a, sentence());

    if (s.p)
        s = text_lower(a, s);
    if (s.p)
        s = text_place_tones(a, s, TONE_NEW);
    return made(s, ret, err);
}

static bool csv(struct arena *a, struct str *ret, struct err *err)
{
    static const struct csv_column columns[] = {{"code", true}, {"name", true}, {"note"}};
    struct csv c;
    struct csv_header h;
    struct csv_record r;
    struct sbuf b;
    bool end;

    csv_open(&c,
        STR("code,name,note\n01,\"a \"\"b\"\" "
            "c\",x\n02,\"d\ne\",\n03,f,\"=1+1\"\n,,,,,,,,,,,,,,,,,,\n"),
        STR("f.csv"));
    sbuf_init(&b, a, 10000);
    if (!csv_read_header(&c, a, columns, 3, &h, err))
        return false;
    while (csv_next(&c, a, &r, &end, err)) {
        for (size_t i = 0; i < 3; i++)
            csv_put(&b, csv_get(&h, &r, i), i == 0, true);
        csv_end(&b);
    }
    return end && made(sbuf_view(&b), ret, err);
}

static bool json(struct arena *a, struct str *ret, struct err *err)
{
    struct sbuf b;
    struct json j;

    sbuf_init(&b, a, 100000);
    json_init(&j, &b, 2);
    json_object(&j);
    json_key(&j, "figures");
    json_array(&j);
    for (int i = 0; i < 100; i++)
        json_dec(&j, (struct dec){i * 37, 2});
    json_array_end(&j);
    json_kstr(&j, "note", sentence());
    json_object_end(&j);
    return made(sbuf_view(&b), ret, err);
}

static bool collections(struct arena *a, struct str *ret, struct err *err)
{
    VEC(int) v = {0};
    struct map m;
    struct smap s;
    struct sbuf b;

    map_init(&m, a);
    smap_init(&s, a);
    for (int i = 0; i < 200; i++) {
        char *key = arena_printf(a, "khóa %d", i);
        if (!key || !vec_push(&v, a, i) || !map_put(&m, (uint64_t)i, (uint64_t)i) ||
            !smap_put(&s, str_of(key), (uint64_t)i))
            return err_memory(err);
    }
    sbuf_init(&b, a, 100);
    sbuf_printf(&b, "%zu %zu %zu", v.n, m.n, s.n);
    return made(sbuf_view(&b), ret, err);
}

static bool messages(struct arena *a, struct str *ret, struct err *err)
{
    struct sbuf b;
    struct err e = ERR_INIT;
    struct dec d;

    sbuf_init(&b, a, 100000);
    for (int lang = LANG_VI; lang <= LANG_EN; lang++) {
        dec_parse_typed(STR("1.5"), &d, &e);
        err_at(&e, STR("biểu.csv"), 3, 4);
        err_text(&e, (enum lang)lang, &b);
    }
    return made(sbuf_view(&b), ret, err);
}

static bool calendar(struct arena *a, struct str *ret, struct err *err)
{
    struct calendar c;
    struct period p;
    struct day due;
    struct sbuf b;

    calendar_init(&c, a);
    for (int i = 0; i < CALENDAR_PACKS; i++) {
        struct calendar before = c;
        struct str name = str_of(calendar_pack_file((enum calendar_pack)i));
        if (calendar_add(&c, (enum calendar_pack)i, name,
                embedded_text(embedded_find(rule_files, name)), err))
            continue;
        assert_memory_equal(&c, &before, sizeof c); /* as it was before */
        return false;
    }
    assert_true(period_parse(STR("2024-Q1"), &p, NULL));
    if (!calendar_due(&c, STR("commune"), STR("report"), p, &due, err))
        return false;
    sbuf_init(&b, a, 20);
    day_put(&b, due);
    return made(sbuf_view(&b), ret, err);
}

static bool kinds(struct arena *a, struct str *ret, struct err *err)
{
    struct kinds k;
    struct sbuf b;

    if (!kinds_parse(a, embedded_text(embedded_find(rule_files, STR("kinds.csv"))), &k, err))
        return false;
    sbuf_init(&b, a, 20);
    sbuf_printf(&b, "%zu", k.n);
    return made(sbuf_view(&b), ret, err);
}

static bool formula(struct arena *a, struct str *ret, struct err *err)
{
    struct formula f = {0};
    struct sbuf b;

    if (!formula_parse(a,
            STR("if(A > 0 and not (B = 1), 100*(A/same_period_last_year(A) - 1), sum(A, B, 3, "
                "min(A, B)))"),
            &f, err))
        return false;
    sbuf_init(&b, a, 20);
    sbuf_printf(&b, "%d", f.nodes);
    return made(sbuf_view(&b), ret, err);
}

static struct catalog_rows *rows;
static struct kinds all_kinds;

static bool units(struct arena *a, struct str *ret, struct err *err)
{
    struct units us;
    struct tree t;
    struct sbuf b;

    if (!units_build(a, all_kinds, &rows->units, &us, err) ||
        !tree_build(a, &us, LINE_STATE, day_make(2024, 3, 31), &t, err))
        return false;
    sbuf_init(&b, a, 100);
    for (size_t i = 0; i < t.n; i++)
        sbuf_printf(&b, "%d ", t.unit[i]);
    return made(sbuf_view(&b), ret, err);
}

static bool catalog(struct arena *a, struct str *ret, struct err *err)
{
    struct catalog *c = arena_zalloc(a, sizeof *c);
    struct sbuf b;

    if (!c)
        return err_memory(err);
    if (!catalog_build(a, all_kinds, rows, c, err))
        return false;
    sbuf_init(&b, a, 20);
    sbuf_z(&b, "built");
    return made(sbuf_view(&b), ret, err);
}

#define CASE(name)                                                                                 \
    static void test_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        torture(name);                                                                             \
    }
CASE(clean)
CASE(fold)
CASE(same)
CASE(sort_key)
CASE(letters)
CASE(csv)
CASE(json)
CASE(collections)
CASE(messages)
CASE(calendar)
CASE(kinds)
CASE(formula)
CASE(units)
CASE(catalog)

static int prepare(void **state)
{
    (void)state;
    all_kinds = fixture_kinds(&given);
    rows = fixture_rows(&given, "@units\n"
                                "id,name,kind,parent\n"
                                "33,Hưng Yên,province,\n"
                                "328,Mỹ Hào,town,33\n"
                                "12103,Bần Yên Nhân,ward,328\n"
                                "12127,Dương Quang,commune,328\n"
                                "@indicators\n"
                                "code,over_time,formula\n"
                                "MT01,last,\n"
                                "MT02,last,\n"
                                "MT03,ratio,100*MT02/MT01\n"
                                "@sets\n"
                                "code,unit,start,end\n"
                                "NQ,328,2021-01-01,2026-01-01\n"
                                "@targets\n"
                                "set,code,indicator,unit,comparator,value\n"
                                "NQ,1,MT03,328,>=,60\n");
    return rows ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_sort_key),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_collections),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_formula),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_catalog),
    };
    arena_init(&given, 16u << 20);
    int failed = cmocka_run_group_tests(tests, prepare, NULL);
    arena_free(&given);
    return failed;
}
