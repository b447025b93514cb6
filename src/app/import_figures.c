/* import_figures: values from a file, approved at once unless provisional.
 *
 * A code of a unit is read on the last day of the row's period. A value that equals the current one
 * (same number, status, words and approval) changes nothing. Values of indicators with a formula
 * are accepted as *stated* figures: kept and shown beside the computed total, used by no formula.
 * One act for the file, all of it or nothing.
 *
 * Two threads share the work: one reads, checks and sorts the rows in batches (figure_file.h), the
 * writer puts the batch before into the store. A few batches go round between them, so memory does
 * not grow with the file; the setting import.memory_mb says how large they are. An error further
 * down undoes what was put in. Reading begins before the writer is free. Should the definitions
 * change until then, the writer reads the file itself, so that what was checked is what is written.
 */
#include <stdlib.h>

#include "app/figure_file.h"
#include "app/settings.h"

/* From here on the engine loads the columns anew instead of taking every cell. */
#define BULK 20000
/* Rows handed to the store at a time: they stay in the processor's cache. */
#define SLICE ((size_t)1 << 14)
/* One is being read, one is ready, one is being written. */
#define BATCHES 3

struct stream {
    struct app *app;
    const struct import_file *file;
    bool provisional;
    struct import_result counted; /* by the job */

    /* of whoever reads: the caller for the first batch, then the thread */
    struct arena arena;
    struct write w; /* stands for a job's where nothing is written */
    struct view view;
    struct figure_file reading;
    struct import_result read;
    bool opened;
    uint64_t epoch; /* of the catalogue against which rows are checked */
    pthread_t thread;
    bool has_thread;

    struct figure_batch batch[BATCHES];
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t moved;
    size_t filled, emptied; /* batches so far */
    bool end;               /* nothing comes behind those filled */
    bool overtaken;         /* since the definitions have changed */
    bool stop;              /* nobody wants more */
    struct err err;         /* or since the file has an error */

    size_t largest; /* rows of a batch */
    int64_t rows, done, changed;
    struct engine_column last;
    struct map stale; /* columns told, by series and period */
};

/* ---- reading aside ---- */

/* The view is held while rows are read, never while waiting for anything. */
static bool read_batch(struct stream *s, bool *ret_end, bool *ret_overtaken, struct err *err)
{
    bool ok = app_read(s->app, ACT_MAX, &s->view, err);

    if (!ok)
        return false;
    s->w.catalog = s->view.catalog;
    if (!s->opened) {
        s->epoch = s->view.epoch;
        s->w.now_ms = s->view.now_ms;
        s->w.today = s->view.today;
        s->opened = true;
        ok = figure_file_open(&s->reading, &s->w, &s->view, s->file, s->provisional, &s->read, err);
    }
    s->reading.im.err = err;
    *ret_overtaken = s->view.epoch != s->epoch;
    ok = ok && !*ret_overtaken &&
         figure_file_next(&s->reading, &s->batch[s->filled % BATCHES], ret_end);
    *ret_overtaken = *ret_overtaken || s->reading.overtaken;
    app_read_end(s->app, &s->view);
    return ok;
}

/* Called with the lock held; lets it go meanwhile. */
static void fill(struct stream *s)
{
    struct err e = ERR_INIT;
    bool end = false, overtaken = false;

    pthread_mutex_unlock(&s->lock);
    bool ok = read_batch(s, &end, &overtaken, &e);
    pthread_mutex_lock(&s->lock);
    s->filled += ok;
    s->end = end || !ok;
    s->overtaken = overtaken;
    s->err = e;
    pthread_cond_broadcast(&s->moved);
}

