/* json_read: see json_read.h. */
#include "base/json_read.h"

#include "base/text.h"

void json_read_init(struct json_reader *r, struct arena *a, struct str in, struct str name,
    size_t text_max, struct err *err)
{
    *r = (struct json_reader){.in = in, .name = name, .a = a, .text_max = text_max, .err = err};
    if (str_starts(in, STR("\xef\xbb\xbf")))
        r->at = 3;
}

bool json_at(struct json_reader *r)
{
    size_t begin = r->began < r->in.n ? r->began : r->in.n, line_at = 0;
    int line = 1;

    for (size_t i = 0; i < begin; i++)
        if (r->in.p[i] == '\n') {
            line++;
            line_at = i + 1;
        }
    r->failed = true;
    return err_at(r->err, r->name, line, (int)utf8_count(str_slice(r->in, line_at, begin)) + 1);
}

static enum json_piece wrong(struct json_reader *r, enum msg_key key)
{
    if (r->failed)
        return JSON_ERROR;
    err_set(r->err, ERR_INVALID, key);
    json_at(r);
    return JSON_ERROR;
}

static void blanks(struct json_reader *r)
{
    while (r->at < r->in.n && memchr(" \t\r\n", r->in.p[r->at], 4))
        r->at++;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The four digits behind \u; -1: they are not. */
static long code_unit(const struct json_reader *r, size_t at)
{
    long v = 0;

    for (size_t i = at; i < at + 4; i++) {
        int h = i < r->in.n ? hex(r->in.p[i]) : -1;
        if (h < 0)
            return -1;
        v = v * 16 + h;
    }
    return v;
}

static void put_utf8(struct sbuf *b, long v)
{
    if (v < 0x80) {
        sbuf_char(b, (char)v);
    } else if (v < 0x800) {
        sbuf_char(b, (char)(0xc0 | v >> 6));
        sbuf_char(b, (char)(0x80 | (v & 63)));
    } else if (v < 0x10000) {
        sbuf_char(b, (char)(0xe0 | v >> 12));
        sbuf_char(b, (char)(0x80 | (v >> 6 & 63)));
        sbuf_char(b, (char)(0x80 | (v & 63)));
    } else {
        sbuf_char(b, (char)(0xf0 | v >> 18));
        sbuf_char(b, (char)(0x80 | (v >> 12 & 63)));
        sbuf_char(b, (char)(0x80 | (v >> 6 & 63)));
        sbuf_char(b, (char)(0x80 | (v & 63)));
    }
}

/* One escape at r->at, behind the backslash. */
static bool escape(struct json_reader *r, struct sbuf *b)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->in.n ? r->in.p[r->at++] : 0;
    const char *p = c ? strchr(from, c) : NULL;

    if (p) {
        sbuf_char(b, to[p - from]);
        return true;
    }
    long v = c == 'u' ? code_unit(r, r->at) : -1;
    if (v <= 0)
        return false;
    r->at += 4;
    if (v >= 0xd800 && v < 0xdc00 && r->at + 1 < r->in.n && r->in.p[r->at] == '\\' &&
        r->in.p[r->at + 1] == 'u') {
        long low = code_unit(r, r->at + 2);
        if (low < 0xdc00 || low > 0xdfff)
            return false;
        r->at += 6;
        v = 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
    }
    if (v >= 0xd800 && v < 0xe000)
        return false;
    put_utf8(b, v);
    return true;
}

/* Behind the opening quotation mark. */
static bool text(struct json_reader *r)
{
    size_t begin = r->at;
    struct sbuf b;
    bool escaped = false;

    sbuf_init(&b, r->a, r->text_max + 8);
    for (;;) {
        size_t from = r->at;
        while (r->at < r->in.n && (unsigned char)r->in.p[r->at] >= 0x20 && r->in.p[r->at] != '"' &&
               r->in.p[r->at] != '\\')
            r->at++;
        if (r->at - begin > r->text_max)
            return wrong(r, MSG_err_json_text), false;
        if (escaped)
            sbuf_put(&b, r->in.p + from, r->at - from);
        if (r->at == r->in.n || (unsigned char)r->in.p[r->at] < 0x20)
            return wrong(r, MSG_err_json_text), false;
        if (r->in.p[r->at++] == '"')
            break;
        if (!escaped)
            sbuf_put(&b, r->in.p + begin, r->at - 1 - begin);
        escaped = true;
        if (!escape(r, &b))
            return wrong(r, MSG_err_json_text), false;
    }
    if (escaped && b.failed)
        return err_memory(r->err);
    r->text = escaped ? sbuf_view(&b) : str_slice(r->in, begin, r->at - 1);
    if (utf8_valid(r->text))
        return true;
    wrong(r, MSG_err_text_utf8);
    return false;
}

