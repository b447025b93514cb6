/* phrase: the words that name the indicator of a figure (see reader.h).
 *
 * For what is counted: the noun with its attributes and the verb that governs it ("đảng viên mới
 * kết nạp"). For what is measured: the noun phrase on the left ("thu ngân sách"), or the one behind
 * the unit
 * ("diện tích lúa"). For what is compared: the name of the figure before. Times, hedges,
 * comparisons and actors are left out.
 */
#include "reading/reader.h"

#define PHRASE_MAX 400

static bool in_against(const struct reader *r, size_t i, size_t *ret_to)
{
    for (size_t k = 0; k < r->comparisons.n; k++)
        if (r->comparisons.p[k].from <= i && i < r->comparisons.p[k].to) {
            *ret_to = r->comparisons.p[k].to;
            return true;
        }
    return false;
}

/* Tokens at i that no name contains: times, comparisons, words of estimate. */
static size_t skip_inside(const struct reader *r, size_t i, size_t hi)
{
    const struct page *p = &r->p;
    size_t to, n;

    if (r->t.at[i]) {
        const struct when *w = &r->t.w.p[r->t.at[i] - 1];
        return w->to > i ? w->to - i : 1;
    }
    if (in_against(r, i, &to))
        return to - i;
    if (tok_is(p, i, '(')) {
        for (to = i; to < hi && to < i + 16; to++)
            if (tok_is(p, to, ')'))
                return to + 1 - i;
        return 0;
    }
    n = lex_at(p, i, LEX_ESTIMATE, NULL);
    size_t e = each_year_at(p, i);
    n = n > e ? n : e;
    const struct when *w = i + 1 < hi ? when_from(&r->t, i + 1) : NULL;
    if (!n && w &&
        (tok_word(p, i, "trong") || tok_word(p, i, "vào") || tok_word(p, i, "đến") ||
            tok_word(p, i, "của") || tok_word(p, i, "tới")))
        n = w->to - i;
    return n;
}

static size_t trim_at(const struct reader *r, size_t i, size_t hi)
{
    const struct page *p = &r->p;
    const struct tok *t = &p->toks.p[i];
    size_t inside = skip_inside(r, i, hi), n, m;

    if (inside)
        return inside;
    if (t->kind >= TOK_PUNCT ||
        (t->kind == TOK_NUM &&
            (tok_is(p, i + 1, '.') || tok_is(p, i + 1, ')') ||
                (tok_is(p, i + 1, '-') && i + 1 < p->toks.n && p->toks.p[i + 1].glued))))
        return 1;
    const struct place *place = place_over(&r->ps, i);
    if (place && place->from == i && place->to < hi)
        return place->to - i;
    n = lex_at(p, i, LEX_FILLER, NULL);
    m = lex_at(p, i, LEX_OPENER, NULL);
    n = n > m ? n : m;
    m = lex_at(p, i, LEX_ACTOR, NULL);
    n = n > m ? n : m;
    if (n && (lex_at(p, i, LEX_HEAD_OF_RATE, NULL) >= n || lex_at(p, i, LEX_NOT_CHANGE, NULL) > n))
        return 0;
    return n;
}

static void trim(const struct reader *r, size_t *lo, size_t *hi)
{
    const struct page *p = &r->p;
    size_t n;

    while (*lo < *hi && (n = trim_at(r, *lo, *hi)) && *lo + n <= *hi)
        *lo += n;
    while (*hi > *lo) {
        size_t i = *hi - 1, to;
        n = lex_before(p, *lo, *hi, LEX_FILLER, NULL);
        const struct place *place = place_over(&r->ps, i);
        if (place && place->to == *hi && place->from > *lo)
            n = *hi - place->from;
        if (!n && ((p->toks.p[i].kind >= TOK_PUNCT && !tok_is(p, i, ')')) || r->t.at[i] ||
                      in_against(r, i, &to)))
            n = 1;
        if (!n || lex_before(p, *lo, *hi, LEX_HEAD_OF_RATE, NULL) >= n ||
            lex_before(p, *lo, *hi, LEX_GROWTH_NOUN, NULL) >= n)
            break;
        *hi -= n;
    }
}

