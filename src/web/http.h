/* http: the server.
 *
 * Layer web; libmicrohttpd beneath. A few threads, as many as processors, wait for all connections
 * (epoll) and answer what is in memory. They never wait for anything else: a request that has to
 * (the store, a file, a password's hash), may take long, or changes something is set aside, and a
 * worker (workers.h) finishes it while its connection rests. Workers come and go with the work;
 * those that read and those that write are counted apart, so that a page is made also while all who
 * write wait for one import. What happens to a request:
 *
 *     gate (gate.h) -> route (route.h) -> guard -> body -> origin and CSRF -> inputs (form.h)
 *       -> handler -> headers, gzip -> one line in the log
 *
 * The guard is whoever knows sessions: it finds out who asks, fills `who`, `session`, `lang` of the
 * request and says whether that person may use the route. It is asked on each thread that works at
 * a request, before that thread does anything for it: so a form's sender is asked for twice, when
 * its head has come and when all of it is there. Guard and handler are first tried with
 * `rq->at_once` (handlers only of routes that say so), and where that does not do, rq_set_aside().
 * A deadline stands over each stage of a connection that depends on the client, and a watchdog
 * closes those that are slow. Each connection has one arena, emptied after each answer. The log has
 * the route's pattern, never addresses, names or values.
 *
 * The server knows nothing of giaoban's data: handlers find theirs through `ctx`.
 */
#ifndef GB_WEB_HTTP_H
#define GB_WEB_HTTP_H

#include "web/csrf.h"
#include "web/request.h"
#include "web/response.h"
#include "web/route.h"

struct http_server;

/* Goes on (true), or has answered (rs filled, true returned through *ret_answered), or fails with
 * an error to be shown. Called for every route, also those for anyone. */
typedef bool http_guard(
    struct request *rq, struct response *rs, bool *ret_answered, struct err *err);
/* Fills rs with a page for an error. The server's own is a line of text, or JSON for programs. */
typedef void http_error_page(
    struct request *rq, struct response *rs, int status, const struct err *err);

/* Can giaoban serve? Called by /healthz; false with an error when not; may set the request aside.
 */
typedef bool http_health(struct request *rq, struct err *err);

struct http_limits {       /* 0 takes the default in brackets */
    unsigned connections;  /* at the same time [1000] */
    unsigned per_address;  /* from one address, without named proxies [64] */
    unsigned head_ms;      /* to send the head of a request [10000] */
    unsigned idle_ms;      /* between two requests of a connection [30000] */
    unsigned body_ms;      /* to send a body, plus a second per 16 KB [10000] */
    unsigned answer_ms;    /* to fetch an answer, plus a second per 16 KB [30000] */
    size_t request_memory; /* bytes of the arena of one request [96 MB] */
    unsigned gzip_level;   /* 1 to 9 [2] */
    unsigned threads;      /* that wait for the connections [processors] */
    unsigned workers;      /* requests set aside at the same time; as many that write [64] */
};

struct http_config {
    const char *address; /* "127.0.0.1", "::1", "0.0.0.0", "::" */
    int port;            /* 0: any free one, see http_port() */
    const struct route *routes;
    size_t nroutes;
    void *ctx;
    http_guard *guard;           /* NULL: only routes for anyone are answered */
    http_error_page *error_page; /* NULL: the server's own */
    http_health *health;         /* NULL: it can as long as it runs */
    uint8_t csrf_key[CSRF_KEY_SIZE];
    const char *upload_dir; /* for temporary files; NULL: uploads are refused */
    const char *tls_cert;   /* PEM text; NULL: no TLS */
    const char *tls_key;
    /* Names under which it is asked for. Besides them addresses and loopback names are served and
     * nothing else: a page of another name that was made to point here gets no answer. */
    const char *const *hosts;
    size_t nhosts;
    const char *const *proxies; /* addresses whose X-Forwarded-For and -Proto are believed */
    size_t nproxies;
    struct http_limits limits;
};

/* Starts to listen. Everything in the configuration must outlive the server. Errors:
 * err.web.address, err.web.listen, err.web.tls, err.web.route. */
struct http_server *http_start(const struct http_config *config, struct err *err);
/* The port that it listens on. */
int http_port(const struct http_server *s);
/* Is it being stopped? /healthz says so, that a proxy may turn away. */
bool http_stopping(const struct http_server *s);
/* A temporary file without a name, where uploads go too; -1 with an error. */
int http_temp(const struct http_server *s, struct err *err);
/* Asks the health function; ERR_BUSY while it is being stopped. */
bool http_healthy(struct request *rq, struct err *err);
/* Stops listening, lets requests finish for at most `grace_ms`, refuses those that no worker has
 * begun by then, waits for those that one has, closes all, frees it. */
void http_stop(struct http_server *s, unsigned grace_ms);

#endif
