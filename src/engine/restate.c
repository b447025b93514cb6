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
        rank[i] = restate_rank(r, &u, i);
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
