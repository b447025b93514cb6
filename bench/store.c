/* bench store: what the store costs, on the engine and folder given.
 *
 *     bench_store FOLDER|postgresql://... [ROUNDS]
 *
 * Every figure is the median of the rounds (five by default), the smallest and the largest beside
 * it. All tables of a database that is named are removed first. The folder must lie on the disk
 * that is to be measured; what is written there is removed. A bare write with fdatasync of the same
 * run stands beside the durable ones.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef WITH_POSTGRES
#include <libpq-fe.h>
#endif

#include "base/arena.h"
#include "store/store_open.h"

#define ROUNDS_MAX 50
#define UNITS 3321
#define COLUMNS 302
#define WRITERS 32
#define FIGURES_EACH 1000

static int rounds = 5;
static struct err err;

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Time of this thread on a processor: what remains when others use the machine too. */
static double cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "%s: %s %s %s\n", what, err_code_name(err.code), err.arg[0], err.arg[1]);
    exit(1);
}
#define MUST(call) must((call), #call)

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(const char *what, double *v, int n, const char *unit)
{
    qsort(v, (size_t)n, sizeof *v, by_value);
    printf("%-52s %12.1f %-8s [%.1f - %.1f]\n", what, v[n / 2], unit, v[0], v[n - 1]);
}

static struct act open_act(struct store *s, enum act_kind kind)
{
    struct act a = {.at_ms = (int64_t)time(NULL) * 1000,
        .kind = kind,
        .via = STR("bench"),
        .object = STR("cell"),
        .reason = STR(""),
        .body = STR("")};

    MUST(s->ops->act_open(s, &a, &err));
    return a;
}

/* With SQLite the file is complete after a checkpoint; the large import has made one. */
static double size_of(struct store *s)
{
    struct store_info info;
    ARENA_AUTO a;

    arena_init(&a, 1u << 16);
    MUST(s->ops->info(s, &a, &info, &err));
    return (double)info.bytes;
}

