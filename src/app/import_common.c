/* import_common: see import_common.h. */
#include "app/import_common.h"

#include <stdio.h>

bool import_run(struct app *a, struct actor who, const struct import_file *f, bool definitions,
    write_job *job, void *ctx, struct import_result *result, struct err *err)
{
    struct write_options o = {.changes_definitions = definitions, .dry_run = f->dry_run};
    struct act_no act = {0};

    *result = (struct import_result){0};
    if (!app_write(a, who, o, job, ctx, &act, err))
        return false;
    result->act = f->dry_run ? (struct act_no){0} : act;
    return true;
}

bool importing_begin(struct importing *im, struct write *w, const struct import_file *f,
    const struct csv_column *columns, size_t n, struct import_result *result, struct err *err)
{
    *im = (struct importing){.w = w, .result = result, .err = err};
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
    return csv_read_header(&im->csv, w->arena, columns, n, &im->header, err);
}

bool importing_next(struct importing *im, bool *ret_end)
{
    if (!csv_next(&im->csv, im->w->arena, &im->row, ret_end, im->err))
        return false;
    im->result->rows++;
    return csv_check(&im->csv, &im->header, &im->row, im->err);
}

bool cell_err(struct importing *im, size_t i)
{
    return csv_err(&im->csv, &im->header, &im->row, i, im->err);
}

bool cell_text(struct importing *im, size_t i, struct str *ret)
{
    if (text_clean(im->w->arena, csv_get(&im->header, &im->row, i), IMPORT_TEXT_MAX, ret, im->err))
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
    struct str s = csv_get(&im->header, &im->row, i);

    if (!s.n) {
        *ret = otherwise;
        return true;
    }
    return day_parse(s, ret, im->err) || cell_err(im, i);
}

bool cell_int(struct importing *im, size_t i, int min, int max, int otherwise, int *ret)
{
    struct str s = csv_get(&im->header, &im->row, i);
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
    struct str s = text_lower(im->w->arena, csv_get(&im->header, &im->row, i));

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
