/* reporting: see reporting.h. Drafts; the steps are in reporting_step.c. */
#include "app/reporting_private.h"

#include "app/settings.h"
#include "domain/period.h"

#define OFFICE_END_MS (17 * 3600000LL)

const struct calendar *app_calendar(struct app *a)
{
    return a->config.calendar;
}

bool reporting_asked(const struct catalog *c, int form, int unit, struct period p)
{
    const struct form *f = &c->form[form];
    struct day last = unit_last_in(&c->units, unit, p);
    int kind = unit_kind_on(&c->units, unit, last);
    bool answers = f->kinds == 0;

    if (kind < 0 || !day_in(last, f->from, f->to))
        return false;
    const struct handover *h = c->handovers ? reporting_handover(c, form, unit, p) : NULL;
    if (h && h->kind == HANDOVER_NEEDLESS)
        return false;
    for (size_t i = 0; i < f->kinds && !answers; i++) {
        const struct kind *k = &c->units.kinds.p[kind];
        answers = str_eq(k->key, f->asked_of[i]) || str_eq(k->group, f->asked_of[i]);
    }
    bool asked = f->askers == 0;
    for (size_t i = 0; i < f->askers && !asked; i++)
        asked =
            unit != f->asked_by[i] && unit_under(&c->units, unit, f->asked_by[i], f->line, last);
    return answers && asked;
}

/* Day `n` of the period's last month, or of the month after where n is negative; working days only.
 */
static struct day form_day(const struct calendar *cal, struct period p, int n)
{
    struct ymd last = day_ymd(period_last_day(p));
    int year = last.year, month = last.month, day = n;

    if (n < 0) {
        day = -n;
        year += month == 12;
        month = month == 12 ? 1 : month + 1;
    }
    if (day > days_in_month(year, month))
        day = days_in_month(year, month);
    struct day d = day_make(year, month, day), rolled;
    return cal && calendar_add_working(cal, d, 0, &rolled) ? rolled : d;
}

static int64_t office_end(const struct calendar *cal, struct period p, int day)
{
    return day == 0 ? -1 : day_start_ms(form_day(cal, p, day)) + OFFICE_END_MS;
}

int64_t reporting_due(
    const struct catalog *c, const struct calendar *cal, int form, struct period p)
{
    return office_end(cal, p, c->form[form].due_day);
}

int64_t reporting_due_of(
    const struct catalog *c, const struct calendar *cal, int form, int unit, struct period p)
{
    struct day from, to, rolled;
    int64_t due = reporting_due(c, cal, form, p);
    struct period month;

    if (due < 0 || !unit_closes_in(&c->units, unit, p, &from, &to) ||
        !period_of_day(FREQUENCY_MONTH, to, &month))
        return due;
    int64_t closing = office_end(cal, month, c->form[form].due_day);
    struct day least = cal && calendar_add_working(cal, to, 0, &rolled) ? rolled : to;
    return closing < day_start_ms(least) ? day_start_ms(least) + 17 * 3600000LL : closing;
}

const struct handover *reporting_handover(
    const struct catalog *c, int form, int unit, struct period p)
{
    return handover_find(c->handover, c->handovers, &c->units, unit, c->form[form].code, p);
}

int reporting_writer(const struct catalog *c, struct day today, int form, int unit, struct period p)
{
    return writer_of(c, today, unit, unit_last_in(&c->units, unit, p), c->form[form].code);
}

int64_t reporting_close(
    const struct catalog *c, const struct calendar *cal, int form, struct period p)
{
    return office_end(cal, p, c->form[form].close_day);
}

int64_t reporting_final_due(struct app *a, struct period p)
{
    int days = (int)setting_number(app_store(a), SETTING_report_final_days);
    const struct calendar *cal = app_calendar(a);
    struct day last = period_last_day(p), d;

    if (!days)
        return -1;
    if (!cal || !calendar_add_working(cal, last, days, &d))
        d = day_add(last, days);
    return day_start_ms(d) + OFFICE_END_MS;
}

bool reporting_value(
    const struct indicator *x, struct str typed, bool *ret_has, int64_t *ret, struct err *err)
{
    struct str s = str_trim(typed);
    struct dec d, scaled;
    char decimals[4] = {(char)('0' + x->decimals), 0};

    *ret_has = s.n > 0;
    *ret = 0;
    if (!s.n)
        return true;
    if (!dec_parse_typed(s, &d, err))
        return false;
    if (dec_rescale(d, x->decimals, &scaled)) {
        *ret = scaled.m;
        return true;
    }
    if (d.scale > x->decimals)
        return err_set(err, ERR_INVALID, MSG_err_number_decimals, s, str_of(decimals));
    return err_set(err, ERR_OVERFLOW, MSG_err_number_range, s);
}

