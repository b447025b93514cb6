/* map_page: the units below one, where they lie and how they stand.
 *
 * Layer app, reading use case. The units are those of the tree of one day: the period's last day as
 * it was, the reading's day otherwise. Each has its total of an indicator, or the status of its own
 * target for it, and its boundary in force on that day (domain/boundary.h): the last one before the
 * day, else a later one if nothing has happened to the unit in between, else that of the units
 * below it together where all of them have one. Needs the right to read the indicator on the unit
 * above; without an indicator the places alone. Boundaries themselves are public.
 */
#ifndef GB_APP_MAP_PAGE_H
#define GB_APP_MAP_PAGE_H

#include "app/scoreboard.h"
#include "app/shown.h"
#include "domain/boundary.h"

#define MAP_UNITS_MAX 4000
#define MAP_STATUS_MAX 400 /* units whose targets are assessed for one map */

struct map_request {
    int unit;      /* index; where nothing lies below it, it is drawn among its neighbours */
    int indicator; /* index; -1: none */
    struct period period;
    enum total_state state;
    struct reading_of reading;
    int kind; /* index of the kind of the units below; -1: those right below */
    bool by_status;
};
struct map_unit {
    int unit;
    struct shown value;
    bool has_target;
    enum target_status status;
    struct geo_shape shape; /* as drawn; no rings: no boundary is known */
    bool composed;          /* of the units below it */
};
struct map_page {
    int top;        /* the unit whose parts are drawn */
    struct day day; /* of the tree */
    struct map_unit
        *unit; /* those with a value by it, highest first, then the others by the tree */
    size_t units;
    int drawn, with_value; /* how many have a boundary, a value (or status) */
    int *kind;             /* kinds of places that lie below, for choosing; by level */
    size_t kinds;
    const struct map_place *missing; /* what this map must draw and does not; NULL: nothing */
};
bool map_page_make(struct app *app, const struct view *v, struct actor who,
    const struct map_request *q, enum lang lang, struct arena *a, struct map_page *ret,
    struct err *err);

#endif
