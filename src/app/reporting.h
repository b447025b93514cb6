/* reporting: a unit's report for a period, from the first typed cell to locked.
 *
 * Layer app. The steps and their rights are the declared table of domain/report.h; here they meet
 * the store: drafts are kept as typed in a place of their own, sending makes figures of them,
 * approval moves one mark. Every step is one act and one row of the report's history. An approver
 * may not approve what he sent himself.
 */
#ifndef GB_APP_REPORTING_H
#define GB_APP_REPORTING_H

#include "app/app.h"
#include "domain/calendar.h"

struct report_key {
    struct form_id form;
    struct unit_id unit;
    struct period period;
};

/* One cell as typed. `seq` is what the typist's page had seen (0: nothing stored yet, -1: do not
 * ask). */
struct typed_cell {
    struct series_id series;
    struct str typed;
    uint32_t flags; /* FIGURE_STATUS, FIGURE_NIL; FIGURE_ON_BEHALF is set by who types it */
    struct str note;
    int64_t seq;
};
struct save_result {
    struct series_id series;
    int64_t seq;            /* now */
    bool stale;             /* not saved: somebody else's value stands there */
    struct str other_typed; /* that value, */
    struct str other_by;    /* who, */
    int64_t other_ms;       /* when */
};
/* Saves cells into the draft, each on its own: stale ones come back with both values, the others
 * are kept. Makes the report's row on the first cell. Results in the arena, one per cell. */
bool reporting_save(struct app *a, struct actor who, struct report_key key,
    const struct typed_cell *cells, size_t n, struct arena *arena, struct save_result *ret,
    struct err *err);

/* On what the actor rests who enters for another ("theo điện thoại ngày 24/3/2024"): an act and a
 * line of the report's history. The same words again change nothing. Errors: err.report.own_unit
 * for those who enter for themselves, err.report.basis for empty words, err.report.closed. */
bool reporting_basis(
    struct app *a, struct actor who, struct report_key key, struct str basis, struct err *err);
/* Is this line of a report's history such words? */
bool report_event_is_basis(const struct report_event *e);

struct step_request {
    struct report_key key;
    enum report_step step;
    struct str reason;
    const struct draft_mark *returned; /* STEP_RETURN: series and what is wrong; none: the whole */
    size_t returneds;
    struct str number, signer; /* STEP_SUBMIT */
    struct day signed_day;
    struct act_no
        seen; /* STEP_APPROVE, STEP_RETURN: the report's act that the person saw; 0: any */
    struct account_id recorded; /* imports of past reports: whom the history names; 0: the actor */
    int64_t at_ms;              /* 0: now; else shown in the history (imports of past reports) */
    bool unchecked;             /* imports of past reports: errors of the form do not stop it */
};
bool reporting_step(struct app *a, struct actor who, const struct step_request *q,
    struct act_no *ret_act, struct err *err);

/* A body's lines declared done, or not any more. */
bool reporting_done(struct app *a, struct actor who, struct report_key key, struct str owner,
    bool done, struct err *err);
/* Adds (id 0), changes or, with an empty text, deletes a narrative point. */
bool reporting_point(struct app *a, struct actor who, struct report_key key,
    const struct narrative_point *point, int64_t *ret_id, struct err *err);

/* The time until which the report is to be sent, by the form and working days; -1 where it has
 * none. */
int64_t reporting_due(
    const struct catalog *c, const struct calendar *cal, int form, struct period p);
/* The time until which the superior closes it, in the same way. */
int64_t reporting_close(
    const struct catalog *c, const struct calendar *cal, int form, struct period p);
/* The time until which estimates of an approved report are to be replaced by final figures: so many
 * working days (setting report.final_days) after the period's last day; -1 where that is 0. */
int64_t reporting_final_due(struct app *a, struct period p);
/* The calendar of rule packs that the app was opened with. */
const struct calendar *app_calendar(struct app *a);
/* The same of one unit's report: one that ends within the period has the time counted from its own
 * last day, and not before it. */
int64_t reporting_due_of(
    const struct catalog *c, const struct calendar *cal, int form, int unit, struct period p);
/* Does the unit answer the form in that period (kind, under the asking unit) on the period's last
 * day, or, where it ends within the period, on its own (a closing report)? Not where it was decided
 * that a closed unit need not. */
bool reporting_asked(const struct catalog *c, int form, int unit, struct period p);
/* The decision on a closed unit's report; NULL: none. */
const struct handover *reporting_handover(
    const struct catalog *c, int form, int unit, struct period p);
/* The unit whose people write the report today; -1: none. */
int reporting_writer(
    const struct catalog *c, struct day today, int form, int unit, struct period p);
/* A typed text to a mantissa at the indicator's decimals. Empty: *ret_has false. */
bool reporting_value(
    const struct indicator *x, struct str typed, bool *ret_has, int64_t *ret, struct err *err);

/* "results", "shortcomings", "causes", "proposals", "next". */
bool narrative_kind_parse(struct str s, enum narrative_kind *ret);

#endif
