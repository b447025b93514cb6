/* csrf: see csrf.h. */
#include "web/csrf.h"

#include <sodium.h>

#include "base/arena.h"

#define NONCE_SIZE 16
#define RAW_SIZE (NONCE_SIZE + crypto_auth_BYTES)
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

static void sign(
    const uint8_t *key, struct str session, const unsigned char *nonce, unsigned char *ret_mac)
{
    crypto_auth_hmacsha512256_state s;

    crypto_auth_hmacsha512256_init(&s, key, CSRF_KEY_SIZE);
    crypto_auth_hmacsha512256_update(&s, nonce, NONCE_SIZE);
    crypto_auth_hmacsha512256_update(&s, (const unsigned char *)session.p, session.n);
    crypto_auth_hmacsha512256_final(&s, ret_mac);
}

struct str csrf_token(struct arena *a, const uint8_t *key, struct str session)
{
    unsigned char raw[RAW_SIZE];
    size_t size = sodium_base64_ENCODED_LEN(RAW_SIZE, VARIANT);
    char *p = arena_alloc(a, size);

    if (!p)
        return STR_NULL;
    randombytes_buf(raw, NONCE_SIZE);
    sign(key, session, raw, raw + NONCE_SIZE);
    sodium_bin2base64(p, size, raw, RAW_SIZE, VARIANT);
    return str_of(p);
}

bool csrf_check(const uint8_t *key, struct str session, struct str token)
{
    unsigned char raw[RAW_SIZE], mac[crypto_auth_BYTES];
    size_t n;

    if (sodium_base642bin(raw, sizeof raw, token.p, token.n, NULL, &n, NULL, VARIANT) != 0 ||
        n != RAW_SIZE || token.n != sodium_base64_ENCODED_LEN(RAW_SIZE, VARIANT) - 1)
        return false;
    sign(key, session, raw, mac);
    return sodium_memcmp(mac, raw + NONCE_SIZE, sizeof mac) == 0;
}
