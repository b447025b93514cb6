/* store: what the use cases need of a database; SQLite and PostgreSQL answer it.
 *
 * Layer app (port). All SQL lives behind this interface. Reading functions may be called from any
 * thread and see what was committed when they were called. Writing happens on one thread
 * (app/writer.h) inside a transaction of several steps: begin, then for each job save -> work ->
 * keep or undo, then commit. Errors of the database are translated: ERR_FULL, ERR_BUSY,
 * ERR_CORRUPT, ERR_IO; the words of a database server stand in the log. One that does not answer is
 * ERR_BUSY with err.store.away, and a commit whose outcome could not be learned err.store.unsure;
 * both pass by themselves once it answers again. Results live in the arena given. `known` is the
 * last act to be seen; ACT_MAX means now.
 */
#ifndef GB_APP_PORTS_STORE_H
#define GB_APP_PORTS_STORE_H

#include "base/err.h"
#include "domain/act.h"
#include "domain/catalog_rows.h"
#include "domain/figure.h"
#include "domain/report.h"

struct store;

/* Boundaries of units (domain/boundary.h) whose ids lie within [from, to] and that are wanted. */
struct boundary_filter {
    struct unit_id from, to;
    bool (*wanted)(const void *ctx, struct unit_id unit); /* NULL: all */
    const void *ctx;
    bool whole; /* else `shape` is empty and only what is drawn comes */
};

/* A version of a cell with what a person wants to know of it. */
struct figure_record {
    struct figure_version version;
    struct str note, approx, origin;
    int64_t at_ms;
    struct account_id account;
    struct str via;
    enum act_kind act_kind;
    struct str act_object, act_reason;
};
struct figure_write {
    struct figure_key key;
    int64_t value;
    uint32_t flags;
    struct str note, approx, origin; /* written only where not empty */
};
struct figure_row {
    struct figure_key key;
    struct figure_version version;
    struct str note, approx;
};
struct report_event {
    struct act_no act;
    int64_t at_ms;
    struct account_id account;
    enum report_step step;
    struct str reason;
    struct report_marks marks; /* after it */
    enum report_state state;   /* after it */
};
struct draft_cell {
    struct series_id series;
    struct str typed; /* as typed */
    uint32_t flags;   /* FIGURE_STATUS, FIGURE_NIL, FIGURE_ON_BEHALF */
    struct str note;
    int64_t seq; /* grows with every save of the cell; what the page has seen */
    int64_t at_ms;
    struct account_id account;
};
/* Lines of a body declared done in a draft; cells marked at a return. */
struct draft_mark {
    struct str kind; /* "done" or "returned" */
    struct str key;  /* owner body, or series id */
    struct str note;
    int64_t at_ms;
    struct account_id account;
};
enum narrative_kind {
    NARRATIVE_RESULTS,
    NARRATIVE_SHORTCOMINGS,
    NARRATIVE_CAUSES,
    NARRATIVE_PROPOSALS,
    NARRATIVE_NEXT,
    NARRATIVE_KINDS
};
struct narrative_point {
    int64_t id;
    struct str section; /* key of the form's section */
    enum narrative_kind kind;
    int position;
    struct str text, field, addressee;
    struct act_no act; /* 0: still in the draft */
};
struct attachment {
    int64_t id;
    struct str name, type, sha256;
    int64_t size, at_ms;
    struct account_id account;
    struct series_id series; /* evidence for a cell; 0: for the report */
    bool removed;            /* taken away in the draft; can be put back until it is sent */
};
struct report_filter {
    struct form_id form;            /* 0: any */
    struct unit_id unit;            /* 0: any */
    int64_t period_from, period_to; /* codes, inclusive; 0 and 0: any */
};
struct act_filter {
    struct act_no from, to;    /* inclusive; 0 and 0: any */
    struct account_id account; /* 0: any */
    int kind;                  /* enum act_kind, -1: any */
    struct str object_prefix;
    bool newest_first;
    size_t limit;
};
struct session_row {
    unsigned char id_hash[32]; /* of the secret in the cookie */
    struct account_id account;
    int64_t created_ms, seen_ms, expires_ms;
    struct str address, agent;
};
struct login_failure {
    int64_t count, last_ms;
};
struct verify_report {
    int64_t acts, figures, past, reports;
    struct act_no head;
    unsigned char hash[32];
};

/* Counts that `info` and `doctor` print. */
struct store_info {
    struct str engine, version, path;
    int64_t schema, bytes, figures, past, acts;
};

