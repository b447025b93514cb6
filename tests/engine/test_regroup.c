/* Many units of which some merge and some give a part away: figures of before, read on the units of
 * after, are what one finds by taking each figure to where it went; in columns that list their
 * figures and in those with a place for everybody, while they fill up, empty and are let go. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/engine.h"
#include "fixture.h"

enum { PROVINCES = 3, COMMUNES = 60, CELLS = 600, FIRST = 1 + PROVINCES + COMMUNES, MONTHS = 2 };

static struct arena arena;
static struct catalog catalog;
static struct {
    bool has;
    int64_t v;
} figure[MONTHS][CELLS];
static uint64_t state_now = 11;

static uint32_t random_below(uint32_t n)
{
    state_now = state_now * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state_now >> 33) % n;
}

static int commune_of(int cell)
{
    return cell * 7 % COMMUNES;
}

static int province_of(int commune)
{
    return commune % PROVINCES;
}

/* Where a cell's figure goes: every third whole into another one, every fifth of the rest gives two
 * fifths to another one; the others stay what they are. */
static int taker_of(int cell)
{
    /* one in four within its commune, else in another province */
    int taker = (cell + (cell % 4 == 1 ? COMMUNES : 31 + cell % 2 * 30)) % CELLS;

    return taker % 3 == 0 ? (taker + 1) % CELLS : taker;
}
static bool merges(int cell)
{
    return cell % 3 == 0;
}
static bool parts(int cell)
{
    return !merges(cell) && cell % 5 == 0;
}

static struct period month(int m)
{
    struct period p = {0};

    assert_true(period_make(PERIOD_MONTH, m + 1, 2024, 0, &p));
    return p;
}

static struct engine_cell as_cell(int m, int cell)
{
    struct engine_cell c = {.unit = catalog.units.p[FIRST + cell].id};

    c.approved = (struct cell_value){figure[m][cell].has, figure[m][cell].v, 0};
    c.provisional = c.approved;
    return c;
}

static bool load(void *ctx, struct series_id series, int64_t period,
    bool (*sink)(void *sink_ctx, const struct engine_cell *cell), void *sink_ctx, struct err *err)
{
    (void)ctx;
    (void)series;
    (void)err;
    for (int m = 0; m < MONTHS; m++)
        for (int i = 0; period_code(month(m)) == period && i < CELLS; i++) {
            struct engine_cell c = as_cell(m, i);
            if (figure[m][i].has && !sink(sink_ctx, &c))
                return false;
        }
    return true;
}

static bool lies_under(int cell, int unit)
{
    int commune = commune_of(cell);

    return unit == 0 || unit == FIRST + cell || unit == 1 + PROVINCES + commune ||
           unit == 1 + province_of(commune);
}

/* Two fifths of a number, to the nearest: a fifth is never half way. */
static int64_t two_fifths(int64_t v)
{
    int64_t size = v < 0 ? -v : v, part = (size * 2 + 2) / 5;

    return v < 0 ? -part : part;
}

struct expected {
    int64_t sum, n;
    bool estimated;
};

static struct expected expect(int m, int unit)
{
    struct expected e = {0, 0, false};

    for (int i = 0; i < CELLS; i++) {
        int64_t v = figure[m][i].v, given = merges(i) ? v : parts(i) ? two_fifths(v) : 0;
        bool here = !merges(i) && lies_under(i, unit);
        bool there = (merges(i) || parts(i)) && lies_under(taker_of(i), unit);
        if (!figure[m][i].has || !(here || there))
            continue;
        e.n++;
        e.sum += (here ? v - given : 0) + (there ? given : 0);
        e.estimated |= parts(i) && here != there;
    }
    return e;
}

