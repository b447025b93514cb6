/* docx: see docx.h. One pass over the main part and one over the notes; the state is a stack of
 * frames, one for the body and one for each open text box, so that a paragraph inside a paragraph
 * is its own. */
#include "office/docx.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "office/docx_styles.h"
#include "reading/encoding.h"
#include "reading/lines.h"
#include "reading/syllable.h"

#define FRAMES_MAX 8
#define FIELDS_MAX 30      /* nested fields that are followed */
#define SPAN_MAX 63        /* columns that a merged cell may cover: Word's own limit */
#define PLAIN_CELL_MAX 3   /* paragraphs in a cell; one with more makes the table a page layout */
#define TABBED_CELL_MAX 60 /* code points between two tabs of a line that is a row */

enum tag {
    TAG_OTHER,
    TAG_ABSTRACT, /* content that is not text, or not in force */
    TAG_BOX,
    TAG_BREAK,
    TAG_CELL,
    TAG_CELL_PROPERTIES,
    TAG_DELETED,
    TAG_FIELD,
    TAG_FONTS,
    TAG_GRID_BEFORE,
    TAG_HIDDEN,
    TAG_HYPHEN,
    TAG_LEVEL,
    TAG_LIST,
    TAG_MERGED,
    TAG_NOTE,
    TAG_PARAGRAPH,
    TAG_PARAGRAPH_PROPERTIES,
    TAG_PARAGRAPH_STYLE,
    TAG_ROW,
    TAG_ROW_PROPERTIES,
    TAG_RUN,
    TAG_RUN_PROPERTIES,
    TAG_RUN_STYLE,
    TAG_SPAN,
    TAG_TAB,
    TAG_TABLE,
    TAG_TEXT,
};

struct tag_name {
    const char *name;
    enum tag tag;
};

/* In byte order of the names: searched by halving. */
static const struct tag_name tags[] = {
    {"br", TAG_BREAK},
    {"cr", TAG_BREAK},
    {"del", TAG_DELETED},
    {"delInstrText", TAG_ABSTRACT},
    {"delText", TAG_ABSTRACT},
    {"endnote", TAG_NOTE},
    {"fldChar", TAG_FIELD},
    {"footnote", TAG_NOTE},
    {"gridBefore", TAG_GRID_BEFORE},
    {"gridSpan", TAG_SPAN},
    {"ilvl", TAG_LEVEL},
    {"instrText", TAG_ABSTRACT},
    {"moveFrom", TAG_DELETED},
    {"noBreakHyphen", TAG_HYPHEN},
    {"numId", TAG_LIST},
    {"numberingChange", TAG_ABSTRACT},
    {"p", TAG_PARAGRAPH},
    {"pPr", TAG_PARAGRAPH_PROPERTIES},
    {"pPrChange", TAG_ABSTRACT},
    {"pStyle", TAG_PARAGRAPH_STYLE},
    {"ptab", TAG_TAB},
    {"r", TAG_RUN},
    {"rFonts", TAG_FONTS},
    {"rPr", TAG_RUN_PROPERTIES},
    {"rPrChange", TAG_ABSTRACT},
    {"rStyle", TAG_RUN_STYLE},
    {"rt", TAG_ABSTRACT},
    {"sdtEndPr", TAG_ABSTRACT},
    {"sdtPr", TAG_ABSTRACT},
    {"sectPr", TAG_ABSTRACT},
    {"t", TAG_TEXT},
    {"tab", TAG_TAB},
    {"tbl", TAG_TABLE},
    {"tblGrid", TAG_ABSTRACT},
    {"tblPr", TAG_ABSTRACT},
    {"tblPrEx", TAG_ABSTRACT},
    {"tc", TAG_CELL},
    {"tcPr", TAG_CELL_PROPERTIES},
    {"tcPrChange", TAG_ABSTRACT},
    {"tr", TAG_ROW},
    {"trPr", TAG_ROW_PROPERTIES},
    {"trPrChange", TAG_ABSTRACT},
    {"txbxContent", TAG_BOX},
    {"vMerge", TAG_MERGED},
    {"vanish", TAG_HIDDEN},
};

