/* tmpl: what compiled templates call.
 *
 * Layer web; knows base and the generated assets. tools/tmplc.c turns each ui/templates/NAME.html
 * into a function `void tmpl_NAME(struct tmpl *o, const struct NAME_view *v)` (templates.h,
 * generated). A template writes to a capped builder in one language and cannot fail: when the
 * builder's ceiling is reached, `o->out->failed` is set and the page is given up as a whole.
 * docs/templates.md has the syntax. The macros below choose by the C type of a value, so that a
 * value of a type that does not belong in a place (a bool in text, finished markup in an attribute)
 * does not compile.
 */
#ifndef GB_WEB_TMPL_H
#define GB_WEB_TMPL_H

#include "base/html.h"
#include "base/msg.h"
#include "base/str.h"

struct tmpl {
    struct sbuf *out;
    enum lang lang;
    struct str csrf; /* the token of this answer's forms (csrf.h); empty for visitors */
};

/* A block that a page gives to its layout: a function and the page's own view. */
struct tmpl_slot {
    void (*fill)(struct tmpl *o, const void *view);
    const void *view;
};

/* An argument of a message. */
struct tmpl_arg {
    struct str s;
    int64_t number;
    enum { TMPL_ARG_STR, TMPL_ARG_NUMBER, TMPL_ARG_HTML } kind;
};

/* What a template gives, kept as finished markup in the builder's arena: for a part that is made
 * before its page. `o` must have a builder of its own. */
struct html tmpl_html(const struct tmpl *o);

void tmpl_fill(struct tmpl *o, const struct tmpl_slot *slot);
/* `<input type="hidden" name="csrf" ...>` */
void tmpl_csrf(struct tmpl *o);

void tmpl_text_str(struct tmpl *o, struct str s);
void tmpl_text_html(struct tmpl *o, struct html h);
/* An integer between tags is a count and is grouped as people write it; years and ids are texts. */
void tmpl_text_i64(struct tmpl *o, int64_t v);
void tmpl_text_u64(struct tmpl *o, uint64_t v);
/* In attributes integers are bare digits. */
void tmpl_attr_i64(struct tmpl *o, int64_t v);
void tmpl_attr_u64(struct tmpl *o, uint64_t v);
void tmpl_url_str(struct tmpl *o, struct str s);
void tmpl_part_str(struct tmpl *o, struct str s);
/* The text of a key with its arguments, escaped; `markup` allows arguments of finished markup. */
void tmpl_msg(
    struct tmpl *o, enum msg_key key, const struct tmpl_arg *args, int nargs, bool markup);

struct tmpl_arg tmpl_arg_str(struct str s);
struct tmpl_arg tmpl_arg_html(struct html h);
struct tmpl_arg tmpl_arg_i64(int64_t v);

static inline bool tmpl_true_str(struct str s)
{
    return s.n != 0;
}
static inline bool tmpl_true_html(struct html h)
{
    return h.s.n != 0;
}
static inline bool tmpl_true_int(int64_t v)
{
    return v != 0;
}
static inline bool tmpl_true_ptr(const void *p)
{
    return p != NULL;
}

#define TMPL_INTEGERS_(i64, u64)                                                                   \
    int : i64,                                                                                     \
          unsigned : u64,                                                                          \
                     short : i64,                                                                  \
                             unsigned short : u64,                                                 \
                                              unsigned char : u64,                                 \
                                                              long : i64,                          \
                                                                     unsigned long : u64,          \
                                                                                     long long     \
        : i64,                                                                                     \
          unsigned long long : u64

#define TMPL_TEXT(o, x)                                                                            \
    _Generic((x), struct str                                                                       \
             : tmpl_text_str, struct html                                                          \
             : tmpl_text_html, TMPL_INTEGERS_(tmpl_text_i64, tmpl_text_u64))((o), (x))
#define TMPL_ATTR(o, x)                                                                            \
    _Generic((x), struct str                                                                       \
             : tmpl_text_str, TMPL_INTEGERS_(tmpl_attr_i64, tmpl_attr_u64))((o), (x))
#define TMPL_URL(o, x) _Generic((x), struct str : tmpl_url_str)((o), (x))
#define TMPL_PART(o, x)                                                                            \
    _Generic((x), struct str                                                                       \
             : tmpl_part_str, TMPL_INTEGERS_(tmpl_attr_i64, tmpl_attr_u64))((o), (x))
#define TMPL_ARG(x)                                                                                \
    _Generic((x), struct str                                                                       \
             : tmpl_arg_str, struct html                                                           \
             : tmpl_arg_html, TMPL_INTEGERS_(tmpl_arg_i64, tmpl_arg_i64))(x)
#define TMPL_TRUE(x)                                                                               \
    _Generic((x), bool                                                                             \
             : tmpl_true_int, struct str                                                           \
             : tmpl_true_str, struct html                                                          \
             : tmpl_true_html, TMPL_INTEGERS_(tmpl_true_int, tmpl_true_int), default               \
             : tmpl_true_ptr)(x)
/* The address of a partial's view, given the view or a pointer to it. */
#define TMPL_VIEW(type, x) _Generic((x), const type * : (x), type * : (x), default : &(x))

#endif
