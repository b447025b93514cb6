/* scoreboard: see scoreboard.h. Facts come from the engine, judgements from domain/target.h. */
#include "app/scoreboard.h"

#include "app/forecasts.h"
#include "app/resolve.h"
#include "app/table.h"

#define FACT_PERIODS_MAX 1300 /* weeks of a term of 25 years */
#define SCRATCH_MAX ((size_t)256 << 20)

/* Totals that are asked for together. */
struct questions {
    VEC(struct engine_query) q;
    VEC(struct period) later; /* for comparisons: what they are held against */
    struct total *total;
};

/* A target on its way: what it asks next, and where its answers stand. */
struct row {
    struct scoreboard_target st;
    const struct target *t;
    const struct indicator *x; /* NULL: a `done` target without one */
    struct target_facts f;
    struct period *period; /* base periods of the facts, in order */
    size_t left;           /* of these, not yet asked for: from the first on */
    bool open;             /* its facts are not found yet */
    size_t first, asked;   /* its totals among those of the question */
    bool has_before, moved;
    struct rat before;
};

struct board {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    const struct scoreboard_request *q;
    struct actor who;
    enum lang lang;
    struct arena *a, *scratch; /* `scratch` ends with the making */
    struct scoreboard *s;
    VEC(struct row) row;
    VEC(int) followed; /* indicators shown beside the targets */
};

static struct engine_query query(const struct board *b, int indicator, int unit, struct period p)
{
    return (struct engine_query){b->c, indicator, -1, unit, p, b->q->state, b->q->reading, -1};
}

static bool put(
    struct board *b, struct questions *k, int indicator, int unit, struct period p, struct err *err)
{
    return (vec_push(&k->q, b->scratch, query(b, indicator, unit, p)) &&
               vec_push(&k->later, b->scratch, b->q->period)) ||
           err_memory(err);
}

/* `compared`: of earlier periods, to be held against the board's own. */
static bool ask(struct board *b, struct questions *k, bool compared, struct err *err)
{
    k->total = arena_array(b->scratch, k->q.n + 1, sizeof *k->total);
    if (!k->total)
        return err_memory(err);
    return compared ? engine_compared(b->v->engine, k->q.p, k->later.p, k->q.n, k->total, err)
                    : engine_totals(b->v->engine, k->q.p, k->q.n, k->total, err);
}

/* ---- facts ---- */

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
        if (!vec_push(&v, b->scratch, p))
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
    struct engine_query q = query(b, t->indicator, t->unit, p);

    return engine_count(
        b->v->engine, &q, -1, v->threshold_cmp, rat_of_dec(v->threshold), k, n, counted, err);
}

/* Of what is read at its latest, so many periods are asked for at a time. */
#define LATEST_STEP 4

static bool is_level(const struct target *t)
{
    return t->basis == TARGET_LEVEL || t->basis == TARGET_ZERO_STOCK;
}

/* What has to be known of the target; facts that need no total are found at once. */
static bool begin_facts(struct board *b, struct row *r, struct err *err)
{
    const struct target *t = r->t;
    struct target_facts *f = &r->f;
    struct day end = unit_end(&b->c->units, t->unit);

    /* a unit that ended is judged as far as it came */
    *f = (struct target_facts){.today = end.v < b->s->day.v ? end : b->s->day};
    r->open = r->x && r->st.version;
    if (!r->open)
        return true;
    if (t->basis == TARGET_COUNT) {
        f->latest_period = count_period(b, r->x);
        return count_facts(b, t, r->st.version, f->latest_period, &f->k, &f->n, &f->counted, err);
    }
    if (!fact_periods(b, t, &r->period, &r->left, err))
        return false;
    if (is_level(t))
        return true;
    f->values = r->left;
    f->value = arena_array(b->a, r->left ? r->left : 1, sizeof *f->value);
    return f->value || err_memory(err);
}

/* The totals it wants next: all of a flow; of what is read at its latest the newest periods, and
 * after these an entry for the board's own period, or for the span's. */
