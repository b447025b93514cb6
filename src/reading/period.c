/* period: which time a figure speaks of (see reader.h).
 *
 * A time said behind the figure in its clause comes first ("đạt 65% vào năm 2025"), then the last
 * one before it in the sentence, then the one that earlier sentences gave, then the period of the
 * report. What is said of every year takes a span of years. Times of comparisons, papers and events
 * do not count.
 */
#include "reading/reader.h"

static bool counts(const struct when *w, bool spans)
{
    return !w->compared && !w->paper && !w->event && (spans || w->sort != WHEN_SPAN);
}

/* Index of the first expression that begins at or after token i. */
static size_t first_from(const struct times *t, size_t i)
{
    size_t lo = 0, hi = t->w.n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (t->w.p[mid].from < i)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct when *period_in(const struct reader *r, size_t lo, size_t hi, bool spans)
{
    const struct when *found = NULL;

    for (size_t k = first_from(&r->t, lo); k < r->t.w.n && r->t.w.p[k].to <= hi; k++)
        if (counts(&r->t.w.p[k], spans))
            found = &r->t.w.p[k];
    return found;
}

const struct when *period_first(const struct reader *r, size_t lo, size_t hi)
{
    for (size_t k = first_from(&r->t, lo); k < r->t.w.n && r->t.w.p[k].to <= hi; k++)
        if (counts(&r->t.w.p[k], false))
            return &r->t.w.p[k];
    return NULL;
}

/* Said behind the figure: "trong năm 2022", "vào cuối năm", "năm 2018", before a comma. */
const struct when *period_behind(const struct reader *r, size_t lo, size_t hi)
{
    const struct page *p = &r->p;

    for (size_t i = lo; i < hi && i < lo + 16; i++) {
        if ((tok_is(p, i, ',') && i > lo) || tok_is(p, i, ';') || tok_is(p, i, ':') ||
            tok_word(p, i, "và"))
            return NULL;
        const struct when *w = when_from(&r->t, i);
        if (w && counts(w, true) && w->to <= hi)
            return w;
        if (w)
            i = w->to - 1;
    }
    return NULL;
}

static const struct when *span_near(const struct reader *r, const struct sentence *s, size_t at)
{
    const struct when *best = NULL;

    for (size_t k = first_from(&r->t, s->from); k < r->t.w.n && r->t.w.p[k].from < s->to; k++)
        if (r->t.w.p[k].sort == WHEN_SPAN || r->t.w.p[k].sort == WHEN_TERM)
            if (!best || r->t.w.p[k].from < at)
                best = &r->t.w.p[k];
    return best;
}

/* "2020-2025/y" for what holds of every year. */
static void every_year(struct reader *r, const struct sentence *s, struct draft *d)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct when *w = span_near(r, s, q->from);
    struct str text = STR_NULL;

    if (!w && d->f.role == READING_TARGET)
        w = r->span;
    if (w)
        text = when_text(&r->p, &r->t, w);
    else if (d->f.role == READING_TARGET && r->t.term)
        text = str_of(arena_printf(r->p.a, "%d-%d", r->t.term, r->t.term_end));
    d->when = w;
    d->f.period = str_of(arena_printf(r->p.a, "%.*s/y", STR_ARG(text)));
}

static bool is_yearly(const struct reader *r, const struct sentence *s, const struct draft *d,
    const struct side *side)
{
    const struct page *p = &r->p;
    size_t at;

    if (side->each_year)
        return true;
    for (size_t i = side->clause; i < r->qs.q.p[d->q].from; i++)
        if (each_year_at(p, i))
            return true;
    if (!side->mean &&
        !(d->f.kind == READING_GROWTH && lex_last(p, side->clause, side->np_hi, LEX_MEAN, &at)))
        return false;
    const struct when *w = span_near(r, s, r->qs.q.p[d->q].from);
    bool change = d->f.kind == READING_GROWTH || d->f.kind == READING_CHANGE;
    return change && (w || (d->f.role == READING_TARGET && r->span)) &&
           !period_in(r, side->clause, r->qs.q.p[d->q].from, false);
}

/* From earlier sentences of the line, from the heading or paragraph before, from the report itself;
 * at last the day of the event that is told. */
const struct when *period_carried(const struct reader *r, enum reading_role role, size_t at)
{
    const struct when *w = r->period ? r->period : r->section;

    if (role == READING_TARGET && r->span && (!w || r->span->from > w->from))
        return r->span;
    if (role == READING_TARGET && !w && !r->t.has_main && r->t.term_when)
        return r->t.term_when;
    if (!w && r->t.has_main && r->t.main.from < at)
        w = &r->t.main;
    if (!w && r->t.event && r->t.event->to <= at)
        w = r->t.event;
    return w;
}

void period_decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct when *w = period_behind(r, q->end, side->hi);

    if (side->threshold)
        return;
    if (d->alike) {
        d->f.period = r->drafts.p[r->drafts.n - 1].f.period;
        return;
    }
    if (is_yearly(r, s, d, side)) {
        every_year(r, s, d);
        return;
    }
    if (!w && q->shape == SHAPE_FROM_TO)
        w = period_in(r, q->from, q->to, true);
    if (!w && d->secondary && !period_in(r, side->lo, q->from, true)) {
        const struct draft *up = &r->drafts.p[d->parent];
        bool yearly = str_ends(up->f.period, STR("/y"));
        w = up->when;
        bool level = d->f.kind == READING_PERCENT || d->f.kind == READING_LEVEL;
        if (!yearly || w || !level) {
            d->when = w;
            d->f.period = yearly && level ? when_text(&r->p, &r->t, w) : up->f.period;
            return;
        }
    }
    if (!w)
        w = period_in(r, s->from, q->from, true);
    if (!w)
        w = period_carried(r, d->f.role, q->from);
    d->when = w;
    d->f.period = w ? when_text(&r->p, &r->t, w) : STR_NULL;
}
