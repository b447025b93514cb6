/* Whatever is altered behind the program's back is found, and named. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/sql.h"

#define Q FIXTURE_PERIOD
#define BATCH 10050

/* Indicators: 3 with series 1 (definitions), 10 public, 11 sealed. */
static void fill(struct fixture *f)
{
    const struct store_ops *o = f->s->ops;
    struct report_id report = {1};
    int64_t changed;

    put_definitions(f); /* act 1 */
    struct act a = act_begin(f, ACT_IMPORT_INDICATORS, "indicators 2");
    put_indicator(f, 10, PRIVACY_PUBLIC, 4, a.no);
    put_indicator(f, 11, PRIVACY_SEALED, 0, a.no);
    act_end(f, &a);                             /* 2 */
    put_figure(f, cell(10, Q, 20), 5, 0);       /* 3 */
    put_figure(f, cell(11, Q, 20), 77, 0);      /* 4 */
    struct act n = act_begin(f, ACT_ENTER, ""); /* 5 */
    struct figure_write w = {.key = cell(10, Q, 20), .value = 6, .note = STR("theo biên bản")};
    OK(f, o->figure_put(f->s, &w, n.no, &f->err));
    w.key.unit.v = 21;
    w.note = STR_NULL;
    OK(f, o->figure_put(f->s, &w, n.no, &f->err));
    w.key = cell(11, Q, 21);
    w.note = STR("riêng");
    OK(f, o->figure_put(f->s, &w, n.no, &f->err));
    act_end(f, &n);

    struct act s = act_begin(f, ACT_REPORT_STEP, "report"); /* 6 */
    struct narrative_point p = {
        .id = 1, .section = STR("I"), .text = STR("Đạt"), .act = s.no, .kind = NARRATIVE_RESULTS};
    struct attachment at = {.id = 1, .name = STR("bb.pdf"), .series = {10}};
    put_content(f, &at, 100);
    put_report(f, 1, 4, 20, Q, STEP_SUBMIT, REPORT_SUBMITTED, (struct report_marks){s.no, {0}}, s);
    OK(f, o->narrative_put(f->s, report, &p, &f->err));
    OK(f, o->attachment_put(f->s, report, &at, &f->err));
    act_end(f, &s);
    struct act ap = act_begin(f, ACT_REPORT_STEP, "report"); /* 7 */
    put_report(
        f, 1, 4, 20, Q, STEP_APPROVE, REPORT_APPROVED, (struct report_marks){s.no, s.no}, ap);
    act_end(f, &ap);

    struct figure_write *many = calloc(BATCH, sizeof *many);
    for (int i = 0; i < BATCH; i++)
        many[i] = (struct figure_write){
            .key = cell(10, Q + 1, i + 1), .value = i * 7, .flags = FIGURE_BORN_APPROVED};
    struct act b = act_begin(f, ACT_IMPORT_FIGURES, "figures"); /* 8 */
    OK(f, o->figures_put(f->s, many, BATCH, b.no, &changed, &f->err));
    act_end(f, &b);
    free(many);
    put_figure(f, cell(10, Q + 1, 3), 99, FIGURE_BORN_APPROVED); /* 9: one of them superseded */
    struct act c = act_begin(f, ACT_UNIT_EVENT, "");             /* 10: closes a row */
    struct day from = {0};
    OK(f, o->parent_at_close(f->s, (struct unit_id){2}, LINE_PARTY, from, c.no, &f->err));
    act_end(f, &c);
}

static int open_filled(void **state)
{
    int rc = engine_start(state);

    if (rc == 0)
        rc = fixture_open(state);
    if (rc != 0)
        return rc;

    fill(*state);
    return rc;
}

static int close_filled(void **state)
{
    return fixture_close(state) + engine_stop(state);
}

struct tampering {
    const char *what, *sql;
    enum msg_key key;
    const char *arg[2];
};

