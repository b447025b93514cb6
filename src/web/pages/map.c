/* map: the map of a unit, coloured by an indicator or by the status of targets, with its table. */
#include "app/map_page.h"

#include "app/resolve.h"
#include "base/text.h"
#include "chart/chart.h"
#include "templates.h"
#include "web/handlers.h"
#include "web/how.h"
#include "web/map_view.h"
#include "web/marks.h"
#include "web/show.h"
#include "web/site.h"

enum { WIDE = 800, NARROW = 336, TALLEST = 900, GRADES = 5, MENU_MAX = 60 };

static const struct input map_inputs[] = {
    {.name = "indicator", .type = INPUT_LINE, .max = 100},
    {.name = "period", .type = INPUT_LINE, .max = 20},
    {.name = "kind", .type = INPUT_LINE, .max = 40},
    {.name = "show", .type = INPUT_CHOICE, .words = "value|status"},
    HOW_INPUTS,
    {0},
};
const struct intake intake_map = {.inputs = map_inputs};

struct mapped {
    struct request *rq;
    const struct view *v;
    const struct catalog *c;
    struct how how;
    struct map_request q;
    struct map_page p;
    struct map_page_view *view;
    const struct indicator *x; /* NULL: places alone */
};

/* ---- addresses ---- */

struct there {
    int unit, indicator, kind;
    struct period period;
    bool by_status;
    struct how how;
};

static struct there here(const struct mapped *m)
{
    return (struct there){
        m->q.unit, m->q.indicator, m->q.kind, m->q.period, m->q.by_status, m->how};
}

static struct str address(const struct mapped *m, const struct there *to)
{
    struct request *rq = m->rq;
    struct sbuf b;

    sbuf_init(&b, rq->arena, 2000);
    sbuf_str(&b, show_url(rq, "/units/%/map?period=%", show_uid(rq, m->c->units.p[to->unit].uid),
                     show_period_id(rq, to->period)));
    if (to->indicator >= 0)
        sbuf_str(&b, show_url(rq, "&indicator=%", m->c->indicator[to->indicator].code));
    if (to->kind >= 0)
        sbuf_str(&b, show_url(rq, "&kind=%", m->c->units.kinds.p[to->kind].key));
    if (to->by_status)
        sbuf_z(&b, "&show=status");
    return how_url(rq, sbuf_view(&b), &to->how);
}

static struct str address_how(void *ctx, const struct how *h)
{
    const struct mapped *m = ctx;
    struct there to = here(m);

    to.how = *h;
    return address(m, &to);
}

/* ---- choices ---- */

static bool option(
    struct mapped *m, struct choice_view *c, const struct there *to, struct str text, bool current)
{
    struct link_view l = {address(m, to), text, current};

    if (current)
        c->chosen = text;
    return vec_push(&c->options, m->rq->arena, l);
}

static bool put(struct mapped *m, const struct choice_view *c)
{
    return vec_push(&m->view->reading.v, m->rq->arena, *c);
}

static bool may_see(const struct mapped *m, const struct indicator *x)
{
    return x->followed && x->value_type == VALUE_NUMBER &&
           must_read_indicator(m->v, rq_actor(m->rq), x, m->q.unit, m->v->today, NULL);
}

static bool choose_indicator(struct mapped *m)
{
    struct choice_view c = {.after = STR(",")};
    int n = 0;
    bool ok = true;

    for (size_t i = 0; ok && i < m->c->indicators; i++) {
        const struct indicator *x = &m->c->indicator[i];
        bool current = (int)i == m->q.indicator;
        struct there to = here(m);
        if (!current && (n >= MENU_MAX || !may_see(m, x)))
            continue;
        n++;
        to.indicator = (int)i;
        ok = option(m, &c, &to, show_msg(m->rq, MSG_report_section, x->code, x->name), current);
    }
    return ok && (!n || put(m, &c));
}

static bool choose_show(struct mapped *m)
{
    struct choice_view c = {.before = msg_text(m->rq->lang, MSG_map_by), .after = STR(",")};
    struct there to = here(m);

    if (!m->x)
        return true;
    for (int i = 0; i < 2; i++) {
        to.by_status = i == 1;
        if (!option(m, &c, &to, msg_text(m->rq->lang, i ? MSG_map_by_status : MSG_map_by_value),
                m->q.by_status == to.by_status))
            return false;
    }
    return put(m, &c);
}

static struct str kind_name(const struct mapped *m, int kind)
{
    const struct kind *k = &m->c->units.kinds.p[kind];

