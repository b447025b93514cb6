/* peers: the same work on giaoban, SQLite, PostgreSQL and DuckDB, in one run.
 *
 *     bench_peers SIZE FOLDER TABLE [--duckdb LIBRARY] [--no-postgres] [--load | --entry |
 * --folder] [--rounds N]
 * [--seed N]
 *
 * Loads the made-up country of that size into every engine, compares the answers of all of them
 * number by number (a difference ends the bench with status 1), then measures in interleaved
 * rounds and writes the table, smallest ratio first, as Markdown to TABLE. Wall-clock time: the
 * servers' work is in other processes. A round's figure is the median of its batches, a cell the
 * median of the rounds, with the smallest and the largest beside it. Columns are ratios within this
 * run; on a busy machine only these mean anything.
 */
#include "peers.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PEERS_MAX 12
#define ROUNDS_MAX 25
#define CHECKED 12  /* questions of each kind that are compared */
#define SLICE 0.035 /* seconds of a work on a peer in a round */

double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void die(const char *format, ...)
{
    va_list v;

    va_start(v, format);
    fflush(stdout);
    vfprintf(stderr, format, v);
    fputc('\n', stderr);
    va_end(v);
    exit(1);
}

size_t answer_size(const struct country *c, enum work w)
{
    size_t mids = (size_t)c->mids, inds = (size_t)c->indicators;

    switch (w) {
    case W_P2:
        return 4 * inds;
    case W_P3:
        return 240 * mids;
    case W_P4:
        return 4 * (size_t)country_units(c);
    case W_P5:
        return inds * mids;
    case W_RESTATE:
        return 2 * (size_t)c->months * mids;
    default:
        return 2 * mids;
    }
}

/* ---- what is asked ---- */

static int pick(uint64_t *seed, int n)
{
    *seed = country_mix(*seed + 0x9e3779b97f4a7c15u);
    return (int)(*seed % (uint64_t)n);
}

static struct ask question(const struct country *c, enum work w, uint64_t k)
{
    uint64_t seed = c->seed * 77 + k * 1000003 + w;
    struct ask q = {.work = w};

    q.indicator = pick(&seed, c->indicators);
    q.month = pick(&seed, c->months);
    q.mid = pick(&seed, c->mids);
    if (w == W_P2)
        q.month = 12 + pick(&seed, c->months - 12);
    if (w == W_P3)
        q.month = 12 * pick(&seed, c->months / 12);
    if (w == W_TREE)
        q.month = pick(&seed, c->event); /* before the units changed */
    return q;
}

/* ---- results ---- */

struct cell {
    double v[ROUNDS_MAX];
    int n;
};
enum line { L_APPROVE = WORKS, L_ENTER, L_ENTER_P99, L_START, L_LOAD, L_MEMORY, L_DISK, LINES };
static const struct {
    const char *name, *unit;
    double scale;
    bool larger_is_better;
} lines[LINES] = {
    [W_P1] = {"P1 one indicator, one month, all provinces", "us", 1e6, false},
    [W_P2] = {"P2 all indicators of a province, last year beside", "us", 1e6, false},
    [W_P3] = {"P3 pivot 10 indicators x 12 months x provinces", "us", 1e6, false},
    [W_P4] = {"P4 league table of a province against a target", "us", 1e6, false},
    [W_P5] = {"P5 k of n met, all indicators, all provinces", "us", 1e6, false},
    [W_TREE] = {"P11 one column on the units of another day", "us", 1e6, false},
    [W_RESTATE] = {"P11 one indicator restated, all months", "us", 1e6, false},
    [L_APPROVE] = {"P6 a report of 40 figures approved until the top's total is read", "us", 1e6,
        false},
    [L_ENTER] = {"P7 durable entry, 32 writers, figures per second", "1/s", 1, true},
    [L_ENTER_P99] = {"P7 the same, 99 of 100 answered within", "ms", 1e3, false},
    [L_START] = {"P10 open and first answer", "ms", 1e3, false},
    [L_LOAD] = {"P9 bulk load, rows per second", "1/s", 1, true},
    [L_MEMORY] = {"P8 memory, MB per million figures", "MB", 1, false},
    [L_DISK] = {"P8 disk, MB per million figures", "MB", 1, false},
};
static struct cell results[LINES][PEERS_MAX];
static struct peer peers[PEERS_MAX];
static int peer_count, rounds = 5;
static struct country country;
static double bare[ROUNDS_MAX];

