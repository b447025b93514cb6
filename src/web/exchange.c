/* exchange: see exchange.h and the order of things in http.h. */
#include "web/exchange.h"

#include <arpa/inet.h>
#include <strings.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"

/* --- errors */

static bool wants_json(const struct request *rq)
{
    if (rq->route && rq->route->intake && rq->route->intake->body == BODY_JSON)
        return true;
    return str_find(rq_header(rq, "Accept"), STR("application/json"), 0) >= 0;
}

static void json_error(struct response *rs, int status, const struct err *err)
{
    struct json j;
    struct sbuf text;
    struct err bare = *err;

    rs_begin(rs, status, TYPE_JSON);
    bare.place[0] = '\0';
    bare.line = 0;
    sbuf_init(&text, rs->rq->arena, 8192);
    err_text(&bare, rs->rq->lang, &text);
    json_init(&j, &rs->body, 0);
    json_object(&j);
    json_key(&j, "error");
    json_object(&j);
    json_kstr(&j, "code", str_of(err_code_name(err->code)));
    json_kstr(&j, "key", msg_name(err->key));
    json_kstr(&j, "message", sbuf_view(&text));
    if (err->place[0])
        json_kstr(&j, "place", str_of(err->place));
    if (err->line)
        json_ki64(&j, "line", err->line);
    json_kstr(&j, "request", rs->rq->id);
    json_object_end(&j);
    json_object_end(&j);
}

static void text_error(struct response *rs, int status, const struct err *err)
{
    struct request *rq = rs->rq;

    rs_begin(rs, status, TYPE_TEXT);
    err_text(err, rq->lang, &rs->body);
    sbuf_z(&rs->body, "\n");
    msg_format(&rs->body, rq->lang, MSG_err_web_request_id, &rq->id, 1);
    sbuf_z(&rs->body, "\n");
}

static void let_go(struct response *rs)
{
    for (int i = 0; i < 2; i++) {
        if (rs->held[i])
            rs->release(rs->held[i]);
        rs->held[i] = NULL;
    }
}

static void drop_answer(struct response *rs)
{
    if (rs->fd >= 0)
        close(rs->fd);
    let_go(rs);
    *rs = (struct response){.rq = rs->rq, .status = 200, .fd = -1, .close = rs->close};
}

/* Answers with an error, and drops whatever was being answered. */
static void fail(struct exchange *x, int status, const struct err *err)
{
    drop_answer(&x->rs);
    x->answered = true;
    if (wants_json(&x->rq))
        json_error(&x->rs, status, err);
    else if (x->server->config.error_page && !x->refused)
        x->server->config.error_page(&x->rq, &x->rs, status, err);
    else
        text_error(&x->rs, status, err);
    if (x->rs.body.failed)
        text_error(&x->rs, status, err);
    x->rs.status = status;
}

static void fail_key(struct exchange *x, int status, enum err_code code, enum msg_key key)
{
    struct err err = ERR_INIT;

    err_set(&err, code, key);
    fail(x, status, &err);
}

/* --- who is at the other end */

