/* workers: see workers.h. One lock; each idle thread sleeps on a condition of its own, so that it
 * is the one idle last who is woken, and the others grow old. */
#include "web/workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define STACK_SIZE (1u << 20)

struct idler {
    struct idler *next;
    pthread_cond_t wake;
    struct job *job; /* given */
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t none; /* the last thread is about to end */
    pthread_condattr_t monotonic;
    do_job *work;
    struct job *first, **last; /* nobody is idle */
    struct idler *idle;        /* the last first */
    unsigned threads, most, idle_ms;
    bool stop;
    bool any_ended;
    pthread_t ended; /* the thread that ended last; it has waited for the one before */
};

static void idler_out(struct workers *w, struct idler *me)
{
    struct idler **at = &w->idle;

    while (*at != me)
        at = &(*at)->next;
    *at = me->next;
}

/* With the lock held; NULL after a time in which nothing came, or at the end. */
static struct job *wait_for_job(struct workers *w)
{
    struct idler me = {.next = w->idle};
    struct timespec until;
    int late = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += w->idle_ms / 1000;
    until.tv_nsec += w->idle_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_cond_init(&me.wake, &w->monotonic);
    w->idle = &me;
    while (!me.job && !w->stop && !late)
        late = pthread_cond_timedwait(&me.wake, &w->lock, &until);
    if (!me.job)
        idler_out(w, &me);
    pthread_cond_destroy(&me.wake);
    return me.job;
}

/* With the lock held; NULL: none waits. */
static struct job *first_job(struct workers *w)
{
    struct job *j = w->first;

    if (!j)
        return NULL;
    w->first = j->next;
    if (!w->first)
        w->last = &w->first;
    return j;
}

static struct job *next_job(struct workers *w)
{
    struct job *j = first_job(w);

    return j || w->stop ? j : wait_for_job(w);
}

/* With the lock held, which it gives back. Each thread that ends waits for the one before it, so
 * that whoever stops them has to wait for one alone. */
static void end_thread(struct workers *w)
{
    bool before = w->any_ended;
    pthread_t other = w->ended;

    w->any_ended = true;
    w->ended = pthread_self();
    if (--w->threads == 0)
        pthread_cond_signal(&w->none);
    pthread_mutex_unlock(&w->lock);
    if (before)
        pthread_join(other, NULL);
}

static void *run(void *arg)
{
    struct workers *w = arg;
    struct job *j;

    pthread_mutex_lock(&w->lock);
    while ((j = next_job(w))) {
        bool refused = w->stop;
        pthread_mutex_unlock(&w->lock);
        w->work(j, refused);
        pthread_mutex_lock(&w->lock);
    }
    end_thread(w);
    return NULL;
}

/* With the lock held. */
static bool add_thread(struct workers *w)
{
    pthread_attr_t attr;
    pthread_t thread;

    if (pthread_attr_init(&attr) != 0)
        return false;
    pthread_attr_setstacksize(&attr, STACK_SIZE);
    bool ok = pthread_create(&thread, &attr, run, w) == 0;
    pthread_attr_destroy(&attr);
    w->threads += ok;
    return ok;
}

/* With the lock held. Where no further thread can be made those there are do it in turn. */
static bool accept(struct workers *w, struct job *j)
{
    struct idler *one = w->idle;

    if (w->stop)
        return false;
    j->next = NULL;
    if (one) {
        w->idle = one->next;
        one->job = j;
        pthread_cond_signal(&one->wake);
        return true;
    }
    if (w->threads < w->most && !add_thread(w) && !w->threads)
        return false;
    *w->last = j;
    w->last = &j->next;
    return true;
}

void workers_give(struct workers *w, struct job *j)
{
    pthread_mutex_lock(&w->lock);
    bool ok = accept(w, j);
    pthread_mutex_unlock(&w->lock);
    if (!ok)
        w->work(j, true);
}

struct workers *workers_new(unsigned most, unsigned idle_ms, do_job *work)
{
    struct workers *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->work = work;
    w->most = most ? most : 1;
    w->idle_ms = idle_ms;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->none, NULL);
    pthread_condattr_init(&w->monotonic);
    pthread_condattr_setclock(&w->monotonic, CLOCK_MONOTONIC);
    return w;
}

unsigned workers_threads(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    unsigned n = w->threads;
    pthread_mutex_unlock(&w->lock);
    return n;
}

void workers_stop(struct workers *w)
{
    struct job *j;

    pthread_mutex_lock(&w->lock);
    w->stop = true;
    while ((j = first_job(w))) {
        pthread_mutex_unlock(&w->lock);
        w->work(j, true);
        pthread_mutex_lock(&w->lock);
    }
    for (struct idler *i = w->idle; i; i = i->next)
        pthread_cond_signal(&i->wake);
    while (w->threads)
        pthread_cond_wait(&w->none, &w->lock);
    bool any = w->any_ended;
    w->any_ended = false;
    pthread_mutex_unlock(&w->lock);
    if (any)
        pthread_join(w->ended, NULL);
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    workers_stop(w);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->none);
    pthread_condattr_destroy(&w->monotonic);
    free(w);
}
