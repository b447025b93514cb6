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

void board_clear(struct board *b)
{
    for (size_t i = 0; i < b->cap; i++)
        free(b->slot[i]);
    free(b->slot);
    b->slot = NULL;
    b->cap = b->n = b->bytes = 0;
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

static void clear_bits(
    struct board *b, const struct ground *g, int unit, int64_t code, int indicator)
{
    for (int s = 0; s < 2; s++) {
        struct board_row *r = find_row(b, unit, code, (enum total_state)s);
        for (int k = g->dep_first[indicator]; r && k < g->dep_first[indicator + 1]; k++)
            r->valid[g->dep[k] >> 6] &= ~((uint64_t)1 << (g->dep[k] & 63));
    }
}

void board_touch(struct board *b, const struct ground *g, int indicator, int64_t code,
    const struct etree *tree, bool closes, int unit)
{
    const struct tree *t = &tree->t;
    int pos = t->pos[unit];

    for (int k = g->dep_first[indicator]; k < g->dep_first[indicator + 1]; k++)
        if (!++b->touched[g->dep[k]])
            b->touched[g->dep[k]] = 1;
    if (!b->n)
        return;
    clear_bits(b, g, unit, code, indicator);
    if (pos < 0 && closes) { /* it ended in the period: those it stood under have its figure */
        enum line line = g->c->indicator[indicator].line;
        struct day day = day_add(unit_end(&g->c->units, unit), -1);
        while ((unit = unit_parent_on(&g->c->units, unit, line, day)) >= 0)
            clear_bits(b, g, unit, code, indicator);
    }
    for (pos = pos < 0 ? -1 : t->parent[pos]; pos >= 0; pos = t->parent[pos])
        clear_bits(b, g, t->unit[pos], code, indicator);
}

/* ---- asking ---- */

struct board_ask {
    const struct catalog *catalog;
    int unit;
    struct period period;
    enum total_state state;
    struct engine_figure *ret;
    size_t n;
    /* What had to be worked out, and when. */
    int *fresh;
    size_t fresh_n;
    uint64_t groups;
    size_t indicators;
    const struct ground *ground;
    bool kept; /* there was a row */
    enum line line;
    const struct tier *tier;
    int pos, slot;
};

static struct engine_figure brief(const struct total *t)
{
    struct engine_figure f = {
        .reported = (int32_t)t->reported, .expected = (int32_t)t->expected, .marks = t->marks};

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
    struct engine_figure f = {.expected = r->roster->count[w->pos]};
    note_use(&r->used);
    if (w->slot >= 0) {
        const struct tier_side *side = tier_side(w->tier, r, w->state);
        f.reported =
            tier_count(w->tier, tier_reported(w->tier, tier_narrow(w->tier, r, side)), w->slot);
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
        f.reported = (int32_t)n;
        if (m != sum)
            return false;
    }
    if (f.reported)
        put_decimal(&f, m, x->decimals);
    w->ret[i] = f;
    return true;
}

static bool work_out(struct eval *v, struct board_ask *w, size_t i)
{
    struct total t;

    w->fresh[w->fresh_n++] = (int)i;
    if (quick(v, w, i))
        return true;
    struct ask q = {
        .indicator = (int)i, .series = -1, .line = v->c->indicator[i].line, .state = w->state};

    if (!eval_total(v, q, w->unit, w->period, &t))
        return false;
    w->ret[i] = brief(&t);
    return true;
}

static bool run_board(struct eval *v, void *ctx)
{
    struct board_ask *w = ctx;
    const struct board *b = v->e->board;

    if ((w->catalog && w->catalog != v->c) || w->n > v->c->indicators)
        return err_set(v->err, ERR_CONFLICT, MSG_err_engine_catalog);
    if (w->unit < 0 || (size_t)w->unit >= v->c->units.n || !period_valid(w->period))
        return err_set(v->err, ERR_INTERNAL, MSG_err_engine_query);
    struct board_row *r = find_row(b, w->unit, period_code(w->period), w->state);
    if (r)
        __atomic_store_n(&r->asked, b->clock, __ATOMIC_RELAXED);
    w->fresh_n = 0;
    w->kept = r != NULL;
    w->line = LINE_COUNT;
    w->groups = v->e->groups;
    w->ground = v->g;
    w->indicators = b->indicators;
    if (r)
        memcpy(w->ret, r->figure, w->n * sizeof *w->ret);
    for (size_t word = 0; word * 64 < w->n; word++) {
        uint64_t open = r ? ~r->valid[word] : ~(uint64_t)0;
        for (; open; open &= open - 1) {
            size_t i = word * 64 + (size_t)__builtin_ctzll(open);
            if (i >= w->n)
                break;
            if (r && r->seen[i] == b->touched[i])
                continue;
            if (!work_out(v, w, i))
                return false;
        }
    }
    return true;
}

static struct board_row *row_new(const struct board_ask *w, size_t indicators)
{
    size_t words = (indicators + 63) / 64;
    size_t size = sizeof(struct board_row) + words * 8 +
                  indicators * (sizeof(uint32_t) + sizeof(struct engine_figure)) + 8;
    struct board_row *r = calloc(1, size);

    if (!r)
        return NULL;
    r->unit = w->unit;
    r->code = period_code(w->period);
    r->state = w->state;
    r->same_frequency = period_frequency(w->period, &r->frequency);
    r->valid = (uint64_t *)(r + 1);
    r->figure = (struct engine_figure *)(r->valid + words);
    r->seen = (uint32_t *)(r->figure + indicators);
    return r;
}

static size_t row_bytes(const struct board *b)
{
    return sizeof(struct board_row) + b->indicators * 41;
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
            free(b->slot[i]);
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

/* Keeps what was worked out, unless something changed since. */
static void keep(struct engine *e, const struct board_ask *w)
{
    struct board *b = e->board;
    struct board_row *made = w->kept ? NULL : row_new(w, w->indicators);

    pthread_rwlock_wrlock(&e->lock);
    if (e->groups == w->groups && e->ground == w->ground) {
        struct board_row *r = find_row(b, w->unit, period_code(w->period), w->state);
        if (!r && made && board_room(b)) {
            r = made;
            made = NULL;
            r->asked = b->clock;
            b->slot[row_slot(b->slot, b->cap, r->unit, r->code, r->state)] = r;
            b->n++;
            b->bytes += row_bytes(b);
        }
        for (size_t k = 0; r && k < w->fresh_n; k++) {
            size_t i = (size_t)w->fresh[k];
            r->figure[i] = w->ret[i];
            r->seen[i] = b->touched[i];
            if (is_local(w->ground, r, i)) {
                r->valid[i >> 6] |= (uint64_t)1 << (i & 63);
                r->seen[i] = 0;
            }
        }
    }
    pthread_rwlock_unlock(&e->lock);
    free(made);
}

bool engine_board(struct engine *e, const struct catalog *catalog, int unit, struct period period,
    enum total_state state, struct engine_figure *ret, size_t n, struct err *err)
{
    int few[512], *fresh = n <= 512 ? few : malloc(n * sizeof *fresh);
    struct board_ask w = {.catalog = catalog,
        .unit = unit,
        .period = period,
        .state = state,
        .ret = ret,
        .n = n,
        .fresh = fresh};
    bool ok = fresh ? engine_settle(e, run_board, &w, err) : err_memory(err);

    if (ok && w.fresh_n)
        keep(e, &w);
    if (fresh != few)
        free(fresh);
    return ok;
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
