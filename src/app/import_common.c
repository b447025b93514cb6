/* import_common: see import_common.h. */
#include "app/import_common.h"

#include <stdio.h>

bool import_run(struct app *a, struct actor who, const struct import_file *f, bool definitions,
    write_job *job, void *ctx, struct import_result *result, struct err *err)
{
    struct write_options o = {
        .changes_definitions = definitions, .dry_run = f->dry_run, .import = true};
    struct act_no act = {0};

    *result = (struct import_result){0};
    if (!app_write(a, who, o, job, ctx, &act, err))
        return false;
    result->act = f->dry_run ? (struct act_no){0} : act;
    if (!act.v && (result->added || result->changed)) { /* rows that said what was there already */
        result->added = result->changed = 0;
        result->unchanged = result->rows;
    }
    return true;
}

/* Reads `left=right,...` into the map; values are pointers to texts in the arena. */
static bool read_pairs(struct importing *im, struct str list, struct smap *map)
{
    struct str one;

    smap_init(map, im->w->arena);
    while (list.n && str_cut(&list, ',', &one)) {
        ptrdiff_t eq = str_find_char(one, '=', 0);
        struct str *value = arena_zalloc(im->w->arena, sizeof *value);
        if (!value)
            return err_memory(im->err);
        if (eq < 0)
            return err_set(im->err, ERR_INVALID, MSG_err_import_pair, one);
        *value = str_trim(str_slice(one, (size_t)eq + 1, one.n));
        if (!smap_put(map, str_trim(str_slice(one, 0, (size_t)eq)), (uintptr_t)value))
            return err_memory(im->err);
    }
    return true;
}

static bool mapped(const struct smap *map, struct str key, struct str *ret)
{
    uint64_t p;

    if (!smap_get(map, key, &p))
        return false;
    *ret = *(const struct str *)(uintptr_t)p;
    return true;
}

/* The declared columns under the file's names, and those to be ignored behind them. */
static bool file_columns(struct importing *im, const struct import_mapping *m,
    const struct csv_column *columns, size_t n, struct csv_column **ret, size_t *ret_n)
{
    struct csv_column *all = arena_array(im->w->arena, CSV_COLUMNS_MAX, sizeof *all);
    struct smap names;
    struct str rest = m->ignore, one;

    if (!all)
        return err_memory(im->err);
    if (!read_pairs(im, m->columns, &names))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct str theirs, value;
        all[i] = columns[i];
        if (mapped(&names, str_of(columns[i].name), &theirs))
            all[i] = (struct csv_column){str_dupz(im->w->arena, theirs), columns[i].required, NULL};
        if (mapped(&im->defaults, str_of(columns[i].name), &value))
            all[i].required = false;
        if (!all[i].name)
            return err_memory(im->err);
    }
    while (rest.n && n < CSV_COLUMNS_MAX && str_cut(&rest, ',', &one)) {
        all[n] = (struct csv_column){str_dupz(im->w->arena, str_trim(one)), false, NULL};
        if (!all[n++].name)
            return err_memory(im->err);
    }
    *ret = all;
    *ret_n = n;
    return true;
}

bool importing_begin(struct importing *im, struct write *w, const struct import_file *f,
    const struct csv_column *columns, size_t n, struct import_result *result, struct err *err)
{
    struct csv_column *theirs = NULL;

    *im = (struct importing){.w = w, .result = result, .err = err, .own = columns, .columns = n};
    *result = (struct import_result){0};
    smap_init(&im->seen, w->arena);
    if (!must(w->catalog, w->today, w->actor, RIGHT_ADMIN_INDICATORS, -1, w->today, STR(""),
            STR(""), err))
        return false;
    if (!utf8_valid(f->text)) {
        err_set(err, ERR_INVALID, MSG_err_text_utf8);
        return err_at(err, f->name, 0, 0);
    }
    csv_open(&im->csv, f->text, f->name);
    return read_pairs(im, f->map.defaults, &im->defaults) &&
           read_pairs(im, f->map.words, &im->words) &&
           file_columns(im, &f->map, columns, n, &theirs, &n) &&
           csv_read_header(&im->csv, w->arena, theirs, n, &im->header, err);
}