#define SAME " WHERE n = 5"
static const struct tampering tamperings[] = {
    {"the reason of an act", "UPDATE act SET reason = 'x'" SAME, MSG_err_verify_act, {"5"}},
    {"the body of an act", "UPDATE act SET body = '{}'" SAME, MSG_err_verify_act, {"5"}},
    {"who did it", "UPDATE act SET account = 2" SAME, MSG_err_verify_act, {"5"}},
    {"when it was done", "UPDATE act SET at_ms = at_ms + 1" SAME, MSG_err_verify_act, {"5"}},
    {"what it did", "UPDATE act SET kind = 'undo'" SAME, MSG_err_verify_act, {"5"}},
    {"an unknown kind", "UPDATE act SET kind = 'magic'" SAME, MSG_err_verify_act, {"5"}},
    {"the trail of an act", "UPDATE act SET trail = (SELECT trail FROM act WHERE n = 3)" SAME,
        MSG_err_verify_act, {"5"}},
    {"its hash", "UPDATE act SET hash = (SELECT hash FROM act WHERE n = 3)" SAME,
        MSG_err_verify_act, {"5"}},
    {"an act dropped", "DELETE FROM act" SAME, MSG_err_verify_gap, {"5"}},
    {"the last act dropped",
        "DELETE FROM parent_at WHERE act = 10; UPDATE parent_at SET until_act = 9223372036854775807"
        " WHERE until_act = 10; DELETE FROM act WHERE n = 10",
        MSG_err_verify_head, {"9"}},
    {"all acts dropped", "DELETE FROM act", MSG_err_verify_row, {"unit", "1"}},
    {"two acts in another order",
        "UPDATE act SET n = 1000 WHERE n = 3; UPDATE act SET n = 3 WHERE n = 4;"
        "UPDATE act SET n = 4 WHERE n = 1000",
        MSG_err_verify_act, {"3"}},
    {"an act added",
        "INSERT INTO act SELECT 11, at_ms, skew_ms, account, via, kind, object, reason,"
        " body, trail, hash FROM act WHERE n = 3",
        MSG_err_verify_act, {"11"}},
    {"the head", "UPDATE head SET n = 9", MSG_err_verify_head, {"10"}},
    {"the head's hash", "UPDATE head SET hash = (SELECT hash FROM act WHERE n = 9)",
        MSG_err_verify_head, {"10"}},

    {"a value", "UPDATE figure SET value = 7 WHERE series = 10 AND period = 2024036 AND unit = 20",
        MSG_err_verify_figure, {"10/2024036/20", "5"}},
    {"the status of a value",
        "UPDATE figure SET flags = 2 WHERE series = 10 AND unit = 21 AND"
        " period = 2024036",
        MSG_err_verify_figure, {"10/2024036/21", "5"}},
    {"a value given to another act",
        "UPDATE figure SET act = 3 WHERE series = 10 AND unit = 21 AND"
        " period = 2024036",
        MSG_err_verify_figure_missing, {"10/2024036/21", "5"}},
    {"a value dropped", "DELETE FROM figure WHERE series = 10 AND unit = 21 AND period = 2024036",
        MSG_err_verify_figure_missing, {"10/2024036/21", "5"}},
    {"a value added",
        "INSERT INTO figure (series, period, unit, value, flags, act)"
        " VALUES (10, 2024036, 500, 1, 32, 5)",
        MSG_err_verify_figure_extra, {"10/2024036/500", "5"}},
    {"a value added with an act to come",
        "INSERT INTO figure (series, period, unit, value, flags,"
        " act) VALUES (10, 2024036, 500, 1, 32, 900)",
        MSG_err_verify_figure_extra, {"10/2024036/500", "900"}},
    {"a value moved to another cell",
        "UPDATE figure SET unit = 22 WHERE series = 10 AND unit = 21"
        " AND period = 2024036",
        MSG_err_verify_figure_missing, {"10/2024036/21", "5"}},

    {"a superseded value", "UPDATE figure_past SET value = 8 WHERE act = 3", MSG_err_verify_figure,
        {"10/2024036/20", "3"}},
    {"a superseded value dropped", "DELETE FROM figure_past WHERE act = 3",
        MSG_err_verify_figure_missing, {"10/2024036/20", "3"}},
    {"when it was superseded", "UPDATE figure_past SET until_act = 4 WHERE act = 3",
        MSG_err_verify_past, {"10/2024036/20", "3"}},
    {"a superseded value added",
        "INSERT INTO figure_past (series, period, unit, act, until_act,"
        " value, flags) VALUES (10, 2024036, 21, 3, 5, 1, 0)",
        MSG_err_verify_figure_extra, {"10/2024036/21", "3"}},

    {"a value of a large import",
        "UPDATE figure SET value = 1 WHERE series = 10 AND"
        " period = 2024037 AND unit = 40",
        MSG_err_verify_batch, {"8"}},
    {"one dropped", "DELETE FROM figure WHERE series = 10 AND period = 2024037 AND unit = 40",
        MSG_err_verify_batch, {"8"}},
    {"one added",
        "INSERT INTO figure (series, period, unit, value, flags, act)"
        " VALUES (10, 2024037, 90000, 1, 32, 8)",
        MSG_err_verify_batch, {"8"}},
    {"a superseded one", "UPDATE figure_past SET value = 1 WHERE act = 8", MSG_err_verify_batch,
        {"8"}},

    {"a sealed value", "UPDATE figure SET value = 78 WHERE series = 11 AND unit = 20",
        MSG_err_verify_figure, {"11/2024036/20", "4"}},
    {"its salt",
        "UPDATE figure_salt SET salt = (SELECT salt FROM figure_salt WHERE unit = 21)"
        " WHERE unit = 20",
        MSG_err_verify_figure, {"11/2024036/20", "4"}},
    {"its salt dropped", "DELETE FROM figure_salt WHERE unit = 20", MSG_err_verify_figure,
        {"11/2024036/20", "4"}},
    {"its note", "UPDATE figure_note SET note = 'x' WHERE series = 11", MSG_err_verify_figure,
        {"11/2024036/21", "5"}},
    {"erased without an act",
        "UPDATE figure SET value = 0, flags = (flags & -513) | 2048 WHERE"
        " series = 11 AND unit = 20; DELETE FROM figure_salt WHERE unit = 20",
        MSG_err_verify_figure, {"11/2024036/20"}},
    {"a salt added",
        "INSERT INTO figure_salt (series, period, unit, act, salt) SELECT series,"
        " period, 600, act, salt FROM figure_salt WHERE unit = 20",
        MSG_err_verify_row, {"figure_salt"}},
    {"a sealed note added",
        "INSERT INTO figure_note (series, period, unit, act, note, approx,"
        " origin, sealed) VALUES (11, 2024036, 600, 4, 'x', '', '', 1)",
        MSG_err_verify_row, {"figure_note"}},

    {"a note", "UPDATE figure_note SET note = 'x' WHERE series = 10", MSG_err_verify_row,
        {"figure_note", "5"}},
    {"a note dropped", "DELETE FROM figure_note WHERE series = 10", MSG_err_verify_row,
        {"figure_note", "5"}},
    {"a note added",
        "INSERT INTO figure_note (series, period, unit, act, note, approx, origin,"
        " sealed) VALUES (10, 2024036, 21, 3, 'x', '', '', 0)",
        MSG_err_verify_row, {"figure_note", "3"}},

    {"the state of a report", "UPDATE report SET state = 'locked'", MSG_err_verify_row,
        {"report", "1"}},
    {"its mark of approval", "UPDATE report SET approved = 7", MSG_err_verify_row, {"report", "1"}},
    {"who signed", "UPDATE report SET signer = 'x'", MSG_err_verify_row, {"report", "1"}},
    {"a report added",
        "INSERT INTO report SELECT 2, form, 21, period, state, submitted, approved,"
        " first_sent_ms, sent_ms, approved_ms, due_ms, sent_by, approved_by, number, signer,"
        " signed_day, act, reason FROM report",
        MSG_err_verify_row, {"report", "2"}},
    {"a report dropped with its steps", "DELETE FROM report_event; DELETE FROM report",
        MSG_err_verify_row, {"report_event", "6"}},
    {"a report dropped, its steps left", "DELETE FROM report", MSG_err_verify_row, {"report"}},
    {"a step", "UPDATE report_event SET at_ms = 1 WHERE act = 7", MSG_err_verify_row,
        {"report_event", "7"}},
    {"a step dropped", "DELETE FROM report_event WHERE act = 7", MSG_err_verify_row,
        {"report_event", "7"}},
    {"a step added",
        "INSERT INTO report_event SELECT report, 9, seq, at_ms, account, step, reason,"
        " submitted, approved, state FROM report_event WHERE act = 7",
        MSG_err_verify_row, {"report_event", "9"}},
    {"what a file holds", "UPDATE file_piece SET content = (SELECT hash FROM act WHERE n = 3)",
        MSG_err_verify_file, {NULL}},
    {"a piece of a file out of order", "UPDATE file_piece SET seq = 1", MSG_err_verify_file,
        {NULL}},
    {"what a file holds dropped", "DELETE FROM file_piece", MSG_err_verify_file_lacking, {"1"}},
    {"a password", "UPDATE account_secret SET password_hash = 'x'", MSG_err_verify_row,
        {"account_secret", "9"}},
    {"a password dropped", "DELETE FROM account_secret", MSG_err_verify_row, {"account_secret"}},
    {"a password added", "INSERT INTO account_secret (account, password_hash) VALUES (1, 'x')",
        MSG_err_verify_row, {"account_secret", "1"}},
};

