/* forecast_rules: how much a forecast needs, as dated data (rules/forecast.csv); see forecast.h. */
#include "base/vec.h"
#include "domain/forecast.h"
#include "domain/rule_pack.h"

enum {
    FROM,
    TO,
    FREQUENCY,
    LEVEL,
    LEAST_VALUES,
    LEAST_TESTS,
    LEAST_TRIALS,
    WINDOW_YEARS,
    MOST_YEARS,
    MOST_TESTS,
    RECENT,
    COMPLETE,
    SOURCE,
    CONFIDENCE,
    NOTE,
    COLUMNS
};
static const struct csv_column columns[COLUMNS] = {{"valid_from", true, NULL},
    {"valid_to", true, NULL}, {"frequency", true, NULL}, {"level", true, NULL},
    {"least_values", true, NULL}, {"least_tests", true, NULL}, {"least_trials", true, NULL},
    {"window_years", true, NULL}, {"most_years", true, NULL}, {"most_tests", true, NULL},
    {"recent", true, NULL}, {"complete", true, NULL}, {"source", false, NULL},
    {"confidence", false, NULL}, {"note", false, NULL}};

struct reading {
    struct arena *a;
    VEC(struct forecast_rule) rules;
};

static bool read_number(const struct rule_row *row, size_t column, int least, int most, int *ret,
    size_t *ret_column, struct err *err)
{
    struct str s = csv_get(row->header, row->record, column);
    int64_t v;

    *ret_column = column;
    if (!str_to_i64(s, &v) || v < least || v > most)
        return err_set(err, ERR_INVALID, MSG_err_rules_number, s);
    *ret = (int)v;
    return true;
}

static bool read_rule(void *ctx, const struct rule_row *row, size_t *ret_column, struct err *err)
{
    struct reading *reading = ctx;
    struct forecast_rule x = {.from = row->from, .to = row->to};
    struct forecast_limits *l = &x.limits;
    struct str frequency = csv_get(row->header, row->record, FREQUENCY);

    *ret_column = FREQUENCY;
    if (!frequency_parse(frequency, &x.frequency))
        return err_set(err, ERR_INVALID, MSG_err_rules_word, frequency);
    if (!read_number(row, LEVEL, 1, 99, &l->level, ret_column, err) ||
        !read_number(row, LEAST_VALUES, 2, 1000, &l->least_values, ret_column, err) ||
        !read_number(row, LEAST_TESTS, 1, FORECAST_TESTS_MAX, &l->least_tests, ret_column, err) ||
        !read_number(row, LEAST_TRIALS, 1, FORECAST_TESTS_MAX, &l->least_trials, ret_column, err) ||
        !read_number(row, WINDOW_YEARS, 2, FORECAST_YEARS_MAX, &l->window_years, ret_column, err) ||
        !read_number(row, MOST_YEARS, 2, FORECAST_YEARS_MAX, &l->most_years, ret_column, err) ||
        !read_number(row, MOST_TESTS, 1, FORECAST_TESTS_MAX, &l->most_tests, ret_column, err) ||
        !read_number(row, RECENT, 1, l->least_values, &l->recent, ret_column, err) ||
        !read_number(row, COMPLETE, 1, 100, &l->complete, ret_column, err))
        return false;
    return vec_push(&reading->rules, reading->a, x) || err_memory(err);
}

bool forecast_rules_parse(
    struct arena *a, struct str csv, struct forecast_rules *ret, struct err *err)
{
    struct reading reading = {.a = a};

    if (!rule_pack_read(
            a, csv, STR("rules/forecast.csv"), columns, COLUMNS, read_rule, &reading, err))
        return false;
    *ret = (struct forecast_rules){reading.rules.p, reading.rules.n};
    return true;
}

bool forecast_rules_on(
    const struct forecast_rules *r, struct day day, enum frequency f, struct forecast_limits *ret)
{
    for (size_t i = r->n; i-- > 0;)
        if (r->p[i].frequency == f && day_in(day, r->p[i].from, r->p[i].to)) {
            *ret = r->p[i].limits;
            return true;
        }
    return false;
}
