/* board: who has sent which report, and who has not; approving one or many. */
#include <stdio.h>

#include "app/headline.h"
#include "app/resolve.h"
#include "templates.h"
#include "web/board_view.h"
#include "web/handlers.h"
#include "web/how.h"
#include "web/marks.h"
#include "web/show.h"
#include "web/site.h"

static const struct input board_inputs[] = {
    {.name = "unit", .type = INPUT_LINE, .max = 40},
    {.name = "period", .type = INPUT_LINE, .max = 20},
    {.name = "kind", .type = INPUT_LINE, .max = 40},
    HOW_INPUTS,
    {0},
};
const struct intake intake_board = {.inputs = board_inputs};

static const struct input approve_inputs[] = {
    {.name = "unit", .type = INPUT_LINE, .max = 40, .required = true},
    {.name = "period", .type = INPUT_LINE, .max = 20, .required = true},
    {.name = "kind", .type = INPUT_LINE, .max = 40},
    {.name = "pick.*", .type = INPUT_INT, .many = true, .min = 0, .max = INT64_MAX},
    {0},
};
const struct intake intake_approve = {
    .inputs = approve_inputs, .body = BODY_FORM, .max = 256 * 1024};

struct making {
    struct request *rq;
    const struct view *v;
    const struct catalog *c;
    const struct reports_board *b;
    struct board_view *view;
    struct period period;
    struct how how;
};

static struct str address(struct making *m, int form, int unit, struct period p)
{
    return how_url(m->rq,
        show_url(m->rq, "/board/%?unit=%&period=%", m->c->form[form].code,
            show_uid(m->rq, m->c->units.p[unit].uid), show_period_id(m->rq, p)),
        &m->how);
}

static struct str address_how(void *ctx, const struct how *h)
{
    struct making *m = ctx;
    struct making to = *m;

    to.how = *h;
    return address(&to, m->b->form, m->b->unit, m->period);
}

static struct str form_name(const struct making *m, int form)
{
    const struct form *x = &m->c->form[form];

    return m->rq->lang == LANG_EN && x->name_en.n ? x->name_en : x->name_vi;
}

static struct str ratio(struct request *rq, int a, int b)
{
    struct sbuf s;

    sbuf_init(&s, rq->arena, 40);
    sbuf_printf(&s, "%d/%d", a, b);
    return sbuf_view(&s);
}

/* Late in one word, or what stands in the way. */
static void cell_words(struct making *m, const struct board_cell *c, struct board_cell_view *v)
{
    struct request *rq = m->rq;
    bool settled = c->state == REPORT_APPROVED || c->state == REPORT_LOCKED;
    bool late = c->timely == TIMELY_LATE, missing = c->timely == TIMELY_MISSING && !c->came.v;
    struct str day = c->came.v ? str_slice(show_day(rq, c->came), 0, 5) : STR("");

    v->state = mark_of_report(c->state);
    v->full = msg_text(rq->lang, report_state_label(c->state));
    if (missing) {
        v->state = mark_of_timeliness(TIMELY_MISSING);
        v->text = msg_text(rq->lang, c->stored ? report_state_label(c->state) : MSG_board_missing);
        v->full = show_msg(rq, timeliness_label(TIMELY_MISSING), show_count(rq, c->days));
        v->speaks = true;
    } else if (settled && late) {
        v->state = mark_of_timeliness(TIMELY_LATE);
        v->text = show_msg(rq, MSG_board_late, show_count(rq, c->days));
        v->speaks = true;
    } else if (settled) {
        v->text = day;
    } else {
        v->text = v->full;
        v->full = STR("");
        v->speaks = c->state != REPORT_NOT_STARTED;
    }
}

/* Which part of the period the report covers, and who writes it for a unit that is no more. */
static struct str part_note(struct making *m, int unit, const struct board_cell *c)
{
    struct request *rq = m->rq;
    struct str part = STR("");

