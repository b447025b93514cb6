/* event_plan: an event worked out and checked; see unit_event.h. Writes nothing. */
#include "app/event_inside.h"

#include "base/text.h"

struct planning {
    struct app *app;
    const struct catalog *c;
    const struct units *us;
    const struct event_request *q;
    struct day today, day, before; /* before: the day before the event */
    struct actor who;
    struct arena *a;
    struct event_plan *p;
    VEC(struct event_check) check;
    struct err *err;
    bool failed; /* memory */
};

static void say(struct planning *x, bool bad, enum msg_key key, struct str one, struct str two)
{
    struct event_check c = {bad, key, {one, two}, MSG_COUNT};

    x->failed = x->failed || !vec_push(&x->check, x->a, c);
}

/* An error that a person can mend, as a check. */
static void say_err(struct planning *x, const struct err *e)
{
    struct event_check c = {true, e->key, {STR("")}, MSG_COUNT};

    for (int i = 0; i < e->nargs && i < 3; i++)
        c.arg[i] = str_dup(x->a, str_of(e->arg[i]));
    x->failed = x->failed || !vec_push(&x->check, x->a, c);
}

static struct str name_of(const struct planning *x, int unit)
{
    const struct unit_version *v = unit_name_on(x->us, unit, x->before);

    return v ? v->name : STR("?");
}

static struct str day_text(struct planning *x, struct day d)
{
    struct sbuf b;

    sbuf_init(&b, x->a, 24);
    day_put_people(&b, d);
    return sbuf_view(&b);
}

/* ---- the units that something happens to ---- */

/* Nothing is known of the unit on or after the day but that it goes on as it is. */
static void check_free(struct planning *x, int unit)
{
    const struct unit *u = &x->us->p[unit];
    struct day end = unit_end(x->us, unit);

    if (end.v != DAY_MAX.v)
        say(x, true, MSG_err_event_ends, name_of(x, unit), day_text(x, end));
    for (size_t i = 0; i < u->versions; i++)
        if (u->version[i].from.v >= x->day.v)
            say(x, true, MSG_err_event_later, name_of(x, unit), day_text(x, u->version[i].from));
    for (size_t i = 0; i < u->parents; i++)
        if (u->parent[i].from.v >= x->day.v)
            say(x, true, MSG_err_event_later, name_of(x, unit), day_text(x, u->parent[i].from));
    for (size_t i = 0; i < x->c->edges; i++) {
        const struct edge *e = &x->c->edge[i];
        struct day d = x->c->event[e->event].day;
        if ((e->from == unit || e->to == unit) && d.v >= x->day.v)
            say(x, true, MSG_err_event_other, name_of(x, unit), day_text(x, d));
    }
}

static bool may_admin(struct planning *x, int unit)
{
    /* a unit that is still to come has its place in the tree of its own days */
    struct day day = unit_first(x->us, unit).v > x->today.v ? x->before : x->today;

    if (may(x->c, day, x->who, RIGHT_ADMIN_UNITS, unit, day, STR(""), STR("")))
        return true;
    say(x, true, MSG_err_denied_unit, name_of(x, unit), STR(""));
    return false;
}

/* By name, where it is one unit's alone on that day; several are told with their codes. */
static int find_name(struct planning *x, struct str s, struct day day, bool *ret_several)
{
    struct str wanted = text_same(x->a, s);
    struct sbuf codes;
    int found = -1, n = 0;

    sbuf_init(&codes, x->a, 400);
    for (size_t u = 0; u < x->us->n; u++) {
        const struct unit_version *v = unit_on(x->us, (int)u, day);
        if (!v || !str_eq(text_same(x->a, v->name), wanted))
            continue;
        found = (int)u;
        if (n++ < 8)
            sbuf_printf(&codes, "%s%.*s", n > 1 ? ", " : "", STR_ARG(v->code));
    }
    *ret_several = n > 1;
    if (n > 1)
        say(x, true, MSG_err_event_several, s, sbuf_view(&codes));
    return n == 1 ? found : -1;
}

