/* me: who is signed in and what that person may do; the own password, the other sessions. */
#include "templates.h"
#include "web/handlers.h"
#include "web/show.h"
#include "web/site.h"

static const struct input me_inputs[] = {{.name = "done", .type = INPUT_FLAG}, {NULL}};
const struct intake intake_me = {.inputs = me_inputs};

static const struct input password_inputs[] = {
    {.name = "now", .type = INPUT_SECRET, .required = true, .max = PASSWORD_MAX},
    {.name = "password", .type = INPUT_SECRET, .required = true, .max = PASSWORD_MAX},
    {.name = "again", .type = INPUT_SECRET, .required = true, .max = PASSWORD_MAX}, {NULL}};
const struct intake intake_password = {
    .inputs = password_inputs, .body = BODY_FORM, .max = 8192, .shows_errors = true};

static bool add_grant(struct request *rq, struct me_view *ret, const struct catalog *c,
    const struct grant *g, struct day today)
{
    struct duty_view d = {.role = msg_text(rq->lang, role_label(g->role)),
        .unit = g->unit < 0 ? msg_text(rq->lang, MSG_me_everything)
                            : show_unit_first(rq, c, g->unit, today)};

    d.owner = g->owner;
    if (g->to.v != DAY_MAX.v)
        d.until = show_day(rq, day_add(g->to, -1));
    d.owner = str_dup(rq->arena, d.owner);
    return vec_push(&ret->duties, rq->arena, d);
}

static bool fill(struct request *rq, struct me_view *ret, struct err *err)
{
    const struct visitor *who = rq_visitor(rq);
    struct view v;
    bool ok = true;

    ret->page = site_page(rq, "");
    ret->name = who->name;
    ret->login = who->login;
    ret->post = who->post;
    ret->unit = who->unit_name;
    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    int i = catalog_account_id(v.catalog, who->account);
    const struct account *x = i < 0 ? NULL : &v.catalog->account[i];
    for (size_t g = 0; ok && x && g < x->grants; g++)
        if (day_in(v.today, x->grant[g].from, x->grant[g].to))
            ok = add_grant(rq, ret, v.catalog, &x->grant[g], v.today);
    app_read_end(site_app(rq), &v);
    return ok || err_memory(err);
}

