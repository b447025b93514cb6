/* confine: see confine.h. */
#include "sys/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534
#define FILTER_MAX 4096 /* instructions; the kernel's own limit */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

/* What every child needs: memory, its pipe, time, an end. */
static const int calls_of_all[] = {SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write),
    SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(munmap),
    SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield),
    SCMP_SYS(restart_syscall)};

/* What a program needs besides, from its loader on. */
static const int calls_of_programs[] = {SCMP_SYS(execve), SCMP_SYS(mmap), SCMP_SYS(mprotect),
    SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(uname), SCMP_SYS(arch_prctl),
    SCMP_SYS(set_tid_address), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(getrlimit),
    SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(getdents64), SCMP_SYS(getuid), SCMP_SYS(geteuid),
    SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(sysinfo), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(dup), SCMP_SYS(fcntl), SCMP_SYS(poll), SCMP_SYS(fadvise64)};

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)

static bool allow(scmp_filter_ctx f, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) /* a call that this machine does not have is no fault */
        if (calls[i] >= 0 && seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0) != 0)
            return false;
    return true;
}

static bool add_rules(scmp_filter_ctx f, enum confine_for what)
{
    const uint32_t yes = SCMP_ACT_ALLOW;

    if (!allow(f, calls_of_all, COUNT(calls_of_all)))
        return false;
    if (what == CONFINE_FUNCTION) /* no memory that is new and executable */
        return seccomp_rule_add(
                   f, yes, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
               seccomp_rule_add(
                   f, yes, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
    if (SCMP_SYS(open) >= 0 &&
        seccomp_rule_add(f, yes, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, WRITING, 0)) != 0)
        return false;
    return allow(f, calls_of_programs, COUNT(calls_of_programs)) &&
           seccomp_rule_add(f, yes, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, WRITING, 0)) ==
               0 &&
           seccomp_rule_add(f, yes, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0)) == 0;
}

/* The filter's instructions; the library writes them to a descriptor only. */
static bool export(scmp_filter_ctx f, struct sock_fprog *ret)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    struct sock_filter *code = malloc(FILTER_MAX * sizeof *code);
    ssize_t n = -1;

    if (fd >= 0 && code && seccomp_export_bpf(f, fd) == 0)
        n = pread(fd, code, FILTER_MAX * sizeof *code, 0);
    if (fd >= 0)
        close(fd);
    if (n <= 0) {
        free(code);
        return false;
    }
    *ret = (struct sock_fprog){(unsigned short)((size_t)n / sizeof *code), code};
    return true;
}

static struct sock_fprog filters[2]; /* built once and kept to the end of the process */
static bool built[2];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void build_filters(void)
{
    for (int i = 0; i < 2; i++) {
        scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
        built[i] = f && add_rules(f, (enum confine_for)i) && export(f, &filters[i]);
        if (f)
            seccomp_release(f);
    }
}

const struct sock_fprog *confine_filter(enum confine_for what)
{
    pthread_once(&once, build_filters);
    return built[what] ? &filters[what] : NULL;
}

void confine_descriptors(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0)
        return;
#endif
    struct rlimit most = {1024, 1024};
    getrlimit(RLIMIT_NOFILE, &most);
    for (rlim_t fd = (rlim_t)first; fd < most.rlim_cur && fd < (1 << 20); fd++)
        close((int)fd);
}

void confine_process(void)
{
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (chdir("/") != 0)
        _exit(125);
}

/* Bytes of address space in use now. */
static size_t address_space(void)
{
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

    if (fd >= 0)
        close(fd);
    return n > 0 ? (size_t)strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

static void limit(int what, rlim_t most)
{
    struct rlimit l = {most, most}, now;

    if (getrlimit((__rlimit_resource_t)what, &now) == 0 && now.rlim_max < most)
        l = (struct rlimit){now.rlim_max, now.rlim_max};
    setrlimit((__rlimit_resource_t)what, &l);
}

void confine_limits(enum confine_for what, const struct child_limits *limits)
{
#ifndef SANITIZED /* the sanitizer's shadow takes terabytes of address space */
    size_t has = what == CONFINE_FUNCTION ? address_space() : 0;
    if (what == CONFINE_PROGRAM || has)
        limit(RLIMIT_AS, has + limits->memory);
#else
    (void)what;
    (void)address_space;
#endif
    /* one second between the signal that says why and the one that cannot be refused */
    struct rlimit cpu = {(rlim_t)limits->cpu_seconds, (rlim_t)limits->cpu_seconds + 1};
    setrlimit(RLIMIT_CPU, &cpu);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 32);
}

/* Where programs, their libraries and their tables lie. */
static const char *const system_folders[] = {"/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache",
    "/etc/fonts", "/etc/localtime", "/nix/store", "/gnu/store"};

static void open_folder(int rules, const char *path)
{
    struct landlock_path_beneath_attr rule = {
        .allowed_access =
            LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
        .parent_fd = open(path, O_PATH | O_CLOEXEC),
    };

    if (rule.parent_fd < 0)
        return;
    if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
        /* a single file takes no right of folders */
        rule.allowed_access = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;
        syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    }
    close(rule.parent_fd);
}

/* Landlock (Linux 5.13): all that the first version handles is forbidden but for system_folders. */
static bool fence_files(enum confine_for what)
{
    struct landlock_ruleset_attr all = {.handled_access_fs = (1ULL << 13) - 1};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all.handled_access_fs, 0);

    if (rules < 0)
        return false;
    for (size_t i = 0; what == CONFINE_PROGRAM && i < COUNT(system_folders); i++)
        open_folder(rules, system_folders[i]);
    bool ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return ok;
}

unsigned confine_rights(enum confine_for what, const struct sock_fprog *filter, bool fence)
{
    unsigned done = 0;

    if (geteuid() != 0 || (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
                              setresuid(NOBODY, NOBODY, NOBODY) == 0))
        done |= CHILD_UNPRIVILEGED;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user forgets it */
    limit(RLIMIT_NPROC, 0);           /* after it: a user over this limit may not even execute */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return done;
    if (fence && fence_files(what))
        done |= CHILD_FENCED;
    if (filter && prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, filter, 0, 0) == 0)
        done |= CHILD_FILTERED | (what == CONFINE_FUNCTION ? CHILD_FENCED : 0);
    return done;
}
