/* peer_giaoban: giaoban itself, in process: use cases, store and engine as the server has them.
 *
 * Everything goes in through the imports of files, with all their checks, codes and acts; reports
 * are typed, sent and approved through the use cases; a question takes a view, is checked for the
 * rights of an account that reads, and asks the engine. The store is SQLite in a folder, durable.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_TOGGLE_COLLECT
#define CALLGRIND_DUMP_STATS_AT(name)
#endif

#include "app/accounts.h"
#include "app/import_details.h"
#include "app/reporting.h"
#include "peers.h"
#include "rule_files.h"
#include "store/store_open.h"
#include "sys/real.h"

struct giaoban {
    const struct country *c;
    char dir[400];
    struct arena arena, text;
    struct calendar calendar;
    struct assessment_rules assessment;
    struct finding_rules findings;
    struct app *app;
    struct actor reader;
    int top, *mid, *leaf; /* indexes in the catalogue */
    int *listed, *place;  /* the middle units as every list of units has them, and by number */
    int *leaf_of;         /* catalogue index -> leaf */
    struct unit_id *leaf_id;
    struct series_id *series_id; /* by indicator */
    struct engine_threshold *threshold;
    /* what came */
    struct arena answers; /* kept between questions, as by a connection */
    struct engine_grid grid;
    struct engine_board board[2]; /* this year's, last year's */
    int64_t read;                 /* so that the answer is read, not only handed over */
    struct engine_rank *rank;
    size_t ranks;
    struct engine_query *query;
    struct total *total;
    double figures_s; /* of processors, for files of figures */
};
static struct giaoban g;
static const struct actor system_actor = {{0}, STR("bench")};

static void must_be(bool ok, const struct err *err, const char *what)
{
    struct arena a;
    struct sbuf b;

    if (ok)
        return;
    arena_init(&a, 1 << 16);
    sbuf_init(&b, &a, 4096);
    err_text(err, LANG_EN, &b);
    die("giaoban: %s: %s", what, sbuf_cstr(&b));
}

static struct period month_of(int m)
{
    struct period p = {0};

    period_make(PERIOD_MONTH, m % 12 + 1, 2015 + m / 12, 0, &p);
    return p;
}

static struct day event_day(void)
{
    return day_make(2015 + g.c->event / 12, g.c->event % 12 + 1, 1);
}

/* ---- the files ---- */

static FILE *begin_file(char **text, size_t *n)
{
    FILE *f = open_memstream(text, n);

    if (!f)
        die("memory");
    return f;
}

/* What the process has had of processors so far, in seconds: it says more than a clock where others
 * work on the machine too. */
