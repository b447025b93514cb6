/* The assessment of targets: the published cases, and the whole table of basis x comparator. */
#include "../test.h"

#include <stdio.h>

#include "domain/target.h"
#include "fixture.h"
#include "rule_files.h"

static struct arena arena;
static const struct target_thresholds limits = {90, 60};

/* One case: a target, what is known, and what is said. Values of periods: "2021-Q1=2 2021-Q2=...";
 * "-" as value is a period without data; of a level only the last one with a value counts. Count:
 * "k/n" or "k/n counted". */
struct given {
    const char *name;
    enum target_basis basis;
    const char *comparator, *value, *value_to;
    const char *start, *deadline, *today;
    const char *facts;
    enum target_status status;
    const char *percent; /* of plan, or of the way; exact; NULL: neither */
    bool compensating;
    const char *baseline;
    enum direction direction;
    int decimals;
    const char *sentence; /* NULL: not looked at */
    const char *unit;
    const char *done;
    const char *schedule;
};

static struct rat rat_from(const char *z)
{
    struct rat r;

    if (!rat_parse(str_of(z), &r, NULL))
        fail_msg("not a number: %s", z);
    return r;
}

static void read_values(const struct given *g, struct target_facts *f)
{
    struct period_value *v = arena_array(&arena, 64, sizeof *v);
    struct str rest = str_of(g->facts), item;
    bool level = g->basis == TARGET_LEVEL || g->basis == TARGET_ZERO_STOCK;

    while (!str_empty(rest) && str_cut(&rest, ' ', &item)) {
        size_t eq = (size_t)str_find_char(item, '=', 0);
        char *value = str_dupz(&arena, str_slice(item, eq + 1, item.n));
        struct period_value *x = &v[f->values++];
        x->period = fixture_period(str_dupz(&arena, str_slice(item, 0, eq)));
        x->has = strcmp(value, "-") != 0;
        if (!x->has)
            continue;
        x->value = rat_from(value);
        f->has_latest = level;
        f->latest = x->value;
        f->latest_period = x->period;
    }
    f->value = v;
    if (level)
        f->values = 0;
}

static void read_count(const struct given *g, struct target_facts *f)
{
    int k, n, counted;
    int got = sscanf(g->facts, "%d/%d %d", &k, &n, &counted);

    assert_true(got >= 2);
    f->k = k;
    f->n = n;
    f->counted = got == 3 ? counted : n;
}

static void read_schedule(const struct given *g, struct target *t)
{
    struct target_step *steps = arena_array(&arena, 16, sizeof *steps);
    struct str rest = str_of(g->schedule), item;

    while (g->schedule && !str_empty(rest) && str_cut(&rest, ' ', &item)) {
        size_t eq = (size_t)str_find_char(item, '=', 0);
        struct target_step *s = &steps[t->steps++];
        s->period = fixture_period(str_dupz(&arena, str_slice(item, 0, eq)));
        assert_true(dec_parse(str_slice(item, eq + 1, item.n), &s->value, NULL));
    }
    t->schedule = steps;
}

static struct assessment assess(const struct given *g)
{
    struct target t = {.basis = g->basis,
        .start = fixture_day(g->start),
        .deadline = fixture_day(g->deadline),
        .compensating = g->compensating,
        .has_baseline = g->baseline != NULL};
    struct target_version v = {.decided = true};
    struct target_facts f = {.today = fixture_day(g->today)};
    struct assessment x;
    struct err e = ERR_INIT;

    if (!comparator_parse(str_of(g->comparator), &t.comparator))
        fail_msg("%s: comparator", g->name);
    if (!target_value_parse(str_of(g->value), str_of(g->value_to ? g->value_to : ""), t.comparator,
            t.basis, &v, &e))
        fail_msg("%s: %s", g->name, msg_name(e.key).p);
    if (g->baseline)
        assert_true(dec_parse(str_of(g->baseline), &t.baseline, NULL));
    if (g->done)
        t.done_day = fixture_day(g->done);
    read_schedule(g, &t);
    if (g->basis == TARGET_COUNT)
        read_count(g, &f);
    else
        read_values(g, &f);
    if (!target_assess(&t, &v, &f, limits, g->direction, g->decimals, &x, &e))
        fail_msg("%s: %s", g->name, msg_name(e.key).p);
    return x;
}

static struct str sentence(const struct assessment *x, enum lang lang, const char *unit)
{
    struct sbuf b;

    sbuf_init(&b, &arena, 1000);
    assessment_put_sentence(&b, lang, x, str_of(unit ? unit : ""));
    assert_false(b.failed);
    return sbuf_view(&b);
}