/* Finds form and unit, checks that the one is asked of the other, and loads or begins the report.
 */
bool rep_open(struct rep *r, struct write *w, struct report_key key, struct err *err)
{
    const struct catalog *c = w->catalog;
    bool found;

    *r = (struct rep){.w = w, .key = key, .form = -1, .unit = units_find_id(&c->units, key.unit)};
    for (size_t i = 0; i < c->forms; i++)
        if (c->form[i].id.v == key.form.v)
            r->form = (int)i;
    if (r->form < 0 || r->unit < 0)
        return err_set(err, ERR_NOT_FOUND, MSG_err_report_unknown);
    r->f = &c->form[r->form];
    r->last = unit_last_in(&c->units, r->unit, key.period);
    if (!w->ops->report(w->store, key.form, key.unit, period_code(key.period), ACT_MAX, w->arena,
            &r->report, &found, err))
        return false;
    r->is_new = !found;
    if (found)
        return true;
    if (!reporting_asked(c, r->form, r->unit, key.period))
        return err_set(err, ERR_INVALID, MSG_err_report_not_asked, r->f->code, rep_unit_name(r));
    int64_t due = reporting_due_of(c, app_calendar(w->app), r->form, r->unit, key.period);
    r->report = (struct report){.form = key.form,
        .unit = key.unit,
        .period = period_code(key.period),
        .state = REPORT_NOT_STARTED,
        .due_ms = due < 0 ? 0 : due};
    return w->ops->new_id(w->store, "report", &r->report.id.v, err);
}

struct str rep_unit_name(const struct rep *r)
{
    const struct unit_version *v = unit_name_on(&r->w->catalog->units, r->unit, r->last);

    return v ? v->name : STR("?");
}

struct str rep_object(const struct rep *r)
{
    struct sbuf b;
    const struct unit_version *v = unit_name_on(&r->w->catalog->units, r->unit, r->last);

    sbuf_init(&b, r->w->arena, 300);
    sbuf_printf(&b, "report %.*s ", STR_ARG(r->f->code));
    sbuf_str(&b, v && v->code.n ? v->code : str_of(r->w->catalog->units.p[r->unit].uid.z));
    sbuf_char(&b, ' ');
    period_put(&b, r->key.period);
    return sbuf_view(&b);
}

int rep_line_of(const struct rep *r, struct series_id series)
{
    const struct catalog *c = r->w->catalog;
    int s = catalog_series_id(c, series);

    for (int i = 0; s >= 0 && i < r->f->lines; i++)
        if (c->form_line[r->f->first_line + i].indicator == c->series[s].indicator)
            return r->f->first_line + i;
    return -1;
}

struct saving {
    struct report_key key;
    const struct typed_cell *cells;
    size_t n;
    struct arena *arena; /* of the caller; it waits while the job runs */
    struct save_result *ret;
};

/* May this cell be typed now by this actor? While approved, only estimates may, on their way to
 * final. */
static bool may_type(struct rep *r, const struct typed_cell *cell, struct err *err)
{
    const struct catalog *c = r->w->catalog;
    int line = rep_line_of(r, cell->series);

    if (line < 0)
        return err_set(err, ERR_NOT_FOUND, MSG_err_report_cell);
    const struct indicator *x = &c->indicator[c->form_line[line].indicator];
    if (x->source != SOURCE_REPORTED || x->form != r->form)
        return err_set(err, ERR_INVALID, MSG_err_report_read_only, x->name);
    if (!must(c, r->w->today, r->w->actor, RIGHT_ENTER, r->unit, r->last, r->f->code,
            c->form_line[line].owner, err))
        return false;
    if (report_editable(r->report.state))
        return true;
    struct figure_version v;
    bool found;
    struct figure_key key = {cell->series, r->report.period, r->key.unit};
    if (r->report.state == REPORT_APPROVED) {
        if (!r->w->ops->figure_get(r->w->store, key, &v, &found, err))
            return false;
        if (found && (v.flags & FIGURE_STATUS) == STATUS_ESTIMATE)
            return true;
    }
    return err_set(err, ERR_CONFLICT, MSG_err_report_closed,
        msg_text(LANG_VI, report_state_label(r->report.state)));
}