static int compare_tag(const void *key, const void *item)
{
    return strcmp(key, ((const struct tag_name *)item)->name);
}

static enum tag tag_of(const struct ooxml_element *e)
{
    const struct tag_name *t;

    if (e->ns == NS_MATH)
        return strcmp(e->name, "t") == 0 ? TAG_TEXT : TAG_OTHER;
    if (e->ns == NS_COMPAT) /* the same content again, for older programs */
        return strcmp(e->name, "Fallback") == 0 ? TAG_ABSTRACT : TAG_OTHER;
    if (e->ns != NS_WORD)
        return TAG_OTHER;
    t = bsearch(e->name, tags, sizeof tags / sizeof *tags, sizeof *tags, compare_tag);
    return t ? t->tag : TAG_OTHER;
}

struct cell_text {
    struct str text;
    int column;
};

/* The row of a table that is being read. */
struct row {
    VEC(struct cell_text) texts;
    int column, span;
    bool merged, deleted;
};

struct frame {
    enum paragraph_kind kind;
    struct sbuf text;   /* of the paragraph */
    struct sbuf legacy; /* text in a legacy font that is not converted yet */
    enum encoding encoding;
    bool capitals;
    bool in_paragraph, mark_deleted;
    int style, list, level; /* of the paragraph */
    int tables;             /* open ones; rows are those of the outermost */
    struct row row;
    int fields;            /* open ones */
    uint32_t instructions; /* bit i: field i is in its instruction, not its result */
};

struct run {
    bool hidden, legacy, capitals;
    enum encoding encoding;
};

struct docx {
    struct arena *a;
    struct ooxml x;
    struct docx_styles styles;
    struct docx_lists lists;
    struct paragraphs *out;
    struct paragraphs boxes; /* of text boxes, until their paragraph or row has ended */
    struct frame frames[FRAMES_MAX];
    int top; /* index of the innermost frame */
    struct run run;
    enum tag open[DOCX_DEPTH_MAX + 1];
    int skip;  /* depth of the element whose content is left out, 0 where none */
    int texts; /* open w:t */
    bool notes;
    struct err *err;
};

static struct frame *top(struct docx *d)
{
    return &d->frames[d->top];
}

static bool failed(struct docx *d, const struct sbuf *b)
{
    if (!b->failed)
        return false;
    err_set(d->err, ERR_LIMIT, MSG_err_document_too_long);
    return true;
}

/* Letters that only Unicode fonts have: the font's name is a left-over then. */
static bool has_unicode_letters(struct str s)
{
    int32_t c;

    for (size_t at = 0; (c = utf8_next(s, &at)) >= 0;)
        if (c > 0xff && vi_letter(c))
            return true;
    return false;
}

static void flush_legacy(struct frame *f)
{
    struct str s = sbuf_view(&f->legacy);

    if (s.n && has_unicode_letters(s))
        sbuf_str(&f->text, s);
    else if (s.n)
        encoding_convert(s, f->encoding, f->capitals, &f->text);
    sbuf_reset(&f->legacy);
}

/* Runs in the same legacy font are gathered first: a VNI letter and its mark may stand in two runs.
 */
static void put_text(struct docx *d, struct str s)
{
    struct frame *f = top(d);

    if (!f->in_paragraph || d->run.hidden || f->instructions)
        return;
    if (f->legacy.n &&
        (!d->run.legacy || d->run.encoding != f->encoding || d->run.capitals != f->capitals))
        flush_legacy(f);
    if (!d->run.legacy) {
        sbuf_str(&f->text, s);
        return;
    }
    f->encoding = d->run.encoding;
    f->capitals = d->run.capitals;
    sbuf_str(&f->legacy, s);
}

static bool emit(struct docx *d, enum paragraph_kind kind, struct str text)
{
    return paragraphs_add(d->top > 0 ? &d->boxes : d->out, d->a, kind, text, d->err);
}

