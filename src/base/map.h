/* map: hash maps in an arena: from 64-bit keys, and from texts, to 64-bit values.
 *
 * Open addressing, grown at three quarters full; texts used as keys are borrowed and must outlive
 * the map. Values are integers: an index into a vec, an id, or a pointer through uintptr_t. No
 * removal: a map lives as long as its arena.
 */
#ifndef GB_BASE_MAP_H
#define GB_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct map_slot {
    uint64_t key, value;
    bool used;
};
struct map {
    struct arena *arena;
    struct map_slot *slots;
    size_t n, cap;
};
void map_init(struct map *m, struct arena *a);
/* Sets or replaces; false when the arena is exhausted. */
bool map_put(struct map *m, uint64_t key, uint64_t value);
bool map_get(const struct map *m, uint64_t key, uint64_t *ret_value);
bool map_has(const struct map *m, uint64_t key);

struct smap_slot {
    struct str key;
    uint64_t hash, value;
};
struct smap {
    struct arena *arena;
    struct smap_slot *slots;
    size_t n, cap;
};
void smap_init(struct smap *m, struct arena *a);
bool smap_put(struct smap *m, struct str key, uint64_t value);
bool smap_get(const struct smap *m, struct str key, uint64_t *ret_value);
bool smap_has(const struct smap *m, struct str key);

#endif
