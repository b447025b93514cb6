/* import_figures: values from a file, approved at once unless provisional.
 *
 * A code of a unit is read on the last day of the row's period. A value that equals the current one
 * (same number, status, words and approval) changes nothing. Values of indicators with a formula
 * are accepted as *stated* figures: kept and shown beside the computed total, used by no formula.
 * One act for the file.
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
/* From here on the engine loads its columns anew instead of taking every cell. */
#define BULK 50000

struct figures_job {
    const struct import_file *file;
    struct import_result *result;
    bool provisional;
};

struct pending {
    struct figure_write w;
    int line;
};

struct batch {
    struct importing im;
    bool provisional;
    VEC(struct pending) row;
    /* the last row's names, which files repeat */
    struct str indicator, unit, period;
    int series, unit_index;
    struct period p;
};

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
        b->indicator = indicator;
    }
    if (!same_period) {
        if (!period_parse(period, &b->p, im->err))
            return cell_err(im, C_PERIOD);
        b->period = period;
    }
    if (!same_period || !str_eq(unit, b->unit)) {
        b->unit_index = resolve_unit(c, unit, b->p, im->err);
        if (b->unit_index < 0) {
            b->unit = b->period = STR_NULL;
            return cell_err(im, C_UNIT);
        }
        b->unit = unit;
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

static bool read_words(struct batch *b, struct figure_write *f)
{
    struct importing *im = &b->im;
    enum figure_status status = STATUS_FINAL;
    struct str word;

    if (!cell_text(im, C_STATUS, &word) || !cell_text(im, C_APPROX, &f->approx) ||
        !cell_text(im, C_NOTE, &f->note))
        return false;
    if (word.n && !figure_status_parse(word, &status))
        return cell_word_err(im, C_STATUS, "final, preliminary, estimate");
    f->flags |= status;
    if (f->approx.n)
        f->flags |= FIGURE_APPROX;
    if (str_starts(f->note, STR(MADE_UP))) {
        f->flags |= FIGURE_MADE_UP;
        f->note = str_trim(str_slice(f->note, sizeof MADE_UP - 1, f->note.n));
    }
    if (f->note.n || f->approx.n)
        f->flags |= FIGURE_HAS_NOTE;
    return true;
}

static bool read_row(struct batch *b)
{
    struct pending p = {.line = b->im.row.line};
    const struct catalog *c = b->im.w->catalog;

    if (!read_names(b))
        return false;
    const struct indicator *x = &c->indicator[c->series[b->series].indicator];
    if (!check_period(b, x) || !read_value(b, x, &p.w.value) || !read_words(b, &p.w))
        return false;
    p.w.flags |= b->provisional ? FIGURE_BORN_PROVISIONAL : FIGURE_BORN_APPROVED;
    p.w.key = (struct figure_key){
        c->series[b->series].id, period_code(b->p), c->units.p[b->unit_index].id};
    return vec_push(&b->row, b->im.w->arena, p) || err_memory(b->im.err);
}

static int cmp_i64(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_key(const void *va, const void *vb)
{
    const struct pending *a = va, *b = vb;
    int c = cmp_i64(a->w.key.series.v, b->w.key.series.v);

    if (!c)
        c = cmp_i64(a->w.key.period, b->w.key.period);
    if (!c)
        c = cmp_i64(a->w.key.unit.v, b->w.key.unit.v);
    return c ? c : a->line - b->line;
}

static bool refuse_twice(struct batch *b)
{
    for (size_t i = 1; i < b->row.n; i++) {
        const struct figure_key *x = &b->row.p[i - 1].w.key, *y = &b->row.p[i].w.key;
        if (x->series.v != y->series.v || x->period != y->period || x->unit.v != y->unit.v)
            continue;
        struct sbuf s;
        sbuf_init(&s, b->im.w->arena, 32);
        sbuf_i64(&s, b->row.p[i - 1].line);
        err_set(b->im.err, ERR_INVALID, MSG_err_figures_twice, sbuf_view(&s));
        return err_at(b->im.err, b->im.csv.file, b->row.p[i].line, 0);
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

/* Few rows: one by one, so that the engine hears of each cell. */
static bool store_few(struct batch *b)
{
    struct write *w = b->im.w;

    for (size_t i = 0; i < b->row.n; i++) {
        struct figure_write *f = &b->row.p[i].w;
        struct figure_version old;
        struct report_marks marks;
        bool found, differs;
        if (!figure_differs(w, f, false, &old, &found, &differs, b->im.err))
            return false;
        if (!differs) {
            b->im.result->unchanged++;
            continue;
        }
        if (!importing_act(&b->im, ACT_IMPORT_FIGURES, "figures") ||
            !figure_marks(w, f->key, &marks, b->im.err) || !write_figure(w, f, marks, b->im.err))
            return false;
        b->im.result->added += !found;
        b->im.result->changed += found;
    }
    return true;
}

static bool store_many(struct batch *b)
{
    struct write *w = b->im.w;
    struct figure_write *all = arena_array(w->arena, b->row.n, sizeof *all);
    int64_t changed;

    if (!all)
        return err_memory(b->im.err);
    for (size_t i = 0; i < b->row.n; i++)
        all[i] = b->row.p[i].w;
    if (!importing_act(&b->im, ACT_IMPORT_FIGURES, "figures") ||
        !w->ops->figures_put(w->store, all, b->row.n, w->act.no, &changed, b->im.err))
        return false;
    w->columns_stale = true;
    b->im.result->added = changed;
    b->im.result->unchanged = (int64_t)b->row.n - changed;
    return true;
}

static bool job(struct write *w, void *ctx, struct err *err)
{
    struct figures_job *j = ctx;
    struct batch b = {.provisional = j->provisional, .indicator = STR_NULL};
    bool end = false;

    if (!importing_begin(&b.im, w, j->file, columns, C_COUNT, j->result, err))
        return false;
    while (importing_next(&b.im, &end))
        if (!read_row(&b))
            return false;
    if (!end)
        return false;
    if (b.row.n)
        qsort(b.row.p, b.row.n, sizeof *b.row.p, by_key);
    return refuse_twice(&b) && (b.row.n < BULK ? store_few(&b) : store_many(&b));
}

bool import_figures(struct app *a, struct actor who, const struct import_file *f, bool provisional,
    struct import_result *ret, struct err *err)
{
    struct figures_job j = {f, ret, provisional};

    return import_run(a, who, f, false, job, &j, ret, err);
}
