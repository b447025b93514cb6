/* Confined children: what they may not do, and that they are ended. */
#include "../test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/child.h"

static struct arena arena;
static const struct child_limits limits = {64u << 20, 1u << 20, 2, 3000};

static struct child_result run(struct child_job job)
{
    struct child c = sys_child();
    struct child_result r;
    struct err e = ERR_INIT;

    if (!job.limits.output)
        job.limits = limits;
    assert_true(c.run(c.ctx, &arena, &job, &r, &e));
    return r;
}

static void say(int out, const char *word)
{
    if (write(out, word, strlen(word)) < 0)
        _exit(99);
}

static int echo(void *arg, struct str input, int out)
{
    (void)arg;
    say(out, "got ");
    return write(out, input.p, input.n) == (ssize_t)input.n ? 7 : 1;
}

static void test_a_function_gets_its_input_and_answers(void **state)
{
    (void)state;
    struct child_result r = run((struct child_job){.run = echo, .input = STR("báo cáo")});
    assert_int_equal(r.end, CHILD_DONE);
    assert_int_equal(r.status, 7);
    assert_str(r.output, "got báo cáo");
    assert_true(r.confined & CHILD_UNPRIVILEGED);
}

/* Tries what a taken-over reader would try; says what worked. */
static int try_everything(void *arg, struct str input, int out)
{
    char byte;
    const char *file = arg;

    (void)input;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
        say(out, "socket ");
    if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
        say(out, "unix ");
    if (open("/etc/passwd", O_RDONLY) >= 0)
        say(out, "read ");
    if (open(file, O_RDWR) >= 0)
        say(out, "write ");
    if (fork() >= 0)
        say(out, "fork ");
    if (kill(1, 0) == 0 || kill(getppid(), 0) == 0)
        say(out, "kill ");
    if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
        MAP_FAILED)
        say(out, "code ");
    for (int fd = 3; fd < 64; fd++)
        if (read(fd, &byte, 1) >= 0 || errno != EBADF)
            say(out, "descriptor ");
    if (getenv("HOME") || getenv("PATH"))
        say(out, "environment ");
    say(out, "end");
    return 0;
}

static void test_a_function_reaches_neither_files_nor_network(void **state)
{
    (void)state;
    char path[] = "/tmp/giaoban-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(setenv("HOME", "/somewhere", 1), 0);
    struct child_result r = run((struct child_job){.run = try_everything, .arg = path});
    close(fd);
    unlink(path);
    if (!(r.confined & CHILD_FILTERED)) {
        print_message("skipped: no seccomp here\n");
        skip();
    }
    assert_str(r.output, "end");
    assert_true(r.confined & CHILD_FENCED);
}

static void test_without_a_filter_the_result_says_so(void **state)
{
    (void)state;
    struct child c = sys_child_bare();
    struct child_result r;
    struct child_job job = {.run = echo, .input = STR("x"), .limits = limits};
    assert_true(c.run(c.ctx, &arena, &job, &r, NULL));
    assert_str(r.output, "got x");
    assert_int_equal(r.confined & (CHILD_FILTERED | CHILD_FENCED), 0);
}

static int sleep_on(void *arg, struct str input, int out)
{
    struct timespec t = {30, 0};

    (void)arg, (void)input;
    say(out, "part");
    close(out);
    close(2);
    for (;;)
        nanosleep(&t, NULL);
    return 0;
}

static int spin(void *arg, struct str input, int out)
{
    (void)arg, (void)input, (void)out;
    for (volatile unsigned long i = 0;; i++)
        ;
    return 0;
}

static void test_a_child_that_does_not_end_is_ended(void **state)
{
    (void)state;
    struct child_limits l = limits;
    l.wall_ms = 150;
    assert_int_equal(run((struct child_job){.run = sleep_on, .limits = l}).end, CHILD_TIME);
    assert_int_equal(run((struct child_job){.run = spin, .limits = l}).end, CHILD_TIME);
    l = (struct child_limits){64u << 20, 100, 1, 10000};
    assert_int_equal(run((struct child_job){.run = spin, .limits = l}).end, CHILD_TIME);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left */
}

static int flood(void *arg, struct str input, int out)
{
    static const char block[4096];

    (void)arg, (void)input;
    while (write(out, block, sizeof block) > 0)
        ;
    return 0;
}

static void test_output_is_bounded(void **state)
{
    (void)state;
    struct child_limits l = limits;
    l.output = 100000;
    struct child_result r = run((struct child_job){.run = flood, .limits = l});
    assert_int_equal(r.end, CHILD_OUTPUT);
    assert_int_equal(r.output.n, 0);
}

