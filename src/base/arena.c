/* arena: see arena.h. Blocks are chained newest first and double in size up to BLOCK_MAX. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN 4096u
#define BLOCK_MAX (1u << 20)
#define ALIGN alignof(max_align_t)

/* Under AddressSanitizer the bytes not handed out are poisoned, so that using memory after its
 * arena was released, or past its end, is found. */
#if defined(__SANITIZE_ADDRESS__)
#define POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONED 1
#endif
#endif
#ifdef POISONED
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

struct arena_block {
    struct arena_block *prev;
    size_t cap, at;
    alignas(max_align_t) unsigned char bytes[];
};

static _Atomic uint64_t fail_countdown;

void arena_fail_after(uint64_t n)
{
    fail_countdown = n;
}

uint64_t arena_fail_left(void)
{
    return fail_countdown;
}

static int injected_failure(void)
{
    uint64_t left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);

    if (left == 0)
        return 0;
    return atomic_fetch_sub(&fail_countdown, 1) == 1;
}

void arena_init(struct arena *a, size_t max)
{
    *a = (struct arena){.max = max};
}

static void free_block(struct arena_block *b)
{
    ASAN_UNPOISON_MEMORY_REGION(b->bytes, b->cap);
    free(b);
}

static struct arena_block *new_block(struct arena *a, size_t size)
{
    size_t cap = a->head ? a->head->cap * 2 : BLOCK_MIN;

    if (cap > BLOCK_MAX)
        cap = BLOCK_MAX;
    if (cap < size)
        cap = size;
    if (cap > SIZE_MAX - sizeof(struct arena_block))
        return NULL;
    struct arena_block *b = malloc(sizeof *b + cap);
    if (!b)
        return NULL;
    ASAN_POISON_MEMORY_REGION(b->bytes, cap);
    b->prev = a->head;
    b->cap = cap;
    b->at = 0;
    a->head = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX - ALIGN)
        return NULL;
    size_t asked = size;
    size = (size + ALIGN - 1) & ~(ALIGN - 1);
    if (size > a->max - a->used || injected_failure())
        return NULL;
    struct arena_block *b = a->head;
    if (!b || size > b->cap - b->at) {
        b = new_block(a, size);
        if (!b)
            return NULL;
    }
    void *p = b->bytes + b->at;
    b->at += size;
    a->used += size;
    ASAN_UNPOISON_MEMORY_REGION(p, asked);
    return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
    void *p = arena_alloc(a, size);

    if (p)
        memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t all;

    if (__builtin_mul_overflow(n, size, &all))
        return NULL;
    return arena_zalloc(a, all);
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t size)
{
    struct arena_block *b = a->head;

    if (p && b && size <= SIZE_MAX - ALIGN) {
        size_t had = (old + ALIGN - 1) & ~(ALIGN - 1);
        size_t want = (size + ALIGN - 1) & ~(ALIGN - 1);
        int is_last = (unsigned char *)p + had == b->bytes + b->at;
        if (is_last && want >= had && want - had <= b->cap - b->at &&
            want - had <= a->max - a->used) {
            if (injected_failure())
                return NULL;
            ASAN_UNPOISON_MEMORY_REGION(p, size);
            b->at += want - had;
            a->used += want - had;
            return p;
        }
    }
    void *q = arena_alloc(a, size);
    if (q && old)
        memcpy(q, p, old < size ? old : size);
    return q;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *z = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
    if (!z)
        return NULL;
    va_start(args, format);
    vsnprintf(z, (size_t)n + 1, format, args);
    va_end(args);
    return z;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->head, a->head ? a->head->at : 0, a->used};
}

void arena_release(struct arena *a, struct arena_mark m)
{
    while (a->head != m.head) {
        struct arena_block *b = a->head;
        a->head = b->prev;
        free_block(b);
    }
    if (a->head) {
        ASAN_POISON_MEMORY_REGION(a->head->bytes + m.at, a->head->cap - m.at);
        a->head->at = m.at;
    }
    a->used = m.used;
}

void arena_reset(struct arena *a)
{
    while (a->head && a->head->prev) {
        struct arena_block *b = a->head;
        a->head = b->prev;
        free_block(b);
    }
    if (a->head) {
        ASAN_POISON_MEMORY_REGION(a->head->bytes, a->head->cap);
        a->head->at = 0;
    }
    a->used = 0;
}

void arena_free(struct arena *a)
{
    arena_release(a, (struct arena_mark){NULL, 0, 0});
}
