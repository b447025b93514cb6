/* commands: the handlers behind commands.def, one file per group. */
#ifndef GB_CLI_COMMANDS_H
#define GB_CLI_COMMANDS_H

#include "cli/cli.h"

#define COMMAND(name, handler, needs, key, options) command_handler handler;
#include "cli/commands.def"
#undef COMMAND

/* What a reading command reads: taken by look_open, given back by app_read_end(&view). */
struct look {
    struct view view;
    struct reading_of reading;
    enum total_state state;
    int line; /* enum line, -1: each indicator's own */
};
bool look_open(struct command *c, struct look *ret, struct err *err);

/* Loads the demonstration: its files in the order of manifest.csv. */
bool demo_load(struct command *c, struct err *err);
/* The day on which the demonstration lives: its setting demonstration.day. */
bool demo_day(struct command *c, struct day *ret, struct err *err);

#endif
