/* model: see model.h. */
#include "model.h"

#include <assert.h>
#include <stdlib.h>

#include "domain/formula.h"
#include "fate.h"

enum { BASES = 1100 };

long model_closed;

/* Who reports, as far as it was asked for. */
static struct arena memory;
static struct map known;

void model_init(struct model *m, const struct catalog *c)
{
    *m = (struct model){.c = c};
    arena_init(&m->arena, (size_t)1 << 32);
    map_init(&m->at, &m->arena);
}

void model_free(struct model *m)
{
    free(m->list);
    arena_free(&m->arena);
    arena_free(&memory);
}

static uint64_t key(int64_t series, int64_t period, int64_t unit)
{
    return (uint64_t)series << 40 | (uint64_t)period << 16 | (uint64_t)unit;
}

void model_set(struct model *m, const struct engine_change *ch)
{
    uint64_t i;

    if (!map_get(&m->at, key(ch->series.v, ch->period, ch->cell.unit.v), &i)) {
        i = m->n++;
        if (m->n > m->cap) {
            m->cap = m->cap ? m->cap * 2 : 256;
            m->list = realloc(m->list, m->cap * sizeof *m->list);
        }
        map_put(&m->at, key(ch->series.v, ch->period, ch->cell.unit.v), i);
    }
    m->list[i] = *ch;
}

bool model_each(const struct model *m, struct series_id series, int64_t period,
    bool (*sink)(void *ctx, const struct engine_cell *cell), void *ctx)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->list[i].series.v == series.v && m->list[i].period == period &&
            !sink(ctx, &m->list[i].cell))
            return false;
    return true;
}

/* One question on its way down. */
struct question {
    const struct model *m;
    int indicator, series; /* series -1: own */
    enum total_state state;
    enum line line;
    bool restated; /* on the units of `on` */
    struct day on;
};

struct value {
    bool has, covered;
    struct rat v;
    uint32_t marks;
};
static const struct value nothing = {.v = {0, 1}};

static void add(struct rat *to, struct rat v)
{
    bool ok = rat_add(*to, v, to);
    assert(ok);
}

static struct rat quotient(struct rat a, struct rat b)
{
    struct rat r;
    bool ok = rat_div(a, b, &r);
    assert(ok);
    return r;
}

/* At 12 decimals, half away from zero. */
static struct rat settled(struct rat v)
{
    i128 unit = (i128)1000000000000, n = v.num < 0 ? -v.num : v.num;
    i128 whole = n / v.den, rest = n % v.den;

    assert(rest < ((i128)1 << 126) / unit);
    rest = (2 * rest * unit + v.den) / (2 * v.den);
    struct rat r;
    bool ok = rat_make((v.num < 0 ? -1 : 1) * (whole * unit + rest), unit, &r);
    assert(ok);
    return r;
}

static const struct indicator *indicator_of(const struct question *q)
{
    return &q->m->c->indicator[q->indicator];
}

static bool is_computed(const struct question *q)
{
    return q->series < 0 && indicator_of(q)->formula;
}

static struct value figure(const struct question *q, struct period p, int unit)
{
    const struct catalog *c = q->m->c;
    int series = q->series >= 0 ? q->series : indicator_of(q)->series;
    uint64_t i;

    if (!map_get(&q->m->at, key(c->series[series].id.v, period_code(p), c->units.p[unit].id.v), &i))
        return nothing;
    struct cell_value v = q->state == TOTAL_PROVISIONAL ? q->m->list[i].cell.provisional
                                                        : q->m->list[i].cell.approved;
    if (!v.has)
        return nothing;
    struct value r = {true, true, {0, 1}, 0};
    rat_make(v.value, pow10_i64(indicator_of(q)->decimals), &r.v);
    r.marks |= v.flags & FIGURE_MADE_UP ? MARK_MADE_UP : 0;
    r.marks |= v.flags & FIGURE_APPROX ? MARK_APPROX : 0;
    r.marks |= (v.flags & FIGURE_STATUS) == STATUS_ESTIMATE ? MARK_ESTIMATE : 0;
    r.marks |= (v.flags & FIGURE_STATUS) == STATUS_PRELIMINARY ? MARK_PRELIMINARY : 0;
    return r;
}

/* ---- who reports ---- */

static bool has_child(const struct units *us, int unit, enum line line, struct day day)
{
    for (size_t i = 0; i < us->n; i++)
        if (unit_on_line(us, (int)i, line, day) && unit_parent_on(us, (int)i, line, day) == unit)
            return true;
    return false;
}

static bool may_report(
    const struct catalog *c, int indicator, int unit, enum line line, struct day day)
{
    const struct indicator *x = &c->indicator[indicator];
    bool named = false;

    if (!unit_on_line(&c->units, unit, line, day) || !catalog_applicable(c, indicator, unit, day))
        return false;
    if (!x->reporting_kinds)
        return !has_child(&c->units, unit, line, day);
    const struct kind *k = &c->units.kinds.p[unit_kind_on(&c->units, unit, day)];
    for (size_t i = 0; i < x->reporting_kinds; i++)
        named |= str_eq(k->key, x->reported_by[i]) || str_eq(k->group, x->reported_by[i]);
    return named;
}

static bool reports_by_definition(
    const struct catalog *c, int indicator, int unit, enum line line, struct day day)
{
    if (!may_report(c, indicator, unit, line, day))
        return false;
    for (size_t i = 0; i < c->units.n; i++)
        if ((int)i != unit && may_report(c, indicator, (int)i, line, day) &&
            unit_under(&c->units, (int)i, unit, line, day))
            return false;
    return true;
}

