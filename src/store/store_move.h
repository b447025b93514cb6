/* store_move: whole stores from one place to another, and archives.
 *
 * Room store. What goes along: definitions, acts, figures with their past, notes and salts,
 * reports, secrets, counters and drafts, row by row as they are, so that the chain stays the same
 * chain; sessions and log-in failures stay behind. Nobody writes to the source meanwhile. The
 * destination is refused by store_open until all has arrived and was verified. `progress` may be
 * NULL.
 */
#ifndef GB_STORE_STORE_MOVE_H
#define GB_STORE_STORE_MOVE_H

#include "base/err.h"

typedef void store_progress(void *ctx, const char *table, int64_t rows);

/* From a folder or address to another, which is made where it is missing. Broken off, it goes on
 * where it stopped when it is called again, as long as the source has not changed; where all has
 * arrived already it verifies that and is done. Errors: err.move.not_empty, err.move.differs, those
 * of both stores. The source is left as it is. */
bool store_move(
    const char *from, const char *to, store_progress *progress, void *ctx, struct err *err);

/* An archive: one file, the same from either engine, ended by a checksum; it appears under its name
 * when it is complete. `s` may be in use: the archive holds one state of it. Errors:
 * err.store.exists, those of the file system. */
struct store;
bool store_archive(
    struct store *s, const char *file, store_progress *progress, void *ctx, struct err *err);
/* Into a folder or address that holds no store yet; whole and verified, or nothing in a folder (in
 * a database an unfinished store). Errors: err.archive.format, .damaged, .newer, err.store.exists.
 */
bool store_restore(
    const char *file, const char *to, store_progress *progress, void *ctx, struct err *err);

#endif