static void put_range(const struct reader *r, struct sbuf *out, size_t lo, size_t hi)
{
    const struct page *p = &r->p;
    bool gap = false;

    for (size_t i = lo; i < hi;) {
        size_t n = skip_inside(r, i, hi);
        if (n) {
            i += n;
            gap = true;
            continue;
        }
        if (out->n && (gap || !p->toks.p[i].glued) && !(gap && p->toks.p[i].kind == TOK_PUNCT))
            sbuf_char(out, ' ');
        sbuf_str(out, tok_text(p, i));
        gap = false;
        i++;
    }
}

static struct str view(const struct sbuf *b)
{
    struct str s = str_trim(sbuf_view(b));
    while (s.n && strchr(",:;-", s.p[s.n - 1]))
        s = str_trim(str_make(s.p, s.n - 1));
    return s;
}

/* As it stands, only without times and comparisons inside and with nothing loose at the end. */
static struct str as_stands(struct reader *r, size_t lo, size_t hi)
{
    struct sbuf b;

    while (hi > lo && (r->p.toks.p[hi - 1].kind >= TOK_PUNCT || r->t.at[hi - 1] ||
                          tok_word(&r->p, hi - 1, "có") || tok_word(&r->p, hi - 1, "và") ||
                          tok_word(&r->p, hi - 1, "của")))
        hi--;
    sbuf_init(&b, r->p.a, PHRASE_MAX * 4);
    put_range(r, &b, lo, hi);
    return view(&b);
}

struct str phrase_range(struct reader *r, size_t lo, size_t hi)
{
    struct sbuf b;

    trim(r, &lo, &hi);
    sbuf_init(&b, r->p.a, PHRASE_MAX * 4);
    put_range(r, &b, lo, hi);
    return view(&b);
}

/* Where the segment between commas begins that ends at `hi`; `lo` where there is none. */
static size_t segment(const struct page *p, size_t lo, size_t hi)
{
    int depth = 0;

    for (size_t i = hi; i > lo; i--) {
        depth += tok_is(p, i - 1, ')');
        depth -= tok_is(p, i - 1, '(');
        if (tok_is(p, i - 1, ',') && depth <= 0)
            return i;
    }
    return lo;
}

/* Does the segment begin with the head of a name: "tỷ lệ hộ dùng nước sạch, hợp vệ sinh đạt ..."?
 */
static bool begins_with_head(const struct reader *r, size_t lo, size_t hi)
{
    trim(r, &lo, &hi);
    return lo < hi && lex_at(&r->p, lo, LEX_HEAD_OF_RATE, NULL) > 0;
}

/* The part of the left side that names the indicator: the last segment with content; short segments
 * before it are links of one list ("nông, lâm, thủy sản"). */
static void left_range(
    const struct reader *r, const struct side *side, size_t *ret_lo, size_t *ret_hi)
{
    const struct page *p = &r->p;
    size_t floor = side->far_verb ? side->verb_at + 1 : side->clause, hi = side->np_hi;
    size_t lo = segment(p, floor, hi);

    while (lo > floor && !range_has_content(r, lo, hi)) {
        hi = lo - 1;
        lo = segment(p, floor, hi);
    }
    for (int k = 0; k < 4 && lo > floor; k++) {
        size_t before = segment(p, floor, lo - 1);
        if (!range_has_content(r, before, lo - 1))
            break;
        bool head = begins_with_head(r, before, lo - 1);
        if (begins_with_head(r, lo, hi) || (lex_at(p, lo, LEX_VERB, NULL) && !head))
            break;
        bool link = lo - 1 - before <= 3 && !lex_within(p, before, lo - 1, LEX_VERB, NULL) &&
                    !period_in(r, before, lo - 1, true);
        if (!head && !link)
            break;
        lo = before;
        if (head)
            break;
    }
    for (size_t i = lo + 1; i < hi && i < lo + 6; i++)
        if (!begins_with_head(r, lo, hi) && lex_at(p, i, LEX_HEAD_OF_RATE, NULL) >= 2) {
            lo = i; /* "mỗi người dân thu nhập ..." */
            break;
        }
    *ret_lo = lo;
    *ret_hi = hi;
}

struct str phrase_left(struct reader *r, const struct sentence *s, const struct side *side)
{
    size_t lo, hi;

    (void)s;
    left_range(r, side, &lo, &hi);
    return phrase_range(r, lo, hi);
}

