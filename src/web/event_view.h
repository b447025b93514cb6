/* event_view: what the templates of the event pages are told; see views.h. */
#ifndef GB_WEB_EVENT_VIEW_H
#define GB_WEB_EVENT_VIEW_H

#include "web/views.h"

struct pick_view {
    struct str value, text;
    bool chosen;
};
typedef VEC(struct pick_view) pick_list;
struct event_old_view {
    struct str name, value; /* name of the field */
};
struct event_new_view {
    struct str name; /* "new.0" */
    struct str number, unit, title, code, parent;
    VEC(struct pick_view) kinds;
};
struct event_cell_view {
    struct str name; /* "share.0.1" */
    struct str to;
    struct str people, area, households;
    bool edge;
};
struct event_share_view {
    struct str from;
    VEC(struct event_cell_view) cells;
};
struct event_child_view {
    struct str name, text; /* "move.UID" */
    VEC(struct pick_view) picks;
};
struct event_open_view {
    struct str head; /* of the first of its sort */
    struct str name, what, key, text, note; /* "choice.3", hidden "what.3" */
    struct str why, reason;                 /* "why.3" of a report, and what was typed */
    pick_list picks;
};
struct event_check_view {
    struct str text, css, symbol;
};
struct event_tree_view {
    struct str parent;
    VEC(struct event_check_view) units; /* text, css "gone", "fresh" or empty */
};
struct event_page_view {
    struct page_view page;
    struct str title, headline, says;
    VEC(struct pick_view) kinds;
    struct field_view day, decision, note;
    VEC(struct event_old_view) olds;
    VEC(struct event_new_view) news;
    VEC(struct event_share_view) shares;
    VEC(struct event_child_view) children;
    VEC(struct event_open_view) opens;
    VEC(struct event_check_view) checks;
    VEC(struct event_tree_view) before, after;
    struct str before_head, after_head;
    bool checked, may_save;
    struct str rows_old, rows_new; /* how many rows there are */
};

/* What became of units, with what can be taken back. */
struct event_row_view {
    struct str when, kind, says, decision, url;
    bool future;
};
struct event_undone_view {
    struct str when, decision, act;
};
struct events_view {
    struct page_view page;
    struct str title, headline, enter_url, open_url, open_says;
    VEC(struct event_row_view) events;
    VEC(struct event_undone_view) undone;
};
struct event_undo_view {
    struct page_view page;
    struct str title, headline, says, address, back, trouble;
    VEC(struct event_check_view) back_again, gone;
};

/* What is not decided on units that ended. */
struct open_row_view {
    struct str unit, unit_url, when, sort, text, url, key, why;
    pick_list picks;
};
struct open_view {
    struct page_view page;
    struct str title, headline, trouble;
    VEC(struct open_row_view) rows;
};

#endif