static bool want(struct board *b, struct row *r, bool first, struct questions *k, struct err *err)
{
    const struct target *t = r->t;
    size_t step = !is_level(t) ? r->left : first ? 1 : LATEST_STEP;

    r->first = k->q.n;
    if (t->basis == TARGET_COUNT)
        return put(b, k, t->indicator, t->unit, r->f.latest_period, err);
    if (is_level(t) && !r->left)
        return put(b, k, t->indicator, t->unit, b->q->period, err);
    r->asked = step < r->left ? step : r->left;
    for (size_t i = 0; i < r->asked; i++) {
        size_t at = is_level(t) ? r->left - 1 - i : i;
        if (!put(b, k, t->indicator, t->unit, r->period[at], err))
            return false;
    }
    return true;
}

static void take_latest(const struct board *b, struct row *r, const struct total *total)
{
    size_t n = r->left ? r->asked : 1;

    for (size_t i = 0; i < n && r->open; i++) {
        r->st.total = total[i];
        r->open = r->left && !total[i].has;
        if (!total[i].has)
            continue;
        r->f.has_latest = true;
        r->f.latest = total[i].value;
        r->f.latest_period = r->left ? r->period[r->left - 1 - i] : b->q->period;
    }
    r->left -= r->left ? r->asked : 0;
}

static void take_flow(struct row *r, const struct total *total)
{
    struct period_value *value = (struct period_value *)(uintptr_t)r->f.value;

    for (size_t i = 0; i < r->asked; i++) {
        const struct total *x = &total[i];
        uint32_t marks = i ? r->st.total.marks : 0;
        value[i] = (struct period_value){r->period[i], x->has, x->value, x->reported, x->expected};
        if (!x->has && i)
            continue;
        r->st.total = *x;
        r->st.total.marks |= marks;
    }
    r->open = false;
}

static void take(const struct board *b, struct row *r, const struct total *total)
{
    if (is_level(r->t)) {
        take_latest(b, r, total);
    } else if (r->t->basis == TARGET_COUNT) {
        r->st.total = *total;
        r->open = false;
    } else {
        take_flow(r, total);
    }
}

/* The facts of all targets, in as few questions as may be. */
static bool gather(struct board *b, struct err *err)
{
    bool open = true;

    for (size_t i = 0; i < b->row.n; i++)
        if (!begin_facts(b, &b->row.p[i], err))
            return false;
    for (bool first = true; open; first = false) {
        struct questions k = {.total = NULL};
        for (size_t i = 0; i < b->row.n; i++)
            if (b->row.p[i].open && !want(b, &b->row.p[i], first, &k, err))
                return false;
        if (!ask(b, &k, false, err))
            return false;
        open = false;
        for (size_t i = 0; i < b->row.n; i++) {
            struct row *r = &b->row.p[i];
            if (r->open)
                take(b, r, &k.total[r->first]);
            open = open || r->open;
        }
    }
    return true;
}

/* ---- the year before ---- */

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

static bool want_before(
    struct board *b, struct row *r, struct period now, struct questions *k, struct err *err)
{
    struct period p;

    if (!period_last_year(now, &p))
        return true;
    r->asked++;
    return put(b, k, r->t->indicator, r->t->unit, p, err);
}

static bool count_before(struct board *b, struct row *r, struct err *err)
{
    struct period p;
    int64_t k, n, counted;

    if (!period_last_year(r->f.latest_period, &p))
        return true;
    if (!count_facts(b, r->t, r->st.version, p, &k, &n, &counted, err))
        return false;
    r->has_before = counted > 0;
    r->before = rat_of_i64(k);
    return true;
}

/* The same fact one year earlier: of what is judged period by period, that of the period shown. */
static bool begin_before(struct board *b, struct row *r, struct questions *k, struct err *err)
{
    const struct target *t = r->t;
    const struct assessment *as = &r->st.assessment;

    r->first = k->q.n;
    r->asked = 0;
    if (!r->x || !r->st.version)
        return true;
    if (t->basis == TARGET_COUNT)
        return count_before(b, r, err);
    if (is_level(t))
        return !r->f.has_latest || want_before(b, r, r->f.latest_period, k, err);
    if (t->basis == TARGET_ZERO_FLOW || (t->basis == TARGET_EVERY && !t->compensating))
        return !as->has_period || want_before(b, r, as->period, k, err);
    if (day_ymd(t->start).year != day_ymd(t->deadline).year)
        return true;
    for (size_t i = 0; i < r->f.values; i++)
        if (r->f.value[i].has && !want_before(b, r, r->f.value[i].period, k, err))
            return false;
    return true;
}

