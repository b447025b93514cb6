/* report_paste: a block of a spreadsheet, read onto the rows of a report. See report_page.h.
 *
 * Rows of the block follow the rows of the form from the start, computed ones too, as they stand in
 * a copy of the form; where the name or the code of a line stands beside the value, it decides.
 */
#include "app/report_page.h"

#include "base/text.h"

#define PASTE_COLUMNS 64

struct block {
    struct str *cell; /* rows x columns */
    size_t rows;
    int columns;
};

struct pasting {
    const struct view *v;
    const struct report_page *page;
    struct arena *a;
    struct paste *ret;
    struct block block;
    struct str *row_name; /* of the page's rows, folded for comparison */
};

/* ---- splitting ---- */

/* One cell off the text, as spreadsheets quote it; *ret_end: the character that ended it, 0 at the
 * end of the text. */
static bool cut_cell(struct arena *a, struct str *rest, struct str *ret, char *ret_end)
{
    struct sbuf b;
    size_t i = 0;
    bool quoted = rest->n > 0 && rest->p[0] == '"' && str_find_char(*rest, '"', 1) >= 0;

    sbuf_init(&b, a, PASTE_MAX);
    for (i = quoted; i < rest->n; i++) {
        char c = rest->p[i];
        if (quoted && c == '"') {
            if (i + 1 < rest->n && rest->p[i + 1] == '"')
                i++;
            else {
                quoted = false;
                continue;
            }
        } else if (!quoted && (c == '\t' || c == '\n')) {
            break;
        }
        if (c != '\r')
            sbuf_char(&b, c);
    }
    *ret_end = i < rest->n ? rest->p[i] : 0;
    *rest = str_slice(*rest, i + (i < rest->n), rest->n);
    *ret = str_trim(sbuf_view(&b));
    return !b.failed;
}

/* Cells of the block; a row shorter than the longest ends in empty ones. */
static bool split(struct pasting *x, struct str text, struct err *err)
{
    VEC(struct str) cells = {0};
    VEC(int) widths = {0};
    int width = 0;
    char end = '\n';

    while (text.n || end == '\t') {
        struct str cell;
        if (!cut_cell(x->a, &text, &cell, &end) || !vec_push(&cells, x->a, cell))
            return err_memory(err);
        if (++width > PASTE_COLUMNS || widths.n >= REPORT_ROWS_MAX)
            return err_set(err, ERR_LIMIT, MSG_err_paste_large, STR("2000"));
        if (end == '\t')
            continue;
        if (!vec_push(&widths, x->a, width))
            return err_memory(err);
        x->block.columns = width > x->block.columns ? width : x->block.columns;
        width = 0;
    }
    size_t n = widths.n * (size_t)x->block.columns, at = 0;
    x->block.cell = arena_array(x->a, n ? n : 1, sizeof *x->block.cell);
    if (!x->block.cell)
        return err_memory(err);
    x->block.rows = widths.n;
    for (size_t r = 0; r < widths.n; r++)
        for (int c = 0; c < widths.p[r]; c++)
            x->block.cell[r * (size_t)x->block.columns + (size_t)c] = cells.p[at++];
    return true;
}

static struct str cell_at(const struct block *b, size_t row, int column)
{
    return b->cell[row * (size_t)b->columns + (size_t)column];
}

/* The last column in which something reads as a number. */
static int value_column(const struct block *b)
{
    for (int c = b->columns - 1; c >= 0; c--)
        for (size_t r = 0; r < b->rows; r++) {
            struct dec d;
            struct err e = ERR_INIT;
            if (dec_parse_typed(cell_at(b, r, c), &d, &e) || e.key == MSG_err_number_ambiguous)
                return c;
        }
    return b->columns > 0 ? b->columns - 1 : 0;
}

/* ---- finding the row ---- */

static bool fold_names(struct pasting *x, struct err *err)
{
    x->row_name = arena_array(x->a, x->page->rows + 1, sizeof *x->row_name);
    if (!x->row_name)
        return err_memory(err);
    for (size_t i = 0; i < x->page->rows; i++) {
        x->row_name[i] = text_same(x->a, x->page->row[i].name);
        if (!x->row_name[i].p)
            return err_memory(err);
    }
    return true;
}

static bool names_row(const struct pasting *x, size_t i, struct str text, struct str folded)
{
    const struct report_row *row = &x->page->row[i];

    return str_eq(x->row_name[i], folded) ||
           (!row->item && str_eq(x->v->catalog->indicator[row->indicator].code, text));
}

/* The row that a cell beside the value names: at or below `from` first, then from the top; -1. */
static int named_row(struct pasting *x, size_t r, size_t from)
{
    for (int c = 0; c < x->block.columns; c++) {
        struct str text = cell_at(&x->block, r, c);
        if (c == x->ret->column || !text.n)
            continue;
        struct str folded = text_same(x->a, text);
        for (size_t k = 0; folded.p && k < x->page->rows; k++) {
            size_t i = (from + k) % x->page->rows;
            if (names_row(x, i, text, folded))
                return (int)i;
        }
    }
    return -1;
}

