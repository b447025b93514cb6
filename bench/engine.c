/* bench/engine: the roll-up in process, on a made-up country.
 *
 *     bench_engine [town|small|province|country|ten|grove|leaves] [rounds] [seed]
 *                  [works, as p2,apply] [--no-verify]
 *     bench_engine counts     under callgrind: a few runs of every work, for tools/counts.sh
 *
 * Generates figures from the seed (gaps, corrections), loads them column by column through the
 * engine's own door, then measures in interleaved rounds and prints the median and the spread of
 * every work, beside the goals of the design. Sizes: town 1 + 4 + 13 units, 60 indicators, 36
 * months; province 1 + 12 + 168, 300, 120; country 1 + 34 + 3,321, 300, 120 (87 million figures);
 * ten of it under one top (870 million, 3 GB); leaves: 100,000 units under the communes of a
 * country, 24 months, one figure in thirty; grove: 12 indicators of it. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#define COUNTED 1
#else
#define COUNTED 0
#endif

#include "base/vec.h"
#include "domain/catalog_rows.h"
#include "engine/engine.h"

struct size {
    const char *name;
    int provinces, communes, indicators, months;
    int cells;     /* reporting units below the communes; 0: the communes report */
    int few;       /* one figure of so many is there */
    int countries; /* above the provinces, under one top; 0: the top is the country */
};
static const struct size sizes[] = {{"town", 4, 13, 60, 36, 0, 1, 0},
    {"province", 12, 168, 300, 120, 0, 1, 0}, {"country", 34, 3321, 300, 120, 0, 1, 0},
    {"ten", 340, 33210, 300, 120, 0, 1, 10}, {"leaves", 34, 3321, 300, 24, 100000, 30, 0},
    {"grove", 34, 3321, 12, 24, 100000, 30, 0}, {"small", 34, 680, 60, 24, 0, 1, 0}};

struct bench {
    struct size size;
    uint64_t seed;
    struct arena arena, answers;
    struct catalog c;
    struct engine *e;
    int first_leaf, leaves;
    int *provinces, province_n;
    int64_t loads;
};

static void fail(const char *what, const struct err *err)
{
    struct arena a;
    struct sbuf b;

    arena_init(&a, 1 << 16);
    sbuf_init(&b, &a, 4096);
    if (err)
        err_text(err, LANG_EN, &b);
    fprintf(stderr, "bench: %s: %s\n", what, sbuf_cstr(&b));
    exit(1);
}

