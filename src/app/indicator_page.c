/* indicator_page: see indicator_page.h. Where figures come from is in figure_origin.c. */
#include "app/indicator_page.h"

#include <stdlib.h>

#include "app/resolve.h"
#include "app/trees.h"

struct making {
    const struct view *v;
    const struct catalog *c;
    const struct indicator *x;
    const struct indicator_request *q;
    struct actor who;
    enum lang lang;
    struct arena *a;
    struct indicator_page *p;
    struct tree tree;
};

static struct engine_query query(const struct making *m, int unit, struct period p)
{
    return (struct engine_query){.catalog = m->c,
        .indicator = m->p->indicator,
        .series = m->p->series,
        .unit = unit,
        .period = p,
        .state = m->q->state,
        .reading = m->q->reading,
        .line = -1};
}

static bool may_read(const struct making *m, int unit, struct period p)
{
    return must_read_indicator(m->v, m->who, m->x, unit, period_last_day(p), NULL);
}

static bool find_subject(struct making *m, struct err *err)
{
    struct indicator_page *p = m->p;
    struct err e = ERR_INIT;
    int series = catalog_series(m->c, m->q->indicator, &e);

    p->series = -1;
    p->indicator = series >= 0 ? m->c->series[series].indicator
                               : catalog_indicator(m->c, m->q->indicator, err);
    if (p->indicator < 0)
        return false;
    m->x = &m->c->indicator[p->indicator];
    p->name = m->x->name;
    if (series >= 0 && m->c->series[series].key.n) {
        p->series = series;
        p->name = m->c->series[series].label;
    }
    p->period = m->q->period;
    p->unit = resolve_unit_reading(m->c, m->q->unit, p->period, m->q->reading, err);
    return p->unit >= 0 &&
           must_read_indicator(m->v, m->who, m->x, p->unit, period_last_day(p->period), err);
}

/* The form and the body that it comes from. */
static void find_form(struct making *m)
{
    struct indicator_page *p = m->p;

    p->form = m->x->form;
    p->line = -1;
    p->owner_name = m->x->owner;
    if (p->form < 0)
        return;
    const struct form *f = &m->c->form[p->form];
    for (int i = f->first_line; i < f->first_line + f->lines; i++) {
        const struct form_line *l = &m->c->form_line[i];
        if (l->indicator != p->indicator)
            continue;
        p->line = i;
        bool english = m->lang == LANG_EN && l->owner_name_en.n;
        if (l->owner_name_vi.n)
            p->owner_name = english ? l->owner_name_en : l->owner_name_vi;
    }
}

/* ---- trend ---- */

static bool plan_of(const struct making *m, int unit, struct period p, struct dec *ret)
{
    return m->p->series < 0 && catalog_plan_of_period(m->c, m->p->indicator, unit, p, ret);
}

static bool trend_periods(struct making *m, struct err *err)
{
    struct indicator_page *p = m->p;
    int wanted = m->q->periods <= 0 ? 8 : m->q->periods > TREND_MAX ? TREND_MAX : m->q->periods;
    struct period at = p->period;

    p->trend = arena_array(m->a, (size_t)wanted, sizeof *p->trend);
    if (!p->trend)
        return err_memory(err);
    size_t n = 0;
    do
        p->trend[n++].period = at;
    while (n < (size_t)wanted && period_previous(at, &at));
    p->trends = n;
    for (size_t i = 0; i < n / 2; i++) {
        struct period t = p->trend[i].period;
        p->trend[i].period = p->trend[n - 1 - i].period;
        p->trend[n - 1 - i].period = t;
    }
    return true;
}

