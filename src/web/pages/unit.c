/* unit: the page of a unit, the floor of the tree, search, and the leader's brief. */
#include "app/unit_page.h"

#include "app/headline.h"
#include "app/open_items.h"
#include "app/resolve.h"
#include "app/search.h"
#include "templates.h"
#include "web/drawings.h"
#include "web/handlers.h"
#include "web/how.h"
#include "web/marks.h"
#include "web/places_view.h"
#include "web/show.h"
#include "web/site.h"

static const struct input brief_inputs[] = {
    {.name = "period", .type = INPUT_LINE, .max = 20},
    HOW_INPUTS,
    {0},
};
const struct intake intake_brief = {.inputs = brief_inputs};
static const struct input unit_inputs[] = {HOW_INPUTS, {0}};
const struct intake intake_unit = {.inputs = unit_inputs};
static const struct input search_inputs[] = {
    {.name = "q", .type = INPUT_LINE, .max = SEARCH_TEXT_MAX},
    {0},
};
const struct intake intake_search = {.inputs = search_inputs};

struct place {
    struct request *rq;
    const struct view *v;
    const struct catalog *c;
    struct how how;
};

static struct str unit_url(const struct place *x, int unit)
{
    return how_url(
        x->rq, show_url(x->rq, "/units/%", show_uid(x->rq, x->c->units.p[unit].uid)), &x->how);
}

static struct str indicator_url(const struct place *x, int indicator, int unit, struct period p)
{
    return how_url(
        x->rq, show_indicator_url(x->rq, x->c, indicator, unit, p, TOTAL_APPROVED), &x->how);
}

static struct str form_name(const struct place *x, int form)
{
    const struct form *f = &x->c->form[form];

    return x->rq->lang == LANG_EN && f->name_en.n ? f->name_en : f->name_vi;
}

static bool add_link(const struct place *x, int unit, struct day day, int below,
    struct link_view **p, size_t *n, size_t *cap, struct err *err)
{
    struct link_view l = {unit_url(x, unit), show_unit_first(x->rq, x->c, unit, day), false};

    if (below > 0)
        l.text = show_msg(x->rq, MSG_unit_with_below, l.text, show_count(x->rq, below));
    if (!vec_room_((void **)p, *n, cap, sizeof **p, x->rq->arena))
        return err_memory(err);
    (*p)[(*n)++] = l;
    return true;
}

#define ADD_LINK(x, unit, day, below, list, err)                                                   \
    add_link((x), (unit), (day), (below), &(list)->p, &(list)->n, &(list)->cap, (err))

/* ---- one unit ---- */

static bool fact(const struct place *x, struct unit_view *v, enum msg_key label, struct str value)
{
    struct fact_view f = {.label = msg_text(x->rq->lang, label), .value = value};

    return !value.n || vec_push(&v->facts, x->rq->arena, f);
}

static bool add_facts(
    const struct place *x, const struct unit_page *p, struct unit_view *v, struct err *err)
{
    const struct kinds *ks = &x->c->units.kinds;
    const struct kind *k = p->version && p->version->kind >= 0 ? &ks->p[p->version->kind] : NULL;
    bool ok = fact(x, v, MSG_unit_kind,
        !k                       ? STR("")
        : x->rq->lang == LANG_EN ? k->word_en
                                 : k->word_vi);

    ok = ok && fact(x, v, MSG_unit_code, p->version ? p->version->code : STR(""));
    if (p->first.v != DAY_MIN.v)
        ok = ok && fact(x, v, MSG_unit_from, show_day(x->rq, p->first));
    if (p->end.v != DAY_MAX.v)
        ok = ok && fact(x, v, MSG_unit_to, show_day(x->rq, day_add(p->end, -1)));
    if (p->children)
        ok = ok && fact(x, v, MSG_unit_children, show_count(x->rq, (int64_t)p->children));
    return ok || err_memory(err);
}

