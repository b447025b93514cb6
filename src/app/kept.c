/* kept: see kept.h. Shards, each a hash table with a ring from the text asked for last to the one
 * asked for longest ago. A shard's lock is held for a look or a change of links, never while a text
 * is copied or worked out. */
#include "app/kept.h"

#include <stdlib.h>

#include "app/app_private.h"
#include "app/settings.h"
#include "app/touched.h"

#define SHARDS 16
#define BUCKETS 256 /* per shard; chains grow with many small texts */
#define KEY_MAX 1000

struct ring {
    struct ring *newer, *older;
};

struct kept {
    struct ring ring;  /* of its shard; first, so that one is the other's address */
    struct kept *next; /* in its bucket */
    struct kept_moment moment;
    uint64_t hash;
    int users; /* atomic; the table is one of them */
    size_t size;
    struct str key, head, text; /* behind it */
};

struct shard {
    pthread_mutex_t lock;
    struct kept *bucket[BUCKETS];
    struct ring ring; /* newer: asked for longest ago; older: asked for last */
    size_t bytes, texts;
    uint64_t found, missed;
};

struct keeping {
    struct shard shard[SHARDS];
};

struct keeping *keeping_new(void)
{
    struct keeping *k = calloc(1, sizeof *k);

    for (int i = 0; k && i < SHARDS; i++) {
        struct shard *s = &k->shard[i];
        pthread_mutex_init(&s->lock, NULL);
        s->ring.newer = s->ring.older = &s->ring;
    }
    return k;
}

static uint64_t hash_of(struct str key, int unit)
{
    uint64_t h = (str_hash(key) ^ (uint64_t)(uint32_t)unit) * 0x9e3779b97f4a7c15u;

    return h ^ h >> 29;
}

static struct shard *shard_of(struct app *a, uint64_t hash)
{
    return &a->keeping->shard[hash % SHARDS];
}

static struct kept **bucket_of(struct shard *s, uint64_t hash)
{
    return &s->bucket[hash / SHARDS % BUCKETS];
}

struct kept_moment kept_moment(struct app *a, const struct view *v, int unit)
{
    struct kept_moment m = {.unit = unit};

    if (v->known.v != INT64_MAX || unit < 0 || !a->touched)
        return m;
    m.may = true;
    m.epoch = v->epoch;
    m.columns = __atomic_load_n(&a->columns_changed, __ATOMIC_ACQUIRE);
    m.figures = touched_version(a->touched, unit);
    return m;
}

static bool same_moment(const struct kept_moment *x, const struct kept_moment *y)
{
    return x->unit == y->unit && x->epoch == y->epoch && x->columns == y->columns &&
           x->figures == y->figures;
}

void kept_end(const struct kept *k)
{
    struct kept *mine = (struct kept *)(uintptr_t)k;

    if (mine && __atomic_sub_fetch(&mine->users, 1, __ATOMIC_ACQ_REL) == 0)
        free(mine);
}

static void ring_out(struct ring *k)
{
    k->newer->older = k->older;
    k->older->newer = k->newer;
}

/* As the one asked for last. */
static void ring_in(struct shard *s, struct ring *k)
{
    k->newer = &s->ring;
    k->older = s->ring.older;
    k->older->newer = k;
    s->ring.older = k;
}

static struct kept **find(struct shard *s, uint64_t hash, struct str key, int unit)
{
    struct kept **at = bucket_of(s, hash);

    while (*at && ((*at)->hash != hash || (*at)->moment.unit != unit || !str_eq((*at)->key, key)))
        at = &(*at)->next;
    return at;
}

/* Out of the table; whoever still reads it ends it. */
static void drop(struct shard *s, struct kept **at)
{
    struct kept *k = *at;

    *at = k->next;
    ring_out(&k->ring);
    s->bytes -= k->size;
    s->texts--;
    kept_end(k);
}

const struct kept *kept_find(struct app *a, const struct kept_moment *m, struct str key)
{
    uint64_t hash = hash_of(key, m->unit);
    struct shard *s = shard_of(a, hash);
    struct kept *k;

    if (!m->may)
        return NULL;
    pthread_mutex_lock(&s->lock);
    struct kept **at = find(s, hash, key, m->unit);
    k = *at;
    if (k && !same_moment(&k->moment, m)) {
        drop(s, at);
        k = NULL;
    }
    if (k) {
        ring_out(&k->ring);
        ring_in(s, &k->ring);
        __atomic_add_fetch(&k->users, 1, __ATOMIC_RELAXED);
    }
    k ? s->found++ : s->missed++;
    pthread_mutex_unlock(&s->lock);
    return k;
}

