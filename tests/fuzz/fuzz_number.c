/* Any bytes as a number, typed or from a file: what is accepted prints and reads back as the same
 * value, and arithmetic on it never wraps. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/dec.h"
#include "fuzz.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_dec(struct arena *a, struct dec d)
{
    struct sbuf file, people;
    struct dec back;

    must(d.scale <= DEC_SCALE_MAX && d.m != INT64_MIN);
    sbuf_init(&file, a, 100);
    dec_put(&file, d);
    must(dec_parse(sbuf_view(&file), &back, NULL) && dec_eq(d, back));
    sbuf_init(&people, a, 100);
    dec_put_people(&people, LANG_VI, d);
    must(dec_parse_typed(sbuf_view(&people), &back, NULL) && dec_eq(d, back));
    struct rat r = rat_of_dec(d);
    must(r.den > 0 && rat_round(r, d.scale, &back) && dec_eq(d, back));
    must(rat_cmp(r, rat_of_dec(back)) == 0);
}

static void check_rat(struct arena *a, struct rat x, struct rat y)
{
    struct sbuf b;
    struct rat back, sum, product;

    must(x.den > 0);
    sbuf_init(&b, a, 200);
    rat_put(&b, x);
    must(!b.failed);
    if (rat_parse(sbuf_view(&b), &back, NULL))
        must(rat_cmp(back, x) == 0);
    if (rat_add(x, y, &sum) && rat_sub(sum, y, &back))
        must(rat_cmp(back, x) == 0);
    if (!rat_is_zero(y) && rat_mul(x, y, &product) && rat_div(product, y, &back))
        must(rat_cmp(back, x) == 0);
    must(rat_cmp(x, y) == -rat_cmp(y, x));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str s = {(const char *)data, size};
    struct str left = str_slice(s, 0, size / 2), right = str_slice(s, size / 2, size);
    struct dec d;
    struct rat x, y;
    struct err e = ERR_INIT;

    arena_init(&a, 1 << 20);
    if (dec_parse(s, &d, &e))
        check_dec(&a, d);
    else
        must(e.code != ERR_NONE);
    e = ERR_INIT;
    if (dec_parse_typed(s, &d, &e))
        check_dec(&a, d);
    else
        must(e.code != ERR_NONE);
    if (rat_parse(left, &x, &e) && rat_parse(right, &y, &e))
        check_rat(&a, x, y);
    arena_free(&a);
    return 0;
}