void model_catalog(struct model *m, const struct catalog *c)
{
    m->c = c;
    arena_free(&memory);
    arena_init(&memory, (size_t)1 << 32);
    map_init(&known, &memory);
}

/* The same, remembered: who reports does not depend on figures. */
static bool reports(
    const struct catalog *c, int indicator, int unit, enum line line, struct day day)
{
    uint64_t k = (uint64_t)indicator << 48 | (uint64_t)line << 44 | (uint64_t)unit << 24 |
                 (uint64_t)day.v,
             v;

    if (!map_get(&known, k, &v)) {
        v = reports_by_definition(c, indicator, unit, line, day);
        map_put(&known, k, v);
    }
    return v;
}

/* The units that report at or under `top`. */
static size_t reporters(
    const struct catalog *c, int indicator, int top, enum line line, struct day day, int *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < c->units.n; i++)
        if (unit_on_line(&c->units, top, line, day) &&
            unit_under(&c->units, (int)i, top, line, day) &&
            reports(c, indicator, (int)i, line, day))
            ret[n++] = (int)i;
    return n;
}

/* Its last day lies inside the period, before the period's last, and it reports on that day. */
static bool closes_in(
    const struct catalog *c, int indicator, int unit, enum line line, struct period p)
{
    struct day end = unit_end(&c->units, unit);

    return end.v > period_first_day(p).v && end.v <= period_last_day(p).v &&
           reports(c, indicator, unit, line, day_add(end, -1));
}

static bool closed_under(
    const struct catalog *c, int indicator, int unit, int top, enum line line, struct period p)
{
    return closes_in(c, indicator, unit, line, p) &&
           unit_under(&c->units, unit, top, line, day_add(unit_end(&c->units, unit), -1));
}

static bool parts_add(const struct indicator *x)
{
    return x->over_units == UNITS_SUM && x->over_time == TIME_SUM;
}

/* ---- what a unit gives in each base period of a longer one ---- */

struct row {
    struct period p[BASES];
    struct value v[BASES];
    size_t n;
};

static bool ask(const struct question *q, int unit, struct period p, struct total *ret);
static bool formula_at(const struct question *q, int unit, struct period p, struct total *ret);

static bool stands_alone(const struct indicator *x, struct period p)
{
    enum frequency f;

    if (period_frequency(p, &f) && f == x->frequency)
        return false;
    return x->over_time == TIME_NONE || x->over_time == TIME_RATIO ||
           !period_covered(p, x->frequency);
}

static void lay(struct row *r, const struct indicator *x, struct period p)
{
    enum frequency f;

    r->n = 1;
    r->p[0] = p;
    if (!stands_alone(x, p) && !(period_frequency(p, &f) && f == x->frequency)) {
        r->n = period_bases(p, x->frequency, r->p, BASES);
        if (!r->n) {
            r->n = 1;
            r->p[0] = p;
        }
    }
    for (size_t i = 0; i < r->n; i++)
        r->v[i] = nothing;
}

/* From the longest entries down. */
static void place(const struct question *q, struct row *r, int unit, struct period p)
{
    enum over_time t = indicator_of(q)->over_time;
    struct value v = figure(q, p, unit);
    struct period split[PERIOD_SPLIT_MAX];
    size_t last = BASES;

    if (!v.has) {
        size_t n = period_split(p, indicator_of(q)->frequency, split);
        for (size_t i = 0; i < n; i++)
            place(q, r, unit, split[i]);
        return;
    }
    for (size_t i = 0; i < r->n; i++)
        if (period_contains(p, r->p[i])) {
            last = i;
            r->v[i] = v;
            r->v[i].has = t == TIME_MEAN || t == TIME_MIN || t == TIME_MAX;
        }
    if (last < BASES)
        r->v[last].has = true;
}

/* The sum since January at the end of `base`: of all periods that name this end, the longest. */
static struct value to_date(const struct question *q, int unit, struct period base)
{
    struct value best = nothing;
    int64_t best_code = 0;

    for (int kind = PERIOD_MONTH; kind <= PERIOD_YEAR; kind++)
        for (int index = 0; index <= 12; index++) {
            struct period p;
            if (!period_make((enum period_kind)kind, index, base.year, 0, &p) ||
                period_last_day(p).v != period_last_day(base).v ||
                (period_first_day(p).v > period_first_day(base).v))
                continue;
            struct value v = figure(q, p, unit);
            if (v.has && period_code(p) > best_code) {
                best = v;
                best_code = period_code(p);
            }
        }
    return best;
}

static void differences(const struct question *q, struct row *r, int unit)
{
    bool strict = indicator_of(q)->over_time != TIME_SUM;
    struct value before = nothing;
    size_t since = 0;

    for (size_t i = 0; i < r->n; i++) {
        struct period prev;
        if (i == 0 || r->p[i - 1].year != r->p[i].year) {
            before = nothing;
            if (!period_previous(r->p[i], &prev) || prev.year != r->p[i].year)
                before.has = true;
            else
                before = to_date(q, unit, prev);
            since = i;
        }
        struct value now = to_date(q, unit, r->p[i]);
        if (now.has && before.has) {
            r->v[i] = now;
            rat_sub(now.v, before.v, &r->v[i].v);
            for (size_t k = since; k <= i; k++)
                r->v[k].covered = true;
        }
        if (now.has || strict) {
            before = now;
            since = i + 1;
        }
    }
}