static void check(const struct given *g)
{
    struct assessment x = assess(g);
    bool met =
        g->status == TARGET_MET || g->status == TARGET_EXCEEDED || g->status == TARGET_MET_SO_FAR;

    if (x.status != g->status)
        fail_msg("%s: %s, expected %s", g->name, target_status_name(x.status),
            target_status_name(g->status));
    if (x.counts_as_met != met)
        fail_msg("%s: counted as met or not", g->name);
    if ((x.has_percent || x.has_way) != (g->percent != NULL))
        fail_msg("%s: has %s per cent", g->name, g->percent ? "no" : "a");
    if (g->percent && rat_cmp(x.has_way ? x.way : x.percent_of_plan, rat_from(g->percent)) != 0)
        fail_msg("%s: not %s per cent", g->name, g->percent);
    struct str said = sentence(&x, LANG_VI, g->unit);
    if (g->sentence && !str_is(said, g->sentence))
        fail_msg("%s: \"%.*s\"", g->name, STR_ARG(said));
    if (str_find_char(said, '{', 0) >= 0 || str_find(said, STR("  "), 0) >= 0)
        fail_msg("%s: \"%.*s\"", g->name, STR_ARG(said));
    if (str_empty(sentence(&x, LANG_EN, g->unit)))
        fail_msg("%s: no English", g->name);
}

#define TERM .start = "2021-01-01", .deadline = "2025-12-31"
#define YEAR .start = "2024-01-01", .deadline = "2024-12-31"

static const struct given published[] = {
    {.name = "21 of 15 new members by March 2023: three a year over a term of five plan years",
        .basis = TARGET_EVERY,
        .compensating = true,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2023-04-01",
        .unit = "đảng viên",
        .facts = "2021-Q1=2 2021-Q2=2 2021-Q3=3 2021-Q4=2 2022-Q1=2 2022-Q2=3 2022-Q3=2 2022-Q4=2 "
                 "2023-Q1=3",
        .status = TARGET_EXCEEDED,
        .percent = "140",
        .sentence = "Thực hiện 21 trên 15 đảng viên, vượt 40%; đạt từ quý III/2022."},
    {.name = "malnutrition down from 3.36 to 3.34 at mid-term",
        .basis = TARGET_LEVEL,
        .comparator = "<=",
        .value = "3.34",
        .baseline = "3.36",
        TERM,
        .today = "2023-04-01",
        .facts = "2023-Q1=3.34",
        .decimals = 2,
        .unit = "%",
        .direction = DIRECTION_LESS,
        .status = TARGET_MET_SO_FAR,
        .percent = "100",
        .sentence = "Hiện ở mức 3,34%, trong mức không quá 3,34% (quý I/2023); đánh giá chính thức "
                    "sau 31/12/2025."},
    {.name = "half of the way down",
        .basis = TARGET_LEVEL,
        .comparator = "<=",
        .value = "3.34",
        .baseline = "3.36",
        TERM,
        .today = "2023-04-01",
        .facts = "2023-Q1=3.35",
        .decimals = 2,
        .unit = "%",
        .direction = DIRECTION_LESS,
        .status = TARGET_ON_COURSE,
        .percent = "50",
        .sentence = "Đã qua 50% chặng đường khi đã qua 45% thời gian; hiện 3,35%, mức giao "
                    "3,34% (quý I/2023)."},
    {.name = "no poor household left at mid-term",
        .basis = TARGET_ZERO_STOCK,
        .comparator = "=",
        .value = "0",
        TERM,
        .today = "2023-04-01",
        .facts = "2023-Q1=0",
        .unit = "hộ",
        .status = TARGET_MET_SO_FAR,
        .sentence = "Hiện không còn (quý I/2023); đánh giá chính thức sau 31/12/2025."},
    {.name = "no poor household left at the end",
        .basis = TARGET_ZERO_STOCK,
        .comparator = "=",
        .value = "",
        TERM,
        .today = "2026-01-01",
        .facts = "2025-Q4=0",
        .status = TARGET_MET,
        .sentence = "Không còn; số liệu quý IV/2025."},
    {.name = "52 of 100 per cent at 27 March 2023: one of the nine that are not met yet",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "100",
        .baseline = "0",
        TERM,
        .today = "2023-03-27",
        .facts = "2023-Q1=52",
        .status = TARGET_ON_COURSE,
        .percent = "52"},
    {.name = "94.7 % of the sowing plan",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "2700.0",
        YEAR,
        .today = "2024-04-02",
        .facts = "2024-Q1=2556.9",
        .decimals = 1,
        .unit = "ha",
        .status = TARGET_NOT_YET,
        .percent = "94.7",
        .sentence = "Chỉ tiêu tính theo năm, đánh giá sau 31/12/2024."},
    {.name = "the same at the end of the year",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "2700.0",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q1=2556.9",
        .decimals = 1,
        .unit = "ha",
        .status = TARGET_MISSED,
        .percent = "94.7",
        .sentence = "Hết hạn thực hiện 2.556,9 trên 2.700,0 ha; số liệu quý I/2024."},
    {.name = "16/18: one of the sixteen, assessed on the day after the year",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "100",
        .start = "2020-01-01",
        .deadline = "2020-12-31",
        .today = "2021-01-01",
        .facts = "2020=100",
        .unit = "%",
        .status = TARGET_MET,
        .percent = "100",
        .sentence = "Thực hiện 100% trên 100%, đạt mức giao; số liệu năm 2020."},
    {.name = "16/18: one of the sixteen, exceeded",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "100",
        .start = "2020-01-01",
        .deadline = "2020-12-31",
        .today = "2021-01-01",
        .facts = "2020=104.5",
        .decimals = 1,
        .unit = "%",
        .status = TARGET_EXCEEDED,
        .percent = "104.5",
        .sentence = "Thực hiện 104,5% trên 100,0%, vượt 4,5%; số liệu năm 2020."},
    {.name = "a unit of measure that begins with %",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "100",
        .start = "2020-01-01",
        .deadline = "2020-12-31",
        .today = "2021-01-01",
        .facts = "2020=100",
        .unit = "% kế hoạch",
        .status = TARGET_MET,
        .percent = "100",
        .sentence = "Thực hiện 100% trên 100% kế hoạch, đạt mức giao; số liệu năm 2020."},
    {.name = "16/18: one of the two",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "100",
        .start = "2020-01-01",
        .deadline = "2020-12-31",
        .today = "2021-01-01",
        .facts = "2020=99.96",
        .decimals = 1,
        .unit = "%",
        .status = TARGET_MISSED,
        .percent = "99.96",
        .sentence = "Hết hạn thực hiện 99,96% trên 100,0%; số liệu năm 2020."},
    {.name = "3@>=60: three of thirteen communes sort at the source, 59.97 % is not 60 %",
        .basis = TARGET_COUNT,
        .comparator = ">=",
        .value = "3@>=60",
        YEAR,
        .today = "2024-04-02",
        .facts = "3/13",
        .status = TARGET_MET_SO_FAR,
        .percent = "100",
        .sentence = "Hiện 3/13 đơn vị đạt ngưỡng, mức giao 3 đơn vị; đánh giá chính thức sau "
                    "31/12/2024."},
    {.name = "no illegal dump in the first quarter",
        .basis = TARGET_ZERO_FLOW,
        .comparator = "=",
        .value = "0",
        YEAR,
        .today = "2024-04-02",
        .facts = "2024-Q1=0",
        .unit = "điểm",
        .status = TARGET_MET_SO_FAR,
        .sentence = "Không phát sinh đến hết quý I/2024; đánh giá chính thức sau 31/12/2024."},
    {.name = "all communes sent their recruits",
        .basis = TARGET_COUNT,
        .comparator = ">=",
        .value = "13@>=100",
        YEAR,
        .today = "2025-01-02",
        .facts = "13/13",
        .status = TARGET_MET,
        .percent = "100",
        .sentence = "13/13 đơn vị đạt ngưỡng, mức giao 13 đơn vị."},
    {.name = "48 % when three quarters of the time have gone by",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "50",
        .start = "2026-01-01",
        .deadline = "2026-12-31",
        .today = "2026-10-01",
        .unit = "đảng viên",
        .facts = "2026-Q1=8 2026-Q2=8 2026-Q3=8",
        .status = TARGET_AT_RISK,
        .percent = "48",
        .sentence = "Đạt 48% khi đã qua 75% thời gian; cần thêm 26 đảng viên."},
};

