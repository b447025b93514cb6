/* Any bytes as a GeoJSON file: what comes out are areas on the globe, every error says what and
 * where, what is packed unpacks the same, and simplified areas keep their rings and only points
 * they had. */
#include <stdlib.h>

#include "app/geojson.h"
#include "base/arena.h"
#include "base/vec.h"
#include "fuzz.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

struct file {
    struct arena *a;
    size_t features, points;
    VEC(struct geo_shape) shape;
};

static bool same_shape(const struct geo_shape *a, const struct geo_shape *b)
{
    bool same = a->rings == b->rings;

    for (size_t i = 0; same && i < a->rings; i++) {
        same = a->ring[i].n == b->ring[i].n && a->ring[i].hole == b->ring[i].hole;
        for (size_t k = 0; same && k < a->ring[i].n; k++)
            same = a->ring[i].p[k].lon == b->ring[i].p[k].lon &&
                   a->ring[i].p[k].lat == b->ring[i].p[k].lat;
    }
    return same;
}

static void is_an_area(const struct geo_shape *s)
{
    struct geo_box box;

    must(s->rings > 0 && !s->ring[0].hole && geo_box_of(s, &box));
    must(box.west >= -180000000 && box.east <= 180000000 && box.south >= -90000000 &&
         box.north <= 90000000 && box.west <= box.east && box.south <= box.north);
    must(geo_touches(s, box));
    for (size_t i = 0; i < s->rings; i++)
        must(s->ring[i].n >= 3);
}

static void packs_and_unpacks(struct arena *a, const struct geo_shape *s)
{
    struct geo_shape again;
    struct err e = ERR_INIT;
    struct str packed;

    must(geo_pack(a, s, &packed, &e));
    must(geo_unpack(a, packed, &again, &e));
    must(same_shape(s, &again));
}

static bool sink(void *ctx, const struct geojson_feature *f)
{
    struct file *x = ctx;
    struct geo_shape checked = f->shape;

    is_an_area(&f->shape);
    packs_and_unpacks(x->a, &f->shape);
    must(geo_check(&checked, NULL)); /* the reader gives only areas */
    x->features++;
    x->points += geo_points(&f->shape);
    must(vec_push(&x->shape, x->a, f->shape));
    return true;
}

static bool has_point(const struct geo_shape *s, struct geo_point p)
{
    for (size_t i = 0; i < s->rings; i++)
        for (size_t k = 0; k < s->ring[i].n; k++)
            if (s->ring[i].p[k].lon == p.lon && s->ring[i].p[k].lat == p.lat)
                return true;
    return false;
}

static void simplifies(struct file *x, int32_t tolerance)
{
    struct geo_shape *to = arena_array(x->a, x->shape.n, sizeof *to);
    struct err e = ERR_INIT;

    must(to != NULL);
    must(boundary_simplify(x->a, x->shape.p, x->shape.n, tolerance, to, &e));
    for (size_t i = 0; i < x->shape.n; i++) {
        const struct geo_shape *from = &x->shape.p[i];
        must(to[i].rings == from->rings && geo_points(&to[i]) <= geo_points(from));
        is_an_area(&to[i]);
        for (size_t r = 0; r < to[i].rings; r++)
            for (size_t k = 0; k < to[i].ring[r].n && geo_points(from) < 200; k++)
                must(has_point(from, to[i].ring[r].p[k]));
        packs_and_unpacks(x->a, &to[i]);
    }
}

static void any_packed_text(struct arena *a, struct str text)
{
    struct geo_shape s;
    struct err e = ERR_INIT;

    if (geo_unpack(a, text, &s, &e))
        is_an_area(&s);
    else
        must(e.code != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_make((const char *)data, size);
    struct geojson g = {.wanted = {STR("code"), STR("name"), STR("day")},
        .features_max = 1000,
        .points_max = 100000};
    struct err e = ERR_INIT;
    ARENA_AUTO a;
    struct file x = {.a = &a};

    arena_init(&a, (size_t)64 << 20);
    bool ok = geojson_read(&g, &a, text, STR("f.geojson"), sink, &x, &e);
    must(ok || e.code != 0);
    if (ok) {
        must(x.features == g.features && x.points <= g.points);
        simplifies(&x, 0);
        simplifies(&x, 1000);
        simplifies(&x, 90000000);
    }
    any_packed_text(&a, text);
    return 0;
}
