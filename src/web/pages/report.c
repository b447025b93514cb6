/* report: the page of one report. See report_build.h. */
#include "web/report_build.h"

#include "templates.h"
#include "web/handlers.h"
#include "web/marks.h"
#include "web/show.h"

enum msg_key report_step_label(enum report_step s)
{
    static const enum msg_key labels[REPORT_STEPS] = {
        [STEP_EDIT] = MSG_act_save,
        [STEP_CHECK] = MSG_act_check,
        [STEP_TO_SIGN] = MSG_act_to_sign,
        [STEP_PUSH_BACK] = MSG_act_push_back,
        [STEP_SUBMIT] = MSG_act_submit,
        [STEP_RECEIVE] = MSG_act_receive,
        [STEP_RETURN] = MSG_act_return,
        [STEP_APPROVE] = MSG_act_approve,
        [STEP_REVOKE] = MSG_act_revoke,
        [STEP_LOCK] = MSG_act_lock,
        [STEP_REOPEN] = MSG_act_reopen,
        [STEP_FINAL] = MSG_act_official,
    };

    return labels[s];
}

bool report_of_path(
    struct request *rq, const struct view *v, struct report_key *ret, struct err *err)
{
    struct period p;

    return period_parse(rq_path(rq, "period"), &p, err) &&
           report_key_find(v, rq_path(rq, "form"), rq_path(rq, "unit"), p, ret, err);
}

/* ---- rows ---- */

struct filling {
    struct request *rq;
    const struct view *v;
    const struct catalog *c;
    const struct report_page *p;
    const struct unsaved_list *unsaved;
    struct report_view *view;
};

/* A stored figure as one would type it. */
static struct str as_typed(struct filling *f, const struct shown *x, int decimals)
{
    struct sbuf b;
    struct dec d;

    if (!x->has || !rat_round(x->value, decimals, &d))
        return STR("");
    sbuf_init(&b, f->rq->arena, 80);
    dec_put_people(&b, LANG_VI, d);
    return sbuf_view(&b);
}

static struct str number(struct filling *f, int64_t n)
{
    struct sbuf b;

    sbuf_init(&b, f->rq->arena, 40);
    sbuf_i64(&b, n);
    return sbuf_view(&b);
}

static const struct unsaved *unsaved_of(const struct filling *f, struct series_id series)
{
    for (size_t i = 0; f->unsaved && i < f->unsaved->n; i++)
        if (f->unsaved->p[i].series.v == series.v)
            return &f->unsaved->p[i];
    return NULL;
}

static struct figure_view beside(struct filling *f, const struct shown *x, int decimals)
{
    return x->has ? show_value(f->rq, x, decimals) : show_dots();
}

/* The worst that is to be said of a row: its own text, then findings in their order. */
static void row_says(struct filling *f, size_t i, struct entry_row_view *row)
{
    const struct report_row *r = &f->p->row[i];
    struct sbuf b;
    int worst = REPORT_FINDING_HINT + 1;

    sbuf_init(&b, f->rq->arena, 4000);
    if (r->wrong && r->typed.n) {
        sbuf_str(&b, show_err(f->rq, r->wrong));
        worst = REPORT_FINDING_ERROR;
    }
    for (size_t k = 0; k < f->p->findings; k++) {
        const struct report_finding *x = &f->p->finding[k];
        bool told = x->level == REPORT_FINDING_MISSING && !r->now.has && !r->typed.n;
        if (x->row != (int)i || (r->wrong && x->level == REPORT_FINDING_ERROR))
            continue;
        if ((int)x->level < worst)
            worst = x->level;
        if (x->level == REPORT_FINDING_WARNING && !x->explained)
            row->asks_reason = true;
        if (told && f->p->report.state == REPORT_NOT_STARTED)
            continue; /* an empty form is not yet an error in each line */
        sbuf_z(&b, b.n ? " " : "");
        sbuf_str(&b, x->message);
    }
    if (r->returned) {
        sbuf_z(&b, b.n ? " " : "");
        sbuf_str(&b, show_msg(f->rq, MSG_report_returned_cell, r->returned_reason));
    }
    if (!b.n)
        return;
    bool explained = worst == REPORT_FINDING_WARNING && !row->asks_reason;
    if (worst <= REPORT_FINDING_ERROR)
        row->says = (struct state_view){STR("s-missed"), STR("is-miss"), sbuf_view(&b)};
    else if (worst == REPORT_FINDING_MISSING)
        row->says = (struct state_view){STR("s-nodata"), STR("is-none"), sbuf_view(&b)};
    else if (r->returned)
        row->says = (struct state_view){STR("r-returned"), STR("is-off"), sbuf_view(&b)};
    else
        row->says = (struct state_view){STR("s-risk"), STR("is-risk"), sbuf_view(&b)};
    if (worst == REPORT_FINDING_ERROR)
        row->css = STR("wrong");
    else if ((worst == REPORT_FINDING_WARNING && !explained) || r->returned)
        row->css = STR("doubt");
}