static int find(struct planning *x, struct str s, struct day day)
{
    struct err e = ERR_INIT;
    int unit = units_find(x->us, s, day, &e);
    bool several = false;

    if (unit < 0)
        unit = find_name(x, s, day, &several);
    if (unit < 0 && !several)
        say_err(x, &e);
    if (unit >= 0 && !unit_alive(x->us, unit, day)) {
        say(x, true, MSG_err_event_not_there, name_of(x, unit), day_text(x, day));
        unit = -1;
    }
    return unit;
}

static bool is_old(const struct planning *x, int unit)
{
    for (size_t i = 0; i < x->p->olds; i++)
        if (x->p->old[i].unit == unit)
            return true;
    return false;
}

static void resolve_olds(struct planning *x)
{
    for (size_t i = 0; i < x->q->olds; i++) {
        int unit = find(x, x->q->old[i], x->before);
        if (unit < 0)
            continue;
        if (is_old(x, unit)) {
            say(x, true, MSG_err_event_twice, name_of(x, unit), STR(""));
            continue;
        }
        x->p->old[x->p->olds++] = (struct event_old){unit, true};
        may_admin(x, unit);
        check_free(x, unit);
    }
}

/* ---- what they become ---- */

static enum line main_line(const struct planning *x, int unit)
{
    for (int line = 0; line < LINE_COUNT; line++)
        if (unit_on_line(x->us, unit, (enum line)line, x->before))
            return (enum line)line;
    return LINE_STATE;
}

static bool same_sort(const struct planning *x, int a, int b)
{
    const struct kind *p = x->us->kinds.p;

    return p[a].level == p[b].level && p[a].is_body == p[b].is_body;
}

/* Another unit of the sort that bears the code on the day and does not end then. */
static void check_code(struct planning *x, const struct event_fresh *f)
{
    for (size_t u = 0; f->code.n && f->kind >= 0 && u < x->us->n; u++) {
        const struct unit_version *v = unit_on(x->us, (int)u, x->day);
        bool ends = false;
        for (size_t i = 0; i < x->p->olds; i++)
            ends = ends || (x->p->old[i].unit == (int)u && x->p->old[i].ends);
        if ((int)u == f->unit || !v || ends || !str_eq(v->code, f->code))
            continue;
        if (v->kind >= 0 && same_sort(x, v->kind, f->kind))
            say(x, true, MSG_err_units_code_taken, f->code, v->name);
    }
    for (size_t u = 0; f->code.n && u < x->us->n; u++) { /* codes are used again: say by whom */
        const struct unit_version *v = unit_on(x->us, (int)u, x->before);
        bool ends = unit_end(x->us, (int)u).v <= x->day.v;
        for (size_t i = 0; i < x->p->olds; i++)
            ends = ends || (x->p->old[i].unit == (int)u && x->p->old[i].ends);
        if ((int)u != f->unit && v && ends && str_eq(v->code, f->code))
            say(x, false, MSG_event_code_again, f->code, v->name);
    }
}

static int parent_now(const struct planning *x, int unit)
{
    return unit_parent_on(x->us, unit, x->p->line, x->before);
}

static void resolve_parent(struct planning *x, struct event_fresh *f, struct str wanted)
{
    int had = f->unit >= 0     ? parent_now(x, f->unit)
              : x->p->olds > 0 ? parent_now(x, x->p->old[0].unit)
                               : -1;

    f->parent = had;
    if (!wanted.n)
        return;
    int unit = find(x, wanted, x->day);
    if (unit < 0)
        return;
    f->parent = unit;
    f->moved = f->unit >= 0 && unit != had;
    if (unit != had)
        may_admin(x, unit);
    if (f->unit >= 0 && unit_under(x->us, unit, f->unit, x->p->line, x->day))
        say(x, true, MSG_err_event_under_itself, name_of(x, f->unit), name_of(x, unit));
}

