/* db: one connection to a database, whichever engine it is.
 *
 * Room store. The port's functions are written over this interface once; sqlite.c and postgres.c
 * answer it. A connection belongs to one thread at a time. A statement is named by its id, prepared
 * at its first use and kept; it must be ended (DB_AUTO does) before it is used again. Errors of the
 * engine are translated here and nowhere else: ERR_FULL, ERR_BUSY, ERR_CORRUPT, ERR_IO, ERR_MEMORY.
 * SQLite's own words are an argument of the message; PostgreSQL's stand in the log, and people are
 * told its five-letter code.
 *
 *     DB_AUTO *q = db_query(d, SQL_figure_get, err, I(series), I(period), I(unit));
 *     if (!q) return false;
 *     while ((step = db_step(q, err)) == DB_ROW) use(db_i64(q, 0));
 *     if (step == DB_ERROR) return false;
 */
#ifndef GB_STORE_DB_H
#define GB_STORE_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "store/sql.h"

struct db;
struct db_stmt;

enum db_type { DB_NULL, DB_I64, DB_TEXT, DB_BLOB };
struct db_value {
    enum db_type type;
    int64_t i;
    struct str s; /* text or bytes, borrowed until the statement has run */
};
#define I(v_) ((struct db_value){.type = DB_I64, .i = (v_)})
#define T(s_) ((struct db_value){.type = DB_TEXT, .s = (s_)})
#define B(p_, n_) ((struct db_value){.type = DB_BLOB, .s = {(const char *)(p_), (n_)}})

enum db_step { DB_DONE, DB_ROW, DB_ERROR };
enum db_begin { DB_READ, DB_WRITE }; /* a snapshot to read from; the one who writes */

/* Rows for copy_in: fills `row` with the next one, or sets *ret_end; false after an error. */
typedef bool db_next_row(void *ctx, struct db_value *row, bool *ret_end, struct err *err);
/* Rows for append: so many integers, borrowed until the next call; NULL at the end. */
#define DB_APPEND_COLUMNS 7
typedef const int64_t *db_next_integers(void *ctx);

struct db_ops {
    const char *engine;
    bool (*begin)(struct db *d, enum db_begin kind, struct err *err);
    bool (*commit)(struct db *d, struct err *err);
    void (*rollback)(struct db *d);
    /* One level of savepoint. */
    bool (*save)(struct db *d, struct err *err);
    bool (*keep)(struct db *d, struct err *err);
    bool (*undo_save)(struct db *d, struct err *err);
    struct db_stmt *(*bind)(
        struct db *d, enum sql_id id, const struct db_value *v, size_t n, struct err *err);
    enum db_step (*step)(struct db_stmt *st, struct err *err);
    void (*end)(struct db_stmt *st);
    /* Runs a statement that gives no rows. With ret_changes NULL an engine may run it later,
     * before the next query or the end of the savepoint, and report its error there. */
    bool (*run)(struct db *d, enum sql_id id, const struct db_value *v, size_t n,
        int64_t *ret_changes, struct err *err);
    struct db_value (*column)(struct db_stmt *st, int i);
    int64_t (*i64)(struct db_stmt *st, int i); /* of an integer column; 0 for NULL */
    int (*columns)(struct db_stmt *st);
    const char *(*name)(struct db_stmt *st, int i); /* of a column */
    /* Several statements without parameters: migrations. */
    bool (*script)(struct db *d, const char *sql, struct err *err);
    /* Many rows into a table, faster than `run` could; NULL where the engine has no such way. */
    bool (*copy_in)(
        struct db *d, enum sql_table_id table, db_next_row *next, void *ctx, struct err *err);
    /* Runs a statement that reads its rows from `incoming` (incoming.h); NULL: likewise. */
    bool (*append)(
        struct db *d, enum sql_id id, db_next_integers *next, void *ctx, struct err *err);
    /* Outside of transactions, while nothing is written: what makes the next commits quicker. NULL:
     * there is nothing. */
    void (*tend)(struct db *d);
    /* Does the connection stand? Asks the server nothing. NULL: it cannot be lost. */
    bool (*alive)(struct db *d);
    void (*close)(struct db *d);
};

struct db {
    const struct db_ops *ops;
};
struct db_stmt {
    struct db *db;
};

/* Binds and starts; NULL after an error. */
struct db_stmt *db_bind(
    struct db *d, enum sql_id id, const struct db_value *v, size_t n, struct err *err);
#define DB_VALUES(...) ((const struct db_value[]){{.type = DB_NULL}, ##__VA_ARGS__} + 1)
#define DB_COUNT(...)                                                                              \
    (sizeof((const struct db_value[]){{.type = DB_NULL}, ##__VA_ARGS__}) /                         \
            sizeof(struct db_value) -                                                              \
        1)
#define db_query(d, id, err, ...)                                                                  \
    db_bind((d), (id), DB_VALUES(__VA_ARGS__), DB_COUNT(__VA_ARGS__), (err))
#define db_run(d, id, err, ...)                                                                    \
    db_run_((d), (id), DB_VALUES(__VA_ARGS__), DB_COUNT(__VA_ARGS__), NULL, (err))
/* The same, and the number of rows it changed. */
#define db_change(d, id, ret_changes, err, ...)                                                    \
    db_run_((d), (id), DB_VALUES(__VA_ARGS__), DB_COUNT(__VA_ARGS__), (ret_changes), (err))
bool db_run_(struct db *d, enum sql_id id, const struct db_value *v, size_t n, int64_t *ret_changes,
    struct err *err);

static inline enum db_step db_step(struct db_stmt *st, struct err *err)
{
    return st->db->ops->step(st, err);
}
static inline struct db_value db_column(struct db_stmt *st, int i)
{
    return st->db->ops->column(st, i);
}
static inline int64_t db_i64(struct db_stmt *st, int i)
{
    return st->db->ops->i64(st, i);
}
/* Borrowed until the next step. */
static inline struct str db_str(struct db_stmt *st, int i)
{
    return db_column(st, i).s;
}
/* Copied into the arena; a NULL pointer when it is exhausted. */
struct str db_dup(struct db_stmt *st, int i, struct arena *a);
/* The first column of the first row, an integer; 0 where there is no row. */
bool db_one_i64(struct db *d, enum sql_id id, const struct db_value *v, size_t n, int64_t *ret,
    struct err *err);

static inline bool db_alive(struct db *d)
{
    return !d->ops->alive || d->ops->alive(d);
}
static inline void db_end(struct db_stmt *st)
{
    if (st)
        st->db->ops->end(st);
}
static inline void db_end_cleanup(struct db_stmt **st)
{
    db_end(*st);
}
#define DB_AUTO __attribute__((cleanup(db_end_cleanup))) struct db_stmt

#endif
