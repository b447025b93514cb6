/* event: an event of units is entered, with what comes before and after it. Works without scripts:
 * every button sends the whole form, which comes back as it was typed. */
#include <stdio.h>
#include <stdlib.h>

#include "app/unit_event.h"
#include "templates.h"
#include "web/event_view.h"
#include "web/event_words.h"
#include "web/handlers.h"
#include "web/show.h"
#include "web/site.h"

enum { ROWS_OLD = 3, ROWS_NEW = 2 };

static const struct input new_inputs[] = {
    {.name = "old", .type = INPUT_LINE, .max = 40},
    {0},
};
const struct intake intake_event_new = {.inputs = new_inputs};
static const struct input event_inputs[] = {
    {.name = "kind",
        .type = INPUT_CHOICE,
        .words = "found|merge|split|transfer|rename|change-kind|dissolve"},
    {.name = "day", .type = INPUT_DAY},
    {.name = "decision", .type = INPUT_LINE, .max = 200},
    {.name = "note", .type = INPUT_LINE, .max = 500},
    {.name = "rows_old", .type = INPUT_INT, .min = 1, .max = EVENT_OLDS_MAX},
    {.name = "rows_new", .type = INPUT_INT, .min = 1, .max = EVENT_NEWS_MAX},
    {.name = "old.*", .type = INPUT_LINE, .many = true, .max = 200},
    {.name = "new.*", .type = INPUT_LINE, .many = true, .max = 200},
    {.name = "edge.*", .type = INPUT_FLAG, .many = true},
    {.name = "people.*", .type = INPUT_LINE, .many = true, .max = 40},
    {.name = "area.*", .type = INPUT_LINE, .many = true, .max = 40},
    {.name = "households.*", .type = INPUT_LINE, .many = true, .max = 40},
    {.name = "move.*", .type = INPUT_LINE, .many = true, .max = 20},
    {.name = "choice.*", .type = INPUT_LINE, .many = true, .max = 40},
    {.name = "what.*", .type = INPUT_LINE, .many = true, .max = 200},
    {.name = "why.*", .type = INPUT_LINE, .many = true, .max = 300},
    {.name = "action", .type = INPUT_CHOICE, .words = "check|save|more"},
    {0},
};
const struct intake intake_event = {
    .inputs = event_inputs, .body = BODY_FORM, .max = 1024 * 1024, .shows_errors = true};
struct entering {
    struct request *rq;
    const struct view *v;
    const struct catalog *c;
    struct event_request q;
    struct event_plan p;
    struct event_page_view *view;
    int place_old[EVENT_OLDS_MAX],
        place_new[EVENT_NEWS_MAX]; /* rows of the form -> q.old, q.fresh */
    struct str old[EVENT_OLDS_MAX];
    struct event_new fresh[EVENT_NEWS_MAX];
    struct event_share edge[EVENT_EDGES_MAX];
    struct event_move move[EVENT_CHILDREN_MAX];
    struct event_choice choice[OPEN_ITEMS_MAX];
    int rows_old, rows_new;
    bool checked, more;
};

/* ---- what was typed ---- */

