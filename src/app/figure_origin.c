/* figure_origin: from a total down to the cell, its report and the person. See indicator_page.h. */
#include "app/indicator_page.h"

#include "app/reporting.h"
#include "app/resolve.h"
#include "app/trees.h"
#include "app/typists.h"
#include "domain/formula.h"

struct tracing {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    const struct indicator *x;
    const struct origin_request *q;
    struct actor who;
    struct arena *a;
    struct figure_origin *o;
};

static bool find_subject(struct tracing *t, struct err *err)
{
    struct err e = ERR_INIT;
    int series = catalog_series(t->c, t->q->indicator, &e);
    struct figure_origin *o = t->o;

    o->series = o->by = o->sent_by = o->form = -1;
    o->indicator = series >= 0 ? t->c->series[series].indicator
                               : catalog_indicator(t->c, t->q->indicator, err);
    if (o->indicator < 0)
        return false;
    t->x = &t->c->indicator[o->indicator];
    if (series >= 0 && t->c->series[series].key.n)
        o->series = series;
    o->period = t->q->period;
    o->unit = resolve_unit_reading(t->c, t->q->unit, o->period, t->q->reading, err);
    return o->unit >= 0 &&
           must_read_indicator(t->v, t->who, t->x, o->unit, period_last_day(o->period), err);
}

static bool total(struct tracing *t, int indicator, int series, int unit, struct period p,
    struct total *ret, struct err *err)
{
    struct engine_query q = {.catalog = t->c,
        .indicator = indicator,
        .series = series,
        .unit = unit,
        .period = p,
        .state = t->q->state,
        .reading = t->q->reading,
        .line = -1};

    return engine_total(t->v->engine, &q, ret, err);
}

static bool may_read(const struct tracing *t, int indicator, int unit, struct period p)
{
    return must_read_indicator(
        t->v, t->who, &t->c->indicator[indicator], unit, period_last_day(p), NULL);
}

/* ---- the unit's own figure ---- */

static int cell_series(const struct tracing *t)
{
    return t->o->series >= 0 ? t->o->series : t->x->series;
}

static bool records_of(
    struct tracing *t, struct figure_record **ret, size_t *ret_n, struct err *err)
{
    struct store *store = app_store(t->app);
    int series = cell_series(t);

    *ret_n = 0;
    if (series < 0)
        return true;
    struct figure_key key = {
        t->c->series[series].id, period_code(t->o->period), t->c->units.p[t->o->unit].id};
    return store->ops->cell_history(store, key, t->v->known, t->a, ret, ret_n, err);
}

static bool report_of(struct tracing *t, struct report *ret, bool *ret_found, struct err *err)
{
    struct store *store = app_store(t->app);

    *ret_found = false;
    return t->x->form < 0 ||
           store->ops->report(store, t->c->form[t->x->form].id, t->c->units.p[t->o->unit].id,
               period_code(t->o->period), t->v->known, t->a, ret, ret_found, err);
}

static struct report_marks marks_of(const struct report *r, bool found)
{
    return found ? r->marks : (struct report_marks){{0}, {0}};
}

/* Index of the version that counts, -1. */
static bool counting(struct tracing *t, const struct figure_record *r, size_t n,
    struct report_marks marks, enum total_state state, int *ret, struct err *err)
{
    struct figure_version *v = arena_array(t->a, n + 1, sizeof *v);

    if (!v)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        v[i] = r[i].version;
    const struct figure_version *c =
        state == TOTAL_APPROVED ? figure_approved(v, n, marks) : figure_provisional(v, n, marks);
    *ret = c ? (int)(c - v) : -1;
    return true;
}

/* The person at the keys: named by the act that sent the report, else whose act it is. */
static bool typist(
    struct tracing *t, const struct figure_record *r, int *ret, int64_t *ret_ms, struct err *err)
{
    struct series_id cell = t->c->series[cell_series(t)].id;
    struct account_id account = r->account;
    bool found = false;

    *ret_ms = r->at_ms;
    if (r->act_kind == ACT_REPORT_STEP &&
        !typist_of(app_store(t->app), r->version.act, cell, t->a, &found, &account, ret_ms, err))
        return false;
    *ret = catalog_account_id(t->c, account);
    return true;
}

