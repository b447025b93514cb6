/* ground: see ground.h. */
#include "engine/ground.h"

#include <stdlib.h>

#define TREES_MAX (1 << 20)

static bool kind_reports(const struct catalog *c, const struct indicator *x, int kind)
{
    for (size_t i = 0; i < x->reporting_kinds; i++) {
        struct str asked = x->reported_by[i];
        if (str_eq(c->units.kinds.p[kind].key, asked) ||
            str_eq(c->units.kinds.p[kind].group, asked))
            return true;
    }
    return false;
}

static bool same_kinds(const struct indicator *a, const struct indicator *b)
{
    if (a->reporting_kinds != b->reporting_kinds)
        return false;
    for (size_t i = 0; i < a->reporting_kinds; i++)
        if (!str_eq(a->reported_by[i], b->reported_by[i]))
            return false;
    return true;
}

static bool add_class(struct ground *g, const struct indicator *x)
{
    struct ground_class k = {NULL, x};
    size_t kinds = g->c->units.kinds.n;

    if (x->reporting_kinds) {
        k.answers = arena_array(&g->arena, kinds, sizeof *k.answers);
        if (!k.answers)
            return false;
        for (size_t i = 0; i < kinds; i++)
            k.answers[i] = kind_reports(g->c, x, (int)i);
    }
    return vec_push(&g->class, &g->arena, k);
}

static bool find_classes(struct ground *g)
{
    const struct catalog *c = g->c;

    g->class_of = arena_array(&g->arena, c->indicators, sizeof *g->class_of);
    g->na_first = arena_array(&g->arena, c->indicators + 1, sizeof *g->na_first);
    if (!g->class_of || !g->na_first)
        return false;
    for (size_t i = 0; i < c->indicators; i++) {
        size_t k = 0;
        while (k < g->class.n && !same_kinds(g->class.p[k].sample, &c->indicator[i]))
            k++;
        if (k == g->class.n && !add_class(g, &c->indicator[i]))
            return false;
        g->class_of[i] = (int)k;
    }
    size_t row = 0;
    for (size_t i = 0; i <= c->indicators; i++) {
        while (row < c->not_applicables && (size_t)c->not_applicable[row].indicator < i)
            row++;
        g->na_first[i] = row;
    }
    g->na_first[c->indicators] = c->not_applicables;
    return true;
}

static i128 floor_div(i128 a, i128 b)
{
    return a / b - (a % b < 0);
}

static int64_t clamp(i128 v)
{
    return v > INT64_MAX ? INT64_MAX : v < INT64_MIN ? INT64_MIN : (int64_t)v;
}

void watch_bounds(struct watch *w, int decimals)
{
    struct rat t;

    w->low = INT64_MIN;
    w->high = INT64_MAX;
    if (!rat_mul(w->threshold, rat_of_i64(pow10_i64(decimals)), &t))
        t = w->threshold; /* far outside: compares the same with every figure */
    i128 down = floor_div(t.num, t.den), up = down + (t.num % t.den != 0);
    if (w->cmp == CMP_GE || w->cmp == CMP_EQ || w->cmp == CMP_BETWEEN)
        w->low = clamp(up);
    if (w->cmp == CMP_LE || w->cmp == CMP_EQ || w->cmp == CMP_BETWEEN)
        w->high = clamp(down);
    if (up > INT64_MAX && w->cmp == CMP_GE)
        w->high = INT64_MIN; /* out of reach */
    if (down < INT64_MIN && w->cmp == CMP_LE)
        w->low = INT64_MAX;
}

bool watches_same(const struct watches *a, const struct watches *b)
{
    bool same = a->n == b->n;

    for (size_t i = 0; same && i < a->n; i++)
        same = a->p[i].cmp == b->p[i].cmp && a->p[i].low == b->p[i].low &&
               a->p[i].high == b->p[i].high;
    return same;
}

static bool add_watch(struct ground *g, const struct target *t, const struct target_version *v)
{
    const struct indicator *x = &g->c->indicator[t->indicator];
    struct watches *ws = &g->watch[t->indicator];
    struct watch w = {.cmp = v->threshold_cmp, .threshold = rat_of_dec(v->threshold)};

    for (size_t i = 0; i < ws->n; i++)
        if (ws->p[i].cmp == w.cmp && rat_cmp(ws->p[i].threshold, w.threshold) == 0)
            return true;
    if (ws->n == WATCHES_MAX || x->formula || x->entered == ENTERED_YEAR_TO_DATE)
        return true;
    watch_bounds(&w, x->decimals);
    return vec_push(ws, &g->arena, w);
}

