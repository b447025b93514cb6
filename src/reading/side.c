/* side: what stands around a quantity (see reader.h). */
#include "reading/reader.h"

size_t each_year_at(const struct page *p, size_t i)
{
    size_t n = lex_at(p, i, LEX_EACH_YEAR, NULL);
    if (n && (tok_year(p, i + n) || lex_before(p, 0, i + n, LEX_NOT_YEARLY, NULL) > n))
        return 0; /* "cây hàng năm", "bình quân năm 2020" */
    return n;
}

static size_t each_year_before(const struct page *p, size_t lo, size_t i)
{
    size_t n = lex_before(p, lo, i, LEX_EACH_YEAR, NULL);
    return n && lex_before(p, 0, i, LEX_NOT_YEARLY, NULL) > n ? 0 : n;
}

static bool begins_quantity(const struct reader *r, size_t i)
{
    for (size_t k = 0; k < r->qs.q.n; k++)
        if (r->qs.q.p[k].from <= i && i < r->qs.q.p[k].end)
            return true;
    return false;
}

static size_t change_at(const struct page *p, size_t i)
{
    size_t n = lex_at(p, i, LEX_UP, NULL), m = lex_at(p, i, LEX_DOWN, NULL);
    size_t o = lex_at(p, i, LEX_OVER, NULL);

    n = n > m ? n : m;
    n = n > o ? n : o;
    return lex_at(p, i, LEX_NOT_CHANGE, NULL) > n ? 0 : n;
}

/* Where the words of a comparison end that began before token i. */
static size_t comparison_end(const struct reader *r, const struct sentence *s, size_t i)
{
    const struct page *p = &r->p;
    size_t hi = i + 16 < s->to ? i + 16 : s->to;

    for (; i < hi; i++) {
        const struct tok *t = &p->toks.p[i];
        if (t->kind >= TOK_TAB || (t->ch && strchr(",;().:", t->ch) && t->kind == TOK_PUNCT))
            break;
        if (begins_quantity(r, i) || change_at(p, i) || tok_word(p, i, "đạt") ||
            tok_word(p, i, "là") || tok_word(p, i, "bằng") || tok_word(p, i, "ước") ||
            tok_word(p, i, "và") || tok_word(p, i, "chiếm") || tok_word(p, i, "thì"))
            break;
    }
    return i;
}

static bool has_plan(const struct page *p, size_t lo, size_t hi)
{
    return lex_within(p, lo, hi, LEX_PLAN, NULL) && !lex_within(p, lo, hi, LEX_SAME_PERIOD, NULL);
}

/* "kế hoạch năm", "dự toán tỉnh giao" behind a per cent: the noun and who gave it. */
static size_t plan_end(const struct reader *r, const struct sentence *s, size_t i, size_t n)
{
    const struct page *p = &r->p;
    size_t j = i + n;

    for (int k = 0; k < 6 && j < s->to; k++) {
        const struct when *w = when_from(&r->t, j);
        size_t g = lex_at(p, j, LEX_PLAN_GIVER, NULL), m = lex_at(p, j, LEX_PLAN, NULL);
        g = g > m ? g : m;
        if (w)
            g = w->to - j;
        else if (!g &&
                 (p->toks.p[j].upper || lex_at(p, j, LEX_PLACE_TYPE, NULL) ||
                     lex_at(p, j, LEX_COMMITTEE, NULL)) &&
                 p->toks.p[j].kind == TOK_WORD)
            g = 1;
        if (!g)
            break;
        j += g;
    }
    return j;
}

static bool push(struct reader *r, size_t from, size_t to, bool said)
{
    struct against a = {(uint32_t)from, (uint32_t)to, false, false, said};

    a.plan = has_plan(&r->p, from, to);
    a.same = !a.plan;
    return vec_push(&r->comparisons, r->p.a, a);
}

