/* column: see column.h. */
#include "engine/column.h"

#include <stdlib.h>

_Static_assert(MARK_MADE_UP == 1 << CELL_MARK_SHIFT, "marks of cells are a byte of the marks");
_Static_assert(MARK_PRELIMINARY >> CELL_MARK_SHIFT < 256, "marks of cells are a byte of the marks");

struct cell cell_of_value(struct cell_value v)
{
    struct cell c = {.has = v.has, .value = v.has ? v.value : 0};
    uint32_t marks = 0;

    if (!v.has)
        return c;
    if (v.flags & FIGURE_MADE_UP)
        marks |= MARK_MADE_UP;
    if (v.flags & FIGURE_APPROX)
        marks |= MARK_APPROX;
    if ((v.flags & FIGURE_STATUS) == STATUS_ESTIMATE)
        marks |= MARK_ESTIMATE;
    if ((v.flags & FIGURE_STATUS) == STATUS_PRELIMINARY)
        marks |= MARK_PRELIMINARY;
    c.marks = (uint8_t)(marks >> CELL_MARK_SHIFT);
    return c;
}

static size_t words(const struct roster *r)
{
    return ((size_t)r->n + 63) / 64;
}

/* Few enough cells to list them: at first, and where a listed plane is laid out with a place for
 * every rank, and back. */
static bool begins_sparse(size_t cells, const struct roster *r)
{
    return cells * 4 < (size_t)r->n;
}
static bool fills_up(const struct plane *p, const struct roster *r)
{
    return p->sparse && p->cells * 8 > (size_t)r->n * 3;
}
static bool empties(const struct plane *p, const struct roster *r)
{
    return !p->sparse && p->width && p->cells * 8 < (size_t)r->n;
}

/* Sums, counts and presence stand in one block. */
static size_t head_bytes(const struct column *c, bool sparse)
{
    size_t nodes = (size_t)(sparse ? c->roster->tree->slots : c->roster->inners);

    return nodes * sizeof(int64_t) + nodes * (1 + c->watches->n) * sizeof(int32_t) + 8 +
           (sparse ? 0 : words(c->roster) * 8);
}

static void point(struct plane *p, const struct column *c)
{
    size_t nodes = (size_t)(p->sparse ? c->roster->tree->slots : c->roster->inners);
    size_t counts = (nodes * (1 + c->watches->n) * sizeof(int32_t) + 7) & ~(size_t)7;

    p->reported = (int32_t *)(p->sum + nodes);
    p->met = p->reported + nodes;
    p->present = p->sparse ? NULL : (uint64_t *)(void *)((char *)p->reported + counts);
}

struct column *column_new(struct series_id series, struct period period, int series_at,
    int indicator, const struct roster *roster, const struct watches *watches, size_t cells)
{
    struct column shape = {.roster = roster, .watches = watches};
    size_t size = (sizeof shape + 15) & ~(size_t)15;
    bool sparse = begins_sparse(cells, roster), with_room = cells && !sparse;
    struct column *c = calloc(1, size + (with_room ? head_bytes(&shape, false) : 0));

    if (c)
        *c = (struct column){.series = series,
            .period = period,
            .code = period_code(period),
            .series_at = series_at,
            .indicator = indicator,
            .roster = roster,
            .watches = watches,
            .begins_sparse = sparse,
            .first_cells = cells,
            .head = with_room ? (char *)c + size : NULL};
    return c;
}

static void plane_release(struct plane *p, const void *head)
{
    free(p->value);
    free(p->rank);
    if (p->sum != head)
        free(p->sum);
    free(p->marks);
    free(p->extra);
    *p = (struct plane){0};
}

void column_free(struct column *c)
{
    if (!c)
        return;
    plane_release(&c->plane[0], c->head);
    plane_release(&c->plane[1], NULL);
    free(c);
}

bool column_empty(const struct column *c)
{
    return !c->has_plane1 && !c->plane[0].cells && !c->plane[0].extras;
}

/* Of three bytes, low one first. */
struct three {
    uint8_t byte[3];
};
static inline int32_t of_three(struct three t)
{
    return (int32_t)((uint32_t)t.byte[0] << 8 | (uint32_t)t.byte[1] << 16 |
                     (uint32_t)t.byte[2] << 24) >>
           8;
}

