/* fixture: see fixture.h. */
#include "fixture.h"
#ifdef WITH_POSTGRES
#include "pg_server.h"
#endif

#include <fcntl.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/room.h"

const char *engine_under_test = "sqlite";

void check_ok(struct fixture *f, bool ok, const char *what, int line)
{
    if (ok)
        return;
    struct sbuf b;
    sbuf_init(&b, &f->a, 4096);
    err_text(&f->err, LANG_EN, &b);
    fail_msg("line %d: %s: %s", line, what, sbuf_cstr(&b));
}

static bool on_postgres(void)
{
    return strcmp(engine_under_test, "postgres") == 0;
}

/* --- PostgreSQL: a database per fixture, copied from one with the schema in it --- */

#ifdef WITH_POSTGRES
static int databases;

bool engine_is_here(void)
{
    bool here = !on_postgres() || pg_server_installed();

    if (!here)
        print_message("skipped: PostgreSQL is not installed\n");
    return here;
}

int engine_start(void **state)
{
    char url[160];
    struct err err = ERR_INIT;

    (void)state;
    if (!on_postgres())
        return 0;
    if (!pg_server_start())
        return -1;
    pg_exec("postgres", "CREATE DATABASE empty_store");
    pg_url(url, "empty_store");
    assert_true(store_create_postgres(url, (struct store_options){0}, &err));
    return 0;
}

int engine_stop(void **state)
{
    (void)state;
    if (on_postgres())
        pg_server_stop();
    return 0;
}

static void copy_database(const char *from, char ret[64])
{
    char sql[200];

    snprintf(ret, 64, "t%d", ++databases);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", ret, from);
    pg_exec("postgres", sql);
}

static void drop_database(const char *name)
{
    char sql[200];

    snprintf(sql, sizeof sql, "DROP DATABASE %s", name);
    pg_exec("postgres", sql);
}
#else
bool engine_is_here(void)
{
    if (on_postgres())
        print_message("skipped: built without PostgreSQL\n");
    return !on_postgres();
}

int engine_start(void **state)
{
    (void)state;
    return 0;
}

int engine_stop(void **state)
{
    (void)state;
    return 0;
}
#endif

static void where_of(struct fixture *f, char ret[160])
{
#ifdef WITH_POSTGRES
    if (on_postgres()) {
        pg_url(ret, f->dir);
        return;
    }
#endif
    snprintf(ret, 160, "%s", f->dir);
}

struct store *fixture_open_with(struct fixture *f, struct store_options options)
{
    char where[160];

    where_of(f, where);
    return store_open(where, options, &f->err);
}

static void open_store(struct fixture *f, bool read_only)
{
    f->s = fixture_open_with(f, (struct store_options){.read_only = read_only});
    OK(f, f->s != NULL);
}

int fixture_open(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    *state = f;
    arena_init(&f->a, 1u << 28);
    f->clock_ms = 1700000000000;
#ifdef WITH_POSTGRES
    if (on_postgres())
        copy_database("empty_store", f->dir);
#endif
    if (!on_postgres()) {
        strcpy(f->dir, "/tmp/giaoban-store-XXXXXX");
        assert_non_null(mkdtemp(f->dir));
        OK(f, store_create_sqlite(f->dir, (struct store_options){0}, &f->err));
    }
    open_store(f, false);
    return 0;
}

void remove_folder(const char *dir)
{
    DIR *d = opendir(dir);
    char path[512];

    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        unlink(path);
    }
    closedir(d);
    rmdir(dir);
}

static void remove_data(struct fixture *f)
{
#ifdef WITH_POSTGRES
    if (on_postgres()) {
        drop_database(f->dir);
        return;
    }
#endif
    remove_folder(f->dir);
}

int fixture_close(void **state)
{
    struct fixture *f = *state;

    if (f->s)
        f->s->ops->close(f->s);
    remove_data(f);
    arena_free(&f->a);
    free(f);
    return 0;
}

void fixture_reopen(struct fixture *f)
{
    f->s->ops->close(f->s);
    open_store(f, false);
}

