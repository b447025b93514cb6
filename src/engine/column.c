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

/* Sums, counts and presence stand in one block. */
static size_t head_bytes(const struct column *c)
{
    size_t inners = (size_t)c->roster->inners;

    return inners * sizeof(int64_t) + inners * (1 + c->watches->n) * sizeof(int32_t) + 8 +
           words(c->roster) * 8;
}

static void point(struct plane *p, const struct column *c)
{
    size_t inners = (size_t)c->roster->inners;
    size_t counts = (inners * (1 + c->watches->n) * sizeof(int32_t) + 7) & ~(size_t)7;

    p->reported = (int32_t *)(p->sum + inners);
    p->met = p->reported + inners;
    p->present = (uint64_t *)(void *)((char *)p->reported + counts);
}

struct column *column_new(struct series_id series, struct period period, int series_at,
    int indicator, const struct roster *roster, const struct watches *watches, bool with_room)
{
    struct column shape = {.roster = roster, .watches = watches};
    size_t size = (sizeof shape + 15) & ~(size_t)15;
    struct column *c = calloc(1, size + (with_room ? head_bytes(&shape) : 0));

    if (c)
        *c = (struct column){.series = series,
            .period = period,
            .code = period_code(period),
            .series_at = series_at,
            .indicator = indicator,
            .roster = roster,
            .watches = watches,
            .head = with_room ? (char *)c + size : NULL};
    return c;
}

