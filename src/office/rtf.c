/* rtf: see rtf.h. */
#include "office/rtf.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "reading/encoding.h"

#define WORD_LENGTH_MAX 32
#define FONT_NAME_MAX 64

/* Where the text of a group goes. */
enum target { TO_BODY, TO_NOTE, TO_NOWHERE, TO_FONTS };

struct group {
    enum target target;
    int fallback; /* characters behind a \u that stand for it in old readers */
    int font;
    bool hidden, deleted;
};

struct font {
    struct str name;
    bool legacy, capitals, cp1258;
    enum encoding encoding;
};

/* One stream of paragraphs. */
struct stream {
    enum paragraph_kind kind;
    struct sbuf text;    /* the paragraph, done up to `bytes` */
    struct sbuf pending; /* characters of Latin-1 that stand for bytes in `font` */
    int font;
    struct sbuf row;
    bool in_table;
};

struct rtf {
    struct arena *a;
    struct str s;
    size_t at;
    struct group stack[RTF_DEPTH_MAX];
    int depth;
    struct stream body, note;
    struct paragraphs *out, notes;
    VEC(struct font) fonts;
    struct map font_by_number;
    struct font font_now; /* being defined in the font table */
    int font_number, default_font;
    char font_name[FONT_NAME_MAX];
    size_t font_name_n;
    bool cp1258;       /* of the whole file */
    bool starred;      /* a \* stands before the next word */
    int skip;          /* fallback characters still to come */
    int32_t surrogate; /* first half of a pair */
    struct err *err;
};

static struct group *now(struct rtf *r)
{
    return &r->stack[r->depth];
}

static struct stream *stream(struct rtf *r)
{
    return now(r)->target == TO_NOTE ? &r->note : &r->body;
}

static const struct font *font_of(const struct rtf *r, int number)
{
    uint64_t i;

    return map_get(&r->font_by_number, (uint64_t)(int64_t)number, &i) ? &r->fonts.p[i] : NULL;
}

/* Bytes that wait become text, as the font they were written in has them. */
static void settle(struct rtf *r, struct stream *s)
{
    const struct font *f = font_of(r, s->font);
    struct str waiting = sbuf_view(&s->pending);

    if (!waiting.n)
        return;
    if (f && f->legacy) {
        encoding_convert(waiting, f->encoding, f->capitals, &s->text);
    } else if (f ? f->cp1258 : r->cp1258) {
        encoding_convert(waiting, ENC_CP1258, false, &s->text);
    } else {
        int32_t c;
        for (size_t at = 0; (c = utf8_next(waiting, &at)) >= 0;)
            utf8_put(&s->text, c < 0x100 ? encoding_windows_char(c) : c);
    }
    sbuf_reset(&s->pending);
}

static bool silent(struct rtf *r)
{
    const struct group *g = now(r);

    return g->target == TO_NOWHERE || g->target == TO_FONTS || g->hidden || g->deleted;
}

/* A byte, or a character below U+0100, in the font of the group. */
static void put_byte(struct rtf *r, int32_t c)
{
    struct stream *s = stream(r);

    if (silent(r))
        return;
    if (s->font != now(r)->font)
        settle(r, s);
    s->font = now(r)->font;
    utf8_put(&s->pending, c);
}

static void put_char(struct rtf *r, int32_t c)
{
    if (silent(r))
        return;
    settle(r, stream(r));
    utf8_put(&stream(r)->text, c);
}

static bool full(struct rtf *r, const struct stream *s)
{
    if (!s->text.failed && !s->pending.failed && !s->row.failed)
        return false;
    err_set(r->err, ERR_LIMIT, MSG_err_document_too_long);
    return true;
}

static bool end_paragraph(struct rtf *r)
{
    struct stream *s = stream(r);
    struct paragraphs *to = s == &r->note ? &r->notes : r->out;

    if (silent(r))
        return true;
    settle(r, s);
    if (full(r, s))
        return false;
    if (s->in_table) {
        sbuf_char(&s->text, ' ');
        return true;
    }
    for (size_t i = 0; i < s->text.n; i++)
        if (s->text.p[i] == '\t')
            s->text.p[i] = ' ';
    if (!paragraphs_add(to, r->a, s->kind, sbuf_view(&s->text), r->err))
        return false;
    sbuf_reset(&s->text);
    return true;
}

