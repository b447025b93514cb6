/* request: what a handler gets to see of a request.
 *
 * Layer web. Made by the server (http.h) after the gate, the route, the guard and the check of the
 * inputs; a handler reads it and writes a response (response.h). Everything in it lives in `arena`
 * and ends with the answer.
 *
 * Values are asked for by the name under which the route's intake declares them (path parameters
 * under the name in the pattern). Asking for a name that is not declared, or as another type, is a
 * fault of the program: the request is answered with 500 and the log says which name.
 */
#ifndef GB_WEB_REQUEST_H
#define GB_WEB_REQUEST_H

#include "base/arena.h"
#include "web/form.h"
#include "web/route.h"

struct http_server;

struct request {
    struct arena *arena;
    void *ctx; /* the server's, see struct http_config */
    const struct http_server *server;
    const struct route *route;
    enum http_method method;
    enum lang lang; /* set by the guard; Vietnamese unless the lang cookie or the guard says else */
    struct str id;  /* of this request, for the log and for people who call about an error */
    struct str host;   /* as in the Host header */
    struct str target; /* path and query as they came, for links back */
    struct str path;   /* as it came, without the query */
    struct str peer;   /* address of the client as text; behind a named proxy, the forwarded one */
    bool tls;          /* the client's way here is encrypted */
    bool htmx;         /* sent by htmx: a part of a page is enough */
    struct route_params params;
    struct values values; /* of the query (GET) or the form */
    struct str body;      /* of BODY_JSON and BODY_BYTES */
    const struct http_header *headers;
    size_t nheaders;

    /* for the guard: who is asking */
    void *who;          /* the account as the guard knows it; NULL for visitors */
    struct str session; /* what CSRF tokens are bound to; empty for visitors */
    bool by_token;      /* authenticated by an Authorization header: no CSRF token needed */

    /* The thread serves others too: what is in memory is answered, anything else set aside. */
    bool at_once;
    bool aside; /* it was */
    bool fault; /* an undeclared name was asked for */
    const uint8_t *csrf_key;
};

/* With `at_once`: this cannot be answered at once. Gives false, to be returned; the guard or
 * handler must have changed nothing, and is called again on a thread that may wait. */
bool rq_set_aside(struct request *rq);

/* Path parameters. */
struct str rq_path(struct request *rq, const char *name);
int64_t rq_path_int(struct request *rq, const char *name);

/* Was the value sent, not empty, and valid? */
bool rq_has(struct request *rq, const char *name);
/* Empty, 0, day 0 where it was not sent or is not valid; rq_has() tells. */
struct str rq_str(struct request *rq, const char *name); /* LINE, TEXT, CHOICE, UID, SECRET */
int64_t rq_int(
    struct request *rq, const char *name); /* INT; of CHOICE which word, -1 if not sent */
struct dec rq_dec(struct request *rq, const char *name);
struct day rq_day(struct request *rq, const char *name);
bool rq_flag(struct request *rq, const char *name);
struct upload *rq_file(struct request *rq, const char *name);
/* As it was typed, to show it again; never for secrets. */
struct str rq_raw(struct request *rq, const char *name);
/* Why it is not valid; NULL when it is. */
const struct err *rq_error(struct request *rq, const char *name);
/* The values of an input with `many` or a name ending in *: *at counts from 0; NULL at the end. */
const struct value *rq_next(struct request *rq, const char *name, size_t *at);
/* The descriptor of a file now belongs to the caller. */
int rq_file_take(struct upload *u);

/* Does the client take answers packed with gzip? */
bool rq_takes_gzip(const struct request *rq);
struct str rq_header(const struct request *rq, const char *name);
/* The cookie of ours of that name (without prefixes); empty where there is none or more than one.
 */
struct str rq_cookie(const struct request *rq, const char *name);

#endif
