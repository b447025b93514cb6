/* forecast: see forecast.h. The rule pack is read in forecast_rules.c. */
#include "domain/forecast.h"

#include <string.h>

/* Whole numbers: a value's mantissa times `scale`. */
struct trend_line {
    i128 slope; /* per year */
    i128 level;
    bool floor, cap; /* no figure so far was below 0, above the top */
    i128 top;
    int year; /* from which years are counted */
    int first, last, have;
};

struct work {
    const struct forecast_series *s;
    const struct forecast_limits *limits;
    i128 scale;
    int lo, hi;    /* how far ahead of an origin the tests look: origin + lo to origin + hi */
    i128 *pair;    /* room for every pair of a window's figures of one season */
    i128 *season;  /* of the line in hand */
    bool *seasons; /* which of them have figures */
    bool sized;    /* errors are compared as parts of the series' size */
};

static int year_of(const struct forecast_series *s, int i)
{
    return (s->first + i) / s->seasons;
}

static int season_of(const struct forecast_series *s, int i)
{
    return (s->first + i) % s->seasons;
}

static i128 value_of(const struct work *w, int i)
{
    return w->s->value[i].m * w->scale;
}

/* ---- medians ---- */

static void swap(i128 *a, i128 *b)
{
    i128 t = *a;

    *a = *b;
    *b = t;
}

/* Brings the k-th smallest to its place, smaller ones before it. The pivot is the middle one of
 * three, so that sorted input is no worse. */
static i128 select_kth(i128 *v, int n, int k)
{
    int lo = 0, hi = n - 1;

    while (lo < hi) {
        int mid = lo + (hi - lo) / 2, i = lo, j = hi;
        if (v[mid] < v[lo])
            swap(&v[mid], &v[lo]);
        if (v[hi] < v[lo])
            swap(&v[hi], &v[lo]);
        if (v[hi] < v[mid])
            swap(&v[hi], &v[mid]);
        i128 pivot = v[mid];
        while (i <= j) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i <= j)
                swap(&v[i++], &v[j--]);
        }
        if (k <= j)
            hi = j;
        else if (k >= i)
            lo = i;
        else
            break;
    }
    return v[k];
}

/* Of an even count the mean of the middle two: callers hand in even numbers. */
static i128 median(i128 *v, int n)
{
    i128 upper = select_kth(v, n, n / 2);

    if (n % 2)
        return upper;
    i128 lower = v[0];
    for (int i = 1; i < n / 2; i++)
        lower = v[i] > lower ? v[i] : lower;
    return (lower + upper) / 2;
}

/* ---- the line ---- */

/* The window that ends with `origin`. */
static int window_start(const struct work *w, int origin)
{
    int64_t start = (int64_t)origin + 1 - (int64_t)w->limits->window_years * w->s->seasons;

    return start < 0 ? 0 : (int)start;
}

static void measure(const struct work *w, int origin, struct trend_line *l)
{
    const struct forecast_series *s = w->s;
    int start = window_start(w, origin);

    *l = (struct trend_line){.floor = true, .cap = s->has_top, .first = -1, .last = -1};
    l->top = s->top * w->scale;
    for (int i = 0; i <= origin; i++) {
        if (!s->value[i].has)
            continue;
        l->floor = l->floor && s->value[i].m >= 0;
        l->cap = l->cap && s->value[i].m <= s->top;
        if (i < start)
            continue;
        l->first = l->first < 0 ? i : l->first;
        l->last = i;
        l->have++;
    }
    l->year = l->first < 0 ? 0 : year_of(s, l->first);
}

/* Changes per year between figures of one season. */
static int pairs(const struct work *w, const struct trend_line *l)
{
    const struct forecast_series *s = w->s;
    int n = 0;

    for (int j = l->first; j <= l->last; j++) {
        if (!s->value[j].has)
            continue;
        for (int i = j - s->seasons; i >= l->first; i -= s->seasons)
            if (s->value[i].has)
                w->pair[n++] = (value_of(w, j) - value_of(w, i)) / (year_of(s, j) - year_of(s, i));
    }
    return n;
}

