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
    return !w->compared && !w->paper && !w->event && !w->planned && (spans || w->sort != WHEN_SPAN);
}

/* Closed in a bracket that ends before token `at`. */
static bool is_aside(const struct when *w, size_t at)
{
    return w->shut && w->shut < at;
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

/* "tổng vốn năm 2025 là 86 tỷ đồng cho 6 dự án": of the plan until what was done is told. */
static bool holds_plan(const struct reader *r, const struct when *w, size_t hi)
{
    return w->planned && !w->compared && !w->paper && hi - w->to < 40 &&
           !lex_within(&r->p, w->to, hi, LEX_PLAN_DONE, NULL);
}

const struct when *period_in(const struct reader *r, size_t lo, size_t hi, bool spans)
{
    const struct when *found = NULL;

    for (size_t k = first_from(&r->t, lo); k < r->t.w.n && r->t.w.p[k].to <= hi; k++)
        if ((counts(&r->t.w.p[k], spans) || holds_plan(r, &r->t.w.p[k], hi)) &&
            !is_aside(&r->t.w.p[k], hi))
            found = &r->t.w.p[k];
    return found;
}

const struct when *period_first(const struct reader *r, size_t lo, size_t hi)
{
    for (size_t k = first_from(&r->t, lo); k < r->t.w.n && r->t.w.p[k].to <= hi; k++)
        if (counts(&r->t.w.p[k], false) && !is_aside(&r->t.w.p[k], hi) && !r->t.w.p[k].inner)
            return &r->t.w.p[k];
    return NULL;
}

/* "45 tỷ đồng, đến nay có 3 dự án": behind a comma, and more is said before the next. */
static bool opens_next(const struct page *p, const struct when *w, size_t lo)
{
    size_t i = w->to;

    return w->from == lo + 1 && tok_is(p, lo, ',') && i < p->toks.n &&
           (p->toks.p[i].kind < TOK_PUNCT || tok_is(p, i, ':'));
}

/* Said behind the figure: "trong năm 2022", "vào cuối năm", "năm 2018", before a comma. */
const struct when *period_behind(const struct reader *r, size_t lo, size_t hi, bool target)
{
    const struct page *p = &r->p;
    bool open = false;

    for (size_t i = lo; i < hi && i < lo + 16; i++) {
        open = open || tok_is(p, i, '(');
        if (lex_at(p, i, LEX_CUMULATIVE, NULL))
            return NULL; /* the sum up to now comes after the figure of the period */
        if ((tok_is(p, i, ',') && (i > lo || !when_from(&r->t, i + 1))) || tok_is(p, i, ';') ||
            tok_is(p, i, ':') || tok_word(p, i, "và"))
            return NULL;
        const struct when *w = when_from(&r->t, i);
        if (w && ((w->shut && open) || opens_next(p, w, lo)))
            return NULL;
        if (w && (counts(w, true) || (w->deadline && target)) && w->to <= hi)
            return w;
        if (w)
            i = w->to - 1;
    }
    return NULL;
}

/* "vào năm 2020", "trong năm 2020". */
static bool behind_lead(const struct page *p, size_t i)
{
    return i && (tok_word(p, i - 1, "vào") || tok_word(p, i - 1, "trong"));
}

/* "đến nay, 100% chi bộ đã học xong chuyên đề quý II": where the clause opens with now, a time that
 * only qualifies a noun behind the figure does not count. */
static const struct when *behind_of(
    const struct reader *r, const struct draft *d, const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct when *w = period_behind(r, q->end, side->hi, d->f.role == READING_TARGET);
    const struct when *front = w ? period_in(r, side->clause, q->from, false) : NULL;

    return front && front->sort == WHEN_NOW && !tok_is(&r->p, w->from - 1, ',') && !w->end &&
                   !lex_at(&r->p, w->from, LEX_NOW, NULL) && !behind_lead(&r->p, w->from) &&
                   w->from > q->unit.to
               ? NULL
               : w;
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

/* "từ 48% năm 2010 xuống còn 24% năm 2015, bình quân mỗi năm giảm 4,7%": the years of the pair. */
static bool pair_before(const struct reader *r, size_t lo, size_t at, int *ret_from, int *ret_to)
{
    int from = 0, to = 0;

    for (size_t k = first_from(&r->t, lo); k < r->t.w.n && r->t.w.p[k].to <= at; k++) {
        const struct when *w = &r->t.w.p[k];
        if (w->sort != WHEN_YEAR || !w->y || w->paper)
            continue;
        from = to;
        to = w->y;
    }
    *ret_from = from;
    *ret_to = to;
    return from && to > from && to - from <= 10;
}

/* Does the span stand in the same paragraph, before the sentence? */
static bool told_here(const struct reader *r, const struct sentence *s, const struct when *span)
{
    return span && span->from >= r->p.lines.p[s->line].from && span->from < s->from;
}

/* "2020-2025/y" for what holds of every year. */
static void every_year(struct reader *r, const struct sentence *s, struct draft *d)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct when *w = span_near(r, s, q->from);
    struct str text = STR_NULL;

    if (!w)
        w = d->f.role == READING_TARGET || told_here(r, s, r->span) ? r->span : r->past;
    int a, b;
    if (d->f.role != READING_TARGET && pair_before(r, s->from, q->from, &a, &b))
        text = str_of(arena_printf(r->p.a, "%d-%d", a, b));
    else if (w)
        text = when_text(&r->p, &r->t, w);
    else if (r->t.has_main && r->t.main.sort == WHEN_SPAN)
        text = when_text(&r->p, &r->t, &r->t.main);
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
        !(d->f.kind == READING_GROWTH && lex_last(p, side->clause, side->np_hi, LEX_MEAN, &at) &&
            !tok_word(p, at + 2, "đầu")))
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

/* The last month of a time; 0 where it is none or already a point. */
static int last_month(const struct reader *r, const struct when *w)
{
    switch (w->sort) {
    case WHEN_YEAR:
    case WHEN_THIS_YEAR:
        return 12;
    case WHEN_HALF:
        return 6 * w->n;
    case WHEN_QUARTER:
        return 3 * w->n;
    case WHEN_MONTHS:
        return w->n;
    case WHEN_SINCE_YEAR:
        return r->t.year && r->t.month ? r->t.month : 0;
    case WHEN_THIS_QUARTER:
        return r->t.has_main && r->t.main.sort == WHEN_QUARTER ? 3 * r->t.main.n : 0;
    default:
        return 0;
    }
}

/* Is the year over for this text? A year that is still estimated is not. */
static bool is_over(const struct reader *r, const struct when *w)
{
    int y = w->y ? w->y : r->t.year;

    if (r->t.month && r->t.year)
        return r->t.year > y || (r->t.year == y && r->t.month == 12);
    return !r->estimated;
}

/* What follows the figure is measured against the end of a year: then both are counts at a point.
 */
static bool against_point(const struct reader *r, const struct sentence *s, size_t at)
{
    for (size_t k = first_from(&r->t, at); k < r->t.w.n && r->t.w.p[k].from < s->to; k++) {
        const struct when *w = &r->t.w.p[k];
        for (size_t i = at; i < w->from; i++)
            if (tok_is(&r->p, i, ';') || lex_at(&r->p, i, LEX_PART_OF, NULL))
                return false;
        return w->compared && w->end;
    }
    return false;
}

/* "3.838 xã (43,02%) đạt chuẩn": in the same clause, past a bracket. */
static bool holds_standard(const struct reader *r, const struct sentence *s, size_t i)
{
    bool inside = false;

    for (; i < s->to; i++) {
        if (tok_is(&r->p, i, '(') || tok_is(&r->p, i, ')'))
            inside = tok_is(&r->p, i, '(');
        else if (!inside && (tok_is(&r->p, i, ',') || tok_is(&r->p, i, ';')))
            return false;
        else if (!inside && lex_at(&r->p, i, LEX_STANDING, NULL))
            return true;
    }
    return false;
}

/* "100% tổ chức cơ sở đảng đã đại hội xong" */
static bool is_finished(const struct reader *r, const struct sentence *s, size_t i)
{
    bool done = false;

    for (; i < s->to && !tok_is(&r->p, i, ',') && !tok_is(&r->p, i, ';'); i++) {
        done = done || tok_word(&r->p, i, "đã");
        if (done && tok_word(&r->p, i, "xong"))
            return true;
    }
    return false;
}

/* A state that was reached, not what happened during the period: a running total, what is compared
 * with a point, units that hold a standard, and what has fallen to a level, at the end of a year.
 */
static bool is_state(const struct reader *r, const struct sentence *s, const struct draft *d,
    const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct page *p = &r->p;
    enum reading_kind k = d->f.kind;
    bool state = k == READING_COUNT || k == READING_PERCENT || k == READING_LEVEL;

    if (d->f.role != READING_ACTUAL || !(state || k == READING_CHANGE || k == READING_RATIO))
        return false;
    if (q->unit.sort == UNIT_MONEY || !d->when)
        return false;
    if (against_point(r, s, q->end))
        return true;
    size_t at;
    if (state && lex_last(p, side->lo, q->from, LEX_RUNNING_TOTAL, &at))
        return !period_in(r, at, q->from, true);
    if (state && is_finished(r, s, q->end))
        return true;
    if (k == READING_CHANGE || last_month(r, d->when) != 12 || !is_over(r, d->when))
        return false;
    if (lex_within(p, side->lo, q->from, LEX_FALLEN_TO, NULL))
        return lex_within(p, side->clause, side->hi, LEX_STATE_NOUN, NULL);
    return !lex_within(
               p, q->from > s->from + 3 ? q->from - 3 : s->from, q->from, LEX_INFLOW, NULL) &&
           holds_standard(r, s, q->end);
}

static void at_the_end(struct reader *r, struct draft *d)
{
    int m = last_month(r, d->when);
    int y = d->when->y ? d->when->y : r->t.year;

    if (m && y)
        d->f.period = str_of(arena_printf(r->p.a, "%d-%02d", y, m));
    d->point = m && y;
}

static const struct when *event_in(const struct reader *r, const struct sentence *s)
{
    for (size_t k = first_from(&r->t, s->from); k < r->t.w.n && r->t.w.p[k].to <= s->to; k++)
        if (r->t.w.p[k].sort == WHEN_DAY && r->t.w.p[k].event && r->t.w.p[k].y &&
            !r->t.w.p[k].compared && !r->t.w.p[k].paper)
            return &r->t.w.p[k];
    return NULL;
}

/* What a meeting does itself has the day of the meeting, whatever period it talks of. */
static bool at_meeting(struct reader *r, const struct sentence *s, struct draft *d)
{
    const struct page *p = &r->p;
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct when *day = event_in(r, s);

    if (q->unit.sort != UNIT_NOUN || lex_within(p, s->from, s->to, LEX_TARGET, NULL) ||
        !lex_within(p, s->from, s->to, LEX_MEETING_ACT, NULL) || period_in(r, s->from, s->to, true))
        return false;
    if (!day && (!lex_within(p, s->from, s->to, LEX_MEETING, NULL) || !r->t.year || !r->t.month))
        return false;
    d->f.role = READING_ACTUAL;
    d->when = day;
    d->f.period = day ? when_text(&r->p, &r->t, day)
                      : str_of(arena_printf(r->p.a, "%d-%02d", r->t.year, r->t.month));
    return true;
}

static void decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side);

