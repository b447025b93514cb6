/* document: the text of a report that came as a file, as the use cases see it.
 *
 * Layer app (port); src/office/document.c has the real one. A paragraph is one line of the text, a
 * table row one line with a tab between cells; text boxes follow their paragraph, footnotes stand
 * at the end. The text is clean UTF-8 in NFC. See office/document.h for what each kind of file
 * gives.
 */
#ifndef GB_APP_PORTS_DOCUMENT_H
#define GB_APP_PORTS_DOCUMENT_H

#include "base/err.h"
#include "base/str.h"
#include "reading/encoding.h"

#define DOCUMENT_BYTES_MAX (64u << 20)
#define DOCUMENT_TEXT_MAX (8u << 20)

enum document_source {
    DOCUMENT_TEXT,
    DOCUMENT_DOCX,
    DOCUMENT_PDF,
    DOCUMENT_DOC,
    DOCUMENT_RTF,
};

enum paragraph_kind {
    PARAGRAPH_BODY,
    PARAGRAPH_ROW,  /* of a table; cells parted by tabs */
    PARAGRAPH_BOX,  /* in a text box */
    PARAGRAPH_NOTE, /* a footnote or an endnote */
};

struct paragraph {
    struct str text; /* a slice of `flow` */
    enum paragraph_kind kind;
};

struct document {
    enum document_source source;
    enum encoding encoding; /* what the text was in; of a DOCX or RTF always ENC_UTF8 */
    struct str text, flow;  /* see above; the same length */
    const struct paragraph *paragraphs;
    size_t n;
    unsigned confined; /* bits of app/ports/child.h; 0 for plain text, which needs no child */
};

struct documents {
    void *ctx;
    /* Reads a document from memory; everything lives in the arena. Errors have keys err.document.*
     * and err.text.*; the caller adds the name of the file with err_at(). Safe from several
     * threads. */
    bool (*text)(
        void *ctx, struct arena *a, struct str bytes, struct document *ret, struct err *err);
};

/* "text", "docx", "pdf", "doc", "rtf" */
static inline const char *document_source_name(enum document_source s)
{
    static const char *const names[] = {"text", "docx", "pdf", "doc", "rtf"};

    return (unsigned)s < sizeof names / sizeof *names ? names[s] : "text";
}

#endif
