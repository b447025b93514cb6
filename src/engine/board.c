/* board: see board.h, and engine_board() in engine.h. */
#include "engine/board.h"

#include <stdlib.h>

#include "engine/settle.h"

bool board_init(struct board *b, size_t indicators)
{
    *b = (struct board){.indicators = indicators};
    b->touched = malloc((indicators + 1) * sizeof *b->touched);
    for (size_t i = 0; b->touched && i < indicators; i++)
        b->touched[i] = 1;
    return b->touched != NULL;
}

/* The board holds a row, and so does everybody who reads it; the last one frees it. */
static void row_leave(struct board_row *r)
{
    if (r && __atomic_fetch_sub(&r->holders, 1, __ATOMIC_ACQ_REL) == 1)
        free(r);
}

void board_clear(struct board *b)
{
    for (size_t i = 0; i < b->cap; i++)
        row_leave(b->slot[i]);
    free(b->slot);
    b->slot = NULL;
    b->cap = b->n = b->bytes = 0;
    b->way.of.tree = NULL;
    b->way.n = 0;
    b->cleared++;
}

void board_release(struct board *b)
{
    board_clear(b);
    free(b->touched);
    b->touched = NULL;
}

static size_t row_slot(
    struct board_row *const *slot, size_t cap, int unit, int64_t code, enum total_state s)
{
    uint64_t x = (uint64_t)unit * 0x9e3779b97f4a7c15u ^ (uint64_t)code * 0xd6e8feb86659fd93u;
    size_t i = (size_t)(x >> 20) + (size_t)s;

    for (i &= cap - 1; slot[i]; i = (i + 1) & (cap - 1))
        if (slot[i]->unit == unit && slot[i]->code == code && slot[i]->state == s)
            break;
    return i;
}

static struct board_row *find_row(const struct board *b, int unit, int64_t code, enum total_state s)
{
    return b->cap ? b->slot[row_slot(b->slot, b->cap, unit, code, s)] : NULL;
}

static bool is_local(const struct ground *g, const struct board_row *r, size_t i)
{
    return r->same_frequency && g->local[i] && g->c->indicator[i].frequency == r->frequency;
}

static void add_to_way(struct board *b, int unit, int64_t code)
{
    struct board_way *w = &b->way;

    for (int s = 0; s < 2; s++) {
        struct board_row *r = find_row(b, unit, code, (enum total_state)s);
        if (r && w->n < BOARD_WAY)
            w->row[w->n] = r;
        w->n += r != NULL;
    }
}

static void find_way(struct board *b, const struct ground *g, struct board_way_of of)
{
    const struct tree *t = &of.tree->t;
    const struct board_way_of *now = &b->way.of;
    int unit = of.unit, pos = t->pos[unit];

    if (now->tree == of.tree && now->line == of.line && now->code == of.code && now->unit == unit &&
        now->closes == of.closes)
        return;
    b->way.of = of;
    b->way.n = 0;
    add_to_way(b, unit, of.code);
    if (pos < 0 && of.closes) { /* it ended in the period: those it stood under have its figure */
        struct day day = day_add(unit_end(&g->c->units, unit), -1);
        while ((unit = unit_parent_on(&g->c->units, unit, of.line, day)) >= 0)
            add_to_way(b, unit, of.code);
    }
    for (pos = pos < 0 ? -1 : t->parent[pos]; pos >= 0; pos = t->parent[pos])
        add_to_way(b, t->unit[pos], of.code);
    if (b->way.n > BOARD_WAY) /* higher than any tree of units */
        board_clear(b);
}

void board_touch(struct board *b, const struct ground *g, int indicator, int64_t code,
    const struct etree *tree, bool closes, int unit)
{
    enum line line = g->c->indicator[indicator].line;

    for (int k = g->dep_first[indicator]; k < g->dep_first[indicator + 1]; k++)
        if (!++b->touched[g->dep[k]])
            b->touched[g->dep[k]] = 1;
    if (!b->n)
        return;
    find_way(b, g, (struct board_way_of){tree, line, code, unit, closes});
    for (int i = 0; i < b->way.n; i++)
        for (int k = g->dep_first[indicator]; k < g->dep_first[indicator + 1]; k++)
            b->way.row[i]->valid[g->dep[k] >> 6] &= ~((uint64_t)1 << (g->dep[k] & 63));
}

