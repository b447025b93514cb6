/* response: see response.h. */
#include "web/response.h"

#include <ctype.h>

#include "base/log.h"
#include "web/csrf.h"

void rs_begin(struct response *rs, int status, const char *type)
{
    rs->status = status;
    rs->type = type;
    sbuf_init(&rs->body, rs->rq->arena, RESPONSE_MAX);
}

struct tmpl rs_page(struct response *rs, int status)
{
    struct request *rq = rs->rq;

    rs_begin(rs, status, TYPE_HTML);
    return (struct tmpl){.out = &rs->body,
        .lang = rq->lang,
        .csrf = rq->session.n ? csrf_token(rq->arena, rq->csrf_key, rq->session) : STR_NULL};
}

void rs_text(struct response *rs, int status, struct str s)
{
    rs_begin(rs, status, TYPE_TEXT);
    sbuf_str(&rs->body, s);
}

bool path_is_local(struct str to)
{
    if (to.n == 0 || to.p[0] != '/' || (to.n > 1 && to.p[1] == '/'))
        return false;
    for (size_t i = 0; i < to.n; i++)
        if ((unsigned char)to.p[i] <= 0x20 || (unsigned char)to.p[i] >= 0x7f || to.p[i] == '\\')
            return false;
    return true;
}

void rs_redirect(struct response *rs, struct str to)
{
    struct str place = path_is_local(to) ? to : STR("/");

    rs_begin(rs, rs->rq->htmx ? 200 : 303, TYPE_TEXT);
    rs_header(rs, rs->rq->htmx ? "HX-Redirect" : "Location", place);
}

void rs_file(struct response *rs, int fd, int64_t size, const char *type)
{
    rs_begin(rs, 200, type);
    rs->fd = fd;
    rs->fd_size = size;
}

void rs_header(struct response *rs, const char *name, struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f) {
            log_line(LOG_ERROR, "bad_header", "name=%s id=%.*s", name, STR_ARG(rs->rq->id));
            rs->rq->fault = true;
            return;
        }
    struct str kept = str_dup(rs->rq->arena, value);
    if (!kept.p || !vec_push(&rs->headers, rs->rq->arena, (struct http_header){str_of(name), kept}))
        rs->failed = true;
}

/* ASCII letters, digits and - _ . of the name; anything else becomes _. */
static void put_plain(struct sbuf *b, struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if ((c & 0xc0) != 0x80)
            sbuf_char(b, c < 0x80 && (isalnum(c) || strchr("-_.", c)) ? (char)c : '_');
    }
}

void rs_download(struct response *rs, struct str filename)
{
    struct sbuf b;

    sbuf_init(&b, rs->rq->arena, 4096);
    sbuf_z(&b, "attachment; filename=\"");
    put_plain(&b, filename);
    sbuf_z(&b, "\"; filename*=UTF-8''");
    html_part(&b, filename);
    if (b.failed)
        rs->failed = true;
    else
        rs_header(rs, "Content-Disposition", sbuf_view(&b));
}

/* --- cookies */

const char *cookie_name(bool tls, const char *name)
{
    static const char *const names[][3] = {{"session", "gb_session", "__Host-gb_session"},
        {"lang", "gb_lang", "__Host-gb_lang"}, {"theme", "gb_theme", "__Host-gb_theme"},
        {"flash", "gb_flash", "__Host-gb_flash"}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], name) == 0)
            return names[i][tls ? 2 : 1];
    return NULL;
}

static bool cookie_value_ok(struct str v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!isalnum((unsigned char)v.p[i]) && v.p[i] != '-' && v.p[i] != '_' && v.p[i] != '.')
            return false;
    return v.n <= 1024;
}

void rs_cookie(struct response *rs, const char *name, struct str value, int64_t seconds)
{
    const char *full = cookie_name(rs->rq->tls, name);
    struct sbuf b;

    if (!full || !cookie_value_ok(value)) {
        log_line(LOG_ERROR, "bad_cookie", "name=%s id=%.*s", name, STR_ARG(rs->rq->id));
        rs->rq->fault = true;
        return;
    }
    sbuf_init(&b, rs->rq->arena, 2048);
    sbuf_printf(&b, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax", full, STR_ARG(value));
    if (rs->rq->tls)
        sbuf_z(&b, "; Secure");
    if (seconds >= 0)
        sbuf_printf(&b, "; Max-Age=%lld", (long long)seconds);
    if (b.failed)
        rs->failed = true;
    else
        rs_header(rs, "Set-Cookie", sbuf_view(&b));
}

void rs_cookie_clear(struct response *rs, const char *name)
{
    rs_cookie(rs, name, STR_NULL, 0);
}

int status_of(const struct err *err)
{
    static const int status[] = {[ERR_NONE] = 500,
        [ERR_INVALID] = 400,
        [ERR_NOT_FOUND] = 404,
        [ERR_CONFLICT] = 409,
        [ERR_DENIED] = 403,
        [ERR_LIMIT] = 413,
        [ERR_OVERFLOW] = 422,
        [ERR_MEMORY] = 503,
        [ERR_IO] = 500,
        [ERR_FULL] = 507,
        [ERR_BUSY] = 503,
        [ERR_CORRUPT] = 500,
        [ERR_INTERNAL] = 500};

    return (size_t)err->code < sizeof status / sizeof *status ? status[err->code] : 500;
}
