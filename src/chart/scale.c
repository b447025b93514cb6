/* scale: axes and places; see chart.h. */
#include "chart/inside.h"

typedef __int128 wide;

bool chart_too_large(size_t n, struct err *err)
{
    char text[24];
    struct sbuf b;

    sbuf_init_fixed(&b, text, sizeof text);
    sbuf_i64(&b, (int64_t)n);
    return err_set(err, ERR_INVALID, MSG_err_chart_too_large, sbuf_view(&b));
}

int chart_place(int64_t v, int64_t from, int64_t to, int a, int b)
{
    wide part = (wide)v - from, whole = (wide)to - from;

    if (whole <= 0)
        return a + (b - a) / 2;
    if (part < 0)
        part = 0;
    if (part > whole)
        part = whole;
    return a + (int)(part * (b - a) / whole);
}

/* The smallest of 1, 2, 5, 10, 20 ... that is not below `least`. */
static wide round_step(wide least)
{
    wide ten = 1;

    while (ten * 10 <= least)
        ten *= 10;
    for (int i = 0; i < 3; i++) {
        wide step = ten * (i == 0 ? 1 : i == 1 ? 2 : 5);
        if (step >= least)
            return step;
    }
    return ten * 10;
}

static wide floor_to(wide v, wide step)
{
    wide rest = v % step;

    return v - (rest < 0 ? rest + step : rest);
}

size_t chart_ticks(int64_t from, int64_t to, int want, struct chart_tick ret[CHART_TICKS])
{
    if (to < from)
        to = from;
    if (want < 2)
        want = 2;
    if (want > CHART_TICKS - 2)
        want = CHART_TICKS - 2;
    wide span = (wide)to - from, step = round_step(span ? (span + want - 1) / want : 1);
    wide v = floor_to(from, step);
    size_t n = 0;

    do {
        wide held = v < INT64_MIN ? INT64_MIN : v > INT64_MAX ? INT64_MAX : v;
        ret[n++] = (struct chart_tick){(int64_t)held, STR_NULL};
        v += step;
    } while (n < CHART_TICKS && (n == 1 || v < (wide)to + step));
    return n;
}

bool chart_range(const struct chart_value *v, size_t n, int64_t *ret_from, int64_t *ret_to)
{
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        if (!v[i].has)
            continue;
        if (!any || v[i].v < *ret_from)
            *ret_from = v[i].v;
        if (!any || v[i].v > *ret_to)
            *ret_to = v[i].v;
        any = true;
    }
    return any;
}

/* ---- silhouettes ---- */

/* Points around (x, y) in tenths. */
static void shape(
    struct drawing *d, const char *css, int x, int y, const int (*p)[2], int n, struct str tip)
{
    draw_path(d, css, tip);
    for (int i = 0; i < n; i++)
        draw_to(d, i ? 'L' : 'M', x + p[i][0], y + p[i][1]);
    draw_to(d, 'Z', 0, 0);
}

static void strokes(struct drawing *d, const char *css, int x, int y, const int (*p)[2], int n)
{
    draw_path(d, css, STR_NULL);
    for (int i = 0; i < n; i++)
        draw_to(d, i ? 'L' : 'M', x + p[i][0], y + p[i][1]);
}

void draw_status(struct drawing *d, enum chart_status s, int x, int y, struct str tip)
{
    static const int up[3][2] = {{0, -60}, {60, 20}, {-60, 20}};
    static const int foot[4][2] = {{-60, 34}, {60, 34}, {60, 60}, {-60, 60}};
    static const int warn[3][2] = {{0, -50}, {53, 50}, {-53, 50}};
    static const int diamond[4][2] = {{0, -62}, {62, 0}, {0, 62}, {-62, 0}};
    static const int square[4][2] = {{-56, -56}, {56, -56}, {56, 56}, {-56, 56}};
    static const int tick[3][2] = {{-28, 3}, {-8, 23}, {29, -18}};
    static const int bar[2][2] = {{0, -14}, {0, 16}}, cross[2][2] = {{-26, -26}, {26, 26}},
                     other[2][2] = {{26, -26}, {-26, 26}};

    switch (s) {
    case CHART_MET:
        draw_circle(d, "g-s good", x, y, 60, tip);
        strokes(d, "g-s-in", x, y, tick, 3);
        break;
    case CHART_EXCEEDED:
        shape(d, "g-s good", x, y, up, 3, tip);
        shape(d, "g-s good", x, y, foot, 4, tip);
        break;
    case CHART_ON_COURSE:
        draw_circle(d, "g-s-line steady", x, y, 51, tip);
        draw_circle(d, "g-s steady", x, y, 22, tip);
        break;
    case CHART_AT_RISK:
        shape(d, "g-s-line risk", x, y, warn, 3, tip);
        strokes(d, "g-s-line risk", x, y + 10, bar, 2);
        break;
    case CHART_OFF_COURSE:
        shape(d, "g-s off", x, y, diamond, 4, tip);
        strokes(d, "g-s-in", x, y, bar, 2);
        break;
    case CHART_MISSED:
        shape(d, "g-s miss", x, y, square, 4, tip);
        strokes(d, "g-s-in", x, y, cross, 2);
        strokes(d, "g-s-in", x, y, other, 2);
        break;
    case CHART_NOT_YET:
        draw_circle(d, "g-s-line none", x, y, 36, tip);
        break;
    default:
        draw_circle(d, "g-s-dash none", x, y, 52, tip);
    }
}