/* The value sent under `prefix` and what follows; empty: none. */
static struct str sent(struct request *rq, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static struct str sent(struct request *rq, const char *format, ...)
{
    char name[80];
    va_list args;

    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    const struct value *v = values_find(&rq->values, str_of(name));
    return v ? str_trim(v->raw) : STR("");
}

static void read_rows(struct entering *e)
{
    struct request *rq = e->rq;

    for (int i = 0; i < e->rows_old; i++) {
        struct str s = sent(rq, "old.%d", i);
        e->place_old[i] = s.n ? (int)e->q.olds : -1;
        if (s.n)
            e->old[e->q.olds++] = s;
    }
    for (int i = 0; i < e->rows_new; i++) {
        struct event_new n = {sent(rq, "new.%d.unit", i), sent(rq, "new.%d.name", i),
            sent(rq, "new.%d.code", i), sent(rq, "new.%d.kind", i), sent(rq, "new.%d.parent", i)};
        bool given = n.unit.n || n.name.n || n.code.n;
        e->place_new[i] = given ? (int)e->q.freshes : -1;
        if (given)
            e->fresh[e->q.freshes++] = n;
    }
    e->q.old = e->old;
    e->q.fresh = e->fresh;
}

/* The table of shares was there: an edge is what is ticked. Before, all go everywhere. */
static void read_shares(struct entering *e)
{
    for (int i = 0; i < e->rows_old; i++)
        for (int k = 0; k < e->rows_new; k++) {
            bool both = e->place_old[i] >= 0 && e->place_new[k] >= 0;
            if (!both || e->q.edges == EVENT_EDGES_MAX || !sent(e->rq, "edge.%d.%d", i, k).n)
                continue;
            e->edge[e->q.edges++] = (struct event_share){e->place_old[i], e->place_new[k],
                {sent(e->rq, "people.%d.%d", i, k), sent(e->rq, "area.%d.%d", i, k),
                    sent(e->rq, "households.%d.%d", i, k)}};
        }
    e->q.edge = e->edge;
}

static struct str behind_dot(struct str name)
{
    ptrdiff_t dot = str_find_char(name, '.', 0);

    return str_slice(name, dot < 0 ? 0 : (size_t)dot + 1, name.n);
}

/* Which new unit a row's number means; -1: none. */
static int place_of(const struct entering *e, struct str row)
{
    int64_t i;

    return str_to_i64(row, &i) && i >= 0 && i < e->rows_new ? e->place_new[i] : -1;
}

/* "keep", "carry:ROW", "needless", "end"; else later. */
static struct event_choice read_choice(const struct entering *e, struct str what, struct str s)
{
    struct event_choice c = {what, OPEN_LATER, -1, STR("")};

    if (str_is(s, "keep"))
        c.choice = OPEN_KEEP;
    else if (str_is(s, "needless"))
        c.choice = OPEN_NEEDLESS;
    else if (str_is(s, "end"))
        c.choice = OPEN_END;
    else if (str_starts(s, STR("carry:")) && (c.to = place_of(e, str_slice(s, 6, s.n))) >= 0)
        c.choice = OPEN_CARRY;
    return c;
}

static void read_moves(struct entering *e)
{
    const struct value *v;

    for (size_t at = 0; (v = rq_next(e->rq, "move.*", &at)) && e->q.moves < EVENT_CHILDREN_MAX;)
        e->move[e->q.moves++] = (struct event_move){behind_dot(v->name), place_of(e, v->raw)};
    for (size_t at = 0; (v = rq_next(e->rq, "what.*", &at)) && e->q.choices < OPEN_ITEMS_MAX;) {
        struct str number = behind_dot(v->name);
        struct str said = sent(e->rq, "choice.%.*s", STR_ARG(number));
        e->choice[e->q.choices] = read_choice(e, v->raw, said);
        e->choice[e->q.choices++].reason = sent(e->rq, "why.%.*s", STR_ARG(number));
    }
    e->q.move = e->move;
    e->q.choice = e->choice;
}

static int rows_of(struct request *rq, const char *name, int least, int most, bool more)
{
    int64_t n = rq_has(rq, name) ? rq_int(rq, name) : least;

    n = (n < least ? least : n) + (more ? 3 : 0);
    return (int)(n > most ? most : n);
}

static void read_form(struct entering *e)
{
    struct request *rq = e->rq;
    int64_t kind = rq_int(rq, "kind"), action = rq_int(rq, "action");

    e->more = action == 2;
    e->rows_old = rows_of(rq, "rows_old", ROWS_OLD, EVENT_OLDS_MAX, e->more);
    e->rows_new = rows_of(rq, "rows_new", ROWS_NEW, EVENT_NEWS_MAX, e->more);
    e->q.kind = kind < 0 ? EVENT_MERGE : (enum event_kind)kind;
    e->q.day = rq_day(rq, "day");
    e->q.decision = rq_str(rq, "decision");
    e->q.note = rq_str(rq, "note");
    read_rows(e);
    read_shares(e);
    read_moves(e);
    e->checked = !e->more && rq_has(rq, "day") && !rq_error(rq, "day");
}

/* ---- the form as a view ---- */

static struct field_view field(
    struct request *rq, const char *name, enum msg_key label, enum msg_key note)
{
    struct field_view f = {
        .name = str_of(name), .label = msg_text(rq->lang, label), .note = msg_text(rq->lang, note)};

    if (rq->method == HTTP_POST) {
        f.value = rq_raw(rq, name);
        if (rq_error(rq, name))
            f.wrong = show_err(rq, rq_error(rq, name));
    }
    return f;
}

static bool add_kinds(struct entering *e)
{
    for (int k = EVENT_FOUND; k <= EVENT_DISSOLVE; k++) {
        struct pick_view p = {str_of(event_kind_name((enum event_kind)k)),
            msg_text(e->rq->lang, event_kind_label((enum event_kind)k)), k == (int)e->q.kind};
        if (!vec_push(&e->view->kinds, e->rq->arena, p))
            return false;
    }
    return true;
}

static bool kinds_of_unit(struct entering *e, struct event_new_view *n, struct str chosen)
{
    const struct kinds *ks = &e->c->units.kinds;
    struct pick_view p = {STR(""), msg_text(e->rq->lang, MSG_event_as_before), !chosen.n};

    if (!vec_push(&n->kinds, e->rq->arena, p))
        return false;
    for (size_t i = 0; i < ks->n; i++) {
        p = (struct pick_view){ks->p[i].key,
            e->rq->lang == LANG_EN ? ks->p[i].word_en : ks->p[i].word_vi,
            str_eq(chosen, ks->p[i].key)};
        if (!vec_push(&n->kinds, e->rq->arena, p))
            return false;
    }
    return true;
}

static bool add_rows(struct entering *e)
{
    struct request *rq = e->rq;

    for (int i = 0; i < e->rows_old; i++) {
        struct event_old_view o = {event_numbered(rq, "old.%d", i), sent(rq, "old.%d", i)};
        if (rq->method == HTTP_GET && i < (int)e->q.olds)
            o.value = e->old[i];
        if (!vec_push(&e->view->olds, rq->arena, o))
            return false;
    }
    for (int i = 0; i < e->rows_new; i++) {
        struct event_new_view n = {.name = event_numbered(rq, "new.%d", i),
            .number = show_count(rq, i + 1),
            .unit = sent(rq, "new.%d.unit", i),
            .title = sent(rq, "new.%d.name", i),
            .code = sent(rq, "new.%d.code", i),
            .parent = sent(rq, "new.%d.parent", i)};
        if (!kinds_of_unit(e, &n, sent(rq, "new.%d.kind", i)) ||
            !vec_push(&e->view->news, rq->arena, n))
            return false;
    }
    return true;
}

static struct str fresh_name(const struct entering *e, int place)
{
    const struct event_fresh *f = &e->p.fresh[place];

    return f->name.n ? f->name : STR("?");
}

static bool ticked(const struct entering *e, int from, int to)
{
    for (size_t i = 0; i < e->p.edges; i++)
        if (e->p.edge[i].from == from && e->p.edge[i].to == to)
            return true;
    return false;
}

/* What stands in a cell of shares: as typed; else what follows from the rest. */
static struct str share_text(
    const struct entering *e, int from, int to, int basis, struct str typed)
{
    struct sbuf b;

    sbuf_init(&b, e->rq->arena, 100);
    for (size_t i = 0; !typed.n && i < e->p.edges; i++)
        if (e->p.edge[i].from == from && e->p.edge[i].to == to && e->p.edge[i].known[basis])
            rat_put(&b, e->p.edge[i].share[basis]);
    return typed.n ? typed : sbuf_view(&b);
}

/* A table only where something has to be said: some old unit may go to several. */
static bool add_shares(struct entering *e)
{
    struct request *rq = e->rq;

    if (!e->checked || e->p.olds != e->q.olds || e->p.freshes != e->q.freshes || e->q.freshes < 2)
        return true;
    for (int i = 0; i < e->rows_old; i++) {
        int from = e->place_old[i];
        if (from < 0)
            continue;
        struct event_share_view s = {
            .from = show_unit_first(rq, e->c, e->p.old[from].unit, day_add(e->q.day, -1))};
        for (int k = 0; k < e->rows_new; k++) {
            int to = e->place_new[k];
            if (to < 0)
                continue;
            struct event_cell_view c = {.name = event_numbered(rq, "%d.%d", i, k),
                .to = fresh_name(e, to),
                .edge = ticked(e, from, to)};
            c.people = share_text(e, from, to, BASIS_PEOPLE, sent(rq, "people.%d.%d", i, k));
            c.area = share_text(e, from, to, BASIS_AREA, sent(rq, "area.%d.%d", i, k));
            c.households =
                share_text(e, from, to, BASIS_HOUSEHOLDS, sent(rq, "households.%d.%d", i, k));
            if (!vec_push(&s.cells, rq->arena, c))
                return false;
        }
        if (!vec_push(&e->view->shares, rq->arena, s))
            return false;
    }
    return true;
}

/* The new units as picks; the value is the row of the form. */
#define ADD_NEWS(e, list, prefix, chosen_place)                                                    \
    for (int row_ = 0; ok && row_ < (e)->rows_new; row_++) {                                       \
        int to_ = (e)->place_new[row_];                                                            \
        if (to_ < 0 || (size_t)to_ >= (e)->p.freshes)                                              \
            continue;                                                                              \
        struct pick_view pick_ = {event_numbered((e)->rq, prefix "%d", row_),                      \
            show_msg((e)->rq, MSG_event_to_unit, fresh_name((e), to_)), to_ == (chosen_place)};    \
        ok = vec_push((list), (e)->rq->arena, pick_);                                              \
    }

static bool add_children(struct entering *e)
{
    struct request *rq = e->rq;
    bool ok = true;

    for (size_t i = 0; ok && e->checked && i < e->p.children; i++) {
        const struct event_child *c = &e->p.child[i];
        struct event_child_view v = {event_numbered(rq, "move.%s", e->c->units.p[c->unit].uid.z),
            show_unit_first(rq, e->c, c->unit, e->q.day)};
        struct pick_view none = {STR("-"), msg_text(rq->lang, MSG_event_choose), c->to < 0};
        ok = vec_push(&v.picks, rq->arena, none);
        ADD_NEWS(e, &v.picks, "", c->to)
        ok = ok && vec_push(&e->view->children, rq->arena, v);
    }
    return ok;
}

/* ---- open items in words ---- */

static const struct event_choice *chosen(const struct entering *e, struct str key)
{
    for (size_t i = 0; i < e->q.choices; i++)
        if (str_eq(e->q.choice[i].what, key))
            return &e->q.choice[i];
    return NULL;
}

static bool add_opens(struct entering *e)
{
    struct request *rq = e->rq;
    bool ok = true;

    for (size_t i = 0; ok && e->checked && i < e->p.opens; i++) {
        const struct open_item *x = &e->p.open[i];
        const struct event_choice *said = chosen(e, x->key);
        struct event_open_view v = {.name = event_numbered(rq, "choice.%zu", i),
            .what = event_numbered(rq, "what.%zu", i),
            .why = x->sort == OPEN_REPORT ? event_numbered(rq, "why.%zu", i) : STR(""),
            .reason = said ? said->reason : STR(""),
            .key = x->key};
        if (!i || e->p.open[i - 1].sort != x->sort)
            v.head = msg_text(rq->lang, event_sort_words(x->sort));
        v.text = show_msg(rq, MSG_open_of, show_unit_first(rq, e->c, x->unit, day_add(x->end, -1)),
            event_open_text(rq, e->c, x));
        /* what is proposed: to go on at the only successor, else to be decided later */
        enum open_choice choice = said                ? said->choice
                                  : e->p.freshes == 1 ? x->proposal
                                                      : OPEN_LATER;
        int to = said ? said->to : 0;
        struct pick_view later = {
            STR("later"), msg_text(rq->lang, MSG_open_later), choice == OPEN_LATER};
        struct pick_view keep = {
            STR("keep"), msg_text(rq->lang, event_keep_words(x->sort)), choice == OPEN_KEEP};
        ok = vec_push(&v.picks, rq->arena, later) && vec_push(&v.picks, rq->arena, keep);
        ADD_NEWS(e, &v.picks, "carry:", choice == OPEN_CARRY ? to : -1)
        ok = ok && event_more_picks(rq, x->sort, choice, true, &v.picks) &&
             vec_push(&e->view->opens, rq->arena, v);
    }
    return ok;
}

/* ---- what is wrong, before and after ---- */

static bool add_checks(struct entering *e)
{
    struct request *rq = e->rq;
    int bad = 0;

    for (size_t i = 0; i < e->p.checks; i++) {
        const struct event_check *c = &e->p.check[i];
        struct str number = c->arg[1]; /* a sum in people's writing */
        ptrdiff_t dot = c->key == MSG_err_event_sum ? str_find_char(number, '.', 0) : -1;
        if (dot >= 0 && rq->lang == LANG_VI)
            number = show_joined(rq, str_of(arena_printf(rq->arena, "%.*s,%.*s", (int)dot, number.p,
                                         (int)(number.n - (size_t)dot - 1), number.p + dot + 1)));
        struct str last = c->word < MSG_COUNT ? msg_text(rq->lang, c->word) : c->arg[2];
        struct event_check_view v = {show_msg(rq, c->key, c->arg[0], number, last),
            c->bad ? STR("is-miss") : STR("is-risk"), c->bad ? STR("s-missed") : STR("s-risk")};
        bad += c->bad;
        if (!vec_push(&e->view->checks, rq->arena, v))
            return false;
    }
    if (!bad) {
        struct event_check_view v = {
            msg_text(rq->lang, MSG_event_fits), STR("is-good"), STR("s-met")};
        if (!vec_push(&e->view->checks, rq->arena, v))
            return false;
    }
    return true;
}

typedef VEC(struct event_tree_view) tree_list;

/* The branch of that superior, a new one where it is the first. */
static struct event_tree_view *branch(struct entering *e, void *list, int parent, struct day day)
{
    tree_list *l = list;
    struct event_tree_view t = {.parent = parent < 0 ? msg_text(e->rq->lang, MSG_event_top)
                                                     : show_unit_first(e->rq, e->c, parent, day)};

    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->p[i].parent, t.parent))
            return &l->p[i];
    return vec_push(l, e->rq->arena, t) ? &l->p[l->n - 1] : NULL;
}

