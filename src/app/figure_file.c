/* figure_file: see figure_file.h. */
#include "app/figure_file.h"

#include <stdlib.h>

#include "app/resolve.h"

enum { C_INDICATOR, C_UNIT, C_PERIOD, C_VALUE, C_STATUS, C_APPROX, C_NOTE, C_COUNT };
static const struct csv_column columns[C_COUNT] = {
    {"indicator", true, NULL},
    {"unit", true, NULL},
    {"period", true, NULL},
    {"value", true, NULL},
    {"status", false, NULL},
    {"approx", false, NULL},
    {"note", false, NULL},
};
/* A free text that begins so marks its row as an illustration; see docs/demo-files.md. */
#define MADE_UP "[minh họa]"

/* ---- names ---- */

/* A text may be remembered while it lies in the file: the rest ends with the row. */
static bool in_file(const struct figure_file *r, struct str s)
{
    const struct str file = r->im.csv.text;

    return s.p >= file.p && s.p + s.n <= file.p + file.n;
}

static bool is_named(const struct figure_name *known, struct str text, int64_t period)
{
    return known->text.n && known->period == period && str_eq(known->text, text);
}

static bool read_period(struct figure_file *r)
{
    struct importing *im = &r->im;
    struct str s = csv_get(&im->header, &im->row, C_PERIOD);

    if (r->period_text.n && str_eq(s, r->period_text))
        return true;
    r->period_text = STR_NULL;
    if (!period_parse(s, &r->period, im->err))
        return cell_err(im, C_PERIOD);
    r->period_code = period_code(r->period);
    if (in_file(r, s))
        r->period_text = s;
    return true;
}

static bool read_series(struct figure_file *r)
{
    struct importing *im = &r->im;
    struct str s = csv_get(&im->header, &im->row, C_INDICATOR);
    struct figure_name *after = &r->series_after[r->series + 1];

    if (!is_named(after, s, 0)) {
        int series = catalog_series(im->w->catalog, s, im->err);
        if (series < 0)
            return cell_err(im, C_INDICATOR);
        *after = (struct figure_name){in_file(r, s) ? s : STR_NULL, 0, series};
    }
    r->series = after->index;
    return true;
}

/* A figure of a unit that was not there on any of the period's days would be in no total. */
static bool lived_in(struct figure_file *r, int unit)
{
    const struct units *us = &r->im.w->catalog->units;
    struct day last = period_last_day(r->period);

    if (unit_first(us, unit).v <= last.v && unit_end(us, unit).v > period_first_day(r->period).v)
        return true;
    return err_set(r->im.err, ERR_INVALID, MSG_err_figures_not_there,
        unit_name_on(us, unit, last)->name, csv_get(&r->im.header, &r->im.row, C_PERIOD));
}

static bool read_unit(struct figure_file *r)
{
    struct importing *im = &r->im;
    struct str s = csv_get(&im->header, &im->row, C_UNIT);
    struct figure_name *after = &r->unit_after[r->unit + 1];

    if (!is_named(after, s, r->period_code)) {
        int unit = resolve_unit(im->w->catalog, s, r->period, im->err);
        if (unit < 0 || !lived_in(r, unit))
            return cell_err(im, C_UNIT);
        *after = (struct figure_name){in_file(r, s) ? s : STR_NULL, r->period_code, unit};
    }
    r->unit = after->index;
    return true;
}

/* ---- period and value ---- */

/* A figure may be entered for the base period or a longer one that base periods fill. */
static bool check_period(struct figure_file *r, const struct indicator *x)
{
    enum frequency f;

    if (r->fitting_series == r->series && r->fitting_period == r->period_code)
        return true;
    bool base = period_frequency(r->period, &f) && f == x->frequency;
    if (!base && (x->frequency == FREQUENCY_WEEK || !period_covered(r->period, x->frequency))) {
        err_set(r->im.err, ERR_INVALID, MSG_err_figures_period,
            csv_get(&r->im.header, &r->im.row, C_PERIOD), x->code,
            str_of(frequency_name(x->frequency)));
        return cell_err(&r->im, C_PERIOD);
    }
    r->fitting_series = r->series;
    r->fitting_period = r->period_code;
    return true;
}

static bool read_value(struct figure_file *r, const struct indicator *x, int64_t *ret)
{
    struct importing *im = &r->im;
    struct str s = csv_get(&im->header, &im->row, C_VALUE);
    struct dec d, scaled;

    if (x->value_type == VALUE_YES_NO && (str_is(s, "yes") || str_is(s, "no"))) {
        *ret = str_is(s, "yes") ? pow10_i64(x->decimals) : 0;
        return true;
    }
    if (!dec_parse(s, &d, im->err))
        return cell_err(im, C_VALUE);
    if (!dec_rescale(d, x->decimals, &scaled)) {
        char decimals[4] = {(char)('0' + x->decimals), 0};
        if (d.scale > x->decimals)
            err_set(im->err, ERR_INVALID, MSG_err_number_decimals, s, str_of(decimals));
        else
            err_set(im->err, ERR_OVERFLOW, MSG_err_number_range, s);
        return cell_err(im, C_VALUE);
    }
    if (x->value_type == VALUE_YES_NO && scaled.m != 0 && scaled.m != pow10_i64(x->decimals))
        return cell_word_err(im, C_VALUE, "yes, no, 1, 0");
    *ret = scaled.m;
    return true;
}

