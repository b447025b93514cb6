/* What people type into forms, and what it is taken for; the route table; tokens. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "web/csrf.h"
#include "web/form.h"
#include "web/request.h"
#include "web/response.h"
#include "web/route.h"

static struct arena arena;
static struct values values;
static struct err err;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 8u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const struct input inputs[] = {
    {.name = "name", .type = INPUT_LINE, .max = 10, .required = true},
    {.name = "text", .type = INPUT_TEXT, .max = 50},
    {.name = "n", .type = INPUT_INT, .min = 1, .max = 12},
    {.name = "value", .type = INPUT_NUMBER},
    {.name = "day", .type = INPUT_DAY},
    {.name = "tick", .type = INPUT_FLAG},
    {.name = "state", .type = INPUT_CHOICE, .words = "all|open|closed"},
    {.name = "unit", .type = INPUT_UID, .many = true},
    {.name = "password", .type = INPUT_SECRET, .max = 16},
    {.name = "cell.*", .type = INPUT_NUMBER},
    {NULL},
};

static bool read_form(const char *text, bool strict)
{
    struct fields form;

    arena_reset(&arena);
    return fields_parse(&arena, str_of(text), &form, &err) &&
           fields_type(&arena, inputs, &form, strict, &values, &err);
}

static const struct value *get(const char *name)
{
    const struct value *v = values_find(&values, str_of(name));

    assert_non_null(v);
    return v;
}

static void values_are_read_as_people_write_them(void **state)
{
    (void)state;
    assert_true(
        read_form("name=+Mai++&text=a%0D%0Ab&n=12&value=1.234%2C5&day=31%2F3%2F2024&tick=on"
                  "&state=open&unit=a1234567890&unit=b1234567890&password=+p+&cell.7=-0%2C02",
            true));
    assert_int_equal(values.bad, 0);
    assert_str(get("name")->s, "Mai");
    assert_str(get("text")->s, "a\nb");
    assert_int_equal(get("n")->i, 12);
    assert_true(dec_eq(get("value")->d, (struct dec){12345, 1}));
    assert_int_equal(get("day")->day.v, day_make(2024, 3, 31).v);
    assert_int_equal(get("tick")->i, 1);
    assert_int_equal(get("state")->i, 1);
    assert_str(get("password")->s, " p ");
    assert_true(dec_eq(get("cell.7")->d, (struct dec){-2, 2}));
    assert_int_equal(values.v.n, 11);
}

static void composed_and_decomposed_letters_are_one(void **state)
{
    (void)state;
    assert_true(read_form("name=H%C6%B0%C6%A1ng", true));
    struct str composed = get("name")->s;
    char kept[32];
    memcpy(kept, composed.p, composed.n);
    size_t n = composed.n;
    assert_true(read_form("name=Hu%CC%9Bo%CC%9Bng", true));
    assert_true(str_eq(get("name")->s, str_make(kept, n)));
}

static void a_wrong_value_is_kept_with_its_reason(void **state)
{
    static const struct {
        const char *form, *name, *key, *raw;
    } cases[] = {
        {"name=", "name", "err.web.required", ""},
        {"n=3", "name", "err.web.required", ""},
        {"name=12345678901", "name", "err.text.too_long", "12345678901"},
        {"name=a%0Ab", "name", "err.web.one_line", "a\nb"},
        {"name=a&n=0", "n", "err.web.range", "0"},
        {"name=a&n=13", "n", "err.web.range", "13"},
        {"name=a&n=1.5", "n", "err.web.whole", "1.5"},
        {"name=a&n=99999999999999999999", "n", "err.web.whole", "99999999999999999999"},
        {"name=a&value=1.5", "value", "err.number.ambiguous", "1.5"},
        {"name=a&value=abc", "value", "err.number.syntax", "abc"},
        {"name=a&day=30%2F2%2F2024", "day", "err.day.syntax", "30/2/2024"},
        {"name=a&state=Open", "state", "err.web.choice", "Open"},
        {"name=a&unit=short", "unit", "err.web.choice", "short"},
        {"name=a&password=12345678901234567", "password", "err.web.secret_long",
            "12345678901234567"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(read_form(cases[i].form, true));
        assert_int_equal(values.bad, 1);
        const struct value *v = get(cases[i].name);
        assert_non_null(v->err);
        assert_str(msg_name(v->err->key), cases[i].key);
        assert_string_equal(v->err->place, cases[i].name);
        assert_str(v->raw, cases[i].raw);
    }
}

static void an_empty_optional_value_is_no_mistake(void **state)
{
    (void)state;
    assert_true(read_form("name=a&n=&value=&day=&state=&unit=&cell.1=", true));
    assert_int_equal(values.bad, 0);
}

static void forms_are_strict_and_queries_are_not(void **state)
{
    (void)state;
    assert_false(read_form("name=a&other=b", true));
    assert_str(msg_name(err.key), "err.web.field_unknown");
    assert_true(read_form("name=a&fbclid=b", false));
    assert_false(read_form("name=a&name=b", false));
    assert_str(msg_name(err.key), "err.web.field_twice");
    assert_false(read_form("name=a&cell.1=1&cell.1=2", true));
}

static void bad_encodings_are_refused(void **state)
{
    static const char *const bad[] = {"name=%", "name=%4", "name=%zz", "name=%00", "name=%C3",
        "name=%ED%A0%80", "%01=a", "name=%7F", "na%0Ame=a"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(read_form(bad[i], true));
        assert_str(msg_name(err.key), "err.web.encoding");
    }
}

static void more_fields_than_the_limit_are_refused(void **state)
{
    static char many[FORM_FIELDS_MAX * 12 + 32];
    size_t n = 0;

    (void)state;
    for (int i = 0; i <= FORM_FIELDS_MAX; i++)
        n += (size_t)sprintf(many + n, "cell.%d=1&", i);
    assert_false(read_form(many, true));
    assert_str(msg_name(err.key), "err.web.fields_many");
}

static void without_memory_nothing_is_half_read(void **state)
{
    (void)state;
    for (uint64_t fail = 1; fail < 60; fail++) {
        struct fields form;
        arena_reset(&arena);
        arena_fail_after(fail);
        bool ok =
            fields_parse(&arena, STR("name=Mai&n=x&cell.1=1&unit=a1234567890"), &form, &err) &&
            fields_type(&arena, inputs, &form, true, &values, &err);
        arena_fail_after(0);
        if (!ok)
            assert_int_equal(err.code == ERR_MEMORY || err.code == ERR_INVALID, 1);
        else
            assert_int_equal(values.v.n, 4);
    }
}

/* --- tokens */

