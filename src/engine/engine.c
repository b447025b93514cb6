/* engine: life, columns coming in, changes, another catalogue; see engine.h and internal.h. */
#include "engine/board.h"
#include "engine/closing.h"

#include <stdlib.h>

/* Periods of one series lie near one another, so that a row of months is a few cache lines. */
static size_t slot_of(const struct column_table *t, uint64_t key)
{
    uint64_t series = key >> COLUMN_PERIOD_BITS, period = key & COLUMN_PERIOD_MASK;
    size_t i = (size_t)(series * 0x9e3779b97f4a7c15u >> 17) + (size_t)(period / 7 * 2);

    for (i &= t->cap - 1; t->slot[i].key && t->slot[i].key != key;)
        i = (i + 1) & (t->cap - 1);
    return i;
}

struct column *table_find(const struct column_table *t, struct column_key key)
{
    return t->cap ? t->slot[slot_of(t, column_key_packed(key))].column : NULL;
}

static bool table_make(size_t cap, struct column_table *ret)
{
    *ret = (struct column_table){calloc(cap, sizeof(struct column_slot)), cap, 0};
    return ret->slot != NULL;
}

static void table_add(struct column_table *t, struct column *c)
{
    uint64_t key = column_key_packed((struct column_key){c->series.v, c->code});

    t->slot[slot_of(t, key)] = (struct column_slot){key, c};
    t->n++;
}

/* A table with room for one more: a larger copy made aside, or the same one. */
static bool table_room(const struct column_table *t, struct column_table *ret)
{
    if ((t->n + 1) * 2 <= t->cap) {
        *ret = *t;
        return true;
    }
    if (!table_make(t->cap ? t->cap * 2 : 64, ret))
        return false;
    for (size_t i = 0; i < t->cap; i++)
        if (t->slot[i].column)
            table_add(ret, t->slot[i].column);
    return true;
}

static void table_free(struct column_table *t)
{
    for (size_t i = 0; i < t->cap; i++)
        column_free(t->slot[i].column);
    free(t->slot);
}

struct engine *engine_new(
    const struct catalog *catalog, struct engine_source source, struct err *err)
{
    struct engine *e = calloc(1, sizeof *e);

    struct board *b = calloc(1, sizeof *b);

    if (!e || !b || !board_init(b, catalog->indicators) ||
        !(e->ground = ground_new(catalog, err))) {
        if (b)
            board_release(b);
        free(b);
        free(e);
        err_memory(err);
        return NULL;
    }
    e->board = b;
    e->source = source;
    tiers_init(&e->tiers, catalog->indicators);
    pthread_mutex_init(&e->writer, NULL);
    pthread_mutex_init(&e->loads, NULL);
    pthread_cond_init(&e->loaded, NULL);
    pthread_rwlock_init(&e->lock, NULL);
    for (int line = 0; line < LINE_COUNT; line++)
        if (!ground_tree(e->ground, (enum line)line, day_add(DAY_MAX, -1), err)) {
            engine_free(e);
            return NULL;
        }
    return e;
}

void engine_free(struct engine *e)
{
    if (!e)
        return;
    table_free(&e->table);
    board_release(e->board);
    free(e->board);
    tiers_release(&e->tiers);
    ground_free(e->ground);
    pthread_rwlock_destroy(&e->lock);
    pthread_cond_destroy(&e->loaded);
    pthread_mutex_destroy(&e->loads);
    pthread_mutex_destroy(&e->writer);
    free(e);
}

/* ---- columns coming in ---- */

struct raw {
    struct engine_cell *p;
    size_t n, cap;
    bool failed;
};

static bool take_raw(void *ctx, const struct engine_cell *cell)
{
    struct raw *r = ctx;

    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 256;
        struct engine_cell *p = realloc(r->p, cap * sizeof *p);
        if (!p) {
            r->failed = true;
            return false;
        }
        r->p = p;
        r->cap = cap;
    }
    r->p[r->n++] = *cell;
    return true;
}

