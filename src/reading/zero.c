/* zero: figures without a number: zeros in words ("không còn hộ nghèo") and the dates by which a
 * milestone is to be reached ("phấn đấu đạt chuẩn nông thôn mới vào năm 2025"). See reader.h. */
#include "reading/reader.h"

/* "các hộ không có đất": a relative clause about persons, no zero. */
static bool is_relative(const struct page *p, const struct sentence *s, size_t i)
{
    return lex_before(p, s->from, i, LEX_NOUN_PERSON, NULL) ||
           lex_before(p, s->from, i, LEX_NOUN_HOUSEHOLD, NULL) ||
           (i > s->from && (tok_word(p, i - 1, "nếu") || tok_word(p, i - 1, "mà") ||
                               tok_word(p, i - 1, "khi")));
}

static bool is_strict(const struct page *p, size_t i)
{
    return tok_word(p, i + 1, "xảy") || tok_word(p, i + 1, "phát") || tok_word(p, i + 1, "ghi") ||
           tok_word(p, i, "chưa");
}

static size_t noun_phrase_end(const struct reader *r, const struct sentence *s, size_t i)
{
    const struct page *p = &r->p;
    size_t hi = i + 10 < s->to ? i + 10 : s->to;

    for (; i < hi; i++) {
        if (tok_word(p, i, "và") && !lex_at(p, i + 1, LEX_VERB, NULL))
            continue;
        if (tok_word(p, i, "dưới") && tok_num(p, i + 1)) { /* "xã dưới 05 tiêu chí" */
            i++;
            continue;
        }
        if (p->toks.p[i].kind >= TOK_PUNCT || r->t.at[i] || p->toks.p[i].kind == TOK_NUM ||
            lex_at(p, i, LEX_STOP, NULL))
            break;
    }
    return i;
}

static size_t zero_at(struct reader *r, const struct sentence *s, size_t i)
{
    struct page *p = &r->p;
    size_t n = lex_at(p, i, LEX_ZERO_VERB, NULL), noun;

    if (!n || p->toks.p[i].mark == MARK_FIGURE || is_relative(p, s, i))
        return 0;
    noun = lex_at(p, i + n, is_strict(p, i) ? LEX_ZERO_STRICT : LEX_ZERO_NOUN, NULL);
    size_t after = i + n + noun;
    if (!noun || after > s->to || tok_num(p, after))
        return 0;
    return n;
}

static void frame(struct reader *r, const struct sentence *s, size_t i, struct reading_figure *f,
    const struct when **ret_when)
{
    struct role_state state;
    const struct when *w;

    role_begin(r, s, &state);
    role_scan(r, s, s->from, i, &state);
    f->role = role_of(&state);
    f->subject_unit = subject_of(r, s, i);
    w = period_behind(r, i, s->to, f->role == READING_TARGET);
    if (!w)
        w = period_in(r, s->from, i, true);
    if (!w)
        w = period_carried(r, f->role, i);
    *ret_when = w;
    f->period = w ? when_text(&r->p, &r->t, w) : STR_NULL;
}

static bool zeros(struct reader *r, const struct sentence *s)
{
    for (size_t i = s->from; i < s->to; i++) {
        size_t n = zero_at(r, s, i);
        if (!n)
            continue;
        struct reading_figure f = {.kind = READING_COUNT};
        const struct when *w;
        enum lex group;
        size_t end = noun_phrase_end(r, s, i + n);
        noun_at(&r->p, i + n, &group, &f.unit);
        frame(r, s, i, &f, &w);
        f.indicator_phrase = toks_text(&r->p, i + n, end);
        if (!figure_push(r, s, i, end, &f))
            return false;
        i = end - 1;
    }
    return true;
}

/* The clause around token i: between marks; a clause before it that only gives a time belongs to
 * it. */
static void clause(
    const struct reader *r, const struct sentence *s, size_t i, size_t *lo, size_t *hi)
{
    const struct page *p = &r->p;

    for (*lo = i; *lo > s->from; --*lo)
        if (tok_is(p, *lo - 1, ',') || tok_is(p, *lo - 1, ';') || tok_is(p, *lo - 1, ':'))
            break;
    for (*hi = i; *hi < s->to; ++*hi)
        if (tok_is(p, *hi, ',') || tok_is(p, *hi, ';') || tok_is(p, *hi, ':') ||
            tok_is(p, *hi, '.'))
            break;
    if (*lo > s->from && tok_is(p, *lo - 1, ',')) {
        size_t b = *lo - 1;
        while (b > s->from && !tok_is(p, b - 1, ',') && !tok_is(p, b - 1, ';'))
            b--;
        if (!range_has_content(r, b, *lo - 1) && period_in(r, b, *lo - 1, false))
            *lo = b;
    }
}

