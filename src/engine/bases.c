/* bases: the base periods of a period, and what one unit gives in each; see rolled.h. */
#include "engine/rolled.h"

#define BASES_MAX (PERIOD_TERM_MAX * PERIOD_SPLIT_MAX)

bool eval_overflow(struct eval *v)
{
    return err_set(v->err, ERR_OVERFLOW, MSG_err_number_overflow);
}

const struct column *eval_column(struct eval *v, int series, struct period p, bool *ret_ok)
{
    struct column_key key = {v->c->series[series].id.v, period_code(p)};
    const struct column *col = table_find(&v->e->table, key);

    *ret_ok = true;
    if (!col && !vec_push(&v->need, &v->arena, key))
        *ret_ok = err_memory(v->err);
    if (col)
        note_use(&col->used);
    return col;
}

static int series_of(const struct eval *v, struct ask q)
{
    return q.series >= 0 ? q.series : v->c->indicator[q.indicator].series;
}

/* Adds the column of `p` where it holds figures; keeps what has to come in. */
static bool add_longer(
    struct eval *v, struct bases *s, struct period p, size_t from, size_t to, size_t *cap)
{
    bool ok;
    const struct column *col = eval_column(v, series_of(v, s->q), p, &ok);

    if (!ok)
        return false;
    if (!col || column_empty(col))
        return true;
    if (s->longers == *cap) {
        size_t next = *cap ? *cap * 2 : 8;
        struct longer *l = arena_grow(&v->arena, s->longer, *cap * sizeof *l, next * sizeof *l);
        if (!l)
            return err_memory(v->err);
        s->longer = l;
        *cap = next;
    }
    s->longer[s->longers++] = (struct longer){p, from, to, col};
    return true;
}

/* The run of base periods that lie in `p`. */
static void run_of(const struct bases *s, struct period p, size_t *ret_from, size_t *ret_to)
{
    size_t from = 0;

    while (from < s->n && !period_contains(p, s->p[from]))
        from++;
    *ret_from = from;
    while (from < s->n && period_contains(p, s->p[from]))
        from++;
    *ret_to = from;
}

/* Longer periods inside `whole`, itself included, each before those inside it. */
static bool find_longer(struct eval *v, struct bases *s, struct period whole)
{
    size_t cap = 0, todo = 1, room = 64;
    struct period *queue = arena_alloc(&v->arena, room * sizeof *queue);

    if (!queue)
        return err_memory(v->err);
    queue[0] = whole;
    for (size_t i = 0; i < todo; i++) {
        struct period split[PERIOD_SPLIT_MAX];
        enum frequency f;
        size_t from, to;
        if (period_frequency(queue[i], &f) && f == s->x->frequency)
            continue;
        run_of(s, queue[i], &from, &to);
        if (from == to)
            continue;
        if (!add_longer(v, s, queue[i], from, to, &cap))
            return false;
        size_t n = period_split(queue[i], s->x->frequency, split);
        if (todo + n > room) {
            struct period *q =
                arena_grow(&v->arena, queue, room * sizeof *q, (todo + n) * 2 * sizeof *q);
            if (!q)
                return err_memory(v->err);
            queue = q;
            room = (todo + n) * 2;
        }
        for (size_t k = 0; k < n; k++)
            queue[todo++] = split[k];
    }
    return true;
}

/* Columns of all periods in which a year-to-date sum at the end of `base` may have been entered. */
static bool find_ends(struct eval *v, const struct bases *s, struct period base, struct ends *ret)
{
    enum frequency f = s->x->frequency;
    int month = day_ymd(period_last_day(base)).month;
    struct period p[5];
    int n = 0;

    if (f != FREQUENCY_WEEK) {
        if (month == 12 && period_make(PERIOD_YEAR, 0, base.year, 0, &p[n]))
            n += f != FREQUENCY_YEAR;
        if (period_make(PERIOD_MONTHS, month, base.year, 0, &p[n]) && p[n].kind == PERIOD_MONTHS)
            n++;
        if (month % 6 == 0 && f < FREQUENCY_HALF &&
            period_make(PERIOD_HALF, month / 6, base.year, 0, &p[n]))
            n++;
        if (month % 3 == 0 && f < FREQUENCY_QUARTER &&
            period_make(PERIOD_QUARTER, month / 3, base.year, 0, &p[n]))
            n++;
    }
    p[n++] = base;
    for (int i = 0; i < n; i++) {
        bool ok;
        ret->col[ret->n] = eval_column(v, series_of(v, s->q), p[i], &ok);
        if (!ok)
            return false;
        ret->n += ret->col[ret->n] != NULL;
    }
    return true;
}

