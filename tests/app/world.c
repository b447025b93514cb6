/* world: see world.h. */
#include "world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/import_details.h"
#include "rule_files.h"
#include "store/store_open.h"

struct world *world;

const char *const world_unit[UNITS] = {"P", "D1", "D2", "C1", "C2", "C3", "C4", "C5", "C6"};
const char *const world_indicator[INDICATORS] = {"A", "B", "M", "Y", "N", "X", "R", "S"};
const char *const world_period[PERIODS] = {
    "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025-H1", "2025"};
const char *const world_form[FORMS] = {"F", "G"};
const int world_decimals[SERIES] = {0, 2, 1, 0, 3, 2};
const int world_form_of[SERIES] = {0, 0, 1, 1, 1, -1};

static const struct {
    const char *kind, *text;
} definitions[] = {
    {"units", "code,name,kind,parent_code,valid_from,valid_to\n"
              "P,Tỉnh Thử,province,,,\n"
              "D1,Huyện Một,district,P,,\n"
              "D2,Huyện Hai,district,P,,\n"
              "C1,Xã Một,commune,D1,,\n"
              "C2,Xã Hai,commune,D1,,\n"
              "C3,Xã Ba,commune,D1,,\n"
              "C4,Xã Bốn,commune,D2,,\n"
              "C5,Xã Năm,commune,D2,,2025-07-01\n"
              "C5,Xã Năm,commune,D1,2025-07-01,\n"
              "C6,Xã Sáu,commune,D2,,2025-07-01\n"},
    {"indicators",
        "code,name,unit_of_measure,decimals,direction,frequency,over_units,over_time,formula,"
        "weight,entered,reported_by,class\n"
        "A,Hộ,hộ,0,more,quarter,sum,sum,,,in-period,commune,public\n"
        "B,Diện tích,ha,2,more,quarter,sum,last,,,in-period,commune,public\n"
        "M,Mức,%,1,more,quarter,mean,mean,,,in-period,commune,internal\n"
        "Y,Thu,triệu đồng,0,more,quarter,sum,sum,,,year-to-date,commune,public\n"
        "N,Thấp nhất,%,3,more,quarter,min,max,,,in-period,commune,personal\n"
        "X,Ngoài biểu,hộ,2,more,quarter,sum,sum,,,in-period,commune,sealed\n"
        "R,Tỷ lệ,%,1,more,quarter,ratio,ratio,100*A/B,,in-period,commune,public\n"
        "S,Tổng,hộ,2,more,quarter,sum,sum,A+X,,in-period,commune,public\n"},
    {"forms", "form,name_vi,frequency,asked_of,asked_by,valid_from,needs_check,needs_sign\n"
              "F,Biểu F,quarter,commune,P,2024-01-01,yes,yes\n"
              "G,Biểu G,quarter,commune,P,2024-01-01,no,no\n"},
    {"form-sections", "form,section,title_vi\nF,1,Phần một\nG,1,Phần một\n"},
    {"form-lines", "form,section,line,indicator\n"
                   "F,1,1,A\nF,1,2,B\nF,1,3,R\nG,1,1,M\nG,1,2,Y\nG,1,3,N\n"},
    {"accounts", "account,name,post,unit\none,Một,,P\ntwo,Hai,,P\nclerk,Ba,,P\n"},
    {"grants", "account,role,unit,line,from\n"
               "one,checker,P,state,2024-01-01\none,signer,P,state,2024-01-01\n"
               "one,approver,P,state,2024-01-01\n"
               "two,checker,P,state,2024-01-01\ntwo,signer,P,state,2024-01-01\n"
               "two,approver,P,state,2024-01-01\n"
               "clerk,reporter,P,state,2024-01-01\nclerk,reporter,C1,state,2024-01-01\n"},
};

void world_ok(bool ok, const char *what, int line)
{
    struct sbuf b;

    if (ok)
        return;
    sbuf_init(&b, &world->a, 4096);
    err_text(&world->err, LANG_EN, &b);
    fail_msg("line %d: %s: %s", line, what, sbuf_cstr(&b));
}

