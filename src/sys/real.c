/* real: see real.h. */
#include "sys/real.h"

#include <pthread.h>
#include <sodium.h>
#include <time.h>

#include "base/arena.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static int free_slots = PASSWORD_SLOTS;

bool sys_start(struct err *err)
{
    return sodium_init() >= 0 || err_set(err, ERR_IO, MSG_err_io, STR("getrandom"), STR("sodium"));
}

static int64_t now_ms(void *ctx)
{
    struct timespec t;

    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void random_bytes(void *ctx, void *out, size_t n)
{
    (void)ctx;
    randombytes_buf(out, n);
}

static void take_slot(void)
{
    pthread_mutex_lock(&lock);
    while (free_slots == 0)
        pthread_cond_wait(&freed, &lock);
    free_slots--;
    pthread_mutex_unlock(&lock);
}

static void give_slot(void)
{
    pthread_mutex_lock(&lock);
    free_slots++;
    pthread_cond_signal(&freed);
    pthread_mutex_unlock(&lock);
}

static bool password_hash(
    void *ctx, struct arena *a, struct str password, struct str *ret, struct err *err)
{
    char hash[crypto_pwhash_STRBYTES];

    (void)ctx;
    take_slot();
    int failed = crypto_pwhash_str(hash, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
        crypto_pwhash_MEMLIMIT_INTERACTIVE);
    give_slot();
    if (failed)
        return err_memory(err);
    *ret = str_dup(a, str_of(hash));
    return ret->p || err_memory(err);
}

static bool password_verify(void *ctx, struct str hash, struct str password)
{
    char z[crypto_pwhash_STRBYTES] = {0};

    (void)ctx;
    if (hash.n >= sizeof z)
        return false;
    memcpy(z, hash.p, hash.n);
    take_slot();
    bool ok = crypto_pwhash_str_verify(z, password.p, password.n) == 0;
    give_slot();
    return ok;
}

static void hash_bytes(const void *p, size_t n, unsigned char out[32])
{
    crypto_generichash(out, 32, p, n, NULL, 0);
}

struct sys sys_real(void)
{
    return (struct sys){.now_ms = now_ms,
        .random = random_bytes,
        .password_hash = password_hash,
        .password_verify = password_verify,
        .hash = hash_bytes};
}
