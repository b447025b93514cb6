/* text: see text.h. Here: UTF-8, NFC, case and the search key; tones in tone.c, sorting in
 * collate.c. */
#include "base/text.h"

#include <stdio.h>
#include <utf8proc.h>

#include "base/arena.h"

int32_t utf8_next(struct str s, size_t *at)
{
    if (*at >= s.n)
        return -1;
    const unsigned char *p = (const unsigned char *)s.p + *at;
    if (p[0] < 0x80) {
        (*at)++;
        return p[0];
    }
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate(p, (utf8proc_ssize_t)(s.n - *at), &c);
    if (n < 1) { /* only on text that was not checked: one replacement per byte */
        (*at)++;
        return 0xfffd;
    }
    *at += (size_t)n;
    return c;
}

/* Eight bytes of ASCII without a NUL? The common case, told at once. */
static bool is_plain_run(const char *p)
{
    uint64_t x;

    memcpy(&x, p, sizeof x);
    return ((x | (x - 0x0101010101010101u)) & 0x8080808080808080u) == 0;
}

bool utf8_valid(struct str s)
{
    for (size_t at = 0; at < s.n;) {
        if (s.n - at >= 8 && is_plain_run(s.p + at)) {
            at += 8;
            continue;
        }
        utf8proc_int32_t c;
        if ((unsigned char)s.p[at] < 0x80) {
            if (s.p[at++] == '\0')
                return false;
            continue;
        }
        utf8proc_ssize_t n =
            utf8proc_iterate((const unsigned char *)s.p + at, (utf8proc_ssize_t)(s.n - at), &c);
        if (n < 1)
            return false;
        at += (size_t)n;
    }
    return true;
}

size_t utf8_count(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

void utf8_put(struct sbuf *out, int32_t code_point)
{
    unsigned char bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(code_point, bytes);

    if (n > 0)
        sbuf_put(out, bytes, (size_t)n);
}

/* What a builder made, with a pointer also when it is empty: NULL tells of an exhausted arena
 * alone. */
static struct str built(const struct sbuf *b)
{
    return b->n == 0 && !b->failed ? STR("") : sbuf_view(b);
}

/* Characters of which no sequence changes under NFC: what nearly every Vietnamese text is made of.
 */
static bool stays_composed(int32_t c)
{
    return c < 0x300 || (c >= 0x1ea0 && c <= 0x1eff) || (c >= 0x2010 && c <= 0x2027) || c == 0x20ab;
}

static bool is_control(int32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c < 0xa0);
}

static bool refuse_control(struct str s, struct err *err)
{
    size_t at = 0, n = 0;
    int32_t c;

    while ((c = utf8_next(s, &at)) >= 0) {
        n++;
        if (is_control(c)) {
            char place[24], code[16];
            snprintf(place, sizeof place, "%zu", n);
            snprintf(code, sizeof code, "U+%04X", (unsigned)c);
            return err_set(err, ERR_INVALID, MSG_err_text_control, str_of(code), str_of(place));
        }
    }
    return true;
}

static bool too_long(size_t max, struct err *err)
{
    char limit[24];

    snprintf(limit, sizeof limit, "%zu", max);
    return err_set(err, ERR_LIMIT, MSG_err_text_too_long, str_of(limit));
}

/* NFC into the arena; `s` itself where it is in NFC already. */
static bool compose(struct arena *a, struct str s, struct str *ret, struct err *err)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s.p;
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    struct arena_mark mark = arena_mark(a);

    utf8proc_ssize_t n = utf8proc_decompose(p, (utf8proc_ssize_t)s.n, NULL, 0, options);
    utf8proc_int32_t *c = n < 0 ? NULL : arena_alloc(a, ((size_t)n + 1) * sizeof(utf8proc_int32_t));
    if (!c)
        return err_memory(err);
    n = utf8proc_decompose(p, (utf8proc_ssize_t)s.n, c, n, options);
    if (n >= 0)
        n = utf8proc_reencode(
            c, n, options); /* in place: the bytes take the room of the integers */
    if (n < 0)
        return err_set(err, ERR_INVALID, MSG_err_text_utf8);
    struct str made = {(const char *)c, (size_t)n};
    if (str_eq(made, s)) {
        arena_release(a, mark);
        made = s;
    }
    *ret = made;
    return true;
}

/* Printable ASCII needs no looking up. */
static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7f)
            return false;
    return true;
}

