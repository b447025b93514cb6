/* open: a folder or an address. */
#include "store/store_open.h"

bool store_is_url(struct str where)
{
    return str_starts(where, STR("postgresql://")) || str_starts(where, STR("postgres://"));
}

bool store_create(const char *where, struct store_options options, struct err *err)
{
    return store_is_url(str_of(where)) ? store_create_postgres(where, options, err)
                                       : store_create_sqlite(where, options, err);
}

struct store *store_open(const char *where, struct store_options options, struct err *err)
{
    return store_is_url(str_of(where)) ? store_open_postgres(where, options, err)
                                       : store_open_sqlite(where, options, err);
}
