/* peer_duckdb: DuckDB, through the C interface of the library that its npm package brings.
 *
 * Given to it: both processors, rows appended in key order through the appender, prepared
 * statements, all data warm in its own buffers, a primary key only where entry needs one. Called
 * from C, so that no time of Node.js is in its figures. The library is opened at run time; the few
 * calls used are declared here as its documentation gives them.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sql.h"

typedef struct {
    uint64_t columns, rows, changed;
    void *column;
    char *error;
    void *internal;
} duck_result;

static struct {
    int (*open_ext)(const char *path, void **db, void *config, char **error);
    int (*create_config)(void **config);
    int (*set_config)(void *config, const char *name, const char *value);
    int (*connect)(void *db, void **connection);
    void (*disconnect)(void **connection);
    void (*close)(void **db);
    int (*query)(void *connection, const char *sql, duck_result *ret);
    int (*prepare)(void *connection, const char *sql, void **ret);
    const char *(*prepare_error)(void *statement);
    void (*destroy_prepare)(void **statement);
    int (*bind_int64)(void *statement, uint64_t at, int64_t v);
    int (*execute_prepared)(void *statement, duck_result *ret);
    const char *(*result_error)(duck_result *r);
    void (*destroy_result)(duck_result *r);
    void *(*fetch_chunk)(duck_result r);
    uint64_t (*data_chunk_get_size)(void *chunk);
    uint64_t (*data_chunk_get_column_count)(void *chunk);
    void *(*data_chunk_get_vector)(void *chunk, uint64_t column);
    void *(*vector_get_data)(void *vector);
    void (*destroy_data_chunk)(void **chunk);
    int (*appender_create)(void *connection, const char *schema, const char *table, void **ret);
    int (*append_int32)(void *appender, int32_t v);
    int (*append_int64)(void *appender, int64_t v);
    int (*appender_end_row)(void *appender);
    int (*appender_destroy)(void **appender);
    const char *(*library_version)(void);
} duck;

static char path[400];
static void *database;

static const char schema[] =
    "CREATE TABLE figure (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value BIGINT NOT NULL);"
    "CREATE TABLE draft (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value BIGINT NOT NULL);"
    "CREATE TABLE entry (month INTEGER NOT NULL, ind INTEGER NOT NULL, unit INTEGER NOT NULL, "
    "value BIGINT NOT NULL, PRIMARY KEY (month, ind, unit));"
    "CREATE TABLE place (unit INTEGER NOT NULL, tree INTEGER NOT NULL, mid INTEGER NOT NULL);"
    "CREATE TABLE period (month INTEGER NOT NULL, tree INTEGER NOT NULL);"
    "CREATE TABLE target (ind INTEGER NOT NULL, threshold BIGINT NOT NULL)";

static void bind_library(const char *library)
{
    static const struct {
        const char *name;
        void *to;
    } names[] = {{"open_ext", &duck.open_ext}, {"create_config", &duck.create_config},
        {"set_config", &duck.set_config}, {"connect", &duck.connect},
        {"disconnect", &duck.disconnect}, {"close", &duck.close}, {"query", &duck.query},
        {"prepare", &duck.prepare}, {"prepare_error", &duck.prepare_error},
        {"destroy_prepare", &duck.destroy_prepare}, {"bind_int64", &duck.bind_int64},
        {"execute_prepared", &duck.execute_prepared}, {"result_error", &duck.result_error},
        {"destroy_result", &duck.destroy_result}, {"fetch_chunk", &duck.fetch_chunk},
        {"data_chunk_get_size", &duck.data_chunk_get_size},
        {"data_chunk_get_column_count", &duck.data_chunk_get_column_count},
        {"data_chunk_get_vector", &duck.data_chunk_get_vector},
        {"vector_get_data", &duck.vector_get_data},
        {"destroy_data_chunk", &duck.destroy_data_chunk},
        {"appender_create", &duck.appender_create}, {"append_int32", &duck.append_int32},
        {"append_int64", &duck.append_int64}, {"appender_end_row", &duck.appender_end_row},
        {"appender_destroy", &duck.appender_destroy}, {"library_version", &duck.library_version}};
    void *lib = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    char name[80];

    if (!lib)
        die("duckdb: %s", dlerror());
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(name, sizeof name, "duckdb_%s", names[i].name);
        void *f = dlsym(lib, name);
        if (!f)
            die("duckdb: %s is missing", name);
        memcpy(names[i].to, &f, sizeof f);
    }
    printf("duckdb %s\n", duck.library_version());
}

static void query(void *connection, const char *sql)
{
    duck_result r = {0};

    if (duck.query(connection, sql, &r) != 0)
        die("duckdb: %s: %s", duck.result_error(&r), sql);
    duck.destroy_result(&r);
}

static void exec(struct sql_peer *p, const char *sql)
{
    query(p->db, sql);
}

static void exec_small(void *ctx, const char *sql)
{
    query(ctx, sql);
}

static void take(struct rows *r, void *chunk)
{
    uint64_t n = duck.data_chunk_get_size(chunk), columns = duck.data_chunk_get_column_count(chunk);

    r->columns = columns;
    if ((r->n + n) * columns > SQL_CELLS)
        die("duckdb: too many rows");
    for (uint64_t k = 0; k < columns; k++) {
        const int64_t *v = duck.vector_get_data(duck.data_chunk_get_vector(chunk, k));
        int64_t *to = r->cell + r->n * columns + k;
        for (uint64_t i = 0; i < n; i++)
            to[i * columns] = v[i];
    }
    r->n += n;
}

static void *prepared(void *connection, const char *sql)
{
    void *st = NULL;

    if (duck.prepare(connection, sql, &st) != 0)
        die("duckdb: %s: %s", duck.prepare_error(st), sql);
    return st;
}

static void run(struct sql_peer *p, enum statement s, const int64_t *param, int n, struct rows *r)
{
    duck_result got = {0};
    void *chunk;

    if (!p->statement[s])
        p->statement[s] = prepared(p->db, sql_text(p->variant, s));
    for (int i = 0; i < n; i++)
        duck.bind_int64(p->statement[s], (uint64_t)i + 1, param[i]);
    if (duck.execute_prepared(p->statement[s], &got) != 0)
        die("duckdb: %s", duck.result_error(&got));
    if (r) {
        r->n = 0;
        while ((chunk = duck.fetch_chunk(got)) != NULL) {
            take(r, chunk);
            duck.destroy_data_chunk(&chunk);
        }
    }
    duck.destroy_result(&got);
}

static const struct sql_engine engine = {run, exec};

static void open_db(void **db, void **connection)
{
    void *config;
    char *error = NULL;

    duck.create_config(&config);
    duck.set_config(config, "threads", "2");
    if (duck.open_ext(path, db, config, &error) != 0)
        die("duckdb: %s", error ? error : "open");
    duck.connect(*db, connection);
}

static double size_now(struct sql_peer *p)
{
    struct stat st;

    exec(p, "CHECKPOINT");
    return stat(path, &st) == 0 ? (double)st.st_size : 0;
}

static void append(void *ctx, int month, int ind, int unit, int64_t value)
{
    duck.append_int32(ctx, month);
    duck.append_int32(ctx, ind);
    duck.append_int32(ctx, unit);
    duck.append_int64(ctx, value);
    if (duck.appender_end_row(ctx) != 0)
        die("duckdb: append");
}

static void load(struct peer *plain)
{
    struct sql_peer *p = plain->own;
    void *appender;

    exec(p, schema);
    exec(p, "BEGIN");
    sql_small_tables(plain->c, exec_small, p->db);
    exec(p, "COMMIT");
    double t0 = now_s();
    if (duck.appender_create(p->db, NULL, "figure", &appender) != 0)
        die("duckdb: appender");
    sql_each_figure(plain->c, append, appender);
    if (duck.appender_destroy(&appender) != 0)
        die("duckdb: appender");
    exec(p, "CHECKPOINT");
    plain->loaded.rows_s = now_s() - t0;
    t0 = now_s();
    exec(p, "ANALYZE");
    plain->loaded.prepare_s = now_s() - t0;
    plain->loaded.bytes = size_now(p);
}

static void *writer_statement[WRITERS], *writer_connection[WRITERS];

/* A connection for each writer. */
static void enter(struct peer *p, int writer, int i)
{
    duck_result r = {0};

    if (!writer_connection[writer]) {
        duck.connect(database, &writer_connection[writer]);
        writer_statement[writer] = prepared(writer_connection[writer], sql_text(SCAN, S_ENTER));
    }
    (void)p;
    const int64_t v[4] = {500 + i % 7, writer, i, i};
    for (int k = 0; k < 4; k++)
        duck.bind_int64(writer_statement[writer], (uint64_t)k + 1, v[k]);
    if (duck.execute_prepared(writer_statement[writer], &r) != 0)
        die("duckdb: %s", duck.result_error(&r));
    duck.destroy_result(&r);
}

