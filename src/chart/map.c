/* map: areas by grade or status. See chart.h.
 *
 * The projection is the plain one (a degree of longitude is cos(latitude) of one of latitude, taken
 * at the middle of the map), with the cosine as the rational (32400 - 4d²) / (32400 + d²), right to
 * 0.2 % below 70°: on a province that is less than a pixel. */
#include <stdlib.h>

#include "chart/inside.h"

typedef __int128 wide;
enum { EDGE = PX(4), NEAR = 4 };

struct plane {
    struct map_box box;
    int64_t cos_num, cos_den;
    int64_t num, den; /* tenths of a pixel in a microdegree of latitude */
    int left, top;
};

static bool no_box(struct map_box b)
{
    return !b.west && !b.east && !b.south && !b.north;
}

static void stretch(struct map_box *b, struct map_point p, bool first)
{
    b->west = first || p.lon < b->west ? p.lon : b->west;
    b->east = first || p.lon > b->east ? p.lon : b->east;
    b->south = first || p.lat < b->south ? p.lat : b->south;
    b->north = first || p.lat > b->north ? p.lat : b->north;
}

static bool box_of(const struct map_area *a, struct map_box *ret)
{
    bool first = true;

    for (size_t r = 0; r < a->rings; r++)
        for (size_t i = 0; i < a->ring[r].n; i++) {
            stretch(ret, a->ring[r].p[i], first);
            first = false;
        }
    return !first;
}

static struct map_box whole_box(const struct map_chart *c)
{
    struct map_box all = {0}, one;
    bool first = true;

    if (!no_box(c->clip))
        return c->clip;
    for (size_t i = 0; i < c->areas; i++) {
        if (!box_of(&c->area[i], &one))
            continue;
        stretch(&all, (struct map_point){one.west, one.south}, first);
        stretch(&all, (struct map_point){one.east, one.north}, false);
        first = false;
    }
    return all;
}

static struct plane plane_of(const struct map_chart *c)
{
    struct plane m = {.box = whole_box(c)};
    int64_t d = ((int64_t)m.box.south + m.box.north) / 2 / 10000; /* hundredths of a degree */
    int64_t w = PX(c->w) - 2 * EDGE, h = PX(c->h) - 2 * EDGE;

    m.cos_num = 324000000 - 4 * d * d;
    m.cos_den = 324000000 + d * d;
    if (m.cos_num < 1)
        m.cos_num = 1;
    int64_t tall = (int64_t)m.box.north - m.box.south;
    int64_t across = (int64_t)((wide)(m.box.east - (int64_t)m.box.west) * m.cos_num / m.cos_den);
    tall = tall < 1 ? 1 : tall;
    across = across < 1 ? 1 : across;
    bool by_height = (wide)h * across < (wide)w * tall;
    m.num = by_height ? h : w;
    m.den = by_height ? tall : across;
    m.left = EDGE + (int)((w - (int64_t)((wide)across * m.num / m.den)) / 2);
    m.top = EDGE + (int)((h - (int64_t)((wide)tall * m.num / m.den)) / 2);
    return m;
}

static int clamped(wide v)
{
    return v > 1000000 ? 1000000 : v < -1000000 ? -1000000 : (int)v;
}

static int x_of(const struct plane *m, int32_t lon)
{
    wide east = (wide)lon - m->box.west;

    return clamped(m->left + east * m->cos_num * m->num / ((wide)m->cos_den * m->den));
}

static int y_of(const struct plane *m, int32_t lat)
{
    return clamped(m->top + ((wide)m->box.north - lat) * m->num / m->den);
}

/* Points that lie within half a pixel of the one before are left out. */
static void ring_path(struct drawing *d, const struct plane *m, const struct map_ring *r)
{
    int last_x = 0, last_y = 0;

    for (size_t i = 0; i < r->n; i++) {
        int x = x_of(m, r->p[i].lon), y = y_of(m, r->p[i].lat);
        if (i && abs(x - last_x) < NEAR && abs(y - last_y) < NEAR)
            continue;
        draw_to(d, i ? 'L' : 'M', x, y);
        last_x = x;
        last_y = y;
    }
    if (r->n)
        draw_to(d, 'Z', 0, 0);
}