static bool resolve_fresh(struct planning *x, const struct event_new *n)
{
    struct event_fresh f = {.unit = -1, .kind = -1, .parent = -1, .name = n->name, .code = n->code};
    const struct unit_version *v = NULL;

    if (n->unit.n) {
        f.unit = find(x, n->unit, x->before);
        if (f.unit < 0)
            return true;
        v = unit_on(x->us, f.unit, x->before);
        if (!is_old(x, f.unit)) {
            may_admin(x, f.unit);
            check_free(x, f.unit);
        }
        for (size_t i = 0; i < x->p->olds; i++)
            if (x->p->old[i].unit == f.unit)
                x->p->old[i].ends = false;
    }
    if (n->kind.n && (f.kind = kinds_find(&x->us->kinds, x->a, n->kind)) < 0)
        say(x, true, MSG_err_units_kind, n->kind, STR(""));
    if (v) {
        f.name = f.name.n ? f.name : v->name;
        f.code = f.code.n ? f.code : v->code;
        f.kind = f.kind >= 0 ? f.kind : v->kind;
        f.renamed = !str_eq(f.name, v->name) || !str_eq(f.code, v->code) || f.kind != v->kind;
    }
    if (!f.name.n)
        say(x, true, MSG_err_event_no_name, n->code, STR(""));
    if (!n->unit.n && !n->kind.n)
        say(x, true, MSG_err_event_no_kind, n->name, STR(""));
    resolve_parent(x, &f, n->parent);
    x->p->fresh[x->p->freshes++] = f;
    return true;
}

static void check_fresh(struct planning *x)
{
    struct event_plan *p = x->p;

    for (size_t i = 0; i < p->freshes; i++) {
        struct event_fresh *f = &p->fresh[i];
        bool parent_ends = false;
        for (size_t k = 0; k < p->olds; k++)
            parent_ends = parent_ends || (p->old[k].ends && p->old[k].unit == f->parent);
        if (f->unit < 0 || f->renamed)
            check_code(x, f);
        if (f->parent < 0 && f->kind >= 0 && x->us->kinds.p[f->kind].level > 1)
            say(x, true, MSG_err_event_no_parent, f->name, STR(""));
        if (parent_ends)
            say(x, true, MSG_err_event_parent_ends, f->name, name_of(x, f->parent));
        for (size_t k = 0; k < i; k++)
            if (f->unit >= 0 && p->fresh[k].unit == f->unit)
                say(x, true, MSG_err_event_twice, f->name, STR(""));
    }
}

/* ---- how much goes where ---- */

static void read_shares(struct planning *x, const struct event_share *s, struct event_edge *e)
{
    for (int b = 0; b < BASIS_COUNT; b++) {
        struct str text = str_trim(s->share[b]);
        char *plain = str_dupz(x->a, text);
        struct err err = ERR_INIT;
        if (!plain) {
            x->failed = true;
            return;
        }
        for (char *c = plain; *c; c++)
            *c = *c == ',' ? '.' : *c; /* people write 0,15 */
        if (!text.n)
            continue;
        if (!rat_parse(str_of(plain), &e->share[b], &err)) {
            say_err(x, &err);
            continue;
        }
        e->known[b] = true;
        if (rat_sign(e->share[b]) < 0 || rat_cmp(e->share[b], rat_of_i64(1)) > 0)
            say(x, true, MSG_err_succession_share, text, STR(""));
    }
}

static void resolve_edges(struct planning *x)
{
    struct event_plan *p = x->p;
    const struct event_request *q = x->q;

    if (q->olds != p->olds || q->freshes != p->freshes)
        return; /* places do not fit yet; what is missing was said */
    for (size_t i = 0; i < q->edges; i++) {
        struct event_edge e = {q->edge[i].from, q->edge[i].to, {{0}}, {false}};
        if (e.from < 0 || e.to < 0 || (size_t)e.from >= p->olds || (size_t)e.to >= p->freshes)
            continue;
        read_shares(x, &q->edge[i], &e);
        p->edge[p->edges++] = e;
    }
    for (size_t i = 0; !q->edges && i < p->olds; i++)
        for (size_t k = 0; k < p->freshes && p->edges < EVENT_EDGES_MAX; k++)
            p->edge[p->edges++] = (struct event_edge){(int)i, (int)k, {{0}}, {false}};
    for (size_t i = 0; !p->freshes && i < p->olds; i++)
        p->edge[p->edges++] = (struct event_edge){(int)i, -1, {{0}}, {false}};
    for (size_t k = 0; !p->olds && k < p->freshes; k++)
        p->edge[p->edges++] = (struct event_edge){-1, (int)k, {{0}}, {false}};
}