static bool take_before(struct row *r, const struct total *total, struct err *err)
{
    for (size_t i = 0; i < r->asked; i++) {
        const struct total *x = &total[i];
        if (x->has && !rat_add(r->before, x->value, &r->before))
            return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
        r->has_before = r->has_before || x->has;
        r->moved = r->moved || (x->marks & MARK_BOUNDARY);
    }
    return true;
}

/* ---- judgements ---- */

static bool explain(
    struct board *b, const struct indicator *x, struct scoreboard_target *st, struct err *err)
{
    struct sbuf out;

    sbuf_init(&out, b->a, 1000);
    assessment_put_sentence(&out, b->lang, &st->assessment, x ? x->unit_of_measure : STR(""));
    st->explanation = sbuf_view(&out);
    return !out.failed || err_memory(err);
}

static bool judge(struct board *b, struct row *r, struct err *err)
{
    struct scoreboard_target *st = &r->st;

    if (!st->version) {
        st->assessment = (struct assessment){
            .status = TARGET_NOT_YET, .sentence = MSG_target_sentence_no_version};
        return explain(b, r->x, st, err);
    }
    return target_assess(r->t, st->version, &r->f, app_thresholds(b->app, b->s->day),
               r->x ? r->x->direction : DIRECTION_NEITHER, st->decimals, &st->assessment, err) &&
           explain(b, r->x, st, err);
}

static bool hold_against(struct row *r, const struct total *total, struct err *err)
{
    struct scoreboard_target *st = &r->st;

    if (!take_before(r, total, err))
        return false;
    if (r->x && st->version &&
        !compare(r->x, st->assessment.has_actual, st->assessment.actual, r->has_before, r->before,
            &st->compared, err))
        return false;
    st->compared.boundary_changed = r->moved;
    return true;
}

/* Everything of the targets chosen. */
static bool judge_all(struct board *b, struct err *err)
{
    struct questions k = {.total = NULL};

    if (!gather(b, err))
        return false;
    for (size_t i = 0; i < b->row.n; i++)
        if (!judge(b, &b->row.p[i], err) || !begin_before(b, &b->row.p[i], &k, err))
            return false;
    if (!ask(b, &k, true, err))
        return false;
    for (size_t i = 0; i < b->row.n; i++)
        if (!hold_against(&b->row.p[i], &k.total[b->row.p[i].first], err))
            return false;
    return true;
}

/* ---- which targets ---- */

static bool in_span(const struct board *b, const struct target_set *set)
{
    return set->start.v <= period_last_day(b->q->period).v &&
           set->end.v > period_first_day(b->q->period).v;
}

static bool choose_target(struct board *b, int index, struct err *err)
{
    const struct target *t = &b->c->target[index];
    const struct indicator *x = t->indicator < 0 ? NULL : &b->c->indicator[t->indicator];
    struct day before = day_add(b->s->day, -1);
    const struct own_expectation *own = target_expectation_on(t, before);
    struct row r = {.t = t, .x = x, .before = rat_of_i64(0)};

    if (x && !must_read_indicator(b->v, b->who, x, t->unit, period_last_day(b->q->period), NULL))
        return true;
    r.st = (struct scoreboard_target){.target = index,
        .indicator = t->indicator,
        .version = target_version_on(t, before, b->q->original),
        .expectation = own ? own->expectation : EXPECT_NONE,
        .decimals = !x || t->basis == TARGET_COUNT ? 0 : x->decimals};
    return vec_push(&b->row, b->scratch, r) || err_memory(err);
}

/* Those of the unit, set by set, as the catalogue has them. */
static bool choose_targets(struct board *b, struct err *err)
{
    size_t n;
    const int *of = catalog_targets_of(b->c, b->s->unit, &n);

    for (size_t i = 0; i < n; i++) {
        const struct target_set *set = &b->c->set[b->c->target[of[i]].set];
        if ((b->q->set.n ? str_eq(set->code, b->q->set) : in_span(b, set)) &&
            !choose_target(b, of[i], err))
            return false;
    }
    return true;
}

