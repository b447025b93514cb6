/* Pages and files that are kept, over HTTP and the demonstration: the leader's scoreboard moves
 * with the approval, nobody is given what another's rights have made, a session that was ended is
 * ended, and what was packed piece by piece is the same page. */
#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

#include "app/accounts.h"
#include "served.h"

#define PASSWORD "mat-khau-rat-dai-1"

static const struct actor owner = {{0}, STR("test")};
static char leader[80], ward[80], english[80];
static char province[12], commune[12];
static struct report_key key;

static void sign_in(const char *login, char ret[80])
{
    struct sign_in q = {str_of(login), STR(PASSWORD), STR("127.0.0.1"), STR("test")};
    struct account_id account;
    struct str secret;

    OK(session_begin(demo->app, &q, &demo->a, &secret, &account, &demo->err));
    snprintf(ret, 80, "%.*s", STR_ARG(secret));
}

static void add_person(const char *login, const char *unit, char ret[80])
{
    struct account_request q = {.login = str_of(login),
        .name = str_of(login),
        .unit = str_of(unit),
        .password = STR(PASSWORD)};
    struct grant_request g = {
        .login = q.login, .unit = q.unit, .role = ROLE_LEADER, .line = LINE_STATE};

    OK(account_add(demo->app, owner, &q, &demo->err));
    OK(account_grant(demo->app, owner, &g, &demo->err));
    sign_in(login, ret);
}

/* The answer, its body as a text in the arena; *ret_status may be NULL. */
static struct str get(const char *secret, const char *path, const char *more, int *ret_status)
{
    static struct answer a;
    char text[2000];

    snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: gb_session=%s\r\n%sConnection: "
        "close\r\n\r\n",
        path, secret, more);
    ask(http_port(served), text, &a);
    if (ret_status)
        *ret_status = a.status;
    else
        assert_int_equal(a.status, 200);
    return str_dup(&demo->a, str_make(a.body, a.n - (size_t)(a.body - a.text)));
}

static const char *path_of(const char *format, const char *unit)
{
    return arena_printf(&demo->a, format, unit);
}

/* What stands between the frame's parts. */
static struct str matter(struct str page)
{
    ptrdiff_t from = str_find(page, STR("<main"), 0), to = str_find(page, STR("</main>"), 0);

    if (from < 0 || to < from)
        fail_msg("no page: %.*s", STR_ARG(str_slice(page, 0, 3000)));
    return str_slice(page, (size_t)from, (size_t)to);
}

static bool has(struct str s, const char *text)
{
    return str_find(s, str_of(text), 0) >= 0;
}

static void step(enum report_step s)
{
    struct step_request q = {.key = key,
        .step = s,
        .reason = STR("kiểm thử"),
        .number = STR("1-BC/ĐU"),
        .signer = STR("A"),
        .signed_day = day_make(2026, 9, 25),
        .unchecked = true};

    OK(reporting_step(demo->app, owner, &q, NULL, &demo->err));
}

static void type(const char *number)
{
    struct save_result saved;

    demo_look();
    int x = catalog_indicator(demo->v.catalog, STR("KT03"), NULL);
    struct typed_cell cell = {demo->v.catalog->series[demo->v.catalog->indicator[x].series].id,
        str_of(number), 0, STR(""), -1};
    demo_done();
    OK(reporting_save(demo->app, owner, key, &cell, 1, &demo->a, &saved, &demo->err));
}

/* An input that is empty says nothing, but nothing is kept under it yet. */
static void same_as_made_anew(const char *path, const char *empty)
{
    struct str kept = get(leader, path, "", NULL),
               anew = get(
                   leader, path_of("%s", arena_printf(&demo->a, "%s%s", path, empty)), "", NULL);

    if (has(kept, "<main"))
        assert_true(str_eq(matter(kept), matter(anew)));
    else
        assert_true(str_eq(kept, anew));
}

static void the_leaders_scoreboard_moves_with_the_approval(void **state)
{
    const char *page = path_of("/units/%s/scoreboard?period=2026-Q4", province),
               *board = path_of("/units/%s/scoreboard.json?period=2026-Q4", province),
               *figures = path_of("/indicators/KT03/figures.json?unit=%s&period=2026-Q4", province);

    (void)state;
    type("9182736");
    step(STEP_CHECK);
    step(STEP_TO_SIGN);
    step(STEP_SUBMIT);
    struct str before[3] = {
        get(leader, page, "", NULL), get(leader, board, "", NULL), get(leader, figures, "", NULL)};
    assert_str(matter(get(leader, page, "", NULL)), str_dupz(&demo->a, matter(before[0])));
    assert_true(str_eq(get(leader, board, "", NULL), before[1]));
    assert_true(str_eq(get(leader, figures, "", NULL), before[2]));
    assert_false(has(before[2], "9182736"));
    step(STEP_APPROVE);
    assert_false(str_eq(matter(get(leader, page, "", NULL)), matter(before[0])));
    assert_false(str_eq(get(leader, board, "", NULL), before[1]));
    assert_true(has(get(leader, figures, "", NULL), "9182736"));
    same_as_made_anew(page, "&status=");
    step(STEP_REOPEN);
    same_as_made_anew(page, "&set=");
    same_as_made_anew(board, "&set=");
    /* a later correction, the report's other figures as they were */
    type("9182737");
    step(STEP_CHECK);
    step(STEP_TO_SIGN);
    step(STEP_SUBMIT);
    step(STEP_APPROVE);
    assert_true(has(get(leader, figures, "", NULL), "9182737"));
}