static void fit_seasons(const struct work *w, const struct trend_line *l)
{
    const struct forecast_series *s = w->s;

    memset(w->seasons, 0, (size_t)s->seasons * sizeof *w->seasons);
    for (int k = 0; k < s->seasons && l->first + k <= l->last; k++) {
        int n = 0;
        for (int i = l->first + k; i <= l->last; i += s->seasons)
            if (s->value[i].has)
                w->pair[n++] = value_of(w, i) - l->slope * (year_of(s, i) - l->year);
        int season = season_of(s, l->first + k);
        w->seasons[season] = n > 0;
        if (n)
            w->season[season] = median(w->pair, n);
    }
}

static i128 on_line(const struct work *w, const struct trend_line *l, int i)
{
    return w->season[season_of(w->s, i)] + l->slope * (year_of(w->s, i) - l->year);
}

static void fit_level(const struct work *w, struct trend_line *l)
{
    int n = 0;

    for (int i = l->last; i >= l->first && n < w->limits->recent; i--)
        if (w->s->value[i].has)
            w->pair[n++] = value_of(w, i) - on_line(w, l, i);
    l->level = n ? median(w->pair, n) : 0;
}

/* The line through the figures up to `origin`; false where they are too few. */
static bool fit(const struct work *w, int origin, struct trend_line *l)
{
    measure(w, origin, l);
    if (l->have < w->limits->least_values)
        return false;
    int n = pairs(w, l);
    if (!n)
        return false;
    l->slope = median(w->pair, n);
    fit_seasons(w, l);
    fit_level(w, l);
    return true;
}

static i128 clip(const struct trend_line *l, i128 v)
{
    v = l->floor && v < 0 ? 0 : v;
    return l->cap && v > l->top ? l->top : v;
}

/* The line's figure of a period; false where its season was never seen. */
static bool predict(const struct work *w, const struct trend_line *l, int i, i128 *ret)
{
    if (!w->seasons[season_of(w->s, i)])
        return false;
    *ret = clip(l, on_line(w, l, i) + l->level);
    return true;
}

static bool predict_sum(
    const struct work *w, const struct trend_line *l, int from, int to, i128 *ret)
{
    i128 sum = 0, one;

    for (int i = from; i <= to; i++) {
        if (!predict(w, l, i, &one))
            return false;
        sum += one;
    }
    *ret = sum;
    return true;
}

/* ---- how far it was off ---- */

#define PARTS 1000000 /* an error is kept as so many parts of the series' size */

struct test {
    int at; /* origin */
    i128 value, came, error;
    bool floor; /* nothing had been below 0 by then */
    i128 size;  /* of the series by then: 0 where it has none */
    i128 score; /* the error, in parts of the size */
};

static bool came(const struct work *w, int from, int to, i128 *ret)
{
    i128 sum = 0;

    for (int i = from; i <= to; i++) {
        if (!w->s->value[i].has)
            return false;
        sum += value_of(w, i);
    }
    *ret = sum;
    return true;
}

/* How large the figures are just now: the middle one of the last year. */
static i128 size_at(const struct work *w, const struct trend_line *l)
{
    int n = 0;

    if (!l->floor || l->have == 0)
        return 0;
    for (int i = l->last; i >= l->first && n < w->s->seasons; i--)
        if (w->s->value[i].has)
            w->pair[n++] = value_of(w, i);
    return n ? median(w->pair, n) : 0;
}

/* n / d, rounded up: an interval is never narrower than its error. */
static i128 part_of(i128 n, i128 d)
{
    return n / d + (n % d != 0);
}

/* A series that grows has errors that grow: they are compared as parts of its size. Where it has
 * none (nothing occurring, a balance around 0), as they are: false. */