bool comparisons_find(struct reader *r, const struct sentence *s)
{
    r->comparisons.n = 0;
    for (size_t i = s->from; i < s->to;) {
        size_t n = lex_at(&r->p, i, LEX_COMPARE, NULL), to;
        bool said = n > 0;
        if (n) {
            to = comparison_end(r, s, i + n);
        } else {
            n = lex_at(&r->p, i, LEX_SAME_PERIOD, NULL);
            to = n ? comparison_end(r, s, i + n) : 0;
            if (n == 1 || !tok_word(&r->p, i, "cùng"))
                n = 0;
        }
        if (!n || to <= i) {
            i++;
            continue;
        }
        if (!push(r, i, to, said))
            return false;
        i = to;
    }
    return true;
}

/* The comparison that ends before token i. */
static const struct against *comparison_before(const struct reader *r, size_t i)
{
    for (size_t k = 0; k < r->comparisons.n; k++)
        if (r->comparisons.p[k].to == i)
            return &r->comparisons.p[k];
    return NULL;
}

static bool in_comparison(const struct reader *r, size_t i)
{
    for (size_t k = 0; k < r->comparisons.n; k++)
        if (r->comparisons.p[k].from <= i && i < r->comparisons.p[k].to)
            return true;
    return false;
}

bool range_has_content(const struct reader *r, size_t lo, size_t hi)
{
    for (size_t i = lo; i < hi;) {
        size_t n = lex_at(&r->p, i, LEX_EMPTY, NULL);
        if (r->p.toks.p[i].kind >= TOK_PUNCT || r->t.at[i] || in_comparison(r, i))
            n = n ? n : 1;
        const struct place *place = place_over(&r->ps, i);
        if (place && place->from == i && place->to <= hi)
            n = place->to - i;
        if (!n)
            return true;
        i += n;
    }
    return false;
}

static enum verb verb_before(const struct reader *r, size_t lo, size_t i, size_t *ret_n)
{
    static const struct {
        enum lex c;
        enum verb v;
    } all[] = {{LEX_REACHED, VERB_REACHED}, {LEX_UP, VERB_UP}, {LEX_DOWN, VERB_DOWN},
        {LEX_OVER, VERB_OVER}, {LEX_SHORT, VERB_SHORT}};
    enum verb best = VERB_NONE;

    *ret_n = 0;
    for (size_t k = 0; k < 5; k++) {
        size_t n = lex_before(&r->p, lo, i, all[k].c, NULL);
        if (n > *ret_n) {
            *ret_n = n;
            best = all[k].v;
        }
    }
    return best;
}

/* One step to the left over something that is neither name nor verb; 0 when there is nothing. */
static size_t step_left(struct reader *r, size_t lo, size_t j, struct side *side)
{
    struct page *p = &r->p;
    const struct when *w = when_before(&r->t, j);
    const struct against *a = comparison_before(r, j);
    size_t n;

    if (a && a->from >= lo) {
        side->against = *a;
        side->has_against = true;
        return j - a->from;
    }
    if (w && w->from >= lo) {
        n = j - w->from;
        if (w->from > lo && (tok_word(p, w->from - 1, "vào") || tok_word(p, w->from - 1, "đến") ||
                                tok_word(p, w->from - 1, "trong") ||
                                tok_word(p, w->from - 1, "tới") || tok_word(p, w->from - 1, "của")))
            n++;
        return n;
    }
    if ((n = each_year_before(p, lo, j)))
        side->each_year = true;
    else if ((n = lex_before(p, lo, j, LEX_MEAN, NULL)))
        side->mean = true;
    else if ((n = lex_before(p, lo, j, LEX_ESTIMATE, NULL)))
        side->estimate = true;
    else
        n = lex_before(p, lo, j, LEX_APPROX, NULL);
    return n;
}

/* "vượt kế hoạch 5%", "đạt dự toán 98%": a plan between verb and number. */
static size_t plan_left(
    struct reader *r, const struct quantity *q, size_t lo, size_t j, struct side *side)
{
    struct page *p = &r->p;
    size_t g, n, at = j, verb_n;