void place_new(struct fixture *f, const char *engine, struct place *ret)
{
    *ret = (struct place){.is_folder = strcmp(engine, "sqlite") == 0};
    if (ret->is_folder) {
        strcpy(ret->where, "/tmp/giaoban-place-XXXXXX");
        assert_non_null(mkdtemp(ret->where));
        return;
    }
#ifdef WITH_POSTGRES
    copy_database("template1", ret->name);
    pg_url(ret->where, ret->name);
#endif
    (void)f;
}

void place_end(struct place *p)
{
    if (p->is_folder)
        remove_folder(p->where);
#ifdef WITH_POSTGRES
    else
        drop_database(p->name);
#endif
}

const char *place_of(struct fixture *f)
{
    static char where[160];

    where_of(f, where);
    return where;
}

static sqlite3 *open_behind(struct fixture *f)
{
    char path[128];
    sqlite3 *h;

    snprintf(path, sizeof path, "%s/giaoban.db", f->dir);
    assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
    return h;
}

void behind_the_back(struct fixture *f, const char *sql)
{
    char *words = NULL;

#ifdef WITH_POSTGRES
    if (on_postgres()) {
        char all[2048]; /* whoever tampers can switch the references off */
        snprintf(all, sizeof all, "SET session_replication_role = replica; %s", sql);
        pg_exec(f->dir, all);
        return;
    }
#endif
    sqlite3 *h = open_behind(f);
    if (sqlite3_exec(h, sql, NULL, NULL, &words) != SQLITE_OK)
        fail_msg("%s: %s", sql, words);
    sqlite3_close(h);
}

void behind_rows(struct fixture *f, const char *query, struct sbuf *out)
{
#ifdef WITH_POSTGRES
    if (on_postgres()) {
        pg_rows(f->dir, query, out);
        return;
    }
#endif
    sqlite3 *h = open_behind(f);
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(h, query, -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW)
        sbuf_printf(out, "%s %s\n", sqlite3_column_text(st, 0), sqlite3_column_text(st, 1));
    sqlite3_finalize(st);
    sqlite3_close(h);
}

void fixture_copy(struct fixture *f, struct fixture *copy)
{
    char path[128];

    arena_init(&copy->a, 1u << 28);
#ifdef WITH_POSTGRES
    if (on_postgres()) { /* nobody may be connected to what is copied */
        f->s->ops->close(f->s);
        copy_database(f->dir, copy->dir);
        open_store(f, false);
    }
#endif
    if (!on_postgres()) {
        /* In memory where there is such a place: hundreds of copies need not be durable. */
        strcpy(copy->dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/giaoban-copy-XXXXXX"
                                                        : "/tmp/giaoban-copy-XXXXXX");
        assert_non_null(mkdtemp(copy->dir));
        snprintf(path, sizeof path, "%s/giaoban.db", copy->dir);
        OK(f, f->s->ops->copy(f->s, path, &f->err));
    }
    open_store(copy, true);
}

void fixture_end_copy(struct fixture *copy)
{
    copy->s->ops->close(copy->s);
    remove_data(copy);
    arena_free(&copy->a);
}

bool some_trail_has(struct fixture *f, const unsigned char *bytes, size_t n)
{
    struct act_no head;
    unsigned char hash[32];

    OK(f, f->s->ops->head(f->s, &head, hash, &f->err));
    for (int64_t i = 1; i <= head.v; i++) {
        struct str trail;
        OK(f, store_trail(f->s, (struct act_no){i}, &f->a, &trail, &f->err));
        if (memmem(trail.p, trail.n, bytes, n))
            return true;
    }
    return false;
}

struct act act_begin(struct fixture *f, enum act_kind kind, const char *object)
{
    struct act act = {.at_ms = f->clock_ms++,
        .via = STR("test"),
        .kind = kind,
        .object = str_of(object),
        .reason = STR(""),
        .body = STR("")};

    OK(f, f->s->ops->begin(f->s, &f->err));
    OK(f, f->s->ops->act_open(f->s, &act, &f->err));
    return act;
}

