/* gate: which requests are heard at all.
 *
 * Layer web; pure, no sockets. libmicrohttpd reads the bytes; it is forgiving, and where two
 * programs on the way read one request differently, requests can be smuggled. So every request
 * passes here before anything else looks at it, and what is doubtful is refused, not repaired:
 *
 *  - the target is a path from the root: no absolute form, no fragment, at most GATE_TARGET_MAX
 * bytes; percent-encoding whole, of bytes that need it; decoded segments are UTF-8 in NFC without
 * control characters, slashes, backslashes, and none is empty (but the last of "/"), "." or "..";
 *  - header names are tokens, values UTF-8 without control characters; GATE_HEADERS_MAX at most;
 * the headers that carry meaning for us stand there once;
 *  - one valid Host (HTTP/1.1) that is one of ours (gate_host), one decimal Content-Length or none, no Transfer-Encoding: every
 * body announces its length; no body with GET, HEAD and DELETE.
 *
 * A refusal is an error with the HTTP status to answer; the connection is closed after it.
 */
#ifndef GB_WEB_GATE_H
#define GB_WEB_GATE_H

#include "base/err.h"
#include "base/str.h"

#define GATE_TARGET_MAX 2048
#define GATE_SEGMENTS_MAX 12
#define GATE_HEADERS_MAX 64
#define GATE_HEADER_BYTES 16384

struct arena;

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER };

struct http_header {
    struct str name, value;
};

/* A path, decoded. */
struct web_path {
    struct str path;  /* as it came, still encoded, without the query */
    struct str query; /* as it came, behind the ?; checked to be visible ASCII, not yet decoded */
    struct str segment[GATE_SEGMENTS_MAX];
    size_t n; /* segments; 0 for "/" */
};

/* What the headers say about the request as a whole. */
struct head_facts {
    struct str host, content_type;
    int64_t length; /* of the body; 0 where there is none */
};

/* The method of that name; HTTP_OTHER for those that giaoban does not know. */
enum http_method http_method_parse(const char *name);
const char *http_method_name(enum http_method m);

/* Errors: err.web.target, err.web.target_long (414). `ret_status` is set on failure. */
bool gate_path(
    struct arena *a, struct str raw, struct web_path *ret, int *ret_status, struct err *err);
/* `http11`: the version is HTTP/1.1, not 1.0. Errors: err.web.header (400), err.web.headers_large
 * (431), err.web.host, err.web.length (400, 411, 413 by the caller), err.web.expect (417). */
bool gate_head(enum http_method m, bool http11, const struct http_header *h, size_t n,
    struct head_facts *ret, int *ret_status, struct err *err);
/* Is the Host (valid, maybe with a port) one of ours: an address, a loopback name, one of the names
 * given? Names compare without case; a dot at the end is ignored. None (HTTP/1.0) is accepted. */
bool gate_host(struct str host, const char *const *names, size_t n);
/* The value of the only header of that name; empty where there is none. Names compare without case.
 */
struct str header_find(const struct http_header *h, size_t n, const char *name);

/* Decodes %XX (and + to a blank with `plus`) and checks for UTF-8 in NFC without control characters
 * other than, with `lines`, tab and line ends (which become \n). Errors: err.web.encoding. */
bool url_decode(
    struct arena *a, struct str s, bool plus, bool lines, struct str *ret, struct err *err);

#endif
