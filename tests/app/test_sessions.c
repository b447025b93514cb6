/* Coming in, staying in, being put out; over the demonstration. */
#include "demo.h"

#include <stdio.h>

#include "app/accounts.h"

#define MINUTE 60000LL
#define PASSWORD "mot-mat-khau-dai"

static const struct actor system_actor = {{0}, STR("test")};

static bool come(const char *login, const char *password, const char *address, struct str *ret)
{
    struct sign_in q = {str_of(login), str_of(password), str_of(address), STR("test")};
    struct account_id account;

    demo->err = ERR_INIT;
    return session_begin(demo->app, &q, &demo->a, ret, &account, &demo->err);
}

static bool is_in(struct str secret)
{
    struct account_id account;
    bool found;

    OK(session_check(demo->app, secret, &account, &found, &demo->err));
    return found;
}

static void add(const char *login)
{
    struct account_request q = {.login = str_of(login),
        .name = STR("Kiểm thử"),
        .post = STR("Chuyên viên"),
        .unit = STR("MH001"),
        .password = STR(PASSWORD)};

    OK(account_add(demo->app, system_actor, &q, &demo->err));
}

static void neither_name_nor_password_is_said_to_be_wrong(void **state)
{
    struct str secret;
    char unknown[500], wrong[500];
    struct sbuf b;

    (void)state;
    add("an");
    assert_false(come("khong-co", PASSWORD, "10.0.0.1", &secret));
    sbuf_init(&b, &demo->a, 500);
    err_text(&demo->err, LANG_VI, &b);
    snprintf(unknown, sizeof unknown, "%s", sbuf_cstr(&b));
    assert_false(come("an", "sai mật khẩu", "10.0.0.1", &secret));
    sbuf_reset(&b);
    err_text(&demo->err, LANG_VI, &b);
    snprintf(wrong, sizeof wrong, "%s", sbuf_cstr(&b));
    assert_string_equal(unknown, wrong);
}

static void five_failures_make_a_name_wait_even_with_the_right_password(void **state)
{
    struct str secret;
    char address[40];

    (void)state;
    add("binh");
    for (int i = 0; i < 5; i++) {
        snprintf(address, sizeof address, "10.0.1.%d", i); /* each time from elsewhere */
        REFUSED(come("binh", "sai mật khẩu", address, &secret), "err.login.wrong");
    }
    REFUSED(come("binh", PASSWORD, "10.0.1.9", &secret), "err.login.wait");
    OK(come("an", PASSWORD, "10.0.1.9", &secret)); /* others are not kept out */
    demo->now_ms += 16 * MINUTE;
    OK(come("binh", PASSWORD, "10.0.1.9", &secret));
}

static void thirty_failures_make_an_address_wait(void **state)
{
    struct str secret;
    char login[40];

    (void)state;
    for (int i = 0; i < 30; i++) {
        snprintf(login, sizeof login, "doan-%d", i);
        REFUSED(come(login, "x", "10.0.2.1", &secret), "err.login.wrong");
    }
    REFUSED(come("an", PASSWORD, "10.0.2.1", &secret), "err.login.wait");
    OK(come("an", PASSWORD, "10.0.2.2", &secret));
}

