/* http: see http.h. Between libmicrohttpd and exchange.c: connections, deadlines, headers of
 * answers. */
#include "web/http.h"

#include <errno.h>
#include <arpa/inet.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/ticks.h"
#include "web/exchange.h"
#include "web/pack.h"
#include "web/watch.h"

#define STACK_SIZE (1u << 20)
#define GZIP_FROM 1024
#define BYTES_A_SECOND 16384

/* One connection; its thread alone uses all but `watched`. */
struct connection {
    struct watched watched;
    struct http_server *server;
    struct arena arena;
    struct exchange *x;    /* the request at work */
    struct packer *packer; /* kept from answer to answer */
    char peer[INET6_ADDRSTRLEN];
};

/* --- connections */

static void peer_text(const struct sockaddr *sa, char *ret, size_t n)
{
    *ret = '\0';
    if (sa && sa->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)sa)->sin_addr, ret, (socklen_t)n);
    else if (sa && sa->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)sa)->sin6_addr, ret, (socklen_t)n);
}

static void connection_open(struct http_server *s, struct MHD_Connection *con, void **ret_context)
{
    const union MHD_ConnectionInfo *fd, *address;
    struct connection *c = calloc(1, sizeof *c);

    *ret_context = c;
    if (!c)
        return;
    c->server = s;
    arena_init(&c->arena, s->config.limits.request_memory);
    fd = MHD_get_connection_info(con, MHD_CONNECTION_INFO_CONNECTION_FD);
    address = MHD_get_connection_info(con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    peer_text(address ? address->client_addr : NULL, c->peer, sizeof c->peer);
    c->watched.fd = fd ? fd->connect_fd : -1;
    watch_set(&c->watched, s->config.limits.head_ms);
    watch_add(s->watch, &c->watched);
}

static void connection_close(struct connection *c)
{
    watch_remove(c->server->watch, &c->watched);
    packer_free(c->packer);
    arena_free(&c->arena);
    free(c);
}

static void on_connection(
    void *cls, struct MHD_Connection *con, void **context, enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        connection_open(cls, con, context);
    else if (*context)
        connection_close(*context);
}

static struct connection *connection_of(struct MHD_Connection *con)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(con, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

/* --- a request comes in */

/* The request line is read: the raw target is kept, before the library decodes it. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *con)
{
    struct connection *c = connection_of(con);
    struct exchange *x = c ? arena_zalloc(&c->arena, sizeof *x) : NULL;

    if (!x)
        return NULL;
    x->server = cls;
    x->arena = &c->arena;
    x->began_us = ticks_us();
    x->rs.fd = -1; /* the request may end before it begins */
    x->raw_target = str_dup(&c->arena, str_of(uri));
    c->x = x;
    __atomic_add_fetch(&x->server->active, 1, __ATOMIC_RELAXED);
    return x->raw_target.p ? x : NULL;
}

/* The library must not decode anything. */
static size_t keep_encoded(void *cls, struct MHD_Connection *con, char *s)
{
    (void)cls, (void)con;
    return strlen(s);
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name,
    size_t name_n, const char *value, size_t value_n)
{
    struct exchange *x = cls;
    struct http_header h = {str_make(name, name_n), str_make(value, value_n)};

    (void)kind;
    if (!value)
        h.value = STR_NULL;
    return vec_push(&x->headers, x->arena, h) ? MHD_YES : MHD_NO;
}

static int64_t allowance(unsigned base_ms, int64_t bytes)
{
    return base_ms + bytes * 1000 / BYTES_A_SECOND;
}

/* --- an answer goes out */

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

/* The body that was built, with what stands in it. */
static struct MHD_Response *from_body(
    struct connection *c, struct exchange *x, size_t *ret_size, bool *ret_packed)
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
        (c->packer || (c->packer = packer_new((int)c->server->config.limits.gzip_level))) &&
        pack(c->packer, &c->arena, piece, n, &packed)) {
        *ret_packed = true;
        return from_bytes(packed, ret_size);
    }
    if (n < 2)
        return from_bytes(n ? piece[0].plain : STR(""), ret_size);
    *ret_size = size;
    return MHD_create_response_from_iovec(iov, (unsigned)n, NULL, NULL);
}

