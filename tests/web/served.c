/* served: see served.h. */
#include "served.h"

#include "base/log.h"

struct http_server *served;
struct http_config served_config;
static struct site *site;

int served_open(void **state)
{
    int rc = demo_open(state);

    if (rc != 0)
        return rc;
    log_set_level(LOG_ERROR);
    site = site_new(demo->app, "test", &demo->err);
    OK(site != NULL);
    served_config = (struct http_config){.address = "127.0.0.1", .upload_dir = "/tmp"};
    site_configure(site, &served_config);
    served = http_start(&served_config, &demo->err);
    OK(served != NULL);
    return 0;
}

int served_close(void **state)
{
    http_stop(served, 1000);
    site_free(site);
    return demo_close(state);
}
