/* A store moves whole: from folder to folder, to PostgreSQL and back, through an archive. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_move.h"

#define Q FIXTURE_PERIOD

/* Something of everything that goes along. */
static void fill(struct fixture *f)
{
    const struct store_ops *o = f->s->ops;
    struct report_id report = {1};
    struct draft_cell draft = {.series = {10}, .typed = STR("12,5"), .note = STR("ước")};
    struct figure_write w = {.key = cell(11, Q, 21), .value = 9, .note = STR("riêng")};
    int64_t id;

    put_definitions(f);
    struct act a = act_begin(f, ACT_IMPORT_INDICATORS, "indicators 2");
    put_indicator(f, 10, PRIVACY_PUBLIC, 4, a.no);
    put_indicator(f, 11, PRIVACY_SEALED, 0, a.no);
    OK(f, o->figure_put(f->s, &w, a.no, &f->err));
    OK(f, o->new_id(f->s, "unit", &id, &f->err));
    act_end(f, &a);
    for (int64_t i = 0; i < 300; i++)
        put_figure(f, cell(10, Q, i % 250), i * 3 - 100, FIGURE_BORN_APPROVED);
    struct act s = act_begin(f, ACT_REPORT_STEP, "report");
    put_report(f, 1, 4, 20, Q, STEP_SUBMIT, REPORT_SUBMITTED, (struct report_marks){s.no, {0}}, s);
    OK(f, o->draft_put(f->s, report, &draft, &f->err));
    struct attachment at = {.id = 1, .name = STR("bb.pdf"), .type = STR("application/pdf")};
    put_content(f, &at, 600 << 10);
    OK(f, o->attachment_put(f->s, report, &at, &f->err));
    act_end(f, &s);
}

static struct verify_report verified(struct store *s, struct fixture *f)
{
    struct verify_report v;

    OK(f, s->ops->verify(s, &v, &f->err));
    return v;
}

static void same(struct verify_report a, struct verify_report b)
{
    assert_int_equal(a.acts, b.acts);
    assert_int_equal(a.figures, b.figures);
    assert_int_equal(a.past, b.past);
    assert_int_equal(a.reports, b.reports);
    assert_memory_equal(a.hash, b.hash, 32);
}

static void close_source(struct fixture *f)
{
    f->s->ops->close(f->s);
    f->s = NULL;
}

static void a_store_moves_to_an_empty_place_and_back_unchanged(void **state)
{
    struct fixture *f = *state;
    struct place there, back;
    struct draft_cell *draft;
    int64_t id;
    size_t n;

    fill(f);
    struct verify_report before = verified(f->s, f);
    close_source(f);
    place_new(f, "sqlite", &there);
    place_new(f, engine_under_test, &back);
    OK(f, store_move(place_of(f), there.where, NULL, NULL, &f->err));
    OK(f, store_move(there.where, back.where, NULL, NULL, &f->err));

    struct store *s = store_open(back.where, (struct store_options){0}, &f->err);
    OK(f, s != NULL);
    same(before, verified(s, f));
    OK(f, s->ops->draft(s, (struct report_id){1}, &f->a, &draft, &n, &f->err));
    assert_int_equal(n, 1);
    assert_str(draft[0].typed, "12,5");
    OK(f, s->ops->begin(s, &f->err));
    OK(f, s->ops->new_id(s, "unit", &id, &f->err));
    assert_int_equal(id, 2); /* identities go on where they were */
    s->ops->rollback(s);
    s->ops->close(s);
    place_end(&there);
    place_end(&back);
}

static void nothing_is_moved_onto_other_data(void **state)
{
    struct fixture *f = *state;
    struct place there;

    fill(f);
    close_source(f);
    place_new(f, "sqlite", &there);
    OK(f, store_move(place_of(f), there.where, NULL, NULL, &f->err));
    OK(f, store_move(place_of(f), there.where, NULL, NULL, &f->err)); /* it is there already */
    f->s = fixture_open_with(f, (struct store_options){0});
    OK(f, f->s != NULL);
    put_figure(f, cell(10, Q, 300), 1, FIGURE_BORN_APPROVED);
    close_source(f);
    assert_false(store_move(place_of(f), there.where, NULL, NULL, &f->err));
    assert_int_equal(f->err.key, MSG_err_move_not_empty);
    place_end(&there);
}

static void stop_at(void *ctx, const char *table, int64_t rows)
{
    (void)rows;
    if (strcmp(table, ctx) == 0)
        _exit(0); /* as if the power had gone */
}

