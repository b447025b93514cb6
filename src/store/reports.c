/* reports: their rows and steps. What a report was at a past act follows from its steps. */
#include "base/vec.h"
#include "store/room.h"
#include "store/words.h"

/* --- rows --- */

static bool parse(const struct words *w, struct str s, int *ret, struct err *err)
{
    return word_parse(w, s, ret) ||
           err_set(err, ERR_CORRUPT, MSG_err_store_word, str_of(w->name), s);
}

static bool read_report(struct db_stmt *q, struct arena *a, struct report *r, struct err *err)
{
    int state;

    if (!parse(&words_state, db_str(q, 4), &state, err))
        return false;
    *r = (struct report){.id = {db_i64(q, 0)},
        .form = {db_i64(q, 1)},
        .unit = {db_i64(q, 2)},
        .period = db_i64(q, 3),
        .state = (enum report_state)state,
        .marks = {{db_i64(q, 5)}, {db_i64(q, 6)}},
        .first_sent_ms = db_i64(q, 7),
        .sent_ms = db_i64(q, 8),
        .approved_ms = db_i64(q, 9),
        .due_ms = db_i64(q, 10),
        .sent_by = {db_i64(q, 11)},
        .approved_by = {db_i64(q, 12)},
        .signed_day = {(int32_t)db_i64(q, 15)},
        .act = {db_i64(q, 16)}};
    r->number = db_dup(q, 13, a);
    r->signer = db_dup(q, 14, a);
    r->reason = db_dup(q, 17, a);
    return (r->number.p && r->signer.p && r->reason.p) || err_memory(err);
}

static bool read_event(struct db_stmt *q, struct arena *a, struct report_event *e, struct err *err)
{
    int step, state;

    if (!parse(&words_step, db_str(q, 3), &step, err) ||
        !parse(&words_state, db_str(q, 7), &state, err))
        return false;
    *e = (struct report_event){.act = {db_i64(q, 0)},
        .at_ms = db_i64(q, 1),
        .account = {db_i64(q, 2)},
        .step = (enum report_step)step,
        .reason = db_dup(q, 4, a),
        .marks = {{db_i64(q, 5)}, {db_i64(q, 6)}},
        .state = (enum report_state)state};
    return e->reason.p || err_memory(err);
}

static bool load_events(struct db *d, struct report_id id, struct arena *a,
    struct report_event **ret, size_t *ret_n, struct err *err)
{
    VEC(struct report_event) all = {0};
    DB_AUTO *q = db_query(d, SQL_events_of, err, I(id.v));
    enum db_step step;

    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct report_event e;
        if (!read_event(q, a, &e, err))
            return false;
        if (!vec_push(&all, a, e))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

/* --- as known at an act --- */

static void apply_event(struct report *r, const struct report_event *e)
{
    r->state = e->state;
    r->marks = e->marks;
    r->act = e->act;
    if (e->step == STEP_SUBMIT) {
        r->sent_ms = e->at_ms;
        r->sent_by = e->account;
        if (!r->first_sent_ms)
            r->first_sent_ms = e->at_ms;
    }
    if (e->step == STEP_APPROVE) {
        r->approved_ms = e->at_ms;
        r->approved_by = e->account;
    }
    if (e->step == STEP_REVOKE) {
        r->approved_ms = 0;
        r->approved_by = (struct account_id){0};
    }
    if (e->step == STEP_RETURN || e->step == STEP_REOPEN)
        r->reason = e->reason;
}

/* Plays the steps up to `known`; false in *ret_any where there was none yet. The paper's number,
 * day and signer are those of the last sending, empty where nothing had been sent. */
static bool as_known(struct db *d, struct report *r, struct act_no known, struct arena *a,
    bool *ret_any, struct err *err)
{
    struct report_event *e;
    size_t n;

    *ret_any = true;
    if (r->act.v <= known.v)
        return true;
    if (!load_events(d, r->id, a, &e, &n, err))
        return false;
    r->first_sent_ms = r->sent_ms = r->approved_ms = 0;
    r->sent_by = r->approved_by = (struct account_id){0};
    r->reason = STR("");
    *ret_any = false;
    for (size_t i = 0; i < n && e[i].act.v <= known.v; i++) {
        apply_event(r, &e[i]);
        *ret_any = true;
    }
    if (!r->sent_ms) {
        r->number = r->signer = STR("");
        r->signed_day = (struct day){0};
    }
    return true;
}

/* --- reading --- */

bool store_report(struct store *s, struct form_id form, struct unit_id unit, int64_t period,
    struct act_no known, struct arena *a, struct report *ret, bool *ret_found, struct err *err)
{
    LEASE l = lease_snapshot(s, err);
    struct report r;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, SQL_report_of_cell, err, I(form.v), I(unit.v), I(period));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;
    if (step == DB_ERROR)
        return false;
    *ret_found = step == DB_ROW;
    if (step == DB_DONE)
        return true;
    if (!read_report(q, a, &r, err) || !as_known(l.db, &r, known, a, ret_found, err))
        return false;
    if (*ret_found)
        *ret = r;
    return true;
}