static bool seen(const struct plane *m, const struct map_area *a)
{
    struct map_box b;

    return box_of(a, &b) && b.west <= m->box.east && b.east >= m->box.west &&
           b.south <= m->box.north && b.north >= m->box.south;
}

/* The middle of the largest ring by area, else of its box. */
static void middle(
    const struct plane *m, const struct map_area *a, int *ret_x, int *ret_y, int *ret_w, int *ret_h)
{
    wide best = -1;

    for (size_t r = 0; r < a->rings; r++) {
        const struct map_ring *ring = &a->ring[r];
        wide twice = 0, sx = 0, sy = 0;
        int low = INT32_MAX, high = INT32_MIN, up = INT32_MAX, down = INT32_MIN;
        for (size_t i = 0; i < ring->n; i++) {
            const struct map_point *p = &ring->p[i], *q = &ring->p[(i + 1) % ring->n];
            int64_t px = x_of(m, p->lon), py = y_of(m, p->lat), qx = x_of(m, q->lon),
                    qy = y_of(m, q->lat);
            wide cross = (wide)px * qy - (wide)qx * py;
            twice += cross;
            sx += (px + qx) * cross;
            sy += (py + qy) * cross;
            low = px < low ? (int)px : low;
            high = px > high ? (int)px : high;
            up = py < up ? (int)py : up;
            down = py > down ? (int)py : down;
        }
        wide size = twice < 0 ? -twice : twice;
        if (size <= best || twice == 0)
            continue;
        best = size;
        *ret_x = (int)(sx / (3 * twice));
        *ret_y = (int)(sy / (3 * twice));
        *ret_w = high - low;
        *ret_h = down - up;
    }
}

static const char *look(const struct map_chart *c, const struct map_area *a)
{
    static const char *const grade[] = {"m-0", "m-1", "m-2", "m-3", "m-4"};

    static const char *const status[CHART_STATUSES] = {[CHART_MET] = "m-good",
        [CHART_EXCEEDED] = "m-good",
        [CHART_ON_COURSE] = "m-steady",
        [CHART_AT_RISK] = "m-risk",
        [CHART_OFF_COURSE] = "m-off",
        [CHART_MISSED] = "m-miss",
        [CHART_NOT_YET] = "m-land",
        [CHART_NO_DATA] = "m-none"};

    if (c->by_status)
        return status[a->status];
    return a->grade < 0 || a->grade > 4 ? "m-none" : grade[a->grade];
}

/* ---- hatching: slanted lines over an area, cut at its border ---- */

enum { HATCH = PX(6), CROSSINGS = 256 };

/* An area's edges on the drawing: edge i from (x[i], y[i]) to (x[next[i]], y[next[i]]). */
struct edges {
    int *x, *y;
    size_t *next, n;
};

static bool edges_of(
    struct drawing *d, const struct plane *m, const struct map_area *a, struct edges *ret)
{
    size_t all = 0;

