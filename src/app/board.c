/* board: see board.h. */
#include "app/board.h"

#include "app/resolve.h"
#include "app/settings.h"
#include "app/trees.h"
#include "base/text.h"

#define CALL_ACCOUNTS_MAX 8
#define OFTEN_MAX 5

struct making {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    const struct form *f;
    const struct board_request *q;
    struct actor who;
    enum lang lang;
    struct arena *a;
    struct reports_board *b;
    int under, kind;   /* -1: any */
    struct map stored; /* unit and period -> index of report */
    struct report *report;
    int soon_days;
};

static uint64_t cell_key(struct unit_id unit, int64_t period)
{
    return (uint64_t)unit.v << 24 | (uint64_t)period;
}

/* ---- what is asked about ---- */

static bool find_periods(struct making *m, struct err *err)
{
    struct period list[BOARD_PERIODS_MAX], p = m->q->to;
    int wanted = m->q->periods <= 0 ? 8 : m->q->periods, n = 0;

    if (wanted > BOARD_PERIODS_MAX)
        wanted = BOARD_PERIODS_MAX;
    do
        list[n++] = p;
    while (n < wanted && period_previous(p, &p) && period_last_day(p).v >= m->f->from.v);
    m->b->period = arena_array(m->a, (size_t)n, sizeof *m->b->period);
    if (!m->b->period)
        return err_memory(err);
    m->b->periods = (size_t)n;
    for (int i = 0; i < n; i++) {
        struct board_period *bp = &m->b->period[n - 1 - i];
        bp->period = list[i];
        bp->due_ms = reporting_due(m->c, app_calendar(m->app), m->b->form, list[i]);
    }
    return true;
}

static bool find_subject(struct making *m, struct err *err)
{
    const struct board_request *q = m->q;
    struct day last = period_last_day(q->to);
    struct store *store = app_store(m->app);

    m->b->form = catalog_form(m->c, q->form, err);
    m->b->unit = m->b->form < 0 ? -1 : resolve_unit(m->c, q->unit, q->to, err);
    m->under = m->kind = -1;
    if (m->b->unit < 0)
        return false;
    m->f = &m->c->form[m->b->form];
    if (!must(m->c, m->v->today, m->who, RIGHT_READ, m->b->unit, last, m->f->code, STR(""), err))
        return false;
    if (q->under.n && (m->under = resolve_unit(m->c, q->under, q->to, err)) < 0)
        return false;
    if (q->kind.n && (m->kind = kinds_find(&m->c->units.kinds, m->a, q->kind)) < 0)
        return err_set(err, ERR_INVALID, MSG_err_units_kind, q->kind);
    m->soon_days = (int)setting_number(store, SETTING_report_soon_days);
    return find_periods(m, err);
}

static bool load_reports(struct making *m, struct err *err)
{
    struct store *store = app_store(m->app);
    struct report_filter f = {m->f->id, {0}, period_code(m->b->period[0].period),
        period_code(m->b->period[m->b->periods - 1].period)};
    size_t n;

    if (!store->ops->reports(store, &f, m->v->known, m->a, &m->report, &n, err))
        return false;
    map_init(&m->stored, m->a);
    for (size_t i = 0; i < n; i++)
        if (!map_put(&m->stored, cell_key(m->report[i].unit, m->report[i].period), i))
            return err_memory(err);
    return true;
}

/* ---- cells ---- */

/* Is the unit one of the board's in that period? */
static bool is_here(const struct making *m, int unit, struct period p)
{
    const struct units *us = &m->c->units;
    struct day last = unit_last_in(us, unit, p);

    return unit_under(us, unit, m->b->unit, m->f->line, last) &&
           (m->under < 0 || unit_under(us, unit, m->under, m->f->line, last)) &&
           (m->kind < 0 || kind_answers(&us->kinds, unit_kind_on(us, unit, last), m->kind)) &&
           may(m->c, m->v->today, m->who, RIGHT_READ, unit, last, m->f->code, STR(""));
}

static bool may_step(const struct making *m, const struct report *r, int unit, struct period p,
    enum report_step step)
{
    enum report_state to;
    bool own = step == STEP_APPROVE && m->who.account.v && r->sent_by.v == m->who.account.v;

    return !own && m->v->known.v == INT64_MAX &&
           report_next(r->state, step, m->f->needs_check, m->f->needs_sign, &to, NULL) &&
           may(m->c, m->v->today, m->who, report_step_right(r->state, step), unit,
               unit_last_in(&m->c->units, unit, p), m->f->code, STR(""));
}

