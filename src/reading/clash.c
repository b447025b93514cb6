/* clash: contradictions inside one text (see read.h).
 *
 * Careful rather than complete: a clash is told only where both numbers speak of one thing by the
 * rules below. Parts that need not be disjoint ("trong đó") clash only when they exceed their
 * whole.
 */
#include "base/text.h"
#include "reading/reader.h"

static bool push(struct reader *r, enum reading_clash clash, const struct reading_figure *a,
    const struct reading_figure *b, struct dec stated, struct dec found)
{
    struct reading_contradiction c = {.clash = clash,
        .first = a->quote,
        .second = b->quote,
        .first_start = a->start,
        .second_start = b->start,
        .first_at = a->at,
        .second_at = b->at,
        .stated = stated,
        .found = found,
        .unit = a->unit};

    return r->clashes.n >= r->max || vec_push(&r->clashes, r->p.a, c);
}

static bool same_sentence(const struct reading_figure *a, const struct reading_figure *b)
{
    return a->sentence.p == b->sentence.p;
}

/* 12/15 (85%): the share as printed against k/n at its own number of decimals. */
static bool share(struct reader *r, size_t i)
{
    const struct reading_figure *a = &r->figures.p[i], *b = a + 1;
    struct rat part;
    struct dec found, step;

    if (a->kind != READING_RATIO || b->kind != READING_PERCENT || !same_sentence(a, b) ||
        b->at == 0 || r->p.text.p[b->at - 1] != '(' || b->at > a->end + 60)
        return true;
    if (!rat_make((i128)a->a.m * 100, a->b.m, &part) || !rat_round(part, b->value.scale, &found))
        return true;
    step = (struct dec){found.m - b->value.m, found.scale};
    if (step.m >= -1 && step.m <= 1)
        return true;
    return push(r, READING_CLASH_SHARE, a, b, b->value, found);
}

static bool is_amount(const struct reading_figure *f)
{
    return (f->kind == READING_COUNT || f->kind == READING_LEVEL) && !f->has_max;
}

static struct dec amount(const struct reading_figure *f)
{
    return f->kind == READING_RATIO ? f->a : f->value;
}

/* The text between two figures has the marker and no other sentence part. */
static bool between(const struct reading_figure *a, const struct reading_figure *b, const char *z)
{
    struct str s = str_make(a->quote.p, (size_t)(b->quote.p - a->quote.p));
    return b->quote.p > a->quote.p && str_find(s, str_of(z), 0) >= 0;
}

/* "17 chi bộ, gồm 4 ..., 8 ... và 6 ...": parts of one unit behind a whole. */
static bool parts(struct reader *r, size_t i, size_t n)
{
    const struct reading_figure *whole = &r->figures.p[i], *last = whole;
    struct rat sum = {0, 1}, next;
    size_t count = 0;
    struct dec found;

    if (!is_amount(whole))
        return true;
    for (size_t k = i + 1; k < n && same_sentence(whole, &r->figures.p[k]); k++) {
        const struct reading_figure *f = &r->figures.p[k];
        bool part = is_amount(f) || f->kind == READING_RATIO;
        if (part && str_eq(f->unit, whole->unit) && f->role == whole->role &&
            str_eq(f->period, whole->period)) {
            if (!rat_add(sum, rat_of_dec(amount(f)), &next))
                return true;
            sum = next;
            count++;
            last = f;
        }
    }
    if (count < 2)
        return true;
    bool among = between(whole, whole + 1, "trong đó"), made = between(whole, whole + 1, "gồm");
    int over = rat_cmp(sum, rat_of_dec(whole->value));
    if (!(among && over > 0) && !(made && !among && over != 0))
        return true;
    if (!rat_round(sum, whole->value.scale, &found))
        return true;
    return push(r, READING_CLASH_PARTS, whole, last, whole->value, found);
}

/* What must agree for two figures to speak of one thing. */
static struct str identity(struct reader *r, const struct reading_figure *f)
{
    return text_same(r->p.a, str_of(arena_printf(r->p.a, "%.*s|%.*s|%d|%d|%.*s|%.*s",
                                 STR_ARG(f->indicator_phrase), STR_ARG(f->unit), (int)f->kind,
                                 (int)f->role, STR_ARG(f->period), STR_ARG(f->subject_unit))));
}

