/* start_page: see start_page.h. */
#include "app/start_page.h"

#include "app/settings.h"
#include <stdlib.h>

#define PERIODS_ASKED 3 /* the running one and two before: what is missing there is due */
#define PERIODS_BACK 12 /* what was begun, returned or reopened there waits still */
#define NEWS_REPORTS 30 /* whose history is looked at */

struct making {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    const struct account *me;
    struct actor who;
    enum lang lang;
    struct arena *a;
    struct start_page *p;
    struct map stored; /* of the form at hand: unit and period -> index */
    struct report *report;
    VEC(struct report) readable; /* stored reports of units that I may read */
};

/* What waits of one form and period at those below. */
struct below {
    int asked, waiting, missing;
    struct report first_waiting, first_missing;
};

int target_badness(enum target_status s)
{
    static const int order[] = {[TARGET_MISSED] = 0,
        [TARGET_OFF_COURSE] = 1,
        [TARGET_AT_RISK] = 2,
        [TARGET_NO_DATA] = 3,
        [TARGET_ON_COURSE] = 4,
        [TARGET_NOT_YET] = 5,
        [TARGET_MET_SO_FAR] = 6,
        [TARGET_MET] = 7,
        [TARGET_EXCEEDED] = 8};

    return order[s];
}

/* ---- whose turn it is ---- */

/* Of the unit whose people write: of a closed one, that to which its report was handed. */
static bool has_role(const struct making *m, enum role role, const struct due_item *d)
{
    const struct form *f = &m->c->form[d->form];
    int unit = reporting_writer(m->c, m->v->today, d->form, d->unit, d->period);

    if (unit < 0)
        return false;

    for (size_t i = 0; i < m->me->grants; i++) {
        const struct grant *g = &m->me->grant[i];
        bool covers = g->forms == 0;
        for (size_t k = 0; k < g->forms && !covers; k++)
            covers = str_eq(g->form[k], f->code);
        if (g->role == role && covers && g->unit >= 0 && day_in(m->v->today, g->from, g->to) &&
            unit_under(&m->c->units, unit, g->unit, g->line, m->v->today))
            return true;
    }
    return false;
}

static bool may_on(
    const struct making *m, enum right right, int unit, int form, struct period p, struct str owner)
{
    return may(m->c, m->v->today, m->who, right, unit, unit_last_in(&m->c->units, unit, p),
        m->c->form[form].code, owner);
}

/* A line of the form that is typed in it by this account; NULL: it is not. */
static const struct indicator *my_line(
    const struct making *m, const struct due_item *d, const struct form_line *l)
{
    const struct indicator *x = &m->c->indicator[l->indicator];
    bool typed = x->source == SOURCE_REPORTED && x->form == d->form && x->series >= 0 &&
                 catalog_applicable(
                     m->c, l->indicator, d->unit, unit_last_in(&m->c->units, d->unit, d->period));

    return typed && may_on(m, RIGHT_ENTER, d->unit, d->form, d->period, l->owner) ? x : NULL;
}

static bool total_of(const struct making *m, const struct due_item *d, int indicator,
    struct total *ret, struct err *err)
{
    struct engine_query q = {.catalog = m->c,
        .indicator = indicator,
        .series = -1,
        .unit = d->unit,
        .period = d->period,
        .state = TOTAL_PROVISIONAL,
        .reading = {READ_AS_WAS, m->v->today},
        .line = -1};

    return engine_total(m->v->engine, &q, ret, err);
}

static bool is_done(const struct draft_mark *mark, size_t n, struct str owner)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(mark[i].kind, "done") && str_eq(mark[i].key, owner))
            return true;
    return false;
}

static const struct draft_cell *cell_of(const struct draft_cell *d, size_t n, struct series_id id)
{
    for (size_t i = 0; i < n; i++)
        if (d[i].series.v == id.v)
            return &d[i];
    return NULL;
}

