/* str: views of text and builders that cannot outgrow their limit.
 *
 * Layer base; knows only the arena. A `struct str` borrows bytes and never owns them; it need not
 * end in NUL. A `struct sbuf` builds text in an arena up to a ceiling fixed at its birth; the first
 * failed append (ceiling reached, arena exhausted) sets `failed` and every later append is ignored,
 * so a writer checks once, at the end. Text inside giaoban is UTF-8 in NFC (see text.h).
 */
#ifndef GB_BASE_STR_H
#define GB_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){("" literal), sizeof(literal) - 1})
#define STR_NULL ((struct str){NULL, 0})
/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p

static inline struct str str_of(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}
static inline struct str str_make(const char *p, size_t n)
{
    return (struct str){p, n};
}
static inline bool str_empty(struct str s)
{
    return s.n == 0;
}
static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

/* Byte order; shorter first where one is a prefix of the other. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* From byte `from` to byte `to` (exclusive), clamped to the text. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without ASCII blanks, tabs and line ends at both ends. */
struct str str_trim(struct str s);
/* Byte offset of the first `needle` at or after `from`, or -1. */
ptrdiff_t str_find(struct str s, struct str needle, size_t from);
ptrdiff_t str_find_char(struct str s, char c, size_t from);
/* Cuts the next piece up to `sep` off `*rest` into `*ret_piece`; false when nothing is left. An
 * empty text has one empty piece. */
bool str_cut(struct str *rest, char sep, struct str *ret_piece);
/* Whole text is a decimal integer in range; no blanks, sign allowed. */
bool str_to_i64(struct str s, int64_t *ret);
/* Copies into the arena, with a NUL behind; NULL pointer when the arena is exhausted. */
struct str str_dup(struct arena *a, struct str s);
char *str_dupz(struct arena *a, struct str s);
uint64_t str_hash(struct str s);

struct sbuf {
    struct arena *arena;
    char *p;
    size_t n, cap, max;
    bool failed;
};

/* An empty builder; it never holds more than `max` bytes. */
void sbuf_init(struct sbuf *b, struct arena *a, size_t max);
/* A builder in `size` bytes of the caller's (size > 0): it holds at most size - 1 and never
 * allocates. */
void sbuf_init_fixed(struct sbuf *b, char *bytes, size_t size);
void sbuf_put(struct sbuf *b, const void *p, size_t n);
void sbuf_str(struct sbuf *b, struct str s);
void sbuf_z(struct sbuf *b, const char *z);
void sbuf_char(struct sbuf *b, char c);
void sbuf_fill(struct sbuf *b, char c, size_t n);
void sbuf_i64(struct sbuf *b, int64_t v);
/* A folder as it is; an address (scheme://...) without user, password and options. */
void sbuf_address(struct sbuf *b, struct str where);
void sbuf_printf(struct sbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sbuf_vprintf(struct sbuf *b, const char *format, va_list args);
/* What was built; empty when `failed`, and then or where nothing was put its pointer is NULL. Valid
 * until the next append or the arena's reset. */
struct str sbuf_view(const struct sbuf *b);
/* The same ending in NUL, for interfaces that want it; "" when `failed`. */
const char *sbuf_cstr(struct sbuf *b);
void sbuf_reset(struct sbuf *b);

#endif
