/* report_view: what the templates of a report and of its steps are told; see views.h. */
#ifndef GB_WEB_REPORT_VIEW_H
#define GB_WEB_REPORT_VIEW_H

#include "web/views.h"

struct entry_row_view {
    struct str id, series; /* series empty: nothing is typed here */
    struct str ord, name, unit;
    bool part;  /* "trong đó" */
    bool typed; /* may be typed, now, by this account */
    struct str value, was, seq, nil_was;
    struct str note, note_was;
    bool asks_nil, nil;
    bool behalf;            /* typed for the unit by somebody else's clerk */
    bool personal;          /* never kept on the machine */
    bool estimate;          /* the number in the field is an estimate */
    struct str est_was;     /* "1" or "0" */
    struct str css;         /* "wrong", "doubt" or empty */
    struct state_view says; /* word empty: nothing to say */
    bool asks_reason;
    struct str url;          /* where the figure leads */
    struct figure_view made; /* what is shown instead of a field */
    struct figure_view last, then, plan, sum, percent;
    struct str last_note; /* the estimate that last period's figure replaced */
};

/* The rows of one section, which can be folded away. */
struct entry_section_view {
    struct str id, title, filled; /* title empty: the form has no sections */
    VEC(struct entry_row_view) rows;
};

struct option_view {
    struct str key, text;
    bool chosen;
};
struct point_view {
    struct str id;     /* of the fields: "12", or "new.2" for one to be added */
    struct str label;  /* empty: the same kind as the one above */
    struct str kind;   /* "Kết quả đạt được, kỳ này" */
    struct str before; /* what stood there last period; empty: nothing */
    struct str text, was;
    struct str place; /* title of its section, for those who only read */
    VEC(struct option_view) sections;
    bool wants_to; /* a proposal is addressed to somebody */
    struct str to;
    struct str other; /* not saved: this stands there now */
};

struct file_view {
    struct str id, url, name, size, says, about; /* about: the line that it is to prove */
    bool removed;
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
    struct str part, hand; /* of a unit that ended: the days covered, and who writes it */
    struct state_view state;
    struct str last_head, then_head, plan_head, now_head, sum_head, caption;
    bool may_type; /* anything at all */
    struct str saved;
    struct message_view trouble, stale, returned;
    struct message_view behalf; /* cells that others typed for the unit; title empty: none */
    bool asks_basis;            /* this account types for the unit: on what does it rest? */
    struct str basis, basis_was;
    VEC(struct entry_row_view) rows;
    VEC(struct entry_section_view) sections; /* of the rows */
    VEC(struct point_view) points;
    bool may_write;
    struct str person; /* login: what the page keeps on the machine is kept for this person */
    bool final_only;   /* approved: what is typed replaces estimates */
    VEC(struct file_view) files;
    VEC(struct option_view) evidence; /* lines that a file can be evidence for */
    struct str files_says, file_kinds;
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