static bool lay_to_date(struct eval *v, struct bases *s)
{
    s->end = arena_array(&v->arena, s->n, sizeof *s->end);
    s->anchor = arena_array(&v->arena, s->n, sizeof *s->anchor);
    s->opens = arena_array(&v->arena, s->n, sizeof *s->opens);
    s->january = arena_array(&v->arena, s->n, sizeof *s->january);
    if (!s->end || !s->anchor || !s->opens || !s->january)
        return err_memory(v->err);
    for (size_t b = 0; b < s->n; b++) {
        struct period before;
        bool has_before = period_previous(s->p[b], &before) && before.year == s->p[b].year;
        s->opens[b] = b == 0 || s->p[b - 1].year != s->p[b].year;
        s->january[b] = !has_before;
        if (!find_ends(v, s, s->p[b], &s->end[b]) ||
            (s->opens[b] && has_before && !find_ends(v, s, before, &s->anchor[b])))
            return false;
    }
    return true;
}

/* At most so many base periods: those of a year, unless it is a term. */
static size_t most_bases(struct period p, enum frequency f)
{
    static const size_t in_year[] = {[FREQUENCY_WEEK] = PERIOD_SPLIT_MAX,
        [FREQUENCY_MONTH] = 12,
        [FREQUENCY_QUARTER] = 4,
        [FREQUENCY_HALF] = 2,
        [FREQUENCY_YEAR] = 1};

    return p.kind == PERIOD_TERM ? BASES_MAX : in_year[f];
}

/* The period has to be cut into base periods, or stands for itself. */
static bool cut(struct eval *v, struct period p, struct bases *s)
{
    const struct indicator *x = s->x;
    enum frequency f;
    bool is_base = period_frequency(p, &f) && f == x->frequency;
    bool whole = x->over_time == TIME_NONE || x->over_time == TIME_RATIO;

    s->single = !is_base && (whole || !period_covered(p, x->frequency));
    if (!is_base && !s->single) {
        size_t most = most_bases(p, x->frequency);
        s->p = arena_alloc(&v->arena, most * sizeof *s->p);
        if (!s->p)
            return err_memory(v->err);
        s->n = period_bases(p, x->frequency, s->p, most);
        if (s->n && s->n <= most)
            return true;
        s->single = true;
    }
    s->p = arena_array(&v->arena, 1, sizeof *s->p);
    if (!s->p)
        return err_memory(v->err);
    s->p[0] = p;
    s->n = 1;
    return true;
}

bool bases_lay(struct eval *v, struct ask q, struct period p, struct bases *ret)
{
    struct bases s = {.x = &v->c->indicator[q.indicator], .q = q};

    s.computed = q.series < 0 && s.x->formula;
    s.ytd = !s.computed && s.x->entered == ENTERED_YEAR_TO_DATE;
    if (!cut(v, p, &s))
        return false;
    s.col = arena_array(&v->arena, s.n, sizeof *s.col);
    if (!s.col)
        return err_memory(v->err);
    if (!s.computed) {
        bool ok = true;
        for (size_t b = 0; ok && b < s.n; b++)
            s.col[b] = eval_column(v, series_of(v, q), s.p[b], &ok);
        if (!ok || (s.ytd && !s.single && !lay_to_date(v, &s)))
            return false;
        bool is_base = s.n == 1 && period_eq(s.p[0], p); /* then nothing longer lies in it */
        if (!s.ytd && !s.single && s.n && !is_base && !find_longer(v, &s, p))
            return false;
    }
    *ret = s;
    return true;
}

