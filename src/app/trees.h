/* trees: the trees of a catalogue by line and day, built once and read by all.
 *
 * Layer app. A tree holds for the whole stretch of days in which no unit of its line changes
 * (domain/unit.h); building one looks at every unit of the country, which a page about one of them
 * need not do. The trees of now go with the catalogue and are valid as long as the view; past views
 * and days beyond the few that fit get theirs in the caller's arena. Read only.
 */
#ifndef GB_APP_TREES_H
#define GB_APP_TREES_H

#include "app/app.h"

/* As tree_build. */
bool view_tree(const struct view *v, enum line line, struct day day, struct arena *a,
    struct tree *ret, struct err *err);

/* For app.c: of one catalogue; NULL with err.memory. */
struct trees *trees_new(const struct units *us, struct err *err);
void trees_free(struct trees *t);

#endif