void act_end(struct fixture *f, struct act *act)
{
    OK(f, f->s->ops->act_close(f->s, act, &f->err));
    OK(f, f->s->ops->commit(f->s, &f->err));
}

struct act_no put_figure(struct fixture *f, struct figure_key key, int64_t value, uint32_t flags)
{
    struct act act = act_begin(f, ACT_ENTER, "cell");
    struct figure_write w = {.key = key, .value = value, .flags = flags};

    OK(f, f->s->ops->figure_put(f->s, &w, act.no, &f->err));
    act_end(f, &act);
    return act.no;
}

void put_indicator(
    struct fixture *f, int64_t id, enum privacy privacy, int64_t form, struct act_no act)
{
    struct indicator_row i = {.id = {id},
        .uid = {"abcdefghijk"},
        .code = STR("CT"),
        .name = STR("Số hộ nghèo"),
        .privacy = privacy,
        .form = {form}};
    struct series_row s = {.id = {id}, .indicator = {id}};

    OK(f, f->s->ops->indicator_put(f->s, &i, act, &f->err));
    OK(f, f->s->ops->series_put(f->s, &s, act, &f->err));
}

void put_report(struct fixture *f, int64_t id, int64_t form, int64_t unit, int64_t period,
    enum report_step step, enum report_state state, struct report_marks marks, struct act act)
{
    struct report r = {.id = {id},
        .form = {form},
        .unit = {unit},
        .period = period,
        .state = state,
        .marks = marks,
        .act = act.no};
    struct report_event e = {
        .act = act.no, .at_ms = act.at_ms, .step = step, .marks = marks, .state = state};

    OK(f, f->s->ops->report_put(f->s, &r, &f->err));
    OK(f, f->s->ops->report_event_put(f->s, r.id, &e, &f->err));
}