static void each_session_has_a_secret_of_its_own(void **state)
{
    struct str one, two;

    (void)state;
    OK(come("an", PASSWORD, "10.0.3.1", &one));
    OK(come("an", PASSWORD, "10.0.3.1", &two));
    assert_int_equal(one.n, SECRET_TEXT);
    assert_false(str_eq(one, two));
    assert_true(is_in(one) && is_in(two));
    OK(session_end(demo->app, one, &demo->err));
    assert_false(is_in(one));
    assert_true(is_in(two));
    assert_false(is_in(STR("")));
    assert_false(is_in(STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
}

static void a_session_ends_by_itself(void **state)
{
    struct str secret;

    (void)state;
    OK(come("an", PASSWORD, "10.0.4.1", &secret));
    demo->now_ms += 14 * MINUTE;
    assert_true(is_in(secret)); /* used, so it goes on */
    demo->now_ms += 14 * MINUTE;
    assert_true(is_in(secret));
    demo->now_ms += 16 * MINUTE;
    assert_false(is_in(secret)); /* idle for longer than fifteen minutes */
    OK(come("an", PASSWORD, "10.0.4.1", &secret));
    for (int i = 0; i < 72; i++) {
        demo->now_ms += 10 * MINUTE;
        if (i < 71)
            assert_true(is_in(secret));
    }
    assert_false(is_in(secret)); /* twelve hours, however busy */
}

static void a_new_password_and_a_closed_account_end_all_sessions(void **state)
{
    struct str one, two;

    (void)state;
    add("chi");
    OK(come("chi", PASSWORD, "10.0.5.1", &one));
    OK(come("chi", PASSWORD, "10.0.5.2", &two));
    OK(account_password(demo->app, system_actor, STR("chi"), STR("mat-khau-khac-han"), &demo->err));
    assert_false(is_in(one) || is_in(two));
    REFUSED(come("chi", PASSWORD, "10.0.5.1", &one), "err.login.wrong");
    OK(come("chi", "mat-khau-khac-han", "10.0.5.1", &one));
    OK(account_disable(demo->app, system_actor, STR("chi"), true, &demo->err));
    assert_false(is_in(one));
    REFUSED(come("chi", "mat-khau-khac-han", "10.0.5.1", &one), "err.login.wrong");
}

static void a_short_password_is_refused(void **state)
{
    struct account_request q = {.login = STR("dung"),
        .name = STR("Kiểm thử"),
        .post = STR("Chuyên viên"),
        .unit = STR("MH001"),
        .password = STR("ngan-qua-13ky")};

    (void)state;
    demo->err = ERR_INIT;
    assert_false(account_add(demo->app, system_actor, &q, &demo->err));
    assert_int_equal(demo->err.code, ERR_INVALID);
}

static struct session_seen *seen;
static size_t seens;

static void list(const char *login, struct str secret)
{
    OK(sessions_of(
        demo->app, demo_actor(login).account, secret, &demo->a, &seen, &seens, &demo->err));
}

static void a_person_sees_the_own_sessions_and_ends_one(void **state)
{
    struct str here, there, elses;

    (void)state;
    add("tam");
    add("tu");
    OK(come("tam", PASSWORD, "10.0.7.1", &there));
    demo->now_ms += MINUTE;
    OK(come("tam", PASSWORD, "10.0.7.2", &here));
    OK(come("tu", PASSWORD, "10.0.7.3", &elses));
    list("tam", here);
    assert_int_equal(seens, 2);
    assert_str(seen[0].address, "10.0.7.2");
    assert_true(seen[0].this_one);
    assert_str(seen[1].address, "10.0.7.1");
    assert_false(seen[1].this_one);
    struct str gone = str_dup(&demo->a, str_of(seen[1].id));
    OK(session_end_one(demo->app, demo_actor("tam").account, gone, &demo->err));
    assert_true(is_in(here));
    assert_false(is_in(there));
    REFUSED(session_end_one(demo->app, demo_actor("tam").account, gone, &demo->err),
        "err.session.gone");
    list("tu", elses);
    REFUSED(session_end_one(demo->app, demo_actor("tam").account, str_of(seen[0].id), &demo->err),
        "err.session.gone"); /* somebody else's */
    assert_true(is_in(elses));
}

static void a_session_that_has_run_out_is_not_listed(void **state)
{
    struct str old, fresh;

    (void)state;
    add("chin");
    OK(come("chin", PASSWORD, "10.0.8.1", &old));
    demo->now_ms += 60 * 24 * MINUTE;
    OK(come("chin", PASSWORD, "10.0.8.2", &fresh));
    list("chin", fresh);
    assert_int_equal(seens, 1);
    assert_true(seen[0].this_one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neither_name_nor_password_is_said_to_be_wrong),
        cmocka_unit_test(five_failures_make_a_name_wait_even_with_the_right_password),
        cmocka_unit_test(thirty_failures_make_an_address_wait),
        cmocka_unit_test(each_session_has_a_secret_of_its_own),
        cmocka_unit_test(a_session_ends_by_itself),
        cmocka_unit_test(a_new_password_and_a_closed_account_end_all_sessions),
        cmocka_unit_test(a_short_password_is_refused),
        cmocka_unit_test(a_person_sees_the_own_sessions_and_ends_one),
        cmocka_unit_test(a_session_that_has_run_out_is_not_listed),
    };
    return cmocka_run_group_tests(tests, demo_open, demo_close);
}
