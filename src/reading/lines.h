/* lines: broken lines of plain text and of pages joined into paragraphs.
 *
 * Layer reading; pure. A line goes on in the next one where the sentence does: the next line begins
 * with a small letter, or the line is full and ends in neither a stop nor a colon, or it ends in a
 * comma or an open bracket. It does not go on before a list item ("- ", "+ ", "• ", "1. ", "a) ",
 * "II. "), a row of a table (a tab in either line), an empty line, or after a line that is all
 * capitals (a heading) unless the next is so too.
 *
 * In plain text offsets count, so lines_joined() changes nothing but line ends to blanks. Pages
 * (pdftotext -layout, form feeds between them) are laid out anew by lines_of_pages(): page numbers
 * and running heads go, wide gaps between cells become tabs, hyphens at line ends are taken out
 * where a word was broken, one paragraph or table row stands on one line.
 */
#ifndef GB_READING_LINES_H
#define GB_READING_LINES_H

#include "base/str.h"

/* Does `next` go on with the sentence of `line`? `full` tells how long a full line is here, in code
 * points (0: not known). Neither has its line end. */
bool lines_go_on(struct str line, struct str next, size_t full);
/* The same text of the same length, in which \n inside a paragraph is a blank; NULL where the arena
 * is exhausted. The text is valid UTF-8. */
struct str lines_joined(struct arena *a, struct str text);
/* Clean UTF-8 with \f between pages into paragraphs; NULL where the arena is exhausted. */
struct str lines_of_pages(struct arena *a, struct str pages);

#endif
