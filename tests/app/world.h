/* world: a small province over the real stack, for tests that drive the use cases hard.
 *
 * A store in a folder of its own, an app over it, and definitions that came in through the imports:
 * a province, two districts, six communes (one moves between the districts on 1/7/2025, one is
 * closed then), indicators with every way of adding up over time, two forms (one with check and
 * signature inside the unit, one with neither) and accounts with different rights.
 */
#ifndef GB_TESTS_APP_WORLD_H
#define GB_TESTS_APP_WORLD_H

#include "../test.h"

#include <stdatomic.h>

#include "app/app.h"
#include "app/reporting.h"

enum { UNITS = 9, FIRST_COMMUNE = 3, COMMUNES = 6, CLOSED = 8 };
enum { SERIES = 6, COMPUTED = 2, INDICATORS = SERIES + COMPUTED };
enum { QUARTERS = 5, PERIODS = 7 };
enum { FORMS = 2 };
/* Nobody: the account `system`. The first two may do everything but import, the third only types.
 */
enum { WHO_SYSTEM, WHO_ONE, WHO_TWO, WHO_CLERK, WHO_COUNT };

/* Series by number: 0 and 1 are of form 0, 2 to 4 of form 1, 5 of none. */
extern const char *const world_unit[UNITS];
extern const char *const world_indicator[INDICATORS];
extern const char *const world_period[PERIODS];
extern const char *const world_form[FORMS];
extern const int world_decimals[SERIES], world_form_of[SERIES];

struct world {
    struct app *app;
    struct store *store;
    struct arena a;
    struct err err;
    _Atomic int64_t now_ms;
    uint64_t drawn;
    char dir[64];
    /* identities, the same for ever */
    struct series_id series[SERIES];
    struct unit_id unit[UNITS];
    struct form_id form[FORMS];
    struct actor who[WHO_COUNT];
    struct period period[PERIODS];
    int64_t code[PERIODS];
};

/* Begins and ends the world of a test program (cmocka group set-up). */
int world_open(void **state);
int world_close(void **state);
extern struct world *world;
/* Closes the app and its store and opens them again. */
void world_reopen(void);
struct act_no world_head(void);

void world_ok(bool ok, const char *what, int line);
#define OK(call) world_ok((call), #call, __LINE__)

#endif