static void end_cell(struct rtf *r)
{
    struct stream *s = stream(r);

    settle(r, s);
    for (size_t i = 0; i < s->text.n; i++)
        if (s->text.p[i] == '\t')
            s->text.p[i] = ' ';
    sbuf_str(&s->row, str_trim(sbuf_view(&s->text)));
    sbuf_char(&s->row, '\t');
    sbuf_reset(&s->text);
}

static bool end_row(struct rtf *r)
{
    struct stream *s = stream(r);
    struct paragraphs *to = s == &r->note ? &r->notes : r->out;

    if (full(r, s) || !paragraphs_add(to, r->a, PARAGRAPH_ROW, sbuf_view(&s->row), r->err))
        return false;
    sbuf_reset(&s->row);
    return true;
}

/* The font table. */

static bool end_font(struct rtf *r)
{
    struct font *f = &r->font_now;

    if (r->font_number < 0)
        return true;
    while (r->font_name_n && r->font_name[0] == ' ')
        memmove(r->font_name, r->font_name + 1, --r->font_name_n);
    f->name = str_make(r->font_name, r->font_name_n);
    f->legacy = encoding_of_font(f->name, &f->encoding, &f->capitals);
    f->name = STR("");
    if (!vec_push(&r->fonts, r->a, *f) ||
        !map_put(&r->font_by_number, (uint64_t)r->font_number, r->fonts.n - 1))
        return err_memory(r->err);
    r->font_number = -1;
    return true;
}

static bool font_table(struct rtf *r, int32_t c)
{
    if (c == ';')
        return end_font(r);
    if (r->font_name_n < FONT_NAME_MAX && c < 0x80)
        r->font_name[r->font_name_n++] = (char)c;
    return true;
}

static void begin_font(struct rtf *r, int number)
{
    r->font_now = (struct font){.cp1258 = r->cp1258};
    r->font_number = number < 0 ? -1 : number;
    r->font_name_n = 0;
}

/* Control words. */

struct word {
    struct str name;
    int value;
    bool has_value;
};

static bool is_one_of(struct str s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(s, list[i]))
            return true;
    return false;
}

/* Groups whose text is not the document's. */
static bool is_apart(struct str name)
{
    static const char *const names[] = {"colortbl", "stylesheet", "info", "pict", "object",
        "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf",
        "fldinst", "listtable", "listoverridetable", "rsidtbl", "generator", "xmlnstbl",
        "themedata", "latentstyles", "datastore", "sp", "nonshppict", "annotation", "atnid",
        "atnauthor", "bkmkstart", "bkmkend", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "revtbl",
        "filetbl", "tc", "xe", "private1", "pgptbl", "listpicture", "template", "operator",
        "title"};

    return is_one_of(name, names, sizeof names / sizeof *names);
}

/* Groups that \* would let older readers skip, but whose text counts. */
static bool is_known_star(struct str name)
{
    static const char *const names[] = {"shpinst", "shptxt", "pntext", "listtext", "hyphen"};

    return is_one_of(name, names, sizeof names / sizeof *names);
}

static void unicode(struct rtf *r, int value)
{
    int32_t c = value & 0xffff;

    r->skip = now(r)->fallback;
    if (c >= 0xd800 && c < 0xdc00) {
        r->surrogate = c;
        return;
    }
    if (c >= 0xdc00 && c < 0xe000) {
        c = r->surrogate ? 0x10000 + ((r->surrogate - 0xd800) << 10) + (c - 0xdc00) : 0xfffd;
        r->surrogate = 0;
    }
    if (c == 0)
        return;
    const struct font *f = font_of(r, now(r)->font);
    if ((c < 0x100 || (c >= 0xf020 && c <= 0xf0ff)) && f && f->legacy)
        put_byte(r, c);
    else
        put_char(r, c);
}

static int32_t special_char(struct str name)
{
    static const struct {
        const char *name;
        int32_t c;
    } chars[] = {{"tab", '\t'}, {"line", ' '}, {"emdash", 0x2014}, {"endash", 0x2013},
        {"bullet", 0x2022}, {"lquote", 0x2018}, {"rquote", 0x2019}, {"ldblquote", 0x201c},
        {"rdblquote", 0x201d}, {"emspace", ' '}, {"enspace", ' '}, {"nestcell", ' '}};

    for (size_t i = 0; i < sizeof chars / sizeof *chars; i++)
        if (str_is(name, chars[i].name))
            return chars[i].c;
    return 0;
}