/* Every threshold of a target that counts units. */
static bool find_watches(struct ground *g)
{
    const struct catalog *c = g->c;

    g->watch = arena_array(&g->arena, c->indicators, sizeof *g->watch);
    if (!g->watch)
        return false;
    for (size_t i = 0; i < c->targets; i++)
        for (size_t k = 0; k < c->target[i].versions; k++)
            if (c->target[i].basis == TARGET_COUNT && c->target[i].indicator >= 0 &&
                !add_watch(g, &c->target[i], &c->target[i].version[k]))
                return false;
    return true;
}

static bool find_briefs(struct ground *g)
{
    const struct catalog *c = g->c;

    g->brief = arena_array(&g->arena, c->indicators, sizeof *g->brief);
    for (size_t i = 0; g->brief && i < c->indicators; i++) {
        const struct indicator *x = &c->indicator[i];
        bool direct = !x->formula && x->entered == ENTERED_IN_PERIOD && x->weight < 0;
        g->brief[i] = (struct brief){.series = x->series < 0 ? 0 : c->series[x->series].id.v,
            .indicator = (int)i,
            .frequency = (uint8_t)x->frequency,
            .line = (uint8_t)x->line,
            .decimals = (uint8_t)x->decimals,
            .direct = direct,
            .simple = direct && x->over_units == UNITS_SUM};
    }
    return g->brief != NULL;
}

static int by_end(const void *x, const void *y, void *ctx)
{
    const struct units *us = ctx;
    int a = *(const int *)x, b = *(const int *)y;
    struct day da = unit_end(us, a), db = unit_end(us, b);

    return da.v != db.v ? (da.v < db.v ? -1 : 1) : a - b;
}

static bool find_ended(struct ground *g)
{
    const struct units *us = &g->c->units;
    size_t n = 0;

    for (size_t u = 0; u < us->n; u++)
        n += unit_end(us, (int)u).v < DAY_MAX.v;
    g->ended = arena_array(&g->arena, n, sizeof *g->ended);
    g->ended_on = arena_array(&g->arena, n, sizeof *g->ended_on);
    if (!g->ended || !g->ended_on)
        return false;
    for (size_t u = 0; u < us->n; u++)
        if (unit_end(us, (int)u).v < DAY_MAX.v)
            g->ended[g->endeds++] = (int)u;
    if (n)
        qsort_r(g->ended, n, sizeof *g->ended, by_end, (void *)(uintptr_t)us);
    for (size_t i = 0; i < n; i++)
        g->ended_on[i] = unit_end(us, g->ended[i]);
    return true;
}

