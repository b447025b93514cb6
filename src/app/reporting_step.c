/* reporting_step: the steps of a report. See reporting.h. */
#include "app/reporting_private.h"

#include "app/settings.h"
#include "app/typists.h"
#include "base/json.h"

struct stepping {
    const struct step_request *q;
};

/* The current figure of a cell and what its draft says instead. */
static bool put_cell(struct rep *r, const struct draft_cell *d, const struct indicator *x,
    struct report_marks marks, typists *typed, struct err *err)
{
    struct write *w = r->w;
    struct figure_version old;
    bool found, has, differs;
    int64_t value;
    struct figure_write f = {.key = {d->series, r->report.period, r->key.unit}, .note = d->note};

    if (!reporting_value(x, d->typed, &has, &value, err))
        return err_at(err, x->code, 0, 0);
    if (!w->ops->figure_get(w->store, f.key, &old, &found, err))
        return false;
    if (!has && !found)
        return true;
    f.value = has ? value : old.value;
    f.flags = d->flags & (FIGURE_STATUS | FIGURE_NIL | FIGURE_ON_BEHALF | FIGURE_MADE_UP);
    if (!has)
        f.flags |= FIGURE_CLEARED;
    if (!figure_differs(w, &f, true, &old, &found, &differs, err))
        return false;
    return !differs || (write_figure(w, &f, marks, err) &&
                           (typists_add(typed, d, w->arena) || err_memory(err)));
}

/* The draft's cells become figures, with `final_now` final ones; those who typed them. */
static bool publish_draft(
    struct rep *r, struct report_marks marks, bool final_now, typists *typed, struct err *err)
{
    struct write *w = r->w;
    struct draft_cell *d;
    size_t n;

    if (!w->ops->draft(w->store, r->report.id, w->arena, &d, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        int line = rep_line_of(r, d[i].series);
        if (line < 0)
            continue;
        if (final_now)
            d[i].flags &= ~(uint32_t)FIGURE_STATUS; /* STATUS_FINAL is 0 */
        if (!put_cell(r, &d[i], &w->catalog->indicator[w->catalog->form_line[line].indicator],
                marks, typed, err))
            return false;
    }
    return w->ops->draft_clear(w->store, r->report.id, err) &&
           w->ops->draft_mark_clear(w->store, r->report.id, STR("returned"), STR(""), err);
}

/* The act "update to final" has figures to update. */
static bool has_finals(struct rep *r, struct err *err)
{
    struct draft_cell *d;
    size_t n;

    if (!r->w->ops->draft(r->w->store, r->report.id, r->w->arena, &d, &n, err))
        return false;
    return n > 0 || err_set(err, ERR_INVALID, MSG_err_report_no_final);
}

/* Every series that the form owns: of its lines' indicators and their breakdowns. */
static bool each_cell_changed(struct rep *r, struct report_marks marks, struct err *err)
{
    const struct catalog *c = r->w->catalog;
    struct figure_key of = {.period = r->report.period, .unit = r->key.unit};
    VEC(struct series_id) owned = {0};

    for (size_t s = 0; s < c->serieses; s++) {
        const struct indicator *x = &c->indicator[c->series[s].indicator];
        if (x->form == r->form && x->source == SOURCE_REPORTED &&
            !vec_push(&owned, r->w->arena, c->series[s].id))
            return err_memory(err);
    }
    return write_cells_changed(r->w, owned.p, owned.n, of, marks, err);
}

static bool mark_returned(struct rep *r, const struct step_request *q, struct err *err)
{
    for (size_t i = 0; i < q->returneds; i++) {
        struct draft_mark m = q->returned[i];
        m.kind = STR("returned");
        m.at_ms = r->w->now_ms;
        m.account = r->w->actor.account;
        if (!r->w->ops->draft_mark_put(r->w->store, r->report.id, &m, err))
            return false;
    }
    return true;
}

static bool check_step(
    struct rep *r, const struct step_request *q, enum report_state *ret_to, struct err *err)
{
    struct write *w = r->w;

