/* fault_vfs: an SQLite file system that fails on order, and that can lose power.
 *
 * It passes everything on to the system's. What was written and not yet synchronised is remembered,
 * so that a power cut can take it back, sector by sector as chance will have it. For one thread at
 * a time, except for the counting of calls.
 */
#ifndef GB_TESTS_STORE_FAULT_VFS_H
#define GB_TESTS_STORE_FAULT_VFS_H

#include <stdbool.h>

enum fault { FAULT_IO, FAULT_FULL };

/* Its name, for store_options.vfs. */
#define FAULT_VFS "giaoban-fault"
void fault_vfs_register(void);
/* Forgets everything; the n-th fallible call from now on fails, and all after it where `for_good`;
 * 0: none. */
void fault_arm(long n, enum fault kind, bool for_good);
/* Was the call reached? */
bool fault_hit(void);
/* From the n-th write or synchronisation on, nothing reaches the disk and all calls fail. */
void fault_power_cut_after(long n);
/* After all files are closed: takes back a part of what was not synchronised. `seed` chooses. */
void fault_power_back(unsigned seed);

#endif