static void close_all(struct sql_peer *p)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (p->statement[i])
            duck.destroy_prepare(&p->statement[i]);
    for (int i = 0; i < WRITERS; i++)
        if (writer_connection[i]) {
            duck.destroy_prepare(&writer_statement[i]);
            duck.disconnect(&writer_connection[i]);
        }
    duck.disconnect(&p->db);
    duck.close(&database);
}

static double start(struct peer *p, const struct ask *q)
{
    struct sql_peer *own = p->own;

    close_all(own);
    double t0 = now_s();
    open_db(&database, &own->db);
    p->run(p, q);
    return now_s() - t0;
}

/* What it holds after the questions: its blocks of the file, and what it works with. */
static double memory(struct peer *p)
{
    struct sql_peer *own = p->own;
    duck_result got = {0};
    double bytes = 0;
    void *chunk, *st = prepared(own->db, "SELECT CAST(sum(memory_usage_bytes) AS BIGINT) FROM "
                                         "duckdb_memory()");

    if (duck.execute_prepared(st, &got) != 0)
        die("duckdb: %s", duck.result_error(&got));
    own->rows.n = 0;
    if ((chunk = duck.fetch_chunk(got)) != NULL) {
        take(&own->rows, chunk);
        bytes = (double)own->rows.cell[0];
        duck.destroy_data_chunk(&chunk);
    }
    duck.destroy_result(&got);
    duck.destroy_prepare(&st);
    return bytes;
}

static void stop(struct peer *p)
{
    close_all(p->own);
}

void duckdb_peers(
    const struct country *c, const char *dir, const char *library, struct peer *list, int *n)
{
    static struct sql_peer own = {.engine = &engine, .variant = SCAN};
    struct peer *p = list + *n;

    bind_library(library);
    snprintf(path, sizeof path, "%s/duck.db", dir);
    *p = (struct peer){.name = "DuckDB", .c = c};
    open_db(&database, &own.db);
    sql_fill(p, &own);
    p->start = start;
    p->stop = stop;
    p->enter = enter;
    p->memory = memory;
    load(p);
    ++*n;
}