    return text_lower(m->rq->arena, m->rq->lang == LANG_EN ? k->word_en : k->word_vi);
}

static bool choose_kind(struct mapped *m)
{
    struct choice_view c = {.before = msg_text(m->rq->lang, MSG_map_units), .after = STR(",")};
    struct there to = here(m);

    if (m->p.kinds < 2 && m->q.kind < 0)
        return true;
    to.kind = -1;
    if (!option(m, &c, &to, msg_text(m->rq->lang, MSG_map_right_below), m->q.kind < 0))
        return false;
    for (size_t i = 0; i < m->p.kinds; i++) {
        to.kind = m->p.kind[i];
        if (!option(m, &c, &to, kind_name(m, to.kind), m->q.kind == to.kind))
            return false;
    }
    return put(m, &c);
}

static bool period_option(struct mapped *m, struct choice_view *c, struct period p)
{
    struct there to = here(m);

    to.period = p;
    return option(m, c, &to, show_period(m->rq, PERIOD_TEXT, p), period_eq(p, m->q.period));
}

/* The periods around this one, its year, and the quarters of the year. */
static bool choose_period(struct mapped *m)
{
    struct choice_view c = {.after = STR(",")};
    struct period p = m->q.period, near, first = p;
    int year = period_last_day(p).v ? day_ymd(period_last_day(p)).year : 0;

    for (int i = 0; i < 4 && period_previous(first, &near); i++)
        first = near;
    for (int i = 0; i < 6; i++) {
        if (!period_option(m, &c, first))
            return false;
        if (!period_next(first, &first))
            break;
    }
    if (p.kind != PERIOD_YEAR && period_make(PERIOD_YEAR, 0, year, 0, &near) &&
        !period_option(m, &c, near))
        return false;
    for (int i = 1; i <= 4 && p.kind == PERIOD_YEAR; i++)
        if (period_make(PERIOD_QUARTER, i, year, 0, &near) && !period_option(m, &c, near))
            return false;
    return put(m, &c);
}

/* ---- the drawing ---- */

static enum chart_status sign_of(const struct map_unit *u)
{
    static const enum chart_status signs[] = {[TARGET_MET] = CHART_MET,
        [TARGET_EXCEEDED] = CHART_EXCEEDED,
        [TARGET_MET_SO_FAR] = CHART_MET,
        [TARGET_ON_COURSE] = CHART_ON_COURSE,
        [TARGET_AT_RISK] = CHART_AT_RISK,
        [TARGET_OFF_COURSE] = CHART_OFF_COURSE,
        [TARGET_MISSED] = CHART_MISSED,
        [TARGET_NOT_YET] = CHART_NOT_YET,
        [TARGET_NO_DATA] = CHART_NO_DATA};

    return u->has_target ? signs[u->status] : CHART_NO_DATA;
}

static struct str value_words(struct mapped *m, const struct map_unit *u)
{
    if (!m->x)
        return STR("");
    if (!u->value.has)
        return msg_text(m->rq->lang, MSG_map_no_figure);
    struct str v = show_plain(m->rq, show_value(m->rq, &u->value, m->x->decimals));
    return m->x->unit_of_measure.n ? show_msg(m->rq, MSG_map_value, v, m->x->unit_of_measure) : v;
}

static struct str tip(struct mapped *m, const struct map_unit *u)
{
    struct str name = show_unit_first(m->rq, m->c, u->unit, m->p.day), words = value_words(m, u);

    if (m->q.by_status)
        words = u->has_target ? msg_text(m->rq->lang, target_status_label(u->status))
                              : msg_text(m->rq->lang, MSG_map_no_target);
    return words.n ? show_msg(m->rq, MSG_map_tip, name, words) : name;
}

static struct str door(struct mapped *m, int unit)
{
    struct str uid = show_uid(m->rq, m->c->units.p[unit].uid);

    if (m->q.indicator < 0)
        return how_url(m->rq, show_url(m->rq, "/units/%", uid), &m->how);
    return how_url(m->rq,
        show_indicator_url(m->rq, m->c, m->q.indicator, unit, m->q.period, TOTAL_APPROVED),
        &m->how);
}

static bool rings_of(struct mapped *m, const struct geo_shape *s, struct map_area *ret)
{
    struct map_ring *ring = arena_array(m->rq->arena, s->rings, sizeof *ring);

    if (!ring)
        return false;
    for (size_t i = 0; i < s->rings; i++) {
        struct map_point *p = arena_array(m->rq->arena, s->ring[i].n, sizeof *p);
        if (!p)
            return false;
        for (size_t k = 0; k < s->ring[i].n; k++)
            p[k] = (struct map_point){s->ring[i].p[k].lon, s->ring[i].p[k].lat};
        ring[i] = (struct map_ring){p, s->ring[i].n};
    }
    ret->ring = ring;
    ret->rings = s->rings;
    return true;
}

