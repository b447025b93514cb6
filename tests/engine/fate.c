/* fate: see fate.h. */
#include "fate.h"

#include <assert.h>

static void put_piece(struct fate *f, struct rat share, uint64_t among)
{
    bool one = (among & (among - 1)) == 0;

    for (int i = 0; one && i < f->n; i++)
        if (f->p[i].among == among) {
            bool ok = rat_add(f->p[i].share, share, &f->p[i].share);
            assert(ok);
            return;
        }
    assert(f->n < PIECES);
    f->p[f->n++] = (struct piece){share, among, 0};
}

static uint64_t bit(int unit)
{
    return (uint64_t)1 << (unit < 0 ? (int)NOWHERE : unit);
}

/* Is the edge one of that day? What happens on one day happens at once. */
static bool is_of(const struct catalog *c, size_t edge, struct day day)
{
    return c->event[c->edge[edge].event].day.v == day.v;
}

/* Where the units of the mask went (back: came from) on the day; *ret_touched: it is about one. */
static uint64_t went(
    const struct catalog *c, struct day day, uint64_t among, bool back, bool *ret_touched)
{
    uint64_t to = among;

    *ret_touched = false;
    for (size_t k = 0; k < c->edges; k++) {
        if (!is_of(c, k, day))
            continue;
        int end = back ? c->edge[k].to : c->edge[k].from;
        if (end >= 0 && (among & bit(end))) {
            to &= ~bit(end);
            *ret_touched = true;
        }
    }
    for (size_t k = 0; k < c->edges; k++) {
        int end = back ? c->edge[k].to : c->edge[k].from;
        if (is_of(c, k, day) && end >= 0 && (among & bit(end)))
            to |= bit(back ? c->edge[k].from : c->edge[k].to);
    }
    return to;
}

static void pass(
    const struct catalog *c, struct day day, enum share_basis basis, bool back, struct fate *f)
{
    struct fate next = {.n = 0, .moved = f->moved};

    for (int i = 0; i < f->n; i++) {
        uint64_t among = f->p[i].among, open = 0;
        struct rat rest = {1, 1}, part;
        bool touched, one = (among & (among - 1)) == 0;
        uint64_t to = went(c, day, among, back, &touched);
        next.moved |= touched;
        if (back || !one || !touched) {
            put_piece(&next, f->p[i].share, to);
            continue;
        }
        for (size_t k = 0; k < c->edges; k++) {
            const struct edge *d = &c->edge[k];
            if (!is_of(c, k, day) || d->from < 0 || bit(d->from) != among)
                continue;
            if (!d->known[basis]) {
                open |= bit(d->to);
                continue;
            }
            bool ok = rat_sub(rest, d->share[basis], &rest) &&
                      rat_mul(f->p[i].share, d->share[basis], &part);
            assert(ok);
            if (part.num)
                put_piece(&next, part, bit(d->to));
        }
        bool ok = rat_mul(f->p[i].share, rest, &part);
        assert(ok);
        if (open && part.num)
            put_piece(&next, part, open);
    }
    *f = next;
}

static bool has_event(const struct catalog *c, struct day day)
{
    bool any = false;

    for (size_t i = 0; i < c->events; i++)
        any |= c->event[i].day.v == day.v;
    return any;
}

struct fate fate_of(
    const struct catalog *c, enum share_basis basis, int unit, struct day from, struct day on)
{
    struct fate f = {.n = 1};

    f.p[0] = (struct piece){{1, 1}, bit(unit), 0};
    for (struct day d = day_add(from, 1); d.v <= on.v; d = day_add(d, 1))
        if (has_event(c, d))
            pass(c, d, basis, false, &f);
    for (struct day d = from; d.v > on.v; d = day_add(d, -1))
        if (has_event(c, d))
            pass(c, d, basis, true, &f);
    return f;
}

void fate_cut(struct fate *f, i128 whole)
{
    i128 left = whole < 0 ? -whole : whole, all = left;
    struct rat over[PIECES];

    for (int i = 0; i < f->n; i++) {
        bool ok = rat_mul(f->p[i].share, (struct rat){all, 1}, &over[i]);
        assert(ok);
        f->p[i].amount = over[i].num / over[i].den;
        rat_sub(over[i], (struct rat){f->p[i].amount, 1}, &over[i]);
        left -= f->p[i].amount;
    }
    for (; left > 0; left--) {
        int best = 0;
        for (int i = 1; i < f->n; i++) {
            int order = rat_cmp(over[i], over[best]);
            int mine = __builtin_ctzll(f->p[i].among), its = __builtin_ctzll(f->p[best].among);
            if (order > 0 || (order == 0 && mine < its))
                best = i;
        }
        f->p[best].amount++;
        over[best] = (struct rat){-1, 1};
    }
    for (int i = 0; whole < 0 && i < f->n; i++)
        f->p[i].amount = -f->p[i].amount;
}

bool fate_touches(const struct fate *f, uint64_t place)
{
    bool any = false;

    for (int i = 0; i < f->n; i++)
        any |= (f->p[i].among & place) != 0;
    return any;
}

bool fate_within(const struct fate *f, uint64_t place)
{
    bool all = true;

    for (int i = 0; i < f->n; i++)
        all &= (f->p[i].among & ~place) == 0;
    return all;
}
