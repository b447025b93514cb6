/* failure: the page for everything that failed. */
#include "web/pages/failure.h"

#include "templates.h"
#include "web/views.h"

void failure_page(struct request *rq, struct response *rs, int status, const struct err *err)
{
    struct tmpl o = rs_page(rs, status);
    struct sbuf message;

    sbuf_init(&message, rq->arena, 8192);
    err_text(err, rq->lang, &message);
    struct failure_view v = {.page = {.lang = rq->lang == LANG_EN ? STR("en") : STR("vi")},
        .message = sbuf_view(&message),
        .request_id = rq->id};
    tmpl_failure(&o, &v);
}
