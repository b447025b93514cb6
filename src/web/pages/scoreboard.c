/* scoreboard: the targets of a unit at a period.
 *
 * The figures and judgements are scoreboard_make()'s; here they get their words, addresses and
 * places in the table. The headline is made by rule: how many are met, then the worst.
 */
#include "web/drawings.h"
#include "web/handlers.h"

#include "app/forecasts.h"
#include "app/headline.h"
#include "app/scoreboard.h"
#include "templates.h"
#include "web/how.h"
#include "web/keep.h"
#include "web/marks.h"
#include "web/score_view.h"
#include "web/show.h"
#include "web/site.h"

#define MENU_UNITS_MAX 40
#define BAR_WHOLE 48
#define BAR_MAX 62
#define LOOK_BACK 24 /* quarters, for the latest period that has figures */

static const struct input score_inputs[] = {
    {.name = "period", .type = INPUT_LINE, .max = 20},
    {.name = "set", .type = INPUT_LINE, .max = 64},
    HOW_INPUTS,
    {.name = "original", .type = INPUT_CHOICE, .words = "0|1"},
    {.name = "status", .type = INPUT_LINE, .max = 20},
    {0},
};
const struct intake intake_score = {.inputs = score_inputs};

struct score_page {
    struct request *rq;
    const struct view *v;
    const struct catalog *c;
    struct scoreboard_request q;
    struct how how;
    struct scoreboard s;
    struct str status;
    struct score_view *view;
    int count[TARGET_NO_DATA + 1];
    int met, total, expected, said;
    struct short_trend *trend; /* of the next row */
    bool made_up;
    int64_t reported, asked;
    struct sbuf silent;
    bool forecasts; /* are asked for, */
    bool columns;   /* and there is one to show */
    int level;      /* of the intervals; 0: none was given */
};

/* ---- addresses ---- */

/* Another place of this page: what may differ. */
struct place {
    int unit;
    struct period period;
    struct str set, status;
    bool original;
    struct how how;
};

static struct place here(const struct score_page *p)
{
    return (struct place){p->s.unit, p->q.period, p->q.set, p->status, p->q.original, p->how};
}

static struct str address(const struct score_page *p, const struct place *to)
{
    struct sbuf b;
    struct request *rq = p->rq;

    sbuf_init(&b, rq->arena, 2000);
    sbuf_str(&b, show_url(rq, "/units/%/scoreboard?period=%",
                     show_uid(rq, p->c->units.p[to->unit].uid), show_period_id(rq, to->period)));
    if (to->original)
        sbuf_z(&b, "&original=1");
    if (to->set.n)
        sbuf_str(&b, show_url(rq, "&set=%", to->set));
    if (to->status.n)
        sbuf_str(&b, show_url(rq, "&status=%", to->status));
    return how_url(rq, sbuf_view(&b), &to->how);
}

static struct str address_how(void *ctx, const struct how *h)
{
    const struct score_page *p = ctx;
    struct place to = here(p);

    to.how = *h;
    return address(p, &to);
}

/* The door of a figure, read in the same way. */
static struct str door(const struct score_page *p, int indicator, int unit)
{
    return how_url(p->rq,
        show_indicator_url(p->rq, p->c, indicator, unit, p->q.period, TOTAL_APPROVED), &p->how);
}

/* ---- the line that says how the figures are read ---- */

static bool option(
    struct score_page *p, struct choice_view *c, struct str url, struct str text, bool current)
{
    struct link_view l = {url, text, current};

    if (current)
        c->chosen = text;
    return vec_push(&c->options, p->rq->arena, l);
}

static bool unit_option(struct score_page *p, struct choice_view *c, int unit)
{
    struct day day = how_day(&p->how, p->q.period);
    struct place to = here(p);

    if (unit != p->s.unit && !may(p->c, p->v->today, rq_actor(p->rq), RIGHT_READ, unit,
                                 period_last_day(p->q.period), STR(""), STR("")))
        return true;
    to.unit = unit;
    to.set = to.status = STR("");
    return option(p, c, address(p, &to), show_unit(p->rq, p->c, unit, day), unit == p->s.unit);
}

