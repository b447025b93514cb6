/* world: see world.h. */
#include "../test.h"

#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"

static const char indicators[] =
    "@forms\ncode\nF\n@indicators\n"
    "code,decimals,frequency,over_units,over_time,entered,line,weight,reported_by,formula,form,"
    "basis\n"
    "A,2,month,sum,sum,,,,,,F\n"
    "B,0,month,sum,sum,,,,,,F\n"
    "S,0,month,sum,last,,,,,,,area\n"
    "POP,0,year,sum,last,,,,,,\n"
    "MU,1,quarter,mean,mean,,,,,,F\n"
    "MW,2,quarter,mean,last,,,POP,,,\n"
    "MB,2,month,mean,mean,,,B,,,\n"
    "LO,0,month,min,min,,,,,,\n"
    "HI,0,month,max,max,,,,,,\n"
    "HM,0,month,sum,mean,,,,,,,area\n"
    "NO,0,month,none,last,,,,,,\n"
    "TN,0,month,sum,none,,,,,,\n"
    "Y,1,month,sum,sum,year-to-date,,,,,F\n"
    "YQ,0,quarter,sum,sum,year-to-date,,,,,\n"
    "YS,0,month,sum,max,year-to-date,,,,,\n"
    "D,0,month,sum,sum,,,,district,,\n"
    "N,0,quarter,sum,sum,,,,commune|district,,\n"
    "P,0,month,sum,last,,party,,,,\n"
    "Z,0,month,sum,sum,,,,,,\n"
    "W,0,week,sum,last,,,,,,\n"
    "R,1,month,ratio,ratio,,,,,100*A/B,\n"
    "RS,1,month,ratio,ratio,,,,,B/S,\n"
    "RL,1,month,ratio,ratio,,,,,A/same_period_last_year(A),\n"
    "RY,1,month,ratio,ratio,,,,,Y/B,\n"
    "C,1,month,none,none,,,,,cumulative(A),\n"
    "CY,1,month,none,none,,,,,cumulative(Y)-prev(A),\n"
    "G,1,month,sum,sum,,,,,A-prev(A),\n"
    "F1,1,month,sum,sum,,,,,\"A+2*B\",\n"
    "FM,1,month,mean,mean,,,,,A/B,\n"
    "FT,1,month,sum,ratio,,,,,A/B,\n"
    "FX,1,quarter,max,last,,,,,A*B,\n"
    "RF,1,month,ratio,ratio,,,,,F1/B,\n"
    "SH,1,month,ratio,ratio,,,,,share_of_units(A>=B),\n"
    "SI,1,month,ratio,ratio,,,,,\"if(share_of_units(B>100)>50,A,S)\",\n"
    "PL,1,month,ratio,ratio,,,,,100*A/plan(A),\n"
    "X,1,month,none,none,,,,,\"sum(A:nu,B)\",\n"
    "PP,1,month,ratio,ratio,,party,,,100*P/A,\n"
    "@parts\nindicator,key\nA,nu\nA,tre\n"
    "@sets\ncode,unit,start,end\nT,1,2023-01-01,2026-01-01\n"
    "@targets\nset,code,indicator,unit,value,start,deadline,basis\n"
    "T,1,A,1,1000,2023-01-01,2025-12-31\nT,2,A,6,200,2023-01-01,2025-12-31\n"
    "T,3,A,7,150.5,2024-01-01,2025-12-31\nT,4,A,2,77,2023-01-01,2025-12-31\n"
    "T,5,A,1,3@>=50,,,count\nT,6,S,1,3@>=60,,,count\nT,7,D,1,1@>=5,,,count\n"
    "T,8,A,2,3@>=0.5,,,count\nT,9,HI,1,3@>=7,,,count\n";

uint32_t world_random(struct world *w, uint32_t below)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(w->seed >> 33) % below;
}

static void put_month(struct sbuf *b, int month)
{
    if (month < 0 || month >= 999)
        return;
    /* mid-month edges too: an odd month number changes on the 15th */
    sbuf_printf(b, "%d-%02d-%s", 2023 + month / 12, month % 12 + 1, month % 2 ? "15" : "01");
}