    if (c->closes)
        part = show_msg(rq, MSG_board_closing, show_day(rq, c->from), show_day(rq, c->to));
    else if (c->begins)
        part = show_msg(rq, MSG_board_first, show_day(rq, c->from));
    int writer = reporting_writer(m->c, m->v->today, m->b->form, unit, m->period);
    if (writer < 0 || writer == unit || c->report.first_sent_ms)
        return part;
    struct str who = show_msg(rq, MSG_board_writer, show_unit(rq, m->c, writer, m->v->today));
    struct str both = str_of(arena_printf(rq->arena, "%.*s; %.*s", STR_ARG(part), STR_ARG(who)));
    return part.n && both.p ? both : who;
}

static bool add_cell(struct making *m, const struct board_unit *u, size_t i,
    struct board_row_view *row, struct err *err)
{
    const struct board_cell *c = &u->cell[i];
    struct board_cell_view v = {.now = i + 1 == m->b->periods, .past = i + 1 < m->b->periods};

    if (!c->asked && c->handover) { /* it was decided that it is not needed */
        v.text = msg_text(m->rq->lang, MSG_board_needless);
        if (v.now)
            row->note = c->handover->reason;
    } else if (!c->asked) {
        v.text = STR("-");
    } else {
        if (v.now)
            row->note = part_note(m, u->unit, c);
        cell_words(m, c, &v);
        v.url = show_report_url(m->rq, m->c, m->b->form, u->unit, m->b->period[i].period);
        if (v.now && c->may_approve) {
            char *seen = arena_printf(m->rq->arena, "%lld", (long long)c->report.act.v);
            row->may_approve = true;
            row->seen = seen ? str_of(seen) : STR("");
            m->view->may_approve++;
        }
    }
    return vec_push(&row->cells, m->rq->arena, v) || err_memory(err);
}

static bool add_row(struct making *m, const struct board_unit *u, struct err *err)
{
    struct request *rq = m->rq;
    struct board_row_view row = {.uid = show_uid(rq, m->c->units.p[u->unit].uid),
        .name = show_loose(rq, show_unit(rq, m->c, u->unit, period_last_day(m->period))),
        .sum = ratio(rq, u->on_time, u->asked)};

    row.url = how_url(rq, show_url(rq, "/units/%", row.uid), &m->how);
    for (size_t i = 0; i < m->b->periods; i++)
        if (!add_cell(m, u, i, &row, err))
            return false;
    return vec_push(&m->view->rows, rq->arena, row) || err_memory(err);
}

static bool heads(struct making *m, struct err *err)
{
    for (size_t i = 0; i < m->b->periods; i++) {
        const struct board_period *p = &m->b->period[i];
        struct board_head_view h = {.text = show_period(m->rq, PERIOD_SHORT, p->period),
            .now = i + 1 == m->b->periods,
            .past = i + 1 < m->b->periods};
        struct board_head_view s = h;
        s.text = ratio(m->rq, p->on_time, p->asked);
        if (!vec_push(&m->view->heads, m->rq->arena, h) ||
            !vec_push(&m->view->sums, m->rq->arena, s))
            return err_memory(err);
    }
    return true;
}

static bool choices(struct making *m, struct err *err)
{
    struct request *rq = m->rq;
    struct choice_view form = {.after = STR(",")}, period = {.after = STR(",")};
    struct period p = m->period, near;
    bool ok = true;

    for (size_t i = 0; ok && i < m->c->forms; i++) {
        struct period same = p;
        if (m->c->form[i].frequency != m->c->form[m->b->form].frequency)
            continue;
        struct link_view l = {
            address(m, (int)i, m->b->unit, same), form_name(m, (int)i), (int)i == m->b->form};
        if (l.current)
            form.chosen = l.text;
        ok = vec_push(&form.options, rq->arena, l);
    }
    for (int i = 0; i < 4 && period_previous(p, &near); i++)
        p = near;
    for (int i = 0; ok && i < 6; i++) {
        struct link_view l = {address(m, m->b->form, m->b->unit, p),
            show_period(rq, PERIOD_TEXT, p), period_eq(p, m->period)};
        if (l.current)
            period.chosen = l.text;
        ok = vec_push(&period.options, rq->arena, l);
        if (!period_next(p, &p))
            break;
    }
    if (!ok || !vec_push(&m->view->reading.v, rq->arena, form) ||
        !vec_push(&m->view->reading.v, rq->arena, period))
        return err_memory(err);
    return how_choose_known(rq, &m->how, address_how, m, &m->view->reading, err);
}

