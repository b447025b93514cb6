/* vec: growing arrays in an arena, typed by macro.
 *
 *     VEC(struct period) ps = {0};
 *     if (!vec_push(&ps, arena, p)) return err_memory(err);
 *     for (size_t i = 0; i < ps.n; i++) use(ps.p[i]);
 *
 * Growing leaves the old block to the arena, so a vec of n elements takes at most 2n in it.
 */
#ifndef GB_BASE_VEC_H
#define GB_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *p;                                                                                   \
        size_t n, cap;                                                                             \
    }

static inline bool vec_room_(void **p, size_t n, size_t *cap, size_t size, struct arena *a)
{
    if (n < *cap)
        return true;
    size_t want = *cap ? *cap * 2 : 8, bytes;
    if (__builtin_mul_overflow(want, size, &bytes))
        return false;
    void *q = arena_grow(a, *p, *cap * size, bytes);
    if (!q)
        return false;
    *p = q;
    *cap = want;
    return true;
}

/* Appends a copy of `value`; false when the arena is exhausted, and the vec is unchanged then. */
#define vec_push(v, arena, ...)                                                                    \
    (vec_room_((void **)&(v)->p, (v)->n, &(v)->cap, sizeof *(v)->p, (arena)) &&                    \
        ((v)->p[(v)->n++] = (__VA_ARGS__), true))

#endif
