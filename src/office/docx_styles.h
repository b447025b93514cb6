/* docx_styles: what a paragraph or run gets from its style and its list, in a Word document.
 *
 * Layer office, private. Of styles: the font (it may stand for a legacy encoding), hidden text, the
 * list; inherited along basedOn, at most STYLE_CHAIN_MAX steps. Of lists: levels, starts, number
 * formats, overrides, and the counters that run through the document.
 */
#ifndef GB_OFFICE_DOCX_STYLES_H
#define GB_OFFICE_DOCX_STYLES_H

#include "base/map.h"
#include "base/vec.h"
#include "office/ooxml.h"

#define STYLE_CHAIN_MAX 20
#define LIST_LEVELS 9
#define LISTS_MAX 20000

struct docx_style {
    struct str id, based_on;
    struct str font;    /* empty: inherited */
    signed char hidden; /* -1 inherited, else 0 or 1 */
    int list, level;    /* -1 inherited */
    bool contents;      /* of a table of contents */
};

struct docx_styles {
    struct arena *arena;
    VEC(struct docx_style) list;
    struct smap by_id;
    struct docx_style defaults;
    int normal; /* the default paragraph style, -1 */
};

bool docx_styles_read(struct docx_styles *s, struct ooxml *x, struct str part);
/* The index of a style, -1 where it is unknown; for paragraphs an empty id gives the default style.
 */
int docx_style_find(const struct docx_styles *s, struct str id);
/* All that the style with that index says, inherited parts filled in; -1 gives the defaults. */
struct docx_style docx_style_of(const struct docx_styles *s, int index);
/* A switch of OOXML: on where it has no value or one that says so. */
bool docx_is_on(const struct ooxml_element *e);

enum list_format {
    LIST_DECIMAL,
    LIST_DECIMAL_ZERO,
    LIST_UPPER_LETTER,
    LIST_LOWER_LETTER,
    LIST_UPPER_ROMAN,
    LIST_LOWER_ROMAN,
    LIST_BULLET,
    LIST_NONE,
};

struct list_level {
    enum list_format format;
    int start;
    struct str text;  /* "%1.%2." or the bullet */
    struct str font;  /* of the bullet */
    struct str style; /* the paragraph style that stands for this level */
    int restart;      /* the level (from 1) that restarts it; 0 never; -1 any above */
};

/* What is counted together: an abstract numbering. */
struct list_kind {
    int id;
    struct list_level level[LIST_LEVELS];
    int count[LIST_LEVELS];
    bool begun[LIST_LEVELS];
};

struct list_use {
    int id, kind;           /* index into kinds, -1 */
    int start[LIST_LEVELS]; /* overrides; INT_MIN where none */
    bool used;
};

struct docx_lists {
    struct arena *arena;
    VEC(struct list_kind) kinds;
    VEC(struct list_use) uses;
    struct map kind_by_id, use_by_id;
};

bool docx_lists_read(struct docx_lists *l, struct ooxml *x, struct str part);
/* Counts one paragraph of list `id` (numId) at `level` (-1: the level of paragraph style `style`)
 * and writes its number ("2.1.", "a)", "-") and a blank; nothing for lists that do not exist. */
void docx_list_label(struct docx_lists *l, int id, int level, struct str style, struct sbuf *out);

#endif