static int64_t load(const struct plane *p, int rank)
{
    switch (p->width) {
    case 1:
        return ((const int8_t *)p->value)[rank];
    case 2:
        return ((const int16_t *)p->value)[rank];
    case 3:
        return of_three(((const struct three *)p->value)[rank]);
    case 4:
        return ((const int32_t *)p->value)[rank];
    default:
        return ((const int64_t *)p->value)[rank];
    }
}

static void put(void *value, uint8_t width, int rank, int64_t v)
{
    switch (width) {
    case 1:
        ((int8_t *)value)[rank] = (int8_t)v;
        break;
    case 2:
        ((int16_t *)value)[rank] = (int16_t)v;
        break;
    case 3:
        ((struct three *)value)[rank] =
            (struct three){{(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16)}};
        break;
    case 4:
        ((int32_t *)value)[rank] = (int32_t)v;
        break;
    default:
        ((int64_t *)value)[rank] = v;
    }
}

/* Places of three bytes are for lists, which are read cell by cell. */
static uint8_t width_of(int64_t v, bool sparse)
{
    if (sparse && v != (int16_t)v && v >= -(1 << 23) && v < 1 << 23)
        return 3;
    return v == (int8_t)v ? 1 : v == (int16_t)v ? 2 : v == (int32_t)v ? 4 : 8;
}

/* Room for the sums, in the layout that the plane has or begins with. */
static bool begin(struct plane *p, const struct column *c)
{
    if (p->sum)
        return true;
    p->sparse = c->begins_sparse;
    p->sum =
        p == &c->plane[0] && c->head && !p->sparse ? c->head : calloc(1, head_bytes(c, p->sparse));
    p->rank = p->sum && p->sparse ? ranks_new((uint32_t)c->roster->n, 0) : NULL;
    if (p->sum && p->sparse && !p->rank) {
        free(p->sum);
        p->sum = NULL;
    }
    if (p->sum)
        point(p, c);
    else
        p->sparse = false;
    return p->sum != NULL;
}

/* How many values there is room for, and how many are to be kept. */
static size_t places(const struct plane *p, const struct column *c)
{
    return p->sparse ? p->cell_cap : (size_t)c->roster->n;
}

static bool widen(struct plane *p, const struct column *c, uint8_t width)
{
    size_t n = places(p, c), kept = p->sparse ? p->cells : n;

    if (width <= p->width)
        return true;
    void *value = calloc(n ? n : 1, width);
    if (!value)
        return false;
    for (size_t i = 0; p->width && i < kept; i++)
        put(value, width, (int)i, load(p, (int)i));
    free(p->value);
    p->value = value;
    p->width = width;
    return true;
}

static bool enlarge(void *at, size_t size)
{
    void *p = realloc(*(void **)at, size ? size : 1);

    if (p)
        *(void **)at = p;
    return p != NULL;
}

/* Room for one more cell of a sparse plane, by an eighth. */
static bool more_cells(struct plane *p, const struct column *c)
{
    size_t need = p->cells + p->promised_cells + 1, cap = p->cell_cap + p->cell_cap / 8 + 4;

    if (need <= p->cell_cap)
        return true;
    if (!p->cell_cap && c->first_cells)
        cap = c->first_cells;
    cap = cap < need ? need : cap;
    if (cap > UINT32_MAX || !ranks_reserve(&p->rank, (uint32_t)cap) ||
        (p->width && !enlarge(&p->value, cap * p->width)) || (p->marks && !enlarge(&p->marks, cap)))
        return false;
    p->cell_cap = cap;
    return true;
}

static bool plane_reserve(struct plane *p, const struct column *c, int rank, struct cell cell)
{
    if (!cell.has)
        return true;
    if (rank >= 0) {
        if (!begin(p, c) || (p->sparse && !more_cells(p, c)) ||
            !widen(p, c, width_of(cell.value, p->sparse)))
            return false;
        p->promised_cells += p->sparse;
        return !cell.marks || p->marks || (p->marks = calloc(places(p, c) + 1, 1));
    }
    if (p->extras + p->promised++ < p->extra_cap)
        return true;
    size_t cap = p->extra_cap ? p->extra_cap * 2 : 4;
    struct extra *e = realloc(p->extra, cap * sizeof *e);
    if (!e)
        return false;
    p->extra = e;
    p->extra_cap = cap;
    return true;
}

