/* dec, rat: see dec.h. Fractions are kept in lowest terms, so that overflow comes as late as it
 * can. */
#include "base/dec.h"

#include <stdlib.h>

int64_t pow10_i64(int n)
{
    static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
        1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000,
        1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000};

    return powers[n];
}

/* Collects sign and digits; *ret_decimals counts those behind the point, trailing zeros included.
 */
static bool read_digits(struct str s, int max_decimals, i128 *ret_value, int *ret_decimals)
{
    size_t i = 0;
    bool minus = false, point = false;
    int digits = 0, decimals = 0;
    i128 v = 0;

    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        minus = s.p[i++] == '-';
    for (; i < s.n; i++) {
        if (s.p[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        digits++;
        if (point && decimals >= max_decimals) {
            if (s.p[i] != '0')
                decimals = max_decimals + 1;
            continue;
        }
        decimals += point;
        if (v < ((i128)1 << 100))
            v = v * 10 + (s.p[i] - '0');
    }
    *ret_value = minus ? -v : v;
    *ret_decimals = decimals;
    return digits > 0 && (!point || s.p[s.n - 1] != '.');
}

/* What most numbers are: at most eighteen digits, six decimals at most. False: look closer. */
static bool parse_short(struct str s, struct dec *ret)
{
    bool minus = s.n && s.p[0] == '-';
    size_t point = SIZE_MAX, i = minus;
    int64_t v = 0;

    if (s.n <= i || s.n > 18)
        return false;
    for (; i < s.n; i++) {
        unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';
        if (digit < 10)
            v = v * 10 + (int64_t)digit;
        else if (s.p[i] == '.' && point == SIZE_MAX)
            point = i;
        else
            return false;
    }
    size_t decimals = point == SIZE_MAX ? 0 : s.n - 1 - point;
    if (decimals > DEC_SCALE_MAX || (point != SIZE_MAX && (!decimals || s.n < (size_t)minus + 2)))
        return false;
    for (; decimals > 0 && v % 10 == 0; decimals--)
        v /= 10;
    *ret = (struct dec){minus ? -v : v, (uint8_t)decimals};
    return true;
}

bool dec_parse(struct str s, struct dec *ret, struct err *err)
{
    i128 v;
    int decimals;

    if (parse_short(s, ret))
        return true;
    if (!read_digits(s, DEC_SCALE_MAX, &v, &decimals))
        return err_set(err, ERR_INVALID, MSG_err_number_syntax, s);
    if (decimals > DEC_SCALE_MAX)
        return err_set(err, ERR_INVALID, MSG_err_number_decimals, s, STR("6"));
    while (decimals > 0 && v % 10 == 0) {
        v /= 10;
        decimals--;
    }
    if (v > INT64_MAX || v < -INT64_MAX)
        return err_set(err, ERR_OVERFLOW, MSG_err_number_range, s);
    *ret = (struct dec){(int64_t)v, (uint8_t)decimals};
    return true;
}

bool dec_rescale(struct dec d, int scale, struct dec *ret)
{
    int64_t m = d.m;

    if (scale >= d.scale) {
        if (__builtin_mul_overflow(m, pow10_i64(scale - d.scale), &m))
            return false;
    } else {
        int64_t p = pow10_i64(d.scale - scale);
        if (m % p != 0)
            return false;
        m /= p;
    }
    *ret = (struct dec){m, (uint8_t)scale};
    return true;
}

/* Length in bytes of a blank that may part groups: space, no-break space, narrow no-break space. */
static size_t group_blank(struct str s, size_t i)
{
    struct str rest = str_slice(s, i, s.n);

    if (str_starts(rest, STR(" ")))
        return 1;
    if (str_starts(rest, STR("\u00a0")))
        return 2;
    return str_starts(rest, STR("\u202f")) ? 3 : 0;
}

/* Removes whole groups of three parted by dots or blanks from the part before the comma; 1 done,
 * 0 not a number, -1 the last dot is followed by other than three digits. */
static int strip_groups(struct str s, char *out, size_t size)
{
    size_t n = 0, run = 0;
    bool grouped = false;

    for (size_t i = 0; i < s.n;) {
        char c = s.p[i];
        size_t blank = group_blank(s, i);
        if (c >= '0' && c <= '9') {
            if (n + 1 >= size)
                return 0;
            out[n++] = c;
            run++;
            i++;
        } else if (c == '.' || blank) {
            if (run == 0)
                return 0;
            if (run > 3 || (grouped && run != 3))
                return -1;
            grouped = true;
            run = 0;
            i += blank ? blank : 1;
        } else {
            return 0;
        }
    }
    out[n] = '\0';
    if (grouped && run != 3)
        return run ? -1 : 0;
    return n > 0;
}

/* Refuses, naming both readings: all marks are groups, or the last one begins the decimals. */
static bool ambiguous(struct str s, struct err *err)
{
    char plain[48], comma[48];
    struct sbuf a, b;
    size_t last = s.n;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '.' || group_blank(s, i))
            last = i;
    sbuf_init_fixed(&a, plain, sizeof plain);
    sbuf_init_fixed(&b, comma, sizeof comma);
    for (size_t i = 0; i < s.n; i++) {
        bool minus = i == 0 && (s.p[0] == '-' || str_starts(s, STR("\u2212")));
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (minus || digit) {
            sbuf_char(&a, minus ? '-' : s.p[i]);
            sbuf_char(&b, minus ? '-' : s.p[i]);
        } else if (i == last) {
            sbuf_char(&b, ',');
        }
    }
    if (a.failed || b.failed)
        return err_set(err, ERR_INVALID, MSG_err_number_syntax, s);
    return err_set(err, ERR_INVALID, MSG_err_number_ambiguous, s, sbuf_view(&b), sbuf_view(&a));
}

/* Without blanks of any kind at both ends, as they come with pasted text. */
static struct str trim_all(struct str s)
{
    size_t blank;

    for (s = str_trim(s); (blank = group_blank(s, 0)) > 0; s = str_trim(s))
        s = str_slice(s, blank, s.n);
    for (;;) {
        if (str_ends(s, STR("\u00a0")))
            s.n -= 2;
        else if (str_ends(s, STR("\u202f")))
            s.n -= 3;
        else
            return s;
        s = str_trim(s);
    }
}

bool dec_parse_typed(struct str s, struct dec *ret, struct err *err)
{
    char file_form[96];
    size_t n = 0;
    struct str rest = trim_all(s);

    if (str_starts(rest, STR("\u2212"))) {
        file_form[n++] = '-';
        rest = str_trim(str_slice(rest, 3, rest.n));
    } else if (str_starts(rest, STR("-")) || str_starts(rest, STR("+"))) {
        file_form[n++] = rest.p[0];
        rest = str_trim(str_slice(rest, 1, rest.n));
    }
    ptrdiff_t comma = str_find_char(rest, ',', 0);
    struct str whole = comma < 0 ? rest : str_slice(rest, 0, (size_t)comma);
    struct str part = comma < 0 ? STR_NULL : str_slice(rest, (size_t)comma + 1, rest.n);
    int ok = strip_groups(whole, file_form + n, 40);
    if (ok < 0)
        return ambiguous(trim_all(s), err);
    if (ok == 0 || part.n > 40 || (comma >= 0 && part.n == 0))
        return err_set(err, ERR_INVALID, MSG_err_number_syntax, s);
    n += strlen(file_form + n);
    if (part.n) {
        file_form[n++] = '.';
        memcpy(file_form + n, part.p, part.n);
        n += part.n;
    }
    if (!dec_parse(str_make(file_form, n), ret, err)) {
        if (err && err->nargs > 0)
            err_set(err, err->code, err->key, s, STR("6"));
        return false;
    }
    return true;
}

int dec_cmp(struct dec a, struct dec b)
{
    i128 x = (i128)a.m * pow10_i64(b.scale), y = (i128)b.m * pow10_i64(a.scale);

    return x < y ? -1 : x > y;
}

bool dec_eq(struct dec a, struct dec b)
{
    return dec_cmp(a, b) == 0;
}

/* The absolute value as digits, whole part and decimals apart. */
static void put_parts(struct sbuf *out, struct dec d, const char *group, const char *mark)
{
    char digits[24];
    uint64_t u = d.m < 0 ? 0 - (uint64_t)d.m : (uint64_t)d.m;
    uint64_t whole = u / (uint64_t)pow10_i64(d.scale), part = u % (uint64_t)pow10_i64(d.scale);
    int n = 0;

    do
        digits[n++] = (char)('0' + whole % 10);
    while ((whole /= 10) != 0);
    while (n-- > 0) {
        sbuf_char(out, digits[n]);
        if (n > 0 && n % 3 == 0)
            sbuf_z(out, group);
    }
    if (d.scale > 0) {
        sbuf_z(out, mark);
        for (int i = d.scale; i > 0; i--)
            sbuf_char(out, (char)('0' + part / (uint64_t)pow10_i64(i - 1) % 10));
    }
}

void dec_put(struct sbuf *out, struct dec d)
{
    if (d.m < 0)
        sbuf_char(out, '-');
    put_parts(out, d, "", ".");
}

void dec_put_people(struct sbuf *out, enum lang lang, struct dec d)
{
    if (d.m < 0)
        sbuf_z(out, "\u2212");
    put_parts(out, d, lang == LANG_EN ? "," : ".", lang == LANG_EN ? "." : ",");
}

typedef unsigned __int128 u128;

static u128 magnitude(i128 v)
{
    return v < 0 ? (u128)0 - (u128)v : (u128)v;
}

/* One division where one is much larger; then shifts and differences, which cost less than further
 * divisions. */
static uint64_t gcd64(uint64_t a, uint64_t b)
{
    if (a && a < b >> 8)
        b %= a;
    else if (b && b < a >> 8)
        a %= b;
    if (!a || !b)
        return a | b;
    int twos = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    while (b) {
        b >>= __builtin_ctzll(b);
        uint64_t less = a < b ? a : b;
        b = a < b ? b - a : a - b;
        a = less;
    }
    return a << twos;
}

/* Nearly all numbers have 64 bits; division of 128 is for the others. */
static u128 gcd(u128 a, u128 b)
{
    if (a == 1 || b == 1)
        return 1;
    while (b && ((a | b) >> 64)) {
        u128 r = a % b;
        a = b;
        b = r;
    }
    return b ? gcd64((uint64_t)a, (uint64_t)b) : a;
}

/* a / g for a divisor that is mostly 1. */
static i128 over(i128 a, u128 g)
{
    if (g == 1)
        return a;
    if (a == (int64_t)a && a > INT64_MIN && !(g >> 63))
        return (int64_t)a / (int64_t)g;
    return a / (i128)g;
}

#define I128_MIN ((i128)((u128)1 << 127))

bool rat_make(i128 num, i128 den, struct rat *ret)
{
    if (den == 0 || num == I128_MIN || den == I128_MIN)
        return false;
    u128 g = gcd(magnitude(num), magnitude(den));
    if (den < 0) {
        num = -num;
        den = -den;
    }
    *ret = (struct rat){over(num, g), over(den, g)};
    return true;
}

struct rat rat_of_i64(int64_t v)
{
    return (struct rat){v, 1};
}

struct rat rat_of_dec(struct dec d)
{
    struct rat r = {0, 1};

    rat_make(d.m, pow10_i64(d.scale), &r);
    return r;
}

bool rat_add(struct rat a, struct rat b, struct rat *ret)
{
    if (a.den == 1 && b.den == 1) {
        i128 sum;
        if (__builtin_add_overflow(a.num, b.num, &sum) || sum == I128_MIN)
            return false;
        *ret = (struct rat){sum, 1};
        return true;
    }
    u128 g = gcd((u128)a.den, (u128)b.den);
    i128 x, y, num, den;
    if (__builtin_mul_overflow(a.num, over(b.den, g), &x) ||
        __builtin_mul_overflow(b.num, over(a.den, g), &y) || __builtin_add_overflow(x, y, &num) ||
        __builtin_mul_overflow(a.den, over(b.den, g), &den))
        return false;
    return rat_make(num, den, ret);
}

bool rat_sub(struct rat a, struct rat b, struct rat *ret)
{
    if (b.num == I128_MIN)
        return false;
    b.num = -b.num;
    return rat_add(a, b, ret);
}

bool rat_mul(struct rat a, struct rat b, struct rat *ret)
{
    u128 g = gcd(magnitude(a.num), (u128)b.den), h = gcd(magnitude(b.num), (u128)a.den);
    i128 num, den;

    if (__builtin_mul_overflow(over(a.num, g), over(b.num, h), &num) ||
        __builtin_mul_overflow(over(a.den, h), over(b.den, g), &den) || num == I128_MIN)
        return false;
    *ret = (struct rat){num, den};
    return true;
}

bool rat_div(struct rat a, struct rat b, struct rat *ret)
{
    if (b.num == 0 || b.num == I128_MIN)
        return false;
    struct rat inverse = b.num < 0 ? (struct rat){-b.den, -b.num} : (struct rat){b.den, b.num};
    return rat_mul(a, inverse, ret);
}

/* Compares by continued fractions: exact, and no product that could overflow. */
int rat_cmp(struct rat a, struct rat b)
{
    int sign = 1;

    for (;;) {
        i128 p = a.num / a.den, q = b.num / b.den;
        i128 r = a.num % a.den, s = b.num % b.den;
        if (r < 0)
            p--, r += a.den;
        if (s < 0)
            q--, s += b.den;
        if (p != q)
            return p < q ? -sign : sign;
        if (r == 0 || s == 0)
            return r == s ? 0 : (r == 0 ? -sign : sign);
        a = (struct rat){a.den, r};
        b = (struct rat){b.den, s};
        sign = -sign;
    }
}

bool rat_is_zero(struct rat a)
{
    return a.num == 0;
}

int rat_sign(struct rat a)
{
    return a.num < 0 ? -1 : a.num > 0;
}

bool rat_round(struct rat a, int scale, struct dec *ret)
{
    u128 num = magnitude(a.num), den = (u128)a.den;
    u128 whole = num / den, rest = num % den;

    for (int i = 0; i < scale; i++) {
        if (whole > (u128)INT64_MAX)
            return false;
        unsigned digit = 0;
        if (rest > ((u128)-1) / 10) { /* ten times the rest would overflow: add it up instead */
            u128 sum = 0;
            for (int k = 0; k < 10; k++) {
                if (sum >= den - rest) {
                    sum -= den - rest;
                    digit++;
                } else {
                    sum += rest;
                }
            }
            rest = sum;
        } else {
            rest *= 10;
            digit = (unsigned)(rest / den);
            rest %= den;
        }
        whole = whole * 10 + digit;
    }
    if (rest >= den - rest)
        whole++;
    if (whole > (u128)INT64_MAX)
        return false;
    *ret = (struct dec){a.num < 0 ? -(int64_t)whole : (int64_t)whole, (uint8_t)scale};
    return true;
}

bool rat_parse(struct str s, struct rat *ret, struct err *err)
{
    i128 a, b = 1;
    int da, db = 0;
    ptrdiff_t slash = str_find_char(s, '/', 0);
    struct str left = slash < 0 ? s : str_slice(s, 0, (size_t)slash);

    if (!read_digits(str_trim(left), 18, &a, &da))
        return err_set(err, ERR_INVALID, MSG_err_number_syntax, s);
    if (slash >= 0 && !read_digits(str_trim(str_slice(s, (size_t)slash + 1, s.n)), 18, &b, &db))
        return err_set(err, ERR_INVALID, MSG_err_number_syntax, s);
    i128 limit = (i128)1 << 90;
    if (da > 18 || db > 18 || a > limit || a < -limit || b > limit || b < -limit)
        return err_set(err, ERR_OVERFLOW, MSG_err_number_range, s);
    if (b == 0)
        return err_set(err, ERR_INVALID, MSG_err_number_zero_divisor);
    struct rat x, y, z;
    if (!rat_make(a, pow10_i64(da), &x) || !rat_make(b, pow10_i64(db), &y) || !rat_div(x, y, &z))
        return err_set(err, ERR_OVERFLOW, MSG_err_number_range, s);
    *ret = z;
    return true;
}

static void put_i128(struct sbuf *out, i128 v)
{
    char digits[48];
    size_t i = sizeof digits;
    u128 u = magnitude(v);

    do
        digits[--i] = (char)('0' + (int)(u % 10));
    while ((u /= 10) != 0);
    if (v < 0)
        digits[--i] = '-';
    sbuf_put(out, digits + i, sizeof digits - i);
}

void rat_put(struct sbuf *out, struct rat a)
{
    i128 den = a.den, num = a.num;
    int decimals = 0;

    while (den % 10 == 0)
        den /= 10, decimals++;
    while (den > 1 && decimals < 12 && (den % 2 == 0 || den % 5 == 0)) {
        i128 factor = den % 2 == 0 ? 5 : 2;
        if (__builtin_mul_overflow(num, factor, &num))
            break;
        den /= den % 2 == 0 ? 2 : 5;
        decimals++;
    }
    if (den != 1 || decimals > 12) {
        put_i128(out, a.num);
        sbuf_char(out, '/');
        put_i128(out, a.den);
        return;
    }
    if (num < 0)
        sbuf_char(out, '-');
    u128 u = magnitude(num), p = (u128)pow10_i64(decimals);
    put_i128(out, (i128)(u / p));
    if (decimals) {
        sbuf_char(out, '.');
        u128 part = u % p;
        for (int i = decimals; i > 0; i--)
            sbuf_char(out, (char)('0' + (int)(part / (u128)pow10_i64(i - 1) % 10)));
    }
}