/* Text boxes come after the paragraph, or the row, that holds them. */
static bool emit_boxes(struct docx *d)
{
    if (d->top > 0)
        return true;
    for (size_t i = 0; i < d->boxes.list.n; i++)
        if (!paragraphs_add(d->out, d->a, d->boxes.list.p[i].kind, d->boxes.list.p[i].text, d->err))
            return false;
    d->boxes.list.n = 0;
    return true;
}

/* Is a line with tabs meant as a row: three short cells or more? */
static bool is_row(struct str line)
{
    struct str cell;
    int cells = 0;

    while (str_cut(&line, '\t', &cell)) {
        if (utf8_count(cell) > TABBED_CELL_MAX)
            return false;
        cells += str_trim(cell).n > 0;
    }
    return cells > 2;
}

static void blank_out(char *p, size_t n, char what)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] == what)
            p[i] = ' ';
}

static bool emit_line(struct docx *d, struct str line)
{
    enum paragraph_kind kind = top(d)->kind;
    char *copy = str_dupz(d->a, line);

    if (!copy)
        return err_memory(d->err);
    if (kind == PARAGRAPH_BODY && is_row(str_trim(line)))
        kind = PARAGRAPH_ROW;
    else
        blank_out(copy, line.n, '\t');
    return emit(d, kind, kind == PARAGRAPH_ROW ? str_trim(line) : str_make(copy, line.n));
}

/* A body paragraph; its line breaks part it unless the sentence goes on. */
static bool emit_paragraph(struct docx *d, struct str text)
{
    struct str rest = text, line, before = STR_NULL;

    while (str_cut(&rest, '\n', &line)) {
        if (before.p && lines_go_on(before, line, 0)) {
            line = str_make(before.p, (size_t)(line.p + line.n - before.p));
            blank_out((char *)(uintptr_t)before.p, line.n, '\n');
        } else if (before.p && !emit_line(d, before)) {
            return false;
        }
        before = line;
    }
    return !before.p || emit_line(d, before);
}

static bool keep_in_row(struct docx *d, struct str text)
{
    struct row *r = &top(d)->row;
    char *copy;

    if (r->merged || !str_trim(text).n)
        return true;
    copy = str_dupz(d->a, text);
    if (!copy)
        return err_memory(d->err);
    blank_out(copy, text.n, '\t');
    blank_out(copy, text.n, '\n');
    struct str clean = str_trim(str_make(copy, text.n));
    return vec_push(&r->texts, d->a, (struct cell_text){clean, r->column}) || err_memory(d->err);
}

static bool begin_paragraph(struct docx *d)
{
    struct frame *f = top(d);

    if (!f->mark_deleted) {
        sbuf_reset(&f->text);
        sbuf_reset(&f->legacy);
    }
    f->in_paragraph = true;
    f->mark_deleted = false;
    f->style = docx_style_find(&d->styles, STR(""));
    f->list = f->level = -1;
    return true;
}

static bool label_of(struct docx *d, const struct docx_style *style, struct sbuf *out)
{
    struct frame *f = top(d);
    int list = f->list >= 0 ? f->list : style->list;
    int level = f->level >= 0 ? f->level : style->level;
    struct str id = f->style >= 0 ? d->styles.list.p[f->style].id : STR("");

    sbuf_init(out, d->a, 4096);
    docx_list_label(&d->lists, list, f->list >= 0 && level < 0 ? 0 : level, id, out);
    return !out->failed || err_memory(d->err);
}

static bool end_paragraph(struct docx *d)
{
    struct frame *f = top(d);
    struct docx_style style;
    struct sbuf whole;
    bool ok;

    if (!f->in_paragraph)
        return true;
    style = docx_style_of(&d->styles, f->style);
    f->in_paragraph = false;
    f->instructions = 0;
    flush_legacy(f);
    if (failed(d, &f->text) || failed(d, &f->legacy))
        return false;
    if (f->mark_deleted || style.contents)
        return f->mark_deleted || emit_boxes(d);
    if (str_trim(sbuf_view(&f->text)).n) {
        if (!label_of(d, &style, &whole))
            return false;
        whole.max = DOCUMENT_TEXT_MAX + 4096;
        sbuf_str(&whole, str_trim(sbuf_view(&f->text)));
        if (whole.failed)
            return err_memory(d->err);
        struct str text = sbuf_view(&whole);
        ok = f->tables ? keep_in_row(d, text) : emit_paragraph(d, text);
        if (!ok)
            return false;
    }
    return f->tables || emit_boxes(d);
}