/* ---- asking ---- */

struct board_ask {
    const struct catalog *catalog;
    int unit;
    struct period period;
    enum total_state state;
    struct board_row *row; /* the answer: one that is kept, or made for the question */
    bool made;
    /* When it was made. */
    uint64_t groups;
    const struct ground *ground;
    enum line line;
    const struct tier *tier;
    int pos, slot;
};

_Static_assert(MARK_CARRIED < 1 << 12, "marks of a figure have 12 bits");

static struct engine_figure brief(const struct total *t)
{
    if (t->reported > ENGINE_FIGURE_COUNT_MAX || t->expected > ENGINE_FIGURE_COUNT_MAX)
        return (struct engine_figure){.den = -1};
    struct engine_figure f = {
        .reported = (uint64_t)t->reported, .expected = (uint64_t)t->expected, .marks = t->marks};

    if (!t->has)
        return f;
    f.num = (int64_t)t->value.num;
    f.den = (int64_t)t->value.den;
    if (f.num != t->value.num || f.den != t->value.den)
        f.den = -1;
    return f;
}

/* A whole mantissa at some decimals as a fraction in its lowest terms. */
static void put_decimal(struct engine_figure *f, int64_t m, int decimals)
{
    int twos = m ? __builtin_ctzll((uint64_t)m) : decimals;
    int fives = 0;

    twos = twos < decimals ? twos : decimals;
    m >>= twos; /* exact: those bits are 0 */
    while (fives < decimals && m % 5 == 0) {
        m /= 5;
        fives++;
    }
    f->num = m;
    f->den = pow10_i64(decimals) >> twos;
    for (; fives > 0; fives--)
        f->den /= 5;
}

/* Where the unit stands in the tier and the tree of the line that was asked for last. */
static void find_tier(const struct eval *v, struct board_ask *w, enum line line)
{
    if (w->line == line)
        return;
    w->line = line;
    w->tier = tiers_find(&v->e->tiers, period_code(w->period), line);
    int pos = w->tier ? w->tier->tree->t.pos[w->unit] : -1;
    w->pos = pos;
    w->slot = pos < 0 ? -1 : w->tier->tree->slot[pos];
}

/* A sum of figures without marks and without stated ones, read as it stands: off the tier where the
 * unit is an upper one, else off the column that the tier's row stands for. */
static bool quick(const struct eval *v, struct board_ask *w, size_t i)
{
    const struct brief *x = &v->g->brief[i];
    int64_t m = 0;

    if (!x->simple)
        return false;
    find_tier(v, w, (enum line)x->line);
    const struct tier_row *r = w->tier && w->pos >= 0 ? &w->tier->row[i] : NULL;
    if (!r || !r->roster || !r->plain[w->state])
        return false;
    struct engine_figure f = {.expected = (uint64_t)r->roster->count[w->pos]};
    note_use(&r->used);
    if (w->slot >= 0) {
        const struct tier_side *side = tier_side(w->tier, r, w->state);
        f.reported = (uint64_t)tier_count(
            w->tier, tier_reported(w->tier, tier_narrow(w->tier, r, side)), w->slot);
        m = tier_sum(w->tier, r, side, w->slot);
    } else {
        const struct column *col =
            table_find(&v->e->table, (struct column_key){x->series, w->tier->code});
        if (!col)
            return false;
        const struct plane *p = column_plane(col, w->state);
        i128 sum;
        int64_t n;
        plane_total(p, r->roster, w->pos, &sum, &n);
        m = (int64_t)sum;
        f.reported = (uint64_t)n;
        if (m != sum)
            return false;
    }
    if (f.reported)
        put_decimal(&f, m, x->decimals);
    w->row->figure[i] = f;
    return true;
}

