/* geojson: see geojson.h. */
#include "app/geojson.h"

#include "base/vec.h"

enum { TYPE_MAX = 40 };

/* A geometry as it is read: rings with how deep they lie. */
struct reading {
    struct geojson *g;
    struct arena *a;
    VEC(struct geo_ring) ring;
    VEC(struct geo_point) point;
    size_t began;
    struct str type;
    int depth; /* brackets around the rings' points; 0: none yet */
    bool has_coordinates;
};

static struct str number_of(struct geojson *g)
{
    struct sbuf b;

    sbuf_init(&b, g->r.a, 24);
    sbuf_i64(&b, (int64_t)g->features + 1);
    return sbuf_view(&b);
}

static bool wrong(struct geojson *g, enum msg_key key, struct str what)
{
    err_set(g->err, ERR_INVALID, key, number_of(g), what);
    return json_at(&g->r);
}

static bool too_many(struct geojson *g, size_t max)
{
    struct sbuf b;

    sbuf_init(&b, g->r.a, 24);
    sbuf_i64(&b, (int64_t)max);
    err_set(g->err, ERR_LIMIT, MSG_err_boundary_many, number_of(g), sbuf_view(&b));
    return json_at(&g->r);
}

/* ---- coordinates ---- */

/* Behind the opening bracket, whose first piece is `first`, a number. Heights are passed over. */
static bool position(struct reading *x, enum json_piece first)
{
    struct geojson *g = x->g;
    struct geo_point p;

    if (!geo_degrees(g->r.text, 180, &p.lon))
        return wrong(g, MSG_err_boundary_degrees, g->r.text);
    first = json_read(&g->r);
    if (first != JSON_NUMBER)
        return first == JSON_ERROR ? false : wrong(g, MSG_err_boundary_coordinates, STR(""));
    if (!geo_degrees(g->r.text, 180, &p.lat))
        return wrong(g, MSG_err_boundary_degrees, g->r.text);
    if (p.lat < -90000000 || p.lat > 90000000)
        return wrong(g, MSG_err_boundary_order, g->r.text);
    while ((first = json_read(&g->r)) == JSON_NUMBER)
        ;
    if (first != JSON_ARRAY_END)
        return first == JSON_ERROR ? false : wrong(g, MSG_err_boundary_coordinates, STR(""));
    if (x->point.n >= BOUNDARY_POINTS_MAX)
        return too_many(g, BOUNDARY_POINTS_MAX);
    if (++g->points > g->points_max)
        return too_many(g, g->points_max);
    return vec_push(&x->point, x->a, p) || err_memory(g->err);
}

/* The ring that just ended: its points are those since `began`. The first is repeated at the end of
 * a ring that is closed. */
static bool ring_ends(struct reading *x, bool hole)
{
    size_t n = x->point.n - x->began;
    const struct geo_point *p = x->point.p + x->began;

    if (n < 4 || p[0].lon != p[n - 1].lon || p[0].lat != p[n - 1].lat)
        return wrong(x->g, MSG_err_boundary_open, STR(""));
    if (x->ring.n >= BOUNDARY_RINGS_MAX)
        return too_many(x->g, BOUNDARY_RINGS_MAX);
    struct geo_ring r = {NULL, n - 1, hole};
    x->point.n--;
    x->began = x->point.n;
    return vec_push(&x->ring, x->a, r) || err_memory(x->g->err);
}

/* Behind the bracket that opened `coordinates`. */
static bool coordinates(struct reading *x)
{
    struct geojson *g = x->g;
    int depth = 1;
    size_t in_polygon = 0;

    x->has_coordinates = true;
    while (depth) {
        enum json_piece p = json_read(&g->r);
        if (p == JSON_NUMBER) {
            if (x->depth && x->depth != depth - 1)
                return wrong(g, MSG_err_boundary_coordinates, STR(""));
            x->depth = depth - 1;
            if (!position(x, p))
                return false;
            depth--;
        } else if (p == JSON_ARRAY) {
            depth++;
        } else if (p == JSON_ARRAY_END) {
            bool ring = x->depth && depth == x->depth;
            if (ring && x->depth >= 2 && !ring_ends(x, in_polygon++ > 0))
                return false;
            if (!ring)
                in_polygon = 0;
            depth--;
        } else {
            return p == JSON_ERROR ? false : wrong(g, MSG_err_boundary_coordinates, STR(""));
        }
    }
    return true;
}

/* ---- a geometry ---- */

static bool shape_of(struct reading *x, struct geo_shape *ret)
{
    struct geojson *g = x->g;
    bool multi = str_is(x->type, "MultiPolygon");
    struct geo_point *p = arena_array(g->r.a, x->point.n + 1, sizeof *p);

    if (!multi && !str_is(x->type, "Polygon"))
        return wrong(g, MSG_err_boundary_geometry, x->type);
    if (x->depth != (multi ? 3 : 2))
        return wrong(g, MSG_err_boundary_coordinates, STR(""));
    ret->ring = arena_array(g->r.a, x->ring.n + 1, sizeof *ret->ring);
    if (!p || !ret->ring)
        return err_memory(g->err);
    if (x->point.n)
        memcpy(p, x->point.p, x->point.n * sizeof *p);
    ret->rings = x->ring.n;
    for (size_t i = 0; i < x->ring.n; i++) {
        ret->ring[i] = x->ring.p[i];
        ret->ring[i].p = p;
        p += x->ring.p[i].n;
    }
    if (geo_check(ret, g->err))
        return true;
    struct err why = *g->err;
    err_set(g->err, why.code, why.key, number_of(g));
    return json_at(&g->r);
}