static bool structure(struct rtf *r, struct str name, bool *ret_known)
{
    *ret_known = true;
    if (str_is(name, "par") || str_is(name, "sect") || str_is(name, "page"))
        return end_paragraph(r);
    if (str_is(name, "cell"))
        end_cell(r);
    else if (str_is(name, "row"))
        return end_row(r);
    else if (str_is(name, "pard"))
        stream(r)->in_table = false;
    else if (str_is(name, "intbl"))
        stream(r)->in_table = true;
    else
        *ret_known = false;
    return true;
}

static void property(struct rtf *r, const struct word *w)
{
    struct group *g = now(r);
    bool on = !w->has_value || w->value != 0;

    if (str_is(w->name, "f"))
        g->font = w->value;
    else if (str_is(w->name, "plain"))
        g->font = r->default_font, g->hidden = false;
    else if (str_is(w->name, "v"))
        g->hidden = on;
    else if (str_is(w->name, "deleted"))
        g->deleted = on;
    else if (str_is(w->name, "uc"))
        g->fallback = w->value < 0 || w->value > 100 ? 1 : w->value;
    else if (str_is(w->name, "deff"))
        r->default_font = g->font = w->value;
    else if (str_is(w->name, "ansicpg"))
        r->cp1258 = w->value == 1258;
}

static bool font_word(struct rtf *r, const struct word *w)
{
    if (str_is(w->name, "f"))
        begin_font(r, w->value);
    else if (str_is(w->name, "fcharset"))
        r->font_now.cp1258 = w->value == 163 || (w->value <= 1 && r->cp1258);
    else if (w->name.n > 1 && !str_is(w->name, "fnil"))
        return true;
    return true;
}

static bool control_word(struct rtf *r, const struct word *w)
{
    bool starred = r->starred, known;

    r->starred = false;
    if (str_is(w->name, "bin")) {
        size_t left = r->s.n - r->at;
        r->at += w->value > 0 && (size_t)w->value < left ? (size_t)w->value
                 : w->value > 0                          ? left
                                                         : 0;
        return true;
    }
    if (now(r)->target == TO_NOWHERE)
        return true;
    if (str_is(w->name, "fonttbl")) {
        now(r)->target = TO_FONTS;
        return true;
    }
    if (is_apart(w->name) || (starred && !is_known_star(w->name))) {
        now(r)->target = TO_NOWHERE;
        return true;
    }
    if (now(r)->target == TO_FONTS)
        return font_word(r, w);
    if (str_is(w->name, "footnote")) {
        now(r)->target = TO_NOTE;
        return true;
    }
    if (str_is(w->name, "u")) {
        unicode(r, w->value);
        return true;
    }
    if (!structure(r, w->name, &known) || known)
        return known && r->err->code == ERR_NONE;
    int32_t c = special_char(w->name);
    if (c)
        put_char(r, c);
    else
        property(r, w);
    return true;
}

/* Reads the letters and the number of a control word; *at stands behind the backslash. */
static struct word scan_word(struct rtf *r)
{
    struct word w = {0};
    size_t from = r->at;
    int64_t value = 0;