static bool fill(const struct question *q, struct row *r, int unit, struct period p)
{
    const struct indicator *x = indicator_of(q);
    bool alone = stands_alone(x, p);

    lay(r, x, p);
    if (is_computed(q)) {
        for (size_t i = 0; i < r->n && !(alone && x->over_time != TIME_RATIO); i++) {
            struct total t;
            struct question then = *q;
            then.restated = false;
            if (!formula_at(&then, unit, r->p[i], &t))
                return false;
            r->v[i] = (struct value){t.has, t.has, settled(t.value), t.marks};
        }
    } else if (x->entered == ENTERED_YEAR_TO_DATE && alone) {
        struct period since;
        if (period_to_date(p, &since) && period_eq(since, p))
            r->v[0] = figure(q, p, unit);
    } else if (x->entered == ENTERED_YEAR_TO_DATE) {
        differences(q, r, unit);
    } else if (alone) {
        r->v[0] = figure(q, p, unit);
    } else {
        place(q, r, unit, p);
    }
    return true;
}

/* ---- over units, over time ---- */

struct sum {
    bool bounded;
    struct rat low, high;
    bool has;
    struct rat v, weight;
    int64_t n, reported, expected;
    uint32_t marks;
};

static void take(struct sum *s, enum over_units rule, struct value v, struct rat weight)
{
    struct rat part = v.v;

    s->marks |= v.marks;
    s->n++;
    if (rule == UNITS_MEAN) {
        bool ok = rat_mul(v.v, weight, &part);
        assert(ok);
        add(&s->weight, weight);
    }
    if (!s->has)
        s->v = part;
    else if (rule == UNITS_MIN || rule == UNITS_MAX)
        s->v = (rat_cmp(part, s->v) < 0) == (rule == UNITS_MIN) ? part : s->v;
    else
        add(&s->v, part);
    s->has = true;
}

static bool weight(const struct question *q, int unit, struct period p, struct value *ret)
{
    const struct indicator *x = indicator_of(q);
    struct question w = *q;
    struct total t;
    enum frequency f;

    *ret = (struct value){true, true, {1, 1}, 0};
    if (x->weight < 0)
        return true;
    w.indicator = x->weight;
    w.series = -1;
    w.restated = false;
    enum frequency want = q->m->c->indicator[x->weight].frequency;
    bool same = period_frequency(p, &f) && f == want;
    if (!same && !period_covered(p, want) && !period_of_day(want, period_last_day(p), &p)) {
        *ret = nothing;
        return true;
    }
    if (!ask(&w, unit, p, &t))
        return false;
    *ret = (struct value){t.has, t.has, t.has ? settled(t.value) : t.value, 0};
    return true;
}

/* ---- on the units of another day ---- */

static uint64_t place_of(const struct question *q, int top)
{
    const struct units *us = &q->m->c->units;
    uint64_t mask = 0;

    assert(us->n < NOWHERE);
    for (size_t u = 0; u < us->n; u++)
        if (unit_on_line(us, top, q->line, q->on) && unit_on_line(us, (int)u, q->line, q->on) &&
            unit_under(us, (int)u, top, q->line, q->on))
            mask |= (uint64_t)1 << u;
    return mask;
}

static struct fate fate_for(const struct question *q, int unit, struct day from)
{
    return fate_of(q->m->c, indicator_of(q)->basis, unit, from, q->on);
}

static void place_value(
    const struct question *q, struct fate f, struct value v, uint64_t place, struct sum *ret)
{
    int64_t scale = pow10_i64(is_computed(q) ? 12 : indicator_of(q)->decimals);
    bool inside = false, outside = false;
    struct rat r;

    assert(scale % v.v.den == 0);
    fate_cut(&f, v.v.num * (scale / (int64_t)v.v.den));
    for (int i = 0; i < f.n; i++) {
        uint64_t here = f.p[i].among & place;
        rat_make(f.p[i].amount, scale, &r);
        inside |= here != 0;
        outside |= here == 0;
        if (here == f.p[i].among || (here && f.p[i].amount < 0))
            add(&ret->low, r);
        if (here == f.p[i].among || (here && f.p[i].amount > 0))
            add(&ret->high, r);
    }
    ret->has = true;
    ret->marks |=
        v.marks | (inside && outside ? MARK_ESTIMATED : 0) | (f.moved ? MARK_RESTATED : 0);
}

static void close_bounds(struct sum *s)
{
    s->bounded = s->has && rat_cmp(s->low, s->high) != 0;
    s->has = s->has && !s->bounded;
    s->v = s->low;
}

/* No reporting unit's figure belongs there. */
static void own_or_nothing(
    const struct question *q, int unit, struct day from, struct value own, struct sum *ret)
{
    struct fate mine = fate_for(q, unit, from);

    if (mine.moved || is_computed(q))
        return;
    ret->has = own.has;
    ret->v = own.v;
    ret->marks = own.has ? own.marks | MARK_STATED : 0;
}

static void finish(const struct indicator *x, uint32_t carried, struct sum *ret)
{
    bool alone = x->over_units == UNITS_NONE || x->over_units == UNITS_RATIO;

    if (x->over_units == UNITS_SUM) {
        close_bounds(ret);
        return;
    }
    if (ret->n && x->over_units == UNITS_MEAN) {
        ret->has = !rat_is_zero(ret->weight);
        if (ret->has)
            ret->v = quotient(ret->v, ret->weight);
    }
    if (alone && (ret->expected != 1 || ret->n != 1))
        *ret = (struct sum){.v = {0, 1}, .reported = ret->reported, .expected = ret->expected};
    else
        ret->marks |= carried;
}

