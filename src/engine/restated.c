/* restated: totals on the units of another day; see restate.h. */
#include "engine/restate.h"

/* ---- one figure cut and placed ---- */

/* What one base figure gives to a place. */
struct placed {
    bool some;      /* it touches the place */
    i128 low, high; /* the same where nothing is unknown */
    uint32_t marks;
};

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
static bool cut(
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
static struct placed place(
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

/* A sum on its way: exact, or between its bounds. */
struct bounds {
    i128 low, high;
    bool some, is_rat;
    uint32_t marks;
};

static bool bounds_put(struct eval *v, struct bounds *t, i128 low, i128 high, uint32_t marks)
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
    if (!cut(v, r, o, whole, amount))
        return false;
    struct placed p = place(r, o, amount, pos);
    return bounds_put(v, t, p.low, p.high, l->marks | p.marks);
}

/* A sum: exact, or between its bounds. */
static bool bounds_part(
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
        int rank = restate_rank(r, n, i);
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
        if (!leaf_of(v, s, b, restate_unit(r, restate_rank(r, &n, i)), &l))
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
        int from = restate_unit(r, restate_rank(r, &u, k));
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

/* ---- many totals of one column ---- */

/* Total of an upper unit: of what lies under it however it is cut, and of the rest. */
struct upper_sum {
    i128 sum;
    int64_t reported;
    uint32_t marks;
    struct bounds rest;
};

struct regroup {
    struct ask q;
    int64_t code; /* of the period, 0: none */
    const struct column *col;
    const struct restate *r;
    i128 *amount;            /* of every part of the open figures */
    bool *done;              /* by open figure: its amounts stand there */
    struct upper_sum *upper; /* of a column that lists its figures, by upper unit; NULL: none */
};
/* Columns of one period with the same units, and no figures besides, lie alike on the other day. */
struct alike {
    const struct roster *roster;
    int64_t code;
    struct day on;
    enum share_basis basis;
    const struct restate *r;
};
enum { REGROUPS = 64, ALIKE = 64 };
/* A bit for each place that is taken, so that nothing else need be cleared for a question. */
struct regroups {
    uint64_t regrouped, known;
    struct regroup p[REGROUPS];
    struct alike alike[ALIKE];
};

struct regroups *regroups_new(struct eval *v)
{
    struct regroups *k = arena_alloc(&v->arena, sizeof *k);

    if (k)
        k->regrouped = k->known = 0;
    return k;
}

static bool same_ask(const struct ask *a, const struct ask *b)
{
    return a->indicator == b->indicator && a->series == b->series && a->line == b->line &&
           a->state == b->state && a->on.v == b->on.v;
}

const struct restate *regroups_lie(
    struct eval *v, struct regroups *k, const struct bases *s, size_t b)
{
    const struct column *col = s->col[b];
    bool plain = v->g->brief[s->q.indicator].simple && col && s->q.line == s->x->line &&
                 !column_plane(col, s->q.state)->extras;
    int64_t code = plain ? col->code : 0;
    size_t at = (uint64_t)code / 10 % ALIKE; /* a month each */
    struct alike *a = &k->alike[at];

    if (plain && k->known >> at & 1 && a->roster == col->roster && a->code == code &&
        a->on.v == s->q.on.v && a->basis == s->x->basis)
        return a->r;
    const struct restate *r = restate_of(v, s, b);
    if (r && plain) {
        *a = (struct alike){col->roster, code, s->q.on, s->x->basis, r};
        k->known |= (uint64_t)1 << at;
    }
    return r;
}

/* The number of the open figure of a rank. */
static int open_of(const struct restate *r, int rank)
{
    int low = 0, n = r->opens;

    while (n > 1) {
        int half = n / 2;
        low = r->open[low + half].rank <= rank ? low + half : low;
        n -= half;
    }
    return low;
}

/* Adds an open figure to the upper units that it touches, each once; `last` notes them. */
static bool add_open_up(struct eval *v, struct regroup *g, int no, struct cell c, int *last)
{
    const struct restate *r = g->r;
    const struct open *o = &r->open[no];
    const struct descent *d = &r->of[o->rank];
    i128 *amount = g->amount + o->first_part;

    if (!cut(v, r, o, c.value, amount))
        return false;
    g->done[no] = true;
    for (int k = 0; k < d->parts; k++)
        for (int u = 0; u < d->part[k].units; u++) {
            int slot = restate_upper(r->to, restate_pos(r, &d->part[k], u));
            while (slot >= 0 && last[slot] != no + 1) {
                int pos = r->to->slot_pos[slot];
                struct placed at = place(r, o, amount, pos);
                last[slot] = no + 1;
                g->upper[slot].reported++;
                if (!bounds_put(v, &g->upper[slot].rest, at.low, at.high,
                        at.marks | (uint32_t)c.marks << CELL_MARK_SHIFT))
                    return false;
                slot = restate_upper(r->to, r->to->t.parent[pos]);
            }
        }
    return true;
}

/* What lies under one upper unit belongs to those above it too, which stand before it. */
static void hand_up(struct regroup *g)
{
    const struct etree *t = g->r->to;

    for (int s = t->slots; s-- > 0;) {
        int above = restate_upper(t, t->t.parent[t->slot_pos[s]]);
        if (above < 0)
            continue;
        g->upper[above].sum += g->upper[s].sum;
        g->upper[above].reported += g->upper[s].reported;
        g->upper[above].marks |= g->upper[s].marks;
    }
}

/* One pass over the cells, instead of one over the units under each place asked for. */
static bool add_up(struct eval *v, struct regroup *g)
{
    const struct restate *r = g->r;
    const struct plane *p = column_plane(g->col, g->q.state);
    size_t slots = (size_t)r->to->slots, opens = 0;
    struct plane_walk walk = plane_walk(p, 0);
    int *last = arena_array(&v->arena, slots, sizeof *last), rank;
    struct extra *open = arena_alloc(&v->arena, (p->cells + 1) * sizeof *open);
    struct cell c;

    g->upper = arena_array(&v->arena, slots, sizeof *g->upper);
    if (!last || !open || !g->upper)
        return err_memory(v->err);
    while (plane_next(&walk, r->from->n, &rank, &c)) {
        unsigned at = r->upper[rank], slot = at & ~REST_MOVED;
        if (at == REST_OPEN) {
            open[opens++] = (struct extra){open_of(r, rank), c};
        } else if (slot != REST_NOWHERE) {
            struct upper_sum *to = &g->upper[slot];
            to->sum += c.value;
            to->reported++;
            to->marks |= (at & REST_MOVED ? MARK_RESTATED : 0) | (uint32_t)c.marks
                                                                     << CELL_MARK_SHIFT;
        }
    }
    hand_up(g);
    for (size_t i = 0; i < opens; i++)
        if (!add_open_up(v, g, open[i].unit, open[i].cell, last))
            return false;
    return true;
}

/* The total of an upper unit out of that pass. */
static bool take_upper(
    struct eval *v, const struct upper_sum *u, struct bounds *t, int64_t *ret_count)
{
    *t = u->rest;
    *ret_count = u->reported;
    return !u->reported || bounds_put(v, t, u->sum, u->sum, u->marks);
}

/* NULL with *ret_ok where the column has to come in first. */
static const struct regroup *find_regroup(
    struct eval *v, struct regroups *k, struct ask q, struct period p, bool *ret_ok)
{
    int64_t code = period_code(p);
    uint64_t h = (uint64_t)code * 7 + (uint64_t)q.indicator * 13 + (uint64_t)q.state;
    size_t at = (h ^ h >> 6) % REGROUPS;
    struct regroup *g = &k->p[at];
    const struct indicator *x = &v->c->indicator[q.indicator];
    const struct column *col;
    bool ok;

    *ret_ok = true;
    if (k->regrouped >> at & 1 && g->code == code && same_ask(&g->q, &q))
        return g;
    col = eval_column(v, q.series >= 0 ? q.series : x->series, p, &ok);
    struct bases s = {.x = x, .q = q, .p = &p, .n = 1, .col = &col};
    const struct restate *r = ok && col ? regroups_lie(v, k, &s, 0) : NULL;
    *ret_ok = ok && (!col || r);
    if (!r)
        return NULL;
    *g = (struct regroup){q, code, col, r,
        arena_alloc(&v->arena, (size_t)r->parts * sizeof *g->amount),
        arena_array(&v->arena, (size_t)r->opens, sizeof *g->done), NULL};
    k->regrouped |= (uint64_t)1 << at;
    *ret_ok = (g->amount && g->done) || err_memory(v->err);
    if (*ret_ok && column_plane(col, q.state)->sparse)
        *ret_ok = add_up(v, g);
    if (*ret_ok)
        return g;
    g->code = 0;
    return NULL;
}

/* The figures that lie whole under the place: where their ranks follow one another a plain scan. */
static bool add_whole(struct eval *v, const struct regroup *g, const struct under *n,
    const struct plane *p, struct bounds *t, int64_t *ret_count)
{
    const int *steps = g->r->steps + n->from;
    i128 sum;
    int64_t least, most;
    uint32_t marks = 0;

    *ret_count = 0;
    if (!n->n || !p->width)
        return true;
    if (steps[n->n - 1] == steps[0])
        plane_scan(p, n->whole[0], n->n, &sum, &least, &most, ret_count);
    else
        plane_pick(p, n->whole, n->n, &sum, ret_count);
    for (int i = 0; i < n->n; i++)
        if (n->moved[i] && plane_has(p, n->whole[i])) {
            marks = MARK_RESTATED;
            break;
        }
    for (int i = 0; p->marks && i < n->n; i++)
        marks |= plane_marks(p, n->whole[i], 1);
    return !*ret_count || bounds_put(v, t, sum, sum, marks);
}

static bool add_open(struct eval *v, const struct regroup *g, const struct under *n,
    const struct plane *p, int pos, struct bounds *t, int64_t *count)
{
    for (int i = 0; i < n->opens; i++) {
        const struct open *o = &g->r->open[n->touch[i]];
        struct cell c = plane_at(p, o->rank);
        if (!c.has)
            continue;
        ++*count;
        if (!g->done[n->touch[i]] && !cut(v, g->r, o, c.value, g->amount + o->first_part))
            return false;
        g->done[n->touch[i]] = true;
        struct placed at = place(g->r, o, g->amount + o->first_part, pos);
        if (!bounds_put(v, t, at.low, at.high, at.marks | (uint32_t)c.marks << CELL_MARK_SHIFT))
            return false;
    }
    return true;
}

bool regroups_total(struct eval *v, struct regroups *k, struct ask q, int unit, struct period p,
    struct total *ret, bool *ret_took)
{
    const struct brief *x = &v->g->brief[q.indicator];
    enum frequency f;
    struct bounds t = {0};
    struct part part = {.value = {0, 1}, .low = {0, 1}, .high = {0, 1}};
    int64_t whole;
    bool ok;

    *ret_took = false;
    if (!x->simple || (uint8_t)q.line != x->line || !period_frequency(p, &f) || f != x->frequency)
        return true;
    const struct regroup *g = find_regroup(v, k, q, p, &ok);
    *ret_took = !g;
    if (!g) {
        *ret = (struct total){0};
        return ok;
    }
    struct under n = restate_under(g->r, unit);
    if ((!n.n && !n.opens) || n.closed)
        return true;
    const struct plane *plane = column_plane(g->col, q.state);
    int pos = g->r->to->t.pos[unit], slot = g->upper ? g->r->to->slot[pos] : -1;
    if (!(slot >= 0 ? take_upper(v, &g->upper[slot], &t, &whole)
                    : add_whole(v, g, &n, plane, &t, &whole) &&
                          add_open(v, g, &n, plane, pos, &t, &whole)))
        return false;
    if (!bounds_part(v, &v->c->indicator[q.indicator], &t, &part))
        return false;
    *ret_took = true;
    *ret = (struct total){.has = part.has,
        .value = part.value,
        .has_bounds = part.bounded,
        .low = part.bounded ? part.low : (struct rat){0, 1},
        .high = part.bounded ? part.high : (struct rat){0, 1},
        .stated = {0, 1},
        .reported = whole,
        .expected = n.n + n.opens,
        .marks = part.marks | (part.bounded ? MARK_BOUNDED : 0)};
    return true;
}