static void add(int line, int peer, double v)
{
    struct cell *c = &results[line][peer];

    if (c->n < ROUNDS_MAX)
        c->v[c->n++] = v;
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_value);
    return v[n / 2];
}

/* ---- same answers ---- */

static bool does(const struct peer *p, enum work w)
{
    return !p->has || p->has(p, w);
}

static void check_answers(void)
{
    size_t most = 0;
    int64_t compared = 0;

    for (int w = 0; w < WORKS; w++)
        if (answer_size(&country, w) > most)
            most = answer_size(&country, w);
    int64_t *first = calloc(most, 8), *other = calloc(most, 8);
    if (!first || !other)
        die("memory");
    for (int w = 0; w < WORKS; w++) {
        size_t n = answer_size(&country, w);
        for (uint64_t k = 0; k < CHECKED; k++) {
            struct ask q = question(&country, w, 900000 + k);
            bool some = false;
            for (int i = 0; i < peer_count; i++) {
                int64_t *to = i == 0 ? first : other;
                if (!does(&peers[i], w))
                    continue;
                memset(to, 0, n * 8);
                peers[i].run(&peers[i], &q);
                peers[i].answer(&peers[i], &q, to);
                for (size_t j = 0; j < n; j++) {
                    some = some || to[j] != 0;
                    if (to[j] != first[j])
                        die("%s (indicator %d, month %d, unit %d): %s and %s differ at %zu: %lld, "
                            "%lld",
                            lines[w].name, q.indicator, q.month, q.mid, peers[0].name,
                            peers[i].name, j, (long long)first[j], (long long)to[j]);
                }
                compared += (int64_t)n;
            }
            if (!some && w != W_P5)
                die("%s: an empty answer", lines[w].name);
        }
    }
    printf("answers: %lld numbers compared, all equal\n", (long long)compared);
    free(first);
    free(other);
}

/* ---- questions ---- */

/* Median time of one question: batches of about 20 us, until the slice is used up. */
static double time_questions(struct peer *p, enum work w, uint64_t from)
{
    double v[512], t0 = now_s(), end = t0 + SLICE;
    int n = 0, batch = 1;
    struct ask q[64];

    for (uint64_t k = from; n < 512; k += (uint64_t)batch) {
        for (int i = 0; i < batch; i++)
            q[i] = question(&country, w, k + (uint64_t)i);
        double a = now_s();
        for (int i = 0; i < batch; i++)
            p->run(p, &q[i]);
        double b = now_s();
        v[n++] = (b - a) / batch;
        if (n == 4 && batch == 1 && v[3] < 20e-6) {
            batch = (int)(20e-6 / v[3]) + 1;
            batch = batch > 64 ? 64 : batch;
            n = 0;
        }
        if (b > end)
            break;
    }
    return median(v, n);
}

static void measure_questions(void)
{
    for (int r = -1; r < rounds; r++)
        for (int w = 0; w < WORKS; w++)
            for (int i = 0; i < peer_count; i++)
                if (does(&peers[i], w)) {
                    double t = time_questions(&peers[i], w, (uint64_t)(r + 1) * 100000);
                    if (r >= 0)
                        add(w, i, t);
                }
}

/* ---- freshness ---- */

static double bare_sync(const char *dir)
{
    char path[512], block[4096] = {0};
    double v[100];

    snprintf(path, sizeof path, "%s/bare", dir);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    for (int i = 0; i < 100; i++) {
        double t0 = now_s();
        if (fd < 0 || pwrite(fd, block, sizeof block, (off_t)i * 4096) < 0 || fdatasync(fd) != 0)
            die("bare write in %s", dir);
        v[i] = now_s() - t0;
    }
    close(fd);
    unlink(path);
    return median(v, 100);
}

