/* kind: which of the kinds a figure is, and its value with sign (see reader.h).
 *
 * The order of the questions: shape (k of n, from-to), times, then for a per cent: over a plan, a
 * change, a level; for amounts and counts: a change or a level. A change of a rate is in points; a
 * change of an amount is growth. Bounds are judged last, when the role is known.
 */
#include "reading/reader.h"

static bool minus(struct dec *d)
{
    d->m = -d->m;
    return true;
}

static bool is_change(enum verb v)
{
    return v == VERB_UP || v == VERB_DOWN || v == VERB_SHORT;
}

/* Is the indicator itself a rate, so that its change is in points? */
static bool is_rate(struct reader *r, const struct draft *d, const struct side *side)
{
    const struct page *p = &r->p;
    const struct draft *up =
        d->secondary && d->parent < r->drafts.n ? &r->drafts.p[d->parent] : NULL;
    size_t lo = side->far_verb ? side->verb_at : side->clause, hi = side->np_hi, at;

    if (side->own) {
        size_t n = lex_last(p, lo, hi, LEX_RATE, &at);
        if (!n)
            return false;
        if ((lex_within(p, lo, hi, LEX_AMOUNT, NULL) && n < 2) ||
            lex_at(p, at, LEX_AMOUNT, NULL) > n)
            return false;
        return !tok_word(p, at ? at - 1 : 0, "số") || tok_word(p, at, "tỷ");
    }
    return up && (up->rate || r->drafts.p[r->drafts.n - 1].f.kind == READING_PERCENT);
}

static struct str points_name(const struct quantity *q)
{
    return q->unit.sort == UNIT_PERMILLE ? STR("điểm ‰") : STR("điểm %");
}

static void over_plan(struct draft *d, const struct quantity *q, bool rate)
{
    struct reading_figure *f = &d->f;
    int64_t hundred;

    if (rate) {
        f->kind = READING_CHANGE;
        f->unit = points_name(q);
        return;
    }
    f->kind = READING_PERCENT_OF_PLAN;
    hundred = 100 * pow10_i64(f->value.scale);
    f->value.m += hundred;
    if (f->has_max)
        f->value_max.m += 100 * pow10_i64(f->value_max.scale);
}

/* The last draft of the sentence, whose kind a bare "nông nghiệp 6%" repeats. */
static const struct draft *like(const struct reader *r, const struct side *side)
{
    const struct draft *d = r->drafts.n ? &r->drafts.p[r->drafts.n - 1] : NULL;

    if (!d || side->verb != VERB_NONE || !side->own || side->label_to ||
        side->np_hi - side->clause > 12)
        return NULL;
    if (d->f.kind == READING_GROWTH || d->f.kind == READING_CHANGE ||
        d->f.kind == READING_PERCENT_OF_PLAN || d->f.kind == READING_AT_LEAST)
        return d;
    return NULL;
}

/* "4 chỉ tiêu đạt trên 75%": how far the targets counted before have come. */
static bool of_targets(const struct reader *r, const struct draft *d, const struct side *side)
{
    if (!d->q || side->own)
        return false;
    const struct quantity *b = &r->qs.q.p[d->q - 1], *q = &r->qs.q.p[d->q];
    return b->unit.sort == UNIT_NOUN && str_is(b->unit.name, "chỉ tiêu") &&
           q->from <= b->unit.to + 3u && lex_before(&r->p, b->unit.to, q->from, LEX_REACHED, NULL);
}

static bool has_growth_noun(const struct reader *r, const struct side *side)
{
    size_t at;
    return side->own && lex_last(&r->p, side->clause, side->np_hi, LEX_GROWTH_NOUN, &at) &&
           at + 8 >= side->np_hi - 0 && !lex_at(&r->p, at, LEX_NOT_CHANGE, NULL);
}

static const struct draft *last_of(const struct reader *r)
{
    return &r->drafts.p[r->drafts.n - 1];
}

static bool changed(const struct draft *d)
{
    return d->f.kind == READING_GROWTH || d->f.kind == READING_CHANGE;
}

