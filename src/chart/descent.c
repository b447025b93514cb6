/* descent: where a unit comes from and what became of it, as lines through time. See chart.h. */
#include "chart/inside.h"

enum { TOP = PX(36), LANE = PX(50), RIGHT = PX(10) };

struct frame {
    int left, right;
    struct day from, to;
};

static int x_of(const struct frame *f, struct day d)
{
    return chart_place(d.v, f->from.v, f->to.v, f->left, f->right);
}

static int y_of(int life)
{
    return TOP + PX(26) + life * LANE;
}

static void axis(struct drawing *d, const struct frame *f, const struct descent_chart *c)
{
    int free_from = 0;

    draw_line(d, "g-axis", f->left, PX(28), f->right, PX(28));
    for (size_t i = 0; i < c->ticks; i++) {
        int x = x_of(f, c->tick[i].day), w = draw_text_width(c->tick[i].text);
        draw_line(d, "g-axis", x, PX(28), x, PX(33));
        if (x - w / 2 < free_from || x + w / 2 > d->w)
            continue;
        draw_text(d, "g-text g-mid", x, PX(18), c->tick[i].text);
        free_from = x + w / 2 + PX(6);
    }
}

/* A dotted upright through all lanes on each day on which something happened. */
static void days(struct drawing *d, const struct frame *f, const struct descent_chart *c)
{
    for (size_t i = 0; i < c->edges; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || c->edge[k].day.v == c->edge[i].day.v;
        int x = x_of(f, c->edge[i].day);
        if (!again)
            draw_line(d, "g-plan", x, PX(33), x, d->h);
    }
}

/* The line of a life, up to where its edges leave it. */
static void life(struct drawing *d, const struct frame *f, const struct descent_life *l, int i)
{
    int x = x_of(f, l->from), end = x_of(f, l->to), y = y_of(i);

    draw_line(d, l->me ? "g-line-me" : "g-line", x, y, end, y);
    if (l->from.v > f->from.v)
        draw_circle(d, l->me ? "g-dot-me" : "g-end", x, y, PX(l->me ? 5 : 3), STR_NULL);
    draw_text_in(d, l->me ? "g-text-b" : "g-text", 0, y + PX(4), f->left - PX(8), l->name);
    if (!l->note.n)
        return;
    int w = draw_text_width(l->note), room = f->right - PX(8);
    int at = x + PX(8) + w > room ? room - w : x + PX(8);
    if (at < f->left)
        at = f->left;
    draw_text_in(d, "g-text", at, y - PX(10), room - at, l->note);
}

static void edge(struct drawing *d, const struct frame *f, const struct descent_edge *e)
{
    int x = x_of(f, e->day), a = y_of(e->from), b = y_of(e->to), back = PX(22);

    if (e->from != e->to) {
        int start = x - back < f->left ? f->left : x - back;
        draw_path(d, "g-line", e->tip);
        draw_to(d, 'M', start, a);
        draw_to(d, 'C', x, a);
        draw_to(d, 'c', start, b);
        draw_to(d, 'c', x, b);
    }
    draw_circle(d, "g-then", x, b, PX(5), e->tip);
}

static bool fits(const struct descent_chart *c)
{
    for (size_t i = 0; i < c->edges; i++)
        if (c->edge[i].from < 0 || c->edge[i].to < 0 || (size_t)c->edge[i].from >= c->lives ||
            (size_t)c->edge[i].to >= c->lives)
            return false;
    return true;
}

bool chart_descent(
    const struct descent_chart *c, struct arena *a, struct html *ret, struct err *err)
{
    struct drawing d;
    int name = 0;

    if (c->lives > CHART_MAX / 10 || c->edges > CHART_MAX / 10 || c->ticks > CHART_MAX || !fits(c))
        return chart_too_large(c->lives + c->edges, err);
    for (size_t i = 0; i < c->lives; i++) {
        int w = draw_text_width(c->life[i].name);
        name = w > name ? w : name;
    }
    if (name > PX(c->w) / 3)
        name = PX(c->w) / 3;
    struct frame f = {name + PX(14), PX(c->w) - RIGHT, c->from, c->to};
    draw_init(&d, a, PX(c->w), TOP + (int)c->lives * LANE + PX(4), "chart chart-descent", c->says);
    days(&d, &f, c);
    axis(&d, &f, c);
    for (size_t i = 0; i < c->lives; i++)
        life(&d, &f, &c->life[i], (int)i);
    for (size_t i = 0; i < c->edges; i++)
        edge(&d, &f, &c->edge[i]);
    return draw_svg(&d, ret, err);
}