void put_definitions(struct fixture *f)
{
    const struct store_ops *o = f->s->ops;
    struct act a = act_begin(f, ACT_INIT, "");
    struct parent_at_row parent = {.unit = {2}, .parent = {1}, .line = LINE_PARTY, .to = DAY_MAX};
    struct event_row event = {5, {300}, EVENT_SPLIT, STR("12/NQ"), STR("n")};
    struct edge_row edge = {5, {1}, {2}, {STR("3/20"), STR(""), STR("0.15")}};
    struct indicator_row ind = {.id = {3},
        .uid = {"b1234567890"},
        .code = STR("HN"),
        .name = STR("Hộ nghèo"),
        .decimals = 2,
        .direction = DIRECTION_LESS,
        .value_type = VALUE_YES_NO,
        .frequency = FREQUENCY_QUARTER,
        .over_units = UNITS_RATIO,
        .over_time = TIME_LAST,
        .entered = ENTERED_YEAR_TO_DATE,
        .line = LINE_FRONT,
        .basis = BASIS_HOUSEHOLDS,
        .privacy = PRIVACY_INTERNAL,
        .source = SOURCE_FORMULA,
        .formula = STR("a / b"),
        .followed = true,
        .position = 9,
        .form = {4},
        .owner = STR("VPDU")};
    struct form_row form = {.id = {4},
        .uid = {"c1234567890"},
        .code = STR("DU-Q"),
        .frequency = FREQUENCY_QUARTER,
        .line = LINE_PARTY,
        .asked_of = STR("ward|commune"),
        .asked_by = STR("1|2"),
        .due_day = -5,
        .to = DAY_MAX,
        .needs_sign = true};
    struct form_line_row line = {.form = {4},
        .position = 2,
        .number = 7,
        .section = STR("s"),
        .indicator = {3},
        .owner = STR("UBND"),
        .part_of = 3,
        .confirm_nil = true};
    struct form_rule_row rule = {
        .form = {4}, .position = 1, .level = RULE_WARNING, .text = STR("a <= b"), .line = 7};
    struct target_row target = {.id = {6},
        .set = {8},
        .code = STR("1"),
        .indicator = {3},
        .unit = {1},
        .comparator = CMP_BETWEEN,
        .basis = TARGET_COUNT,
        .compensating = true,
        .deadline = {900},
        .baseline = STR("1.5"),
        .made_up = true,
        .axis = 2};
    struct target_version_row version = {{6}, {10}, true, STR("3@>=60"), STR(""), STR("QĐ")};
    struct target_schedule_row plan = {{6}, FIXTURE_PERIOD, STR("25")};
    struct expectation_row expect = {{6}, {11}, EXPECT_HARD, STR("mưa lũ")};
    struct boundary_row boundary = {{1}, {0}, STR("p 0 0 9 0 0 9"), STR("p 0 0 9 0 0 9")};
    struct account_row account = {.id = {9},
        .uid = {"d1234567890"},
        .login = STR("lan"),
        .password_hash = STR("$argon2id$x"),
        .demonstration = true,
        .lang = LANG_EN};
    struct grant_row grant = {.account = {9},
        .role = ROLE_COMPILER,
        .unit = {1},
        .line = LINE_PARTY,
        .forms = STR("DU-Q|DU-T"),
        .to = DAY_MAX};
    struct unit_row unit = {.id = {1}, .uid = {"e1234567890"}};
    struct unit_at_row at = {.unit = {1},
        .to = DAY_MAX,
        .name = STR("Xã Hòa Phong"),
        .code = STR("12103"),
        .kind = STR("commune")};
    struct series_row series = {.id = {1}, .indicator = {3}};
    struct not_applicable_row none = {{3}, {2}, {0}, DAY_MAX};
    struct form_section_row section = {{4}, 1, STR("s"), STR("Xây dựng Đảng"), STR("Party")};
    struct target_set_row set = {.id = {8},
        .uid = {"f1234567890"},
        .code = STR("NQ"),
        .name = STR("Nghị quyết"),
        .unit = {1},
        .end = {1000}};
    OK(f, o->parent_at_put(f->s, &parent, a.no, &f->err));
    OK(f, o->event_put(f->s, &event, a.no, &f->err));
    OK(f, o->edge_put(f->s, &edge, a.no, &f->err));
    OK(f, o->indicator_put(f->s, &ind, a.no, &f->err));
    OK(f, o->form_put(f->s, &form, a.no, &f->err));
    OK(f, o->form_line_put(f->s, &line, a.no, &f->err));
    OK(f, o->form_rule_put(f->s, &rule, a.no, &f->err));
    OK(f, o->target_put(f->s, &target, a.no, &f->err));
    OK(f, o->target_version_put(f->s, &version, a.no, &f->err));
    OK(f, o->target_schedule_put(f->s, &plan, a.no, &f->err));
    OK(f, o->expectation_put(f->s, &expect, a.no, &f->err));
    OK(f, o->boundary_put(f->s, &boundary, a.no, &f->err));
    OK(f, o->account_put(f->s, &account, a.no, &f->err));
    OK(f, o->grant_put(f->s, &grant, a.no, &f->err));
    OK(f, o->unit_put(f->s, &unit, a.no, &f->err));
    OK(f, o->unit_at_put(f->s, &at, a.no, &f->err));
    OK(f, o->series_put(f->s, &series, a.no, &f->err));
    OK(f, o->not_applicable_put(f->s, &none, a.no, &f->err));
    OK(f, o->form_section_put(f->s, &section, a.no, &f->err));
    OK(f, o->set_put(f->s, &set, a.no, &f->err));
    OK(f, o->setting_put(f->s, STR("org.name"), STR("UBND xã"), a.no, &f->err));
    act_end(f, &a);
}

void put_content(struct fixture *f, struct attachment *at, size_t n)
{
    int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char name[65], *bytes = malloc(n);

    if (fd < 0 || !bytes)
        abort();
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(i * 7 + i / 1000);
    if (write(fd, bytes, n) != (ssize_t)n)
        abort();
    free(bytes);
    OK(f, f->s->ops->file_name(fd, name, &at->size, &f->err));
    at->sha256 = str_dup(&f->a, str_of(name));
    OK(f, f->s->ops->file_put(f->s, at->sha256, fd, at->size, &f->err));
    close(fd);
}
