/* peer_postgres: PostgreSQL, plain, with roll-up tables, and with an analytics table of the DHIS2
 * kind, in a server of the bench's own.
 *
 * Given to it: 512 MB of shared buffers, 64 MB for sorts, no JIT (it costs short queries more than
 * it gives), COPY, keys and covering indexes built after the rows, VACUUM ANALYZE, prepared
 * statements with binary results over a Unix socket; fsync and synchronous_commit on, as they are
 * by default. The server runs as the user postgres where the bench runs as root, and is ended by
 * its own number.
 */
#include <endian.h>
#include <glob.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sql.h"

static char folder[400], bin[200], url[500];
static pid_t server;
static int started;

static const char schema[] =
    "CREATE TABLE figure (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value BIGINT NOT NULL);"
    "CREATE TABLE draft (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value BIGINT NOT NULL, PRIMARY KEY (month, unit, ind));"
    "CREATE TABLE entry (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value BIGINT NOT NULL, PRIMARY KEY (month, ind, unit));"
    "CREATE TABLE place (unit INTEGER NOT NULL, tree INTEGER NOT NULL, mid INTEGER NOT NULL, "
    "PRIMARY KEY (tree, unit));"
    "CREATE INDEX place_mid ON place (tree, mid, unit);"
    "CREATE TABLE period (month INTEGER PRIMARY KEY, tree INTEGER NOT NULL);"
    "CREATE TABLE target (ind INTEGER PRIMARY KEY, threshold BIGINT NOT NULL)";
static const char *const prepare_sql[] = {
    "ALTER TABLE figure ADD CONSTRAINT figure_key PRIMARY KEY (month, ind, unit) INCLUDE (value)",
    "CREATE INDEX figure_unit ON figure (unit, month, ind) INCLUDE (value)", "VACUUM ANALYZE",
    NULL};
static const char *const rollup_sql[] = {
    "CREATE TABLE rollup (month INTEGER NOT NULL, unit INTEGER NOT NULL, ind INTEGER NOT NULL, "
    "total BIGINT NOT NULL, n INTEGER NOT NULL, met INTEGER NOT NULL)",
    "INSERT INTO rollup (month, unit, ind, total, n, met) "
    "SELECT f.month, p.mid, f.ind, sum(f.value), count(*), "
    "sum(CASE WHEN f.value >= t.threshold THEN 1 ELSE 0 END) "
    "FROM figure f JOIN period d ON d.month = f.month JOIN place p ON p.unit = f.unit AND "
    "p.tree = d.tree JOIN target t ON t.ind = f.ind GROUP BY f.month, f.ind, p.mid",
    "INSERT INTO rollup (month, unit, ind, total, n, met) "
    "SELECT month, -1, ind, sum(total), sum(n), sum(met) FROM rollup GROUP BY month, ind",
    "ALTER TABLE rollup ADD CONSTRAINT rollup_key PRIMARY KEY (month, ind, unit) "
    "INCLUDE (total, n, met)",
    "CREATE INDEX rollup_unit ON rollup (unit, month, ind) INCLUDE (total, n, met)",
    "VACUUM ANALYZE rollup", NULL};
static const char *const star_sql[] = {
    "CREATE TABLE analytics AS SELECT f.month, f.ind, f.unit, p.mid, 0 AS top, f.value "
    "FROM figure f JOIN period d ON d.month = f.month JOIN place p ON p.unit = f.unit AND "
    "p.tree = d.tree",
    "CREATE INDEX analytics_ind ON analytics (month, ind, mid) INCLUDE (unit, value)",
    "CREATE INDEX analytics_mid ON analytics (mid, month, ind) INCLUDE (value)",
    "VACUUM ANALYZE analytics", NULL};

/* ---- the server ---- */

static bool installed(void)
{
    glob_t g;
    bool found = glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &g) == 0;

    if (found)
        snprintf(bin, sizeof bin, "%.*s", (int)(strlen(g.gl_pathv[g.gl_pathc - 1]) - 9),
            g.gl_pathv[g.gl_pathc - 1]);
    globfree(&g);
    return found;
}

static pid_t child(const char *const argv[])
{
    struct passwd *p = getpwnam("postgres");
    char log[420];
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    snprintf(log, sizeof log, "%s/log", folder);
    if (getuid() == 0 && (!p || setgid(p->pw_gid) != 0 || setuid(p->pw_uid) != 0))
        _exit(126);
    if (!freopen(log, "a", stdout) || !freopen(log, "a", stderr))
        _exit(126);
    execv(argv[0], (char *const *)argv);
    _exit(127);
}