/* ---- words ---- */

/* Keeps the words of the row beyond it. */
static bool keep_words(struct figure_file *r, struct figure_words w, struct file_figure *row)
{
    struct figure_batch *b = r->batch;

    if (!w.approx.n && !w.note.n)
        return true;
    struct figure_words kept = {str_dup(&b->kept, w.approx), str_dup(&b->kept, w.note)};
    if (kept.approx.n != w.approx.n || kept.note.n != w.note.n ||
        !vec_push(&b->words, &b->kept, kept))
        return err_memory(r->im.err);
    row->words = (uint32_t)b->words.n;
    return true;
}

static bool read_words(struct figure_file *r, struct file_figure *row)
{
    struct importing *im = &r->im;
    enum figure_status status = STATUS_FINAL;
    struct figure_words w = {STR_NULL, STR_NULL};
    struct str word = STR_NULL;

    if (r->has_words && (!cell_text(im, C_STATUS, &word) || !cell_text(im, C_APPROX, &w.approx) ||
                            !cell_text(im, C_NOTE, &w.note)))
        return false;
    if (word.n && !figure_status_parse(word, &status))
        return cell_word_err(im, C_STATUS, "final, preliminary, estimate");
    row->flags |= status;
    if (w.approx.n)
        row->flags |= FIGURE_APPROX;
    if (str_starts(w.note, STR(MADE_UP))) {
        row->flags |= FIGURE_MADE_UP;
        w.note = str_trim(str_slice(w.note, sizeof MADE_UP - 1, w.note.n));
    }
    if (w.note.n || w.approx.n)
        row->flags |= FIGURE_HAS_NOTE;
    return keep_words(r, w, row);
}

/* ---- a cell twice ---- */

/* The first row of that cell, found by reading the file once more: only an error needs it. */
static bool first_line(struct figure_file *r, int *ret)
{
    struct import_result counted;
    struct figure_file again;
    struct figure_batch one = {.most = 1};
    bool end = false, found = false;
    int series = r->series, unit = r->unit, before = r->im.row.line;
    int64_t period = r->period_code;

    bool ok =
        figure_file_open(&again, r->im.w, r->view, r->file, r->provisional, &counted, r->im.err);
    while (ok && !end && !found) {
        ok = figure_file_next(&again, &one, &end);
        found = ok && again.series == series && again.unit == unit && again.period_code == period;
    }
    r->overtaken = again.overtaken;
    *ret = found ? again.im.row.line : before;
    figure_batch_free(&one);
    figure_file_close(&again);
    return ok;
}

static bool refuse_twice(struct figure_file *r)
{
    int first, line = r->im.row.line;
    struct sbuf s;

    if (!first_line(r, &first))
        return false;
    sbuf_init(&s, r->im.w->arena, 32);
    sbuf_i64(&s, first);
    err_set(r->im.err, ERR_INVALID, MSG_err_figures_twice, sbuf_view(&s));
    return err_at(r->im.err, r->im.csv.file, line, 0);
}

/* ---- rows ---- */

static bool row_room(struct figure_file *r)
{
    struct figure_batch *b = r->batch;
    size_t cap = b->cap ? b->cap * 2 : 1024;

    if (b->rows < b->cap)
        return true;
    if (cap > b->most)
        cap = b->most;
    struct file_figure *row = realloc(b->row, cap * sizeof *row);
    if (!row)
        return err_memory(r->im.err);
    b->row = row;
    b->cap = cap;
    return true;
}

static bool read_row(struct figure_file *r)
{
    const struct catalog *c = r->im.w->catalog;
    struct figure_batch *b = r->batch;
    struct file_figure row = {
        .flags = r->provisional ? FIGURE_BORN_PROVISIONAL : FIGURE_BORN_APPROVED};
    bool again;

    if (!read_series(r) || !read_period(r) || !read_unit(r))
        return false;
    const struct indicator *x = &c->indicator[c->series[r->series].indicator];
    if (!check_period(r, x) || !read_value(r, x, &row.value) || !read_words(r, &row) ||
        !row_room(r))
        return false;
    if (!cell_set_put(&r->seen, r->series, r->period_code, r->unit, &again))
        return err_memory(r->im.err);
    if (again)
        return refuse_twice(r);
    row.key = (struct figure_key){c->series[r->series].id, r->period_code, c->units.p[r->unit].id};
    b->row[b->rows++] = row;
    r->rows++;
    return true;
}

#define BREATH 8192 /* rows */