static struct str two(struct reader *r, struct str a, struct str b)
{
    if (str_empty(a) || str_empty(b))
        return str_empty(a) ? b : a;
    return str_of(arena_printf(r->p.a, "%.*s %.*s", STR_ARG(a), STR_ARG(b)));
}

/* The verb that governs a counted noun: "kết nạp được", "trao tặng Huy hiệu Đảng cho". */
static struct str governing_verb(
    struct reader *r, const struct side *side, const struct quantity *q)
{
    const struct page *p = &r->p;
    size_t lo = segment(p, side->clause, q->from), at = 0, n = 0;

    lo = q->from > lo + 8 ? q->from - 8 : lo;
    for (size_t i = lo; i < q->from; i++) {
        size_t m = lex_at(p, i, LEX_VERB, NULL);
        if (m && i + m <= q->from && !r->t.at[i]) {
            at = i;
            n = m;
            break;
        }
    }
    if (!n)
        return STR_NULL;
    bool reaches = str_is(q->unit.name, "chỉ tiêu") || str_is(q->unit.name, "tiêu chí");
    if (reaches)
        return toks_text(p, at, q->from);
    return phrase_range(r, at, q->from);
}

static bool begins_with(const struct reader *r, size_t lo, size_t hi, enum lex c)
{
    trim(r, &lo, &hi);
    return lo < hi && lex_at(&r->p, lo, c, NULL) > 0;
}

static size_t noun_end(const struct quantity *q)
{
    return q->unit.sort == UNIT_NOUN ? q->unit.to : q->end;
}

/* "6 tập thể và 5 cá nhân được tuyên dương": what is said of the second holds for the first. */
static struct str shared_predicate(
    struct reader *r, const struct sentence *s, const struct draft *d)
{
    const struct page *p = &r->p;
    const struct quantity *q = &r->qs.q.p[d->q];
    struct side next;

    if (d->q + 1 >= r->qs.q.n || !tok_word(p, q->end, "và"))
        return STR_NULL;
    const struct quantity *n = &r->qs.q.p[d->q + 1];
    if (n->from != q->end + 1 || n->unit.sort != UNIT_NOUN)
        return STR_NULL;
    side_find(r, s, d->q + 1, &next);
    return next.right > n->unit.to ? toks_text(p, n->unit.to, next.right) : STR_NULL;
}

/* Behind a multiplier: "19 triệu lượt khách". */
static size_t counted_from(const struct reader *r, const struct quantity *q)
{
    size_t i = q->unit.from;
    while (i + 1 < q->unit.to && lex_at(&r->p, i, LEX_MULTIPLIER, NULL) == 1 && q->unit.times.m > 1)
        i++;
    return i;
}

static struct str last_unit(const struct reader *r)
{
    return r->drafts.p[r->drafts.n - 1].f.unit;
}

/* What is counted one by one and says little: "đàn trâu 1.120 con". */
static bool is_generic(const struct quantity *q)
{
    static const char *const words[] = {"con", "người", "cây", "hộ", "em", "cháu", "cái", "chiếc",
        "khẩu", "đồng chí", "lượt", "ca", "vụ", "cuộc", "trường hợp", "suất", "điểm"};

    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (str_is(q->unit.name, words[k]))
            return true;
    return false;
}

static struct str without_number(struct str s)
{
    static const char *const words[] = {"tổng số ", "Tổng số ", "số ", "Số "};

    for (size_t k = 0; k < 4; k++)
        if (str_starts(s, str_of(words[k])))
            return str_slice(s, strlen(words[k]), s.n);
    return s;
}

/* A bare noun with something on its left: "tổng đàn gia súc hiện có 3.215 con". */
static struct str of_bare_count(
    struct reader *r, const struct side *side, const struct quantity *q, struct str noun)
{
    size_t lo, hi;

    left_range(r, side, &lo, &hi);
    bool head = begins_with(r, lo, hi, LEX_HEAD_OF_RATE), verb = begins_with(r, lo, hi, LEX_VERB);
    bool label = q->from && tok_is(&r->p, q->from - 1, ':');
    struct str left = phrase_range(r, lo, hi);

    if (!verb && (head || label || side->verb == VERB_REACHED || is_generic(q)))
        return left;
    return two(r, noun, left);
}