static void *copied(const void *from, size_t n)
{
    void *to = from ? malloc(n ? n : 1) : NULL;

    if (to)
        memcpy(to, from, n);
    return to;
}

static bool plane_copy(const struct plane *from, const struct column *c, struct plane *to)
{
    struct plane p = *from;
    size_t n = places(from, c);

    p.value = copied(from->value, n * from->width);
    p.rank = from->rank ? ranks_copy(from->rank) : NULL;
    p.sum = copied(from->sum, head_bytes(c, from->sparse));
    p.marks = copied(from->marks, n);
    p.extra = copied(from->extra, from->extra_cap * sizeof *from->extra);
    if ((from->value && !p.value) || (from->rank && !p.rank) || (from->sum && !p.sum) ||
        (from->marks && !p.marks) || (from->extra && !p.extra)) {
        plane_release(&p, NULL);
        return false;
    }
    if (p.sum)
        point(&p, c);
    *to = p;
    return true;
}

static bool same_cell(struct cell a, struct cell b)
{
    return a.has == b.has && (!a.has || (a.value == b.value && a.marks == b.marks));
}

bool column_reserve(struct column *c, int unit, struct cell approved, struct cell provisional)
{
    int rank = roster_rank(c->roster, unit);

    if (!same_cell(approved, provisional) && !c->has_plane1) {
        if (!plane_copy(&c->plane[0], c, &c->plane[1]))
            return false;
        c->has_plane1 = true;
    }
    return plane_reserve(&c->plane[0], c, rank, approved) &&
           (!c->has_plane1 || plane_reserve(&c->plane[1], c, rank, provisional));
}

/* `at`: where the value stands. */
static struct cell cell_at(const struct plane *p, size_t at)
{
    return (struct cell){true, p->marks ? p->marks[at] : 0, load(p, (int)at)};
}

struct cell plane_at(const struct plane *p, int rank)
{
    int64_t at = p->sparse ? plane_cell(p, rank) : plane_has(p, rank) ? rank : -1;

    return at >= 0 ? cell_at(p, (size_t)at) : (struct cell){false, 0, 0};
}

struct plane_walk plane_walk(const struct plane *p, int from)
{
    struct plane_walk w = {.p = p};

    if (p->sparse) {
        w.at = ranks_seek(p->rank, (uint32_t)from);
        w.more = ranks_settle(p->rank, &w.at, &w.rank);
    }
    return w;
}

static inline void walk_on(struct plane_walk *w)
{
    ranks_step(&w->at);
    w->more = ranks_settle(w->p->rank, &w->at, &w->rank);
}

struct cell plane_walk_to(struct plane_walk *w, int rank)
{
    if (!w->p->sparse)
        return plane_at(w->p, rank);
    while (w->more && w->rank < (uint32_t)rank)
        walk_on(w);
    return w->more && w->rank == (uint32_t)rank ? cell_at(w->p, w->at.at)
                                                : (struct cell){false, 0, 0};
}

bool plane_next(struct plane_walk *w, int to, int *ret_rank, struct cell *ret)
{
    if (!w->more || w->rank >= (uint32_t)to)
        return false;
    *ret_rank = (int)w->rank;
    *ret = cell_at(w->p, w->at.at);
    walk_on(w);
    return true;
}

struct cell plane_get(const struct plane *p, const struct roster *r, int unit)
{
    int rank = roster_rank(r, unit);

    if (rank >= 0)
        return plane_at(p, rank);
    for (size_t i = 0; i < p->extras; i++)
        if (p->extra[i].unit == unit)
            return p->extra[i].cell;
    return (struct cell){false, 0, 0};
}

static void set_extra(struct plane *p, int unit, struct cell cell)
{
    size_t i = 0;

    while (i < p->extras && p->extra[i].unit != unit)
        i++;
    if (cell.has) {
        p->extra[i] = (struct extra){unit, cell};
        p->extras += i == p->extras;
    } else if (i < p->extras) {
        p->extra[i] = p->extra[--p->extras];
    }
}

static bool meets(const struct watch *w, struct cell c)
{
    return c.has && c.value >= w->low && c.value <= w->high;
}

/* A running sum and its counters after a cell has changed. */
struct step {
    i128 change;
    int more;
    int met[WATCHES_MAX];
};

