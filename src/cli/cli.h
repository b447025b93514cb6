/* cli: the command line.
 *
 * Layer cli; knows app and below. One table (commands.def) gives every command its name, options,
 * help and needs; --help, completion of names and the guide's list come from it. A command writes
 * for people to its output, for programs with `--format json|csv`; errors go to standard error with
 * place, reason and cure; the exit status is 0 only when all was done (1: it failed, 2: it was
 * called wrongly). A command acts as the account `system` and records the login name of who called
 * it.
 *
 * Where a server runs on the folder, the command is handed to it through its socket together with
 * the caller's standard descriptors and working folder (remote.h), and runs there on a thread; so
 * there is one writer at any time. Handlers therefore use the descriptors of their `struct
 * command`, never stdout.
 */
#ifndef GB_CLI_CLI_H
#define GB_CLI_CLI_H

#include "app/app.h"

struct cli_host;

enum { ARGS_MAX = 64, VALUES_MAX = 32 };

/* What a command needs before its handler runs. */
enum command_needs {
    NEEDS_NOTHING,
    NEEDS_APP,   /* an opened data folder: here, or in the server that has it */
    NEEDS_VIEW,  /* the same, and writes nothing: of a database it needs no right to write */
    NEEDS_FOLDER /* the folder itself, which no server may hold: init, restore */
};

struct option_def {
    const char *name; /* without dashes */
    bool has_value;
    enum msg_key help;
};

struct command;
typedef bool command_handler(struct command *c, struct err *err);

struct command_def {
    const char *name;
    command_handler *run;
    enum command_needs needs;
    enum msg_key summary, usage; /* usage: the words behind the name, then lines of explanation */
    const struct option_def *options;
    size_t noptions;
};

struct command {
    const struct command_def *def;
    const struct cli_host *host;
    struct app *app; /* NEEDS_APP and NEEDS_VIEW only */
    bool is_view;    /* `app` cannot write */
    struct arena *arena;
    enum lang lang;
    struct str login; /* of the caller, for the ledger */
    struct str data;  /* folder or postgresql://... */
    int in, out, err_fd, cwd;
    struct str word[ARGS_MAX]; /* words behind the command's name that are not options */
    int words;
    struct {
        const struct option_def *def;
        struct str value;
    } option[VALUES_MAX];
    int options;
};

/* The rooms that main wires in. */
struct cli_file {
    struct str name, text;
};
struct cli_host {
    struct sys sys;
    struct str kinds_csv;
    const struct assessment_rules *assessment;
    const struct finding_rules *findings;
    const struct forecast_rules *forecasts;
    const struct map_places *map_places;
    const struct calendar *calendar;
    const struct cli_file *demo; /* the files of demo/, by path */
    size_t demos;
    const char *version;
    /* Opens the store of a folder or URL; ERR_BUSY where another process has it. */
    struct store *(*store_open)(struct str where, struct err *err);
    /* The same for reading alone, also beside a server elsewhere. */
    struct store *(*store_view)(struct str where, struct err *err);
    /* Makes the folder and an empty store; ERR_CONFLICT where there is one. */
    bool (*store_create)(struct str where, struct err *err);
    /* An archive of the open store into a new file; the same form from either database. */
    bool (*store_archive)(struct store *s, struct str file, struct err *err);
    /* An archive into a folder or database without a store; verified before it counts. */
    bool (*store_restore)(struct str archive, struct str where, struct err *err);
    /* A whole store from one place to another; goes on where it was broken off. */
    bool (*store_move)(struct str from, struct str to, struct err *err);
    /* `serve`: runs until it is told to stop. */
    bool (*serve)(struct command *c, struct err *err);
    /* `read`: a report's file to lines of output; see app/ports. NULL: not built in. */
    bool (*read)(struct command *c, struct err *err);
};

/* Runs argv as a whole process: parses, opens, hands over or runs. Gives the exit status. */
int cli_main(const struct cli_host *host, int argc, char **argv);
/* Opens the app over an open store, which it takes: where it fails the store is closed. */
struct app *cli_app_open(const struct cli_host *host, struct store *store, struct err *err);
/* Runs one command that came through the socket, on the server's app. Gives the exit status. */
int cli_serve_command(struct app *app, const struct cli_host *host, struct str login,
    enum lang lang, int argc, const struct str *argv, int in, int out, int err_fd, int cwd);

/* ---- for handlers ---- */
bool option_given(const struct command *c, const char *name);
/* Value of an option; empty where it was not given. */
struct str option_value(const struct command *c, const char *name);
/* A day; `otherwise` where not given. */
bool option_day(const struct command *c, const char *name, struct day otherwise, struct day *ret,
    struct err *err);
/* One of the words; the first where not given. *ret its index. */
bool option_word(
    const struct command *c, const char *name, const char *words, int *ret, struct err *err);
/* The option is needed: err.cli.option_missing. */
bool option_needed(const struct command *c, const char *name, struct str *ret, struct err *err);
/* Word `i` behind the command: err.cli.word_missing naming `what`. */
bool word_needed(
    const struct command *c, int i, const char *what, struct str *ret, struct err *err);
/* Reads a whole file, relative to the caller's folder; `-` is standard input. At most `max` bytes.
 */
bool command_read(struct command *c, struct str path, size_t max, struct str *ret, struct err *err);
bool command_print(struct command *c, struct str text, struct err *err);
bool command_printf(struct command *c, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A message of ui/i18n with arguments and a line end. */
bool command_say(
    struct command *c, struct err *err, enum msg_key key, const struct str *args, int nargs);
#define command_say_args(c, err, key, ...)                                                         \
    command_say((c), (err), (key), (const struct str[]){__VA_ARGS__},                              \
        (int)(sizeof((struct str[]){__VA_ARGS__}) / sizeof(struct str)))
/* The same on standard error: a warning. */
void command_warn(struct command *c, enum msg_key key, const struct str *args, int nargs);
struct actor command_actor(const struct command *c);
/* Table for people: columns padded, figures to the right where `right` says so. */
bool command_table(struct command *c, const struct str *cells, size_t columns, size_t rows,
    const bool *right, struct err *err);

extern const struct command_def *const command_defs;
extern const size_t command_count;

#endif
