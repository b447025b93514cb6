/* engine: the live roll-up.
 *
 * Layer engine; knows domain and base. Totals over units and time of every series, exact and never
 * stale: engine_apply() is called in the write path after the commit and before the answer goes
 * out. Columns per (series, period) come in from a source when first asked for; everything here can
 * be rebuilt at any moment. No SQL, no clock, no files. Thread-safe: many readers, one writer; no
 * lock is held while the source loads a column.
 *
 * Meaning (model.md, "Indicators and figures"; "Units"):
 *  - Base period p: a unit's total over units takes the figures of the units that report it (kinds
 *    named by the indicator, else the leaves of the line's tree) under the unit on p's last nominal
 *    day; missing is not zero. sum, min, max, mean (of the reporting units; weighted by the
 * weight's value where the indicator names one, a unit without weight stays out and is not
 * `reported`; a weight entered less often counts with the period of its own that holds p's last
 * day). none, and ratio without a formula: only a unit's own figure (1 of 1), beside the counts of
 * its parts.
 *  - Where a unit of a reporting kind has reporting units under it, they report and it is an inner
 *    unit: computed wins over stated, and nothing is counted twice.
 *  - `expected` counts the units that report alive on p's last day under the unit, less not
 *    applicable; `reported` those of them with a figure. A unit that itself reports has expected 1.
 *  - An inner unit's own figure of an indicator is `stated`; it is the total only where no part is
 *    expected (0 of 0, MARK_STATED), and never enters the totals above.
 *  - Longer period P: a unit's own entry for P wins over what its sub-periods give (period_split:
 *    year, halves, quarters, months); of entries inside one another the longest inside P. Such an
 *    entry stands on its last base period (over time sum and last) or in each (mean, min, max), and
 *    all its base periods count as reported. Over time: sum; last (the latest base period with any
 *    figure); mean, min, max of the base periods' totals; none and ratio without a formula: only
 *    entries for P itself. Sub-periods of P use each base period's own tree; `partial` marks a unit
 *    alive in only a part of P. reported/expected count unit-periods. A period that the base
 * periods do not fill (a month of a yearly indicator) has only entries for itself.
 *  - Entered year to date: the figure of a period is the sum since January, whichever period names
 *    that end (the longest one entered counts: year, n months, half, quarter, month). In-period
 *    values are differences to the latest earlier sum in the period or right before it; summed over
 *    time a gap is closed by the next sum and counts as reported, other rules want both neighbours.
 *    cumulative(x) is the figure itself.
 *  - Formula with over_units ratio or none: evaluated on operands rolled up to the unit and period.
 *    Operands named directly, rolled up by sum, with the same reporting kinds and frequency as the
 *    first such one, are added up over those units and base periods alone in which all of them are
 *    present; reported and expected are of these (with one operand or none such: of the first name
 * in the formula). Others: evaluated per reporting unit and base period, then rolled up like a
 * figure (over time ratio: evaluated per reporting unit on the whole period).
 *  - Exact: sums of figures are; fractions that are added up (values of a formula per unit,
 * weights, and base periods' totals summed or averaged over time) count at 12 decimals, half away
 * from zero, since exact sums of many denominators leave any range. Overflow is an error.
 *  - share_of_units(cond): 100 k / n with k units for which cond holds of n expected (units that
 *    report every operand of the condition on the period's last day); reported: those for which
 * cond could be told; no value where it could for none.
 *  - Restated (as it is, as of a day): each base figure is read under its unit on its own period's
 *    last day and cut once to the units of the day asked for (domain/succession.h); the tree, plans
 *    and shares of units are those of that day. Sums add what lies at or under the unit; what may
 * lie there gives bounds instead of a value (a formula over a bounded operand has neither). mean,
 * min and max take the figures that touch the unit whole, none and ratio without a formula the only
 *    one: MARK_CARRIED where it reaches further. reported and expected count the units that
 * reported then and touch the unit. A unit that none touches shows its own figure as stated, if no
 * event moved it; what cannot be added up is the unit's own figure while no event moved it.
 *  - prev(x) and same_period_last_year(x) are comparisons (engine_compared), also as it was.
 *  - A unit that ended inside a base period closes with a figure for its part (closing.h): where x
 *    is a sum over units and time it belongs to the totals of those it stood under on its own last
 *    day; it is not counted in their `reported` and `expected`. `partial` marks the unit itself and
 *    one that began inside the period.
 *  - plan(x): sum of the children's plans where any has one, else the unit's own.
 *  - Approved and provisional totals use the versions of figure.h.
 */
