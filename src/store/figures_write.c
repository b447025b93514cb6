/* figures_write: new versions of cells, erasing, and what an act wrote; many at once:
 * figures_bulk.c.
 *
 * The first version of a cell is one row in one tree; a version that is replaced moves to
 * figure_past. Every version enters the trail of the open act; those of personal and sealed
 * indicators as a salted hash, with the salt in a table of its own.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "store/figures_write.h"

#define SALT_BYTES 16

const struct first_version *first_version_of(const struct store_sql *s, struct figure_key key)
{
    bool known = s->first.is && store_is_writing(s) && figure_key_cmp(s->first.key, key) == 0;

    return known ? &s->first : NULL;
}

/* --- is it personal or sealed? --- */

void privacy_forget(struct store_sql *s)
{
    arena_reset(&s->privacy_arena);
    map_init(&s->privacy, &s->privacy_arena);
}

bool figure_is_sealed(struct store_sql *s, struct series_id series, bool *ret, struct err *err)
{
    uint64_t known;

    if (map_get(&s->privacy, (uint64_t)series.v, &known)) {
        *ret = known;
        return true;
    }
    DB_AUTO *q = db_query(s->writer, SQL_series_privacy, err, I(series.v));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;
    if (step == DB_ERROR)
        return false;
    struct str word = step == DB_ROW ? db_str(q, 0) : STR("");
    *ret = str_is(word, "personal") || str_is(word, "sealed");
    return map_put(&s->privacy, (uint64_t)series.v, *ret) || err_memory(err);
}

/* --- one version --- */

bool figure_has_note(const struct figure_write *w)
{
    return w->note.n || w->approx.n || w->origin.n;
}

uint32_t figure_flags(const struct figure_write *w, bool sealed)
{
    return (w->flags & ~(uint32_t)FIGURE_STORE) | (figure_has_note(w) ? FIGURE_HAS_NOTE : 0) |
           (sealed ? FIGURE_SEALED : 0);
}

/* Note and salt of a version just written, and the trail. */
bool figure_write_beside(struct store_sql *s, const struct figure_write *w, uint32_t flags,
    struct act_no act, struct err *err)
{
    struct figure_change c = {w->key, w->value, flags};
    bool sealed = flags & FIGURE_SEALED;
    struct figure_key k = w->key;

    if ((flags & FIGURE_HAS_NOTE) &&
        !db_run(s->writer, SQL_note_put, err, I(k.series.v), I(k.period), I(k.unit.v), I(act.v),
            T(w->note), T(w->approx), T(w->origin), I(sealed)))
        return false;
    if ((flags & FIGURE_HAS_NOTE) && !sealed)
        trail_touch(&s->trail, TABLE_figure_note);
    if (!sealed)
        return trail_figure(&s->trail, &c, NULL, err);

    unsigned char salt[SALT_BYTES];
    randombytes_buf(salt, sizeof salt);
    struct seal seal = seal_of(salt, sizeof salt, &c, w->note, w->approx, w->origin);
    return db_run(s->writer, SQL_salt_put, err, I(k.series.v), I(k.period), I(k.unit.v), I(act.v),
               B(salt, sizeof salt)) &&
           trail_figure(&s->trail, &c, &seal, err);
}

/* A further version: the one before moves to the past, unless this act wrote it. */
bool figure_replace(struct store_sql *s, const struct figure_write *w, uint32_t flags,
    struct figure_version before, struct act_no act, struct err *err)
{
    struct figure_key k = w->key;
    bool ok;

    if (before.act.v != act.v)
        ok = db_run(s->writer, SQL_past_put, err, I(k.series.v), I(k.period), I(k.unit.v),
            I(before.act.v), I(act.v), I(before.value), I((int64_t)before.flags));
    else
        ok = !(before.flags & FIGURE_HAS_NOTE) ||
             db_run(s->writer, SQL_note_delete, err, I(k.series.v), I(k.period), I(k.unit.v),
                 I(act.v));
    return ok &&
           db_run(s->writer, SQL_figure_update, err, I(k.series.v), I(k.period), I(k.unit.v),
               I(w->value), I((int64_t)flags), I(act.v)) &&
           figure_write_beside(s, w, flags, act, err);
}

bool figure_insert(struct store_sql *s, const struct figure_write *w, uint32_t flags,
    struct act_no act, bool *ret_first, struct err *err)
{
    int64_t n;

    if (!db_change(s->writer, SQL_figure_first, &n, err, I(w->key.series.v), I(w->key.period),
            I(w->key.unit.v), I(w->value), I((int64_t)flags), I(act.v)))
        return false;
    *ret_first = n > 0;
    return n == 0 || figure_write_beside(s, w, flags, act, err);
}

bool figure_current(
    struct store_sql *s, struct figure_key key, struct figure_version *ret, struct err *err)
{
    bool found;

    if (!store_figure_get(&s->base, key, ret, &found, err))
        return false;
    return found || err_set(err, ERR_CORRUPT, MSG_err_store_engine, STR("figure"));
}

bool store_figure_put(
    struct store *base, const struct figure_write *w, struct act_no act, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct figure_version before;
    bool sealed, first;

    if (!act_is_open(s, act, err) || !figure_is_sealed(s, w->key.series, &sealed, err))
        return false;
    uint32_t flags = figure_flags(w, sealed);
    s->first.is = false;
    if (!figure_insert(s, w, flags, act, &first, err))
        return false;
    s->first = (struct first_version){w->key, {w->value, flags, act}, first};
    return first || (figure_current(s, w->key, &before, err) &&
                        figure_replace(s, w, flags, before, act, err));
}