static bool work_out(struct eval *v, struct board_ask *w, size_t i)
{
    struct board_row *r = w->row;
    struct total t;

    r->seen[i] = v->e->board->touched[i];
    if (is_local(v->g, r, i)) {
        r->valid[i >> 6] |= (uint64_t)1 << (i & 63);
        r->seen[i] = 0;
    }
    if (quick(v, w, i))
        return true;
    struct ask q = {
        .indicator = (int)i, .series = -1, .line = v->c->indicator[i].line, .state = w->state};

    if (!eval_total(v, q, w->unit, w->period, &t))
        return false;
    r->figure[i] = brief(&t);
    return true;
}

/* The first cell from `i` on that does not hold any more; the number of cells where all do. */
static size_t next_open(const struct board *b, const struct board_row *r, size_t i)
{
    for (; i < b->indicators; i = (i | 63) + 1) {
        uint64_t open = ~r->valid[i >> 6] & ~(uint64_t)0 << (i & 63);
        for (; open; open &= open - 1) {
            size_t at = (i & ~(size_t)63) + (size_t)__builtin_ctzll(open);
            if (at >= b->indicators)
                return b->indicators;
            if (r->seen[at] != b->touched[at])
                return at;
        }
    }
    return b->indicators;
}

static struct board_row *row_new(const struct board_ask *w, size_t indicators)
{
    size_t words = (indicators + 63) / 64;
    size_t size = sizeof(struct board_row) + words * 8 +
                  indicators * (sizeof(uint32_t) + sizeof(struct engine_figure)) + 8;
    struct board_row *r = malloc(size);

    if (!r)
        return NULL;
    memset(r, 0, sizeof *r);
    r->unit = w->unit;
    r->code = period_code(w->period);
    r->state = w->state;
    r->same_frequency = period_frequency(w->period, &r->frequency);
    r->valid = (uint64_t *)(r + 1);
    r->figure = (struct engine_figure *)(r->valid + words);
    r->seen = (uint32_t *)(r->figure + indicators);
    r->holders = 1;
    return r;
}

/* A row of this question's own: what is kept of it, to be mended where it does not hold any more.
 */
static bool make_row(struct eval *v, struct board_ask *w, const struct board_row *kept)
{
    size_t n = v->e->board->indicators, words = (n + 63) / 64;

    row_leave(w->row);
    w->row = row_new(w, n);
    if (!w->row)
        return err_memory(v->err);
    if (kept) {
        memcpy(w->row->valid, kept->valid, words * sizeof *kept->valid);
        memcpy(w->row->figure, kept->figure, n * sizeof *kept->figure);
        memcpy(w->row->seen, kept->seen, n * sizeof *kept->seen);
    } else {
        memset(w->row->valid, 0, words * sizeof *w->row->valid);
        memset(w->row->seen, 0, n * sizeof *w->row->seen);
    }
    return true;
}

static bool run_board(struct eval *v, void *ctx)
{
    struct board_ask *w = ctx;
    const struct board *b = v->e->board;

    if (w->catalog && w->catalog != v->c)
        return err_set(v->err, ERR_CONFLICT, MSG_err_engine_catalog);
    if (w->unit < 0 || (size_t)w->unit >= v->c->units.n || !period_valid(w->period))
        return err_set(v->err, ERR_INTERNAL, MSG_err_engine_query);
    struct board_row *r = find_row(b, w->unit, period_code(w->period), w->state);
    if (r && __atomic_load_n(&r->asked, __ATOMIC_RELAXED) != b->clock)
        __atomic_store_n(&r->asked, b->clock, __ATOMIC_RELAXED);
    size_t i = r ? next_open(b, r, 0) : 0;
    w->made = !r || i < b->indicators;
    if (!w->made) {
        row_leave(w->row);
        __atomic_fetch_add(&r->holders, 1, __ATOMIC_RELAXED);
        w->row = r;
        return true;
    }
    if (!make_row(v, w, r))
        return false;
    w->line = LINE_COUNT;
    w->groups = v->e->groups;
    w->ground = v->g;
    for (; i < b->indicators; i = next_open(b, w->row, i + 1))
        if (!work_out(v, w, i))
            return false;
    return true;
}

