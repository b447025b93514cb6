/* joint: see joint.h. */
#include "engine/joint.h"

#include "domain/formula.h"

/* ---- sums ---- */

/* The plane that lists the fewest cells, -1: all are dense. */
static int fewest(const struct plane *const *plane, int n)
{
    size_t least = SIZE_MAX;
    int found = -1;

    for (int i = 0; i < n; i++) {
        bool lists = plane[i]->sparse || !plane[i]->width;
        if (lists && plane[i]->cells < least) {
            least = plane[i]->cells;
            found = i;
        }
    }
    return found;
}

/* By the cells of one plane: those present in every other one. */
static int64_t sum_listed(const struct plane *const *plane, int n, const struct plane *lead,
    const struct roster *r, int pos, i128 *sum)
{
    struct plane_walk walk[JOINT_PLANES], cells = plane_walk(lead, r->first[pos]);
    int64_t value[JOINT_PLANES], found = 0;
    struct cell c;
    int rank;

    for (int i = 0; i < n; i++)
        walk[i] = plane_walk(plane[i], r->first[pos]);
    while (plane_next(&cells, r->first[pos] + r->count[pos], &rank, &c)) {
        bool all = true;
        for (int i = 0; all && i < n; i++) {
            c = plane_walk_to(&walk[i], rank);
            all = c.has;
            value[i] = c.value;
        }
        found += all;
        for (int i = 0; all && i < n; i++)
            sum[i] += value[i];
    }
    return found;
}

/* Bits of word `w` of the ranks [from, to). */
static uint64_t in_range(int w, int from, int to)
{
    uint64_t mask = ~(uint64_t)0;

    if (w == from >> 6)
        mask &= ~(uint64_t)0 << (from & 63);
    if (w == to >> 6)
        mask &= ((uint64_t)1 << (to & 63)) - 1;
    return mask;
}

/* Adds the figures of the bits of word `w`. */
static int64_t sum_bits(const struct plane *p, int w, uint64_t bits)
{
    int64_t sum = 0;

#define ADD(type)                                                                                  \
    for (; bits; bits &= bits - 1)                                                                 \
        sum += ((const type *)p->value)[(w << 6) + __builtin_ctzll(bits)];                         \
    break
    switch (p->width) {
    case 1:
        ADD(int8_t);
    case 2:
        ADD(int16_t);
    default:
        ADD(int32_t);
    }
#undef ADD
    return sum;
}

static i128 sum_wide_bits(const struct plane *p, int w, uint64_t bits)
{
    i128 sum = 0;

    for (; bits; bits &= bits - 1)
        sum += ((const int64_t *)p->value)[(w << 6) + __builtin_ctzll(bits)];
    return sum;
}

/* Dense planes. Under an inner unit the figures that are not present in all are taken off its
 * running sum: they are few. */
static int64_t sum_dense(
    const struct plane *const *plane, int n, const struct roster *r, int pos, i128 *sum)
{
    int from = r->first[pos], to = from + r->count[pos], inner = r->inner[pos];
    int64_t found = 0;

    for (int i = 0; inner >= 0 && i < n; i++)
        sum[i] = plane[i]->sum[inner];
    for (int w = from >> 6; w << 6 < to; w++) {
        uint64_t mask = in_range(w, from, to), all = mask;
        for (int i = 0; i < n; i++)
            all &= plane[i]->present[w];
        found += __builtin_popcountll(all);
        for (int i = 0; i < n; i++) {
            const struct plane *p = plane[i];
            uint64_t bits = inner >= 0 ? p->present[w] & mask & ~all : all;
            i128 of_bits = p->width == 8 ? sum_wide_bits(p, w, bits) : sum_bits(p, w, bits);
            sum[i] += inner >= 0 ? -of_bits : of_bits;
        }
    }
    return found;
}

void joint_sums(const struct plane *const *plane, int n, const struct roster *r, int pos, i128 *sum,
    int64_t *ret_n)
{
    int lead = fewest(plane, n);

    for (int i = 0; i < n; i++)
        sum[i] = 0;
    *ret_n = lead < 0 ? sum_dense(plane, n, r, pos, sum)
                      : sum_listed(plane, n, plane[lead], r, pos, sum);
}

/* ---- ratios ---- */

/* Is the part a plain sum on the same roster as the first one? */
static bool joins(const struct ground *g, const struct joint *j, int part)
{
    const struct brief *x = &g->brief[part], *first = &g->brief[j->parts ? j->part[0] : part];

    return x->simple && x->series && x->frequency == first->frequency && x->line == first->line &&
           ground_same_class(g, part, first->indicator);
}

static bool find_joint(const struct ground *g, const struct indicator *x, struct joint *j)
{
    const struct formula *f = x->formula;

    if (!f || (x->over_units != UNITS_RATIO && x->over_units != UNITS_NONE))
        return false;
    for (int i = 0; i < f->nodes; i++) {
        int part = f->node[i].operand, k = 0;
        if (f->node[i].op >= F_PREV)
            return false;
        if (f->node[i].op != F_NAME)
            continue;
        if (part >= (int)g->c->indicators || !joins(g, j, part))
            return false;
        while (k < j->parts && j->part[k] != part)
            k++;
        if (k == JOINT_PARTS)
            return false;
        j->part[k] = part;
        j->parts += k == j->parts;
    }
    return j->parts > 1;
}

bool ground_find_joints(struct ground *g)
{
    size_t n = g->c->indicators;

    g->joint = arena_array(&g->arena, n + 1, sizeof *g->joint);
    for (size_t i = 0; g->joint && i < n; i++) {
        struct joint j = {0};
        g->joint[i] = find_joint(g, &g->c->indicator[i], &j) ? j : (struct joint){0};
    }
    return g->joint != NULL;
}

/* The planes of the parts, where each has its row of the tier: its column is there, of this very
 * period, and no running sum has left 64 bits. */
static const struct roster *find_planes(const struct eval *v, const struct joint *j,
    const struct tier *t, enum total_state state, const struct plane **ret)
{
    const struct roster *r = t->row[j->part[0]].roster;

    for (int k = 0; k < j->parts; k++) {
        const struct tier_row *row = &t->row[j->part[k]];
        struct column_key key = {v->g->brief[j->part[k]].series, t->code};
        const struct column *col = row->roster && row->roster == r && row->plain[state]
                                       ? table_find(&v->e->table, key)
                                       : NULL;
        if (!col)
            return NULL;
        note_use(&row->used);
        ret[k] = column_plane(col, state);
    }
    return r;
}

bool joint_read(
    const struct eval *v, struct ask q, int unit, struct period p, struct part ret[JOINT_PARTS])
{
    const struct joint *j = &v->g->joint[q.indicator];
    const struct tier *t = j->parts && !q.restated && v->g->brief[j->part[0]].line == q.line
                               ? tiers_find(&v->e->tiers, period_code(p), q.line)
                               : NULL;
    const struct plane *plane[JOINT_PARTS];
    i128 sum[JOINT_PARTS];
    int64_t n;

    int pos = t ? t->tree->t.pos[unit] : -1;
    const struct roster *r = pos < 0 ? NULL : find_planes(v, j, t, q.state, plane);
    if (!r || !r->count[pos])
        return false;
    joint_sums(plane, j->parts, r, pos, sum, &n);
    for (int k = 0; k < j->parts; k++) {
        ret[k] =
            (struct part){.has = n > 0, .value = {0, 1}, .reported = n, .expected = r->count[pos]};
        if (n && !rat_make(sum[k], pow10_i64(v->g->brief[j->part[k]].decimals), &ret[k].value))
            return false;
    }
    return true;
}