static const struct given levels[] = {
    {.name = ">= above before the deadline may fall back",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "60",
        YEAR,
        .today = "2024-10-01",
        .facts = "2024-Q3=61",
        .status = TARGET_MET_SO_FAR,
        .percent = "305/3"},
    {.name = "it fell back: the latest value counts",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "60",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q3=61 2024-Q4=59.97",
        .status = TARGET_MISSED,
        .percent = "99.95"},
    {.name = "a later period without data leaves the latest value",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "60",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q3=60 2024-Q4=-",
        .status = TARGET_MET,
        .percent = "100"},
    {.name = "on the day of the deadline with its figure",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "60",
        YEAR,
        .today = "2024-12-31",
        .facts = "2024-Q4=60",
        .status = TARGET_MET,
        .percent = "100"},
    {.name = "on the day of the deadline without its figure",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "60",
        YEAR,
        .today = "2024-12-31",
        .facts = "2024-Q3=60",
        .status = TARGET_MET_SO_FAR,
        .percent = "100"},
    {.name = "no value",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "60",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=-",
        .status = TARGET_NO_DATA},
    {.name = "before the start",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "60",
        YEAR,
        .today = "2023-12-31",
        .facts = "2024-Q1=70",
        .status = TARGET_NOT_YET,
        .sentence = "Chỉ tiêu tính từ ngày 01/01/2024."},
    {.name = "a level of several years without baseline",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "60",
        TERM,
        .today = "2023-04-01",
        .facts = "2023-Q1=50",
        .status = TARGET_NOT_YET,
        .percent = "250/3",
        .sentence = "Chỉ tiêu tính cho cả giai đoạn, đánh giá sau 31/12/2025."},
    {.name = "with a baseline, half of the way in half of the time",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "80",
        .baseline = "40",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=60",
        .status = TARGET_ON_COURSE,
        .percent = "75"},
    {.name = "a third of the way in half of the time",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "80",
        .baseline = "40",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=54",
        .status = TARGET_AT_RISK,
        .percent = "67.5"},
    {.name = "a quarter of it",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "80",
        .baseline = "40",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=50",
        .status = TARGET_OFF_COURSE,
        .percent = "62.5"},
    {.name = "behind the baseline",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "80",
        .baseline = "40",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=35",
        .status = TARGET_OFF_COURSE,
        .percent = "43.75"},
    {.name = "time is counted to the figure's last day, not to today",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "80",
        .baseline = "40",
        YEAR,
        .today = "2024-12-15",
        .facts = "2024-Q2=60",
        .status = TARGET_ON_COURSE,
        .percent = "75"},
    {.name = "fell below a plan that the baseline had reached",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "80",
        .baseline = "85",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=79",
        .status = TARGET_NOT_YET,
        .percent = "98.75"},
    {.name = "a plan of 0 has no per cent",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "0",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=3",
        .status = TARGET_EXCEEDED,
        .sentence = "Thực hiện 3 trên 0, vượt mức giao; số liệu quý "
                    "IV/2024."},
    {.name = "<= below at the end is exceeded",
        .basis = TARGET_LEVEL,
        .comparator = "<=",
        .value = "1.0",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=0.8",
        .decimals = 1,
        .unit = "%",
        .status = TARGET_EXCEEDED,
        .sentence = "Thực hiện 0,8%, trong mức không quá 1,0%; số liệu quý IV/2024."},
    {.name = "<= exactly",
        .basis = TARGET_LEVEL,
        .comparator = "<=",
        .value = "1.0",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=1",
        .status = TARGET_MET},
    {.name = "<= above at the end",
        .basis = TARGET_LEVEL,
        .comparator = "<=",
        .value = "1.0",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=1.004",
        .decimals = 1,
        .unit = "%",
        .status = TARGET_MISSED,
        .sentence = "Thực hiện 1,004%, cao hơn mức không quá 1,0%; số liệu quý IV/2024."},
    {.name = "<= above before the end without baseline",
        .basis = TARGET_LEVEL,
        .comparator = "<=",
        .value = "1.0",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=1.2",
        .status = TARGET_NOT_YET},
    {.name = "= exactly",
        .basis = TARGET_LEVEL,
        .comparator = "=",
        .value = "100",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=100",
        .status = TARGET_MET,
        .percent = "100"},
    {.name = "= beyond where more is better",
        .basis = TARGET_LEVEL,
        .comparator = "=",
        .value = "100",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=105",
        .direction = DIRECTION_MORE,
        .status = TARGET_EXCEEDED,
        .percent = "105"},
    {.name = "= above where it is not",
        .basis = TARGET_LEVEL,
        .comparator = "=",
        .value = "100",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=105",
        .direction = DIRECTION_NEITHER,
        .status = TARGET_MISSED,
        .percent = "105"},
    {.name = "= below where less is better",
        .basis = TARGET_LEVEL,
        .comparator = "=",
        .value = "10",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=8",
        .direction = DIRECTION_LESS,
        .status = TARGET_EXCEEDED,
        .percent = "80"},
    {.name = "between at the lower end",
        .basis = TARGET_LEVEL,
        .comparator = "between",
        .value = "55",
        .value_to = "60",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=55",
        .status = TARGET_MET,
        .unit = "%",
        .sentence = "Thực hiện 55%, trong mức từ 55% đến 60%; số liệu quý IV/2024."},
    {.name = "between at the upper end",
        .basis = TARGET_LEVEL,
        .comparator = "between",
        .value = "55",
        .value_to = "60",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=60",
        .status = TARGET_MET_SO_FAR},
    {.name = "above between is not met, even where more is better",
        .basis = TARGET_LEVEL,
        .comparator = "between",
        .value = "55",
        .value_to = "60",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=60.5",
        .direction = DIRECTION_MORE,
        .status = TARGET_MISSED},
    {.name = "between with a baseline above it",
        .basis = TARGET_LEVEL,
        .comparator = "between",
        .value = "55",
        .value_to = "60",
        .baseline = "80",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=70",
        .status = TARGET_ON_COURSE},
    {.name = "a schedule says what is due by now",
        .basis = TARGET_LEVEL,
        .comparator = ">=",
        .value = "100",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=40",
        .schedule = "2024-Q1=25 2024-Q2=25 2024-Q3=25 2024-Q4=25",
        .unit = "%",
        .status = TARGET_AT_RISK,
        .percent = "40",
        .sentence = "Thực hiện 40%; theo tiến độ giao đến nay là 50%."},
    {.name = "poor households left at the end",
        .basis = TARGET_ZERO_STOCK,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q4=2",
        .unit = "hộ",
        .status = TARGET_MISSED,
        .sentence = "Hết hạn vẫn còn 2 hộ; số liệu quý IV/2024."},
    {.name = "half of the poor households left in half of the time",
        .basis = TARGET_ZERO_STOCK,
        .comparator = "=",
        .value = "",
        .baseline = "8",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=4",
        .unit = "hộ",
        .status = TARGET_ON_COURSE,
        .percent = "50"},
    {.name = "households left and nothing known of the way",
        .basis = TARGET_ZERO_STOCK,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q2=4",
        .status = TARGET_NOT_YET},
};

