/* peers: the programs that are compared, each behind the same few calls.
 *
 * run() does the work that is timed, and leaves what came in the peer's own form; answer() lays it
 * out in one form for all, so that main can compare the answers of all programs number by number.
 * A peer that fails ends the bench. Layouts: see answer_size().
 */
#ifndef GB_BENCH_PEERS_H
#define GB_BENCH_PEERS_H

#include <stddef.h>

#include "country.h"

enum work { W_P1, W_P2, W_P3, W_P4, W_P5, W_TREE, W_RESTATE, WORKS };
struct ask {
    enum work work;
    int indicator; /* P3: the first of ten, every seventh */
    int month;     /* P3: January */
    int mid;
};
/* Indicator `i` of a pivot. */
static inline int ask_indicator(const struct country *c, const struct ask *q, int i)
{
    return (q->indicator + 7 * i) % c->indicators;
}
/* P1, tree: [mids](sum, n); P2: [2][indicators](sum, n); P3: [10][12][mids](sum, n); P4: by rank,
 * then leaf: (leaf, rank, value, reaches); P5: [indicators][mids] k; restate: [months][mids](sum,
 * n) */
size_t answer_size(const struct country *c, enum work w);

#define REPORT_CELLS 40
/* The report of round-trip k: of this leaf and month. */
static inline int report_leaf(const struct country *c, int k)
{
    return k % c->leaves;
}
static inline int report_month(const struct country *c, int k)
{
    return c->months + k / c->leaves;
}
static inline int64_t report_value(int k, int cell)
{
    return 1000 + k * 7 + cell;
}

struct loaded {
    double rows_s;    /* seconds for the rows alone, durable */
    double prepare_s; /* indexes, statistics */
    double derive_s;  /* what the variant derives from the figures: roll-up or analytics table */
    double bytes;     /* on disk, of the figures with their indexes */
    double derived_bytes; /* on disk, of what is derived */
};

struct peer {
    const char *name;
    const struct country *c;
    void *own;
    struct loaded loaded;
    bool (*has)(const struct peer *p, enum work w); /* NULL: everything */
    void (*run)(struct peer *p, const struct ask *q);
    void (*answer)(struct peer *p, const struct ask *q, int64_t *out);
    /* Puts report k in as sent; not timed. */
    void (*send)(struct peer *p, int k);
    /* Approves it and reads the top's total of indicator 0 in its month; NULL: not done. */
    int64_t (*approve)(struct peer *p, int k);
    /* One figure, durable when it returns; from thread `writer`. NULL: not done. */
    void (*enter)(struct peer *p, int writer, int i);
    /* From nothing to the first answer of q, and back. NULL: not done. */
    double (*start)(struct peer *p, const struct ask *q);
    /* Bytes of memory in which the figures lie that were asked for. NULL: they are not kept there
     * whole. */
    double (*memory)(struct peer *p);
    void (*stop)(struct peer *p);
};
#define WRITERS 32

/* Each opens and loads its variants under the folder and adds them to the list; *n grows. */
void giaoban_peers(const struct country *c, const char *dir, struct peer *list, int *n);
/* A folder to be served, DIR/giaoban: the country with 40 targets for each middle unit and some
 * leaves, reports that wait for their approval, an account `reader` and one `approver`. Beside it
 * lists of addresses: DIR/pages (scoreboards), DIR/p1 and DIR/p2 (JSON), DIR/approve (see
 * bench/http.c), and DIR/followed.csv, DIR/unfollowed.csv (import indicator-details). */
void giaoban_folder(const struct country *c, const char *dir, int reports);
/* Under callgrind: the instructions of approvals alone, for counts.sh. */
void giaoban_counts(const struct country *c, const char *dir);
void sqlite_peers(const struct country *c, const char *dir, struct peer *list, int *n);
void postgres_peers(const struct country *c, const char *dir, struct peer *list, int *n);
/* `library`: path of libduckdb. */
void duckdb_peers(
    const struct country *c, const char *dir, const char *library, struct peer *list, int *n);

double now_s(void);
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
