/* pg_server: a PostgreSQL of the tests' own, in a private folder, reached by a socket in it.
 *
 * Runs as the user postgres when the tests run as root; ended by its own number.
 */
#ifndef GB_TESTS_STORE_PG_SERVER_H
#define GB_TESTS_STORE_PG_SERVER_H

#include <stdbool.h>

#include "base/str.h"

bool pg_server_installed(void);
bool pg_server_start(void);
void pg_server_stop(void);
/* Every connection breaks, as when a machine is started anew. */
void pg_server_restart(void);
/* Where its socket lies. */
const char *pg_folder(void);
/* Address of a database in it. */
void pg_url(char ret[160], const char *database);
/* Runs commands in the database; fails the test on an error. */
void pg_exec(const char *database, const char *sql);

/* Rows of two columns, as lines "a b". */
void pg_rows(const char *database, const char *query, struct sbuf *out);

#endif
