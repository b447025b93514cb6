/* unit_event: see unit_event.h. */
#include "app/unit_event.h"

#include <stdio.h>

#include "app/event_inside.h"
#include "app/import.h"
#include "base/json.h"

struct save_job {
    const struct event_request *q;
    int64_t event;
};

/* ---- the rows ---- */

struct writing {
    struct write *w;
    const struct units *us;
    const struct event_request *q;
    const struct event_plan *p;
    struct unit_row *fresh; /* rows of the new ones, and of those that are there */
    struct err *err;
};

/* From the day on, attributes and superiors no longer hold. */
static bool end_attributes(struct writing *x, int unit)
{
    struct write *w = x->w;
    const struct unit_version *v = unit_on(x->us, unit, day_add(x->q->day, -1));
    struct unit_id id = x->us->p[unit].id;
    struct unit_at_row row = {
        id, v->from, x->q->day, v->name, v->code, x->us->kinds.p[v->kind].key};

    return w->ops->unit_at_close(w->store, id, v->from, w->act.no, x->err) &&
           w->ops->unit_at_put(w->store, &row, w->act.no, x->err);
}

static const struct unit_parent *parent_row(
    const struct units *us, int unit, enum line line, struct day day)
{
    const struct unit *u = &us->p[unit];

    for (size_t i = 0; i < u->parents; i++)
        if (u->parent[i].line == line && day_in(day, u->parent[i].from, u->parent[i].to))
            return &u->parent[i];
    return NULL;
}

static bool end_parent(struct writing *x, int unit, enum line line)
{
    struct write *w = x->w;
    const struct unit_parent *q = parent_row(x->us, unit, line, day_add(x->q->day, -1));
    struct unit_id id = x->us->p[unit].id;

    if (!q || q->to.v <= x->q->day.v)
        return true;
    struct parent_at_row row = {
        id, q->parent < 0 ? (struct unit_id){0} : x->us->p[q->parent].id, line, q->from, x->q->day};
    return w->ops->parent_at_close(w->store, id, line, q->from, w->act.no, x->err) &&
           w->ops->parent_at_put(w->store, &row, w->act.no, x->err);
}

static bool put_parent(
    struct writing *x, struct unit_id unit, struct unit_id parent, enum line line)
{
    struct parent_at_row row = {unit, parent, line, x->q->day, DAY_MAX};

    return x->w->ops->parent_at_put(x->w->store, &row, x->w->act.no, x->err);
}

/* A body that ends with its place: what it had goes nowhere. */
static bool end_bodies(struct writing *x)
{
    for (size_t i = 0; i < x->p->bodies; i++) {
        if (!end_attributes(x, x->p->body[i]))
            return false;
        for (int line = 0; line < LINE_COUNT; line++)
            if (!end_parent(x, x->p->body[i], (enum line)line))
                return false;
    }
    return true;
}

static bool end_units(struct writing *x)
{
    for (size_t i = 0; i < x->p->olds; i++) {
        if (!x->p->old[i].ends)
            continue;
        if (!end_attributes(x, x->p->old[i].unit))
            return false;
        for (int line = 0; line < LINE_COUNT; line++)
            if (!end_parent(x, x->p->old[i].unit, (enum line)line))
                return false;
    }
    return true;
}

/* A new unit stands on the lines of the first old one; on its own line under the superior chosen.
 */
static bool put_new(struct writing *x, const struct event_fresh *f, struct unit_row *row)
{
    struct write *w = x->w;
    int like = x->p->olds ? x->p->old[0].unit : -1;

    *row = (struct unit_row){{0}, write_uid(w), {0}};
    if (!w->ops->new_id(w->store, "unit", &row->id.v, x->err))
        return false;
    if (like >= 0 && x->us->p[like].place >= 0)
        row->place = x->us->p[x->us->p[like].place].id;
    struct unit_at_row at = {
        row->id, x->q->day, DAY_MAX, f->name, f->code, x->us->kinds.p[f->kind].key};
    if (!w->ops->unit_put(w->store, row, w->act.no, x->err) ||
        !w->ops->unit_at_put(w->store, &at, w->act.no, x->err) ||
        !put_parent(
            x, row->id, f->parent < 0 ? (struct unit_id){0} : x->us->p[f->parent].id, x->p->line))
        return false;
    for (int line = 0; like >= 0 && line < LINE_COUNT; line++) {
        const struct unit_parent *q =
            parent_row(x->us, like, (enum line)line, day_add(x->q->day, -1));
        bool lasts = q && (q->parent < 0 || unit_alive(x->us, q->parent, x->q->day));
        if (line != (int)x->p->line && lasts &&
            !put_parent(x, row->id, q->parent < 0 ? (struct unit_id){0} : x->us->p[q->parent].id,
                (enum line)line))
            return false;
    }
    return true;
}

