/* app_private: what the files of the core share (app.c, writer.c, snapshot.c). */
#ifndef GB_APP_APP_PRIVATE_H
#define GB_APP_APP_PRIVATE_H

#include "app/app.h"
#include "app/kept.h"
#include "app/session_table.h"
#include "app/touched.h"

#define APP_ARENA_MAX ((size_t)4 << 30)
#define PAST_SNAPSHOTS 4

/* A catalogue, and the engine over it. The current one's engine outlives its catalogues. */
struct app_snapshot {
    struct arena arena;
    struct catalog *catalog; /* in the arena */
    struct engine *engine;
    struct act_no known;
    struct app *app;
    int users;      /* of a past one; guarded by past_lock */
    uint64_t stamp; /* when last used */
};

struct app {
    struct app_config config;
    struct arena arena; /* kinds and the like, for ever */
    struct kinds kinds;
    /* Readers of now hold it shared for a request; swapping the catalogue takes it exclusively. */
    pthread_rwlock_t lock;
    struct app_snapshot *now;
    pthread_mutex_t past_lock;
    struct app_snapshot *past[PAST_SNAPSHOTS];
    uint64_t stamp;
    struct writer *writer;
    struct warm *warm; /* NULL: not asked for */
    struct forecasts *forecasts;
    uint64_t epoch; /* of the catalogue in force; written on the writer's thread under `lock`; read
                       without it only where atomic */
    struct trees *trees;      /* go with the catalogue */
    struct touched *touched;  /* goes with the catalogue */
    int64_t head;             /* the last act; atomic */
    uint64_t columns_changed; /* how often other than by engine_apply; atomic */
    struct keeping *keeping;
    struct session_table *sessions;
    uint64_t *setting; /* settings.c: what was read last, one word each; atomic */
    int64_t importing_rows, importing_done; /* atomic; 0 rows: no large import */
};

struct app_snapshot *snapshot_load(struct app *a, struct act_no known, struct err *err);
/* A snapshot without engine, for taking the place of the current one. */
struct app_snapshot *snapshot_load_catalog(struct app *a, struct act_no known, struct err *err);
void snapshot_free(struct app_snapshot *s);
/* Puts the catalogue of `next` in the place of the current one and frees `next`. */
bool app_swap(struct app *a, struct app_snapshot *next, struct err *err);
/* Ends the thread of app_warm(), where there is one. */
void warm_stop(struct app *a);
/* After acts of others: the last of all. */
bool app_read_head(struct app *a, struct err *err);
/* Drops every column; the next reader loads them again. */
bool app_drop_columns(struct app *a, struct err *err);

struct writer *writer_start(struct app *a, struct err *err);
/* Finishes the jobs that wait, then ends the thread. */
void writer_stop(struct writer *w);

#endif
