/* computed: values of formulas, shares of units, plans, and k of n; see engine.h for the meaning.
 */
#include "domain/formula.h"
#include "engine/compare.h"
#include "engine/joint.h"
#include "engine/restate.h"

#define NAMES_MAX JOINT_PLANES /* nodes of a formula, see formula.h */

/* Operands of a ratio that are summed up together: a unit enters a base period of theirs only with
 * all of them present. */
struct group {
    int *operand;
    struct bases *bases;
    struct part *value;
    const struct roster **roster;
    int n;
    bool holds; /* there is a unit it could be about */
    int64_t reported, expected;
};

struct operands {
    struct eval *v;
    struct ask q; /* of the computed indicator */
    int unit;
    struct period p;
    const struct group *group; /* NULL: none */
    uint32_t marks;
    bool is_share;
    int64_t counted;
};

static struct ask operand_ask(const struct eval *v, int operand, struct ask q)
{
    int indicator, series;

    catalog_operand(v->c, operand, &indicator, &series);
    return (struct ask){indicator, operand < (int)v->c->indicators ? -1 : series, q.line, q.state,
        q.restated, q.on};
}

/* The parts' targets added up where parts have some, else the unit's own. */
static bool plan_of(struct eval *v, struct ask q, int unit, struct period p, struct str set,
    struct formula_value *ret)
{
    const struct etree *e = ground_tree(v->g, q.line, ask_day(q, p), v->err);
    struct rat sum = {0, 1};
    struct dec own;
    bool any = false;

    if (!e)
        return false;
    int pos = e->t.pos[unit];
    for (int c = pos + 1; pos >= 0 && c < pos + e->t.size[pos]; c += e->t.size[c]) {
        struct formula_value part;
        if (!plan_of(v, q, e->t.unit[c], p, set, &part))
            return false;
        if (part.has && !rat_add(sum, part.number, &sum))
            return eval_overflow(v);
        any |= part.has;
    }
    *ret = (struct formula_value){.has = any, .number = sum};
    if (!any && catalog_plan(v->c, q.indicator, unit, p, set, &own))
        *ret = (struct formula_value){.has = true, .number = rat_of_dec(own)};
    return true;
}

static bool of_total(struct operands *s, struct ask q, struct period p, struct formula_value *ret)
{
    struct total t;

    if (!eval_total(s->v, q, s->unit, p, &t))
        return false;
    *ret = (struct formula_value){.has = t.has, .number = t.value};
    s->marks |= t.marks;
    return true;
}

static bool give_operand(void *ctx, int operand, enum formula_op how, struct str set,
    struct formula_value *ret, struct err *err)
{
    struct operands *s = ctx;
    struct ask q = operand_ask(s->v, operand, s->q);
    struct period p = s->p;

    (void)err;
    *ret = (struct formula_value){.has = false};
    if (how == F_PLAN)
        return plan_of(s->v, q, s->unit, p, set, ret);
    if ((how == F_PREV && !period_previous(s->p, &p)) ||
        (how == F_LAST_YEAR && !period_last_year(s->p, &p)) ||
        (how == F_CUMULATIVE && !period_to_date(s->p, &p)))
        return true;
    if (how == F_PREV || how == F_LAST_YEAR) {
        struct total t;
        if (!eval_compared(s->v, NULL, q, s->unit, p, s->p, &t))
            return false;
        *ret = (struct formula_value){.has = t.has, .number = t.value};
        s->marks |= t.marks;
        return true;
    }
    for (int i = 0; how == F_NAME && s->group && i < s->group->n; i++)
        if (s->group->operand[i] == operand) {
            *ret = (struct formula_value){
                .has = s->group->value[i].has, .number = s->group->value[i].value};
            s->marks |= s->group->value[i].marks;
            s->marks |= s->group->value[i].bounded ? MARK_BOUNDED : 0;
            return true;
        }
    return of_total(s, q, p, ret);
}