    if (q->unit.sort != UNIT_PERCENT || side->has_against)
        return 0;
    while (
        (g = lex_before(p, lo, at, LEX_PLAN_GIVER, NULL)) && !lex_before(p, lo, at, LEX_PLAN, NULL))
        at -= g;
    n = lex_before(p, lo, at, LEX_PLAN, NULL);
    if (!n)
        return 0;
    enum verb v = verb_before(r, lo, at - n, &verb_n);
    bool noun = q->to < p->toks.n && p->toks.p[q->to].kind == TOK_WORD &&
                !lex_at(p, q->to, LEX_COMPARE, NULL) && !lex_at(p, q->to, LEX_PLAN_NOUN, NULL);
    if (v == VERB_NONE || v == VERB_REACHED) {
        if (noun || v == VERB_NONE) {
            side->threshold = noun && v == VERB_REACHED;
            return side->threshold ? j - (at - n) : 0;
        }
    }
    side->against = (struct against){(uint32_t)(at - n), (uint32_t)j, true, false, false};
    side->has_against = true;
    return j - (at - n);
}

/* "Tỷ lệ giải ngân thấp hơn mức bình quân chung của tỉnh 6,2%": what is compared with stands
 * between verb and number. */
static bool over_yardstick(struct reader *r, const struct quantity *q, struct side *side)
{
    const struct page *p = &r->p;

    if (q->unit.sort != UNIT_PERCENT || side->verb != VERB_NONE)
        return false;
    for (size_t i = side->np_hi; i > side->clause + 1 && side->np_hi - i < 10; i--) {
        if (p->toks.p[i - 1].kind != TOK_WORD)
            return false;
        if (!tok_word(p, i - 1, "hơn"))
            continue;
        size_t up = lex_before(p, side->clause, i, LEX_UP, NULL);
        size_t down = lex_before(p, side->clause, i, LEX_DOWN, NULL);
        if (up < 2 && down < 2)
            return false;
        side->verb = up > down ? VERB_UP : VERB_DOWN;
        side->verb_at = side->np_hi = i - (up > down ? up : down);
        return true;
    }
    return false;
}

/* "Giảm tỷ lệ hộ nghèo bình quân 1-1,5%/năm": the verb opens the clause, the name follows it. */
static void far_verb(struct reader *r, const struct quantity *q, struct side *side)
{
    struct page *p = &r->p;
    size_t i = side->clause;

    if (side->verb != VERB_NONE || q->unit.sort == UNIT_NOUN || q->unit.sort == UNIT_MONEY ||
        q->unit.sort == UNIT_NONE)
        return;
    for (size_t k = side->np_hi; k > side->clause; k--)
        if (tok_is(p, k - 1, ',')) {
            i = k;
            break;
        }
    for (int k = 0; k < 8 && i < side->np_hi; k++) {
        size_t n = lex_at(p, i, LEX_NOT_CHANGE, NULL) ? 0 : 1;
        size_t up = lex_at(p, i, LEX_UP, NULL), down = lex_at(p, i, LEX_DOWN, NULL);
        if (n && (up || down)) {
            side->verb = up >= down ? VERB_UP : VERB_DOWN;
            side->verb_at = i;
            side->far_verb = true;
            return;
        }
        if (p->toks.p[i].kind == TOK_PUNCT || r->t.at[i]) {
            i++;
            continue;
        }
        n = lex_at(p, i, LEX_FILLER, NULL);
        size_t e = each_year_at(p, i), place = 0;
        const struct place *pl = place_over(&r->ps, i);
        if (pl && pl->from == i)
            place = pl->to - i;
        n = n > e ? n : e;
        n = n > place ? n : place;
        if (!n)
            return;
        i += n;
    }
}

/* The comparison on the right that belongs to the quantity. */
static void against_right(
    struct reader *r, const struct sentence *s, const struct quantity *q, struct side *side)
{
    struct page *p = &r->p;
    size_t i = q->end, hi = q->end + 14 < s->to ? q->end + 14 : s->to;
    i += q->unit.sort == UNIT_PERCENT && tok_is(p, i, '/') && lex_at(p, i + 1, LEX_PLAN_NOUN, NULL);
    size_t n = q->unit.sort == UNIT_PERCENT ? lex_at(p, i, LEX_PLAN_NOUN, NULL) : 0;
    struct str next = i < s->to ? tok_text(p, i) : STR_NULL;