static void inherit_kind(struct draft *d, const struct draft *as, const struct quantity *q)
{
    d->f.kind = as->f.kind == READING_AT_LEAST ? as->f.base_kind : as->f.kind;
    if (d->f.kind == READING_CHANGE)
        d->f.unit = points_name(q);
    if (as->f.value.m < 0 && d->f.kind != READING_PERCENT_OF_PLAN) {
        minus(&d->f.value);
        minus(&d->f.value_max);
    }
    d->f.comparator = as->f.comparator;
    d->alike = true;
}

/* "(cùng kỳ năm 2021 đạt 48,9%)": the level of then, not a change. */
static bool earlier_level(const struct reader *r, const struct side *side, const struct quantity *q)
{
    return r->drafts.n && side->has_against && side->against.same && !side->against.explicit_ &&
           side->against.to <= q->from && side->against.from > side->lo - 1 &&
           (side->verb == VERB_REACHED || side->verb == VERB_NONE) &&
           (last_of(r)->f.kind == READING_PERCENT || last_of(r)->f.kind == READING_PERCENT_OF_PLAN);
}

/* How much of the funds is spent: "giải ngân 9,7 tỷ đồng, đạt 36,7%". */
static bool is_disbursed(const struct reader *r, const struct draft *d, const struct side *side)
{
    const struct page *p = &r->p;
    const struct draft *up =
        d->secondary && d->parent < r->drafts.n ? &r->drafts.p[d->parent] : NULL;

    if ((side->verb != VERB_REACHED && side->verb != VERB_NONE) ||
        lex_within(p, side->lo, r->qs.q.p[d->q].from, LEX_RATE, NULL))
        return false;
    if (side->own)
        return lex_within(p, side->clause, side->np_hi, LEX_SPENT, NULL);
    return up && up->f.kind == READING_LEVEL && r->qs.q.p[up->q].unit.sort == UNIT_MONEY &&
           str_find(up->f.indicator_phrase, STR("iải ngân"), 0) >= 0;
}

/* "đạt trên 95% kế hoạch vốn; đến 31/01/2023 đạt 100%". */
static bool towards(const struct reader *r, const struct draft *d, const struct side *side)
{
    const struct draft *up =
        d->secondary && d->parent < r->drafts.n ? &r->drafts.p[d->parent] : NULL;

    return up && side->verb == VERB_REACHED && !side->has_against &&
           side->right <= r->qs.q.p[d->q].end &&
           (up->f.kind == READING_PERCENT_OF_PLAN ||
               (up->f.kind == READING_AT_LEAST && up->f.base_kind == READING_PERCENT_OF_PLAN));
}

/* Level of a per cent: share, way towards a plan, growth. */
static void percent_level(
    struct reader *r, struct draft *d, const struct quantity *q, const struct side *side)
{
    const struct draft *as = like(r, side);
    bool rate = is_rate(r, d, side);
    bool plan = side->has_against && side->against.plan;
    bool same = side->has_against && side->against.same;

    if (as && as->f.kind == READING_PERCENT_OF_PLAN && q->bound == BOUND_LEAST)
        as = NULL; /* "đủ 100% chỉ tiêu; gia đình văn hóa từ 85% trở lên": a share of its own */
    if (side->threshold)
        d->f.kind = READING_PERCENT;
    else if (earlier_level(r, side, q))
        d->f.kind = last_of(r)->f.kind == READING_PERCENT_OF_PLAN ? READING_PERCENT_OF_PLAN
                                                                  : READING_PERCENT;
    else if (plan || of_targets(r, d, side) || is_disbursed(r, d, side) || towards(r, d, side))
        d->f.kind = READING_PERCENT_OF_PLAN;
    else if (has_growth_noun(r, side))
        d->f.kind = READING_GROWTH;
    else if (q->unit.per_year && !rate)
        d->f.kind = READING_GROWTH;
    else if (as && q->to - q->num <= 3 && !lex_at(&r->p, q->to, LEX_NOUN_HOUSEHOLD, NULL))
        inherit_kind(d, as, q);
    else if (same && side->verb == VERB_NONE && !side->own && r->drafts.n && changed(last_of(r)))
        inherit_kind(d, last_of(r), q);
    else if (same && (side->verb == VERB_REACHED || side->verb == VERB_NONE) && !rate)
        d->f.kind = READING_GROWTH;
    else
        d->f.kind = READING_PERCENT;
}

