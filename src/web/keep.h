/* keep: answers given again while they hold; see app/kept.h for what may be kept, and when not.
 *
 * Layer web. The key is made of everything a handler can see of a request besides who asks: what is
 * made, language, the day, the path and all inputs; and of the reader's grants. Handlers begin
 * before they read anything, ask whether the right is there, then look (keep_find); what is not
 * there they make and keep (keep_put). What is kept holds no name, no token and nothing of the
 * frame. Either way keep_file() or keep_page() gives it to the answer without copying it; for
 * clients that take gzip it is packed once and kept so, too.
 */
#ifndef GB_WEB_KEEP_H
#define GB_WEB_KEEP_H

#include "app/kept.h"
#include "web/request.h"
#include "web/response.h"
#include "web/views.h"

struct keep {
    struct request *rq;
    struct response *rs;
    struct kept_moment moment;
    struct sbuf key;
    /* found, or given to keep_put; valid as long as the answer */
    struct str head, text;
};

/* `what`: a word for each kind of answer. */
void keep_begin(
    struct response *rs, const struct view *v, int unit, const char *what, struct keep *ret);
bool keep_find(struct keep *k);
/* Keeps what was made, which must live as long as the request. */
void keep_put(struct keep *k, struct str head, struct str text);
/* The text is the body. */
void keep_file(struct keep *k, const char *type);
/* The text is the matter of a page with this frame. */
void keep_page(struct keep *k, const struct page_view *page, struct str title);

#endif
