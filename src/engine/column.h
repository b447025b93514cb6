/* column: the figures of one series and period, by rank of a roster.
 *
 * Layer engine, inside the room. A plane holds what counts in one state: integers as narrow as the
 * widest of them allows, a bit for presence, a byte of marks where there are any, and the running
 * sum and number of figures of every inner unit. The provisional plane exists only while some cell
 * differs from the approved one. Figures of units outside the roster (inner units, units that are
 * not applicable, closed ones) stand in a short list and enter no sum. Should a running sum leave
 * 64 bits, the plane says so and sums are added up in 128 bits when asked for. Not thread-safe; the
 * engine's lock guards it.
 */
#ifndef GB_ENGINE_COLUMN_H
#define GB_ENGINE_COLUMN_H

#include "engine/engine.h"
#include "engine/ground.h"

struct cell {
    bool has;
    uint8_t marks; /* the marks of a figure, MARK_* >> CELL_MARK_SHIFT */
    int64_t value;
};
#define CELL_MARK_SHIFT 3 /* MADE_UP, APPROX, (STATED), ESTIMATE, PRELIMINARY */

struct extra {
    int unit;
    struct cell cell;
};

struct plane {
    uint8_t width; /* bytes of a value: 0 (none yet), 1, 2, 4, 8 */
    void *value;
    uint64_t *present;
    uint8_t *marks; /* NULL: none */
    int64_t *sum;   /* by inner number; not to be used where `wide` */
    bool wide;      /* a sum has left 64 bits: sums are added up when asked for */
    int32_t *reported;
    int32_t *met; /* by threshold, then inner number: how many compare so */
    size_t cells; /* in the roster */
    struct extra *extra;
    size_t extras, extra_cap;
    size_t promised; /* room for that many more given since the last column_tidy() */
};

struct column {
    struct series_id series;
    struct period period;
    int64_t code;
    int series_at, indicator; /* indexes in the catalogue now in force */
    const struct roster *roster;
    const struct watches *watches;
    void *head;            /* room inside this block for the sums of plane[0]; NULL: none */
    struct plane plane[2]; /* by enum total_state; [1] unused while !differs */
    size_t differs;        /* cells that differ between the states */
    bool has_plane1;
    bool closes;     /* units ended in the period, whose figures outside the roster add up */
    bool lost_cells; /* some named units that the catalogue does not know */
};

struct cell cell_of_value(struct cell_value v);
/* `with_room`: figures will follow, so the sums stand right behind the column. */
struct column *column_new(struct series_id series, struct period period, int series_at,
    int indicator, const struct roster *roster, const struct watches *watches, bool with_room);
void column_free(struct column *c);
/* The plane to read for a state. */
static inline const struct plane *column_plane(const struct column *c, enum total_state s)
{
    return &c->plane[s == TOTAL_PROVISIONAL && c->has_plane1];
}
bool column_empty(const struct column *c);
/* May a figure outside the roster belong to the totals above? Then they are not the column's sums.
 */
static inline bool column_closes(const struct column *c)
{
    return c->closes && (c->plane[0].extras || c->plane[1].extras);
}
struct cell plane_get(const struct plane *p, const struct roster *r, int unit);
struct cell plane_at(const struct plane *p, int rank);
static inline bool plane_has(const struct plane *p, int rank)
{
    return p->width && (p->present[rank >> 6] >> (rank & 63) & 1);
}
/* Gives room for the cell, so that column_set cannot fail; false: no memory. Several may be given
 * room before they are set; column_tidy() ends the group. */
bool column_reserve(struct column *c, int unit, struct cell approved, struct cell provisional);
void column_set(struct column *c, int unit, struct cell approved, struct cell provisional);
/* After a group of changes: lets go of the provisional plane where nothing differs any more. */
void column_tidy(struct column *c);
/* Sum, least and greatest, and marks of the ranks [from, from + n). */
void plane_scan(const struct plane *p, int from, int n, i128 *ret_sum, int64_t *ret_min,
    int64_t *ret_max, int64_t *ret_count);
/* Sum and count of the ranks listed. */
void plane_pick(const struct plane *p, const int *rank, int n, i128 *ret_sum, int64_t *ret_count);
/* How many of the ranks [from, from + n) hold a mantissa within the bounds. */
int64_t plane_count(const struct plane *p, int from, int n, int64_t low, int64_t high);
uint32_t plane_marks(const struct plane *p, int from, int n);
size_t column_bytes(const struct column *c);

#endif