/* "kiểm tra 19 tổ chức đảng và 46 đảng viên": the verb of the count right before governs both. */
static struct str verb_before_it(struct reader *r, const struct draft *d, const struct quantity *q)
{
    const struct page *p = &r->p;

    if (!d->q || !r->drafts.n || r->drafts.p[r->drafts.n - 1].q + 1 != d->q)
        return STR_NULL;
    const struct quantity *b = &r->qs.q.p[d->q - 1];
    if (b->unit.sort != UNIT_NOUN || b->end + 1 != q->from || b->bracket ||
        (!tok_word(p, b->end, "và") &&
            !(tok_is(p, b->end, ',') && q->unit.group == LEX_NOUN_PERSON)))
        return STR_NULL;
    struct side before;
    side_find(r, &p->sents.p[q->sentence], d->q - 1, &before);
    return governing_verb(r, &before, b);
}

static struct str of_count(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct page *p = &r->p;
    const struct quantity *q = &r->qs.q.p[d->q];
    bool bare = side->right <= noun_end(q);
    struct str noun =
        as_stands(r, counted_from(r, q), side->right > q->unit.to ? side->right : q->unit.to);
    struct str verb = governing_verb(r, side, q);

    if (bare && str_is(q->unit.name, "nghị quyết"))
        noun = q->unit.name;
    if (bare && side->own && q->unit.from == q->unit.to) /* "khiển trách 08" */
        return two(r, q->unit.name, phrase_left(r, s, side));
    if (bare && side->own && str_empty(verb))
        return of_bare_count(r, side, q, noun);
    if (bare && !side->own && str_empty(verb))
        verb = verb_before_it(r, d, q);
    if (bare && !side->own && (side->verb == VERB_REACHED || q->shape == SHAPE_RATIO) &&
        r->drafts.n && q->unit.to == q->unit.from + 1 && str_eq(last_unit(r), d->f.unit))
        return r->drafts.p[r->drafts.n - 1].f.indicator_phrase;
    if (bare && !side->own && r->drafts.n && r->drafts.p[r->drafts.n - 1].f.kind == READING_COUNT &&
        lex_within(p, side->lo, q->from, LEX_CUMULATIVE, NULL)) /* "lũy kế từ đầu năm 742 người" */
        return r->drafts.p[r->drafts.n - 1].f.indicator_phrase;
    if (bare && q->bracket && r->drafts.n)
        return r->drafts.p[r->drafts.n - 1].f.indicator_phrase;
    if (bare)
        noun = two(r, noun, shared_predicate(r, s, d));
    if (str_is(q->unit.name, "chỉ tiêu") && d->q + 1 < r->qs.q.n &&
        r->qs.q.p[d->q + 1].from == side->right && !bare)
        noun = toks_text(p, q->unit.from, r->qs.q.p[d->q + 1].end);
    return two(r, noun, verb);
}

static struct str right_name(struct reader *r, const struct quantity *q, const struct side *side)
{
    const struct page *p = &r->p;
    size_t lo = q->end, hi = side->right;

    while (lo < hi && (tok_word(p, lo, "số") || tok_word(p, lo, "tổng") || tok_word(p, lo, "các")))
        lo++;
    return lo < hi ? as_stands(r, lo, hi) : STR_NULL;
}

/* "94,7% kế hoạch diện tích gieo cấy vụ Xuân": the name behind the plan. */
static struct str behind_plan(
    struct reader *r, const struct sentence *s, const struct quantity *q, const struct side *side)
{
    const struct page *p = &r->p;
    size_t lo = side->against.to, hi = lo;

    if (!side->has_against || lo < q->end)
        return STR_NULL;
    while (hi < s->to && hi < lo + 12 && (!lex_at(p, hi, LEX_STOP, NULL) || hi == lo) &&
           p->toks.p[hi].kind == TOK_WORD && p->toks.p[hi].mark == MARK_NONE)
        hi++;
    return phrase_range(r, lo, hi);
}

