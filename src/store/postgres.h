/* postgres: the engine of a server.
 *
 * Room store. A connection stays in pipeline mode: statements that give no rows are queued and sent
 * with the next one that does, or at the end of a savepoint or transaction; their errors come
 * there. Statements are prepared at first use; values go both ways in binary. Rows of `stream`
 * statements come through cursors inside a transaction. Durable commits are asked for, whatever the
 * server's default.
 */
#ifndef GB_STORE_POSTGRES_H
#define GB_STORE_POSTGRES_H

#include "store/db.h"

/* Errors: err.store.connect with the words of libpq, which are for operators. */
struct db *postgres_open_db(const char *url, struct err *err);
/* "15.20"; borrowed from the connection. */
struct str postgres_version(struct db *d);
/* Prepares one statement and says whether the server takes it: for the tests. */
bool postgres_prepares(struct db *d, enum sql_id id, struct err *err);

#endif
