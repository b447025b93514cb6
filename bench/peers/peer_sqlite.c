/* peer_sqlite: SQLite, plain and with roll-up tables kept by hand.
 *
 * Given to it: WITHOUT ROWID tables in key order, a covering index by unit, ANALYZE, prepared
 * statements, 256 MB of cache, WAL with synchronous=FULL (as giaoban has it), rows inserted in key
 * order in one transaction; index and roll-up tables are built without a journal, sorted by two
 * more threads.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql.h"

static const char schema[] =
    "CREATE TABLE figure (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value INTEGER NOT NULL, PRIMARY KEY (month, ind, unit)) WITHOUT ROWID;"
    "CREATE TABLE draft (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value INTEGER NOT NULL, PRIMARY KEY (month, unit, ind)) WITHOUT ROWID;"
    "CREATE TABLE entry (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value INTEGER NOT NULL, PRIMARY KEY (month, ind, unit)) WITHOUT ROWID;"
    "CREATE TABLE place (unit INTEGER NOT NULL, tree INTEGER NOT NULL, mid INTEGER NOT NULL, "
    "PRIMARY KEY (tree, unit)) WITHOUT ROWID;"
    "CREATE INDEX place_mid ON place (tree, mid, unit);"
    "CREATE TABLE period (month INTEGER PRIMARY KEY, tree INTEGER NOT NULL);"
    "CREATE TABLE target (ind INTEGER PRIMARY KEY, threshold INTEGER NOT NULL);";
static const char rollup_sql[] =
    "CREATE TABLE rollup (month INTEGER NOT NULL, unit INTEGER NOT NULL, ind INTEGER NOT NULL, "
    "total INTEGER NOT NULL, n INTEGER NOT NULL, met INTEGER NOT NULL, "
    "PRIMARY KEY (month, ind, unit)) WITHOUT ROWID;"
    "INSERT INTO rollup (month, unit, ind, total, n, met) "
    "SELECT f.month, p.mid, f.ind, sum(f.value), count(*), sum(f.value >= t.threshold) "
    "FROM figure f JOIN period d ON d.month = f.month JOIN place p ON p.unit = f.unit AND "
    "p.tree = d.tree JOIN target t ON t.ind = f.ind GROUP BY f.month, f.ind, p.mid;"
    "INSERT INTO rollup (month, unit, ind, total, n, met) "
    "SELECT month, -1, ind, sum(total), sum(n), sum(met) FROM rollup GROUP BY month, ind;"
    "CREATE INDEX rollup_unit ON rollup (unit, month, ind, total, n, met);"
    "ANALYZE;";

static char path[400];
static pthread_mutex_t one_writer = PTHREAD_MUTEX_INITIALIZER;

static void exec(struct sql_peer *p, const char *sql)
{
    char *e = NULL;

    if (sqlite3_exec(p->db, sql, NULL, NULL, &e) != SQLITE_OK)
        die("sqlite: %s: %s", e ? e : "", sql);
}

static void exec_small(void *ctx, const char *sql)
{
    exec(ctx, sql);
}

static sqlite3_stmt *prepare(struct sql_peer *p, enum statement s)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v3(
            p->db, sql_text(p->variant, s), -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK)
        die("sqlite: %s: %s", sqlite3_errmsg(p->db), sql_text(p->variant, s));
    return st;
}

static void run(struct sql_peer *p, enum statement s, const int64_t *param, int n, struct rows *r)
{
    int rc;

    if (!p->statement[s])
        p->statement[s] = prepare(p, s);
    sqlite3_stmt *st = p->statement[s];
    for (int i = 0; i < n; i++)
        sqlite3_bind_int64(st, i + 1, param[i]);
    int columns = sqlite3_column_count(st);
    size_t rows = 0, at = 0;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        if (!r || at + (size_t)columns > SQL_CELLS)
            die("sqlite: too many rows");
        for (int i = 0; i < columns; i++)
            r->cell[at++] = sqlite3_column_int64(st, i);
        rows++;
    }
    if (rc != SQLITE_DONE)
        die("sqlite: %s", sqlite3_errmsg(p->db));
    sqlite3_reset(st);
    if (r) {
        r->n = rows;
        r->columns = (size_t)columns;
    }
}

static const struct sql_engine engine = {run, exec};

static void open_db(struct sql_peer *p)
{
    if (sqlite3_open(path, (sqlite3 **)&p->db) != SQLITE_OK)
        die("sqlite: cannot open %s", path);
    exec(p, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144; "
            "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY");
}

static void close_db(struct sql_peer *p)
{
    for (int i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(p->statement[i]);
        p->statement[i] = NULL;
    }
    sqlite3_close(p->db);
}

static double size_now(struct sql_peer *p)
{
    struct stat st;

    exec(p, "PRAGMA wal_checkpoint(TRUNCATE)");
    return stat(path, &st) == 0 ? (double)st.st_size : 0;
}

static void insert(void *ctx, int month, int ind, int unit, int64_t value)
{
    sqlite3_stmt *st = ctx;

    sqlite3_bind_int(st, 1, month);
    sqlite3_bind_int(st, 2, ind);
    sqlite3_bind_int(st, 3, unit);
    sqlite3_bind_int64(st, 4, value);
    if (sqlite3_step(st) != SQLITE_DONE)
        die("sqlite: insert");
    sqlite3_reset(st);
}

static void load(struct peer *plain, struct peer *rolled)
{
    const struct country *c = plain->c;
    struct sql_peer *p = plain->own;
    sqlite3_stmt *st;

    exec(p, schema);
    exec(p, "BEGIN");
    sql_small_tables(c, exec_small, p);
    exec(p, "COMMIT");
    double t0 = now_s();
    exec(p, "BEGIN");
    if (sqlite3_prepare_v2(p->db,
            "INSERT INTO figure (month, ind, unit, value) VALUES (?, ?, ?, ?)", -1, &st,
            NULL) != SQLITE_OK)
        die("sqlite: prepare");
    sql_each_figure(c, insert, st);
    sqlite3_finalize(st);
    exec(p, "COMMIT");
    plain->loaded.rows_s = now_s() - t0;
    exec(p, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=OFF; PRAGMA threads=2");
    t0 = now_s();
    exec(p, "CREATE INDEX figure_unit ON figure (unit, month, ind, value); ANALYZE");
    plain->loaded.prepare_s = now_s() - t0;
    plain->loaded.bytes = size_now(p);
    rolled->loaded = plain->loaded;
    t0 = now_s();
    exec(p, "BEGIN");
    exec(p, rollup_sql);
    exec(p, "COMMIT");
    rolled->loaded.derive_s = now_s() - t0;
    rolled->loaded.derived_bytes = size_now(p) - plain->loaded.bytes;
    exec(p, "PRAGMA journal_mode=WAL; PRAGMA threads=0");
}

/* One connection behind a lock: each figure is a transaction of its own. */
static void enter(struct peer *p, int writer, int i)
{
    pthread_mutex_lock(&one_writer);
    run(p->own, S_ENTER, (int64_t[]){500 + i % 7, writer, i, i}, 4, NULL);
    pthread_mutex_unlock(&one_writer);
}

