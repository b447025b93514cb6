/* restate: see restate.h. */
#include "engine/restate.h"

#include <stdlib.h>

/* ---- where figures belong on the other day ---- */

static int compare_touches(const void *x, const void *y)
{
    const struct touch *a = x, *b = y;

    if (a->pos != b->pos)
        return a->pos < b->pos ? -1 : 1;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static bool list_touches(struct arena *a, struct restate *r)
{
    size_t n = 0;

    int ranks = r->from->n + (int)r->closers;

    for (int i = 0; i < ranks; i++)
        for (int k = 0; k < r->of[i].parts; k++)
            n += (size_t)r->of[i].part[k].units;
    r->touch = arena_array(a, n, sizeof *r->touch);
    if (!r->touch)
        return false;
    for (int i = 0; i < ranks; i++)
        for (int k = 0; k < r->of[i].parts; k++)
            for (int u = 0; u < r->of[i].part[k].units; u++) {
                int unit = r->of[i].part[k].unit[u];
                int pos = unit < 0 ? -1 : r->to->t.pos[unit];
                if (pos >= 0)
                    r->touch[r->touches++] = (struct touch){pos, i};
            }
    if (r->touches)
        qsort(r->touch, r->touches, sizeof *r->touch, compare_touches);
    return true;
}

/* Under the ground's mutex. */
static const struct restate *make(
    struct ground *g, const struct restate *want, struct day from, struct day on, struct err *err)
{
    struct restate *r = arena_zalloc(&g->arena, sizeof *r);

    if (!r) {
        err_memory(err);
        return NULL;
    }
    *r = *want;
    int *closer = arena_array(&g->arena, r->closers, sizeof *closer);
    if (!closer) {
        err_memory(err);
        return NULL;
    }
    if (r->closers)
        memcpy(closer, want->closer, r->closers * sizeof *closer);
    r->closer = closer;
    if (!g->lineage.from_first && !lineage_build(&g->arena, g->c->event, g->c->events, g->c->edge,
                                      g->c->edges, g->c->units.n, &g->lineage, err))
        return NULL;
    r->of = arena_array(&g->arena, (size_t)r->from->n + r->closers, sizeof *r->of);
    if (!r->of) {
        err_memory(err);
        return NULL;
    }
    for (int i = 0; i < r->from->n + (int)r->closers; i++) {
        int unit = restate_unit(r, i);
        struct day day = i < r->from->n ? from : day_add(unit_end(&g->c->units, unit), -1);
        if (!descent_of(&g->arena, &g->lineage, unit, r->basis, day, on, &r->of[i], err))
            return NULL;
    }
    if (!list_touches(&g->arena, r) || !vec_push(&g->restate, &g->arena, r)) {
        err_memory(err);
        return NULL;
    }
    return r;
}

static bool same_closers(const struct restate *a, const struct restate *b)
{
    return a->first.v == b->first.v && a->closers == b->closers &&
           (!a->closers || memcmp(a->closer, b->closer, a->closers * sizeof *a->closer) == 0);
}

const struct restate *restate_of(struct eval *v, const struct bases *s, size_t b)
{
    struct day from = period_last_day(s->p[b]), on = s->q.on;
    struct restate want = {.from = bases_roster(v, s, b),
        .to = ground_tree(v->g, s->q.line, on, v->err),
        .low = succession_until(v->c->event, v->c->events, from),
        .high = succession_until(v->c->event, v->c->events, on),
        .back = on.v < from.v,
        .basis = s->x->basis};
    const struct restate *found = NULL;
    int *closer;

    if (!want.from || !want.to)
        return NULL;
    if (closing_adds(s->x)) {
        if (!closing_under(v, s, b, -1, &closer, &want.closers))
            return NULL;
        want.closer = closer;
        want.first = want.closers ? period_first_day(s->p[b]) : (struct day){0};
    }
    pthread_mutex_lock(&v->g->mutex);
    for (size_t i = 0; !found && i < v->g->restate.n; i++) {
        const struct restate *r = v->g->restate.p[i];
        if (r->from == want.from && r->to == want.to && r->low == want.low &&
            r->high == want.high && r->back == want.back && r->basis == want.basis &&
            same_closers(r, &want))
            found = r;
    }
    if (!found)
        found = make(v->g, &want, from, on, v->err);
    pthread_mutex_unlock(&v->g->mutex);
    return found;
}

static int compare_ints(const void *x, const void *y)
{
    int a = *(const int *)x, b = *(const int *)y;

    return a < b ? -1 : a > b;
}

bool restate_touching(struct eval *v, const struct restate *r, int unit, int **ret, size_t *ret_n)
{
    int pos = r->to->t.pos[unit];
    size_t low = 0, high = r->touches, n = 0;

    *ret = NULL;
    *ret_n = 0;
    if (pos < 0)
        return true;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (r->touch[mid].pos < pos)
            low = mid + 1;
        else
            high = mid;
    }
    size_t end = low;
    while (end < r->touches && r->touch[end].pos < pos + r->to->t.size[pos])
        end++;
    int *rank = arena_array(&v->arena, end - low, sizeof *rank);
    if (!rank)
        return err_memory(v->err);
    for (size_t i = low; i < end; i++)
        rank[i - low] = r->touch[i].rank;
    if (end > low)
        qsort(rank, end - low, sizeof *rank, compare_ints);
    for (size_t i = 0; i < end - low; i++)
        if (i == 0 || rank[i] != rank[i - 1])
            rank[n++] = rank[i];
    *ret = rank;
    *ret_n = n;
    return true;
}