static bool add_events(
    const struct place *x, const struct unit_page *p, struct unit_view *v, struct err *err)
{
    for (size_t i = 0; i < p->descents; i++) {
        const struct event *e = &x->c->event[p->descent[i].event];
        const struct edge *d = &x->c->edge[p->descent[i].edge];
        struct day before = day_add(e->day, -1);
        struct event_view ev = {
            .when = show_day(x->rq, e->day), .own = p->descent[i].distance == 0};
        struct str from = d->from >= 0 ? show_unit(x->rq, x->c, d->from, before) : STR("-"),
                   to = d->to >= 0 ? show_unit(x->rq, x->c, d->to, e->day) : STR("-");
        if (d->to < 0)
            to = msg_text(x->rq->lang, MSG_unit_nowhere);
        int other = d->to >= 0 && d->to != p->unit ? d->to : d->from;
        ev.says = show_msg(x->rq, MSG_unit_event, msg_text(x->rq->lang, event_kind_label(e->kind)),
            from, to, e->decision);
        if (other >= 0 && other != p->unit)
            ev.url = unit_url(x, other);
        if (!vec_push(&v->events, x->rq->arena, ev))
            return err_memory(err);
    }
    int left_out = 0;
    if (!drawing_descent(x->rq, x->v, p, &v->descent, &left_out, err))
        return false;
    if (left_out)
        v->left_out = show_msg(x->rq, MSG_drawing_left_out, show_count(x->rq, left_out));
    return true;
}

static bool add_targets(
    const struct place *x, const struct unit_page *p, struct unit_view *v, struct err *err)
{
    int met = 0, total = 0;

    for (size_t s = 0; s < p->board.sets; s++) {
        const struct scoreboard_set *ss = &p->board.set[s];
        met += ss->met;
        total += ss->total;
        for (size_t i = 0; i < ss->targets && v->targets.n < 12; i++) {
            const struct scoreboard_target *st = &ss->target[i];
            struct mini_target_view m = {.name = x->c->target[st->target].name,
                .state = mark_of_target(st->assessment.status),
                .url = st->indicator >= 0 ? indicator_url(x, st->indicator, p->unit, p->period)
                                          : v->score_url};
            m.state.word = msg_text(x->rq->lang, target_status_label(st->assessment.status));
            m.percent = st->assessment.has_percent
                            ? show_rat(x->rq, st->assessment.percent_of_plan, 1, false)
                            : show_dash();
            if (!vec_push(&v->targets, x->rq->arena, m))
                return err_memory(err);
        }
    }
    if (total)
        v->targets_says = show_msg(x->rq, MSG_start_met, show_period(x->rq, PERIOD_TEXT, p->period),
            show_count(x->rq, met), show_count(x->rq, total));
    return true;
}

static bool add_reports(
    const struct place *x, const struct unit_page *p, struct unit_view *v, struct err *err)
{
    for (size_t i = 0; i < p->reports; i++) {
        const struct unit_report *r = &p->report[i];
        enum report_state state = r->stored ? r->report.state : REPORT_NOT_STARTED;
        struct unit_report_view rv = {.form = form_name(x, r->form),
            .period = show_period(x->rq, PERIOD_LABEL, r->period),
            .url = show_report_url(x->rq, x->c, r->form, p->unit, r->period),
            .state = mark_of_report(state)};
        rv.state.word = msg_text(x->rq->lang, report_state_label(state));
        if (!vec_push(&v->reports, x->rq->arena, rv))
            return err_memory(err);
    }
    for (size_t i = 0; i < p->posts; i++) {
        struct fact_view f = {
            .label = msg_text(x->rq->lang, role_label(p->post[i].role)), .value = p->post[i].post};
        if (!vec_push(&v->posts, x->rq->arena, f))
            return err_memory(err);
    }
    return true;
}

static bool add_tree(
    const struct place *x, const struct unit_page *p, struct unit_view *v, struct err *err)
{
    for (size_t i = 0; i < p->ways; i++)
        if (!ADD_LINK(x, p->way[i], p->day, 0, &v->way, err))
            return false;
    for (size_t i = 0; i < p->children; i++)
        if (!ADD_LINK(x, p->child[i].unit, p->day, p->child[i].below, &v->children, err))
            return false;
    for (size_t i = 0; i < p->bodies; i++)
        if (!ADD_LINK(x, p->body[i], p->day, 0, &v->bodies, err))
            return false;
    return true;
}

/* The page of a unit, and its brief at a period, under another reading. */
struct unit_address {
    const struct place *x;
    int unit;
    struct period period; /* of a brief */
};

static struct str unit_how(void *ctx, const struct how *h)
{
    const struct unit_address *a = ctx;
    struct place to = *a->x;

    to.how = *h;
    return unit_url(&to, a->unit);
}