/* What the total of indicator 0 in the report's month must be once reports 0 ... k are in. */
static int64_t total_until(int k)
{
    int64_t sum = 0;

    for (int i = 0; i <= k; i++)
        if (report_month(&country, i) == report_month(&country, k))
            sum += report_value(i, 0);
    return sum;
}

static void measure_approval(const char *dir)
{
    enum { EACH = 15 };
    int k = 0;

    for (int r = 0; r < rounds; r++, k += EACH) {
        bare[r] = bare_sync(dir);
        for (int i = 0; i < peer_count; i++) {
            double v[EACH];
            if (!peers[i].approve)
                continue;
            for (int j = 0; j < EACH; j++)
                peers[i].send(&peers[i], k + j);
            for (int j = 0; j < EACH; j++) {
                double t0 = now_s();
                int64_t total = peers[i].approve(&peers[i], k + j);
                v[j] = now_s() - t0;
                if (total != total_until(k + j))
                    die("%s: a stale total, %lld instead of %lld", peers[i].name, (long long)total,
                        (long long)total_until(k + j));
            }
            add(L_APPROVE, i, median(v, EACH));
        }
    }
}

/* ---- entry ---- */

#define ENTRY_MAX 20000 /* of one writer in a round */
#define ENTRY_S 0.4

struct typist {
    struct peer *peer;
    int writer, from, n;
    double end, *latency;
};

static void *type(void *arg)
{
    struct typist *t = arg;

    for (double t0 = now_s(); t0 < t->end && t->n < ENTRY_MAX; t->n++) {
        t->peer->enter(t->peer, t->writer, t->from + t->n);
        double t1 = now_s();
        t->latency[t->n] = t1 - t0;
        t0 = t1;
    }
    return NULL;
}

/* All writers for a while; gives how many figures the busiest entered. */
static int enter_once(int peer, int from, double seconds)
{
    static double latency[WRITERS][ENTRY_MAX], all[WRITERS * ENTRY_MAX];
    struct typist t[WRITERS];
    pthread_t thread[WRITERS];
    double t0 = now_s();
    int n = 0, most = 0;

    for (int i = 0; i < WRITERS; i++) {
        t[i] = (struct typist){&peers[peer], i, from, 0, t0 + seconds, latency[i]};
        if (pthread_create(&thread[i], NULL, type, &t[i]) != 0)
            die("thread");
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(thread[i], NULL);
        memcpy(all + n, t[i].latency, (size_t)t[i].n * sizeof *all);
        n += t[i].n;
        most = t[i].n > most ? t[i].n : most;
    }
    double took = now_s() - t0;
    if (from && n) { /* the first time connects and prepares */
        add(L_ENTER, peer, n / took);
        qsort(all, (size_t)n, sizeof *all, by_value);
        add(L_ENTER_P99, peer, all[(size_t)n * 99 / 100]);
    }
    return most;
}

static void measure_entry(void)
{
    int next[PEERS_MAX] = {0};

    for (int r = -1; r < rounds; r++)
        for (int i = 0; i < peer_count; i++)
            if (peers[i].enter)
                next[i] += enter_once(i, next[i], r < 0 ? 0.1 : ENTRY_S);
}

/* ---- the rest ---- */

static void measure_start(void)
{
    for (int r = 0; r < rounds; r++)
        for (int i = 0; i < peer_count; i++)
            if (peers[i].start) {
                struct ask q = question(&country, W_P1, 77777 + (uint64_t)r);
                add(L_START, i, peers[i].start(&peers[i], &q));
            }
}

static void measure_memory(double figures)
{
    for (int i = 0; i < peer_count; i++)
        if (peers[i].memory)
            add(L_MEMORY, i, peers[i].memory(&peers[i]) / figures);
}

