/* sys: clock, randomness and password hashes, as the use cases need them.
 *
 * Layer app (port). Tests give their own; src/sys has the real ones.
 */
#ifndef GB_APP_PORTS_SYS_H
#define GB_APP_PORTS_SYS_H

#include "base/err.h"
#include "base/str.h"

struct sys {
    void *ctx;
    /* Milliseconds of UTC since 1970. */
    int64_t (*now_ms)(void *ctx);
    void (*random)(void *ctx, void *out, size_t n);
    /* Argon2id; on bounded slots: callers queue for one of them. *ret lives in the arena. */
    bool (*password_hash)(
        void *ctx, struct arena *a, struct str password, struct str *ret, struct err *err);
    bool (*password_verify)(void *ctx, struct str hash, struct str password);
    /* BLAKE2b-256, for tokens and contents. */
    void (*hash)(const void *p, size_t n, unsigned char out[32]);
};

#endif
