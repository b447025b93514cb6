/* tmplc: what the parts of the template compiler share.
 *
 * tmplc_html.c   follows the markup and knows at each byte what kind of place it is
 * tmplc_parse.c  reads the tags in braces and writes C for them
 * tmplc_tag.c    reads what stands inside a tag: words, values, conditions
 * tmplc.c        reads files, checks them against each other, writes the generated sources
 *
 * The first error ends the program with `file:line:column: what is wrong`. Memory lives until the
 * end.
 */
#ifndef GB_TOOLS_TMPLC_H
#define GB_TOOLS_TMPLC_H

#define _GNU_SOURCE

#include <stdbool.h>
#include <stddef.h>

#define NAME_MAX_ 64
#define STACK_MAX 96
#define ATTRS_MAX 48
#define SLOTS_MAX 16
#define USES_MAX 16

struct pos {
    int line, column;
};

/* A growing text. */
struct text {
    char *p;
    size_t n, cap;
};

/* Where a byte stands in the markup. */
enum place {
    P_TEXT,    /* between tags */
    P_RCDATA,  /* in <title> or <textarea>: text without tags */
    P_SCRIPT,  /* in <script src>: nothing may stand here */
    P_OPEN,    /* after < */
    P_NAME,    /* in the name of a start tag */
    P_CLOSE,   /* in an end tag */
    P_TAG,     /* in a start tag, between attributes */
    P_ATTR,    /* in an attribute's name */
    P_EQUALS,  /* after = */
    P_VALUE,   /* in a quoted value */
    P_SLASH,   /* after / in a start tag */
    P_BANG,    /* in <!doctype> */
    P_COMMENT, /* in <!-- -->, which is left out */
};

enum attr_kind { A_PLAIN, A_URL, A_STATIC };

struct element {
    char name[NAME_MAX_];
    struct pos at;
    bool posts, csrf; /* a form: method="post"; a {csrf} was seen in it */
};

/* The state of the markup; the branches of an {if} must leave it alike. */
struct markup {
    enum place place;
    char quote;
    char tag[NAME_MAX_];  /* of the start or end tag being read */
    char attr[NAME_MAX_]; /* name of the attribute being read */
    enum attr_kind kind;
    bool begun; /* something stands in the value already */
    bool has_src, posts;
    struct text value; /* the literal part of the value so far */
    char seen[ATTRS_MAX][NAME_MAX_];
    int nseen;
    struct element stack[STACK_MAX];
    int depth;
    struct pos tag_at;
    int dashes; /* of the end of a comment */
    char last;  /* the literal byte written last; '\0' after a value */
};

struct block {
    char name[NAME_MAX_];
    struct pos at;
    struct text body;
};

struct include {
    char name[NAME_MAX_];
    struct pos at;
    bool has_view;
    struct include *next;
};

/* One template. */
struct file {
    const char *path;
    char name[NAME_MAX_]; /* as in tmpl_NAME */
    char *src;
    char view[NAME_MAX_]; /* of the struct, empty where there is none */
    char uses[USES_MAX][160];
    int nuses;
    char layout[NAME_MAX_];
    struct pos layout_at;
    char *layout_view; /* the C expression, NULL where there is none */
    struct {
        char name[NAME_MAX_];
        bool optional;
    } slots[SLOTS_MAX];
    int nslots;
    struct block blocks[SLOTS_MAX];
    int nblocks;
    struct text body;
    struct include *includes;
};

/* ends the program */
_Noreturn void fail_at(const char *path, struct pos at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void text_put(struct text *t, const char *p, size_t n);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *text_z(struct text *t);
/* Copies a name, or fails where it is too long. */
void name_copy(const char *path, struct pos at, char *to, const char *p, size_t n);

/* --- tmplc_html.c */

/* Takes the next literal byte; what is to be written goes to `out`. */
void html_byte(const struct file *f, struct markup *m, struct pos at, char c, struct text *out);
/* Called before each tag in braces: ends an attribute without value. */
void html_pause(const struct file *f, struct markup *m, struct pos at);
/* Fails where the two ways through an {if} or {for} leave the markup differently. */
void html_same(const struct file *f, const struct markup *a, const struct markup *b, struct pos at,
    const char *what);
/* Fails where elements are open that were not open in `before`. */
void html_closed(const struct file *f, const struct markup *m, int depth, struct pos at);
/* After two ways met: a blank counts as written last only if it was on both. */
void html_join(struct markup *m, const struct markup *other);
/* Marks the innermost open form as protected; false where there is none. */
bool html_csrf(struct markup *m);

/* --- tmplc_parse.c */

void parse_file(struct file *f);

/* --- tmplc.c */

/* Number of arguments the message takes, -1 where there is no such key. */
int message_args(const char *key, size_t n);
bool asset_known(const char *name, size_t n);
void put_c_name(struct text *t, const char *p, size_t n);

#endif
