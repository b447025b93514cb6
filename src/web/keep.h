/* keep: answers given again while they hold; see app/kept.h for what may be kept, and when not.
 *
 * Layer web. The key is made of everything a handler can see of a request besides who asks: what is
 * made, language, the day, the path and all inputs; and of the reader's grants. Handlers ask
 * keep_find() after the unit is found and the right to read it is checked, and give what they made
 * to keep_file() or keep_matter(). What is kept holds no name, no token and nothing of the frame.
 */
#ifndef GB_WEB_KEEP_H
#define GB_WEB_KEEP_H

#include "app/kept.h"
#include "web/request.h"
#include "web/response.h"

struct keep {
    struct kept_moment moment;
    struct sbuf key;
};

/* Before anything is read for the answer. `what`: a word for each kind of answer. */
void keep_begin(
    struct request *rq, const struct view *v, int unit, const char *what, struct keep *ret);
/* A file that was made before: the answer is ready. */
bool keep_answer(struct response *rs, struct keep *k, const char *type);
/* Keeps the body just made. */
void keep_body(struct response *rs, struct keep *k);
/* A page's title and matter; copies in the request's arena. */
bool keep_find(struct request *rq, struct keep *k, struct str *ret_title, struct str *ret_matter);
void keep_matter(struct request *rq, struct keep *k, struct str title, struct str matter);

#endif