static void put_units(struct sbuf *b, const struct world *w)
{
    sbuf_z(b, "@units\nid,kind,parent,from,to\n");
    for (int u = 0; u < w->units; u++)
        for (int i = 0; i < w->unit[u].n; i++) {
            const struct stretch *s = &w->unit[u].s[i];
            sbuf_printf(b, "%d,%s,", u + 1, s->kind);
            if (s->parent >= 0)
                sbuf_printf(b, "%d", s->parent + 1);
            sbuf_char(b, ',');
            put_month(b, s->from);
            sbuf_char(b, ',');
            put_month(b, s->to);
            sbuf_char(b, '\n');
        }
    sbuf_z(b, "@parents\nunit,parent,line,from,to\n");
    for (int u = 0; u < w->units; u++)
        for (int i = 0; i < w->unit[u].n; i++) {
            const struct stretch *s = &w->unit[u].s[i];
            if (s->party < 0)
                continue;
            sbuf_printf(b, "%d,%.0d,party,", u + 1, s->party == u ? 0 : s->party + 1);
            put_month(b, s->from);
            sbuf_char(b, ',');
            put_month(b, s->to);
            sbuf_char(b, '\n');
        }
}

static void put_share(struct sbuf *b, int seventh)
{
    sbuf_char(b, ',');
    if (seventh >= 0)
        sbuf_printf(b, "%d/7", seventh);
}

static void put_events(struct sbuf *b, const struct world *w)
{
    sbuf_z(b, "@events\nid,day,kind\n");
    for (int i = 0; i < w->events; i++) {
        sbuf_printf(b, "E%d,", i + 1);
        put_month(b, w->event[i].month);
        sbuf_z(b, ",merge\n");
    }
    sbuf_z(b, "@edges\nevent,from,to,people,area\n");
    for (int i = 0; i < w->events; i++)
        for (int k = 0; k < w->event[i].edges; k++) {
            int from = w->event[i].edge[k].from, to = w->event[i].edge[k].to;
            sbuf_printf(b, "E%d,", i + 1);
            if (from >= 0)
                sbuf_printf(b, "%d", from + 1);
            sbuf_char(b, ',');
            if (to >= 0)
                sbuf_printf(b, "%d", to + 1);
            put_share(b, w->event[i].edge[k].seventh[0]);
            put_share(b, w->event[i].edge[k].seventh[1]);
            sbuf_char(b, '\n');
        }
}

static void build(struct world *w)
{
    struct sbuf b;
    struct arena text;

    arena_init(&text, 1 << 24);
    sbuf_init(&b, &text, 1 << 22);
    put_units(&b, w);
    sbuf_z(&b, indicators);
    sbuf_z(&b, "@not_applicable\nindicator,unit,from,to\n");
    for (int i = 0; i < w->aways; i++) {
        static const char *const code[] = {"A", "B", "S", "Y", "N"};
        sbuf_printf(&b, "%s,%d,", code[w->away[i].indicator], w->away[i].unit + 1);
        put_month(&b, w->away[i].from);
        sbuf_char(&b, ',');
        put_month(&b, w->away[i].to);
        sbuf_char(&b, '\n');
    }
    put_events(&b, w);
    w->now = !w->now;
    arena_free(&w->arena[w->now]);
    arena_init(&w->arena[w->now], 1 << 26);
    w->catalog[w->now] = fixture(&w->arena[w->now], str_dupz(&w->arena[w->now], sbuf_view(&b)));
    w->c = &w->catalog[w->now];
    arena_free(&text);
    model_catalog(&w->model, w->c);
}

/* A commune that is open to the end and began before the month. */
static int open_commune(struct world *w, int month)
{
    for (int tries = 0; tries < 20; tries++) {
        int u = 4 + (int)world_random(w, (uint32_t)w->units - 4);
        const struct stretch *s = &w->unit[u].s[w->unit[u].n - 1];
        if (s->to >= 999 && s->from < month && (u < 15 || u >= 22))
            return u;
    }
    return -1;
}

static int open_new(struct world *w, int month)
{
    int u = w->units;

    if (u == WORLD_UNITS)
        return -1;
    w->unit[u].n = 1;
    w->unit[u].s[0] = (struct stretch){
        month, 999, "commune", 1 + (int)world_random(w, 3), world_random(w, 2) ? 0 : -1};
    w->units++;
    return u;
}

static void edge(struct world *w, int from, int to, int people, int area)
{
    int e = w->events, k = w->event[e].edges++;

    w->event[e].edge[k].from = from;
    w->event[e].edge[k].to = to;
    w->event[e].edge[k].seventh[0] = people;
    w->event[e].edge[k].seventh[1] = area;
}

static void close_unit(struct world *w, int u, int month)
{
    w->unit[u].s[w->unit[u].n - 1].to = month;
}

/* Merger, division with or without shares, transfer of a part, two again from the one they became,
 * dissolution of a part. */
