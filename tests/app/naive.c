/* naive: see naive.h. */
#include "naive.h"

#include <stdlib.h>

struct naive *naive;

void naive_init(void)
{
    naive = calloc(1, sizeof *naive);
    assert_non_null(naive);
    struct naive_na_act none = {0};
    memset(none.now.to, -1, sizeof none.now.to);
    PUSH(&naive->na, none);
}

void naive_free(void)
{
    for (int s = 0; s < SERIES; s++)
        for (int p = 0; p < PERIODS; p++)
            for (int u = 0; u < UNITS; u++)
                free(naive->cell[s][p][u].version.p);
    for (int f = 0; f < FORMS; f++)
        for (int p = 0; p < QUARTERS; p++)
            for (int u = 0; u < COMMUNES; u++)
                free(naive->report[f][p][u].move.p);
    free(naive->na.p);
    free(naive->import.p);
    free(naive);
}

struct day naive_na_from(int i)
{
    return day_make(i == 0 ? 2024 : 2025, i == 2 ? 7 : 1, 1);
}

struct day naive_na_to(int i)
{
    return i == 2 ? DAY_MAX : i == 1 ? day_make(2025, 10, 1) : day_make(2025, 4, 1);
}

bool naive_applies(int series, int unit, struct day day, int64_t known)
{
    const struct naive_na *na = &naive->na.p[0].now;

    for (int i = 0; i < naive->na.n && naive->na.p[i].act <= known; i++)
        na = &naive->na.p[i].now;
    for (int from = 0; from < NA_FROM; from++) {
        int to = na->to[series][unit][from];
        if (to >= 0 && day.v >= naive_na_from(from).v && day.v < naive_na_to(to).v)
            return false;
    }
    return true;
}

struct naive_report *naive_report_of(int series, int period, int unit)
{
    int form = world_form_of[series];

    if (form < 0 || period >= QUARTERS || unit < FIRST_COMMUNE)
        return NULL;
    return &naive->report[form][period][unit - FIRST_COMMUNE];
}

struct naive_move naive_move_at(const struct naive_report *r, int64_t known)
{
    struct naive_move m = {0};

    for (int i = 0; r && i < r->move.n && r->move.p[i].act <= known; i++)
        m = r->move.p[i];
    return m;
}

const struct naive_version *naive_counts(
    int series, int period, int unit, bool provisional, int64_t known)
{
    const struct naive_cell *cell = &naive->cell[series][period][unit];
    struct naive_move m = naive_move_at(naive_report_of(series, period, unit), known);
    int64_t mark = m.approved;
    uint32_t born = FIGURE_BORN_APPROVED;

    if (provisional) {
        mark = m.submitted > m.approved ? m.submitted : m.approved;
        born |= FIGURE_BORN_PROVISIONAL;
    }
    for (int i = cell->version.n; i-- > 0;) {
        const struct naive_version *v = &cell->version.p[i];
        if (v->act > known)
            continue;
        if (v->takes_back)
            i--;
        else if ((v->said.flags & born) || v->act <= mark)
            return v;
    }
    return NULL;
}

struct cell_value naive_value(int series, int period, int unit, bool provisional, int64_t known)
{
    const struct naive_version *v = naive_counts(series, period, unit, provisional, known);

    if (!v || (v->said.flags & FIGURE_CLEARED))
        return (struct cell_value){0};
    return (struct cell_value){true, v->said.value, v->said.flags};
}

const struct naive_version *naive_newest(int series, int period, int unit)
{
    const struct naive_cell *cell = &naive->cell[series][period][unit];

    return cell->version.n ? &cell->version.p[cell->version.n - 1] : NULL;
}

bool naive_equal(const struct said *a, const struct said *b)
{
    return a->value == b->value && a->flags == b->flags && strcmp(a->note, b->note) == 0 &&
           strcmp(a->approx, b->approx) == 0;
}

bool naive_is_open(enum report_state s)
{
    return s == REPORT_NOT_STARTED || s == REPORT_DRAFT || s == REPORT_RETURNED ||
           s == REPORT_REOPENED;
}

bool naive_next(int form, enum report_state from, enum report_step step, enum report_state *ret)
{
    bool inside = form == 0; /* check and signature inside the unit */
    bool sent = from == REPORT_SUBMITTED || from == REPORT_RECEIVED;
    bool done = from == REPORT_APPROVED || from == REPORT_LOCKED;
    enum report_state to = REPORT_NOT_STARTED;

    if (from == REPORT_NOT_STARTED)
        from = REPORT_DRAFT;
    bool open = naive_is_open(from);
    if (step == STEP_EDIT && open)
        to = from;
    if (step == STEP_CHECK && inside && open)
        to = REPORT_CHECKING;
    if (step == STEP_TO_SIGN && inside && from == REPORT_CHECKING)
        to = REPORT_TO_SIGN;
    if (step == STEP_PUSH_BACK && (from == REPORT_CHECKING || from == REPORT_TO_SIGN))
        to = REPORT_DRAFT;
    if (step == STEP_SUBMIT && (inside ? from == REPORT_TO_SIGN : open))
        to = REPORT_SUBMITTED;
    if (step == STEP_RECEIVE && from == REPORT_SUBMITTED)
        to = REPORT_RECEIVED;
    if (step == STEP_RETURN && sent)
        to = REPORT_RETURNED;
    if (step == STEP_APPROVE && sent)
        to = REPORT_APPROVED;
    if (step == STEP_REVOKE && from == REPORT_APPROVED)
        to = REPORT_RECEIVED;
    if (step == STEP_LOCK && from == REPORT_APPROVED)
        to = REPORT_LOCKED;
    if (step == STEP_REOPEN && done)
        to = REPORT_REOPENED;
    if (step == STEP_FINAL && done)
        to = from;
    *ret = to;
    return to != REPORT_NOT_STARTED;
}
