/* incoming: see incoming.h. */
#include "store/incoming.h"

struct table {
    sqlite3_vtab base;
    struct incoming *in;
};

static int connect_table(
    sqlite3 *h, void *ctx, int argc, const char *const *argv, sqlite3_vtab **ret, char **ret_error)
{
    int rc =
        sqlite3_declare_vtab(h, "CREATE TABLE x (a INT, b INT, c INT, d INT, e INT, f INT, g INT)");
    struct table *t = rc == SQLITE_OK ? sqlite3_malloc64(sizeof *t) : NULL;

    (void)argc;
    (void)argv;
    (void)ret_error;
    if (!t)
        return rc == SQLITE_OK ? SQLITE_NOMEM : rc;
    *t = (struct table){.in = ctx};
    *ret = &t->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *t)
{
    sqlite3_free(t);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *t, sqlite3_index_info *info)
{
    (void)t;
    info->estimatedCost = 1;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *t, sqlite3_vtab_cursor **ret)
{
    (void)t;
    sqlite3_vtab_cursor *c = sqlite3_malloc64(sizeof *c);
    if (!c)
        return SQLITE_NOMEM;
    *c = (sqlite3_vtab_cursor){0};
    *ret = c;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *c)
{
    sqlite3_free(c);
    return SQLITE_OK;
}

static struct incoming *source(sqlite3_vtab_cursor *c)
{
    return ((struct table *)c->pVtab)->in;
}

static int next_row(sqlite3_vtab_cursor *c)
{
    struct incoming *in = source(c);

    in->row = in->next ? in->next(in->ctx) : NULL;
    in->n++;
    return SQLITE_OK;
}

static int first_row(
    sqlite3_vtab_cursor *c, int number, const char *name, int argc, sqlite3_value **argv)
{
    (void)number;
    (void)name;
    (void)argc;
    (void)argv;
    source(c)->n = 0;
    return next_row(c);
}

static int at_end(sqlite3_vtab_cursor *c)
{
    return source(c)->row == NULL;
}

static int column(sqlite3_vtab_cursor *c, sqlite3_context *to, int i)
{
    sqlite3_result_int64(to, source(c)->row[i]);
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *c, sqlite3_int64 *ret)
{
    *ret = source(c)->n;
    return SQLITE_OK;
}

int incoming_register(sqlite3 *h, struct incoming *in)
{
    /* without xCreate it is there by its name, and no schema can name it */
    static const sqlite3_module module = {.xConnect = connect_table,
        .xBestIndex = best_index,
        .xDisconnect = disconnect_table,
        .xOpen = open_cursor,
        .xClose = close_cursor,
        .xFilter = first_row,
        .xNext = next_row,
        .xEof = at_end,
        .xColumn = column,
        .xRowid = row_id};

    return sqlite3_create_module(h, "incoming", &module, in);
}