/* "bình quân mỗi năm giảm 1,17%, vượt 0,17% so với mục tiêu": the figure before is in points. */
static bool in_points(const struct reader *r)
{
    return r->drafts.n && last_of(r)->f.kind == READING_CHANGE &&
           str_starts(last_of(r)->f.unit, STR("điểm"));
}

static void percent_kind(
    struct reader *r, struct draft *d, const struct quantity *q, const struct side *side)
{
    struct reading_figure *f = &d->f;
    bool rate = is_rate(r, d, side);
    bool plan = side->has_against && side->against.plan;

    f->unit = q->unit.name;
    if (q->unit.sort == UNIT_POINTS) {
        f->kind = READING_CHANGE;
    } else if (side->verb == VERB_OVER && !(side->has_against && side->against.same)) {
        over_plan(d, q,
            rate || in_points(r) ||
                (d->secondary && r->drafts.p[d->parent].f.kind == READING_GROWTH));
        return;
    } else if (is_change(side->verb) || side->verb == VERB_OVER) {
        bool growth_before = d->secondary && r->drafts.p[d->parent].f.kind == READING_GROWTH;
        if (plan && !rate && !growth_before && side->verb != VERB_SHORT) {
            if (side->verb == VERB_DOWN)
                minus(&f->value);
            over_plan(d, q, false);
            return;
        }
        bool of_rate = r->drafts.n && side->verb_at + 1 < r->p.toks.n &&
                       tok_word(&r->p, side->verb_at + 1, "hơn") && side->np_hi <= side->verb_at &&
                       last_of(r)->f.kind == READING_PERCENT_OF_PLAN &&
                       !(side->has_against && side->against.same);
        f->kind = rate || of_rate || (plan && growth_before) ? READING_CHANGE : READING_GROWTH;
        if (f->kind == READING_CHANGE)
            f->unit = points_name(q);
    } else {
        percent_level(r, d, q, side);
        if (q->minus)
            minus(&f->value);
        return;
    }
    if (side->verb == VERB_DOWN || side->verb == VERB_SHORT || q->minus) {
        minus(&f->value);
        minus(&f->value_max);
    }
}

/* "gấp 2 lần", "tăng 1,5 lần"; "gấp 1,8 lần mức bình quân tỉnh" compares units. */
static bool times_kind(
    struct reader *r, struct draft *d, const struct quantity *q, const struct side *side)
{
    const struct page *p = &r->p;
    bool fold = q->in_words || lex_before(p, side->clause, q->from, LEX_FOLD, NULL) > 0 ||
                is_change(side->verb);

    d->f.unit = q->unit.name;
    if (!fold) {
        d->f.kind = READING_COUNT;
        return !lex_before(p, side->clause, q->from, LEX_NUMBERED, NULL);
    }
    bool units = q->to < p->toks.n && p->toks.p[q->to].kind == TOK_WORD && !r->t.at[q->to] &&
                 !lex_at(p, q->to, LEX_STOP, NULL) && !lex_at(p, q->to, LEX_SAME_PERIOD, NULL);
    d->f.kind = units ? READING_LEVEL : READING_GROWTH;
    if (side->verb == VERB_DOWN)
        minus(&d->f.value);
    return true;
}

/* A count or an amount: level, or change against something. */
static void amount_kind(
    struct reader *r, struct draft *d, const struct quantity *q, const struct side *side)
{
    struct reading_figure *f = &d->f;
    bool targets = str_is(q->unit.name, "chỉ tiêu") || str_is(q->unit.name, "tiêu chí");
    bool over = side->verb == VERB_OVER && !targets;

    (void)r;
    f->unit = q->unit.name;
    f->kind = q->unit.sort == UNIT_NOUN && !q->unit.per ? READING_COUNT : READING_LEVEL;
    if (q->unit.sort == UNIT_NONE)
        f->kind = READING_COUNT;
    if (!over && !is_change(side->verb))
        return;
    if (side->verb == VERB_SHORT && q->unit.sort == UNIT_NOUN && !side->has_against)
        return; /* "còn thiếu 58 giáo viên" */
    f->kind = READING_CHANGE;
    if (side->verb == VERB_DOWN || side->verb == VERB_SHORT)
        minus(&f->value);
    if (f->has_max && side->verb == VERB_DOWN)
        minus(&f->value_max);
}