static inline void step_node(
    struct plane *p, const struct step *s, size_t watches, size_t nodes, size_t i)
{
    i128 sum = p->sum[i] + s->change;

    p->wide |= sum != (int64_t)sum;
    p->sum[i] = (int64_t)sum;
    p->reported[i] += s->more;
    for (size_t k = 0; k < watches; k++)
        p->met[k * nodes + i] += s->met[k];
}

static void run_sums(
    struct plane *p, const struct column *c, int rank, struct cell old, struct cell cell)
{
    const struct roster *r = c->roster;
    struct step s = {.change = (i128)cell.value - old.value, .more = cell.has - old.has};
    size_t n = c->watches->n;

    for (size_t k = 0; k < n; k++)
        s.met[k] = meets(&c->watches->p[k], cell) - meets(&c->watches->p[k], old);
    if (!p->sparse) {
        for (int i = r->above[rank]; i >= 0; i = r->inner_parent[i])
            step_node(p, &s, n, (size_t)r->inners, (size_t)i);
        return;
    }
    const struct etree *t = r->tree;
    for (int pos = t->t.parent[r->pos[rank]]; pos >= 0; pos = t->t.parent[pos])
        if (t->slot[pos] >= 0)
            step_node(p, &s, n, (size_t)t->slots, (size_t)t->slot[pos]);
}

static void set_dense(struct plane *p, int rank, struct cell cell)
{
    put(p->value, p->width, rank, cell.value);
    if (cell.has)
        p->present[rank >> 6] |= (uint64_t)1 << (rank & 63);
    else
        p->present[rank >> 6] &= ~((uint64_t)1 << (rank & 63));
    if (p->marks)
        p->marks[rank] = cell.marks;
}

/* Moves the values from `at` on by one place. */
static void shift(struct plane *p, size_t at, int by)
{
    size_t from = by > 0 ? at : at + 1, to = by > 0 ? at + 1 : at, n = p->cells - from;

    memmove((char *)p->value + to * p->width, (char *)p->value + from * p->width, n * p->width);
    if (p->marks)
        memmove(p->marks + to, p->marks + from, n);
}

/* `p->cells` is still that of before. */
static void set_sparse(struct plane *p, int rank, bool had, struct cell cell)
{
    struct ranks_at at = ranks_seek(p->rank, (uint32_t)rank);

    if (had != cell.has)
        shift(p, at.at, cell.has ? 1 : -1);
    if (cell.has && !had)
        ranks_put(p->rank, at, (uint32_t)rank);
    if (had && !cell.has)
        ranks_take(p->rank, at);
    if (!cell.has)
        return;
    put(p->value, p->width, (int)at.at, cell.value);
    if (p->marks)
        p->marks[at.at] = cell.marks;
}

static void plane_set(struct plane *p, const struct column *c, int unit, int rank, struct cell cell)
{
    if (rank < 0) {
        set_extra(p, unit, cell);
        return;
    }
    struct cell old = plane_at(p, rank);
    if (!old.has && !cell.has)
        return;
    run_sums(p, c, rank, old, cell);
    if (p->sparse)
        set_sparse(p, rank, old.has, cell);
    else
        set_dense(p, rank, cell);
    p->cells += cell.has;
    p->cells -= old.has;
    p->promised_cells -= p->promised_cells && cell.has;
}

void column_set(struct column *c, int unit, struct cell approved, struct cell provisional)
{
    int rank = roster_rank(c->roster, unit);

    if (!approved.has)
        approved = (struct cell){0};
    if (!provisional.has)
        provisional = (struct cell){0};
    if (c->has_plane1) {
        c->differs -= !same_cell(
            plane_get(&c->plane[0], c->roster, unit), plane_get(&c->plane[1], c->roster, unit));
        plane_set(&c->plane[1], c, unit, rank, provisional);
        c->differs += !same_cell(approved, provisional);
    }
    plane_set(&c->plane[0], c, unit, rank, approved);
}

