/* open_items: see open_items.h. */
#include "app/open_items.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/import_common.h"
#include "app/reporting.h"

enum { NEXT_MAX = 64, OWED_PERIODS = 3 };

size_t living_successors(const struct catalog *c, struct day today, int unit, int *ret, size_t max)
{
    int seen[NEXT_MAX] = {unit};
    size_t n = 1, found = 0;

    for (size_t at = 0; at < n; at++)
        for (size_t i = 0; i < c->edges; i++) {
            bool known = c->edge[i].from != seen[at] || c->edge[i].to < 0;
            for (size_t k = 0; k < n; k++)
                known = known || seen[k] == c->edge[i].to;
            if (known || n == NEXT_MAX)
                continue;
            seen[n++] = c->edge[i].to;
            if (unit_alive(&c->units, c->edge[i].to, today) && found < max)
                ret[found++] = c->edge[i].to;
        }
    return found;
}

/* ---- finding ---- */

struct finding_open {
    struct app *app;
    const struct catalog *c;
    int unit;
    struct day end;
    struct arena *a;
    struct open_item **list;
    size_t *n, *cap;
    struct err *err;
};

/* Decided ones are not open any more. */
static bool is_decided(struct finding_open *f, struct str key, bool *ret)
{
    struct store *s = app_store(f->app);
    struct sbuf b;
    struct str value;

    sbuf_init(&b, f->a, 300);
    sbuf_z(&b, "open.");
    sbuf_str(&b, key);
    return s->ops->setting(s, sbuf_view(&b), f->a, &value, ret, f->err);
}

static bool add(struct finding_open *f, struct open_item item, struct str key)
{
    bool decided;

    if (!key.p)
        return err_memory(f->err);
    if (!is_decided(f, key, &decided))
        return false;
    if (decided || *f->n >= OPEN_ITEMS_MAX)
        return true;
    item.key = key;
    item.unit = f->unit;
    item.end = f->end;
    if (!vec_room_((void **)f->list, *f->n, f->cap, sizeof **f->list, f->a))
        return err_memory(f->err);
    (*f->list)[(*f->n)++] = item;
    return true;
}

static struct str key_of(struct arena *a, const char *sort, int64_t id)
{
    return str_of(arena_printf(a, "%s %lld", sort, (long long)id));
}

static struct str report_key(const struct finding_open *f, int form, struct period p)
{
    return str_of(arena_printf(f->a, "report %lld %lld %lld %d", (long long)f->c->form[form].id.v,
        (long long)f->c->units.p[f->unit].id.v, (long long)period_code(p), f->end.v));
}

static bool is_finished(enum report_state s)
{
    return s == REPORT_APPROVED || s == REPORT_LOCKED || s == REPORT_NOT_STARTED;
}

static bool add_report(struct finding_open *f, struct open_item x)
{
    struct day first = period_first_day(x.period);

    x.sort = OPEN_REPORT;
    x.target = x.grant = x.body = -1;
    x.proposal = OPEN_CARRY;
    x.closes = first.v < f->end.v && period_last_day(x.period).v >= f->end.v;
    x.from =
        unit_first(&f->c->units, f->unit).v > first.v ? unit_first(&f->c->units, f->unit) : first;
    x.to = x.closes ? day_add(f->end, -1) : period_last_day(x.period);
    return add(f, x, report_key(f, x.form, x.period));
}

static bool is_stored(
    const struct finding_open *f, const struct report *r, size_t n, int form, struct period p)
{
    for (size_t i = 0; i < n; i++)
        if (r[i].form.v == f->c->form[form].id.v && r[i].period == period_code(p) &&
            r[i].state != REPORT_NOT_STARTED)
            return true;
    return false;
}

/* Reports that nobody has begun: of the period in which the unit ends, which may be only a part of
 * it, and of those right before whose time had not come. What was due before is late, and stays on
 * its board. */
