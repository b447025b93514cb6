/* figure_file: a file of figures, read, checked and sorted a batch at a time.
 *
 * Layer app. What is checked of a row: its names (a unit's code on the last day of its period), the
 * period against the indicator, the value, the words, and that no cell stands twice in the file. It
 * is read against one catalogue: on a thread of its own under a view, which is let go every few
 * thousand rows so that nobody who changes definitions waits for a whole file, or inside a job
 * of the writer. A row takes 40 bytes of the batch, and words where it has some; beside the batches
 * there is only the set of cells seen so far (cell_set.h).
 */
#ifndef GB_APP_FIGURE_FILE_H
#define GB_APP_FIGURE_FILE_H

#include "app/cell_set.h"
#include "app/import_common.h"

struct file_figure {
    struct figure_key key;
    int64_t value;
    uint32_t flags;
    uint32_t words; /* number in batch.words, from 1; 0: none */
};
struct figure_words {
    struct str approx, note;
};

/* Some rows of the file, in the order of the store's key. Zero it but for `most`. */
struct figure_batch {
    size_t most; /* rows it may hold, at least 1 */
    struct file_figure *row;
    size_t rows, cap;
    struct arena kept; /* of the words */
    VEC(struct figure_words) words;
};
void figure_batch_free(struct figure_batch *b);

/* A name of the file and what it stands for. */
struct figure_name {
    struct str text;
    int64_t period; /* where the name's meaning depends on it */
    int index;
};

struct figure_file {
    struct importing im;
    bool provisional;
    struct view *view; /* NULL on the writer */
    bool overtaken;    /* the definitions have changed meanwhile */
    int64_t lines;     /* about as many as the file has rows */
    int64_t rows;      /* read so far */
    struct figure_batch *batch;
    struct file_figure *spare; /* for sorting */
    size_t spare_cap;
    struct cell_set seen;
    /* the last row's names, and after each name the one that followed it: files repeat them */
    struct str period_text;
    struct period period;
    int64_t period_code;
    int series, unit;
    struct figure_name *series_after, *unit_after;
    /* the last series whose period was found right */
    int fitting_series;
    int64_t fitting_period;
    bool has_words; /* the file may have a status, an approximation or a note */
    const struct import_file *file;
};

/* Reads the header. `view` is the one w->catalog is of, or NULL. Close it in any case. */
bool figure_file_open(struct figure_file *r, struct write *w, struct view *view,
    const struct import_file *f, bool provisional, struct import_result *result, struct err *err);
/* Fills the batch; *ret_end: nothing is behind it. False on an error of the file, and where
 * r->overtaken. */
bool figure_file_next(struct figure_file *r, struct figure_batch *b, bool *ret_end);
void figure_file_close(struct figure_file *r);

#endif
