/* cli: see cli.h. Parsing, help, and the way from argv to a handler. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/remote.h"

#define COMMAND_ARENA_MAX ((size_t)8 << 30)

static bool write_all(int fd, struct str s, struct err *err)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, errno, STR("stdout"));
        s = str_slice(s, (size_t)n, s.n);
    }
    return true;
}

bool command_print(struct command *c, struct str text, struct err *err)
{
    return write_all(c->out, text, err);
}

bool command_printf(struct command *c, struct err *err, const char *format, ...)
{
    struct sbuf b;
    va_list args;

    sbuf_init(&b, c->arena, 1 << 20);
    va_start(args, format);
    sbuf_vprintf(&b, format, args);
    va_end(args);
    return b.failed ? err_memory(err) : command_print(c, sbuf_view(&b), err);
}

static struct str message(struct command *c, enum msg_key key, const struct str *args, int nargs)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 1 << 16);
    msg_format(&b, c->lang, key, args, nargs);
    sbuf_char(&b, '\n');
    return sbuf_view(&b);
}

bool command_say(
    struct command *c, struct err *err, enum msg_key key, const struct str *args, int nargs)
{
    return command_print(c, message(c, key, args, nargs), err);
}

void command_warn(struct command *c, enum msg_key key, const struct str *args, int nargs)
{
    write_all(c->err_fd, message(c, key, args, nargs), NULL);
}

struct actor command_actor(const struct command *c)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 200);
    sbuf_z(&b, "cli ");
    sbuf_str(&b, c->login);
    return (struct actor){{0}, sbuf_view(&b)};
}

static int find_option(const struct command *c, const char *name)
{
    for (int i = c->options; i-- > 0;)
        if (strcmp(c->option[i].def->name, name) == 0)
            return i;
    return -1;
}

bool option_given(const struct command *c, const char *name)
{
    return find_option(c, name) >= 0;
}

struct str option_value(const struct command *c, const char *name)
{
    int i = find_option(c, name);

    return i < 0 ? STR("") : c->option[i].value;
}

bool option_day(const struct command *c, const char *name, struct day otherwise, struct day *ret,
    struct err *err)
{
    struct str s = option_value(c, name);

    if (!s.n) {
        *ret = otherwise;
        return true;
    }
    return day_parse(s, ret, err);
}

bool option_word(
    const struct command *c, const char *name, const char *words, int *ret, struct err *err)
{
    struct str s = option_value(c, name), rest = str_of(words), one;

    *ret = 0;
    if (!s.n)
        return true;
    for (int i = 0; str_cut(&rest, ' ', &one); i++)
        if (str_eq(one, s)) {
            *ret = i;
            return true;
        }
    return err_set(err, ERR_INVALID, MSG_err_cli_option_word, str_of(name), s, str_of(words));
}

bool option_needed(const struct command *c, const char *name, struct str *ret, struct err *err)
{
    *ret = option_value(c, name);
    return ret->n || err_set(err, ERR_INVALID, MSG_err_cli_option_missing, str_of(name));
}

bool word_needed(const struct command *c, int i, const char *what, struct str *ret, struct err *err)
{
    if (i >= c->words)
        return err_set(err, ERR_INVALID, MSG_err_cli_word_missing, str_of(what));
    *ret = c->word[i];
    return true;
}

bool command_read(struct command *c, struct str path, size_t max, struct str *ret, struct err *err)
{
    const char *z = str_dupz(c->arena, path);
    struct sbuf b;
    char chunk[65536];

    if (!z)
        return err_memory(err);
    int fd = str_is(path, "-") ? dup(c->in) : openat(c->cwd, z, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return err_errno(err, errno, path);
    sbuf_init(&b, c->arena, max);
    ssize_t n;
    while ((n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        sbuf_put(&b, chunk, (size_t)n);
        if (b.failed)
            break;
    }
    int number = errno;
    close(fd);
    if (n < 0)
        return err_errno(err, number, path);
    if (b.failed)
        return err_set(err, ERR_LIMIT, MSG_err_cli_file_large, path);
    *ret = sbuf_view(&b);
    return true;
}

bool command_table(struct command *c, const struct str *cells, size_t columns, size_t rows,
    const bool *right, struct err *err)
{
    size_t width[32] = {0};
    struct sbuf b;

    if (columns > 32)
        return err_set(err, ERR_INTERNAL, MSG_err_table_large);
    for (size_t i = 0; i < rows * columns; i++) {
        size_t n = utf8_count(cells[i]);
        if (n > width[i % columns])
            width[i % columns] = n;
    }
    sbuf_init(&b, c->arena, (size_t)1 << 30);
    for (size_t i = 0; i < rows * columns; i++) {
        size_t k = i % columns, pad = width[k] - utf8_count(cells[i]);
        if (right[k])
            sbuf_fill(&b, ' ', pad);
        sbuf_str(&b, cells[i]);
        if (!right[k] && k + 1 < columns)
            sbuf_fill(&b, ' ', pad);
        sbuf_z(&b, k + 1 < columns ? "  " : "\n");
    }
    return b.failed ? err_memory(err) : command_print(c, sbuf_view(&b), err);
}

static void complain(struct command *c, const struct err *e)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 1 << 16);
    sbuf_z(&b, "giaoban: ");
    err_text(e, c->lang, &b);
    sbuf_char(&b, '\n');
    write_all(c->err_fd, sbuf_view(&b), NULL);
}

static void put_text(struct sbuf *b, enum lang lang, enum msg_key key)
{
    sbuf_str(b, msg_text(lang, key));
    sbuf_char(b, '\n');
}

static void put_option(struct sbuf *b, enum lang lang, const struct option_def *o)
{
    size_t at = b->n;

    sbuf_printf(b, "  --%s%s", o->name, o->has_value ? " …" : "");
    size_t used = utf8_count(str_make(b->p + at, b->n - at));
    sbuf_fill(b, ' ', used < 24 ? 24 - used : 1);
    put_text(b, lang, o->help);
}

static const struct option_def common_options[] = {
    {"data", true, MSG_opt_data},
    {"database", true, MSG_opt_database},
    {"lang", true, MSG_opt_lang},
    {"help", false, MSG_opt_help},
};
#define COMMONS (sizeof common_options / sizeof *common_options)

static bool help_of(struct command *c, struct err *err)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 1 << 16);
    sbuf_printf(&b, "giaoban %s ", c->def->name);
    put_text(&b, c->lang, c->def->usage);
    sbuf_char(&b, '\n');
    put_text(&b, c->lang, c->def->summary);
    sbuf_char(&b, '\n');
    for (size_t i = 0; i < c->def->noptions; i++)
        put_option(&b, c->lang, &c->def->options[i]);
    for (size_t i = 0; i < COMMONS; i++)
        put_option(&b, c->lang, &common_options[i]);
    return command_print(c, sbuf_view(&b), err);
}

static bool help_all(struct command *c, struct err *err)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 1 << 16);
    put_text(&b, c->lang, MSG_cli_usage);
    for (size_t i = 0; i < command_count; i++) {
        const struct command_def *d = &command_defs[i];
        sbuf_printf(&b, "  %-12s ", d->name);
        put_text(&b, c->lang, d->summary);
    }
    put_text(&b, c->lang, MSG_cli_usage_end);
    return command_print(c, sbuf_view(&b), err);
}

static const struct option_def *option_def_of(const struct command_def *d, struct str name)
{
    for (size_t i = 0; d && i < d->noptions; i++)
        if (str_is(name, d->options[i].name))
            return &d->options[i];
    for (size_t i = 0; i < COMMONS; i++)
        if (str_is(name, common_options[i].name))
            return &common_options[i];
    return NULL;
}

static const struct command_def *command_def_of(struct str name)
{
    for (size_t i = 0; i < command_count; i++)
        if (str_is(name, command_defs[i].name))
            return &command_defs[i];
    return NULL;
}

/* `--name value`, `--name=value`; gives how many words were taken, 0 on an error. */
static int parse_option(struct command *c, int argc, const struct str *argv, int i, struct err *err)
{
    struct str s = str_slice(argv[i], 2, argv[i].n);
    ptrdiff_t eq = str_find_char(s, '=', 0);
    struct str name = eq < 0 ? s : str_slice(s, 0, (size_t)eq);
    const struct option_def *d = option_def_of(c->def, name);

    if (!d) {
        err_set(
            err, ERR_INVALID, MSG_err_cli_option_unknown, name, str_of(c->def ? c->def->name : ""));
        return 0;
    }
    if (c->options == VALUES_MAX || (!d->has_value && eq >= 0)) {
        err_set(err, ERR_INVALID, MSG_err_cli_option_value_not, name);
        return 0;
    }
    c->option[c->options].def = d;
    c->option[c->options].value = STR("yes");
    if (d->has_value && eq >= 0) {
        c->option[c->options].value = str_slice(s, (size_t)eq + 1, s.n);
    } else if (d->has_value) {
        if (i + 1 >= argc) {
            err_set(err, ERR_INVALID, MSG_err_cli_option_value, name);
            return 0;
        }
        c->option[c->options].value = argv[i + 1];
    }
    c->options++;
    return d->has_value && eq < 0 ? 2 : 1;
}

