/* map: see map.h. */
#include "base/map.h"

#include "base/arena.h"

static uint64_t mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ (x >> 32);
}

void map_init(struct map *m, struct arena *a)
{
    *m = (struct map){.arena = a};
}

static struct map_slot *map_find(const struct map *m, uint64_t key)
{
    size_t i = mix(key) & (m->cap - 1);

    while (m->slots[i].used && m->slots[i].key != key)
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

static bool map_resize(struct map *m, size_t cap)
{
    struct map next = {.arena = m->arena, .cap = cap};

    next.slots = arena_array(m->arena, cap, sizeof *next.slots);
    if (!next.slots)
        return false;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].used)
            *map_find(&next, m->slots[i].key) = m->slots[i];
    next.n = m->n;
    *m = next;
    return true;
}

bool map_put(struct map *m, uint64_t key, uint64_t value)
{
    if ((m->n + 1) * 4 > m->cap * 3 && !map_resize(m, m->cap ? m->cap * 2 : 16))
        return false;
    struct map_slot *s = map_find(m, key);
    m->n += !s->used;
    *s = (struct map_slot){key, value, true};
    return true;
}

bool map_get(const struct map *m, uint64_t key, uint64_t *ret_value)
{
    if (!m->cap)
        return false;
    struct map_slot *s = map_find(m, key);
    if (s->used)
        *ret_value = s->value;
    return s->used;
}

bool map_has(const struct map *m, uint64_t key)
{
    return m->cap && map_find(m, key)->used;
}

void smap_init(struct smap *m, struct arena *a)
{
    *m = (struct smap){.arena = a};
}

static struct smap_slot *smap_find(const struct smap *m, struct str key, uint64_t hash)
{
    size_t i = hash & (m->cap - 1);

    while (m->slots[i].key.p && (m->slots[i].hash != hash || !str_eq(m->slots[i].key, key)))
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

static bool smap_resize(struct smap *m, size_t cap)
{
    struct smap next = {.arena = m->arena, .cap = cap};

    next.slots = arena_array(m->arena, cap, sizeof *next.slots);
    if (!next.slots)
        return false;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].key.p)
            *smap_find(&next, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    next.n = m->n;
    *m = next;
    return true;
}

bool smap_put(struct smap *m, struct str key, uint64_t value)
{
    if (!key.p)
        key.p = "";
    if ((m->n + 1) * 4 > m->cap * 3 && !smap_resize(m, m->cap ? m->cap * 2 : 16))
        return false;
    uint64_t hash = str_hash(key);
    struct smap_slot *s = smap_find(m, key, hash);
    m->n += !s->key.p;
    *s = (struct smap_slot){key, hash, value};
    return true;
}

bool smap_get(const struct smap *m, struct str key, uint64_t *ret_value)
{
    if (!m->cap)
        return false;
    struct smap_slot *s = smap_find(m, key, str_hash(key));
    if (s->key.p)
        *ret_value = s->value;
    return s->key.p != NULL;
}

bool smap_has(const struct smap *m, struct str key)
{
    uint64_t value;

    return smap_get(m, key, &value);
}