/* Values of the periods, and those of a year before. */
static bool make_trend(struct making *m, struct err *err)
{
    struct indicator_page *p = m->p;
    struct engine_query q[TREND_MAX], earlier[TREND_MAX];
    struct period later[TREND_MAX];
    struct total *t = arena_array(m->a, (size_t)2 * TREND_MAX, sizeof *t);
    struct shown *into[TREND_MAX], *year_before[TREND_MAX];
    size_t n = 0, earliers = 0;

    if (!t)
        return err_memory(err);
    if (!trend_periods(m, err))
        return false;
    for (size_t i = 0; i < p->trends; i++) {
        struct trend_point *at = &p->trend[i];
        struct period before;
        at->has_plan = plan_of(m, p->unit, at->period, &at->plan);
        if (!may_read(m, p->unit, at->period))
            continue;
        into[n] = &at->value;
        q[n++] = query(m, p->unit, at->period);
        if (!period_last_year(at->period, &before) || !may_read(m, p->unit, before))
            continue;
        later[earliers] = at->period;
        year_before[earliers] = &at->last_year;
        earlier[earliers++] = query(m, p->unit, before);
    }
    if (!engine_totals(m->v->engine, q, n, t, err) ||
        !engine_compared(m->v->engine, earlier, later, earliers, t + n, err))
        return false;
    for (size_t i = 0; i < n + earliers; i++) {
        struct shown *to = i < n ? into[i] : year_before[i - n];
        *to = shown_of_total(&t[i]);
        p->made_up = p->made_up || to->made_up;
    }
    return true;
}

static bool compare(struct making *m, struct err *err)
{
    struct indicator_page *p = m->p;
    const struct trend_point *last = &p->trend[p->trends - 1];
    struct rat q;

    p->value = last->value;
    p->last_year = last->last_year;
    p->has_plan = last->has_plan;
    p->plan = last->plan;
    if (p->has_plan && m->x->direction != DIRECTION_LESS)
        p->has_percent = shown_percent(&p->value, rat_of_dec(p->plan), &p->percent);
    if (!p->value.has || !p->last_year.has)
        return true;
    if (!rat_sub(p->value.value, p->last_year.value, &p->change))
        return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
    p->has_change = true;
    bool rate = str_is(m->x->unit_of_measure, "%");
    p->has_growth = !rate && rat_sign(p->last_year.value) > 0 &&
                    rat_div(p->change, p->last_year.value, &q) &&
                    rat_mul(q, rat_of_i64(100), &p->growth);
    return true;
}

/* ---- league table ---- */

static bool reports(const struct making *m, int unit, struct day day)
{
    const struct kinds *ks = &m->c->units.kinds;
    int kind = unit_kind_on(&m->c->units, unit, day);

    for (size_t i = 0; i < m->x->reporting_kinds; i++) {
        int asked = kinds_find(ks, m->a, m->x->reported_by[i]);
        if (kind >= 0 && asked >= 0 && kind_answers(ks, kind, asked))
            return true;
    }
    return false;
}

static bool in_league(const struct making *m, int pos, int top, int kind, struct day day)
{
    int unit = m->tree.unit[pos];

    if (kind >= 0)
        return kind_answers(&m->c->units.kinds, unit_kind_on(&m->c->units, unit, day), kind);
    if (m->x->reporting_kinds)
        return reports(m, unit, day);
    return m->tree.parent[pos] == top;
}

static bool league_units(struct making *m, struct err *err)
{
    struct indicator_page *p = m->p;
    bool as_was = m->q->reading.kind == READ_AS_WAS;
    struct day day = as_was ? period_last_day(p->period) : m->q->reading.day;
    int kind = -1;
    VEC(struct league_row) v = {0};

    if (m->q->kind.n && (kind = kinds_find(&m->c->units.kinds, m->a, m->q->kind)) < 0)
        return err_set(err, ERR_INVALID, MSG_err_units_kind, m->q->kind);
    if (!view_tree(m->v, m->x->line, day, m->a, &m->tree, err))
        return false;
    int top = m->tree.pos[p->unit];
    for (int i = top + 1; top >= 0 && i < top + m->tree.size[top]; i++) {
        if (!in_league(m, i, top, kind, day))
            continue;
        if (!may_read(m, m->tree.unit[i], p->period)) {
            p->withheld++;
            continue;
        }
        if (v.n == LEAGUE_MAX)
            return err_set(err, ERR_LIMIT, MSG_err_table_large);
        if (!vec_push(&v, m->a, (struct league_row){.unit = m->tree.unit[i]}))
            return err_memory(err);
    }
    p->league = v.p;
    p->leagues = v.n;
    return true;
}