    if (!report_next(r->report.state, q->step, r->f->needs_check, r->f->needs_sign, ret_to, err) ||
        !must(w->catalog, w->today, w->actor, report_step_right(r->report.state, q->step), r->unit,
            r->last, r->f->code, STR(""), err))
        return false;
    if (report_step_needs_reason(q->step) && !str_trim(q->reason).n && !q->returneds)
        return err_set(err, ERR_INVALID, MSG_err_report_reason);
    bool own = (q->step == STEP_APPROVE || q->step == STEP_LOCK) && w->actor.account.v &&
               r->report.sent_by.v == w->actor.account.v;
    if (own)
        return err_set(err, ERR_DENIED, MSG_err_report_own);
    if (q->seen.v && q->seen.v < r->report.act.v)
        return err_set(err, ERR_CONFLICT, MSG_err_report_moved, rep_unit_name(r));
    return true;
}

/* When a returned report is due again: some working days later, at the end of office hours. */
static int64_t return_due(struct rep *r, int64_t at_ms)
{
    int days = (int)setting_number(r->w->store, SETTING_report_return_days);
    const struct calendar *cal = app_calendar(r->w->app);
    struct day d;

    if (!cal || !calendar_add_working(cal, day_of_ms(at_ms), days, &d))
        d = day_add(day_of_ms(at_ms), 2);
    return day_start_ms(d) + 17 * 3600000LL;
}

static void set_times(struct rep *r, const struct step_request *q, int64_t at_ms)
{
    struct report *x = &r->report;
    struct account_id by = q->recorded.v ? q->recorded : r->w->actor.account;

    if (q->step == STEP_SUBMIT) {
        x->sent_ms = at_ms;
        if (!x->first_sent_ms)
            x->first_sent_ms = at_ms;
        x->sent_by = by;
        x->number = q->number;
        x->signer = q->signer;
        x->signed_day = q->signed_day.v ? q->signed_day : day_of_ms(at_ms);
    } else if (q->step == STEP_APPROVE || q->step == STEP_FINAL) {
        x->approved_ms = at_ms;
        x->approved_by = by;
    } else if (q->step == STEP_RETURN) {
        x->due_ms = return_due(r, at_ms);
        x->first_sent_ms = 0; /* what came back was not complete */
    }
    if (q->step == STEP_RETURN || q->step == STEP_REOPEN || q->step == STEP_REVOKE ||
        q->step == STEP_PUSH_BACK)
        x->reason = q->reason;
}

static struct str step_body(struct rep *r, enum report_step step, const typists *typed)
{
    struct sbuf b;
    struct json j;

    sbuf_init(&b, r->w->arena, 2000);
    json_init(&j, &b, 0);
    json_object(&j);
    json_kstr(&j, "step", str_of(report_step_name(step)));
    json_kstr(&j, "state", str_of(report_state_name(r->report.state)));
    json_ki64(&j, "report", r->report.id.v);
    json_ki64(&j, "submitted", r->report.marks.submitted.v);
    json_ki64(&j, "approved", r->report.marks.approved.v);
    typists_json(typed, &j);
    json_object_end(&j);
    return sbuf_view(&b);
}

static bool marks_moved(struct report_marks a, struct report_marks b)
{
    return a.submitted.v != b.submitted.v || a.approved.v != b.approved.v;
}

static bool step_job(struct write *w, void *ctx, struct err *err)
{
    const struct step_request *q = ((struct stepping *)ctx)->q;
    int64_t at_ms = q->at_ms ? q->at_ms : w->now_ms;
    enum report_state to;
    typists typed = {0};
    struct rep r;

    if (!rep_open(&r, w, q->key, err))
        return false;
    if (q->step != STEP_EDIT && r.is_new && !rep_to_draft(&r, err))
        return false;
    if (!check_step(&r, q, &to, err))
        return false;
    if (q->step == STEP_SUBMIT && !q->unchecked && !reporting_complete(&r, err))
        return false;
    if (q->step == STEP_FINAL && w->actor.account.v && !has_finals(&r, err))
        return false;
    if (!write_act(w, ACT_REPORT_STEP, rep_object(&r), q->reason, err))
        return false;
    /* nobody has seen an act that is still to come */
    struct act_no seen = q->seen.v && q->seen.v < w->act.no.v ? q->seen : w->act.no;
    struct report_marks before = r.report.marks;
    struct report_marks after = report_marks_after(before, q->step, w->act.no, seen);
    r.report.marks = after;
    r.report.state = to;
    r.report.act = w->act.no;
    set_times(&r, q, at_ms);
    bool sends = q->step == STEP_SUBMIT || q->step == STEP_FINAL;
    if ((sends && !publish_draft(&r, after, q->step == STEP_FINAL, &typed, err)) ||
        (q->step == STEP_RETURN && !mark_returned(&r, q, err)) ||
        !w->ops->report_put(w->store, &r.report, err))
        return false;
    struct account_id by = q->recorded.v ? q->recorded : w->actor.account;
    struct report_event e = {w->act.no, at_ms, by, q->step, q->reason, after, to};
    if (!w->ops->report_event_put(w->store, r.report.id, &e, err))
        return false;
    if (marks_moved(before, after) && !each_cell_changed(&r, after, err))
        return false;
    write_body(w, step_body(&r, q->step, &typed));
    return true;
}

bool reporting_step(struct app *a, struct actor who, const struct step_request *q,
    struct act_no *ret_act, struct err *err)
{
    struct stepping s = {q};

    return app_write(a, who, (struct write_options){0}, step_job, &s, ret_act, err);
}
