/* rolled: totals of figures over units, then over time; see engine.h for the meaning. */
#include "engine/closing.h"
#include "engine/restate.h"

void adder_init(struct adder *a, const struct indicator *x)
{
    *a = (struct adder){.rule = x->over_units,
        .weighted = x->over_units == UNITS_MEAN && x->weight >= 0,
        .r = {0, 1},
        .weight = {0, 1}};
}

/* Long division, so that nothing overflows before the result does. */
bool eval_settle(struct eval *v, struct rat *r)
{
    const i128 unit = (i128)FRACTION_UNIT;
    i128 n = r->num < 0 ? -r->num : r->num;
    i128 whole = n / r->den, rest = n % r->den;

    if (unit % r->den == 0)
        return true;
    for (int i = 0; i < FRACTION_DECIMALS; i++) {
        if (__builtin_mul_overflow(rest, (i128)10, &rest) ||
            __builtin_mul_overflow(whole, (i128)10, &whole))
            return eval_overflow(v);
        whole += rest / r->den;
        rest %= r->den;
    }
    whole += rest >= r->den - rest;
    return rat_make(r->num < 0 ? -whole : whole, unit, r) || eval_overflow(v);
}

bool leaf_rat(struct eval *v, const struct bases *s, const struct leaf *l, struct rat *ret)
{
    if (l->is_rat)
        *ret = l->r;
    else if (!rat_make(l->m, pow10_i64(s->x->decimals), ret))
        return eval_overflow(v);
    return true;
}

static void compare(struct adder *a, const struct leaf *l)
{
    bool first = a->n == 0;

    if (l->is_rat) {
        if (first || rat_cmp(l->r, a->low) < 0)
            a->low = l->r;
        if (first || rat_cmp(l->r, a->high) > 0)
            a->high = l->r;
    } else {
        a->least = first || l->m < a->least ? l->m : a->least;
        a->most = first || l->m > a->most ? l->m : a->most;
    }
}

bool adder_add(
    struct eval *v, struct adder *a, const struct bases *s, const struct leaf *l, struct rat weight)
{
    struct rat value, part;

    if (a->weighted) {
        if (!leaf_rat(v, s, l, &value))
            return false;
        if (!rat_mul(value, weight, &part) || !rat_add(a->r, part, &a->r) ||
            !rat_add(a->weight, weight, &a->weight))
            return eval_overflow(v);
    } else if (a->rule == UNITS_MIN || a->rule == UNITS_MAX) {
        compare(a, l);
    } else if (l->is_rat) {
        if (!rat_add(a->r, l->r, &a->r))
            return eval_overflow(v);
    } else if (__builtin_add_overflow(a->m, l->m, &a->m)) {
        return eval_overflow(v);
    }
    a->is_rat = l->is_rat;
    a->marks |= l->marks;
    a->n++;
    return true;
}

bool adder_part(struct eval *v, const struct adder *a, const struct bases *s, struct part *ret)
{
    struct rat value = a->r;
    i128 m = a->m;
    bool extreme = a->rule == UNITS_MIN || a->rule == UNITS_MAX;

    ret->has = a->n > 0;
    ret->reported = a->n;
    ret->marks = a->marks;
    if (!ret->has)
        return true;
    if (a->weighted) {
        ret->has = !rat_is_zero(a->weight);
        if (ret->has && !rat_div(a->r, a->weight, &ret->value))
            return eval_overflow(v);
        return true;
    }
    if (extreme) {
        value = a->rule == UNITS_MIN ? a->low : a->high;
        m = a->rule == UNITS_MIN ? a->least : a->most;
    }
    if (!a->is_rat && !rat_make(m, pow10_i64(s->x->decimals), &value))
        return eval_overflow(v);
    if (a->rule == UNITS_MEAN && !rat_div(value, rat_of_i64(a->n), &value))
        return eval_overflow(v);
    ret->value = value;
    return true;
}

