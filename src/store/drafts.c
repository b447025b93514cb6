/* drafts: cells as typed, marks, and what a report says in words.
 *
 * Drafts have no history and stay out of the chain. A point or attachment that an act wrote keeps
 * its row until an act closes it; a draft stands before it, or takes it away, in a table of its
 * own.
 */
#include "base/vec.h"
#include "store/definitions.h"
#include "store/room.h"

/* --- cells --- */

bool store_draft(struct store *s, struct report_id id, struct arena *a, struct draft_cell **ret,
    size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);
    VEC(struct draft_cell) all = {0};
    enum db_step step;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, SQL_draft_rows, err, I(id.v));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct draft_cell c = {.series = {db_i64(q, 0)},
            .typed = db_dup(q, 1, a),
            .flags = (uint32_t)db_i64(q, 2),
            .note = db_dup(q, 3, a),
            .seq = db_i64(q, 4),
            .at_ms = db_i64(q, 5),
            .account = {db_i64(q, 6)}};
        if (!c.typed.p || !c.note.p || !vec_push(&all, a, c))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

bool store_draft_put(
    struct store *s, struct report_id id, const struct draft_cell *c, struct err *err)
{
    return db_run(store_sql(s)->writer, SQL_draft_put, err, I(id.v), I(c->series.v), T(c->typed),
        I((int64_t)c->flags), T(c->note), I(c->at_ms), I(c->account.v));
}

bool store_draft_clear(struct store *s, struct report_id id, struct err *err)
{
    return db_run(store_sql(s)->writer, SQL_draft_clear, err, I(id.v));
}

/* --- marks --- */

bool store_draft_marks(struct store *s, struct report_id id, struct arena *a,
    struct draft_mark **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);
    VEC(struct draft_mark) all = {0};
    enum db_step step;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, SQL_draft_marks, err, I(id.v));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct draft_mark m = {.kind = db_dup(q, 0, a),
            .key = db_dup(q, 1, a),
            .note = db_dup(q, 2, a),
            .at_ms = db_i64(q, 3),
            .account = {db_i64(q, 4)}};
        if (!m.kind.p || !m.key.p || !m.note.p || !vec_push(&all, a, m))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

bool store_draft_mark_put(
    struct store *s, struct report_id id, const struct draft_mark *m, struct err *err)
{
    return db_run(store_sql(s)->writer, SQL_draft_mark_put, err, I(id.v), T(m->kind), T(m->key),
        T(m->note), I(m->at_ms), I(m->account.v));
}

bool store_draft_mark_clear(
    struct store *s, struct report_id id, struct str kind, struct str key, struct err *err)
{
    return db_run(store_sql(s)->writer, SQL_draft_mark_clear, err, I(id.v), T(kind), T(key));
}

/* --- points --- */

bool store_narrative(struct store *s, struct report_id id, struct arena *a,
    struct narrative_point **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);
    VEC(struct narrative_point) all = {0};
    enum db_step step;
    int kind;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, SQL_narrative_rows, err, I(id.v));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        if (!word_parse(&words_narrative, db_str(q, 2), &kind))
            return err_set(err, ERR_CORRUPT, MSG_err_store_word, STR("narrative"), db_str(q, 2));
        struct narrative_point p = {.id = db_i64(q, 0),
            .section = db_dup(q, 1, a),
            .kind = (enum narrative_kind)kind,
            .position = (int)db_i64(q, 3),
            .text = db_dup(q, 4, a),
            .field = db_dup(q, 5, a),
            .addressee = db_dup(q, 6, a),
            .act = {db_i64(q, 7)}};
        if (!p.section.p || !p.text.p || !p.field.p || !p.addressee.p || !vec_push(&all, a, p))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

static bool put_draft_point(struct store_sql *s, struct report_id id,
    const struct narrative_point *p, bool deleted, struct err *err)
{
    return db_run(s->writer, SQL_draft_point_put, err, I(p->id), I(id.v), I(deleted), T(p->section),
        T(word_of(&words_narrative, (int)p->kind)), I(p->position), T(p->text), T(p->field),
        T(p->addressee));
}

