/* sql: the same questions in SQL, for every engine that speaks it.
 *
 * Tables: figure(month, ind, unit, value), place(unit, tree, mid), period(month, tree),
 * target(ind, threshold), draft(month, ind, unit, value), entry(month, ind, unit, value); derived:
 * rollup(month, unit, ind, total, n, met) with unit -1 for the top, and for the star variant
 * analytics(month, ind, unit, mid, value). Parameters appear in the order of their numbers.
 */
#ifndef GB_BENCH_SQL_H
#define GB_BENCH_SQL_H

#include "peers.h"

/* SCAN: plain tables without indexes, for engines that scan. */
enum variant { PLAIN, ROLLUP, STAR, SCAN };
enum statement {
    S_WORK, /* + enum work */
    S_SEND = S_WORK + WORKS,
    S_APPROVE,
    S_ROLL_MID,
    S_ROLL_TOP,
    S_TOTAL,
    S_ENTER,
    STATEMENTS
};
const char *sql_text(enum variant v, enum statement s);

#define SQL_PARAMS 22
#define SQL_CELLS (1 << 18)
struct rows {
    int64_t *cell; /* SQL_CELLS */
    size_t n, columns;
};

struct sql_peer;
struct sql_engine {
    /* Runs a statement prepared once; rows may be NULL. */
    void (*run)(struct sql_peer *p, enum statement s, const int64_t *param, int n, struct rows *r);
    void (*exec)(struct sql_peer *p, const char *sql);
};
struct sql_peer {
    const struct sql_engine *engine;
    enum variant variant;
    void *db;
    void *statement[STATEMENTS];
    struct rows rows;
};
/* Fills the calls of a peer that go by SQL alone. */
void sql_fill(struct peer *p, struct sql_peer *own);
int sql_params_of(const struct country *c, enum variant v, const struct ask *q, int64_t *ret);
/* Month number that keeps the variants' reports apart. */
int sql_report_month(const struct country *c, enum variant v, int k);
/* Feeds every row of figure in the order of its key. */
void sql_each_figure(const struct country *c,
    void (*row)(void *ctx, int month, int ind, int unit, int64_t value), void *ctx);
/* Statements that fill the small tables, one by one. */
void sql_small_tables(const struct country *c, void (*exec)(void *ctx, const char *sql), void *ctx);

#endif
