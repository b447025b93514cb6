/* docx_styles: see docx_styles.h; lists are in docx_lists.c. */
#include "office/docx_styles.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "office/docx.h"

struct styles_state {
    struct docx_styles *s;
    struct ooxml *x;
    struct docx_style now;
    int style_depth;    /* depth of the open w:style, 0 where none */
    int defaults_depth; /* of w:rPrDefault */
    int skip_depth;     /* of an element whose content does not count */
    bool is_default_paragraph, failed;
};

bool docx_is_on(const struct ooxml_element *e)
{
    const char *v = ooxml_attribute(e, "val");

    return !v || !(strcmp(v, "0") == 0 || strcmp(v, "false") == 0 || strcmp(v, "off") == 0);
}

static struct docx_style unset(void)
{
    return (struct docx_style){.hidden = -1, .list = -1, .level = -1};
}

static int number(const char *s, int otherwise)
{
    int64_t v;

    return s && str_to_i64(str_of(s), &v) && v >= -1000000 && v <= 1000000000 ? (int)v : otherwise;
}

static struct str keep(struct styles_state *st, const char *z)
{
    struct str s = z ? str_dup(st->s->arena, str_of(z)) : STR("");

    st->failed = st->failed || !s.p;
    return s.p ? s : STR("");
}

static bool begin_style(struct styles_state *st, const struct ooxml_element *e)
{
    const char *type = ooxml_attribute(e, "type"), *standard = ooxml_attribute(e, "default");

    st->style_depth = e->depth;
    st->now = unset();
    st->now.id = keep(st, ooxml_attribute(e, "styleId"));
    st->is_default_paragraph = type && strcmp(type, "paragraph") == 0 && standard &&
                               (strcmp(standard, "1") == 0 || strcmp(standard, "true") == 0);
    return !st->failed || err_memory(st->x->err);
}

static void font_of(struct styles_state *st, const struct ooxml_element *e, struct docx_style *s)
{
    const char *font = ooxml_attribute(e, "hAnsi");

    if (!font)
        font = ooxml_attribute(e, "ascii");
    if (font)
        s->font = keep(st, font);
}

static void property(struct styles_state *st, const struct ooxml_element *e, struct docx_style *s)
{
    const char *val = ooxml_attribute(e, "val");

    if (strcmp(e->name, "rFonts") == 0)
        font_of(st, e, s);
    else if (strcmp(e->name, "vanish") == 0)
        s->hidden = docx_is_on(e);
    else if (strcmp(e->name, "basedOn") == 0)
        s->based_on = keep(st, val);
    else if (strcmp(e->name, "numId") == 0)
        s->list = number(val, -1);
    else if (strcmp(e->name, "ilvl") == 0)
        s->level = number(val, -1);
    else if (strcmp(e->name, "name") == 0 && val)
        s->contents = strncasecmp(val, "toc ", 4) == 0;
}

static bool skipped(const struct ooxml_element *e)
{
    static const char *const names[] = {"tblStylePr", "pPrChange", "rPrChange", "tblPr", "trPr"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(e->name, names[i]) == 0)
            return true;
    return false;
}

static bool style_start(void *ctx, const struct ooxml_element *e)
{
    struct styles_state *st = ctx;

    if (e->ns != NS_WORD || st->skip_depth)
        return true;
    if (strcmp(e->name, "style") == 0)
        return begin_style(st, e);
    if (strcmp(e->name, "rPrDefault") == 0)
        st->defaults_depth = e->depth;
    else if (skipped(e))
        st->skip_depth = e->depth;
    else if (st->style_depth)
        property(st, e, &st->now);
    else if (st->defaults_depth)
        property(st, e, &st->s->defaults);
    return !st->failed || err_memory(st->x->err);
}

static bool style_end(void *ctx, int depth)
{
    struct styles_state *st = ctx;

    if (depth == st->skip_depth)
        st->skip_depth = 0;
    if (depth == st->defaults_depth)
        st->defaults_depth = 0;
    if (depth != st->style_depth)
        return true;
    st->style_depth = 0;
    if (st->is_default_paragraph)
        st->s->normal = (int)st->s->list.n;
    if (!vec_push(&st->s->list, st->s->arena, st->now) ||
        !smap_put(&st->s->by_id, st->now.id, st->s->list.n - 1))
        return err_memory(st->x->err);
    return true;
}

bool docx_styles_read(struct docx_styles *s, struct ooxml *x, struct str part)
{
    struct styles_state st = {.s = s, .x = x};
    struct ooxml_handler h = {&st, style_start, style_end, NULL};

    *s = (struct docx_styles){.arena = x->arena, .defaults = unset(), .normal = -1};
    smap_init(&s->by_id, x->arena);
    return !part.n || !ooxml_has(x, part) || ooxml_read(x, part, &h);
}

int docx_style_find(const struct docx_styles *s, struct str id)
{
    uint64_t index;

    if (!id.n)
        return s->normal;
    return smap_get(&s->by_id, id, &index) ? (int)index : s->normal;
}

static void inherit(struct docx_style *s, const struct docx_style *from)
{
    if (!s->font.n)
        s->font = from->font;
    if (s->hidden < 0)
        s->hidden = from->hidden;
    if (s->list < 0) {
        s->list = from->list;
        s->level = s->level < 0 ? from->level : s->level;
    }
}

struct docx_style docx_style_of(const struct docx_styles *s, int index)
{
    struct docx_style r = unset();
    uint64_t next;

    if (index >= 0 && (size_t)index < s->list.n) {
        r = s->list.p[index];
        const struct docx_style *at = &s->list.p[index];
        for (int i = 0; i < STYLE_CHAIN_MAX && at->based_on.n; i++) {
            if (!smap_get(&s->by_id, at->based_on, &next))
                break;
            at = &s->list.p[next];
            inherit(&r, at);
        }
    }
    inherit(&r, &s->defaults);
    return r;
}
