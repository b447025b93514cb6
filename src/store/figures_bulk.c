/* figures_bulk: many versions at once.
 *
 * A cell that has none yet is a row that the engine takes in fast: SQLite from its table `incoming`
 * in one statement, PostgreSQL by COPY. What is there already is looked at first: SQLite walks the
 * part of a column that the rows lie in beside them, so that equal rows cost no write and no
 * look-up of their own; PostgreSQL joins. What remains (changed, sealed or noted, or of an order
 * nobody could use) goes one after the other. The trail hears of each version; in order where the
 * rows are.
 */
#include <stdlib.h>

#include "store/figures_write.h"

/* Does the note, where one is given, say what the stored one says? */
static bool same_note(struct store_sql *s, const struct figure_write *w, struct act_no act,
    bool *ret, struct err *err)
{
    struct figure_key k = w->key;

    *ret = true;
    if (!figure_has_note(w))
        return true;
    DB_AUTO *q =
        db_query(s->writer, SQL_note_get, err, I(k.series.v), I(k.period), I(k.unit.v), I(act.v));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;
    *ret = step == DB_ROW && str_eq(db_str(q, 0), w->note) && str_eq(db_str(q, 1), w->approx) &&
           str_eq(db_str(q, 2), w->origin);
    return step != DB_ERROR;
}

static bool put_where_different(struct store_sql *s, const struct figure_write *w, uint32_t flags,
    struct act_no act, bool *ret_changed, struct err *err)
{
    struct figure_version before;
    bool same = false;

    if (!figure_current(s, w->key, &before, err))
        return false;
    if (before.value == w->value &&
        !((before.flags ^ flags) & ~(uint32_t)(FIGURE_STORE | FIGURE_UNDOES)) &&
        !same_note(s, w, before.act, &same, err))
        return false;
    *ret_changed = !same;
    return same || figure_replace(s, w, flags, before, act, err);
}

/* One after the other; *ret_changed is added to. */
static bool put_each(struct store_sql *s, const struct figure_write *w, size_t n, struct act_no act,
    int64_t *ret_changed, struct err *err)
{
    struct series_id series = {-1};
    bool sealed = false, changed;

    for (size_t i = 0; i < n; i++) {
        if (w[i].key.series.v != series.v && !figure_is_sealed(s, w[i].key.series, &sealed, err))
            return false;
        series = w[i].key.series;
        uint32_t flags = figure_flags(&w[i], sealed);
        if (!figure_insert(s, &w[i], flags, act, &changed, err) ||
            (!changed && !put_where_different(s, &w[i], flags, act, &changed, err)))
            return false;
        *ret_changed += changed;
    }
    return true;
}

#define BULK_MIN 500 /* rows; fewer go one after the other */

/* What becomes of a row. */
enum { ROW_SLOW, ROW_NEW, ROW_CHANGED, ROW_SAME };

struct bulk {
    const struct figure_write *w;
    size_t n, at;
    char *how;
    struct figure_version *before; /* of a changed one */
    size_t changed;                /* so many are */
    struct act_no act;
    int64_t row[DB_APPEND_COLUMNS];
};

/* --- SQLite --- */

/* Rows of one column from `from` on, in rising order, sealed alike; where they end. */
static size_t column_end(const struct bulk *b, size_t from)
{
    size_t to = from + 1;

    while (to < b->n && b->w[to].key.series.v == b->w[from].key.series.v &&
           b->w[to].key.period == b->w[from].key.period &&
           b->w[to - 1].key.unit.v < b->w[to].key.unit.v)
        to++;
    return to;
}

#define GROUP_MIN 3    /* rows of a column that are worth a look at what it holds */
#define STEPS_LEAST 64 /* rows of the table looked at for the sake of a few */
#define STEPS_EACH 8   /* and for each further one */

static bool says_the_same(const struct figure_write *w, const struct figure_version *v)
{
    return v->value == w->value && !figure_has_note(w) &&
           !((v->flags ^ w->flags) & ~(uint32_t)(FIGURE_STORE | FIGURE_UNDOES));
}

/* A row whose cell has the version that the statement stands at. Words are compared the slow way.
 */