/* argv behind the program's name. The command may stand behind common options. */
static bool parse(struct command *c, int argc, const struct str *argv, struct err *err)
{
    bool only_words = false;

    for (int i = 0; i < argc;) {
        struct str s = argv[i];
        if (!only_words && str_is(s, "--")) {
            only_words = true;
            i++;
        } else if (!only_words && s.n > 2 && str_starts(s, STR("--"))) {
            int taken = parse_option(c, argc, argv, i, err);
            if (!taken)
                return false;
            i += taken;
        } else if (!c->def) {
            c->def = command_def_of(s);
            if (!c->def)
                return err_set(err, ERR_INVALID, MSG_err_cli_command, s);
            i++;
        } else {
            if (c->words == ARGS_MAX)
                return err_set(err, ERR_LIMIT, MSG_err_cli_words);
            c->word[c->words++] = s;
            i++;
        }
    }
    struct str lang = option_value(c, "lang");
    if (lang.n && !lang_parse(lang, &c->lang))
        return err_set(err, ERR_INVALID, MSG_err_cli_option_word, STR("lang"), lang, STR("vi en"));
    c->data = option_value(c, "data");
    struct str url = option_value(c, "database");
    if (url.n)
        c->data = url;
    if (!c->data.n)
        c->data = str_of(getenv("GIAOBAN_DATA"));
    if (!c->data.n)
        c->data = STR("data");
    return true;
}

