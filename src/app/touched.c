/* touched: see touched.h. Groups by union and find; their ways upward as one array. */
#include "app/touched.h"

#include <stdlib.h>

#define TOUCHED_MAX ((size_t)1 << 30)

static int root(int *of, int unit)
{
    while (of[unit] != unit)
        unit = of[unit] = of[of[unit]];
    return unit;
}

static void join(int *of, int a, int b)
{
    if (a >= 0 && b >= 0)
        of[root(of, a)] = root(of, b);
}

/* unit -> group, numbered from 0. */
static bool make_groups(struct touched *t, const struct catalog *c)
{
    size_t n = c->units.n;
    int *of = arena_array(&t->arena, n + 1, sizeof *of),
        *number = arena_array(&t->arena, n + 1, sizeof *number);

    t->group = arena_array(&t->arena, n + 1, sizeof *t->group);
    if (!of || !number || !t->group)
        return false;
    for (size_t i = 0; i < n; i++)
        of[i] = (int)i;
    for (size_t i = 0; i < n; i++)
        join(of, (int)i, c->units.p[i].place);
    for (size_t i = 0; i < c->edges; i++)
        join(of, c->edge[i].from, c->edge[i].to);
    for (size_t i = 0; i < n; i++)
        if (root(of, (int)i) == (int)i)
            number[i] = (int)t->groups++;
    for (size_t i = 0; i < n; i++)
        t->group[i] = number[root(of, (int)i)];
    return true;
}

/* The ways upward: counted, then laid one behind the other. */
static bool make_ways(struct touched *t, const struct catalog *c)
{
    const struct units *us = &c->units;
    size_t ways = 0;

    for (size_t i = 0; i < us->n; i++)
        ways += us->p[i].parents;
    t->first = arena_array(&t->arena, t->groups + 2, sizeof *t->first);
    t->up = arena_array(&t->arena, ways + 1, sizeof *t->up);
    if (!t->first || !t->up)
        return false;
    for (size_t i = 0; i < us->n; i++)
        t->first[t->group[i] + 2] += (int)us->p[i].parents;
    for (size_t g = 2; g < t->groups + 2; g++)
        t->first[g] += t->first[g - 1];
    for (size_t i = 0; i < us->n; i++)
        for (size_t k = 0; k < us->p[i].parents; k++) {
            int parent = us->p[i].parent[k].parent;
            t->up[t->first[t->group[i] + 1]++] = parent < 0 ? t->group[i] : t->group[parent];
        }
    return true;
}

struct touched *touched_new(const struct catalog *c, struct err *err)
{
    struct touched *t = calloc(1, sizeof *t);

    if (!t) {
        err_memory(err);
        return NULL;
    }
    arena_init(&t->arena, TOUCHED_MAX);
    t->units = c->units.n;
    if (make_groups(t, c) && make_ways(t, c)) {
        t->version = arena_array(&t->arena, t->groups + 1, sizeof *t->version);
        t->seen = arena_array(&t->arena, t->groups + 1, sizeof *t->seen);
        t->queue = arena_array(&t->arena, t->groups + 1, sizeof *t->queue);
        if (t->version && t->seen && t->queue)
            return t;
    }
    touched_free(t);
    err_memory(err);
    return NULL;
}

void touched_free(struct touched *t)
{
    if (!t)
        return;
    arena_free(&t->arena);
    free(t);
}

uint64_t touched_version(const struct touched *t, int unit)
{
    return __atomic_load_n(&t->version[t->group[unit]], __ATOMIC_ACQUIRE);
}

void touched_begin(struct touched *t)
{
    t->round++;
    if (t->round)
        return;
    for (size_t i = 0; i < t->groups; i++)
        t->seen[i] = 0;
    t->round = 1;
}

/* Puts a group into the queue once in a round; its number moves then. */
static size_t reach(struct touched *t, int g, size_t n)
{
    if (t->seen[g] == t->round)
        return n;
    t->seen[g] = t->round;
    __atomic_add_fetch(&t->version[g], 1, __ATOMIC_RELEASE);
    t->queue[n] = g;
    return n + 1;
}

void touched_unit(struct touched *t, int unit)
{
    size_t n = reach(t, t->group[unit], 0);

    for (size_t at = 0; at < n; at++)
        for (int k = t->first[t->queue[at]]; k < t->first[t->queue[at] + 1]; k++)
            n = reach(t, t->up[k], n);
}
