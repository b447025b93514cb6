/* room: what the files of the store share.
 *
 * Room store. One struct store_sql serves every engine; `engine` opens its connections. The writing
 * connection belongs to the thread that has begun a transaction; reading functions borrow a
 * connection of the pool (READER), or use the writing one when they are called inside the
 * transaction, so that a job sees what the jobs before it wrote.
 */
#ifndef GB_STORE_ROOM_H
#define GB_STORE_ROOM_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/ports/store.h"
#include "base/map.h"
#include "store/db.h"
#include "store/store_open.h"
#include "store/trail.h"

/* Where connections come from. */
struct store_engine {
    const char *name;
    struct db *(*open)(const char *where, bool writer, const char *vfs, struct err *err);
    bool (*version)(struct db *d, struct arena *a, struct str *ret, struct err *err);
    bool (*bytes)(const char *where, struct db *d, int64_t *ret, struct err *err);
    bool (*copy)(struct db *d, const char *to, struct err *err);
    /* Takes the right to write for the connection, which keeps it until it ends; where somebody
     * else has it: err.store.held_database. NULL: the folder's lock says who writes. */
    bool (*claim)(struct db *d, struct err *err);
};

/* The end of the chain. */
struct head {
    int64_t n, at_ms;
    unsigned char hash[32];
};

/* The cell that was written last, where it had no version before: what counts of it is known
 * without asking the database again. */
struct first_version {
    struct figure_key key;
    struct figure_version version;
    bool is;
};

struct reader {
    struct db *db;
    struct reader *next;
};

struct store_sql {
    struct store base;
    const struct store_engine *engine;
    char *where; /* path of the file, or the address */
    struct store_options options;
    int lock_fd; /* -1: none */
    bool opened;
    atomic_bool away; /* the database was not to be reached when it was last tried */

    pthread_mutex_t lock; /* of the pool */
    pthread_cond_t returned;
    struct reader *idle;
    int idle_n, open_n;

    /* Of the writer. */
    struct db *writer;
    struct head head, head_began, head_saved;
    bool began, saved;
    bool sessions_end;          /* the transaction takes sessions away */
    bool unread;                /* a new connection has not read the head yet */
    bool moved;                 /* acts have come that this handle did not write */
    bool lost_right;            /* somebody else writes */
    struct err lost;            /* why the transaction is gone; code ERR_NONE: it is not */
    struct arena privacy_arena; /* series -> is it sealed? as the writer sees it */
    struct map privacy;
    struct trail trail;
    struct first_version first;
    int64_t skew_ms; /* of the open act */
};

static inline struct store_sql *store_sql(struct store *s)
{
    return (struct store_sql *)s;
}

#define READERS_MAX 64

/* A handle without connections yet. */
struct store_sql *store_new(const struct store_engine *engine, const char *where,
    struct store_options options, struct err *err);

/* A connection to read from, and whether it is to be given back. */
struct lease {
    struct store_sql *s;
    struct reader *r; /* NULL: the writer's */
    struct db *db;    /* NULL after an error */
    bool snapshot;
};
struct lease lease_take(struct store *s, struct err *err);
/* The same within a snapshot: several statements see one state. */
struct lease lease_snapshot(struct store *s, struct err *err);
void lease_end(struct lease *l);
#define LEASE __attribute__((cleanup(lease_end))) struct lease
void pool_close(struct store_sql *s);
/* This thread writes to `s` from now on; NULL: no more. */
void store_writing(struct store_sql *s);
bool store_is_writing(const struct store_sql *s);

/* --- link.c: the writer's connection --- */

/* Takes the right to write, waiting a little for a session that is ending. */
bool link_claim(struct store_sql *s, struct db *d, struct err *err);
/* Opens the writer's connection again where it broke. */
bool link_up(struct store_sql *s, struct err *err);
/* Reads the end of the chain through the connection, locked until the end of its transaction. */
bool link_read_head(struct store_sql *s, struct db *d, struct err *err);
/* The connection broke in a commit: true where it has become durable nevertheless. Errors:
 * err.store.away (it has not), err.store.unsure. */
