/* writer: one at a time writes, and its group commit.
 *
 * Jobs queue up; a thread takes those that wait (up to GROUP_MAX) into one transaction, each in a
 * savepoint of its own, commits once, tells the engine, then wakes the callers. Whoever comes with
 * a small job while nobody writes and nobody waits runs it where he is, as a group of its own: two
 * threads' turns less (decision 0156), unless the group before had several. Never do two groups run
 * at once (`busy`). A job that changes definitions makes a group of its own, after which the
 * catalogue is loaded anew. A failed job is undone alone; a failed commit fails all of its group,
 * and nothing of it is seen by anybody. When it is asked to and nothing is to be written it tends
 * the store; what came without its doing is loaded anew.
 *
 * A commit costs a write of the disk, however many jobs are in it. Callers that were just answered
 * often come back at once; the next group waits for them a small part of what the commit took, so
 * that those answered and those who queued meanwhile do not commit in turns (decision 0111). Each
 * caller sleeps on a semaphore of its own: waking one disturbs no other.
 */
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

#include "app/app_private.h"
#include "base/log.h"
#include "base/ticks.h"

#define GROUP_MAX 256
#define JOB_ARENA_MAX ((size_t)2 << 30)

struct job {
    struct job *next;
    struct actor actor;
    struct write_options options;
    write_job *run;
    void *ctx;
    struct err *err;
    int64_t clock_shift_ms; /* of its caller */
    struct act_no act;
    sem_t done;
    bool answered;    /* atomic: the thread sanitizer does not know sem_clockwait */
    bool ok, counted; /* counted: ran well, waits for the commit */
};

struct writer {
    struct app *app;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct job *head, **tail;
    size_t waiting;   /* jobs in the queue */
    size_t awaited;   /* so many wake the thread; it is woken once, not by each */
    bool busy;        /* a group runs, or the store is tended: with the lock let go */
    size_t released;  /* callers answered by the group before */
    size_t before;    /* jobs that waited already when it ended */
    int64_t group_ns; /* what it took */
    bool stop;
    bool tend_due;
    bool behind;                     /* the store has acts that were not written here */
    VEC(struct engine_column) stale; /* likewise */
    struct app_snapshot *next;       /* the catalogue with the definitions of the running group */
    struct arena job_arena, group_arena;
    VEC(struct engine_change) change; /* of the whole group, in group_arena */
};

#define GATHER_PART 8      /* of the group before: that much of its time at most */
#define GATHER_LEAST 20000 /* ns; shorter waits are not worth the while */
#define GATHER_MOST 1000000

/* Waits a moment for callers that were just answered. Called with the lock held, before a group is
 * taken. */
static void gather(struct writer *w)
{
    size_t wanted = w->before + w->released * 7 / 8;
    int64_t most = w->group_ns / GATHER_PART;
    struct timespec until;

    wanted = wanted > GROUP_MAX ? GROUP_MAX : wanted;
    most = most > GATHER_MOST ? GATHER_MOST : most;
    if (most < GATHER_LEAST)
        return;
    int64_t end = ticks_ns() + most;
    until = (struct timespec){end / 1000000000, end % 1000000000};
    w->awaited = wanted;
    while (w->waiting < wanted && !w->stop)
        if (pthread_cond_timedwait(&w->work, &w->lock, &until) != 0)
            break;
}

/* Takes the jobs of the next group off the queue. Called with the lock held. */
static struct job *take_group(struct writer *w)
{
    struct job *first = w->head, *last = first;
    size_t n = 1;

    if (!first->options.changes_definitions)
        for (; n < GROUP_MAX && last->next && !last->next->options.changes_definitions; n++)
            last = last->next;
    w->head = last->next;
    w->waiting -= n;
    w->released = n;
    if (!w->head)
        w->tail = &w->head;
    last->next = NULL;
    return first;
}

static bool keep_changes(struct writer *w, const struct write *x, struct err *err)
{
    for (size_t i = 0; i < x->change.n; i++)
        if (!vec_push(&w->change, &w->group_arena, x->change.p[i]))
            return err_memory(err);
    for (size_t i = 0; i < x->stale.n; i++)
        if (!vec_push(&w->stale, &w->group_arena, x->stale.p[i]))
            return err_memory(err);
    return true;
}