/* Tables. */

static bool page_layout(const struct row *r)
{
    int run = 0, columns = 0;

    for (size_t i = 0; i < r->texts.n; i++) {
        bool same = i && r->texts.p[i].column == r->texts.p[i - 1].column;
        columns += !same;
        run = same ? run + 1 : 1;
        if (run > PLAIN_CELL_MAX)
            return true;
    }
    return columns < 2;
}

static bool emit_cells_apart(struct docx *d, const struct row *r)
{
    for (size_t i = 0; i < r->texts.n; i++)
        if (!emit(d, top(d)->kind, r->texts.p[i].text))
            return false;
    return true;
}

static bool emit_row(struct docx *d, const struct row *r)
{
    struct sbuf line;
    int column = 0;

    sbuf_init(&line, d->a, DOCUMENT_TEXT_MAX);
    for (size_t i = 0; i < r->texts.n; i++) {
        if (i && r->texts.p[i].column == column)
            sbuf_char(&line, ' ');
        for (; column < r->texts.p[i].column; column++)
            sbuf_char(&line, '\t');
        sbuf_str(&line, r->texts.p[i].text);
    }
    return !failed(d, &line) && emit(d, PARAGRAPH_ROW, sbuf_view(&line));
}

static bool end_row(struct docx *d)
{
    struct row *r = &top(d)->row;
    bool ok = true;

    if (!r->deleted && r->texts.n)
        ok = page_layout(r) ? emit_cells_apart(d, r) : emit_row(d, r);
    r->texts.n = 0;
    return ok && emit_boxes(d);
}

static int number(const struct ooxml_element *e, int most)
{
    const char *s = ooxml_attribute(e, "val");
    int64_t v;

    if (!s || !str_to_i64(str_of(s), &v) || v < 0)
        return 0;
    return v > most ? most : (int)v;
}

static void begin_cell(struct row *r)
{
    r->span = 1;
    r->merged = false;
}

static bool start_table_part(struct docx *d, const struct ooxml_element *e, enum tag tag)
{
    struct frame *f = top(d);
    const char *val;

    if (tag == TAG_TABLE) {
        f->tables++;
        return true;
    }
    if (f->tables != 1)
        return true;
    switch (tag) {
    case TAG_ROW:
        f->row.texts.n = 0;
        f->row.column = 0;
        f->row.deleted = false;
        break;
    case TAG_CELL:
        begin_cell(&f->row);
        break;
    case TAG_SPAN:
        f->row.span = number(e, SPAN_MAX);
        break;
    case TAG_GRID_BEFORE:
        f->row.column += number(e, SPAN_MAX);
        break;
    case TAG_MERGED:
        val = ooxml_attribute(e, "val");
        f->row.merged = !val || strcmp(val, "restart") != 0;
        break;
    default:
        break;
    }
    return true;
}

/* Runs. */

static void use_font(struct docx *d, struct str font)
{
    d->run.legacy = encoding_of_font(font, &d->run.encoding, &d->run.capitals);
}

static void begin_run(struct docx *d)
{
    struct docx_style s = docx_style_of(&d->styles, top(d)->style);

    d->run = (struct run){.hidden = s.hidden == 1};
    use_font(d, s.font);
}

static void run_style(struct docx *d, const char *id)
{
    int index = id ? docx_style_find(&d->styles, str_of(id)) : -1;
    struct docx_style s;

    if (index < 0 || index == d->styles.normal)
        return;
    s = d->styles.list
            .p[index]; /* what it says itself, then what it is based on, not the defaults */
    struct docx_style all = docx_style_of(&d->styles, index);
    if (s.font.n || (all.font.n && !str_eq(all.font, d->styles.defaults.font)))
        use_font(d, all.font);
    if (all.hidden >= 0)
        d->run.hidden = all.hidden == 1;
}

