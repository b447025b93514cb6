/* forecast_view: see forecast_view.h. */
#include "web/forecast_view.h"

#include "app/settings.h"
#include "web/show.h"
#include "web/site.h"

bool forecast_is_on(struct request *rq, const struct how *h)
{
    if (h->forecast != HOW_FORECAST_AS_SET)
        return h->forecast == HOW_FORECAST_ON;
    return setting_of(site_app(rq), SETTING_forecast_shown) != 0;
}

/* ---- words ---- */

static struct str number(struct request *rq, struct rat r, int decimals)
{
    return show_plain(rq, show_rat(rq, r, decimals, false));
}

/* "64.202-65.954"; one number where both are printed alike. */
static struct str range(struct request *rq, struct rat low, struct rat high, int decimals)
{
    struct str from = number(rq, low, decimals), to = number(rq, high, decimals);

    return str_eq(from, to) ? from : show_msg(rq, MSG_forecast_range, from, to);
}

static struct str stand_words(struct request *rq, const struct target_forecast *f)
{
    static const enum msg_key keys[] = {[FORECAST_ALL_MEETS] = MSG_forecast_all_meets,
        [FORECAST_LEANS_MET] = MSG_forecast_leans_met,
        [FORECAST_LEANS_NOT] = MSG_forecast_leans_not,
        [FORECAST_ALL_MISSES] = MSG_forecast_all_misses};

    return msg_text(rq->lang, keys[f->stand]);
}

static struct str too_little(struct request *rq, const struct forecast *f)
{
    return show_msg(rq, MSG_forecast_little_says, show_count(rq, f->have), show_count(rq, f->need));
}

/* What stands in the place of a forecast. */
static struct str word_of(struct request *rq, const struct target_forecast *f)
{
    switch (f->shown) {
    case FORECAST_LITTLE:
        return msg_text(rq->lang, MSG_forecast_little_short);
    case FORECAST_SETTLED:
        return msg_text(rq->lang, MSG_forecast_settled);
    case FORECAST_WITHHELD:
        return msg_text(rq->lang, MSG_forecast_withheld);
    default:
        return STR("");
    }
}

struct str forecast_own_words(struct request *rq, const struct own_expectation *own)
{
    static const enum msg_key keys[] = {[EXPECT_MET] = MSG_own_will_meet,
        [EXPECT_HARD] = MSG_own_hard,
        [EXPECT_NOT] = MSG_own_will_not};

    if (!own || own->expectation == EXPECT_NONE)
        return STR("");
    struct str word = msg_text(rq->lang, keys[own->expectation]);
    return own->reason.n ? show_msg(rq, MSG_own_says_reason, word, own->reason)
                         : show_msg(rq, MSG_own_says, word);
}

bool forecast_own_differs(const struct own_expectation *own, const struct target_forecast *f)
{
    if (!own || own->expectation == EXPECT_NONE)
        return false;
    bool against = f && f->shown == FORECAST_SHOWN && f->stand >= FORECAST_LEANS_NOT;
    return own->expectation != EXPECT_MET || against;
}

/* ---- in a row ---- */

enum { DRAWN = 144, EDGE = 4 };

/* Places on the drawing: the plan in the middle, what lies furthest from it at an edge. */
struct ruler {
    struct rat middle, half;
};

static int place(const struct ruler *r, struct rat v)
{
    struct rat x;
    struct dec d;
    const int reach = DRAWN / 2 - EDGE;

    if (rat_is_zero(r->half) || !rat_sub(v, r->middle, &x) || !rat_mul(x, rat_of_i64(reach), &x) ||
        !rat_div(x, r->half, &x) || !rat_round(x, 0, &d))
        return DRAWN / 2;
    int64_t at = d.m < -reach ? -reach : d.m > reach ? reach : d.m;
    return DRAWN / 2 + (int)at;
}

static void reach(struct ruler *r, struct rat v)
{
    struct rat far;

    if (!rat_sub(v, r->middle, &far))
        return;
    if (rat_sign(far) < 0)
        far.num = -far.num;
    if (rat_cmp(far, r->half) > 0)
        r->half = far;
}

