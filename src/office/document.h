/* document: the text of a report that came as a file.
 *
 * Layer office. What a file is, its content tells, never its name: DOCX, PDF with text (by
 * poppler's pdftotext), the old DOC (by catdoc or antiword), RTF, and plain text in any encoding of
 * reading/encoding.h. Foreign formats are read in a confined child (app/ports/child.h); what comes
 * back is checked again. The result is clean UTF-8 in NFC.
 *
 * A paragraph is one line of the text, a table row one line with a tab between cells; text boxes
 * follow their paragraph, footnotes stand at the end. Merged cells leave the places empty that they
 * cover. In DOCX: list numbers are written out, inserted text stays, deleted and hidden text and
 * the table of contents go, fields show their result, soft hyphens go, runs in the fonts .VnTime or
 * VNI are Unicode. Plain text keeps its lines, so that offsets count in the file: `text` is the
 * file's own text in NFC with \n line ends, `flow` the same length with blanks where a paragraph
 * goes on in the next line.
 *
 * Limits: DOCUMENT_BYTES_MAX in, DOCUMENT_TEXT_MAX out, and those inside the readers.
 */
#ifndef GB_OFFICE_DOCUMENT_H
#define GB_OFFICE_DOCUMENT_H

#include "app/ports/child.h"
#include "app/ports/document.h"

/* Reads a document from memory. Errors have keys err.document.* and err.text.*; the caller adds the
 * name of the file with err_at(). Everything lives in the arena. */
bool document_text(struct arena *a, struct str bytes, const struct child *child,
    struct document *ret, struct err *err);
/* Reads a whole file into the arena, "-" standard input; the place of an error is the path. */
bool document_bytes(struct arena *a, const char *path, struct str *ret, struct err *err);
/* Both; the place of an error is the path. */
bool document_file(struct arena *a, const char *path, const struct child *child,
    struct document *ret, struct err *err);

/* The port over a child; `child` must outlive it. */
struct documents document_port(const struct child *child);

#endif