static void compare(struct engine *e, int m)
{
    enum { ASKED = FIRST + 20 };
    struct engine_query q[ASKED];
    struct total t[ASKED];

    for (int i = 0; i < ASKED; i++) {
        int unit = i < FIRST ? i : FIRST + (int)random_below(CELLS);
        while (unit >= FIRST && merges(unit - FIRST))
            unit = FIRST + (int)random_below(CELLS);
        q[i] = (struct engine_query){.catalog = &catalog,
            .series = -1,
            .unit = unit,
            .period = month(m),
            .reading = {READ_AS_OF, day_make(2025, 6, 1)},
            .line = -1};
    }
    assert_true(engine_totals(e, q, ASKED, t, NULL));
    for (int i = 0; i < ASKED; i++) {
        struct expected x = expect(m, q[i].unit);
        assert_int_equal(t[i].reported, x.n);
        assert_int_equal(t[i].has, x.n > 0);
        if (x.n)
            assert_true(rat_cmp(t[i].value, rat_of_i64(x.sum)) == 0);
        assert_int_equal(!!(t[i].marks & MARK_ESTIMATED), x.estimated);
    }
}

static void change_some(struct engine *e, int m, uint32_t of_ten, int n)
{
    struct engine_change ch[40];

    for (int done = 0; done < n;) {
        size_t k = 0;
        for (; k < 40 && done < n; done++) {
            int cell = (int)random_below(CELLS);
            figure[m][cell].has = random_below(10) < of_ten;
            figure[m][cell].v = figure[m][cell].has ? ((int64_t)random_below(2000) - 300) *
                                                          (1 + done % 9 / 8 * 9999)
                                                    : 0;
            ch[k++] = (struct engine_change){
                catalog.series[0].id, period_code(month(m)), as_cell(m, cell)};
        }
        assert_true(engine_apply(e, ch, k, NULL));
    }
}

static void figures_go_where_their_units_went(void **state)
{
    static const uint32_t tenths[] = {0, 1, 1, 3, 9, 10, 2, 0};
    int64_t listed = 0, full = 0, checked;
    struct engine_stats s;
    struct engine *e = engine_new(&catalog, (struct engine_source){NULL, load}, NULL);

    (void)state;
    assert_non_null(e);
    for (int step = 0; step < 64; step++) {
        int m = (int)random_below(MONTHS);
        if (step == 32)
            engine_limit(e, 1000);
        change_some(e, m, tenths[step / 8], step % 8 ? 60 : 900);
        compare(e, m);
        if (step % 16 == 0)
            assert_true(engine_verify(e, &checked, NULL));
        engine_stats(e, &s);
        listed += s.sparse;
        full += s.columns - s.sparse;
    }
    assert_true(listed > 0 && full > 0 && s.evicted > 0);
    engine_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(figures_go_where_their_units_went)};
    struct sbuf b;

    arena_init(&arena, 1 << 26);
    sbuf_init(&b, &arena, 1 << 18);
    sbuf_z(&b, "@units\nid,kind,parent,line,to\nC,country,,state,\n");
    for (int i = 0; i < PROVINCES; i++)
        sbuf_printf(&b, "P%d,province,C,state,\n", i);
    for (int i = 0; i < COMMUNES; i++)
        sbuf_printf(&b, "K%d,commune,P%d,state,\n", i, province_of(i));
    for (int i = 0; i < CELLS; i++)
        sbuf_printf(&b, "U%d,cell,K%d,state,%s\n", i, commune_of(i), merges(i) ? "2025-01-01" : "");
    sbuf_z(&b, "@events\nid,day,kind\nE,2025-01-01,merge\n@edges\nevent,from,to,people\n");
    for (int i = 0; i < CELLS; i++) {
        if (merges(i))
            sbuf_printf(&b, "E,U%d,U%d,1\n", i, taker_of(i));
        if (parts(i))
            sbuf_printf(&b, "E,U%d,U%d,2/5\nE,U%d,U%d,3/5\n", i, taker_of(i), i, i);
    }
    sbuf_z(&b, "@indicators\ncode,frequency,line,basis\nA,month,state,people\n");
    catalog = fixture(&arena, sbuf_cstr(&b));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