static void run_job(struct writer *w, struct job *j)
{
    struct app *a = w->app;
    struct store *store = a->config.store;
    int64_t now = a->config.sys.now_ms(a->config.sys.ctx) + j->clock_shift_ms;

    arena_reset(&w->job_arena);
    struct write x = {.app = a,
        .store = store,
        .ops = store->ops,
        .catalog = a->now->catalog,
        .epoch = a->epoch,
        .arena = &w->job_arena,
        .actor = j->actor,
        .now_ms = now,
        .today = day_of_ms(now),
        .dry_run = j->options.dry_run};
    if (!store->ops->save(store, j->err))
        return;
    size_t changes = w->change.n, stale = w->stale.n;
    bool nothing = false;
    bool ok = j->run(&x, j->ctx, j->err);
    if (ok && x.act.no.v && j->options.import && !x.change.n && !x.stale.n)
        ok = x.ops->act_changes_nothing(x.store, &nothing, j->err);
    if (nothing) {
        store->ops->undo_save(store);
        j->ok = ok;
        return;
    }
    if (ok && x.act.no.v && j->options.changes_definitions)
        ok = (w->next = snapshot_load_catalog(a, ACT_MAX, j->err)) != NULL;
    if (ok && x.act.no.v && !x.dry_run)
        ok = x.ops->act_close(x.store, &x.act, j->err) && keep_changes(w, &x, j->err);
    if (ok && !x.dry_run && store->ops->keep(store, j->err)) {
        j->counted = true;
        j->act = x.act.no;
        return;
    }
    store->ops->undo_save(store);
    w->change.n = changes;
    w->stale.n = stale;
    j->ok = ok && x.dry_run;
    j->act = x.act.no;
}

void write_progress(struct write *w, int64_t done, int64_t rows)
{
    bool large = rows >= APP_LARGE_ROWS;

    __atomic_store_n(&w->app->importing_done, large ? done : 0, __ATOMIC_RELAXED);
    __atomic_store_n(&w->app->importing_rows, large ? rows : 0, __ATOMIC_RELAXED);
}

/* After the engine has them: what was kept of these units and those above them holds no more. */
static void touch(struct writer *w)
{
    struct app *a = w->app;
    const struct units *us = &a->now->catalog->units;

    if (w->stale.n)
        __atomic_add_fetch(&a->columns_changed, 1, __ATOMIC_RELEASE);
    touched_begin(a->touched);
    for (size_t i = 0; i < w->change.n; i++) {
        int unit = units_find_id(us, w->change.p[i].cell.unit);
        if (unit >= 0)
            touched_unit(a->touched, unit);
    }
}

/* After a commit: the new catalogue, and the changed cells into the engine. */
static void publish(struct writer *w)
{
    struct err e = ERR_INIT;
    bool ok = true;

    if (w->next)
        ok = app_swap(w->app, w->next, &e);
    w->next = NULL;
    if (ok && w->stale.n)
        engine_forget(w->app->now->engine, w->stale.p, w->stale.n);
    if (ok && w->change.n)
        ok = engine_apply(w->app->now->engine, w->change.p, w->change.n, &e);
    touch(w);
    if (!ok) {
        log_line(LOG_ERROR, "engine.publish", "code=%s", err_code_name(e.code));
        app_drop_columns(w->app, &e);
    }
}

static void fail_group(struct job *first, const struct err *e)
{
    for (struct job *j = first; j; j = j->next)
        if (j->counted) {
            j->counted = false;
            j->act = (struct act_no){0};
            if (j->err)
                *j->err = *e;
        }
}

static void fail_all(struct job *first, const struct err *e)
{
    for (struct job *j = first; j; j = j->next)
        if (j->err)
            *j->err = *e;
}

/* Loads the catalogue and the columns anew where others have written. */
static bool catch_up(struct writer *w, struct err *err)
{
    struct app *a = w->app;

    w->behind = a->config.store->ops->moved(a->config.store) || w->behind;
    if (!w->behind)
        return true;
    struct app_snapshot *next = snapshot_load_catalog(a, ACT_MAX, err);
    if (!next || !app_swap(a, next, err) || !app_drop_columns(a, err) || !app_read_head(a, err))
        return false;
    log_line(LOG_WARN, "engine.reloaded", "reason=%s", "acts of others");
    w->behind = false;
    return true;
}

static void tend(struct writer *w)
{
    struct store *store = w->app->config.store;
    struct err e = ERR_INIT;

    if (store->ops->tend(store, &e))
        catch_up(w, &e);
}

static void run_group(struct writer *w, struct job *first)
{
    struct store *store = w->app->config.store;
    struct err e = ERR_INIT;
    bool any = false;

    arena_reset(&w->group_arena);
    memset(&w->change, 0, sizeof w->change);
    memset(&w->stale, 0, sizeof w->stale);
    if (!store->ops->begin(store, &e)) {
        fail_all(first, &e);
        return;
    }
    if (!catch_up(w, &e)) {
        store->ops->rollback(store);
        fail_all(first, &e);
        return;
    }
    for (struct job *j = first; j; j = j->next) {
        run_job(w, j);
        any = any || j->counted;
    }
    bool committed = any && store->ops->commit(store, &e);
    if (!committed) {
        store->ops->rollback(store);
        snapshot_free(w->next);
        w->next = NULL;
        if (any)
            fail_group(first, &e);
        return;
    }
    publish(w);
    for (struct job *j = first; j; j = j->next) {
        j->ok = j->ok || j->counted;
        if (j->counted && j->act.v > w->app->head)
            __atomic_store_n(&w->app->head, j->act.v, __ATOMIC_RELEASE);
    }
}

