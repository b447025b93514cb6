/* error: the page for everything that failed. */
#include "web/pages/error.h"

#include "templates.h"
#include "web/views.h"

void error_page(struct request *rq, struct response *rs, int status, const struct err *err)
{
    struct tmpl o = rs_page(rs, status);
    struct sbuf message;

    sbuf_init(&message, rq->arena, 8192);
    err_text(err, rq->lang, &message);
    struct error_view v = {.page = {.lang = rq->lang == LANG_EN ? STR("en") : STR("vi")},
        .message = sbuf_view(&message),
        .request_id = rq->id};
    tmpl_error(&o, &v);
}
