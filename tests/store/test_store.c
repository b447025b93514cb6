/* What the use cases expect of the store, on any engine. */
#include "fixture.h"

#include <pthread.h>
#include <stdlib.h>
#include <stdio.h>
#include <unistd.h>

#define Q1 2024036

/* --- acts --- */

static void acts_are_numbered_densely_and_a_failed_job_leaves_no_gap(void **state)
{
    struct fixture *f = *state;
    const struct store_ops *o = f->s->ops;
    struct act a = {.at_ms = 5000, .via = STR("t"), .kind = ACT_ENTER}, b = a, c = a;

    OK(f, o->begin(f->s, &f->err));
    OK(f, o->save(f->s, &f->err));
    OK(f, o->act_open(f->s, &a, &f->err));
    OK(f, o->act_close(f->s, &a, &f->err));
    OK(f, o->keep(f->s, &f->err));
    OK(f, o->save(f->s, &f->err));
    OK(f, o->act_open(f->s, &b, &f->err));
    o->undo_save(f->s);
    OK(f, o->save(f->s, &f->err));
    OK(f, o->act_open(f->s, &c, &f->err));
    OK(f, o->act_close(f->s, &c, &f->err));
    OK(f, o->keep(f->s, &f->err));
    OK(f, o->commit(f->s, &f->err));
    assert_int_equal(a.no.v, 1);
    assert_int_equal(c.no.v, 2);

    struct act_no head;
    unsigned char hash[32];
    OK(f, o->head(f->s, &head, hash, &f->err));
    assert_int_equal(head.v, 2);
    assert_memory_equal(hash, c.hash, 32);
}

static void time_of_acts_never_goes_back(void **state)
{
    struct fixture *f = *state;
    struct act late = act_begin(f, ACT_ENTER, "");
    act_end(f, &late);
    f->clock_ms = 1000;
    struct act early = act_begin(f, ACT_ENTER, "");
    act_end(f, &early);
    assert_int_equal(early.at_ms, late.at_ms);

    struct act_no before;
    OK(f, f->s->ops->act_before(f->s, late.at_ms, &before, &f->err));
    assert_int_equal(before.v, 0);
    OK(f, f->s->ops->act_before(f->s, late.at_ms + 1, &before, &f->err));
    assert_int_equal(before.v, 2);
}

