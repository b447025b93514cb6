/* exchange: one request and its answer, inside the server.
 *
 * Private to web. http.c drives it: begin() once the head is there, head() for what is asked before
 * a body is taken, body() for each piece, finish() at the end, then the answer is taken from `rs`;
 * drop() when all is done or lost.
 *
 * A thread that serves others too calls head(), body() and finish() with `rq.at_once`. Where the
 * step would have to wait, or is not known to be short, it ends with `aside` and has done nothing:
 * it is then to be called again on a worker, without `at_once`. One thread at a time.
 */
#ifndef GB_WEB_EXCHANGE_H
#define GB_WEB_EXCHANGE_H

#include "web/http.h"
#include "web/multipart.h"

struct http_server {
    struct http_config config;
    struct router *router;
    struct MHD_Daemon *daemon;
    struct watch *watch;
    struct packers *packers;
    struct workers *readers, *writers; /* for GET, and for all else */
    int port;
    bool stopping;    /* atomic */
    unsigned active;  /* requests at work; atomic */
    uint64_t next_id; /* atomic */
    struct proxy_address *proxies;
};

/* An address in the form of IPv6, IPv4 mapped. */
struct proxy_address {
    uint8_t b[16];
};
bool address_parse(struct str s, struct proxy_address *ret);

struct exchange {
    struct http_server *server;
    struct arena *arena;
    struct request rq;
    struct response rs;
    struct str raw_target; /* as it came */
    struct web_path target;
    struct head_facts facts;
    VEC(struct http_header) headers;
    bool begun;
    bool headed;        /* head() is done */
    bool guarded;       /* by this thread, just now */
    bool aside;         /* the step is for a worker */
    bool answered;      /* rs is ready */
    bool refused;       /* by the gate: close the connection */
    struct err failure; /* of the body while it came */
    bool body_failed;
    struct sbuf body;
    struct multipart *multipart;
    struct fields form;
    int64_t began_us;
};

/* `peer`: the address at the other end of the connection. */
void exchange_begin(struct exchange *x, const char *method, const char *version, struct str peer);
void exchange_head(struct exchange *x);
void exchange_body(struct exchange *x, const char *p, size_t n);
void exchange_finish(struct exchange *x);
/* Answers that the server is being stopped, instead of the next step. */
void exchange_refuse(struct exchange *x);
/* May something be changed by it? */
bool exchange_writes(const struct exchange *x);
/* Closes what the request still holds. */
void exchange_drop(struct exchange *x);

#endif
