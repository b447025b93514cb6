/* scoreboard_json: the contract's JSON of a scoreboard; see scoreboard.h. */
#include "app/forecasts.h"
#include "app/resolve.h"
#include "app/scoreboard.h"
#include "app/table.h"

static void key_rat(struct json *j, const char *key, bool has, struct rat r, int decimals)
{
    struct dec d;

    if (has && rat_round(r, decimals, &d))
        json_kdec(j, key, d);
    else
        json_knull(j, key);
}

static void key_dec(struct json *j, const char *key, struct dec d, int decimals)
{
    key_rat(j, key, true, rat_of_dec(d), decimals < d.scale ? d.scale : decimals);
}

static void key_str(struct json *j, const char *key, struct str s)
{
    if (s.n)
        json_kstr(j, key, s);
    else
        json_knull(j, key);
}

static void compared_json(struct json *j, const struct comparison *c, int decimals)
{
    key_rat(j, "previous", c->has_previous, c->previous, decimals);
    key_rat(j, "change", c->has_change, c->change, decimals);
    key_rat(j, "change_percent", c->has_percent, c->percent, 1);
    if (c->boundary_changed)
        json_kbool(j, "boundary_changed", true);
}

/* Units that reach a threshold; and what is reached of a plan that adds up over the years: 21/15.
 */
static void k_of_n_json(const struct target *t, const struct assessment *as, struct json *j)
{
    struct dec k, n;
    bool whole = t->basis == TARGET_EVERY && t->compensating && as->has_actual && as->has_plan &&
                 as->actual.den == 1 && as->plan.den == 1 && rat_round(as->actual, 0, &k) &&
                 rat_round(as->plan, 0, &n);

    if (t->basis == TARGET_COUNT) {
        json_ki64(j, "k", as->k);
        json_ki64(j, "n", as->n);
    } else if (whole) {
        json_ki64(j, "k", k.m);
        json_ki64(j, "n", n.m);
    } else {
        json_knull(j, "k");
        json_knull(j, "n");
    }
}

static void target_json(const struct view *v, const struct scoreboard_target *st,
    const struct target_forecast *f, struct json *j)
{
    const struct target *t = &v->catalog->target[st->target];
    const struct indicator *x = st->indicator < 0 ? NULL : &v->catalog->indicator[st->indicator];
    const struct assessment *as = &st->assessment;
    bool counted = t->basis == TARGET_COUNT;
    int decimals = st->decimals;

    if (as->has_actual && st->version && !counted && t->basis != TARGET_DONE)
        decimals = decimals_that_agree(as->actual, rat_of_dec(st->version->value), decimals);
    json_object(j);
    json_kstr(j, "code", t->code);
    key_str(j, "indicator", x ? x->code : STR(""));
    json_kstr(j, "name", t->name.n ? t->name : x ? x->name : STR(""));
    key_str(j, "unit_of_measure", x ? x->unit_of_measure : STR(""));
    json_kstr(j, "comparator", str_of(comparator_name(t->comparator)));
    if (!st->version || t->basis == TARGET_DONE)
        json_knull(j, "value");
    else
        key_dec(j, "value", st->version->value, st->decimals);
    if (st->version && t->comparator == CMP_BETWEEN)
        key_dec(j, "value_to", st->version->value_to, st->decimals);
    else
        json_knull(j, "value_to");
    json_kstr(j, "basis", str_of(target_basis_name(t->basis)));
    key_rat(j, "actual", as->has_actual, as->actual, decimals);
    k_of_n_json(t, as, j);
    key_rat(j, "percent_of_plan", as->has_percent, as->percent_of_plan, 1);
    key_rat(j, "plan", as->has_plan, as->plan, st->decimals);
    compared_json(j, &st->compared, st->decimals);
    json_kstr(j, "status", str_of(target_status_name(as->status)));
    json_kstr(j, "explanation", st->explanation);
    key_str(j, "expectation", str_of(expectation_name(st->expectation)));
    json_ki64(j, "reported", st->total.reported);
    json_ki64(j, "expected", st->total.expected);
    json_kbool(j, "made_up", t->made_up || (st->total.marks & MARK_MADE_UP));
    if (f)
        forecast_json(j, f, st->decimals);
    json_object_end(j);
}

static void indicator_json(
    const struct view *v, const struct scoreboard_indicator *si, struct json *j)
{
    const struct indicator *x = &v->catalog->indicator[si->indicator];
    const struct total *t = &si->total;
    enum figure_status status = t->marks & MARK_ESTIMATE      ? STATUS_ESTIMATE
                                : t->marks & MARK_PRELIMINARY ? STATUS_PRELIMINARY
                                                              : STATUS_FINAL;

    json_object(j);
    json_kstr(j, "indicator", x->code);
    json_kstr(j, "name", x->name);
    json_kstr(j, "unit_of_measure", x->unit_of_measure);
    key_rat(j, "value", t->has, t->value, x->decimals);
    compared_json(j, &si->compared, x->decimals);
    if (t->has)
        json_kstr(j, "status", str_of(figure_status_name(status)));
    else
        json_knull(j, "status");
    key_str(j, "approx", si->approx);
    json_ki64(j, "reported", t->reported);
    json_ki64(j, "expected", t->expected);
    json_kbool(j, "made_up", (t->marks & MARK_MADE_UP) != 0);
    if (t->n) {
        json_ki64(j, "k", t->k);
        json_ki64(j, "n", t->n);
    }
    if (t->has_stated)
        key_rat(j, "stated", true, t->stated, x->decimals);
    json_object_end(j);
}

void scoreboard_json(
    const struct view *v, const struct scoreboard *s, struct arena *a, struct json *j)
{
    struct sbuf period;
    struct day last = period_last_day(s->period);
    const struct unit_version *name = unit_name_on(&v->catalog->units, s->unit, last);

    sbuf_init(&period, a, 40);
    period_put(&period, s->period);
    json_object(j);
    json_kstr(j, "unit", unit_label(v->catalog, s->unit, last));
    json_kstr(j, "unit_name", name ? name->name : STR(""));
    json_kstr(j, "unit_uid", str_of(v->catalog->units.p[s->unit].uid.z));
    json_kstr(j, "period", sbuf_view(&period));
    json_key(j, "sets");
    json_array(j);
    for (size_t i = 0; i < s->sets; i++) {
        const struct scoreboard_set *ss = &s->set[i];
        json_object(j);
        json_kstr(j, "set", v->catalog->set[ss->set].code);
        json_kstr(j, "name", v->catalog->set[ss->set].name);
        json_ki64(j, "met", ss->met);
        json_ki64(j, "total", ss->total);
        json_ki64(j, "expected", ss->expected);
        json_key(j, "targets");
        json_array(j);
        for (size_t k = 0; k < ss->targets; k++)
            target_json(v, &ss->target[k], s->forecast ? &s->forecast[i][k] : NULL, j);
        json_array_end(j);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, "indicators");
    json_array(j);
    for (size_t i = 0; i < s->indicators; i++)
        indicator_json(v, &s->indicator[i], j);
    json_array_end(j);
    json_object_end(j);
}