/* Takes a group off the queue, runs it and answers its callers. Called with the lock held, which is
 * let go meanwhile. */
static void serve_group(struct writer *w)
{
    struct job *group = take_group(w);

    w->busy = true;
    w->awaited = SIZE_MAX; /* nobody needs to say anything until somebody looks again */
    pthread_mutex_unlock(&w->lock);
    int64_t began = ticks_ns();
    run_group(w, group);
    __atomic_store_n(&w->app->importing_rows, 0, __ATOMIC_RELAXED);
    pthread_mutex_lock(&w->lock);
    w->group_ns = ticks_ns() - began;
    w->before = w->waiting;
    w->busy = false;
    w->awaited = 1;
    pthread_mutex_unlock(&w->lock); /* those who are woken want it at once */
    for (struct job *j = group; j;) {
        struct job *next = j->next; /* its caller goes on, and the job with it */
        __atomic_store_n(&j->answered, true, __ATOMIC_RELEASE);
        sem_post(&j->done);
        j = next;
    }
    pthread_mutex_lock(&w->lock);
}

/* Waits for jobs, tending the store meanwhile. Called with the lock held. */
static void wait_for_work(struct writer *w)
{
    w->awaited = w->busy ? SIZE_MAX : 1;
    while (w->busy || (!w->head && !w->stop)) {
        if (w->busy || !w->tend_due) {
            pthread_cond_wait(&w->work, &w->lock);
            continue;
        }
        w->tend_due = false;
        w->busy = true;
        pthread_mutex_unlock(&w->lock);
        tend(w);
        pthread_mutex_lock(&w->lock);
        w->busy = false;
    }
}

