/* watch: see watch.h. */
#include "web/watch.h"
#include "base/ticks.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define TICK_MS 200

struct watch {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    struct watched head; /* of a ring */
    bool stop, expire_waiting;
};

int64_t watch_now(void)
{
    return ticks_ms();
}

/* With the lock held, so that no descriptor is closed and given away meanwhile. */
static void shut_expired(struct watch *w)
{
    int64_t now = watch_now();

    for (struct watched *c = w->head.next; c != &w->head; c = c->next) {
        int64_t deadline = __atomic_load_n(&c->deadline_ms, __ATOMIC_ACQUIRE);
        if (deadline && (now >= deadline || w->expire_waiting))
            shutdown(c->fd, SHUT_RDWR);
    }
}

static void *run(void *cls)
{
    struct watch *w = cls;

    pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        t.tv_nsec += TICK_MS * 1000000L;
        if (t.tv_nsec >= 1000000000L) {
            t.tv_sec++;
            t.tv_nsec -= 1000000000L;
        }
        pthread_cond_timedwait(&w->wake, &w->lock, &t);
        shut_expired(w);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct watch *watch_new(void)
{
    struct watch *w = calloc(1, sizeof *w);
    pthread_condattr_t attr;

    if (!w)
        return NULL;
    w->head.prev = w->head.next = &w->head;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&w->thread, NULL, run, w) == 0)
        return w;
    free(w);
    return NULL;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

void watch_add(struct watch *w, struct watched *c)
{
    pthread_mutex_lock(&w->lock);
    c->next = w->head.next;
    c->prev = &w->head;
    c->next->prev = c->prev->next = c;
    pthread_mutex_unlock(&w->lock);
}

void watch_remove(struct watch *w, struct watched *c)
{
    pthread_mutex_lock(&w->lock);
    c->next->prev = c->prev;
    c->prev->next = c->next;
    pthread_mutex_unlock(&w->lock);
}

void watch_set(struct watched *c, int64_t ms)
{
    __atomic_store_n(&c->deadline_ms, ms ? watch_now() + ms : 0, __ATOMIC_RELEASE);
}

void watch_expire_waiting(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    w->expire_waiting = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}