/* "tăng từ 1.664 USD năm 2015 lên 2.094 USD năm 2018. Tỷ trọng nông nghiệp giảm từ 40% xuống còn
 * 36%": without a time of its own a change runs over the years of the pair before it. */
static void from_to_years(struct reader *r, const struct sentence *s, struct draft *d)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    int a, b;

    if (pair_before(r, q->from, q->end + 3 < s->to ? q->end + 3 : s->to, &a, &b)) {
        r->pair_from = a;
        r->pair_to = b;
    } else if (r->pair_to && d->when && d->when->to <= s->from &&
               when_year(&r->t, d->when) == r->pair_to && last_month(r, d->when) == 12) {
        d->f.period = str_of(arena_printf(r->p.a, "%d-%d", r->pair_from, r->pair_to));
    }
}

/* Does the text report on less than a year? */
static bool part_of_year(const struct reader *r)
{
    return r->t.has_main && r->t.main.sort >= WHEN_HALF && r->t.main.sort <= WHEN_MONTH;
}

/* May the token stand between the name of a plan and its figure: "dự toán năm [tỉnh giao là] 42 tỷ
 * đồng"? What was done towards it has a verb of its own. */
static bool stays_plan(const struct page *p, size_t i)
{
    static const char *const done[] = {"đạt", "đã", "thực", "giải", "bằng", "và", "để", "xã"};

    if (p->toks.p[i].kind != TOK_WORD)
        return tok_is(p, i, ':') || tok_is(p, i, '/') || tok_num(p, i);
    for (size_t k = 0; k < sizeof done / sizeof done[0]; k++)
        if (tok_word(p, i, done[k]) && !(k == 1))
            return k == 7 && i && tok_word(p, i - 1, "của");
    return !tok_word(p, i, "đã") || tok_word(p, i + 1, "giao");
}

