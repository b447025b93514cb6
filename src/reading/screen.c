/* screen: see screen.h. */
#include "reading/screen.h"

/* Tokens from i on without a blank between them. */
static size_t chunk(const struct page *p, size_t i, size_t hi)
{
    size_t j = i + 1;

    while (j < hi && p->toks.p[j].glued && p->toks.p[j].kind < TOK_TAB)
        j++;
    return j - i;
}

/* "21-KL/TW", "05/NQ-HĐND", "12/2020/NĐ-CP": digits, then letters in capitals behind - or /. */
static size_t paper_number(const struct page *p, size_t i, size_t hi)
{
    size_t n = chunk(p, i, hi);

    for (size_t k = 1; k + 1 < n; k++) {
        const struct tok *t = &p->toks.p[i + k], *next = &p->toks.p[i + k + 1];
        if ((t->ch == '/' || t->ch == '-') && next->kind == TOK_WORD && next->upper &&
            next->end - next->at >= 2)
            return n;
        if (t->kind == TOK_WORD || (t->kind == TOK_PUNCT && t->ch != '/' && t->ch != '-'))
            return 0;
    }
    return 0;
}

/* "COVID-19", "http://...", "a@b.vn", "12h30", "07:00", "5G", "30a". */
static size_t glued_name(const struct page *p, size_t i, size_t hi)
{
    const struct tok *t = &p->toks.p[i];

    if (i && t->glued && tok_is(p, i - 1, '-') && p->toks.p[i - 1].glued && i > 1 &&
        p->toks.p[i - 2].kind == TOK_WORD)
        return 1;
    if (i + 1 >= hi || !p->toks.p[i + 1].glued)
        return 0;
    const struct tok *n = &p->toks.p[i + 1];
    if (n->ch == ':' && tok_num(p, i + 2) && p->toks.p[i + 2].glued)
        return 3;
    if (n->kind == TOK_WORD && !lex_at(p, i + 1, LEX_MEASURE, NULL) &&
        !lex_at(p, i + 1, LEX_CURRENCY, NULL) && !lex_at(p, i + 1, LEX_MULTIPLIER, NULL) &&
        n->end - n->at <= 4)
        return 2;
    return 0;
}

static bool is_address(const struct page *p, size_t i, size_t hi)
{
    struct str s = toks_text(p, i, i + chunk(p, i, hi));
    return str_find(s, STR("://"), 0) >= 0 || str_find(s, STR("www."), 0) >= 0 ||
           str_find_char(s, '@', 0) >= 0;
}

/* "1.", "2)", "1.1." at the start of a line, "(3)". */
static size_t enumerator(const struct page *p, const struct sentence *s, size_t i)
{
    bool start = i == p->lines.p[s->line].from;
    struct str t = tok_text(p, i);

    if (i > s->from && tok_is(p, i - 1, '(') && tok_is(p, i + 1, ')') && t.n <= 2)
        return 2;
    if (!start)
        return 0;
    if ((tok_is(p, i + 1, '.') || tok_is(p, i + 1, ')') || tok_is(p, i + 1, '/')) &&
        p->toks.p[i + 1].glued && t.n <= 6 && !(tok_is(p, i + 1, '/') && tok_num(p, i + 2)))
        return 2;
    if (tok_is(p, i + 1, '-') && p->toks.p[i + 1].glued && i + 2 < p->toks.n &&
        !p->toks.p[i + 2].glued && t.n <= 6)
        return 2; /* "1- Công tác chính trị", "2.1- Toàn Đảng bộ" */
    ptrdiff_t dot = str_find_char(t, '.', 0);
    return dot > 0 && (size_t)dot + 4 != t.n && t.n <= 6 && !tok_is(p, i + 1, '%');
}

/* "0905 112 233": groups of a telephone number; tokens used. */
static size_t phone_groups(const struct page *p, size_t i, size_t hi)
{
    struct str t = tok_text(p, i);
    size_t n = 1;

    if (t.n < 3 || t.n > 5 || t.p[0] != '0' || str_find_char(t, ',', 0) >= 0)
        return 0;
    while (i + n < hi && tok_num(p, i + n) && tok_text(p, i + n).n >= 3 &&
           tok_text(p, i + n).n <= 4 && tok_int(p, i + n) >= 0)
        n++;
    return n >= 3 ? n : 0;
}

static bool is_phone(const struct page *p, size_t i)
{
    struct str t = tok_text(p, i);

    if (t.n >= 9 && t.p[0] == '0')
        return true;
    for (size_t k = 1; k <= 3 && k <= i; k++)
        if (lex_at(p, i - k, LEX_PHONE, NULL) && t.n >= 3)
            return true;
    return i && lex_before(p, 0, i, LEX_WEB, NULL);
}

/* A fixed phrase over token i: "công nghiệp 4.0", "hai bên". */
static size_t set_phrase(const struct page *p, const struct sentence *s, size_t i)
{
    for (size_t back = 0; back <= 3 && i - back + 1 > s->from; back++) {
        size_t n = lex_at(p, i - back, LEX_SET_PHRASE, NULL);
        if (n > back)
            return n - back;
        if (i == back)
            break;
    }
    return 0;
}

