/* events: what became of units, what can be taken back, and what is still to be decided on units
 * that have ended. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/unit_event.h"
#include "templates.h"
#include "web/event_view.h"
#include "web/event_words.h"
#include "web/handlers.h"
#include "web/show.h"
#include "web/site.h"

enum { LIST_MAX = 300 };

static const struct input open_inputs[] = {
    {.name = "what", .type = INPUT_LINE, .required = true, .max = 200},
    {.name = "choice", .type = INPUT_LINE, .required = true, .max = 40},
    {.name = "why", .type = INPUT_LINE, .max = 300},
    {0},
};
static const struct input again_inputs[] = {
    {.name = "act", .type = INPUT_INT, .required = true, .min = 1, .max = INT64_MAX},
    {0},
};
const struct intake intake_event_again = {.inputs = again_inputs, .body = BODY_FORM};
const struct intake intake_open = {.inputs = open_inputs, .body = BODY_FORM};

/* ---- what both files say ---- */

struct str event_numbered(struct request *rq, const char *format, ...)
{
    char name[80];
    va_list args;

    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    return str_dup(rq->arena, str_of(name));
}

struct str event_open_text(struct request *rq, const struct catalog *c, const struct open_item *x)
{
    if (x->sort == OPEN_REPORT) {
        const struct form *f = &c->form[x->form];
        struct str name = rq->lang == LANG_EN && f->name_en.n ? f->name_en : f->name_vi;
        struct str period = show_period(rq, PERIOD_TEXT, x->period);
        struct str state = msg_text(rq->lang, report_state_label(x->state));
        if (!x->closes)
            return show_msg(rq, MSG_open_report, name, period, state);
        return show_msg(
            rq, MSG_open_closing, name, period, state, show_day(rq, x->from), show_day(rq, x->to));
    }
    if (x->sort == OPEN_BODY)
        return show_unit_first(rq, c, x->body, day_add(x->end, -1));
    if (x->sort == OPEN_TARGET) {
        const struct target *t = &c->target[x->target];
        return show_msg(rq, MSG_open_target, t->name.n ? t->name : t->code, c->set[t->set].name,
            show_day(rq, t->deadline));
    }
    const struct grant *g = &c->grant[x->grant];
    return show_msg(rq, MSG_open_grant, post_of(c, catalog_account_id(c, g->account)),
        msg_text(rq->lang, role_label(g->role)));
}

enum msg_key event_sort_words(enum open_sort s)
{
    static const enum msg_key sorts[] = {
        MSG_open_sort_report, MSG_open_sort_target, MSG_open_sort_grant, MSG_open_sort_body};

    return sorts[s];
}

enum msg_key event_keep_words(enum open_sort s)
{
    return s == OPEN_REPORT   ? MSG_open_keep_report
           : s == OPEN_TARGET ? MSG_open_keep_target
           : s == OPEN_GRANT  ? MSG_open_keep_grant
                              : MSG_open_keep_body;
}

bool event_more_picks(struct request *rq, enum open_sort sort, enum open_choice chosen,
    bool with_event, pick_list *list)
{
    struct pick_view needless = {
        STR("needless"), msg_text(rq->lang, MSG_open_needless), chosen == OPEN_NEEDLESS};
    struct pick_view end = {STR("end"), msg_text(rq->lang, MSG_open_end), chosen == OPEN_END};

    if (sort == OPEN_REPORT)
        return vec_push(list, rq->arena, needless);
    return sort != OPEN_BODY || !with_event || vec_push(list, rq->arena, end);
}

bool event_must_admin(struct request *rq, const struct view *v, struct err *err)
{
    const struct account *who = actor_account(v->catalog, rq_actor(rq));

    for (size_t i = 0; who && i < who->grants; i++)
        if (who->grant[i].role == ROLE_ADMINISTRATOR &&
            day_in(v->today, who->grant[i].from, who->grant[i].to))
            return true;
    return err_set(err, ERR_DENIED, MSG_err_denied_system);
}

