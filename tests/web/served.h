/* served: the demonstration behind giaoban's own routes, on a free port, for tests that ask it as
 * people do. Opened and closed once for a group of tests. */
#ifndef GB_TESTS_SERVED_H
#define GB_TESTS_SERVED_H

#include "../app/demo.h"
#include "server.h"
#include "web/site.h"

extern struct http_server *served;
extern struct http_config served_config;

int served_open(void **state);
int served_close(void **state);

#endif
