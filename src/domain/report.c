/* report: the states of a report and the steps between them, declared once; see report.h. */
#include "domain/report.h"

#include "domain/words.h"

static const char *const state_words[REPORT_STATES] = {"not_started", "draft", "checking",
    "to_sign", "submitted", "received", "returned", "approved", "locked", "reopened"};
static const struct {
    enum msg_key label, refusal; /* what can be done in this state instead */
} states[REPORT_STATES] = {
    [REPORT_NOT_STARTED] = {MSG_report_not_started, MSG_err_report_step_not_started},
    [REPORT_DRAFT] = {MSG_report_draft, MSG_err_report_step_draft},
    [REPORT_CHECKING] = {MSG_report_checking, MSG_err_report_step_checking},
    [REPORT_TO_SIGN] = {MSG_report_to_sign, MSG_err_report_step_to_sign},
    [REPORT_SUBMITTED] = {MSG_report_submitted, MSG_err_report_step_submitted},
    [REPORT_RECEIVED] = {MSG_report_received, MSG_err_report_step_received},
    [REPORT_RETURNED] = {MSG_report_returned, MSG_err_report_step_returned},
    [REPORT_APPROVED] = {MSG_report_approved, MSG_err_report_step_approved},
    [REPORT_LOCKED] = {MSG_report_locked, MSG_err_report_step_locked},
    [REPORT_REOPENED] = {MSG_report_reopened, MSG_err_report_step_reopened},
};
static const char *const step_words[REPORT_STEPS] = {"edit", "check", "to_sign", "push_back",
    "submit", "receive", "return", "approve", "revoke", "lock", "reopen", "final"};

const char *report_state_name(enum report_state s)
{
    return state_words[s];
}

bool report_state_parse(struct str s, enum report_state *ret)
{
    int i;

    if (!words_find(state_words, REPORT_STATES, s, &i))
        return false;
    *ret = (enum report_state)i;
    return true;
}

const char *report_step_name(enum report_step s)
{
    return step_words[s];
}

bool report_step_parse(struct str s, enum report_step *ret)
{
    int i;

    if (!words_find(step_words, REPORT_STEPS, s, &i))
        return false;
    *ret = (enum report_step)i;
    return true;
}

enum msg_key report_state_label(enum report_state s)
{
    return states[s].label;
}

/* When a way is open, by the steps that the form wants inside the unit. */
enum when {
    ALWAYS,
    WANTS_CHECK,   /* the form wants a check */
    WANTS_SIGN,    /* ... a signature, */
    SIGN_NO_CHECK, /* ... and no check before it */
    CHECK_NO_SIGN, /* a check and no signature */
    NEITHER,
};

static bool is_open(enum when when, bool needs_check, bool needs_sign)
{
    switch (when) {
    case WANTS_CHECK:
        return needs_check;
    case WANTS_SIGN:
        return needs_sign;
    case SIGN_NO_CHECK:
        return needs_sign && !needs_check;
    case CHECK_NO_SIGN:
        return needs_check && !needs_sign;
    case NEITHER:
        return !needs_check && !needs_sign;
    default:
        return true;
    }
}

#define WRITING_STATES (BIT(REPORT_DRAFT) | BIT(REPORT_RETURNED) | BIT(REPORT_REOPENED))
#define BIT(state) (1u << (state))
enum { SAME = REPORT_STATES };

