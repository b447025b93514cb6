/* reply: see reply.h. */
#include "web/reply.h"

#include "base/log.h"
#include "base/ticks.h"
#include "web/pack.h"

#define GZIP_FROM 1024

static bool is_compressible(const char *type)
{
    return strncmp(type, "text/", 5) == 0 || strncmp(type, "application/json", 16) == 0 ||
           strncmp(type, "image/svg", 9) == 0 || strncmp(type, "application/javascript", 22) == 0;
}

/* The pieces of an answer's body; empty ones are left out. */
static size_t pieces_of(const struct response *rs, struct piece ret[3])
{
    struct str body = sbuf_view(&rs->body);
    const struct piece all[3] = {{.plain = str_slice(body, 0, rs->insert_at)},
        {.plain = rs->insert, .packed = rs->insert_packed},
        {.plain = str_slice(body, rs->insert_at, body.n)}};
    size_t n = 0;

    for (int i = 0; i < 3; i++)
        if (all[i].plain.n)
            ret[n++] = all[i];
    return n;
}

static void add_header(struct MHD_Response *r, const char *name, const char *value)
{
    MHD_add_response_header(r, name, value);
}

static void add_headers(const struct exchange *x, struct MHD_Response *r, bool packed)
{
    static const char *const cache[] = {
        "no-store", "no-cache", "public, max-age=31536000, immutable"};
    static const char *const always[][2] = {
        {"Content-Security-Policy",
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
            "script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
            "base-uri 'none'"},
        {"X-Content-Type-Options", "nosniff"}, {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "same-origin"}, {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}};
    const struct response *rs = &x->rs;
    const char *type = rs->type ? rs->type : TYPE_TEXT;

    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        add_header(r, always[i][0], always[i][1]);
    if (x->rq.tls)
        add_header(r, "Strict-Transport-Security", "max-age=31536000");
    add_header(r, "Cache-Control", cache[rs->cache]);
    add_header(r, "X-Request-Id", x->rq.id.p ? x->rq.id.p : "");
    if (rs->status != 304)
        add_header(r, "Content-Type", type);
    if (is_compressible(type))
        add_header(r, "Vary", "Accept-Encoding");
    if (packed)
        add_header(r, "Content-Encoding", "gzip");
    if (rs->close)
        add_header(r, "Connection", "close");
    for (size_t i = 0; i < rs->headers.n; i++)
        add_header(r, rs->headers.p[i].name.p, rs->headers.p[i].value.p);
}

static struct MHD_Response *from_bytes(struct str s, size_t *ret_size)
{
    *ret_size = s.n;
    return MHD_create_response_from_buffer(s.n, (void *)(uintptr_t)s.p, MHD_RESPMEM_PERSISTENT);
}

static bool pack_pieces(struct exchange *x, const struct piece *piece, size_t n, struct str *ret)
{
    struct packer *p = packers_take(x->server->packers);
    bool ok = p && pack(p, x->arena, piece, n, ret);

    packers_give(x->server->packers, p);
    return ok;
}

/* The body that was built, with what stands in it. */
static struct MHD_Response *from_body(struct exchange *x, size_t *ret_size, bool *ret_packed)
{
    struct response *rs = &x->rs;
    struct piece piece[3];
    struct MHD_IoVec iov[3];
    size_t n = pieces_of(rs, piece), size = 0;
    struct str packed;

    for (size_t i = 0; i < n; i++) {
        iov[i] = (struct MHD_IoVec){piece[i].plain.p, piece[i].plain.n};
        size += piece[i].plain.n;
    }
    if (size >= GZIP_FROM && rs->type && is_compressible(rs->type) && rq_takes_gzip(&x->rq) &&
        pack_pieces(x, piece, n, &packed)) {
        *ret_packed = true;
        return from_bytes(packed, ret_size);
    }
    if (n < 2)
        return from_bytes(n ? piece[0].plain : STR(""), ret_size);
    *ret_size = size;
    return MHD_create_response_from_iovec(iov, (unsigned)n, NULL, NULL);
}

struct MHD_Response *reply_make(struct exchange *x, size_t *ret_size)
{
    struct response *rs = &x->rs;
    struct MHD_Response *r;
    bool packed = false;

    if (rs->fd >= 0) {
        *ret_size = (size_t)rs->fd_size;
        r = MHD_create_response_from_fd64((uint64_t)rs->fd_size, rs->fd);
        if (r)
            rs->fd = -1; /* the library closes it */
    } else if (rs->fixed.p) {
        packed = rs->fixed_gzip.n && rq_takes_gzip(&x->rq);
        r = from_bytes(packed ? rs->fixed_gzip : rs->fixed, ret_size);
    } else {
        r = from_body(x, ret_size, &packed);
    }
    if (r)
        add_headers(x, r, packed);
    return r;
}

/* Written by hand: it is done for each request. */
void reply_log(const struct exchange *x, size_t size)
{
    const struct request *rq = &x->rq;
    char line[512];
    struct sbuf b;

    sbuf_init_fixed(&b, line, sizeof line);
    sbuf_z(&b, "id=");
    sbuf_str(&b, rq->id);
    sbuf_z(&b, " method=");
    sbuf_z(&b, http_method_name(rq->method));
    sbuf_z(&b, " route=");
    sbuf_z(&b, rq->route ? rq->route->pattern : "-");
    sbuf_z(&b, " status=");
    sbuf_i64(&b, x->rs.status);
    sbuf_z(&b, " bytes=");
    sbuf_i64(&b, (int64_t)size);
    sbuf_z(&b, " us=");
    sbuf_i64(&b, ticks_us() - x->began_us);
    log_line(LOG_INFO, "request", "%.*s", STR_ARG(sbuf_view(&b)));
}
