/* Large tables on PostgreSQL: cut by period, and carrying the unit; and plans that use the cut. */
#include "fixture.h"
#include "pg_server.h"

#include <ctype.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/sql.h"

#define PERIOD "2024036"
#define PARTITIONS 32 /* a year each from 2010 to 2039, before, after */

static PGconn *connect_to(struct fixture *f)
{
    char url[160];

    pg_url(url, f->dir);
    PGconn *c = PQconnectdb(url);
    assert_int_equal(PQstatus(c), CONNECTION_OK);
    return c;
}

static void lines(PGconn *c, const char *sql, struct sbuf *out)
{
    PGresult *r = PQexec(c, sql);

    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(c));
    for (int i = 0; out && i < PQntuples(r); i++)
        sbuf_printf(out, "%s\n", PQgetvalue(r, i, 0));
    PQclear(r);
}

/* The plan of a statement, every integer being the period. */
static void plan_of(PGconn *c, enum sql_id id, bool generic, struct sbuf *out)
{
    const char *types = sql_texts[id].types;
    char sql[8192];
    struct sbuf names, values;
    ARENA_AUTO a;

    arena_init(&a, 1u << 20);
    sbuf_init(&names, &a, 4096);
    sbuf_init(&values, &a, 4096);
    for (size_t i = 0; types[i]; i++) {
        sbuf_printf(&names, "%s%s", i ? "," : "", types[i] == 'i' ? "bigint" : "text");
        sbuf_printf(&values, "%s%s", i ? "," : "", types[i] == 'i' ? PERIOD : "'x'");
    }
    lines(c,
        generic ? "SET plan_cache_mode = force_generic_plan"
                : "SET plan_cache_mode = force_custom_plan",
        NULL);
    snprintf(sql, sizeof sql, "PREPARE p (%s) AS %s", sbuf_cstr(&names), sql_texts[id].postgres);
    lines(c, sql, NULL);
    snprintf(sql, sizeof sql, "EXPLAIN EXECUTE p(%s)", sbuf_cstr(&values));
    lines(c, sql, out);
    lines(c, "DEALLOCATE p", NULL);
}

/* Partitions that the plan would look at. */
static int partitions_in(const char *plan)
{
    int n = 0;

    for (const char *p = plan; (p = strstr(p, " on figure_")); p += 11) {
        const char *year = strncmp(p + 11, "past_", 5) == 0 ? p + 16 : p + 11;
        n += isdigit((unsigned char)*year) || strncmp(year, "before", 6) == 0 ||
             strncmp(year, "after", 5) == 0;
    }
    return n;
}

static void what_asks_for_one_period_looks_at_one_partition_of_each_table(void **state)
{
    static const struct {
        enum sql_id id;
        int tables;
    } all[] = {{SQL_figure_get, 1}, {SQL_cell_versions, 2}, {SQL_cell_history, 2},
        {SQL_column_current, 1}, {SQL_column_past, 1}, {SQL_act_in_column, 2},
        {SQL_version_before, 1}, {SQL_version_of, 2}, {SQL_figures_rows, 1}};
    struct fixture *f = *state;
    PGconn *c = connect_to(f);

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int generic = 0; generic < 2; generic++) {
            struct sbuf b;
            sbuf_init(&b, &f->a, 1u << 18);
            plan_of(c, all[i].id, generic, &b);
            if (partitions_in(sbuf_cstr(&b)) != all[i].tables)
                fail_msg("%s, %s plan:\n%s", sql_texts[all[i].id].name,
                    generic ? "generic" : "custom", sbuf_cstr(&b));
        }
    PQfinish(c);
}

static void what_writes_one_cell_touches_one_partition(void **state)
{
    static const enum sql_id all[] = {SQL_figure_update, SQL_erase_current, SQL_erase_past};
    struct fixture *f = *state;
    PGconn *c = connect_to(f);

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct sbuf b;
        sbuf_init(&b, &f->a, 1u << 18);
        plan_of(c, all[i], false, &b);
        if (partitions_in(sbuf_cstr(&b)) != 2) /* the table updated, and the scan under it */
            fail_msg("%s:\n%s", sql_texts[all[i]].name, sbuf_cstr(&b));
    }
    PQfinish(c);
}

/* A partition is found by the year in the code of the period. */
static void every_year_has_its_partition(void **state)
{
    static const char *const tables[] = {"figure", "figure_past"};
    struct fixture *f = *state;
    PGconn *c = connect_to(f);
    char sql[400];

    for (int i = 0; i < 2; i++) {
        struct sbuf b;
        sbuf_init(&b, &f->a, 1u << 16);
        snprintf(sql, sizeof sql,
            "SELECT count(*) FROM pg_inherits WHERE inhparent = '%s'::regclass", tables[i]);
        lines(c, sql, &b);
        assert_int_equal(atoi(sbuf_cstr(&b)), PARTITIONS);
    }
    PQfinish(c);
    put_figure(f, cell(1, 1999036, 1), 5, FIGURE_BORN_APPROVED);
    put_figure(f, cell(1, 2024036, 1), 6, FIGURE_BORN_APPROVED);
    put_figure(f, cell(1, 2024036, 1), 7, FIGURE_BORN_APPROVED);
    put_figure(f, cell(1, 2101036, 1), 8, FIGURE_BORN_APPROVED);
    struct sbuf b;
    sbuf_init(&b, &f->a, 4096);
    behind_rows(f,
        "SELECT tableoid::regclass, value FROM figure UNION ALL"
        " SELECT tableoid::regclass, value FROM figure_past ORDER BY 2",
        &b);
    assert_string_equal(
        sbuf_cstr(&b), "figure_before 5\nfigure_past_2024 6\nfigure_2024 7\nfigure_after 8\n");
}

/* By it an engine that spreads PostgreSQL over machines would distribute: it stands in the primary
 * key wherever that is more than a number of our own. */
static void large_tables_carry_the_unit(void **state)
{
    static const struct {
        enum sql_table_id table;
        bool in_key;
    } large[] = {{TABLE_figure, true}, {TABLE_figure_past, true}, {TABLE_figure_note, true},
        {TABLE_figure_salt, true}, {TABLE_report, false}};
    struct fixture *f = *state;
    char sql[400];

    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        struct sbuf b;
        sbuf_init(&b, &f->a, 4096);
        snprintf(sql, sizeof sql,
            "SELECT a.attname, coalesce(a.attnum = ANY (x.indkey), false) FROM pg_attribute AS a"
            " LEFT JOIN pg_index AS x ON x.indrelid = a.attrelid AND x.indisprimary"
            " WHERE a.attrelid = '%s'::regclass AND a.attname = 'unit'",
            sql_tables[large[i].table].name);
        behind_rows(f, sql, &b);
        assert_string_equal(sbuf_cstr(&b), large[i].in_key ? "unit t\n" : "unit f\n");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_asks_for_one_period_looks_at_one_partition_of_each_table),
        TEST(what_writes_one_cell_touches_one_partition),
        TEST(every_year_has_its_partition),
        TEST(large_tables_carry_the_unit),
    };

    engine_under_test = "postgres";
    if (!engine_is_here())
        return SKIPPED;
    return cmocka_run_group_tests(tests, engine_start, engine_stop);
}