static bool score(struct test *t, int n, i128 size)
{
    bool sized = size > 0;

    for (int i = 0; sized && i < n; i++) {
        i128 parts;
        sized = t[i].size > 0 && !__builtin_mul_overflow(t[i].error, (i128)PARTS, &parts);
        t[i].score = sized ? part_of(parts, t[i].size) : 0;
    }
    for (int i = 0; !sized && i < n; i++)
        t[i].score = t[i].error;
    return sized;
}

/* The newest periods at which a forecast could have been made and what came is known, oldest first.
 */
static int run_tests(const struct work *w, int last, struct test ret[FORECAST_TESTS_MAX])
{
    int n = 0;

    for (int at = last - w->hi; at >= 0 && n < w->limits->most_tests; at--) {
        struct test t = {.at = at};
        struct trend_line l;
        if (!w->s->value[at].has || !came(w, at + w->lo, at + w->hi, &t.came))
            continue;
        if (!fit(w, at, &l))
            break; /* there are fewer figures still before */
        if (!predict_sum(w, &l, at + w->lo, at + w->hi, &t.value))
            continue;
        t.floor = l.floor;
        t.size = size_at(w, &l);
        t.error = t.value > t.came ? t.value - t.came : t.came - t.value;
        ret[n++] = t;
    }
    for (int i = 0; i < n / 2; i++) {
        struct test t = ret[i];
        ret[i] = ret[n - 1 - i];
        ret[n - 1 - i] = t;
    }
    return n;
}

/* Which of n errors in order the interval reaches to, from 1; more than n: they are too few. */
static int rank_of(int n, int level)
{
    return ((n + 1) * level + 99) / 100;
}

static int tests_needed(const struct forecast_limits *limits)
{
    int n = limits->least_tests;

    while (rank_of(n, limits->level) > n)
        n++;
    return n;
}

/* Half the width of an interval made at `at`, where the series had that size, from the errors known
 * by then; false where they are too few. */
static bool width_at(const struct work *w, const struct test *t, int n, int at, i128 size,
    i128 *ret_width, int *ret_tests)
{
    int known = 0;

    for (int i = 0; i < n; i++)
        if (t[i].at + w->hi <= at)
            w->pair[known++] = t[i].score;
    *ret_tests = known;
    if (known < tests_needed(w->limits))
        return false;
    i128 parts = select_kth(w->pair, known, rank_of(known, w->limits->level) - 1), width;
    if (!w->sized)
        *ret_width = parts;
    else if (__builtin_mul_overflow(parts, size, &width))
        return false;
    else
        *ret_width = part_of(width, PARTS);
    return true;
}

/* ---- the answer ---- */

static bool to_rat(const struct work *w, i128 v, struct rat *ret, struct err *err)
{
    return rat_make(v, w->scale * pow10_i64(w->s->decimals), ret) ||
           err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
}

static bool note_trial(const struct work *w, const struct test *t, i128 width,
    struct forecast_trial *ret, struct err *err)
{
    i128 low = t->value - width;

    low = t->floor && low < 0 ? 0 : low;
    *ret = (struct forecast_trial){
        .at = t->at, .from = t->at + w->lo, .to = t->at + w->hi, .hit = t->error <= width};
    return to_rat(w, t->value, &ret->value, err) && to_rat(w, t->came, &ret->came, err) &&
           to_rat(w, low, &ret->low, err) && to_rat(w, t->value + width, &ret->high, err);
}

static bool run_trials(const struct work *w, const struct test *t, int n, struct forecast *f,
    struct forecast_trial *trials, struct err *err)
{
    for (int i = 0; i < n; i++) {
        i128 width;
        int known;
        if (!width_at(w, t, n, t[i].at, t[i].size, &width, &known))
            continue;
        if (trials && !note_trial(w, &t[i], width, &trials[f->trials], err))
            return false;
        f->hits += t[i].error <= width;
        f->trials++;
    }
    return true;
}

/* What is in of a sum, and the least that the rest can come to. */
struct span {
    i128 known;
    int gaps; /* before the last figure */
};

