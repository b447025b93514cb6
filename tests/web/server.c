/* server: see server.h. */
#include "server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

#define WAIT_MS 5000

/* --- routes */

static bool hello(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    rs_text(rs, 200, rq->lang == LANG_EN ? STR("hello\n") : STR("xin chào\n"));
    return true;
}

static bool unit(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    rs_begin(rs, 200, TYPE_TEXT);
    sbuf_printf(&rs->body, "unit=%.*s n=%lld q=%.*s", STR_ARG(rq_path(rq, "unit")),
        (long long)rq_int(rq, "n"), STR_ARG(rq_str(rq, "q")));
    return true;
}

static bool entry_form(struct request *rq, struct response *rs, struct err *err)
{
    (void)err, (void)rq;
    struct tmpl o = rs_page(rs, 200);
    sbuf_str(o.out, o.csrf);
    return true;
}

static bool entry(struct request *rq, struct response *rs, struct err *err)
{
    struct served *d = rq->ctx;
    size_t at = 0;

    (void)err;
    d->calls++;
    rs_begin(rs, rq->values.bad ? 422 : 200, TYPE_TEXT);
    sbuf_printf(&rs->body, "name=%.*s bad=%zu", STR_ARG(rq_str(rq, "name")), rq->values.bad);
    for (const struct value *v; (v = rq_next(rq, "cell.*", &at));) {
        sbuf_printf(&rs->body, " %.*s=", STR_ARG(v->name));
        if (v->err)
            sbuf_printf(&rs->body, "!%.*s", STR_ARG(v->raw));
        else
            dec_put(&rs->body, v->d);
    }
    snprintf(d->last, sizeof d->last, "%.*s", STR_ARG(sbuf_view(&rs->body)));
    return true;
}

static bool attach(struct request *rq, struct response *rs, struct err *err)
{
    struct upload *u = rq_file(rq, "file");
    char first[17] = "";

    (void)err;
    rs_begin(rs, 200, TYPE_TEXT);
    if (u && read(u->fd, first, 16) < 0)
        return false;
    sbuf_printf(&rs->body, "note=%.*s file=%.*s size=%lld begins=%s", STR_ARG(rq_str(rq, "note")),
        u ? (int)u->filename.n : 0, u ? u->filename.p : "", u ? (long long)u->size : -1, first);
    return true;
}

static bool big(struct request *rq, struct response *rs, struct err *err)
{
    (void)err, (void)rq;
    rs_begin(rs, 200, TYPE_HTML);
    for (int i = 0; i < 2000; i++)
        sbuf_printf(&rs->body, "<p>line %d of a long page</p>\n", i);
    return true;
}

static bool slow(struct request *rq, struct response *rs, struct err *err)
{
    struct served *d = rq->ctx;

    (void)err;
    nanosleep(&(struct timespec){d->slow_ms / 1000, d->slow_ms % 1000 * 1000000L}, NULL);
    rs_text(rs, 200, STR("done\n"));
    return true;
}

static bool who(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    rs_begin(rs, 200, TYPE_TEXT);
    sbuf_printf(&rs->body, "peer=%.*s tls=%d", STR_ARG(rq->peer), rq->tls);
    return true;
}

static bool undeclared(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    rs_text(rs, 200, rq_str(rq, "nobody.declared.this"));
    return true;
}

static bool sign_in(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    rs_cookie(rs, "session", STR(SESSION_CLERK), -1);
    rs_redirect(rs, rq_str(rq, "to"));
    return true;
}

static bool api(struct request *rq, struct response *rs, struct err *err)
{
    if (str_is(rq->body, "conflict"))
        return err_set(err, ERR_CONFLICT, MSG_err_web_required);
    rs_begin(rs, 200, TYPE_JSON);
    sbuf_str(&rs->body, rq->body);
    return true;
}

static const struct input unit_inputs[] = {
    {.name = "q", .type = INPUT_LINE, .max = 40},
    {.name = "n", .type = INPUT_INT, .min = 1, .max = 100},
    {NULL},
};
static const struct input entry_inputs[] = {
    {.name = "name", .type = INPUT_LINE, .max = 20, .required = true},
    {.name = "cell.*", .type = INPUT_NUMBER},
    {NULL},
};
static const struct input attach_inputs[] = {
    {.name = "note", .type = INPUT_TEXT, .max = 100},
    {.name = "file", .type = INPUT_FILE, .max = 100000, .required = true},
    {NULL},
};
static const struct input sign_in_inputs[] = {
    {.name = "to", .type = INPUT_LINE, .max = 200},
    {NULL},
};
static const struct intake unit_intake = {.inputs = unit_inputs};
static const struct intake entry_intake = {entry_inputs, BODY_FORM, 4096, true};
static const struct intake attach_intake = {attach_inputs, BODY_MULTIPART, 200000, false};
static const struct intake sign_in_intake = {sign_in_inputs, BODY_FORM, 0, false};
static const struct intake api_intake = {NULL, BODY_JSON, 1000, false};

