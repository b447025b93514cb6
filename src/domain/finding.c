/* finding: the checks of a form over its typed cells; see finding.h. Sentences and the rule pack
 * are in finding_words.c. */
#include "domain/finding.h"

#include <stdlib.h>

#include "base/vec.h"

struct checker {
    struct arena *a;
    const struct form_check *q;
    const struct catalog *c;
    const struct form *f;
    struct map cell_of; /* series -> index into q->cell */
    VEC(struct finding) found;
    struct err *err;
};

static bool overflow(struct checker *k)
{
    return err_set(k->err, ERR_OVERFLOW, MSG_err_number_overflow);
}

static const struct checked_cell *cell_at(const struct checker *k, int series)
{
    uint64_t i;

    return series >= 0 && map_get(&k->cell_of, (uint64_t)series, &i) ? &k->q->cell[i] : NULL;
}

static bool is_entered_here(const struct checker *k, const struct form_line *l)
{
    const struct indicator *in = &k->c->indicator[l->indicator];

    return !in->formula && (in->form < 0 || in->form == k->q->form);
}

/* ---- values ---- */

static struct formula_value typed(const struct checker *k, int series)
{
    const struct checked_cell *cell = cell_at(k, series);

    if (!cell || !cell->has)
        return (struct formula_value){.has = false};
    const struct indicator *in = &k->c->indicator[k->c->series[series].indicator];
    struct dec d = {cell->value, (uint8_t)in->decimals};
    return (struct formula_value){.has = true, .number = rat_of_dec(d)};
}

static bool from_caller(struct checker *k, int indicator, int series, enum formula_op how,
    struct str set, struct formula_value *ret)
{
    *ret = (struct formula_value){.has = false};
    return !k->q->value || k->q->value(k->q->ctx, indicator, series, how, set, ret, k->err);
}

static bool compute(struct checker *k, int indicator, struct formula_value *ret);

/* Does the form hold a cell for this indicator, filled or not? */
static bool on_form(const struct checker *k, int indicator)
{
    for (int i = k->f->first_line; i < k->f->first_line + k->f->lines; i++)
        if (k->c->form_line[i].indicator == indicator)
            return is_entered_here(k, &k->c->form_line[i]);
    return false;
}

static bool current(struct checker *k, int indicator, int series, struct formula_value *ret)
{
    const struct indicator *in = &k->c->indicator[indicator];

    if (in->formula && (series < 0 || series == in->series))
        return compute(k, indicator, ret);
    if (cell_at(k, series) || on_form(k, indicator)) {
        *ret = typed(k, series);
        return true;
    }
    return from_caller(k, indicator, series, F_NAME, STR_NULL, ret);
}

/* Since January: what was before, and what is typed now. */
static bool to_date(struct checker *k, int indicator, int series, struct formula_value *ret)
{
    struct formula_value now, before;
    struct rat sum;

    if (!current(k, indicator, series, &now))
        return false;
    *ret = now;
    if (k->c->indicator[indicator].entered == ENTERED_YEAR_TO_DATE || !now.has)
        return true;
    if (!from_caller(k, indicator, series, F_CUMULATIVE, STR_NULL, &before))
        return false;
    if (!before.has)
        return true;
    if (!rat_add(before.number, now.number, &sum))
        return overflow(k);
    ret->number = sum;
    return true;
}

static bool operand(void *ctx, int i, enum formula_op how, struct str set,
    struct formula_value *ret, struct err *err)
{
    struct checker *k = ctx;
    int indicator, series;

    (void)err; /* the checker carries the same one */
    catalog_operand(k->c, i, &indicator, &series);
    if (how == F_NAME)
        return current(k, indicator, series, ret);
    if (how == F_CUMULATIVE)
        return to_date(k, indicator, series, ret);
    return from_caller(k, indicator, series, how, set, ret);
}

/* Counting over units is no business of one unit's report. */
static bool share(
    void *ctx, const struct formula *f, int node, struct formula_value *ret, struct err *err)
{
    (void)ctx;
    (void)f;
    (void)node;
    (void)err;
    *ret = (struct formula_value){.has = false};
    return true;
}

static struct formula_source source_of(struct checker *k)
{
    return (struct formula_source){k, operand, share};
}

