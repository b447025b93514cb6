/* site: see site.h. */
#include "web/site.h"

#include <stdlib.h>

#include "app/settings.h"
#include "base/ticks.h"
#include "web/failure.h"
#include "web/show.h"

#define HEALTHY_MS 100 /* however often a proxy asks, the store is asked ten times a second */

struct site {
    struct app *app;
    const char *version;
    struct day today; /* of demonstration accounts; DAY_MIN: each its own */
    uint8_t csrf_key[CSRF_KEY_SIZE];
    int64_t healthy_ms; /* until when the last good answer of the store is believed; atomic */
};

struct app *site_app(const struct request *rq)
{
    return ((struct site *)rq->ctx)->app;
}

void site_log(
    const struct request *rq, enum log_level level, const char *event, struct account_id who)
{
    log_line(level, event, "id=%.*s account=%lld", STR_ARG(rq->id), (long long)who.v);
}

bool site_demonstration(const struct request *rq)
{
    struct view v;

    if (!site_app(rq) || !app_read(site_app(rq), ACT_MAX, &v, NULL))
        return false;
    bool demo = accounts_any_demonstration(v.catalog);
    app_read_end(site_app(rq), &v);
    return demo;
}

const char *site_version(const struct request *rq)
{
    return ((struct site *)rq->ctx)->version;
}

const struct visitor *rq_visitor(const struct request *rq)
{
    return rq->who;
}

struct actor rq_actor(const struct request *rq)
{
    const struct visitor *v = rq_visitor(rq);
    struct sbuf b;

    sbuf_init(&b, rq->arena, 100);
    sbuf_z(&b, "web ");
    sbuf_str(&b, rq->peer);
    /* no account is never the system's: -1 is nobody */
    return (struct actor){v ? v->account : (struct account_id){-1}, sbuf_view(&b)};
}

/* A demonstration account lives on the day that it chose, else on the server's, else on its own. */
static void live(struct request *rq, struct view *v, const struct account *x)
{
    const struct site *s = rq->ctx;
    struct day day;

    if (!account_demonstration_day(site_app(rq), v->catalog, x, &day))
        return;
    if (s->today.v != DAY_MIN.v)
        day = s->today;
    struct str chosen = rq_cookie(rq, "day");
    if (chosen.n)
        day_parse(chosen, &day, NULL);
    app_live_on(site_app(rq), day);
    v->now_ms = app_now(site_app(rq));
    v->today = day_of_ms(v->now_ms);
}

/* Copies what pages need of the account; NULL where it is gone or disabled. */
static struct visitor *visitor_of(struct request *rq, struct view *v, struct account_id id)
{
    int i = catalog_account_id(v->catalog, id);
    const struct account *x = i < 0 ? NULL : &v->catalog->account[i];
    struct visitor *who = x && !x->disabled ? arena_zalloc(rq->arena, sizeof *who) : NULL;

    if (!who)
        return NULL;
    live(rq, v, x);
    who->account = id;
    who->login = str_dup(rq->arena, x->login);
    who->name = str_dup(rq->arena, x->name);
    who->post = str_dup(rq->arena, x->post);
    const struct unit_version *u =
        x->unit < 0 ? NULL : unit_name_on(&v->catalog->units, x->unit, v->today);
    who->unit_name = u ? str_dup(rq->arena, u->name) : STR("");
    who->unit = x->unit < 0 ? (struct unit_id){0} : v->catalog->units.p[x->unit].id;
    for (size_t g = 0; g < x->grants; g++)
        if (day_in(v->today, x->grant[g].from, x->grant[g].to))
            who->roles |= 1u << x->grant[g].role;
    if (!rq_cookie(rq, "lang").n)
        rq->lang = x->lang;
    return who;
}

static bool find_visitor(
    struct request *rq, struct str secret, struct visitor **ret, struct err *err)
{
    struct account_id account;
    struct view v;
    bool found;

    if (!session_check(site_app(rq), secret, &account, &found, err))
        return false;
    if (!found)
        return true;
    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    *ret = visitor_of(rq, &v, account);
    app_read_end(site_app(rq), &v);
    return true;
}

/* Are the settings in memory that are asked for this account? */
static bool account_ready(struct app *app, const struct catalog *c, struct account_id id)
{
    int i = catalog_account_id(c, id);

    return i < 0 || !c->account[i].demonstration ||
           (setting_ready(app, SETTING_demonstration_day) &&
               setting_ready(app, SETTING_demonstration_later_day));
}

/* The same from memory alone; false where something has to be waited for. Settings that are known
 * stay so as long as the view is held. */
static bool find_visitor_at_once(struct request *rq, struct str secret, struct visitor **ret)
{
    struct app *app = site_app(rq);
    struct account_id account;
    struct view v;
    bool found = false;

    if (!app_read_at_once(app, &v))
        return false;
    bool ok = setting_ready(app, SETTING_session_idle_minutes) &&
              session_check_at_once(app, secret, &account, &found) &&
              (!found || account_ready(app, v.catalog, account));
    if (ok && found)
        *ret = visitor_of(rq, &v, account);
    app_read_end(app, &v);
    return ok;
}

