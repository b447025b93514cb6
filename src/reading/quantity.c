/* quantity: see quantity.h. Here: numbers joined with units, hedges and bounds; ranges, k of n, and
 * "từ ... lên ...". Which numbers are no figures is told in screen.c. */
#include "reading/screen.h"

struct scan {
    struct page *p;
    const struct times *t;
    const struct places *ps;
    const struct sentence *s;
    size_t lo;                   /* behind the last quantity */
    const struct quantity *head; /* the last count with a noun of its own */
};

static bool is_whole(struct dec d)
{
    return d.scale == 0;
}

/* "/" or "trên", "trong", "trong tổng số", "trong số" between k and n; tokens used. */
static size_t of_at(const struct page *p, size_t i)
{
    if (tok_is(p, i, '/'))
        return 1;
    if (!tok_word(p, i, "trên") && !tok_word(p, i, "trong"))
        return 0;
    size_t j = i + 1;
    j += tok_word(p, j, "tổng");
    j += tok_word(p, j, "số");
    return j - i;
}

/* k of n from token i: "16/18", "15 trên 18 xã", "9 trong tổng số 12 thôn". */
static bool ratio_at(const struct scan *sc, size_t i, struct quantity *q)
{
    struct page *p = sc->p;
    struct dec n;
    bool words;
    size_t gap = of_at(p, i), j = i + gap;

    if (!gap || (!is_whole(q->a) && !tok_is(p, i, '/')) || !tok_num(p, j) ||
        p->toks.p[j].mark == MARK_TIME || !number_at(p, j, sc->s->to, &n, &words) || !is_whole(n) ||
        n.m == 0)
        return false;
    if (tok_is(p, j + 1, '/') && p->toks.p[j + 1].glued && tok_num(p, j + 2))
        return false;
    struct unit u;
    bool has = unit_at(p, j + 1, sc->s->to, &u);
    if (!is_whole(q->a) && !(has && u.sort == UNIT_MEASURE && str_is(u.name, "điểm")))
        return false; /* "17,6/18 điểm" */
    if (gap > 1 || !tok_is(p, i, '/'))
        if (!has || u.sort != UNIT_NOUN || q->a.m > n.m)
            return false;
    if (has && u.sort != UNIT_NOUN && u.sort != UNIT_MEASURE)
        has = false;
    q->shape = SHAPE_RATIO;
    q->b = n;
    q->to = (uint32_t)(j + 1);
    if (has) {
        q->unit = u;
        q->to = u.to;
    }
    return true;
}

static bool scale_by(struct dec *d, const struct unit *u)
{
    return u->times.m == 1 || dec_times(*d, u->times, d);
}

/* The second number of a range from token i: "- 12%", "đến 7,5%". */
static bool range_at(const struct scan *sc, size_t i, bool from, struct quantity *q)
{
    struct page *p = sc->p;
    struct quantity r = {0};
    bool dash = tok_is(p, i, '-') || tok_is(p, i, '~');

    if (!dash && !tok_word(p, i, "đến") && !tok_word(p, i, "tới"))
        return false;
    if (!dash && !from && q->unit.sort != UNIT_NONE && q->unit.sort != UNIT_PERCENT)
        return false;
    if (!tok_num(p, i + 1) || p->toks.p[i + 1].mark == MARK_TIME ||
        !number_at(p, i + 1, sc->s->to, &r.a, &r.in_words))
        return false;
    if (!unit_at(p, i + 2, sc->s->to, &r.unit))
        return false;
    if (q->unit.sort != UNIT_NONE && !str_eq(q->unit.name, r.unit.name))
        return false;
    struct rat lo = rat_of_dec(q->a), hi = rat_of_dec(r.a);
    if (rat_cmp(lo, hi) >= 0)
        return false;
    if (q->unit.sort == UNIT_NONE && !scale_by(&q->a, &r.unit))
        return false;
    if (!scale_by(&r.a, &r.unit))
        return false;
    q->shape = SHAPE_RANGE;
    q->b = r.a;
    q->unit = r.unit;
    q->to = r.unit.to;
    return true;
}