size_t restate_on_roster(const struct restate *r, const int *rank, size_t n)
{
    while (n > 0 && rank[n - 1] >= r->from->n)
        n--;
    return n;
}

/* ---- one figure cut and placed ---- */

static int64_t id_of(const void *ctx, int unit)
{
    const struct units *us = ctx;

    return us->p[unit].id.v;
}

/* How many of the part's units lie at or under the place. */
static int inside(const struct restate *r, const struct descent_part *p, int pos)
{
    int n = 0;

    for (int u = 0; u < p->units; u++) {
        int at = p->unit[u] < 0 ? -1 : r->to->t.pos[p->unit[u]];
        n += at >= pos && at < pos + r->to->t.size[pos];
    }
    return n;
}

bool restate_place(
    struct eval *v, const struct restate *r, int rank, i128 whole, int unit, struct placed *ret)
{
    const struct descent *d = &r->of[rank];
    i128 *amount = arena_array(&v->arena, (size_t)d->parts, sizeof *amount);
    int pos = r->to->t.pos[unit];
    bool elsewhere = false;

    *ret = (struct placed){0};
    if (!amount)
        return err_memory(v->err);
    if (!descent_split(d, whole, id_of, &v->c->units, amount, v->err))
        return false;
    for (int i = 0; i < d->parts; i++) {
        int n = pos < 0 ? 0 : inside(r, &d->part[i], pos);
        elsewhere |= n == 0;
        if (n == 0)
            continue;
        ret->some = true;
        if (n == d->part[i].units) {
            ret->low += amount[i];
            ret->high += amount[i];
        } else if (amount[i] < 0) {
            ret->low += amount[i];
        } else {
            ret->high += amount[i];
        }
        if (n < d->part[i].units)
            ret->marks |= MARK_BOUNDED;
    }
    if (ret->some && elsewhere)
        ret->marks |= MARK_ESTIMATED;
    if (d->moved)
        ret->marks |= MARK_RESTATED;
    return true;
}

/* ---- totals ---- */

/* The leaf as a whole number: at the series' decimals, or at those of fractions. */
static bool whole_of(struct eval *v, const struct leaf *l, i128 *ret)
{
    struct rat r = l->r;

    if (!l->is_rat) {
        *ret = l->m;
        return true;
    }
    if (!eval_settle(v, &r))
        return false;
    return !__builtin_mul_overflow(r.num, (i128)FRACTION_UNIT / r.den, ret) || eval_overflow(v);
}