/* A lone successor takes all. Of several with all shares known they add up to 1, exactly. */
static void check_shares(struct planning *x, int from)
{
    struct event_plan *p = x->p;
    static const enum msg_key bases[BASIS_COUNT] = {
        MSG_basis_people, MSG_basis_area, MSG_basis_households};
    bool unknown = false;

    for (int b = 0; b < BASIS_COUNT; b++) {
        struct rat sum = rat_of_i64(0);
        size_t edges = 0, known = 0;
        struct event_edge *last = NULL;
        bool fits = true;
        for (size_t i = 0; i < p->edges; i++) {
            struct event_edge *e = &p->edge[i];
            if (e->from != from)
                continue;
            last = e;
            edges++;
            known += e->known[b];
            fits = fits && (!e->known[b] || rat_add(sum, e->share[b], &sum));
        }
        if (edges == 1 && !known) {
            last->share[b] = rat_of_i64(1);
            last->known[b] = true;
            continue;
        }
        int cmp = fits ? rat_cmp(sum, rat_of_i64(1)) : 1;
        if (!fits || cmp > 0 || (edges && known == edges && cmp != 0)) {
            struct sbuf text;
            sbuf_init(&text, x->a, 100);
            rat_put(&text, sum);
            say(x, true, MSG_err_event_sum, name_of(x, p->old[from].unit), sbuf_view(&text));
            if (!x->failed) {
                x->check.p[x->check.n - 1].arg[2] = msg_text(LANG_VI, bases[b]);
                x->check.p[x->check.n - 1].word = bases[b];
            }
        }
        unknown = unknown || (edges > 1 && known + 1 < edges);
    }
    if (unknown)
        say(x, false, MSG_event_unknown_shares, name_of(x, p->old[from].unit), STR(""));
}

static void check_edges(struct planning *x)
{
    struct event_plan *p = x->p;

    if (x->q->olds != p->olds || x->q->freshes != p->freshes)
        return;
    for (size_t i = 0; i < p->olds; i++) {
        bool some = false;
        for (size_t k = 0; k < p->edges; k++)
            some = some || p->edge[k].from == (int)i;
        if (some)
            check_shares(x, (int)i);
        else
            say(x, true, MSG_err_event_goes_nowhere, name_of(x, p->old[i].unit), STR(""));
    }
    for (size_t i = 0; i < p->freshes; i++) {
        bool some = false;
        for (size_t k = 0; k < p->edges; k++)
            some = some || p->edge[k].to == (int)i;
        if (!some)
            say(x, true, MSG_err_event_from_nowhere, p->fresh[i].name, STR(""));
    }
}

/* ---- units below those that end ---- */

static int lone_successor(const struct planning *x, int old)
{
    int found = -1;

    for (size_t i = 0; i < x->p->edges; i++)
        if (x->p->edge[i].from == old) {
            if (found >= 0)
                return -1;
            found = x->p->edge[i].to;
        }
    return found;
}

static void add_child(struct planning *x, int unit, int old, enum line line)
{
    struct event_plan *p = x->p;
    struct event_child c = {unit, old, line, lone_successor(x, old)};

    for (size_t i = 0; i < x->q->moves; i++) {
        int said = units_find_uid(x->us, x->q->move[i].unit);
        if (said == unit && x->q->move[i].to >= 0 && (size_t)x->q->move[i].to < p->freshes)
            c.to = x->q->move[i].to;
    }
    if (c.to < 0)
        say(x, true, MSG_err_event_child, name_of(x, unit), name_of(x, p->old[old].unit));
    if (p->children < EVENT_CHILDREN_MAX)
        p->child[p->children++] = c;
    else if (p->children == EVENT_CHILDREN_MAX)
        say(x, true, MSG_err_event_many, STR("2.000"), STR(""));
}

