/* trail: which rows an act wrote, as bytes that its hash covers.
 *
 * Room store. While an act is open the writing functions tell its trail what they touch; closing
 * the act turns that into a few sections, each a letter, a length and bytes:
 *
 *   F  up to TRAIL_PACK_MAX figures, packed (domain/act.h)
 *   B  more of them: count, hash over their packing in key order, and the columns they lie in
 *   S  figures of personal and sealed indicators: key, flags and a salted hash of value and notes
 *   E  cells erased
 *   R  for each stream of rows of other tables that bear the act's number (definitions opened,
 * those closed, steps of reports, notes) its name and a hash over its rows P  each report it left
 * behind, with the hash of its row K  the same of the secrets of accounts
 *
 * verify.c reads the same back from the tables. Drafts, sessions and log-in failures are outside.
 */
#ifndef GB_STORE_TRAIL_H
#define GB_STORE_TRAIL_H

#include "domain/act.h"
#include "store/db.h"
#include "store/hash.h"

#define TRAIL_PACK_MAX 10000
#define TRAIL_COLUMNS_MAX 20000

struct seal {
    unsigned char b[HASH_BYTES];
};
struct trail_sealed {
    struct figure_change change;
    size_t order; /* of writing: the last one of a cell counts */
    struct seal seal;
};

struct trail {
    bool open;
    struct act_no act;
    bool touched[TABLE_COUNT];
    /* Figures as they are packed, in runs of rising keys: a file of a million takes some eight
     * megabytes, in order or not. */
    unsigned char *packed;
    size_t packed_n, packed_cap;
    size_t *run; /* where each begins */
    size_t runs, run_cap;
    struct figure_key last;
    size_t plain;              /* figures in the runs */
    struct figure_key *column; /* that they lie in, unit 0, while there is one run; the first few */
    size_t columns, column_cap;
    size_t figures; /* sealed ones too; a cell written twice counts twice */
    struct trail_sealed *sealed;
    size_t seals, sealed_cap;
    struct figure_key *erased;
    size_t eraseds, erased_cap;
    int64_t *report;
    size_t reports, report_cap;
    int64_t *secret;
    size_t secrets, secret_cap;
};

void trail_begin(struct trail *t, struct act_no act);
/* Forgets everything and keeps its memory. */
void trail_reset(struct trail *t);
void trail_free(struct trail *t);
static inline void trail_touch(struct trail *t, enum sql_table_id table)
{
    t->touched[table] = true;
}
bool trail_figure(
    struct trail *t, const struct figure_change *c, const struct seal *seal, struct err *err);
bool trail_erased(struct trail *t, struct figure_key key, struct err *err);
bool trail_report(struct trail *t, int64_t report, struct err *err);
bool trail_secret(struct trail *t, int64_t account, struct err *err);
/* The trail as bytes, in the arena; asks the tables for the rows of section R, P and K. */
bool trail_build(struct trail *t, struct db *d, struct arena *a, struct str *ret, struct err *err);

/* What lies in it. */
struct trail_row_hash {
    int64_t id;
    unsigned char hash[HASH_BYTES];
};
struct trail_stream_hash {
    struct str name;
    unsigned char hash[HASH_BYTES];
};
struct trail_view {
    struct figure_change *figure; /* F */
    size_t figures;
    struct figure_change *sealed; /* S; values are 0 */
    const struct seal *seal;
    size_t seals;
    bool has_batch; /* B */
    int64_t batch;
    unsigned char batch_hash[HASH_BYTES];
    struct figure_key *column; /* unit 0 */
    size_t columns;
    struct figure_change *erased; /* E */
    size_t eraseds;
    struct trail_stream_hash *rows; /* R; names are borrowed from the bytes */
    size_t streams;
    struct trail_row_hash *report, *secret; /* P, K */
    size_t reports, secrets;
};
/* Errors: err.act.packed. */
bool trail_read(struct arena *a, struct str bytes, struct trail_view *ret, struct err *err);

/* The streams of section R, in order: the statement for one act, whose name is the stream's; the
 * one for all acts (first column: the act); the table they speak of. */
struct trail_stream {
    enum sql_table_id table;
    enum sql_id of_act, all;
};
#define TRAIL_STREAMS (2 * DEFINITIONS + 2)
struct trail_stream trail_stream(int i);
#define TRAIL_ROWS "giaoban rows 1"
#define TRAIL_BATCH "giaoban batch 1"
/* One row into the hash, by the names of its columns; zeros and empty texts are left out, so that a
 * migration may add a column. */
void trail_hash_row(struct hasher *h, const char *name, struct db_stmt *row);
/* The hash of a whole row of reports_all or secrets. */
void trail_row_hash(const char *name, struct db_stmt *row, unsigned char ret[HASH_BYTES]);
/* What stands for a sealed value in the chain. */
struct seal seal_of(const unsigned char *salt, size_t salt_n, const struct figure_change *c,
    struct str note, struct str approx, struct str origin);

#endif
