/* Thousands of random steps of people who enter figures while units merge, split by shares, move
 * and are renamed under them, and who take things back: engine, store and a naive model with exact
 * fractions must agree in all readings, now and on past days.
 *
 * The totals are judged by the plain model of tests/engine (every event applied to sets of units,
 * fractions added one by one) over cells that this test remembers itself, act by act. What the
 * catalogue of a past act must say is remembered as a text. GIAOBAN_SEED and GIAOBAN_STEPS make
 * other and longer runs. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/import.h"
#include "app/unit_event.h"
#include "model.h"

enum { CROWD = 58, INDICATORS_USED = 8, YEARS = 3, PERIODS_USED = YEARS * 5 };

static uint64_t seed;
static int step_no, steps;

static uint32_t draw(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 11) % n);
}

static bool chance(uint32_t percent)
{
    return draw(100) < percent;
}

/* ---- what the test remembers ---- */

/* A cell's value since an act. */
struct memory {
    int series, period, unit; /* unit: id */
    int64_t act, value;
    bool has;
};
struct era { /* what the catalogue says of units since an act */
    int64_t act;
    char *text;
};
struct event_done {
    int64_t act, event;
    bool undone; /* or it must stay, because later acts built on it */
    bool stays;
};
struct figures_done {
    int64_t act;
    bool undone;
};
static struct memory *memory;
static size_t memories, memory_cap;
static struct era *era;
static size_t eras, era_cap;
static struct event_done *events;
static size_t event_count, event_cap;
static struct figures_done *imports;
static size_t import_count, import_cap;
static struct {
    long totals, restated, estimated, bounded, carried, merges, splits, cuts, transfers, others,
        refused, undone, past;
} met;

#define GROW(p, n, cap)                                                                            \
    do {                                                                                           \
        if ((n) == (cap)) {                                                                        \
            (cap) = (cap) ? 2 * (cap) : 64;                                                        \
            (p) = reallocarray((p), (cap), sizeof *(p));                                           \
            assert_non_null(p);                                                                    \
        }                                                                                          \
    } while (0)

static void remember(struct memory m)
{
    GROW(memory, memories, memory_cap);
    memory[memories++] = m;
}

static struct period period_at(int i)
{
    struct period p;

    assert_true(i % 5 < 4 ? period_make(PERIOD_QUARTER, i % 5 + 1, 2024 + i / 5, 0, &p)
                          : period_make(PERIOD_YEAR, 0, 2024 + i / 5, 0, &p));
    return p;
}

/* The last thing said of a cell by an act up to `known`; NULL: nothing. */
static const struct memory *cell_at(int series, int period, int unit, int64_t known)
{
    for (size_t i = memories; i-- > 0;)
        if (memory[i].series == series && memory[i].period == period && memory[i].unit == unit &&
            memory[i].act <= known)
            return &memory[i];
    return NULL;
}

/* Units, their attributes and superiors, events and edges, as one text. */
static char *catalog_text(const struct catalog *c)
{
    struct sbuf b;

    sbuf_init(&b, &world->a, 4 << 20);
    for (size_t u = 0; u < c->units.n; u++) {
        const struct unit *x = &c->units.p[u];
        sbuf_printf(&b, "%lld", (long long)x->id.v);
        for (size_t i = 0; i < x->versions; i++)
            sbuf_printf(&b, " [%d %d %.*s %.*s %d]", x->version[i].from.v, x->version[i].to.v,
                STR_ARG(x->version[i].code), STR_ARG(x->version[i].name), x->version[i].kind);
        for (size_t i = 0; i < x->parents; i++)
            sbuf_printf(
                &b, " (%d %d %d)", x->parent[i].from.v, x->parent[i].to.v, x->parent[i].parent);
        sbuf_char(&b, '\n');
    }
    for (size_t i = 0; i < c->edges; i++) {
        const struct edge *e = &c->edge[i];
        sbuf_printf(&b, "%lld: %d > %d", (long long)c->event[e->event].id, e->from, e->to);
        for (int k = 0; k < BASIS_COUNT; k++) {
            sbuf_char(&b, ' ');
            if (e->known[k])
                rat_put(&b, e->share[k]);
        }
        sbuf_char(&b, '\n');
    }
    return strdup(sbuf_cstr(&b));
}