/* Who enters for another cannot leave that out, nor does anybody else put it in. */
static uint32_t flags_of(const struct rep *r, const struct typed_cell *cell)
{
    const struct catalog *c = r->w->catalog;
    struct str owner = c->form_line[rep_line_of(r, cell->series)].owner;
    uint32_t flags = cell->flags & ~(uint32_t)FIGURE_ON_BEHALF;

    return for_another(c, r->w->today, r->w->actor, r->unit, r->last, r->f->code, owner)
               ? flags | FIGURE_ON_BEHALF
               : flags;
}

static bool save_cell(
    struct rep *r, struct saving *s, size_t i, const struct draft_cell *old, struct err *err)
{
    const struct typed_cell *cell = &s->cells[i];
    struct save_result *ret = &s->ret[i];

    *ret = (struct save_result){.series = cell->series, .seq = old ? old->seq : 0};
    if (!may_type(r, cell, err))
        return false;
    uint32_t flags = flags_of(r, cell);
    bool equal = old && str_eq(old->typed, cell->typed) && old->flags == flags &&
                 str_eq(old->note, cell->note);
    if (equal)
        return true;
    if (old && cell->seq >= 0 && old->seq != cell->seq) {
        int by = catalog_account_id(r->w->catalog, old->account);
        ret->stale = true;
        ret->other_typed = str_dup(s->arena, old->typed);
        ret->other_by = by < 0 ? STR("") : str_dup(s->arena, r->w->catalog->account[by].name);
        ret->other_ms = old->at_ms;
        return true;
    }
    struct draft_cell d = {
        cell->series, cell->typed, flags, cell->note, 0, r->w->now_ms, r->w->actor.account};
    d.seq = (old ? old->seq : 0) + 1;
    ret->seq = d.seq;
    return r->w->ops->draft_put(r->w->store, r->report.id, &d, err);
}

bool rep_to_draft(struct rep *r, struct err *err)
{
    return r->report.state != REPORT_NOT_STARTED ||
           report_next(r->report.state, STEP_EDIT, r->f->needs_check, r->f->needs_sign,
               &r->report.state, err);
}

/* An act and a line of the report's history that say: written at. */
static bool edit_event(struct rep *r, struct str reason, struct err *err)
{
    struct write *w = r->w;

    if (!write_act(w, ACT_REPORT_STEP, rep_object(r), reason, err))
        return false;
    r->report.act = w->act.no;
    struct report_event e = {w->act.no, w->now_ms, w->actor.account, STEP_EDIT, reason,
        r->report.marks, r->report.state};
    return w->ops->report_put(w->store, &r->report, err) &&
           w->ops->report_event_put(w->store, r->report.id, &e, err);
}

/* The first cell typed begins the report: an act and a step of its history, so that the record
 * shows who began when. What is typed after that has no act, since a draft has none. */
bool rep_begin_draft(struct rep *r, struct err *err)
{

    if (!rep_to_draft(r, err))
        return false;
    if (!r->is_new)
        return true;
    r->is_new = false;
    return edit_event(r, STR(""), err);
}

static bool save_job(struct write *w, void *ctx, struct err *err)
{
    struct saving *s = ctx;
    struct rep r;
    struct draft_cell *draft;
    size_t n;

    if (!rep_open(&r, w, s->key, err) || !rep_begin_draft(&r, err) ||
        !w->ops->draft(w->store, r.report.id, w->arena, &draft, &n, err))
        return false;
    for (size_t i = 0; i < s->n; i++) {
        const struct draft_cell *old = NULL;
        for (size_t k = 0; k < n; k++)
            if (draft[k].series.v == s->cells[i].series.v)
                old = &draft[k];
        if (!save_cell(&r, s, i, old, err))
            return false;
    }
    return true;
}

bool reporting_save(struct app *a, struct actor who, struct report_key key,
    const struct typed_cell *cells, size_t n, struct arena *arena, struct save_result *ret,
    struct err *err)
{
    struct saving s = {key, cells, n, arena, ret};

    return app_write(a, who, (struct write_options){0}, save_job, &s, NULL, err);
}

struct marking {
    struct report_key key;
    struct str owner;
    bool done;
};

static bool done_job(struct write *w, void *ctx, struct err *err)
{
    struct marking *m = ctx;
    struct rep r;

    if (!rep_open(&r, w, m->key, err) ||
        !must(w->catalog, w->today, w->actor, RIGHT_ENTER, r.unit, r.last, r.f->code, m->owner,
            err) ||
        !rep_begin_draft(&r, err))
        return false;
    struct draft_mark mark = {STR("done"), m->owner, STR(""), w->now_ms, w->actor.account};
    return m->done ? w->ops->draft_mark_put(w->store, r.report.id, &mark, err)
                   : w->ops->draft_mark_clear(w->store, r.report.id, STR("done"), m->owner, err);
}

