/* indicator: what an indicator means, how it went, who stands where, where its figure comes from.
 *
 * Every figure of every page leads here; from here one goes down: to the units below, the shorter
 * periods, the operands of a formula, until the cell, its report and who entered it.
 */
#include "app/indicator_page.h"

#include "app/figure_path.h"
#include "app/forecasts.h"
#include "app/headline.h"
#include "app/resolve.h"
#include "templates.h"
#include "web/drawings.h"
#include "web/handlers.h"
#include "web/how.h"
#include "web/marks.h"
#include "web/places_view.h"
#include "web/show.h"
#include "web/site.h"

static const struct input indicator_inputs[] = {
    {.name = "unit", .type = INPUT_LINE, .max = 40},
    {.name = "period", .type = INPUT_LINE, .max = 20},
    HOW_INPUTS,
    {0},
};
const struct intake intake_indicator = {.inputs = indicator_inputs};

struct looking {
    struct request *rq;
    const struct view *v;
    const struct catalog *c;
    struct indicator_page p;
    struct figure_origin o;
    struct indicator_view *view;
    struct how how;
    int decimals;
    bool forecasts; /* are shown */
    struct str code;
};

static struct str door_how(struct looking *l, int unit, struct period p, const struct how *h)
{
    return how_url(l->rq,
        show_url(l->rq, "/indicators/%?unit=%&period=%", l->code,
            show_uid(l->rq, l->c->units.p[unit].uid), show_period_id(l->rq, p)),
        h);
}

static struct str door(struct looking *l, int unit, struct period p)
{
    return door_how(l, unit, p, &l->how);
}

static struct str address_how(void *ctx, const struct how *h)
{
    struct looking *l = ctx;

    return door_how(l, l->p.unit, l->p.period, h);
}

/* What the rest of the year is likely to bring. */
static bool add_ahead(struct looking *l, struct err *err)
{
    struct request *rq = l->rq;

    if (!series_forecast(site_app(rq), l->v, rq_actor(rq), l->p.indicator, l->p.series, l->p.unit,
            l->p.period, l->how.state, l->how.reading, rq->arena, &l->p.ahead, &l->p.aheads, err))
        return false;
    for (size_t i = 0; i < l->p.aheads; i++) {
        const struct forecast *f = &l->p.ahead[i].found.f;
        struct ahead_view v = {.period = show_period(rq, PERIOD_LABEL, l->p.ahead[i].period),
            .value = show_rat(rq, f->value, l->decimals, false),
            .range = show_msg(rq, MSG_forecast_range,
                show_plain(rq, show_rat(rq, f->low, l->decimals, false)),
                show_plain(rq, show_rat(rq, f->high, l->decimals, false)))};
        if (!vec_push(&l->view->ahead, rq->arena, v))
            return err_memory(err);
        l->view->ahead_says = show_msg(rq, MSG_forecast_drawn, show_count(rq, f->level));
    }
    return true;
}

/* The marks of a value beside which an earlier one stands: also that the earlier one had other
 * boundaries. */
static struct str compared_marks(
    struct request *rq, const struct shown *now, const struct shown *earlier)
{
    struct shown both = *now;

    both.boundary = both.boundary || (now->has && earlier->has && earlier->boundary);
    return show_marks(rq, &both);
}

static bool add_trend(struct looking *l, struct err *err)
{
    for (size_t i = 0; i < l->p.trends; i++) {
        const struct trend_point *t = &l->p.trend[i];
        struct trend_view v = {.period = show_period(l->rq, PERIOD_LABEL, t->period),
            .url = door(l, l->p.unit, t->period),
            .value = show_value(l->rq, &t->value, l->decimals),
            .last_year = show_value(l->rq, &t->last_year, l->decimals),
            .plan = t->has_plan ? show_dec(l->rq, t->plan, l->decimals) : show_dash(),
            .marks = compared_marks(l->rq, &t->value, &t->last_year),
            .now = period_eq(t->period, l->p.period)};
        if (!vec_push(&l->view->trend, l->rq->arena, v))
            return err_memory(err);
    }
    return (!l->forecasts || add_ahead(l, err)) &&
           drawing_trend(l->rq, l->c, &l->p, &l->view->chart, err);
}

