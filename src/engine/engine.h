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
 * named by the indicator, else the leaves of the line's tree) under the unit on p's last day;
 * missing is not zero. sum, min, max, mean (of the reporting units; weighted by the weight's figure
 * where the indicator names one, a unit without weight stays out). none: only a unit's own figure.
 *  - `expected` counts the units of the reporting kinds alive on p's last day under the unit, less
 * not applicable; `reported` those of them with a figure. A unit that itself reports has
 * expected 1.
 *  - An inner unit's own figure of an indicator is `stated`; it is the total only where no part is
 * expected.
 *  - Longer period P: a unit's own entry for P wins over what its sub-periods give (period_split:
 * year, halves, quarters, months). Else over time: sum; last (the latest base period with any
 * figure); mean, min, max of the base periods' totals; none gives no value. Sub-periods of P use
 * each base period's own tree; `partial` marks a unit alive in only a part of P. reported/expected
 * count unit-periods.
 *  - Entered year to date: the figure of a period is the sum since January; in-period values are
 *    differences; cumulative(x) is the figure itself.
 *  - Formula with over_units ratio or none: evaluated on operands rolled up to the unit and period,
 * where a leaf enters only with all operands present (of operands rolled up by sum). Others:
 * evaluated per reporting unit and base period, then rolled up like a figure.
 *  - share_of_units(cond): 100 k / n with k units for which cond holds of n expected (reporting
 * units of the condition's operands; not applicable ones left out); reported: those for which cond
 * could be told.
 *  - plan(x): sum of the parts' targets where parts have targets, else the unit's own.
 *  - Approved and provisional totals use the versions of figure.h.
 */
#ifndef GB_ENGINE_ENGINE_H
#define GB_ENGINE_ENGINE_H

#include "domain/catalog.h"
#include "domain/figure.h"
#include "domain/period.h"

struct engine;

enum total_state { TOTAL_APPROVED, TOTAL_PROVISIONAL };
enum reading_kind { READ_AS_WAS, READ_AS_IS, READ_AS_OF };
struct reading_of {
    enum reading_kind kind;
    struct day day; /* READ_AS_IS: today, READ_AS_OF: that day */
};

enum {
    MARK_ESTIMATED = 1 << 0, /* restated by shares */
    MARK_BOUNDED = 1 << 1,   /* shares unknown: between low and high */
    MARK_PARTIAL = 1 << 2,   /* alive in a part of the period only */
    MARK_MADE_UP = 1 << 3,   /* a figure in it is an illustration */
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
    struct rat value;     /* unrounded */
    struct rat low, high; /* with MARK_BOUNDED */
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
 */
bool engine_apply(struct engine *e, const struct engine_change *changes, size_t n, struct err *err);

struct engine_query {
    int indicator; /* index */
    int series;    /* index, or -1 for the indicator's own (also for computed ones) */
    int unit;      /* index */
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
/* k of n: expected units under q->unit (of kind `kind` index, -1: the indicator's reporting units)
 * whose own value in the period compares so with the threshold. *ret_counted: those with a value.
 */
bool engine_count(struct engine *e, const struct engine_query *q, int kind, enum comparator cmp,
    struct rat threshold, int64_t *ret_k, int64_t *ret_n, int64_t *ret_counted, struct err *err);

/* Compares every kept total with a plain scan of the source; *ret_checked counts them. False with
 * err.engine.differs (naming series, period, unit) on the first difference. */
bool engine_verify(struct engine *e, int64_t *ret_checked, struct err *err);

struct engine_stats {
    int64_t columns, cells, bytes, trees;
};
void engine_stats(struct engine *e, struct engine_stats *ret);

#endif
