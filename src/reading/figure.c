/* figure: the figures of one sentence (see reader.h). */
#include "reading/reader.h"

#define QUOTE_NEIGHBOURS 64

struct str subject_of(struct reader *r, const struct sentence *s, size_t i)
{
    struct str here = places_subject(&r->ps, s->from, i);

    if (!str_empty(here))
        return here;
    return str_empty(r->subject) ? r->ps.main : r->subject;
}

static bool repeats(const struct page *p, size_t lo, size_t hi, size_t key, size_t other)
{
    struct str quote = toks_text(p, lo, hi);
    size_t before = p->toks.p[key].at - p->toks.p[lo].at, at = p->toks.p[other].at;

    return at >= before && str_eq(str_slice(p->text, at - before, at - before + quote.n), quote);
}

/* Tokens [lo, hi) stand nowhere else: compared with other places of the number at `key`. */
static bool is_unique(const struct reader *r, size_t lo, size_t hi, size_t key)
{
    const uint32_t *links[] = {r->alike_before, r->alike_behind};

    for (int way = 0; way < 2; way++) {
        uint32_t other = links[way][key];
        for (int k = 0; other && k < QUOTE_NEIGHBOURS; k++) {
            if (repeats(&r->p, lo, hi, key, other - 1))
                return false;
            other = links[way][other - 1];
        }
    }
    return true;
}

bool figure_push(
    struct reader *r, const struct sentence *s, size_t from, size_t to, struct reading_figure *f)
{
    const struct page *p = &r->p;
    size_t lo = from, hi = to, key = from;

    if (r->figures.n >= r->max) {
        r->cut = true;
        return true;
    }
    while (key + 1 < to && p->toks.p[key].kind != TOK_NUM)
        key++;
    for (int k = 0; k < 24 && !is_unique(r, lo, hi, key); k++) {
        if (hi < s->to && (k % 3 != 2 || lo == s->from))
            hi++;
        else if (lo > s->from)
            lo--;
    }
    f->sentence = toks_text(p, s->from, s->to);
    f->quote = toks_text(p, lo, hi);
    f->at = p->toks.p[lo].at;
    f->end = p->toks.p[hi - 1].end;
    f->start = p->toks.p[lo].cp;
    f->line = s->line + 1;
    for (size_t i = from; i < to; i++)
        r->p.toks.p[i].mark = r->p.toks.p[i].mark == MARK_NONE ? MARK_FIGURE : r->p.toks.p[i].mark;
    return vec_push(&r->figures, r->p.a, *f);
}

/* "90% tổ chức cơ sở đảng trở lên": the bound stands behind the noun phrase. */
static void late_bound(const struct reader *r, const struct sentence *s, struct quantity *q)
{
    enum lex group;
    struct str name;
    bool from = q->num > s->from && tok_word(&r->p, q->num - 1, "từ");
    size_t noun = noun_at(&r->p, q->end, &group, &name);

    for (size_t i = q->end; i < s->to && i < q->end + 9u; i++) {
        if (r->p.toks.p[i].kind != TOK_WORD || (!from && i > q->end + (noun ? noun : 1)))
            return;
        if (lex_at(&r->p, i, LEX_AT_LEAST_AFTER, NULL))
            q->bound = BOUND_LEAST;
        if (lex_at(&r->p, i, LEX_AT_MOST_AFTER, NULL))
            q->bound = BOUND_MOST;
    }
}

/* Bounds of targets and norms. */
static void bound(struct draft *d, const struct quantity *q)
{
    struct reading_figure *f = &d->f;
    bool strong = q->bound == BOUND_LEAST || q->bound == BOUND_MOST;
    bool least = q->bound == BOUND_LEAST || q->bound == BOUND_LEAST_WEAK;

    f->approx = q->approx;
    if (q->bound == BOUND_NONE || q->shape != SHAPE_ONE || f->kind == READING_CHANGE)
        return;
    if (!strong && f->role != READING_TARGET)
        return;
    f->base_kind = f->kind;
    f->kind = least ? READING_AT_LEAST : READING_AT_MOST;
}

/* "giảm 50% số hộ nghèo": the name stands behind the number. */
static bool counts_right(const struct reader *r, const struct quantity *q, const struct side *side)
{
    return side->right > q->end && !side->has_against
               ? tok_word(&r->p, q->end, "số") || tok_word(&r->p, q->end, "tổng")
               : side->right > q->end + 1u && tok_word(&r->p, q->end, "số");
}