/* The one above, this one, and those below it; a unit without any shows its neighbours. */
static bool choose_unit(struct score_page *p, struct err *err)
{
    struct choice_view c = {.after = STR(",")};
    struct day last = how_day(&p->how, p->q.period);
    const struct units *us = &p->c->units;
    int above = unit_parent_on(us, p->s.unit, LINE_STATE, last), below = 0, n = 0;

    for (size_t i = 0; i < us->n; i++)
        below += unit_parent_on(us, (int)i, LINE_STATE, last) == p->s.unit;
    int top = below ? p->s.unit : above;
    if (above >= 0 && !unit_option(p, &c, above))
        return err_memory(err);
    if (below && !unit_option(p, &c, p->s.unit))
        return err_memory(err);
    for (size_t i = 0; i < us->n && n < MENU_UNITS_MAX && top >= 0; i++) {
        if (unit_parent_on(us, (int)i, LINE_STATE, last) != top || us->p[i].place >= 0)
            continue;
        n++;
        if (!unit_option(p, &c, (int)i))
            return err_memory(err);
    }
    if (!c.chosen.n && !unit_option(p, &c, p->s.unit))
        return err_memory(err);
    return vec_push(&p->view->reading.v, p->rq->arena, c) || err_memory(err);
}

static bool period_option(struct score_page *p, struct choice_view *c, struct period t)
{
    struct place to = here(p);

    to.period = t;
    to.status = STR("");
    return option(
        p, c, address(p, &to), show_period(p->rq, PERIOD_TEXT, t), period_eq(t, p->q.period));
}

/* The one before and after of the same kind, and the windows of the same year. */
static bool choose_period(struct score_page *p, struct err *err)
{
    struct choice_view c = {.before = msg_text(p->rq->lang, MSG_score_after), .after = STR(",")};
    struct period near, now = p->q.period;
    int year = now.kind == PERIOD_TERM ? now.year_to : now.year;
    static const struct {
        enum period_kind kind;
        int index;
    } windows[] = {{PERIOD_QUARTER, 1}, {PERIOD_QUARTER, 2}, {PERIOD_HALF, 1}, {PERIOD_QUARTER, 3},
        {PERIOD_MONTHS, 9}, {PERIOD_QUARTER, 4}, {PERIOD_YEAR, 0}};
    bool ok = true, shown = false;

    if (period_previous(now, &near) && !(now.kind == PERIOD_QUARTER && now.index > 1))
        ok = period_option(p, &c, near);
    for (size_t i = 0; ok && i < sizeof windows / sizeof *windows; i++) {
        struct period w;
        if (!period_make(windows[i].kind, windows[i].index, year, 0, &w))
            continue;
        shown = shown || period_eq(w, now);
        ok = period_option(p, &c, w);
    }
    if (ok && !shown)
        ok = period_option(p, &c, now);
    if (ok && period_next(now, &near) && !(now.kind == PERIOD_QUARTER && now.index < 4))
        ok = period_option(p, &c, near);
    return (ok && vec_push(&p->view->reading.v, p->rq->arena, c)) || err_memory(err);
}

static bool choose_version(struct score_page *p, struct err *err)
{
    struct choice_view c = {.before = msg_text(p->rq->lang, MSG_score_targets), .after = STR(",")};
    bool ok = true;

    for (int i = 0; ok && i < 2; i++) {
        struct place to = here(p);
        to.original = i == 1;
        ok = option(p, &c, address(p, &to),
            msg_text(p->rq->lang, i ? MSG_score_original : MSG_score_in_force),
            p->q.original == (i == 1));
    }
    return (ok && vec_push(&p->view->reading.v, p->rq->arena, c)) || err_memory(err);
}