/* Of each grade the least and the greatest value; then how many have none. */
static bool legend(struct mapped *m, const struct chart_value *v, const int *grade, struct err *err)
{
    struct request *rq = m->rq;
    struct str texts[6] = {STR(""), STR(""), STR(""), STR(""), STR(""), STR("")};
    int without = 0;

    for (int g = 0; g < GRADES; g++) {
        bool some = false;
        int64_t low = 0, high = 0;
        for (size_t i = 0; i < m->p.units; i++) {
            if (grade[i] != g)
                continue;
            low = !some || v[i].v < low ? v[i].v : low;
            high = !some || v[i].v > high ? v[i].v : high;
            some = true;
        }
        struct dec a = {low, m->x->decimals}, b = {high, m->x->decimals};
        struct str from = show_plain(rq, show_dec(rq, a, m->x->decimals)),
                   to = show_plain(rq, show_dec(rq, b, m->x->decimals));
        if (some)
            texts[g] = low == high ? from : show_msg(rq, MSG_map_class, from, to);
    }
    for (size_t i = 0; i < m->p.units; i++)
        without += grade[i] < 0 && m->p.unit[i].shape.rings > 0;
    if (without)
        texts[5] = msg_text(rq->lang, MSG_map_no_figure);
    return chart_legend(
        texts, msg_text(rq->lang, MSG_map_legend), rq->arena, &m->view->legend, err);
}

static bool count_signs(struct mapped *m)
{
    int without = (int)m->p.units;

    for (int s = TARGET_MET; s <= TARGET_NO_DATA; s++) {
        int n = 0;
        for (size_t i = 0; i < m->p.units; i++)
            n += m->p.unit[i].has_target && m->p.unit[i].status == (enum target_status)s;
        struct map_sign_view v = {mark_of_target((enum target_status)s), show_count(m->rq, n)};
        v.state.word = msg_text(m->rq->lang, target_status_label((enum target_status)s));
        without -= n;
        if (n && !vec_push(&m->view->signs, m->rq->arena, v))
            return false;
    }
    struct map_sign_view none = {mark_of_target(TARGET_NO_DATA), show_count(m->rq, without)};
    none.state.word = msg_text(m->rq->lang, MSG_map_no_target);
    return !without || vec_push(&m->view->signs, m->rq->arena, none);
}

/* The archipelagos by name, where the map shows them. */
static bool add_labels(struct mapped *m, struct map_chart *c)
{
    const struct map_places *list = app_map_places(site_app(m->rq));
    struct map_label *label = arena_array(m->rq->arena, list ? list->n + 1 : 1, sizeof *label);
    bool en = m->rq->lang == LANG_EN;

    c->label = label;
    for (size_t i = 0; label && list && i < list->n; i++) {
        const struct map_place *p = &list->p[i];
        struct str name = show_joined(m->rq, en ? p->name_en : p->name_vi);
        bool touched = false, told = false;
        for (size_t k = 0; k < m->p.units && !touched; k++)
            touched = geo_touches(&m->p.unit[k].shape, p->box);
        for (size_t k = 0; k < c->labels; k++)
            told = told || str_eq(label[k].text, name);
        if (touched && !told)
            label[c->labels++] =
                (struct map_label){{p->box.west / 2 + p->box.east / 2, p->box.south}, name};
    }
    return label != NULL;
}