static bool add_league(struct looking *l, struct err *err)
{
    struct day last = how_day(&l->how, l->p.period);

    for (size_t i = 0; i < l->p.leagues; i++) {
        const struct league_row *r = &l->p.league[i];
        struct league_view v = {.rank = r->rank ? show_count(l->rq, r->rank) : STR("-"),
            .name = show_unit(l->rq, l->c, r->unit, last),
            .url = door(l, r->unit, l->p.period),
            .value = show_value(l->rq, &r->value, l->decimals),
            .last_year = show_value(l->rq, &r->last_year, l->decimals),
            .plan = r->has_plan ? show_dec(l->rq, r->plan, l->decimals) : show_dash(),
            .percent = r->has_percent ? show_rat(l->rq, r->percent, 1, false) : show_dash(),
            .marks = compared_marks(l->rq, &r->value, &r->last_year)};
        v.value.url = v.url;
        if (!vec_push(&l->view->league, l->rq->arena, v))
            return err_memory(err);
    }
    if (l->p.leagues)
        l->view->league_head = show_msg(l->rq, MSG_league_head,
            show_count(l->rq, (int64_t)l->p.leagues), show_period(l->rq, PERIOD_TEXT, l->p.period));
    if (l->p.leagues && l->c->units.p[l->p.unit].place < 0 && l->p.series < 0)
        l->view->map_url = how_url(l->rq,
            show_url(l->rq, "/units/%/map?indicator=%&period=%",
                show_uid(l->rq, l->c->units.p[l->p.unit].uid), l->code,
                show_period_id(l->rq, l->p.period)),
            &l->how);
    if (l->p.withheld)
        l->view->withheld = show_msg(l->rq, MSG_league_withheld, show_count(l->rq, l->p.withheld));
    return drawing_league(l->rq, l->v, &l->p, last, &l->view->bars, err);
}

/* ---- where it comes from ---- */

