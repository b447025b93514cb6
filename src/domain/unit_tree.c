/* unit_tree: one line's tree on one day, in preorder; see unit.h.
 *
 * Everything on the line that day stands in it, so several roots are possible. Work is n log n for
 * the order of siblings and linear beside. */
#include "domain/unit.h"

#include <stdlib.h>

#include "base/arena.h"

struct child {
    int unit, parent; /* indexes; parent -1 for roots */
    struct str code;
    int64_t id;
};

static int compare_children(const void *x, const void *y)
{
    const struct child *a = x, *b = y;

    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    int c = str_cmp(a->code, b->code);
    return c ? c : a->id < b->id ? -1 : a->id > b->id;
}

static void clip(struct tree *t, struct day day, struct day from, struct day to)
{
    struct day edge[2] = {from, to};

    for (int i = 0; i < 2; i++) {
        if (edge[i].v <= day.v && edge[i].v > t->from.v)
            t->from = edge[i];
        if (edge[i].v > day.v && edge[i].v < t->to.v)
            t->to = edge[i];
    }
}

/* The days around `day` on which nothing of the units of this line changes. */
static void find_stretch(const struct units *us, struct day day, struct tree *t)
{
    t->from = DAY_MIN;
    t->to = DAY_MAX;
    for (size_t i = 0; i < us->n; i++) {
        const struct unit *u = &us->p[i];
        bool ever = t->line == LINE_STATE && u->place < 0;
        for (size_t k = 0; k < u->parents; k++)
            if (u->parent[k].line == t->line) {
                ever = true;
                clip(t, day, u->parent[k].from, u->parent[k].to);
            }
        for (size_t k = 0; ever && k < u->versions; k++)
            clip(t, day, u->version[k].from, u->version[k].to);
    }
}

static bool cyclic(const struct units *us, const struct tree *t, struct day day, struct err *err)
{
    for (size_t i = 0; i < us->n; i++)
        if (t->pos[i] < 0 && unit_on_line(us, (int)i, t->line, day)) {
            const struct unit_version *v = unit_on(us, (int)i, day);
            return err_set(
                err, ERR_CORRUPT, MSG_err_unit_cycle, v->name, v->code, str_of(line_name(t->line)));
        }
    return err_set(err, ERR_CORRUPT, MSG_err_unit_cycle, STR_NULL, STR_NULL, STR_NULL);
}

static bool take_room(struct arena *a, size_t n, size_t units, struct tree *t)
{
    t->n = n;
    t->unit = arena_array(a, n, sizeof *t->unit);
    t->parent = arena_array(a, n, sizeof *t->parent);
    t->size = arena_array(a, n, sizeof *t->size);
    t->depth = arena_array(a, n, sizeof *t->depth);
    t->pos = arena_array(a, units, sizeof *t->pos);
    return t->unit && t->parent && t->size && t->depth && t->pos;
}

/* Everything on the line that day, by parent, then code, then identity; and for every parent (at
 * its index + 1, the roots at 0) the first of its children. */
static bool sort_children(struct arena *scratch, const struct units *us, const struct tree *t,
    struct day day, struct child **ret, size_t *ret_n, size_t **ret_first)
{
    struct child *child = arena_array(scratch, us->n, sizeof *child);
    size_t *first = arena_array(scratch, us->n + 1, sizeof *first);
    size_t n = 0;

    if (!child || !first)
        return false;
    for (size_t i = 0; i < us->n; i++)
        if (unit_on_line(us, (int)i, t->line, day))
            child[n++] = (struct child){(int)i, unit_parent_on(us, (int)i, t->line, day),
                unit_on(us, (int)i, day)->code, us->p[i].id.v};
    if (n)
        qsort(child, n, sizeof *child, compare_children);
    for (size_t i = 0; i <= us->n; i++)
        first[i] = n;
    for (size_t i = n; i-- > 0;)
        first[child[i].parent + 1] = i;
    *ret = child;
    *ret_n = n;
    *ret_first = first;
    return true;
}

/* Walks down and up, taking the next child not yet taken; `next` is used up. The number of units
 * reached: fewer than n where parents form a ring. */
static size_t lay_out(const struct child *child, size_t n, size_t *next, struct tree *t)
{
    int at = -1, laid = 0;

    for (;;) {
        int unit = at < 0 ? -1 : t->unit[at];
        size_t c = next[unit + 1];
        if (c < n && child[c].parent == unit) {
            next[unit + 1]++;
            t->unit[laid] = child[c].unit;
            t->parent[laid] = at;
            t->depth[laid] = at < 0 ? 0 : t->depth[at] + 1;
            t->pos[child[c].unit] = laid;
            at = laid++;
        } else if (at >= 0) {
            t->size[at] = laid - at;
            at = t->parent[at];
        } else {
            return (size_t)laid;
        }
    }
}

bool tree_build(struct arena *a, const struct units *us, enum line line, struct day day,
    struct tree *ret, struct err *err)
{
    ARENA_AUTO scratch;
    struct tree t = {.line = line};
    struct child *child;
    size_t n, *first;

    arena_init(&scratch, SIZE_MAX / 2);
    if (!sort_children(&scratch, us, &t, day, &child, &n, &first) || !take_room(a, n, us->n, &t))
        return err_memory(err);
    for (size_t i = 0; i < us->n; i++)
        t.pos[i] = -1;
    if (lay_out(child, n, first, &t) < n)
        return cyclic(us, &t, day, err);
    find_stretch(us, day, &t);
    *ret = t;
    return true;
}