static bool find_owed(struct finding_open *f, const struct report *r, size_t n)
{
    const struct calendar *cal = app_calendar(f->app);

    for (size_t k = 0; k < f->c->forms; k++) {
        struct open_item x = {.state = REPORT_NOT_STARTED, .form = (int)k};
        bool some = period_of_day(f->c->form[k].frequency, day_add(f->end, -1), &x.period);
        for (int i = 0; some && i < OWED_PERIODS; i++) {
            bool waits =
                i == 0 || reporting_due(f->c, cal, (int)k, x.period) >= day_start_ms(f->end);
            if (waits && reporting_asked(f->c, (int)k, f->unit, x.period) &&
                !is_stored(f, r, n, (int)k, x.period) && !add_report(f, x))
                return false;
            some = period_previous(x.period, &x.period);
        }
    }
    return true;
}

static bool find_reports(struct finding_open *f)
{
    struct store *s = app_store(f->app);
    struct report_filter q = {.unit = f->c->units.p[f->unit].id};
    struct report *r;
    size_t n;

    if (!s->ops->reports(s, &q, ACT_MAX, f->a, &r, &n, f->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct open_item x = {.state = r[i].state, .form = -1};
        bool before;
        for (size_t k = 0; k < f->c->forms; k++)
            if (f->c->form[k].id.v == r[i].form.v)
                x.form = (int)k;
        if (is_finished(r[i].state) || x.form < 0 || !period_from_code(r[i].period, &x.period))
            continue;
        /* what was decided before decisions named form and period */
        if (!is_decided(f, key_of(f->a, "report", r[i].id.v), &before))
            return false;
        if (!before && !add_report(f, x))
            return false;
    }
    return find_owed(f, r, n);
}

static bool find_targets(struct finding_open *f)
{
    for (size_t i = 0; i < f->c->targets; i++) {
        const struct target *t = &f->c->target[i];
        struct open_item x = {.sort = OPEN_TARGET,
            .form = -1,
            .target = (int)i,
            .grant = -1,
            .body = -1,
            .proposal = OPEN_CARRY};
        if (t->unit != f->unit || t->deadline.v < f->end.v || t->done_day.v)
            continue;
        if (!add(f, x, key_of(f->a, "target", t->id.v)))
            return false;
    }
    return true;
}

static struct str grant_key(const struct finding_open *f, const struct grant *g)
{
    return str_of(arena_printf(f->a, "grant %lld %s %lld %s %d %.*s", (long long)g->account.v,
        role_name(g->role), (long long)f->c->units.p[g->unit].id.v, line_name(g->line), g->from.v,
        STR_ARG(g->owner)));
}

static bool find_grants(struct finding_open *f)
{
    for (size_t i = 0; i < f->c->grants; i++) {
        const struct grant *g = &f->c->grant[i];
        int who = catalog_account_id(f->c, g->account);
        struct open_item x = {.sort = OPEN_GRANT,
            .form = -1,
            .target = -1,
            .grant = (int)i,
            .body = -1,
            .proposal = OPEN_CARRY};
        if (g->unit != f->unit || !day_in(f->end, g->from, g->to) || who < 0 ||
            f->c->account[who].disabled)
            continue;
        if (!add(f, x, grant_key(f, g)))
            return false;
    }
    return true;
}

/* Bodies that sit there and go on. */
static bool find_bodies(struct finding_open *f)
{
    const struct units *us = &f->c->units;

    for (size_t u = 0; u < us->n; u++) {
        struct open_item x = {.sort = OPEN_BODY,
            .form = -1,
            .target = -1,
            .grant = -1,
            .body = (int)u,
            .proposal = OPEN_CARRY};
        if (us->p[u].place < 0 || unit_end(us, (int)u).v <= f->end.v ||
            unit_first(us, (int)u).v >= f->end.v ||
            catalog_place_on(f->c, (int)u, day_add(f->end, -1)) != f->unit)
            continue;
        if (!add(f, x,
                str_of(arena_printf(f->a, "body %lld %lld %d", (long long)us->p[u].id.v,
                    (long long)us->p[f->unit].id.v, f->end.v))))
            return false;
    }
    return true;
}

bool open_items_of(struct app *app, const struct catalog *c, int unit, struct day end,
    struct arena *a, struct open_item **list, size_t *n, size_t *cap, struct err *err)
{
    struct finding_open f = {app, c, unit, end, a, list, n, cap, err};

    return find_reports(&f) && find_targets(&f) && find_grants(&f) && find_bodies(&f);
}

/* ---- the list ---- */

static bool may_decide(const struct catalog *c, struct day today, struct actor who, int unit,
    struct day end, enum open_sort sort)
{
    struct day last = day_add(end, -1);

    return may(c, today, who, RIGHT_ADMIN_UNITS, unit, last, STR(""), STR("")) ||
           (sort == OPEN_REPORT && may(c, today, who, RIGHT_APPROVE, unit, last, STR(""), STR("")));
}

static int by_end(const void *va, const void *vb)
{
    const struct open_item *a = va, *b = vb;

    if (a->end.v != b->end.v)
        return a->end.v < b->end.v ? -1 : 1;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    return (int)a->sort - (int)b->sort;
}

/* Did an event end the unit on that day? A stretch that merely ran out has no successor to ask. */
static bool ended_by_event(const struct catalog *c, int unit, struct day end)
{
    for (size_t i = 0; i < c->edges; i++)
        if (c->edge[i].from == unit && c->event[c->edge[i].event].day.v == end.v)
            return true;
    return false;
}

/* The same of all units in one pass: those that have ended by today. */
static bool *all_ended(const struct catalog *c, struct day today, struct arena *a)
{
    bool *ended = arena_array(a, c->units.n + 1, sizeof *ended);

    for (size_t i = 0; ended && i < c->edges; i++) {
        int u = c->edge[i].from;
        struct day day = c->event[c->edge[i].event].day;
        if (u >= 0 && day.v <= today.v && unit_end(&c->units, u).v == day.v)
            ended[u] = true;
    }
    return ended;
}

/* Units that have targets or that grants speak of. */
static bool *all_defined(const struct catalog *c, struct arena *a)
{
    bool *defined = arena_array(a, c->units.n + 1, sizeof *defined);

    for (size_t i = 0; defined && i < c->targets; i++)
        defined[c->target[i].unit] = true;
    for (size_t i = 0; defined && i < c->grants; i++)
        if (c->grant[i].unit >= 0)
            defined[c->grant[i].unit] = true;
    return defined;
}

/* Units at which some body sits, or sat. */
static bool *all_seats(const struct catalog *c, struct arena *a)
{
    bool *seat = arena_array(a, c->units.n + 1, sizeof *seat);

    for (size_t i = 0; seat && i < c->units.n; i++)
        if (c->units.p[i].place >= 0)
            seat[c->units.p[i].place] = true;
    for (size_t i = 0; seat && i < c->removals; i++)
        if (c->removal[i].to >= 0)
            seat[c->removal[i].to] = true;
    return seat;
}

/* Can the account decide anything of this kind anywhere? Most cannot. */
static bool decides_somewhere(const struct catalog *c, struct day today, struct actor who)
{
    const struct account *x = actor_account(c, who);

    for (size_t i = 0; x && i < x->grants; i++) {
        enum role r = x->grant[i].role;
        if ((r == ROLE_ADMINISTRATOR || r == ROLE_COMPILER || r == ROLE_APPROVER) &&
            day_in(today, x->grant[i].from, x->grant[i].to))
            return true;
    }
    return who.account.v == 0;
}

bool open_items_all(struct app *app, const struct view *v, struct actor who, struct arena *a,
    struct open_item **ret, size_t *ret_n, bool *ret_more, struct err *err)
{
    const struct catalog *c = v->catalog;
    struct open_item *list = NULL;
    size_t n = 0, cap = 0, kept = 0;
    bool *ended = all_ended(c, v->today, a);

    *ret = NULL;
    *ret_n = 0;
    *ret_more = false;
    if (!ended)
        return err_memory(err);
    if (!decides_somewhere(c, v->today, who))
        return true;
    bool *defined = all_defined(c, a), *seat = all_seats(c, a);
    if (!defined || !seat)
        return err_memory(err);
    for (size_t u = 0; u < c->units.n && n < OPEN_ITEMS_MAX; u++) {
        struct finding_open f = {
            app, c, (int)u, unit_end(&c->units, (int)u), a, &list, &n, &cap, err};
        if (ended[u] &&
            (!find_reports(&f) || (defined[u] && (!find_targets(&f) || !find_grants(&f))) ||
                (seat[u] && !find_bodies(&f))))
            return false;
    }
    for (size_t i = 0; i < n; i++)
        if (may_decide(c, v->today, who, list[i].unit, list[i].end, list[i].sort))
            list[kept++] = list[i];
    if (kept)
        qsort(list, kept, sizeof *list, by_end);
    *ret = list;
    *ret_n = kept;
    *ret_more = n >= OPEN_ITEMS_MAX;
    return true;
}

/* ---- deciding ---- */

static struct str number_text(struct arena *a, struct dec d)
{
    struct sbuf b;

    sbuf_init(&b, a, 60);
    dec_put(&b, d);
    return sbuf_view(&b);
}

static struct str value_text(
    struct arena *a, const struct target *t, const struct target_version *v)
{
    struct sbuf b;

    if (t->basis != TARGET_COUNT)
        return number_text(a, v->value);
    sbuf_init(&b, a, 120);
    dec_put(&b, v->value);
    sbuf_printf(&b, "@%s", comparator_name(v->threshold_cmp));
    dec_put(&b, v->threshold);
    return sbuf_view(&b);
}

/* The successor gets the same target from the day on. */
static bool carry_target(
    struct write *w, const struct open_item *item, const struct unit_row *to, struct err *err)
{
    const struct target *t = &w->catalog->target[item->target];
    struct target_row r = target_row_of(w->arena, w->catalog, t);

    if (!w->ops->new_id(w->store, "target", &r.id.v, err))
        return false;
    r.code = str_of(arena_printf(w->arena, "%.*s.%s", STR_ARG(t->code), to->uid.z));
    r.unit = to->id;
    r.start = item->end.v > t->start.v ? item->end : t->start;
    r.position = item->target;
    if (!r.code.p)
        return err_memory(err);
    if (!w->ops->target_put(w->store, &r, w->act.no, err))
        return false;
    for (size_t i = 0; i < t->versions; i++) {
        const struct target_version *v = &t->version[i];
        struct target_version_row row = {r.id, v->in_force, v->decided, value_text(w->arena, t, v),
            t->comparator == CMP_BETWEEN ? number_text(w->arena, v->value_to) : STR(""),
            v->decision};
        if (!w->ops->target_version_put(w->store, &row, w->act.no, err))
            return false;
    }
    return true;
}

static struct grant_row grant_row_of(
    struct arena *a, const struct catalog *c, const struct grant *g)
{
    struct sbuf forms;

    sbuf_init(&forms, a, 8000);
    for (size_t i = 0; i < g->forms; i++) {
        sbuf_z(&forms, i ? "|" : "");
        sbuf_str(&forms, g->form[i]);
    }
    return (struct grant_row){.account = g->account,
        .role = g->role,
        .unit = g->unit < 0 ? (struct unit_id){0} : c->units.p[g->unit].id,
        .line = g->line,
        .owner = g->owner,
        .forms = sbuf_view(&forms),
        .from = g->from,
        .to = g->to,
        .decision = g->decision};
}

/* The grant ends with the unit; the account has the same on the successor. The rows have their
 * identity by unit and first day, so that only the two concerned are written. */
static bool carry_grant(
    struct write *w, const struct open_item *item, const struct unit_row *to, struct err *err)
{
    struct grant_row old = grant_row_of(w->arena, w->catalog, &w->catalog->grant[item->grant]);
    struct grant_row next = old;

    next.unit = to->id;
    next.from = item->end;
    old.to = item->end;
    return w->ops->grant_put(w->store, &old, w->act.no, err) &&
           w->ops->grant_put(w->store, &next, w->act.no, err);
}

bool open_choice_fits(enum open_sort sort, enum open_choice choice)
{
    return (choice != OPEN_NEEDLESS || sort == OPEN_REPORT) &&
           (choice != OPEN_END || sort == OPEN_BODY);
}

/* What the setting says: of reports and bodies in the words of domain/handover.h. */
static struct str value_of(struct arena *a, enum open_sort sort, enum open_choice choice,
    const struct unit_row *to, struct str reason)
{
    bool worded = sort == OPEN_REPORT || sort == OPEN_BODY;

    if (choice == OPEN_CARRY)
        return worded ? str_of(arena_printf(a, "carry %s", to->uid.z)) : str_of(to->uid.z);
    if (choice == OPEN_NEEDLESS)
        return str_of(arena_printf(a, "needless %.*s", STR_ARG(reason)));
    return choice == OPEN_END ? STR("end") : STR("keep");
}

bool open_item_decide(struct write *w, const struct open_item *item, enum open_choice choice,
    const struct unit_row *to, struct str reason, struct err *err)
{
    const char *key = arena_printf(w->arena, "open.%.*s", STR_ARG(item->key));
    struct str value = value_of(w->arena, item->sort, choice, to, str_trim(reason));

    if (!key || !value.p)
        return err_memory(err);
    if (!open_choice_fits(item->sort, choice))
        return err_set(err, ERR_INVALID, MSG_err_open_choice);
    if (choice == OPEN_NEEDLESS && !str_trim(reason).n)
        return err_set(err, ERR_INVALID, MSG_err_open_reason);
    if (choice == OPEN_LATER)
        return true;
    if (choice == OPEN_CARRY && item->sort == OPEN_TARGET && !carry_target(w, item, to, err))
        return false;
    if (choice == OPEN_CARRY && item->sort == OPEN_GRANT && !carry_grant(w, item, to, err))
        return false;
    return w->ops->setting_put(w->store, str_of(key), value, w->act.no, err);
}

struct choose_job {
    struct str key, to, reason;
    enum open_choice choice;
};

/* The unit that an item's key leads to: it is looked for among those that have ended. */
static bool find_item(
    struct write *w, struct str key, struct open_item *ret, bool *ret_found, struct err *err)
{
    const struct catalog *c = w->catalog;

    *ret_found = false;
    for (size_t u = 0; u < c->units.n && !*ret_found; u++) {
        struct day end = unit_end(&c->units, (int)u);
        struct open_item *list = NULL;
        size_t n = 0, cap = 0;
        if (end.v > w->today.v || !ended_by_event(c, (int)u, end))
            continue;
        if (!open_items_of(w->app, c, (int)u, end, w->arena, &list, &n, &cap, err))
            return false;
        for (size_t i = 0; i < n; i++)
            if (str_eq(list[i].key, key)) {
                *ret = list[i];
                *ret_found = true;
            }
    }
    return true;
}

static bool follows(const struct catalog *c, struct day today, int unit, int to)
{
    int heir[NEXT_MAX];
    size_t n = living_successors(c, today, unit, heir, NEXT_MAX);

    for (size_t i = 0; i < n; i++)
        if (heir[i] == to)
            return true;
    return false;
}

static bool choose(struct write *w, void *ctx, struct err *err)
{
    struct choose_job *j = ctx;
    const struct units *us = &w->catalog->units;
    struct open_item item;
    struct unit_row to = {{0}};
    bool found;

    if (!find_item(w, j->key, &item, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_CONFLICT, MSG_err_open_gone);
    if (!may_decide(w->catalog, w->today, w->actor, item.unit, item.end, item.sort))
        return must(w->catalog, w->today, w->actor, RIGHT_ADMIN_UNITS, item.unit,
            day_add(item.end, -1), STR(""), STR(""), err);
    if (j->choice == OPEN_CARRY) {
        int u = units_find(us, j->to, w->today, err);
        if (u < 0)
            return false;
        if (!follows(w->catalog, w->today, item.unit, u))
            return err_set(err, ERR_INVALID, MSG_err_open_successor);
        to = (struct unit_row){us->p[u].id, us->p[u].uid, {0}};
    }
    if (j->choice == OPEN_END) /* a body ends with the event, or by one of its own */
        return err_set(err, ERR_INVALID, MSG_err_open_choice);
    const char *object = arena_printf(w->arena, "open %.*s", STR_ARG(item.key));
    if (!object)
        return err_memory(err);
    return write_act(w, ACT_UNIT_EVENT, str_of(object), STR(""), err) &&
           open_item_decide(w, &item, j->choice, &to, j->reason, err);
}

bool open_item_choose(struct app *app, struct actor who, struct str key, enum open_choice choice_,
    struct str to, struct str reason, struct act_no *ret_act, struct err *err)
{
    struct choose_job j = {key, to, reason, choice_};
    struct write_options o = {.changes_definitions = true};

    if (choice_ == OPEN_LATER) {
        *ret_act = (struct act_no){0};
        return true;
    }
    return app_write(app, who, o, choose, &j, ret_act, err);
}
