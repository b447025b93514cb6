/* report_page_json: a report's page for programs. See report_page.h. */
#include "app/report_page.h"

static void row_json(const struct view *v, const struct report_row *r, struct json *j)
{
    static const char *const kinds[] = {"typed", "computed", "elsewhere", "not_applicable"};
    const struct indicator *x = &v->catalog->indicator[r->indicator];

    json_object(j);
    json_ki64(j, "number", r->number);
    json_kstr(j, "indicator", x->code);
    if (r->item)
        json_kstr(j, "part", v->catalog->series[r->series].key);
    json_kstr(j, "name", r->name);
    json_kstr(j, "unit_of_measure", x->unit_of_measure);
    json_kstr(j, "owner", r->owner);
    json_kstr(j, "kind", str_of(kinds[r->kind]));
    json_kbool(j, "may_type", r->may_type);
    json_kbool(j, "hidden", r->hidden);
    json_ki64(j, "seq", r->seq);
    if (r->drafted)
        json_kstr(j, "typed", r->typed);
    json_kshown(j, "now", &r->now, x->decimals);
    json_kshown(j, "previous", &r->previous, x->decimals);
    json_kshown(j, "last_year", &r->last_year, x->decimals);
    json_kshown(j, "cumulative", &r->cumulative, x->decimals);
    if (r->has_plan)
        json_kdec(j, "plan", r->plan);
    struct shown percent = {.has = r->has_percent, .value = r->percent};
    json_kshown(j, "percent", &percent, 1);
    json_object_end(j);
}

static void findings_json(const struct report_page *p, struct json *j)
{
    static const char *const levels[] = {"error", "missing", "warning", "hint"};

    json_key(j, "findings");
    json_array(j);
    for (size_t i = 0; i < p->findings; i++) {
        const struct report_finding *f = &p->finding[i];
        json_object(j);
        json_kstr(j, "level", str_of(levels[f->level]));
        json_ki64(j, "row", f->row);
        json_kstr(j, "message", f->message);
        json_kbool(j, "explained", f->explained);
        json_object_end(j);
    }
    json_array_end(j);
}

void report_page_json(const struct view *v, const struct report_page *p, struct json *j)
{
    json_object(j);
    json_kstr(j, "form", v->catalog->form[p->form].code);
    json_kunit(j, v->catalog, p->unit, p->last_day);
    json_kperiod(j, "period", p->key.period);
    json_kstr(j, "state", str_of(report_state_name(p->report.state)));
    json_kms(j, "due", p->due_ms);
    json_ki64(j, "filled", p->filled);
    json_ki64(j, "to_fill", p->to_fill);
    json_ki64(j, "errors", p->errors);
    json_ki64(j, "missing", p->missing);
    json_ki64(j, "warnings", p->warnings);
    json_key(j, "rows");
    json_array(j);
    for (size_t i = 0; i < p->rows; i++)
        row_json(v, &p->row[i], j);
    json_array_end(j);
    findings_json(p, j);
    json_key(j, "actions");
    json_array(j);
    for (size_t i = 0; i < p->actions; i++)
        json_str(j, str_of(report_step_name(p->action[i].step)));
    json_array_end(j);
    json_object_end(j);
}
