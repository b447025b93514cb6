/* internal: the engine's own state and the rules for its locks.
 *
 * Layer engine, inside the room. Order of locks: `writer` (apply, another catalogue, a column that
 * comes in: one at a time), then `loads` (who is loading what), then `lock`. Readers hold `lock`
 * for reading while they evaluate; it is held for writing only while pointers and numbers in memory
 * change. The source is called with none of them held.
 */
#ifndef GB_ENGINE_INTERNAL_H
#define GB_ENGINE_INTERNAL_H

#include <pthread.h>

#include "engine/column.h"
#include "engine/engine.h"
#include "engine/ground.h"
#include "engine/tier.h"

struct column_key {
    int64_t series, period;
};
#define COLUMN_PERIOD_BITS 24
#define COLUMN_PERIOD_MASK (((uint64_t)1 << COLUMN_PERIOD_BITS) - 1)
static inline uint64_t column_key_packed(struct column_key k)
{
    return (uint64_t)k.series << COLUMN_PERIOD_BITS | (uint64_t)k.period;
}
struct column_slot {
    uint64_t key; /* 0: free */
    struct column *column;
};
/* Open addressing; grown aside under `writer`. */
struct column_table {
    struct column_slot *slot;
    size_t cap, n;
};

/* A column on its way in, and what was applied to it meanwhile. */
struct loading {
    struct column_key key;
    struct engine_change *change;
    size_t n, cap;
    bool again; /* a change could not be kept: load once more */
    struct loading *next;
};

/* A question that waits for columns: nothing that came in from `since` on is let go meanwhile. */
struct asker {
    uint64_t since;
    struct asker *next;
};

struct engine {
    struct engine_source source;
    struct ground *ground; /* read under `lock`, replaced under `writer` and `lock` */
    struct column_table table;
    struct loading *loading;
    struct board *board;       /* rows kept, under `lock` */
    struct tiers tiers;        /* totals of the upper units, under `lock` */
    uint64_t groups;           /* of changes applied, under `lock` */
    size_t limit;              /* of bytes, atomic; 0: none */
    size_t column_bytes, hand; /* under `lock` */
    uint64_t came;             /* columns so far, under `writer` and `loads` */
    int64_t evicted;           /* under `lock` */
    struct asker *asker;       /* under `loads` */
    pthread_mutex_t writer, loads;
    pthread_cond_t loaded;
    pthread_rwlock_t lock;
};

struct column *table_find(const struct column_table *t, struct column_key key);

/* ---- memory (limit.c) ---- */
size_t engine_bytes(const struct engine *e);
/* The column has come or changed. */
void engine_account(struct engine *e, struct column *col);
/* Takes a column out of the table and frees it. */
void engine_remove(struct engine *e, struct column *col);
/* Lets go of columns where there are too many; with all three locks held. */
void engine_trim(struct engine *e);
void engine_touch_away(struct engine *e, const struct engine_change *ch, int unit);
void engine_ask(struct engine *e, struct asker *a);
/* Nothing at all is let go until it is answered. */
void engine_hold_all(struct engine *e, struct asker *a);
void engine_asked(struct engine *e, struct asker *a);

/* Brings columns in; call without locks. */
bool engine_fault(struct engine *e, const struct column_key *keys, size_t n, struct err *err);

/* One evaluation under the read lock. Columns that are not there are noted in `need`; what is
 * computed then is thrown away and the evaluation repeated after they came in. */
struct eval {
    struct engine *e;
    struct ground *g;
    const struct catalog *c;
    struct arena arena;
    VEC(struct column_key) need;
    struct err *err;
    int depth;
};

/* What is asked of the evaluation of one indicator. */
struct ask {
    int indicator, series; /* series -1: the indicator's own */
    enum line line;
    enum total_state state;
    bool restated; /* read on the units of `on`, else as it was */
    struct day on;
};

/* The day whose units the answer is about. */
static inline struct day ask_day(struct ask q, struct period p)
{
    return q.restated ? q.on : period_last_day(p);
}

const struct column *eval_column(struct eval *v, int series, struct period p, bool *ret_ok);
/* Total of a unit and period, for every kind of indicator. */
bool eval_total(struct eval *v, struct ask q, int unit, struct period p, struct total *ret);
bool eval_count(struct eval *v, struct ask q, int unit, struct period p, int kind,
    enum comparator cmp, struct rat threshold, int64_t *ret_k, int64_t *ret_n,
    int64_t *ret_counted);
bool eval_overflow(struct eval *v);

#endif