static void plane_release(struct plane *p, const void *head)
{
    free(p->value);
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

static int64_t load(const struct plane *p, int rank)
{
    switch (p->width) {
    case 1:
        return ((const int8_t *)p->value)[rank];
    case 2:
        return ((const int16_t *)p->value)[rank];
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
    case 4:
        ((int32_t *)value)[rank] = (int32_t)v;
        break;
    default:
        ((int64_t *)value)[rank] = v;
    }
}

static uint8_t width_of(int64_t v)
{
    return v == (int8_t)v ? 1 : v == (int16_t)v ? 2 : v == (int32_t)v ? 4 : 8;
}

static bool widen(struct plane *p, const struct column *c, uint8_t width)
{
    const struct roster *r = c->roster;

    if (width <= p->width)
        return true;
    if (!p->sum) {
        p->sum = p == &c->plane[0] && c->head ? c->head : calloc(1, head_bytes(c));
        if (!p->sum)
            return false;
        point(p, c);
    }
    void *value = calloc(r->n ? (size_t)r->n : 1, width);
    if (!value)
        return false;
    for (int i = 0; p->width && i < r->n; i++)
        put(value, width, i, load(p, i));
    free(p->value);
    p->value = value;
    p->width = width;
    return true;
}

static bool plane_reserve(struct plane *p, const struct column *c, int rank, struct cell cell)
{
    if (!cell.has)
        return true;
    if (rank >= 0) {
        if (!widen(p, c, width_of(cell.value)))
            return false;
        if (cell.marks && !p->marks && !(p->marks = calloc((size_t)c->roster->n, 1)))
            return false;
        return true;
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
    const struct roster *r = c->roster;
    struct plane p = *from;

    p.value = copied(from->value, (size_t)r->n * from->width);
    p.sum = copied(from->sum, head_bytes(c));
    p.marks = copied(from->marks, (size_t)r->n);
    p.extra = copied(from->extra, from->extra_cap * sizeof *from->extra);
    if ((from->value && !p.value) || (from->sum && !p.sum) || (from->marks && !p.marks) ||
        (from->extra && !p.extra)) {
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

struct cell plane_at(const struct plane *p, int rank)
{
    if (!plane_has(p, rank))
        return (struct cell){false, 0, 0};
    return (struct cell){true, p->marks ? p->marks[rank] : 0, load(p, rank)};
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

static void plane_set(struct plane *p, const struct column *c, int unit, int rank, struct cell cell)
{
    const struct roster *r = c->roster;

    if (rank < 0) {
        set_extra(p, unit, cell);
        return;
    }
    struct cell old = plane_at(p, rank);
    if (!old.has && !cell.has)
        return;
    i128 change = (i128)cell.value - old.value;
    int more = (int)cell.has - (int)old.has;
    for (int i = r->above[rank]; i >= 0; i = r->inner_parent[i]) {
        i128 sum = p->sum[i] + change;
        p->wide |= sum != (int64_t)sum;
        p->sum[i] = (int64_t)sum;
        p->reported[i] += more;
    }
    for (size_t k = 0; k < c->watches->n; k++) {
        const struct watch *w = &c->watches->p[k];
        int32_t *met = p->met + k * (size_t)r->inners;
        int step = (int)meets(w, cell) - (int)meets(w, old);
        for (int i = r->above[rank]; step && i >= 0; i = r->inner_parent[i])
            met[i] += step;
    }
    p->cells += (size_t)more;
    put(p->value, p->width, rank, cell.value);
    if (cell.has)
        p->present[rank >> 6] |= (uint64_t)1 << (rank & 63);
    else
        p->present[rank >> 6] &= ~((uint64_t)1 << (rank & 63));
    if (p->marks)
        p->marks[rank] = cell.marks;
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

void column_tidy(struct column *c)
{
    c->plane[0].promised = c->plane[1].promised = 0;
    if (c->has_plane1 && !c->differs) {
        plane_release(&c->plane[1], NULL);
        c->has_plane1 = false;
    }
}

struct scan {
    i128 sum;
    int64_t min, max, count;
};

#define SCAN(type)                                                                                 \
    do {                                                                                           \
        const type *v = p->value;                                                                  \
        for (int i = from; i < to; i++) {                                                          \
            if (!(p->present[i >> 6] >> (i & 63) & 1))                                             \
                continue;                                                                          \
            s.sum += v[i];                                                                         \
            s.min = v[i] < s.min ? v[i] : s.min;                                                   \
            s.max = v[i] > s.max ? v[i] : s.max;                                                   \
            s.count++;                                                                             \
        }                                                                                          \
    } while (0)

void plane_scan(const struct plane *p, int from, int n, i128 *ret_sum, int64_t *ret_min,
    int64_t *ret_max, int64_t *ret_count)
{
    struct scan s = {0, INT64_MAX, INT64_MIN, 0};
    int to = from + n;

    switch (p->width) {
    case 0:
        break;
    case 1:
        SCAN(int8_t);
        break;
    case 2:
        SCAN(int16_t);
        break;
    case 4:
        SCAN(int32_t);
        break;
    default:
        SCAN(int64_t);
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
    switch (p->width) {
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
#define COUNT(type, utype, least, most)                                                            \
    do {                                                                                           \
        const type *v = p->value;                                                                  \
        type from_value = (type)(low < least ? least : low);                                       \
        utype span = (utype)((utype)(high > most ? most : high) - (utype)from_value);              \
        if (low > most || high < least)                                                            \
            return 0;                                                                              \
        for (int i = from; i < to; i++)                                                            \
            met += (utype)((utype)v[i] - (utype)from_value) <= span;                               \
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
plane_count(const struct plane *p, int from, int n, int64_t low, int64_t high)
{
    int32_t met = 0;
    int to = from + n;

    if (!p->width || low > high)
        return 0;
    switch (p->width) {
    case 1:
        COUNT(int8_t, uint8_t, INT8_MIN, INT8_MAX);
        break;
    case 2:
        COUNT(int16_t, uint16_t, INT16_MIN, INT16_MAX);
        break;
    case 4:
        COUNT(int32_t, uint32_t, INT32_MIN, INT32_MAX);
        break;
    default:
        COUNT(int64_t, uint64_t, INT64_MIN, INT64_MAX);
    }
    return met - (low <= 0 && high >= 0 ? absent(p, from, to) : 0);
}

uint32_t plane_marks(const struct plane *p, int from, int n)
{
    uint8_t all = 0;

    if (p->marks)
        for (int i = from; i < from + n; i++)
            all |= p->marks[i];
    return (uint32_t)all << CELL_MARK_SHIFT;
}

static size_t plane_bytes(const struct plane *p, const struct column *c)
{
    size_t n = (size_t)c->roster->n;

    return n * p->width + (p->sum ? head_bytes(c) : 0) + (p->marks ? n : 0) +
           p->extra_cap * sizeof *p->extra;
}

size_t column_bytes(const struct column *c)
{
    return sizeof *c + plane_bytes(&c->plane[0], c) +
           (c->has_plane1 ? plane_bytes(&c->plane[1], c) : 0);
}
