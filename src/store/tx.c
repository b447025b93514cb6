/* tx: the writer's transaction: begin, one savepoint per job, commit; and identities.
 *
 * The head of the chain lives in memory while a transaction runs and is written last, so that act
 * numbers are dense and ordered. Where the engine gives a whole transaction up (a full disk, a
 * broken connection), `lost` keeps the reason: what is tried afterwards fails with it, and so does
 * commit. A connection that broke before anything was done is opened again; one that breaks while
 * committing leaves the question to link.c.
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

static bool begin(struct store_sql *s, struct err *err)
{
    if (!link_up(s, err))
        return false;
    if (s->writer->ops->begin(s->writer, DB_WRITE, err) && link_read_head(s, s->writer, err))
        return true;
    s->writer->ops->rollback(s->writer);
    return false;
}

bool store_begin(struct store *base, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (!s->writer)
        return err_set(err, ERR_DENIED, MSG_err_store_read_only, str_of(s->where));
    struct err e = ERR_INIT;
    if (!begin(s, &e) && (db_alive(s->writer) || !begin(s, &e))) {
        if (err)
            *err = e;
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
    s->began = s->saved = s->first.is = s->sessions_end = false;
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
    return s->writer->ops->commit(s->writer, err) || (!db_alive(s->writer) && link_settle(s, err));
}

bool store_commit(struct store *base, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (!commit(s, err)) {
        store_rollback(base);
        return false;
    }
    if (s->sessions_end)
        __atomic_add_fetch(&base->sessions_ended, 1, __ATOMIC_RELEASE);
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
    s->first.is = false;
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
    s->saved = s->first.is = false;
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