static struct str brief_how(void *ctx, const struct how *h)
{
    const struct unit_address *a = ctx;
    struct request *rq = a->x->rq;

    return how_url(rq,
        show_url(rq, "/units/%/brief?period=%", show_uid(rq, a->x->c->units.p[a->unit].uid),
            show_period_id(rq, a->period)),
        h);
}

static bool answer_unit(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err)
{
    struct place x = {rq, v, v->catalog, *how};
    struct unit_page *p = arena_zalloc(rq->arena, sizeof *p);
    struct unit_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct unit_request q = {
        .unit = rq_path(rq, "unit"), .state = how->state, .reading = how->reading};
    struct unit_address here = {&x, 0};

    if (!p || !view)
        return err_memory(err);
    int unit = here.unit = how_unit(rq, v, how, q.unit, err);
    if (unit < 0)
        return false;
    if (!unit_alive(&v->catalog->units, unit, v->today))
        q.day = day_add(unit_end(&v->catalog->units, unit), -1);
    if (!unit_page_make(site_app(rq), v, rq_actor(rq), &q, rq->lang, rq->arena, p, err))
        return false;
    struct str uid = show_uid(rq, v->catalog->units.p[p->unit].uid);
    view->name = show_unit(rq, v->catalog, p->unit, p->day);
    view->today = show_day(rq, v->today);
    view->title = headline_unit(v, p, rq->lang, rq->arena);
    view->score_url = how_url(rq, show_url(rq, "/units/%/scoreboard", uid), how);
    view->brief_url = how_url(rq, show_url(rq, "/units/%/brief", uid), how);
    if (v->catalog->units.p[p->unit].place < 0)
        view->map_url = how_url(rq, show_url(rq, "/units/%/map", uid), how);
    if (may(v->catalog, v->today, rq_actor(rq), RIGHT_ADMIN_UNITS, p->unit, v->today, STR(""),
            STR("")))
        view->event_url = show_url(rq, "/events/new?old=%", uid);
    view->how = how_note(rq, how, unit_how, &here);
    if (!how_note_unit(rq, v, how, unit, &view->how, err))
        return false;
    if (p->end.v <= v->today.v && p->successors > 0) {
        view->ended = msg_text(rq->lang, MSG_unit_now_part_of);
        view->ended_url = unit_url(&x, p->successor[0]);
        view->ended_text = show_unit(rq, v->catalog, p->successor[0], v->today);
    }
    if (!add_facts(&x, p, view, err) || !add_events(&x, p, view, err) ||
        !add_targets(&x, p, view, err) || !add_reports(&x, p, view, err) ||
        !add_tree(&x, p, view, err) || !how_choices(rq, how, unit_how, &here, &view->reading, err))
        return false;
    view->page = site_page(rq, "/units");
    view->page.known = how_paper(rq, v, how);
    struct tmpl o = rs_page(rs, 200);
    tmpl_unit(&o, view);
    return true;
}

/* ---- the floor of the tree, search ---- */

static bool answer_units(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err)
{
    struct place x = {rq, v, v->catalog, *how};
    struct units_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct unit_child *child;
    size_t n;

    if (!view)
        return err_memory(err);
    if (!unit_floor(v, rq_actor(rq), -1, LINE_STATE, v->today, rq->arena, &child, &n, err))
        return false;
    view->title = msg_text(rq->lang, MSG_nav_units);
    view->headline = view->title;
    for (size_t i = 0; i < n; i++)
        if (!ADD_LINK(&x, child[i].unit, v->today, child[i].below, &view->units, err))
            return false;
    view->page = site_page(rq, "/units");
    struct tmpl o = rs_page(rs, 200);
    tmpl_units(&o, view);
    return true;
}

/* A unit that is no more leads to the one it went into; where it went into several, to its own
 * page, which names them all. */
static void former_unit(const struct place *x, const struct search_hit *h, struct hit_view *v)
{
    int heir[2];

    if (unit_alive(&x->c->units, h->index, x->v->today))
        return;
    size_t n = living_successors(x->c, x->v->today, h->index, heir, 2);
    struct str until = show_day(x->rq, day_add(unit_end(&x->c->units, h->index), -1));
    if (!n && unit_end(&x->c->units, h->index).v <= x->v->today.v)
        v->what = show_msg(x->rq, MSG_search_ended, until);
    if (!n)
        return;
    struct str now = show_unit(x->rq, x->c, heir[0], x->v->today);
    v->what = show_msg(x->rq, n == 1 ? MSG_search_now : MSG_search_now_several, now, until);
    if (n == 1)
        v->url = unit_url(x, heir[0]);
}