/* Sets one cell in a column nobody reads yet. */
static bool fill(const struct catalog *c, struct column *col, const struct engine_cell *cell)
{
    int unit = units_find_id(&c->units, cell->unit);
    struct cell a = cell_of_value(cell->approved), p = cell_of_value(cell->provisional);

    if (unit < 0) {
        col->lost_cells = true;
        return true;
    }
    if (!column_reserve(col, unit, a, p))
        return false;
    column_set(col, unit, a, p);
    return true;
}

/* Do figures of units that ended in the period belong to its totals? */
static bool may_close(const struct ground *g, int indicator, struct period p)
{
    size_t from, to;

    ground_ended(g, p, &from, &to);
    return from < to && closing_adds(&g->c->indicator[indicator]);
}

struct ordered {
    int rank;
    uint32_t at;
};

static int by_rank(const void *x, const void *y)
{
    const struct ordered *a = x, *b = y;

    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* All cells of a new column; in the order of its ranks where they are listed by rank. */
static bool fill_all(
    const struct catalog *c, struct column *col, const struct engine_cell *cell, size_t n)
{
    struct ordered *o = col->begins_sparse && n > 1 ? malloc(n * sizeof *o) : NULL;
    bool ok = true;

    for (size_t i = 0; o && i < n; i++) {
        int unit = units_find_id(&c->units, cell[i].unit);
        o[i] = (struct ordered){unit < 0 ? -1 : roster_rank(col->roster, unit), (uint32_t)i};
    }
    if (o)
        qsort(o, n, sizeof *o, by_rank);
    for (size_t i = 0; ok && i < n; i++)
        ok = fill(c, col, &cell[o ? o[i].at : i]);
    free(o);
    return ok;
}

/* The column as the catalogue in force sees it; an unknown series or period gives an empty one that
 * no roster holds. Under `writer`. */
static struct column *build(struct engine *e, struct column_key key, const struct engine_cell *cell,
    size_t n, struct err *err)
{
    const struct catalog *c = e->ground->c;
    struct series_id id = {key.series};
    int series = catalog_series_id(c, id);
    struct period p;

    if (series < 0 || !period_from_code(key.period, &p)) {
        err_set(err, ERR_INTERNAL, MSG_err_engine_series);
        return NULL;
    }
    int indicator = c->series[series].indicator;
    const struct roster *r =
        ground_roster(e->ground, indicator, c->indicator[indicator].line, period_last_day(p), err);
    struct column *col =
        r ? column_new(id, p, series, indicator, r, &e->ground->watch[indicator], n) : NULL;
    if (col)
        col->closes = may_close(e->ground, indicator, p);
    if (col && fill_all(c, col, cell, n)) {
        column_tidy(col);
        return col;
    }
    column_free(col);
    if (r)
        err_memory(err);
    return NULL;
}

static struct loading *find_loading(struct engine *e, struct column_key key)
{
    struct loading *l = e->loading;

    while (l && (l->key.series != key.series || l->key.period != key.period))
        l = l->next;
    return l;
}

static void drop_loading(struct engine *e, struct loading *l)
{
    struct loading **at = &e->loading;

    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    free(l->change);
    free(l);
}

static bool resident(struct engine *e, struct column_key key)
{
    pthread_rwlock_rdlock(&e->lock);
    bool there = table_find(&e->table, key) != NULL;
    pthread_rwlock_unlock(&e->lock);
    return there;
}

/* Registers the load; *ret_loading NULL where the column is there already (perhaps after waiting
 * for another thread that loaded it). */
static bool begin_load(
    struct engine *e, struct column_key key, struct loading **ret_loading, struct err *err)
{
    struct loading *l = NULL;
    bool ok = true;

    pthread_mutex_lock(&e->loads);
    while (find_loading(e, key))
        pthread_cond_wait(&e->loaded, &e->loads);
    if (!resident(e, key)) {
        l = calloc(1, sizeof *l);
        if (l) {
            l->key = key;
            l->next = e->loading;
            e->loading = l;
        } else {
            ok = err_memory(err);
        }
    }
    pthread_mutex_unlock(&e->loads);
    *ret_loading = l;
    return ok;
}

static bool publish(struct engine *e, struct column *col, struct err *err)
{
    struct column_table next;

    if (!table_room(&e->table, &next))
        return err_memory(err);
    struct column_slot *old = next.slot != e->table.slot ? e->table.slot : NULL;
    pthread_rwlock_wrlock(&e->lock);
    table_add(&next, col);
    e->table = next;
    tiers_put(&e->tiers, e->ground, col);
    col->came = ++e->came;
    col->used = 1;
    engine_account(e, col);
    engine_trim(e);
    pthread_rwlock_unlock(&e->lock);
    free(old);
    return true;
}

enum outcome { LOAD_DONE, LOAD_AGAIN, LOAD_FAILED };

static enum outcome finish_load(
    struct engine *e, struct loading *l, const struct raw *raw, struct err *err)
{
    enum outcome outcome = LOAD_FAILED;

    pthread_mutex_lock(&e->writer);
    struct column *col = build(e, l->key, raw->p, raw->n, err);
    pthread_mutex_lock(&e->loads);
    if (col && l->again) {
        l->again = false;
        l->n = 0;
        outcome = LOAD_AGAIN;
    } else if (col) {
        bool ok = true;
        for (size_t i = 0; ok && i < l->n; i++)
            ok = fill(e->ground->c, col, &l->change[i].cell);
        column_tidy(col);
        if (!ok)
            err_memory(err);
        else if (publish(e, col, err))
            outcome = LOAD_DONE;
    }
    if (outcome != LOAD_DONE)
        column_free(col);
    if (outcome != LOAD_AGAIN) {
        drop_loading(e, l);
        pthread_cond_broadcast(&e->loaded);
    }
    pthread_mutex_unlock(&e->loads);
    pthread_mutex_unlock(&e->writer);
    return outcome;
}

static void give_up(struct engine *e, struct loading *l)
{
    pthread_mutex_lock(&e->loads);
    drop_loading(e, l);
    pthread_cond_broadcast(&e->loaded);
    pthread_mutex_unlock(&e->loads);
}

static bool load_one(struct engine *e, struct column_key key, struct err *err)
{
    struct loading *l;
    struct raw raw = {0};
    enum outcome outcome = LOAD_AGAIN;

    if (!begin_load(e, key, &l, err))
        return false;
    while (l && outcome == LOAD_AGAIN) {
        raw.n = 0;
        bool ok = e->source.load(
            e->source.ctx, (struct series_id){key.series}, key.period, take_raw, &raw, err);
        if (ok && !raw.failed) {
            outcome = finish_load(e, l, &raw, err);
        } else {
            if (raw.failed)
                err_memory(err);
            give_up(e, l);
            outcome = LOAD_FAILED;
        }
    }
    free(raw.p);
    return !l || outcome == LOAD_DONE;
}

bool engine_fault(struct engine *e, const struct column_key *keys, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!load_one(e, keys[i], err))
            return false;
    return true;
}