static bool take_part(struct eval *v, enum over_time rule, struct part *sum, const struct part *p)
{
    int order = sum->has ? rat_cmp(p->value, sum->value) : 0;

    if (!sum->has || rule == TIME_LAST) {
        sum->value = p->value;
        sum->marks = rule == TIME_LAST ? p->marks : sum->marks | p->marks;
    } else {
        sum->marks |= p->marks;
        if ((rule == TIME_MIN && order < 0) || (rule == TIME_MAX && order > 0))
            sum->value = p->value;
        else if ((rule == TIME_SUM || rule == TIME_MEAN) &&
                 !rat_add(sum->value, p->value, &sum->value))
            return eval_overflow(v);
    }
    sum->has = true;
    return true;
}

static bool join_values(
    struct eval *v, enum over_time rule, const struct part *part, size_t n, struct part *ret)
{
    struct part sum = {.value = {0, 1}};
    int64_t present = 0;
    bool adds = n > 1 && (rule == TIME_SUM || rule == TIME_MEAN);

    for (size_t i = 0; i < n; i++) {
        sum.reported += part[i].reported;
        sum.expected += part[i].expected;
        if (!part[i].has)
            continue;
        struct part p = part[i];
        if (adds && !eval_settle(v, &p.value))
            return false;
        if (!take_part(v, n == 1 ? TIME_SUM : rule, &sum, &p))
            return false;
        present++;
    }
    if (present > 1 && rule == TIME_MEAN && !rat_div(sum.value, rat_of_i64(present), &sum.value))
        return eval_overflow(v);
    *ret = sum;
    return true;
}

/* The least or greatest of what the whole can be: every rule keeps the order of its parts. */
static bool join_edge(struct eval *v, enum over_time rule, const struct part *part, size_t n,
    bool high, struct part *ret)
{
    struct part *edge = arena_array(&v->arena, n, sizeof *edge);

    if (!edge)
        return err_memory(v->err);
    for (size_t i = 0; i < n; i++) {
        edge[i] = part[i];
        if (part[i].bounded) {
            edge[i].has = true;
            edge[i].value = high ? part[i].high : part[i].low;
        }
    }
    return join_values(v, rule, edge, n, ret);
}

bool join_parts(
    struct eval *v, enum over_time rule, const struct part *part, size_t n, struct part *ret)
{
    struct part low, high;
    bool bounded = false;

    for (size_t i = 0; i < n; i++)
        bounded |= part[i].bounded;
    if (!bounded)
        return join_values(v, rule, part, n, ret);
    if (!join_edge(v, rule, part, n, false, &low) || !join_edge(v, rule, part, n, true, &high))
        return false;
    *ret = low;
    ret->low = low.value;
    ret->high = high.value;
    ret->bounded = rat_cmp(low.value, high.value) != 0;
    ret->has = !ret->bounded;
    return true;
}

/* The unit's own value: its figures alone, by the rule over time. */
static bool own_part(struct eval *v, const struct bases *s, size_t b, int unit, struct part *ret)
{
    struct leaf l;

    *ret = (struct part){.value = {0, 1}};
    if (!leaf_of(v, s, b, unit, &l))
        return false;
    ret->has = l.has;
    ret->marks = l.marks;
    ret->reported = l.covered;
    return !l.has || leaf_rat(v, s, &l, &ret->value);
}

static bool plain_part(struct eval *v, const struct bases *s, size_t b, int pos, struct part *ret)
{
    const struct column *col = s->col[b];
    const struct roster *r = col->roster;
    const struct plane *p = column_plane(col, s->q.state);
    i128 m = 0;
    int64_t least, most, n = 0;

    *ret = (struct part){.value = {0, 1}, .expected = r->count[pos]};
    if (!p->width)
        return true;
    if (s->x->over_units == UNITS_MIN || s->x->over_units == UNITS_MAX) {
        plane_scan(p, r->first[pos], r->count[pos], &m, &least, &most, &n);
        m = s->x->over_units == UNITS_MIN ? least : most;
    } else {
        plane_total(p, r, pos, &m, &n);
    }
    ret->reported = n;
    ret->has = n > 0;
    ret->marks = plane_marks(p, r->first[pos], r->count[pos]);
    i128 den = pow10_i64(s->x->decimals);
    if (s->x->over_units == UNITS_MEAN)
        den *= n ? n : 1;
    if (n && !rat_make(m, den, &ret->value))
        return eval_overflow(v);
    return true;
}