static char *text_now(void)
{
    struct view v;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    char *text = catalog_text(v.catalog);
    app_read_end(world->app, &v);
    return text;
}

static void remember_era(void)
{
    struct era e = {world_head().v, text_now()};

    GROW(era, eras, era_cap);
    era[eras++] = e;
}

/* ---- figures ---- */

static int series_of(int i)
{
    return (int)world->series[i].v;
}

static void op_figures(void)
{
    struct view v;
    struct sbuf b;
    struct memory fresh[24];
    int n = 1 + (int)draw(20), kept = 0;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    sbuf_init(&b, &world->a, 8000);
    sbuf_z(&b, "indicator,unit,period,value\n");
    for (int i = 0; i < n; i++) {
        int s = (int)draw(SERIES), p = (int)draw(PERIODS_USED);
        int u = 3 + (int)draw((uint32_t)v.catalog->units.n - 3);
        struct period period = period_at(p);
        struct day last = period_last_day(period);
        bool taken = false;
        for (int k = 0; k < kept; k++)
            taken = taken || (fresh[k].series == series_of(s) && fresh[k].period == p &&
                                 fresh[k].unit == (int)v.catalog->units.p[u].id.v);
        if (taken || !unit_alive(&v.catalog->units, u, last))
            continue;
        int64_t value = (int64_t)draw(chance(20) ? 3 : 2000);
        struct dec d = {value, world_decimals[s]};
        sbuf_printf(&b, "%s,%s,", world_indicator[s], v.catalog->units.p[u].uid.z);
        period_put(&b, period);
        sbuf_char(&b, ',');
        dec_put(&b, d);
        sbuf_char(&b, '\n');
        fresh[kept++] =
            (struct memory){series_of(s), p, (int)v.catalog->units.p[u].id.v, 0, value, true};
    }
    app_read_end(world->app, &v);
    struct import_file f = {.name = STR("f.csv"), .text = sbuf_view(&b)};
    struct import_result r;
    OK(import_figures(world->app, world->who[WHO_SYSTEM], &f, false, &r, &world->err));
    for (int i = 0; i < kept && r.act.v; i++) {
        const struct memory *old =
            cell_at(fresh[i].series, fresh[i].period, fresh[i].unit, INT64_MAX);
        fresh[i].act = r.act.v;
        if (!old || !old->has || old->value != fresh[i].value)
            remember(fresh[i]);
    }
    if (r.act.v) {
        struct figures_done d = {r.act.v, false};
        GROW(imports, import_count, import_cap);
        imports[import_count++] = d;
    }
}

/* What the act wrote becomes again what was before it; refused where a later act wrote over it. */
static void op_undo_figures(void)
{
    size_t at = import_count - 1 - draw(import_count < 6 ? (uint32_t)import_count : 6);
    struct import_result r;
    bool over = imports[at].undone;

    for (size_t i = 0; i < memories; i++)
        if (memory[i].act == imports[at].act) {
            const struct memory *m = &memory[i];
            over = over || cell_at(m->series, m->period, m->unit, INT64_MAX) != m;
        }
    if (over)
        return;
    OK(import_undo(world->app, world->who[WHO_SYSTEM], (struct act_no){imports[at].act}, false, &r,
        &world->err));
    imports[at].undone = true;
    size_t n = memories;
    for (size_t i = 0; i < n; i++)
        if (memory[i].act == imports[at].act) {
            struct memory back = memory[i];
            const struct memory *was =
                cell_at(back.series, back.period, back.unit, imports[at].act - 1);
            back.act = world_head().v;
            back.has = was && was->has;
            back.value = was ? was->value : 0;
            remember(back);
        }
    met.undone++;
}

/* ---- units ---- */

static struct str text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static struct str text(const char *format, ...)
{
    char buffer[200];
    va_list args;

    va_start(args, format);
    vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    return str_dup(&world->a, str_of(buffer));
}