const struct route demo_routes[] = {
    {HTTP_GET, "/", hello, MAY_ANYONE, &intake_nothing, MSG_help_healthz},
    {HTTP_GET, "/units/{unit:uid}", unit, MAY_ANYONE, &unit_intake, MSG_help_healthz},
    {HTTP_GET, "/units/list", hello, MAY_ANYONE, &intake_nothing, MSG_help_healthz},
    {HTTP_GET, "/find/{text:text}", hello, MAY_ANYONE, &intake_nothing, MSG_help_healthz},
    {HTTP_GET, "/entry", entry_form, MAY_ENTER, &intake_nothing, MSG_help_healthz},
    {HTTP_POST, "/entry", entry, MAY_ENTER, &entry_intake, MSG_help_healthz},
    {HTTP_POST, "/attach", attach, MAY_ANYONE, &attach_intake, MSG_help_healthz},
    {HTTP_GET, "/big", big, MAY_ANYONE, &intake_nothing, MSG_help_healthz},
    {HTTP_GET, "/slow", slow, MAY_ANYONE, &intake_nothing, MSG_help_healthz},
    {HTTP_GET, "/who", who, MAY_ANYONE, &intake_nothing, MSG_help_healthz},
    {HTTP_GET, "/undeclared", undeclared, MAY_ANYONE, &intake_nothing, MSG_help_healthz},
    {HTTP_GET, "/admin", hello, MAY_ADMINISTER, &intake_nothing, MSG_help_healthz},
    {HTTP_POST, "/sign-in", sign_in, MAY_ANYONE, &sign_in_intake, MSG_help_healthz},
    {HTTP_POST, "/api", api, MAY_ANYONE, &api_intake, MSG_help_healthz},
};
const size_t demo_routes_n = sizeof demo_routes / sizeof *demo_routes;

/* --- server */

static bool guard(struct request *rq, struct response *rs, bool *ret_answered, struct err *err)
{
    struct str session = rq_cookie(rq, "session");
    bool clerk = str_is(session, SESSION_CLERK), admin = str_is(session, SESSION_ADMIN);

    if (clerk || admin) {
        rq->who = rq->ctx;
        rq->session = session;
    }
    if (rq->route->may == MAY_ANYONE || admin || (clerk && rq->route->may == MAY_ENTER))
        return true;
    if (rq->who)
        return err_set(err, ERR_DENIED, MSG_err_web_denied);
    rs_redirect(rs, STR("/sign-in"));
    *ret_answered = true;
    return true;
}

static bool health(struct request *rq, struct err *err)
{
    struct served *d = rq->ctx;

    return !d->unhealthy || err_set(err, ERR_BUSY, MSG_err_web_stopping);
}

struct http_server *demo_start(struct served *d, void (*change)(struct http_config *c))
{
    static const char *const hosts[] = {"a.example"};
    struct http_config c = {.address = "127.0.0.1",
        .hosts = hosts,
        .nhosts = 1,
        .routes = demo_routes,
        .nroutes = demo_routes_n,
        .ctx = d,
        .guard = guard,
        .health = health,
        .csrf_key = {1, 2, 3},
        .upload_dir = "/tmp"};
    struct err err = ERR_INIT;

    log_set_level(LOG_ERROR);
    if (change)
        change(&c);
    struct http_server *s = http_start(&c, &err);
    if (!s) {
        fprintf(stderr, "demo server: %s %s\n", msg_name(err.key).p, err.arg[0]);
        abort();
    }
    return s;
}

/* --- the other side */

int dial(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
        abort();
    return fd;
}

void send_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k <= 0)
            return; /* closed by the server: receive() will tell */
        p += k;
        n -= (size_t)k;
    }
}

static long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

const char *answer_header(const struct answer *a, const char *name)
{
    static _Thread_local char value[4096];
    size_t n = strlen(name);

    for (const char *p = strchr(a->text, '\n'); p && p + 1 < a->body; p = strchr(p + 1, '\n'))
        if (strncasecmp(p + 1, name, n) == 0 && p[1 + n] == ':') {
            const char *v = p + n + 2 + strspn(p + n + 2, " ");
            snprintf(value, sizeof value, "%.*s", (int)strcspn(v, "\r\n"), v);
            return value;
        }
    return NULL;
}

static bool complete(struct answer *a)
{
    const char *head_end = strstr(a->text, "\r\n\r\n");

    if (!head_end)
        return false;
    a->body = head_end + 4;
    if (a->no_body)
        return true;
    const char *length = answer_header(a, "Content-Length");
    return length && a->n - (size_t)(a->body - a->text) >= strtoul(length, NULL, 10);
}

void receive(int fd, struct answer *a)
{
    long begin = now_ms();

    a->status = 0;
    a->n = 0;
    a->text[0] = '\0';
    a->body = a->text;
    a->closed = false;
    while (!complete(a) && a->n + 1 < sizeof a->text) {
        struct pollfd p = {fd, POLLIN, 0};
        long left = WAIT_MS - (now_ms() - begin);
        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            break;
        ssize_t n = recv(fd, a->text + a->n, sizeof a->text - 1 - a->n, 0);
        if (n <= 0) {
            a->closed = true;
            break;
        }
        a->n += (size_t)n;
        a->text[a->n] = '\0';
    }
    sscanf(a->text, "HTTP/1.%*d %d", &a->status);
    a->ms = now_ms() - begin;
}

void ask(int port, const char *request, struct answer *ret)
{
    int fd = dial(port);

    ret->no_body = strncmp(request, "HEAD ", 5) == 0;
    send_all(fd, request, strlen(request));
    receive(fd, ret);
    close(fd);
}
