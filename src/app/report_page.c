/* report_page: see report_page.h. Rows and findings are in files of their own. */
#include "app/report_page_private.h"

#include "app/resolve.h"
#include "app/settings.h"

bool report_key_find(const struct view *v, struct str form, struct str unit, struct period p,
    struct report_key *ret, struct err *err)
{
    const struct catalog *c = v->catalog;
    int f = catalog_form(c, form, err);
    int u = f < 0 ? -1 : resolve_unit(c, unit, p, err);

    if (u < 0)
        return false;
    if (!reporting_asked(c, f, u, p))
        return err_set(err, ERR_INVALID, MSG_err_report_not_asked, c->form[f].code,
            unit_name_of(c, u, unit_last_in(&c->units, u, p)));
    *ret = (struct report_key){c->form[f].id, c->units.p[u].id, p};
    return true;
}

bool page_may(const struct page_build *b, enum right right, struct str owner)
{
    return may(
        b->c, b->v->today, b->who, right, b->page->unit, b->page->last_day, b->f->code, owner);
}

/* Finds form and unit, checks that the account may read, loads the report where one is stored. */
static bool open_report(struct page_build *b, struct report_key key, struct err *err)
{
    struct report_page *p = b->page;
    struct store *store = app_store(b->app);
    bool found;

    p->form = -1;
    p->unit = units_find_id(&b->c->units, key.unit);
    for (size_t i = 0; i < b->c->forms; i++)
        if (b->c->form[i].id.v == key.form.v)
            p->form = (int)i;
    if (p->form < 0 || p->unit < 0)
        return err_set(err, ERR_NOT_FOUND, MSG_err_report_unknown);
    b->f = &b->c->form[p->form];
    p->last_day = unit_last_in(&b->c->units, p->unit, key.period);
    p->closes = unit_closes_in(&b->c->units, p->unit, key.period, &p->part_from, &p->part_to);
    p->begins = unit_begins_in(&b->c->units, p->unit, key.period, &p->part_from, &p->part_to);
    p->handover = reporting_handover(b->c, p->form, p->unit, key.period);
    p->writer = reporting_writer(b->c, b->v->today, p->form, p->unit, key.period);
    if (!must(b->c, b->v->today, b->who, RIGHT_READ, p->unit, p->last_day, b->f->code, STR(""),
            err) ||
        !store->ops->report(store, key.form, key.unit, period_code(key.period), b->v->known, b->a,
            &p->report, &found, err))
        return false;
    p->is_new = !found;
    if (found)
        return true;
    if (!reporting_asked(b->c, p->form, p->unit, key.period))
        return err_set(err, ERR_INVALID, MSG_err_report_not_asked, b->f->code,
            unit_name_of(b->c, p->unit, p->last_day));
    int64_t due = reporting_due_of(b->c, app_calendar(b->app), p->form, p->unit, key.period);
    p->report = (struct report){.form = key.form,
        .unit = key.unit,
        .period = period_code(key.period),
        .state = REPORT_NOT_STARTED,
        .due_ms = due < 0 ? 0 : due};
    return true;
}

/* The days that most of the form's lines cover. */
static void find_window(struct page_build *b)
{
    const struct calendar *cal = app_calendar(b->app);
    struct str best = STR_NULL;
    int most = 0;

    for (int i = 0; cal && i < b->f->lines; i++) {
        struct str family = b->c->indicator[b->c->form_line[b->f->first_line + i].indicator].family;
        int n = 0;
        for (int k = 0; k < b->f->lines; k++)
            n += str_eq(
                b->c->indicator[b->c->form_line[b->f->first_line + k].indicator].family, family);
        if (n > most) {
            most = n;
            best = family;
        }
    }
    if (most)
        b->page->has_window =
            calendar_window(cal, best, b->page->key.period, &b->page->window, NULL);
}

static void find_times(struct page_build *b)
{
    struct report_page *p = b->page;
    struct ymd last = day_ymd(p->last_day);
    int days = days_in_month(last.year, last.month);

    p->due_ms = p->report.due_ms ? p->report.due_ms : -1;
    p->timely = report_timeliness(&p->report, b->v->now_ms,
        (int)setting_number(app_store(b->app), SETTING_report_soon_days), &p->days);
    p->has_previous = period_previous(p->key.period, &p->previous);
    p->has_last_year = period_last_year(p->key.period, &p->last_year);
    if (b->f->cutoff_day > 0)
        p->cutoff =
            day_make(last.year, last.month, b->f->cutoff_day < days ? b->f->cutoff_day : days);
    find_window(b);
    /* the part is one of the days that the report covers */
    if ((p->closes || p->begins) && p->has_window) {
        struct day first = unit_first(&b->c->units, p->unit),
                   end = day_add(unit_end(&b->c->units, p->unit), -1);
        struct day from = first.v > p->window.first.v ? first : p->window.first;
        struct day to = end.v < p->window.last.v ? end : p->window.last;
        if (from.v <= to.v) {
            p->part_from = from;
            p->part_to = to;
        }
    }
}

