/* table: figures in the cells of tables (see reader.h).
 *
 * A table is a run of lines with tabs. Its first rows without figures are the header; the words of
 * a column's header say whether it holds plans, results, estimates, per cents of the plan or
 * changes. A row has a label, perhaps a unit of measure in a column of its own or in brackets, and
 * cells with a number.
 */
#include "reading/reader.h"

#define COLUMNS_MAX 24

enum content { HOLDS_VALUE, HOLDS_SKIP, HOLDS_UNIT, HOLDS_LABEL, HOLDS_PLAN, HOLDS_GROWTH };

struct column {
    enum content holds;
    enum reading_role role;
    bool role_given;
    const struct when *when;
    struct unit unit;
    bool has_unit;
};

struct cell {
    size_t from, to;
};

struct table {
    struct column columns[COLUMNS_MAX];
    size_t ncolumns;
};

static size_t cells_of(const struct page *p, const struct line *l, struct cell *cells)
{
    size_t n = 0, from = l->from;

    for (size_t i = l->from; i <= l->to && n < COLUMNS_MAX; i++) {
        if (i < l->to && p->toks.p[i].kind != TOK_TAB)
            continue;
        cells[n++] = (struct cell){from, i};
        from = i + 1;
    }
    return n;
}

/* The number of a cell that holds nothing else but a unit; tokens are left to the caller. */
static bool cell_number(struct reader *r, const struct cell *c, struct quantity *q)
{
    struct page *p = &r->p;
    size_t i = c->from, n;

    *q = (struct quantity){0};
    i += lex_at(p, i, LEX_APPROX, NULL);
    bool least = tok_is(p, i, '>'), most = tok_is(p, i, '<');
    while (i < c->to && (tok_is(p, i, '-') || tok_is(p, i, '+') || least || most)) {
        q->minus = q->minus || tok_is(p, i, '-');
        i++;
        if (!tok_is(p, i, '=') && !tok_is(p, i, '-') && !tok_is(p, i, '+'))
            break;
    }
    if (!tok_num(p, i) || !(n = number_at(p, i, c->to, &q->a, &q->in_words)))
        return false;
    q->from = (uint32_t)c->from;
    q->num = (uint32_t)i;
    i += n;
    if (tok_is(p, i, '/') && tok_num(p, i + 1) && number_at(p, i + 1, c->to, &q->b, &q->in_words)) {
        q->shape = SHAPE_RATIO;
        i += 2;
    }
    if (i < c->to && unit_at(p, i, c->to, &q->unit))
        i = q->unit.to;
    q->to = q->end = (uint32_t)i;
    if (least || most)
        q->bound = least ? BOUND_LEAST : BOUND_MOST;
    return i >= c->to;
}

static void read_column(struct reader *r, struct column *col, const struct cell *c)
{
    struct page *p = &r->p;
    bool said = false;

    for (size_t i = c->from; i < c->to;) {
        struct str what;
        size_t n = lex_at(p, i, LEX_COLUMN, &what);
        const struct when *w = when_from(&r->t, i);
        if (w)
            col->when = w;
        if (n && str_is(what, "skip"))
            col->holds = HOLDS_SKIP;
        else if (n && str_is(what, "unit") && !said)
            col->holds = HOLDS_UNIT;
        else if (n && str_is(what, "label") && !said)
            col->holds = HOLDS_LABEL;
        else if (n && str_is(what, "plan"))
            col->holds = HOLDS_PLAN;
        else if (n && str_is(what, "growth"))
            col->holds = HOLDS_GROWTH;
        else if (n && col->holds == HOLDS_VALUE && !col->role_given) {
            col->role = str_is(what, "target")     ? READING_TARGET
                        : str_is(what, "estimate") ? READING_ESTIMATE
                                                   : READING_ACTUAL;
            col->role_given = true;
        }
        if (tok_is(p, i, '(') && unit_at(p, i + 1, c->to, &col->unit) && !col->unit.unknown &&
            tok_is(p, col->unit.to, ')'))
            col->has_unit = true;
        said = said || n;
        i += n ? n : 1;
    }
}

static bool is_header(struct reader *r, const struct line *l)
{
    struct cell cells[COLUMNS_MAX];
    struct quantity q;
    size_t n = cells_of(&r->p, l, cells), words = 0;
    bool column = false;

    for (size_t i = 0; i < n; i++) {
        if (cells[i].from < cells[i].to && cell_number(r, &cells[i], &q) && i > 0 &&
            !tok_year(&r->p, q.num))
            return false;
        words += cells[i].from < cells[i].to;
        column = column || lex_within(&r->p, cells[i].from, cells[i].to, LEX_COLUMN, NULL);
    }
    return column || words > 1;
}

/* "1 2 3 4", "(1) (2) (3)" under a header. */
static bool is_numbering(struct reader *r, const struct line *l)
{
    int next = 1;

    for (size_t i = l->from; i < l->to; i++) {
        if (!tok_num(&r->p, i))
            continue;
        if (tok_int(&r->p, i) != next && tok_int(&r->p, i) != next - 1)
            return false;
        next = tok_int(&r->p, i) + 1;
    }
    return next > 2;
}