/* How many have ended by the day. */
static size_t ended_until(const struct ground *g, struct day day)
{
    size_t low = 0, high = g->endeds;

    while (low < high) {
        size_t mid = (low + high) / 2;
        if (g->ended_on[mid].v <= day.v)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void ground_ended(const struct ground *g, struct period p, size_t *ret_from, size_t *ret_to)
{
    *ret_from = *ret_to = 0;
    if (!g->endeds)
        return;
    *ret_from = ended_until(g, period_first_day(p));
    *ret_to = ended_until(g, period_last_day(p));
}

struct ground *ground_new(const struct catalog *c, struct err *err)
{
    struct ground *g = calloc(1, sizeof *g);

    if (!g) {
        err_memory(err);
        return NULL;
    }
    g->c = c;
    pthread_mutex_init(&g->mutex, NULL);
    arena_init(&g->arena, SIZE_MAX / 2);
    map_init(&g->roster, &g->arena);
    if (!find_briefs(g) || !find_classes(g) || !find_watches(g) || !find_ended(g) ||
        !ground_find_users(g) || !ground_find_joints(g)) {
        ground_free(g);
        err_memory(err);
        return NULL;
    }
    return g;
}

void ground_free(struct ground *g)
{
    if (!g)
        return;
    arena_free(&g->arena);
    pthread_mutex_destroy(&g->mutex);
    free(g);
}

bool ground_same_class(const struct ground *g, int a, int b)
{
    return g->class_of[a] == g->class_of[b];
}

static bool same_tree(const struct etree *a, const struct etree *b)
{
    size_t n = a->t.n * sizeof(int);

    return a->t.n == b->t.n && memcmp(a->t.unit, b->t.unit, n) == 0 &&
           memcmp(a->t.parent, b->t.parent, n) == 0 && memcmp(a->kind, b->kind, n) == 0;
}

/* The next level of the tree under the slots from `first` on, if there is room for all of it. */
static int add_level(struct etree *e, int first)
{
    const struct tree *t = &e->t;
    int from = e->slots;

    for (int i = first; i < from; i++) {
        int top = e->slot_pos[i];
        for (int p = top + 1; p < top + t->size[top]; p += t->size[p]) {
            if (e->slots == e->most) {
                e->slots = from;
                return from;
            }
            e->slot_pos[e->slots++] = p;
        }
    }
    return from;
}

static bool find_slots(struct ground *g, struct etree *e)
{
    const struct tree *t = &e->t;
    int first = 0, last = -1;

    e->most = t->n / 64 > TIER_UNITS ? (int)(t->n / 64) : TIER_UNITS;
    e->most = e->most < TIER_UNITS_MAX ? e->most : TIER_UNITS_MAX;
    e->slot_pos = arena_array(&g->arena, (size_t)e->most, sizeof *e->slot_pos);
    e->slot = arena_array(&g->arena, t->n, sizeof *e->slot);
    if (!e->slot_pos || !e->slot)
        return false;
    for (size_t p = 0; p < t->n; p += (size_t)t->size[p]) {
        if (e->slots == e->most) {
            e->slots = 0;
            break;
        }
        e->slot_pos[e->slots++] = (int)p;
    }
    while (last != e->slots) {
        last = e->slots;
        first = add_level(e, first);
    }
    for (size_t p = 0; p < t->n; p++)
        e->slot[p] = -1;
    for (int i = 0; i < e->slots; i++)
        e->slot[e->slot_pos[i]] = i;
    return true;
}

/* A tree that differs from one already there only in its days is that one. */
static struct etree *build_tree(struct ground *g, enum line line, struct day day,
    struct day *ret_from, struct day *ret_to, struct err *err)
{
    struct arena_mark mark = arena_mark(&g->arena);
    struct etree *e = arena_zalloc(&g->arena, sizeof *e);

    if (!e) {
        err_memory(err);
        return NULL;
    }
    if (!tree_build(&g->arena, &g->c->units, line, day, &e->t, err))
        return NULL;
    *ret_from = e->t.from;
    *ret_to = e->t.to;
    e->kind = arena_array(&g->arena, e->t.n, sizeof *e->kind);
    if (!e->kind) {
        err_memory(err);
        return NULL;
    }
    for (size_t p = 0; p < e->t.n; p++)
        e->kind[p] = unit_kind_on(&g->c->units, e->t.unit[p], day);
    for (size_t i = 0; i < g->tree.n; i++)
        if (g->tree.p[i]->t.line == line && same_tree(g->tree.p[i], e)) {
            arena_release(&g->arena, mark);
            return g->tree.p[i];
        }
    e->no = (int)g->tree.n;
    if (g->tree.n >= TREES_MAX || !find_slots(g, e) || !vec_push(&g->tree, &g->arena, e)) {
        err_memory(err);
        return NULL;
    }
    return e;
}

static struct etree *tree_locked(struct ground *g, enum line line, struct day day, struct err *err)
{
    for (size_t i = 0; i < g->span[line].n; i++) {
        struct ground_span *s = &g->span[line].p[i];
        if (day_in(day, s->from, s->to))
            return s->tree;
    }
    struct ground_span s;
    s.tree = build_tree(g, line, day, &s.from, &s.to, err);
    if (!s.tree)
        return NULL;
    if (!vec_push(&g->span[line], &g->arena, s)) {
        err_memory(err);
        return NULL;
    }
    return s.tree;
}

const struct etree *ground_tree(struct ground *g, enum line line, struct day day, struct err *err)
{
    pthread_mutex_lock(&g->mutex);
    const struct etree *t = tree_locked(g, line, day, err);
    pthread_mutex_unlock(&g->mutex);
    return t;
}

static bool is_away(const struct ground *g, int indicator, int unit, struct day day)
{
    for (size_t i = g->na_first[indicator]; i < g->na_first[indicator + 1]; i++) {
        const struct not_applicable *na = &g->c->not_applicable[i];
        if (na->unit == unit && day_in(day, na->from, na->to))
            return true;
    }
    return false;
}

/* 0 where every unit applies on the day; else a number that stands for one indicator's stretch of
 * days without a change in who does. */
static uint64_t away_stretch(const struct ground *g, int indicator, struct day day)
{
    uint64_t passed = 0;
    bool any = false;

    for (size_t i = g->na_first[indicator]; i < g->na_first[indicator + 1]; i++) {
        const struct not_applicable *na = &g->c->not_applicable[i];
        any |= day_in(day, na->from, na->to);
        passed += (uint64_t)(na->from.v <= day.v) + (uint64_t)(na->to.v <= day.v);
    }
    return any ? 1 + 2 * g->na_first[indicator] + (uint64_t)indicator + passed : 0;
}

/* By position; of those that report, whose first numbers are in, by rank and by inner number. */
static bool take_places(struct arena *a, const struct etree *e, struct roster *r)
{
    size_t n = e->t.n;

    r->first = arena_array(a, n, sizeof(int));
    r->count = arena_array(a, n, sizeof(int));
    r->inner = arena_array(a, n, sizeof(int));
    return r->first && r->count && r->inner;
}
static bool take_numbers(struct arena *a, const struct etree *e, struct roster *r)
{
    size_t inners = 0, n = 0;

    for (size_t p = 0; p < e->t.n; p++) {
        inners += r->inner[p] >= 0;
        n += r->inner[p] < 0 && r->count[p];
    }
    r->unit = arena_array(a, n, sizeof(int));
    r->pos = arena_array(a, n, sizeof(int));
    r->above = arena_array(a, n, sizeof(int));
    r->inner_pos = arena_array(a, inners, sizeof(int));
    r->inner_parent = arena_array(a, inners, sizeof(int));
    return r->unit && r->pos && r->above && r->inner_pos && r->inner_parent;
}

/* From the last position to the first: a unit reports if it may and nothing under it does. */
static void count_up(struct ground *g, int indicator, struct day day, struct roster *r)
{
    const struct tree *t = &r->tree->t;
    const struct ground_class *k = &g->class.p[g->class_of[indicator]];
    bool some_away = away_stretch(g, indicator, day) != 0;

    for (int p = (int)t->n; p-- > 0;) {
        bool may =
            k->answers ? r->tree->kind[p] >= 0 && k->answers[r->tree->kind[p]] : tree_is_leaf(t, p);
        r->inner[p] = -1;
        if (r->count[p])
            r->inner[p] = 0;
        else if (may && !(some_away && is_away(g, indicator, t->unit[p], day)))
            r->count[p] = 1;
        if (t->parent[p] >= 0)
            r->count[t->parent[p]] += r->count[p];
    }
}

static void number(struct roster *r)
{
    const struct tree *t = &r->tree->t;

    for (int p = 0; p < (int)t->n; p++) {
        int parent = t->parent[p];
        r->first[p] = r->n;
        if (r->inner[p] >= 0) {
            r->inner_pos[r->inners] = p;
            r->inner_parent[r->inners] = parent >= 0 ? r->inner[parent] : -1;
            r->inner[p] = r->inners++;
        } else if (r->count[p]) {
            r->unit[r->n] = t->unit[p];
            r->pos[r->n] = p;
            r->above[r->n++] = parent >= 0 ? r->inner[parent] : -1;
        }
    }
}

static struct roster *build_roster(
    struct ground *g, int indicator, const struct etree *e, struct day day, struct err *err)
{
    struct roster *r = arena_zalloc(&g->arena, sizeof *r);
    bool ok = r && take_places(&g->arena, e, r);

    if (ok) {
        r->tree = e;
        count_up(g, indicator, day, r);
        ok = take_numbers(&g->arena, e, r);
    }
    if (!ok) {
        err_memory(err);
        return NULL;
    }
    number(r);
    return r;
}

static const struct roster *roster_locked(
    struct ground *g, int indicator, enum line line, struct day day, struct err *err)
{
    const struct etree *e = tree_locked(g, line, day, err);
    uint64_t found;

    if (!e)
        return NULL;
    uint64_t key = away_stretch(g, indicator, day) << 40 | (uint64_t)e->no << 20 |
                   (uint64_t)g->class_of[indicator];
    if (map_get(&g->roster, key, &found))
        return (const struct roster *)(uintptr_t)found;
    const struct roster *r = build_roster(g, indicator, e, day, err);
    if (r && !map_put(&g->roster, key, (uint64_t)(uintptr_t)r)) {
        err_memory(err);
        return NULL;
    }
    return r;
}

const struct roster *ground_roster(
    struct ground *g, int indicator, enum line line, struct day day, struct err *err)
{
    pthread_mutex_lock(&g->mutex);
    const struct roster *r = roster_locked(g, indicator, line, day, err);
    pthread_mutex_unlock(&g->mutex);
    return r;
}

bool roster_same(const struct roster *a, const struct roster *b)
{
    size_t n = (size_t)a->n * sizeof(int), inners = (size_t)a->inners * sizeof(int);

    if (a == b)
        return true;
    if (a->n != b->n || a->inners != b->inners || memcmp(a->unit, b->unit, n) != 0 ||
        memcmp(a->above, b->above, n) != 0 || memcmp(a->inner_parent, b->inner_parent, inners) != 0)
        return false;
    for (int i = 0; i < a->inners; i++)
        if (a->tree->t.unit[a->inner_pos[i]] != b->tree->t.unit[b->inner_pos[i]])
            return false;
    return true;
}
