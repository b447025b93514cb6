/* str: see str.h. Nothing here allocates except through the arena given. */
#include "base/str.h"

#include <stdio.h>

#include "base/arena.h"

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    if (c != 0)
        return c;
    return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

struct str str_slice(struct str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return (struct str){s.p ? s.p + from : NULL, to - from};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str str_trim(struct str s)
{
    while (s.n && is_blank(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

ptrdiff_t str_find(struct str s, struct str needle, size_t from)
{
    if (from > s.n || needle.n > s.n - from)
        return -1;
    if (needle.n == 0)
        return (ptrdiff_t)from;
    const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit ? hit - s.p : -1;
}

ptrdiff_t str_find_char(struct str s, char c, size_t from)
{
    if (from >= s.n)
        return -1;
    const char *hit = memchr(s.p + from, c, s.n - from);
    return hit ? hit - s.p : -1;
}

bool str_cut(struct str *rest, char sep, struct str *ret_piece)
{
    if (!rest->p)
        return false;
    ptrdiff_t at = str_find_char(*rest, sep, 0);
    if (at < 0) {
        *ret_piece = *rest;
        *rest = STR_NULL;
        return true;
    }
    *ret_piece = str_slice(*rest, 0, (size_t)at);
    *rest = str_slice(*rest, (size_t)at + 1, rest->n);
    return true;
}

bool str_to_i64(struct str s, int64_t *ret)
{
    size_t i = 0;
    bool minus = false;
    uint64_t v = 0;

    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        minus = s.p[i++] == '-';
    if (i == s.n)
        return false;
    uint64_t limit = minus ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        unsigned digit = (unsigned)(s.p[i] - '0');
        if (v > (limit - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *ret = minus ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

struct str str_dup(struct arena *a, struct str s)
{
    char *z = str_dupz(a, s);
    return z ? (struct str){z, s.n} : STR_NULL;
}

char *str_dupz(struct arena *a, struct str s)
{
    char *z = arena_alloc(a, s.n + 1);

    if (!z)
        return NULL;
    if (s.n)
        memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    return z;
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a, finished with a mixing step */

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ (h >> 32);
}

void sbuf_init(struct sbuf *b, struct arena *a, size_t max)
{
    /* far from where sizes wrap around; no arena is that large */
    *b = (struct sbuf){.arena = a, .max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4};
}

void sbuf_init_fixed(struct sbuf *b, char *bytes, size_t size)
{
    *b = (struct sbuf){.p = bytes, .cap = size, .max = size - 1};
}

/* Makes room for `more` bytes and a NUL. */
static bool sbuf_room(struct sbuf *b, size_t more)
{
    if (b->failed)
        return false;
    if (more > b->max - b->n) {
        b->failed = true;
        return false;
    }
    size_t need = b->n + more + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap * 2 : 64;
    while (cap < need)
        cap *= 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    char *p = arena_grow(b->arena, b->p, b->cap, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void sbuf_put(struct sbuf *b, const void *p, size_t n)
{
    if (n == 0 || !sbuf_room(b, n))
        return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

void sbuf_str(struct sbuf *b, struct str s)
{
    sbuf_put(b, s.p, s.n);
}

void sbuf_z(struct sbuf *b, const char *z)
{
    sbuf_put(b, z, strlen(z));
}

void sbuf_char(struct sbuf *b, char c)
{
    sbuf_put(b, &c, 1);
}

void sbuf_fill(struct sbuf *b, char c, size_t n)
{
    if (n == 0 || !sbuf_room(b, n))
        return;
    memset(b->p + b->n, c, n);
    b->n += n;
}

void sbuf_address(struct sbuf *b, struct str where)
{
    ptrdiff_t scheme = str_find(where, STR("://"), 0);

    if (scheme < 0) {
        sbuf_str(b, where);
        return;
    }
    size_t start = (size_t)scheme + 3, end = start, host = start;
    while (end < where.n && where.p[end] != '/' && where.p[end] != '?')
        if (where.p[end++] == '@')
            host = end;
    while (end < where.n && where.p[end] != '?')
        end++;
    sbuf_str(b, str_slice(where, 0, start));
    sbuf_str(b, str_slice(where, host, end));
}

void sbuf_i64(struct sbuf *b, int64_t v)
{
    char digits[24];
    size_t i = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do
        digits[--i] = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    if (v < 0)
        digits[--i] = '-';
    sbuf_put(b, digits + i, sizeof digits - i);
}

void sbuf_vprintf(struct sbuf *b, const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0) {
        b->failed = true;
        return;
    }
    if (n == 0 || !sbuf_room(b, (size_t)n))
        return;
    vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
    b->n += (size_t)n;
}

void sbuf_printf(struct sbuf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    sbuf_vprintf(b, format, args);
    va_end(args);
}

struct str sbuf_view(const struct sbuf *b)
{
    return b->failed ? STR_NULL : (struct str){b->p, b->n};
}

const char *sbuf_cstr(struct sbuf *b)
{
    if (!sbuf_room(b, 0))
        return "";
    b->p[b->n] = '\0';
    return b->p;
}

void sbuf_reset(struct sbuf *b)
{
    b->n = 0;
    b->failed = false;
}