static void draw(
    const struct target *t, const struct target_forecast *f, struct forecast_cell_view *c)
{
    bool two = t->comparator == CMP_BETWEEN && t->basis != TARGET_ZERO_STOCK &&
               t->basis != TARGET_ZERO_FLOW && t->basis != TARGET_COUNT;
    struct ruler r = {f->low, rat_of_i64(0)};
    struct rat sum;

    if (two && (!rat_add(f->low, f->high, &sum) || !rat_div(sum, rat_of_i64(2), &r.middle)))
        r.middle = f->low;
    reach(&r, f->found.f.low);
    reach(&r, f->found.f.high);
    if (two)
        reach(&r, f->high);
    c->tick = place(&r, f->low);
    c->tick_to = two ? place(&r, f->high) : 0;
    c->has_tick_to = two;
    c->low = place(&r, f->found.f.low);
    c->width = place(&r, f->found.f.high) - c->low;
    c->at = place(&r, f->found.f.value);
    bool less =
        t->comparator == CMP_LE || t->basis == TARGET_ZERO_STOCK || t->basis == TARGET_ZERO_FLOW;
    c->has_good = true;
    c->good = two ? c->tick : less ? 0 : c->tick;
    c->good_width = two ? c->tick_to - c->tick : less ? c->tick : DRAWN - c->tick;
}

struct forecast_cell_view forecast_cell(struct request *rq, const struct target *t,
    const struct target_forecast *f, int decimals, struct str url)
{
    struct forecast_cell_view c = {.on = f != NULL};

    if (!f)
        return c;
    if (f->shown != FORECAST_SHOWN) {
        c.word = word_of(rq, f);
        c.tip =
            f->shown == FORECAST_LITTLE && f->found.f.need ? too_little(rq, &f->found.f) : STR("");
        return c;
    }
    const struct forecast *x = &f->found.f;
    decimals = forecast_decimals(f, decimals);
    c.given = true;
    c.value = show_rat(rq, x->value, decimals, false);
    c.value.before = msg_text(rq->lang, MSG_forecast_short);
    c.value.url = url;
    c.range = range(rq, x->low, x->high, decimals);
    c.stand = stand_words(rq, f);
    c.tip =
        show_msg(rq, MSG_forecast_tip, c.stand, show_count(rq, x->hits), show_count(rq, x->trials));
    draw(t, f, &c);
    return c;
}

/* ---- how it was found ---- */

static struct str span_words(
    struct request *rq, enum period_style style, struct period from, struct period to)
{
    struct str last = show_period(rq, style, to);

    return period_eq(from, to)
               ? last
               : show_msg(rq, MSG_forecast_range, show_period(rq, style, from), last);
}

static struct str with_unit(struct request *rq, const struct indicator *x, bool count, struct str s)
{
    struct str unit = count ? msg_text(rq->lang, MSG_score_units) : x->unit_of_measure;

    if (!unit.n)
        return s;
    return show_msg(rq, unit.p[0] == '%' ? MSG_forecast_per_cent : MSG_forecast_with_unit, s, unit);
}

static struct str plan_words(
    struct request *rq, const struct target *t, const struct target_forecast *f, int decimals)
{
    bool two = t->comparator == CMP_BETWEEN && t->basis != TARGET_COUNT;
    struct str low = number(rq, f->low, decimals);

    if (t->basis == TARGET_ZERO_FLOW || t->basis == TARGET_ZERO_STOCK)
        return STR("0");
    if (two)
        return range(rq, f->low, f->high, decimals);
    enum comparator cmp = t->basis == TARGET_COUNT ? CMP_GE : t->comparator;
    return show_msg(rq, MSG_forecast_plan, show_comparator(cmp), low);
}

/* "Quý IV/2026", "Cả năm 2026", "Từ quý I/2026 đến quý IV/2030". */
static struct str when_words(struct request *rq, const struct forecast_found *f)
{
    struct period year;

    if (!f->sum || period_eq(f->from, f->to))
        return show_period(rq, PERIOD_LABEL, f->to);
    bool whole = period_of_day(FREQUENCY_YEAR, period_last_day(f->to), &year) &&
                 period_first_day(year).v == period_first_day(f->from).v &&
                 period_last_day(year).v == period_last_day(f->to).v;
    return whole ? show_msg(rq, MSG_forecast_whole, show_period(rq, PERIOD_TEXT, year))
                 : show_msg(rq, MSG_forecast_span, show_period(rq, PERIOD_TEXT, f->from),
                       show_period(rq, PERIOD_TEXT, f->to));
}

