/* report_view: what the templates of a report and of its steps are told; see views.h. */
#ifndef GB_WEB_REPORT_VIEW_H
#define GB_WEB_REPORT_VIEW_H

#include "web/views.h"

struct entry_row_view {
    struct str group;      /* the section that begins here; empty: none */
    struct str id, series; /* series empty: nothing is typed here */
    struct str ord, name, unit;
    bool part;  /* "trong đó" */
    bool typed; /* may be typed, now, by this account */
    struct str value, was, seq, nil_was;
    struct str note, note_was;
    bool asks_nil, nil;
    struct str css;         /* "wrong", "doubt" or empty */
    struct state_view says; /* word empty: nothing to say */
    bool asks_reason;
    struct str url;          /* where the figure leads */
    struct figure_view made; /* what is shown instead of a field */
    struct figure_view last, then, plan, sum, percent;
    struct str last_note; /* the estimate that last period's figure replaced */
};

struct point_view {
    struct str id;     /* of the field */
    struct str label;  /* empty: the same kind as the one above */
    struct str before; /* what stood there last period; empty: nothing */
    struct str text;
};

struct owner_view {
    struct str key, name, filled, says;
    bool mine, done;
};

struct step_button_view {
    struct str step, url, label;
    bool main;
};

struct happened_view {
    struct str when, what, who, why;
};

struct report_view {
    struct page_view page;
    struct str title, headline, unit_url, unit, form_name, window, due, address;
    struct state_view state;
    struct str last_head, then_head, plan_head, now_head, sum_head, caption;
    bool may_type; /* anything at all */
    struct str saved;
    struct message_view trouble, stale, returned;
    VEC(struct entry_row_view) rows;
    VEC(struct point_view) points;
    bool may_write;
    VEC(struct owner_view) owners;
    VEC(struct step_button_view) steps;
    VEC(struct happened_view) history;
    struct str made_up, filled;
};

/* step.html: one step is confirmed, with what it needs. */
struct step_cell_view {
    struct str series, id, name, value;
};
struct step_view {
    struct page_view page;
    struct str title, headline, says, address, back, label;
    struct message_view trouble;
    bool wants_reason, wants_number;
    struct field_view reason, number, signer, day;
    VEC(struct step_cell_view) cells;
    struct str seen;
};

#endif