#ifndef GB_ENGINE_ENGINE_H
#define GB_ENGINE_ENGINE_H

#include "domain/catalog.h"
#include "domain/figure.h"
#include "domain/period.h"

struct engine;

enum total_state { TOTAL_APPROVED, TOTAL_PROVISIONAL };
enum as_read { READ_AS_WAS, READ_AS_IS, READ_AS_OF };
struct reading_of {
    enum as_read kind;
    struct day day; /* READ_AS_IS: today, READ_AS_OF: that day */
};

enum {
    MARK_ESTIMATED = 1 << 0, /* restated by shares */
    MARK_BOUNDED = 1 << 1,   /* shares unknown: between low and high */
    MARK_PARTIAL = 1 << 2,   /* alive in a part of the period only */
    MARK_MADE_UP = 1 << 3,   /* a figure in it is an illustration, and no stated one confirms it */
    MARK_APPROX = 1 << 4,
    MARK_STATED = 1 << 5,   /* the unit's own figure, no parts expected or it differs from them */
    MARK_ESTIMATE = 1 << 6, /* a figure in it is an estimate (ước) */
    MARK_PRELIMINARY = 1 << 7,
    MARK_RESTATED = 1 << 8, /* read on units of another day */
    MARK_BOUNDARY = 1 << 9, /* compared periods have other boundaries */
    MARK_CARRIED = 1 << 10, /* cannot be split: carried whole */
};

struct total {
    bool has;
    struct rat value; /* unrounded */
    bool has_bounds;  /* no value, but it lies between low and high (MARK_BOUNDED) */
    struct rat low, high;
    int64_t reported, expected;
    int64_t k, n; /* of share_of_units; else 0 */
    uint32_t marks;
    bool has_stated; /* the unit's own figure where it is not the total */
    struct rat stated;
};

/* Where columns come from; called without locks held, also from several threads. Gives every cell
 * of the column with what counts in both states. */
struct engine_cell {
    struct unit_id unit;
    struct cell_value approved, provisional;
};
struct engine_source {
    void *ctx;
    bool (*load)(void *ctx, struct series_id series, int64_t period,
        bool (*sink)(void *sink_ctx, const struct engine_cell *cell), void *sink_ctx,
        struct err *err);
};

/* A cell that changed, with what counts now. */
struct engine_change {
    struct series_id series;
    int64_t period;
    struct engine_cell cell;
};

/* `catalog` must outlive the engine or the next engine_set_catalog. Errors: err.memory,
 * err.unit.cycle. */
struct engine *engine_new(
    const struct catalog *catalog, struct engine_source source, struct err *err);
void engine_free(struct engine *e);
/* Another snapshot: columns are kept where their series and units are. When it returns true no
 * reader uses the old catalogue any more. */
bool engine_set_catalog(struct engine *e, const struct catalog *catalog, struct err *err);
/* Applies one group of changes; after it returns every reader sees all of them, none sees a part.
 * Groups must come in the order of their commits. It cannot fail: a column for which there is no
 * memory is let go and comes in again from the source. */
bool engine_apply(struct engine *e, const struct engine_change *changes, size_t n, struct err *err);