/* The catalogue has refused cycles, so this ends. */
static bool compute(struct checker *k, int indicator, struct formula_value *ret)
{
    struct formula_source source = source_of(k);

    return formula_eval(k->c->indicator[indicator].formula, &source, ret, k->err);
}

/* ---- the list ---- */

static struct finding *add(
    struct checker *k, enum finding_kind kind, enum rule_level level, int line)
{
    struct finding f = {.kind = kind, .level = level, .line = line};

    if (line >= 0) {
        int series = k->c->indicator[k->c->form_line[line].indicator].series;
        const struct checked_cell *cell = cell_at(k, series);
        f.explained = level == RULE_WARNING && cell && !str_empty(str_trim(cell->note));
    }
    if (!vec_push(&k->found, k->a, f)) {
        err_memory(k->err);
        return NULL;
    }
    return &k->found.p[k->found.n - 1];
}

/* Lines to name beside the finding's own; `lines` is scratch of the caller. */
static bool relate(struct checker *k, struct finding *f, const int *lines, size_t n)
{
    int *copy = arena_array(k->a, n, sizeof *copy);

    if (!copy)
        return err_memory(k->err);
    for (size_t i = 0; i < n; i++)
        copy[i] = lines[i];
    f->related = copy;
    f->relateds = n;
    return true;
}

static void set_sides(struct finding *f, struct rat a, struct rat b, int decimals)
{
    int da = decimals_that_agree(a, b, decimals), db = decimals_that_agree(b, a, decimals);

    f->has_sides = rat_round(a, da, &f->side[0]) && rat_round(b, db, &f->side[1]);
}

static bool has_finding(const struct checker *k, int line, enum finding_kind kind)
{
    for (size_t i = 0; i < k->found.n; i++)
        if (k->found.p[i].line == line && k->found.p[i].kind == kind)
            return true;
    return false;
}

/* ---- the form's rules ---- */

/* Lines of the form whose indicators stand in the rule, less its own. */
static bool relate_rule(struct checker *k, struct finding *f, const struct formula *g)
{
    int *lines = arena_array(k->a, (size_t)k->f->lines, sizeof *lines);
    size_t n = 0;

    if (!lines)
        return err_memory(k->err);
    for (int i = k->f->first_line; i < k->f->first_line + k->f->lines; i++)
        for (int j = 0; i != f->line && j < g->nodes; j++) {
            int indicator, series;
            if (g->node[j].op != F_NAME)
                continue;
            catalog_operand(k->c, g->node[j].operand, &indicator, &series);
            if (k->c->form_line[i].indicator == indicator) {
                lines[n++] = i;
                break;
            }
        }
    f->related = lines;
    f->relateds = n;
    return true;
}

/* `A <= B` of a line and the line it is a part of: the check of parts says it better. */
static bool says_part(const struct checker *k, const struct form_rule *r)
{
    const struct formula *g = r->formula;
    const struct formula_node *root = &g->node[g->nodes - 1];

    if (r->line < 0 || root->op != F_LE)
        return false;
    const struct form_line *l = &k->c->form_line[r->line];
    const struct formula_node *a = &g->node[root->arg[0]], *b = &g->node[root->arg[1]];
    return l->parent_line >= 0 && a->op == F_NAME && b->op == F_NAME &&
           a->operand == l->indicator && b->operand == k->c->form_line[l->parent_line].indicator;
}

static bool add_rule(struct checker *k, const struct form_rule *r)
{
    const struct formula *g = r->formula;
    const struct formula_node *root = &g->node[g->nodes - 1];
    struct formula_source source = source_of(k);
    struct finding *f = add(k, FINDING_RULE, r->level, r->line);
    int decimals = r->line < 0 ? 0 : k->c->indicator[k->c->form_line[r->line].indicator].decimals;
    struct formula_value a, b;

    if (!f)
        return false;
    f->rule = r;
    if (!relate_rule(k, f, g))
        return false;
    if (root->op < F_EQ || root->op > F_GE || g->node[root->arg[0]].is_truth)
        return true;
    if (!formula_eval_node(g, root->arg[0], &source, &a, k->err) ||
        !formula_eval_node(g, root->arg[1], &source, &b, k->err))
        return false;
    set_sides(f, a.number, b.number, decimals);
    return true;
}

