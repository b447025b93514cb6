/* number: how numbers are written (see quantity.h).
 *
 * Points group thousands and a comma stands before decimals; texts also have the point for decimals
 * (38.81) and the reverse (1,234.5). A point in front of exactly three digits groups. Words: "hai
 * mươi lăm", "một trăm linh ba"; triệu and tỷ are left to the unit.
 */
#include "reading/quantity.h"

struct shape {
    size_t dots, commas;
    size_t last_dot, last_comma; /* positions + 1 */
    bool dot_groups, comma_groups;
};

static bool whole_groups(struct str s, char sep)
{
    struct str rest = s, piece;
    bool first = true;

    while (str_cut(&rest, sep, &piece)) {
        if (first ? piece.n < 1 || piece.n > 3 || piece.p[0] == '0' : piece.n != 3)
            return false;
        first = false;
    }
    return true;
}

static struct shape look(struct str s)
{
    struct shape f = {0};

    for (size_t i = 0; i < s.n; i++) {
        f.dots += s.p[i] == '.';
        f.commas += s.p[i] == ',';
        if (s.p[i] == '.')
            f.last_dot = i + 1;
        if (s.p[i] == ',')
            f.last_comma = i + 1;
    }
    struct str head = s;
    if (f.dots && f.commas)
        head = str_slice(s, 0, (f.last_dot > f.last_comma ? f.last_dot : f.last_comma) - 1);
    f.dot_groups = f.dots && whole_groups(head, '.');
    f.comma_groups = f.commas && whole_groups(head, ',');
    return f;
}

/* The mark that stands before decimals, 0 for none; false where the number cannot be read. */
static bool decimal_mark(struct str s, char *ret)
{
    struct shape f = look(s);

    *ret = 0;
    if (!f.dots && !f.commas)
        return true;
    if (f.dots && f.commas) {
        *ret = f.last_comma > f.last_dot ? ',' : '.';
        return *ret == ',' ? f.commas == 1 && f.dot_groups : f.dots == 1 && f.comma_groups;
    }
    if (f.dot_groups || (f.commas > 1 && f.comma_groups))
        return true;
    *ret = f.dots ? '.' : ',';
    return f.dots + f.commas == 1;
}

static bool digits(struct str s, char mark, struct dec *ret)
{
    struct dec d = {0, 0};
    bool behind = false;
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == mark)
            behind = true;
        if (s.p[i] < '0' || s.p[i] > '9')
            continue;
        if (n++ >= 17 || d.scale >= DEC_SCALE_MAX)
            return behind && n < 18;
        d.m = d.m * 10 + (s.p[i] - '0');
        d.scale = (uint8_t)(d.scale + behind);
        *ret = d;
    }
    return n > 0;
}

bool number_comma_groups(const struct page *p, size_t i, struct dec *ret)
{
    struct str s = tok_text(p, i);
    struct shape f = look(s);
    return !f.dots && f.commas == 1 && f.comma_groups && digits(s, 0, ret);
}

/* "hai mươi lăm": tens and units are folded into `v`, hundreds and thousands multiply what stands
 * before them. */
static size_t words_at(const struct page *p, size_t i, size_t hi, int64_t *ret)
{
    int64_t total = 0, part = 0;
    size_t j = i;
    bool any = false;

    for (; j < hi && p->toks.p[j].kind == TOK_WORD; j++) {
        struct str value;
        int64_t v;
        if (lex_at(p, j, LEX_NUMBER_WORD, &value) == 1 && str_to_i64(value, &v)) {
            bool ten = v == 10 && part % 10 && str_is(tok_text(p, j), "mươi");
            if (any && !ten && part % 10)
                break;
            part = ten ? part * 10 : part + v;
        } else if (any && lex_at(p, j, LEX_MULTIPLIER, &value) == 1 && str_to_i64(value, &v) &&
                   v <= 1000 && part) {
            total = v == 1000 ? (total + part) * 1000 : total + part * v;
            part = 0;
        } else if (!any || !(str_is(tok_text(p, j), "linh") || str_is(tok_text(p, j), "lẻ"))) {
            break;
        }
        any = true;
    }
    *ret = total + part;
    return any && *ret ? j - i : 0;
}

size_t number_at(const struct page *p, size_t i, size_t hi, struct dec *ret, bool *ret_words)
{
    char mark;
    int64_t v;

    *ret_words = false;
    if (i >= hi)
        return 0;
    if (tok_num(p, i)) {
        struct str s = tok_text(p, i);
        return decimal_mark(s, &mark) && digits(s, mark, ret);
    }
    size_t n = words_at(p, i, hi, &v);
    if (n) {
        *ret = (struct dec){v, 0};
        *ret_words = true;
    }
    return n;
}

bool dec_times(struct dec d, struct dec by, struct dec *ret)
{
    int64_t m;

    if (__builtin_mul_overflow(d.m, by.m, &m))
        return false;
    int scale = d.scale + by.scale;
    while (scale > 0 && m % 10 == 0) {
        m /= 10;
        scale--;
    }
    if (scale > DEC_SCALE_MAX)
        return false;
    *ret = (struct dec){m, (uint8_t)scale};
    return true;
}