/* ---- the list ---- */

/* "a, b → c, d" as they were called before and after. */
static struct str event_says(struct request *rq, const struct catalog *c, int event)
{
    const struct event *ev = &c->event[event];
    struct sbuf b;

    sbuf_init(&b, rq->arena, 8000);
    for (int side = 0; side < 2; side++) {
        int n = 0;
        for (int i = ev->first_edge; i < ev->first_edge + ev->edges; i++) {
            int unit = side ? c->edge[i].to : c->edge[i].from;
            bool told = unit < 0;
            for (int k = ev->first_edge; k < i; k++)
                told = told || (side ? c->edge[k].to : c->edge[k].from) == unit;
            if (told)
                continue;
            if (n++ == 12)
                sbuf_z(&b, ", …");
            if (n > 12)
                continue;
            sbuf_z(&b, n > 1 ? ", " : "");
            sbuf_str(&b, show_unit(rq, c, unit, side ? ev->day : day_add(ev->day, -1)));
        }
        if (!n)
            sbuf_z(&b, "-");
        if (!side)
            sbuf_z(&b, " → ");
    }
    return sbuf_view(&b);
}

static bool may_read_event(struct request *rq, const struct view *v, int event)
{
    const struct event *ev = &v->catalog->event[event];

    for (int i = ev->first_edge; i < ev->first_edge + ev->edges; i++) {
        int unit =
            v->catalog->edge[i].from >= 0 ? v->catalog->edge[i].from : v->catalog->edge[i].to;
        if (may(v->catalog, v->today, rq_actor(rq), RIGHT_READ, unit, day_add(ev->day, -1), STR(""),
                STR("")))
            return true;
    }
    return false;
}

