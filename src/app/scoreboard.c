/* scoreboard: see scoreboard.h. Facts come from the engine, judgements from domain/target.h. */
#include "app/scoreboard.h"

#include "app/forecasts.h"
#include "app/resolve.h"
#include "app/table.h"

#define FACT_PERIODS_MAX 1300 /* weeks of a term of 25 years */

struct board {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    const struct scoreboard_request *q;
    struct actor who;
    enum lang lang;
    struct arena *a;
    struct scoreboard *s;
};

static bool total_at(
    struct board *b, int indicator, int unit, struct period p, struct total *ret, struct err *err)
{
    struct engine_query q = {b->c, indicator, -1, unit, p, b->q->state, b->q->reading, -1};

    return engine_total(b->v->engine, &q, ret, err);
}

/* A total of an earlier period to compare with; *ret_moved: the unit had other boundaries then. */
static bool total_before(struct board *b, int indicator, int unit, struct period p,
    struct total *ret, bool *ret_moved, struct err *err)
{
    struct engine_query q = {b->c, indicator, -1, unit, p, b->q->state, b->q->reading, -1};

    if (!engine_compared(b->v->engine, &q, &b->q->period, 1, ret, err))
        return false;
    *ret_moved = (ret->marks & MARK_BOUNDARY) != 0;
    return true;
}

/* Base periods of the indicator (of `every`: those in which it must hold) from the target's start
 * to the end of the board's period, in order.
 */
static bool fact_periods(
    struct board *b, const struct target *t, struct period **ret, size_t *ret_n, struct err *err)
{
    const struct indicator *x = &b->c->indicator[t->indicator];
    enum frequency f = target_every_frequency(t, x->frequency, x->over_time);
    struct day last = period_last_day(b->q->period);
    VEC(struct period) v = {0};
    struct period p;

    if (!period_of_day(f, t->start, &p))
        return err_set(err, ERR_INVALID, MSG_err_day_syntax, STR("start"));
    if (period_first_day(p).v < t->start.v && !period_next(p, &p))
        return true;
    while (period_last_day(p).v <= last.v && period_last_day(p).v <= t->deadline.v) {
        if (v.n == FACT_PERIODS_MAX)
            return err_set(err, ERR_LIMIT, MSG_err_table_large);
        if (!vec_push(&v, b->a, p))
            return err_memory(err);
        if (!period_next(p, &p))
            break;
    }
    *ret = v.p;
    *ret_n = v.n;
    return true;
}

/* For COUNT: flows are counted since January, stocks and rates as they are. */
static struct period count_period(const struct board *b, const struct indicator *x)
{
    struct period p = b->q->period;

    if (x->over_time == TIME_SUM)
        period_to_date(p, &p);
    return p;
}

static bool count_facts(struct board *b, const struct target *t, const struct target_version *v,
    struct period p, int64_t *k, int64_t *n, int64_t *counted, struct err *err)
{
    struct engine_query q = {b->c, t->indicator, -1, t->unit, p, b->q->state, b->q->reading, -1};

    return engine_count(
        b->v->engine, &q, -1, v->threshold_cmp, rat_of_dec(v->threshold), k, n, counted, err);
}

static bool latest_fact(struct board *b, const struct target *t, const struct period *p, size_t n,
    struct target_facts *f, struct total *ret_total, struct err *err)
{
    for (size_t i = n; i-- > 0;) {
        struct total x;
        if (!total_at(b, t->indicator, t->unit, p[i], &x, err))
            return false;
        if (!x.has)
            continue;
        f->has_latest = true;
        f->latest = x.value;
        f->latest_period = p[i];
        *ret_total = x;
        return true;
    }
    /* nothing by base period: an entry for the board's own period, or for the span's */
    struct total x;
    if (!total_at(b, t->indicator, t->unit, b->q->period, &x, err))
        return false;
    if (x.has) {
        f->has_latest = true;
        f->latest = x.value;
        f->latest_period = b->q->period;
    }
    *ret_total = x;
    return true;
}

static bool flow_facts(struct board *b, const struct target *t, const struct period *p, size_t n,
    struct target_facts *f, struct total *ret_total, struct err *err)
{
    struct period_value *values = arena_array(b->a, n ? n : 1, sizeof *values);

    if (!values)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        struct total x;
        if (!total_at(b, t->indicator, t->unit, p[i], &x, err))
            return false;
        values[i] = (struct period_value){p[i], x.has, x.value, x.reported, x.expected};
        if (x.has || i == 0) {
            uint32_t marks = i ? ret_total->marks : 0;
            *ret_total = x;
            ret_total->marks |= marks;
        }
    }
    f->value = values;
    f->values = n;
    return true;
}