const struct roster *bases_roster(struct eval *v, const struct bases *s, size_t b)
{
    if (s->col[b] && s->q.line == s->x->line)
        return s->col[b]->roster;
    return ground_roster(v->g, s->q.indicator, s->q.line, period_last_day(s->p[b]), v->err);
}

static struct cell cell_in(const struct column *col, enum total_state state, int unit)
{
    if (!col)
        return (struct cell){0};
    return plane_get(column_plane(col, state), col->roster, unit);
}

static void take_cell(struct leaf *l, struct cell c)
{
    *l = (struct leaf){.has = c.has,
        .covered = c.has,
        .m = c.value,
        .marks = (uint32_t)c.marks << CELL_MARK_SHIFT};
}

/* The longest entry that holds the base period wins; it is placed on its last base period, or
 * stands in each where the rule over time compares or averages them. */
static void leaf_in_period(const struct bases *s, size_t b, int unit, struct leaf *l)
{
    enum over_time rule = s->x->over_time;
    bool in_each = rule == TIME_MEAN || rule == TIME_MIN || rule == TIME_MAX;

    for (size_t i = 0; i < s->longers; i++) {
        const struct longer *g = &s->longer[i];
        if (b < g->from || b >= g->to)
            continue;
        struct cell c = cell_in(g->col, s->q.state, unit);
        if (!c.has)
            continue;
        take_cell(l, c);
        l->has = in_each || b + 1 == g->to;
        return;
    }
    take_cell(l, cell_in(s->col[b], s->q.state, unit));
}

static struct cell end_cell(const struct bases *s, const struct ends *e, int unit)
{
    struct cell c = {0};

    for (int i = 0; i < e->n && !c.has; i++)
        c = cell_in(e->col[i], s->q.state, unit);
    return c;
}

/* The latest sum before base period b in its year, not before what opens the run; false: unknown.
 */
static bool sum_before(const struct bases *s, size_t b, int unit, bool strict, i128 *ret)
{
    for (;;) {
        struct cell c;
        if (s->opens[b]) {
            c = end_cell(s, &s->anchor[b], unit);
            *ret = c.has ? c.value : 0;
            return s->january[b] || c.has;
        }
        c = end_cell(s, &s->end[--b], unit);
        if (c.has || strict) {
            *ret = c.value;
            return c.has;
        }
    }
}

static bool sum_after(const struct bases *s, size_t b, int unit)
{
    for (size_t k = b + 1; k < s->n && !s->opens[k]; k++)
        if (end_cell(s, &s->end[k], unit).has)
            return true;
    return false;
}

static void leaf_to_date(const struct bases *s, size_t b, int unit, struct leaf *l)
{
    bool strict = s->x->over_time != TIME_SUM;
    i128 before;
    bool known = sum_before(s, b, unit, strict, &before);
    struct cell c = end_cell(s, &s->end[b], unit);

    take_cell(l, c);
    l->m -= known ? before : 0;
    l->has = l->covered = c.has && known;
    if (!c.has && known && !strict)
        l->covered = sum_after(s, b, unit);
}

bool leaf_of(struct eval *v, const struct bases *s, size_t b, int unit, struct leaf *ret)
{
    struct period to_date;

    if (s->computed && s->single && s->x->over_time != TIME_RATIO) {
        *ret = (struct leaf){0};
        return true;
    }
    if (s->computed) {
        struct ask own = s->q; /* a unit's own value stands on its own day */
        own.restated = false;
        return eval_formula_leaf(v, own, unit, s->p[b], ret);
    }
    if (s->ytd && s->single) {
        take_cell(ret, cell_in(s->col[b], s->q.state, unit));
        ret->has = ret->covered =
            ret->has && period_to_date(s->p[b], &to_date) && period_eq(to_date, s->p[b]);
    } else if (s->ytd) {
        leaf_to_date(s, b, unit, ret);
    } else {
        leaf_in_period(s, b, unit, ret);
    }
    return true;
}

bool bases_plain(const struct bases *s)
{
    return !s->computed && !s->ytd && !s->longers && s->q.line == s->x->line && s->x->weight < 0;
}
