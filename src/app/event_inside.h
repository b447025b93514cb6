/* event_inside: what the files of unit_event share. */
#ifndef GB_APP_EVENT_INSIDE_H
#define GB_APP_EVENT_INSIDE_H

#include "app/unit_event.h"

/* Writes a checked plan under the open act of `w`. */
bool event_write(struct write *w, const struct event_request *q, const struct event_plan *p,
    int64_t *ret_event, struct err *err);

#endif
