/* Nothing acknowledged is lost: failing calls, a full disk, a cut of power, kill -9.
 *
 * The number of rounds is small here; GIAOBAN_FAULT_ROUNDS=1000 asks for the long run.
 */
#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_vfs.h"

#define GROUPS 6
#define GROUP_SIZE 4

static int rounds_of(int usual)
{
    const char *z = getenv("GIAOBAN_FAULT_ROUNDS");

    return z && atoi(z) > 0 ? atoi(z) : usual;
}

/* The value that act `i` gives to its cell; every third one corrects the cell before. */
static struct figure_write figure_of(int64_t i)
{
    return (struct figure_write){.key = cell(1, FIXTURE_PERIOD, i % 3 == 2 ? i - 1 : i),
        .value = i * 11 + 1,
        .flags = FIGURE_BORN_APPROVED};
}

static bool write_one(struct store *s, int64_t i, struct err *err)
{
    struct act a = {
        .at_ms = 1700000000000 + i, .via = STR("t"), .kind = ACT_ENTER, .object = STR("")};
    struct figure_write w = figure_of(i);

    return s->ops->save(s, err) && s->ops->act_open(s, &a, err) &&
           s->ops->figure_put(s, &w, a.no, err) && s->ops->act_close(s, &a, err) &&
           s->ops->keep(s, err);
}

/* One group of jobs; true when it is acknowledged. A job that fails is undone alone. */
static bool write_group(struct store *s, int64_t *next, struct err *err)
{
    int64_t i = *next;

    if (!s->ops->begin(s, err))
        return false;
    for (int j = 0; j < GROUP_SIZE; j++) {
        if (write_one(s, i, err))
            i++;
        else
            s->ops->undo_save(s);
    }
    if (!s->ops->commit(s, err))
        return false;
    *next = i;
    return true;
}

/* Opens on the sound file system: the chain is whole and every acknowledged figure is there. */
static void check_nothing_lost(const char *dir, int64_t acknowledged)
{
    struct err err = ERR_INIT;
    struct verify_report v;
    struct store *s = store_open_sqlite(dir, (struct store_options){0}, &err);

    if (!s)
        fail_msg("cannot open: %s %s", err_code_name(err.code), err.arg[1]);
    if (!s->ops->verify(s, &v, &err))
        fail_msg("verify: %.*s %s %s", STR_ARG(msg_name(err.key)), err.arg[0], err.arg[1]);
    assert_true(v.acts >= acknowledged);
    for (int64_t i = 0; i < acknowledged; i++) {
        struct figure_write w = figure_of(i), later = figure_of(i + 1);
        struct figure_version got;
        bool found;
        assert_true(s->ops->figure_get(s, w.key, &got, &found, &err));
        assert_true(found);
        if (figure_key_cmp(w.key, later.key) != 0)
            assert_int_equal(got.value, w.value);
    }
    s->ops->close(s);
}

static void make_dir(char dir[64])
{
    struct err err = ERR_INIT;

    /* In memory where there is such a place: no fault here comes from the disk itself. */
    strcpy(dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/giaoban-fault-XXXXXX"
                                              : "/tmp/giaoban-fault-XXXXXX");
    assert_non_null(mkdtemp(dir));
    assert_true(store_create_sqlite(dir, (struct store_options){0}, &err));
}

/* Writes through the faulty file system; the number of acknowledged acts. The first error's code is
 * kept. */
static int64_t write_all(const char *dir, struct err *first)
{
    struct err err = ERR_INIT;
    int64_t next = 0;
    struct store_options o = {.vfs = FAULT_VFS, .checkpoint_pages = 8};
    struct store *s = store_open_sqlite(dir, o, &err);

    *first = err;
    if (!s)
        return 0;
    for (int g = 0; g < GROUPS; g++) {
        err = ERR_INIT;
        write_group(s, &next, &err);
        if (first->code == ERR_NONE)
            *first = err;
        if (g == 1) /* the log is laid out ahead: what goes wrong there stops nobody */
            s->ops->tend(s, NULL);
    }
    s->ops->close(s);
    return next;
}

static void every_call_fails_in_turn(enum fault kind, bool for_good, enum err_code expected)
{
    long n = 1, told = 0;

    for (;; n++) {
        char dir[64];
        struct err first;
        make_dir(dir);
        fault_arm(n, kind, for_good);
        int64_t acknowledged = write_all(dir, &first);
        bool reached = fault_hit();
        fault_arm(0, kind, false);
        check_nothing_lost(dir, acknowledged);
        remove_folder(dir);
        told += first.code == expected;
        if (!reached) {
            assert_int_equal(first.code, ERR_NONE);
            assert_int_equal(acknowledged, GROUPS * GROUP_SIZE);
            break;
        }
    }
    assert_true(n > 30);
    assert_true(told > n / 4);
}

