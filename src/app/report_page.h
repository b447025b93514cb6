/* report_page: what the page of one report shows, to the person who looks.
 *
 * Layer app, reading use case. One form, unit and period: rows in the order of the form with what
 * was typed, what stands stored, what last period and last year had, the plan; computed lines from
 * the draft as it stands; findings; who has declared what done; words; papers; which steps this
 * account may take now. Everything is read; nothing is formatted but sentences (in `lang`).
 * Needs RIGHT_READ on the unit. Values of personal and sealed indicators are `hidden` from accounts
 * without the right to read them, unless they may type that line.
 */
#ifndef GB_APP_REPORT_PAGE_H
#define GB_APP_REPORT_PAGE_H

#include "app/reporting.h"
#include "app/shown.h"
#include "base/json.h"

#define REPORT_ROWS_MAX 2000

enum report_row_kind {
    ROW_TYPED,          /* entered in this form */
    ROW_COMPUTED,       /* by its formula, or counted from a register */
    ROW_ELSEWHERE,      /* entered in another form, shown here */
    ROW_NOT_APPLICABLE, /* the unit does not report it: "-" */
};

struct report_row {
    int line;                   /* index into catalog.form_line */
    int indicator, series;      /* indexes; series -1: computed without one */
    struct series_id series_id; /* for typed_cell; 0 where nothing can be typed */
    int number;                 /* as printed; 0 for an item of a breakdown */
    int depth;                  /* 1 and more: part of the row above ("trong đó") */
    bool item;                  /* item of a breakdown: `name` is its label */
    struct str name, owner, owner_name;
    enum report_row_kind kind;
    bool may_type; /* now, by this account */
    bool hidden;   /* the account may not read it: no values here */
    bool required, confirm_nil;
    bool returned; /* marked at the last return */
    struct str returned_reason;

    bool drafted;            /* a draft cell exists: */
    struct str typed;        /* as typed, */
    struct str note;         /* its note, or that of the figure, */
    uint32_t flags;          /* FIGURE_STATUS, FIGURE_NIL, FIGURE_ON_BEHALF */
    int64_t seq;             /* to post back with the next change; 0: nothing typed yet */
    int64_t typed_ms;        /* when, */
    const struct err *wrong; /* the text cannot be read: why and what to do; else NULL */

    struct shown now;    /* what the report says: the draft where it can be read, else the figure,
                            else computed */
    struct shown figure; /* what is stored of it */

    struct shown previous;          /* the period before: what counts there, */
    struct shown previous_estimate; /* and the estimate that it replaced */
    struct shown last_year;
    bool has_plan;
    struct dec plan;
    struct shown cumulative; /* since January, with what is typed */
    bool has_percent;
    struct rat percent; /* of plan: the cumulative for what adds up, else the value */
};

struct report_section {
    struct str key, title;
    int first_row, rows;
};

enum report_finding_level {
    REPORT_FINDING_ERROR,   /* must be mended before sending */
    REPORT_FINDING_MISSING, /* must be filled in before sending */
    REPORT_FINDING_WARNING, /* needs a note (`note` of the typed cell) */
    REPORT_FINDING_HINT,    /* worth a look; does not stop anything */
};
struct report_finding {
    enum report_finding_level level;
    int row;            /* index: where it is shown; -1: the report as a whole */
    struct str message; /* what and what to do */
    const int *other;   /* rows it speaks of besides */
    size_t others;
    bool explained; /* a warning with a note */
};

struct report_owner {
    struct str key, name;
    int lines, filled; /* rows it types, and those with a value */
    bool mine;         /* this account types them */
    bool done;
    int done_by;
    int64_t done_ms;
};

struct report_history {
    struct report_event event;
    int by; /* account, -1: system */
};

struct report_action {
    enum report_step step;
    bool needs_reason;
    bool ready; /* STEP_SUBMIT: nothing stops it; others: true */
};