    (void)next;
    if (n) {
        side->against =
            (struct against){(uint32_t)i, (uint32_t)plan_end(r, s, i, n), true, false, false};
        side->has_against = true;
        return;
    }
    for (; i < hi; i++) {
        for (size_t k = 0; k < r->comparisons.n; k++)
            if (r->comparisons.p[k].from == i) {
                side->against = r->comparisons.p[k];
                side->has_against = true;
                return;
            }
        if (tok_is(p, i, ',') || tok_is(p, i, ';') || change_at(p, i) ||
            r->p.toks.p[i].kind >= TOK_TAB)
            return;
        if (tok_is(p, i, ')') && q->bracket)
            continue;
        if (tok_is(p, i, '(')) {
            while (i < hi && !tok_is(p, i, ')'))
                i++;
            continue;
        }
        if (begins_quantity(r, i))
            return;
    }
}

/* Does "và" before token i join two words of one phrase, rather than begin another statement? */
static bool goes_on(const struct reader *r, size_t i, size_t hi, bool passive)
{
    const struct page *p = &r->p;

    if (i >= hi || (!passive && lex_at(p, i, LEX_VERB, NULL) && !tok_word(p, i, "vượt")))
        return false;
    for (size_t k = i; k < hi && k < i + 7 && p->toks.p[k].kind != TOK_PUNCT; k++)
        if (begins_quantity(r, k))
            return false;
    return true;
}

/* A preposition inside a subject whose predicate follows: "100% số xã trong đất liền có đường ...".
 */
static bool predicate_follows(const struct reader *r, size_t i, size_t hi)
{
    const struct page *p = &r->p;

    if (!tok_word(p, i, "trong") && !tok_word(p, i, "tại") && !tok_word(p, i, "ở") &&
        !tok_word(p, i, "trên") && !tok_word(p, i, "của"))
        return false;
    for (size_t k = i + 1; k < hi && k < i + 7; k++) {
        if (p->toks.p[k].kind != TOK_WORD || r->t.at[k] || begins_quantity(r, k))
            return false;
        if (lex_at(p, k, LEX_MEETS, NULL))
            return true;
    }
    return false;
}

/* Where a short aside in brackets ends that stands inside a noun phrase; 0 if it does not. */
static size_t aside_end(const struct page *p, size_t i, size_t hi)
{
    size_t j = i;

    while (j < hi && j < i + 10 && !tok_is(p, j, ')'))
        j++;
    return tok_is(p, j, ')') && j + 1 < hi && p->toks.p[j + 1].kind == TOK_WORD ? j + 1 : 0;
}

/* A comma between nouns of one sort: "xã, phường", "đảng viên, quần chúng". */
static bool joins_nouns(const struct page *p, const struct quantity *q, size_t i, size_t hi)
{
    return tok_is(p, i, ',') && i + 1 < hi &&
           (lex_at(p, i + 1, LEX_NOUN_PLACE, NULL) == 1 ||
               (lex_at(p, i + 1, LEX_NOUN_PERSON, NULL) && i < q->end + 3u)) &&
           lex_before(p, 0, i, LEX_NOUN_PLACE, NULL);
}

/* The end of the noun phrase behind the unit (or behind the number of a per cent). */
static size_t right_end(struct reader *r, const struct sentence *s, const struct quantity *q)
{
    struct page *p = &r->p;
    size_t i = q->unit.sort == UNIT_NOUN ? q->unit.to : q->end, hi = s->to, most = i + 14;
    size_t solid = i;
    bool passive = false;

    if (q->end > i)
        return i;
    while (i < hi && i < most) {
        size_t aside = tok_is(p, i, '(') ? aside_end(p, i, hi) : 0;
        if (aside) { /* "3.838 xã (43,02%) đạt chuẩn" */
            i = aside;
            continue;
        }
        if (p->toks.p[i].kind >= TOK_TAB || r->t.at[i] || in_comparison(r, i) ||
            begins_quantity(r, i))
            break;
        passive = passive || tok_word(p, i, "được");
        bool two = (tok_word(p, i, "và") && goes_on(r, i + 1, hi, passive) && i < q->end + 8u) ||
                   (tok_word(p, i, "dưới") && tok_num(p, i + 1)); /* "10 xã dưới 5 tiêu chí" */
        if (!two && lex_at(p, i, LEX_STOP, NULL) && !joins_nouns(p, q, i, hi) &&
            !predicate_follows(r, i, hi) && !(tok_word(p, i, "trên") && tok_word(p, i + 1, "địa")))
            break;
        i += 1 + two;
        solid = i;
    }
    return solid;
}

