/* allocation: see allocation.h. */
#include "domain/allocation.h"

#include <stdio.h>
#include <stdlib.h>

static bool overflow(struct err *err)
{
    return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
}

bool allocation_compare(struct dec whole, const struct allocation_part *parts, size_t n,
    struct allocation_sum *ret, struct err *err)
{
    struct allocation_sum s = {.sum = rat_of_i64(0), .parts = (int64_t)n};

    for (size_t i = 0; i < n; i++) {
        if (!parts[i].has)
            continue;
        s.given++;
        if (!rat_add(s.sum, rat_of_dec(parts[i].value), &s.sum))
            return overflow(err);
    }
    if (!rat_sub(rat_of_dec(whole), s.sum, &s.difference))
        return overflow(err);
    *ret = s;
    return true;
}

/* One part that takes a share of the rest. */
struct sharer {
    size_t part;
    int64_t unit;
    struct rat weight;
    int64_t value; /* rounded down */
    struct rat remainder;
};

struct proposal {
    struct sharer *p;
    size_t n;
    struct rat weights; /* their sum */
    int64_t rest;       /* to be shared, in last digits */
    int decimals;
    int64_t left_out;
    struct err *err;
};

static int compare_sharers(const void *x, const void *y)
{
    const struct sharer *a = x, *b = y;
    int c = rat_cmp(b->remainder, a->remainder);

    return c ? c : a->unit < b->unit ? -1 : a->unit > b->unit;
}

static bool is_sharer(const struct allocation_part *p, enum allocation_by by)
{
    return !(p->fixed && p->has) && (by == ALLOCATE_EVEN || p->has_weight);
}

static bool take_sharers(
    struct proposal *x, enum allocation_by by, const struct allocation_part *parts, size_t n)
{
    x->weights = rat_of_i64(0);
    for (size_t i = 0; i < n; i++) {
        const struct allocation_part *p = &parts[i];
        x->left_out += !(p->fixed && p->has) && !is_sharer(p, by);
        if (!is_sharer(p, by))
            continue;
        struct sharer *s = &x->p[x->n++];
        *s = (struct sharer){.part = i, .unit = p->unit.v};
        s->weight = by == ALLOCATE_EVEN ? rat_of_i64(1) : p->weight;
        if (rat_sign(s->weight) < 0)
            return err_set(x->err, ERR_INVALID, MSG_err_allocation_negative);
        if (!rat_add(x->weights, s->weight, &x->weights))
            return overflow(x->err);
    }
    return true;
}

/* What the fixed parts leave of the whole. */
static bool take_rest(
    struct proposal *x, struct dec whole, const struct allocation_part *parts, size_t n)
{
    struct dec at;

    if (whole.m < 0)
        return err_set(x->err, ERR_INVALID, MSG_err_allocation_negative);
    if (!dec_rescale(whole, x->decimals, &at))
        return err_set(x->err, ERR_INVALID, MSG_err_allocation_decimals);
    x->rest = at.m;
    for (size_t i = 0; i < n; i++) {
        if (!parts[i].fixed || !parts[i].has)
            continue;
        if (!dec_rescale(parts[i].value, x->decimals, &at))
            return err_set(x->err, ERR_INVALID, MSG_err_allocation_decimals);
        if (__builtin_sub_overflow(x->rest, at.m, &x->rest))
            return overflow(x->err);
    }
    if (x->rest < 0)
        return err_set(x->err, ERR_INVALID, MSG_err_allocation_fixed);
    return true;
}

/* Rounds every share down and keeps what was cut off; *ret_left is what nobody has yet. */
static bool share_out(struct proposal *x, int64_t *ret_left)
{
    int64_t left = x->rest;

    for (size_t i = 0; i < x->n; i++) {
        struct sharer *s = &x->p[i];
        struct rat share;
        if (!rat_mul(rat_of_i64(x->rest), s->weight, &share) || !rat_div(share, x->weights, &share))
            return overflow(x->err);
        s->value = (int64_t)(share.num / share.den); /* not negative, at most the rest */
        left -= s->value;
        if (!rat_sub(share, rat_of_i64(s->value), &s->remainder))
            return overflow(x->err);
    }
    *ret_left = left;
    return true;
}

static bool too_many(struct err *err)
{
    char z[24];

    snprintf(z, sizeof z, "%d", (int)ALLOCATION_PARTS_MAX);
    return err_set(err, ERR_LIMIT, MSG_err_allocation_parts, str_of(z));
}

bool allocation_propose(struct arena *scratch, struct dec whole, int decimals,
    enum allocation_by by, struct allocation_part *parts, size_t n, int64_t *ret_left_out,
    struct err *err)
{
    struct proposal x = {.decimals = decimals, .err = err};
    int64_t left = 0;

    if (n > ALLOCATION_PARTS_MAX)
        return too_many(err);
    x.p = arena_array(scratch, n, sizeof *x.p);
    if (!x.p)
        return err_memory(err);
    if (!take_rest(&x, whole, parts, n) || !take_sharers(&x, by, parts, n))
        return false;
    if (rat_is_zero(x.weights) && x.rest > 0)
        return err_set(err, ERR_INVALID, MSG_err_allocation_weights);
    if (!rat_is_zero(x.weights) && !share_out(&x, &left))
        return false;
    if (x.n > 1)
        qsort(x.p, x.n, sizeof *x.p, compare_sharers);
    for (size_t i = 0; i < n; i++)
        if (!parts[i].fixed)
            parts[i].has = false;
    for (size_t i = 0; i < x.n; i++) {
        struct allocation_part *p = &parts[x.p[i].part];
        p->has = true;
        p->value = (struct dec){x.p[i].value + ((int64_t)i < left), (uint8_t)decimals};
    }
    *ret_left_out = x.left_out;
    return true;
}
