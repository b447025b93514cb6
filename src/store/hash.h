/* hash: BLAKE2b-256 over typed fields.
 *
 * Room store. Every field enters with its type and length, so that no two different rows give the
 * same bytes. libsodium beneath.
 */
#ifndef GB_STORE_HASH_H
#define GB_STORE_HASH_H

#include <sodium.h>
#include <stdint.h>

#include "base/str.h"

#define HASH_BYTES 32

struct hasher {
    crypto_generichash_state state;
};

/* `domain` keeps hashes of different things apart. */
static inline void hash_begin(struct hasher *h, const char *domain)
{
    crypto_generichash_init(&h->state, NULL, 0, HASH_BYTES);
    crypto_generichash_update(&h->state, (const unsigned char *)domain, strlen(domain) + 1);
}
static inline void hash_bytes(struct hasher *h, const void *p, size_t n)
{
    if (n)
        crypto_generichash_update(&h->state, p, n);
}
static inline void hash_tag(struct hasher *h, char tag, uint64_t v)
{
    unsigned char b[9] = {(unsigned char)tag};

    for (int i = 0; i < 8; i++)
        b[1 + i] = (unsigned char)(v >> (8 * i));
    hash_bytes(h, b, sizeof b);
}
static inline void hash_i64(struct hasher *h, int64_t v)
{
    hash_tag(h, 'i', (uint64_t)v);
}
static inline void hash_str(struct hasher *h, struct str s)
{
    hash_tag(h, 's', s.n);
    hash_bytes(h, s.p, s.n);
}
static inline void hash_end(struct hasher *h, unsigned char ret[HASH_BYTES])
{
    crypto_generichash_final(&h->state, ret, HASH_BYTES);
}

#endif
