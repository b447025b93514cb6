/* marks: see marks.h. */
#include "web/marks.h"

struct mark {
    struct str symbol, css;
};

static struct state_view view(const struct mark *marks, size_t n, size_t i)
{
    if (i >= n)
        return (struct state_view){.symbol = STR("s-nodata"), .css = STR("is-none")};
    return (struct state_view){.symbol = marks[i].symbol, .css = marks[i].css};
}

#define MARK(symbol, css)                                                                          \
    {                                                                                              \
        {"" symbol, sizeof(symbol) - 1},                                                           \
        {                                                                                          \
            "" css, sizeof(css) - 1                                                                \
        }                                                                                          \
    }

struct state_view mark_of_target(enum target_status s)
{
    static const struct mark marks[] = {
        [TARGET_MET] = MARK("s-met", "is-good"),
        [TARGET_EXCEEDED] = MARK("s-exceeded", "is-good"),
        [TARGET_MET_SO_FAR] = MARK("s-sofar", "is-good"),
        [TARGET_ON_COURSE] = MARK("s-course", "is-steady"),
        [TARGET_AT_RISK] = MARK("s-risk", "is-risk"),
        [TARGET_OFF_COURSE] = MARK("s-off", "is-off"),
        [TARGET_MISSED] = MARK("s-missed", "is-miss"),
        [TARGET_NOT_YET] = MARK("s-notyet", "is-none"),
        [TARGET_NO_DATA] = MARK("s-nodata", "is-none"),
    };

    return view(marks, sizeof marks / sizeof *marks, (size_t)s);
}

struct state_view mark_of_report(enum report_state s)
{
    static const struct mark marks[] = {
        [REPORT_NOT_STARTED] = MARK("r-empty", "is-none"),
        [REPORT_DRAFT] = MARK("r-draft", "is-risk"),
        [REPORT_CHECKING] = MARK("r-inside", "is-steady"),
        [REPORT_TO_SIGN] = MARK("r-inside", "is-steady"),
        [REPORT_SUBMITTED] = MARK("r-sent", "is-steady"),
        [REPORT_RECEIVED] = MARK("r-sent", "is-steady"),
        [REPORT_RETURNED] = MARK("r-returned", "is-off"),
        [REPORT_APPROVED] = MARK("r-approved", "is-good"),
        [REPORT_LOCKED] = MARK("r-locked", "is-good"),
        [REPORT_REOPENED] = MARK("r-draft", "is-risk"),
    };

    return view(marks, sizeof marks / sizeof *marks, (size_t)s);
}

struct state_view mark_of_timeliness(enum timeliness t)
{
    static const struct mark marks[] = {
        [TIMELY_NOT_DUE] = MARK("r-empty", "is-none"),
        [TIMELY_DUE_SOON] = MARK("s-risk", "is-risk"),
        [TIMELY_ON_TIME] = MARK("r-approved", "is-good"),
        [TIMELY_LATE] = MARK("r-late", "is-risk"),
        [TIMELY_MISSING] = MARK("s-missed", "is-miss"),
    };

    return view(marks, sizeof marks / sizeof *marks, (size_t)t);
}
