/* views: what the frame of every page and its recurring parts are told.
 *
 * Layer web. A page's own view has a `struct page_view page` in it and hands it to the layout
 * (ui/templates/page.html); the other structs belong to the partial templates of the same name.
 * Views are made by handlers and read by templates; a template gets a view, never a row. All texts
 * are in the reader's language already, unless the member is a message key.
 */
#ifndef GB_WEB_VIEWS_H
#define GB_WEB_VIEWS_H

#include "base/html.h"
#include "base/msg.h"
#include "base/vec.h"
#include "web/request.h"

/* A section in the masthead. */
struct nav_item {
    struct str url;
    enum msg_key label;
    bool current; /* this page, or one under it */
};

struct page_view {
    struct str lang;  /* "vi" or "en" */
    struct str theme; /* "light", "dark"; empty: as the system says */
    struct str view;  /* "projection" for big type; else empty */
    VEC(struct nav_item) nav;
    struct str person;        /* who is signed in; empty for visitors */
    struct str where;         /* where that person works, behind the name */
    struct str me_url;        /* that person's page */
    struct str find_url;      /* where the search goes; empty: no search */
    struct str find;          /* what was searched for */
    struct str demonstration; /* the day on which a demonstration lives; empty: real data or the
                                 real day */
    struct str importing;     /* a large import is being written; empty: none */
    struct str here;          /* path and query of this page */
    struct str
        known; /* printed at the foot of each sheet: "known on ..., head of the ledger ..." */
};

/* state.html: a symbol and its word. */
struct state_view {
    struct str symbol; /* id in symbols.html */
    struct str css;    /* is-good, is-steady, is-risk, is-off, is-miss, is-none */
    struct str word;
};

/* figure.html: a figure as it stands in a column. */
struct figure_view {
    struct str cmp;    /* before it: a comparator, "khoảng" */
    struct str whole;  /* up to the decimal comma; "…" no figure yet, "-" not applicable */
    struct str frac;   /* ",75" or "/13"; empty */
    struct str sign;   /* "%", "điểm %"; empty */
    struct str before; /* its name where the row is a card: "KH" */
    struct str url;    /* where it comes from; empty: it leads nowhere */
    struct str full;   /* for screen readers where the figure alone does not tell; empty */
};

struct link_view {
    struct str url, text;
    bool current;
};

/* message.html: something to be said above the matter. */
struct message_view {
    struct str css;    /* wrong, doubt, done, or empty */
    struct str symbol; /* empty: none */
    struct str title, text;
    VEC(struct link_view) links; /* to the places it speaks of */
};

struct hidden_view {
    struct str name, value;
};

/* choice.html: one choice in the line that says how figures are read. */
struct choice_view {
    struct str before; /* the words before it */
    struct str chosen;
    struct str after; /* punctuation behind it */
    VEC(struct link_view) options;
    /* a day that can be typed under the options; day_name empty: none */
    struct str day_url, day_name, day_label, day_value;
    VEC(struct hidden_view) hidden; /* the rest of the address */
};
struct choice_list {
    VEC(struct choice_view) v;
};

/* drawing.html: a chart in both its widths; wide empty: there is none. */
struct drawing_view {
    struct html wide, narrow;
};

/* how_note.html: that the page is not read in the ordinary way; says empty: it is. */
struct how_note_view {
    struct str says, back_url;
    struct str gone;               /* the unit did not exist on the reading's day; empty: it did */
    VEC(struct link_view) instead; /* its relatives on that day */
};

enum field_type { FIELD_TEXT, FIELD_PASSWORD, FIELD_LONG, FIELD_NUMBER, FIELD_FILE };

/* field.html: a field with its label, hint and error. */
struct field_view {
    struct str name; /* also its id */
    struct str label, note, value, wrong;
    enum field_type type;
    bool required, chosen;   /* chosen: the cursor stands in it when the page opens */
    struct str autocomplete; /* "username", "current-password", ... or empty */
};

struct failure_view {
    struct page_view page;
    struct str message;
    struct str request_id;
};

struct licence {
    struct str name, what, text;
};
struct about_view {
    struct page_view page;
    struct str version;
    VEC(struct licence) licences;
};

/* What the frame can know from the request alone: language, theme, this page's address. */
void page_fill(struct request *rq, struct page_view *ret);

struct duty_view {
    struct str role, unit, owner, until;
};
struct session_view {
    struct str device, address, since, seen, url;
    bool this_one;
};
struct me_view {
    struct page_view page;
    struct str name, login, post, unit, trouble;
    bool done; /* the password was changed */
    VEC(struct duty_view) duties;
    VEC(struct session_view) sessions;
    struct field_view now, password, again;
};

struct demonstration_account {
    struct str login, post, unit, day;
};
struct demonstration_view {
    struct page_view page;
    struct str today; /* of who is signed in; empty for visitors */
    VEC(struct demonstration_account) accounts;
};

struct sign_in_view {
    struct page_view page;
    struct str message; /* why it failed; empty at first */
    struct str login, next;
    bool demonstration; /* there are accounts to try */
};

#endif
