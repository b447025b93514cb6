/* A PostgreSQL that goes away, and more than one who wants to write: nothing acknowledged is lost,
 * nothing is written without the right to write, and all goes on by itself. */
#include "fixture.h"
#include "pg_proxy.h"
#include "pg_server.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define Q FIXTURE_PERIOD
#define KILL "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "

static bool enter(struct store *s, int64_t unit, int64_t *ret_act, struct err *err)
{
    struct act a = {.at_ms = 1700000000000, .via = STR("t"), .kind = ACT_ENTER, .object = STR("")};
    struct figure_write w = {.key = cell(1, Q, unit), .value = unit, .flags = 0};

    *err = ERR_INIT;
    if (!s->ops->begin(s, err))
        return false;
    if (s->ops->save(s, err) && s->ops->act_open(s, &a, err) &&
        s->ops->figure_put(s, &w, a.no, err) && s->ops->act_close(s, &a, err) &&
        s->ops->keep(s, err) && s->ops->commit(s, err)) {
        *ret_act = a.no.v;
        return true;
    }
    s->ops->rollback(s);
    return false;
}

static int64_t figures(struct fixture *f, struct store *s)
{
    struct verify_report v;

    OK(f, s->ops->verify(s, &v, &f->err));
    assert_int_equal(v.figures, v.acts);
    return v.figures;
}

static void kill_sessions(struct fixture *f)
{
    char sql[300];

    snprintf(sql, sizeof sql, KILL "'%s' AND pid <> pg_backend_pid()", f->dir);
    pg_exec("postgres", sql);
}

/* --- one writes at a time --- */

static void a_second_writer_is_told_who_has_the_store_and_readers_are_let_in(void **state)
{
    struct fixture *f = *state;
    char us[32];
    int64_t act;

    OK(f, enter(f->s, 1, &act, &f->err));
    assert_null(fixture_open_with(f, (struct store_options){0}));
    assert_int_equal(f->err.key, MSG_err_store_held_database);
    assert_int_equal(f->err.code, ERR_BUSY);
    assert_string_equal(f->err.arg[0], f->dir);
    snprintf(us, sizeof us, "giaoban %ld@", (long)getpid());
    assert_non_null(strstr(f->err.arg[1], us));
    assert_int_equal(strlen(f->err.arg[3]), strlen("07:30 01/07/2025"));

    struct store *reader = fixture_open_with(f, (struct store_options){.read_only = true});
    assert_non_null(reader);
    assert_int_equal(figures(f, reader), 1);
    reader->ops->close(reader);
}