static bool gather(struct board *b, const struct target *t, const struct target_version *v,
    struct target_facts *f, struct total *ret_total, struct err *err)
{
    struct period *p = NULL;
    size_t n = 0;

    struct day end =
        unit_end(&b->c->units, t->unit); /* a unit that ended is judged as far as it came */
    *f = (struct target_facts){.today = end.v < b->s->day.v ? end : b->s->day};
    *ret_total = (struct total){0};
    if (t->indicator < 0)
        return true;
    if (t->basis == TARGET_COUNT) {
        struct period counted = count_period(b, &b->c->indicator[t->indicator]);
        f->latest_period = counted;
        return count_facts(b, t, v, counted, &f->k, &f->n, &f->counted, err) &&
               total_at(b, t->indicator, t->unit, counted, ret_total, err);
    }
    if (!fact_periods(b, t, &p, &n, err))
        return false;
    if (t->basis == TARGET_LEVEL || t->basis == TARGET_ZERO_STOCK)
        return latest_fact(b, t, p, n, f, ret_total, err);
    return flow_facts(b, t, p, n, f, ret_total, err);
}

/* Change and growth on the year before. Rates change in points, so they have no growth. */
static bool compare(const struct indicator *x, bool has, struct rat now, bool has_before,
    struct rat before, struct comparison *ret, struct err *err)
{
    struct rat d, q;

    *ret = (struct comparison){.has_previous = has_before, .previous = before};
    if (!has || !has_before)
        return true;
    if (!rat_sub(now, before, &d))
        return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
    ret->has_change = true;
    ret->change = d;
    if (str_is(x->unit_of_measure, "%") || rat_sign(before) <= 0)
        return true;
    if (!rat_div(d, before, &q) || !rat_mul(q, rat_of_i64(100), &q))
        return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
    ret->has_percent = true;
    ret->percent = q;
    return true;
}

/* The value of one period, a year earlier. */
static bool period_before(struct board *b, const struct target *t, struct period now, bool *ret_has,
    struct rat *ret, bool *ret_moved, struct err *err)
{
    struct period p;
    struct total x;
    bool moved;

    if (!period_last_year(now, &p))
        return true;
    if (!total_before(b, t->indicator, t->unit, p, &x, &moved, err))
        return false;
    *ret_has = x.has;
    *ret = x.value;
    *ret_moved = moved;
    return true;
}

/* The same fact one year earlier: of what is judged period by period, that of the period shown. */
static bool year_before(struct board *b, const struct target *t, const struct target_version *v,
    const struct target_facts *f, const struct assessment *as, bool *ret_has, struct rat *ret,
    bool *ret_moved, struct err *err)
{
    bool moved;

    struct period p;
    struct rat sum = rat_of_i64(0);

    *ret_has = *ret_moved = false;
    if (t->indicator < 0)
        return true;
    if (t->basis == TARGET_COUNT) {
        int64_t k, n, counted;
        if (!period_last_year(f->latest_period, &p))
            return true;
        if (!count_facts(b, t, v, p, &k, &n, &counted, err))
            return false;
        *ret_has = counted > 0;
        *ret = rat_of_i64(k);
        return true;
    }
    if (t->basis == TARGET_LEVEL || t->basis == TARGET_ZERO_STOCK)
        return !f->has_latest ||
               period_before(b, t, f->latest_period, ret_has, ret, ret_moved, err);
    if (t->basis == TARGET_ZERO_FLOW || (t->basis == TARGET_EVERY && !t->compensating))
        return !as->has_period || period_before(b, t, as->period, ret_has, ret, ret_moved, err);
    struct total x;
    if (day_ymd(t->start).year != day_ymd(t->deadline).year)
        return true;
    for (size_t i = 0; i < f->values; i++) {
        if (!f->value[i].has || !period_last_year(f->value[i].period, &p))
            continue;
        if (!total_before(b, t->indicator, t->unit, p, &x, &moved, err))
            return false;
        if (x.has && !rat_add(sum, x.value, &sum))
            return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
        *ret_has = *ret_has || x.has;
        *ret_moved = *ret_moved || moved;
    }
    *ret = sum;
    return true;
}

static bool explain(
    struct board *b, const struct indicator *x, struct scoreboard_target *st, struct err *err)
{
    struct sbuf out;

    sbuf_init(&out, b->a, 1000);
    assessment_put_sentence(&out, b->lang, &st->assessment, x ? x->unit_of_measure : STR(""));
    st->explanation = sbuf_view(&out);
    return !out.failed || err_memory(err);
}