static void say(struct request *rq, const struct indicator *x, const struct target *t,
    const struct target_forecast *f, int decimals, struct forecast_view *ret)
{
    const struct forecast_found *found = &f->found;
    bool count = t->basis == TARGET_COUNT;

    if (f->shown == FORECAST_LITTLE) {
        ret->says =
            found->f.need ? too_little(rq, &found->f) : msg_text(rq->lang, MSG_forecast_too_little);
        return;
    }
    if (f->shown != FORECAST_SHOWN) {
        ret->says = f->shown == FORECAST_SETTLED    ? msg_text(rq->lang, MSG_forecast_settled_says)
                    : f->shown == FORECAST_WITHHELD ? msg_text(rq->lang, MSG_forecast_withheld_says)
                                                    : msg_text(rq->lang, MSG_forecast_none_says);
        return;
    }
    ret->says = show_msg(rq, MSG_forecast_says, when_words(rq, found),
        with_unit(rq, x, count, number(rq, found->f.value, decimals)),
        with_unit(rq, x, count, range(rq, found->f.low, found->f.high, decimals)),
        show_count(rq, found->f.level), plan_words(rq, t, f, decimals));
    ret->stand = stand_words(rq, f);
}

static struct str history_words(struct request *rq, const struct forecast_found *f)
{
    struct sbuf b;
    struct str first = show_msg(rq, MSG_forecast_history, show_count(rq, f->f.have),
        show_period(rq, PERIOD_TEXT, f->first), show_period(rq, PERIOD_TEXT, f->last));

    sbuf_init(&b, rq->arena, 2000);
    sbuf_str(&b, first);
    if (f->f.gaps) {
        sbuf_char(&b, ' ');
        sbuf_str(&b, show_msg(rq, MSG_forecast_gaps, show_count(rq, f->f.gaps)));
    }
    if (f->estimates) {
        sbuf_char(&b, ' ');
        sbuf_str(&b, show_msg(rq, MSG_forecast_estimates, show_count(rq, f->estimates)));
    }
    if (f->marks & MARK_RESTATED) {
        sbuf_char(&b, ' ');
        sbuf_str(&b, msg_text(rq->lang, MSG_forecast_restated));
    }
    if (f->marks & MARK_MADE_UP) {
        sbuf_char(&b, ' ');
        sbuf_str(&b, msg_text(rq->lang, MSG_score_made_up_says));
    }
    return sbuf_view(&b);
}

static bool add_trials(struct request *rq, const struct forecast_found *f,
    const struct forecast_trial *trials, int decimals, struct forecast_view *ret, struct err *err)
{
    for (int i = f->f.trials - 1; i >= 0; i--) {
        const struct forecast_trial *t = &trials[i];
        struct forecast_trial_view v = {
            .at = show_period(rq, PERIOD_LABEL, forecast_period(f, t->at)),
            .of = span_words(
                rq, PERIOD_SHORT, forecast_period(f, t->from), forecast_period(f, t->to)),
            .value = show_rat(rq, t->value, decimals, false),
            .range = range(rq, t->low, t->high, decimals),
            .came = show_rat(rq, t->came, decimals, false),
            .hit = t->hit,
            .word = msg_text(rq->lang, t->hit ? MSG_forecast_hit : MSG_forecast_off)};
        if (!vec_push(&ret->trials, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

bool forecast_explain(struct request *rq, const struct indicator *x, const struct target *t,
    const struct target_forecast *f, const struct forecast_trial *trials, int decimals,
    const struct own_expectation *own, struct forecast_view *ret, struct err *err)
{
    const struct forecast_found *found = &f->found;

    *ret = (struct forecast_view){.name = t->name, .own = forecast_own_words(rq, own)};
    say(rq, x, t, f, forecast_decimals(f, decimals), ret);
    if (f->shown != FORECAST_SHOWN && f->shown != FORECAST_LITTLE)
        return true;
    if (found->f.first >= 0)
        ret->history = history_words(rq, found);
    if (f->shown == FORECAST_LITTLE)
        return true;
    ret->method = msg_text(rq->lang, found->sum ? MSG_forecast_method_sum : MSG_forecast_method);
    ret->interval = show_msg(rq, MSG_forecast_interval_says, show_count(rq, found->f.tests),
        show_count(rq, found->f.ahead), show_count(rq, found->f.level));
    ret->coverage = show_msg(rq, MSG_forecast_coverage, show_count(rq, found->f.hits),
        show_count(rq, found->f.trials), show_count(rq, found->f.level));
    return add_trials(rq, found, trials, decimals, ret, err);
}