/* The period in which the weight of a figure of `p` stands. */
static bool weight_of(
    struct eval *v, const struct bases *s, int unit, struct period p, struct total *ret)
{
    const struct indicator *w = &v->c->indicator[s->x->weight];
    struct ask q = {s->x->weight, -1, s->q.line, s->q.state, false, {0}};
    enum frequency f;
    bool fits = (period_frequency(p, &f) && f == w->frequency) || period_covered(p, w->frequency);

    *ret = (struct total){0};
    if (!fits && !period_of_day(w->frequency, period_last_day(p), &p))
        return true;
    return eval_total(v, q, unit, p, ret);
}

bool leaf_weighed(struct eval *v, const struct adder *a, const struct bases *s, size_t b, int unit,
    struct leaf *ret, struct rat *ret_weight)
{
    struct total weight = {.value = {0, 1}};

    if (!leaf_of(v, s, b, unit, ret))
        return false;
    if (ret->has && a->weighted) {
        if (!weight_of(v, s, unit, s->p[b], &weight))
            return false;
        ret->has = ret->covered = weight.has;
        if (weight.has && !eval_settle(v, &weight.value))
            return false;
    }
    *ret_weight = weight.value;
    return true;
}

bool adder_take(
    struct eval *v, struct adder *a, const struct bases *s, size_t b, int unit, int64_t *covered)
{
    struct rat weight;
    struct leaf l;

    if (!leaf_weighed(v, a, s, b, unit, &l, &weight))
        return false;
    *covered += l.covered;
    return !l.has || adder_add(v, a, s, &l, weight);
}

/* Adds the units that report under the position one by one. */
static bool summed_part(struct eval *v, const struct bases *s, size_t b, const struct roster *r,
    int pos, struct part *ret)
{
    struct adder a;
    int64_t covered = 0;

    adder_init(&a, s->x);
    for (int i = r->first[pos]; i < r->first[pos] + r->count[pos]; i++)
        if (!adder_take(v, &a, s, b, r->unit[i], &covered))
            return false;
    *ret = (struct part){.value = {0, 1}};
    if (!adder_part(v, &a, s, ret))
        return false;
    ret->reported = covered;
    ret->expected = r->count[pos];
    return true;
}

/* Units whose figures cannot be added up: the own figure or nothing, with the parts' counts. */
static bool unjoined_part(struct eval *v, const struct bases *s, size_t b, const struct roster *r,
    int unit, struct part *ret)
{
    int pos = r->tree->t.pos[unit];

    if (!own_part(v, s, b, unit, ret))
        return false;
    ret->expected = ret->reported;
    if (ret->reported || pos < 0)
        return true;
    ret->expected = r->count[pos];
    for (int i = r->first[pos]; i < r->first[pos] + r->count[pos]; i++) {
        struct leaf l;
        if (!leaf_of(v, s, b, r->unit[i], &l))
            return false;
        ret->reported += l.covered;
    }
    return true;
}

/* One base period's total. *ret_inner: the unit has reporting units under it. */
static bool base_part(
    struct eval *v, const struct bases *s, size_t b, int unit, struct part *ret, bool *ret_inner)
{
    *ret_inner = false;
    if (s->q.restated)
        return restated_part(v, s, b, unit, ret);
    const struct roster *r = bases_roster(v, s, b);
    if (!r)
        return false;
    int pos = r->tree->t.pos[unit], *closer;
    size_t closers;
    *ret_inner = pos >= 0 && r->inner[pos] >= 0;
    if (!s->computed && (s->x->over_units == UNITS_NONE || s->x->over_units == UNITS_RATIO)) {
        *ret_inner = false;
        return unjoined_part(v, s, b, r, unit, ret);
    }
    if (!closing_under(v, s, b, unit, &closer, &closers))
        return false;
    if (pos < 0 && closers)
        return closed_part(v, s, b, unit, closer, closers, ret, ret_inner);
    if (pos < 0 || !r->count[pos]) {
        if (!own_part(v, s, b, unit, ret))
            return false;
        ret->reported = ret->expected = 0;
        if (ret->has && !s->computed)
            ret->marks |= MARK_STATED;
        return ret->has || closing_add(v, s, b, closer, closers, ret);
    }
    return (bases_plain(s) && s->col[b] ? plain_part(v, s, b, pos, ret)
                                        : summed_part(v, s, b, r, pos, ret)) &&
           closing_add(v, s, b, closer, closers, ret);
}