static size_t digits(const struct json_reader *r, size_t at)
{
    size_t n = 0;

    while (at + n < r->in.n && r->in.p[at + n] >= '0' && r->in.p[at + n] <= '9')
        n++;
    return n;
}

static bool number(struct json_reader *r)
{
    size_t begin = r->at, n;

    r->at += r->in.p[r->at] == '-';
    n = digits(r, r->at);
    bool ok = n == 1 || (n > 1 && r->in.p[r->at] != '0');
    r->at += n;
    if (ok && r->at < r->in.n && r->in.p[r->at] == '.') {
        n = digits(r, ++r->at);
        ok = n > 0;
        r->at += n;
    }
    if (ok && r->at < r->in.n && (r->in.p[r->at] | 32) == 'e') {
        r->at++;
        r->at += r->at < r->in.n && (r->in.p[r->at] == '+' || r->in.p[r->at] == '-');
        n = digits(r, r->at);
        ok = n > 0;
        r->at += n;
    }
    r->text = str_slice(r->in, begin, r->at);
    return ok;
}

static enum json_piece word(struct json_reader *r)
{
    static const struct {
        struct str word;
        enum json_piece piece;
    } words[] = {{{"true", 4}, JSON_TRUE}, {{"false", 5}, JSON_FALSE}, {{"null", 4}, JSON_NULL}};

    for (int i = 0; i < 3; i++)
        if (str_starts(str_slice(r->in, r->at, r->in.n), words[i].word)) {
            r->at += words[i].word.n;
            return words[i].piece;
        }
    return wrong(r, MSG_err_json_syntax);
}

static enum json_piece opens(struct json_reader *r, char c)
{
    if (r->depth == JSON_DEPTH)
        return wrong(r, MSG_err_json_depth);
    r->open[r->depth++] = c;
    r->at++;
    r->comma = false;
    return c == '{' ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_piece closes(struct json_reader *r, char c)
{
    r->depth--;
    r->at++;
    r->comma = true;
    r->done = r->depth == 0;
    return c == '}' ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static enum json_piece value(struct json_reader *r)
{
    char c = r->in.p[r->at];
    enum json_piece p;

    r->colon = false;
    if (c == '{' || c == '[')
        return opens(r, c);
    if (c == '"') {
        r->at++;
        p = text(r) ? JSON_TEXT : JSON_ERROR;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        p = number(r) ? JSON_NUMBER : wrong(r, MSG_err_json_syntax);
    } else {
        p = word(r);
    }
    r->comma = true;
    r->done = r->depth == 0;
    return p;
}

static enum json_piece key(struct json_reader *r)
{
    if (r->in.p[r->at] != '"')
        return wrong(r, MSG_err_json_syntax);
    r->at++;
    if (!text(r))
        return JSON_ERROR;
    blanks(r);
    if (r->at == r->in.n || r->in.p[r->at] != ':')
        return wrong(r, MSG_err_json_syntax);
    r->at++;
    r->colon = true;
    return JSON_KEY;
}

enum json_piece json_read(struct json_reader *r)
{
    if (r->failed)
        return JSON_ERROR;
    blanks(r);
    r->began = r->at;
    if (r->done)
        return r->at == r->in.n ? JSON_END : wrong(r, MSG_err_json_syntax);
    if (r->at == r->in.n)
        return wrong(r, MSG_err_json_short);
    char in = r->depth ? r->open[r->depth - 1] : 0, c = r->in.p[r->at];
    if (r->colon)
        return value(r);
    if ((in == '{' && c == '}') || (in == '[' && c == ']'))
        return closes(r, c);
    if (in && r->comma) {
        if (c != ',')
            return wrong(r, MSG_err_json_syntax);
        r->at++;
        blanks(r);
        r->began = r->at;
        if (r->at == r->in.n)
            return wrong(r, MSG_err_json_short);
        if (r->in.p[r->at] == ']' || r->in.p[r->at] == '}')
            return wrong(r, MSG_err_json_syntax);
    }
    return in == '{' ? key(r) : value(r);
}

bool json_read_is(struct json_reader *r, enum json_piece want)
{
    enum json_piece got = json_read(r);

    if (got == want)
        return true;
    if (got != JSON_ERROR)
        wrong(r, MSG_err_json_unexpected);
    return false;
}

bool json_skip(struct json_reader *r, enum json_piece first)
{
    int depth = r->depth - (first == JSON_OBJECT || first == JSON_ARRAY);

    if (first == JSON_ERROR)
        return false;
    while (r->depth > depth)
        if (json_read(r) == JSON_ERROR)
            return false;
    return true;
}