static const struct given sums[] = {
    {.name = "reached before the deadline stays reached",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=12 2024-Q2=8",
        .status = TARGET_MET,
        .percent = "100"},
    {.name = "exceeded before the deadline",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2024-10-01",
        .facts = "2024-Q1=12 2024-Q2=8 2024-Q3=1",
        .unit = "người",
        .status = TARGET_EXCEEDED,
        .percent = "105",
        .sentence = "Thực hiện 21 trên 20 người, vượt 5%; đạt từ quý II/2024."},
    {.name = "half in half of the time",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=5 2024-Q2=5",
        .status = TARGET_ON_COURSE,
        .percent = "50",
        .sentence = "Đạt 50% khi đã qua 50% thời "
                    "gian."},
    {.name = "a tenth in half of the time",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=1 2024-Q2=1",
        .status = TARGET_OFF_COURSE,
        .percent = "10"},
    {.name = "a schedule that begins slowly",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "32",
        YEAR,
        .today = "2024-04-05",
        .facts = "2024-Q1=5",
        .schedule = "2024-Q1=5 2024-Q2=8 2024-Q3=10 2024-Q4=9",
        .status = TARGET_ON_COURSE,
        .percent = "15.625"},
    {.name = "nothing due yet by the schedule",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "32",
        YEAR,
        .today = "2024-04-05",
        .facts = "2024-Q1=0",
        .schedule = "2024-Q3=20 2024-Q4=12",
        .status = TARGET_ON_COURSE,
        .percent = "0"},
    {.name = "not reached at the end",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q1=5 2024-Q2=5 2024-Q3=5 2024-Q4=4",
        .status = TARGET_MISSED,
        .percent = "95"},
    {.name = "no period has ended",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2024-02-01",
        .facts = "",
        .status = TARGET_NOT_YET},
    {.name = "periods without data",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=- 2024-Q2=-",
        .status = TARGET_NO_DATA},
    {.name = "at most twelve, three used in the first half",
        .basis = TARGET_CUMULATIVE,
        .comparator = "<=",
        .value = "12",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=1 2024-Q2=2",
        .status = TARGET_MET_SO_FAR},
    {.name = "at most twelve, nine used in the first half",
        .basis = TARGET_CUMULATIVE,
        .comparator = "<=",
        .value = "12",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=4 2024-Q2=5",
        .unit = "vụ",
        .status = TARGET_AT_RISK,
        .sentence = "Đã dùng 75% mức cho phép khi đã qua 50% thời gian: 9 trên 12 vụ."},
    {.name = "at most twelve, all used in the first half",
        .basis = TARGET_CUMULATIVE,
        .comparator = "<=",
        .value = "12",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=4 2024-Q2=8",
        .status = TARGET_OFF_COURSE},
    {.name = "at most twelve, thirteen: nothing mends it",
        .basis = TARGET_CUMULATIVE,
        .comparator = "<=",
        .value = "12",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=4 2024-Q2=9",
        .status = TARGET_MISSED},
    {.name = "at most twelve, ten at the end",
        .basis = TARGET_CUMULATIVE,
        .comparator = "<=",
        .value = "12",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q1=4 2024-Q2=4 2024-Q3=1 2024-Q4=1",
        .status = TARGET_EXCEEDED},
    {.name = "exactly five, reached early, may still go past",
        .basis = TARGET_CUMULATIVE,
        .comparator = "=",
        .value = "5",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=2 2024-Q2=3",
        .status = TARGET_MET_SO_FAR,
        .percent = "100",
        .direction = DIRECTION_NEITHER},
    {.name = "exactly five, six where more is better",
        .basis = TARGET_CUMULATIVE,
        .comparator = "=",
        .value = "5",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=2 2024-Q2=4",
        .status = TARGET_EXCEEDED,
        .percent = "120",
        .direction = DIRECTION_MORE},
    {.name = "exactly five, six where it is not",
        .basis = TARGET_CUMULATIVE,
        .comparator = "=",
        .value = "5",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=2 2024-Q2=4",
        .status = TARGET_MISSED,
        .percent = "120",
        .direction = DIRECTION_NEITHER},
    {.name = "between four and six, past it",
        .basis = TARGET_CUMULATIVE,
        .comparator = "between",
        .value = "4",
        .value_to = "6",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=7",
        .status = TARGET_MISSED},
    {.name = "between four and six, inside early",
        .basis = TARGET_CUMULATIVE,
        .comparator = "between",
        .value = "4",
        .value_to = "6",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=5",
        .status = TARGET_MET_SO_FAR},
    {.name = "compensating: a weak year is made good",
        .basis = TARGET_EVERY,
        .compensating = true,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2026-01-01",
        .facts = "2021=1 2022=2 2023=6 2024=3 2025=3",
        .status = TARGET_MET,
        .percent = "100"},
    {.name = "compensating: not made good",
        .basis = TARGET_EVERY,
        .compensating = true,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2026-01-01",
        .facts = "2021=1 2022=2 2023=5 2024=3 2025=3",
        .status = TARGET_MISSED,
        .percent = "280/3"},
};

