/* child: the real confined child processes. See app/ports/child.h.
 *
 * Layer sys. Works as root (which is given up in the child) and as any other user, without user
 * namespaces, with whatever of seccomp and Landlock the kernel has; child_result.confined tells.
 * The process must not ignore SIGCHLD. A child ends with the thread that started it.
 */
#ifndef GB_SYS_CHILD_H
#define GB_SYS_CHILD_H

#include "app/ports/child.h"

struct child sys_child(void);
/* The same without seccomp and Landlock, as on a kernel that has neither. For tests. */
struct child sys_child_bare(void);

#endif