/* The quantity says something more about the one before it. */
static bool is_secondary(const struct reader *r, const struct quantity *q, const struct side *side)
{
    bool percent = q->unit.sort == UNIT_PERCENT || q->unit.sort == UNIT_PERMILLE ||
                   q->unit.sort == UNIT_POINTS || q->unit.sort == UNIT_TIMES;
    bool change = side->verb == VERB_UP || side->verb == VERB_DOWN || side->verb == VERB_OVER ||
                  side->verb == VERB_SHORT;
    bool plan = side->has_against;

    bool same = r->drafts.n && str_eq(r->drafts.p[r->drafts.n - 1].f.unit, q->unit.name);

    if (!r->drafts.n || side->own)
        return false;
    if (same && side->verb == VERB_REACHED && side->right <= q->end &&
        (q->unit.sort == UNIT_MONEY || q->unit.sort == UNIT_MEASURE))
        return true; /* "ước đạt 9,2 tỷ đồng, lũy kế 4 tháng đạt 41,6 tỷ đồng" */
    if (percent && change && counts_right(r, q, side))
        return false;
    if (q->bracket && q->unit.sort != UNIT_NOUN)
        return true;
    if (percent && (change || plan))
        return true;
    if (percent)
        return side->right <= q->end;
    return change && (q->unit.sort != UNIT_NOUN ||
                         (side->right <= q->unit.to && q->unit.to == q->unit.from + 1));
}

static size_t first_parent(const struct reader *r)
{
    size_t k = r->drafts.n - 1;
    return r->drafts.p[k].secondary ? r->drafts.p[k].parent : k;
}

/* "(+21%)", "(- 10,6%)": 1, -1; 0 without a sign. */
static int bracket_sign(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    size_t i = q->num;

    i += tok_is(p, i, '-');
    if (i < s->from + 2 || !tok_is(p, i - 2, '('))
        return 0;
    return tok_is(p, i - 1, '+') ? 1 : tok_is(p, i - 1, '-') ? -1 : 0;
}

/* "(tăng 18 huyện)", "8,62%" in a bracket behind a change: the same change in points. */
static void bracket_change(struct reader *r, const struct sentence *s, struct draft *d,
    const struct quantity *q, const struct side *side)
{
    const struct draft *b = r->drafts.n ? &r->drafts.p[r->drafts.n - 1] : NULL;

    int sign = bracket_sign(&r->p, s, q);

    if (b && sign && !b->rate && (d->f.kind == READING_PERCENT || d->f.kind == READING_CHANGE)) {
        d->f.kind = READING_GROWTH;
        d->f.unit = STR("%");
        if (sign < 0 && d->f.value.m > 0)
            d->f.value.m = -d->f.value.m;
        return;
    }
    if (!b || !q->bracket || side->verb != VERB_NONE || b->f.kind != READING_CHANGE ||
        d->f.kind != READING_PERCENT)
        return;
    bool shares = false;
    for (size_t k = 0; k < r->drafts.n; k++)
        shares = shares || r->drafts.p[k].f.kind == READING_PERCENT;
    d->f.kind = shares ? READING_CHANGE : READING_GROWTH;
    if (shares)
        d->f.unit = STR("điểm %");
    d->f.comparator = b->f.comparator;
    if (b->f.value.m < 0)
        d->f.value.m = -d->f.value.m;
}

/* "vượt kế hoạch đề ra (từ 7,3 - 7,5%)": the bracket says what was planned. */
static bool names_plan(const struct page *p, const struct sentence *s, const struct quantity *q)
{
    return q->bracket && q->from > s->from + 1 &&
           (lex_before(p, s->from, q->from - 1, LEX_PLAN, NULL) ||
               lex_before(p, s->from, q->from - 1, LEX_PLAN_GIVER, NULL) > 1);
}

