/* geojson: areas and their names out of a GeoJSON text.
 *
 * Layer app. Reads piece by piece (base/json_read.h); what it does not ask for is passed over.
 * Members may stand in any order. Errors name the place in the file and which feature it is.
 */
#ifndef GB_APP_GEOJSON_H
#define GB_APP_GEOJSON_H

#include "base/json_read.h"
#include "domain/boundary.h"

#define GEOJSON_NAMES 3
#define GEOJSON_TEXT_MAX 2000

struct geojson_feature {
    struct str name[GEOJSON_NAMES]; /* values of the properties asked for; empty: not there */
    struct geo_shape shape;
    size_t at; /* byte where it begins */
};
struct geojson {
    struct json_reader r;
    struct str wanted[GEOJSON_NAMES];
    size_t features, points, features_max, points_max;
    struct err *err;
};

/* Gives each feature to the sink; false from it ends the reading (err is set). */
bool geojson_read(struct geojson *g, struct arena *a, struct str text, struct str file,
    bool (*sink)(void *ctx, const struct geojson_feature *f), void *ctx, struct err *err);
/* Puts the place of a feature to the error already set; gives false. */
bool geojson_at(struct geojson *g, const struct geojson_feature *f);

#endif