/* ---- changes ---- */

/* Keeps the change for a column on its way in. Under `loads`. */
static void keep_for_load(struct engine *e, const struct engine_change *ch)
{
    struct loading *l = find_loading(e, (struct column_key){ch->series.v, ch->period});

    if (!l || l->again)
        return;
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 16;
        struct engine_change *p = realloc(l->change, cap * sizeof *p);
        if (!p) {
            l->again = true;
            return;
        }
        l->change = p;
        l->cap = cap;
    }
    l->change[l->n++] = *ch;
}

/* The columns behind it in its run move up. */
void engine_remove(struct engine *e, struct column *c)
{
    struct column_table *t = &e->table;
    size_t i = slot_of(t, column_key_packed((struct column_key){c->series.v, c->code}));

    t->slot[i] = (struct column_slot){0};
    t->n--;
    for (i = (i + 1) & (t->cap - 1); t->slot[i].column; i = (i + 1) & (t->cap - 1)) {
        struct column_slot moved = t->slot[i];
        t->slot[i] = (struct column_slot){0};
        t->slot[slot_of(t, moved.key)] = moved;
    }
    e->column_bytes -= c->counted;
    column_free(c);
}

static void let_go(struct engine *e, struct column *col)
{
    board_clear(e->board);
    tiers_drop(&e->tiers, e->ground, col);
    engine_remove(e, col);
}

