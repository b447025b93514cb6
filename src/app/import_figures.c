/* import_figures: values from a file, approved at once unless provisional.
 *
 * A code of a unit is read on the last day of the row's period. A value that equals the current one
 * (same number, status, words and approval) changes nothing. Values of indicators with a formula
 * are accepted as *stated* figures: kept and shown beside the computed total, used by no formula.
 * One act for the file.
 *
 * Rows are read, checked and sorted on the caller's thread, while others write; the writer only
 * puts them in, in slices. Should the definitions change in between, it reads and checks them anew.
 * What is kept of a row takes 48 bytes, and words where it has some.
 */
#include <stdlib.h>

#include "app/import_common.h"
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
/* From here on the engine loads the columns anew instead of taking every cell. */
#define BULK 20000

/* Rows handed to the store at a time. */
#define SLICE ((size_t)1 << 17)
#define ROWS_MAX ((size_t)100 << 20)

/* One row, read and checked. */
struct pending {
    struct figure_key key;
    int64_t value;
    uint32_t flags;
    int line;
    uint32_t words; /* number in batch.words, from 1; 0: none */
};
struct words {
    struct str approx, note;
};

struct batch {
    struct importing im;
    bool provisional;
    struct view *view; /* held while reading aside; NULL on the writer */
    bool overtaken;    /* the definitions have changed meanwhile */
    struct pending *row;
    size_t rows, cap;
    struct arena kept; /* of the words */
    VEC(struct words) words;
    /* the last row's names, which files repeat; only texts that lie in the file */
    struct str indicator, unit, period;
    int series, unit_index;
    struct period p;
};

struct figures_job {
    const struct import_file *file;
    struct import_result *result;
    bool provisional;
    bool prepared;
    uint64_t epoch; /* of the catalogue against which the rows were checked */
    struct batch batch;
};

/* A text may be remembered while it lies in the file: the rest ends with the row. */
static struct str in_file(const struct batch *b, struct str s)
{
    const struct str file = b->im.csv.text;

    return s.p >= file.p && s.p + s.n <= file.p + file.n ? s : STR_NULL;
}

static bool read_names(struct batch *b)
{
    struct importing *im = &b->im;
    const struct catalog *c = im->w->catalog;
    struct str indicator = csv_get(&im->header, &im->row, C_INDICATOR);
    struct str unit = csv_get(&im->header, &im->row, C_UNIT);
    struct str period = csv_get(&im->header, &im->row, C_PERIOD);
    bool same_period = str_eq(period, b->period);

    if (!str_eq(indicator, b->indicator)) {
        b->series = catalog_series(c, indicator, im->err);
        if (b->series < 0)
            return cell_err(im, C_INDICATOR);
        b->indicator = in_file(b, indicator);
    }
    if (!same_period) {
        if (!period_parse(period, &b->p, im->err))
            return cell_err(im, C_PERIOD);
        b->period = in_file(b, period);
    }
    if (!same_period || !str_eq(unit, b->unit)) {
        b->unit_index = resolve_unit(c, unit, b->p, im->err);
        if (b->unit_index < 0) {
            b->unit = b->period = STR_NULL;
            return cell_err(im, C_UNIT);
        }
        b->unit = in_file(b, unit);
    }
    return true;
}

/* A figure may be entered for the base period or a longer one that base periods fill. */
static bool check_period(struct batch *b, const struct indicator *x)
{
    enum frequency f;

    bool base = period_frequency(b->p, &f) && f == x->frequency;
    if (base || (x->frequency != FREQUENCY_WEEK && period_covered(b->p, x->frequency)))
        return true;
    err_set(b->im.err, ERR_INVALID, MSG_err_figures_period, b->period, x->code,
        str_of(frequency_name(x->frequency)));
    return cell_err(&b->im, C_PERIOD);
}