static double processor_s(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Seconds of the import alone. */
static double import_file(const char *what, FILE *f, char **text, const size_t *n)
{
    struct import_result r;
    struct err err = ERR_INIT;
    bool ok = false;

    fclose(f);
    struct import_file file = {.name = str_of(what), .text = str_make(*text, *n)};
    double t0 = now_s(), p0 = processor_s();
    if (strcmp(what, "units") == 0) {
        struct import_units_options o = {.from = DAY_MIN, .to = DAY_MAX};
        ok = import_units(g.app, system_actor, &file, &o, &r, &err);
    } else if (strcmp(what, "figures") == 0) {
        ok = import_figures(g.app, system_actor, &file, false, &r, &err);
    } else {
        for (size_t i = 0; i < import_kind_count; i++)
            if (strcmp(import_kinds[i].name, what) == 0)
                ok = import_kinds[i].run(g.app, system_actor, &file, &r, &err);
    }
    must_be(ok, &err, what);
    double t = now_s() - t0;
    g.figures_s += strcmp(what, "figures") == 0 ? processor_s() - p0 : 0;
    free(*text);
    *text = NULL;
    return t;
}

static void import_units_file(void)
{
    const struct country *c = g.c;
    char *text = NULL, day[32];
    size_t n;
    FILE *f = begin_file(&text, &n);

    snprintf(day, sizeof day, "%d-%02d-01", 2015 + c->event / 12, c->event % 12 + 1);
    fprintf(f, "code,name,kind,parent_code,valid_from,valid_to\nC,Country,country,,,\n");
    for (int i = 0; i < c->mids; i++)
        fprintf(f, "M%d,Province %d,province,C,,\n", i, i);
    for (int i = 0; i < country_units(c); i++) {
        bool before = country_alive(c, 0, i), after = country_alive(c, 1, i);
        int was = country_mid(c, 0, i), is = country_mid(c, 1, i);
        if (before && after && was == is) {
            fprintf(f, "L%d,Commune %d,commune,M%d,,\n", i, i, is);
            continue;
        }
        if (before)
            fprintf(f, "L%d,Commune %d,commune,M%d,,%s\n", i, i, was, day);
        if (after)
            fprintf(f, "L%d,Commune %d,commune,M%d,%s,\n", i, i, is, day);
    }
    import_file("units", f, &text, &n);
    f = begin_file(&text, &n);
    fprintf(f, "day,event,from_code,to_code,share,basis,decision\n");
    for (int i = c->leaves; i < country_units(c); i++)
        fprintf(f, "%s,merge,L%d,L%d,1,,\n", day, i, country_successor(c, i));
    import_file("succession", f, &text, &n);
}

static void put_value(FILE *f, int64_t m, int decimals)
{
    static const int64_t ten[3] = {1, 10, 100};

    if (decimals == 0)
        fprintf(f, "%lld", (long long)m);
    else
        fprintf(f, "%lld.%0*lld", (long long)(m / ten[decimals]), decimals,
            (long long)(m % ten[decimals]));
}

static void import_definitions_files(void)
{
    const struct country *c = g.c;
    char *text = NULL;
    size_t n;
    FILE *f = begin_file(&text, &n);

    fprintf(
        f, "code,name,unit_of_measure,decimals,direction,frequency,over_units,over_time,formula\n");
    for (int i = 0; i < c->indicators; i++)
        fprintf(f, "I%d,Indicator %d,u,%d,more,month,sum,sum,\n", i, i, country_decimals(i));
    import_file("indicators", f, &text, &n);
    f = begin_file(&text, &n);
    fprintf(f, "set,name,unit,giver,start,end\nS,Set,C,,2015-01-01,2045-12-31\n");
    import_file("sets", f, &text, &n);
    f = begin_file(&text, &n);
    fprintf(f, "set,code,indicator,unit,comparator,value,basis,start,deadline\n");
    for (int i = 0; i < c->indicators; i++) {
        fprintf(f, "S,%d,I%d,C,>=,10@>=", i, i);
        put_value(f, country_threshold(i), country_decimals(i));
        fprintf(f, ",count,2015-01-01,2045-12-31\n");
    }
    import_file("targets", f, &text, &n);
    f = begin_file(&text, &n);
    fprintf(f, "form,name_vi,frequency,asked_of\nF,Form,month,commune\n");
    import_file("forms", f, &text, &n);
    f = begin_file(&text, &n);
    fprintf(f, "form,section,title_vi\nF,1,Section\n");
    import_file("form-sections", f, &text, &n);
    f = begin_file(&text, &n);
    fprintf(f, "form,section,line,indicator\n");
    for (int i = 0; i < REPORT_CELLS; i++)
        fprintf(f, "F,1,%d,I%d\n", i + 1, i);
    import_file("form-lines", f, &text, &n);
}

static size_t put_month(FILE *f, int m, bool corrections)
{
    const struct country *c = g.c;
    size_t rows = 0;
    int64_t v, first;

    for (int i = 0; i < c->indicators; i++)
        for (int u = 0; u < country_units(c); u++) {
            if (!country_value(c, i, m, u, &v))
                continue;
            bool wrong = country_corrected(c, i, m, u, &first);
            if (corrections && !wrong)
                continue;
            fprintf(f, "I%d,L%d,%d-%02d,", i, u, 2015 + m / 12, m % 12 + 1);
            put_value(f, wrong && !corrections ? first : v, country_decimals(i));
            fputc('\n', f);
            rows++;
        }
    return rows;
}

/* Files of about a million rows, a month at least; `corrections`: the cells that were wrong, once
 * more and right. Seconds of the imports. */
static double import_months(bool corrections)
{
    char *text = NULL;
    size_t n, rows;
    double t = 0;

    for (int m = 0; m < g.c->months;) {
        FILE *f = begin_file(&text, &n);
        fprintf(f, "indicator,unit,period,value\n");
        for (rows = 0; m < g.c->months && rows < 600000; m++)
            rows += put_month(f, m, corrections);
        t += import_file("figures", f, &text, &n);
    }
    return t;
}

/* ---- opening ---- */

static void load_rules(void)
{
    struct err err = ERR_INIT;
    bool ok = true;

    calendar_init(&g.calendar, &g.arena);
    for (int i = 0; ok && i < CALENDAR_PACKS; i++) {
        struct str file = str_of(calendar_pack_file((enum calendar_pack)i));
        ok = calendar_add(&g.calendar, (enum calendar_pack)i, file,
            embedded_text(embedded_find(rule_files, file)), &err);
    }
    ok =
        ok && sys_start(&err) &&
        assessment_rules_parse(&g.arena,
            embedded_text(embedded_find(rule_files, STR("assessment.csv"))), &g.assessment, &err) &&
        finding_rules_parse(&g.arena, embedded_text(embedded_find(rule_files, STR("findings.csv"))),
            &g.findings, &err);
    must_be(ok, &err, "rules");
}

static void open_app(void)
{
    struct err err = ERR_INIT;
    struct store *s = store_open_sqlite(g.dir, (struct store_options){0}, &err);

    must_be(s != NULL, &err, "store");
    struct app_config config = {.store = s,
        .sys = sys_real(),
        .kinds_csv = embedded_text(embedded_find(rule_files, STR("kinds.csv"))),
        .assessment = &g.assessment,
        .findings = &g.findings,
        .calendar = &g.calendar};
    g.app = app_open(&config, &err);
    must_be(g.app != NULL, &err, "app");
}

static int unit_index(const struct catalog *c, struct day day, const char *format, int i)
{
    char code[16];
    struct err err = ERR_INIT;

    snprintf(code, sizeof code, format, i);
    int u = units_find(&c->units, str_of(code), day, &err);
    must_be(u >= 0, &err, code);
    return u;
}

static void *zalloc(size_t n, size_t size)
{
    void *p = calloc(n, size);

    if (!p)
        die("memory");
    return p;
}

/* The middle units in the order of the tree, as pages ask for them: tables are read off rows that
 * stand in that order. */
static void list_mids(const struct catalog *c)
{
    struct tree t;
    struct err err = ERR_INIT;
    int pos, n = 0;

    g.listed = zalloc((size_t)g.c->mids, sizeof *g.listed);
    g.place = zalloc((size_t)g.c->mids, sizeof *g.place);
    must_be(tree_build(&g.arena, &c->units, LINE_STATE, event_day(), &t, &err), &err, "tree");
    for (pos = t.pos[g.top] + 1; pos < (int)t.n && n < g.c->mids; pos += t.size[pos])
        g.listed[n++] = t.unit[pos];
    for (int i = 0; i < g.c->mids; i++)
        for (n = 0; n < g.c->mids; n++)
            if (g.listed[n] == g.mid[i])
                g.place[i] = n;
}

static void learn_indexes(void)
{
    const struct country *c = g.c;
    struct view v;
    struct err err = ERR_INIT;
    int units = country_units(c);

    must_be(app_read(g.app, ACT_MAX, &v, &err), &err, "view");
    g.mid = zalloc((size_t)c->mids, sizeof *g.mid);
    g.leaf = zalloc((size_t)units, sizeof *g.leaf);
    g.leaf_of = zalloc((size_t)units + (size_t)c->mids + 8, sizeof *g.leaf_of);
    g.leaf_id = zalloc((size_t)units, sizeof *g.leaf_id);
    g.series_id = zalloc((size_t)c->indicators, sizeof *g.series_id);
    for (int i = 0; i < c->indicators; i++)
        g.series_id[i] = v.catalog->series[v.catalog->indicator[i].series].id;
    g.top = unit_index(v.catalog, event_day(), "C", 0);
    for (int i = 0; i < c->mids; i++)
        g.mid[i] = unit_index(v.catalog, event_day(), "M%d", i);
    list_mids(v.catalog);
    for (int i = 0; i < units; i++) {
        struct day day = country_alive(c, 1, i) ? event_day() : day_add(event_day(), -1);
        g.leaf[i] = unit_index(v.catalog, day, "L%d", i);
        g.leaf_of[g.leaf[i]] = i;
        g.leaf_id[i] = v.catalog->units.p[g.leaf[i]].id;
    }
    g.reader.account = v.catalog->account[catalog_account(v.catalog, STR("reader"))].id;
    g.reader.via = STR("bench");
    app_read_end(g.app, &v);
}

static void make_room(void)
{
    const struct country *c = g.c;
    size_t totals = (size_t)(c->months > 12 ? c->months : 12) * (size_t)c->mids;

    arena_init(&g.answers, (size_t)1 << 30);
    must_be(arena_alloc(&g.answers, (size_t)1 << 20) != NULL, NULL, "memory");
    arena_reset(&g.answers);
    g.rank = zalloc((size_t)country_units(c), sizeof *g.rank);
    g.query = zalloc(totals, sizeof *g.query);
    g.total = zalloc(totals, sizeof *g.total);
    g.threshold = zalloc((size_t)c->indicators, sizeof *g.threshold);
    for (int i = 0; i < c->indicators; i++) {
        g.threshold[i] = (struct engine_threshold){.indicator = i, .cmp = CMP_GE};
        rat_make(country_threshold(i), pow10_i64(country_decimals(i)), &g.threshold[i].threshold);
    }
}

/* ---- the questions ---- */

static void pivot(const struct view *v, const int *x, size_t xs, int month, size_t months)
{
    struct period p[12];
    struct err err = ERR_INIT;

    for (size_t i = 0; i < months; i++)
        p[i] = month_of(month + (int)i);
    struct engine_block q = {
        v->catalog, x, xs, p, months, g.listed, (size_t)g.c->mids, TOTAL_APPROVED};
    must_be(engine_pivot(v->engine, &q, &g.answers, &g.grid, &err), &err, "pivot");
}

static void counts(const struct view *v, const struct ask *a)
{
    struct err err = ERR_INIT;
    struct engine_tally q = {v->catalog, g.threshold, (size_t)g.c->indicators, g.listed,
        (size_t)g.c->mids, month_of(a->month), TOTAL_APPROVED};

    must_be(engine_counts(v->engine, &q, &g.answers, &g.grid, &err), &err, "counts");
}

static void league(const struct view *v, const struct ask *a)
{
    struct err err = ERR_INIT;
    struct engine_query q = {.catalog = v->catalog,
        .indicator = a->indicator,
        .series = -1,
        .unit = g.mid[a->mid],
        .period = month_of(a->month),
        .line = -1};

    must_be(engine_league(v->engine, &q, false, CMP_GE, g.threshold[a->indicator].threshold, g.rank,
                (size_t)country_units(g.c), &g.ranks, &err),
        &err, "league");
}

static void restated(const struct view *v, const struct ask *a, int month, int months)
{
    struct err err = ERR_INIT;
    size_t n = 0;

    for (int m = 0; m < months; m++)
        for (int u = 0; u < g.c->mids; u++)
            g.query[n++] = (struct engine_query){.catalog = v->catalog,
                .indicator = a->indicator,
                .series = -1,
                .unit = g.mid[u],
                .period = month_of(month + m),
                .reading = {READ_AS_OF, day_add(event_day(), 10)},
                .line = -1};
    must_be(engine_totals(v->engine, g.query, n, g.total, &err), &err, "restated");
}

static void board(const struct view *v, const struct ask *a)
{
    struct err err = ERR_INIT;

    for (int year = 0; year < 2; year++) {
        engine_board_end(&g.board[year]);
        must_be(engine_board(v->engine, v->catalog, g.mid[a->mid], month_of(a->month - 12 * year),
                    TOTAL_APPROVED, &g.board[year], &err),
            &err, "board");
        for (int i = 0; i < g.c->indicators; i++) {
            const struct engine_figure *f = &g.board[year].figure[i];
            g.read += f->num ^ f->den ^ f->reported;
        }
    }
}

static void run(struct peer *p, const struct ask *a)
{
    struct view v;
    struct err err = ERR_INIT;
    int x[10];

    arena_reset(&g.answers);
    must_be(app_read(g.app, ACT_MAX, &v, &err), &err, "view");
    must_be(must(v.catalog, v.today, g.reader, RIGHT_READ, g.top,
                period_last_day(month_of(a->month)), STR_NULL, STR_NULL, &err),
        &err, "access");
    switch (a->work) {
    case W_P1:
        pivot(&v, &a->indicator, 1, a->month, 1);
        break;
    case W_P2:
        board(&v, a);
        break;
    case W_P3:
        for (int i = 0; i < 10; i++)
            x[i] = ask_indicator(p->c, a, i);
        pivot(&v, x, 10, a->month, 12);
        break;
    case W_P4:
        league(&v, a);
        break;
    case W_P5:
        counts(&v, a);
        break;
    case W_TREE:
        restated(&v, a, a->month, 1);
        break;
    default:
        restated(&v, a, 0, g.c->months);
    }
    app_read_end(g.app, &v);
}

static int by_rank(const void *x, const void *y)
{
    const struct engine_rank *a = x, *b = y;

    return a->rank != b->rank ? (a->rank > b->rank) - (a->rank < b->rank)
                              : g.leaf_of[a->unit] - g.leaf_of[b->unit];
}

static void put_total(const struct total *t, int decimals, int64_t *out)
{
    if (!t->has)
        return;
    out[0] = (int64_t)(t->value.num * pow10_i64(decimals) / t->value.den);
    out[1] = t->reported;
}

static void put_ranks(int64_t *out)
{
    qsort(g.rank, g.ranks, sizeof *g.rank, by_rank);
    for (size_t i = 0; i < g.ranks; i++)
        if (g.rank[i].has) {
            *out++ = g.leaf_of[g.rank[i].unit];
            *out++ = g.rank[i].rank;
            *out++ = g.rank[i].m;
            *out++ = g.rank[i].reaches;
        }
}

static void answer(struct peer *p, const struct ask *a, int64_t *out)
{
    const struct country *c = p->c;
    size_t n = answer_size(c, a->work) / 2, units = g.grid.units ? g.grid.units : 1;

    switch (a->work) {
    case W_P1:
    case W_P3:
        for (size_t i = 0; i < n; i++) {
            size_t at = (size_t)g.place[i % units];
            int64_t m = engine_grid_value(&g.grid, i / units, at);
            if (m == ENGINE_MISSING)
                continue;
            out[2 * i] = m;
            out[2 * i + 1] = engine_grid_count(&g.grid, i / units, at);
        }
        break;
    case W_P2:
        for (size_t i = 0; i < n; i++) {
            size_t at = i % (size_t)c->indicators;
            const struct engine_figure *f = &g.board[i / (size_t)c->indicators].figure[at];
            if (!f->den)
                continue;
            out[2 * i] =
                (int64_t)((__int128)f->num * pow10_i64(country_decimals((int)at)) / f->den);
            out[2 * i + 1] = f->reported;
        }
        break;
    case W_P4:
        put_ranks(out);
        break;
    case W_P5:
        for (size_t i = 0; i < 2 * n; i++)
            out[i] = engine_grid_value(&g.grid, i / units, (size_t)g.place[i % units]);
        break;
    default:
        for (size_t i = 0; i < n; i++)
            put_total(&g.total[i], country_decimals(a->indicator), out + 2 * i);
    }
}

/* ---- reports and entry ---- */

static struct report_key key_of(const struct view *v, int k)
{
    struct report_key r = {.form = v->catalog->form[0].id,
        .unit = v->catalog->units.p[g.leaf[report_leaf(g.c, k)]].id,
        .period = month_of(report_month(g.c, k))};

    return r;
}

static void step(const struct report_key *key, enum report_step s)
{
    struct err err = ERR_INIT;
    struct step_request q = {.key = *key, .step = s, .unchecked = true};

    if (s == STEP_SUBMIT) {
        q.number = STR("1/BC");
        q.signer = STR("A");
        q.signed_day = day_make(2024, 1, 2);
    }
    must_be(reporting_step(g.app, system_actor, &q, NULL, &err), &err, "step");
}

static void send(struct peer *p, int k)
{
    struct typed_cell cell[REPORT_CELLS] = {0};
    struct save_result saved[REPORT_CELLS];
    struct err err = ERR_INIT;
    struct view v;

    (void)p;
    arena_reset(&g.text);
    must_be(app_read(g.app, ACT_MAX, &v, &err), &err, "view");
    struct report_key key = key_of(&v, k);
    for (int i = 0; i < REPORT_CELLS; i++)
        cell[i] = (struct typed_cell){.series = g.series_id[i],
            .typed = str_of(arena_printf(&g.text, "%lld", (long long)report_value(k, i))),
            .seq = -1};
    app_read_end(g.app, &v);
    must_be(reporting_save(g.app, system_actor, key, cell, REPORT_CELLS, &g.text, saved, &err),
        &err, "save");
    step(&key, STEP_SUBMIT);
    step(&key, STEP_RECEIVE);
}

static int64_t approve(struct peer *p, int k)
{
    struct err err = ERR_INIT;
    struct view v;
    struct total t;

    (void)p;
    must_be(app_read(g.app, ACT_MAX, &v, &err), &err, "view");
    struct report_key key = key_of(&v, k);
    app_read_end(g.app, &v);
    step(&key, STEP_APPROVE);
    must_be(app_read(g.app, ACT_MAX, &v, &err), &err, "view");
    struct engine_query q = {
        .catalog = v.catalog, .series = -1, .unit = g.top, .period = key.period, .line = -1};
    must_be(engine_total(v.engine, &q, &t, &err), &err, "total");
    app_read_end(g.app, &v);
    return t.has ? (int64_t)(t.value.num / t.value.den) : -1;
}

static bool enter_job(struct write *w, void *ctx, struct err *err)
{
    const struct figure_write *f = ctx;
    struct report_marks marks;

    return write_act(w, ACT_ENTER, STR("cell"), STR(""), err) &&
           figure_marks(w, f->key, &marks, err) && write_figure(w, f, marks, err);
}

/* A figure by the writer that all jobs share, with its act; 600 months from 2040. */
static void enter(struct peer *p, int writer, int i)
{
    struct err err = ERR_INIT;
    int at = 2 * i + writer / 20;
    struct figure_write f = {.value = i, .flags = FIGURE_BORN_APPROVED};

    (void)p;
    f.key.series = g.series_id[REPORT_CELLS + writer % 20];
    f.key.period = period_code(month_of(300 + at % 600));
    f.key.unit = g.leaf_id[at / 600 % g.c->leaves];
    must_be(app_write(g.app, system_actor, (struct write_options){0}, enter_job, &f, NULL, &err),
        &err, "enter");
}

/* ---- start and end ---- */

static void verify(void)
{
    struct err err = ERR_INIT;
    int64_t checked;
    double t0 = now_s();

    must_be(app_verify_totals(g.app, &checked, &err), &err, "verify");
    printf("giaoban verify: %lld figures and totals as a plain scan, %.1f s\n", (long long)checked,
        now_s() - t0);
}

static double start(struct peer *p, const struct ask *q)
{
    static bool verified;

    if (!verified)
        verify(); /* all that was asked and entered so far */
    verified = true;
    app_close(g.app);
    double t0 = now_s();
    open_app();
    run(p, q);
    return now_s() - t0;
}

/* The roll-up with all that it keeps. */
static double memory(struct peer *p)
{
    struct engine_stats stats;
    struct view v;
    struct err err = ERR_INIT;

    (void)p;
    must_be(app_read(g.app, ACT_MAX, &v, &err), &err, "view");
    engine_stats(v.engine, &stats);
    app_read_end(g.app, &v);
    return (double)stats.bytes;
}

static void stop(struct peer *p)
{
    (void)p;
    app_close(g.app);
}

static void load(struct peer *p)
{
    struct stat st;
    char file[440];

    import_units_file();
    import_definitions_files();
    p->loaded.rows_s = import_months(false);
    printf("giaoban load: %.2f s, %.2f s of processors\n", p->loaded.rows_s, g.figures_s);
    p->loaded.prepare_s = import_months(true);
    app_close(g.app); /* the log goes into the file */
    snprintf(file, sizeof file, "%s/giaoban.db", g.dir);
    p->loaded.bytes = stat(file, &st) == 0 ? (double)st.st_size : 0;
    open_app();
}

/* Every column once: what the server does behind its first answers. And every board of a middle
 * unit once, as others have their pages in their caches. */
static void warm(struct peer *p)
{
    struct engine_stats s;
    struct view v;
    struct err err = ERR_INIT;
    double t0 = now_s();

    for (int m = 0; m < p->c->months; m++)
        for (int i = 0; i < p->c->indicators; i++)
            run(p, &(struct ask){.work = W_P1, .indicator = i, .month = m});
    double t = now_s() - t0;
    for (int m = 12; m < p->c->months; m++)
        for (int u = 0; u < p->c->mids; u++)
            run(p, &(struct ask){.work = W_P2, .month = m, .mid = u});
    printf("giaoban boards: %d asked for once in %.2f s\n", (p->c->months - 12) * p->c->mids,
        now_s() - t0 - t);
    must_be(app_read(g.app, ACT_MAX, &v, &err), &err, "view");
    engine_stats(v.engine, &s);
    app_read_end(g.app, &v);
    printf("giaoban engine: %lld columns in %.2f s (%.0f us each), %.1f MB, %.2f MB per million "
           "figures\n",
        (long long)s.columns, t, t * 1e6 / (double)s.columns, (double)s.bytes / 1e6,
        (double)s.bytes / (double)s.cells);
}

static void open_folder(const struct country *c, const char *dir, struct peer *p)
{
    struct err err = ERR_INIT;

    g.c = c;
    arena_init(&g.arena, 64u << 20);
    arena_init(&g.text, 16u << 20);
    snprintf(g.dir, sizeof g.dir, "%s/giaoban", dir);
    load_rules();
    must_be(store_create_sqlite(g.dir, (struct store_options){0}, &err), &err, "create");
    open_app();
    load(p);
}

static void add_account(const char *login, enum role role)
{
    struct err err = ERR_INIT;
    struct account_request a = {.login = str_of(login), .name = str_of(login), .unit = STR("C")};
    struct grant_request r = {.login = str_of(login), .unit = STR("C"), .role = role};

    must_be(
        account_add(g.app, system_actor, &a, &err) && account_grant(g.app, system_actor, &r, &err),
        &err, "account");
}

/* ---- a folder to be served ---- */

#define PAGE_LEAVES 200
#define PAGE_TARGETS 40

/* Leaves that no merger has touched: all but every twentieth. */
static int page_leaves(void)
{
    int n = g.c->leaves / 20 * 19;

    return n < PAGE_LEAVES ? n : PAGE_LEAVES;
}

static int page_leaf(int i)
{
    int k = i * (g.c->leaves / 20 * 19 / page_leaves());

    return k / 19 * 20 + 1 + k % 19;
}

static void import_page_targets(void)
{
    const struct country *c = g.c;
    int leaves = page_leaves();
    char *text = NULL, unit[16];
    size_t n;
    FILE *f = begin_file(&text, &n);

    fprintf(f, "set,name,unit,giver,start,end\nP,Pages,C,,2016-01-01,2016-12-31\n");
    import_file("sets", f, &text, &n);
    f = begin_file(&text, &n);
    fprintf(f, "set,code,indicator,unit,comparator,value,basis,start,deadline\n");
    for (int u = 0; u < c->mids + leaves; u++) {
        snprintf(unit, sizeof unit, u < c->mids ? "M%d" : "L%d",
            u < c->mids ? u : page_leaf(u - c->mids));
        for (int i = 0; i < PAGE_TARGETS; i++) {
            fprintf(f, "P,%d-%d,I%d,%s,>=,", u, i, i, unit);
            put_value(f, country_threshold(i) * (u < c->mids ? 100 : 8), country_decimals(i));
            fprintf(f, ",cumulative,2016-01-01,2016-12-31\n");
        }
    }
    import_file("targets", f, &text, &n);
}

static FILE *list_file(const char *dir, const char *name)
{
    char path[500];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f)
        die("cannot write %s", path);
    return f;
}

