/* bars: a league table of units, and a strip of them by status. See chart.h. */
#include "chart/inside.h"

enum { ROW = PX(24), BAR = PX(12), GAP = PX(8), CELL = PX(20) };

struct columns {
    int name, bar, text; /* where each begins; names end at bar - GAP */
    int64_t from, to;
};

static int widest(const struct bar_chart *c, bool names)
{
    int w = 0;

    for (size_t i = 0; i < c->bars; i++) {
        int one = draw_text_width(names ? c->bar[i].name : c->bar[i].text);
        w = one > w ? one : w;
    }
    return w;
}

static struct columns lay(const struct bar_chart *c)
{
    struct columns k = {0};
    int name = widest(c, true), text = widest(c, false), all = PX(c->w);

    if (name > all * 2 / 5)
        name = all * 2 / 5;
    if (text > all * 7 / 20)
        text = all * 7 / 20;
    k.bar = name + GAP;
    k.text = all - text;
    for (size_t i = 0; i < c->bars; i++) {
        const struct chart_value v[2] = {c->bar[i].v, c->bar[i].plan};
        for (int j = 0; j < 2; j++) {
            k.from = v[j].has && v[j].v < k.from ? v[j].v : k.from;
            k.to = v[j].has && v[j].v > k.to ? v[j].v : k.to;
        }
    }
    if (k.from == k.to)
        k.to = k.from + 1;
    return k;
}

static void bar_row(struct drawing *d, const struct columns *k, const struct chart_bar *b, int y)
{
    int zero = chart_place(0, k->from, k->to, k->bar, k->text - GAP), middle = y + ROW / 2;

    if (b->me)
        draw_rect(d, "g-row-me", 0, y, d->w, ROW, STR_NULL);
    draw_text_in(d, b->me ? "g-text-b" : "g-text", 0, middle + PX(4), k->bar - GAP, b->name);
    if (b->v.has) {
        int x = chart_place(b->v.v, k->from, k->to, k->bar, k->text - GAP);
        const char *css = b->me ? "g-bar-me" : b->off ? "g-bar-off" : "g-bar";
        draw_rect(d, css, x < zero ? x : zero, middle - BAR / 2, x < zero ? zero - x : x - zero,
            BAR, STR_NULL);
        if (b->off) /* not by colour alone */
            draw_line(d, "g-edge", x, middle - BAR / 2 - PX(3), x, middle + BAR / 2 + PX(3));
    }
    if (b->plan.has) {
        int x = chart_place(b->plan.v, k->from, k->to, k->bar, k->text - GAP);
        draw_line(d, "g-tick", x, middle - PX(9), x, middle + PX(9));
    }
    draw_text_in(d, b->v.has ? "g-text-v g-right" : "g-text g-right", d->w, middle + PX(4),
        d->w - k->text, b->text);
    if (b->tip.n)
        draw_rect(d, "g-hit", 0, y, d->w, ROW, b->tip);
}

bool chart_bars(const struct bar_chart *c, struct arena *a, struct html *ret, struct err *err)
{
    struct drawing d;

    if (c->bars > CHART_MAX)
        return chart_too_large(c->bars, err);
    struct columns k = lay(c);
    draw_init(&d, a, PX(c->w), (int)c->bars * ROW, "chart chart-bars", c->says);
    int zero = chart_place(0, k.from, k.to, k.bar, k.text - GAP);
    for (size_t i = 0; i < c->bars; i++)
        bar_row(&d, &k, &c->bar[i], (int)i * ROW);
    draw_line(&d, "g-axis", zero, 0, zero, d.h);
    return draw_svg(&d, ret, err);
}

bool chart_strip(const struct strip_chart *c, struct arena *a, struct html *ret, struct err *err)
{
    struct drawing d;
    int in_row = PX(c->w) / CELL;

    if (c->units > CHART_MAX)
        return chart_too_large(c->units, err);
    if (in_row < 1)
        in_row = 1;
    int rows = ((int)c->units + in_row - 1) / in_row;
    draw_init(&d, a, PX(c->w), (rows ? rows : 1) * CELL, "chart chart-strip", c->says);
    for (size_t i = 0; i < c->units; i++) {
        int x = (int)i % in_row * CELL, y = (int)i / in_row * CELL;
        draw_status(&d, c->unit[i].status, x + CELL / 2, y + CELL / 2, STR_NULL);
        if (c->unit[i].tip.n)
            draw_rect(&d, "g-hit", x, y, CELL, CELL, c->unit[i].tip);
    }
    return draw_svg(&d, ret, err);
}
