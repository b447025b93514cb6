/* Every statement on both engines, the list of tables against the database, and migrations. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/definitions.h"
#include "store/room.h"

static struct db *connection(struct fixture *f)
{
    return store_sql(f->s)->writer;
}

static bool is_written_for(enum sql_id id)
{
    const struct sql_text *t = &sql_texts[id];

    return *(strcmp(engine_under_test, "postgres") == 0 ? t->postgres : t->sqlite);
}

/* Values of the right types: a statement is prepared when it is first bound. */
static void every_statement_is_taken_by_the_engine(void **state)
{
    struct fixture *f = *state;
    struct db *d = connection(f);
    int taken = 0;

    for (int id = 0; id < SQL_COUNT; id++) {
        const char *types = sql_texts[id].types;
        struct db_value v[48];
        size_t n = strlen(types);
        if (!is_written_for((enum sql_id)id) || id == SQL_vacuum_into)
            continue;
        for (size_t i = 0; i < n; i++)
            v[i] = types[i] == 'i' ? I(1) : types[i] == 't' ? T(STR("1")) : B("y", 1);
        OK(f, d->ops->begin(d, DB_WRITE, &f->err));
        struct db_stmt *q = db_bind(d, (enum sql_id)id, v, n, &f->err);
        if (!q && f->err.key != MSG_err_store_constraint)
            check_ok(f, false, sql_texts[id].name, __LINE__);
        db_end(q);
        d->ops->rollback(d);
        taken++;
    }
    assert_true(taken > 300);
}

/* Columns of a table in the database, with the letters of their types. */
static void columns_of(struct fixture *f, const char *table, struct sbuf *out)
{
    char query[256];

    if (strcmp(engine_under_test, "postgres") == 0)
        snprintf(query, sizeof query,
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '%s'"
            " ORDER BY ordinal_position",
            table);
    else
        snprintf(query, sizeof query, "SELECT name, type FROM pragma_table_info('%s')", table);
    behind_rows(f, query, out);
}

static void the_list_of_tables_is_that_of_the_database(void **state)
{
    struct fixture *f = *state;
    bool pg = strcmp(engine_under_test, "postgres") == 0;

    for (int t = 0; t < TABLE_COUNT; t++) {
        const struct sql_table *table = &sql_tables[t];
        struct sbuf want, got;
        if (strcmp(table->group, "bulk") == 0)
            continue;
        sbuf_init(&want, &f->a, 8192);
        sbuf_init(&got, &f->a, 8192);
        for (int c = 0; c < table->columns; c++) {
            char type = table->types[c];
            sbuf_printf(&want, "%s %s\n", table->column[c],
                type == 'i'   ? (pg ? "bigint" : "INTEGER")
                : type == 't' ? (pg ? "text" : "TEXT")
                              : (pg ? "bytea" : "BLOB"));
        }
        columns_of(f, table->name, &got);
        assert_string_equal(sbuf_cstr(&got), sbuf_cstr(&want));
    }
}

static void the_fields_of_a_struct_are_the_columns_of_its_table(void **state)
{
    static const struct row_type *const all[] = {&row_unit, &row_unit_at, &row_parent_at,
        &row_event, &row_edge, &row_indicator, &row_series, &row_not_applicable, &row_form,
        &row_form_section, &row_form_line, &row_form_rule, &row_target_set, &row_target,
        &row_target_version, &row_target_schedule, &row_expectation, &row_account, &row_grant_to,
        &row_setting, &row_narrative, &row_attachment, &row_boundary};

    (void)state;
    assert_int_equal(sizeof all / sizeof *all, DEFINITIONS);
    for (int i = 0; i < DEFINITIONS; i++) {
        const struct sql_table *t = &sql_tables[all[i]->table];
        assert_int_equal(all[i]->table, i);
        assert_int_equal(all[i]->n + 2, t->columns);
        for (int c = 0; c < all[i]->n; c++) {
            enum field_kind k = all[i]->field[c].kind;
            bool is_text = k == FIELD_STR || k == FIELD_UID || k == FIELD_WORD;
            assert_int_equal(t->types[c], is_text ? 't' : 'i');
        }
    }
}

