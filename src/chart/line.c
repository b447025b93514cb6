/* line: figures over periods, with plan and last year; and its word-sized form. See chart.h. */
#include "chart/inside.h"

enum { TOP = PX(10), FOOT = PX(24), RIGHT = PX(14) };

/* Where the points go. */
struct frame {
    int left, right, top, bottom;
    int64_t from, to;
    size_t n;
};

static int x_of(const struct frame *f, size_t i)
{
    if (f->n < 2)
        return f->left + (f->right - f->left) / 2;
    return f->left + (int)((int64_t)(f->right - f->left) * (int64_t)i / (int64_t)(f->n - 1));
}

static int y_of(const struct frame *f, int64_t v)
{
    return chart_place(v, f->from, f->to, f->bottom, f->top);
}

enum series { NOW, PLAN, THEN };

static struct chart_value value_of(const struct chart_point *p, enum series s)
{
    return s == NOW ? p->now : s == PLAN ? p->plan : p->then;
}

/* A path with a gap where nothing is known; a value between two gaps is a dot. */
static void run(
    struct drawing *d, const struct frame *f, const struct chart_point *p, enum series s)
{
    const char *css = s == PLAN ? "g-plan" : "g-line-me";
    bool on = false;

    draw_path(d, css, STR_NULL);
    for (size_t i = 0; i < f->n; i++) {
        struct chart_value v = value_of(&p[i], s);
        if (v.has)
            draw_to(d, on ? 'L' : 'M', x_of(f, i), y_of(f, v.v));
        on = v.has;
    }
    for (size_t i = 0; i < f->n; i++) {
        struct chart_value v = value_of(&p[i], s);
        bool before = i > 0 && value_of(&p[i - 1], s).has;
        bool after = i + 1 < f->n && value_of(&p[i + 1], s).has;
        if (v.has && !before && !after && s == NOW)
            draw_circle(d, "g-dot-me", x_of(f, i), y_of(f, v.v), PX(2), STR_NULL);
    }
}

/* From the last figure, where there is one just before, through the forecasts. */
static void fan(struct drawing *d, const struct frame *f, const struct chart_point *p, size_t from,
    size_t to, bool tied)
{
    char op = 'M';

    draw_path(d, "g-fan-area", STR_NULL);
    if (tied) {
        draw_to(d, op, x_of(f, from - 1), y_of(f, p[from - 1].now.v));
        op = 'L';
    }
    for (size_t i = from; i <= to; i++, op = 'L')
        draw_to(d, op, x_of(f, i), y_of(f, p[i].high.v));
    for (size_t i = to + 1; i-- > from;)
        draw_to(d, 'L', x_of(f, i), y_of(f, p[i].low.v));
    draw_to(d, 'Z', 0, 0);
    draw_path(d, "g-fan-line", STR_NULL);
    if (tied)
        draw_to(d, 'M', x_of(f, from - 1), y_of(f, p[from - 1].now.v));
    for (size_t i = from; i <= to; i++)
        draw_to(d, i == from && !tied ? 'M' : 'L', x_of(f, i), y_of(f, p[i].fore.v));
}

/* What has not come yet: a pale fan that opens from the last figure, a broken line in it, and a
 * hollow dot for each period; a period by itself is a pale column. */
static void forecast(struct drawing *d, const struct frame *f, const struct chart_point *p)
{
    size_t from = 0, to;

    while (from < f->n && !p[from].fore.has)
        from++;
    if (from == f->n)
        return;
    for (to = from; to + 1 < f->n && p[to + 1].fore.has;)
        to++;
    bool tied = from > 0 && p[from - 1].now.has && !p[from].now.has;
    if (tied || to > from) {
        fan(d, f, p, from, to, tied);
    } else {
        int top = y_of(f, p[from].high.v), foot = y_of(f, p[from].low.v);
        draw_rect(d, "g-fan-area", x_of(f, from) - PX(5), top, PX(10), foot - top, STR_NULL);
    }
    for (size_t i = from; i <= to; i++)
        draw_circle(d, "g-fan-dot", x_of(f, i), y_of(f, p[i].fore.v), PX(4), STR_NULL);
}

static int tick_width(const struct line_chart *c)
{
    int w = 0;

    for (size_t i = 0; i < c->ticks; i++) {
        int one = draw_text_width(c->tick[i].text);
        w = one > w ? one : w;
    }
    return w > PX(c->w) / 3 ? PX(c->w) / 3 : w;
}

static void grid(struct drawing *d, const struct frame *f, const struct line_chart *c)
{
    for (size_t i = 0; i < c->ticks; i++) {
        int y = y_of(f, c->tick[i].v);
        draw_line(d, c->tick[i].v == 0 ? "g-axis" : "g-grid", f->left, y, f->right, y);
        draw_text(d, "g-text g-right", f->left - PX(8), y + PX(4), c->tick[i].text);
    }
}