/* "Số hộ nghèo còn 25": the counted noun stands on the left. */
static bool unit_from_left(struct reader *r, struct draft *d, const struct side *side)
{
    static const enum lex groups[] = {LEX_NOUN_HOUSEHOLD, LEX_NOUN_PERSON, LEX_NOUN_BODY,
        LEX_NOUN_PLACE, LEX_NOUN_PAPER, LEX_NOUN_ACT, LEX_NOUN_THING};
    struct page *p = &r->p;

    if (d->secondary && r->drafts.n && is_change(side->verb)) {
        const struct quantity *b = &r->qs.q.p[r->drafts.p[d->parent].q];
        if (b->unit.sort != UNIT_NOUN)
            return false;
        d->f.unit = b->unit.name;
        return true;
    }
    for (size_t i = side->clause; i < side->np_hi; i++)
        for (size_t k = 0; k < 7; k++) {
            struct str name;
            size_t n = lex_at(p, i, groups[k], &name);
            bool longer = false;
            for (size_t m = 0; m < 7; m++)
                longer = longer || lex_at(p, i, groups[m], NULL) > n;
            if (n && !longer && i && (tok_word(p, i - 1, "số") || i == side->clause)) {
                d->f.unit = name;
                return true;
            }
        }
    return false;
}

static void comparator(
    struct reader *r, struct draft *d, const struct quantity *q, const struct side *side)
{
    struct page *p = &r->p;
    struct reading_figure *f = &d->f;
    bool measured = f->kind == READING_GROWTH || f->kind == READING_CHANGE ||
                    f->kind == READING_PERCENT_OF_PLAN;

    if (!measured)
        return;
    if (side->has_against) {
        size_t from = side->against.from;
        if (side->against.plan && f->kind == READING_PERCENT_OF_PLAN && side->against.explicit_)
            from += lex_at(p, from, LEX_COMPARE, NULL);
        f->comparator = toks_text(p, from, side->against.to);
        return;
    }
    if (!side->each_year)
        return;
    bool every = tok_is(p, q->unit.to > 1 ? q->unit.to - 2 : 0, '/') || q->unit.per_year;
    f->comparator = side->mean ? STR("bình quân mỗi năm")
                    : every    ? STR("mỗi năm")
                               : STR("hằng năm");
}

/* "mỗi người dân thu nhập 60 triệu đồng một năm". */
static void per_year(struct reader *r, struct draft *d, const struct side *side)
{
    bool person = false;

    for (size_t i = side->clause; i < r->qs.q.p[d->q].from; i++)
        person = person || tok_word(&r->p, i, "người");
    d->f.unit =
        str_of(arena_printf(r->p.a, "%.*s%s", STR_ARG(d->f.unit), person ? "/người/năm" : "/năm"));
}

bool kind_decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    struct reading_figure *f = &d->f;
    bool ok = true;

    (void)s;
    f->value = q->a;
    if (q->shape == SHAPE_RANGE) {
        f->value_max = q->b;
        f->has_max = true;
    }
    if (q->shape == SHAPE_RATIO || q->shape == SHAPE_FROM_TO) {
        f->a = q->a;
        f->b = q->b;
        f->kind = q->shape == SHAPE_RATIO ? READING_RATIO : READING_FROM_TO;
        f->unit = q->unit.name;
        if (q->unit.sort == UNIT_NONE && !unit_from_left(r, d, side))
            return f->kind == READING_RATIO && side->own;
    } else if (q->unit.sort == UNIT_PERCENT || q->unit.sort == UNIT_PERMILLE ||
               q->unit.sort == UNIT_POINTS) {
        percent_kind(r, d, q, side);
    } else if (q->unit.sort == UNIT_TIMES) {
        ok = times_kind(r, d, q, side);
    } else {
        amount_kind(r, d, q, side);
        if (q->unit.sort == UNIT_NONE)
            ok = unit_from_left(r, d, side);
    }
    if (d->alike && side->has_against)
        d->f.comparator = STR_NULL;
    d->rate = is_rate(r, d, side) || f->kind == READING_PERCENT;
    if (q->unit.sort == UNIT_MONEY && each_year_at(&r->p, q->end) && !q->unit.per)
        per_year(r, d, side);
    comparator(r, d, q, side);
    return ok;
}
