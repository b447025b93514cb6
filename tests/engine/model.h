/* model: totals by the definitions, plain and slow.
 *
 * Judge of the engine in tests. It keeps a list of figures and nothing else, walks parents for
 * every question, asks every unit whether it reports, adds fractions, and knows none of the
 * engine's shortcuts: no trees, ranks, running sums or columns.
 */
#ifndef GB_TESTS_ENGINE_MODEL_H
#define GB_TESTS_ENGINE_MODEL_H

#include "base/arena.h"
#include "engine/engine.h"

/* How many figures of units that ended inside the period came into totals. */
extern long model_closed;

struct model {
    const struct catalog *c;
    struct arena arena; /* of the list */
    struct map at;      /* series, period, unit -> place in the list */
    struct engine_cell *cell;
    struct engine_change *list;
    size_t n, cap;
};

void model_init(struct model *m, const struct catalog *c);
/* Another catalogue from now on. */
void model_catalog(struct model *m, const struct catalog *c);
void model_free(struct model *m);
void model_set(struct model *m, const struct engine_change *ch);
/* Every cell of a series and period, for the engine's source. */
bool model_each(const struct model *m, struct series_id series, int64_t period,
    bool (*sink)(void *ctx, const struct engine_cell *cell), void *ctx);
/* The answer to the question; false: overflow. */
bool model_total(const struct model *m, const struct engine_query *q, struct total *ret);
/* The same of an earlier period, to be held against a later one. */
bool model_compared(
    const struct model *m, const struct engine_query *q, struct period later, struct total *ret);
void model_count(const struct model *m, const struct engine_query *q, int kind, enum comparator cmp,
    struct rat threshold, int64_t *ret_k, int64_t *ret_n, int64_t *ret_counted);

#endif
