/* formula: names, order and evaluation; see formula.h. */
#include "domain/formula.h"

#include <assert.h>
#include <stdio.h>

#include "base/text.h"
#include "base/vec.h"

bool formula_resolve(struct formula *f, formula_lookup *lookup, void *ctx, struct err *err)
{
    for (int i = 0; i < f->nodes; i++) {
        struct formula_node *n = &f->node[i];
        if (n->op != F_NAME)
            continue;
        n->operand = lookup(ctx, n->name);
        if (n->operand >= 0)
            continue;
        char column[24];
        size_t at = utf8_count(str_slice(f->text, 0, (size_t)n->at)) + 1;
        snprintf(column, sizeof column, "%zu", at);
        err_set(err, ERR_NOT_FOUND, MSG_err_formula_unknown_name, str_of(column), n->name);
        if (err)
            err->column = (int)at;
        return false;
    }
    return true;
}

/* ---- order ---- */

/* One formula on the way down; `next` is the node to look at next. */
struct step {
    int i, next;
};
struct walk {
    struct arena *a;
    const struct formula *const *formulas;
    unsigned char *seen; /* 0 not yet, 1 on the way, 2 done */
    VEC(struct step) way;
    int *order;
    size_t ordered;
};

/* The next operand of the formula on top whose value it needs; -1 when there is none left. The name
 * in plan(x) stands for a target, not for a value, and is no dependency. */
static int next_operand(const struct formula *f, int *next)
{
    while (*next < f->nodes) {
        int i = (*next)++;
        bool is_plan =
            i + 1 < f->nodes && f->node[i + 1].op == F_PLAN && f->node[i + 1].arg[0] == i;
        if (f->node[i].op == F_NAME && !is_plan)
            return f->node[i].operand;
    }
    return -1;
}

static bool fail_cycle(
    struct walk *w, int back_to, struct str (*name)(void *ctx, int i), void *ctx, struct err *err)
{
    struct sbuf way;
    size_t from = 0;

    while (w->way.p[from].i != back_to)
        from++;
    sbuf_init(&way, w->a, 4096);
    for (size_t k = from; k < w->way.n && way.n < ERR_ARG_MAX; k++) {
        sbuf_str(&way, name(ctx, w->way.p[k].i));
        sbuf_z(&way, " \u2192 ");
    }
    sbuf_str(&way, name(ctx, back_to));
    return err_set(err, ERR_INVALID, MSG_err_formula_cycle, name(ctx, back_to), sbuf_view(&way));
}

/* Visits everything that formula `root` needs, operands first. */
static bool visit(
    struct walk *w, int root, struct str (*name)(void *ctx, int i), void *ctx, struct err *err)
{
    if (!vec_push(&w->way, w->a, (struct step){root, 0}))
        return err_memory(err);
    w->seen[root] = 1;
    while (w->way.n) {
        struct step *top = &w->way.p[w->way.n - 1];
        int operand = next_operand(w->formulas[top->i], &top->next);
        if (operand < 0) {
            w->seen[top->i] = 2;
            w->order[w->ordered++] = top->i;
            w->way.n--;
        } else if (w->formulas[operand] && w->seen[operand] == 1) {
            return fail_cycle(w, operand, name, ctx, err);
        } else if (w->formulas[operand] && !w->seen[operand]) {
            w->seen[operand] = 1;
            if (!vec_push(&w->way, w->a, (struct step){operand, 0}))
                return err_memory(err);
        }
    }
    return true;
}

bool formula_order(struct arena *a, const struct formula *const *formulas, size_t n,
    struct str (*name)(void *ctx, int i), void *ctx, int **ret_order, size_t *ret_n,
    struct err *err)
{
    struct walk w = {.a = a, .formulas = formulas};

    w.seen = arena_array(a, n, 1);
    w.order = arena_array(a, n, sizeof *w.order);
    if (!w.seen || !w.order)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        if (formulas[i] && !w.seen[i] && !visit(&w, (int)i, name, ctx, err))
            return false;
    *ret_order = w.order;
    *ret_n = w.ordered;
    return true;
}

/* ---- evaluation ---- */

struct eval {
    const struct formula *f;
    const struct formula_source *source;
    struct err *err;
};

static const struct formula_value missing = {.has = false};

static struct formula_value truth(bool b)
{
    return (struct formula_value){.has = true, .number = rat_of_i64(b)};
}

static bool is_true(struct formula_value v)
{
    return v.has && !rat_is_zero(v.number);
}

static bool eval(struct eval *e, int i, struct formula_value *ret);

static bool arithmetic(
    struct eval *e, enum formula_op op, struct rat a, struct rat b, struct formula_value *ret)
{
    struct rat r = {0, 1};
    bool ok = true;

    if (op == F_DIV && rat_is_zero(b)) {
        *ret = missing;
        return true;
    }
    switch (op) {
    case F_ADD:
        ok = rat_add(a, b, &r);
        break;
    case F_SUB:
        ok = rat_sub(a, b, &r);
        break;
    case F_MUL:
        ok = rat_mul(a, b, &r);
        break;
    default:
        ok = rat_div(a, b, &r);
        break;
    }
    if (!ok)
        return err_set(e->err, ERR_OVERFLOW, MSG_err_number_overflow);
    *ret = (struct formula_value){.has = true, .number = r};
    return true;
}