size_t screen_skip(
    const struct page *p, const struct places *ps, const struct sentence *s, size_t i)
{
    const struct tok *t = &p->toks.p[i];
    size_t n;

    if (t->mark != MARK_NONE)
        return 1;
    if (t->kind == TOK_WORD) {
        if (is_address(p, i, s->to))
            return chunk(p, i, s->to);
        if (lex_at(p, i, LEX_FOLD_WORD, NULL))
            return 0;
        return lex_at(p, i, LEX_NUMBER_WORD, NULL) ? set_phrase(p, s, i) : 1;
    }
    if (t->kind != TOK_NUM)
        return 1;
    const struct place *place = place_over(ps, i);
    if (place && place->to > i && !str_empty(place->name))
        return place->to - i;
    if (is_address(p, i, s->to))
        return chunk(p, i, s->to);
    n = paper_number(p, i, s->to);
    n = n ? n : glued_name(p, i, s->to);
    n = n ? n : enumerator(p, s, i);
    n = n ? n : set_phrase(p, s, i);
    n = n ? n : phone_groups(p, i, s->to);
    return n ? n : is_phone(p, i);
}

/* Behind the unit comes a name: "thôn 3 xã Hương Toàn". */
static bool noun_is_name(const struct page *p, const struct quantity *q)
{
    return q->unit.sort == UNIT_NOUN && q->unit.group == LEX_NOUN_PLACE && q->unit.to < p->toks.n &&
           p->toks.p[q->unit.to].cap;
}

static bool is_named(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    size_t i = q->num;
    bool numbered = lex_before(p, s->from, i, LEX_NUMBERED, NULL) > 0;
    bool place = lex_before(p, s->from, i, LEX_NUMBERED_PLACE, NULL) > 0;

    if (!numbered && !place)
        return false;
    if (q->unit.sort == UNIT_NONE)
        return true;
    if (q->unit.sort == UNIT_TIMES)
        return numbered;
    return q->unit.unknown || noun_is_name(p, q);
}

/* Money of one gift: "mỗi suất 500.000 đồng", "500.000 đồng/suất". */
static bool is_gift(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    if (q->unit.sort != UNIT_MONEY)
        return false;
    size_t lo = q->from > s->from + 6 ? q->from - 6 : s->from;
    return lex_within(p, lo, q->from, LEX_GIFT, NULL) ||
           str_find(q->unit.name, STR("/suất"), 0) > 0 ||
           str_find(q->unit.name, STR("/phần"), 0) > 0;
}

/* "trên 1 ha đất trồng trọt": what something is taken per. */
static bool is_per_one(const struct quantity *q)
{
    return str_is(q->approx, "trên") && q->a.m == 1 && q->a.scale == 0 && q->shape == SHAPE_ONE &&
           q->unit.sort == UNIT_MEASURE;
}

/* "27 giường bệnh trên 1 vạn dân": what a count is taken per. */
static bool is_per_many(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    int64_t m = q->a.m;

    while (m >= 10 && m % 10 == 0)
        m /= 10;
    return str_is(q->approx, "trên") && m == 1 && q->a.m >= 100 && q->a.scale == 0 &&
           q->unit.sort == UNIT_NOUN && q->unit.group == LEX_NOUN_PERSON && q->from > s->from &&
           (lex_before(p, s->from, q->from, LEX_NOUN_THING, NULL) ||
               lex_before(p, s->from, q->from, LEX_NOUN_PERSON, NULL) ||
               lex_before(p, s->from, q->from, LEX_NOUN_ACT, NULL));
}

/* "xếp thứ 33/63 tỉnh, thành phố": a rank. */
static bool is_rank(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    size_t i = q->from;

    return q->shape == SHAPE_RATIO && i > s->from &&
           (tok_word(p, i - 1, "thứ") || tok_word(p, i - 1, "hạng") ||
               (i > s->from + 1 && tok_word(p, i - 1, "trí") && tok_word(p, i - 2, "vị")));
}

/* An age, unless it is a mean: "tuổi thọ bình quân 73,6 tuổi". */
static bool is_age(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    if (!str_is(q->unit.name, "tuổi"))
        return false;
    bool age = false, mean = false;
    for (size_t i = q->from > s->from + 9 ? q->from - 9 : s->from; i < q->from; i++) {
        age = age || tok_word(p, i, "tuổi");
        mean = mean || lex_at(p, i, LEX_MEAN, NULL) || tok_word(p, i, "thọ");
    }
    return !age || !mean;
}

/* "xã dưới 5 tiêu chí": the number belongs to the noun before it. */
static bool is_attribute(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    return str_is(q->approx, "dưới") && q->unit.sort == UNIT_NOUN && q->from > s->from &&
           (lex_before(p, s->from, q->from, LEX_NOUN_PLACE, NULL) ||
               lex_before(p, s->from, q->from, LEX_NOUN_BODY, NULL) ||
               lex_before(p, s->from, q->from, LEX_NOUN_PERSON, NULL));
}

static bool is_duration(const struct page *p, const struct quantity *q)
{
    size_t j = q->unit.sort == UNIT_NONE || q->unit.unknown ? q->to : q->unit.from;
    size_t unit = q->unit.sort == UNIT_NONE || q->unit.unknown ? 0 : q->unit.to - q->unit.from;
    size_t n = lex_at(p, q->unit.unknown ? q->unit.from : j, LEX_DURATION, NULL);

    if (n > unit)
        return true;
    /* a range whose second number has the duration: "15 - 49 tuổi", "từ 2 đến 3 năm" */
    if (q->unit.sort == UNIT_NONE &&
        (tok_is(p, j, '-') || (j < p->toks.n && tok_word(p, j, "đến"))) && tok_num(p, j + 1))
        return lex_at(p, j + 2, LEX_DURATION, NULL) > 0;
    return false;
}

bool screen_quantity(const struct page *p, const struct places *ps, const struct sentence *s,
    const struct quantity *q)
{
    (void)ps;
    return !is_named(p, s, q) && !is_gift(p, s, q) && !is_duration(p, q) && !is_per_one(q) &&
           !is_attribute(p, s, q) && !is_per_many(p, s, q) && !is_rank(p, s, q) && !is_age(p, s, q);
}