/* The cell as the import is to read it: with the file's words replaced and defaults filled in. */
static struct str cell_raw(struct importing *im, size_t i)
{
    struct str s = csv_get(&im->header, &im->row, i), other;

    if (!s.n && im->defaults.n && mapped(&im->defaults, str_of(im->own[i].name), &other))
        return other;
    if (s.n && im->words.n) {
        struct sbuf key;
        sbuf_init(&key, im->w->arena, IMPORT_TEXT_MAX);
        sbuf_printf(&key, "%s:%.*s", im->own[i].name, STR_ARG(s));
        if (mapped(&im->words, sbuf_view(&key), &other))
            return other;
    }
    return s;
}

/* Does a word of the row map to nothing? */
static bool left_out(struct importing *im)
{
    for (size_t i = 0; im->words.n && i < im->columns; i++)
        if (csv_get(&im->header, &im->row, i).n && !cell_raw(im, i).n)
            return true;
    return false;
}

bool importing_next(struct importing *im, bool *ret_end)
{
    do {
        if (!csv_next(&im->csv, im->w->arena, &im->row, ret_end, im->err))
            return false;
        if (!csv_check(&im->csv, &im->header, &im->row, im->err))
            return false;
    } while (left_out(im));
    im->result->rows++;
    return true;
}

bool cell_err(struct importing *im, size_t i)
{
    return csv_err(&im->csv, &im->header, &im->row, i, im->err);
}

bool cell_text(struct importing *im, size_t i, struct str *ret)
{
    if (text_clean(im->w->arena, cell_raw(im, i), IMPORT_TEXT_MAX, ret, im->err))
        return true;
    return cell_err(im, i);
}

bool cell_needed(struct importing *im, size_t i, struct str *ret)
{
    if (!cell_text(im, i, ret))
        return false;
    if (ret->n)
        return true;
    err_set(im->err, ERR_INVALID, MSG_err_import_empty, str_of(im->header.columns[i].name));
    return cell_err(im, i);
}

bool cell_day(struct importing *im, size_t i, struct day otherwise, struct day *ret)
{
    struct str s = cell_raw(im, i);

    if (!s.n) {
        *ret = otherwise;
        return true;
    }
    return day_parse(s, ret, im->err) || cell_err(im, i);
}

bool cell_int(struct importing *im, size_t i, int min, int max, int otherwise, int *ret)
{
    struct str s = cell_raw(im, i);
    char lo[16], hi[16];
    int64_t v;

    if (!s.n) {
        *ret = otherwise;
        return true;
    }
    if (!str_to_i64(s, &v) || v < min || v > max) {
        snprintf(lo, sizeof lo, "%d", min);
        snprintf(hi, sizeof hi, "%d", max);
        err_set(im->err, ERR_INVALID, MSG_err_import_integer, s, str_of(lo), str_of(hi));
        return cell_err(im, i);
    }
    *ret = (int)v;
    return true;
}

bool cell_yes(struct importing *im, size_t i, bool *ret)
{
    static const char *const yes[] = {"yes", "1", "x", "có", "true"};
    static const char *const no[] = {"", "no", "0", "không", "false"};
    struct str s = text_lower(im->w->arena, cell_raw(im, i));

    for (size_t k = 0; k < sizeof yes / sizeof *yes; k++)
        if (str_is(s, yes[k]) || str_is(s, no[k])) {
            *ret = str_is(s, yes[k]);
            return true;
        }
    return cell_word_err(im, i, "yes, no");
}

bool cell_word_err(struct importing *im, size_t i, const char *accepted)
{
    err_set(im->err, ERR_INVALID, MSG_err_import_word, csv_get(&im->header, &im->row, i),
        str_of(accepted));
    return cell_err(im, i);
}

bool importing_act(struct importing *im, enum act_kind kind, const char *what)
{
    struct sbuf b;

    if (im->w->act.no.v)
        return true;
    sbuf_init(&b, im->w->arena, 400);
    sbuf_printf(
        &b, "%s %.*s", what, (int)(im->csv.file.n < 300 ? im->csv.file.n : 300), im->csv.file.p);
    return write_act(im->w, kind, sbuf_view(&b), STR(""), im->err);
}
