/* bind: what expressions of time mean beside each other (see when.h): which bracket encloses one,
 * which lies within another, from which it takes its year, which term or quarter a word means.
 *
 * Looks only at the expressions that times_find() found; adds none. One walk over tokens or
 * expressions each.
 */
#include "reading/when.h"

/* The months of its year that it covers; false for what is no part of a year from a first month. */
static bool months_of(const struct when *w, int *ret_first, int *ret_last)
{
    int n = w->sort == WHEN_HALF ? 6 : w->sort == WHEN_QUARTER ? 3 : 1;

    *ret_first = w->sort == WHEN_MONTHS || w->sort == WHEN_YEAR ? 1 : n * (w->n - 1) + 1;
    *ret_last = w->sort == WHEN_MONTHS ? w->n : w->sort == WHEN_YEAR ? 12 : n * w->n;
    return w->sort == WHEN_HALF || w->sort == WHEN_QUARTER || w->sort == WHEN_MONTHS ||
           w->sort == WHEN_MONTH || w->sort == WHEN_YEAR;
}

/* "quý III và 9 tháng đầu năm 2025": a report on both is on the longer, the shorter lies within. */
static void join_titles(struct times *t, const struct page *p)
{
    for (size_t k = 0; k + 1 < t->w.n; k++) {
        struct when *w = &t->w.p[k];
        const struct when *u = &t->w.p[k + 1];
        size_t i = w->to;
        int a, b, c, d;
        if (!tok_word(p, i, "và") && !tok_is(p, i, ','))
            continue;
        i++;
        i += tok_word(p, i, "và");
        i += tok_word(p, i, "lũy") && tok_word(p, i + 1, "kế") ? 2 : 0;
        w->inner = i == u->from && months_of(w, &a, &b) && months_of(u, &c, &d) && c < a &&
                   b == d && (!w->y || !u->y || w->y == u->y);
        if (w->inner && !w->y)
            w->y = u->y;
    }
}

/* "Năm 2023, ... vào cuối năm": what has no year takes the one named before it in the same line. */
static void borrow_years(struct times *t, const struct page *p)
{
    const struct when *last = NULL;

    for (size_t i = 0, line = 0; i < t->w.n; i++) {
        struct when *w = &t->w.p[i];
        while (p->lines.p[line].to < w->from) {
            line++;
            last = NULL;
        }
        bool relative = w->sort == WHEN_THIS_YEAR || w->sort == WHEN_HALF ||
                        w->sort == WHEN_QUARTER || w->sort == WHEN_MONTHS || w->sort == WHEN_MONTH;
        if (w->shut && relative && w->y) /* said aside */
            continue;
        if (w->sort == WHEN_NOW) /* back from an earlier year to the text's own */
            last = NULL;
        else if (w->y && !w->compared && !w->paper && !w->shut && w->sort != WHEN_SPAN &&
                 w->sort != WHEN_DAY)
            last = w;
        else if (relative && !w->y && last)
            w->y = last->y;
    }
}

/* "trong nhiệm kỳ", "hết nhiệm kỳ" mean the term that was named last, "trong quý" the quarter. */
static void bind_names(struct times *t)
{
    const struct when *last = NULL, *quarter = NULL, *span = NULL, *month = NULL;

    for (size_t i = 0; i < t->w.n; i++) {
        struct when *w = &t->w.p[i];
        if (w->sort == WHEN_SPAN && w->term && !w->compared)
            last = span = w;
        else if (w->sort == WHEN_TERM && (w->d ? span : last)) {
            w->y = w->d ? span->y : last->y;
            w->y2 = w->d ? span->y2 : last->y2;
        } else if (w->sort == WHEN_TERM && w->d) {
            w->paper = true; /* "trong 3 năm" of no span that was named */
        } else if (w->sort == WHEN_SPAN && !w->local && !w->compared && !w->paper) {
            span = w;
        } else if (w->sort == WHEN_START_OF_TERM) {
            w->sort = WHEN_YEAR;
            w->y = last ? last->y : 0;
            w->paper = !last;
            w->local = true;
        } else if (w->sort == WHEN_QUARTER && !w->compared && !w->shut) {
            quarter = w;
        } else if (w->sort == WHEN_MONTH && w->inner) {
            month = w;
        } else if (w->sort == WHEN_THIS_MONTH && month) {
            w->sort = WHEN_MONTH;
            w->y = month->y;
            w->n = month->n;
        } else if (w->sort == WHEN_THIS_QUARTER && quarter) {
            w->sort = WHEN_QUARTER;
            w->y = quarter->y;
            w->n = quarter->n;
        }
    }
}

/* "(quý I/2021 tăng 4,9%)": a time that a bracket gives to a number of its own stays in there. */
static void enclose(struct times *t, const struct page *p)
{
    size_t open = 0, k = 0;
    bool number = false;

    for (size_t i = 0; i < p->toks.n; i++) {
        if (p->toks.p[i].kind == TOK_LINE || p->toks.p[i].kind == TOK_TAB)
            open = 0;
        else if (tok_is(p, i, '(')) {
            open = i + 1;
            number = false;
        } else if (open && tok_num(p, i) && !t->at[i]) {
            number = true;
        } else if (open && tok_is(p, i, ')')) {
            while (k < t->w.n && t->w.p[k].from < open)
                k++;
            for (; k < t->w.n && t->w.p[k].to <= i; k++)
                t->w.p[k].shut = number ? (uint32_t)i : 0;
            open = 0;
        }
    }
}

void times_bind(struct times *t, const struct page *p)
{
    enclose(t, p);
    join_titles(t, p);
    borrow_years(t, p);
    bind_names(t);
}
