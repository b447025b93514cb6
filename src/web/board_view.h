/* board_view: what the template of the reports board is told; see views.h. */
#ifndef GB_WEB_BOARD_VIEW_H
#define GB_WEB_BOARD_VIEW_H

#include "web/views.h"

struct board_cell_view {
    struct state_view state;
    struct str text, full, url; /* url empty: nothing is asked there */
    bool speaks, past, now;
};
struct board_row_view {
    struct str uid, name, url, seen, sum;
    struct str note; /* of a unit that ends or begins within the period */
    bool may_approve;
    VEC(struct board_cell_view) cells;
};
struct board_head_view {
    struct str text;
    bool past, now;
};
struct board_back_view {
    struct str name, url, reason, when;
};
struct board_often_view {
    struct str name, url, times;
};
struct board_open_view {
    struct str name, url, says;
};
struct board_view {
    struct page_view page;
    struct str unit_name, period; /* at the head of a sheet */
    struct str title, headline, sent, asked, due, address, caption, form, unit_uid, period_id;
    struct choice_list reading;
    struct how_note_view how;
    VEC(struct board_head_view) heads;
    VEC(struct board_row_view) rows;
    VEC(struct board_head_view) sums;
    VEC(struct state_view) key;
    VEC(struct message_view) outcomes;
    VEC(struct link_view) files;
    int may_approve;
    struct str remind;
    VEC(struct board_back_view) backs;
    VEC(struct board_often_view) oftens;
    struct str final_due;
    VEC(struct board_open_view) open; /* approved with estimates: still to be made final */
};

#endif
