/* transfer: see transfer.h and store_move.h. */
#include "store/transfer.h"

#include <stdio.h>

#define CHUNK 100000
#define PIECE_WEIGHT 500 /* a piece of a file counts as so many rows: 50 MB in a transaction */

/* --- filling --- */

struct chunk {
    db_next_row *next;
    void *ctx;
    int64_t left, rows, weight;
    bool end;
};

static bool next_of_chunk(void *ctx, struct db_value *row, bool *ret_end, struct err *err)
{
    struct chunk *c = ctx;

    if (c->left <= 0) {
        *ret_end = true;
        return true;
    }
    if (!c->next(c->ctx, row, &c->end, err))
        return false;
    c->left -= c->weight;
    c->rows += !c->end;
    *ret_end = c->end;
    return true;
}

static bool insert_rows(struct db *d, enum sql_table_id table, struct chunk *c, struct err *err)
{
    struct db_value row[48];
    bool end = false;

    if (d->ops->copy_in)
        return d->ops->copy_in(d, table, next_of_chunk, c, err);
    for (;;) {
        if (!next_of_chunk(c, row, &end, err))
            return false;
        if (end)
            return true;
        if (!db_run_(d, (enum sql_id)sql_each_fill[table], row, (size_t)sql_tables[table].columns,
                NULL, err))
            return false;
    }
}

bool fill_table(struct store_sql *s, enum sql_table_id table, db_next_row *next, void *ctx,
    int64_t *ret_rows, struct err *err)
{
    struct chunk c = {
        .next = next, .ctx = ctx, .weight = table == TABLE_file_piece ? PIECE_WEIGHT : 1};
    struct db *d = s->writer;

    while (!c.end) {
        c.left = CHUNK;
        if (!d->ops->begin(d, DB_WRITE, err))
            return false;
        if (!insert_rows(d, table, &c, err) || !d->ops->commit(d, err)) {
            d->ops->rollback(d);
            return false;
        }
    }
    *ret_rows = c.rows;
    return true;
}

static bool in_transaction(
    struct store_sql *s, enum sql_id id, const struct db_value *v, size_t n, struct err *err)
{
    struct db *d = s->writer;

    if (!d->ops->begin(d, DB_WRITE, err))
        return false;
    if (db_run_(d, id, v, n, NULL, err) && d->ops->commit(d, err))
        return true;
    d->ops->rollback(d);
    return false;
}

bool filling_begin(struct store_sql *s, struct str from, struct err *err)
{
    return in_transaction(
        s, SQL_meta_put, (struct db_value[]){T(STR(META_FILLING)), T(from)}, 2, err);
}

bool filling_end(struct store_sql *s, const struct head *head, struct err *err)
{
    struct db_value v[] = {I(head->n), B(head->hash, HASH_BYTES), I(head->at_ms)};
    struct verify_report report;

    return in_transaction(s, SQL_head_put, v, 3, err) && store_verify(&s->base, &report, err) &&
           in_transaction(s, SQL_meta_delete, &T(STR(META_FILLING)), 1, err);
}

/* --- moving --- */

struct move {
    struct store_sql *from, *to;
    struct db_stmt *rows; /* of the table in hand */
    struct arena keys;    /* texts that the statement in hand was bound to */
};

static bool next_row(void *ctx, struct db_value *row, bool *ret_end, struct err *err)
{
    struct move *m = ctx;
    enum db_step step = db_step(m->rows, err);
    int n = step == DB_ROW ? m->rows->db->ops->columns(m->rows) : 0;

    *ret_end = step == DB_DONE;
    for (int i = 0; i < n; i++)
        row[i] = db_column(m->rows, i);
    return step != DB_ERROR;
}

/* What has not arrived yet: all, or what lies behind the last row there. */
static struct db_stmt *query_rest(struct move *m, enum sql_table_id table, struct err *err)
{
    DB_AUTO *last = db_query(m->to->writer, (enum sql_id)sql_each_last[table], err);
    enum db_step step = last ? db_step(last, err) : DB_ERROR;
    int n = sql_tables[table].keys;
    struct db_value key[8];

    if (step == DB_ERROR)
        return NULL;
    if (step == DB_DONE)
        return db_query(m->from->writer, (enum sql_id)sql_each_dump[table], err);
    arena_reset(&m->keys);
    for (int i = 0; i < n; i++) {
        key[i] = db_column(last, i);
        if (key[i].type != DB_I64 && !(key[i].s = str_dup(&m->keys, key[i].s)).p) {
            err_memory(err);
            return NULL;
        }
    }
    return db_bind(m->from->writer, (enum sql_id)sql_each_dump_from[table], key, (size_t)n, err);
}