/* A commune that nothing is known to happen to from the day on; -1. */
static int free_commune(const struct catalog *c, struct day day, int not, int nor)
{
    for (int tries = 0; tries < 30; tries++) {
        int u = 3 + (int)draw((uint32_t)c->units.n - 3);
        const struct unit *x = &c->units.p[u];
        bool busy = u == not || u == nor || !unit_alive(&c->units, u, day_add(day, -1)) ||
                    unit_end(&c->units, u).v != DAY_MAX.v;
        for (size_t i = 0; i < x->versions; i++)
            busy = busy || x->version[i].from.v >= day.v;
        for (size_t i = 0; i < x->parents; i++)
            busy = busy || x->parent[i].from.v >= day.v;
        for (size_t i = 0; i < c->edges; i++)
            busy = busy || ((c->edge[i].from == u || c->edge[i].to == u) &&
                               c->event[c->edge[i].event].day.v >= day.v);
        if (!busy)
            return u;
    }
    return -1;
}

/* Shares of one unit over n successors, in sevenths, elevenths or as decimals; sometimes unknown.
 */
static void cut_shares(struct event_share *s, int n)
{
    for (int b = 0; b < BASIS_COUNT; b++) {
        uint32_t of = chance(50) ? 7 : chance(50) ? 11 : 100, left = of;
        if (chance(b == 0 ? 15 : 40))
            continue;
        for (int i = 0; i < n; i++) {
            uint32_t k = i == n - 1 ? left : draw(left + 1);
            left -= k;
            s[i].share[b] = of == 100 ? text("%u,%02u", k / 100, k % 100) : text("%u/%u", k, of);
        }
        if (chance(15)) /* one of them is the rest */
            s[draw((uint32_t)n)].share[b] = STR("");
    }
}

static struct event_new newcomer(const struct catalog *c, int like)
{
    static int number;
    number++;
    struct event_new n = {.name = text("Xã Mới %d", number),
        .code = text("N%d", number),
        .kind = chance(70) ? STR("commune") : STR("ward")};

    if (chance(40))
        n.parent = str_of(c->units.p[1 + draw(2)].uid.z);
    (void)like;
    return n;
}

static struct str uid_of(const struct catalog *c, int unit)
{
    return str_dup(&world->a, str_of(c->units.p[unit].uid.z));
}

static bool save(const struct event_request *q)
{
    struct act_no act;
    int64_t event;

    if (!event_save(world->app, world->who[WHO_SYSTEM], q, &act, &event, &world->err)) {
        struct sbuf b;
        sbuf_init(&b, &world->a, 2000);
        err_text(&world->err, LANG_EN, &b);
        fail_msg("step %d: %s refused: %s", step_no, event_kind_name(q->kind), sbuf_cstr(&b));
    }
    struct event_done d = {act.v, event, false, false};
    GROW(events, event_count, event_cap);
    events[event_count++] = d;
    remember_era();
    return true;
}