/* Over times, a bracket and a place behind the first number of "từ ...". */
static size_t skip_aside(const struct scan *sc, size_t i)
{
    struct page *p = sc->p;

    for (int k = 0; k < 4; k++) {
        const struct when *w = i < sc->s->to ? when_from(sc->t, i) : NULL;
        if (w) {
            i = w->to;
        } else if (tok_is(p, i, '(')) {
            size_t j = i;
            while (j < sc->s->to && j < i + 14 && !tok_is(p, j, ')'))
                j++;
            if (!tok_is(p, j, ')'))
                return i;
            i = j + 1;
        } else if (lex_at(p, i, LEX_SAME_PERIOD, NULL)) {
            i += lex_at(p, i, LEX_SAME_PERIOD, NULL);
        } else if (tok_is(p, i, ',') || tok_word(p, i, "vào") || tok_word(p, i, "của") ||
                   tok_word(p, i, "trong") || tok_word(p, i, "đã")) {
            i++;
        } else {
            break;
        }
    }
    return i;
}

static size_t skip_hedge(const struct page *p, size_t i, struct str *ret)
{
    size_t n = lex_at(p, i, LEX_APPROX, NULL);
    if (n && ret)
        *ret = toks_text(p, i, i + n);
    return n;
}

static void mark_compared(const struct scan *sc, size_t lo, size_t hi)
{
    for (size_t i = lo; i < hi; i++)
        if (sc->t->at[i])
            sc->t->w.p[sc->t->at[i] - 1].compared = true;
}

/* The second half of "từ 3,36% xuống còn 3,34%" behind token i. */
static bool onto_at(const struct scan *sc, size_t i, bool changing, struct quantity *q)
{
    struct page *p = sc->p;
    struct quantity r = {0};
    size_t j = skip_aside(sc, i), n = lex_at(p, j, LEX_ONTO, NULL);

    if (!n && changing && (tok_word(p, j, "đến") || tok_word(p, j, "tới")))
        n = 1;
    if (!n)
        return false;
    j += n;
    j += skip_hedge(p, j, NULL);
    size_t k = number_at(p, j, sc->s->to, &r.a, &r.in_words);
    if (!k || p->toks.p[j].mark == MARK_TIME || r.in_words)
        return false;
    bool has = unit_at(p, j + k, sc->s->to, &r.unit);
    if (has && r.unit.unknown && q->unit.sort != UNIT_NONE)
        has = false;
    if (has && q->unit.sort != UNIT_NONE && r.unit.sort != q->unit.sort)
        return false;
    if (!has && q->unit.sort == UNIT_NONE)
        return false;
    const struct unit *ub = has ? &r.unit : &q->unit;
    if (!scale_by(&r.a, ub) || (q->unit.sort == UNIT_NONE && !scale_by(&q->a, ub)))
        return false;
    mark_compared(sc, i, j);
    q->shape = SHAPE_FROM_TO;
    q->b = r.a;
    if (has)
        q->unit = r.unit;
    q->to = (uint32_t)(has ? r.unit.to : j + k);
    return true;
}

/* "2 tỷ 500 triệu đồng". */
static void compound_money(const struct scan *sc, struct quantity *q)
{
    struct page *p = sc->p;
    struct dec d, part;
    bool words;
    struct unit u;

    if (q->unit.sort != UNIT_MONEY || !str_starts(q->unit.name, STR("tỷ")) || !tok_num(p, q->to) ||
        !number_at(p, q->to, sc->s->to, &d, &words) || !is_whole(d) ||
        !unit_at(p, q->to + 1, sc->s->to, &u) || u.sort != UNIT_MONEY ||
        !str_starts(u.name, STR("triệu")) || d.m > 999 || !is_whole(q->a))
        return;
    part = (struct dec){q->a.m * 1000 + d.m, 3};
    while (part.scale && part.m % 10 == 0) {
        part.m /= 10;
        part.scale--;
    }
    q->a = part;
    q->to = u.to;
}