    for (size_t r = 0; r < a->rings; r++)
        all += a->ring[r].n;
    *ret = (struct edges){arena_array(d->a, all + 1, sizeof(int)),
        arena_array(d->a, all + 1, sizeof(int)), arena_array(d->a, all + 1, sizeof(size_t)), 0};
    if (!ret->x || !ret->y || !ret->next)
        return false;
    for (size_t r = 0; r < a->rings; r++) {
        size_t first = ret->n;
        for (size_t i = 0; i < a->ring[r].n; i++, ret->n++) {
            ret->x[ret->n] = x_of(m, a->ring[r].p[i].lon);
            ret->y[ret->n] = y_of(m, a->ring[r].p[i].lat);
            ret->next[ret->n] = i + 1 < a->ring[r].n ? ret->n + 1 : first;
        }
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

/* Where the line x + y = sum crosses the edges, as x; at most CROSSINGS. */
static size_t crossings(const struct edges *e, int sum, int *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < e->n && n < CROSSINGS; i++) {
        size_t k = e->next[i];
        int64_t from = (int64_t)e->x[i] + e->y[i] - sum, to = (int64_t)e->x[k] + e->y[k] - sum;
        if ((from < 0) != (to < 0))
            ret[n++] = e->x[i] + (int)((e->x[k] - e->x[i]) * from / (from - to));
    }
    qsort(ret, n, sizeof *ret, by_place);
    return n;
}

static void hatch(struct drawing *d, const struct plane *m, const struct map_area *a)
{
    int at[CROSSINGS], low = d->w + d->h, high = 0;
    struct edges e;

    if (!edges_of(d, m, a, &e)) {
        d->failed = true;
        return;
    }
    for (size_t i = 0; i < e.n; i++) {
        int sum = e.x[i] + e.y[i];
        low = sum < low ? sum : low;
        high = sum > high ? sum : high;
    }
    low = low < 0 ? 0 : low;
    high = high > d->w + d->h ? d->w + d->h : high;
    draw_path(d, "m-hatch", STR_NULL);
    for (int sum = low - low % HATCH + HATCH; sum < high; sum += HATCH) {
        size_t n = crossings(&e, sum, at);
        for (size_t i = 0; i + 1 < n; i += 2) {
            draw_to(d, 'M', at[i], sum - at[i]);
            draw_to(d, 'L', at[i + 1], sum - at[i + 1]);
        }
    }
}

static void area(struct drawing *d, const struct plane *m, const struct map_chart *c, size_t i)
{
    const struct map_area *a = &c->area[i];

    draw_path(d, look(c, a), a->tip);
    for (size_t r = 0; r < a->rings; r++)
        ring_path(d, m, &a->ring[r]);
    if (a->url.n)
        draw_link(d, a->url);
    if (c->by_status ? a->status == CHART_NO_DATA : a->grade < 0 || a->grade > 4)
        hatch(d, m, a);
}

/* Where names stand already. */
struct stood {
    int x, y, half;
};
struct names {
    struct stood at[400];
    size_t n;
};

/* Writes a name unless it would cover another one. */
static void write_name(struct drawing *d, struct names *all, int x, int y, struct str text)
{
    int half = draw_text_width(text) / 2;

    for (size_t i = 0; i < all->n; i++)
        if (abs(all->at[i].y - y) < PX(14) && abs(all->at[i].x - x) < all->at[i].half + half)
            return;
    if (all->n == sizeof all->at / sizeof *all->at || x - half < 0 || x + half > d->w)
        return;
    all->at[all->n++] = (struct stood){x, y, half};
    draw_text(d, "m-name g-mid", x, y, text);
}

/* Labels have their places before any name; they are written last, over everything. */
static void place_labels(
    struct drawing *d, const struct plane *m, const struct map_chart *c, struct names *all)
{
    for (size_t i = 0; i < c->labels && i < sizeof all->at / sizeof *all->at; i++) {
        int x = x_of(m, c->label[i].at.lon), y = y_of(m, c->label[i].at.lat) + PX(4);
        int half = draw_text_width(c->label[i].text) / 2;
        x = x - half < 0 ? half : x + half > d->w ? d->w - half : x;
        y = y > d->h - PX(4) ? d->h - PX(4) : y < PX(14) ? PX(14) : y;
        all->at[all->n++] = (struct stood){x, y, half};
    }
}

static void signs(struct drawing *d, const struct plane *m, const struct map_chart *c, size_t i,
    struct names *all)
{
    const struct map_area *a = &c->area[i];
    int x = 0, y = 0, w = 0, h = 0;