static bool check_rules(struct checker *k)
{
    for (int i = k->f->first_rule; i < k->f->first_rule + k->f->rules; i++) {
        const struct form_rule *r = &k->c->form_rule[i];
        struct formula_source source = source_of(k);
        struct formula_value v;
        if (says_part(k, r))
            continue;
        if (!formula_eval(r->formula, &source, &v, k->err))
            return false;
        if (v.has && rat_is_zero(v.number) && !add_rule(k, r))
            return false;
    }
    return true;
}

/* ---- parts and wholes ---- */

static bool check_part(struct checker *k, int line)
{
    const struct form_line *l = &k->c->form_line[line];
    struct formula_value part, whole;

    if (l->parent_line < 0)
        return true;
    int over = k->c->form_line[l->parent_line].indicator;
    if (!current(k, l->indicator, k->c->indicator[l->indicator].series, &part) ||
        !current(k, over, k->c->indicator[over].series, &whole))
        return false;
    if (!part.has || !whole.has || rat_cmp(part.number, whole.number) <= 0)
        return true;
    struct finding *f = add(k, FINDING_PART, RULE_ERROR, line);
    if (!f)
        return false;
    set_sides(f, part.number, whole.number, k->c->indicator[l->indicator].decimals);
    return relate(k, f, &l->parent_line, 1);
}

static bool check_breakdown(struct checker *k, int line)
{
    const struct indicator *in = &k->c->indicator[k->c->form_line[line].indicator];
    struct formula_value whole = typed(k, in->series), part;
    struct rat sum = rat_of_i64(0);
    int present = 0;

    for (int s = in->first_part; s < in->first_part + in->parts; s++) {
        part = typed(k, s);
        present += part.has;
        if (part.has && !rat_add(sum, part.number, &sum))
            return overflow(k);
    }
    int c = present && whole.has ? rat_cmp(sum, whole.number) : 0;
    if (c == 0 || (c < 0 && present < in->parts) || has_finding(k, line, FINDING_RULE))
        return true;
    struct finding *f = add(k, FINDING_PARTS, RULE_ERROR, line);
    if (f)
        set_sides(f, sum, whole.number, in->decimals);
    return f != NULL;
}

/* ---- against the last period ---- */

static bool previous(
    struct checker *k, int line, struct formula_value *now, struct formula_value *before)
{
    const struct indicator *in = &k->c->indicator[k->c->form_line[line].indicator];

    *now = typed(k, in->series);
    *before = (struct formula_value){.has = false};
    return !now->has ||
           from_caller(k, k->c->form_line[line].indicator, in->series, F_PREV, STR_NULL, before);
}

static bool check_jump(struct checker *k, int line)
{
    const struct finding_limits *lim = &k->q->limits;
    struct formula_value now, before;
    struct rat change, percent;

    if (!previous(k, line, &now, &before))
        return false;
    if (!now.has || !before.has || rat_sign(before.number) <= 0)
        return true;
    if (!rat_sub(now.number, before.number, &change) || !rat_div(change, before.number, &percent) ||
        !rat_mul(percent, rat_of_i64(100), &percent))
        return overflow(k);
    int sign = rat_sign(change);
    if (sign == 0 || !(sign > 0 ? lim->has_up : lim->has_down))
        return true;
    struct rat least = rat_of_dec(sign > 0 ? lim->up_least : lim->down_least);
    struct rat bound = rat_of_i64(sign > 0 ? lim->up_percent : -lim->down_percent);
    if (rat_cmp(percent, bound) * sign < 0 ||
        (sign < 0 && !rat_sub(rat_of_i64(0), change, &change)) || rat_cmp(change, least) < 0)
        return true;
    struct finding *f = add(k, FINDING_JUMP, RULE_WARNING, line);
    if (!f)
        return false;
    if (!rat_round(percent, 0, &f->percent))
        return overflow(k);
    set_sides(
        f, before.number, now.number, k->c->indicator[k->c->form_line[line].indicator].decimals);
    return true;
}

