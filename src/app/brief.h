/* brief: one page for the leader.
 *
 * Layer app, reading use case, put together from the scoreboard and the board of reports: k of n
 * for each set, the slowest targets of the unit and of those just below with who answers for them,
 * who has not sent, what changed since the period before.
 */
#ifndef GB_APP_BRIEF_H
#define GB_APP_BRIEF_H

#include "app/board.h"
#include "app/scoreboard.h"

#define BRIEF_SLOWEST_MAX 5
#define BRIEF_UNITS_MAX 300 /* just below */

struct brief_request {
    struct str unit;
    struct period period;
    enum total_state state;
    struct reading_of reading;
};
struct brief_set {
    int set;
    int met, total, expected;
    int met_before, total_before; /* in the period before; 0 of 0: none */
};
struct brief_target {
    struct scoreboard_target target; /* its unit: catalog.target[target.target].unit */
    struct str responsible, person;  /* body and post; empty: none named */
};
struct brief_change {
    struct scoreboard_target target;
    enum target_status before;
    bool better;
};
struct brief_form {
    int form;
    struct reports_board board; /* of this period alone */
};
struct brief {
    int unit;
    struct period period, before;
    bool has_before;
    struct scoreboard board;
    struct brief_set *set;
    size_t sets;
    int met, total;
    struct brief_target *slowest;
    size_t slowests;
    int troubled; /* targets at risk, off course or missed, of the unit and those just below */
    struct brief_change *change; /* worse first */
    size_t changes;
    struct brief_form *form;
    size_t forms;
};
bool brief_make(struct app *app, const struct view *v, struct actor who,
    const struct brief_request *q, enum lang lang, struct arena *a, struct brief *ret,
    struct err *err);

#endif
