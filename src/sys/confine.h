/* confine: what a child does to itself before it touches foreign data. Private to src/sys.
 *
 * Between fork and the job only system calls are made here: the filters are built before, in the
 * parent, since building them allocates.
 */
#ifndef GB_SYS_CONFINE_H
#define GB_SYS_CONFINE_H

#include "app/ports/child.h"

struct sock_fprog;

enum confine_for { CONFINE_FUNCTION, CONFINE_PROGRAM };

/* The filter of system calls for that sort of child, built once per process; NULL where seccomp's
 * library cannot make one. Thread-safe. */
const struct sock_fprog *confine_filter(enum confine_for what);
/* Closes every descriptor from `first` on. */
void confine_descriptors(int first);
/* Signals as at the start of a program; ends with its parent; a session of its own. */
void confine_process(void);
void confine_limits(enum confine_for what, const struct child_limits *limits);
/* Gives up root, fences files off, sets the filter (may be NULL); bits CHILD_... of what is in
 * force. */
unsigned confine_rights(enum confine_for what, const struct sock_fprog *filter, bool fence);

#endif
