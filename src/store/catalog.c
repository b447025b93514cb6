/* catalog: definitions as the port names them, over rows.h. */
#include "base/vec.h"
#include "store/definitions.h"
#include "store/room.h"

/* --- reading --- */

/* Known at ACT_MAX means open now; an open row ends at ACT_OPEN, which is after every act. */
static struct act_no clamp(struct act_no known)
{
    return known.v == ACT_OPEN ? (struct act_no){ACT_OPEN - 1} : known;
}

static bool load_units(
    struct db *d, struct act_no known, struct arena *a, struct unit_rows *u, struct err *err)
{
    return rows_load(d, &row_unit, known, a, (void **)&u->unit, &u->units, err) &&
           rows_load(d, &row_unit_at, known, a, (void **)&u->at, &u->ats, err) &&
           rows_load(d, &row_parent_at, known, a, (void **)&u->parent, &u->parents, err);
}

static bool load_rest(
    struct db *d, struct act_no known, struct arena *a, struct catalog_rows *c, struct err *err)
{
#define LOAD(table, member)                                                                        \
    rows_load(d, &row_##table, known, a, (void **)&c->member.p, &c->member.n, err)
    return LOAD(event, event) && LOAD(edge, edge) && LOAD(indicator, indicator) &&
           LOAD(series, series) && LOAD(not_applicable, not_applicable) && LOAD(form, form) &&
           LOAD(form_section, form_section) && LOAD(form_line, form_line) &&
           LOAD(form_rule, form_rule) && LOAD(target_set, set) && LOAD(target, target) &&
           LOAD(target_version, target_version) && LOAD(target_schedule, target_schedule) &&
           LOAD(expectation, expectation) && LOAD(account, account) && LOAD(grant_to, grant) &&
           LOAD(setting, setting);
#undef LOAD
}

/* Password hashes stand apart and have no history. Accounts are in the order of their ids. */
static bool load_secrets(struct db *d, struct arena *a, struct catalog_rows *c, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_secrets, err);
    enum db_step step;
    size_t i = 0;

    if (!q)
        return false;
    for (size_t j = 0; j < c->account.n; j++)
        c->account.p[j].password_hash = STR("");
    while ((step = db_step(q, err)) == DB_ROW) {
        int64_t id = db_i64(q, 0);
        while (i < c->account.n && c->account.p[i].id.v < id)
            i++;
        if (i == c->account.n || c->account.p[i].id.v != id)
            continue;
        c->account.p[i].password_hash = db_dup(q, 1, a);
        if (!c->account.p[i].password_hash.p)
            return err_memory(err);
    }
    return step == DB_DONE;
}

/* The last act not after `known`: what the snapshot is called. Inside the transaction the open act
 * counts, whose row is written when it is closed. */
static bool last_act(
    const struct lease *l, struct act_no known, struct act_no *ret, struct err *err)
{
    if (!l->r && l->s->trail.open && l->s->trail.act.v <= known.v) {
        *ret = l->s->trail.act;
        return true;
    }
    return db_one_i64(l->db, SQL_act_last, &I(known.v), 1, &ret->v, err);
}

bool store_load_catalog(struct store *s, struct act_no known, struct arena *a,
    struct catalog_rows *ret, struct err *err)
{
    LEASE l = lease_snapshot(s, err);
    struct catalog_rows c = {0};
    struct act_no at = clamp(known);

    if (!l.db)
        return false;
    if (!last_act(&l, at, &c.act, err) || !load_units(l.db, at, a, &c.units, err) ||
        !load_rest(l.db, at, a, &c, err) || !load_secrets(l.db, a, &c, err))
        return false;
    *ret = c;
    return true;
}

bool store_boundaries(struct store *s, const struct boundary_filter *f, struct act_no known,
    struct arena *a, struct boundary_row **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);
    VEC(struct boundary_row) rows = {0};
    enum db_step step;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(
        l.db, SQL_boundaries, err, I(clamp(known).v), I(f->from.v), I(f->to.v), I(f->whole));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        if (f->wanted && !f->wanted(f->ctx, (struct unit_id){db_i64(q, 0)}))
            continue;
        struct boundary_row r = {
            {db_i64(q, 0)}, {(int)db_i64(q, 1)}, db_dup(q, 2, a), db_dup(q, 3, a)};
        if (!r.shape.p || !r.drawn.p || !vec_push(&rows, a, r))
            return err_memory(err);
    }
    *ret = rows.p;
    *ret_n = rows.n;
    return step == DB_DONE;
}

/* --- writing --- */

static bool put(struct store *base, const struct row_type *t, const void *row, struct act_no act,
    struct err *err)
{
    struct store_sql *s = store_sql(base);

    return act_is_open(s, act, err) && row_put(s->writer, &s->trail, t, row, act, err);
}

