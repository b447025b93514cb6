/* boundary_simplify: boundaries with fewer points, neighbours along the same line.
 *
 * A point where more than two ways part is a knot and stays. What lies between two knots (or a ring
 * without any) is cut by the farthest point until nothing is farther from the line than the
 * tolerance; always begun from the same end, so that both neighbours lose the same points. */
#include "base/map.h"
#include "base/vec.h"
#include "domain/boundary.h"

int32_t boundary_tolerance(int level)
{
    return level <= 1 ? 2000 : level == 2 ? 1000 : level == 3 ? 400 : 150;
}

typedef __int128 wide;

/* The two neighbours of a point, as far as they are known; a third makes it a knot. */
struct joint {
    uint64_t next[2];
    int n;
};
struct joints {
    struct map index; /* point -> place in `joint` */
    VEC(struct joint) joint;
    struct arena *a;
};

static uint64_t key_of(struct geo_point p)
{
    return (uint64_t)(uint32_t)p.lon << 32 | (uint32_t)p.lat;
}

static bool meet(struct joints *j, struct geo_point p, struct geo_point other)
{
    uint64_t at, key = key_of(p), o = key_of(other);

    if (!map_get(&j->index, key, &at)) {
        struct joint x = {{o, 0}, 1};
        at = j->joint.n;
        return vec_push(&j->joint, j->a, x) && map_put(&j->index, key, at);
    }
    struct joint *x = &j->joint.p[at];
    for (int i = 0; i < x->n && i < 2; i++)
        if (x->next[i] == o)
            return true;
    if (x->n < 2)
        x->next[x->n] = o;
    x->n++;
    return true;
}

static bool is_knot(const struct joints *j, struct geo_point p)
{
    uint64_t at;

    return map_get(&j->index, key_of(p), &at) && j->joint.p[at].n != 2;
}

static bool find_joints(struct joints *j, const struct geo_shape *s, size_t n)
{
    map_init(&j->index, j->a);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < s[i].rings; k++) {
            const struct geo_ring *r = &s[i].ring[k];
            for (size_t m = 0; m < r->n; m++) {
                struct geo_point p = r->p[m], q = r->p[m + 1 < r->n ? m + 1 : 0];
                if (!meet(j, p, q) || !meet(j, q, p))
                    return false;
            }
        }
    return true;
}

/* ---- one stretch ---- */

static bool before(struct geo_point a, struct geo_point b)
{
    return a.lon != b.lon ? a.lon < b.lon : a.lat < b.lat;
}

static wide squared(struct geo_point a, struct geo_point b)
{
    int64_t x = (int64_t)a.lon - b.lon, y = (int64_t)a.lat - b.lat;

    return (wide)x * x + (wide)y * y;
}

/* Squared distance of p from the stretch a-b, times `length` (its squared length, 1 for a point).
 */
static wide off(struct geo_point p, struct geo_point a, struct geo_point b, wide length)
{
    int64_t x = (int64_t)b.lon - a.lon, y = (int64_t)b.lat - a.lat;
    int64_t u = (int64_t)p.lon - a.lon, v = (int64_t)p.lat - a.lat;
    wide along = (wide)u * x + (wide)v * y;

    if (along <= 0)
        return squared(p, a) * length;
    if (along >= length)
        return squared(p, b) * length;
    wide cross = (wide)x * v - (wide)y * u;
    return cross * cross;
}

struct span {
    size_t from, to;
};
struct ring_work {
    const struct geo_ring *r;
    size_t first; /* where point 0 of the walk stands in the ring */
    bool *keep;   /* by place in the walk, 0 .. n; n is 0 again */
    struct arena *a;
    wide tolerance2;
    VEC(struct span) todo;
};

static struct geo_point at(const struct ring_work *w, size_t i)
{
    return w->r->p[(w->first + i) % w->r->n];
}

/* The farthest point strictly between, seen from the end that comes first; 0 where none is far
 * enough. Of equally far ones the first from that end. */