static bool verify(struct fixture *f)
{
    struct verify_report v;

    f->err = ERR_INIT;
    return f->s->ops->verify(f->s, &v, &f->err);
}

/* Tampers with a copy, and expects to be told. */
static void expect_found(struct fixture *f, const struct tampering *t)
{
    struct fixture copy = {.s = NULL};

    fixture_copy(f, &copy);
    behind_the_back(&copy, t->sql);
    if (verify(&copy))
        fail_msg("not found: %s", t->what);
    if (copy.err.key != t->key)
        fail_msg("%s: got %.*s", t->what, STR_ARG(msg_name(copy.err.key)));
    assert_int_equal(copy.err.code, ERR_CORRUPT);
    for (int i = 0; i < 2; i++)
        if (t->arg[i] && strcmp(copy.err.arg[i], t->arg[i]) != 0)
            fail_msg("%s: named %s, expected %s", t->what, copy.err.arg[i], t->arg[i]);
    fixture_end_copy(&copy);
}

static void a_store_that_nobody_touched_is_in_order(void **state)
{
    struct fixture *f = *state;
    struct verify_report v;

    OK(f, f->s->ops->verify(f->s, &v, &f->err));
    assert_int_equal(v.acts, 10);
    assert_int_equal(v.head.v, 10);
    assert_int_equal(v.figures, 4 + BATCH);
    assert_int_equal(v.past, 2);
    assert_int_equal(v.reports, 1);
    struct act_no no;
    unsigned char hash[32];
    OK(f, f->s->ops->head(f->s, &no, hash, &f->err));
    assert_memory_equal(hash, v.hash, 32);
}

