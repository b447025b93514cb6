/* dec, rat: exact numbers.
 *
 * Layer base. A `struct dec` is an int64 mantissa with 0 to 6 decimals: m / 10^scale. A `struct
 * rat` is a fraction of 128-bit integers in lowest terms with a positive denominator, for what
 * stands between stored figures and printed ones (rates, means, shares). Overflow is an error,
 * never a wrap. There is one rounding, half away from zero, at the edge (rat_round). No binary
 * floating point.
 */
#ifndef GB_BASE_DEC_H
#define GB_BASE_DEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define DEC_SCALE_MAX 6

struct dec {
    int64_t m;
    uint8_t scale;
};

typedef __int128 i128;

struct rat {
    i128 num, den; /* den > 0, gcd 1 */
};

/* 10^n for 0 <= n <= 18. */
int64_t pow10_i64(int n);

/* Digits with an optional sign and an optional point, no grouping: the form of files and JSON.
 * Decimals behind trailing zeros count only as far as they are not zero.
 * Errors: err.number.syntax, err.number.decimals (more than DEC_SCALE_MAX), err.number.range. */
bool dec_parse(struct str s, struct dec *ret, struct err *err);
/* The same value at another scale; false where digits would be lost or the range is left. */
bool dec_rescale(struct dec d, int scale, struct dec *ret);
/* As a person types it in Vietnamese: comma for decimals, dots or blanks for whole groups of three.
 * `1.234` is 1234; `1.5` and `1.23` are err.number.ambiguous; U+2212 counts as a minus. */
bool dec_parse_typed(struct str s, struct dec *ret, struct err *err);
int dec_cmp(struct dec a, struct dec b);
bool dec_eq(struct dec a, struct dec b);
/* "-12.50" at the scale it has; for files and JSON. */
void dec_put(struct sbuf *out, struct dec d);
/* For people: "2.556,9" in Vietnamese, "2,556.9" in English; minus is U+2212. */
void dec_put_people(struct sbuf *out, enum lang lang, struct dec d);

struct rat rat_of_i64(int64_t v);
struct rat rat_of_dec(struct dec d);
/* num / den in lowest terms; false when den is 0 or the result leaves the range. */
bool rat_make(i128 num, i128 den, struct rat *ret);
/* These give false on overflow (and rat_div on a zero divisor); *ret is untouched then. */
bool rat_add(struct rat a, struct rat b, struct rat *ret);
bool rat_sub(struct rat a, struct rat b, struct rat *ret);
bool rat_mul(struct rat a, struct rat b, struct rat *ret);
bool rat_div(struct rat a, struct rat b, struct rat *ret);
/* -1, 0, 1; exact for all values. */
int rat_cmp(struct rat a, struct rat b);
bool rat_is_zero(struct rat a);
int rat_sign(struct rat a);
/* Rounded half away from zero to `scale` decimals (0 to 6); false when it leaves int64. */
bool rat_round(struct rat a, int scale, struct dec *ret);
/* "3/20" or a decimal with any number of digits that fits: exact. Errors: err.number.syntax,
 * .range. */
bool rat_parse(struct str s, struct rat *ret, struct err *err);
/* As a decimal where it is one with at most 12 digits behind the point, else "3/7". */
void rat_put(struct sbuf *out, struct rat a);

#endif