/* Lets go of columns of which so many cells changed that they had better come in again. Like
 * engine_apply: after the commit, in order; it cannot fail. */
struct engine_column {
    struct series_id series;
    int64_t period;
};
void engine_forget(struct engine *e, const struct engine_column *columns, size_t n);
/* Columns and the totals beside them may take that many bytes (0: no bound). Those not read of late
 * are let go and come in again when they are asked for. What one question needs stays until it is
 * answered, so the bound is passed by that much; rows of boards have a bound of their own. */
void engine_limit(struct engine *e, size_t bytes);
/* Brings a column in before it is asked for. */
bool engine_warm(struct engine *e, struct engine_column column, struct err *err);

struct engine_query {
    const struct catalog *catalog; /* that of the indexes below: err.engine.catalog where another is
                                      in force by now; NULL: the caller sees to that */
    int indicator;                 /* index */
    int series; /* index, or -1 for the indicator's own (also for computed ones) */
    int unit;   /* index */
    struct period period;
    enum total_state state;
    struct reading_of reading;
    int line; /* enum line, or -1 for the indicator's own */
};
/* One total, and many at once (totals[i] answers queries[i]; faults columns in as needed).
 * Errors: err.number.overflow, err.memory, what the source says. */
bool engine_total(
    struct engine *e, const struct engine_query *q, struct total *ret, struct err *err);
bool engine_totals(
    struct engine *e, const struct engine_query *q, size_t n, struct total *ret, struct err *err);
/* Totals to compare with: q[i] asks for an earlier period, which will be held against later[i].
 * Read as it was, the earlier one is read on the units of the later one's last day; other readings
 * have one day for both. MARK_BOUNDARY where the unit had other boundaries then. */
bool engine_compared(struct engine *e, const struct engine_query *q, const struct period *later,
    size_t n, struct total *ret, struct err *err);
/* k of n: expected units under q->unit (of kind `kind` index, -1: the indicator's reporting units)
 * on the period's last day whose own value in the period compares so with the threshold
 * (CMP_BETWEEN is read as CMP_EQ). *ret_counted: those with a value. */
bool engine_count(struct engine *e, const struct engine_query *q, int kind, enum comparator cmp,
    struct rat threshold, int64_t *ret_k, int64_t *ret_n, int64_t *ret_counted, struct err *err);

/* ---- many at once ----
 * The same totals, laid out for tables: own series and line, as it was. They fault in what is
 * missing and take what cannot be read off the columns from the general way, so that they answer
 * for every indicator and period. Units that stand side by side in the tree and are asked for in
 * its order, as in any list of them, are copied as they lie; in another order each is looked up. */

#define ENGINE_MISSING INT64_MIN

/* A table of pairs of numbers. Each row is as narrow as its numbers allow, since what a table of a
 * country costs is mostly the writing of it; engine_grid_value() and engine_grid_count() read every
 * width. Rows whose counts are the same may share them. */
struct engine_grid_row {
    uint32_t value, count;            /* where the numbers begin in `room` */
    uint8_t value_bytes, count_bytes; /* 2 (unsigned), 4 or 8; 2 (unsigned) or 4 */
};
struct engine_grid {
    size_t rows, units;
    struct engine_grid_row *row;
    unsigned char *room;
};
/* ENGINE_MISSING: none. */
static inline int64_t engine_grid_value(const struct engine_grid *g, size_t row, size_t unit)
{
    const unsigned char *at = g->room + g->row[row].value;

    switch (g->row[row].value_bytes) {
    case 2:
        return ((const uint16_t *)(const void *)at)[unit];
    case 4: {
        int32_t v = ((const int32_t *)(const void *)at)[unit];
        return v == INT32_MIN ? ENGINE_MISSING : v;
    }
    default:
        return ((const int64_t *)(const void *)at)[unit];
    }
}
static inline int32_t engine_grid_count(const struct engine_grid *g, size_t row, size_t unit)
{
    const unsigned char *at = g->room + g->row[row].count;

    return g->row[row].count_bytes == 2 ? ((const uint16_t *)(const void *)at)[unit]
                                        : ((const int32_t *)(const void *)at)[unit];
}