static const struct given others[] = {
    {.name = "every year until now",
        .basis = TARGET_EVERY,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2023-04-01",
        .facts = "2021=3 2022=4 2023=1",
        .unit = "đảng viên",
        .status = TARGET_MET_SO_FAR,
        .percent = "100/3",
        .sentence = "Đã qua 2 kỳ, kỳ nào cũng đạt mức 3 đảng viên; đánh giá chính thức sau "
                    "31/12/2025."},
    {.name = "one closed year failed",
        .basis = TARGET_EVERY,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2023-04-01",
        .facts = "2021=3 2022=2 2023=9",
        .unit = "đảng viên",
        .status = TARGET_MISSED,
        .percent = "200/3",
        .sentence = "Thực hiện 2 trên 3 đảng viên trong năm 2022, kỳ này không đạt."},
    {.name = "only the running year has data",
        .basis = TARGET_EVERY,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2021-05-01",
        .facts = "2021=1",
        .status = TARGET_NOT_YET,
        .percent = "100/3"},
    {.name = "every year met",
        .basis = TARGET_EVERY,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2026-01-01",
        .facts = "2021=3 2022=4 2023=5 2024=6 2025=7",
        .status = TARGET_MET,
        .percent = "700/3"},
    {.name = "every year exceeded",
        .basis = TARGET_EVERY,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2026-01-01",
        .facts = "2021=4 2022=4 2023=5 2024=6 2025=7",
        .status = TARGET_EXCEEDED,
        .percent = "700/3"},
    {.name = "a year without data is not a year that met",
        .basis = TARGET_EVERY,
        .comparator = ">=",
        .value = "3",
        TERM,
        .today = "2026-01-01",
        .facts = "2021=4 2022=- 2023=5 2024=6 2025=7",
        .status = TARGET_NO_DATA,
        .percent = "700/3",
        .sentence = "Còn 1 kỳ chưa có số liệu, chưa kết luận được."},
    {.name = "at most, in every quarter, failed",
        .basis = TARGET_EVERY,
        .comparator = "<=",
        .value = "5",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=5 2024-Q2=6",
        .status = TARGET_MISSED},
    {.name = "at most, above in the quarter that runs",
        .basis = TARGET_EVERY,
        .comparator = "<=",
        .value = "5",
        YEAR,
        .today = "2024-06-01",
        .facts = "2024-Q1=5 2024-Q2=6",
        .status = TARGET_MET_SO_FAR},
    {.name = "an occurrence is never mended, also in the quarter that runs",
        .basis = TARGET_ZERO_FLOW,
        .comparator = "=",
        .value = "0",
        YEAR,
        .today = "2024-06-01",
        .facts = "2024-Q1=0 2024-Q2=1",
        .unit = "vụ",
        .status = TARGET_MISSED,
        .sentence = "Phát sinh 1 vụ trong quý II/2024."},
    {.name = "none in the whole year",
        .basis = TARGET_ZERO_FLOW,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q1=0 2024-Q2=0 2024-Q3=0 2024-Q4=0",
        .status = TARGET_MET,
        .sentence = "Không phát sinh trong cả giai đoạn."},
    {.name = "a quarter without data is not a quarter without cases",
        .basis = TARGET_ZERO_FLOW,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2025-01-01",
        .facts = "2024-Q1=0 2024-Q2=- 2024-Q3=0 2024-Q4=0",
        .status = TARGET_NO_DATA},
    {.name = "count: two of three at the quarter",
        .basis = TARGET_COUNT,
        .comparator = ">=",
        .value = "3@>=60",
        YEAR,
        .today = "2024-04-02",
        .facts = "2/13",
        .status = TARGET_NOT_YET,
        .percent = "200/3"},
    {.name = "count: more than asked at the end",
        .basis = TARGET_COUNT,
        .comparator = ">=",
        .value = "3@>=60",
        YEAR,
        .today = "2025-01-02",
        .facts = "4/13",
        .status = TARGET_EXCEEDED,
        .percent = "400/3"},
    {.name = "count: too few at the end",
        .basis = TARGET_COUNT,
        .comparator = ">=",
        .value = "3@>=60",
        YEAR,
        .today = "2025-01-02",
        .facts = "2/13",
        .status = TARGET_MISSED,
        .percent = "200/3",
        .sentence = "Chỉ 2/13 đơn vị đạt ngưỡng, mức giao 3 đơn vị."},
    {.name = "count: too few, but one has not reported",
        .basis = TARGET_COUNT,
        .comparator = ">=",
        .value = "3@>=60",
        YEAR,
        .today = "2025-01-02",
        .facts = "2/13 12",
        .status = TARGET_NO_DATA,
        .percent = "200/3",
        .sentence = "2/13 đơn vị đạt ngưỡng, mức giao 3 đơn vị; 1 đơn vị chưa có số liệu, chưa kết "
                    "luận được."},
    {.name = "count: nobody has reported",
        .basis = TARGET_COUNT,
        .comparator = ">=",
        .value = "3@>=60",
        YEAR,
        .today = "2024-04-02",
        .facts = "0/13 0",
        .status = TARGET_NO_DATA},
    {.name = "done in time",
        .basis = TARGET_DONE,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2024-10-01",
        .facts = "",
        .done = "2024-09-30",
        .status = TARGET_MET,
        .sentence = "Hoàn thành ngày 30/09/2024."},
    {.name = "done late",
        .basis = TARGET_DONE,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2025-02-01",
        .facts = "",
        .done = "2025-01-05",
        .status = TARGET_MISSED,
        .sentence = "Hoàn thành ngày 05/01/2025, sau thời hạn."},
    {.name = "not known to be done on the day asked",
        .basis = TARGET_DONE,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2024-06-01",
        .facts = "",
        .done = "2024-09-30",
        .status = TARGET_NOT_YET,
        .sentence = "Chưa hoàn thành; thời hạn 31/12/2024."},
    {.name = "not done",
        .basis = TARGET_DONE,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2025-01-01",
        .facts = "",
        .status = TARGET_MISSED},
    {.name = "the last day is still in time",
        .basis = TARGET_DONE,
        .comparator = "=",
        .value = "",
        YEAR,
        .today = "2024-12-31",
        .facts = "",
        .status = TARGET_NOT_YET},
};

