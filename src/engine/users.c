/* users: which indicators move with a figure; see ground.h. */
#include "domain/formula.h"
#include "engine/ground.h"

struct walk {
    const struct catalog *c;
    int *stack; /* indicators to look at */
    bool *seen; /* reached from the one in hand */
    bool local;
};

/* Is the name of node `i` read in another period? */
static bool shifts_time(const struct formula *f, int i)
{
    for (int k = 0; k < f->nodes; k++) {
        enum formula_op op = f->node[k].op;
        if ((op == F_PREV || op == F_LAST_YEAR || op == F_CUMULATIVE) && f->node[k].arg[0] == i)
            return true;
    }
    return false;
}

static void reach(struct walk *w, const struct indicator *from, int to, int *depth)
{
    const struct indicator *x = &w->c->indicator[to];

    w->local &= x->frequency == from->frequency && x->line == from->line;
    if (!w->seen[to]) {
        w->seen[to] = true;
        w->stack[(*depth)++] = to;
    }
}

/* Everything the indicator is made of, itself included. */
static void find_parts(struct walk *w, int indicator)
{
    int depth = 0;

    memset(w->seen, 0, w->c->indicators * sizeof *w->seen);
    w->local = true;
    reach(w, &w->c->indicator[indicator], indicator, &depth);
    while (depth > 0) {
        const struct indicator *x = &w->c->indicator[w->stack[--depth]];
        w->local &= x->formula || x->entered == ENTERED_IN_PERIOD;
        if (x->weight >= 0)
            reach(w, x, x->weight, &depth);
        for (int i = 0; x->formula && i < x->formula->nodes; i++) {
            int part, series;
            if (x->formula->node[i].op != F_NAME)
                continue;
            catalog_operand(w->c, x->formula->node[i].operand, &part, &series);
            w->local &= !shifts_time(x->formula, i);
            reach(w, x, part, &depth);
        }
    }
}

bool ground_find_users(struct ground *g)
{
    size_t n = g->c->indicators;
    struct walk w = {.c = g->c,
        .stack = arena_array(&g->arena, n + 1, sizeof *w.stack),
        .seen = arena_array(&g->arena, n + 1, sizeof *w.seen)};
    VEC(int) pair = {0}; /* user, part, user, part, ... */

    g->local = arena_array(&g->arena, n + 1, sizeof *g->local);
    g->dep_first = arena_array(&g->arena, n + 2, sizeof *g->dep_first);
    if (!w.stack || !w.seen || !g->local || !g->dep_first)
        return false;
    for (size_t i = 0; i < n; i++) {
        find_parts(&w, (int)i);
        g->local[i] = w.local;
        for (size_t k = 0; k < n; k++)
            if (w.seen[k] &&
                (!vec_push(&pair, &g->arena, (int)i) || !vec_push(&pair, &g->arena, (int)k)))
                return false;
    }
    g->dep = arena_array(&g->arena, pair.n / 2, sizeof *g->dep);
    if (!g->dep)
        return false;
    for (size_t i = 0; i < pair.n; i += 2)
        g->dep_first[pair.p[i + 1] + 1]++;
    for (size_t i = 0; i < n; i++)
        g->dep_first[i + 1] += g->dep_first[i];
    for (size_t i = pair.n; i > 0; i -= 2) {
        int part = pair.p[i - 1];
        g->dep[--g->dep_first[part + 1]] = pair.p[i - 2];
    }
    for (size_t i = 0; i < n; i++)
        g->dep_first[i] = g->dep_first[i + 1];
    g->dep_first[n] = (int)(pair.n / 2);
    return true;
}