static bool move_table(struct move *m, enum sql_table_id table, int64_t *ret_rows, struct err *err)
{
    DB_AUTO *rows = query_rest(m, table, err);

    m->rows = rows;
    return rows && fill_table(m->to, table, next_row, m, ret_rows, err);
}

static bool move_tables(struct move *m, store_progress *progress, void *ctx, struct err *err)
{
    for (int t = 0; t < TABLE_COUNT; t++) {
        int64_t rows;
        if (!goes_along((enum sql_table_id)t))
            continue;
        if (!move_table(m, (enum sql_table_id)t, &rows, err))
            return false;
        if (progress)
            progress(ctx, sql_tables[t].name, rows);
    }
    return true;
}

/* Every table has as many rows here as there; the chain is compared by verification. */
static bool same_counts(struct move *m, struct err *err)
{
    for (int t = 0; t < TABLE_COUNT; t++) {
        int id = sql_each_count[t] >= 0 ? sql_each_count[t] : sql_each_number[t];
        int64_t here, there;
        if (!goes_along((enum sql_table_id)t))
            continue;
        if (!db_one_i64(m->from->writer, (enum sql_id)id, NULL, 0, &here, err) ||
            !db_one_i64(m->to->writer, (enum sql_id)id, NULL, 0, &there, err))
            return false;
        if (here != there)
            return err_set(err, ERR_CORRUPT, MSG_err_move_differs, str_of(sql_tables[t].name));
    }
    return true;
}

static struct str name_of_state(const struct head *head, char ret[2 * HASH_BYTES + 24])
{
    int n = snprintf(ret, 24, "%lld ", (long long)head->n);

    sodium_bin2hex(ret + n, 2 * HASH_BYTES + 1, head->hash, HASH_BYTES);
    return str_of(ret);
}

/* A store that is empty, or that the same state is on its way to, or has arrived in: whoever was
 * killed before he could say so asks again. */
static bool may_fill(struct store_sql *to, const struct head *from, struct str state,
    bool *ret_arrived, struct err *err)
{
    DB_AUTO *q = db_query(to->writer, SQL_meta, err, T(STR(META_FILLING)));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;
    unsigned char hash[HASH_BYTES];
    struct act_no head;

    *ret_arrived = false;
    if (step == DB_ERROR)
        return false;
    if (step == DB_ROW)
        return str_eq(db_str(q, 0), state) ||
               err_set(err, ERR_CONFLICT, MSG_err_move_not_empty, str_of(to->engine->name));
    db_end(q);
    q = NULL;
    if (!store_head(&to->base, &head, hash, err))
        return false;
    *ret_arrived = head.v && head.v == from->n && memcmp(hash, from->hash, HASH_BYTES) == 0;
    if (*ret_arrived)
        return true;
    if (head.v)
        return err_set(err, ERR_CONFLICT, MSG_err_move_not_empty, str_of(to->engine->name));
    return filling_begin(to, state, err);
}

static struct store *open_destination(const char *to, struct err *err)
{
    struct store_options o = {.unfinished = true};
    struct err e = ERR_INIT;
    struct store *s = store_open(to, o, &e);

    if (!s && e.code == ERR_NOT_FOUND) {
        if (!store_create(to, o, err))
            return NULL;
        return store_open(to, o, err);
    }
    if (!s && err)
        *err = e;
    return s;
}

static bool move(struct move *m, store_progress *progress, void *ctx, struct err *err)
{
    char text[2 * HASH_BYTES + 24];
    struct verify_report report;
    bool arrived;

    /* begun, the source is held: whoever wants to write to it waits */
    if (!store_verify(&m->from->base, &report, err) || !store_begin(&m->from->base, err) ||
        !may_fill(m->to, &m->from->head, name_of_state(&m->from->head, text), &arrived, err))
        return false;
    if (arrived)
        return same_counts(m, err) && store_verify(&m->to->base, &report, err);
    return move_tables(m, progress, ctx, err) && same_counts(m, err) &&
           filling_end(m->to, &m->from->head, err);
}

bool store_move(
    const char *from, const char *to, store_progress *progress, void *ctx, struct err *err)
{
    struct store *source = store_open(from, (struct store_options){0}, err);
    struct store *destination = source ? open_destination(to, err) : NULL;
    struct move m = {.from = (struct store_sql *)source, .to = (struct store_sql *)destination};
    arena_init(&m.keys, 1u << 20);
    bool ok = destination && move(&m, progress, ctx, err);
    arena_free(&m.keys);

    if (source)
        source->ops->close(source);
    if (destination)
        destination->ops->close(destination);
    return ok;
}
