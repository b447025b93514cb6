/* limit: columns let go so that memory stays within a bound; see engine_limit() in engine.h.
 *
 * A hand goes round the table of columns. What was read since it came by last is spared once; what
 * is not is let go, with its row of the tiers. What came in since the oldest question that still
 * waits for columns began stays, so that the question finds everything it asked for when it looks
 * again. Nothing that is kept depends on a column that was let go without knowing of it: rows of
 * boards are told of every change, whether its column is there or not. */
#include "engine/board.h"

size_t engine_bytes(const struct engine *e)
{
    return e->column_bytes + e->tiers.bytes + e->table.cap * sizeof *e->table.slot;
}

void engine_account(struct engine *e, struct column *col)
{
    size_t now = column_bytes(col);

    e->column_bytes += now - col->counted;
    col->counted = now;
}

/* Was the column read since it was asked here last? */
static bool was_read(struct engine *e, struct column *col)
{
    bool column = __atomic_exchange_n(&col->used, 0, __ATOMIC_RELAXED);

    return tiers_was_read(&e->tiers, e->ground, col) || column;
}

void engine_trim(struct engine *e)
{
    size_t limit = __atomic_load_n(&e->limit, __ATOMIC_RELAXED);
    uint64_t oldest = UINT64_MAX;

    for (const struct asker *a = e->asker; a; a = a->next)
        oldest = a->since < oldest ? a->since : oldest;
    for (size_t step = 0; limit && engine_bytes(e) > limit && step < 2 * e->table.cap; step++) {
        e->hand = (e->hand + 1) & (e->table.cap - 1);
        struct column *col = e->table.slot[e->hand].column;
        if (!col || col->came >= oldest || was_read(e, col))
            continue;
        tiers_drop(&e->tiers, e->ground, col);
        engine_remove(e, col);
        e->evicted++;
    }
}

void engine_ask(struct engine *e, struct asker *a)
{
    pthread_mutex_lock(&e->loads);
    a->since = e->came + 1;
    a->next = e->asker;
    e->asker = a;
    pthread_mutex_unlock(&e->loads);
}

void engine_hold_all(struct engine *e, struct asker *a)
{
    pthread_mutex_lock(&e->loads);
    a->since = 0;
    pthread_mutex_unlock(&e->loads);
}

void engine_asked(struct engine *e, struct asker *a)
{
    pthread_mutex_lock(&e->loads);
    struct asker **at = &e->asker;
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    pthread_mutex_unlock(&e->loads);
}

void engine_limit(struct engine *e, size_t bytes)
{
    __atomic_store_n(&e->limit, bytes, __ATOMIC_RELAXED);
    pthread_mutex_lock(&e->writer);
    pthread_mutex_lock(&e->loads);
    pthread_rwlock_wrlock(&e->lock);
    engine_trim(e);
    pthread_rwlock_unlock(&e->lock);
    pthread_mutex_unlock(&e->loads);
    pthread_mutex_unlock(&e->writer);
}

/* Rows of boards learn of a change to a column that is not there. */
void engine_touch_away(struct engine *e, const struct engine_change *ch, int unit)
{
    const struct catalog *c = e->ground->c;
    int series = catalog_series_id(c, ch->series);
    struct period p;
    struct err err = ERR_INIT;

    if (!e->evicted || series < 0 || !period_from_code(ch->period, &p))
        return;
    int indicator = c->series[series].indicator;
    const struct etree *t =
        ground_tree(e->ground, c->indicator[indicator].line, period_last_day(p), &err);
    if (t)
        board_touch(e->board, e->ground, indicator, ch->period, t, true, unit);
    else
        board_clear(e->board);
}