    while (r->at < r->s.n && r->at - from < WORD_LENGTH_MAX &&
           ((r->s.p[r->at] | 0x20) >= 'a' && (r->s.p[r->at] | 0x20) <= 'z'))
        r->at++;
    w.name = str_slice(r->s, from, r->at);
    bool minus = r->at < r->s.n && r->s.p[r->at] == '-';
    size_t digits = r->at + minus;
    for (size_t i = digits; i < r->s.n && i < digits + 9 && r->s.p[i] >= '0' && r->s.p[i] <= '9';
         i++) {
        value = value * 10 + (r->s.p[i] - '0');
        w.has_value = true;
        r->at = i + 1;
    }
    w.value = (int)(minus ? -value : value);
    if (r->at < r->s.n && r->s.p[r->at] == ' ')
        r->at++;
    return w;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

/* A byte of text, written as itself or as \'hh; those behind \u are skipped. */
static bool text_byte(struct rtf *r, int c)
{
    if (r->skip > 0) {
        r->skip--;
        return true;
    }
    if (now(r)->target == TO_FONTS)
        return font_table(r, c);
    put_byte(r, c);
    return true;
}

static bool control_symbol(struct rtf *r)
{
    char c = r->s.p[r->at++];

    switch (c) {
    case '\'': {
        int high = r->at < r->s.n ? hex(r->s.p[r->at]) : -1;
        int low = r->at + 1 < r->s.n ? hex(r->s.p[r->at + 1]) : -1;
        if (high < 0 || low < 0)
            return err_set(r->err, ERR_INVALID, MSG_err_document_damaged);
        r->at += 2;
        return high * 16 + low == 0 || text_byte(r, high * 16 + low);
    }
    case '*':
        r->starred = true;
        return true;
    case '~':
        put_char(r, 0xa0);
        return true;
    case '_':
        put_char(r, '-');
        return true;
    case '\n':
    case '\r':
        return end_paragraph(r);
    case '\\':
    case '{':
    case '}':
        return text_byte(r, c);
    default: /* an optional hyphen, an index mark */
        return true;
    }
}

static bool open_group(struct rtf *r)
{
    if (r->depth + 1 >= RTF_DEPTH_MAX)
        return err_set(r->err, ERR_LIMIT, MSG_err_document_hostile);
    r->stack[r->depth + 1] = r->stack[r->depth];
    r->depth++;
    r->starred = false;
    return true;
}

static bool close_group(struct rtf *r)
{
    if (r->depth == 0)
        return err_set(r->err, ERR_INVALID, MSG_err_document_damaged);
    bool note = now(r)->target == TO_NOTE && r->stack[r->depth - 1].target != TO_NOTE;

    if (now(r)->target == TO_FONTS && !end_font(r))
        return false;
    if (note && !end_paragraph(r))
        return false;
    r->depth--;
    r->skip = 0;
    return true;
}

static bool step(struct rtf *r)
{
    unsigned char c = (unsigned char)r->s.p[r->at++];

    switch (c) {
    case '{':
        return open_group(r);
    case '}':
        return close_group(r);
    case '\\':
        if (r->at >= r->s.n)
            return true;
        if ((r->s.p[r->at] | 0x20) >= 'a' && (r->s.p[r->at] | 0x20) <= 'z') {
            struct word w = scan_word(r);
            return control_word(r, &w);
        }
        return control_symbol(r);
    case '\r':
    case '\n':
    case '\0':
        return true;
    default:
        return text_byte(r, c);
    }
}

static void begin_stream(struct rtf *r, struct stream *s, enum paragraph_kind kind)
{
    s->kind = kind;
    sbuf_init(&s->text, r->a, DOCUMENT_TEXT_MAX);
    sbuf_init(&s->pending, r->a, DOCUMENT_TEXT_MAX);
    sbuf_init(&s->row, r->a, DOCUMENT_TEXT_MAX);
}

static bool finish(struct rtf *r)
{
    r->stack[0] = (struct group){.target = TO_BODY};
    r->depth = 0;
    r->body.in_table = false;
    if ((r->body.row.n && !end_row(r)) || !end_paragraph(r))
        return false;
    for (size_t i = 0; i < r->notes.list.n; i++)
        if (!paragraphs_add(r->out, r->a, PARAGRAPH_NOTE, r->notes.list.p[i].text, r->err))
            return false;
    return true;
}

bool rtf_read(struct arena *a, struct str bytes, struct paragraphs *ret, struct err *err)
{
    struct rtf *r = arena_zalloc(a, sizeof *r);
    struct paragraphs out = {0};

    if (!r)
        return err_memory(err);
    *err = ERR_INIT;
    *r = (struct rtf){.a = a, .s = bytes, .out = &out, .err = err, .font_number = -1};
    r->stack[0] = (struct group){.target = TO_BODY, .fallback = 1};
    map_init(&r->font_by_number, a);
    begin_stream(r, &r->body, PARAGRAPH_BODY);
    begin_stream(r, &r->note, PARAGRAPH_NOTE);
    while (r->at < r->s.n) {
        if (!step(r) || full(r, &r->body) || full(r, &r->note))
            return false;
        if (r->depth == 0 && r->at > 1)
            break; /* the outermost group is closed */
    }
    if (r->depth > 0)
        return err_set(err, ERR_INVALID, MSG_err_document_damaged);
    if (!finish(r))
        return false;
    *ret = out;
    return true;
}
