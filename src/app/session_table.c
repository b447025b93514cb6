/* session_table: see session_table.h. Sets of four, a lock for every few of them. */
#include "app/session_table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SETS 1024
#define WAYS 4
#define LOCKS 16

struct session_table {
    pthread_mutex_t lock[LOCKS];
    struct session_entry entry[SETS][WAYS];
};

struct session_table *session_table_new(void)
{
    struct session_table *t = calloc(1, sizeof *t);

    for (int i = 0; t && i < LOCKS; i++)
        pthread_mutex_init(&t->lock[i], NULL);
    return t;
}

void session_table_free(struct session_table *t)
{
    for (int i = 0; t && i < LOCKS; i++)
        pthread_mutex_destroy(&t->lock[i]);
    free(t);
}

/* The hash is of a secret, so its bytes are as good as random. */
static unsigned set_of(const unsigned char id_hash[32])
{
    return (unsigned)(id_hash[0] | id_hash[1] << 8) % SETS;
}

/* With the lock held; NULL: not there. */
static struct session_entry *find(struct session_table *t, const unsigned char id_hash[32])
{
    struct session_entry *set = t->entry[set_of(id_hash)];

    for (int i = 0; i < WAYS; i++)
        if (set[i].used && memcmp(set[i].id_hash, id_hash, 32) == 0)
            return &set[i];
    return NULL;
}

static pthread_mutex_t *lock_of(struct session_table *t, const unsigned char id_hash[32])
{
    return &t->lock[set_of(id_hash) % LOCKS];
}

bool session_table_find(struct session_table *t, const unsigned char id_hash[32], uint64_t ended,
    int64_t read_now_ms, struct session_entry *ret)
{
    pthread_mutex_t *lock = lock_of(t, id_hash);

    pthread_mutex_lock(lock);
    struct session_entry *e = find(t, id_hash);
    bool found = e && e->ended == ended && read_now_ms - e->read_ms < SESSION_BELIEVED_MS;
    if (found)
        *ret = *e;
    pthread_mutex_unlock(lock);
    return found;
}

static struct session_entry *longest_unseen(struct session_entry *set)
{
    struct session_entry *at = set;

    for (int i = 1; i < WAYS; i++)
        if (at->used && (!set[i].used || set[i].seen_ms < at->seen_ms))
            at = &set[i];
    return at;
}

int64_t session_table_put(struct session_table *t, const struct session_entry *e)
{
    pthread_mutex_t *lock = lock_of(t, e->id_hash);

    pthread_mutex_lock(lock);
    struct session_entry *set = t->entry[set_of(e->id_hash)], *at = find(t, e->id_hash);
    int64_t seen_ms = at && at->seen_ms > e->seen_ms ? at->seen_ms : e->seen_ms;
    if (!at)
        at = longest_unseen(set);
    *at = *e;
    at->used = true;
    at->seen_ms = seen_ms;
    pthread_mutex_unlock(lock);
    return seen_ms;
}

void session_table_seen(
    struct session_table *t, const unsigned char id_hash[32], int64_t seen_ms, int64_t stored_ms)
{
    pthread_mutex_t *lock = lock_of(t, id_hash);

    pthread_mutex_lock(lock);
    struct session_entry *e = find(t, id_hash);
    if (e && seen_ms > e->seen_ms)
        e->seen_ms = seen_ms;
    if (e && stored_ms > e->stored_ms)
        e->stored_ms = stored_ms;
    pthread_mutex_unlock(lock);
}
