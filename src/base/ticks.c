/* ticks: see ticks.h. */
#include "base/ticks.h"

#include <time.h>

int64_t ticks_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t ticks_us(void)
{
    return ticks_ns() / 1000;
}

int64_t ticks_ms(void)
{
    return ticks_ns() / 1000000;
}
