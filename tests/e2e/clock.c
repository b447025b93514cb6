/* clock: a preloaded library that sets the wall clock of one process to a given day, so that the
 * story of a quarter of 2024 can be told on the day it was told. The monotonic clock stays.
 *
 *     LD_PRELOAD=clock.so CLOCK_SHIFT_S=-84000000 giaoban serve ...
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *ret)
{
    const char *shift = getenv("CLOCK_SHIFT_S");
    int rc = (int)syscall(SYS_clock_gettime, id, ret);

    if (rc == 0 && id == CLOCK_REALTIME && shift)
        ret->tv_sec += atol(shift);
    return rc;
}