static bool change_unit(struct writing *x, const struct event_fresh *f, struct unit_row *row)
{
    struct write *w = x->w;
    const struct unit *u = &x->us->p[f->unit];

    *row = (struct unit_row){u->id, u->uid, {0}};
    struct unit_at_row at = {
        u->id, x->q->day, DAY_MAX, f->name, f->code, x->us->kinds.p[f->kind].key};
    if (f->renamed &&
        (!end_attributes(x, f->unit) || !w->ops->unit_at_put(w->store, &at, w->act.no, x->err)))
        return false;
    return !f->moved ||
           (end_parent(x, f->unit, x->p->line) &&
               put_parent(x, u->id, f->parent < 0 ? (struct unit_id){0} : x->us->p[f->parent].id,
                   x->p->line));
}

static bool put_units(struct writing *x)
{
    for (size_t i = 0; i < x->p->freshes; i++) {
        const struct event_fresh *f = &x->p->fresh[i];
        if (!(f->unit < 0 ? put_new : change_unit)(x, f, &x->fresh[i]))
            return false;
    }
    for (size_t i = 0; i < x->p->children; i++) {
        const struct event_child *c = &x->p->child[i];
        if (!end_parent(x, c->unit, c->line) ||
            !put_parent(x, x->us->p[c->unit].id, x->fresh[c->to].id, c->line))
            return false;
    }
    return true;
}

static bool put_event(struct writing *x, int64_t *ret_event)
{
    struct write *w = x->w;
    struct event_row row = {
        .day = x->q->day, .kind = x->q->kind, .decision = x->q->decision, .note = x->q->note};

    if (!w->ops->new_id(w->store, "event", &row.id, x->err) ||
        !w->ops->event_put(w->store, &row, w->act.no, x->err))
        return false;
    *ret_event = row.id;
    for (size_t i = 0; i < x->p->edges; i++) {
        const struct event_edge *e = &x->p->edge[i];
        struct edge_row edge = {.event = row.id};
        if (e->from >= 0)
            edge.from = x->us->p[x->p->old[e->from].unit].id;
        if (e->to >= 0)
            edge.to = x->fresh[e->to].id;
        for (int b = 0; b < BASIS_COUNT; b++) {
            struct sbuf text;
            sbuf_init(&text, w->arena, 100);
            if (e->known[b])
                rat_put(&text, e->share[b]);
            edge.share[b] = sbuf_view(&text);
        }
        if (!w->ops->edge_put(w->store, &edge, w->act.no, x->err))
            return false;
    }
    for (size_t i = 0; i < x->p->bodies; i++) {
        struct edge_row edge = {.event = row.id, .from = x->us->p[x->p->body[i]].id};
        for (int b = 0; b < BASIS_COUNT; b++)
            edge.share[b] = STR("1");
        if (!w->ops->edge_put(w->store, &edge, w->act.no, x->err))
            return false;
    }
    return true;
}

static bool decide(struct writing *x)
{
    for (size_t i = 0; i < x->q->choices; i++)
        for (size_t k = 0; k < x->p->opens; k++) {
            const struct event_choice *c = &x->q->choice[i];
            bool fits = c->choice != OPEN_CARRY || (c->to >= 0 && (size_t)c->to < x->p->freshes);
            if (!str_eq(c->what, x->p->open[k].key) || !fits)
                continue;
            if (!open_item_decide(x->w, &x->p->open[k], c->choice,
                    c->choice == OPEN_CARRY ? &x->fresh[c->to] : NULL, c->reason, x->err))
                return false;
        }
    return true;
}

bool event_write(struct write *w, const struct event_request *q, const struct event_plan *p,
    int64_t *ret_event, struct err *err)
{
    struct writing x = {.w = w, .us = &w->catalog->units, .q = q, .p = p, .err = err};

    x.fresh = arena_array(w->arena, EVENT_NEWS_MAX, sizeof *x.fresh);
    if (!x.fresh)
        return err_memory(err);
    return end_units(&x) && end_bodies(&x) && put_units(&x) && put_event(&x, ret_event) &&
           decide(&x);
}