static bool compares(enum formula_op op, int c)
{
    switch (op) {
    case F_EQ:
        return c == 0;
    case F_NE:
        return c != 0;
    case F_LT:
        return c < 0;
    case F_LE:
        return c <= 0;
    case F_GT:
        return c > 0;
    default:
        return c >= 0;
    }
}

static bool eval_binary(struct eval *e, const struct formula_node *n, struct formula_value *ret)
{
    struct formula_value a, b;

    if (!eval(e, n->arg[0], &a) || !eval(e, n->arg[1], &b))
        return false;
    if (!a.has || !b.has) {
        *ret = missing;
        return true;
    }
    if (n->op >= F_EQ) {
        *ret = truth(compares(n->op, rat_cmp(a.number, b.number)));
        return true;
    }
    return arithmetic(e, n->op, a.number, b.number, ret);
}

/* One side that is false (for `or`: true) decides, whatever the other is. */
static bool eval_logic(struct eval *e, const struct formula_node *n, struct formula_value *ret)
{
    bool decides = n->op == F_OR;
    struct formula_value a, b;

    if (!eval(e, n->arg[0], &a) || !eval(e, n->arg[1], &b))
        return false;
    if ((a.has && is_true(a) == decides) || (b.has && is_true(b) == decides))
        *ret = truth(decides);
    else
        *ret = a.has && b.has ? truth(!decides) : missing;
    return true;
}

static bool eval_not(struct eval *e, const struct formula_node *n, struct formula_value *ret)
{
    struct formula_value v;

    if (!eval(e, n->arg[0], &v))
        return false;
    *ret = v.has ? truth(!is_true(v)) : missing;
    return true;
}

static bool eval_if(struct eval *e, const struct formula_node *n, struct formula_value *ret)
{
    struct formula_value c;

    if (!eval(e, n->arg[0], &c))
        return false;
    if (c.has)
        return eval(e, n->arg[is_true(c) ? 1 : 2], ret);
    *ret = missing;
    return true;
}

/* sum avg min max: of the arguments present. */
static bool eval_many(struct eval *e, const struct formula_node *n, struct formula_value *ret)
{
    struct formula_value all = missing, v;
    int64_t count = 0;

    for (int k = 0; k < n->args; k++) {
        if (!eval(e, n->arg[k], &v))
            return false;
        if (!v.has)
            continue;
        count++;
        int c = all.has ? rat_cmp(v.number, all.number) : 0;
        if (!all.has || (n->op == F_MIN && c < 0) || (n->op == F_MAX && c > 0))
            all = v;
        else if ((n->op == F_SUM || n->op == F_AVG) &&
                 !arithmetic(e, F_ADD, all.number, v.number, &all))
            return false;
    }
    *ret = all.has ? (struct formula_value){.has = true, .number = all.number} : missing;
    if (n->op == F_AVG && count > 1)
        return arithmetic(e, F_DIV, all.number, rat_of_i64(count), ret);
    return true;
}

static bool eval_operand(struct eval *e, const struct formula_node *n, struct formula_value *ret)
{
    const struct formula_node *name = n->op == F_NAME ? n : &e->f->node[n->arg[0]];

    assert(name->operand >= 0); /* formula_resolve comes first */
    return e->source->operand(
        e->source->ctx, name->operand, n->op, n->op == F_PLAN ? n->name : STR_NULL, ret, e->err);
}

static bool eval_minus(struct eval *e, const struct formula_node *n, struct formula_value *ret)
{
    struct formula_value v;

    if (!eval(e, n->arg[0], &v))
        return false;
    *ret = missing;
    return !v.has || arithmetic(e, F_SUB, rat_of_i64(0), v.number, ret);
}

static bool eval(struct eval *e, int i, struct formula_value *ret)
{
    const struct formula_node *n = &e->f->node[i];

    switch (n->op) {
    case F_NUMBER:
        *ret = (struct formula_value){.has = true, .number = n->number};
        return true;
    case F_NEG:
        return eval_minus(e, n, ret);
    case F_AND:
    case F_OR:
        return eval_logic(e, n, ret);
    case F_NOT:
        return eval_not(e, n, ret);
    case F_IF:
        return eval_if(e, n, ret);
    case F_SUM:
    case F_AVG:
    case F_MIN:
    case F_MAX:
        return eval_many(e, n, ret);
    case F_NAME:
    case F_PREV:
    case F_LAST_YEAR:
    case F_CUMULATIVE:
    case F_PLAN:
        return eval_operand(e, n, ret);
    case F_SHARE:
        return e->source->share(e->source->ctx, e->f, n->arg[0], ret, e->err);
    default:
        return eval_binary(e, n, ret);
    }
}

bool formula_eval_node(const struct formula *f, int node, const struct formula_source *source,
    struct formula_value *ret, struct err *err)
{
    struct eval e = {f, source, err};
    struct formula_value v = missing;

    if (!eval(&e, node, &v))
        return false;
    *ret = v;
    return true;
}

bool formula_eval(const struct formula *f, const struct formula_source *source,
    struct formula_value *ret, struct err *err)
{
    return formula_eval_node(f, f->nodes - 1, source, ret, err);
}