static bool restated_total(
    const struct question *q, int unit, struct period whole, size_t b, struct sum *ret)
{
    const struct catalog *c = q->m->c;
    const struct indicator *x = indicator_of(q);
    struct row *r = malloc(sizeof *r);
    bool ok = fill(q, r, unit, whole);
    struct period p = r->p[b];
    struct day from = period_last_day(p);
    struct value own = r->v[b];
    uint64_t place = place_of(q, unit);
    uint32_t carried = 0;

    *ret = (struct sum){.v = {0, 1}, .weight = {0, 1}, .low = {0, 1}, .high = {0, 1}};
    bool alone = x->over_units == UNITS_NONE || x->over_units == UNITS_RATIO;
    if (alone && own.covered && !is_computed(q) && !fate_for(q, unit, from).moved) {
        ret->has = own.has;
        ret->v = own.v;
        ret->marks = own.marks;
        ret->reported = ret->expected = 1;
        free(r);
        return ok;
    }
    int64_t closed = 0, closed_covered = 0;
    for (size_t u = 0; ok && u < c->units.n; u++) {
        bool living = reports(c, q->indicator, (int)u, q->line, from);
        bool closing = parts_add(x) && closes_in(c, q->indicator, (int)u, q->line, p);
        if (!living && !closing)
            continue;
        struct fate f =
            fate_for(q, (int)u, living ? from : day_add(unit_end(&c->units, (int)u), -1));
        struct value w = nothing;
        if (!fate_touches(&f, place))
            continue;
        ok = fill(q, r, (int)u, whole) && weight(q, (int)u, p, &w);
        struct value v = r->v[b];
        if (closing && !v.covered)
            continue; /* nobody waits for it */
        ret->expected += living;
        closed += closing;
        if (v.has && x->over_units == UNITS_MEAN && !w.has)
            v = nothing;
        ret->reported += living && v.covered;
        closed_covered += closing && v.covered;
        if (!ok || !v.has)
            continue;
        if (x->over_units == UNITS_SUM) {
            place_value(q, f, v, place, ret);
            continue;
        }
        carried |= (fate_within(&f, place) ? 0 : MARK_CARRIED) | (f.moved ? MARK_RESTATED : 0);
        take(ret, x->over_units, v, w.v);
    }
    if (!ret->expected && closed) {
        ret->expected = closed;
        ret->reported = closed_covered;
    }
    if (ret->expected)
        finish(x, carried, ret);
    else
        own_or_nothing(q, unit, from, own, ret);
    free(r);
    return ok;
}

/* Units that ended inside the base period. Of a unit that is there no more itself they are all
 * there is; to that of a living one they are added where parts of a period add up. */
static bool add_closed(const struct question *q, int unit, struct period whole, size_t b,
    const struct value *own, struct row *r, struct sum *ret, bool *inner)
{
    const struct catalog *c = q->m->c;
    const struct indicator *x = indicator_of(q);
    struct period p = r->p[b];
    bool there = unit_on_line(&c->units, unit, q->line, period_last_day(p)), ok = true, any = false;
    struct sum sum = {.v = {0, 1}, .weight = {0, 1}};

    if (there && (!parts_add(x) || (own && own->has)))
        return true;
    for (size_t u = 0; ok && u < c->units.n; u++) {
        struct value w = nothing;
        if (!closed_under(c, q->indicator, (int)u, unit, q->line, p))
            continue;
        any = true;
        *inner |= !there && (int)u != unit;
        if (!parts_add(x) && unit_end(&c->units, (int)u).v != unit_end(&c->units, unit).v)
            continue;
        ok = fill(q, r, (int)u, whole) && weight(q, (int)u, p, &w);
        struct value v = r->v[b];
        if (v.has && x->over_units == UNITS_MEAN && !w.has)
            v = nothing;
        sum.expected++;
        sum.reported += v.covered;
        if (ok && v.has)
            take(&sum, x->over_units, v, w.v);
        model_closed += v.has && there;
    }
    if (!there && any)
        *ret = sum;
    else if (sum.has)
        take(ret, x->over_units, (struct value){true, true, sum.v, sum.marks}, (struct rat){1, 1});
    return ok;
}

static bool base_total(
    const struct question *q, int unit, struct period whole, size_t b, struct sum *ret, bool *inner)
{
    const struct catalog *c = q->m->c;
    const struct indicator *x = indicator_of(q);
    struct row *r = malloc(sizeof *r);
    int *who = malloc((c->units.n + 1) * sizeof *who);
    bool ok = fill(q, r, unit, whole);
    struct period p = r->p[b];
    struct value own = r->v[b];
    size_t n = reporters(c, q->indicator, unit, q->line, period_last_day(p), who);
    bool alone = !is_computed(q) && (x->over_units == UNITS_NONE || x->over_units == UNITS_RATIO);

    *ret = (struct sum){.v = {0, 1}, .weight = {0, 1}, .expected = (int64_t)n};
    *inner = n > 0 && !alone && !(n == 1 && who[0] == unit);
    if (alone && own.covered) {
        *ret = (struct sum){.has = own.has,
            .v = own.v,
            .weight = {0, 1},
            .n = 1,
            .reported = 1,
            .expected = 1,
            .marks = own.marks};
    } else if (n == 0) {
        ret->has = own.has;
        ret->v = own.v;
        ret->marks = own.marks | (own.has && !is_computed(q) && !alone ? MARK_STATED : 0);
    }
    for (size_t i = 0; ok && i < n && !(alone && own.covered); i++) {
        struct value w = nothing;
        ok = fill(q, r, who[i], whole);
        struct value v = r->v[b];
        if (alone) {
            ret->reported += v.covered;
            continue;
        }
        ok = ok && weight(q, who[i], p, &w);
        if (v.has && x->over_units == UNITS_MEAN && !w.has)
            v = nothing;
        ret->reported += v.covered;
        if (ok && v.has)
            take(ret, x->over_units, v, w.v);
    }
    ok = ok && (alone || add_closed(q, unit, whole, b, n == 0 ? &own : NULL, r, ret, inner));
    if (ret->n && x->over_units == UNITS_MEAN && !alone) {
        ret->has = !rat_is_zero(ret->weight);
        if (ret->has)
            ret->v = quotient(ret->v, ret->weight);
    }
    free(who);
    free(r);
    return ok;
}