/* One row: the step leads from any of these states to that one. */
static const struct way {
    enum report_step step;
    unsigned from;
    enum when when;
    int to;
    enum right right;
} ways[] = {
    {STEP_EDIT, BIT(REPORT_NOT_STARTED), ALWAYS, REPORT_DRAFT, RIGHT_ENTER},
    {STEP_EDIT, WRITING_STATES, ALWAYS, SAME, RIGHT_ENTER},
    {STEP_CHECK, WRITING_STATES, WANTS_CHECK, REPORT_CHECKING, RIGHT_ENTER},
    {STEP_TO_SIGN, WRITING_STATES, SIGN_NO_CHECK, REPORT_TO_SIGN, RIGHT_ENTER},
    {STEP_TO_SIGN, BIT(REPORT_CHECKING), WANTS_SIGN, REPORT_TO_SIGN, RIGHT_CHECK},
    {STEP_PUSH_BACK, BIT(REPORT_CHECKING) | BIT(REPORT_TO_SIGN), ALWAYS, REPORT_DRAFT, RIGHT_CHECK},
    {STEP_SUBMIT, WRITING_STATES, NEITHER, REPORT_SUBMITTED, RIGHT_ENTER},
    {STEP_SUBMIT, BIT(REPORT_CHECKING), CHECK_NO_SIGN, REPORT_SUBMITTED, RIGHT_CHECK},
    {STEP_SUBMIT, BIT(REPORT_TO_SIGN), ALWAYS, REPORT_SUBMITTED, RIGHT_SIGN},
    {STEP_RECEIVE, BIT(REPORT_SUBMITTED), ALWAYS, REPORT_RECEIVED, RIGHT_APPROVE},
    {STEP_RETURN, BIT(REPORT_SUBMITTED) | BIT(REPORT_RECEIVED), ALWAYS, REPORT_RETURNED,
        RIGHT_APPROVE},
    {STEP_APPROVE, BIT(REPORT_SUBMITTED) | BIT(REPORT_RECEIVED), ALWAYS, REPORT_APPROVED,
        RIGHT_APPROVE},
    {STEP_REVOKE, BIT(REPORT_APPROVED), ALWAYS, REPORT_RECEIVED, RIGHT_APPROVE},
    {STEP_LOCK, BIT(REPORT_APPROVED), ALWAYS, REPORT_LOCKED, RIGHT_APPROVE},
    {STEP_REOPEN, BIT(REPORT_APPROVED) | BIT(REPORT_LOCKED), ALWAYS, REPORT_REOPENED, RIGHT_REOPEN},
    {STEP_FINAL, BIT(REPORT_APPROVED) | BIT(REPORT_LOCKED), ALWAYS, SAME, RIGHT_SIGN},
};
enum { WAYS = sizeof ways / sizeof *ways };

bool report_next(enum report_state from, enum report_step step, bool needs_check, bool needs_sign,
    enum report_state *ret_to, struct err *err)
{
    for (int i = 0; i < WAYS; i++) {
        const struct way *w = &ways[i];
        if (w->step != step || !(w->from & BIT(from)) || !is_open(w->when, needs_check, needs_sign))
            continue;
        *ret_to = w->to == SAME ? from : (enum report_state)w->to;
        return true;
    }
    return err_set(err, ERR_CONFLICT, states[from].refusal);
}

bool report_step_needs_reason(enum report_step step)
{
    return step == STEP_PUSH_BACK || step == STEP_RETURN || step == STEP_REVOKE ||
           step == STEP_REOPEN;
}

enum right report_step_right(enum report_state from, enum report_step step)
{
    enum right right = RIGHT_ENTER;

    for (int i = 0; i < WAYS; i++) {
        if (ways[i].step != step)
            continue;
        right = ways[i].right;
        if (ways[i].from & BIT(from))
            return right;
    }
    return right;
}

bool report_editable(enum report_state s)
{
    return s == REPORT_NOT_STARTED || (WRITING_STATES & BIT(s));
}

static struct act_no later(struct act_no a, struct act_no b)
{
    return a.v > b.v ? a : b;
}

struct report_marks report_marks_after(
    struct report_marks before, enum report_step step, struct act_no now, struct act_no seen)
{
    struct report_marks m = before;

    switch (step) {
    case STEP_SUBMIT:
        m.submitted = now;
        break;
    case STEP_APPROVE:
        m.approved = seen;
        break;
    case STEP_REVOKE: /* what was approved is still what was sent */
        m.submitted = later(before.submitted, before.approved);
        m.approved = (struct act_no){0};
        break;
    case STEP_FINAL:
        m.submitted = m.approved = now;
        break;
    default:
        break;
    }
    return m;
}

/* ---- in time or not ---- */

static int days_begun(int64_t ms)
{
    int64_t days = ms / DAY_MS + (ms % DAY_MS > 0);

    return days > INT32_MAX ? INT32_MAX : (int)days;
}

enum timeliness report_timeliness(
    const struct report *r, int64_t now_ms, int soon_days, int *ret_days)
{
    bool sent = r->first_sent_ms != 0;
    int64_t at = sent ? r->first_sent_ms : now_ms;

    *ret_days = 0;
    if (r->due_ms == 0)
        return sent ? TIMELY_ON_TIME : TIMELY_NOT_DUE;
    if (at > r->due_ms) {
        *ret_days = days_begun(at - r->due_ms);
        return sent ? TIMELY_LATE : TIMELY_MISSING;
    }
    if (sent)
        return TIMELY_ON_TIME;
    return r->due_ms - at <= soon_days * DAY_MS ? TIMELY_DUE_SOON : TIMELY_NOT_DUE;
}

enum msg_key timeliness_label(enum timeliness t)
{
    static const enum msg_key labels[] = {[TIMELY_NOT_DUE] = MSG_timely_not_due,
        [TIMELY_DUE_SOON] = MSG_timely_due_soon,
        [TIMELY_ON_TIME] = MSG_timely_on_time,
        [TIMELY_LATE] = MSG_timely_late,
        [TIMELY_MISSING] = MSG_timely_missing};

    return labels[t];
}