/* "kế hoạch vốn năm 2025 là 86 tỷ đồng", "(kế hoạch năm 300 ha)": the year of the plan that the
 * figure is, -1 for the text's own year, 0 where it is none. */
static int plan_year(const struct reader *r, size_t lo, size_t q)
{
    const struct page *p = &r->p;
    int y = 0;
    bool year = false;

    for (size_t i = q; i-- > lo && i + 16 > q;) {
        if (!stays_plan(p, i) && !tok_word(p, i, "năm"))
            return 0;
        if (tok_word(p, i, "năm") && !tok_word(p, i + 1, "trước")) {
            year = true;
            y = tok_year(p, i + 1) ? tok_int(p, i + 1) : -1;
        }
        if (year && lex_at(p, i, LEX_YEARLY_PLAN, NULL))
            return i > lo && (tok_word(p, i - 1, "theo") || tok_word(p, i - 1, "hiện") ||
                                 tok_word(p, i - 1, "với") || tok_is(p, i - 1, '%'))
                       ? 0
                       : y;
    }
    return 0;
}

/* "19 chỉ tiêu được giao", "dự toán năm 42 tỷ đồng": the plan is of the year, also in a report on
 * nine months. */
static void assigned_year(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    int m = d->when ? last_month(r, d->when) : 0, y = m ? when_year(&r->t, d->when) : 0, of = 0;

    if (d->f.kind == READING_COUNT && y && d->when->to <= q->from &&
        str_is(q->unit.name, "chỉ tiêu") && lex_within(&r->p, q->end, side->hi, LEX_ASSIGNED, NULL))
        d->f.period = str_of(arena_printf(r->p.a, "%d", y));
    if ((d->f.kind == READING_COUNT || d->f.kind == READING_LEVEL) && part_of_year(r))
        of = plan_year(r, side->lo > s->from ? side->lo : s->from, q->from);
    of = of < 0 ? when_year(&r->t, &r->t.main) : of;
    if (of)
        d->f.period = str_of(arena_printf(r->p.a, "%d", of));
}

