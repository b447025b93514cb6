/* scoreboard: the targets of a unit at a period, set by set, and the followed indicators beside
 * them.
 *
 * Layer app. The reading use case behind `giaoban scoreboard` and the scoreboard's page. Targets
 * are assessed on the day after the period's last day, or today while the period runs.
 */
#ifndef GB_APP_SCOREBOARD_H
#define GB_APP_SCOREBOARD_H

#include "app/app.h"
#include "base/json.h"

struct scoreboard_request {
    struct str unit;
    struct period period;
    struct str set; /* only this set; empty: all */
    enum total_state state;
    struct reading_of reading;
    bool original; /* under the first version of each target */
};

/* A value against the same period a year before. */
struct comparison {
    bool has_previous, has_change, has_percent;
    struct rat previous, change, percent;
    bool boundary_changed;
};

struct scoreboard_target {
    int target, indicator;                /* indexes; indicator -1: a `done` target */
    const struct target_version *version; /* NULL: none in force yet */
    struct assessment assessment;
    struct comparison compared;
    struct total total; /* presence and marks of the latest value */
    enum expectation expectation;
    int decimals;
    struct str explanation; /* in the language asked for */
};
struct scoreboard_set {
    int set;
    int met, total, expected;
    struct scoreboard_target *target;
    size_t targets;
};
struct scoreboard_indicator {
    int indicator;
    struct total total;
    struct comparison compared;
    struct str approx;
};
struct target_forecast;
struct scoreboard {
    int unit;
    struct period period;
    struct day day; /* of assessment */
    struct scoreboard_set *set;
    size_t sets;
    struct target_forecast **forecast; /* [set][target], where scoreboard_forecast() was asked for
                                          them; else NULL */
    struct scoreboard_indicator *indicator;
    size_t indicators;
};

bool scoreboard_make(struct app *app, const struct view *v, struct actor who,
    const struct scoreboard_request *q, enum lang lang, struct arena *a, struct scoreboard *ret,
    struct err *err);
/* The contract's JSON; see docs/contract.md. */
void scoreboard_json(
    const struct view *v, const struct scoreboard *s, struct arena *a, struct json *j);

#endif