static struct sum over_time_of_values(enum over_time rule, const struct sum *s, size_t n)
{
    struct sum r = {.v = {0, 1}};

    for (size_t i = 0; i < n; i++) {
        r.reported += s[i].reported;
        r.expected += s[i].expected;
        if (!s[i].has)
            continue;
        r.n++;
        bool adds = n > 1 && (rule == TIME_SUM || rule == TIME_MEAN);
        struct rat v = adds ? settled(s[i].v) : s[i].v;
        if (rule == TIME_LAST)
            r.marks = 0;
        r.marks |= s[i].marks;
        if (!r.has || rule == TIME_LAST)
            r.v = v;
        else if (rule == TIME_MIN || rule == TIME_MAX)
            r.v = (rat_cmp(v, r.v) < 0) == (rule == TIME_MIN) ? v : r.v;
        else
            add(&r.v, v);
        r.has = true;
    }
    if (r.has && rule == TIME_MEAN)
        r.v = quotient(r.v, rat_of_i64(r.n));
    return r;
}

static struct sum over_time(enum over_time rule, const struct sum *s, size_t n)
{
    struct sum *edge = calloc(n, sizeof *edge), r[2];
    bool bounded = false;

    for (int high = 0; high < 2; high++) {
        for (size_t i = 0; i < n; i++) {
            edge[i] = s[i];
            bounded |= s[i].bounded;
            if (s[i].bounded) {
                edge[i].has = true;
                edge[i].v = high ? s[i].high : s[i].low;
            }
        }
        r[high] = over_time_of_values(rule, edge, n);
    }
    free(edge);
    if (bounded && rat_cmp(r[0].v, r[1].v) != 0) {
        r[0].bounded = true;
        r[0].has = false;
        r[0].low = r[0].v;
        r[0].high = r[1].v;
    }
    return r[0];
}

static bool plain(const struct question *q, int unit, struct period p, struct total *ret)
{
    const struct indicator *x = indicator_of(q);
    struct row *r = malloc(sizeof *r);
    struct sum *s = calloc(BASES, sizeof *s);
    bool inner = false, ok = fill(q, r, unit, p);
    bool some = false, all = true;

    for (struct day d = period_first_day(p); d.v <= period_last_day(p).v; d = day_add(d, 1)) {
        bool alive = unit_alive(&q->m->c->units, unit, d);
        some |= alive;
        all &= alive;
    }
    for (size_t b = 0; ok && b < r->n; b++) {
        bool here;
        here = false;
        ok = q->restated ? restated_total(q, unit, p, b, &s[b])
                         : base_total(q, unit, p, b, &s[b], &here);
        inner |= here;
    }
    struct sum t = over_time(x->over_time, s, r->n);
    *ret = (struct total){.has = t.has,
        .value = t.v,
        .reported = t.reported,
        .expected = t.expected,
        .has_bounds = t.bounded,
        .low = t.low,
        .high = t.high,
        .marks = t.marks | (t.bounded ? MARK_BOUNDED : 0) |
                 (!q->restated && some && !all ? MARK_PARTIAL : 0)};
    for (size_t b = 0; b < r->n; b++)
        s[b] = (struct sum){.has = r->v[b].has, .v = r->v[b].v, .marks = r->v[b].marks};
    struct sum own = over_time(x->over_time, s, r->n);
    if (ok && inner && own.has && !is_computed(q)) {
        ret->has_stated = true;
        ret->stated = own.v;
        if (!t.has || rat_cmp(t.v, own.v) != 0)
            ret->marks |= MARK_STATED;
        else if (!(own.marks & MARK_MADE_UP))
            ret->marks &= ~(uint32_t)MARK_MADE_UP;
    }
    free(s);
    free(r);
    return ok;
}

/* ---- formulas ---- */

struct context {
    const struct question *q;
    int unit;
    struct period p;
    int group[200];
    struct sum value[200];
    int n;
    uint32_t marks;
    bool share;
    int64_t counted;
};

static struct question operand(const struct question *q, int i)
{
    struct question r = *q;
    int series;

    catalog_operand(q->m->c, i, &r.indicator, &series);
    r.series = i < (int)q->m->c->indicators ? -1 : series;
    return r;
}

static struct formula_value plan(
    const struct question *q, int indicator, int unit, struct period p, struct str set)
{
    const struct units *us = &q->m->c->units;
    struct formula_value sum = {.number = {0, 1}};
    struct day day = q->restated ? q->on : period_last_day(p);
    struct dec own;

    for (size_t i = 0; i < us->n; i++)
        if (unit_on_line(us, unit, q->line, day) && unit_on_line(us, (int)i, q->line, day) &&
            unit_parent_on(us, (int)i, q->line, day) == unit) {
            struct formula_value part = plan(q, indicator, (int)i, p, set);
            if (part.has)
                add(&sum.number, part.number);
            sum.has |= part.has;
        }
    if (!sum.has && catalog_plan(q->m->c, indicator, unit, p, set, &own))
        sum = (struct formula_value){.has = true, .number = rat_of_dec(own)};
    return sum;
}