static void what_one_may_read_is_not_given_to_one_who_may_not(void **state)
{
    const char *const paths[] = {path_of("/units/%s/scoreboard?period=2026-Q3", province),
        path_of("/units/%s/scoreboard.json?period=2026-Q3", province),
        path_of("/indicators/KT03/figures.json?unit=%s&period=2026-Q3", province)};
    static const char *const words[] = {"<table", "\"targets\"", "\"league\""};
    int status;

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct str own = get(leader, paths[i], "", NULL);
        struct str other = get(ward, paths[i], "", &status);
        assert_int_equal(status, 403);
        assert_true(has(own, words[i]) && !has(other, words[i]));
        get("nobody-at-all-0123456789012345678901234567", paths[i], "", &status);
        assert_int_equal(status, 303);
    }
    /* the same unit, read by both: each has the menu of units that he may open */
    const char *page = path_of("/units/%s/scoreboard?period=2026-Q3", commune);
    struct str above = get(leader, page, "", NULL), here = get(ward, page, "", NULL);
    assert_true(has(matter(above), province));
    assert_false(has(matter(here), province));
}

static void the_frame_is_each_readers_own(void **state)
{
    const char *page = path_of("/units/%s/scoreboard?period=2026-Q3", province);
    struct str one = get(leader, page, "", NULL), two = get(english, page, "", NULL);

    (void)state;
    assert_true(str_eq(matter(one), matter(two))); /* the same rights and language */
    assert_true(has(one, "leader.one") && !has(one, "leader.two"));
    assert_true(has(two, "leader.two") && !has(two, "leader.one"));
    char cookie[200];
    snprintf(cookie, sizeof cookie, "%s; gb_lang=en", english);
    struct str three = get(cookie, page, "", NULL);
    assert_true(has(matter(three), "targets") && !str_eq(matter(three), matter(two)));
}

static struct str unpacked(struct str s)
{
    size_t room = 1u << 20;
    char *out = arena_alloc(&demo->a, room);
    z_stream z = {.next_in = (Bytef *)(uintptr_t)s.p,
        .avail_in = (uInt)s.n,
        .next_out = (Bytef *)out,
        .avail_out = (uInt)room};

    assert_non_null(out);
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END); /* checksum and length, too */
    assert_int_equal(z.avail_in, 0);
    inflateEnd(&z);
    return str_make(out, room - z.avail_out);
}

static void what_is_packed_is_the_same_page(void **state)
{
    const char *const paths[] = {path_of("/units/%s/scoreboard?period=2026-Q2", province),
        path_of("/units/%s/scoreboard.json?period=2026-Q2", province), "/units"};

    (void)state;
    for (int i = 0; i < 3; i++)
        for (int time = 0; time < 3; time++) { /* made, found, found with its packed piece */
            struct str packed = get(leader, paths[i], "Accept-Encoding: gzip\r\n", NULL);
            struct str plain = get(leader, paths[i], "", NULL);
            struct str whole = unpacked(packed);
            assert_true(packed.n < plain.n);
            assert_int_equal(whole.n, plain.n);
            assert_true(str_eq(whole, plain));
        }
}

static void an_ended_session_is_ended_at_once(void **state)
{
    char secret[80];
    int status;

    (void)state;
    sign_in("leader.one", secret);
    get(secret, "/units", "", NULL);
    OK(session_end(demo->app, str_of(secret), &demo->err));
    get(secret, "/units", "", &status);
    assert_int_equal(status, 303);
    sign_in("leader.one", secret);
    get(secret, "/units", "", NULL);
    demo->now_ms += 16 * 60000; /* idle too long */
    get(secret, "/units", "", &status);
    assert_int_equal(status, 303);
    sign_in("leader.one", leader);
    sign_in("leader.two", english);
    OK(account_disable(demo->app, owner, STR("leader.one"), true, &demo->err));
    get(leader, "/units", "", &status);
    assert_int_equal(status, 303);
}

static int open_all(void **state)
{
    int rc = served_open(state);

    if (rc != 0)
        return rc;
    add_person("leader.one", "MH", leader);
    add_person("leader.two", "MH", english);
    add_person("leader.ward", "MH001", ward);
    key = demo_key("DU-Q", "MH001", "2026-Q4");
    int top = demo_unit("MH", "2026-Q4"), below = demo_unit("MH001", "2026-Q4");
    demo_look();
    snprintf(province, sizeof province, "%s", demo->v.catalog->units.p[top].uid.z);
    snprintf(commune, sizeof commune, "%s", demo->v.catalog->units.p[below].uid.z);
    demo_done();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_leaders_scoreboard_moves_with_the_approval),
        cmocka_unit_test(what_one_may_read_is_not_given_to_one_who_may_not),
        cmocka_unit_test(the_frame_is_each_readers_own),
        cmocka_unit_test(what_is_packed_is_the_same_page),
        cmocka_unit_test(an_ended_session_is_ended_at_once),
    };
    return cmocka_run_group_tests_name("web: keep", tests, open_all, served_close);
}
