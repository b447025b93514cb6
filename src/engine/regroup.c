/* regroup: columns read on the units of another day, many totals at once; see restate.h. */
#include "engine/restate.h"

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

    if (!restate_cut(v, r, o, c.value, amount))
        return false;
    g->done[no] = true;
    for (int k = 0; k < d->parts; k++)
        for (int u = 0; u < d->part[k].units; u++) {
            int slot = restate_upper(r->to, restate_pos(r, &d->part[k], u));
            while (slot >= 0 && last[slot] != no + 1) {
                int pos = r->to->slot_pos[slot];
                struct placed at = restate_place(r, o, amount, pos);
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
        if (!g->done[n->touch[i]] && !restate_cut(v, g->r, o, c.value, g->amount + o->first_part))
            return false;
        g->done[n->touch[i]] = true;
        struct placed at = restate_place(g->r, o, g->amount + o->first_part, pos);
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