static void find_children(struct planning *x)
{
    struct event_plan *p = x->p;

    for (size_t u = 0; u < x->us->n; u++) {
        const struct unit *unit = &x->us->p[u];
        bool ends = false;
        for (size_t i = 0; i < p->olds; i++)
            ends = ends || (p->old[i].unit == (int)u && p->old[i].ends);
        for (size_t i = 0; i < p->bodies; i++)
            ends = ends || p->body[i] == (int)u;
        for (size_t k = 0; k < unit->parents && !ends; k++)
            for (size_t i = 0; i < p->olds; i++) {
                const struct unit_parent *q = &unit->parent[k];
                if (!p->old[i].ends || q->parent != p->old[i].unit || q->to.v <= x->day.v)
                    continue;
                if (q->from.v > x->day.v)
                    say(x, true, MSG_err_event_later, name_of(x, (int)u), day_text(x, q->from));
                else if (unit_alive(x->us, (int)u, x->day))
                    add_child(x, (int)u, (int)i, q->line);
            }
    }
}

/* ---- what else a person should know ---- */

static void count_args(struct planning *x, enum msg_key key, int n, struct str what)
{
    struct sbuf b;

    sbuf_init(&b, x->a, 24);
    sbuf_i64(&b, n);
    if (n)
        say(x, false, key, sbuf_view(&b), what);
}

static void tell(struct planning *x)
{
    struct event_plan *p = x->p;
    int sorts[OPEN_BODY + 1] = {0};

    for (size_t i = 0; i < p->opens; i++)
        sorts[p->open[i].sort]++;
    count_args(x, MSG_event_open_reports, sorts[OPEN_REPORT], STR(""));
    count_args(x, MSG_event_open_targets, sorts[OPEN_TARGET], STR(""));
    count_args(x, MSG_event_open_grants, sorts[OPEN_GRANT], STR(""));
    count_args(x, MSG_event_bodies, sorts[OPEN_BODY], STR(""));
    if (!x->q->decision.n)
        say(x, false, MSG_event_no_decision, STR(""), STR(""));
    if (x->day.v > x->today.v)
        say(x, false, MSG_event_future, day_text(x, x->day), STR(""));
}

/* Does the kind fit what happens? */
static void check_kind(struct planning *x)
{
    const struct event_plan *p = x->p;
    bool ok = true;

    switch (x->q->kind) {
    case EVENT_FOUND:
        ok = x->q->olds == 0 && x->q->freshes > 0;
        break;
    case EVENT_DISSOLVE:
        ok = x->q->olds > 0 && x->q->freshes == 0;
        break;
    case EVENT_MERGE:
        ok = x->q->olds > 1 && x->q->freshes > 0;
        break;
    case EVENT_SPLIT:
        ok = x->q->olds == 1 && x->q->freshes > 1;
        break;
    case EVENT_TRANSFER:
    case EVENT_RENAME:
    case EVENT_CHANGE_KIND:
        ok = x->q->olds > 0 && x->q->freshes > 0;
        break;
    }
    if (!ok)
        say(x, true, MSG_err_event_kind, STR(""), STR(""));
    for (size_t i = 0;
         (x->q->kind == EVENT_RENAME || x->q->kind == EVENT_CHANGE_KIND) && i < p->freshes; i++)
        if (p->fresh[i].unit >= 0 && !p->fresh[i].renamed)
            say(x, true, MSG_err_event_same, p->fresh[i].name, STR(""));
}

static bool prepare(struct planning *x)
{
    struct event_plan *p = x->p;

    p->old = arena_array(x->a, EVENT_OLDS_MAX, sizeof *p->old);
    p->fresh = arena_array(x->a, EVENT_NEWS_MAX, sizeof *p->fresh);
    p->edge = arena_array(x->a, EVENT_EDGES_MAX + EVENT_OLDS_MAX, sizeof *p->edge);
    p->child = arena_array(x->a, EVENT_CHILDREN_MAX, sizeof *p->child);
    return p->old && p->fresh && p->edge && p->child;
}

static const struct event_choice *chosen(const struct planning *x, struct str key)
{
    for (size_t i = 0; i < x->q->choices; i++)
        if (str_eq(x->q->choice[i].what, key))
            return &x->q->choice[i];
    return NULL;
}

static bool is_ending(const struct planning *x, int unit)
{
    for (size_t i = 0; i < x->p->olds; i++)
        if (x->p->old[i].ends && x->p->old[i].unit == unit)
            return true;
    return false;
}

