/* figure_path: how a restated figure comes together from the units of its own time.
 *
 * Layer app, reading use case. A figure of 2022 read on the units of 2026 is made of the figures of
 * those units of 2022 that lie, whole or in part, in today's unit; model.md: "the path can be
 * shown". Each source has its own total as it was, and the exact share of it that the events
 * between the two days bring into the unit; a share that nobody decided is unknown (`known` false:
 * between nothing and all of it). Sources that the account may not read are named with no value.
 */
#ifndef GB_APP_FIGURE_PATH_H
#define GB_APP_FIGURE_PATH_H

#include "app/indicator_page.h"

#define PATH_SOURCES_MAX 200

struct path_source {
    int unit;
    struct shown value; /* as it was */
    bool known;
    struct rat share; /* of it, into the unit; 0 < share <= 1 */
    bool may_read;    /* else value is empty */
};
struct figure_path {
    struct path_source *source;
    size_t sources;
    bool cut_off; /* there are more than PATH_SOURCES_MAX */
};
/* Empty where the reading is as it was, or no event moved the unit between the two days. Errors:
 * those of the engine and of descent_of. */
bool figure_path(const struct view *v, struct actor who, const struct figure_origin *o,
    const struct origin_request *q, struct arena *a, struct figure_path *ret, struct err *err);

#endif