/* The rows, which stand set by set, as the board shows them. */
static bool fill_sets(struct board *b, struct err *err)
{
    struct scoreboard *s = b->s;
    struct scoreboard_target *all = arena_array(b->a, b->row.n + 1, sizeof *all);

    s->set = arena_array(b->a, b->row.n + 1, sizeof *s->set);
    if (!s->set || !all)
        return err_memory(err);
    for (size_t i = 0; i < b->row.n; i++) {
        int set = b->row.p[i].t->set;
        if (!s->sets || s->set[s->sets - 1].set != set)
            s->set[s->sets++] = (struct scoreboard_set){.set = set, .target = &all[i]};
        struct scoreboard_set *ss = &s->set[s->sets - 1];
        all[i] = b->row.p[i].st;
        ss->targets++;
        ss->total++;
        ss->met += all[i].assessment.counts_as_met;
        ss->expected += all[i].expectation == EXPECT_MET;
    }
    return true;
}

/* ---- the followed indicators ---- */

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

static bool fill_indicator(struct board *b, int i, const struct total *now,
    const struct total *before, struct scoreboard_indicator *ret, struct err *err)
{
    const struct indicator *x = &b->c->indicator[i];

    *ret = (struct scoreboard_indicator){.indicator = i, .total = *now, .approx = STR("")};
    if (now->marks & MARK_APPROX)
        ret->approx = approx_word(b, x, err);
    if (!compare(x, now->has, now->value, before->has, before->value, &ret->compared, err))
        return false;
    ret->compared.boundary_changed = (before->marks & MARK_BOUNDARY) != 0;
    return true;
}

/* Those that no target shown asks for. */
static bool choose_indicators(struct board *b, struct err *err)
{
    struct map targeted;

    map_init(&targeted, b->scratch);
    for (size_t i = 0; i < b->row.n; i++)
        if (!map_put(&targeted, (uint64_t)(b->row.p[i].t->indicator + 1), 1))
            return err_memory(err);
    for (size_t i = 0; i < b->c->indicators; i++)
        if (b->c->indicator[i].followed && !map_has(&targeted, i + 1) &&
            must_read_indicator(b->v, b->who, &b->c->indicator[i], b->s->unit,
                period_last_day(b->q->period), NULL) &&
            !vec_push(&b->followed, b->scratch, (int)i))
            return err_memory(err);
    return true;
}

static bool add_indicators(struct board *b, struct err *err)
{
    struct questions now = {.total = NULL}, before = {.total = NULL};
    struct period p;
    bool has_before = period_last_year(b->q->period, &p);
    static const struct total none;

    if (!choose_indicators(b, err))
        return false;
    for (size_t i = 0; i < b->followed.n; i++)
        if (!put(b, &now, b->followed.p[i], b->s->unit, b->q->period, err) ||
            (has_before && !put(b, &before, b->followed.p[i], b->s->unit, p, err)))
            return false;
    b->s->indicator = arena_array(b->a, b->followed.n + 1, sizeof *b->s->indicator);
    if (!b->s->indicator)
        return err_memory(err);
    if (!ask(b, &now, false, err) || !ask(b, &before, true, err))
        return false;
    for (size_t i = 0; i < b->followed.n; i++) {
        int x = b->followed.p[i];
        const struct total *t = &now.total[i];
        /* of what nobody here is asked for, only what there is */
        if (!t->has && (t->expected == 0 || b->c->indicator[x].form < 0))
            continue;
        if (!fill_indicator(b, x, t, has_before ? &before.total[i] : &none,
                &b->s->indicator[b->s->indicators++], err))
            return false;
    }
    return true;
}

bool scoreboard_make(struct app *app, const struct view *v, struct actor who,
    const struct scoreboard_request *q, enum lang lang, struct arena *a, struct scoreboard *ret,
    struct err *err)
{
    ARENA_AUTO scratch;
    struct board b = {.app = app,
        .v = v,
        .c = v->catalog,
        .q = q,
        .who = who,
        .lang = lang,
        .a = a,
        .scratch = &scratch,
        .s = ret};
    struct day after = day_add(period_last_day(q->period), 1);

    arena_init(&scratch, SCRATCH_MAX);
    *ret = (struct scoreboard){.period = q->period};
    ret->unit = resolve_unit_reading(v->catalog, q->unit, q->period, q->reading, err);
    if (ret->unit < 0 || !must(v->catalog, v->today, who, RIGHT_READ, ret->unit,
                             period_last_day(q->period), STR(""), STR(""), err))
        return false;
    ret->day = after.v < v->today.v ? after : v->today;
    if (q->set.n && catalog_set(v->catalog, q->set, err) < 0)
        return false;
    return choose_targets(&b, err) && judge_all(&b, err) && fill_sets(&b, err) &&
           add_indicators(&b, err);
}
