/* map_view: what the template of the map page is told; see views.h. */
#ifndef GB_WEB_MAP_VIEW_H
#define GB_WEB_MAP_VIEW_H

#include "web/views.h"

struct map_row_view {
    struct str name, url, marks, reported;
    struct figure_view value;
    struct state_view state; /* where the map is by status */
    bool me, without;        /* without: no boundary is known */
};
struct map_sign_view {
    struct state_view state;
    struct str count;
};
struct map_page_view {
    struct page_view page;
    struct str title, headline, unit, unit_url, indicator, indicator_url;
    struct choice_list reading;
    struct how_note_view how;
    struct drawing_view map;
    struct html legend;
    VEC(struct map_sign_view) signs; /* by status: what each sign means, with how many */
    VEC(struct map_row_view) rows;
    struct str by_status; /* empty: by value */
    struct str caption, note, without, missing, made_up;
    struct str none, none_says; /* no boundaries: what to do */
};

#endif
