/* import_boundaries: where units lie, from a GeoJSON file.
 *
 * Layer app. A FeatureCollection (or one Feature) of polygons and multipolygons in WGS 84,
 * longitude first; coordinates of other systems are refused, not guessed. A feature's properties
 * name its unit by code and the day from which the boundary holds; the file's names for `code`,
 * `name` and `day` are given as for other imports (columns "code=ma_xa"). The code is read on that
 * day. A boundary holds until the unit's next one. All or nothing, one act, undone by import_undo;
 * equal ones change nothing. giaoban ships no boundaries.
 *
 * The result tells what may be wrong but does not hinder: units of the file whose name there is
 * another one, and places that such a map must draw (domain/boundary.h) and does not.
 */
#ifndef GB_APP_IMPORT_BOUNDARIES_H
#define GB_APP_IMPORT_BOUNDARIES_H

#include "app/import.h"
#include "domain/boundary.h"

#define BOUNDARIES_MAX 30000          /* features of a file */
#define BOUNDARIES_POINTS_MAX 4000000 /* points of a file */
#define BOUNDARIES_MISSING_MAX 8

struct boundaries_result {
    struct import_result import;
    int64_t points, drawn; /* as they are, and as they are drawn */
    int64_t misnamed;      /* features whose name is not the unit's on that day */
    char misnamed_code[40], misnamed_name[200], misnamed_unit[200]; /* the first of them */
    const struct map_place *missing[BOUNDARIES_MISSING_MAX];
    size_t missings;
};
/* `from`: the day of features without one; DAY_MIN: today. */
bool import_boundaries(struct app *a, struct actor who, const struct import_file *f,
    struct day from, struct boundaries_result *ret, struct err *err);

#endif
