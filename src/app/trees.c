/* trees: see trees.h. */
#include "app/trees.h"

#include <stdlib.h>

#define TREES_MAX 24
#define TREES_BYTES ((size_t)256 << 20)

struct trees {
    const struct units *us;
    pthread_mutex_t lock;
    struct arena arena;
    struct tree tree[TREES_MAX];
    size_t n;
};

struct trees *trees_new(const struct units *us, struct err *err)
{
    struct trees *t = calloc(1, sizeof *t);

    if (!t) {
        err_memory(err);
        return NULL;
    }
    t->us = us;
    arena_init(&t->arena, TREES_BYTES);
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void trees_free(struct trees *t)
{
    if (!t)
        return;
    pthread_mutex_destroy(&t->lock);
    arena_free(&t->arena);
    free(t);
}

/* With the lock held. */
static bool find(const struct trees *t, enum line line, struct day day, struct tree *ret)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->tree[i].line == line && day_in(day, t->tree[i].from, t->tree[i].to)) {
            *ret = t->tree[i];
            return true;
        }
    return false;
}

bool view_tree(const struct view *v, enum line line, struct day day, struct arena *a,
    struct tree *ret, struct err *err)
{
    struct trees *t = v->trees;
    bool ok = false;

    if (t) {
        pthread_mutex_lock(&t->lock);
        ok = find(t, line, day, ret);
        if (!ok && t->n < TREES_MAX && tree_build(&t->arena, t->us, line, day, ret, NULL)) {
            t->tree[t->n++] = *ret;
            ok = true;
        }
        pthread_mutex_unlock(&t->lock);
    }
    return ok || tree_build(a, &v->catalog->units, line, day, ret, err);
}
