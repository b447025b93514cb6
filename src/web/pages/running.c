/* running: /healthz and the assets. */
#include "web/assets.h"
#include "web/handlers.h"

bool page_healthz(struct request *rq, struct response *rs, struct err *err)
{
    if (!http_healthy(rq->server, err))
        return false;
    rs_text(rs, 200, STR("ok\n"));
    return true;
}

/* The content is found by its hash, so an old address never gives a new file. */
bool page_asset(struct request *rq, struct response *rs, struct err *err)
{
    const struct asset *a = asset_find(rq_path(rq, "hash"), rq_path(rq, "name"));

    if (!a)
        return err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found);
    rs->cache = CACHE_FOREVER;
    rs->type = a->type;
    rs_header(rs, "ETag", a->etag);
    if (str_eq(rq_header(rq, "If-None-Match"), a->etag)) {
        rs->status = 304;
        return true;
    }
    rs->fixed = a->body;
    rs->fixed_gzip = a->gzip;
    return true;
}