bool link_settle(struct store_sql *s, struct err *err);
/* Gives an error of opening a connection as people should read it, and false. */
bool link_away(struct store_sql *s, const struct err *e, struct err *err);
/* The database was reached. */
void link_back(struct store_sql *s);

/* Runs the migrations list[from .. n-1], each in a transaction of its own. */
bool migrate(struct db *d, const struct sql_migration *list, int n, int64_t from, bool is_postgres,
    struct err *err);
/* 0 where the database says none. */
bool schema_number(struct db *d, int64_t *ret, struct err *err);
/* May this program open it? Errors: err.store.newer, err.store.older. */
bool schema_fits(int64_t schema, int newest, bool read_only, struct str where, struct err *err);

/* Makes the name of a file durable. */
bool sync_folder_of(const char *path, struct err *err);
/* Takes the database of a folder away: of one that was not finished. */
void store_remove_sqlite(const char *dir);

/* The name in `meta` of what a store is being filled from. */
#define META_FILLING "filling"
/* Is it whole? Errors: err.store.unfinished. */
bool is_finished(struct db *d, bool unfinished_too, struct str where, struct err *err);

extern const struct store_ops store_sql_ops;

/* Is it this act that is open? Else ERR_INTERNAL: rows must bear the number of the open act. */
bool act_is_open(const struct store_sql *s, struct act_no act, struct err *err);

/* NULL where it is another cell, or not this thread's. */
const struct first_version *first_version_of(const struct store_sql *s, struct figure_key key);

/* To be called when the class of an indicator may have changed. */
void privacy_forget(struct store_sql *s);

/* The trail of an act as bytes; empty where there is no such act. */
bool store_trail(
    struct store *s, struct act_no act, struct arena *a, struct str *ret, struct err *err);

/* --- the port's functions; see app/ports/store.h --- */

void store_close(struct store *s);
bool store_tend(struct store *s, struct err *err);
bool store_moved(struct store *s);
bool store_head(
    struct store *s, struct act_no *ret_no, unsigned char ret_hash[32], struct err *err);
bool store_info(struct store *s, struct arena *a, struct store_info *ret, struct err *err);
bool store_boundaries(struct store *s, const struct boundary_filter *f, struct act_no known,
    struct arena *a, struct boundary_row **ret, size_t *ret_n, struct err *err);
bool store_load_catalog(struct store *s, struct act_no known, struct arena *a,
    struct catalog_rows *ret, struct err *err);
bool store_act_before(struct store *s, int64_t at_ms, struct act_no *ret, struct err *err);
bool store_acts(struct store *s, const struct act_filter *f, struct arena *a, struct act **ret,
    size_t *ret_n, struct err *err);
bool store_load_column(struct store *s, struct series_id series, int64_t period,
    struct act_no known,
    bool (*sink)(
        void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional),
    void *ctx, struct err *err);
bool store_cell_history(struct store *s, struct figure_key key, struct act_no known,
    struct arena *a, struct figure_record **ret, size_t *ret_n, struct err *err);
bool store_figures(struct store *s, struct series_id series, int64_t period_from, int64_t period_to,
    bool (*sink)(void *ctx, const struct figure_row *row), void *ctx, struct err *err);
bool store_column_before(struct store *s, struct series_id series, int64_t period, bool *ret_found,
    int64_t *ret_period, struct err *err);
bool store_series_span(struct store *s, struct series_id series, bool *ret_any, int64_t *ret_first,
    int64_t *ret_last, struct err *err);
bool store_report(struct store *s, struct form_id form, struct unit_id unit, int64_t period,
    struct act_no known, struct arena *a, struct report *ret, bool *ret_found, struct err *err);
bool store_reports(struct store *s, const struct report_filter *f, struct act_no known,
    struct arena *a, struct report **ret, size_t *ret_n, struct err *err);
