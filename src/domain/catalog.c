/* catalog: look-ups; see catalog.h. */
#include "domain/catalog.h"

int catalog_indicator(const struct catalog *c, struct str code, struct err *err)
{
    uint64_t i;

    if (smap_get(&c->indicator_by_code, code, &i))
        return (int)i;
    err_set(err, ERR_NOT_FOUND, MSG_err_indicator_unknown, code);
    return -1;
}

int catalog_indicator_id(const struct catalog *c, struct indicator_id id)
{
    uint64_t i;

    return map_get(&c->indicator_by_id, (uint64_t)id.v, &i) ? (int)i : -1;
}

int catalog_series(const struct catalog *c, struct str name, struct err *err)
{
    ptrdiff_t colon = str_find_char(name, ':', 0);
    struct str code = str_trim(colon < 0 ? name : str_slice(name, 0, (size_t)colon));
    int i = catalog_indicator(c, code, err);

    if (i < 0)
        return -1;
    const struct indicator *in = &c->indicator[i];
    if (colon < 0) {
        if (in->series < 0)
            err_set(err, ERR_INVALID, MSG_err_indicator_computed, code);
        return in->series;
    }
    struct str part = str_trim(str_slice(name, (size_t)colon + 1, name.n));
    for (int s = in->first_part; s < in->first_part + in->parts; s++)
        if (str_eq(c->series[s].key, part))
            return s;
    err_set(err, ERR_NOT_FOUND, MSG_err_indicator_unknown_part, code, part);
    return -1;
}

int catalog_series_id(const struct catalog *c, struct series_id id)
{
    uint64_t i;

    return map_get(&c->series_by_id, (uint64_t)id.v, &i) ? (int)i : -1;
}

void catalog_operand(const struct catalog *c, int operand, int *ret_indicator, int *ret_series)
{
    if (operand < (int)c->indicators) {
        *ret_indicator = operand;
        *ret_series = c->indicator[operand].series;
    } else {
        *ret_series = operand - (int)c->indicators;
        *ret_indicator = c->series[*ret_series].indicator;
    }
}

static const int *of_unit(const struct rows_of_units *x, int unit, size_t *ret_n)
{
    *ret_n = (size_t)(x->first[unit + 1] - x->first[unit]);
    return x->row + x->first[unit];
}

const int *catalog_targets_of(const struct catalog *c, int unit, size_t *ret_n)
{
    return of_unit(&c->unit_targets, unit, ret_n);
}

size_t catalog_successors(const void *catalog, int unit, int *ret, size_t max)
{
    const struct catalog *c = catalog;
    size_t n = 0, edges;
    const int *edge = of_unit(&c->unit_edges, unit, &edges);

    for (size_t i = 0; i < edges && n < max; i++) {
        int to = c->edge[edge[i]].to;
        if (to >= 0 && to != unit)
            ret[n++] = to;
    }
    return n;
}

int catalog_form(const struct catalog *c, struct str code, struct err *err)
{
    uint64_t i;

    if (smap_get(&c->form_by_code, code, &i))
        return (int)i;
    err_set(err, ERR_NOT_FOUND, MSG_err_form_unknown, code);
    return -1;
}

int catalog_set(const struct catalog *c, struct str code, struct err *err)
{
    uint64_t i;

    if (smap_get(&c->set_by_code, code, &i))
        return (int)i;
    err_set(err, ERR_NOT_FOUND, MSG_err_set_unknown, code);
    return -1;
}

int catalog_account(const struct catalog *c, struct str login)
{
    uint64_t i;

    return smap_get(&c->account_by_login, login, &i) ? (int)i : -1;
}

int catalog_account_id(const struct catalog *c, struct account_id id)
{
    uint64_t i;

    return map_get(&c->account_by_id, (uint64_t)id.v, &i) ? (int)i : -1;
}