static void break_off_and_go_on(struct fixture *f, const char *from, const char *engine,
    const char *table, const struct verify_report *before)
{
    struct place there;
    int status;

    place_new(f, engine, &there);
    pid_t pid = fork();
    if (pid == 0) {
        store_move(from, there.where, stop_at, (void *)(uintptr_t)table, NULL);
        _exit(9);
    }
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_null(store_open(there.where, (struct store_options){0}, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_unfinished);
    OK(f, store_move(from, there.where, NULL, NULL, &f->err));
    struct store *s = store_open(there.where, (struct store_options){0}, &f->err);
    OK(f, s != NULL);
    same(*before, verified(s, f));
    s->ops->close(s);
    place_end(&there);
}

/* Both ways: from the engine under test to a folder, and from there to the engine. */
static void a_move_that_was_broken_off_goes_on_where_it_stopped(void **state)
{
    static const char *const tables[] = {"unit", "account", "act", "figure", "report", "draft"};
    struct fixture *f = *state;
    struct place folder;

    fill(f);
    struct verify_report before = verified(f->s, f);
    close_source(f);
    place_new(f, "sqlite", &folder);
    OK(f, store_move(place_of(f), folder.where, NULL, NULL, &f->err));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        break_off_and_go_on(f, place_of(f), "sqlite", tables[i], &before);
        break_off_and_go_on(f, folder.where, engine_under_test, tables[i], &before);
    }
    place_end(&folder);
}

static struct str slurp(struct fixture *f, const char *path)
{
    FILE *in = fopen(path, "rb");
    char *p = arena_alloc(&f->a, 1u << 20);

    assert_non_null(in);
    assert_non_null(p);
    size_t n = fread(p, 1, 1u << 20, in);
    fclose(in);
    return str_make(p, n);
}

static void spill(const char *path, struct str s)
{
    FILE *out = fopen(path, "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(s.p, 1, s.n, out), s.n);
    fclose(out);
}

static void an_archive_is_the_same_from_either_engine_and_restores_on_either(void **state)
{
    struct fixture *f = *state;
    struct place elsewhere, again;
    char file[192], second[192];

    fill(f);
    struct verify_report before = verified(f->s, f);
    place_new(f, "sqlite", &elsewhere);
    place_new(f, engine_under_test, &again);
    snprintf(file, sizeof file, "%s.archive", elsewhere.where);
    snprintf(second, sizeof second, "%s.second", elsewhere.where);
    OK(f, store_archive(f->s, file, NULL, NULL, &f->err));
    assert_false(store_archive(f->s, file, NULL, NULL, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_exists);

    OK(f, store_restore(file, elsewhere.where, NULL, NULL, &f->err));
    struct store *s = store_open(elsewhere.where, (struct store_options){0}, &f->err);
    OK(f, s != NULL);
    same(before, verified(s, f));
    OK(f, store_archive(s, second, NULL, NULL, &f->err));
    s->ops->close(s);
    struct str x = slurp(f, file), y = slurp(f, second);
    assert_int_equal(x.n, y.n);
    assert_memory_equal(x.p, y.p, x.n);

    OK(f, store_restore(second, again.where, NULL, NULL, &f->err));
    s = store_open(again.where, (struct store_options){0}, &f->err);
    OK(f, s != NULL);
    same(before, verified(s, f));
    s->ops->close(s);
    unlink(file);
    unlink(second);
    place_end(&elsewhere);
    place_end(&again);
}

static void a_damaged_or_cut_archive_is_refused_and_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct place there;
    char file[192];

    put_definitions(f);
    put_figure(f, cell(10, Q, 1), 5, 0);
    place_new(f, "sqlite", &there);
    snprintf(file, sizeof file, "%s.archive", there.where);
    OK(f, store_archive(f->s, file, NULL, NULL, &f->err));
    struct str whole = slurp(f, file);
    char *bytes = (char *)(uintptr_t)whole.p;
    for (size_t i = 0; i < whole.n; i += whole.n / 150 + 1) {
        bytes[i] ^= 0x15;
        spill(file, whole);
        bytes[i] ^= 0x15;
        assert_false(store_restore(file, there.where, NULL, NULL, &f->err));
        spill(file, str_slice(whole, 0, i));
        assert_false(store_restore(file, there.where, NULL, NULL, &f->err));
        assert_int_equal(f->err.key, MSG_err_archive_format);
    }
    assert_null(store_open(there.where, (struct store_options){0}, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_missing);
    spill(file, whole);
    OK(f, store_restore(file, there.where, NULL, NULL, &f->err));
    unlink(file);
    place_end(&there);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_store_moves_to_an_empty_place_and_back_unchanged),
        TEST(nothing_is_moved_onto_other_data),
        TEST(a_move_that_was_broken_off_goes_on_where_it_stopped),
        TEST(an_archive_is_the_same_from_either_engine_and_restores_on_either),
        TEST(a_damaged_or_cut_archive_is_refused_and_leaves_nothing),
    };

    if (argc > 1)
        engine_under_test = argv[1];
    if (!engine_is_here())
        return SKIPPED;
    return cmocka_run_group_tests(tests, engine_start, engine_stop);
}