static void a_failing_call_loses_nothing_acknowledged(void **state)
{
    (void)state;
    every_call_fails_in_turn(FAULT_IO, false, ERR_IO);
}

static void a_failing_disk_loses_nothing_acknowledged(void **state)
{
    (void)state;
    every_call_fails_in_turn(FAULT_IO, true, ERR_IO);
}

static void a_full_disk_says_so_at_every_write(void **state)
{
    (void)state;
    every_call_fails_in_turn(FAULT_FULL, true, ERR_FULL);
}

static void a_cut_of_power_loses_nothing_acknowledged(void **state)
{
    int rounds = rounds_of(60);

    (void)state;
    for (int r = 0; r < rounds; r++) {
        char dir[64], path[128];
        struct err first;
        make_dir(dir);
        fault_power_cut_after(r % 120 + 1);
        int64_t acknowledged = write_all(dir, &first);
        fault_power_back((unsigned)r * 2654435761u + 1);
        snprintf(path, sizeof path, "%s/giaoban.db-shm", dir);
        unlink(path); /* memory is gone */
        check_nothing_lost(dir, acknowledged);
        remove_folder(dir);
    }
}

/* --- imports: all or nothing --- */

#define IMPORT_ROWS 700
#define IMPORTS 3

/* Import `k` gives every cell of a column the number k, in one act. */
static bool write_import(struct store *s, int64_t k, struct err *err)
{
    static struct figure_write w[IMPORT_ROWS];
    struct act a = {
        .at_ms = 1700000000000 + k, .via = STR("t"), .kind = ACT_IMPORT_FIGURES, .object = STR("")};
    int64_t changed;

    for (int64_t u = 0; u < IMPORT_ROWS; u++)
        w[u] = (struct figure_write){
            .key = cell(2, FIXTURE_PERIOD, u), .value = k, .flags = FIGURE_BORN_APPROVED};
    if (!s->ops->begin(s, err))
        return false;
    if (s->ops->save(s, err) && s->ops->act_open(s, &a, err) &&
        s->ops->figures_put(s, w, IMPORT_ROWS, a.no, &changed, err) &&
        s->ops->act_close(s, &a, err) && s->ops->keep(s, err))
        return s->ops->commit(s, err);
    s->ops->rollback(s);
    return false;
}

/* The import that the store holds whole; 0: none. */
static int64_t import_held(const char *dir)
{
    struct err err = ERR_INIT;
    struct verify_report v;
    struct store *s = store_open_sqlite(dir, (struct store_options){0}, &err);
    int64_t held = 0;

    assert_non_null(s);
    if (!s->ops->verify(s, &v, &err))
        fail_msg("verify: %.*s %s %s", STR_ARG(msg_name(err.key)), err.arg[0], err.arg[1]);
    for (int64_t u = 0; u < IMPORT_ROWS; u++) {
        struct figure_version got = {0};
        bool found;
        assert_true(s->ops->figure_get(s, cell(2, FIXTURE_PERIOD, u), &got, &found, &err));
        if (u == 0)
            held = got.value;
        assert_int_equal(found ? got.value : 0, held);
    }
    assert_int_equal(v.acts, held);
    s->ops->close(s);
    return held;
}

/* Through the faulty file system; the last import that was acknowledged. */
static int64_t import_all(const char *dir, bool *ret_failed)
{
    struct err err = ERR_INIT;
    struct store_options o = {.vfs = FAULT_VFS, .checkpoint_pages = 8};
    struct store *s = store_open_sqlite(dir, o, &err);
    int64_t done = 0;

    while (s && done < IMPORTS && write_import(s, done + 1, &err))
        done++;
    *ret_failed = done < IMPORTS;
    if (s)
        s->ops->close(s);
    return done;
}

static void an_import_that_fails_anywhere_is_there_whole_or_not_at_all(void **state)
{
    bool reached = true;
    long n = 1, failed = 0;

    (void)state;
    for (; reached; n++) {
        char dir[64];
        bool told;
        make_dir(dir);
        fault_arm(n, FAULT_IO, false);
        int64_t done = import_all(dir, &told);
        reached = fault_hit();
        fault_arm(0, FAULT_IO, false);
        int64_t held = import_held(dir);
        assert_true(held == done || (told && held == done + 1));
        failed += told;
        remove_folder(dir);
    }
    assert_true(failed > n / 4);
}

/* --- kill -9 --- */