static struct db_stmt *query_reports(struct db *d, const struct report_filter *f, struct err *err)
{
    int64_t to = f->period_to ? f->period_to : INT64_MAX;

    if (f->form.v && !f->unit.v)
        return db_query(d, SQL_reports_of_form, err, I(f->form.v), I(f->period_from), I(to));
    if (f->unit.v && !f->form.v)
        return db_query(d, SQL_reports_of_unit, err, I(f->unit.v), I(f->period_from), I(to));
    return db_query(d, SQL_reports_rows, err, I(f->form.v), I(f->unit.v), I(f->period_from), I(to));
}

bool store_reports(struct store *s, const struct report_filter *f, struct act_no known,
    struct arena *a, struct report **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_snapshot(s, err);
    VEC(struct report) all = {0};
    enum db_step step;
    bool any;

    if (!l.db)
        return false;
    DB_AUTO *q = query_reports(l.db, f, err);
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct report r;
        if (!read_report(q, a, &r, err) || !as_known(l.db, &r, known, a, &any, err))
            return false;
        if (any && !vec_push(&all, a, r))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

bool store_report_events(struct store *s, struct report_id id, struct arena *a,
    struct report_event **ret, size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(s, err);

    return l.db && load_events(l.db, id, a, ret, ret_n, err);
}

/* --- writing --- */

bool store_report_put(struct store *base, const struct report *r, struct err *err)
{
    struct store_sql *s = store_sql(base);

    return act_is_open(s, r->act, err) && trail_report(&s->trail, r->id.v, err) &&
           db_run(s->writer, SQL_report_put, err, I(r->id.v), I(r->form.v), I(r->unit.v),
               I(r->period), T(word_of(&words_state, (int)r->state)), I(r->marks.submitted.v),
               I(r->marks.approved.v), I(r->first_sent_ms), I(r->sent_ms), I(r->approved_ms),
               I(r->due_ms), I(r->sent_by.v), I(r->approved_by.v), T(r->number), T(r->signer),
               I(r->signed_day.v), I(r->act.v), T(r->reason));
}

/* What the draft holds of attachments goes with the sending. */
static bool send_attachments(
    struct store_sql *s, struct report_id id, struct act_no act, struct err *err)
{
    trail_touch(&s->trail, TABLE_attachment);
    return db_run(s->writer, SQL_attachments_close, err, I(id.v), I(act.v)) &&
           db_run(s->writer, SQL_attachments_send, err, I(id.v), I(act.v)) &&
           db_run(s->writer, SQL_files_forget, err, I(id.v)) &&
           db_run(s->writer, SQL_draft_attachments_drop, err, I(id.v));
}

/* And what it holds of points. */
static bool send_points(
    struct store_sql *s, struct report_id id, struct act_no act, struct err *err)
{
    trail_touch(&s->trail, TABLE_narrative);
    return db_run(s->writer, SQL_points_close, err, I(id.v), I(act.v)) &&
           db_run(s->writer, SQL_points_send, err, I(id.v), I(act.v)) &&
           db_run(s->writer, SQL_draft_points_drop, err, I(id.v));
}

bool store_report_event_put(
    struct store *base, struct report_id id, const struct report_event *e, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (!act_is_open(s, e->act, err))
        return false;
    trail_touch(&s->trail, TABLE_report_event);
    return db_run(s->writer, SQL_event_put, err, I(id.v), I(e->act.v), I(e->at_ms), I(e->account.v),
               T(word_of(&words_step, (int)e->step)), T(e->reason), I(e->marks.submitted.v),
               I(e->marks.approved.v), T(word_of(&words_state, (int)e->state))) &&
           (e->step != STEP_SUBMIT ||
               (send_attachments(s, id, e->act, err) && send_points(s, id, e->act, err)));
}