static const char *uid_of(const struct view *v, int unit)
{
    return v->catalog->units.p[unit].uid.z;
}

static void put_approvals(const struct view *v, const char *dir, int reports)
{
    FILE *f = list_file(dir, "approve");
    int64_t sum = 0;

    for (int k = 0; k < reports; k++) {
        int m = report_month(g.c, k);
        sum += report_value(k, 0);
        fprintf(f,
            "/reports/F/%s/%d-%02d/approve\t/indicators/I0/"
            "figures.json?unit=%s&period=%d-%02d&periods=1&kind=country&forecast=off"
            "\t%lld\n",
            uid_of(v, g.leaf[report_leaf(g.c, k)]), 2015 + m / 12, m % 12 + 1, uid_of(v, g.top),
            2015 + m / 12, m % 12 + 1, (long long)sum);
    }
    fclose(f);
}

static void put_lists(const struct view *v, const char *dir)
{
    const struct country *c = g.c;
    int leaves = page_leaves();
    FILE *pages = list_file(dir, "pages"), *p1 = list_file(dir, "p1"), *p2 = list_file(dir, "p2"),
         *yes = list_file(dir, "followed.csv"), *no = list_file(dir, "unfollowed.csv");

    for (int u = 0; u < c->mids + leaves; u++)
        fprintf(pages, "/units/%s/scoreboard?period=2016-Q3\n",
            uid_of(v, u < c->mids ? g.mid[u] : g.leaf[page_leaf(u - c->mids)]));
    for (int m = 0; m < c->mids; m++)
        fprintf(p2, "/units/%s/scoreboard.json?period=2016-09\n", uid_of(v, g.mid[m]));
    for (int i = 0; i < c->indicators; i += 7)
        fprintf(p1, "/indicators/I%d/figures.json?unit=%s&period=2016-09&periods=1&forecast=off\n",
            i, uid_of(v, g.top));
    fprintf(yes, "indicator,followed\n");
    fprintf(no, "indicator,followed\n");
    for (int i = 0; i < c->indicators; i++) {
        fprintf(yes, "I%d,yes\n", i);
        fprintf(no, "I%d,no\n", i);
    }
    fclose(pages), fclose(p1), fclose(p2), fclose(yes), fclose(no);
}