/* ---- the table ---- */

static struct figure_view plan_of(
    struct score_page *p, const struct target *t, const struct scoreboard_target *st)
{
    const struct assessment *a = &st->assessment;

    if (t->basis == TARGET_DONE)
        return (struct figure_view){.whole = show_day(p->rq, t->deadline)};
    if (!a->has_plan)
        return show_dash();
    struct figure_view f = show_rat(p->rq, a->plan, st->decimals, false);
    f.cmp = show_comparator(t->basis == TARGET_COUNT ? CMP_GE : t->comparator);
    if (t->comparator == CMP_BETWEEN && st->version) {
        struct sbuf b;
        sbuf_init(&b, p->rq->arena, 200);
        sbuf_str(&b, show_plain(p->rq, f));
        sbuf_z(&b, " - ");
        sbuf_str(&b, show_plain(p->rq, show_dec(p->rq, st->version->value_to, st->decimals)));
        f = (struct figure_view){.whole = sbuf_view(&b)};
    }
    return f;
}

static struct figure_view actual_of(
    struct score_page *p, const struct target *t, const struct scoreboard_target *st)
{
    const struct assessment *a = &st->assessment;
    struct figure_view f;

    if (t->basis == TARGET_DONE)
        return t->done_day.v ? (struct figure_view){.whole = show_day(p->rq, t->done_day)}
                             : show_dots();
    if (a->n > 0) {
        struct sbuf b;
        sbuf_init(&b, p->rq->arena, 40);
        sbuf_printf(&b, "/%lld", (long long)a->n);
        f = (struct figure_view){.whole = show_count(p->rq, a->k), .frac = sbuf_view(&b)};
    } else if (!a->has_actual) {
        struct shown x = shown_of_total(&st->total);
        x.has = false;
        return show_value(p->rq, &x, st->decimals);
    } else {
        int decimals =
            a->has_plan ? decimals_that_agree(a->actual, a->plan, st->decimals) : st->decimals;
        f = show_rat(p->rq, a->actual, decimals, false);
    }
    if (st->total.marks & MARK_APPROX)
        f.cmp = msg_text(p->rq->lang, MSG_figure_about);
    return f;
}

static struct figure_view change_of(
    struct score_page *p, const struct comparison *k, struct str unit, int decimals)
{
    bool rate = unit.n && unit.p[0] == '%';
    struct figure_view f;

    if (!k->has_change)
        return show_dash();
    if (k->has_percent && !rate) {
        f = show_rat(p->rq, k->percent, 1, true);
        f.sign = STR("%");
    } else {
        f = show_rat(p->rq, k->change, decimals > 1 ? 1 : decimals, true);
        f.sign = rate ? msg_text(p->rq->lang, MSG_figure_points) : STR("");
    }
    f.before = msg_text(p->rq->lang, MSG_score_change_short);
    return f;
}

/* In units of the drawing: 48 for the whole plan; the rest of its width is room for more. */
static int bar_of(struct rat percent)
{
    struct rat x;
    struct dec d;

    if (!rat_mul(percent, rat_of_i64(BAR_WHOLE), &x) || !rat_div(x, rat_of_i64(100), &x) ||
        !rat_round(x, 0, &d))
        return 0;
    return d.m < 0 ? 0 : d.m > BAR_MAX ? BAR_MAX : (int)d.m;
}

static void draw_bar(const struct assessment *a, struct score_row_view *row)
{
    struct rat due;

    row->has_bar = a->has_percent;
    if (!a->has_percent)
        return;
    row->bar = bar_of(a->percent_of_plan);
    row->off = a->status == TARGET_OFF_COURSE || a->status == TARGET_MISSED;
    if (!a->has_due || !a->has_plan || rat_sign(a->plan) <= 0 || !rat_div(a->due, a->plan, &due) ||
        !rat_mul(due, rat_of_i64(100), &due))
        return;
    row->has_due = true;
    row->due = bar_of(due);
}

