/* host: what main gives the command line beyond the store: serving, reading reports. */
#ifndef GB_MAIN_HOST_H
#define GB_MAIN_HOST_H

#include "cli/cli.h"

bool host_serve(struct command *c, struct err *err);
bool host_read(struct command *c, struct err *err);

#endif
