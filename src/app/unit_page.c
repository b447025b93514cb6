/* unit_page: see unit_page.h. */
#include "app/unit_page.h"

#include <stdlib.h>

#include "app/reporting.h"
#include "app/trees.h"

struct making {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    const struct units *us;
    const struct unit_request *q;
    struct actor who;
    enum lang lang;
    struct arena *a;
    struct unit_page *p;
};

/* ---- who it is ---- */

/* The day on which its place in the tree is read: the asked one, or its last. */
static struct day standing(const struct unit_page *p)
{
    return p->alive || p->day.v < p->end.v ? p->day : day_add(p->end, -1);
}

static bool find_unit(struct making *m, struct err *err)
{
    struct unit_page *p = m->p;

    p->day = m->q->day.v ? m->q->day : m->v->today;
    p->unit = units_find(m->us, m->q->unit, p->day, err);
    if (p->unit < 0 ||
        !must(m->c, m->v->today, m->who, RIGHT_READ, p->unit, p->day, STR(""), STR(""), err))
        return false;
    const struct unit *u = &m->us->p[p->unit];
    p->alive = unit_alive(m->us, p->unit, p->day);
    p->version = unit_name_on(m->us, p->unit, p->day);
    p->first = unit_first(m->us, p->unit);
    p->end = unit_end(m->us, p->unit);
    p->place = catalog_place_on(m->c, p->unit, standing(p));
    p->line = arena_array(m->a, u->parents + 1, sizeof *p->line);
    if (!p->line)
        return err_memory(err);
    for (size_t i = 0; i < u->parents; i++)
        p->line[p->lines++] = (struct unit_line){
            u->parent[i].line, u->parent[i].parent, u->parent[i].from, u->parent[i].to};
    return true;
}

static bool find_way(struct making *m, struct err *err)
{
    struct unit_page *p = m->p;
    int up[64];
    size_t n = 0;

    for (int at = unit_parent_on(m->us, p->unit, m->q->line, standing(p)); at >= 0 && n < 64;
         at = unit_parent_on(m->us, at, m->q->line, standing(p)))
        up[n++] = at;
    p->way = arena_array(m->a, n + 1, sizeof *p->way);
    if (!p->way)
        return err_memory(err);
    while (n > 0)
        p->way[p->ways++] = up[--n];
    return true;
}

static bool floor_of(const struct view *view, int unit, enum line line, struct day day,
    struct arena *a, struct unit_child **ret, size_t *ret_n, struct err *err)
{
    const struct units *us = &view->catalog->units;
    struct tree t;
    VEC(struct unit_child) v = {0};

    if (!view_tree(view, line, day, a, &t, err))
        return false;
    int top = unit < 0 ? -1 : t.pos[unit];
    size_t begin = unit < 0 ? 0 : (size_t)top + 1, end = unit < 0  ? t.n
                                                         : top < 0 ? 0
                                                                   : (size_t)(top + t.size[top]);
    for (size_t i = begin; i < end; i += (size_t)t.size[i]) {
        struct unit_child c = {t.unit[i], unit_kind_on(us, t.unit[i], day), t.size[i] - 1};
        if (!vec_push(&v, a, c))
            return err_memory(err);
    }
    *ret = v.p;
    *ret_n = v.n;
    return true;
}

/* May the account read it, or something in it? */
static bool leads_to_mine(
    const struct view *v, struct actor who, int unit, enum line line, struct day day)
{
    const struct account *x = actor_account(v->catalog, who);
    const struct catalog *now = v->catalog->rights ? *v->catalog->rights : v->catalog;
    int top = units_find_id(&now->units, v->catalog->units.p[unit].id);

    if (may(v->catalog, v->today, who, RIGHT_READ, unit, day, STR(""), STR("")))
        return true;
    for (size_t i = 0; x && top >= 0 && i < x->grants; i++)
        if (x->grant[i].unit >= 0 && unit_under(&now->units, x->grant[i].unit, top, line, day))
            return true;
    return false;
}