static struct span look_at_span(const struct work *w, const struct forecast_question *q, int last)
{
    struct span x = {0};

    for (int i = q->from; q->sum && i <= last && i <= q->to; i++)
        if (w->s->value[i].has)
            x.known += value_of(w, i);
        else
            x.gaps++;
    return x;
}

/* A period's forecast, not less than the part of it that is in. */
static bool predict_open(const struct work *w, const struct trend_line *l, int i, i128 *ret)
{
    bool partial = i < w->s->n && w->s->value[i].partial && l->floor;

    if (!predict(w, l, i, ret))
        return false;
    if (partial && value_of(w, i) > *ret)
        *ret = value_of(w, i);
    return true;
}

static bool forecast_value(const struct work *w, const struct trend_line *l,
    const struct forecast_question *q, i128 known, i128 *ret, i128 *ret_least)
{
    i128 one;

    *ret = *ret_least = known;
    for (int i = q->sum ? q->from : q->to; i <= q->to; i++) {
        if (i < w->s->n && w->s->value[i].has)
            continue;
        if (!predict_open(w, l, i, &one))
            return false;
        *ret += one;
        if (i < w->s->n && w->s->value[i].partial)
            *ret_least += value_of(w, i);
    }
    return true;
}

static bool give(const struct work *w, const struct trend_line *l,
    const struct forecast_question *q, i128 known, i128 width, struct forecast *f, struct err *err)
{
    i128 value, least;

    if (!forecast_value(w, l, q, known, &value, &least))
        return true; /* a season without a single figure: too little */
    i128 low = value - width, high = value + width;
    if (l->floor && low < least)
        low = least;
    if (l->cap && !q->sum && high > l->top)
        high = l->top;
    f->answer = FORECAST_GIVEN;
    return to_rat(w, value, &f->value, err) && to_rat(w, low, &f->low, err) &&
           to_rat(w, high, &f->high, err) && to_rat(w, known, &f->known, err);
}

static void count_history(const struct work *w, int last, struct forecast *f)
{
    f->last = last;
    for (int i = last; i >= 0; i--) {
        if (!w->s->value[i].has)
            continue;
        f->first = i;
        f->have++;
    }
    f->gaps = f->have ? last - f->first + 1 - f->have : 0;
}

static bool answer(struct work *w, const struct forecast_question *q, int last, struct forecast *f,
    struct forecast_trial *trials, struct err *err)
{
    struct test tests[FORECAST_TESTS_MAX];
    struct span span = look_at_span(w, q, last);
    struct trend_line l;
    i128 width;
    int nearest = q->sum && q->from > last ? q->from - last : 1;

    f->ahead = q->to - last + span.gaps;
    w->lo = q->sum ? nearest : f->ahead;
    w->hi = f->ahead;
    int n = run_tests(w, last, tests);
    measure(w, last, &l);
    i128 size = size_at(w, &l);
    w->sized = score(tests, n, size);
    count_history(w, last, f);
    f->need =
        w->limits->least_values + 2 * w->hi + tests_needed(w->limits) + w->limits->least_trials - 2;
    f->answer = FORECAST_TOO_LITTLE;
    if (!run_trials(w, tests, n, f, trials, err))
        return false;
    bool enough = width_at(w, tests, n, last, size, &width, &f->tests) &&
                  f->trials >= w->limits->least_trials && fit(w, last, &l);
    if (enough && !give(w, &l, q, span.known, width, f, err))
        return false;
    if (f->answer == FORECAST_TOO_LITTLE && f->need <= f->have)
        f->need = f->have + 1; /* gaps took the rest */
    return true;
}

/* 8 x the least common multiple of 1 to years - 1. */
static i128 scale_for(int years)
{
    i128 r = 1;

    for (int k = 2; k < years; k++) {
        i128 a = r, b = k;
        while (b) {
            i128 t = a % b;
            a = b;
            b = t;
        }
        r = r / a * k;
    }
    return 8 * r;
}