static struct MHD_Response *make_response(
    struct connection *c, struct exchange *x, size_t *ret_size)
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
        r = from_body(c, x, ret_size, &packed);
    }
    if (r)
        add_headers(x, r, packed);
    return r;
}

static void log_request(const struct exchange *x, size_t size)
{
    const struct request *rq = &x->rq;

    log_line(LOG_INFO, "request", "id=%.*s method=%s route=%s status=%d bytes=%zu us=%lld",
        STR_ARG(rq->id), http_method_name(rq->method), rq->route ? rq->route->pattern : "-",
        x->rs.status, size, (long long)(ticks_us() - x->began_us));
}

static enum MHD_Result answer(struct connection *c, struct exchange *x, struct MHD_Connection *con)
{
    size_t size = 0;
    struct MHD_Response *r = make_response(c, x, &size);

    if (!r)
        return MHD_NO;
    log_request(x, size);
    watch_set(&c->watched, allowance(c->server->config.limits.answer_ms, (int64_t)size));
    enum MHD_Result queued = MHD_queue_response(con, (unsigned)x->rs.status, r);
    MHD_destroy_response(r);
    return queued;
}

/* --- the library's calls */

static enum MHD_Result begin(struct connection *c, struct exchange *x, struct MHD_Connection *con,
    const char *method, const char *version)
{
    watch_set(&c->watched, 0);
    MHD_get_connection_values_n(con, MHD_HEADER_KIND, take_header, x);
    exchange_begin(x, method, version, str_of(c->peer));
    bool may_have_body = x->refused || x->facts.length > 0;
    if (x->answered && may_have_body) {
        x->rs.close = true; /* what was announced will not be read */
        return answer(c, x, con);
    }
    watch_set(&c->watched, allowance(c->server->config.limits.body_ms, x->facts.length));
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url,
    const char *method, const char *version, const char *data, size_t *data_n, void **con_cls)
{
    struct connection *c = connection_of(con);
    struct exchange *x = *con_cls;

    (void)cls, (void)url;
    if (!c || !x)
        return MHD_NO;
    if (!x->begun)
        return begin(c, x, con, method, version);
    if (*data_n) {
        exchange_body(x, data, *data_n);
        *data_n = 0;
        return MHD_YES;
    }
    watch_set(&c->watched, 0);
    exchange_finish(x);
    return answer(c, x, con);
}

static void on_completed(
    void *cls, struct MHD_Connection *con, void **con_cls, enum MHD_RequestTerminationCode code)
{
    struct connection *c = connection_of(con);
    struct http_server *s = cls;

    (void)code;
    if (!c || !c->x)
        return;
    exchange_drop(c->x);
    c->x = NULL;
    *con_cls = NULL;
    arena_reset(&c->arena);
    watch_set(&c->watched, http_stopping(s) ? 1 : s->config.limits.idle_ms);
    __atomic_sub_fetch(&s->active, 1, __ATOMIC_RELAXED);
}

__attribute__((format(printf, 2, 0))) static void on_log(
    void *cls, const char *format, va_list args)
{
    char line[256];

    (void)cls;
    vsnprintf(line, sizeof line, format, args);
    log_line(LOG_DEBUG, "http_library", "says=\"%s\"", str_trim(str_of(line)).n ? line : "");
}

/* --- start and stop */

static void defaults(struct http_limits *l)
{
    const struct http_limits d = {1000, 64, 10000, 30000, 10000, 30000, 96u << 20, 2};

    l->connections = l->connections ? l->connections : d.connections;
    l->per_address = l->per_address ? l->per_address : d.per_address;
    l->head_ms = l->head_ms ? l->head_ms : d.head_ms;
    l->idle_ms = l->idle_ms ? l->idle_ms : d.idle_ms;
    l->body_ms = l->body_ms ? l->body_ms : d.body_ms;
    l->answer_ms = l->answer_ms ? l->answer_ms : d.answer_ms;
    l->request_memory = l->request_memory ? l->request_memory : d.request_memory;
    l->gzip_level = l->gzip_level ? l->gzip_level : d.gzip_level;
}

