/* running: /healthz and the assets. */
#include "web/assets.h"
#include "app/warm.h"
#include "web/handlers.h"
#include "web/site.h"

/* "ok", and what goes on behind the answers. */
static bool healthz_text(struct request *rq, struct response *rs)
{
    struct app_warmth warm = {0};
    struct app_importing large = {0};
    struct sbuf b;

    sbuf_init(&b, rq->arena, 256);
    sbuf_z(&b, "ok\n");
    if (site_app(rq)) {
        app_warmth(site_app(rq), &warm);
        app_importing(site_app(rq), &large);
    }
    if (warm.running)
        sbuf_printf(
            &b, "warming: %lld of %lld columns\n", (long long)warm.done, (long long)warm.of);
    if (large.rows)
        sbuf_printf(
            &b, "importing: %lld of %lld rows\n", (long long)large.done, (long long)large.rows);
    rs_text(rs, 200, sbuf_view(&b));
    return !b.failed;
}

bool page_healthz(struct request *rq, struct response *rs, struct err *err)
{
    if (!http_healthy(rq, err))
        return false;
    return healthz_text(rq, rs) || err_memory(err);
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