static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t now_ns(void)
{
    struct timespec t;

    /* of this thread alone: what else runs on the machine is not measured */
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct period month(int m)
{
    struct period p = {0};

    period_make(PERIOD_MONTH, m % 12 + 1, 2015 + m / 12, 0, &p);
    return p;
}

/* Every fourth indicator is small, every fourth large; one cell in twelve is a gap, one indicator
 * in eight is reported by two units in three only. */
static bool value_of(const struct bench *b, int64_t series, int m, int leaf, int64_t *ret)
{
    uint64_t h = mix(b->seed ^ (uint64_t)series << 40 ^ (uint64_t)m << 24 ^ (uint64_t)leaf);

    if (b->size.few > 1 && (h >> 8) % (uint64_t)b->size.few)
        return false;
    if (h % 12 == 0 || (series % 8 == 3 && leaf % 3 == 0))
        return false;
    uint64_t size = mix((uint64_t)series * 131 + (uint64_t)leaf) % 1000;
    switch (series % 4) {
    case 0:
        *ret = (int64_t)((h >> 20) % 100);
        break;
    case 1:
    case 2:
        *ret = (int64_t)(size * 25 + (h >> 20) % 5000);
        break;
    default:
        *ret = (int64_t)(size * 4000 + (h >> 20) % 500000);
    }
    return true;
}

static bool load(void *ctx, struct series_id series, int64_t code,
    bool (*sink)(void *sink_ctx, const struct engine_cell *cell), void *sink_ctx, struct err *err)
{
    struct bench *b = ctx;
    struct period p;

    (void)err;
    __atomic_fetch_add(&b->loads, 1, __ATOMIC_RELAXED);
    if (!period_from_code(code, &p) || p.kind != PERIOD_MONTH)
        return true;
    int m = (p.year - 2015) * 12 + p.index - 1;
    for (int i = 0; i < b->leaves && m < b->size.months; i++) {
        struct engine_cell cell = {.unit = b->c.units.p[b->first_leaf + i].id};
        if (!value_of(b, series.v, m, i, &cell.approved.value))
            continue;
        cell.approved.has = true;
        cell.provisional = cell.approved;
        if (!sink(sink_ctx, &cell))
            return false;
    }
    return true;
}

/* ---- the catalogue ---- */

static struct str text(struct arena *a, const char *format, int i)
{
    return str_of(arena_printf(a, format, i));
}

static void make_units(struct bench *b, struct catalog_rows *rows)
{
    struct arena *a = &b->arena;
    int tops = 1 + b->size.countries, middle = tops + b->size.provinces;
    int inner = middle + (b->size.cells ? b->size.communes : 0);
    int n = inner + (b->size.cells ? b->size.cells : b->size.communes);
    struct unit_row *unit = arena_array(a, (size_t)n, sizeof *unit);
    struct unit_at_row *at = arena_array(a, (size_t)n, sizeof *at);
    struct parent_at_row *parent = arena_array(a, (size_t)n, sizeof *parent);

    for (int i = 0; i < n; i++) {
        unit[i].id.v = i + 1;
        snprintf(unit[i].uid.z, sizeof unit[i].uid.z, "u%010d", i);
        at[i] = (struct unit_at_row){
            {i + 1}, DAY_MIN, DAY_MAX, text(a, "Unit %d", i), text(a, "%05d", i), STR("commune")};
        if (i < middle)
            at[i].kind = i < tops && b->size.provinces ? STR("country") : STR("province");
        else if (i >= inner && inner > middle)
            at[i].kind = STR("cell");
        int up = i == 0       ? 0
                 : i < tops   ? 1
                 : i < middle ? 1 + (b->size.countries ? 1 + i % b->size.countries : 0)
                 : i >= inner && inner > middle
                     ? 1 + middle + i % b->size.communes
                     : 1 + (b->size.provinces ? tops + i % b->size.provinces : 0);
        parent[i] = (struct parent_at_row){{i + 1}, {up}, LINE_STATE, DAY_MIN, DAY_MAX};
    }
    rows->units = (struct unit_rows){unit, (size_t)n, at, (size_t)n, parent, (size_t)n};
    b->first_leaf = inner;
    b->leaves = n - inner;
    b->provinces = arena_array(a, (size_t)b->size.provinces + 1, sizeof *b->provinces);
    for (int i = tops; i < middle; i++) /* of the first country */
        if (!b->size.countries || i % b->size.countries == 0)
            b->provinces[b->province_n++] = i;
}

/* After all months, every third commune goes into the next one of its province and every seventh
 * gives two fifths of its people to it. */
static void make_event(struct bench *b, struct catalog_rows *rows)
{
    int step = b->size.cells ? b->size.communes : b->size.provinces ? b->size.provinces : 1, n = 0;
    struct event_row *event = arena_zalloc(&b->arena, sizeof *event);
    struct edge_row *edge = arena_array(&b->arena, 3 * (size_t)b->leaves, sizeof *edge);

    *event = (struct event_row){.id = 1, .day = day_make(2025, 7, 1), .kind = EVENT_MERGE};
    for (int i = 0; i + step < b->leaves; i++) {
        struct unit_id from = {b->first_leaf + i + 1}, to = {b->first_leaf + i + step + 1};
        if (i / step % 3 == 0) {
            edge[n++] = (struct edge_row){1, from, to, {STR("1")}};
            edge[n++] = (struct edge_row){1, to, to, {STR("1")}};
        } else if (i / step % 3 == 2 && i % 7 == 0) {
            edge[n++] = (struct edge_row){1, from, to, {STR("2/5")}};
            edge[n++] = (struct edge_row){1, from, from, {STR("3/5")}};
        }
    }
    rows->event.p = event;
    rows->event.n = 1;
    rows->edge.p = edge;
    rows->edge.n = (size_t)n;
}

/* Sums, and one in six a ratio of the two before it. */
static void make_indicators(struct bench *b, struct catalog_rows *rows)
{
    struct arena *a = &b->arena;
    int n = b->size.indicators;
    struct indicator_row *x = arena_array(a, (size_t)n, sizeof *x);
    struct series_row *s = arena_array(a, (size_t)n, sizeof *s);

    for (int i = 0; i < n; i++) {
        x[i] = (struct indicator_row){.id = {i + 1},
            .code = text(a, "I%d", i),
            .name = text(a, "Indicator %d", i),
            .unit_of_measure = STR("u"),
            .decimals = i % 3,
            .frequency = FREQUENCY_MONTH,
            .family = STR("calendar"),
            .position = i};
        snprintf(x[i].uid.z, sizeof x[i].uid.z, "i%010d", i);
        if (i % 6 == 5) {
            x[i].over_units = UNITS_RATIO;
            x[i].over_time = TIME_RATIO;
            x[i].source = SOURCE_FORMULA;
            x[i].formula = str_of(arena_printf(a, "100*I%d/I%d", i - 1, i - 2));
            continue;
        }
        if (i % 6 == 2)
            x[i].over_time = TIME_LAST;
        s[rows->series.n] = (struct series_row){.id = {i + 1}, .indicator = {i + 1}};
        rows->series.n++;
    }
    rows->indicator.p = x;
    rows->indicator.n = (size_t)n;
    rows->series.p = s;
}

static struct rat threshold_of(int indicator)
{
    struct rat r = {0, 1};

    rat_make(indicator % 4 == 0   ? 50
             : indicator % 4 == 3 ? 2000000
                                  : 12000,
        pow10_i64(indicator % 3), &r);
    return r;
}

/* One target that counts units for every indicator with figures. */
static void make_targets(struct bench *b, struct catalog_rows *rows)
{
    struct arena *a = &b->arena;
    size_t n = rows->indicator.n;
    struct target_set_row *set = arena_zalloc(a, sizeof *set);
    struct target_row *t = arena_array(a, n, sizeof *t);
    struct target_version_row *v = arena_array(a, n, sizeof *v);

    *set = (struct target_set_row){.id = {1},
        .uid = {"s0000000001"},
        .code = STR("S"),
        .name = STR("S"),
        .unit = {1},
        .start = day_make(2020, 1, 1),
        .end = day_make(2026, 1, 1)};
    for (size_t i = 0; i < n; i++) {
        struct sbuf s;
        sbuf_init(&s, a, 64);
        sbuf_z(&s, "10@>=");
        rat_put(&s, threshold_of((int)i));
        t[i] = (struct target_row){.id = {(int64_t)i + 1},
            .set = {1},
            .code = rows->indicator.p[i].code,
            .name = rows->indicator.p[i].name,
            .indicator = rows->indicator.p[i].id,
            .unit = {1},
            .basis = TARGET_COUNT,
            .start = set->start,
            .deadline = day_add(set->end, -1),
            .position = (int)i};
        v[i] = (struct target_version_row){
            .target = t[i].id, .in_force = set->start, .decided = true, .value = sbuf_view(&s)};
    }
    rows->set.p = set;
    rows->set.n = 1;
    rows->target.p = t;
    rows->target_version.p = v;
    rows->target.n = rows->target_version.n = n;
}

static void make(struct bench *b)
{
    static const char kinds_csv[] = "key,level,word_vi,word_en,group,is_body\n"
                                    "country,1,Cả nước,country,,\nprovince,2,Tỉnh,province,,\n"
                                    "commune,4,Xã,commune,,\ncell,5,Thôn,cell,,\n";
    struct catalog_rows rows = {0};
    struct kinds kinds;
    struct err err = ERR_INIT;

    arena_init(&b->arena, (size_t)1 << 32);
    arena_init(&b->answers, (size_t)1 << 30); /* kept between questions, as by a connection */
    if (!arena_alloc(&b->answers, (size_t)1 << 20))
        fail("memory", NULL);
    arena_reset(&b->answers);
    make_units(b, &rows);
    make_indicators(b, &rows);
    make_targets(b, &rows);
    make_event(b, &rows);
    if (!kinds_parse(&b->arena, str_of(kinds_csv), &kinds, &err) ||
        !catalog_build(&b->arena, kinds, &rows, &b->c, &err))
        fail("catalogue", &err);
    b->e = engine_new(&b->c, (struct engine_source){b, load}, &err);
    if (!b->e)
        fail("engine", &err);
}

/* ---- measuring ---- */

#define ROUNDS_MAX 64

struct work {
    const char *key, *name, *goal;
    double scale; /* of nanoseconds to what is printed */
    const char *unit;
    void (*run)(struct bench *b, uint64_t seed);
    int times; /* per round */
    double ns[ROUNDS_MAX];
    int n;
};

static int pick(uint64_t *seed, int n)
{
    *seed = mix(*seed + 0x9e3779b97f4a7c15u);
    return (int)(*seed % (uint64_t)n);
}

static int children(const struct bench *b, int *ret)
{
    int n = b->province_n ? b->province_n : b->leaves < 34 ? b->leaves : 34;

    for (int i = 0; i < n; i++)
        ret[i] = b->province_n ? b->provinces[i] : 1 + i;
    return n;
}

static int a_figure(const struct bench *b, uint64_t *seed)
{
    int i = pick(seed, b->size.indicators);

    return i % 6 == 5 ? i - 1 : i;
}

static int64_t sink_board;
static struct engine_rank sink_rank[4096]; /* longer tables are cut */

static void pivot(struct bench *b, const struct engine_block *q, const char *what)
{
    struct engine_grid g;
    struct err err = ERR_INIT;

    if (!engine_pivot(b->e, q, &b->answers, &g, &err))
        fail(what, &err);
    arena_reset(&b->answers);
}

static void p1(struct bench *b, uint64_t seed)
{
    int unit[64], x = a_figure(b, &seed);
    struct period p = month(pick(&seed, b->size.months));
    struct engine_block q = {&b->c, &x, 1, &p, 1, unit, 0, TOTAL_APPROVED};

    q.units = (size_t)children(b, unit);
    pivot(b, &q, "P1");
}

static void p2_of(struct bench *b, int unit, int m)
{
    struct err err = ERR_INIT;

    for (int year = 0; year < 2; year++) {
        struct engine_board board;
        if (!engine_board(b->e, &b->c, unit, month(m - 12 * year), TOTAL_APPROVED, &board, &err))
            fail("P2", &err);
        for (size_t i = 0; i < b->c.indicators; i++) /* the answer is read, not only handed over */
            sink_board += board.figure[i].num ^ board.figure[i].den ^ board.figure[i].reported;
        engine_board_end(&board);
    }
}

/* Boards are asked for of late: the last year. */
static int recent(const struct bench *b, uint64_t *seed)
{
    return b->size.months - 12 + pick(seed, 12);
}

/* The top or a province of the first country. */
static int some_upper(const struct bench *b, uint64_t *seed)
{
    int i = pick(seed, 1 + b->province_n);

    return i ? b->provinces[i - 1] : 0;
}

static void p2(struct bench *b, uint64_t seed)
{
    p2_of(b, some_upper(b, &seed), recent(b, &seed));
}

static void p2_commune(struct bench *b, uint64_t seed)
{
    p2_of(b, b->first_leaf + pick(&seed, 8), recent(b, &seed));
}

static void p2_first(struct bench *b, uint64_t seed)
{
    p2_of(b, b->first_leaf + pick(&seed, b->leaves), 12 + pick(&seed, b->size.months - 12));
}

static void p3(struct bench *b, uint64_t seed)
{
    int unit[64], x[10], year = pick(&seed, b->size.months / 12);
    struct period p[12];
    struct engine_block q = {&b->c, x, 10, p, 12, unit, 0, TOTAL_APPROVED};

    for (int i = 0; i < 10; i++)
        x[i] = a_figure(b, &seed);
    for (int i = 0; i < 12; i++)
        p[i] = month(year * 12 + i);
    q.units = (size_t)children(b, unit);
    pivot(b, &q, "P3");
}

static void p4(struct bench *b, uint64_t seed)
{
    int x = a_figure(b, &seed);
    size_t n;
    struct err err = ERR_INIT;
    struct engine_query q = {.catalog = &b->c,
        .indicator = x,
        .series = -1,
        .unit = b->province_n ? b->provinces[pick(&seed, b->province_n)] : 0,
        .period = month(pick(&seed, b->size.months)),
        .line = -1};

    if (!engine_league(b->e, &q, false, CMP_GE, threshold_of(x), sink_rank, 4096, &n, &err) || !n)
        fail("P4", &err);
}

static void p5_at(struct bench *b, uint64_t seed, bool counters)
{
    static struct engine_threshold known[512], other[512];
    static size_t k;
    int unit[64], n = children(b, unit);
    struct err err = ERR_INIT;

    for (int i = 0; !k && i < b->size.indicators; i++)
        if (i % 6 != 5) {
            size_t at = (size_t)(i - i / 6);
            known[at] = other[at] = (struct engine_threshold){i, CMP_GE, threshold_of(i)};
            rat_add(other[at].threshold, (struct rat){1, 100}, &other[at].threshold);
        }
    k = (size_t)(b->size.indicators - b->size.indicators / 6);
    struct engine_tally q = {&b->c, counters ? known : other, k, unit, (size_t)n,
        month(pick(&seed, b->size.months)), TOTAL_APPROVED};
    struct engine_grid g;
    if (!engine_counts(b->e, &q, &b->answers, &g, &err))
        fail("P5", &err);
    arena_reset(&b->answers);
}

static void p5(struct bench *b, uint64_t seed)
{
    p5_at(b, seed, true);
}

static void p3_again(struct bench *b, uint64_t seed)
{
    (void)seed;
    p3(b, 77);
}

static void p5_again(struct bench *b, uint64_t seed)
{
    (void)seed;
    p5_at(b, 77, true);
}

static void p5_scan(struct bench *b, uint64_t seed)
{
    p5_at(b, seed, false);
}

static void total_of(struct bench *b, uint64_t seed, int x, struct period p)
{
    struct total t;
    struct err err = ERR_INIT;
    struct engine_query q = {.catalog = &b->c,
        .indicator = x,
        .series = -1,
        .unit = some_upper(b, &seed),
        .period = p,
        .line = -1};

    if (!engine_total(b->e, &q, &t, &err))
        fail("total", &err);
}

static void one_total(struct bench *b, uint64_t seed)
{
    total_of(b, seed, a_figure(b, &seed), month(pick(&seed, b->size.months)));
}

static void one_ratio(struct bench *b, uint64_t seed)
{
    total_of(
        b, seed, pick(&seed, b->size.indicators / 6) * 6 + 5, month(pick(&seed, b->size.months)));
}

static void one_year(struct bench *b, uint64_t seed)
{
    struct period p = {0};

    period_make(PERIOD_YEAR, 0, 2015 + pick(&seed, b->size.months / 12), 0, &p);
    total_of(b, seed, a_figure(b, &seed), p);
}

/* Ten years of one indicator on the units of another day. */
static void restate(struct bench *b, uint64_t seed)
{
    struct engine_query q = {.catalog = &b->c,
        .indicator = a_figure(b, &seed),
        .series = -1,
        .unit = 0,
        .reading = {READ_AS_OF, day_make(2026, 1, 1)},
        .line = -1};
    struct err err = ERR_INIT;
    struct total t;

    for (int m = 0; m < b->size.months; m++) {
        q.period = month(m);
        if (!engine_total(b->e, &q, &t, &err))
            fail("restating", &err);
    }
}

/* One column on the units of the day after the event, all provinces. */
static void regroup(struct bench *b, uint64_t seed)
{
    static struct engine_query q[64];
    static struct total t[64];
    int unit[64], n = children(b, unit), x = a_figure(b, &seed);
    struct period p = month(pick(&seed, b->size.months));
    struct err err = ERR_INIT;

    for (int i = 0; i < n; i++)
        q[i] = (struct engine_query){.catalog = &b->c,
            .indicator = x,
            .series = -1,
            .unit = unit[i],
            .period = p,
            .reading = {READ_AS_OF, day_make(2026, 1, 1)},
            .line = -1};
    if (!engine_totals(b->e, q, (size_t)n, t, &err))
        fail("P11", &err);
}

/* A report of 40 figures, each put back where it was. */
static void apply(struct bench *b, uint64_t seed)
{
    struct engine_change ch[40];
    int leaf = pick(&seed, b->leaves), m = pick(&seed, b->size.months), n = 0;
    struct err err = ERR_INIT;

    for (int i = 0; n < 40 && i < b->size.indicators; i++) {
        if (i % 6 == 5)
            continue;
        struct engine_change *x = &ch[n++];
        *x = (struct engine_change){
            {i + 1}, period_code(month(m)), {.unit = b->c.units.p[b->first_leaf + leaf].id}};
        x->cell.approved.has = value_of(b, i + 1, m, leaf, &x->cell.approved.value);
        x->cell.provisional = x->cell.approved;
    }
    if (!engine_apply(b->e, ch, (size_t)n, &err))
        fail("apply", &err);
}

static struct work works[] = {
    {"p1", "P1  one indicator, all provinces", "<= 1 us", 1e-3, "us", p1, 20000, {0}, 0},
    {"p2", "P2  board of a province, last year beside", "<= 2 us", 1e-3, "us", p2, 5000, {0}, 0},
    {"p2-commune", "    the same of a commune", "", 1e-3, "us", p2_commune, 5000, {0}, 0},
    {"p2-first", "    the same, any commune (rows often new)", "", 1e-3, "us", p2_first, 500, {0},
        0},
    {"p3", "P3  pivot 10 x 12 x 34", "<= 5 us", 1e-3, "us", p3, 3000, {0}, 0},
    {"p3-again", "    the same one again and again", "", 1e-3, "us", p3_again, 3000, {0}, 0},
    {"p4", "P4  league table of a province", "<= 8 us", 1e-3, "us", p4, 5000, {0}, 0},
    {"p5", "P5  k of n, all indicators, all provinces", "<= 5 us", 1e-3, "us", p5, 1000, {0}, 0},
    {"p5-again", "    the same one again and again", "", 1e-3, "us", p5_again, 1000, {0}, 0},
    {"p5-scan", "    the same recomputed", "<= 1 ms", 1e-3, "us", p5_scan, 30, {0}, 0},
    {"total", "    one total, general way", "", 1e-3, "us", one_total, 10000, {0}, 0},
    {"ratio", "    one ratio, general way", "", 1e-3, "us", one_ratio, 5000, {0}, 0},
    {"year", "    one year's total, general way", "", 1e-3, "us", one_year, 2000, {0}, 0},
    {"regroup", "P11 a column on other units, all provinces", "<= 20 us", 1e-3, "us", regroup, 2000,
        {0}, 0},
    {"restate", "P11 ten years restated, the top's total", "<= 1 s", 1e-6, "ms", restate, 5, {0},
        0},
    {"apply", "P6  apply a report of 40 figures", "", 1e-3, "us", apply, 3000, {0}, 0},
};
enum { WORKS = sizeof works / sizeof *works };

static int compare_doubles(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;

    return a < b ? -1 : a > b;
}

/* Is the work among those asked for? Keys stand between commas; NULL: all. */
static bool wanted(const struct work *w, const char *only)
{
    size_t n = strlen(w->key);

    for (const char *p = only; p; p = strchr(p, ',')) {
        p += *p == ',';
        if (strncmp(p, w->key, n) == 0 && (p[n] == ',' || !p[n]))
            return true;
    }
    return !only;
}

static void measure(struct bench *b, int rounds, const char *only)
{
    for (int r = -1; r < rounds; r++)
        for (int i = 0; i < WORKS; i++) {
            struct work *w = &works[i];
            if (!wanted(w, only))
                continue;
            uint64_t from = now_ns();
            for (int k = 0; k < w->times; k++)
                w->run(b, mix(b->seed + (uint64_t)(r + 1) * 1000003 + (uint64_t)k));
            if (r >= 0)
                w->ns[w->n++] = (double)(now_ns() - from) / w->times;
        }
    printf("%-44s %10s %10s %10s   goal\n", "work", "median", "least", "most");
    for (int i = 0; i < WORKS; i++) {
        struct work *w = &works[i];
        if (!w->n)
            continue;
        qsort(w->ns, (size_t)w->n, sizeof *w->ns, compare_doubles);
        printf("%-44s %10.3f %10.3f %10.3f %s %s\n", w->name, w->ns[w->n / 2] * w->scale,
            w->ns[0] * w->scale, w->ns[w->n - 1] * w->scale, w->unit, w->goal);
    }
}

/* Under callgrind: instructions of each work alone, dumped under its key. */
static void count(struct bench *b)
{
#if COUNTED
    for (int i = 0; i < WORKS; i++) {
        struct work *w = &works[i];
        enum { RUNS = 20 };
        for (int k = 0; k < 2; k++)
            w->run(b, mix(b->seed + (uint64_t)k));
        CALLGRIND_ZERO_STATS;
        CALLGRIND_TOGGLE_COLLECT;
        for (int k = 0; k < RUNS; k++)
            w->run(b, mix(b->seed + 1000 + (uint64_t)k));
        CALLGRIND_TOGGLE_COLLECT;
        CALLGRIND_DUMP_STATS_AT(w->key);
    }
#else
    (void)b;
    (void)works;
#endif
}

static double resident_mb(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    if (f && fscanf(f, "%*d %ld", &pages) != 1)
        pages = 0;
    if (f)
        fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* Every column comes in through its first question. */
static void warm(struct bench *b)
{
    struct engine_stats s;
    uint64_t from = now_ns(), first = 0;
    int top = 0;

    for (int m = 0; m < b->size.months; m++)
        for (int i = 0; i < b->size.indicators; i++) {
            struct period p = month(m);
            struct engine_block q = {&b->c, &i, 1, &p, 1, &top, 1, TOTAL_APPROVED};
            pivot(b, &q, "warm-up");
            if (!first)
                first = now_ns() - from;
        }
    uint64_t all = now_ns() - from;
    engine_stats(b->e, &s);
    printf(
        "%lld columns, %.2f million figures, first answer %.2f ms, all %.2f s, %.0f us a column\n",
        (long long)s.columns, (double)s.cells / 1e6, (double)first / 1e6, (double)all / 1e9,
        (double)all / 1e3 / (double)b->loads);
    printf("%lld columns list their figures\n", (long long)s.sparse);
    printf("engine %.1f MB, %.2f MB per million figures (goal <= 4); process %.1f MB\n",
        (double)s.bytes / 1e6, (double)s.bytes / (double)s.cells, resident_mb());
}

int main(int argc, char **argv)
{
    struct bench b = {.seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1};
    bool verify = strcmp(argv[argc - 1], "--no-verify") != 0;
    argc -= !verify;
    const char *name = argc > 1 ? argv[1] : "province";
    int rounds = argc > 2 ? atoi(argv[2]) : 7;
    bool counts = strcmp(name, "counts") == 0;
    struct err err = ERR_INIT;
    int64_t checked = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (strcmp(sizes[i].name, counts ? "small" : name) == 0)
            b.size = sizes[i];
    if (!b.size.name || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr,
            "usage: bench_engine [town|small|province|country|ten|grove|leaves] [rounds] "
            "[seed] [works] [--no-verify]\n");
        return 2;
    }
    printf("%s, seed %llu, %d rounds\n", name, (unsigned long long)b.seed, rounds);
    make(&b);
    warm(&b);
    if (counts) {
        count(&b);
        return 0;
    }
    measure(&b, rounds, argc > 4 ? argv[4] : NULL);
    if (verify) {
        uint64_t from = now_ns();
        if (!engine_verify(b.e, &checked, &err))
            fail("verify", &err);
        printf("verify: %lld figures and totals as the plain scan, %.2f s\n", (long long)checked,
            (double)(now_ns() - from) / 1e9);
    }
    engine_free(b.e);
    arena_free(&b.answers);
    arena_free(&b.arena);
    return 0;
}