bool unit_floor(const struct view *v, struct actor who, int unit, enum line line, struct day day,
    struct arena *a, struct unit_child **ret, size_t *ret_n, struct err *err)
{
    struct unit_child *all;
    size_t n;

    if (!floor_of(v, unit, line, day, a, &all, &n, err))
        return false;
    *ret = all;
    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        if (leads_to_mine(v, who, all[i].unit, line, day))
            all[(*ret_n)++] = all[i];
    return true;
}

static bool find_bodies(struct making *m, struct err *err)
{
    struct unit_page *p = m->p;
    VEC(int) v = {0};

    for (size_t i = 0; i < m->us->n; i++)
        if (catalog_place_on(m->c, (int)i, standing(p)) == p->unit &&
            unit_alive(m->us, (int)i, standing(p)) && !vec_push(&v, m->a, (int)i))
            return err_memory(err);
    p->body = v.p;
    p->bodies = v.n;
    return true;
}

/* ---- descent ---- */

struct descending {
    struct making *m;
    struct map seen; /* edges */
    VEC(struct unit_edge) v;
};

static bool take_edge(struct descending *d, int edge, int distance, bool *ret_new, struct err *err)
{
    *ret_new = false;
    if (map_has(&d->seen, (uint64_t)edge) || d->v.n >= UNIT_DESCENT_MAX)
        return true;
    struct unit_edge e = {d->m->c->edge[edge].event, edge, distance};
    *ret_new = true;
    return (map_put(&d->seen, (uint64_t)edge, 1) && vec_push(&d->v, d->m->a, e)) || err_memory(err);
}

/* One way through time: -1 to what it came from, 1 to what it became. */
static bool descend(struct descending *d, int unit, int way, struct err *err)
{
    const struct catalog *c = d->m->c;
    struct map seen;
    VEC(int) queue = {0};
    VEC(int) steps = {0};

    map_init(&seen, d->m->a);
    if (!vec_push(&queue, d->m->a, unit) || !vec_push(&steps, d->m->a, 0) ||
        !map_put(&seen, (uint64_t)unit, 1))
        return err_memory(err);
    for (size_t at = 0; at < queue.n; at++)
        for (size_t i = 0; i < c->edges; i++) {
            int here = way < 0 ? c->edge[i].to : c->edge[i].from;
            int next = way < 0 ? c->edge[i].from : c->edge[i].to;
            bool is_new;
            if (here != queue.p[at])
                continue;
            if (!take_edge(d, (int)i, way * steps.p[at], &is_new, err))
                return false;
            if (next < 0 || map_has(&seen, (uint64_t)next))
                continue;
            if (!map_put(&seen, (uint64_t)next, 1) || !vec_push(&queue, d->m->a, next) ||
                !vec_push(&steps, d->m->a, steps.p[at] + 1))
                return err_memory(err);
        }
    return true;
}

static int by_day(const void *a, const void *b, void *ctx)
{
    const struct unit_edge *x = a, *y = b;
    const struct catalog *c = ctx;
    int64_t d = (int64_t)c->event[x->event].day.v - c->event[y->event].day.v;

    return d ? (d > 0) - (d < 0) : x->event != y->event ? x->event - y->event : x->edge - y->edge;
}

static bool find_descent(struct making *m, struct err *err)
{
    struct descending d = {.m = m};
    struct unit_page *p = m->p;
    VEC(int) into = {0};

    map_init(&d.seen, m->a);
    if (!descend(&d, p->unit, -1, err) || !descend(&d, p->unit, 1, err))
        return false;
    if (d.v.n)
        qsort_r(d.v.p, d.v.n, sizeof *d.v.p, by_day, (void *)(uintptr_t)m->c);
    p->descent = d.v.p;
    p->descents = d.v.n;
    for (size_t i = 0; i < m->c->edges && p->end.v != DAY_MAX.v; i++) {
        const struct edge *e = &m->c->edge[i];
        bool last = e->from == p->unit && e->to >= 0 && e->to != p->unit &&
                    m->c->event[e->event].day.v == p->end.v;
        if (last && !vec_push(&into, m->a, e->to))
            return err_memory(err);
    }
    p->successor = into.p;
    p->successors = into.n;
    return true;
}

