/* ranks: see ranks.h. */
#include "engine/ranks.h"

#include <stdlib.h>
#include <string.h>

/* One 0 for each sixteen ranks below `most`, and one for those at it. */
static uint32_t sixteens(uint32_t most)
{
    return (most >> RANKS_LOW) + 1;
}

/* Where the parts begin, and all words. */
static struct ranks lay(uint32_t most, uint32_t cap)
{
    struct ranks r = {.most = most, .cap = cap};

    r.sample = (most >> RANKS_REGION) / 2 + 1;
    r.high = r.sample + (most >> RANKS_SAMPLE) / 4 + 1;
    r.low = r.high + (sixteens(most) + cap + 63) / 64 + 1;
    return r;
}

static size_t words(const struct ranks *r)
{
    return r->low + r->cap / 16 + 1;
}

static uint32_t *regions(struct ranks *r)
{
    return (uint32_t *)(void *)r->word;
}

static uint16_t *samples(struct ranks *r)
{
    return (uint16_t *)(void *)(r->word + r->sample);
}

struct ranks *ranks_new(uint32_t most, uint32_t cap)
{
    struct ranks shape = lay(most, cap);
    struct ranks *r = calloc(1, sizeof *r + words(&shape) * sizeof *r->word);

    if (r)
        *r = shape;
    return r;
}

bool ranks_reserve(struct ranks **r, uint32_t cap)
{
    struct ranks *old = *r;

    if (cap <= old->cap)
        return true;
    struct ranks *next = ranks_new(old->most, cap);
    if (!next)
        return false;
    next->n = old->n;
    memcpy(next->word, old->word, old->low * sizeof *old->word);
    memcpy(next->word + next->low, old->word + old->low, (old->cap / 16 + 1) * sizeof *old->word);
    free(old);
    *r = next;
    return true;
}

size_t ranks_bytes(const struct ranks *r)
{
    return sizeof *r + words(r) * sizeof *r->word;
}

struct ranks *ranks_copy(const struct ranks *r)
{
    struct ranks *copy = malloc(ranks_bytes(r));

    if (copy)
        memcpy(copy, r, ranks_bytes(r));
    return copy;
}

static uint32_t ones(uint64_t x)
{
    x -= x >> 1 & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (uint32_t)(x * 0x0101010101010101u >> 56);
}

#define EACH_BYTE 0x0101010101010101u

/* The bit of the k-th 1 of a byte, from 0. */
static uint32_t bit_of_byte(uint32_t x, uint32_t k)
{
    uint32_t n = (uint32_t)(0x4332322132212110u >> (x & 15) * 4) & 15, at = k >= n ? 4 : 0;

    k -= k >= n ? n : 0;
    x >>= at;
    n = (x & 1) + (x >> 1 & 1);
    at += k >= n ? 2 : 0;
    x >>= k >= n ? 2 : 0;
    k -= k >= n ? n : 0;
    return at + (k || !(x & 1));
}

/* The bit of the k-th 1, from 0; there are more than k. The ones up to each byte tell which byte it
 * is in. */
static uint32_t bit_of(uint64_t x, uint32_t k)
{
    uint64_t s = x - (x >> 1 & 0x5555555555555555u);

    s = (s & 0x3333333333333333u) + (s >> 2 & 0x3333333333333333u);
    s = ((s + (s >> 4)) & 0x0f0f0f0f0f0f0f0fu) * EACH_BYTE;
    uint64_t behind = ((k * EACH_BYTE | 0x80 * EACH_BYTE) - s) & 0x80 * EACH_BYTE;
    uint32_t at = (uint32_t)((behind >> 7) * EACH_BYTE >> 56) * 8;
    return at + bit_of_byte((uint32_t)(x >> at) & 255, k - ((uint32_t)(s << 8 >> at) & 255));
}

struct ranks_at ranks_seek(const struct ranks *r, uint32_t rank)
{
    const uint64_t *high = ranks_high(r);
    uint32_t sixteen = rank >> RANKS_LOW, sample = rank >> RANKS_SAMPLE;
    uint32_t from = sample << (RANKS_SAMPLE - RANKS_LOW), zeros = sixteen - from;
    uint32_t bit = from + ((const uint32_t *)(const void *)r->word)[rank >> RANKS_REGION] +
                   ((const uint16_t *)(const void *)(r->word + r->sample))[sample];

    while (zeros) { /* behind so many of them */
        uint64_t left = high[bit / 64] >> bit % 64;
        left = ~(bit % 64 ? left | high[bit / 64 + 1] << (64 - bit % 64) : left);
        uint32_t n = ones(left);
        if (n >= zeros) {
            bit += bit_of(left, zeros - 1) + 1;
            break;
        }
        zeros -= n;
        bit += 64;
    }
    struct ranks_at at = {bit - sixteen, bit};
    uint32_t here;
    while (ranks_here(r, at, &here) && here < rank)
        ranks_step(&at);
    return at;
}

/* Makes room for the `k` bits from bit `at` on; all behind move on, up to word `last`. */
static void open_bits(uint64_t *w, size_t last, size_t at, unsigned k)
{
    size_t first = at / 64;
    uint64_t below = ((uint64_t)1 << at % 64) - 1;

    for (size_t i = last; i > first; i--)
        w[i] = w[i] << k | w[i - 1] >> (64 - k);
    w[first] = (w[first] & below) | (w[first] & ~below) << k;
}

/* Takes `k` bits out; all behind move up. */
static void close_bits(uint64_t *w, size_t last, size_t at, unsigned k)
{
    size_t first = at / 64;
    uint64_t below = ((uint64_t)1 << at % 64) - 1;

    w[first] = (w[first] & below) | (w[first] >> k & ~below);
    for (size_t i = first; i < last; i++) {
        w[i] |= w[i + 1] << (64 - k);
        w[i + 1] >>= k;
    }
}

static size_t last_high(const struct ranks *r)
{
    return (sixteens(r->most) + r->n) / 64;
}

/* One more or one less among the ranks before a number of 16 bits and the next. */
static void count(struct ranks *r, uint32_t sample, uint32_t by)
{
    uint32_t region = sample >> (RANKS_REGION - RANKS_SAMPLE), last = r->most >> RANKS_SAMPLE;
    uint32_t end = ((region + 1) << (RANKS_REGION - RANKS_SAMPLE)) - 1;

    for (uint32_t s = sample + 1; s <= (end < last ? end : last); s++)
        samples(r)[s] = (uint16_t)(samples(r)[s] + by);
    for (uint32_t i = region + 1; i <= r->most >> RANKS_REGION; i++)
        regions(r)[i] += by;
}

void ranks_put(struct ranks *r, struct ranks_at at, uint32_t rank)
{
    uint64_t *high = r->word + r->high, *low = r->word + r->low;

    open_bits(high, last_high(r), at.bit, 1);
    high[at.bit / 64] |= (uint64_t)1 << at.bit % 64;
    open_bits(low, r->n / 16, (size_t)at.at * RANKS_LOW, RANKS_LOW);
    low[at.at / 16] |= (uint64_t)(rank & 15) << at.at % 16 * 4;
    r->n++;
    count(r, rank >> RANKS_SAMPLE, 1);
}

void ranks_take(struct ranks *r, struct ranks_at at)
{
    uint32_t sixteen = at.bit - at.at;

    close_bits(r->word + r->high, last_high(r), at.bit, 1);
    close_bits(r->word + r->low, (r->n - 1) / 16, (size_t)at.at * RANKS_LOW, RANKS_LOW);
    r->n--;
    count(r, sixteen >> (RANKS_SAMPLE - RANKS_LOW), UINT32_MAX);
}