static bool draw(struct mapped *m, struct err *err)
{
    size_t n = m->p.units, drawn = 0;
    struct map_area *area = arena_array(m->rq->arena, n + 1, sizeof *area);
    struct chart_value *v = arena_array(m->rq->arena, n + 1, sizeof *v);
    int *grade = arena_array(m->rq->arena, n + 1, sizeof *grade);

    if (!area || !v || !grade)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        struct dec d;
        const struct shown *s = &m->p.unit[i].value;
        if (m->x && s->has && rat_round(s->value, m->x->decimals, &d))
            v[i] = (struct chart_value){true, d.m};
    }
    if (!chart_grades(v, n, m->rq->arena, grade, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct map_unit *u = &m->p.unit[i];
        struct map_area *a = &area[drawn];
        if (!u->shape.rings)
            continue;
        if (!rings_of(m, &u->shape, a))
            return err_memory(err);
        a->grade = m->x ? grade[i] : 0;
        a->status = sign_of(u);
        a->name = show_joined(m->rq, show_unit_first(m->rq, m->c, u->unit, m->p.day));
        a->tip = tip(m, u);
        a->url = door(m, u->unit);
        a->me = u->unit == m->q.unit;
        drawn++;
    }
    struct map_chart c = {.w = WIDE,
        .says = m->view->headline,
        .area = area,
        .areas = drawn,
        .by_status = m->q.by_status,
        .names = true};
    if (!add_labels(m, &c))
        return err_memory(err);
    c.h = chart_map_height(&c, TALLEST);
    if (!chart_map(&c, m->rq->arena, &m->view->map.wide, err))
        return false;
    c.w = NARROW;
    c.h = chart_map_height(&c, TALLEST);
    return chart_map(&c, m->rq->arena, &m->view->map.narrow, err) &&
           (!m->x || m->q.by_status || legend(m, v, grade, err)) &&
           (count_signs(m) || err_memory(err));
}

/* ---- the rest of the page ---- */

static bool add_rows(struct mapped *m)
{
    for (size_t i = 0; i < m->p.units; i++) {
        const struct map_unit *u = &m->p.unit[i];
        struct map_row_view r = {.name = show_unit_first(m->rq, m->c, u->unit, m->p.day),
            .url = door(m, u->unit),
            .me = u->unit == m->q.unit,
            .without = u->shape.rings == 0 && m->p.drawn > 0};
        r.value = m->x ? show_value(m->rq, &u->value, m->x->decimals) : show_dash();
        if (m->x)
            r.marks = show_marks(m->rq, &u->value);
        if (m->q.by_status && u->has_target) {
            r.state = mark_of_target(u->status);
            r.state.word = msg_text(m->rq->lang, target_status_label(u->status));
        } else if (m->q.by_status) {
            r.state = mark_of_target(TARGET_NO_DATA);
            r.state.word = msg_text(m->rq->lang, MSG_map_no_target);
        }
        if (!vec_push(&m->view->rows, m->rq->arena, r))
            return false;
    }
    return true;
}

/* One sentence that says what the map shows: who is highest and lowest, or how many have reached.
 */
static struct str headline(struct mapped *m)
{
    struct request *rq = m->rq;
    struct str top = show_unit_first(rq, m->c, m->p.top, m->p.day),
               period = show_period(rq, PERIOD_TEXT, m->q.period),
               all = show_count(rq, (int64_t)m->p.units);
    int n = m->p.with_value, reached = 0;

    if (!m->x)
        return show_msg(rq, MSG_map_head_places, top, all);
    if (m->q.by_status) {
        for (size_t i = 0; i < m->p.units; i++)
            reached += m->p.unit[i].has_target && (m->p.unit[i].status == TARGET_MET ||
                                                      m->p.unit[i].status == TARGET_EXCEEDED ||
                                                      m->p.unit[i].status == TARGET_MET_SO_FAR);
        if (!n)
            return show_msg(rq, MSG_map_head_no_target, m->x->name, period);
        return show_msg(rq, MSG_map_head_status, m->x->name, period, show_count(rq, reached),
            show_count(rq, n));
    }
    if (n < 2)
        return show_msg(rq, MSG_map_head_few, m->x->name, period, show_count(rq, n), all);
    const struct map_unit *high = &m->p.unit[0], *low = &m->p.unit[n - 1];
    struct str most = show_msg(rq, MSG_map_who, show_unit(rq, m->c, high->unit, m->p.day),
                   value_words(m, high)),
               least = show_msg(
                   rq, MSG_map_who, show_unit(rq, m->c, low->unit, m->p.day), value_words(m, low));
    return show_msg(rq, MSG_map_head, m->x->name, period, most, least);
}

static void say_what_is_missing(struct mapped *m)
{
    struct request *rq = m->rq;
    struct map_page_view *v = m->view;
    int without = (int)m->p.units - m->p.drawn, composed = 0;

    for (size_t i = 0; i < m->p.units; i++)
        composed += m->p.unit[i].composed;
    v->note = show_msg(rq, m->q.by_status || !m->x ? MSG_map_note_day : MSG_map_note,
        show_day(rq, m->p.day), show_count(rq, m->p.drawn), show_count(rq, (int64_t)m->p.units));
    if (without && m->p.drawn)
        v->without = show_msg(rq, MSG_map_without_says, show_count(rq, without));
    if (composed)
        v->without = show_msg(rq, MSG_map_composed, v->without, show_count(rq, composed));
    if (!m->p.drawn) {
        v->none = msg_text(rq->lang, MSG_map_none);
        v->none_says = msg_text(rq->lang, MSG_map_none_says);
    }
    if (m->p.missing)
        v->missing = show_msg(rq, MSG_map_missing,
            rq->lang == LANG_EN ? m->p.missing->name_en : m->p.missing->name_vi);
}

