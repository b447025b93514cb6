/* sql: the statements, tables and migrations that tools/sqlc.c made of src/store/sql and schema.
 *
 * Room store. A statement has one text for each engine and the types of its parameters (i integer,
 * t text, b bytes). A table lists its columns as they are at the newest schema.
 */
#ifndef GB_STORE_SQL_H
#define GB_STORE_SQL_H

#include <stdbool.h>

#include "sql_ids.h" /* generated: SQL_..., TABLE_..., sql_each_... */

struct sql_text {
    const char *name, *types;
    bool stream; /* its rows may be many: not to be held in memory */
    const char *sqlite, *postgres;
};
extern const struct sql_text sql_texts[SQL_COUNT];

struct sql_table {
    const char *name, *group; /* definition fact draft passing single */
    int columns;
    const char *column[48];
    const char *types; /* of the columns */
    int keys;          /* columns in the primary key */
};
extern const struct sql_table sql_tables[TABLE_COUNT];

struct sql_migration {
    const char *name, *sqlite, *postgres;
};
extern const struct sql_migration sql_migrations[SCHEMA_NEWEST];

/* Tables of definitions come first. */
#define DEFINITIONS (TABLE_boundary + 1)
/* What until_act says of a row that nothing has closed. */
#define ACT_OPEN INT64_MAX

#endif
