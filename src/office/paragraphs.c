/* paragraphs: see paragraphs.h. */
#include "office/paragraphs.h"

#include <errno.h>
#include <unistd.h>

#include "base/text.h"

static bool too_long(struct err *err)
{
    return err_set(err, ERR_LIMIT, MSG_err_document_too_long);
}

/* Characters that are drawn as nothing and would part a word for a reader. */
static bool invisible(int32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           c == 0x2060 || c == 0xfeff;
}

static bool cleaned(struct arena *a, struct str text, struct str *ret, struct err *err)
{
    struct sbuf out;
    int32_t c;

    sbuf_init(&out, a, text.n + 1);
    for (size_t at = 0; (c = utf8_next(text, &at)) >= 0;)
        if (c < 0x20 && c != '\t')
            sbuf_char(&out, ' ');
        else if (!invisible(c))
            utf8_put(&out, c >= 0x7f && c < 0xa0 ? ' ' : c);
    if (out.failed)
        return err_memory(err);
    return text_clean(a, str_trim(sbuf_view(&out)), DOCUMENT_TEXT_MAX, ret, err);
}

/* Tabs at the beginning of a row are empty cells; of other text, an indent. */
static struct str without_end(struct str text, enum paragraph_kind kind)
{
    while (text.n && strchr(" \t\r\n", text.p[text.n - 1]))
        text.n--;
    while (text.n && kind != PARAGRAPH_ROW && strchr(" \t\r\n", text.p[0]))
        text = str_slice(text, 1, text.n);
    return text;
}

bool paragraphs_add(struct paragraphs *p, struct arena *a, enum paragraph_kind kind,
    struct str text, struct err *err)
{
    struct str clean;
    size_t lead = 0;

    text = without_end(text, kind);
    if (!text.n)
        return true;
    while (kind == PARAGRAPH_ROW && lead < text.n && text.p[lead] == '\t')
        lead++;
    if (!cleaned(a, str_slice(text, lead, text.n), &clean, err))
        return false;
    if (!clean.n)
        return true;
    if (lead) { /* text_clean would have trimmed the empty cells away */
        char *joined = arena_alloc(a, lead + clean.n + 1);
        if (!joined)
            return err_memory(err);
        memset(joined, '\t', lead);
        memcpy(joined + lead, clean.p, clean.n);
        clean = str_make(joined, lead + clean.n);
    }
    p->bytes += clean.n + 1;
    if (p->bytes > DOCUMENT_TEXT_MAX || p->list.n >= PARAGRAPHS_MAX)
        return too_long(err);
    return vec_push(&p->list, a, (struct paragraph){clean, kind}) || err_memory(err);
}

static bool put(int fd, const void *p, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t k = write(fd, (const char *)p + done, n - done);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        done += (size_t)k;
    }
    return true;
}

/* Small pieces are gathered, so that a document costs few calls. */
struct gather {
    int fd;
    size_t n;
    bool failed;
    char bytes[32768];
};

static void flush(struct gather *g)
{
    g->failed = g->failed || !put(g->fd, g->bytes, g->n);
    g->n = 0;
}

static void gather(struct gather *g, const void *p, size_t n)
{
    if (g->n + n > sizeof g->bytes)
        flush(g);
    if (n > sizeof g->bytes) {
        g->failed = g->failed || !put(g->fd, p, n);
        return;
    }
    memcpy(g->bytes + g->n, p, n);
    g->n += n;
}

bool paragraphs_send(const struct paragraphs *p, int fd)
{
    struct gather g = {.fd = fd};

    gather(&g, "D", 1);
    for (size_t i = 0; i < p->list.n; i++) {
        struct str s = p->list.p[i].text;
        unsigned char head[5] = {(unsigned char)p->list.p[i].kind, s.n & 0xff, s.n >> 8 & 0xff,
            s.n >> 16 & 0xff, s.n >> 24 & 0xff};
        gather(&g, head, sizeof head);
        gather(&g, s.p, s.n);
    }
    flush(&g);
    return !g.failed;
}

bool paragraphs_send_error(const struct err *e, int fd)
{
    return put(fd, "E", 1) && put(fd, e, sizeof *e);
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INVALID, MSG_err_document_damaged);
}

/* An error from the other side: only what is surely well-formed is taken over. */
static bool receive_error(struct str wire, struct err *err)
{
    struct err e;

    if (wire.n != sizeof e)
        return damaged(err);
    memcpy(&e, wire.p, sizeof e);
    if ((unsigned)e.key >= MSG_COUNT || (unsigned)e.code > ERR_INTERNAL || e.nargs < 0 ||
        e.nargs > ERR_ARGS)
        return damaged(err);
    struct str args[ERR_ARGS];
    for (int i = 0; i < e.nargs; i++) {
        args[i] = str_make(e.arg[i], strnlen(e.arg[i], sizeof e.arg[i]));
        if (!utf8_valid(args[i]))
            return damaged(err);
    }
    return err_set_(err, e.code, e.key, e.nargs, args);
}

bool paragraphs_receive(struct paragraphs *ret, struct arena *a, struct str wire, struct err *err)
{
    struct paragraphs p = {0};
    size_t at = 1;

    if (!wire.n || (wire.p[0] != 'D' && wire.p[0] != 'E'))
        return damaged(err);
    if (wire.p[0] == 'E')
        return receive_error(str_slice(wire, 1, wire.n), err);
    while (at < wire.n) {
        const unsigned char *h = (const unsigned char *)wire.p + at;
        if (wire.n - at < 5 || h[0] > PARAGRAPH_NOTE)
            return damaged(err);
        size_t n = h[1] | (size_t)h[2] << 8 | (size_t)h[3] << 16 | (size_t)h[4] << 24;
        if (n > wire.n - at - 5)
            return damaged(err);
        struct str text = str_slice(wire, at + 5, at + 5 + n);
        if (!utf8_valid(text))
            return damaged(err);
        if (!paragraphs_add(&p, a, (enum paragraph_kind)h[0], text, err))
            return false;
        at += 5 + n;
    }
    *ret = p;
    return true;
}