static void role(struct reader *r, const struct sentence *s, struct draft *d,
    const struct side *side, struct role_state *state)
{
    const struct page *p = &r->p;
    const struct quantity *q = &r->qs.q.p[d->q];
    size_t at;

    state->estimate = false;
    if (d->q == 0)
        role_scan(r, s, s->from, q->from, state);
    else
        role_scan(r, s, side->lo, q->from, state);
    if (str_is(q->unit.name, "chỉ tiêu") && q->from > s->from + 1 &&
        ((tok_word(p, q->from - 1, "ra") &&
             (tok_word(p, q->from - 2, "đề") || tok_word(p, q->from - 2, "đặt"))) ||
            (tok_word(p, q->from - 1, "định") && tok_word(p, q->from - 2, "xác"))))
        state->target = true; /* "đề ra 21 chỉ tiêu, trong đó ..." */
    d->f.role = role_of(state);
    if (d->secondary && !state->estimate)
        d->f.role = r->drafts.p[d->parent].f.role;
    bool weak =
        lex_last(p, q->to, side->right < q->to ? q->to : side->right, LEX_TARGET_WEAK, &at) &&
        tok_word(p, at, "sẽ");
    if (weak && d->f.role == READING_ACTUAL)
        d->f.role = READING_TARGET;
    if (q->unit.sort == UNIT_NOUN && lex_at(p, q->unit.to, LEX_ESTIMATE, NULL))
        d->f.role = READING_ESTIMATE; /* "6 chỉ tiêu dự kiến đạt" */
    bool norm = q->bound == BOUND_LEAST && q->end > q->to && !state->actual;
    if (side->threshold || (norm && d->f.role == READING_ACTUAL) || names_plan(p, s, q))
        d->f.role = READING_TARGET;
}

static bool draft_one(
    struct reader *r, const struct sentence *s, size_t k, struct role_state *state)
{
    struct quantity *q = &r->qs.q.p[k];
    struct draft d = {.q = k};
    struct side side;

    if (k == 0)
        r->right = 0;
    side_find(r, s, k, &side);
    r->right = side.right + (side.right == q->end ? each_year_at(&r->p, q->end) : 0);
    d.secondary = is_secondary(r, q, &side);
    d.parent = r->drafts.n ? first_parent(r) : 0;
    late_bound(r, s, q);
    role(r, s, &d, &side, state);
    if (!kind_decide(r, s, &d, &side))
        return true;
    bracket_change(r, s, &d, q, &side);
    if (!phrase_decide(r, s, &d, &side))
        return false;
    period_decide(r, s, &d, &side);
    if (d.f.role == READING_ACTUAL && d.when && r->t.year && r->t.month &&
        (d.when->sort == WHEN_SPAN ? d.when->y : when_year(&r->t, d.when)) > r->t.year &&
        !str_empty(d.f.period))
        d.f.role = READING_TARGET;
    bound(&d, q);
    d.f.subject_unit =
        d.secondary ? r->drafts.p[d.parent].f.subject_unit : subject_of(r, s, q->from);
    return vec_push(&r->drafts, r->p.a, d);
}

static bool meets(const struct reader *r, const struct quantity *q)
{
    size_t i = q->unit.to;

    return lex_at(&r->p, i, LEX_MEETS, NULL) ||
           (i < r->p.toks.n && r->p.toks.p[i].kind == TOK_WORD &&
               lex_at(&r->p, i + 1, LEX_MEETS, NULL));
}

/* "12 thôn thì 9 thôn đã có nhà văn hóa", "19 chỉ tiêu ..., 6 chỉ tiêu đạt": k of n over a list. */
static void parts(struct reader *r)
{
    const struct draft *whole = NULL;

    for (size_t k = 0; k < r->drafts.n; k++) {
        struct draft *d = &r->drafts.p[k];
        const struct quantity *q = &r->qs.q.p[d->q];
        if (d->f.kind != READING_COUNT || q->shape != SHAPE_ONE || q->unit.sort != UNIT_NOUN)
            continue;
        bool same = whole && str_eq(whole->f.unit, d->f.unit) &&
                    rat_cmp(rat_of_dec(d->f.value), rat_of_dec(whole->f.value)) <= 0;
        bool targets = str_is(d->f.unit, "chỉ tiêu") || str_is(d->f.unit, "tiêu chí");
        bool led =
            same &&
            (targets || lex_within(&r->p, r->qs.q.p[whole->q].end, q->from, LEX_PART_OF, NULL) ||
                (whole->q == 0 && r->qs.q.p[whole->q].from > 0 &&
                    lex_within(&r->p, r->p.sents.p[q->sentence].from, r->qs.q.p[whole->q].from,
                        LEX_PART_OF, NULL)));
        bool part_of =
            whole && lex_within(&r->p, r->qs.q.p[whole->q].end, q->from, LEX_PART_OF, NULL);
        bool taken = whole && targets && !part_of && meets(r, &r->qs.q.p[whole->q]) &&
                     !tok_word(&r->p, r->qs.q.p[whole->q].unit.to, "được");
        if (!led || !meets(r, q) || taken) {
            whole = same ? whole : d;
            continue;
        }
        d->f.a = d->f.value;
        d->f.b = whole->f.value;
        d->f.kind = READING_RATIO;
    }
}

