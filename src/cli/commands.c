/* commands: the table of commands with their options. */
#include "cli/commands.h"

#define O(name, value, key)                                                                        \
    {                                                                                              \
        name, value, MSG_opt_##key                                                                 \
    }

static const struct option_def no_options[] = {O("format", true, format)};
static const struct option_def init_options[] = {O("demo", false, demo), O("admin", true, admin)};
static const struct option_def serve_options[] = {O("port", true, port), O("listen", true, listen),
    O("tls-cert", true, tls_cert), O("tls-key", true, tls_key), O("proxy", true, proxy),
    O("today", true, today), O("host", true, host)};
static const struct option_def import_options[] = {O("from", true, from), O("to", true, to),
    O("root", true, root), O("provisional", false, provisional), O("dry-run", false, dry_run),
    O("undo", true, undo), O("columns", true, columns), O("ignore", true, ignore),
    O("default", true, default), O("words", true, words), O("format", true, format)};
static const struct option_def table_options[] = {O("indicator", true, indicator),
    O("unit", true, unit), O("children", false, children), O("descendants", true, descendants),
    O("period", true, period), O("state", true, state), O("line", true, line),
    O("reading", true, reading), O("known", true, known), O("format", true, format)};
static const struct option_def scoreboard_options[] = {O("unit", true, unit),
    O("period", true, period), O("set", true, set), O("state", true, state),
    O("reading", true, reading), O("known", true, known), O("original", false, original),
    O("forecast", false, forecast), O("line", true, line), O("format", true, format)};
static const struct option_def report_options[] = {O("form", true, form), O("unit", true, unit),
    O("period", true, period), O("reason", true, reason), O("cell", true, cell),
    O("number", true, number), O("signer", true, signer), O("day", true, signed_day),
    O("as", true, as), O("format", true, format)};
static const struct option_def read_options[] = {
    O("format", true, read_format), O("contradictions", false, contradictions)};
static const struct option_def user_options[] = {O("name", true, user_name),
    O("post", true, user_post), O("role", true, user_role), O("unit", true, user_unit),
    O("line", true, line), O("forms", true, user_forms), O("owner", true, user_owner),
    O("format", true, format)};
static const struct option_def move_options[] = {
    O("from", true, move_from), O("to", true, move_to)};
static const struct option_def verify_options[] = {O("format", true, format)};

#define COMMAND(name, handler, needs, key, options)                                                \
    {name, handler, needs, MSG_cli_##key##_summary, MSG_cli_##key##_usage, options,                \
        sizeof options / sizeof *options},
static const struct command_def defs[] = {
#include "cli/commands.def"
};
#undef COMMAND

const struct command_def *const command_defs = defs;
const size_t command_count = sizeof defs / sizeof *defs;
