/* html: text made safe for a page, and the type of what is safe already.
 *
 * Layer base. A `struct html` is finished markup: it may be written to a page as it stands. Only
 * the compiled templates (web/tmpl.h) and the drawings (room chart) make one; whoever else writes
 * `(struct html){...}` is wrong. Everything else that goes to a page is text and passes one of the
 * writers below, each fit for one place:
 *
 *     html_text   between tags, also in <title> and <textarea>, and in a quoted attribute
 *     html_url    a whole address in a quoted attribute: schemes that run something are refused
 *     html_part   one piece of an address: a path segment, a name or value of the query
 */
#ifndef GB_BASE_HTML_H
#define GB_BASE_HTML_H

#include "base/str.h"

struct html {
    struct str s;
};

#define HTML_NULL ((struct html){STR_NULL})

/* & < > " ' become character references; control characters other than tab and line end become
 * U+FFFD, so that nothing invisible reaches a page. */
void html_text(struct sbuf *out, struct str s);
/* An address: relative ones, and those with the schemes http, https, mailto and tel, are escaped as
 * html_text; anything else becomes "#blocked" (a link that goes nowhere). */
void html_url(struct sbuf *out, struct str s);
/* Percent-encodes all but A-Z a-z 0-9 - . _ ~; what it writes needs no further escaping. */
void html_part(struct sbuf *out, struct str s);
/* May a page link to that address? */
bool html_url_safe(struct str s);

#endif
