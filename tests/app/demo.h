/* demo: an application over a real store in a temporary folder, with the demonstration in it.
 *
 * One per test program (cmocka group set-up); the clock stands at 25/9/2026 09:00 and can be set.
 */
#ifndef GB_TESTS_APP_DEMO_H
#define GB_TESTS_APP_DEMO_H

#include "../test.h"

#include "app/app.h"
#include "app/reporting.h"

struct demo {
    struct arena a; /* ends with the program */
    struct app *app;
    struct view v; /* between demo_look and demo_done */
    struct err err;
    int64_t now_ms;
    uint64_t drawn;
    struct calendar calendar;
    struct assessment_rules assessment;
    struct finding_rules findings;
    struct forecast_rules forecasts;
    char dir[64];
};
extern struct demo *demo; /* of this program */

int demo_open(void **state);
int demo_close(void **state);

/* Takes a view of now; releases it. Writing between the two would wait for ever. */
void demo_look(void);
void demo_done(void);

struct actor demo_actor(const char *login);
struct period demo_period(const char *id);
struct report_key demo_key(const char *form, const char *unit, const char *period);
/* Index of a unit by code on the period's last day. */
int demo_unit(const char *code, const char *period);
int demo_indicator(const char *code);
/* Types one cell as that person; fails the test where it is refused or stale. */
void demo_type(const char *login, struct report_key key, const char *series, const char *typed,
    uint32_t flags, const char *note);
/* Takes a step; false with demo->err. */
bool demo_step(const char *login, struct report_key key, enum report_step step, const char *reason);

void demo_ok(bool ok, const char *what, int line);
#define OK(call) demo_ok((call), #call, __LINE__)
/* The expected failure: its message key. */
#define REFUSED(call, message)                                                                     \
    do {                                                                                           \
        demo->err = ERR_INIT;                                                                      \
        assert_false(call);                                                                        \
        assert_str(msg_name(demo->err.key), message);                                              \
    } while (0)

/* A value in people's decimals, "" where there is none: "94.7". */
struct shown;
const char *demo_text(const struct shown *x, int decimals);

#endif
