/* incoming: a table of SQLite whose rows the program gives one by one.
 *
 * Room store. `INSERT ... SELECT a, b, c, d, e, f, g FROM incoming` runs once for a whole import:
 * the engine asks for the next row when it has put the one before in, so that a row costs no
 * statement of its own. Of one connection and its thread; never named by a schema.
 */
#ifndef GB_STORE_INCOMING_H
#define GB_STORE_INCOMING_H

#include <sqlite3.h>

#include "store/db.h"

/* Where the rows of the statement that runs come from. Lives as long as the connection. */
struct incoming {
    db_next_integers *next;
    void *ctx;
    const int64_t *row; /* NULL: the end */
    int64_t n;
};

/* Gives SQLite's word. */
int incoming_register(sqlite3 *h, struct incoming *in);

#endif
