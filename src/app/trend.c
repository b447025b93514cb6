/* trend: see trend.h. */
#include "app/trend.h"

/* How many months the periods of a frequency have; weeks count as none. */
static int months_of(enum frequency f)
{
    switch (f) {
    case FREQUENCY_WEEK:
        return 0;
    case FREQUENCY_MONTH:
        return 1;
    case FREQUENCY_QUARTER:
        return 3;
    case FREQUENCY_HALF:
        return 6;
    case FREQUENCY_YEAR:
        return 12;
    }
    return 0;
}

/* The last period of the line: the one asked for, unless the indicator has none that short. */
static struct period last_of(const struct indicator *x, struct period asked)
{
    struct period own;
    int days = period_last_day(asked).v - period_first_day(asked).v + 1;

    if (months_of(x->frequency) * 28 <= days ||
        !period_of_day(x->frequency, period_last_day(asked), &own))
        return asked;
    return own;
}

static void periods_of(const struct indicator *x, struct period asked, struct short_trend *ret)
{
    struct period at = last_of(x, asked), then;
    struct period back[TREND_SHORT];
    int n = 0;

    *ret = (struct short_trend){.then = -1};
    do
        back[n++] = at;
    while (n < TREND_SHORT && period_previous(at, &at));
    bool has_then = period_last_year(back[0], &then);
    for (int i = 0; i < n; i++) {
        ret->period[i] = back[n - 1 - i];
        if (has_then && period_eq(ret->period[i], then))
            ret->then = i;
    }
    ret->n = n;
}

bool trend_make(const struct view *v, struct actor who, const int *indicator, size_t n, int unit,
    struct period last, enum total_state state, struct reading_of reading, struct arena *a,
    struct short_trend **ret, struct err *err)
{
    struct short_trend *t = arena_array(a, n + 1, sizeof *t);
    struct engine_query *q = arena_array(a, n * TREND_SHORT + 1, sizeof *q);
    struct shown **into = arena_array(a, n * TREND_SHORT + 1, sizeof *into);
    struct total *total = arena_array(a, n * TREND_SHORT + 1, sizeof *total);
    size_t asked = 0;

    if (!t || !q || !into || !total)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        const struct indicator *x = &v->catalog->indicator[indicator[i]];
        periods_of(x, last, &t[i]);
        for (int k = 0; k < t[i].n; k++) {
            struct day end = period_last_day(t[i].period[k]);
            if (!must_read_indicator(v, who, x, unit, end, NULL))
                continue;
            into[asked] = &t[i].value[k];
            q[asked++] = (struct engine_query){
                v->catalog, indicator[i], -1, unit, t[i].period[k], state, reading, -1};
        }
    }
    if (asked && !engine_totals(v->engine, q, asked, total, err))
        return false;
    for (size_t i = 0; i < asked; i++)
        *into[i] = shown_of_total(&total[i]);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < t[i].n; k++)
            t[i].any = t[i].any || t[i].value[k].has;
    *ret = t;
    return true;
}