/* Hedge, bound and "từ" in front; "trở lên" behind. */
static void take_bounds(const struct scan *sc, struct quantity *q, bool from)
{
    struct page *p = sc->p;
    size_t i = q->num, n, strong, weak;

    q->end = q->to;
    if ((n = lex_at(p, q->to, LEX_AT_LEAST_AFTER, NULL)))
        q->bound = BOUND_LEAST;
    else if ((n = lex_at(p, q->to, LEX_AT_MOST_AFTER, NULL)))
        q->bound = BOUND_MOST;
    q->end = (uint32_t)(q->to + n);
    if (from)
        i--;
    n = lex_before(p, sc->lo, i, LEX_APPROX, NULL);
    strong = lex_before(p, sc->lo, i, LEX_AT_LEAST_STRONG, NULL);
    weak = lex_before(p, sc->lo, i, LEX_AT_LEAST, NULL);
    size_t most = lex_before(p, sc->lo, i, LEX_AT_MOST, NULL);
    size_t verb = lex_before(p, sc->lo, i, LEX_UP, NULL),
           down = lex_before(p, sc->lo, i, LEX_DOWN, NULL);
    if (verb > n || down > n)
        n = weak = most = 0; /* "cao hơn 5%" */
    size_t len = n > strong ? n : strong;
    len = len > weak ? len : weak;
    len = len > most ? len : most;
    if (!q->bound && len) {
        if (strong == len)
            q->bound = BOUND_LEAST;
        else if (most == len)
            q->bound = lex_before(p, sc->lo, i, LEX_AT_MOST_STRONG, NULL) == len ? BOUND_MOST
                                                                                 : BOUND_MOST_WEAK;
        else if (weak == len)
            q->bound = BOUND_LEAST_WEAK;
    }
    if (len)
        q->approx = toks_text(p, i - len, i);
    if (strong == len)
        q->approx = STR_NULL;
    q->from = (uint32_t)(i - len);
}

/* "treo cờ trên 80% các ngõ": trên is a preposition before a place. */
static void drop_preposition(const struct page *p, struct quantity *q)
{
    if (!str_is(q->approx, "trên") || q->unit.sort != UNIT_PERCENT || q->from == 0)
        return;
    if (lex_before(p, 0, q->from, LEX_REACHED, NULL) || !tok_word(p, q->to, "các"))
        return;
    q->approx = STR_NULL;
    q->bound = BOUND_NONE;
}

/* Words of number need a unit that can hardly be anything else. */
static bool words_are_figure(const struct scan *sc, const struct quantity *q, size_t n)
{
    struct page *p = sc->p;
    bool known = q->unit.sort != UNIT_NONE && !q->unit.unknown;

    if (!known || q->unit.sort == UNIT_TIMES || p->toks.p[q->num].cap)
        return false;
    if (n >= 2)
        return true;
    if (q->a.m == 1 || tok_word(p, q->num, "năm") || tok_word(p, q->num, "tư"))
        return false;
    return !q->unit.per && (q->num == sc->s->from || !p->toks.p[q->num - 1].cap ||
                               p->toks.p[q->num - 1].kind != TOK_WORD || q->num - 1 == sc->s->from);
}

/* A number without a unit is a figure behind ":", "là", "còn", "đạt", "tăng" at the end of a
 * clause. */
