/* cmd_data: the folder itself: init, backup, restore, verify, rebuild, doctor, version, serve,
 * read. */
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/accounts.h"
#include "app/import.h"
#include "base/json.h"

/* ---- init ---- */

/* A folder, or an address without what is nobody's business. */
static struct str shown(struct command *c, struct str where)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, where.n + 1);
    sbuf_address(&b, where);
    return sbuf_view(&b);
}

static struct str folder_of(const struct command *c)
{
    return c->words ? c->word[0] : c->data;
}

static bool first_administrator(struct command *c, struct err *err)
{
    struct str login = option_value(c, "admin");
    struct account_request q = {.login = login.n ? login : STR("admin"),
        .name = msg_text(c->lang, MSG_cli_init_admin_name),
        .password = password_random(c->app, c->arena)};
    struct grant_request g = {.login = q.login, .unit = STR("*"), .role = ROLE_ADMINISTRATOR};

    return account_add(c->app, command_actor(c), &q, err) &&
           account_grant(c->app, command_actor(c), &g, err) &&
           command_say_args(c, err, MSG_cli_user_password, q.login, q.password);
}

/* What is loaded happened before or on the demonstration's day, so that its journal says so too. */
static bool live_in_demonstration(struct command *c, struct err *err)
{
    struct day day;

    if (!demo_day(c, &day, err))
        return false;
    app_live_on(c->app, day);
    return true;
}

static bool demonstration(struct command *c, struct err *err)
{
    struct str password = password_random(c->app, c->arena);

    return command_say_args(c, err, MSG_cli_init_demo) && demo_load(c, err) &&
           accounts_make_demonstration(c->app, command_actor(c), password, err) &&
           command_say_args(c, err, MSG_cli_init_demo_password, password);
}

bool command_init(struct command *c, struct err *err)
{
    struct str folder = folder_of(c);

    if (!c->host->store_create(folder, err))
        return false;
    struct store *store = c->host->store_open(folder, err);
    if (!store)
        return false;
    c->app = cli_app_open(c->host, store, err);
    if (!c->app)
        return false;
    bool demo = option_given(c, "demo");
    bool ok = (!demo || live_in_demonstration(c, err)) && first_administrator(c, err) &&
              (!demo || demonstration(c, err)) &&
              command_say_args(c, err, MSG_cli_init_done, shown(c, folder));
    app_close(c->app);
    c->app = NULL;
    return ok;
}

bool command_serve(struct command *c, struct err *err)
{
    return c->host->serve(c, err);
}

bool command_read_reports(struct command *c, struct err *err)
{
    return c->host->read(c, err);
}

/* ---- backup and restore ---- */

bool command_backup(struct command *c, struct err *err)
{
    struct store *s = app_store(c->app);
    struct str to;
    char dir[4096];

    if (!word_needed(c, 0, "TO", &to, err))
        return false;
    const char *path = str_dupz(c->arena, to);
    if (!path)
        return err_memory(err);
    if (path[0] != '/' && c->cwd != AT_FDCWD) { /* relative to the caller, not to the server */
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", c->cwd);
        ssize_t n = readlink(link, dir, sizeof dir - 1);
        if (n < 0)
            return err_errno(err, errno, to);
        dir[n] = '\0';
        path = arena_printf(c->arena, "%s/%s", dir, path);
    }
    if (!path)
        return err_memory(err);
    if (access(path, F_OK) == 0)
        return err_set(err, ERR_CONFLICT, MSG_err_cli_exists, to);
    return c->host->store_archive(s, str_of(path), err) &&
           command_say_args(c, err, MSG_cli_backup_done, to);
}

bool command_restore(struct command *c, struct err *err)
{
    struct str from, to = c->words > 1 ? c->word[1] : c->data;

    return word_needed(c, 0, "FROM", &from, err) && c->host->store_restore(from, to, err) &&
           command_say_args(c, err, MSG_cli_restore_done, shown(c, to));
}

bool command_move(struct command *c, struct err *err)
{
    struct str from, to;

    return option_needed(c, "from", &from, err) && option_needed(c, "to", &to, err) &&
           c->host->store_move(from, to, err) &&
           command_say_args(c, err, MSG_cli_move_done, shown(c, from), shown(c, to));
}

/* ---- verify, rebuild, doctor ---- */

static struct str number(struct command *c, int64_t n)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 24);
    sbuf_i64(&b, n);
    return sbuf_view(&b);
}