static bool twice(struct reader *r, struct smap *seen, size_t i)
{
    const struct reading_figure *f = &r->figures.p[i];
    uint64_t at;
    bool ratio = f->kind == READING_RATIO;

    if ((!is_amount(f) && f->kind != READING_PERCENT && !ratio) || str_empty(f->period) ||
        str_find_char(f->indicator_phrase, ' ', 0) < 0 || str_eq(f->indicator_phrase, f->unit) ||
        f->table)
        return true;
    struct str key = identity(r, f);
    if (!key.p)
        return false;
    if (!smap_get(seen, key, &at))
        return smap_put(seen, key, i);
    const struct reading_figure *first = &r->figures.p[at];
    bool equal =
        ratio ? dec_eq(first->a, f->a) && dec_eq(first->b, f->b) : dec_eq(first->value, f->value);
    if (equal || same_sentence(first, f))
        return true;
    return push(r, READING_CLASH_TWICE, first, f, amount(first), amount(f));
}

/* Is line k a bullet or a numbered item? */
static bool is_item(const struct page *p, size_t k)
{
    const struct line *l = &p->lines.p[k];
    size_t i = l->from;

    if (l->to - l->from < 2)
        return false;
    return tok_is(p, i, '-') || tok_is(p, i, '+') || tok_is(p, i, '*') ||
           str_eq(tok_text(p, i), STR("•")) ||
           (tok_num(p, i) && (tok_is(p, i + 1, '.') || tok_is(p, i + 1, ')')));
}

static size_t count_items(const struct page *p, size_t line)
{
    size_t n = 0;
    char sort = 0;

    for (size_t k = line; k < p->lines.n && is_item(p, k); k++) {
        char mine = tok_num(p, p->lines.p[k].from) ? '1' : p->toks.p[p->lines.p[k].from].ch;
        sort = sort ? sort : mine;
        n += mine == sort;
    }
    return n;
}

/* Short pieces between commas (and a last "và") from token i to the end of the sentence. */
static size_t count_inline(const struct page *p, size_t i, size_t hi)
{
    size_t n = 1, length = 0;

    while (hi > i && tok_is(p, hi - 1, '.'))
        hi--;
    for (; i < hi; i++) {
        if (tok_is(p, i, ';') || tok_is(p, i, '(') || tok_is(p, i, ':') || tok_num(p, i) ||
            length > 7)
            return 0;
        bool cut = tok_is(p, i, ',') || tok_word(p, i, "và");
        n += cut;
        length = cut ? 0 : length + 1;
    }
    return length ? n : 0;
}

static size_t token_at(const struct page *p, size_t byte)
{
    size_t lo = 0, hi = p->toks.n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (p->toks.p[mid].at < byte)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* "3 xã: A, B, C và D" and "4 nhiệm vụ:" before five bullets. */
static bool lists(struct reader *r, size_t i)
{
    const struct page *p = &r->p;
    const struct reading_figure *f = &r->figures.p[i];
    const struct line *l = &p->lines.p[f->line - 1];
    size_t at = token_at(p, f->end), found = 0, colon = at;

    if (f->kind != READING_COUNT || f->value.m < 2 || f->value.scale || f->table)
        return true;
    while (colon < l->to && colon < at + 8 && !tok_is(p, colon, ':') && !tok_num(p, colon) &&
           !tok_is(p, colon, ','))
        colon++;
    if (!tok_is(p, colon, ':'))
        return true;
    if (colon + 1 == l->to)
        found = f->line < p->lines.n ? count_items(p, f->line) : 0;
    else
        found = count_inline(p, colon + 1, l->to);
    if (found < 2 || (int64_t)found == f->value.m)
        return true;
    struct reading_figure list = {0};
    size_t first =
        colon + 1 == l->to && f->line < p->lines.n ? p->lines.p[f->line].from : colon + 1;
    list.quote = tok_text(p, first);
    list.at = p->toks.p[first].at;
    list.start = p->toks.p[first].cp;
    return push(r, READING_CLASH_LIST, f, &list, f->value, (struct dec){(int64_t)found, 0});
}

bool clashes_find(struct reader *r)
{
    struct smap seen;
    size_t n = r->figures.n;

    smap_init(&seen, r->p.a);
    for (size_t i = 0; i < n; i++)
        if ((i + 1 < n && !share(r, i)) || (i + 2 < n && !parts(r, i, n)) || !twice(r, &seen, i) ||
            !lists(r, i))
            return false;
    return true;
}
