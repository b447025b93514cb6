/* route: see route.h. Patterns are cut into segments once; matching goes through the rows with the
 * same number of segments, those with more literals first. */
#include "web/route.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/text.h"

enum seg_type { SEG_LITERAL, SEG_UID, SEG_INT, SEG_WORD, SEG_TEXT };

struct segment {
    enum seg_type type;
    struct str text; /* the literal, or the name of the parameter */
};

struct row {
    const struct route *route;
    struct segment seg[GATE_SEGMENTS_MAX];
    size_t n;
};

struct router {
    struct row *rows;
    size_t n;
};

const struct intake intake_nothing = {.body = BODY_NONE};

const char *may_name(enum may may)
{
    static const char *const names[] = {"anyone", "signed_in", "read", "enter", "check", "sign",
        "approve", "compile", "lead", "inspect", "register", "publish", "administer"};

    return (size_t)may < sizeof names / sizeof *names ? names[may] : "?";
}

/* --- patterns */

static bool parse_param(struct str s, struct segment *ret)
{
    static const char *const types[] = {NULL, "uid", "int", "word", "text"};
    ptrdiff_t colon = str_find_char(s, ':', 0);

    if (colon < 2 || s.p[s.n - 1] != '}')
        return false;
    ret->text = str_slice(s, 1, (size_t)colon);
    struct str type = str_slice(s, (size_t)colon + 1, s.n - 1);
    for (int i = 1; i < 5; i++)
        if (str_is(type, types[i])) {
            ret->type = (enum seg_type)i;
            return true;
        }
    return false;
}

static bool parse_pattern(const struct route *route, struct row *ret)
{
    struct str rest = str_of(route->pattern), piece;
    size_t params = 0;

    if (rest.n == 0 || rest.p[0] != '/')
        return false;
    *ret = (struct row){.route = route};
    rest = str_slice(rest, 1, rest.n);
    while (rest.n && str_cut(&rest, '/', &piece)) {
        if (ret->n == GATE_SEGMENTS_MAX || piece.n == 0)
            return false;
        struct segment *s = &ret->seg[ret->n++];
        *s = (struct segment){SEG_LITERAL, piece};
        if (piece.p[0] == '{' && (!parse_param(piece, s) || ++params > ROUTE_PARAMS_MAX))
            return false;
    }
    return true;
}

/* Fewer segments first; at the first difference a literal before a parameter. */
static int by_shape(const void *pa, const void *pb)
{
    const struct row *a = pa, *b = pb;

    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (size_t i = 0; i < a->n; i++) {
        if (a->seg[i].type != b->seg[i].type)
            return a->seg[i].type < b->seg[i].type ? -1 : 1;
        if (a->seg[i].type == SEG_LITERAL && !str_eq(a->seg[i].text, b->seg[i].text))
            return str_cmp(a->seg[i].text, b->seg[i].text);
    }
    return (int)a->route->method - (int)b->route->method;
}

struct router *router_new(const struct route *rows, size_t n, struct err *err)
{
    struct router *r = calloc(1, sizeof *r);

    if (r)
        r->rows = calloc(n + 1, sizeof *r->rows);
    if (!r || !r->rows) {
        free(r);
        err_memory(err);
        return NULL;
    }
    r->n = n;
    const char *wrong = NULL;
    for (size_t i = 0; i < n && !wrong; i++)
        if (!parse_pattern(&rows[i], &r->rows[i]))
            wrong = rows[i].pattern;
    if (!wrong)
        qsort(r->rows, n, sizeof *r->rows, by_shape);
    for (size_t i = 1; i < n && !wrong; i++)
        if (by_shape(&r->rows[i - 1], &r->rows[i]) == 0)
            wrong = r->rows[i].route->pattern;
    if (!wrong)
        return r;
    err_set(err, ERR_INTERNAL, MSG_err_web_route, str_of(wrong));
    router_free(r);
    return NULL;
}

void router_free(struct router *r)
{
    if (r)
        free(r->rows);
    free(r);
}

/* --- matching */

static bool all(struct str s, bool (*ok)(char c))
{
    for (size_t i = 0; i < s.n; i++)
        if (!ok(s.p[i]))
            return false;
    return s.n > 0;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool alnum(char c)
{
    return isalnum((unsigned char)c) != 0;
}
static bool word_byte(char c)
{
    return islower((unsigned char)c) || digit(c) || c == '-' || c == '_' || c == '.';
}

static bool value_fits(enum seg_type type, struct str s)
{
    switch (type) {
    case SEG_UID:
        return s.n == 11 && isalpha((unsigned char)s.p[0]) && all(s, alnum);
    case SEG_INT:
        return s.n <= 18 && all(s, digit) && (s.n == 1 || s.p[0] != '0');
    case SEG_WORD:
        return s.n <= 64 && all(s, word_byte);
    case SEG_TEXT:
        return utf8_count(s) <= 200;
    case SEG_LITERAL:
        break;
    }
    return false;
}

static bool row_matches(const struct row *row, const struct web_path *t, struct route_params *ret)
{
    struct route_params p = {.n = 0};

    for (size_t i = 0; i < row->n; i++) {
        const struct segment *s = &row->seg[i];
        if (s->type == SEG_LITERAL) {
            if (!str_eq(s->text, t->segment[i]))
                return false;
        } else if (!value_fits(s->type, t->segment[i])) {
            return false;
        } else {
            p.name[p.n] = s->text;
            p.value[p.n++] = t->segment[i];
        }
    }
    *ret = p;
    return true;
}

const struct route *router_match(const struct router *r, enum http_method m,
    const struct web_path *t, struct route_params *ret, unsigned *ret_allowed)
{
    *ret_allowed = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct row *row = &r->rows[i];
        if (row->n != t->n || !row_matches(row, t, ret))
            continue;
        enum http_method has = row->route->method;
        if (has == m || (has == HTTP_GET && m == HTTP_HEAD))
            return row->route;
        *ret_allowed |= 1u << has | (has == HTTP_GET ? 1u << HTTP_HEAD : 0);
    }
    return NULL;
}