static void note_loads(double generate_s, double figures)
{
    for (int i = 0; i < peer_count; i++) {
        struct loaded *l = &peers[i].loaded;
        double rows_s = i == 0 ? l->rows_s : l->rows_s - generate_s;
        if (l->bytes == 0)
            continue;
        if (l->derive_s == 0)
            add(L_LOAD, i, figures / rows_s);
        add(L_DISK, i, (l->bytes + l->derived_bytes) / figures);
        printf("%-28s rows %7.2f s (%.0f/s), %s %6.2f s, derived %6.2f s, %.1f + %.1f MB\n",
            peers[i].name, rows_s, figures / rows_s, i == 0 ? "corrections" : "indexes",
            l->prepare_s, l->derive_s, l->bytes / 1e6, l->derived_bytes / 1e6);
    }
}

/* ---- the table ---- */

static void put_number(FILE *f, double v)
{
    fprintf(f, v >= 1000 ? "%.0f" : v >= 10 ? "%.1f" : "%.2f", v);
}

struct ratio {
    double v;
    int line, peer;
};

static int by_ratio(const void *x, const void *y)
{
    return by_value(&((const struct ratio *)x)->v, &((const struct ratio *)y)->v);
}

static void put_ratios(FILE *f)
{
    struct ratio list[LINES * PEERS_MAX];
    size_t n = 0;

    for (int l = 0; l < LINES; l++)
        for (int i = 1; i < peer_count; i++)
            if (results[l][i].n && results[l][0].n) {
                double a = median(results[l][0].v, results[l][0].n),
                       b = median(results[l][i].v, results[l][i].n);
                list[n++] = (struct ratio){lines[l].larger_is_better ? a / b : b / a, l, i};
            }
    qsort(list, n, sizeof *list, by_ratio);
    fprintf(f, "\n| giaoban is better by | work | beside | giaoban [least - most] | peer [least - "
               "most] | unit |\n| ---: | --- | --- | ---: | ---: | --- |\n");
    for (size_t i = 0; i < n; i++) {
        int l = list[i].line;
        fprintf(f, "| ");
        put_number(f, list[i].v);
        fprintf(f, " x | %s | %s |", lines[l].name, peers[list[i].peer].name);
        for (int side = 0; side < 2; side++) {
            struct cell *c = &results[l][side ? list[i].peer : 0];
            double s = lines[l].scale, m = median(c->v, c->n) * s;
            fprintf(f, " ");
            put_number(f, m);
            if (c->n > 1) {
                fprintf(f, " [");
                put_number(f, c->v[0] * s);
                fprintf(f, " - ");
                put_number(f, c->v[c->n - 1] * s);
                fprintf(f, "]");
            }
            fprintf(f, " |");
        }
        fprintf(f, " %s |\n", lines[l].unit);
    }
}

/* One line per work: giaoban's figure, and how many times better it is than each of the others. */
static void put_matrix(FILE *f)
{
    fprintf(f, "\n| work | %s |", peers[0].name);
    for (int i = 1; i < peer_count; i++)
        fprintf(f, " %s |", peers[i].name);
    fprintf(f, "\n| --- | ---: |");
    for (int i = 1; i < peer_count; i++)
        fprintf(f, " ---: |");
    for (int l = 0; l < LINES; l++) {
        double own = median(results[l][0].v, results[l][0].n);
        fprintf(f, "\n| %s | ", lines[l].name);
        put_number(f, own * lines[l].scale);
        fprintf(f, " %s |", lines[l].unit);
        for (int i = 1; i < peer_count; i++) {
            struct cell *c = &results[l][i];
            if (c->n == 0) {
                fprintf(f, " |");
                continue;
            }
            double other = median(c->v, c->n);
            fprintf(f, " ");
            put_number(f, lines[l].larger_is_better ? own / other : other / own);
            fprintf(f, " x |");
        }
    }
    fprintf(f, "\n");
}

