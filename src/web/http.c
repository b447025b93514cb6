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
#include "web/reply.h"
#include "web/watch.h"
#include "web/workers.h"

#define STACK_SIZE (1u << 20)
#define THREADS_MAX 16
#define IDLE_MS 10000       /* until a worker with nothing to do ends */
#define LAST_ANSWERS_MS 200 /* to send off what workers have finished */
#define BYTES_A_SECOND 16384

/* One connection. One thread at a time has all of it but `watched`: the one that waits for it, or,
 * while it is suspended, the worker that it was given to. */
struct connection {
    struct job job; /* first, so that one is the other's address */
    struct watched watched;
    struct http_server *server;
    struct MHD_Connection *con;
    struct arena arena;
    struct exchange *x;         /* the request at work */
    struct str piece;           /* of the body, that is there */
    size_t eaten;               /* of it, by the last step */
    bool whole;                 /* all of the body has come */
    bool back;                  /* from a worker */
    struct MHD_Response *reply; /* to be sent */
    size_t reply_size;
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
    c->con = con;
    arena_init(&c->arena, s->config.limits.request_memory);
    fd = MHD_get_connection_info(con, MHD_CONNECTION_INFO_CONNECTION_FD);
    address = MHD_get_connection_info(con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    peer_text(address ? address->client_addr : NULL, c->peer, sizeof c->peer);
    c->watched.fd = fd ? fd->connect_fd : -1;
    watch_set(&c->watched, s->config.limits.head_ms);
    watch_add(s->watch, &c->watched);
}

static void end_request(struct connection *c)
{
    exchange_drop(c->x);
    c->x = NULL;
    if (c->reply)
        MHD_destroy_response(c->reply); /* the client is gone */
    c->reply = NULL;
    c->whole = c->back = false;
    arena_reset(&c->arena);
    __atomic_sub_fetch(&c->server->active, 1, __ATOMIC_RELAXED);
}

/* The library says nothing of the end of a request that it refuses itself. */
static void connection_close(struct connection *c)
{
    if (c->x)
        end_request(c);
    watch_remove(c->server->watch, &c->watched);
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

/* --- going on with a request */

/* The next step: what is asked of the head, a piece of the body, the answer. On a worker, or, for
 * what can be done at once, on the thread that waits for the connection. */
static void step(struct connection *c, struct exchange *x)
{
    if (!x->headed)
        exchange_head(x);
    else if (c->piece.n && !x->answered)
        exchange_body(x, c->piece.p, c->piece.n);
    if (c->whole && !x->aside)
        exchange_finish(x);
    if (x->aside)
        return;
    c->eaten = c->piece.n;
    c->piece = STR_NULL;
    if (!x->answered)
        return;
    x->rs.close = x->rs.close || !c->whole; /* what was announced will not be read */
    c->reply = reply_make(x, &c->reply_size);
}

/* A job of the workers. */
static void work(struct job *j, bool refused)
{
    struct connection *c = (struct connection *)j;
    struct exchange *x = c->x;

    x->aside = x->rq.at_once = false;
    if (refused)
        exchange_refuse(x);
    step(c, x);
    c->back = true;
    MHD_resume_connection(c->con);
}

static enum MHD_Result set_aside(struct connection *c, struct exchange *x)
{
    struct http_server *s = c->server;

    if (!c->piece.n)
        watch_set(&c->watched, 0); /* the deadline of a body goes on */
    MHD_suspend_connection(c->con);
    workers_give(exchange_writes(x) ? s->writers : s->readers, &c->job);
    return MHD_YES;
}

static enum MHD_Result send_reply(struct connection *c, struct exchange *x)
{
    struct MHD_Response *r = c->reply;
    int64_t ms = allowance(c->server->config.limits.answer_ms, (int64_t)c->reply_size);

    c->reply = NULL;
    if (!r)
        return MHD_NO;
    reply_log(x, c->reply_size);
    watch_set(&c->watched, ms);
    enum MHD_Result queued = MHD_queue_response(c->con, (unsigned)x->rs.status, r);
    MHD_destroy_response(r);
    return queued;
}

/* After a step, wherever it was done. */
static enum MHD_Result done(struct connection *c, struct exchange *x, size_t *data_n)
{
    bool waits_for_body = !c->eaten && !c->whole;

    *data_n -= c->eaten;
    c->eaten = 0;
    if (x->answered)
        return send_reply(c, x);
    if (waits_for_body)
        watch_set(&c->watched, allowance(c->server->config.limits.body_ms, x->facts.length));
    return MHD_YES;
}

/* --- the library's calls */

/* Once with the head, with each piece of a body, at its end; and again after a worker's step. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url,
    const char *method, const char *version, const char *data, size_t *data_n, void **con_cls)
{
    struct connection *c = connection_of(con);
    struct exchange *x = *con_cls;

    (void)cls, (void)url;
    if (!c || !x)
        return MHD_NO;
    if (c->back) {
        c->back = false;
        return done(c, x, data_n);
    }
    if (!x->begun) {
        watch_set(&c->watched, 0);
        MHD_get_connection_values_n(con, MHD_HEADER_KIND, take_header, x);
        exchange_begin(x, method, version, str_of(c->peer));
        c->whole = !x->refused && x->facts.length == 0;
        if (c->whole)
            return MHD_YES; /* the library ends a connection that is answered in this call */
    } else if (*data_n) {
        c->piece = str_make(data, *data_n);
    } else {
        c->whole = true;
    }
    x->rq.at_once = true;
    step(c, x);
    return x->aside ? set_aside(c, x) : done(c, x, data_n);
}