static bool add_trees(struct entering *e)
{
    struct request *rq = e->rq;
    struct day before = day_add(e->q.day, -1);

    for (size_t i = 0; i < e->p.olds; i++) {
        int unit = e->p.old[i].unit;
        struct event_tree_view *t = branch(
            e, &e->view->before, unit_parent_on(&e->c->units, unit, e->p.line, before), before);
        struct event_check_view v = {show_unit_first(rq, e->c, unit, before),
            e->p.old[i].ends ? STR("gone") : STR(""), STR("")};
        if (!t || !vec_push(&t->units, rq->arena, v))
            return false;
    }
    for (size_t i = 0; i < e->p.freshes; i++) {
        const struct event_fresh *f = &e->p.fresh[i];
        struct event_tree_view *t = branch(e, &e->view->after, f->parent, e->q.day);
        int children = 0;
        for (size_t k = 0; k < e->p.children; k++)
            children += e->p.child[k].to == (int)i;
        struct str name = f->code.n ? show_msg(rq, MSG_event_with_code, f->name, f->code) : f->name;
        struct event_check_view v = {
            children ? show_msg(rq, MSG_unit_with_below, name, show_count(rq, children)) : name,
            f->unit < 0 ? STR("fresh") : STR(""), STR("")};
        if (!t || !vec_push(&t->units, rq->arena, v))
            return false;
    }
    e->view->before_head = show_msg(rq, MSG_event_before, show_day(rq, before));
    e->view->after_head = show_msg(rq, MSG_event_after, show_day(rq, e->q.day));
    return true;
}