static void fill_cell(
    struct making *m, int unit, const struct board_period *bp, struct board_cell *cell)
{
    uint64_t at;
    struct period p = bp->period;

    int64_t due = reporting_due_of(m->c, app_calendar(m->app), m->b->form, unit, p);

    *cell = (struct board_cell){.asked = reporting_asked(m->c, m->b->form, unit, p),
        .handover = reporting_handover(m->c, m->b->form, unit, p),
        .state = REPORT_NOT_STARTED};
    cell->closes = unit_closes_in(&m->c->units, unit, p, &cell->from, &cell->to);
    cell->begins = unit_begins_in(&m->c->units, unit, p, &cell->from, &cell->to);
    if (!cell->asked)
        return;
    cell->report.due_ms = due < 0 ? 0 : due;
    if (map_get(&m->stored, cell_key(m->c->units.p[unit].id, period_code(p)), &at)) {
        cell->stored = true;
        cell->report = m->report[at];
        cell->state = cell->report.state;
    }
    cell->timely = report_timeliness(&cell->report, m->v->now_ms, m->soon_days, &cell->days);
    if (cell->report.first_sent_ms)
        cell->came = day_of_ms(cell->report.first_sent_ms);
    if (!cell->stored)
        return;
    cell->may_approve = may_step(m, &cell->report, unit, p, STEP_APPROVE);
    cell->may_return = may_step(m, &cell->report, unit, p, STEP_RETURN);
    cell->may_receive = may_step(m, &cell->report, unit, p, STEP_RECEIVE);
}

static bool add_unit(struct making *m, int unit, struct err *err)
{
    struct reports_board *b = m->b;
    struct board_cell *cells = NULL;

    for (size_t i = 0; i < b->periods; i++) {
        struct period p = b->period[i].period;
        bool spared = reporting_handover(m->c, b->form, unit, p) != NULL;
        if (!(reporting_asked(m->c, b->form, unit, p) || spared) || !is_here(m, unit, p))
            continue;
        if (!cells && !(cells = arena_array(m->a, b->periods, sizeof *cells)))
            return err_memory(err);
        fill_cell(m, unit, &b->period[i], &cells[i]);
    }
    if (!cells)
        return true;
    if (b->rows == BOARD_UNITS_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_table_large);
    b->row[b->rows++] = (struct board_unit){.unit = unit, .cell = cells};
    return true;
}

/* Rows in the order of the tree of the latest period; units that ended before stand at the end. */
static bool add_units(struct making *m, struct err *err)
{
    const struct units *us = &m->c->units;
    struct tree t;

    m->b->row = arena_array(m->a, BOARD_UNITS_MAX, sizeof *m->b->row);
    if (!m->b->row)
        return err_memory(err);
    if (!view_tree(m->v, m->f->line, period_last_day(m->q->to), m->a, &t, err))
        return false;
    for (size_t i = 0; i < t.n; i++)
        if (!add_unit(m, t.unit[i], err))
            return false;
    for (size_t u = 0; u < us->n; u++)
        if (t.pos[u] < 0 && !add_unit(m, (int)u, err))
            return false;
    return true;
}

/* ---- estimates still open ---- */

struct estimate_query {
    struct board_cell *cell; /* NULL: of the whole board's unit */
    int period;
};
struct estimating {
    struct making *m;
    VEC(struct engine_query) q;
    VEC(struct estimate_query) of;
};

static bool ask(struct estimating *e, int indicator, int unit, int period, struct board_cell *cell,
    struct err *err)
{
    struct making *m = e->m;
    struct engine_query q = {.catalog = m->c,
        .indicator = indicator,
        .series = -1,
        .unit = unit,
        .period = m->b->period[period].period,
        .state = TOTAL_PROVISIONAL,
        .reading = {READ_AS_WAS, m->v->today},
        .line = -1};
    struct estimate_query of = {cell, period};

    return (vec_push(&e->q, m->a, q) && vec_push(&e->of, m->a, of)) || err_memory(err);
}

static struct total *answers(struct estimating *e, struct err *err)
{
    struct total *t = arena_array(e->m->a, e->q.n + 1, sizeof *t);