static void field(struct docx *d, const char *type)
{
    struct frame *f = top(d);

    if (!type)
        return;
    if (strcmp(type, "begin") == 0) {
        if (f->fields < FIELDS_MAX)
            f->instructions |= 1u << f->fields;
        f->fields++;
        return;
    }
    if (f->fields < 1)
        return;
    if (f->fields <= FIELDS_MAX)
        f->instructions &= ~(1u << (f->fields - 1));
    if (strcmp(type, "end") == 0)
        f->fields--;
}

static void break_line(struct docx *d, const struct ooxml_element *e)
{
    const char *type = ooxml_attribute(e, "type");

    put_text(d, !type || strcmp(type, "textWrapping") == 0 ? STR("\n") : STR(" "));
}

static bool inside(const struct docx *d, int depth, enum tag outer)
{
    return depth > 1 && d->open[depth - 1] == outer;
}

static void start_run_part(struct docx *d, const struct ooxml_element *e, enum tag tag)
{
    bool of_run = inside(d, e->depth, TAG_RUN_PROPERTIES) && inside(d, e->depth - 1, TAG_RUN);
    const char *font;

    if (tag == TAG_FONTS && of_run) {
        font = ooxml_attribute(e, "hAnsi");
        font = font ? font : ooxml_attribute(e, "ascii");
        if (font)
            use_font(d, str_of(font));
    } else if (tag == TAG_HIDDEN && of_run) {
        d->run.hidden = docx_is_on(e);
    } else if (tag == TAG_RUN_STYLE && of_run) {
        run_style(d, ooxml_attribute(e, "val"));
    } else if (tag == TAG_FIELD) {
        field(d, ooxml_attribute(e, "fldCharType"));
    } else if (tag == TAG_BREAK) {
        break_line(d, e);
    } else if (tag == TAG_HYPHEN) {
        put_text(d, STR("-"));
    } else if (tag == TAG_TAB && inside(d, e->depth, TAG_RUN)) {
        put_text(d, STR("\t"));
    } else if (tag == TAG_TEXT) {
        d->texts++;
    }
}

/* w:del is an element around runs, or a mark on the paragraph's end or on a row. */
static void deleted(struct docx *d, const struct ooxml_element *e)
{
    if (inside(d, e->depth, TAG_RUN_PROPERTIES))
        top(d)->mark_deleted =
            top(d)->mark_deleted || inside(d, e->depth - 1, TAG_PARAGRAPH_PROPERTIES);
    else if (inside(d, e->depth, TAG_ROW_PROPERTIES))
        top(d)->row.deleted = top(d)->tables == 1 || top(d)->row.deleted;
    else
        d->skip = e->depth;
}

static void begin_frame(struct docx *d, int index, enum paragraph_kind kind)
{
    struct frame *f = &d->frames[index];

    *f = (struct frame){.kind = kind, .style = -1, .list = -1, .level = -1};
    sbuf_init(&f->text, d->a, DOCUMENT_TEXT_MAX);
    sbuf_init(&f->legacy, d->a, DOCUMENT_TEXT_MAX);
}

static bool begin_box(struct docx *d, int depth)
{
    if (d->top + 1 >= FRAMES_MAX) {
        d->skip = depth;
        return true;
    }
    begin_frame(d, ++d->top, PARAGRAPH_BOX);
    return true;
}

static void note(struct docx *d, const struct ooxml_element *e)
{
    const char *type = ooxml_attribute(e, "type");

    if (type && strcmp(type, "normal") != 0) /* the line between text and notes */
        d->skip = e->depth;
}

static void paragraph_property(struct docx *d, const struct ooxml_element *e, enum tag tag)
{
    const char *val = ooxml_attribute(e, "val");

    if (tag == TAG_PARAGRAPH_STYLE && val)
        top(d)->style = docx_style_find(&d->styles, str_of(val));
    else if (tag == TAG_LIST)
        top(d)->list = number(e, 1000000000);
    else if (tag == TAG_LEVEL)
        top(d)->level = number(e, LIST_LEVELS);
}

