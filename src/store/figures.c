/* figures: reading cells and columns; see app/ports/store.h and domain/figure.h. */
#include <stdlib.h>

#include "base/vec.h"
#include "store/room.h"

/* --- a column --- */

/* One row of a column: the current version or a superseded one. */
struct column_row {
    int64_t unit;
    struct figure_version version;
};

struct column {
    struct db_stmt *current, *past, *marks;
    struct column_row now, old;
    bool has_now, has_old, has_mark;
    int64_t mark_unit;
    struct report_marks mark, mark_none;
    struct act_no known;
    struct figure_version *version; /* of the unit in hand, oldest first */
    size_t versions, cap;
};

static bool step_row(struct db_stmt *q, struct column_row *row, bool *ret_has, struct err *err)
{
    enum db_step step = db_step(q, err);

    *ret_has = step == DB_ROW;
    if (step == DB_ROW)
        *row = (struct column_row){
            db_i64(q, 0), {db_i64(q, 1), (uint32_t)db_i64(q, 2), {db_i64(q, 3)}}};
    return step != DB_ERROR;
}

static bool step_mark(struct column *c, struct err *err)
{
    enum db_step step = c->marks ? db_step(c->marks, err) : DB_DONE;

    c->has_mark = step == DB_ROW;
    if (step == DB_ROW) {
        c->mark_unit = db_i64(c->marks, 0);
        c->mark = (struct report_marks){{db_i64(c->marks, 1)}, {db_i64(c->marks, 2)}};
    }
    return step != DB_ERROR;
}

static bool add_version(struct column *c, struct figure_version v, struct err *err)
{
    if (v.act.v > c->known.v)
        return true;
    if (c->versions == c->cap) {
        size_t want = c->cap ? c->cap * 2 : 16;
        struct figure_version *more = reallocarray(c->version, want, sizeof *more);
        if (!more)
            return err_memory(err);
        c->version = more;
        c->cap = want;
    }
    c->version[c->versions++] = v;
    return true;
}

/* All versions of the unit known then; its superseded ones come in the order of their acts. */
static bool gather(struct column *c, int64_t unit, struct err *err)
{
    c->versions = 0;
    while (c->has_old && c->old.unit == unit)
        if (!add_version(c, c->old.version, err) || !step_row(c->past, &c->old, &c->has_old, err))
            return false;
    if (c->has_now && c->now.unit == unit)
        return add_version(c, c->now.version, err) &&
               step_row(c->current, &c->now, &c->has_now, err);
    return true;
}

/* The last mark of the unit. */
static bool marks_of(struct column *c, int64_t unit, struct report_marks *ret, struct err *err)
{
    *ret = c->mark_none;
    while (c->has_mark && c->mark_unit <= unit) {
        if (c->mark_unit == unit)
            *ret = c->mark;
        if (!step_mark(c, err))
            return false;
    }
    return true;
}

static bool walk_column(struct column *c,
    bool (*sink)(
        void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional),
    void *ctx, struct err *err)
{
    if (!step_row(c->current, &c->now, &c->has_now, err) ||
        !step_row(c->past, &c->old, &c->has_old, err) || !step_mark(c, err))
        return false;
    while (c->has_now || c->has_old) {
        int64_t unit =
            c->has_now && (!c->has_old || c->now.unit <= c->old.unit) ? c->now.unit : c->old.unit;
        struct report_marks marks;
        if (!gather(c, unit, err) || !marks_of(c, unit, &marks, err))
            return false;
        struct cell_value approved =
                              cell_of_version(figure_approved(c->version, c->versions, marks)),
                          provisional =
                              cell_of_version(figure_provisional(c->version, c->versions, marks));
        if ((approved.has || provisional.has) &&
            !sink(ctx, (struct unit_id){unit}, approved, provisional))
            return err && err->code ? false : err_memory(err);
    }
    return true;
}

static struct db_stmt *query_marks(
    struct db *d, struct series_id series, int64_t period, struct act_no known, struct err *err)
{
    int64_t form;

