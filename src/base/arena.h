/* arena: memory by lifetime.
 *
 * Layer base. One arena per request, job, command or test, passed explicitly; everything in it ends
 * together with arena_reset() or arena_free(). An arena has a ceiling from birth; past it, or when
 * the system has no memory, allocation returns NULL and the caller reports ERR_MEMORY or ERR_LIMIT.
 * Not thread-safe: an arena belongs to one thread at a time.
 */
#ifndef GB_BASE_ARENA_H
#define GB_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
    struct arena_block *head;
    size_t used, max;
};

struct arena_mark {
    struct arena_block *head;
    size_t at, used;
};

/* `max`: the most bytes it may hold; nothing is allocated yet, so this cannot fail. */
void arena_init(struct arena *a, size_t max);
/* Zeroed memory aligned for any type, or NULL. */
void *arena_zalloc(struct arena *a, size_t size);
/* The same, not zeroed. A size of 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);
/* `n` zeroed elements of `size` bytes; NULL also when the product overflows. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* A block that holds the first `old` bytes of `p` and has room for `size`; grown in place where it
 * was the last one taken. `p` may be NULL with old 0. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t size);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Remembers how full the arena is; arena_release() gives back all taken since. */
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark m);
/* Empties it but keeps its first block for the next user. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

/* Fault injection for tests: the n-th allocation from now on fails (0: none does). Process-wide. */
void arena_fail_after(uint64_t n);
/* How many allocations from now the next one fails; 0: none will, or it has. */
uint64_t arena_fail_left(void);

static inline void arena_cleanup(struct arena *a)
{
    arena_free(a);
}
#define ARENA_AUTO __attribute__((cleanup(arena_cleanup))) struct arena

#endif
