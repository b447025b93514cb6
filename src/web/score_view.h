/* score_view: what the scoreboard's template is told; see views.h. */
#ifndef GB_WEB_SCORE_VIEW_H
#define GB_WEB_SCORE_VIEW_H

#include "web/forecast_view.h"
#include "web/views.h"

/* One status in the tally: how many, and the address that shows these alone. */
struct tally_view {
    struct state_view state;
    int count;
    struct str url;
    bool current;
};

struct score_row_view {
    int number;
    struct str name, url, unit, says;
    struct state_view state;
    struct figure_view plan, actual, percent, change;
    struct html spark;
    struct str who;  /* post, else body, that answers for it */
    bool trouble;    /* says why under its name */
    struct str tags; /* ước, minh họa ... beside the name; empty: none */
    bool has_bar, off;
    int bar, due; /* of the bar, in its own units: 48 is the whole plan */
    bool has_due;
    struct forecast_cell_view forecast;
    struct str own; /* the unit's own expectation, where it is worth a line */
};

struct score_group_view {
    struct str title, says;
    VEC(struct score_row_view) rows;
};

/* The page's matter, without its frame: it is kept and given to others (keep.h). */
struct score_view {
    struct str unit, unit_url, period, title, caption;
    struct str headline, met, total; /* met empty: no targets */
    struct str expected;             /* by the unit's own word; empty: nobody said */
    struct choice_list reading;
    struct how_note_view how;
    VEC(struct tally_view) tally;
    VEC(struct link_view) tools;
    struct str plan_head, actual_head, change_head;
    bool forecasts;            /* there is a column of them, */
    struct str forecast_none;  /* asked for, but there is too little for any */
    struct str forecast_level; /* of this level: "80"; empty: none was given */
    int columns;
    VEC(struct score_group_view) groups;
    VEC(struct score_row_view) followed;
    struct str silent; /* followed indicators without a figure, one after the other */
    struct str none;   /* why there is no table; empty: there is one */
    struct str presence, made_up, all_url; /* all_url: lifts the filter, empty: none set */
};

#endif
