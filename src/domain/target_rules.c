/* target_rules: the thresholds of the assessment as dated data (rules/assessment.csv); see
 * target.h. */
#include "base/csv.h"
#include "base/vec.h"
#include "domain/target.h"

enum { FROM, TO, ON_COURSE, AT_RISK, SOURCE, CONFIDENCE, NOTE, COLUMNS };
static const struct csv_column columns[COLUMNS] = {{"valid_from", true, NULL},
    {"valid_to", true, NULL}, {"on_course", true, NULL}, {"at_risk", true, NULL},
    {"source", false, NULL}, {"confidence", false, NULL}, {"note", false, NULL}};

static bool read_percent(struct str s, int *ret, struct err *err)
{
    int64_t v;

    if (!str_to_i64(s, &v) || v < 1 || v > 100)
        return err_set(err, ERR_INVALID, MSG_err_rules_percent, s);
    *ret = (int)v;
    return true;
}

/* On an error *ret_column is the one that is wrong. */
static bool read_rule(const struct csv_header *h, const struct csv_record *r,
    struct assessment_rule *ret, size_t *ret_column, struct err *err)
{
    struct assessment_rule x = {.from = DAY_MIN, .to = DAY_MAX};

    *ret_column = FROM;
    if (!str_empty(csv_get(h, r, FROM)) && !day_parse(csv_get(h, r, FROM), &x.from, err))
        return false;
    *ret_column = TO;
    if (!str_empty(csv_get(h, r, TO))) {
        if (!day_parse(csv_get(h, r, TO), &x.to, err))
            return false;
        x.to = day_add(x.to, 1);
    }
    *ret_column = ON_COURSE;
    if (!read_percent(csv_get(h, r, ON_COURSE), &x.limits.on_course, err))
        return false;
    *ret_column = AT_RISK;
    if (!read_percent(csv_get(h, r, AT_RISK), &x.limits.at_risk, err))
        return false;
    if (x.limits.at_risk > x.limits.on_course)
        return err_set(err, ERR_INVALID, MSG_err_rules_order, csv_get(h, r, AT_RISK),
            csv_get(h, r, ON_COURSE));
    *ret = x;
    return true;
}

bool assessment_rules_parse(
    struct arena *a, struct str csv, struct assessment_rules *ret, struct err *err)
{
    struct csv c;
    struct csv_header h;
    struct csv_record r;
    VEC(struct assessment_rule) rules = {0};
    bool end = false;

    csv_open(&c, csv, STR("rules/assessment.csv"));
    if (!csv_read_header(&c, a, columns, COLUMNS, &h, err))
        return false;
    while (csv_next(&c, a, &r, &end, err)) {
        struct assessment_rule x;
        size_t column;
        if (!csv_check(&c, &h, &r, err))
            return false;
        if (!read_rule(&h, &r, &x, &column, err))
            return csv_err(&c, &h, &r, column, err);
        if (!vec_push(&rules, a, x))
            return err_memory(err);
    }
    if (!end)
        return false;
    *ret = (struct assessment_rules){rules.p, rules.n};
    return true;
}

bool assessment_rules_on(
    const struct assessment_rules *r, struct day day, struct target_thresholds *ret)
{
    for (size_t i = r->n; i-- > 0;)
        if (day_in(day, r->p[i].from, r->p[i].to)) {
            *ret = r->p[i].limits;
            return true;
        }
    return false;
}