static void acts_are_found_by_kind_object_and_account(void **state)
{
    struct fixture *f = *state;
    struct act a = act_begin(f, ACT_IMPORT_UNITS, "units 14");
    act_end(f, &a);
    struct act b = act_begin(f, ACT_REPORT_STEP, "report DU-Q 12103 2024-Q1");
    b.body = STR("{\"step\":\"submit\"}");
    b.account.v = 7;
    act_end(f, &b);

    struct act *got;
    size_t n;
    struct act_filter by_object = {.kind = -1, .object_prefix = STR("report DU-Q")};
    OK(f, f->s->ops->acts(f->s, &by_object, &f->a, &got, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(got[0].no.v, 2);
    assert_str(got[0].body, "{\"step\":\"submit\"}");
    struct act_filter by_kind = {.kind = ACT_IMPORT_UNITS};
    OK(f, f->s->ops->acts(f->s, &by_kind, &f->a, &got, &n, &f->err));
    assert_int_equal(n, 1);
    assert_str(got[0].object, "units 14");
    struct act_filter newest = {.kind = -1, .newest_first = true, .limit = 1};
    OK(f, f->s->ops->acts(f->s, &newest, &f->a, &got, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(got[0].account.v, 7);
}

/* --- definitions --- */

static void a_catalogue_of_any_past_act_can_be_loaded(void **state)
{
    struct fixture *f = *state;
    struct unit_row u = {.id = {1}, .uid = {"a1234567890"}};
    struct unit_at_row at = {.unit = {1},
        .from = {100},
        .to = DAY_MAX,
        .name = STR("Xã Hòa Phong"),
        .code = STR("12103"),
        .kind = STR("commune")};
    struct act first = act_begin(f, ACT_IMPORT_UNITS, "units");
    OK(f, f->s->ops->unit_put(f->s, &u, first.no, &f->err));
    OK(f, f->s->ops->unit_at_put(f->s, &at, first.no, &f->err));
    act_end(f, &first);
    struct act second = act_begin(f, ACT_IMPORT_UNITS, "units");
    at.name = STR("Phường Hòa Phong");
    OK(f, f->s->ops->unit_at_put(f->s, &at, second.no, &f->err));
    act_end(f, &second);
    struct act third = act_begin(f, ACT_IMPORT_UNITS, "units");
    OK(f, f->s->ops->unit_at_close(f->s, u.id, at.from, third.no, &f->err));
    act_end(f, &third);

    struct catalog_rows c;
    OK(f, f->s->ops->load_catalog(f->s, first.no, &f->a, &c, &f->err));
    assert_int_equal(c.act.v, 1);
    assert_int_equal(c.units.ats, 1);
    assert_str(c.units.at[0].name, "Xã Hòa Phong");
    assert_int_equal(c.units.at[0].to.v, DAY_MAX.v);
    assert_string_equal(c.units.unit[0].uid.z, "a1234567890");
    OK(f, f->s->ops->load_catalog(f->s, second.no, &f->a, &c, &f->err));
    assert_int_equal(c.units.ats, 1);
    assert_str(c.units.at[0].name, "Phường Hòa Phong");
    OK(f, f->s->ops->load_catalog(f->s, ACT_MAX, &f->a, &c, &f->err));
    assert_int_equal(c.act.v, 3);
    assert_int_equal(c.units.units, 1);
    assert_int_equal(c.units.ats, 0);
}

static void every_kind_of_definition_comes_back_as_it_was_put(void **state)
{
    struct fixture *f = *state;
    put_definitions(f);
    fixture_reopen(f);

    struct catalog_rows c;
    OK(f, f->s->ops->load_catalog(f->s, ACT_MAX, &f->a, &c, &f->err));
    assert_int_equal(c.units.parent[0].line, LINE_PARTY);
    assert_int_equal(c.event.p[0].kind, EVENT_SPLIT);
    assert_str(c.edge.p[0].share[BASIS_HOUSEHOLDS], "0.15");
    assert_int_equal(c.indicator.p[0].entered, ENTERED_YEAR_TO_DATE);
    assert_int_equal(c.indicator.p[0].frequency, FREQUENCY_QUARTER);
    assert_true(c.indicator.p[0].followed);
    assert_int_equal(c.indicator.p[0].form.v, 4);
    assert_str(c.indicator.p[0].owner, "VPDU");
    assert_str(c.form.p[0].asked_by, "1|2");
    assert_int_equal(c.form.p[0].due_day, -5);
    assert_true(c.form.p[0].needs_sign && !c.form.p[0].needs_check);
    assert_true(c.form_line.p[0].confirm_nil && !c.form_line.p[0].required);
    assert_int_equal(c.form_line.p[0].part_of, 3);
    assert_int_equal(c.form_rule.p[0].level, RULE_WARNING);
    assert_int_equal(c.target.p[0].comparator, CMP_BETWEEN);
    assert_int_equal(c.target.p[0].basis, TARGET_COUNT);
    assert_int_equal(c.target.p[0].deadline.v, 900);
    assert_str(c.target_version.p[0].value, "3@>=60");
    assert_int_equal(c.target_schedule.p[0].period, Q1);
    assert_int_equal(c.expectation.p[0].expectation, EXPECT_HARD);
    assert_str(c.account.p[0].password_hash, "$argon2id$x");
    assert_int_equal(c.account.p[0].lang, LANG_EN);
    assert_int_equal(c.grant.p[0].role, ROLE_COMPILER);
    assert_str(c.grant.p[0].forms, "DU-Q|DU-T");
}

static void put_unit_name(struct fixture *f, int64_t id, const char *name, struct act_no act)
{
    struct unit_row u = {.id = {id}, .uid = {"a1234567890"}};
    struct unit_at_row at = {.unit = {id}, .name = str_of(name), .kind = STR("commune")};

    OK(f, f->s->ops->unit_put(f->s, &u, act, &f->err));
    OK(f, f->s->ops->unit_at_put(f->s, &at, act, &f->err));
}

static void undoing_an_act_brings_back_the_definitions_before_it(void **state)
{
    struct fixture *f = *state;
    struct catalog_rows c;
    struct act a = act_begin(f, ACT_IMPORT_UNITS, "");
    put_unit_name(f, 1, "cũ", a.no);
    act_end(f, &a);
    struct act b = act_begin(f, ACT_IMPORT_UNITS, "");
    put_unit_name(f, 1, "mới", b.no);
    put_unit_name(f, 2, "thêm", b.no);
    act_end(f, &b);
    struct act undo = act_begin(f, ACT_UNDO, "2");
    OK(f, f->s->ops->undo_definitions(f->s, b.no, undo.no, &f->err));
    act_end(f, &undo);

    OK(f, f->s->ops->load_catalog(f->s, ACT_MAX, &f->a, &c, &f->err));
    assert_int_equal(c.units.ats, 1);
    assert_str(c.units.at[0].name, "cũ");
    OK(f, f->s->ops->load_catalog(f->s, b.no, &f->a, &c, &f->err));
    assert_int_equal(c.units.ats, 2);
    struct verify_report v;
    OK(f, f->s->ops->verify(f->s, &v, &f->err));
}

static void an_act_that_others_built_on_is_not_undone(void **state)
{
    struct fixture *f = *state;
    struct act a = act_begin(f, ACT_IMPORT_UNITS, "");
    put_unit_name(f, 1, "một", a.no);
    act_end(f, &a);
    struct act b = act_begin(f, ACT_IMPORT_UNITS, "");
    put_unit_name(f, 1, "hai", b.no);
    act_end(f, &b);
    struct act undo = act_begin(f, ACT_UNDO, "1");
    assert_false(f->s->ops->undo_definitions(f->s, a.no, undo.no, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    f->s->ops->rollback(f->s);

    struct act c = act_begin(f, ACT_IMPORT_UNITS, "");
    put_unit_name(f, 5, "năm", c.no);
    act_end(f, &c);
    put_figure(f, cell(1, Q1, 5), 10, FIGURE_BORN_APPROVED);
    undo = act_begin(f, ACT_UNDO, "3");
    assert_false(f->s->ops->undo_definitions(f->s, c.no, undo.no, &f->err));
    assert_int_equal(f->err.key, MSG_err_undo_changed_since);
    f->s->ops->rollback(f->s);
}

/* --- figures --- */

struct got {
    int64_t unit, approved, provisional;
    bool has_approved, has_provisional;
};
struct column {
    struct got cell[16];
    int n;
};

static bool collect(
    void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional)
{
    struct column *c = ctx;

    c->cell[c->n++] =
        (struct got){unit.v, approved.value, provisional.value, approved.has, provisional.has};
    return true;
}

static struct column load(struct fixture *f, int64_t series, struct act_no known)
{
    struct column c = {0};

    OK(f,
        f->s->ops->load_column(f->s, (struct series_id){series}, Q1, known, collect, &c, &f->err));
    return c;
}

static void a_report_counts_as_provisional_when_sent_and_approved_when_approved(void **state)
{
    struct fixture *f = *state;
    struct act def = act_begin(f, ACT_INIT, "");
    put_indicator(f, 1, PRIVACY_PUBLIC, 4, def.no);
    act_end(f, &def);
    struct act_no entered = put_figure(f, cell(1, Q1, 20), 55, 0);
    assert_int_equal(load(f, 1, ACT_MAX).n, 0);

    struct act sent = act_begin(f, ACT_REPORT_STEP, "");
    put_report(
        f, 1, 4, 20, Q1, STEP_SUBMIT, REPORT_SUBMITTED, (struct report_marks){entered, {0}}, sent);
    act_end(f, &sent);
    struct column c = load(f, 1, ACT_MAX);
    assert_int_equal(c.n, 1);
    assert_true(c.cell[0].has_provisional && !c.cell[0].has_approved);
    assert_int_equal(c.cell[0].provisional, 55);

    struct act approved = act_begin(f, ACT_REPORT_STEP, "");
    put_report(f, 1, 4, 20, Q1, STEP_APPROVE, REPORT_APPROVED,
        (struct report_marks){entered, entered}, approved);
    act_end(f, &approved);
    assert_int_equal(load(f, 1, ACT_MAX).cell[0].approved, 55);

    put_figure(f, cell(1, Q1, 20), 60, 0); /* corrected, not yet sent */
    c = load(f, 1, ACT_MAX);
    assert_int_equal(c.cell[0].approved, 55);
    assert_int_equal(c.cell[0].provisional, 55);
    c = load(f, 1, sent.no);
    assert_true(c.cell[0].has_provisional && !c.cell[0].has_approved);
    assert_int_equal(load(f, 1, entered).n, 0);
}

struct counting {
    struct cell_value approved[20], provisional[20];
    int n;
};

static bool note_counting(
    void *ctx, struct figure_key key, struct cell_value approved, struct cell_value provisional)
{
    struct counting *c = ctx;

    c->approved[key.series.v] = approved;
    c->provisional[key.series.v] = provisional;
    c->n++;
    return true;
}

static void same_value(struct cell_value a, struct cell_value b)
{
    assert_int_equal(a.has, b.has);
    assert_int_equal(a.value, b.value);
    assert_int_equal(a.flags, b.flags);
}

/* Versions born either way or by a report, cleared, taken back, under marks that move. */
static void what_counts_of_many_cells_is_what_counts_of_each(void **state)
{
    static const uint32_t flags[] = {0, 0, FIGURE_BORN_APPROVED, FIGURE_BORN_PROVISIONAL,
        FIGURE_CLEARED, FIGURE_UNDOES, FIGURE_UNDOES | FIGURE_BORN_APPROVED};
    struct fixture *f = *state;
    struct series_id series[20];
    uint64_t seed = 11;
    int64_t last = 0;

    for (int i = 0; i < 20; i++)
        series[i].v = i;
    for (int i = 0; i < 60; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t s = 1 + (int64_t)(seed >> 33) % 17; /* three have none */
        last = put_figure(f, cell(s, Q1, 20), i, flags[(seed >> 50) % 7]).v;
    }
    put_figure(f, cell(19, Q1, 30), 1, FIGURE_BORN_APPROVED); /* of another unit */
    for (int64_t mark = 0; mark <= last; mark += 7) {
        struct report_marks marks = {{last - mark}, {mark}};
        struct counting all = {0};
        int found = 0;
        OK(f, f->s->ops->cells(
                  f->s, series, 20, cell(0, Q1, 20), marks, note_counting, &all, &f->err));
        for (int i = 0; i < 20; i++) {
            struct cell_value approved, provisional;
            struct figure_version v;
            bool has;
            OK(f, f->s->ops->figure_get(f->s, cell(i, Q1, 20), &v, &has, &f->err));
            OK(f, f->s->ops->cell(f->s, cell(i, Q1, 20), marks, &approved, &provisional, &f->err));
            found += has;
            same_value(all.approved[i], approved);
            same_value(all.provisional[i], provisional);
        }
        assert_int_equal(all.n, found);
        assert_true(found > 10);
    }
}

static void an_import_counts_at_once_and_a_cleared_cell_is_missing(void **state)
{
    struct fixture *f = *state;
    put_figure(f, cell(1, Q1, 20), 5, FIGURE_BORN_APPROVED);
    put_figure(f, cell(1, Q1, 30), 6, FIGURE_BORN_PROVISIONAL);
    struct column c = load(f, 1, ACT_MAX);
    assert_int_equal(c.n, 2);
    assert_true(c.cell[0].has_approved && c.cell[0].has_provisional);
    assert_true(!c.cell[1].has_approved && c.cell[1].has_provisional);
    put_figure(f, cell(1, Q1, 20), 0, FIGURE_BORN_APPROVED | FIGURE_CLEARED);
    c = load(f, 1, ACT_MAX);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.cell[0].unit, 30);
    c = load(f, 1, (struct act_no){2});
    assert_int_equal(c.n, 2);
}

static void a_cell_keeps_every_value_it_had_with_who_when_and_why(void **state)
{
    struct fixture *f = *state;
    put_figure(f, cell(1, Q1, 20), 5, FIGURE_BORN_APPROVED);
    struct act a = act_begin(f, ACT_REPORT_CORRECT, "report DU-Q");
    struct figure_write w = {.key = cell(1, Q1, 20),
        .value = 7,
        .flags = FIGURE_BORN_APPROVED,
        .note = STR("gõ nhầm"),
        .approx = STR("khoảng"),
        .origin = STR("BC 12")};
    a.account.v = 3;
    a.reason = STR("sửa");
    OK(f, f->s->ops->figure_put(f->s, &w, a.no, &f->err));
    act_end(f, &a);

    struct figure_record *r;
    size_t n;
    OK(f, f->s->ops->cell_history(f->s, w.key, ACT_MAX, &f->a, &r, &n, &f->err));
    assert_int_equal(n, 2);
    assert_int_equal(r[0].version.value, 5);
    assert_str(r[0].note, "");
    assert_int_equal(r[1].version.value, 7);
    assert_true(r[1].version.flags & FIGURE_HAS_NOTE);
    assert_str(r[1].note, "gõ nhầm");
    assert_str(r[1].origin, "BC 12");
    assert_int_equal(r[1].account.v, 3);
    assert_int_equal(r[1].act_kind, ACT_REPORT_CORRECT);
    assert_str(r[1].act_reason, "sửa");
    OK(f, f->s->ops->cell_history(f->s, w.key, (struct act_no){1}, &f->a, &r, &n, &f->err));
    assert_int_equal(n, 1);
}

static void an_import_of_equal_values_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct figure_write w[3] = {{.key = cell(1, Q1, 1), .value = 1},
        {.key = cell(1, Q1, 2), .value = 2, .note = STR("ghi chú")},
        {.key = cell(2, Q1, 1), .value = 3}};
    int64_t changed;
    for (int i = 0; i < 3; i++)
        w[i].flags = FIGURE_BORN_APPROVED;
    for (int round = 0; round < 2; round++) {
        struct act a = act_begin(f, ACT_IMPORT_FIGURES, "");
        OK(f, f->s->ops->figures_put(f->s, w, 3, a.no, &changed, &f->err));
        assert_int_equal(changed, round == 0 ? 3 : 0);
        act_end(f, &a);
    }
    w[1].note = STR("ghi chú khác");
    w[2].value = 4;
    struct act a = act_begin(f, ACT_IMPORT_FIGURES, "");
    OK(f, f->s->ops->figures_put(f->s, w, 3, a.no, &changed, &f->err));
    assert_int_equal(changed, 2);
    act_end(f, &a);
    struct store_info info;
    OK(f, f->s->ops->info(f->s, &f->a, &info, &f->err));
    assert_int_equal(info.figures, 3);
    assert_int_equal(info.past, 2);
    assert_int_equal(info.acts, 3);
    struct verify_report v;
    OK(f, f->s->ops->verify(f->s, &v, &f->err));
}

#define MODEL_UNITS 900

/* What the cells of two columns hold, kept beside the store. */
struct model {
    int64_t value[2][MODEL_UNITS];
    bool has[2][MODEL_UNITS];
    char text[2][MODEL_UNITS][16];
};

/* Puts some rows down and tells how many say something new, one after the other. */
static int64_t model_put(struct model *m, const struct figure_write *w, size_t n)
{
    int64_t changed = 0;

    for (size_t i = 0; i < n; i++) {
        int s = (int)w[i].key.series.v - 1, u = (int)w[i].key.unit.v;
        bool same = m->has[s][u] && m->value[s][u] == w[i].value &&
                    (!w[i].note.n || str_is(w[i].note, m->text[s][u]));
        if (same)
            continue;
        m->has[s][u] = true;
        m->value[s][u] = w[i].value;
        snprintf(m->text[s][u], sizeof m->text[s][u], "%.*s", STR_ARG(w[i].note));
        changed++;
    }
    return changed;
}

static void model_is_stored(struct fixture *f, const struct model *m)
{
    for (int s = 0; s < 2; s++)
        for (int u = 0; u < MODEL_UNITS; u++) {
            struct figure_version v;
            bool found;
            OK(f, f->s->ops->figure_get(f->s, cell(s + 1, Q1, u), &v, &found, &f->err));
            assert_int_equal(found, m->has[s][u]);
            if (found)
                assert_int_equal(v.value, m->value[s][u]);
        }
}

/* In order and not, cells twice, with notes and without, new, equal and changed; also few rows of a
 * long column, which is not walked for their sake. */
static void many_rows_at_once_are_as_one_after_the_other(void **state)
{
    struct fixture *f = *state;
    struct model *m = calloc(1, sizeof *m);
    struct figure_write *w = calloc(4000, sizeof *w);
    uint64_t seed = 7;

    for (int round = 0; round < 8; round++) {
        size_t n = round == 5 ? 503 : 600 + (size_t)round * 150;
        int64_t changed, expected;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bool sorted = round % 2 == 0;
            int64_t at = sorted ? (int64_t)(i * 2 * MODEL_UNITS / n)
                                : (int64_t)(seed >> 33) % (2 * MODEL_UNITS);
            w[i] = (struct figure_write){.key = cell(1 + at / MODEL_UNITS, Q1, at % MODEL_UNITS),
                .value = (int64_t)(seed >> 50) % 3,
                .flags = FIGURE_BORN_APPROVED};
            if ((seed >> 20) % 50 == 0)
                w[i].note = (seed >> 21) % 2 ? STR("một") : STR("hai");
        }
        struct act a = act_begin(f, ACT_IMPORT_FIGURES, "");
        OK(f, f->s->ops->figures_put(f->s, w, n, a.no, &changed, &f->err));
        act_end(f, &a);
        expected = model_put(m, w, n);
        assert_int_equal(changed, expected);
        model_is_stored(f, m);
    }
    struct verify_report v;
    OK(f, f->s->ops->verify(f->s, &v, &f->err));
    free(w);
    free(m);
}

struct undo {
    struct fixture *f;
    struct act_no act;
    int n, had;
};

/* Puts back what stood before, or empties the cell, as the use case does. */
static bool put_back(void *ctx, struct figure_key key, struct figure_version written,
    bool had_before, struct figure_version before, bool is_current)
{
    struct undo *u = ctx;
    struct figure_write w = {.key = key,
        .value = had_before ? before.value : 0,
        .flags = had_before ? before.flags : (written.flags | FIGURE_CLEARED)};

    assert_true(is_current);
    u->n++;
    u->had += had_before;
    return u->f->s->ops->figure_put(u->f->s, &w, u->act, &u->f->err);
}

static void undo_import_of(struct fixture *f, size_t n)
{
    struct figure_write *w = calloc(n, sizeof *w);
    int64_t changed;
    put_figure(f, cell(1, Q1, 2), 99, FIGURE_BORN_APPROVED);
    for (size_t i = 0; i < n; i++)
        w[i] = (struct figure_write){
            .key = cell(1, Q1, (int64_t)i), .value = (int64_t)i, .flags = FIGURE_BORN_APPROVED};
    struct act a = act_begin(f, ACT_IMPORT_FIGURES, "");
    OK(f, f->s->ops->figures_put(f->s, w, n, a.no, &changed, &f->err));
    act_end(f, &a);
    struct act undo = act_begin(f, ACT_UNDO, "2");
    struct undo u = {f, undo.no, 0, 0};
    OK(f, f->s->ops->figures_of_act(f->s, a.no, put_back, &u, &f->err));
    act_end(f, &undo);
    assert_int_equal(u.n, n);
    assert_int_equal(u.had, 1);
    struct column c = load(f, 1, ACT_MAX);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.cell[0].approved, 99);
    struct verify_report v;
    OK(f, f->s->ops->verify(f->s, &v, &f->err));
    free(w);
}

static void a_small_import_is_undone_cell_by_cell(void **state)
{
    undo_import_of(*state, 10);
}

static void a_large_import_is_undone_cell_by_cell(void **state)
{
    undo_import_of(*state, 10050);
}

static bool count_row(void *ctx, const struct figure_row *row)
{
    int64_t *sum = ctx;

    *sum += row->version.value + (int64_t)row->note.n;
    return true;
}

static void export_walks_a_range_of_periods(void **state)
{
    struct fixture *f = *state;
    int64_t sum = 0, first, last;
    bool any;
    put_figure(f, cell(1, 2023128, 1), 1, 0);
    put_figure(f, cell(1, Q1, 1), 10, 0);
    put_figure(f, cell(2, Q1, 1), 100, 0);
    OK(f, f->s->ops->figures(f->s, (struct series_id){0}, Q1, Q1, count_row, &sum, &f->err));
    assert_int_equal(sum, 110);
    sum = 0;
    OK(f, f->s->ops->figures(f->s, (struct series_id){1}, 0, 0, count_row, &sum, &f->err));
    assert_int_equal(sum, 11);
    OK(f, f->s->ops->series_span(f->s, (struct series_id){1}, &any, &first, &last, &f->err));
    assert_true(any);
    assert_int_equal(first, 2023128);
    assert_int_equal(last, Q1);
    OK(f, f->s->ops->series_span(f->s, (struct series_id){9}, &any, &first, &last, &f->err));
    assert_false(any);
}

/* --- seeing each other's work --- */

static void *read_head(void *ctx)
{
    struct fixture *f = ctx;
    static struct act_no no;
    unsigned char hash[32];
    struct err err = ERR_INIT;

    return f->s->ops->head(f->s, &no, hash, &err) ? &no : NULL;
}

static void others_see_only_what_is_committed_the_writer_sees_his_own_work(void **state)
{
    struct fixture *f = *state;
    struct figure_version v;
    bool found;
    struct act a = act_begin(f, ACT_ENTER, "");
    struct figure_write w = {.key = cell(1, Q1, 1), .value = 4, .flags = FIGURE_BORN_APPROVED};
    OK(f, f->s->ops->figure_put(f->s, &w, a.no, &f->err));
    OK(f, f->s->ops->figure_get(f->s, w.key, &v, &found, &f->err));
    assert_true(found);
    OK(f, f->s->ops->act_close(f->s, &a, &f->err));

    pthread_t other;
    void *head;
    assert_int_equal(pthread_create(&other, NULL, read_head, f), 0);
    pthread_join(other, &head);
    assert_non_null(head);
    assert_int_equal(((struct act_no *)head)->v, 0);
    OK(f, f->s->ops->commit(f->s, &f->err));
    assert_int_equal(pthread_create(&other, NULL, read_head, f), 0);
    pthread_join(other, &head);
    assert_int_equal(((struct act_no *)head)->v, 1);
}

static void identities_are_given_once(void **state)
{
    struct fixture *f = *state;
    int64_t a, b, c;
    OK(f, f->s->ops->begin(f->s, &f->err));
    OK(f, f->s->ops->new_id(f->s, "unit", &a, &f->err));
    OK(f, f->s->ops->new_id(f->s, "unit", &b, &f->err));
    OK(f, f->s->ops->new_id(f->s, "report", &c, &f->err));
    OK(f, f->s->ops->commit(f->s, &f->err));
    assert_int_equal(a, 1);
    assert_int_equal(b, 2);
    assert_int_equal(c, 1);
}

/* --- reports --- */

static void a_report_can_be_seen_as_it_was_known(void **state)
{
    struct fixture *f = *state;
    struct report r, *all;
    bool found;
    size_t n;
    struct act sent = act_begin(f, ACT_REPORT_STEP, "");
    put_report(
        f, 1, 4, 20, Q1, STEP_SUBMIT, REPORT_SUBMITTED, (struct report_marks){sent.no, {0}}, sent);
    act_end(f, &sent);
    struct act returned = act_begin(f, ACT_REPORT_STEP, "");
    put_report(
        f, 1, 4, 20, Q1, STEP_RETURN, REPORT_RETURNED, (struct report_marks){{0}, {0}}, returned);
    act_end(f, &returned);

    struct form_id form = {4};
    struct unit_id unit = {20};
    OK(f, f->s->ops->report(f->s, form, unit, Q1, ACT_MAX, &f->a, &r, &found, &f->err));
    assert_int_equal(r.state, REPORT_RETURNED);
    OK(f, f->s->ops->report(f->s, form, unit, Q1, sent.no, &f->a, &r, &found, &f->err));
    assert_true(found);
    assert_int_equal(r.state, REPORT_SUBMITTED);
    assert_int_equal(r.marks.submitted.v, 1);
    assert_int_equal(r.sent_ms, sent.at_ms);
    OK(f, f->s->ops->report(f->s, form, unit, Q1, (struct act_no){0}, &f->a, &r, &found, &f->err));
    assert_false(found);
    struct report_filter by_unit = {.unit = {20}};
    OK(f, f->s->ops->reports(f->s, &by_unit, ACT_MAX, &f->a, &all, &n, &f->err));
    assert_int_equal(n, 1);
    struct report_filter none = {.form = {5}};
    OK(f, f->s->ops->reports(f->s, &none, ACT_MAX, &f->a, &all, &n, &f->err));
    assert_int_equal(n, 0);
    struct report_event *e;
    OK(f, f->s->ops->report_events(f->s, r.id, &f->a, &e, &n, &f->err));
}

static void drafts_count_their_saves_and_vanish_when_cleared(void **state)
{
    struct fixture *f = *state;
    struct report_id id = {1};
    struct draft_cell *got, c = {.series = {3}, .typed = STR("1.234"), .note = STR("?")};
    struct draft_mark *marks, m = {.kind = STR("done"), .key = STR("UBND"), .note = STR("")};
    size_t n;
    struct act a = act_begin(f, ACT_REPORT_STEP, "");
    put_report(f, 1, 4, 20, Q1, STEP_EDIT, REPORT_DRAFT, (struct report_marks){{0}, {0}}, a);
    act_end(f, &a);
    OK(f, f->s->ops->begin(f->s, &f->err));
    OK(f, f->s->ops->draft_put(f->s, id, &c, &f->err));
    OK(f, f->s->ops->draft_put(f->s, id, &c, &f->err));
    OK(f, f->s->ops->draft_mark_put(f->s, id, &m, &f->err));
    OK(f, f->s->ops->commit(f->s, &f->err));
    OK(f, f->s->ops->draft(f->s, id, &f->a, &got, &n, &f->err));
    assert_int_equal(n, 1);
    assert_str(got[0].typed, "1.234");
    assert_int_equal(got[0].seq, 2);
    OK(f, f->s->ops->draft_marks(f->s, id, &f->a, &marks, &n, &f->err));
    assert_int_equal(n, 1);
    OK(f, f->s->ops->begin(f->s, &f->err));
    OK(f, f->s->ops->draft_clear(f->s, id, &f->err));
    OK(f, f->s->ops->draft_mark_clear(f->s, id, STR("done"), STR(""), &f->err));
    OK(f, f->s->ops->commit(f->s, &f->err));
    OK(f, f->s->ops->draft(f->s, id, &f->a, &got, &n, &f->err));
    assert_int_equal(n, 0);
    OK(f, f->s->ops->draft_marks(f->s, id, &f->a, &marks, &n, &f->err));
    assert_int_equal(n, 0);
}

static size_t points(struct fixture *f, struct narrative_point **p)
{
    size_t n;

    OK(f, f->s->ops->narrative(f->s, (struct report_id){1}, &f->a, p, &n, &f->err));
    return n;
}

static void points_of_a_sent_report_stay_until_the_next_sending(void **state)
{
    struct fixture *f = *state;
    const struct store_ops *o = f->s->ops;
    struct report_id id = {1};
    struct narrative_point *got,
        p = {.id = 1, .section = STR("I"), .text = STR("nháp"), .kind = NARRATIVE_CAUSES};
    struct attachment *files, at = {.id = 1, .name = STR("bb.pdf"), .type = STR("application/pdf")};
    size_t n;
    struct act a = act_begin(f, ACT_REPORT_STEP, "");
    put_report(f, 1, 4, 20, Q1, STEP_EDIT, REPORT_DRAFT, (struct report_marks){{0}, {0}}, a);
    act_end(f, &a);
    OK(f, o->begin(f->s, &f->err));
    OK(f, o->narrative_put(f->s, id, &p, &f->err));
    put_content(f, &at, 10);
    OK(f, o->attachment_put(f->s, id, &at, &f->err));
    OK(f, o->commit(f->s, &f->err));
    assert_int_equal(points(f, &got), 1);
    assert_int_equal(got[0].act.v, 0);

    struct act sent = act_begin(f, ACT_REPORT_STEP, "");
    p.act = sent.no;
    p.text = STR("gửi");
    OK(f, o->narrative_put(f->s, id, &p, &f->err));
    put_report(
        f, 1, 4, 20, Q1, STEP_SUBMIT, REPORT_SUBMITTED, (struct report_marks){sent.no, {0}}, sent);
    act_end(f, &sent);
    assert_int_equal(points(f, &got), 1);
    assert_str(got[0].text, "gửi");
    assert_int_equal(got[0].kind, NARRATIVE_CAUSES);
    assert_int_equal(got[0].act.v, sent.no.v);

    OK(f, o->begin(f->s, &f->err)); /* taken away in a draft after a return */
    OK(f, o->narrative_delete(f->s, id, 1, &f->err));
    OK(f, o->attachment_delete(f->s, id, 1, &f->err));
    OK(f, o->commit(f->s, &f->err));
    assert_int_equal(points(f, &got), 0);
    OK(f, o->attachments(f->s, id, &f->a, &files, &n, &f->err));
    assert_int_equal(n, 1);
    assert_true(files[0].removed);
    OK(f, o->begin(f->s, &f->err)); /* and put back */
    OK(f, o->attachment_restore(f->s, id, 1, &f->err));
    OK(f, o->commit(f->s, &f->err));
    OK(f, o->attachments(f->s, id, &f->a, &files, &n, &f->err));
    assert_int_equal(n, 1);
    assert_false(files[0].removed);
    struct verify_report v;
    OK(f, o->verify(f->s, &v, &f->err));
    assert_int_equal(v.reports, 1);
}

/* --- settings, sessions --- */

static void settings_and_sessions_come_back(void **state)
{
    struct fixture *f = *state;
    const struct store_ops *o = f->s->ops;
    struct session_row s = {.id_hash = {1, 2, 3},
                           .account = {7},
                           .expires_ms = 500,
                           .address = STR("127.0.0.1"),
                           .agent = STR("x")},
                       got;
    struct login_failure fail = {3, 99}, none;
    struct str value;
    bool found;
    struct act a = act_begin(f, ACT_SETTING, "");
    OK(f, o->setting_put(f->s, STR("org.name"), STR("UBND xã"), a.no, &f->err));
    OK(f, o->session_put(f->s, &s, &f->err));
    OK(f, o->login_failure_put(f->s, STR("lan"), &fail, &f->err));
    act_end(f, &a);
    OK(f, o->setting(f->s, STR("org.name"), &f->a, &value, &found, &f->err));
    assert_true(found);
    assert_str(value, "UBND xã");
    OK(f, o->setting(f->s, STR("nothing"), &f->a, &value, &found, &f->err));
    assert_false(found);
    OK(f, o->session(f->s, s.id_hash, &f->a, &got, &found, &f->err));
    assert_true(found);
    assert_int_equal(got.account.v, 7);
    OK(f, o->login_failures(f->s, STR("lan"), &none, &f->err));
    assert_int_equal(none.count, 3);
    OK(f, o->begin(f->s, &f->err));
    OK(f, o->sessions_expire(f->s, 500, &f->err));
    OK(f, o->commit(f->s, &f->err));
    OK(f, o->session(f->s, s.id_hash, &f->a, &got, &found, &f->err));
    assert_false(found);
    OK(f, o->login_failures(f->s, STR("an"), &none, &f->err));
    assert_int_equal(none.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(acts_are_numbered_densely_and_a_failed_job_leaves_no_gap),
        TEST(time_of_acts_never_goes_back),
        TEST(acts_are_found_by_kind_object_and_account),
        TEST(a_catalogue_of_any_past_act_can_be_loaded),
        TEST(every_kind_of_definition_comes_back_as_it_was_put),
        TEST(undoing_an_act_brings_back_the_definitions_before_it),
        TEST(an_act_that_others_built_on_is_not_undone),
        TEST(a_report_counts_as_provisional_when_sent_and_approved_when_approved),
        TEST(an_import_counts_at_once_and_a_cleared_cell_is_missing),
        TEST(a_cell_keeps_every_value_it_had_with_who_when_and_why),
        TEST(an_import_of_equal_values_changes_nothing),
        TEST(many_rows_at_once_are_as_one_after_the_other),
        TEST(a_small_import_is_undone_cell_by_cell),
        TEST(a_large_import_is_undone_cell_by_cell),
        TEST(export_walks_a_range_of_periods),
        TEST(what_counts_of_many_cells_is_what_counts_of_each),
        TEST(others_see_only_what_is_committed_the_writer_sees_his_own_work),
        TEST(identities_are_given_once),
        TEST(a_report_can_be_seen_as_it_was_known),
        TEST(drafts_count_their_saves_and_vanish_when_cleared),
        TEST(points_of_a_sent_report_stay_until_the_next_sending),
        TEST(settings_and_sessions_come_back),
    };

    if (argc > 1)
        engine_under_test = argv[1];
    if (!engine_is_here())
        return SKIPPED;
    return cmocka_run_group_tests(tests, engine_start, engine_stop);
}