static void every_altered_dropped_added_or_reordered_row_is_named(void **state)
{
    for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i++)
        expect_found(*state, &tamperings[i]);
}

/* Any column of any table of definitions, closed rows included. */
static void every_column_of_every_definition_is_covered(void **state)
{
    int tried = 0;

    for (int t = 0; t < TABLE_COUNT; t++) {
        const struct sql_table *table = &sql_tables[t];
        if (strcmp(table->group, "definition") != 0)
            continue;
        for (int c = 0; c < table->columns; c++) {
            char sql[256];
            bool is_text = table->types[c] == 't';
            struct tampering one = {table->column[c], sql, MSG_err_verify_row, {table->name}};
            snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s %s", table->name, table->column[c],
                table->column[c], is_text ? "|| 'x'" : "- 1");
            expect_found(*state, &one);
            tried++;
        }
        char sql[128];
        struct tampering dropped = {table->name, sql, MSG_err_verify_row, {table->name}};
        snprintf(sql, sizeof sql, "DELETE FROM %s", table->name);
        expect_found(*state, &dropped);
    }
    assert_true(tried > 200);
}

static void an_erased_value_leaves_the_chain_whole(void **state)
{
    struct fixture *f = *state;
    const struct store_ops *o = f->s->ops;
    struct figure_key sealed = cell(11, Q, 21), open = cell(10, Q, 20);
    struct figure_record *r;
    size_t n;

    put_figure(f, sealed, 8, 0); /* a second version */
    struct act a = act_begin(f, ACT_REPORT_CORRECT, "erase");
    assert_false(o->figure_erase(f->s, open, a.no, &f->err));
    assert_int_equal(f->err.key, MSG_err_store_not_sealed);
    OK(f, o->figure_erase(f->s, sealed, a.no, &f->err));
    act_end(f, &a);
    OK(f, verify(f));
    OK(f, o->cell_history(f->s, sealed, ACT_MAX, &f->a, &r, &n, &f->err));
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(r[i].version.value, 0);
        assert_true(r[i].version.flags & FIGURE_ERASED);
        assert_str(r[i].note, "");
    }
    static const struct tampering back = {"a value put back",
        "UPDATE figure SET value = 8 WHERE series = 11 AND unit = 21", MSG_err_verify_figure,
        {"11/2024036/21", "11"}};
    expect_found(f, &back);
}

static void a_sealed_value_is_not_in_its_act(void **state)
{
    struct fixture *f = *state;
    static const int64_t value = 0x1122334455667788;
    struct figure_key zero = {0};
    struct figure_change c = {cell(10, Q, 30), value, 0};
    unsigned char packed[ACT_PACK_MAX];
    size_t n = act_figure_pack(&zero, &c, packed);

    put_figure(f, cell(11, Q, 30), value, 0);
    /* the value as it would be packed: 10 bytes before the flags */
    assert_false(some_trail_has(f, packed + n - 10, 9));
    put_figure(f, cell(10, Q, 30), value, 0);
    assert_true(some_trail_has(f, packed + n - 10, 9));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_nobody_touched_is_in_order),
        cmocka_unit_test(every_altered_dropped_added_or_reordered_row_is_named),
        cmocka_unit_test(every_column_of_every_definition_is_covered),
        cmocka_unit_test(an_erased_value_leaves_the_chain_whole),
        cmocka_unit_test(a_sealed_value_is_not_in_its_act),
    };

    if (argc > 1)
        engine_under_test = argv[1];
    if (!engine_is_here())
        return SKIPPED;
    return cmocka_run_group_tests(tests, open_filled, close_filled);
}