/* Is node `i` the name inside prev(x), plan(x) and the like? */
static bool is_argument(const struct formula *f, int i)
{
    for (int k = 0; k < f->nodes; k++)
        if (f->node[k].op >= F_PREV && f->node[k].op != F_SHARE)
            for (int a = 0; a < f->node[k].args; a++)
                if (f->node[k].arg[a] == i)
                    return true;
    return false;
}

/* The names inside the subtree at `top`; `direct`: without those inside prev(x) and the like and
 * inside share_of_units. Each once. */
static int names_under(const struct formula *f, int top, bool direct, int *ret)
{
    int stack[NAMES_MAX], depth = 0, n = 0;

    stack[depth++] = top;
    while (depth > 0) {
        int i = stack[--depth];
        const struct formula_node *node = &f->node[i];
        if (node->op == F_NAME && !(direct && is_argument(f, i))) {
            int k = 0;
            while (k < n && ret[k] != node->operand)
                k++;
            if (k == n)
                ret[n++] = node->operand;
        }
        if (direct && node->op == F_SHARE)
            continue;
        for (int a = node->args; a-- > 0;)
            stack[depth++] = node->arg[a];
    }
    return n;
}

/* ---- share of units ---- */

static bool reports_all(const struct roster *const *roster, int n, int unit)
{
    for (int i = 0; i < n; i++)
        if (roster_rank(roster[i], unit) < 0)
            return false;
    return true;
}

static bool give_share(
    void *ctx, const struct formula *f, int node, struct formula_value *ret, struct err *err)
{
    struct operands *s = ctx;
    const struct roster *roster[NAMES_MAX];
    int name[NAMES_MAX], n = names_under(f, node, false, name);
    int64_t k = 0, of = 0, counted = 0;

    *ret = (struct formula_value){.has = false};
    for (int i = 0; i < n; i++) {
        struct ask q = operand_ask(s->v, name[i], s->q);
        roster[i] = ground_roster(s->v->g, q.indicator, q.line, ask_day(q, s->p), err);
        if (!roster[i])
            return false;
    }
    int pos = n ? roster[0]->tree->t.pos[s->unit] : -1;
    for (int r = 0; pos >= 0 && r < roster[0]->count[pos]; r++) {
        struct operands one = *s;
        struct formula_source source = {&one, give_operand, give_share};
        struct formula_value v;
        one.unit = roster[0]->unit[roster[0]->first[pos] + r];
        one.group = NULL;
        if (!reports_all(roster, n, one.unit))
            continue;
        if (!formula_eval_node(f, node, &source, &v, err))
            return false;
        of++;
        counted += v.has;
        k += v.has && !rat_is_zero(v.number);
        s->marks |= one.marks;
    }
    s->is_share = true;
    s->counted = counted;
    ret->k = k;
    ret->n = of;
    ret->has = counted > 0;
    return !ret->has || rat_make((i128)100 * k, of, &ret->number) || eval_overflow(s->v);
}

/* ---- ratios ---- */

static bool joins_group(const struct eval *v, const struct group *g, const struct bases *s)
{
    const struct bases *first = &g->bases[0];

    if (s->x->over_units != UNITS_SUM)
        return false;
    return g->n == 0 || (ground_same_class(v->g, s->q.indicator, first->q.indicator) &&
                            s->x->frequency == first->x->frequency && s->n == first->n &&
                            s->single == first->single);
}

static bool find_group(
    struct eval *v, const struct formula *f, struct ask q, struct period p, struct group *g)
{
    int name[NAMES_MAX], n = names_under(f, f->nodes - 1, true, name);

    g->operand = arena_array(&v->arena, (size_t)n, sizeof *g->operand);
    g->bases = arena_array(&v->arena, (size_t)n, sizeof *g->bases);
    g->value = arena_array(&v->arena, (size_t)n, sizeof *g->value);
    g->roster = arena_array(&v->arena, (size_t)n, sizeof *g->roster);
    if (!g->operand || !g->bases || !g->value || !g->roster)
        return err_memory(v->err);
    for (int i = 0; i < n; i++) {
        struct bases s;
        if (!bases_lay(v, operand_ask(v, name[i], q), p, &s))
            return false;
        if (!joins_group(v, g, &s))
            continue;
        g->operand[g->n] = name[i];
        g->bases[g->n++] = s;
    }
    return true;
}

