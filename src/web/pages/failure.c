/* failure: the page for everything that failed. */
#include "web/failure.h"

#include "templates.h"
#include "web/views.h"

void failure_page(struct request *rq, struct response *rs, int status, const struct err *err)
{
    struct tmpl o = rs_page(rs, status);
    struct failure_view v = {.request_id = rq->id};
    struct sbuf message;

    sbuf_init(&message, rq->arena, 8192);
    err_text(err, rq->lang, &message);
    v.message = sbuf_view(&message);
    page_fill(rq, &v.page);
    tmpl_failure(&o, &v);
}
