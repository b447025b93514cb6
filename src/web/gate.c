/* gate: see gate.h. */
#include "web/gate.h"

#include <ctype.h>
#include <strings.h>

#include "base/arena.h"
#include "base/text.h"

static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

enum http_method http_method_parse(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i], name) == 0)
            return (enum http_method)i;
    return HTTP_OTHER;
}

const char *http_method_name(enum http_method m)
{
    return m < HTTP_OTHER ? methods[m] : "OTHER";
}

/* --- percent-encoding */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that %XX at s.p[i] stands for, or -1. */
static int percent_at(struct str s, size_t i)
{
    if (i + 2 >= s.n)
        return -1;
    int high = hex_digit(s.p[i + 1]), low = hex_digit(s.p[i + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* What a byte may be, looked up once per byte: every request is read through these. */
enum {
    UNRESERVED = 1, /* of RFC 3986 */
    PATH = 2,
    QUERY = 4, /* visible; encoded where the RFC asks for it or as browsers leave them */
    TOKEN = 8, /* of a header's name */
    TEXT = 16, /* of a header's value */
};
#define MARK (PATH | QUERY | TEXT)
#define BOTH (UNRESERVED | PATH | QUERY | TOKEN | TEXT)
static const unsigned char byte_class[256] = {['\t'] = TEXT,
    [' '] = TEXT,
    ['"'] = TEXT,
    ['<'] = TEXT,
    ['>'] = TEXT,
    ['\\'] = TEXT,
    ['('] = MARK,
    [')'] = MARK,
    [','] = MARK,
    [';'] = MARK,
    ['='] = MARK,
    [':'] = MARK,
    ['@'] = MARK,
    ['/'] = MARK,
    ['!'] = MARK | TOKEN,
    ['$'] = MARK | TOKEN,
    ['%'] = MARK | TOKEN,
    ['&'] = MARK | TOKEN,
    ['\''] = MARK | TOKEN,
    ['*'] = MARK | TOKEN,
    ['+'] = MARK | TOKEN,
    ['#'] = TEXT | TOKEN,
    ['^'] = QUERY | TEXT | TOKEN,
    ['`'] = QUERY | TEXT | TOKEN,
    ['|'] = QUERY | TEXT | TOKEN,
    ['?'] = QUERY | TEXT,
    ['['] = QUERY | TEXT,
    [']'] = QUERY | TEXT,
    ['{'] = QUERY | TEXT,
    ['}'] = QUERY | TEXT,
    ['-'] = BOTH,
    ['.'] = BOTH,
    ['_'] = BOTH,
    ['~'] = BOTH,
    ['0' ... '9'] = BOTH,
    ['A' ... 'Z'] = BOTH,
    ['a' ... 'z'] = BOTH,
    [0x80 ... 0xff] = TEXT};

static bool is_of(char c, int class)
{
    return byte_class[(unsigned char)c] & class;
}

static bool is_unreserved(int c)
{
    return byte_class[c & 0xff] & UNRESERVED;
}

/* Line ends of forms are CR LF; inside they are LF. */
static size_t drop_returns(char *p, size_t n)
{
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
        if (p[i] != '\r' || i + 1 == n || p[i + 1] != '\n')
            p[m++] = p[i];
    return m;
}

bool url_decode(
    struct arena *a, struct str s, bool plus, bool lines, struct str *ret, struct err *err)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;

    if (!p)
        return err_memory(err);
    for (size_t i = 0; i < s.n; i++) {
        int c = (unsigned char)s.p[i];
        if (c == '%') {
            c = percent_at(s, i);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c < 0)
            return err_set(err, ERR_INVALID, MSG_err_web_encoding);
        p[n++] = (char)c;
    }
    if (lines)
        n = drop_returns(p, n);
    p[n] = '\0';
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)p[i] < 0x20 && !(lines && (p[i] == '\n' || p[i] == '\t'))) ||
            p[i] == 0x7f)
            return err_set(err, ERR_INVALID, MSG_err_web_encoding);
    struct err ignored;
    if (!text_clean(a, str_make(p, n), n + 1, ret, &ignored))
        return err_set(err, ERR_INVALID, MSG_err_web_encoding);
    return true;
}

/* --- target */