static void start_server(const char *dir)
{
    char program[220], data[420];
    struct passwd *p = getpwnam("postgres");
    int status;

    snprintf(folder, sizeof folder, "%s/pg", dir);
    snprintf(data, sizeof data, "%s/data", folder);
    if (mkdir(folder, 0700) != 0 ||
        (getuid() == 0 && (!p || chown(folder, p->pw_uid, p->pw_gid) != 0)))
        die("postgres: cannot make %s", folder);
    snprintf(program, sizeof program, "%s/initdb", bin);
    const char *init[] = {
        program, "-D", data, "-U", "giaoban", "-A", "trust", "-E", "UTF8", "--locale=C", NULL};
    pid_t pid = child(init);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        die("postgres: initdb failed, see %s/log", folder);
    snprintf(program, sizeof program, "%s/postgres", bin);
    const char *run[] = {program, "-D", data, "-k", folder, "-h", "", "-c", "shared_buffers=512MB",
        "-c", "work_mem=64MB", "-c", "maintenance_work_mem=256MB", "-c", "jit=off", "-c",
        "max_wal_size=4GB", "-c", "max_connections=60", NULL};
    server = child(run);
    snprintf(url, sizeof url, "postgresql://giaoban@/postgres?host=%s", folder);
}

static PGconn *connect_now(void)
{
    for (int i = 0; i < 200; i++) {
        PGconn *c = PQconnectdb(url);
        if (PQstatus(c) == CONNECTION_OK)
            return c;
        PQfinish(c);
        usleep(50000);
    }
    die("postgres: no answer, see %s/log", folder);
}

/* ---- statements ---- */

static void query(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);
    ExecStatusType s = PQresultStatus(r);

    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        die("postgres: %s: %s", PQerrorMessage(c), sql);
    PQclear(r);
}

static void exec(struct sql_peer *p, const char *sql)
{
    query(p->db, sql);
}

static void exec_small(void *ctx, const char *sql)
{
    query(ctx, sql);
}

static int count_params(const char *sql)
{
    int most = 0;

    for (const char *p = sql; (p = strchr(p, '$')) != NULL; p++)
        if (atoi(p + 1) > most)
            most = atoi(p + 1);
    return most;
}

static void prepare(PGconn *c, const char *name, const char *sql)
{
    static const Oid int8[SQL_PARAMS] = {
        20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20};
    PGresult *r = PQprepare(c, name, sql, count_params(sql), int8);

    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        die("postgres: %s: %s", PQerrorMessage(c), sql);
    PQclear(r);
}

static void take(PGresult *g, struct rows *r)
{
    int n = PQntuples(g), columns = PQnfields(g);
    int64_t *to = r->cell;

    if ((size_t)n * (size_t)columns > SQL_CELLS)
        die("postgres: too many rows");
    for (int i = 0; i < n; i++)
        for (int k = 0; k < columns; k++) {
            uint64_t v;
            memcpy(&v, PQgetvalue(g, i, k), 8);
            *to++ = (int64_t)be64toh(v);
        }
    r->n = (size_t)n;
    r->columns = (size_t)columns;
}

static void execute(PGconn *c, const char *name, const int64_t *param, int n, struct rows *r)
{
    uint64_t v[SQL_PARAMS];
    const char *at[SQL_PARAMS];
    int size[SQL_PARAMS], binary[SQL_PARAMS];

    for (int i = 0; i < n; i++) {
        v[i] = htobe64((uint64_t)param[i]);
        at[i] = (const char *)&v[i];
        size[i] = 8;
        binary[i] = 1;
    }
    PGresult *g = PQexecPrepared(c, name, n, at, size, binary, 1);
    ExecStatusType s = PQresultStatus(g);
    if (s != PGRES_TUPLES_OK && s != PGRES_COMMAND_OK)
        die("postgres: %s", PQerrorMessage(c));
    if (r)
        take(g, r);
    PQclear(g);
}

static void run(struct sql_peer *p, enum statement s, const int64_t *param, int n, struct rows *r)
{
    char name[16];

    snprintf(name, sizeof name, "s%d", (int)s);
    if (!p->statement[s]) {
        prepare(p->db, name, sql_text(p->variant, s));
        p->statement[s] = p;
    }
    execute(p->db, name, param, n, r);
}

static const struct sql_engine engine = {run, exec};

/* ---- loading ---- */

struct copy {
    PGconn *c;
    size_t n;
    char b[1 << 16];
};

static void flush(struct copy *c)
{
    if (c->n && PQputCopyData(c->c, c->b, (int)c->n) != 1)
        die("postgres: copy: %s", PQerrorMessage(c->c));
    c->n = 0;
}

static char *put_number(char *p, int64_t v)
{
    char d[24];
    int n = 0;

    do
        d[n++] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    while (n)
        *p++ = d[--n];
    return p;
}

