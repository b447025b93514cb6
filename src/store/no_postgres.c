/* no_postgres: what a program built without PostgreSQL answers. */
#include "store/store_open.h"

bool store_create_postgres(const char *url, struct store_options options, struct err *err)
{
    (void)url, (void)options;
    return err_set(err, ERR_INVALID, MSG_err_store_no_postgres);
}

struct store *store_open_postgres(const char *url, struct store_options options, struct err *err)
{
    store_create_postgres(url, options, err);
    return NULL;
}
