/* boundary: where a unit lies, as areas on the earth.
 *
 * Layer domain, pure. A boundary belongs to a unit from a day on, until its next one. It is kept
 * whole; what is drawn is a simpler one made from it, in which neighbours keep the same common line
 * (boundary_simplify). Points are whole microdegrees (about 0.1 m) of WGS 84, longitude first.
 * giaoban ships no boundaries.
 *
 * A map of the whole country for Vietnamese authorities must draw Hoàng Sa and Trường Sa. Which
 * units hold them and where they lie is dated data, rules/map_places.csv.
 */
#ifndef GB_DOMAIN_BOUNDARY_H
#define GB_DOMAIN_BOUNDARY_H

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"

#define BOUNDARY_POINTS_MAX 500000 /* of one unit */
#define BOUNDARY_RINGS_MAX 20000   /* of one unit */

struct geo_point {
    int32_t lon, lat;
};
struct geo_ring {
    struct geo_point *p; /* the first is not repeated at the end */
    size_t n;
    bool hole; /* of the polygon before it */
};
struct geo_shape {
    struct geo_ring *ring; /* each polygon: its outer ring, then its holes */
    size_t rings;
};
struct geo_box {
    int32_t west, south, east, north;
};

/* A decimal number of degrees to microdegrees, half away from zero; false where it is no number or
 * beyond `limit` degrees. */
bool geo_degrees(struct str s, int limit, int32_t *ret);
size_t geo_points(const struct geo_shape *s);
/* False where the shape has no points. */
bool geo_box_of(const struct geo_shape *s, struct geo_box *ret);
bool geo_touches(const struct geo_shape *s, struct geo_box box);
/* Twice the area of a ring in square microdegrees, positive where it runs against the clock. */
__int128 geo_area2(const struct geo_ring *r);
/* Takes points that repeat the one before out. Is it an area: rings of three points or more that
 * enclose something, holes within the box of their outer ring? Errors: err.boundary.ring_short,
 * .ring_flat, .hole. */
bool geo_check(struct geo_shape *s, struct err *err);

/* As a text: "p" begins a polygon, "h" a hole, then differences of longitude and latitude. */
bool geo_pack(struct arena *a, const struct geo_shape *s, struct str *ret, struct err *err);
/* Errors: err.boundary.packed (no text of geo_pack), err.memory. */
bool geo_unpack(struct arena *a, struct str s, struct geo_shape *ret, struct err *err);

/* Leaves out points that lie within `tolerance` microdegrees of the line without them. Stretches
 * that two of the shapes have in common lose the same points in both; points where three meet stay.
 * Rings keep at least three points, none is dropped. `ret` has room for n shapes. */
bool boundary_simplify(struct arena *a, const struct geo_shape *s, size_t n, int32_t tolerance,
    struct geo_shape *ret, struct err *err);
/* What a unit of this level is drawn with: 1 country to 5 below the commune. */
int32_t boundary_tolerance(int level);

/* rules/map_places.csv:
 * `valid_from,valid_to,place,unit_code,west,south,east,north,name_vi,name_en`: a unit whose
 * boundary must reach into a box of degrees. */
struct map_place {
    struct day from, to; /* [from, to) */
    struct str place, unit_code, name_vi, name_en;
    struct geo_box box;
};
struct map_places {
    struct map_place *p;
    size_t n;
};
bool map_places_parse(struct arena *a, struct str csv, struct map_places *ret, struct err *err);

#endif
