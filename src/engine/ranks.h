/* ranks: an ascending list of ranks, in some eight bits each where one in thirty is listed.
 *
 * Layer engine, inside the room. The last four bits of each rank stand one after the other. The
 * rest stands in a row of bits: a 1 for each rank of the list, in order, and a 0 behind the last of
 * every sixteen ranks, so that the k-th 1 at bit b belongs to the sixteen number b - k. How many
 * ranks stand before each 1,024 is kept (32 bits for each 65,536, and 16 bits from there), so that
 * any of them is found by looking at a word or two. Not thread-safe.
 */
#ifndef GB_ENGINE_RANKS_H
#define GB_ENGINE_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ranks {
    uint32_t n, cap, most;      /* listed; room for; they are below this */
    uint32_t sample, high, low; /* words at which the numbers of 16 bits, the bits, and the last
                                   four of each begin */
    uint64_t word[];            /* first the numbers of 32 bits */
};
#define RANKS_LOW 4     /* bits kept of each */
#define RANKS_SAMPLE 10 /* ranks between two numbers of 16 bits, and of 32, as powers of two */
#define RANKS_REGION 16

/* A place in the list: the number of a rank and its bit. */
struct ranks_at {
    uint32_t at, bit;
};

/* Of ranks below `most`; NULL: no memory. */
struct ranks *ranks_new(uint32_t most, uint32_t cap);
/* Room for so many; false: no memory, and the list is as it was. */
bool ranks_reserve(struct ranks **r, uint32_t cap);
size_t ranks_bytes(const struct ranks *r);
struct ranks *ranks_copy(const struct ranks *r);
/* Where the first of that rank or a later one stands. */
struct ranks_at ranks_seek(const struct ranks *r, uint32_t rank);
/* Lists a rank that is not listed at the place sought for it, where there is room; takes off the
 * one that stands there. */
void ranks_put(struct ranks *r, struct ranks_at at, uint32_t rank);
void ranks_take(struct ranks *r, struct ranks_at at);

static inline const uint64_t *ranks_high(const struct ranks *r)
{
    return r->word + r->high;
}
static inline uint32_t ranks_low(const struct ranks *r, uint32_t at)
{
    return (uint32_t)(r->word[r->low + at / 16] >> at % 16 * 4) & 15;
}
/* The rank that stands at the place or, within its sixteen, right behind it. */
static inline bool ranks_here(const struct ranks *r, struct ranks_at at, uint32_t *ret)
{
    *ret = (at.bit - at.at) << RANKS_LOW | ranks_low(r, at.at);
    return at.at < r->n && (ranks_high(r)[at.bit / 64] >> at.bit % 64 & 1);
}
/* Moves the place to where its rank's own bit is, over sixteens without any, and gives the rank;
 * false at the end. */
static inline bool ranks_settle(const struct ranks *r, struct ranks_at *at, uint32_t *ret)
{
    const uint64_t *high = ranks_high(r);
    uint32_t w = at->bit / 64;

    if (at->at >= r->n)
        return false;
    uint64_t left = high[w] >> at->bit % 64 << at->bit % 64;
    while (!left)
        left = high[++w];
    at->bit = w * 64 + (uint32_t)__builtin_ctzll(left);
    *ret = (at->bit - at->at) << RANKS_LOW | ranks_low(r, at->at);
    return true;
}
static inline void ranks_step(struct ranks_at *at)
{
    at->at++;
    at->bit++;
}

#endif
