/* boundary: see boundary.h. */
#include "domain/boundary.h"

#include <stdlib.h>

#include "base/csv.h"
#include "base/vec.h"

/* ---- degrees ---- */

bool geo_degrees(struct str s, int limit, int32_t *ret)
{
    bool minus = s.n && s.p[0] == '-';
    int64_t v = 0;
    int decimals = -1, exponent = 0;
    size_t i = minus, kept = 0;

    for (; i < s.n && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
        if (s.p[i] == '.' && decimals < 0) {
            decimals = 0;
        } else if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        } else if (kept < 16) {
            v = v * 10 + (s.p[i] - '0');
            kept += v > 0;
            decimals += decimals >= 0;
        } else if (decimals < 0) {
            return false;
        }
    }
    if (i < s.n) { /* 1.2e-5 is how some programs write what is next to nothing */
        int64_t e;
        if (!str_to_i64(str_slice(s, i + 1, s.n), &e) || e < -30 || e > 3)
            return false;
        exponent = (int)e;
    }
    for (exponent += 6 - (decimals > 0 ? decimals : 0); exponent > 0 && v <= INT64_MAX / 10;
         exponent--)
        v *= 10;
    if (exponent > 0 && v)
        return false;
    bool up = false;
    for (; exponent < 0; exponent++) {
        up = v % 10 >= 5;
        v /= 10;
    }
    v += up;
    if (s.n == minus || v > (int64_t)limit * 1000000)
        return false;
    *ret = (int32_t)(minus ? -v : v);
    return true;
}

/* ---- measures ---- */

size_t geo_points(const struct geo_shape *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->rings; i++)
        n += s->ring[i].n;
    return n;
}

static void stretch(struct geo_box *b, struct geo_point p)
{
    b->west = p.lon < b->west ? p.lon : b->west;
    b->east = p.lon > b->east ? p.lon : b->east;
    b->south = p.lat < b->south ? p.lat : b->south;
    b->north = p.lat > b->north ? p.lat : b->north;
}

static struct geo_box ring_box(const struct geo_ring *r)
{
    struct geo_box b = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};

    for (size_t i = 0; i < r->n; i++)
        stretch(&b, r->p[i]);
    return b;
}

bool geo_box_of(const struct geo_shape *s, struct geo_box *ret)
{
    struct geo_box b = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};

    for (size_t i = 0; i < s->rings; i++)
        for (size_t k = 0; k < s->ring[i].n; k++)
            stretch(&b, s->ring[i].p[k]);
    *ret = b;
    return b.west <= b.east;
}

bool geo_touches(const struct geo_shape *s, struct geo_box box)
{
    for (size_t i = 0; i < s->rings; i++)
        for (size_t k = 0; k < s->ring[i].n; k++) {
            struct geo_point p = s->ring[i].p[k];
            if (p.lon >= box.west && p.lon <= box.east && p.lat >= box.south && p.lat <= box.north)
                return true;
        }
    return false;
}

__int128 geo_area2(const struct geo_ring *r)
{
    __int128 sum = 0;

    for (size_t i = 0; i < r->n; i++) {
        struct geo_point p = r->p[i], q = r->p[i + 1 < r->n ? i + 1 : 0];
        sum += (__int128)p.lon * q.lat - (__int128)q.lon * p.lat;
    }
    return sum;
}

static bool same(struct geo_point a, struct geo_point b)
{
    return a.lon == b.lon && a.lat == b.lat;
}

bool geo_check(struct geo_shape *s, struct err *err)
{
    struct geo_box outer = {0};

    for (size_t i = 0; i < s->rings; i++) {
        struct geo_ring *r = &s->ring[i];
        size_t n = 0;
        for (size_t k = 0; k < r->n; k++)
            if (!n || !same(r->p[n - 1], r->p[k]))
                r->p[n++] = r->p[k];
        while (n > 1 && same(r->p[n - 1], r->p[0]))
            n--;
        r->n = n;
        if (n < 3)
            return err_set(err, ERR_INVALID, MSG_err_boundary_ring_short);
        if (geo_area2(r) == 0)
            return err_set(err, ERR_INVALID, MSG_err_boundary_ring_flat);
        struct geo_box b = ring_box(r);
        if (!r->hole)
            outer = b;
        else if (b.west < outer.west || b.east > outer.east || b.south < outer.south ||
                 b.north > outer.north)
            return err_set(err, ERR_INVALID, MSG_err_boundary_hole);
    }
    return s->rings > 0 || err_set(err, ERR_INVALID, MSG_err_boundary_ring_short);
}

/* ---- as a text ---- */

bool geo_pack(struct arena *a, const struct geo_shape *s, struct str *ret, struct err *err)
{
    struct sbuf b;
    struct geo_point last = {0, 0};

    sbuf_init(&b, a, 64 + s->rings * 4 + geo_points(s) * 24);
    for (size_t i = 0; i < s->rings; i++) {
        sbuf_z(&b, i ? " " : "");
        sbuf_char(&b, s->ring[i].hole ? 'h' : 'p');
        for (size_t k = 0; k < s->ring[i].n; k++) {
            struct geo_point p = s->ring[i].p[k];
            sbuf_char(&b, ' ');
            sbuf_i64(&b, (int64_t)p.lon - last.lon);
            sbuf_char(&b, ' ');
            sbuf_i64(&b, (int64_t)p.lat - last.lat);
            last = p;
        }
    }
    if (b.failed)
        return err_memory(err);
    *ret = sbuf_view(&b);
    return true;
}