static size_t farthest(const struct ring_work *w, struct span s, bool any)
{
    struct geo_point a = at(w, s.from), b = at(w, s.to);
    bool back = before(b, a);

    if (key_of(a) == key_of(b)) /* a ring from a knot to itself: by its second point */
        back = before(at(w, s.to - 1), at(w, s.from + 1));
    wide length = squared(a, b), most = -1;
    length = length ? length : 1;
    size_t best = 0;
    for (size_t k = 1; k < s.to - s.from; k++) {
        size_t i = back ? s.to - k : s.from + k;
        wide d = back ? off(at(w, i), b, a, length) : off(at(w, i), a, b, length);
        if (d > most) {
            most = d;
            best = i;
        }
    }
    return most > (any ? 0 : w->tolerance2 * length) ? best : 0;
}

static bool cut(struct ring_work *w, size_t from, size_t to)
{
    struct span first = {from, to};

    w->todo.n = 0;
    if (!vec_push(&w->todo, w->a, first))
        return false;
    while (w->todo.n) {
        struct span s = w->todo.p[--w->todo.n];
        size_t k = farthest(w, s, false);
        if (!k)
            continue;
        w->keep[k] = true;
        struct span left = {s.from, k}, right = {k, s.to};
        if (!vec_push(&w->todo, w->a, left) || !vec_push(&w->todo, w->a, right))
            return false;
    }
    return true;
}

/* ---- one ring ---- */

/* A ring without knots begins at its least point and is cut at the point farthest from it. */
static bool cut_whole(struct ring_work *w)
{
    size_t n = w->r->n;

    w->first = 0;
    for (size_t i = 1; i < n; i++)
        if (before(w->r->p[i], w->r->p[w->first]))
            w->first = i;
    size_t far = farthest(w, (struct span){0, n}, true);
    w->keep[0] = w->keep[far] = true;
    return cut(w, 0, far) && cut(w, far, n);
}

static bool cut_ring(struct ring_work *w, const struct joints *j)
{
    size_t n = w->r->n, last = 0;

    w->first = n;
    for (size_t i = 0; i < n && w->first == n; i++)
        if (is_knot(j, w->r->p[i]))
            w->first = i;
    if (w->first == n)
        return cut_whole(w);
    w->keep[0] = true;
    for (size_t i = 1; i <= n; i++)
        if (i == n || is_knot(j, at(w, i))) {
            w->keep[i] = true;
            if (!cut(w, last, i))
                return false;
            last = i;
        }
    return true;
}

/* No ring becomes a line. */
static void keep_three(struct ring_work *w)
{
    size_t n = w->r->n, kept = 0, second = 0;

    for (size_t i = 0; i < n; i++) {
        kept += w->keep[i];
        second = w->keep[i] && i ? i : second;
    }
    if (kept == 1)
        w->keep[second = farthest(w, (struct span){0, n}, true)] = true;
    if (kept > 2)
        return;
    size_t left = farthest(w, (struct span){0, second}, true);
    size_t right = farthest(w, (struct span){second, n}, true);
    w->keep[left ? left : right] = true;
}

static bool simplify_ring(struct ring_work *w, const struct joints *j, struct geo_ring *ret)
{
    size_t n = w->r->n, kept = 0;

    w->keep = arena_array(w->a, n + 1, sizeof *w->keep);
    if (!w->keep || !cut_ring(w, j))
        return false;
    keep_three(w);
    *ret = (struct geo_ring){arena_array(w->a, n, sizeof *ret->p), 0, w->r->hole};
    if (!ret->p)
        return false;
    for (size_t i = 0; i < n; i++)
        if (w->keep[i])
            ret->p[kept++] = at(w, i);
    ret->n = kept;
    return true;
}

bool boundary_simplify(struct arena *a, const struct geo_shape *s, size_t n, int32_t tolerance,
    struct geo_shape *ret, struct err *err)
{
    struct joints j = {.a = a};
    struct ring_work w = {.a = a, .tolerance2 = (wide)tolerance * tolerance};

    if (!find_joints(&j, s, n))
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        ret[i] = (struct geo_shape){arena_array(a, s[i].rings + 1, sizeof *ret->ring), s[i].rings};
        if (!ret[i].ring)
            return err_memory(err);
        for (size_t k = 0; k < s[i].rings; k++) {
            w.r = &s[i].ring[k];
            if (!simplify_ring(&w, &j, &ret[i].ring[k]))
                return err_memory(err);
        }
    }
    return true;
}
