/* Views of the gallery, which shows how every recurring part looks. */
#ifndef GB_TESTS_WEB_GALLERY_VIEW_H
#define GB_TESTS_WEB_GALLERY_VIEW_H

#include "web/views.h"

struct score_row {
    struct str group, group_says; /* a group begins here; empty: it does not */
    struct str ord, name, unit, range, who;
    struct state_view state;
    struct figure_view plan, actual, pct, change, fore;
    struct html bar, spark;
};

struct entry_row {
    struct str group;
    struct str ord, id, name, unit, value;
    struct figure_view last, then, plan, sum, pct;
    struct state_view says; /* an error or a doubt; word empty: none */
    struct str css;         /* wrong, doubt, now */
    bool computed, asks_reason;
    struct str reason;
};

struct board_cell {
    struct state_view state;
    struct str text, full;
    bool speaks, past, now;
};
struct board_row {
    struct str kind, name, sum;
    bool ticked;
    VEC(struct board_cell) cells;
};

struct chart_view {
    struct str name;
    struct html wide, narrow, key;
};

struct gallery_view {
    struct page_view page;
    VEC(struct choice_view) choices;
    VEC(struct score_row) score;
    VEC(struct entry_row) entry;
    VEC(struct str) months;
    VEC(struct board_row) board;
    VEC(struct state_view) states, reports;
    struct message_view wrong, doubt, done, told;
    VEC(struct field_view) fields;
    struct html trend;
    VEC(struct chart_view) charts;
};

/* The drawings of the gallery, see gallery_charts.c. */
bool gallery_charts(struct gallery_view *v, struct arena *a, struct err *err);

#endif