    if (!db_one_i64(
            d, SQL_series_form, (struct db_value[]){I(series.v), I(known.v)}, 2, &form, err))
        return NULL;
    if (known.v == ACT_OPEN - 1)
        return db_query(d, SQL_column_marks, err, I(form), I(period));
    return db_query(d, SQL_column_marks_at, err, I(form), I(period), I(known.v));
}

bool store_load_column(struct store *s, struct series_id series, int64_t period,
    struct act_no known,
    bool (*sink)(
        void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional),
    void *ctx, struct err *err)
{
    LEASE l = lease_snapshot(s, err);
    struct column c = {.known = known.v == ACT_OPEN ? (struct act_no){ACT_OPEN - 1} : known};

    if (!l.db)
        return false;
    DB_AUTO *marks = query_marks(l.db, series, period, c.known, err);
    DB_AUTO *now = marks ? db_query(l.db, SQL_column_current, err, I(series.v), I(period)) : NULL;
    DB_AUTO *past = now ? db_query(l.db, SQL_column_past, err, I(series.v), I(period)) : NULL;
    if (!past)
        return false;
    c.marks = marks;
    c.current = now;
    c.past = past;
    bool ok = walk_column(&c, sink, ctx, err);
    free(c.version);
    return ok;
}

/* --- a cell --- */

bool store_cell_history(struct store *s, struct figure_key key, struct act_no known,
    struct arena *a, struct figure_record **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);
    VEC(struct figure_record) all = {0};
    enum db_step step;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(
        l.db, SQL_cell_history, err, I(key.series.v), I(key.period), I(key.unit.v), I(known.v));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct figure_record r = {.version = {db_i64(q, 0), (uint32_t)db_i64(q, 1), {db_i64(q, 2)}},
            .at_ms = db_i64(q, 6),
            .account = {db_i64(q, 7)}};
        struct str *text[] = {&r.note, &r.approx, &r.origin, &r.via, &r.act_object, &r.act_reason};
        static const int column[] = {3, 4, 5, 8, 10, 11};
        if (!act_kind_parse(db_str(q, 9), &r.act_kind))
            return err_set(err, ERR_CORRUPT, MSG_err_store_word, STR("act"), db_str(q, 9));
        for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
            *text[i] = db_dup(q, column[i], a);
            if (!text[i]->p)
                return err_memory(err);
        }
        if (!vec_push(&all, a, r))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

bool store_figure_get(struct store *s, struct figure_key key, struct figure_version *ret,
    bool *ret_found, struct err *err)
{
    LEASE l = lease_take(s, err);

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, SQL_figure_get, err, I(key.series.v), I(key.period), I(key.unit.v));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;
    if (step == DB_ERROR)
        return false;
    *ret_found = step == DB_ROW;
    if (step == DB_ROW)
        *ret = (struct figure_version){db_i64(q, 0), (uint32_t)db_i64(q, 1), {db_i64(q, 2)}};
    return true;
}

/* All versions of the cell, oldest first. */
static bool load_versions(struct store *s, struct figure_key key, struct arena *a,
    struct figure_version **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);
    VEC(struct figure_version) all = {0};
    enum db_step step;

    if (!l.db)
        return false;
    DB_AUTO *q =
        db_query(l.db, SQL_cell_versions, err, I(key.series.v), I(key.period), I(key.unit.v));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct figure_version v = {db_i64(q, 0), (uint32_t)db_i64(q, 1), {db_i64(q, 2)}};
        if (!vec_push(&all, a, v))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

bool store_cell(struct store *s, struct figure_key key, struct report_marks marks,
    struct cell_value *ret_approved, struct cell_value *ret_provisional, struct err *err)
{
    VEC(struct figure_version) all = {0};
    ARENA_AUTO a;

