/* report: one form, one unit, one period, and its way from draft to locked.
 *
 * Layer domain, pure. The states and the steps between them are one declared table (report.c); each
 * step names the right it needs and whether it needs a reason. State belongs to the report, never
 * to a figure.
 *
 * Inside the unit a report goes draft -> (checking) -> (to sign) -> submitted, with the steps in
 * brackets where the form wants them; it is typed in only before the first of them, and again when
 * handed back, returned or reopened (a returned one stays `returned` until it is sent again, so
 * that everybody sees why it is open). An approved report is taken up again by revoking (the
 * approval was wrong; nothing of it counts as approved any more) or reopening (the figures change;
 * the approved values stay in every total until the new ones are approved). A returned report's
 * figures stay in the provisional totals until it is sent again.
 */
#ifndef GB_DOMAIN_REPORT_H
#define GB_DOMAIN_REPORT_H

#include "base/day.h"
#include "base/err.h"
#include "domain/access.h"
#include "domain/figure.h"
#include "domain/id.h"

enum report_state {
    REPORT_NOT_STARTED,
    REPORT_DRAFT,
    REPORT_CHECKING,
    REPORT_TO_SIGN,
    REPORT_SUBMITTED,
    REPORT_RECEIVED,
    REPORT_RETURNED,
    REPORT_APPROVED,
    REPORT_LOCKED,
    REPORT_REOPENED,
    REPORT_STATES
};

enum report_step {
    STEP_EDIT,  /* first cell typed: not started -> draft */
    STEP_CHECK, /* clerk hands on inside the unit */
    STEP_TO_SIGN,
    STEP_PUSH_BACK, /* checker or signer hands back inside the unit, with a reason */
    STEP_SUBMIT,    /* figures leave the draft and become figures */
    STEP_RECEIVE,
    STEP_RETURN, /* with a reason, for named cells or for the whole */
    STEP_APPROVE,
    STEP_REVOKE, /* approval taken back, with a reason */
    STEP_LOCK,
    STEP_REOPEN, /* with a reason; approved values stay in every total until the new ones are */
    STEP_FINAL,  /* estimates replaced by final figures, without reopening */
    REPORT_STEPS
};

const char *report_state_name(enum report_state s); /* "not_started", "draft", ... */
bool report_state_parse(struct str s, enum report_state *ret);
const char *report_step_name(enum report_step s); /* "submit", ... */
bool report_step_parse(struct str s, enum report_step *ret);
enum msg_key report_state_label(enum report_state s);

struct report {
    struct report_id id;
    struct form_id form;
    struct unit_id unit;
    int64_t period;
    enum report_state state;
    struct report_marks marks;
    /* 0: not yet. first_sent: the first sending, since the last return where there was one (what
     * came back was not complete); due: the time now in force. */
    int64_t first_sent_ms, sent_ms, approved_ms, due_ms;
    struct account_id sent_by, approved_by;
    struct str number, signer; /* of the paper sent */
    struct day signed_day;     /* v 0: none */
    struct act_no act;         /* its last step */
    struct str reason;         /* of the last return or reopening */
};

/* May the step be taken from the state, and what follows? needs_check/needs_sign: of the form.
 * Errors: err.report.step.<from>, which says what can be done instead. */
bool report_next(enum report_state from, enum report_step step, bool needs_check, bool needs_sign,
    enum report_state *ret_to, struct err *err);
bool report_step_needs_reason(enum report_step step);
/* The right an account needs for the step from that state, on the report's unit: handing on and
 * sending is up to whoever has the report then. */
enum right report_step_right(enum report_state from, enum report_step step);
/* May cells be typed in this state? */
bool report_editable(enum report_state s);
/* Marks after a step: `now` is the act of the step itself, `seen` the act the person saw. Final
 * figures are approved with their act. */
struct report_marks report_marks_after(
    struct report_marks before, enum report_step step, struct act_no now, struct act_no seen);

enum timeliness { TIMELY_NOT_DUE, TIMELY_DUE_SOON, TIMELY_ON_TIME, TIMELY_LATE, TIMELY_MISSING };
/* On time by the first complete sending; `ret_days` are the days late or overdue (24 hours each,
 * the last one begun), else 0. `soon_days`: setting. */
enum timeliness report_timeliness(
    const struct report *r, int64_t now_ms, int soon_days, int *ret_days);

/* "Gửi muộn {0} ngày": {0} the days. */
enum msg_key timeliness_label(enum timeliness t);

#endif