static struct hit_view hit_view(const struct place *x, const struct search_hit *h)
{
    struct hit_view v = {.name = h->name};

    switch (h->sort) {
    case SEARCH_UNIT:
        v.url = unit_url(x, h->index);
        v.what = msg_text(x->rq->lang, h->former ? MSG_search_former : MSG_unit);
        former_unit(x, h, &v);
        break;
    case SEARCH_INDICATOR:
        v.url = show_url(x->rq, "/indicators/%", x->c->indicator[h->index].code);
        v.what = msg_text(x->rq->lang, MSG_indicator);
        break;
    case SEARCH_FORM:
        v.url = show_url(x->rq, "/board/%", x->c->form[h->index].code);
        v.what = msg_text(x->rq->lang, MSG_search_form);
        break;
    case SEARCH_ACCOUNT:
    case SEARCH_SORTS:
        v.what = msg_text(x->rq->lang, MSG_search_post);
        break;
    }
    return v;
}

static bool answer_search(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err)
{
    struct place x = {rq, v, v->catalog, *how};
    struct search_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct search_result r = {0};

    if (!view)
        return err_memory(err);
    view->find = rq_str(rq, "q");
    if (view->find.n && !search_find(v, rq_actor(rq), view->find, rq->arena, &r, err))
        return false;
    for (size_t i = 0; i < r.hits; i++) {
        struct hit_view h = hit_view(&x, &r.hit[i]);
        if (!vec_push(&view->hits, rq->arena, h))
            return err_memory(err);
    }
    view->title = msg_text(rq->lang, MSG_page_find);
    view->headline =
        view->find.n ? show_msg(rq, MSG_search_head, show_count(rq, (int64_t)r.hits), view->find)
                     : view->title;
    view->page = site_page(rq, "");
    view->page.find = view->find;
    struct tmpl o = rs_page(rs, 200);
    tmpl_search(&o, view);
    return true;
}

/* ---- the brief ---- */

static struct str k_of_n(struct request *rq, int k, int n)
{
    return n ? show_msg(rq, MSG_score_k_of_n, show_count(rq, k), show_count(rq, n)) : STR("-");
}

static struct brief_target_view brief_target(
    const struct place *x, const struct brief *b, const struct scoreboard_target *st)
{
    const struct target *t = &x->c->target[st->target];
    struct brief_target_view v = {.name = t->name,
        .state = mark_of_target(st->assessment.status),
        .says = st->explanation,
        .unit = show_unit(x->rq, x->c, t->unit, how_day(&x->how, b->period))};

    v.state.word = msg_text(x->rq->lang, target_status_label(st->assessment.status));
    v.url = st->indicator >= 0 ? indicator_url(x, st->indicator, t->unit, b->period)
                               : unit_url(x, t->unit);
    return v;
}

/* Its line of eight periods; a target done by a day has none. */
static bool add_spark(const struct place *x, const struct brief *b,
    const struct scoreboard_target *st, struct brief_target_view *v, struct err *err)
{
    struct short_trend *t;
    const struct target *target = &x->c->target[st->target];

    if (st->indicator < 0)
        return true;
    return trend_make(x->v, rq_actor(x->rq), &st->indicator, 1, target->unit, b->period,
               x->how.state, x->how.reading, x->rq->arena, &t, err) &&
           drawing_spark(x->rq, &x->c->indicator[st->indicator], t, NULL, &v->spark, err);
}

