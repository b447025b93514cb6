/* cell_set: see cell_set.h. Open addressing, at most three quarters full. */
#include "app/cell_set.h"

#include <stdlib.h>

static size_t home(const struct cell_block *b, size_t cap)
{
    uint64_t h = (uint64_t)b->period * 0x9e3779b97f4a7c15u ^ ((uint64_t)b->series << 32 | b->block);

    h *= 0xd6e8feb86659fd93u;
    return (size_t)(h ^ h >> 32) & (cap - 1);
}

static bool same_block(const struct cell_block *a, const struct cell_block *b)
{
    return a->series == b->series && a->block == b->block && a->period == b->period;
}

/* The slot of that block, or the free one where it belongs. */
static size_t find(const struct cell_set *s, const struct cell_block *b)
{
    size_t i = home(b, s->cap);

    while (s->slot[i].units && !same_block(&s->slot[i], b))
        i = (i + 1) & (s->cap - 1);
    return i;
}

static bool grow(struct cell_set *s)
{
    struct cell_set more = {.cap = s->cap ? s->cap * 2 : 1024};

    if (s->n < s->cap / 4 * 3)
        return true;
    more.slot = calloc(more.cap, sizeof *more.slot);
    if (!more.slot)
        return false;
    for (size_t i = 0; i < s->cap; i++)
        if (s->slot[i].units)
            more.slot[find(&more, &s->slot[i])] = s->slot[i];
    more.n = s->n;
    free(s->slot);
    *s = more;
    return true;
}

bool cell_set_put(struct cell_set *s, int series, int64_t period, int unit, bool *ret_again)
{
    struct cell_block b = {period, (uint32_t)series, (uint32_t)unit / 64, 0};
    uint64_t bit = (uint64_t)1 << (unit % 64);

    if (!s->cap || !same_block(&s->slot[s->last], &b) || !s->slot[s->last].units) {
        if (!grow(s))
            return false;
        s->last = find(s, &b);
    }
    struct cell_block *at = &s->slot[s->last];
    *ret_again = at->units & bit;
    b.units = at->units | bit;
    s->n += !at->units;
    *at = b;
    return true;
}

void cell_set_free(struct cell_set *s)
{
    free(s->slot);
    *s = (struct cell_set){0};
}
