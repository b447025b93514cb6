/* learn: what a text as a whole is about: its date, year, term and the period it reports on (see
 * when.h).
 *
 * Looks only at the expressions that times_find() found; adds none. A title speaks before the body,
 * a full date before a month, a year that is named often before one that is named once.
 */
#include "reading/when.h"

/* The date of the text: the first full date that is not a paper's; else the first month. */
static void learn_date(struct times *t, const struct page *p)
{
    for (int pass = 0; pass < 2 && !t->year; pass++)
        for (size_t i = 0; i < t->w.n && !t->year; i++) {
            const struct when *w = &t->w.p[i];
            if (w->y && !w->paper && !w->compared && w->sort == (pass ? WHEN_MONTH : WHEN_DAY)) {
                t->year = w->y;
                t->month = w->n >= 1 && w->n <= 12 ? w->n : 0;
            }
        }
    if (p->options->year) {
        t->year = p->options->year;
        t->month = p->options->month;
    }
}

static bool is_report_sort(const struct when *w)
{
    return w->sort == WHEN_YEAR || w->sort == WHEN_HALF || w->sort == WHEN_QUARTER ||
           w->sort == WHEN_MONTHS || w->sort == WHEN_MONTH;
}

/* Without a date: the year that is named most, the earlier one of two; never a year compared with.
 */
static void learn_year(struct times *t)
{
    uint32_t count[170] = {0};
    size_t best = 0;

    for (size_t i = 0; i < t->w.n; i++)
        if (t->w.p[i].y >= 1930 && is_report_sort(&t->w.p[i]) && !t->w.p[i].compared)
            count[t->w.p[i].y - 1930]++;
    for (size_t k = 0; k < 170; k++)
        if (count[k] > count[best])
            best = k;
    if (!t->year && count[best])
        t->year = 1930 + (int)best;
}

/* A time of the title or lead, or one that opens a sentence; not the time of tasks to come. */
static bool frames(const struct page *p, const struct when *w)
{
    size_t i = w->from;
    bool top = p->lines.n <= 5 || w->from < p->lines.p[5].from;

    if (i >= 2 && tok_word(p, i - 2, "nhiệm") && tok_word(p, i - 1, "vụ"))
        return false;
    return top || i == 0 || p->toks.p[i - 1].kind >= TOK_PUNCT || tok_word(p, i - 1, "trong");
}

/* "Báo cáo kết quả ... nhiệm kỳ 2020-2025", not a congress of a term that begins. */
static bool tells_results(const struct page *p, const struct when *w)
{
    for (size_t i = w->from; i-- > 0 && w->from - i < 30 && p->toks.p[i].kind != TOK_LINE;) {
        if ((tok_word(p, i, "đại") && tok_word(p, i + 1, "hội")) || tok_word(p, i, "hướng") ||
            tok_is(p, i, ';'))
            return false;
        if ((tok_word(p, i, "kết") && (tok_word(p, i + 1, "quả") || tok_word(p, i - 1, "tổng"))))
            return true;
    }
    return false;
}

/* A report whose title names years only: "giám sát ... từ năm 2018 đến tháng 9 năm 2020". */
static const struct when *title_span(const struct times *t, const struct page *p)
{
    const struct when *span = NULL;
    size_t end = 0;

    while (end < p->lines.n && end < 12 && p->lines.p[end].to - p->lines.p[end].from < 60 &&
           !(p->lines.p[end].to > p->lines.p[end].from && tok_is(p, p->lines.p[end].to - 1, '.')))
        end++;
    for (size_t i = 0; end && i < t->w.n && t->w.p[i].from < p->lines.p[end - 1].to; i++) {
        const struct when *w = &t->w.p[i];
        if (is_report_sort(w) && !w->compared)
            return NULL;
        bool told = tells_results(p, w) || (!w->term && !w->local && tok_word(p, w->from, "từ"));
        if (w->sort == WHEN_SPAN && !w->paper && told)
            span = w;
    }
    return span;
}

/* In a report on less than a year "kế hoạch vốn năm 2025" is the time of the plan alone. */
static void mark_plans(struct times *t, const struct page *p)
{
    if (!t->has_main || t->main.sort < WHEN_HALF || t->main.sort > WHEN_MONTH)
        return;
    for (size_t k = 0; k < t->w.n; k++) {
        struct when *w = &t->w.p[k];
        if (w->sort != WHEN_YEAR || w->end || !w->y || (t->main.y ? t->main.y : t->year) != w->y)
            continue;
        size_t i = w->from;
        for (; i > 0 && w->from - i < 6 && p->toks.p[i - 1].kind == TOK_WORD; i--)
            w->planned = w->planned || lex_at(p, i - 1, LEX_YEARLY_PLAN, NULL);
        w->paper = w->paper || (w->planned && i > 0 && tok_is(p, i - 1, '%'));
    }
}

void times_learn(struct times *t, const struct page *p)
{
    for (size_t i = t->w.n; i-- > 0;) {
        const struct when *w = &t->w.p[i];
        if (w->sort == WHEN_DAY && w->y && !w->paper)
            t->event = w;
        if (w->term)
            t->term_when = w;
    }
    learn_date(t, p);
    learn_year(t);
    for (int pass = 0; pass < 2 && !t->term; pass++)
        for (size_t i = 0; i < t->w.n && !t->term; i++)
            if (t->w.p[i].sort == WHEN_SPAN && (t->w.p[i].term || pass)) {
                t->term = t->w.p[i].y;
                t->term_end = t->w.p[i].y2;
            }
    const struct when *title = title_span(t, p);
    if (title) {
        t->main = *title;
        t->has_main = true;
    }
    for (size_t i = 0; i < t->w.n && !t->has_main; i++) {
        const struct when *w = &t->w.p[i];
        bool recent = !w->y || !t->year || (w->y >= t->year - 1 && w->y <= t->year + 1);
        if (is_report_sort(w) && !w->compared && !w->local && !w->shut && !w->inner && recent &&
            frames(p, w)) {
            t->main = *w;
            t->main.end = false;
            t->has_main = true;
        }
    }
    mark_plans(t, p);
}
