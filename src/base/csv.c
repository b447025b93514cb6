/* csv: see csv.h. */
#include "base/csv.h"

#include <assert.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/dec.h"
#include "base/text.h"
#include "base/vec.h"

#define STRING(z)                                                                                  \
    {                                                                                              \
        (z), sizeof(z) - 1                                                                         \
    }

void csv_open(struct csv *c, struct str text, struct str file)
{
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_slice(text, 3, text.n);
    *c = (struct csv){.text = text, .line = 1, .column = 1, .file = file};
}

static bool is_line_end(char ch)
{
    return ch == '\n' || ch == '\r';
}

/* Moves on by one byte and keeps count of lines (LF, CRLF or CR) and of code points. */
static void step(struct csv *c)
{
    char ch = c->text.p[c->at++];
    bool again = c->at < c->text.n && ch == '\r' && c->text.p[c->at] == '\n';

    if (is_line_end(ch) && !again) {
        c->line++;
        c->column = 1;
    } else if (((unsigned char)ch & 0xc0) != 0x80) {
        c->column++;
    }
}

static bool refuse(const struct csv *c, enum err_code code, enum msg_key key, int line, int column,
    struct err *err)
{
    err_set(err, code, key);
    return err_at(err, c->file, line, column);
}

/* The text between quotes; c stands at the opening one and moves behind the closing one. */
static bool quoted_cell(struct csv *c, struct arena *a, struct str *ret, struct err *err)
{
    int line = c->line, column = c->column;
    size_t from = c->at + 1;
    bool doubled = false;

    for (step(c); c->at < c->text.n; step(c)) {
        if (c->text.p[c->at] != '"')
            continue;
        if (c->at + 1 >= c->text.n || c->text.p[c->at + 1] != '"')
            break;
        doubled = true;
        step(c);
    }
    if (c->at >= c->text.n) {
        char digits[16];
        struct sbuf opened;
        sbuf_init_fixed(&opened, digits, sizeof digits);
        sbuf_i64(&opened, line);
        err_set(err, ERR_INVALID, MSG_err_csv_quote, sbuf_view(&opened));
        return err_at(err, c->file, line, column);
    }
    struct str inside = str_slice(c->text, from, c->at);
    step(c);
    if (c->at < c->text.n && c->text.p[c->at] != ',' && !is_line_end(c->text.p[c->at]))
        return refuse(c, ERR_INVALID, MSG_err_csv_after_quote, c->line, c->column, err);
    if (doubled) {
        char *p = arena_alloc(a, inside.n);
        size_t n = 0;
        if (!p)
            return err_memory(err);
        for (size_t i = 0; i < inside.n; i++) {
            p[n++] = inside.p[i];
            i += inside.p[i] == '"';
        }
        inside = str_make(p, n);
    }
    *ret = inside;
    return true;
}

static bool next_cell(struct csv *c, struct arena *a, struct str *ret, struct err *err)
{
    int line = c->line, column = c->column;

    if (c->at < c->text.n && c->text.p[c->at] == '"') {
        if (!quoted_cell(c, a, ret, err))
            return false;
    } else {
        const char *p = c->text.p;
        size_t from = c->at, to = from;
        for (; to < c->text.n && p[to] != ',' && !is_line_end(p[to]); to++)
            c->column += ((unsigned char)p[to] & 0xc0) != 0x80;
        *ret = str_slice(c->text, from, to);
        c->at = to;
    }
    if (ret->n > CSV_CELL_MAX) {
        err_set(err, ERR_LIMIT, MSG_err_csv_cell_too_long, STR("1048576"));
        return err_at(err, c->file, line, column);
    }
    if (!utf8_valid(*ret))
        return refuse(c, ERR_INVALID, MSG_err_text_utf8, line, column, err);
    return true;
}

/* What a byte is to a record without quotes. */
enum { BYTE_PLAIN, BYTE_COMMA, BYTE_LINE_END, BYTE_OTHER };

static inline int kind_of_byte(unsigned char ch)
{
    static const uint8_t low[64] = {[0] = BYTE_OTHER,
        ['\n'] = BYTE_LINE_END,
        ['\r'] = BYTE_LINE_END,
        ['"'] = BYTE_OTHER,
        [','] = BYTE_COMMA};

    return ch < 64 ? low[ch] : ch < 0x80 ? BYTE_PLAIN : BYTE_OTHER;
}

