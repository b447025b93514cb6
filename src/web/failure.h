/* failure: the page for everything that failed; for http_config.error_page. */
#ifndef GB_WEB_FAILURE_H
#define GB_WEB_FAILURE_H

#include "web/http.h"

void failure_page(struct request *rq, struct response *rs, int status, const struct err *err);

#endif
