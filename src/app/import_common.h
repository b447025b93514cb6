/* import_common: what the imports share: cells to values with the place of an error, the life of
 * the job. */
#ifndef GB_APP_IMPORT_COMMON_H
#define GB_APP_IMPORT_COMMON_H

#include "app/import.h"
#include "base/csv.h"
#include "base/text.h"

#define IMPORT_TEXT_MAX 2000

/* One file being read inside a job. */
struct importing {
    struct write *w;
    struct csv csv;
    struct csv_header header;
    struct csv_record row;
    const struct csv_column *own; /* the columns under our names */
    size_t columns;
    struct smap defaults; /* our column -> struct str * */
    struct smap words;    /* "column:theirs" -> struct str * */
    struct smap seen;     /* for the row functions: what stood in the file before */
    struct smap all;      /* for the row functions: what stands anywhere in the file */
    struct import_result *result;
    struct err *err;
};

/* Runs `job` over the file as one act. The job counts into `result`. */
bool import_run(struct app *a, struct actor who, const struct import_file *f, bool definitions,
    write_job *job, void *ctx, struct import_result *result, struct err *err);
/* Opens the file inside the job and reads the header. Administrators (and system) only. */
bool importing_begin(struct importing *im, struct write *w, const struct import_file *f,
    const struct csv_column *columns, size_t n, struct import_result *result, struct err *err);
/* Next row into im->row; false at the end (*ret_end) or on an error. */
bool importing_next(struct importing *im, bool *ret_end);
/* Cell `i`, cleaned (UTF-8, NFC, limits); false with the place set. */
bool cell_text(struct importing *im, size_t i, struct str *ret);
/* The same; an empty cell is err.import.empty. */
bool cell_needed(struct importing *im, size_t i, struct str *ret);
/* Empty cells give `otherwise`. */
bool cell_day(struct importing *im, size_t i, struct day otherwise, struct day *ret);
bool cell_int(struct importing *im, size_t i, int min, int max, int otherwise, int *ret);
bool cell_yes(struct importing *im, size_t i, bool *ret); /* yes, no, x, 1, 0, có, empty: no */
/* Puts the place of cell `i` to the error already set; gives false. */
bool cell_err(struct importing *im, size_t i);
/* err.import.word: the word is none of those accepted. */
bool cell_word_err(struct importing *im, size_t i, const char *accepted);
/* The stored definition as a row, to change and put back. */
struct indicator_row indicator_row_of(
    struct arena *a, const struct catalog *c, const struct indicator *x);
struct target_row target_row_of(struct arena *a, const struct catalog *c, const struct target *t);
/* Index of a target by its set and code, -1. */
int catalog_target(const struct catalog *c, int set, struct str code);
/* Opens the act on the first change: object "units 14". */
bool importing_act(struct importing *im, enum act_kind kind, const char *what);

#endif