static struct str hex(struct command *c, const unsigned char hash[32])
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 65);
    for (int i = 0; i < 32; i++)
        sbuf_printf(&b, "%02x", hash[i]);
    return sbuf_view(&b);
}

bool command_verify(struct command *c, struct err *err)
{
    struct store *s = app_store(c->app);
    struct verify_report r = {0};
    int64_t totals = 0;
    int format;

    if (!option_word(c, "format", "text json", &format, err) || !s->ops->verify(s, &r, err) ||
        (!c->is_view && !app_verify_totals(c->app, &totals, err))) /* a view keeps no totals */
        return false;
    if (format == 1) {
        struct sbuf b;
        struct json j;
        sbuf_init(&b, c->arena, 1000);
        json_init(&j, &b, 0);
        json_object(&j);
        json_kbool(&j, "intact", true);
        json_ki64(&j, "acts", r.acts);
        json_ki64(&j, "figures", r.figures);
        json_ki64(&j, "past", r.past);
        json_ki64(&j, "reports", r.reports);
        json_ki64(&j, "totals", totals);
        json_ki64(&j, "head", r.head.v);
        json_kstr(&j, "hash", hex(c, r.hash));
        json_object_end(&j);
        sbuf_char(&b, '\n');
        return command_print(c, sbuf_view(&b), err);
    }
    return command_say_args(c, err, MSG_cli_verify_done, number(c, r.acts), number(c, r.figures),
        number(c, r.past), number(c, r.head.v), hex(c, r.hash));
}

/* Everything that can be derived is derived again: the roll-up's columns. */
bool command_rebuild(struct command *c, struct err *err)
{
    struct engine_stats before, after;
    struct view v;

    if (!app_read(c->app, ACT_MAX, &v, err))
        return false;
    engine_stats(v.engine, &before);
    app_read_end(c->app, &v);
    int64_t checked = 0;
    if (!app_rebuild(c->app, err) || !app_verify_totals(c->app, &checked, err) ||
        !app_read(c->app, ACT_MAX, &v, err))
        return false;
    engine_stats(v.engine, &after);
    app_read_end(c->app, &v);
    return command_say_args(
        c, err, MSG_cli_rebuild_done, number(c, before.columns), number(c, after.columns));
}

bool command_doctor(struct command *c, struct err *err)
{
    struct store *s = app_store(c->app);
    struct store_info info;
    struct engine_stats e;
    struct statvfs disk;
    struct view v;

    if (!s->ops->info(s, c->arena, &info, err) || !app_read(c->app, ACT_MAX, &v, err))
        return false;
    engine_stats(v.engine, &e);
    size_t units = v.catalog->units.n, indicators = v.catalog->indicators,
           accounts = v.catalog->accounts;
    bool demo = accounts_any_demonstration(v.catalog);
    app_read_end(c->app, &v);
    const char *path = str_dupz(c->arena, info.path);
    int64_t room =
        path && statvfs(path, &disk) == 0 ? (int64_t)disk.f_bavail * (int64_t)disk.f_frsize : -1;
    bool ok = command_printf(c, err,
        "giaoban %s\nstore %.*s %.*s, schema %lld\npath %.*s\nsize %lld MB, free %lld MB\n"
        "acts %lld, figures %lld, superseded %lld\nunits %zu, indicators %zu, accounts %zu%s\n"
        "roll-up %lld columns, %lld KB, at most %lld MB, %lld let go\n",
        c->host->version, STR_ARG(info.engine), STR_ARG(info.version), (long long)info.schema,
        STR_ARG(info.path), (long long)(info.bytes >> 20), (long long)(room < 0 ? -1 : room >> 20),
        (long long)info.acts, (long long)info.figures, (long long)info.past, units, indicators,
        accounts, demo ? " (demonstration)" : "", (long long)e.columns, (long long)(e.bytes >> 10),
        (long long)(e.limit >> 20), (long long)e.evicted);
    if (!ok)
        return false;
    if (room >= 0 && room < ((int64_t)1 << 30))
        return err_set(err, ERR_FULL, MSG_err_doctor_room, number(c, room >> 20));
    return command_say_args(c, err, MSG_cli_doctor_well);
}

bool command_version(struct command *c, struct err *err)
{
    return command_printf(c, err, "giaoban %s\n", c->host->version);
}