struct store_ops {
    void (*close)(struct store *s);
    /* For the thread that writes, now and then while nothing is to be written: opens the connection
     * to the database again where it broke. */
    bool (*tend)(struct store *s, struct err *err);
    /* Asked after `tend` and `begin`: have acts come since the last time that were not written
     * here, or whose commit was in doubt? What was loaded before is old then. */
    bool (*moved)(struct store *s);

    /* ---- reading ---- */
    bool (*head)(
        struct store *s, struct act_no *ret_no, unsigned char ret_hash[32], struct err *err);
    bool (*info)(struct store *s, struct arena *a, struct store_info *ret, struct err *err);
    bool (*load_catalog)(struct store *s, struct act_no known, struct arena *a,
        struct catalog_rows *ret, struct err *err);
    /* By unit, then day. */
    bool (*boundaries)(struct store *s, const struct boundary_filter *f, struct act_no known,
        struct arena *a, struct boundary_row **ret, size_t *ret_n, struct err *err);
    /* The last act before the instant. */
    bool (*act_before)(struct store *s, int64_t at_ms, struct act_no *ret, struct err *err);
    bool (*acts)(struct store *s, const struct act_filter *f, struct arena *a, struct act **ret,
        size_t *ret_n, struct err *err);
    /* Every cell of the column with what counts in both states at `known`. The owning form of the
     * series is found through its indicator. */
    bool (*load_column)(struct store *s, struct series_id series, int64_t period,
        struct act_no known,
        bool (*sink)(void *ctx, struct unit_id unit, struct cell_value approved,
            struct cell_value provisional),
        void *ctx, struct err *err);
    /* All versions of a cell, oldest first. */
    bool (*cell_history)(struct store *s, struct figure_key key, struct act_no known,
        struct arena *a, struct figure_record **ret, size_t *ret_n, struct err *err);
    /* Current rows in key order, for export: of a series (0: all) and range of periods; cleared
     * ones too (FIGURE_CLEARED). The sink must not call the store. */
    bool (*figures)(struct store *s, struct series_id series, int64_t period_from,
        int64_t period_to, bool (*sink)(void *ctx, const struct figure_row *row), void *ctx,
        struct err *err);
    /* The latest period before `period` (by code) of which the series has figures. */
    bool (*column_before)(struct store *s, struct series_id series, int64_t period, bool *ret_found,
        int64_t *ret_period, struct err *err);
    /* Smallest and largest period code with a figure of the series; false in *ret_any where none.
     */
    bool (*series_span)(struct store *s, struct series_id series, bool *ret_any, int64_t *ret_first,
        int64_t *ret_last, struct err *err);
    bool (*report)(struct store *s, struct form_id form, struct unit_id unit, int64_t period,
        struct act_no known, struct arena *a, struct report *ret, bool *ret_found, struct err *err);
    bool (*reports)(struct store *s, const struct report_filter *f, struct act_no known,
        struct arena *a, struct report **ret, size_t *ret_n, struct err *err);
    bool (*report_events)(struct store *s, struct report_id id, struct arena *a,
        struct report_event **ret, size_t *ret_n, struct err *err);
    bool (*draft)(struct store *s, struct report_id id, struct arena *a, struct draft_cell **ret,
        size_t *ret_n, struct err *err);
    bool (*draft_marks)(struct store *s, struct report_id id, struct arena *a,
        struct draft_mark **ret, size_t *ret_n, struct err *err);
    bool (*narrative)(struct store *s, struct report_id id, struct arena *a,
        struct narrative_point **ret, size_t *ret_n, struct err *err);
    bool (*attachments)(struct store *s, struct report_id id, struct arena *a,
        struct attachment **ret, size_t *ret_n, struct err *err);
    /* The content of a file by its name, piece by piece. Errors: ERR_CORRUPT where it is not there.
     */
    bool (*file_read)(struct store *s, struct str sha256,
        bool (*sink)(void *ctx, const void *p, size_t n, struct err *err), void *ctx,
        struct err *err);
    /* The name and size of what the descriptor holds; needs no store at hand. */
    bool (*file_name)(int fd, char ret_sha256[65], int64_t *ret_size, struct err *err);
    bool (*setting)(struct store *s, struct str key, struct arena *a, struct str *ret,
        bool *ret_found, struct err *err);
    bool (*session)(struct store *s, const unsigned char id_hash[32], struct arena *a,
        struct session_row *ret, bool *ret_found, struct err *err);
    /* Those of an account, the last used first; 100 at most. */
    bool (*sessions)(struct store *s, struct account_id account, struct arena *a,
        struct session_row **ret, size_t *ret_n, struct err *err);
    bool (*login_failures)(
        struct store *s, struct str key, struct login_failure *ret, struct err *err);
    /* Walks acts, figures and past values: the chain, every body against the rows. */
    bool (*verify)(struct store *s, struct verify_report *ret, struct err *err);
    /* A consistent copy while others write: the database into the file or folder `to`. */
    bool (*copy)(struct store *s, const char *to, struct err *err);