static void set_cell(struct engine *e, struct column *col, int unit, struct cell a, struct cell p)
{
    column_set(col, unit, a, p);
    board_touch(
        e->board, e->ground, col->indicator, col->code, col->roster->tree, col->closes, unit);
}

/* The figures of a report name one unit. */
struct named {
    struct unit_id id;
    int unit;
};

static int named_unit(const struct catalog *c, struct unit_id id, struct named *last)
{
    if (id.v != last->id.v)
        *last = (struct named){id, units_find_id(&c->units, id)};
    return last->unit;
}

/* Room for every change first, so that the second pass cannot fail; a column without room is let
 * go: it comes in again from the source, where the change already is. */
static void apply_locked(struct engine *e, const struct engine_change *ch, size_t n)
{
    const struct catalog *c = e->ground->c;
    struct named last = {.unit = -1};

    e->groups++;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            struct column *col =
                table_find(&e->table, (struct column_key){ch[i].series.v, ch[i].period});
            int unit = named_unit(c, ch[i].cell.unit, &last);
            struct cell a = cell_of_value(ch[i].cell.approved);
            struct cell p = cell_of_value(ch[i].cell.provisional);
            if (!col && pass == 1 && unit >= 0)
                engine_touch_away(e, &ch[i], unit);
            if (!col)
                continue;
            if (unit < 0)
                col->lost_cells = true;
            else if (pass == 0 && !column_reserve(col, unit, a, p))
                let_go(e, col);
            else if (pass == 1)
                set_cell(e, col, unit, a, p);
        }
    for (size_t i = 0; i < n; i++) {
        struct column *col =
            table_find(&e->table, (struct column_key){ch[i].series.v, ch[i].period});
        int unit = named_unit(c, ch[i].cell.unit, &last);
        if (!col || unit < 0)
            continue;
        column_tidy(col);
        tiers_touch(&e->tiers, e->ground, col, unit);
        engine_account(e, col);
    }
    engine_trim(e);
}

bool engine_apply(struct engine *e, const struct engine_change *changes, size_t n, struct err *err)
{
    (void)err;
    pthread_mutex_lock(&e->writer);
    pthread_mutex_lock(&e->loads);
    for (size_t i = 0; i < n; i++)
        keep_for_load(e, &changes[i]);
    pthread_rwlock_wrlock(&e->lock);
    apply_locked(e, changes, n);
    pthread_rwlock_unlock(&e->lock);
    pthread_mutex_unlock(&e->loads);
    pthread_mutex_unlock(&e->writer);
    return true;
}

void engine_forget(struct engine *e, const struct engine_column *columns, size_t n)
{
    pthread_mutex_lock(&e->writer);
    pthread_mutex_lock(&e->loads);
    pthread_rwlock_wrlock(&e->lock);
    for (size_t i = 0; i < n; i++) {
        struct column_key key = {columns[i].series.v, columns[i].period};
        struct loading *l = find_loading(e, key);
        struct column *col = table_find(&e->table, key);
        if (l)
            l->again = true;
        if (col)
            let_go(e, col);
    }
    e->groups++;
    board_clear(e->board);
    pthread_rwlock_unlock(&e->lock);
    pthread_mutex_unlock(&e->loads);
    pthread_mutex_unlock(&e->writer);
}

bool engine_warm(struct engine *e, struct engine_column column, struct err *err)
{
    return load_one(e, (struct column_key){column.series.v, column.period}, err);
}

/* ---- another catalogue ---- */