static bool close_all(
    struct store *base, enum sql_table_id table, int64_t first, struct act_no act, struct err *err)
{
    struct store_sql *s = store_sql(base);

    return act_is_open(s, act, err) && row_close_all(s->writer, &s->trail, table, first, act, err);
}

#define PUT(table)                                                                                 \
    bool store_##table##_put(                                                                      \
        struct store *s, const struct table##_row *r, struct act_no act, struct err *err)          \
    {                                                                                              \
        return put(s, &row_##table, r, act, err);                                                  \
    }
PUT(unit)
PUT(unit_at)
PUT(parent_at)
PUT(event)
PUT(edge)
PUT(not_applicable)
PUT(form)
PUT(form_section)
PUT(form_line)
PUT(form_rule)
PUT(target)
PUT(target_version)
PUT(target_schedule)
PUT(expectation)
PUT(boundary)
#undef PUT

/* The class of an indicator decides how its figures enter the chain. */
bool store_indicator_put(
    struct store *s, const struct indicator_row *r, struct act_no act, struct err *err)
{
    privacy_forget(store_sql(s));
    return put(s, &row_indicator, r, act, err);
}

bool store_series_put(
    struct store *s, const struct series_row *r, struct act_no act, struct err *err)
{
    privacy_forget(store_sql(s));
    return put(s, &row_series, r, act, err);
}

bool store_set_put(
    struct store *s, const struct target_set_row *r, struct act_no act, struct err *err)
{
    return put(s, &row_target_set, r, act, err);
}

bool store_unit_at_close(
    struct store *base, struct unit_id unit, struct day from, struct act_no act, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct db_value key[] = {I(unit.v), I(from.v)};

    return act_is_open(s, act, err) &&
           row_close(s->writer, &s->trail, TABLE_unit_at, key, 2, act, err);
}

bool store_parent_at_close(struct store *base, struct unit_id unit, enum line line, struct day from,
    struct act_no act, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct db_value key[] = {I(unit.v), T(word_of(&words_line, (int)line)), I(from.v)};

    return act_is_open(s, act, err) &&
           row_close(s->writer, &s->trail, TABLE_parent_at, key, 3, act, err);
}

bool store_event_close(struct store *s, int64_t event, struct act_no act, struct err *err)
{
    return close_all(s, TABLE_event, event, act, err) && close_all(s, TABLE_edge, event, act, err);
}

bool store_form_clear(struct store *s, struct form_id form, struct act_no act, struct err *err)
{
    return close_all(s, TABLE_form_section, form.v, act, err) &&
           close_all(s, TABLE_form_line, form.v, act, err) &&
           close_all(s, TABLE_form_rule, form.v, act, err);
}

bool store_account_put(
    struct store *base, const struct account_row *r, struct act_no act, struct err *err)
{
    struct store_sql *s = store_sql(base);

    return put(base, &row_account, r, act, err) && trail_secret(&s->trail, r->id.v, err) &&
           db_run(s->writer, SQL_secret_put, err, I(r->id.v), T(r->password_hash));
}

bool store_grants_close(
    struct store *s, struct account_id account, struct act_no act, struct err *err)
{
    return close_all(s, TABLE_grant_to, account.v, act, err);
}

bool store_grant_put(struct store *s, const struct grant_row *r, struct act_no act, struct err *err)
{
    return put(s, &row_grant_to, r, act, err);
}

/* --- undoing --- */

static bool changed_since(struct db *d, struct act_no undone, struct err *err)
{
    int64_t n = 0;

    for (int t = 0; t < DEFINITIONS; t++) {
        if (!db_one_i64(d, (enum sql_id)sql_each_undo_changed[t], &I(undone.v), 1, &n, err))
            return false;
        if (!n && !db_one_i64(d, (enum sql_id)sql_each_undo_taken[t], &I(undone.v), 1, &n, err))
            return false;
        if (n)
            return err_set(err, ERR_CONFLICT, MSG_err_undo_changed_since);
    }
    if (!db_one_i64(d, SQL_undo_used, &I(undone.v), 1, &n, err))
        return false;
    return n == 0 || err_set(err, ERR_CONFLICT, MSG_err_undo_changed_since);
}

bool store_undo_definitions(
    struct store *base, struct act_no undone, struct act_no act, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (!act_is_open(s, act, err) || !changed_since(s->writer, undone, err))
        return false;
    for (int t = 0; t < DEFINITIONS; t++) {
        int64_t closed, opened;
        if (!db_change(s->writer, (enum sql_id)sql_each_undo_open[t], &closed, err, I(undone.v),
                I(act.v)) ||
            !db_change(s->writer, (enum sql_id)sql_each_undo_closed[t], &opened, err, I(undone.v),
                I(act.v)))
            return false;
        if (closed || opened)
            trail_touch(&s->trail, (enum sql_table_id)t);
    }
    privacy_forget(s);
    return true;
}