/* Behind the last ';', ':' or closing bracket before the number. */
static size_t clause_start(
    const struct page *p, const struct sentence *s, const struct quantity *q, struct side *side)
{
    size_t start = side->lo;

    for (size_t i = side->lo; i < q->from; i++) {
        bool colon = tok_is(p, i, ':') && i > side->lo && i + 1 < q->from;
        bool aside = tok_is(p, i, ')') && side->lo > s->from && i < side->lo + 12;
        if (colon) {
            side->label_from = start;
            side->label_to = i;
        }
        if (tok_is(p, i, ';'))
            side->label_to = 0;
        if (tok_is(p, i, ';') || colon || (aside && i + 1 < q->from))
            start = i + 1;
    }
    return start;
}

/* "3 xã đạt chỉ tiêu 60% số hộ phân loại rác": what the xã had to reach. */
static bool is_threshold(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    size_t n = lex_before(p, s->from, q->from, LEX_PLAN_NOUN, NULL);

    return n && lex_before(p, s->from, q->from - n, LEX_REACHED, NULL) && q->to < s->to &&
           p->toks.p[q->to].kind == TOK_WORD && !lex_at(p, q->to, LEX_COMPARE, NULL);
}

/* Would the step cross a comma behind which a verb cannot belong to the number? */
static bool passed_comma(const struct page *p, size_t j, size_t n)
{
    return n == 1 && tok_is(p, j - 1, ',') && !lex_before(p, 0, j - 1, LEX_MEAN, NULL);
}

void side_find(struct reader *r, const struct sentence *s, size_t k, struct side *ret)
{
    struct page *p = &r->p;
    const struct quantity *q = &r->qs.q.p[k];
    struct side side = {.lo = k ? r->qs.q.p[k - 1].end : s->from,
        .hi = k + 1 < r->qs.q.n ? r->qs.q.p[k + 1].from : s->to};

    if (k && r->right > side.lo && r->right <= q->from)
        side.lo = r->right;
    side.clause = clause_start(p, s, q, &side);
    size_t j = q->from, n;
    for (int step = 0; step < 14 && j > side.clause; step++) {
        enum verb v = verb_before(r, side.clause, j, &n);
        if (side.verb == VERB_NONE && v != VERB_NONE) {
            side.verb = v;
            side.verb_at = j - n;
            side.mean = side.mean || lex_within(p, j - n, j, LEX_MEAN, NULL);
            j -= n;
            continue;
        }
        n = step_left(r, side.clause, j, &side);
        n = n ? n : plan_left(r, q, side.clause, j, &side);
        if (!n && lex_before(p, side.clause, j, LEX_GROWTH_NOUN, NULL) +
                      lex_before(p, side.clause, j, LEX_HEAD_OF_RATE, NULL))
            break;
        if (!n)
            n = lex_before(p, side.clause, j, LEX_FILLER, NULL);
        if (!n && p->toks.p[j - 1].kind == TOK_PUNCT && !tok_is(p, j - 1, ')') &&
            !(tok_is(p, j - 1, ',') && j == q->from))
            n = 1;
        if (!n || (passed_comma(p, j, n) && side.verb == VERB_NONE))
            break;
        j -= n;
    }
    side.np_hi = j;
    if (!over_yardstick(r, q, &side))
        far_verb(r, q, &side);
    if (!side.has_against)
        against_right(r, s, q, &side);
    side.own = range_has_content(r, side.clause, side.np_hi);
    side.right = right_end(r, s, q);
    if ((each_year_at(p, q->end) && q->unit.sort != UNIT_MONEY) || q->unit.per_year)
        side.each_year = true;
    if (q->unit.sort == UNIT_PERCENT && !side.has_against && !side.threshold)
        side.threshold = is_threshold(p, s, q);
    *ret = side;
}