static void the_right_to_write_ends_with_the_connection(void **state)
{
    struct fixture *f = *state;
    int64_t act;

    OK(f, enter(f->s, 1, &act, &f->err));
    kill_sessions(f);
    struct store *other = fixture_open_with(f, (struct store_options){0});
    OK(f, other != NULL);
    OK(f, enter(other, 2, &act, &f->err));

    /* the first one notices, and may neither write nor stay with what it knew */
    assert_false(enter(f->s, 3, &act, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_held_database);
    OK(f, f->s->ops->tend(f->s, &f->err));
    assert_true(f->s->ops->moved(f->s));
    OK(f, f->s->ops->tend(f->s, &f->err));
    assert_false(f->s->ops->moved(f->s));

    OK(f, enter(other, 4, &act, &f->err));
    other->ops->close(other);
    OK(f, enter(f->s, 5, &act, &f->err));
    assert_int_equal(act, 4);
    assert_true(f->s->ops->moved(f->s));
    assert_int_equal(figures(f, f->s), 4);
}

/* --- connections that break --- */

static void a_writer_goes_on_after_its_connection_was_ended(void **state)
{
    struct fixture *f = *state;
    int64_t act;

    for (int64_t i = 1; i <= 5; i++) {
        OK(f, enter(f->s, i, &act, &f->err));
        assert_int_equal(act, i);
        kill_sessions(f);
    }
    assert_int_equal(figures(f, f->s), 5);
    assert_false(f->s->ops->moved(f->s));
}

static void a_job_whose_connection_breaks_fails_alone_and_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    const struct store_ops *o = f->s->ops;
    struct figure_write w = {.key = cell(1, Q, 7), .value = 7};
    int64_t act;

    OK(f, enter(f->s, 1, &act, &f->err));
    struct act a = act_begin(f, ACT_ENTER, "cell");
    OK(f, o->save(f->s, &f->err));
    OK(f, o->figure_put(f->s, &w, a.no, &f->err));
    kill_sessions(f);
    w.key.unit.v = 8;
    assert_false(o->figure_put(f->s, &w, a.no, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_away);
    o->undo_save(f->s);
    assert_false(o->commit(f->s, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_away);
    OK(f, enter(f->s, 2, &act, &f->err));
    assert_int_equal(act, 2);
    assert_int_equal(figures(f, f->s), 2);
}

static void readers_find_the_server_again_after_a_restart(void **state)
{
    struct fixture *f = *state;
    int64_t act;

    for (int64_t i = 1; i <= 2; i++) {
        OK(f, enter(f->s, i, &act, &f->err));
        assert_int_equal(figures(f, f->s), i);
        pg_server_restart();
        assert_int_equal(figures(f, f->s), i);
    }
    OK(f, f->s->ops->tend(f->s, &f->err));
    assert_false(f->s->ops->moved(f->s)); /* nobody else has written */
    OK(f, enter(f->s, 3, &act, &f->err));
}

/* --- a commit whose answer is lost --- */

static struct store *open_through_proxy(struct fixture *f)
{
    char url[160];

    f->s->ops->close(f->s);
    f->s = NULL;
    pg_proxy_start();
    pg_proxy_url(url, f->dir);
    struct store *s = store_open(url, (struct store_options){0}, &f->err);
    OK(f, s != NULL);
    return s;
}

static void a_commit_whose_answer_was_lost_is_known_to_have_happened(void **state)
{
    struct fixture *f = *state;
    struct store *s = open_through_proxy(f);
    int64_t act;

    OK(f, enter(s, 1, &act, &f->err));
    pg_proxy_set(PROXY_ANSWER_LOST);
    OK(f, enter(s, 2, &act, &f->err));
    assert_int_equal(act, 2);
    assert_false(s->ops->moved(s));
    OK(f, enter(s, 3, &act, &f->err));
    assert_int_equal(figures(f, s), 3);
    s->ops->close(s);
    pg_proxy_stop();
}

static void a_commit_that_never_arrived_is_known_not_to_have_happened(void **state)
{
    struct fixture *f = *state;
    struct store *s = open_through_proxy(f);
    int64_t act;

    pg_proxy_set(PROXY_COMMIT_LOST);
    assert_false(enter(s, 1, &act, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_away);
    assert_false(s->ops->moved(s));
    OK(f, enter(s, 1, &act, &f->err));
    assert_int_equal(act, 1);
    assert_int_equal(figures(f, s), 1);
    s->ops->close(s);
    pg_proxy_stop();
}

static void a_commit_that_stays_in_doubt_is_said_to_be_and_seen_later(void **state)
{
    struct fixture *f = *state;
    struct store *s = open_through_proxy(f);
    int64_t act;

    pg_proxy_set(PROXY_COMMIT_ALONE);
    assert_false(enter(s, 1, &act, &f->err)); /* waits for as long as it may */
    assert_int_equal(f->err.key, MSG_err_store_unsure);
    assert_false(s->ops->tend(s, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_away);
    pg_proxy_set(PROXY_PASS);
    OK(f, s->ops->tend(s, &f->err));
    assert_true(s->ops->moved(s));
    assert_int_equal(figures(f, s), 1);
    OK(f, enter(s, 2, &act, &f->err));
    assert_int_equal(act, 2);
    s->ops->close(s);
    pg_proxy_stop();
}

static void an_address_that_does_not_answer_is_said_in_the_servers_words(void **state)
{
    struct fixture *f = *state;

    assert_null(store_open(
        "postgresql://giaoban@/nowhere?host=/nonexistent", (struct store_options){0}, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_connect);
    assert_non_null(strstr(f->err.arg[0], "/nonexistent"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_second_writer_is_told_who_has_the_store_and_readers_are_let_in),
        TEST(the_right_to_write_ends_with_the_connection),
        TEST(a_writer_goes_on_after_its_connection_was_ended),
        TEST(a_job_whose_connection_breaks_fails_alone_and_leaves_nothing),
        TEST(readers_find_the_server_again_after_a_restart),
        TEST(a_commit_whose_answer_was_lost_is_known_to_have_happened),
        TEST(a_commit_that_never_arrived_is_known_not_to_have_happened),
        TEST(a_commit_that_stays_in_doubt_is_said_to_be_and_seen_later),
        TEST(an_address_that_does_not_answer_is_said_in_the_servers_words),
    };

    engine_under_test = "postgres";
    if (!engine_is_here())
        return SKIPPED;
    return cmocka_run_group_tests(tests, engine_start, engine_stop);
}
