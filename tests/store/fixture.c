/* fixture: see fixture.h. */
#include "fixture.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int fixture_open(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    *state = f;
    arena_init(&f->a, 1u << 28);
    f->clock_ms = 1700000000000;
    strcpy(f->dir, "/tmp/giaoban-store-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    OK(f, store_create_sqlite(f->dir, (struct store_options){0}, &f->err));
    f->s = store_open_sqlite(f->dir, (struct store_options){0}, &f->err);
    OK(f, f->s != NULL);
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

int fixture_close(void **state)
{
    struct fixture *f = *state;

    if (f->s)
        f->s->ops->close(f->s);
    remove_folder(f->dir);
    arena_free(&f->a);
    free(f);
    return 0;
}

void fixture_reopen(struct fixture *f)
{
    f->s->ops->close(f->s);
    f->s = store_open_sqlite(f->dir, (struct store_options){0}, &f->err);
    OK(f, f->s != NULL);
}

void behind_the_back(struct fixture *f, const char *sql)
{
    char path[128], *words = NULL;
    sqlite3 *h;

    snprintf(path, sizeof path, "%s/giaoban.db", f->dir);
    assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
    if (sqlite3_exec(h, sql, NULL, NULL, &words) != SQLITE_OK)
        fail_msg("%s: %s", sql, words);
    sqlite3_close(h);
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