void period_decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    if (!side->threshold && !d->alike && at_meeting(r, s, d))
        return;
    decide(r, s, d, side);
    if (side->threshold || d->alike)
        return;
    if (d->f.kind == READING_FROM_TO && d->f.role == READING_ACTUAL)
        from_to_years(r, s, d);
    else if (is_state(r, s, d, side))
        at_the_end(r, d);
    else
        assigned_year(r, s, d, side);
}

/* "đến hết quý I" under a heading that names a year other than the text's means that year. */
static struct str text_here(struct reader *r, const struct when *w)
{
    bool part = w->sort == WHEN_QUARTER || w->sort == WHEN_HALF || w->sort == WHEN_MONTHS ||
                w->sort == WHEN_MONTH || w->sort == WHEN_THIS_YEAR;
    struct when in = *w;

    if (part && !w->y && r->section && r->section_heads && r->section->y > 0 &&
        r->section->sort <= WHEN_MONTH)
        in.y = r->section->y;
    return when_text(&r->p, &r->t, &in);
}

/* The last time before the figure; but what a clause before had behind its figure ("đạt 55 triệu
 * đồng vào năm 2020; ...") ended with that clause where the sentence opens with another time. */
static const struct when *framed(const struct reader *r, const struct sentence *s,
    const struct draft *d, const struct side *side)
{
    size_t at = r->qs.q.p[d->q].from;
    const struct when *w = period_in(r, s->from, at, true), *first = NULL;
    bool figure = false;

    if (w && w->cumulative && r->qs.q.p[0].end <= w->from)
        for (size_t i = w->to; i < at; i++)
            if (tok_is(&r->p, i, ';'))
                return NULL; /* "lũy kế từ đầu năm 742 người; mở 03 lớp dạy nghề" */
    if (!w || w->from >= side->clause)
        return w;
    for (size_t k = 0; k < d->q && !figure; k++)
        figure = r->qs.q.p[k].end <= w->from && w->from < r->qs.q.p[k].end + 8 &&
                 behind_lead(&r->p, w->from) && period_behind(r, r->qs.q.p[k].end, at, false) == w;
    if (figure)
        first = period_in(r, s->from, r->qs.q.p[0].from, true);
    return first ? first : w;
}