/* The plan as a level across the line, where the line's values are of its kind. */
static const struct rat *level_of(const struct target *t, const struct assessment *a)
{
    bool level = t->basis == TARGET_LEVEL || t->basis == TARGET_EVERY;

    return level && !t->compensating && a->has_plan ? &a->plan : NULL;
}

/* The lines of all rows in one question, in the order in which the rows are made. */
static bool load_trends(struct score_page *p, struct err *err)
{
    const struct scoreboard *s = &p->s;
    size_t n = 0, most = s->indicators;

    for (size_t i = 0; i < s->sets; i++)
        most += s->set[i].targets;
    int *x = arena_array(p->rq->arena, most + 1, sizeof *x);
    if (!x)
        return err_memory(err);
    for (size_t i = 0; i < s->sets; i++)
        for (size_t k = 0; k < s->set[i].targets; k++)
            if (s->set[i].target[k].indicator >= 0)
                x[n++] = s->set[i].target[k].indicator;
    for (size_t i = 0; i < s->indicators; i++)
        x[n++] = s->indicator[i].indicator;
    return trend_make(p->v, rq_actor(p->rq), x, n, s->unit, p->q.period, p->q.state, p->q.reading,
        p->rq->arena, &p->trend, err);
}

/* Where the indicator's page says how the forecast was found. */
static struct str how_found(struct request *rq, struct str url)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, url.n + 16);
    sbuf_str(&b, url);
    sbuf_z(&b, "#forecast");
    return sbuf_view(&b);
}

/* The columns of the forecast, and the unit's own word where it differs. */
static void add_forecast(struct score_page *p, const struct target *t,
    const struct scoreboard_target *st, const struct target_forecast *f, struct score_row_view *row)
{
    const struct own_expectation *own = target_expectation_on(t, day_add(p->s.day, -1));

    row->forecast =
        forecast_cell(p->rq, t, f, st->decimals, row->url.n ? how_found(p->rq, row->url) : STR(""));
    row->forecast.on = row->forecast.on && p->columns;
    if (f && f->shown == FORECAST_SHOWN)
        p->level = f->found.f.level;
    if (forecast_own_differs(own, f))
        row->own = forecast_own_words(p->rq, own);
}

static bool add_target(struct score_page *p, struct score_group_view *g,
    struct scoreboard_target *st, const struct target_forecast *f, struct err *err)
{
    const struct target *t = &p->c->target[st->target];
    const struct assessment *a = &st->assessment;
    const struct indicator *x = st->indicator < 0 ? NULL : &p->c->indicator[st->indicator];
    struct score_row_view row = {.name = t->name,
        .says = st->explanation,
        .state = mark_of_target(a->status),
        .plan = plan_of(p, t, st),
        .actual = actual_of(p, t, st),
        .change = change_of(p, &st->compared, x ? x->unit_of_measure : STR(""), st->decimals)};
    bool made_up = t->made_up || (st->total.marks & MARK_MADE_UP);

