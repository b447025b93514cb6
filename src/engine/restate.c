/* restate: see restate.h. */
#include "engine/restate.h"

#include <stdlib.h>

/* ---- where figures belong on the other day ---- */

/* Of the roster, those that closed stand at the end. */
static int ranks(const struct restate *r)
{
    return r->from->n + (int)r->closers;
}

static bool lies_whole(const struct restate *r, int rank)
{
    const struct descent *d = &r->of[rank];
    const struct descent_part *p = d->part;

    return rank < r->from->n && d->parts == 1 && p->units == 1 && p->share.num == 1 &&
           p->share.den == 1;
}

/* The whole ones, sorted by counting. */
static bool list_whole(struct arena *a, struct restate *r)
{
    size_t places = r->to->t.n;
    int n = 0;

    r->whole_first = arena_array(a, places + 2, sizeof *r->whole_first);
    r->whole = arena_array(a, (size_t)r->from->n, sizeof *r->whole);
    r->moved = arena_array(a, (size_t)r->from->n, sizeof *r->moved);
    r->steps = arena_array(a, (size_t)r->from->n, sizeof *r->steps);
    if (!r->whole_first || !r->whole || !r->moved || !r->steps)
        return false;
    int *at = r->whole_first + 1; /* one behind, so that filling moves each to its own beginning */
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < r->from->n; i++) {
            int pos = lies_whole(r, i) ? restate_pos(r, r->of[i].part, 0) : -1;
            if (pos < 0)
                continue;
            if (pass) {
                r->whole[at[pos]] = i;
                r->moved[at[pos]] = r->of[i].moved;
            }
            at[pos]++;
        }
        for (size_t pos = 0; !pass && pos <= places; pos++) {
            int here = at[pos];
            at[pos] = n;
            n += here;
        }
    }
    for (int i = 1; i < n; i++)
        r->steps[i] = r->steps[i - 1] + (r->whole[i] != r->whole[i - 1] + 1);
    return true;
}

/* The lowest upper unit at or above a place, -1: none. */
int restate_upper(const struct etree *t, int pos)
{
    while (pos >= 0 && t->slot[pos] < 0)
        pos = t->t.parent[pos];
    return pos < 0 ? -1 : t->slot[pos];
}

/* The lowest upper unit under which all of a figure lies, however it is cut; -1: none. */
static int upper_of(const struct restate *r, int rank)
{
    const struct descent *d = &r->of[rank];
    int slot = -1;

    for (int k = 0; k < d->parts; k++)
        for (int u = 0; u < d->part[k].units; u++) {
            int at = restate_upper(r->to, restate_pos(r, &d->part[k], u));
            if (at < 0 || ((k || u) && at != slot))
                return -1;
            slot = at;
        }
    return slot;
}

static bool list_upper(struct arena *a, struct restate *r)
{
    _Static_assert(TIER_UNITS_MAX < REST_NOWHERE, "upper units fit beside the mark");
    r->upper = arena_array(a, (size_t)r->from->n, sizeof *r->upper);
    for (int i = 0; r->upper && i < r->from->n; i++) {
        int slot = upper_of(r, i);
        if (slot < 0)
            r->upper[i] = lies_whole(r, i) ? REST_NOWHERE : REST_OPEN;
        else
            r->upper[i] = (uint16_t)((unsigned)slot | (r->of[i].moved ? REST_MOVED : 0));
    }
    return r->upper != NULL;
}

/* The shares of an open figure as whole numbers, where they fit. */
static bool prepare_cut(
    struct arena *a, const struct units *us, const struct descent *d, struct open *o)
{
    i128 den = 1;

    o->num = arena_array(a, (size_t)d->parts, sizeof *o->num);
    o->least = arena_array(a, (size_t)d->parts, sizeof *o->least);
    if (!o->num || !o->least)
        return false;
    for (int i = 0; i < d->parts; i++) {
        const struct descent_part *p = &d->part[i];
        struct rat sum; /* its denominator holds both */
        if (p->share.num < 0 || den > INT64_MAX || p->share.den > INT64_MAX ||
            !rat_make(den, p->share.den, &sum))
            return true;
        den *= sum.den;
        o->least[i] = INT64_MAX;
        for (int u = 0; u < p->units; u++)
            if (p->unit[u] >= 0 && us->p[p->unit[u]].id.v < o->least[i])
                o->least[i] = us->p[p->unit[u]].id.v;
    }
    if (den > INT64_MAX)
        return true;
    for (int i = 0; i < d->parts; i++) {
        i128 num = d->part[i].share.num * (den / d->part[i].share.den);
        if (num > INT64_MAX)
            return true;
        o->num[i] = (int64_t)num;
    }
    o->den = (int64_t)den;
    return true;
}