#define CHECK_ALL(cases)                                                                           \
    do {                                                                                           \
        for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                               \
            check(&(cases)[i]);                                                                    \
    } while (0)

static void test_the_published_cases(void **state)
{
    (void)state;
    CHECK_ALL(published);
}

static void test_levels(void **state)
{
    (void)state;
    CHECK_ALL(levels);
}

static void test_sums_over_the_span(void **state)
{
    (void)state;
    CHECK_ALL(sums);
}

static void test_every_count_and_done(void **state)
{
    (void)state;
    CHECK_ALL(others);
}

static void test_what_is_expected_by_now(void **state)
{
    (void)state;
    struct given g = {.name = "due",
        .basis = TARGET_CUMULATIVE,
        .comparator = ">=",
        .value = "20",
        YEAR,
        .today = "2024-07-01",
        .facts = "2024-Q1=5 2024-Q2=4",
        .status = TARGET_ON_COURSE};
    struct assessment x = assess(&g);

    assert_true(x.has_due); /* 182 of 366 days */
    assert_int_equal(rat_cmp(x.due, rat_from("3640/366")), 0);
    assert_int_equal(rat_cmp(x.actual, rat_from("9")), 0);
    assert_int_equal(rat_cmp(x.plan, rat_from("20")), 0);
    g.schedule = "2024-Q1=4 2024-Q2=5 2024-Q3=6";
    x = assess(&g);
    assert_int_equal(rat_cmp(x.due, rat_from("9")), 0);
}

