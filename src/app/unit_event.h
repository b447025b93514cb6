/* unit_event: what becomes of units, entered by a person: checked while nothing is written, then
 * saved as one act.
 *
 * Layer app. model.md, "Units, places and lines". A request names the units that something happens
 * to (as of the day before), what they become on the day (units that are there, also one of the
 * same, or new ones) and how much of each goes where. Old units that are not among the new ones
 * end; units below them need another superior. event_plan_make() works all this out and says what
 * is wrong
 * (`bad`, which forbids saving) and what a person should know. event_save() does the same again
 * where it writes, so that what was checked is what is changed. The day may lie in the future.
 *
 * What is open on units that end (reports on their way, targets not yet due, grants) follows as a
 * person decides (app/open_items.h); each choice is a part of the act, what is not decided yet
 * stays on a list.
 *
 * Needs RIGHT_ADMIN_UNITS on every unit that is touched, and on superiors of new ones.
 * An event is taken back by event_undo, an act of its own, and that act by event_redo.
 */
#ifndef GB_APP_UNIT_EVENT_H
#define GB_APP_UNIT_EVENT_H

#include "app/app.h"
#include "app/open_items.h"

#define EVENT_OLDS_MAX 40
#define EVENT_NEWS_MAX 12
#define EVENT_EDGES_MAX 480
#define EVENT_CHILDREN_MAX 2000

struct event_new {
    struct str unit;             /* uid or code on the day before; empty: a new unit */
    struct str name, code, kind; /* empty: as before (a new unit needs name and kind) */
    struct str parent;           /* uid or code; empty: as before, or that of the first old unit */
};
struct event_share {
    int from, to;                  /* places in `old` and `fresh` */
    struct str share[BASIS_COUNT]; /* "3/20", "0.15", "0,15"; empty: unknown */
};
struct event_move {
    struct str unit; /* of a unit below one that ends */
    int to;          /* place in `fresh` */
};
struct event_choice {
    struct str what; /* key of an open item */
    enum open_choice choice;
    int to;            /* OPEN_CARRY: place in `fresh` */
    struct str reason; /* OPEN_NEEDLESS */
};
struct event_request {
    enum event_kind kind;
    struct day day;
    struct str decision, note;
    const struct str *old; /* uid or code on the day before */
    size_t olds;
    const struct event_new *fresh;
    size_t freshes;
    const struct event_share *edge; /* none: every old unit goes to every new one */
    size_t edges;
    const struct event_move *move;
    size_t moves;
    const struct event_choice *choice;
    size_t choices;
};

struct event_check {
    bool bad;
    enum msg_key key;
    struct str arg[3];
    enum msg_key word; /* stands for arg[2] in the reader's language; MSG_COUNT: none */
};
struct event_old {
    int unit; /* index */
    bool ends;
};
struct event_fresh {
    int unit; /* index; -1: to be made */
    struct str name, code;
    int kind;
    int parent;          /* index; -1: none */
    bool renamed, moved; /* of one that is there: attributes or superior change on the day */
};
struct event_edge {
    int from, to; /* places in old and fresh; to -1: nowhere, from -1: founded */
    struct rat share[BASIS_COUNT];
    bool known[BASIS_COUNT];
};
struct event_child {
    int unit;
    int old; /* place of its superior that ends */
    enum line line;
    int to; /* place in fresh; -1: not said */
};
struct event_plan {
    enum line line; /* on which the units stand */
    struct event_old *old;
    size_t olds;
    struct event_fresh *fresh;
    size_t freshes;
    struct event_edge *edge;
    size_t edges;
    struct event_child *child;
    size_t children;
    struct open_item *open; /* of the units that end */
    size_t opens;
    int *body; /* units that end with their place, as was chosen */
    size_t bodies;
    struct event_check *check;
    size_t checks;
    bool ok; /* nothing is bad */
};
/* Errors only where the program cannot go on (memory, store); everything a person can mend is a
 * check. */
bool event_plan_make(struct app *app, const struct catalog *c, struct day today, struct actor who,
    const struct event_request *q, struct arena *a, struct event_plan *ret, struct err *err);
/* One act. Errors: the first bad check (err.event.*), err.denied.unit. */
bool event_save(struct app *app, struct actor who, const struct event_request *q,
    struct act_no *ret_act, int64_t *ret_event, struct err *err);

/* The act by which an event that was entered here stands; *ret_found false: it came by a file. */
bool event_act(struct app *app, int64_t event, struct arena *a, struct act_no *ret, bool *ret_found,
    struct err *err);
/* Takes an event back by an act of its own: one that was entered, with all that its act did,
 * refused where a later act built on it; one that came by a file alone, not the days of its units,
 * which came by another file. */
bool event_undo(
    struct app *app, struct actor who, int64_t event, struct act_no *ret_act, struct err *err);

/* Events that have been taken back and not put back, newest first. */
#define EVENTS_UNDONE_MAX 30
struct event_undone {
    struct act_no undo;
    int64_t at_ms;
    struct str decision;
};
bool events_undone(
    struct app *app, struct arena *a, struct event_undone **ret, size_t *ret_n, struct err *err);
/* Takes an undoing back, so that the event stands again as it was. Errors: err.undo.changed_since
 * where something later stands in its way. */
bool event_redo(
    struct app *app, struct actor who, struct act_no undo, struct act_no *ret_act, struct err *err);

#endif
