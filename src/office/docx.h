/* docx: the text of a Word document (ISO/IEC 29500 WordprocessingML, transitional and strict).
 *
 * Layer office, private; meant to run in a confined child. What is read of it: see document.h.
 * Refused: document type declarations (entities), parts that unpack to more than DOCX_UNPACKED_MAX
 * in all, elements nested deeper than DOCX_DEPTH_MAX, more entries than DOCX_ENTRIES_MAX. Parts are
 * looked up by name in the archive; nothing is ever unpacked to a file.
 */
#ifndef GB_OFFICE_DOCX_H
#define GB_OFFICE_DOCX_H

#include "office/paragraphs.h"

#define DOCX_UNPACKED_MAX (64u << 20)
#define DOCX_DEPTH_MAX 200
#define DOCX_ENTRIES_MAX 10000

/* Errors: err.document.damaged, .hostile, .too_long, .encrypted, memory. */
bool docx_read(struct arena *a, struct str bytes, struct paragraphs *ret, struct err *err);

#endif