bool store_report_events(struct store *s, struct report_id id, struct arena *a,
    struct report_event **ret, size_t *ret_n, struct err *err);
bool store_draft(struct store *s, struct report_id id, struct arena *a, struct draft_cell **ret,
    size_t *ret_n, struct err *err);
bool store_draft_marks(struct store *s, struct report_id id, struct arena *a,
    struct draft_mark **ret, size_t *ret_n, struct err *err);
bool store_narrative(struct store *s, struct report_id id, struct arena *a,
    struct narrative_point **ret, size_t *ret_n, struct err *err);
bool store_attachments(struct store *s, struct report_id id, struct arena *a,
    struct attachment **ret, size_t *ret_n, struct err *err);
bool store_setting(struct store *s, struct str key, struct arena *a, struct str *ret,
    bool *ret_found, struct err *err);
bool store_sessions(struct store *s, struct account_id account, struct arena *a,
    struct session_row **ret, size_t *ret_n, struct err *err);
bool store_session(struct store *s, const unsigned char id_hash[32], struct arena *a,
    struct session_row *ret, bool *ret_found, struct err *err);
bool store_login_failures(
    struct store *s, struct str key, struct login_failure *ret, struct err *err);
bool store_verify(struct store *s, struct verify_report *ret, struct err *err);
bool store_copy(struct store *s, const char *to, struct err *err);
bool store_begin(struct store *s, struct err *err);
bool store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);
bool store_save(struct store *s, struct err *err);
bool store_keep(struct store *s, struct err *err);
void store_undo_save(struct store *s);
bool store_act_open(struct store *s, struct act *act, struct err *err);
bool store_act_close(struct store *s, struct act *act, struct err *err);
bool store_act_changes_nothing(struct store *s, bool *ret, struct err *err);
bool store_new_id(struct store *s, const char *table, int64_t *ret, struct err *err);
bool store_unit_put(struct store *s, const struct unit_row *r, struct act_no act, struct err *err);
bool store_unit_at_put(
    struct store *s, const struct unit_at_row *r, struct act_no act, struct err *err);
bool store_unit_at_close(
    struct store *s, struct unit_id unit, struct day from, struct act_no act, struct err *err);
bool store_parent_at_put(
    struct store *s, const struct parent_at_row *r, struct act_no act, struct err *err);
bool store_parent_at_close(struct store *s, struct unit_id unit, enum line line, struct day from,
    struct act_no act, struct err *err);
bool store_event_put(
    struct store *s, const struct event_row *r, struct act_no act, struct err *err);
bool store_event_close(struct store *s, int64_t event, struct act_no act, struct err *err);
bool store_edge_put(struct store *s, const struct edge_row *r, struct act_no act, struct err *err);
bool store_indicator_put(
    struct store *s, const struct indicator_row *r, struct act_no act, struct err *err);
bool store_series_put(
    struct store *s, const struct series_row *r, struct act_no act, struct err *err);
bool store_not_applicable_put(
    struct store *s, const struct not_applicable_row *r, struct act_no act, struct err *err);
bool store_form_put(struct store *s, const struct form_row *r, struct act_no act, struct err *err);
bool store_form_clear(struct store *s, struct form_id form, struct act_no act, struct err *err);
bool store_form_section_put(
    struct store *s, const struct form_section_row *r, struct act_no act, struct err *err);
bool store_form_line_put(
    struct store *s, const struct form_line_row *r, struct act_no act, struct err *err);
bool store_form_rule_put(
    struct store *s, const struct form_rule_row *r, struct act_no act, struct err *err);
bool store_set_put(
    struct store *s, const struct target_set_row *r, struct act_no act, struct err *err);
bool store_target_put(
    struct store *s, const struct target_row *r, struct act_no act, struct err *err);
bool store_target_version_put(
    struct store *s, const struct target_version_row *r, struct act_no act, struct err *err);