    /* ---- writing: one thread at a time, from begin to commit or rollback ---- */
    bool (*begin)(struct store *s, struct err *err);
    bool (*commit)(struct store *s, struct err *err); /* durable when it returns true */
    void (*rollback)(struct store *s);
    bool (*save)(struct store *s, struct err *err); /* savepoint of one job */
    bool (*keep)(struct store *s, struct err *err);
    void (*undo_save)(struct store *s);
    /* Gives the act its number (in *act); at_ms never goes back: where the clock did, it becomes
     * that of the act before. To be called before the rows that bear its number are written; one
     * act is open at a time. The body is given later, once, by act_close, which also gives the
     * hash. The store itself keeps the trail of every row written in between (definitions, figures,
     * notes, steps, reports): the body needs to name none of them. */
    bool (*act_open)(struct store *s, struct act *act, struct err *err);
    bool (*act_close)(struct store *s, struct act *act, struct err *err);
    /* Has the open act left everything as it was? Definitions that were written again as they stand
     * are no change; figures, steps and erasures always are one. Secrets are not looked at. */
    bool (*act_changes_nothing)(struct store *s, bool *ret, struct err *err);
    /* A fresh identity for one of the tables of definitions, reports, attachments ("unit",
     * "report", ...). */
    bool (*new_id)(struct store *s, const char *table, int64_t *ret, struct err *err);

    bool (*unit_put)(struct store *s, const struct unit_row *r, struct act_no act, struct err *err);
    bool (*unit_at_put)(
        struct store *s, const struct unit_at_row *r, struct act_no act, struct err *err);
    /* Closes the attributes (parents on a line) of a unit that begin on `from`; others stay. */
    bool (*unit_at_close)(
        struct store *s, struct unit_id unit, struct day from, struct act_no act, struct err *err);
    bool (*parent_at_put)(
        struct store *s, const struct parent_at_row *r, struct act_no act, struct err *err);
    bool (*parent_at_close)(struct store *s, struct unit_id unit, enum line line, struct day from,
        struct act_no act, struct err *err);
    bool (*event_put)(
        struct store *s, const struct event_row *r, struct act_no act, struct err *err);
    bool (*event_close)(struct store *s, int64_t event, struct act_no act, struct err *err);
    bool (*edge_put)(struct store *s, const struct edge_row *r, struct act_no act, struct err *err);
    /* put: writes the row as of `act`, closing the one with the same identity (key) where there is
     * one */
    bool (*indicator_put)(
        struct store *s, const struct indicator_row *r, struct act_no act, struct err *err);
    bool (*series_put)(
        struct store *s, const struct series_row *r, struct act_no act, struct err *err);
    bool (*not_applicable_put)(
        struct store *s, const struct not_applicable_row *r, struct act_no act, struct err *err);
    bool (*form_put)(struct store *s, const struct form_row *r, struct act_no act, struct err *err);
    /* Closes sections, lines and rules of the form, to be written anew. */
    bool (*form_clear)(struct store *s, struct form_id form, struct act_no act, struct err *err);
    bool (*form_section_put)(
        struct store *s, const struct form_section_row *r, struct act_no act, struct err *err);
    bool (*form_line_put)(
        struct store *s, const struct form_line_row *r, struct act_no act, struct err *err);
    bool (*form_rule_put)(
        struct store *s, const struct form_rule_row *r, struct act_no act, struct err *err);
    bool (*set_put)(
        struct store *s, const struct target_set_row *r, struct act_no act, struct err *err);
    bool (*target_put)(
        struct store *s, const struct target_row *r, struct act_no act, struct err *err);
    bool (*target_version_put)(
        struct store *s, const struct target_version_row *r, struct act_no act, struct err *err);
    bool (*target_schedule_put)(struct store *s, const struct target_schedule_row *r,
        struct act_no act, struct err *err); /* key: target and period */
    bool (*expectation_put)(
        struct store *s, const struct expectation_row *r, struct act_no act, struct err *err);
    bool (*boundary_put)(
        struct store *s, const struct boundary_row *r, struct act_no act, struct err *err);
    bool (*account_put)(
        struct store *s, const struct account_row *r, struct act_no act, struct err *err);
    /* Closes all grants of an account, to be written anew. */
    bool (*grants_close)(
        struct store *s, struct account_id account, struct act_no act, struct err *err);
    bool (*grant_put)(
        struct store *s, const struct grant_row *r, struct act_no act, struct err *err);
    /* Reverses the definitions that act `undone` wrote: rows it opened are closed, rows it closed
     * are opened again. ERR_CONFLICT (err.undo.changed_since) where a later act built on them. */
    bool (*undo_definitions)(
        struct store *s, struct act_no undone, struct act_no act, struct err *err);