bool address_parse(struct str s, struct proxy_address *ret)
{
    char z[INET6_ADDRSTRLEN + 1];
    struct in_addr v4;

    if (s.n == 0 || s.n >= sizeof z)
        return false;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    if (inet_pton(AF_INET, z, &v4) == 1) {
        memcpy(ret->b, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
        memcpy(ret->b + 12, &v4, 4);
        return true;
    }
    return inet_pton(AF_INET6, z, ret->b) == 1;
}

static bool is_proxy(const struct http_server *s, struct str address)
{
    struct proxy_address a;

    if (!address_parse(address, &a))
        return false;
    for (size_t i = 0; i < s->config.nproxies; i++)
        if (memcmp(&a, &s->proxies[i], sizeof a) == 0)
            return true;
    return false;
}

/* The last line of that name: a proxy that adds a line of its own adds it at the end. */
static struct str last_header(const struct request *rq, const char *name)
{
    for (size_t i = rq->nheaders; i-- > 0;)
        if (rq->headers[i].name.n == strlen(name) &&
            strncasecmp(rq->headers[i].name.p, name, strlen(name)) == 0)
            return rq->headers[i].value;
    return STR_NULL;
}

/* Behind a named proxy the client is the rightmost forwarded address that is not a proxy itself. */
static void find_peer(struct exchange *x, struct str peer)
{
    struct request *rq = &x->rq;
    struct proxy_address ignored;

    rq->peer = peer;
    if (!is_proxy(x->server, peer))
        return;
    rq->tls = rq->tls || str_is(str_trim(last_header(rq, "X-Forwarded-Proto")), "https");
    struct str rest = last_header(rq, "X-Forwarded-For");
    while (rest.n) {
        size_t from = rest.n;
        while (from > 0 && rest.p[from - 1] != ',')
            from--;
        struct str one = str_trim(str_slice(rest, from, rest.n));
        if (!address_parse(one, &ignored))
            return;
        rq->peer = one;
        if (!is_proxy(x->server, one))
            return;
        rest = str_slice(rest, 0, from ? from - 1 : 0);
    }
}

/* --- begin */

static bool gate(struct exchange *x, const char *version)
{
    struct request *rq = &x->rq;
    struct err err = ERR_INIT;
    int status = 400;
    bool http11 = strcmp(version, "HTTP/1.1") == 0;

    if (!http11 && strcmp(version, "HTTP/1.0") != 0) {
        status = 505;
        err_set(&err, ERR_INVALID, MSG_err_web_version);
    } else if (rq->method == HTTP_OTHER) {
        status = 501;
        err_set(&err, ERR_INVALID, MSG_err_web_method);
    } else if (gate_path(x->arena, x->raw_target, &x->target, &status, &err) &&
               gate_head(
                   rq->method, http11, x->headers.p, x->headers.n, &x->facts, &status, &err)) {
        if (gate_host(x->facts.host, x->server->config.hosts, x->server->config.nhosts))
            return true;
        status = 421;
        err_set(&err, ERR_DENIED, MSG_err_web_host_unknown);
    }
    x->refused = true;
    x->rs.close = true;
    fail(x, status, &err);
    return false;
}

static bool type_is(struct str type, const char *z)
{
    struct str rest = type, piece;
    size_t n = strlen(z);

    return str_cut(&rest, ';', &piece) && str_trim(piece).n == n &&
           strncasecmp(str_trim(piece).p, z, n) == 0;
}

/* Prepares for the body: its type must be what the route takes, its length within the limit. */
static bool accept_body(struct exchange *x)
{
    const struct intake *in = x->rq.route->intake;
    struct str type = x->facts.content_type, boundary;
    int64_t max = in->max ? in->max : BODY_DEFAULT_MAX;
    bool ok = x->facts.length == 0 || in->body == BODY_BYTES;

    if (x->facts.length > max) {
        fail_key(x, 413, ERR_LIMIT, MSG_err_web_body_large);
        return false;
    }
    if (x->facts.length && in->body == BODY_JSON)
        ok = type_is(type, "application/json");
    else if (x->facts.length && in->body == BODY_MULTIPART && multipart_boundary(type, &boundary)) {
        if (!x->server->config.upload_dir) {
            fail_key(x, 415, ERR_INVALID, MSG_err_web_body_type);
            return false;
        }
        x->multipart = multipart_new(x->arena, in->inputs, boundary, x->server->config.upload_dir);
        ok = x->multipart != NULL;
    } else if (x->facts.length && in->body != BODY_BYTES)
        ok = type_is(type, "application/x-www-form-urlencoded");
    if (!ok)
        fail_key(x, 415, ERR_INVALID, MSG_err_web_body_type);
    sbuf_init(&x->body, x->arena, (size_t)max);
    return ok;
}

static bool find_route(struct exchange *x)
{
    static const enum http_method order[] = {
        HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE};
    struct request *rq = &x->rq;
    unsigned allowed;
    char allow[64] = "";

    rq->route = router_match(x->server->router, rq->method, &x->target, &rq->params, &allowed);
    if (rq->route)
        return true;
    if (!allowed) {
        fail_key(x, 404, ERR_NOT_FOUND, MSG_err_web_not_found);
        return false;
    }
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (allowed & 1u << order[i]) {
            if (*allow)
                strcat(allow, ", ");
            strcat(allow, http_method_name(order[i]));
        }
    fail_key(x, 405, ERR_INVALID, MSG_err_web_method);
    rs_header(&x->rs, "Allow", str_of(allow));
    return false;
}

/* The step has done nothing that counts: what it began is dropped. */
static bool leave_to_worker(struct exchange *x)
{
    drop_answer(&x->rs);
    x->form = (struct fields){0};
    x->rq.values = (struct values){0};
    x->rq.aside = x->rq.fault = x->answered = x->guarded = false;
    x->aside = true;
    return false;
}

/* Asked by each thread that works at the request, before it does: it is the guard that tells the
 * thread whom it works for. */
static bool guard(struct exchange *x)
{
    struct err err = ERR_INIT;
    bool answered = false;

    if (!x->server->config.guard) {
        if (x->rq.route->may == MAY_ANYONE)
            return true;
        fail_key(x, 403, ERR_DENIED, MSG_err_web_denied);
        return false;
    }
    bool ok = x->server->config.guard(&x->rq, &x->rs, &answered, &err);
    if (x->rq.aside)
        return leave_to_worker(x);
    if (!ok) {
        fail(x, status_of(&err), &err);
        return false;
    }
    x->answered = answered;
    x->guarded = !answered;
    return !answered;
}

static bool is_safe(enum http_method m)
{
    return m == HTTP_GET || m == HTTP_HEAD;
}

/* Browsers say where a request comes from; what another site caused is refused before its body. */
static bool same_origin(const struct request *rq)
{
    struct str site = rq_header(rq, "Sec-Fetch-Site"), origin = rq_header(rq, "Origin");

    if (site.n && !str_is(site, "same-origin") && !str_is(site, "none"))
        return false;
    if (origin.n == 0)
        return true;
    struct str host = str_starts(origin, STR("https://"))  ? str_slice(origin, 8, origin.n)
                      : str_starts(origin, STR("http://")) ? str_slice(origin, 7, origin.n)
                                                           : STR_NULL;
    return host.n == rq->host.n && strncasecmp(host.p, rq->host.p, host.n) == 0;
}

/* Sixteen digits. */
static struct str id_text(struct arena *a, uint64_t id)
{
    char *z = arena_alloc(a, 17);

    for (int i = 0; z && i < 16; i++)
        z[i] = "0123456789abcdef"[id >> (60 - 4 * i) & 15];
    if (z)
        z[16] = '\0';
    return str_of(z);
}

static void fill_request(struct exchange *x, const char *method, struct str peer)
{
    struct request *rq = &x->rq;
    uint64_t id = __atomic_fetch_add(&x->server->next_id, 1, __ATOMIC_RELAXED);

    rq->arena = x->arena;
    rq->server = x->server;
    rq->ctx = x->server->config.ctx;
    rq->method = http_method_parse(method);
    rq->id = id_text(x->arena, id);
    rq->headers = x->headers.p;
    rq->nheaders = x->headers.n;
    rq->target = x->raw_target;
    rq->csrf_key = x->server->config.csrf_key;
    rq->tls = x->server->config.tls_cert != NULL;
    x->rs = (struct response){.rq = rq, .status = 200, .fd = -1};
    find_peer(x, peer);
}

void exchange_begin(struct exchange *x, const char *method, const char *version, struct str peer)
{
    struct request *rq = &x->rq;

    x->begun = true;
    fill_request(x, method, peer);
    if (!gate(x, version))
        return;
    rq->path = x->target.path;
    rq->host = x->facts.host;
    rq->htmx = str_is(rq_header(rq, "HX-Request"), "true");
    lang_parse(rq_cookie(rq, "lang"), &rq->lang);
    if (!find_route(x))
        return;
    if (!is_safe(rq->method) && !same_origin(rq)) {
        fail_key(x, 403, ERR_DENIED, MSG_err_web_csrf);
        return;
    }
}

void exchange_head(struct exchange *x)
{
    if (x->answered)
        return;
    if (guard(x) && !is_safe(x->rq.method))
        accept_body(x);
    x->headed = !x->aside;
    if (x->facts.length)
        x->guarded = false; /* others come between */
}

void exchange_body(struct exchange *x, const char *p, size_t n)
{
    if (x->body_failed)
        return;
    if (x->multipart && x->rq.at_once)
        leave_to_worker(x); /* files are written */
    else if (x->multipart)
        x->body_failed = !multipart_feed(x->multipart, p, n, &x->failure);
    else
        sbuf_put(&x->body, p, n);
}

/* --- finish */

/* Parts the CSRF token from the other fields. */
static struct str take_token(struct fields *form)
{
    for (size_t i = 0; i < form->v.n; i++)
        if (str_is(form->v.p[i].name, "csrf") && !form->v.p[i].file) {
            struct str token = form->v.p[i].raw;
            form->v.n--;
            memmove(&form->v.p[i], &form->v.p[i + 1], (form->v.n - i) * sizeof *form->v.p);
            return token;
        }
    return STR_NULL;
}

static bool check_token(struct exchange *x, struct err *err)
{
    struct request *rq = &x->rq;
    struct str token = take_token(&x->form);

    if (is_safe(rq->method) || rq->by_token || rq->session.n == 0)
        return true;
    if (token.n == 0)
        token = rq_header(rq, "X-CSRF-Token");
    return csrf_check(rq->csrf_key, rq->session, token) ||
           err_set(err, ERR_DENIED, MSG_err_web_csrf);
}

static bool read_body(struct exchange *x, struct err *err)
{
    struct request *rq = &x->rq;
    enum body_kind kind = rq->route->intake->body;

    if (is_safe(rq->method))
        return fields_parse(x->arena, x->target.query, &x->form, err);
    if (x->body_failed) {
        *err = x->failure;
        return false;
    }
    if (x->multipart)
        return multipart_end(x->multipart, &x->form, err);
    struct str body = sbuf_view(&x->body);
    if (x->body.failed || body.n != (size_t)x->facts.length)
        return err_memory(err);
    if (kind == BODY_JSON || kind == BODY_BYTES)
        rq->body = body;
    else
        return fields_parse(x->arena, body, &x->form, err);
    return true;
}

static bool first_bad(const struct values *vs, struct err *err)
{
    for (size_t i = 0; i < vs->v.n; i++)
        if (vs->v.p[i].err) {
            *err = *vs->v.p[i].err;
            return false;
        }
    return true;
}

static bool run(struct exchange *x, struct err *err)
{
    struct request *rq = &x->rq;
    const struct intake *in = rq->route->intake;

    if (!read_body(x, err) || !check_token(x, err) ||
        !fields_type(x->arena, in->inputs, &x->form, !is_safe(rq->method), &rq->values, err))
        return false;
    if (rq->values.bad && !in->shows_errors)
        return first_bad(&rq->values, err);
    return rq->route->handle(rq, &x->rs, err);
}

void exchange_finish(struct exchange *x)
{
    struct err err = ERR_INIT;

    if (x->answered)
        return;
    if (x->rq.at_once && (!x->guarded || !is_safe(x->rq.method) || !x->rq.route->at_once)) {
        leave_to_worker(x);
        return;
    }
    if (!x->guarded && !guard(x))
        return;
    x->guarded = false;
    bool ok = run(x, &err);
    if (x->rq.aside) {
        leave_to_worker(x);
        return;
    }
    if (!ok)
        fail(x, status_of(&err), &err);
    else if (x->rq.fault)
        fail_key(x, 500, ERR_INTERNAL, MSG_err_web_internal);
    else if (x->rs.body.failed || x->rs.failed)
        fail_key(x, 500, ERR_LIMIT, MSG_err_web_answer_large);
    x->answered = true;
}

void exchange_refuse(struct exchange *x)
{
    x->rs.close = true;
    fail_key(x, 503, ERR_BUSY, MSG_err_web_stopping);
}

bool exchange_writes(const struct exchange *x)
{
    return !is_safe(x->rq.method);
}

void exchange_drop(struct exchange *x)
{
    if (x->multipart)
        multipart_drop(x->multipart);
    fields_close_files(&x->form);
    if (x->rs.fd >= 0)
        close(x->rs.fd);
    x->rs.fd = -1;
    let_go(&x->rs);
}