static bool start(void *ctx, const struct ooxml_element *e)
{
    struct docx *d = ctx;
    enum tag tag = tag_of(e);

    d->open[e->depth] = tag;
    if (d->skip)
        return true;
    switch (tag) {
    case TAG_ABSTRACT:
        d->skip = e->depth;
        return true;
    case TAG_DELETED:
        deleted(d, e);
        return true;
    case TAG_BOX:
        return begin_box(d, e->depth);
    case TAG_NOTE:
        note(d, e);
        return true;
    case TAG_PARAGRAPH:
        return end_paragraph(d) && begin_paragraph(d);
    case TAG_PARAGRAPH_STYLE:
    case TAG_LIST:
    case TAG_LEVEL:
        paragraph_property(d, e, tag);
        return true;
    case TAG_RUN:
        begin_run(d);
        return true;
    case TAG_TABLE:
    case TAG_ROW:
    case TAG_CELL:
    case TAG_SPAN:
    case TAG_GRID_BEFORE:
    case TAG_MERGED:
        return start_table_part(d, e, tag);
    default:
        start_run_part(d, e, tag);
        return true;
    }
}

static bool end_table(struct docx *d)
{
    if (top(d)->tables > 0)
        top(d)->tables--;
    return true;
}

static bool end(void *ctx, int depth)
{
    struct docx *d = ctx;

    if (d->skip) {
        if (d->skip == depth)
            d->skip = 0;
        return true;
    }
    switch (d->open[depth]) {
    case TAG_PARAGRAPH:
        return end_paragraph(d);
    case TAG_TEXT:
        d->texts--;
        return true;
    case TAG_CELL:
        if (top(d)->tables == 1)
            top(d)->row.column += top(d)->row.span > 0 ? top(d)->row.span : 1;
        return true;
    case TAG_ROW:
        return top(d)->tables != 1 || end_row(d);
    case TAG_TABLE:
        return end_table(d);
    case TAG_BOX:
        if (d->top > 0)
            d->top--;
        begin_run(d); /* what follows in the outer run goes on in the outer font */
        return true;
    default:
        return true;
    }
}

static bool text(void *ctx, struct str s)
{
    struct docx *d = ctx;

    if (!d->skip && d->texts > 0)
        put_text(d, s);
    return true;
}

static bool read_part(struct docx *d, struct str part, enum paragraph_kind kind)
{
    struct ooxml_handler h = {d, start, end, text};

    d->top = 0;
    d->skip = d->texts = 0;
    begin_frame(d, 0, kind);
    return ooxml_read(&d->x, part, &h) && emit_boxes(d);
}

static bool read_notes(struct docx *d, struct str main_part, const char *type)
{
    struct str part;

    if (!ooxml_related(&d->x, main_part, type, &part))
        return false;
    return !part.n || !ooxml_has(&d->x, part) || read_part(d, part, PARAGRAPH_NOTE);
}

static bool read_package(struct docx *d)
{
    struct str main_part, styles, lists;

    if (!ooxml_related(&d->x, STR(""), "/officeDocument", &main_part))
        return false;
    if (!main_part.n)
        return err_set(d->err, ERR_INVALID, MSG_err_document_damaged);
    return ooxml_related(&d->x, main_part, "/styles", &styles) &&
           ooxml_related(&d->x, main_part, "/numbering", &lists) &&
           docx_styles_read(&d->styles, &d->x, styles) &&
           docx_lists_read(&d->lists, &d->x, lists) && read_part(d, main_part, PARAGRAPH_BODY) &&
           read_notes(d, main_part, "/footnotes") && read_notes(d, main_part, "/endnotes");
}

bool docx_read(struct arena *a, struct str bytes, struct paragraphs *ret, struct err *err)
{
    struct docx *d = arena_zalloc(a, sizeof *d);
    struct paragraphs out = {0};

    if (!d)
        return err_memory(err);
    d->a = a;
    d->err = err;
    d->out = &out;
    if (!ooxml_open(&d->x, a, bytes, err))
        return false;
    bool ok = read_package(d);
    ooxml_close(&d->x);
    if (ok)
        *ret = out;
    return ok;
}