static bool judge(struct board *b, int index, struct scoreboard_target *st, struct err *err)
{
    const struct target *t = &b->c->target[index];
    const struct indicator *x = t->indicator < 0 ? NULL : &b->c->indicator[t->indicator];
    struct target_facts f;
    bool has_before = false, moved = false;
    struct rat before = rat_of_i64(0);

    *st = (struct scoreboard_target){.target = index,
        .indicator = t->indicator,
        .version = target_version_on(t, day_add(b->s->day, -1), b->q->original),
        .decimals = !x || t->basis == TARGET_COUNT ? 0 : x->decimals};
    const struct own_expectation *own = target_expectation_on(t, day_add(b->s->day, -1));
    st->expectation = own ? own->expectation : EXPECT_NONE;
    if (!st->version) {
        st->assessment = (struct assessment){
            .status = TARGET_NOT_YET, .sentence = MSG_target_sentence_no_version};
        return explain(b, x, st, err);
    }
    if (!gather(b, t, st->version, &f, &st->total, err) ||
        !target_assess(t, st->version, &f, app_thresholds(b->app, b->s->day),
            x ? x->direction : DIRECTION_NEITHER, st->decimals, &st->assessment, err) ||
        !year_before(b, t, st->version, &f, &st->assessment, &has_before, &before, &moved, err) ||
        !explain(b, x, st, err))
        return false;
    if (x && !compare(x, st->assessment.has_actual, st->assessment.actual, has_before, before,
                 &st->compared, err))
        return false;
    st->compared.boundary_changed = moved;
    return true;
}

static bool in_span(const struct board *b, const struct target_set *set)
{
    return set->start.v <= period_last_day(b->q->period).v &&
           set->end.v > period_first_day(b->q->period).v;
}

static bool add_set(struct board *b, int set, struct scoreboard_set *ss, struct err *err)
{
    VEC(struct scoreboard_target) v = {0};

    *ss = (struct scoreboard_set){.set = set};
    for (size_t i = 0; i < b->c->targets; i++) {
        const struct target *t = &b->c->target[i];
        struct scoreboard_target st;
        if (t->set != set || t->unit != b->s->unit)
            continue;
        if (t->indicator >= 0 && !must_read_indicator(b->v, b->who, &b->c->indicator[t->indicator],
                                     t->unit, period_last_day(b->q->period), NULL))
            continue;
        if (!judge(b, (int)i, &st, err))
            return false;
        if (!vec_push(&v, b->a, st))
            return err_memory(err);
        ss->total++;
        ss->met += st.assessment.counts_as_met;
        ss->expected += st.expectation == EXPECT_MET;
    }
    ss->target = v.p;
    ss->targets = v.n;
    return true;
}

static bool add_sets(struct board *b, struct map *targeted, struct err *err)
{
    VEC(struct scoreboard_set) v = {0};

    for (size_t i = 0; i < b->c->sets; i++) {
        struct scoreboard_set ss;
        bool named = b->q->set.n && str_eq(b->c->set[i].code, b->q->set);
        if (b->q->set.n ? !named : !in_span(b, &b->c->set[i]))
            continue;
        if (!add_set(b, (int)i, &ss, err))
            return false;
        if (!ss.targets)
            continue;
        if (!vec_push(&v, b->a, ss))
            return err_memory(err);
        for (size_t k = 0; k < ss.targets; k++)
            if (!map_put(targeted, (uint64_t)(ss.target[k].indicator + 1), 1))
                return err_memory(err);
    }
    b->s->set = v.p;
    b->s->sets = v.n;
    return true;
}

/* The word beside an approximate figure ("khoảng"), where the figure shown is the unit's own. */
static struct str approx_word(struct board *b, const struct indicator *x, struct err *err)
{
    struct store *store = app_store(b->app);
    struct figure_key key = {
        b->c->series[x->series].id, period_code(b->q->period), b->c->units.p[b->s->unit].id};
    struct figure_record *r;
    size_t n;

    if (!store->ops->cell_history(store, key, b->v->known, b->a, &r, &n, err) || n == 0)
        return STR("");
    return r[n - 1].approx;
}

static bool add_indicator(struct board *b, int i, struct scoreboard_indicator *si, struct err *err)
{
    const struct indicator *x = &b->c->indicator[i];
    struct total before = {0};
    struct period p;
    bool moved = false;

    *si = (struct scoreboard_indicator){.indicator = i, .approx = STR("")};
    if (!total_at(b, i, b->s->unit, b->q->period, &si->total, err))
        return false;
    if (period_last_year(b->q->period, &p) &&
        !total_before(b, i, b->s->unit, p, &before, &moved, err))
        return false;
    if (si->total.marks & MARK_APPROX)
        si->approx = approx_word(b, x, err);
    if (!compare(x, si->total.has, si->total.value, before.has, before.value, &si->compared, err))
        return false;
    si->compared.boundary_changed = moved;
    return true;
}