static bool add_points(struct page_build *b, struct err *err)
{
    struct report_page *p = b->page;
    struct store *store = app_store(b->app);
    struct report before;
    bool found = false;

    if (p->report.id.v &&
        (!store->ops->narrative(store, p->report.id, b->a, &p->point, &p->points, err) ||
            !store->ops->attachments(
                store, p->report.id, b->a, &p->attachment, &p->attachments, err)))
        return false;
    if (p->has_previous && !store->ops->report(store, p->key.form, p->key.unit,
                               period_code(p->previous), b->v->known, b->a, &before, &found, err))
        return false;
    if (found && !store->ops->narrative(
                     store, before.id, b->a, &p->previous_point, &p->previous_points, err))
        return false;
    p->may_write = b->v->known.v == INT64_MAX && report_editable(p->report.state) &&
                   page_may(b, RIGHT_ENTER, STR(""));
    return true;
}

/* The steps that the state allows and this account may take. */
static bool add_actions(struct page_build *b, struct err *err)
{
    struct report_page *p = b->page;
    int stops = p->errors + p->missing + p->warnings;

    p->action = arena_array(b->a, REPORT_STEPS, sizeof *p->action);
    if (!p->action)
        return err_memory(err);
    if (b->v->known.v != INT64_MAX)
        return true;
    for (int i = 0; i < REPORT_STEPS; i++) {
        enum report_step step = (enum report_step)i;
        enum report_state to;
        bool own = (step == STEP_APPROVE || step == STEP_LOCK) && b->who.account.v &&
                   p->report.sent_by.v == b->who.account.v;
        if (step == STEP_EDIT || own || (step == STEP_FINAL && !p->estimates) ||
            !report_next(p->report.state, step, b->f->needs_check, b->f->needs_sign, &to, NULL) ||
            !page_may(b, report_step_right(p->report.state, step), STR("")))
            continue;
        p->action[p->actions++] = (struct report_action){
            step, report_step_needs_reason(step), step != STEP_SUBMIT || !stops};
    }
    return true;
}

static bool add_history(struct page_build *b, struct err *err)
{
    struct report_page *p = b->page;
    struct store *store = app_store(b->app);
    struct report_event *e;
    size_t n = 0;

    if (!p->report.id.v)
        return true;
    if (!store->ops->report_events(store, p->report.id, b->a, &e, &n, err))
        return false;
    p->history = arena_array(b->a, n + 1, sizeof *p->history);
    if (!p->history)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        int by = catalog_account_id(b->c, e[i].account);
        if (e[i].act.v > b->v->known.v)
            continue;
        p->history[p->histories++] = (struct report_history){e[i], by};
        if (report_event_is_basis(&e[i])) {
            p->basis = &e[i];
            p->basis_by = by;
        }
    }
    return true;
}

/* Who types here for the unit, and what others have typed for it. */
static void find_behalf(struct page_build *b)
{
    struct report_page *p = b->page;

    for (size_t i = 0; i < p->rows; i++)
        p->behalf += (p->row[i].flags & FIGURE_ON_BEHALF) && p->row[i].now.has;
    p->for_another = p->may_write && for_another(b->c, b->v->today, b->who, p->unit, p->last_day,
                                         b->f->code, STR(""));
}

bool report_page_make(struct app *app, const struct view *v, struct actor who,
    struct report_key key, enum lang lang, struct arena *a, struct report_page *ret,
    struct err *err)
{
    struct page_build b = {
        .app = app, .v = v, .c = v->catalog, .who = who, .lang = lang, .a = a, .page = ret};

    *ret = (struct report_page){.key = key};
    if (!open_report(&b, key, err))
        return false;
    find_times(&b);
    /* a draft has no history: a view of the past shows what was stored */
    struct report_id draft = v->known.v == INT64_MAX ? ret->report.id : (struct report_id){0};
    bool ok = sheet_load(&b.sheet, app_store(app), v->catalog, v->known, ret->form, ret->unit,
                  key.period, draft, a, err) &&
              page_rows(&b, err) && page_owners(&b, err) && page_findings(&b, err) &&
              add_points(&b, err) && add_actions(&b, err) && add_history(&b, err);
    if (ok)
        find_behalf(&b);
    bool finalises = ret->report.state == REPORT_APPROVED && ret->estimates;
    ret->final_due_ms = finalises ? reporting_final_due(app, key.period) : -1;
    return ok;
}