static void remove_store(const char *dir)
{
    static const char *const names[] = {
        "giaoban.db", "giaoban.db-wal", "giaoban.db-shm", "giaoban.lock"};
    char path[512];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

#ifdef WITH_POSTGRES
static void be_silent(void *arg, const char *message)
{
    (void)arg, (void)message;
}
#endif

static void empty_database(const char *url)
{
#ifdef WITH_POSTGRES
    PGconn *c = PQconnectdb(url);
    PQsetNoticeProcessor(c, be_silent, NULL);
    PGresult *r = PQexec(c, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    must(PQresultStatus(r) == PGRES_COMMAND_OK, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
#else
    (void)url;
#endif
}

static struct store *fresh(const char *dir)
{
    struct store_options o = {0};

    if (store_is_url(str_of(dir)))
        empty_database(dir);
    else
        remove_store(dir);
    MUST(store_create(dir, o, &err));
    struct store *s = store_open(dir, o, &err);
    must(s != NULL, "open");
    return s;
}

/* --- an import --- */

static struct figure_write *million(size_t *ret_n)
{
    size_t n = (size_t)COLUMNS * UNITS;
    struct figure_write *w = calloc(n, sizeof *w);

    must(w != NULL, "calloc");
    for (size_t i = 0; i < n; i++)
        w[i] = (struct figure_write){
            .key = {{(int64_t)(i / UNITS / 12) + 1}, 2024000 + (int64_t)(i / UNITS % 12) * 70 + 5,
                {(int64_t)(i % UNITS) + 1}},
            .value = (int64_t)(i * 2654435761u % 1000000),
            .flags = FIGURE_BORN_APPROVED};
    *ret_n = n;
    return w;
}

static void import(struct store *s, const struct figure_write *w, size_t n)
{
    int64_t changed;

    MUST(s->ops->begin(s, &err));
    struct act a = open_act(s, ACT_IMPORT_FIGURES);
    MUST(s->ops->figures_put(s, w, n, a.no, &changed, &err));
    MUST(s->ops->act_close(s, &a, &err));
    MUST(s->ops->commit(s, &err));
}

static void bench_import(const char *dir)
{
    double first[ROUNDS_MAX], cpu[ROUNDS_MAX], again[ROUNDS_MAX], size[ROUNDS_MAX],
        verify[ROUNDS_MAX];
    size_t n;
    struct figure_write *w = million(&n);

    for (int r = 0; r < rounds; r++) {
        struct store *s = fresh(dir);
        struct verify_report v;
        double t0 = now_us(), c0 = cpu_us();
        import(s, w, n);
        first[r] = (double)n / (now_us() - t0) * 1e6;
        cpu[r] = (double)n / (cpu_us() - c0) * 1e6;
        t0 = now_us();
        import(s, w, n);
        again[r] = (double)n / (now_us() - t0) * 1e6;
        t0 = now_us();
        MUST(s->ops->verify(s, &v, &err));
        verify[r] = (double)n / (now_us() - t0) * 1e6;
        size[r] = size_of(s) / (double)n;
        s->ops->close(s);
    }
    print("import of a million figures, one act, durable", first, rounds, "rows/s");
    print("  the same by processor time", cpu, rounds, "rows/s");
    print("the same file again: 0 changed", again, rounds, "rows/s");
    print("verify", verify, rounds, "rows/s");
    print("disk, megabytes per million figures", size, rounds, "MB");
    free(w);
}

/* --- entry by many --- */

struct job {
    struct figure_write w;
    struct job *next;
    bool done;
};
static struct {
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    struct job *head, **tail;
    int running;
} queue = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL,
    &queue.head, 0};
static double *latency;

static void *enter(void *arg)
{
    int who = *(int *)arg;

    for (int i = 0; i < FIGURES_EACH; i++) {
        struct job j = {.w = {.key = {{who + 1}, 2024100 + i % 7, {i + 1}}, .value = i}};
        double t0 = now_us();
        pthread_mutex_lock(&queue.lock);
        *queue.tail = &j;
        queue.tail = &j.next;
        pthread_cond_signal(&queue.work);
        while (!j.done)
            pthread_cond_wait(&queue.done, &queue.lock);
        pthread_mutex_unlock(&queue.lock);
        latency[who * FIGURES_EACH + i] = now_us() - t0;
    }
    pthread_mutex_lock(&queue.lock);
    queue.running--;
    pthread_cond_signal(&queue.work);
    pthread_mutex_unlock(&queue.lock);
    return NULL;
}

static void write_one(struct store *s, const struct figure_write *w)
{
    struct cell_value approved, provisional;

    MUST(s->ops->save(s, &err));
    struct act a = open_act(s, ACT_ENTER);
    MUST(s->ops->figure_put(s, w, a.no, &err));
    MUST(s->ops->cell(s, w->key, (struct report_marks){{0}, {0}}, &approved, &provisional, &err));
    MUST(s->ops->act_close(s, &a, &err));
    MUST(s->ops->keep(s, &err));
}

/* One group after the other: what has come meanwhile goes into the next. */
static void write_groups(struct store *s)
{
    pthread_mutex_lock(&queue.lock);
    for (;;) {
        while (!queue.head && queue.running)
            pthread_cond_wait(&queue.work, &queue.lock);
        struct job *group = queue.head;
        if (!group)
            break;
        queue.head = NULL;
        queue.tail = &queue.head;
        pthread_mutex_unlock(&queue.lock);
        MUST(s->ops->begin(s, &err));
        for (struct job *j = group; j; j = j->next)
            write_one(s, &j->w);
        MUST(s->ops->commit(s, &err));
        pthread_mutex_lock(&queue.lock);
        for (struct job *j = group, *next; j; j = next) {
            next = j->next;
            j->done = true;
        }
        pthread_cond_broadcast(&queue.done);
    }
    pthread_mutex_unlock(&queue.lock);
}

static void bench_entry(const char *dir)
{
    double rate[ROUNDS_MAX], p99[ROUNDS_MAX];
    int n = WRITERS * FIGURES_EACH, who[WRITERS];
    pthread_t thread[WRITERS];

    latency = calloc((size_t)n, sizeof *latency);
    must(latency != NULL, "calloc");
    for (int r = 0; r < rounds; r++) {
        struct store *s = fresh(dir);
        queue.running = WRITERS;
        double t0 = now_us();
        for (int i = 0; i < WRITERS; i++) {
            who[i] = i;
            must(pthread_create(&thread[i], NULL, enter, &who[i]) == 0, "thread");
        }
        write_groups(s);
        for (int i = 0; i < WRITERS; i++)
            pthread_join(thread[i], NULL);
        rate[r] = n / (now_us() - t0) * 1e6;
        qsort(latency, (size_t)n, sizeof *latency, by_value);
        p99[r] = latency[n / 100 * 99] / 1000;
        s->ops->close(s);
    }
    print("entry by 32 writers, durable, an act each", rate, rounds, "figures/s");
    print("  99 of 100 answered within", p99, rounds, "ms");
    free(latency);
}

/* --- approval --- */

static void approve(struct store *s, int64_t id, enum report_step step, enum report_state state)
{
    MUST(s->ops->begin(s, &err));
    MUST(s->ops->save(s, &err));
    struct act a = open_act(s, ACT_REPORT_STEP);
    struct report r = {.id = {id},
        .form = {1},
        .unit = {id},
        .period = 2024036,
        .state = state,
        .marks = {a.no, a.no},
        .act = a.no};
    struct report_event e = {.act = a.no, .at_ms = a.at_ms, .step = step, .state = state};
    MUST(s->ops->report_put(s, &r, &err));
    MUST(s->ops->report_event_put(s, r.id, &e, &err));
    MUST(s->ops->act_close(s, &a, &err));
    MUST(s->ops->keep(s, &err));
    MUST(s->ops->commit(s, &err));
}

static double bare_sync(const char *dir)
{
    char path[512], block[4096] = {0};
    double v[200];

    snprintf(path, sizeof path, "%s/bare", dir);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    must(fd >= 0, "bare file");
    for (int i = 0; i < 200; i++) {
        double t0 = now_us();
        must(
            pwrite(fd, block, sizeof block, (off_t)i * 4096) == 4096 && fdatasync(fd) == 0, "bare");
        v[i] = now_us() - t0;
    }
    close(fd);
    unlink(path);
    qsort(v, 200, sizeof *v, by_value);
    return v[100];
}

static void bench_approval(const char *dir)
{
    double mark[ROUNDS_MAX], bare[ROUNDS_MAX];

    for (int r = 0; r < rounds; r++) {
        struct store *s = fresh(dir);
        double v[500];
        for (int i = 0; i < 500; i++)
            approve(s, i + 1, STEP_RECEIVE, REPORT_RECEIVED);
        bare[r] = store_is_url(str_of(dir)) ? 0 : bare_sync(dir);
        for (int i = 0; i < 500; i++) {
            double t0 = now_us();
            approve(s, i + 1, STEP_APPROVE, REPORT_APPROVED);
            v[i] = now_us() - t0;
        }
        qsort(v, 500, sizeof *v, by_value);
        mark[r] = v[250];
        s->ops->close(s);
    }
    print("a bare 4 KB write with fdatasync", bare, rounds, "us");
    print("approval mark with its act, durable", mark, rounds, "us");
}

/* --- a column --- */

static bool count_cell(
    void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional)
{
    int64_t *sum = ctx;

    (void)unit;
    *sum += approved.value + provisional.has;
    return true;
}

static void bench_column(const char *dir)
{
    double load[ROUNDS_MAX], cpu[ROUNDS_MAX];
    size_t n;
    struct figure_write *w = million(&n);
    struct store *s = fresh(dir);

    import(s, w, n);
    for (int r = 0; r < rounds; r++) {
        int64_t sum = 0;
        double t0 = now_us(), c0 = cpu_us();
        for (int i = 0; i < 300; i++)
            MUST(s->ops->load_column(s, (struct series_id){i / 12 + 1}, 2024000 + i % 12 * 70 + 5,
                ACT_MAX, count_cell, &sum, &err));
        load[r] = (now_us() - t0) / 300;
        cpu[r] = (cpu_us() - c0) / 300;
    }
    print("a column of 3,321 cells", load, rounds, "us");
    print("  the same by processor time", cpu, rounds, "us");
    s->ops->close(s);
    free(w);
}

int main(int argc, char **argv)
{
    char dir[400];

    if (argc < 2) {
        fprintf(stderr, "usage: bench_store FOLDER [ROUNDS]\n");
        return 2;
    }
    if (argc > 2 && atoi(argv[2]) > 0 && atoi(argv[2]) <= ROUNDS_MAX)
        rounds = atoi(argv[2]);
    snprintf(dir, sizeof dir, store_is_url(str_of(argv[1])) ? "%s" : "%s/bench-store", argv[1]);
    bench_import(dir);
    bench_entry(dir);
    bench_approval(dir);
    bench_column(dir);
    if (!store_is_url(str_of(dir)))
        remove_store(dir);
    return 0;
}
