/* child: work on foreign data in a confined child process.
 *
 * Layer app (port); src/sys/child.c has the real one. A job is either a function of this program,
 * run in a forked copy, or another program with its arguments; it gets its input, writes its result
 * to one pipe, and is gone. It has no network, opens no files (a program: only for reading, and
 * where the kernel knows how, only below the system's folders), inherits no descriptor and no
 * environment, may not start processes, and is ended when it takes too much time, memory or output.
 *
 * What of that was in force is told by `confined`, since kernels and containers differ: limits of
 * resources, closed descriptors and the empty environment always are. Safe from several threads.
 */
#ifndef GB_APP_PORTS_CHILD_H
#define GB_APP_PORTS_CHILD_H

#include "base/err.h"
#include "base/str.h"

enum child_end {
    CHILD_DONE,    /* it ended by itself; see `status` */
    CHILD_CRASHED, /* ended by a signal; `status` is its number */
    CHILD_TIME,    /* took too long */
    CHILD_OUTPUT,  /* wrote more than it may */
    CHILD_MISSING, /* the program is not installed */
};

/* Bits of `confined`. */
enum {
    CHILD_FILTERED =
        1,            /* a filter of system calls: no network, no new processes, no files written */
    CHILD_FENCED = 2, /* files out of reach (a program: all but the system's folders) */
    CHILD_UNPRIVILEGED = 4, /* it had no rights of root, or gave them up */
};

struct child_limits {
    size_t memory;   /* bytes beyond what the process has at its start */
    size_t output;   /* bytes */
    int cpu_seconds; /* of processor time */
    int wall_ms;     /* from start to end */
};

struct child_job {
    /* A function: gets the input and a descriptor to write to, gives the exit status (0 to 120). It
     * must not use threads, files or stdio. */
    int (*run)(void *arg, struct str input, int out);
    void *arg;
    /* Or a program: its absolute path first, a NULL last; it reads the input on standard input. */
    const char *const *argv;
    struct str input;
    struct child_limits limits;
};

#define CHILD_NOTE_MAX 240

struct child_result {
    enum child_end end;
    int status;
    unsigned confined;
    struct str output;         /* in the arena */
    char note[CHILD_NOTE_MAX]; /* the beginning of what it wrote to standard error */
};

struct child {
    void *ctx;
    /* False only where no child could be started or its output not be kept: err.child.start,
     * memory. */
    bool (*run)(void *ctx, struct arena *a, const struct child_job *job, struct child_result *ret,
        struct err *err);
};

#endif
