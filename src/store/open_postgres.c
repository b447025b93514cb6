/* open_postgres: a store in a PostgreSQL database; see store_open.h. */
#include "store/postgres.h"
#include "store/room.h"

static struct db *open_connection(const char *url, bool writer, const char *vfs, struct err *err)
{
    struct db *d = postgres_open_db(url, err);

    (void)vfs;
    if (d && writer && !d->ops->script(d, sql_texts[SQL_bulk_table].postgres, err)) {
        d->ops->close(d);
        return NULL;
    }
    return d;
}

static bool version(struct db *d, struct arena *a, struct str *ret, struct err *err)
{
    *ret = str_dup(a, postgres_version(d));
    return ret->p || err_memory(err);
}

static bool bytes(const char *url, struct db *d, int64_t *ret, struct err *err)
{
    (void)url;
    return db_one_i64(d, SQL_database_bytes, NULL, 0, ret, err);
}

static bool say_holder(struct db *d, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_writer_holder, err);
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    if (step == DB_DONE) /* it has just gone */
        return err_set(err, ERR_BUSY, MSG_err_store_held_database, STR("PostgreSQL"), STR("?"),
            STR("?"), STR("?"));
    struct str from = db_str(q, 1);
    return err_set(err, ERR_BUSY, MSG_err_store_held_database, db_str(q, 4), db_str(q, 0),
        from.n ? from : STR("localhost"), db_str(q, 2));
}

static bool claim(struct db *d, struct err *err)
{
    int64_t got;

    return db_one_i64(d, SQL_writer_lock, NULL, 0, &got, err) && (got || say_holder(d, err));
}

static const struct store_engine engine = {
    .name = "postgresql",
    .open = open_connection,
    .version = version,
    .bytes = bytes,
    .claim = claim,
};

/* The address may hold a password: messages name the database only. */
#define WHERE STR("PostgreSQL")

static bool has_store(struct db *d, int64_t *ret, struct err *err)
{
    return db_one_i64(d, SQL_has_store, NULL, 0, ret, err);
}

bool store_create_postgres(const char *url, struct store_options options, struct err *err)
{
    struct db *d = postgres_open_db(url, err);
    int64_t there;

    (void)options;
    if (!d)
        return false;
    bool ok = has_store(d, &there, err) &&
              (!there || err_set(err, ERR_CONFLICT, MSG_err_store_exists, WHERE)) &&
              migrate(d, sql_migrations, SCHEMA_NEWEST, 0, true, err);
    d->ops->close(d);
    return ok;
}

static bool ready(struct store_sql *s, struct db *d, struct err *err)
{
    int64_t there, schema;

    if (!has_store(d, &there, err))
        return false;
    if (!there)
        return err_set(err, ERR_NOT_FOUND, MSG_err_store_missing, WHERE);
    return (s->options.read_only || link_claim(s, d, err)) && schema_number(d, &schema, err) &&
           schema_fits(schema, s->options.newest, s->options.read_only, WHERE, err) &&
           migrate(d, s->options.migrations, s->options.newest, schema, true, err) &&
           is_finished(d, s->options.unfinished, WHERE, err);
}

struct store *store_open_postgres(const char *url, struct store_options options, struct err *err)
{
    struct store_sql *s = store_new(&engine, url, options, err);
    bool ok;

    if (!s)
        return NULL;
    if (options.read_only) {
        LEASE l = lease_take(&s->base, err);
        ok = l.db && ready(s, l.db, err);
    } else {
        s->writer = open_connection(url, true, NULL, err);
        ok = s->writer && ready(s, s->writer, err) && link_read_head(s, s->writer, err);
    }
    s->opened = true;
    if (ok)
        return &s->base;
    s->base.ops->close(&s->base);
    return NULL;
}
