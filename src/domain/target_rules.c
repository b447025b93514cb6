/* target_rules: the thresholds of the assessment as dated data (rules/assessment.csv); see
 * target.h. */
#include "base/vec.h"
#include "domain/rule_pack.h"
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

struct reading {
    struct arena *a;
    VEC(struct assessment_rule) rules;
};

static bool read_rule(void *ctx, const struct rule_row *row, size_t *ret_column, struct err *err)
{
    struct reading *reading = ctx;
    struct assessment_rule x = {.from = row->from, .to = row->to};
    struct str on_course = csv_get(row->header, row->record, ON_COURSE),
               at_risk = csv_get(row->header, row->record, AT_RISK);

    *ret_column = ON_COURSE;
    if (!read_percent(on_course, &x.limits.on_course, err))
        return false;
    *ret_column = AT_RISK;
    if (!read_percent(at_risk, &x.limits.at_risk, err))
        return false;
    if (x.limits.at_risk > x.limits.on_course)
        return err_set(err, ERR_INVALID, MSG_err_rules_order, at_risk, on_course);
    return vec_push(&reading->rules, reading->a, x) || err_memory(err);
}

bool assessment_rules_parse(
    struct arena *a, struct str csv, struct assessment_rules *ret, struct err *err)
{
    struct reading reading = {.a = a};

    if (!rule_pack_read(
            a, csv, STR("rules/assessment.csv"), columns, COLUMNS, read_rule, &reading, err))
        return false;
    *ret = (struct assessment_rules){reading.rules.p, reading.rules.n};
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