bool store_target_schedule_put(
    struct store *s, const struct target_schedule_row *r, struct act_no act, struct err *err);
bool store_expectation_put(
    struct store *s, const struct expectation_row *r, struct act_no act, struct err *err);
bool store_boundary_put(
    struct store *s, const struct boundary_row *r, struct act_no act, struct err *err);
bool store_account_put(
    struct store *s, const struct account_row *r, struct act_no act, struct err *err);
bool store_grants_close(
    struct store *s, struct account_id account, struct act_no act, struct err *err);
bool store_grant_put(
    struct store *s, const struct grant_row *r, struct act_no act, struct err *err);
bool store_undo_definitions(
    struct store *s, struct act_no undone, struct act_no act, struct err *err);
bool store_figure_get(struct store *s, struct figure_key key, struct figure_version *ret,
    bool *ret_found, struct err *err);
bool store_figure_put(
    struct store *s, const struct figure_write *w, struct act_no act, struct err *err);
bool store_figures_put(struct store *s, const struct figure_write *w, size_t n, struct act_no act,
    int64_t *ret_changed, struct err *err);
bool store_figures_of_act(struct store *s, struct act_no act,
    bool (*sink)(void *ctx, struct figure_key key, struct figure_version written, bool had_before,
        struct figure_version before, bool is_current),
    void *ctx, struct err *err);
bool store_figure_erase(struct store *s, struct figure_key key, struct act_no act, struct err *err);
bool store_cell(struct store *s, struct figure_key key, struct report_marks marks,
    struct cell_value *ret_approved, struct cell_value *ret_provisional, struct err *err);
bool store_cells(struct store *s, const struct series_id *series, size_t n, struct figure_key of,
    struct report_marks marks,
    bool (*sink)(void *ctx, struct figure_key key, struct cell_value approved,
        struct cell_value provisional),
    void *ctx, struct err *err);
bool store_report_put(struct store *s, const struct report *r, struct err *err);
bool store_report_event_put(
    struct store *s, struct report_id id, const struct report_event *e, struct err *err);
bool store_draft_put(
    struct store *s, struct report_id id, const struct draft_cell *c, struct err *err);
bool store_draft_clear(struct store *s, struct report_id id, struct err *err);
bool store_draft_mark_put(
    struct store *s, struct report_id id, const struct draft_mark *m, struct err *err);
bool store_draft_mark_clear(
    struct store *s, struct report_id id, struct str kind, struct str key, struct err *err);
bool store_narrative_put(
    struct store *s, struct report_id id, const struct narrative_point *p, struct err *err);
bool store_narrative_delete(struct store *s, struct report_id id, int64_t point, struct err *err);
bool store_attachment_put(
    struct store *s, struct report_id id, const struct attachment *at, struct err *err);
bool store_attachment_delete(struct store *s, struct report_id id, int64_t at, struct err *err);
bool store_attachment_restore(struct store *s, struct report_id id, int64_t at, struct err *err);
bool store_file_put(struct store *s, struct str sha256, int fd, int64_t size, struct err *err);
bool store_file_read(struct store *s, struct str sha256,
    bool (*sink)(void *ctx, const void *p, size_t n, struct err *err), void *ctx, struct err *err);
bool store_file_name(int fd, char ret_sha256[65], int64_t *ret_size, struct err *err);
/* Every kept content against its name, and every file against its content. */
bool files_verify(struct db *d, struct err *err);
bool store_setting_put(
    struct store *s, struct str key, struct str value, struct act_no act, struct err *err);
bool store_session_put(struct store *s, const struct session_row *r, struct err *err);
bool store_session_delete(struct store *s, const unsigned char id_hash[32], struct err *err);
bool store_sessions_delete_of(struct store *s, struct account_id account, struct err *err);
bool store_sessions_expire(struct store *s, int64_t now_ms, struct err *err);
bool store_login_failure_put(
    struct store *s, struct str key, const struct login_failure *f, struct err *err);

#endif
