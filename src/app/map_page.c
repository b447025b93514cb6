/* map_page: see map_page.h. */
#include "app/map_page.h"
#include "app/trees.h"

#include <stdlib.h>

#include "app/table.h"

struct mapping {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    struct actor who;
    const struct map_request *q;
    enum lang lang;
    struct arena *a;
    struct map_page *p;
    struct tree tree;
    struct boundary_row *row; /* by unit id, then day */
    size_t rows;
    struct err *err;
};

/* ---- which units ---- */

static bool is_place(const struct catalog *c, int unit, struct day day)
{
    int k = unit_kind_on(&c->units, unit, day);

    return k >= 0 && !c->units.kinds.p[k].is_body;
}

static bool has_places_below(const struct mapping *m, int pos)
{
    for (int p = pos + 1; pos >= 0 && p < pos + m->tree.size[pos]; p++)
        if (is_place(m->c, m->tree.unit[p], m->p->day))
            return true;
    return false;
}

static bool note_kind(struct mapping *m, int kind, int **list, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq(m->c->units.kinds.p[(*list)[i]].key, m->c->units.kinds.p[kind].key))
            return true;
    int *grown = arena_grow(m->a, *list, *n * sizeof **list, (*n + 1) * sizeof **list);
    if (!grown)
        return err_memory(m->err);
    *list = grown;
    grown[(*n)++] = kind;
    return true;
}

/* Wards and special zones are asked for as communes. */
static int group_of(const struct kinds *ks, int kind)
{
    for (size_t i = 0; i < ks->n && ks->p[kind].group.n; i++)
        if (str_eq(ks->p[i].key, ks->p[kind].group))
            return (int)i;
    return kind;
}

static bool find_units(struct mapping *m)
{
    struct map_page *p = m->p;
    const struct tree *t = &m->tree;
    const struct kinds *ks = &m->c->units.kinds;
    int pos = t->pos[m->q->unit];

    if (!has_places_below(m, pos) && pos >= 0 && t->parent[pos] >= 0)
        pos = t->parent[pos];
    if (pos < 0)
        return err_set(m->err, ERR_NOT_FOUND, MSG_err_map_no_unit);
    p->top = t->unit[pos];
    p->unit = arena_array(m->a, (size_t)t->size[pos] + 1, sizeof *p->unit);
    if (!p->unit)
        return err_memory(m->err);
    for (int i = pos + 1; i < pos + t->size[pos]; i++) {
        int kind = unit_kind_on(&m->c->units, t->unit[i], p->day);
        if (!is_place(m->c, t->unit[i], p->day))
            continue;
        if (!note_kind(m, group_of(ks, kind), &p->kind, &p->kinds))
            return false;
        if (m->q->kind < 0 ? t->parent[i] != pos : !kind_answers(ks, kind, m->q->kind))
            continue;
        if (p->units == MAP_UNITS_MAX)
            return err_set(m->err, ERR_LIMIT, MSG_err_map_large);
        p->unit[p->units++] = (struct map_unit){.unit = t->unit[i], .status = TARGET_NO_DATA};
    }
    return true;
}

/* ---- where they lie ---- */

static bool wanted(const void *ctx, struct unit_id unit)
{
    return map_has(ctx, (uint64_t)unit.v);
}

static int by_unit_day(const void *va, const void *vb)
{
    const struct boundary_row *a = va, *b = vb;

    if (a->unit.v != b->unit.v)
        return a->unit.v < b->unit.v ? -1 : 1;
    return (a->from.v > b->from.v) - (a->from.v < b->from.v);
}

static bool load(struct mapping *m, const struct map *ids, struct unit_id from, struct unit_id to)
{
    struct store *s = app_store(m->app);
    struct boundary_filter f = {from, to, wanted, ids, false};

    if (!s->ops->boundaries(s, &f, m->v->known, m->a, &m->row, &m->rows, m->err))
        return false;
    if (m->rows)
        qsort(m->row, m->rows, sizeof *m->row, by_unit_day);
    return true;
}

/* Did anything happen to the unit after the one day and up to the other? */
static bool changed_between(const struct catalog *c, int unit, struct day from, struct day to)
{
    for (size_t i = 0; i < c->edges; i++) {
        struct day day = c->event[c->edge[i].event].day;
        if ((c->edge[i].from == unit || c->edge[i].to == unit) && day.v > from.v && day.v <= to.v)
            return true;
    }
    return false;
}

static const struct boundary_row *row_of(const struct mapping *m, int unit)
{
    struct unit_id id = m->c->units.p[unit].id;
    const struct boundary_row *best = NULL;
    size_t low = 0, high = m->rows;

    while (low < high) {
        size_t mid = (low + high) / 2;
        if (m->row[mid].unit.v < id.v)
            low = mid + 1;
        else
            high = mid;
    }
    for (size_t i = low; i < m->rows && m->row[i].unit.v == id.v; i++)
        if (!best || m->row[i].from.v <= m->p->day.v)
            best = &m->row[i];
    if (best && best->from.v > m->p->day.v && changed_between(m->c, unit, m->p->day, best->from))
        return NULL;
    return best;
}

