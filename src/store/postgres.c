/* postgres: see postgres.h. */
#include "store/postgres.h"

#include <assert.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

#define QUEUE_MAX 256
#define PARAMS_MAX 48
#define FETCH_ROWS 2000

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

struct pg_stmt {
    struct db_stmt base;
    PGresult *rows;
    int row; /* of `rows`, -1 before the first */
    bool running, prepared, has_cursor;
};
/* What has been sent and not yet answered. */
struct queued {
    bool is_prepare;
    enum sql_id id;
    unsigned job;
};
struct pg_db {
    struct db base;
    PGconn *c;
    struct queued queue[QUEUE_MAX];
    int queued;
    /* Of what is queued, statements that may fail by what a job wants written: `keep` waits for
     * their answer. What cannot travels with the next job; should it fail nevertheless, the whole
     * transaction is broken. */
    int doubtful;
    unsigned job;
    bool broken;
    bool gone; /* the server has said farewell, or nothing comes any more */
    struct pg_stmt stmt[SQL_COUNT];
};

static struct pg_db *of(struct db *d)
{
    return (struct pg_db *)d;
}

/* --- errors --- */

/* The connection is gone, or going: 08 broken, 57P shut down, killed or starting. */
static bool is_away(struct str state)
{
    return !state.n || str_starts(state, STR("08")) || str_starts(state, STR("57P"));
}

/* What the database says stands in the log; people are told in their words what to do. */
static bool fail_with(const char *state, const char *words, struct err *err)
{
    struct str w = str_trim(str_of(words)), s = str_of(state ? state : "");

    log_line(is_away(s) ? LOG_WARN : LOG_ERROR, "store.postgresql", "code=%.*s says=\"%.*s\"",
        STR_ARG(s), STR_ARG(w));
    if (is_away(s))
        return err_set(err, ERR_BUSY, MSG_err_store_away);
    if (str_is(s, "53100"))
        return err_set(err, ERR_FULL, MSG_err_full, STR("PostgreSQL"));
    if (str_is(s, "53200"))
        return err_memory(err);
    if (str_starts(s, STR("40")) || str_is(s, "55P03") || str_is(s, "55006"))
        return err_set(err, ERR_BUSY, MSG_err_store_busy, STR("PostgreSQL"));
    if (str_is(s, "XX001") || str_is(s, "XX002"))
        return err_set(err, ERR_CORRUPT, MSG_err_store_corrupt, STR("PostgreSQL"), s);
    if (str_starts(s, STR("23")))
        return err_set(err, ERR_INTERNAL, MSG_err_store_constraint, s);
    if (str_starts(s, STR("57")) || str_starts(s, STR("58")))
        return err_set(err, ERR_IO, MSG_err_io, STR("PostgreSQL"), s);
    return err_set(err, ERR_INTERNAL, MSG_err_store_engine, s);
}

/* Only the first line of it: what follows may hold values of the row. */
static bool fail_result(struct pg_db *d, const PGresult *r, struct err *err)
{
    const char *first = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY),
               *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

    d->gone = d->gone || is_away(str_of(state ? state : ""));
    return fail_with(state, first ? first : PQresultErrorMessage(r), err);
}

static bool fail_connection(struct pg_db *d, struct err *err)
{
    if (d->gone)
        return err_set(err, ERR_BUSY, MSG_err_store_away);
    d->gone = true;
    return fail_with(NULL, PQerrorMessage(d->c), err);
}

/* --- the pipeline --- */

static bool is_good(const PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);

    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

/* The result of one queued command; NULL after a broken connection. */
static PGresult *take_result(struct pg_db *d)
{
    PGresult *r = PQgetResult(d->c);
    PGresult *end = r ? PQgetResult(d->c) : NULL;

    if (end)
        PQclear(end);
    return r;
}

/* Asks for all answers. The last command's result is kept in *ret_last (NULL: not wanted). The
 * first error counts; what was queued behind it has not run. */
static bool flush(struct pg_db *d, PGresult **ret_last, struct err *err)
{
    int n = d->queued;
    bool ok = true;

    d->queued = d->doubtful = 0;
    if (!n)
        return true;
    if (!PQpipelineSync(d->c))
        return fail_connection(d, err);
    for (int i = 0; i < n; i++) {
        PGresult *r = take_result(d);
        if (!r)
            return ok ? fail_connection(d, err) : false;
        if (d->queue[i].is_prepare)
            d->stmt[d->queue[i].id].prepared = is_good(r);
        if (ok && !is_good(r)) {
            ok = fail_result(d, r, err);
            d->broken = d->broken || d->queue[i].job != d->job;
        }
        if (i == n - 1 && ok && ret_last)
            *ret_last = r;
        else
            PQclear(r);
    }
    PGresult *sync = PQgetResult(d->c);
    if (!sync)
        return ok ? fail_connection(d, err) : false;
    PQclear(sync);
    return ok;
}