/* Group commit by hand: whoever finds no other at it commits for all who wait. */
struct waiting {
    struct waiting *next;
    int64_t param[4];
    bool done;
};
static struct {
    pthread_mutex_t lock;
    pthread_cond_t done;
    struct waiting *first;
    bool busy;
} group = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, false};

static void commit_for_all(struct peer *p)
{
    struct waiting *all = group.first, *next;

    group.first = NULL;
    group.busy = true;
    pthread_mutex_unlock(&group.lock);
    exec(p->own, "BEGIN IMMEDIATE");
    for (struct waiting *w = all; w; w = w->next)
        run(p->own, S_ENTER, w->param, 4, NULL);
    exec(p->own, "COMMIT");
    pthread_mutex_lock(&group.lock);
    for (struct waiting *w = all; w; w = next) {
        next = w->next;
        w->done = true;
    }
    group.busy = false;
    pthread_cond_broadcast(&group.done);
}

static void enter_grouped(struct peer *p, int writer, int i)
{
    struct waiting w = {.param = {510 + i % 7, writer, i, i}};

    pthread_mutex_lock(&group.lock);
    w.next = group.first;
    group.first = &w;
    while (!w.done) {
        if (group.busy)
            pthread_cond_wait(&group.done, &group.lock);
        else
            commit_for_all(p);
    }
    pthread_mutex_unlock(&group.lock);
}

static bool nothing(const struct peer *p, enum work w)
{
    (void)p;
    (void)w;
    return false;
}

static void keep_open(struct peer *p)
{
    (void)p;
}

static double start(struct peer *p, const struct ask *q)
{
    struct sql_peer fresh = {.engine = &engine, .variant = ((struct sql_peer *)p->own)->variant};
    struct peer as = *p;
    double t0 = now_s();

    fresh.rows = ((struct sql_peer *)p->own)->rows;
    as.own = &fresh;
    open_db(&fresh);
    as.run(&as, q);
    double t = now_s() - t0;
    ((struct sql_peer *)p->own)->rows = fresh.rows;
    close_db(&fresh);
    return t;
}

static void stop(struct peer *p)
{
    close_db(p->own);
}

void sqlite_peers(const struct country *c, const char *dir, struct peer *list, int *n)
{
    static struct sql_peer own[2] = {
        {.engine = &engine, .variant = PLAIN}, {.engine = &engine, .variant = ROLLUP}};
    struct peer *p = list + *n;

    snprintf(path, sizeof path, "%s/sqlite.db", dir);
    p[0] = (struct peer){.name = "SQLite", .c = c};
    p[1] = (struct peer){.name = "SQLite, roll-up tables", .c = c};
    for (int i = 0; i < 2; i++) {
        sql_fill(&p[i], &own[i]);
        p[i].start = start;
        p[i].stop = stop;
    }
    open_db(&own[0]);
    load(&p[0], &p[1]); /* without a journal: nobody else may have it open */
    open_db(&own[1]);
    p[0].enter = enter;
    p[2] = (struct peer){.name = "SQLite, group commit by hand",
        .c = c,
        .own = &own[0],
        .has = nothing,
        .enter = enter_grouped,
        .stop = keep_open};
    *n += 3;
}