struct engine_block {
    const struct catalog *catalog; /* as in engine_query */
    const int *indicator;
    size_t indicators;
    const struct period *period;
    size_t periods;
    const int *unit;
    size_t units;
    enum total_state state;
};
/* A pivot, made in `a`: in row i * periods + p the value is the mantissa at the indicator's
 * decimals, rounded half away from zero where it is not a whole one, the count is `reported`.
 * Errors as engine_total; err.number.overflow also where a mantissa has no 64 bits. */
bool engine_pivot(struct engine *e, const struct engine_block *b, struct arena *a,
    struct engine_grid *ret, struct err *err);

/* A unit's board: every indicator of the catalogue in one period, exact: value num / den; den 0: no
 * value; den < 0: the value or a count is too large for here, ask engine_total. Rows asked for are
 * kept, and mended when they are asked for after a change that touches them; one that was given
 * stays what it is until engine_board_end(), which may come after other questions, changes and
 * catalogues. */
struct engine_figure {
    int64_t num, den;
    uint64_t reported : 26, expected : 26, marks : 12;
};
#define ENGINE_FIGURE_COUNT_MAX ((1 << 26) - 1)
struct board_row;
struct engine_board {
    const struct engine_figure *figure; /* by indicator */
    struct board_row *row;
};
bool engine_board(struct engine *e, const struct catalog *catalog, int unit, struct period period,
    enum total_state state, struct engine_board *ret, struct err *err);
void engine_board_end(struct engine_board *b);

/* A number that is another one when figures of the indicator or of what it is made of have changed,
 * under one catalogue; 0 for no indicator. To keep what was worked out from them: take it before,
 * and what was kept counts while it stands. */
uint64_t engine_stamp(struct engine *e, int indicator);

/* A league table: the units that report the indicator under a unit in a base period, best first
 * (high first; low first where `low_first`), equal values of equal rank (1, 2, 2, 4), those without
 * a value last (rank 0). `reaches`: compares so with the threshold. Gives how many there are, at
 * most `max`; *ret_n is set to all. */
struct engine_rank {
    int unit;
    uint32_t rank : 30, has : 1, reaches : 1;
    int64_t m; /* mantissa at the indicator's decimals, rounded where it is not a whole one */
};
bool engine_league(struct engine *e, const struct engine_query *q, bool low_first,
    enum comparator cmp, struct rat threshold, struct engine_rank *ret, size_t max, size_t *ret_n,
    struct err *err);

/* k of n met for each target threshold of the catalogue's `count` targets: from counters where the
 * engine keeps them. Made in `a`: in row t the value is k, the count n. */
struct engine_threshold {
    int indicator;
    enum comparator cmp;
    struct rat threshold;
};
struct engine_tally {
    const struct catalog *catalog; /* as in engine_query */
    const struct engine_threshold *threshold;
    size_t thresholds;
    const int *unit;
    size_t units;
    struct period period;
    enum total_state state;
};
bool engine_counts(struct engine *e, const struct engine_tally *q, struct arena *a,
    struct engine_grid *ret, struct err *err);

/* Compares every kept figure and total with a plain scan of the source; *ret_checked counts them.
 * False with err.engine.differs (naming series, period, unit) on the first difference. Nothing may
 * be applied meanwhile: call it where writing waits. */
bool engine_verify(struct engine *e, int64_t *ret_checked, struct err *err);

struct engine_stats {
    int64_t columns, cells, bytes, trees;
    int64_t sparse;         /* of the columns: those that list their figures */
    int64_t limit, evicted; /* engine_limit(); columns let go for it */
};
void engine_stats(struct engine *e, struct engine_stats *ret);

#endif
