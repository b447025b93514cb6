/* Many at once: readers beside the writer, several servers on one database, a client that dies. */
#include "fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define Q FIXTURE_PERIOD
#define ACTS 200
#define READERS 4

static bool write_one(struct store *s, int64_t series, int64_t i, int64_t *ret_act, struct err *err)
{
    struct act a = {.at_ms = 1700000000000, .via = STR("t"), .kind = ACT_ENTER, .object = STR("")};
    struct figure_write w = {.key = cell(series, Q, i), .value = i, .flags = FIGURE_BORN_APPROVED};

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

/* --- readers beside the writer --- */

struct reading {
    struct fixture *f;
    atomic_int_fast64_t done; /* acts that were acknowledged */
    atomic_bool stop, wrong;
};

static bool count(
    void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional)
{
    (void)unit, (void)approved, (void)provisional;
    ++*(int64_t *)ctx;
    return true;
}

/* A column read after an answer holds at least what was answered; head and column never go back. */
static void *read_on(void *arg)
{
    struct reading *r = arg;
    struct store *s = r->f->s;
    int64_t last = 0;

    while (!r->stop) {
        struct err err = ERR_INIT;
        int64_t before = r->done, n = 0;
        bool ok = s->ops->load_column(s, (struct series_id){1}, Q, ACT_MAX, count, &n, &err);
        if (!ok || n < before || n < last)
            r->wrong = true;
        last = n;
    }
    return NULL;
}

static void readers_see_whatever_was_acknowledged(void **state)
{
    struct fixture *f = *state;
    struct reading r = {.f = f};
    pthread_t thread[READERS];
    int64_t act;

    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, read_on, &r), 0);
    for (int64_t i = 0; i < ACTS; i++) {
        OK(f, write_one(f->s, 1, i, &act, &f->err));
        r.done = i + 1;
    }
    r.stop = true;
    for (int i = 0; i < READERS; i++)
        pthread_join(thread[i], NULL);
    assert_false(r.wrong);
}

/* --- jobs that fail between jobs that do not --- */

enum fate { WELL, GIVES_UP, BREAKS_A_RULE, NO_TEXT, FATES };

/* One job of a group; false: it failed and was undone. */
static bool run_job(struct fixture *f, enum fate fate, int64_t series, int64_t unit)
{
    struct store *s = f->s;
    struct err err = ERR_INIT;
    struct act a = {.at_ms = 1700000000000, .via = STR("t"), .kind = ACT_ENTER, .object = STR("")};
    struct figure_write w = {.key = cell(series, Q, unit), .value = unit, .note = STR("n")};
    struct report_event e = {.step = STEP_CHECK, .state = REPORT_DRAFT};

    OK(f, s->ops->save(s, &f->err));
    bool ok = s->ops->act_open(s, &a, &err) && s->ops->figure_put(s, &w, a.no, &err);
    e.act = a.no;
    if (fate == BREAKS_A_RULE) /* of a report that does not exist: told late by PostgreSQL */
        ok = ok && s->ops->report_event_put(s, (struct report_id){4711}, &e, &err);
    a.reason = fate == NO_TEXT ? STR("a\xff") : STR("");
    ok = ok && fate != GIVES_UP && s->ops->act_close(s, &a, &err) && s->ops->keep(s, &err);
    assert_true(ok == (fate == WELL));
    if (!ok)
        s->ops->undo_save(s);
    return ok;
}

static void failing_jobs_and_groups_leave_no_gap_in_the_row_of_acts(void **state)
{
    struct fixture *f = *state;
    struct verify_report report;
    struct act_no head;
    unsigned char hash[32];
    unsigned seed = 11;
    int64_t done = 0, unit = 0;

    for (int group = 0; group < 40; group++) {
        int64_t well = 0;
        OK(f, f->s->ops->begin(f->s, &f->err));
        for (int job = 0; job < 12; job++) {
            enum fate fate = rand_r(&seed) % 2 ? WELL : (enum fate)(rand_r(&seed) % FATES);
            well += run_job(f, fate, 1 + rand_r(&seed) % 3, ++unit);
        }
        if (rand_r(&seed) % 4 == 0) {
            f->s->ops->rollback(f->s);
            continue;
        }
        OK(f, f->s->ops->commit(f->s, &f->err));
        done += well;
    }
    OK(f, f->s->ops->head(f->s, &head, hash, &f->err));
    assert_int_equal(head.v, done);
    OK(f, f->s->ops->verify(f->s, &report, &f->err)); /* finds any gap, and rows of no act */
    assert_int_equal(report.acts, done);
    assert_int_equal(report.figures, done);
}

