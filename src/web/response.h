/* response: what a handler answers.
 *
 * Layer web. The body is built in the request's arena under a ceiling, or is a file, or is memory
 * that outlives the server (assets). The server adds the security headers to every answer and packs
 * text with gzip where the client takes it. A handler that returns false gives an error instead,
 * which becomes a page (or JSON) with the fitting status; what it had built is dropped.
 */
#ifndef GB_WEB_RESPONSE_H
#define GB_WEB_RESPONSE_H

#include "web/pack.h"
#include "web/request.h"
#include "web/tmpl.h"

#define RESPONSE_MAX (16u << 20)

enum cache {
    CACHE_NEVER,   /* no-store: whatever a session sees */
    CACHE_ASK,     /* kept, but asked again each time; give an ETag */
    CACHE_FOREVER, /* the address names this content: assets */
};

struct response {
    struct request *rq;
    int status; /* 200 from birth */
    const char *type;
    enum cache cache;
    struct sbuf body;
    struct str fixed;      /* instead of the body: memory that outlives the server */
    struct str fixed_gzip; /* the same, packed; empty where there is none */
    int fd;                /* instead of the body: a file, sent from its beginning; -1: none */
    int64_t fd_size;
    VEC(struct http_header) headers;
    bool close;  /* close the connection after it */
    bool failed; /* no memory for a header */
    /* Stands in the body at `insert_at`, without being copied: memory of the request or `held`. */
    struct str insert;
    size_t insert_at;
    struct piece_packed insert_packed; /* the same as pack.h makes it; text.n 0: it is not there */
    void *held[2]; /* are let go by `release` once the answer is sent or given up; NULL: nothing */
    void (*release)(void *held);
};

/* `body` of this type, begun: write to rs->body. Types: see below. */
void rs_begin(struct response *rs, int status, const char *type);
#define TYPE_HTML "text/html; charset=utf-8"
#define TYPE_TEXT "text/plain; charset=utf-8"
#define TYPE_CSV "text/csv; charset=utf-8"
#define TYPE_JSON "application/json"

/* Begins a page and gives what its template needs: `tmpl_start(&o, &view)`. A session's pages carry
 * a fresh CSRF token. */
struct tmpl rs_page(struct response *rs, int status);
void rs_text(struct response *rs, int status, struct str s);
/* 303 to a place of ours; `to` must be a path from the root, else it is "/" (no open redirects).
 * For htmx the page is told to go there. */
void rs_redirect(struct response *rs, struct str to);
/* Sends a file; the descriptor now belongs to the response. */
void rs_file(struct response *rs, int fd, int64_t size, const char *type);
/* The browser saves the body under that name instead of showing it. */
void rs_download(struct response *rs, struct str filename);
/* Adds a header; a value with control characters is a fault (500). */
void rs_header(struct response *rs, const char *name, struct str value);

/* A cookie of ours: HttpOnly, SameSite=Lax, path /; over TLS also Secure and with the prefix
 * __Host-. `seconds` < 0: until the browser closes. Value: letters, digits, - _ . only. */
void rs_cookie(struct response *rs, const char *name, struct str value, int64_t seconds);
void rs_cookie_clear(struct response *rs, const char *name);
/* The full name of one of our cookies: gb_NAME or __Host-gb_NAME; NULL where `name` is not one of
 * "session", "lang", "theme", "flash". */
const char *cookie_name(bool tls, const char *name);

/* The HTTP status for an error. */
int status_of(const struct err *err);
/* Is `to` a path of ours: begins with one slash, no control characters or backslashes? */
bool path_is_local(struct str to);

#endif