/* Lets go of the view for a moment: nobody who changes definitions waits for a whole file. */
static bool breathe(struct figure_file *r)
{
    uint64_t epoch;

    if (!r->view || r->rows % BREATH != BREATH - 1)
        return true;
    epoch = r->view->epoch;
    app_read_end(r->im.w->app, r->view);
    if (!app_read(r->im.w->app, ACT_MAX, r->view, r->im.err))
        return false;
    r->overtaken = r->view->epoch != epoch;
    return !r->overtaken;
}

/* What a row leaves in the write's arena ends with it. */
static bool read_rows(struct figure_file *r, bool *ret_end)
{
    struct arena *arena = r->im.w->arena;

    while (r->batch->rows < r->batch->most) {
        struct arena_mark mark = arena_mark(arena);
        if (!breathe(r))
            return false;
        if (!importing_next(&r->im, ret_end))
            return *ret_end;
        if (!read_row(r))
            return false;
        arena_release(arena, mark);
    }
    return true;
}

/* ---- sorting ---- */

/* In the order of the store's key; no cell is there twice. */
static bool comes_first(const struct file_figure *a, const struct file_figure *b)
{
    if (a->key.series.v != b->key.series.v)
        return a->key.series.v < b->key.series.v;
    if (a->key.period != b->key.period)
        return a->key.period < b->key.period;
    return a->key.unit.v <= b->key.unit.v;
}

static size_t run_end(const struct file_figure *p, size_t from, size_t n)
{
    size_t to = from + 1;

    while (to < n && comes_first(&p[to - 1], &p[to]))
        to++;
    return to;
}

static void merge(
    const struct file_figure *from, size_t a, size_t b, size_t end, struct file_figure *to)
{
    size_t i = a, k = b;

    for (size_t o = a; o < end; o++)
        to[o] = k == end || (i < b && comes_first(&from[i], &from[k])) ? from[i++] : from[k++];
}

static bool spare_room(struct figure_file *r, size_t cap)
{
    if (r->spare_cap >= cap)
        return true;
    free(r->spare);
    r->spare = malloc(cap * sizeof *r->spare);
    r->spare_cap = r->spare ? cap : 0;
    return r->spare != NULL;
}

/* Merges the runs that are in order already: files come sorted, or in few such runs. */
static bool sort_rows(struct figure_file *r)
{
    struct figure_batch *b = r->batch;
    size_t n = b->rows;

    while (n && run_end(b->row, 0, n) < n) {
        if (!spare_room(r, b->cap))
            return err_memory(r->im.err);
        for (size_t at = 0; at < n;) {
            size_t middle = run_end(b->row, at, n);
            size_t end = middle < n ? run_end(b->row, middle, n) : n;
            merge(b->row, at, middle, end, r->spare);
            at = end;
        }
        struct file_figure *row = b->row;
        size_t cap = b->cap;
        b->row = r->spare;
        b->cap = r->spare_cap;
        r->spare = row;
        r->spare_cap = cap;
    }
    return true;
}

/* ---- the file ---- */

/* Lines that begin behind `s` begins. */
static int64_t count_lines(struct str s)
{
    int64_t n = 0;

    for (const char *p = s.p, *end = s.p + s.n;
         p < end && (p = memchr(p, '\n', (size_t)(end - p)));)
        n += ++p < end;
    return n;
}

static bool prepare_names(struct figure_file *r)
{
    const struct catalog *c = r->im.w->catalog;
    struct arena *a = r->im.w->arena;

    r->series = r->unit = r->fitting_series = -1;
    r->series_after = arena_array(a, c->serieses + 1, sizeof *r->series_after);
    r->unit_after = arena_array(a, c->units.n + 1, sizeof *r->unit_after);
    return (r->series_after && r->unit_after) || err_memory(r->im.err);
}

bool figure_file_open(struct figure_file *r, struct write *w, struct view *view,
    const struct import_file *f, bool provisional, struct import_result *result, struct err *err)
{
    *r = (struct figure_file){.provisional = provisional, .view = view, .file = f};
    if (!importing_begin(&r->im, w, f, columns, C_COUNT, result, err))
        return false;
    r->has_words = r->im.words.n > 0 || r->im.defaults.n > 0;
    for (int i = C_STATUS; i <= C_NOTE; i++)
        r->has_words = r->has_words || r->im.header.at[i] >= 0;
    r->lines = count_lines(str_slice(r->im.csv.text, r->im.csv.at, r->im.csv.text.n));
    return prepare_names(r);
}

bool figure_file_next(struct figure_file *r, struct figure_batch *b, bool *ret_end)
{
    if (!b->kept.max)
        arena_init(&b->kept, (size_t)2 << 30);
    arena_reset(&b->kept);
    b->words.p = NULL;
    b->words.n = b->words.cap = 0;
    b->rows = 0;
    r->batch = b;
    *ret_end = false;
    return read_rows(r, ret_end) && sort_rows(r);
}

void figure_file_close(struct figure_file *r)
{
    free(r->spare);
    cell_set_free(&r->seen);
    r->spare = NULL;
}

void figure_batch_free(struct figure_batch *b)
{
    free(b->row);
    if (b->kept.max)
        arena_free(&b->kept);
    *b = (struct figure_batch){0};
}