/* Can the group be read off the columns: one roster, whole sums, no marks? */
static bool same_roster(const struct group *g, size_t b)
{
    for (int i = 0; i < g->n; i++) {
        const struct column *col = g->bases[i].col[b];
        const struct plane *p = column_plane(col, g->bases[i].q.state);
        if (col->roster != g->bases[0].col[b]->roster || p->wide || p->marks)
            return false;
    }
    return true;
}

/* One base period off the columns. */
static bool sift_columns(struct eval *v, struct group *g, size_t b, int pos, struct part *part)
{
    const struct roster *r = g->bases[0].col[b]->roster;
    const struct plane *plane[NAMES_MAX];
    i128 sum[NAMES_MAX];
    int64_t n;

    for (int i = 0; i < g->n; i++)
        plane[i] = column_plane(g->bases[i].col[b], g->bases[i].q.state);
    joint_sums(plane, g->n, r, pos, sum, &n);
    for (int i = 0; i < g->n; i++) {
        struct part *ret = &part[(size_t)i * g->bases[0].n];
        ret->has = n > 0;
        ret->reported = n;
        ret->expected = r->count[pos];
        if (n && !rat_make(sum[i], pow10_i64(g->bases[i].x->decimals), &ret->value))
            return eval_overflow(v);
    }
    return true;
}

/* Units that ended in the base period, where all operands have their parts of it. */
static bool sift_closed(struct eval *v, struct group *g, size_t b, int top, struct part *part)
{
    struct leaf *leaf = arena_array(&v->arena, (size_t)g->n, sizeof *leaf);
    int *closer;
    size_t closers, n = g->bases[0].n;
    bool all = true, counted;

    for (int i = 0; i < g->n; i++)
        all = all && closing_adds(g->bases[i].x);
    if (!all)
        return true;
    if (!leaf)
        return err_memory(v->err);
    if (!closing_under(v, &g->bases[0], b, top, &closer, &closers))
        return false;
    counted = closers && !unit_alive(&v->c->units, top, period_last_day(g->bases[0].p[b]));
    for (size_t k = 0; k < closers; k++) {
        all = true;
        for (int i = 0; all && i < g->n; i++)
            if (!closes(v, &g->bases[i], b, closer[k], &all))
                return false;
        part[0].expected += all && counted;
        for (int i = 0; all && i < g->n; i++) {
            if (!leaf_of(v, &g->bases[i], b, closer[k], &leaf[i]))
                return false;
            all = leaf[i].covered;
        }
        part[0].reported += all && counted;
        for (int i = 0; all && i < g->n; i++) {
            struct part *to = &part[(size_t)i * n];
            struct rat value;
            if (!leaf[i].has)
                continue;
            if (!leaf_rat(v, &g->bases[i], &leaf[i], &value))
                return false;
            if (to->has && !rat_add(to->value, value, &value))
                return eval_overflow(v);
            to->has = true;
            to->value = value;
            to->marks |= leaf[i].marks;
        }
    }
    return true;
}

static bool all_plain(const struct group *g, size_t b)
{
    for (int i = 0; i < g->n; i++)
        if (!bases_plain(&g->bases[i]) || !g->bases[i].col[b])
            return false;
    return true;
}