/* What a secondary figure says more about: an amount of another time told since its parent ("9,2 tỷ
 * đồng, lũy kế 4 tháng 41,6 tỷ đồng, bằng 43% dự toán"), else the parent. */
static const struct draft *said_last(const struct reader *r, const struct draft *d)
{
    const struct draft *up = &r->drafts.p[d->parent];

    for (size_t k = r->drafts.n; k-- > d->parent + 1;) {
        const struct draft *last = &r->drafts.p[k];
        if (last->when && is_aside(last->when, r->qs.q.p[d->q].from))
            continue; /* said aside */
        if (last->f.kind == READING_LEVEL || last->f.kind == READING_COUNT)
            return last->when != up->when ? last : up;
    }
    return up;
}

/* "đạt 51,7% kế hoạch (cùng kỳ năm 2021 đạt 48,9%)": what the figure before had, a year earlier. */
static bool year_before(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct draft *b = r->drafts.n ? &r->drafts.p[r->drafts.n - 1] : NULL;
    bool level = d->f.kind == READING_PERCENT || d->f.kind == READING_PERCENT_OF_PLAN ||
                 d->f.kind == READING_LEVEL || d->f.kind == READING_COUNT;
    size_t at = 0;

    const struct when *than =
        q->bracket && q->from > s->from + 1 ? when_before(&r->t, q->from - 1) : NULL;
    if (than && than->compared && than->y && level && !than->paper) {
        d->f.period = when_text(&r->p, &r->t, than);
        return true; /* "tăng 5,4% so với năm 2023 (1.598 đảng viên)" */
    }
    if (!b || !level || side->verb == VERB_UP || side->verb == VERB_DOWN || b->f.period.n < 4 ||
        !lex_last(
            &r->p, side->lo > s->from ? side->lo - 1 : s->from, q->from, LEX_SAME_PERIOD, &at) ||
        at <= s->from || !tok_is(&r->p, at - 1, '('))
        return false;
    int64_t y;
    if (!str_to_i64(str_slice(b->f.period, 0, 4), &y))
        return false;
    d->f.period = str_of(arena_printf(
        r->p.a, "%d%.*s", (int)y - 1, STR_ARG(str_slice(b->f.period, 4, b->f.period.n))));
    return true;
}

static void decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side)
{
    const struct quantity *q = &r->qs.q.p[d->q];
    const struct when *w = behind_of(r, d, side);

    if (side->threshold)
        return;
    if (d->alike) {
        d->f.period = r->drafts.p[r->drafts.n - 1].f.period;
        return;
    }
    if (year_before(r, s, d, side))
        return;
    if (is_yearly(r, s, d, side)) {
        every_year(r, s, d);
        return;
    }
    if (!w && q->shape == SHAPE_FROM_TO)
        w = period_in(r, q->from, q->to, true);
    const struct draft *last = r->drafts.n ? &r->drafts.p[r->drafts.n - 1] : NULL;
    if (!w && d->secondary && side->verb == VERB_OVER && str_ends(last->f.period, STR("/y")) &&
        !period_in(r, side->lo, q->from, true)) {
        d->f.period = last->f.period;
        return;
    }
    if (!w && d->secondary && !period_in(r, side->lo, q->from, true)) {
        const struct draft *up = said_last(r, d);
        bool yearly = str_ends(up->f.period, STR("/y"));
        w = up->when;
        bool level = d->f.kind == READING_PERCENT || d->f.kind == READING_LEVEL;
        if (!yearly || w || !level) {
            d->when = w;
            bool whole = (yearly && level) || (up->point && d->f.kind == READING_CHANGE);
            d->f.period = whole ? when_text(&r->p, &r->t, w) : up->f.period;
            return;
        }
    }
    if (!w)
        w = framed(r, s, d, side);
    bool told = w != NULL;
    if (!w)
        w = period_carried(r, d->f.role, q->from);
    d->when = w;
    d->f.period = w ? text_here(r, w) : STR_NULL;
    bool crop = q->unit.sort == UNIT_MEASURE || q->unit.sort == UNIT_PERCENT;
    if (w && !told && crop && d->f.role == READING_ACTUAL && when_year(&r->t, w) &&
        (w->sort == WHEN_MONTH || w->sort == WHEN_THIS_MONTH) &&
        lex_within(&r->p, s->from, q->from, LEX_SEASON, NULL)) /* "vụ Xuân": not of a month */
        d->f.period = str_of(arena_printf(r->p.a, "%d", when_year(&r->t, w)));
}