/* Counts my lines; *ret_open false where every body of mine has declared its lines done. */
static bool count_lines(struct making *m, struct due_item *d, bool *ret_open, struct err *err)
{
    struct store *store = app_store(m->app);
    const struct form *f = &m->c->form[d->form];
    struct draft_cell *cell = NULL;
    struct draft_mark *mark = NULL;
    size_t cells = 0, marks = 0;

    if (d->report.id.v &&
        (!store->ops->draft(store, d->report.id, m->a, &cell, &cells, err) ||
            !store->ops->draft_marks(store, d->report.id, m->a, &mark, &marks, err)))
        return false;
    for (size_t i = 0; i < marks; i++)
        d->returned_cells += str_is(mark[i].kind, "returned");
    for (size_t i = 0; i < cells; i++)
        d->saved_ms = cell[i].at_ms > d->saved_ms ? cell[i].at_ms : d->saved_ms;
    *ret_open = false;
    for (int i = f->first_line; i < f->first_line + f->lines; i++) {
        const struct form_line *l = &m->c->form_line[i];
        const struct indicator *x = my_line(m, d, l);
        struct total t = {0};
        if (!x)
            continue;
        const struct draft_cell *typed = cell_of(cell, cells, m->c->series[x->series].id);
        if (!typed && d->report.marks.submitted.v && !total_of(m, d, l->indicator, &t, err))
            return false;
        d->to_fill++;
        d->filled += typed ? str_trim(typed->typed).n > 0 : t.has;
        *ret_open = *ret_open || !is_done(mark, marks, l->owner);
    }
    return true;
}

static bool count_estimates(struct making *m, struct due_item *d, bool signer, struct err *err)
{
    const struct form *f = &m->c->form[d->form];

    for (int i = f->first_line; i < f->first_line + f->lines; i++) {
        const struct form_line *l = &m->c->form_line[i];
        const struct indicator *x = &m->c->indicator[l->indicator];
        bool mine =
            signer ? x->source == SOURCE_REPORTED && x->form == d->form : my_line(m, d, l) != NULL;
        struct total t;
        if (!mine)
            continue;
        if (!total_of(m, d, l->indicator, &t, err))
            return false;
        d->estimates += t.has && (t.marks & MARK_ESTIMATE);
    }
    return true;
}

static void add_due(struct making *m, const struct due_item *d)
{
    if (m->p->dues < START_DUE_MAX)
        m->p->due[m->p->dues++] = *d;
}

static bool add_entering(struct making *m, struct due_item *d, struct err *err)
{
    bool open = false;

    if (!has_role(m, ROLE_REPORTER, d) ||
        !may_on(m, RIGHT_ENTER, d->unit, d->form, d->period, STR("")))
        return true;
    if (!count_lines(m, d, &open, err))
        return false;
    if (open && d->to_fill)
        add_due(m, d);
    return true;
}

static bool add_finalising(struct making *m, struct due_item *d, struct err *err)
{
    bool signer = has_role(m, ROLE_SIGNER, d);

    if (!signer && !has_role(m, ROLE_REPORTER, d))
        return true;
    if (!count_estimates(m, d, signer, err))
        return false;
    struct report open = {.due_ms = reporting_final_due(m->app, d->period)};
    d->due_ms = open.due_ms;
    d->days = 0;
    d->timely =
        open.due_ms < 0
            ? TIMELY_NOT_DUE
            : report_timeliness(&open, m->v->now_ms,
                  (int)setting_number(app_store(m->app), SETTING_report_soon_days), &d->days);
    if (d->estimates)
        add_due(m, d);
    return true;
}