/* What was taken back can be put back. */
static bool add_undone(struct request *rq, struct events_view *view, struct err *err)
{
    struct event_undone *list;
    size_t n;

    if (!events_undone(site_app(rq), rq->arena, &list, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct event_undone_view u = {show_time(rq, list[i].at_ms), list[i].decision,
            event_numbered(rq, "%lld", (long long)list[i].undo.v)};
        if (!vec_push(&view->undone, rq->arena, u))
            return err_memory(err);
    }
    return true;
}

bool event_open_link(struct request *rq, const struct view *v, struct str *ret_url,
    struct str *ret_says, struct err *err)
{
    struct open_item *open;
    size_t n;
    bool more;

    if (!open_items_all(site_app(rq), v, rq_actor(rq), rq->arena, &open, &n, &more, err))
        return false;
    if (n) {
        *ret_url = STR("/events/open");
        *ret_says = show_msg(rq, MSG_open_head, show_count(rq, (int64_t)n));
    }
    return true;
}

static bool answer_events(
    struct request *rq, struct response *rs, const struct view *v, struct err *err)
{
    const struct catalog *c = v->catalog;
    struct events_view *view = arena_zalloc(rq->arena, sizeof *view);
    bool admin = event_must_admin(rq, v, NULL);

    if (!view)
        return err_memory(err);
    for (size_t i = c->events; i-- > 0 && view->events.n < LIST_MAX;) { /* newest first */
        const struct event *ev = &c->event[i];
        if (!may_read_event(rq, v, (int)i))
            continue;
        struct event_row_view r = {.when = show_day(rq, ev->day),
            .kind = msg_text(rq->lang, event_kind_label(ev->kind)),
            .says = event_says(rq, c, (int)i),
            .decision = ev->decision,
            .future = ev->day.v > v->today.v,
            .url = admin ? show_url(
                               rq, "/events/%/undo", event_numbered(rq, "%lld", (long long)ev->id))
                         : STR("")};
        if (!vec_push(&view->events, rq->arena, r))
            return err_memory(err);
    }
    if (!event_open_link(rq, v, &view->open_url, &view->open_says, err))
        return false;
    if (admin && !add_undone(rq, view, err))
        return false;
    view->title = msg_text(rq->lang, MSG_events_title);
    view->headline = show_msg(rq, MSG_events_head, show_count(rq, (int64_t)c->events));
    if (admin)
        view->enter_url = STR("/events/new");
    view->page = site_page(rq, "/units");
    struct tmpl t = rs_page(rs, 200);
    tmpl_events(&t, view);
    return true;
}

bool page_events(struct request *rq, struct response *rs, struct err *err)
{
    return site_answer(rq, rs, answer_events, err);
}

/* ---- taking back ---- */

static bool show_undo(struct request *rq, struct response *rs, const struct view *v,
    const struct err *trouble, struct err *err)
{
    const struct catalog *c = v->catalog;
    struct event_undo_view *view = arena_zalloc(rq->arena, sizeof *view);
    int64_t id = rq_path_int(rq, "event");
    int event = -1;
    struct act_no act;
    bool ours;

    if (!view)
        return err_memory(err);
    for (size_t i = 0; i < c->events; i++)
        if (c->event[i].id == id)
            event = (int)i;
    if (event < 0 || !event_must_admin(rq, v, err))
        return event < 0 ? err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found) : false;
    const struct event *ev = &c->event[event];
    if (!event_act(site_app(rq), id, rq->arena, &act, &ours, err))
        return false;
    for (int i = ev->first_edge; ours && i < ev->first_edge + ev->edges; i++)
        for (int side = 0; side < 2; side++) {
            int unit = side ? c->edge[i].to : c->edge[i].from;
            bool begins = unit >= 0 && unit_first(&c->units, unit).v == ev->day.v,
                 ends = unit >= 0 && unit_end(&c->units, unit).v == ev->day.v;
            if (!(side ? begins : ends))
                continue;
            struct event_check_view x = {
                show_unit_first(rq, c, unit, side ? ev->day : day_add(ev->day, -1)),
                side ? STR("gone") : STR("fresh"), STR("")};
            bool told = false;
            for (size_t k = 0; k < (side ? view->gone.n : view->back_again.n); k++)
                told = told || str_eq((side ? view->gone.p : view->back_again.p)[k].text, x.text);
            if (!told && !(side ? vec_push(&view->gone, rq->arena, x)
                                : vec_push(&view->back_again, rq->arena, x)))
                return err_memory(err);
        }
    view->title = msg_text(rq->lang, MSG_event_undo);
    view->headline = show_msg(rq, MSG_event_undo_head,
        msg_text(rq->lang, event_kind_label(ev->kind)), show_day(rq, ev->day));
    view->says = show_msg(
        rq, ours ? MSG_event_undo_says : MSG_event_undo_imported, event_says(rq, c, event));
    view->address = show_url(rq, "/events/%/undo", event_numbered(rq, "%lld", (long long)id));
    view->back = STR("/events");
    if (trouble)
        view->trouble = show_err(rq, trouble);
    view->page = site_page(rq, "/units");
    struct tmpl t = rs_page(rs, trouble ? status_of(trouble) : 200);
    tmpl_event_undo(&t, view);
    return true;
}

