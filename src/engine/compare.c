/* compare: see compare.h. */
#include "engine/compare.h"

#include <stdlib.h>

#include "engine/restate.h"

/* What the comparisons of one question share: columns regrouped. */
struct comparisons {
    struct regroups *regroups;
};

struct comparisons *comparisons_new(struct eval *v)
{
    struct comparisons *k = arena_zalloc(&v->arena, sizeof *k);

    if (k)
        k->regroups = regroups_new(v);
    return k && k->regroups ? k : NULL;
}

/* Nothing of any unit of the line differs between the base periods and the day. */
static bool same_ground(struct eval *v, const struct bases *s, struct day day, bool *ret)
{
    const struct etree *last = ground_tree(v->g, s->q.line, day, v->err);
    size_t events = succession_until(v->c->event, v->c->events, day);
    size_t from, to;

    *ret = succession_until(v->c->event, v->c->events, period_first_day(s->p[0])) == events;
    for (size_t b = 0; last && *ret && b < s->n; b++) {
        const struct etree *t = ground_tree(v->g, s->q.line, period_last_day(s->p[b]), v->err);
        if (!t)
            return false;
        ground_ended(v->g, s->p[b], &from, &to);
        *ret = t == last && from == to;
    }
    return last != NULL;
}

/* Ranks of the units that stood under the unit on the roster's own day. */
static void stood_under(const struct roster *r, int unit, int *ret_from, int *ret_n)
{
    int pos = r->tree->t.pos[unit];

    *ret_from = pos < 0 ? 0 : r->first[pos];
    *ret_n = pos < 0 ? 0 : r->count[pos];
}

/* Does every part of the figure lie at or under the unit on the other day? */
static bool all_inside(const struct restate *r, int rank, int unit)
{
    int pos = r->to->t.pos[unit];

    for (int i = 0; i < r->of[rank].parts; i++)
        for (int u = 0; u < r->of[rank].part[i].units; u++) {
            int to = r->of[rank].part[i].unit[u];
            int at = to < 0 ? -1 : r->to->t.pos[to];
            if (pos < 0 || at < pos || at >= pos + r->to->t.size[pos])
                return false;
        }
    return true;
}

/* What the unit is made of on the day read was under it then, and the other way round. */
static bool is_inside(const struct restate *r, const int *rank, size_t n, int unit)
{
    int from, count;

    stood_under(r->from, unit, &from, &count);
    if ((size_t)count != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (rank[i] != from + (int)i || !all_inside(r, rank[i], unit))
            return false;
    return true;
}

static int compare_ints(const void *x, const void *y)
{
    int a = *(const int *)x, b = *(const int *)y;

    return a < b ? -1 : a > b;
}

/* Is it made of the same units, to which nothing happened, at both periods? Then what came after
 * moved both alike. */
static bool is_constant(struct eval *v, const struct bases *s, size_t b, const struct restate *r,
    const int *rank, size_t n, int unit, struct period later, bool *ret)
{
    struct bases then, between = *s;
    int *others;
    size_t m;

    *ret = false;
    between.q.on = period_last_day(later);
    if (!bases_lay(v, s->q, later, &then))
        return false;
    if (v->need.n)
        return true; /* is asked again when the columns are there */
    const struct restate *path = restate_of(v, &between, b);
    const struct restate *end = path ? restate_of(v, &then, then.n - 1) : NULL;
    if (!end || !restate_touching(v, end, unit, &others, &m))
        return false;
    m = restate_on_roster(end, others, m);
    *ret = m == n;
    for (size_t i = 0; *ret && i < n; i++) { /* the rosters may have them in another order */
        int at = roster_rank(end->from, restate_unit(r, rank[i]));
        bool there = at >= 0 && bsearch(&at, others, m, sizeof *others, compare_ints);
        *ret = there && !path->of[rank[i]].moved;
    }
    return true;
}

static bool boundary_moved(struct eval *v, struct comparisons *k, const struct bases *s, size_t b,
    int unit, struct period later, bool *ret)
{
    const struct restate *r = k ? regroups_lie(v, k->regroups, s, b) : restate_of(v, s, b);
    bool constant = false, on_later = s->q.on.v == period_last_day(later).v;
    int *rank;
    size_t n;

    *ret = false;
    if (!r)
        return false;
    /* Is it made of the same units on both days? That does not depend on the indicator. */
    enum restate_made made = __atomic_load_n(&r->made[unit], __ATOMIC_RELAXED);
    if (made == MADE_ALIKE || (made == MADE_OTHERWISE && on_later)) {
        *ret = made == MADE_OTHERWISE;
        return true;
    }
    if (!restate_touching(v, r, unit, &rank, &n))
        return false;
    n = restate_on_roster(r, rank, n);
    bool moved = !is_inside(r, rank, n, unit);
    __atomic_store_n(&r->made[unit], moved ? MADE_OTHERWISE : MADE_ALIKE, __ATOMIC_RELAXED);
    if (moved && !on_later && !is_constant(v, s, b, r, rank, n, unit, later, &constant))
        return false;
    *ret = moved && !constant;
    return true;
}

bool eval_compared(struct eval *v, struct comparisons *k, struct ask q, int unit,
    struct period earlier, struct period later, struct total *ret)
{
    struct arena_mark mark = arena_mark(&v->arena);
    size_t needed = v->need.n;
    struct bases s;
    bool same, moved = false, took = false;

    if (!bases_lay(v, q, earlier, &s) || !same_ground(v, &s, period_last_day(later), &same))
        return false;
    if (same && !q.restated) {
        if (v->need.n == needed)
            arena_release(&v->arena, mark);
        return eval_total(v, q, unit, earlier, ret);
    }
    if (!q.restated) {
        q.restated = true;
        q.on = period_last_day(later);
    }
    s.q = q;
    if (k && !regroups_total(v, k->regroups, q, unit, earlier, ret, &took))
        return false;
    if (!took && !eval_total(v, q, unit, earlier, ret))
        return false;
    for (size_t b = 0; b < s.n && !moved && !same; b++)
        if (!boundary_moved(v, k, &s, b, unit, later, &moved))
            return false;
    ret->marks |= moved ? MARK_BOUNDARY : 0;
    /* what was regrouped, which is of one period, stays for the others */
    if (v->need.n == needed && (!k || s.n > 1))
        arena_release(&v->arena, mark);
    return true;
}