static void succeed(struct world *w)
{
    int month = 1 + (int)world_random(w, 34), a = open_commune(w, month), share, area;

    if (w->events == WORLD_EVENTS || a < 0)
        return;
    w->event[w->events].month = month;
    w->event[w->events].edges = 0;
    share = (int)world_random(w, 8);
    area = world_random(w, 3) ? (int)world_random(w, 8) : -1;
    int b = open_commune(w, month), c = open_new(w, month);
    if (b < 0 || b == a || c < 0)
        return;
    switch (world_random(w, 8)) {
    case 0: /* two become a third */
        edge(w, a, c, world_random(w, 2) ? 7 : -1, -1);
        edge(w, b, c, -1, 7);
        close_unit(w, a, month);
        close_unit(w, b, month);
        break;
    case 5: /* one is cut in three by shares, which is what happens most */
    case 6:
        edge(w, a, b, share / 2, area < 0 ? -1 : area / 2);
        edge(w, a, a, share - share / 2, area < 0 ? -1 : area - area / 2);
        edge(w, a, c, 7 - share, area < 0 ? -1 : 7 - area);
        break;
    case 1: /* one becomes itself and another */
    case 7:
        edge(w, a, a, share, area);
        edge(w, a, c, 7 - share, area < 0 ? -1 : 7 - area);
        break;
    case 2: /* one goes to two that are there, shares unknown */
        edge(w, a, b, -1, area);
        edge(w, a, c, -1, -1);
        close_unit(w, a, month);
        break;
    case 3: /* a part known, two share the rest */
        edge(w, a, a, share / 2, -1);
        edge(w, a, b, -1, area);
        edge(w, a, c, -1, -1);
        break;
    default: /* a part ends */
        edge(w, a, a, share, area);
        edge(w, a, -1, 7 - share, area < 0 ? -1 : 7 - area);
    }
    w->events++;
}

/* Province 0; districts 1-3; communes under them; cells under some communes. */
void world_init(struct world *w, uint64_t seed)
{
    *w = (struct world){.seed = seed};
    for (int i = 0; i < 40; i++)
        world_random(w, 2);
    w->units = 22;
    for (int u = 0; u < w->units; u++) {
        int parent = u == 0   ? -1
                     : u < 4  ? 0
                     : u < 15 ? 1 + (int)world_random(w, 3)
                              : 4 + (int)world_random(w, 4);
        int party = u == 0 ? 0 : u >= 15 ? -1 : world_random(w, 4) ? 0 : u > 4 ? 4 : -1;
        const char *kind = u == 0 ? "province" : u < 4 ? "district" : u < 15 ? "commune" : "cell";
        w->unit[u].n = 1;
        w->unit[u].s[0] = (struct stretch){-1, 999, kind, parent, party};
    }
    model_init(&w->model, NULL);
    for (int i = 0; i < 12; i++)
        succeed(w);
    build(w);
}

void world_free(struct world *w)
{
    model_free(&w->model);
    arena_free(&w->arena[0]);
    arena_free(&w->arena[1]);
    free(w->version);
    free(w->marks);
}

static void move(struct world *w, int u, int month)
{
    struct world_unit *x = &w->unit[u];
    struct stretch *last = &x->s[x->n - 1];

    if (u < 4 || u >= 15 || x->n == WORLD_STRETCHES || last->from >= month || last->to < 999)
        return;
    x->s[x->n] = *last;
    last->to = month;
    x->s[x->n].from = month;
    x->s[x->n].parent = 1 + (int)world_random(w, 3);
    if (world_random(w, 3) == 0)
        x->s[x->n].kind = world_random(w, 2) ? "ward" : "commune";
    x->n++;
}

void world_change_units(struct world *w)
{
    int u = (int)world_random(w, (uint32_t)w->units), month = 1 + (int)world_random(w, 34);

    switch (world_random(w, 6)) {
    case 4:
    case 5:
        succeed(w);
        break;
    case 0:
        move(w, u, month);
        break;
    case 1:
        if (w->units < WORLD_UNITS) {
            w->unit[w->units].n = 1;
            w->unit[w->units].s[0] = (struct stretch){world_random(w, 2) ? -1 : month, 999,
                "commune", 1 + (int)world_random(w, 3), world_random(w, 2) ? 0 : -1};
            w->units++;
        }
        break;
    case 2:
        if (u >= 8 && w->unit[u].s[w->unit[u].n - 1].from < month)
            w->unit[u].s[w->unit[u].n - 1].to = month;
        break;
    default:
        if (w->aways < WORLD_AWAY) {
            w->away[w->aways].indicator = (int)world_random(w, 5);
            w->away[w->aways].unit = u;
            w->away[w->aways].from = world_random(w, 3) ? month : -1;
            w->away[w->aways].to = world_random(w, 2) ? 999 : month + 1 + (int)world_random(w, 8);
            w->aways++;
        }
    }
    build(w);
}

