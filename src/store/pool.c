/* pool: connections to read from; see room.h. */
#include <stdlib.h>

#include "store/room.h"

/* The store whose transaction this thread has begun. */
static _Thread_local struct store_sql *writing;

void store_writing(struct store_sql *s)
{
    writing = s;
}

bool store_is_writing(const struct store_sql *s)
{
    return writing == s;
}

static struct reader *open_reader(struct store_sql *s, struct err *err)
{
    struct reader *r = calloc(1, sizeof *r);

    if (!r) {
        err_memory(err);
        return NULL;
    }
    struct err e = ERR_INIT;
    r->db = s->engine->open(s->where, false, s->options.vfs, &e);
    if (r->db) {
        link_back(s);
        return r;
    }
    link_away(s, &e, err);
    free(r);
    return NULL;
}

static void close_reader(struct reader *r)
{
    r->db->ops->close(r->db);
    free(r);
}

/* One of the idle, which may have broken meanwhile, or leave to open one: NULL. */
static struct reader *take_idle(struct store_sql *s)
{
    struct reader *r;

    pthread_mutex_lock(&s->lock);
    while (!s->idle && s->open_n >= READERS_MAX)
        pthread_cond_wait(&s->returned, &s->lock);
    r = s->idle;
    if (r) {
        s->idle = r->next;
        s->idle_n--;
    } else {
        s->open_n++;
    }
    pthread_mutex_unlock(&s->lock);
    return r;
}

static void forget(struct store_sql *s)
{
    pthread_mutex_lock(&s->lock);
    s->open_n--;
    pthread_cond_signal(&s->returned);
    pthread_mutex_unlock(&s->lock);
}

static struct reader *take(struct store_sql *s, struct err *err)
{
    struct reader *r;

    while ((r = take_idle(s)) && !db_alive(r->db)) {
        close_reader(r);
        forget(s);
    }
    if (r || (r = open_reader(s, err)))
        return r;
    forget(s);
    return NULL;
}

static void give_back(struct store_sql *s, struct reader *r)
{
    pthread_mutex_lock(&s->lock);
    bool keep = s->idle_n < s->options.readers;
    if (keep) {
        r->next = s->idle;
        s->idle = r;
        s->idle_n++;
    } else {
        s->open_n--;
    }
    pthread_cond_signal(&s->returned);
    pthread_mutex_unlock(&s->lock);
    if (!keep)
        close_reader(r);
}

struct lease lease_take(struct store *base, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (writing == s)
        return (struct lease){.s = s, .db = s->writer};
    struct reader *r = take(s, err);
    return (struct lease){.s = s, .r = r, .db = r ? r->db : NULL};
}

struct lease lease_snapshot(struct store *base, struct err *err)
{
    struct lease l = lease_take(base, err);

    if (!l.r)
        return l;
    l.snapshot = l.db->ops->begin(l.db, DB_READ, err);
    if (!l.snapshot)
        l.db = NULL;
    return l;
}

void lease_end(struct lease *l)
{
    if (!l->r)
        return;
    if (l->snapshot)
        l->r->db->ops->rollback(l->r->db);
    give_back(l->s, l->r);
    l->r = NULL;
}

void pool_close(struct store_sql *s)
{
    while (s->idle) {
        struct reader *r = s->idle;
        s->idle = r->next;
        close_reader(r);
    }
}
