/* indicator_json: an indicator's page for programs. See indicator_page.h. */
#include "app/forecasts.h"
#include "app/indicator_page.h"

static void plan_json(bool has, struct dec plan, struct json *j)
{
    if (has)
        json_kdec(j, "plan", plan);
    else
        json_knull(j, "plan");
}

static void trend_json(const struct indicator_page *p, int decimals, struct json *j)
{
    json_key(j, "trend");
    json_array(j);
    for (size_t i = 0; i < p->trends; i++) {
        json_object(j);
        json_kperiod(j, "period", p->trend[i].period);
        json_kshown(j, "value", &p->trend[i].value, decimals);
        json_kshown(j, "last_year", &p->trend[i].last_year, decimals);
        plan_json(p->trend[i].has_plan, p->trend[i].plan, j);
        json_object_end(j);
    }
    json_array_end(j);
}

void indicator_page_json(const struct view *v, const struct indicator_page *p, struct json *j)
{
    const struct indicator *x = &v->catalog->indicator[p->indicator];
    struct day last = period_last_day(p->period);

    json_object(j);
    json_kstr(j, "indicator", x->code);
    json_kstr(j, "name", p->name);
    json_kstr(j, "unit_of_measure", x->unit_of_measure);
    json_kunit(j, v->catalog, p->unit, last);
    json_kperiod(j, "period", p->period);
    json_kshown(j, "value", &p->value, x->decimals);
    plan_json(p->has_plan, p->plan, j);
    trend_json(p, x->decimals, j);
    if (p->aheads)
        series_forecast_json(j, p->ahead, p->aheads, x->decimals);
    json_key(j, "league");
    json_array(j);
    for (size_t i = 0; i < p->leagues; i++) {
        const struct league_row *r = &p->league[i];
        json_object(j);
        json_kunit(j, v->catalog, r->unit, last);
        json_ki64(j, "rank", r->rank);
        json_kshown(j, "value", &r->value, x->decimals);
        json_kshown(j, "last_year", &r->last_year, x->decimals);
        plan_json(r->has_plan, r->plan, j);
        json_object_end(j);
    }
    json_array_end(j);
    json_kbool(j, "made_up", p->made_up);
    json_object_end(j);
}