/* ---- saving ---- */

static void body_of(
    struct write *w, const struct event_request *q, const struct event_plan *p, int64_t event)
{
    struct sbuf b;
    struct json j;

    sbuf_init(&b, w->arena, 1 << 20);
    json_init(&j, &b, 0);
    json_object(&j);
    json_ki64(&j, "event", event);
    json_kstr(&j, "kind", str_of(event_kind_name(q->kind)));
    json_key(&j, "choices");
    json_array(&j);
    for (size_t i = 0; i < q->choices; i++) {
        static const char *const words[] = {"later", "keep", "carry", "needless", "end"};
        json_object(&j);
        json_kstr(&j, "what", q->choice[i].what);
        json_kstr(&j, "choice", str_of(words[q->choice[i].choice]));
        if (q->choice[i].reason.n)
            json_kstr(&j, "reason", q->choice[i].reason);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_ki64(&j, "undecided", (int64_t)(p->opens > q->choices ? p->opens - q->choices : 0));
    json_object_end(&j);
    write_body(w, sbuf_view(&b));
}

static bool save(struct write *w, void *ctx, struct err *err)
{
    struct save_job *j = ctx;
    struct event_plan p;
    char object[40];

    if (!event_plan_make(w->app, w->catalog, w->today, w->actor, j->q, w->arena, &p, err))
        return false;
    for (size_t i = 0; i < p.checks; i++)
        if (p.check[i].bad)
            return err_set(err, ERR_CONFLICT, p.check[i].key, p.check[i].arg[0], p.check[i].arg[1],
                p.check[i].arg[2]);
    if (!write_act(w, ACT_UNIT_EVENT, STR("event"), j->q->decision, err))
        return false;
    if (!event_write(w, j->q, &p, &j->event, err))
        return false;
    snprintf(object, sizeof object, "event %lld", (long long)j->event);
    w->act.object = str_dup(w->arena, str_of(object));
    body_of(w, j->q, &p, j->event);
    return w->act.object.p || err_memory(err);
}

bool event_save(struct app *app, struct actor who, const struct event_request *q,
    struct act_no *ret_act, int64_t *ret_event, struct err *err)
{
    struct save_job j = {q, 0};
    struct write_options o = {.changes_definitions = true};

    if (!app_write(app, who, o, save, &j, ret_act, err))
        return false;
    *ret_event = j.event;
    return true;
}

/* ---- taking back ---- */

/* The newest act of the kind whose object is exactly that. */
static bool find_act(struct app *app, enum act_kind kind, const char *object, struct arena *a,
    struct act *ret, bool *ret_found, struct err *err)
{
    struct store *s = app_store(app);
    struct act_filter f = {
        .kind = kind, .object_prefix = str_of(object), .newest_first = true, .limit = 200};
    struct act *acts;
    size_t n;

    *ret_found = false;
    if (!s->ops->acts(s, &f, a, &acts, &n, err))
        return false;
    for (size_t i = 0; i < n && !*ret_found; i++)
        if (str_is(acts[i].object, object)) {
            *ret = acts[i];
            *ret_found = true;
        }
    return true;
}

/* The act by which the event stands: that which wrote it, or which took its undoing back. */
static bool last_of_chain(struct app *app, struct act_no *act, struct arena *a, struct err *err)
{
    for (bool more = true; more;) {
        const char *object = arena_printf(a, "act %lld", (long long)act->v);
        struct act next;
        if (!object)
            return err_memory(err);
        if (!find_act(app, ACT_UNDO, object, a, &next, &more, err))
            return false;
        if (more)
            *act = next.no;
    }
    return true;
}

bool event_act(struct app *app, int64_t event, struct arena *a, struct act_no *ret, bool *ret_found,
    struct err *err)
{
    const char *object = arena_printf(a, "event %lld", (long long)event);
    struct act act;