static bool compared(const struct question *q, int unit, struct period earlier, struct period later,
    struct total *ret);

static bool get(void *ctx, int i, enum formula_op how, struct str set, struct formula_value *ret,
    struct err *err)
{
    struct context *x = ctx;
    struct question q = operand(x->q, i);
    struct period p = x->p;
    struct total t;
    bool there = true;

    (void)err;
    *ret = (struct formula_value){.has = false};
    if (how == F_PLAN) {
        *ret = plan(&q, q.indicator, x->unit, p, set);
        return true;
    }
    if (how == F_PREV)
        there = period_previous(x->p, &p);
    if (how == F_LAST_YEAR)
        there = period_last_year(x->p, &p);
    if (how == F_CUMULATIVE)
        there = period_to_date(x->p, &p);
    if (!there)
        return true;
    for (int k = 0; how == F_NAME && k < x->n; k++)
        if (x->group[k] == i) {
            *ret = (struct formula_value){.has = x->value[k].has, .number = x->value[k].v};
            x->marks |= x->value[k].marks | (x->value[k].bounded ? MARK_BOUNDED : 0);
            return true;
        }
    bool earlier = how == F_PREV || how == F_LAST_YEAR;
    if (!(earlier ? compared(&q, x->unit, p, x->p, &t) : ask(&q, x->unit, p, &t)))
        return false;
    x->marks |= t.marks;
    *ret = (struct formula_value){.has = t.has, .number = t.value};
    return true;
}

/* Names under a node; skips what stands in prev(x) and the like, or in a share, where `direct`. */
static void names(const struct formula *f, int node, bool direct, int *ret, int *n)
{
    const struct formula_node *d = &f->node[node];
    bool wraps = d->op == F_PREV || d->op == F_LAST_YEAR || d->op == F_CUMULATIVE ||
                 d->op == F_PLAN || d->op == F_SHARE;

    for (int i = 0; i < *n && d->op == F_NAME; i++)
        if (ret[i] == d->operand)
            return;
    if (d->op == F_NAME)
        ret[(*n)++] = d->operand;
    for (int i = 0; i < d->args && !(direct && wraps); i++)
        names(f, d->arg[i], direct, ret, n);
}

static bool share(
    void *ctx, const struct formula *f, int node, struct formula_value *ret, struct err *err)
{
    struct context *x = ctx;
    const struct catalog *c = x->q->m->c;
    int name[200], n = 0;
    struct formula_source source = {NULL, get, share};

    names(f, node, false, name, &n);
    *ret = (struct formula_value){.has = false};
    x->share = true;
    x->counted = 0;
    for (size_t u = 0; n && u < c->units.n; u++) {
        struct day day = x->q->restated ? x->q->on : period_last_day(x->p);
        bool all = unit_on_line(&c->units, x->unit, x->q->line, day) &&
                   unit_under(&c->units, (int)u, x->unit, x->q->line, day);
        for (int i = 0; all && i < n; i++) {
            struct question q = operand(x->q, name[i]);
            all = reports(c, q.indicator, (int)u, q.line, day);
        }
        if (!all)
            continue;
        struct context one = {.q = x->q, .unit = (int)u, .p = x->p};
        struct formula_value v;
        source.ctx = &one;
        if (!formula_eval_node(f, node, &source, &v, err))
            return false;
        ret->n++;
        x->counted += v.has;
        ret->k += v.has && v.number.num != 0;
        x->marks |= one.marks;
    }
    ret->has = x->counted > 0;
    if (ret->has)
        ret->number = quotient(rat_of_i64(100 * ret->k), rat_of_i64(ret->n));
    return true;
}

static bool run(const struct question *q, struct context *x, struct total *ret)
{
    struct formula_source source = {x, get, share};
    struct formula_value v;

    if (!formula_eval(indicator_of(q)->formula, &source, &v, NULL))
        return false;
    *ret = (struct total){.has = v.has,
        .value = v.has ? v.number : (struct rat){0, 1},
        .k = v.k,
        .n = v.n,
        .marks = x->marks};
    return true;
}

static bool formula_at(const struct question *q, int unit, struct period p, struct total *ret)
{
    struct context x = {.q = q, .unit = unit, .p = p};

    return run(q, &x, ret);
}

static bool same_reporters(const struct indicator *a, const struct indicator *b)
{
    bool same = a->reporting_kinds == b->reporting_kinds;

    for (size_t i = 0; same && i < a->reporting_kinds; i++)
        same = str_eq(a->reported_by[i], b->reported_by[i]);
    return same;
}

/* Which operands are added up together. */
static void find_group(const struct question *q, struct context *x)
{
    const struct indicator *in = q->m->c->indicator;
    const struct formula *f = indicator_of(q)->formula;
    int name[200], n = 0;

    names(f, f->nodes - 1, true, name, &n);
    for (int i = 0; i < n; i++) {
        int this = operand(q, name[i]).indicator;
        if (in[this].over_units != UNITS_SUM)
            continue;
        if (x->n) {
            int first = operand(q, x->group[0]).indicator;
            if (!same_reporters(&in[first], &in[this]) ||
                in[first].frequency != in[this].frequency ||
                stands_alone(&in[first], x->p) != stands_alone(&in[this], x->p))
                continue;
        }
        x->group[x->n++] = name[i];
    }
}

