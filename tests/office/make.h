/* Files for tests, made on the spot: zip archives, Word documents around a body, PDFs, old DOC
 * files. */
#ifndef GB_TESTS_OFFICE_MAKE_H
#define GB_TESTS_OFFICE_MAKE_H

#include "base/str.h"

struct part {
    const char *name;
    struct str content;
};

struct str make_zip(struct arena *a, const struct part *parts, size_t n);
/* A package with the given body (content of w:body) and, where not NULL, the content of w:styles,
 * w:numbering and w:footnotes. */
struct str make_docx(struct arena *a, const char *body, const char *styles, const char *numbering,
    const char *footnotes);
/* Pages of lines: a line is "x y text"; x and y in points from the top left corner. */
struct page_line {
    int page; /* from 1, in order */
    double x, y;
    const char *text;
};
struct str make_pdf(struct arena *a, const struct page_line *lines, size_t n);
/* A compound file with a WordDocument stream of Word 6 whose text is these bytes of code page 1252.
 */
struct str make_doc(struct arena *a, struct str bytes);

#endif