static bool listen_address(
    const struct http_config *c, struct sockaddr_storage *ret, struct err *err)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

    memset(ret, 0, sizeof *ret);
    if (c->port >= 0 && c->port < 65536 && inet_pton(AF_INET, c->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)c->port);
        return true;
    }
    if (c->port >= 0 && c->port < 65536 && inet_pton(AF_INET6, c->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)c->port);
        return true;
    }
    return err_set(err, ERR_INVALID, MSG_err_web_address, str_of(c->address));
}

static bool parse_proxies(struct http_server *s, struct err *err)
{
    s->proxies = calloc(s->config.nproxies + 1, sizeof *s->proxies);
    if (!s->proxies)
        return err_memory(err);
    for (size_t i = 0; i < s->config.nproxies; i++)
        if (!address_parse(str_of(s->config.proxies[i]), &s->proxies[i]))
            return err_set(err, ERR_INVALID, MSG_err_web_address, str_of(s->config.proxies[i]));
    return true;
}

static bool start_daemon(struct http_server *s, struct err *err)
{
    const struct http_config *c = &s->config;
    struct sockaddr_storage address;
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)c->tls_cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)c->tls_key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
            (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"},
        {MHD_OPTION_END, 0, NULL}};

    if (!listen_address(c, &address, err))
        return false;
    if (address.ss_family == AF_INET6)
        flags |= MHD_USE_DUAL_STACK;
    if (c->tls_cert)
        flags |= MHD_USE_TLS;
    else
        tls[0].option = MHD_OPTION_END;
    s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER,
        on_log, NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_CONNECTION_LIMIT, c->limits.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        c->nproxies ? 0 : c->limits.per_address, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)(GATE_HEADER_BYTES + 2 * GATE_TARGET_MAX + 16384), MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)STACK_SIZE, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_encoded, NULL, MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
    if (s->daemon)
        return true;
    return err_set(
        err, ERR_IO, c->tls_cert ? MSG_err_web_tls : MSG_err_web_listen, str_of(c->address));
}

struct http_server *http_start(const struct http_config *config, struct err *err)
{
    struct http_server *s = calloc(1, sizeof *s);

    if (!s || sodium_init() < 0) {
        free(s);
        err_memory(err);
        return NULL;
    }
    s->config = *config;
    defaults(&s->config.limits);
    randombytes_buf(&s->next_id, sizeof s->next_id);
    s->router = router_new(config->routes, config->nroutes, err);
    if (s->router && parse_proxies(s, err)) {
        s->watch = watch_new();
        if (!s->watch)
            err_memory(err);
        else if (start_daemon(s, err)) {
            const union MHD_DaemonInfo *info =
                MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
            s->port = info ? info->port : 0;
            return s;
        }
    }
    watch_free(s->watch);
    router_free(s->router);
    free(s->proxies);
    free(s);
    return NULL;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

int http_temp(const struct http_server *s, struct err *err)
{
    if (s->config.upload_dir)
        return temp_file(s->config.upload_dir, err);
    err_errno(err, ENOENT, STR("upload"));
    return -1;
}

bool http_stopping(const struct http_server *s)
{
    return __atomic_load_n(&s->stopping, __ATOMIC_RELAXED);
}

bool http_healthy(const struct http_server *s, struct err *err)
{
    if (http_stopping(s))
        return err_set(err, ERR_BUSY, MSG_err_web_stopping);
    return !s->config.health || s->config.health(s->config.ctx, err);
}

void http_stop(struct http_server *s, unsigned grace_ms)
{
    if (!s)
        return;
    int fd = MHD_quiesce_daemon(s->daemon);
    __atomic_store_n(&s->stopping, true, __ATOMIC_RELAXED);
    int64_t end = watch_now() + grace_ms;
    while (__atomic_load_n(&s->active, __ATOMIC_RELAXED) && watch_now() < end)
        nanosleep(&(struct timespec){0, 5000000}, NULL);
    watch_expire_waiting(s->watch);
    MHD_stop_daemon(s->daemon);
    if (fd >= 0)
        close(fd);
    watch_free(s->watch);
    router_free(s->router);
    free(s->proxies);
    free(s);
}