    const struct short_trend *trend = x ? p->trend++ : NULL;
    p->made_up = p->made_up || made_up;
    p->reported += st->total.reported;
    p->asked += st->total.expected;
    p->count[a->status]++;
    p->said += st->expectation != EXPECT_NONE;
    if (p->status.n && !str_is(p->status, target_status_name(a->status)))
        return true;
    row.number = (int)g->rows.n + 1;
    row.state.word = msg_text(p->rq->lang, target_status_label(a->status));
    row.unit = t->basis == TARGET_COUNT ? msg_text(p->rq->lang, MSG_score_units)
               : x                      ? x->unit_of_measure
                                        : STR("");
    struct shown now = shown_of_total(&st->total);
    now.made_up = made_up;
    now.boundary = st->compared.boundary_changed;
    row.tags = show_marks(p->rq, &now);
    if (a->has_percent) {
        row.percent = show_rat(p->rq, a->percent_of_plan,
            decimals_that_agree(a->percent_of_plan, rat_of_i64(100), 1), false);
        row.percent.before = msg_text(p->rq->lang, MSG_score_percent_short);
    } else {
        row.percent = show_dash();
    }
    row.plan.before = msg_text(p->rq->lang, MSG_score_plan_short);
    row.who = t->person.n ? t->person : t->responsible;
    row.trouble = a->status == TARGET_OFF_COURSE || a->status == TARGET_MISSED ||
                  a->status == TARGET_AT_RISK || a->status == TARGET_NO_DATA;
    draw_bar(a, &row);
    if (x && !drawing_spark(p->rq, x, trend, level_of(t, a), &row.spark, err))
        return false;
    if (x) {
        row.url = door(p, st->indicator, t->unit);
        row.plan.url = row.actual.url = row.percent.url = row.change.url = row.url;
    }
    add_forecast(p, t, st, f, &row);
    return vec_push(&g->rows, p->rq->arena, row) || err_memory(err);
}

static bool add_group(struct score_page *p, size_t set, struct err *err)
{
    struct request *rq = p->rq;
    struct scoreboard_set *ss = &p->s.set[set];
    struct score_group_view g = {.title = p->c->set[ss->set].name};

    g.says = show_msg(rq, MSG_score_set_met, show_count(rq, ss->met), show_count(rq, ss->total));
    p->met += ss->met;
    p->total += ss->total;
    p->expected += ss->expected;
    for (size_t i = 0; i < ss->targets; i++)
        if (!add_target(p, &g, &ss->target[i], p->forecasts ? &p->s.forecast[set][i] : NULL, err))
            return false;
    if (!g.rows.n)
        return true;
    return vec_push(&p->view->groups, rq->arena, g) || err_memory(err);
}

static bool add_followed(struct score_page *p, struct scoreboard_indicator *si, struct err *err)
{
    struct request *rq = p->rq;
    const struct indicator *x = &p->c->indicator[si->indicator];
    struct shown now = shown_of_total(&si->total);
    struct score_row_view row = {
        .number = (int)p->view->followed.n + 1,
        .name = x->name,
        .unit = x->unit_of_measure,
        .url = door(p, si->indicator, p->s.unit),
        .actual = show_value(rq, &now, x->decimals),
        .change = change_of(p, &si->compared, x->unit_of_measure, x->decimals),
        .forecast = {.on = p->columns},
    };

    const struct short_trend *trend = p->trend++;
    now.boundary = si->compared.boundary_changed;
    row.tags = show_marks(rq, &now);
    if (!now.has && !now.bounded) {
        sbuf_z(&p->silent, p->silent.n ? "; " : "");
        sbuf_str(&p->silent, x->name);
        return true;
    }
    if (si->approx.n)
        row.actual.cmp = si->approx;
    p->made_up = p->made_up || now.made_up;
    if (!drawing_spark(rq, x, trend, NULL, &row.spark, err))
        return false;
    row.actual.url = row.change.url = row.url;
    row.says = show_msg(rq, MSG_score_presence_short, show_count(rq, si->total.reported),
        show_count(rq, si->total.expected));
    return vec_push(&p->view->followed, rq->arena, row) || err_memory(err);
}

/* ---- the head ---- */

static bool tally(struct score_page *p, struct err *err)
{
    static const enum target_status order[] = {TARGET_EXCEEDED, TARGET_MET, TARGET_MET_SO_FAR,
        TARGET_ON_COURSE, TARGET_AT_RISK, TARGET_OFF_COURSE, TARGET_MISSED, TARGET_NOT_YET,
        TARGET_NO_DATA};

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        enum target_status s = order[i];
        struct str name = str_of(target_status_name(s));
        struct place to = here(p);
        to.status = name;
        struct tally_view t = {.state = mark_of_target(s),
            .count = p->count[s],
            .url = address(p, &to),
            .current = str_eq(name, p->status)};
        t.state.word = msg_text(p->rq->lang, target_status_label(s));
        if (t.count && !vec_push(&p->view->tally, p->rq->arena, t))
            return err_memory(err);
    }
    struct place to = here(p);
    to.status = STR("");
    if (p->status.n)
        p->view->all_url = address(p, &to);
    return true;
}

