/* child: see child.h. Descriptors of a child: 0 input, 1 result, 2 note, 3 its report to the
 * parent. */
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ticks.h"
#include "sys/confine.h"

#define REPORT_FD 3
#define CHUNK 65536
#define EXIT_NO_PROGRAM 126

/* What the child says before it begins: what is in force, or why the program did not start. */
struct report {
    unsigned confined;
    int exec_errno;
};

/* The parent's ends of the pipes; -1 where closed. */
struct running {
    pid_t pid;
    int out, note, report;
    int64_t deadline; /* ms of the monotonic clock */
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = str_slice(s, (size_t)n, s.n);
    }
    return true;
}

/* A descriptor from which the input can be read and in which it can be sought. */
static int input_file(struct str input)
{
    int fd = memfd_create("input", MFD_CLOEXEC);

    if (fd >= 0 && (!write_all(fd, input) || lseek(fd, 0, SEEK_SET) != 0))
        close_fd(&fd);
    return fd;
}

static void tell(struct report r)
{
    write_all(REPORT_FD, str_make((const char *)&r, sizeof r));
}

/* In the child: moves descriptors to their places. They may stand in each other's way, so they are
 * first copied above all of the targets. */
static void place_descriptors(int in, int out, int note, int report)
{
    int from[4] = {in, out, note, report};

    for (int i = 0; i < 4; i++)
        if ((from[i] = fcntl(from[i], F_DUPFD, 16)) < 0)
            _exit(125);
    for (int i = 0; i < 4; i++)
        if (dup2(from[i], i) < 0)
            _exit(125);
    fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC);
    confine_descriptors(REPORT_FD + 1);
}

static _Noreturn void be_child(
    const struct child_job *job, const struct sock_fprog *filter, bool fence)
{
    enum confine_for what = job->argv ? CONFINE_PROGRAM : CONFINE_FUNCTION;
    char *nothing[] = {NULL};
    struct report r = {0};

    confine_process();
    confine_limits(what, &job->limits);
    r.confined = confine_rights(what, filter, fence);
    if (!job->argv) {
        environ = nothing;
        tell(r);
        close(REPORT_FD);
        _exit(job->run(job->arg, job->input, STDOUT_FILENO));
    }
    tell(r);
    execve(job->argv[0], (char *const *)(uintptr_t)job->argv, nothing);
    r.exec_errno = errno;
    tell(r);
    _exit(EXIT_NO_PROGRAM);
}

static bool start_failed(struct err *err)
{
    return err_set(err, ERR_IO, MSG_err_child_start, str_of(strerrordesc_np(errno)));
}

static void close_pair(int fd[2])
{
    close_fd(&fd[0]);
    close_fd(&fd[1]);
}

static bool start(const struct child_job *job, bool bare, struct running *ret, struct err *err)
{
    enum confine_for what = job->argv ? CONFINE_PROGRAM : CONFINE_FUNCTION;
    const struct sock_fprog *filter = bare ? NULL : confine_filter(what);
    int out[2] = {-1, -1}, note[2] = {-1, -1}, report[2] = {-1, -1}, in;
    pid_t pid = -1;

    in = job->argv ? input_file(job->input) : open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (in >= 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(note, O_CLOEXEC) == 0 &&
        pipe2(report, O_CLOEXEC) == 0)
        pid = fork();
    if (pid == 0) {
        place_descriptors(in, out[1], note[1], report[1]);
        be_child(job, filter, !bare);
    }
    if (pid < 0)
        start_failed(err);
    close_fd(&in);
    close_fd(&out[1]);
    close_fd(&note[1]);
    close_fd(&report[1]);
    if (pid < 0) {
        close_pair(out);
        close_pair(note);
        close_pair(report);
        return false;
    }
    *ret = (struct running){pid, out[0], note[0], report[0], ticks_ms() + job->limits.wall_ms};
    return true;
}

/* One read into the builder; closes the descriptor at the end of its stream. */
static void take(int *fd, struct sbuf *b)
{
    char chunk[CHUNK];
    ssize_t n = read(*fd, chunk, sizeof chunk);

    if (n > 0)
        sbuf_put(b, chunk, (size_t)n);
    else if (n == 0 || errno != EINTR)
        close_fd(fd);
}