/* What was said before the figure was sent on what an entry for another rests. */
static bool basis_of(struct tracing *t, const struct figure_record *r, struct err *err)
{
    struct store *store = app_store(t->app);
    struct report_event *e;
    size_t n = 0;

    if (!(r->version.flags & FIGURE_ON_BEHALF) || !t->o->has_report)
        return true;
    if (!store->ops->report_events(store, t->o->report.id, t->a, &e, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (e[i].act.v <= r->version.act.v && report_event_is_basis(&e[i]))
            t->o->basis = e[i].reason;
    return true;
}

static bool own_figure(struct tracing *t, const struct total *whole, struct err *err)
{
    struct figure_origin *o = t->o;
    struct figure_record *r;
    size_t n;
    int at;

    if (!records_of(t, &r, &n, err) || !report_of(t, &o->report, &o->has_report, err))
        return false;
    o->form = o->has_report ? t->x->form : -1;
    if (!n)
        return true;
    if (!counting(t, r, n, marks_of(&o->report, o->has_report), t->q->state, &at, err))
        return false;
    o->versions = (int)n;
    o->may_history = may(t->c, t->v->today, t->who, RIGHT_READ_HISTORY, o->unit,
        period_last_day(o->period), STR(""), STR(""));
    if (at < 0)
        return true;
    o->record = r[at];
    o->own = shown_of_version(&r[at].version, t->x->decimals);
    o->has_own = o->own.has;
    if (!typist(t, &r[at], &o->by, &o->by_ms, err) || !basis_of(t, &r[at], err))
        return false;
    if (r[at].act_kind == ACT_REPORT_STEP)
        o->sent_by = catalog_account_id(t->c, r[at].account);
    if (!o->has_own)
        return true;
    o->own_counts = whole->has && !whole->has_stated && t->x->source == SOURCE_REPORTED;
    if (o->own_counts || !whole->has)
        return true;
    if (!rat_sub(o->own.value, whole->value, &o->difference))
        return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
    o->differs = !rat_is_zero(o->difference);
    return true;
}

/* ---- what it is made of ---- */

/* Units just below, where they add up to it. */
static bool add_parts(struct tracing *t, struct err *err)
{
    struct figure_origin *o = t->o;
    struct tree tree;
    bool as_was = t->q->reading.kind == READ_AS_WAS;
    struct day day = as_was ? period_last_day(o->period) : t->q->reading.day;
    VEC(struct origin_part) v = {0};

    if (t->x->over_units == UNITS_NONE && t->x->source != SOURCE_FORMULA)
        return true;
    if (!view_tree(t->v, t->x->line, day, t->a, &tree, err))
        return false;
    int top = tree.pos[o->unit];
    for (int i = top + 1; top >= 0 && i < top + tree.size[top]; i += tree.size[i]) {
        struct total one;
        int unit = tree.unit[i];
        if (!may_read(t, o->indicator, unit, o->period))
            continue;
        if (!total(t, o->indicator, o->series, unit, o->period, &one, err))
            return false;
        struct origin_part part = {unit, shown_of_total(&one)};
        if ((one.has || one.expected > 0) && !vec_push(&v, t->a, part))
            return err_memory(err);
    }
    o->part = v.p;
    o->parts = v.n;
    return true;
}

static bool add_within(struct tracing *t, struct err *err)
{
    struct figure_origin *o = t->o;
    struct period parts[PERIOD_SPLIT_MAX];
    size_t n = period_split(o->period, t->x->frequency, parts);

    o->within = arena_array(t->a, n + 1, sizeof *o->within);
    if (!o->within)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        struct total one;
        if (!may_read(t, o->indicator, o->unit, parts[i]))
            continue;
        if (!total(t, o->indicator, o->series, o->unit, parts[i], &one, err))
            return false;
        o->within[o->withins++] = (struct origin_period){parts[i], shown_of_total(&one)};
    }
    return true;
}

static bool named_already(const struct figure_origin *o, int indicator, int series)
{
    for (size_t i = 0; i < o->operands; i++)
        if (o->operand[i].indicator == indicator && o->operand[i].series == series)
            return true;
    return false;
}

static bool add_operands(struct tracing *t, struct err *err)
{
    struct figure_origin *o = t->o;
    const struct formula *f = t->x->formula;

    if (!f || t->x->source != SOURCE_FORMULA)
        return true;
    o->operand = arena_array(t->a, (size_t)f->nodes + 1, sizeof *o->operand);
    if (!o->operand)
        return err_memory(err);
    for (int i = 0; i < f->nodes; i++) {
        int indicator, series;
        struct total one;
        if (f->node[i].op != F_NAME || f->node[i].operand < 0)
            continue;
        catalog_operand(t->c, f->node[i].operand, &indicator, &series);
        if (series >= 0 && !t->c->series[series].key.n)
            series = -1;
        if (named_already(o, indicator, series) || !may_read(t, indicator, o->unit, o->period))
            continue;
        if (!total(t, indicator, series, o->unit, o->period, &one, err))
            return false;
        o->operand[o->operands++] =
            (struct origin_operand){indicator, series, shown_of_total(&one)};
    }
    return true;
}

bool figure_origin(struct app *app, const struct view *v, struct actor who,
    const struct origin_request *q, struct arena *a, struct figure_origin *ret, struct err *err)
{
    struct tracing t = {.app = app, .v = v, .c = v->catalog, .q = q, .who = who, .a = a, .o = ret};
    struct total whole;

    *ret = (struct figure_origin){0};
    if (!find_subject(&t, err) ||
        !total(&t, ret->indicator, ret->series, ret->unit, ret->period, &whole, err))
        return false;
    ret->value = shown_of_total(&whole);
    return own_figure(&t, &whole, err) && add_parts(&t, err) && add_within(&t, err) &&
           add_operands(&t, err);
}

bool cell_versions(struct app *app, const struct view *v, struct actor who,
    const struct origin_request *q, struct arena *a, struct cell_version **ret, size_t *ret_n,
    struct err *err)
{
    struct figure_origin o = {0};
    struct tracing t = {.app = app, .v = v, .c = v->catalog, .q = q, .who = who, .a = a, .o = &o};
    struct figure_record *r = NULL;
    size_t n;
    int approved, provisional;

    if (!find_subject(&t, err) ||
        !must(t.c, v->today, who, RIGHT_READ_HISTORY, o.unit, period_last_day(o.period), STR(""),
            STR(""), err) ||
        !records_of(&t, &r, &n, err) || !report_of(&t, &o.report, &o.has_report, err))
        return false;
    struct report_marks marks = marks_of(&o.report, o.has_report);
    *ret = arena_array(a, n + 1, sizeof **ret);
    if (!*ret)
        return err_memory(err);
    if (!counting(&t, r, n, marks, TOTAL_APPROVED, &approved, err) ||
        !counting(&t, r, n, marks, TOTAL_PROVISIONAL, &provisional, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct cell_version *one = &(*ret)[n - 1 - i];
        int64_t ms;
        *one = (struct cell_version){.record = r[i],
            .value = shown_of_version(&r[i].version, t.x->decimals),
            .approved = (int)i == approved,
            .provisional = (int)i == provisional};
        if (!typist(&t, &r[i], &one->by, &ms, err))
            return false;
    }
    *ret_n = n;
    return true;
}