static bool league_values(struct making *m, struct err *err)
{
    struct indicator_page *p = m->p;
    struct engine_query *q = arena_array(m->a, 2 * p->leagues + 1, sizeof *q);
    struct period *later = arena_array(m->a, p->leagues + 1, sizeof *later);
    struct total *t = arena_array(m->a, 2 * p->leagues + 1, sizeof *t);
    struct period before;
    bool has_before = period_last_year(p->period, &before);
    size_t n = p->leagues;

    if (!q || !t || !later)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        later[i] = p->period;
        q[i] = query(m, p->league[i].unit, p->period);
        q[n + i] = query(m, p->league[i].unit, has_before ? before : p->period);
    }
    if (!engine_totals(m->v->engine, q, n, t, err) ||
        !engine_compared(m->v->engine, q + n, later, n, t + n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct league_row *r = &p->league[i];
        r->value = shown_of_total(&t[i]);
        if (has_before)
            r->last_year = shown_of_total(&t[n + i]);
        r->has_plan = plan_of(m, r->unit, p->period, &r->plan);
        if (r->has_plan && m->x->direction != DIRECTION_LESS)
            r->has_percent = shown_percent(&r->value, rat_of_dec(r->plan), &r->percent);
        p->made_up = p->made_up || r->value.made_up;
    }
    return true;
}

/* Better first; without a direction, larger first; those without a value last, as they stood. */
static int better(const void *a, const void *b, void *ctx)
{
    const struct league_row *x = a, *y = b;
    const struct making *m = ctx;

    if (x->value.has != y->value.has)
        return x->value.has ? -1 : 1;
    int order = x->value.has ? rat_cmp(x->value.value, y->value.value) : 0;
    if (order)
        return m->x->direction == DIRECTION_LESS ? order : -order;
    return m->tree.pos[x->unit] - m->tree.pos[y->unit];
}

static void rank(struct making *m)
{
    struct indicator_page *p = m->p;

    if (!p->leagues)
        return;
    qsort_r(p->league, p->leagues, sizeof *p->league, better, m);
    for (size_t i = 0; i < p->leagues && m->x->direction != DIRECTION_NEITHER; i++) {
        struct league_row *r = &p->league[i], *above = i ? r - 1 : NULL;
        if (!r->value.has)
            break;
        bool equal = above && rat_cmp(above->value.value, r->value.value) == 0;
        r->rank = equal ? above->rank : (int)i + 1;
        if (equal)
            r->tied = above->tied = true;
    }
}

bool indicator_page_make(const struct view *v, struct actor who, const struct indicator_request *q,
    enum lang lang, struct arena *a, struct indicator_page *ret, struct err *err)
{
    struct making m = {.v = v, .c = v->catalog, .q = q, .who = who, .lang = lang, .a = a, .p = ret};

    *ret = (struct indicator_page){0};
    if (!find_subject(&m, err))
        return false;
    find_form(&m);
    if (!make_trend(&m, err) || !compare(&m, err) || !league_units(&m, err) ||
        !league_values(&m, err))
        return false;
    rank(&m);
    return true;
}

/* ---- definitions through time ---- */

static uint32_t difference(const struct indicator_row *a, const struct indicator_row *b)
{
    uint32_t d = 0;

    d |= str_eq(a->name, b->name) ? 0 : INDICATOR_NAME;
    d |= str_eq(a->unit_of_measure, b->unit_of_measure) ? 0 : INDICATOR_UNIT;
    d |= str_eq(a->definition, b->definition) ? 0 : INDICATOR_DEFINITION;
    d |= str_eq(a->formula, b->formula) ? 0 : INDICATOR_FORMULA;
    bool rules = a->over_units != b->over_units || a->over_time != b->over_time ||
                 a->frequency != b->frequency || a->entered != b->entered || a->line != b->line ||
                 !str_eq(a->family, b->family) || !str_eq(a->weight, b->weight) ||
                 !str_eq(a->reported_by, b->reported_by) || a->direction != b->direction;
    d |= rules ? INDICATOR_RULES : 0;
    bool other = !str_eq(a->code, b->code) || !str_eq(a->aliases, b->aliases) ||
                 !str_eq(a->note, b->note) || !str_eq(a->owner, b->owner) ||
                 a->privacy != b->privacy || a->form.v != b->form.v || a->followed != b->followed;
    d |= other ? INDICATOR_OTHER : 0;
    return d;
}

