/* store_open: makes and opens the store behind app/ports/store.h.
 *
 * Room store. With SQLite a store is a folder: `giaoban.db` (and its -wal and -shm), `giaoban.lock`
 * held by the one process that may write, `before-schema-N.db` left by a migration. A store of an
 * older schema is copied and then migrated when it is opened for writing; one of a newer schema is
 * refused. Opened read-only it takes no lock, and sees what another process commits.
 */
#ifndef GB_STORE_STORE_OPEN_H
#define GB_STORE_STORE_OPEN_H

#include "app/ports/store.h"

struct sql_migration;

struct store_options {
    bool read_only;
    int readers;     /* idle reading connections kept; 0: 4 */
    const char *vfs; /* tests: name of an SQLite VFS; NULL: the system's */
    /* SQLite: pages of the log that are moved into the file within a commit; 0: 1,000 */
    int checkpoint_pages;
    /* PostgreSQL: write beside other servers, which take turns at the head of the chain; whoever
     * does so has to follow their acts (`tend`, `moved`). */
    bool beside_others;
    bool unfinished; /* also one that is still being filled: for moving and restoring */
    /* Tests: other migrations than the program's, and their number. */
    const struct sql_migration *migrations;
    int newest;
};

/* Makes an empty store in the folder, which is made where it is missing. Errors: err.store.exists,
 * those of the file system. */
bool store_create_sqlite(const char *dir, struct store_options options, struct err *err);
/* Errors: err.store.missing, err.store.held (names the holder), err.store.newer, err.store.older
 * (read-only), err.store.unfinished (a move or restore was broken off). NULL then. Ended by
 * ops->close. */
struct store *store_open_sqlite(const char *dir, struct store_options options, struct err *err);

/* The same in a PostgreSQL database (15 or newer) that exists and has no store in its first schema;
 * "postgresql://..." or any other connection string of libpq. A program built without PostgreSQL
 * answers err.store.no_postgres. Opened for writing it takes the right to write, a lock of its
 * session that ends with the connection, however that ends: err.store.held_database names who has
 * it. A connection that breaks is opened again and takes the right again, or cannot write. Opened
 * read-only it takes no lock. Errors of reaching the server: err.store.connect, with its words. */
bool store_create_postgres(const char *url, struct store_options options, struct err *err);
struct store *store_open_postgres(const char *url, struct store_options options, struct err *err);
/* Does the text name a PostgreSQL database rather than a folder? */
bool store_is_url(struct str where);
/* By either: a folder or an address. */
bool store_create(const char *where, struct store_options options, struct err *err);
struct store *store_open(const char *where, struct store_options options, struct err *err);

#endif