static bool note_queued(struct pg_db *d, int sent, struct queued q, struct err *err)
{
    if (!sent)
        return fail_connection(d, err);
    q.job = d->job;
    d->queue[d->queued++] = q;
    return true;
}

static bool queue_room(struct pg_db *d, struct err *err)
{
    return d->queued + 2 < QUEUE_MAX || flush(d, NULL, err);
}

static bool queue_command(struct pg_db *d, const char *sql, struct err *err)
{
    return queue_room(d, err) &&
           note_queued(d, PQsendQueryParams(d->c, sql, 0, NULL, NULL, NULL, NULL, 1),
               (struct queued){.id = SQL_COUNT}, err);
}

static bool command(struct pg_db *d, const char *sql, struct err *err)
{
    return queue_command(d, sql, err) && flush(d, NULL, err);
}

/* --- transactions --- */

static bool pg_begin(struct db *base, enum db_begin kind, struct err *err)
{
    struct pg_db *d = of(base);

    d->broken = false;
    return queue_command(
        d, kind == DB_WRITE ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
}

/* A transaction that has failed answers COMMIT with ROLLBACK, and no error. */
static bool pg_commit(struct db *base, struct err *err)
{
    struct pg_db *d = of(base);
    PGresult *r = NULL;

    if (!queue_command(d, "COMMIT", err) || !flush(d, &r, err))
        return false;
    bool done = r && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    PQclear(r);
    return done || err_set(err, ERR_INTERNAL, MSG_err_store_engine, STR("rolled back"));
}

static void pg_rollback(struct db *base)
{
    struct pg_db *d = of(base);

    if (d->gone)
        return;
    if (d->queued || PQtransactionStatus(d->c) != PQTRANS_IDLE)
        command(d, "ROLLBACK", NULL);
    if (PQtransactionStatus(d->c) != PQTRANS_IDLE) /* something queued before it had failed */
        command(d, "ROLLBACK", NULL);
}

static bool pg_save(struct db *base, struct err *err)
{
    struct pg_db *d = of(base);

    d->job++;
    return queue_command(d, "SAVEPOINT job", err);
}

static bool pg_keep(struct db *base, struct err *err)
{
    struct pg_db *d = of(base);

    return queue_command(d, "RELEASE SAVEPOINT job", err) && (!d->doubtful || flush(d, NULL, err));
}

static bool pg_undo_save(struct db *base, struct err *err)
{
    struct pg_db *d = of(base);

    flush(d, NULL, NULL);
    if (d->broken) /* the savepoint would be that of a job before */
        return err_set(err, ERR_INTERNAL, MSG_err_store_engine, STR("SAVEPOINT"));
    return queue_command(d, "ROLLBACK TO SAVEPOINT job", err) &&
           command(d, "RELEASE SAVEPOINT job", err);
}

/* --- parameters --- */

struct params {
    int n;
    Oid type[PARAMS_MAX];
    const char *value[PARAMS_MAX];
    int length[PARAMS_MAX], format[PARAMS_MAX];
    unsigned char number[PARAMS_MAX][8];
};

static void put_be64(unsigned char b[8], int64_t v)
{
    for (int i = 0; i < 8; i++)
        b[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i));
}

static Oid oid_of(char type)
{
    return type == 'i' ? OID_INT8 : type == 't' ? OID_TEXT : OID_BYTEA;
}

static void fill(struct params *p, enum sql_id id, const struct db_value *v, size_t n)
{
    assert(n <= PARAMS_MAX);
    p->n = (int)n;
    for (size_t i = 0; i < n; i++) {
        p->type[i] = oid_of(sql_texts[id].types[i]);
        p->format[i] = 1;
        if (v[i].type == DB_I64) {
            put_be64(p->number[i], v[i].i);
            p->value[i] = (const char *)p->number[i];
            p->length[i] = 8;
        } else {
            p->value[i] = v[i].s.p ? v[i].s.p : "";
            p->length[i] = (int)v[i].s.n;
        }
    }
}

