/* naive: what the program should hold, kept in plain arrays by the definitions alone.
 *
 * Every version of every cell with its act, every move of a report with its marks, every change of
 * what is not applicable; nothing is ever forgotten, so that any past act can be asked about. It
 * knows nothing of the store's or the engine's ways. Definitions: domain/figure.h and report.h.
 */
#ifndef GB_TESTS_APP_NAIVE_H
#define GB_TESTS_APP_NAIVE_H

#include "world.h"

#define GROWS(type)                                                                                \
    struct {                                                                                       \
        type *p;                                                                                   \
        int n, cap;                                                                                \
    }
#define PUSH(v, ...)                                                                               \
    do {                                                                                           \
        if ((v)->n == (v)->cap) {                                                                  \
            (v)->cap = (v)->cap ? 2 * (v)->cap : 8;                                                \
            (v)->p = reallocarray((v)->p, (size_t)(v)->cap, sizeof *(v)->p);                       \
            assert_non_null((v)->p);                                                               \
        }                                                                                          \
        (v)->p[(v)->n++] = (__VA_ARGS__);                                                          \
    } while (0)

/* What people said of a cell: without what the store adds to flags. */
struct said {
    int64_t value;
    uint32_t flags;
    char note[24], approx[24];
};
struct naive_version {
    struct said said;
    int64_t act;
    bool takes_back; /* it undoes the version before it: both do not count */
};
struct naive_cell {
    GROWS(struct naive_version) version;
};

struct naive_draft {
    bool has;
    bool empty; /* typed empty */
    struct said said;
    int64_t seq;
    int who;
};
struct naive_move {
    int64_t act, submitted, approved;
    enum report_state state;
};
struct naive_report {
    bool begun;
    int sent_by;
    struct naive_draft draft[SERIES];
    GROWS(struct naive_move) move;
};

/* Not applicable: from one of some days to one of some days; -1: no such row. */
enum { NA_FROM = 3, NA_TO = 3 };
struct naive_na {
    int8_t to[SERIES][UNITS][NA_FROM];
};
struct naive_na_act {
    int64_t act;
    struct naive_na now;
};
/* An import that can be undone. */
struct naive_import {
    int64_t act;
    bool is_na, undone;
    int series, unit, from; /* of a row of what is not applicable */
};

struct naive {
    struct naive_cell cell[SERIES][PERIODS][UNITS];
    struct naive_report report[FORMS][QUARTERS][COMMUNES];
    GROWS(struct naive_na_act) na;
    GROWS(struct naive_import) import;
};
extern struct naive *naive;

void naive_init(void);
void naive_free(void);

struct day naive_na_from(int i);
struct day naive_na_to(int i);
/* Does the indicator apply to the unit on the day, as known at the act? */
bool naive_applies(int series, int unit, struct day day, int64_t known);

struct naive_report *naive_report_of(int series, int period, int unit); /* NULL: none owns it */
/* As known then; state not started and no marks where there was none yet. */
struct naive_move naive_move_at(const struct naive_report *r, int64_t known);
/* The version that counts at `known`; NULL: none. */
const struct naive_version *naive_counts(
    int series, int period, int unit, bool provisional, int64_t known);
struct cell_value naive_value(int series, int period, int unit, bool provisional, int64_t known);
/* The newest version; NULL: none. */
const struct naive_version *naive_newest(int series, int period, int unit);
bool naive_equal(const struct said *a, const struct said *b);

/* The state that the step leads to; false: it may not be taken. A report not begun is a draft. */
bool naive_next(int form, enum report_state from, enum report_step step, enum report_state *ret);
bool naive_is_open(enum report_state s); /* for typing */

#endif