static void a_token_fits_its_session_and_key_only(void **state)
{
    static const uint8_t key[CSRF_KEY_SIZE] = {1}, other[CSRF_KEY_SIZE] = {2};
    struct str a = csrf_token(&arena, key, STR("s1")), b = csrf_token(&arena, key, STR("s1"));

    (void)state;
    assert_false(str_eq(a, b));
    assert_true(csrf_check(key, STR("s1"), a));
    assert_true(csrf_check(key, STR("s1"), b));
    assert_false(csrf_check(key, STR("s2"), a));
    assert_false(csrf_check(key, STR(""), a));
    assert_false(csrf_check(other, STR("s1"), a));
    assert_false(csrf_check(key, STR("s1"), STR_NULL));
    assert_false(csrf_check(key, STR("s1"), str_slice(a, 0, a.n - 1)));
    for (size_t i = 0; i < a.n; i++) {
        char changed[200];
        memcpy(changed, a.p, a.n);
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        assert_false(csrf_check(key, STR("s1"), str_make(changed, a.n)) &&
                     memcmp(changed, a.p, a.n) != 0 && i + 1 < a.n);
    }
}

/* --- cookies */

static struct str cookie_of(const char *header, bool tls)
{
    struct http_header h = {STR("Cookie"), str_of(header)};
    struct request rq = {.headers = &h, .nheaders = 1, .tls = tls};

    return rq_cookie(&rq, "session");
}

static void a_cookie_is_read_by_its_whole_name(void **state)
{
    (void)state;
    assert_str(cookie_of("gb_session=abc", false), "abc");
    assert_str(cookie_of("a=b; gb_session=abc; c=d", false), "abc");
    assert_str(cookie_of("xgb_session=no; gb_sessions=no", false), "");
    assert_str(cookie_of("gb_session=a; gb_session=b", false), "");
    assert_str(cookie_of("gb_session=abc", true), "");
    assert_str(cookie_of("gb_session=no; __Host-gb_session=yes", true), "yes");
}