struct tally {
    i128 low, high;
    bool some, is_rat;
    uint32_t marks;
};

static bool tally_add(struct eval *v, const struct restate *r, int rank, const struct leaf *l,
    int unit, struct tally *t)
{
    struct placed p;
    i128 whole;

    if (!whole_of(v, l, &whole) || !restate_place(v, r, rank, whole, unit, &p))
        return false;
    if (__builtin_add_overflow(t->low, p.low, &t->low) ||
        __builtin_add_overflow(t->high, p.high, &t->high))
        return eval_overflow(v);
    t->some = true;
    t->is_rat = l->is_rat;
    t->marks |= p.marks | l->marks;
    return true;
}

/* A sum: exact, or between its bounds. */
static bool tally_part(
    struct eval *v, const struct bases *s, const struct tally *t, struct part *ret)
{
    i128 den = t->is_rat ? (i128)FRACTION_UNIT : pow10_i64(s->x->decimals);

    ret->marks = t->marks & ~(uint32_t)MARK_BOUNDED;
    if (!t->some)
        return true;
    if (!rat_make(t->low, den, &ret->low) || !rat_make(t->high, den, &ret->high))
        return eval_overflow(v);
    ret->bounded = t->low != t->high;
    ret->has = !ret->bounded;
    ret->value = ret->low;
    return true;
}

/* A rule that cannot be cut: the figures that touch the place, whole. */
static bool carry(struct eval *v, const struct bases *s, size_t b, const struct restate *r,
    const int *rank, size_t n, int unit, struct part *ret)
{
    struct adder a;
    int pos = r->to->t.pos[unit];
    bool alone = s->x->over_units == UNITS_NONE || s->x->over_units == UNITS_RATIO;
    int64_t covered = 0;
    uint32_t marks = 0;

    adder_init(&a, s->x);
    for (size_t i = 0; i < n; i++) {
        const struct descent *d = &r->of[rank[i]];
        struct leaf l;
        struct total weight = {.value = {0, 1}};
        if (!leaf_of(v, s, b, r->from->unit[rank[i]], &l))
            return false;
        if (l.has && a.weighted) {
            if (!weight_of(v, s, r->from->unit[rank[i]], s->p[b], &weight))
                return false;
            l.has = l.covered = weight.has;
            if (weight.has && !eval_settle(v, &weight.value))
                return false;
        }
        covered += l.covered;
        if (!l.has)
            continue;
        for (int k = 0; k < d->parts; k++)
            if (inside(r, &d->part[k], pos) < d->part[k].units)
                marks |= MARK_CARRIED;
        marks |= d->moved ? MARK_RESTATED : 0;
        if (!adder_add(v, &a, s, &l, weight.value))
            return false;
    }
    bool unclear = alone && (n != 1 || a.n != 1);
    if (!adder_part(v, &a, s, ret))
        return false;
    ret->has = ret->has && !unclear;
    ret->marks = ret->has || !alone ? ret->marks | marks : 0;
    ret->reported = covered;
    return true;
}

/* The unit's own figure, where nothing became of it. */
static bool own_unmoved(struct eval *v, const struct bases *s, size_t b, int unit, struct leaf *ret)
{
    struct descent d;

    *ret = (struct leaf){0};

    pthread_mutex_lock(&v->g->mutex);
    bool ok = v->g->lineage.from_first ||
              lineage_build(&v->g->arena, v->c->event, v->c->events, v->c->edge, v->c->edges,
                  v->c->units.n, &v->g->lineage, v->err);
    pthread_mutex_unlock(&v->g->mutex);
    if (!ok || !descent_of(&v->arena, &v->g->lineage, unit, s->x->basis, period_last_day(s->p[b]),
                   s->q.on, &d, v->err))
        return false;
    return d.moved || s->computed || leaf_of(v, s, b, unit, ret);
}

/* No reporting unit's figure belongs there. */
static bool own_restated(
    struct eval *v, const struct bases *s, size_t b, int unit, struct part *ret)
{
    struct leaf l;

