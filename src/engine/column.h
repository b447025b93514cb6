/* column: the figures of one series and period, by rank of a roster.
 *
 * Layer engine, inside the room. A plane holds what counts in one state: integers as narrow as the
 * widest of them allows, which are there, a byte of marks where there are any, and running sums and
 * numbers of figures of units above. It is dense or sparse; the functions below know both. The
 * provisional plane exists only while some cell differs from the approved one. Figures of units
 * outside the roster (inner units, units that are not applicable, closed ones) stand in a short
 * list and enter no sum. Should a running sum leave 64 bits, the plane says so and sums are added
 * up in 128 bits when asked for. Not thread-safe; the engine's lock guards it.
 */
#ifndef GB_ENGINE_COLUMN_H
#define GB_ENGINE_COLUMN_H

#include "engine/engine.h"
#include "engine/ground.h"
#include "engine/ranks.h"

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

/* Dense: a place for every rank, presence bits, and a running sum for every inner unit. Sparse: the
 * cells that are there, by rank, and running sums of the tree's upper units alone; what lies under
 * another unit is a short run of cells. A plane begins in the layout that suits what comes in and
 * changes over when it fills up or empties. */
struct plane {
    uint8_t width; /* bytes of a value: 0 (none yet), 1, 2, 3 (sparse), 4, 8 */
    bool sparse;
    bool wide;          /* a sum has left 64 bits: sums are added up when asked for */
    void *value;        /* by rank; sparse: by cell */
    struct ranks *rank; /* sparse: of each cell */
    uint64_t *present;  /* dense */
    uint8_t *marks;     /* like the values; NULL: none */
    int64_t *sum;       /* by node (plane_node); not to be used where `wide` */
    int32_t *reported;
    int32_t *met;    /* by threshold, then node: how many compare so */
    size_t cells;    /* in the roster */
    size_t cell_cap; /* sparse */
    struct extra *extra;
    size_t extras, extra_cap;
    /* room for that many more given since the last column_tidy() */
    size_t promised, promised_cells;
};

struct column {
    struct series_id series;
    struct period period;
    int64_t code;
    int series_at, indicator; /* indexes in the catalogue now in force */
    const struct roster *roster;
    const struct watches *watches;
    void *head; /* room inside this block for the sums of a dense plane[0]; NULL: none */
    bool begins_sparse;
    size_t first_cells;    /* how many figures were announced */
    struct plane plane[2]; /* by enum total_state; [1] unused while !differs */
    size_t differs;        /* cells that differ between the states */
    bool has_plane1;
    bool closes;     /* units ended in the period, whose figures outside the roster add up */
    bool lost_cells; /* some named units that the catalogue does not know */
    uint8_t used;    /* read of late; atomic */
    uint64_t came;   /* its number among all that came in */
    size_t counted;  /* bytes of it in the engine's sum */
};

/* Readers note it, so that what is read stays. */
static inline void note_use(const uint8_t *used)
{
    if (!__atomic_load_n(used, __ATOMIC_RELAXED))
        __atomic_store_n((uint8_t *)used, 1, __ATOMIC_RELAXED);
}

struct cell cell_of_value(struct cell_value v);
/* `cells`: how many figures will follow. */
struct column *column_new(struct series_id series, struct period period, int series_at,
    int indicator, const struct roster *roster, const struct watches *watches, size_t cells);
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
/* Sparse: the number of the cell of that rank, -1: none; of the first of that rank or a later one.
 */
static inline int64_t plane_cell(const struct plane *p, int rank)
{
    uint32_t here;
    struct ranks_at at = ranks_seek(p->rank, (uint32_t)rank);

    return ranks_here(p->rank, at, &here) && here == (uint32_t)rank ? (int64_t)at.at : -1;
}
static inline size_t plane_seek(const struct plane *p, int rank)
{
    return ranks_seek(p->rank, (uint32_t)rank).at;
}
static inline bool plane_has(const struct plane *p, int rank)
{
    return p->sparse ? plane_cell(p, rank) >= 0
                     : p->width && (p->present[rank >> 6] >> (rank & 63) & 1);
}
/* Number of the running sum of a place with reporting units under it, -1: it has none. */
static inline int plane_node(const struct plane *p, const struct roster *r, int pos)
{
    return !p->width || r->inner[pos] < 0 ? -1 : p->sparse ? r->tree->slot[pos] : r->inner[pos];
}
static inline int plane_nodes(const struct plane *p, const struct roster *r)
{
    return p->sparse ? r->tree->slots : r->inners;
}
/* Cells one after the other: of ranks that only grow. */
struct plane_walk {
    const struct plane *p;
    struct ranks_at at; /* sparse: of the first cell not passed, and its rank */
    uint32_t rank;
    bool more;
};
struct plane_walk plane_walk(const struct plane *p, int from);
struct cell plane_walk_to(struct plane_walk *w, int rank);
/* The next cell that a sparse plane lists, of a rank below `to`; false: none. */
bool plane_next(struct plane_walk *w, int to, int *ret_rank, struct cell *ret);

/* Gives room for the cell, so that column_set cannot fail; false: no memory. Several may be given
 * room before they are set; column_tidy() ends the group. */
bool column_reserve(struct column *c, int unit, struct cell approved, struct cell provisional);
void column_set(struct column *c, int unit, struct cell approved, struct cell provisional);
/* After a group of changes: lets go of the provisional plane where nothing differs any more, and
 * lays out anew what has filled up or emptied. */
void column_tidy(struct column *c);
/* Sum, least and greatest, and marks of the ranks [from, from + n). */
void plane_scan(const struct plane *p, int from, int n, i128 *ret_sum, int64_t *ret_min,
    int64_t *ret_max, int64_t *ret_count);
/* Sum and count of the ranks listed. */
void plane_pick(const struct plane *p, const int *rank, int n, i128 *ret_sum, int64_t *ret_count);
/* Where the run of ranks that was counted last ends, so that the next one need not be sought; rank
 * -1: none was. */
struct plane_end {
    int rank;
    size_t cell;
};
/* How many of the ranks [from, from + n) hold a mantissa within the bounds. */
int64_t plane_count(
    const struct plane *p, int from, int n, int64_t low, int64_t high, struct plane_end *last);
uint32_t plane_marks(const struct plane *p, int from, int n);
/* Sum and count of what lies at or under a place. */
static inline void plane_total(
    const struct plane *p, const struct roster *r, int pos, i128 *ret_sum, int64_t *ret_count)
{
    int node = plane_node(p, r, pos);
    int64_t least, most;

    if (node < 0 || p->wide) {
        plane_scan(p, r->first[pos], r->count[pos], ret_sum, &least, &most, ret_count);
        return;
    }
    *ret_sum = p->sum[node];
    *ret_count = p->reported[node];
}
/* How many of them meet threshold `k` of the column. */
static inline int64_t plane_met(const struct plane *p, const struct column *c, size_t k, int pos)
{
    const struct roster *r = c->roster;
    const struct watch *w = &c->watches->p[k];
    int node = plane_node(p, r, pos);

    if (node >= 0)
        return p->met[k * (size_t)plane_nodes(p, r) + (size_t)node];
    return plane_count(
        p, r->first[pos], r->count[pos], w->low, w->high, &(struct plane_end){-1, 0});
}
size_t column_bytes(const struct column *c);

#endif