static void a_cookie_is_set_with_all_its_guards(void **state)
{
    struct request rq = {.arena = &arena, .tls = true};
    struct response rs = {.rq = &rq, .fd = -1};

    (void)state;
    rs_cookie(&rs, "session", STR("abc"), 3600);
    assert_str(rs.headers.p[0].value,
        "__Host-gb_session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600");
    rs_cookie_clear(&rs, "session");
    assert_str(rs.headers.p[1].value,
        "__Host-gb_session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
}

static void a_file_name_is_given_in_both_spellings(void **state)
{
    struct request rq = {.arena = &arena};
    struct response rs = {.rq = &rq, .fd = -1};

    (void)state;
    rs_download(&rs, STR("Báo cáo \"quý I\".xlsx"));
    assert_str(rs.headers.p[0].value,
        "attachment; filename=\"B_o_c_o__qu__I_.xlsx\"; "
        "filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20%22qu%C3%BD%20I%22.xlsx");
}

/* --- routes */

static bool nothing(struct request *rq, struct response *rs, struct err *e)
{
    (void)rq, (void)rs, (void)e;
    return true;
}

static struct web_path target_of(const char *path)
{
    struct web_path t;
    int status;

    if (!gate_path(&arena, str_of(path), &t, &status, &err))
        fail_msg("no target: %s", path);
    return t;
}

static void literals_come_before_parameters(void **state)
{
    static const struct route rows[] = {
        {HTTP_GET, "/units/{unit:uid}", nothing, MAY_READ, &intake_nothing, 0},
        {HTTP_GET, "/units/{unit:uid}/{page:word}", nothing, MAY_READ, &intake_nothing, 0},
        {HTTP_GET, "/units/newproposal", nothing, MAY_READ, &intake_nothing, 0},
        {HTTP_GET, "/", nothing, MAY_READ, &intake_nothing, 0},
        {HTTP_POST, "/units/{unit:uid}", nothing, MAY_ENTER, &intake_nothing, 0},
        {HTTP_GET, "/acts/{n:int}", nothing, MAY_READ, &intake_nothing, 0},
    };
    struct router *r = router_new(rows, 6, &err);
    struct route_params p;
    struct web_path t;
    unsigned allowed;

    (void)state;
    assert_non_null(r);
    t = target_of("/units/newproposal");
    assert_ptr_equal(router_match(r, HTTP_GET, &t, &p, &allowed), &rows[2]);
    t = target_of("/units/a1234567890");
    assert_ptr_equal(router_match(r, HTTP_GET, &t, &p, &allowed), &rows[0]);
    assert_str(p.value[0], "a1234567890");
    assert_ptr_equal(router_match(r, HTTP_HEAD, &t, &p, &allowed), &rows[0]);
    assert_ptr_equal(router_match(r, HTTP_POST, &t, &p, &allowed), &rows[4]);
    assert_null(router_match(r, HTTP_DELETE, &t, &p, &allowed));
    assert_int_equal(allowed, 1 << HTTP_GET | 1 << HTTP_HEAD | 1 << HTTP_POST);
    t = target_of("/");
    assert_ptr_equal(router_match(r, HTTP_GET, &t, &p, &allowed), &rows[3]);
    t = target_of("/acts/0123");
    assert_null(router_match(r, HTTP_GET, &t, &p, &allowed));
    assert_int_equal(allowed, 0);
    t = target_of("/acts/9223372036854775807");
    assert_null(router_match(r, HTTP_GET, &t, &p, &allowed));
    router_free(r);
}

static void malformed_and_doubled_rows_are_refused(void **state)
{
    static const char *const bad[] = {"", "units", "/units//a", "/{unit}", "/{unit:nothing}",
        "/{:uid}", "/{unit:uid", "/{a:int}/{b:int}/{c:int}/{d:int}/{e:int}"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct route row = {HTTP_GET, bad[i], nothing, MAY_READ, &intake_nothing, 0};
        if (router_new(&row, 1, &err))
            fail_msg("taken: %s", bad[i]);
        assert_str(msg_name(err.key), "err.web.route");
    }
    struct route twice[] = {{HTTP_GET, "/a/{x:int}", nothing, MAY_READ, &intake_nothing, 0},
        {HTTP_GET, "/a/{y:int}", nothing, MAY_READ, &intake_nothing, 0}};
    assert_null(router_new(twice, 2, &err));
}

/* What every row of routes.def owes. */
static void every_route_is_whole(void **state)
{
    struct router *r = router_new(web_routes, web_routes_n, &err);

    (void)state;
    assert_non_null(r);
    router_free(r);
    for (size_t i = 0; i < web_routes_n; i++) {
        const struct route *row = &web_routes[i];
        if (!row->intake || msg_text(LANG_VI, row->help).n == 0)
            fail_msg("%s lacks intake or help", row->pattern);
        if (row->method == HTTP_GET && row->intake->body != BODY_NONE)
            fail_msg("GET %s takes a body", row->pattern);
        for (const struct input *in = row->intake->inputs; in && in->name; in++) {
            bool sized = in->type == INPUT_LINE || in->type == INPUT_TEXT ||
                         in->type == INPUT_SECRET || in->type == INPUT_FILE;
            if (sized && in->max <= 0)
                fail_msg("%s: the input %s has no limit", row->pattern, in->name);
            if (in->type == INPUT_CHOICE && !in->words)
                fail_msg("%s: the choice %s has no words", row->pattern, in->name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_as_people_write_them),
        cmocka_unit_test(composed_and_decomposed_letters_are_one),
        cmocka_unit_test(a_wrong_value_is_kept_with_its_reason),
        cmocka_unit_test(an_empty_optional_value_is_no_mistake),
        cmocka_unit_test(forms_are_strict_and_queries_are_not),
        cmocka_unit_test(bad_encodings_are_refused),
        cmocka_unit_test(more_fields_than_the_limit_are_refused),
        cmocka_unit_test(without_memory_nothing_is_half_read),
        cmocka_unit_test(a_token_fits_its_session_and_key_only),
        cmocka_unit_test(a_cookie_is_read_by_its_whole_name),
        cmocka_unit_test(a_cookie_is_set_with_all_its_guards),
        cmocka_unit_test(a_file_name_is_given_in_both_spellings),
        cmocka_unit_test(literals_come_before_parameters),
        cmocka_unit_test(malformed_and_doubled_rows_are_refused),
        cmocka_unit_test(every_route_is_whole),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