static bool set_option(struct score_page *p, struct choice_view *c, struct str set, struct str name)
{
    struct place to = here(p);

    to.set = set;
    return option(p, c, address(p, &to), name, str_eq(set, p->q.set));
}

static bool choose_set(struct score_page *p, struct err *err)
{
    struct choice_view c = {.before = msg_text(p->rq->lang, MSG_score_set), .after = STR(",")};
    bool ok = set_option(p, &c, STR(""), msg_text(p->rq->lang, MSG_score_all_sets));

    if (p->q.set.n) {
        int set = catalog_set(p->c, p->q.set, NULL);
        ok = ok && set_option(p, &c, p->q.set, set < 0 ? p->q.set : p->c->set[set].name);
    } else {
        for (size_t i = 0; ok && i < p->s.sets; i++) {
            const struct target_set *s = &p->c->set[p->s.set[i].set];
            ok = set_option(p, &c, s->code, s->name);
        }
    }
    return (ok && vec_push(&p->view->reading.v, p->rq->arena, c)) || err_memory(err);
}

static struct str join(struct request *rq, struct str a, struct str b)
{
    struct sbuf s;

    sbuf_init(&s, rq->arena, a.n + b.n + 1);
    sbuf_str(&s, a);
    sbuf_str(&s, b);
    return sbuf_view(&s);
}

static bool add_files(struct score_page *p, struct err *err)
{
    static const char *const names[] = {"csv", "json"};
    struct request *rq = p->rq;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str url = show_url(rq, "/units/%/scoreboard.%?period=%",
            show_uid(rq, p->c->units.p[p->s.unit].uid), str_of(names[i]),
            show_period_id(rq, p->q.period));
        if (p->q.original)
            url = join(rq, url, STR("&original=1"));
        if (p->q.set.n)
            url = join(rq, url, show_url(rq, "&set=%", p->q.set));
        struct link_view l = {how_url(rq, url, &p->how), i ? STR("JSON") : STR("CSV"), false};
        if (!vec_push(&p->view->tools, rq->arena, l))
            return err_memory(err);
    }
    return true;
}

/* Is there a forecast to show? Columns in which each row says "too little" are not given away. */
static bool any_forecast(const struct score_page *p)
{
    for (size_t i = 0; p->forecasts && i < p->s.sets; i++)
        for (size_t k = 0; k < p->s.set[i].targets; k++)
            if (p->s.forecast[i][k].shown == FORECAST_SHOWN)
                return true;
    return false;
}

/* The way to the page with them, or without. */
static bool add_forecast_switch(struct score_page *p, struct err *err)
{
    struct place to = here(p);
    struct score_view *v = p->view;

    to.how.forecast = p->forecasts ? HOW_FORECAST_OFF : HOW_FORECAST_ON;
    struct link_view l = {address(p, &to),
        msg_text(p->rq->lang, p->forecasts ? MSG_forecast_hide : MSG_forecast_show), false};
    v->forecasts = p->columns;
    v->columns = p->columns ? 13 : 11;
    if (p->forecasts && !p->columns && p->total)
        v->forecast_none = msg_text(p->rq->lang, MSG_forecast_none_here);
    if (p->level)
        v->forecast_level = show_msg(p->rq, MSG_forecast_head_level, show_count(p->rq, p->level));
    bool offers = p->total && (p->columns || !p->forecasts);
    return !offers || vec_push(&v->tools, p->rq->arena, l) || err_memory(err);
}

