/* reply: an answer as the library sends it: its bytes, packed where that pays, and all its headers.
 *
 * Private to web.
 */
#ifndef GB_WEB_REPLY_H
#define GB_WEB_REPLY_H

#include <microhttpd.h>

#include "web/exchange.h"

/* What it refers to lives as long as the exchange. NULL: there is no memory. */
struct MHD_Response *reply_make(struct exchange *x, size_t *ret_size);
/* The line in the log. */
void reply_log(const struct exchange *x, size_t size);

#endif
