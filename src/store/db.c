/* db: see db.h. What is the same for every engine. */
#include "store/db.h"

#include <assert.h>

/* A wrong number or type of parameters is a fault of the caller. */
static void check(enum sql_id id, const struct db_value *v, size_t n)
{
    const char *types = sql_texts[id].types;

    assert(strlen(types) == n);
    for (size_t i = 0; i < n; i++)
        assert((types[i] == 'i' && v[i].type == DB_I64) ||
               (types[i] == 't' && v[i].type == DB_TEXT) ||
               (types[i] == 'b' && v[i].type == DB_BLOB));
}

struct db_stmt *db_bind(
    struct db *d, enum sql_id id, const struct db_value *v, size_t n, struct err *err)
{
    check(id, v, n);
    return d->ops->bind(d, id, v, n, err);
}

bool db_run_(struct db *d, enum sql_id id, const struct db_value *v, size_t n, int64_t *ret_changes,
    struct err *err)
{
    check(id, v, n);
    return d->ops->run(d, id, v, n, ret_changes, err);
}

struct str db_dup(struct db_stmt *st, int i, struct arena *a)
{
    return str_dup(a, db_str(st, i));
}

bool db_one_i64(
    struct db *d, enum sql_id id, const struct db_value *v, size_t n, int64_t *ret, struct err *err)
{
    DB_AUTO *q = db_bind(d, id, v, n, err);
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    *ret = step == DB_ROW ? db_i64(q, 0) : 0;
    return true;
}