bool catalog_applicable(const struct catalog *c, int indicator, int unit, struct day day)
{
    size_t low = 0, high = c->not_applicables;

    while (low < high) { /* the first row of that indicator and unit */
        size_t mid = (low + high) / 2;
        const struct not_applicable *n = &c->not_applicable[mid];
        if (n->indicator < indicator || (n->indicator == indicator && n->unit < unit))
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < c->not_applicables; low++) {
        const struct not_applicable *n = &c->not_applicable[low];
        if (n->indicator != indicator || n->unit != unit)
            break;
        if (day_in(day, n->from, n->to))
            return false;
    }
    return true;
}

static bool kind_reports(const struct catalog *c, const struct indicator *in, int kind)
{
    const struct kinds *ks = &c->units.kinds;

    for (size_t i = 0; i < in->reporting_kinds; i++)
        if (str_eq(ks->p[kind].key, in->reported_by[i]) ||
            str_eq(ks->p[kind].group, in->reported_by[i]))
            return true;
    return false;
}

bool catalog_expected(
    const struct catalog *c, int indicator, int unit, const struct tree *tree, struct day day)
{
    const struct indicator *in = &c->indicator[indicator];
    int pos = tree->pos[unit], kind = unit_kind_on(&c->units, unit, day);

    if (kind < 0 || pos < 0)
        return false;
    if (in->reporting_kinds ? !kind_reports(c, in, kind) : !tree_is_leaf(tree, pos))
        return false;
    return catalog_applicable(c, indicator, unit, day);
}

/* Does the target give a plan value, and does its span hold the period? */
static bool is_plan_for(const struct target *t, struct period p)
{
    return (t->basis == TARGET_LEVEL || t->basis == TARGET_EVERY ||
               t->basis == TARGET_CUMULATIVE) &&
           t->start.v <= period_first_day(p).v && period_last_day(p).v <= t->deadline.v;
}

static int64_t span(const struct target *t)
{
    return (int64_t)t->deadline.v - t->start.v;
}

static const struct target *find_plan(
    const struct catalog *c, int indicator, int unit, struct period period, struct str set)
{
    const struct target *best = NULL;
    uint64_t first;

    if (!map_get(&c->target_first, (uint64_t)(uint32_t)indicator << 32 | (uint32_t)unit, &first))
        return NULL;
    for (int i = (int)first; i >= 0; i = c->target_next[i]) {
        const struct target *t = &c->target[i];
        if (!is_plan_for(t, period) || (!str_empty(set) && !str_eq(c->set[t->set].code, set)))
            continue;
        if (target_version_on(t, DAY_MAX, true) && (!best || span(t) < span(best)))
            best = t;
    }
    return best;
}

bool catalog_plan(const struct catalog *c, int indicator, int unit, struct period period,
    struct str set, struct dec *ret)
{
    const struct target *t = find_plan(c, indicator, unit, period, set);
    struct dec value;

    if (!t)
        return false;
    const struct target_version *v = target_version_on(t, period_last_day(period), false);
    value = (v ? v : target_version_on(t, DAY_MAX, true))->value;
    if (t->basis == TARGET_EVERY && period.kind == PERIOD_TERM &&
        c->indicator[indicator].over_time == TIME_SUM &&
        __builtin_mul_overflow(value.m, period_plan_years(period), &value.m))
        return false;
    *ret = value;
    return true;
}

bool catalog_plan_of_period(
    const struct catalog *c, int indicator, int unit, struct period period, struct dec *ret)
{
    const struct target *t = find_plan(c, indicator, unit, period, STR(""));
    int64_t days = (int64_t)period_last_day(period).v - period_first_day(period).v;

    if (!t)
        return false;
    if (c->indicator[indicator].over_time == TIME_SUM &&
        (days < 364 || (t->basis == TARGET_CUMULATIVE && days < span(t))))
        return false;
    return catalog_plan(c, indicator, unit, period, STR(""), ret);
}