static bool check_copied(struct checker *k)
{
    const struct finding_limits *lim = &k->q->limits;
    int *same = arena_array(k->a, (size_t)k->f->lines, sizeof *same);
    int64_t compared = 0, copied = 0;

    if (!same)
        return err_memory(k->err);
    for (int i = k->f->first_line; i < k->f->first_line + k->f->lines; i++) {
        const struct form_line *l = &k->c->form_line[i];
        struct formula_value now, before;
        if (!is_entered_here(k, l) || k->c->indicator[l->indicator].over_time != TIME_SUM)
            continue;
        if (!previous(k, i, &now, &before))
            return false;
        if (!now.has || !before.has || (rat_is_zero(now.number) && rat_is_zero(before.number)))
            continue;
        compared++;
        if (rat_cmp(now.number, before.number) == 0)
            same[copied++] = i;
    }
    if (!lim->has_copied || compared < lim->copied_least || compared == 0 ||
        copied * 100 < compared * lim->copied_percent)
        return true;
    struct finding *f = add(k, FINDING_COPIED, RULE_WARNING, -1);
    if (!f)
        return false;
    f->count = copied;
    f->of = compared;
    return relate(k, f, same, (size_t)copied);
}

/* ---- nothing and missing ---- */

static bool check_nil(struct checker *k, int line)
{
    const struct form_line *l = &k->c->form_line[line];
    const struct checked_cell *cell = cell_at(k, k->c->indicator[l->indicator].series);

    if (!l->confirm_nil || !cell || !cell->has || cell->value != 0 || (cell->flags & FIGURE_NIL))
        return true;
    return add(k, FINDING_NIL, RULE_ERROR, line) != NULL;
}

static bool check_missing(struct checker *k)
{
    int *empty = arena_array(k->a, (size_t)k->f->lines, sizeof *empty);
    struct day last = period_last_day(k->q->period);
    size_t n = 0;

    if (!empty)
        return err_memory(k->err);
    for (int i = k->f->first_line; i < k->f->first_line + k->f->lines; i++) {
        const struct form_line *l = &k->c->form_line[i];
        if (!l->required || !is_entered_here(k, l) ||
            !catalog_applicable(k->c, l->indicator, k->q->unit, last))
            continue;
        if (!typed(k, k->c->indicator[l->indicator].series).has)
            empty[n++] = i;
    }
    if (n == 0)
        return true;
    struct finding *f = add(k, FINDING_MISSING, RULE_ERROR, -1);
    if (!f)
        return false;
    f->count = (int64_t)n;
    return relate(k, f, empty, n);
}

/* ---- all of it ---- */

static int compare_findings(const void *x, const void *y)
{
    const struct finding *a = x, *b = y;
    unsigned la = (unsigned)a->line, lb = (unsigned)b->line; /* -1 comes last */

    if (la != lb)
        return la < lb ? -1 : 1;
    if (a->level != b->level)
        return a->level == RULE_ERROR ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static bool begin(struct checker *k, struct arena *a, const struct form_check *q, struct err *err)
{
    *k = (struct checker){.a = a, .q = q, .c = q->c, .f = &q->c->form[q->form], .err = err};
    map_init(&k->cell_of, a);
    for (size_t i = 0; i < q->cells; i++)
        if (!map_put(&k->cell_of, (uint64_t)q->cell[i].series, i))
            return err_memory(err);
    return true;
}

bool findings_of(struct arena *a, const struct form_check *q, struct finding **ret, size_t *ret_n,
    struct err *err)
{
    struct checker k;

    if (!begin(&k, a, q, err) || !check_rules(&k))
        return false;
    for (int i = k.f->first_line; i < k.f->first_line + k.f->lines; i++)
        if (!check_part(&k, i) || !check_breakdown(&k, i) || !check_jump(&k, i) ||
            !check_nil(&k, i))
            return false;
    if (!check_copied(&k) || (q->before_sending && !check_missing(&k)))
        return false;
    if (k.found.n > 1)
        qsort(k.found.p, k.found.n, sizeof *k.found.p, compare_findings);
    *ret = k.found.p;
    *ret_n = k.found.n;
    return true;
}

bool finding_compute(const struct form_check *q, int indicator, struct arena *scratch,
    struct formula_value *ret, struct err *err)
{
    struct checker k;

    return begin(&k, scratch, q, err) && compute(&k, indicator, ret);
}