static bool bad_target(int *ret_status, struct err *err)
{
    *ret_status = 400;
    return err_set(err, ERR_INVALID, MSG_err_web_target);
}

static bool query_ok(struct str q)
{
    for (size_t i = 0; i < q.n; i++)
        if (!is_of(q.p[i], QUERY) || (q.p[i] == '%' && percent_at(q, i) < 0))
            return false;
    return true;
}

static bool path_bytes_ok(struct str path)
{
    for (size_t i = 0; i < path.n; i++) {
        if (!is_of(path.p[i], PATH))
            return false;
        if (path.p[i] == '%' && (percent_at(path, i) < 0 || is_unreserved(percent_at(path, i))))
            return false; /* one spelling for one path */
    }
    return true;
}

static bool segment_ok(struct str s)
{
    if (str_empty(s) || str_is(s, ".") || str_is(s, ".."))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '/' || s.p[i] == '\\')
            return false;
    return true;
}

bool gate_path(
    struct arena *a, struct str raw, struct web_path *ret, int *ret_status, struct err *err)
{
    struct web_path t = {0};

    if (raw.n > GATE_TARGET_MAX) {
        *ret_status = 414;
        return err_set(err, ERR_LIMIT, MSG_err_web_target_long);
    }
    ptrdiff_t mark = str_find_char(raw, '?', 0);
    t.path = mark < 0 ? raw : str_slice(raw, 0, (size_t)mark);
    t.query = mark < 0 ? STR_NULL : str_slice(raw, (size_t)mark + 1, raw.n);
    if (t.path.n == 0 || t.path.p[0] != '/' || !path_bytes_ok(t.path) || !query_ok(t.query))
        return bad_target(ret_status, err);
    struct str rest = str_slice(t.path, 1, t.path.n), piece;
    while (rest.n && str_cut(&rest, '/', &piece)) {
        if (t.n == GATE_SEGMENTS_MAX || !url_decode(a, piece, false, false, &t.segment[t.n], err) ||
            !segment_ok(t.segment[t.n]))
            return bad_target(ret_status, err);
        t.n++;
    }
    if (t.path.n > 1 && t.path.p[t.path.n - 1] == '/')
        return bad_target(ret_status, err);
    *ret = t;
    return true;
}

/* --- headers */

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_of(s.p[i], TOKEN))
            return false;
    return s.n > 0;
}

static bool value_ok(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_of(s.p[i], TEXT))
            return false;
    return utf8_valid(s);
}