static void take_note(int *fd, struct child_result *r, size_t *at)
{
    char chunk[1024];
    ssize_t n = read(*fd, chunk, sizeof chunk);

    for (ssize_t i = 0; i < n && *at + 1 < sizeof r->note; i++)
        r->note[(*at)++] = (char)(chunk[i] == '\0' ? ' ' : chunk[i]);
    if (n == 0 || (n < 0 && errno != EINTR))
        close_fd(fd);
}

static void take_report(int *fd, struct report *r)
{
    struct report one;
    ssize_t n = read(*fd, &one, sizeof one);

    if (n == (ssize_t)sizeof one)
        *r = one;
    else if (n >= 0 || errno != EINTR)
        close_fd(fd);
}

/* Reads all pipes to their end; CHILD_TIME or CHILD_OUTPUT where a limit came first. */
static enum child_end collect(
    struct running *c, struct sbuf *out, struct report *report, struct child_result *r)
{
    size_t noted = 0;

    while (c->out >= 0 || c->note >= 0 || c->report >= 0) {
        struct pollfd p[3] = {{c->out, POLLIN, 0}, {c->note, POLLIN, 0}, {c->report, POLLIN, 0}};
        int64_t left = c->deadline - ticks_ms();
        if (left <= 0)
            return CHILD_TIME;
        if (poll(p, 3, left > 1000 ? 1000 : (int)left) < 0 && errno != EINTR)
            return CHILD_CRASHED;
        if (p[2].revents)
            take_report(&c->report, report);
        if (p[1].revents)
            take_note(&c->note, r, &noted);
        if (p[0].revents)
            take(&c->out, out);
        if (out->failed)
            return CHILD_OUTPUT;
    }
    return CHILD_DONE;
}

/* Waits until the deadline, then kills. The pipes are closed by now, so the end is near. */
static int reap(const struct running *c, enum child_end *end)
{
    const struct timespec pause = {0, 200000};
    int status = 0;
    pid_t got = 0;

    if (*end != CHILD_DONE)
        kill(c->pid, SIGKILL);
    while ((got = waitpid(c->pid, &status, *end == CHILD_DONE ? WNOHANG : 0)) == 0 ||
           (got < 0 && errno == EINTR)) {
        if (*end == CHILD_DONE && ticks_ms() >= c->deadline) {
            *end = CHILD_TIME;
            kill(c->pid, SIGKILL);
        }
        nanosleep(&pause, NULL);
    }
    return got == c->pid ? status : SIGKILL; /* reaped by somebody else: trust nothing */
}

static void judge(struct child_result *r, int status, const struct report *report)
{
    r->confined = report->confined;
    if (r->end != CHILD_DONE)
        return;
    if (WIFSIGNALED(status)) {
        r->status = WTERMSIG(status);
        r->end = r->status == SIGXCPU ? CHILD_TIME : CHILD_CRASHED;
    } else {
        r->status = WEXITSTATUS(status);
    }
    if (report->exec_errno)
        r->end = CHILD_MISSING;
}

static bool run_with(struct arena *a, const struct child_job *job, bool bare,
    struct child_result *ret, struct err *err)
{
    struct running c;
    struct child_result r = {.end = CHILD_DONE};
    struct report report = {0};
    struct sbuf out;

    sbuf_init(&out, a, job->limits.output);
    if (!start(job, bare, &c, err))
        return false;
    r.end = collect(&c, &out, &report, &r);
    judge(&r, reap(&c, &r.end), &report);
    close_fd(&c.out);
    close_fd(&c.note);
    close_fd(&c.report);
    r.output = r.end == CHILD_OUTPUT || !out.n ? STR("") : sbuf_view(&out);
    *ret = r;
    return true;
}

static bool run_confined(void *ctx, struct arena *a, const struct child_job *job,
    struct child_result *ret, struct err *err)
{
    (void)ctx;
    return run_with(a, job, false, ret, err);
}

static bool run_bare(void *ctx, struct arena *a, const struct child_job *job,
    struct child_result *ret, struct err *err)
{
    (void)ctx;
    return run_with(a, job, true, ret, err);
}

struct child sys_child(void)
{
    return (struct child){NULL, run_confined};
}

struct child sys_child_bare(void)
{
    return (struct child){NULL, run_bare};
}
