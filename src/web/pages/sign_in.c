/* sign_in: coming in and going out. */
#include "web/handlers.h"

#include "templates.h"
#include "web/site.h"

static const struct input sign_in_inputs[] = {
    {.name = "login", .type = INPUT_LINE, .required = true, .max = 64},
    {.name = "password", .type = INPUT_SECRET, .required = true, .max = PASSWORD_MAX},
    {.name = "next", .type = INPUT_LINE, .max = 1000}, {0}};
const struct intake intake_sign_in = {
    .inputs = sign_in_inputs, .body = BODY_FORM, .max = 8192, .shows_errors = true};

static const struct input next_inputs[] = {{.name = "next", .type = INPUT_LINE, .max = 1000}, {0}};
const struct intake intake_next = {.inputs = next_inputs};

static struct str safe_next(struct request *rq)
{
    struct str next = rq_str(rq, "next");

    return next.n && path_is_local(next) ? next : STR("/");
}

static void show(struct request *rq, struct response *rs, int status, struct str message)
{
    struct tmpl o = rs_page(rs, status);
    struct sign_in_view v = {.page = site_page(rq, ""),
        .message = message,
        .login = rq->method == HTTP_POST ? rq_raw(rq, "login") : STR(""),
        .next = safe_next(rq),
        .demonstration = site_demonstration(rq)};

    tmpl_sign_in(&o, &v);
}

bool page_sign_in(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    if (rq_visitor(rq))
        rs_redirect(rs, safe_next(rq));
    else
        show(rq, rs, 200, STR(""));
    return true;
}

bool page_sign_in_post(struct request *rq, struct response *rs, struct err *err)
{
    struct sign_in q = {.login = rq_str(rq, "login"),
        .password = rq_str(rq, "password"),
        .address = rq->peer,
        .agent = rq_header(rq, "User-Agent")};
    struct err e = ERR_INIT;
    struct str secret;
    struct account_id account;

    if (rq_has(rq, "login") && rq_has(rq, "password") &&
        session_begin(site_app(rq), &q, rq->arena, &secret, &account, &e)) {
        site_log(rq, LOG_INFO, "sign_in", account);
        rs_cookie(rs, "session", secret, -1);
        rs_redirect(rs, safe_next(rq));
        return true;
    }
    if (e.code == ERR_NONE)
        err_set(&e, ERR_DENIED, MSG_err_login_wrong);
    if (e.code != ERR_DENIED && e.code != ERR_BUSY) {
        *err = e;
        return false;
    }
    site_log(rq, LOG_WARN, e.code == ERR_BUSY ? "sign_in_waits" : "sign_in_refused",
        (struct account_id){0});
    struct sbuf message;
    sbuf_init(&message, rq->arena, 2000);
    err_text(&e, rq->lang, &message);
    show(rq, rs, e.code == ERR_BUSY ? 429 : 401, sbuf_view(&message));
    return true;
}

bool page_sign_out(struct request *rq, struct response *rs, struct err *err)
{
    if (!session_end(site_app(rq), rq_cookie(rq, "session"), err))
        return false;
    if (rq_visitor(rq))
        site_log(rq, LOG_INFO, "sign_out", rq_visitor(rq)->account);
    rs_cookie_clear(rs, "session");
    rs_redirect(rs, STR("/sign-in"));
    return true;
}