    if (!t) {
        err_memory(err);
        return NULL;
    }
    return !e->q.n || engine_totals(e->m->v->engine, e->q.p, e->q.n, t, err) ? t : NULL;
}

static bool ask_units(struct estimating *e, int indicator, int period, struct err *err)
{
    struct reports_board *b = e->m->b;

    for (size_t u = 0; u < b->rows; u++) {
        struct board_cell *cell = &b->row[u].cell[period];
        if (cell->stored && cell->report.marks.submitted.v &&
            !ask(e, indicator, b->row[u].unit, period, cell, err))
            return false;
    }
    return true;
}

/* Units are asked one by one only where the total above them holds an estimate at all. */
static bool count_estimates(struct making *m, struct err *err)
{
    struct estimating top = {.m = m}, units = {.m = m};
    struct total *t;

    for (int i = 0; i < m->f->lines; i++) {
        int indicator = m->c->form_line[m->f->first_line + i].indicator;
        const struct indicator *x = &m->c->indicator[indicator];
        if (x->source != SOURCE_REPORTED || x->form != m->b->form)
            continue;
        for (int p = 0; p < (int)m->b->periods; p++) {
            bool whole = x->over_units != UNITS_NONE;
            if (whole ? !ask(&top, indicator, m->b->unit, p, NULL, err)
                      : !ask_units(&units, indicator, p, err))
                return false;
        }
    }
    if (!(t = answers(&top, err)))
        return false;
    for (size_t i = 0; i < top.q.n; i++)
        if ((t[i].marks & MARK_ESTIMATE) &&
            !ask_units(&units, top.q.p[i].indicator, top.of.p[i].period, err))
            return false;
    if (!(t = answers(&units, err)))
        return false;
    for (size_t i = 0; i < units.q.n; i++)
        units.of.p[i].cell->estimates += (t[i].marks & MARK_ESTIMATE) != 0;
    return true;
}

/* ---- counts ---- */

static void count_cell(
    struct making *m, struct board_unit *u, struct board_period *p, struct board_cell *cell)
{
    bool amiss = cell->timely == TIMELY_LATE || cell->timely == TIMELY_MISSING;

    u->asked++;
    u->sent += cell->report.first_sent_ms != 0;
    u->on_time += cell->timely == TIMELY_ON_TIME;
    u->amiss += amiss;
    p->asked++;
    p->sent += cell->report.first_sent_ms != 0;
    p->on_time += cell->timely == TIMELY_ON_TIME;
    p->late += cell->timely == TIMELY_LATE;
    p->missing += cell->timely == TIMELY_MISSING;
    p->waiting += cell->state == REPORT_SUBMITTED || cell->state == REPORT_RECEIVED;
    p->returned += cell->state == REPORT_RETURNED;
    p->reopened += cell->state == REPORT_REOPENED;
    p->approved += cell->state == REPORT_APPROVED || cell->state == REPORT_LOCKED;
    p->estimates += cell->estimates;
    cell->may_final =
        cell->estimates > 0 && may_step(m, &cell->report, u->unit, p->period, STEP_FINAL);
}

static void count(struct making *m)
{
    struct reports_board *b = m->b;

    for (size_t u = 0; u < b->rows; u++)
        for (size_t i = 0; i < b->periods; i++)
            if (b->row[u].cell[i].asked)
                count_cell(m, &b->row[u], &b->period[i], &b->row[u].cell[i]);
    for (size_t u = 0; u < b->rows; u++)
        b->may_approve += b->row[u].cell[b->periods - 1].may_approve;
}

/* The units that were late or missing most often before the latest period. */
static bool find_often(struct making *m, struct err *err)
{
    struct reports_board *b = m->b;

    b->often = arena_array(m->a, OFTEN_MAX + 1, sizeof *b->often);
    if (!b->often)
        return err_memory(err);
    for (size_t u = 0; u < b->rows; u++) {
        struct board_often o = {.unit = b->row[u].unit};
        for (size_t i = 0; i + 1 < b->periods; i++) {
            const struct board_cell *cell = &b->row[u].cell[i];
            o.asked += cell->asked;
            o.amiss +=
                cell->asked && (cell->timely == TIMELY_LATE || cell->timely == TIMELY_MISSING);
        }
        if (!o.amiss)
            continue;
        size_t at = b->oftens;
        while (at > 0 && b->often[at - 1].amiss < o.amiss) {
            b->often[at] = b->often[at - 1];
            at--;
        }
        b->often[at] = o;
        b->oftens += b->oftens < OFTEN_MAX;
    }
    return true;
}