static bool add_brief(
    const struct place *x, const struct brief *b, struct brief_view *v, struct err *err)
{
    struct request *rq = x->rq;

    for (size_t i = 0; i < b->sets; i++) {
        struct brief_set_view s = {.name = x->c->set[b->set[i].set].name,
            .met = k_of_n(rq, b->set[i].met, b->set[i].total),
            .before = k_of_n(rq, b->set[i].met_before, b->set[i].total_before)};
        if (!vec_push(&v->sets, rq->arena, s))
            return err_memory(err);
    }
    for (size_t i = 0; i < b->slowests; i++) {
        struct brief_target_view t = brief_target(x, b, &b->slowest[i].target);
        t.who = b->slowest[i].person.n ? b->slowest[i].person : b->slowest[i].responsible;
        if (!add_spark(x, b, &b->slowest[i].target, &t, err))
            return false;
        if (!vec_push(&v->slowest, rq->arena, t))
            return err_memory(err);
    }
    for (size_t i = 0; i < b->changes; i++) {
        struct brief_target_view t = brief_target(x, b, &b->change[i].target);
        t.says = show_msg(
            rq, MSG_brief_was, msg_text(rq->lang, target_status_label(b->change[i].before)));
        if (!add_spark(x, b, &b->change[i].target, &t, err))
            return false;
        if (!vec_push(&v->changes, rq->arena, t))
            return err_memory(err);
    }
    for (size_t i = 0; i < b->forms; i++) {
        struct brief_form_view f = {.name = form_name(x, b->form[i].form),
            .url = how_url(rq,
                show_url(rq, "/board/%?unit=%&period=%", x->c->form[b->form[i].form].code,
                    show_uid(rq, x->c->units.p[b->unit].uid), show_period_id(rq, b->period)),
                &x->how),
            .says = headline_board(x->v, &b->form[i].board, rq->lang, rq->arena)};
        if (!vec_push(&v->forms, rq->arena, f))
            return err_memory(err);
    }
    return true;
}

static bool answer_brief(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err)
{
    struct place x = {rq, v, v->catalog, *how};
    struct brief *b = arena_zalloc(rq->arena, sizeof *b);
    struct brief_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct str period = rq_str(rq, "period");
    struct brief_request q = {
        .unit = rq_path(rq, "unit"), .state = how->state, .reading = how->reading};
    int unit = how_unit(rq, v, how, q.unit, err);

    if (!b || !view)
        return err_memory(err);
    if (unit < 0)
        return false;
    if (period.n ? !period_parse(period, &q.period, err)
                 : !period_of_day(FREQUENCY_QUARTER,
                       unit_alive(&v->catalog->units, unit, v->today)
                           ? v->today
                           : day_add(unit_end(&v->catalog->units, unit), -1),
                       &q.period))
        return false;
    if (!brief_make(site_app(rq), v, rq_actor(rq), &q, rq->lang, rq->arena, b, err) ||
        !add_brief(&x, b, view, err))
        return false;
    struct unit_address here = {&x, b->unit, b->period};
    view->how = how_note(rq, how, brief_how, &here);
    if (!how_note_unit(rq, v, how, b->unit, &view->how, err) ||
        !how_choices(rq, how, brief_how, &here, &view->reading, err))
        return false;
    view->unit = show_unit(rq, v->catalog, b->unit, how_day(how, b->period));
    view->unit_url = unit_url(&x, b->unit);
    view->period = show_period(rq, PERIOD_LABEL, b->period);
    view->headline = headline_brief(v, b, rq->lang, rq->arena);
    view->title = show_msg(rq, MSG_brief_title, view->unit, view->period);
    view->met = show_count(rq, b->met);
    view->total = b->total ? show_count(rq, b->total) : STR("");
    view->score_url = how_url(rq,
        show_url(rq, "/units/%/scoreboard?period=%", show_uid(rq, v->catalog->units.p[b->unit].uid),
            show_period_id(rq, b->period)),
        how);
    view->page = site_page(rq, "");
    view->page.known = how_paper(rq, v, how);
    struct tmpl o = rs_page(rs, 200);
    tmpl_brief(&o, view);
    return true;
}

/* For pages that are read in one way only. */
static bool with_now(
    struct request *rq, struct response *rs, how_answering *answer, struct err *err)
{
    struct how how = {0};
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    how.reading.day = v.today;
    bool ok = answer(rq, rs, &v, &how, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

bool page_unit(struct request *rq, struct response *rs, struct err *err)
{
    return how_answer(rq, rs, answer_unit, err);
}

bool page_units(struct request *rq, struct response *rs, struct err *err)
{
    return with_now(rq, rs, answer_units, err);
}

bool page_search(struct request *rq, struct response *rs, struct err *err)
{
    return with_now(rq, rs, answer_search, err);
}

bool page_brief(struct request *rq, struct response *rs, struct err *err)
{
    return how_answer(rq, rs, answer_brief, err);
}
