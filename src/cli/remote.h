/* remote: commands for a running server.
 *
 * A server listens on DIR/giaoban.sock (mode 0600). A caller connects, sends its words and, as
 * ancillary data, its standard input, output, error and working folder; the server runs the command
 * on a thread of its own and answers with the exit status. Only the server's own user and root are
 * heard (SO_PEERCRED). The message: 4 bytes length, then texts each ended by NUL: language, login,
 * words.
 */
#ifndef GB_CLI_REMOTE_H
#define GB_CLI_REMOTE_H

#include "cli/cli.h"

#define REMOTE_MESSAGE_MAX 65536

/* Hands the command to the server of c->data. False (err.cli.server_gone) where nobody answers. */
bool remote_call(
    struct command *c, int argc, const struct str *argv, int *ret_status, struct err *err);

struct remote_server;
/* Listens in a thread; commands run on `app`. */
struct remote_server *remote_listen(
    struct str folder, struct app *app, const struct cli_host *host, struct err *err);
/* Ends after the running commands. */
void remote_stop(struct remote_server *s);

#endif