/* May a time hold for later paragraphs too? "Đến nay" and "cuối năm" hold for their own. */
static bool lasts(const struct when *w)
{
    return w->sort <= WHEN_MONTH && !w->end;
}

/* A time that frames its sentence, rather than one that belongs to a noun in it. */
static bool opens(const struct page *p, const struct sentence *s, const struct when *w)
{
    return w->from < s->from + 5 || tok_word(p, w->from - 1, "trong") ||
           tok_is(p, w->from - 1, ':') || tok_is(p, w->from - 1, ',');
}

/* The last time that frames the sentence or a clause of it; else, where `any`, the last one. */
static const struct when *frame_of(const struct reader *r, const struct sentence *s, bool any)
{
    const struct when *found = NULL, *w;

    for (size_t i = s->from; i < s->to; i++) {
        w = when_from(&r->t, i);
        if (w && opens(&r->p, s, w) && !w->compared && !w->paper && !w->event && !w->local &&
            !w->shut && !w->planned && !(w->cumulative && i > s->from + 2))
            found = w;
    }
    if (found || !any)
        return found;
    w = period_in(r, s->from, s->to, false);
    if (w && w->planned)
        return NULL;
    return w && w->sort == WHEN_DAY && w->upto && r->section ? NULL : w;
}

static bool w_span(const struct when *w)
{
    return w && w->sort == WHEN_SPAN && !w->local;
}

static void section_set(struct reader *r, const struct when *w, bool heading)
{
    r->section = w;
    r->section_heads = heading;
    if (heading && w && w->sort != WHEN_SPAN)
        r->headed = w;
}

/* "2. Huy động nguồn lực giai đoạn 2021 - 2025": years that a numbered heading names hold for its
 * section. A numbered heading without a time ends what a sentence before it said of time. */
static void head_section(struct reader *r, const struct line *l, const struct when *span)
{
    const struct page *p = &r->p;
    bool numbered =
        tok_num(p, l->from) ||
        (l->to > l->from + 1 && (tok_is(p, l->from + 1, '.') || tok_is(p, l->from + 1, '-')));

    if (!numbered || tok_is(p, l->to - 1, ':'))
        return;
    if (w_span(span) && !span->term && !span->compared && !span->paper &&
        l->role != READING_TARGET && span->to >= l->to)
        section_set(r, span, true);
    else if (r->section && (!r->section_heads || r->section->sort == WHEN_SPAN))
        section_set(r, r->headed, r->headed != NULL);
}

/* The last span of years of the sentence, else its last time. */
static const struct when *span_in(const struct reader *r, const struct sentence *s)
{
    const struct when *w = period_in(r, s->from, s->to, true), *u;

    for (size_t i = s->to; w && w->sort != WHEN_SPAN && i > s->from; i--)
        if ((u = when_before(&r->t, i)) && w_span(u) && !u->compared && !u->paper &&
            u->from >= s->from)
            return u;
    return w;
}

/* A quarter of a report on more, a year of a review, a sum up to the month of a report: its
 * paragraph tells of it, the next of the whole. */
static bool inside_report(const struct reader *r, const struct when *w)
{
    const struct when *m = &r->t.main;

    bool upto =
        w->from && (tok_word(&r->p, w->from - 1, "đến") || tok_word(&r->p, w->from - 1, "hết"));
    int y = w->y ? w->y : r->t.year;

    if (!r->t.has_main || upto || w->sort > WHEN_MONTH)
        return false;
    if (m->sort == WHEN_SPAN)
        return y >= m->y && y <= m->y2;
    if (y != when_year(&r->t, m))
        return false;
    if (m->sort == WHEN_MONTHS || m->sort == WHEN_HALF)
        return w->sort == WHEN_MONTH || w->sort == WHEN_QUARTER;
    if (m->sort == WHEN_QUARTER && w->sort == WHEN_MONTH)
        return true;
    return m->sort == WHEN_YEAR ? w->sort > WHEN_YEAR : w->cumulative;
}