static bool geometry(struct geojson *g, struct geo_shape *ret)
{
    ARENA_AUTO work;
    struct reading x = {.g = g, .a = &work};
    enum json_piece p = json_read(&g->r);

    arena_init(&work, (size_t)1 << 28);
    if (p != JSON_OBJECT)
        return p == JSON_ERROR ? false : wrong(g, MSG_err_boundary_geometry, STR("null"));
    while ((p = json_read(&g->r)) == JSON_KEY) {
        struct str key = g->r.text;
        p = json_read(&g->r);
        if (str_is(key, "type") && p == JSON_TEXT) {
            x.type = str_dup(&work, str_slice(g->r.text, 0, TYPE_MAX));
        } else if (str_is(key, "coordinates") && p == JSON_ARRAY) {
            if (x.has_coordinates)
                return wrong(g, MSG_err_boundary_twice, key);
            if (!coordinates(&x))
                return false;
        } else if (!json_skip(&g->r, p)) {
            return false;
        }
    }
    return p == JSON_OBJECT_END && shape_of(&x, ret);
}

/* ---- a feature ---- */

static bool properties(struct geojson *g, struct geojson_feature *f)
{
    enum json_piece p = json_read(&g->r);

    if (p != JSON_OBJECT)
        return json_skip(&g->r, p);
    while ((p = json_read(&g->r)) == JSON_KEY) {
        struct str key = g->r.text;
        p = json_read(&g->r);
        for (int i = 0; i < GEOJSON_NAMES; i++)
            if ((p == JSON_TEXT || p == JSON_NUMBER) && g->wanted[i].n &&
                str_eq(key, g->wanted[i])) {
                f->name[i] = str_dup(g->r.a, g->r.text);
                if (!f->name[i].p)
                    return err_memory(g->err);
            }
        if (!json_skip(&g->r, p))
            return false;
    }
    return p == JSON_OBJECT_END;
}

/* Behind the bracket that opened it. */
static bool feature(struct geojson *g, struct geojson_feature *f)
{
    enum json_piece p;
    bool has_geometry = false;

    *f = (struct geojson_feature){.at = g->r.began};
    if (g->features >= g->features_max)
        return too_many(g, g->features_max);
    while ((p = json_read(&g->r)) == JSON_KEY) {
        struct str key = g->r.text;
        bool is_geometry = str_is(key, "geometry");
        if (is_geometry && has_geometry)
            return wrong(g, MSG_err_boundary_twice, key);
        has_geometry = has_geometry || is_geometry;
        bool ok = is_geometry                 ? geometry(g, &f->shape)
                  : str_is(key, "properties") ? properties(g, f)
                                              : json_skip(&g->r, json_read(&g->r));
        if (!ok)
            return false;
    }
    if (p != JSON_OBJECT_END)
        return false;
    return has_geometry || wrong(g, MSG_err_boundary_geometry, STR("-"));
}

/* ---- the whole ---- */

/* Other systems of coordinates than degrees of WGS 84 are named here by older files. */
static bool crs(struct geojson *g)
{
    enum json_piece p = json_read(&g->r);
    int outside = g->r.depth - (p == JSON_OBJECT || p == JSON_ARRAY);

    while (p != JSON_ERROR) {
        bool names_one = p == JSON_TEXT && str_find_char(g->r.text, ':', 0) >= 0;
        if (names_one && str_find(g->r.text, STR("CRS84"), 0) < 0 &&
            str_find(g->r.text, STR("4326"), 0) < 0)
            return wrong(g, MSG_err_boundary_crs, str_dup(g->r.a, g->r.text));
        if (g->r.depth <= outside)
            return true;
        p = json_read(&g->r);
    }
    return false;
}

static bool features(
    struct geojson *g, bool (*sink)(void *ctx, const struct geojson_feature *f), void *ctx)
{
    enum json_piece p = json_read(&g->r);
    struct geojson_feature f;

    if (p != JSON_ARRAY)
        return p == JSON_ERROR ? false : wrong(g, MSG_err_boundary_file, STR(""));
    while ((p = json_read(&g->r)) == JSON_OBJECT) {
        if (!feature(g, &f) || !sink(ctx, &f))
            return false;
        g->features++;
    }
    if (p == JSON_ARRAY_END || p == JSON_ERROR)
        return p == JSON_ARRAY_END;
    return wrong(g, MSG_err_boundary_file, STR(""));
}

bool geojson_at(struct geojson *g, const struct geojson_feature *f)
{
    g->r.began = f->at;
    return json_at(&g->r);
}

bool geojson_read(struct geojson *g, struct arena *a, struct str text, struct str file,
    bool (*sink)(void *ctx, const struct geojson_feature *f), void *ctx, struct err *err)
{
    enum json_piece p;
    bool found = false;

    g->err = err;
    json_read_init(&g->r, a, text, file, GEOJSON_TEXT_MAX, err);
    if (!json_read_is(&g->r, JSON_OBJECT))
        return false;
    while ((p = json_read(&g->r)) == JSON_KEY) {
        struct str key = g->r.text;
        bool is_list = str_is(key, "features"), is_crs = str_is(key, "crs");
        if (is_list && found)
            return wrong(g, MSG_err_boundary_twice, key);
        found = found || is_list;
        if (is_list  ? !features(g, sink, ctx)
            : is_crs ? !crs(g)
                     : !json_skip(&g->r, json_read(&g->r)))
            return false;
    }
    if (p != JSON_OBJECT_END || !json_read_is(&g->r, JSON_END))
        return false;
    return found || wrong(g, MSG_err_boundary_file, STR(""));
}
