/* store: making and ending the handle; what it says of itself. */
#include <stdlib.h>
#include <unistd.h>

#include "store/room.h"
#include "store/store_move.h"

#define READERS 4

struct store_sql *store_new(const struct store_engine *engine, const char *where,
    struct store_options options, struct err *err)
{
    struct store_sql *s = calloc(1, sizeof *s);

    if (!s || sodium_init() < 0 || !(s->where = strdup(where))) {
        free(s);
        err_memory(err);
        return NULL;
    }
    s->base.ops = &store_sql_ops;
    s->engine = engine;
    s->options = options;
    if (!s->options.readers)
        s->options.readers = READERS;
    if (!s->options.migrations) {
        s->options.migrations = sql_migrations;
        s->options.newest = SCHEMA_NEWEST;
    }
    s->lock_fd = -1;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->returned, NULL);
    arena_init(&s->privacy_arena, 64u << 20);
    privacy_forget(s);
    return s;
}

void store_close(struct store *base)
{
    struct store_sql *s = store_sql(base);

    store_rollback(base);
    pool_close(s);
    if (s->writer)
        s->writer->ops->close(s->writer);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    trail_free(&s->trail);
    arena_free(&s->privacy_arena);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->returned);
    free(s->where);
    free(s);
}

static bool count_rows(struct db *d, struct store_info *ret, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_count_figures, err);

    if (!q || db_step(q, err) != DB_ROW)
        return false;
    ret->figures = db_i64(q, 0);
    ret->past = db_i64(q, 1);
    ret->acts = db_i64(q, 2);
    return true;
}

static bool where_to_show(struct str where, struct arena *a, struct str *ret, struct err *err)
{
    struct sbuf b;

    sbuf_init(&b, a, where.n + 1);
    sbuf_address(&b, where);
    *ret = sbuf_view(&b);
    return !b.failed || err_memory(err);
}

bool store_info(struct store *base, struct arena *a, struct store_info *ret, struct err *err)
{
    struct store_sql *s = store_sql(base);
    LEASE l = lease_snapshot(base, err);
    struct store_info i = {.engine = str_of(s->engine->name)};

    if (!l.db)
        return false;
    if (!where_to_show(str_of(s->where), a, &i.path, err) || !count_rows(l.db, &i, err) ||
        !schema_number(l.db, &i.schema, err) || !s->engine->version(l.db, a, &i.version, err) ||
        !s->engine->bytes(s->where, l.db, &i.bytes, err))
        return false;
    *ret = i;
    return true;
}

bool store_copy(struct store *base, const char *to, struct err *err)
{
    LEASE l = lease_take(base, err);

    if (!store_sql(base)->engine->copy)
        return store_archive(base, to, NULL, NULL, err);
    return l.db && store_sql(base)->engine->copy(l.db, to, err);
}
