/* tx: the writer's transaction: begin, one savepoint per job, commit; and identities.
 *
 * The head of the chain lives in memory while a transaction runs and is written last, so that act
 * numbers are dense and ordered. Where the engine gives a whole transaction up (a full disk, a
 * broken connection), `lost` keeps the reason: what is tried afterwards fails with it, and so does
 * commit.
 */
#include "store/room.h"

static bool is_lost(struct store_sql *s, struct err *err)
{
    if (s->lost.code == ERR_NONE)
        return false;
    if (err)
        *err = s->lost;
    return true;
}

/* Reads the head, which is locked until the end of the transaction. */
static bool read_head(struct store_sql *s, struct err *err)
{
    DB_AUTO *q = db_query(s->writer, SQL_head_lock, err);
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    if (step == DB_DONE)
        return err_set(err, ERR_CORRUPT, MSG_err_verify_head, STR("0"));
    if (db_i64(q, 0) != s->head.n) /* another server may have changed a class */
        privacy_forget(s);
    struct str hash = db_str(q, 1);
    if (hash.n != HASH_BYTES)
        return err_set(err, ERR_CORRUPT, MSG_err_verify_head, STR("0"));
    s->head.n = db_i64(q, 0);
    s->head.at_ms = db_i64(q, 2);
    memcpy(s->head.hash, hash.p, HASH_BYTES);
    return true;
}

bool store_begin(struct store *base, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (!s->writer)
        return err_set(err, ERR_DENIED, MSG_err_store_read_only, str_of(s->where));
    if (!s->writer->ops->begin(s->writer, DB_WRITE, err))
        return false;
    if (!read_head(s, err)) {
        s->writer->ops->rollback(s->writer);
        return false;
    }
    s->head_began = s->head;
    s->lost = ERR_INIT;
    s->began = true;
    s->saved = false;
    trail_reset(&s->trail);
    store_writing(s);
    return true;
}

static void ended(struct store_sql *s)
{
    s->began = s->saved = false;
    trail_reset(&s->trail);
    store_writing(NULL);
}

void store_rollback(struct store *base)
{
    struct store_sql *s = store_sql(base);

    if (!s->began)
        return;
    s->writer->ops->rollback(s->writer);
    s->head = s->head_began;
    privacy_forget(s);
    ended(s);
}

static bool commit(struct store_sql *s, struct err *err)
{
    if (is_lost(s, err))
        return false;
    if (s->trail.open || s->saved)
        return err_set(err, ERR_INTERNAL, MSG_err_store_engine, STR("commit inside a job"));
    if (s->head.n != s->head_began.n && !db_run(s->writer, SQL_head_put, err, I(s->head.n),
                                            B(s->head.hash, HASH_BYTES), I(s->head.at_ms)))
        return false;
    return s->writer->ops->commit(s->writer, err);
}

bool store_commit(struct store *base, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (!commit(s, err)) {
        store_rollback(base);
        return false;
    }
    ended(s);
    return true;
}

bool store_save(struct store *base, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (is_lost(s, err) || !s->writer->ops->save(s->writer, err))
        return false;
    s->head_saved = s->head;
    s->saved = true;
    return true;
}

bool store_keep(struct store *base, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (is_lost(s, err))
        return false;
    if (s->trail.open)
        return err_set(err, ERR_INTERNAL, MSG_err_store_engine, STR("an act is still open"));
    if (!s->writer->ops->keep(s->writer, err))
        return false;
    s->saved = false;
    return true;
}

void store_undo_save(struct store *base)
{
    struct store_sql *s = store_sql(base);
    struct err e = ERR_INIT;

    if (!s->saved)
        return;
    s->saved = false;
    s->head = s->head_saved;
    privacy_forget(s);
    trail_reset(&s->trail);
    if (s->lost.code == ERR_NONE && !s->writer->ops->undo_save(s->writer, &e))
        s->lost = e;
}

bool store_new_id(struct store *base, const char *table, int64_t *ret, struct err *err)
{
    return db_one_i64(store_sql(base)->writer, SQL_counter_next, &T(str_of(table)), 1, ret, err);
}