static bool draw_own(struct mapping *m, int unit, struct geo_shape *ret, bool *ret_has)
{
    const struct boundary_row *row = row_of(m, unit);

    *ret_has = row != NULL;
    return !row || geo_unpack(m->a, row->drawn, ret, m->err);
}

static bool join(struct mapping *m, struct geo_shape *to, const struct geo_shape *more)
{
    struct geo_ring *r =
        arena_grow(m->a, to->ring, to->rings * sizeof *r, (to->rings + more->rings) * sizeof *r);

    if (!r)
        return err_memory(m->err);
    memcpy(r + to->rings, more->ring, more->rings * sizeof *r);
    to->ring = r;
    to->rings += more->rings;
    return true;
}

/* The areas of all places right below together; nothing where one of them has none. */
static bool compose(struct mapping *m, int pos, struct geo_shape *ret, bool *ret_has)
{
    const struct tree *t = &m->tree;
    struct geo_shape all = {0};
    int parts = 0;

    *ret_has = false;
    for (int i = pos + 1; i < pos + t->size[pos]; i += t->size[i]) {
        struct geo_shape one = {0};
        bool has;
        if (!is_place(m->c, t->unit[i], m->p->day))
            continue;
        if (!draw_own(m, t->unit[i], &one, &has))
            return false;
        if (!has && t->size[i] > 1 && !compose(m, i, &one, &has))
            return false;
        if (!has)
            return true;
        if (!join(m, &all, &one))
            return false;
        parts++;
    }
    *ret_has = parts > 0;
    *ret = all;
    return true;
}

static void grow_range(const struct mapping *m, int unit, struct unit_id *from, struct unit_id *to)
{
    struct unit_id id = m->c->units.p[unit].id;

    *from = id.v < from->v ? id : *from;
    *to = id.v > to->v ? id : *to;
}

/* First their own boundaries; then, for those without one, of all that lies below them. */
static bool draw_units(struct mapping *m)
{
    struct map_page *p = m->p;
    const struct tree *t = &m->tree;

    for (int round = 0; round < 2; round++) {
        struct map ids;
        struct unit_id from = {INT64_MAX}, to = {0};
        map_init(&ids, m->a);
        for (size_t i = 0; i < p->units; i++) {
            int pos = t->pos[p->unit[i].unit], last = round ? pos + t->size[pos] : pos + 1;
            if (p->unit[i].shape.rings)
                continue;
            for (int k = round ? pos + 1 : pos; k < last; k++) {
                grow_range(m, t->unit[k], &from, &to);
                if (!map_put(&ids, (uint64_t)m->c->units.p[t->unit[k]].id.v, 1))
                    return err_memory(m->err);
            }
        }
        if (from.v > to.v)
            return true;
        if (!load(m, &ids, from, to))
            return false;
        for (size_t i = 0; i < p->units; i++) {
            struct map_unit *u = &p->unit[i];
            bool has = false;
            if (u->shape.rings)
                continue;
            if (!(round ? compose(m, t->pos[u->unit], &u->shape, &has)
                        : draw_own(m, u->unit, &u->shape, &has)))
                return false;
            u->composed = has && round;
        }
    }
    return true;
}

/* What rules/map_places.csv asks of the units shown: the boxes of places that they hold. */
static void find_missing(struct mapping *m)
{
    const struct map_places *list = app_map_places(m->app);
    struct map_page *p = m->p;
    int top_kind = unit_kind_on(&m->c->units, p->top, p->day);
    bool whole = top_kind >= 0 && m->c->units.kinds.p[top_kind].level == 1;

    for (size_t i = 0; list && p->drawn && !p->missing && i < list->n; i++) {
        const struct map_place *x = &list->p[i];
        bool asked = whole, touched = false;
        if (!day_in(p->day, x->from, x->to))
            continue;
        for (size_t k = 0; k < p->units && !touched; k++) {
            const struct unit_version *v = unit_on(&m->c->units, p->unit[k].unit, p->day);
            asked = asked || (p->unit[k].shape.rings && v && str_eq(v->code, x->unit_code));
            touched = geo_touches(&p->unit[k].shape, x->box);
        }
        if (asked && !touched)
            p->missing = x;
    }
}

/* ---- how they stand ---- */