static bool add_indicators(struct board *b, const struct map *targeted, struct err *err)
{
    VEC(struct scoreboard_indicator) v = {0};

    for (size_t i = 0; i < b->c->indicators; i++) {
        struct scoreboard_indicator si;
        if (!b->c->indicator[i].followed || map_has(targeted, i + 1) ||
            !must_read_indicator(
                b->v, b->who, &b->c->indicator[i], b->s->unit, period_last_day(b->q->period), NULL))
            continue;
        if (!add_indicator(b, (int)i, &si, err))
            return false;
        /* of what nobody here is asked for, only what there is */
        if (!si.total.has && (si.total.expected == 0 || b->c->indicator[i].form < 0))
            continue;
        if (!vec_push(&v, b->a, si))
            return err_memory(err);
    }
    b->s->indicator = v.p;
    b->s->indicators = v.n;
    return true;
}

bool scoreboard_make(struct app *app, const struct view *v, struct actor who,
    const struct scoreboard_request *q, enum lang lang, struct arena *a, struct scoreboard *ret,
    struct err *err)
{
    struct board b = {app, v, v->catalog, q, who, lang, a, ret};
    struct day after = day_add(period_last_day(q->period), 1);
    struct map targeted;

    *ret = (struct scoreboard){.period = q->period};
    ret->unit = resolve_unit_reading(v->catalog, q->unit, q->period, q->reading, err);
    if (ret->unit < 0 || !must(v->catalog, v->today, who, RIGHT_READ, ret->unit,
                             period_last_day(q->period), STR(""), STR(""), err))
        return false;
    ret->day = after.v < v->today.v ? after : v->today;
    if (q->set.n && catalog_set(v->catalog, q->set, err) < 0)
        return false;
    map_init(&targeted, a);
    return add_sets(&b, &targeted, err) && add_indicators(&b, &targeted, err);
}

static void key_rat(struct json *j, const char *key, bool has, struct rat r, int decimals)
{
    struct dec d;

    if (has && rat_round(r, decimals, &d))
        json_kdec(j, key, d);
    else
        json_knull(j, key);
}

static void key_dec(struct json *j, const char *key, struct dec d, int decimals)
{
    key_rat(j, key, true, rat_of_dec(d), decimals < d.scale ? d.scale : decimals);
}

static void key_str(struct json *j, const char *key, struct str s)
{
    if (s.n)
        json_kstr(j, key, s);
    else
        json_knull(j, key);
}

static void compared_json(struct json *j, const struct comparison *c, int decimals)
{
    key_rat(j, "previous", c->has_previous, c->previous, decimals);
    key_rat(j, "change", c->has_change, c->change, decimals);
    key_rat(j, "change_percent", c->has_percent, c->percent, 1);
    if (c->boundary_changed)
        json_kbool(j, "boundary_changed", true);
}

/* Units that reach a threshold; and what is reached of a plan that adds up over the years: 21/15.
 */
static void k_of_n_json(const struct target *t, const struct assessment *as, struct json *j)
{
    struct dec k, n;
    bool whole = t->basis == TARGET_EVERY && t->compensating && as->has_actual && as->has_plan &&
                 as->actual.den == 1 && as->plan.den == 1 && rat_round(as->actual, 0, &k) &&
                 rat_round(as->plan, 0, &n);

    if (t->basis == TARGET_COUNT) {
        json_ki64(j, "k", as->k);
        json_ki64(j, "n", as->n);
    } else if (whole) {
        json_ki64(j, "k", k.m);
        json_ki64(j, "n", n.m);
    } else {
        json_knull(j, "k");
        json_knull(j, "n");
    }
}

