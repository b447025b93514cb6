/* app: the running program behind its doors.
 *
 * Layer app. Holds the store, the current snapshot of definitions with the roll-up over it, and the
 * writer. Use cases (one file per aggregate) come in two sorts: reading   between app_read and
 * app_read_end, on any thread: a `struct view` is one catalogue and the engine over it, consistent
 * for as long as it is held. Nobody waits for the writer inside. writing   a job handed to
 * app_write: it runs in a transaction of its own within a group, one group at a time, on the
 * writer's thread or on the caller's; checks and changes stand in the job, so that what was checked
 * is what is changed. When app_write returns true the change is durable and every reader sees it.
 * An act is opened by the job through write_act() and closed by the writer.
 */
#ifndef GB_APP_APP_H
#define GB_APP_APP_H

#include <pthread.h>

#include "app/ports/store.h"
#include "app/ports/sys.h"
#include "base/arena.h"
#include "base/vec.h"
#include "domain/boundary.h"
#include "domain/calendar.h"
#include "domain/catalog.h"
#include "domain/finding.h"
#include "domain/forecast.h"
#include "engine/engine.h"

/* One catalogue and the roll-up over it, as known at an act. */
struct view {
    const struct catalog *catalog;
    struct engine *engine;
    struct act_no known; /* ACT_MAX: now */
    struct day today;    /* civil day when it was taken */
    int64_t now_ms;
    uint64_t epoch;      /* of the catalogue: another number, another catalogue */
    struct trees *trees; /* see trees.h; NULL: of the past */
};

/* Who acts, and through which door. */
struct actor {
    struct account_id account; /* 0: system, which may do everything */
    struct str via;            /* "cli root", "web 127.0.0.1" */
};

struct app;
struct writer;
struct app_snapshot;

struct app_config {
    struct store *store;
    struct sys sys;
    struct str kinds_csv; /* rules/kinds.csv */
    const struct assessment_rules *assessment;
    const struct finding_rules *findings;   /* NULL: jumps and copies are not looked for */
    const struct forecast_rules *forecasts; /* NULL: nothing is forecast */
    const struct map_places *map_places;    /* NULL: nothing must be drawn */
    const struct calendar *calendar;        /* of the rule packs; outlives the app */
    int patience_ms; /* how long people's writing waits behind a large import; 0: APP_PATIENCE_MS */
};
#define APP_PATIENCE_MS 20000

/* Takes the store over: app_close closes it. Loads the catalogue; errors as the store's. */
struct app *app_open(const struct app_config *config, struct err *err);
void app_close(struct app *a);
struct store *app_store(struct app *a);
const struct sys *app_sys(struct app *a);
/* The caller's clock, in milliseconds of UTC: the system's, moved where the thread lives on another
 * day. Sessions and waiting times count by the system's. */
int64_t app_now(struct app *a);
/* For this thread `day` is today, at this time of the day, in views and in what it writes, until
 * app_live_now: for visitors of a demonstration, whose quarter is over in the world. Acts are never
 * older than the one before, whatever the clock says. */
void app_live_on(struct app *a, struct day day);
void app_live_now(void);
/* Is this thread's today another day than the system's? */
bool app_lives_elsewhere(void);
/* The same as a number, to hand on to another thread. */
int64_t app_clock_shift(void);
/* The rules of assessment in force on a day. */
struct target_thresholds app_thresholds(struct app *a, struct day day);
/* When a figure is a jump, or a report looks copied, on a day. */
struct finding_limits app_finding_limits(struct app *a, struct day day);

/* How much history a forecast needs on a day; false: none is made. */
bool app_forecast_limits(
    struct app *a, struct day day, enum frequency f, struct forecast_limits *ret);
/* The forecasts kept; see forecasts.h. */
struct forecasts *app_forecasts(struct app *a);

/* What maps must draw; may be NULL. */
const struct map_places *app_map_places(struct app *a);

/* Derives everything anew that can be derived; see `giaoban rebuild`. */
bool app_rebuild(struct app *a, struct err *err);
/* Compares every kept total with a plain scan of the store, while writing waits. */
bool app_verify_totals(struct app *a, int64_t *ret_checked, struct err *err);

/* Takes a view of now, or of what was known at `known`. Release with app_read_end, soon; a thread
 * holds one at a time. */
bool app_read(struct app *a, struct act_no known, struct view *ret, struct err *err);
/* A view of now; false where it would have to be waited for. */
bool app_read_at_once(struct app *a, struct view *ret);
void app_read_end(struct app *a, struct view *v);
/* The last act that every reader sees. */
struct act_no app_head(struct app *a);
/* The act that stands for "known on day D": the last before the following midnight, +07:00. */
bool app_known_on(struct app *a, struct day day, struct act_no *ret, struct err *err);