static bool bare_is_figure(const struct scan *sc, const struct quantity *q)
{
    struct page *p = sc->p;
    size_t i = q->from;
    bool lead = (i > sc->s->from && tok_is(p, i - 1, ':')) ||
                lex_before(p, sc->s->from, i, LEX_REACHED, NULL) ||
                lex_before(p, sc->s->from, i, LEX_UP, NULL) ||
                lex_before(p, sc->s->from, i, LEX_DOWN, NULL);
    bool close = q->to >= sc->s->to || p->toks.p[q->to].kind >= TOK_PUNCT ||
                 lex_at(p, q->to, LEX_COMPARE, NULL);

    if (q->shape == SHAPE_RATIO)
        return true;
    return lead && close && !q->in_words && !tok_year(p, q->num) && i > sc->s->from + 1;
}

/* 1,234 persons: a comma that groups. */
static void mend_grouping(const struct page *p, struct quantity *q)
{
    struct dec d;
    if (q->shape == SHAPE_ONE && q->unit.sort == UNIT_NOUN && !q->unit.per &&
        q->unit.times.m == 1 && tok_num(p, q->num) && number_comma_groups(p, q->num, &d))
        q->a = d;
}

static bool build(const struct scan *sc, size_t i, size_t n, struct quantity *q)
{
    struct page *p = sc->p;
    bool from = i > sc->lo && tok_word(p, i - 1, "từ");
    size_t hedge = lex_before(p, sc->lo, i, LEX_APPROX, NULL);
    bool from_hedge = hedge && i - hedge > sc->lo && tok_word(p, i - hedge - 1, "từ");
    bool changing = from && (lex_before(p, sc->lo, i - 1, LEX_UP, NULL) ||
                                lex_before(p, sc->lo, i - 1, LEX_DOWN, NULL));

    q->num = (uint32_t)i;
    q->to = (uint32_t)(i + n);
    q->shape = SHAPE_ONE;
    q->minus = i > sc->s->from && tok_is(p, i - 1, '-') && p->toks.p[i].glued &&
               !p->toks.p[i - 1].glued && i - 1 > sc->s->from;
    if (!ratio_at(sc, i + n, q)) {
        bool ranged = range_at(sc, i + n, from, q) &&
                      (!changing || q->unit.per_year || q->unit.sort == UNIT_PERCENT);
        if (!ranged && q->shape == SHAPE_RANGE)
            q->shape = SHAPE_FROM_TO; /* "tăng từ 5 đến 7 xã" */
        if (q->shape == SHAPE_ONE && unit_at(p, i + n, sc->s->to, &q->unit)) {
            q->to = q->unit.to;
            if (!scale_by(&q->a, &q->unit))
                return false;
            struct quantity r = *q;
            if (range_at(sc, q->to, from, &r))
                *q = r;
        }
        if (q->shape == SHAPE_ONE && (from || from_hedge))
            (void)onto_at(sc, q->to, changing, q);
    }
    compound_money(sc, q);
    mend_grouping(p, q);
    take_bounds(sc, q, from && !from_hedge);
    if (from_hedge && q->shape == SHAPE_FROM_TO)
        q->from--;
    drop_preposition(p, q);
    q->bracket = q->from > sc->s->from && tok_is(p, q->from - 1, '(');
    return true;
}

static size_t fold_word(const struct page *p, size_t i, struct quantity *q)
{
    struct str value;
    size_t n = lex_at(p, i, LEX_FOLD_WORD, &value);

    if (!n || !dec_parse(value, &q->a, NULL))
        return 0;
    q->from = q->num = (uint32_t)i;
    q->to = q->end = (uint32_t)(i + n);
    q->unit = (struct unit){.sort = UNIT_TIMES, .name = STR("lần"), .from = q->to, .to = q->to};
    q->in_words = true;
    return n;
}

/* "13 đảng viên (khiển trách 08, cảnh cáo 04)", "5.801 hồ sơ: trước hạn 4.918, quá hạn 34": a bare
 * number in the list of parts that a bracket or colon opens behind a count has the count's noun. */
