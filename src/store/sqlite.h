/* sqlite: the engine of one folder.
 *
 * Room store. Opens connections to a SQLite file with what the store relies on: WAL, full
 * synchronisation, foreign keys, no double-quoted strings, defensive mode, no memory mapping. Only
 * the writing connection moves the log into the file: 3.40 can damage a file where two do.
 */
#ifndef GB_STORE_SQLITE_H
#define GB_STORE_SQLITE_H

#include "store/db.h"

enum sqlite_open {
    SQLITE_CREATE, /* the file must not exist */
    SQLITE_WRITER,
    SQLITE_READER,
};

/* `vfs`: name of a registered one, NULL for the default. */
struct db *sqlite_open_db(const char *path, enum sqlite_open how, const char *vfs, struct err *err);
/* Pages of the log that are moved into the file at the end of a commit; 0: none. */
bool sqlite_checkpoint_every(struct db *d, int pages, struct err *err);
/* "3.40.1" */
struct str sqlite_version(void);

#endif