static struct str of_percent(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct page *p = &r->p;
    const struct quantity *q = &r->qs.q.p[d->q];
    bool changed = side->verb == VERB_UP || side->verb == VERB_DOWN || side->verb == VERB_OVER;
    struct str right = STR_NULL, left = side->own ? phrase_left(r, s, side) : STR_NULL;
    size_t lo, hi;

    bool counted_right = changed && !side->own && tok_word(p, q->end, "số");
    if ((!changed || counted_right) && !(side->has_against && side->against.from == q->end))
        right = right_name(r, q, side);
    if (tok_word(p, q->end, "là") && !side->own)
        return two(r, STR("tỷ lệ"),
            phrase_range(r, q->end + 1, side->right > q->end + 1 ? side->right : q->end + 6));
    left_range(r, side, &lo, &hi);
    bool head = side->own && begins_with(r, lo, hi, LEX_HEAD_OF_RATE);
    if (!str_empty(left) && (str_empty(right) || head || side->verb == VERB_REACHED))
        return left;
    if (!str_empty(right))
        return right;
    if (!str_empty(left))
        return left;
    struct str plan = behind_plan(r, s, q, side);
    if (!str_empty(plan) || !r->drafts.n)
        return plan;
    struct str before = r->drafts.p[r->drafts.n - 1].f.indicator_phrase;
    bool counted = r->drafts.p[r->drafts.n - 1].f.kind == READING_COUNT ||
                   r->drafts.p[r->drafts.n - 1].f.kind == READING_CHANGE;
    if (d->f.kind == READING_PERCENT && counted)
        return two(r, STR("tỷ lệ"), without_number(before));
    return before;
}

static const char *area_word(const struct unit *u)
{
    if (str_starts(u->name, STR("ha")) || str_starts(u->name, STR("m2")))
        return "diện tích";
    if (str_is(u->name, "tấn") || str_is(u->name, "tạ"))
        return "sản lượng";
    return "";
}

static struct str noun_of_rate(struct reader *r, const struct quantity *q)
{
    enum lex group;
    struct str name = STR_NULL;
    size_t n = noun_at(&r->p, q->unit.from, &group, &name);
    return n ? name : tok_text(&r->p, q->unit.from);
}

/* A name that means nothing alone: "tổng kinh phí", "số vốn", "dài". */
static bool of_it(struct reader *r, struct str name)
{
    uint32_t node = 1;

    while (node && !str_empty(name)) {
        struct str word;
        if (!str_cut(&name, ' ', &word) ||
            !(node = words_follow(r->p.w, node, words_id(r->p.w, words_fold(r->p.a, word)))))
            return false;
    }
    for (uint32_t e = r->p.w->first[node]; e; e = r->p.w->entries[e].next)
        if (r->p.w->entries[e].lex == LEX_OF_IT)
            return true;
    return false;
}

static struct str of_measure(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    struct str right = right_name(r, q, side),
               left = side->own ? phrase_left(r, s, side) : STR_NULL;
    size_t lo, hi;

    left_range(r, side, &lo, &hi);
    bool head = side->own && begins_with(r, lo, hi, LEX_HEAD_OF_RATE);
    if (q->unit.sort == UNIT_NOUN && q->unit.per) /* "bình quân đạt 14,57 tiêu chí/xã" */
        return two(r, left, two(r, noun_of_rate(r, q), side->mean ? STR("bình quân") : STR_NULL));
    if (!str_empty(left) && of_it(r, left) && r->drafts.n)
        return two(r, left, without_number(r->drafts.p[r->drafts.n - 1].f.indicator_phrase));
    if (!str_empty(left) && (head || str_empty(right))) {
        if (side->mean && head && str_find(left, STR("bình quân"), 0) < 0)
            left = two(r, left, STR("bình quân"));
        bool thing = !head && side->verb != VERB_UP && side->verb != VERB_DOWN;
        return thing ? two(r, str_of(area_word(&q->unit)), left) : left;
    }
    if (str_empty(right))
        return STR_NULL;
    struct str verb = governing_verb(r, side, q);
    if (str_is(q->unit.name, "tấn") && !str_empty(verb)) /* "hỗ trợ 12 tấn gạo" */
        return two(r, right, verb);
    struct str name = two(r, str_of(area_word(&q->unit)), right);
    return q->unit.sort == UNIT_MONEY ? two(r, name, verb) : name;
}