    if (!own_unmoved(v, s, b, unit, &l))
        return false;
    ret->has = l.has;
    ret->marks = l.has ? l.marks | MARK_STATED : 0;
    return !l.has || leaf_rat(v, s, &l, &ret->value);
}

bool restated_part(struct eval *v, const struct bases *s, size_t b, int unit, struct part *ret)
{
    const struct restate *r = restate_of(v, s, b);
    struct tally t = {0};
    int64_t covered = 0, closed = 0;
    int *rank;
    size_t n;

    *ret = (struct part){.value = {0, 1}, .low = {0, 1}, .high = {0, 1}};
    if (s->x->over_units == UNITS_NONE || s->x->over_units == UNITS_RATIO) {
        struct leaf own; /* what cannot be added up is the unit's own, while it is the same unit */
        if (!own_unmoved(v, s, b, unit, &own))
            return false;
        if (own.covered) {
            ret->has = own.has;
            ret->marks = own.marks;
            ret->reported = ret->expected = 1;
            return !own.has || leaf_rat(v, s, &own, &ret->value);
        }
    }
    if (!r || !restate_touching(v, r, unit, &rank, &n))
        return false;
    if (!n)
        return own_restated(v, s, b, unit, ret);
    size_t counted = restate_on_roster(r, rank, n);
    ret->expected = (int64_t)counted;
    if (s->x->over_units != UNITS_SUM)
        return carry(v, s, b, r, rank, n, unit, ret);
    for (size_t i = 0; i < n; i++) {
        struct leaf l;
        if (!leaf_of(v, s, b, restate_unit(r, rank[i]), &l))
            return false;
        covered += l.covered && i < counted;
        closed += l.covered && i >= counted;
        if (l.has && !tally_add(v, r, rank[i], &l, unit, &t))
            return false;
    }
    if (!counted && !closed)
        return own_restated(v, s, b, unit, ret);
    ret->reported = counted ? covered : closed;
    ret->expected = counted ? ret->expected : closed;
    return tally_part(v, s, &t, ret);
}

/* Is the unit among those that give a figure of this operand: that report it, or closed with it? */
static bool gives(struct eval *v, const struct bases *s, size_t b, int unit, bool closed, bool *ret)
{
    const struct roster *own = closed ? NULL : bases_roster(v, s, b);

    if (closed) {
        *ret = closing_adds(s->x);
        return !*ret || closes(v, s, b, unit, ret);
    }
    *ret = own && roster_rank(own, unit) >= 0;
    return own != NULL;
}

bool restated_group(struct eval *v, const struct bases *s, size_t n, size_t b, int unit,
    struct part *part, size_t stride)
{
    const struct restate *r = restate_of(v, &s[0], b);
    struct tally *t = arena_array(&v->arena, n, sizeof *t);
    struct leaf *leaf = arena_array(&v->arena, n, sizeof *leaf);
    int *rank;
    size_t touching;

    if (!r || !restate_touching(v, r, unit, &rank, &touching))
        return false;
    if (!t || !leaf)
        return err_memory(v->err);
    size_t counted = restate_on_roster(r, rank, touching);
    for (size_t k = 0; k < touching; k++) {
        int from = restate_unit(r, rank[k]);
        bool all = true;
        for (size_t i = 0; all && i < n; i++)
            if (!gives(v, &s[i], b, from, rank[k] >= r->from->n, &all))
                return false;
        part[0].expected += all && k < counted;
        for (size_t i = 0; all && i < n; i++) {
            if (!leaf_of(v, &s[i], b, from, &leaf[i]))
                return false;
            all = leaf[i].covered;
            if (!all)
                break;
        }
        part[0].reported += all && (k < counted || !counted);
        part[0].expected += all && !counted;
        for (size_t i = 0; all && i < n; i++)
            if (leaf[i].has && !tally_add(v, r, rank[k], &leaf[i], unit, &t[i]))
                return false;
    }
    for (size_t i = 0; i < n; i++)
        if (!tally_part(v, &s[i], &t[i], &part[i * stride]))
            return false;
    return true;
}