    middle(m, a, &x, &y, &w, &h);
    if (w == 0 || x < 0 || y < 0 || x > d->w || y > d->h)
        return;
    if (c->by_status)
        draw_status(d, a->status, x, y, a->tip);
    bool room = draw_text_width(a->name) < w && h > (c->by_status ? PX(56) : PX(18));
    if (c->names && room)
        write_name(d, all, x, y + (c->by_status ? PX(20) : PX(4)), a->name);
}

int chart_map_height(const struct map_chart *c, int most)
{
    struct map_chart tall = *c;
    struct plane m;

    tall.h = 100 * c->w; /* so that the width decides */
    m = plane_of(&tall);
    int64_t h = ((int64_t)m.box.north - m.box.south) * m.num / (m.den ? m.den : 1) / 10 + 8;
    int64_t least = c->w / 3;
    return (int)(h > most ? most : h < least ? least : h);
}

bool chart_map(const struct map_chart *c, struct arena *a, struct html *ret, struct err *err)
{
    struct names all;
    struct plane m = plane_of(c);
    struct drawing d;
    size_t points = 0;

    for (size_t i = 0; i < c->areas && points <= CHART_RING_MAX; i++)
        for (size_t r = 0; r < c->area[i].rings; r++)
            points += c->area[i].ring[r].n;
    if (points > CHART_RING_MAX || c->areas > CHART_MAX)
        return chart_too_large(points > CHART_RING_MAX ? points : c->areas, err);
    all.n = 0;
    draw_init(&d, a, PX(c->w), PX(c->h), "chart chart-map", c->says);
    place_labels(&d, &m, c, &all);
    for (int pass = 0; pass < 3; pass++) /* the chosen one's border and all names on top */
        for (size_t i = 0; i < c->areas; i++) {
            if (!seen(&m, &c->area[i]))
                continue;
            if (pass == 0)
                area(&d, &m, c, i);
            if (pass == 1 && c->area[i].me) {
                draw_path(&d, "m-me", STR_NULL);
                for (size_t r = 0; r < c->area[i].rings; r++)
                    ring_path(&d, &m, &c->area[i].ring[r]);
            }
            if (pass == 2)
                signs(&d, &m, c, i, &all);
        }
    for (size_t i = 0; i < c->labels && i < all.n; i++)
        draw_text(&d, "m-name g-mid", all.at[i].x, all.at[i].y, c->label[i].text);
    return draw_svg(&d, ret, err);
}

/* ---- grades ---- */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

bool chart_grades(const struct chart_value *v, size_t n, struct arena *a, int *ret, struct err *err)
{
    int64_t *sorted = arena_array(a, n + 1, sizeof *sorted);
    size_t have = 0;

    if (!sorted)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        if (v[i].has)
            sorted[have++] = v[i].v;
    qsort(sorted, have, sizeof *sorted, by_value);
    for (size_t i = 0; i < n; i++) {
        size_t below = 0, high = have;
        while (below < high) { /* how many are smaller */
            size_t mid = (below + high) / 2;
            if (sorted[mid] < v[i].v)
                below = mid + 1;
            else
                high = mid;
        }
        ret[i] = v[i].has ? (int)(below * 5 / have) : -1;
    }
    return true;
}

bool chart_legend(
    const struct str texts[6], struct str says, struct arena *a, struct html *ret, struct err *err)
{
    static const char *const css[6] = {"m-0", "m-1", "m-2", "m-3", "m-4", "m-none"};
    struct drawing d;
    int w = 0;
    size_t rows = 0;

    for (int i = 0; i < 6; i++) {
        int one = draw_text_width(texts[i]);
        w = one > w ? one : w;
        rows += texts[i].n > 0;
    }
    draw_init(&d, a, PX(22) + w, PX(20) * (int)(rows ? rows : 1), "chart chart-legend", says);
    for (int i = 0, row = 0; i < 6; i++) {
        if (!texts[i].n)
            continue;
        draw_rect(&d, css[i], PX(1), PX(20) * row + PX(4), PX(14), PX(12), STR_NULL);
        for (int k = 0; i == 5 && k < 3; k++) {
            int top = PX(20) * row + PX(4), x = PX(1) + PX(4) * k;
            draw_line(&d, "m-hatch", x, top + PX(k ? 12 : 6),
                x + PX(k ? 8 : 6) - (k > 1 ? PX(2) : 0), top + (k > 1 ? PX(6) : 0));
        }
        draw_text(&d, "g-text", PX(22), PX(20) * row + PX(14), texts[i]);
        row++;
    }
    return draw_svg(&d, ret, err);
}