static void look_at_cell(struct bulk *b, size_t i, struct db_stmt *q)
{
    struct figure_version v = {db_i64(q, 1), (uint32_t)db_i64(q, 2), {db_i64(q, 3)}};

    if (says_the_same(&b->w[i], &v)) {
        b->how[i] = ROW_SAME;
    } else if (v.act.v != b->act.v && !figure_has_note(&b->w[i])) {
        b->how[i] = ROW_CHANGED;
        b->before[i] = v;
        b->changed++;
    }
}

/* Rows from..to-1 of one column beside what the table has between the first and the last of them.
 * Where that is far more, the rest is left to the slow way. */
static bool look_at_column(
    struct store_sql *s, struct bulk *b, size_t from, size_t to, struct err *err)
{
    const struct figure_write *w = b->w;
    size_t steps = STEPS_LEAST + STEPS_EACH * (to - from);
    enum db_step step;

    if (to - from < GROUP_MIN)
        return true;
    DB_AUTO *q = db_query(s->writer, SQL_column_part, err, I(w[from].key.series.v),
        I(w[from].key.period), I(w[from].key.unit.v), I(w[to - 1].key.unit.v));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW && steps--) {
        int64_t unit = db_i64(q, 0);
        for (; from < to && w[from].key.unit.v < unit; from++)
            b->how[from] = ROW_NEW;
        if (from < to && w[from].key.unit.v == unit)
            look_at_cell(b, from++, q);
    }
    for (; step == DB_DONE && from < to; from++)
        b->how[from] = ROW_NEW;
    return step != DB_ERROR;
}

/* Nothing is known of rows behind one with a greater key: they go slowly, as sealed ones do. */
static bool look_at_rows(struct store_sql *s, struct bulk *b, struct err *err)
{
    const struct figure_key *most = NULL;

    for (size_t at = 0, end; at < b->n; at = end) {
        bool sealed;
        end = at + 1;
        if (most && figure_key_cmp(*most, b->w[at].key) >= 0)
            continue;
        end = column_end(b, at);
        most = &b->w[end - 1].key;
        if (!figure_is_sealed(s, b->w[at].key.series, &sealed, err) ||
            (!sealed && !look_at_column(s, b, at, end, err)))
            return false;
    }
    return true;
}

/* The next row that is new or changed, for the statement. */
static const int64_t *next_current(void *ctx)
{
    struct bulk *b = ctx;

    while (b->at < b->n && b->how[b->at] != ROW_NEW && b->how[b->at] != ROW_CHANGED)
        b->at++;
    if (b->at == b->n)
        return NULL;
    const struct figure_write *w = &b->w[b->at++];
    b->row[0] = w->key.series.v;
    b->row[1] = w->key.period;
    b->row[2] = w->key.unit.v;
    b->row[3] = w->value;
    b->row[4] = (int64_t)figure_flags(w, false);
    b->row[5] = b->act.v;
    return b->row;
}

/* The next version that is replaced. */
static const int64_t *next_past(void *ctx)
{
    struct bulk *b = ctx;

    while (b->at < b->n && b->how[b->at] != ROW_CHANGED)
        b->at++;
    if (b->at == b->n)
        return NULL;
    const struct figure_write *w = &b->w[b->at];
    const struct figure_version *v = &b->before[b->at++];
    b->row[0] = w->key.series.v;
    b->row[1] = w->key.period;
    b->row[2] = w->key.unit.v;
    b->row[3] = v->act.v;
    b->row[4] = b->act.v;
    b->row[5] = v->value;
    b->row[6] = (int64_t)v->flags;
    return b->row;
}

/* Notes and the trail in the order of the rows, between those that go one by one. */
static bool put_rest(struct store_sql *s, struct bulk *b, int64_t *ret_changed, struct err *err)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct figure_write *w = &b->w[i];
        if (b->how[i] == ROW_SLOW && !put_each(s, w, 1, b->act, ret_changed, err))
            return false;
        if (b->how[i] != ROW_NEW && b->how[i] != ROW_CHANGED)
            continue;
        if (!figure_write_beside(s, w, figure_flags(w, false), b->act, err))
            return false;
        ++*ret_changed;
    }
    return true;
}

static bool append(
    struct store_sql *s, struct bulk *b, enum sql_id id, db_next_integers *next, struct err *err)
{
    b->at = 0;
    return s->writer->ops->append(s->writer, id, next, b, err);
}