/* ---- what it has to do ---- */

static bool find_targets(struct making *m, struct err *err)
{
    struct unit_page *p = m->p;
    struct day day = standing(p).v < m->v->today.v ? standing(p) : m->v->today;

    if (!period_of_day(FREQUENCY_QUARTER, day, &p->period))
        return true;
    struct scoreboard_request q = {.unit = str_of(m->us->p[p->unit].uid.z),
        .period = p->period,
        .state = m->q->state,
        .reading = m->q->reading};
    return scoreboard_make(m->app, m->v, m->who, &q, m->lang, m->a, &p->board, err);
}

static bool add_report(struct making *m, int form, struct period p, struct err *err)
{
    struct store *store = app_store(m->app);
    const struct form *f = &m->c->form[form];
    struct unit_report *r = &m->p->report[m->p->reports];
    bool found;

    *r = (struct unit_report){.form = form, .period = p};
    if (!store->ops->report(store, f->id, m->us->p[m->p->unit].id, period_code(p), m->v->known,
            m->a, &r->report, &found, err))
        return false;
    r->stored = found;
    if (!found) {
        int64_t due = reporting_due_of(m->c, app_calendar(m->app), form, m->p->unit, p);
        r->report = (struct report){.state = REPORT_NOT_STARTED, .due_ms = due < 0 ? 0 : due};
    }
    r->timely = report_timeliness(&r->report, m->v->now_ms, 3, &r->days);
    m->p->reports++;
    return true;
}

static bool find_reports(struct making *m, struct err *err)
{
    struct unit_page *p = m->p;
    struct day day = standing(p).v < m->v->today.v ? standing(p) : m->v->today;

    p->report = arena_array(m->a, m->c->forms * UNIT_REPORTS_MAX + 1, sizeof *p->report);
    if (!p->report)
        return err_memory(err);
    for (size_t f = 0; f < m->c->forms; f++) {
        struct period at;
        bool some = period_of_day(m->c->form[f].frequency, day, &at);
        for (int n = 0; some && n < UNIT_REPORTS_MAX; n++) {
            bool shown = reporting_asked(m->c, (int)f, p->unit, at) &&
                         may(m->c, m->v->today, m->who, RIGHT_READ, p->unit,
                             unit_last_in(m->us, p->unit, at), m->c->form[f].code, STR(""));
            if (shown && !add_report(m, (int)f, at, err))
                return false;
            some = period_previous(at, &at);
        }
    }
    return true;
}

static bool find_posts(struct making *m, struct err *err)
{
    struct unit_page *p = m->p;
    VEC(struct unit_post) v = {0};

    for (size_t i = 0; i < m->c->accounts; i++) {
        const struct account *x = &m->c->account[i];
        const struct grant *g = NULL;
        for (size_t k = 0; k < x->grants && !g; k++)
            if (x->grant[k].unit == p->unit &&
                day_in(m->v->today, x->grant[k].from, x->grant[k].to))
                g = &x->grant[k];
        if (x->disabled || !g)
            continue;
        struct unit_post post = {(int)i, g->role, x->post, g->owner};
        if (!vec_push(&v, m->a, post))
            return err_memory(err);
    }
    p->post = v.p;
    p->posts = v.n;
    return true;
}

bool unit_page_make(struct app *app, const struct view *v, struct actor who,
    const struct unit_request *q, enum lang lang, struct arena *a, struct unit_page *ret,
    struct err *err)
{
    struct making m = {.app = app,
        .v = v,
        .c = v->catalog,
        .us = &v->catalog->units,
        .q = q,
        .who = who,
        .lang = lang,
        .a = a,
        .p = ret};

    *ret = (struct unit_page){0};
    return find_unit(&m, err) && find_way(&m, err) &&
           floor_of(v, ret->unit, q->line, standing(ret), a, &ret->child, &ret->children, err) &&
           find_bodies(&m, err) && find_descent(&m, err) && find_targets(&m, err) &&
           find_reports(&m, err) && find_posts(&m, err);
}
