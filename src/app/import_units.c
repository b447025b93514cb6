/* import_units: units with their stretch of time and their parents on a line.
 *
 * A row is the unit that bears the code, name and kind on the days [valid_from, valid_to). Rows
 * that adjoin or overlap in time and agree in code, name and kind are one unit, within the file and
 * with what is stored; others are two. Two different units of the same sort may not bear one code
 * on the same day. A parent is named by its code; where that code passes from one unit to the next
 * within the row's days, the row gives one parent for each stretch.
 */
#include <stdlib.h>

#include "app/import_common.h"

enum { C_CODE, C_NAME, C_KIND, C_PARENT, C_FROM, C_TO, C_LINE, C_COUNT };
static const struct csv_column columns[C_COUNT] = {
    {"code", true, NULL},
    {"name", true, NULL},
    {"kind", true, "type"},
    {"parent_code", true, NULL},
    {"valid_from", false, NULL},
    {"valid_to", false, NULL},
    {"line", false, NULL},
};

struct source_row {
    struct str code, name, same, parent;
    int kind;
    struct day from, to;
    enum line line;
    int unit; /* index into plan.unit */
    int number;
    struct csv_record record;
};

/* A stretch of a unit's attributes, stored already or to be. */
struct stretch {
    struct str code, name, same;
    int kind;
    struct day from, to, stored_from, stored_to;
    bool is_stored;
    int unit;
    int next; /* of the same code, -1 */
};

struct planned_unit {
    struct unit_id id;
    bool is_new, is_changed;
    int stored; /* index in the catalogue, -1 */
};

struct plan {
    struct importing im;
    struct import_units_options o;
    VEC(struct source_row) row;
    VEC(struct stretch) stretch;
    VEC(struct planned_unit) unit;
    struct smap by_code; /* code -> first stretch */
};

struct units_job {
    const struct import_file *file;
    const struct import_units_options *options;
    struct import_result *result;
};

static bool add_stretch(struct plan *p, struct stretch s)
{
    uint64_t first;
    struct arena *a = p->im.w->arena;

    s.next = smap_get(&p->by_code, s.code, &first) ? (int)first : -1;
    return (vec_push(&p->stretch, a, s) && smap_put(&p->by_code, s.code, p->stretch.n - 1)) ||
           err_memory(p->im.err);
}

/* What is stored already becomes stretches of planned units. */
static bool load_stored(struct plan *p)
{
    const struct units *us = &p->im.w->catalog->units;
    struct arena *a = p->im.w->arena;

    smap_init(&p->by_code, a);
    for (size_t u = 0; u < us->n; u++) {
        struct planned_unit pu = {us->p[u].id, false, false, (int)u};
        if (!vec_push(&p->unit, a, pu))
            return err_memory(p->im.err);
        for (size_t v = 0; v < us->p[u].versions; v++) {
            const struct unit_version *x = &us->p[u].version[v];
            struct stretch s = {.code = x->code,
                .name = x->name,
                .same = text_same(a, x->name),
                .kind = x->kind,
                .from = x->from,
                .to = x->to,
                .stored_from = x->from,
                .stored_to = x->to,
                .is_stored = true,
                .unit = (int)u};
            if (x->code.n && !add_stretch(p, s))
                return false;
        }
    }
    return true;
}

static bool read_row(struct plan *p)
{
    struct importing *im = &p->im;
    struct source_row r = {
        .line = LINE_STATE, .unit = -1, .number = im->row.line, .record = im->row};
    struct str kind, line;

    if (!cell_needed(im, C_CODE, &r.code) || !cell_needed(im, C_NAME, &r.name) ||
        !cell_needed(im, C_KIND, &kind) || !cell_text(im, C_PARENT, &r.parent) ||
        !cell_text(im, C_LINE, &line) || !cell_day(im, C_FROM, p->o.from, &r.from) ||
        !cell_day(im, C_TO, p->o.to, &r.to))
        return false;
    r.kind = kinds_find(&im->w->catalog->units.kinds, im->w->arena, kind);
    if (r.kind < 0) {
        err_set(im->err, ERR_INVALID, MSG_err_units_kind, kind);
        return cell_err(im, C_KIND);
    }
    if (line.n && !line_parse(line, &r.line))
        return cell_word_err(im, C_LINE, "state, party, front, council");
    if (r.from.v >= r.to.v) {
        err_set(im->err, ERR_INVALID, MSG_err_import_range);
        return cell_err(im, C_TO);
    }
    r.same = text_same(im->w->arena, r.name);
    return vec_push(&p->row, im->w->arena, r) || err_memory(im->err);
}

static bool row_err(struct plan *p, const struct source_row *r, size_t column)
{
    return csv_err(&p->im.csv, &p->im.header, &r->record, column, p->im.err);
}

/* The same sort of unit: two wards may not share a code, a district and a Party committee may. */
static bool same_sort(const struct kinds *ks, int a, int b)
{
    return ks->p[a].level == ks->p[b].level && ks->p[a].is_body == ks->p[b].is_body;
}

