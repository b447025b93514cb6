/* handlers: prototypes of all handlers in routes.def, so that each file that has some is checked.
 */
#ifndef GB_WEB_HANDLERS_H
#define GB_WEB_HANDLERS_H

#include "web/http.h"

#define ROUTE(method, pattern, handler, may, takes, help)                                          \
    route_handler handler;                                                                         \
    extern const struct intake intake_##takes;
#define AT_ONCE ROUTE
#include "web/routes.def"
#undef AT_ONCE
#undef ROUTE

#endif