bool page_event_undo(struct request *rq, struct response *rs, struct err *err)
{
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = show_undo(rq, rs, &v, NULL, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

bool page_event_undo_post(struct request *rq, struct response *rs, struct err *err)
{
    struct err trouble = ERR_INIT;
    struct act_no act;
    struct view v;

    if (event_undo(site_app(rq), rq_actor(rq), rq_path_int(rq, "event"), &act, &trouble)) {
        rs_redirect(rs, STR("/events"));
        return true;
    }
    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = show_undo(rq, rs, &v, &trouble, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

bool page_event_again(struct request *rq, struct response *rs, struct err *err)
{
    struct act_no act;

    if (!event_redo(site_app(rq), rq_actor(rq), (struct act_no){rq_int(rq, "act")}, &act, err))
        return false;
    rs_redirect(rs, STR("/events"));
    return true;
}

/* ---- what is not decided ---- */

static bool open_picks(
    struct request *rq, const struct view *v, const struct open_item *x, struct open_row_view *r)
{
    int heir[20];
    size_t n = living_successors(v->catalog, v->today, x->unit, heir, 20);
    struct pick_view keep = {STR("keep"), msg_text(rq->lang, event_keep_words(x->sort)),
        x->proposal == OPEN_KEEP || n != 1};

    if (!vec_push(&r->picks, rq->arena, keep))
        return false;
    for (size_t i = 0; i < n && i < 20; i++) {
        struct pick_view p = {show_uid(rq, v->catalog->units.p[heir[i]].uid),
            show_msg(rq, MSG_event_to_unit, show_unit(rq, v->catalog, heir[i], v->today)),
            n == 1 && x->proposal == OPEN_CARRY};
        if (!vec_push(&r->picks, rq->arena, p))
            return false;
    }
    return event_more_picks(rq, x->sort, OPEN_KEEP, false, &r->picks);
}

static bool show_open(struct request *rq, struct response *rs, const struct view *v,
    const struct err *trouble, struct err *err)
{
    struct open_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct open_item *open;
    size_t n;
    bool more;

    if (!view)
        return err_memory(err);
    if (!open_items_all(site_app(rq), v, rq_actor(rq), rq->arena, &open, &n, &more, err))
        return false;
    for (size_t i = 0; i < n && i < LIST_MAX; i++) {
        struct open_row_view r = {
            .unit = show_unit_first(rq, v->catalog, open[i].unit, day_add(open[i].end, -1)),
            .unit_url =
                show_url(rq, "/units/%", show_uid(rq, v->catalog->units.p[open[i].unit].uid)),
            .when = show_msg(rq, MSG_open_ended, show_day(rq, day_add(open[i].end, -1))),
            .sort = msg_text(rq->lang, event_sort_words(open[i].sort)),
            .text = event_open_text(rq, v->catalog, &open[i]),
            .key = open[i].key};
        if (open[i].sort == OPEN_REPORT)
            r.url = show_report_url(rq, v->catalog, open[i].form, open[i].unit, open[i].period);
        r.why = open[i].sort == OPEN_REPORT ? STR("why") : STR("");
        if (!open_picks(rq, v, &open[i], &r) || !vec_push(&view->rows, rq->arena, r))
            return err_memory(err);
    }
    view->title = msg_text(rq->lang, MSG_open_title);
    view->headline = n ? show_msg(rq, MSG_open_head, show_count(rq, (int64_t)n))
                       : msg_text(rq->lang, MSG_open_none);
    if (trouble)
        view->trouble = show_err(rq, trouble);
    view->page = site_page(rq, "/units");
    struct tmpl t = rs_page(rs, trouble ? status_of(trouble) : 200);
    tmpl_open(&t, view);
    return true;
}

bool page_open(struct request *rq, struct response *rs, struct err *err)
{
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = show_open(rq, rs, &v, NULL, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

bool page_open_post(struct request *rq, struct response *rs, struct err *err)
{
    struct str choice = rq_str(rq, "choice");
    struct err trouble = ERR_INIT;
    struct act_no act;
    struct view v;

    if (open_item_choose(site_app(rq), rq_actor(rq), rq_str(rq, "what"),
            str_is(choice, "keep")       ? OPEN_KEEP
            : str_is(choice, "needless") ? OPEN_NEEDLESS
                                         : OPEN_CARRY,
            choice, rq_str(rq, "why"), &act, &trouble)) {
        rs_redirect(rs, STR("/events/open"));
        return true;
    }
    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = show_open(rq, rs, &v, &trouble, err);
    app_read_end(site_app(rq), &v);
    return ok;
}