static bool lists(struct making *m, struct err *err)
{
    struct request *rq = m->rq;
    struct day last = period_last_day(m->period);

    m->view->remind = m->b->remind;
    for (size_t i = 0; i < m->b->backs; i++) {
        const struct board_return *r = &m->b->back[i];
        struct board_back_view v = {.name = show_unit(rq, m->c, r->unit, last),
            .url = show_report_url(rq, m->c, m->b->form, r->unit, m->period),
            .reason = r->reason,
            .when = show_msg(rq, MSG_board_returned_by, post_of(m->c, r->by),
                show_time(rq, r->at_ms), show_count(rq, (int64_t)r->cells))};
        if (!vec_push(&m->view->backs, rq->arena, v))
            return err_memory(err);
    }
    for (size_t i = 0; i < m->b->oftens; i++) {
        const struct board_often *o = &m->b->often[i];
        struct board_often_view v = {.name = show_unit(rq, m->c, o->unit, last),
            .url = how_url(
                rq, show_url(rq, "/units/%", show_uid(rq, m->c->units.p[o->unit].uid)), &m->how),
            .times = ratio(rq, o->amiss, o->asked)};
        if (!vec_push(&m->view->oftens, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

/* Reports of this period that hold estimates. */
static bool open_estimates(struct making *m, struct err *err)
{
    int64_t due = reporting_final_due(site_app(m->rq), m->period);
    struct request *rq = m->rq;

    if (due >= 0)
        m->view->final_due = show_msg(rq, MSG_report_final_due, show_time(rq, due));

    for (size_t i = 0; i < m->b->rows; i++) {
        const struct board_unit *u = &m->b->row[i];
        const struct board_cell *c = &u->cell[m->b->periods - 1];
        if (!c->asked || !c->estimates)
            continue;
        struct board_open_view v = {
            .name = show_unit(rq, m->c, u->unit, period_last_day(m->period)),
            .url = show_report_url(rq, m->c, m->b->form, u->unit, m->period),
            .says = show_msg(rq, MSG_board_estimates_of, show_count(rq, c->estimates),
                msg_text(rq->lang, report_state_label(c->state)))};
        if (!vec_push(&m->view->open, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

static bool key(struct making *m, struct err *err)
{
    static const enum report_state states[] = {
        REPORT_APPROVED, REPORT_SUBMITTED, REPORT_RETURNED, REPORT_DRAFT, REPORT_CHECKING};

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct state_view s = mark_of_report(states[i]);
        s.word = msg_text(m->rq->lang, report_state_label(states[i]));
        if (!vec_push(&m->view->key, m->rq->arena, s))
            return err_memory(err);
    }
    struct state_view missing = mark_of_timeliness(TIMELY_MISSING),
                      late = mark_of_timeliness(TIMELY_LATE);
    missing.word = msg_text(m->rq->lang, MSG_board_missing);
    late.word = msg_text(m->rq->lang, MSG_board_late_word);
    return (vec_push(&m->view->key, m->rq->arena, missing) &&
               vec_push(&m->view->key, m->rq->arena, late)) ||
           err_memory(err);
}

static bool add_files(struct making *m, struct err *err)
{
    static const char *const names[] = {"csv", "json"};
    struct request *rq = m->rq;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str url = show_url(rq, "/board/%/board.%?unit=%&period=%",
            m->c->form[m->b->form].code, str_of(names[i]),
            show_uid(rq, m->c->units.p[m->b->unit].uid), show_period_id(rq, m->period));
        struct link_view l = {how_url(rq, url, &m->how), i ? STR("JSON") : STR("CSV"), false};
        if (!vec_push(&m->view->files, rq->arena, l))
            return err_memory(err);
    }
    return true;
}

static bool fill(struct making *m, struct err *err)
{
    struct request *rq = m->rq;
    const struct reports_board *b = m->b;
    const struct board_period *now = &b->period[b->periods - 1];
    struct board_view *v = m->view;

    v->how = how_note(rq, &m->how, address_how, m);
    if (!add_files(m, err))
        return false;
    v->headline = headline_board(m->v, b, rq->lang, rq->arena);
    v->title = show_msg(
        rq, MSG_board_title, form_name(m, b->form), show_period(rq, PERIOD_TEXT, m->period));
    v->caption = v->title;
    v->unit_name = show_unit_first(rq, m->c, b->unit, period_last_day(m->period));
    v->period = show_period(rq, PERIOD_LABEL, m->period);
    v->sent = show_count(rq, now->sent);
    v->asked = show_count(rq, now->asked);
    if (now->due_ms >= 0)
        v->due = show_msg(rq, MSG_report_due, show_time(rq, now->due_ms));
    v->unit_uid = show_uid(rq, m->c->units.p[b->unit].uid);
    v->period_id = show_period_id(rq, m->period);
    v->address = show_url(rq, "/board/%", m->c->form[b->form].code);
    for (size_t i = 0; i < b->rows; i++)
        if (!add_row(m, &b->row[i], err))
            return false;
    return heads(m, err) && choices(m, err) && lists(m, err) && open_estimates(m, err) &&
           key(m, err);
}

/* The unit and period asked for; else the account's own, and the period of today. */
static bool asked_of(struct request *rq, const struct view *v, int form, struct period *ret_period,
    struct str *ret_unit, struct err *err)
{
    struct str period = rq_str(rq, "period"), unit = rq_str(rq, "unit");

    if (period.n ? !period_parse(period, ret_period, err)
                 : !period_of_day(v->catalog->form[form].frequency, v->today, ret_period))
        return period.n ? false : err_set(err, ERR_INVALID, MSG_err_period_syntax, STR(""));
    if (unit.n) {
        *ret_unit = unit;
        return true;
    }
    int own = units_find_id(&v->catalog->units, rq_visitor(rq)->unit);
    *ret_unit = own < 0 ? STR("") : show_uid(rq, v->catalog->units.p[own].uid);
    return true;
}

static bool answer(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, const struct message_view *outcome, int status, struct err *err)
{
    struct board_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct reports_board *b = arena_zalloc(rq->arena, sizeof *b);
    struct board_request q = {.form = rq_path(rq, "form"), .kind = rq_str(rq, "kind")};
    struct making m = {rq, v, v->catalog, b, view, {0}, *how};
    int form = catalog_form(v->catalog, q.form, err);

    if (!view || !b)
        return err_memory(err);
    /* a board has no totals: only what was known changes it */
    m.how.reading.kind = READ_AS_WAS;
    m.how.state = TOTAL_APPROVED;
    if (form < 0 || !asked_of(rq, v, form, &m.period, &q.unit, err))
        return false;
    q.to = m.period;
    if (!board_make(site_app(rq), v, rq_actor(rq), &q, rq->lang, rq->arena, b, err) ||
        !fill(&m, err))
        return false;
    if (outcome && !vec_push(&view->outcomes, rq->arena, *outcome))
        return err_memory(err);
    view->page = site_page(rq, "/board");
    view->page.known = how_paper(rq, v, how);
    struct tmpl o = rs_page(rs, status);
    tmpl_board(&o, view);
    return true;
}

static bool show(struct request *rq, struct response *rs, const struct message_view *outcome,
    int status, struct err *err)
{
    struct how how = {0};
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = answer(rq, rs, &v, &how, outcome, status, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

bool page_board(struct request *rq, struct response *rs, struct err *err)
{
    struct how how;
    struct view v;

    if (!how_open(rq, &how, &v, err))
        return false;
    bool ok = answer(rq, rs, &v, &how, NULL, 200, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

/* The first form that is in force today. */
bool page_boards(struct request *rq, struct response *rs, struct err *err)
{
    struct view v;
    struct str code = STR("");

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    for (size_t i = 0; i < v.catalog->forms && !code.n; i++)
        if (day_in(v.today, v.catalog->form[i].from, v.catalog->form[i].to))
            code = str_dup(rq->arena, v.catalog->form[i].code);
    app_read_end(site_app(rq), &v);
    if (!code.n)
        return err_set(err, ERR_NOT_FOUND, MSG_board_no_form);
    rs_redirect(rs, show_url(rq, "/board/%", code));
    return true;
}

/* ---- approving ---- */

static bool picks(struct request *rq, const struct view *v, struct board_pick *ret, size_t *ret_n)
{
    size_t at = 0;
    const struct value *x;

    *ret_n = 0;
    while ((x = rq_next(rq, "pick.*", &at)) && *ret_n < BOARD_PICKS_MAX) {
        int unit = units_find_uid(&v->catalog->units, str_slice(x->name, 5, x->name.n));
        if (unit >= 0 && !x->err)
            ret[(*ret_n)++] = (struct board_pick){v->catalog->units.p[unit].id, {x->i}};
    }
    return *ret_n > 0;
}

static void tell(struct request *rq, const struct view *v, const struct board_outcome *o, size_t n,
    int done, struct message_view *ret)
{
    bool all = (size_t)done == n;

    *ret = (struct message_view){.css = all ? STR("done") : STR("doubt"),
        .symbol = all ? STR("r-approved") : STR("s-risk"),
        .title =
            show_msg(rq, MSG_board_approved, show_count(rq, done), show_count(rq, (int64_t)n))};
    for (size_t i = 0; i < n; i++) {
        int unit = units_find_id(&v->catalog->units, o[i].unit);
        if (o[i].ok || unit < 0)
            continue;
        struct link_view l = {show_url(rq, "/units/%", show_uid(rq, v->catalog->units.p[unit].uid)),
            show_err(rq, &o[i].err), false};
        if (!vec_push(&ret->links, rq->arena, l))
            return;
    }
}

bool page_board_approve(struct request *rq, struct response *rs, struct err *err)
{
    struct board_pick *pick = arena_array(rq->arena, BOARD_PICKS_MAX, sizeof *pick);
    struct board_outcome *outcome = NULL;
    struct message_view message;
    struct form_id form = {0};
    struct period period;
    struct view v;
    size_t n = 0;
    int done = 0;

    if (!pick)
        return err_memory(err);
    if (!period_parse(rq_str(rq, "period"), &period, err) ||
        !app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    int f = catalog_form(v.catalog, rq_path(rq, "form"), err);
    bool any = f >= 0 && picks(rq, &v, pick, &n);
    if (f >= 0)
        form = v.catalog->form[f].id;
    app_read_end(site_app(rq), &v);
    if (f < 0)
        return false;
    if (!any) {
        message = (struct message_view){.css = STR("doubt"),
            .symbol = STR("s-risk"),
            .title = msg_text(rq->lang, MSG_board_pick_some)};
        return show(rq, rs, &message, 400, err);
    }
    if (!board_step_many(site_app(rq), rq_actor(rq), form, period, STEP_APPROVE, pick, n, rq->arena,
            &outcome, &done, err) ||
        !app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    tell(rq, &v, outcome, n, done, &message);
    struct how how = {0};
    bool ok = answer(rq, rs, &v, &how, &message, 200, err);
    app_read_end(site_app(rq), &v);
    return ok;
}