/* A body that ends leaves nobody under it; it may not have been touched by something later. */
static void end_body(struct planning *x, int unit)
{
    struct event_plan *p = x->p;

    for (size_t u = 0; u < x->us->n; u++)
        for (size_t k = 0; k < x->us->p[u].parents; k++) {
            const struct unit_parent *q = &x->us->p[u].parent[k];
            if (q->parent == unit && q->to.v > x->day.v && !is_ending(x, (int)u))
                say(x, true, MSG_err_event_child, name_of(x, (int)u), name_of(x, unit));
        }
    may_admin(x, unit);
    check_free(x, unit);
    p->body[p->bodies++] = unit;
}

/* Two old units have a target of one set and indicator: carried over one by one the new unit would
 * have it twice. What its value is to be, a person says. */
static void doubt_targets(struct planning *x)
{
    struct event_plan *p = x->p;

    for (size_t i = 0; i < p->opens; i++)
        for (size_t k = 0; k < p->opens && p->open[i].sort == OPEN_TARGET; k++) {
            const struct target *a = &x->c->target[p->open[i].target], *b;
            if (k == i || p->open[k].sort != OPEN_TARGET)
                continue;
            b = &x->c->target[p->open[k].target];
            if (a->set == b->set && a->indicator >= 0 && a->indicator == b->indicator &&
                p->open[i].unit != p->open[k].unit)
                p->open[i].proposal = OPEN_LATER;
        }
}

/* Choices that cannot be made, bodies that end themselves, bodies that end with their place. */
static void check_choices(struct planning *x)
{
    struct event_plan *p = x->p;
    size_t kept = 0;

    for (size_t i = 0; i < p->opens; i++) {
        const struct open_item *o = &p->open[i];
        const struct event_choice *c = chosen(x, o->key);
        if (o->sort == OPEN_BODY && is_ending(x, o->body))
            continue;
        p->open[kept++] = *o;
        if (!c)
            continue;
        if (!open_choice_fits(o->sort, c->choice))
            say(x, true, MSG_err_open_choice, STR(""), STR(""));
        else if (c->choice == OPEN_NEEDLESS && !str_trim(c->reason).n)
            say(x, true, MSG_err_open_reason, STR(""), STR(""));
        else if (c->choice == OPEN_END)
            end_body(x, o->body);
    }
    p->opens = kept;
}

static bool find_open(struct planning *x)
{
    struct event_plan *p = x->p;
    size_t cap = 0;

    for (size_t i = 0; i < p->olds; i++)
        if (p->old[i].ends && !open_items_of(x->app, x->c, p->old[i].unit, x->day, x->a, &p->open,
                                  &p->opens, &cap, x->err))
            return false;
    p->body = arena_array(x->a, p->opens, sizeof *p->body);
    x->failed = x->failed || !p->body;
    doubt_targets(x);
    if (p->body)
        check_choices(x);
    return true;
}

bool event_plan_make(struct app *app, const struct catalog *c, struct day today, struct actor who,
    const struct event_request *q, struct arena *a, struct event_plan *ret, struct err *err)
{
    struct planning x = {.app = app,
        .c = c,
        .us = &c->units,
        .q = q,
        .today = today,
        .day = q->day,
        .before = day_add(q->day, -1),
        .who = who,
        .a = a,
        .p = ret,
        .err = err};

    *ret = (struct event_plan){.line = LINE_STATE};
    if (!prepare(&x))
        return err_memory(err);
    if (q->olds > EVENT_OLDS_MAX || q->freshes > EVENT_NEWS_MAX || q->edges > EVENT_EDGES_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_event_many, STR("40"));
    resolve_olds(&x);
    if (ret->olds)
        ret->line = main_line(&x, ret->old[0].unit);
    for (size_t i = 0; i < q->freshes; i++)
        resolve_fresh(&x, &q->fresh[i]);
    check_kind(&x);
    check_fresh(&x);
    resolve_edges(&x);
    check_edges(&x);
    if (!find_open(&x))
        return false;
    find_children(&x);
    tell(&x);
    if (x.failed)
        return err_memory(err);
    ret->check = x.check.p;
    ret->checks = x.check.n;
    ret->ok = true;
    for (size_t i = 0; i < ret->checks; i++)
        ret->ok = ret->ok && !ret->check[i].bad;
    return true;
}