static void op_event(void)
{
    struct view v;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    const struct catalog *c = v.catalog;
    /* later and later, so that what was made is cut again */
    int month = (int)((int64_t)step_no * 36 / steps) + (int)draw(9) - 4;
    month = month < 1 ? 1 : month > 35 ? 35 : month;
    struct day day = day_make(2024 + month / 12, 1 + month % 12, chance(70) ? 1 : 15);
    int a = free_commune(c, day, -1, -1), b = free_commune(c, day, a, -1),
        d = free_commune(c, day, a, b);
    bool room = c->units.n + 2 < CROWD;
    struct str old[3];
    struct event_new fresh[3] = {{{0}}};
    struct event_share edge[6] = {{0}};
    struct event_request q = {
        .day = day, .decision = STR("NQ"), .old = old, .fresh = fresh, .edge = edge};
    uint32_t what = draw(10);

    if (a >= 0)
        old[q.olds++] = uid_of(c, a);
    if (a < 0 || b < 0 || (what < 9 && what != 3 && !room && what != 4))
        q.olds = 0;
    else if (what < 2) { /* two or three become one, a new one or the first of them */
        q.kind = EVENT_MERGE;
        old[q.olds++] = uid_of(c, b);
        if (d >= 0 && chance(50))
            old[q.olds++] = uid_of(c, d);
        fresh[q.freshes++] = chance(40) ? (struct event_new){.unit = uid_of(c, a)} : newcomer(c, a);
        met.merges++;
    } else if (what < 6) { /* cut by shares: into itself or a new one, and others */
        q.kind = EVENT_SPLIT;
        fresh[q.freshes++] =
            chance(60) || !room ? (struct event_new){.unit = uid_of(c, a)} : newcomer(c, a);
        fresh[q.freshes++] =
            chance(50) || !room ? (struct event_new){.unit = uid_of(c, b)} : newcomer(c, a);
        if (d >= 0 && chance(30))
            fresh[q.freshes++] = (struct event_new){.unit = uid_of(c, d)};
        for (size_t i = 0; i < q.freshes; i++)
            edge[q.edges++] = (struct event_share){0, (int)i, {{0}}};
        cut_shares(edge, (int)q.edges);
        met.splits++;
        met.cuts += edge[0].share[0].n > 0;
    } else if (what < 7) { /* two are cut and joined crosswise */
        q.kind = EVENT_MERGE;
        old[q.olds++] = uid_of(c, b);
        fresh[q.freshes++] = newcomer(c, a);
        fresh[q.freshes++] = newcomer(c, b);
        for (int i = 0; i < 4; i++)
            edge[q.edges++] = (struct event_share){i / 2, i % 2, {{0}}};
        cut_shares(edge, 2);
        cut_shares(edge + 2, 2);
        met.splits++;
    } else if (what < 8) { /* under another superior */
        q.kind = EVENT_TRANSFER;
        fresh[q.freshes++] =
            (struct event_new){.unit = uid_of(c, a), .parent = uid_of(c, 1 + (int)draw(2))};
        met.transfers++;
    } else if (what < 9) {
        static int number;
        q.kind = EVENT_RENAME;
        fresh[q.freshes++] =
            (struct event_new){.unit = uid_of(c, a), .name = text("Xã Đổi Tên %d", ++number)};
        met.others++;
    } else {
        q.kind = EVENT_DISSOLVE;
        if (chance(70))
            q.olds = 0; /* rarely, or nothing is left */
        met.others += q.olds > 0;
    }
    app_read_end(world->app, &v);
    if (q.olds)
        save(&q);
}

/* The last event goes back, also when figures came since; where they are of units that it made, it
 * must be refused. */
static void op_undo_event(void)
{
    struct act_no act;
    size_t at = event_count;

    while (at > 0 && events[at - 1].undone)
        at--;
    if (at == 0)
        return;
    struct event_done *e = &events[at - 1];
    char *before = NULL;
    for (size_t i = 0; i < eras; i++)
        if (era[i].act < e->act)
            before = era[i].text;
    if (!event_undo(world->app, world->who[WHO_SYSTEM], e->event, &act, &world->err)) {
        assert_int_equal(world->err.code, ERR_CONFLICT);
        met.refused++;
        e->undone = e->stays = true; /* look further back next time */
        return;
    }
    e->undone = true;
    met.undone++;
    remember_era();
    for (size_t i = at; i < event_count; i++)
        if (events[i].stays)
            return; /* what came later stands still: not as before */
    if (strcmp(before, era[eras - 1].text) != 0)
        fail_msg("step %d: undone, but not as before:\n%s\n---\n%s", step_no, before,
            era[eras - 1].text);
}

/* ---- comparing ---- */

static void fill_model(struct model *m, const struct catalog *c, int64_t known)
{
    model_init(m, c);
    model_catalog(m, c);
    for (size_t i = 0; i < memories; i++) { /* the newest of a cell is set last */
        const struct memory *x = &memory[i];
        if (x->act > known)
            continue;
        struct cell_value v = {x->has, x->has ? x->value : 0, x->has ? FIGURE_BORN_APPROVED : 0};
        struct engine_change ch = {
            {x->series}, period_code(period_at(x->period)), {{x->unit}, v, v}};
        model_set(m, &ch);
    }
}