static bool group_totals(
    const struct question *q, struct context *x, int64_t *ret_reported, int64_t *ret_expected)
{
    const struct catalog *c = q->m->c;
    struct row *row = calloc((size_t)x->n, sizeof *row);
    struct sum *s = calloc((size_t)x->n * BASES, sizeof *s);
    bool ok = true;
    size_t n = 1;

    for (size_t i = 0; i < (size_t)x->n * BASES; i++)
        s[i].low = s[i].high = s[i].v = (struct rat){0, 1};

    *ret_reported = *ret_expected = 0;
    int64_t *gone = calloc(BASES, sizeof *gone), *gone_with = calloc(BASES, sizeof *gone_with);
    int64_t *alive = calloc(BASES, sizeof *alive);
    bool *alone = calloc(BASES, sizeof *alone);
    for (size_t u = 0; ok && u < c->units.n; u++) {
        for (int i = 0; ok && i < x->n; i++) {
            struct question o = operand(q, x->group[i]);
            ok = fill(&o, &row[i], (int)u, x->p);
        }
        n = row[0].n;
        for (size_t b = 0; ok && b < n; b++) {
            struct day day = period_last_day(row[0].p[b]);
            uint64_t place = q->restated ? place_of(q, x->unit) : 0;
            struct question first = operand(q, x->group[0]);
            struct fate f = {.n = 0};
            if (q->restated)
                f = fate_for(&first, (int)u, day);
            bool expected = q->restated ? fate_touches(&f, place)
                                        : unit_on_line(&c->units, x->unit, q->line, day) &&
                                              unit_under(&c->units, (int)u, x->unit, q->line, day);
            bool all = true;
            for (int i = 0; i < x->n; i++) {
                expected =
                    expected && reports(c, operand(q, x->group[i]).indicator, (int)u, q->line, day);
                all = all && row[i].v[b].covered;
            }
            bool there = q->restated || unit_on_line(&c->units, x->unit, q->line, day);
            bool closed = !expected;
            for (int i = 0; closed && i < x->n; i++) {
                struct question o = operand(q, x->group[i]);
                closed = parts_add(indicator_of(&o)) &&
                         (q->restated ? closes_in(c, o.indicator, (int)u, q->line, row[0].p[b])
                                      : closed_under(
                                            c, o.indicator, (int)u, x->unit, q->line, row[0].p[b]));
            }
            if (closed && q->restated) {
                f = fate_of(c, indicator_of(&first)->basis, (int)u,
                    day_add(unit_end(&c->units, (int)u), -1), q->on);
                closed = all && fate_touches(&f, place);
            }
            gone[b] += closed && (all || !there);
            gone_with[b] += closed && all;
            alive[b] += expected;
            alone[b] |= !there;
            expected |= closed;
            *ret_expected += expected && !closed;
            *ret_reported += expected && !closed && all;
            for (int i = 0; q->restated && expected && all && i < x->n; i++) {
                struct question o = operand(q, x->group[i]);
                if (row[i].v[b].has)
                    place_value(&o, f, row[i].v[b], place, &s[(size_t)i * BASES + b]);
            }
            for (int i = 0; !q->restated && expected && all && i < x->n; i++)
                if (row[i].v[b].has)
                    take(&s[(size_t)i * BASES + b], UNITS_SUM, row[i].v[b], (struct rat){1, 1});
        }
    }
    for (size_t b = 0; b < n; b++)
        if (q->restated ? !alive[b] : alone[b]) {
            *ret_expected += gone[b];
            *ret_reported += gone_with[b];
        }
    free(gone);
    free(gone_with);
    free(alive);
    free(alone);
    for (int i = 0; q->restated && i < x->n; i++)
        for (size_t b = 0; b < n; b++)
            close_bounds(&s[(size_t)i * BASES + b]);
    for (int i = 0; i < x->n; i++)
        x->value[i] = over_time(
            c->indicator[operand(q, x->group[i]).indicator].over_time, &s[(size_t)i * BASES], n);
    free(row);
    free(s);
    return ok;
}

static bool ratio(const struct question *q, int unit, struct period p, struct total *ret)
{
    struct context *x = calloc(1, sizeof *x);
    const struct formula *f = indicator_of(q)->formula;
    int64_t reported = 0, expected = 0;
    bool ok = true;

    *x = (struct context){.q = q, .unit = unit, .p = p};
    find_group(q, x);
    if (x->n > 1)
        ok = group_totals(q, x, &reported, &expected);
    if (x->n < 2 || !expected)
        x->n = 0;
    ok = ok && run(q, x, ret);
    if (ok && x->share) {
        ret->reported = x->counted;
        ret->expected = ret->n;
    } else if (ok && x->n) {
        ret->reported = reported;
        ret->expected = expected;
    } else if (ok) {
        struct total t = {0};
        int i = 0;
        while (i < f->nodes && f->node[i].op != F_NAME)
            i++;
        struct question o = *q;
        if (i < f->nodes) {
            o = operand(q, f->node[i].operand);
            ok = ask(&o, unit, p, &t);
        }
        ret->reported = t.reported;
        ret->expected = t.expected;
    }
    free(x);
    return ok;
}

static bool ask(const struct question *q, int unit, struct period p, struct total *ret)
{
    enum over_units rule = indicator_of(q)->over_units;

    if (is_computed(q) && (rule == UNITS_RATIO || rule == UNITS_NONE))
        return ratio(q, unit, p, ret);
    return plain(q, unit, p, ret);
}

/* ---- comparisons ---- */

