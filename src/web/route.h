/* route: one row for each thing that can be asked for.
 *
 * Layer web. src/web/routes.def has a row per route: method, path pattern, handler, who may, what
 * it takes in, help. Dispatch, the table of rights, the help pages and the obligations of the tests
 * are made from the same rows:
 *
 *     ROUTE(GET, "/units/{unit:uid}", page_unit, READ, nothing, help_unit)
 *
 * declares `bool page_unit(struct request *, struct response *, struct err *)`, uses
 * `const struct intake intake_unit_...` where one is named (else `nothing`), and MSG_help_unit.
 *
 * AT_ONCE instead of ROUTE says that the handler answers from memory where it can, and is to be
 * tried on the thread that took the request, before a worker: see rq_set_aside() in request.h.
 *
 * A pattern is "/" or literal segments and parameters {name:type}, matched segment by segment,
 * literals before parameters. Types: uid (11 letters and digits, a letter first), int (decimal, no
 * sign), word (a-z 0-9 - _ . at most 64), text (any segment of at most 200 characters). A value
 * that does not fit its type does not match: 404.
 *
 * HEAD is answered wherever GET is. Matching needs no lock: the router is built once and read only.
 */
#ifndef GB_WEB_ROUTE_H
#define GB_WEB_ROUTE_H

#include "base/err.h"
#include "web/gate.h"

struct request;
struct response;

/* Who may use a route; which units and forms is asked of the one access function by the use case.
 */
enum may {
    MAY_ANYONE,    /* no account needed */
    MAY_SIGNED_IN, /* any account */
    MAY_READ,
    MAY_ENTER,
    MAY_CHECK,
    MAY_SIGN,
    MAY_APPROVE,
    MAY_COMPILE,
    MAY_LEAD,
    MAY_INSPECT,
    MAY_REGISTER,
    MAY_PUBLISH,
    MAY_ADMINISTER,
};

enum body_kind {
    BODY_NONE,
    BODY_FORM,      /* application/x-www-form-urlencoded */
    BODY_MULTIPART, /* multipart/form-data; also takes urlencoded when no file is sent */
    BODY_JSON,      /* application/json, handed over as bytes in `body` */
    BODY_BYTES,     /* anything, handed over as bytes in `body` */
};

struct input;

/* What a route takes in besides its path. */
struct intake {
    const struct input *inputs; /* ended by one without name; NULL: none */
    enum body_kind body;
    int64_t max;       /* bytes of the body; 0: BODY_DEFAULT_MAX */
    bool shows_errors; /* the handler shows wrong inputs itself; else they are answered with 400 */
};

#define BODY_DEFAULT_MAX (256 * 1024)

typedef bool route_handler(struct request *rq, struct response *rs, struct err *err);

struct route {
    enum http_method method;
    const char *pattern;
    route_handler *handle;
    enum may may;
    const struct intake *intake;
    enum msg_key help;
    bool at_once; /* GET only */
};

/* All rows of routes.def, in their order. */
extern const struct route web_routes[];
extern const size_t web_routes_n;
/* The intake of a route that takes nothing. */
extern const struct intake intake_nothing;
const char *may_name(enum may may);

#define ROUTE_PARAMS_MAX 4

struct route_params {
    struct str name[ROUTE_PARAMS_MAX], value[ROUTE_PARAMS_MAX];
    size_t n;
};

struct router;

/* Checks and orders the rows (which must outlive it). Errors: err.web.route, with the pattern,
 * where a pattern is malformed or two rows are the same. NULL then. */
struct router *router_new(const struct route *rows, size_t n, struct err *err);
void router_free(struct router *r);
/* The route for a method and target. NULL where none fits; then *ret_allowed has a bit per method
 * (1 << enum http_method) that the path does know, 0 where it knows none. */
const struct route *router_match(const struct router *r, enum http_method m,
    const struct web_path *t, struct route_params *ret, unsigned *ret_allowed);

#endif