static bool fill(struct score_page *p, struct err *err)
{
    struct request *rq = p->rq;
    struct score_view *v = p->view;
    v->unit = show_unit_first(rq, p->c, p->s.unit, how_day(&p->how, p->q.period));
    v->unit_url =
        how_url(rq, show_url(rq, "/units/%", show_uid(rq, p->c->units.p[p->s.unit].uid)), &p->how);
    v->period = show_period(rq, PERIOD_LABEL, p->q.period);
    v->title = show_msg(rq, MSG_score_title, v->unit, v->period);
    v->caption = v->title;
    if (!load_trends(p, err))
        return false;
    for (size_t i = 0; i < p->s.sets; i++)
        if (!add_group(p, i, err))
            return false;
    for (size_t i = 0; i < p->s.indicators && !p->status.n; i++)
        if (!add_followed(p, &p->s.indicator[i], err))
            return false;
    struct link_view map = {
        how_url(rq,
            show_url(rq, "/units/%/map?period=%&show=status",
                show_uid(rq, p->c->units.p[p->s.unit].uid), show_period_id(rq, p->q.period)),
            &p->how),
        msg_text(rq->lang, MSG_map_title), false};
    if (p->c->units.p[p->s.unit].place < 0 && !vec_push(&v->tools, rq->arena, map))
        return err_memory(err);
    if (!add_forecast_switch(p, err))
        return false;
    v->silent = sbuf_view(&p->silent);
    v->headline = headline_scoreboard(p->v, &p->s, rq->lang, rq->arena);
    v->how = how_note(rq, &p->how, address_how, p);
    if (!how_note_unit(rq, p->v, &p->how, p->s.unit, &v->how, err) || !add_files(p, err))
        return false;
    if (p->total) {
        v->met = show_count(rq, p->met);
        v->total = show_count(rq, p->total);
    } else if (!v->followed.n) {
        v->none = msg_text(rq->lang, MSG_score_none);
    }
    if (p->said)
        v->expected =
            show_msg(rq, MSG_score_k_of_n, show_count(rq, p->expected), show_count(rq, p->total));
    if (p->asked)
        v->presence = show_msg(rq, MSG_score_presence_all, show_count(rq, p->reported),
            show_count(rq, p->asked), show_day(rq, p->s.day));
    if (p->made_up)
        v->made_up = msg_text(rq->lang, MSG_score_made_up_says);
    if (!choose_unit(p, err) || !choose_period(p, err))
        return false;
    if ((p->s.sets > 1 || p->q.set.n) && !choose_set(p, err))
        return false;
    return choose_version(p, err) && how_choices(rq, &p->how, address_how, p, &v->reading, err) &&
           tally(p, err);
}

/* The matter into `out`; *ret_title is the page's. */
static bool make_matter(struct request *rq, const struct view *v, const struct how *how, int unit,
    struct period period, struct sbuf *out, struct str *ret_title, struct err *err)
{
    struct score_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct score_page *p = arena_zalloc(rq->arena, sizeof *p);

    if (!view || !p)
        return err_memory(err);
    *p = (struct score_page){.rq = rq, .v = v, .c = v->catalog, .how = *how, .view = view};
    sbuf_init(&p->silent, rq->arena, 16000);
    p->status = rq_str(rq, "status");
    p->q = (struct scoreboard_request){.unit = show_uid(rq, v->catalog->units.p[unit].uid),
        .period = period,
        .set = rq_str(rq, "set"),
        .state = how->state,
        .reading = how->reading,
        .original = rq_int(rq, "original") == 1};
    p->forecasts = forecast_is_on(rq, how);
    if (!scoreboard_make(site_app(rq), v, rq_actor(rq), &p->q, rq->lang, rq->arena, &p->s, err) ||
        (p->forecasts &&
            !scoreboard_forecast(site_app(rq), v, rq_actor(rq), &p->q, &p->s, rq->arena, err)))
        return false;
    p->columns = any_forecast(p);
    if (!fill(p, err))
        return false;
    struct tmpl o = {.out = out, .lang = rq->lang};
    tmpl_scoreboard(&o, view);
    *ret_title = view->title;
    return !out->failed || err_memory(err);
}