/* Labels of periods, from the last one back, each where it does not touch the one after it. */
static void labels(struct drawing *d, const struct frame *f, const struct line_chart *c)
{
    int free_to = PX(c->w);

    for (size_t i = c->points; i-- > 0;) {
        int w = draw_text_width(c->point[i].label), x = x_of(f, i);
        if (!c->point[i].label.n)
            continue;
        if (x + w / 2 > PX(c->w))
            x = PX(c->w) - w / 2;
        if (x - w / 2 < 0 || x + w / 2 > free_to)
            continue;
        draw_text(d, "g-text g-mid", x, f->bottom + PX(18), c->point[i].label);
        free_to = x - w / 2 - PX(6);
    }
}

/* Columns without colour that catch the pointer. */
static void tips(struct drawing *d, const struct frame *f, const struct line_chart *c)
{
    for (size_t i = 0; i < c->points; i++) {
        int a = i ? (x_of(f, i - 1) + x_of(f, i)) / 2 : f->left - PX(6);
        int b = i + 1 < c->points ? (x_of(f, i) + x_of(f, i + 1)) / 2 : f->right + PX(6);
        if (c->point[i].tip.n)
            draw_rect(d, "g-hit", a, f->top, b - a, f->bottom - f->top, c->point[i].tip);
    }
}

static void dots(struct drawing *d, const struct frame *f, const struct chart_point *p)
{
    size_t last = f->n;

    for (size_t i = 0; i < f->n; i++) {
        if (p[i].then.has)
            draw_circle(d, "g-then", x_of(f, i), y_of(f, p[i].then.v), PX(3), STR_NULL);
        if (p[i].now.has)
            last = i;
    }
    if (last < f->n)
        draw_circle(d, "g-dot-me", x_of(f, last), y_of(f, p[last].now.v), PX(4), STR_NULL);
}

bool chart_line(const struct line_chart *c, struct arena *a, struct html *ret, struct err *err)
{
    struct drawing d;

    if (c->points > CHART_MAX || c->ticks > CHART_TICKS)
        return chart_too_large(c->points, err);
    struct frame f = {.left = tick_width(c) + PX(8),
        .right = PX(c->w) - RIGHT,
        .top = TOP,
        .bottom = PX(c->h) - FOOT,
        .n = c->points};
    if (c->ticks) {
        f.from = c->tick[0].v;
        f.to = c->tick[c->ticks - 1].v;
    }
    draw_init(&d, a, PX(c->w), PX(c->h), "chart chart-line", c->says);
    grid(&d, &f, c);
    forecast(&d, &f, c->point);
    run(&d, &f, c->point, PLAN);
    run(&d, &f, c->point, NOW);
    dots(&d, &f, c->point);
    labels(&d, &f, c);
    tips(&d, &f, c);
    return draw_svg(&d, ret, err);
}

/* ---- a word-sized line ---- */

enum { SPARK_W = PX(80), SPARK_H = PX(20), SPARK_MAX = 60 };

bool chart_spark(const struct spark_chart *c, struct arena *a, struct html *ret, struct err *err)
{
    struct frame f = {PX(3), SPARK_W - PX(4), PX(3), SPARK_H - PX(3), 0, 0, c->n};
    size_t last = c->n;
    struct drawing d;
    bool on = false;

    if (c->n > SPARK_MAX)
        return chart_too_large(c->n, err);
    bool any = chart_range(c->v, c->n, &f.from, &f.to);
    if (c->plan.has) {
        f.from = !any || c->plan.v < f.from ? c->plan.v : f.from;
        f.to = !any || c->plan.v > f.to ? c->plan.v : f.to;
    }
    draw_init(&d, a, SPARK_W, SPARK_H, "spark", c->says);
    if (c->plan.has)
        draw_line(&d, "g-plan", PX(2), y_of(&f, c->plan.v), SPARK_W - PX(2), y_of(&f, c->plan.v));
    draw_path(&d, "g-line", STR_NULL);
    for (size_t i = 0; i < c->n; i++) {
        if (c->v[i].has) {
            draw_to(&d, on ? 'L' : 'M', x_of(&f, i), y_of(&f, c->v[i].v));
            if (!on) /* so that one value alone is seen */
                draw_to(&d, 'L', x_of(&f, i), y_of(&f, c->v[i].v));
            last = i;
        }
        on = c->v[i].has;
    }
    if (c->then >= 0 && (size_t)c->then < c->n && c->v[c->then].has)
        draw_circle(
            &d, "g-then", x_of(&f, (size_t)c->then), y_of(&f, c->v[c->then].v), PX(2), STR_NULL);
    if (last < c->n)
        draw_circle(&d, "g-end", x_of(&f, last), y_of(&f, c->v[last].v), 22, STR_NULL);
    return draw_svg(&d, ret, err);
}
