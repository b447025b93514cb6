/* sqlite: see sqlite.h. */
#include "store/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "store/incoming.h"

#define BUSY_MS 5000

struct sqlite_stmt {
    struct db_stmt base;
    sqlite3_stmt *st;
    bool running;
};
/* What every job and group says: prepared once, since reading the words costs more than the deed.
 */
enum { TX_BEGIN_READ, TX_BEGIN_WRITE, TX_COMMIT, TX_SAVE, TX_KEEP, TX_COUNT };

struct sqlite_db {
    struct db base;
    sqlite3_stmt *tx[TX_COUNT];
    sqlite3 *h;
    char *path;
    struct incoming incoming;
    int checkpoint_pages;
    bool log_laid;
    struct sqlite_stmt stmt[SQL_COUNT];
};

static struct sqlite_db *of(struct db *d)
{
    return (struct sqlite_db *)d;
}

/* --- errors --- */

static bool no_room(int number)
{
    return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

/* What the system said about a file of the database. The engine's own memory of it is that of its
 * last call, which may have been a later one; the files remember. */
static bool file_is_full(struct sqlite_db *d)
{
    static const int which[] = {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER};

    if (no_room(sqlite3_system_errno(d->h)))
        return true;
    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        sqlite3_file *f = NULL;
        int number = 0;
        if (sqlite3_file_control(d->h, "main", which[i], &f) == SQLITE_OK && f && f->pMethods &&
            f->pMethods->xFileControl(f, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK &&
            no_room(number))
            return true;
    }
    return false;
}

static bool fail(struct sqlite_db *d, int rc, struct err *err)
{
    struct str words = str_of(d->h ? sqlite3_errmsg(d->h) : sqlite3_errstr(rc));

    switch (rc & 0xff) {
    case SQLITE_FULL:
        return err_set(err, ERR_FULL, MSG_err_full, str_of(d->path));
    case SQLITE_NOMEM:
        return err_memory(err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_BUSY, MSG_err_store_busy, str_of(d->path));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(err, ERR_CORRUPT, MSG_err_store_corrupt, str_of(d->path), words);
    case SQLITE_IOERR:
        if (d->h && file_is_full(d))
            return err_set(err, ERR_FULL, MSG_err_full, str_of(d->path));
        return err_set(err, ERR_IO, MSG_err_io, str_of(d->path), words);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return err_set(err, ERR_IO, MSG_err_io, str_of(d->path), words);
    case SQLITE_CONSTRAINT:
        return err_set(err, ERR_INTERNAL, MSG_err_store_constraint, words);
    default:
        return err_set(err, ERR_INTERNAL, MSG_err_store_engine, words);
    }
}

static bool exec(struct sqlite_db *d, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK || fail(d, rc, err);
}

/* --- transactions --- */

static bool tx(struct sqlite_db *d, int which, struct err *err)
{
    static const char *const words[TX_COUNT] = {[TX_BEGIN_READ] = "BEGIN",
        [TX_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [TX_COMMIT] = "COMMIT",
        [TX_SAVE] = "SAVEPOINT job",
        [TX_KEEP] = "RELEASE job"};
    int rc = SQLITE_OK;

    if (!d->tx[which])
        rc = sqlite3_prepare_v3(
            d->h, words[which], -1, SQLITE_PREPARE_PERSISTENT, &d->tx[which], NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(d->tx[which]);
    bool ok = rc == SQLITE_DONE || fail(d, rc, err);
    sqlite3_reset(d->tx[which]);
    return ok;
}

static bool sqlite_begin(struct db *d, enum db_begin kind, struct err *err)
{
    return tx(of(d), kind == DB_WRITE ? TX_BEGIN_WRITE : TX_BEGIN_READ, err);
}

static bool sqlite_commit(struct db *d, struct err *err)
{
    return tx(of(d), TX_COMMIT, err);
}

static void sqlite_rollback(struct db *d)
{
    if (!sqlite3_get_autocommit(of(d)->h))
        exec(of(d), "ROLLBACK", NULL);
}

static bool sqlite_save(struct db *d, struct err *err)
{
    return tx(of(d), TX_SAVE, err);
}

static bool sqlite_keep(struct db *d, struct err *err)
{
    return tx(of(d), TX_KEEP, err);
}

static bool sqlite_undo_save(struct db *d, struct err *err)
{
    return exec(of(d), "ROLLBACK TO job; RELEASE job", err);
}

/* --- statements --- */

static bool prepare(struct sqlite_db *d, enum sql_id id, struct sqlite_stmt *st, struct err *err)
{
    int rc = sqlite3_prepare_v3(
        d->h, sql_texts[id].sqlite, -1, SQLITE_PREPARE_PERSISTENT, &st->st, NULL);

    st->base.db = &d->base;
    return rc == SQLITE_OK || fail(d, rc, err);
}

static int bind_one(sqlite3_stmt *st, int i, const struct db_value *v)
{
    const char *p = v->s.p ? v->s.p : "";

    switch (v->type) {
    case DB_I64:
        return sqlite3_bind_int64(st, i, v->i);
    case DB_TEXT:
        return sqlite3_bind_text64(st, i, p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(st, i, p, v->s.n, SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(st, i);
}

static void sqlite_end(struct db_stmt *base)
{
    struct sqlite_stmt *st = (struct sqlite_stmt *)base;

    sqlite3_reset(st->st);
    st->running = false;
}

static struct db_stmt *sqlite_bind(
    struct db *base, enum sql_id id, const struct db_value *v, size_t n, struct err *err)
{
    struct sqlite_db *d = of(base);
    struct sqlite_stmt *st = &d->stmt[id];

    assert(!st->running);
    if (!st->st && !prepare(d, id, st, err))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        int rc = bind_one(st->st, (int)i + 1, &v[i]);
        if (rc != SQLITE_OK) {
            fail(d, rc, err);
            return NULL;
        }
    }
    st->running = true;
    return &st->base;
}

static enum db_step sqlite_step(struct db_stmt *base, struct err *err)
{
    int rc = sqlite3_step(((struct sqlite_stmt *)base)->st);

    if (rc == SQLITE_ROW)
        return DB_ROW;
    if (rc == SQLITE_DONE)
        return DB_DONE;
    fail(of(base->db), rc, err);
    return DB_ERROR;
}

static bool sqlite_run(struct db *base, enum sql_id id, const struct db_value *v, size_t n,
    int64_t *ret_changes, struct err *err)
{
    DB_AUTO *st = sqlite_bind(base, id, v, n, err);

    if (!st || sqlite_step(st, err) == DB_ERROR)
        return false;
    if (ret_changes)
        *ret_changes = sqlite3_changes64(of(base)->h);
    return true;
}

static bool sqlite_append(
    struct db *base, enum sql_id id, db_next_integers *next, void *ctx, struct err *err)
{
    struct sqlite_db *d = of(base);

    d->incoming = (struct incoming){.next = next, .ctx = ctx};
    bool ok = sqlite_run(base, id, NULL, 0, NULL, err);
    d->incoming = (struct incoming){0};
    return ok;
}

static struct db_value sqlite_column(struct db_stmt *base, int i)
{
    sqlite3_stmt *st = ((struct sqlite_stmt *)base)->st;

    switch (sqlite3_column_type(st, i)) {
    case SQLITE_INTEGER:
        return I(sqlite3_column_int64(st, i));
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_column_text(st, i);
        return T(str_make(p, (size_t)sqlite3_column_bytes(st, i)));
    }
    case SQLITE_BLOB: {
        const void *p = sqlite3_column_blob(st, i);
        return B(p, (size_t)sqlite3_column_bytes(st, i));
    }
    default:
        return (struct db_value){.type = DB_NULL};
    }
}

static int64_t sqlite_i64(struct db_stmt *st, int i)
{
    return sqlite3_column_int64(((struct sqlite_stmt *)st)->st, i);
}

static int sqlite_columns(struct db_stmt *st)
{
    return sqlite3_column_count(((struct sqlite_stmt *)st)->st);
}

static const char *sqlite_name(struct db_stmt *st, int i)
{
    return sqlite3_column_name(((struct sqlite_stmt *)st)->st, i);
}

static bool sqlite_script(struct db *d, const char *sql, struct err *err)
{
    return exec(of(d), sql, err);
}

/* The log's file, or NULL. */
static sqlite3_file *log_file(struct sqlite_db *d)
{
    sqlite3_file *f = NULL;
    int rc = sqlite3_file_control(d->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f);

    return rc == SQLITE_OK && f && f->pMethods ? f : NULL;
}

/* A commit that makes the log longer has its new length to be written beside, which takes a disk a
 * third more of the time. So the file gets its whole length while nothing else is to be done; the
 * engine begins at its front again after every checkpoint, and takes for the end whatever bears
 * other marks than the log's own. A failure costs that time and nothing else. */
static void sqlite_tend(struct db *base)
{
    static const char nothing[1 << 16];
    struct sqlite_db *d = of(base);
    sqlite3_int64 page = 4096 + 24, end = 32 + (d->checkpoint_pages + 64) * page, at;
    sqlite3_file *f = d->log_laid || !d->checkpoint_pages ? NULL : log_file(d);

    if (!f || f->pMethods->xFileSize(f, &at) != SQLITE_OK)
        return;
    d->log_laid = true;
    for (int n; at < end; at += n) {
        n = end - at < (sqlite3_int64)sizeof nothing ? (int)(end - at) : (int)sizeof nothing;
        if (f->pMethods->xWrite(f, nothing, n, at) != SQLITE_OK)
            return;
    }
    f->pMethods->xSync(f, SQLITE_SYNC_NORMAL);
}

/* --- opening and closing --- */

static void sqlite_close(struct db *base)
{
    struct sqlite_db *d = of(base);

    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(d->stmt[i].st);
    for (int i = 0; i < TX_COUNT; i++)
        sqlite3_finalize(d->tx[i]);
    sqlite3_close(d->h);
    free(d->path);
    free(d);
}

static const struct db_ops sqlite_ops = {
    .engine = "sqlite",
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .save = sqlite_save,
    .keep = sqlite_keep,
    .undo_save = sqlite_undo_save,
    .bind = sqlite_bind,
    .step = sqlite_step,
    .end = sqlite_end,
    .run = sqlite_run,
    .column = sqlite_column,
    .i64 = sqlite_i64,
    .columns = sqlite_columns,
    .name = sqlite_name,
    .script = sqlite_script,
    .append = sqlite_append,
    .tend = sqlite_tend,
    .close = sqlite_close,
};

/* Once in the process, before the first connection: no statistics, which threads would share. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
}

static bool set_flags(struct sqlite_db *d, enum sqlite_open how, struct err *err)
{
    static const int on[] = {SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_ENABLE_FKEY};
    static const int off[] = {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL,
        SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION};
    int rc = SQLITE_OK, now;

    for (size_t i = 0; rc == SQLITE_OK && i < sizeof on / sizeof *on; i++)
        rc = sqlite3_db_config(d->h, on[i], 1, &now);
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof off / sizeof *off; i++)
        rc = sqlite3_db_config(d->h, off[i], 0, &now);
    if (rc == SQLITE_OK && how == SQLITE_READER)
        rc = sqlite3_db_config(d->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &now);
    return rc == SQLITE_OK || fail(d, rc, err);
}

static bool set_up(struct sqlite_db *d, enum sqlite_open how, struct err *err)
{
    static const char *const pragmas = "PRAGMA synchronous = FULL; PRAGMA mmap_size = 0;"
                                       "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;";

    sqlite3_busy_timeout(d->h, BUSY_MS);
    if (!set_flags(d, how, err) || !exec(d, pragmas, err))
        return false;
    if (how == SQLITE_READER)
        return exec(d, "PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 0", err);
    int rc = incoming_register(d->h, &d->incoming);
    if (rc != SQLITE_OK)
        return fail(d, rc, err);
    return exec(d, "PRAGMA journal_mode = WAL; PRAGMA cache_size = -16384", err);
}

struct db *sqlite_open_db(const char *path, enum sqlite_open how, const char *vfs, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sqlite_db *d = calloc(1, sizeof *d);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

    pthread_once(&once, configure);
    if (!d || !(d->path = strdup(path))) {
        free(d);
        err_memory(err);
        return NULL;
    }
    d->base.ops = &sqlite_ops;
    flags |= how == SQLITE_READER ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (how == SQLITE_CREATE)
        flags |= SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(path, &d->h, flags, vfs);
    if (rc != SQLITE_OK ? fail(d, rc, err) : set_up(d, how, err))
        return &d->base;
    sqlite_close(&d->base);
    return NULL;
}

bool sqlite_checkpoint_every(struct db *d, int pages, struct err *err)
{
    int rc = sqlite3_wal_autocheckpoint(of(d)->h, pages);

    of(d)->checkpoint_pages = pages;
    return rc == SQLITE_OK || fail(of(d), rc, err);
}

struct str sqlite_version(void)
{
    return str_of(sqlite3_libversion());
}