/* The same cells in the other layout; where there is no memory the plane stays as it is. */
static void lay_anew(struct column *c, struct plane *p)
{
    struct plane q = {.sparse = !p->sparse, .wide = p->wide, .cell_cap = p->sparse ? 0 : p->cells};
    void *head = p == &c->plane[0] ? c->head : NULL;
    bool in_head = head && !q.sparse;
    size_t n = places(&q, c);
    uint8_t width = p->width == 3 ? 4 : p->width;

    q.sum = in_head ? memset(head, 0, head_bytes(c, false)) : calloc(1, head_bytes(c, q.sparse));
    q.rank = q.sparse ? ranks_new((uint32_t)c->roster->n, (uint32_t)n) : NULL;
    q.marks = p->marks ? calloc(n + 1, 1) : NULL;
    if (!q.sum || (q.sparse && !q.rank) || (p->marks && !q.marks) || !widen(&q, c, width)) {
        plane_release(&q, head);
        return;
    }
    point(&q, c);
    struct plane_walk walk = plane_walk(p, 0);
    for (int rank = 0; q.cells < p->cells; rank++) {
        struct cell cell = {0};
        if (p->sparse && !plane_next(&walk, c->roster->n, &rank, &cell))
            break;
        if (!p->sparse)
            cell = plane_at(p, rank);
        if (!cell.has)
            continue;
        run_sums(&q, c, rank, (struct cell){0}, cell);
        if (q.sparse)
            set_sparse(&q, rank, false, cell);
        else
            set_dense(&q, rank, cell);
        q.cells++;
    }
    q.extra = p->extra;
    q.extras = p->extras;
    q.extra_cap = p->extra_cap;
    p->extra = NULL;
    plane_release(p, head);
    *p = q;
}

void column_tidy(struct column *c)
{
    for (int s = 0; s < 2; s++) {
        struct plane *p = &c->plane[s];
        p->promised = p->promised_cells = 0;
        if (fills_up(p, c->roster) || empties(p, c->roster))
            lay_anew(c, p);
    }
    if (c->has_plane1 && !c->differs) {
        plane_release(&c->plane[1], NULL);
        c->has_plane1 = false;
    }
}

struct scan {
    i128 sum;
    int64_t min, max, count;
};

/* A run of ranks becomes one of cells. */
static void narrow_run(const struct plane *p, int *from, int *to, struct plane_end *last)
{
    size_t end = plane_seek(p, *to),
           start = *from == last->rank ? last->cell : plane_seek(p, *from);

    *last = (struct plane_end){*to, end};
    *from = (int)start;
    *to = (int)end;
}

#define PLAIN(x) (x)
#define SCAN(type, of)                                                                             \
    do {                                                                                           \
        const type *v = p->value;                                                                  \
        for (int i = from; i < to; i++) {                                                          \
            if (!p->sparse && !(p->present[i >> 6] >> (i & 63) & 1))                               \
                continue;                                                                          \
            s.sum += of(v[i]);                                                                     \
            s.min = of(v[i]) < s.min ? of(v[i]) : s.min;                                           \
            s.max = of(v[i]) > s.max ? of(v[i]) : s.max;                                           \
            s.count++;                                                                             \
        }                                                                                          \
    } while (0)

void plane_scan(const struct plane *p, int from, int n, i128 *ret_sum, int64_t *ret_min,
    int64_t *ret_max, int64_t *ret_count)
{
    struct scan s = {0, INT64_MAX, INT64_MIN, 0};
    int to = from + n;

    if (p->sparse)
        narrow_run(p, &from, &to, &(struct plane_end){-1, 0});
    switch (p->width) {
    case 0:
        break;
    case 1:
        SCAN(int8_t, PLAIN);
        break;
    case 2:
        SCAN(int16_t, PLAIN);
        break;
    case 3:
        SCAN(struct three, of_three);
        break;
    case 4:
        SCAN(int32_t, PLAIN);
        break;
    default:
        SCAN(int64_t, PLAIN);
    }
    *ret_sum = s.sum;
    *ret_min = s.min;
    *ret_max = s.max;
    *ret_count = s.count;
}

/* Cells without a figure hold 0. */
#define PICK(type)                                                                                 \
    do {                                                                                           \
        const type *v = p->value;                                                                  \
        for (int i = 0; i < n; i++) {                                                              \
            sum += v[rank[i]];                                                                     \
            count += p->present[rank[i] >> 6] >> (rank[i] & 63) & 1;                               \
        }                                                                                          \
    } while (0)