static void *read_on(void *ctx)
{
    struct stream *s = ctx;

    pthread_mutex_lock(&s->lock);
    while (!s->end && !s->stop)
        if (s->filled - s->emptied < BATCHES)
            fill(s);
        else
            pthread_cond_wait(&s->moved, &s->lock);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- writing ---- */

static struct figure_write written(const struct figure_batch *b, size_t i)
{
    const struct file_figure *p = &b->row[i];
    struct figure_write f = {.key = p->key, .value = p->value, .flags = p->flags};

    if (p->words) {
        f.approx = b->words.p[p->words - 1].approx;
        f.note = b->words.p[p->words - 1].note;
    }
    return f;
}

bool figure_marks(struct write *w, struct figure_key key, struct report_marks *ret, struct err *err)
{
    const struct catalog *c = w->catalog;
    int s = catalog_series_id(c, key.series);
    int form = s < 0 ? -1 : c->indicator[c->series[s].indicator].form;
    struct report r;
    bool found;

    *ret = (struct report_marks){0};
    if (form < 0)
        return true;
    if (!w->ops->report(
            w->store, c->form[form].id, key.unit, key.period, ACT_MAX, w->arena, &r, &found, err))
        return false;
    if (found)
        *ret = r.marks;
    return true;
}

static bool open_act(struct stream *s, struct write *w, struct err *err)
{
    struct importing im = {.w = w, .csv = {.file = s->file->name}, .err = err};

    return importing_act(&im, ACT_IMPORT_FIGURES, "figures");
}

/* Few rows: one by one, so that the engine hears of each cell. */
static bool store_few(
    struct stream *s, struct write *w, const struct figure_batch *b, struct err *err)
{
    struct import_result *counted = &s->counted;

    counted->rows = s->read.rows;
    for (size_t i = 0; i < b->rows; i++) {
        struct figure_write f = written(b, i);
        struct figure_version old;
        struct report_marks marks;
        bool found, differs;
        if (!figure_differs(w, &f, false, &old, &found, &differs, err))
            return false;
        if (!differs) {
            counted->unchanged++;
            continue;
        }
        if (!open_act(s, w, err) || !figure_marks(w, f.key, &marks, err) ||
            !write_figure(w, &f, marks, err))
            return false;
        counted->added += !found;
        counted->changed += found;
    }
    return true;
}

/* The engine is to load the columns of these rows anew. */
static bool tell_columns(
    struct stream *s, struct write *w, const struct figure_batch *b, struct err *err)
{
    for (size_t i = 0; i < b->rows; i++) {
        struct engine_column c = {b->row[i].key.series, b->row[i].key.period};
        uint64_t key = (uint64_t)c.series.v << 28 | (uint64_t)c.period;
        if (c.series.v == s->last.series.v && c.period == s->last.period)
            continue;
        s->last = c;
        if (map_has(&s->stale, key)) /* codes of periods take 24 bits */
            continue;
        if (!map_put(&s->stale, key, 1) || !vec_push(&w->stale, w->arena, c))
            return err_memory(err);
    }
    return true;
}

static bool store_batch(struct stream *s, struct write *w, const struct figure_batch *b,
    struct figure_write *slice, struct err *err)
{
    for (size_t at = 0; at < b->rows; at += SLICE) {
        size_t n = b->rows - at < SLICE ? b->rows - at : SLICE;
        int64_t some;
        for (size_t i = 0; i < n; i++)
            slice[i] = written(b, at + i);
        if (!w->ops->figures_put(w->store, slice, n, w->act.no, &some, err))
            return false;
        s->changed += some;
        s->done += (int64_t)n;
        write_progress(w, s->done, s->rows > s->done ? s->rows : s->done);
    }
    return tell_columns(s, w, b, err);
}

/* What comes from the reader's thread, or NULL at the end or after an error. */
static struct figure_batch *await_batch(struct stream *s)
{
    struct figure_batch *b = NULL;

    pthread_mutex_lock(&s->lock);
    while (s->filled == s->emptied && !s->end)
        pthread_cond_wait(&s->moved, &s->lock);
    if (s->filled > s->emptied)
        b = &s->batch[s->emptied % BATCHES];
    pthread_mutex_unlock(&s->lock);
    return b;
}

static void give_back(struct stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->emptied++;
    pthread_cond_broadcast(&s->moved);
    pthread_mutex_unlock(&s->lock);
}

static bool store_read_aside(
    struct stream *s, struct write *w, struct figure_write *slice, struct err *err)
{
    struct figure_batch *b;

    while ((b = await_batch(s))) {
        if (!store_batch(s, w, b, slice, err))
            return false;
        give_back(s);
    }
    if (s->err.code == ERR_NONE)
        return true;
    if (err)
        *err = s->err;
    return false;
}

/* The definitions have changed since the rows were checked: all of it here. */
static bool store_read_here(
    struct stream *s, struct write *w, struct figure_write *slice, struct err *err)
{
    struct figure_batch b = {.most = s->largest};
    struct figure_file reading;
    bool end = false;

    bool ok = figure_file_open(&reading, w, NULL, s->file, s->provisional, &s->counted, err);
    while (ok && !end)
        ok = figure_file_next(&reading, &b, &end) && store_batch(s, w, &b, slice, err);
    figure_file_close(&reading);
    figure_batch_free(&b);
    return ok;
}

static bool store_many(struct stream *s, struct write *w, bool here, struct err *err)
{
    struct figure_write *slice = arena_array(w->arena, SLICE, sizeof *slice);

    if (!slice)
        return err_memory(err);
    map_init(&s->stale, w->arena);
    if (!open_act(s, w, err))
        return false;
    if (!(here ? store_read_here : store_read_aside)(s, w, slice, err))
        return false;
    if (!s->changed) { /* then there is no act either: the writer undoes what was begun */
        w->act.no.v = 0;
        w->dry_run = true;
    }
    if (!here)
        s->counted.rows = s->read.rows;
    s->counted.added = s->changed;
    s->counted.unchanged = s->counted.rows - s->changed;
    return true;
}

static bool job(struct write *w, void *ctx, struct err *err)
{
    struct stream *s = ctx;

    pthread_mutex_lock(&s->lock);
    bool here = s->overtaken || w->epoch != s->epoch;
    bool few = s->end && s->filled == 1 && s->batch[0].rows < BULK;
    pthread_mutex_unlock(&s->lock);
    s->rows = s->reading.lines;
    write_progress(w, 0, s->rows);
    return few && !here ? store_few(s, w, &s->batch[0], err) : store_many(s, w, here, err);
}

/* ---- the whole ---- */

static void stream_init(struct stream *s, struct actor who)
{
    size_t room = (size_t)setting_number(app_store(s->app), SETTING_import_memory_mb) << 20;

    s->largest = room / ((BATCHES + 1) * sizeof(struct file_figure)); /* one more for sorting */
    for (size_t i = 0; i < BATCHES; i++)
        s->batch[i].most = s->largest;
    arena_init(&s->arena, (size_t)1 << 30);
    s->w = (struct write){.app = s->app, .arena = &s->arena, .actor = who};
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->moved, NULL);
}