struct period world_period(struct world *w, enum frequency f, int base_in_ten)
{
    static const enum period_kind kinds[] = {
        PERIOD_WEEK, PERIOD_MONTH, PERIOD_QUARTER, PERIOD_HALF, PERIOD_YEAR};
    static const int most[] = {52, 12, 4, 2, 1, 12, 1};
    static const int usual[][3] = {{9, 10, 13}, {3, 4, 12}, {1, 2, 4}, {1, 1, 2}};
    struct period p = {0};
    enum period_kind kind = kinds[f];

    if ((int)world_random(w, 10) >= base_in_ten)
        kind = (enum period_kind)(PERIOD_MONTH + world_random(w, 6));
    if (kind == PERIOD_TERM && world_random(w, 3))
        kind = PERIOD_YEAR;
    for (;;) { /* mostly the same few periods, so that they fill */
        int index = 1 + (int)world_random(w, (uint32_t)most[kind]);
        if (kind < PERIOD_MONTHS && world_random(w, 4))
            index = usual[kind][world_random(w, 3)];
        if (kind >= PERIOD_YEAR)
            index = 0;
        int year = kind == PERIOD_TERM ? 2022 : 2023 + (int)world_random(w, 3);
        if (period_make(kind, index, year, 2025, &p))
            return p;
    }
}

/* ---- figures, versions, marks ---- */

static const struct indicator *of_series(const struct world *w, int series)
{
    return &w->c->indicator[w->c->series[series].indicator];
}

static struct report_marks *marks_of(struct world *w, int64_t period, int unit)
{
    for (size_t i = 0; i < w->marks_n; i++)
        if (w->marks[i].period == period && w->marks[i].unit == unit)
            return &w->marks[i].marks;
    if (w->marks_n == w->marks_cap) {
        w->marks_cap = w->marks_cap ? w->marks_cap * 2 : 64;
        w->marks = realloc(w->marks, w->marks_cap * sizeof *w->marks);
    }
    w->marks[w->marks_n] = (struct world_marks){.period = period, .unit = unit};
    return &w->marks[w->marks_n++].marks;
}

/* What counts of a cell now, told to the model. */
static struct engine_change settle(struct world *w, struct figure_key key)
{
    struct figure_version v[256];
    size_t n = 0;
    int series = catalog_series_id(w->c, key.series);
    struct report_marks marks = {{0}, {0}};

    for (size_t i = 0; i < w->versions && n < 256; i++) {
        const struct figure_key *k = &w->version[i].key;
        if (k->series.v == key.series.v && k->period == key.period && k->unit.v == key.unit.v)
            v[n++] = w->version[i].v;
    }
    if (of_series(w, series)->form >= 0)
        marks = *marks_of(w, key.period, (int)key.unit.v);
    struct engine_change ch = {key.series, key.period,
        {key.unit, cell_of_version(figure_approved(v, n, marks)),
            cell_of_version(figure_provisional(v, n, marks))}};
    model_set(&w->model, &ch);
    return ch;
}

static int pick_series(struct world *w)
{
    return (int)world_random(w, (uint32_t)w->c->serieses);
}

/* A unit that ended inside a base period, and that period; false: none is met. */
static bool pick_ending(struct world *w, enum frequency f, int *ret_unit, struct period *ret_period)
{
    for (int i = 0; i < 20; i++) {
        int unit = (int)world_random(w, (uint32_t)w->c->units.n);
        struct day end = unit_end(&w->c->units, unit);
        if (end.v < DAY_MAX.v && period_of_day(f, day_add(end, -1), ret_period) &&
            period_last_day(*ret_period).v >= end.v) {
            *ret_unit = unit;
            return true;
        }
    }
    return false;
}