    arena_init(&a, 64u << 20);
    const struct first_version *first = first_version_of(store_sql(s), key);
    if (first ? !vec_push(&all, &a, first->version) && !err_memory(err)
              : !load_versions(s, key, &a, &all.p, &all.n, err))
        return false;
    *ret_approved = cell_of_version(figure_approved(all.p, all.n, marks));
    *ret_provisional = cell_of_version(figure_provisional(all.p, all.n, marks));
    return true;
}

static struct str list_of(const struct series_id *series, size_t n, struct arena *a)
{
    struct sbuf b;

    sbuf_init(&b, a, SIZE_MAX / 4);
    for (size_t i = 0; i < n; i++) {
        if (i)
            sbuf_char(&b, ',');
        sbuf_i64(&b, series[i].v);
    }
    return b.failed ? (struct str){0} : sbuf_view(&b);
}

/* One statement for all; only where the newest version alone does not tell what counts are the
 * others of its cell read. */
bool store_cells(struct store *s, const struct series_id *series, size_t n, struct figure_key of,
    struct report_marks marks,
    bool (*sink)(void *ctx, struct figure_key key, struct cell_value approved,
        struct cell_value provisional),
    void *ctx, struct err *err)
{
    LEASE l = lease_take(s, err);
    enum db_step step;
    ARENA_AUTO a;

    arena_init(&a, 64u << 20);
    struct str list = list_of(series, n, &a);
    if (!l.db)
        return false;
    if (n && !list.n)
        return err_memory(err);
    DB_AUTO *q = db_query(l.db, SQL_figures_of_unit, err, I(of.period), I(of.unit.v), T(list));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct figure_key key = {{db_i64(q, 0)}, of.period, of.unit};
        struct figure_version v = {db_i64(q, 1), (uint32_t)db_i64(q, 2), {db_i64(q, 3)}};
        struct cell_value approved = cell_of_version(&v), provisional = approved;
        bool settled = !(v.flags & FIGURE_UNDOES) && figure_approved(&v, 1, marks);
        if (!settled && !store_cell(s, key, marks, &approved, &provisional, err))
            return false;
        if (!sink(ctx, key, approved, provisional))
            return err_memory(err);
    }
    return step == DB_DONE;
}

/* --- ranges --- */

bool store_figures(struct store *s, struct series_id series, int64_t period_from, int64_t period_to,
    bool (*sink)(void *ctx, const struct figure_row *row), void *ctx, struct err *err)
{
    LEASE l = lease_snapshot(s, err);
    enum db_step step;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, SQL_figures_rows, err, I(series.v),
        I(series.v ? series.v : INT64_MAX), I(period_from), I(period_to ? period_to : INT64_MAX));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct figure_row row = {.key = {{db_i64(q, 0)}, db_i64(q, 1), {db_i64(q, 2)}},
            .version = {db_i64(q, 3), (uint32_t)db_i64(q, 4), {db_i64(q, 5)}},
            .note = db_str(q, 6),
            .approx = db_str(q, 7)};
        if (!sink(ctx, &row))
            return err && err->code ? false : err_memory(err);
    }
    return step == DB_DONE;
}

bool store_column_before(struct store *s, struct series_id series, int64_t period, bool *ret_found,
    int64_t *ret_period, struct err *err)
{
    LEASE l = lease_take(s, err);
    DB_AUTO *q = l.db ? db_query(l.db, SQL_column_before, err, I(series.v), I(period)) : NULL;
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    *ret_found = step == DB_ROW;
    if (*ret_found)
        *ret_period = db_i64(q, 0);
    return true;
}

bool store_series_span(struct store *s, struct series_id series, bool *ret_any, int64_t *ret_first,
    int64_t *ret_last, struct err *err)
{
    LEASE l = lease_take(s, err);
    DB_AUTO *q = l.db ? db_query(l.db, SQL_series_span, err, I(series.v)) : NULL;

    if (!q || db_step(q, err) != DB_ROW)
        return false;
    *ret_any = db_column(q, 0).type == DB_I64;
    *ret_first = db_i64(q, 0);
    *ret_last = db_i64(q, 1);
    return true;
}
