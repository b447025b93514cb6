/* fixture: a fresh store in a private folder, and short ways to write to it.
 *
 * The same test bodies run on every engine; `engine_under_test` names it (argument of the program).
 */
#ifndef GB_TESTS_STORE_FIXTURE_H
#define GB_TESTS_STORE_FIXTURE_H

#include "../test.h"

#include "app/ports/store.h"
#include "store/store_open.h"

struct fixture {
    char dir[64];
    struct store *s;
    struct arena a;
    struct err err;
    int64_t clock_ms;
};

extern const char *engine_under_test; /* "sqlite" or "postgres" */

/* Is the engine installed and built in? Says that it skips where not; main then gives SKIPPED. */
bool engine_is_here(void);
#define SKIPPED 77
/* Of the group of tests: starts and ends the engine. */
int engine_start(void **state);
int engine_stop(void **state);
/* cmocka set-up and tear-down; *state is a struct fixture. */
int fixture_open(void **state);
int fixture_close(void **state);
/* Closes and opens again: only what was committed is there. */
void fixture_reopen(struct fixture *f);
/* Opens the fixture's data with options; NULL and f->err where it is refused. */
struct store *fixture_open_with(struct fixture *f, struct store_options options);
/* Rows of two text columns, as lines "a b". */
void behind_rows(struct fixture *f, const char *query, struct sbuf *out);
/* Runs `sql` on the database behind the program's back. */
void behind_the_back(struct fixture *f, const char *sql);
/* A second store with the same data; nothing else may write to the first meanwhile. */
void fixture_copy(struct fixture *f, struct fixture *copy);
void fixture_end_copy(struct fixture *copy);
/* Does any act have these bytes in its trail? */
bool some_trail_has(struct fixture *f, const unsigned char *bytes, size_t n);
/* An empty place for a store on either engine: a folder, or a database without tables. */
struct place {
    bool is_folder;
    char where[160], name[64];
};
void place_new(struct fixture *f, const char *engine, struct place *ret);
void place_end(struct place *p);
/* Where the fixture's own store is. */
const char *place_of(struct fixture *f);
/* Removes a folder with files in it. */
void remove_folder(const char *dir);

/* Fails the test with the message of the error unless `ok`. */
void check_ok(struct fixture *f, bool ok, const char *what, int line);
#define OK(f, call) check_ok((f), (call), #call, __LINE__)

/* begin + act_open, and act_close + commit. */
struct act act_begin(struct fixture *f, enum act_kind kind, const char *object);
void act_end(struct fixture *f, struct act *act);

static inline struct figure_key cell(int64_t series, int64_t period, int64_t unit)
{
    return (struct figure_key){{series}, period, {unit}};
}
/* One act with one figure; its number. */
struct act_no put_figure(struct fixture *f, struct figure_key key, int64_t value, uint32_t flags);
/* An indicator with one series of the same id. */
void put_indicator(
    struct fixture *f, int64_t id, enum privacy privacy, int64_t form, struct act_no act);
/* A report in a state with marks. */
void put_report(struct fixture *f, int64_t id, int64_t form, int64_t unit, int64_t period,
    enum report_step step, enum report_state state, struct report_marks marks, struct act act);

/* Keeps `n` bytes of a pattern, named and measured in `at`; inside a transaction. */
void put_content(struct fixture *f, struct attachment *at, size_t n);

#define FIXTURE_PERIOD 2024036 /* a quarter */
/* One row in every table of definitions but those of reports. */
void put_definitions(struct fixture *f);

#endif
