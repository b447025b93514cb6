/* server: a small server with demonstration routes, and a plain socket to talk to it.
 *
 * Every read is bounded in time, so a test that waits for an answer that does not come fails
 * instead of hanging.
 */
#ifndef GB_TESTS_WEB_SERVER_H
#define GB_TESTS_WEB_SERVER_H

#include "web/http.h"

/* Sessions of the demonstration: the cookie's value is the name of one of these. */
#define SESSION_CLERK "clerk-1"
#define SESSION_ADMIN "admin-1"

struct served {
    int calls;       /* of the handler for entries */
    char last[4096]; /* what it saw */
    char peer[64];
    bool unhealthy;
    int slow_ms;
};

extern const struct route demo_routes[];
extern const size_t demo_routes_n;

/* On 127.0.0.1, any free port; `change` may be NULL. */
struct http_server *demo_start(struct served *d, void (*change)(struct http_config *c));

struct answer {
    int status;       /* 0: the connection ended without an answer */
    char text[1 << 18]; /* head and body as they came, NUL-terminated */
    size_t n;
    const char *body;
    bool no_body; /* set before: the answer to HEAD */
    bool closed;  /* the server closed the connection */
    long ms;
};

int dial(int port);
void send_all(int fd, const char *p, size_t n);
/* Reads one answer: to the end of its announced body, or to the end of the connection. */
void receive(int fd, struct answer *ret);
/* One request on a connection of its own. */
void ask(int port, const char *request, struct answer *ret);
/* The value of a header, NULL where it is not there. */
const char *answer_header(const struct answer *a, const char *name);

#endif