static bool queue_prepare(struct pg_db *d, enum sql_id id, struct err *err)
{
    Oid types[PARAMS_MAX];
    int n = (int)strlen(sql_texts[id].types);

    for (int i = 0; i < n; i++)
        types[i] = oid_of(sql_texts[id].types[i]);
    d->stmt[id].base.db = &d->base;
    d->stmt[id].prepared = true; /* until the answer says otherwise */
    return queue_room(d, err) &&
           note_queued(d, PQsendPrepare(d->c, sql_texts[id].name, sql_texts[id].postgres, n, types),
               (struct queued){.is_prepare = true, .id = id}, err);
}

static bool queue_statement(
    struct pg_db *d, enum sql_id id, const struct db_value *v, size_t n, struct err *err)
{
    struct params p;

    if (!d->stmt[id].prepared && !queue_prepare(d, id, err))
        return false;
    fill(&p, id, v, n);
    return queue_room(d, err) &&
           note_queued(d,
               PQsendQueryPrepared(d->c, sql_texts[id].name, p.n, p.value, p.length, p.format, 1),
               (struct queued){.id = id}, err);
}

bool postgres_prepares(struct db *base, enum sql_id id, struct err *err)
{
    struct pg_db *d = of(base);

    return d->stmt[id].prepared || (queue_prepare(d, id, err) && flush(d, NULL, err));
}

/* --- statements --- */

static bool open_cursor(
    struct pg_db *d, enum sql_id id, const struct db_value *v, size_t n, struct err *err)
{
    struct params p;
    char sql[4096];
    int len = snprintf(sql, sizeof sql, "DECLARE c_%s NO SCROLL CURSOR FOR %s", sql_texts[id].name,
        sql_texts[id].postgres);

    assert(len > 0 && (size_t)len < sizeof sql);
    fill(&p, id, v, n);
    d->stmt[id].base.db = &d->base;
    return queue_room(d, err) &&
           note_queued(d, PQsendQueryParams(d->c, sql, p.n, p.type, p.value, p.length, p.format, 1),
               (struct queued){.id = id}, err);
}

static bool fetch(struct pg_stmt *st, enum sql_id id, struct err *err)
{
    char sql[160];

    PQclear(st->rows);
    st->rows = NULL;
    st->row = -1;
    snprintf(sql, sizeof sql, "FETCH %d FROM c_%s", FETCH_ROWS, sql_texts[id].name);
    return queue_command(of(st->base.db), sql, err) && flush(of(st->base.db), &st->rows, err);
}

static void pg_end(struct db_stmt *base)
{
    struct pg_stmt *st = (struct pg_stmt *)base;
    struct pg_db *d = of(base->db);
    char sql[160];

    PQclear(st->rows);
    st->rows = NULL;
    st->running = false;
    if (!st->has_cursor)
        return;
    st->has_cursor = false;
    snprintf(sql, sizeof sql, "CLOSE c_%s", sql_texts[st - d->stmt].name);
    if (!d->gone && PQtransactionStatus(d->c) != PQTRANS_INERROR)
        queue_command(d, sql, NULL);
}

static struct db_stmt *pg_bind(
    struct db *base, enum sql_id id, const struct db_value *v, size_t n, struct err *err)
{
    struct pg_db *d = of(base);
    struct pg_stmt *st = &d->stmt[id];
    bool in_transaction = d->queued > 0 || PQtransactionStatus(d->c) == PQTRANS_INTRANS;

    assert(!st->running);
    st->row = -1;
    st->base.db = base;
    st->has_cursor = sql_texts[id].stream && in_transaction;
    bool ok = st->has_cursor ? open_cursor(d, id, v, n, err) && fetch(st, id, err)
                             : queue_statement(d, id, v, n, err) && flush(d, &st->rows, err);
    st->running = ok;
    if (!ok)
        st->has_cursor = false;
    return ok ? &st->base : NULL;
}

static enum db_step pg_step(struct db_stmt *base, struct err *err)
{
    struct pg_stmt *st = (struct pg_stmt *)base;
    int n = PQntuples(st->rows);

    if (++st->row < n)
        return DB_ROW;
    if (!st->has_cursor || n < FETCH_ROWS)
        return DB_DONE;
    if (!fetch(st, (enum sql_id)(st - of(base->db)->stmt), err))
        return DB_ERROR;
    return ++st->row < PQntuples(st->rows) ? DB_ROW : DB_DONE;
}

static bool pg_run(struct db *base, enum sql_id id, const struct db_value *v, size_t n,
    int64_t *ret_changes, struct err *err)
{
    struct pg_db *d = of(base);
    PGresult *r = NULL;

    if (!queue_statement(d, id, v, n, err))
        return false;
    d->doubtful += id != SQL_act_put; /* its texts were looked at: see acts.c */
    if (!ret_changes)
        return true;
    if (!flush(d, &r, err))
        return false;
    *ret_changes = strtoll(PQcmdTuples(r), NULL, 10);
    PQclear(r);
    return true;
}