bool reporting_done(struct app *a, struct actor who, struct report_key key, struct str owner,
    bool done, struct err *err)
{
    struct marking m = {key, owner, done};

    return app_write(a, who, (struct write_options){0}, done_job, &m, NULL, err);
}

bool report_event_is_basis(const struct report_event *e)
{
    return e->step == STEP_EDIT && e->reason.n > 0;
}

struct resting {
    struct report_key key;
    struct str basis;
};

/* Are these the last words of this account on what it rests? */
static bool said_already(struct rep *r, struct str basis, bool *ret, struct err *err)
{
    struct report_event *e;
    size_t n = 0;

    *ret = false;
    if (r->is_new)
        return true;
    if (!r->w->ops->report_events(r->w->store, r->report.id, r->w->arena, &e, &n, err))
        return false;
    for (size_t i = n; i-- > 0;)
        if (report_event_is_basis(&e[i]) && e[i].account.v == r->w->actor.account.v) {
            *ret = str_eq(e[i].reason, basis);
            break;
        }
    return true;
}

static bool basis_job(struct write *w, void *ctx, struct err *err)
{
    struct resting *b = ctx;
    struct rep r;
    bool said;

    if (!rep_open(&r, w, b->key, err) ||
        !must(w->catalog, w->today, w->actor, RIGHT_ENTER, r.unit, r.last, r.f->code, STR(""), err))
        return false;
    if (!for_another(w->catalog, w->today, w->actor, r.unit, r.last, r.f->code, STR("")))
        return err_set(err, ERR_INVALID, MSG_err_report_own_unit, rep_unit_name(&r));
    if (!report_editable(r.report.state))
        return err_set(err, ERR_CONFLICT, MSG_err_report_closed,
            msg_text(LANG_VI, report_state_label(r.report.state)));
    return said_already(&r, b->basis, &said, err) &&
           (said || (rep_to_draft(&r, err) && edit_event(&r, b->basis, err)));
}

bool reporting_basis(
    struct app *a, struct actor who, struct report_key key, struct str basis, struct err *err)
{
    struct resting b = {key, str_trim(basis)};

    if (!b.basis.n)
        return err_set(err, ERR_INVALID, MSG_err_report_basis);
    return app_write(a, who, (struct write_options){0}, basis_job, &b, NULL, err);
}

struct pointing {
    struct report_key key;
    struct narrative_point point;
};

/* A point that is sent twice (a page that was left while it was being kept) is there once. */
static bool find_same(struct rep *r, struct narrative_point *p, bool *ret_found, struct err *err)
{
    struct narrative_point *all;
    size_t n;

    if (!r->w->ops->narrative(r->w->store, r->report.id, r->w->arena, &all, &n, err))
        return false;
    *ret_found = false;
    for (size_t i = 0; i < n && !*ret_found; i++)
        if (all[i].kind == p->kind && str_eq(all[i].section, p->section) &&
            str_eq(all[i].text, p->text)) {
            *ret_found = true;
            p->id = all[i].id;
        }
    return true;
}

static bool point_job(struct write *w, void *ctx, struct err *err)
{
    bool found = false;

    struct pointing *p = ctx;
    struct rep r;

    if (!rep_open(&r, w, p->key, err) ||
        !must(
            w->catalog, w->today, w->actor, RIGHT_ENTER, r.unit, r.last, r.f->code, STR(""), err) ||
        !rep_begin_draft(&r, err))
        return false;
    if (!report_editable(r.report.state) && w->actor.account.v)
        return err_set(err, ERR_CONFLICT, MSG_err_report_closed,
            msg_text(LANG_VI, report_state_label(r.report.state)));
    if (!str_trim(p->point.text).n)
        return p->point.id == 0 ||
               w->ops->narrative_delete(w->store, r.report.id, p->point.id, err);
    if (p->point.id == 0 && !find_same(&r, &p->point, &found, err))
        return false;
    if (p->point.id == 0 && !w->ops->new_id(w->store, "narrative", &p->point.id, err))
        return false;
    return found || w->ops->narrative_put(w->store, r.report.id, &p->point, err);
}

bool reporting_point(struct app *a, struct actor who, struct report_key key,
    const struct narrative_point *point, int64_t *ret_id, struct err *err)
{
    struct pointing p = {key, *point};

    if (!app_write(a, who, (struct write_options){0}, point_job, &p, NULL, err))
        return false;
    if (ret_id)
        *ret_id = p.point.id;
    return true;
}