void app_tend(struct app *a)
{
    struct writer *w = a->writer;

    pthread_mutex_lock(&w->lock);
    w->tend_due = true;
    if (!w->busy)
        pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;

    pthread_mutex_lock(&w->lock);
    for (;;) {
        wait_for_work(w);
        if (!w->head)
            break;
        gather(w);
        if (w->head && !w->busy) /* not withdrawn meanwhile */
            serve_group(w);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct writer *writer_start(struct app *a, struct err *err)
{
    struct writer *w = calloc(1, sizeof *w);

    if (!w) {
        err_memory(err);
        return NULL;
    }
    w->app = a;
    w->tail = &w->head;
    arena_init(&w->job_arena, JOB_ARENA_MAX);
    arena_init(&w->group_arena, JOB_ARENA_MAX);
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->work, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int failed = pthread_create(&w->thread, NULL, writer_main, w);
    if (failed) {
        err_errno(err, failed, STR("pthread"));
        free(w);
        return NULL;
    }
    return w;
}

void writer_stop(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->work);
    arena_free(&w->job_arena);
    arena_free(&w->group_arena);
    free(w);
}

/* Takes a job that still waits off the queue. */
static bool withdraw(struct writer *w, struct job *j)
{
    bool found = false;

    pthread_mutex_lock(&w->lock);
    for (struct job **at = &w->head; *at && !found; at = &(*at)->next)
        if (*at == j) {
            found = true;
            *at = j->next;
            if (w->tail == &j->next)
                w->tail = at;
            w->waiting--;
            break;
        }
    pthread_mutex_unlock(&w->lock);
    return found;
}

/* People do not wait for ever behind a large import; programs and commands do. */
static bool out_of_patience(struct writer *w, struct job *j)
{
    struct app_importing large;
    char digits[2][24];
    struct sbuf done, rows;

    if (!str_starts(j->actor.via, STR("web")) || !app_importing(w->app, &large) || !withdraw(w, j))
        return false;
    sbuf_init_fixed(&done, digits[0], sizeof digits[0]);
    sbuf_init_fixed(&rows, digits[1], sizeof digits[1]);
    sbuf_i64(&done, large.done);
    sbuf_i64(&rows, large.rows);
    if (j->err)
        err_set(j->err, ERR_BUSY, MSG_err_write_importing, sbuf_view(&done), sbuf_view(&rows));
    return true;
}

static void sleep_until_done(struct writer *w, struct job *j)
{
    int patience = w->app->config.patience_ms ? w->app->config.patience_ms : APP_PATIENCE_MS;
    int64_t end = ticks_ns();

    for (;;) {
        end += (int64_t)patience * 1000000;
        struct timespec until = {end / 1000000000, end % 1000000000};
        int rc;
        do
            rc = sem_clockwait(&j->done, CLOCK_MONOTONIC, &until);
        while (rc != 0 && errno == EINTR);
        if ((rc == 0 && __atomic_load_n(&j->answered, __ATOMIC_ACQUIRE)) || out_of_patience(w, j))
            return;
    }
}

/* May it run on the thread of whoever asks for it? Not where somebody writes or waits, nor after a
 * group of several, whose callers will come again and had better share the next; not what takes
 * long or much of a stack, and not with a day of its own, which a thread of requests has for
 * itself. */
static bool may_run_here(const struct writer *w, const struct job *j)
{
    return !w->busy && !w->head && w->released < 2 && !j->options.changes_definitions &&
           !j->options.import && !j->clock_shift_ms;
}

bool app_write(struct app *a, struct actor actor, struct write_options options, write_job *job,
    void *ctx, struct act_no *ret_act, struct err *err)
{
    struct writer *w = a->writer;
    struct job j = {.actor = actor,
        .options = options,
        .run = job,
        .ctx = ctx,
        .err = err,
        .clock_shift_ms = app_clock_shift()};

    sem_init(&j.done, 0, 0);
    pthread_mutex_lock(&w->lock);
    bool here = may_run_here(w, &j);
    *w->tail = &j;
    w->tail = &j.next;
    w->waiting++;
    if (here) {
        serve_group(w);
        if (w->head || w->tend_due || w->stop)
            pthread_cond_signal(&w->work);
    } else if (w->waiting >= w->awaited) {
        pthread_cond_signal(&w->work);
    }
    pthread_mutex_unlock(&w->lock);
    sleep_until_done(w, &j);
    sem_destroy(&j.done);
    if (j.ok && ret_act)
        *ret_act = j.act;
    return j.ok;
}

bool write_act(
    struct write *w, enum act_kind kind, struct str object, struct str reason, struct err *err)
{
    w->act = (struct act){.at_ms = w->now_ms,
        .account = w->actor.account,
        .via = w->actor.via,
        .kind = kind,
        .object = str_dup(w->arena, object),
        .reason = str_dup(w->arena, reason)};
    return w->ops->act_open(w->store, &w->act, err);
}

void write_body(struct write *w, struct str body)
{
    w->act.body = body;
}

static bool note_change(
    void *ctx, struct figure_key key, struct cell_value approved, struct cell_value provisional)
{
    struct write *w = ctx;
    struct engine_change c = {key.series, key.period, {key.unit, approved, provisional}};

    return vec_push(&w->change, w->arena, c);
}

bool write_cells_changed(struct write *w, const struct series_id *series, size_t n,
    struct figure_key of, struct report_marks marks, struct err *err)
{
    return !n || w->ops->cells(w->store, series, n, of, marks, note_change, w, err);
}

bool write_figure(
    struct write *w, const struct figure_write *f, struct report_marks marks, struct err *err)
{
    struct cell_value approved, provisional;

    return w->ops->figure_put(w->store, f, w->act.no, err) &&
           w->ops->cell(w->store, f->key, marks, &approved, &provisional, err) &&
           (note_change(w, f->key, approved, provisional) || err_memory(err));
}

static bool same_words(struct write *w, const struct figure_write *f, struct act_no act,
    bool *ret_same, struct err *err)
{
    struct figure_record *r;
    size_t n;

    if (!w->ops->cell_history(w->store, f->key, ACT_MAX, w->arena, &r, &n, err))
        return false;
    *ret_same = n > 0 && r[n - 1].version.act.v == act.v && str_eq(r[n - 1].note, f->note) &&
                str_eq(r[n - 1].approx, f->approx);
    return true;
}

bool figure_differs(struct write *w, const struct figure_write *f, bool whole,
    struct figure_version *ret_old, bool *ret_found, bool *ret_differs, struct err *err)
{
    const uint32_t said = ~(uint32_t)(FIGURE_STORE | FIGURE_UNDOES);
    bool worded = f->note.n || f->approx.n, same;

    if (!w->ops->figure_get(w->store, f->key, ret_old, ret_found, err))
        return false;
    *ret_differs = !*ret_found || ret_old->value != f->value ||
                   ((ret_old->flags ^ f->flags) & said) || (ret_old->flags & FIGURE_ERASED);
    bool had_words = *ret_found && (ret_old->flags & FIGURE_HAS_NOTE);
    if (*ret_differs || (!worded && !(whole && had_words)))
        return true;
    if (!same_words(w, f, ret_old->act, &same, err))
        return false;
    *ret_differs = !same;
    return true;
}

struct uid write_uid(struct write *w)
{
    unsigned char r[8];
    const struct sys *sys = &w->app->config.sys;

    sys->random(sys->ctx, r, sizeof r);
    return uid_make(r);
}