static void copy_row(void *ctx, int month, int ind, int unit, int64_t value)
{
    struct copy *c = ctx;

    if (c->n > sizeof c->b - 100)
        flush(c);
    char *p = put_number(c->b + c->n, month);
    *p++ = '\t';
    p = put_number(p, ind);
    *p++ = '\t';
    p = put_number(p, unit);
    *p++ = '\t';
    p = put_number(p, value);
    *p++ = '\n';
    c->n = (size_t)(p - c->b);
}

static double run_all(PGconn *c, const char *const *sql)
{
    double t0 = now_s();

    for (; *sql; sql++)
        query(c, *sql);
    return now_s() - t0;
}

static double number(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);

    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        die("postgres: %s", PQerrorMessage(c));
    double v = atof(PQgetvalue(r, 0, 0));
    PQclear(r);
    return v;
}

static void load(struct peer *list)
{
    struct sql_peer *p = list[0].own;
    struct copy *copy = malloc(sizeof *copy);
    double t0;

    if (!copy)
        die("memory");
    query(p->db, schema);
    query(p->db, "BEGIN");
    sql_small_tables(list->c, exec_small, p->db);
    query(p->db, "COMMIT");
    t0 = now_s();
    PGresult *r = PQexec(p->db, "COPY figure (month, ind, unit, value) FROM STDIN");
    if (PQresultStatus(r) != PGRES_COPY_IN)
        die("postgres: %s", PQerrorMessage(p->db));
    PQclear(r);
    copy->c = p->db;
    copy->n = 0;
    sql_each_figure(list->c, copy_row, copy);
    flush(copy);
    if (PQputCopyEnd(p->db, NULL) != 1)
        die("postgres: copy: %s", PQerrorMessage(p->db));
    while ((r = PQgetResult(p->db)) != NULL) {
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            die("postgres: copy: %s", PQerrorMessage(p->db));
        PQclear(r);
    }
    free(copy);
    list[0].loaded.rows_s = now_s() - t0;
    list[0].loaded.prepare_s = run_all(p->db, prepare_sql);
    list[0].loaded.bytes = number(p->db, "SELECT pg_total_relation_size('figure')");
    list[1].loaded = list[2].loaded = list[0].loaded;
    list[1].loaded.derive_s = run_all(p->db, rollup_sql);
    list[1].loaded.derived_bytes = number(p->db, "SELECT pg_total_relation_size('rollup')");
    list[2].loaded.derive_s = run_all(p->db, star_sql);
    list[2].loaded.derived_bytes = number(p->db, "SELECT pg_total_relation_size('analytics')");
}

/* A connection for each writer. */
static void enter(struct peer *p, int writer, int i)
{
    static PGconn *connection[WRITERS];

    (void)p;
    if (!connection[writer]) {
        connection[writer] = connect_now();
        prepare(connection[writer], "e", sql_text(PLAIN, S_ENTER));
    }
    execute(connection[writer], "e", (int64_t[]){500 + i % 7, writer, i, i}, 4, NULL);
}

/* A fresh connection; the server runs. */
static double start(struct peer *p, const struct ask *q)
{
    struct sql_peer *own = p->own, fresh = *own;
    struct peer as = *p;
    double t0 = now_s();

    memset(fresh.statement, 0, sizeof fresh.statement);
    as.own = &fresh;
    fresh.db = connect_now();
    as.run(&as, q);
    own->rows = fresh.rows;
    double t = now_s() - t0;
    PQfinish(fresh.db);
    return t;
}

static void stop(struct peer *p)
{
    struct sql_peer *own = p->own;

    PQfinish(own->db);
    if (--started == 0 && server > 0) {
        kill(server, SIGINT);
        waitpid(server, NULL, 0);
        server = 0;
    }
}

static void stop_at_exit(void)
{
    if (server > 0)
        kill(server, SIGINT);
}

void postgres_peers(const struct country *c, const char *dir, struct peer *list, int *n)
{
    static const char *const names[3] = {
        "PostgreSQL", "PostgreSQL, roll-up tables", "PostgreSQL, analytics table"};
    static struct sql_peer own[3] = {{.engine = &engine, .variant = PLAIN},
        {.engine = &engine, .variant = ROLLUP}, {.engine = &engine, .variant = STAR}};
    struct peer *p = list + *n;

    if (!installed()) {
        printf("PostgreSQL is not installed: left out\n");
        return;
    }
    atexit(stop_at_exit);
    start_server(dir);
    for (int i = 0; i < 3; i++) {
        p[i] = (struct peer){.name = names[i], .c = c};
        own[i].db = connect_now();
        sql_fill(&p[i], &own[i]);
        p[i].stop = stop;
        started++;
    }
    load(p);
    p[0].enter = enter;
    p[0].start = start;
    *n += 3;
}