/* --- erasing --- */

bool store_figure_erase(
    struct store *base, struct figure_key key, struct act_no act, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct figure_version now;
    bool found;

    if (!act_is_open(s, act, err) || !store_figure_get(base, key, &now, &found, err))
        return false;
    if (!found || !(now.flags & FIGURE_SEALED))
        return err_set(err, ERR_CONFLICT, MSG_err_store_not_sealed);
    struct db_value cell[] = {I(key.series.v), I(key.period), I(key.unit.v), I(FIGURE_ERASED),
        I(~(int64_t)FIGURE_HAS_NOTE)};
    s->first.is = false;
    return trail_erased(&s->trail, key, err) &&
           db_run_(s->writer, SQL_erase_current, cell, 5, NULL, err) &&
           db_run_(s->writer, SQL_erase_past, cell, 5, NULL, err) &&
           db_run_(s->writer, SQL_erase_notes, cell, 3, NULL, err) &&
           db_run_(s->writer, SQL_erase_salts, cell, 3, NULL, err);
}

/* --- what an act wrote --- */

struct written {
    struct figure_key key;
    struct figure_version version;
    bool is_current;
};
struct written_list {
    struct written *p;
    size_t n, cap;
};

static bool add(struct written_list *l, struct figure_key key, struct figure_version v,
    bool is_current, struct err *err)
{
    if (l->n == l->cap) {
        size_t want = l->cap ? l->cap * 2 : 256;
        struct written *more = reallocarray(l->p, want, sizeof *more);
        if (!more)
            return err_memory(err);
        l->p = more;
        l->cap = want;
    }
    l->p[l->n++] = (struct written){key, v, is_current};
    return true;
}

static bool add_cell(
    struct db *d, struct figure_key key, struct act_no act, struct written_list *l, struct err *err)
{
    DB_AUTO *q =
        db_query(d, SQL_version_of, err, I(key.series.v), I(key.period), I(key.unit.v), I(act.v));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step != DB_ROW)
        return step == DB_DONE;
    struct figure_version v = {db_i64(q, 0), (uint32_t)db_i64(q, 1), act};
    return add(l, key, v, db_i64(q, 3) != 0, err);
}

static bool add_column(
    struct db *d, struct figure_key key, struct act_no act, struct written_list *l, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_act_in_column, err, I(key.series.v), I(key.period), I(act.v));
    enum db_step step;

    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct figure_version v = {db_i64(q, 1), (uint32_t)db_i64(q, 2), act};
        key.unit.v = db_i64(q, 0);
        if (v.flags & FIGURE_SEALED)
            continue; /* the trail names them one by one */
        if (!add(l, key, v, db_i64(q, 3) != 0, err))
            return false;
    }
    return step == DB_DONE;
}

static bool add_anywhere(struct db *d, struct act_no act, struct written_list *l, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_act_anywhere, err, I(act.v));
    enum db_step step;

    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct figure_key key = {{db_i64(q, 0)}, db_i64(q, 1), {db_i64(q, 2)}};
        struct figure_version v = {db_i64(q, 3), (uint32_t)db_i64(q, 4), act};
        if (v.flags & FIGURE_SEALED)
            continue;
        if (!add(l, key, v, db_i64(q, 5) != 0, err))
            return false;
    }
    return step == DB_DONE;
}

/* The trail tells where to look: nothing is searched that the act did not touch. */
static bool find_written(
    struct db *d, struct act_no act, struct arena *a, struct written_list *l, struct err *err)
{
    struct trail_view v = {0};
    DB_AUTO *q = db_query(d, SQL_act_trail, err, I(act.v));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;
    bool ok = step == DB_DONE || (step == DB_ROW && trail_read(a, db_str(q, 0), &v, err));

    for (size_t i = 0; ok && i < v.figures; i++)
        ok = add_cell(d, v.figure[i].key, act, l, err);
    for (size_t i = 0; ok && i < v.columns; i++)
        ok = add_column(d, v.column[i], act, l, err);
    if (ok && v.has_batch && !v.columns)
        ok = add_anywhere(d, act, l, err);
    for (size_t i = 0; ok && i < v.seals; i++)
        ok = add_cell(d, v.sealed[i].key, act, l, err);
    return ok;
}

static bool before_it(struct db *d, const struct written *w, bool *ret_had,
    struct figure_version *ret, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_version_before, err, I(w->key.series.v), I(w->key.period),
        I(w->key.unit.v), I(w->version.act.v));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    *ret_had = step == DB_ROW;
    if (step == DB_ROW)
        *ret = (struct figure_version){db_i64(q, 0), (uint32_t)db_i64(q, 1), {db_i64(q, 2)}};
    return step != DB_ERROR;
}

bool store_figures_of_act(struct store *s, struct act_no act,
    bool (*sink)(void *ctx, struct figure_key key, struct figure_version written, bool had_before,
        struct figure_version before, bool is_current),
    void *ctx, struct err *err)
{
    LEASE l = lease_snapshot(s, err);
    struct written_list all = {0};
    ARENA_AUTO a;

    arena_init(&a, 256u << 20);
    bool ok = l.db && find_written(l.db, act, &a, &all, err);
    for (size_t i = 0; ok && i < all.n; i++) {
        struct figure_version before = {0};
        bool had;
        ok = before_it(l.db, &all.p[i], &had, &before, err) &&
             (sink(ctx, all.p[i].key, all.p[i].version, had, before, all.p[i].is_current) ||
                 (err && err->code ? false : err_memory(err)));
    }
    free(all.p);
    return ok;
}