static int last_figure(const struct forecast_series *s)
{
    int last = s->n - 1;

    while (last >= 0 && !s->value[last].has)
        last--;
    return last;
}

static bool in_limits(const struct forecast_series *s, const struct forecast_question *q,
    const struct forecast_limits *l)
{
    return s->n >= 0 && s->n <= FORECAST_HISTORY_MAX && s->seasons >= 1 && s->seasons <= 52 &&
           s->first >= 0 && q->from >= 0 && q->from <= q->to && q->to < s->n + FORECAST_AHEAD_MAX &&
           l->window_years >= 2 && l->window_years <= FORECAST_YEARS_MAX && l->most_tests >= 1 &&
           l->most_tests <= FORECAST_TESTS_MAX && l->level >= 1 && l->level <= 99 &&
           l->recent >= 1 && l->recent <= l->least_values;
}

static bool take_room(struct work *w, struct arena *a)
{
    size_t years = (size_t)w->limits->window_years, seasons = (size_t)w->s->seasons;
    size_t most = seasons * (years * (years - 1) / 2 + years) + FORECAST_TESTS_MAX;

    w->pair = arena_alloc(a, most * sizeof *w->pair);
    w->season = arena_array(a, seasons, sizeof *w->season);
    w->seasons = arena_array(a, seasons, sizeof *w->seasons);
    return w->pair && w->season && w->seasons;
}

bool forecast_make(const struct forecast_series *s, const struct forecast_question *q,
    const struct forecast_limits *limits, struct arena *a, struct forecast *ret,
    struct forecast_trial *ret_trials, struct err *err)
{
    struct arena_mark mark = arena_mark(a);
    struct work w = {.s = s, .limits = limits};
    struct forecast f = {.level = limits->level, .first = -1, .last = -1};

    if (!in_limits(s, q, limits))
        return err_set(err, ERR_INVALID, MSG_err_forecast_range);
    int last = last_figure(s);
    if (last >= q->to) {
        f.answer = FORECAST_NOTHING;
        *ret = f;
        return true;
    }
    w.scale = scale_for(limits->window_years);
    bool ok = (take_room(&w, a) || err_memory(err)) && answer(&w, q, last, &f, ret_trials, err);
    arena_release(a, mark);
    if (ok)
        *ret = f;
    return ok;
}

/* ---- beside the target ---- */

const char *forecast_stand_name(enum forecast_stand s)
{
    static const char *const names[] = {"all_meets", "leans_met", "leans_not", "all_misses"};

    return names[s];
}

static bool meets(enum comparator cmp, struct rat v, struct rat low, struct rat high)
{
    switch (cmp) {
    case CMP_GE:
        return rat_cmp(v, low) >= 0;
    case CMP_LE:
        return rat_cmp(v, low) <= 0;
    case CMP_EQ:
        return rat_cmp(v, low) == 0;
    case CMP_BETWEEN:
        return rat_cmp(v, low) >= 0 && rat_cmp(v, high) <= 0;
    }
    return false;
}

enum forecast_stand forecast_against(const struct forecast *f, enum comparator cmp, struct rat low,
    struct rat high, enum direction direction)
{
    if (cmp == CMP_EQ && direction != DIRECTION_NEITHER)
        cmp = direction == DIRECTION_MORE ? CMP_GE : CMP_LE;
    if (cmp == CMP_EQ)
        high = low;
    bool below = meets(cmp, f->low, low, high), above = meets(cmp, f->high, low, high);

    if (below && above)
        return FORECAST_ALL_MEETS;
    if (meets(cmp, f->value, low, high))
        return FORECAST_LEANS_MET;
    /* neither end meets: what is asked may still lie between the two */
    bool within = (cmp == CMP_BETWEEN || cmp == CMP_EQ) && rat_cmp(f->low, high) <= 0 &&
                  rat_cmp(f->high, low) >= 0;
    return below || above || within ? FORECAST_LEANS_NOT : FORECAST_ALL_MISSES;
}
