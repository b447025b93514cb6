/* screen: numbers that are no figures: papers' numbers, names, ordinals, durations, ages, clock
 * times, enumerators, telephone numbers, addresses, single gifts.
 *
 * Internal to the room.
 */
#ifndef GB_READING_SCREEN_H
#define GB_READING_SCREEN_H

#include "reading/quantity.h"

/* Tokens from i on that cannot begin a figure and are skipped together; 0: look at token i. */
size_t screen_skip(
    const struct page *p, const struct places *ps, const struct sentence *s, size_t i);
/* Is the quantity, now that its unit is known, a figure? */
bool screen_quantity(const struct page *p, const struct places *ps, const struct sentence *s,
    const struct quantity *q);

#endif
