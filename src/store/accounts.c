/* accounts: settings, sessions and log-in failures. Sessions and failures have no history. */
#include "store/definitions.h"
#include "base/vec.h"
#include "store/room.h"

bool store_setting(struct store *s, struct str key, struct arena *a, struct str *ret,
    bool *ret_found, struct err *err)
{
    LEASE l = lease_take(s, err);
    DB_AUTO *q = l.db ? db_query(l.db, SQL_setting, err, T(key)) : NULL;
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    *ret_found = step == DB_ROW;
    if (step == DB_DONE)
        return true;
    struct str value = db_dup(q, 0, a);
    if (!value.p)
        return err_memory(err);
    *ret = value;
    return true;
}

bool store_setting_put(
    struct store *base, struct str key, struct str value, struct act_no act, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct setting_row row = {key, value};

    return act_is_open(s, act, err) && row_put(s->writer, &s->trail, &row_setting, &row, act, err);
}

static bool read_session(
    struct db_stmt *q, struct arena *a, struct session_row *ret, struct err *err)
{
    *ret = (struct session_row){.account = {db_i64(q, 0)},
        .created_ms = db_i64(q, 1),
        .seen_ms = db_i64(q, 2),
        .expires_ms = db_i64(q, 3),
        .address = db_dup(q, 4, a),
        .agent = db_dup(q, 5, a)};
    return (ret->address.p && ret->agent.p) || err_memory(err);
}

bool store_session(struct store *s, const unsigned char id_hash[32], struct arena *a,
    struct session_row *ret, bool *ret_found, struct err *err)
{
    LEASE l = lease_take(s, err);
    DB_AUTO *q = l.db ? db_query(l.db, SQL_session, err, B(id_hash, 32)) : NULL;
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    *ret_found = step == DB_ROW;
    if (step == DB_DONE)
        return true;
    if (!read_session(q, a, ret, err))
        return false;
    memcpy(ret->id_hash, id_hash, sizeof ret->id_hash);
    return true;
}

bool store_sessions(struct store *s, struct account_id account, struct arena *a,
    struct session_row **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);
    DB_AUTO *q = l.db ? db_query(l.db, SQL_sessions, err, I(account.v)) : NULL;
    VEC(struct session_row) all = {0};
    enum db_step step = DB_ERROR;

    while (q && (step = db_step(q, err)) == DB_ROW) {
        struct session_row r;
        struct str hash = db_str(q, 6);
        if (!read_session(q, a, &r, err))
            return false;
        if (hash.n == sizeof r.id_hash)
            memcpy(r.id_hash, hash.p, hash.n);
        if (!vec_push(&all, a, r))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

bool store_session_put(struct store *s, const struct session_row *r, struct err *err)
{
    return db_run(store_sql(s)->writer, SQL_session_put, err, B(r->id_hash, sizeof r->id_hash),
        I(r->account.v), I(r->created_ms), I(r->seen_ms), I(r->expires_ms), T(r->address),
        T(r->agent));
}

bool store_session_delete(struct store *s, const unsigned char id_hash[32], struct err *err)
{
    store_sql(s)->sessions_end = true;
    return db_run(store_sql(s)->writer, SQL_session_delete, err, B(id_hash, 32));
}

bool store_sessions_delete_of(struct store *s, struct account_id account, struct err *err)
{
    store_sql(s)->sessions_end = true;
    return db_run(store_sql(s)->writer, SQL_sessions_delete_of, err, I(account.v));
}

bool store_sessions_expire(struct store *s, int64_t now_ms, struct err *err)
{
    return db_run(store_sql(s)->writer, SQL_sessions_expire, err, I(now_ms));
}

bool store_login_failures(
    struct store *s, struct str key, struct login_failure *ret, struct err *err)
{
    LEASE l = lease_take(s, err);
    DB_AUTO *q = l.db ? db_query(l.db, SQL_login_failures, err, T(key)) : NULL;
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    *ret = (struct login_failure){0};
    if (step == DB_ROW)
        *ret = (struct login_failure){db_i64(q, 0), db_i64(q, 1)};
    return true;
}

/* No failures: no row. */
bool store_login_failure_put(
    struct store *s, struct str key, const struct login_failure *f, struct err *err)
{
    struct db *d = store_sql(s)->writer;

    if (!f->count)
        return db_run(d, SQL_login_failure_delete, err, T(key));
    return db_run(d, SQL_login_failure_put, err, T(key), I(f->count), I(f->last_ms));
}