static int devour(void *arg, struct str input, int out)
{
    (void)arg, (void)input;
    for (int i = 0; i < 1000; i++) {
        char *volatile p = malloc(1u << 20); /* volatile: a compiler may leave out what nobody reads */
        if (!p) {
            say(out, "refused");
            return 3;
        }
        memset(p, 1, 1u << 20);
    }
    return 0;
}

static void test_memory_is_bounded(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* its shadow memory needs all the address space */
#endif
    struct child_result r = run((struct child_job){.run = devour});
    assert_int_equal(r.status, 3);
    assert_str(r.output, "refused");
}

static int crash(void *arg, struct str input, int out)
{
    volatile uintptr_t nowhere = 8;

    (void)arg, (void)input, (void)out;
    signal(SIGSEGV, SIG_DFL);
    *(volatile int *)nowhere = 1;
    return 0;
}

static void test_a_crash_is_told_and_harms_nobody(void **state)
{
    (void)state;
    struct child_result r = run((struct child_job){.run = crash});
    assert_int_equal(r.end, CHILD_CRASHED);
    assert_int_equal(r.status, SIGSEGV);
}

static void test_a_program_reads_standard_input(void **state)
{
    (void)state;
    const char *const argv[] = {"/usr/bin/wc", "-c", NULL};
    struct child_result r = run((struct child_job){.argv = argv, .input = STR("12345")});
    assert_int_equal(r.end, CHILD_DONE);
    assert_int_equal(r.status, 0);
    assert_int_equal(r.output.p[0], '5');
}

static void test_a_program_reads_only_what_belongs_to_the_system(void **state)
{
    (void)state;
    char path[] = "/tmp/giaoban-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && fchmod(fd, 0666) == 0 && write(fd, "secret", 6) == 6);
    const char *const argv[] = {"/bin/cat", path, NULL};
    struct child_result r = run((struct child_job){.argv = argv});
    close(fd);
    unlink(path);
    if (!(r.confined & CHILD_FENCED)) {
        print_message("skipped: no Landlock here\n");
        skip();
    }
    assert_int_equal(r.output.n, 0);
    assert_int_not_equal(r.status, 0);
    assert_non_null(strstr(r.note, "ermission"));
}

static void test_a_program_has_no_environment_and_writes_no_file(void **state)
{
    (void)state;
    const char *const env[] = {"/usr/bin/env", NULL};
    assert_str(run((struct child_job){.argv = env}).output, "");
    const char *const shell[] = {"/bin/sh", "-c", "echo x > /tmp/giaoban-test-written", NULL};
    struct child_result r = run((struct child_job){.argv = shell});
    assert_int_not_equal(r.status, 0);
    assert_int_equal(access("/tmp/giaoban-test-written", F_OK), -1);
    const char *const forks[] = {"/bin/sh", "-c", "/bin/true; /bin/true; echo yes", NULL};
    r = run((struct child_job){.argv = forks});
    assert_str(r.output, "");
}

static void test_a_missing_program_is_told(void **state)
{
    (void)state;
    const char *const argv[] = {"/usr/bin/no-such-program", NULL};
    assert_int_equal(run((struct child_job){.argv = argv}).end, CHILD_MISSING);
}

static int count_descriptors(void)
{
    int n = 0;

    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static void test_nothing_leaks_over_many_children(void **state)
{
    (void)state;
    int before = count_descriptors();
    for (int i = 0; i < 50; i++)
        run((struct child_job){.run = echo, .input = STR("x")});
    assert_int_equal(count_descriptors(), before);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64u << 20);
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
        cmocka_unit_test(test_a_function_gets_its_input_and_answers),
        cmocka_unit_test(test_a_function_reaches_neither_files_nor_network),
        cmocka_unit_test(test_without_a_filter_the_result_says_so),
        cmocka_unit_test(test_a_child_that_does_not_end_is_ended),
        cmocka_unit_test(test_output_is_bounded),
        cmocka_unit_test(test_memory_is_bounded),
        cmocka_unit_test(test_a_crash_is_told_and_harms_nobody),
        cmocka_unit_test(test_a_program_reads_standard_input),
        cmocka_unit_test(test_a_program_reads_only_what_belongs_to_the_system),
        cmocka_unit_test(test_a_program_has_no_environment_and_writes_no_file),
        cmocka_unit_test(test_a_missing_program_is_told),
        cmocka_unit_test(test_nothing_leaks_over_many_children),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
