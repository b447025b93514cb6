/* cell_set: which cells have been seen, as a file of millions is read.
 *
 * Layer app. Sixty-four neighbouring units of a series and period share a bit field, so that a full
 * column costs half a byte a cell. Memory is its own; not thread-safe.
 */
#ifndef GB_APP_CELL_SET_H
#define GB_APP_CELL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cell_block {
    int64_t period;
    uint32_t series, block;
    uint64_t units; /* 0: a free slot */
};
/* All zero: empty. */
struct cell_set {
    struct cell_block *slot;
    size_t n, cap, last; /* `last`: the slot used last, where the next cell often is */
};

/* Puts the cell in; `series` and `unit` are indexes. *ret_again: it was there already. False when
 * there is no memory. */
bool cell_set_put(struct cell_set *s, int series, int64_t period, int unit, bool *ret_again);
void cell_set_free(struct cell_set *s);

#endif