static void row_field(struct filling *f, const struct report_row *r, struct entry_row_view *row)
{
    const struct indicator *x = &f->c->indicator[r->indicator];
    const struct unsaved *u = unsaved_of(f, r->series_id);

    row->typed = r->may_type;
    row->series = number(f, r->series_id.v);
    row->was = r->drafted ? r->typed : as_typed(f, &r->figure, x->decimals);
    row->value = row->was;
    row->note = row->note_was = r->note;
    row->seq = number(f, u && u->stale ? u->other.seq : r->seq);
    row->nil = (r->flags & FIGURE_NIL) != 0;
    row->nil_was = r->confirm_nil ? (row->nil ? STR("1") : STR("0")) : STR("");
    row->asks_nil = r->confirm_nil;
    row->personal = x->privacy == PRIVACY_PERSONAL || x->privacy == PRIVACY_SEALED;
    row->estimate = (r->flags & FIGURE_STATUS) == STATUS_ESTIMATE;
    row->est_was = row->estimate ? STR("1") : STR("0");
    if (!u)
        return;
    row->estimate = u->estimate;
    row->value = u->typed;
    row->note = u->note;
    row->nil = u->nil;
    if (u->stale) {
        row->css = STR("doubt");
        row->says = (struct state_view){STR("s-risk"), STR("is-risk"),
            show_msg(f->rq, MSG_report_stale_cell, u->other.other_by,
                u->other.other_typed.n ? u->other.other_typed : STR("…"),
                show_clock(f->rq, u->other.other_ms, f->v->today), u->typed)};
    }
}

static void row_beside(struct filling *f, const struct report_row *r, struct entry_row_view *row)
{
    const struct indicator *x = &f->c->indicator[r->indicator];
    struct period all;

    row->last = beside(f, &r->previous, x->decimals);
    row->then = beside(f, &r->last_year, x->decimals);
    row->plan = r->has_plan ? show_dec(f->rq, r->plan, x->decimals) : show_dash();
    row->sum = r->cumulative.has ? show_value(f->rq, &r->cumulative, x->decimals) : show_dash();
    row->percent = r->has_percent ? show_rat(f->rq, r->percent, 1, false) : show_dash();
    row->made = show_value(f->rq, &r->now, x->decimals);
    if (r->previous_estimate.has)
        row->last_note = show_msg(f->rq, MSG_report_was_estimate,
            show_plain(f->rq, show_value(f->rq, &r->previous_estimate, x->decimals)));
    row->made.url = show_indicator_url(
        f->rq, f->c, r->indicator, f->p->unit, f->p->key.period, TOTAL_PROVISIONAL);
    if (f->p->has_previous && r->previous.has)
        row->last.url = show_indicator_url(
            f->rq, f->c, r->indicator, f->p->unit, f->p->previous, TOTAL_PROVISIONAL);
    if (f->p->has_last_year && r->last_year.has)
        row->then.url = show_indicator_url(
            f->rq, f->c, r->indicator, f->p->unit, f->p->last_year, TOTAL_PROVISIONAL);
    if (r->cumulative.has && period_to_date(f->p->key.period, &all))
        row->sum.url =
            show_indicator_url(f->rq, f->c, r->indicator, f->p->unit, all, TOTAL_PROVISIONAL);
}