static bool stated(struct eval *v, const struct bases *s, int unit, struct total *ret)
{
    struct part *part = arena_array(&v->arena, s->n, sizeof *part);
    struct part own;

    if (!part)
        return err_memory(v->err);
    for (size_t b = 0; b < s->n; b++)
        if (!own_part(v, s, b, unit, &part[b]))
            return false;
    if (!join_parts(v, s->x->over_time, part, s->n, &own))
        return false;
    ret->has_stated = own.has;
    ret->stated = own.value;
    bool equal = own.has && ret->has && rat_cmp(ret->value, own.value) == 0;
    if (own.has && !equal)
        ret->marks |= MARK_STATED;
    if (equal && !(own.marks & MARK_MADE_UP)) /* the total was published, whatever its parts are */
        ret->marks &= ~(uint32_t)MARK_MADE_UP;
    return true;
}

static bool lives_in_a_part(struct eval *v, int unit, struct period p)
{
    struct day from = unit_first(&v->c->units, unit), to = unit_end(&v->c->units, unit);
    struct day first = period_first_day(p), last = period_last_day(p);

    return from.v <= last.v && to.v > first.v && (from.v > first.v || to.v <= last.v);
}

static bool rolled(struct eval *v, struct ask q, int unit, struct period p, struct total *ret)
{
    struct bases s;
    struct part sum;
    bool inner = false;
    size_t needed = v->need.n;

    if (!bases_lay(v, q, p, &s))
        return false;
    if (v->need.n > needed) { /* is asked again when the columns are there */
        *ret = (struct total){.value = {0, 1}, .low = {0, 1}, .high = {0, 1}, .stated = {0, 1}};
        return true;
    }
    struct part *part = arena_array(&v->arena, s.n, sizeof *part);
    if (!part)
        return err_memory(v->err);
    for (size_t b = 0; b < s.n; b++) {
        bool here;
        if (!base_part(v, &s, b, unit, &part[b], &here))
            return false;
        inner |= here;
    }
    if (!join_parts(v, s.x->over_time, part, s.n, &sum))
        return false;
    *ret = (struct total){.has = sum.has,
        .value = sum.value,
        .has_bounds = sum.bounded,
        .low = sum.bounded ? sum.low : (struct rat){0, 1},
        .high = sum.bounded ? sum.high : (struct rat){0, 1},
        .stated = {0, 1},
        .reported = sum.reported,
        .expected = sum.expected,
        .marks = sum.marks | (sum.bounded ? MARK_BOUNDED : 0)};
    if (!q.restated && lives_in_a_part(v, unit, p))
        ret->marks |= MARK_PARTIAL;
    return s.computed || !inner || stated(v, &s, unit, ret);
}

#define DEPTH_MAX 64

bool eval_total(struct eval *v, struct ask q, int unit, struct period p, struct total *ret)
{
    const struct indicator *x = &v->c->indicator[q.indicator];
    bool computed = q.series < 0 && x->formula;
    bool ok;

    if (v->depth >= DEPTH_MAX)
        return err_set(v->err, ERR_LIMIT, MSG_err_engine_depth, x->code);
    struct arena_mark mark = arena_mark(&v->arena);
    size_t needed = v->need.n;
    v->depth++;
    if (computed && (x->over_units == UNITS_RATIO || x->over_units == UNITS_NONE))
        ok = eval_formula(v, q, unit, p, ret);
    else
        ok = rolled(v, q, unit, p, ret);
    v->depth--;
    if (v->need.n == needed)
        arena_release(&v->arena, mark);
    return ok;
}
