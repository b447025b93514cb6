/* json: see json.h. */
#include "base/json.h"

void json_init(struct json *j, struct sbuf *out, int indent)
{
    *j = (struct json){.out = out, .indent = indent};
}

static void new_line(struct json *j)
{
    if (!j->indent)
        return;
    sbuf_char(j->out, '\n');
    sbuf_fill(j->out, ' ', (size_t)(j->indent * j->depth));
}

/* Before a value in an array or a key in an object. */
static void separate(struct json *j)
{
    if (j->depth == 0)
        return;
    if (j->comma[j->depth - 1])
        sbuf_char(j->out, ',');
    j->comma[j->depth - 1] = true;
    new_line(j);
}

/* Values behind a key were separated by the key; the key leaves the flag at its level unset. */
static void value(struct json *j)
{
    if (j->out->n && j->out->p[j->out->n - 1] == ':')
        return;
    if (j->indent && j->out->n > 1 && j->out->p[j->out->n - 1] == ' ' &&
        j->out->p[j->out->n - 2] == ':')
        return;
    separate(j);
}

static void open(struct json *j, char c)
{
    value(j);
    sbuf_char(j->out, c);
    if (j->depth == JSON_DEPTH) {
        j->out->failed = true;
        return;
    }
    j->comma[j->depth++] = false;
}

static void close(struct json *j, char c)
{
    if (j->depth == 0) {
        j->out->failed = true;
        return;
    }
    bool any = j->comma[--j->depth];
    if (any)
        new_line(j);
    sbuf_char(j->out, c);
}

void json_object(struct json *j)
{
    open(j, '{');
}
void json_object_end(struct json *j)
{
    close(j, '}');
}
void json_array(struct json *j)
{
    open(j, '[');
}
void json_array_end(struct json *j)
{
    close(j, ']');
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f && c != '<' && c != '>' && c != '&';
}

static void put_escaped(struct sbuf *out, unsigned char c)
{
    if (c == '"' || c == '\\')
        sbuf_char(out, '\\'), sbuf_char(out, (char)c);
    else if (c == '\n')
        sbuf_z(out, "\\n");
    else if (c == '\t')
        sbuf_z(out, "\\t");
    else if (c == '\r')
        sbuf_z(out, "\\r");
    else
        sbuf_printf(out, "\\u%04x", c);
}

void json_escape(struct sbuf *out, struct str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (is_plain((unsigned char)s.p[i]))
            continue;
        sbuf_put(out, s.p + from, i - from);
        put_escaped(out, (unsigned char)s.p[i]);
        from = i + 1;
    }
    if (s.n > from)
        sbuf_put(out, s.p + from, s.n - from);
}

void json_key(struct json *j, const char *key)
{
    separate(j);
    sbuf_char(j->out, '"');
    json_escape(j->out, str_of(key));
    sbuf_z(j->out, j->indent ? "\": " : "\":");
}

void json_str(struct json *j, struct str s)
{
    value(j);
    sbuf_char(j->out, '"');
    json_escape(j->out, s);
    sbuf_char(j->out, '"');
}

void json_i64(struct json *j, int64_t v)
{
    value(j);
    sbuf_i64(j->out, v);
}

void json_bool(struct json *j, bool v)
{
    value(j);
    sbuf_z(j->out, v ? "true" : "false");
}

void json_null(struct json *j)
{
    value(j);
    sbuf_z(j->out, "null");
}

void json_dec(struct json *j, struct dec d)
{
    value(j);
    sbuf_char(j->out, '"');
    dec_put(j->out, d);
    sbuf_char(j->out, '"');
}

void json_kstr(struct json *j, const char *key, struct str s)
{
    json_key(j, key);
    json_str(j, s);
}
void json_ki64(struct json *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_i64(j, v);
}
void json_kbool(struct json *j, const char *key, bool v)
{
    json_key(j, key);
    json_bool(j, v);
}
void json_knull(struct json *j, const char *key)
{
    json_key(j, key);
    json_null(j);
}
void json_kdec(struct json *j, const char *key, struct dec d)
{
    json_key(j, key);
    json_dec(j, d);
}