/* The units whose figures of the day belong, also in part, to the unit on the question's day. */
static uint64_t made_of(const struct question *q, int unit, struct day day, struct day on)
{
    const struct catalog *c = q->m->c;
    uint64_t mask = 0, place = place_of(q, unit);

    for (size_t u = 0; u < c->units.n; u++) {
        if (!reports(c, q->indicator, (int)u, q->line, day))
            continue;
        struct fate f = fate_of(c, indicator_of(q)->basis, (int)u, day, on);
        if (fate_touches(&f, place))
            mask |= (uint64_t)1 << u;
    }
    return mask;
}

/* Had the unit, as read, other boundaries on the earlier day than on the later one? */
static bool moved_between(const struct question *q, int unit, struct day earlier, struct day later)
{
    const struct catalog *c = q->m->c;
    uint64_t place = place_of(q, unit), then = made_of(q, unit, earlier, q->on), under = 0;
    bool inside = true, quiet = true;

    for (size_t u = 0; u < c->units.n; u++) {
        if (unit_on_line(&c->units, unit, q->line, earlier) &&
            unit_under(&c->units, (int)u, unit, q->line, earlier) &&
            reports(c, q->indicator, (int)u, q->line, earlier))
            under |= (uint64_t)1 << u;
        if (!(then >> u & 1))
            continue;
        struct fate to_read = fate_for(q, (int)u, earlier);
        struct fate to_later = fate_of(c, indicator_of(q)->basis, (int)u, earlier, later);
        inside &= fate_within(&to_read, place);
        quiet &= !to_later.moved;
    }
    if (inside && then == under)
        return false;
    return q->on.v == later.v || !quiet || made_of(q, unit, later, q->on) != then;
}

/* Is any unit of the line another, elsewhere or away on the last day of a base period? */
static bool something_changed(const struct question *q, const struct row *r, struct day last)
{
    const struct catalog *c = q->m->c;
    const struct units *us = &c->units;
    bool changed = false;

    for (size_t i = 0; i < c->events; i++)
        changed |= c->event[i].day.v > period_first_day(r->p[0]).v && c->event[i].day.v <= last.v;
    for (size_t b = 0; b < r->n; b++)
        for (size_t u = 0; u < us->n; u++) {
            struct day day = period_last_day(r->p[b]), end = unit_end(us, (int)u);
            bool then = unit_on_line(us, (int)u, q->line, day);
            bool now = unit_on_line(us, (int)u, q->line, last);
            changed |= end.v > period_first_day(r->p[b]).v && end.v <= day.v;
            changed |= then != now;
            if (then && now)
                changed |= unit_parent_on(us, (int)u, q->line, day) !=
                               unit_parent_on(us, (int)u, q->line, last) ||
                           unit_kind_on(us, (int)u, day) != unit_kind_on(us, (int)u, last);
        }
    return changed;
}

static bool compared(const struct question *q, int unit, struct period earlier, struct period later,
    struct total *ret)
{
    struct question then = *q;
    struct row *r = malloc(sizeof *r);
    struct day last = period_last_day(later);
    bool moved = false;

    if (!then.restated) {
        then.restated = true;
        then.on = last;
    }
    lay(r, indicator_of(q), earlier);
    bool changed = something_changed(q, r, last);
    for (size_t b = 0; changed && b < r->n; b++)
        moved |= moved_between(&then, unit, period_last_day(r->p[b]), last);
    free(r);
    if (!ask(changed ? &then : q, unit, earlier, ret))
        return false;
    ret->marks |= moved ? MARK_BOUNDARY : 0;
    return true;
}

static struct question question_of(const struct model *m, const struct engine_query *q)
{
    const struct indicator *x = &m->c->indicator[q->indicator];

    return (struct question){m, q->indicator, q->series == x->series ? -1 : q->series, q->state,
        q->line < 0 ? x->line : (enum line)q->line, q->reading.kind != READ_AS_WAS, q->reading.day};
}

bool model_compared(
    const struct model *m, const struct engine_query *q, struct period later, struct total *ret)
{
    struct question question = question_of(m, q);

    return compared(&question, q->unit, q->period, later, ret);
}

bool model_total(const struct model *m, const struct engine_query *q, struct total *ret)
{
    struct question question = question_of(m, q);

    return ask(&question, q->unit, q->period, ret);
}

void model_count(const struct model *m, const struct engine_query *q, int kind, enum comparator cmp,
    struct rat threshold, int64_t *ret_k, int64_t *ret_n, int64_t *ret_counted)
{
    struct question question = question_of(m, q);
    const struct units *us = &m->c->units;
    struct day day = question.restated ? question.on : period_last_day(q->period);

    *ret_k = *ret_n = *ret_counted = 0;
    for (size_t u = 0; u < us->n; u++) {
        struct total t;
        bool counts = unit_on_line(us, q->unit, question.line, day) &&
                      unit_on_line(us, (int)u, question.line, day) &&
                      unit_under(us, (int)u, q->unit, question.line, day);
        if (counts && kind >= 0)
            counts = kind_answers(&us->kinds, unit_kind_on(us, (int)u, day), kind) &&
                     catalog_applicable(m->c, q->indicator, (int)u, day);
        else if (counts)
            counts = reports(m->c, q->indicator, (int)u, question.line, day);
        if (!counts || !ask(&question, (int)u, q->period, &t))
            continue;
        ++*ret_n;
        *ret_counted += t.has;
        int order = t.has ? rat_cmp(t.value, threshold) : 0;
        *ret_k += t.has && (cmp == CMP_GE ? order >= 0 : cmp == CMP_LE ? order <= 0 : order == 0);
    }
}
