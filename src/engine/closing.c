/* closing: see closing.h. */
#include "engine/closing.h"

bool closes(struct eval *v, const struct bases *s, size_t b, int unit, bool *ret)
{
    struct day first = period_first_day(s->p[b]), last = period_last_day(s->p[b]);
    struct day end = unit_end(&v->c->units, unit);

    *ret = false;
    if (end.v <= first.v || end.v > last.v)
        return true;
    const struct roster *r =
        ground_roster(v->g, s->q.indicator, s->q.line, day_add(end, -1), v->err);
    *ret = r && roster_rank(r, unit) >= 0;
    return r != NULL;
}

/* Only what stands outside the roster can be a closing figure: none where a column alone is asked
 * and nothing stands there. */
static bool has_none(const struct bases *s, size_t b)
{
    return !s->computed && !s->ytd && !s->longers && s->col[b] &&
           !column_plane(s->col[b], s->q.state)->extras;
}

static bool stood_under(const struct eval *v, const struct bases *s, int unit, int top)
{
    struct day day = day_add(unit_end(&v->c->units, unit), -1);

    return top < 0 || unit_under(&v->c->units, unit, top, s->q.line, day);
}

bool closing_under(
    struct eval *v, const struct bases *s, size_t b, int top, int **ret, size_t *ret_n)
{
    size_t from, to, n = 0;

    *ret = NULL;
    *ret_n = 0;
    /* a unit that ended itself is told how many closed under it, with or without a figure */
    if (has_none(s, b) && (top < 0 || unit_alive(&v->c->units, top, period_last_day(s->p[b]))))
        return true;
    ground_ended(v->g, s->p[b], &from, &to);
    if (from == to)
        return true;
    int *list = arena_array(&v->arena, to - from, sizeof *list);
    if (!list)
        return err_memory(v->err);
    for (size_t i = from; i < to; i++) {
        bool closer;
        if (!stood_under(v, s, v->g->ended[i], top))
            continue;
        if (!closes(v, s, b, v->g->ended[i], &closer))
            return false;
        if (closer)
            list[n++] = v->g->ended[i];
    }
    *ret = list;
    *ret_n = n;
    return true;
}

/* Those of a day (v 0: all), added up by the rule over units. */
static bool add_up(struct eval *v, const struct bases *s, size_t b, const int *closer, size_t n,
    struct day end, struct part *ret)
{
    struct adder a;
    int64_t covered = 0, expected = 0;

    adder_init(&a, s->x);
    for (size_t i = 0; i < n; i++) {
        if (end.v && unit_end(&v->c->units, closer[i]).v != end.v)
            continue;
        expected++;
        if (!adder_take(v, &a, s, b, closer[i], &covered))
            return false;
    }
    *ret = (struct part){.value = {0, 1}};
    if (!adder_part(v, &a, s, ret))
        return false;
    ret->reported = covered;
    ret->expected = expected;
    return true;
}

bool closed_part(struct eval *v, const struct bases *s, size_t b, int unit, const int *closer,
    size_t closers, struct part *ret, bool *ret_inner)
{
    struct day end = unit_end(&v->c->units, unit);

    *ret_inner = closers != 1 || closer[0] != unit;
    return add_up(v, s, b, closer, closers, closing_adds(s->x) ? (struct day){0} : end, ret);
}

bool closing_add(struct eval *v, const struct bases *s, size_t b, const int *closer, size_t closers,
    struct part *ret)
{
    struct part p;

    if (!closers || !closing_adds(s->x))
        return true;
    if (!add_up(v, s, b, closer, closers, (struct day){0}, &p))
        return false;
    if (!p.has)
        return true;
    if (ret->has && !rat_add(p.value, ret->value, &p.value))
        return eval_overflow(v);
    ret->has = true;
    ret->value = p.value;
    ret->marks |= p.marks;
    return true;
}