static size_t read_header(struct reader *r, size_t line, struct table *t)
{
    struct cell cells[COLUMNS_MAX];
    size_t k = line;

    for (; k < r->p.lines.n && k < line + 4; k++) {
        const struct line *l = &r->p.lines.p[k];
        if (!l->table || !(is_header(r, l) || (k > line && is_numbering(r, l))))
            break;
        size_t n = cells_of(&r->p, l, cells);
        t->ncolumns = n > t->ncolumns ? n : t->ncolumns;
        for (size_t i = 0; i < n; i++)
            read_column(r, &t->columns[i], &cells[i]);
        bool labels = false;
        for (size_t i = 0; i < n; i++)
            labels = labels || t->columns[i].holds != HOLDS_VALUE || t->columns[i].role_given;
        if (!labels && k == line) { /* a row of words, no header */
            *t = (struct table){0};
            return line;
        }
    }
    return k;
}

static void row_unit(struct reader *r, const struct table *t, const struct cell *cells, size_t n,
    const struct cell *label, struct unit *ret)
{
    struct page *p = &r->p;

    for (size_t i = 0; i < n; i++)
        if (t->columns[i].holds == HOLDS_UNIT && unit_at(p, cells[i].from, cells[i].to, ret))
            return;
    for (size_t i = label->from; i < label->to; i++)
        if (tok_is(p, i, '(') && unit_at(p, i + 1, label->to, ret) && !ret->unknown &&
            tok_is(p, ret->to, ')'))
            return;
    *ret = (struct unit){0};
}

static void cell_kind(const struct column *col, const struct quantity *q, struct reading_figure *f)
{
    bool percent = q->unit.sort == UNIT_PERCENT || q->unit.sort == UNIT_PERMILLE;

    f->value = q->a;
    f->unit = q->unit.name;
    if (q->minus)
        f->value.m = -f->value.m;
    if (q->shape == SHAPE_RATIO) {
        f->kind = READING_RATIO;
        f->a = q->a;
        f->b = q->b;
    } else if (col->holds == HOLDS_PLAN || col->holds == HOLDS_GROWTH) {
        f->kind = col->holds == HOLDS_PLAN ? READING_PERCENT_OF_PLAN : READING_GROWTH;
        f->unit = STR("%");
        f->comparator = col->holds == HOLDS_PLAN ? STR("kế hoạch") : STR("so với cùng kỳ");
    } else {
        f->kind = percent                                     ? READING_PERCENT
                  : q->unit.sort == UNIT_NOUN && !q->unit.per ? READING_COUNT
                                                              : READING_LEVEL;
    }
    if (q->bound) {
        f->base_kind = f->kind;
        f->kind = q->bound == BOUND_LEAST ? READING_AT_LEAST : READING_AT_MOST;
    }
}

static bool put_cell(struct reader *r, const struct sentence *s, const struct column *col,
    const struct cell *label, const struct unit *unit, struct quantity *q)
{
    struct reading_figure f = {.table = true};
    const struct line *l = &r->p.lines.p[s->line];

    if (q->unit.sort == UNIT_NONE) {
        q->unit = unit->sort != UNIT_NONE ? *unit : col->has_unit ? col->unit : (struct unit){0};
        if (col->holds == HOLDS_VALUE && q->unit.times.m > 1 &&
            !dec_times(q->a, q->unit.times, &q->a))
            return true;
    }
    if (q->unit.sort == UNIT_NONE && col->holds == HOLDS_VALUE) {
        enum lex group;
        for (size_t i = label->from; i < label->to && q->unit.sort == UNIT_NONE; i++)
            if (noun_at(&r->p, i, &group, &q->unit.name))
                q->unit.sort = UNIT_NOUN;
    }
    if (q->unit.sort == UNIT_NONE && col->holds == HOLDS_VALUE)
        return true;
    cell_kind(col, q, &f);
    f.role = col->role_given ? col->role : l->role;
    f.indicator_phrase = phrase_range(r, label->from, label->to);
    f.subject_unit = str_empty(r->subject) ? r->ps.main : r->subject;
    const struct when *w = col->when ? col->when : period_carried(r, f.role, q->from);
    f.period = w ? when_text(&r->p, &r->t, w) : STR_NULL;
    return figure_push(r, s, q->from, q->end, &f);
}

static bool read_row(struct reader *r, const struct table *t, const struct sentence *s)
{
    struct cell cells[COLUMNS_MAX], label = {0, 0};
    struct quantity q;
    struct unit unit;
    size_t n = cells_of(&r->p, &r->p.lines.p[s->line], cells), labelled = COLUMNS_MAX;

    for (size_t i = 0; i < n && labelled == COLUMNS_MAX; i++)
        if (t->columns[i].holds == HOLDS_LABEL ||
            (!cell_number(r, &cells[i], &q) && cells[i].to > cells[i].from + 1))
            labelled = i;
    if (labelled == COLUMNS_MAX)
        return true;
    label = cells[labelled];
    row_unit(r, t, cells, n, &label, &unit);
    for (size_t i = labelled + 1; i < n; i++) {
        const struct column *col = &t->columns[i];
        if (col->holds == HOLDS_SKIP || col->holds == HOLDS_UNIT || cells[i].from == cells[i].to)
            continue;
        if (cell_number(r, &cells[i], &q) && r->p.toks.p[q.num].mark == MARK_NONE &&
            !put_cell(r, s, col, &label, &unit, &q))
            return false;
    }
    return true;
}

bool figures_of_table(struct reader *r, size_t line, size_t *ret_next)
{
    struct table t = {0};
    size_t k = read_header(r, line, &t);

    r->comparisons.n = 0;
    for (; k < r->p.lines.n && r->p.lines.p[k].table; k++) {
        const struct line *l = &r->p.lines.p[k];
        if (l->s0 < l->s1 && !read_row(r, &t, &r->p.sents.p[l->s0]))
            return false;
    }
    *ret_next = k;
    return true;
}
