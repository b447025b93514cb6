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
    };
    return cmocka_run_group_tests(tests, demo_open, demo_close);
}