static size_t row_bytes(const struct board *b)
{
    return sizeof(struct board_row) + b->indicators * (sizeof(struct engine_figure) + 5);
}

static void rehash(const struct board *b, struct board_row **slot, size_t cap)
{
    for (size_t i = 0; i < b->cap; i++)
        if (b->slot[i]) {
            struct board_row *r = b->slot[i];
            slot[row_slot(slot, cap, r->unit, r->code, r->state)] = r;
        }
}

/* Lets go of the rows asked for longest ago: those of the older half of a full board. */
static void shed(struct board *b)
{
    struct board_row **slot = calloc(b->cap, sizeof *slot);

    if (!slot) {
        board_clear(b);
        return;
    }
    for (size_t i = 0; i < b->cap; i++)
        if (b->slot[i] && b->slot[i]->asked < b->half) {
            row_leave(b->slot[i]);
            b->slot[i] = NULL;
            b->n--;
            b->bytes -= row_bytes(b);
        }
    rehash(b, slot, b->cap);
    free(b->slot);
    b->slot = slot;
    b->half = b->clock;
    if (b->bytes > BOARD_BYTES_MAX / 4 * 3)
        board_clear(b);
}

/* Room for one more row; false: keep none. */
static bool board_room(struct board *b)
{
    b->clock++;
    if (b->bytes + row_bytes(b) > BOARD_BYTES_MAX)
        shed(b);
    else if (b->bytes < BOARD_BYTES_MAX / 2)
        b->half = b->clock;
    if ((b->n + 1) * 2 <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap * 2 : 256;
    struct board_row **slot = calloc(cap, sizeof *slot);
    if (!slot)
        return false;
    rehash(b, slot, cap);
    free(b->slot);
    b->slot = slot;
    b->cap = cap;
    return true;
}

/* Keeps the row that was made in the place of the one there, unless something changed since. */
static void keep(struct engine *e, const struct board_ask *w)
{
    struct board *b = e->board;

    pthread_rwlock_wrlock(&e->lock);
    b->way.of.tree = NULL; /* a row may go */
    if (e->groups == w->groups && e->ground == w->ground) {
        struct board_row *r = w->row, *old = find_row(b, r->unit, r->code, r->state);
        bool room = old || board_room(b);
        if (!old && room) {
            b->n++;
            b->bytes += row_bytes(b);
        }
        if (room) {
            r->asked = b->clock;
            r->holders++; /* nobody else knows it yet */
            b->slot[row_slot(b->slot, b->cap, r->unit, r->code, r->state)] = r;
            row_leave(old);
        }
    }
    pthread_rwlock_unlock(&e->lock);
}

bool engine_board(struct engine *e, const struct catalog *catalog, int unit, struct period period,
    enum total_state state, struct engine_board *ret, struct err *err)
{
    struct board_ask w = {.catalog = catalog, .unit = unit, .period = period, .state = state};

    if (!engine_settle(e, run_board, &w, err)) {
        row_leave(w.row);
        return false;
    }
    if (w.made)
        keep(e, &w);
    *ret = (struct engine_board){w.row->figure, w.row};
    return true;
}

void engine_board_end(struct engine_board *b)
{
    row_leave(b->row);
    *b = (struct engine_board){0};
}

uint64_t engine_stamp(struct engine *e, int indicator)
{
    uint64_t stamp = 0;

    pthread_rwlock_rdlock(&e->lock);
    const struct board *b = e->board;
    if (indicator >= 0 && (size_t)indicator < b->indicators)
        stamp = (uint64_t)b->cleared << 32 | b->touched[indicator];
    pthread_rwlock_unlock(&e->lock);
    return stamp;
}