/* --- several servers on one database --- */

struct server {
    const char *where;
    int64_t series, acts[ACTS];
    bool ok;
};

static void *serve(void *arg)
{
    struct server *v = arg;
    struct err err = ERR_INIT;
    struct store *s = store_open(v->where, (struct store_options){.beside_others = true}, &err);

    v->ok = s != NULL;
    for (int64_t i = 0; v->ok && i < ACTS; i++)
        v->ok = write_one(s, v->series, i, &v->acts[i], &err);
    if (s)
        s->ops->close(s);
    return NULL;
}

static void several_servers_share_one_dense_row_of_acts(void **state)
{
    struct fixture *f = *state;
    const char *where = place_of(f);
    struct server v[3] = {{where, 1}, {where, 2}, {where, 3}};
    char seen[3 * ACTS + 1] = {0};
    pthread_t thread[3];
    struct verify_report report;

    if (strcmp(engine_under_test, "postgres") != 0)
        skip(); /* a folder has one server */
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, serve, &v[i]), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 3; i++) {
        assert_true(v[i].ok);
        for (int j = 0; j < ACTS; j++) {
            assert_in_range(v[i].acts[j], 1, 3 * ACTS);
            assert_true(j == 0 || v[i].acts[j] > v[i].acts[j - 1]);
            assert_int_equal(seen[v[i].acts[j]]++, 0);
        }
    }
    OK(f, f->s->ops->verify(f->s, &report, &f->err));
    assert_int_equal(report.acts, 3 * ACTS);
}

/* --- a client that dies --- */

static void a_client_that_dies_loses_nothing_acknowledged(void **state)
{
    struct fixture *f = *state;
    const char *z = getenv("GIAOBAN_FAULT_ROUNDS");
    int rounds = z && atoi(z) > 0 ? atoi(z) : 6;
    int64_t done = 0;
    unsigned seed = 3;

    f->s->ops->close(f->s);
    f->s = NULL;
    for (int r = 0; r < rounds; r++) {
        struct err err = ERR_INIT;
        struct verify_report report;
        int64_t last;
        int to[2];
        assert_int_equal(pipe(to), 0);
        pid_t pid = fork();
        if (pid == 0) {
            struct store *s = store_open(place_of(f), (struct store_options){0}, &err);
            for (int64_t i = done; s && write_one(s, 1, i, &last, &err); i++)
                if (write(to[1], &last, sizeof last) != sizeof last)
                    break;
            _exit(1);
        }
        close(to[1]);
        usleep(30000 + (useconds_t)(rand_r(&seed) % 60000));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(to[0], &last, sizeof last) == sizeof last)
            done = last;
        close(to[0]);
        struct store *s = store_open(place_of(f), (struct store_options){0}, &err);
        if (!s)
            fail_msg("%s %s", err_code_name(err.code), err.arg[0]);
        assert_true(s->ops->begin(s, &err)); /* waits for what the dead one had begun */
        s->ops->rollback(s);
        assert_true(s->ops->verify(s, &report, &err));
        assert_true(report.acts == done || report.acts == done + 1);
        assert_int_equal(report.figures, report.acts);
        done = report.acts;
        s->ops->close(s);
    }
    assert_true(done > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(readers_see_whatever_was_acknowledged),
        TEST(failing_jobs_and_groups_leave_no_gap_in_the_row_of_acts),
        TEST(several_servers_share_one_dense_row_of_acts),
        TEST(a_client_that_dies_loses_nothing_acknowledged),
    };

    if (argc > 1)
        engine_under_test = argv[1];
    if (!engine_is_here())
        return SKIPPED;
    return cmocka_run_group_tests(tests, engine_start, engine_stop);
}