void giaoban_folder(const struct country *c, const char *dir, int reports)
{
    struct peer p = {.c = c};
    struct err err = ERR_INIT;
    struct view v;

    open_folder(c, dir, &p);
    import_page_targets();
    add_account("reader", ROLE_VIEWER);
    add_account("approver", ROLE_APPROVER);
    learn_indexes();
    for (int k = 0; k < reports; k++)
        send(&p, k);
    must_be(app_read(g.app, ACT_MAX, &v, &err), &err, "view");
    put_lists(&v, dir);
    put_approvals(&v, dir, reports);
    app_read_end(g.app, &v);
    stop(&p);
}

void giaoban_peers(const struct country *c, const char *dir, struct peer *list, int *n)
{
    struct peer *p = list + (*n)++;

    *p = (struct peer){.name = "giaoban, in process",
        .c = c,
        .run = run,
        .answer = answer,
        .send = send,
        .approve = approve,
        .enter = enter,
        .start = start,
        .memory = memory,
        .stop = stop};
    open_folder(c, dir, p);
    add_account("reader", ROLE_VIEWER);
    learn_indexes();
    make_room();
    warm(p);
}

void giaoban_counts(const struct country *c, const char *dir)
{
    enum { BEFORE = 5, COUNTED = 20 };
    struct peer p = {.c = c};

    open_folder(c, dir, &p);
    add_account("reader", ROLE_VIEWER);
    learn_indexes();
    make_room();
    warm(&p);
    for (int k = 0; k < BEFORE + COUNTED; k++)
        send(&p, k);
    for (int k = 0; k < BEFORE + COUNTED; k++) {
        if (k == BEFORE)
            CALLGRIND_TOGGLE_COLLECT;
        approve(&p, k);
    }
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_DUMP_STATS_AT("approve");
    stop(&p);
}