    /* The current version of a cell (not found: *ret_found false). */
    bool (*figure_get)(struct store *s, struct figure_key key, struct figure_version *ret,
        bool *ret_found, struct err *err);
    /* Writes a new version; the one before moves to the past. */
    bool (*figure_put)(
        struct store *s, const struct figure_write *w, struct act_no act, struct err *err);
    /* Many at once, sorted by key: equal ones (value, flags, and note where one is given) are left
     * alone. *ret_changed counts those written. */
    bool (*figures_put)(struct store *s, const struct figure_write *w, size_t n, struct act_no act,
        int64_t *ret_changed, struct err *err);
    /* Cells that the act wrote, each with the version before it, for undoing; the sink may write.
     */
    bool (*figures_of_act)(struct store *s, struct act_no act,
        bool (*sink)(void *ctx, struct figure_key key, struct figure_version written,
            bool had_before, struct figure_version before, bool is_current),
        void *ctx, struct err *err);
    /* Takes the values, notes and salts of all versions of a cell of a personal or sealed indicator
     * away for good; the chain stays whole, and the act names the cell. Errors:
     * err.store.not_sealed.
     */
    bool (*figure_erase)(
        struct store *s, struct figure_key key, struct act_no act, struct err *err);
    /* What counts of a cell now, inside the transaction. */
    bool (*cell)(struct store *s, struct figure_key key, struct report_marks marks,
        struct cell_value *ret_approved, struct cell_value *ret_provisional, struct err *err);
    /* The same of those of `series` that have a figure for the unit and period of `of`; the sink
     * gives false for want of memory. */
    bool (*cells)(struct store *s, const struct series_id *series, size_t n, struct figure_key of,
        struct report_marks marks,
        bool (*sink)(void *ctx, struct figure_key key, struct cell_value approved,
            struct cell_value provisional),
        void *ctx, struct err *err);

    bool (*report_put)(struct store *s, const struct report *r, struct err *err);
    bool (*report_event_put)(
        struct store *s, struct report_id id, const struct report_event *e, struct err *err);
    bool (*draft_put)(
        struct store *s, struct report_id id, const struct draft_cell *c, struct err *err);
    bool (*draft_clear)(struct store *s, struct report_id id, struct err *err);
    bool (*draft_mark_put)(
        struct store *s, struct report_id id, const struct draft_mark *m, struct err *err);
    bool (*draft_mark_clear)(struct store *s, struct report_id id, struct str kind, struct str key,
        struct err *err); /* empty key: all of the kind */
    bool (*narrative_put)(
        struct store *s, struct report_id id, const struct narrative_point *p, struct err *err);
    bool (*narrative_delete)(struct store *s, struct report_id id, int64_t point, struct err *err);
    bool (*attachment_put)(
        struct store *s, struct report_id id, const struct attachment *at, struct err *err);
    bool (*attachment_delete)(struct store *s, struct report_id id, int64_t at, struct err *err);
    /* Puts back what was taken away in the draft. */
    bool (*attachment_restore)(struct store *s, struct report_id id, int64_t at, struct err *err);
    /* Keeps what the descriptor holds under its name, once; from file_name(). */
    bool (*file_put)(struct store *s, struct str sha256, int fd, int64_t size, struct err *err);
    bool (*setting_put)(
        struct store *s, struct str key, struct str value, struct act_no act, struct err *err);
    bool (*session_put)(struct store *s, const struct session_row *r, struct err *err);
    bool (*session_delete)(struct store *s, const unsigned char id_hash[32], struct err *err);
    bool (*sessions_delete_of)(struct store *s, struct account_id account, struct err *err);
    bool (*sessions_expire)(struct store *s, int64_t now_ms, struct err *err);
    bool (*login_failure_put)(
        struct store *s, struct str key, const struct login_failure *f, struct err *err);
};

/* An adapter's handle begins with this. */
struct store {
    const struct store_ops *ops;
    uint64_t sessions_ended; /* how often a commit has taken sessions away; atomic */
};

#endif
