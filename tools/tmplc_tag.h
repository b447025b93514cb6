/* tmplc_tag: the inside of one tag in braces: words, names, values, conditions; see tmplc.h. */
#ifndef GB_TOOLS_TMPLC_TAG_H
#define GB_TOOLS_TMPLC_TAG_H

#include "tmplc.h"

#define SCOPES_MAX 16

struct parser {
    struct file *f;
    const char *p; /* the next byte */
    struct pos at; /* its place */
    struct markup m;
    struct text lit; /* literal text not yet written */
    struct pos lit_at;
    struct text *out; /* where C goes */
    char scope[SCOPES_MAX][NAME_MAX_];
    int nscope;
    bool in_block;
};

/* The inside of a tag, read token by token. */
struct tag {
    struct parser *ps;
    const char *p, *end;
    struct pos at; /* of p */
};

/* Each takes what it names from the tag and moves on; those that give a bool leave the tag alone
 * when something else stands there. */
void tag_advance(struct tag *t, size_t n);
void tag_blanks(struct tag *t);
bool tag_ended(struct tag *t);
_Noreturn void tag_fail(const struct tag *t, const char *what);
bool tag_word(struct tag *t, const char *word);
bool tag_sign(struct tag *t, const char *sign);
void tag_name(struct tag *t, char *ret, const char *what);
/* Fails where something is left. */
void tag_end(struct tag *t);

struct operand {
    struct text c; /* as C */
    bool is_text, is_path;
};

/* A value: v.a.b, row.x->y, row, row:first; a lone variable stands for what it points at. */
void tag_path(struct tag *t, struct text *ret);
/* A value, a number, a CONSTANT or a text in quotes. */
struct operand tag_operand(struct tag *t);
/* What stands behind {if. */
void tag_condition(struct tag *t, struct text *ret);
/* Is that the variable of a loop around this place? */
bool in_scope(const struct parser *ps, const char *p, size_t n);
/* A literal of C with these bytes. */
void put_literal(struct text *out, const char *p, size_t n);

#endif