struct str kept_head(const struct kept *k)
{
    return k->head;
}

struct str kept_text(const struct kept *k)
{
    return k->text;
}

static struct str put(char **at, struct str s)
{
    struct str r = str_make(*at, s.n);

    if (s.n)
        memcpy(*at, s.p, s.n);
    *at += s.n;
    return r;
}

static struct kept *make(
    const struct kept_moment *m, uint64_t hash, struct str key, struct str head, struct str text)
{
    size_t n = key.n + head.n + text.n;
    struct kept *k = malloc(sizeof *k + n);

    if (!k)
        return NULL;
    *k = (struct kept){.moment = *m, .hash = hash, .users = 1, .size = sizeof *k + n};
    char *at = (char *)(k + 1);
    k->key = put(&at, key);
    k->head = put(&at, head);
    k->text = put(&at, text);
    return k;
}

/* Those asked for longest ago go until `n` more bytes have room. */
static void make_room(struct shard *s, size_t n, size_t max)
{
    while (s->texts && s->bytes + n > max) {
        struct kept *k = (struct kept *)s->ring.newer, **at = bucket_of(s, k->hash);
        while (*at != k)
            at = &(*at)->next;
        drop(s, at);
    }
}

const struct kept *kept_put(
    struct app *a, const struct kept_moment *m, struct str key, struct str head, struct str text)
{
    size_t max = (size_t)setting_of(a, SETTING_pages_keep_mb) * (1u << 20) / SHARDS;
    uint64_t hash = hash_of(key, m->unit);
    struct shard *s = shard_of(a, hash);

    if (!m->may || key.n > KEY_MAX || sizeof(struct kept) + key.n + head.n + text.n > max)
        return NULL;
    struct kept *k = make(m, hash, key, head, text);
    if (!k)
        return NULL;
    k->users = 2; /* the table, and the caller */
    pthread_mutex_lock(&s->lock);
    struct kept **at = find(s, hash, key, m->unit);
    if (*at)
        drop(s, at);
    make_room(s, k->size, max);
    at = bucket_of(s, hash);
    k->next = *at;
    *at = k;
    ring_in(s, &k->ring);
    s->bytes += k->size;
    s->texts++;
    pthread_mutex_unlock(&s->lock);
    return k;
}

void keeping_free(struct keeping *keeping)
{
    for (int i = 0; keeping && i < SHARDS; i++) {
        make_room(&keeping->shard[i], 1, 0);
        pthread_mutex_destroy(&keeping->shard[i].lock);
    }
    free(keeping);
}

static void put_number(struct sbuf *b, int64_t v)
{
    sbuf_i64(b, v);
    sbuf_char(b, ',');
}

/* Length before text, so that no two lists of grants read the same. */
static void put_text(struct sbuf *b, struct str s)
{
    put_number(b, (int64_t)s.n);
    sbuf_str(b, s);
}

bool kept_rights(const struct view *v, struct actor who, struct sbuf *key)
{
    const struct account *x = actor_account(v->catalog, who);

    if (!x)
        return false;
    sbuf_char(key, x->disabled ? '-' : '+');
    for (size_t i = 0; i < x->grants; i++) {
        const struct grant *g = &x->grant[i];
        put_number(key, (int64_t)g->role);
        put_number(key, g->unit);
        put_number(key, (int64_t)g->line);
        put_number(key, g->from.v);
        put_number(key, g->to.v);
        put_number(key, g->decision.n != 0);
        put_text(key, g->owner);
        put_number(key, (int64_t)g->forms);
        for (size_t f = 0; f < g->forms; f++)
            put_text(key, g->form[f]);
        sbuf_char(key, ';');
    }
    return !key->failed && key->n <= KEY_MAX;
}

void kept_use(struct app *a, struct kept_use *ret)
{
    *ret = (struct kept_use){0};
    for (int i = 0; i < SHARDS; i++) {
        struct shard *s = &a->keeping->shard[i];
        pthread_mutex_lock(&s->lock);
        ret->bytes += s->bytes;
        ret->texts += s->texts;
        ret->found += s->found;
        ret->missed += s->missed;
        pthread_mutex_unlock(&s->lock);
    }
}