static void test_plan_years_of_a_span(void **state)
{
    static const struct {
        const char *start, *deadline;
        int years;
    } spans[] = {{"2021-01-01", "2025-12-31", 5}, {"2020-07-15", "2025-07-14", 5},
        {"2020-01-01", "2025-12-31", 5}, {"2021-01-01", "2025-06-30", 5},
        {"2024-01-01", "2024-12-31", 1}, {"2024-03-01", "2024-12-31", 1},
        {"2022-01-01", "2023-12-31", 2}, {"2019-01-01", "2024-12-31", 6}};
    struct target t = {.basis = TARGET_EVERY};

    (void)state;
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        t.start = fixture_day(spans[i].start);
        t.deadline = fixture_day(spans[i].deadline);
        if (target_plan_years(&t) != spans[i].years)
            fail_msg("%s to %s: %d", spans[i].start, spans[i].deadline, target_plan_years(&t));
    }
    t.start = fixture_day("2021-01-01");
    t.deadline = fixture_day("2025-12-31");
    assert_int_equal(target_every_frequency(&t, FREQUENCY_QUARTER, TIME_SUM), FREQUENCY_YEAR);
    assert_int_equal(target_every_frequency(&t, FREQUENCY_QUARTER, TIME_RATIO), FREQUENCY_QUARTER);
    t.start = fixture_day("2025-01-01");
    assert_int_equal(target_every_frequency(&t, FREQUENCY_QUARTER, TIME_SUM), FREQUENCY_QUARTER);
}

static void agrees(const char *value, const char *bound, int decimals, int expected)
{
    assert_int_equal(decimals_that_agree(rat_from(value), rat_from(bound), decimals), expected);
}

static void test_printed_values_do_not_contradict_the_judgement(void **state)
{
    (void)state;
    agrees("205100/3420", "60", 1, 2); /* 59.97, never 60.0 */
    agrees("59.96", "60", 1, 2);
    agrees("59.94", "60", 1, 1);
    agrees("60", "60", 1, 1);
    agrees("59.99999", "60", 0, 5);
    agrees("59.9999999", "60", 0, 6); /* as far as decimals go */
    agrees("1/3", "33", 0, 0);
    agrees("100.04", "100", 1, 2);
}