static int last_day(int y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return m == 2 && y % 4 == 0 ? 29 : days[(m - 1) % 12];
}

static struct str date_text(struct reader *r, const struct when *w)
{
    int y = when_year(&r->t, w), m = 12, d;

    if (!y || w->sort == WHEN_SPAN || w->sort == WHEN_NOW || w->sort == WHEN_SINCE_YEAR)
        return STR_NULL;
    if ((w->sort == WHEN_YEAR || w->sort == WHEN_THIS_YEAR || w->sort == WHEN_NEXT_YEAR ||
            w->sort == WHEN_TERM) &&
        !w->end)
        return str_of(arena_printf(r->p.a, "%d", y));
    if (w->sort == WHEN_QUARTER)
        m = 3 * w->n;
    else if (w->sort == WHEN_HALF)
        m = 6 * w->n;
    else if (w->n >= 1 && w->n <= 12 && !w->end)
        m = w->n;
    d = w->sort == WHEN_DAY ? w->d : last_day(y, m);
    return str_of(arena_printf(r->p.a, "%d-%02d-%02d", y, m, d));
}

/* The figures' tokens in a clause: then the year is their period, no milestone. */
static bool has_figure(const struct page *p, size_t lo, size_t hi)
{
    for (size_t i = lo; i < hi; i++)
        if (p->toks.p[i].mark == MARK_FIGURE)
            return true;
    return false;
}

/* The time the milestone at token i of clause [lo, hi) is bound to: behind it first, then before.
 */
static const struct when *bound_time(const struct reader *r, size_t lo, size_t i, size_t hi)
{
    const struct when *after = NULL;

    for (size_t k = i; k < hi && !after; k++) {
        const struct when *w = when_from(&r->t, k);
        if (w && !w->compared && !w->paper && (w->sort != WHEN_DAY || w->upto))
            after = w;
    }
    return after ? after : period_in(r, lo, i, false);
}

static size_t with_preposition(const struct page *p, const struct sentence *s, size_t i)
{
    while (i > s->from && (tok_word(p, i - 1, "đến") || tok_word(p, i - 1, "vào") ||
                              tok_word(p, i - 1, "là") || tok_word(p, i - 1, "trong")))
        i--;
    return i;
}

static bool milestone_at(
    struct reader *r, const struct sentence *s, size_t i, size_t n, size_t *ret_end)
{
    struct page *p = &r->p;
    struct reading_figure f = {.kind = READING_DATE};
    const struct when *w, *unused;
    size_t lo, hi, noun = s->from;

    clause(r, s, i, &lo, &hi);
    *ret_end = i + n;
    bool named = lex_within(p, i, hi < i + 9 ? hi : i + 9, LEX_MILESTONE, &noun);
    bool earlier =
        !named && n <= 2 && lex_last(p, s->from, i, LEX_MILESTONE, &noun) && lo > s->from;
    for (size_t k = i; k > lo; k--)
        if (p->toks.p[k - 1].mark == MARK_FIGURE) {
            lo = k;
            break;
        }
    if (has_figure(p, i, hi) || !(named || earlier))
        return true;
    w = bound_time(r, lo, i, hi);
    if (!w || (earlier && w->from < i))
        return true;
    frame(r, s, i, &f, &unused);
    bool aimed = f.role != READING_ACTUAL || lex_within(p, lo, i, LEX_TARGET_WEAK, NULL) ||
                 (r->t.year && when_year(&r->t, w) > r->t.year);
    f.date = date_text(r, w);
    if (!aimed || str_empty(f.date))
        return true;
    f.role = READING_TARGET;
    f.period = when_text(p, &r->t, w);
    size_t end = named ? noun_phrase_end(r, s, noun) : i + n;
    size_t from = with_preposition(p, s, w->from), to = w->to;
    f.indicator_phrase = named ? phrase_range(r, i, end) : toks_text(p, lo, i + n);
    if (named && i < noun)
        f.indicator_phrase = toks_text(p, i, end < hi ? end : hi);
    if (w->from < i)
        to = end < hi ? end : hi;
    else if (w->from < i + 6)
        from = i;
    *ret_end = hi;
    return figure_push(r, s, from, to, &f);
}

static bool milestones(struct reader *r, const struct sentence *s)
{
    for (size_t i = s->from; i < s->to; i++) {
        size_t n = lex_at(&r->p, i, LEX_MILESTONE_VERB, NULL), end;
        if (!n || r->p.toks.p[i].mark != MARK_NONE)
            continue;
        if (!milestone_at(r, s, i, n, &end))
            return false;
        i = end > i ? end - 1 : i;
    }
    return true;
}

bool words_of_sentence(struct reader *r, const struct sentence *s)
{
    return zeros(r, s) && milestones(r, s);
}
