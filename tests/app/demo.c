/* demo: see demo.h. */
#include "demo.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/import_details.h"
#include "app/resolve.h"
#include "app/shown.h"
#include "base/csv.h"
#include "demo_files.h"
#include "rule_files.h"
#include "store/store_open.h"

struct demo *demo;

void demo_ok(bool ok, const char *what, int line)
{
    struct sbuf b;

    if (ok)
        return;
    sbuf_init(&b, &demo->a, 4096);
    err_text(&demo->err, LANG_EN, &b);
    fail_msg("line %d: %s: %s", line, what, sbuf_cstr(&b));
}

/* ---- a clock that stands, draws that repeat ---- */

static int64_t now_ms(void *ctx)
{
    return ((struct demo *)ctx)->now_ms;
}

static void draw(void *ctx, void *out, size_t n)
{
    struct demo *d = ctx;
    unsigned char *p = out;

    for (size_t i = 0; i < n; i++) {
        d->drawn = d->drawn * 6364136223846793005u + 1442695040888963407u;
        p[i] = (unsigned char)(d->drawn >> 33);
    }
}

static bool hash_password(
    void *ctx, struct arena *a, struct str password, struct str *ret, struct err *err)
{
    (void)ctx;
    *ret = str_dup(a, password);
    return ret->p || err_memory(err);
}

static bool verify_password(void *ctx, struct str hash, struct str password)
{
    (void)ctx;
    return str_eq(hash, password);
}

static void hash(const void *p, size_t n, unsigned char out[32])
{
    uint64_t h = str_hash(str_make(p, n));

    memset(out, 0, 32);
    memcpy(out, &h, sizeof h);
}

/* ---- the demonstration ---- */

static void import(struct str what, struct str file, struct str options)
{
    const struct embedded *e = embedded_find(demo_files, file);
    struct actor system = {{0}, STR("demo")};
    struct import_result r;

    assert_non_null(e);
    struct import_file f = {.name = file, .text = embedded_text(e)};
    if (str_is(what, "units")) {
        struct import_units_options o = {.from = DAY_MIN, .to = DAY_MAX};
        OK(import_units(demo->app, system, &f, &o, &r, &demo->err));
        return;
    }
    if (str_is(what, "figures")) {
        bool provisional = str_find(options, STR("--provisional"), 0) >= 0;
        OK(import_figures(demo->app, system, &f, provisional, &r, &demo->err));
        return;
    }
    for (size_t i = 0; i < import_kind_count; i++)
        if (str_is(what, import_kinds[i].name)) {
            OK(import_kinds[i].run(demo->app, system, &f, &r, &demo->err));
            return;
        }
    fail_msg("no import of %.*s", STR_ARG(what));
}

static void import_all(void)
{
    static const struct csv_column columns[] = {{"step", true, NULL}, {"command", true, NULL},
        {"file", true, NULL}, {"options", false, NULL}, {"note", false, NULL}};
    const struct embedded *e = embedded_find(demo_files, STR("manifest.csv"));
    struct csv csv;
    struct csv_header h;
    struct csv_record r;
    bool end = false;

    assert_non_null(e);
    csv_open(&csv, embedded_text(e), STR("manifest.csv"));
    OK(csv_read_header(&csv, &demo->a, columns, 5, &h, &demo->err));
    while (csv_next(&csv, &demo->a, &r, &end, &demo->err))
        import(csv_get(&h, &r, 1), csv_get(&h, &r, 2), csv_get(&h, &r, 3));
    assert_true(end);
}

static void load_rules(void)
{
    calendar_init(&demo->calendar, &demo->a);
    for (int i = 0; i < CALENDAR_PACKS; i++) {
        struct str file = str_of(calendar_pack_file((enum calendar_pack)i));
        OK(calendar_add(&demo->calendar, (enum calendar_pack)i, file,
            embedded_text(embedded_find(rule_files, file)), &demo->err));
    }
    OK(assessment_rules_parse(&demo->a,
        embedded_text(embedded_find(rule_files, STR("assessment.csv"))), &demo->assessment,
        &demo->err));
    OK(finding_rules_parse(&demo->a, embedded_text(embedded_find(rule_files, STR("findings.csv"))),
        &demo->findings, &demo->err));
    OK(forecast_rules_parse(&demo->a, embedded_text(embedded_find(rule_files, STR("forecast.csv"))),
        &demo->forecasts, &demo->err));
}