/* One base period, unit by unit. */
static bool sift(struct eval *v, struct group *g, size_t b, const struct roster *const *roster,
    int pos, struct part *part)
{
    struct adder *sum = arena_array(&v->arena, (size_t)g->n, sizeof *sum);
    struct leaf *leaf = arena_array(&v->arena, (size_t)g->n, sizeof *leaf);

    if (!sum || !leaf)
        return err_memory(v->err);
    for (int i = 0; i < g->n; i++)
        adder_init(&sum[i], g->bases[i].x);
    for (int r = 0; r < roster[0]->count[pos]; r++) {
        int unit = roster[0]->unit[roster[0]->first[pos] + r];
        bool all = true;
        if (!reports_all(roster, g->n, unit))
            continue;
        part[0].expected++;
        for (int i = 0; all && i < g->n; i++) {
            if (!leaf_of(v, &g->bases[i], b, unit, &leaf[i]))
                return false;
            all = leaf[i].covered;
        }
        part[0].reported += all;
        for (int i = 0; all && i < g->n; i++)
            if (leaf[i].has && !adder_add(v, &sum[i], &g->bases[i], &leaf[i], (struct rat){0, 1}))
                return false;
    }
    int64_t reported = part[0].reported;
    for (int i = 0; i < g->n; i++)
        if (!adder_part(v, &sum[i], &g->bases[i], &part[(size_t)i * g->bases[0].n]))
            return false;
    part[0].reported = reported;
    return true;
}

/* part[i * n]: of operand i in base period b; counts stand with operand 0. */
static bool group_base(struct eval *v, struct group *g, size_t b, int unit, struct part *part)
{
    const struct roster **roster = g->roster;

    for (int i = 0; i < g->n; i++) {
        part[(size_t)i * g->bases[0].n] = (struct part){.value = {0, 1}};
        roster[i] = bases_roster(v, &g->bases[i], b);
        if (!roster[i])
            return false;
    }
    int pos = roster[0]->tree->t.pos[unit];
    if (pos >= 0 && !(all_plain(g, b) && same_roster(g, b) ? sift_columns(v, g, b, pos, part)
                                                           : sift(v, g, b, roster, pos, part)))
        return false;
    return sift_closed(v, g, b, unit, part);
}

static bool fill_group(struct eval *v, struct group *g, int unit)
{
    size_t n = g->bases[0].n;
    struct part *part = arena_array(&v->arena, n * (size_t)g->n, sizeof *part);

    if (!part)
        return err_memory(v->err);
    for (size_t b = 0; b < n; b++)
        if (!(g->bases[0].q.restated
                    ? restated_group(v, g->bases, (size_t)g->n, b, unit, &part[b], n)
                    : group_base(v, g, b, unit, &part[b])))
            return false;
    for (int i = 0; i < g->n; i++)
        if (!join_parts(v, g->bases[i].x->over_time, &part[(size_t)i * n], n, &g->value[i]))
            return false;
    g->reported = g->value[0].reported;
    g->expected = g->value[0].expected;
    g->holds = g->expected > 0;
    return true;
}

/* Counts of a value without a group: those of the first operand named. */
static bool counts_of_first(
    struct eval *v, const struct formula *f, struct operands *s, struct total *ret)
{
    struct total t;

    for (int i = 0; i < f->nodes; i++)
        if (f->node[i].op == F_NAME) {
            if (!eval_total(v, operand_ask(v, f->node[i].operand, s->q), s->unit, s->p, &t))
                return false;
            ret->reported = t.reported;
            ret->expected = t.expected;
            return true;
        }
    return true;
}

static bool run(struct eval *v, const struct formula *f, struct operands *s, struct total *ret)
{
    struct formula_source source = {s, give_operand, give_share};
    struct formula_value value;

    if (!formula_eval(f, &source, &value, v->err))
        return false;
    *ret = (struct total){.has = value.has,
        .value = value.has ? value.number : (struct rat){0, 1},
        .low = {0, 1},
        .high = {0, 1},
        .stated = {0, 1},
        .k = value.k,
        .n = value.n,
        .marks = s->marks};
    return true;
}

static bool run_group(
    struct eval *v, struct ask q, int unit, struct period p, struct group *g, struct total *ret)
{
    const struct formula *f = v->c->indicator[q.indicator].formula;
    struct operands s = {.v = v, .q = q, .unit = unit, .p = p, .group = g};