/* What the report wants of somebody inside the unit. */
static bool inside(struct making *m, struct due_item d, struct err *err)
{
    switch (d.report.state) {
    case REPORT_NOT_STARTED:
    case REPORT_DRAFT:
    case REPORT_REOPENED:
    case REPORT_RETURNED:
        d.kind = d.report.state == REPORT_RETURNED ? DUE_MEND : DUE_ENTER;
        d.reason = d.report.reason;
        return add_entering(m, &d, err);
    case REPORT_CHECKING:
        d.kind = DUE_CHECK;
        if (has_role(m, ROLE_CHECKER, &d))
            add_due(m, &d);
        return true;
    case REPORT_TO_SIGN:
        d.kind = DUE_SIGN;
        if (has_role(m, ROLE_SIGNER, &d))
            add_due(m, &d);
        return true;
    case REPORT_APPROVED:
        d.kind = DUE_FINAL;
        return add_finalising(m, &d, err);
    default:
        return true;
    }
}

/* ---- all forms, periods, units ---- */

static uint64_t cell_key(struct unit_id unit, int64_t period)
{
    return (uint64_t)unit.v << 24 | (uint64_t)period;
}

static bool load_reports(struct making *m, int form, struct period from, struct period to,
    size_t *ret_n, struct err *err)
{
    struct store *store = app_store(m->app);
    struct report_filter f = {m->c->form[form].id, {0}, period_code(from), period_code(to)};
    size_t n;

    map_init(&m->stored, m->a);
    if (!store->ops->reports(store, &f, m->v->known, m->a, &m->report, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!map_put(&m->stored, cell_key(m->report[i].unit, m->report[i].period), i))
            return err_memory(err);
    *ret_n = n;
    return true;
}

static void count_below(struct making *m, const struct due_item *d, struct below *b)
{
    bool waits = d->report.state == REPORT_SUBMITTED || d->report.state == REPORT_RECEIVED;
    bool own = m->who.account.v && d->report.sent_by.v == m->who.account.v;

    b->asked++;
    if (waits && !own && b->waiting++ == 0)
        b->first_waiting = d->report;
    if (d->timely == TIMELY_MISSING && b->missing++ == 0)
        b->first_missing = d->report;
}

static bool look_at(
    struct making *m, int form, int unit, struct period p, struct below *below, struct err *err)
{
    struct due_item d = {.form = form, .unit = unit, .period = p, .reason = STR("")};
    uint64_t at;

    if (!reporting_asked(m->c, form, unit, p) || !may_on(m, RIGHT_READ, unit, form, p, STR("")))
        return true;
    int64_t due = reporting_due_of(m->c, app_calendar(m->app), form, unit, p);
    d.report = (struct report){.state = REPORT_NOT_STARTED, .due_ms = due < 0 ? 0 : due};
    if (map_get(&m->stored, cell_key(m->c->units.p[unit].id, period_code(p)), &at)) {
        d.report = m->report[at];
        if (!vec_push(&m->readable, m->a, d.report))
            return err_memory(err);
    }
    d.due_ms = d.report.due_ms ? d.report.due_ms : -1;
    d.timely = report_timeliness(&d.report, m->v->now_ms, 3, &d.days);
    if (may_on(m, RIGHT_APPROVE, unit, form, p, STR("")))
        count_below(m, &d, below);
    return inside(m, d, err);
}

/* The unit from which I look down: of my grant as approver or compiler. */
static int looking_from(const struct making *m)
{
    for (size_t i = 0; i < m->me->grants; i++) {
        enum role r = m->me->grant[i].role;
        if ((r == ROLE_APPROVER || r == ROLE_COMPILER) &&
            day_in(m->v->today, m->me->grant[i].from, m->me->grant[i].to))
            return m->me->grant[i].unit;
    }
    return -1;
}

static void add_below(struct making *m, int form, struct period p, const struct below *b)
{
    struct due_item d = {.kind = DUE_APPROVE,
        .form = form,
        .unit = looking_from(m),
        .period = p,
        .report = b->first_waiting,
        .due_ms = reporting_close(m->c, app_calendar(m->app), form, p),
        .count = b->waiting,
        .of = b->asked,
        .reason = STR("")};
    struct report closing = {.due_ms = d.due_ms < 0 ? 0 : d.due_ms};

    if (d.unit < 0)
        return;
    d.timely = report_timeliness(&closing, m->v->now_ms, 3, &d.days);
    if (b->waiting)
        add_due(m, &d);
    d.kind = DUE_REMIND;
    d.report = b->first_missing;
    d.due_ms = b->first_missing.due_ms ? b->first_missing.due_ms : -1;
    d.count = b->missing;
    d.timely = report_timeliness(&d.report, m->v->now_ms, 3, &d.days);
    if (b->missing)
        add_due(m, &d);
}

/* Does a report of that period wait for somebody? */
static bool any_open(const struct making *m, size_t n, struct period p)
{
    for (size_t i = 0; i < n; i++) {
        enum report_state s = m->report[i].state;
        if (m->report[i].period == period_code(p) && s != REPORT_APPROVED && s != REPORT_LOCKED)
            return true;
    }
    return false;
}

static bool look_at_form(struct making *m, int form, struct err *err)
{
    struct period p[PERIODS_BACK];
    size_t reports = 0;
    int n = 0;

    if (!period_of_day(m->c->form[form].frequency, m->v->today, &p[0]))
        return true;
    for (n = 1; n < PERIODS_BACK && period_previous(p[n - 1], &p[n]); n++)
        ;
    if (!load_reports(m, form, p[n - 1], p[0], &reports, err))
        return false;
    for (int i = 0; i < n; i++) {
        struct below below = {0};
        if (i >= PERIODS_ASKED && !any_open(m, reports, p[i]))
            continue;
        for (size_t u = 0; u < m->c->units.n; u++)
            if (!look_at(m, form, (int)u, p[i], &below, err))
                return false;
        add_below(m, form, p[i], &below);
    }
    return true;
}

static int by_due(const void *a, const void *b)
{
    const struct due_item *x = a, *y = b;
    int64_t dx = x->due_ms < 0 ? INT64_MAX : x->due_ms, dy = y->due_ms < 0 ? INT64_MAX : y->due_ms;

    if (dx != dy)
        return dx < dy ? -1 : 1;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : x->unit - y->unit;
}

static void sort_due(struct making *m)
{
    struct start_page *p = m->p;

    if (p->dues)
        qsort(p->due, p->dues, sizeof *p->due, by_due);
    for (size_t i = 0; i < p->dues; i++) {
        int64_t due = p->due[i].due_ms;
        p->overdue += due >= 0 && due < m->v->now_ms;
        p->today += due >= m->v->now_ms && day_of_ms(due).v == m->v->today.v;
        p->later += due < 0 || (due >= m->v->now_ms && day_of_ms(due).v > m->v->today.v);
    }
}

/* ---- what is new ---- */

static int by_act(const void *a, const void *b)
{
    const struct report *x = a, *y = b;

    return (x->act.v < y->act.v) - (x->act.v > y->act.v);
}

static int by_time(const void *a, const void *b)
{
    const struct news_item *x = a, *y = b;

    return (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

static int form_of(const struct catalog *c, struct form_id id)
{
    for (size_t i = 0; i < c->forms; i++)
        if (c->form[i].id.v == id.v)
            return (int)i;
    return -1;
}

typedef VEC(struct news_item) news_list;

static bool add_news(struct making *m, const struct report *r, news_list *v, struct err *err)
{
    struct store *store = app_store(m->app);
    struct report_event *e;
    size_t n;
    struct news_item one = {
        .form = form_of(m->c, r->form), .unit = units_find_id(&m->c->units, r->unit)};

    if (one.form < 0 || one.unit < 0 || !period_from_code(r->period, &one.period))
        return true;
    if (!store->ops->report_events(store, r->id, m->a, &e, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (e[i].step == STEP_EDIT || e[i].account.v == m->who.account.v)
            continue;
        one.step = e[i].step;
        one.at_ms = e[i].at_ms;
        one.by = catalog_account_id(m->c, e[i].account);
        one.reason = e[i].reason;
        if (!vec_push(v, m->a, one))
            return err_memory(err);
    }
    return true;
}

static bool find_news(struct making *m, struct err *err)
{
    news_list v = {0};

    if (m->readable.n)
        qsort(m->readable.p, m->readable.n, sizeof *m->readable.p, by_act);
    for (size_t i = 0; i < m->readable.n && i < NEWS_REPORTS; i++)
        if (!add_news(m, &m->readable.p[i], &v, err))
            return false;
    if (v.n)
        qsort(v.p, v.n, sizeof *v.p, by_time);
    m->p->news = v.p;
    m->p->newses = v.n < START_NEWS_MAX ? v.n : START_NEWS_MAX;
    return true;
}

/* ---- own targets ---- */

static int by_badness(const void *a, const void *b)
{
    const struct assessment *x = &(*(struct scoreboard_target *const *)a)->assessment;
    const struct assessment *y = &(*(struct scoreboard_target *const *)b)->assessment;
    int d = target_badness(x->status) - target_badness(y->status);

    if (d || x->has_percent != y->has_percent)
        return d ? d : y->has_percent - x->has_percent;
    return x->has_percent ? rat_cmp(x->percent_of_plan, y->percent_of_plan) : 0;
}

static bool find_targets(struct making *m, struct err *err)
{
    struct start_page *p = m->p;
    struct err e = ERR_INIT;
    size_t n = 0;

    if (p->unit < 0 || !period_of_day(FREQUENCY_QUARTER, m->v->today, &p->period))
        return true;
    struct scoreboard_request q = {.unit = str_of(m->c->units.p[p->unit].uid.z),
        .period = p->period,
        .state = TOTAL_APPROVED,
        .reading = {READ_AS_WAS, m->v->today}};
    if (!scoreboard_make(m->app, m->v, m->who, &q, m->lang, m->a, &p->board, &e)) {
        p->board = (struct scoreboard){0};
        if (e.code == ERR_DENIED || e.code == ERR_NOT_FOUND)
            return true;
        *err = e;
        return false;
    }
    for (size_t i = 0; i < p->board.sets; i++)
        n += p->board.set[i].targets;
    p->target = arena_array(m->a, n + 1, sizeof *p->target);
    if (!p->target)
        return err_memory(err);
    for (size_t i = 0; i < p->board.sets; i++) {
        p->met += p->board.set[i].met;
        p->total += p->board.set[i].total;
        for (size_t k = 0; k < p->board.set[i].targets; k++)
            p->target[p->targets++] = &p->board.set[i].target[k];
    }
    if (p->targets)
        qsort(p->target, p->targets, sizeof *p->target, by_badness);
    if (p->targets > START_TARGETS_MAX)
        p->targets = START_TARGETS_MAX;
    return true;
}

bool start_page_make(struct app *app, const struct view *v, struct actor who, enum lang lang,
    struct arena *a, struct start_page *ret, struct err *err)
{
    struct making m = {.app = app,
        .v = v,
        .c = v->catalog,
        .me = actor_account(v->catalog, who),
        .who = who,
        .lang = lang,
        .a = a,
        .p = ret};

    *ret = (struct start_page){.account = -1, .unit = -1};
    if (!m.me || m.me->disabled)
        return err_set(err, ERR_DENIED, MSG_err_denied_system);
    ret->account = catalog_account_id(v->catalog, who.account);
    ret->unit = m.me->unit;
    ret->due = arena_array(a, START_DUE_MAX, sizeof *ret->due);
    if (!ret->due)
        return err_memory(err);
    for (size_t f = 0; f < v->catalog->forms; f++)
        if (!look_at_form(&m, (int)f, err))
            return false;
    sort_due(&m);
    return find_news(&m, err) && find_targets(&m, err);
}
