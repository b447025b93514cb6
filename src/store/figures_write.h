/* figures_write: what writing one figure and writing many share.
 *
 * Room store. The act is open; keys, flags and versions as in domain/figure.h.
 */
#ifndef GB_STORE_FIGURES_WRITE_H
#define GB_STORE_FIGURES_WRITE_H

#include "store/room.h"

/* Is the indicator of that series personal or sealed? */
bool figure_is_sealed(struct store_sql *s, struct series_id series, bool *ret, struct err *err);
bool figure_has_note(const struct figure_write *w);
/* The flags that the store keeps of it. */
uint32_t figure_flags(const struct figure_write *w, bool sealed);
/* A first version; false in *ret_first where the cell has one already, and nothing was done. */
bool figure_insert(struct store_sql *s, const struct figure_write *w, uint32_t flags,
    struct act_no act, bool *ret_first, struct err *err);
/* A further one; `before` moves to the past, unless this act wrote it. */
bool figure_replace(struct store_sql *s, const struct figure_write *w, uint32_t flags,
    struct figure_version before, struct act_no act, struct err *err);
/* Note and salt of a version just written, and the trail. */
bool figure_write_beside(struct store_sql *s, const struct figure_write *w, uint32_t flags,
    struct act_no act, struct err *err);
/* The version that the cell has; there must be one. */
bool figure_current(
    struct store_sql *s, struct figure_key key, struct figure_version *ret, struct err *err);

#endif