static bool fill_values(struct mapping *m)
{
    struct map_page *p = m->p;
    const struct indicator *x = &m->c->indicator[m->q->indicator];
    size_t n = p->units;
    struct engine_query *q = arena_array(m->a, n + 1, sizeof *q);
    struct total *t = arena_array(m->a, n + 1, sizeof *t);

    if (!q || !t)
        return err_memory(m->err);
    if (!must_read_indicator(m->v, m->who, x, p->top, p->day, m->err))
        return false;
    for (size_t i = 0; i < n; i++)
        q[i] = (struct engine_query){.catalog = m->c,
            .indicator = m->q->indicator,
            .series = -1,
            .unit = p->unit[i].unit,
            .period = m->q->period,
            .state = m->q->state,
            .reading = m->q->reading,
            .line = -1};
    if (!engine_totals(m->v->engine, q, n, t, m->err))
        return false;
    for (size_t i = 0; i < n; i++)
        p->unit[i].value = shown_of_total(&t[i]);
    return true;
}

/* The unit's own target for the indicator whose set holds the period; the last that began. */
static int target_of(const struct mapping *m, int unit)
{
    struct day day = period_last_day(m->q->period);
    int best = -1;

    for (size_t i = 0; i < m->c->targets; i++) {
        const struct target *t = &m->c->target[i];
        const struct target_set *s = &m->c->set[t->set];
        if (t->unit != unit || t->indicator != m->q->indicator || !day_in(day, s->start, s->end))
            continue;
        if (best < 0 || s->start.v >= m->c->set[m->c->target[best].set].start.v)
            best = (int)i;
    }
    return best;
}

static bool fill_status(struct mapping *m, struct map_unit *u)
{
    int t = target_of(m, u->unit);
    struct scoreboard s;

    if (t < 0)
        return true;
    struct scoreboard_request q = {.unit = str_of(m->c->units.p[u->unit].uid.z),
        .period = m->q->period,
        .set = m->c->set[m->c->target[t].set].code,
        .state = m->q->state,
        .reading = m->q->reading};
    if (!scoreboard_make(m->app, m->v, m->who, &q, m->lang, m->a, &s, m->err))
        return false;
    for (size_t i = 0; i < s.sets; i++)
        for (size_t k = 0; k < s.set[i].targets; k++)
            if (s.set[i].target[k].target == t) {
                u->has_target = true;
                u->status = s.set[i].target[k].assessment.status;
            }
    return true;
}

static bool fill_statuses(struct mapping *m)
{
    int targets = 0;

    for (size_t i = 0; i < m->p->units; i++) {
        targets += target_of(m, m->p->unit[i].unit) >= 0;
        if (targets > MAP_STATUS_MAX)
            return err_set(m->err, ERR_LIMIT, MSG_err_map_large);
        if (!fill_status(m, &m->p->unit[i]))
            return false;
    }
    return true;
}

/* Highest first; those without a value stay behind, in the order of the tree. */
static int by_value(const void *va, const void *vb)
{
    const struct map_unit *a = va, *b = vb;

    if (a->value.has != b->value.has)
        return a->value.has ? -1 : 1;
    int cmp = a->value.has ? rat_cmp(b->value.value, a->value.value) : 0;
    return cmp ? cmp : (a->unit > b->unit) - (a->unit < b->unit);
}

static void count(struct mapping *m)
{
    struct map_page *p = m->p;

    for (size_t i = 0; i < p->units; i++) {
        p->drawn += p->unit[i].shape.rings > 0;
        p->with_value += m->q->by_status ? p->unit[i].has_target : p->unit[i].value.has;
    }
}

bool map_page_make(struct app *app, const struct view *v, struct actor who,
    const struct map_request *q, enum lang lang, struct arena *a, struct map_page *ret,
    struct err *err)
{
    struct mapping m = {
        .app = app, .v = v, .c = v->catalog, .who = who, .q = q, .lang = lang, .a = a, .err = err};

    *ret = (struct map_page){
        .day = q->reading.kind == READ_AS_WAS ? period_last_day(q->period) : q->reading.day};
    m.p = ret;
    if (!must(v->catalog, v->today, who, RIGHT_READ, q->unit, ret->day, STR(""), STR(""), err) ||
        !view_tree(v, LINE_STATE, ret->day, a, &m.tree, err) || !find_units(&m))
        return false;
    /* neighbours of a unit are another's to show only with the right to read above it */
    if (ret->top != q->unit && q->indicator >= 0 &&
        !must(v->catalog, v->today, who, RIGHT_READ, ret->top, ret->day, STR(""), STR(""), err))
        return false;
    if (!draw_units(&m) || (q->indicator >= 0 && !fill_values(&m)) ||
        (q->indicator >= 0 && q->by_status && !fill_statuses(&m)))
        return false;
    if (ret->units)
        qsort(ret->unit, ret->units, sizeof *ret->unit, by_value);
    count(&m);
    find_missing(&m);
    return true;
}