static enum lang lang_of_environment(void)
{
    enum lang lang = LANG_VI;
    const char *z = getenv("GIAOBAN_LANG");

    if (z)
        lang_parse(str_of(z), &lang);
    return lang;
}

static struct str login_name(void)
{
    const char *sudo = getenv("SUDO_USER");
    struct passwd *p = getpwuid(getuid());

    if (sudo && *sudo && getuid() == 0)
        return str_of(sudo);
    return p ? str_of(p->pw_name) : STR("?");
}

struct app *cli_app_open(const struct cli_host *host, struct store *store, struct err *err)
{
    struct app_config config = {.store = store,
        .sys = host->sys,
        .kinds_csv = host->kinds_csv,
        .assessment = host->assessment,
        .findings = host->findings,
        .forecasts = host->forecasts,
        .map_places = host->map_places,
        .calendar = host->calendar};
    struct app *a = app_open(&config, err);

    if (!a)
        store->ops->close(store);
    return a;
}

/* Opens the app on the folder and runs the handler, or hands the command to the server that has it.
 */
static bool run_on_app(
    struct command *c, int argc, const struct str *argv, int *ret_status, struct err *err)
{
    struct err e = ERR_INIT;

    *ret_status = 0;
    bool url = str_find(c->data, STR("://"), 0) >= 0;
    if (url && remote_call(c, argc, argv, ret_status, &e))
        return true;
    e = ERR_INIT;
    c->is_view = url && c->def->needs == NEEDS_VIEW;
    struct store *store =
        c->is_view ? c->host->store_view(c->data, &e) : c->host->store_open(c->data, &e);
    if (!store && e.code == ERR_BUSY && !url && remote_call(c, argc, argv, ret_status, &e))
        return true;
    if (!store) {
        *err = e;
        return false;
    }
    c->app = cli_app_open(c->host, store, err);
    if (!c->app)
        return false;
    bool ok = c->def->run(c, err);
    app_close(c->app);
    c->app = NULL;
    return ok;
}

static bool is_on_app(const struct command *c)
{
    return c->def->needs == NEEDS_APP || c->def->needs == NEEDS_VIEW;
}

static int finish(struct command *c, bool ok, const struct err *e)
{
    if (ok)
        return 0;
    complain(c, e);
    return e->code == ERR_INVALID && !e->place[0] && !e->line ? 2 : 1;
}

int cli_main(const struct cli_host *host, int argc, char **argv)
{
    ARENA_AUTO arena;
    struct str args[ARGS_MAX * 2];
    struct err e = ERR_INIT;
    int status = 0;

    arena_init(&arena, COMMAND_ARENA_MAX);
    struct command c = {.host = host,
        .arena = &arena,
        .lang = lang_of_environment(),
        .login = login_name(),
        .in = STDIN_FILENO,
        .out = STDOUT_FILENO,
        .err_fd = STDERR_FILENO,
        .cwd = AT_FDCWD};
    int n = argc - 1;
    if (n > ARGS_MAX * 2) {
        err_set(&e, ERR_LIMIT, MSG_err_cli_words);
        return finish(&c, false, &e);
    }
    for (int i = 0; i < n; i++)
        args[i] = str_of(argv[i + 1]);
    if (!parse(&c, n, args, &e))
        return finish(&c, false, &e);
    if (!c.def || option_given(&c, "help")) {
        bool ok = c.def ? help_of(&c, &e) : help_all(&c, &e);
        return c.def || option_given(&c, "help") ? finish(&c, ok, &e) : 2;
    }
    if (is_on_app(&c)) {
        bool ok = run_on_app(&c, n, args, &status, &e);
        return ok ? status : finish(&c, false, &e);
    }
    return finish(&c, c.def->run(&c, &e), &e);
}

int cli_serve_command(struct app *app, const struct cli_host *host, struct str login,
    enum lang lang, int argc, const struct str *argv, int in, int out, int err_fd, int cwd)
{
    ARENA_AUTO arena;
    struct err e = ERR_INIT;

    arena_init(&arena, COMMAND_ARENA_MAX);
    struct command c = {.host = host,
        .app = app,
        .arena = &arena,
        .lang = lang,
        .login = login,
        .in = in,
        .out = out,
        .err_fd = err_fd,
        .cwd = cwd};
    if (!parse(&c, argc, argv, &e) || !c.def)
        return finish(&c, false, &e);
    if (!is_on_app(&c)) {
        err_set(&e, ERR_INVALID, MSG_err_cli_not_remote, str_of(c.def->name));
        return finish(&c, false, &e);
    }
    return finish(&c, c.def->run(&c, &e), &e);
}
