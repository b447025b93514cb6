/* serve: the server over HTTP and the socket for commands, until a signal ends it. */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/accounts.h"
#include "app/warm.h"
#include "base/log.h"
#include "cli/remote.h"
#include "main/host.h"
#include "web/http.h"
#include "web/site.h"

struct serving {
    struct command *c;
    struct http_config http;
    struct site *site;
    char address[64];
    struct day today; /* of demonstration accounts; DAY_MIN: each its own */
};

static bool is_loopback(const char *address)
{
    return strcmp(address, "::1") == 0 || strncmp(address, "127.", 4) == 0;
}

/* Visitors of a demonstration may be sent to a given day; real data lives on the real one. */
static bool choose_day(struct serving *s, bool demo, struct err *err)
{
    if (!option_given(s->c, "today"))
        return true;
    if (!demo)
        return err_set(err, ERR_DENIED, MSG_err_serve_today);
    return option_day(s->c, "today", DAY_MIN, &s->today, err);
}

/* Names separated by commas. */
static bool take_hosts(struct serving *s, struct str list, struct err *err)
{
    const char **names = arena_array(s->c->arena, list.n / 2 + 1, sizeof *names);
    struct str piece;

    if (!names)
        return err_memory(err);
    while (list.n && str_cut(&list, ',', &piece)) {
        const char *name = str_dupz(s->c->arena, str_trim(piece));
        if (!name)
            return err_memory(err);
        if (*name)
            names[s->http.nhosts++] = name;
    }
    s->http.hosts = names;
    return true;
}

/* Where files go while they come and leave: beside the data, so that no other disk fills up. */
static const char *upload_dir(const char *data)
{
    const char *temporary = getenv("TMPDIR");
    struct stat st;

    if (data && stat(data, &st) == 0 && S_ISDIR(st.st_mode))
        return data;
    return temporary && *temporary ? temporary : "/tmp";
}

/* Demonstration accounts share one password: nobody else's machine may reach them. */
static bool check_demonstration(struct serving *s, struct err *err)
{
    struct view v;

    if (!app_read(s->c->app, ACT_MAX, &v, err))
        return false;
    bool demo = accounts_any_demonstration(v.catalog);
    app_read_end(s->c->app, &v);
    if (demo && !is_loopback(s->address))
        return err_set(err, ERR_DENIED, MSG_err_serve_demonstration, str_of(s->address));
    return choose_day(s, demo, err);
}

static bool configure(struct serving *s, struct err *err)
{
    struct command *c = s->c;
    struct str listen = option_value(c, "listen"), port = option_value(c, "port"),
               cert = option_value(c, "tls-cert"), key = option_value(c, "tls-key"),
               proxy = option_value(c, "proxy");
    int64_t number = 8080;

    if (port.n && (!str_to_i64(port, &number) || number < 0 || number > 65535))
        return err_set(
            err, ERR_INVALID, MSG_err_cli_option_word, STR("port"), port, STR("0-65535"));
    if (listen.n >= sizeof s->address)
        return err_set(
            err, ERR_INVALID, MSG_err_cli_option_word, STR("listen"), listen, STR("127.0.0.1"));
    snprintf(s->address, sizeof s->address, "%.*s", listen.n ? (int)listen.n : 9,
        listen.n ? listen.p : "127.0.0.1");
    s->http.address = s->address;
    s->http.port = (int)number;
    if (cert.n != 0 && key.n != 0) {
        struct str text;
        if (!command_read(c, cert, 1 << 20, &text, err))
            return false;
        s->http.tls_cert = str_dupz(c->arena, text);
        if (!command_read(c, key, 1 << 20, &text, err))
            return false;
        s->http.tls_key = str_dupz(c->arena, text);
    }
    if (proxy.n) {
        const char **one = arena_zalloc(c->arena, sizeof *one);
        if (!one)
            return err_memory(err);
        *one = str_dupz(c->arena, proxy);
        s->http.proxies = one;
        s->http.nproxies = 1;
    }
    s->http.upload_dir = upload_dir(str_dupz(c->arena, c->data));
    return take_hosts(s, option_value(c, "host"), err) && check_demonstration(s, err);
}

/* Until a signal of the set comes; the number of it. Lines of the log wait for it to be written,
 * never longer than a tick. */
static int wait_for_end(struct app *app, const sigset_t *signals)
{
    const struct timespec tick = {.tv_nsec = 200000000};
    int got;

    log_gather(true);
    for (unsigned n = 1; (got = sigtimedwait(signals, NULL, &tick)) < 0; n++) {
        log_flush();
        if (n % 5 == 0)
            app_tend(app);
    }
    return got;
}

static bool run(struct serving *s, struct err *err)
{
    struct command *c = s->c;
    sigset_t signals;
    int got;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before any thread is made */
    if (!configure(s, err))
        return false;
    s->site = site_new(c->app, c->host->version, err);
    if (!s->site)
        return false;
    site_live_on(s->site, s->today);
    site_configure(s->site, &s->http);
    struct http_server *http = http_start(&s->http, err);
    struct remote_server *remote = http ? remote_listen(c->data, c->app, c->host, err) : NULL;
    if (remote) {
        char url[128];
        snprintf(url, sizeof url, "%s://%s:%d", s->http.tls_cert ? "https" : "http", s->address,
            http_port(http));
        command_say_args(c, err, MSG_cli_serve_ready, str_of(url));
        log_line(LOG_INFO, "serve.ready", "port=%d", http_port(http));
        app_warm(c->app);
        got = wait_for_end(c->app, &signals);
        log_line(LOG_INFO, "serve.stop", "signal=%d", got);
    }
    remote_stop(remote);
    if (http)
        http_stop(http, 5000);
    log_gather(false);
    site_free(s->site);
    return remote != NULL;
}

bool host_serve(struct command *c, struct err *err)
{
    struct serving s = {.c = c, .today = DAY_MIN};
    struct store *store = c->host->store_open(c->data, err);

    if (!store)
        return false;
    c->app = cli_app_open(c->host, store, err);
    if (!c->app)
        return false;
    bool ok = run(&s, err);
    app_close(c->app);
    c->app = NULL;
    return ok;
}