/* To be called every second or so by whoever serves: the writer looks after the store when it has
 * nothing else to do (see `tend` in ports/store.h). Does not wait. */
void app_tend(struct app *a);

/* What a job has in hand. */
struct write {
    struct app *app;
    struct store *store;
    const struct store_ops *ops;
    const struct catalog *catalog;
    uint64_t epoch;      /* of the catalogue, as in a view */
    struct arena *arena; /* ends with the job */
    struct actor actor;
    int64_t now_ms;
    struct day today;
    struct act act; /* no.v 0 until write_act */
    VEC(struct engine_change) change;
    VEC(struct engine_column)
    stale;        /* so many of their cells changed that the engine loads them
                     anew */
    bool dry_run; /* everything is done and then undone */
    struct str
        result; /* what the job wants told, JSON for programs; in the caller's arena by copy */
};
typedef bool write_job(struct write *w, void *ctx, struct err *err);

struct write_options {
    bool changes_definitions; /* units, indicators, forms, targets, accounts: runs in a group of its
                                 own */
    bool dry_run;
    bool import; /* an act that leaves every definition as it was is dropped: nothing changed */
};
/* Runs the job when no other runs; the caller holds no view. *ret_act (may be NULL) is its act, 0
 * where it opened none: nothing had to be changed. Where a large import holds the writer for longer
 * than people wait, the job of an actor that comes by the web is taken off the queue:
 * err.write.importing, nothing was changed. */
bool app_write(struct app *a, struct actor actor, struct write_options options, write_job *job,
    void *ctx, struct act_no *ret_act, struct err *err);

/* Is a large import being written, behind which all other writing waits? Reading goes on. */
#define APP_LARGE_ROWS 1000000
struct app_importing {
    int64_t rows, done;
};
bool app_importing(struct app *a, struct app_importing *ret);
/* A job tells how far it is; it is large from APP_LARGE_ROWS rows on. */
void write_progress(struct write *w, int64_t done, int64_t rows);

/* Opens the job's act; object and reason are copied. Once per job. */
bool write_act(
    struct write *w, enum act_kind kind, struct str object, struct str reason, struct err *err);
/* Sets the act's body (JSON of definitions or steps); figures are packed beside it by the writer.
 */
void write_body(struct write *w, struct str body);
/* Writes one version of a cell under the job's act and notes the change for the engine. `marks`: of
 * the report that owns the cell. */
bool write_figure(
    struct write *w, const struct figure_write *f, struct report_marks marks, struct err *err);
/* Does it say something else than the cell's newest version: another number, status or words? A
 * note counts where one is given; where `whole`, also where it was taken away. *ret_old: the newest
 * version, where *ret_found. */
bool figure_differs(struct write *w, const struct figure_write *f, bool whole,
    struct figure_version *ret_old, bool *ret_found, bool *ret_differs, struct err *err);
/* Tells the engine that what counts may have changed (marks moved) of those of the series that have
 * a figure for the unit and period of `of`. */
bool write_cells_changed(struct write *w, const struct series_id *series, size_t n,
    struct figure_key of, struct report_marks marks, struct err *err);
/* Marks of the report that owns the cell's indicator for that unit and period; zeros where none
 * does. */
bool figure_marks(
    struct write *w, struct figure_key key, struct report_marks *ret, struct err *err);
/* A uid that no other unit, indicator or account has. */
struct uid write_uid(struct write *w);

/* The account an actor stands for, as it is now; NULL for system. */
const struct account *actor_account(const struct catalog *c, struct actor actor);
/* access_may with the successors of the catalogue; system may do everything. What was known on a
 * past day is read under the rights of today: `unit` is an index of `c`, the grants are those of
 * now. A unit that has been undone since is nobody's. */
bool may(const struct catalog *c, struct day today, struct actor actor, enum right right, int unit,
    struct day period_end, struct str form, struct str owner);
/* access_writer in the same way. */
int writer_of(
    const struct catalog *c, struct day today, int unit, struct day period_end, struct str form);
/* access_for_another in the same way; never the program itself. */
bool for_another(const struct catalog *c, struct day today, struct actor actor, int unit,
    struct day period_end, struct str form, struct str owner);
/* `may` as an error: err.denied.unit naming the unit and what to do. */
bool must(const struct catalog *c, struct day today, struct actor actor, enum right right, int unit,
    struct day period_end, struct str form, struct str owner, struct err *err);

/* Reading an indicator's figures of a unit: personal and sealed classes need rights of their own.
 */
bool must_read_indicator(const struct view *v, struct actor who, const struct indicator *x,
    int unit, struct day day, struct err *err);

#endif