/* Writes one act after the other and says each number when it is acknowledged. */
static _Noreturn void child(const char *dir, int64_t from, int to)
{
    struct err err = ERR_INIT;
    struct store *s = store_open_sqlite(dir, (struct store_options){.checkpoint_pages = 8}, &err);

    for (int64_t i = from; s; i++) {
        if (i - from == 3)
            s->ops->tend(s, &err);
        if (!s->ops->begin(s, &err) || !write_one(s, i, &err) || !s->ops->commit(s, &err))
            break;
        if (write(to, &i, sizeof i) != sizeof i)
            break;
    }
    _exit(1);
}

#define FOLDER_ROUNDS 10

static void kill_9_loses_nothing_acknowledged(void **state)
{
    int rounds = rounds_of(12);
    int64_t done = 0;
    unsigned seed = 7;
    char dir[64];

    (void)state;
    for (int r = 0; r < rounds; r++) {
        int to[2];
        int64_t last;
        if (r % FOLDER_ROUNDS == 0) { /* a store that grows for ever would only slow the check */
            if (r)
                remove_folder(dir);
            make_dir(dir);
            done = 0;
        }
        assert_int_equal(pipe(to), 0);
        pid_t pid = fork();
        if (pid == 0)
            child(dir, done, to[1]);
        close(to[1]);
        /* in a new folder at least one act is told, however slow the machine */
        if (r % FOLDER_ROUNDS == 0 && read(to[0], &last, sizeof last) == sizeof last)
            done = last + 1;
        usleep(5000 + (useconds_t)(rand_r(&seed) % 60000));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(to[0], &last, sizeof last) == sizeof last)
            done = last + 1;
        close(to[0]);
        check_nothing_lost(dir, done);

        struct err err = ERR_INIT; /* one more act may be there than was told */
        struct store *s = store_open_sqlite(dir, (struct store_options){.read_only = true}, &err);
        struct act_no head;
        unsigned char hash[32];
        assert_non_null(s);
        assert_true(s->ops->head(s, &head, hash, &err));
        assert_true(head.v == done || head.v == done + 1);
        done = head.v;
        s->ops->close(s);
    }
    assert_true(done > 0);
    remove_folder(dir);
}

/* Imports one file after the other and says each number when it is acknowledged. */
static _Noreturn void importing_child(const char *dir, int64_t from, int to)
{
    struct err err = ERR_INIT;
    struct store *s = store_open_sqlite(dir, (struct store_options){.checkpoint_pages = 8}, &err);

    for (int64_t k = from; s && write_import(s, k, &err); k++)
        if (write(to, &k, sizeof k) != sizeof k)
            break;
    _exit(1);
}

static void kill_9_leaves_an_import_whole_or_not_at_all(void **state)
{
    int rounds = rounds_of(12);
    unsigned seed = 11;
    int64_t held = 0, last;
    char dir[64];

    (void)state;
    make_dir(dir);
    for (int r = 0; r < rounds; r++) {
        int to[2];
        assert_int_equal(pipe(to), 0);
        pid_t pid = fork();
        if (pid == 0)
            importing_child(dir, held + 1, to[1]);
        close(to[1]);
        usleep((useconds_t)(rand_r(&seed) % 60000));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(to[0], &last, sizeof last) == sizeof last)
            held = last;
        close(to[0]);
        int64_t now = import_held(dir);
        assert_true(now == held || now == held + 1);
        held = now;
    }
    assert_true(held > 0);
    remove_folder(dir);
}

/* --- a full disk, for real --- */

/* Writes until it fails; 0 when the error was what people are to be told and work goes on after. */
static int fill_until_full(const char *dir, int64_t *ret_acknowledged)
{
    struct err err = ERR_INIT;
    struct store *s = store_open_sqlite(dir, (struct store_options){0}, &err);
    int64_t next = 0;

    while (s && write_group(s, &next, &err) && next < 200000)
        ;
    *ret_acknowledged = next;
    if (!s || err.code != ERR_FULL || err.key != MSG_err_full) {
        fprintf(stderr, "%s %s %s\n", err_code_name(err.code), err.arg[0], err.arg[1]);
        return 1;
    }
    struct err again = ERR_INIT;
    struct act_no head;
    unsigned char hash[32];
    bool readable = s->ops->head(s, &head, hash, &again) && head.v >= next;
    s->ops->close(s);
    return readable ? 0 : 2;
}

static void a_file_that_may_not_grow_gives_a_clear_message(void **state)
{
    char dir[64];
    int to[2];
    int64_t acknowledged = 0;
    int status;

    (void)state;
    make_dir(dir);
    assert_int_equal(pipe(to), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit limit = {1 << 20, 1 << 20};
        signal(SIGXFSZ, SIG_IGN);
        int rc = setrlimit(RLIMIT_FSIZE, &limit) == 0 ? fill_until_full(dir, &acknowledged) : 3;
        if (write(to[1], &acknowledged, sizeof acknowledged) != sizeof acknowledged)
            rc = 4;
        _exit(rc);
    }
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(read(to[0], &acknowledged, sizeof acknowledged), sizeof acknowledged);
    close(to[0]);
    close(to[1]);
    assert_true(acknowledged > 100);
    check_nothing_lost(dir, acknowledged);
    remove_folder(dir);
}