/* A record of plain ASCII without quotes, which nearly all are in files of numbers: where its cells
 * end, counted in bytes. 0 where it is of another kind, or has more cells than a header may. */
static size_t plain_cells(const struct csv *c, size_t end[CSV_COLUMNS_MAX])
{
    const unsigned char *p = (const unsigned char *)c->text.p;
    size_t n = 0, from = c->at;

    for (size_t i = c->at;; i++) {
        int kind = i < c->text.n ? kind_of_byte(p[i]) : BYTE_LINE_END;
        if (kind == BYTE_PLAIN)
            continue;
        if (kind == BYTE_OTHER || n == CSV_COLUMNS_MAX || i - from > CSV_CELL_MAX)
            return 0;
        end[n++] = i;
        from = i + 1;
        if (kind == BYTE_LINE_END)
            return n;
    }
}

/* The same as cells; false where there is no memory. */
static bool plain_record(
    struct csv *c, struct arena *a, const size_t *end, size_t n, struct csv_record *ret)
{
    struct str *cell = arena_alloc(a, n * (sizeof *cell + sizeof(struct csv_place)));
    size_t from = c->at, began = c->at;

    if (!cell)
        return false;
    struct csv_place *place = (struct csv_place *)(cell + n);
    for (size_t i = 0; i < n; from = end[i++] + 1) {
        cell[i] = str_make(c->text.p + from, end[i] - from);
        place[i] = (struct csv_place){c->line, c->column + (int)(from - began)};
    }
    c->column += (int)(end[n - 1] - began);
    c->at = end[n - 1];
    *ret = (struct csv_record){cell, n, place[0].line, place};
    return true;
}

bool csv_next(
    struct csv *c, struct arena *a, struct csv_record *ret, bool *ret_end, struct err *err)
{
    VEC(struct str) cells = {0};
    VEC(struct csv_place) places = {0};
    size_t end[CSV_COLUMNS_MAX];

    while (c->at < c->text.n && is_line_end(c->text.p[c->at]))
        step(c);
    *ret_end = c->at >= c->text.n;
    if (*ret_end)
        return false;
    size_t plain = plain_cells(c, end);
    if (plain)
        return plain_record(c, a, end, plain, ret) || err_memory(err);
    for (;;) {
        struct str cell;
        struct csv_place place = {c->line, c->column};
        if (!next_cell(c, a, &cell, err))
            return false;
        if (!vec_push(&cells, a, cell) || !vec_push(&places, a, place))
            return err_memory(err);
        if (c->at >= c->text.n || c->text.p[c->at] != ',')
            break;
        step(c);
    }
    *ret = (struct csv_record){cells.p, cells.n, places.p[0].line, places.p};
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

    assert(n <= CSV_COLUMNS_MAX);
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
        return err_at(err, c->file, r.place[k].line, r.place[k].column);
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
    struct csv_place p = r->place[h->cells];
    return err_at(err, c->file, p.line, p.column);
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
    if (h->at[i] < 0 || (size_t)h->at[i] >= r->n)
        return err_at(err, c->file, r->line, 0);
    struct csv_place p = r->place[h->at[i]];
    return err_at(err, c->file, p.line, p.column);
}

/* Would a spreadsheet run it? Also the full-width signs, which some read as plain ones. */
static bool looks_like_formula(struct str cell)
{
    static const struct str signs[] = {STRING("="), STRING("+"), STRING("-"), STRING("@"),
        STRING("\t"), STRING("\r"), STRING("\n"), STRING("\uff1d"), STRING("\uff0b"),
        STRING("\uff0d"), STRING("\uff20")};
    struct dec d;

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_starts(cell, signs[i]))
            return !dec_parse(cell, &d, NULL);
    return false;
}

void csv_put(struct sbuf *out, struct str cell, bool first, bool guard)
{
    bool quote = false;

    if (!first)
        sbuf_char(out, ',');
    guard = guard && looks_like_formula(cell);
    for (size_t i = 0; i < cell.n; i++)
        quote = quote || cell.p[i] == ',' || cell.p[i] == '"' || is_line_end(cell.p[i]);
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
