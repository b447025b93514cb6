/* migrate: brings a database to the newest schema, forward only. */
#include "store/room.h"

bool schema_number(struct db *d, int64_t *ret, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_meta, err, T(STR("schema")));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    *ret = 0;
    return step == DB_DONE || str_to_i64(db_str(q, 0), ret) ||
           err_set(err, ERR_CORRUPT, MSG_err_store_word, STR("schema"), db_str(q, 0));
}

/* One migration and the number it leads to, in one transaction; on a server one process at a time.
 */
static bool migrate_one(
    struct db *d, const char *sql, int number, bool is_postgres, struct err *err)
{
    char text[16];
    int n = snprintf(text, sizeof text, "%d", number);

    if (!d->ops->begin(d, DB_WRITE, err))
        return false;
    if ((!is_postgres || db_run(d, SQL_migration_lock, err)) && d->ops->script(d, sql, err) &&
        db_run(d, SQL_meta_put, err, T(STR("schema")), T(str_make(text, (size_t)n))) &&
        d->ops->commit(d, err))
        return true;
    d->ops->rollback(d);
    return false;
}

bool migrate(struct db *d, const struct sql_migration *list, int n, int64_t from, bool is_postgres,
    struct err *err)
{
    for (int i = (int)from; i < n; i++)
        if (!migrate_one(
                d, is_postgres ? list[i].postgres : list[i].sqlite, i + 1, is_postgres, err))
            return false;
    return true;
}

bool is_finished(struct db *d, bool unfinished_too, struct str where, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_meta, err, T(STR(META_FILLING)));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ROW && !unfinished_too)
        return err_set(err, ERR_CONFLICT, MSG_err_store_unfinished, where);
    return step != DB_ERROR;
}

bool schema_fits(int64_t schema, int newest, bool read_only, struct str where, struct err *err)
{
    char theirs[24], ours[16];

    snprintf(theirs, sizeof theirs, "%lld", (long long)schema);
    snprintf(ours, sizeof ours, "%d", newest);
    if (schema > newest)
        return err_set(err, ERR_INVALID, MSG_err_store_newer, where, str_of(theirs), str_of(ours));
    if (schema < newest && read_only)
        return err_set(err, ERR_INVALID, MSG_err_store_older, where, str_of(theirs), str_of(ours));
    return true;
}