static bool fill(struct mapped *m, struct err *err)
{
    struct request *rq = m->rq;
    struct map_page_view *v = m->view;

    v->unit = show_unit_first(rq, m->c, m->p.top, m->p.day);
    v->unit_url =
        how_url(rq, show_url(rq, "/units/%", show_uid(rq, m->c->units.p[m->p.top].uid)), &m->how);
    v->by_status = m->q.by_status ? STR("yes") : STR("");
    v->headline = headline(m);
    v->caption = m->x ? show_msg(rq, MSG_map_caption, m->x->name,
                            m->x->unit_of_measure.n ? m->x->unit_of_measure : STR("-"))
                      : msg_text(rq->lang, MSG_map_title);
    v->title = show_msg(
        rq, MSG_map_page_title, v->unit, m->x ? m->x->name : msg_text(rq->lang, MSG_map_places));
    say_what_is_missing(m);
    v->how = how_note(rq, &m->how, address_how, m);
    if (!choose_indicator(m) || !choose_show(m) || !choose_kind(m) || !choose_period(m) ||
        !add_rows(m))
        return err_memory(err);
    return how_choices(rq, &m->how, address_how, m, &v->reading, err) &&
           (!m->p.drawn || draw(m, err));
}

/* The first indicator followed that the reader may see. */
static int first_indicator(const struct mapped *m)
{
    for (size_t i = 0; i < m->c->indicators; i++)
        if (may_see(m, &m->c->indicator[i]))
            return (int)i;
    return -1;
}

/* The last whole period of the indicator's own length, seen from today or from the unit's end. */
static bool read_period(struct mapped *m, struct err *err)
{
    struct str asked = rq_str(m->rq, "period");
    enum frequency f = m->x ? m->x->frequency : FREQUENCY_QUARTER;
    struct day end = unit_end(&m->c->units, m->q.unit),
               day = end.v <= m->v->today.v ? day_add(end, -1) : m->v->today;
    struct period p;

    if (asked.n)
        return period_parse(asked, &m->q.period, err);
    if (!period_of_day(f, day, &p))
        return err_set(err, ERR_INVALID, MSG_err_web_not_found);
    if (!period_previous(p, &m->q.period) ||
        !unit_alive(&m->c->units, m->q.unit, period_last_day(m->q.period)))
        m->q.period = p;
    return true;
}

static bool answer(struct request *rq, struct response *rs, const struct view *v,
    const struct how *how, struct err *err)
{
    struct mapped *m = arena_zalloc(rq->arena, sizeof *m);
    struct map_page_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct str code = rq_str(rq, "indicator"), kind = rq_str(rq, "kind");

    if (!m || !view)
        return err_memory(err);
    *m = (struct mapped){.rq = rq, .v = v, .c = v->catalog, .how = *how, .view = view};
    m->q = (struct map_request){.unit = how_unit(rq, v, how, rq_path(rq, "unit"), err),
        .indicator = -1,
        .state = how->state,
        .reading = how->reading,
        .kind = -1};
    if (m->q.unit < 0)
        return false;
    m->q.indicator = code.n ? catalog_indicator(m->c, code, err) : first_indicator(m);
    if (code.n && m->q.indicator < 0)
        return false;
    m->x = m->q.indicator < 0 ? NULL : &m->c->indicator[m->q.indicator];
    m->q.by_status = m->x && rq_int(rq, "show") == 1;
    if (kind.n && (m->q.kind = kinds_find(&m->c->units.kinds, rq->arena, kind)) < 0)
        return err_set(err, ERR_INVALID, MSG_err_units_kind, kind);
    if (!read_period(m, err) ||
        !map_page_make(site_app(rq), v, rq_actor(rq), &m->q, rq->lang, rq->arena, &m->p, err) ||
        !fill(m, err))
        return false;
    view->page = site_page(rq, "/units");
    struct tmpl t = rs_page(rs, 200);
    tmpl_map(&t, view);
    return true;
}

bool page_map(struct request *rq, struct response *rs, struct err *err)
{
    return how_answer(rq, rs, answer, err);
}
