/* succession: what became of a unit, and whole numbers cut by shares; see succession.h. */
#include "domain/succession.h"

#include "base/vec.h"

enum { STEPS_MAX = 4096 };

/* Edges in the order of their events, listed by the unit that `end` names. */
static bool list_edges(struct arena *a, const struct edge *edge, size_t edges, size_t units,
    bool by_from, int **ret_first, int **ret_edge)
{
    int *first = arena_array(a, units + 2, sizeof *first);
    int *list = arena_array(a, edges, sizeof *list);

    if (!first || !list)
        return false;
    for (size_t i = 0; i < edges; i++) {
        int u = by_from ? edge[i].from : edge[i].to;
        if (u >= 0)
            first[u + 2]++;
    }
    for (size_t u = 0; u < units; u++)
        first[u + 2] += first[u + 1];
    for (size_t i = 0; i < edges; i++) {
        int u = by_from ? edge[i].from : edge[i].to;
        if (u >= 0)
            list[first[u + 1]++] = (int)i;
    }
    *ret_first = first;
    *ret_edge = list;
    return true;
}

bool lineage_build(struct arena *a, const struct event *event, size_t events,
    const struct edge *edge, size_t edges, size_t units, struct lineage *ret, struct err *err)
{
    struct lineage s = {.event = event, .events = events, .edge = edge};

    if (!list_edges(a, edge, edges, units, true, &s.from_first, &s.from_edge) ||
        !list_edges(a, edge, edges, units, false, &s.to_first, &s.to_edge))
        return err_memory(err);
    *ret = s;
    return true;
}

