/* Any bytes as a formula: refused with a place in the text, or evaluated without harm. */
#include <stdlib.h>

#include "base/arena.h"
#include "domain/formula.h"
#include "fuzz.h"

static int look_up(void *ctx, struct str name)
{
    (void)ctx;
    return name.n % 7 == 6 ? -1 : (int)(name.n % 7);
}

/* Numbers, also large ones, and gaps. */
static bool operand(void *ctx, int i, enum formula_op how, struct str set,
    struct formula_value *ret, struct err *err)
{
    (void)ctx;
    (void)set;
    (void)err;
    static const int64_t values[] = {0, 1, -3, INT64_MAX, INT64_MIN + 1, 60};
    *ret = (struct formula_value){.has = (i + (int)how) % 5 != 0, .number = rat_of_i64(values[i])};
    return true;
}

static bool share(
    void *ctx, const struct formula *f, int node, struct formula_value *ret, struct err *err)
{
    const struct formula_source *source = ctx;

    return formula_eval_node(f, node, source, ret, err);
}

static struct str name(void *ctx, int i)
{
    (void)ctx;
    (void)i;
    return STR("X");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct formula f;
    struct formula_source source = {NULL, operand, share};
    struct formula_value v;
    struct err e = ERR_INIT;
    int *order;
    size_t ordered;

    if (!a.max)
        arena_init(&a, 8u << 20);
    arena_reset(&a);
    source.ctx = &source;
    if (!formula_parse(&a, str_make((const char *)data, size), &f, &e)) {
        if (e.code == ERR_NONE || e.column < 0 || (size_t)e.column > size + 1)
            abort();
        return 0;
    }
    if (f.nodes < 1 || f.nodes > 200)
        abort();
    if (!formula_resolve(&f, look_up, NULL, &e))
        return 0;
    const struct formula *all[7] = {NULL, NULL, &f, NULL, NULL, NULL, NULL};
    if (!formula_order(&a, all, 7, name, NULL, &order, &ordered, &e) &&
        e.key != MSG_err_formula_cycle)
        abort();
    if (!formula_eval(&f, &source, &v, &e) && e.key != MSG_err_number_overflow)
        abort();
    return 0;
}