/* "tỷ trọng nông nghiệp 30%, công nghiệp 40%": the head holds for the links of the list. */
static void take_head(struct reader *r, struct draft *d, const struct side *side, struct str *name)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct draft *b = r->drafts.n ? &r->drafts.p[r->drafts.n - 1] : NULL;
    size_t lo, hi;

    if (!side->own || str_empty(*name) || q->unit.sort == UNIT_NOUN)
        return;
    left_range(r, side, &lo, &hi);
    trim(r, &lo, &hi);
    size_t n = lo < hi ? lex_at(&r->p, lo, LEX_HEAD_OF_RATE, NULL) : 0;
    if (n) {
        d->head = toks_text(&r->p, lo, lo + n);
        return;
    }
    bool elliptic =
        side->verb == VERB_NONE || side->verb == VERB_REACHED || q->shape == SHAPE_FROM_TO;
    if (b && !str_empty(b->head) && elliptic && str_eq(b->f.unit, d->f.unit)) {
        d->head = b->head;
        *name = two(r, b->head, *name);
    } else if (d->f.kind == READING_PERCENT && lex_at(&r->p, lo, LEX_NOUN_HOUSEHOLD, NULL) >= 2) {
        *name = two(r, STR("tỷ lệ"), *name);
    }
}

/* "Thu ngân sách năm 2018 vượt dự toán, riêng quý I/2019 ước thu 2.660 tỷ đồng": one word that the
 * sentence has said in full. */
static struct str said_before(
    struct reader *r, const struct sentence *s, struct str name, size_t hi)
{
    struct page *p = &r->p;
    char word[64];

    if (name.n >= sizeof word)
        return name;
    memcpy(word, name.p, name.n);
    word[name.n] = '\0';
    for (size_t i = s->from; i + 2 < hi; i++) {
        if (!tok_word(p, i, word) || p->toks.p[i + 1].kind != TOK_WORD || p->toks.p[i + 1].mark)
            continue;
        size_t j = i + 1;
        while (j < hi && j < i + 8 && p->toks.p[j].kind == TOK_WORD && !p->toks.p[j].mark &&
               !lex_at(p, j, LEX_STOP, NULL) && !lex_at(p, j, LEX_REACHED, NULL))
            j++;
        return j > i + 1 ? as_stands(r, i, j) : name;
    }
    return name;
}

bool phrase_decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    struct str name = STR_NULL;

    if (d->secondary) {
        name = r->drafts.p[d->parent].f.indicator_phrase;
        d->head = r->drafts.p[d->parent].head;
        if (d->f.kind == READING_PERCENT && r->drafts.p[d->parent].f.kind == READING_COUNT)
            name = two(r, STR("tỷ lệ"), without_number(name));
    } else if (q->unit.sort == UNIT_NOUN && !q->unit.per) {
        name = of_count(r, s, d, side);
    } else if (q->unit.sort == UNIT_PERCENT || q->unit.sort == UNIT_PERMILLE ||
               q->unit.sort == UNIT_POINTS || q->unit.sort == UNIT_TIMES) {
        name = of_percent(r, s, d, side);
        take_head(r, d, side, &name);
    } else {
        name = of_measure(r, s, d, side);
        take_head(r, d, side, &name);
    }
    if (side->own && str_find_char(name, ' ', 0) < 0 && !str_empty(name))
        name = said_before(r, s, name, q->from);
    size_t plan = q->unit.sort == UNIT_MONEY && q->from > s->from
                      ? lex_before(&r->p, s->from, q->from, LEX_PLAN, NULL)
                      : 0;
    if (str_empty(name) && plan && !d->secondary) /* "Năm 2018: kế hoạch 138.400 triệu đồng" */
        name = toks_text(&r->p, q->from - plan, q->from);
    if (str_is(name, "tổng số") && q->unit.sort == UNIT_NOUN)
        name = two(r, name, q->unit.name); /* "nâng tổng số lên 74 mô hình" */
    if (str_empty(name) && q->unit.sort == UNIT_NOUN && q->unit.to > q->unit.from + 1)
        name = as_stands(r, counted_from(r, q), q->unit.to);
    if (str_empty(name) && r->drafts.n)
        name = r->drafts.p[r->drafts.n - 1].f.indicator_phrase;
    if (str_empty(name) && r->figures.n && r->figures.p[r->figures.n - 1].line == s->line + 1)
        name = r->figures.p[r->figures.n - 1].indicator_phrase;
    d->f.indicator_phrase = name;
    return true;
}