static bool show_form(struct entering *e, struct response *rs, struct err *err)
{
    struct request *rq = e->rq;
    struct event_page_view *v = e->view;

    v->title = msg_text(rq->lang, MSG_event_enter);
    v->headline = v->title;
    v->says = msg_text(rq->lang, MSG_event_says);
    v->day = field(rq, "day", MSG_event_day, MSG_event_day_note);
    v->decision = field(rq, "decision", MSG_event_decision, MSG_event_decision_note);
    v->note = field(rq, "note", MSG_note, MSG_event_note_note);
    v->rows_old = show_count(rq, e->rows_old);
    v->rows_new = show_count(rq, e->rows_new);
    v->checked = e->checked;
    v->may_save = e->checked && e->p.ok;
    if (rq->method == HTTP_POST && !e->more && !e->checked && !v->day.wrong.n)
        v->day.wrong = msg_text(rq->lang, MSG_event_day_missing);
    if (!add_kinds(e) || !add_rows(e) || !add_shares(e) || !add_children(e) || !add_opens(e) ||
        (e->checked && (!add_checks(e) || !add_trees(e))))
        return err_memory(err);
    v->page = site_page(rq, "/units");
    struct tmpl t = rs_page(rs, e->checked && !e->p.ok ? 422 : 200);
    tmpl_event(&t, v);
    return true;
}