/* ---- those to call ---- */

static bool reports_there(const struct making *m, const struct account *x, int unit)
{
    if (x->disabled)
        return false;
    for (size_t i = 0; i < x->grants; i++) {
        enum role r = x->grant[i].role;
        if (x->grant[i].unit == unit && day_in(m->v->today, x->grant[i].from, x->grant[i].to) &&
            (r == ROLE_REPORTER || r == ROLE_CHECKER || r == ROLE_SIGNER))
            return true;
    }
    return false;
}

static bool add_accounts(struct making *m, struct board_call *call, struct err *err)
{
    int *v = arena_array(m->a, CALL_ACCOUNTS_MAX, sizeof *v);

    if (!v)
        return err_memory(err);
    for (size_t i = 0; i < m->c->accounts && call->accounts < CALL_ACCOUNTS_MAX; i++)
        if (reports_there(m, &m->c->account[i], call->writer))
            v[call->accounts++] = (int)i;
    call->account = v;
    return true;
}

/* How many of the form's own cells the draft fills. */
static bool count_draft(
    struct making *m, struct board_call *call, const struct report *r, struct err *err)
{
    struct store *store = app_store(m->app);
    struct draft_cell *d = NULL;
    size_t n = 0;
    struct day last = unit_last_in(&m->c->units, call->unit, m->q->to);

    if (r->id.v && !store->ops->draft(store, r->id, m->a, &d, &n, err))
        return false;
    for (int i = 0; i < m->f->lines; i++) {
        const struct form_line *l = &m->c->form_line[m->f->first_line + i];
        const struct indicator *x = &m->c->indicator[l->indicator];
        if (x->source != SOURCE_REPORTED || x->form != m->b->form || x->series < 0 ||
            !catalog_applicable(m->c, l->indicator, call->unit, last))
            continue;
        call->to_fill++;
        for (size_t k = 0; k < n; k++)
            call->filled += d[k].series.v == m->c->series[x->series].id.v && d[k].typed.n > 0;
    }
    return true;
}

static bool add_calls(struct making *m, struct err *err)
{
    struct reports_board *b = m->b;

    b->call = arena_array(m->a, b->rows + 1, sizeof *b->call);
    if (!b->call)
        return err_memory(err);
    for (size_t u = 0; u < b->rows; u++) {
        const struct board_cell *cell = &b->row[u].cell[b->periods - 1];
        if (!cell->asked || cell->report.first_sent_ms || cell->state == REPORT_RETURNED)
            continue;
        struct board_call *call = &b->call[b->calls++];
        *call = (struct board_call){.unit = b->row[u].unit,
            .state = cell->state,
            .writer = reporting_writer(m->c, m->v->today, b->form, b->row[u].unit, m->q->to)};
        if (!count_draft(m, call, &cell->report, err) || !add_accounts(m, call, err))
            return false;
    }
    return true;
}

static bool add_return(struct making *m, int unit, const struct report *r, struct err *err)
{
    struct store *store = app_store(m->app);
    struct board_return *back = &m->b->back[m->b->backs++];
    struct report_event *e;
    struct draft_mark *marks, *kept;
    size_t n, events;

    *back = (struct board_return){.unit = unit, .by = -1, .due_ms = r->due_ms, .reason = r->reason};
    if (!store->ops->report_events(store, r->id, m->a, &e, &events, err) ||
        !store->ops->draft_marks(store, r->id, m->a, &marks, &n, err))
        return false;
    for (size_t i = 0; i < events; i++)
        if (e[i].step == STEP_RETURN) {
            back->by = catalog_account_id(m->c, e[i].account);
            back->at_ms = e[i].at_ms;
        }
    kept = arena_array(m->a, n + 1, sizeof *kept);
    if (!kept)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        if (str_is(marks[i].kind, "returned"))
            kept[back->cells++] = marks[i];
    back->cell = kept;
    return true;
}

static bool add_returns(struct making *m, struct err *err)
{
    struct reports_board *b = m->b;

    b->back = arena_array(m->a, b->rows + 1, sizeof *b->back);
    if (!b->back)
        return err_memory(err);
    for (size_t u = 0; u < b->rows; u++) {
        const struct board_cell *cell = &b->row[u].cell[b->periods - 1];
        if (cell->asked && cell->state == REPORT_RETURNED &&
            !add_return(m, b->row[u].unit, &cell->report, err))
            return false;
    }
    return true;
}