/* Roles that a route's class admits; what they may do there, the use cases decide. */
static unsigned roles_of(enum may may)
{
    const unsigned all = (1u << ROLE_COUNT) - 1;

    switch (may) {
    case MAY_ANYONE:
    case MAY_SIGNED_IN:
    case MAY_READ:
        return all;
    case MAY_ENTER:
        return 1u << ROLE_REPORTER | 1u << ROLE_CHECKER | 1u << ROLE_SIGNER | 1u << ROLE_COMPILER;
    case MAY_CHECK:
        return 1u << ROLE_CHECKER | 1u << ROLE_SIGNER;
    case MAY_SIGN:
        return 1u << ROLE_SIGNER;
    case MAY_APPROVE:
        return 1u << ROLE_APPROVER | 1u << ROLE_COMPILER;
    case MAY_COMPILE:
        return 1u << ROLE_COMPILER;
    case MAY_LEAD:
        return 1u << ROLE_LEADER;
    case MAY_INSPECT:
        return 1u << ROLE_INSPECTOR;
    case MAY_REGISTER:
        return 1u << ROLE_REGISTRAR;
    case MAY_PUBLISH:
        return 1u << ROLE_PUBLISHER;
    case MAY_ADMINISTER:
        return 1u << ROLE_ADMINISTRATOR;
    }
    return 0;
}

static void to_sign_in(struct request *rq, struct response *rs)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, 4096);
    sbuf_z(&b, "/sign-in");
    if (rq->method == HTTP_GET && !str_is(rq->path, "/")) {
        sbuf_z(&b, "?next=");
        for (size_t i = 0; i < rq->target.n && i < 1000; i++)
            sbuf_printf(&b, "%%%02X", (unsigned char)rq->target.p[i]);
    }
    rs_redirect(rs, sbuf_view(&b));
}

static bool guard(struct request *rq, struct response *rs, bool *ret_answered, struct err *err)
{
    struct str secret = rq_cookie(rq, "session");
    struct visitor *who = NULL;

    *ret_answered = false;
    app_live_now(); /* the thread served others before */
    if (secret.n && rq->at_once && !find_visitor_at_once(rq, secret, &who))
        return rq_set_aside(rq);
    if (secret.n && !rq->at_once && !find_visitor(rq, secret, &who, err))
        return false;
    rq->who = who;
    rq->session = who ? secret : STR_NULL;
    if (rq->route->may == MAY_ANYONE)
        return true;
    if (!who) {
        to_sign_in(rq, rs);
        *ret_answered = true;
        return true;
    }
    if (rq->route->may != MAY_SIGNED_IN && !(who->roles & roles_of(rq->route->may)))
        return err_set(err, ERR_DENIED, MSG_err_denied_system);
    return true;
}

static bool healthy(struct request *rq, struct err *err)
{
    struct site *s = rq->ctx;
    struct store *store = app_store(s->app);
    struct act_no head;
    unsigned char hash[32];
    int64_t now = ticks_ms();

    if (now < __atomic_load_n(&s->healthy_ms, __ATOMIC_RELAXED))
        return true;
    if (rq->at_once)
        return rq_set_aside(rq);
    if (!store->ops->head(store, &head, hash, err))
        return false;
    __atomic_store_n(&s->healthy_ms, now + HEALTHY_MS, __ATOMIC_RELAXED);
    return true;
}

struct site *site_new(struct app *app, const char *version, struct err *err)
{
    struct site *s = calloc(1, sizeof *s);
    const struct sys *sys = app_sys(app);

    if (!s) {
        err_memory(err);
        return NULL;
    }
    s->app = app;
    s->today = DAY_MIN;
    s->version = version;
    sys->random(sys->ctx, s->csrf_key, sizeof s->csrf_key);
    return s;
}

void site_live_on(struct site *s, struct day day)
{
    s->today = day;
}

void site_free(struct site *s)
{
    free(s);
}

void site_configure(struct site *s, struct http_config *http)
{
    http->routes = web_routes;
    http->nroutes = web_routes_n;
    http->ctx = s;
    http->guard = guard;
    http->error_page = failure_page;
    http->health = healthy;
    memcpy(http->csrf_key, s->csrf_key, sizeof http->csrf_key);
}

static bool add_section(struct page_view *p, struct request *rq, const char *url,
    enum msg_key label, const char *current)
{
    struct nav_item item = {str_of(url), label, strcmp(url, current) == 0};

    return vec_push(&p->nav, rq->arena, item);
}

bool site_answer(
    struct request *rq, struct response *rs, site_answering *answering, struct err *err)
{
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = answering(rq, rs, &v, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

struct page_view site_page(struct request *rq, const char *current)
{
    const struct visitor *who = rq_visitor(rq);
    struct page_view p = {0};

    page_fill(rq, &p);
    if (app_lives_elsewhere())
        p.demonstration =
            show_msg(rq, MSG_demonstration_today, show_day(rq, day_of_ms(app_now(site_app(rq)))));
    if (!who)
        return p;
    struct app_importing large;
    if (site_app(rq) && app_importing(site_app(rq), &large))
        p.importing = show_msg(
            rq, MSG_page_importing, show_count(rq, large.done), show_count(rq, large.rows));
    p.person = who->name;
    p.where = who->unit_name;
    p.me_url = STR("/me");
    add_section(&p, rq, "/", MSG_nav_start, current);
    add_section(&p, rq, "/scoreboard", MSG_nav_scoreboard, current);
    add_section(&p, rq, "/board", MSG_nav_board, current);
    add_section(&p, rq, "/units", MSG_nav_units, current);
    p.find_url = STR("/search");
    return p;
}