static bool put_appending(
    struct store_sql *s, struct bulk *b, int64_t *ret_changed, struct err *err)
{
    b->before = calloc(b->n, sizeof *b->before);
    bool ok = b->before || err_memory(err);
    ok = ok && look_at_rows(s, b, err) &&
         (!b->changed || append(s, b, SQL_past_append, next_past, err)) &&
         append(s, b, SQL_figure_append, next_current, err) && put_rest(s, b, ret_changed, err);
    free(b->before);
    return ok;
}

/* --- PostgreSQL --- */

/* The next row for the temporary table; plain ones only. */
static bool next_plain(void *ctx, struct db_value *row, bool *ret_end, struct err *err)
{
    struct bulk *b = ctx;

    (void)err;
    while (b->at < b->n && b->how[b->at] == ROW_SLOW)
        b->at++;
    *ret_end = b->at == b->n;
    if (*ret_end)
        return true;
    const struct figure_write *w = &b->w[b->at];
    row[0] = I((int64_t)b->at++);
    row[1] = I(w->key.series.v);
    row[2] = I(w->key.period);
    row[3] = I(w->key.unit.v);
    row[4] = I(w->value);
    row[5] = I((int64_t)figure_flags(w, false));
    return true;
}

static bool choose_slow(struct store_sql *s, struct bulk *b, struct err *err)
{
    const struct figure_key *most = NULL;

    for (size_t i = 0; i < b->n; i++) {
        bool sealed, rises = !most || figure_key_cmp(*most, b->w[i].key) < 0;
        if (!figure_is_sealed(s, b->w[i].key.series, &sealed, err))
            return false;
        if (rises)
            most = &b->w[i].key;
        b->how[i] = sealed || !rises || figure_has_note(&b->w[i]) ? ROW_SLOW : ROW_NEW;
    }
    return true;
}

static bool trail_bulk(struct store_sql *s, struct bulk *b, int64_t *ret_changed, struct err *err)
{
    DB_AUTO *q = db_query(s->writer, SQL_bulk_changed, err, I(b->act.v));
    enum db_step step;

    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        size_t i = (size_t)db_i64(q, 0);
        struct figure_change c = {b->w[i].key, b->w[i].value, figure_flags(&b->w[i], false)};
        if (db_i64(q, 1)) {
            b->how[i] = ROW_SLOW;
            continue;
        }
        if (!trail_figure(&s->trail, &c, NULL, err))
            return false;
        ++*ret_changed;
    }
    return step == DB_DONE;
}

static bool put_copying(struct store_sql *s, struct bulk *b, int64_t *ret_changed, struct err *err)
{
    struct db *d = s->writer;
    int64_t act = b->act.v;

    if (!choose_slow(s, b, err) || !d->ops->copy_in(d, TABLE_figure_in, next_plain, b, err) ||
        !db_run(d, SQL_bulk_analyze, err) || !trail_bulk(s, b, ret_changed, err) ||
        !db_run(d, SQL_bulk_past, err, I(act)) || !db_run(d, SQL_bulk_merge, err, I(act)) ||
        !db_run(d, SQL_bulk_clear, err))
        return false;
    for (size_t i = 0; i < b->n; i++)
        if (b->how[i] == ROW_SLOW && !put_each(s, &b->w[i], 1, b->act, ret_changed, err))
            return false;
    return true;
}

bool store_figures_put(struct store *base, const struct figure_write *w, size_t n,
    struct act_no act, int64_t *ret_changed, struct err *err)
{
    struct store_sql *s = store_sql(base);
    const struct db_ops *ops = s->writer->ops;
    struct bulk b = {.w = w, .n = n, .act = act};
    int64_t changed = 0;
    bool ok;

    if (!act_is_open(s, act, err))
        return false;
    s->first.is = false;
    if ((ops->append || ops->copy_in) && n >= BULK_MIN) {
        b.how = calloc(n, 1);
        ok = !b.how ? err_memory(err)
                    : (ops->append ? put_appending : put_copying)(s, &b, &changed, err);
        free(b.how);
    } else {
        ok = put_each(s, w, n, act, &changed, err);
    }
    if (ok)
        *ret_changed = changed;
    return ok;
}
