/* csv: see csv.h. */
#include "base/csv.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/dec.h"
#include "base/text.h"
#include "base/vec.h"

void csv_open(struct csv *c, struct str text, struct str file)
{
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_slice(text, 3, text.n);
    *c = (struct csv){.text = text, .line = 1, .file = file};
}

/* Skips line ends between records. */
static void skip_empty_lines(struct csv *c)
{
    while (c->at < c->text.n && (c->text.p[c->at] == '\n' || c->text.p[c->at] == '\r')) {
        c->line += c->text.p[c->at] == '\n';
        c->at++;
    }
}

static bool quoted_cell(struct csv *c, struct arena *a, struct str *ret, struct err *err)
{
    int opened = c->line;
    struct sbuf b;

    sbuf_init(&b, a, CSV_CELL_MAX);
    for (c->at++; c->at < c->text.n; c->at++) {
        char ch = c->text.p[c->at];
        if (ch == '"' && c->at + 1 < c->text.n && c->text.p[c->at + 1] == '"')
            c->at++;
        else if (ch == '"')
            break;
        c->line += ch == '\n';
        sbuf_char(&b, ch);
    }
    if (c->at >= c->text.n) {
        struct sbuf line;
        sbuf_init(&line, a, 32);
        sbuf_i64(&line, opened);
        err_set(err, ERR_INVALID, MSG_err_csv_quote, sbuf_view(&line));
        return err_at(err, c->file, opened, 0);
    }
    c->at++;
    if (b.failed) {
        err_set(err, ERR_LIMIT, MSG_err_csv_cell_too_long, STR("1048576"));
        return err_at(err, c->file, opened, 0);
    }
    if (c->at < c->text.n && !strchr(",\r\n", c->text.p[c->at])) {
        err_set(err, ERR_INVALID, MSG_err_csv_after_quote);
        return err_at(err, c->file, c->line, 0);
    }
    *ret = sbuf_view(&b);
    return true;
}

bool csv_next(
    struct csv *c, struct arena *a, struct csv_record *ret, bool *ret_end, struct err *err)
{
    VEC(struct str) cells = {0};
    VEC(int) columns = {0};

    skip_empty_lines(c);
    *ret_end = c->at >= c->text.n;
    if (*ret_end)
        return false;
    int line = c->line;
    size_t line_start = c->at;
    for (;;) {
        struct str cell;
        int column = (int)utf8_count(str_slice(c->text, line_start, c->at)) + 1;
        if (c->at < c->text.n && c->text.p[c->at] == '"') {
            if (!quoted_cell(c, a, &cell, err))
                return false;
        } else {
            size_t from = c->at;
            while (c->at < c->text.n && !strchr(",\r\n", c->text.p[c->at]))
                c->at++;
            cell = str_slice(c->text, from, c->at);
        }
        if (!vec_push(&cells, a, cell) || !vec_push(&columns, a, column))
            return err_memory(err);
        if (c->at >= c->text.n || c->text.p[c->at] != ',')
            break;
        c->at++;
    }
    *ret = (struct csv_record){cells.p, cells.n, line, columns.p};
    return true;
}

static struct str column_list(struct arena *a, const struct csv_column *columns, size_t n)
{
    struct sbuf b;

    sbuf_init(&b, a, 4096);
    for (size_t i = 0; i < n; i++)
        sbuf_printf(&b, "%s%s", i ? ", " : "", columns[i].name);
    return sbuf_view(&b);
}

bool csv_read_header(struct csv *c, struct arena *a, const struct csv_column *columns, size_t n,
    struct csv_header *ret, struct err *err)
{
    struct csv_record r;
    bool end;

    *ret = (struct csv_header){.columns = columns, .n = n};
    for (size_t i = 0; i < n; i++)
        ret->at[i] = -1;
    if (!csv_next(c, a, &r, &end, err)) {
        if (end) {
            err_set(err, ERR_INVALID, MSG_err_csv_empty);
            err_at(err, c->file, 1, 0);
        }
        return false;
    }
    ret->cells = r.n;
    for (size_t k = 0; k < r.n; k++) {
        struct str name = str_trim(r.cell[k]);
        size_t i = 0;
        while (i < n && !str_is(name, columns[i].name) &&
               !(columns[i].alias && str_is(name, columns[i].alias)))
            i++;
        if (i == n)
            err_set(err, ERR_INVALID, MSG_err_csv_unknown_column, name, column_list(a, columns, n));
        else if (ret->at[i] >= 0)
            err_set(err, ERR_INVALID, MSG_err_csv_duplicate_column, name);
        else {
            ret->at[i] = (int)k;
            continue;
        }
        return err_at(err, c->file, r.line, r.column[k]);
    }
    for (size_t i = 0; i < n; i++)
        if (columns[i].required && ret->at[i] < 0) {
            err_set(err, ERR_INVALID, MSG_err_csv_missing_column, str_of(columns[i].name));
            return err_at(err, c->file, r.line, 0);
        }
    return true;
}

bool csv_check(
    const struct csv *c, const struct csv_header *h, const struct csv_record *r, struct err *err)
{
    char have[24], want[24];

    if (r->n <= h->cells)
        return true;
    snprintf(have, sizeof have, "%zu", r->n);
    snprintf(want, sizeof want, "%zu", h->cells);
    err_set(err, ERR_INVALID, MSG_err_csv_too_many_cells, str_of(have), str_of(want));
    return err_at(err, c->file, r->line, r->column[h->cells]);
}

struct str csv_get(const struct csv_header *h, const struct csv_record *r, size_t i)
{
    if (h->at[i] < 0 || (size_t)h->at[i] >= r->n)
        return STR("");
    return str_trim(r->cell[h->at[i]]);
}

bool csv_err(const struct csv *c, const struct csv_header *h, const struct csv_record *r, size_t i,
    struct err *err)
{
    int column = h->at[i] >= 0 && (size_t)h->at[i] < r->n ? r->column[h->at[i]] : 0;

    return err_at(err, c->file, r->line, column);
}

void csv_put(struct sbuf *out, struct str cell, bool first, bool guard)
{
    struct dec d;
    bool quote = false;

    if (!first)
        sbuf_char(out, ',');
    guard = guard && cell.n && strchr("=+-@\t\r", cell.p[0]) && !dec_parse(cell, &d, NULL);
    for (size_t i = 0; i < cell.n; i++)
        quote = quote || strchr(",\"\r\n", cell.p[i]);
    if (!quote && !guard) {
        sbuf_str(out, cell);
        return;
    }
    sbuf_char(out, '"');
    if (guard)
        sbuf_char(out, '\'');
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            sbuf_char(out, '"');
        sbuf_char(out, cell.p[i]);
    }
    sbuf_char(out, '"');
}

void csv_end(struct sbuf *out)
{
    sbuf_char(out, '\n');
}