static void test_without_a_version_in_force_nothing_is_judged(void **state)
{
    struct target t = {.basis = TARGET_LEVEL};
    struct target_facts f = {.today = fixture_day("2024-07-01")};
    struct assessment x;

    (void)state;
    t.deadline = fixture_day("2024-12-31");
    assert_true(target_assess(&t, NULL, &f, limits, DIRECTION_MORE, 0, &x, NULL));
    assert_int_equal(x.status, TARGET_NOT_YET);
    assert_int_equal(x.sentence, MSG_target_sentence_no_version);
}

static void test_leaving_the_range_is_an_error(void **state)
{
    struct period_value v[2] = {
        {.period = fixture_period("2024-Q1"), .has = true},
        {.period = fixture_period("2024-Q2"), .has = true},
    };
    struct target t = {.basis = TARGET_CUMULATIVE, .start = fixture_day("2024-01-01")};
    struct target_version version = {.decided = true, .value = {7, 0}};
    struct target_facts f = {.today = fixture_day("2024-07-01"), .value = v, .values = 2};
    struct assessment x;
    struct err e = ERR_INIT;
    i128 big = (i128)1 << 120;

    (void)state;
    t.deadline = fixture_day("2024-12-31");
    assert_true(rat_make(big + 1, 3, &v[0].value));
    assert_true(rat_make(big + 1, 1000003, &v[1].value));
    assert_false(target_assess(&t, &version, &f, limits, DIRECTION_MORE, 0, &x, &e));
    assert_int_equal(e.key, MSG_err_number_overflow);
}

static void test_words_of_files(void **state)
{
    enum target_basis b;
    enum comparator c;
    enum expectation x;

    (void)state;
    assert_true(target_basis_parse(STR("zero"), TIME_LAST, &b) && b == TARGET_ZERO_STOCK);
    assert_true(target_basis_parse(STR("zero"), TIME_SUM, &b) && b == TARGET_ZERO_FLOW);
    assert_false(target_basis_parse(STR("once"), TIME_SUM, &b));
    for (int i = 0; i <= TARGET_DONE; i++)
        assert_true(
            target_basis_parse(str_of(target_basis_name((enum target_basis)i)), TIME_SUM, &b) &&
            (int)b == i);
    assert_true(comparator_parse(STR("between"), &c) && c == CMP_BETWEEN);
    assert_false(comparator_parse(STR(">"), &c));
    assert_true(expectation_parse(STR("hard_to_meet"), &x) && x == EXPECT_HARD);
    assert_true(expectation_parse(STR(""), &x) && x == EXPECT_NONE);
    assert_string_equal(target_status_name(TARGET_MET_SO_FAR), "met_so_far");
    assert_str(msg_text(LANG_VI, target_status_label(TARGET_AT_RISK)), "Có nguy cơ không đạt");
}

static void test_thresholds_are_dated_data(void **state)
{
    const struct embedded *file = embedded_find(rule_files, STR("assessment.csv"));
    struct assessment_rules r;
    struct target_thresholds got;
    struct err e = ERR_INIT;

    (void)state;
    assert_non_null(file);
    assert_true(assessment_rules_parse(&arena, embedded_text(file), &r, &e));
    assert_true(assessment_rules_on(&r, fixture_day("2024-04-02"), &got));
    assert_true(got.on_course == 90 && got.at_risk == 60);
    assert_true(assessment_rules_parse(&arena,
        STR("valid_from,valid_to,on_course,at_risk\n2024-01-01,2024-12-31,80,50\n2025-01-01,,95,"
            "70\n"),
        &r, &e));
    assert_true(assessment_rules_on(&r, fixture_day("2024-12-31"), &got) && got.on_course == 80);
    assert_true(assessment_rules_on(&r, fixture_day("2025-01-01"), &got) && got.on_course == 95);
    assert_false(assessment_rules_on(&r, fixture_day("2023-12-31"), &got));
    assert_false(assessment_rules_parse(
        &arena, STR("valid_from,valid_to,on_course,at_risk\n,,60,90\n"), &r, &e));
    assert_int_equal(e.key, MSG_err_rules_order);
    assert_int_equal(e.line, 2);
    assert_false(assessment_rules_parse(
        &arena, STR("valid_from,valid_to,on_course,at_risk\n,,101,90\n"), &r, &e));
    assert_int_equal(e.key, MSG_err_rules_percent);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64u << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_cases),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_sums_over_the_span),
        cmocka_unit_test(test_every_count_and_done),
        cmocka_unit_test(test_what_is_expected_by_now),
        cmocka_unit_test(test_plan_years_of_a_span),
        cmocka_unit_test(test_printed_values_do_not_contradict_the_judgement),
        cmocka_unit_test(test_without_a_version_in_force_nothing_is_judged),
        cmocka_unit_test(test_leaving_the_range_is_an_error),
        cmocka_unit_test(test_words_of_files),
        cmocka_unit_test(test_thresholds_are_dated_data),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