static struct entering *entering_new(struct request *rq, const struct view *v, struct err *err)
{
    struct entering *e = arena_zalloc(rq->arena, sizeof *e);
    struct event_page_view *view = arena_zalloc(rq->arena, sizeof *view);

    if (!e || !view) {
        err_memory(err);
        return NULL;
    }
    e->rq = rq;
    e->v = v;
    e->c = v->catalog;
    e->view = view;
    e->q.kind = EVENT_MERGE;
    e->rows_old = ROWS_OLD;
    e->rows_new = ROWS_NEW;
    return e;
}

static bool answer_new(
    struct request *rq, struct response *rs, const struct view *v, struct err *err)
{
    struct entering *e = entering_new(rq, v, err);
    struct str old = rq_str(rq, "old");
    int unit = old.n ? units_find_uid(&v->catalog->units, old) : -1;

    if (!e || !event_must_admin(rq, v, err))
        return false;
    if (unit >= 0) {
        const struct unit_version *x = unit_on(&v->catalog->units, unit, v->today);
        e->old[e->q.olds++] = x && x->code.n ? x->code : old;
    }
    return show_form(e, rs, err);
}

static bool answer_event(
    struct request *rq, struct response *rs, const struct view *v, struct err *err)
{
    struct entering *e = entering_new(rq, v, err);

    if (!e || !event_must_admin(rq, v, err))
        return false;
    read_form(e);
    if (e->checked && !event_plan_make(site_app(rq), v->catalog, v->today, rq_actor(rq), &e->q,
                          rq->arena, &e->p, err))
        return false;
    if (!e->checked || !e->p.ok || rq_int(rq, "action") != 1)
        return show_form(e, rs, err);
    return true; /* the caller saves, without holding the view */
}

bool page_event_new(struct request *rq, struct response *rs, struct err *err)
{
    return site_answer(rq, rs, answer_new, err);
}

bool page_event_save(struct request *rq, struct response *rs, struct err *err)
{
    struct act_no act;
    int64_t event;

    if (!site_answer(rq, rs, answer_event, err))
        return false;
    if (rs->body.n || rq_int(rq, "action") != 1)
        return true; /* the form was shown */
    struct entering *e = arena_zalloc(rq->arena, sizeof *e);
    if (!e)
        return err_memory(err);
    e->rq = rq;
    read_form(e);
    if (!event_save(site_app(rq), rq_actor(rq), &e->q, &act, &event, err))
        return false;
    rs_redirect(rs, STR("/events"));
    return true;
}