/* Notes figure `o` at every place from `pos` up that has not got it yet: counts, or writes. */
static void note_up(const struct restate *r, int pos, int o, int *last, int *at, int *touch)
{
    for (; pos >= 0 && last[pos] != o + 1; pos = r->to->t.parent[pos]) {
        last[pos] = o + 1;
        if (touch)
            touch[at[pos]] = o;
        at[pos]++;
    }
}

static void note_all(const struct restate *r, int *last, int *at, int *touch)
{
    memset(last, 0, r->to->t.n * sizeof *last);
    for (int o = 0; o < r->opens; o++) {
        const struct descent *d = &r->of[r->open[o].rank];
        for (int k = 0; k < d->parts; k++)
            for (int u = 0; u < d->part[k].units; u++)
                note_up(r, restate_pos(r, &d->part[k], u), o, last, at, touch);
    }
}

static bool list_open(struct arena *a, const struct units *us, struct restate *r)
{
    size_t places = r->to->t.n;
    int n = 0;

    for (int i = 0; i < ranks(r); i++)
        r->opens += !lies_whole(r, i);
    r->open = arena_array(a, (size_t)r->opens, sizeof *r->open);
    r->touch_first = arena_array(a, places + 2, sizeof *r->touch_first);
    int *last = calloc(places ? places : 1, sizeof *last), *at = r->touch_first + 1;
    bool ok = r->open && r->touch_first && last;
    for (int i = 0, o = 0; ok && i < ranks(r); i++)
        if (!lies_whole(r, i)) {
            r->open[o] = (struct open){.rank = i, .first_part = r->parts};
            r->parts += r->of[i].parts;
            ok = prepare_cut(a, us, &r->of[i], &r->open[o++]);
        }
    if (ok) {
        note_all(r, last, at, NULL);
        for (size_t pos = 0; pos <= places; pos++) {
            int here = at[pos];
            at[pos] = n;
            n += here;
        }
        r->touch = arena_array(a, (size_t)n, sizeof *r->touch);
        ok = r->touch != NULL;
    }
    if (ok)
        note_all(r, last, at, r->touch);
    free(last);
    return ok;
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
    r->of = arena_array(&g->arena, (size_t)ranks(r), sizeof *r->of);
    r->made = arena_zalloc(&g->arena, g->c->units.n + 1);
    if (!r->of || !r->made) {
        err_memory(err);
        return NULL;
    }
    for (int i = 0; i < ranks(r); i++) {
        int unit = restate_unit(r, i);
        struct day day = i < r->from->n ? from : day_add(unit_end(&g->c->units, unit), -1);
        if (!descent_of(&g->arena, &g->lineage, unit, r->basis, day, on, &r->of[i], err))
            return NULL;
    }
    if (!list_whole(&g->arena, r) || !list_upper(&g->arena, r) ||
        !list_open(&g->arena, &g->c->units, r) || !vec_push(&g->restate, &g->arena, r)) {
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

struct under restate_under(const struct restate *r, int unit)
{
    int pos = r->to->t.pos[unit];

    if (pos < 0)
        return (struct under){0};
    int from = r->whole_first[pos], end = r->whole_first[pos + r->to->t.size[pos]];
    int open = r->touch_first[pos];
    struct under u = {.whole = r->whole + from,
        .touch = r->touch + open,
        .moved = r->moved + from,
        .n = end - from,
        .opens = r->touch_first[pos + 1] - open,
        .from = from};
    while (u.closed < u.opens && r->open[u.touch[u.opens - 1 - u.closed]].rank >= r->from->n)
        u.closed++;
    return u;
}

/* Rank of the i-th figure under a place: the whole ones, then the open ones. */
static int rank_under(const struct restate *r, const struct under *n, int i)
{
    return i < n->n ? n->whole[i] : r->open[n->touch[i - n->n]].rank;
}

static int compare_ints(const void *x, const void *y)
{
    int a = *(const int *)x, b = *(const int *)y;

    return a < b ? -1 : a > b;
}

bool restate_touching(struct eval *v, const struct restate *r, int unit, int **ret, size_t *ret_n)
{
    struct under u = restate_under(r, unit);
    int n = u.n + u.opens;
    int *rank = arena_array(&v->arena, (size_t)n, sizeof *rank);

    if (!rank)
        return err_memory(v->err);
    for (int i = 0; i < n; i++)
        rank[i] = rank_under(r, &u, i);
    if (n)
        qsort(rank, (size_t)n, sizeof *rank, compare_ints);
    *ret = rank;
    *ret_n = (size_t)n;
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

/* Largest remainder over whole numbers, as descent_split() does it over fractions. */
static void cut_whole(const struct open *o, int parts, uint64_t total, i128 *ret)
{
    uint64_t left = total;
    int64_t rest[64];

    for (int i = 0; i < parts; i++) {
        unsigned __int128 product = (unsigned __int128)total * (uint64_t)o->num[i];
        uint64_t floor = product >> 64 ? (uint64_t)(product / (uint64_t)o->den)
                                       : (uint64_t)product / (uint64_t)o->den;
        rest[i] = (int64_t)((uint64_t)product - floor * (uint64_t)o->den);
        ret[i] = floor;
        left -= floor;
    }
    for (; left > 0; left--) {
        int best = 0;
        for (int i = 1; i < parts; i++)
            if (rest[i] > rest[best] || (rest[i] == rest[best] && o->least[i] < o->least[best]))
                best = i;
        if (!rest[best])
            break;
        ret[best]++;
        rest[best] = 0;
    }
}

/* The figure's parts, which add up to it. */
bool restate_cut(
    struct eval *v, const struct restate *r, const struct open *o, i128 whole, i128 *ret)
{
    const struct descent *d = &r->of[o->rank];
    i128 size = whole < 0 ? -whole : whole;

    if (!o->den || d->parts > 64 || size > INT64_MAX)
        return descent_split(d, whole, id_of, &v->c->units, ret, v->err);
    cut_whole(o, d->parts, (uint64_t)size, ret);
    for (int i = 0; whole < 0 && i < d->parts; i++)
        ret[i] = -ret[i];
    return true;
}

/* How many of the part's units lie at or under the place. */
static int inside(const struct restate *r, const struct descent_part *p, int pos)
{
    int n = 0;

    for (int u = 0; u < p->units; u++) {
        int at = restate_pos(r, p, u);
        n += at >= pos && at < pos + r->to->t.size[pos];
    }
    return n;
}

/* What of an open figure, cut into `amount`, lies or may lie at the place. */
struct placed restate_place(
    const struct restate *r, const struct open *o, const i128 *amount, int pos)
{
    const struct descent *d = &r->of[o->rank];
    struct placed ret = {0};
    bool elsewhere = false;

    for (int i = 0; i < d->parts; i++) {
        int n = inside(r, &d->part[i], pos);
        elsewhere |= n == 0;
        if (n == 0)
            continue;
        ret.some = true;
        if (n == d->part[i].units || amount[i] < 0)
            ret.low += amount[i];
        if (n == d->part[i].units || amount[i] >= 0)
            ret.high += amount[i];
        if (n < d->part[i].units)
            ret.marks |= MARK_BOUNDED;
    }
    if (ret.some && elsewhere)
        ret.marks |= MARK_ESTIMATED;
    if (d->moved)
        ret.marks |= MARK_RESTATED;
    return ret;
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

bool bounds_put(struct eval *v, struct bounds *t, i128 low, i128 high, uint32_t marks)
{
    if (__builtin_add_overflow(t->low, low, &t->low) ||
        __builtin_add_overflow(t->high, high, &t->high))
        return eval_overflow(v);
    t->some = true;
    t->marks |= marks;
    return true;
}

static bool bounds_add(struct eval *v, const struct restate *r, const struct under *n, int i,
    const struct leaf *l, int pos, struct bounds *t)
{
    i128 whole;

    if (!whole_of(v, l, &whole))
        return false;
    t->is_rat = l->is_rat;
    if (i < n->n)
        return bounds_put(v, t, whole, whole, l->marks | (n->moved[i] ? MARK_RESTATED : 0));
    const struct open *o = &r->open[n->touch[i - n->n]];
    i128 *amount = arena_array(&v->arena, (size_t)r->of[o->rank].parts, sizeof *amount);
    if (!amount)
        return err_memory(v->err);
    if (!restate_cut(v, r, o, whole, amount))
        return false;
    struct placed p = restate_place(r, o, amount, pos);
    return bounds_put(v, t, p.low, p.high, l->marks | p.marks);
}

/* A sum: exact, or between its bounds. */
bool bounds_part(
    struct eval *v, const struct indicator *x, const struct bounds *t, struct part *ret)
{
    i128 den = t->is_rat ? (i128)FRACTION_UNIT : pow10_i64(x->decimals);

    ret->marks = t->marks & ~(uint32_t)MARK_BOUNDED;
    if (!t->some)
        return true;
    ret->bounded = t->low != t->high;
    if (!rat_make(t->low, den, &ret->low))
        return eval_overflow(v);
    ret->high = ret->low;
    if (ret->bounded && !rat_make(t->high, den, &ret->high))
        return eval_overflow(v);
    ret->has = !ret->bounded;
    ret->value = ret->low;
    return true;
}

/* A rule that cannot be cut: the figures that touch the place, whole. */
static bool carry(struct eval *v, const struct bases *s, size_t b, const struct restate *r,
    const struct under *n, int unit, struct part *ret)
{
    struct adder a;
    int pos = r->to->t.pos[unit];
    bool alone = s->x->over_units == UNITS_NONE || s->x->over_units == UNITS_RATIO;
    int64_t covered = 0;
    uint32_t marks = 0;

    adder_init(&a, s->x);
    int all = n->n + n->opens - n->closed;
    for (int i = 0; i < all; i++) {
        int rank = rank_under(r, n, i);
        const struct descent *d = &r->of[rank];
        struct leaf l;
        struct rat weight;
        if (!leaf_weighed(v, &a, s, b, r->from->unit[rank], &l, &weight))
            return false;
        covered += l.covered;
        if (!l.has)
            continue;
        for (int k = 0; k < d->parts; k++)
            if (inside(r, &d->part[k], pos) < d->part[k].units)
                marks |= MARK_CARRIED;
        marks |= d->moved ? MARK_RESTATED : 0;
        if (!adder_add(v, &a, s, &l, weight))
            return false;
    }
    bool unclear = alone && (all != 1 || a.n != 1);
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
    struct bounds t = {0};
    int64_t covered = 0, closed = 0;

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
    if (!r)
        return false;
    struct under n = restate_under(r, unit);
    int all = n.n + n.opens, counted = all - n.closed;
    if (!all)
        return own_restated(v, s, b, unit, ret);
    ret->expected = counted;
    if (s->x->over_units != UNITS_SUM)
        return carry(v, s, b, r, &n, unit, ret);
    for (int i = 0; i < all; i++) {
        struct leaf l;
        if (!leaf_of(v, s, b, restate_unit(r, rank_under(r, &n, i)), &l))
            return false;
        covered += l.covered && i < counted;
        closed += l.covered && i >= counted;
        if (l.has && !bounds_add(v, r, &n, i, &l, r->to->t.pos[unit], &t))
            return false;
    }
    if (!counted && !closed)
        return own_restated(v, s, b, unit, ret);
    ret->reported = counted ? covered : closed;
    ret->expected = counted ? counted : closed;
    return bounds_part(v, s->x, &t, ret);
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
    struct bounds *t = arena_array(&v->arena, n, sizeof *t);
    struct leaf *leaf = arena_array(&v->arena, n, sizeof *leaf);

    if (!r)
        return false;
    if (!t || !leaf)
        return err_memory(v->err);
    struct under u = restate_under(r, unit);
    int counted = u.n + u.opens - u.closed;
    for (int k = 0; k < u.n + u.opens; k++) {
        int from = restate_unit(r, rank_under(r, &u, k));
        bool all = true;
        for (size_t i = 0; all && i < n; i++)
            if (!gives(v, &s[i], b, from, k >= counted, &all))
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
            if (leaf[i].has && !bounds_add(v, r, &u, k, &leaf[i], r->to->t.pos[unit], &t[i]))
                return false;
    }
    for (size_t i = 0; i < n; i++)
        if (!bounds_part(v, s[i].x, &t[i], &part[i * stride]))
            return false;
    return true;
}
