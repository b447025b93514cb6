/* ooxml: an Office Open XML package: its parts by relationship, each read as a stream of elements.
 *
 * Layer office, private. Element names are given as namespace and local name; the namespaces of the
 * transitional and the strict form are one. The limits of docx.h hold here, for all parts together.
 */
#ifndef GB_OFFICE_OOXML_H
#define GB_OFFICE_OOXML_H

#include <expat.h>
#include <zip.h>

#include "base/err.h"
#include "base/str.h"

enum ooxml_ns { NS_OTHER, NS_WORD, NS_MATH, NS_COMPAT, NS_RELS, NS_TYPES };

struct ooxml {
    struct arena *arena;
    zip_t *zip;
    size_t left; /* bytes that may still be unpacked */
    struct err *err;
};

/* Attributes as expat gives them: name, value, ..., NULL. */
struct ooxml_element {
    enum ooxml_ns ns;
    const char *name;
    const char **atts;
    int depth; /* 1 for the root */
};

struct ooxml_handler {
    void *ctx;
    /* They give false to end the reading of this part; ctx knows why. Any may be NULL. */
    bool (*start)(void *ctx, const struct ooxml_element *e);
    bool (*end)(void *ctx, int depth);
    bool (*text)(void *ctx, struct str s);
};

bool ooxml_open(struct ooxml *x, struct arena *a, struct str bytes, struct err *err);
void ooxml_close(struct ooxml *x);
bool ooxml_has(const struct ooxml *x, struct str part);
/* Reads one part through the handler. False with x->err filled; where the handler stopped, with
 * whatever it put there. */
bool ooxml_read(struct ooxml *x, struct str part, const struct ooxml_handler *h);
/* The part that `from` ("" for the package) refers to by the relationship whose type ends in `type`
 * ("/officeDocument"). *ret is empty where there is none. False on errors. */
bool ooxml_related(struct ooxml *x, struct str from, const char *type, struct str *ret);
/* The value of the attribute of that local name, in whatever namespace; NULL where there is none.
 */
const char *ooxml_attribute(const struct ooxml_element *e, const char *name);

#endif