struct versions {
    struct app *app;
    const struct catalog *c;
    struct indicator_id id;
    struct arena *a, scratch;
    struct indicator_row last; /* texts in `a` */
    bool any;
    VEC(struct indicator_version) v;
};

static bool keep_row(struct versions *x, const struct indicator_row *r, struct err *err)
{
    struct str *texts[] = {&x->last.code, &x->last.name, &x->last.unit_of_measure,
        &x->last.definition, &x->last.aliases, &x->last.formula, &x->last.weight,
        &x->last.reported_by, &x->last.note, &x->last.owner, &x->last.family};

    x->last = *r;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i] = str_dup(x->a, *texts[i]);
        if (!texts[i]->p)
            return err_memory(err);
    }
    x->any = true;
    return true;
}

static bool look_at_act(struct versions *x, const struct act *act, struct err *err)
{
    struct store *store = app_store(x->app);
    struct catalog_rows rows = {0};

    arena_reset(&x->scratch);
    if (!store->ops->load_catalog(store, act->no, &x->scratch, &rows, err))
        return false;
    for (size_t i = 0; i < rows.indicator.n; i++) {
        const struct indicator_row *r = &rows.indicator.p[i];
        uint32_t changed = r->id.v == x->id.v && x->any ? difference(&x->last, r) : 0;
        if (r->id.v != x->id.v || (x->any && !changed))
            continue;
        if (!keep_row(x, r, err))
            return false;
        struct indicator_version one = {act->no, act->at_ms, catalog_account_id(x->c, act->account),
            changed, x->last.name, x->last.unit_of_measure, x->last.definition, x->last.formula};
        if (!vec_push(&x->v, x->a, one))
            return err_memory(err);
    }
    return true;
}

static int by_number(const void *a, const void *b)
{
    const struct act *x = a, *y = b;

    return (x->no.v > y->no.v) - (x->no.v < y->no.v);
}

/* Acts that may have changed an indicator, oldest first. */
static bool acts_of_definitions(
    struct versions *x, struct act_no known, struct act **ret, size_t *ret_n, struct err *err)
{
    static const enum act_kind kinds[] = {
        ACT_IMPORT_INDICATORS, ACT_IMPORT_FORMS, ACT_IMPORT_OTHER, ACT_UNDO};
    struct store *store = app_store(x->app);
    VEC(struct act) v = {0};

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct act_filter f = {.kind = (int)kinds[k], .newest_first = true, .limit = VERSIONS_MAX};
        struct act *acts;
        size_t n;
        if (!store->ops->acts(store, &f, x->a, &acts, &n, err))
            return false;
        for (size_t i = 0; i < n; i++)
            if (acts[i].no.v <= known.v && !vec_push(&v, x->a, acts[i]))
                return err_memory(err);
    }
    if (v.n)
        qsort(v.p, v.n, sizeof *v.p, by_number);
    *ret = v.p;
    *ret_n = v.n;
    return true;
}

bool indicator_versions(struct app *app, const struct view *v, int indicator, struct arena *a,
    struct indicator_version **ret, size_t *ret_n, struct err *err)
{
    struct versions x = {
        .app = app, .c = v->catalog, .id = v->catalog->indicator[indicator].id, .a = a};
    struct act *acts = NULL;
    size_t n = 0;
    bool ok;

    if (!acts_of_definitions(&x, v->known, &acts, &n, err))
        return false;
    arena_init(&x.scratch, 512u << 20);
    ok = true;
    for (size_t i = 0; i < n && ok; i++)
        ok = look_at_act(&x, &acts[i], err);
    arena_free(&x.scratch);
    for (size_t i = 0; ok && i < x.v.n / 2; i++) {
        struct indicator_version t = x.v.p[i];
        x.v.p[i] = x.v.p[x.v.n - 1 - i];
        x.v.p[x.v.n - 1 - i] = t;
    }
    *ret = x.v.p;
    *ret_n = x.v.n;
    return ok;
}