static bool add_parts(struct looking *l, struct err *err)
{
    struct request *rq = l->rq;
    const struct figure_origin *o = &l->o;
    struct day last = how_day(&l->how, o->period);

    for (size_t i = 0; i < o->parts; i++) {
        struct origin_row_view v = {.name = show_unit(rq, l->c, o->part[i].unit, last),
            .url = door(l, o->part[i].unit, o->period),
            .value = show_value(rq, &o->part[i].value, l->decimals),
            .marks = show_marks(rq, &o->part[i].value)};
        if (!vec_push(&l->view->parts, rq->arena, v))
            return err_memory(err);
    }
    for (size_t i = 0; i < o->withins; i++) {
        struct origin_row_view v = {.name = show_period(rq, PERIOD_LABEL, o->within[i].period),
            .url = door(l, o->unit, o->within[i].period),
            .value = show_value(rq, &o->within[i].value, l->decimals),
            .marks = show_marks(rq, &o->within[i].value)};
        if (!vec_push(&l->view->within, rq->arena, v))
            return err_memory(err);
    }
    for (size_t i = 0; i < o->operands; i++) {
        const struct origin_operand *x = &o->operand[i];
        const struct indicator *in = &l->c->indicator[x->indicator];
        struct origin_row_view v = {.name = show_msg(rq, MSG_report_section, in->code, in->name),
            .url = how_url(rq,
                show_indicator_url(rq, l->c, x->indicator, o->unit, o->period, TOTAL_APPROVED),
                &l->how),
            .value = show_value(rq, &x->value, in->decimals)};
        if (!vec_push(&l->view->operands, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

static enum msg_key basis_label(const struct looking *l)
{
    switch (l->c->indicator[l->p.indicator].basis) {
    case BASIS_AREA:
        return MSG_path_area;
    case BASIS_HOUSEHOLDS:
        return MSG_path_households;
    default:
        return MSG_path_people;
    }
}

static struct str share_words(struct looking *l, const struct path_source *s)
{
    struct sbuf b;

    if (!s->known)
        return msg_text(l->rq->lang, MSG_path_unknown);
    if (rat_cmp(s->share, rat_of_i64(1)) == 0)
        return msg_text(l->rq->lang, MSG_path_whole);
    sbuf_init(&b, l->rq->arena, 120);
    rat_put(&b, s->share);
    return sbuf_view(&b);
}

/* The units of its own time that a restated figure is made of. */
static bool add_path(struct looking *l, const struct origin_request *q, struct err *err)
{
    struct request *rq = l->rq;
    struct figure_path path;
    struct day then = period_last_day(l->o.period);
    struct how as_was = l->how;

    if (!figure_path(l->v, rq_actor(rq), &l->o, q, rq->arena, &path, err))
        return false;
    as_was.reading.kind = READ_AS_WAS;
    for (size_t i = 0; i < path.sources; i++) {
        const struct path_source *s = &path.source[i];
        struct origin_row_view v = {.name = show_unit(rq, l->c, s->unit, then),
            .url = s->may_read ? door_how(l, s->unit, l->o.period, &as_was) : STR(""),
            .share = share_words(l, s),
            .value = show_value(rq, &s->value, l->decimals),
            .marks = show_marks(rq, &s->value)};
        if (!vec_push(&l->view->path, rq->arena, v))
            return err_memory(err);
    }
    if (path.sources)
        l->view->path_says = show_msg(rq, MSG_path_says, show_day(rq, then),
            show_day(rq, q->reading.day), msg_text(rq->lang, basis_label(l)));
    return true;
}

static void own_words(struct looking *l)
{
    struct request *rq = l->rq;
    const struct figure_origin *o = &l->o;

    l->view->origin_says =
        show_msg(rq, MSG_origin_own, show_plain(rq, show_value(rq, &o->own, l->decimals)),
            o->by >= 0 ? post_of(l->c, o->by) : msg_text(rq->lang, MSG_origin_system),
            show_time(rq, o->by_ms), show_count(rq, o->versions));
    if (o->own.behalf)
        l->view->behalf = o->basis.n ? show_msg(rq, MSG_behalf_rests, show_clause(o->basis))
                                     : msg_text(rq->lang, MSG_behalf_no_basis);
    if (o->differs)
        l->view->differs =
            show_msg(rq, MSG_origin_differs, show_plain(rq, show_value(rq, &o->own, l->decimals)),
                show_plain(rq, show_rat(rq, o->difference, l->decimals, true)));
}

static bool add_origin(struct looking *l, struct err *err)
{
    struct request *rq = l->rq;
    const struct figure_origin *o = &l->o;

    if (o->has_own)
        own_words(l);
    else if (o->operands)
        l->view->origin_says = msg_text(rq->lang, MSG_origin_computed);
    else if (o->parts)
        l->view->origin_says = show_msg(rq, MSG_origin_summed, show_count(rq, o->value.reported),
            show_count(rq, o->value.expected));
    else if (o->withins)
        l->view->origin_says = msg_text(rq->lang, MSG_origin_over_time);
    else
        l->view->origin_says = msg_text(rq->lang, MSG_origin_none);
    if (o->has_report) {
        l->view->report_url = show_report_url(rq, l->c, o->form, o->unit, o->period);
        l->view->report_says =
            show_msg(rq, MSG_origin_report, msg_text(rq->lang, report_state_label(o->report.state)),
                o->report.number.n ? o->report.number : STR("…"));
        if (o->sent_by >= 0)
            l->view->sent_says = show_msg(
                rq, MSG_origin_sent, post_of(l->c, o->sent_by), show_time(rq, o->record.at_ms));
    }
    return add_parts(l, err);
}

static bool add_versions(struct looking *l, const struct origin_request *q, struct err *err)
{
    struct request *rq = l->rq;
    struct cell_version *cell;
    size_t n;

    if (!l->o.has_own || !l->o.may_history)
        return true;
    if (!cell_versions(site_app(rq), l->v, rq_actor(rq), q, rq->arena, &cell, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct version_view v = {.when = show_time(rq, cell[i].record.at_ms),
            .who =
                cell[i].by >= 0 ? post_of(l->c, cell[i].by) : msg_text(rq->lang, MSG_origin_system),
            .note = cell[i].record.note,
            .value = show_value(rq, &cell[i].value, l->decimals)};
        if (cell[i].approved)
            v.marks = msg_text(rq->lang, MSG_origin_is_approved);
        else if (cell[i].provisional)
            v.marks = msg_text(rq->lang, MSG_origin_is_provisional);
        if (cell[i].value.behalf)
            v.behalf = msg_text(rq->lang, MSG_entry_on_behalf);
        if (!vec_push(&l->view->versions, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

/* ---- targets that ask for it ---- */

static bool is_asked(const struct looking *l)
{
    for (size_t i = 0; i < l->c->targets; i++)
        if (l->c->target[i].indicator == l->p.indicator && l->c->target[i].unit == l->p.unit)
            return l->p.series < 0;
    return false;
}

/* Which of its units have reached what is counted; only where the count is of this very period. */
static bool add_strip(struct looking *l, const struct scoreboard_target *st, struct err *err)
{
    const struct target *t = &l->c->target[st->target];
    const struct indicator *x = &l->c->indicator[l->p.indicator];
    struct period whole = l->p.period;
    bool same = x->over_time != TIME_SUM || !period_to_date(l->p.period, &whole) ||
                (period_first_day(whole).v == period_first_day(l->p.period).v);

    if (t->basis != TARGET_COUNT || !st->version || !same || l->view->strip_head.n)
        return true;
    l->view->strip_head = show_msg(l->rq, MSG_drawing_reached, show_count(l->rq, st->assessment.k),
        show_count(l->rq, st->assessment.n), show_comparator(st->version->threshold_cmp),
        show_plain(l->rq, show_dec(l->rq, st->version->threshold, l->decimals)));
    return drawing_reached(
        l->rq, l->c, &l->p, st->version, how_day(&l->how, l->p.period), &l->view->strip, err);
}

/* How the target's forecast was found, beside what its unit expects. */
static bool add_forecast(struct looking *l, const struct scoreboard *s,
    const struct scoreboard_request *q, const struct scoreboard_target *st, struct err *err)
{
    struct request *rq = l->rq;
    struct forecast_trial trials[FORECAST_TESTS_MAX];
    const struct target *t = &l->c->target[st->target];
    struct target_forecast f;
    struct forecast_view v;

    if (!l->forecasts)
        return true;
    if (!target_forecast(site_app(rq), l->v, rq_actor(rq), q, st, &f, trials, err) ||
        !forecast_explain(rq, &l->c->indicator[l->p.indicator], t, &f, trials, st->decimals,
            target_expectation_on(t, day_add(s->day, -1)), &v, err))
        return false;
    return vec_push(&l->view->forecasts, rq->arena, v) || err_memory(err);
}

static bool add_asked(struct looking *l, const struct scoreboard_target *st, struct err *err)
{
    struct request *rq = l->rq;
    const struct target *t = &l->c->target[st->target];
    struct asked_view v = {.name = t->name,
        .set = l->c->set[t->set].name,
        .says = st->explanation,
        .who = t->person.n ? t->person : t->responsible,
        .state = mark_of_target(st->assessment.status),
        .plan = st->assessment.has_plan ? show_rat(rq, st->assessment.plan, st->decimals, false)
                                        : show_dash(),
        .percent =
            st->assessment.has_percent
                ? show_rat(rq, st->assessment.percent_of_plan,
                      decimals_that_agree(st->assessment.percent_of_plan, rat_of_i64(100), 1),
                      false)
                : show_dash()};

    v.state.word = msg_text(rq->lang, target_status_label(st->assessment.status));
    return (vec_push(&l->view->asked, rq->arena, v) || err_memory(err)) && add_strip(l, st, err);
}

static bool add_targets(struct looking *l, struct err *err)
{
    struct scoreboard s;
    struct scoreboard_request q = {.unit = show_uid(l->rq, l->c->units.p[l->p.unit].uid),
        .period = l->p.period,
        .state = l->how.state,
        .reading = l->how.reading};

    if (!is_asked(l))
        return true;
    if (!scoreboard_make(
            site_app(l->rq), l->v, rq_actor(l->rq), &q, l->rq->lang, l->rq->arena, &s, err))
        return false;
    for (size_t i = 0; i < s.sets; i++)
        for (size_t k = 0; k < s.set[i].targets; k++)
            if (s.set[i].target[k].indicator == l->p.indicator &&
                (!add_asked(l, &s.set[i].target[k], err) ||
                    !add_forecast(l, &s, &q, &s.set[i].target[k], err)))
                return false;
    return true;
}

/* ---- head and definition ---- */

static bool term(struct looking *l, enum msg_key label, struct str value)
{
    struct fact_view f = {.label = msg_text(l->rq->lang, label), .value = value};

    return !value.n || vec_push(&l->view->definition, l->rq->arena, f);
}

static bool add_definition(struct looking *l, struct err *err)
{
    const struct indicator *x = &l->c->indicator[l->p.indicator];

    return (term(l, MSG_definition_code, x->code) && term(l, MSG_definition, x->definition) &&
               term(l, MSG_unit_of_measure, x->unit_of_measure) &&
               term(l, MSG_definition_formula, x->formula_text) &&
               term(l, MSG_definition_owner, l->p.owner_name) && term(l, MSG_note, x->note)) ||
           err_memory(err);
}

static bool add_files(struct looking *l, struct err *err)
{
    static const char *const names[] = {"csv", "json"};
    struct request *rq = l->rq;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str url =
            show_url(rq, "/indicators/%/figures.%?unit=%&period=%", l->code, str_of(names[i]),
                show_uid(rq, l->c->units.p[l->p.unit].uid), show_period_id(rq, l->p.period));
        struct link_view x = {how_url(rq, url, &l->how), i ? STR("JSON") : STR("CSV"), false};
        if (!vec_push(&l->view->files, rq->arena, x))
            return err_memory(err);
    }
    return true;
}

static bool fill(struct looking *l, const struct origin_request *q, struct err *err)
{
    struct request *rq = l->rq;
    struct indicator_view *v = l->view;

    v->name = l->p.name;
    v->code = l->code;
    v->unit_name = show_unit(rq, l->c, l->p.unit, how_day(&l->how, l->p.period));
    v->unit_url =
        how_url(rq, show_url(rq, "/units/%", show_uid(rq, l->c->units.p[l->p.unit].uid)), &l->how);
    v->period = show_period(rq, PERIOD_TEXT, l->p.period);
    v->headline = headline_indicator(l->v, &l->p, rq->lang, rq->arena);
    v->title = show_msg(rq, MSG_report_headline, l->p.name, v->period, v->unit_name);
    if (l->p.made_up)
        v->made_up = msg_text(rq->lang, MSG_score_made_up_says);
    v->how = how_note(rq, &l->how, address_how, l);
    if (!how_note_unit(rq, l->v, &l->how, l->p.unit, &v->how, err) || !add_files(l, err))
        return false;
    return how_choices(rq, &l->how, address_how, l, &v->reading, err) && add_targets(l, err) &&
           add_trend(l, err) && add_league(l, err) && add_origin(l, err) && add_path(l, q, err) &&
           add_versions(l, q, err) && add_definition(l, err);
}

static bool answer(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err)
{
    struct looking *l = arena_zalloc(rq->arena, sizeof *l);
    struct indicator_request q = {.indicator = rq_path(rq, "indicator"),
        .unit = rq_str(rq, "unit"),
        .state = how->state,
        .reading = how->reading};
    struct str period = rq_str(rq, "period");
    struct indicator_view *view = arena_zalloc(rq->arena, sizeof *view);

    if (!l || !view)
        return err_memory(err);
    *l = (struct looking){.rq = rq, .v = v, .c = v->catalog, .view = view, .how = *how};
    l->code = q.indicator;
    if (!q.unit.n) {
        int own = units_find_id(&v->catalog->units, rq_visitor(rq)->unit);
        q.unit = own < 0 ? STR("") : show_uid(rq, v->catalog->units.p[own].uid);
    }
    if (q.unit.n == 11 && how_unit(rq, v, how, q.unit, err) < 0)
        return false;
    if (period.n ? !period_parse(period, &q.period, err)
                 : !period_of_day(FREQUENCY_QUARTER, v->today, &q.period))
        return false;
    struct origin_request o = {.indicator = q.indicator,
        .unit = q.unit,
        .period = q.period,
        .state = q.state,
        .reading = q.reading};
    if (!indicator_page_make(v, rq_actor(rq), &q, rq->lang, rq->arena, &l->p, err) ||
        !figure_origin(site_app(rq), v, rq_actor(rq), &o, rq->arena, &l->o, err))
        return false;
    l->decimals = v->catalog->indicator[l->p.indicator].decimals;
    l->forecasts = forecast_is_on(rq, how);
    if (!fill(l, &o, err))
        return false;
    view->page = site_page(rq, "");
    view->page.known = how_paper(rq, v, how);
    struct tmpl t = rs_page(rs, 200);
    tmpl_indicator(&t, view);
    return true;
}

bool page_indicator(struct request *rq, struct response *rs, struct err *err)
{
    return how_answer(rq, rs, answer, err);
}