static void target_json(const struct view *v, const struct scoreboard_target *st,
    const struct target_forecast *f, struct json *j)
{
    const struct target *t = &v->catalog->target[st->target];
    const struct indicator *x = st->indicator < 0 ? NULL : &v->catalog->indicator[st->indicator];
    const struct assessment *as = &st->assessment;
    bool counted = t->basis == TARGET_COUNT;
    int decimals = st->decimals;

    if (as->has_actual && st->version && !counted && t->basis != TARGET_DONE)
        decimals = decimals_that_agree(as->actual, rat_of_dec(st->version->value), decimals);
    json_object(j);
    json_kstr(j, "code", t->code);
    key_str(j, "indicator", x ? x->code : STR(""));
    json_kstr(j, "name", t->name.n ? t->name : x ? x->name : STR(""));
    key_str(j, "unit_of_measure", x ? x->unit_of_measure : STR(""));
    json_kstr(j, "comparator", str_of(comparator_name(t->comparator)));
    if (!st->version || t->basis == TARGET_DONE)
        json_knull(j, "value");
    else
        key_dec(j, "value", st->version->value, st->decimals);
    if (st->version && t->comparator == CMP_BETWEEN)
        key_dec(j, "value_to", st->version->value_to, st->decimals);
    else
        json_knull(j, "value_to");
    json_kstr(j, "basis", str_of(target_basis_name(t->basis)));
    key_rat(j, "actual", as->has_actual, as->actual, decimals);
    k_of_n_json(t, as, j);
    key_rat(j, "percent_of_plan", as->has_percent, as->percent_of_plan, 1);
    key_rat(j, "plan", as->has_plan, as->plan, st->decimals);
    compared_json(j, &st->compared, st->decimals);
    json_kstr(j, "status", str_of(target_status_name(as->status)));
    json_kstr(j, "explanation", st->explanation);
    key_str(j, "expectation", str_of(expectation_name(st->expectation)));
    json_ki64(j, "reported", st->total.reported);
    json_ki64(j, "expected", st->total.expected);
    json_kbool(j, "made_up", t->made_up || (st->total.marks & MARK_MADE_UP));
    if (f)
        forecast_json(j, f, st->decimals);
    json_object_end(j);
}

static void indicator_json(
    const struct view *v, const struct scoreboard_indicator *si, struct json *j)
{
    const struct indicator *x = &v->catalog->indicator[si->indicator];
    const struct total *t = &si->total;
    enum figure_status status = t->marks & MARK_ESTIMATE      ? STATUS_ESTIMATE
                                : t->marks & MARK_PRELIMINARY ? STATUS_PRELIMINARY
                                                              : STATUS_FINAL;

    json_object(j);
    json_kstr(j, "indicator", x->code);
    json_kstr(j, "name", x->name);
    json_kstr(j, "unit_of_measure", x->unit_of_measure);
    key_rat(j, "value", t->has, t->value, x->decimals);
    compared_json(j, &si->compared, x->decimals);
    if (t->has)
        json_kstr(j, "status", str_of(figure_status_name(status)));
    else
        json_knull(j, "status");
    key_str(j, "approx", si->approx);
    json_ki64(j, "reported", t->reported);
    json_ki64(j, "expected", t->expected);
    json_kbool(j, "made_up", (t->marks & MARK_MADE_UP) != 0);
    if (t->n) {
        json_ki64(j, "k", t->k);
        json_ki64(j, "n", t->n);
    }
    if (t->has_stated)
        key_rat(j, "stated", true, t->stated, x->decimals);
    json_object_end(j);
}

void scoreboard_json(
    const struct view *v, const struct scoreboard *s, struct arena *a, struct json *j)
{
    struct sbuf period;
    struct day last = period_last_day(s->period);
    const struct unit_version *name = unit_name_on(&v->catalog->units, s->unit, last);

    sbuf_init(&period, a, 40);
    period_put(&period, s->period);
    json_object(j);
    json_kstr(j, "unit", unit_label(v->catalog, s->unit, last));
    json_kstr(j, "unit_name", name ? name->name : STR(""));
    json_kstr(j, "unit_uid", str_of(v->catalog->units.p[s->unit].uid.z));
    json_kstr(j, "period", sbuf_view(&period));
    json_key(j, "sets");
    json_array(j);
    for (size_t i = 0; i < s->sets; i++) {
        const struct scoreboard_set *ss = &s->set[i];
        json_object(j);
        json_kstr(j, "set", v->catalog->set[ss->set].code);
        json_kstr(j, "name", v->catalog->set[ss->set].name);
        json_ki64(j, "met", ss->met);
        json_ki64(j, "total", ss->total);
        json_ki64(j, "expected", ss->expected);
        json_key(j, "targets");
        json_array(j);
        for (size_t k = 0; k < ss->targets; k++)
            target_json(v, &ss->target[k], s->forecast ? &s->forecast[i][k] : NULL, j);
        json_array_end(j);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, "indicators");
    json_array(j);
    for (size_t i = 0; i < s->indicators; i++)
        indicator_json(v, &s->indicator[i], j);
    json_array_end(j);
    json_object_end(j);
}