static int64_t read_be(const unsigned char *p, int n)
{
    uint64_t v = n && (p[0] & 0x80) ? UINT64_MAX : 0;

    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

static int64_t pg_i64(struct db_stmt *base, int i)
{
    struct pg_stmt *st = (struct pg_stmt *)base;

    return read_be(
        (const unsigned char *)PQgetvalue(st->rows, st->row, i), PQgetlength(st->rows, st->row, i));
}

static struct db_value pg_column(struct db_stmt *base, int i)
{
    struct pg_stmt *st = (struct pg_stmt *)base;
    const char *p = PQgetvalue(st->rows, st->row, i);
    int n = PQgetlength(st->rows, st->row, i);

    if (PQgetisnull(st->rows, st->row, i))
        return (struct db_value){.type = DB_NULL};
    switch (PQftype(st->rows, i)) {
    case OID_TEXT:
        return T(str_make(p, (size_t)n));
    case OID_BYTEA:
        return B(p, (size_t)n);
    default:
        return I(read_be((const unsigned char *)p, n));
    }
}

static int pg_columns(struct db_stmt *st)
{
    return PQnfields(((struct pg_stmt *)st)->rows);
}

static const char *pg_name(struct db_stmt *st, int i)
{
    return PQfname(((struct pg_stmt *)st)->rows, i);
}

/* --- outside the pipeline --- */

static bool leave(struct pg_db *d, struct err *err)
{
    return flush(d, NULL, err) && (PQexitPipelineMode(d->c) || fail_connection(d, err));
}

static bool enter(struct pg_db *d, struct err *err)
{
    return PQenterPipelineMode(d->c) || fail_connection(d, err);
}

static bool pg_script(struct db *base, const char *sql, struct err *err)
{
    struct pg_db *d = of(base);

    if (!leave(d, err))
        return false;
    PGresult *r = PQexec(d->c, sql);
    bool ok = is_good(r) || fail_result(d, r, err);
    PQclear(r);
    return enter(d, err) && ok;
}

#define COPY_CHUNK (1u << 18)

struct copy {
    struct pg_db *d;
    unsigned char *p;
    size_t n, cap;
};

static bool copy_send(struct copy *c, struct err *err)
{
    if (c->n && PQputCopyData(c->d->c, (const char *)c->p, (int)c->n) != 1)
        return fail_connection(c->d, err);
    c->n = 0;
    return true;
}

static void put_be(struct copy *c, int64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        c->p[c->n++] = (unsigned char)((uint64_t)v >> (8 * i));
}

static bool copy_row(struct copy *c, const struct db_value *v, int n, struct err *err)
{
    size_t need = 2;

    for (int i = 0; i < n; i++)
        need += 12 + v[i].s.n;
    if (c->n + need > c->cap && !copy_send(c, err))
        return false;
    if (need > c->cap) {
        unsigned char *more = realloc(c->p, need);
        if (!more)
            return err_memory(err);
        c->p = more;
        c->cap = need;
    }
    put_be(c, n, 2);
    for (int i = 0; i < n; i++) {
        if (v[i].type == DB_I64) {
            put_be(c, 8, 4);
            put_be(c, v[i].i, 8);
        } else {
            put_be(c, (int64_t)v[i].s.n, 4);
            if (v[i].s.n)
                memcpy(c->p + c->n, v[i].s.p, v[i].s.n);
            c->n += v[i].s.n;
        }
    }
    return true;
}

static bool copy_rows(struct copy *c, int columns, db_next_row *next, void *ctx, struct err *err)
{
    static const char head[] = "PGCOPY\n\377\r\n";
    struct db_value row[PARAMS_MAX];
    bool end = false;

    c->cap = COPY_CHUNK;
    c->p = malloc(c->cap);
    if (!c->p)
        return err_memory(err);
    memcpy(c->p, head, sizeof head); /* with its NUL: 11 bytes */
    c->n = sizeof head;
    put_be(c, 0, 8);
    while (next(ctx, row, &end, err) && !end)
        if (!copy_row(c, row, columns, err))
            return false;
    if (!end || (c->n + 2 > c->cap && !copy_send(c, err)))
        return false;
    put_be(c, -1, 2);
    return copy_send(c, err);
}

static bool copy_end(struct pg_db *d, bool ok, struct err *err)
{
    if (PQputCopyEnd(d->c, ok ? NULL : "stopped") != 1 && ok)
        ok = fail_connection(d, err);
    for (PGresult *r; (r = PQgetResult(d->c)); PQclear(r))
        if (ok && !is_good(r))
            ok = fail_result(d, r, err);
    return ok;
}

static bool pg_copy_in(
    struct db *base, enum sql_table_id table, db_next_row *next, void *ctx, struct err *err)
{
    struct pg_db *d = of(base);
    struct copy c = {.d = d};
    char sql[128];

    snprintf(sql, sizeof sql, "COPY %s FROM STDIN (FORMAT binary)", sql_tables[table].name);
    if (!leave(d, err))
        return false;
    PGresult *r = PQexec(d->c, sql);
    bool ok = PQresultStatus(r) == PGRES_COPY_IN || fail_result(d, r, err);
    PQclear(r);
    if (ok)
        ok = copy_end(d, copy_rows(&c, sql_tables[table].columns, next, ctx, err), err);
    free(c.p);
    return enter(d, err) && ok;
}

/* --- opening and closing --- */

static void pg_close(struct db *base)
{
    struct pg_db *d = of(base);

    for (int i = 0; i < SQL_COUNT; i++)
        PQclear(d->stmt[i].rows);
    PQfinish(d->c);
    free(d);
}

/* What the server has said while nothing was asked of it is its farewell, or a notice. */
static bool pg_alive(struct db *base)
{
    struct pg_db *d = of(base);
    struct pollfd p = {PQsocket(d->c), POLLIN, 0};

    if (d->gone || PQstatus(d->c) != CONNECTION_OK)
        return false;
    if (d->queued || PQtransactionStatus(d->c) != PQTRANS_IDLE)
        return true;
    while (poll(&p, 1, 0) > 0)
        if (!PQconsumeInput(d->c) || PQstatus(d->c) != CONNECTION_OK)
            return false;
    return true;
}

static const struct db_ops pg_ops = {
    .engine = "postgres",
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .save = pg_save,
    .keep = pg_keep,
    .undo_save = pg_undo_save,
    .bind = pg_bind,
    .step = pg_step,
    .end = pg_end,
    .run = pg_run,
    .column = pg_column,
    .i64 = pg_i64,
    .columns = pg_columns,
    .name = pg_name,
    .script = pg_script,
    .copy_in = pg_copy_in,
    .alive = pg_alive,
    .close = pg_close,
};

static void be_silent(void *arg, const char *message)
{
    (void)arg, (void)message;
}

/* What the address says comes behind and counts more. A network that swallows packets is noticed
 * within a minute. The name says who holds the store: see writer_holder. */
static PGconn *dial(const char *url)
{
    char host[64] = "?", name[64];
    const char *const key[] = {"fallback_application_name", "connect_timeout", "keepalives_idle",
        "keepalives_interval", "keepalives_count", "tcp_user_timeout", "dbname", NULL};
    const char *const value[] = {name, "5", "20", "10", "3", "50000", url, NULL};

    gethostname(host, sizeof host - 1);
    snprintf(name, sizeof name, "giaoban %ld@%.40s", (long)getpid(), host);
    return PQconnectdbParams(key, value, 1);
}

static bool fail_dial(struct pg_db *d, struct err *err)
{
    return err_set(err, ERR_IO, MSG_err_store_connect, str_trim(str_of(PQerrorMessage(d->c))));
}

struct db *postgres_open_db(const char *url, struct err *err)
{
    /* the server, too, ends the session of a client that is no longer there, and its lock with it
     */
    static const char *const settings =
        "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;"
        "SET client_min_messages = warning; SET lock_timeout = '30s'; SET idle_session_timeout = 0;"
        "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10;"
        "SET tcp_keepalives_count = 3; SET tcp_user_timeout = 50000;"
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') IN ('off', 'local')";
    struct pg_db *d = calloc(1, sizeof *d);

    if (!d) {
        err_memory(err);
        return NULL;
    }
    d->base.ops = &pg_ops;
    d->c = dial(url);
    PQsetNoticeProcessor(d->c, be_silent, NULL);
    bool ok = PQstatus(d->c) == CONNECTION_OK || fail_dial(d, err);
    PGresult *r = ok ? PQexec(d->c, settings) : NULL;
    if (ok)
        ok = is_good(r) || fail_result(d, r, err);
    PQclear(r);
    if (ok && enter(d, err))
        return &d->base;
    pg_close(&d->base);
    return NULL;
}

struct str postgres_version(struct db *d)
{
    const char *z = PQparameterStatus(of(d)->c, "server_version");

    return str_of(z ? z : "");
}