static void stream_release(struct stream *s)
{
    if (s->has_thread) {
        pthread_mutex_lock(&s->lock);
        s->stop = true;
        pthread_cond_broadcast(&s->moved);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    figure_file_close(&s->reading);
    for (size_t i = 0; i < BATCHES; i++)
        figure_batch_free(&s->batch[i]);
    arena_free(&s->arena);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->moved);
}

/* The first batch on this thread, what follows on another. False where the file is wrong already.
 */
static bool begin_reading(struct stream *s, struct err *err)
{
    pthread_mutex_lock(&s->lock);
    fill(s);
    bool end = s->end, ok = s->filled || s->overtaken;
    pthread_mutex_unlock(&s->lock);
    if (!ok) {
        if (err)
            *err = s->err;
        return false;
    }
    if (end)
        return true;
    int failed = pthread_create(&s->thread, NULL, read_on, s);
    s->has_thread = failed == 0;
    return s->has_thread || err_errno(err, failed, STR("pthread"));
}

bool import_figures(struct app *a, struct actor who, const struct import_file *f, bool provisional,
    struct import_result *ret, struct err *err)
{
    struct stream s = {.app = a, .file = f, .provisional = provisional};

    *ret = (struct import_result){0};
    stream_init(&s, who);
    bool ok = begin_reading(&s, err) && import_run(a, who, f, false, job, &s, ret, err);
    stream_release(&s);
    if (ok) {
        s.counted.act = ret->act;
        *ret = s.counted;
    }
    return ok;
}
