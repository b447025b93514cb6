/* board_json: the board of reports for programs. See board.h. */
#include "app/board.h"

static const char *timely_name(enum timeliness t)
{
    static const char *const names[] = {
        [TIMELY_NOT_DUE] = "not_due",
        [TIMELY_DUE_SOON] = "due_soon",
        [TIMELY_ON_TIME] = "on_time",
        [TIMELY_LATE] = "late",
        [TIMELY_MISSING] = "missing",
    };

    return names[t];
}

static void period_json(const struct board_period *p, struct json *j)
{
    json_object(j);
    json_kperiod(j, "period", p->period);
    json_kms(j, "due", p->due_ms);
    json_ki64(j, "asked", p->asked);
    json_ki64(j, "sent", p->sent);
    json_ki64(j, "on_time", p->on_time);
    json_ki64(j, "late", p->late);
    json_ki64(j, "missing", p->missing);
    json_ki64(j, "waiting", p->waiting);
    json_ki64(j, "returned", p->returned);
    json_ki64(j, "approved", p->approved);
    json_ki64(j, "estimates", p->estimates);
    json_object_end(j);
}

static void cell_json(const struct board_cell *cell, struct json *j)
{
    if (!cell->asked && cell->handover) {
        json_object(j);
        json_kstr(j, "state", STR("needless"));
        json_kstr(j, "reason", cell->handover->reason);
        json_object_end(j);
        return;
    }
    if (!cell->asked) {
        json_null(j);
        return;
    }
    json_object(j);
    json_kstr(j, "state", str_of(report_state_name(cell->state)));
    json_kstr(j, "timely", str_of(timely_name(cell->timely)));
    json_ki64(j, "days", cell->days);
    json_kday(j, "came", cell->came);
    json_ki64(j, "estimates", cell->estimates);
    if (cell->closes || cell->begins) {
        json_kbool(j, "closing", cell->closes);
        json_kday(j, "from", cell->from);
        json_kday(j, "to", cell->to);
    }
    json_object_end(j);
}

void board_json(const struct view *v, const struct reports_board *b, struct json *j)
{
    struct day last = period_last_day(b->period[b->periods - 1].period);

    json_object(j);
    json_kstr(j, "form", v->catalog->form[b->form].code);
    json_kunit(j, v->catalog, b->unit, last);
    json_key(j, "periods");
    json_array(j);
    for (size_t i = 0; i < b->periods; i++)
        period_json(&b->period[i], j);
    json_array_end(j);
    json_key(j, "units");
    json_array(j);
    for (size_t u = 0; u < b->rows; u++) {
        json_object(j);
        json_kunit(j, v->catalog, b->row[u].unit, last);
        json_key(j, "cells");
        json_array(j);
        for (size_t i = 0; i < b->periods; i++)
            cell_json(&b->row[u].cell[i], j);
        json_array_end(j);
        json_object_end(j);
    }
    json_array_end(j);
    json_kstr(j, "remind", b->remind);
    json_object_end(j);
}