void plane_pick(const struct plane *p, const int *rank, int n, i128 *ret_sum, int64_t *ret_count)
{
    int64_t sum = 0;
    uint64_t count = 0;

    *ret_sum = 0;
    struct plane_walk w = plane_walk(p, 0);
    for (int i = 0; p->sparse && i < n; i++) { /* ranks mostly grow */
        if (!i || rank[i] < rank[i - 1])
            w = plane_walk(p, rank[i]);
        struct cell c = plane_walk_to(&w, rank[i]);
        *ret_sum += c.value;
        count += c.has;
    }
    switch (p->sparse ? 0 : p->width) {
    case 0:
        break;
    case 1:
        PICK(int8_t);
        break;
    case 2:
        PICK(int16_t);
        break;
    case 4:
        PICK(int32_t);
        break;
    default:
        for (int i = 0; i < n; i++) {
            *ret_sum += ((const int64_t *)p->value)[rank[i]];
            count += plane_has(p, rank[i]);
        }
    }
    *ret_sum += sum;
    *ret_count = (int64_t)count;
}

/* Cells without a figure hold 0, so that the loop needs no presence bits; they are taken off after.
 */
#define COUNT(stored, of, type, utype, least, most)                                                \
    do {                                                                                           \
        const stored *v = p->value;                                                                \
        type from_value = (type)(low < least ? least : low);                                       \
        utype span = (utype)((utype)(high > most ? most : high) - (utype)from_value);              \
        if (low > most || high < least)                                                            \
            return 0;                                                                              \
        for (int i = from; i < to; i++)                                                            \
            met += (utype)((utype)of(v[i]) - (utype)from_value) <= span;                           \
    } while (0)

static int64_t absent(const struct plane *p, int from, int to)
{
    int64_t n = to - from;

    for (int w = from >> 6; w << 6 < to; w++) {
        uint64_t bits = p->present[w];
        if (w == from >> 6)
            bits &= ~(uint64_t)0 << (from & 63);
        if (w == to >> 6)
            bits &= ((uint64_t)1 << (to & 63)) - 1;
        n -= __builtin_popcountll(bits);
    }
    return n;
}

#if defined(__GNUC__) && !defined(__clang__)
__attribute__((optimize("tree-vectorize"), optimize("vect-cost-model=dynamic")))
#endif
int64_t
plane_count(
    const struct plane *p, int from, int n, int64_t low, int64_t high, struct plane_end *last)
{
    int32_t met = 0;
    int to = from + n;

    if (!p->width || low > high)
        return 0;
    if (p->sparse)
        narrow_run(p, &from, &to, last);
    switch (p->width) {
    case 1:
        COUNT(int8_t, PLAIN, int8_t, uint8_t, INT8_MIN, INT8_MAX);
        break;
    case 2:
        COUNT(int16_t, PLAIN, int16_t, uint16_t, INT16_MIN, INT16_MAX);
        break;
    case 3:
        COUNT(struct three, of_three, int32_t, uint32_t, INT32_MIN, INT32_MAX);
        break;
    case 4:
        COUNT(int32_t, PLAIN, int32_t, uint32_t, INT32_MIN, INT32_MAX);
        break;
    default:
        COUNT(int64_t, PLAIN, int64_t, uint64_t, INT64_MIN, INT64_MAX);
    }
    return met - (!p->sparse && low <= 0 && high >= 0 ? absent(p, from, to) : 0);
}

uint32_t plane_marks(const struct plane *p, int from, int n)
{
    uint8_t all = 0;
    int to = from + n;

    if (p->marks && p->sparse)
        narrow_run(p, &from, &to, &(struct plane_end){-1, 0});
    if (p->marks)
        for (int i = from; i < to; i++)
            all |= p->marks[i];
    return (uint32_t)all << CELL_MARK_SHIFT;
}

static size_t plane_bytes(const struct plane *p, const struct column *c)
{
    size_t n = places(p, c);

    return n * p->width + (p->rank ? ranks_bytes(p->rank) : 0) +
           (p->sum ? head_bytes(c, p->sparse) : 0) + (p->marks ? n : 0) +
           p->extra_cap * sizeof *p->extra;
}

size_t column_bytes(const struct column *c)
{
    return sizeof *c + plane_bytes(&c->plane[0], c) +
           (c->has_plane1 ? plane_bytes(&c->plane[1], c) : 0);
}