struct renewal {
    struct column *old, *next; /* the same where only the roster's place in memory changes */
    const struct roster *roster;
    const struct watches *watches;
    int series_at, indicator;
    bool drop;
};

static bool same_units(const struct catalog *a, const struct roster *x, const struct catalog *b,
    const struct roster *y)
{
    if (x->n != y->n || x->inners != y->inners ||
        memcmp(x->above, y->above, (size_t)x->n * sizeof(int)) != 0 ||
        memcmp(x->inner_parent, y->inner_parent, (size_t)x->inners * sizeof(int)) != 0)
        return false;
    for (int i = 0; i < x->n; i++)
        if (a->units.p[x->unit[i]].id.v != b->units.p[y->unit[i]].id.v)
            return false;
    for (int i = 0; i < x->inners; i++)
        if (a->units.p[x->tree->t.unit[x->inner_pos[i]]].id.v !=
            b->units.p[y->tree->t.unit[y->inner_pos[i]]].id.v)
            return false;
    return true;
}

/* Running sums of a sparse plane stand by the upper units of the tree. */
static bool same_upper(
    const struct catalog *a, const struct etree *x, const struct catalog *b, const struct etree *y)
{
    if (x->slots != y->slots)
        return false;
    for (int i = 0; i < x->slots; i++)
        if (a->units.p[x->t.unit[x->slot_pos[i]]].id.v !=
            b->units.p[y->t.unit[y->slot_pos[i]]].id.v)
            return false;
    return true;
}

static bool refill(const struct catalog *from, const struct catalog *to, const struct column *old,
    struct column *col, int unit)
{
    int there = units_find_id(&to->units, from->units.p[unit].id);
    struct cell a = plane_get(&old->plane[0], old->roster, unit);
    struct cell p = plane_get(column_plane(old, TOTAL_PROVISIONAL), old->roster, unit);

    if (!a.has && !p.has)
        return true;
    if (there < 0) {
        col->lost_cells = true;
        return true;
    }
    if (!column_reserve(col, there, a, p))
        return false;
    column_set(col, there, a, p);
    return true;
}

/* The same figures by another roster. */
static struct column *recast(const struct catalog *from, const struct catalog *to,
    const struct column *old, const struct renewal *w)
{
    struct column *col = column_new(old->series, old->period, w->series_at, w->indicator, w->roster,
        w->watches, old->plane[0].cells);
    bool ok = col != NULL;

    for (int rank = 0; ok && rank < old->roster->n; rank++)
        ok = refill(from, to, old, col, old->roster->unit[rank]);
    for (int s = 0; s < 2; s++)
        for (size_t i = 0; ok && i < old->plane[s].extras; i++)
            ok = refill(from, to, old, col, old->plane[s].extra[i].unit);
    if (ok) {
        column_tidy(col);
        return col;
    }
    column_free(col);
    return NULL;
}

static bool renew(struct engine *e, struct ground *g, struct renewal *w, struct err *err)
{
    const struct catalog *to = g->c;
    struct column *old = w->old;

    w->series_at = catalog_series_id(to, old->series);
    w->drop = w->series_at < 0 || old->lost_cells;
    if (w->drop)
        return true;
    w->indicator = to->series[w->series_at].indicator;
    w->roster = ground_roster(
        g, w->indicator, to->indicator[w->indicator].line, period_last_day(old->period), err);
    if (!w->roster)
        return false;
    w->watches = &g->watch[w->indicator];
    bool moved = !watches_same(old->watches, w->watches) || old->plane[0].extras ||
                 old->plane[1].extras || !same_units(e->ground->c, old->roster, to, w->roster) ||
                 ((old->plane[0].sparse || old->plane[1].sparse) &&
                     !same_upper(e->ground->c, old->roster->tree, to, w->roster->tree));
    w->next = moved ? recast(e->ground->c, to, old, w) : old;
    return w->next || err_memory(err);
}