static bool same_rat(bool has, struct rat a, struct rat b)
{
    return !has || rat_cmp(a, b) == 0;
}

static void compare_total(struct model *m, const struct engine_query *q, const struct total *a)
{
    struct total b;
    struct sbuf s;

    assert_true(model_total(m, q, &b));
    met.totals++;
    met.restated += (a->marks & MARK_RESTATED) != 0;
    met.estimated += (a->marks & MARK_ESTIMATED) != 0;
    met.bounded += a->has_bounds;
    met.carried += (a->marks & MARK_CARRIED) != 0;
    if (a->has == b.has && same_rat(a->has, a->value, b.value) && a->reported == b.reported &&
        a->expected == b.expected && a->marks == b.marks && a->has_bounds == b.has_bounds &&
        same_rat(a->has_bounds, a->low, b.low) && same_rat(a->has_bounds, a->high, b.high) &&
        a->has_stated == b.has_stated && same_rat(a->has_stated, a->stated, b.stated))
        return;
    sbuf_init(&s, &world->a, 4000);
    sbuf_printf(&s, "step %d: %.*s, unit %d, ", step_no,
        STR_ARG(m->c->indicator[q->indicator].code), q->unit);
    period_put(&s, q->period);
    sbuf_printf(&s, " reading %d ", (int)q->reading.kind);
    day_put(&s, q->reading.day);
    for (int i = 0; i < 2; i++) {
        const struct total *t = i ? &b : a;
        sbuf_printf(&s, "\n%s: %d ", i ? "model" : "engine", t->has);
        rat_put(&s, t->has ? t->value : rat_of_i64(0));
        sbuf_printf(&s, " (%lld of %lld, marks %x, bounds %d)", (long long)t->reported,
            (long long)t->expected, t->marks, t->has_bounds);
    }
    fail_msg("%s", sbuf_cstr(&s));
}

static void compare_catalog(const struct catalog *c, int64_t known)
{
    const char *expected = NULL;
    char *got = catalog_text(c);

    for (size_t i = 0; i < eras; i++)
        if (era[i].act <= known)
            expected = era[i].text;
    if (strcmp(expected, got) != 0)
        fail_msg("step %d: the catalogue of act %lld:\n%s\n---\n%s", step_no, (long long)known,
            expected, got);
    free(got);
}

static void compare(struct act_no known, int questions)
{
    int64_t at = known.v == ACT_MAX.v ? INT64_MAX : known.v;
    struct engine_query q[400];
    struct total t[400];
    struct model m;
    struct view v;

    OK(app_read(world->app, known, &v, &world->err));
    compare_catalog(v.catalog, at);
    fill_model(&m, v.catalog, at);
    for (int i = 0; i < questions; i++) {
        q[i] = (struct engine_query){.catalog = v.catalog,
            .indicator =
                catalog_indicator(v.catalog, str_of(world_indicator[draw(INDICATORS)]), NULL),
            .series = -1,
            .unit = (int)draw(chance(40) ? 3 : (uint32_t)v.catalog->units.n),
            .period = period_at((int)draw(PERIODS_USED)),
            .state = chance(50) ? TOTAL_APPROVED : TOTAL_PROVISIONAL,
            .line = -1};
        if (chance(75))
            q[i].reading = (struct reading_of){chance(40) ? READ_AS_IS : READ_AS_OF,
                day_make(2024 + (int)draw(3), 1 + (int)draw(12), 20)};
        if (q[i].reading.kind == READ_AS_IS)
            q[i].reading.day = v.today;
    }
    OK(engine_totals(v.engine, q, (size_t)questions, t, &world->err));
    for (int i = 0; i < questions; i++)
        compare_total(&m, &q[i], &t[i]);
    model_free(&m);
    app_read_end(world->app, &v);
}

/* What the store holds of every cell, as known then. */
struct looking {
    int series, period;
    int64_t known;
    size_t seen;
};

static bool look(
    void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional)
{
    struct looking *l = ctx;
    const struct memory *m = cell_at(l->series, l->period, (int)unit.v, l->known);

    assert_non_null(m);
    assert_int_equal(approved.has, m->has);
    assert_int_equal(provisional.has, m->has);
    if (m->has) {
        assert_int_equal(approved.value, m->value);
        assert_int_equal(provisional.value, m->value);
        l->seen++;
    }
    return true;
}