static bool part_of_count(const struct scan *sc, struct quantity *q)
{
    struct page *p = sc->p;
    const struct quantity *head = sc->head;
    size_t open = q->from, i = q->from;

    if (!head || q->shape != SHAPE_ONE || q->in_words || !is_whole(q->a) || tok_year(p, q->num) ||
        i <= head->end + 1u || p->toks.p[i - 1].kind != TOK_WORD ||
        (q->to < sc->s->to && p->toks.p[q->to].kind < TOK_PUNCT) || tok_is(p, q->to, '/') ||
        tok_is(p, q->to, '%') || lex_before(p, sc->s->from, i, LEX_NUMBERED, NULL) ||
        lex_before(p, sc->s->from, i, LEX_NUMBERED_PLACE, NULL) ||
        rat_cmp(rat_of_dec(q->a), rat_of_dec(head->a)) > 0)
        return false;
    while (open > head->end && i - open < 60 && !tok_is(p, open, '(') && !tok_is(p, open, ':') &&
           !tok_is(p, open, ';') && !tok_is(p, open, ')'))
        open--;
    if ((!tok_is(p, open, '(') && !tok_is(p, open, ':')) || open > head->end + 10u)
        return false;
    q->unit = head->unit;
    q->unit.from = q->unit.to = q->to;
    return true;
}

/* "42 đảng viên (cùng kỳ năm 2022: 35)", "(năm trước là 48)": the same count at another time. */
static bool count_then(const struct scan *sc, struct quantity *q)
{
    struct page *p = sc->p;
    size_t i = q->from, open = sc->head ? sc->head->end : i;

    while (open < i && open < sc->head->end + 2u && !tok_is(p, open, '('))
        open++;
    if (!sc->head || open >= i || !tok_is(p, open, '(') || q->shape != SHAPE_ONE || q->in_words ||
        !is_whole(q->a) || !tok_is(p, q->to, ')') ||
        !(tok_is(p, i - 1, ':') || tok_word(p, i - 1, "là") || tok_word(p, i - 1, "có")))
        return false;
    const struct when *w = when_before(sc->t, i - 1);
    size_t k = w ? w->from : i - 1;
    size_t n = lex_before(p, open, k, LEX_SAME_PERIOD, NULL);
    if (!w && !n)
        return false;
    if (k - n != open + 1)
        return false;
    q->unit = sc->head->unit;
    q->unit.from = q->unit.to = q->to;
    return true;
}

bool quantities_find(struct page *p, const struct times *t, const struct places *ps,
    const struct sentence *s, struct quantities *ret)
{
    struct scan sc = {p, t, ps, s, s->from, NULL};
    struct quantity head;

    for (size_t i = s->from; i < s->to;) {
        struct quantity q = {.line = s->line};
        size_t skip = screen_skip(p, ps, s, i), n;
        if (skip) {
            i += skip;
            continue;
        }
        n = fold_word(p, i, &q);
        if (n) { /* "tăng gấp đôi" */
            if (!vec_push(&ret->q, p->a, q))
                return false;
            i = sc.lo = q.end;
            continue;
        }
        n = number_at(p, i, s->to, &q.a, &q.in_words);
        if (!n || !build(&sc, i, n, &q)) {
            i++;
            continue;
        }
        bool good = q.in_words ? words_are_figure(&sc, &q, n)
                    : q.unit.sort == UNIT_NONE
                        ? count_then(&sc, &q) || bare_is_figure(&sc, &q) || part_of_count(&sc, &q)
                        : true;
        if (!good || !screen_quantity(p, ps, s, &q)) {
            i = good && q.shape == SHAPE_RATIO && q.end > i ? q.end : i + n;
            continue;
        }
        if (!vec_push(&ret->q, p->a, q))
            return false;
        if (q.unit.sort == UNIT_NOUN && q.shape != SHAPE_FROM_TO && q.unit.to > q.unit.from) {
            head = q;
            sc.head = &head;
        }
        i = q.end;
        sc.lo = q.end;
    }
    return true;
}