static bool read_value(struct batch *b, const struct indicator *x, int64_t *ret)
{
    struct importing *im = &b->im;
    struct str s = csv_get(&im->header, &im->row, C_VALUE);
    struct dec d, scaled;
    char decimals[4] = {(char)('0' + x->decimals), 0};

    if (x->value_type == VALUE_YES_NO && (str_is(s, "yes") || str_is(s, "no"))) {
        *ret = str_is(s, "yes") ? pow10_i64(x->decimals) : 0;
        return true;
    }
    if (!dec_parse(s, &d, im->err))
        return cell_err(im, C_VALUE);
    if (!dec_rescale(d, x->decimals, &scaled)) {
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

/* Keeps the words of the row beyond it. */
static bool keep_words(struct batch *b, struct words w, struct pending *p)
{
    if (!w.approx.n && !w.note.n)
        return true;
    struct words kept = {str_dup(&b->kept, w.approx), str_dup(&b->kept, w.note)};
    if (kept.approx.n != w.approx.n || kept.note.n != w.note.n ||
        !vec_push(&b->words, &b->kept, kept))
        return err_memory(b->im.err);
    p->words = (uint32_t)b->words.n;
    return true;
}

static bool read_words(struct batch *b, struct pending *p)
{
    struct importing *im = &b->im;
    enum figure_status status = STATUS_FINAL;
    struct words w = {STR_NULL, STR_NULL};
    struct str word;

    if (!cell_text(im, C_STATUS, &word) || !cell_text(im, C_APPROX, &w.approx) ||
        !cell_text(im, C_NOTE, &w.note))
        return false;
    if (word.n && !figure_status_parse(word, &status))
        return cell_word_err(im, C_STATUS, "final, preliminary, estimate");
    p->flags |= status;
    if (w.approx.n)
        p->flags |= FIGURE_APPROX;
    if (str_starts(w.note, STR(MADE_UP))) {
        p->flags |= FIGURE_MADE_UP;
        w.note = str_trim(str_slice(w.note, sizeof MADE_UP - 1, w.note.n));
    }
    if (w.note.n || w.approx.n)
        p->flags |= FIGURE_HAS_NOTE;
    return keep_words(b, w, p);
}

static bool row_room(struct batch *b)
{
    size_t cap = b->cap ? b->cap * 2 : 1024;

    if (b->rows < b->cap)
        return true;
    struct pending *row = cap <= ROWS_MAX ? realloc(b->row, cap * sizeof *row) : NULL;
    if (!row)
        return err_memory(b->im.err);
    b->row = row;
    b->cap = cap;
    return true;
}

static bool read_row(struct batch *b)
{
    struct pending p = {.line = b->im.row.line};
    const struct catalog *c = b->im.w->catalog;

    if (!read_names(b))
        return false;
    const struct indicator *x = &c->indicator[c->series[b->series].indicator];
    if (!check_period(b, x) || !read_value(b, x, &p.value) || !read_words(b, &p) || !row_room(b))
        return false;
    p.flags |= b->provisional ? FIGURE_BORN_PROVISIONAL : FIGURE_BORN_APPROVED;
    p.key = (struct figure_key){
        c->series[b->series].id, period_code(b->p), c->units.p[b->unit_index].id};
    b->row[b->rows++] = p;
    return true;
}

/* In the order of the store's key; rows of one cell as they stood in the file. */
static bool comes_first(const struct pending *a, const struct pending *b)
{
    if (a->key.series.v != b->key.series.v)
        return a->key.series.v < b->key.series.v;
    if (a->key.period != b->key.period)
        return a->key.period < b->key.period;
    return a->key.unit.v <= b->key.unit.v;
}

static size_t run_end(const struct pending *p, size_t from, size_t n)
{
    size_t to = from + 1;

    while (to < n && comes_first(&p[to - 1], &p[to]))
        to++;
    return to;
}

static void merge(const struct pending *from, size_t a, size_t b, size_t end, struct pending *to)
{
    size_t i = a, k = b;

    for (size_t o = a; o < end; o++)
        to[o] = k == end || (i < b && comes_first(&from[i], &from[k])) ? from[i++] : from[k++];
}

/* Merges the runs that are in order already: files come sorted, or in few such runs. */
static bool sort_rows(struct batch *b)
{
    size_t n = b->rows;
    struct pending *from = b->row, *to = NULL;

    while (n && run_end(from, 0, n) < n) {
        if (!to && !(to = malloc(n * sizeof *to)))
            return err_memory(b->im.err);
        for (size_t at = 0; at < n;) {
            size_t middle = run_end(from, at, n);
            size_t end = middle < n ? run_end(from, middle, n) : n;
            merge(from, at, middle, end, to);
            at = end;
        }
        struct pending *swap = from;
        from = to;
        to = swap;
    }
    b->row = from;
    if (to)
        b->cap = n;
    free(to);
    return true;
}

static bool refuse_twice(struct batch *b)
{
    for (size_t i = 1; i < b->rows; i++) {
        const struct figure_key *x = &b->row[i - 1].key, *y = &b->row[i].key;
        if (x->series.v != y->series.v || x->period != y->period || x->unit.v != y->unit.v)
            continue;
        struct sbuf s;
        sbuf_init(&s, b->im.w->arena, 32);
        sbuf_i64(&s, b->row[i - 1].line);
        err_set(b->im.err, ERR_INVALID, MSG_err_figures_twice, sbuf_view(&s));
        return err_at(b->im.err, b->im.csv.file, b->row[i].line, 0);
    }
    return true;
}

bool figure_marks(struct write *w, struct figure_key key, struct report_marks *ret, struct err *err)
{
    const struct catalog *c = w->catalog;
    int s = catalog_series_id(c, key.series);
    int form = s < 0 ? -1 : c->indicator[c->series[s].indicator].form;
    struct report r;
    bool found;

    *ret = (struct report_marks){0};
    if (form < 0)
        return true;
    if (!w->ops->report(
            w->store, c->form[form].id, key.unit, key.period, ACT_MAX, w->arena, &r, &found, err))
        return false;
    if (found)
        *ret = r.marks;
    return true;
}

static struct figure_write written(const struct batch *b, size_t i)
{
    const struct pending *p = &b->row[i];
    struct figure_write f = {.key = p->key, .value = p->value, .flags = p->flags};

    if (p->words) {
        f.approx = b->words.p[p->words - 1].approx;
        f.note = b->words.p[p->words - 1].note;
    }
    return f;
}

/* Few rows: one by one, so that the engine hears of each cell. */
static bool store_few(struct batch *b)
{
    struct write *w = b->im.w;

    for (size_t i = 0; i < b->rows; i++) {
        struct figure_write f = written(b, i);
        struct figure_version old;
        struct report_marks marks;
        bool found, differs;
        if (!figure_differs(w, &f, false, &old, &found, &differs, b->im.err))
            return false;
        if (!differs) {
            b->im.result->unchanged++;
            continue;
        }
        if (!importing_act(&b->im, ACT_IMPORT_FIGURES, "figures") ||
            !figure_marks(w, f.key, &marks, b->im.err) || !write_figure(w, &f, marks, b->im.err))
            return false;
        b->im.result->added += !found;
        b->im.result->changed += found;
    }
    return true;
}

static bool store_many(struct batch *b)
{
    struct write *w = b->im.w;
    size_t room = b->rows < SLICE ? b->rows : SLICE;
    struct figure_write *slice = arena_array(w->arena, room, sizeof *slice);
    int64_t changed = 0;

    if (!slice)
        return err_memory(b->im.err);
    if (!importing_act(&b->im, ACT_IMPORT_FIGURES, "figures"))
        return false;
    for (size_t at = 0; at < b->rows; at += room) {
        size_t n = b->rows - at < room ? b->rows - at : room;
        int64_t some;
        write_progress(w, (int64_t)at, (int64_t)b->rows);
        for (size_t i = 0; i < n; i++)
            slice[i] = written(b, at + i);
        if (!w->ops->figures_put(w->store, slice, n, w->act.no, &some, b->im.err))
            return false;
        changed += some;
    }
    for (size_t i = 0; i < b->rows; i++) {
        const struct figure_key *k = &b->row[i].key, *last = i ? &b->row[i - 1].key : NULL;
        if (last && last->series.v == k->series.v && last->period == k->period)
            continue;
        if (!vec_push(&w->stale, w->arena, ((struct engine_column){k->series, k->period})))
            return err_memory(b->im.err);
    }
    if (!changed) { /* then there is no act either: the writer undoes what was begun */
        w->act.no.v = 0;
        w->dry_run = true;
    }
    b->im.result->added = changed;
    b->im.result->unchanged = (int64_t)b->rows - changed;
    return true;
}

/* ---- reading and checking, before the writer or on it ---- */

static void batch_release(struct batch *b)
{
    free(b->row);
    arena_free(&b->kept);
    *b = (struct batch){0};
}

#define BREATH 8192 /* rows */

/* Lets go of the view for a moment: nobody who changes definitions waits for a whole file. */
static bool breathe(struct batch *b)
{
    uint64_t epoch;

    if (!b->view || b->rows % BREATH != BREATH - 1)
        return true;
    epoch = b->view->epoch;
    app_read_end(b->im.w->app, b->view);
    if (!app_read(b->im.w->app, ACT_MAX, b->view, b->im.err))
        return false;
    b->overtaken = b->view->epoch != epoch;
    return !b->overtaken;
}

/* What a row leaves in the write's arena ends with it. */
static bool read_rows(struct batch *b)
{
    bool end = false;

    for (;;) {
        struct arena_mark mark = arena_mark(b->im.w->arena);
        if (!breathe(b))
            return false;
        if (!importing_next(&b->im, &end))
            return end;
        if (!read_row(b))
            return false;
        arena_release(b->im.w->arena, mark);
    }
}

static bool prepare(struct figures_job *j, struct write *w, struct view *view, struct err *err)
{
    struct batch *b = &j->batch;

    *b = (struct batch){.provisional = j->provisional, .indicator = STR_NULL, .view = view};
    arena_init(&b->kept, (size_t)2 << 30);
    return importing_begin(&b->im, w, j->file, columns, C_COUNT, j->result, err) && read_rows(b) &&
           sort_rows(b) && refuse_twice(b);
}

static bool job(struct write *w, void *ctx, struct err *err)
{
    struct figures_job *j = ctx;
    struct batch *b = &j->batch;

    if (!j->prepared || w->epoch != j->epoch) {
        batch_release(b);
        if (!prepare(j, w, NULL, err))
            return false;
    }
    b->im.w = w;
    b->im.err = err;
    b->im.result = j->result;
    return b->rows < BULK ? store_few(b) : store_many(b);
}

/* On the caller's thread, with a view for the catalogue; errors are those of the file. */
static bool prepare_aside(
    struct app *a, struct actor who, struct figures_job *j, struct arena *arena, struct err *err)
{
    struct view v;

    if (!app_read(a, ACT_MAX, &v, err))
        return false;
    struct write w = {.app = a,
        .catalog = v.catalog,
        .arena = arena,
        .actor = who,
        .now_ms = v.now_ms,
        .today = v.today};
    bool ok = prepare(j, &w, &v, err);
    j->prepared = ok;
    j->epoch = v.epoch;
    app_read_end(a, &v);
    return ok || j->batch.overtaken;
}

bool import_figures(struct app *a, struct actor who, const struct import_file *f, bool provisional,
    struct import_result *ret, struct err *err)
{
    struct figures_job j = {.file = f, .result = ret, .provisional = provisional};
    struct arena arena;
    struct import_result counted;

    arena_init(&arena, (size_t)1 << 30);
    *ret = (struct import_result){0};
    bool ok = prepare_aside(a, who, &j, &arena, err);
    counted = *ret;
    if (ok) {
        j.result = &counted;
        ok = import_run(a, who, f, false, job, &j, ret, err);
        counted.act = ret->act;
        *ret = counted;
    }
    batch_release(&j.batch);
    arena_free(&arena);
    return ok;
}