static bool same_name(struct str a, struct str b)
{
    return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool name_is(struct str s, const char *z)
{
    return same_name(s, str_of(z));
}

/* Headers that are read and would be ambiguous when given twice. */
static bool is_single(struct str name)
{
    static const char *const single[] = {"Host", "Content-Length", "Content-Type",
        "Transfer-Encoding", "Content-Encoding", "Cookie", "Authorization", "Origin", "Referer",
        "Expect", "If-None-Match", "If-Modified-Since", "Range", "X-CSRF-Token", "Idempotency-Key",
        "Sec-Fetch-Site", "Upgrade", "Accept-Language"};

    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (name_is(name, single[i]))
            return true;
    return false;
}

struct str header_find(const struct http_header *h, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (name_is(h[i].name, name))
            return h[i].value;
    return STR_NULL;
}

static bool has_header(const struct http_header *h, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (name_is(h[i].name, name))
            return true;
    return false;
}

static bool bad(int status, enum msg_key key, struct str what, int *ret_status, struct err *err)
{
    *ret_status = status;
    return err_set(err, status == 431 ? ERR_LIMIT : ERR_INVALID, key, what);
}

static bool check_fields(const struct http_header *h, size_t n, int *ret_status, struct err *err)
{
    size_t bytes = 0;

    if (n > GATE_HEADERS_MAX)
        return bad(431, MSG_err_web_headers_large, STR_NULL, ret_status, err);
    for (size_t i = 0; i < n; i++) {
        bytes += h[i].name.n + h[i].value.n + 4;
        if (bytes > GATE_HEADER_BYTES)
            return bad(431, MSG_err_web_headers_large, STR_NULL, ret_status, err);
        if (!is_token(h[i].name))
            return bad(400, MSG_err_web_header, STR("?"), ret_status, err);
        if (!value_ok(h[i].value))
            return bad(400, MSG_err_web_header, h[i].name, ret_status, err);
        bool single = is_single(h[i].name);
        for (size_t k = 0; single && k < i; k++)
            if (same_name(h[i].name, h[k].name))
                return bad(400, MSG_err_web_header, h[i].name, ret_status, err);
    }
    return true;
}

/* name or address with an optional port: the form of RFC 3986 without user information. */
static bool host_ok(struct str host)
{
    size_t i = 0;

    if (host.n == 0 || host.n > 255)
        return false;
    if (host.p[0] == '[') {
        for (i = 1; i < host.n && (isxdigit((unsigned char)host.p[i]) || strchr(":.", host.p[i]));)
            i++;
        if (i == host.n || host.p[i] != ']' || i == 1)
            return false;
        i++;
    } else {
        while (i < host.n && is_of(host.p[i], UNRESERVED))
            i++;
        if (i == 0)
            return false;
    }
    if (i == host.n)
        return true;
    int64_t port;
    struct str digits = str_slice(host, i + 1, host.n);
    return host.p[i] == ':' && digits.n && isdigit((unsigned char)digits.p[0]) &&
           str_to_i64(digits, &port) && port > 0 && port < 65536;
}

static bool is_ipv4(struct str name)
{
    struct str piece;
    int parts = 0;

    while (str_cut(&name, '.', &piece)) {
        int64_t v;
        if (piece.n < 1 || piece.n > 3 || !isdigit((unsigned char)piece.p[0]) ||
            !str_to_i64(piece, &v) || v > 255)
            return false;
        parts++;
    }
    return parts == 4;
}

bool gate_host(struct str host, const char *const *names, size_t n)
{
    struct str name = host;

    if (host.n == 0 || host.p[0] == '[')
        return true; /* an address in brackets, as host_ok() found it */
    ptrdiff_t colon = str_find_char(host, ':', 0);
    if (colon >= 0)
        name = str_slice(host, 0, (size_t)colon);
    if (name.n && name.p[name.n - 1] == '.')
        name = str_slice(name, 0, name.n - 1);
    if (name_is(name, "localhost") || is_ipv4(name))
        return true;
    for (size_t i = 0; i < n; i++)
        if (name_is(name, names[i]))
            return true;
    return false;
}

static bool length_parse(struct str s, int64_t *ret)
{
    if (s.n == 0 || s.n > 15)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!isdigit((unsigned char)s.p[i]))
            return false;
    return str_to_i64(s, ret);
}

bool gate_head(enum http_method m, bool http11, const struct http_header *h, size_t n,
    struct head_facts *ret, int *ret_status, struct err *err)
{
    struct head_facts f = {
        .host = header_find(h, n, "Host"), .content_type = header_find(h, n, "Content-Type")};
    bool has_length = has_header(h, n, "Content-Length");

    if (!check_fields(h, n, ret_status, err))
        return false;
    if ((http11 || f.host.n) && !host_ok(f.host))
        return bad(400, MSG_err_web_host, STR_NULL, ret_status, err);
    if (has_header(h, n, "Transfer-Encoding"))
        return bad(has_length ? 400 : 411, MSG_err_web_length, STR_NULL, ret_status, err);
    if (has_length && !length_parse(header_find(h, n, "Content-Length"), &f.length))
        return bad(400, MSG_err_web_length, STR_NULL, ret_status, err);
    if (f.length && m != HTTP_POST && m != HTTP_PUT && m != HTTP_PATCH)
        return bad(400, MSG_err_web_length, STR_NULL, ret_status, err);
    if (!has_length && (m == HTTP_POST || m == HTTP_PUT || m == HTTP_PATCH))
        return bad(411, MSG_err_web_length, STR_NULL, ret_status, err);
    if (has_header(h, n, "Content-Encoding"))
        return bad(415, MSG_err_web_header, STR("Content-Encoding"), ret_status, err);
    struct str expect = header_find(h, n, "Expect");
    if (expect.n && !name_is(expect, "100-continue"))
        return bad(417, MSG_err_web_header, STR("Expect"), ret_status, err);
    *ret = f;
    return true;
}
