/* ticks: how long something takes, never what day it is.
 *
 * Layer base. The monotonic clock of the machine; the day and the time of acts come through the
 * port app/ports/sys.h.
 */
#ifndef GB_BASE_TICKS_H
#define GB_BASE_TICKS_H

#include <stdint.h>

int64_t ticks_ns(void);
int64_t ticks_us(void);
int64_t ticks_ms(void);

#endif
