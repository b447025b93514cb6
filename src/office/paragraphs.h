/* paragraphs: the result of a reader, collected within limits, and its way through a child's pipe.
 *
 * Layer office, private. On the wire: 'D', then for each paragraph its kind (one byte), its length
 * (four bytes, low first) and its text; or 'E' and the error. The receiving side believes nothing:
 * kinds, lengths, message keys and UTF-8 are checked.
 */
#ifndef GB_OFFICE_PARAGRAPHS_H
#define GB_OFFICE_PARAGRAPHS_H

#include "base/vec.h"
#include "office/document.h"

#define PARAGRAPHS_MAX 200000

struct paragraphs {
    VEC(struct paragraph) list;
    size_t bytes;
};

/* Cleans the text (soft hyphens and zero-width characters out, blanks at the ends off, other
 * controls to blanks, NFC) and appends it; an empty text is left out. Errors:
 * err.document.too_long, memory. */
bool paragraphs_add(struct paragraphs *p, struct arena *a, enum paragraph_kind kind,
    struct str text, struct err *err);
/* Writes all, or the error, to a descriptor; false where that fails. */
bool paragraphs_send(const struct paragraphs *p, int fd);
bool paragraphs_send_error(const struct err *e, int fd);
/* The other side. False with the error that was sent, or err.document.damaged. */
bool paragraphs_receive(struct paragraphs *ret, struct arena *a, struct str wire, struct err *err);

#endif
