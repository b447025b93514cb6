/* forecast_json: a target's forecast for programs; see docs/contract.md. */
#include "app/forecasts.h"
#include "app/shown.h"

static void number(struct json *j, const char *key, struct rat r, int decimals)
{
    struct dec d;

    if (rat_round(r, decimals, &d))
        json_kdec(j, key, d);
    else
        json_knull(j, key);
}

static void given(struct json *j, const struct forecast_found *f, int decimals)
{
    number(j, "value", f->f.value, decimals);
    number(j, "low", f->f.low, decimals);
    number(j, "high", f->f.high, decimals);
    json_ki64(j, "level", f->f.level);
}

void series_forecast_json(struct json *j, const struct series_point *p, size_t n, int decimals)
{
    json_key(j, "forecast");
    json_array(j);
    for (size_t i = 0; i < n; i++) {
        json_object(j);
        json_kperiod(j, "period", p[i].period);
        given(j, &p[i].found, decimals);
        json_ki64(j, "trials", p[i].found.f.trials);
        json_ki64(j, "hits", p[i].found.f.hits);
        json_object_end(j);
    }
    json_array_end(j);
}

static void history(struct json *j, const struct forecast_found *f)
{
    json_ki64(j, "figures", f->f.have);
    json_ki64(j, "needed", f->f.need);
    if (f->f.first < 0)
        return;
    json_kperiod(j, "history_from", f->first);
    json_kperiod(j, "history_to", f->last);
    json_ki64(j, "gaps", f->f.gaps);
    json_ki64(j, "estimates", f->estimates);
    json_kbool(j, "restated", (f->marks & MARK_RESTATED) != 0);
}

void forecast_json(struct json *j, const struct target_forecast *t, int decimals)
{
    const struct forecast_found *f = &t->found;

    decimals = forecast_decimals(t, decimals);
    json_key(j, "forecast");
    json_object(j);
    json_kstr(j, "answer", str_of(forecast_shown_name(t->shown)));
    if (t->shown == FORECAST_SHOWN) {
        given(j, f, decimals);
        if (f->sum)
            json_kperiod(j, "from", f->from);
        json_kperiod(j, "to", f->to);
        json_kstr(j, "stand", str_of(forecast_stand_name(t->stand)));
        json_ki64(j, "tests", f->f.tests);
        json_ki64(j, "trials", f->f.trials);
        json_ki64(j, "hits", f->f.hits);
    }
    if (t->shown == FORECAST_SHOWN || t->shown == FORECAST_LITTLE)
        history(j, f);
    json_object_end(j);
}