/* The latest quarter, at most six years back, in which anything is known of the unit. */
static bool latest_period(const struct view *v, int unit, struct period *ret, struct err *err)
{
    size_t n = v->catalog->indicators;
    struct period p;

    if (!period_of_day(FREQUENCY_QUARTER, v->today, &p))
        return err_memory(err);
    *ret = p;
    for (int i = 0; i < LOOK_BACK; i++) {
        struct engine_board b;
        bool known = false;
        if (!engine_board(v->engine, v->catalog, unit, p, TOTAL_PROVISIONAL, &b, err))
            return false;
        for (size_t k = 0; k < n && !known; k++)
            known = b.figure[k].den != 0;
        engine_board_end(&b);
        if (known) {
            *ret = p;
            return true;
        }
        if (!period_previous(p, &p))
            break;
    }
    return true;
}

/* What is kept of a page: its period, a line end and its title; then the matter. The right to read
 * the unit in that period is asked of every reader. */
static bool find_matter(const struct view *v, int unit, struct keep *keep, bool *ret_found,
    struct str *ret_title, struct err *err)
{
    struct period period;
    struct str id;

    *ret_found = keep_find(keep);
    if (!*ret_found)
        return true;
    *ret_title = keep->head;
    if (!str_cut(ret_title, '\n', &id) || !period_parse(id, &period, err))
        return err_set(err, ERR_INTERNAL, MSG_err_web_internal);
    return must(v->catalog, v->today, rq_actor(keep->rq), RIGHT_READ, unit, period_last_day(period),
        STR(""), STR(""), err);
}

static bool new_matter(const struct view *v, const struct how *how, int unit, struct keep *keep,
    struct str *ret_title, struct err *err)
{
    struct request *rq = keep->rq;
    struct period period;
    struct str asked = rq_str(rq, "period");
    struct sbuf out, head;

    if (asked.n ? !period_parse(asked, &period, err) : !latest_period(v, unit, &period, err))
        return false;
    sbuf_init(&out, rq->arena, RESPONSE_MAX);
    if (!make_matter(rq, v, how, unit, period, &out, ret_title, err))
        return false;
    sbuf_init(&head, rq->arena, ret_title->n + 80);
    period_put(&head, period);
    sbuf_char(&head, '\n');
    sbuf_str(&head, *ret_title);
    keep_put(keep, sbuf_view(&head), sbuf_view(&out));
    return true;
}

static bool scoreboard_of(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, int unit, struct err *err)
{
    struct str title;
    struct keep keep;
    bool found;

    keep_begin(rs, v, unit, "scoreboard.html", &keep);
    if (!find_matter(v, unit, &keep, &found, &title, err))
        return false;
    if (!found && rq->at_once)
        return rq_set_aside(rq);
    if (!found && !new_matter(v, how, unit, &keep, &title, err))
        return false;
    struct page_view page = site_page(rq, "/scoreboard");
    page.known = how_paper(rq, v, how);
    keep_page(&keep, &page, title);
    return true;
}

static bool answer(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err)
{
    int unit = how_unit(rq, v, how, rq_path(rq, "unit"), err);

    return unit >= 0 && scoreboard_of(rq, rs, v, how, unit, err);
}

bool page_scoreboard(struct request *rq, struct response *rs, struct err *err)
{
    return how_answer(rq, rs, answer, err);
}

/* The account's own unit. */
static bool answer_own(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err)
{
    int unit = units_find_id(&v->catalog->units, rq_visitor(rq)->unit);

    return unit < 0 ? err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found)
                    : scoreboard_of(rq, rs, v, how, unit, err);
}

bool page_own_scoreboard(struct request *rq, struct response *rs, struct err *err)
{
    return how_answer(rq, rs, answer_own, err);
}
