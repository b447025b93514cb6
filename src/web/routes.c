/* routes: the table of all routes, made from routes.def. */
#include "web/route.h"

#define ROUTE(method, pattern, handler, may, takes, help)                                          \
    route_handler handler;                                                                         \
    extern const struct intake intake_##takes;
#define AT_ONCE ROUTE
#include "web/routes.def"
#undef AT_ONCE
#undef ROUTE

const struct route web_routes[] = {
#define ROUTE(method, pattern, handler, may, takes, help)                                          \
    {HTTP_##method, pattern, handler, MAY_##may, &intake_##takes, MSG_##help, false},
#define AT_ONCE(method, pattern, handler, may, takes, help)                                        \
    {HTTP_##method, pattern, handler, MAY_##may, &intake_##takes, MSG_##help, true},
#include "web/routes.def"
#undef AT_ONCE
#undef ROUTE
};
const size_t web_routes_n = sizeof web_routes / sizeof *web_routes;