/* ---- the text to copy ---- */

static struct str number(struct making *m, int64_t n)
{
    struct sbuf b;

    sbuf_init(&b, m->a, 24);
    sbuf_i64(&b, n);
    return sbuf_view(&b);
}

static void put_call(struct making *m, struct sbuf *out, const struct board_call *call)
{
    struct day last = period_last_day(m->q->to);
    struct str state = text_lower(m->a, msg_text(m->lang, report_state_label(call->state)));
    struct str args[4] = {unit_in_sentence(m->c, call->unit, last, m->a), state,
        number(m, call->filled), number(m, call->to_fill)};
    bool begun = call->filled > 0;

    msg_format(out, m->lang, begun ? MSG_board_remind_begun : MSG_board_remind_unit, args, 4);
    if (call->writer >= 0 && call->writer != call->unit) { /* the unit is no more */
        struct str who = unit_in_sentence(m->c, call->writer, m->v->today, m->a);
        sbuf_z(out, " (");
        msg_format(out, m->lang, MSG_board_writer, &who, 1);
        sbuf_char(out, ')');
    }
}

static bool remind_text(struct making *m, struct err *err)
{
    const struct board_period *p = &m->b->period[m->b->periods - 1];
    struct sbuf out, period, due;
    bool english = m->lang == LANG_EN && m->f->name_en.n;

    if (!m->b->calls)
        return true;
    sbuf_init(&out, m->a, 256 << 10);
    sbuf_init(&period, m->a, 200);
    sbuf_init(&due, m->a, 100);
    period_put_label(&period, m->lang, PERIOD_TEXT, p->period);
    if (p->due_ms >= 0)
        ms_put_people(&due, p->due_ms);
    struct str head[4] = {unit_name_of(m->c, m->b->unit, period_last_day(p->period)),
        english ? m->f->name_en : m->f->name_vi, sbuf_view(&period), sbuf_view(&due)};
    msg_format(&out, m->lang, p->due_ms >= 0 ? MSG_board_remind_head : MSG_board_remind_head_open,
        head, 4);
    struct str of[2] = {number(m, (int64_t)m->b->calls), number(m, p->asked)};
    sbuf_char(&out, '\n');
    msg_format(&out, m->lang, MSG_board_remind_missing, of, 2);
    for (size_t i = 0; i < m->b->calls; i++) {
        sbuf_z(&out, i ? ", " : " ");
        put_call(m, &out, &m->b->call[i]);
    }
    sbuf_char(&out, '.');
    m->b->remind = sbuf_view(&out);
    return !out.failed || err_memory(err);
}

bool board_make(struct app *app, const struct view *v, struct actor who,
    const struct board_request *q, enum lang lang, struct arena *a, struct reports_board *ret,
    struct err *err)
{
    struct making m = {
        .app = app, .v = v, .c = v->catalog, .q = q, .who = who, .lang = lang, .a = a, .b = ret};

    *ret = (struct reports_board){.remind = STR("")};
    if (!find_subject(&m, err) || !load_reports(&m, err) || !add_units(&m, err) ||
        !count_estimates(&m, err))
        return false;
    count(&m);
    return find_often(&m, err) && add_calls(&m, err) && add_returns(&m, err) &&
           remind_text(&m, err);
}

bool board_step_many(struct app *app, struct actor who, struct form_id form, struct period period,
    enum report_step step, const struct board_pick *pick, size_t n, struct arena *a,
    struct board_outcome **ret, int *ret_ok, struct err *err)
{
    if (n > BOARD_PICKS_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_table_large);
    if (step != STEP_APPROVE && step != STEP_RECEIVE && step != STEP_LOCK)
        return err_set(err, ERR_INVALID, MSG_err_board_step);
    *ret = arena_array(a, n + 1, sizeof **ret);
    if (!*ret)
        return err_memory(err);
    *ret_ok = 0;
    for (size_t i = 0; i < n; i++) {
        struct board_outcome *o = &(*ret)[i];
        struct step_request q = {
            .key = {form, pick[i].unit, period}, .step = step, .seen = pick[i].seen};
        o->unit = pick[i].unit;
        o->ok = reporting_step(app, who, &q, NULL, &o->err);
        *ret_ok += o->ok;
    }
    return true;
}