static void compare_store(struct act_no known)
{
    int64_t at = known.v == ACT_MAX.v ? INT64_MAX : known.v;

    for (int s = 0; s < SERIES; s++)
        for (int p = 0; p < PERIODS_USED; p++) {
            struct looking l = {series_of(s), p, at, 0};
            size_t there = 0;
            OK(world->store->ops->load_column(world->store, world->series[s],
                period_code(period_at(p)), known, look, &l, &world->err));
            for (int u = 1; u < 200; u++) {
                const struct memory *m = cell_at(l.series, p, u, at);
                there += m && m->has;
            }
            assert_int_equal(l.seen, there);
        }
}

/* ---- the run ---- */

static void one_step(void)
{
    uint32_t what = draw(100);

    arena_reset(&world->a);
    world->err = ERR_INIT;
    atomic_fetch_add(&world->now_ms, draw(60000));
    if (what < 60)
        op_figures();
    else if (what < 84)
        op_event();
    else if (what < 88)
        op_undo_event();
    else if (import_count)
        op_undo_figures();
}

static void more_communes(void)
{
    struct import_units_options o = {day_make(2020, 1, 1), DAY_MAX, STR("")};
    struct import_result r;
    struct sbuf b;

    sbuf_init(&b, &world->a, 4000);
    sbuf_z(&b, "code,name,kind,parent_code\n");
    for (int i = 0; i < 14; i++)
        sbuf_printf(&b, "E%d,Xã Thêm %d,commune,D%d\n", i, i, 1 + i % 2);
    struct import_file f = {.name = STR("u.csv"), .text = sbuf_view(&b)};
    OK(import_units(world->app, world->who[WHO_SYSTEM], &f, &o, &r, &world->err));
}

static void figures_and_units_change_and_all_readings_agree(void **state)
{
    const char *s = getenv("GIAOBAN_SEED"), *n = getenv("GIAOBAN_STEPS");
    struct verify_report r;
    int64_t checked;

    (void)state;
    seed = s ? strtoull(s, NULL, 10) : 20250701;
    steps = n ? atoi(n) : 250;
    print_message("seed %llu, %d steps\n", (unsigned long long)seed, steps);
    seed = seed * 0x9e3779b97f4a7c15u + 1;
    more_communes();
    remember_era();
    struct act_no first = world_head();
    for (step_no = 1; step_no <= steps; step_no++) {
        one_step();
        compare(ACT_MAX, 40);
        if (step_no % 10 == 0) {
            struct act_no known = {
                first.v + (int64_t)draw((uint32_t)(world_head().v - first.v + 1))};
            compare(known, 60);
            met.past++;
            if (step_no % 50 == 0)
                compare_store(known);
        }
        if (step_no % 100 == 0) {
            compare_store(ACT_MAX);
            OK(app_verify_totals(world->app, &checked, &world->err));
            world_reopen();
            compare(ACT_MAX, 200);
        }
    }
    OK(world->store->ops->verify(world->store, &r, &world->err));
    print_message("  %ld totals: %ld restated, %ld by shares, %ld bounded, %ld carried\n",
        met.totals, met.restated, met.estimated, met.bounded, met.carried);
    print_message(
        "  %ld merges, %ld splits (%ld with shares of people), %ld transfers, %ld others, "
        "%ld undone, %ld undos refused, %ld past days, %lld acts\n",
        met.merges, met.splits, met.cuts, met.transfers, met.others, met.undone, met.refused,
        met.past, (long long)world_head().v);
    assert_true(met.restated > met.totals / 20 && met.estimated && met.bounded && met.splits > 5);
    for (size_t i = 0; i < eras; i++)
        free(era[i].text);
    free(era);
    free(memory);
    free(events);
    free(imports);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_and_units_change_and_all_readings_agree),
    };

    return cmocka_run_group_tests_name(
        "app: units change under figures", tests, world_open, world_close);
}
