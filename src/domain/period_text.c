/* period_text: ids of periods in three dialects, and their labels for people. See period.h. */
#include "domain/period.h"

/* A number of at least `min` and at most `max` digits cut off the front of `*s`. */
static bool cut_number(struct str *s, size_t min, size_t max, int *ret)
{
    size_t n = 0;
    int v = 0;

    while (n < s->n && n < max && s->p[n] >= '0' && s->p[n] <= '9')
        v = v * 10 + (s->p[n++] - '0');
    if (n < min)
        return false;
    *s = str_slice(*s, n, s->n);
    *ret = v;
    return true;
}

static bool cut_prefix(struct str *s, struct str prefix)
{
    if (!str_starts(*s, prefix))
        return false;
    *s = str_slice(*s, prefix.n, s->n);
    return true;
}

/* One way of writing a kind: what stands between year and number, how many digits, what stands
 * behind. For terms the number is the second year, for years there is none. */
struct spelling {
    struct str before, after;
    uint8_t min,
        max; /* digits accepted; the shortest that holds the number is written, at least min */
    uint8_t kind;
};

#define S(z)                                                                                       \
    {                                                                                              \
        ("" z), sizeof(z) - 1                                                                      \
    }

static const struct spelling own[] = {
    {S("-W"), S(""), 2, 2, PERIOD_WEEK},
    {S("-Q"), S(""), 1, 1, PERIOD_QUARTER},
    {S("-H"), S(""), 1, 1, PERIOD_HALF},
    {S("-"), S(""), 2, 2, PERIOD_MONTH},
    {S("-"), S("M"), 1, 2, PERIOD_MONTHS},
    {S(""), S(""), 0, 0, PERIOD_YEAR},
    {S(".."), S(""), 4, 4, PERIOD_TERM},
};
static const struct spelling dhis2[] = {
    {S("W"), S(""), 1, 2, PERIOD_WEEK},
    {S(""), S(""), 2, 2, PERIOD_MONTH},
    {S("Q"), S(""), 1, 1, PERIOD_QUARTER},
    {S("S"), S(""), 1, 1, PERIOD_HALF},
    {S(""), S(""), 0, 0, PERIOD_YEAR},
};
/* The first spelling of a kind is the one written. */
static const struct spelling sdmx[] = {
    {S("-W"), S(""), 2, 2, PERIOD_WEEK},
    {S("-"), S(""), 2, 2, PERIOD_MONTH},
    {S("-M"), S(""), 2, 2, PERIOD_MONTH},
    {S("-Q"), S(""), 1, 1, PERIOD_QUARTER},
    {S("-S"), S(""), 1, 1, PERIOD_HALF},
    {S(""), S(""), 0, 0, PERIOD_YEAR},
    {S("-A1"), S(""), 0, 0, PERIOD_YEAR},
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool read_as(struct str rest, int year, const struct spelling *s, struct period *ret)
{
    int number = 0;

    if (!cut_prefix(&rest, s->before) || !cut_number(&rest, s->min, s->max, &number) ||
        !str_eq(rest, s->after))
        return false;
    if (s->kind == PERIOD_TERM)
        return period_make(PERIOD_TERM, 0, year, number, ret);
    return period_make((enum period_kind)s->kind, number, year, 0, ret);
}

static bool read_id(
    struct str s, const struct spelling *list, size_t n, struct period *ret, struct err *err)
{
    struct str rest = str_trim(s);
    int year;

    if (cut_number(&rest, 4, 4, &year))
        for (size_t i = 0; i < n; i++)
            if (read_as(rest, year, &list[i], ret))
                return true;
    return err_set(err, ERR_INVALID, MSG_err_period_syntax, s);
}

static bool put_id(struct sbuf *out, const struct spelling *list, size_t n, struct period p)
{
    size_t i = 0;

    while (i < n && list[i].kind != p.kind)
        i++;
    if (i == n)
        return false;
    sbuf_printf(out, "%04d", p.year);
    sbuf_str(out, list[i].before);
    int number = p.kind == PERIOD_TERM ? p.year_to : p.index;
    if (list[i].max > 0)
        sbuf_printf(out, "%0*d", list[i].min, number);
    sbuf_str(out, list[i].after);
    return true;
}

bool period_parse(struct str s, struct period *ret, struct err *err)
{
    return read_id(s, own, COUNT(own), ret, err);
}

void period_put(struct sbuf *out, struct period p)
{
    put_id(out, own, COUNT(own), p);
}

bool period_parse_dhis2(struct str s, struct period *ret, struct err *err)
{
    return read_id(s, dhis2, COUNT(dhis2), ret, err);
}

bool period_put_dhis2(struct sbuf *out, struct period p)
{
    return put_id(out, dhis2, COUNT(dhis2), p);
}

bool period_parse_sdmx(struct str s, struct period *ret, struct err *err)
{
    return read_id(s, sdmx, COUNT(sdmx), ret, err);
}

bool period_put_sdmx(struct sbuf *out, struct period p)
{
    return put_id(out, sdmx, COUNT(sdmx), p);
}

/* A short text of its own, for the argument of a message. */
struct piece {
    char z[16];
};

static struct str decimal(struct piece *piece, int v)
{
    size_t i = sizeof piece->z;

    do
        piece->z[--i] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    return str_make(piece->z + i, sizeof piece->z - i);
}

/* "16/11": a day of the week's year, with zeros as in dates. */
static struct str short_day(struct piece *piece, struct day d)
{
    struct ymd c = day_ymd(d);

    piece->z[0] = (char)('0' + c.day / 10);
    piece->z[1] = (char)('0' + c.day % 10);
    piece->z[2] = '/';
    piece->z[3] = (char)('0' + c.month / 10);
    piece->z[4] = (char)('0' + c.month % 10);
    return str_make(piece->z, 5);
}

/* Which key of a style: the two halves have words of their own. */
enum { KEY_HALF_2 = PERIOD_TERM + 1, KEYS };

static const enum msg_key keys[][KEYS] = {
    [PERIOD_LABEL] = {MSG_period_label_week, MSG_period_label_month, MSG_period_label_quarter,
        MSG_period_label_half_1, MSG_period_label_months, MSG_period_label_year,
        MSG_period_label_term, MSG_period_label_half_2},
    [PERIOD_TEXT] = {MSG_period_text_week, MSG_period_text_month, MSG_period_text_quarter,
        MSG_period_text_half_1, MSG_period_text_months, MSG_period_text_year, MSG_period_text_term,
        MSG_period_text_half_2},
    [PERIOD_TITLE] = {MSG_period_title_week, MSG_period_title_month, MSG_period_title_quarter,
        MSG_period_title_half_1, MSG_period_title_months, MSG_period_title_year,
        MSG_period_title_term, MSG_period_title_half_2},
    [PERIOD_SHORT] = {MSG_period_short_week, MSG_period_short_month, MSG_period_short_quarter,
        MSG_period_short_half_1, MSG_period_short_months, MSG_period_short_year,
        MSG_period_short_term, MSG_period_short_half_2},
};

/* The build sorts the keys, so those of a list follow each other. */
_Static_assert(MSG_period_quarter_4 == MSG_period_quarter_1 + 3, "keys of quarters");
_Static_assert(MSG_period_month_12 == MSG_period_month_01 + 11, "keys of months");

void period_put_label(struct sbuf *out, enum lang lang, enum period_style style, struct period p)
{
    struct piece a, b, from, to;
    bool second_half = p.kind == PERIOD_HALF && p.index == 2;
    enum msg_key key = keys[style][second_half ? (int)KEY_HALF_2 : p.kind];
    struct str year = decimal(&b, p.year), args[4] = {year};
    int n = 1;

    if (p.kind == PERIOD_TERM) {
        args[n++] = decimal(&a, p.year_to);
    } else if (p.kind != PERIOD_YEAR && p.kind != PERIOD_HALF) {
        args[0] = decimal(&a, p.index);
        args[n++] = year;
    }
    if (p.kind == PERIOD_QUARTER)
        args[0] = msg_text(lang, (enum msg_key)(MSG_period_quarter_1 + p.index - 1));
    if (p.kind == PERIOD_MONTH && style != PERIOD_SHORT)
        args[0] = msg_text(lang, (enum msg_key)(MSG_period_month_01 + p.index - 1));
    if (p.kind == PERIOD_WEEK) {
        args[n++] = short_day(&from, period_first_day(p));
        args[n++] = short_day(&to, period_last_day(p));
    }
    msg_format(out, lang, key, args, n);
}