/* Counts rings and points, so that each has one array. */
static void count_packed(struct str s, size_t *ret_rings, size_t *ret_numbers)
{
    struct str word;

    *ret_rings = *ret_numbers = 0;
    while (s.n && str_cut(&s, ' ', &word)) {
        bool ring = str_is(word, "p") || str_is(word, "h");
        *ret_rings += ring;
        *ret_numbers += !ring;
    }
}

bool geo_unpack(struct arena *a, struct str s, struct geo_shape *ret, struct err *err)
{
    size_t rings, numbers, at = 0;
    struct geo_shape x = {0};
    int64_t lon = 0, lat = 0, v;
    struct str word;
    bool half = false;

    count_packed(s, &rings, &numbers);
    x.ring = arena_array(a, rings + 1, sizeof *x.ring);
    struct geo_point *p = arena_array(a, numbers / 2 + 1, sizeof *p);
    if (!x.ring || !p)
        return err_memory(err);
    while (s.n && str_cut(&s, ' ', &word)) {
        if (str_is(word, "p") || str_is(word, "h")) {
            x.ring[x.rings++] = (struct geo_ring){&p[at], 0, word.p[0] == 'h'};
            continue;
        }
        if (!x.rings || !str_to_i64(word, &v) || v < -720000000 || v > 720000000)
            return err_set(err, ERR_CORRUPT, MSG_err_boundary_packed);
        *(half ? &lat : &lon) += v;
        half = !half;
        if (half)
            continue;
        if (lon < -180000000 || lon > 180000000 || lat < -90000000 || lat > 90000000)
            return err_set(err, ERR_CORRUPT, MSG_err_boundary_packed);
        p[at++] = (struct geo_point){(int32_t)lon, (int32_t)lat};
        x.ring[x.rings - 1].n++;
    }
    bool whole = !half && x.rings && !x.ring[0].hole;
    for (size_t i = 0; i < x.rings; i++)
        whole = whole && x.ring[i].n >= 3;
    if (!whole)
        return err_set(err, ERR_CORRUPT, MSG_err_boundary_packed);
    *ret = x;
    return true;
}

/* ---- places that a map must draw ---- */

enum { P_FROM, P_TO, P_PLACE, P_UNIT, P_WEST, P_SOUTH, P_EAST, P_NORTH, P_VI, P_EN, P_COUNT };
static const struct csv_column columns[] = {{"valid_from", true, NULL}, {"valid_to", true, NULL},
    {"place", true, NULL}, {"unit_code", true, NULL}, {"west", true, NULL}, {"south", true, NULL},
    {"east", true, NULL}, {"north", true, NULL}, {"name_vi", true, NULL}, {"name_en", true, NULL},
    {"source", false, NULL}, {"confidence", false, NULL}, {"note", false, NULL}};

static bool read_place(const struct csv_header *h, const struct csv_record *r, struct map_place *x,
    size_t *ret_column, struct err *err)
{
    int32_t *side[] = {&x->box.west, &x->box.south, &x->box.east, &x->box.north};
    struct str from = csv_get(h, r, P_FROM), to = csv_get(h, r, P_TO);

    *x = (struct map_place){.from = DAY_MIN,
        .to = DAY_MAX,
        .place = csv_get(h, r, P_PLACE),
        .unit_code = csv_get(h, r, P_UNIT),
        .name_vi = csv_get(h, r, P_VI),
        .name_en = csv_get(h, r, P_EN)};
    *ret_column = P_FROM;
    if (from.n && !day_parse(from, &x->from, err))
        return false;
    *ret_column = P_TO;
    if (to.n && !day_parse(to, &x->to, err))
        return false;
    if (to.n)
        x->to = day_add(x->to, 1);
    for (size_t i = 0; i < 4; i++) {
        *ret_column = P_WEST + i;
        if (!geo_degrees(csv_get(h, r, P_WEST + i), 180, side[i]))
            return err_set(err, ERR_INVALID, MSG_err_number_syntax, csv_get(h, r, P_WEST + i));
    }
    return true;
}

bool map_places_parse(struct arena *a, struct str csv, struct map_places *ret, struct err *err)
{
    struct csv c;
    struct csv_header h;
    struct csv_record r;
    VEC(struct map_place) places = {0};
    bool end = false;

    csv_open(&c, csv, STR("rules/map_places.csv"));
    if (!csv_read_header(&c, a, columns, sizeof columns / sizeof *columns, &h, err))
        return false;
    while (csv_next(&c, a, &r, &end, err)) {
        struct map_place x;
        size_t column;
        if (!csv_check(&c, &h, &r, err))
            return false;
        if (!read_place(&h, &r, &x, &column, err))
            return csv_err(&c, &h, &r, column, err);
        if (!vec_push(&places, a, x))
            return err_memory(err);
    }
    if (!end)
        return false;
    *ret = (struct map_places){places.p, places.n};
    return true;
}