struct report_page {
    struct report_key key;
    int form, unit;
    bool is_new;                     /* nothing stored yet; `report` holds what would be begun */
    struct report report;            /* state, times, number, signer, marks */
    struct day last_day;             /* of the period, or of the unit where it ends within it */
    bool closes, begins;             /* the unit ends, or begins, within the period: */
    struct day part_from, part_to;   /* the days it covers */
    const struct handover *handover; /* what was decided about it; NULL: nothing */
    int writer;                      /* the unit whose people write it today; -1: none */
    bool has_window;
    struct window window; /* days that most of its lines cover */
    struct day cutoff;    /* v 0: none */
    int64_t due_ms;       /* now in force; -1: none */
    int64_t final_due_ms; /* of an approved report with estimates: until when; -1: none */
    enum timeliness timely;
    int days; /* late or overdue */
    bool has_previous, has_last_year;
    struct period previous, last_year;

    struct report_section *section;
    size_t sections;
    struct report_row *row;
    size_t rows;
    int to_fill, filled; /* cells that this form asks of the unit, and those with a value */
    int estimates;       /* figures still estimates */
    struct report_finding *finding; /* errors, missing, warnings, hints; each by row */
    size_t findings;
    int errors, missing, warnings; /* warnings: without a note */
    struct report_owner *owner;
    size_t owners;
    struct narrative_point *point; /* by section, kind, position */
    size_t points;
    struct narrative_point *previous_point;
    size_t previous_points;
    bool may_write;                   /* points and attachments, now */
    bool for_another;                 /* what this account types here, it types for the unit */
    int behalf;                       /* cells that somebody else's clerk typed */
    const struct report_event *basis; /* the last words on what that rests; NULL: none */
    int basis_by;                     /* account, -1 */
    struct attachment *attachment;
    size_t attachments;
    struct report_action *action;
    size_t actions;
    struct report_history *history; /* oldest first */
    size_t histories;
    int64_t saved_ms; /* last save of a cell; 0: none */
    bool made_up;     /* an illustration is among the values */
};

/* The form, unit and period that an address names. Errors: err.form.unknown, err.unit.*,
 * err.report.not_asked. */
bool report_key_find(const struct view *v, struct str form, struct str unit, struct period p,
    struct report_key *ret, struct err *err);
bool report_page_make(struct app *app, const struct view *v, struct actor who,
    struct report_key key, enum lang lang, struct arena *a, struct report_page *ret,
    struct err *err);
void report_page_json(const struct view *v, const struct report_page *p, struct json *j);

/* A pasted block, read but not saved. */
enum paste_reading {
    PASTE_NUMBER,
    PASTE_EMPTY,     /* empties the cell */
    PASTE_NIL,       /* zero said as "không phát sinh" */
    PASTE_AMBIGUOUS, /* 1.5: to be asked; `error` has both readings as arguments 1 and 2 */
    PASTE_WRONG,     /* `error` says why and what to do */
    PASTE_READ_ONLY, /* this line is not typed here, or not by this account, or not now */
    PASTE_OUTSIDE,   /* more rows than the form has */
};
struct paste_cell {
    int row; /* index into page->row; -1 outside */
    struct str text;
    enum paste_reading reading;
    struct dec value; /* PASTE_NUMBER and PASTE_NIL, at the indicator's decimals */
    const struct err *error;
    bool by_name; /* the row was found by the name, number or code that stands beside the value */
    bool changes; /* differs from what stands there */
};
struct paste {
    struct paste_cell *cell; /* one per row of the block */
    size_t cells;
    int columns; /* of the block */
    int column;  /* the one taken for the values */
    int numbers, questions, errors, read_only;
};
#define PASTE_MAX (256u << 10) /* bytes */
/* Reads a block of Excel (tabs and line ends) that is put down at `start` (a row). `column`: which
 * of its columns holds the values, -1: the last one that holds numbers. Errors: err.paste.large,
 * err.text.*. */
bool reporting_preview_paste(const struct view *v, const struct report_page *page, int start,
    int column, struct str block, struct arena *a, struct paste *ret, struct err *err);

#endif
