/* real: the system's clock, randomness and password hashes behind app/ports/sys.h.
 *
 * Layer sys; libsodium beneath. Argon2id takes 64 MB and two passes; at most PASSWORD_SLOTS hashes
 * are computed at a time, others queue, so that sign-ins cannot exhaust memory.
 */
#ifndef GB_SYS_REAL_H
#define GB_SYS_REAL_H

#include "app/ports/sys.h"

#define PASSWORD_SLOTS 2

/* Prepares libsodium; false where the system has no randomness. Call once before sys_real. */
bool sys_start(struct err *err);
struct sys sys_real(void);

#endif