bool store_narrative_put(
    struct store *base, struct report_id id, const struct narrative_point *p, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct narrative_row row = {
        p->id, id.v, p->section, (int)p->kind, p->position, p->text, p->field, p->addressee};

    if (!p->act.v)
        return put_draft_point(s, id, p, false, err);
    return act_is_open(s, p->act, err) &&
           db_run(s->writer, SQL_narrative_close_deleted, err, I(id.v), I(p->act.v)) &&
           db_run(s->writer, SQL_draft_point_drop_deleted, err, I(id.v)) &&
           db_run(s->writer, SQL_draft_point_delete, err, I(id.v), I(p->id)) &&
           row_put(s->writer, &s->trail, &row_narrative, &row, p->act, err);
}

bool store_narrative_delete(struct store *base, struct report_id id, int64_t point, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct narrative_point gone = {.id = point};
    int64_t sent;

    if (s->trail.open)
        return db_run(s->writer, SQL_draft_point_delete, err, I(id.v), I(point)) &&
               row_close(s->writer, &s->trail, TABLE_narrative, &I(point), 1, s->trail.act, err);
    if (!db_run(s->writer, SQL_draft_point_delete, err, I(id.v), I(point)) ||
        !db_one_i64(
            s->writer, SQL_narrative_open, (struct db_value[]){I(id.v), I(point)}, 2, &sent, err))
        return false;
    return !sent || put_draft_point(s, id, &gone, true, err);
}

/* --- attachments --- */

bool store_attachments(struct store *s, struct report_id id, struct arena *a,
    struct attachment **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);
    VEC(struct attachment) all = {0};
    enum db_step step;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, SQL_attachment_rows, err, I(id.v));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct attachment at = {.id = db_i64(q, 0),
            .name = db_dup(q, 1, a),
            .type = db_dup(q, 2, a),
            .sha256 = db_dup(q, 3, a),
            .size = db_i64(q, 4),
            .at_ms = db_i64(q, 5),
            .account = {db_i64(q, 6)},
            .series = {db_i64(q, 7)},
            .removed = db_i64(q, 8) != 0};
        if (!at.name.p || !at.type.p || !at.sha256.p || !vec_push(&all, a, at))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

bool store_attachment_put(
    struct store *base, struct report_id id, const struct attachment *at, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct attachment_row row = {at->id, id.v, at->name, at->type, at->sha256, at->size, at->at_ms,
        at->account.v, at->series.v};

    if (!s->trail.open)
        return db_run(s->writer, SQL_draft_attachment_put, err, I(at->id), I(id.v), I(0),
            T(at->name), T(at->type), T(at->sha256), I(at->size), I(at->at_ms), I(at->account.v),
            I(at->series.v));
    return db_run(s->writer, SQL_draft_attachment_delete, err, I(id.v), I(at->id)) &&
           row_put(s->writer, &s->trail, &row_attachment, &row, s->trail.act, err);
}

bool store_attachment_delete(struct store *base, struct report_id id, int64_t at, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (s->trail.open)
        return db_run(s->writer, SQL_draft_attachment_delete, err, I(id.v), I(at)) &&
               row_close(s->writer, &s->trail, TABLE_attachment, &I(at), 1, s->trail.act, err);
    return db_run(s->writer, SQL_draft_attachment_shadow, err, I(id.v), I(at)) &&
           db_run(s->writer, SQL_draft_attachment_mark, err, I(id.v), I(at), I(1));
}

bool store_attachment_restore(struct store *base, struct report_id id, int64_t at, struct err *err)
{
    struct store_sql *s = store_sql(base);

    return db_run(s->writer, SQL_draft_attachment_unshadow, err, I(id.v), I(at)) &&
           db_run(s->writer, SQL_draft_attachment_mark, err, I(id.v), I(at), I(0));
}