static bool add_row(struct filling *f, size_t i, struct err *err)
{
    const struct report_row *r = &f->p->row[i];
    const struct indicator *x = &f->c->indicator[r->indicator];
    struct entry_row_view row = {.name = r->name,
        .unit = x->unit_of_measure,
        .part = r->depth > 0,
        .ord = r->number ? number(f, r->number) : STR("")};
    char *id = arena_printf(f->rq->arena, "n%zu", i + 1);

    row.id = id ? str_of(id) : STR("");
    row.behalf = (r->flags & FIGURE_ON_BEHALF) && r->now.has && !r->hidden;
    if (r->kind == ROW_NOT_APPLICABLE || r->hidden) {
        row.made = row.last = row.then = row.plan = row.sum = row.percent = show_dash();
        if (r->hidden)
            row.says = (struct state_view){
                STR("r-locked"), STR("is-none"), msg_text(f->rq->lang, MSG_report_hidden)};
    } else {
        row_beside(f, r, &row);
        row_says(f, i, &row);
        if (r->may_type)
            row_field(f, r, &row);
        else
            row.note = r->note;
    }
    return vec_push(&f->view->rows, f->rq->arena, row) || err_memory(err);
}

/* The rows by section, once all are there. */
static bool add_sections(struct filling *f, struct err *err)
{
    const struct report_page *p = f->p;
    struct request *rq = f->rq;

    for (size_t i = 0; i < p->sections; i++) {
        const struct report_section *s = &p->section[i];
        char *id = arena_printf(rq->arena, "part-%zu", i + 1);
        struct entry_section_view v = {.id = id ? str_of(id) : STR("")};
        int lines = 0, filled = 0;
        for (int r = s->first_row; r < s->first_row + s->rows; r++)
            if (p->row[r].kind == ROW_TYPED && !p->row[r].item) {
                lines++;
                filled += p->row[r].now.has;
            }
        if (s->title.n)
            v.title = show_msg(rq, MSG_report_section, s->key, s->title);
        if (lines)
            v.filled =
                show_msg(rq, MSG_report_filled, show_count(rq, filled), show_count(rq, lines));
        v.rows.p = &f->view->rows.p[s->first_row];
        v.rows.n = (size_t)s->rows;
        if (!vec_push(&f->view->sections, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

/* ---- what stops it, what came back ---- */

struct str report_trouble(struct request *rq, const struct report_page *p)
{
    const struct {
        int n;
        enum msg_key key;
    } parts[] = {{p->errors, MSG_report_trouble_errors}, {p->missing, MSG_report_trouble_missing},
        {p->warnings, MSG_report_trouble_warnings}};
    struct sbuf b;

    sbuf_init(&b, rq->arena, 1000);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i].n)
            continue;
        sbuf_z(&b, b.n ? ", " : "");
        sbuf_str(&b, show_msg(rq, parts[i].key, show_count(rq, parts[i].n)));
    }
    return show_msg(rq, MSG_report_trouble, sbuf_view(&b));
}

static bool trouble(struct filling *f, struct err *err)
{
    struct message_view *m = &f->view->trouble;
    struct request *rq = f->rq;
    const struct report_page *p = f->p;

    if (!f->view->may_type || p->report.state == REPORT_NOT_STARTED || f->view->final_only ||
        p->errors + p->missing + p->warnings == 0)
        return true;
    m->css = p->errors ? STR("wrong") : STR("doubt");
    m->symbol = p->errors ? STR("s-missed") : STR("s-risk");
    m->title = report_trouble(rq, p);
    for (size_t i = 0; i < p->findings && m->links.n < 12; i++) {
        const struct report_finding *x = &p->finding[i];
        char *url = arena_printf(rq->arena, "#n%d", x->row + 1);
        struct link_view l = {url ? str_of(url) : STR("#report"), x->message, false};
        if (x->level == REPORT_FINDING_HINT || x->explained ||
            (x->level == REPORT_FINDING_MISSING && p->errors))
            continue;
        if (x->row >= 0 && x->level == REPORT_FINDING_MISSING && !p->row[x->row].now.has)
            l.text = show_msg(
                rq, MSG_report_line_missing, number(f, p->row[x->row].number), p->row[x->row].name);
        if (x->row < 0)
            l.url = STR("#report");
        if (!vec_push(&m->links, rq->arena, l))
            return err_memory(err);
    }
    return true;
}

static void returned(struct filling *f)
{
    const struct report *r = &f->p->report;

    if (r->state == REPORT_RETURNED || r->state == REPORT_REOPENED)
        f->view->returned = (struct message_view){.css = STR("doubt"),
            .symbol = STR("r-returned"),
            .title = msg_text(f->rq->lang,
                r->state == REPORT_RETURNED ? MSG_report_came_back : MSG_report_was_reopened),
            .text = r->reason};
}

/* Who types for the unit is told so and asked for the basis; who reads is told what was. */
static void behalf(struct filling *f)
{
    const struct report_page *p = f->p;
    struct request *rq = f->rq;
    struct message_view *m = &f->view->behalf;

    bool mine = p->basis && p->basis_by == catalog_account_id(f->c, rq_actor(rq).account);

    f->view->asks_basis = p->for_another;
    if (mine)
        f->view->basis = f->view->basis_was = p->basis->reason;
    if (f->unsaved && f->unsaved->basis.n)
        f->view->basis = f->unsaved->basis;
    if (p->for_another)
        m->title = show_msg(rq, MSG_behalf_you, f->view->unit);
    else if (p->behalf)
        m->title = show_msg(rq, MSG_behalf_cells, show_count(rq, p->behalf));
    if (p->behalf && !p->basis) {
        m->text = msg_text(rq->lang, MSG_behalf_no_basis);
        m->css = STR("doubt");
    } else if (p->behalf && !(mine && p->for_another)) {
        m->text =
            show_msg(rq, MSG_behalf_who, post_of(f->c, p->basis_by), show_clause(p->basis->reason));
    }
}

static void stale(struct filling *f)
{
    size_t n = 0;

    if (!f->unsaved)
        return;
    for (size_t i = 0; i < f->unsaved->n; i++)
        n += f->unsaved->p[i].stale;
    n += f->unsaved->points;
    if (!n && !f->unsaved->why.n)
        return;
    f->view->stale = (struct message_view){.css = STR("wrong"), .symbol = STR("s-missed")};
    f->view->stale.title = f->unsaved->why.n
                               ? msg_text(f->rq->lang, MSG_report_not_saved)
                               : show_msg(f->rq, MSG_report_stale, show_count(f->rq, (int64_t)n));
    f->view->stale.text =
        f->unsaved->why.n ? f->unsaved->why : msg_text(f->rq->lang, MSG_report_stale_do);
}

/* ---- owners, steps, history ---- */

static bool add_owners(struct filling *f, struct err *err)
{
    struct request *rq = f->rq;

    for (size_t i = 0; i < f->p->owners; i++) {
        const struct report_owner *o = &f->p->owner[i];
        struct owner_view v = {.key = o->key,
            .name = o->name.n ? o->name : msg_text(rq->lang, MSG_report_anybody),
            .filled = show_msg(
                rq, MSG_report_filled, show_count(rq, o->filled), show_count(rq, o->lines)),
            .mine = o->mine && f->view->may_type && !f->view->final_only && o->key.n,
            .done = o->done};
        if (o->done)
            v.says = show_msg(rq, MSG_report_done_at, show_clock(rq, o->done_ms, f->v->today));
        if (!vec_push(&f->view->owners, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

/* The one that leads on is the filled button. */
static bool leads_on(enum report_step s)
{
    return s == STEP_CHECK || s == STEP_TO_SIGN || s == STEP_SUBMIT || s == STEP_APPROVE ||
           s == STEP_LOCK;
}

static bool add_steps(struct filling *f, struct err *err)
{
    struct request *rq = f->rq;

    for (size_t i = 0; i < f->p->actions; i++) {
        const struct report_action *a = &f->p->action[i];
        struct sbuf b;
        if (a->step == STEP_EDIT)
            continue;
        sbuf_init(&b, rq->arena, 1000);
        sbuf_str(&b, f->view->address);
        sbuf_z(&b, "/");
        sbuf_z(&b, report_step_name(a->step));
        struct step_button_view v = {.step = str_of(report_step_name(a->step)),
            .url = sbuf_view(&b),
            .label = msg_text(rq->lang, report_step_label(a->step)),
            .main = leads_on(a->step)};
        if (!vec_push(&f->view->steps, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

static bool add_history(struct filling *f, struct err *err)
{
    struct request *rq = f->rq;

    for (size_t i = f->p->histories; i-- > 0;) {
        const struct report_history *h = &f->p->history[i];
        struct happened_view v = {.when = show_time(rq, h->event.at_ms),
            .what =
                msg_text(rq->lang, report_event_is_basis(&h->event) ? MSG_entry_on_behalf
                                   : h->event.step == STEP_EDIT     ? MSG_report_draft
                                                                : report_step_label(h->event.step)),
            .who = post_of(f->c, h->by),
            .why = h->event.reason};
        if (!vec_push(&f->view->history, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

/* ---- the head ---- */

static struct str form_name(const struct filling *f)
{
    const struct form *x = &f->c->form[f->p->form];

    return f->rq->lang == LANG_EN && x->name_en.n ? x->name_en : x->name_vi;
}

/* Of a unit that ends or begins within the period: which days; of one that is no more: who writes
 * for it, and who signed. */
static void part(struct filling *f)
{
    static const enum msg_key says[] = {[HANDOVER_KEPT] = MSG_report_hand_kept,
        [HANDOVER_CARRIED] = MSG_report_hand_carried,
        [HANDOVER_NEEDLESS] = MSG_report_hand_needless};
    const struct report_page *p = f->p;
    struct report_view *v = f->view;
    struct request *rq = f->rq;
    struct str signer = STR("");

    if (p->closes || p->begins)
        v->part = show_msg(rq, p->closes ? MSG_report_closing : MSG_report_first,
            show_day(rq, p->part_from), show_day(rq, p->part_to));
    if (unit_alive(&f->c->units, p->unit, f->v->today))
        return;
    bool with_signer = p->report.state >= REPORT_SUBMITTED && p->report.state != REPORT_RETURNED &&
                       p->report.state != REPORT_REOPENED;
    if (p->report.signer.n && with_signer)
        signer = show_msg(rq, MSG_report_signed_by, p->report.signer);
    struct str writer = p->writer < 0 ? STR("") : show_unit(rq, f->c, p->writer, f->v->today);
    enum msg_key key = p->handover     ? says[p->handover->kind]
                       : p->writer < 0 ? MSG_report_hand_nobody
                                       : MSG_report_hand_sole;
    v->hand = signer.n
                  ? signer
                  : show_msg(rq, key,
                        p->handover && p->handover->kind == HANDOVER_NEEDLESS ? p->handover->reason
                                                                              : writer);
}

static void heads(struct filling *f)
{
    struct request *rq = f->rq;
    const struct report_page *p = f->p;
    struct report_view *v = f->view;
    struct str period = show_period(rq, PERIOD_TEXT, p->key.period);
    struct period all;
    struct sbuf b;

    v->unit = show_unit(rq, f->c, p->unit, p->last_day);
    v->unit_url = show_url(rq, "/units/%", show_uid(rq, f->c->units.p[p->unit].uid));
    v->form_name = form_name(f);
    v->headline = show_msg(rq, p->closes ? MSG_report_closing_headline : MSG_report_headline,
        v->form_name, period, v->unit);
    part(f);
    v->title = v->caption = v->headline;
    v->address = show_report_url(rq, f->c, p->form, p->unit, p->key.period);
    v->state = mark_of_report(p->report.state);
    v->state.word = msg_text(rq->lang, report_state_label(p->report.state));
    v->filled = show_msg(
        rq, MSG_report_filled_cells, show_count(rq, p->filled), show_count(rq, p->to_fill));
    if (p->has_window && !v->part.n) {
        sbuf_init(&b, rq->arena, 100);
        window_put(&b, p->window);
        v->window = show_msg(rq, MSG_report_window, sbuf_view(&b));
    }
    if (p->final_due_ms >= 0)
        v->due = show_msg(rq, MSG_report_final_due, show_time(rq, p->final_due_ms));
    else if (p->due_ms >= 0)
        v->due = show_msg(rq, MSG_report_due, show_time(rq, p->due_ms));
    v->now_head = show_period(rq, PERIOD_SHORT, p->key.period);
    v->last_head = p->has_previous ? show_period(rq, PERIOD_SHORT, p->previous) : STR("");
    v->then_head = p->has_last_year ? show_period(rq, PERIOD_SHORT, p->last_year) : STR("");
    v->sum_head =
        period_to_date(p->key.period, &all) ? show_period(rq, PERIOD_SHORT, all) : STR("");
    sbuf_init(&b, rq->arena, 20);
    sbuf_i64(&b, p->key.period.year);
    v->plan_head = sbuf_view(&b);
    if (p->saved_ms)
        v->saved = show_msg(rq, MSG_save_done, show_clock(rq, p->saved_ms, f->v->today));
    v->person = rq_visitor(rq) ? rq_visitor(rq)->login : STR("");
    v->final_only = p->report.state == REPORT_APPROVED;
    if (p->made_up)
        v->made_up = msg_text(rq->lang, MSG_score_made_up_says);
}

bool report_fill(struct request *rq, const struct view *v, const struct report_page *p,
    const struct unsaved_list *unsaved, struct report_view *ret, struct err *err)
{
    struct filling f = {rq, v, v->catalog, p, unsaved, ret};

    heads(&f);
    for (size_t i = 0; i < p->rows; i++) {
        ret->may_type = ret->may_type || p->row[i].may_type;
        if (!add_row(&f, i, err))
            return false;
    }
    returned(&f);
    behalf(&f);
    stale(&f);
    return add_sections(&f, err) && trouble(&f, err) &&
           report_points_fill(rq, v, p, unsaved, ret, err) &&
           report_files_fill(rq, v, p, ret, err) && add_owners(&f, err) && add_steps(&f, err) &&
           add_history(&f, err);
}

static bool answer(struct request *rq, struct response *rs, const struct view *v,
    const struct unsaved_list *unsaved, int status, struct err *err)
{
    struct report_page *p = arena_zalloc(rq->arena, sizeof *p);
    struct report_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct report_key key;

    if (!p || !view)
        return err_memory(err);
    if (!report_of_path(rq, v, &key, err) ||
        !report_page_make(site_app(rq), v, rq_actor(rq), key, rq->lang, rq->arena, p, err) ||
        !report_fill(rq, v, p, unsaved, view, err))
        return false;
    view->page = site_page(rq, "/board");
    struct tmpl o = rs_page(rs, status);
    tmpl_report(&o, view);
    return true;
}

bool report_answer(struct request *rq, struct response *rs, const struct unsaved_list *unsaved,
    int status, struct err *err)
{
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = answer(rq, rs, &v, unsaved, status, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

bool page_report(struct request *rq, struct response *rs, struct err *err)
{
    return report_answer(rq, rs, NULL, 200, err);
}
