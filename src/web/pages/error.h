/* error: the page for everything that failed; for http_config.error_page. */
#ifndef GB_WEB_PAGES_ERROR_H
#define GB_WEB_PAGES_ERROR_H

#include "web/http.h"

void error_page(struct request *rq, struct response *rs, int status, const struct err *err);

#endif