static void a_full_file_system_gives_a_clear_message(void **state)
{
    char dir[64] = "/tmp/giaoban-full-XXXXXX", data[80];
    struct err err = ERR_INIT;
    int64_t acknowledged = 0;

    (void)state;
    assert_non_null(mkdtemp(dir));
    if (mount("tmpfs", dir, "tmpfs", 0, "size=2m") != 0) {
        print_message("skipped: mounting a small file system needs root\n");
        rmdir(dir);
        skip();
    }
    snprintf(data, sizeof data, "%s/data", dir);
    bool created = store_create_sqlite(data, (struct store_options){0}, &err);
    int rc = created ? fill_until_full(data, &acknowledged) : 9;
    mount("tmpfs", dir, "tmpfs", MS_REMOUNT, "size=8m"); /* somebody made room */
    if (rc == 0)
        check_nothing_lost(data, acknowledged);
    umount(dir);
    rmdir(dir);
    assert_int_equal(rc, 0);
    assert_true(acknowledged > 100);
}

/* --- the folder --- */

static void a_second_server_on_the_same_folder_is_refused_and_told_who_holds_it(void **state)
{
    struct fixture *f = *state;
    struct err err = ERR_INIT;
    char pid[16];

    assert_null(store_open_sqlite(f->dir, (struct store_options){0}, &err));
    assert_int_equal(err.code, ERR_BUSY);
    assert_int_equal(err.key, MSG_err_store_held);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    assert_string_equal(err.arg[1], pid);

    struct store *reader =
        store_open_sqlite(f->dir, (struct store_options){.read_only = true}, &err);
    assert_non_null(reader);
    put_figure(f, cell(1, FIXTURE_PERIOD, 1), 5, 0);
    struct figure_version v;
    bool found;
    assert_true(reader->ops->figure_get(reader, cell(1, FIXTURE_PERIOD, 1), &v, &found, &err));
    assert_true(found);
    assert_false(reader->ops->begin(reader, &err));
    assert_int_equal(err.key, MSG_err_store_read_only);
    reader->ops->close(reader);
}

static void a_store_is_not_made_twice_nor_opened_where_there_is_none(void **state)
{
    struct fixture *f = *state;
    struct err err = ERR_INIT;

    f->s->ops->close(f->s);
    f->s = NULL;
    assert_false(store_create_sqlite(f->dir, (struct store_options){0}, &err));
    assert_int_equal(err.key, MSG_err_store_exists);
    assert_null(store_open_sqlite("/tmp/no-such-folder", (struct store_options){0}, &err));
    assert_int_equal(err.key, MSG_err_store_missing);
}

static void a_newer_schema_refuses_to_start(void **state)
{
    struct fixture *f = *state;
    struct err err = ERR_INIT;

    behind_the_back(f, "UPDATE meta SET value = '999' WHERE name = 'schema'");
    f->s->ops->close(f->s);
    f->s = NULL;
    assert_null(store_open_sqlite(f->dir, (struct store_options){0}, &err));
    assert_int_equal(err.key, MSG_err_store_newer);
    assert_string_equal(err.arg[1], "999");
}

static int set_up(void **state)
{
    (void)state;
    fault_vfs_register();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_call_loses_nothing_acknowledged),
        cmocka_unit_test(a_failing_disk_loses_nothing_acknowledged),
        cmocka_unit_test(a_full_disk_says_so_at_every_write),
        cmocka_unit_test(a_cut_of_power_loses_nothing_acknowledged),
        cmocka_unit_test(kill_9_loses_nothing_acknowledged),
        cmocka_unit_test(an_import_that_fails_anywhere_is_there_whole_or_not_at_all),
        cmocka_unit_test(kill_9_leaves_an_import_whole_or_not_at_all),
        cmocka_unit_test(a_file_that_may_not_grow_gives_a_clear_message),
        cmocka_unit_test(a_full_file_system_gives_a_clear_message),
        cmocka_unit_test_setup_teardown(
            a_second_server_on_the_same_folder_is_refused_and_told_who_holds_it, fixture_open,
            fixture_close),
        cmocka_unit_test_setup_teardown(
            a_store_is_not_made_twice_nor_opened_where_there_is_none, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(
            a_newer_schema_refuses_to_start, fixture_open, fixture_close),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