static void remember_period(struct reader *r, const struct sentence *s)
{
    const struct line *l = &r->p.lines.p[s->line];
    const struct when *w =
        l->heading ? period_first(r, s->from, s->to) : frame_of(r, s, !r->period);
    const struct when *span = span_in(r, s);

    if (w && (w->local || (w->cumulative && w->from > s->from + 2)))
        w = NULL;
    if (span && !span->local && (span->sort == WHEN_SPAN || span->sort == WHEN_TERM))
        r->span = span;
    if (l->heading && w_span(span))
        r->past = l->role == READING_TARGET ? NULL : span;
    if (l->heading && !w)
        head_section(r, l, span);
    bool years = w && (w->sort == WHEN_SPAN || w->sort == WHEN_TERM);
    if (!w || (w->y && !years && r->t.year && w->y < r->t.year - 2))
        return;
    r->period = w;
    if (!lasts(w) && r->section && r->section->y && r->section->y < w->y)
        r->section = NULL; /* "đến cuối năm 2023" ends what "đầu năm 2021" began */
    if (lasts(w) && !l->item && (l->heading || (opens(&r->p, s, w) && !inside_report(r, w))))
        section_set(r, w, l->heading);
}

/* What later sentences inherit. */
static void remember(struct reader *r, const struct sentence *s, struct role_state *state)
{
    size_t last = r->qs.q.n ? r->qs.q.p[r->qs.q.n - 1].end : s->from;

    role_scan(r, s, last, s->to, state);
    r->carried = state->target && !state->actual ? READING_TARGET
                 : state->actual                 ? READING_ACTUAL
                                                 : state->base;
    bool parts = s->to > s->from && tok_is(&r->p, s->to - 1, ':');
    if (parts)
        r->parts_estimated = parts && r->figures.n &&
                             r->figures.p[r->figures.n - 1].line == s->line + 1 &&
                             r->figures.p[r->figures.n - 1].role == READING_ESTIMATE;
    remember_period(r, s);
    if (str_empty(r->subject))
        r->subject = places_first(&r->ps, s->from, s->from + 24 < s->to ? s->from + 24 : s->to);
}

/* "Hiện", not "đến nay": a state, not what has been done by now. */
static bool tells_present(const struct page *p, const struct when *w)
{
    return w->sort == WHEN_NOW && tok_word(p, w->from, "hiện");
}

/* "Hiện xã có 12 trang trại. Đã tiêm phòng 3.400 con": what was done is of the period again. */
static bool tells_acts(const struct page *p, const struct sentence *s)
{
    struct str value = STR_NULL;
    size_t n;

    for (size_t i = s->from; i < s->to && i < s->from + 8 && p->toks.p[i].kind == TOK_WORD; i++)
        if ((n = lex_at(p, i, LEX_PERIOD_ACT, &value)) &&
            (!str_is(value, "số") || (i == s->from && tok_num(p, i + n))))
            return true;
    return false;
}

bool figures_of_sentence(struct reader *r, const struct sentence *s)
{
    struct role_state state;

    if (s->line != r->line) {
        r->line = s->line;
        r->subject = STR_NULL;
        r->period = NULL;
    }
    if (r->period && tells_present(&r->p, r->period) && tells_acts(&r->p, s))
        r->period = NULL;
    r->qs.q.n = 0;
    r->drafts.n = 0;
    if (!quantities_find(&r->p, &r->t, &r->ps, s, &r->qs))
        return false;
    for (size_t k = 0; k < r->qs.q.n; k++)
        r->qs.q.p[k].sentence = (uint32_t)(s - r->p.sents.p);
    if (!comparisons_find(r, s))
        return false;
    role_begin(r, s, &state);
    for (size_t k = 0; k < r->qs.q.n; k++)
        if (!draft_one(r, s, k, &state))
            return false;
    parts(r);
    for (size_t k = 0; k < r->drafts.n; k++) {
        struct draft *d = &r->drafts.p[k];
        if (!figure_push(r, s, r->qs.q.p[d->q].from, r->qs.q.p[d->q].end, &d->f))
            return false;
    }
    if (!words_of_sentence(r, s))
        return false;
    remember(r, s, &state);
    return true;
}