    if (!object)
        return err_memory(err);
    if (!find_act(app, ACT_UNIT_EVENT, object, a, &act, ret_found, err))
        return false;
    if (!*ret_found)
        return true;
    *ret = act.no;
    return last_of_chain(app, ret, a, err);
}

struct close_job {
    int64_t event;
};

/* An event that came by a file: its units and their days came by another; what is taken back is
 * that one became the other. */
static bool close_event(struct write *w, void *ctx, struct err *err)
{
    const struct close_job *j = ctx;
    const struct catalog *c = w->catalog;
    char object[40];
    int at = -1;

    for (size_t i = 0; i < c->events; i++)
        at = c->event[i].id == j->event ? (int)i : at;
    if (at < 0)
        return err_set(err, ERR_CONFLICT, MSG_err_undo_changed_since);
    const struct event *ev = &c->event[at];
    for (int i = ev->first_edge; i < ev->first_edge + ev->edges; i++)
        for (int side = 0; side < 2; side++) {
            int unit = side ? c->edge[i].to : c->edge[i].from;
            if (unit >= 0 && !must(c, w->today, w->actor, RIGHT_ADMIN_UNITS, unit,
                                 day_add(ev->day, side - 1), STR(""), STR(""), err))
                return false;
        }
    snprintf(object, sizeof object, "event %lld", (long long)j->event);
    return write_act(w, ACT_UNDO, str_of(object), ev->decision, err) &&
           w->ops->event_close(w->store, j->event, w->act.no, err);
}

bool event_undo(
    struct app *app, struct actor who, int64_t event, struct act_no *ret_act, struct err *err)
{
    ARENA_AUTO a;
    struct import_result r;
    struct act_no act;
    bool found;

    arena_init(&a, 16 << 20);
    if (!event_act(app, event, &a, &act, &found, err))
        return false;
    if (!found) {
        struct close_job j = {event};
        struct write_options o = {.changes_definitions = true};
        return app_write(app, who, o, close_event, &j, ret_act, err);
    }
    if (!import_undo(app, who, act, false, &r, err))
        return false;
    *ret_act = r.act;
    return true;
}

/* What the undoing took back, where that was an event; false in *ret_is where it was not. */
static bool undone_of(struct app *app, const struct act *undo, struct arena *a,
    struct event_undone *ret, bool *ret_is, struct err *err)
{
    struct store *s = app_store(app);
    struct str number = str_slice(undo->object, 4, undo->object.n);
    struct act *acts;
    int64_t no;
    size_t n;

    *ret_is = str_starts(undo->object, STR("event "));
    *ret = (struct event_undone){undo->no, undo->at_ms, undo->reason};
    if (*ret_is || !str_starts(undo->object, STR("act ")) || !str_to_i64(number, &no))
        return true;
    struct act_filter f = {.from = {no}, .to = {no}, .kind = ACT_UNIT_EVENT, .limit = 1};
    if (!s->ops->acts(s, &f, a, &acts, &n, err))
        return false;
    if (n && str_starts(acts[0].object, STR("event "))) {
        *ret_is = true;
        ret->decision = acts[0].reason;
    }
    return true;
}

bool events_undone(
    struct app *app, struct arena *a, struct event_undone **ret, size_t *ret_n, struct err *err)
{
    struct store *s = app_store(app);
    struct act_filter f = {.kind = ACT_UNDO, .newest_first = true, .limit = EVENTS_UNDONE_MAX};
    struct act *acts;
    size_t n;

    *ret_n = 0;
    if (!s->ops->acts(s, &f, a, &acts, &n, err))
        return false;
    *ret = arena_array(a, n, sizeof **ret);
    if (!*ret)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        struct act_no last = acts[i].no;
        bool is;
        if (!last_of_chain(app, &last, a, err) ||
            !undone_of(app, &acts[i], a, &(*ret)[*ret_n], &is, err))
            return false;
        *ret_n += is && last.v == acts[i].no.v; /* not taken back itself */
    }
    return true;
}

bool event_redo(
    struct app *app, struct actor who, struct act_no undo, struct act_no *ret_act, struct err *err)
{
    ARENA_AUTO a;
    struct event_undone *list;
    struct import_result r;
    size_t n;
    bool found = false;

    arena_init(&a, 16 << 20);
    if (!events_undone(app, &a, &list, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        found = found || list[i].undo.v == undo.v;
    if (!found)
        return err_set(err, ERR_CONFLICT, MSG_err_undo_changed_since);
    if (!import_undo(app, who, undo, false, &r, err))
        return false;
    *ret_act = r.act;
    return true;
}