static size_t enter(struct world *w, struct engine_change *ret)
{
    int series = pick_series(w);
    const struct indicator *x = of_series(w, series);
    struct period p = world_period(w, x->frequency, 9);
    int unit = (int)world_random(w, (uint32_t)w->units);
    if (world_random(w, 6) == 0)
        pick_ending(w, x->frequency, &unit, &p);
    uint32_t flags = world_random(w, 5) ? 0 : (world_random(w, 3) << 0);
    struct world_version v;

    if (world_random(w, 20) == 0)
        flags |= FIGURE_MADE_UP;
    if (world_random(w, 20) == 0)
        flags |= FIGURE_APPROX;
    if (world_random(w, 12) == 0)
        flags |= FIGURE_CLEARED;
    if (x->form < 0 || world_random(w, 4) == 0)
        flags |= world_random(w, 4) ? FIGURE_BORN_APPROVED : FIGURE_BORN_PROVISIONAL;
    v.key = (struct figure_key){w->c->series[series].id, period_code(p), {1 + unit}};
    v.v.flags = flags;
    v.v.act.v = ++w->act;
    static const int64_t size[] = {10, 200, 70000, 5000000000};
    uint32_t s = world_random(w, 12);
    v.v.value = (int64_t)world_random(w, 1000000) * 7919 % size[s < 6 ? 0 : s < 10 ? 1 : s - 8];
    if (str_is(x->code, "Z")) /* sums leave 64 bits */
        v.v.value = 9000000000000000000 - v.v.value;
    if (world_random(w, 10) == 0)
        v.v.value = -v.v.value;
    if (w->versions == w->version_cap) {
        w->version_cap = w->version_cap ? w->version_cap * 2 : 256;
        w->version = realloc(w->version, w->version_cap * sizeof *w->version);
    }
    w->version[w->versions++] = v;
    ret[0] = settle(w, v.key);
    return 1;
}

/* A step of the report of some unit and period: sent, returned, approved as seen, reopened (which
 * changes nothing that counts), revoked. */
static size_t step_report(struct world *w, struct engine_change *ret, size_t max)
{
    size_t n = 0;

    if (!w->versions)
        return 0;
    const struct figure_key at = w->version[world_random(w, (uint32_t)w->versions)].key;
    struct report_marks *m = marks_of(w, at.period, (int)at.unit.v);
    int64_t act = ++w->act;
    switch (world_random(w, 5)) {
    case 0:
    case 1:
        m->submitted.v = act;
        break;
    case 2:
        m->approved.v = m->submitted.v ? m->submitted.v : act;
        break;
    case 3:
        m->submitted.v = 0;
        break;
    default:
        m->approved.v = 0;
    }
    for (size_t s = 0; s < w->c->serieses && n < max; s++)
        if (of_series(w, (int)s)->form >= 0)
            ret[n++] = settle(w, (struct figure_key){w->c->series[s].id, at.period, at.unit});
    return n;
}

size_t world_step(struct world *w, struct engine_change *ret, size_t max)
{
    size_t n = 0;

    if (world_random(w, 8) == 0)
        return step_report(w, ret, max);
    for (uint32_t i = 1 + world_random(w, 40); i-- > 0 && n < max;)
        n += enter(w, ret + n);
    return n;
}

struct engine_query world_query(struct world *w)
{
    int indicator = (int)world_random(w, (uint32_t)w->c->indicators);
    const struct indicator *x = &w->c->indicator[indicator];
    struct engine_query q = {.catalog = w->c,
        .indicator = indicator,
        .series = x->parts && world_random(w, 3) == 0
                      ? x->first_part + (int)world_random(w, (uint32_t)x->parts)
                      : -1,
        .unit = (int)world_random(w, (uint32_t)w->c->units.n),
        .period = world_period(w, x->frequency, 5),
        .state = world_random(w, 2) ? TOTAL_PROVISIONAL : TOTAL_APPROVED,
        .line = world_random(w, 6) ? -1 : (int)world_random(w, 2)};
    if (world_random(w, 2))
        q.unit = (int)world_random(w, 4);
    if (world_random(w, 5) < 3) {
        q.reading.kind = world_random(w, 2) ? READ_AS_IS : READ_AS_OF;
        q.reading.day = day_make(2023 + (int)world_random(w, 3), 1 + (int)world_random(w, 12), 20);
        if (w->events && world_random(w, 2)) { /* of a unit that something happened to */
            int e = (int)world_random(w, (uint32_t)w->events);
            int k = (int)world_random(w, (uint32_t)w->event[e].edges);
            int u = world_random(w, 2) ? w->event[e].edge[k].from : w->event[e].edge[k].to;
            q.unit = u >= 0 ? u : q.unit;
        }
    }
    if (world_random(w, 6) == 0 && pick_ending(w, x->frequency, &q.unit, &q.period)) {
        struct day last = day_add(unit_end(&w->c->units, q.unit), -1);
        while (q.unit > 0 && world_random(w, 2)) { /* or of one above it */
            int up = unit_parent_on(&w->c->units, q.unit, LINE_STATE, last);
            q.unit = up < 0 ? q.unit : up;
            if (up < 0)
                break;
        }
    }
    return q;
}