static void put_table(const char *path, double figures)
{
    FILE *f = fopen(path, "w");
    double sync = median(bare, rounds) * 1e6;

    if (!f)
        die("cannot write %s", path);
    fprintf(f,
        "\n### %s: 1 + %d + %d units, %d indicators, %d months, %.2f million figures\n\n"
        "Seed %llu, %d rounds. A bare 4 KB write with fdatasync took %.0f us in the same run; "
        "approval and the read total together %.2f times that in giaoban.\n",
        country.name, country.mids, country.leaves, country.indicators, country.months,
        figures / 1e6, (unsigned long long)country.seed, rounds, sync,
        median(results[L_APPROVE][0].v, results[L_APPROVE][0].n) * 1e6 / sync);
    for (int i = 0; i < peer_count; i++)
        if (peers[i].loaded.derive_s > 0)
            fprintf(f, "%s: built in %.2f s%s.\n", peers[i].name, peers[i].loaded.derive_s,
                peers[i].approve ? "" : "; what is approved shows after the next build");
    put_matrix(f);
    put_ratios(f);
    fclose(f);
}

/* ---- main ---- */

static void print_entry(void)
{
    printf("bare write with fdatasync: %.0f us\n", bare[0] * 1e6);
    for (int i = 0; i < peer_count; i++)
        if (results[L_ENTER][i].n)
            printf("%-30s %8.0f figures/s, 99 of 100 within %.1f ms\n", peers[i].name,
                median(results[L_ENTER][i].v, results[L_ENTER][i].n),
                median(results[L_ENTER_P99][i].v, results[L_ENTER_P99][i].n) * 1e3);
}

static void usage(void)
{
    fprintf(stderr, "usage: bench_peers town|province|country|country-120 FOLDER TABLE [--duckdb "
                    "LIBRARY] [--no-postgres] [--load | --entry] [--rounds N] [--seed N]\n");
    exit(2);
}

int main(int argc, char **argv)
{
    const char *duckdb = NULL;
    uint64_t seed = 1;
    bool postgres = true, load_only = false, entry_only = false, folder = false, counts = false;

    if (argc < 4)
        usage();
    for (int i = 4; i < argc; i++) {
        if (strcmp(argv[i], "--no-postgres") == 0)
            postgres = false;
        else if (strcmp(argv[i], "--load") == 0)
            load_only = true;
        else if (strcmp(argv[i], "--entry") == 0)
            entry_only = true;
        else if (strcmp(argv[i], "--folder") == 0)
            folder = true;
        else if (strcmp(argv[i], "--counts") == 0)
            counts = true;
        else if (i + 1 == argc)
            usage();
        else if (strcmp(argv[i], "--duckdb") == 0)
            duckdb = argv[++i];
        else if (strcmp(argv[i], "--rounds") == 0)
            rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[++i], NULL, 10);
        else
            usage();
    }
    if (!country_of(argv[1], seed, &country) || rounds < 1 || rounds > ROUNDS_MAX)
        usage();
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (folder) {
        giaoban_folder(&country, argv[2], 60);
        return 0;
    }
    if (counts) {
        giaoban_counts(&country, argv[2]);
        return 0;
    }
    double t0 = now_s();
    double figures = (double)country_figures(&country), generate_s = now_s() - t0;
    printf("%s: %.2f million figures, made in %.2f s\n", country.name, figures / 1e6, generate_s);
    giaoban_peers(&country, argv[2], peers, &peer_count);
    if (load_only) {
        note_loads(generate_s, figures);
        peers[0].stop(&peers[0]);
        return 0;
    }
    sqlite_peers(&country, argv[2], peers, &peer_count);
    if (postgres)
        postgres_peers(&country, argv[2], peers, &peer_count);
    if (duckdb)
        duckdb_peers(&country, argv[2], duckdb, peers, &peer_count);
    else
        printf("DuckDB is left out: its library is not here\n");
    note_loads(generate_s, figures);
    if (entry_only) {
        bare[0] = bare_sync(argv[2]);
        measure_entry();
        print_entry();
        return 0;
    }
    check_answers();
    measure_questions();
    measure_memory(figures);
    measure_approval(argv[2]);
    measure_entry();
    measure_start();
    for (int i = 0; i < peer_count; i++)
        peers[i].stop(&peers[i]);
    put_table(argv[3], figures);
    printf("%s: %.0f s in all\n", country.name, now_s() - t0);
    return 0;
}