static int cmp_row(const void *a, const void *b)
{
    const struct source_row *x = *(struct source_row *const *)a,
                            *y = *(struct source_row *const *)b;

    if (x->from.v != y->from.v)
        return x->from.v < y->from.v ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* Finds the unit a row speaks of, or plans a new one; stretches grow to hold the row's days. */
static bool place_row(struct plan *p, struct source_row *r)
{
    const struct kinds *ks = &p->im.w->catalog->units.kinds;
    struct arena *a = p->im.w->arena;
    uint64_t first;

    int hit = -1;
    int i = smap_get(&p->by_code, r->code, &first) ? (int)first : -1;
    for (; i >= 0; i = p->stretch.p[i].next) {
        const struct stretch *s = &p->stretch.p[i];
        bool touches = r->from.v <= s->to.v && s->from.v <= r->to.v;
        bool overlaps = r->from.v < s->to.v && s->from.v < r->to.v;
        if (touches && s->kind == r->kind && str_eq(s->same, r->same)) {
            hit = i;
            break;
        }
        if (overlaps && same_sort(ks, s->kind, r->kind)) {
            err_set(p->im.err, ERR_CONFLICT, MSG_err_units_code_taken, r->code, s->name, r->name);
            return row_err(p, r, C_CODE);
        }
    }
    if (hit >= 0) {
        struct stretch *s = &p->stretch.p[hit];
        if (r->from.v < s->from.v)
            s->from = r->from;
        if (r->to.v > s->to.v)
            s->to = r->to;
        r->unit = s->unit;
        return true;
    }
    struct planned_unit pu = {{0}, true, false, -1};
    if (!vec_push(&p->unit, a, pu))
        return err_memory(p->im.err);
    r->unit = (int)p->unit.n - 1;
    struct stretch s = {.code = r->code,
        .name = r->name,
        .same = r->same,
        .kind = r->kind,
        .from = r->from,
        .to = r->to,
        .unit = r->unit};
    return add_stretch(p, s);
}

static bool place_rows(struct plan *p)
{
    size_t n = p->row.n;
    struct source_row **by_day = arena_array(p->im.w->arena, n ? n : 1, sizeof *by_day);

    if (!by_day)
        return err_memory(p->im.err);
    for (size_t i = 0; i < n; i++)
        by_day[i] = &p->row.p[i];
    qsort(by_day, n, sizeof *by_day,
        cmp_row); /* so that rows of one unit meet whatever their order */
    for (size_t i = 0; i < n; i++)
        if (!place_row(p, by_day[i]))
            return false;
    return true;
}

static bool changed(struct plan *p)
{
    return importing_act(&p->im, ACT_IMPORT_UNITS, "units");
}

static bool store_units(struct plan *p)
{
    struct write *w = p->im.w;

    for (size_t i = 0; i < p->unit.n; i++) {
        struct planned_unit *u = &p->unit.p[i];
        if (!u->is_new)
            continue;
        if (!changed(p) || !w->ops->new_id(w->store, "unit", &u->id.v, p->im.err))
            return false;
        struct unit_row row = {u->id, write_uid(w), {0}};
        if (!w->ops->unit_put(w->store, &row, w->act.no, p->im.err))
            return false;
        p->im.result->added++;
    }
    for (size_t i = 0; i < p->stretch.n; i++) {
        const struct stretch *s = &p->stretch.p[i];
        if (s->is_stored && s->from.v == s->stored_from.v && s->to.v == s->stored_to.v)
            continue;
        struct unit_id id = p->unit.p[s->unit].id;
        struct unit_at_row row = {
            id, s->from, s->to, s->name, s->code, w->catalog->units.kinds.p[s->kind].key};
        if (!changed(p) ||
            (s->is_stored &&
                !w->ops->unit_at_close(w->store, id, s->stored_from, w->act.no, p->im.err)) ||
            !w->ops->unit_at_put(w->store, &row, w->act.no, p->im.err))
            return false;
        p->unit.p[s->unit].is_changed = true;
    }
    return true;
}

/* The stretch that bears the code from `day` on, of another unit than `self`; NULL: none. */
static const struct stretch *parent_at(struct plan *p, struct str code, struct day day, int self)
{
    uint64_t first;
    int i = smap_get(&p->by_code, code, &first) ? (int)first : -1;
    const struct stretch *best = NULL;

    for (; i >= 0; i = p->stretch.p[i].next) {
        const struct stretch *s = &p->stretch.p[i];
        bool is_body = p->im.w->catalog->units.kinds.p[s->kind].is_body;
        if (s->unit != self && day_in(day, s->from, s->to) && (!best || !is_body))
            best = s;
    }
    return best;
}

/* Who bears the code, and when: "Xã Hai –30/06/2025; …". */
static struct str bearers(struct plan *p, struct str code)
{
    uint64_t first;
    int i = smap_get(&p->by_code, code, &first) ? (int)first : -1, shown = 0;
    struct sbuf b;

    sbuf_init(&b, p->im.w->arena, 4096);
    for (; i >= 0 && shown < 5; i = p->stretch.p[i].next, shown++) {
        const struct stretch *s = &p->stretch.p[i];
        sbuf_z(&b, b.n ? "; " : "");
        sbuf_str(&b, s->name);
        sbuf_char(&b, ' ');
        if (s->from.v != DAY_MIN.v)
            day_put_people(&b, s->from);
        sbuf_z(&b, "–");
        if (s->to.v != DAY_MAX.v)
            day_put_people(&b, day_add(s->to, -1));
    }
    return sbuf_view(&b);
}

/* A wanted stretch of a parent, to be merged with what is stored. */
static bool put_parent(struct plan *p, const struct source_row *r, struct unit_id parent,
    struct day from, struct day to)
{
    struct write *w = p->im.w;
    struct planned_unit *u = &p->unit.p[r->unit];
    struct parent_at_row row = {u->id, parent, r->line, from, to};

    if (u->stored >= 0) {
        const struct unit *x = &w->catalog->units.p[u->stored];
        for (size_t i = 0; i < x->parents; i++) {
            const struct unit_parent *q = &x->parent[i];
            int64_t had = q->parent < 0 ? 0 : w->catalog->units.p[q->parent].id.v;
            if (q->line != r->line || from.v > q->to.v || q->from.v > to.v)
                continue;
            bool covers = q->from.v <= from.v && q->to.v >= to.v;
            if (had == parent.v && covers)
                return true;
            bool overlaps = from.v < q->to.v && q->from.v < to.v;
            if (had != parent.v && overlaps) {
                err_set(p->im.err, ERR_CONFLICT, MSG_err_units_parent_taken, r->name);
                return row_err(p, r, C_PARENT);
            }
            if (had != parent.v)
                continue;
            row.from = q->from.v < row.from.v ? q->from : row.from;
            row.to = q->to.v > row.to.v ? q->to : row.to;
            if (!changed(p) ||
                !w->ops->parent_at_close(w->store, u->id, r->line, q->from, w->act.no, p->im.err))
                return false;
        }
    }
    if (!changed(p))
        return false;
    u->is_changed = true;
    return w->ops->parent_at_put(w->store, &row, w->act.no, p->im.err);
}

static bool no_parent(struct plan *p, const struct source_row *r, struct str code, struct day day)
{
    struct sbuf b;

    sbuf_init(&b, p->im.w->arena, 16);
    day_put(&b, day);
    struct str then = bearers(p, code);
    err_set(p->im.err, ERR_NOT_FOUND, then.n ? MSG_err_units_parent_then : MSG_err_units_no_parent,
        code, r->name, day.v == INT32_MIN ? STR("…") : sbuf_view(&b), then);
    return row_err(p, r, C_PARENT);
}

/* Walks the row's days and gives one parent per stretch. Neighbouring stretches of one parent are
 * one. */
static bool store_parents(struct plan *p, const struct source_row *r)
{
    struct str code = r->parent.n ? r->parent : p->o.root;
    struct day at = r->from, begin = r->from;
    int current = -1;

    if (!code.n)
        return put_parent(p, r, (struct unit_id){0}, r->from, r->to);
    while (at.v < r->to.v) {
        const struct stretch *s = parent_at(p, code, at, r->unit);
        if (!s)
            return no_parent(p, r, code, at);
        if (current >= 0 && s->unit != current) {
            if (!put_parent(p, r, p->unit.p[current].id, begin, at))
                return false;
            begin = at;
        }
        current = s->unit;
        at = s->to.v < r->to.v ? s->to : r->to;
    }
    return put_parent(p, r, p->unit.p[current].id, begin, r->to);
}

static bool job(struct write *w, void *ctx, struct err *err)
{
    struct units_job *j = ctx;
    struct plan p = {.o = *j->options};
    bool end = false;

    if (!importing_begin(&p.im, w, j->file, columns, C_COUNT, j->result, err) || !load_stored(&p))
        return false;
    while (importing_next(&p.im, &end))
        if (!read_row(&p))
            return false;
    if (!end || !place_rows(&p) || !store_units(&p))
        return false;
    for (size_t i = 0; i < p.row.n; i++)
        if (!store_parents(&p, &p.row.p[i]))
            return false;
    for (size_t i = 0; i < p.unit.n; i++)
        p.im.result->changed += p.unit.p[i].is_changed && !p.unit.p[i].is_new;
    int64_t touched = p.im.result->added + p.im.result->changed;
    p.im.result->unchanged = touched < p.im.result->rows ? p.im.result->rows - touched : 0;
    return true;
}

bool import_units(struct app *a, struct actor who, const struct import_file *f,
    const struct import_units_options *o, struct import_result *ret, struct err *err)
{
    struct units_job j = {f, o, ret};

    return import_run(a, who, f, true, job, &j, ret, err);
}