size_t succession_until(const struct event *event, size_t events, struct day day)
{
    size_t low = 0, high = events;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (event[mid].day.v <= day.v)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct walk {
    struct arena *a;
    const struct lineage *s;
    enum share_basis basis;
    VEC(struct descent_part) part, next;
    int steps;
    struct err *err;
};

static bool overflow(struct walk *w)
{
    return err_set(w->err, ERR_OVERFLOW, MSG_err_number_overflow);
}

/* The edges of event `e` and of the others of its day that leave (back: reach) the unit: from *ret
 * on, how many. What happens on one day happens at once. */
static int edges_at(const struct walk *w, int unit, int e, bool back, const int **ret)
{
    const int *first = back ? w->s->to_first : w->s->from_first;
    const int *list = back ? w->s->to_edge : w->s->from_edge;
    int n = 0;

    if (unit < 0)
        return 0;
    for (int i = first[unit]; i < first[unit + 1]; i++)
        if (w->s->event[w->s->edge[list[i]].event].day.v == w->s->event[e].day.v) {
            if (!n)
                *ret = &list[i];
            n++;
        }
    return n;
}

/* The next event, from `at` on in the direction of the walk, that touches some unit at hand. */
static bool next_event(const struct walk *w, int at, int end, bool back, int *ret)
{
    const int *first = back ? w->s->to_first : w->s->from_first;
    const int *list = back ? w->s->to_edge : w->s->from_edge;
    bool found = false;

    for (size_t p = 0; p < w->part.n; p++)
        for (int u = 0; u < w->part.p[p].units; u++) {
            int unit = w->part.p[p].unit[u];
            for (int i = unit < 0 ? 0 : first[unit]; unit >= 0 && i < first[unit + 1]; i++) {
                int e = w->s->edge[list[i]].event;
                bool ahead = back ? e <= at && e >= end : e >= at && e < end;
                if (ahead && (!found || (back ? e > *ret : e < *ret))) {
                    *ret = e;
                    found = true;
                }
            }
        }
    return found;
}

/* Shares of one unit are added up; parts of several units stay apart. */
static bool add_part(struct walk *w, struct rat share, int *unit, int units)
{
    for (size_t i = 0; units == 1 && i < w->next.n; i++) {
        struct descent_part *q = &w->next.p[i];
        if (q->units == 1 && q->unit[0] == unit[0])
            return rat_add(q->share, share, &q->share) || overflow(w);
    }
    if ((w->steps += units) > STEPS_MAX)
        return err_set(w->err, ERR_LIMIT, MSG_err_succession_long, STR("4096"));
    return vec_push(&w->next, w->a, (struct descent_part){share, unit, units}) ||
           err_memory(w->err);
}

static void add_unit(int *unit, int *n, int one)
{
    for (int i = 0; i < *n; i++)
        if (unit[i] == one)
            return;
    unit[(*n)++] = one;
}

/* A part that lies among several units (or goes back): wherever each of them may have gone. */
static bool spread(struct walk *w, const struct descent_part *p, int e, bool back)
{
    const int *list = NULL;
    int room = 0, n = 0;

    for (int u = 0; u < p->units; u++)
        room += 1 + edges_at(w, p->unit[u], e, back, &list);
    int *unit = arena_array(w->a, (size_t)room, sizeof *unit);
    if (!unit)
        return err_memory(w->err);
    for (int u = 0; u < p->units; u++) {
        int edges = edges_at(w, p->unit[u], e, back, &list);
        if (!edges)
            add_unit(unit, &n, p->unit[u]);
        for (int i = 0; i < edges; i++)
            add_unit(unit, &n, back ? w->s->edge[list[i]].from : w->s->edge[list[i]].to);
    }
    return add_part(w, p->share, unit, n);
}

/* A part of one unit that leaves by its edges: by the shares known, the rest among the others. */
static bool divide(struct walk *w, struct rat whole, const int *list, int edges)
{
    int *open = arena_array(w->a, (size_t)edges, sizeof *open), unknown = 0;
    struct rat rest = {1, 1}, part;

    if (!open)
        return err_memory(w->err);
    for (int i = 0; i < edges; i++) {
        const struct edge *e = &w->s->edge[list[i]];
        if (!e->known[w->basis]) {
            add_unit(open, &unknown, e->to);
            continue;
        }
        if (!rat_sub(rest, e->share[w->basis], &rest) || !rat_mul(whole, e->share[w->basis], &part))
            return overflow(w);
        int *to = arena_array(w->a, 1, sizeof *to);
        if (!to)
            return err_memory(w->err);
        *to = e->to;
        if (!rat_is_zero(part) && !add_part(w, part, to, 1))
            return false;
    }
    if (!unknown || rat_is_zero(rest))
        return true;
    return rat_mul(whole, rest, &part) ? add_part(w, part, open, unknown) : overflow(w);
}

static bool pass_event(struct walk *w, int e, bool back)
{
    w->next.n = 0;
    for (size_t p = 0; p < w->part.n; p++) {
        const struct descent_part *part = &w->part.p[p];
        const int *list = NULL;
        int edges = part->units == 1 ? edges_at(w, part->unit[0], e, back, &list) : 0;
        bool ok = edges && !back ? divide(w, part->share, list, edges) : spread(w, part, e, back);
        if (!ok)
            return false;
    }
    struct descent_part *p = w->part.p;
    size_t cap = w->part.cap;
    w->part.p = w->next.p;
    w->part.n = w->next.n;
    w->part.cap = w->next.cap;
    w->next.p = p;
    w->next.cap = cap;
    return true;
}

bool descent_of(struct arena *a, const struct lineage *s, int unit, enum share_basis basis,
    struct day from, struct day to, struct descent *ret, struct err *err)
{
    bool back = to.v < from.v, moved = false;
    struct walk w = {.a = a, .s = s, .basis = basis, .err = err};
    int at = (int)succession_until(s->event, s->events, from);
    int end = (int)succession_until(s->event, s->events, to), e;
    int *own = arena_array(a, 1, sizeof *own);

    if (!own)
        return err_memory(err);
    *own = unit;
    if (!vec_push(&w.part, a, (struct descent_part){{1, 1}, own, 1}))
        return err_memory(err);
    at -= back;
    while (next_event(&w, at, end, back, &e)) {
        moved = true;
        if (!pass_event(&w, e, back))
            return false;
        for (at = e; at >= 0 && at < (int)s->events && s->event[at].day.v == s->event[e].day.v;)
            at += back ? -1 : 1;
    }
    *ret = (struct descent){w.part.p, (int)w.part.n, moved};
    return true;
}

/* ---- cutting ---- */

static bool cut(__int128 whole, struct rat share, __int128 *ret_floor, struct rat *ret_rest)
{
    struct rat product, below;

    if (!rat_mul((struct rat){whole, 1}, share, &product))
        return false;
    *ret_floor = product.num / product.den;
    below = (struct rat){*ret_floor, 1};
    return rat_sub(product, below, ret_rest);
}

static int64_t least_id(
    const struct descent_part *p, int64_t (*id)(const void *ctx, int unit), const void *ctx)
{
    int64_t least = INT64_MAX;

    for (int i = 0; i < p->units; i++)
        if (p->unit[i] >= 0 && id(ctx, p->unit[i]) < least)
            least = id(ctx, p->unit[i]);
    return least;
}

bool descent_split(const struct descent *d, __int128 whole,
    int64_t (*id)(const void *ctx, int unit), const void *ctx, __int128 *ret, struct err *err)
{
    if (d->parts == 1 && d->part[0].share.num == 1 && d->part[0].share.den == 1) {
        ret[0] = whole;
        return true;
    }
    bool minus = whole < 0;
    __int128 left = minus ? -whole : whole, total = left;
    ARENA_AUTO a;

    arena_init(&a, (size_t)1 << 24);
    struct rat *rest = arena_array(&a, (size_t)d->parts, sizeof *rest);
    if (!rest)
        return err_memory(err);
    for (int i = 0; i < d->parts; i++) {
        if (!cut(total, d->part[i].share, &ret[i], &rest[i]))
            return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
        left -= ret[i];
    }
    for (; left > 0; left--) {
        int best = -1;
        for (int i = 0; i < d->parts; i++) {
            int c = best < 0 ? 1 : rat_cmp(rest[i], rest[best]);
            if (c > 0 ||
                (c == 0 && least_id(&d->part[i], id, ctx) < least_id(&d->part[best], id, ctx)))
                best = i;
        }
        if (best < 0 || rat_is_zero(rest[best]))
            break; /* shares that do not add up to 1: nothing more to give */
        ret[best]++;
        rest[best] = (struct rat){0, 1};
    }
    for (int i = 0; minus && i < d->parts; i++)
        ret[i] = -ret[i];
    return true;
}