static bool renew_all(struct engine *e, struct ground *g, struct renewal **ret,
    struct column_table *ret_table, struct err *err)
{
    size_t n = 0;
    struct renewal *w = calloc(e->table.n + 1, sizeof *w);

    *ret = w;
    if (!w || !table_make(e->table.cap ? e->table.cap : 64, ret_table))
        return err_memory(err);
    for (size_t i = 0; i < e->table.cap; i++)
        if (e->table.slot[i].column) {
            w[n].old = e->table.slot[i].column;
            if (!renew(e, g, &w[n++], err))
                return false;
        }
    return true;
}

static void swap(struct engine *e, struct ground *g, struct renewal *w, struct column_table *table,
    struct board board)
{
    struct board old_board;
    struct ground *old = e->ground;
    struct column_table old_table = e->table;
    struct tiers tiers;

    tiers_init(&tiers, g->c->indicators);
    pthread_rwlock_wrlock(&e->lock);
    old_board = *e->board;
    e->column_bytes = 0;
    for (size_t i = 0; w[i].old; i++) {
        if (w[i].next) {
            w[i].next->roster = w[i].roster;
            w[i].next->watches = w[i].watches;
            w[i].next->series_at = w[i].series_at;
            w[i].next->indicator = w[i].indicator;
            w[i].next->closes = may_close(g, w[i].indicator, w[i].next->period);
            table_add(table, w[i].next);
            w[i].next->came = w[i].old->came;
            w[i].next->counted = column_bytes(w[i].next);
            e->column_bytes += w[i].next->counted;
            tiers_put(&tiers, g, w[i].next);
        }
    }
    tiers_release(&e->tiers);
    e->tiers = tiers;
    e->table = *table;
    e->ground = g;
    *e->board = board;
    e->groups++;
    pthread_rwlock_unlock(&e->lock);
    for (size_t i = 0; w[i].old; i++)
        if (w[i].next != w[i].old)
            column_free(w[i].old);
    free(old_table.slot);
    board_release(&old_board);
    ground_free(old);
}

bool engine_set_catalog(struct engine *e, const struct catalog *catalog, struct err *err)
{
    struct renewal *w = NULL;
    struct column_table table = {0};
    struct board board = {0};

    pthread_mutex_lock(&e->writer);
    struct ground *g = ground_new(catalog, err);
    bool ok = g != NULL;
    for (int line = 0; ok && line < LINE_COUNT; line++)
        ok = ground_tree(g, (enum line)line, day_add(DAY_MAX, -1), err) != NULL;
    ok = ok && (board_init(&board, catalog->indicators) || err_memory(err)) &&
         renew_all(e, g, &w, &table, err);
    if (ok) {
        swap(e, g, w, &table, board);
    } else {
        for (size_t i = 0; w && w[i].old; i++)
            if (w[i].next != w[i].old)
                column_free(w[i].next);
        free(table.slot);
        board_release(&board);
        ground_free(g);
    }
    free(w);
    pthread_mutex_unlock(&e->writer);
    return ok;
}

void engine_stats(struct engine *e, struct engine_stats *ret)
{
    struct engine_stats s = {0};

    pthread_rwlock_rdlock(&e->lock);
    for (size_t i = 0; i < e->table.cap; i++) {
        const struct column *c = e->table.slot[i].column;
        if (!c)
            continue;
        s.columns++;
        s.sparse += c->plane[0].sparse;
        s.cells += (int64_t)(c->plane[0].cells + c->plane[0].extras);
    }
    s.bytes = (int64_t)(engine_bytes(e) + e->board->bytes);
    s.limit = (int64_t)__atomic_load_n(&e->limit, __ATOMIC_RELAXED);
    s.evicted = e->evicted;
    pthread_mutex_lock(&e->ground->mutex);
    s.trees = (int64_t)e->ground->tree.n;
    s.bytes += (int64_t)e->ground->arena.used;
    pthread_mutex_unlock(&e->ground->mutex);
    pthread_rwlock_unlock(&e->lock);
    *ret = s;
}
