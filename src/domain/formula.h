/* formula: how a computed indicator, a check or a condition is written.
 *
 * Layer domain, pure. Arithmetic + - * /, comparisons = <> < <= > >=, `and or not`, `if(c, a, b)`,
 * `sum avg min max` (any number of arguments), `prev(x)`, `same_period_last_year(x)`,
 * `cumulative(x)` (from the year's start), `share_of_units(cond)`, `plan(x)` and `plan(x, SET)`.
 * Names are indicator codes (a code with other than letters, digits and _ stands in double quotes),
 * `CODE:part` a breakdown's series. Values are numbers or truths, told apart when compiled. A
 * missing operand makes the result missing, except in sum/avg/min/max, which take those present,
 * and `and`/`or` where the other side decides.
 */
#ifndef GB_DOMAIN_FORMULA_H
#define GB_DOMAIN_FORMULA_H

#include "base/arena.h"
#include "base/dec.h"
#include "base/err.h"
#include "base/str.h"

enum formula_op {
    F_NUMBER, /* number */
    F_NAME,   /* operand */
    F_NEG,
    F_ADD,
    F_SUB,
    F_MUL,
    F_DIV,
    F_EQ,
    F_NE,
    F_LT,
    F_LE,
    F_GT,
    F_GE,
    F_AND,
    F_OR,
    F_NOT,
    F_IF,
    F_SUM,
    F_AVG,
    F_MIN,
    F_MAX,
    F_PREV,
    F_LAST_YEAR,
    F_CUMULATIVE,
    F_SHARE,
    F_PLAN,
};

/* Nodes in one array, children before parents; the last one is the root. */
struct formula_node {
    enum formula_op op;
    bool is_truth;
    struct rat number; /* F_NUMBER */
    struct str name;   /* F_NAME; F_PLAN: the set, empty for any */
    int operand;       /* F_NAME: set by formula_resolve to the caller's index; else -1 */
    int at;            /* byte in the text, for messages */
    const int *arg;    /* indexes of children */
    int args;
};
struct formula {
    struct str text;
    struct formula_node *node;
    int nodes;
    bool is_truth;
    bool has_share; /* share_of_units occurs: it counts over the units below */
};

/* Parses and types `text` (at most 2,000 bytes, 200 nodes, depth 32). prev, same_period_last_year,
 * cumulative and plan take a name only. Errors: err.formula.* with the column in code points. */
bool formula_parse(struct arena *a, struct str text, struct formula *ret, struct err *err);
/* Gives every F_NAME its operand through the callback (-1: unknown name, err.formula.unknown_name).
 */
typedef int formula_lookup(void *ctx, struct str name);
bool formula_resolve(struct formula *f, formula_lookup *lookup, void *ctx, struct err *err);
/* Refuses cycles among n formulas (NULL entries: not computed); operand indexes refer to the same
 * array. *ret_order lists the computed ones so that each comes after what it uses.
 * err.formula.cycle names the way round through name(ctx, i). */
bool formula_order(struct arena *a, const struct formula *const *formulas, size_t n,
    struct str (*name)(void *ctx, int i), void *ctx, int **ret_order, size_t *ret_n,
    struct err *err);

/* A value: missing, a number, or a truth in `number` as 0 or 1. k and n: of share_of_units. */
struct formula_value {
    bool has;
    struct rat number;
    int64_t k, n;
};

/* Where operands come from. `how` is F_NAME, F_PREV, F_LAST_YEAR, F_CUMULATIVE or F_PLAN; `set`
 * only for F_PLAN. `share` is asked for share_of_units with the node of its condition. False: an
 * error. */
struct formula_source {
    void *ctx;
    bool (*operand)(void *ctx, int operand, enum formula_op how, struct str set,
        struct formula_value *ret, struct err *err);
    bool (*share)(void *ctx, const struct formula *f, int condition_node, struct formula_value *ret,
        struct err *err);
};
/* Errors: err.number.overflow; a division by 0 is a missing value (0/0 is no data). */
bool formula_eval(const struct formula *f, const struct formula_source *source,
    struct formula_value *ret, struct err *err);
/* The same for the subtree at `node`: for conditions inside share_of_units. */
bool formula_eval_node(const struct formula *f, int node, const struct formula_source *source,
    struct formula_value *ret, struct err *err);

#endif