static void on_completed(
    void *cls, struct MHD_Connection *con, void **con_cls, enum MHD_RequestTerminationCode code)
{
    struct connection *c = connection_of(con);
    struct http_server *s = cls;

    (void)code;
    if (!c || !c->x)
        return;
    end_request(c);
    *con_cls = NULL;
    watch_set(&c->watched, http_stopping(s) ? 1 : s->config.limits.idle_ms);
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
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = processors < 1             ? 1
                       : processors > THREADS_MAX ? THREADS_MAX
                                                  : (unsigned)processors;
    const struct http_limits d = {1000, 64, 10000, 30000, 10000, 30000, 96u << 20, 2, threads, 64};

    l->connections = l->connections ? l->connections : d.connections;
    l->per_address = l->per_address ? l->per_address : d.per_address;
    l->head_ms = l->head_ms ? l->head_ms : d.head_ms;
    l->idle_ms = l->idle_ms ? l->idle_ms : d.idle_ms;
    l->body_ms = l->body_ms ? l->body_ms : d.body_ms;
    l->answer_ms = l->answer_ms ? l->answer_ms : d.answer_ms;
    l->request_memory = l->request_memory ? l->request_memory : d.request_memory;
    l->gzip_level = l->gzip_level ? l->gzip_level : d.gzip_level;
    l->threads = l->threads ? l->threads : d.threads;
    if (l->threads > l->connections)
        l->threads = l->connections; /* each has a share of them */
    l->workers = l->workers ? l->workers : d.workers;
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
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
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
        (size_t)(GATE_HEADER_BYTES + 2 * GATE_TARGET_MAX + 8192), MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)STACK_SIZE, MHD_OPTION_THREAD_POOL_SIZE, c->limits.threads,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (s->daemon)
        return true;
    return err_set(
        err, ERR_IO, c->tls_cert ? MSG_err_web_tls : MSG_err_web_listen, str_of(c->address));
}

static void free_server(struct http_server *s)
{
    if (!s)
        return;
    workers_free(s->readers);
    workers_free(s->writers);
    packers_free(s->packers);
    watch_free(s->watch);
    router_free(s->router);
    free(s->proxies);
    free(s);
}

static bool prepare(struct http_server *s, struct err *err)
{
    const struct http_config *c = &s->config;

    defaults(&s->config.limits);
    randombytes_buf(&s->next_id, sizeof s->next_id);
    s->router = router_new(c->routes, c->nroutes, err);
    if (!s->router || !parse_proxies(s, err))
        return false;
    s->packers = packers_new((int)c->limits.gzip_level);
    s->readers = workers_new(c->limits.workers, IDLE_MS, work);
    s->writers = workers_new(c->limits.workers, IDLE_MS, work);
    s->watch = watch_new();
    return (s->packers && s->readers && s->writers && s->watch) || err_memory(err);
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
    if (!prepare(s, err) || !start_daemon(s, err)) {
        free_server(s);
        return NULL;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    s->port = info ? info->port : 0;
    return s;
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

bool http_healthy(struct request *rq, struct err *err)
{
    const struct http_server *s = rq->server;

    if (http_stopping(s))
        return err_set(err, ERR_BUSY, MSG_err_web_stopping);
    return !s->config.health || s->config.health(rq, err);
}

static void wait_for_answers(const struct http_server *s, unsigned ms)
{
    int64_t end = watch_now() + ms;

    while (__atomic_load_n(&s->active, __ATOMIC_RELAXED) && watch_now() < end)
        nanosleep(&(struct timespec){0, 5000000}, NULL);
}

/* No connection may be suspended when the library is stopped: from workers_stop() on every one that
 * is set aside is resumed at once. */
void http_stop(struct http_server *s, unsigned grace_ms)
{
    if (!s)
        return;
    int fd = MHD_quiesce_daemon(s->daemon);
    __atomic_store_n(&s->stopping, true, __ATOMIC_RELAXED);
    wait_for_answers(s, grace_ms);
    workers_stop(s->readers);
    workers_stop(s->writers);
    wait_for_answers(s, LAST_ANSWERS_MS);
    watch_expire_waiting(s->watch);
    MHD_stop_daemon(s->daemon);
    if (fd >= 0)
        close(fd);
    free_server(s);
}