/* --- migrations --- */

/* Two that a later program may have, behind those the store has already. */
enum { NEXT = SCHEMA_NEWEST + 1, BROKEN = SCHEMA_NEWEST + 2 };
static struct sql_migration later[BROKEN];

static struct store_options with_later(int newest)
{
    for (int i = 0; i < SCHEMA_NEWEST; i++)
        later[i] = sql_migrations[i];
    later[NEXT - 1] = (struct sql_migration){"nickname",
        "ALTER TABLE unit ADD COLUMN nickname TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE unit ADD COLUMN nickname TEXT COLLATE \"C\" NOT NULL DEFAULT ''"};
    later[BROKEN - 1] = (struct sql_migration){
        "broken", "ALTER TABLE unit ADD COLUMN x TEXT; SELECT nonsense", "SELECT nonsense"};
    return (struct store_options){.migrations = later, .newest = newest};
}

static void an_older_store_is_copied_and_brought_to_the_newest_schema(void **state)
{
    struct fixture *f = *state;
    struct store_options o = with_later(NEXT);
    struct store_info info;
    struct verify_report before, after;
    char path[128];
    struct stat st;

    put_definitions(f);
    OK(f, f->s->ops->verify(f->s, &before, &f->err));
    f->s->ops->close(f->s);
    f->s = NULL;
    o.read_only = true;
    assert_null(fixture_open_with(f, o));
    assert_int_equal(f->err.key, MSG_err_store_older);
    o.read_only = false;
    f->s = fixture_open_with(f, o);
    OK(f, f->s != NULL);
    OK(f, f->s->ops->info(f->s, &f->a, &info, &f->err));
    assert_int_equal(info.schema, NEXT);
    OK(f, f->s->ops->verify(f->s, &after, &f->err)); /* a column more, the same chain */
    assert_memory_equal(before.hash, after.hash, 32);
    if (strcmp(engine_under_test, "sqlite") == 0) {
        snprintf(path, sizeof path, "%s/before-schema-%d.db", f->dir, NEXT);
        assert_int_equal(stat(path, &st), 0);
    }
    f->s->ops->close(f->s);

    f->s = NULL; /* today's program does not open what a newer one has changed */
    assert_null(fixture_open_with(f, (struct store_options){0}));
    assert_int_equal(f->err.key, MSG_err_store_newer);
}

static void a_migration_that_fails_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct store_options o = with_later(BROKEN);
    struct store_info info;

    put_definitions(f);
    f->s->ops->close(f->s);
    f->s = NULL;
    assert_null(fixture_open_with(f, o));
    o.newest = NEXT; /* the first one went through, the other left nothing behind */
    f->s = fixture_open_with(f, o);
    OK(f, f->s != NULL);
    OK(f, f->s->ops->info(f->s, &f->a, &info, &f->err));
    assert_int_equal(info.schema, NEXT);
}

/* --- memory --- */

static void no_memory_is_an_error_and_not_a_crash(void **state)
{
    struct fixture *f = *state;
    struct catalog_rows c;
    uint64_t n = 1;

    put_definitions(f);
    for (bool done = false; !done; n++) {
        struct arena a;
        arena_init(&a, 1u << 20);
        f->err = ERR_INIT;
        arena_fail_after(n);
        done = f->s->ops->load_catalog(f->s, ACT_MAX, &a, &c, &f->err);
        arena_fail_after(0);
        assert_true(done || f->err.code == ERR_MEMORY);
        arena_free(&a);
    }
    assert_true(n > 50);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(every_statement_is_taken_by_the_engine),
        TEST(the_list_of_tables_is_that_of_the_database),
        TEST(the_fields_of_a_struct_are_the_columns_of_its_table),
        TEST(an_older_store_is_copied_and_brought_to_the_newest_schema),
        TEST(a_migration_that_fails_changes_nothing),
        TEST(no_memory_is_an_error_and_not_a_crash),
    };

    if (argc > 1)
        engine_under_test = argv[1];
    if (!engine_is_here())
        return SKIPPED;
    return cmocka_run_group_tests(tests, engine_start, engine_stop);
}