/* "Chrome, Windows" of what a browser says of itself; an unknown one says it in its own words. */
static struct str device(struct request *rq, struct str agent)
{
    static const char *const browsers[][2] = {{"Edg/", "Edge"}, {"OPR/", "Opera"},
        {"coc_coc", "Cốc Cốc"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"},
        {"Safari/", "Safari"}};
    static const char *const systems[][2] = {{"Windows", "Windows"}, {"Android", "Android"},
        {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}};
    const char *browser = NULL, *system = NULL;

    for (size_t i = 0; !browser && i < sizeof browsers / sizeof *browsers; i++)
        if (str_find(agent, str_of(browsers[i][0]), 0) >= 0)
            browser = browsers[i][1];
    for (size_t i = 0; !system && i < sizeof systems / sizeof *systems; i++)
        if (str_find(agent, str_of(systems[i][0]), 0) >= 0)
            system = systems[i][1];
    if (!browser && !system)
        return agent.n ? agent : msg_text(rq->lang, MSG_me_session_unknown);
    char *both = arena_printf(rq->arena, "%s%s%s", browser ? browser : "",
        browser && system ? ", " : "", system ? system : "");
    return both ? str_of(both) : STR("");
}

static bool add_sessions(struct request *rq, struct me_view *ret, struct err *err)
{
    struct session_seen *s;
    size_t n;

    if (!sessions_of(site_app(rq), rq_visitor(rq)->account, rq_cookie(rq, "session"), rq->arena, &s,
            &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct session_view v = {.device = device(rq, s[i].agent),
            .address = s[i].address,
            .since = show_time(rq, s[i].created_ms),
            .seen = show_time(rq, s[i].seen_ms),
            .url = show_url(rq, "/me/sign-out/%", str_dup(rq->arena, str_of(s[i].id))),
            .this_one = s[i].this_one};
        if (!vec_push(&ret->sessions, rq->arena, v))
            return err_memory(err);
    }
    return true;
}

static struct field_view secret(
    struct request *rq, const char *name, enum msg_key label, const char *autocomplete)
{
    struct field_view f = {.name = str_of(name),
        .label = msg_text(rq->lang, label),
        .type = FIELD_PASSWORD,
        .required = true,
        .autocomplete = str_of(autocomplete)};

    if (rq->method == HTTP_POST && rq_error(rq, name))
        f.wrong = show_err(rq, rq_error(rq, name));
    return f;
}

static bool show(struct request *rq, struct response *rs, const struct err *wrong, struct err *err)
{
    struct me_view v = {.done = rq->method == HTTP_GET && rq_flag(rq, "done")};

    if (!fill(rq, &v, err) || !add_sessions(rq, &v, err))
        return false;
    v.now = secret(rq, "now", MSG_me_password_now, "current-password");
    v.password = secret(rq, "password", MSG_me_password_new, "new-password");
    v.again = secret(rq, "again", MSG_me_password_again, "new-password");
    v.password.note = show_msg(rq, MSG_me_password_says, show_count(rq, PASSWORD_MIN));
    if (wrong)
        v.trouble = show_err(rq, wrong);
    struct tmpl o = rs_page(rs, wrong ? 422 : 200);
    tmpl_me(&o, &v);
    return true;
}

bool page_me(struct request *rq, struct response *rs, struct err *err)
{
    return show(rq, rs, NULL, err);
}

/* All sessions end with the old password; this browser gets a new one. */
static bool change(struct request *rq, struct response *rs, struct err *err)
{
    const struct visitor *who = rq_visitor(rq);
    struct sign_in old = {who->login, rq_str(rq, "now"), rq->peer, rq_header(rq, "User-Agent")},
                   new = {who->login, rq_str(rq, "password"), old.address, old.agent};
    struct account_id account;
    struct str cookie;

    if (!str_eq(rq_str(rq, "password"), rq_str(rq, "again")))
        return err_set(err, ERR_INVALID, MSG_err_accounts_again);
    if (!account_own_password(site_app(rq), rq_actor(rq), &old, new.password, err) ||
        !session_begin(site_app(rq), &new, rq->arena, &cookie, &account, err))
        return false;
    site_log(rq, LOG_INFO, "password_changed", account);
    rs_cookie(rs, "session", cookie, -1);
    rs_redirect(rs, STR("/me?done=1"));
    return true;
}

bool page_password(struct request *rq, struct response *rs, struct err *err)
{
    struct err e = ERR_INIT;

    if (!rq_has(rq, "now") || !rq_has(rq, "password") || !rq_has(rq, "again")) {
        err_set(&e, ERR_INVALID, MSG_err_accounts_again);
        return show(rq, rs, &e, err);
    }
    if (change(rq, rs, &e))
        return true;
    if (e.code != ERR_DENIED && e.code != ERR_INVALID && e.code != ERR_BUSY) {
        *err = e;
        return false;
    }
    return show(rq, rs, &e, err);
}

bool page_sign_out_one(struct request *rq, struct response *rs, struct err *err)
{
    if (!session_end_one(site_app(rq), rq_visitor(rq)->account, rq_path(rq, "session"), err))
        return false;
    site_log(rq, LOG_INFO, "session_ended", rq_visitor(rq)->account);
    rs_redirect(rs, STR("/me"));
    return true;
}

bool page_sign_out_all(struct request *rq, struct response *rs, struct err *err)
{
    if (!session_end_all(site_app(rq), rq_visitor(rq)->account, err))
        return false;
    site_log(rq, LOG_INFO, "sessions_ended", rq_visitor(rq)->account);
    rs_cookie_clear(rs, "session");
    rs_redirect(rs, STR("/sign-in"));
    return true;
}