    if (!run(v, f, &s, ret))
        return false;
    if (s.is_share) {
        ret->reported = s.counted;
        ret->expected = ret->n;
    } else if (g) {
        ret->reported = g->reported;
        ret->expected = g->expected;
    } else {
        return counts_of_first(v, f, &s, ret);
    }
    return true;
}

bool eval_formula(struct eval *v, struct ask q, int unit, struct period p, struct total *ret)
{
    struct joint *j = &v->g->joint[q.indicator];
    struct part value[JOINT_PARTS];

    if (joint_read(v, q, unit, p, value)) {
        struct group g = {.operand = j->part,
            .value = value,
            .n = j->parts,
            .reported = value[0].reported,
            .expected = value[0].expected};
        return run_group(v, q, unit, p, &g, ret);
    }
    struct group *g = arena_zalloc(&v->arena, sizeof *g);
    size_t needed = v->need.n;
    if (!g)
        return err_memory(v->err);
    if (!find_group(v, v->c->indicator[q.indicator].formula, q, p, g))
        return false;
    bool joined = g->n > 1 && v->need.n == needed; /* else it is asked again with the columns */
    if (joined && !fill_group(v, g, unit))
        return false;
    return run_group(v, q, unit, p, joined && g->holds ? g : NULL, ret);
}

bool eval_formula_leaf(struct eval *v, struct ask q, int unit, struct period p, struct leaf *ret)
{
    struct operands s = {.v = v, .q = q, .unit = unit, .p = p};
    struct total t;

    if (!run(v, v->c->indicator[q.indicator].formula, &s, &t) || !eval_settle(v, &t.value))
        return false;
    *ret = (struct leaf){
        .has = t.has, .covered = t.has, .is_rat = true, .r = t.value, .marks = t.marks};
    return true;
}

/* ---- k of n ---- */

static bool reaches(enum comparator cmp, struct rat value, struct rat threshold)
{
    int c = rat_cmp(value, threshold);

    return cmp == CMP_GE ? c >= 0 : cmp == CMP_LE ? c <= 0 : c == 0;
}

struct tally {
    int64_t k, n, counted;
};

static bool tally_unit(struct eval *v, struct ask q, int unit, struct period p, enum comparator cmp,
    struct rat threshold, struct tally *t)
{
    struct total own;

    if (!eval_total(v, q, unit, p, &own))
        return false;
    t->n++;
    t->counted += own.has;
    t->k += own.has && reaches(cmp, own.value, threshold);
    return true;
}

static bool tally_kind(struct eval *v, struct ask q, int unit, struct period p, int kind,
    enum comparator cmp, struct rat threshold, struct tally *t)
{
    struct day day = ask_day(q, p);
    const struct etree *e = ground_tree(v->g, q.line, day, v->err);

    if (!e)
        return false;
    int pos = e->t.pos[unit];
    for (int i = pos; pos >= 0 && i < pos + e->t.size[pos]; i++)
        if (kind_answers(&v->c->units.kinds, e->kind[i], kind) &&
            catalog_applicable(v->c, q.indicator, e->t.unit[i], day) &&
            !tally_unit(v, q, e->t.unit[i], p, cmp, threshold, t))
            return false;
    return true;
}

bool eval_count(struct eval *v, struct ask q, int unit, struct period p, int kind,
    enum comparator cmp, struct rat threshold, int64_t *ret_k, int64_t *ret_n, int64_t *ret_counted)
{
    struct tally t = {0};

    if (kind >= 0) {
        if (!tally_kind(v, q, unit, p, kind, cmp, threshold, &t))
            return false;
    } else {
        const struct roster *r = ground_roster(v->g, q.indicator, q.line, ask_day(q, p), v->err);
        if (!r)
            return false;
        int pos = r->tree->t.pos[unit];
        for (int i = 0; pos >= 0 && i < r->count[pos]; i++)
            if (!tally_unit(v, q, r->unit[r->first[pos] + i], p, cmp, threshold, &t))
                return false;
    }
    *ret_k = t.k;
    *ret_n = t.n;
    *ret_counted = t.counted;
    return true;
}