bool text_clean(struct arena *a, struct str s, size_t max, struct str *ret, struct err *err)
{
    struct str composed = s;
    bool stable = true;
    int32_t c;

    if (s.n <= max && is_plain(s)) {
        *ret = s;
        return true;
    }
    if (!utf8_valid(s))
        return err_set(err, ERR_INVALID, MSG_err_text_utf8);
    if (utf8_count(s) / 4 > max) /* four at most compose to one: too long in any case */
        return too_long(max, err);
    for (size_t at = 0; (c = utf8_next(s, &at)) >= 0;) {
        stable = stable && stays_composed(c);
        if (is_control(c))
            return refuse_control(s, err);
    }
    if (!stable && !compose(a, s, &composed, err))
        return false;
    if (utf8_count(composed) > max)
        return too_long(max, err);
    *ret = composed;
    return true;
}

/* Quotation marks that utf8proc leaves apart. */
static int32_t plain_quote(int32_t c)
{
    return c == 0xab || c == 0xbb || (c >= 0x201c && c <= 0x201f) ? '"' : c;
}

static bool is_blank(int32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

/* The plain letter of a Vietnamese one, 0 for other characters: what nearly all texts are made of,
 * without asking the Unicode tables. */
static char plain_letter(int32_t c)
{
    static const char latin_1[] =
        "aaaaaa\0ceeeeiiiidnooooo\0\0uuuuy\0\0aaaaaa\0ceeeeiiiidnooooo\0\0uuuuy\0y";

    if (c < 0x80)
        return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (c >= 0xc0 && c <= 0xff)
        return latin_1[c - 0xc0];
    if (c >= 0x1ea0 && c <= 0x1ef9)
        return c < 0x1eb8   ? 'a'
               : c < 0x1ec8 ? 'e'
               : c < 0x1ecc ? 'i'
               : c < 0x1ee4 ? 'o'
               : c < 0x1ef2 ? 'u'
                            : 'y';
    switch (c) {
    case 0x102:
    case 0x103:
        return 'a';
    case 0x110:
    case 0x111:
        return 'd';
    case 0x128:
    case 0x129:
        return 'i';
    case 0x168:
    case 0x169:
    case 0x1af:
    case 0x1b0:
        return 'u';
    case 0x1a0:
    case 0x1a1:
        return 'o';
    default:
        return 0;
    }
}

static void put_folded(struct sbuf *out, int32_t c, bool *blank)
{
    if (c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : is_blank(c)) {
        *blank = true;
        return;
    }
    if (*blank && out->n > 0)
        sbuf_char(out, ' ');
    *blank = false;
    if (c < 0x80)
        sbuf_char(out, (char)c);
    else
        utf8_put(out, c);
}

/* Writes the folded form of one character; a blank is only remembered, so that runs become one. */
static void fold_one(struct sbuf *out, int32_t c, bool *blank)
{
    const utf8proc_option_t options = UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                      UTF8PROC_STRIPMARK | UTF8PROC_IGNORE | UTF8PROC_LUMP;
    utf8proc_int32_t parts[32] = {
        plain_letter(c)}; /* also d for the eth that old code tables had */
    int boundary = 0;

    if (parts[0]) {
        put_folded(out, parts[0], blank);
        return;
    }
    parts[0] = plain_quote(c);
    utf8proc_ssize_t n = 1;
    if (parts[0] >= 0x80)
        n = utf8proc_decompose_char(parts[0], parts, 32, options, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < 32; i++)
        put_folded(out, parts[i], blank);
}

struct str text_fold(struct arena *a, struct str s)
{
    struct sbuf b;
    bool blank = false;
    int32_t c;

    sbuf_init(&b, a, SIZE_MAX / 4);
    for (size_t at = 0; (c = utf8_next(s, &at)) >= 0;)
        fold_one(&b, c, &blank);
    return built(&b);
}

bool text_contains(struct arena *a, struct str haystack, struct str needle)
{
    struct arena_mark mark = arena_mark(a);
    struct str h = text_fold(a, haystack), n = text_fold(a, needle);
    bool found = h.p && n.p && str_find(h, n, 0) >= 0;

    arena_release(a, mark);
    return found;
}

static struct str map_case(struct arena *a, struct str s, utf8proc_int32_t (*map)(utf8proc_int32_t))
{
    struct sbuf b;
    int32_t c;

    sbuf_init(&b, a, SIZE_MAX / 4);
    for (size_t at = 0; (c = utf8_next(s, &at)) >= 0;)
        utf8_put(&b, map(c));
    return built(&b);
}

struct str text_lower(struct arena *a, struct str s)
{
    return map_case(a, s, utf8proc_tolower);
}

struct str text_upper(struct arena *a, struct str s)
{
    return map_case(a, s, utf8proc_toupper);
}
