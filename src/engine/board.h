/* board: rows of all indicators of one unit and period, kept between questions.
 *
 * Layer engine, inside the room. A cell is `local` where it depends only on figures of the row's
 * own period and line: a change then clears the bit of that cell in the rows of the units above it.
 * Any other cell (longer periods, sums since January, prev(x) ...) carries the number of changes
 * that its indicator had seen, and counts while that number stands. Figures of a row never change:
 * what does not hold any more is mended in a copy that takes its place, so that a row can be read
 * without the lock, and as long as somebody likes. Rows are let go all together
 * when they take too much room, and with the catalogue. Guarded by the engine's lock.
 */
#ifndef GB_ENGINE_BOARD_H
#define GB_ENGINE_BOARD_H

#include "engine/internal.h"

#define BOARD_BYTES_MAX ((size_t)64 << 20)

struct board_row {
    int unit;
    enum total_state state;
    int64_t code;
    int holders;         /* atomic: the board and those who read it */
    uint64_t asked;      /* the board's clock when it was asked for last; atomic */
    bool same_frequency; /* else no cell is local */
    enum frequency frequency;
    uint64_t *valid; /* a bit per indicator, of local cells */
    uint32_t *seen;  /* per indicator, of the others; 0: never */
    struct engine_figure *figure;
};

/* The rows in which figures of one unit and period stand: of the unit and of those above it. The
 * figures of a report come one after the other, and have the same. */
#define BOARD_WAY 64
struct board_way_of {
    const struct etree *tree; /* NULL: none */
    enum line line;
    int64_t code;
    int unit;
    bool closes;
};
struct board_way {
    struct board_way_of of;
    int n;
    struct board_row *row[BOARD_WAY];
};

struct board {
    struct board_way way;
    struct board_row **slot;
    size_t cap, n, bytes;
    uint64_t clock, half; /* rows made so far; when the board was last half full */
    uint32_t cleared;     /* how often all was let go */
    uint32_t *touched;    /* per indicator: changes that can have moved it, from 1 */
    size_t indicators;
};

bool board_init(struct board *b, size_t indicators);
void board_release(struct board *b);
void board_clear(struct board *b);
/* A figure of `unit` changed in the period, whose tree is `t`. `closes`: those it stood under
 * before it ended have it too. */
void board_touch(struct board *b, const struct ground *g, int indicator, int64_t code,
    const struct etree *t, bool closes, int unit);

#endif