/* ---- reading one value ---- */

static bool is_nil_word(struct pasting *x, struct str text)
{
    struct str folded = text_fold(x->a, text);

    return str_is(folded, "khong phat sinh") || str_is(folded, "khong co") ||
           str_is(folded, "nil") || str_is(folded, "none");
}

/* "94,7 %", "258 ha": the unit of measure goes. */
static struct str without_unit(const struct indicator *x, struct str text)
{
    if (x->unit_of_measure.n && str_ends(text, x->unit_of_measure))
        text.n -= x->unit_of_measure.n;
    else if (str_ends(text, STR("%")) && str_is(x->unit_of_measure, "%"))
        text.n -= 1;
    while (str_ends(text, STR("\xc2\xa0")))
        text.n -= 2;
    return str_trim(text);
}

static bool read_number(
    struct pasting *x, struct paste_cell *cell, const struct indicator *ind, struct err *err)
{
    struct err *e = arena_zalloc(x->a, sizeof *e);
    bool has;
    int64_t m;

    if (!e)
        return err_memory(err);
    if (reporting_value(ind, without_unit(ind, cell->text), &has, &m, e)) {
        cell->reading = has ? PASTE_NUMBER : PASTE_WRONG;
        cell->value = (struct dec){m, (uint8_t)ind->decimals};
        if (!has)
            err_set(e, ERR_INVALID, MSG_err_number_syntax, cell->text);
    } else {
        cell->reading = e->key == MSG_err_number_ambiguous ? PASTE_AMBIGUOUS : PASTE_WRONG;
    }
    cell->error = cell->reading == PASTE_NUMBER ? NULL : e;
    return true;
}

static bool changes(const struct report_row *row, const struct paste_cell *cell)
{
    bool nil = cell->reading == PASTE_NIL;

    if (cell->reading == PASTE_EMPTY)
        return row->now.has || row->wrong;
    if (cell->reading != PASTE_NUMBER && !nil)
        return false;
    return !row->now.has || row->wrong || row->now.nil != nil ||
           rat_cmp(row->now.value, rat_of_dec(cell->value)) != 0;
}

static bool read_value(struct pasting *x, struct paste_cell *cell, struct err *err)
{
    const struct report_row *row = &x->page->row[cell->row];
    const struct indicator *ind = &x->v->catalog->indicator[row->indicator];

    if (!row->may_type)
        cell->reading = PASTE_READ_ONLY;
    else if (!cell->text.n)
        cell->reading = PASTE_EMPTY;
    else if (is_nil_word(x, cell->text)) {
        cell->reading = PASTE_NIL;
        cell->value = (struct dec){0, (uint8_t)ind->decimals};
    } else if (!read_number(x, cell, ind, err)) {
        return false;
    }
    cell->changes = changes(row, cell);
    return true;
}

static bool read_block(struct pasting *x, int start, struct err *err)
{
    struct paste *p = x->ret;
    size_t next = (size_t)start;

    p->cell = arena_array(x->a, x->block.rows + 1, sizeof *p->cell);
    if (!p->cell)
        return err_memory(err);
    for (size_t r = 0; r < x->block.rows; r++) {
        struct paste_cell *cell = &p->cell[p->cells++];
        int named = x->block.columns > 1 ? named_row(x, r, next) : -1;
        *cell = (struct paste_cell){.row = named >= 0             ? named
                                           : next < x->page->rows ? (int)next
                                                                  : -1,
            .text = cell_at(&x->block, r, p->column),
            .reading = PASTE_OUTSIDE,
            .by_name = named >= 0};
        next = cell->row >= 0 ? (size_t)cell->row + 1 : next + 1;
        if (cell->row >= 0 && !read_value(x, cell, err))
            return false;
        p->numbers += cell->reading == PASTE_NUMBER || cell->reading == PASTE_NIL;
        p->questions += cell->reading == PASTE_AMBIGUOUS;
        p->errors += cell->reading == PASTE_WRONG;
        p->read_only += cell->reading == PASTE_READ_ONLY;
    }
    return true;
}

bool reporting_preview_paste(const struct view *v, const struct report_page *page, int start,
    int column, struct str block, struct arena *a, struct paste *ret, struct err *err)
{
    struct pasting x = {.v = v, .page = page, .a = a, .ret = ret};
    struct str text;

    *ret = (struct paste){0};
    if (block.n > PASTE_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_paste_large, STR("2000"));
    if (start < 0 || (size_t)start >= page->rows)
        return err_set(err, ERR_INVALID, MSG_err_paste_start);
    if (!text_clean(a, block, PASTE_MAX, &text, err) || !split(&x, text, err) ||
        !fold_names(&x, err))
        return false;
    ret->columns = x.block.columns;
    ret->column = column >= 0 && column < x.block.columns ? column : value_column(&x.block);
    return x.block.rows == 0 || read_block(&x, start, err);
}