static int64_t now_ms(void *ctx)
{
    return atomic_load(&((struct world *)ctx)->now_ms);
}

static void draw(void *ctx, void *out, size_t n)
{
    struct world *w = ctx;
    unsigned char *p = out;

    for (size_t i = 0; i < n; i++) {
        w->drawn = w->drawn * 6364136223846793005u + 1442695040888963407u;
        p[i] = (unsigned char)(w->drawn >> 33);
    }
}

static void open_app(void)
{
    world->store = store_open_sqlite(world->dir, (struct store_options){0}, &world->err);
    OK(world->store != NULL);
    struct app_config config = {.store = world->store,
        .sys = {.ctx = world, .now_ms = now_ms, .random = draw},
        .patience_ms = 200,
        .kinds_csv = embedded_text(embedded_find(rule_files, STR("kinds.csv")))};
    world->app = app_open(&config, &world->err);
    OK(world->app != NULL);
}

static void import(const char *kind, const char *text)
{
    struct import_file f = {.name = str_of(kind), .text = str_of(text)};
    struct import_units_options o = {.from = day_make(2020, 1, 1), .to = DAY_MAX};
    struct actor system = {{0}, STR("test")};
    struct import_result r;

    if (strcmp(kind, "units") == 0) {
        OK(import_units(world->app, system, &f, &o, &r, &world->err));
        return;
    }
    for (size_t i = 0; i < import_kind_count; i++)
        if (strcmp(import_kinds[i].name, kind) == 0) {
            OK(import_kinds[i].run(world->app, system, &f, &r, &world->err));
            return;
        }
    fail_msg("no import of %s", kind);
}

static void learn_ids(void)
{
    static const char *const login[WHO_COUNT] = {"", "one", "two", "clerk"};
    struct day day = day_make(2025, 3, 31);
    struct view v;

    for (int i = 0; i < PERIODS; i++) {
        OK(period_parse(str_of(world_period[i]), &world->period[i], &world->err));
        world->code[i] = period_code(world->period[i]);
    }
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    for (int i = 0; i < UNITS; i++) {
        int u = units_find(&v.catalog->units, str_of(world_unit[i]), day, &world->err);
        OK(u >= 0);
        world->unit[i] = v.catalog->units.p[u].id;
    }
    for (int i = 0; i < SERIES; i++) {
        int s = catalog_series(v.catalog, str_of(world_indicator[i]), &world->err);
        OK(s >= 0);
        world->series[i] = v.catalog->series[s].id;
    }
    for (int i = 0; i < FORMS; i++) {
        int f = catalog_form(v.catalog, str_of(world_form[i]), &world->err);
        OK(f >= 0);
        world->form[i] = v.catalog->form[f].id;
    }
    for (int i = 1; i < WHO_COUNT; i++)
        world->who[i].account = v.catalog->account[catalog_account(v.catalog, str_of(login[i]))].id;
    for (int i = 0; i < WHO_COUNT; i++)
        world->who[i].via = STR("test");
    app_read_end(world->app, &v);
}

int world_open(void **state)
{
    (void)state;
    world = calloc(1, sizeof *world);
    assert_non_null(world);
    arena_init(&world->a, 1u << 30);
    world->now_ms = day_start_ms(day_make(2026, 1, 15)) + 9 * 3600000LL;
    strcpy(world->dir, "/tmp/giaoban-world-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    OK(store_create_sqlite(world->dir, (struct store_options){0}, &world->err));
    open_app();
    for (size_t i = 0; i < sizeof definitions / sizeof *definitions; i++)
        import(definitions[i].kind, definitions[i].text);
    learn_ids();
    return 0;
}

void world_reopen(void)
{
    app_close(world->app);
    open_app();
}

struct act_no world_head(void)
{
    unsigned char hash[32];
    struct act_no no;

    OK(world->store->ops->head(world->store, &no, hash, &world->err));
    return no;
}

int world_close(void **state)
{
    char path[512];

    (void)state;
    app_close(world->app);
    DIR *d = opendir(world->dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", world->dir, e->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(world->dir);
    arena_free(&world->a);
    free(world);
    return 0;
}
