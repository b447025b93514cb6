/* rtf: the text of a Rich Text Format file (Microsoft's specification 1.9).
 *
 * Layer office, private; meant to run in a confined child. Read: paragraphs, list numbers as
 * written in the file, table rows, text boxes, footnotes (at the end), Unicode and bytes by the
 * code page and font in force, legacy Vietnamese fonts included. Left out: headers, footers,
 * pictures, styles, field instructions, hidden and deleted text. Groups nest at most RTF_DEPTH_MAX
 * deep.
 */
#ifndef GB_OFFICE_RTF_H
#define GB_OFFICE_RTF_H

#include "office/paragraphs.h"

#define RTF_DEPTH_MAX 200

/* Errors: err.document.damaged, .hostile, .too_long, memory. */
bool rtf_read(struct arena *a, struct str bytes, struct paragraphs *ret, struct err *err);

#endif
