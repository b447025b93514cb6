/* draw: see draw.h. */
#include "chart/draw.h"

#include "base/text.h"

#define SVG_MAX ((size_t)16 << 20)

void draw_init(struct drawing *d, struct arena *a, int w, int h, const char *css, struct str says)
{
    *d = (struct drawing){.a = a, .w = w, .h = h, .css = css, .says = says};
}

static void put(struct drawing *d, struct draw_item item)
{
    item.first = d->point.n;
    d->failed = d->failed || !vec_push(&d->item, d->a, item);
}

void draw_rect(struct drawing *d, const char *css, int x, int y, int w, int h, struct str tip)
{
    put(d, (struct draw_item){DRAW_RECT, css, x, y, w, h, STR_NULL, tip, 0, 0, STR_NULL});
}

void draw_circle(struct drawing *d, const char *css, int x, int y, int r, struct str tip)
{
    put(d, (struct draw_item){DRAW_CIRCLE, css, x, y, r, 0, STR_NULL, tip, 0, 0, STR_NULL});
}

void draw_text(struct drawing *d, const char *css, int x, int y, struct str text)
{
    put(d, (struct draw_item){DRAW_TEXT, css, x, y, 0, 0, text, STR_NULL, 0, 0, STR_NULL});
}

/* The bytes of the first `n` characters; marks that stand on a letter belong to it. */
static size_t bytes_of(struct str s, size_t n)
{
    size_t i = 0;

    for (size_t seen = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] & 0xc0) != 0x80 && seen++ == n)
            break;
    return i;
}

static size_t letters(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

/* Letters of Source Sans in running Vietnamese are about 6 px wide at 13 px, 6.4 at the 14 px of a
 * narrow page. */
enum { LETTER = 66 };

int draw_text_width(struct str text)
{
    size_t n = letters(text);

    return (int)(n > 1000 ? 1000 : n) * LETTER;
}

void draw_text_in(struct drawing *d, const char *css, int x, int y, int w, struct str text)
{
    if (draw_text_width(text) <= w) {
        draw_text(d, css, x, y, text);
        return;
    }
    size_t n = w > 2 * LETTER ? (size_t)(w / LETTER - 1) : 1;
    struct str head = str_trim(str_slice(text, 0, bytes_of(text, n)));
    const char *cut = arena_printf(d->a, "%.*s…", STR_ARG(head));
    d->failed = d->failed || !cut;
    put(d, (struct draw_item){DRAW_TEXT, css, x, y, 0, 0, str_of(cut), text, 0, 0, STR_NULL});
}

void draw_line(struct drawing *d, const char *css, int x1, int y1, int x2, int y2)
{
    draw_path(d, css, STR_NULL);
    draw_to(d, 'M', x1, y1);
    draw_to(d, 'L', x2, y2);
}

void draw_path(struct drawing *d, const char *css, struct str tip)
{
    put(d, (struct draw_item){DRAW_PATH, css, 0, 0, 0, 0, STR_NULL, tip, 0, 0, STR_NULL});
}

void draw_to(struct drawing *d, char op, int x, int y)
{
    struct draw_point p = {op, x, y};

    if (d->failed || !vec_push(&d->point, d->a, p))
        d->failed = true;
    else
        d->item.p[d->item.n - 1].points++;
}

void draw_link(struct drawing *d, struct str url)
{
    if (!d->failed && d->item.n)
        d->item.p[d->item.n - 1].url = url;
}

/* ---- SVG ---- */

static void number(struct sbuf *b, int tenths)
{
    int whole = tenths < 0 ? -tenths : tenths;

    if (tenths < 0)
        sbuf_char(b, '-');
    sbuf_i64(b, whole / 10);
    if (whole % 10) {
        sbuf_char(b, '.');
        sbuf_i64(b, whole % 10);
    }
}

static void attribute(struct sbuf *b, const char *name, int tenths)
{
    sbuf_printf(b, " %s=\"", name);
    number(b, tenths);
    sbuf_char(b, '"');
}

static void path_data(struct sbuf *b, const struct drawing *d, const struct draw_item *it)
{
    sbuf_z(b, " d=\"");
    for (size_t i = it->first; i < it->first + it->points; i++) {
        const struct draw_point *p = &d->point.p[i];
        sbuf_char(b, p->op == 'c' ? ' ' : p->op);
        if (p->op == 'Z')
            continue;
        number(b, p->x);
        sbuf_char(b, ' ');
        number(b, p->y);
    }
    sbuf_char(b, '"');
}

static void item_svg(struct sbuf *b, const struct drawing *d, const struct draw_item *it)
{
    static const char *const tag[] = {"rect", "circle", "path", "text"};
    bool circle = it->kind == DRAW_CIRCLE;

    if (it->url.n) {
        sbuf_z(b, "<a tabindex=\"-1\" href=\"");
        html_text(b, it->url);
        sbuf_z(b, "\" aria-label=\"");
        html_text(b, it->tip);
        sbuf_z(b, "\">");
    }
    sbuf_printf(b, "<%s class=\"%s\"", tag[it->kind], it->css);
    if (it->kind == DRAW_PATH) {
        path_data(b, d, it);
    } else {
        attribute(b, circle ? "cx" : "x", it->x);
        attribute(b, circle ? "cy" : "y", it->y);
    }
    if (circle)
        attribute(b, "r", it->w);
    if (it->kind == DRAW_RECT) {
        attribute(b, "width", it->w);
        attribute(b, "height", it->h);
    }
    sbuf_char(b, '>');
    if (it->tip.n) {
        sbuf_z(b, "<title>");
        html_text(b, it->tip);
        sbuf_z(b, "</title>");
    }
    html_text(b, it->text);
    sbuf_printf(b, "</%s>", tag[it->kind]);
    if (it->url.n)
        sbuf_z(b, "</a>");
}

static bool has_links(const struct drawing *d)
{
    for (size_t i = 0; i < d->item.n; i++)
        if (d->item.p[i].url.n)
            return true;
    return false;
}

bool draw_svg(const struct drawing *d, struct html *ret, struct err *err)
{
    struct sbuf b;

    if (d->failed)
        return err_memory(err);
    sbuf_init(&b, d->a, SVG_MAX);
    sbuf_printf(&b, "<svg class=\"%s\"", d->css);
    attribute(&b, "width", d->w);
    attribute(&b, "height", d->h);
    sbuf_z(&b, " viewBox=\"0 0 ");
    number(&b, d->w);
    sbuf_char(&b, ' ');
    number(&b, d->h);
    sbuf_printf(&b, "\" role=\"%s\" aria-label=\"", has_links(d) ? "group" : "img");
    html_text(&b, d->says);
    sbuf_z(&b, "\">");
    for (size_t i = 0; i < d->item.n; i++)
        item_svg(&b, d, &d->item.p[i]);
    sbuf_z(&b, "</svg>");
    if (b.failed)
        return err_memory(err);
    *ret = (struct html){sbuf_view(&b)};
    return true;
}
