/* rows: see rows.h. */
#include "store/rows.h"

#include <assert.h>

#include "base/day.h"

static struct db_value value_of(const struct field *f, const void *row)
{
    const char *p = (const char *)row + f->offset;

    switch (f->kind) {
    case FIELD_I64:
        return I(*(const int64_t *)(const void *)p);
    case FIELD_INT:
        return I(*(const int32_t *)(const void *)p);
    case FIELD_BOOL:
        return I(*(const bool *)p);
    case FIELD_STR:
        return T(*(const struct str *)(const void *)p);
    case FIELD_UID:
        return T(str_of(((const struct uid *)(const void *)p)->z));
    case FIELD_WORD:
        return T(word_of(f->words, *(const int *)(const void *)p));
    }
    return (struct db_value){.type = DB_NULL};
}

void row_values(const struct row_type *t, const void *row, struct db_value *v)
{
    for (int i = 0; i < t->n; i++)
        v[i] = value_of(&t->field[i], row);
}

static bool read_field(
    const struct field *f, struct db_stmt *q, int i, struct arena *a, void *row, struct err *err)
{
    char *p = (char *)row + f->offset;
    struct str s;

    switch (f->kind) {
    case FIELD_I64:
        *(int64_t *)(void *)p = db_i64(q, i);
        return true;
    case FIELD_INT:
        *(int32_t *)(void *)p = (int32_t)db_i64(q, i);
        return true;
    case FIELD_BOOL:
        *(bool *)p = db_i64(q, i) != 0;
        return true;
    case FIELD_STR:
        s = db_dup(q, i, a);
        *(struct str *)(void *)p = s;
        return s.p || err_memory(err);
    case FIELD_UID:
        s = db_str(q, i);
        memset(p, 0, sizeof(struct uid));
        memcpy(p, s.p, s.n < UID_LEN ? s.n : UID_LEN);
        return true;
    case FIELD_WORD:
        s = db_str(q, i);
        return word_parse(f->words, s, (int *)(void *)p) ||
               err_set(err, ERR_CORRUPT, MSG_err_store_word, str_of(f->words->name), s);
    }
    return false;
}

bool row_read(
    const struct row_type *t, struct db_stmt *q, struct arena *a, void *row, struct err *err)
{
    for (int i = 0; i < t->n; i++)
        if (!read_field(&t->field[i], q, i, a, row, err))
            return false;
    return true;
}

static enum sql_id id_of(const short each[TABLE_COUNT], enum sql_table_id table)
{
    assert(each[table] >= 0);
    return (enum sql_id)each[table];
}

bool row_put(struct db *d, struct trail *trail, const struct row_type *t, const void *row,
    struct act_no act, struct err *err)
{
    int keys = sql_tables[t->table].keys - 1;
    struct db_value v[FIELDS_MAX + 2], key[FIELDS_MAX + 1];

    row_values(t, row, v);
    v[t->n] = I(act.v);
    v[t->n + 1] = I(ACT_OPEN);
    key[0] = I(act.v);
    memcpy(key + 1, v, (size_t)keys * sizeof *v);
    trail_touch(trail, t->table);
    return db_run_(d, id_of(sql_each_supersede, t->table), key, (size_t)keys + 1, NULL, err) &&
           db_run_(d, id_of(sql_each_put, t->table), v, (size_t)t->n + 2, NULL, err);
}

bool row_close(struct db *d, struct trail *trail, enum sql_table_id table,
    const struct db_value *ident, size_t n, struct act_no act, struct err *err)
{
    struct db_value v[FIELDS_MAX + 1];

    v[0] = I(act.v);
    memcpy(v + 1, ident, n * sizeof *v);
    trail_touch(trail, table);
    return db_run_(d, id_of(sql_each_close, table), v, n + 1, NULL, err);
}

bool row_close_all(struct db *d, struct trail *trail, enum sql_table_id table, int64_t first,
    struct act_no act, struct err *err)
{
    trail_touch(trail, table);
    return db_run(d, id_of(sql_each_close_all, table), err, I(act.v), I(first));
}

bool rows_load(struct db *d, const struct row_type *t, struct act_no known, struct arena *a,
    void **ret, size_t *ret_n, struct err *err)
{
    DB_AUTO *q = db_query(d, id_of(sql_each_load, t->table), err, I(known.v));
    size_t n = 0, cap = 0;
    char *all = NULL;
    enum db_step step;

    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        if (n == cap) {
            size_t want = cap ? cap * 2 : 16;
            all = arena_grow(a, all, cap * t->size, want * t->size);
            if (!all)
                return err_memory(err);
            cap = want;
        }
        memset(all + n * t->size, 0, t->size);
        if (!row_read(t, q, a, all + n++ * t->size, err))
            return false;
    }
    *ret = all;
    *ret_n = n;
    return step == DB_DONE;
}