int demo_open(void **state)
{
    (void)state;
    demo = calloc(1, sizeof *demo);
    assert_non_null(demo);
    arena_init(&demo->a, 1u << 30);
    demo->now_ms = day_start_ms(day_make(2026, 9, 25)) + 9 * 3600000LL;
    strcpy(demo->dir, "/tmp/giaoban-app-XXXXXX");
    assert_non_null(mkdtemp(demo->dir));
    load_rules();
    OK(store_create_sqlite(demo->dir, (struct store_options){0}, &demo->err));
    struct store *s = store_open_sqlite(demo->dir, (struct store_options){0}, &demo->err);
    OK(s != NULL);
    struct app_config config = {.store = s,
        .sys = {demo, now_ms, draw, hash_password, verify_password, hash},
        .kinds_csv = embedded_text(embedded_find(rule_files, STR("kinds.csv"))),
        .assessment = &demo->assessment,
        .findings = &demo->findings,
        .forecasts = &demo->forecasts,
        .calendar = &demo->calendar};
    demo->app = app_open(&config, &demo->err);
    OK(demo->app != NULL);
    import_all();
    return 0;
}

int demo_close(void **state)
{
    DIR *d = opendir(demo->dir);
    char path[512];

    (void)state;
    app_close(demo->app);
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", demo->dir, e->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(demo->dir);
    arena_free(&demo->a);
    free(demo);
    return 0;
}

void demo_look(void)
{
    OK(app_read(demo->app, ACT_MAX, &demo->v, &demo->err));
}

void demo_done(void)
{
    app_read_end(demo->app, &demo->v);
}

struct actor demo_actor(const char *login)
{
    struct view v;

    OK(app_read(demo->app, ACT_MAX, &v, &demo->err));
    int i = catalog_account(v.catalog, str_of(login));
    if (i < 0)
        fail_msg("no account %s", login);
    struct actor who = {v.catalog->account[i].id, STR("test")};
    app_read_end(demo->app, &v);
    return who;
}

struct period demo_period(const char *id)
{
    struct period p;

    OK(period_parse(str_of(id), &p, &demo->err));
    return p;
}

int demo_unit(const char *code, const char *period)
{
    struct view v;

    OK(app_read(demo->app, ACT_MAX, &v, &demo->err));
    int u = resolve_unit(v.catalog, str_of(code), demo_period(period), &demo->err);
    OK(u >= 0);
    app_read_end(demo->app, &v);
    return u;
}

int demo_indicator(const char *code)
{
    struct view v;

    OK(app_read(demo->app, ACT_MAX, &v, &demo->err));
    int i = catalog_indicator(v.catalog, str_of(code), &demo->err);
    OK(i >= 0);
    app_read_end(demo->app, &v);
    return i;
}

struct report_key demo_key(const char *form, const char *unit, const char *period)
{
    int u = demo_unit(unit, period);
    struct view v;

    OK(app_read(demo->app, ACT_MAX, &v, &demo->err));
    int f = catalog_form(v.catalog, str_of(form), &demo->err);
    OK(f >= 0);
    struct report_key key = {v.catalog->form[f].id, v.catalog->units.p[u].id, demo_period(period)};
    app_read_end(demo->app, &v);
    return key;
}

void demo_type(const char *login, struct report_key key, const char *series, const char *typed,
    uint32_t flags, const char *note)
{
    struct actor who = demo_actor(login);
    struct view v;
    struct save_result r;

    OK(app_read(demo->app, ACT_MAX, &v, &demo->err));
    int s = catalog_series(v.catalog, str_of(series), &demo->err);
    OK(s >= 0);
    struct typed_cell cell = {v.catalog->series[s].id, str_of(typed), flags, str_of(note), -1};
    app_read_end(demo->app, &v);
    OK(reporting_save(demo->app, who, key, &cell, 1, &demo->a, &r, &demo->err));
    assert_false(r.stale);
}

bool demo_step(const char *login, struct report_key key, enum report_step step, const char *reason)
{
    struct step_request q = {.key = key,
        .step = step,
        .reason = str_of(reason),
        .number = STR("1-BC/ĐU"),
        .signer = STR("Bí thư")};

    demo->err = ERR_INIT;
    return reporting_step(demo->app, demo_actor(login), &q, NULL, &demo->err);
}

const char *demo_text(const struct shown *x, int decimals)
{
    struct sbuf b;
    struct dec d;

    if (!x->has)
        return "";
    sbuf_init(&b, &demo->a, 64);
    assert_true(rat_round(x->value, decimals, &d));
    dec_put(&b, d);
    return sbuf_cstr(&b);
}
